"""Duties inside and outside a union, and who gains from the pool."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector.mechanisms.customs import inside_cost, net_receipts, outside_change

LANES = 8
tariffs = st.floats(0.0, 0.3)


def lanes(x: float) -> np.ndarray:
    return np.full(LANES, x)


@given(tariff=tariffs)
def test_duty_is_a_cost(tariff: float) -> None:
    # Flip tried: -log1p; failed.
    assert np.exp(inside_cost(lanes(tariff))) == pytest.approx(1.0 + tariff)


@given(own=tariffs, common=tariffs, exempt=st.floats(0.0, 0.9))
def test_a_lower_own_tariff_makes_imports_from_outside_cheaper(own: float, common: float, exempt: float) -> None:
    # Flip tried: own and common exchanged; failed.
    change = outside_change(lanes(own), lanes(common), lanes(exempt))
    assert np.sign(change) == pytest.approx(np.sign(own - common) * (np.abs(change) > 0.0))
    assert (np.abs(change) <= np.abs(outside_change(lanes(own), lanes(common), lanes(0.0))) + 1e-12).all()


@given(ours=st.floats(1.0, 100.0), theirs=st.floats(1.0, 300.0), share=st.floats(0.01, 0.5))
def test_what_one_gains_from_the_pool_the_others_lose(ours: float, theirs: float, share: float) -> None:
    # Flip tried: receipts with both signs exchanged; failed on the second line.
    imports, common = np.stack([lanes(ours), lanes(theirs)]), lanes(0.05)
    mine, yours = net_receipts(imports, share, 0, common), net_receipts(imports, 1.0 - share, 1, common)
    assert mine + yours == pytest.approx(0.0, abs=1e-12)
    more = np.stack([lanes(ours), lanes(theirs + 10.0)])
    assert (net_receipts(more, share, 0, common) > mine).all()
