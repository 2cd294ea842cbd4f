"""Standing: consent, what a yes costs, patience."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector.mechanisms.mediation import both, consent, patience, reserve

shares = st.floats(-0.5, 0.5)
steps = st.floats(0.01, 0.5)


def lanes(x: float) -> np.ndarray:
    return np.full(8, x)


def yes(neutrality: float, status: float) -> np.ndarray:
    return consent(
        lanes(neutrality), lanes(status), intercept=lanes(0.5), on_neutrality=lanes(5.0), on_status=lanes(2.0)
    )


@given(neutrality=shares, status=shares, step=steps)
def test_trust_and_standing_win_consent(neutrality: float, status: float, step: float) -> None:
    # Flips tried: each sign in consent; failed each time.
    assert (yes(neutrality + step, status) > yes(neutrality, status)).all()
    assert (yes(neutrality, status + step) > yes(neutrality, status)).all()


@given(neutrality=shares, status=shares)
def test_two_must_agree(neutrality: float, status: float) -> None:
    one, other = yes(neutrality, status), yes(status, neutrality)
    assert (both(one, other) <= np.minimum(one, other)).all()
    assert both(one, lanes(1.0)) == pytest.approx(one)


@given(status=shares, step=steps)
def test_standing_raises_the_price_of_a_yes(status: float, step: float) -> None:
    # Flip tried: the sign of reserve; failed.
    assert (reserve(lanes(status + step), worth=lanes(2.0)) > reserve(lanes(status), worth=lanes(2.0))).all()
    assert reserve(lanes(status), worth=lanes(0.0)) == pytest.approx(lanes(0.0))


@given(neutrality=shares, step=steps)
def test_the_even_handed_are_resented_less_and_never_thanked(neutrality: float, step: float) -> None:
    # Flip tried: the sign in patience; failed.
    low, high = (patience(lanes(n), relief=lanes(1.0)) for n in (neutrality, neutrality + step))
    assert (high < low).all()
    assert (high > 0.0).all()
