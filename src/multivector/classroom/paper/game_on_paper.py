"""A game on paper: codes of moves typed by the teacher, played by the engine of the room, kept line by line.

A folder has `game.json` (what was started) and `codes.jsonl` (what was typed, one line each, written through before it
counts). Everything else is worked out again from these two, bit for bit: a closed lid, an empty battery lose nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from multivector.classroom.lesson.codes import Line, codes, letters, line_of, read, sentences
from multivector.classroom.lesson.lessons import Item, Lesson, Step, Words, common, is_lesson, lesson
from multivector.classroom.lesson.narrowed import parts_of
from multivector.classroom.lesson.rounds import rounds_of
from multivector.classroom.playing.game import put_in
from multivector.classroom.playing.staff import played_setup
from multivector.classroom.playing.worlds import OF_A_KIND, Played, Worlds, cut
from multivector.errors import BadInput, Problem, RunFailed
from multivector.experiment.ensembles.running import Request, Run
from multivector.experiment.ensembles.saving import BENCHMARK as BESIDE
from multivector.experiment.ensembles.saving import SCENARIO, finish
from multivector.experiment.histories.arms import Arms, prepare
from multivector.hashing import text_digest
from multivector.results.store import Writer
from multivector.scenario import load
from multivector.scenario.names import did_you_mean, listed
from multivector.schema.design import Decision
from multivector.world.choosing.policies import Choice
from multivector.world.engine import Engine
from multivector.world.happened import Happened
from multivector.world.model import DiplomacyModel
from multivector.world.quarter.lines import BENCHMARK, line_value, margin
from multivector.world.state import State

HEADER, LOG = "game.json", "codes.jsonl"
FORMAT = 1
RARE = ("items", "events", "turns", "voted")
"""What a game is begun with only where it is asked for."""
MOST_CODES = 11
"""Codes that a teacher types for a quarter, at most: three of Kazakhstan, two of each power."""
SIGNS: Mapping[str, str] = {"+": "yes", "-": "no", "0": "abstain", "x": "absent"}
"""Signs for votes, as they are typed: for, against, abstain, not taking part."""


@dataclass(frozen=True)
class Start:
    """What a game was started with.

    `name` is a lesson or a scenario, `people` the delegations with people, `doctrines` those of actors where the
    world's are not meant, `start` the step before which the doctrines play, `items` the optional votes that are on.
    Of a game that began as a room: `events` are those that its teacher put in (quarter, id), `turns` the quarters that
    are played where it left some out, `voted` quarters of which it kept the votes alone.
    """

    name: str
    minutes: int
    seed: int
    language: str
    people: tuple[str, ...]
    doctrines: Mapping[str, str]
    start: str | None = None
    format: int = FORMAT
    items: tuple[str, ...] = ()
    events: tuple[tuple[str, str], ...] = ()
    turns: int | None = None
    voted: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As plain data; what most games do not have only where there is any."""
        return {key: value for key, value in asdict(self).items() if value or key not in RARE}


@dataclass(frozen=True)
class Offer:
    """An open offer to a delegation with people: its number on the screen, its entry."""

    number: int
    entry: str
    by: str
    to: str
    title: Words


class LineWatch:
    """Keeps the distance of the world to each red line after every quarter, and how far it was in the beginning."""

    def __init__(self, model: DiplomacyModel) -> None:
        self.margins: list[dict[str, float]] = []
        self.room: dict[str, float] = {}
        self.room = room_of_lines(model.engine, model.state)
        model.observers.append(self)

    def __call__(self, model: DiplomacyModel, happened: Happened, choices: Sequence[Choice]) -> None:
        """Take in a turn; changes nothing."""
        del happened, choices
        names, found = sorted(model.engine.layout.scenario.red_lines), model.state.line_margin[:, 0]
        self.margins.append({id: float(found[k]) for k, id in enumerate(names) if np.isfinite(found[k])})


def came_of(worlds: Worlds, lane: int = 0, turn: int = -1) -> str:
    """A short name for all outcomes of a world's quarter, the last one: a replay by the same version gives it again."""
    outcomes = worlds.watch.outcomes[turn]
    return text_digest(json.dumps({k: float(v[lane]).hex() for k, v in sorted(outcomes.items())}))[:16]


