"""Paired differences: analytic cases, laws, coverage, and the three verdicts.

Flips tried (each fails a test here): b - a as a - b; low and high exchanged; `var(b - a)` over the sum instead of the
other way round; independent variances in place of the paired one; `and` as `or` in the verdict; the margin's sign.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from multivector.analysis.statistics.paired import FEWEST, HIGHER, LOWER, SAME, UNKNOWN, needed, paired, verdict

PAIRS = st.integers(2, 40).flatmap(lambda n: arrays(float, (2, n), elements=st.floats(-1e3, 1e3, width=32)))


def test_the_interval_is_that_of_student_s_sleep_data() -> None:
    # Student 1908, table I: hours of sleep gained by two drugs in ten patients; t(9) = 4.0621, p = 0.0028.
    first = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
    second = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
    found = paired(first, second)
    assert (found.n, found.difference) == (10, pytest.approx(1.58))
    assert (found.low, found.high) == (pytest.approx(0.7001, abs=1e-4), pytest.approx(2.4599, abs=1e-4))
    assert found.b_higher[0] == 0.9
    assert found.a_higher[0] == 0.0


@given(PAIRS)
def test_exchanging_the_worlds_turns_everything_round(pair: np.ndarray) -> None:
    one, other = paired(pair[0], pair[1]), paired(pair[1], pair[0])
    assert one.difference == pytest.approx(-other.difference, abs=1e-9)
    assert one.low == pytest.approx(-other.high, abs=1e-9)
    assert one.a_higher == other.b_higher


@given(PAIRS, st.integers(-100, 100))
def test_a_shift_of_one_world_shifts_the_difference_alone(pair: np.ndarray, shift: int) -> None:
    one, other = paired(pair[0], pair[1]), paired(pair[0], pair[1] + shift)
    assert other.difference == pytest.approx(one.difference + shift, abs=1e-6)
    assert other.high - other.low == pytest.approx(one.high - one.low, abs=1e-6)


@given(PAIRS)
def test_a_higher_level_is_wider(pair: np.ndarray) -> None:
    narrow, wide = paired(pair[0], pair[1]), paired(pair[0], pair[1], level=0.99)
    assert wide.low <= narrow.low <= narrow.difference <= narrow.high <= wide.high


@pytest.mark.parametrize("skewed", [False, True])
def test_the_interval_covers_the_truth_as_often_as_it_says(skewed: bool) -> None:
    rng = np.random.default_rng(5)
    hits, trials = 0, 2000
    for _ in range(trials):
        luck, own = rng.normal(size=(2, 60))
        gap = rng.exponential(size=60) if skewed else 1.0 + own
        found = paired(luck, luck + gap)
        hits += found.low <= 1.0 <= found.high
    # 95% within three standard errors; the skewed one may fall short by two points.
    assert hits / trials > 0.95 - 3 * math.sqrt(0.95 * 0.05 / trials) - (0.02 if skewed else 0.0)
    assert hits / trials < 0.975


def test_the_gain_is_the_variance_ratio_of_equal_luck() -> None:
    rng = np.random.default_rng(6)
    luck = rng.normal(size=20_000)
    one, other = luck + 0.5 * rng.normal(size=20_000), luck + 0.5 * rng.normal(size=20_000)
    # (1.25 + 1.25) / (0.25 + 0.25)
    assert paired(one, other).gain == pytest.approx(5.0, rel=0.05)
    assert paired(one, rng.permutation(other)).gain == pytest.approx(1.0, rel=0.05)


def test_what_is_not_known_in_both_is_left_out() -> None:
    found = paired(np.array([1.0, np.nan, 3.0]), np.array([2.0, 5.0, np.nan]))
    assert (found.n, found.difference, found.low, found.high) == (1, 1.0, -math.inf, math.inf)
    nothing = paired(np.array([np.nan]), np.array([1.0]))
    assert nothing.n == 0
    assert math.isnan(nothing.difference)


def test_two_pairs_have_an_interval_and_it_is_wide() -> None:
    found = paired(np.zeros(2), np.array([1.0, 2.0]))
    # t(1) = 12.706, standard error 0.5
    assert (found.low, found.high) == (pytest.approx(1.5 - 6.353, abs=1e-3), pytest.approx(1.5 + 6.353, abs=1e-3))


def test_no_spread_is_no_width_and_no_rounding_is_a_difference() -> None:
    a = np.full(30, 0.1)
    found = paired(a, a + 0.2)
    assert found.low == found.difference == found.high
    assert math.isnan(found.gain)
    same = paired(np.full(30, 0.3), np.full(30, 0.1 + 0.2))
    assert (same.difference, same.b_higher[0]) == (0.0, 0.0)
    assert paired(np.arange(30.0), np.arange(30.0) + 1.0).gain == math.inf


@pytest.mark.parametrize(
    ("difference", "low", "high", "margin", "n", "answer"),
    [
        (0.5, 0.4, 0.6, 0.1, 100, HIGHER),
        (-0.5, -0.6, -0.4, 0.1, 100, LOWER),
        (0.5, 0.05, 0.95, 0.1, 100, HIGHER),
        (0.5, -0.05, 1.05, 0.1, 100, UNKNOWN),
        (0.05, 0.04, 0.06, 0.1, 100, SAME),
        (0.0, -0.1, 0.1, 0.1, 100, SAME),
        (0.09, 0.01, 0.17, 0.1, 100, UNKNOWN),
        (0.1, 0.05, 0.15, 0.1, 100, UNKNOWN),
        (0.0, -math.inf, math.inf, 0.1, 1, UNKNOWN),
        (math.nan, -math.inf, math.inf, 0.1, 0, UNKNOWN),
        (0.0, 0.0, 0.0, 0.1, FEWEST, SAME),
        (0.0, 0.0, 0.0, 0.1, FEWEST - 1, UNKNOWN),
        (1.0, 1.0, 1.0, 0.1, FEWEST, HIGHER),
        (0.0, 0.0, 0.0, 0.0, 100, SAME),
        (0.2, 0.1, 0.3, 0.0, 100, HIGHER),
    ],
)
def test_verdicts(difference: float, low: float, high: float, margin: float, n: int, answer: str) -> None:
    assert verdict(difference, low, high, margin, n) == answer


@given(PAIRS, st.floats(1e-3, 10))
def test_the_three_verdicts_exclude_each_other(pair: np.ndarray, margin: float) -> None:
    found = paired(pair[0], pair[1])
    answer = verdict(found.difference, found.low, found.high, margin, found.n)
    if answer == SAME:
        assert max(abs(found.low), abs(found.high)) <= margin
    elif answer in (HIGHER, LOWER):
        assert abs(found.difference) > margin
        assert found.low > 0.0 or found.high < 0.0


def test_a_wider_margin_never_finds_more_differences() -> None:
    assert verdict(0.5, 0.4, 0.6, 0.45, 100) == HIGHER
    assert verdict(0.5, 0.4, 0.6, 0.55, 100) == UNKNOWN
    assert verdict(0.5, 0.4, 0.6, 0.65, 100) == SAME


def test_four_times_the_pairs_halve_the_interval() -> None:
    assert needed(-0.2, 0.2, 0.1, 100) == 400
    assert needed(-math.inf, math.inf, 0.1, 1) is None
    assert needed(0.0, 0.0, 0.1, 100) is None
