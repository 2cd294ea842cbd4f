from __future__ import annotations

import time

import numpy as np
import pytest

from multivector.data.added import AddedEconomy, added_from_figures
from multivector.data.balance import BalanceError, fit_column, own_sales, ras, spread
from multivector.data.base_world import SECTORS, BaseWorld, base_world
from multivector.data.figures import Figures, UnknownFigureError, load_figures
from multivector.data.ledger import ledger_rows

CORE = ("CHN", "EU", "KAZ", "RUS", "USA")


@pytest.fixture(scope="module")
def figures() -> Figures:
    return load_figures()


@pytest.fixture(scope="module")
def world(figures: Figures) -> BaseWorld:
    return base_world(figures)


def test_nodes_sectors_and_shapes(world: BaseWorld) -> None:
    assert world.nodes == (*CORE, "ROW")
    assert world.sectors == ("agrifood", "energy", "metals", "machinery", "other", "services")
    assert world.flows.shape == (6, 6, 6)
    assert world.flows.dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        world.flows[0, 0, 0] = 1.0


def test_goods_totals_of_pairs_are_the_figures(figures: Figures, world: BaseWorld) -> None:
    built = world.flows[:, :, :5].sum(axis=2) + world.crude + world.gas
    for i, a in enumerate(CORE):
        for n, b in enumerate(CORE):
            if i != n:
                assert built[i, n] == pytest.approx(figures.value(f"trade.goods.2021.{a}.{b}"), rel=1e-13)
    for a in ("CHN", "EU", "RUS", "USA"):
        i = world.index(a)
        off = np.arange(6) != i
        assert built[i, off].sum() == pytest.approx(figures.value(f"trade.total.2021.{a}.exports"), rel=1e-13)
        assert built[off, i].sum() == pytest.approx(figures.value(f"trade.total.2021.{a}.imports"), rel=1e-13)


def test_kazakh_anchors(figures: Figures, world: BaseWorld) -> None:
    k = world.index("KAZ")
    for partner in world.nodes:
        if partner != "KAZ":
            n = world.index(partner)
            assert world.goods[k, n] == figures.value(f"trade.goods.2021.KAZ.{partner}")
            assert world.goods[n, k] == figures.value(f"trade.goods.2021.{partner}.KAZ")
    assert world.oil_exports_value[k] == pytest.approx(31.09, rel=1e-13)
    share = world.oil_exports_value[k] / world.goods[k].sum()
    assert share == pytest.approx(figures.value("oil.share_of_exports.2021.KAZ"), abs=6e-4)
    net_exports = world.gdp[k] - world.final_spending[k]
    assert world.final_spending[k] == pytest.approx(180.0, abs=1.5)
    assert net_exports == pytest.approx((60.322 - 41.415) + (5.8 - 7.7), rel=1e-10)


def test_crude_leaves_the_table_and_sums_to_zero_net(figures: Figures, world: BaseWorld) -> None:
    r = world.index("RUS")
    crude = figures.value("crude.exports.2021.RUS") * figures.value("price.urals.2021") * 7.33 / 1000.0
    assert world.oil_exports_value[r] == pytest.approx(crude, rel=1e-12)
    assert world.crude_shares[r, world.index("EU")] == pytest.approx(0.48, rel=1e-12)
    assert world.net_energy_exports.sum() == pytest.approx(0.0, abs=1e-9)
    assert np.allclose(world.Y, world.gdp - world.net_energy_exports, rtol=1e-14)
    assert world.net_energy_exports[world.index("EU")] < 0.0 < world.net_energy_exports[r]


def test_known_energy_exports_are_met(world: BaseWorld) -> None:
    assert set(world.report.margins) == {"KAZ", "RUS", "USA"}
    for known, built in world.report.margins.values():
        assert built == pytest.approx(known, rel=1e-9)
    assert world.report.iterations < 100
    assert np.abs(world.report.residual).max() < 12.0
    assert world.report.floored == ()


