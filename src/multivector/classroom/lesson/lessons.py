"""Ready lessons: what a teacher needs beside a world. Files of `lessons/`, in three languages, complete or refused.

A lesson names a world (a scenario file beside it) and has steps (a quarter, or a part of one), briefs by delegation
and ministry, facts with sources, injects, knowledge questions, plans by length, and the teacher's guide. What all
lessons share (rules, debrief, blocks of the run-sheet, labels) stands in `common.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from multivector.classroom.lesson.extended import PREFIX, extended
from multivector.classroom.lesson.narrowed import lets, unknown
from multivector.data.locate import shipped_root
from multivector.errors import BadInput, Problem
from multivector.language import LANGUAGES, Speaker
from multivector.language.retold import shape
from multivector.outcomes import OUTCOMES
from multivector.outcomes.dictionary import TEMPLATES
from multivector.scenario import load
from multivector.scenario.names import did_you_mean, listed
from multivector.scenario.nodes import Node, Scalar, child, shown, to_data
from multivector.scenario.reader import read_file
from multivector.schema import STOCKS
from multivector.schema.actors import Move
from multivector.schema.base import Code, Id, Model, Quarter
from multivector.schema.effects import Effect
from multivector.schema.trace import Mark

COMMON = "common"
BEFORE = 15.0
"""Minutes before the bell in which a room is made ready."""
MINUTES = (45, 60, 90)
"""Lengths of a lesson that have a run-sheet."""


class Words(Model):
    """A text in the three languages; none may be missing.

    Examples
    --------
    >>> Words(en="Offer", ru="Предложение", kk="Ұсыныс").get("ru")
    'Предложение'
    """

    en: Annotated[str, Field(min_length=1)]
    ru: Annotated[str, Field(min_length=1)]
    kk: Annotated[str, Field(min_length=1)]

    def get(self, language: str) -> str:
        """The text in a language, with the terms of the lexicon (``{war}``) put in."""
        text: str = getattr(self, language)
        if "{" not in text:
            return text
        told = Speaker(language, {text: text})(text)
        return told[:1].upper() + told[1:] if text.startswith("{") else told

    def told(self) -> dict[str, str]:
        """The text in all three languages, as a room keeps it."""
        return {language: self.get(language) for language in ("en", "ru", "kk")}


class Fact(Model):
    """Something that is so, with where it was read; `known` is general knowledge that was not read again."""

    id: Id
    text: Words
    source: Annotated[str, Field(min_length=3)]
    confidence: Literal["data", "known"]

    def told(self) -> dict[str, Any]:
        """As a room keeps it; `general` marks general knowledge."""
        return {"id": self.id, "text": self.text.told(), "source": self.source, "general": self.confidence == "known"}


class Option(Model):
    """One answer that can be ticked."""

    id: Id
    text: Words


class Question(Model):
    """A question of knowledge, never of opinion; `right` is an option's id, `why` is said afterwards."""

    id: Id
    text: Words
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=5)]
    right: Id
    why: Words
    source: Annotated[str, Field(min_length=3)]


class Prediction(Model):
    """What the room is asked to foresee: whether an outcome of the dictionary goes up, down, or stays in its margin."""

    text: Words
    outcome: str


class Statement(Model):
    """A question to which the delegations of `by` (all, if it is empty) answer with one of some sentences.

    What is said is told to all and changes no number: it is for what no move exists for, and for whoever has none.
    """

    id: Id
    by: tuple[Code, ...] = ()
    text: Words
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=5)]

    def told(self) -> dict[str, Any]:
        """As a room keeps it."""
        options = [{"id": o.id, "text": o.text.told()} for o in self.options]
        return {"id": self.id, "by": list(self.by), "text": self.text.told(), "options": options}


