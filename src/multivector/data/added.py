"""Adding an economy to the base world, carved out of the rest of the world; folding one back into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from multivector.data.balance import BalanceError
from multivector.data.figures import Figures
from multivector.data.nodes import CORE, REST
from multivector.data.world_inputs import SECTORS, Totals

Array = NDArray[np.float64]

PAIR_FIELDS = ("goods", "crude", "gas", "services", "prior", "confidence")
NODE_FIELDS = ("margin", "gdp", "va", "inner", "spending")


@dataclass(frozen=True)
class AddedEconomy:
    """What is known of an economy that a scenario adds; US$ bn/yr.

    Attributes
    ----------
    gdp : gross domestic product.
    exports, imports : goods to and from named partners. A partner not named gets the economy's share in the GDP of the
        rest of the world, applied to that partner's trade with the rest of the world.
    exports_total, imports_total : goods; None: in proportion to GDP, with the economy `like` as the pattern.
    value_added : value added over gross output; None: as in the rest of the world.
    spending : shares of gross expenditure by sector; None: the world's.
    like : core economy whose trade with the rest of the world gives the sectors of this one's.
    confidence : of the named figures.

    Examples
    --------
    >>> AddedEconomy(gdp=819.0, exports={"RUS": 5.8}).like
    'EU'
    """

    gdp: float
    exports: Mapping[str, float] = field(default_factory=dict)
    imports: Mapping[str, float] = field(default_factory=dict)
    exports_total: float | None = None
    imports_total: float | None = None
    value_added: float | None = None
    spending: tuple[float, ...] | None = None
    like: str = "EU"
    confidence: str = "known"


def added_from_figures(figures: Figures, code: str, *, year: int = 2021) -> AddedEconomy:
    """Collect the figures of an economy that is not in the core, such as TUR.

    Parameters
    ----------
    figures : Figures
    code : alpha-3 code
    year : base year

    Returns
    -------
    AddedEconomy

    Raises
    ------
    UnknownFigureError
        Its GDP or its total exports or imports are no figures.

    Examples
    --------
    >>> from multivector.data.figures import load_figures
    >>> added_from_figures(load_figures(), "TUR").exports["RUS"]
    5.8
    """

    def named(template: str) -> dict[str, float]:
        keys = {p: template.format(p) for p in CORE}
        return {p: figures.value(k) for p, k in keys.items() if k in figures}

    return AddedEconomy(
        gdp=figures.value(f"gdp.{year}.{code}"),
        exports=named(f"trade.goods.{year}.{code}.{{}}"),
        imports=named(f"trade.goods.{year}.{{}}.{code}"),
        exports_total=figures.value(f"trade.total.{year}.{code}.exports"),
        imports_total=figures.value(f"trade.total.{year}.{code}.imports"),
    )


def carve(totals: Totals, code: str, economy: AddedEconomy) -> Totals:
    """Take an economy out of the rest of the world; all pairs without the rest of the world keep their totals.

    The exports of a partner to the economy have the sectors, crude and gas of that partner's exports to the rest of
    the world (assumed). The economy itself exports no crude or gas.

    Parameters
    ----------
    totals : Totals
    code : code of the new node
    economy : AddedEconomy

    Returns
    -------
    Totals
        With one node more, sorted by code, the rest of the world last.

    Raises
    ------
    BalanceError
        The economy is larger than what is left of the rest of the world, in GDP or in trade with a partner.
    """
    if code in totals.nodes:
        raise BalanceError(f"{code} is already a node")
    share = economy.gdp / totals.gdp[-1]
    if not 0.0 < share < 1.0:
        raise BalanceError(f"{code}: GDP {economy.gdp:g} is not a part of the rest of the world")
    new = _grown(totals, code)
    rest, me = len(new.nodes) - 1, len(new.nodes) - 2
    sold, bought = 0.0, 0.0
    for n in range(me):
        partner = new.nodes[n]
        bought += _carve_pair(new, n, rest, n, me, economy.imports.get(partner, new.goods[n, rest] * share))
        sold += _carve_pair(new, rest, n, me, n, economy.exports.get(partner, new.goods[rest, n] * share))
        named = partner in economy.imports
        new.confidence[n, me] = economy.confidence if named else "assumed"
        new.confidence[me, n] = economy.confidence if partner in economy.exports else "assumed"
        for a, b in (((n, rest), (n, me)), ((rest, n), (me, n))):
            new.services[b] = share * new.services[a]
            new.services[a] -= new.services[b]
    _with_rest(new, me, rest, economy, sold, bought)
    new.services[me, rest] = new.services[rest, me] = share * (1.0 - share) * new.inner[rest]
    new.inner[rest] *= (1.0 - share) ** 2
    new.gdp[me], new.gdp[rest] = economy.gdp, totals.gdp[-1] - economy.gdp
    new.va[me] = totals.va[-1] if economy.value_added is None else economy.value_added
    if economy.spending is not None:
        if len(economy.spending) != len(SECTORS) or min(economy.spending) <= 0.0:
            raise BalanceError(f"{code}: spending needs {len(SECTORS)} positive shares")
        new.spending[me] = np.array(economy.spending) / sum(economy.spending)
    return _ordered(new)


def fold(totals: Totals, code: str) -> Totals:
    """Merge a core economy into the rest of the world; trade between the two becomes trade inside it.

    Parameters
    ----------
    totals : Totals
    code : code of a node

    Returns
    -------
    Totals
        With one node less.
    """
    me, rest = totals.nodes.index(code), len(totals.nodes) - 1
    new = _picked(totals, list(range(rest + 1)), totals.nodes)
    new.inner[rest] += totals.services[me, rest] + totals.services[rest, me]
    output = new.gdp / new.va
    new.va[rest] = (new.gdp[me] + new.gdp[rest]) / (output[me] + output[rest])
    new.gdp[rest] += new.gdp[me]
    for name in ("goods", "crude", "gas", "services", "prior"):
        table = getattr(new, name)
        table[rest] += table[me]
        table[:, rest] += table[:, me]
        table[rest, rest] = 0.0
    return _picked(new, [n for n in range(rest + 1) if n != me], tuple(n for n in totals.nodes if n != code))


def _carve_pair(new: Totals, i: int, n: int, to_i: int, to_n: int, value: float) -> float:
    """Move `value` of goods from pair (i, n), one of which is the rest of the world, to (to_i, to_n)."""
    imported = n != to_n
    free = new.goods[i, n] if imported else new.goods[i, n] - new.crude[i, n] - new.gas[i, n]
    part = value / free
    if not 0.0 < part < 1.0:
        pair = f"{new.nodes[to_i]} to {new.nodes[to_n]}"
        raise BalanceError(f"{pair}: {value:g} is not below the {free:g} of {new.nodes[i]} to {new.nodes[n]}")
    for name in ("crude", "gas") if imported else ():
        table = getattr(new, name)
        table[to_i, to_n] = part * table[i, n]
        table[i, n] -= table[to_i, to_n]
    new.goods[to_i, to_n] = value
    new.goods[i, n] -= value
    new.prior[to_i, to_n] = part * new.prior[i, n]
    new.prior[i, n] *= 1.0 - part
    return value


def _with_rest(new: Totals, me: int, rest: int, economy: AddedEconomy, sold: float, bought: float) -> None:
    """Trade with what is left of the rest of the world: totals minus partners, in the pattern of `like`."""
    like = new.nodes.index(economy.like)
    scale = economy.gdp / new.gdp[like]
    out = new.goods[like, rest] * scale if economy.exports_total is None else economy.exports_total - sold
    into = new.goods[rest, like] * scale if economy.imports_total is None else economy.imports_total - bought
    if out <= 0.0 or into <= 0.0:
        raise BalanceError(f"{new.nodes[me]}: partners exceed total trade (left {out:g} exports, {into:g} imports)")
    new.goods[me, rest], new.goods[rest, me] = out, into
    for name in ("crude", "gas"):
        table = getattr(new, name)
        table[rest, me] = into * table[rest, like] / new.goods[rest, like]
    new.prior[me, rest] = out * new.prior[like, rest] / new.prior[like, rest].sum()
    new.prior[rest, me] = into * new.prior[rest, like] / new.prior[rest, like].sum()


def _grown(totals: Totals, code: str) -> Totals:
    """A copy with a node before the last: a duplicate of the rest of the world without trade."""
    rest = len(totals.nodes) - 1
    order = [*range(rest), rest, rest]
    new = _picked(totals, order, (*totals.nodes[:-1], code, REST))
    for name in ("goods", "crude", "gas", "services", "prior"):
        table = getattr(new, name)
        table[rest] = 0.0
        table[:, rest] = 0.0
    new.inner[rest], new.margin[rest] = 0.0, np.nan
    return new


def _ordered(totals: Totals) -> Totals:
    last = len(totals.nodes) - 1
    order = sorted(range(last), key=totals.nodes.__getitem__)
    return _picked(totals, [*order, last], tuple(totals.nodes[i] for i in [*order, last]))


def _picked(totals: Totals, order: list[int], nodes: tuple[str, ...]) -> Totals:
    """A copy with the nodes of `order` (indices, repeats allowed)."""
    pairs = {name: getattr(totals, name)[np.ix_(order, order)] for name in PAIR_FIELDS}
    each = {name: getattr(totals, name)[order] for name in NODE_FIELDS}
    return Totals(nodes=nodes, **pairs, **each)
