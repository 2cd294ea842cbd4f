"""One figure for the balancing as a whole: a geometric mean of normalised parts. It hides trade-offs, so it never
stands alone.

Method: OECD and JRC 2008, Handbook on Constructing Composite Indicators. The ends of each scale are fixed in the
dictionary of outcomes, so that a composite of one run can be compared with that of another. Red lines are flags and
do not enter.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from multivector.mechanisms.common import Array
from multivector.outcomes.entry import Outcome

FLOOR = 0.01


def normalise(value: Array, worst: float, best: float) -> Array:
    """Place a value on 0 (worst) to 1 (best); `best` may be the smaller number. Same shape as `value`.

    Examples
    --------
    >>> normalise(np.array([0.9, 1.2]), 0.8, 1.0).round(6).tolist(), normalise(np.array([0.1]), 0.2, 0.0).tolist()
    ([0.5, 1.0], [0.5])
    """
    return np.asarray(np.clip((value - worst) / (best - worst), 0.0, 1.0))


def composite(
    values: Mapping[str, Array], dictionary: Mapping[str, Outcome], weights: Mapping[str, float | Array] | None = None
) -> Array:
    """Weighted geometric mean of the parts that have a scale, each ``max(x, 0.01)``, ``[..., lane]``.

    Parameters
    ----------
    values : outcome id to values; all parts of the composite must be there.
    dictionary : outcomes; those with a `scale` are parts.
    weights : part to weight, a number or ``[lane]``; those of the dictionary when not given.

    Raises
    ------
    KeyError
        A part is missing.

    Examples
    --------
    >>> from multivector.outcomes.registry import OUTCOMES
    >>> best = {k: np.array([o.scale[1]]) for k, o in OUTCOMES.items() if o.scale is not None}
    >>> composite(best, OUTCOMES).round(6).tolist()
    [1.0]
    """
    parts = [o for o in dictionary.values() if o.scale is not None]
    weight = {o.id: o.weight if weights is None else weights[o.id] for o in parts}
    total: float | Array = sum(weight.values())
    logs: Array | None = None
    for o in parts:
        assert o.scale is not None
        x = np.maximum(normalise(values[o.id], *o.scale), FLOOR)
        part = weight[o.id] / total * np.log(np.ascontiguousarray(x))
        logs = part if logs is None else logs + part
    assert logs is not None
    return np.exp(logs)
