"""The charts of worlds that people play, laid out for a box: a wall that a room reads from its last row, or a page.

They are made from plain figures, so that whoever knows no more than what is public can have them drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt

from multivector.language import Speaker
from multivector.report.amounts import Form, form
from multivector.report.charts import marks
from multivector.report.charts.chart import Chart, Layout, Row, spoken

Series = Mapping[str, Sequence[float | None]]
Fan = Mapping[str, Sequence[float]]
"""Quantiles by quarter: ``low``, ``lower``, ``middle``, ``upper``, ``high``."""
QUANTILES = (("low", 0.05), ("lower", 0.25), ("middle", 0.5), ("upper", 0.75), ("high", 0.95))
LEAST = 0.04
"""Least span of an axis, as a share of the figures' size: less matters to nobody."""
SIGNS = {"better": "▲", "worse": "▼", "other": "●"}


def drawn(kind: str, say: Speaker, layout: Layout, figures: Mapping[str, Any]) -> Chart:
    """A chart of a kind (a function below) in a language, from plain figures.

    Examples
    --------
    >>> from multivector.language import speaker
    >>> quarters, series = ["2022-Q1", "2022-Q2"], {"A": [1.0, 0.97]}
    >>> figures = {"name": "Income", "unit": "ratio to 2021", "quarters": quarters, "series": series}
    >>> drawn("course", speaker("en"), Layout(600, 200, 28, box=True), figures).finding
    'Income went down: 100% → 97%'
    """
    kinds: dict[str, Callable[..., Chart]] = {
        "course": course, "among": among, "ahead": ahead, "abreast": abreast, "partners": partners, "changed": changed,
    }  # fmt: skip
    with alt.utils.schemapi.debug_mode(False):
        return spoken(kinds[kind](say.typeset(), layout, **figures), say.typeset())


def course(
    say: Speaker, layout: Layout, *, name: str, unit: str, quarters: Sequence[str], series: Series,
    fan: Fan | None = None, finding: str = "", note: str = "",
) -> Chart:  # fmt: skip
    """A result of one world, or of several beside each other, quarter by quarter."""
    shape = form(unit, [x for row in series.values() for x in row if x is not None])
    many = len(series) > marks.FEW
    called = {w: w if many else say("World {id}", id=w) if len(series) > 1 else "" for w in series}
    rows: list[Row] = [
        {"quarter": q, "power": w, "value": _scaled(shape, x)}
        for w, row in series.items()
        for q, x in zip(quarters, row, strict=False)
    ]
    behind: list[Row] = []
    if fan is not None:
        behind = [
            {"quarter": q, **{f"q{round(100 * p):02d}": _scaled(shape, fan[key][t]) for key, p in QUANTILES}}
            for t, q in enumerate(quarters)
        ]
    size = max((abs(row["value"]) for row in rows if row["value"] is not None), default=1.0)
    spec = marks.courses(
        rows, called, form=shape.axis, dates={q: say.brief_quarter(q) for q in quarters}, layout=layout,
        least=LEAST * max(1.0, size), behind=behind,
    )  # fmt: skip
    heads = [say("World {id}", id=w) if len(series) > 1 else name for w in series]
    columns = (say("quarter"), *heads, *((say.percent(p) for _, p in QUANTILES) if fan else ()))
    table = tuple(
        (say.quarter(q), *(_cell(say, shape, row[t]) for row in series.values()),
         *((_cell(say, shape, fan[key][t]) for key, _ in QUANTILES) if fan else ()))
        for t, q in enumerate(quarters)
    )  # fmt: skip
    told = finding or _went(say, shape, name, series)
    note = f"{note} {_each(say, shape, series)}".strip() if len(series) > 1 else note
    return Chart(f"course.{name}", told, note, spec, columns, table, "")


