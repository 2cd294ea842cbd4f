"""Decisions inside a turn: who chooses when, what is feasible, slot by slot; a policy picks from what was weighed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from multivector.decisions.choice import Mask
from multivector.decisions.lookahead import Deliberation, Weighed
from multivector.decisions.plan import Plan
from multivector.decisions.question import Question
from multivector.mechanisms.common import Array
from multivector.mechanisms.evasion import perceived_enforcement
from multivector.mechanisms.stock_table import StockView
from multivector.world.choosing.policies import STOP, Choice, Decider, PackagePolicy, drawn_from, gumbel_of, odds_of
from multivector.world.quarter import contests
from multivector.world.quarter.draws import Draws
from multivector.world.state import State

if TYPE_CHECKING:
    from multivector.world.engine import Engine
    from multivector.world.step import StateStep


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


def background(
    engine: Engine, state: State, actor: str, moved: Sequence[str], step: StateStep, mixed: Array | None = None
) -> Array:
    """Impulses of the others: what those who moved this turn did, what the rest may be expected to do.

    That is their mixed play of last turn, unless `mixed` ``[entry, lane]`` says otherwise.
    """
    own = engine.layout.catalogue.by == actor
    weight = expected_of(engine, state, moved, state.mixed if mixed is None else mixed)
    return step.add_plays(np.where(own[:, None], 0.0, weight))


def expected_of(engine: Engine, state: State, moved: Sequence[str], mixed: Array) -> Array:
    """Plays of this turn: of those who moved what they did, of the rest what is expected, ``[entry, lane]``."""
    done = np.isin(engine.layout.catalogue.by, np.array(moved, str))
    return np.where(done[:, None], _effective(engine, state), mixed)


def _effective(engine: Engine, state: State) -> Array:
    """Plays of this turn, those that are not sure by their probability, ``[entry, lane]``."""
    sure = engine.layout.catalogue.sure[:, None]
    return np.where(sure, state.played, state.played * state.accept)


def deliberate(
    engine: Engine, state: State, actor: str, moved: Sequence[str], step: StateStep, *, alone: bool = False,
    mixed: Array | None = None,
) -> Deliberation:  # fmt: skip
    """Set up an actor's look-ahead for this turn; `mixed` is what it expects of the others, if not last turn's play."""
    made = np.zeros_like(state.stocks) if alone else background(engine, state, actor, moved, step, mixed)
    return weighing(engine, state, engine.plans[actor], step, made)


def weighing(engine: Engine, state: State, plan: Plan, step: StateStep, made: Array) -> Deliberation:
    """The look-ahead of a plan's actor, quick or deep as the scenario says."""
    view, wants = perceived(engine, state, plan.actor), engine.wants(plan)
    if engine.layout.scenario.decision.depth == "deep":
        from multivector.world.deep import DeepDeliberation

        return DeepDeliberation(
            engine, state, plan, step=step, objectives=engine.objectives, wants=wants, view=view, made=made
        )
    return step.deliberation(plan, wants=wants, view=view, made=made)


def allowed(engine: Engine, state: State, actor: str) -> Mask:
    """Entries whose rest is over and whose condition holds, ``[entry, lane]``; the same for all slots of a turn."""
    layout = engine.layout
    entries, menu = layout.catalogue.entries, layout.catalogue.menu[actor]
    view = view_of(engine, state, actor)
    out = state.resting[list(menu)] < 0.5
    voting = any(ballot.turn == state.turn for ballot in engine.ballots)
    known: dict[tuple[int, str | None], Mask] = {}
    for m, i in enumerate(menu):
        entry = entries[i]
        if layout.scenario.senders == "dated" and entry.move.dated:
            # The scenario has their dates: what is played besides would count twice.
            out[m] = False
        if not voting and any(i.key.startswith("vote-cost:") for i in entry.impulses):
            # There is nothing to explain in a quarter without a text.
            out[m] = False
        if entry.move.when is not None:
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
    on: Mask = np.asarray(state.played.any(axis=1))
    kinds: dict[str, Array] = {}
    for i in menu:
        if on[i]:
            kind = catalogue.entries[i].move.kind
            kinds[kind] = kinds[kind] + state.played[i] if kind in kinds else state.played[i]
    together = engine.layout.scenario.order == "simultaneous"
    for m, i in enumerate(menu):
        kind = catalogue.entries[i].move.kind
        if kind in kinds:
            out[m] &= kinds[kind] < 1.5
    for j, excluded in catalogue.excluded[actor].items():
        # Who decides at the same time does not see the other's open offer.
        if on[j] and (not together or catalogue.entries[j].actor == actor):
            out[excluded] &= state.played[j] < 0.5
    return out


