"""Goods take the corridors that the graph, the file and the base shares give them: the shipped ones, and a new one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from multivector.scenario import load
from multivector.world.layout.layout import build_layout
from multivector.world.layout.overland import GOODS_ROUTES, corridor_graph, overland
from playing import World

PAIRS = [("EU", "KAZ"), ("KAZ", "EU"), ("CHN", "EU"), ("EU", "CHN")]
SOUTHERN = """\
id: southern
extends: after-2022
decision: {rule: hold}
corridors:
  - id: southern
    kind: goods
    legs:
      - {from: "KAZ", to: "IRN:Gorgan", owner: IRN, mode: rail}
      - {from: "IRN:Gorgan", to: "EU", owner: IRN, mode: sea}
    crosses: [IRN]
    pairs: [[KAZ, EU]]
    sectors: [metals]
    cost: {value: 400, unit: USD/t, low: 200, high: 800, confidence: assumed, source: "my own assumption"}
    days: {value: 40, unit: days, low: 30, high: 50, confidence: assumed, source: "my own assumption"}
    source: "my own assumption"
parameters:
  corridors:
    share:
      KAZ-EU:
        southern: {value: 0.05, unit: share, low: 0.01, high: 0.1, confidence: assumed, source: "my own assumption"}
"""


def test_the_shipped_graph_joins_every_pair_by_each_corridor() -> None:
    graph = corridor_graph(load("after-2022"))
    for pair in PAIRS:
        assert set(GOODS_ROUTES) <= {route.id for route in graph.routes(*pair, "goods")}
    sources = {place for place in graph.graph if graph.graph.nodes[place]["state"] == "KAZ"}
    for each in graph.corridors:
        if each.kind == "oil":
            out = graph.routes(each.legs[0].start, each.legs[-1].end, "oil")
            assert each.legs[0].start in sources
            assert each.id in [route.id for route in out]


def test_every_pair_and_sector_has_the_corridors_in_the_order_of_the_slots() -> None:
    layout = build_layout(load("after-2022"))
    assert layout.carriers == GOODS_ROUTES
    assert {(c.exporter, c.importer) for c in layout.overland} == set(PAIRS)
    assert {c.carriers for c in layout.overland} == {GOODS_ROUTES}
    assert layout.cells.count == layout.evasion_cells + len(layout.overland)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("corridors")
    (where / "southern.yaml").write_text(SOUTHERN, encoding="utf-8")
    (where / "overland-only.yaml").write_text(
        "id: overland-only\nextends: after-2022\ndecision: {rule: hold}\ncorridors: {disable: [sea-other]}\n",
        encoding="utf-8",
    )
    return where


def flows(world: World) -> np.ndarray:
    """Value by cell and corridor in the last quarter, overland, of the first history."""
    found = world.past[-1].closed.solved.route_flow
    return np.asarray(found[world.engine.layout.evasion_cells :, :, 0])


def test_a_corridor_that_a_scenario_adds_carries_its_share_and_competes(folder: Path) -> None:
    # Flip tried: `day_cost`, `cost` of `Routing._change` negated; failed.
    world = World.of(str(folder / "southern.yaml")).play(1)
    layout = world.engine.layout
    assert layout.carriers == (*GOODS_ROUTES, "southern")
    carried = flows(world)
    metals = layout.overland.index(next(c for c in layout.overland if "southern" in c.carriers))
    assert layout.overland[metals].sector == "metals"
    assert carried[metals, 3] > 0.0
    assert np.delete(carried[:, 3], metals).max() == 0.0
    base = flows(World.of("after-2022").play(1))
    assert (carried[metals, :3] < base[metals]).all()
    dearer = {"corridors.southern.cost": np.full(200, 700.0)}
    assert flows(World.of(str(folder / "southern.yaml"), numbers=dearer).play(1))[metals, 3] < carried[metals, 3]


def test_a_corridor_that_the_graph_does_not_join_carries_nothing() -> None:
    """`check` refuses such a file; the world does not take its word for it either."""
    # Flip tried: `if c in whole` left out of `overland`; failed.
    world = load("after-2022")
    cut = world.corridors["middle"].model_copy(update={"legs": world.corridors["middle"].legs[:-1]})
    broken = world.model_copy(update={"corridors": {**world.corridors, "middle": cut}})
    assert {c.carriers for c in overland(broken, ("KAZ", "EU", "CHN"))} == {("northern", "sea-other")}


def test_what_no_route_reaches_carries_nothing_and_the_rest_share_it(folder: Path) -> None:
    # Only `sea-other` may go: moves name the others.
    world = World.of(str(folder / "overland-only.yaml")).play(1)
    carried = flows(world)
    assert carried[:, 2].max() == 0.0
    assert (carried[:, :2] > 0.0).all()
    share = world.engine.economy.cells.share[world.engine.layout.evasion_cells :]
    np.testing.assert_allclose(share.sum(axis=1), 1.0, atol=1e-12)


def test_shipped_shares_fit_the_middle_corridors_cargo() -> None:
    parameters = load("after-2022").parameters
    # Goods trade of 2021, US$ bn: Kazakh exports to the EU without oil and gas 22.6 x 0.14, EU to Kazakhstan 5.6,
    # China to EU 559, EU to China 264 (customs of each side).
    trade = {"KAZ-EU": 22.6 * 0.14, "EU-KAZ": 5.6, "CHN-EU": 559.0, "EU-CHN": 264.0}
    shares = {pair: {r: parameters[f"corridors.share.{pair}.{r}"].value for r in GOODS_ROUTES} for pair in trade}
    for share in shares.values():
        assert sum(share.values()) == pytest.approx(1.0)
        assert min(share.values()) > 0.0
    by_shares = sum(value * shares[pair]["middle"] for pair, value in trade.items())
    by_cargo = 0.586 * parameters["corridors.value_per_tonne"].value / 1000.0
    assert by_shares == pytest.approx(by_cargo, rel=0.15)
