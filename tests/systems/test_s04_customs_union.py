"""S4: the Eurasian Economic Union: no tariff inside, a common one outside, duties pooled, Russia's weight in them.

On is the world as it is; off is the same world without the union (switch `customs-union`), on the same draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

from playing import Luck, World, assert_clearly_more

pytestmark = pytest.mark.system("S4")

TURNS, GOODS = 4, ("agrifood", "energy", "metals", "machinery", "other")


@cache
def held(name: str = "base-2021", on: bool = True) -> World:
    return World.of(name, overrides={} if on else {"mechanisms.customs-union": "false"}).play(TURNS)


def receipts(world: World) -> np.ndarray:
    return np.stack([q.happened.gauges["receipts"] for q in world.past])


@pytest.mark.parametrize("sector", GOODS)
@pytest.mark.parametrize(("exporter", "importer"), [("KAZ", "RUS"), ("RUS", "KAZ")])
def test_without_the_union_duty_appears_inside_and_trade_falls(exporter: str, importer: str, sector: str) -> None:
    # Flip tried: `-np.log1p` in inside_cost; failed.
    on, off = (held(on=x).flow(exporter, importer, sector) for x in (True, False))
    assert_clearly_more(on, off)


@pytest.mark.parametrize("partner", ["CHN", "EU", "USA"])
def test_and_the_common_tariff_goes_so_that_others_sell_more(partner: str) -> None:
    # Flip tried: own and common exchanged in outside_change; failed.
    for sector in ("machinery", "other"):
        on, off = (held(on=x).flow(partner, "KAZ", sector) for x in (True, False))
        assert_clearly_more(off, on)


def test_part_of_it_is_the_tariff_outside_and_not_diversion() -> None:
    """Were the own tariff as high as the common one, others would gain less from the end of the union."""
    # Flip tried: own and common exchanged in outside_change; failed.
    same = {"customs.own": np.full(200, 0.055)}
    lower = held(on=False).flow("CHN", "KAZ", "machinery")
    alike = World.of("base-2021", overrides={"mechanisms.customs-union": "false"}, numbers=same).play(TURNS)
    assert_clearly_more(lower, alike.flow("CHN", "KAZ", "machinery"))


def test_leaving_every_union_in_a_scenario_does_the_same() -> None:
    left = World.of("base-2021", overrides={"alignment.blocs.EAEU.members": "[ARM, BLR, KGZ, RUS]"}).play(1)
    off = World.of("base-2021", overrides={"mechanisms.customs-union": "false"}).play(1)
    assert np.array_equal(left.flow("RUS", "KAZ", "other"), off.flow("RUS", "KAZ", "other"))


def test_when_russia_imports_less_the_pool_shrinks_and_kazakhstan_gets_less() -> None:
    # Flip tried: `duties[member] - share * sum` in net_receipts; failed.
    sanctioned, free = held("after-2022"), held("no-sanctions")
    # Duties are paid out a quarter late.
    assert_clearly_more(receipts(free)[1:], receipts(sanctioned)[1:])
    assert (receipts(held("after-2022", on=False)) == 0.0).all()


def test_russias_share_gives_it_the_weight() -> None:
    """With a larger share of the pool for Kazakhstan the same fall of Russian imports costs it more."""
    # Flip tried: `duties[member] - share * sum` in net_receipts; failed.

    def shares(**of: Any) -> Iterator[np.ndarray]:
        for share in ("0.07055", "0.3"):
            world = World.of("after-2022", overrides={"alignment.blocs.EAEU.duty_shares.KAZ": share}, **of)
            yield receipts(world.play(3))[2]

    ours, more = shares()
    assert_clearly_more(ours, more)
    assert (ours < 0.0).all()
    # Draws of hazards move the pool of a history more than the share does; with nature at rest it holds of each.
    ours, more = shares(lanes=8, draws=Luck(8))
    assert (more < ours).all()
    assert (ours < 0.0).all()
