"""Consumer prices follow imports, world food and administered prices; imports arrive over some quarters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector.mechanisms.prices import passed_on, quarterly_inflation

LANES = 8
changes, steps = st.floats(-0.1, 0.1), st.floats(0.005, 0.1)


def lanes(x: float) -> np.ndarray:
    return np.full(LANES, x)


@given(cost=changes, food=changes, pressure=st.floats(-0.01, 0.01), step=steps)
def test_dear_imports_and_food_raise_prices(cost: float, food: float, pressure: float, step: float) -> None:
    # Flips tried: pass_through negated, food_share negated, pressure subtracted; failed each time.
    def inflation(a: float, b: float, c: float) -> np.ndarray:
        return quarterly_inflation(
            lanes(a), lanes(b), lanes(c), trend=lanes(0.02), pass_through=lanes(0.3), food_share=lanes(0.2)
        )

    here = inflation(cost, food, pressure)
    assert here == pytest.approx(lanes(0.02 + 0.3 * cost + 0.2 * food + pressure))
    for more in ((cost + step, food, pressure), (cost, food + step, pressure), (cost, food, pressure + step)):
        assert (inflation(*more) > here).all()


@given(passed=changes, cost=changes, speed=st.floats(0.1, 1.0))
def test_the_gap_closes_without_overshooting(passed: float, cost: float, speed: float) -> None:
    # Flip tried: speed negated; failed.
    after = passed_on(lanes(passed), lanes(cost), speed=lanes(speed))
    assert (np.abs(cost - after) <= (1.0 - speed) * abs(cost - passed) + 1e-12).all()


def test_a_lasting_cost_is_passed_on_in_the_end_and_no_more() -> None:
    passed = lanes(0.0)
    for _ in range(60):
        passed = passed_on(passed, lanes(0.2), speed=lanes(0.4))
    assert passed == pytest.approx(0.2)
