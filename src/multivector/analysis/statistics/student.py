"""Quantiles of Student's t without a statistics library: importing one takes longer than a whole comparison.

The distribution function is a regularised incomplete beta function, evaluated by its continued fraction (Lentz's
method), and the quantile is found by bisection.

References: Abramowitz and Stegun 1964, 26.5.8 and 26.7.1; Lentz 1976, Applied Optics 15(3).
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

_TINY = 1e-300
_STEPS = 2000
MANY = 1e6
"""Degrees of freedom from which the normal quantile is as good: the two differ by less than 1e-5 there."""


def student_cdf(t: float, df: float) -> float:
    """Probability that a Student variable with `df` degrees of freedom is at most `t`.

    Examples
    --------
    >>> round(student_cdf(0.0, 5), 6), round(student_cdf(1.0, 1), 6), round(student_cdf(2.228139, 10), 6)
    (0.5, 0.75, 0.975)
    """
    square = t * t
    # Of two ways to say the same, the one in which nothing small is taken from one.
    if square < df:
        half = 0.5 * _beta(square / (df + square), 0.5, 0.5 * df)
        return 0.5 + half if t > 0.0 else 0.5 - half
    tail = 0.5 * _beta(df / (df + square), 0.5 * df, 0.5)
    return 1.0 - tail if t > 0.0 else tail


@lru_cache(maxsize=4096)
def student_quantile(p: float, df: float) -> float:
    """The value that a Student variable with `df` degrees of freedom stays below with probability `p`.

    Parameters
    ----------
    p : inside (0, 1).
    df : degrees of freedom, above 0.

    Raises
    ------
    ValueError
        If `p` or `df` is out of range.

    Examples
    --------
    >>> [round(student_quantile(0.975, df), 4) for df in (1, 2, 10, 1000)]
    [12.7062, 4.3027, 2.2281, 1.9623]
    """
    if not 0.0 < p < 1.0 or not df > 0.0:
        raise ValueError(f"p must lie in (0, 1) and df above 0, found {p} and {df}")
    if p == 0.5:
        return 0.0
    if p < 0.5:
        return -student_quantile(1.0 - p, df)
    if df > MANY:
        return NormalDist().inv_cdf(p)
    low, high = 0.0, 1.0
    while student_cdf(high, df) < p:
        low, high = high, 2.0 * high
    for _ in range(200):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        low, high = (middle, high) if student_cdf(middle, df) < p else (low, middle)
    return 0.5 * (low + high)


def _beta(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta function I_x(a, b)."""
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    ln_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    # The fraction converges fast on one side of the mean only; the other side is its mirror image.
    if x < (a + 1.0) / (a + b + 2.0):
        return math.exp(ln_front) * _fraction(x, a, b) / a
    return 1.0 - math.exp(ln_front) * _fraction(1.0 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1.0 / _away(1.0 - (a + b) * x / (a + 1.0))
    out = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        for term in (even, odd):
            d = 1.0 / _away(1.0 + term * d)
            c = _away(1.0 + term / c)
            out *= c * d
        if abs(c * d - 1.0) < 1e-15:
            break
    return out


def _away(x: float) -> float:
    return x if abs(x) > _TINY else _TINY