class Step(Model):
    """One round: a quarter, or a part of one.

    `moves` limits how many moves a delegation may make in it (else its slots), `only` which ones, by code or id (else
    its whole menu); both hold for machines as well. `may` is how many of the quarter's moves people of those without a
    limit of their own may make here early; a doctrine owes none of them. `of` is the step that this one replaces, with
    others, in some plan: what is to be brought in there comes with the last of them.
    """

    id: Id
    of: Id | None = None
    quarter: Quarter
    title: Words
    news: Words
    task: Words
    prediction: Prediction
    moves: dict[Code, Annotated[int, Field(ge=0, le=3)]] = Field(default_factory=dict)
    others: Annotated[int, Field(ge=0, le=3)] | None = None
    may: Annotated[int, Field(ge=0, le=3)] = 0
    only: dict[Code, tuple[str, ...]] = Field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    facts: tuple[Id, ...] = ()

    def limit(self, actor: str, slots: int) -> int:
        """Moves that an actor may make in this step, of its `slots` a quarter."""
        return self.moves.get(actor, slots if self.others is None else self.others)

    def most(self, actor: str, slots: int) -> int:
        """Moves that people of an actor may make in this step, those that they make early among them."""
        return max(self.limit(actor, slots), 0 if actor in self.moves else min(self.may, slots))

    def asked(self, actor: str) -> tuple[Statement, ...]:
        """What an actor is asked to say in this step."""
        return tuple(s for s in self.statements if actor in s.by or not s.by)

    def lets(self, actor: str, move: Move) -> bool:
        """Whether an actor may make a move in this step."""
        return lets(self.only.get(actor), move)


class Inject(Model):
    """What the teacher may bring in, or leave: a card to be read aloud (`text`), or an event of the engine (`then`).

    A card changes no number; `events` are those of the world that stand behind it, if any do. An event takes effect
    when the quarter after `step` begins; its title is the news line, with the official reason in it and what is
    disputed.
    """

    id: Id
    step: Id
    title: Words
    text: Words | None = None
    then: tuple[Effect, ...] = ()
    events: tuple[Id, ...] = ()
    source: Annotated[str, Field(min_length=3)]


class Target(Model):
    """An outcome of the dictionary, and which way an aim wants it to go."""

    id: str
    want: Literal["higher", "lower"]


class Aim(Model):
    """What a delegation wants, and by which outcomes it is judged.

    `kind` says what it is about: its own interest, its standing before others, or a gain for both sides. `red_lines`:
    judged by the red lines. An aim with neither is one for which the model has no number: people judge it.
    """

    id: Id
    kind: Literal["own", "face", "together"]
    text: Words
    outcomes: Annotated[tuple[Target, ...], Field(max_length=2)] = ()
    red_lines: bool = False


class Delegation(Model):
    """What one delegation knows: a brief, its aims, a line for each ministry, the facts behind it.

    `sees` are figures that a ministry sees in this lesson besides its own (keys as `showing.sees` reads them).
    """

    brief: Words
    aims: Annotated[tuple[Aim, ...], Field(min_length=1)]
    ministries: dict[Id, Words]
    sees: dict[Id, tuple[str, ...]] = Field(default_factory=dict)
    facts: tuple[Id, ...] = ()


class Asked(Model):
    """A hard question of a student, and an answer that holds."""

    question: Words
    answer: Words
    source: Annotated[str, Field(min_length=3)]


class Handling(Model):
    """A sensitive issue, and how the lesson handles it; with a source where there are figures."""

    issue: Words
    text: Words
    source: str = ""


class Guide(Model):
    """The teacher's page. `plan_sentence` goes into the school's short-term plan."""

    purpose: Words
    before: tuple[Words, ...]
    during: tuple[Words, ...]
    hard: tuple[Asked, ...]
    handling: tuple[Handling, ...]
    plan_sentence: Words


class Item(Model):
    """A vote that is off until a teacher switches it on: the room holds it, the world of the model knows nothing of it.

    `text` is the wording that is voted on and `symbol` its number, `body` whose it would be. Only `voters` vote, and
    `apart` says why another delegation does not. `record` is told when the game is over.
    """

    id: Id
    step: Id
    title: Words
    body: Words
    symbol: Annotated[str, Field(min_length=3)]
    text: Words
    about: Words
    unchanged: Words
    note: Words
    voters: Annotated[tuple[Code, ...], Field(min_length=1)]
    apart: dict[Code, Words] = Field(default_factory=dict)
    record: Words
    source: Annotated[str, Field(min_length=3)]
    handling: Handling

    def room(self) -> dict[str, Any]:
        """The same as an entry of `optional` in a scenario's section `classroom`."""
        names = ("title", "body", "text", "about", "unchanged", "note", "record")
        return {"id": self.id, "step": self.step, "symbol": self.symbol, "source": self.source,
                **{name: getattr(self, name).told() for name in names},
                "voters": list(self.voters), "apart": {a: why.told() for a, why in self.apart.items()}}  # fmt: skip


