"""The ledger: what the base world rests on, row by row, with range and source."""

from __future__ import annotations

from dataclasses import dataclass

from multivector.data.base_world import BaseWorld
from multivector.data.figures import Figures


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One number with what it rests on; `where` is file and line, or how it was built; `read_by` are modules."""

    id: str
    value: float
    unit: str
    date: str
    source: str
    confidence: str
    low: float | None
    high: float | None
    where: str
    read_by: tuple[str, ...] = ()


def ledger_rows(figures: Figures, world: BaseWorld | None = None) -> list[LedgerRow]:
    """Table of figures with their provenance.

    Parameters
    ----------
    figures : Figures
    world : BaseWorld, optional
        If given, only the figures that the world rests on, followed by the pair totals and the flows by sector that
        were built from them (with the built flow's distance from its prior).

    Returns
    -------
    list of LedgerRow

    Examples
    --------
    >>> from multivector.data.base_world import base_world
    >>> from multivector.data.figures import load_figures
    >>> figures = load_figures()
    >>> rows = {row.id: row for row in ledger_rows(figures, base_world(figures))}
    >>> rows["gdp.2021.KAZ"].confidence, rows["world.flow.2021.KAZ.RUS.metals"].confidence
    ('data', 'assumed')
    """
    keys = figures.keys() if world is None else world.report.used
    rows = [_figure_row(figures, key) for key in keys]
    return rows if world is None else rows + _pair_rows(world) + _flow_rows(world)


def _figure_row(figures: Figures, key: str) -> LedgerRow:
    f = figures[key]
    title = figures.sources[f.source].title
    return LedgerRow(f.id, f.value, f.unit, f.date, title, f.confidence, f.low, f.high, f"{f.file}:{f.line}")


def _pair_rows(world: BaseWorld) -> list[LedgerRow]:
    def row(i: int, n: int, a: str, b: str) -> LedgerRow:
        value, confidence = float(world.goods[i, n]), str(world.pair_confidence[i, n])
        where = "total goods, crude and gas included"
        key = f"world.goods.{world.year}.{a}.{b}"
        return LedgerRow(key, value, "US$ bn/yr", str(world.year), "base world", confidence, None, None, where)

    pairs = [(i, n, a, b) for i, a in enumerate(world.nodes) for n, b in enumerate(world.nodes) if i != n]
    return [row(*pair) for pair in pairs]


def _flow_rows(world: BaseWorld) -> list[LedgerRow]:
    rows = []
    for i, a in enumerate(world.nodes):
        for n, b in enumerate(world.nodes):
            for s, sector in enumerate(world.sectors):
                where = f"built; {world.report.residual[i, n, s]:+.1f}% from its prior"
                key, value = f"world.flow.{world.year}.{a}.{b}.{sector}", float(world.flows[i, n, s])
                date = str(world.year)
                rows.append(LedgerRow(key, value, "US$ bn/yr", date, "base world", "assumed", None, None, where))
    return rows
