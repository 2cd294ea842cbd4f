"""Regret of each doctrine over the futures, and which conclusions hold in both orders of play.

Two things are uncertain: the futures drawn, and the luck, which all futures and doctrines share. So intervals come from
drawing both again: futures with replacement, and replicates with replacement, the same ones everywhere (Owen 2007).

The best of several noisy means looks better than it is. So the best doctrine of a future is chosen on one half of the
replicates and valued on the other; the halves then change places, and the two answers are averaged. And noise makes
futures look more different than they are: of the spread of the regrets over the futures only that part counts which
both halves show. A part of the luck remains where both halves take the same one for the best by luck; the plain
figures, which keep all of it, are there too (`naive`).

References: Savage 1951, JASA 46(253), for regret; Efron and Tibshirani 1993 for the bootstrap; Owen 2007, Annals of
Applied Statistics 1(2), for crossed factors; Efron and Morris 1975, JASA 70(350), for shrinking.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.analysis.statistics.paired import both, verdict
from multivector.randomness import Streams

Array = NDArray[np.float64]
Indices = NDArray[np.intp]
COUNT = 200
"""Resamples behind an interval."""
LEVELS = {"median": 0.5, "p90": 0.9, "maximum": 1.0}
TAILS = (0.025, 0.975)


@dataclass(frozen=True)
class Draws:
    """What is drawn again; the first of each is what was seen.

    Attributes
    ----------
    choose, value : weights of replicates, ``[replicate, draw]``: the even and the odd ones.
    whole : weights of all replicates.
    futures : positions ``[draw, future]``.
    """

    choose: Array
    value: Array
    whole: Array
    futures: Indices


def draws(futures: int, replicates: int, count: int = COUNT) -> Draws:
    """Weights and positions for the bootstrap: the same every time.

    Examples
    --------
    >>> found = draws(4, 6, count=2)
    >>> found.choose[:, 0].tolist(), found.whole.sum(axis=0).tolist(), found.futures[0].tolist()
    ([1.0, 0.0, 1.0, 0.0, 1.0, 0.0], [6.0, 6.0, 6.0], [0, 1, 2, 3])
    """
    streams = Streams(0)
    even, odd = np.arange(0, replicates, 2), np.arange(1, replicates, 2)
    parts = [
        _weights(streams.uniforms(f"analysis/robust/{name}", count, np.arange(len(ids))), ids, replicates)
        for name, ids in (("even", even), ("odd", odd), ("all", np.arange(replicates)))
    ]
    u = streams.uniforms("analysis/robust/futures", count, np.arange(futures))
    again = np.minimum((u * futures).astype(np.intp), futures - 1)
    return Draws(parts[0], parts[1], parts[2], np.concatenate([np.arange(futures)[None], again]))


def _weights(u: Array, ids: Indices, replicates: int) -> Array:
    out = np.zeros((replicates, len(u) + 1))
    out[ids, 0] = 1.0
    for k, row in enumerate(u):
        picked = np.minimum((row * len(ids)).astype(np.intp), len(ids) - 1)
        np.add.at(out[:, k + 1], ids[picked], 1.0)
    return out


def means(values: Array, weights: Array) -> Array:
    """Weighted means over replicates, ``[..., draw]``; a draw that has none known takes the plain mean.

    Parameters
    ----------
    values : ``[..., replicate]``; nan where a history failed.
    weights : ``[replicate, draw]``.

    Examples
    --------
    >>> means(np.array([[1.0, 3.0, np.nan]]), np.array([[1.0], [1.0], [5.0]])).tolist()
    [[2.0]]
    """
    known = ~np.isnan(values)
    below = known.astype(float) @ weights
    sums = np.where(known, values, 0.0)
    plain = sums.sum(axis=-1) / np.maximum(known.sum(axis=-1), 1)
    return np.asarray(np.where(below > 0.0, (sums @ weights) / np.where(below > 0.0, below, 1.0), plain[..., None]))


def interval(values: Array) -> tuple[float, float, float]:
    """The first value with the percentile interval of the others."""
    known = values[1:][~np.isnan(values[1:])]
    low, high = np.quantile(known, TAILS) if len(known) else (-np.inf, np.inf)
    return float(values[0]), float(low), float(high)


def regret(values: Array, drawn: Draws, margin: float) -> list[dict[str, Any]]:
    """Regret of each doctrine in one outcome of which more is better.

    Parameters
    ----------
    values : ``[doctrine, future, replicate]``.
    drawn : what is drawn again.
    margin : smallest difference that matters.

    Returns
    -------
    list of dict
        Of each doctrine: ``median``, ``p90`` and ``maximum`` of its regret over the futures, ``best`` (share of the
        futures in which its mean is the highest; ties are shared) and ``near`` (share in which its regret is no larger
        than the margin), each as (value, low, high); ``naive``: the three levels without halves.
    """
    one, other, whole = (means(values, w) for w in (drawn.choose, drawn.value, drawn.whole))
    ways = [_valued(one, other), _valued(other, one)]
    crossed = 0.5 * (ways[0] + ways[1])
    top = whole == whole.max(axis=0)
    shares = top / top.sum(axis=0)
    plain = whole.max(axis=0) - whole
    out = []
    for d in range(len(values)):
        row: dict[str, Any] = {}
        for name, level in LEVELS.items():
            # No draw of futures holds a worse one than the worst that was seen: at the maximum only the luck is drawn.
            rows = drawn.futures if level < 1.0 else drawn.futures[[0] * len(drawn.futures)]
            row[name] = interval(_level(_drawn(ways[0][d], rows), _drawn(ways[1][d], rows), level))
        row["best"] = interval(_over(shares[d], drawn))
        row["near"] = interval(_over((crossed[d] <= margin).astype(float), drawn))
        row["naive"] = {name: float(np.quantile(plain[d, :, 0], level)) for name, level in LEVELS.items()}
        out.append(row)
    return out


def _valued(choose: Array, value: Array) -> Array:
    """Regrets ``[doctrine, future, draw]`` on one half, against the doctrine that is best on the other."""
    best = choose.argmax(axis=0)
    return np.asarray(np.take_along_axis(value, best[None], axis=0) - value)


def _drawn(values: Array, rows: Indices) -> Array:
    """The values of each draw's futures: ``[future, draw]`` -> ``[draw, future]``."""
    return values[rows, np.arange(len(rows))[:, None]]


