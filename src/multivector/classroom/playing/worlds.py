"""The worlds of a room on the engine: each a lane of one model on one replicate, so that all meet the same shocks.

A seat is a policy that waits for a person. Where people said nothing, the doctrine draws, with the draws that it would
have had in `multivector run`: a world that machines play is that run, bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from multivector.classroom.lesson.narrowed import Part, Parts, rows
from multivector.classroom.lesson.rounds import Names
from multivector.decisions.choice import Mask
from multivector.decisions.lookahead import Weighed
from multivector.experiment.histories.arms import Arms
from multivector.experiment.histories.story import Story
from multivector.mechanisms.common import Array
from multivector.schema import Scenario
from multivector.world.choosing.deciding import answer_odds, decide_slot, feasible, perceived, slots
from multivector.world.choosing.policies import Choice, DoctrinePolicy
from multivector.world.economy.oil_trade import OilFlows
from multivector.world.engine import Engine
from multivector.world.happened import Happened
from multivector.world.layout.layout import build_layout
from multivector.world.model import DiplomacyModel, Snapshot, padded
from multivector.world.quarter.draws import NEWS, Draws
from multivector.world.said import OPTIONS, Said
from multivector.world.setup import Setup
from multivector.world.state import State
from multivector.world.watching.observed import PRESSURE, Observer

GAUGES = ("real_income", "oil.exported", "goodwill_floor", "approval", "autonomy")
"""Outcomes that a class looks at: the five results of the rules sheet."""
REPLICATE = 0
"""All worlds of a room are this replicate of the room's seed: the first history of `multivector run`."""
OF_A_KIND = 2
ByPart = list[dict[str, list[list[str]]]]
"""What doctrines do in a turn, by world and actor, part by part."""
OPEN = "…"
"""Ends a list of moves that goes on: those that follow are the doctrine's."""


@dataclass(frozen=True)
class Played:
    """What one world's delegations did in a turn.

    Attributes
    ----------
    moves : entries by actor, in order; an actor that is not there was played by its doctrine.
    answers : offer -> whether it was accepted, where people answered or were asked and were silent.
    votes : text -> actor -> vote, where people voted.
    """

    moves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    answers: Mapping[str, bool] = field(default_factory=dict)
    votes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Menu:
    """An actor's menu at the beginning of a turn, in all worlds: ``[entry, world]``; the last row is *stop*."""

    entries: tuple[str, ...]
    feasible: Mask
    value: Array
    accept: Array
    terms: Mapping[str, Array]


class SeatPolicy(DoctrinePolicy):
    """Plays what people decided, lane by lane, and the doctrine where they decided nothing.

    `plays` is by turn, then by lane; None is the doctrine, and so is what follows `OPEN` in a list. `only` narrows what
    the doctrine may choose, by turn and by the slots that follow what was decided.
    """

    rule = "logit"

    def __init__(self) -> None:
        self.plays: dict[int, Sequence[tuple[str, ...] | None]] = {}
        self.only: dict[int, tuple[Names, ...]] = {}

    def choose(
        self, engine: Engine, actor: str, slot: int, weighed: Weighed, feasible: Mask, draws: Draws, turn: int
    ) -> tuple[NDArray[np.int64], Mask]:
        """The entry at this place of the list, *stop* after its end or where it cannot be played."""
        may = self._narrowed(engine, actor, slot, feasible, turn)
        chosen, tied = super().choose(engine, actor, slot, weighed, may, draws, turn)
        catalogue = engine.layout.catalogue
        menu, stop = catalogue.menu[actor], len(catalogue.menu[actor])
        for lane, entries in enumerate(self.plays.get(turn, ())):
            if entries is None or (entries[-1:] == (OPEN,) and slot >= len(entries)):
                continue
            pick = menu.index(catalogue.index[entries[slot - 1]]) if slot <= len(entries) else stop
            chosen[lane] = pick if feasible[pick, lane] else stop
            tied[lane] = False
        return chosen, tied

    def _narrowed(self, engine: Engine, actor: str, slot: int, feasible: Mask, turn: int) -> Mask:
        """What the doctrine may choose from, where the lesson has lists for this turn."""
        lists = self.only.get(turn)
        if lists is None:
            return feasible
        catalogue, may, plays = engine.layout.catalogue, feasible.copy(), self.plays.get(turn, ())
        for lane in range(may.shape[1]):
            made = plays[lane] if lane < len(plays) else None
            at = slot - 1 - (len(made) - 1 if made and made[-1] == OPEN else 0)
            if at >= 0:
                names = lists[at] if at < len(lists) else frozenset()
                may[:, lane] &= rows(catalogue.menu[actor], catalogue.entries, names)
        return may


