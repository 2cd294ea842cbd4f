"""Plays of one quarter take effect together: no order matters, and what a range cuts off is not taken back."""

from __future__ import annotations

import numpy as np
import pytest

from multivector.mechanisms.coordinates import Impulse
from multivector.world.engine import Engine
from multivector.world.quarter.impulses import add_together
from multivector.world.state import State
from reproducibility.histories import setup

KEY, LATER = "displeasure:RUS>KAZ", "leverage:EU"
"""A stock that moves change at once, and one on which effects come later or are undone."""
ONE = np.ones(8)


def together(*impulses: Impulse, start: float = 0.0) -> tuple[Engine, State, int, float]:
    """The state after some plays at once; the stock's place, and the size of one step."""
    engine = setup().engine(8)
    state = engine.initial()
    d = engine.table.index[impulses[0].key]
    state.stocks[d] = start
    add_together(engine, state, [((i,), ONE) for i in impulses])
    return engine, state, d, float(engine.table.step[d, 0])


def queued(engine: Engine, state: State) -> np.ndarray:
    """What comes a quarter later."""
    return state.pending[engine.layout.waiting[LATER], 1]


def test_pleasing_and_displeasing_offset_each_other_in_any_order() -> None:
    please, displease = Impulse(KEY, -2.0, True), Impulse(KEY, 3.0, True)
    _, one, d, step = together(please, displease)
    _, other, _, _ = together(displease, please)
    assert one.stocks[d] == pytest.approx(step)
    assert np.array_equal(one.stocks, other.stocks)


def test_the_sum_stays_in_range() -> None:
    engine, state, d, _ = together(Impulse(KEY, -3.0, True), Impulse(KEY, 1.0, True))
    assert (state.stocks[d] == engine.table.low[d]).all()


def test_a_passing_effect_is_taken_back_as_far_as_it_took_place() -> None:
    passing = Impulse(LATER, 2.0, True, turns=1)
    engine, state, d, step = together(passing)
    left = float(engine.table.left(passing)[0])
    assert state.stocks[d] == pytest.approx(2.0 * step)
    assert queued(engine, state) == pytest.approx(-2.0 * step * left)


def test_what_the_range_cut_off_is_not_taken_back() -> None:
    passing = Impulse(LATER, 2.0, True, turns=1)
    high = float(setup().engine(8).table.high[setup().layout.keys.index(LATER), 0])
    engine, state, d, step = together(passing, start=high - 0.5 * float(_step()))
    assert (state.stocks[d] == high).all()
    assert queued(engine, state) == pytest.approx(-0.5 * step * float(engine.table.left(passing)[0]))


def _step() -> float:
    engine = setup().engine(8)
    return float(engine.table.step[engine.table.index[LATER], 0])


def test_what_comes_later_waits() -> None:
    engine, state, d, step = together(Impulse(LATER, 2.0, True, delay=1))
    assert (state.stocks[d] == 0.0).all()
    assert queued(engine, state) == pytest.approx(2.0 * step)
