"""Corridors: a graph of places and legs, its routes, and what a closure would stop.

A corridor is a chain of legs; a leg joins two places, belongs to an owner state and has a mode and a travel time.
Places are written ``CODE:name`` (``RUS:Novorossiysk``) or, for an economy as a whole, ``CODE``. The graph is fixed
data: routes are enumerated once, before any history starts; flows, capacities and prices live in the mechanisms of
energy and trade.

Oil legs run one way, goods legs both ways. A route may change from one corridor to another where they meet; which
routes carry anything is decided by base shares, since a flow in exact hats cannot grow from zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx as nx

TWO_WAY_KINDS = ("goods",)
"""Kinds whose legs can be used in both directions."""


@dataclass(frozen=True)
class Leg:
    """One stretch of a corridor: from place to place, the owner state's code, the mode, the days it takes."""

    start: str
    end: str
    owner: str | None
    mode: str | None
    days: float


@dataclass(frozen=True)
class Corridor:
    """A corridor: its legs in order and the states whose ground or law it depends on."""

    id: str
    kind: str
    legs: tuple[Leg, ...]
    crosses: tuple[str, ...]

    @property
    def places(self) -> tuple[str, ...]:
        """Places along the corridor, in order."""
        return (self.legs[0].start, *(leg.end for leg in self.legs))

    @property
    def owners(self) -> tuple[str, ...]:
        """Owner states of the legs, each once, in order."""
        return tuple(dict.fromkeys(leg.owner for leg in self.legs if leg.owner is not None))

    @property
    def days(self) -> float:
        """Travel time from end to end, days."""
        return sum(leg.days for leg in self.legs)


@dataclass(frozen=True)
class Route:
    """A way from one place to another: the legs used and the corridors they belong to, in order."""

    corridors: tuple[str, ...]
    legs: tuple[Leg, ...]

    @property
    def id(self) -> str:
        """The corridor's id, or the ids joined by ``+`` where the route changes corridor."""
        return "+".join(self.corridors)

    @property
    def days(self) -> float:
        """Travel time, days."""
        return sum(leg.days for leg in self.legs)


def state_of(place: str) -> str:
    """Return the code of the state or economy that a place lies in.

    Examples
    --------
    >>> state_of("RUS:Novorossiysk"), state_of("EU")
    ('RUS', 'EU')
    """
    return place.split(":", 1)[0]


def _number(value: Any) -> float:
    if value is None:
        return 0.0
    number: float = value["value"] if isinstance(value, Mapping) else value
    return number


def read_corridor(spec: Mapping[str, Any]) -> Corridor:
    """Build a corridor from its part of a scenario; keys that concern flows and prices are left to others.

    Parameters
    ----------
    spec
        ``{id, kind, legs: [{from, to, owner, mode, days}], crosses, ...}``; days may be a number or
        ``{value: number}``.

    Raises
    ------
    ValueError
        If there are no legs, they do not form a chain, a place comes twice, or a leg passes through a state that
        `crosses` does not name.

    Examples
    --------
    >>> legs = [{"from": "KAZ", "to": "RUS:Orsk", "owner": "RUS", "mode": "rail", "days": 3},
    ...         {"from": "RUS:Orsk", "to": "EU", "owner": "RUS", "mode": "rail", "days": 9}]
    >>> read_corridor({"id": "north", "kind": "goods", "legs": legs, "crosses": ["RUS"]}).days
    12
    """
    legs = tuple(
        Leg(
            leg["from"] if "from" in leg else leg["from_"],
            leg["to"],
            leg.get("owner"),
            leg.get("mode"),
            _number(leg.get("days")),
        )
        for leg in spec["legs"]
    )
    corridor = Corridor(spec["id"], spec["kind"], legs, tuple(spec.get("crosses", ())))
    problems = list(chain_problems(corridor))
    if problems:
        raise ValueError("; ".join(problems))
    return corridor


def chain_problems(corridor: Corridor) -> Iterator[str]:
    """Say what is wrong with the chain of a corridor's legs, in words; nothing if all is well."""
    if not corridor.legs:
        yield f"corridor {corridor.id} has no legs"
        return
    for before, after in pairwise(corridor.legs):
        if before.end != after.start:
            yield f"corridor {corridor.id}: a leg ends at {before.end} but the next starts at {after.start}"
    if len(set(corridor.places)) < len(corridor.places):
        yield f"corridor {corridor.id} passes a place twice"
    for place in corridor.places[1:-1]:
        state = state_of(place)
        ends = (state_of(corridor.places[0]), state_of(corridor.places[-1]))
        if state not in corridor.crosses and state not in ends:
            yield f"corridor {corridor.id} passes {place}, but `crosses` does not name {state}"


