"""Declared and effective policy: a word is heard at once, a deed is seen late, and each is held against the other.

    trust  = credibility / credibility0                    how far an announcement moves a sender's belief
    y*told = y* - credibility (a - a0) 2h / (e1 - e0)      record expected of who announced the effort a
    c'     = c0 + m (c - c0) - erosion max(a - e, 0)       words without deeds cost credibility

The two hypotheses of a sender, efforts e0 (permissive) and e1 (strict), leave records 2h apart, so an announced effort
shifts the record that it expects. A sender who was told of a ban and sees goods cross as before comes to believe the
worse, the more so the better the word stood. The audience that a measure hurts minds the word as such, and minds it
now: displeasure is not scaled by trust.

References: Fearon 1997, Signaling foreign policy interests (tying hands and sinking costs); Jervis 1970, The Logic of
Images; Putnam 1988 (several audiences); Lim and Cooper 2015 (hedging as ambiguity).
"""

from __future__ import annotations

import numpy as np

from multivector.mechanisms.common import Array


def trust(credibility: Array, usual: Array) -> Array:
    """Weight of an announcement against one of the usual credibility, ``[lane]``, never negative.

    Examples
    --------
    >>> trust(np.array([0.35]), np.array([0.7])).tolist()
    [0.5]
    """
    return np.asarray(np.maximum(credibility, 0.0) / np.maximum(usual, 1e-9))


def told_threshold(
    announced: Array,
    credibility: Array,
    *,
    usual: Array,
    threshold: Array,
    half_gap: Array,
    permissive: Array,
    strict: Array,
) -> Array:
    """Log record at which both hypotheses of a sender are equally likely, given what was announced, ``[lane]``.

    Parameters
    ----------
    announced, usual : announced effort now and its customary level, on [0, 1].
    credibility : on [0, 1].
    threshold, half_gap : log ratio of the customs record to its base, as in :mod:`multivector.mechanisms.evasion`.
    permissive, strict : the two efforts that a sender considers.

    Examples
    --------
    >>> one = np.ones(1)
    >>> told_threshold(0.8 * one, 0.5 * one, usual=0.2 * one, threshold=1.5 * one, half_gap=0.5 * one,
    ...                permissive=0.1 * one, strict=0.7 * one).round(6).tolist()
    [1.0]
    """
    slope = 2.0 * half_gap / np.maximum(strict - permissive, 1e-6)
    return np.asarray(threshold - credibility * (announced - usual) * slope)


def eroded(credibility: Array, announced: Array, effective: Array, *, erosion: Array) -> Array:
    """Credibility after a quarter in which deeds fell short of words, ``[lane]``, on [0, 1].

    Examples
    --------
    >>> eroded(np.array([0.7, 0.7]), np.array([0.5, 0.2]), np.array([0.3, 0.3]), erosion=np.array([0.5, 0.5])).tolist()
    [0.6, 0.7]
    """
    return np.asarray(np.clip(credibility - erosion * np.maximum(announced - effective, 0.0), 0.0, 1.0))
