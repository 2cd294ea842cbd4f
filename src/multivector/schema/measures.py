"""What a condition, a red line or a strategic aim may read: every stock, and the measures listed here.

A further measure is one further entry of `MEASURES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from multivector.schema.stocks import STOCKS


@dataclass(frozen=True, slots=True)
class Measure:
    """One readable number that is not a stock.

    Attributes
    ----------
    name : as written in files
    doc : one line
    unit : unit of the comparison
    needs, may : fields of the condition that must, and that may, be given
    flag : true or false; no comparison is needed (true = 1)
    """

    name: str
    doc: str
    unit: str
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    flag: bool = False


_ALL: tuple[Measure, ...] = (
    Measure("turn", "number of the turn, the first is 1", "turns"),
    Measure("moves-made", "times `move` was made by `by` in the last `within` quarters (all if not said)", "moves",
            ("move",), ("by", "of", "toward", "within")),
    Measure("offers-refused", "times an offer `move` by `by` was refused in the last `within` quarters", "offers",
            ("move",), ("by", "of", "toward", "within")),
    Measure("vote-cast", "vote of `of` on `vote` (or the last text held): -1 no, 0 abstain or absent, 1 yes", "1",
            ("of",), ("vote", "within")),
    Measure("event-active", "whether the event happens in this turn (or within the last `within` quarters)", "1",
            ("event",), ("within",), flag=True),
    Measure("member", "whether `of` is in the bloc", "1", ("of", "bloc"), (), flag=True),
    Measure("sanction-active", "whether the package is in force", "1", ("sanction",), (), flag=True),
    Measure("real-income", "real income against the base world", "ratio", (), ("of",)),
    Measure("income-against-benchmark", "real income against the benchmark on the same draws", "ratio", (), ("of",)),
    Measure("exportable-oil", "oil that has a way out, share of production", "share"),
    Measure("oil-through-russia", "share of oil exports that crosses Russia", "share"),
    Measure("inflation", "consumer prices against a year ago", "share"),
    Measure("tenge", "price of the dollar in own money, against base", "ratio"),
    Measure("approval-mean", "approval over all groups, by their size", "share"),
    Measure("rent", "rent from transit and re-export", "% of base income"),
    Measure("reexport", "controlled goods re-exported, against base", "ratio"),
    Measure("largest-loss", "loss if the power that could hurt most cuts off", "% of base income"),
    Measure("closed-trade", "share of the target's trade that is closed to it", "share", (), ("of",)),
    Measure("domestic-bank-listed", "whether a bank owned at home is listed", "1", flag=True),
    Measure("drawn-in", "whether recognition, units or counter-measures were granted", "1", flag=True),
    Measure("unplanned-rupture", "whether an event ended a `bloc` without notice", "1", (), ("bloc",), flag=True),
    Measure("territorial-claim", "whether an event made a formal claim, of `of`", "1", (), ("of",), flag=True),
)  # fmt: skip

MEASURES: Mapping[str, Measure] = MappingProxyType({measure.name: measure for measure in _ALL})
"""Every measure that is not a stock, by name."""


def known_measures() -> list[str]:
    """Return all names a condition may read: stocks, then measures.

    Examples
    --------
    >>> {"relation", "moves-made"} <= set(known_measures())
    True
    """
    return [*STOCKS, *MEASURES]
