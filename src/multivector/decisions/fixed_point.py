"""Quantal response equilibrium: mixed plays of which each is a logit reply to all the others.

    x_a = T_a(x),   T_a(x)_m = exp(lambda_a U_a(m, x) / s_a) / sum_m' exp(lambda_a U_a(m', x) / s_a)

An equilibrium of noisy players: the better an entry, the likelier, and everybody's expectations of the others are
right. It exists for every game with finitely many entries and continuous U (Brouwer); for a high lambda there may be
several, and the iteration then finds the one that it reaches from its start.

    x <- x + d (T(x) - x)      until |T(x) - x| <= tolerance in the largest entry

Each lane has its own step d. It begins with one half. It is halved where the gap turns back on the last one (replies
swing farther than what they reply to), or turns aside and grows (they chase each other in circles), and grows by half
where the gap keeps its direction (they follow each other slowly).
A lane that is through is frozen, whatever the others do. A lane that is not through after the last iteration has no
equilibrium to offer: it is reported, and no number of it is to be used.

References: McKelvey and Palfrey 1995, Quantal response equilibria for normal form games, Games and Economic Behavior
10(1); 1998 for games in which a player moves more than once (each of its moves replies alone).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from multivector.decisions.choice import Mask, probabilities
from multivector.mechanisms.common import Array

MOST = 200
"""Iterations after which a lane that is not through is given up."""
TOLERANCE = 1e-9
"""Largest distance, in probability, between a play and the reply to it that counts as none."""
FIRST, LEAST, LARGEST = 0.5, 1.0 / 64.0, 4.0
"""First, shortest and longest step."""
STRAIGHT = 0.75
"""Cosine between two gaps from which on they have the same direction."""

Profile = Sequence[Array]
Reply = Callable[[Profile], Array]
"""Takes the plays of all players, ``[entry, lane]`` each, and gives one player's reply to them."""


@dataclass(frozen=True)
class FixedPoint:
    """Where the iteration ended.

    Attributes
    ----------
    plays : one ``[entry, lane]`` for each player.
    distance : [lane] largest gap between a play and the reply to it.
    found : [lane] whether that is within the tolerance; of other lanes no number is to be used.
    iterations : [lane] replies that were worked out.
    """

    plays: tuple[Array, ...]
    distance: Array
    found: Mask
    iterations: NDArray[np.int64]


def fixed_point(
    replies: Sequence[Reply],
    start: Profile,
    *,
    asked: Mask | None = None,
    most: int = MOST,
    tolerance: float = TOLERANCE,
) -> FixedPoint:
    """Plays that are replies to each other, by damped iteration from `start`, lane by lane.

    Parameters
    ----------
    replies : by player.
    start : by player, ``[entry, lane]``, probabilities.
    asked : [lane] lanes that matter (default all); the others stay at the start and count as found.
    most : iterations at most.
    tolerance : see `FixedPoint.distance`.

    Raises
    ------
    ValueError
        If there are not as many replies as plays, or no player.

    Examples
    --------
    >>> half = fixed_point([lambda plays: 1.0 - plays[0]], [np.zeros((1, 1))])
    >>> float(half.plays[0][0, 0]), bool(half.found[0])
    (0.5, True)
    """
    if len(replies) != len(start) or not start:
        raise ValueError(f"one reply for each play, and at least one: found {len(replies)} and {len(start)}")
    plays = [np.array(play, float) for play in start]
    lanes, ends = plays[0].shape[-1], np.cumsum([len(play) for play in plays], axis=0)[:-1]
    going = np.ones(lanes, bool) if asked is None else asked.copy()
    distance, iterations = np.where(going, np.inf, 0.0), np.zeros(lanes, np.int64)
    step, last = np.full(lanes, FIRST), np.zeros((sum(len(play) for play in plays), lanes))
    for _ in range(most):
        if not going.any():
            break
        # Everybody replies to the same plays: the order of the players does not matter.
        gap = np.concatenate([reply(plays) - play for reply, play in zip(replies, plays, strict=True)])
        apart = np.abs(gap).max(axis=0)
        iterations += going
        distance = np.where(going, apart, distance)
        # The comparison is false for what is not a number: such a lane is never found.
        going &= ~(apart <= tolerance)
        straight, turned = _course(gap, last)
        longer, shorter = np.minimum(1.5 * step, LARGEST), np.maximum(0.5 * step, LEAST)
        step, last = np.where(straight, longer, np.where(turned, shorter, step)), gap
        whole = np.concatenate(plays)
        plays = np.split(np.where(going, np.clip(whole + step * gap, 0.0, 1.0), whole), ends)
    return FixedPoint(tuple(plays), distance, np.asarray(distance <= tolerance), iterations)


def _course(gap: Array, last: Array) -> tuple[Mask, Mask]:
    """Lanes in which this gap has the direction of the last one, and lanes in which it turned on it."""
    along, size, before = (gap * last).sum(axis=0), (gap * gap).sum(axis=0), (last * last).sum(axis=0)
    straight = (along > STRAIGHT * np.sqrt(size * before)) & (along > 0.0)
    turned = (along < 0.0) | (~straight & (size > before) & (before > 0.0))
    return straight, turned


def logit_reply(payoff: Reply, precision: Array, scale: Array, feasible: Mask) -> Reply:
    """The logit reply to the plays of all, from what each entry is worth against them.

    Parameters
    ----------
    payoff : gives the player's payoffs ``[entry, lane]`` at the plays of all.
    precision, scale : [lane].
    feasible : [entry, lane]; an entry that is not gets zero.
    """
    return lambda plays: probabilities(payoff(plays), feasible, precision, scale)


def quantal_response(
    payoffs: Sequence[Reply], feasible: Sequence[Mask], precision: Array, *, start: Profile | None = None
) -> FixedPoint:
    """Logit equilibrium of a game with any number of players.

    Parameters
    ----------
    payoffs : by player: expected payoffs ``[entry, lane]`` at the plays of all.
    feasible : by player, ``[entry, lane]``.
    precision : [lane] the lambda of all players.
    start : by player, ``[entry, lane]``; by default all entries alike, from which low precisions lead to the only one.

    Examples
    --------
    Matching pennies with 9 where the row player wins at the first entry (McKelvey and Palfrey 1995, Ochs's game), at
    lambda 1:

    >>> row, column = np.array([[9.0, 0.0], [0.0, 1.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> all_of_them = [np.ones((2, 1), bool)] * 2
    >>> found = quantal_response(
    ...     [lambda x: row @ x[1], lambda x: column.T @ x[0]], all_of_them, np.ones(1)
    ... )
    >>> [round(float(play[0, 0]), 6) for play in found.plays]
    [0.893576, 0.31278]
    """
    even = [np.where(may, 1.0, 0.0) / may.sum(axis=0) for may in feasible]
    one = np.ones(precision.shape)
    replies = [logit_reply(u, precision, one, may) for u, may in zip(payoffs, feasible, strict=True)]
    return fixed_point(replies, start or even)
