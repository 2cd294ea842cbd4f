"""S25: a rouble shock moves the tenge and consumer prices with trade costs unchanged, and banks carry it on."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from playing import REPLICATES, World, assert_clearly_more

pytestmark = pytest.mark.system("S25")

TURNS = 6
SHOCK = {
    "paths.rouble": "{values: {2021-Q1: 103}, unit: RUB per US$, source: test, confidence: assumed, low: 50, high: 200}"
}


@cache
def held(shocked: bool, on: bool = True, priced: float | None = None) -> World:
    """The base world with the rouble a third weaker from the first quarter, nobody moving, or without it.

    `priced` is the share of imports from Russia whose price is fixed in roubles, if not that of the world.
    """
    off = {} if on else {"mechanisms.rouble-contagion": "false"}
    numbers = {} if priced is None else {"contagion.rouble_priced": np.full(REPLICATES, priced)}
    return World.of("base-2021", overrides={**off, **(SHOCK if shocked else {})}, numbers=numbers).play(TURNS)


def tenge(world: World) -> np.ndarray:
    return np.stack([q.closed.tenge for q in world.past])


def prices(world: World) -> np.ndarray:
    """Consumer prices against the first quarter, log points, so far."""
    return np.cumsum(np.stack([q.closed.inflation[0] for q in world.past]), axis=0)


def test_it_weakens_the_tenge_and_raises_consumer_prices() -> None:
    # Flips tried: on_rouble negated in tenge_rate; the tenge subtracted in import_cost; failed both times.
    shocked, calm, off = held(True), held(False), held(True, on=False)
    assert_clearly_more(tenge(shocked), tenge(calm))
    assert_clearly_more(tenge(shocked), tenge(off))
    gap = 0.4 * np.log(103.0 / 73.7)
    assert tenge(shocked) - tenge(calm) == pytest.approx(np.full_like(tenge(calm), gap))
    assert_clearly_more(prices(shocked), prices(calm))
    assert_clearly_more(prices(shocked), prices(off))


def test_dear_oil_strengthens_the_tenge() -> None:
    """Oil of 2022 is dearer than that of the base year."""
    # Flip tried: on_oil * oil added in tenge_rate; failed.
    little, much = (
        World.of("after-2022", numbers={"contagion.on_oil": np.full(REPLICATES, share)}).play(1) for share in (0.0, 0.3)
    )
    assert_clearly_more(tenge(little), tenge(much))


def test_goods_priced_in_roubles_come_in_cheaper() -> None:
    """The more is priced in roubles, the less prices rise under the shock; without contagion the share says nothing."""
    # Flip tried: rouble_weight * rouble added in import_cost; failed.
    little, much = (held(True, priced=share) for share in (0.2, 0.7))
    assert_clearly_more(prices(little), prices(much))
    assert np.array_equal(tenge(little), tenge(much))
    assert_clearly_more(prices(much), prices(held(True, on=False, priced=0.7)))
    assert np.array_equal(*(prices(held(True, on=False, priced=share)) for share in (0.2, 0.7)))


def test_trade_costs_are_unchanged() -> None:
    """No flow, no price of the trade solve and no customs record moves."""
    shocked, off = held(True), held(True, on=False)
    for a, b in zip(shocked.past[:1], off.past[:1], strict=True):
        assert np.array_equal(a.closed.solved.phi, b.closed.solved.phi)
        assert np.array_equal(a.closed.import_price, b.closed.import_price)
        assert np.array_equal(a.closed.solved.trade.ln_c, b.closed.solved.trade.ln_c)


def test_prices_take_over_a_part_of_it_over_some_quarters() -> None:
    # Flip tried: pass_through subtracted in inflation; failed.
    gap = (prices(held(True)) - prices(held(True, on=False))).mean(axis=1)
    assert (np.diff(gap[:4]) > 0.0).all()
    assert 0.0 < gap[-1] < tenge(held(True))[0].mean()


def test_banks_with_russian_owners_carry_it_into_finance_and_income() -> None:
    # Flip tried: fragility negated in strain_inflow; failed.
    shocked, calm = held(True), held(False)
    assert_clearly_more(shocked.stock("bank-strain")[:4], calm.stock("bank-strain")[:4])
    assert_clearly_more(calm.income("KAZ")[1:4], shocked.income("KAZ")[1:4])


def test_measures_against_russia_strain_them_too_and_without_such_banks_nothing_is_lost() -> None:
    # Flip tried: frozen subtracted in strain_inflow; failed.
    from multivector.mechanisms.stock_table import StockView
    from multivector.world.quarter.accounts import finance_now

    def access(world: World) -> np.ndarray:
        return finance_now(world.engine.layout, world.engine.p, StockView(world.engine.table, world.state.stocks))

    owned, sold = (World.of("after-2022", overrides={"stocks.bank-exposure.base": b}).play(3) for b in ("0.14", "0.0"))
    off = World.of("after-2022", overrides={"mechanisms.rouble-contagion": "false"}).play(3)
    assert_clearly_more(access(sold), access(owned))
    assert_clearly_more(access(off), access(owned))
    assert_clearly_more(sold.income("KAZ")[1:], owned.income("KAZ")[1:])


def test_a_bank_bought_from_its_owners_brings_finance_back_and_needs_two_yeses() -> None:
    # Flip tried: bank-exposure +1 in buy-out-sanctioned-bank; failed.
    from multivector.mechanisms.stock_table import StockView
    from multivector.world.choosing.deciding import feasible
    from multivector.world.quarter.accounts import finance_now

    script = {1: ("KAZ:ask-bank-licence>USA",), 2: ("KAZ:buy-out-sanctioned-bank>RUS",)}
    bought, none = (World.of("after-2022").play(4, s) for s in (script, {}))
    on, off = (
        finance_now(w.engine.layout, w.engine.p, StockView(w.engine.table, w.state.stocks)) for w in (bought, none)
    )
    assert_clearly_more(on, off)
    assert_clearly_more(none.stock("investment:RUS")[2:], bought.stock("investment:RUS")[2:])
    licensed, unlicensed = (World.of("after-2022").play(2, s) for s in ({1: script[1]}, {}))
    menu = licensed.engine.plans["KAZ"].entries
    sale = next(k for k, e in enumerate(menu) if e.id == "KAZ:buy-out-sanctioned-bank>RUS")
    assert feasible(licensed.engine, licensed.state, "KAZ")[sale].all()
    assert not feasible(unlicensed.engine, unlicensed.state, "KAZ")[sale].any()