class Part(Model):
    """A line of a plan: a block of the run-sheet and its minutes; `step` where a round is played."""

    do: Id
    minutes: Annotated[float, Field(gt=0, le=60)]
    step: Id | None = None


class Lesson(Model):
    """A whole lesson; `extends` names another whose texts it has, but for what it says itself."""

    id: Id
    extends: str | None = None
    title: Words
    question: Words
    world: str
    note: Words | None = None
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    delegations: dict[Code, Delegation]
    facts: tuple[Fact, ...]
    knowledge: Annotated[tuple[Question, ...], Field(min_length=6, max_length=6)]
    injects: tuple[Inject, ...] = ()
    optional: tuple[Item, ...] = ()
    left_out: tuple[Words, ...]
    debrief: Annotated[tuple[Words, ...], Field(max_length=2)] = ()
    plans: dict[int, tuple[Part, ...]]
    guide: Guide
    folder: str = ""

    @property
    def world_file(self) -> Path:
        """The scenario that is played."""
        return Path(self.folder) / self.world

    def fact(self, id: str) -> Fact:
        """A fact by its id."""
        return next(f for f in self.facts if f.id == id)

    def step(self, id: str) -> Step:
        """A step by its id."""
        return next(s for s in self.steps if s.id == id)

    def items(self, ids: Iterable[str]) -> tuple[Item, ...]:
        """Votes that are switched on, by their ids.

        Raises
        ------
        BadInput
            The lesson has no such vote.

        Examples
        --------
        >>> [item.symbol for item in lesson("lesson-after-2022").items(["hrc-51"])]
        ['A/HRC/51/L.6']
        """
        known, asked = [item.id for item in self.optional], list(dict.fromkeys(ids))
        wrong = [id for id in asked if id not in known]
        if wrong:
            found, allowed = f"found {listed(wrong)}", listed(known) or f"nothing: {self.id} has no optional vote"
            raise BadInput([Problem("--with", 0, 0, "", found, allowed, did_you_mean(wrong[0], known))])
        return tuple(item for item in self.optional if item.id in asked)

    def played(self, minutes: int) -> tuple[Step, ...]:
        """The steps of a plan, in order.

        Examples
        --------
        >>> [step.quarter for step in lesson("lesson-after-2022").played(45)]
        ['2022-Q1', '2022-Q2', '2022-Q3', '2022-Q4']
        """
        return tuple(self.step(part.step) for part in self.plans[minutes] if part.step is not None)

    def placed(self, inject: Inject, minutes: int) -> str:
        """The step of a plan at which something is to be brought in.

        Examples
        --------
        >>> found = lesson("lesson-after-2022")
        >>> [found.placed(found.injects[0], minutes) for minutes in (60, 90)]
        ['q3', 'q3b']
        """
        parts = [step.id for step in self.played(minutes) if step.of == inject.step]
        return parts[-1] if parts else inject.step

    def with_own(self, block: str, teacher: Words) -> Words:
        """What the teacher does in a block; where the roles are left behind, the lesson's own question goes with it."""
        own = self.debrief if block == "leftout" else ()
        return Words(**{lang: " ".join([teacher.get(lang), *(q.get(lang) for q in own)]) for lang in LANGUAGES})

    def calendar(self, minutes: int) -> tuple[str, int]:
        """First quarter and number of quarters of a plan."""
        quarters = list(dict.fromkeys(step.quarter for step in self.played(minutes)))
        return quarters[0], len(quarters)

    def minutes(self, minutes: int) -> list[float]:
        """Length of each round of a plan, in minutes."""
        return [part.minutes for part in self.plans[minutes] if part.step is not None]

    def room(self, minutes: int = 60) -> dict[str, Any]:
        """The same as the section `classroom` of a scenario, for `multivector serve` (docs/classroom-protocol.md)."""
        steps = self.played(minutes)
        return {
            "title": self.title.told(),
            "question": self.question.told(),
            "turns": self.calendar(minutes)[1],
            "minutes": self.minutes(minutes),
            "steps": [
                {"id": s.id, "quarter": s.quarter, "moves": dict(s.moves), "others": s.others,
                 **({"may": s.may} if s.may else {}),
                 "only": {actor: list(names) for actor, names in s.only.items()},
                 "statements": [one.told() for one in s.statements],
                 "facts": [self.fact(id).told() for id in s.facts],
                 **{name: getattr(s, name).told() for name in ("title", "news", "task")}}
                for s in steps
            ],
            "plans": {str(length): self.sheet(length) for length in self.plans},
            "note": None if self.note is None else self.note.told(),
            "briefs": {actor: self._briefs(actor) for actor in self.delegations},
            "sees": {actor: {office: list(keys) for office, keys in team.sees.items()}
                     for actor, team in self.delegations.items() if team.sees},
            "aims": {actor: [aim_told(aim) for aim in team.aims] for actor, team in self.delegations.items()},
            "injects": [
                {"id": i.id, "step": self.placed(i, minutes), "source": i.source, "title": i.title.told(),
                 **({"then": [e.model_dump(exclude_none=True) for e in i.then]} if i.text is None
                    else {"text": i.text.told()})}
                for i in self.injects
            ],
            "predictions": {
                step.id: {
                    "id": f"{step.id}-{step.prediction.outcome}",
                    "text": step.prediction.text.told(),
                    "outcome": step.prediction.outcome,
                    "options": [{"id": o, "text": common().words[o].told()} for o in ("up", "same", "down")],
                }
                for step in steps
            },
            "survey": [
                {"id": q.id, "text": q.text.told(), "right": q.right,
                 "options": [{"id": o.id, "text": o.text.told()} for o in q.options]}
                for q in self.knowledge
            ],
            "left_out": [text.told() for text in self.left_out],
            "debrief": [text.told() for text in (*common().debrief, *self.debrief)],
            "asked": [text.told() for text in self.debrief],
        }  # fmt: skip

    def sheet(self, minutes: int) -> list[dict[str, Any]]:
        """The run-sheet of a plan for a room: what is prepared (minute -15), then block by block.

        A row has what the teacher does (`text`), what stands on the projector (`wall`), what `students` do; `paper` has
        the same three for a class that goes on without pages.

        Examples
        --------
        >>> [(row["minute"], row["what"]) for row in lesson("lesson-after-2022").sheet(60)[:3]]
        [(-15.0, 'before'), (0.0, 'join'), (3.0, 'knowledge')]
        """
        rows, at, rounds = [self._row(Part(do="before", minutes=BEFORE), -BEFORE)], 0.0, 0
        for part in self.plans[minutes]:
            rounds += part.step is not None
            cards = [i.title for i in self.injects if i.text is not None and self.placed(i, minutes) == part.step]
            rows.append(self._row(part, at, cards, first=rounds == 1))
            at += part.minutes
        return rows

    def _row(self, part: Part, minute: float, cards: Sequence[Words] = (), *, first: bool = False) -> dict[str, Any]:
        block = common().blocks[part.do]
        room, name = block.room, block.name
        task: Words | None = None
        if part.step is not None:
            step = self.step(part.step)
            name, task = step.title, step.task
        guided = room.first if first and part.step is not None else None
        says = [self.with_own(part.do, guided or room.teacher), *cards]
        paper = [self.with_own(part.do, block.teacher) if first or task is None else task, *cards]
        return {
            "minute": minute, "length": part.minutes, "what": part.do, "step": part.step, "name": name.told(),
            "text": _together(says), "wall": room.board.told(), "students": (task or room.students).told(),
            "paper": {"text": _together(paper), "wall": block.board.told(), "students": block.students.told()},
        }  # fmt: skip

    def _briefs(self, actor: str) -> dict[str, Any]:
        team = self.delegations[actor]
        known = [self.fact(id).told() for id in team.facts]
        out: dict[str, Any] = {"all": {"all": {"text": team.brief.told(), "known": known}}}
        for ministry, text in team.ministries.items():
            out[ministry] = {"all": {"text": text.told()}}
        return out