def test_services_meet_the_totals(figures: Figures, world: BaseWorld) -> None:
    for a in CORE:
        i = world.index(a)
        assert world.services[i].sum() == pytest.approx(
            figures.value(f"trade.services_total.2021.{a}.exports"), rel=1e-9
        )
        assert world.services[:, i].sum() == pytest.approx(
            figures.value(f"trade.services_total.2021.{a}.imports"), rel=1e-9
        )


def test_services_follow_the_closeness_that_goods_reveal(figures: Figures, world: BaseWorld) -> None:
    k, r = world.index("KAZ"), world.index("RUS")
    by_size = world.services[:, r].sum() / world.services.sum()
    assert world.services[k, r] / world.services[k].sum() > 2.0 * by_size
    far = base_world(figures.with_values({"prior.services.friction_elasticity": 0.3}))
    assert far.services[k, r] < world.services[k, r]


def test_the_kazakh_energy_margin_is_the_floor(world: BaseWorld) -> None:
    k = world.index("KAZ")
    block = world.goods[k].sum() - world.crude[k].sum() - world.gas[k].sum()
    assert world.report.margins["KAZ"][0] == pytest.approx(0.01 * block, rel=1e-12)


def test_services_inside_the_rest_of_the_world_are_divided_once(figures: Figures) -> None:
    turkey, other = added_from_figures(figures, "TUR"), AddedEconomy(gdp=69.0)
    alone = base_world(figures, extra={"UZB": other})
    both = base_world(figures, extra={"TUR": turkey, "UZB": other})
    rest = alone.gdp[-1] + 69.0
    here = both.services[both.index("UZB"), -1]
    assert here / alone.services[alone.index("UZB"), -1] == pytest.approx(1.0 - turkey.gdp / (rest - 69.0), rel=1e-9)


def test_turkey_leaves_all_other_pairs_alone(figures: Figures, world: BaseWorld) -> None:
    turkey = added_from_figures(figures, "TUR")
    wider = base_world(figures, extra={"TUR": turkey})
    assert wider.nodes == ("CHN", "EU", "KAZ", "RUS", "TUR", "USA", "ROW")
    old = [wider.index(n) for n in CORE]
    t, rest = wider.index("TUR"), wider.index("ROW")
    assert np.allclose(wider.flows[np.ix_(old, old)], world.flows[:5, :5], rtol=1e-9)
    assert np.array_equal(wider.goods[np.ix_(old, old)], world.goods[:5, :5])
    assert np.allclose(wider.goods[old, t] + wider.goods[old, rest], world.goods[:5, 5], rtol=1e-13)
    assert np.allclose(wider.goods[t, old] + wider.goods[rest, old], world.goods[5, :5], rtol=1e-13)
    assert np.allclose(wider.final_spending[old], world.final_spending[:5], rtol=1e-12)
    assert wider.final_spending[[t, rest]].sum() == pytest.approx(world.final_spending[5], rel=1e-12)
    assert wider.goods[t].sum() == pytest.approx(225.0)
    assert wider.goods[:, t].sum() == pytest.approx(271.0)
    assert wider.goods[t, wider.index("RUS")] == 5.8
    assert wider.goods[wider.index("KAZ"), t] == figures.value("trade.goods.2021.KAZ.TUR")
    assert (wider.confidence("TUR", "RUS"), wider.confidence("ROW", "TUR")) == ("known", "assumed")


def test_two_added_economies_in_any_order(figures: Figures) -> None:
    turkey, uzbekistan = added_from_figures(figures, "TUR"), AddedEconomy(gdp=69.0, imports={"KAZ": 2.777})
    one = base_world(figures, extra={"UZB": uzbekistan, "TUR": turkey})
    two = base_world(figures, extra={"TUR": turkey, "UZB": uzbekistan})
    assert np.array_equal(one.flows, two.flows)
    assert np.all(one.flows > 0.0)
    assert one.goods[one.index("KAZ"), one.index("UZB")] == pytest.approx(2.777)


