"""Shares in paired histories: a two-by-two table, the difference of two shares and its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from multivector.results.statistics import Z95, wilson

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class PairedShares:
    """Two flags over the same histories.

    Attributes
    ----------
    both, only_a, only_b, neither : histories by which of the two hold.
    a, b : shares with Wilson intervals: (share, low, high).
    difference, low, high : ``b - a`` and its interval.
    """

    both: int
    only_a: int
    only_b: int
    neither: int
    a: tuple[float, float, float]
    b: tuple[float, float, float]
    difference: float
    low: float
    high: float

    @property
    def n(self) -> int:
        """Number of pairs."""
        return self.both + self.only_a + self.only_b + self.neither


def paired_shares(a: Flags, b: Flags, *, level: float = 0.95) -> PairedShares:
    """Compare how often two things hold in the same histories, ``[replicate]`` each.

    The interval is Newcombe's tenth method: the Wilson limits of both shares, joined with the correlation of the table
    (corrected for continuity). It stays inside [-1, 1] and has width even where no pair differs.

    References
    ----------
    Newcombe 1998, Improved confidence intervals for the difference between binomial proportions based on paired data,
    Statistics in Medicine 17(22).

    Examples
    --------
    >>> a = np.array([True] * 36 + [False] * 12 + [True] * 2)
    >>> b = np.array([True] * 48 + [False] * 2)
    >>> found = paired_shares(a, b)
    >>> (found.both, found.only_a, found.only_b), round(found.difference, 4), round(found.low, 4), round(found.high, 4)
    ((36, 2, 12), 0.2, 0.0569, 0.3404)
    """
    counts = (int((a & b).sum()), int((a & ~b).sum()), int((~a & b).sum()), int((~a & ~b).sum()))
    both, only_a, only_b, neither = counts
    n = sum(counts)
    z = Z95 if level == 0.95 else NormalDist().inv_cdf(0.5 + level / 2)
    if n == 0:
        return PairedShares(*counts, (math.nan, 0.0, 1.0), (math.nan, 0.0, 1.0), math.nan, -1.0, 1.0)
    p, q = (both + only_a) / n, (both + only_b) / n
    (low_p, high_p), (low_q, high_q) = wilson(both + only_a, n, z), wilson(both + only_b, n, z)
    phi = _correlation(both, only_a, only_b, neither)
    low, high = q - p - _joined(q - low_q, high_p - p, phi), q - p + _joined(high_q - q, p - low_p, phi)
    return PairedShares(*counts, (p, low_p, high_p), (q, low_q, high_q), q - p, max(low, -1.0), min(high, 1.0))


def _joined(one: float, other: float, phi: float) -> float:
    return math.sqrt(max(one * one - 2.0 * phi * one * other + other * other, 0.0))


def _correlation(both: int, only_a: int, only_b: int, neither: int) -> float:
    """Newcombe's estimate of the table's correlation: a positive one is corrected for continuity."""
    n = both + only_a + only_b + neither
    product = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither)
    if product == 0:
        return 0.0
    cross = float(both * neither - only_a * only_b)
    if cross > 0.0:
        cross = max(cross - n / 2.0, 0.0)
    return cross / math.sqrt(product)