def _level(one: Array, other: Array, level: float) -> Array:
    """A quantile over futures of what two halves say, ``[draw, future]`` each, less what is noise: ``[draw]``.

    The halves' luck is apart, so what varies together in them is true: deviations from the mean shrink by its share of
    the variance of the halves' average.

    Examples
    --------
    >>> _level(np.array([[0.0, 1.0, 2.0]]), np.array([[0.0, 1.0, 2.0]]), 1.0)
    array([2.])
    >>> _level(np.array([[0.0, 1.0, 0.0, 1.0]]), np.array([[0.0, 0.0, 1.0, 1.0]]), 1.0)
    array([0.5])
    """
    both = 0.5 * (one + other)
    spread, middle = both.var(axis=-1), both.mean(axis=-1)
    together = ((one - one.mean(axis=-1)[:, None]) * (other - other.mean(axis=-1)[:, None])).mean(axis=-1)
    true = np.clip(together / np.where(spread > 0.0, spread, np.inf), 0.0, 1.0)
    return np.asarray(middle + true * (np.quantile(both, level, axis=-1) - middle))


def _over(values: Array, drawn: Draws) -> Array:
    """Means over the futures of each draw: ``[future, draw]`` -> ``[draw]``."""
    return np.asarray(_drawn(values, drawn.futures).mean(axis=-1))


def regrets_by_future(values: Array, drawn: Draws) -> Array:
    """Regret of each doctrine in each future, chosen on one half and valued on the other: ``[doctrine, future]``."""
    one, other = means(values, drawn.choose[:, :1]), means(values, drawn.value[:, :1])
    return np.asarray(0.5 * (_valued(one, other) + _valued(other, one))[..., 0])