def aim_told(aim: Aim) -> dict[str, Any]:
    """An aim as a room keeps it."""
    return {"id": aim.id, "kind": aim.kind, "text": aim.text.told(), "red_lines": aim.red_lines,
            "outcomes": [{"id": t.id, "want": t.want} for t in aim.outcomes]}  # fmt: skip


def is_figure(key: str) -> bool:
    """Whether there may be such a figure of a ministry: a stock, an outcome, or what `showing.sees` reads besides.

    Examples
    --------
    >>> is_figure("unrest"), is_figure("outcome/inflation"), is_figure("late/customs.EU.KAZ"), is_figure("outcome/luck")
    (True, True, True, False)
    """
    source, slash, rest = key.partition("/")
    if not slash:
        return re.split("[:.]", key)[0] in STOCKS
    return in_dictionary(rest) if source in ("outcome", "late") else source in ("record", "fee", "unanimity")


def in_dictionary(outcome: str) -> bool:
    """Whether an id is that of an outcome, of any world.

    Examples
    --------
    >>> in_dictionary("goodwill.TUR"), in_dictionary("goodwil.RUS")
    (True, False)
    """
    return any(shape(t.outcome.id).fullmatch(outcome) for t in TEMPLATES)


def _together(told: Sequence[Words]) -> dict[str, str]:
    """What a teacher does, and the titles of cards to be read aloud, in all three languages."""
    (does, *cards), label = told, common().words["inject"]
    return {
        language: does.get(language) + "".join(f" [{label.get(language)}: {c.get(language)}]" for c in cards)
        for language in LANGUAGES
    }


