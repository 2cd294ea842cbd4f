"""The forms that charts are made of: bars with intervals, fans, lines by power, pairs of dots, profiles."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from multivector.report.charts.chart import (
    BAND,
    BOUND,
    HEIGHT,
    INK,
    LINE,
    SOFT,
    WIDTH,
    Row,
    data,
    dressed,
    layered,
    palette,
    quarter_axis,
)

GAP = 13
"""Pixels that names at the ends of lines keep from each other."""


def _names(order: Sequence[str]) -> alt.Y:
    """The axis of names; long ones stand in several lines."""
    split = "split(datum.label, '\\n')"
    axis = alt.Axis(ticks=False, domain=False, labelExpr=split, labelLimit=170)
    return alt.Y("name:N", sort=list(order), title=None, axis=axis)


def _folded(rows: Sequence[Row], most: int = 19) -> list[Row]:
    """Rows with their names broken into lines: all of each name, since what stands last may tell two rows apart."""
    return [{**row, "name": "\n".join(textwrap.wrap(str(row["name"]), most))} for row in rows]


def _high(rows: Sequence[Row], least: int, whole: int) -> int:
    """Pixels of height for rows with folded names, ``least`` for each and ``whole`` for all of them together."""
    each = max([least] + [13 * (1 + str(row["name"]).count("\n")) + 4 for row in rows])
    return max(each * len(rows), whole)


def bars(rows: Sequence[Row], *, percent: bool = True, colour: str = LINE) -> Any:
    """Bars with intervals and their numbers: rows of `name`, `value`, `low`, `high`, `label`; `colour` of its own."""
    rows = _folded(rows)
    order = [row["name"] for row in rows]
    most = max([row["high"] for row in rows] + [0.02])
    base = alt.Chart(data(rows)).encode(y=_names(order))
    scale = alt.Scale(domain=[0, most * 1.28], nice=False)
    # A share beyond the whole is no share: room for the numbers has no ticks.
    ticks = {"values": [0, 0.25, 0.5, 0.75, 1]} if percent and most > 0.5 else {"tickCount": 4}
    x = alt.X("value:Q", title=None, scale=scale, axis=alt.Axis(format="~%" if percent else ",.3~r", **ticks))
    bar = base.mark_bar(color=colour, height=12).encode(x=x)
    if rows and "colour" in rows[0]:
        bar = bar.encode(color=alt.Color("colour:N", legend=None, scale=None))
    span = base.mark_rule(color=INK, strokeWidth=1.2).encode(
        x=alt.X("low:Q", scale=scale, title=None), x2=alt.X2("high:Q")
    )
    text = base.mark_text(align="left", dx=6).encode(
        x=alt.X("high:Q", scale=scale, title=None), text=alt.Text("label:N")
    )
    return dressed(layered(bar, span, text), width=WIDTH - 120, height=_high(rows, 30, 44))


def fan(
    rows: Sequence[Row], *, form: str, bound: float | None = None, extra: Sequence[Row] = (), single: bool = False
) -> Any:
    """A fan by quarter: rows of `quarter`, `q05` … `q95`; `extra` has histories as `quarter`, `value`, `which`."""
    base = alt.Chart(data(rows)).encode(x=quarter_axis(rows))
    y = alt.Y("q50:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(format=form, tickCount=5))
    parts = []
    if not single:
        parts += [
            base.mark_area(color=BAND, opacity=0.22).encode(
                y=alt.Y("q05:Q", title=None, scale=alt.Scale(zero=False)), y2=alt.Y2("q95:Q")
            ),
            base.mark_area(color=BAND, opacity=0.34).encode(y=alt.Y("q25:Q", title=None), y2=alt.Y2("q75:Q")),
        ]
    parts.append(base.mark_line(color=LINE, strokeWidth=2.4).encode(y=y))
    if extra:
        parts.append(
            alt.Chart(data(extra))
            .mark_line(color=INK, strokeWidth=1.1, opacity=0.85)
            .encode(
                x=quarter_axis(rows),
                y=alt.Y("value:Q", title=None),
                detail=alt.Detail("which:N"),
                strokeDash=alt.StrokeDash(
                    "which:N", legend=None, scale=alt.Scale(range=[[1, 0], [3, 3], [7, 3], [2, 2]])
                ),
            )
        )
    if bound is not None:
        parts.append(
            alt.Chart(data([{"bound": bound}]))
            .mark_rule(color=BOUND, strokeWidth=1.6, strokeDash=[6, 3])
            .encode(y=alt.Y("bound:Q"))
        )
    return dressed(layered(*parts), height=170)


def curve(rows: Sequence[Row]) -> Any:
    """A share by quarter with its interval: rows of `quarter`, `share`, `low`, `high`.

    Steps fall between quarters: the last one has its tread, too.
    """
    base = alt.Chart(data(rows)).encode(x=quarter_axis(rows))
    least = min([row["low"] for row in rows] or [0.0])
    scale = alt.Scale(domain=[max(0.0, math.floor(10 * least - 1) / 10), 1])
    area = base.mark_area(color=BAND, opacity=0.28, interpolate="step").encode(
        y=alt.Y("low:Q", title=None, scale=scale, axis=alt.Axis(format=".0%", tickCount=5)), y2=alt.Y2("high:Q")
    )
    line = base.mark_line(color=LINE, strokeWidth=2.4, interpolate="step").encode(
        y=alt.Y("share:Q", scale=scale, title=None)
    )
    return dressed(layered(area, line), height=170)


def by_power(rows: Sequence[Row], names: Mapping[str, str], *, form: str, zero: bool = True) -> Any:
    """A line for each power with its name at the end: rows of `quarter`, `power` (a code), `value`; where they have
    `low` and `high`, with a band."""
    looks = palette(list(names))
    last = max(row["quarter"] for row in rows)
    ends = _apart([row for row in rows if row["quarter"] == last and row["value"] == row["value"]], rows, zero)
    order = list(looks)
    colour = alt.Color("power:N", legend=None, scale=alt.Scale(domain=order, range=[looks[p][0] for p in order]))
    dash = alt.StrokeDash(
        "power:N", legend=None, scale=alt.Scale(domain=order, range=[list(looks[p][1]) for p in order])
    )
    scale = alt.Scale(zero=zero)
    lines = (
        alt.Chart(data(rows))
        .mark_line(strokeWidth=2.2)
        .encode(
            x=quarter_axis(rows),
            y=alt.Y("value:Q", title=None, scale=scale, axis=alt.Axis(format=form, tickCount=5)),
            color=colour,
            strokeDash=dash,
        )
    )
    names_at = [{**row, "name": names[row["power"]]} for row in ends]
    text = (
        alt.Chart(data(names_at))
        .mark_text(align="left", dx=6, fontWeight="bold", limit=96)
        .encode(x=quarter_axis(rows), y=alt.Y("at:Q", title=None), text=alt.Text("name:N"), color=colour)
    )
    banded = [row for row in rows if "low" in row and row["high"] > row["low"]]
    parts = [lines, text]
    if banded:
        area = alt.Chart(data(banded)).mark_area(opacity=0.16)
        parts.insert(0, area.encode(
            x=quarter_axis(rows), y=alt.Y("low:Q", title=None, scale=scale), y2=alt.Y2("high:Q"), color=colour
        ))  # fmt: skip
    return dressed(layered(*parts), width=WIDTH - 90, height=170)


def _apart(ends: Sequence[Row], rows: Sequence[Row], zero: bool = True) -> list[Row]:
    """Places of the names at the ends of lines, pushed apart where they would lie on each other; no higher than what is
    drawn, where that has room for them all: a name above it would stretch the axis."""
    drawn = [row[key] for row in rows for key in ("low", "value", "high") if key in row and math.isfinite(row[key])]
    if not drawn:
        return []
    low, high = min([*drawn, 0.0] if zero else drawn), max(drawn)
    least, order = (high - low or 1.0) * GAP / 170, sorted(ends, key=lambda row: row["value"])
    places: list[float] = []
    for row in order:
        places.append(max(row["value"], places[-1] + least) if places else row["value"])
    for k in reversed(range(len(places))):
        places[k] = min(places[k], max(high - (len(places) - 1 - k) * least, low + k * least))
    return [{**row, "at": at} for row, at in zip(order, places, strict=True)]


def pairs(rows: Sequence[Row], *, before: str, after: str) -> Any:
    """Two dots a row, before and after: rows of `name`, `before`, `after`, `label`; `low` and `high` of the latter."""
    rows = _folded(rows)
    order = [row["name"] for row in rows]
    base = alt.Chart(data(rows)).encode(y=_names(order))
    most = max([max(row["before"], row["after"], row["high"]) for row in rows] + [1e-9])
    scale = alt.Scale(domain=[0, most * 1.32], nice=False)
    x = alt.X("before:Q", title=None, scale=scale, axis=alt.Axis(format=",.3~r", tickCount=4))
    line = base.mark_rule(color=SOFT, strokeWidth=2).encode(x=x, x2=alt.X2("after:Q"))
    one = base.mark_point(filled=False, size=70, color=SOFT, strokeWidth=2, fill="#ffffff", opacity=1).encode(x=x)
    two = base.mark_point(filled=True, size=85, color=LINE, shape="diamond", opacity=1).encode(
        x=alt.X("after:Q", scale=scale, title=None)
    )
    span = base.mark_rule(color=BAND, strokeWidth=7, opacity=0.4).encode(
        x=alt.X("low:Q", scale=scale, title=None), x2=alt.X2("high:Q")
    )
    far = [{**row, "far": max(row["before"], row["after"], row["high"])} for row in rows]
    text = (
        alt.Chart(data(far))
        .mark_text(align="left", dx=9)
        .encode(y=_names(order), x=alt.X("far:Q", scale=scale, title=None), text=alt.Text("label:N"))
    )
    del before, after
    return dressed(layered(span, line, one, two, text), width=WIDTH - 110, height=_high(rows, 28, 60))


def profile(rows: Sequence[Row], *, single: bool = False) -> Any:
    """Places between -1 and 1 with their range: rows of `name`, `value`, `low`, `high`, `label`."""
    rows = _folded(rows)
    order = [row["name"] for row in rows]
    base = alt.Chart(data(rows)).encode(y=_names(order))
    scale = alt.Scale(domain=[-1, 1])
    x = alt.X("value:Q", title=None, scale=scale, axis=alt.Axis(values=[-1, -0.5, 0, 0.5, 1], format="+.1f"))
    parts = [
        alt.Chart(data([{"x": 0}])).mark_rule(color=SOFT, strokeWidth=1).encode(x=alt.X("x:Q", scale=scale, title=None))
    ]
    if not single:
        parts.append(
            base.mark_rule(color=BAND, strokeWidth=7, opacity=0.4).encode(
                x=alt.X("low:Q", scale=scale, title=None), x2=alt.X2("high:Q")
            )
        )
    parts += [
        base.mark_point(filled=True, size=80, color=LINE, opacity=1).encode(x=x),
        base.mark_text(dy=-11).encode(x=alt.X("value:Q", scale=scale, title=None), text=alt.Text("label:N")),
    ]
    return dressed(layered(*parts), width=WIDTH - 130, height=_high(rows, 34, 60))


def _ticks(rows: Sequence[Row]) -> list[float]:
    """Ticks of the axis of a forest, far enough from each other: what lies between 1 and 3 stands close to nought."""
    low, high = min([row["low"] for row in rows] + [-1.0]), max([row["high"] for row in rows] + [1.0])

    def at(x: float) -> float:
        return math.copysign(math.log1p(abs(x) / 2.0), x)

    least, known = 0.11 * (at(high) - at(low)), [0.0]
    for size in (1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0):
        for end in (-size, size):
            if low <= end <= high and all(abs(at(end) - at(other)) >= least for other in known):
                known.append(end)
    return sorted(known)


def forest(rows: Sequence[Row], *, unit: str) -> Any:
    """Differences with their intervals in margins: rows of `name`, `value`, `low`, `high`, `verdict`, `label`."""
    rows = _folded(rows)
    order = [row["name"] for row in rows]
    base = alt.Chart(data(rows)).encode(y=_names(order))
    # Room for half a dot: the one that moves most would lie on its name.
    scale, ticks = alt.Scale(type="symlog", constant=2, padding=6), _ticks(rows)
    zone = (
        alt.Chart(data([{"a": -1, "b": 1}]))
        .mark_rect(color=SOFT, opacity=0.16)
        .encode(x=alt.X("a:Q", scale=scale, title=unit, axis=alt.Axis(format=",.3~r", values=ticks)), x2=alt.X2("b:Q"))
    )
    nought = alt.Chart(data([{"x": 0}])).mark_rule(color=SOFT).encode(x=alt.X("x:Q", scale=scale))
    span = base.mark_rule(color=INK, strokeWidth=1.6).encode(x=alt.X("low:Q", scale=scale), x2=alt.X2("high:Q"))
    shapes = ["better", "worse", "other"]
    dot = base.mark_point(filled=True, size=85, opacity=1).encode(
        x=alt.X("value:Q", scale=scale),
        shape=alt.Shape(
            "mark:N", legend=None, scale=alt.Scale(domain=shapes, range=["triangle-up", "triangle-down", "circle"])
        ),
        color=alt.Color("mark:N", legend=None, scale=alt.Scale(domain=shapes, range=["#0c65c8", "#c2540a", SOFT])),
    )
    return dressed(layered(zone, nought, span, dot), width=WIDTH - 140, height=_high(rows, 30, 60))


def side_by_side(
    rows: Sequence[Row], names: Sequence[str], colours: Sequence[str], *, form: str, bound: float | None = None
) -> Any:
    """Fans of worlds beside each other on one scale, each in its colour: rows as for `fan`, with `world`."""
    wide = max((WIDTH - 40 - 14 * (len(names) - 1)) // len(names), 60)
    base = alt.Chart(data([{**row, "bound": bound} for row in rows])).encode(x=quarter_axis(rows))
    scale = alt.Scale(zero=False)
    own = alt.Color("world:N", legend=None, scale=alt.Scale(domain=list(names), range=list(colours)))
    parts = [
        base.mark_area(opacity=0.22).encode(
            y=alt.Y("q05:Q", title=None, scale=scale, axis=alt.Axis(format=form, tickCount=5)), y2=alt.Y2("q95:Q"),
            color=own,
        ),
        base.mark_area(opacity=0.34).encode(
            y=alt.Y("q25:Q", title=None, scale=scale), y2=alt.Y2("q75:Q"), color=own
        ),
        base.mark_line(strokeWidth=2.4).encode(y=alt.Y("q50:Q", title=None, scale=scale), color=own),
    ]  # fmt: skip
    if bound is not None:
        parts.append(
            base.mark_line(color=BOUND, strokeWidth=1.5, strokeDash=[6, 3]).encode(y=alt.Y("bound:Q", title=None))
        )
    chart = (
        layered(*parts)
        .properties(width=wide, height=150)
        .facet(
            column=alt.Column(
                "world:N", sort=list(names), title=None, header=alt.Header(labelFontWeight="bold", labelLimit=wide)
            ),
            spacing=14,
        )
    )
    return _clothed(chart)


def curves(rows: Sequence[Row], names: Mapping[str, str]) -> Any:
    """Shares by quarter of several worlds with their intervals: rows of `quarter`, `power` (a letter), `value`, `low`,
    `high`."""
    return by_power(rows, names, form=".0%", zero=False)


def _clothed(chart: Any) -> Any:
    """Facets are given their size inside: all else as `dressed` has it."""
    return dressed(chart).properties(width=alt.Undefined, height=alt.Undefined)


__all__ = [
    "HEIGHT",
    "bars",
    "by_power",
    "curve",
    "curves",
    "fan",
    "forest",
    "pairs",
    "profile",
    "side_by_side",
]
