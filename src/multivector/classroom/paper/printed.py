"""What a lesson needs on paper: cards, sheets, moves, rules, run-sheet, board, questions, guide; HTML for A4."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from multivector.classroom.lesson.codes import DAMM, SUFFIXES, codes, letters, line, walk
from multivector.classroom.lesson.lessons import Inject, Item, Lesson, Step, common, is_lesson, lesson
from multivector.classroom.lesson.rounds import numbered
from multivector.classroom.lesson.seats import Seat, domain, ministry, propose, unseated
from multivector.classroom.lesson.words import resolution, tell, texts, word
from multivector.classroom.paper.game_on_paper import SIGNS, plain_step
from multivector.classroom.showing.sees import keys_of, name_of, titles
from multivector.decisions.catalogue import Entry
from multivector.errors import BadInput, Problem, RunFailed
from multivector.language import LANGUAGES, NAMES, speaker
from multivector.scenario import load
from multivector.scenario.names import listed
from multivector.schema import Scenario
from multivector.world.layout.layout import build_layout

DOCUMENTS = ("cards", "sheets", "moves", "run-sheet", "board", "survey", "guide")
"""Documents by language."""
FOR_ALL = ("rules", "glossary")
"""Documents that are one for all three languages."""
OF_LESSON = ("run-sheet", "survey", "guide")
"""Documents that only a lesson has."""
OF_ROOM = (*FOR_ALL, "cards", "run-sheet", "guide")
"""Documents of a class that plays on pages of its own: all others are on the pages."""
LANDSCAPE = ("cards", "sheets", "board", "survey")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
CARD = (
    "actor", "letter", "code", "world", "head", "brief", "text", "does", "watches", "list", "listed", "aims", "yours",
    "sees", "moves", "doctrines", "facts", "question", "offices",
)  # fmt: skip
"""What may stand on a card besides whose it is."""
PATIENCE = 120.0
"""Seconds that a document may take to become a PDF."""
PAPER_STEPS = 6
"""Sheets that are printed for each delegation of a scenario that is no lesson."""


@dataclass(frozen=True)
class Printed:
    """A document: its name (``cards-kk``) and its HTML."""

    name: str
    html: str


class Press:
    """Prints a lesson, or a scenario.

    Parameters
    ----------
    name : a lesson's or a scenario's name or file.
    minutes : the plan.
    students : people in the class; more than there are ministries get spare seats, then share.
    worlds : worlds that they are split into, as `serve` splits them: cards have the codes of the room's seats.
    press, secretariat : print the cards of such seats in any case, in every world besides the ministries.
    items : ids of optional votes that are switched on; without them nothing but the guide tells of them.
    for_room : students have pages (`multivector serve`): what stands on them is not printed.

    Attributes
    ----------
    rounds : steps for which sheets are printed; None for all.

    Raises
    ------
    BadInput
        There is no such lesson, scenario or optional vote, or it is wrong.
    """

    def __init__(
        self, name: str, *, minutes: int = 60, students: int = 12, worlds: int = 1, press: bool = False,
        secretariat: bool = False, items: Sequence[str] = (), for_room: bool = False,
    ) -> None:  # fmt: skip
        self.for_room = for_room
        self.name, self.lesson = name, lesson(name) if is_lesson(name) else None  # type: tuple[str, Lesson | None]
        self.items = items_of(self.lesson, items)
        self.minutes, self.students, self.worlds = minutes, students, min(worlds, students)
        self.asked = {"press": press or None, "secretariat": secretariat or None}
        self.scenario: Scenario = _world(name, self.lesson, minutes)
        entries = build_layout(self.scenario).catalogue.entries
        self.entries: tuple[Entry, ...] = entries
        self.codes = codes(entries)
        self.letters = letters(sorted(self.scenario.actors))
        self.rounds: Collection[str] | None = None

    @cached_property
    def dealt(self) -> list[Seat]:
        """Seats of all worlds, the spare ones among them: those that a room for as many opens with, same codes."""
        actors = sorted(self.scenario.actors)
        return propose(actors, self.scenario.focus, self.students, self.worlds, spare=self.asked)

    @property
    def seats(self) -> list[Seat]:
        """Ministries of all worlds."""
        return [seat for seat in self.dealt if not seat.spare]

    @property
    def spare_seats(self) -> list[Seat]:
        """The press and the Secretariat of every world where they have a card."""
        return [seat for seat in self.dealt if seat.spare]

    def world(self, id: str, language: str) -> str:
        """Name of a world, where there is more than one."""
        return common().say("world", language, name=id) if id and self.worlds > 1 else ""

    @property
    def spare(self) -> int:
        """People without a ministry of their own."""
        return max(0, self.students - len(self.seats))

    @property
    def steps(self) -> tuple[Step, ...]:
        """The rounds."""
        if self.lesson is not None:
            return self.lesson.played(self.minutes)
        return tuple(plain_step(q) for q in self.scenario.quarters()[:PAPER_STEPS])

    def numbered(self, step: Step, language: str) -> str:
        """Which round a step is, as screens say it."""
        quarters = list(dict.fromkeys(s.quarter for s in self.steps))
        here = [s.id for s in self.steps if s.quarter == step.quarter]
        place = (quarters.index(step.quarter), len(quarters), here.index(step.id) + 1, len(here))
        return numbered(speaker(language), *place)

    def documents(self, languages: Iterable[str]) -> Iterator[Printed]:
        """All documents in some languages, rules and glossary first."""
        yield from (self.one(kind, "en") for kind in FOR_ALL)
        for language in languages:
            yield from (self.one(kind, language) for kind in self.kinds)

    @property
    def kinds(self) -> list[str]:
        """Documents by language that are printed."""
        own = DOCUMENTS if self.lesson is not None else [d for d in DOCUMENTS if d not in OF_LESSON]
        return [d for d in own if not self.for_room or d in OF_ROOM]

    @property
    def tables(self) -> int:
        """Tables at which people sit: one for each delegation of each world."""
        return len({(seat.world, seat.actor) for seat in self.seats})

    def copies(self, kind: str) -> int:
        """How often a document is printed for the class; a file of cards or sheets has one for each seat or table."""
        return {
            "rules": self.tables, "glossary": self.tables, "moves": self.worlds, "board": self.worlds,
            "survey": self.students,
        }.get(kind, 1)  # fmt: skip

    def one(self, kind: str, language: str) -> Printed:
        """One document of `DOCUMENTS` (those `OF_LESSON` where there is a lesson), or `FOR_ALL`."""
        if kind in FOR_ALL:
            return Printed(kind, self._page(kind, language, languages=LANGUAGES, names=NAMES))
        values = getattr(self, f"_{kind.replace('-', '_')}")(language)
        return Printed(f"{kind}-{language}", self._page(kind, language, **values))

    @classmethod
    def of_room(cls, name: str, minutes: int | None, seats: Sequence[Seat], items: Collection[str] = ()) -> Press:
        """For a room as it is seated, with the votes that are on: its cards have the codes of its seats.

        Raises
        ------
        BadInput
            The lesson or scenario is not there any more.
        """
        found = cls(name, minutes=minutes or 60, students=len(seats), worlds=len({seat.world for seat in seats}))
        found.__dict__["dealt"] = list(seats)
        found.items = () if found.lesson is None else tuple(i for i in found.lesson.optional if i.id in items)
        return found

    # ---- one document each: what its template says

    def _page(self, kind: str, language: str, **values: Any) -> str:
        shared = common()

        def w(id: str, lang: str = language, **filled: object) -> str:
            return shared.say(id, lang, **filled)

        heading = {"cards": "role_card", "sheets": "move_sheet", "moves": "moves_list", "rules": "rules",
                   "run-sheet": "run_sheet",
                   "board": "board", "survey": "survey", "guide": "guide", "glossary": "glossary"}[kind]  # fmt: skip
        text: str = templates().get_template(f"{kind}.html").render(
            lang=language, w=w, common=shared, unsigned=texts("words")["unsigned"],
            name=self.title(language), title=self.title(language),
            question=self.question(language), heading=w(heading, n=self.minutes), minutes=self.minutes,
            orientation="landscape" if kind in LANDSCAPE else "portrait", **values,
        )  # fmt: skip
        return text

    def title(self, language: str) -> str:
        """Title of the lesson or scenario."""
        return (
            self.lesson.title.get(language) if self.lesson else tell(self.scenario.title, language) or self.scenario.id
        )

    def question(self, language: str) -> str:
        """The question of the day."""
        return self.lesson.question.get(language) if self.lesson else tell(self.scenario.question, language)

    def actor(self, code: str, language: str) -> str:
        """Name of an actor."""
        return tell(self.scenario.actors[code].name, language) or code

    def move(self, entry: Entry, language: str) -> dict[str, Any]:
        """An entry for a list of moves."""
        move = entry.move
        own = (
            entry.target is not None
            and len([e for e in self.entries if e.actor == entry.actor and e.move.id == move.id]) > 1
        )
        return {
            "code": self.codes[entry.id], "title": tell(move.title, language) or move.label, "offer": entry.is_offer,
            "target": self.actor(str(entry.target), language) if own and entry.target in self.scenario.actors else "",
            "reason": tell(move.official_reason, language), "read_as": tell(move.read_as, language),
        }  # fmt: skip

    def menu(self, actor: str) -> list[Entry]:
        """An actor's entries by code; packages that the world has dated are not played."""
        dated = self.scenario.senders == "dated"
        own = [e for e in self.entries if e.actor == actor and not (dated and e.move.code == "M18")]
        return sorted(own, key=lambda e: self.codes[e.id])

    def _facts(self, ids: Iterable[str], language: str) -> list[dict[str, Any]]:
        assert self.lesson is not None
        found = [self.lesson.fact(id) for id in ids]
        return [{"text": f.text.get(language), "source": f.source, "known": f.confidence == "known"} for f in found]

    def _cards(self, language: str) -> dict[str, Any]:
        cards = []
        for world in dict.fromkeys(seat.world for seat in self.dealt):
            here = [seat for seat in self.seats if seat.world == world]
            cards += [self._card(seat, language) for seat in here]
            cards += [card for seat in here if (card := self._empty(seat, language)) is not None]
            cards += [self._spare_card(seat, language) for seat in self.spare_seats if seat.world == world]
        return {"cards": cards}

    def _spare_card(self, seat: Seat, language: str) -> dict[str, Any]:
        """The card of the press or the Secretariat: what it does with and without screens, sees, and is asked."""
        about = {key: tell(text, language) for key, text in ministry("", seat.ministry).items()}
        press = seat.ministry == "press"
        listed = [tell(t, language) for t in texts("questions").values()] if press else self._voted(language)
        return {
            **dict.fromkeys(CARD, ""), "list": "press_list" if press else "vote_list", "listed": listed,
            "actor": "main", "code": seat.card, "world": self.world(seat.world, language), "delegation": about["name"],
            "ministry": about["title"],
            "does": [about["does"], about["paper"]], "watches": about["sees_words"], "question": about["question"],
        }  # fmt: skip

    def _voted(self, language: str) -> list[str]:
        """All texts of the lesson in their order, each with its quarter and what it asks for."""
        say, asks, told = speaker(language), common().asks, []
        for quarter in dict.fromkeys(step.quarter for step in self.steps):
            for text in self._texts(quarter, language):
                asked = asks[text["id"]].get(language) if text["id"] in asks else ""
                told.append(f"{say.quarter(quarter)}: {text['title']}. {asked}".strip())
        return told

    def _card(self, seat: Seat, language: str) -> dict[str, Any]:
        team = self.lesson.delegations.get(seat.actor) if self.lesson else None
        about = ministry(seat.actor, seat.ministry)
        menu = self.menu(seat.actor)
        mine = domain(seat.actor, seat.ministry, sorted({e.move.code or "" for e in menu}))
        own = team.ministries.get(seat.ministry) if team else None
        # The head of several ministries may propose anything: its list is the delegation's, printed apart.
        listed = [] if seat.head and len(menu) > 16 else [e for e in menu if e.move.code in mine]
        doctrines = [d for d in self.scenario.doctrines.values() if seat.actor in d.for_] if seat.head else []
        return {
            "actor": seat.actor, "letter": self.letters[seat.actor], "head": seat.head,
            "code": seat.card, "world": self.world(seat.world, language),
            "delegation": self.actor(seat.actor, language), "ministry": tell(about["title"], language),
            "brief": team.brief.get(language) if team else self.question(language),
            "aims": [a.text.get(language) for a in team.aims] if team else [],
            "yours": own.get(language) if own else "", "offices": [],
            "sees": self._sees(seat.actor, seat.ministry, language),
            "moves": self._grouped(listed, language),
            "doctrines": [tell(d.title, language) or d.id for d in doctrines],
            "facts": self._facts(team.facts, language) if team else [],
            "question": tell(about["question"], language), "does": "", "watches": "", "listed": [],
        }  # fmt: skip

    def _grouped(self, entries: Iterable[Entry], language: str) -> list[dict[str, str]]:
        """Moves of a card: one line a move, with the letters of its partners side by side."""
        out: dict[str, list[Entry]] = {}
        for entry in entries:
            out.setdefault(tell(entry.move.title, language) or entry.move.label, []).append(entry)
        told = []
        for title, same in out.items():
            number = self.codes[same[0].id][:3]
            letters = [self.codes[e.id][3:] for e in same]
            told.append({"code": number + "/".join(letters), "title": title})
        return told

    def _sees(self, actor: str, office: str, language: str) -> list[str]:
        """What a ministry alone sees, figures of one kind side by side: relations of one, relations of another."""
        out: dict[str, list[str]] = {}
        team = self.lesson.delegations.get(actor) if self.lesson else None
        for key in keys_of(actor, [office], None if team is None else team.sees):
            what, _, whose = name_of(self.scenario, key, actor, language).partition(", ")
            out.setdefault(what, []).append(whose)
        return [what if whose == [""] else f"{what}, {whose[0]}" if len(whose) == 1 else f"{what} ({', '.join(whose)})"
                for what, whose in out.items()]  # fmt: skip

    def _empty(self, seat: Seat, language: str) -> dict[str, Any] | None:
        """A further card for a head: what ministries know in which nobody sits; None where there are none."""
        team = self.lesson.delegations.get(seat.actor) if self.lesson else None
        team_here = [s.ministry for s in self.seats if (s.world, s.actor) == (seat.world, seat.actor)]
        offices = unseated(seat.actor, team_here) if seat.head else []
        if team is None or not offices:
            return None
        rows = [
            {"title": title, "note": team.ministries[m].get(language) if m in team.ministries else "",
             "sees": self._sees(seat.actor, m, language)}
            for m, title in zip(offices, titles(seat.actor, offices, language), strict=True)
        ]  # fmt: skip
        about = {"actor": seat.actor, "letter": self.letters[seat.actor], "offices": rows, "code": seat.card,
                 "world": self.world(seat.world, language)}  # fmt: skip
        names = {"delegation": self.actor(seat.actor, language), "ministry": common().say("unseated", language)}
        return {**dict.fromkeys(CARD, ""), **about, **names}

    def _sheets(self, language: str) -> dict[str, Any]:
        say, sheets = speaker(language), []
        steps = self.steps
        last = {s.quarter: s.id for s in steps}
        decision = self.scenario.decision
        names = list(dict.fromkeys(s.world for s in self.seats))
        for name, actor in ((name, actor) for name in names for actor in self._order()):
            own = self.scenario.actors[actor].slots
            slots = (
                own
                if own is not None
                else decision.slots.focus
                if actor == self.scenario.focus
                else decision.slots.others
            )
            for step in steps:
                if self.rounds is not None and step.id not in self.rounds:
                    continue
                voted = [] if step.id != last[step.quarter] else self._texts(step.quarter, language)
                sheets.append({
                    "actor": actor, "letter": self.letters[actor], "delegation": self.actor(actor, language),
                    "round": self.numbered(step, language), "world": self.world(name, language),
                    "quarter": say.quarter(step.quarter), "title": step.title.get(language) if self.lesson else "",
                    "task": step.task.get(language), "limit": step.most(actor, slots), "texts": voted,
                    "items": [self._item(i, actor, language) for i in self.items if i.step == step.id],
                    "last": step.id == last[step.quarter],
                    "only": self._listed(step, actor, language),
                    "statements": [{"text": s.text.get(language),
                                    "options": [{"code": f"T{q}{o}", "text": one.text.get(language)}
                                                for o, one in enumerate(s.options, 1)]}
                                   for q, s in enumerate(step.asked(actor), 1)],
                    "prediction": step.prediction.text.get(language),
                })  # fmt: skip
        shown = [line("K", ["M01+", "M06"]), line("R", ["M12", "T21"])]
        signs = {v: k for k, v in SIGNS.items()}
        return {
            "sheets": sheets, "letters": _letters_row(), "suffixes": SUFFIXES, "damm": DAMM,
            "example": {"line": shown[0], "walk": walk(shown[0])},
            "with_word": {"line": shown[1], "walk": walk(shown[1])},
            "votes": [
                {"text": word("votes", v, language), "sign": signs[v]} for v in ("yes", "no", "abstain", "absent")
            ],
        }  # fmt: skip

    def _listed(self, step: Step, actor: str, language: str) -> list[dict[str, str]]:
        """Moves that a step lets a delegation make, where it has a list of them."""
        if actor not in step.only:
            return []
        return self._grouped([e for e in self.menu(actor) if step.lets(actor, e.move)], language)

    def _texts(self, quarter: str, language: str) -> list[dict[str, str]]:
        found = self.scenario.alignment.votes.items()
        return [{"id": id, "title": resolution(id, v.title, language)} for id, v in sorted(found) if v.turn == quarter]

    def _item(self, item: Item, actor: str, language: str) -> dict[str, Any]:
        """An optional vote on a delegation's sheet: its wording, and boxes to tick or why there are none."""
        apart = item.apart.get(actor)
        return {"body": item.body.get(language), "symbol": item.symbol, "text": item.text.get(language),
                "unchanged": item.unchanged.get(language), "may": actor in item.voters,
                "apart": "" if apart is None else apart.get(language)}  # fmt: skip

    def _order(self) -> list[str]:
        return list(dict.fromkeys(s.actor for s in self.seats)) + [
            a for a in sorted(self.scenario.actors) if a not in {s.actor for s in self.seats}
        ]

    def _moves(self, language: str) -> dict[str, Any]:
        return {"delegations": [
            {"actor": a, "letter": self.letters[a], "name": self.actor(a, language),
             "moves": [self.move(e, language) for e in self.menu(a)]} for a in self._order()
        ]}  # fmt: skip

    def _run_sheet(self, language: str) -> dict[str, Any]:
        assert self.lesson is not None
        if self.for_room:
            own = [self._with_pages(row, language) for row in self.lesson.sheet(self.minutes)]
            return {"rows": own, "for_room": True}
        blocks, rows, at = common().blocks, [], 0.0
        first = blocks["before"]
        rows.append({"time": "-15", "name": first.name.get(language), "teacher": first.teacher.get(language),
                     "board": first.board.get(language), "students": first.students.get(language),
                     "turn": False})  # fmt: skip
        for part in self.lesson.plans[self.minutes]:
            block, name = blocks[part.do], blocks[part.do].name.get(language)
            teacher, board = self.lesson.with_own(part.do, block.teacher).get(language), block.board.get(language)
            if part.step is not None:
                step = self.lesson.step(part.step)
                name = f"{self.numbered(step, language)}: {step.title.get(language)}"
                cards = [i.title.get(language) for i in self._injects(step) if i.text is not None]
                guided, task = step.id == self.steps[0].id, step.task.get(language)
                teacher = f"{teacher} {task}" if guided else task
                teacher += "".join(f" [{common().say('inject', language)}: {c}]" for c in cards)
                teacher += self._switched_on(step, language)
                board += self._ballots(step, language)
            rows.append({"time": f"{_clock(at)}–{_clock(at + part.minutes)}", "name": name, "teacher": teacher,
                         "board": board,
                         "students": block.students.get(language), "turn": part.step is not None})  # fmt: skip
            at += part.minutes
        return {"rows": rows, "for_room": False}

    def _with_pages(self, row: Mapping[str, Any], language: str) -> dict[str, Any]:
        """A line of the run-sheet for a class with pages, as its console has it."""
        assert self.lesson is not None
        start, end = float(row["minute"]), float(row["minute"]) + float(row["length"])
        name, teacher, board, students = (tell(row[k], language) for k in ("name", "text", "wall", "students"))
        if row["step"] is not None:
            step = self.lesson.step(row["step"])
            name = f"{self.numbered(step, language)}: {name}"
            teacher += self._switched_on(step, language)
            board += self._ballots(step, language)
        return {"time": f"{start:.0f}" if start < 0.0 else f"{_clock(start)}–{_clock(end)}", "name": name,
                "teacher": teacher, "board": board, "students": students, "turn": row["step"] is not None}  # fmt: skip

    def _switched_on(self, step: Step, language: str) -> str:
        """Optional votes of a step that are switched on, for its line of the run-sheet."""
        titles = [i.title.get(language) for i in self.items if i.step == step.id]
        return "".join(f" [{common().say('optional', language)}: {title}]" for title in titles)

    def _ballots(self, step: Step, language: str) -> str:
        """Texts on which is voted in a step: in the last one of their quarter."""
        voted = [t["id"] for t in self._texts(step.quarter, language)]
        final = [s.id for s in self.steps if s.quarter == step.quarter][-1] == step.id
        return f" ({', '.join(voted)})" if voted and final else ""

    def _debrief(self, language: str) -> list[str]:
        """The fixed questions, and the lesson's own."""
        own = () if self.lesson is None else self.lesson.debrief
        return [q.get(language) for q in (*common().debrief, *own)]

    def _injects(self, step: Step) -> list[Inject]:
        """What may be brought in at a step of the plan."""
        assert self.lesson is not None
        return [i for i in self.lesson.injects if self.lesson.placed(i, self.minutes) == step.id]

    def _board(self, language: str) -> dict[str, Any]:
        say, quarters = speaker(language), list(dict.fromkeys(s.quarter for s in self.steps))
        return {
            "rounds": [say.quarter(q) for q in quarters],
            "gauges": [r.text.get(language) for r in common().results],
            "debrief": self._debrief(language),
        }

    def _survey(self, language: str) -> dict[str, Any]:
        assert self.lesson is not None
        return {"questions": [
            {"text": q.text.get(language), "options": [o.text.get(language) for o in q.options]}
            for q in self.lesson.knowledge
        ]}  # fmt: skip

    def _guide(self, language: str) -> dict[str, Any]:
        found, say = self.lesson, speaker(language)
        assert found is not None
        return {
            "guide": found.guide, "for_room": self.for_room, "note": found.note.get(language) if found.note else "",
            "handling": [*found.guide.handling, *(i.handling for i in found.optional)], "items": self.items,
            "steps": [
                {"round": self.numbered(s, language), "quarter": say.quarter(s.quarter),
                 "title": s.title.get(language), "news": s.news.get(language),
                 "task": s.task.get(language), "prediction": s.prediction.text.get(language),
                 "facts": self._facts(s.facts, language),
                 "injects": [{"kind": common().say("event_in" if i.text is None else "inject", language),
                              "title": i.title.get(language), "text": i.text.get(language) if i.text else "",
                              "source": i.source} for i in self._injects(s)]}
                for s in self.steps
            ],
            "debrief": self._debrief(language),
            "left_out": [t.get(language) for t in found.left_out],
            "questions": [
                {"text": q.text.get(language), "why": q.why.get(language), "source": q.source,
                 "right": next(o.text.get(language) for o in q.options if o.id == q.right)} for q in found.knowledge
            ],
            "facts": self._facts([f.id for f in found.facts], language),
        }  # fmt: skip


