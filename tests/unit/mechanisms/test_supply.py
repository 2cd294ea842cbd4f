"""What is missing while a power holds back energy, and how rival bids share their odds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector.mechanisms.supply import missing
from multivector.world.quarter.contests import shares

share = st.floats(0.0, 1.0)


def n(x: float) -> np.ndarray:
    return np.array([x])


@given(share, share, share)
def test_it_grows_with_dependence_and_falls_with_own_power(d: float, w: float, r: float) -> None:
    # Flips tried: the sign of `own`, the sign of `dependence`, the bound at zero dropped; each failed.
    here = missing(n(d), n(w), replaceable=n(r))[0]
    assert 0.0 <= here <= d
    assert missing(n(d + 0.1), n(w), replaceable=n(r))[0] >= here
    assert missing(n(d), n(w + 0.1), replaceable=n(r))[0] <= here
    assert missing(n(d), n(w), replaceable=n(0.0))[0] == d


def test_shares_are_the_logit_over_all_bids_and_none() -> None:
    # Flip tried: odds of rivals left out of the sum; failed.
    value = np.array([[0.3], [-0.4], [1.2]])
    alone = 1.0 / (1.0 + np.exp(-value))
    expected = np.exp(value) / (1.0 + np.exp(value).sum(axis=0))
    assert shares(alone, np.ones((3, 1))) == pytest.approx(expected)
    # What is not open takes part in nothing.
    assert shares(alone, np.array([[1.0], [0.0], [0.0]]))[:, 0].tolist() == pytest.approx([alone[0, 0], 0.0, 0.0])


def test_two_that_are_sure_share_alike() -> None:
    assert shares(np.ones((2, 4)), np.ones((2, 4))) == pytest.approx(np.full((2, 4), 0.5))
