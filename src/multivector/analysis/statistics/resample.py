"""What has no formula: differences of quantiles and ranks, by drawing the same histories again with replacement.

Pairs are drawn, so that both sides of a difference keep their common luck. The draws are a stream of their own
(`randomness.Streams`): the same numbers come out every time.

References: Efron 1979, Annals of Statistics 7(1); Goldstein and Spiegelhalter 1996, JRSS A 159(3), for ranks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from multivector.randomness import Streams

Array = NDArray[np.float64]
RESAMPLES = 200
"""Enough for the ends of an interval: the share of the resamples beyond one is right within 1.1 points (s.e.)."""
AT_ONCE = 2_000_000
"""Numbers held at a time: memory does not grow with the number of histories times that of resamples."""
STREAM = "analysis/resample/pairs"


def resamples(n: int, count: int = RESAMPLES) -> Iterator[NDArray[np.intp]]:
    """Positions drawn with replacement, in chunks ``[resample, n]``; `count` resamples in all.

    Examples
    --------
    >>> parts = list(resamples(5, 3))
    >>> len(parts), parts[0].shape, bool((parts[0] < 5).all())
    (1, (3, 5), True)
    """
    rows = max(1, AT_ONCE // max(n, 1))
    for start in range(0, count, rows):
        some = min(rows, count - start)
        yield _chunk(n, start, some)


@lru_cache(maxsize=1)
def _chunk(n: int, start: int, rows: int) -> NDArray[np.intp]:
    """Some resamples; kept, because one outcome after the other asks for the same."""
    # A chunk has a seed of its own: a stream is always made from its beginning.
    u = Streams(start).uniforms(STREAM, rows, np.arange(n))
    return np.minimum((u * n).astype(np.intp), n - 1)


def quantile_differences(
    a: Array, b: Array, at: tuple[float, ...] = (0.05, 0.95), *, count: int = RESAMPLES, level: float = 0.95
) -> list[tuple[float, float, float]]:
    """Quantiles of `b` less the same quantiles of `a`, each with its percentile interval: (difference, low, high).

    Parameters
    ----------
    a, b : ``[replicate]``, the same replicates in the same order; pairs with a nan are left out.
    at : which quantiles.

    Examples
    --------
    >>> x = np.linspace(0.0, 1.0, 101)
    >>> [tuple(round(v, 6) for v in found) for found in quantile_differences(x, x + 0.5, (0.05,))]
    [(0.5, 0.5, 0.5)]
    """
    known = ~(np.isnan(a) | np.isnan(b))
    a, b = a[known], b[known]
    if len(a) < 2:
        return [(float("nan"), -float("inf"), float("inf"))] * len(at)
    exact = np.quantile(b, at) - np.quantile(a, at)
    drawn = [np.quantile(b[k], at, axis=1) - np.quantile(a[k], at, axis=1) for k in resamples(len(a), count)]
    tails = (0.5 - level / 2, 0.5 + level / 2)
    low, high = np.quantile(np.concatenate(drawn, axis=1), tails, axis=1)
    return [(float(d), float(x), float(y)) for d, x, y in zip(exact, low, high, strict=True)]


@dataclass(frozen=True)
class Ranks:
    """Ranks of several worlds by the mean of one outcome, 1 the best.

    Attributes
    ----------
    means : by world; rank : by the means.
    low, high : 95% interval of each rank over the resamples.
    first : share of the resamples in which the world is the best (ties are shared).
    """

    means: tuple[float, ...]
    rank: tuple[int, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]
    first: tuple[float, ...]


def ranks(values: Array, *, higher_is_better: bool = True, count: int = RESAMPLES) -> Ranks:
    """Rank worlds by the mean over the same histories.

    Parameters
    ----------
    values : ``[world, replicate]``; replicates with a nan in any world are left out.

    Examples
    --------
    >>> found = ranks(np.array([[0.0, 1.0, 2.0, 3.0], [1.0, 2.0, 3.0, 4.0]]))
    >>> found.rank, found.first
    ((2, 1), (0.0, 1.0))
    """
    known = values[:, ~np.isnan(values).any(axis=0)]
    worlds, n = known.shape
    if n == 0:
        nothing = (float("nan"),) * worlds
        return Ranks(nothing, (1,) * worlds, (1,) * worlds, (worlds,) * worlds, nothing)
    sign = -1.0 if higher_is_better else 1.0
    drawn = np.concatenate([known[:, k].mean(axis=2) for k in resamples(n, count)], axis=1)
    found = _ranked(sign * drawn)
    low, high = np.quantile(found, (0.025, 0.975), axis=1, method="nearest")
    best = sign * drawn == (sign * drawn).min(axis=0)
    first = (best / best.sum(axis=0)).mean(axis=1)
    means = known.mean(axis=1)
    return Ranks(
        tuple(float(m) for m in means), tuple(int(r) for r in _ranked(sign * means[:, None])[:, 0]),
        tuple(int(x) for x in low), tuple(int(x) for x in high), tuple(float(x) for x in first),
    )  # fmt: skip


def _ranked(costs: Array) -> NDArray[np.int64]:
    """Rank of each row by column, 1 for the smallest; equal ones share the better rank."""
    return np.asarray((costs[None] < costs[:, None]).sum(axis=1) + 1, np.int64)
