"""Fronts of made-up candidates."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from multivector.analysis.doctrines.front import beaten, spread_out


def test_what_is_beaten() -> None:
    values = np.array([[3.0, 1.0, 0.0], [1.0, 3.0, 0.0], [1.0, 1.0, 0.0], [3.0, 1.0, 0.1], [0.0, 0.0, 9.0]])
    assert beaten(values).tolist() == [True, False, True, False, False]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 30))
def test_a_front_is_what_the_definition_says(seed: int, count: int) -> None:
    values = np.random.default_rng(seed).integers(0, 4, (count, 3)).astype(float)
    expected = [any((o >= v).all() and (o > v).any() for o in values) for v in values]
    assert beaten(values).tolist() == expected
    assert not beaten(values).all()


def test_what_is_kept_lies_apart_and_has_the_ends() -> None:
    x = np.concatenate([np.linspace(0.0, 0.01, 20), [0.5, 1.0]])
    values = np.stack([x, 1.0 - x], axis=1)
    kept = spread_out(values, 4)
    assert {0, 20, 21} <= set(kept)
    assert len(kept) == 4
    assert spread_out(values[[0, 0, 21]], 4) == [0, 2]
