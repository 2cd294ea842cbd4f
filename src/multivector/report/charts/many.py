"""The charts of several results on the same draws."""

from __future__ import annotations

import math
from collections.abc import Sequence

import altair as alt

from multivector.report import contrast as said
from multivector.report.amounts import change, form, tenths
from multivector.report.charts import marks
from multivector.report.charts.chart import COLOURS, Chart, Row, spoken
from multivector.report.contrast import Contrast
from multivector.report.facts import BAND
from multivector.report.sentences import cap

FANS = ("real_income", "goodwill_floor", "exposure", "oil.exported", "approval", "security", "inflation", "reexport")
MOST_LINES = 8


def charts_of_several(found: Contrast) -> list[Chart]:
    """All charts of a comparison, in the order of the page."""
    with alt.utils.schemapi.debug_mode(False):
        charts = [forest(found, k) for k in range(len(found.against))]
        charts += [survival(found), lines(found)]
        if all(world.over_time for world in found.worlds):
            charts.append(curves(found))
            charts += [fans(found, id) for id in FANS if all(id in world for world in found.worlds)]
        return [spoken(chart, found.say) for chart in charts]


def colour(k: int) -> str:
    """The colour of a world, in every picture the same."""
    return COLOURS[k % len(COLOURS)]


def source(found: Contrast) -> str:
    """Where the numbers come from."""
    say, told = found.say, [world.summary for world in found.worlds]
    results = ", ".join(f"{found.letter(k)} {t['scenario']} {t['digest']}" for k, t in enumerate(told))
    return say(
        "Source: multivector {version}, seed {seed}, {n} pairs; {results}",
        version=told[0]["version"],
        seed=told[0]["seed"],
        n=say.number(found.against[0].survival.n, 0),
        results=results,
    )


def forest(found: Contrast, k: int) -> Chart:
    """Paired differences with their intervals, each in what matters of its outcome."""
    say, compared = found.say, found.against[k]
    shown = [row for row in compared.rows if row.margin > 0 and math.isfinite(row.low) and math.isfinite(row.high)]
    rows: list[Row] = [
        {
            "name": cap(found.worlds[0].called(r.id)),
            "value": r.difference / r.margin,
            "low": r.low / r.margin,
            "high": r.high / r.margin,
            "mark": r.mark or "other",
        }
        for r in shown
    ]
    columns = (say("outcome"), say("difference"), say("from"), say("to"), say("what matters"), say("verdict"))
    table = tuple(
        (
            cap(found.worlds[0].called(r.id)),
            change(say, r.difference, r.unit),
            change(say, r.low, r.unit),
            change(say, r.high, r.unit),
            change(say, r.margin, r.unit),
            said.verdict(found, r),
        )
        for r in compared.rows
    )
    note = say(
        "{b} less A on the same draws, 95% intervals, in multiples of the smallest difference that matters (grey: too "
        "small to matter). Triangle up: better; down: worse; circle: neither.",
        b=found.letter(k + 1),
    )
    spec = marks.forest(rows, unit=say("times what matters"))
    return Chart(
        f"answer.differences-{found.letter(k + 1)}", said.forest(found, k), note, spec, columns, table, source(found)
    )


def survival(found: Contrast) -> Chart:
    """Histories within all red lines, world by world."""
    say = found.say
    rows: list[Row] = []
    for k, world in enumerate(found.worlds):
        it = world.survival
        rows.append(
            {
                "name": found.short(k),
                "value": it["share"],
                "low": it["low"],
                "high": it["high"],
                "label": tenths(say, it["share"]),
                "colour": colour(k),
            }
        )
    columns = (say("world"), say("within all red lines"), say("from"), say("to"))
    table = tuple((r["name"], *(say.percent(r[c], 1) for c in ("value", "low", "high"))) for r in rows)
    note = say("Share of histories that cross no red line; thin bars: 95% intervals.")
    return Chart("answer.survival", said.headline(found), note, marks.bars(rows), columns, table, source(found))


