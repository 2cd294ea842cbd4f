"""A sanctioned power and its remaining partners: it presses them harder when they drift, pays them more, and adapts.

    felt      = closed (1 - adapted)                     share of its trade that is closed and not replaced
    adapted'  = adapted + speed (most [closed > 0] - adapted)
    slope     = b1 (1 + press * felt)                    displeasure weighs more in the odds of coercion
    worth     = pay * felt                               what any deal with a partner adds to its own gain

Isolation raises offers *and* pressure; both fall again as other routes are found. What a partner's alternatives do
is in :mod:`multivector.mechanisms.coercion`: they lower the leverage of a cut-off.

References: Drezner 1999, The Sanctions Paradox (expectations of conflict); Early 2015 (sanctions busters are courted);
Bapat and Morgan 2009.
"""

from __future__ import annotations

import numpy as np

from multivector.mechanisms.common import Array


def felt(closed: Array, adapted: Array) -> Array:
    """Share of trade that is closed and for which no other way has been found, ``[lane]``.

    Examples
    --------
    >>> felt(np.array([0.4]), np.array([0.5])).tolist()
    [0.2]
    """
    return np.asarray(np.maximum(closed, 0.0) * (1.0 - adapted))


def adaptation_next(adapted: Array, closed: Array, *, speed: Array, most: Array) -> Array:
    """Share of what is closed that has been replaced, next quarter, ``[lane]``; it is forgotten at the same speed.

    Examples
    --------
    >>> one = np.ones(1)
    >>> adaptation_next(0.0 * one, 0.3 * one, speed=0.1 * one, most=0.6 * one).tolist()
    [0.06]
    """
    aim = np.where(closed > 0.0, most, 0.0)
    return np.asarray(adapted + speed * (aim - adapted))


def temper(isolation: Array, *, press: Array) -> Array:
    """Factor on the weight of displeasure in the odds of coercion, ``[lane]``."""
    return np.asarray(1.0 + press * isolation)


def deal_worth(isolation: Array, *, pay: Array) -> Array:
    """What a deal with a remaining partner is worth beyond its own terms, in the unit of `pay`, ``[lane]``."""
    return np.asarray(pay * isolation)
