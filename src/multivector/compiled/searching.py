"""Trade's equilibria by machine code: the search (`trade_solver.quasi_newton`) and the derivatives where it ended.

The problem's residual and the steps of the search are the engine's own functions, run once on symbols. NumPy moves all
lanes of a batch until the last one has converged; here eight lanes stop when they have. Lanes that end without a root
are left to Newton's method, which NumPy plays. The inverse Jacobian at the end (`trade_scarcity.inverse_at`) is another
program of the same problem.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from multivector.compiled.program import Program, lines_at
from multivector.mechanisms import trade_scarcity, trade_solver
from multivector.mechanisms.trade_scarcity import CapacityMarket, inverse_at
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


PAGE = 512
"""Numbers in a page of memory."""
Reads = list[tuple[Steps, Any, Any]]
"""Arrays of a problem that are read, which rows of the table of addresses they fill, and with which of their lines."""
Given = list[tuple[Array, Any, Any]]
"""Arrays with the rows that they fill and which of their lines fill them."""


def _filled(code: Program, problem: Any, given: Given, reads: Reads, count: int) -> Array:
    """Have a program fill `count` lines from what it is given and reads, ``[line, lane]``."""
    lanes = given[0][0].shape[-1]
    for steps, places, lines in reads:
        array: Any = problem
        for name in steps:
            array = getattr(array, name)
        given = [*given, (array, places, lines)]
    first = sum(len(places) for _, places, _ in given)
    addresses, keep = np.empty(first + count, np.uint64), []
    for array, places, lines in given:
        rows = np.ascontiguousarray(array, np.float64).reshape(-1, lanes)
        keep.append(rows)
        addresses[places] = lines_at(rows)[lines]
    # Rows of whole pages would share a few places of the processor's cache.
    room = np.empty((count, lanes + (0 if lanes % PAGE else 8)))
    addresses[first:] = lines_at(room)
    code(addresses, lanes)
    return np.ascontiguousarray(room[:, :lanes])


@dataclass
class Search:
    """The search for the roots of one kind of problem.

    Attributes
    ----------
    kind : what it takes for granted (`kind_of`).
    size, tol : number of unknowns; largest residual that counts as solved.
    reads : what is read of the problem.
    code : what searches.
    """

    kind: tuple[Any, ...]
    size: int
    tol: float
    reads: Reads
    code: Program

    def __call__(self, problem: Problem, start: Array, jac_inv: Array) -> Root:
        """Search in all lanes, a multiple of eight."""
        m, lanes = self.size, start.shape[-1]
        own, count = m + m * m, 2 * m + m * m + 2 + m
        given = [(start, np.arange(m), np.arange(m)), (jac_inv, np.arange(m, own), np.arange(m * m))]
        found = _filled(self.code, problem, given, self.reads, count)
        u, h, _, (_, steps), residual = np.split(found, np.cumsum([m, m * m, m, 2]))
        norm = trade_solver.largest(residual)
        return Root(u, h.reshape(m, m, lanes), steps.astype(np.int64), norm, norm <= self.tol, False)


@dataclass
class Inversion:
    """The inverse Jacobian of one kind of problem.

    Attributes
    ----------
    kind : what it takes for granted (`kind_of`).
    size : number of unknowns.
    reads : what is read of the problem.
    code : what works it out.
    """

    kind: tuple[Any, ...]
    size: int
    reads: Reads
    code: Program

    def __call__(self, problem: CapacityMarket, unknown: Array) -> Array:
        """Invert in all lanes, a multiple of eight."""
        m = self.size
        found = _filled(self.code, problem, [(unknown, np.arange(m), np.arange(m))], self.reads, m * m)
        return found.reshape(m, m, -1)


class Searching:
    """Who is asked for roots and inverse Jacobians: programs of the problem's kind, or NumPy where there are none."""

    def __init__(self, searches: list[Search], inversions: list[Inversion]) -> None:
        self._searches = {(each.kind, each.tol): each for each in searches}
        self._inversions = {each.kind: each for each in inversions}
        self.given, self.missed = 0, 0

    def search(self, problem: Problem, start: Array, jac_inv: Array, *, tol: float) -> Root:
        """As `trade_solver.quasi_newton`."""
        search = self._counted(self._searches.get((kind_of(problem, start.shape[-1]), tol)))
        return quasi_newton(problem, start, jac_inv, tol=tol) if search is None else search(problem, start, jac_inv)

    def invert(self, problem: CapacityMarket, unknown: Array) -> Array:
        """As `trade_scarcity.inverse_at`."""
        inversion = self._counted(self._inversions.get(kind_of(problem, unknown.shape[-1])))
        return inverse_at(problem, unknown) if inversion is None else inversion(problem, unknown)

    def _counted(self, found: Any) -> Any:
        if found is None:
            self.missed += 1
        else:
            self.given += 1
        return found


