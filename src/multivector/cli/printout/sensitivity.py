"""How an analysis of sensitivity is printed: a ranked table for each outcome, what it rests on, what is luck."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from multivector.analysis.importance.sensitivity import LUCK, MATTERS, NOTHING, OPEN, SMALL, SURVIVAL
from multivector.cli.common import cut, percent, style
from multivector.cli.printout.belief import how_sure
from multivector.cli.printout.compare import interval
from multivector.cli.printout.history import header

if TYPE_CHECKING:
    from multivector.results.store import Stored

Summary = Mapping[str, Any]
TOLD = (SURVIVAL, "real_income")
"""Outcomes that are printed when none are named."""
BAR = 6
NAMED = 4
"""So many numbers a sentence names."""
SHORT = {MATTERS: "matters", OPEN: "may", SMALL: "small", LUCK: "luck", NOTHING: "none"}
ONE_WAY = 0.9
"""The part of the effects' size that must have one sign for a number to have a direction."""
ABOUT = {
    "morris": "mu* is the mean size of what a number moves over its whole range, with the others anywhere in theirs; "
    "sigma how much that differs from place to place. By luck alone mu* stays below `luck` in 19 of 20 cases. "
    "Verdicts: matters, may (matter), (too) small (to matter), (not told from) luck, none (no effect).",
    "sobol": "Shares of an outcome's variance over the ranges. Alone: what goes if that is known. With others: what "
    "stays if all others are known. What luck adds at so many histories a point is taken off.",
}


def page(stored: Stored, known: bool, outcomes: Sequence[str], top: int, columns: int) -> Iterator[str]:
    """The printout of a stored analysis."""
    summary = stored.summary
    if known:
        when = stored.manifest["timing"]["finished"]
        yield f"stored result of {when}, not computed again (--force would)"
    yield from header(dict(summary), columns)
    yield from wrap(design(summary), columns)
    yield from wrap(f"{ABOUT[summary['method']]} In brackets 95% intervals.", columns)
    for id in outcomes:
        if id in summary["outcomes"]:
            yield ""
            yield from _outcome(summary, id, top, columns)
    yield ""
    yield from wrap(_held(summary), columns)
    if summary["failed"]:
        yield from wrap(f"{summary['failed']:,} histories failed: what they are part of is left out as a whole "
                        "(failures.jsonl).", columns)  # fmt: skip
    told = ((id, summary["shown"][id]["title"]) for id in outcomes if id in summary["outcomes"])
    yield from how_sure(told, columns, rests=summary.get("rests"))
    yield f"kept in {stored.folder} (indices, ends, points, summary.json)"


def design(summary: Summary) -> str:
    """What was played, in a sentence."""
    count, name = len(summary["numbers"]), {"morris": "Morris", "sobol": "Sobol'"}[summary["method"]]
    kinds = ", ".join(f"{many:,} {kind}" for kind, many in summary["varied"].items())
    parts = {"morris": "trajectories", "sobol": "rows"}[summary["method"]]
    moved = "" if summary["by"] == "number" else f", moved together by {summary['by']}"
    return (
        f"{name}: {count:,} {'number' if count == 1 else 'numbers'} ({kinds}){moved}; {summary['parts']:,} {parts}, "
        f"{summary['points']:,} points of {summary['replicates']:,} histories, all on the same draws."
    )


def _outcome(summary: Summary, id: str, top: int, columns: int) -> Iterator[str]:
    found, about = summary["outcomes"][id], summary["shown"][id]
    yield style(cut(f"{about['title'].upper()}  what matters: {_size(about['margin'], about)}", columns), bold=True)
    if not found["indices"]:
        yield from wrap(f"Cannot be told: {found['parts']} parts of the design have a number at all points.", columns)
        return
    yield from (_effects if summary["method"] == "morris" else _shares)(summary, id, top, columns)


def _size(value: float | None, about: Summary) -> str:
    """A size as its outcome asks for; what is far below what matters is not spelled out."""
    if value is None or not math.isfinite(value):
        return "n/a"
    return interval(value, value, value, about["unit"], about["margin"])[0].removeprefix("+")


def _amount(found: Summary, about: Summary) -> str:
    size, ends = interval(found["value"], found["low"], found["high"], about["unit"], about["margin"])
    return f"{size.removeprefix('+')} {ends}"