class ListPolicy(DoctrinePolicy):
    """The doctrine with a list of moves: what is not on it cannot be chosen, all else is weighed as ever."""

    def __init__(self, only: Names) -> None:
        self.only = only

    def choose(
        self, engine: Engine, actor: str, slot: int, weighed: Weighed, feasible: Mask, draws: Draws, turn: int
    ) -> tuple[NDArray[np.int64], Mask]:
        """Draw from what is feasible and on the list."""
        catalogue = engine.layout.catalogue
        may = feasible & rows(catalogue.menu[actor], catalogue.entries, self.only)[:, None]
        return super().choose(engine, actor, slot, weighed, may, draws, turn)


class LikeSetup(Setup):
    """The set-up of a world that differs from another in dated events, answers or scripts alone."""

    def __init__(self, scenario: Scenario, like: Setup) -> None:
        self.scenario, self.layout = scenario, build_layout(scenario)
        self.terminal, self.scales, self.gradient, self.weighed = (
            like.terminal,
            like.scales,
            like.gradient,
            like.weighed,
        )
        self._base = None  # more or fewer dated events: other impulses wait


class Ahead(Draws):
    """The room's draws up to the news of a turn, others from there on: nobody's staff sees what will come."""

    def __init__(self, room: Draws, ids: Sequence[int], *, first: int, root: int) -> None:
        super().__init__(root, padded(np.asarray(ids, np.int64)), room.turns)
        self._room = Draws(room.seed, np.full(len(self.ids), REPLICATE), room.turns)
        self._first = first

    def uniform(self, name: str, turn: int) -> Array:
        """Uniforms of one stream in one turn, ``[lane]``."""
        known = turn < self._first or (turn == self._first and name.startswith(NEWS))
        return self._room.uniform(name, turn) if known else super().uniform(name, turn)


class Watch:
    """Keeps the outcomes of every turn, ``[world]``, and what happened."""

    def __init__(self, model: DiplomacyModel, names: Sequence[str] | None = None) -> None:
        self.observer, self.count, self._names = Observer(model.engine), model.count, names
        self.outcomes: list[dict[str, Array]] = []
        self.happened: list[Happened] = []
        model.observers.append(self)

    def __call__(self, model: DiplomacyModel, happened: Happened, choices: Sequence[Choice]) -> None:
        """Take in a turn; changes nothing."""
        del choices
        found = self.observer.outcomes(model.state, happened)
        names = found if self._names is None else self._names
        self.outcomes.append({n: np.array(found[n][: self.count]) for n in names})
        self.happened.append(happened)


def before(observer: Observer, state: State) -> dict[str, Array]:
    """Outcomes of a state in which no quarter was played: what would be counted in a quarter is nan, oil its base."""
    engine = observer.engine
    layout, oil = engine.layout, engine.economy.oil
    unknown = np.full(engine.p.lanes, np.nan)
    none = OilFlows(oil.base, *(unknown,) * 3, np.full((len(layout.nodes), engine.p.lanes), np.nan), *(unknown,) * 3)
    names = [*layout.watchers, *PRESSURE]
    rates = {**dict.fromkeys([f"case:{w}" for w in names], unknown), **dict.fromkeys([*names, "crisis"], unknown)}
    happened = Happened(layout.scenario.quarters()[0], hazards=rates, rates=rates, gauges={"receipts": unknown},
                        oil=none, price=unknown)  # fmt: skip
    with np.errstate(all="ignore"):
        out = observer.outcomes(state, happened)
    return out | {"oil.exported": np.ones(engine.p.lanes), "coercion.count": unknown}


