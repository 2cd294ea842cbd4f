"""The printout of an ensemble, headline first; what flips in the other order of play, if it was asked for."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from multivector.analysis.statistics.paired import FLIPS, HOLDS, ONE, OPEN
from multivector.cli.common import ENGLISH, MARKS, RECORD, bare, headed, percent, shown, style, two
from multivector.cli.printout.history import SHOWN, SUPPORT, header, profile, titled
from multivector.experiment.telling import wording
from multivector.language import Speaker
from multivector.language.retold import again

Summary = Mapping[str, Any]
MOST_LINES = 3
"""Red lines named in the headline; all of them follow below it."""


def ensemble(summary: Summary, columns: int, say: Speaker = ENGLISH, orders: Summary | None = None) -> Iterator[str]:
    """Everything about many histories; `orders` as `analysis.comparing.orders` found them, or None."""
    yield from header(summary, columns, say)
    yield ""
    yield from headline(summary, columns, say=say)
    yield ""
    yield from _lines(summary, columns, say)
    yield from _outcomes(summary, columns, say)
    rows = {id: (wording.outcome(say, id, r["title"]), _median(r, "benchmark"), _median(r, "all"))
            for id, r in summary["ensemble"]["outcomes"].items() if id.startswith(SUPPORT)}  # fmt: skip
    yield from profile(rows, columns, say)
    yield from _orders(summary, orders, columns, say)
    if summary["failed"]:
        yield ""
        yield style(
            say.many(
                "{n} history failed, left out; ids in failures.jsonl",
                "{n} histories failed, left out; ids in failures.jsonl", summary["failed"],
            ),
            fg="red",
        )  # fmt: skip


def headline(summary: Summary, columns: int, beside: bool = False, say: Speaker = ENGLISH) -> Iterator[str]:
    """The share without a red line, with its interval; the most frequent lines; at tighter and looser bounds."""
    told = summary["ensemble"]["headline"]
    safe = told["survival"]
    values = {
        "share": percent(safe["share"], say=say), "n": say.number(safe["n"], digits=0),
        "low": two(100 * safe["low"], say), "high": two(100 * safe["high"], say),
    }  # fmt: skip
    if beside:
        text = say("Beside it: no red line crossed in {share} of {n} histories ({low}-{high}).", **values)
    else:
        text = say("No red line crossed in {share} of {n} histories ({low}-{high}).", **values)
    often = [f"{say(line['title'])} {percent(line['share'], say=say)}"
             for line in told["lines"][:MOST_LINES] if line["hits"]]  # fmt: skip
    if often:
        text += " " + say("Most frequent: {lines}.", lines=", ".join(often))
    shares = {side: percent(told[side]["share"], say=say) for side in ("tighter", "looser")}
    text += " " + say("At thresholds -25% / +25%: {tighter} / {looser}.", **shares)
    for line in textwrap.wrap(text, columns):
        yield line if beside else style(line, bold=True)


def _lines(summary: Summary, columns: int, say: Speaker) -> Iterator[str]:
    crossed = [line for line in summary["ensemble"]["headline"]["lines"] if line["hits"]]
    if not crossed:
        return
    yield style(say("RED LINES"), bold=True) + f"  {say('share of histories [95%]')}"
    for line in crossed:
        span = f"[{two(100 * line['low'], say)}-{two(100 * line['high'], say)}]"
        yield f" {say(line['title'])[:44]:<44} {percent(line['share'], say=say):>6}  {span}"[:columns]
    yield ""


def _outcomes(summary: Summary, columns: int, say: Speaker) -> Iterator[str]:
    rows = summary["ensemble"]["outcomes"]
    # A number with its unit takes a character more where a space stands before the sign of per cent.
    room, end = (25, 8) if say.lang == "en" else (22, 11)
    last = say("mean of the year to {quarter}", quarter=summary["last"])
    yield style(say("WHAT CAME OUT"), bold=True) + f"  {last}, {say('median [5-95]')}     {say('better ▲ worse ▼')}"
    against = summary["against"]
    head = f"  {'':<{room}} {say('over all'):<20} {say('given no red line'):<20}"
    yield f"{head} {say('difference'):<10}".rstrip() if against["benchmark"] else head.rstrip()
    for id in SHOWN:
        row = rows.get(id)
        if row is None or row["all"][1] is None or row["all"][1] != row["all"][1]:
            continue
        both = [_span(row[part], row["unit"], say) for part in ("all", "surviving")]
        last = f"{_difference(row, say):>{end}} {MARKS[row.get('verdict', '')]}"
        numbers = f"{both[0]:<20} {both[1]:<20} {last}".rstrip()
        # Where numbers are long the name gives way: a number cut short would be another number.
        left = min(room, columns - 3 - len(numbers))
        yield f"{RECORD[row.get('record')]} {titled(say, id, row['title'], left):<{left}} {numbers}"
    if against["benchmark"]:
        words = again(say, against["words"], wording.AGAINST)
        text = say("difference: median against {words}", words=words)
        yield from textwrap.wrap(text, columns, initial_indent=" ", subsequent_indent=" ")


def _orders(summary: Summary, told: Summary | None, columns: int, say: Speaker) -> Iterator[str]:
    """Which conclusions hold in both orders of play, or how to ask."""
    if told is None:
        text = say("{order}; --both-orders says what flips in the other", order=wording.order(say, summary["order"]))
        yield from headed(say("TURN ORDER"), text, columns, say)
        return
    yield from headed(say("TURN ORDER"), say("both, on the same draws; histories: {n}", n=told["n"]), columns, say)
    from multivector.cli.printout.compare import interval

    s = told["survival"]
    shares = [
        f"{wording.order(say, code)} {percent(x, say=say)} ({two(100 * low, say)}-{two(100 * high, say)})"
        for code, (x, low, high) in zip(told["orders"], s["shares"], strict=True)
    ]
    gap = " ".join(interval(s["difference"], s["low"], s["high"], "share", s["margin"], say))
    text = say(
        "no red line crossed: {shares}; difference {gap}: {verdict}", shares=", ".join(shares), gap=gap,
        verdict=say(s["verdict"]),
    )  # fmt: skip
    yield from textwrap.wrap(text, columns, initial_indent=" ", subsequent_indent="  ")
    if told["rows"]:
        yield from textwrap.wrap(_agreed(told, say), columns, initial_indent=" ", subsequent_indent="  ")


def _agreed(told: Summary, say: Speaker) -> str:
    """How many verdicts against the benchmark are the same in both orders, and which are not."""
    rows = told["rows"]
    same = sum(row["both"] == HOLDS for row in rows)
    parts = [say("verdicts against {benchmark} that are the same in both: {same} of {all}",
                 benchmark=told["benchmark"], same=same, all=len(rows))]  # fmt: skip
    for kind in (FLIPS, ONE, OPEN):
        named = ", ".join(wording.outcome(say, row["id"], row["title"]) for row in rows if row["both"] == kind)
        if named or kind == FLIPS:
            parts.append(f"{say(kind)}: {named or say('none')}")
    return "; ".join(parts)


def _median(row: Summary, part: str) -> float | None:
    values = row.get(part)
    return None if values is None else values[1]


def _difference(row: Summary, say: Speaker) -> str:
    """Median difference to the benchmark: in per cent of its median where the unit is a size, else in the unit."""
    if "difference" not in row:
        return ""
    middle, base = row["difference"][1], row["benchmark"][1]
    if middle is None or middle != middle:
        return say("n/a")
    if row["unit"].startswith(("ratio", "US$", "Mt")) and base:
        return percent(middle / base, signed=True, say=say)
    tiny = bare(middle, row["unit"]) == "~0"
    plus = "+" if middle > 0 and not tiny else ""
    if row["unit"].startswith(("share", "probability")):
        return say("{change} pt", change="~0" if tiny else f"{plus}{two(100.0 * middle, say)}")
    return f"{plus}{shown(middle, row['unit'], say)}"


def _span(values: list[float | None], unit: str, say: Speaker) -> str:
    low, middle, high = values
    ends = {"low": bare(low, unit, say), "high": bare(high, unit, say)}
    if ends["low"] == ends["high"] == "~0":
        return "~0"
    span = say("{low} to {high}", **ends) if low is not None and low < 0.0 else f"{ends['low']}-{ends['high']}"
    return f"{shown(middle, unit, say)} [{span}]"