class NotedProblems:
    """Problems of a trial, by kind; NumPy plays."""

    def __init__(self) -> None:
        self.searched: dict[Any, list[tuple[Any, Array, Array]]] = {}
        self.inverted: dict[Any, list[tuple[Any, Array]]] = {}

    def search(self, problem: Problem, start: Array, jac_inv: Array, *, tol: float) -> Root:
        """As `trade_solver.quasi_newton`, the problem noted."""
        lanes = start.shape[-1]
        if lanes >= MANY:
            same = self.searched.setdefault((kind_of(problem, lanes), tol), [])
            same.append((copy.deepcopy(problem), start.copy(), np.array(jac_inv)))
        return quasi_newton(problem, start, jac_inv, tol=tol)

    def invert(self, problem: CapacityMarket, unknown: Array) -> Array:
        """As `trade_scarcity.inverse_at`, the problem noted."""
        lanes = unknown.shape[-1]
        if lanes >= MANY:
            same = self.inverted.setdefault(kind_of(problem, lanes), [])
            same.append((copy.deepcopy(problem), unknown.copy()))
        return inverse_at(problem, unknown)


class _Leaves:
    """Rows that a program is to read, noted while it is traced: lines of its own state and of a problem."""

    def __init__(self) -> None:
        self._all: list[tuple[Steps, int]] = []

    def of(self, steps: Steps, *shape: int) -> Any:
        """Symbols for an array of that shape with one lane."""
        from multivector.compiled.symbols import symbols
        from multivector.compiled.terms import made

        count = int(np.prod(shape))
        rows = np.empty(count, dtype=object)
        for k in range(count):
            self._all.append((steps, k))
            rows[k] = made("leaf", len(self._all) - 1)
        return symbols(rows.reshape(*shape, 1))

    def twin(self, problem: Any, lanes: int) -> Any:
        """The problem on symbols."""
        memo = {
            id(value): self.of(steps, *value.shape[:-1]) for steps, value in found_in(problem) if by_lane(value, lanes)
        }
        return _alone(copy.deepcopy(problem, memo))

    def read(self, results: list[Any], own: int) -> tuple[dict[int, int], Reads]:
        """Which rows hold what results rest on, `own` lines of the state first; and what is read of the problem."""
        from multivector.compiled.machine_code import needed

        rest = sorted({t.args for t in needed(results) if t.op == "leaf" and self._all[t.args][0]})
        place = {leaf: row for row, leaf in enumerate([*range(own), *rest])}
        reads: dict[Steps, list[tuple[int, int]]] = {}
        for leaf in rest:
            steps, line = self._all[leaf]
            reads.setdefault(steps, []).append((place[leaf], line))
        return place, [(steps, *np.array(pairs, np.intp).T) for steps, pairs in reads.items()]


def _terms(parts: list[Any]) -> list[Any]:
    from multivector.compiled.terms import whole

    return [whole(x) for part in parts for x in np.asarray(part).reshape(-1)]


def traced(kind: tuple[Any, ...], tol: float, problem: Any, lanes: int) -> Search:
    """A search from one problem of a trial."""
    from multivector.compiled.machine_code import Again, Part, compiled, source_of
    from multivector.compiled.symbols import standing_in

    m, leaves = problem.size, _Leaves()
    u, h, z = leaves.of((), m), leaves.of((), m, m), leaves.of((), m)
    going, count = leaves.of(()), leaves.of(())
    twin = leaves.twin(problem, lanes)
    with standing_in(MINE):
        judge, matvec = trade_solver.judge, trade_solver.matvec
        residual, _, wrong = judge(twin, u, tol)
        first = _terms([u, h, matvec(h, residual), wrong, 0.0 * count, residual])
        v, k = u.copy(), h.copy()
        step = trade_solver.move(v, z, going != 0.0)
        residual, _, wrong = judge(twin, v, tol)
        still = (going != 0.0) & wrong
        z_new = trade_solver.learn(k, step, z, matvec(k, residual), still)
        then = _terms([v, k, z_new, still, count + going, residual])
    # Rows: the start, its inverse Jacobian, what is read of the problem, and the state, which each step renews.
    place, reads = leaves.read([*first, *then], m + m * m)
    rows = range(len(place), len(place) + len(first))
    own = dict(zip(range(m + m * m + m + 2), rows, strict=False))
    again = Again(Part(then, rows, place | own), m + m * m + m, QUASI_STEPS)
    return Search(kind, m, tol, reads, Program(compiled(source_of(Part(first, rows, place), again))))


def inverted(kind: tuple[Any, ...], problem: Any, lanes: int) -> Inversion:
    """An inversion from one problem of a trial."""
    from multivector.compiled.machine_code import Part, compiled, source_of
    from multivector.compiled.symbols import standing_in

    m, leaves = problem.size, _Leaves()
    unknown = leaves.of((), m)
    twin = leaves.twin(problem, lanes)
    with standing_in(MINE):
        found = _terms([trade_scarcity.inverse_at(twin, unknown)])
    place, reads = leaves.read(found, m)
    rows = range(len(place), len(place) + len(found))
    return Inversion(kind, m, reads, Program(compiled(source_of(Part(found, rows, place)))))


def _alone(problem: Any) -> Any:
    """A problem of symbols with its one lane."""
    if hasattr(problem, "lanes"):
        problem.lanes = 1
    for value in vars(problem).values():
        if type(value).__module__.startswith(MINE):
            _alone(value)
    return problem
