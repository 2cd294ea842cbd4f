"""The page of several results: what differs first, then differences with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from multivector.analysis.comparing.inputs import LIMITS
from multivector.language.retold import again
from multivector.report import belief, carried, further, recorded
from multivector.report import contrast as said
from multivector.report import record as records
from multivector.report.amounts import amount, change, points, span, tenths
from multivector.report.charts import drawing
from multivector.report.charts.many import FANS, charts_of_several
from multivector.report.contrast import Contrast
from multivector.report.facts import Facts, chosen
from multivector.report.page import by_section, rendered
from multivector.report.sentences import cap
from multivector.report.sheet import differences, sheet

DOCTRINES = ("real_income", "autonomy", "largest_loss", "exposure", "goodwill_floor", "security", "approval")
"""Outcomes of the table of doctrines, after survival."""
MOST_COLUMNS = 4
"""Outcomes of the table of single histories."""


def several_page(found: Contrast) -> str:
    """The report of several results as HTML; the same text for the same results and language."""
    say, told = found.say, [world.summary for world in found.worlds]
    charts = by_section(drawing(charts_of_several(found)), ("answer", "outcomes"))
    first = told[0]
    meta = [
        say.many("{n} world", "{n} worlds", len(found.worlds)),
        say("seed {seed}", seed=first["seed"]),
        say.many("{n} pair of histories", "{n} pairs of histories", found.against[0].survival.n),
        say("{first} to {last}", first=say.quarter(first["first"]), last=say.quarter(first["last"])),
    ]
    sections = [
        ("answer", say("Answer")),
        ("inputs", say("Inputs")),
        ("verdicts", say("Verdicts")),
        ("doctrines", say("Doctrines")),
    ]
    if charts["outcomes"]:
        sections.append(("outcomes", say("Outcomes")))
    ids = _carried(found)
    context = {
        "record": Markup(records.embedded(_record(found, ids))),
        "carried": _histories(found, ids),
        "title": say("{n} worlds compared", n=len(found.worlds)),
        "sections": [*sections, ("again", say("Do it again"))],
        "meta": " · ".join(meta),
        "headline": said.headline(found),
        "answers": said.answers(found),
        "charts": charts,
        "worlds": [found.label(k) for k in range(len(found.worlds))],
        "minister": said.minister(found),
        "inputs": [(found.letter(k), map(cap, texts)) for k, texts in enumerate(differences(found), start=1)],
        "sheet": sheet(found),
        # Beside a longer answer there is room for a second picture of differences.
        "pairs": 1 if len(found.against) < 3 else 2,
        **further.notes(found),
        "limits": list(dict.fromkeys(again(say, text, LIMITS.values()) for c in found.against for text in c.limits)),
        "verdicts": [_verdicts(found, k) for k in range(len(found.against))],
        "doctrines": _doctrines(found),
        "question": found.worlds[0].question,
        "reproduction": _reproduction(found),
        "believed": belief.beside(say, (c.id for c, _ in (*charts["answer"], *charts["outcomes"]))),
        **belief.table(found.worlds[0], [row.id for row in found.against[0].rows]),
        **recorded.table(found.worlds[0], ("survival", *(row.id for row in found.against[0].rows))),
        "beside": [_beside(found, k) for k in range(len(found.against))],
    }
    return rendered("several.html.j2", say, context, "several.css")


def _carried(found: Contrast) -> list[int]:
    """Histories that the page carries of every world: those that a page of A would tell, where all have them."""
    first = found.worlds[0].histories
    return carried.shared([world.histories for world in found.worlds], chosen(first)[0])


def _record(found: Contrast, ids: Sequence[int]) -> dict[str, Any]:
    """Those histories with all outcomes that the page speaks of, for `verify`."""
    wanted = (*(row.id for each in found.against for row in each.rows), *DOCTRINES, *FANS)
    worlds = []
    for k, world in enumerate(found.worlds):
        names = [id for id in dict.fromkeys(wanted) if id in world]
        told = carried.kept(world.histories, ids, names)
        worlds.append((found.label(k), world.stored.manifest, world.histories.texts, told))
    return records.record_of_several(worlds)


def _histories(found: Contrast, ids: Sequence[int]) -> dict[str, Any]:
    """The same histories as a table: when each crosses its first red line in each world, and how it ends."""
    say, first = found.say, found.worlds[0]
    outcomes = [id for id in DOCTRINES if all(id in world for world in found.worlds)][:MOST_COLUMNS]
    columns = (say("history"), say("world"), say("first red line crossed"), *(cap(first.called(id)) for id in outcomes))
    rows = []
    for id in ids:
        for k, world in enumerate(found.worlds):
            lane = int(np.searchsorted(world.histories.ids, id))
            ends = (amount(say, float(world.histories.end(o)[lane]), world.outcome(o).unit) for o in outcomes)
            rows.append((f"{id}", found.letter(k), _first_line(world, lane), *ends))
    return {"columns": columns, "rows": rows}


def _first_line(world: Facts, lane: int) -> str:
    """The red line that a history crosses first, and when."""
    crossed = [(int(turns[lane]), id) for id, turns in world.histories.first.items() if turns[lane] >= 0]
    if not crossed:
        return world.say("none")
    turn, id = min(crossed)
    title = world.line_title(id) if id in world.scenario.red_lines else id
    return f"{title}, {world.say.quarter(world.summary['quarters'][turn])}"


def _verdicts(found: Contrast, k: int) -> dict[str, Any]:
    """Paired differences with intervals and verdicts, as a table."""
    say, compared, name = found.say, found.against[k], found.letter(k + 1)
    columns = (
        say("outcome"),
        say("{world}, mean", world="A"),
        say("{world}, mean", world=name),
        say("difference"),
        say("95% interval"),
        say("higher in {world}", world=name),
        say("verdict"),
    )
    rows = []
    for r in compared.rows:
        interval = span(say, r.low, r.high, r.unit)
        rows.append(
            (
                cap(found.worlds[0].called(r.id)),
                amount(say, r.a, r.unit),
                amount(say, r.b, r.unit),
                change(say, r.difference, r.unit),
                interval,
                say.percent(r.b_higher[0]),
                said.verdict(found, r),
            )
        )
    it = compared.survival
    interval = span(say, it.low, it.high, "share")
    rows.append(
        (
            say("Survival: no red line crossed"),
            tenths(say, it.a[0]),
            tenths(say, it.b[0]),
            points(say, it.difference),
            interval,
            "",
            said.verdict(found, it),
        )
    )
    note = say.many(
        "{n} verdict, each with an interval of its own.", "{n} verdicts, each with an interval of its own.", len(rows)
    )
    return {"title": say("{world} against A", world=found.label(k + 1)), "columns": columns, "rows": rows, "note": note}


def _beside(found: Contrast, k: int) -> dict[str, Any]:
    """Pairs of histories by which of the two survives."""
    say, it, name = found.say, found.against[k].survival, found.letter(k + 1)
    rows = (
        (say("within all red lines in both"), it.both),
        (say("lost only in A"), it.only_b),
        (say("lost only in {world}", world=name), it.only_a),
        (say("lost in both"), it.neither),
    )
    return {
        "title": say("Pairs of histories: A and {world}", world=name),
        "columns": (say("pairs"), say("count"), say("share")),
        "rows": [(text, say.number(n, 0), say.percent(n / it.n if it.n else None, 1)) for text, n in rows],
    }


def _doctrines(found: Contrast) -> dict[str, Any]:
    """A column for each world: its doctrine, survival, means of the last year, as the verdicts have them."""
    say, first = found.say, found.worlds[0]
    ids = [id for id in DOCTRINES if all(id in world for world in found.worlds)]
    columns = ["", *(f"{found.letter(k)} · {world.title}" for k, world in enumerate(found.worlds))]
    rows = [
        (cap(say("doctrine")), *(world.doctrine for world in found.worlds)),
        (cap(say("survival")), *(tenths(say, world.survival["share"]) for world in found.worlds)),
    ]
    for id in ids:
        means = (float(np.nanmean(world.histories.end(id))) for world in found.worlds)
        rows.append((cap(first.called(id)), *(amount(say, mean, first.outcome(id).unit) for mean in means)))
    return {"columns": columns, "rows": rows}


def _reproduction(found: Contrast) -> list[tuple[str, str]]:
    say = found.say
    folders = " ".join(f"results/{world.stored.folder.name}" for world in found.worlds)
    rows = [
        (say("this page"), f"multivector report {folders}"),
        (say("check this page"), "multivector verify PAGE.html"),
        (say("the same in the terminal"), f"multivector compare {folders}"),
        (say("check the results"), "; ".join(f"multivector verify {folder}" for folder in folders.split())),
    ]
    rows += [(found.label(k), str(world.stored.manifest["command"])) for k, world in enumerate(found.worlds)]
    rows += [
        (say("result {world}", world=found.letter(k)), str(world.stored.manifest["digests"]["result"]))
        for k, world in enumerate(found.worlds)
    ]
    return rows
