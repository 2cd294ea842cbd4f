"""The graph of corridors: routes both ways, where corridors meet, and where the graph connects at all."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multivector.mechanisms.corridors import Corridor, CorridorGraph, Leg


def corridor(name: str, *places: str, kind: str = "goods") -> Corridor:
    return Corridor(name, kind, tuple(Leg(a, b, "RUS") for a, b in pairwise(places)))


NORTH, SOUTH = corridor("north", "KAZ", "RUS:a", "EU"), corridor("south", "KAZ", "AZE:b", "EU")


def test_routes_run_both_ways_for_goods_and_one_way_for_oil() -> None:
    # Flip tried: oil among TWO_WAY_KINDS; failed.
    graph = CorridorGraph([SOUTH, NORTH])
    assert [route.id for route in graph.routes("KAZ", "EU", "goods")] == ["north", "south"]
    back = graph.routes("EU", "KAZ", "goods")
    assert [route.id for route in back] == ["north", "south"]
    assert [step.start for step in back[0].legs] == ["EU", "RUS:a"]
    oil = CorridorGraph([corridor("north", "KAZ", "RUS:a", "EU", kind="oil")])
    assert len(oil.routes("KAZ", "EU", "oil")) == 1
    assert oil.routes("EU", "KAZ", "oil") == ()
    assert oil.routes("KAZ", "EU", "goods") == ()
    assert oil.routes("KAZ", "nowhere", "oil") == ()


def test_routes_change_corridor_where_they_meet_and_are_enumerated_once() -> None:
    graph = CorridorGraph([corridor("feeder", "CHN", "KAZ"), NORTH, SOUTH])
    routes = graph.routes("CHN", "EU", "goods")
    assert [route.id for route in routes] == ["feeder+north", "feeder+south"]
    assert graph.routes("CHN", "EU", "goods") is routes


def test_an_id_may_come_once() -> None:
    with pytest.raises(ValueError, match="comes twice"):
        CorridorGraph([NORTH, NORTH])


@settings(max_examples=60, deadline=None)
@given(
    edges=st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda e: e[0] != e[1]), min_size=1, max_size=8
    )
)
def test_routes_exist_where_the_graph_connects_and_losing_a_corridor_loses_its_routes(
    edges: list[tuple[int, int]],
) -> None:
    chains = [corridor(f"c{i}", f"n{a}", f"n{b}", kind="oil") for i, (a, b) in enumerate(edges)]
    simple = nx.DiGraph([(f"n{a}", f"n{b}") for a, b in edges])
    routes = CorridorGraph(chains).routes("n0", "n1", "oil")
    assert bool(routes) == ("n0" in simple and "n1" in simple and nx.has_path(simple, "n0", "n1"))
    for route in routes:
        assert (route.legs[0].start, route.legs[-1].end) == ("n0", "n1")
        places = [step.end for step in route.legs]
        assert len(set(places)) == len(places)
    for gone in chains:
        left = CorridorGraph([chain for chain in chains if chain is not gone]).routes("n0", "n1", "oil")
        assert [route.id for route in left] == [route.id for route in routes if gone.id not in route.corridors]
