"""How a search is printed: what was found on fresh futures, what fell off, and a block to paste."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from multivector.analysis.statistics.paired import SAME
from multivector.cli.common import style
from multivector.cli.printout.belief import how_sure
from multivector.cli.printout.compare import interval
from multivector.cli.printout.sweep import spread

if TYPE_CHECKING:
    from multivector.results.store import Stored

Summary = Mapping[str, Any]
SHORT = {SAME: "same", "cannot tell": "?"}


def page(stored: Stored, known: bool, columns: int) -> Iterator[str]:
    """The printout of a stored search."""
    summary = stored.summary
    if known:
        yield f"stored result of {stored.manifest['timing']['finished']}, not computed again (--force would)"
    order = " · simultaneous" if summary["order"] == "simultaneous" else ""
    text = (
        f"search · {summary['world']} · from {summary['start']} · {summary['evaluations']:,} evaluations of "
        f"{summary['replicates']:,} histories, seed {summary['seed']} · {summary['first']}…{summary['last']}{order} · "
        f"model {summary['version']} · digest {summary['digest']}"
    )
    yield from (style(line, bold=True) for line in wrap(text, columns))
    again = len(summary["candidates"]) - 1
    yield from wrap(
        f"{summary['on_front_in_search']} doctrines were beaten by none in the search; {again} of them were played "
        f"again on {summary['fresh']:,} fresh histories (seed {summary['fresh_seed']}). These numbers are printed: "
        f"means over the last year with 95% intervals; then the difference from {summary['start']}, paired, with "
        "intervals that hold together, and whether it matters (? = cannot tell).", columns,
    )  # fmt: skip
    yield ""
    yield from _weights(summary)
    for id, about in summary["objectives"].items():
        yield ""
        yield from _objective(summary, id, about)
    yield ""
    yield from _verdicts(summary, columns)
    yield from _block(summary)
    if summary["failed"]:
        yield f"{summary['failed']:,} histories failed and count nowhere: see failures.jsonl."
    yield from how_sure(((id, about["title"]) for id, about in summary["objectives"].items()), columns)
    yield f"kept in {stored.folder} (doctrines.yaml, evaluations, summary.json)"


def _weights(summary: Summary) -> Iterator[str]:
    heads = [path.rpartition(".")[2] for path in summary["varied"]]
    yield style(f"{'doctrine':16} " + " ".join(f"{head:>9}" for head in heads), bold=True)
    for row in summary["candidates"]:
        numbers = " ".join(f"{row['weights'][path]:9.2f}" for path in summary["varied"])
        yield f"{row['id'][:16]:16} {numbers}"


def _objective(summary: Summary, id: str, about: Summary) -> Iterator[str]:
    yield style(f"{about['title']} ({about['unit']})", bold=True)
    for row in summary["candidates"]:
        cell = row["fresh"][id]
        text = f"{row['id'][:16]:16} {spread(cell, about['unit']):26}"
        if "difference" in cell:
            ends = (cell["difference"], cell["difference_low"], cell["difference_high"])
            text += " ".join(interval(*ends, about["unit"], about["margin"])).ljust(28)
            text += SHORT.get(cell["verdict"], cell["verdict"])
        yield text.rstrip()


def _verdicts(summary: Summary, columns: int) -> Iterator[str]:
    rows, start = summary["candidates"], summary["start"]
    for row in rows[1:]:
        if row["status"] != "on the front":
            beaten = f": beaten by {', '.join(row['beaten_by'])}" if row["beaten_by"] else ""
            yield from wrap(
                f"{row['id']} is {row['status']} on fresh futures{beaten}.", columns, subsequent_indent="  "
            )
    if rows[0]["status"] == "on the front":
        yield from wrap(f"{start} itself is on the front: none found beats it in all three at once.", columns)
    elif rows[0]["beaten_by"]:
        yield from wrap(f"{start} is beaten, by the means, by {', '.join(rows[0]['beaten_by'])}.", columns)
    sure = summary["better"]
    if sure:
        how = "by more than matters in something and worse by as much in nothing"
        yield from wrap(f"Surely better than {start}, {how}: {', '.join(sure)}.", columns)
    elif len(rows) > 1:
        yield from wrap(f"None is surely better than {start} by what matters.", columns)
    else:
        yield from wrap(f"The search found nothing that {start} does not do as well.", columns)


def _block(summary: Summary) -> Iterator[str]:
    """The block of the first that is still on the front."""
    row = next((row for row in summary["candidates"][1:] if row["status"] == "on the front"), None)
    if row is None:
        return
    yield ""
    yield f"To paste into a scenario ({row['id']}; the others are in doctrines.yaml), with"
    yield f"actors: {{{summary['focus']}: {{doctrine: {row['id']}}}}}"
    yield row["block"].rstrip()
    yield ""
