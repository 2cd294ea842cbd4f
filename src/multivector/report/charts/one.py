"""The charts of one result, in the order of the page; the section of each is the first part of its id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import altair as alt
import numpy as np

from multivector.report import sentences as said
from multivector.report.amounts import Form, amount, form, percent, rounded
from multivector.report.charts import marks
from multivector.report.charts.chart import Chart, Row, spoken
from multivector.report.facts import BAND, Facts, bands

FANS = (
    "real_income",
    "oil.exported",
    "goodwill_floor",
    "approval",
    "inflation",
    "exposure",
    "autonomy",
    "reexport",
    "middle.volume",
    "security",
)
"""Outcomes drawn as fans, where a result has them."""
MOST_BARS = 8


def charts_of(facts: Facts) -> list[Chart]:
    """All charts of one result.

    Those of trade by sector are of the history that is opened.
    """
    return [*charts_of_all(facts), *charts_of_told(facts)]


def charts_of_all(facts: Facts) -> Iterator[Chart]:
    """Those of all histories, one by one: they can be drawn while histories are still told."""

    def made() -> Iterator[Chart]:
        if facts.n > 1:
            if facts.lines:
                yield survival_bars(facts)
            yield survival_curve(facts)
        if facts.over_time:
            yield from (fan(facts, id) for id in FANS if id in facts)
            yield from vectors(facts)
        support = profile(facts)
        if support is not None:
            yield support

    return _unchecked(made(), facts)


def charts_of_told(facts: Facts) -> Iterator[Chart]:
    """Those of the histories that are told."""

    def made() -> Iterator[Chart]:
        if facts.n == 1 and facts.stories:
            yield room(facts)
        yield from trade(facts)

    return _unchecked(made(), facts)


def _unchecked(charts: Iterator[Chart], facts: Facts) -> Iterator[Chart]:
    """Definitions are checked by tests, once; checking them each time takes longer than drawing them."""
    while True:
        with alt.utils.schemapi.debug_mode(False):
            chart = next(charts, None)
            if chart is None:
                return
            chart = spoken(chart, facts.say)
        yield chart


def source(facts: Facts) -> str:
    """Where the numbers of a chart come from."""
    say, told = facts.say, facts.summary
    return say(
        "Source: multivector {version}, {scenario}, result {digest}, seed {seed}, {histories}",
        version=told["version"],
        scenario=told["scenario"],
        digest=told["digest"],
        seed=told["seed"],
        histories=say.many("{n} history", "{n} histories", facts.n),
    )


def survival_bars(facts: Facts) -> Chart:
    """How often each red line is crossed."""
    say = facts.say
    shown = [line for line in facts.lines if line["hits"]][:MOST_BARS] or facts.lines[:3]
    rows: list[Row] = [
        {
            "name": line["title"],
            "value": line["share"],
            "low": line["low"],
            "high": line["high"],
            "label": percent(say, line["share"]),
        }
        for line in shown
    ]
    note = say("Share of histories that cross each line; thin bars: 95% intervals.")
    safe = [line["title"] for line in facts.lines if not line["hits"]]
    if safe:
        note += " " + say.many("{n} other line is never crossed.", "{n} other lines are never crossed.", len(safe))
    table = tuple(
        (
            line["title"],
            percent(say, line["share"]),
            said.interval(int(line["hits"]), int(line["n"]), facts),
            int(line["hits"]),
        )
        for line in facts.lines
    )
    columns = (say("red line"), say("histories that cross it"), say("95% interval"), say("count"))
    return Chart(
        "answer.lines", said.bars(facts), note, marks.bars(rows, colour="#c2540a"), columns, table, source(facts)
    )


def room(facts: Facts) -> Chart:
    """How far one history went towards each red line."""
    say = facts.say
    lines = [row for row in facts.stories[0]["red_lines"] if row["room_left"] is not None]
    lines.sort(key=lambda row: (row["room_left"], row["id"]))
    went = [(facts.line_title(row["id"]), 1.0 - min(row["room_left"], 1.0), row["nearest_quarter"]) for row in lines]
    rows: list[Row] = [
        {"name": name, "value": x, "low": x, "high": x, "label": percent(say, x)} for name, x, _ in went[:6]
    ]
    columns = (say("red line"), say("share of the way to its bound"), say("quarter"))
    table = tuple((name, percent(say, x), say.quarter(q)) for name, x, q in went)
    note = say("How much of the way from the base world to its bound a line has gone at most; 100%: crossed.")
    spec = marks.bars(rows, colour="#c2540a")
    return Chart("answer.room", said.room(facts, went), note, spec, columns, table, source(facts))


def survival_curve(facts: Facts) -> Chart:
    """When histories are lost."""
    say = facts.say
    rows: list[Row] = [{"quarter": q, "share": s, "low": low, "high": high} for q, s, low, high in facts.alive]
    table = tuple(
        (say.quarter(q), say.percent(s, 1), say.percent(low, 1), say.percent(high, 1))
        for q, s, low, high in facts.alive
    )
    columns = (say("quarter"), say("still within all red lines"), say("from"), say("to"))
    note = say("Share of histories that have crossed no red line so far; band: 95% interval.")
    return Chart("answer.survival", said.curve(facts), note, marks.curve(rows), columns, table, source(facts))


def fan(facts: Facts, id: str) -> Chart:
    """An outcome by quarter: median, half, nine of ten; its red line; the histories that are told."""
    say, outcome = facts.say, facts.outcome(id)
    values, single = facts.fan(id), facts.n == 1
    # As the sentence about the end has it: in per cent of the base year, or in times.
    shape = form(outcome.unit, facts.end(id))
    rows = _fan_rows(facts, values, shape)
    near = facts.bound(id)
    bound = None
    note = (
        say("One history.")
        if single
        else say("Line: median. Dark band: half of the histories. Light band: nine of ten.")
    )
    if near is not None:
        line = facts.line_title(near[0])
        where = say("Red line “{line}”: {bound}.", line=line, bound=amount(say, near[1], outcome.unit))
        spread = float(np.nanmax(values) - np.nanmin(values)) or 1.0
        # A bound far off would flatten everything that happened: then it is told and not drawn.
        if float(np.nanmin(values)) - 2 * spread <= near[1] <= float(np.nanmax(values)) + 2 * spread:
            bound = near[1] * shape.scale
            where = say("Dashed: {line}", line=where)
        note = f"{note} {where}"
    columns, table = _fan_table(facts, values, shape, outcome.unit, 4)
    spec = marks.fan(rows, form=shape.axis, bound=bound, single=single)
    return Chart(f"outcomes.{id}", said.fan(facts, id), note, spec, columns, table, source(facts))


def _fan_rows(facts: Facts, values: np.ndarray, shape: Form) -> list[Row]:
    """Quantiles by quarter as they are drawn."""
    return [
        {"quarter": q, **{f"q{round(100 * p):02d}": shape.scale * float(values[k, t]) for k, p in enumerate(BAND)}}
        for t, q in enumerate(facts.quarters)
    ]


def _fan_table(
    facts: Facts, values: np.ndarray, shape: Form, unit: str, figures: int
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Head and rows of the table behind a fan; of one history one column."""
    say = facts.say
    shown = [2] if facts.n == 1 else range(len(BAND))
    heads = [say(unit)] if facts.n == 1 else [f"{say.percent(p)} ({say(unit)})" for p in BAND]
    rows = (
        (say.quarter(q), *(shape.cell(say, float(values[k, t]), figures) for k in shown))
        for t, q in enumerate(facts.quarters)
    )
    return (say("quarter"), *heads), tuple(rows)


