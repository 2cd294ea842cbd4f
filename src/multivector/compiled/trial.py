"""Kernels made: a world is played for a trial, its look-aheads are run on symbols, and what they do is compiled.

This runs in a process of its own (`made`), since the engine's modules see a stand-in for NumPy meanwhile. A kernel
is kept only if it gives, in every turn of the trial in which it holds, what NumPy gives.
"""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from multivector.compiled import choosing, drawing, searching
from multivector.compiled.inputs import ENGINE, Inputs, NotThere, Path, taken
from multivector.compiled.kernels import COMPARE, Asking, Kernel, Kernels
from multivector.compiled.playing import CompiledModel, TurnLook, ready
from multivector.compiled.program import Program
from multivector.compiled.searching import Inversion, NotedProblems, Search
from multivector.decisions.lookahead import Deliberation
from multivector.mechanisms.common import Array
from multivector.mechanisms.trade_scarcity import inverse_at
from multivector.mechanisms.trade_solver import quasi_newton
from multivector.world.setup import Setup
from multivector.world.step import StateStep

LANES = 56
"""Histories of a trial: a number that no other axis has, since that is how rows by lane are known."""
SEED = 1
NEAR = 1e-10
"""Largest difference from NumPy, relative above one, of a kernel that is kept."""
TIED = 1e-3
"""Largest share of transfers, and of odds that they are accepted, in which the kernel took another of two alike."""
MODULES = ("multivector.decisions", "multivector.mechanisms", "multivector.world")


class Noted:
    """Look-aheads of a trial, by kind and actor, each with what it was asked with; NumPy plays."""

    def __init__(self) -> None:
        self.looks: dict[tuple[str, str], list[tuple[Any, Array | None]]] = {}
        self.equilibria = NotedProblems()

    def names(self, *_: Any) -> tuple[str, ...]:
        """Nothing has names."""
        return ()

    def fill(self, kind: str, look: Deliberation, given: Array | None = None) -> None:
        """Note a look-ahead: the first of each turn."""
        same = self.looks.setdefault((kind, look.actor), [])
        if not same or same[-1][0].step is not look.step:
            same.append((copy.copy(look), None if given is None else given.copy()))


class Turn:
    """The number of a turn that remembers what it is asked; nothing else can be done with it.

    With `places` it may say where something stands by turn: where all turns have been given what this one has.
    """

    def __init__(self, number: int, *, places: bool = False) -> None:
        self.number, self._places = number, places
        self.asked: list[Asking] = []

    def __index__(self) -> int:
        if not self._places:
            raise TypeError("what stands at a turn is not known for others")
        return self.number


def _asking(how: str) -> Any:
    def compare(self: Turn, other: int) -> bool:
        answer = bool(COMPARE[how](self.number, other))
        self.asked.append((how, int(other), answer))
        return answer

    return compare


for _how in COMPARE:
    setattr(Turn, f"__{_how}__", _asking(_how))


def fresh(look: Any) -> None:
    """Forget what the turn has worked out, but for what kernels read (`playing.ready`)."""
    step = look.step
    if isinstance(look, TurnLook):
        return
    for known in (step.hazard_worth, step._by_plan, step._with_response, step._standing):
        known.clear()
    look.response = step.row_response(look.plan)


def responses(step: Any) -> dict[str, Any]:
    """What rows of trade and oil would change, by name."""
    return dict(StateStep._respond(step, step.engine.trade_rows.shifts))


def asked_of(kind: str, look: Any, given: Any) -> list[Any]:
    """What NumPy gives of a kind (or what symbols give, where they stand for numbers)."""
    if kind == "respond":
        return list(responses(look.step).values())
    if kind == "plays":
        return [StateStep.add_plays(look.step, given)]
    if kind == "gains":
        return [look._partners_gain(look.step.offers(look.plan), look._prepare(look.made))]
    if kind == "answer":
        return [Deliberation.answer(look, given)]
    found = Deliberation.weigh(look)
    return [found.value, found.accept, found.transfer]


