"""How projects are printed: what is lost, a row for each project, a bar, a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from multivector.cli.common import cut, style, two
from multivector.cli.printout.belief import how_sure
from multivector.cli.printout.history import rests

if TYPE_CHECKING:
    from multivector.results.store import Stored

Facts = Mapping[str, Any]
SIZES = (22, 21, 19, 9, 9)
BAR = 16


def page(stored: Stored, known: bool, columns: int) -> Iterator[str]:
    """The printout of a stored study."""
    told = stored.summary
    if known:
        yield f"stored result of {stored.manifest['timing']['finished']}, not computed again (--force would)"
    head = (
        f"projects · {told['base']} → {told['shocked']} · {told['replicates']:,} histories of each world, seed "
        f"{told['seed']} · {told['first']}…{told['last']}"
    )
    yield from (style(line, bold=True) for line in wrap(head, columns))
    yield "In brackets 95% intervals; all worlds on the same draws; dollars of 2021."
    lost = told["lost"]
    yield ""
    yield style("LOST TO THE SHOCK", bold=True) + "  over all quarters"
    for id, words in (("oil", "oil exported"), ("income", "real income"), ("legitimacy", "lowest legitimacy")):
        yield f"  {words:20} {_amount(lost[id], told['units'][id])}"
    yield ""
    yield style("SAVED OF IT BY A PROJECT OF THE FIRST QUARTER", bold=True)
    heads = ("oil, Mt", "income, $ bn", "per $ of cost", "helps", "rank")
    yield "".join(f"{head:>{size}}" for head, size in zip(heads, SIZES, strict=True))
    yield f"{'':{sum(SIZES[:3])}}{'from':>{SIZES[3]}}{'per $':>{SIZES[4]}}"
    most = max((abs(row["saved"]["income"]["mean"]) for row in told["projects"]), default=0.0) or 1.0
    for row in told["projects"]:
        price = "its cost is not in the scenario" if row["cost"] is None else f"costs ${two(row['cost'])} bn"
        name = cut(row["title"], columns - len(price) - 4)
        yield f"{name} ({price})"
        line = "".join(f"{c:>{s}}" for c, s in zip(_cells(row), SIZES, strict=True))
        # Wide intervals of few histories do not fit the columns.
        told_apart = "; ".join(f"{head} {c}" for head, c in zip(heads, _cells(row), strict=True))
        yield from (
            [line]
            if len(line) <= columns
            else wrap(told_apart, columns, initial_indent="    ", subsequent_indent="    ")
        )
        size = round(BAR * max(0.0, row["saved"]["income"]["mean"]) / most)
        anyway = row["anyway"]
        yield f"    {'█' * size:{BAR}}  without any shock {_spread(anyway, '$')} bn"
    yield ""
    yield from wrap(sentence(told), columns)
    if told["failed"]:
        yield f"{told['failed']:,} histories failed and count nowhere: see failures.jsonl."
    yield ""
    yield from rests(told, columns)
    named = {"oil.exported": "oil exported", "real_income": "real income", "legitimacy": "lowest legitimacy"}
    yield from how_sure(named.items(), columns, rests=told.get("rests"))
    yield f"kept in {stored.folder} (projects, summary.json)"


def _cells(row: Facts) -> tuple[str, ...]:
    rank = row["rank"]
    per = "n/a" if row["per_dollar"] is None else _spread(row["per_dollar"], "$")
    place = "n/a" if rank is None else f"{rank['rank']:.0f} [{rank['low']:.0f}-{rank['high']:.0f}]"
    return (
        _spread(row["saved"]["oil"]), _spread(row["saved"]["income"]), per, row["from"] or "never", place,
    )  # fmt: skip


def _spread(found: Facts, mark: str = "") -> str:
    """A mean with its interval, short."""
    sign = "-" if mark and found["mean"] < 0.0 else ""
    return (
        f"{sign}{mark}{two(abs(found['mean']) if sign else found['mean'])} [{two(found['low'])}, {two(found['high'])}]"
    )


def _amount(found: Facts, unit: str) -> str:
    return f"{_spread(found)} {unit}"


def sentence(told: Facts) -> str:
    """The answer in one sentence."""
    lost, priced = told["lost"], [row for row in told["projects"] if row["rank"] is not None]
    begin = (
        f"The shock costs {two(lost['oil']['mean'])} Mt [{two(lost['oil']['low'])}, {two(lost['oil']['high'])}] and "
        f"${two(lost['income']['mean'])} bn [{two(lost['income']['low'])}, {two(lost['income']['high'])}] of income "
        f"({lost['income']['n']:,} histories)"
    )
    good = [row for row in priced if row["saved"]["income"]["low"] > 0.0]
    if not good:
        return f"{begin}; no project of known cost surely saves any of it."
    best = min(good, key=lambda row: row["rank"]["rank"])
    per = best["per_dollar"]
    rest = (
        f"; per dollar “{best['title']}” saves most of it, ${two(per['mean'])} [{two(per['low'])}, {two(per['high'])}] "
        f"for each paid (first in {100 * best['rank']['first']:.0f}% of the sets of histories drawn again)"
    )
    if best["anyway"]["high"] < 0.0:
        rest += f", but takes ${two(-best['anyway']['mean'])} bn whether it comes or not"
    whole = max(told["projects"], key=lambda row: row["saved"]["income"]["mean"])
    if whole is not best:
        rest += f"; in all “{whole['title']}” does, ${two(whole['saved']['income']['mean'])} bn"
        rest += ", which pays if it costs less than that and one such stop is sure" if whole["cost"] is None else ""
    return f"{begin}{rest}."
