"""The printout of one history, from its summary: what stands on the screen stands in summary.json."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from multivector.cli.common import MARKS, cut, percent, shown, spark, style, two
from multivector.cli.show import printable

Summary = Mapping[str, Any]
SHOWN = (
    "real_income", "largest_loss", "customs.KAZ.RUS", "customs.EU.KAZ", "customs.CHN.KAZ", "reexport", "rent",
    "oil.exported", "oil.through_russia", "middle.volume", "inflation", "autonomy", "exposure", "goodwill_floor",
    "approval", "composite",
)  # fmt: skip
"""Outcomes on the screen; all others are in summary.json and the tables."""
MARGIN = 10


def header(summary: Summary, columns: int) -> Iterator[str]:
    """What was run."""
    many = f" · {summary['replicates']:,} histories" if summary["replicates"] > 1 else ""
    quarters = f"{summary['first']}…{summary['last']}"
    order = " · simultaneous" if summary["order"] == "simultaneous" else ""
    parts = f"{summary['scenario']} · {summary['doctrine']} · seed {summary['seed']}{many} · {quarters}{order}"
    what = f"{parts} · model {summary['version']} · digest {summary['digest']}"
    yield from (style(line, bold=True) for line in textwrap.wrap(printable(what), columns))


def history(summary: Summary, columns: int) -> Iterator[str]:
    """Everything about one history."""
    told = summary["history"]
    yield from header(summary, columns)
    yield from textwrap.wrap(
        "One history. It shows what can happen, not what is likely: add --replicates 1000.", columns
    )
    yield ""
    yield from _lines(told, columns)
    yield from _exposures(told, columns)
    yield ""
    for quarter in told["quarters"]:
        yield from _quarter(quarter, summary["focus"], columns)
    yield ""
    yield from _outcomes(summary, told, columns)
    yield from profile({id: (row["title"], row["base"], row["value"]) for id, row in told["outcomes"].items()}, columns)


def _lines(told: Summary, columns: int) -> Iterator[str]:
    crossed = [f"{line['title']} (since {line['first']})" for line in told["crossed"]]
    text = "CROSSED: " + "; ".join(crossed) if crossed else "none crossed"
    yield from _labelled("RED LINES", style(text, fg="red") if crossed else text, columns)
    near = told["nearest"]
    if near is not None:
        bound = f"{near['side']} {two(near['bound'])}"
        left = f"{percent(near['room_left'])} of the way from the base left"
        text = f"nearest: {near['title']} {two(near['nearest_value'])} ({bound}) in {near['nearest_quarter']}; {left}"
        yield from _labelled("", text, columns)


def _exposures(told: Summary, columns: int) -> Iterator[str]:
    losses = {n: e for n, e in told["exposures"].items() if n.startswith("loss ")}
    worst = max(losses, key=lambda n: losses[n]["end"], default="")
    rows = {n: e for n, e in told["exposures"].items() if n not in losses or n == worst}
    parts = [f"{name} {percent(e['base'])} → {percent(e['end'])}" for name, e in rows.items()]
    yield from _labelled("", "exposure, base → end: " + " · ".join(parts), columns)


def _labelled(label: str, text: str, columns: int) -> Iterator[str]:
    pad = " " * 12
    for number, line in enumerate(textwrap.wrap(text, columns - len(pad), break_on_hyphens=False)):
        yield f"{label:<12}{line}" if number == 0 else pad + line


def _quarter(quarter: Summary, focus: str, columns: int) -> Iterator[str]:
    facts = [f"oil exported {percent(quarter['oil_exported'])}", f"Brent ${two(quarter['oil_price'])}"]
    yield style(f"{quarter['quarter']}", bold=True) + "   " + " · ".join(facts)
    for text in quarter["lines"]:
        yield from _item(style(f"RED LINE: {text}", fg="red"), columns)
    for text in (*quarter["happened"], *quarter["rules"]):
        yield from _item(f"! {text}", columns)
    for vote in quarter["votes"]:
        others = ", ".join(f"{a} {v}" for a, v in vote["cast"].items() if a != focus)
        text = f"{focus} votes {vote['vote'].upper()} on {vote['text']} (chance {percent(vote['probability'])})"
        yield from _item(f"{text}; {others}", columns)
    for move in quarter["moves"]:
        if move["actor"] == focus:
            yield from _item(f"{focus}  {_move(move)}", columns)
    for actor in dict.fromkeys(m["actor"] for m in quarter["moves"] if m["actor"] != focus):
        own = "; ".join(_move(m) for m in quarter["moves"] if m["actor"] == actor)
        yield from _item(f"{actor:<4} {own}", columns)


def _item(text: str, columns: int) -> Iterator[str]:
    yield from textwrap.wrap(
        printable(text) if "\x1b" not in text else text, columns, initial_indent="   ", subsequent_indent=" " * 8
    )


def _move(move: Summary) -> str:
    answer = f", {move['answer']}" if move["answer"] else ""
    luck = ", luck" if move["luck"] else ""
    pair = f" (pair with {move['paired_with']})" if move["paired_with"] else ""
    return f"{move['title']}{answer} [{move['term']}{luck}]{pair}"


def _outcomes(summary: Summary, told: Summary, columns: int) -> Iterator[str]:
    yield " [term]: what spoke most for it; luck: the draw overruled the values"
    yield ""
    yield style("WHAT CAME OUT", bold=True) + f"  last year of {summary['last']}        better ▲ worse ▼"
    yield from textwrap.wrap(printable(f"against {summary['against']['words']}"), columns, initial_indent=" ")
    for id in SHOWN:
        row = told["outcomes"].get(id)
        if row is None or row["value"] is None:
            continue
        change = f"{shown(row['base'], row['unit'])} → {shown(row['value'], row['unit'])}"
        relative = _relative(row)
        mark = MARKS[row["verdict"]]
        yield f" {cut(row['title'], 34):<34} {change:<21} {relative:>7} {mark} {spark(row['series'], 10)}"[
            :columns
        ].rstrip()


def _relative(row: Summary) -> str:
    """The change in per cent of the base, where the unit is a size and not a share or an index."""
    sized = row["unit"].startswith(("ratio", "US$", "Mt"))
    if not sized or not row["base"] or row["change"] is None or row["change"] != row["change"]:
        return ""
    return percent(row["change"] / row["base"], signed=True)


def profile(rows: Mapping[str, tuple[str, float | None, float | None]], columns: int) -> Iterator[str]:
    """Whether the focus actor supports the one under measures, in five lines that are never summed.

    `rows` gives for each outcome its title, its base and its value.
    """
    own = {id: row for id, row in rows.items() if id.startswith("support.")}
    if not own:
        return
    whom = next(iter(own.values()))[0].partition(":")[0]
    head = f"  {whom}, five lines never summed; -1 against, +1 with it, base → end"
    yield (style("SUPPORT PROFILE", bold=True) + head[: columns - 15]).rstrip()
    for title, base, value in own.values():
        yield f" {title.partition(': ')[2]:<34} {_signed(base)} → {_signed(value)}"


def _signed(value: float | None) -> str:
    return f"+{two(value)}" if value is not None and value > 0.0 else two(value)


def _wide(label: str, text: str, columns: int) -> Iterator[str]:
    pad = " " * 17
    for number, line in enumerate(textwrap.wrap(text, columns - len(pad), break_on_hyphens=False)):
        yield f"{label:<17}{line}" if number == 0 else pad + line


def footer(summary: Summary, folder: str, why: str) -> Iterator[str]:
    """Where reasons, assumptions and files are. Commands and paths are not broken: they are there to be copied."""
    yield style("WHY", bold=True)
    yield f" {why}"
    yield from _wide("RESTS ON", summary["rests_on"], 80)
    yield style("FILES", bold=True)
    yield f" {folder}"
