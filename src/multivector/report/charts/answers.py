"""One picture for each answer of the verbs that find out: made from the same plain data as their printouts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

import altair as alt

from multivector.analysis.comparing.politics import sentence as politics_sentence
from multivector.analysis.enough import sentence
from multivector.analysis.signals import WARNS, named
from multivector.language import Speaker, speaker
from multivector.report.charts.chart import (
    BAND,
    BOUND,
    COLOURS,
    CONFIG,
    INK,
    LINE,
    PADDING,
    PAPER,
    SOFT,
    WIDTH,
    Chart,
    Row,
    data,
    spoken,
)

Facts = Mapping[str, Any]
SHAPES = ("circle", "diamond", "square", "triangle-up")
TALL = 130
LETTERS, TEXT = 32, 13
"""Letters of a name in a line beside the marks (what is longer goes on below), and the height of a line."""


def enough(told: Facts, summary: Facts) -> Chart:
    """How much is enough: the chance of the event and the income along what varies, with bands."""
    rows: list[Row] = [
        {
            "x": row["value"], "chance": row["chance"], "low": row["low"], "high": row["high"],
            "income": row["income"], "from": row["income_low"], "to": row["income_high"],
        }
        for row in told["rows"]
    ]  # fmt: skip
    within = f"{told['title']} within {told['within']} quarters"
    first = _band(rows, "chance", "low", "high", title="chance", form=".1~%")
    second = _band(rows, "income", "from", "to", title="income, % of a year's", form="+.2~f", below=told["path"])
    bounds = [{"x": x} for x in (told["surely_below"], told["nothing_above"]) if x is not None]
    if bounds:
        rule = alt.Chart(data(bounds)).mark_rule(color=BOUND, strokeWidth=1.4, strokeDash=[6, 3]).encode(x="x:Q")
        first = alt.layer(first, rule).properties(width=WIDTH, height=TALL)
    note = f"Above: chance that {within}. Below: income of all years against the first point. Bands: 95%."
    if bounds:
        note += " Dashed: up to the first line surely higher than at the end, from the last on not."
    columns = (told["path"], "chance", "from", "to", "income, % of a year's", "from", "to")
    table = tuple(tuple(f"{value:.4g}" for value in row.values()) for row in rows)
    return Chart(
        "answer.enough", sentence(told, short=True), note, _stacked([first, second]), columns, table, _source(summary)
    )


def projects(told: Facts, finding: str) -> Chart:
    """What each project saves of a shock's loss, against what it brings whether the shock comes or not."""
    groups = {"saved": "saved of the loss from the shock", "anyway": "brought without any shock"}
    rows: list[Row] = []
    for row in told["projects"]:
        for key, group in groups.items():
            found = row["saved"]["income"] if key == "saved" else row["anyway"]
            name = row["title"] + ("" if row["cost"] is None else f" (${row['cost']:.2g} bn)")
            rows.append({"name": name, "group": group, **{end: found[end] for end in ("mean", "low", "high")}})
    rows = [{**row, "value": row["mean"]} for row in rows]
    lost = told["lost"]["income"]
    note = (
        f"Income of all quarters, US$ bn at prices of 2021, 95% intervals; behind a project its cost. The shock takes "
        f"{lost['mean']:.2g} [{lost['low']:.2g}, {lost['high']:.2g}]."
    )
    columns = ("project", "what", "US$ bn", "from", "to")
    table = tuple((r["name"], r["group"], *(f"{r[c]:.3g}" for c in ("value", "low", "high"))) for r in rows)
    spec = dots(rows, title="US$ bn", groups=list(groups.values()))
    source = _source({**told, "scenario": f"{told['base']} and {told['shocked']}"})
    return Chart("answer.projects", finding.partition(";")[0] + ".", note, spec, columns, table, source)


