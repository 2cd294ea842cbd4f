"""The game of a room: who sits where, what was confirmed, answered; a pure function of the log of what was done.

Nothing here knows a clock, a socket or a file. `acts.py` has what people may do; replaying the log in order gives the
same game again, so that nothing else needs to be kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from typing import Any

from multivector.classroom.lesson.narrowed import Parts, Slots, by_slot, lets, parts_of
from multivector.classroom.lesson.rounds import Round, rounds_of
from multivector.classroom.lesson.seats import SPARE, Seat, propose
from multivector.classroom.playing.advice import Advice, Advisers
from multivector.classroom.playing.worlds import Played, Worlds
from multivector.experiment.histories.arms import Arms
from multivector.schema import Scenario
from multivector.schema.world import Event

FORECASTS = 2
"""Requests to the staff that a delegation has in a turn."""
ROTATION = 3
"""Turns after which the head of a delegation changes."""
DEFAULT_MINUTES = 5.5
VOTE_MINUTES = 2.0
"""Length of a round in which people only vote: what is left of one that is dropped when the class is late."""
FOURTH = 3
"""The round that is dropped first, counted from 0."""


class Refused(Exception):
    """What was asked cannot be done: a code of `texts.toml`, section `refused`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Settings:
    """What a room was started with: all that the log does not say.

    `press` and `secretariat` are whether every world has such a seat; None: as its size gives it.
    `optional` are votes of a lesson that a teacher may switch on; they are no part of the scenario, so that a world in
    which none was held is the same result as without them.
    `source` is the name of the lesson or scenario.
    `rehearsal`: a teacher tries the lesson; the clock stands still, and all that people read or keep says so.
    """

    code: str
    seed: int
    size: int
    worlds: int
    minutes: tuple[float, ...] = (DEFAULT_MINUTES,)
    language: str = "en"
    plan: int | None = None
    press: bool | None = None
    secretariat: bool | None = None
    optional: tuple[Mapping[str, Any], ...] = ()
    source: str = ""
    rehearsal: bool = False

    def as_dict(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)

    @property
    def spare(self) -> dict[str, bool | None]:
        """Which spare seats were asked for."""
        return {"press": self.press, "secretariat": self.secretariat}

    @classmethod
    def of(cls, data: dict[str, Any]) -> Settings:
        """From plain data; what a newer version added is left out."""
        known = {f.name for f in fields(cls)}
        # A session of a version without spare seats goes on without them: its seats are those that people sit in.
        data = {**dict.fromkeys(SPARE, False), **data}
        kept: dict[str, Any] = {
            k: tuple(v) if k in ("minutes", "optional") else v for k, v in data.items() if k in known
        }
        return cls(**kept)


@dataclass
class Person:
    """Who has a seat: a nickname and a language, and nothing else that is theirs."""

    seat: str
    nickname: str
    language: str
    token: str
    out: str = ""
    objected: int = 0
    seen: bool = False
    surveys: dict[str, dict[str, str]] = field(default_factory=dict)
    predictions: dict[str, str] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


@dataclass
class Proposal:
    """A move that a ministry wants."""

    entry: str
    by: str
    objections: list[str] = field(default_factory=list)


@dataclass
class Delegation:
    """What one actor of one world has decided so far this turn.

    `typed`: the teacher entered its moves of this round; `spoke`: moves, answers or votes of this quarter;
    `owed`: moves that its line left to the doctrine; `recommended`: what ministries say to an offer, by seat.
    """

    proposals: list[Proposal] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    done: bool = False
    barred: list[str] = field(default_factory=list)
    answers: dict[str, bool] = field(default_factory=dict)
    recommended: dict[str, dict[str, bool]] = field(default_factory=dict)
    votes: dict[str, str] = field(default_factory=dict)
    forecasts: int = FORECASTS
    results: list[dict[str, Any]] = field(default_factory=list)
    typed: bool = False
    spoke: bool = False
    owed: int = 0
    passed_over: bool = False


@dataclass
class Message:
    """A phrase or a line from one delegation to another, or inside one."""

    turn: int
    world: str
    by: str
    to: str
    phrase: str | None
    text: str | None


@dataclass(frozen=True)
class Front:
    """The front page of a world's press for a round: codes of `happened`, first line first; `edition` counts from 1."""

    lines: tuple[str, ...]
    headline: str | None = None
    edition: int = 1