def _scaled(shape: Form, value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else shape.scale * value


def _cell(say: Speaker, shape: Form, value: float | None) -> str:
    return "–" if value is None else shape.cell(say, value)


def _each(say: Speaker, shape: Form, series: Series) -> str:
    """Where every world is, for who hears the picture."""
    return "; ".join(f"{w}: {_cell(say, shape, row[-1])}" for w, row in series.items() if row)


def _went(say: Speaker, shape: Form, name: str, series: Series) -> str:
    """Where one world's figure came from and where it is; of several, who is lowest and who highest."""
    last = {w: float(row[-1]) for w, row in series.items() if row and row[-1] is not None}
    if not last:
        return name
    if len(series) > 1:
        return _between(say, shape, name, last)
    (row,) = series.values()
    first, now = _told(say, shape, [float(row[0] or 0.0), *last.values()])
    if len(row) == 1:
        return f"{name}: {now}"
    if first == now:
        return say("{what} as at first: {last}", what=name, last=now)
    told = {"what": name, "first": first, "last": now}
    up = float(row[0] or 0.0) < next(iter(last.values()))
    return say("{what} went up: {first} → {last}", **told) if up else say("{what} went down: {first} → {last}", **told)


def _between(say: Speaker, shape: Form, name: str, last: Mapping[str, float]) -> str:
    order = sorted(last, key=lambda w: last[w])
    low, high = _told(say, shape, [last[order[0]], last[order[-1]]])
    if low == high:
        return say("{what}: {value} in all worlds", what=name, value=high)
    return say(
        "{what}: {low} in world {bottom} to {high} in world {top}",
        what=name, low=low, bottom=order[0], high=high, top=order[-1],
    )  # fmt: skip


def _told(say: Speaker, shape: Form, values: Sequence[float]) -> list[str]:
    """Figures of a title: in one decimal more than usual where that tells them apart."""
    digits = 0 if shape.percent else 2
    plain, fine = (
        [say.percent(shape.scale * x, d) if shape.percent else say.number(x, d) for x in values]
        for d in (digits, digits + 1)
    )
    return fine if len(set(fine)) > len(set(plain)) else plain


def among(
    say: Speaker, layout: Layout, *, name: str, unit: str, quarters: Sequence[str], series: Series, fan: Fan,
    places: Mapping[str, float | None],
) -> Chart:  # fmt: skip
    """Worlds before the fan of histories that machines played; `places`: than how many of 100 each is higher."""
    known = {w: round(x) for w, x in places.items() if x is not None}
    if len(known) == 1:
        told = say("{what}: higher than {n} of 100", what=name, n=next(iter(known.values())))
    elif len(known) <= marks.FEW:
        each = ", ".join(f"{w}\N{NO-BREAK SPACE}{x}" for w, x in known.items())
        told = say("{what}: {worlds} of 100", what=name, worlds=each)
    else:
        upper = sum(x >= 50 for x in known.values())
        told = say("{what}: {n} of {all} worlds are in the upper half", what=name, n=upper, all=len(known))
    note = say("The inner band holds half of them, the outer band nine in ten.")
    return course(say, layout, name=name, unit=unit, quarters=quarters, series=series, fan=fan, finding=told, note=note)


def ahead(say: Speaker, layout: Layout, *, name: str, unit: str, quarters: Sequence[str], fan: Fan) -> Chart:
    """The futures of one move: their middle, half of them, nine in ten."""
    shape = form(unit, [*fan["low"], *fan["high"]])
    low, middle, high = _told(say, shape, [fan[key][-1] for key in ("low", "middle", "high")])
    told = say(
        "{outcome} at the end: {value}; nine of ten histories: {low} to {high}",
        outcome=name, value=middle, low=low, high=high,
    )  # fmt: skip
    chart = course(say, layout, name=name, unit=unit, quarters=quarters, series={"": fan["middle"]}, fan=fan,
                   finding=told)  # fmt: skip
    # The line is the middle: once in the table is enough.
    return Chart(chart.id, told, "", chart.spec, (chart.columns[0], *chart.columns[2:]),
                 tuple((row[0], *row[2:]) for row in chart.rows), "")  # fmt: skip


def abreast(say: Speaker, layout: Layout, *, name: str, unit: str, values: Mapping[str, float]) -> Chart:
    """All worlds on one line, as they are now."""
    shape = form(unit, list(values.values()))
    spec = marks.strip([{"name": w, "value": _scaled(shape, x)} for w, x in values.items()], layout=layout)
    order = sorted(values, key=lambda w: -values[w])
    table = tuple((say("World {id}", id=w), _cell(say, shape, values[w])) for w in order)
    note = _each(say, shape, {w: [x] for w, x in values.items()})
    return Chart(f"abreast.{name}", _between(say, shape, name, values), note, spec, (say("world"), name), table, "")


def partners(say: Speaker, layout: Layout, *, name: str, amounts: Mapping[str, float]) -> Chart:
    """Trade with each partner, the largest first."""
    rows: list[Row] = [
        {"name": who, "value": x, "low": x, "high": x, "label": say.number(x, 1 if x < 10 else 0)}
        for who, x in sorted(amounts.items(), key=lambda item: -item[1])
    ]
    told = say("{what}: most {name}, {value}", what=name, name=rows[0]["name"], value=rows[0]["label"])
    spec = marks.bars(rows, percent=False, layout=layout)
    table = tuple((row["name"], row["label"]) for row in rows)
    return Chart("partners", told, "", spec, (say("what"), name), table, "")


def changed(say: Speaker, layout: Layout, *, pairs: int, rows: Sequence[Mapping[str, Any]]) -> Chart:
    """What a changed past moves: paired differences in what matters of each result.

    `rows` have name, unit, margin, played, changed, difference, low, high, `words` (the verdict), `mark` (better,
    worse, other) and `sure` (whether there is a difference at all).
    """
    sure = [row for row in rows if row["sure"]]
    names = ", ".join(f"{row['name']} {SIGNS[row['mark']]}" for row in sure)
    told = say("Surely different: {names}", names=names) if sure else say("No result is surely different")
    shown: list[Row] = [
        {"name": row["name"], **{to: row[k] / row["margin"] for to, k in
                                 (("value", "difference"), ("low", "low"), ("high", "high"))},
         "mark": row["mark"], "label": _signed(say, row["unit"], row["difference"])}
        for row in rows
    ]  # fmt: skip
    note = say("{n} pairs on the same draws: what is different is due to the move", n=pairs)
    table = tuple(
        (row["name"], *(_cell(say, form(row["unit"], [row["played"]]), row[k]) for k in ("played", "changed")),
         *(_signed(say, row["unit"], row[k]) for k in ("difference", "low", "high")), row["words"])
        for row in rows
    )  # fmt: skip
    heads = say("difference"), say("from"), say("to")
    columns = (say("outcome"), say("as played"), say("changed"), *heads, say("verdict"))
    spec = marks.forest(shown, unit=say("times what matters"), layout=layout)
    return Chart("changed", told, note, spec, columns, table, "")


def _signed(say: Speaker, unit: str, value: float) -> str:
    share = unit.startswith(("share", "ratio"))
    text = say.percent(value, 2) if share else say.number(value, 3)
    return ("+" if value > 0 and any(digit in text for digit in "123456789") else "") + text
