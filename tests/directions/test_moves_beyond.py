"""What moves bring beyond the stocks that they list: trade, cases of evasion, menus. 200 histories, the same draws.

`tests/unit/world/test_moves.py` holds the listed stocks; here is what follows from them in the quarters after.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from multivector.world.choosing.deciding import feasible
from playing import World, assert_clearly_more, reading

TURNS = 4
ENVOY = "EU:envoy-warning>KAZ"


@cache
def held(*entries: str, turns: int = TURNS, accept: float = 1.0) -> World:
    world = World.of("after-2022")
    world.quarter(*entries, accept=accept)
    return world.play(turns - 1)


def prices(world: World) -> np.ndarray:
    return np.stack([q.closed.inflation[0] for q in world.past])


def test_a_ban_on_farm_goods_keeps_them_out_and_helps_own_growers() -> None:
    # Flips tried: the amount of each of the two moves negated in moves.yaml; failed both times.
    none = held()
    theirs, ours = held("RUS:farm-import-ban-by-russia>KAZ"), held("KAZ:farm-import-ban-by-kazakhstan>RUS")
    assert_clearly_more(none.flow("KAZ", "RUS", "agrifood")[:2], theirs.flow("KAZ", "RUS", "agrifood")[:2], share=0.1)
    assert_clearly_more(none.flow("RUS", "KAZ", "agrifood")[:2], ours.flow("RUS", "KAZ", "agrifood")[:2], share=0.1)
    assert_clearly_more(ours.flow("KAZ", "KAZ", "agrifood")[:2], none.flow("KAZ", "KAZ", "agrifood")[:2])
    assert_clearly_more(prices(ours)[0], prices(none)[0])


def test_parallel_trade_brings_re_export_and_rents_and_is_found_out() -> None:
    # Flip tried: enforcement +1 in offer-parallel-trade; failed.
    deal, none = held("RUS:offer-parallel-trade>KAZ", turns=8), held(turns=8)
    assert_clearly_more(deal.measure("reexport"), none.measure("reexport"))
    assert_clearly_more(deal.measure("rent-share"), none.measure("rent-share"))
    for sender in ("EU", "USA"):
        assert_clearly_more(deal.rate(f"case:{sender}")[1:], none.rate(f"case:{sender}")[1:])


def test_terminals_to_the_east_bring_trade_with_china_when_they_are_built() -> None:
    # Flip tried: both amounts of rail-and-terminal-investment negated; failed.
    built, none = held("CHN:rail-and-terminal-investment>KAZ", turns=8), held(turns=8)
    for exporter, importer, sector in (("CHN", "KAZ", "machinery"), ("KAZ", "CHN", "metals")):
        with_it, without = (w.flow(exporter, importer, sector) for w in (built, none))
        assert_clearly_more(with_it[6:], without[6:])
        # Sooner only the investment itself is felt, which is less.
        assert np.abs(with_it[:4] / without[:4] - 1.0).max() < 0.1 * (with_it[6:] / without[6:] - 1.0).min()


def test_a_slow_border_costs_trade_with_china_and_makes_imports_dear() -> None:
    # Flip tried: both amounts of border-slowdown negated; failed.
    slow, none = held("CHN:border-slowdown>KAZ"), held()
    for exporter, importer, sector in (("CHN", "KAZ", "machinery"), ("KAZ", "CHN", "metals")):
        flows = [w.flow(exporter, importer, sector)[:2] for w in (none, slow)]
        assert_clearly_more(*flows, share=0.01)
    assert_clearly_more(prices(slow)[0], prices(none)[0])


def test_a_package_costs_its_sender_trade_and_sends_goods_round() -> None:
    # Flip tried: both steps of sanctions-package negated; failed.
    package, none = held("EU:sanctions-package>RUS"), held()
    for sector in ("machinery", "other"):
        assert_clearly_more(none.flow("EU", "RUS", sector), package.flow("EU", "RUS", sector), share=0.02)
    assert_clearly_more(package.measure("reexport"), none.measure("reexport"))
    for actor in ("EU", "RUS"):
        assert_clearly_more(none.income(actor), package.income(actor))


def test_a_list_agreed_with_an_envoy_makes_cases_rarer_and_a_refusal_likelier() -> None:
    # Flips tried: enforcement of the yes, and belief of the refusal, negated in envoy-warning; failed both times. The
    # belief of the yes does not decide here: what is agreed is.
    agreed, none, refused = held(ENVOY), held(), held(ENVOY, accept=0.0)
    for more, less in ((none, agreed), (refused, none)):
        assert_clearly_more(more.rate("case:EU")[:2], less.rate("case:EU")[:2])
    assert_clearly_more(none.measure("reexport")[:2], agreed.measure("reexport")[:2])


@pytest.mark.parametrize(
    ("summit", "power", "offers"),
    [
        ("CHN:summit-with-china>KAZ", "CHN", ("rail-and-terminal-investment",)),
        ("EU:summit-with-eu>KAZ", "EU", ("corridor-finance", "minerals-agreement", "border-and-counter-terror")),
        ("USA:summit-with-usa>KAZ", "USA", ("minerals-agreement", "border-and-counter-terror")),
    ],
)
def test_a_summit_opens_offers_that_cool_relations_had_closed(summit: str, power: str, offers: tuple[str, ...]) -> None:
    # Flip tried: `below` for `at_least` of the summit in the condition of corridor-finance; failed for the EU.
    def may(*entries: str) -> np.ndarray:
        world = World.of("after-2022", lanes=8)

        def cool(w: World) -> None:
            w.state.stocks[w.engine.table.index["relation:" + "~".join(sorted((power, "KAZ")))]] = -0.3

        world.quarter(*entries, change=cool)
        world.state.played[:] = 0.0  # the next quarter begins
        rows = [
            m for m, e in enumerate(world.engine.plans[power].entries)
            if e.move.id.startswith(offers)
        ]  # fmt: skip
        assert len(rows) == len(offers)
        return np.asarray(feasible(world.engine, world.state, power)[rows])

    assert not may().any()
    assert may(summit).all()


def test_readings_of_a_quiet_world_are_the_same_twice() -> None:
    """The comparison itself invents nothing."""
    again = World.of("after-2022").play(TURNS)
    assert np.array_equal(again.measure("reexport"), held().measure("reexport"))
    assert np.array_equal(reading(again, "inflation"), reading(held(), "inflation"))
