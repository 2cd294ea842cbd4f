"""S21: what the powers would lose without Kazakhstan, listed good by good, restrains what they do to it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from multivector.mechanisms.coercion import use_probability
from multivector.mechanisms.stock_table import StockView
from multivector.world.layout.critical import critical_losses
from multivector.world.quarter.hazards import COERCION
from multivector.world.watching.observed import Observer
from playing import World, assert_clearly_more

pytestmark = pytest.mark.system("S21")

TURNS, POWERS = 4, ("CHN", "EU", "RUS", "USA")


@cache
def held(on: bool) -> World:
    """Kazakhstan displeases Russia each quarter, all cards on or off the table."""
    play = ("KAZ:territorial-integrity-statement", "KAZ:set-enforcement-tighten")
    switch = {} if on else {"mechanisms.reverse-leverage": "false"}
    return World.of("after-2022", overrides=switch).play(TURNS, dict.fromkeys(range(TURNS), play))


def used(world: World) -> np.ndarray:
    return world.engine.hazard_rates.use(StockView(world.engine.table, world.state.stocks))


def listed(world: World) -> dict[str, np.ndarray]:
    last = world.past[-1]
    return Observer(world.engine).outcomes(last.closed, last.happened)


@pytest.mark.parametrize("kind", COERCION)
def test_russia_presses_less(kind: str) -> None:
    # Flips tried: on_restraint negated in coercion_rate; the leverage left out of `restraint` in Hazards (see below).
    assert (held(True).rate(kind) < held(False).rate(kind)).all()


def test_and_fewer_acts_are_drawn() -> None:
    # Flip tried: on_restraint added in coercion_rate; failed.
    off, on = (sum((held(x).hazard(k) for k in COERCION), np.zeros(1)).sum(axis=0) for x in (False, True))
    assert_clearly_more(off, on, share=0.1)


@pytest.mark.parametrize("power", POWERS)
def test_every_power_would_cut_trade_less_readily(power: str) -> None:
    # Flip tried: on_restraint negated in use_probability; failed.
    k = held(True).engine.layout.powers.index(power)
    on, off = used(held(True))[k], used(held(False))[k]
    assert (on < off).all()


def test_goods_restrain_beyond_what_trade_tells() -> None:
    """With the table of goods emptied, Russia presses more, though trade itself restrains it as before."""
    # Flip tried: `seen.restraint - leverage` in Hazards.coercion; failed.
    empty = {f"leverage.goods.RUS.{g}.worth": np.zeros(200) for g in ("oil-transit", "ores-and-coal", "land-route")}
    play = dict.fromkeys(range(2), ("KAZ:territorial-integrity-statement",))
    full, none = (World.of("after-2022", numbers=n).play(2, play) for n in ({}, empty))
    for kind in COERCION:
        assert (full.rate(kind) < none.rate(kind)).all(), kind


def test_the_loss_is_listed_good_by_good_and_adds_up() -> None:
    world = held(True)
    found = listed(world)
    goods = [f"{power}.{good}" for power, good in critical_losses(world.engine.layout, world.engine.p)]
    assert {"RUS.oil-transit", "RUS.baikonur", "RUS.land-route", "CHN.uranium", "EU.oil", "USA.uranium"} <= set(goods)
    for power in POWERS:
        own = sum((found[f"critical.{g}"] for g in goods if g.startswith(f"{power}.")), np.zeros(1))
        assert (own > 0.0).all()
        assert found[f"leverage.{power}"] == pytest.approx(found[f"reverse_loss.{power}"] + own)


def test_a_minerals_agreement_gives_the_partner_more_to_lose() -> None:
    # Flip tried: leverage -1 in minerals-agreement; failed.
    made, none = (World.of("after-2022").play(6, {0: p}) for p in (("EU:minerals-agreement>KAZ",), ()))
    gap = made.stock("leverage:EU") - none.stock("leverage:EU")
    assert gap[:3] == pytest.approx(0.0)
    assert (gap[4:] > 0.0).all()
    numbers = {"intercept": -3.0, "on_displeasure": 4.0, "on_relation": 1.0, "on_restraint": 60.0}
    named = {k: np.full(200, v) for k, v in numbers.items()}
    zero = np.zeros(200)
    more, less = (use_probability(zero, zero, w.stock("leverage:EU")[-1], **named) for w in (made, none))
    assert (more < less).all()