def ladders(told: Facts, worlds: Sequence[Facts], say: Speaker | None = None) -> Chart:
    """How far up the ladder each sender climbs, in both worlds and both orders of play."""
    say = say or speaker()
    a, b = (world["scenario"] for world in worlds)
    rows: list[Row] = [
        {
            "name": say("{sender}, rung {rung}", sender=row["sender"], rung=row["rung"]),
            "group": f"{name}, {say(row['order'])}",
            "value": row[side][0], "low": row[side][1], "high": row[side][2],
        }
        for row in told["ladders"]
        for side, name in (("a", a), ("b", b))
    ]  # fmt: skip
    groups = list(dict.fromkeys(row["group"] for row in rows))
    note = say("Share of histories in which a sender reaches a rung; 95% intervals (Wilson).")
    columns = (say("sender and rung"), say("world and order of play"), say("share"), say("from"), say("to"))
    table = tuple((r["name"], r["group"], *(say.percent(r[c], 1) for c in ("value", "low", "high"))) for r in rows)
    spec = dots(rows, title=say("share of histories"), form=".0%", groups=groups)
    source = say(
        "multivector compare --politics, {a} and {b}, histories of each: {n}, seed {seed}, model {model}.",
        a=a, b=b, n=say.number(told["n"], 0), seed=worlds[0]["seed"], model=worlds[0]["model"],
    )  # fmt: skip
    finding = politics_sentence(dict(told), a, b, say)
    return spoken(Chart("answer.ladders", finding, note, spec, columns, table, source), say)


def beats(summary: Facts) -> Chart:
    """The lead of one doctrine over another, outcome by outcome: where it is ahead, and elsewhere; the break-even."""
    a, b = summary["question"]["beats"]
    order = summary["orders"][0]
    groups = {"inside": f"futures in which {a} is ahead", "outside": "all others"}
    rows, said = list[Row](), []
    for id, goal in summary["goals"].items():
        found = summary["beats"][id]["where_ahead"][order]
        if found["inside"]["value"] is None or found["outside"]["value"] is None:
            continue
        for key, group in groups.items():
            ends = {end: found[key][end] / goal["margin"] for end in ("value", "low", "high")}
            rows.append({"name": goal["title"], "group": group, **ends})
        said.append(f"{goal['title'][0].upper()}{goal['title'][1:]}: {_break_even(found['break_even'])}.")
    finding = f"Does {a} beat {b} in the mean? {' '.join(said)}"
    if not rows:
        finding = f"{a} is ahead of {b} in all of the futures, or in none."
        rows = [{"name": "nothing to tell apart", "group": groups["inside"], "value": 0.0, "low": 0.0, "high": 0.0}]
    note = (
        f"Mean lead of {a} over {b}, in multiples of the smallest difference that matters; 95% intervals over futures "
        "drawn again."
    )
    columns = ("outcome", "futures", "lead", "from", "to")
    table = tuple((r["name"], r["group"], *(f"{r[c]:.3g}" for c in ("value", "low", "high"))) for r in rows)
    spec = dots(rows, title="times what matters", groups=list(groups.values()))
    return Chart("answer.beats", finding, note, spec, columns, table, _source({**summary, "kind": "robust"}))


def _break_even(even: Facts) -> str:
    """How likely futures must be, as a printout of `robust` says it."""
    if even["value"] is None or (even["low"] == 0.0 and even["high"] == 1.0):
        return "cannot tell"
    if even["value"] <= 0.0:
        return "yes, however likely the futures in which it is ahead"
    if even["value"] >= 1.0:
        return "no, even if the futures in which it is ahead are certain"
    share = f"{100 * even['value']:.0f}% [{100 * even['low']:.0f}, {100 * even['high']:.0f}]"
    return f"if the futures in which it is ahead are {share} likely, or more"


def warnings(told: Facts) -> Chart:
    """The best warning of each event that anybody sees: how often it came before, and how often for nothing."""
    groups = {"hit": "seen before the event", "false": "seen for nothing"}
    rows, best = list[Row](), list[str]()
    for event in told["events"]:
        seen = [row for row in event["rows"] if not row["odds"]]
        if not seen:
            continue
        row = seen[0]
        seen_by = f"{named(row)} {'≥' if row['above'] else '≤'} {row['threshold']:.2g}"
        name = f"{event['title']}{' *' if row['verdict'] == WARNS else ''}\n{seen_by}"
        rows += [
            {"name": name, "group": group, **{end: row[key][end] for end in ("value", "low", "high")}}
            for key, group in groups.items()
        ]
        if row["verdict"] == WARNS:
            best.append(f"{event['title']}: {named(row)}")
    finding = f"What beats the base rate (*): {'; '.join(best)}." if best else "No indicator beats the base rate."
    note = (
        f"Share of the events, and of the quarters that nothing followed, in which the best indicator of each (below "
        f"its name) was seen, {told['lead']} to {told['lead'] + told['within'] - 1} quarters ahead; on histories held "
        "out, 95%."
    )
    columns = ("event and indicator", "what", "share", "from", "to")
    table = tuple(
        (r["name"].replace("\n", ": "), r["group"], *(f"{100 * r[c]:.0f}%" for c in ("value", "low", "high")))
        for r in rows
    )
    shown = rows or [{"name": "nothing", "group": groups["hit"], "value": 0.0, "low": 0.0, "high": 0.0}]
    spec = dots(shown, title="share", form=".0%", groups=list(groups.values()))
    source = f"multivector signals, {told['scenario']}, {told['n']:,} histories, seed {told['seed']}, {told['digest']}."
    return Chart("answer.warnings", finding, note, spec, columns, table, source)