def traced(kind: str, look: Any, given: Array | None) -> Kernel:
    """A kernel from one look-ahead of a trial."""
    from multivector.compiled.machine_code import Part, compiled, needed, source_of
    from multivector.compiled.symbols import standing_in
    from multivector.compiled.terms import whole

    ready(look)
    inputs, own, turn = _inputs(look), _leaf_arrays(look, given), _turn_of(look)
    twin = _on_symbols(look, inputs, turn)
    extra = {name: _leaves(inputs, path, array) for name, (path, array) in own.items()}
    if "_gains" in extra:
        twin._gains = extra["_gains"]
    with standing_in(*MODULES):
        fresh(twin)
        parts = [np.asarray(part) for part in asked_of(kind, twin, extra.get("given"))]
    if any(part.dtype != object or part.shape[-1] != 1 for part in parts):
        raise TypeError("what came out has another number of lanes than what went in")
    results = [whole(x) for part in parts for x in part.reshape(-1)]
    leaves = [t.args for t in needed(results) if t.op == "leaf"]
    rows = range(len(leaves), len(leaves) + len(results))
    place = {leaf: k for k, leaf in enumerate(leaves)}
    return Kernel(
        kind, look.actor, [inputs.rows[leaf] for leaf in leaves], [part.shape[:-1] for part in parts],
        tuple(dict.fromkeys(turn.asked)), taken(inputs.constants, inputs.alike),
        Program(compiled(source_of(Part(results, rows, place)))),
        **({} if kind != "respond" else _respond_facts(look)),
    )  # fmt: skip


def _respond_facts(look: Any) -> dict[str, Any]:
    step = look.step
    return {"names": tuple(responses(step)), "in_force": float(step.engine.layout.active[step.state.turn])}


def _turn_of(look: Any) -> Turn:
    return Turn(look.step.published.turn, places=isinstance(look, TurnLook))


def _inputs(look: Any) -> Inputs:
    look.step.engine.hazard_rates._known = None
    inputs = Inputs(look.plan, LANES)
    inputs.read(look.step.engine, ENGINE, varies=False)
    for name in () if isinstance(look, TurnLook) else ("plan", "wants", "objectives"):
        inputs.read(getattr(look, name), (("of", name),), varies=False)
    for name in ("step",) if isinstance(look, TurnLook) else ("step", "view", "made"):
        inputs.read(getattr(look, name), (("of", name),), varies=True)
    return inputs


def _leaf_arrays(look: Any, given: Array | None) -> dict[str, tuple[Path, Array]]:
    """Arrays that are worked out between kernels: what partners gain, what an answer is asked with."""
    out: dict[str, tuple[Path, Array]] = {}
    if look._gains is not None:
        out["_gains"] = ((("of", "_gains"),), look._gains)
    if given is not None:
        out["given"] = ((("given", None),), given)
    return out


def _leaves(inputs: Inputs, path: Path, array: Array) -> Any:
    from multivector.compiled.symbols import symbols

    count = int(np.prod(array.shape[:-1]))
    out = np.empty(count, dtype=object)
    for k in range(count):
        out[k] = inputs.leaf((path, k))
    return symbols(out.reshape(*array.shape[:-1], 1))


def _on_symbols(look: Any, inputs: Inputs, turn: Turn) -> Any:
    """A copy of a look-ahead with symbols for its numbers."""
    engine = look.step.engine
    memo: dict[int, Any] = {id(engine.layout): engine.layout, **inputs.symbols}
    for asked in (getattr(x, "asked", None) for x in (look, look.step)):
        memo[id(asked)] = asked
    twin = copy.deepcopy(look, memo)
    twin.step.engine.p.lanes = 1
    object.__setattr__(twin.step.published, "turn", turn)
    twin.step.state.turn = turn
    if isinstance(look, TurnLook):
        return _now(twin, look.step.state.turn)
    for pairs in (twin.plan, *twin.step.engine.plans.values(), *twin.step.engine.answers.values()):
        # Which rows are alike is asked of the symbols anew.
        for known in (pairs._classes, pairs._places, pairs._changing, pairs._lines):
            known.clear()
    offers = twin.step.offers(twin.plan)
    if offers is not None:
        offers._parts.clear()
    return twin


def _now(twin: Any, turn: int) -> Any:
    """With what is known by turn as it is in one turn."""
    layout = twin.step.engine.layout
    same = copy.copy(layout)
    object.__setattr__(same, "active", np.full_like(layout.active, layout.active[turn]))
    for part in (twin.step.engine.economy, twin.step.engine.economy.routing):
        part.layout = same
    return twin


def agrees(kernel: Kernel, looks: Sequence[tuple[Any, Array | None]]) -> bool:
    """Whether a kernel gives what NumPy gives.

    Of two transfers that are worth the same to the last bits, either may be taken: so in few places (`TIED`) what goes
    with a value may differ, but no value.
    """
    apart, count = 0, 0
    for look, given in looks:
        ready(look)
        fresh(look)
        wanted = asked_of(kernel.kind, look, given)
        try:
            found = kernel.fill(look, given)
        except NotThere:
            return False
        value, *beside = (_apart(a, b) for a, b in zip(found, wanted, strict=True))
        if value:
            return False
        apart, count = apart + sum(beside), count + sum(part.size for part in found[1:])
    return apart <= TIED * count