def test_fewer_nodes_join_the_rest_of_the_world(figures: Figures, world: BaseWorld) -> None:
    small = base_world(figures, nodes=("CHN", "KAZ", "RUS"))
    assert small.nodes == ("CHN", "KAZ", "RUS", "ROW")
    kept = [world.index(n) for n in small.nodes[:3]]
    assert np.allclose(small.goods[:3, :3], world.goods[np.ix_(kept, kept)], rtol=1e-14)
    assert np.allclose(small.final_spending[:3], world.final_spending[kept], rtol=1e-12)
    assert small.gdp.sum() == pytest.approx(world.gdp.sum(), rel=1e-14)
    assert (small.Y / small.va).sum() == pytest.approx((world.gdp / world.va).sum(), rel=0.02)


@pytest.mark.parametrize(
    ("economy", "message"),
    [
        (AddedEconomy(gdp=50000.0), "GDP"),
        (AddedEconomy(gdp=100.0, exports={"KAZ": 9.0}), "XYZ to KAZ: 9 is not below"),
        (AddedEconomy(gdp=100.0, exports_total=1.0), "partners exceed total trade"),
        (AddedEconomy(gdp=100.0, spending=(0.5, 0.5)), "6 positive shares"),
    ],
)
def test_an_impossible_addition_is_named(figures: Figures, economy: AddedEconomy, message: str) -> None:
    with pytest.raises(BalanceError, match=message):
        base_world(figures, extra={"XYZ": economy})


def test_unknown_nodes_and_years_are_errors(figures: Figures) -> None:
    with pytest.raises(BalanceError, match="give it in extra"):
        base_world(figures, nodes=("KAZ", "XYZ"))
    with pytest.raises(UnknownFigureError, match="2020"):
        base_world(figures, year=2020)
    with pytest.raises(BalanceError, match="already a node"):
        base_world(figures, extra={"KAZ": AddedEconomy(gdp=1.0)})


def test_the_ledger_names_every_figure_and_flow(figures: Figures, world: BaseWorld) -> None:
    rows = {row.id: row for row in ledger_rows(figures, world)}
    assert len(rows) == len(world.report.used) + 6 * 5 + 6 * 6 * 6
    assert rows["price.gas.2021"].low == 200.0
    assert rows["world.goods.2021.KAZ.RUS"].confidence == "data"
    assert rows["world.flow.2021.KAZ.KAZ.machinery"].confidence == "assumed"
    assert len(ledger_rows(figures)) == len(figures)


def test_only_figures_that_are_used_matter(figures: Figures, world: BaseWorld) -> None:
    unused = {k: f.value * 2.0 for k, f in figures.items() if k not in set(world.report.used)}
    assert np.array_equal(base_world(figures.with_values(unused)).flows, world.flows)


def test_same_bits_twice_and_fast(figures: Figures, world: BaseWorld) -> None:
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        again = base_world(figures)
        seconds.append(time.perf_counter() - start)
        assert again.flows.tobytes() == world.flows.tobytes()
    assert min(seconds) < 0.030
    start = time.perf_counter()
    load_figures()
    assert min(seconds) + time.perf_counter() - start < 0.200


def test_balancing_says_when_it_cannot() -> None:
    with pytest.raises(BalanceError, match="rows sum to"):
        ras(np.ones((2, 2)), np.ones(2), np.full(2, 2.0))
    with pytest.raises(BalanceError, match="zeros"):
        ras(np.eye(2), np.array([1.0, 2.0]), np.array([2.0, 1.0]))
    with pytest.raises(BalanceError, match="does not fit rows"):
        fit_column(np.ones((2, 2)), np.ones(2), 0, 2.0)
    with pytest.raises(BalanceError, match="under caps"):
        spread(5.0, np.ones(2), np.ones(2))
    with pytest.raises(BalanceError, match="more than its gross output"):
        own_sales(np.ones((1, 2)), np.zeros((1, 2)), np.zeros(1), floor=0.1)


def test_own_sales_stay_positive_where_imports_exceed_spending() -> None:
    own = own_sales(np.array([[2.0, 8.0]]), np.array([[3.0, 1.0]]), np.array([6.0]), floor=0.05)
    assert own.sum() == pytest.approx(6.0)
    assert np.all(own > 0.0)


def test_sectors_are_exported_in_order() -> None:
    assert SECTORS[-1] == "services"