# ---- vectors: a domain each, never pooled


def vectors(facts: Facts) -> Iterator[Chart]:
    """Whom the focus actor leans on, domain by domain."""
    return (chart for chart in _vectors(facts) if chart is not None)


def _vectors(facts: Facts) -> Iterator[Chart | None]:
    k, powers, say = facts.focus, facts.powers, facts.say
    sold, bought = {p: f"customs.{k}.{p}" for p in powers}, {p: f"customs.{p}.{k}" for p in powers}
    yield _shares(facts, "goods-sold", say("Goods sold"), sold)
    yield _shares(facts, "goods-bought", say("Goods bought"), bought)
    yield _oil(facts)
    yield _arms(facts)
    yield _investment(facts)
    yield _levels(facts, "losses", say("Loss if a partner were lost"), {p: f"loss.{p}" for p in powers})
    yield _levels(facts, "relations", say("Relations"), {p: f"goodwill.{p}" for p in powers}, zero=False)
    yield _levels(facts, "leverage", say("What partners would lose"), {p: f"leverage.{p}" for p in powers})
    yield _levels(facts, "votes", say("Distance in votes"), {p: f"voting_distance.{p}" for p in powers})


Spread = tuple[np.ndarray, np.ndarray]
"""Quarter by quarter, between what nine of ten histories lie."""


