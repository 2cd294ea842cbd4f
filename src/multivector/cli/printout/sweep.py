"""How a sweep is printed: a line for each point, then a curve where one number varies."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from multivector.analysis.comparing.comparison import SHOWN, SURVIVAL_MARGIN
from multivector.analysis.statistics.paired import SAME
from multivector.cli.common import BARS, cut, percent, shown, style
from multivector.cli.printout.belief import how_sure, mark
from multivector.cli.printout.compare import interval
from multivector.cli.printout.history import header, rests
from multivector.errors import BadInput, Problem

if TYPE_CHECKING:
    from multivector.results.store import Stored

Summary = Mapping[str, Any]
FEW = 12
"""So many points are printed with all outcomes; of more, survival and one outcome."""
SHORT = {SAME: "no difference"}


def told(outcome: str) -> None:
    """Refuse an outcome that a sweep does not tell.

    Raises
    ------
    BadInput
        It is none of the main ones.
    """
    if outcome not in SHOWN:
        raise BadInput([Problem("--outcome", 0, 0, "", f'found "{outcome[:80]}"', ", ".join(SHOWN))])


def page(stored: Stored, known: bool, outcome: str, columns: int, answer: Summary | None = None) -> Iterator[str]:
    """The printout of a stored sweep; with the answer to how much is enough, that instead of outcome by outcome."""
    summary = stored.summary
    if known:
        when = stored.manifest["timing"]["finished"]
        yield f"stored result of {when}, not computed again (--force would)"
    yield from header(dict(summary), columns)
    many = len(summary["points"])
    yield f"{many:,} points · {', '.join(cut(p, 40) for p in summary['paths'][:3])}" + (
        f" and {len(summary['paths']) - 3} more" if len(summary["paths"]) > 3 else ""
    )
    yield "All points on the same draws. In brackets 95% intervals; differences are paired with point 0."
    yield ""
    yield from _points(summary, outcome, columns)
    yield from _curve(summary, outcome)
    if answer is not None:
        from multivector.cli.printout.enough import enough

        yield from enough(answer, columns)
    elif many <= FEW:
        yield from _details(summary, outcome, columns)
    yield ""
    if summary["failed"]:
        yield f"{summary['failed']:,} histories failed and count nowhere: see failures.jsonl."
    yield from rests(summary, columns)
    shown_most = [(outcome, summary["shown"][outcome]["title"])] if outcome in summary["shown"] else []
    yield from how_sure([("survival", "survival"), *shown_most], columns, rests=summary.get("rests"))
    yield f"kept in {stored.folder} (points, outcomes, lines, summary.json)"


def _labels(summary: Summary) -> list[str]:
    """What each point is, short: where some paths take few values and others are drawn, the former say it."""
    values = [point["values"] for point in summary["points"]]
    listed = [p for p in summary["paths"] if len({each[p] for each in values}) < len(values)]
    paths = (listed or summary["paths"])[:3]
    more = " …" if len(paths) < len(summary["paths"]) else ""
    return [" · ".join(number(each[p]) for p in paths) + more for each in values]


def number(text: str) -> str:
    """A value, short: of a number four digits.

    Examples
    --------
    >>> number("0.123456789"), number("hedge"), number("12")
    ('0.1235', 'hedge', '12')
    """
    try:
        return text if len(text) <= 6 else f"{float(text):.4g}"
    except ValueError:
        return text


def _share(found: Summary) -> str:
    if not found["n"]:
        return "n/a"
    return f"{percent(found['share'])} ({100 * found['low']:.0f}-{100 * found['high']:.0f})"


def _points(summary: Summary, outcome: str, columns: int) -> Iterator[str]:
    about, labels = summary["shown"].get(outcome), _labels(summary)
    wide = max(5, min(max(map(len, labels)), columns - 66))
    title = "" if about is None else cut(about["title"], 24)
    yield style(f"{'':4} {'point':{wide}}  {'survival [95%]':15} {'difference':18} {title}", bold=True)
    for point, label in zip(summary["points"], labels, strict=True):
        gap = _gap(point["survival"], "share", SURVIVAL_MARGIN)
        value = "" if about is None else spread(point["outcomes"][outcome], about["unit"])
        yield f"{point['point']:4} {cut(label, wide):{wide}}  {_share(point['survival']):15} {gap:18} {value}".rstrip()


def spread(found: Summary, unit: str) -> str:
    """A mean with its interval, so many digits that two of the interval's half width show (at most four decimals).

    Examples
    --------
    >>> spread({"mean": 1.0364, "low": 1.0298, "high": 1.043}, "ratio to 2021")
    'x1.0364 [1.0298, 1.0430]'
    >>> spread({"mean": 0.12, "low": 0.1, "high": 0.14}, "share")
    '12.0% [10.0, 14.0]'
    """
    value, low, high = found["mean"], found["low"], found["high"]
    if value is None or low is None or high is None or not math.isfinite(low):
        return shown(value, unit)
    share = unit.startswith(("share", "probability"))
    factor = 100.0 if share else 1.0
    half = 0.5 * factor * (high - low)
    places = min(max(1 - math.floor(math.log10(half)), 0), 4) if half > 0.0 else 2
    before = "x" if unit.startswith("ratio") else ""
    after = "%" if share or unit.startswith("%") else ""
    middle, *ends = (f"{factor * x:.{places}f}" for x in (value, low, high))
    return f"{before}{middle}{after} [{', '.join(ends)}]"


def _gap(found: Summary, unit: str, margin: float) -> str:
    if "difference" not in found:
        return ""
    return " ".join(interval(found["difference"], found["difference_low"], found["difference_high"], unit, margin))


def _details(summary: Summary, outcome: str, columns: int) -> Iterator[str]:
    """The other outcomes, each where some point differs from the first, or cannot be told from it."""
    same = []
    for id, about in summary["shown"].items():
        verdicts = {p["outcomes"][id].get("verdict") for p in summary["points"][1:]}
        if id == outcome:
            continue
        if verdicts <= {SAME, None}:
            same.append(about["title"])
            continue
        yield ""
        yield f"{mark(id)} {style(cut(about['title'], columns - 2), bold=True)}"
        for point in summary["points"]:
            found = point["outcomes"][id]
            gap, answer = _gap(found, about["unit"], about["margin"]), found.get("verdict", "")
            row = f"{point['point']:4} {spread(found, about['unit']):28} {gap:28} {SHORT.get(answer, answer)}"
            yield cut(row.rstrip(), columns)
    if same and len(summary["points"]) > 1:
        yield ""
        yield from wrap(f"No difference that matters at any point: {', '.join(same)}.", columns)


def _curve(summary: Summary, outcome: str) -> Iterator[str]:
    """Two small curves where one path varies and takes numbers; points stand in the order of their values."""
    if len(summary["paths"]) != 1:
        return
    path = summary["paths"][0]
    try:
        order = sorted(summary["points"], key=lambda p: float(p["values"][path]))
    except ValueError:
        return
    ends = f"{number(order[0]['values'][path])} … {number(order[-1]['values'][path])}"
    yield ""
    yield f"{path}: {ends}"
    for title, values in (
        ("survival", [p["survival"]["share"] for p in order]),
        *(
            [(summary["shown"][outcome]["title"], [p["outcomes"][outcome]["mean"] for p in order])]
            if outcome in summary["shown"]
            else []
        ),
    ):
        yield f"  {cut(title, 30):30} {bars(values)}"


def bars(values: Sequence[float | None]) -> str:
    """A bar for each value, from the least to the most; a space where it is not known.

    Examples
    --------
    >>> bars([1.0, None, 3.0, 2.0])
    '▁ █▅'
    """
    known = [x for x in values if x is not None and math.isfinite(x)]
    low, high = min(known, default=0.0), max(known, default=0.0)
    flat = high - low <= 1e-9 * max(abs(high), 1.0)
    out = []
    for x in values:
        part = 0.0 if flat or x is None else (x - low) / (high - low)
        out.append(" " if x is None or not math.isfinite(x) else BARS[round(part * (len(BARS) - 1))])
    return "".join(out)
