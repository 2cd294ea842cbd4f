"""The table of critical goods of a world: which power needs which good from or through the focus actor."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from multivector.mechanisms.common import Array
from multivector.mechanisms.leverage import good_loss
from multivector.world.layout.layout import Layout
from multivector.world.layout.params import Params

_PREFIX, _LAST = "leverage.goods.", ".worth"
_PARTS = ("worth", "damage", "stocks", "substitution")


def goods_in(parameters: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Power and good of every row of the table, from the ids of a world's parameters.

    Examples
    --------
    >>> goods_in(["leverage.goods.RUS.baikonur.worth", "leverage.horizon"])
    (('RUS', 'baikonur'),)
    """
    ids = (i for i in parameters if i.startswith(_PREFIX) and i.endswith(_LAST))
    pairs = (i.removeprefix(_PREFIX).removesuffix(_LAST).partition(".") for i in ids)
    return tuple(sorted((power, good) for power, _, good in pairs))


def critical_losses(layout: Layout, p: Params) -> dict[tuple[str, str], Array]:
    """Loss of each power without each good, share of the power's income, ``[lane]``; powers of this world only."""
    out = {}
    for power, good in goods_in(p):
        if power in layout.powers and power in layout.node:
            row = {part: p[f"leverage.goods.{power}.{good}.{part}"] for part in _PARTS}
            income = layout.base.gdp[layout.node[power]]
            out[power, good] = good_loss(**row, horizon=p["leverage.horizon"], income=income)
    return out


def critical_loss(layout: Layout, p: Params, power: str) -> Array:
    """Loss of one power without all goods of the table, share of its income, ``[lane]``."""
    total: Array = np.zeros(p.lanes)
    for (whose, _), loss in critical_losses(layout, p).items():
        if whose == power:
            total = total + loss
    return total
