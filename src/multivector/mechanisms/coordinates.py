"""Coordinates: every scalar stock of the world under one name, so that moves, hazards and rules are plain impulses.

A coordinate's key is the stock's name and its indices, for example ``relation:KAZ~RUS`` (unordered),
``displeasure:RUS>KAZ``, ``threat:RUS``, ``enforcement``, ``corridor-capacity:CPC``, ``coverage:EU:machinery``,
``trade-cost:KAZ>RUS:agrifood``.
"""

from __future__ import annotations

from dataclasses import dataclass

GOODS = ("agrifood", "energy", "metals", "machinery", "other")


def relation_key(one: str, other: str) -> str:
    """Key of the relation of a dyad; the order of the two does not matter.

    Examples
    --------
    >>> relation_key("RUS", "KAZ")
    'relation:KAZ~RUS'
    """
    first, second = sorted((one, other))
    return f"relation:{first}~{second}"


def displeasure_key(of: str, toward: str) -> str:
    """Key of the displeasure of one actor with another."""
    return f"displeasure:{of}>{toward}"


def grievance_key(of: str, toward: str) -> str:
    """Key of the lasting displeasure of one actor with another."""
    return f"grievance:{of}>{toward}"


def trade_cost_key(exporter: str, importer: str, sector: str) -> str:
    """Key of the log trade cost that policy adds to one exporter, importer and sector."""
    return f"trade-cost:{exporter}>{importer}:{sector}"


@dataclass(frozen=True)
class Impulse:
    """One addition to a coordinate: `size` in steps of the stock (or absolute), after `delay`, undone after `turns`.

    `scale` names a parameter that multiplies the size (severities of hazards are parameters). `path` says where in the
    scenario the size stands, if it does. `chance`, of an effect that may not happen, is the path of its probability and
    the probability: one draw for all its coordinates.
    """

    key: str
    size: float
    in_steps: bool
    delay: int = 0
    turns: int | None = None
    scale: str | None = None
    path: str | None = None
    chance: tuple[str, float] | None = None


def effect_keys(
    stock: str,
    *,
    of: str | None,
    toward: str | None,
    corridor: str | None,
    sector: str | None,
    exporter: str | None,
    importer: str | None,
) -> list[str]:
    """Keys that one effect touches (several where a sector is ``all``).

    Examples
    --------
    >>> effect_keys("threat", of="RUS", toward=None, corridor=None, sector=None, exporter=None, importer=None)
    ['threat:RUS']
    """
    if stock == "relation":
        return [relation_key(_need(of), _need(toward))]
    if stock == "displeasure":
        return [displeasure_key(_need(of), _need(toward))]
    if stock == "grievance":
        return [grievance_key(_need(of), _need(toward))]
    if stock == "trade-cost":
        sectors = GOODS if sector in (None, "all") else (sector,)
        return [trade_cost_key(_need(exporter), _need(importer), s) for s in sectors if s is not None]
    if stock == "coverage":
        sectors = GOODS if sector in (None, "all") else (sector,)
        return [f"coverage:{_need(of)}:{s}" for s in sectors]
    if corridor is not None:
        return [f"{stock}:{corridor}"]
    return [f"{stock}:{of}"] if of is not None else [stock]


def _need(code: str | None) -> str:
    if code is None:
        raise ValueError("an effect lacks an index that its stock needs")
    return code
