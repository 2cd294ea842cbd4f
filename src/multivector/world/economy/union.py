"""The focus actor's customs union in one batch: constant costs where it is off, and what the pool of duties moves."""

from __future__ import annotations

import numpy as np

from multivector.mechanisms import customs
from multivector.mechanisms.common import Array
from multivector.mechanisms.trade import TradeBase
from multivector.mechanisms.trade_capacity import CapacitySolution
from multivector.schema.world import Bloc
from multivector.world.layout.layout import Layout
from multivector.world.layout.params import Params


class CustomsUnion:
    """The union of the base year, and whether this world still has it.

    It is off where the switch says so, or where a scenario takes the focus actor out of every customs union.

    Attributes
    ----------
    costs : log trade costs of a world without it: (exporter, importer, sector, ``[lane]``); empty with it.
    """

    def __init__(self, layout: Layout, p: Params, base: TradeBase) -> None:
        self.p, self.goods = p, len(layout.sectors) - 1
        self.focus = layout.node[layout.focus]
        union = _union(layout)
        self.on = union is not None and layout.switched("customs-union")
        members = [c for c in (union.members if union else ("RUS",)) if c in layout.node and c != layout.focus]
        self.members = [self.focus, *(layout.node[c] for c in members)]
        self.outside = [n for n in range(len(layout.nodes)) if n not in self.members]
        self.costs: list[tuple[int, int, int, Array]] = []
        without = self._without()
        if not self.on:
            self.costs = without
        shares = union.duty_shares if union else {}
        own = np.array([shares.get(c, 0.0) for c in (layout.focus, *members)])
        self.shares = list(own / max(own.sum(axis=0), 1e-12))
        self._base = self._imports(np.asarray(base.flows()))

    def _without(self) -> list[tuple[int, int, int, Array]]:
        p = self.p
        into, out_of = customs.inside_cost(p["customs.own"]), customs.inside_cost(p["customs.common"])
        abroad = customs.outside_change(p["customs.own"], p["customs.common"], p["customs.exempt"])
        costs = []
        for s in range(self.goods):
            for n in self.members[1:]:
                costs += [(n, self.focus, s, into), (self.focus, n, s, out_of)]
            costs += [(n, self.focus, s, abroad) for n in self.outside]
        return costs

    def _imports(self, flows: Array) -> Array:
        """Goods that each member buys outside, ``[member, 1 or lane]``."""
        goods = flows[:, :, : self.goods].sum(axis=2)
        lanes = goods.reshape(goods.shape[0], goods.shape[1], -1)
        return np.stack([lanes[self.outside, m].sum(axis=0) for m in self.members])

    def transfer(self, found: CapacitySolution) -> Array:
        """Change of net receipts from the pool on the base year, US$ bn a year by node, ``[node, lane]``; sums to zero.

        Duties are paid out a quarter after they are collected: `found` is the trade of the quarter before.
        """
        trade = found.trade
        out = np.zeros_like(trade.transfer)
        if not self.on or not sum(self.shares):
            return out
        flows = found.phi * trade.supply[:, None] * trade.demand[None]
        common = self.p["customs.common"]
        bought = self._imports(flows)
        for k, (node, share) in enumerate(zip(self.members, self.shares, strict=True)):
            now, before = (customs.net_receipts(b, share, k, common) for b in (bought, self._base))
            out[node] = now - before
        return out


def _union(layout: Layout) -> Bloc | None:
    blocs = layout.scenario.alignment.blocs
    for name in sorted(blocs):
        if blocs[name].kind == "customs-union" and layout.focus in blocs[name].members:
            return blocs[name]
    return None
