"""Made-up payoffs with a known answer: which choice is best, which dominated, and when nothing can be told.

Flips tried, each of which fails a test here: differences turned round, the margin left out of weak dominance, intervals
of one pair instead of the family, ranks with less as better.
"""

from __future__ import annotations

import numpy as np
import pytest

from multivector.analysis.doctrines.payoffs import NOT, STRICTLY, UNKNOWN, WEAKLY, Payoffs, common

LUCK = np.random.default_rng(5).normal(size=200)
NOISE = np.random.default_rng(6).normal(size=(4, 3, 200))


def made_up(means: list[list[float]], noise: float = 0.1, n: int = 200, margin: float = 0.05) -> Payoffs:
    """Columns of means by choice, on common luck with a little noise of their own."""
    at = np.asarray(means)[..., None]
    own = NOISE[: at.shape[0], : at.shape[1], :n]
    return Payoffs(at + 5.0 * LUCK[:n] + noise * (own - own.mean(axis=-1, keepdims=True)), margin)


def test_a_gap_is_the_mean_difference_and_turns_round() -> None:
    found = made_up([[1.0, 0.4]])
    one, other = found.gap(0, 0, 1), found.gap(0, 1, 0)
    assert one.difference == pytest.approx(0.6)
    assert (one.verdict, other.verdict) == ("higher", "lower")
    assert (other.low, other.high, other.difference) == (-one.high, -one.low, -one.difference)
    assert one.low < 0.6 < one.high


def test_intervals_hold_together() -> None:
    """Three choices in two columns are six differences: each interval is that of 1 - 0.05/6, wider than one alone."""
    many, alone = made_up([[1.0, 0.4, 0.0], [1.0, 0.4, 0.0]]), made_up([[1.0, 0.4]])
    assert many.single == pytest.approx(1.0 - 0.05 / 6)
    one, other = many.gap(0, 0, 1), alone.gap(0, 0, 1)
    assert other.high - other.low < one.high - one.low
    # Normal quantiles of the two levels: 2.64 over 1.96.
    assert (one.high - one.low) / (other.high - other.low) == pytest.approx(2.64 / 1.96, rel=0.02)


def test_a_family_covers_its_truth() -> None:
    """Of 200 families of six true differences of zero, about 5% have an interval off zero; never 15%."""
    draws = np.random.default_rng(1).normal(size=(200, 2, 3, 40))
    wrong = 0
    for values in draws:
        found = Payoffs(values, 0.0)
        wrong += any(found.gap(c, i, j).low > 0 or found.gap(c, i, j).high < 0
                     for c in range(2) for i, j in ((0, 1), (0, 2), (1, 2)))  # fmt: skip
    assert wrong <= 20


@pytest.mark.parametrize(
    ("a", "b", "answer"),
    [
        ([0.5, 0.5], [0.0, 0.0], STRICTLY),
        ([0.5, 0.0], [0.0, 0.0], WEAKLY),
        ([0.5, -0.02], [0.0, 0.0], WEAKLY),  # worse, by less than matters
        ([0.5, -0.5], [0.0, 0.0], NOT),
        ([0.0, 0.0], [0.0, 0.0], NOT),
        ([-0.5, -0.5], [0.0, 0.0], NOT),
    ],
)
def test_dominance_of_made_up_payoffs(a: list[float], b: list[float], answer: str) -> None:
    found = made_up([list(pair) for pair in zip(a, b, strict=True)])
    assert found.dominates(0, 1) == answer


def test_what_is_too_noisy_cannot_be_told() -> None:
    found = made_up([[0.05, 0.0], [0.05, 0.0]], noise=2.0)
    assert found.dominates(0, 1) == UNKNOWN
    assert found.dominance(1).answer == UNKNOWN
    assert found.dominance(1).may == (0,)


def test_two_choices_never_dominate_each_other() -> None:
    found = made_up([[0.02, 0.0], [0.0, 0.02]])
    assert {found.dominates(0, 1), found.dominates(1, 0)} == {NOT}


def test_dominance_names_who() -> None:
    found = made_up([[1.0, 0.5, 0.0], [1.0, 0.5, 0.7]])
    assert found.dominance(0).answer == NOT
    assert (found.dominance(1).answer, found.dominance(1).by) == (STRICTLY, (0,))
    assert (found.dominance(2).answer, found.dominance(2).by) == (STRICTLY, (0,))


def test_the_best_and_how_sure() -> None:
    found = made_up([[0.0, 1.0, 0.99]])
    best = found.best(0)
    assert (best.choice, best.worse, best.same, best.unknown) == (1, (0,), (2,), ())
    assert best.shares[0] == 0.0
    assert sum(best.shares) == pytest.approx(1.0)
    close = made_up([[0.0, 0.0]], noise=1.0).best(0)
    assert 0.1 < close.share < 0.9


def test_few_equal_pairs_say_nothing() -> None:
    """Three pairs that all differ by one: an interval without width is none."""
    few = Payoffs(np.array([[[1.0, 2.0, 3.0], [0.0, 1.0, 2.0]]]), 0.1)
    assert few.gap(0, 0, 1).verdict == "cannot tell"
    assert few.dominates(0, 1) == UNKNOWN
    many = Payoffs(np.stack([np.arange(30.0) + 1.0, np.arange(30.0)])[None], 0.1)
    assert many.dominates(0, 1) == STRICTLY


def test_shares_have_intervals_of_their_own() -> None:
    """All survive under both: the difference is zero, and yet 30 histories cannot say that no other would be lost."""
    found = Payoffs(np.ones((1, 2, 30)), 0.03, flags=True)
    gap = found.gap(0, 0, 1)
    assert gap.difference == 0.0
    assert gap.low < -0.03 < 0.03 < gap.high
    assert gap.verdict == "cannot tell"


def test_failed_histories_count_nowhere() -> None:
    values = np.array([[[1.0, np.nan, 3.0, 5.0], [0.0, 1.0, np.nan, 1.0]]])
    assert Payoffs(values, 0.1).gap(0, 0, 1).n == 2
    assert Payoffs(values, 0.1).gap(0, 0, 1).difference == 2.5
    assert common([values, values]).shape == (2, 1, 2, 2)