def lexicographic(values: Mapping[str, Array], drawn: Draws, margins: Mapping[str, float]) -> list[dict[str, Any]]:
    """Regret in the order of the outcomes: the outcome in which each doctrine first falls short, and by how much.

    The best doctrine of a future is that with the highest last outcome among those which no other beats by more than
    the margin in an earlier one. Regret is then no single number: a doctrine falls short in the first outcome in which
    the best is ahead of it by more than the margin, and nowhere if it is itself ahead in an earlier one.

    Parameters
    ----------
    values : outcome to ``[doctrine, future, replicate]``, the most important first; more is better in each.
    drawn, margins : what is drawn again, and what matters.

    Returns
    -------
    list of dict
        Of each doctrine: ``best`` (share of the futures in which it is chosen), ``falls`` (outcome to the share of the
        futures in which it falls short there), ``nowhere``, each as (value, low, high); ``by``: outcome to the mean
        shortfall where it falls short there (nan if nowhere).
    """
    names = list(values)
    one = {name: means(values[name], drawn.choose) for name in names}
    other = {name: means(values[name], drawn.value) for name in names}
    made = [_first_short(a, b, margins) for a, b in ((one, other), (other, one))]
    out = []
    for d in range(len(values[names[0]])):
        falls, by = {}, {}
        for k, name in enumerate(names):
            hits = [(level[d] == k).astype(float) for _, level, _ in made]
            falls[name] = interval(_over(0.5 * (hits[0] + hits[1]), drawn))
            sizes = np.concatenate([amount[d, :, 0][level[d, :, 0] == k] for _, level, amount in made])
            by[name] = float(sizes.mean()) if len(sizes) else float("nan")
        nowhere = [(level[d] == len(names)).astype(float) for _, level, _ in made]
        best = [(chosen == d).astype(float) for chosen, _, _ in made]
        out.append({
            "best": interval(_over(0.5 * (best[0] + best[1]), drawn)), "falls": falls,
            "nowhere": interval(_over(0.5 * (nowhere[0] + nowhere[1]), drawn)), "by": by,
        })  # fmt: skip
    return out


def _first_short(
    choose: Mapping[str, Array], value: Mapping[str, Array], margins: Mapping[str, float]
) -> tuple[Indices, Indices, Array]:
    """The chosen ``[future, draw]``; of each doctrine the number of the outcome where it falls short, and how far."""
    names = list(choose)
    left = np.ones(choose[names[0]].shape, bool)
    for name in names[:-1]:
        top = np.where(left, choose[name], -np.inf).max(axis=0)
        left &= choose[name] >= top - margins[name]
    best = np.where(left, choose[names[-1]], -np.inf).argmax(axis=0)
    level = np.full(left.shape, len(names), np.intp)
    amount = np.zeros(left.shape)
    open_ = np.ones(left.shape, bool)
    for k, name in enumerate(names):
        gap = np.take_along_axis(value[name], best[None], axis=0) - value[name]
        here = open_ & (gap > margins[name])
        level[here], amount[here] = k, gap[here]
        open_ &= np.abs(gap) <= margins[name]
    return best, level, amount


def pairs(values: Array, drawn: Draws, margin: float) -> list[dict[str, Any]]:
    """Differences of every two doctrines, in each order of play, and whether both orders say the same.

    Parameters
    ----------
    values : ``[order, doctrine, future, replicate]``.
    drawn, margin : what is drawn again, and what matters.

    Returns
    -------
    list of dict
        Of each pair ``a < b`` (positions): ``orders``: difference ``b - a`` over all futures with interval and verdict
        in each order; ``both``: ``same``, ``FLIPS`` (higher in one, lower in the other), ``in one order only`` (a
        difference in one, none that matters in the other), or ``cannot tell``.
    """
    by_future = means(values, drawn.whole)
    over = np.stack([by_future[:, :, f, b].mean(axis=2) for b, f in enumerate(drawn.futures)], axis=2)
    out = []
    for a in range(values.shape[1]):
        for b in range(a + 1, values.shape[1]):
            rows: list[dict[str, Any]] = []
            for gap in over[:, b] - over[:, a]:
                value, low, high = interval(gap)
                answer = verdict(value, low, high, margin, values.shape[2])
                rows.append({"difference": value, "low": low, "high": high, "verdict": answer})
            out.append({"a": a, "b": b, "orders": rows, "both": both([row["verdict"] for row in rows])})
    return out
