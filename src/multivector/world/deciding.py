"""Decisions inside a turn: who chooses when, what is feasible, slot by slot; a policy picks from what was weighed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from multivector.decisions.choice import draw, probabilities
from multivector.decisions.lookahead import Deliberation, Weighed
from multivector.decisions.plan import Plan
from multivector.mechanisms.common import Array
from multivector.mechanisms.evasion import perceived_enforcement
from multivector.mechanisms.stock_table import StockView
from multivector.world.draws import Draws
from multivector.world.state import State

if TYPE_CHECKING:
    from multivector.world.engine import Engine, StateStep

Mask = NDArray[np.bool_]
STOP = "stop"


@dataclass
class Choice:
    """One decision of one actor in one slot, for all lanes: the trace from which reasons are read.

    `value`, `probability` ``[entry, lane]`` and `terms` by name; the last entry is *stop*. `chosen` is a position in `menu`,
    or ``len(menu)`` for stop.
    """

    actor: str
    slot: int
    menu: tuple[int, ...]
    feasible: Mask
    value: Array
    probability: Array
    terms: dict[str, Array]
    accept: Array
    chosen: NDArray[np.int64]
    tied: Mask


class Policy(Protocol):
    """Decides for one actor: a doctrine, a person, a script, a plug-in."""

    def choose(
        self, engine: Engine, actor: str, slot: int, weighed: Weighed, feasible: Mask, draws: Draws, turn: int
    ) -> tuple[NDArray[np.int64], Mask]:
        """Position in the menu for every lane (the last one is *stop*), and whether the best two were tied."""
        ...


class DoctrinePolicy:
    """Logit best reply: the doctrine's value of each entry plus one Gumbel number, keyed by the entry's id."""

    def choose(
        self, engine: Engine, actor: str, slot: int, weighed: Weighed, feasible: Mask, draws: Draws, turn: int
    ) -> tuple[NDArray[np.int64], Mask]:
        """Draw from the logit probabilities."""
        entries = engine.layout.catalogue.entries
        names = [f"choice/slot{slot}/{entries[i].id}" for i in engine.layout.catalogue.menu[actor]]
        gumbel = draws.gumbel([*names, f"choice/slot{slot}/{actor}:{STOP}"], turn)
        objective = engine.objectives[actor]
        return draw(weighed.value, feasible, objective.precision, objective.scale, gumbel)


class HoldPolicy:
    """Does nothing, ever."""

    def choose(
        self, engine: Engine, actor: str, slot: int, weighed: Weighed, feasible: Mask, draws: Draws, turn: int
    ) -> tuple[NDArray[np.int64], Mask]:
        """Stop."""
        del engine, actor, slot, draws, turn
        return np.full(weighed.value.shape[1], feasible.shape[0] - 1), np.zeros(weighed.value.shape[1], bool)


class RandomPolicy:
    """Any feasible entry with the same probability."""

    def choose(
        self, engine: Engine, actor: str, slot: int, weighed: Weighed, feasible: Mask, draws: Draws, turn: int
    ) -> tuple[NDArray[np.int64], Mask]:
        """Largest of one Gumbel number per entry."""
        flat = Weighed(np.zeros_like(weighed.value), {}, weighed.accept, weighed.transfer)
        chosen, _ = DoctrinePolicy().choose(engine, actor, slot, flat, feasible, draws, turn)
        return chosen, np.zeros(feasible.shape[1], bool)


@dataclass
class ScriptPolicy:
    """Plays what a script says, quarter by quarter, if it is feasible; `script[quarter]` lists ``move`` or ``move@TARGET``."""

    script: Mapping[str, Sequence[str]]

    def choose(
        self, engine: Engine, actor: str, slot: int, weighed: Weighed, feasible: Mask, draws: Draws, turn: int
    ) -> tuple[NDArray[np.int64], Mask]:
        """The slot's line of the script, else stop."""
        del draws
        menu = engine.layout.catalogue.menu[actor]
        lines = self.script.get(engine.layout.scenario.quarters()[turn], ())
        stop = len(menu)
        pick = stop
        if slot <= len(lines):
            move, _, target = lines[slot - 1].partition("@")
            wanted = f"{actor}:{move}" + (f">{target}" if target else "")
            for m, i in enumerate(menu):
                if engine.layout.catalogue.entries[i].id == wanted:
                    pick = m
        return np.where(feasible[pick], pick, stop), np.zeros(weighed.value.shape[1], bool)


@dataclass
class GivenPolicy:
    """Makes a decision again as it was made before: for going back to a snapshot."""

    made: Choice

    def choose(
        self, engine: Engine, actor: str, slot: int, weighed: Weighed, feasible: Mask, draws: Draws, turn: int
    ) -> tuple[NDArray[np.int64], Mask]:
        """What was chosen then."""
        del engine, weighed, feasible, draws, turn
        if (actor, slot) != (self.made.actor, self.made.slot):
            raise ValueError(
                f"{actor} slot {slot}: the decision to make again is of {self.made.actor} slot {self.made.slot}"
            )
        return self.made.chosen, self.made.tied


