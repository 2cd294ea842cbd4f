"""The game of a room: who sits where, what was confirmed, answered; a pure function of the log of what was done.

Nothing here knows a clock, a socket or a file. `acts.py` has what people may do; replaying the log in order gives the
same game again, so that nothing else needs to be kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from typing import Any

from multivector.classroom.seats import Seat, propose
from multivector.classroom.worlds import Played, Worlds
from multivector.experiment.histories.arms import Arms
from multivector.schema import Scenario
from multivector.schema.world import Event

FORECASTS = 2
"""Requests to the staff that a delegation has in a turn."""
ROTATION = 3
"""Turns after which the head of a delegation changes."""
DEFAULT_MINUTES = 5.5


class Refused(Exception):
    """What was asked cannot be done: a code of `texts.toml`, section `refused`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Settings:
    """What a room was started with: all that the log does not say."""

    code: str
    seed: int
    size: int
    worlds: int
    minutes: tuple[float, ...] = (DEFAULT_MINUTES,)
    language: str = "en"
    plan: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)

    @classmethod
    def of(cls, data: dict[str, Any]) -> Settings:
        """From plain data; what a newer version added is left out."""
        known = {f.name for f in fields(cls)}
        kept: dict[str, Any] = {k: tuple(v) if k == "minutes" else v for k, v in data.items() if k in known}
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
    counts: dict[str, int] = field(default_factory=dict)


@dataclass
class Proposal:
    """A move that a ministry wants."""

    entry: str
    by: str
    objections: list[str] = field(default_factory=list)


@dataclass
class Delegation:
    """What one actor of one world has decided so far this turn."""

    proposals: list[Proposal] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    done: bool = False
    barred: list[str] = field(default_factory=list)
    answers: dict[str, bool] = field(default_factory=dict)
    votes: dict[str, str] = field(default_factory=dict)
    forecasts: int = FORECASTS
    results: list[dict[str, Any]] = field(default_factory=list)
    typed: bool = False