def _shares(facts: Facts, id: str, domain: str, ids: Mapping[str, str]) -> Chart | None:
    known = {p: name for p, name in ids.items() if name in facts}
    note = facts.say("Share of each partner in goods with the powers, medians; crude oil and gas are not in it.")
    return _parts(facts, id, domain, {p: facts.histories.of(name) for p, name in known.items()}, note)


def _parts(facts: Facts, id: str, domain: str, values: Mapping[str, np.ndarray], note: str) -> Chart | None:
    """The parts of a whole, history by history: medians with bands."""
    if not values:
        return None
    total = np.sum([np.nan_to_num(v) for v in values.values()], axis=0)
    found = {p: bands(v / np.maximum(total, 1e-12)) for p, v in values.items()}
    shares = {p: v[2] for p, v in found.items()}
    spreads = {p: (v[0], v[-1]) for p, v in found.items()}
    finding = said.leaning(facts, domain, shares)
    return _power_chart(facts, id, shares, finding, note, form("share"), facts.say("share"), zero=True, spreads=spreads)


def _oil(facts: Facts) -> Chart | None:
    """Exported oil by the state that its way crosses first, a power before others."""
    ways: dict[str, np.ndarray] = {}
    for id, corridor in facts.scenario.corridors.items():
        if f"oil.{id}" in facts and corridor.crosses:
            state = next((c for c in corridor.crosses if c in facts.powers), corridor.crosses[0])
            ways[state] = ways.get(state, 0.0) + np.nan_to_num(facts.histories.of(f"oil.{id}"))
    note = facts.say("Share of exported oil by the state that it crosses, medians.")
    return _parts(facts, "oil", facts.say("Ways out for oil"), ways, note)


def _arms(facts: Facts) -> Chart | None:
    """The main supplier's share of arms, from their concentration: one supplier and the rest."""
    if "hhi.arms" not in facts:
        return None
    share = 0.5 + 0.5 * np.sqrt(np.maximum(2.0 * facts.histories.of("hhi.arms") - 1.0, 0.0))
    say, values = facts.say, bands(share)
    finding = said.going(facts, say("Arms from the main supplier"), values, "share")
    return _line(facts, "arms", values, finding, say("Share of arms and spares, from their concentration."), "share")


def _investment(facts: Facts) -> Chart | None:
    if "hhi.investment" not in facts:
        return None
    say, values = facts.say, facts.fan("hhi.investment")
    finding = said.going(facts, say("Concentration of investment from the powers"), values, "index 0-1")
    note = say("Sum of squared shares of the powers: 1 if one of them has it all; what comes from others adds nothing.")
    return _line(facts, "investment", values, finding, note, "index 0-1")


