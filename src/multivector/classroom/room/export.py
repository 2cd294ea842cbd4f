"""What a class takes away: tables for spreadsheets, and each world as an ordinary result folder.

There is no address, no name and no time in the tables: a person is a seat and a nickname from the list of words. Typed
text is left out unless it is asked for.
"""

from __future__ import annotations

import csv
import io
import pickle
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from multivector.classroom.lesson.codes import line_of
from multivector.classroom.playing import items
from multivector.classroom.playing.game import Game
from multivector.classroom.playing.staff import played_setup
from multivector.classroom.playing.statements import said
from multivector.classroom.playing.worlds import cut
from multivector.classroom.showing.debrief import WHEN, may_be_shown
from multivector.experiment.ensembles.running import Request, Run
from multivector.experiment.ensembles.saving import finish
from multivector.experiment.histories.arms import Arms
from multivector.language import speaker
from multivector.results.store import Writer
from multivector.schema.design import Decision

PARTICIPATION = (
    "seat", "world", "actor", "ministry", "nickname", "language", "left", "proposals", "confirmed", "answers", "votes",
    "forecasts", "messages", "front_pages", "questions", "votes_run", "calls",
)  # fmt: skip
MOVES = (
    "turn",
    "quarter",
    "world",
    "actor",
    "slot",
    "entry",
    "move",
    "target",
    "answer",
    "decided_by",
    "proposed_by",
    "value",
)
MESSAGES = ("turn", "world", "from", "to", "phrase")
SURVEY = ("person", "when", "question", "answer", "right")
ITEMS = ("turn", "quarter", "world", "item", "symbol", "actor", "vote")
TABLES = ("participation.csv", "moves.csv", "messages.csv", "survey.csv")
ITEM_TABLE = "items.csv"
"""Votes that the teacher had switched on: only where one was held."""