@dataclass
class Message:
    """A phrase or a line from one delegation to another, or inside one."""

    turn: int
    world: str
    by: str
    to: str
    phrase: str | None
    text: str | None


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
        self.survey_open: str | None = None
        self.screen = "join"
        self.bots: set[Key] = set()
        self.tables: dict[Key, Delegation] = {}
        self.doctrines: dict[Key, dict[str, str]] = {}
        self.explained: dict[tuple[str, str], dict[str, str]] = {}
        self.messages: list[Message] = []
        self.injected: list[str] = []
        self.pending: list[Event] = []
        self.lines: list[tuple[int, str]] = []
        self.moves_log: list[dict[str, Any]] = []
        self.made: list[dict[Key, str]] = []
        self.memo: dict[Any, Any] = {}
        self.use([*propose(self.actors, arms.scenario.focus, settings.size, settings.worlds)])

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
        """The worlds on the engine: made when the first turn begins, when the seats are settled."""
        one: Worlds | None = self.__dict__.get("prepared")
        known = {} if one is None else {"like": one.setup, "benchmark": one.benchmark}
        return Worlds(self.arms, self.settings.seed, len(self.world_ids), **known)  # type: ignore[arg-type]

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

    def minutes(self, turn: int) -> float:
        """Length of a turn."""
        lengths = self.settings.minutes
        return lengths[min(turn, len(lengths) - 1)]

    def remembered(self, key: Any, make: Callable[[], Any]) -> Any:
        """What stays the same until the next turn, worked out once."""
        if key not in self.memo:
            self.memo[key] = make()
        return self.memo[key]

    # ---- seats

    def use(self, seats: Sequence[Seat]) -> None:
        """Take these seats as the room's."""
        self.seats = {seat.id: seat for seat in seats}
        self.world_ids = list(dict.fromkeys(seat.world for seat in seats))
        self._of: dict[Key, list[Seat]] = {}
        for seat in seats:
            self._of.setdefault((seat.world, seat.actor), []).append(seat)

    def delegation(self, key: Key) -> list[Seat]:
        """Seats of an actor in a world, its head first."""
        return self._of.get(key, [])

    def taken(self, key: Key) -> list[Seat]:
        """Seats of a delegation with a person in them."""
        return [s for s in self.delegation(key) if s.id in self.people and not self.people[s.id].out]

    def head(self, key: Key) -> str | None:
        """The seat that confirms: the head's, or the first that is taken; it changes after three turns."""
        taken = self.taken(key)
        return taken[(self.turn // ROTATION) % len(taken)].id if taken else None

    def led(self, key: Key) -> bool:
        """Whether people decide for an actor."""
        return key not in self.bots and (bool(self.taken(key)) or self.table(key).typed)

    def table(self, key: Key) -> Delegation:
        """What a delegation has decided this turn."""
        return self.tables.setdefault(key, Delegation())

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

    def moves_of(self, key: Key, *, standing: bool = False) -> list[str]:
        """What a delegation will do as things stand; `standing`: only what is confirmed, or a machine's."""
        if not self.led(key):
            return self.worlds.by_doctrine[self.lane(key[0])][key[1]]
        table = self.table(key)
        if standing or table.done:
            return list(table.confirmed)
        out = list(table.confirmed)
        for proposal in table.proposals:
            if proposal.entry not in [*out, *table.barred] and not self.wrong(key, [*out, proposal.entry]):
                out.append(proposal.entry)
        return out

    def wrong(self, key: Key, entries: Sequence[str]) -> str | None:
        """What is wrong with a list of moves: an error code, or None."""
        return self.worlds.wrong(self.lane(key[0]), key[1], entries)

    def begin(self) -> None:
        """Open the next turn; events that the teacher put in come now."""
        if self.pending:
            self._put_in(self.pending)
            self.pending = []
        self.tables, self.memo = {}, {}
        for person in self.people.values():
            person.seen = False
        self.worlds.open()
        self.phase = "playing"

    def end(self, away: Sequence[str]) -> None:
        """Close the turn: what is missing is done by doctrine, offers that were not answered are refused."""
        gone, played, by = set(away), [], {}
        for world in self.world_ids:
            moves: dict[str, tuple[str, ...]] = {}
            answers: dict[str, bool] = {}
            votes: dict[str, dict[str, str]] = {}
            for actor in self.actors:
                key = (world, actor)
                if not self.led(key):
                    by[key] = "machine"
                    continue
                table = self.table(key)
                spoke = table.done or table.confirmed or table.proposals
                by[key] = "people" if spoke else "doctrine"
                if spoke:
                    moves[actor] = tuple(self.moves_of(key))
                silent = not table.typed and all(s.id in gone for s in self.taken(key)) and not table.answers
                for offer in () if silent else self.offers_to(key):
                    answers[offer] = table.answers.get(offer, False)
                for text, vote in table.votes.items():
                    votes.setdefault(text, {})[actor] = vote
            played.append(Played(moves, answers, votes))
        self.worlds.close(played)
        self.memo = {}
        self._note(by)
        self.made.append(by)
        self.phase = "between" if self.turn < self.turns else "over"

    def _note(self, by: dict[Key, str]) -> None:
        """Keep a row for each move that was made."""
        for k, world in enumerate(self.world_ids):
            story = self.worlds.stories[k].turns[-1]
            for decision in story.decisions:
                entry = decision.pick.entry
                if entry.endswith(":stop"):
                    continue
                key = (world, decision.actor)
                proposed = next((p.by for p in self.table(key).proposals if p.entry == entry), "")
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

    def finish(self) -> None:
        """End the game at the turn that was last played."""
        self.turns, self.memo = self.turn, {}
        self.phase = "over"


def with_events(scenario: Scenario, events: Sequence[Event]) -> Scenario:
    """A scenario with further dated events."""
    found = {**scenario.events, **{event.id: event for event in events}}
    return scenario.model_copy(update={"events": dict(sorted(found.items()))})