def _effects(summary: Summary, id: str, top: int, columns: int) -> Iterator[str]:
    found, about = summary["outcomes"][id], summary["shown"][id]
    rows = sorted(found["indices"], key=lambda row: -row["mu_star"]["value"])
    most, wide = rows[0]["mu_star"]["value"], columns - 55
    there = [row for row in rows if row["moves"]]
    if there:
        yield style(f"   {'':{wide}}   {'mu* [95%]':20} {'':{BAR}} {'sigma':>7} {'luck':>6}", bold=True)
    for k, row in enumerate(there[:top], start=1):
        value = row["mu_star"]["value"]
        sigma = "" if row["sigma"] is None else _size(row["sigma"]["value"], about)
        luck = _size(row["by_luck"], about)
        yield (
            f"{k:2} {tail(_label(row), wide):{wide}} {_sign(row)} {_amount(row['mu_star'], about):20} "
            f"{bar(value, most):{BAR}} {sigma:>7} {luck:>6} {SHORT[row['verdict']]}"
        ).rstrip()
    if len(there) > top:
        yield f"   and {len(there) - top:,} below (--top, indices)"
    yield from wrap(" ".join(_said(summary, found, rows)), columns)


def _label(row: Summary) -> str:
    return row["name"] if row["numbers"] == 1 else f"{row['name']} ({row['numbers']:,})"


def _sign(row: Summary) -> str:
    """The direction of an effect, where it has one."""
    if row["mu"] is None or not row["moves"]:
        return " "
    part = row["mu"]["value"] / row["mu_star"]["value"] if row["mu_star"]["value"] else 0.0
    return "+" if part > ONE_WAY else "-" if part < -ONE_WAY else "±"


def _said(summary: Summary, found: Summary, rows: Sequence[Summary]) -> Iterator[str]:
    """What the table comes to."""
    n, by = found["n"], {kind: [r for r in rows if r["verdict"] == kind] for kind in SHORT}
    what = "numbers" if summary["by"] == "number" else "groups"
    yield f"{len(by[MATTERS])} of {len(rows)} {what} matter" + (f", {len(by[OPEN])} may." if by[OPEN] else ".")
    if n < 2:
        yield "With one history a point effects cannot be told from luck."
    elif by[LUCK]:
        yield f"Not told from luck at {n} histories a point: {listed([_label(r) for r in by[LUCK]])}."
    if by[NOTHING]:
        yield f"Changed it in no history: {listed([_label(r) for r in by[NOTHING]])}."
    if all(part["value"] is not None for part in found["classes"].values()) and found["classes"]:
        yield f"Of all squared effects {_by_class(found['classes'])} (shares of variance, if effects add up)."
    elif len(summary["varied"]) == 1:
        yield f"All of them are {next(iter(summary['varied']))}."
    yield from _luck(found, "mean squared effect")


def _by_class(shares: Mapping[str, Summary]) -> str:
    ranked = sorted(shares.items(), key=lambda item: -(item[1]["value"] or 0.0))
    return ", ".join(
        f"{share(found)} {'lies with' if k == 0 else 'with'} {kind} numbers" for k, (kind, found) in enumerate(ranked)
    )


def _luck(found: Summary, of: str) -> Iterator[str]:
    value, n = found["luck"]["value"], found["n"]
    if value is None or not math.isfinite(value) or n < 2:
        return
    if value >= 1.0:
        yield f"At {n} histories a point the {of} is no more than luck."
        return
    advice = found["needed"]
    more = f"; -n {advice:,} would leave a twentieth" if advice is not None and advice > n else ""
    yield f"Luck is {share(found['luck'])} of the {of} at {n} histories a point{more}."


def share(found: Summary) -> str:
    """A share with its interval, in per cent; what an estimate exceeds the whole by is left out.

    Examples
    --------
    >>> share({"value": 0.814, "low": 0.7, "high": 0.93}), share({"value": 0.2, "low": None, "high": None})
    ('81% [70, 93]', '20% [unknown]')
    >>> share({"value": 1.05, "low": 0.8, "high": 1.31})
    '100% [80, 100]'
    """
    value, low, high = (x if x is None else min(x, 1.0) for x in (found["value"], found["low"], found["high"]))
    if value is None or not math.isfinite(value):
        return "n/a"
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return f"{percent(value)} [unknown]"
    half = 50.0 * (high - low)
    places = 0 if half >= 0.95 or half < 0.05 else 1
    # Rounded first: a little less than nothing is nothing, without a sign.
    middle, *ends = (f"{round(100.0 * x, places) + 0.0:.{places}f}" for x in (value, low, high))
    return f"{middle}% [{', '.join(ends)}]"


