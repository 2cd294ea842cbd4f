"""Oil and gas of a quarter: the focus actor's oil by corridor, and what all exports of fuel pay to whom.

The oil of the focus actor is shipped by corridor (`energy.allocate`), through its store where it has one; the fuels of
the others change value with the price, and Russian oil finds other buyers at a discount where some refuse it. All of it
enters trade as transfers between nodes that sum to zero.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from multivector.mechanisms import energy
from multivector.mechanisms.common import Array
from multivector.mechanisms.stock_table import Reader
from multivector.world.layout.layout import Layout
from multivector.world.layout.packages import REST
from multivector.world.layout.params import Params
from multivector.world.layout.shapes import flattened, lifted, repeated, unflattened

OIL_KEYS = ("corridor-capacity", "oil-contract")
"""Stocks by corridor that move oil."""
STORE = "oil.store.capacity"
"""Parameter: what the focus actor's store of oil holds at most, Mt."""
BUYERS = ("EU", "CHN", REST)
"""Destinations of Russian oil; the first one may refuse it."""


@dataclass(frozen=True)
class OilMarket:
    """The outside of a quarter's oil trade, each ``[lane]``.

    Attributes
    ----------
    price, discount : US$ a barrel.
    refused : share of Russian oil that the EU refuses.
    found : share of it that has found other buyers.
    stored : oil of the focus actor in its store as the quarter begins, Mt.
    """

    price: Array
    discount: Array
    refused: Array
    found: Array
    stored: Array


@dataclass(frozen=True)
class OilFlows:
    """Oil of the focus actor at annual rates.

    Attributes
    ----------
    flow : [corridor, ..., lane] Mt a year.
    exported, through_russia, n_minus_one : [..., lane] shares of production, of exports, of production.
    transfer : [node, ..., lane] US$ bn a year that all trade in fuels brings each node beyond the base year.
    earned : [..., lane] what the focus actor earns beyond the base year, fees paid, US$ bn a year.
    saved : [..., lane] what of it goes into savings, negative where they are drawn down, US$ bn a year.
    stored : [..., lane] what is in the store as the quarter ends, Mt.
    """

    flow: Array
    exported: Array
    through_russia: Array
    n_minus_one: Array
    transfer: Array
    earned: Array
    saved: Array
    stored: Array


def has_store(layout: Layout) -> bool:
    """Whether the world as written has a store of oil; replicates that differ in its size are not asked."""
    store = layout.scenario.parameters.get(STORE)
    return store is not None and store.value > 0.0


def corridor_number(layout: Layout, p: Params, corridor: str, name: str) -> Array:
    """A quantity of a corridor, ``[lane]``."""
    return p.at(f"corridors.{corridor}.{name}", getattr(layout.scenario.corridors[corridor], name).value)