def _band(
    rows: Sequence[Row], value: str, low: str, high: str, *, title: str, form: str, below: str | None = None
) -> Any:
    base = alt.Chart(data(rows)).encode(x=alt.X("x:Q", title=below, scale=alt.Scale(zero=False)))
    axis = alt.Axis(format=form, tickCount=4)
    area = base.mark_area(color=BAND, opacity=0.28).encode(y=alt.Y(f"{low}:Q", title=title, axis=axis), y2=f"{high}:Q")
    line = base.mark_line(color=LINE, strokeWidth=2.2, point={"color": LINE, "size": 28}).encode(
        y=alt.Y(f"{value}:Q", title=title)
    )
    return alt.layer(area, line).properties(width=WIDTH, height=TALL)


def _stacked(charts: Sequence[Any]) -> Any:
    return alt.vconcat(*charts, spacing=8).properties(background=PAPER, padding=PADDING, config=CONFIG)


def _source(summary: Facts) -> str:
    return (
        f"multivector {summary['kind']}, {summary['scenario']}, {summary['replicates']:,} histories of each, seed "
        f"{summary['seed']}, model {summary['model']}, digest {summary['digest']}."
    )


def dots(rows: Sequence[Row], *, title: str, form: str = ",.3~r", groups: Sequence[str] = ()) -> Any:
    """Values with intervals by name, one mark for each group: rows of `name`, `group`, `value`, `low`, `high`."""
    rows, deep = _in_lines(rows)
    names, groups = list(dict.fromkeys(row["name"] for row in rows)), list(groups) or [rows[0]["group"]]
    height = max(20 * len(groups), TEXT * deep + 12) * len(names)
    # A label of several lines begins at the middle of its place: it is moved up by half of what follows.
    axis = alt.Axis(
        ticks=False, domain=False, labelLimit=240, labelExpr="split(datum.label, '\\n')", labelLineHeight=TEXT,
        labelOffset=-TEXT * (deep - 1) / 2,
    )  # fmt: skip
    base = alt.Chart(data(rows)).encode(
        y=alt.Y("name:N", sort=names, title=None, axis=axis),
        yOffset=alt.YOffset("group:N", sort=groups, scale=alt.Scale(paddingOuter=0.35)),
    )
    legend = None if len(groups) == 1 else alt.Legend(title=None, orient="top", direction="vertical", labelLimit=420)
    scale = alt.Scale(domain=groups, range=list(COLOURS[1 : len(groups) + 1]))
    colour = alt.Color("group:N", scale=scale, legend=legend)
    shape = alt.Shape("group:N", scale=alt.Scale(domain=groups, range=list(SHAPES[: len(groups)])), legend=legend)
    x = alt.X("value:Q", title=title, axis=alt.Axis(format=form, tickCount=5))
    nought = alt.Chart(data([{"x": 0}])).mark_rule(color=SOFT).encode(x="x:Q")
    span = base.mark_rule(color=INK, strokeWidth=1.2).encode(x=alt.X("low:Q", title=title), x2="high:Q")
    point = base.mark_point(filled=True, size=70, opacity=1).encode(x=x, color=colour, shape=shape)
    return alt.layer(nought, span, point).properties(
        width=WIDTH - 60, height=height, background=PAPER, padding=PADDING, config=CONFIG
    )


def _in_lines(rows: Sequence[Row]) -> tuple[list[Row], int]:
    """Rows with their names in lines, as many in each; how many."""
    names = dict.fromkeys(row["name"] for row in rows)
    lines = {name: [line for part in name.split("\n") for line in wrap(part, LETTERS)] for name in names}
    deep = max(map(len, lines.values()))
    whole = {n: "\n".join([" "] * ((deep - len(text)) // 2) + text) for n, text in lines.items()}
    return [{**row, "name": whole[row["name"]]} for row in rows], deep
