"""From figures to totals: what is known of the world's accounts before the sectors are balanced."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from multivector.data.balance import ras, spread
from multivector.data.figures import Figures, UnknownFigureError
from multivector.data.nodes import CORE, REST

Array = NDArray[np.float64]

GOODS = ("agrifood", "energy", "metals", "machinery", "other")
SECTORS = (*GOODS, "services")
ENERGY = GOODS.index("energy")
# Net exporters of both crude and gas: they buy neither from the USA or the rest of the world.
PRODUCERS = ("KAZ", "RUS")


@dataclass
class FigureReader:
    """Reads figures and remembers which: the base world's provenance."""

    figures: Figures
    year: int
    used: dict[str, None] = field(default_factory=dict)

    def __call__(self, key: str) -> float:
        """Value of a figure; the word ``{year}`` in its id stands for the base year."""
        name = key.replace("{year}", str(self.year))
        self.used[name] = None
        return self.figures.value(name)


@dataclass
class Totals:
    """Accounts of the nodes before the sectors are balanced; US$ bn/yr; rest of the world last.

    Attributes
    ----------
    goods, crude, gas, services : arrays [exporter, importer], diagonal zero; `goods` includes crude and gas.
    prior : array [exporter, importer, goods sector], crude and gas taken out.
    margin : array [exporter], known exports of the sector energy (crude and gas out), nan where unknown.
    gdp, va, inner : arrays [node]; `inner` is services traded inside the rest of the world.
    spending : array [node, sector], shares of gross expenditure (prior).
    confidence : array [exporter, importer] of words, of the goods total.
    """

    nodes: tuple[str, ...]
    goods: Array
    crude: Array
    gas: Array
    services: Array
    prior: Array
    margin: Array
    gdp: Array
    va: Array
    inner: Array
    spending: Array
    confidence: NDArray[np.str_]


def read_totals(read: FigureReader) -> Totals:
    """Totals of the five core economies and the rest of the world.

    Parameters
    ----------
    read : FigureReader
        Figures and base year.

    Returns
    -------
    Totals
        With nodes CHN, EU, KAZ, RUS, USA, ROW.

    Raises
    ------
    UnknownFigureError
        A figure of that year is missing.
    """
    nodes = (*CORE, REST)
    goods, confidence = _goods(read)
    shares = _shares(read, nodes)
    crude, gas, energy = _crude_and_gas(read, nodes, goods, shares)
    prior = goods[:, :, None] * shares
    block = goods - crude - gas
    prior[:, :, ENERGY] = np.maximum(energy - crude - gas, read("prior.balance.energy_floor") * block)
    prior = np.maximum(prior, read("prior.balance.share_floor") * block[:, :, None])
    services, inner = _services(read, nodes, block)
    gdp = np.array([read(f"gdp.{{year}}.{n}") for n in CORE])
    return Totals(
        nodes=nodes,
        goods=goods,
        crude=crude,
        gas=gas,
        services=services,
        prior=prior,
        margin=_margin(read, nodes, block, crude + gas),
        gdp=np.append(gdp, read("gdp.{year}.WLD") - gdp.sum()),
        va=np.array([read(f"prior.value_added.{n}") for n in nodes]),
        inner=inner,
        spending=np.array([_spending(read, n) for n in nodes]),
        confidence=confidence,
    )


def _goods(read: FigureReader) -> tuple[Array, NDArray[np.str_]]:
    """Goods by pair: figures between the core and for Kazakhstan, totals minus partners for the rest of the world."""
    size = len(CORE) + 1
    goods, rest = np.zeros((size, size)), size - 1
    confidence = np.full((size, size), "assumed", dtype="<U8")
    for i, a in enumerate(CORE):
        for n, b in enumerate(CORE):
            if i != n:
                goods[i, n] = read(f"trade.goods.{{year}}.{a}.{b}")
                confidence[i, n] = read.figures[f"trade.goods.{read.year}.{a}.{b}"].confidence
    for i, a in enumerate(CORE):
        if a == "KAZ":
            goods[i, rest], goods[rest, i] = (
                read("trade.goods.{year}.KAZ.ROW"),
                read("trade.goods.{year}.ROW.KAZ"),
            )
            confidence[i, rest] = confidence[rest, i] = read.figures[f"trade.goods.{read.year}.KAZ.ROW"].confidence
            continue
        goods[i, rest] = read(f"trade.total.{{year}}.{a}.exports") - goods[i, :rest].sum()
        goods[rest, i] = read(f"trade.total.{{year}}.{a}.imports") - goods[:rest, i].sum()
        confidence[i, rest] = confidence[rest, i] = "known"
    return goods, confidence


def _shares(read: FigureReader, nodes: tuple[str, ...]) -> Array:
    """Prior sector shares of each pair, [exporter, importer, goods sector], zero on the diagonal."""
    shares = np.zeros((len(nodes), len(nodes), len(GOODS)))
    for i, a in enumerate(nodes):
        for n, b in enumerate(nodes):
            if i != n:
                row = np.array([read(f"prior.share.{{year}}.{a}.{b}.{s}") for s in GOODS])
                shares[i, n] = row / row.sum()
    return shares