def _shares(summary: Summary, id: str, top: int, columns: int) -> Iterator[str]:
    found, about = summary["outcomes"][id], summary["shown"][id]
    rows = sorted(found["indices"], key=lambda row: -(row["total"]["value"] or 0.0))
    wide, spread = columns - 54, found["spread"]
    yield from wrap(_spread(found, about), columns)
    if not spread["value"] or any(row["total"]["value"] is None for row in rows):
        yield from _nothing_but_luck(found, rows, columns)
        return
    most = max(row["total"]["value"] for row in rows)
    yield style(f"   {'':{wide}} {'alone':18} {'':{BAR}} {'with others':18} {'':{BAR}}".rstrip(), bold=True)
    for k, row in enumerate(rows[:top], start=1):
        first, total = row["first"], row["total"]
        yield (
            f"{k:2} {tail(_label(row), wide):{wide}} {share(first):18} {bar(first['value'], most):{BAR}} "
            f"{share(total):18} {bar(total['value'], most):{BAR}}"
        ).rstrip()
    if len(rows) > top:
        yield f"   and {len(rows) - top:,} below (--top, indices)"
    yield from wrap(" ".join(_rests(summary, found, about, rows)), columns)


def _spread(found: Summary, about: Summary) -> str:
    """How much the numbers move, beside luck."""
    within = found["spread_by_luck"]
    beside = (
        "" if within is None else f"; single histories at one point differ by {_size(within, about)}, which is luck"
    )
    return f"Over these ranges it varies by {_amount(found['spread'], about)} (standard deviation){beside}."


def _nothing_but_luck(found: Summary, rows: Sequence[Summary], columns: int) -> Iterator[str]:
    if all(not row["moves"] for row in rows):
        yield from wrap("None of these numbers moved any history: every share is 0% [0, 0].", columns)
        return
    said = f"What differs between points is no more than luck at {found['n']} histories a point: no shares can be told."
    yield from wrap(f"{said} Take more with -n.", columns)


def _rests(summary: Summary, found: Summary, about: Summary, rows: Sequence[Summary]) -> Iterator[str]:
    between = found["interaction"]
    if summary["by"] == "confidence":
        ranked = sorted(rows, key=lambda row: -row["first"]["value"])
        parts = [f"{share(r['first'])} {'rests ' if r is ranked[0] else ''}on {r['name']} numbers" for r in ranked]
        yield f"Of the variance of {about['title']} {', '.join(parts)}, each class alone."
    known = between["low"] is not None and between["low"] > 0.0
    what = "classes" if summary["by"] == "confidence" else "families" if summary["by"] == "family" else "numbers"
    if known:
        yield f"The {what} interact: {share(between)} of the variance belongs to none of them alone."
    else:
        yield f"That the {what} interact is not shown: {share(between)} of the variance belongs to none alone."
    dark = [_label(row) for row in rows if row["moves"] and not row["beyond_luck"]]
    if dark:
        yield f"Not told from nothing: {listed(dark)}."
    still = [_label(row) for row in rows if not row["moves"]]
    if still:
        yield f"Changed it in no history: {listed(still)}."
    if summary["by"] == "number" and len(summary["varied"]) == 1:
        yield f"All of them are {next(iter(summary['varied']))}."
    elif summary["by"] == "number":
        yield f"Of the variance {_by_class(found['classes'])}, each number alone (--by confidence tells classes)."
    if found["n"] < 2:
        yield "With one history a point nothing can be taken off for luck: shares are those of the numbers and of luck."
    yield from _luck(found, "variance between points")


def listed(names: Sequence[str]) -> str:
    """Some names, and how many more.

    Examples
    --------
    >>> listed(["a", "b"]), listed(["a", "b", "c", "d", "e", "f"])
    ('a, b', 'a, b, c, d and 2 more')
    """
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _held(summary: Summary) -> str:
    """What no index speaks of."""
    said = {
        "shape": "that shape a world as a whole (base flows, past votes, calendars)",
        "idle": "of doctrines that nobody plays here",
        "asked": "that were not asked for (--over)",
    }
    parts = []
    for why, words in said.items():
        many = {kind: counts[why] for kind, counts in summary["held"].items() if why in counts}
        if many:
            parts.append(f"{', '.join(f'{count:,} {kind}' for kind, count in many.items())} {words}")
    if not parts:
        return "No number with a range was held."
    return f"Held as they are, though they have a range, and in no figure above: {'; '.join(parts)}."


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most so many columns; a path is not broken at its hyphens."""
    return textwrap.wrap(text, columns, break_on_hyphens=False)


def tail(text: str, most: int) -> str:
    """A path of at most so many characters; its end says most.

    Examples
    --------
    >>> tail("corridors.middle.capacity", 16), tail("short", 16)
    ('…middle.capacity', 'short')
    """
    return text if len(text) <= most else f"…{text[len(text) - most + 1 :]}"


def bar(value: float | None, most: float) -> str:
    """A bar of at most `BAR` characters.

    Examples
    --------
    >>> bar(1.0, 2.0), bar(0.01, 2.0), bar(0.0, 2.0), bar(-0.1, 2.0)
    ('███', '▏', '', '')
    """
    if value is None or not value > 0.0 or not most > 0.0:
        return ""
    return "█" * min(BAR, round(BAR * value / most)) or "▏"