class WithPages(Model):
    """A block in a room with pages: what the teacher does (`first`: in the first round), projector, students."""

    teacher: Words
    board: Words
    students: Words
    first: Words | None = None


class Block(Model):
    """A block of the run-sheet: what the teacher does, what the board has, what students do. `room`: with pages."""

    name: Words
    teacher: Words
    board: Words
    students: Words
    room: WithPages


class Common(Model):
    """What all lessons share."""

    id: Id
    rules: Annotated[tuple[Words, ...], Field(min_length=10, max_length=10)]
    results: Annotated[tuple[Option, ...], Field(min_length=5, max_length=5)]
    estimate: tuple[Words, ...]
    debrief: Annotated[tuple[Words, ...], Field(min_length=3, max_length=3)]
    asks: dict[str, Words]
    glossary: Annotated[tuple[Words, ...], Field(min_length=30, max_length=30)]
    blocks: dict[Id, Block]
    words: dict[Id, Words]

    def say(self, id: str, language: str, **values: object) -> str:
        """A label in a language, its braces filled."""
        return str(getattr(self.words[id], language)).format(**values)


def shipped_lessons() -> Path:
    """The folder of the shipped lessons: beside `scenarios`."""
    return shipped_root().parent / "lessons"


def lessons() -> list[str]:
    """Names of the shipped lessons.

    Examples
    --------
    >>> lessons()
    ['lesson-after-2022', 'lesson-after-2022-turkiye', 'lesson-january-2022']
    """
    return sorted(path.stem for path in shipped_lessons().glob(f"{PREFIX}*.yaml"))


@cache
def common() -> Common:
    """What all lessons share.

    Raises
    ------
    BadInput
        The file is wrong.
    """
    return _read(shipped_lessons() / f"{COMMON}.yaml", Common)


def is_lesson(name: str | Path) -> bool:
    """Whether a name or file is that of a lesson, and not of a scenario."""
    path = Path(name)
    return str(name) in lessons() or (path.is_file() and path.stem.startswith(PREFIX) and _has_steps(path))


def _has_steps(path: Path) -> bool:
    try:
        items = read_file(path).items
    except BadInput:
        return False
    like = items.get("extends")
    return "steps" in items or (isinstance(like, Scalar) and like.text.startswith(PREFIX))


@cache
def lesson(name: str | Path) -> Lesson:
    """A lesson by its name, or from a file.

    Raises
    ------
    BadInput
        There is none of that name, or the file is wrong: everything that is, by file, line and column.

    Examples
    --------
    >>> found = lesson("lesson-after-2022")
    >>> found.title.ru, len(found.delegations)
    ('После февраля 2022 года', 5)
    """
    path = Path(name)
    if not path.is_file():
        if str(name) not in lessons():
            hint = did_you_mean(str(name), lessons())
            raise BadInput([Problem(str(name)[:200], 0, 0, "", "found no such lesson", listed(lessons()), hint)])
        path = shipped_lessons() / f"{name}.yaml"
    return _read(path, Lesson)


M = TypeVar("M", Lesson, Common)


