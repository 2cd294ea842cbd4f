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
    PAGE,
    SOFT,
    WIDTH,
    Layout,
    Row,
    data,
    dressed,
    layered,
    palette,
    quarter_axis,
)

GAP = 13
"""Pixels that names at the ends of lines keep from each other."""
FEW = 4
"""Worlds that have a line with dashes and a name of its own; of more, lines are alike and named where there is room."""


def _names(order: Sequence[str], layout: Layout = PAGE) -> alt.Y:
    """The axis of names; long ones stand in several lines."""
    split = "split(datum.label, '\\n')"
    limit = 0 if layout.box else 170
    axis = alt.Axis(ticks=False, domain=False, labelExpr=split, labelLimit=limit)
    return alt.Y("name:N", sort=list(order), title=None, axis=axis)


def _folded(rows: Sequence[Row], most: int = 19) -> list[Row]:
    """Rows with their names broken into lines: all of each name, since what stands last may tell two rows apart."""
    return [{**row, "name": "\n".join(textwrap.wrap(str(row["name"]), most))} for row in rows]


def _high(rows: Sequence[Row], least: int, whole: int) -> int:
    """Pixels of height for rows with folded names, ``least`` for each and ``whole`` for all of them together."""
    each = max([least] + [13 * (1 + str(row["name"]).count("\n")) + 4 for row in rows])
    return max(each * len(rows), whole)


def bars(
    rows: Sequence[Row], *, percent: bool = True, colour: str = LINE, layout: Layout = PAGE, most: float = 0.02
) -> Any:
    """Bars with intervals and their numbers: rows of `name`, `value`, `low`, `high`, `label`; `colour` of its own."""
    rows = rows if layout.box else _folded(rows)
    order = [row["name"] for row in rows]
    most = max([row["high"] for row in rows] + [most])
    base = alt.Chart(data(rows)).encode(y=_names(order, layout))
    # Numbers stand behind the bars: what is left for them is a share of a page's plot, and of a box their width.
    room = max((layout.wide(row["label"]) for row in rows), default=0.0) / layout.width if layout.box else 0.0
    scale = alt.Scale(domain=[0, most * max(1.28, 1.0 / max(0.95 - 2.2 * room, 0.2))], nice=False)
    # A share beyond the whole is no share: room for the numbers has no ticks.
    ticks = {"values": [0, 0.25, 0.5, 0.75, 1]} if percent and most > 0.5 else {"tickCount": 4}
    # In a box every bar has its number, and the room of an axis is the bars'.
    axis = None if layout.box else alt.Axis(format="~%" if percent else ",.3~r", **ticks)
    x = alt.X("value:Q", title=None, scale=scale, axis=axis)
    bar = base.mark_bar(color=colour, height=round(0.75 * layout.letters) if layout.box else 12).encode(x=x)
    if rows and "colour" in rows[0]:
        bar = bar.encode(color=alt.Color("colour:N", legend=None, scale=None))
    span = base.mark_rule(color=INK, strokeWidth=1.2).encode(
        x=alt.X("low:Q", scale=scale, title=None), x2=alt.X2("high:Q")
    )
    text = base.mark_text(align="left", dx=round(6 * layout.scale)).encode(
        x=alt.X("high:Q", scale=scale, title=None), text=alt.Text("label:N")
    )
    return dressed(layered(bar, span, text), width=WIDTH - 120, height=_high(rows, 30, 44), layout=layout)


