"""The dictionary of outcomes of a world: what each number of a result is, in which unit, which way is better, and where
it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from multivector.outcomes.dictionary import TEMPLATES
from multivector.outcomes.entry import GROUPS, Outcome

__all__ = ["DOMAINS", "GROUPS", "OUTCOMES", "SHIPPED", "Outcome", "build"]


def build(labels: Mapping[str, Sequence[str]]) -> Mapping[str, Outcome]:
    """Dictionary of outcomes of one world, in the order of the report.

    Parameters
    ----------
    labels : values of ``focus``, ``target`` (one each), ``power``, ``actor`` (those that trade), ``corridor`` (oil),
        ``group`` (population), ``sender`` (those who watch for evasion), ``flow`` (``EXPORTER.IMPORTER``, one of
        them the focus, by the customs record), ``store`` (``stored`` where oil can be), ``need`` (``POWER.GOOD``, the
        table of critical goods), ``outer`` (others' direct trade with the target), ``domain``.

    Examples
    --------
    >>> build({**SHIPPED, "power": ("RUS",)})["loss.RUS"].unit
    '% of real income'
    """
    found: dict[str, Outcome] = {}
    for template in TEMPLATES:
        for outcome in template.expand(labels):
            found[outcome.id] = outcome
    return MappingProxyType(found)


DOMAINS = ("exports", "imports", "oil", "investment", "arms")
"""Fields in which partners are counted apart."""

SHIPPED: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "focus": ("KAZ",),
    "target": ("RUS",),
    "power": ("CHN", "EU", "RUS", "USA"),
    "actor": ("CHN", "EU", "KAZ", "RUS", "USA"),
    "corridor": ("CPC", "aktau-baku", "aktau-makhachkala", "atasu-alashankou", "atyrau-samara", "oil-other"),
    "store": (),
    "group": ("russia-friendly", "sovereignty-minded", "pragmatic"),
    "sender": ("EU", "USA"),
    "flow": ("KAZ.CHN", "KAZ.EU", "KAZ.RUS", "KAZ.USA", "CHN.KAZ", "EU.KAZ", "RUS.KAZ", "USA.KAZ"),
    "need": (
        "CHN.gas-transit", "CHN.land-route", "CHN.uranium", "EU.materials", "EU.oil", "EU.uranium", "RUS.baikonur",
        "RUS.gas-transit", "RUS.land-route", "RUS.oil-transit", "RUS.ores-and-coal", "RUS.uranium",
        "USA.company-stakes", "USA.materials", "USA.uranium",
    ),
    "outer": ("CHN.RUS", "EU.RUS", "USA.RUS"),
    "domain": DOMAINS,
    "act": ("halt", "farm-ban", "transit-delay", "energy-cut"),
})  # fmt: skip
"""Labels of the shipped worlds."""

OUTCOMES: Mapping[str, Outcome] = build(SHIPPED)
"""Every outcome of the shipped worlds by id."""