@dataclass
class Sitting:
    """An actor's decisions of this turn in progress: what a snapshot must be able to redo."""

    actor: str
    slot: int
    deliberation: Deliberation
    expected: Array
    choices: list[Choice] = field(default_factory=list)
    allowed: Mask | None = None


def acting_order(engine: Engine, phase: str) -> list[str]:
    """Actors that choose in a phase, by code."""
    layout = engine.layout
    named = {"focus": [layout.focus], "target": [layout.target] if layout.target in layout.powers else []}
    if phase in named:
        return [a for a in named[phase] if a is not None]
    senders = [
        a for a in layout.powers if a in (layout.watchers or layout.senders or ("EU", "USA")) and a != layout.target
    ]
    if phase == "senders":
        return senders
    return [a for a in layout.powers if a not in senders and a != layout.target]


def view_of(engine: Engine, state: State, actor: str) -> StockView:
    """The stocks as an actor perceives them: what is hidden from it is replaced by its belief."""
    p, layout = engine.p, engine.layout
    view = StockView(engine.table, state.stocks)
    beliefs: dict[str, Array] = {}
    if actor != layout.focus:
        if actor in layout.watchers:
            beliefs["enforcement"] = perceived_enforcement(
                view[f"belief:{actor}"], permissive=p["evidence.permissive"], strict=p["evidence.strict"]
            )
        else:
            beliefs["enforcement"] = view["announced"]
        beliefs["regime"] = engine.table.base[engine.table.index["regime"]]
        beliefs["rent-tolerance"] = engine.table.base[engine.table.index["rent-tolerance"]]
    for watcher in layout.watchers:
        if watcher != actor:
            # Another actor's belief and its unused cases are its own; one supposes the prior and none.
            for stock in ("belief", "evidence"):
                beliefs[f"{stock}:{watcher}"] = engine.table.base[engine.table.index[f"{stock}:{watcher}"]]
    return StockView(engine.table, state.stocks, beliefs)


def perceived(engine: Engine, state: State, actor: str) -> Array:
    """The stocks as an actor perceives them, ``[coordinate, lane]``."""
    view = view_of(engine, state, actor)
    out = state.stocks.copy()
    for key, value in view.beliefs.items():
        out[engine.table.index[key]] = value
    return out


def add_plays(engine: Engine, weights: Mapping[int, Array], into: Array) -> Array:
    """Add the immediate impulses of entries, times their weights ``[lane]``, to ``[coordinate, lane]``."""
    for i, weight in weights.items():
        if weight.any():
            for d, size in engine.immediate[i]:
                into[d] += size * weight
    return into


def background(engine: Engine, state: State, actor: str, moved: Sequence[str]) -> Array:
    """Impulses of the others: what those who moved this turn did, what the rest may be expected to do."""
    weights: dict[int, Array] = {}
    for i, entry in enumerate(engine.layout.catalogue.entries):
        if entry.actor == actor:
            continue
        if entry.actor in moved:
            weights[i] = state.played[i] * state.accept[i] if entry.is_offer else state.played[i]
        else:
            weights[i] = state.mixed[i]
    return add_plays(engine, weights, np.zeros_like(state.stocks))


def deliberate(
    engine: Engine, state: State, actor: str, moved: Sequence[str], step: StateStep, *, alone: bool = False
) -> Deliberation:
    """Set up an actor's look-ahead for this turn."""
    made = np.zeros_like(state.stocks) if alone else background(engine, state, actor, moved)
    return weighing(engine, state, engine.plans[actor], step, made)


def weighing(engine: Engine, state: State, plan: Plan, step: StateStep, made: Array) -> Deliberation:
    """The look-ahead of a plan's actor, quick or deep as the scenario says."""
    view, wants = perceived(engine, state, plan.actor), engine.wants(plan)
    if engine.layout.scenario.decision.depth == "deep":
        from multivector.world.deep import DeepDeliberation

        return DeepDeliberation(
            engine, state, plan, step=step, objectives=engine.objectives, wants=wants, view=view, made=made
        )
    return Deliberation(plan, step=step, objectives=engine.objectives, wants=wants, view=view, made=made)


