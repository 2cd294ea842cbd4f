"""Which corridors carry the goods of which pairs: routes of the corridors' graph, worked out once for a world."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from multivector.mechanisms.coordinates import GOODS
from multivector.mechanisms.corridors import Corridor, CorridorGraph, Leg
from multivector.schema import Scenario
from multivector.world.layout.memory import remembered

GOODS_ROUTES = ("northern", "middle", "sea-other")
"""The corridors of every world, in the order of a cell's slots; those that a scenario adds come after them."""


@dataclass(frozen=True)
class Overland:
    """Trade of one pair in one sector, and the corridors that carry it, in the order of the slots."""

    exporter: str
    importer: str
    sector: str
    carriers: tuple[str, ...]

    def share(self, corridor: str) -> str:
        """Id of the parameter that has a corridor's base share of the pair's trade."""
        return share_id(self.exporter, self.importer, corridor)


def share_id(exporter: str, importer: str, corridor: str) -> str:
    """Id of the parameter that has a corridor's base share of a pair's trade in goods.

    >>> share_id("KAZ", "EU", "middle")
    'corridors.share.KAZ-EU.middle'
    """
    return f"corridors.share.{exporter}-{importer}.{corridor}"


def corridor_graph(scenario: Scenario) -> CorridorGraph:
    """The graph of a scenario's corridors.

    >>> from multivector.scenario import load
    >>> [route.id for route in corridor_graph(load("after-2022")).routes("KAZ", "EU", "goods")]
    ['middle', 'middle+sea-other', 'northern', 'northern+sea-other', 'sea-other']
    """
    return CorridorGraph(
        Corridor(name, each.kind, tuple(Leg(leg.from_, leg.to, leg.owner) for leg in each.legs))
        for name, each in scenario.corridors.items()
    )


def slots(scenario: Scenario) -> tuple[str, ...]:
    """Goods corridors in the order of a cell's slots."""
    own = [name for name, each in scenario.corridors.items() if each.kind == "goods" and name not in GOODS_ROUTES]
    return (*GOODS_ROUTES, *own)


def overland(scenario: Scenario, nodes: Collection[str]) -> tuple[Overland, ...]:
    """Pairs and sectors whose trade has a choice of corridors.

    A corridor carries a pair's trade in a sector if it names both, if the graph has a route between the two economies
    over that corridor alone, and if it has a share of that trade in the base world.
    """
    corridors = {name: each.model_dump(mode="json") for name, each in scenario.corridors.items()}
    shares = sorted(id for id in scenario.parameters if id.startswith("corridors.share."))
    # NetworkX takes a tenth of a second to import: what it found once for these corridors is remembered.
    found = remembered("overland", [corridors, shares, sorted(nodes)], lambda: _enumerated(scenario, nodes))
    return tuple(Overland(a, b, sector, tuple(carriers)) for a, b, sector, carriers in found)


def _enumerated(scenario: Scenario, nodes: Collection[str]) -> list[list[Any]]:
    graph, order = corridor_graph(scenario), slots(scenario)
    goods = {name: scenario.corridors[name] for name in order if name in scenario.corridors}
    pairs = dict.fromkeys(pair for name in sorted(goods) for pair in goods[name].pairs)
    found: list[list[Any]] = []
    for a, b in pairs:
        if a not in nodes or b not in nodes:
            continue
        whole = {route.id for route in graph.routes(a, b, "goods")}
        named = [c for c in goods if (a, b) in goods[c].pairs and share_id(a, b, c) in scenario.parameters]
        ways = [c for c in named if c in whole]
        for sector in GOODS:
            carriers = tuple(c for c in ways if sector in goods[c].sectors)
            if carriers:
                found.append([a, b, sector, carriers])
    return found