def _crude_and_gas(
    read: FigureReader, nodes: tuple[str, ...], goods: Array, shares: Array
) -> tuple[Array, Array, Array]:
    """Crude, gas and all energy (HS 27) by pair, US$ bn/yr.

    Kazakhstan: crude in value is a figure of the national series; gas is volume times price. Russia: volumes times
    prices, by assumed destinations. The USA and the rest of the world: an assumed part of their HS 27 exports to
    those who are not producers themselves.
    """
    energy = goods * shares[:, :, ENERGY]
    crude, gas = np.zeros_like(goods), np.zeros_like(goods)
    cap = read("prior.balance.crude_gas_cap") * goods
    for a in ("RUS", "USA"):
        i = nodes.index(a)
        energy[i] *= read(f"energy.exports_value.{{year}}.{a}") / energy[i].sum()
    for a in PRODUCERS:
        i = nodes.index(a)
        value = read(f"gas.exports.{{year}}.{a}") * read("price.gas.{year}") / 1000.0
        gas[i] = spread(value, _destinations(read, f"gas.destination.{{year}}.{a}", nodes), cap[i])
    k, r = nodes.index("KAZ"), nodes.index("RUS")
    floor = read("prior.balance.energy_floor") * goods[k]
    crude[k] = spread(read("oil.exports_value.{year}.KAZ"), np.maximum(energy[k] - gas[k], floor), cap[k] - gas[k])
    value = read("crude.exports.{year}.RUS") * read("price.urals.{year}") * read("oil.barrels_per_tonne") / 1000.0
    crude[r] = spread(value, _destinations(read, "crude.destination.{year}.RUS", nodes), cap[r] - gas[r])
    buyers = np.array([n not in PRODUCERS for n in nodes])
    for a in ("USA", REST):
        i = nodes.index(a)
        value_by_buyer = np.minimum(energy[i] * read(f"energy.crude_gas_share.{{year}}.{a}"), cap[i]) * buyers
        part = read(f"energy.crude_in_crude_gas.{{year}}.{a}")
        crude[i], gas[i] = part * value_by_buyer, (1.0 - part) * value_by_buyer
    return crude, gas, energy


def _destinations(read: FigureReader, prefix: str, nodes: tuple[str, ...]) -> Array:
    weights = np.zeros(len(nodes))
    for n, name in enumerate(nodes):
        if f"{prefix}.{name}".replace("{year}", str(read.year)) in read.figures:
            weights[n] = read(f"{prefix}.{name}")
    if not weights.any():
        raise UnknownFigureError(f"no destinations {prefix.replace('{year}', str(read.year))}.*")
    return weights


def _margin(read: FigureReader, nodes: tuple[str, ...], block: Array, taken: Array) -> Array:
    """Known exports of products, coal and power: HS 27 exports less crude and gas.

    For Kazakhstan the difference of two large figures is smaller than their rounding: the floor holds. The figure of
    the rest of the world includes trade inside it and is no margin.
    """
    margin = np.full(len(nodes), np.nan)
    for a in ("KAZ", "RUS", "USA"):
        i = nodes.index(a)
        known = read(f"energy.exports_value.{{year}}.{a}") - taken[i].sum()
        margin[i] = max(known, read("prior.balance.energy_floor") * block[i].sum())
    return margin


def _services(read: FigureReader, nodes: tuple[str, ...], block: Array) -> tuple[Array, Array]:
    """Services by pair: totals spread by a gravity prior, whose frictions are those that goods reveal.

    The prior is the product of the two totals times the goods trade of the pair, both ways, over what its sizes would
    give, to a power: neighbours with common rails, laws and language trade more of both.
    """
    exports = np.array([read(f"trade.services_total.{{year}}.{n}.exports") for n in nodes])
    imports = np.array([read(f"trade.services_total.{{year}}.{n}.imports") for n in CORE])
    imports = np.append(imports, exports.sum() - imports.sum())
    expected = block.sum(axis=1)[:, None] * block.sum(axis=0) / block.sum()
    np.fill_diagonal(expected, 1.0)
    closeness = np.log(np.where(np.eye(len(nodes)) > 0.0, 1.0, block / expected))
    power = read("prior.services.friction_elasticity")
    prior = exports[:, None] * imports * np.exp(0.5 * power * (closeness + closeness.T))
    core = np.arange(len(CORE))
    prior[core, core] = 0.0
    table, _ = ras(prior, exports, imports)
    inner = np.diag(table).copy()
    return table - np.diag(inner), inner


def _spending(read: FigureReader, node: str) -> Array:
    own = f"prior.spending.{node}"
    prefix = own if f"{own}.{SECTORS[0]}" in read.figures else "prior.spending.WLD"
    row: Array = np.array([read(f"{prefix}.{s}") for s in SECTORS])
    row /= row.sum()
    return row