def _line(facts: Facts, id: str, values: np.ndarray, finding: str, note: str, unit: str) -> Chart:
    """One line by quarter with its fan."""
    say, single, shape = facts.say, facts.n == 1, form(unit)
    columns, table = _fan_table(facts, values, shape, unit, 3)
    if not single:
        note = f"{note} {say('Line: median. Dark band: half of the histories. Light band: nine of ten.')}"
    spec = marks.fan(_fan_rows(facts, values, shape), form=shape.axis, single=single)
    return Chart(f"vectors.{id}", finding, note, spec, columns, table, source(facts))


def _levels(facts: Facts, id: str, domain: str, ids: Mapping[str, str], zero: bool = True) -> Chart | None:
    known = {p: facts.middle(name) for p, name in ids.items() if name in facts}
    known = {p: v for p, v in known.items() if np.isfinite(v[-1])}
    if not known:
        return None
    outcome = facts.outcome(next(name for p, name in ids.items() if p in known))
    finding = said.highest(facts, domain, known, outcome.unit)
    note = facts.say("{unit}, medians.", unit=said.cap(facts.say(outcome.unit)))
    spreads = {p: (facts.fan(ids[p])[0], facts.fan(ids[p])[-1]) for p in known}
    unit = facts.say(outcome.unit)
    return _power_chart(facts, id, known, finding, note, form(outcome.unit), unit, zero=zero, spreads=spreads)


def _power_chart(
    facts: Facts,
    id: str,
    values: Mapping[str, np.ndarray],
    finding: str,
    note: str,
    shape: Form,
    unit: str,
    *,
    zero: bool,
    spreads: Mapping[str, Spread],
) -> Chart:
    say, many = facts.say, facts.n > 1
    rows: list[Row] = [
        {"quarter": q, "power": p, "value": shape.scale * float(v[t])}
        | ({end: shape.scale * float(spreads[p][k][t]) for k, end in enumerate(("low", "high"))} if many else {})
        for p, v in values.items()
        for t, q in enumerate(facts.quarters)
        if np.isfinite(v[t])
    ]
    names = {p: facts.name(p) for p in values}
    heads = [f"{names[p]} ({unit})" for p in values]
    if many:
        note = f"{note} {say('Bands: nine of ten histories.')}"
        heads = [text for head in heads for text in (head, say("5%"), say("95%"))]
    columns = (say("quarter"), *heads)
    table = tuple(
        (say.quarter(q), *(shape.cell(say, float(x[t])) for p in values for x in
                           ((values[p], *spreads[p]) if many else (values[p],))))
        for t, q in enumerate(facts.quarters)
    )  # fmt: skip
    spec = marks.by_power(rows, {p: facts.short(p) for p in values}, form=shape.axis, zero=zero)
    return Chart(f"vectors.{id}", finding, note, spec, columns, table, source(facts))


# ---- trade, before and after; support


def trade(facts: Facts) -> list[Chart]:
    """Trade in the base year and in the last year, by partner and by sector.

    What outcomes keep of every history (goods with the powers) is told with the median of all; the rest is of the
    history that is opened, and said to be.
    """
    story = next((s for s in facts.stories if s["replicate"] == facts.opened), None)
    if story is None or not story["quarters"]:
        return []
    say, k = facts.say, facts.focus
    last = [quarter["trade"] for quarter in story["quarters"][-4:]]
    out = []
    for side, what in (("sold", say("Goods sold by partner")), ("bought", say("Goods bought by partner"))):
        before = {facts.name(p): sum(row.values()) for p, row in story["before"][side].items()}
        after = {facts.name(p): float(np.mean([sum(q[side][p].values()) for q in last])) for p in story["before"][side]}
        ids = {p: f"customs.{k}.{p}" if side == "sold" else f"customs.{p}.{k}" for p in story["before"][side]}
        ends = {facts.name(p): facts.end(id) for p, id in ids.items() if facts.n > 1 and id in facts}
        out.append(_pairs(facts, f"trade.{side}-by-partner", what, before, after, ends))
    for side, what in (("sold", say("Goods sold by sector")), ("bought", say("Goods bought by sector"))):
        sectors = next(iter(story["before"][side].values()))
        before = {said.cap(facts.say(s)): sum(row[s] for row in story["before"][side].values()) for s in sectors}
        after = {
            said.cap(facts.say(s)): float(np.mean([sum(row[s] for row in q[side].values()) for q in last]))
            for s in sectors
        }
        out.append(_pairs(facts, f"trade.{side}-by-sector", what, before, after, {}))
    return out


