"""The facts on record beside what the model as shipped makes of them, for those that bear on some outcomes.

The numbers are those of the validation page (`multivector validate`), read from its table, which travels with the
package.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from multivector.analysis.validating.table import ORDER, Band, read_table, verdict
from multivector.data.locate import shipped_root
from multivector.experiment.shipped.evidence import bearing, believed
from multivector.experiment.shipped.facts import Fact, shipped_facts

SHIPPED = "shipped"


@dataclass(frozen=True)
class Held:
    """A fact, and the model beside it.

    Attributes
    ----------
    fact : what is on record.
    middle, low, high : the model as shipped: median over histories (of a share: the share), and its band of 90%.
    verdict : ``hit``, ``near`` or ``miss``.
    bears_on : ids of the outcomes that were asked for.
    """

    fact: Fact
    middle: float
    low: float
    high: float
    verdict: str
    bears_on: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """Facts, misses first; with what model and how many histories they were held against."""

    facts: tuple[Held, ...]
    model: str
    histories: int

    def count(self, verdict: str) -> int:
        """How many facts have a verdict."""
        return sum(held.verdict == verdict for held in self.facts)


def table_place() -> Path:
    """Where the table of the validation page is, in the tree and in a package."""
    return shipped_root().parent / "docs" / "figures" / "validation.csv"


def shown(outcomes: Iterable[str], place: Path | None = None) -> Shown | None:
    """The facts that bear on outcomes, misses first; None if the table is not there or is not one.

    Examples
    --------
    >>> found = shown(["oil.through_russia"])
    >>> [held.fact.id for held in found.facts], found.facts[0].verdict, found.facts[0].bears_on
    (['oil.through_russia.2022'], 'hit', ('oil.through_russia',))
    """
    found = _bands(place or table_place())
    if found is None:
        return None
    bands, model, histories = found
    on: dict[str, list[str]] = {}
    for outcome in outcomes:
        told = believed(outcome)
        for id in bearing(told.facts) if told is not None else ():
            on.setdefault(id, []).append(outcome)
    held = []
    for fact in shipped_facts():
        band = bands.get(fact.id)
        if fact.id in on and band is not None:
            bears = tuple(dict.fromkeys(on[fact.id]))
            held.append(Held(fact, band.middle, band.low, band.high, verdict(fact, band), bears))
    held.sort(key=lambda each: ORDER.index(each.verdict))
    return Shown(tuple(held), model, histories)


@cache
def _bands(place: Path) -> tuple[dict[str, Band], str, int] | None:
    try:
        rows = read_table(place)
    except (OSError, KeyError, ValueError):
        return None
    made = {row.case: row for row in rows if row.section == "made"}
    if not {"model", "histories"} <= set(made):
        return None
    bands = {
        row.case: Band(row.value, row.low, row.high, row.low, row.high, row.n)
        for row in rows
        if row.section == "facts" and row.quantity == SHIPPED
    }
    count = next((int(row.value) for row in rows if (row.case, row.quantity) == ("histories", "facts")), 0)
    return bands, made["model"].note, count
