"""The National Fund takes in what is saved of a windfall and pays for what is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from playing import Luck, World, reading

LANES = 8


def played(price: float, **more: str) -> World:
    unit = "US$ of 2021 a barrel"
    path = f"{{values: {{2021-Q1: {price}}}, unit: {unit}, source: test, confidence: assumed, low: 10, high: 200}}"
    calm = {"mechanisms.oil-price-shocks": "false", "paths.oil_price": path, **more}
    return World.of("base-2021", lanes=LANES, draws=Luck(LANES), overrides=calm).play(4)


@pytest.mark.parametrize(("price", "rule"), [(100.0, "saved"), (45.0, "drawn")])
def test_a_year_of_dear_or_cheap_oil_is_what_the_rule_says(price: float, rule: str) -> None:
    # Flips tried: `-` in settle_fund; hoarded returned with the other sign; both failed.
    w = played(price)
    p, oil = w.engine.p, w.past[0].happened.oil
    assert oil is not None
    change = p[f"oil.{rule}"] * oil.earned / p["oil.fund"]
    assert np.sign(change[0]) == np.sign(price - 71.0)
    assert w.stock("fund")[-1] == pytest.approx(1.0 + change)
    assert np.array_equal(reading(w, "fund")[-1], w.stock("fund")[-1])


def test_at_the_base_price_nothing_moves_and_a_switch_turns_it_off() -> None:
    assert played(71.0).stock("fund") == pytest.approx(np.ones((4, LANES)), abs=1e-12)
    assert np.array_equal(played(45.0, **{"mechanisms.savings": "false"}).stock("fund"), np.ones((4, LANES)))


def test_an_empty_fund_pays_no_more() -> None:
    w = played(45.0, **{"actors.KAZ.stocks.fund": "0.01"})
    assert (w.stock("fund")[-1] == 0.0).all()