def spread(plays: Sequence[Mapping[str, tuple[str, ...]]], actor: str) -> list[tuple[str, ...] | None]:
    """One actor's plays by lane."""
    return [play.get(actor) for play in plays]


class Worlds:
    """The room's worlds, turn by turn.

    Parameters
    ----------
    arms : the scenario (its order of play becomes simultaneous) and its benchmark.
    seed : root of all draws.
    count : worlds.
    like : the set-up of the same world before an event was put into it.
    benchmark : log real income of the focus actor in the benchmark on the room's draws, ``[turn, 1]``, if known.
    """

    def __init__(
        self, arms: Arms, seed: int, count: int, *, like: Setup | None = None, benchmark: Array | None = None
    ) -> None:
        self.arms, self.seed, self.count = arms, seed, count
        self.setup = Setup(arms.scenario) if like is None else LikeSetup(arms.scenario, like)
        self.benchmark = self._benchmark() if benchmark is None else benchmark
        self.scenario = arms.scenario
        self.policies = {a: SeatPolicy() for a in self.setup.layout.actors}
        self._tapped: dict[tuple[str, str], Setup] = {}
        self._others: dict[tuple[str, str], DiplomacyModel] = {}
        self._making = Lock()
        self._lists: dict[tuple[str, str], ByPart] = {}
        self.narrowed: Parts = {}
        self.model = self._model(self.setup, self.policies)
        self.stories = [Story(lane) for lane in range(count)]
        self.watch = Watch(self.model)
        self.model.observers += self.stories
        self.past: list[tuple[Played, ...]] = []
        self.openings: list[State] = []
        self._start: dict[str, Array] | None = None
        self._seen: dict[tuple[str, str], list[dict[str, float]]] = {}
        entries = self.setup.layout.catalogue.entries
        self._offers = {a: [e.id for e in entries if e.is_offer and e.target == a] for a in self.actors}
        self.menus: dict[str, Menu] = {}
        self._by_part: ByPart = []
        self._by_doctrine: list[dict[str, list[str]]] = []

    def _model(self, setup: Setup, policies: Mapping[str, DoctrinePolicy]) -> DiplomacyModel:
        line = None if self.benchmark is None else np.repeat(self.benchmark, self.count, axis=1)
        return DiplomacyModel(setup, [REPLICATE] * self.count, seed=self.seed, policies=policies, benchmark=line)

    def _benchmark(self) -> Array | None:
        if self.arms.benchmark is None:
            return None
        model = DiplomacyModel(Setup(self.arms.benchmark), [REPLICATE], seed=self.seed)
        rows: list[Array] = []
        f = model.engine.layout.actors.index(model.scenario_.focus)
        model.observers.append(lambda m, _happened, _choices: rows.append(m.state.ln_income[f, :1].copy()))
        model.run()
        return np.stack(rows)

    # ---- what is asked of it

    @property
    def turn(self) -> int:
        """Turn that is being played, or the next one."""
        return len(self.past)

    @property
    def actors(self) -> tuple[str, ...]:
        """Codes of the actors."""
        return self.setup.layout.actors

    @property
    def quarter(self) -> str:
        """Quarter of that turn; the last one when the game is over."""
        quarters = self.scenario.quarters()
        return quarters[min(self.turn, len(quarters) - 1)]

    def slots(self, actor: str) -> int:
        """Moves that an actor may make in a turn."""
        return slots(self.model.engine, actor)

    def texts(self) -> list[str]:
        """Texts that are voted on this turn."""
        return [b.id for b in self.model.engine.ballots if b.turn == self.turn]

    def offers_to(self, actor: str) -> list[str]:
        """Offers that an actor may be asked to answer."""
        return self._offers[actor]

    def stocks_as_seen(self, actor: str, world: int) -> dict[str, float]:
        """The stocks as an actor perceives them now."""
        return self._perceived("now", self.model.state, actor, world)

    def opening_before(self) -> State | None:
        """The state a quarter before: at the beginning of the last one; None in the first."""
        closed = len(self.openings) == self.turn
        return self.openings[-1] if closed and self.openings else self.openings[-2] if self.openings[1:] else None

    def stocks_before(self, actor: str, world: int) -> dict[str, float] | None:
        """The stocks as an actor perceived them a quarter ago; None in the first."""
        past = self.opening_before()
        if past is None:
            return None
        return self._perceived("before", past, actor, world)

    def _perceived(self, when: str, state: State, actor: str, world: int) -> dict[str, float]:
        """All stocks in one world as an actor perceives them; worked out once a quarter for all of its seats."""
        if (when, actor) not in self._seen:
            found, index = perceived(self.model.engine, state, actor), self.model.engine.table.index
            columns = found[[index[key] for key in index], : self.count].T.tolist()
            self._seen[when, actor] = [dict(zip(index, column, strict=True)) for column in columns]
        return self._seen[when, actor][world]

    def start(self) -> dict[str, Array]:
        """Outcomes before anything has happened, ``[lane]``; nan where an outcome is nothing but what happened."""
        if self._start is None:
            self._start = before(self.watch.observer, self.openings[0])
        return self._start

    def course(self, outcome: str, lane: int) -> list[float]:
        """An outcome of one world from before the first quarter on; nan where it counts what had not happened yet."""
        return [float(row[outcome][lane]) for row in (self.start(), *self.watch.outcomes)]

    # ---- playing

    def open(self) -> None:
        """Begin the turn: its news come, and every delegation's advisers weigh its menu."""
        model = self.model
        model.tick()
        self.openings.append(model.snapshot().opening)
        self._seen = {}
        self.menus = {}
        for code in self.actors:
            sitting = model.actors[code].sit_down([])
            weighed, may = sitting.deliberation.weigh(), feasible(model.engine, model.state, code)
            entries = tuple(e.id for e in sitting.deliberation.entries)
            stop = weighed.value[-1]
            terms = {n: np.broadcast_to(t, weighed.value.shape) for n, t in weighed.terms.items()}
            self.menus[code] = Menu(
                entries, may[:, : self.count].copy(), (weighed.value - stop)[:, : self.count],
                weighed.accept[:, : self.count].copy(),
                {n: (t - t[-1])[:, : self.count] for n, t in terms.items()},
            )  # fmt: skip
        self._by_part = self._parts(model, self.actors)
        self._by_doctrine = [{a: [e for part in parts for e in part] for a, parts in row.items()}
                             for row in self._by_part]  # fmt: skip
        self._lists = {}

    @property
    def by_doctrine(self) -> list[dict[str, list[str]]]:
        """What each doctrine will do this turn, by world: all choose at the same time, so it is known already."""
        return self._by_doctrine

    def by_part(self, doctrine: str | None, actor: str) -> list[list[list[str]]]:
        """The same of one actor, part by part where it has lists in this quarter; by another doctrine if one is named.

        Who stops in one part goes on in the next: what is left undone of one list says nothing of another.
        """
        if doctrine is not None:
            self.by(doctrine, actor)
        found = self._by_part if doctrine is None else self._lists[(actor, doctrine)]
        return [row[actor] for row in found]

    def _parts(self, model: DiplomacyModel, actors: Sequence[str]) -> ByPart:
        lists = self.narrowed.get(self.turn, {})
        return by_parts(model, {a: lists.get(a, (Part(self.slots(a)),)) for a in actors}, self.count)

    # ---- a doctrine that people tapped

    def foresee(self, doctrine: str, actor: str) -> DiplomacyModel:
        """These worlds, if one actor had another doctrine; made once, in any thread: its set-up takes long."""
        key = (actor, doctrine)
        with self._making:
            if key not in self._others:
                scenario = with_doctrine(self.scenario, actor, doctrine)
                if key not in self._tapped:
                    self._tapped[key] = Setup(scenario)
                setup = LikeSetup(scenario, self._tapped[key])
                self._others[key] = self._model(setup, {a: SeatPolicy() for a in self.actors})
        return self._others[key]

    def _with(self, actor: str, doctrine: str) -> DiplomacyModel:
        """The same at the beginning of this turn; on the same draws."""
        model, opening = self.foresee(doctrine, actor), self.openings[self.turn]
        model.restore(Snapshot(opening, opening, ("between", self.turn, 0)))
        return model

    def by(self, doctrine: str, actor: str) -> list[list[str]]:
        """What an actor would do this turn by a doctrine that is not the scenario's, world by world."""
        key = (actor, doctrine)
        if key not in self._lists:
            model = self._with(actor, doctrine)
            model.tick()
            self._lists[key] = self._parts(model, [actor])
        return [[e for part in row[actor] for e in part] for row in self._lists[key]]

    def said_by(self, doctrine: str, actor: str, played: Sequence[Played]) -> list[Played]:
        """What an actor would answer and vote by such a doctrine where people did not, once all moves are made."""
        model, turn = self._with(actor, doctrine), self.turn
        for code, actor_ in model.actors.items():
            policy = actor_.policy
            assert isinstance(policy, SeatPolicy)
            policy.plays[turn] = spread([p.moves for p in played], code)
        model.said = said_in(self.count, model.state.lanes, turn, played)
        stories = [Story(lane) for lane in range(self.count)]
        model.observers[:] = stories
        model.step()
        asked, at = set(self.offers_to(actor)), self.actors.index(actor)
        names = {number: vote for vote, number in OPTIONS.items()}
        entries = {e.id: e for e in self.setup.layout.catalogue.entries}
        return [
            Played({}, {o: end == entries[o].ends[0] for o, end in story.turns[0].answers.items() if o in asked},
                   {text: {actor: names[cast[at]]} for text, cast in story.turns[0].votes.items()})
            for story in stories
        ]  # fmt: skip

    def filled(self, world: int, actor: str, made: Sequence[str], missing: int, more: Sequence[str]) -> list[str]:
        """Moves that people made, with as many of a doctrine's as are missing and go with them."""
        out = list(made)
        for entry in more:
            if missing > 0 and self.wrong(world, actor, [*out, entry]) is None:
                out, missing = [*out, entry], missing - 1
        return out

    def wrong(self, world: int, actor: str, entries: Sequence[str]) -> str | None:
        """What is wrong with a list of moves as a whole: an error code, or None if it can be played."""
        menu, catalogue = self.menus[actor], self.setup.layout.catalogue
        if len(entries) > self.slots(actor):
            return "no-more-slots"
        kinds: dict[str, int] = {}
        for k, id in enumerate(entries):
            if id not in menu.entries:
                return "unknown"
            i = catalogue.index[id]
            kind = catalogue.entries[i].move.kind
            kinds[kind] = kinds.get(kind, 0) + 1
            barred = any(catalogue.entries[j].id in entries[:k] for j in catalogue.excludes[i])
            if not menu.feasible[menu.entries.index(id), world] or barred or kinds[kind] > OF_A_KIND:
                return "not-feasible"
        return None

    def excluded(self, entry: str) -> list[str]:
        """Other entries of the same actor that cannot go with an entry."""
        catalogue = self.setup.layout.catalogue
        i = catalogue.index[entry]
        return [catalogue.entries[j].id for j in catalogue.excludes[i]
                if j != i and catalogue.entries[j].actor == catalogue.entries[i].actor]  # fmt: skip

    def acceptance(self, world: int, offers: Sequence[str]) -> dict[str, float]:
        """P(accepted) of offers by the doctrine of who answers, as if they alone were open: what its advisers say."""
        engine, state = self.model.engine, self.model.state.copy()
        rows = [engine.layout.catalogue.index[o] for o in offers]
        state.played[rows, world] = 1.0
        for i in rows:
            entry = engine.layout.catalogue.entries[i]
            menu = self.menus[entry.actor]
            state.accept[i, world] = menu.accept[menu.entries.index(entry.id), world]
        answer_odds(engine, state, self.model.shared_step())
        return {o: float(state.accept[i, world]) for o, i in zip(offers, rows, strict=True)}

    def close(self, played: Sequence[Played]) -> None:
        """Play the turn out with what people decided."""
        turn = self.turn
        for code, policy in self.policies.items():
            policy.plays[turn] = spread([p.moves for p in played], code)
        said = said_in(self.count, self.model.state.lanes, turn, played)
        self.model.said.answers |= said.answers
        self.model.said.votes |= said.votes
        while self.model.tick() is not None:
            pass
        self.past.append(tuple(played))
        self._seen = {}

    def made(self, world: int, turn: int) -> dict[str, list[str]]:
        """What every actor did in a turn that is over, whoever decided it."""
        out: dict[str, list[str]] = {a: [] for a in self.actors}
        for decision in self.stories[world].turns[turn].decisions:
            if not decision.pick.entry.endswith(":stop"):
                out[decision.actor].append(decision.pick.entry)
        return out

    def again(self, arms: Arms) -> Worlds:
        """The same game in a world that differs in dated events to come: played again to where it stands."""
        other = Worlds(arms, self.seed, self.count, like=self.setup)
        other._tapped, other.narrowed = self._tapped, self.narrowed
        for turn in self.past:
            other.open()
            other.close(turn)
        return other