def _read(path: Path, kind: type[M]) -> M:
    tree = read_file(path)
    if kind is Lesson and "extends" in tree.items:
        tree = extended(tree, path, shipped_lessons())
    try:
        found = kind.model_validate(to_data(tree))
    except ValidationError as error:
        raise BadInput(sorted(_problems(error, tree, kind), key=lambda p: (p.line, p.column))) from None
    if isinstance(found, Lesson):
        wrong = list(_checks(found, tree, path))
        if wrong:
            raise BadInput(wrong)
        found = found.model_copy(update={"folder": str(path.parent)})
    return found


_SAID = {"missing": "found nothing", "extra_forbidden": "found an unknown key", "string_too_short": "found no text"}


def _problems(error: ValidationError, tree: Node, kind: type[BaseModel]) -> Iterator[Problem]:
    for detail in error.errors(include_url=False):
        keys = [str(k) for k in detail["loc"] if k != "[key]"]
        node, mark = _place(tree, keys)
        said = _SAID.get(detail["type"])
        allowed = ""
        if detail["type"] == "missing":
            said, allowed = f'found no "{keys[-1]}"', "a text" if keys[-1] in LANGUAGES else ""
        elif said is None:
            said, allowed = f"found {shown(node)}", detail["msg"][:1].lower() + detail["msg"][1:]
        known = list(kind.model_fields) if len(keys) == 1 else []
        hint = did_you_mean(keys[-1], known) if detail["type"] == "extra_forbidden" else ""
        yield Problem(mark.file, mark.line, mark.column, ".".join(keys), said, allowed, hint)


def _place(tree: Node, keys: list[str]) -> tuple[Node, Mark]:
    here, mark = tree, tree.mark
    for key in keys:
        below = child(here, key)
        if below is None:
            break
        mark = getattr(here, "keys", {}).get(key, below.mark)
        here = below
    return here, mark


