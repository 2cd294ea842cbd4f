"""How sure the advisers are: a menu weighed once for each of many futures, instead of once over all of them.

A future has its own numbers of the world, drawn from the shipped posterior; what the others do (each of their moves
comes about or not, by its probability of last turn); which danger comes to pass (none, or one, by the odds of the
look-ahead); and what is answered to an offer. A move and doing nothing are weighed in the same futures: their
difference is the move's. None of it uses a draw of the turn, and no world of the room is touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np

from multivector.classroom.playing.worlds import REPLICATE, SeatPolicy, Worlds
from multivector.decisions.lookahead import Deliberation, Rows, Weighed
from multivector.decisions.objective import total
from multivector.experiment.histories.uncertain import Drawn
from multivector.experiment.shipped.posterior import read_posterior
from multivector.mechanisms.common import Array
from multivector.schema.numbers import numbers
from multivector.world.choosing.deciding import deliberate
from multivector.world.model import DiplomacyModel, Snapshot
from multivector.world.quarter.draws import Draws

FUTURES, LANES = 64, 512
"""Futures of a menu, and how many all worlds of a room have together at most."""
FEWEST = 16
NINE_IN_TEN = (0.05, 0.95)
ADVICE = 15485863
"""Added to the room's seed for the advisers' futures: a prime far from what people type and from other streams."""
OWN = ("utility.", "doctrines.", "weights.", "risk.")
"""Numbers that are the delegation's own, not the world's: what it wants, how it chooses. Its advisers know them."""


class Single(Deliberation):
    """A look-ahead in which each lane is one future: a danger that comes or not, an answer that is yes or no.

    `luck` has uniforms: ``danger`` by lane for the danger, ``answers`` for each entry of the menu, ``[entry, lane]``.
    In hindsight the dangers that came are known: ``came``, 1 or 0, ``[danger, lane]``, the same whatever is played.
    """

    luck: Mapping[str, Array]

    @classmethod
    def of(cls, one: Deliberation, luck: Mapping[str, Array]) -> Single:
        """From a look-ahead over all futures at once."""
        out = cls(one.plan, step=one.step, objectives=one.objectives, wants=one.wants, view=one.view, made=one.made)
        out.luck = luck
        return out

    def _value(self, actor: str, terms: dict[str, Array], rows: Rows) -> Array:
        """Value of every row in the lane's own future; of partners over all, since they answer before it comes."""
        if actor != self.actor:
            return super()._value(actor, terms, rows)
        quiet, worth = total(terms), self._hazard_worth(actor)
        chosen = self._futures(rows)
        value = np.asarray(quiet + np.einsum("fl,frl->rl", worth, chosen))
        objective = self.objectives[actor]
        cross = self.step.cross_response(self.plan) if objective.is_focus else None
        if cross is not None and cross[0].size:
            moved, extra = cross
            saved = (extra * chosen[:, moved]).sum(axis=0)
            value[moved] += objective.weights["income"] * 100.0 * saved
        return value

    def _futures(self, rows: Rows) -> Array:
        """Which dangers come to pass: 1 or 0, ``[future, row, lane]``; the first future is quiet."""
        odds = rows.odds.rows()
        if "came" in self.luck:
            came = np.broadcast_to(self.luck["came"][:, None], odds.shape)
            return np.concatenate((np.zeros((1, *odds.shape[1:])), came))
        whole = np.concatenate((np.ones((1, *odds.shape[1:])), odds))
        reached = np.cumsum(whole, axis=0) / whole.sum(axis=0)
        which = (reached < self.luck["danger"]).sum(axis=0)
        return np.asarray(which == np.arange(len(whole))[:, None, None], float)

    def weigh(self) -> Weighed:
        """Every entry in the lane's future, offers answered with a yes or a no."""
        rows, n = self._prepare(self.made), len(self.entries)
        value = self._value(self.actor, self._terms(self.actor, rows), rows)
        offers = self.step.offers(self.plan)
        gains = None if offers is None else self._partners_gain(offers, rows)
        # The same rows as `Deliberation.weigh` would work out once more; nobody asks what their value is made of.
        found = self._weighed(value, dict, offers, gains)
        cost = self.plan.cost + self.objectives[self.actor].effort * self.objectives[self.actor].scale
        gross, odds = found.value[:n] + cost, found.accept[:n]
        refused = value[np.array(self.plan.refusal, np.intp)]
        refused[self.plan.vetoed] = value[-1]
        agreed = (gross - (1.0 - odds) * refused) / np.maximum(odds, 1e-9)
        drawn = np.where(odds >= 1.0, gross, np.where(self.luck["answers"] < odds, agreed, refused))
        out = np.concatenate((drawn - cost, found.value[-1:]))
        return Weighed(out, dict, found.accept, found.transfer)


