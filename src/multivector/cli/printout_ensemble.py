"""The printout of an ensemble, headline first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from multivector.cli.common import MARKS, cut, percent, shown, style, two
from multivector.cli.printout import SHOWN, header, profile

Summary = Mapping[str, Any]
MOST_LINES = 3
"""Red lines named in the headline; all of them follow below it."""


def ensemble(summary: Summary, columns: int) -> Iterator[str]:
    """Everything about many histories."""
    yield from header(summary, columns)
    yield ""
    yield from headline(summary, columns)
    yield ""
    yield from _lines(summary, columns)
    yield from _outcomes(summary, columns)
    rows = summary["ensemble"]["outcomes"]
    yield from profile(
        {id: (r["title"], _median(r, "benchmark"), _median(r, "all")) for id, r in rows.items()}, columns
    )
    if summary["failed"]:
        yield ""
        count = summary["failed"]
        yield style(
            f"{count} {'history' if count == 1 else 'histories'} failed, left out; ids in failures.jsonl", fg="red"
        )


def headline(summary: Summary, columns: int, beside: bool = False) -> Iterator[str]:
    """The share without a red line, with its interval; the most frequent lines; at tighter and looser bounds."""
    told = summary["ensemble"]["headline"]
    safe = told["survival"]
    span = f"({two(100 * safe['low'])}-{two(100 * safe['high'])})"
    start = "Beside it: no" if beside else "No"
    text = f"{start} red line crossed in {percent(safe['share'])} of {safe['n']:,} histories {span}."
    often = [f"{line['title']} {percent(line['share'])}" for line in told["lines"][:MOST_LINES] if line["hits"]]
    text += f" Most frequent: {', '.join(often)}." if often else ""
    text += f" At thresholds -25% / +25%: {percent(told['tighter']['share'])} / {percent(told['looser']['share'])}."
    for line in textwrap.wrap(text, columns):
        yield line if beside else style(line, bold=True)


def _lines(summary: Summary, columns: int) -> Iterator[str]:
    crossed = [line for line in summary["ensemble"]["headline"]["lines"] if line["hits"]]
    if not crossed:
        return
    yield style("RED LINES", bold=True) + "  share of histories [95%]"
    for line in crossed:
        span = f"[{two(100 * line['low'])}-{two(100 * line['high'])}]"
        yield f" {line['title'][:44]:<44} {percent(line['share']):>6}  {span}"[:columns]
    yield ""


def _outcomes(summary: Summary, columns: int) -> Iterator[str]:
    rows = summary["ensemble"]["outcomes"]
    yield style("WHAT CAME OUT", bold=True) + f"  last year of {summary['last']}, median [5-95]     better ▲ worse ▼"
    against = summary["against"]
    head = f" {'':<25} {'over all':<20} {'given no red line':<20}"
    yield f"{head} {'difference':<10}".rstrip() if against["benchmark"] else head.rstrip()
    for id in SHOWN:
        row = rows.get(id)
        if row is None or row["all"][1] is None or row["all"][1] != row["all"][1]:
            continue
        both = [_span(row[part], row["unit"]) for part in ("all", "surviving")]
        end = f"{_difference(row):>8} {MARKS[row.get('verdict', '')]}"
        yield f" {cut(row['title'], 25):<25} {both[0]:<20} {both[1]:<20} {end}"[:columns].rstrip()
    if against["benchmark"]:
        text = f"difference: median against {against['words']}"
        yield from textwrap.wrap(text, columns, initial_indent=" ", subsequent_indent=" ")


def _median(row: Summary, part: str) -> float | None:
    values = row.get(part)
    return None if values is None else values[1]


def _difference(row: Summary) -> str:
    """Median difference to the benchmark: in per cent of its median where the unit is a size, else in the unit."""
    if "difference" not in row:
        return ""
    middle, base = row["difference"][1], row["benchmark"][1]
    if middle is None or middle != middle:
        return "n/a"
    if row["unit"].startswith(("ratio", "US$", "Mt")) and base:
        return percent(middle / base, signed=True)
    plus = "+" if middle > 0 else ""
    if row["unit"].startswith(("share", "probability")):
        return f"{plus}{two(100.0 * middle)} pt"
    return f"{plus}{shown(middle, row['unit'])}"


def _span(values: list[float | None], unit: str) -> str:
    low, middle, high = values
    ends = [shown(x, unit).strip("x$%").removesuffix(" bn").removesuffix(" Mt").rstrip("%") for x in (low, high)]
    negative = low is not None and low < 0.0
    return f"{shown(middle, unit)} [{ends[0]}{' to ' if negative else '-'}{ends[1]}]"
