"""The world as a Mesa model: it owns the state, runs the phases, can stop at each decision and go on as before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from multivector.mechanisms.common import Array
from multivector.schema import Scenario
from multivector.world.agents import mesa
from multivector.world.choosing.deciding import (
    Sitting,
    acting_order,
    answer_odds,
    decide_slot,
    deliberate,
    first_beliefs,
    slots,
)
from multivector.world.choosing.policies import (
    Choice,
    Decider,
    DoctrinePolicy,
    GivenPolicy,
    HoldPolicy,
    PackagePolicy,
    QuantalPolicy,
    RandomPolicy,
    ScriptPolicy,
)
from multivector.world.choosing.quantal import NO_FIXED_POINT, settle
from multivector.world.engine import Engine
from multivector.world.happened import Happened
from multivector.world.quarter.draws import Draws
from multivector.world.said import Said
from multivector.world.setup import Setup
from multivector.world.state import State
from multivector.world.step import StateStep
from multivector.world.turn import CHOICES, advance, news

Observer = Callable[["DiplomacyModel", Happened, Sequence[Choice]], None]


@dataclass
class Snapshot:
    """Where a model stands. Restoring it and going on gives the same bits.

    Attributes
    ----------
    state : the state as it stands.
    opening : the state at the beginning of the turn that is being played; `state` itself between turns.
    cursor : where in the turn (``between``, ``within`` or ``over``), the turn, and how many pieces of it are done.
    choices : decisions made so far this turn (or, between turns, in the last one). Restoring makes them again from what
        was chosen, so that nobody is asked twice.
    """

    state: State
    opening: State
    cursor: tuple[str, int, int]
    choices: tuple[Choice, ...] = ()


class Actor(mesa.Agent):  # type: ignore[misc]
    """A state or bloc: it perceives, weighs its menu and lets its policy decide, for the whole batch at once."""

    def __init__(self, model: DiplomacyModel, code: str, policy: Decider) -> None:
        super().__init__(model)
        self.code, self.policy = code, policy

    def sit_down(self, moved: Sequence[str]) -> Sitting:
        """Begin this turn's decisions."""
        model: DiplomacyModel = self.model
        entries = len(model.engine.layout.catalogue.menu[self.code])
        mixed = model.fixed_point(moved) if isinstance(self.policy, QuantalPolicy) else None
        deliberation = deliberate(model.engine, model.state, self.code, moved, model.shared_step(), mixed=mixed)
        return Sitting(self.code, 1, deliberation, np.zeros((entries, model.state.lanes)))

    def decide(self, sitting: Sitting) -> Choice:
        """Fill one slot."""
        model: DiplomacyModel = self.model
        policy: Decider = GivenPolicy(model.made_before.pop(0)) if model.made_before else self.policy
        return decide_slot(model.engine, model.state, sitting, policy, model.draws)


def default_policy(scenario: Scenario, actor: str) -> Decider:
    """The policy that a scenario's decision rule gives an actor.

    Raises
    ------
    BadInput
        The rule is that of a package which is not installed, or cannot be loaded.
    """
    rule = scenario.decision.rule_of(actor)
    if rule == "scripted":
        return ScriptPolicy(scenario.decision.script[actor])
    built_in: dict[str, Callable[[], Decider]] = {
        "logit": DoctrinePolicy,
        "qre": QuantalPolicy,
        "hold": HoldPolicy,
        "random": RandomPolicy,
    }
    return built_in[rule]() if rule in built_in else PackagePolicy.named(rule)


