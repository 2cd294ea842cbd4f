"""The table of the page on validation, bands and verdicts: what others read without playing, or loading, anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from math import isnan
from pathlib import Path

from multivector.experiment.shipped.facts import Fact

ORDER = ("miss", "near", "hit")


@dataclass(frozen=True)
class Row:
    """One number behind the page.

    Attributes
    ----------
    section, case, quantity : what it is: the part of the page, of what, which number.
    value, low, high : the number, and its interval or band where it has one (else nan).
    n : histories, texts or cases behind it (0: none).
    unit, note : its unit, and what the reader must know besides.
    """

    section: str
    case: str
    quantity: str
    value: float
    low: float = float("nan")
    high: float = float("nan")
    n: int = 0
    unit: str = ""
    note: str = ""


def write_table(rows: Sequence[Row]) -> str:
    """The table as CSV."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow([f.name for f in fields(Row)])
    for row in rows:
        table.writerow([_cell(value) for value in astuple(row)])
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, float):
        return "" if isnan(value) else f"{value:.6g}"
    return value


def read_table(path: Path) -> list[Row]:
    """The rows of a table that `write_table` wrote."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Row(
                r["section"], r["case"], r["quantity"], _number(r["value"]), _number(r["low"]), _number(r["high"]),
                int(r["n"]), r["unit"], r["note"],
            )
            for r in csv.DictReader(stream)
        ]  # fmt: skip


def _number(text: str) -> float:
    return float(text) if text else float("nan")


@dataclass(frozen=True)
class Band:
    """Where histories lie: the middle (of shares and probabilities the mean), the middle 90% and 50%, how many."""

    middle: float
    low: float
    high: float
    lower: float
    upper: float
    n: int


def verdict(fact: Fact, found: Band) -> str:
    """``hit``: the middle is in the range of the fact; ``near``: only the band of 90% reaches it; else ``miss``."""
    if fact.low <= found.middle <= fact.high:
        return "hit"
    return "near" if found.low <= fact.high and found.high >= fact.low else "miss"