def _apart(a: Array, b: Array) -> int:
    """How many numbers do not agree."""
    near = (np.abs(np.subtract(a, b)) <= NEAR * np.maximum(np.abs(b), 1.0)) | (np.isnan(a) & np.isnan(b)) | (a == b)
    return int(near.size - near.sum())


def kernels_of(setup: Setup, overrides: Mapping[str, Array] | None = None) -> Kernels:
    """Kernels of a world; `overrides` are examples of numbers that replicates differ in, one for each lane."""
    noted = Noted()
    model = CompiledModel(setup, range(LANES), kernels=noted, seed=SEED, overrides=overrides)
    model.run()
    out: list[Kernel] = []
    for (kind, _), looks in noted.looks.items():
        out += _of_looks(kind, looks)
    from multivector.compiled.machine_code import compiled, processor

    choices = choosing.programs([len(plan.menu) + 1 for plan in model.engine.plans.values()])
    searches, inversions = [*_searches(noted.equilibria)], [*_inversions(noted.equilibria)]
    return Kernels(out, processor(), searches, inversions, Program(compiled(drawing.source())), choices)


def _searches(noted: NotedProblems) -> Iterator[Search]:
    """Searches for equilibria: those that end where NumPy's ends."""
    for (kind, tol), asked in noted.searched.items():
        problem, start, _ = asked[0]
        search = searching.traced(kind, tol, problem, start.shape[-1])
        if all(_same_root(search, *each) for each in asked):
            yield search
        elif os.environ.get("MULTIVECTOR_FAST_TRIAL") == "strict":
            raise RuntimeError(f"the search of {kind[0]} differs from NumPy")


def _inversions(noted: NotedProblems) -> Iterator[Inversion]:
    """Inverse Jacobians: those that are NumPy's."""
    for kind, asked in noted.inverted.items():
        problem, unknown = asked[0]
        inversion = searching.inverted(kind, problem, unknown.shape[-1])
        if not any(_apart(inversion(*each), inverse_at(*each)) for each in asked):
            yield inversion
        elif os.environ.get("MULTIVECTOR_FAST_TRIAL") == "strict":
            raise RuntimeError(f"the inverse Jacobian of {kind[0]} differs from NumPy")


def _same_root(search: Search, problem: Any, start: Array, jac_inv: Array) -> bool:
    wanted, found = (
        find(problem, start, jac_inv) for find in (partial(quasi_newton, tol=search.tol), search)
    )  # fmt: skip
    both = wanted.converged & found.converged
    return bool((wanted.converged == found.converged).all()) and not _apart(
        found.unknown[:, both], wanted.unknown[:, both]
    )


def _of_looks(kind: str, looks: list[tuple[Any, Array | None]]) -> list[Kernel]:
    """Kernels of one kind for one actor: another one where the turn is answered otherwise."""
    out: list[Kernel] = []
    left = list(looks)
    while left:
        look, given = left[len(left) // 2]
        try:
            kernel = traced(kind, look, given)
        except (TypeError, ValueError, AttributeError, KeyError, IndexError) as error:
            if os.environ.get("MULTIVECTOR_FAST_TRIAL") == "strict":
                raise
            del error
            return out
        mine = [each for each in left if kernel.covers(each[0])]
        if agrees(kernel, mine):
            out.append(kernel)
        elif os.environ.get("MULTIVECTOR_FAST_TRIAL") == "strict":
            raise RuntimeError(f"{kind} of {look.actor} differs from NumPy")
        left = [each for each in left if not kernel.covers(each[0])]
    return out


def made(setup: Setup, overrides: Mapping[str, Array] | None = None) -> subprocess.Popen[bytes]:
    """Begin to make the kernels of a world in a process of its own; `taken` waits for it."""
    job = pickle.dumps((setup, None if overrides is None else dict(overrides)))
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    path = os.pathsep.join(p for p in sys.path if p)
    env = {**os.environ, **dict.fromkeys(names, "1"), "PYTHONPATH": path}
    command = [sys.executable, "-c", "from multivector.compiled.trial import main; main()"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
    assert process.stdin is not None
    process.stdin.write(job)
    process.stdin.close()
    return process


def main() -> None:
    """In the process: read the world, write its kernels."""
    setup, overrides = pickle.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(pickle.dumps(kernels_of(setup, overrides)))