class DiplomacyModel(mesa.Model):  # type: ignore[misc]
    """A batch of histories of one world.

    Parameters
    ----------
    setup : the world with its terminal values, made once per scenario.
    replicate_ids : ids of the replicates, any order, repeats allowed; padded to a multiple of eight lanes.
    seed : root of all draws.
    overrides : path (as in `schema.numbers`) to ``(replicate,)`` values, where replicates differ.
    benchmark : ``[turn, replicate]`` log real income of the benchmark on the same draws, for the line on income.
    policies : actor to policy, where it is not the doctrine's.
    draws : other draws than the keyed ones (tests).
    """

    def __init__(
        self,
        setup: Setup,
        replicate_ids: Sequence[int],
        *,
        seed: int = 0,
        overrides: Mapping[str, Array] | None = None,
        benchmark: Array | None = None,
        policies: Mapping[str, Decider] | None = None,
        draws: Draws | None = None,
    ) -> None:
        super().__init__(seed=0)
        self.setup, self.scenario_ = setup, setup.scenario
        self.count = len(replicate_ids)
        ids = padded(np.asarray(replicate_ids, np.int64))
        spread = np.minimum(np.arange(len(ids)), self.count - 1)
        given = overrides or {}
        chosen = {k: np.asarray(given[k], np.float64)[spread] for k in sorted(given)}
        self.engine: Engine = setup.engine(len(ids), overrides=chosen)
        self._benchmark = benchmark
        if benchmark is not None:
            self.engine.benchmark = list(np.ascontiguousarray(benchmark[:, spread]))
        self.draws = draws or Draws(seed, ids, setup.scenario.calendar.turns)
        self.actors = {
            a: Actor(self, a, (policies or {}).get(a) or default_policy(self.scenario_, a))
            for a in self.engine.layout.actors
        }
        # Mesa counts the agents of every model in a table that is never cleared: it would keep all worlds in memory.
        getattr(mesa.Agent, "_ids", {}).pop(self, None)
        self.state: State = setup.initial(self.engine)
        self.said = Said.of(setup.scenario)
        self.observers: list[Observer] = []
        self._ticks: Iterator[str] | None = None
        self._step: StateStep | None = None
        self._settled: dict[tuple[str, ...], Array] = {}
        self._pieces = 0
        self.choices: list[Choice] = []
        self.made_before: list[Choice] = []

    # ---- running

    @property
    def finished(self) -> bool:
        """Whether the calendar is over."""
        return self.state.turn >= self.engine.layout.turns

    def run(self) -> None:
        """Play all turns that are left."""
        while not self.finished:
            self.step()

    def step(self) -> None:
        """Play one turn (or what is left of it)."""
        for _ in self.ticks():
            pass

    def ticks(self) -> Iterator[str]:
        """Go through the turn decision by decision; yields ``phase`` or ``phase/ACTOR/slot`` after each."""
        while (tick := self.tick()) is not None:
            yield tick

    def tick(self) -> str | None:
        """Do the next piece of the turn; None when the turn is over."""
        if self._ticks is None:
            self._ticks, self._pieces = self._turn(), 0
        try:
            tick = next(self._ticks)
        except StopIteration:
            self._ticks = None
            return None
        self._pieces += 1
        return tick

    def shared_step(self) -> StateStep:
        """The quarter as it looks from the beginning of this turn, shared by all actors."""
        if self._step is None:
            self._step = self.engine.step(self.state)
        return self._step

    def fixed_point(self, moved: Sequence[str]) -> Array:
        """What is expected of everybody, ``[entry, lane]``; those who weigh and have not moved reply to each other.

        Where they do not settle, the history fails.
        """
        key = tuple(moved)
        if key not in self._settled:
            weigh = [a for a, actor in self.actors.items() if isinstance(actor.policy, DoctrinePolicy)]
            plays, found = settle(
                self.engine, self.state, [a for a in weigh if a not in moved], moved, self.shared_step()
            )
            self.state.failed = np.maximum(self.state.failed, np.where(found, 0.0, NO_FIXED_POINT))
            self._settled[key] = plays
        return self._settled[key]

    def _turn(self) -> Iterator[str]:
        engine = self.engine
        happened = Happened("")
        self.choices = []
        self._opening = self.state.copy()
        news(engine, self.state, self.draws, happened)
        state = self.state
        for name in ("played", "accept", "transfer"):
            setattr(state, name, np.zeros_like(getattr(state, name)))
        self._step, self._settled = None, {}
        if state.turn == 0 and self.setup.weighed:
            first_beliefs(engine, state, self.shared_step(), {a: actor.policy for a, actor in self.actors.items()})
        yield "news"
        moved: list[str] = []
        together = self.scenario_.order == "simultaneous"
        expected: dict[str, Array] = {}
        for phase in CHOICES:
            for code in acting_order(engine, phase):
                sitting = self.actors[code].sit_down([] if together else moved)
                for _ in range(slots(engine, code)):
                    self.choices.append(self.actors[code].decide(sitting))
                    yield f"{phase}/{code}/{sitting.slot - 1}"
                expected[code] = sitting.expected
                moved.append(code)
        answer_odds(engine, state, self.shared_step())
        for code, plays in expected.items():
            state.mixed[list(engine.layout.catalogue.menu[code])] = plays
        self._step = None
        # What people say is not known before it is said: no look-ahead sees it.
        engine.said = self.said
        after, done = advance(engine, state, self.draws)
        engine.said = None
        done.quarter, done.events, done.rules = happened.quarter, happened.events, happened.rules
        self.state = after
        for observe in self.observers:
            observe(self, done, self.choices)
        self.state.turn += 1
        yield "accounts"

    # ---- stopping and going on

    def snapshot(self) -> Snapshot:
        """Where the model stands, between any two ticks."""
        where = "between" if self._ticks is None else "within" if self.state.turn == self._opening.turn else "over"
        opening = self._opening if where == "within" else self.state
        return Snapshot(self.state.copy(), opening.copy(), (where, self.state.turn, self._pieces), tuple(self.choices))

    def restore(self, snapshot: Snapshot) -> None:
        """Go to a snapshot of this model, or of another one with the same world, draws and lanes.

        Decisions already made in its turn are made again from what was chosen: later slots build on the same.

        Raises
        ------
        ValueError
            If the snapshot has another number of lanes.
        """
        if snapshot.state.lanes != self.state.lanes:
            raise ValueError(f"the snapshot has {snapshot.state.lanes} lanes, the model {self.state.lanes}")
        where, _, pieces = snapshot.cursor
        self.state, self.choices = snapshot.opening.copy(), list(snapshot.choices)
        self._step, self._pieces = None, pieces
        self._ticks = iter(()) if where == "over" else None
        if where == "within":
            self.made_before = list(snapshot.choices)
            for _ in range(pieces):
                self.tick()

    def branch(self, turn: int, change: Callable[[DiplomacyModel], None]) -> DiplomacyModel:
        """A new model on the same draws that has played to `turn` and then been given `change` (policies, stocks)."""
        other = DiplomacyModel(
            self.setup, self.draws.ids[: self.count].tolist(), seed=self.draws.seed, overrides=self._own_overrides(),
            benchmark=self._benchmark,
            policies={a: actor.policy for a, actor in self.actors.items()}, draws=self.draws,
        )  # fmt: skip
        while other.state.turn < turn:
            other.step()
        change(other)
        return other

    def _own_overrides(self) -> dict[str, Array]:
        return {k: np.asarray(v)[: self.count] for k, v in self.engine.p.overridden.items()}


def padded(ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Replicate ids with the last one repeated up to a multiple of eight.

    Examples
    --------
    >>> padded(np.array([4, 5])).tolist()
    [4, 5, 5, 5, 5, 5, 5, 5]
    """
    missing = -len(ids) % 8
    return np.concatenate([ids, np.repeat(ids[-1:], missing)])