def _pairs(
    facts: Facts, id: str, what: str, before: Mapping[str, float], after: Mapping[str, float],
    ends: Mapping[str, tuple[float, float, float]],
) -> Chart:  # fmt: skip
    """Before and after; `ends` has the median and the ends of nine of ten where all histories are known."""
    say = facts.say
    after = {name: ends[name][0] if name in ends else value for name, value in after.items()}
    both = {name: (before[name], after[name]) for name in sorted(before, key=lambda n: -max(before[n], after[n]))}
    rows: list[Row] = []
    for name, (b, a) in both.items():
        one, other = said.billions(b, a)
        label = f"{say.number(one, None)} → {say.number(other, None)}"
        span = {"low": ends[name][1], "high": ends[name][2]} if name in ends else {"low": a, "high": a}
        rows.append({"name": name, "before": b, "after": a, "label": label, **span})
    columns = [say("what"), say("2021 (US$ bn a year)"), say("last year (US$ bn a year)")]
    if ends:
        note = say(
            "US$ bn a year in prices of 2021, as customs see it; circle: 2021; diamond: mean of the last year, median "
            "of {n} histories, bar: nine of ten of them. Without a bar: history {k} alone.",
            n=say.number(facts.n, 0), k=facts.opened,
        )  # fmt: skip
        columns += [say("5%"), say("95%")]
    else:
        note = say(
            "US$ bn a year in prices of 2021, as customs see it; circle: 2021, diamond: mean of the last year of "
            "history {k}.",
            k=facts.opened,
        )
        if facts.n > 1:
            note += " " + say("One history, not the median of all: results keep no sectors of the others.")
    table = []
    for name, (b, a) in both.items():
        beyond = tuple(rounded(say, x, 3) for x in ends[name][1:]) if name in ends else ("–", "–")
        table.append((name, rounded(say, b, 3), rounded(say, a, 3), *(beyond if ends else ())))
    spec = marks.pairs(rows, before=say("2021"), after=say("last year"))
    return Chart(id, said.moved(facts, both, what), note, spec, tuple(columns), tuple(table), source(facts))


def profile(facts: Facts) -> Chart | None:
    """How far the focus actor goes along with the one under measures, in five lines that are never summed."""
    say, ids = facts.say, [id for id in facts.histories.dictionary if id.startswith("support.") and id in facts]
    if not ids:
        return None
    rows: list[Row] = []
    for id in ids:
        middle, low, high = facts.end(id)
        name = facts.called(id).rpartition(": ")[2]
        rows.append({"name": said.cap(name), "value": middle, "low": low, "high": high, "label": rounded(say, middle)})
    whom = facts.called(ids[0]).partition(":")[0]
    note = say("{whom}: -1 against it, +1 with it. Dot: median; bar: nine of ten histories.", whom=said.cap(whom))
    columns = (say("line"), say("median (-1 to 1)"), say("5%"), say("95%"))
    table = tuple((r["name"], *(rounded(say, r[k]) for k in ("value", "low", "high"))) for r in rows)
    finding = said.stance(facts, {str(r["name"]): float(r["value"]) for r in rows})
    return Chart(
        "vectors.support", finding, note, marks.profile(rows, single=facts.n == 1), columns, table, source(facts)
    )


def plain_rows(chart: Chart) -> list[list[Any]]:
    """The table of a chart as lists."""
    return [list(row) for row in chart.rows]
