"""Trade's equilibria searched for by machine code: `trade_solver.quasi_newton`, eight lanes until they have ended.

The problem's residual and the steps of the search are the engine's own functions, run once on symbols. NumPy moves all
lanes of a batch until the last one has converged; here eight lanes stop when they have. Lanes that end without a root
are left to Newton's method, which NumPy plays.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from multivector.compiled.program import Program, lines_at
from multivector.mechanisms import trade_solver
from multivector.mechanisms.trade_solver import QUASI_STEPS, Array, Problem, Root, quasi_newton

Steps = tuple[str, ...]
"""Attributes on the way from a problem to an array."""
MINE = "multivector.mechanisms"
MANY = 48
"""Smallest number of lanes from which a trial learns: more than any other axis of a problem is long."""


def found_in(problem: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """All that hangs on a problem and is no object of a mechanism, by the way to it."""
    for name, value in vars(problem).items():
        if type(value).__module__.startswith(MINE):
            yield from found_in(value, (*steps, name))
        else:
            yield (*steps, name), value


def by_lane(value: Any, lanes: int) -> bool:
    """Whether it has a number for each lane."""
    return isinstance(value, np.ndarray) and value.dtype in (np.float64, np.bool_) and value.shape[-1:] == (lanes,)


def kind_of(problem: Any, lanes: int) -> tuple[Any, ...]:
    """What a search takes for granted of a problem: all that has no lanes, numbers and places included."""
    out: list[Any] = [type(problem).__name__]
    for steps, value in found_in(problem):
        if isinstance(value, np.ndarray):
            if value.size and not by_lane(value, lanes):
                out.append((steps, value.shape, value.tobytes()))
        elif isinstance(value, list | tuple):
            out.append((steps, tuple(x.tobytes() if isinstance(x, np.ndarray) else str(x) for x in value)))
        elif steps[-1] != "lanes":
            out.append((steps, str(value)))
    return tuple(out)


@dataclass
class Search:
    """The search for the roots of one kind of problem.

    Attributes
    ----------
    kind : what it takes for granted (`kind_of`).
    size, tol : number of unknowns; largest residual that counts as solved.
    reads : arrays that are read, which rows of the table of addresses they fill, and with which of their lines.
    code : what searches.
    """

    kind: tuple[Any, ...]
    size: int
    tol: float
    reads: list[tuple[Steps, Any, Any]]
    code: Program

    def __call__(self, problem: Problem, start: Array, jac_inv: Array) -> Root:
        """Search in all lanes, a multiple of eight."""
        m, lanes = self.size, start.shape[-1]
        own, count = m + m * m, 2 * m + m * m + 2 + m
        given = [(start, np.arange(m), np.arange(m)), (jac_inv, np.arange(m, own), np.arange(m * m))]
        for steps, places, lines in self.reads:
            array: Any = problem
            for name in steps:
                array = getattr(array, name)
            given.append((array, places, lines))
        first = own + sum(len(places) for _, places, _ in self.reads)
        addresses, keep = np.empty(first + count, np.uint64), []
        for array, places, lines in given:
            rows = np.ascontiguousarray(array, np.float64).reshape(-1, lanes)
            keep.append(rows)
            addresses[places] = lines_at(rows)[lines]
        # A row's length is no power of two, or all rows would share a few places of the processor's cache.
        room = np.empty((count, lanes + 8))
        addresses[first:] = lines_at(room)
        self.code(addresses, lanes)
        u, h, _, (_, steps), residual = np.split(room[:, :lanes], np.cumsum([m, m * m, m, 2]))
        norm = trade_solver.largest(residual)
        return Root(
            np.ascontiguousarray(u), np.ascontiguousarray(h).reshape(m, m, lanes), steps.astype(np.int64), norm,
            norm <= self.tol, False,
        )  # fmt: skip


class Searching:
    """Who is asked for a root first: a search of the problem's kind, or NumPy where there is none."""

    def __init__(self, searches: list[Search]) -> None:
        self._by_kind = {(each.kind, each.tol): each for each in searches}
        self.given, self.missed = 0, 0

    def __call__(self, problem: Problem, start: Array, jac_inv: Array, *, tol: float) -> Root:
        """As `trade_solver.quasi_newton`."""
        search = self._by_kind.get((kind_of(problem, start.shape[-1]), tol))
        if search is None:
            self.missed += 1
            return quasi_newton(problem, start, jac_inv, tol=tol)
        self.given += 1
        return search(problem, start, jac_inv)


