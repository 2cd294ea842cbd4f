"""The persistent process of prices: its exact variance, and how fast it forgets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector.mechanisms.shocks import ar1_step
from multivector.randomness import Streams

LANES = 6400


def path(u: np.ndarray, rho: float, sd: float, before: float = 0.0) -> np.ndarray:
    """Deviations by quarter, ``[quarter, lane]``."""
    x, out = np.full(u.shape[1], before), []
    for row in u:
        x = ar1_step(x, row, persistence=np.full(len(row), rho), sd=np.full(len(row), sd))
        out.append(x)
    return np.stack(out)


def test_the_variance_is_that_of_the_process() -> None:
    # Flip tried: minus before rho x; failed here and below. Minus before sd z; failed below.
    found = path(Streams(8).uniforms("shocks/test/x", 6, np.arange(LANES)), 0.9, 0.12)
    expected = np.cumsum(0.12**2 * 0.81 ** np.arange(6))
    assert found.var(axis=1) == pytest.approx(expected, rel=0.08)
    assert np.abs(found.mean(axis=1)).max() < 0.01
    assert np.corrcoef(found[4], found[5])[0, 1] > 0.8


@given(rho=st.floats(-0.9, 0.99), sd=st.floats(0.0, 0.5), before=st.floats(-1.0, 1.0))
def test_it_forgets_at_its_rate(rho: float, sd: float, before: float) -> None:
    quiet = path(np.full((4, 8), 0.5), rho, sd, before)
    assert quiet[:, 0] == pytest.approx(before * rho ** np.arange(1, 5), abs=1e-12)
    lucky = path(np.full((1, 8), 0.9), rho, sd, before)
    assert (lucky[0] >= quiet[0]).all()
