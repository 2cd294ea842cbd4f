"""The graph of corridors: legs that connect, routes, closures, and the shipped network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import networkx as nx
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from multivector.mechanisms.corridors import CorridorGraph, crossing_mask, read_corridor

ROOT = Path(__file__).resolve().parents[3]
OIL = ("CPC", "aktau-baku", "aktau-makhachkala", "atasu-alashankou", "atyrau-samara", "oil-other")


def leg(start: str, end: str, owner: str, days: float = 1.0) -> dict[str, Any]:
    return {"from": start, "to": end, "owner": owner, "mode": "rail", "days": days}


def corridor(name: str, *legs: dict[str, Any], crosses: tuple[str, ...] = (), kind: str = "goods") -> dict[str, Any]:
    return {"id": name, "kind": kind, "legs": list(legs), "crosses": list(crosses)}


@pytest.fixture(scope="module")
def shipped() -> CorridorGraph:
    text = (ROOT / "scenarios" / "base" / "corridors.yaml").read_text(encoding="utf-8")
    return CorridorGraph(yaml.safe_load(text)["corridors"])


NORTH = corridor("north", leg("KAZ", "RUS:a", "KAZ"), leg("RUS:a", "EU", "RUS"), crosses=("RUS",))
SOUTH = corridor("south", leg("KAZ", "AZE:b", "AZE", 4), leg("AZE:b", "EU", "GEO", 5), crosses=("AZE",))


def test_routes_run_both_ways_for_goods_and_one_way_for_oil() -> None:
    graph = CorridorGraph([SOUTH, NORTH])
    assert [(route.id, route.days) for route in graph.routes("KAZ", "EU", "goods")] == [("north", 2), ("south", 9)]
    back = graph.routes("EU", "KAZ", "goods")
    assert [route.id for route in back] == ["north", "south"]
    assert [step.start for step in back[0].legs] == ["EU", "RUS:a"]
    oil = CorridorGraph([{**NORTH, "kind": "oil"}])
    assert len(oil.routes("KAZ", "EU", "oil")) == 1
    assert oil.routes("EU", "KAZ", "oil") == ()
    assert oil.routes("KAZ", "EU", "goods") == ()
    assert oil.routes("KAZ", "nowhere", "oil") == ()


def test_routes_change_corridor_where_they_meet_and_are_enumerated_once() -> None:
    feeder = corridor("feeder", leg("CHN", "KAZ", "CHN"))
    graph = CorridorGraph([feeder, NORTH, SOUTH])
    routes = graph.routes("CHN", "EU", "goods")
    assert [route.id for route in routes] == ["feeder+north", "feeder+south"]
    assert graph.routes("CHN", "EU", "goods") is routes
    assert graph.n_minus_one("CHN", "EU", "goods") == {"feeder": 0, "north": 1, "south": 1}


def test_closures_stop_what_depends_on_them() -> None:
    graph = CorridorGraph([NORTH, SOUTH])
    assert graph.stopped(owners=["RUS"]) == ("north",)
    assert graph.stopped(places=["AZE:b"]) == ("south",)
    assert graph.stopped(states=["AZE"], owners=["KAZ"]) == ("north", "south")
    assert graph.stopped() == ()
    assert [route.id for route in graph.left("KAZ", "EU", "goods", states=["RUS"])] == ["south"]
    assert graph.gatekeepers("KAZ", "EU", "goods") == ()
    assert CorridorGraph([NORTH]).gatekeepers("KAZ", "EU", "goods") == ("RUS",)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            corridor("gap", leg("KAZ", "RUS:a", "KAZ"), leg("RUS:b", "EU", "RUS")),
            "ends at RUS:a but the next starts at",
        ),
        (corridor("none"), "has no legs"),
        (corridor("loop", leg("KAZ", "EU", "KAZ"), leg("EU", "KAZ", "RUS")), "passes a place twice"),
        (corridor("silent", leg("KAZ", "RUS:a", "KAZ"), leg("RUS:a", "EU", "RUS")), "`crosses` does not name RUS"),
    ],
)
def test_broken_corridors_are_refused(spec: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_corridor(spec)


def test_an_id_may_come_once() -> None:
    with pytest.raises(ValueError, match="comes twice"):
        CorridorGraph([NORTH, NORTH])


@settings(max_examples=60, deadline=None)
@given(
    edges=st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda e: e[0] != e[1]), min_size=1, max_size=8
    )
)
def test_routes_exist_where_the_graph_connects_and_losing_one_leaves_fewer(edges: list[tuple[int, int]]) -> None:
    specs = [corridor(f"c{i}", leg(f"n{a}", f"n{b}", "RUS"), kind="oil") for i, (a, b) in enumerate(edges)]
    graph = CorridorGraph(specs)
    simple = nx.DiGraph([(f"n{a}", f"n{b}") for a, b in edges])
    routes = graph.routes("n0", "n1", "oil")
    assert bool(routes) == ("n0" in simple and "n1" in simple and nx.has_path(simple, "n0", "n1"))
    for route in routes:
        assert route.legs[0].start == "n0"
        assert route.legs[-1].end == "n1"
        places = [step.end for step in route.legs]
        assert len(set(places)) == len(places)
    for gone, left in graph.n_minus_one("n0", "n1", "oil").items():
        rest = CorridorGraph([spec for spec in specs if spec["id"] != gone])
        assert left == len(rest.routes("n0", "n1", "oil")) < len(routes)


def test_the_shipped_network_is_whole(shipped: CorridorGraph) -> None:
    assert tuple(c.id for c in shipped.corridors if c.kind == "oil") == OIL
    for pair in (("KAZ", "EU"), ("EU", "KAZ"), ("CHN", "EU"), ("EU", "CHN")):
        ids = [route.id for route in shipped.routes(*pair, "goods")]
        assert {"middle", "northern", "sea-other"} <= set(ids)
        assert {r.id for r in shipped.left(*pair, "goods", states=["RUS"])} & {"middle", "sea-other"}


def test_most_ways_of_oil_cross_russia(shipped: CorridorGraph) -> None:
    assert shipped.crosses("RUS", "oil") == ("CPC", "aktau-makhachkala", "atyrau-samara", "oil-other")
    assert crossing_mask(shipped, OIL, "RUS") == (1.0, 0.0, 1.0, 0.0, 1.0, 1.0)
    assert shipped.stopped(places=["RUS:Novorossiysk"]) == ("CPC", "aktau-makhachkala")


def test_shipped_shares_of_a_pair_sum_to_one_and_fit_the_middle_corridors_cargo() -> None:
    text = (ROOT / "scenarios" / "base" / "corridors.yaml").read_text(encoding="utf-8")
    parameters = yaml.safe_load(text)["parameters"]["corridors"]
    for pair, routes in parameters["share"].items():
        assert sum(quantity["value"] for quantity in routes.values()) == pytest.approx(1.0), pair
        assert all(quantity["value"] > 0.0 for quantity in routes.values())
    # Goods trade of 2021, US$ bn: Kazakh exports to the EU without oil and gas 22.6 x 0.14, EU to Kazakhstan 5.6,
    # China to EU 559, EU to China 264 (customs of each side).
    trade = {"KAZ-EU": 22.6 * 0.14, "EU-KAZ": 5.6, "CHN-EU": 559.0, "EU-CHN": 264.0}
    by_shares = sum(value * parameters["share"][pair]["middle"]["value"] for pair, value in trade.items())
    by_cargo = 0.586 * parameters["value_per_tonne"]["value"] / 1000.0
    assert by_shares == pytest.approx(by_cargo, rel=0.15)