def table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], language: str = "en") -> bytes:
    """A table as CSV with the mark by which Excel knows UTF-8; no cell is a formula.

    Where decimals have a comma, Excel expects cells apart by semicolons: in Russian and Kazakh rooms they are. Who lets
    LibreOffice part cells at commas too breaks no number: there all that is no whole number is in quotes.

    Examples
    --------
    >>> table(("a", "b"), [{"a": "=1+1", "b": 2.5}]).decode("utf-8-sig").splitlines()
    ['a,b', "'=1+1,2.5"]
    >>> table(("a", "b"), [{"a": "Орал", "b": 2.5}], "kk").decode("utf-8-sig").splitlines()
    ['"a";"b"', '"Орал";"2,5"']
    """
    comma = speaker(language).numeral("1.5") != "1.5"
    out = io.StringIO(newline="")
    if comma:
        writer = csv.DictWriter(out, columns, extrasaction="ignore", delimiter=";", quoting=csv.QUOTE_NONNUMERIC)
    else:
        writer = csv.DictWriter(out, columns, extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        writer.writerow({k: _safe(row.get(k, ""), comma) for k in columns})
    return out.getvalue().encode("utf-8-sig")


def _safe(value: Any, comma: bool) -> Any:
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return str(value).replace(".", ",") if comma and isinstance(value, float) else value


def participation(game: Game) -> bytes:
    """Who did how much of what."""
    rows = []
    for person in sorted(game.people.values(), key=lambda p: p.seat):
        seat = game.seats[person.seat]
        rows.append({"seat": seat.id, "world": seat.world, "actor": seat.actor, "ministry": seat.ministry,
                     "nickname": person.nickname, "language": person.language, "left": person.out,
                     **dict.fromkeys(PARTICIPATION[7:], 0), **person.counts})  # fmt: skip
    return table(PARTICIPATION, rows, game.settings.language)


def moves(game: Game) -> bytes:
    """Every move of every world."""
    return table(MOVES, game.moves_log, game.settings.language)


def messages(game: Game, *, text: bool = False) -> bytes:
    """Messages, words of delegations, what the press asked and was told: codes; typed text only if it is asked for."""
    rows = []
    for m in game.messages:
        sender = game.seats[m.by]
        rows.append({"turn": m.turn + 1, "world": m.world, "from": f"{sender.actor}-{sender.ministry}", "to": m.to,
                     "phrase": m.phrase or "typed", "text": m.text or ""})  # fmt: skip
    for k, round_ in enumerate(game.plan[: game.round]):
        rows += [{"turn": round_.turn + 1, "world": w, "from": one["actor"], "to": "all",
                  "phrase": f"{one['id']}={one['option']}"}
                 for w in game.world_ids for one in said(game, w, k)]  # fmt: skip
    for q in game.questions:
        rows.append({"turn": q.turn + 1, "world": q.world, "from": "press", "to": q.actor, "phrase": q.question})
        if q.answer is not None:
            ministry = game.seats[q.answered_by].ministry
            rows.append({"turn": q.turn + 1, "world": q.world, "from": f"{q.actor}-{ministry}", "to": "press",
                         "phrase": q.answer})  # fmt: skip
    return table((*MESSAGES, "text") if text else MESSAGES, rows, game.settings.language)


def survey(game: Game) -> bytes:
    """Answers before and after, by a number that says nothing about the seat; in the order of the answers' own text.

    What people think is left out where few have said it.
    """
    shown = {(q["id"], when) for q in game.lesson.get("survey", []) for when in WHEN if may_be_shown(game, q, when)}
    right = {q["id"]: q.get("right") for q in game.lesson.get("survey", [])}
    answered = sorted((p.surveys for p in game.people.values() if p.surveys), key=repr)
    rows = [
        {"person": k, "when": when, "question": q, "answer": a, "right": int(a == right[q]) if right.get(q) else ""}
        for k, surveys in enumerate(answered, 1)
        for when, answers in sorted(surveys.items())
        for q, a in sorted(answers.items())
        if (q, when) in shown
    ]
    return table(SURVEY, rows, game.settings.language)


def tables(game: Game) -> dict[str, bytes]:
    """All tables by name: four, and a fifth where a vote was held that the teacher had switched on."""
    found = dict(zip(TABLES, (participation(game), moves(game), messages(game), survey(game)), strict=True))
    return {**found, ITEM_TABLE: table(ITEMS, items.rows(game), game.settings.language)} if items.held(game) else found


# ---- a world as a result


def arms_of(game: Game, world: str) -> Arms:
    """One world of a finished game as a scenario to run again: people's moves are a script, answers and votes given.

    An actor that people led in some turns follows the script in all, in the others with what its doctrine did.
    """
    k, past, quarters = game.lane(world), game.worlds.past, game.scenario.quarters()
    led = {a for turn in past for a in turn[k].moves}
    script: dict[str, dict[str, tuple[str, ...]]] = {a: {} for a in sorted(led)}
    answers: dict[str, dict[str, bool]] = {}
    votes: dict[str, dict[str, str]] = {}
    for t, turn in enumerate(past):
        made = game.worlds.made(k, t)
        for actor in led:
            script[actor][quarters[t]] = tuple(line_of(e) for e in turn[k].moves.get(actor, made[actor]))
        if turn[k].answers:
            answers[quarters[t]] = dict(turn[k].answers)
        for text, cast in turn[k].votes.items():
            votes.setdefault(text, {}).update(cast)
    old = game.scenario.decision
    data = {**old.model_dump(), "actors": {**old.actors, **dict.fromkeys(sorted(led), "scripted")},
            "script": {**old.script, **script}, "answers": answers, "votes": votes}  # fmt: skip
    own = {"decision": Decision.model_validate(data), "classroom": items.kept(game, world)}
    scenario = cut(game.scenario, game.turns).model_copy(update=own)
    benchmark = game.arms.benchmark
    return Arms(scenario, None if benchmark is None else cut(benchmark, game.turns))


def packed_traces(arms: Arms) -> bytes:
    """Where each line of the worlds' files came from: large, and the same for all worlds of a room."""
    return pickle.dumps((arms.scenario._trace, None if arms.benchmark is None else arms.benchmark._trace))


def without_traces(arms: Arms) -> Arms:
    """The same worlds, quick to send to another process."""
    out = replace(arms, scenario=arms.scenario.model_copy(), benchmark=arms.benchmark and arms.benchmark.model_copy())
    out.scenario._trace = None
    if out.benchmark is not None:
        out.benchmark._trace = None
    return out


def save_sent(arms: Arms, seed: int, out: str, traces: bytes, command: str) -> str:
    """`save` in another process: `arms` and `traces` were sent apart."""
    arms.scenario._trace, trace = pickle.loads(traces)
    if arms.benchmark is not None:
        arms.benchmark._trace = trace
    return save(arms, seed, out, command)


def save(arms: Arms, seed: int, out: str, command: str = "multivector serve") -> str:
    """Play one world again as `multivector run` would and keep its result; the name of the folder."""
    name = arms.name(seed=seed, replicates=1)
    with Writer(Path(out), name, "parquet") as writer:
        run = Run(Request(arms, seed, 1, "full"), writer, alone=True)
        run.experiment.__dict__["setup"] = played_setup(arms.scenario)
        done = run.perform()
        return finish(writer, arms, seed=seed, replicates=1, level="full", done=done, command=command).name


def replay(
    folder: str, results: Mapping[str, str], title: str, names: Mapping[str, str], language: str,
    notes: Sequence[tuple[str, Sequence[str]]] = (),
) -> str:  # fmt: skip
    """The class as one offline page that steps through each world's history; its text.

    Parameters
    ----------
    folder : where the results are.
    results : name of the result by world.
    names : name of each world in the language of the page.
    notes : what stands above the worlds, each a heading and its lines: votes that the room held beside the model.
    """
    from multivector.report.opening import facts_of
    from multivector.report.page import one_page
    from multivector.report.together import together
    from multivector.results.store import open_result

    pages = [(names[w], one_page(facts_of(open_result(Path(folder) / n), lang=language))) for w, n in results.items()]
    return pages[0][1] if len(pages) == 1 and not notes else together(pages, title=title, lang=language, notes=notes)


def packed(game: Game, folder: Path) -> bytes:
    """Everything in one archive: the tables, and the results of all worlds."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in tables(game).items():
            archive.writestr(name, content)
        for path in sorted((folder / "results").rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    return out.getvalue()
