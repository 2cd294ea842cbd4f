"""Shares of paired histories: Newcombe's examples, laws, coverage.

Flips tried (each fails a test here): the sign of the correlation; a - b for b - a; only_a and only_b exchanged.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector.analysis.statistics.shares import _correlation, paired_shares


def flags(both: int, only_a: int, only_b: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    counts = (both, only_a, only_b, neither)
    a = np.repeat([True, True, False, False], counts)
    return a, np.repeat([True, False, True, False], counts)


# Newcombe 1998b, Statistics in Medicine 17, 2635-2650, method 10: e, f, g, h; here f are the pairs won by B alone.
@pytest.mark.parametrize(
    ("table", "difference", "low", "high"),
    [((36, 2, 12, 0), 0.20, 0.0569, 0.3404), ((0, 0, 0, 10), 0.0, -0.2775, 0.2775)],
)
def test_newcombe_s_examples(table: tuple[int, int, int, int], difference: float, low: float, high: float) -> None:
    found = paired_shares(*flags(*table))
    assert found.difference == pytest.approx(difference)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))
    assert (found.both, found.only_a, found.only_b, found.neither) == table


TABLES = st.tuples(*[st.integers(0, 30)] * 4).filter(lambda t: sum(t) > 0)


@given(TABLES)
def test_the_interval_holds_the_difference_and_turns_round(table: tuple[int, int, int, int]) -> None:
    one = paired_shares(*flags(*table))
    other = paired_shares(*reversed(flags(*table)))
    assert -1.0 <= one.low <= one.difference + 1e-12
    assert one.difference <= one.high + 1e-12
    assert one.high <= 1.0
    assert one.low == pytest.approx(-other.high, abs=1e-12)
    assert one.n == sum(table)
    assert one.low < one.high


def test_pairs_that_go_together_narrow_the_interval() -> None:
    together, apart = paired_shares(*flags(50, 0, 0, 50)), paired_shares(*flags(25, 25, 25, 25))
    assert together.high - together.low < 0.5 * (apart.high - apart.low)


def test_it_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    hits, trials = 0, 2000
    for _ in range(trials):
        u = rng.random(200)
        found = paired_shares(u < 0.94, (u < 0.80) | (u > 0.99))
        hits += found.low <= 0.81 - 0.94 <= found.high
    assert abs(hits / trials - 0.95) < 0.02


def test_no_pairs_say_nothing() -> None:
    found = paired_shares(np.zeros(0, bool), np.zeros(0, bool))
    assert math.isnan(found.difference)
    assert (found.low, found.high) == (-1.0, 1.0)


def test_a_positive_correlation_is_corrected_for_continuity() -> None:
    # sqrt(45 * 55 * 43 * 57) = 2462.97; the cross product 2065 loses half of the hundred pairs.
    assert _correlation(40, 5, 3, 52) == pytest.approx(2015 / 2462.97, abs=1e-5)
    assert _correlation(5, 40, 52, 3) == pytest.approx(-2065 / 2462.97, abs=1e-5)
    assert _correlation(26, 25, 24, 25) == 0.0
    assert _correlation(0, 0, 3, 4) == 0.0