def fan(
    rows: Sequence[Row], *, form: str, bound: float | None = None, extra: Sequence[Row] = (), single: bool = False
) -> Any:
    """A fan by quarter: rows of `quarter`, `q05` … `q95`; `extra` has histories as `quarter`, `value`, `which`."""
    base = alt.Chart(data(rows)).encode(x=quarter_axis(rows))
    y = alt.Y("q50:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(format=form, tickCount=5))
    parts = [] if single else _bands(base, alt.Scale(zero=False))
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


def _bands(base: Any, scale: alt.Scale) -> list[Any]:
    """Nine of ten histories, and half of them."""
    return [
        base.mark_area(color=BAND, opacity=0.22).encode(y=alt.Y("q05:Q", title=None, scale=scale), y2=alt.Y2("q95:Q")),
        base.mark_area(color=BAND, opacity=0.34).encode(y=alt.Y("q25:Q", title=None), y2=alt.Y2("q75:Q")),
    ]


def courses(
    rows: Sequence[Row],
    names: Mapping[str, str],
    *,
    form: str,
    dates: Mapping[str, str],
    layout: Layout,
    least: float = 0.0,
    behind: Sequence[Row] = (),
) -> Any:
    """Single histories over the quarters in a box, each with its name at the end: rows of `quarter`, `power` (a
    letter), `value`; `behind` them a fan (rows as for `fan`), `dates` has a word for each quarter.

    The axis of numbers spans at least `least`: what matters to nobody must not look like a cliff.
    """
    known = [row[key] for row in (*rows, *behind) for key in ("value", "q05", "q95") if _there(row.get(key))]
    low, high = min(known, default=0.0), max(known, default=1.0)
    wider = max(least - (high - low), 0.0) / 2 + 0.06 * max(high - low, least)
    low, high = low - wider, high + wider
    size, letters = layout.scale, layout.letters
    tall = max(layout.height - 2.4 * letters, letters)
    # No number at the very foot: it would touch the date below it.
    ticks = round_ticks(low + 0.35 * letters / tall * (high - low), high, max(2, math.floor(tall / (1.9 * letters))))
    scale = alt.Scale(domain=[low, high], nice=False)
    last = max(row["quarter"] for row in rows)
    ends = [{**row, "name": names[row["power"]]} for row in rows if row["quarter"] == last and _there(row["value"])]
    ends, few = _in_box(ends, (low, high), tall, layout), len(names) <= FEW
    room = max([layout.wide(row["name"]) for row in ends] + [0.0])
    x = _dated(dates, layout.width - room - 5 * letters, layout)
    y = alt.Y("value:Q", title=None, scale=scale, axis=alt.Axis(format=_alike(form, ticks), values=ticks))
    looks, order = palette(list(names)), list(names)
    colour: Any = alt.value(SOFT)
    more: dict[str, Any] = {"detail": alt.Detail("power:N")}
    if few:
        # A name that stands for two lines has the colour of neither.
        colour = alt.Color(
            "power:N", legend=None, scale=alt.Scale(domain=[*order, ""], range=[*(looks[p][0] for p in order), INK])
        )
        dashes = [[round(part * size, 1) for part in looks[p][1]] for p in order]
        more = {"strokeDash": alt.StrokeDash("power:N", legend=None, scale=alt.Scale(domain=order, range=dashes))}
    base = alt.Chart(data(rows)).encode(x=x, y=y, color=colour, **more)
    parts = _bands(alt.Chart(data(behind)).encode(x=x), scale) if behind else []
    parts.append(base.mark_line(strokeWidth=round((2.2 if few else 0.8) * size, 1)))
    if len(dates) == 1:
        # One quarter is no line yet.
        parts.append(base.mark_point(filled=True, size=round(60 * size * size), opacity=1))
    if room:
        text = alt.Chart(data(ends)).mark_text(align="left", dx=round(0.4 * letters), fontWeight="bold")
        parts.append(
            text.encode(
                x=x, y=alt.Y("at:Q", title=None), text=alt.Text("name:N"), color=colour if few else alt.value(INK)
            )
        )
    # Names are measured where the picture is made; a reader's own font may be wider.
    return dressed(layered(*parts), layout=layout, right=0.15 * room)


def _alike(form: str, ticks: Sequence[float]) -> str:
    """A format that writes all ticks with as many decimals as the finest of them needs."""
    shown = [100.0 * tick for tick in ticks] if form.endswith("%") else ticks
    digits = next((d for d in range(6) if all(abs(tick - round(tick, d)) < 1e-9 for tick in shown)), 6)
    return f",.{digits}{'%' if form.endswith('%') else 'f'}"


def _there(value: Any) -> bool:
    return value is not None and math.isfinite(value)


def _dated(dates: Mapping[str, str], wide: float, layout: Layout) -> alt.X:
    """The axis of time in a box: the first quarter and the last, and between them as many as have room."""
    quarters = list(dates)
    steps = max(len(quarters) - 1, 1)
    each = 0.92 * max(layout.wide(word) for word in dates.values())
    every = max(1, math.ceil(each * len(quarters) / max(wide, 1.0)))
    shown = {*range(0, len(quarters), every)} | {steps if len(quarters) > 1 else 0}
    # What would touch the last one goes.
    shown -= {k for k in shown if 0 < steps - k < every}
    if every > steps and len(quarters) > 1 and wide < 2 * each:
        shown = {steps}
    words = ", ".join(f"'{quarters[k]}': '{dates[quarters[k]]}'" for k in sorted(shown))
    axis = alt.Axis(values=[quarters[k] for k in sorted(shown)], labelExpr=f"({{{words}}})[datum.value]", labelAngle=0,
                    ticks=False, grid=False)  # fmt: skip
    return alt.X("quarter:O", title=None, axis=axis, scale=alt.Scale(domain=quarters, padding=0.25))


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers between two ends: at most so many, and two at least.

    Examples
    --------
    >>> round_ticks(0.93, 1.02, 3), round_ticks(0.981, 0.993, 2), round_ticks(-12.0, 31.0, 4)
    ([0.95, 1.0], [0.985, 0.99], [0.0, 20.0])
    >>> round_ticks(1.01, 1.09, 2)
    [1.02, 1.06]
    """
    largest = math.ceil(math.log10(max(high - low, 1e-9)))
    found: list[float] = []
    for step in (size * 10.0**power for power in range(largest, largest - 4, -1) for size in (5.0, 2.0, 1.0)):
        ticks = [round(k * step, 9) + 0.0 for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
        if len(ticks) > most:
            # One number is no scale: then every so many of the finer ones.
            return found if len(found) >= 2 else ticks[:: math.ceil(len(ticks) / most)]
        found = ticks
    return found


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
    """Places of the names at the ends of the lines of a page, pushed apart where they would lie on each other; no
    higher than what is drawn, where that has room for them all: a name above it would stretch the axis."""
    drawn = [row[key] for row in rows for key in ("low", "value", "high") if key in row and math.isfinite(row[key])]
    if not drawn:
        return []
    low, high = min([*drawn, 0.0] if zero else drawn), max(drawn)
    return _pushed(ends, low, high, (high - low or 1.0) * GAP / 170)


def _pushed(ends: Sequence[Row], low: float, high: float, least: float) -> list[Row]:
    order = sorted(ends, key=lambda row: row["value"])
    places: list[float] = []
    for row in order:
        places.append(max(row["value"], places[-1] + least) if places else row["value"])
    for k in reversed(range(len(places))):
        places[k] = min(places[k], max(high - (len(places) - 1 - k) * least, low + k * least))
    return [{**row, "at": at} for row, at in zip(order, places, strict=True)]


def _in_box(ends: Sequence[Row], among: tuple[float, float], tall: float, layout: Layout) -> list[Row]:
    """The same in a box. Of more than a few, the outermost have a name and whichever keep their distance; of a few
    whose names have no room below each other, neighbours stand in one line."""
    low, high = among
    least, order = (high - low) * 1.1 * layout.letters / tall, sorted(ends, key=lambda row: row["value"])
    if len(order) > FEW:
        kept: list[Row] = []
        for row in [order[0], order[-1], *order[1:-1]]:
            if all(abs(row["value"] - other["value"]) >= least for other in kept):
                kept.append(row)
        return [{**row, "at": row["value"]} for row in kept]
    lines = [[row] for row in order]
    while len(lines) > 1 and (len(lines) - 1) * least > high - low:
        k = min(range(len(lines) - 1), key=lambda k: lines[k + 1][0]["value"] - lines[k][-1]["value"])
        lines[k : k + 2] = [lines[k] + lines[k + 1]]
    told = [{**line[0], "value": sum(row["value"] for row in line) / len(line),
             "name": " ".join(row["power"] if len(lines) < len(order) else row["name"] for row in reversed(line)),
             "power": line[0]["power"] if len(line) == 1 else ""} for line in lines]  # fmt: skip
    return _pushed(told, low, high, least)


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


def forest(rows: Sequence[Row], *, unit: str, layout: Layout = PAGE) -> Any:
    """Differences with their intervals in margins: rows of `name`, `value`, `low`, `high`, `mark`; in a box each has
    its `label` above it."""
    rows = _folded(rows, max(10, math.floor(0.4 * layout.width / layout.wide("n"))) if layout.box else 19)
    order, size = [row["name"] for row in rows], layout.scale
    base = alt.Chart(data(rows)).encode(y=_names(order, layout))
    # Room for half a dot, or its words: the one that moves most would lie on its name.
    padding = max((0.5 * layout.wide(row["label"]) for row in rows), default=0.0) if layout.box else 6
    scale, ticks = alt.Scale(type="symlog", constant=2, padding=padding), _ticks(rows)
    zone = (
        alt.Chart(data([{"a": -1, "b": 1}]))
        .mark_rect(color=SOFT, opacity=0.16)
        .encode(x=alt.X("a:Q", scale=scale, title=unit, axis=alt.Axis(format=",.3~r", values=ticks)), x2=alt.X2("b:Q"))
    )
    nought = alt.Chart(data([{"x": 0}])).mark_rule(color=SOFT).encode(x=alt.X("x:Q", scale=scale))
    span = base.mark_rule(color=INK, strokeWidth=1.6 * size).encode(x=alt.X("low:Q", scale=scale), x2=alt.X2("high:Q"))
    shapes = ["better", "worse", "other"]
    dot = base.mark_point(filled=True, size=round(85 * size * size), opacity=1).encode(
        x=alt.X("value:Q", scale=scale),
        shape=alt.Shape(
            "mark:N", legend=None, scale=alt.Scale(domain=shapes, range=["triangle-up", "triangle-down", "circle"])
        ),
        color=alt.Color("mark:N", legend=None, scale=alt.Scale(domain=shapes, range=["#0c65c8", "#c2540a", SOFT])),
    )
    parts = [zone, nought, span, dot]
    if layout.box:
        words = base.mark_text(dy=-round(0.85 * layout.letters))
        parts.append(words.encode(x=alt.X("value:Q", scale=scale), text=alt.Text("label:N")))
    return dressed(layered(*parts), width=WIDTH - 140, height=_high(rows, 30, 60), layout=layout)


def strip(rows: Sequence[Row], *, layout: Layout) -> Any:
    """Many worlds on one line in a box: rows of `name`, `value`. A dot each, and names in two rows where they fit.

    Worlds whose dots lie over each other have one label: two names, or the first and how many more.
    """
    rows = sorted(rows, key=lambda row: row["value"])
    letters, low, high = layout.letters, rows[0]["value"], rows[-1]["value"]
    edge = 1.5 * letters
    span = (layout.width - 2 * edge) / (high - low) if high - low > 1e-12 else 0.0
    heaps: list[tuple[float, float, list[str]]] = []
    for row in rows:
        at = edge + span * (row["value"] - low)
        if heaps and at - heaps[-1][0] < 0.4 * letters:
            heaps[-1][2].append(row["name"])
        else:
            heaps.append((at, row["value"], [row["name"]]))
    ends, named = [-math.inf, -math.inf], []
    for at, value, ids in heaps:
        label = f"{ids[0]} +{len(ids) - 1}" if len(ids) > 2 else " ".join(ids)
        half = layout.wide(label) / 2 + 0.17 * letters  # one capital may be as wide as letters are high
        place = next((k for k, end in enumerate(ends) if at - half > end), None)
        if place is not None:
            ends[place] = at + half
            named.append({"value": value, "label": label, "row": place})
    margin = edge / span if span else 1.0
    scale = alt.Scale(domain=[low - margin, high + margin], nice=False)
    x = alt.X("value:Q", title=None, scale=scale, axis=None)
    y = alt.Y("middle:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=None)
    rows, named = ([{**row, "middle": 0.5} for row in some] for some in (rows, named))
    line = alt.Chart(data([{"value": low, "to": high, "middle": 0.5}])).mark_rule(color=SOFT, strokeWidth=2)
    dots = alt.Chart(data(rows)).mark_point(filled=True, size=round((0.4 * letters) ** 2), color=LINE, opacity=1)
    parts = [line.encode(x=x, x2=alt.X2("to:Q"), y=y), dots.encode(x=x, y=y)]
    for place, dy in enumerate((-round(0.75 * letters), round(0.75 * letters))):
        text = alt.Chart(data([row for row in named if row["row"] == place])).mark_text(dy=dy, fontWeight="bold")
        parts.append(text.encode(x=x, y=y, text=alt.Text("label:N")))
    return dressed(layered(*parts), layout=layout)


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
    "courses",
    "curve",
    "curves",
    "fan",
    "forest",
    "pairs",
    "profile",
    "side_by_side",
    "strip",
]
