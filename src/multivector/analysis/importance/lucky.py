"""What luck does to indices of sensitivity: taken off where that is exact, and told with an interval everywhere.

A point of a design is the mean of n histories; all points meet the same draws. What the draws do alike to all points
falls out of differences. What they do to one point and not to another stays, and looks like an effect. Three answers:

- a form that is quadratic in the outputs (a variance, a squared effect) is too large by the same form of one history's
  deviations, divided by n. `without_luck` takes that off: what is left is the estimate from pairs of *different*
  histories, in which deviations are independent;
- an interval rests on two jackknives, over parts of the design and over replicates (`interval`);
- the size that a mean absolute effect reaches by luck alone comes from giving each replicate's differences a sign at
  random (`luck_alone`).

References: Miller 1974, Biometrika 61(1) (jackknife); Owen 2007, Annals of Applied Statistics 1(2) (two ways of
resampling: the sum of both variances errs on the wide side); Fisher 1935, The Design of Experiments, 21 (signs).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import numpy as np

from multivector.analysis.statistics.resample import RESAMPLES
from multivector.analysis.statistics.student import student_quantile
from multivector.randomness import Streams
from multivector.results.recorded import Array

Statistic = Callable[[Array], Array]
"""From ``[part of the design, ..., replicate]`` to ``[index]``."""
ROUNDING = 1e-12
"""What is smaller than this part of an outcome is the order in which a machine adds."""
PARTS = 50
"""At most so many parts are left out in turn."""
SIGNS = "analysis/sensitivity/signs"


@dataclass(frozen=True)
class Interval:
    """An index with its 95% interval.

    Attributes
    ----------
    value, low, high : the index and the ends.
    points : half width that comes from the finite design.
    luck : half width that comes from the finite number of histories at a point; nan with one.
    """

    value: float
    low: float
    high: float
    points: float
    luck: float

    def at_least_nothing(self) -> Interval:
        """The same of what cannot be negative."""
        return replace(self, low=max(self.low, 0.0))

    def plain(self) -> dict[str, float]:
        """As plain data."""
        return asdict(self)


def without_luck(form: Callable[[Array], Array], y: Array) -> Array:
    """A quadratic form of the mean over replicates, less what the replicates' own deviations add to it.

    Parameters
    ----------
    form : from ``[..., k]`` to ``[index, k]``, quadratic in each of the k columns by itself.
    y : ``[..., replicate]``. With one replicate nothing can be taken off.

    Examples
    --------
    >>> y = np.array([[1.0, 2.0, 3.0], [3.0, 0.0, 6.0]])
    >>> gap = lambda y: ((y[1] - y[0]) ** 2)[None]
    >>> without_luck(gap, y).round(6).tolist()  # the mean product of two different gaps among 2, -2, 3
    [-1.333333]
    """
    n = y.shape[-1]
    mean = form(y.mean(axis=-1, keepdims=True))[..., 0]
    return mean if n < 2 else (n * mean - form(y).mean(axis=-1)) / (n - 1)


def interval(statistic: Statistic, y: Array) -> list[Interval]:
    """Indices with intervals from leaving out parts of the design, and replicates, in turn.

    Parameters
    ----------
    statistic : what to work out.
    y : ``[part, ..., replicate]``; parts (trajectories, rows) are independent.

    Examples
    --------
    >>> found = interval(lambda y: y.mean(axis=(0, -1))[None], np.array([[1.0, 1.0], [3.0, 3.0], [5.0, 5.0]]))[0]
    >>> found.value, round(found.points, 2), found.luck
    (3.0, 4.97, 0.0)
    """
    value = statistic(y)
    points, luck = _half(statistic, y, 0), _half(statistic, y, y.ndim - 1)
    # What one history at a point cannot say is not counted as nothing: `luck` is nan, and the printout says so.
    both = np.sqrt(points * points + np.where(np.isnan(luck), 0.0, luck * luck))
    rows = zip(value, value - both, value + both, points, luck, strict=True)
    return [Interval(*(float(x) for x in row)) for row in rows]


def _half(statistic: Statistic, y: Array, axis: int) -> Array:
    """Half width of a 95% interval: a jackknife over parts of one axis."""
    n = y.shape[axis]
    if n < 2:
        return np.full(statistic(y).shape, math.nan)
    g = min(n, PARTS)
    # Neighbours in a sequence that fills space belong together: a part takes every fiftieth.
    left = np.stack([statistic(np.delete(y, slice(k, None, g), axis)) for k in range(g)])
    # An index that is not defined without some part has no interval: nan goes on.
    gaps = left - left.mean(axis=0)
    return np.asarray(student_quantile(0.975, g - 1) * np.sqrt((g - 1) / g * (gaps * gaps).sum(axis=0)))


def moved(effects: Array, y: Array) -> bool:
    """Whether any history of outputs `y` differs by more than rounding.

    Examples
    --------
    >>> moved(np.array([0.0, 1e-15]), np.ones(3)), moved(np.array([1e-9]), np.ones(3))
    (False, True)
    """
    return bool(np.abs(effects).max(initial=0.0) > ROUNDING * np.abs(y).max(initial=0.0))


def luck_alone(effects: Array, *, count: int = RESAMPLES) -> Array:
    """What a mean absolute effect reaches by luck alone in 19 of 20 cases: ``[index]``.

    Parameters
    ----------
    effects : ``[part, index, replicate]``, the effect in each history. Every history keeps its effects in all parts,
        with one sign at random. With fewer than six histories no effect is beyond luck: 2 in 32 is more than 1 in 20.

    Examples
    --------
    >>> steady = np.ones((3, 1, 20))
    >>> bool(luck_alone(steady)[0] < 0.6), luck_alone(steady[..., :1]).tolist()
    (True, [1.0])
    """
    n = effects.shape[-1]
    signs = np.where(Streams(0).uniforms(SIGNS, count, np.arange(n)) < 0.5, -1.0, 1.0)
    drawn = np.abs(effects @ signs.T / n).mean(axis=0)
    return np.asarray(np.quantile(drawn, 0.95, axis=-1))
