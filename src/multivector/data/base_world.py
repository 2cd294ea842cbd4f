"""The balanced base world: trade between all nodes by sector, consistent to the last digit.

Pair totals are figures and stay exact. Sectors are fitted to them from priors, because no figure says them: they are
built, not observed. Crude oil and gas leave the table, since they are not differentiated goods (a barrel is a
barrel): the sector energy is products, coal and power.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from multivector.data.added import AddedEconomy, carve, fold
from multivector.data.balance import BalanceError, fit_column, own_sales
from multivector.data.figures import Figures
from multivector.data.nodes import CORE, REST
from multivector.data.world_inputs import ENERGY, GOODS, SECTORS, FigureReader, Totals, read_totals

Array = NDArray[np.float64]


@dataclass(frozen=True)
class BalanceReport:
    """How the table was built.

    Attributes
    ----------
    used : ids of all figures that the table rests on, in the order of reading.
    iterations : of the proportional fitting, the largest over exporters.
    residual : array [exporter, importer, sector], per cent: built over prior, less 100. Off the diagonal against the
        prior share of the pair total; on it, own sales against what prior spending leaves. Zero for services.
    margins : exporter -> (known exports of the sector energy, built ones), US$ bn/yr.
    floored : cells (node, sector) whose imports exceed prior spending: own sales there are at the floor.
    """

    used: tuple[str, ...]
    iterations: int
    residual: Array
    margins: Mapping[str, tuple[float, float]]
    floored: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class BaseWorld:
    """The world of the base year; US$ bn/yr; nodes sorted by code with the rest of the world last.

    Attributes
    ----------
    nodes, sectors, year : labels of the axes.
    flows : array [exporter, importer, sector], own sales on the diagonal, all positive, crude and gas not in it.
    va : array [node], value added over gross output.
    Y : array [node], income: GDP minus net exports of crude and gas.
    D : array [node], deficit of these sectors (imports minus exports); sums to zero.
    lam : array [exporter, importer, sector], share of the exporter in the importer's spending on the sector.
    beta : array [node, sector], share of the sector in the node's spending.
    gdp : array [node].
    crude, gas : arrays [exporter, importer], value of crude oil and gas.
    goods : array [exporter, importer], goods totals with crude and gas, as the figures have them.
    services : array [exporter, importer].
    pair_confidence : array [exporter, importer] of words: what the goods total rests on.
    report : BalanceReport.
    """

    nodes: tuple[str, ...]
    sectors: tuple[str, ...]
    year: int
    flows: Array
    va: Array
    Y: Array
    D: Array
    lam: Array
    beta: Array
    gdp: Array
    crude: Array
    gas: Array
    goods: Array
    services: Array
    pair_confidence: NDArray[np.str_]
    report: BalanceReport

    def __post_init__(self) -> None:
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    @property
    def spending(self) -> Array:
        """Gross spending X [node], US$ bn/yr: intermediate and final, on these sectors."""
        return np.asarray(self.Y / self.va + self.D, dtype=np.float64)

    @property
    def final_spending(self) -> Array:
        """Final spending [node], US$ bn/yr: GDP minus net exports of everything."""
        return np.asarray(self.Y + self.D, dtype=np.float64)

    @property
    def oil_exports_value(self) -> Array:
        """Crude oil exports [exporter], US$ bn/yr."""
        return np.asarray(self.crude.sum(axis=1), dtype=np.float64)

    @property
    def gas_exports_value(self) -> Array:
        """Gas exports [exporter], US$ bn/yr."""
        return np.asarray(self.gas.sum(axis=1), dtype=np.float64)

    @property
    def crude_shares(self) -> Array:
        """Importers' shares in each exporter's crude [exporter, importer]; zero where nothing is exported."""
        total: Array = self.crude.sum(axis=1, keepdims=True)
        return np.divide(self.crude, total, out=np.zeros_like(self.crude), where=total > 0.0)

    @property
    def net_energy_exports(self) -> Array:
        """Net exports of crude and gas [node], US$ bn/yr; sums to zero."""
        both = self.crude + self.gas
        return np.asarray(both.sum(axis=1) - both.sum(axis=0), dtype=np.float64)

    def index(self, node: str) -> int:
        """Position of a node.

        Raises
        ------
        ValueError
            No such node.
        """
        return self.nodes.index(node)

    def confidence(self, exporter: str, importer: str, sector: str | None = None) -> str:
        """What a number rests on: data, known or assumed (a sector's flow is balanced, hence assumed).

        Examples
        --------
        >>> from multivector.data.figures import load_figures
        >>> world = base_world(load_figures())
        >>> world.confidence("KAZ", "RUS"), world.confidence("RUS", "EU"), world.confidence("KAZ", "RUS", "metals")
        ('data', 'known', 'assumed')
        """
        if sector is None:
            return str(self.pair_confidence[self.index(exporter), self.index(importer)])
        self.sectors.index(sector)
        return "assumed"


def base_world(
    figures: Figures,
    *,
    year: int = 2021,
    nodes: tuple[str, ...] = CORE,
    extra: Mapping[str, AddedEconomy] | None = None,
) -> BaseWorld:
    """Build the balanced world of a base year.

    Parameters
    ----------
    figures : Figures
    year : base year; all totals of that year must be figures (2021 is shipped).
    nodes : core economies to keep apart; the others join the rest of the world.
    extra : economies to carve out of the rest of the world, by code.

    Returns
    -------
    BaseWorld

    Raises
    ------
    UnknownFigureError
        A figure is missing.
    BalanceError
        The totals contradict each other.

    Notes
    -----
    Sectors of goods: proportional fitting of the prior shares to the pair totals (exact) and to known exports of
    energy products (Kazakhstan, Russia, USA). Own sales by sector: prior spending minus imports, never below a floor.
    Services: totals by country, spread by a gravity prior.

    Examples
    --------
    >>> from multivector.data.figures import load_figures
    >>> world = base_world(load_figures())
    >>> k = world.index("KAZ")
    >>> bool(175 < world.final_spending[k] < 185)
    True
    """
    read = FigureReader(figures, year)
    totals = read_totals(read)
    unknown = sorted(set(nodes) - set(CORE))
    if unknown:
        raise BalanceError(f"no core economy {', '.join(unknown)}: give it in extra")
    for code in CORE:
        if code not in nodes:
            totals = fold(totals, code)
    for code, economy in sorted((extra or {}).items()):
        totals = carve(totals, code, economy)
    return _balanced(read, totals)


def _balanced(read: FigureReader, t: Totals) -> BaseWorld:
    goods, iterations = _goods_by_sector(t)
    flows = np.concatenate([goods, t.services[:, :, None]], axis=2)
    taken = t.crude + t.gas
    income = t.gdp - taken.sum(axis=1) + taken.sum(axis=0)
    exports, imports = flows.sum(axis=(1, 2)), flows.sum(axis=0)
    deficit = imports.sum(axis=1) - exports
    prior_spending = t.spending * (income / t.va + deficit)[:, None]
    floor = read("prior.balance.own_floor")
    own = own_sales(prior_spending, imports, income / t.va - exports, floor=floor)
    each = np.arange(len(t.nodes))
    flows[each, each] = own
    spending = flows.sum(axis=0)
    return BaseWorld(
        nodes=t.nodes,
        sectors=SECTORS,
        year=read.year,
        flows=flows,
        va=t.va,
        Y=income,
        D=deficit,
        lam=flows / spending,
        beta=spending / spending.sum(axis=1, keepdims=True),
        gdp=t.gdp,
        crude=t.crude,
        gas=t.gas,
        goods=t.goods,
        services=t.services,
        pair_confidence=t.confidence,
        report=_report(read, t, flows, prior_spending - imports, floor * prior_spending, iterations),
    )


def _goods_by_sector(t: Totals) -> tuple[Array, int]:
    """Goods by sector [exporter, importer, goods sector] without own sales, and the iterations needed."""
    block = t.goods - t.crude - t.gas
    out, most = np.zeros_like(t.prior), 0
    for i in range(len(t.nodes)):
        partners = [n for n in range(len(t.nodes)) if n != i]
        prior, rows = t.prior[i, partners], block[i, partners]
        if np.isnan(t.margin[i]):
            table = prior * (rows / prior.sum(axis=1))[:, None]
        else:
            table, steps = fit_column(prior, rows, ENERGY, float(t.margin[i]))
            most = max(most, steps)
        out[i, partners] = table
    return out, most


def _report(read: FigureReader, t: Totals, flows: Array, wanted: Array, floor: Array, iterations: int) -> BalanceReport:
    block = t.goods - t.crude - t.gas
    residual = np.zeros_like(flows)
    for i in range(len(t.nodes)):
        for n in range(len(t.nodes)):
            if i == n:
                residual[i, i] = 100.0 * (flows[i, i] / np.maximum(wanted[i], floor[i]) - 1.0)
            else:
                prior = t.prior[i, n] / t.prior[i, n].sum() * block[i, n]
                residual[i, n, : len(GOODS)] = 100.0 * (flows[i, n, : len(GOODS)] / prior - 1.0)
    known = [i for i in range(len(t.nodes)) if not np.isnan(t.margin[i])]
    built = {i: float(flows[i, :, ENERGY].sum() - flows[i, i, ENERGY]) for i in known}
    cells = np.argwhere(wanted < floor)
    return BalanceReport(
        used=tuple(read.used),
        iterations=iterations,
        residual=residual,
        margins={t.nodes[i]: (float(t.margin[i]), built[i]) for i in known},
        floored=tuple((t.nodes[int(n)], SECTORS[int(s)]) for n, s in cells),
    )


__all__ = ["REST", "SECTORS", "AddedEconomy", "BalanceError", "BalanceReport", "BaseWorld", "base_world"]
