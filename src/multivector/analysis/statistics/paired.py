"""Two worlds on the same draws, history by history: the mean difference, its interval, and one of three verdicts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from multivector.analysis.statistics.student import student_quantile
from multivector.results.statistics import wilson

Array = NDArray[np.float64]
Verdict = Literal["higher", "lower", "no difference that matters", "cannot tell"]
HIGHER: Verdict = "higher"
LOWER: Verdict = "lower"
SAME: Verdict = "no difference that matters"
UNKNOWN: Verdict = "cannot tell"
HOLDS, FLIPS, ONE, OPEN = "same", "FLIPS", "in one order only", "cannot tell"
"""What verdicts of both orders of play say together."""

LEVEL = 0.95
FEWEST = 20
"""Pairs without any spread say nothing about the pairs not seen if they are fewer: of 20 equal ones, up to 14% of all
pairs may still be others (1 - 0.05^(1/20))."""
TIE = 1e-12
"""Values closer than this, relative to their size, are equal: the same number by another order of additions."""


@dataclass(frozen=True)
class Paired:
    """The difference ``b - a`` over pairs.

    Attributes
    ----------
    n : pairs in which both values are known.
    a, b : means.
    difference, low, high : mean of ``b - a`` and its interval (paired t); infinite bounds for fewer than two pairs.
    gain : how many times larger the variance of the difference would be with independent draws:
        ``(var a + var b) / var(b - a)``; infinite where every pair differs by the same, nan where neither varies.
    a_higher, b_higher : shares of the pairs in which the one or the other is larger, with Wilson intervals; the rest
        are ties.
    """

    n: int
    a: float
    b: float
    difference: float
    low: float
    high: float
    gain: float
    a_higher: tuple[float, float, float]
    b_higher: tuple[float, float, float]


def paired(a: Array, b: Array, *, level: float = LEVEL) -> Paired:
    """Compare two outcomes over pairs of histories.

    Parameters
    ----------
    a, b : ``[replicate]``, the same replicates in the same order; nan where not known.
    level : of the interval.

    References
    ----------
    Student 1908, Biometrika 6(1); Wilson 1927, JASA 22(158).

    Examples
    --------
    >>> found = paired(np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.0, 4.5]))
    >>> found.n, round(found.difference, 3), round(found.low, 3), round(found.high, 3)
    (3, 1.167, 0.45, 1.884)
    """
    known = ~(np.isnan(a) | np.isnan(b))
    a, b = a[known], b[known]
    n = len(a)
    if n == 0:
        nan, none = math.nan, (math.nan, 0.0, 1.0)
        return Paired(0, nan, nan, nan, -math.inf, math.inf, nan, none, none)
    size = np.maximum(np.abs(a), np.abs(b))
    gap = np.where(np.abs(b - a) <= TIE * size, 0.0, b - a)
    if gap.max() - gap.min() <= TIE * size.max():
        # What is left of equal differences is rounding.
        gap = np.full(n, np.median(gap))
    mean = float(gap.mean())
    half = math.inf if n < 2 else student_quantile(0.5 + level / 2, n - 1) * _spread(gap) / math.sqrt(n)
    return Paired(
        n, float(a.mean()), float(b.mean()), mean, mean - half, mean + half, _gain(a, b, gap),
        _share(int((gap < 0.0).sum()), n), _share(int((gap > 0.0).sum()), n),
    )  # fmt: skip


def _spread(values: Array) -> float:
    """Standard deviation; exactly 0 where all are equal, whatever the mean's rounding."""
    return 0.0 if values.max() == values.min() else float(values.std(ddof=1))


def _gain(a: Array, b: Array, gap: Array) -> float:
    if len(a) < 2:
        return math.nan
    apart, together = _spread(a) ** 2 + _spread(b) ** 2, _spread(gap) ** 2
    if together > 0.0:
        return apart / together
    return math.inf if apart > 0.0 else math.nan


def _share(hits: int, n: int) -> tuple[float, float, float]:
    return (hits / n, *wilson(hits, n))


def verdict(difference: float, low: float, high: float, margin: float, n: int) -> Verdict:
    """One of three answers (the first has a direction).

    - *higher*, *lower*: the interval does not hold zero, and the difference is larger than `margin`;
    - *no difference that matters*: the whole interval lies within the margin on both sides of zero;
    - *cannot tell*: neither.

    Pairs that all differ by the same have an interval without width; with fewer than `FEWEST` of them nothing can be
    told.

    Examples
    --------
    >>> verdict(0.5, 0.4, 0.6, 0.1, 100), verdict(0.0, -0.05, 0.05, 0.1, 100), verdict(0.2, -0.1, 0.5, 0.1, 100)
    ('higher', 'no difference that matters', 'cannot tell')
    >>> verdict(0.05, 0.04, 0.06, 0.1, 100), verdict(0.09, 0.01, 0.17, 0.1, 100), verdict(0.0, 0.0, 0.0, 0.1, 2)
    ('no difference that matters', 'cannot tell', 'cannot tell')
    """
    if not (math.isfinite(low) and math.isfinite(high)) or (low == high and n < FEWEST):
        return UNKNOWN
    if -margin <= low and high <= margin:
        return SAME
    if (low > 0.0 or high < 0.0) and abs(difference) > margin:
        return HIGHER if difference > 0.0 else LOWER
    return UNKNOWN


def both(answers: Sequence[str]) -> str:
    """Whether verdicts of several orders of play agree.

    Examples
    --------
    >>> both(["lower", "lower"]), both(["lower", "higher"])
    ('same', 'FLIPS')
    >>> both(["lower", "no difference that matters"]), both(["lower", "cannot tell"])
    ('in one order only', 'cannot tell')
    """
    if UNKNOWN in answers:
        return OPEN
    if {HIGHER, LOWER} <= set(answers):
        return FLIPS
    return HOLDS if len(set(answers)) == 1 else ONE


def needed(low: float, high: float, margin: float, n: int) -> int | None:
    """Pairs after which an interval would be as narrow as the margin on either side; None if that cannot be said.

    Examples
    --------
    >>> needed(-0.2, 0.2, 0.1, 100)
    400
    """
    half = 0.5 * (high - low)
    if n < 2 or not math.isfinite(half) or not margin > 0.0 or not half > 0.0:
        return None
    return math.ceil(round(n * (half / margin) ** 2, 6))