def by_parts(model: DiplomacyModel, lists: Mapping[str, Sequence[Part]], count: int) -> ByPart:
    """What doctrines do this turn in the first lanes of a model that stands after the turn's news; it is not touched.

    `lists` has for each actor the parts of the quarter: who stops in one goes on in the next.
    """
    entries = model.engine.layout.catalogue.entries
    out: ByPart = [{a: [] for a in lists} for _ in range(count)]
    for code, parts in lists.items():
        state, sitting = model.state.copy(), model.actors[code].sit_down([])
        for part in parts:
            policy = DoctrinePolicy() if part.only is None else ListPolicy(part.only)
            sitting.choices.clear()
            for row in out:
                row[code].append([])
            for _ in range(part.moves):
                choice = decide_slot(model.engine, state, sitting, policy, model.draws)
                for lane in range(count):
                    if choice.asked[lane] and not choice.stopped[lane]:
                        out[lane][code][-1].append(entries[choice.menu[choice.chosen[lane]]].id)
    return out


def cut(scenario: Scenario, turns: int) -> Scenario:
    """A scenario that ends after the turns that were played. What is dated later stays in it and never comes.

    It may not be left out: until the last dated stop of a pipeline none is drawn.
    """
    return scenario.model_copy(update={"calendar": scenario.calendar.model_copy(update={"turns": turns})})


def with_doctrine(scenario: Scenario, actor: str, doctrine: str) -> Scenario:
    """A scenario in which one actor has another doctrine."""
    own = scenario.actors[actor].model_copy(update={"doctrine": doctrine})
    return scenario.model_copy(update={"actors": {**scenario.actors, actor: own}})


def said_in(count: int, lanes: int, turn: int, played: Sequence[Played]) -> Said:
    """Answers and votes of a turn, lane by lane."""
    said = Said()
    for world, one in enumerate(played[:count]):
        for offer, yes in one.answers.items():
            said.answers.setdefault((turn, offer), np.full(lanes, np.nan))[world] = float(yes)
        for text, cast in one.votes.items():
            for actor, vote in cast.items():
                said.votes.setdefault((text, actor), np.full(lanes, np.nan))[world] = float(OPTIONS[vote])
    return said
