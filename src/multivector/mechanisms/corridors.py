"""Corridors: a graph of places and legs, and the routes that it has between two economies.

A corridor is a chain of legs; a leg joins two places and belongs to an owner state. Places are written ``CODE:name``
(``RUS:Novorossiysk``) or, for an economy as a whole, ``CODE``. Routes are enumerated once, before any history starts:

    routes(a, b) = simple paths from a to b over the legs of one kind

Oil legs run one way, goods legs both ways. A route may change from one corridor to another where they meet; which
routes carry anything is decided by base shares, since a flow in exact hats cannot grow from zero. Flows, capacities
and prices live in the mechanisms of energy and trade.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx

TWO_WAY_KINDS = ("goods",)
"""Kinds whose legs can be used in both directions."""


@dataclass(frozen=True)
class Leg:
    """One stretch of a corridor: from place to place, and the code of the state that owns it."""

    start: str
    end: str
    owner: str | None = None


@dataclass(frozen=True)
class Corridor:
    """A corridor: its kind, and its legs in order."""

    id: str
    kind: str
    legs: tuple[Leg, ...]


@dataclass(frozen=True)
class Route:
    """A way from one place to another: the legs used and the corridors they belong to, in order."""

    corridors: tuple[str, ...]
    legs: tuple[Leg, ...]

    @property
    def id(self) -> str:
        """The corridor's id, or the ids joined by ``+`` where the route changes corridor."""
        return "+".join(self.corridors)


def state_of(place: str) -> str:
    """Return the code of the state or economy that a place lies in.

    Examples
    --------
    >>> state_of("RUS:Novorossiysk"), state_of("EU")
    ('RUS', 'EU')
    """
    return place.split(":", 1)[0]


class CorridorGraph:
    """The network of all corridors.

    Parameters
    ----------
    corridors
        Kept in order of id.

    Raises
    ------
    ValueError
        If an id comes twice.

    Examples
    --------
    >>> north = Corridor("north", "goods", (Leg("KAZ", "RUS:Orsk", "KAZ"), Leg("RUS:Orsk", "EU", "RUS")))
    >>> feeder = Corridor("feeder", "goods", (Leg("CHN", "KAZ", "CHN"),))
    >>> graph = CorridorGraph([north, feeder])
    >>> [route.id for route in graph.routes("EU", "CHN", "goods")]
    ['north+feeder']
    """

    def __init__(self, corridors: Iterable[Corridor]) -> None:
        self.corridors: tuple[Corridor, ...] = tuple(sorted(corridors, key=lambda corridor: corridor.id))
        ids = [corridor.id for corridor in self.corridors]
        if len(set(ids)) < len(ids):
            raise ValueError(f"a corridor's id comes twice among {ids}")
        self._routes: dict[tuple[str, str, str], tuple[Route, ...]] = {}

    @cached_property
    def graph(self) -> nx.MultiDiGraph:
        """The NetworkX graph: places as nodes (with `state`), legs as edges keyed (corridor, position, direction)."""
        import networkx as nx  # 0.1 s, which what plays no turn (`check`, `describe`) should not pay

        graph = nx.MultiDiGraph()
        for corridor in self.corridors:
            for position, leg in enumerate(corridor.legs):
                for place in (leg.start, leg.end):
                    graph.add_node(place, state=state_of(place))
                self._add_leg(graph, corridor, position, leg)
        return graph

    @staticmethod
    def _add_leg(graph: nx.MultiDiGraph, corridor: Corridor, position: int, leg: Leg) -> None:
        facts = {"corridor": corridor.id, "kind": corridor.kind, "owner": leg.owner}
        graph.add_edge(leg.start, leg.end, key=(corridor.id, position, 1), leg=leg, **facts)
        if corridor.kind in TWO_WAY_KINDS:
            back = Leg(leg.end, leg.start, leg.owner)
            graph.add_edge(leg.end, leg.start, key=(corridor.id, position, -1), leg=back, **facts)

    def routes(self, origin: str, destination: str, kind: str) -> tuple[Route, ...]:
        """Return all routes of a kind between two places, ordered by id, enumerated once.

        Routes pass no place twice. Names of places that no corridor knows give no routes.
        """
        key = (origin, destination, kind)
        if key not in self._routes:
            self._routes[key] = tuple(sorted(self._enumerate(*key), key=lambda route: route.id))
        return self._routes[key]

    def _enumerate(self, origin: str, destination: str, kind: str) -> Iterator[Route]:
        import networkx as nx

        edges = [edge for edge in self.graph.edges(keys=True) if self.graph.edges[edge]["kind"] == kind]
        part = self.graph.edge_subgraph(edges)
        if origin not in part or destination not in part or origin == destination:
            return
        for path in nx.all_simple_edge_paths(part, origin, destination):
            facts = [part.edges[edge] for edge in path]
            yield Route(tuple(dict.fromkeys(fact["corridor"] for fact in facts)), tuple(fact["leg"] for fact in facts))