def _checks(found: Lesson, tree: Node, path: Path) -> Iterator[Problem]:
    """What the fields alone do not say: names that exist, plans that add up, options that are there."""

    def wrong(keys: str, said: str, allowed: str = "", hint: str = "") -> Problem:
        mark = _place(tree, keys.split("."))[1]
        return Problem(mark.file, mark.line, mark.column, keys, said, allowed, hint)

    steps, facts = [s.id for s in found.steps], [f.id for f in found.facts]
    for section, ids in (("steps", steps), ("facts", facts)):
        for k, id in enumerate(ids):
            if id in ids[:k]:
                yield wrong(f"{section}.{k}.id", f'found "{id}" twice', "each id once")
    for k, step in enumerate(found.steps):
        if step.of is not None and step.of not in steps:
            yield wrong(f"steps.{k}.of", f'found the unknown step "{step.of}"', listed(steps))
        for j, id in enumerate(step.facts):
            if id not in facts:
                yield wrong(f"steps.{k}.facts.{j}", f'found the unknown fact "{id}"', "", did_you_mean(id, facts))
        for j, statement in enumerate(step.statements):
            for actor in statement.by:
                if actor not in found.delegations:
                    yield wrong(f"steps.{k}.statements.{j}.by", f'found the unknown actor "{actor}"',
                                listed(list(found.delegations)))  # fmt: skip
            if statement.id in [s.id for s in step.statements[:j]]:
                yield wrong(f"steps.{k}.statements.{j}.id", f'found "{statement.id}" twice', "each id once")
    for actor, team in found.delegations.items():
        for j, id in enumerate(team.facts):
            if id not in facts:
                yield wrong(f"delegations.{actor}.facts.{j}", f'found the unknown fact "{id}"', "",
                            did_you_mean(id, facts))  # fmt: skip
        for office, keys in team.sees.items():
            if office not in team.ministries:
                yield wrong(f"delegations.{actor}.sees.{office}", f'found the unknown ministry "{office}"',
                            listed(list(team.ministries)))  # fmt: skip
            for j, key in enumerate(keys):
                if not is_figure(key):
                    yield wrong(f"delegations.{actor}.sees.{office}.{j}", f'found the unknown figure "{key}"',
                                "a stock (unrest), or a source and an outcome (outcome/inflation)")  # fmt: skip
        for j, aim in enumerate(team.aims):
            for i, target in enumerate(aim.outcomes):
                if not in_dictionary(target.id):
                    yield wrong(f"delegations.{actor}.aims.{j}.outcomes.{i}.id",
                                f'found the unknown outcome "{target.id}"', "an outcome of the dictionary",
                                did_you_mean(target.id, list(OUTCOMES)))  # fmt: skip
    for k, inject in enumerate(found.injects):
        if inject.step not in steps:
            yield wrong(f"injects.{k}.step", f'found the unknown step "{inject.step}"', listed(steps))
        if (inject.text is None) == (not inject.then):
            yield wrong(f"injects.{k}", f"found {'neither' if inject.text is None else 'both'}",
                        "text (a card to read aloud) or then (an event)")  # fmt: skip
        for j, effect in enumerate(inject.then):
            if effect.stock not in STOCKS:
                hint = did_you_mean(effect.stock, list(STOCKS))
                yield wrong(f"injects.{k}.then.{j}.stock", f'found the unknown stock "{effect.stock}"', "", hint)
    for k, item in enumerate(found.optional):
        if item.step not in steps:
            yield wrong(f"optional.{k}.step", f'found the unknown step "{item.step}"', listed(steps))
        if item.id in [other.id for other in found.optional[:k]]:
            yield wrong(f"optional.{k}.id", f'found "{item.id}" twice', "each id once")
        for section, codes in (("voters", item.voters), ("apart", tuple(item.apart))):
            for j, code in enumerate(codes):
                if code not in found.delegations:
                    yield wrong(f"optional.{k}.{section}.{j if section == 'voters' else code}",
                                f'found the unknown delegation "{code}"', listed(list(found.delegations)))  # fmt: skip
        for code in sorted(set(item.voters) & set(item.apart)):
            yield wrong(f"optional.{k}.apart.{code}", f"found {code} among the voters too", "one of the two")
        for code in sorted(set(found.delegations) - set(item.voters) - set(item.apart)):
            yield wrong(f"optional.{k}", f"found nothing about {code}", "it votes, or `apart` says why not")
    for k, question in enumerate(found.knowledge):
        options = [o.id for o in question.options]
        if question.right not in options:
            yield wrong(f"knowledge.{k}.right", f'found "{question.right}"', listed(options))
    if set(found.plans) != set(MINUTES):
        yield wrong(
            "plans", f"found plans for {listed([str(m) for m in found.plans])}", listed([str(m) for m in MINUTES])
        )
    for length, parts in found.plans.items():
        total = sum(part.minutes for part in parts)
        if abs(total - length) > 1e-9:
            yield wrong(f"plans.{length}", f"found {total:g} minutes in all", f"{length}")
        for k, part in enumerate(parts):
            if part.step is None and part.do not in common().blocks:
                yield wrong(
                    f"plans.{length}.{k}.do", f'found the unknown block "{part.do}"', listed(list(common().blocks))
                )
            if part.step is not None and part.step not in steps:
                yield wrong(f"plans.{length}.{k}.step", f'found the unknown step "{part.step}"', listed(steps))
    if not (path.parent / found.world).is_file():
        yield wrong("world", f'found no such file as "{found.world}"', "a scenario file beside the lesson")
        return
    world = load(path.parent / found.world)
    for k, step in enumerate(found.steps):
        for where, *told in unknown(step.only, world):
            yield wrong(f"steps.{k}.only.{where}", *told)


def texts(model: BaseModel, path: str = "") -> Iterator[tuple[str, Words]]:
    """Every text of a lesson with its path: what tests of the language read.

    Examples
    --------
    >>> dict(texts(lesson("lesson-after-2022")))["title"].en
    'After February 2022'
    """
    for name in type(model).model_fields:
        yield from _texts(getattr(model, name), f"{path}.{name}".lstrip("."))


def _texts(value: object, path: str) -> Iterator[tuple[str, Words]]:
    if isinstance(value, Words):
        yield path, value
    elif isinstance(value, BaseModel):
        yield from texts(value, path)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, f"{path}.{key}")
    elif isinstance(value, tuple):
        for k, item in enumerate(value):
            yield from _texts(item, f"{path}.{getattr(item, 'id', k)}")


def words_in(text: str) -> int:
    """Number of words of a text.

    Examples
    --------
    >>> words_in("Neither joins nor supports: that is the line.")
    8
    """
    return len(re.findall(r"[^\W_]+(?:[-’'][^\W_]+)*", text))