class NotedProblems:
    """Problems of a trial, by kind; NumPy plays."""

    def __init__(self) -> None:
        self.asked: dict[Any, list[tuple[Any, Array, Array]]] = {}

    def __call__(self, problem: Problem, start: Array, jac_inv: Array, *, tol: float) -> Root:
        """As `trade_solver.quasi_newton`, the problem noted."""
        lanes = start.shape[-1]
        if lanes >= MANY:
            same = self.asked.setdefault((kind_of(problem, lanes), tol), [])
            same.append((copy.deepcopy(problem), start.copy(), np.array(jac_inv)))
        return quasi_newton(problem, start, jac_inv, tol=tol)


def traced(kind: tuple[Any, ...], tol: float, problem: Any, lanes: int) -> Search:
    """A search from one problem of a trial."""
    from multivector.compiled.machine_code import Again, Part, compiled, needed, source_of
    from multivector.compiled.symbols import standing_in, symbols
    from multivector.compiled.terms import made, whole

    leaves: list[tuple[Steps, int]] = []

    def lines(steps: Steps, count: int) -> Any:
        rows = np.empty(count, dtype=object)
        for k in range(count):
            leaves.append((steps, k))
            rows[k] = made("leaf", len(leaves) - 1)
        return rows

    m = problem.size
    u, h, z = (symbols(lines((), n).reshape(*shape, 1)) for n, shape in ((m, (m,)), (m * m, (m, m)), (m, (m,))))
    going, count = (symbols(lines((), 1)) for _ in range(2))
    state = len(leaves)
    memo = {
        id(value): symbols(lines(steps, value.size // lanes).reshape(*value.shape[:-1], 1))
        for steps, value in found_in(problem) if by_lane(value, lanes)
    }  # fmt: skip
    twin = _alone(copy.deepcopy(problem, memo))
    with standing_in(MINE):
        judge, matvec = trade_solver.judge, trade_solver.matvec
        residual, _, wrong = judge(twin, u, tol)
        first = [u, h, matvec(h, residual), wrong, 0.0 * count, residual]
        v, k = u.copy(), h.copy()
        step = trade_solver.move(v, z, going != 0.0)
        residual, _, wrong = judge(twin, v, tol)
        still = (going != 0.0) & wrong
        z_new = trade_solver.learn(k, step, z, matvec(k, residual), still)
        then = [v, k, z_new, still, count + going, residual]
    begun, after = ([whole(x) for part in parts for x in np.asarray(part).reshape(-1)] for parts in (first, then))
    # Rows: the start, its inverse Jacobian, what is read of the problem, and the state, which each step renews.
    read = sorted({t.args for t in needed([*begun, *after]) if t.op == "leaf" and t.args >= state})
    place = {leaf: row for row, leaf in enumerate([*range(m + m * m), *read])}
    rows = range(len(place), len(place) + len(begun))
    own = dict(zip(range(state), rows, strict=False))
    again = Again(Part(after, rows, place | own), m + m * m + m, QUASI_STEPS)
    reads: dict[Steps, list[tuple[int, int]]] = {}
    for leaf in read:
        reads.setdefault(leaves[leaf][0], []).append((place[leaf], leaves[leaf][1]))
    return Search(
        kind, m, tol, [(steps, *np.array(pairs, np.intp).T) for steps, pairs in reads.items()],
        Program(compiled(source_of(Part(begun, rows, place), again))),
    )  # fmt: skip


def _alone(problem: Any) -> Any:
    """A problem of symbols with its one lane."""
    if hasattr(problem, "lanes"):
        problem.lanes = 1
    for value in vars(problem).values():
        if type(value).__module__.startswith(MINE):
            _alone(value)
    return problem