class CorridorGraph:
    """The network of all corridors.

    Parameters
    ----------
    corridors
        Corridors, or their parts of a scenario; kept in order of id.

    Raises
    ------
    ValueError
        If an id comes twice or a corridor's legs do not connect.

    Examples
    --------
    >>> leg = {"from": "KAZ:Tengiz", "to": "RUS:Novorossiysk", "owner": "RUS", "mode": "pipeline", "days": 6}
    >>> graph = CorridorGraph([{"id": "CPC", "kind": "oil", "legs": [leg], "crosses": ["RUS"]}])
    >>> graph.crosses("RUS"), graph.stopped(owners=["RUS"])
    (('CPC',), ('CPC',))
    """

    def __init__(self, corridors: Iterable[Corridor | Mapping[str, Any]]) -> None:
        read = [item if isinstance(item, Corridor) else read_corridor(item) for item in corridors]
        self.corridors: tuple[Corridor, ...] = tuple(sorted(read, key=lambda corridor: corridor.id))
        ids = [corridor.id for corridor in self.corridors]
        if len(set(ids)) < len(ids):
            raise ValueError(f"a corridor's id comes twice among {ids}")
        self._routes: dict[tuple[str, str, str], tuple[Route, ...]] = {}

    @cached_property
    def graph(self) -> nx.MultiDiGraph:
        """The NetworkX graph: places as nodes (with `state`), legs as edges keyed (corridor, position, direction)."""
        import networkx as nx  # 0.2 s, which a scenario without look-ups of routes should not pay at start-up

        graph = nx.MultiDiGraph()
        for corridor in self.corridors:
            for place in corridor.places:
                graph.add_node(place, state=state_of(place))
            for position, leg in enumerate(corridor.legs):
                self._add_leg(graph, corridor, position, leg)
        return graph

    @staticmethod
    def _add_leg(graph: nx.MultiDiGraph, corridor: Corridor, position: int, leg: Leg) -> None:
        facts = {"corridor": corridor.id, "kind": corridor.kind, "owner": leg.owner, "mode": leg.mode, "days": leg.days}
        graph.add_edge(leg.start, leg.end, key=(corridor.id, position, 1), leg=leg, **facts)
        if corridor.kind in TWO_WAY_KINDS:
            back = Leg(leg.end, leg.start, leg.owner, leg.mode, leg.days)
            graph.add_edge(leg.end, leg.start, key=(corridor.id, position, -1), leg=back, **facts)

    def routes(self, origin: str, destination: str, kind: str) -> tuple[Route, ...]:
        """Return all routes of a kind between two places, ordered by id and days, enumerated once.

        Routes pass no place twice. Names of places that no corridor knows give no routes.
        """
        key = (origin, destination, kind)
        if key not in self._routes:
            self._routes[key] = tuple(sorted(self._enumerate(*key), key=lambda route: (route.id, route.days)))
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

    def crosses(self, code: str, kind: str | None = None) -> tuple[str, ...]:
        """Ids of the corridors that pass through a state (or depend on its law), of one kind or of all."""
        return tuple(c.id for c in self.corridors if code in c.crosses and kind in (None, c.kind))

    def stopped(
        self, *, owners: Sequence[str] = (), places: Sequence[str] = (), states: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Ids of the corridors that stop when owners refuse their legs, places close, or states close to transit."""
        return tuple(
            c.id
            for c in self.corridors
            if set(owners) & set(c.owners) or set(places) & set(c.places) or set(states) & set(c.crosses)
        )

    def left(
        self,
        origin: str,
        destination: str,
        kind: str,
        *,
        owners: Sequence[str] = (),
        places: Sequence[str] = (),
        states: Sequence[str] = (),
    ) -> tuple[Route, ...]:
        """Routes that remain between two places after closures: none of their corridors is stopped."""
        gone = set(self.stopped(owners=owners, places=places, states=states))
        return tuple(route for route in self.routes(origin, destination, kind) if not gone & set(route.corridors))

    def n_minus_one(self, origin: str, destination: str, kind: str) -> dict[str, int]:
        """Number of routes that remain after losing each corridor that serves a pair, in order of id."""
        routes = self.routes(origin, destination, kind)
        serving = sorted({corridor for route in routes for corridor in route.corridors})
        return {gone: sum(gone not in route.corridors for route in routes) for gone in serving}

    def gatekeepers(self, origin: str, destination: str, kind: str) -> tuple[str, ...]:
        """States that every route between two places crosses: each can close the pair alone."""
        crossed = {c.id: set(c.crosses) for c in self.corridors}
        ways = [set().union(*(crossed[k] for k in route.corridors)) for route in self.routes(origin, destination, kind)]
        return tuple(sorted(set.intersection(*ways))) if ways else ()


def crossing_mask(graph: CorridorGraph, order: Sequence[str], code: str) -> tuple[float, ...]:
    """One or zero for each corridor id of `order`: whether it crosses a state; what the measures of oil read.

    Examples
    --------
    >>> leg = {"from": "KAZ", "to": "CHN", "owner": "CHN", "mode": "pipeline", "days": 9}
    >>> graph = CorridorGraph([{"id": "east", "kind": "oil", "legs": [leg], "crosses": ["CHN"]}])
    >>> crossing_mask(graph, ["east"], "RUS")
    (0.0,)
    """
    through = graph.crosses(code)
    return tuple(1.0 if name in through else 0.0 for name in order)
