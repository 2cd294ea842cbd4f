"""S11: investment by source answers to risk, sanctions exposure, relations and reform; losing finance costs.

On against off (switch `investment`), and one cause against none, on the same draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest

from multivector.mechanisms.stock_table import StockView
from multivector.world.quarter.accounts import technology_now
from playing import World, assert_clearly_more

pytestmark = pytest.mark.system("S11")

TURNS, SOURCES = 6, ("CHN", "EU", "RUS", "USA")


@cache
def held(play: tuple[str, ...] = (), on: bool = True) -> World:
    switch = {} if on else {"mechanisms.investment": "false"}
    return World.of("after-2022", overrides=switch).play(TURNS, {0: play})


def raised(keys: Sequence[str], by: float, *, on: bool = True) -> World:
    """The same world with some stocks set higher before the first quarter."""
    world = World.of("after-2022", overrides={} if on else {"mechanisms.investment": "false"})

    def change(w: World) -> None:
        for key in keys:
            w.state.stocks[w.engine.table.index[key]] += by

    world.quarter(change=change)
    return world.play(TURNS - 1)


@pytest.mark.parametrize("source", SOURCES)
def test_threats_drive_every_source_away_and_cost_income(source: str) -> None:
    # Flips tried: growth.on_threat negated in `risk`; failed.
    key = f"investment:{source}"
    threatened = held(("RUS:hard-rhetoric>KAZ",))
    assert_clearly_more(held().stock(key), threatened.stock(key))
    assert_clearly_more(held().income("KAZ")[2:], threatened.income("KAZ")[2:])


def test_relations_bring_the_partner_and_no_other() -> None:
    # Flip tried: on_relation negated in `inflow`; failed.
    met = held(("EU:summit-with-eu>KAZ",))
    assert_clearly_more(met.stock("investment:EU"), held().stock("investment:EU"))
    assert (met.stock("investment:CHN")[0] == held().stock("investment:CHN")[0]).all()


def test_reform_brings_all() -> None:
    # Flip tried: on_reform negated in `inflow`; failed.
    reformed = held(("KAZ:political-reform-carry-out",))
    for source in SOURCES:
        assert_clearly_more(reformed.stock(f"investment:{source}")[5:], held().stock(f"investment:{source}")[5:])


def test_pressure_and_the_ladder_drive_them_away() -> None:
    # Flips tried: on_rung, on_coercion, on_unrest negated; failed each time.
    base = raised((), 0.0)
    assert_clearly_more(base.stock("investment:EU"), raised(("unrest",), 2.0).stock("investment:EU"))
    listed = raised(("rung:EU",), 2.0)
    assert_clearly_more(base.stock("investment:USA"), listed.stock("investment:USA"))
    acts = sum((held().hazard(k) for k in ("halt", "farm-ban", "transit-delay")), np.zeros(1))[0]
    assert acts.any()
    calm = World.of("after-2022", overrides={"mechanisms.coercion": "false"}).play(1)
    pressed = held().stock("investment:CHN")[0] - calm.stock("investment:CHN")[0]
    assert (pressed[acts > 0.0] < 0.0).all()


def test_losing_finance_or_technology_costs_income() -> None:
    # Flips tried: on_finance and on_technology subtracted; failed both times.
    base, off = raised((), 0.0), raised((), 0.0, on=False)
    for key in ("finance-access", "technology-access"):
        poorer = raised((key,), -0.1)
        assert (poorer.income("KAZ")[0] < base.income("KAZ")[0]).all(), key
        same = raised((key,), -0.1, on=False)
        assert (same.income("KAZ")[0] == off.income("KAZ")[0]).all(), key


def test_a_country_measure_takes_technology() -> None:
    # Flip tried: the loss by rung added in `access`; failed.
    barred, base = raised(("rung:USA",), 4.0), raised((), 0.0)

    def now(world: World) -> np.ndarray:
        return technology_now(world.engine.layout, world.engine.p, StockView(world.engine.table, world.state.stocks))

    assert (now(barred) < now(base)).all()


def test_switched_off_nothing_moves_investment_and_it_moves_nothing() -> None:
    # Flips tried: growth.on_threat negated in `risk`; risks added in `inflow`; failed both times.
    on, off = (held(("RUS:hard-rhetoric>KAZ",), x) for x in (True, False))
    for source in SOURCES:
        assert off.stock(f"investment:{source}") == pytest.approx(1.0)
        assert_clearly_more(off.stock(f"investment:{source}"), on.stock(f"investment:{source}"))
    assert_clearly_more(off.income("KAZ")[2:], on.income("KAZ")[2:])