# ---- files


def find_chromium() -> str | None:
    """A browser that can make PDFs, or None."""
    import shutil

    return next((found for name in CHROMIUM if (found := shutil.which(name))), None)


def to_pdf(document: Printed, path: Path, browser: str) -> None:
    """Print a document to a PDF by a browser without a window; nothing is asked of any network.

    Raises
    ------
    RunFailed
        The browser made no file.
    """
    with tempfile.TemporaryDirectory(prefix="multivector-print-") as scratch:
        page, made = Path(scratch) / "page.html", Path(scratch) / "page.pdf"
        page.write_text(document.html, "utf-8")
        command = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync", "--no-first-run", f"--user-data-dir={scratch}/profile", "--no-pdf-header-footer",
            f"--print-to-pdf={made}", page.as_uri(),
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise RunFailed(
                f"{document.name}: {browser} did not print ({type(error).__name__}); --format html needs no browser"
            ) from None
        if not made.is_file():
            raise RunFailed(
                f"{document.name}: {browser} made no PDF (code {done.returncode}); --format html needs no browser"
            )
        content = made.read_bytes()
    _write(path, content)


def write_html(document: Printed, path: Path) -> None:
    """Write a document as HTML."""
    _write(path, document.html.encode("utf-8"))


def pages_of(content: bytes) -> int:
    """Pages of a PDF that a browser made."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", content))


def _write(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise RunFailed(f"{path}: cannot be written ({error.strerror})") from None
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _world(name: str, found: Lesson | None, minutes: int) -> Scenario:
    if found is None:
        return load(name)
    first, turns = found.calendar(minutes)
    return load(found.world_file, overrides={"calendar.start": first, "calendar.turns": str(turns)})


def items_of(found: Lesson | None, ids: Sequence[str]) -> tuple[Item, ...]:
    """Optional votes that are switched on.

    Raises
    ------
    BadInput
        There is no such vote, or no lesson that could have one.
    """
    if found is None and ids:
        raise BadInput([Problem("--with", 0, 0, "", f"found {listed(ids)}", "nothing: only a lesson has such votes")])
    return () if found is None else found.items(ids)


def _clock(minutes: float) -> str:
    """Minutes of the lesson, with seconds where there are any.

    Examples
    --------
    >>> _clock(19.0), _clock(24.5)
    ('19', '24:30')
    """
    whole, part = divmod(minutes, 1)
    return f"{whole:.0f}" if not part else f"{whole:.0f}:{60 * part:02.0f}"


def _letters_row() -> list[str]:
    return ["K", "R", "C", "E", "U", "1", "2", "3", "4", "5"]


@cache
def templates() -> Any:
    """The templates of what is printed; everything that is put into them is escaped."""
    import jinja2

    def source(name: str) -> str | None:
        path = files("multivector.classroom").joinpath("print", name)
        return path.read_text("utf-8") if path.is_file() else None

    return jinja2.Environment(
        loader=jinja2.FunctionLoader(source), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
