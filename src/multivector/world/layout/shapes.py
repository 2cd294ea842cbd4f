"""Shapes of arrays whose lane comes last: axes put before it, batches put side by side."""

from __future__ import annotations

import numpy as np

from multivector.mechanisms.common import Array


def lifted(array: Array, lead: int, tail: int) -> Array:
    """The array with axes of length one put between its `lead` first axes and its lane, so that `tail` axes trail.

    Examples
    --------
    >>> lifted(np.zeros((2, 3, 8)), 2, 2).shape
    (2, 3, 1, 8)
    """
    missing = tail - (array.ndim - lead)
    return array.reshape(*array.shape[:lead], *(1,) * missing, *array.shape[lead:])


def repeated(array: Array, times: int) -> Array:
    """The lanes `times` over, side by side.

    Examples
    --------
    >>> repeated(np.array([1.0, 2.0]), 2).tolist()
    [1.0, 2.0, 1.0, 2.0]
    """
    return np.concatenate([array] * times, axis=-1)


def stacked(array: Array) -> Array:
    """``[part, ..., lane]`` to ``[..., part * lane]``, part by part."""
    return np.ascontiguousarray(np.concatenate(list(array), axis=-1))


def unstacked(array: Array, parts: int) -> Array:
    """Inverse of `stacked`.

    Examples
    --------
    >>> a = np.arange(8.0).reshape(2, 1, 4)
    >>> bool((unstacked(stacked(a), 2) == a).all())
    True
    """
    return np.stack(np.split(array, parts, axis=-1))


def flattened(array: Array, shape: tuple[int, ...]) -> Array:
    """The array broadcast to `shape`, all axes but the first joined into one.

    Examples
    --------
    >>> flattened(np.ones((2, 1, 8)), (2, 3, 8)).shape
    (2, 24)
    """
    return np.ascontiguousarray(np.broadcast_to(array, shape)).reshape(shape[0], -1)


def unflattened(array: Array, axes: tuple[int, ...]) -> Array:
    """The last axis split into `axes` again: the inverse of `flattened`."""
    return array.reshape(*array.shape[:-1], *axes)
