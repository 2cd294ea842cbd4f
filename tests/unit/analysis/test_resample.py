"""Resampled histories: quantiles' differences and ranks, with their uncertainty.

Flips tried (each fails a test here): a - b for b - a; the sign of `higher_is_better`; resampling the two sides apart.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector.analysis.statistics import resample
from multivector.analysis.statistics.resample import quantile_differences, ranks, resamples


def test_resamples_are_the_same_every_time_and_lie_inside() -> None:
    one, other = (np.concatenate(list(resamples(50, 20))) for _ in range(2))
    assert (one == other).all()
    assert one.shape == (20, 50)
    assert (one >= 0).all()
    assert (one < 50).all()
    # Each position comes once on average.
    assert np.bincount(one.reshape(-1), minlength=50).mean() == 20.0


def test_memory_does_not_grow_with_the_histories(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resample, "AT_ONCE", 100)
    parts = list(resamples(40, 7))
    assert [len(part) for part in parts] == [2, 2, 2, 1]
    assert not (parts[0][0] == parts[1][0]).all()


@given(st.floats(-5, 5))
def test_a_common_shift_moves_every_quantile_by_the_same(shift: float) -> None:
    a = np.random.default_rng(1).normal(size=200)
    for difference, low, high in quantile_differences(a, a + shift, count=30):
        # Both sides are resampled together: luck cancels out, and the interval has no width.
        assert (difference, low, high) == (pytest.approx(shift, abs=1e-9),) * 3


def test_tails_show_what_a_mean_hides() -> None:
    a = np.random.default_rng(2).normal(size=2000)
    b = 2.0 * a
    low_tail, high_tail = quantile_differences(a, b)
    assert low_tail[2] < -1.2
    assert high_tail[1] > 1.2
    assert abs(a.mean() - b.mean()) < 0.1


def test_the_interval_of_a_quantile_covers_it() -> None:
    rng = np.random.default_rng(3)
    hits, trials = 0, 200
    for _ in range(trials):
        luck = rng.normal(size=(2, 200))
        found = quantile_differences(luck[0], luck[0] + 0.5 * luck[1], (0.5,), count=100)[0]
        hits += found[1] <= 0.0 <= found[2]
    assert 0.89 <= hits / trials <= 0.99


def test_one_history_has_no_interval() -> None:
    assert quantile_differences(np.ones(1), np.ones(1))[0][1:] == (-np.inf, np.inf)


def test_ranks_are_sure_where_worlds_are_apart_and_not_where_they_are_equal() -> None:
    rng = np.random.default_rng(4)
    luck = rng.normal(size=400)
    apart = ranks(np.stack([luck, luck + 1.0, luck - 1.0]))
    assert (apart.rank, apart.low, apart.high) == ((2, 1, 3),) * 3
    assert apart.first == (0.0, 1.0, 0.0)
    close = ranks(np.stack([luck + 0.05 * rng.normal(size=400), luck + 0.05 * rng.normal(size=400)]))
    assert (close.low, close.high) == ((1, 1), (2, 2))
    assert sum(close.first) == pytest.approx(1.0)


def test_lower_may_be_better() -> None:
    assert ranks(np.array([[1.0, 1.0], [2.0, 2.0]]), higher_is_better=False).rank == (1, 2)


def test_equal_worlds_share_the_first_rank() -> None:
    found = ranks(np.ones((2, 5)))
    assert (found.rank, found.first) == ((1, 1), (0.5, 0.5))


def test_histories_that_are_not_known_everywhere_do_not_count() -> None:
    found = ranks(np.array([[1.0, np.nan, 1.0], [0.0, 9.0, 0.0]]))
    assert found.rank == (1, 2)