def allowed(engine: Engine, state: State, actor: str) -> Mask:
    """Entries whose rest is over and whose condition holds, ``[entry, lane]``; the same for all slots of a turn."""
    layout = engine.layout
    entries, menu = layout.catalogue.entries, layout.catalogue.menu[actor]
    view = view_of(engine, state, actor)
    out = state.resting[list(menu)] < 0.5
    known: dict[tuple[int, str | None], Mask] = {}
    for m, i in enumerate(menu):
        entry = entries[i]
        if layout.scenario.senders == "dated" and entry.move.code == "M18":
            # The senders' packages stand in the scenario: playing them too would count sanctions twice.
            out[m] = False
        elif entry.move.when is not None:
            name = (id(entry.move), entry.target)
            if name not in known:
                known[name] = engine.conditions.holds(entry.move.when, state, view, by=actor, target=entry.target)
            out[m] &= known[name]
    return out


def feasible(engine: Engine, state: State, actor: str, may: Mask | None = None) -> Mask:
    """What an actor may play now, ``[entry, lane]``; the last row, *stop*, always. `may` is what `allowed` gave."""
    catalogue = engine.layout.catalogue
    menu = catalogue.menu[actor]
    out = np.ones((len(menu) + 1, state.lanes), bool)
    out[:-1] = allowed(engine, state, actor) if may is None else may
    played = [i for i in menu if state.played[i].any()]
    kinds: dict[str, Array] = {}
    for i in played:
        kind = catalogue.entries[i].move.kind
        kinds[kind] = kinds[kind] + state.played[i] if kind in kinds else state.played[i]
    together = engine.layout.scenario.order == "simultaneous"
    for m, i in enumerate(menu):
        kind = catalogue.entries[i].move.kind
        if kind in kinds:
            out[m] &= kinds[kind] < 1.5
        for j in catalogue.excludes[i]:
            # Who decides at the same time does not see the other's open offer.
            if j in played or (not together and state.played[j].any()):
                out[m] &= state.played[j] < 0.5
    return out


def decide_slot(engine: Engine, state: State, sitting: Sitting, policy: Policy, draws: Draws) -> Choice:
    """One slot: weigh, choose, write the play into the state (in place)."""
    deliberation, actor = sitting.deliberation, sitting.actor
    weighed = deliberation.weigh()
    if sitting.allowed is None:
        sitting.allowed = allowed(engine, state, actor)
    may = feasible(engine, state, actor, sitting.allowed)
    if sitting.choices:
        stopped = sitting.choices[-1].chosen == len(deliberation.menu)
        may[:-1] &= ~stopped
    objective = engine.objectives[actor]
    odds = probabilities(weighed.value, may, objective.precision, objective.scale)
    chosen, tied = policy.choose(engine, actor, sitting.slot, weighed, may, draws, state.turn)
    for m, i in enumerate(deliberation.menu):
        taken = chosen == m
        state.played[i] = np.where(taken, 1.0, state.played[i])
        state.accept[i] = np.where(taken, weighed.accept[m], state.accept[i])
        state.transfer[i] = np.where(taken, weighed.transfer[m], state.transfer[i])
    sitting.expected = sitting.expected + odds[:-1] * weighed.accept[:-1]
    choice = Choice(
        actor, sitting.slot, deliberation.menu, may, weighed.value, odds, weighed.terms, weighed.accept, chosen, tied
    )
    deliberation.commit(chosen, weighed)
    sitting.choices.append(choice)
    sitting.slot += 1
    return choice


def slots(engine: Engine, actor: str) -> int:
    """Moves that an actor may make in a quarter."""
    given = engine.layout.scenario.actors[actor].slots
    return given if given is not None else (3 if actor == engine.layout.focus else 2)


def first_beliefs(engine: Engine, state: State, step: StateStep) -> None:
    """What is expected of the others in the first turn: one step at base with everybody else on hold (in place)."""
    for actor in engine.layout.actors:
        deliberation = deliberate(engine, state, actor, (), step, alone=True)
        weighed = deliberation.weigh()
        may = feasible(engine, state, actor)
        objective = engine.objectives[actor]
        odds = probabilities(weighed.value, may, objective.precision, objective.scale)
        state.mixed[list(deliberation.menu)] = odds[:-1] * weighed.accept[:-1]


def settled(engine: Engine, state: State) -> Array:
    """Impulses of all plays of this turn that need no answer, ``[coordinate, lane]``."""
    entries = engine.layout.catalogue.entries
    return add_plays(
        engine, {i: state.played[i] for i, e in enumerate(entries) if not e.is_offer}, np.zeros_like(state.stocks)
    )


def answer_odds(engine: Engine, state: State, step: StateStep) -> None:
    """The answering side weighs each open offer against none, knowing what has been done (in place)."""
    made: Array | None = None
    for actor, plan in engine.answers.items():
        if not any(state.played[i].any() for i in plan.menu):
            continue
        made = settled(engine, state) if made is None else made
        accept = weighing(engine, state, plan, step, made).answer(state.transfer[list(plan.menu)])
        for k, i in enumerate(plan.menu):
            state.accept[i] = np.where(state.played[i] > 0.5, accept[k], state.accept[i])