def room_of_lines(engine: Engine, state: State, lane: int = 0) -> dict[str, float]:
    """How far a world is from each of its red lines in a state."""
    out = {}
    for id, line in engine.layout.scenario.red_lines.items():
        if line.enabled:
            same = line.measure == BENCHMARK
            value = np.ones(state.lanes) if same else line_value(engine, state, line, state.ln_income)
            if value is not None:
                out[id] = float(margin(engine.p, line, np.broadcast_to(value, (state.lanes,)))[lane])
    return out


class PaperGame:
    """A game on paper.

    Parameters
    ----------
    folder : where it is kept; made by `PaperGame.begin`.

    Raises
    ------
    BadInput
        There is no game, or its files are damaged, or its world is wrong.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.start = _read_start(folder)
        self.lesson: Lesson | None = lesson(self.start.name) if is_lesson(self.start.name) else None
        self.arms = _kept(folder, self.start, self.lesson) or _arms(self.start, self.lesson)
        self.steps = _steps(self.lesson, self.arms, self.start)
        self.items = _items(self.lesson, self.start)
        self.records: list[dict[str, Any]] = []
        self.changed = False
        for record in _read_log(folder / LOG):
            self._apply(record)

    @classmethod
    def begin(cls, folder: Path, start: Start) -> PaperGame:
        """Start a game in a new folder.

        Raises
        ------
        BadInput
            Something about the start is wrong, or the folder has a game already.
        """
        if (folder / HEADER).exists():
            raise BadInput(
                [
                    Problem(
                        str(folder),
                        0,
                        0,
                        "",
                        "found a game that was begun",
                        "",
                        "go on with it, or name another folder",
                    )
                ]
            )
        found = lesson(start.name) if is_lesson(start.name) else None
        arms = _arms(start, found)
        wrong = [a for a in start.people if a not in arms.scenario.actors]
        if wrong:
            raise BadInput(
                [Problem("--people", 0, 0, "", f"found {listed(wrong)}", listed(list(arms.scenario.actors)))]
            )
        _steps(found, arms, start)
        _items(found, start)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _write(folder / HEADER, json.dumps(start.as_dict(), ensure_ascii=False, indent=1) + "\n")
            (folder / LOG).touch()
        except OSError as error:
            raise RunFailed(f"{folder}: cannot be written ({error.strerror}); nothing was begun") from None
        return cls(folder)

    # ---- where the game stands

    @cached_property
    def _watched(self) -> tuple[Worlds, LineWatch]:
        worlds = Worlds(self.arms, self.start.seed, 1, like=played_setup(self.arms.scenario))
        if self.lesson is not None:
            steps = [step.model_dump() for step in self.lesson.played(self.start.minutes)]
            worlds.narrowed = parts_of(rounds_of(steps, self.quarters), {a: worlds.slots(a) for a in worlds.actors})
        return worlds, LineWatch(worlds.model)

    @property
    def worlds(self) -> Worlds:
        """The engine, one world."""
        return self._watched[0]

    @cached_property
    def lines(self) -> LineWatch:
        """Distances to the red lines, quarter by quarter."""
        return self._watched[1]

    @cached_property
    def codes(self) -> dict[str, str]:
        """Code of every entry."""
        return codes(self.worlds.setup.layout.catalogue.entries)

    @property
    def people(self) -> tuple[str, ...]:
        """Delegations with people."""
        return self.start.people

    @property
    def quarters(self) -> list[str]:
        """Quarters of the game."""
        return self.arms.scenario.quarters()[: self.start.turns]

    @property
    def over(self) -> bool:
        """Whether the last quarter has been played."""
        return self.worlds.turn >= len(self.quarters)

    @property
    def here(self) -> list[dict[str, Any]]:
        """Records of the quarter that is being played."""
        last = max((k for k, r in enumerate(self.records) if "close" in r), default=-1)
        return self.records[last + 1 :]

    @property
    def step(self) -> Step | None:
        """The step for which moves are asked; None when only answers and votes are missing, or all is over."""
        if self.over:
            return None
        done = [r["step"] for r in self.here]
        quarter = self.quarters[self.worlds.turn]
        return next((s for s in self.steps if s.quarter == quarter and s.id not in done), None)

    def title(self, entry: str) -> Words:
        """The title of an entry's move in three languages (English where a scenario has one alone)."""
        catalogue = self.worlds.setup.layout.catalogue
        text, label = catalogue.entries[catalogue.index[entry]].move.title, entry
        en = text.en if text else label
        return Words(en=en, ru=(text.ru if text else None) or en, kk=(text.kk if text else None) or en)

    def limits(self, step: Step) -> dict[str, int]:
        """Moves that each delegation with people may make in a step, of those that it has left in the quarter."""
        slots = {a: self.worlds.slots(a) for a in self.people}
        return {a: min(step.most(a, n), n - len(self._made(a))) for a, n in slots.items()}

    def _made(self, actor: str) -> list[str]:
        """What people of a delegation have made in this quarter so far."""
        return [e for r in self.here for x in r.get("lines", ()) if x["actor"] == actor for e in x["entries"]]

    @staticmethod
    def sentences(step: Step, actor: str) -> dict[str, tuple[str, str]]:
        """Codes of the sentences among which a delegation may choose in a step, as on its sheet."""
        return sentences((s.id, [o.id for o in s.options]) for s in step.asked(actor))

    def words(self, step: Step, line: Line) -> list[str]:
        """What a line says aloud, in the game's language."""
        asked = {s.id: {o.id: o.text.get(self.start.language) for o in s.options} for s in step.asked(line.actor)}
        return [asked[id][option] for id, option in line.words]

    # ---- typing

    def enter(self, texts: Iterable[str]) -> list[Line]:
        """The lines of a step, all at once; what is missing is done by the doctrines.

        Raises
        ------
        BadInput
            Every line that is wrong, with the likely correction; nothing of them counts then.
        """
        step = self.step
        if step is None:
            what = "the game is over" if self.over else "answers and votes are asked, not moves"
            raise BadInput([Problem("codes", 0, 0, "", what)])
        lines = self.check(texts)
        told = [{"actor": x.actor, "entries": list(x.entries), "passed": x.passed,
                 **({"words": dict(x.words)} if x.words else {})} for x in lines]  # fmt: skip
        self._keep({"step": step.id, "lines": told})
        return lines

    def check(self, texts: Iterable[str]) -> list[Line]:
        """What lines of the present step say, without keeping them.

        Raises
        ------
        BadInput
            As for `enter`.
        """
        step = self.step
        assert step is not None
        lines, problems = self._lines([t for t in texts if t.strip()], step)
        if not problems:
            self._open()
            problems = self._feasible(lines, step)
        if problems:
            raise BadInput(problems)
        return lines

    def _lines(self, texts: Sequence[str], step: Step) -> tuple[list[Line], list[Problem]]:
        lines: list[Line] = []
        problems: list[Problem] = []
        limits = self.limits(step)
        for text in texts:
            try:
                slots = {a: limits.get(a, self.worlds.slots(a)) for a in self.worlds.actors}
                found = read(text, self.codes, slots, {a: self.sentences(step, a) for a in self.worlds.actors})
            except BadInput as error:
                problems += error.problems
                continue
            if found.actor not in self.people:
                problems.append(
                    _line_problem(text, f"{found.actor} has no people: its doctrine plays", listed(list(self.people)))
                )
            elif any(found.actor == other.actor for other in lines):
                problems.append(_line_problem(text, f"found a second line of {found.actor}", "one line a delegation"))
            else:
                lines.append(found)
        count = sum(len(x.entries) for x in lines)
        if count > MOST_CODES:
            problems.append(Problem("codes", 0, 0, "", f"found {count} codes", f"at most {MOST_CODES} a quarter"))
        return lines, problems

    def _feasible(self, lines: Sequence[Line], step: Step) -> list[Problem]:
        problems = []
        for line in lines:
            made = self._made(line.actor)
            for entry in line.entries:
                why = self._not_here(step, line.actor, entry) or self._why_not(line.actor, made, entry)
                if why:
                    said = f"{self.title(entry).get(self.start.language)}: {why}"
                    problems.append(_line_problem(self.codes[entry], said, "", f"({step.quarter})"))
                else:
                    made.append(entry)
        return problems

    def _not_here(self, step: Step, actor: str, entry: str) -> str:
        catalogue = self.worlds.setup.layout.catalogue
        if step.lets(actor, catalogue.entries[catalogue.index[entry]].move):
            return ""
        own = [e for e in catalogue.entries if e.actor == actor and step.lets(actor, e.move)]
        return f"is not for this part, which is about {listed(sorted(self.codes[e.id] for e in own))}"

    def _why_not(self, actor: str, before: list[str], entry: str) -> str:
        if self.worlds.wrong(0, actor, [*before, entry]) is None:
            return ""
        catalogue = self.worlds.setup.layout.catalogue
        menu = self.worlds.menus[actor]
        if not menu.feasible[menu.entries.index(entry), 0]:
            rest = float(self.worlds.model.state.resting[catalogue.index[entry], 0])
            if rest > 0.5:
                return f"rests for {rest:.0f} more quarter{'' if rest < 1.5 else 's'}"
            return "its condition does not hold now"
        if any(e in before for e in self.worlds.excluded(entry)) or entry in before:
            return "does not go with another move of this quarter"
        return f"no more than {OF_A_KIND} moves of one kind go in a quarter"

    def opened(self) -> None:
        """Begin the first quarter, from which delegations see figures."""
        if not self.worlds.turn:
            self._open()

    def _open(self) -> None:
        if len(self.worlds.openings) == self.worlds.turn:
            self.worlds.open()

    # ---- answers, votes, the end of a quarter

    def plays(self) -> dict[str, tuple[str, ...]]:
        """What delegations with people do this quarter, their doctrine's moves added where lines were missing.

        Where a lesson has lists of moves for a quarter, so do machines: what they do is there as well.
        """
        self._open()
        quarter = self.quarters[self.worlds.turn]
        steps = [s for s in self.steps if s.quarter == quarter]
        lists = self.worlds.narrowed.get(self.worlds.turn, {})
        out = {a: tuple(self.worlds.by_doctrine[0][a]) for a in lists}
        for actor in self.people:
            made: list[str] = []
            missing: list[int] = []
            said = False
            for step in steps:
                # Before the step to begin at nothing can be typed, but its moves are there all the same.
                whole = step if self.lesson is None else self.lesson.step(step.id)
                limit = whole.limit(actor, self.worlds.slots(actor))
                found = next(
                    (x for r in self.here if r["step"] == step.id for x in r["lines"] if x["actor"] == actor), None
                )
                if found is None or not (found["entries"] or found["passed"]):
                    missing.append(limit)
                    continue
                said = True
                made += found["entries"]
                missing.append(0 if found["passed"] else max(0, limit - len(found["entries"])))
            if said:
                # Where a part has a list, what is missing in it comes from that list; else all from the whole menu.
                owed = missing if actor in lists else [sum(missing)]
                for more, by in zip(owed, self.worlds.by_part(None, actor)[0], strict=True):
                    made = self.worlds.filled(0, actor, made, more, by)
                out[actor] = tuple(made)
        return out

    def offers(self) -> list[Offer]:
        """Open offers to delegations with people, numbered as the teacher reads them aloud."""
        if self.step is not None or self.over:
            return []
        plays, catalogue = self.plays(), self.worlds.setup.layout.catalogue
        found = []
        for actor in self.worlds.actors:
            for id in plays.get(actor, tuple(self.worlds.by_doctrine[0][actor])):
                entry = catalogue.entries[catalogue.index[id]]
                if entry.is_offer and entry.target in self.people:
                    found.append((entry.target, id, actor))
        found.sort()
        return [Offer(k, id, by, to, self.title(id)) for k, (to, id, by) in enumerate(found, 1)]

    def texts(self) -> list[str]:
        """Texts of the quarter on which is voted."""
        return [] if self.over else self.worlds.texts()

    def room_votes(self) -> list[Item]:
        """Optional votes of the quarter: the room's alone, nothing in the world changes by them."""
        return [] if self.over else self._items_in(self.quarters[self.worlds.turn])

    def _items_in(self, quarter: str) -> list[Item]:
        held = {s.id for s in self.steps if s.quarter == quarter}
        return [item for item in self.items if item.step in held]

    def cast(self, turn: int) -> dict[str, dict[str, str]]:
        """What the room cast in optional votes of a quarter that was played, by vote and actor."""
        closed = [r for r in self.records if "close" in r]
        return {id: dict(votes) for id, votes in closed[turn].get("items", {}).items()}

    def close(self, accepted: Iterable[int] = (), votes: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """Play the quarter out: offers by their numbers that were accepted (all others are refused), and votes.

        Raises
        ------
        BadInput
            Lines are missing, or a number, text or delegation is unknown.
        """
        if self.over or self.step is not None:
            raise BadInput(
                [Problem("codes", 0, 0, "", "the game is over" if self.over else "the lines of this step are missing")]
            )
        offers, cast = self.offers(), {t: dict(v) for t, v in (votes or {}).items()}
        beside = {item.id: cast.pop(item.id) for item in self.room_votes() if item.id in cast}
        known = {o.number for o in offers}
        wanted = set(accepted)
        problems = [
            Problem(
                "answers",
                0,
                0,
                "",
                f"found no offer {n}",
                listed([str(k) for k in sorted(known)]) if known else "no offer is open",
            )
            for n in sorted(wanted - known)
        ]
        for text, ballots in cast.items():
            if text not in self.texts():
                problems.append(
                    Problem("votes", 0, 0, "", f'found no text "{text}"', listed(self.texts()) or "no text is voted on")
                )
            problems += [
                Problem("votes", 0, 0, text, f"{a} has no people: its vote is drawn", listed(list(self.people)))
                for a in ballots
                if a not in self.people
            ]
        problems += self._apart(beside)
        if problems:
            raise BadInput(problems)
        answers = {o.entry: o.number in wanted for o in offers}
        record = {"close": self.quarters[self.worlds.turn], "answers": answers, "votes": cast}
        self._keep({**record, "items": beside} if any(beside.values()) else record)

    def _apart(self, cast: Mapping[str, Mapping[str, str]]) -> list[Problem]:
        """Votes of delegations that have none in an optional vote."""
        problems = []
        for item in self.room_votes():
            voters = [v for v in item.voters if v in self.people]
            wrong = [a for a in cast.get(item.id, ()) if a not in voters]
            problems += [Problem("votes", 0, 0, item.id, f"{a} has no vote in it", listed(voters)) for a in wrong]
        return problems

    def undo(self) -> dict[str, Any] | None:
        """Take back the last line of the log, and play again what is left; what it was, None if there is none."""
        if not self.records:
            return None
        last = self.records[-1]
        lines = (self.folder / LOG).read_text("utf-8").splitlines(keepends=True)[: len(self.records) - 1]
        _write(self.folder / LOG, "".join(lines))
        fresh = PaperGame(self.folder)
        self.__dict__.clear()
        self.__dict__.update(fresh.__dict__)
        return last

    def _keep(self, record: dict[str, Any]) -> None:
        """Write a record through to the disk, then let it count."""
        try:
            if "close" in record:
                self._apply(record)
                record["came"] = came_of(self.worlds)
                _append(self.folder / LOG, record)
            else:
                _append(self.folder / LOG, record)
                self._apply(record)
        except OSError as error:
            raise RunFailed(f"{self.folder}: cannot be written ({error.strerror}); the line does not count") from None

    def _apply(self, record: dict[str, Any]) -> None:
        if "close" not in record:
            self._open()
            self.records.append(record)
            return
        self._open()
        # A quarter that was played in a room is kept as the engine had it.
        taken = record.get("played")
        plays = self.plays() if taken is None else {a: tuple(entries) for a, entries in taken.items()}
        self.worlds.close([Played(plays, record["answers"], record["votes"])])
        self.records.append(record)
        if "came" in record and record["came"] != came_of(self.worlds):
            self.changed = True

    # ---- afterwards

    def result_arms(self) -> Arms:
        """The game as a scenario to run again: every move of every actor a script, people's answers and votes given."""
        quarters, benchmark = self.quarters, self.arms.benchmark
        scenario = cut(self.arms.scenario, len(quarters))
        led = sorted({*self.people, *(a for played in self.worlds.past for a in played[0].moves)})
        script: dict[str, dict[str, tuple[str, ...]]] = {a: {} for a in led}
        answers: dict[str, dict[str, bool]] = {}
        votes: dict[str, dict[str, str]] = {}
        for turn, played in enumerate(self.worlds.past):
            made = self.worlds.made(0, turn)
            for actor in led:
                script[actor][quarters[turn]] = tuple(line_of(e) for e in made[actor])
            if played[0].answers:
                answers[quarters[turn]] = dict(played[0].answers)
            for text, cast in played[0].votes.items():
                if cast:
                    votes[text] = dict(cast)
        old = scenario.decision
        people = {"actors": {**old.actors, **dict.fromkeys(script, "scripted")}, "script": {**old.script, **script}}
        data = {**old.model_dump(), **people, "answers": answers, "votes": votes}
        told = [item.room() | {"cast": self.cast(turn)[item.id]} for turn in range(len(self.worlds.past))
                for item in self.items if item.id in self.cast(turn)]  # fmt: skip
        own = {"classroom": {**scenario.classroom, "optional": told}} if told else {}
        again = scenario.model_copy(update={"decision": Decision.model_validate(data), **own})
        return Arms(again, None if benchmark is None else cut(benchmark, len(quarters)))

    def save(self, out: Path) -> Path:
        """Keep the finished game as an ordinary result, which `compare` and `verify` read; its folder.

        Raises
        ------
        BadInput
            The game is not over.
        """
        if not self.over:
            raise BadInput(
                [Problem(str(self.folder), 0, 0, "", "the game is not over", f"{len(self.quarters)} quarters")]
            )
        arms, seed = self.result_arms(), self.start.seed
        with Writer(out, arms.name(seed=seed, replicates=1)) as writer:
            run = Run(Request(arms, seed, 1, "full"), writer, alone=True)
            run.experiment.__dict__["setup"] = played_setup(arms.scenario)
            done = run.perform()
            return finish(writer, arms, seed=seed, replicates=1, level="full", done=done, command="multivector play")


# ---- parts


def read_votes(text: str, actors: Sequence[str]) -> dict[str, str]:
    """Votes as they are typed: a letter and a sign for each delegation.

    Raises
    ------
    BadInput
        Something is no vote.

    Examples
    --------
    >>> read_votes("K0 R- E+", ["CHN", "EU", "KAZ", "RUS", "USA"])
    {'KAZ': 'abstain', 'RUS': 'no', 'EU': 'yes'}
    """
    by_letter = {letter: actor for actor, letter in letters(list(actors)).items()}
    out: dict[str, str] = {}
    problems = []
    for word in text.replace("К", "K").replace("Е", "E").replace("С", "C").replace("х", "x").replace("−", "-").split():
        letter, sign = word[:1].upper(), word[1:].lower()
        if letter not in by_letter or sign not in SIGNS:
            allowed = (
                f"a letter of {listed(sorted(by_letter))} and + (for), - (against), 0 (abstain) or x (not taking part)"
            )
            problems.append(Problem("votes", 0, 0, "", f'found "{word[:20]}"', allowed))
        elif by_letter[letter] in out:
            problems.append(Problem("votes", 0, 0, "", f"found two votes of {letter}", "one"))
        else:
            out[by_letter[letter]] = SIGNS[sign]
    if problems:
        raise BadInput(problems)
    return out


def _line_problem(text: str, found: str, allowed: str = "", hint: str = "") -> Problem:
    return Problem(f'"{text.strip()[:60]}"', 0, 0, "", found, allowed, hint)


def _arms(start: Start, found: Lesson | None) -> Arms:
    changed = {"order": "simultaneous"}
    if found is None:
        return prepare(start.name, overrides=changed, doctrines=start.doctrines)
    first, turns = found.calendar(start.minutes)
    changed |= {"calendar.start": first, "calendar.turns": str(turns)}
    return prepare(found.world_file, overrides=changed, doctrines=start.doctrines)


def _kept(folder: Path, start: Start, found: Lesson | None) -> Arms | None:
    """The worlds of a game that began as a room, as they were then, with the events that were put in since."""
    arms = kept_arms(folder)
    if arms is None:
        return None
    for quarter, id in start.events:
        arms = put_in(arms, id, quarter)
    # The lesson stands in its file; a world without it is the one that was always played on paper.
    own = arms.scenario.model_copy(update={"classroom": {}}) if found else arms.scenario
    return Arms(own, arms.benchmark)


def kept_arms(folder: Path) -> Arms | None:
    """The worlds that are kept beside a game, if any."""
    world, other = folder / SCENARIO, folder / BESIDE
    if not world.is_file():
        return None
    return Arms(load(world, stored=True), load(other, stored=True) if other.is_file() else None)


def _steps(found: Lesson | None, arms: Arms, start: Start) -> tuple[Step, ...]:
    """The steps that people play: those of the plan, from `start.start` on; of a scenario, its quarters."""
    steps = found.played(start.minutes) if found is not None else tuple(plain_step(q) for q in arms.scenario.quarters())
    ids, first = [s.id for s in steps], 0
    if start.start is not None:
        if start.start not in ids:
            raise BadInput(
                [Problem("--start", 0, 0, "", f'found "{start.start}"', listed(ids), did_you_mean(start.start, ids))]
            )
        first = ids.index(start.start)
    return tuple(
        s.model_copy(update={"others": 0, "may": 0, "moves": {}}) if k < first or s.quarter in start.voted else s
        for k, s in enumerate(steps)
    )


def _items(found: Lesson | None, start: Start) -> tuple[Item, ...]:
    """Optional votes that are switched on; their steps are among those that people play."""
    if found is None:
        if start.items:
            problem = f"found {listed(start.items)}"
            raise BadInput([Problem("--with", 0, 0, "", problem, "nothing: only a lesson has such votes")])
        return ()
    items, ids = found.items(start.items), [s.id for s in found.played(start.minutes)]
    first = 0 if start.start is None else ids.index(start.start)
    wrong = [item for item in items if item.step not in ids[first:]]
    if wrong:
        hint = f'its round "{wrong[0].step}" is not played'
        raise BadInput(
            [Problem("--with", 0, 0, "", f'found "{wrong[0].id}"', f"rounds {listed(ids[first:])} alone", hint)]
        )
    return items


def plain_step(quarter: str) -> Step:
    """A quarter of a scenario that is no lesson."""
    empty = {"en": "—", "ru": "—", "kk": "—"}
    shared = common().words
    prediction = {"text": common().results[0].text, "outcome": common().results[0].id}
    named = {"id": quarter, "quarter": quarter, "title": dict.fromkeys(("en", "ru", "kk"), quarter)}
    return Step.model_validate({**named, "news": empty, "task": shared["task_plain"], "prediction": prediction})


def _read_start(folder: Path) -> Start:
    path = folder / HEADER
    try:
        data = json.loads(path.read_text("utf-8"))
        if data.get("format") != FORMAT:
            raise BadInput([Problem(str(path), 0, 0, "format", f"found {data.get('format')!r}", str(FORMAT))])
        told = {key: tuple(data.get(key, ())) for key in ("people", "items", "voted")}
        return Start(**{**data, **told, "events": tuple((q, id) for q, id in data.get("events", ()))})
    except OSError:
        raise BadInput(
            [Problem(str(folder), 0, 0, "", "found no game here", "a folder made by `multivector play`")]
        ) from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BadInput(
            [Problem(str(path), 0, 0, "", "found a damaged file", "what `multivector play` wrote")]
        ) from None


def _read_log(path: Path) -> list[dict[str, Any]]:
    """What was typed; a last line that was cut off by a crash never counted."""
    if not path.exists():
        return []
    lines = path.read_text("utf-8").split("\n")
    whole, torn = lines[:-1], lines[-1]
    if torn:
        _write(path, "".join(f"{line}\n" for line in whole))
    out = []
    for number, line in enumerate(whole, 1):
        try:
            out.append(json.loads(line))
        except ValueError:
            raise BadInput(
                [Problem(str(path), number, 1, "", "found a damaged line", "what `multivector play` wrote")]
            ) from None
    return out


def _append(path: Path, record: Mapping[str, Any]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