class OilTrade:
    """The trade in fuels bound to one batch.

    Attributes
    ----------
    capacity, base, fee : [corridor, lane] Mt a year, Mt a year, US$ a tonne.
    production : [lane] Mt a year that the focus actor could export.
    store : [lane] Mt that its store holds at most, nought where a world says nothing of it; `stores`: in any lane more.
    crosses : [corridor] whether it crosses Russia.
    """

    def __init__(self, layout: Layout, p: Params) -> None:
        self.layout, self.p = layout, p
        self.capacity, self.base, self.fee = (self._column(name) for name in ("capacity", "base_flow", "fee"))
        self.crosses = np.array([float("RUS" in layout.scenario.corridors[c].crosses) for c in layout.oil_routes])
        self.production = p.get(f"oil.production.{layout.focus}", self.base.sum(axis=0))
        self.store = p.get(STORE, np.zeros(p.lanes))
        self.stores = bool((self.store > 0.0).any())
        self.focus, self.rus = layout.node[layout.focus], layout.node.get("RUS")
        fuels = layout.base.crude + layout.base.gas
        self.others = [
            i for i in range(len(layout.nodes)) if i not in (self.rus, self.focus) and fuels[i].sum(axis=0) > 0.0
        ]
        self.other_value = [fuels[i].sum(axis=0) for i in self.others]
        self.russian_gas = layout.base.gas[self.rus].sum(axis=0) if self.rus is not None else 0.0
        self.seller, self.payer, self.carrier = self._parties(fuels)

    def _column(self, name: str) -> Array:
        rows = [corridor_number(self.layout, self.p, c, name) for c in self.layout.oil_routes]
        return np.stack(rows) if rows else np.zeros((0, self.p.lanes))

    def _parties(self, fuels: Array) -> tuple[Array, Array, Array]:
        """Who sells, pays and carries in each row of transfers, ``[row, node, 1 or lane]``.

        Rows: oil of the focus actor that crosses Russia, its other oil, Russian oil, Russian gas, fuels of each other
        exporter.
        """
        layout, n, rest = self.layout, len(self.layout.nodes), self.layout.node[REST]
        shares = layout.base.crude_shares
        first = 4 if self.rus is not None else 2
        count = first + len(self.others)
        seller, payer, carrier = np.zeros((count, n, 1)), np.zeros((count, n, self.p.lanes)), np.zeros((count, n, 1))
        seller[:2, self.focus] = 1.0
        payer[:2] = shares[self.focus][:, None]
        carrier[0, self.rus if self.rus is not None else rest] = 1.0
        carrier[1:, rest] = 1.0
        if self.rus is not None:
            seller[2:4, self.rus] = 1.0
            payer[2] = shares[self.rus][:, None]
            payer[3] = (layout.base.gas[self.rus] / max(self.russian_gas, 1e-12))[:, None]
        for row, i in enumerate(self.others, start=first):
            seller[row, i] = 1.0
            payer[row] = (fuels[i] / fuels[i].sum(axis=0))[:, None]
        return seller, payer, carrier

    # ---- shipping

    def ship(self, reader: Reader, market: OilMarket, *, ahead: bool = False) -> OilFlows:
        """Ship and sell the oil of a quarter (annual rates); axes before the lane are allowed in the reader.

        Who looks `ahead` counts oil as sold when it goes into the store, at the price of that quarter and the fees of
        the base year's corridors, and not again when it leaves: a stop costs it no more than what is lost.
        """
        capacity, added, base, weights = self._corridors(reader)
        shape = np.broadcast_shapes(capacity.shape, added.shape)
        added, room, weights, base = (flattened(a, shape) for a in (added, capacity, weights, base))
        production, price, barrels, stored, store = (
            flattened(a[None], (1, *shape[1:]))[0]
            for a in (self.production, market.price, self.p["oil.barrels"], market.stored, self.store)
        )
        contract = np.where(added > 0.0, base + added, 0.0)
        flow, unsold = energy.allocate(production, room, weights, contract=contract)
        sold = flow
        if self.stores:
            kept, drawn = energy.put_by(unsold, stored, store=store), energy.draw(flow, stored, room, weights)
            sold = flow + (kept * weights if ahead else drawn)
            flow = flow + drawn
            stored = np.maximum(stored + energy.QUARTER * (kept - drawn.sum(axis=0)), 0.0)
        transfer, earned, saved = self._transfers(sold, price, barrels, market)
        found = (
            flow, energy.share_of(flow.sum(axis=0), production), energy.share_through(flow, self.crosses),
            energy.n_minus_one(production, room, store - stored), transfer, earned, saved, stored,
        )  # fmt: skip
        return OilFlows(*(unflattened(a, shape[1:]) for a in found))

    def earned(self, reader: Reader, market: OilMarket) -> Array:
        """Oil earnings of the focus actor less the base year's, fees paid, US$ bn a year, ``[..., lane]``: ahead."""
        capacity, added, base, weights = self._corridors(reader)
        production = np.broadcast_to(self.production, capacity.shape[1:])
        flow, unsold = energy.allocate(production, capacity, weights, contract=np.where(added > 0.0, base + added, 0.0))
        if self.stores:
            flow = flow + energy.put_by(unsold, market.stored, store=self.store) * weights
        fee, barrels = lifted(self.fee, 1, capacity.ndim - 1), self.p["oil.barrels"]
        none = np.zeros_like(fee)
        now = energy.earnings(flow, market.price, none, fee, barrels=barrels)
        return now - energy.earnings(base, self.p["oil.price"], none, fee, barrels=barrels)

    def _corridors(self, reader: Reader) -> tuple[Array, Array, Array, Array]:
        """Capacity now, what contracts add, base flow and base shares, ``[corridor, ..., lane]``."""
        share, added = (self._stack(stock, reader) for stock in OIL_KEYS)
        tail = max(share.ndim, added.ndim) - 1
        shares = self.base / self.base.sum(axis=0)
        capacity, base, weights = (lifted(a, 1, tail) for a in (self.capacity, self.base, shares))
        return lifted(share, 1, tail) * capacity, lifted(added, 1, tail), base, weights

    def _stack(self, stock: str, reader: Reader) -> Array:
        return np.stack(np.broadcast_arrays(*(reader[f"{stock}:{c}"] for c in self.layout.oil_routes)))

    # ---- who pays whom

    def _transfers(self, flow: Array, price: Array, barrels: Array, market: OilMarket) -> tuple[Array, Array, Array]:
        """Transfers between nodes ``[node, wide]``, earnings and savings of the focus ``[wide]``, US$ bn a year."""
        p, times = self.p, flow.shape[1] // self.p.lanes
        base_price = repeated(p["oil.price"], times)
        ratio = price / base_price
        paid, fees = self._own(flow, price, base_price, barrels)
        earned = paid[0] + paid[1] - fees[0] - fees[1]
        payer = repeated(self.payer, times)
        if self.rus is not None:
            value, buyers = self._russian(price, base_price, barrels, market, times)
            paid += [value, self.russian_gas * (ratio - 1.0)]
            payer = payer.copy()
            payer[2] = buyers
        paid += [v * (ratio - 1.0) for v in self.other_value]
        rows = len(paid)
        fees += [np.zeros_like(price)] * (rows - len(fees))
        saved, drawn = (np.stack([repeated(p[f"oil.{name}"], times)] * rows) for name in ("saved", "drawn"))
        transfer, hoarded = energy.transfers(
            np.stack(paid), np.stack(fees), seller=self.seller, payer=payer, carrier=self.carrier,
            saved=saved, drawn=drawn,
        )  # fmt: skip
        return transfer, earned, hoarded[0] + hoarded[1]

    def _own(self, flow: Array, price: Array, base_price: Array, barrels: Array) -> tuple[list[Array], list[Array]]:
        """Payments and fees beyond the base year's for the focus actor's oil that crosses Russia, and for the rest."""
        times = flow.shape[1] // self.p.lanes
        fee, base, none = repeated(self.fee, times), repeated(self.base, times), np.zeros_like(price)
        paid, fees = [], []
        for crossing in (1.0, 0.0):
            mask = (self.crosses == crossing).astype(np.float64)[:, None]
            now = energy.payments(flow * mask, price, none, barrels=barrels)
            paid.append(now - energy.payments(base * mask, base_price, none, barrels=barrels))
            fees.append((energy.fees(flow * mask, fee) - energy.fees(base * mask, fee)).sum(axis=0))
        return paid, fees

    def _russian(
        self, price: Array, base_price: Array, barrels: Array, market: OilMarket, times: int
    ) -> tuple[Array, Array]:
        """Payments for Russian oil beyond the base year's ``[wide]``, and who pays them ``[node, wide]``.

        Every buyer goes on burning what it burned: who refuses Russian barrels buys others' at the world price, who
        takes them sets others' free. So each pays the change of price on its own volume, and only the discount is a
        gain, of those who take the barrels; what finds no buyer is made up for by the rest of the world.
        """
        p, node = self.p, self.layout.node
        names = [d for d in BUYERS if d in node]
        none = np.zeros(p.lanes)
        volume = repeated(np.stack([p["oil.production.RUS"] * p[f"oil.destination.RUS.{d}"] for d in names]), times)
        outlets = [p.get(f"oil.outlet.RUS.{d}", none) for d in names]
        refused = np.zeros_like(volume)
        refused[0] = repeated(market.refused, times)
        found = repeated(market.found, times)
        sold, _ = energy.redirect(volume, refused, repeated(np.stack(outlets), times), found=found)
        discount = repeated(market.discount, times)
        before = energy.payments(volume, base_price, np.zeros_like(price), barrels=barrels)
        value = energy.payments(sold, price, discount, barrels=barrels) - before
        moved = (volume * (price - base_price) - sold * discount) * barrels * 1e-3
        weight = moved / np.where(np.abs(value) > 1e-9, value, 1.0)
        buyers = np.zeros((len(self.layout.nodes), price.shape[0]))
        for d, name in enumerate(names):
            buyers[node[name]] = weight[d]
        buyers[node[REST]] += 1.0 - weight.sum(axis=0)
        return value, buyers
