"""Conditional general equilibrium against an independent implementation: gegravity, kept with its version."""

from __future__ import annotations

import numpy as np
import pytest

from conformance.gravity import EXPERIMENTS, THETAS, conditional, distances, kept, shocks, world


def test_flows_agree_with_what_gegravity_found() -> None:
    # Flip tried: `np.exp(theta * ln_cost)` in `conditional`; failed. The tolerance is gegravity's 1e-13 times a margin.
    assert max(distances()) < 1e-10


def test_every_experiment_was_given_to_gegravity() -> None:
    cases = {(case["theta"], case["experiment"]) for case in kept()["cases"]}
    assert cases == {(theta, k) for theta in THETAS for k in range(EXPERIMENTS)}


@pytest.mark.parametrize("theta", THETAS)
def test_conditional_means_that_output_and_spending_stay_and_flows_do_not(theta: float) -> None:
    base = world()
    before = base.flows()[:, :, 0, 0]
    after = conditional(base, shocks(base.nodes)[0], theta)
    assert np.abs(after / before - 1.0).max() > 0.1
    for axis in (0, 1):
        np.testing.assert_allclose(after.sum(axis=axis), before.sum(axis=axis), rtol=1e-10)