def decide_slot(engine: Engine, state: State, sitting: Sitting, policy: Decider, draws: Draws) -> Choice:
    """One slot: weigh, choose, write the play into the state (in place)."""
    deliberation, actor = sitting.deliberation, sitting.actor
    asked = ~sitting.choices[-1].stopped if sitting.choices else np.ones(state.lanes, bool)
    if not asked.any():
        return _nothing_more(sitting, asked)
    weighed = deliberation.weigh()
    if sitting.allowed is None:
        sitting.allowed = allowed(engine, state, actor)
    may = feasible(engine, state, actor, sitting.allowed)
    may[:-1] &= asked
    question = asking(engine, state, deliberation, sitting.slot, weighed, may)
    odds = odds_of(policy, question, asked & (state.failed < 0.5))
    if isinstance(policy, PackagePolicy):
        chosen, tied = drawn_from(odds, gumbel_of(engine, actor, sitting.slot, draws, state.turn))
    else:
        chosen, tied = policy.choose(engine, actor, sitting.slot, weighed, may, draws, state.turn)
    lane = np.flatnonzero(chosen < len(deliberation.menu))
    m = chosen[lane]
    i = np.array(deliberation.menu, np.intp)[m]
    state.played[i, lane] = 1.0
    state.accept[i, lane] = weighed.accept[m, lane]
    state.transfer[i, lane] = weighed.transfer[m, lane]
    # An entry is taken once a turn at most: what is expected of it is that it comes about in one slot or another.
    sitting.expected = sitting.expected + (1.0 - sitting.expected) * odds[:-1] * weighed.accept[:-1]
    choice = Choice(
        actor, sitting.slot, deliberation.menu, may, weighed, odds, chosen, tied, asked, getattr(policy, "rule", "")
    )
    deliberation.commit(chosen, weighed)
    sitting.choices.append(choice)
    sitting.slot += 1
    return choice


def asking(
    engine: Engine, state: State, deliberation: Deliberation, slot: int, weighed: Weighed, may: Mask
) -> Question:
    """One slot as a policy sees it."""
    actor, objective, catalogue = deliberation.actor, engine.objectives[deliberation.actor], engine.layout.catalogue
    return Question(
        actor, engine.layout.scenario.quarters()[state.turn], slot,
        (*(entry.id for entry in deliberation.entries), f"{actor}:{STOP}"), may, weighed.value, weighed.accept,
        objective.precision, objective.scale, StockView(engine.table, deliberation.view), lambda: weighed.terms,
        lambda entry: state.recent[0][catalogue.index[entry]],
    )  # fmt: skip


def _nothing_more(sitting: Sitting, asked: Mask) -> Choice:
    """A slot that nobody fills."""
    menu = sitting.deliberation.menu
    none, only = np.zeros((len(menu) + 1, len(asked))), np.zeros((len(menu) + 1, len(asked)), bool)
    only[-1] = True
    weighed = Weighed(none, dict, none + 1.0, none)
    stop = np.full(len(asked), len(menu))
    choice = Choice(sitting.actor, sitting.slot, menu, only, weighed, only * 1.0, stop, asked, asked)
    sitting.choices.append(choice)
    sitting.slot += 1
    return choice


def slots(engine: Engine, actor: str) -> int:
    """Moves that an actor may make in a quarter."""
    layout = engine.layout
    given, usual = layout.scenario.actors[actor].slots, layout.scenario.decision.slots
    return given if given is not None else usual.focus if actor == layout.focus else usual.others


def first_beliefs(engine: Engine, state: State, step: StateStep, policies: Mapping[str, Decider]) -> None:
    """What is expected of the others in the first turn: one step at base with everybody else on hold (in place)."""
    everywhere = np.ones(state.lanes, bool)
    for actor in engine.layout.actors:
        deliberation = deliberate(engine, state, actor, (), step, alone=True)
        weighed = deliberation.weigh()
        may = feasible(engine, state, actor)
        odds = odds_of(policies[actor], asking(engine, state, deliberation, 1, weighed, may), everywhere)
        state.mixed[list(deliberation.menu)] = odds[:-1] * weighed.accept[:-1]


def settled(engine: Engine, state: State, step: StateStep) -> Array:
    """Impulses of all plays of this turn that are sure to come about, ``[coordinate, lane]``."""
    offers = engine.layout.catalogue.offers[:, None]
    return step.add_plays(np.where(offers, 0.0, _effective(engine, state)))


def answer_odds(engine: Engine, state: State, step: StateStep) -> None:
    """The answering side weighs each open offer against none, knowing what has been done (in place)."""
    made: Array | None = None
    for plan in engine.answers.values():
        if not any(state.played[i].any() for i in plan.menu):
            continue
        made = settled(engine, state, step) if made is None else made
        accept = weighing(engine, state, plan, step, made).answer(state.transfer[list(plan.menu)])
        for k, i in enumerate(plan.menu):
            state.accept[i] = np.where(state.played[i] > 0.5, accept[k], state.accept[i])
    contests.share_out(engine, state)