def lines(found: Contrast) -> Chart:
    """Which red lines are crossed how often, in each world."""
    say = found.say
    ids = _by_difference(found)
    rows: list[Row] = []
    for id in ids[:MOST_LINES]:
        for k, world in enumerate(found.worlds):
            it = next((line for line in world.lines if line["id"] == id), None)
            if it is not None:
                name = f"{said.line_title(found, id, id)} {found.letter(k)}"
                rows.append(
                    {
                        "name": name,
                        "value": it["share"],
                        "low": it["low"],
                        "high": it["high"],
                        "label": tenths(say, it["share"]),
                        "colour": colour(k),
                    }
                )
    columns = (say("red line"), *(found.letter(k) for k in range(len(found.worlds))))
    table = tuple(
        (said.line_title(found, id, id), *(tenths(say, _share(found, k, id)) for k in range(len(found.worlds))))
        for id in ids
    )
    note = say("Share of histories that cross each line; letters: worlds; thin bars: 95% intervals.")
    spec = marks.bars(rows or [{"name": "-", "value": 0.0, "low": 0.0, "high": 0.0, "label": "0%"}])
    return Chart("answer.lines", said.lines(found), note, spec, columns, table, source(found))


def _by_difference(found: Contrast) -> list[str]:
    """Lines that are crossed anywhere, that with the largest difference between worlds first."""
    shares: dict[str, list[float]] = {}
    for k, world in enumerate(found.worlds):
        for line in world.lines:
            if line["hits"]:
                shares.setdefault(line["id"], [])
        del k
    for id in shares:
        shares[id] = [_share(found, k, id) for k in range(len(found.worlds))]
    return sorted(shares, key=lambda id: (min(shares[id]) - max(shares[id]), id))


def _share(found: Contrast, k: int, id: str) -> float:
    return next((float(line["share"]) for line in found.worlds[k].lines if line["id"] == id), 0.0)


def curves(found: Contrast) -> Chart:
    """Survival by quarter of all worlds."""
    say = found.say
    rows: list[Row] = [
        {"quarter": q, "power": found.letter(k), "value": s, "low": low, "high": high}
        for k, world in enumerate(found.worlds)
        for q, s, low, high in world.alive
    ]
    names = {found.letter(k): found.letter(k) for k in range(len(found.worlds))}
    columns = (say("quarter"), *(text for name in names for text in (name, say("from"), say("to"))))
    table = tuple(
        (say.quarter(each[0][0]), *(say.percent(x, 1) for row in each for x in row[1:]))
        for each in zip(*(world.alive for world in found.worlds), strict=True)
    )
    note = say(
        "Share of histories that have crossed no red line so far; bands: 95% intervals of each world. They part where "
        "the difference of the same histories is off zero in that quarter and all later ones (95% over all quarters "
        "together)."
    )
    return Chart("answer.curves", said.curves(found), note, marks.curves(rows, names), columns, table, source(found))


def fans(found: Contrast, id: str) -> Chart:
    """An outcome in all worlds, on one scale."""
    say, outcome = found.say, found.worlds[0].outcome(id)
    # On one scale: in per cent of the base year where all medians are told so.
    shape = form(outcome.unit, [world.end(id)[0] for world in found.worlds])
    rows: list[Row] = []
    table: list[tuple[str, ...]] = []
    for k, world in enumerate(found.worlds):
        values = world.fan(id)
        for t, q in enumerate(world.quarters):
            rows.append(
                {
                    "quarter": q,
                    "world": found.letter(k),
                    **{f"q{round(100 * p):02d}": shape.scale * float(values[j, t]) for j, p in enumerate(BAND)},
                }
            )
            table.append((f"{found.letter(k)} {say.quarter(q)}", *(shape.cell(say, float(x), 4) for x in values[:, t])))
    near, bound = found.worlds[0].bound(id), None
    known = [float(row[q]) for row in rows for q in ("q05", "q95") if row[q] == row[q]]
    note = say("Line: median. Dark band: half of the histories. Light band: nine of ten.")
    if near is not None and known:
        spread, limit = max(known) - min(known) or 1.0, near[1] * shape.scale
        if min(known) - 2 * spread <= limit <= max(known) + 2 * spread:
            bound = limit
            note += " " + say(
                "Dashed: {line}", line=say("Red line “{line}”.", line=found.worlds[0].line_title(near[0]))
            )
    columns = (say("quarter"), *(f"{say.percent(p)} ({say(outcome.unit)})" for p in BAND))
    names: Sequence[str] = [found.letter(k) for k in range(len(found.worlds))]
    colours = [colour(k) for k in range(len(names))]
    spec = marks.side_by_side(rows, names, colours, form=shape.axis, bound=bound)
    return Chart(f"outcomes.{id}", said.fans(found, id), note, spec, columns, tuple(table), source(found))