@dataclass
class Question:
    """What the press asked a delegation, and the phrase that its head answered with."""

    turn: int
    round: int
    world: str
    actor: str
    question: str
    by: str
    conference: bool = False
    answer: str | None = None
    answered_by: str = ""


@dataclass
class Sitting:
    """How the Secretariat of a world conducts this round."""

    opened: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    announced: list[str] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    speakers: list[str] = field(default_factory=list)
    floor: str | None = None


Key = tuple[str, str]


class Game:
    """A room's game.

    Parameters
    ----------
    settings : what the room was started with.
    arms : scenario and benchmark; the scenario's section `classroom` is the lesson.
    """

    def __init__(self, settings: Settings, arms: Arms) -> None:
        self.settings, self.arms = settings, arms
        self.lesson: dict[str, Any] = dict(arms.scenario.classroom)
        self.phase, self.turns = "lobby", arms.scenario.calendar.turns
        self.seats: dict[str, Seat] = {}
        self.people: dict[str, Person] = {}
        self.locked, self.free_text, self.paper = False, False, False
        self.keeps_text = ""
        self.survey_open: str | None = None
        self.screen, self.speaker = "join", None  # type: tuple[str, str | None]
        self.leaf, self.as_tables = 0, False
        self._advice: dict[int, Advice] = {}
        self._advisers: Advisers | None = None
        self._foreseen: Worlds | None = None
        self.bots: set[Key] = set()
        self.stand_ins: dict[Key, tuple[str, str]] = {}
        self.tables: dict[Key, Delegation] = {}
        self.doctrines: dict[Key, dict[str, str]] = {}
        self.explained: dict[tuple[str, str], dict[str, str]] = {}
        self.messages: list[Message] = []
        self.injected: list[str] = []
        self.pending: list[Event] = []
        self.lines: list[tuple[int, str]] = []
        self.cards: list[tuple[int, str]] = []
        self.items_on: set[str] = set()
        self.item_votes: dict[tuple[str, str], dict[str, str]] = {}
        self.words: dict[tuple[Key, int, str], dict[str, str]] = {}
        self.moves_log: list[dict[str, Any]] = []
        self.made: list[dict[Key, str]] = []
        self.plan = rounds_of(self.lesson.get("steps", ()), self.scenario.quarters())
        self.round = 0
        self.votes_only: set[int] = set()
        self.carried: dict[Key, list[str]] = {}
        self.by_part: dict[Key, dict[int, list[str]]] = {}
        self.missing: dict[Key, int] = {}
        self.silent: dict[Key, list[int]] = {}
        self.proposers: dict[tuple[Key, str], str] = {}
        self.memo: dict[Any, Any] = {}
        self.fronts: dict[tuple[str, int], Front] = {}
        self.questions: list[Question] = []
        self.sittings: dict[str, Sitting] = {}
        self.use(propose(self.actors, arms.scenario.focus, settings.size, settings.worlds, spare=settings.spare))

    @property
    def scenario(self) -> Scenario:
        """The world that is played."""
        return self.arms.scenario

    @property
    def actors(self) -> list[str]:
        """Codes of the actors."""
        return sorted(self.arms.scenario.actors)

    @cached_property
    def worlds(self) -> Worlds:
        """The worlds on the engine: settled when the first turn begins, as the seats are."""
        made, self._foreseen = self._foreseen, None
        return made if made is not None and made.count == len(self.world_ids) else self._made()

    def _made(self) -> Worlds:
        one: Worlds | None = self.__dict__.get("prepared")
        known = {} if one is None else {"like": one.setup, "benchmark": one.benchmark}
        made = Worlds(self.arms, self.settings.seed, len(self.world_ids), **known)  # type: ignore[arg-type]
        made.narrowed = self.lists
        return made

    @cached_property
    def lists(self) -> Parts:
        """The lists of moves that the lesson's steps have, by turn, actor and part."""
        usual, slots = self.scenario.decision.slots, {}
        for actor in self.actors:
            # As the engine counts them (`world.choosing.deciding.slots`), before there is an engine.
            own = self.scenario.actors[actor].slots
            slots[actor] = own if own is not None else usual.focus if actor == self.scenario.focus else usual.others
        return parts_of(self.plan, slots)

    def prepare(self) -> None:
        """Work out what the first turn would wait for, for the seats as they stand; in any thread, before it begins."""
        _ = self.prepared
        if "worlds" not in self.__dict__:
            made = self._made()
            advisers = Advisers(made)
            advisers.make()
            self._foreseen, self._advisers = made, advisers

    @cached_property
    def prepared(self) -> Worlds:
        """The world before the number of its copies is settled: what takes long is worked out while people come in."""
        return Worlds(self.arms, self.settings.seed, 1)

    @property
    def turn(self) -> int:
        """Number of the turn, from 0."""
        return len(self.made)

    @property
    def quarter(self) -> str:
        """Quarter of the turn, or the last one."""
        return self.scenario.quarters()[min(self.turn, self.turns - 1)]

    def lane(self, world: str) -> int:
        """Lane of a world."""
        return self.world_ids.index(world)

    @property
    def planned(self) -> int:
        """Quarters that the lesson has, however many of them are played."""
        return max(len({s.get("quarter") for s in self.lesson.get("steps", ())}), len(self.scenario.quarters()))

    @property
    def rounds(self) -> list[Round]:
        """Rounds of the quarters that are played."""
        return [r for r in self.plan if r.turn < self.turns]

    @property
    def now(self) -> Round:
        """The round that is played, or the next one; the last one when the game is over."""
        return self.plan[min(self.round, len(self.rounds) - 1)]

    @property
    def begun(self) -> bool:
        """Whether people have seen the quarter's news: what is put in now comes with the next quarter."""
        return self.phase == "playing" or (self.phase == "between" and not self.now.first)

    def minutes(self, round_: int) -> float:
        """Length of a round."""
        if self.plan[min(round_, len(self.plan) - 1)].turn in self.votes_only:
            return VOTE_MINUTES
        lengths = self.settings.minutes
        return lengths[min(round_, len(lengths) - 1)]

    def limit(self, key: Key) -> int:
        """Moves that a delegation may make in this round."""
        return self._left(key, max(self.now.limit(key[1], self.worlds.slots(key[1])), self.now.may(key[1])))

    def due(self, key: Key) -> int:
        """Moves that belong to this round: its doctrine makes them where people do not."""
        return self._left(key, self.now.limit(key[1], self.worlds.slots(key[1])))

    def _left(self, key: Key, most: int) -> int:
        return (
            0 if self.turn in self.votes_only else min(most, self.worlds.slots(key[1]) - len(self.carried.get(key, ())))
        )

    def remembered(self, key: Any, make: Callable[[], Any]) -> Any:
        """What stays the same until the next turn, worked out once."""
        if key not in self.memo:
            self.memo[key] = make()
        return self.memo[key]

    def advice(self, turn: int) -> Advice:
        """How sure the advisers are in a turn that has begun."""
        if turn not in self._advice:
            self._advice[turn] = Advice(self.advisers(), turn)
        return self._advice[turn]

    def advisers(self) -> Advisers:
        """The model in which they look ahead: another one where an event was put in."""
        if self._advisers is None or self._advisers.worlds is not self.worlds:
            self._advisers = Advisers(self.worlds)
        return self._advisers

    def advise(self) -> None:
        """Work out what views would wait for: how sure the advisers are, and what machines do by tapped doctrines."""
        if self.phase != "playing":
            return
        for actor in self.actors:
            if any(self.taken((world, actor)) for world in self.world_ids):
                self.advice(self.turn).between(actor)
        for key in self.delegations():
            if not self.led(key) and self.tapped(key):
                self.machine(key)

    def foreseen(self) -> list[tuple[str, str]]:
        """Doctrines that people tapped, each with its actor, where there are worlds to be played by them."""
        found = [(self.tapped(key), key[1]) for key in self.delegations()] if "worlds" in self.__dict__ else []
        return list(dict.fromkeys((doctrine, actor) for doctrine, actor in found if doctrine))

    # ---- seats

    def use(self, seats: Sequence[Seat]) -> None:
        """Take these seats as the room's."""
        self.seats = {seat.id: seat for seat in seats}
        self.world_ids = list(dict.fromkeys(seat.world for seat in seats))
        self._of: dict[Key, list[Seat]] = {}
        for seat in seats:
            # The press and the Secretariat are no delegation: nobody heads them, and they decide nothing for a state.
            if not seat.spare:
                self._of.setdefault((seat.world, seat.actor), []).append(seat)

    def delegation(self, key: Key) -> list[Seat]:
        """Seats of an actor in a world, its head first."""
        return self._of.get(key, [])

    def taken(self, key: Key) -> list[Seat]:
        """Seats of a delegation with a person in them."""
        return [s for s in self.delegation(key) if self._sits(s.id)]

    def _sits(self, seat: str) -> bool:
        return seat in self.people and not self.people[seat].out

    def head(self, key: Key) -> str | None:
        """The seat that confirms: whose turn it is, or who stands in for a head that has gone away."""
        regular, stand_in = self.regular_head(key), self.stand_ins.get(key)
        if stand_in is None or stand_in[0] != regular or not self._sits(stand_in[1]):
            return regular
        return stand_in[1]

    def regular_head(self, key: Key) -> str | None:
        """The head's seat, or the first that is taken; it changes after three turns."""
        taken = self.taken(key)
        return taken[(self.turn // ROTATION) % len(taken)].id if taken else None

    def after_head(self, key: Key) -> list[str]:
        """Seats of a delegation with a person in them, in the order in which they follow its head, who is left out."""
        seats, head = [s.id for s in self.taken(key)], self.head(key)
        at = seats.index(head) if head in seats else 0
        return [*seats[at + 1 :], *seats[:at]]

    def pass_on(self, key: Key, to: str | None) -> None:
        """Let somebody stand in for the head of a delegation; None: the head is back."""
        regular = self.regular_head(key)
        if to is None or regular is None:
            self.stand_ins.pop(key, None)
        else:
            self.stand_ins[key] = (regular, to)

    def led(self, key: Key) -> bool:
        """Whether people decide for an actor."""
        return key not in self.bots and (bool(self.taken(key)) or self.table(key).typed)

    def spare(self, world: str, kind: str) -> Seat | None:
        """A spare seat of a world with a person in it; without one the ordinary order holds."""
        seat = self.seats.get(f"{world}-{kind}")
        return seat if seat and seat.spare and self._sits(seat.id) else None

    def sitting(self, world: str) -> Sitting:
        """How a world's Secretariat conducts this round."""
        return self.sittings.setdefault(world, Sitting())

    def ballots(self) -> list[str]:
        """Texts on which delegations vote in this round."""
        return self.worlds.texts() if self.phase == "playing" and self.now.last else []

    def table(self, key: Key) -> Delegation:
        """What a delegation has decided this turn."""
        return self.tables.setdefault(key, Delegation())

    def recommended(self, key: Key, offer: str) -> bool | None:
        """What ministries recommend that a delegation say to an offer: yes where all who say anything say so."""
        said = self.table(key).recommended.get(offer)
        return all(said.values()) if said else None

    def doctrine(self, key: Key) -> str | None:
        """The doctrine that most of a delegation tapped; at a tie the head's."""
        taps = {s: d for s, d in self.doctrines.get(key, {}).items() if s in self.people}
        if not taps:
            return self.scenario.actors[key[1]].doctrine
        most = max(list(taps.values()).count(d) for d in taps.values())
        best = [d for d in dict.fromkeys(taps.values()) if list(taps.values()).count(d) == most]
        own = taps.get(self.head(key) or "")
        return own if own in best else best[0]

    # ---- the turn

    def offers_to(self, key: Key) -> list[str]:
        """Offers that stand: confirmed by people, or what a machine makes this turn."""
        if self.phase != "playing":
            return []
        world, actor = key
        asked, out = set(self.worlds.offers_to(actor)), []
        for other in self.actors:
            made = self.moves_of((world, other), standing=True)
            out += [e for e in made if e in asked]
        return out

    def machine(self, key: Key) -> list[str]:
        """What a delegation's machine does this quarter: by the doctrine that people tapped, else the scenario's."""
        lane, tapped = self.lane(key[0]), self.tapped(key)
        return self.worlds.by(tapped, key[1])[lane] if tapped else self.worlds.by_doctrine[lane][key[1]]

    def narrowed(self, key: Key) -> bool:
        """Whether a delegation has a list of moves of its own in some part of this quarter."""
        return key[1] in self.worlds.narrowed.get(self.turn, {})

    def machine_until(self, key: Key, part: int) -> list[str]:
        """What a delegation's machine does in the first parts of this quarter."""
        if part >= self.now.parts:
            return self.machine(key)
        if self.narrowed(key):
            return self._machine_in(key, range(1, part + 1))
        slots = self.worlds.slots(key[1])
        past = [r for r in self.plan if r.turn == self.turn and r.part <= part]
        return self.machine(key)[: sum(r.limit(key[1], slots) for r in past)]

    def _machine_in(self, key: Key, parts: Iterable[int]) -> list[str]:
        found = self.worlds.by_part(self.tapped(key), key[1])[self.lane(key[0])]
        return [entry for part in parts for entry in found[part - 1]]

    def tapped(self, key: Key) -> str | None:
        """The doctrine that a delegation's people tapped, where it is not the scenario's."""
        found = self.doctrine(key)
        return None if found == self.scenario.actors[key[1]].doctrine else found

    def so_far(self, key: Key) -> list[str]:
        """Moves of the parts of this quarter that are over: all in the world know them."""
        if self.turn >= self.turns or self.now.first:
            return []
        if key in self.carried or self.led(key):
            return list(self.carried.get(key, ()))
        return self.machine_until(key, self.now.part - 1)

    def ahead(self) -> Slots:
        """What moves from now on may be of, by turn, actor and slot: what staffs know of a lesson's lists."""
        return by_slot(self.worlds.narrowed, self.turn, self.now.part)

    def known(self, key: Key) -> Played:
        """What a delegation knows of this quarter's parts that are over: all that was done, and its own answers."""
        done = {a: tuple(self.so_far((key[0], a))) for a in self.actors}
        offers = {entry for moves in done.values() for entry in moves}
        answers = {o: yes for o, yes in self.table(key).answers.items() if o in offers}
        return Played({a: moves for a, moves in done.items() if moves}, answers)

    def moves_of(self, key: Key, *, standing: bool = False) -> list[str]:
        """What a delegation will have done this quarter as things stand; `standing`: confirmed, or a machine's."""
        if not self.led(key):
            if key in self.carried:
                return self._filled(key, self.due(key), self.now.part)
            return self.machine_until(key, self.now.part)
        table = self.table(key)
        out = [*self.carried.get(key, ()), *table.confirmed]
        if standing or table.done:
            return out
        for proposal in table.proposals:
            more = [*out[len(self.carried.get(key, ())) :], proposal.entry]
            if proposal.entry not in [*out, *table.barred] and not self.wrong(key, more):
                out.append(proposal.entry)
        return out

    def wrong(self, key: Key, entries: Sequence[str]) -> str | None:
        """What is wrong with a list of moves of this round: an error code, or None."""
        if len(entries) > self.limit(key):
            return "no-more-slots"
        found = self.worlds.wrong(self.lane(key[0]), key[1], [*self.carried.get(key, ()), *entries])
        return found or (None if all(self.lets(key, entry) for entry in entries) else "not-in-this-part")

    def lets(self, key: Key, entry: str) -> bool:
        """Whether a delegation has an entry on its list in this round."""
        catalogue = self.worlds.setup.layout.catalogue
        return lets(self.now.only(key[1]), catalogue.entries[catalogue.index[entry]].move)

    def _filled(self, key: Key, more: int = 0, part: int | None = None) -> list[str]:
        """What people made, and the doctrine's moves for the parts in which they said nothing; `more` in `part`."""
        silent = [*self.silent.get(key, ()), *([] if part is None else [part])]
        if not self.missing.get(key, 0) + more:
            return list(self.carried[key])
        by = self._machine_in(key, silent) if self.narrowed(key) else self.machine(key)
        return self.worlds.filled(self.lane(key[0]), key[1], self.carried[key], self.missing.get(key, 0) + more, by)

    def begin(self) -> None:
        """Open the next round; events that the teacher put in come with a new quarter."""
        self.memo = {}
        for person in self.people.values():
            person.seen = False
        self._sit_anew()
        if self.now.first:
            if self.pending:
                self._put_in(self.pending)
                self.pending = []
            self.tables, self.carried, self.by_part, self.missing, self.silent, self.proposers = {}, {}, {}, {}, {}, {}
            self.worlds.open()
        for table in self.tables.values():
            table.proposals, table.confirmed, table.done, table.barred, table.typed = [], [], False, [], False
            table.owed, table.passed_over = 0, False
        self.phase = "playing"

    def pass_over_silent(self) -> None:
        """Shortly before the end: where a head has confirmed nothing, what ministries proposed counts, in its order.

        So offers among it stand while there is time to answer them. The head may still change the list.
        """
        for key in self.delegations():
            table = self.table(key)
            if self.led(key) and table.proposals and not table.done and not table.confirmed:
                made = self.moves_of(key)[len(self.carried.get(key, ())) :]
                table.confirmed, table.passed_over = made, bool(made)

    def end(self, away: Sequence[str]) -> None:
        """Close the round; after the last one of a quarter, work the quarter out.

        What is missing is done by doctrine, offers that were not answered are refused.
        """
        by, offers = {}, {key: self.offers_to(key) for key in self.delegations()}
        for key in self.delegations():
            table = self.table(key)
            self.proposers |= {(key, p.entry): p.by for p in table.proposals}
            if self.led(key) and (table.done or table.confirmed or table.proposals):
                before = len(self.carried.get(key, ()))
                self.carried[key] = self.moves_of(key)
                self.by_part.setdefault(key, {})[self.now.part] = self.carried[key][before:]
                self.missing[key] = self.missing.get(key, 0) + table.owed
                if table.owed:
                    # What a line left to the doctrine is of this part's list too.
                    self.silent.setdefault(key, []).append(self.now.part)
            else:
                self.missing[key] = self.missing.get(key, 0) + self.due(key)
                self.silent.setdefault(key, []).append(self.now.part)
        self.round += 1
        self.memo = {}
        self._sit_anew()
        if self.round < len(self.rounds) and not self.now.first:
            self.phase = "between"
            return
        played = self._by_tapped([self._played(world, set(away), offers) for world in self.world_ids])
        for key in self.delegations():
            by[key] = "people" if key in self.carried else "doctrine" if self.led(key) else "machine"
        self._work_out(played, by)

    def take(self, played: Sequence[Played], by: dict[Key, str]) -> None:
        """A whole quarter as it was decided elsewhere (`by` whom): nobody is asked anything."""
        self.begin()
        self.round += self.now.parts
        self.memo = {}
        self._sit_anew()
        self._work_out(played, by)

    def _work_out(self, played: Sequence[Played], by: dict[Key, str]) -> None:
        self.worlds.close(played)
        self._note(by)
        self.made.append(by)
        self.phase = "between" if self.turn < self.turns else "over"

    def _sit_anew(self) -> None:
        """The clock closes what the Secretariat did not; the list of speakers stays."""
        self.sittings = {world: Sitting(speakers=one.speakers) for world, one in self.sittings.items()}

    def delegations(self) -> list[Key]:
        """Worlds and actors, one by one."""
        return [(world, actor) for world in self.world_ids for actor in self.actors]

    def _played(self, world: str, gone: set[str], offers: Mapping[Key, Sequence[str]]) -> tuple[Played, list[Key]]:
        """What a world's delegations did in a quarter; where people said nothing, the doctrine that they tapped.

        And who was not there to answer.
        """
        moves: dict[str, tuple[str, ...]] = {}
        answers: dict[str, bool] = {}
        votes: dict[str, dict[str, str]] = {}
        absent = []
        for actor in self.actors:
            key = (world, actor)
            table = self.table(key)
            if key in self.carried:
                moves[actor] = tuple(self._filled(key))
            elif self.tapped(key) or self.narrowed(key):
                moves[actor] = tuple(self.machine(key))
            spoke = table.spoke and key not in self.bots
            said = table.answers or table.recommended
            away = not spoke and all(s.id in gone for s in self.taken(key)) and not said
            if (self.led(key) or spoke) and not away:
                # Where the head is silent, what ministries recommend counts, as their proposals do.
                answers |= {o: table.answers.get(o, self.recommended(key, o) or False) for o in offers[key]}
            elif self.tapped(key):
                absent.append(key)
            if self.led(key) or spoke:
                for text, vote in table.votes.items():
                    votes.setdefault(text, {})[actor] = vote
        return Played(moves, answers, votes), absent

    def _by_tapped(self, found: Sequence[tuple[Played, Sequence[Key]]]) -> list[Played]:
        """What was played in each world, with what machines answer and vote by doctrines that people tapped.

        A doctrine is asked once for all worlds in which it was tapped: each says what it does in its own.
        """
        played, texts = [one for one, _ in found], self.worlds.texts()
        absent = {key for _, keys in found for key in keys}
        answers = [dict(one.answers) for one in played]
        votes = [{text: dict(cast) for text, cast in one.votes.items()} for one in played]
        said: dict[tuple[str, str], list[Played]] = {}
        for k, world in enumerate(self.world_ids):
            for actor in self.actors:
                tapped = self.tapped((world, actor))
                unsaid = [t for t in texts if actor not in votes[k].get(t, {})]
                if tapped is None or not (unsaid or (world, actor) in absent):
                    continue
                if (tapped, actor) not in said:
                    said[tapped, actor] = self.worlds.said_by(tapped, actor, played)
                mine = said[tapped, actor][k]
                if (world, actor) in absent:
                    answers[k] = {**mine.answers, **answers[k]}
                for text in unsaid:
                    votes[k].setdefault(text, {})[actor] = mine.votes[text][actor]
        return [Played(one.moves, answers[k], votes[k]) for k, one in enumerate(played)]

    def _note(self, by: dict[Key, str]) -> None:
        """Keep a row for each move that was made."""
        for k, world in enumerate(self.world_ids):
            story = self.worlds.stories[k].turns[-1]
            for decision in story.decisions:
                entry = decision.pick.entry
                if entry.endswith(":stop"):
                    continue
                key = (world, decision.actor)
                proposed = self.proposers.get((key, entry), "")
                self.moves_log.append({
                    "turn": self.turn + 1, "quarter": story.quarter, "world": world, "actor": decision.actor,
                    "slot": decision.slot, "entry": entry, "move": entry.partition(":")[2].partition(">")[0],
                    "target": decision.pick.target or "", "answer": story.answers.get(entry, ""),
                    "decided_by": by[key], "proposed_by": proposed.rpartition("-")[2],
                    "value": round(decision.pick.value - decision.options[-1].value, 6),
                })  # fmt: skip

    def _put_in(self, events: Sequence[Event]) -> None:
        """Add dated events to both arms and play the game again to where it stands."""
        made = self.worlds
        arms = Arms(with_events(self.arms.scenario, events),
                    self.arms.benchmark and with_events(self.arms.benchmark, events))  # fmt: skip
        self.arms = arms
        self.__dict__["worlds"] = made.again(arms)

    def pass_over(self) -> None:
        """Let the doctrines play the next round."""
        self.begin()
        self.end([*self.people])

    def drop(self) -> bool:
        """Play one round less when late: the fourth becomes its vote alone, else the last one is left out; if any can.

        In the round that is a vote alone the doctrines move, and the clock is short.
        """
        quarters = self.scenario.quarters()
        first = self.turn + self.begun
        at = max(first, FOURTH)
        if at < self.turns and at not in self.votes_only and any(
            v.turn == quarters[at] for v in self.scenario.alignment.votes.values()
        ):  # fmt: skip
            self.votes_only.add(at)
        elif self.turns - 1 >= max(first, 1) and self.turns - 1 not in self.votes_only:
            self.turns -= 1
            if self.phase == "between" and self.turn >= self.turns:
                self.phase, self.memo = "over", {}
        else:
            return False
        return True

    def finish(self) -> None:
        """End the game; what is left of a quarter that has begun is done by the doctrines."""
        while self.begun:
            self.pass_over()
        self.turns, self.memo = self.turn, {}
        self.phase = "over"


def event_of(inject: Mapping[str, Any], quarter: str) -> Event:
    """What a teacher puts in, as a dated event.

    Its cause stays open: a dated stop of the pipeline with a cause would change what was drawn before it.
    """
    own = {name: value for name, value in inject.items() if name in Event.model_fields}
    return Event.model_validate({**own, "turn": quarter, "cause": "none"})


def put_in(arms: Arms, id: str, quarter: str) -> Arms:
    """Worlds with an event that their lesson offers."""
    offered = {i["id"]: i for i in arms.scenario.classroom.get("injects", ())}
    events = [event_of(offered[id], quarter)]
    other = arms.benchmark and with_events(arms.benchmark, events)
    return Arms(with_events(arms.scenario, events), other)


def with_events(scenario: Scenario, events: Sequence[Event]) -> Scenario:
    """A scenario with further dated events."""
    found = {**scenario.events, **{event.id: event for event in events}}
    return scenario.model_copy(update={"events": dict(sorted(found.items()))})
