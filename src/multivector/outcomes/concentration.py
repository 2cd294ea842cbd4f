"""How trade, oil, investment and arms are spread over the powers: concentration, splitting by issue, balance.

A *vector* is a power seen as a direction of policy. Shares are of the whole (all partners), so what goes to the many
states of the rest of the world counts in the denominator and, being dispersed, adds nothing to a sum of squares.

References: Hirschman 1945 (concentration of trade as exposure to power); Contessi 2015 (issue splitting); Shannon
1948; Head and Mayer 2014 (gravity).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from multivector.mechanisms.common import Array

_TINY = 1e-300


def shares(values: Array, rest: Array | float = 0.0) -> Array:
    """Shares of the vectors in the whole.

    Parameters
    ----------
    values : [vector, lane], not negative, any unit.
    rest : [lane] or a number, what belongs to nobody in particular, same unit.

    Returns
    -------
    Array
        [vector, lane]; sums to at most one; zero where the whole is zero.

    Examples
    --------
    >>> shares(np.array([[1.0], [1.0]]), 2.0)[:, 0].tolist()
    [0.25, 0.25]
    """
    whole = values.sum(axis=0) + rest
    return np.asarray(values / np.maximum(whole, _TINY))


def herfindahl(parts: Array) -> Array:
    """Sum of squared shares, ``[lane]``, 0 to 1, from shares ``[vector, lane]``."""
    return np.asarray((parts * parts).sum(axis=0))


def hirschman(parts: Array) -> Array:
    """Hirschman's index: root of the sum of squared shares, ``[lane]``, 0 to 1 (1 = all with one power).

    Examples
    --------
    >>> hirschman(np.array([[0.6], [0.8]])).round(6).tolist()
    [1.0]
    """
    return np.sqrt(herfindahl(parts))


def entropy(parts: Array) -> Array:
    """Shannon entropy of shares rescaled to sum to one, over its largest value, ``[lane]``, 0 (one power) to 1 (even).

    Examples
    --------
    >>> entropy(np.full((4, 1), 0.1)).round(6).tolist()
    [1.0]
    """
    q = np.ascontiguousarray(parts / np.maximum(parts.sum(axis=0), _TINY))
    total: Array = -(q * np.log(np.maximum(q, _TINY))).sum(axis=0)
    return np.asarray(total / np.log(float(max(parts.shape[0], 2))))


def split_index(domains: Sequence[Array]) -> Array:
    """Mean over domains of the Herfindahl index, less that of the pooled shares: diversification across issues, not
    within them.

    Parameters
    ----------
    domains : one ``[vector, lane]`` of shares for each domain.

    Returns
    -------
    Array
        [lane], 0 (every field looks the same) to 1 (each field its own partner).

    Examples
    --------
    >>> split_index([np.array([[1.0], [0.0]]), np.array([[0.0], [1.0]])]).tolist()
    [0.5]
    """
    mean = sum((herfindahl(d) for d in domains[1:]), herfindahl(domains[0])) / len(domains)
    pooled = sum((d for d in domains[1:]), domains[0]) / len(domains)
    return np.asarray(mean - herfindahl(pooled))


def vector_balance(parts: Array, reference: Array) -> Array:
    """One minus half the distance between shares and those that size and distance predict, ``[lane]``, 0 to 1.

    Both ``[vector, lane]`` (or ``[vector, 1]``) are rescaled to sum to one over the vectors. The reference is not
    equal shares: a small state beside two giants that traded equally with four powers would be out of balance.

    Examples
    --------
    >>> vector_balance(np.array([[0.5], [0.5]]), np.array([[1.0], [0.0]])).tolist()
    [0.5]
    """
    p = parts / np.maximum(parts.sum(axis=0), _TINY)
    q = reference / np.maximum(reference.sum(axis=0), _TINY)
    return np.asarray(1.0 - 0.5 * np.abs(p - q).sum(axis=0))


def gravity_reference(size: Array, distance: Array, *, on_size: float, on_distance: float) -> Array:
    """Trade that size and distance alone predict, ``[vector]``, in any unit: size^a distance^b.

    Examples
    --------
    >>> gravity_reference(np.array([4.0, 1.0]), np.array([2.0, 1.0]), on_size=0.5, on_distance=-1.0).round(6).tolist()
    [1.0, 1.0]
    """
    return np.asarray(np.exp(on_size * np.log(size) + on_distance * np.log(distance)))