class Advisers:
    """The model in which a room's advisers look ahead, all worlds side by side: lane ``world * futures + future``.

    A future has the same numbers of the world in every turn: the model is made once, and put where a turn began.
    """

    def __init__(self, worlds: Worlds) -> None:
        self.worlds = worlds
        self.futures = max(FEWEST, min(FUTURES, LANES // worlds.count))
        self.at_work = Lock()
        self._draws = Draws(worlds.seed + ADVICE, np.arange(self.futures), worlds.scenario.calendar.turns)
        self._turn = -1

    @cached_property
    def _model(self) -> DiplomacyModel:
        worlds, each = self.worlds, self.futures
        drawn = Drawn(read_posterior(), numbers(worlds.scenario)).draw(range(each), worlds.seed + ADVICE)
        return DiplomacyModel(
            worlds.setup, [REPLICATE] * (worlds.count * each), seed=worlds.seed,
            policies={a: SeatPolicy() for a in worlds.actors},
            overrides={path: np.tile(values, worlds.count) for path, values in drawn.items()
                       if not path.startswith(OWN)},
        )  # fmt: skip

    def make(self) -> None:
        """Make the model: what the first turn would wait for longest."""
        with self.at_work:
            _ = self._model

    def at(self, turn: int) -> DiplomacyModel:
        """The worlds as they stood after the news of a turn, each in all of its futures."""
        model = self._model
        if self._turn != turn:
            lane = np.minimum(np.arange(model.state.lanes) // self.futures, self.worlds.count - 1)
            opening = self.worlds.openings[turn].take(lane.astype(np.intp))
            model.restore(Snapshot(opening, opening, ("between", turn, 0)))
            model.tick()
            self._turn = turn
        return model

    def uniforms(self, names: Sequence[str], turn: int) -> Array:
        """Uniforms of streams of the advisers' own, ``[name, lane]``: a future has the same in every world."""
        lanes = np.arange(self._model.state.lanes) % self.futures
        return np.stack([self._draws.uniform(f"advice/{name}", turn) for name in names])[:, lanes]


class Advice:
    """How sure the advisers are in one turn. It may be worked out in any thread; what was asked for once is kept."""

    def __init__(self, advisers: Advisers, turn: int) -> None:
        self.advisers, self.turn = advisers, turn
        self._known: dict[str, tuple[Array, Array]] = {}

    def known(self, actor: str) -> tuple[Array, Array] | None:
        """What `between` says, if it has been worked out."""
        return self._known.get(actor)

    def between(self, actor: str) -> tuple[Array, Array]:
        """Between what and what nine in ten futures put each entry against doing nothing: two ``[entry, world]``."""
        with self.advisers.at_work:
            if actor not in self._known:
                low, high = np.quantile(self._values(actor), NINE_IN_TEN, axis=2)
                self._known[actor] = low, high
        return self._known[actor]

    def _values(self, actor: str) -> Array:
        """Every entry against doing nothing, ``[entry, world, future]``."""
        advisers, model = self.advisers, self.advisers.at(self.turn)
        one = deliberate(model.engine, model.state, actor, [], model.shared_step(), mixed=self._others(model, actor))
        if type(one) is Deliberation:
            answers = advisers.uniforms([f"{actor}/{e.id}?" for e in one.entries], self.turn)
            one = Single.of(one, {"danger": advisers.uniforms([actor], self.turn)[0], "answers": answers})
        value, count = one.weigh().value, advisers.worlds.count
        return np.asarray((value - value[-1])[:, : count * advisers.futures].reshape(len(value), count, -1))

    def _others(self, model: DiplomacyModel, actor: str) -> Array:
        """What the others do, 1 or 0, ``[entry, lane]``: each move by its probability of last turn."""
        out, catalogue = np.zeros_like(model.state.mixed), model.engine.layout.catalogue
        others = np.flatnonzero(catalogue.by != actor)
        uniforms = self.advisers.uniforms([f"{actor}/{catalogue.entries[i].id}" for i in others], self.turn)
        out[others] = uniforms < model.state.mixed[others]
        return out


@dataclass(frozen=True)
class Looked:
    """A menu looked at again when the quarter is over, ``[entry, world]`` against doing nothing: what the advisers
    said, the chance of a yes that they gave, and the same look-ahead in the future that came.
    """

    entries: tuple[str, ...]
    told: Array
    accept: Array
    came: Array


class Hindsight:
    """A quarter that is over, weighed again knowing what the others did, what was answered and which dangers came."""

    def __init__(self, worlds: Worlds, turn: int) -> None:
        self.worlds, self.turn = worlds, turn
        self.model = DiplomacyModel(
            worlds.setup,
            [REPLICATE] * worlds.count,
            seed=worlds.seed,
            policies={a: SeatPolicy() for a in worlds.actors},
        )
        lane = np.minimum(np.arange(self.model.state.lanes), worlds.count - 1).astype(np.intp)
        opening = worlds.openings[turn].take(lane)
        self.model.restore(Snapshot(opening, opening, ("between", turn, 0)))
        self.model.tick()
        self._stories = [worlds.stories[k].turns[turn] for k in lane]

    def look(self, actor: str) -> Looked:
        """One actor's menu again."""
        model = self.model
        one = deliberate(model.engine, model.state, actor, [], model.shared_step())
        before = one.weigh()
        entries = tuple(e.id for e in one.entries)
        after = deliberate(model.engine, model.state, actor, [], model.shared_step(), mixed=self._played())
        if type(after) is Deliberation:
            after = Single.of(after, {"came": self._dangers(), "answers": self._answers(entries)})
        value, count = after.weigh().value, self.worlds.count
        return Looked(entries, (before.value - before.value[-1])[:-1, :count], before.accept[:-1, :count],
                      (value - value[-1])[:-1, :count])  # fmt: skip

    def _played(self) -> Array:
        """What everybody did, 1 or 0, ``[entry, lane]``; of what was not sure, what came about."""
        catalogue = self.model.engine.layout.catalogue
        out = np.zeros((len(catalogue.entries), self.model.state.lanes))
        for lane, story in enumerate(self._stories):
            for decision in story.decisions:
                at = catalogue.index.get(decision.pick.entry)
                if at is not None:
                    ended = story.answers.get(decision.pick.entry)
                    out[at, lane] = ended is None or ended == catalogue.entries[at].ends[0]
        return out

    def _answers(self, entries: tuple[str, ...]) -> Array:
        """A uniform below every chance where something came about, and above where it did not, ``[entry, lane]``."""
        played, index = self._played(), self.model.engine.layout.catalogue.index
        return np.asarray(np.where(played[[index[e] for e in entries]] > 0.0, -1.0, 2.0))

    def _dangers(self) -> Array:
        names = [name for name, _ in self.model.shared_step().hazards]
        return np.array([[float(story.hazards.get(n, 0.0) > 0.5) for story in self._stories] for n in names])
