"""Roll calls: how a state votes on a text, what it costs, and what a tally says about a text.

The utility of voting yes is spatial, with a norm for the kind of text and who is named, and the asks of the powers:

    u = x . b + norm + sum_p pressure_p S_p,      P(no) = F(c - u),      P(no or abstain) = F(c + d - u),

F the logistic function, x the state's point and b the text's direction. Absence is a fourth option with a prior by
state. An ask is S_p = declared position (-1 to 1) times stake (0 to 1). For a text without estimates, b is that of a
similar one and the cut points c and d are solved from the recorded tally *without* the state to be predicted.

Arrays have the lane (replicate) last. Options are counted no 0, abstain 1, yes 2, absent 3.

Sources: Bailey, Strezhnev and Voeten (2017), Estimating Dynamic State Preferences from UN Voting Data, J. Conflict
Resolution 61(2); McKelvey and Zavoina (1975) for the ordered response.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from multivector.mechanisms.common import logistic

Array = NDArray[np.float64]

OPTIONS = ("no", "abstain", "yes", "absent")
"""Options in the order of the first axis of every array of probabilities."""

NO, ABSTAIN, YES, ABSENT = range(4)


def utility(point: Array, b: Array, norm: Array, asks: Array) -> Array:
    """Utility of voting yes.

    Parameters
    ----------
    point, b : array, shape (2, ..., lane)
        Position of the state and direction of the text.
    norm, asks : array, shape (..., lane)
        Shift for the kind of text and who is named (`norm_shift`), and `pressure`, logits.

    Returns
    -------
    array, shape (..., lane)

    Examples
    --------
    >>> utility(np.array([[-0.7], [0.9]]), np.array([[2.4], [-1.0]]), np.zeros(1), np.zeros(1)).round(2).tolist()
    [-2.58]
    """
    return np.asarray(point[0] * b[0] + point[1] * b[1] + norm + asks)


def pressure(weight: Array, position: Array, stake: Array) -> Array:
    """Sum of the powers' asks in the voter's utility.

    Parameters
    ----------
    weight : array, shape (power, lane)
        How much the voter's doctrine heeds each power, zero or more, logits.
    position : array, shape (power, lane)
        Declared position of each power on the text, -1 against to 1 for.
    stake : array, shape (power, lane)
        How much the text matters to it, 0 to 1.

    Returns
    -------
    array, shape (lane,)

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> pressure(0.8 * one, -1.0 * one, one).tolist()
    [-0.8]
    """
    return np.asarray((weight * position * stake).sum(axis=0))


def vote_probabilities(u: Array, c: Array, d: Array, absent: Array) -> Array:
    """Probabilities of the four options.

    Parameters
    ----------
    u, c, d : array, shape (..., lane)
        Utility and the text's cut point and width (positive).
    absent : array, shape (..., lane)
        Probability of being absent, 0 to 1.

    Returns
    -------
    array, shape (4, ..., lane)
        No, abstain, yes, absent; they sum to one.

    Examples
    --------
    >>> p = vote_probabilities(np.array([-2.5]), np.array([-4.9]), np.array([4.3]), np.array([0.0]))
    >>> p[:, 0].round(3).tolist()
    [0.083, 0.787, 0.13, 0.0]
    """
    no = logistic(c - u)
    yes = logistic(u - c - d)
    abstain = np.maximum(1.0 - no - yes, 0.0)
    present = 1.0 - absent
    return np.stack(np.broadcast_arrays(no * present, abstain * present, yes * present, absent))


def cast(u: Array, probabilities: Array) -> NDArray[np.int64]:
    """Draw a vote by one uniform, by the inverse distribution over no, abstain, yes, absent.

    Parameters
    ----------
    u : array, shape (..., lane)
        Uniforms.
    probabilities : array, shape (4, ..., lane)
        From `vote_probabilities`.

    Returns
    -------
    array of int, shape (..., lane)
        Options 0 to 3.

    Examples
    --------
    >>> cast(np.array([0.05, 0.5]), np.array([[0.1, 0.1], [0.7, 0.7], [0.2, 0.2], [0.0, 0.0]])).tolist()
    [0, 1]
    """
    chosen = np.zeros(np.broadcast_shapes(u.shape, probabilities.shape[1:]), dtype=np.int64)
    below = np.zeros_like(probabilities[0])
    for option in range(probabilities.shape[0] - 1):
        below = below + probabilities[option]
        # An option of no probability is stepped over even where sums of rounded numbers would land on it.
        chosen = np.where(u >= below, option + 1, chosen)
    return np.where((chosen == ABSENT) & (probabilities[ABSENT] <= 0.0), YES, chosen)


def solve_cut_points(
    points: Array, b: Array, tally: Array, *, named: int | None = None, rounds: int = 60
) -> tuple[Array, Array]:
    """Find the cut points of a text for which the expected tally over the given states is the recorded one.

    The state to be predicted must not be among `points`. The tally counts other states too (small ones without a point,
    the left-out one), so the *shares* of those present are met; absence is taken to be at random.

    Parameters
    ----------
    points : array, shape (state, 2)
        Points of all states but the one left out.
    b : array, shape (2, lane)
        Direction of the text, usually that of a similar text.
    tally : array, shape (3, lane)
        Recorded no, abstain, yes.
    named : int, optional
        Row of the state that the text names, which votes no for certain.
    rounds
        Halvings of the bracket of 128 logits; 60 leave 1e-16.

    Returns
    -------
    c, d : array, shape (lane,)
        Cut point and width, logits.

    Raises
    ------
    ValueError
        If the tally is empty or a count is negative.

    Examples
    --------
    >>> c, d = solve_cut_points(np.zeros((4, 2)), np.zeros((2, 1)), np.array([[1.0], [1.0], [2.0]]))
    >>> c.round(4).tolist(), d.round(4).tolist()
    ([-1.0986], [1.0986])
    """
    tally = np.asarray(tally, dtype=np.float64)
    present = tally.sum(axis=0)
    if (tally < 0.0).any() or (present <= 0.0).any():
        raise ValueError("a tally needs counts of zero or more and at least one vote")
    free = np.delete(points, named, axis=0) if named is not None else np.asarray(points)
    u = free[:, :1] * b[0] + free[:, 1:] * b[1]
    certain = 0.0 if named is None else 1.0
    no = tally[NO] / present * points.shape[0] - certain
    low = (tally[NO] + tally[ABSTAIN]) / present * points.shape[0] - certain
    # A tally with nobody on one side says only that fewer than half a vote was expected there.
    no = np.clip(no, 0.5, free.shape[0] - 1.0)
    low = np.clip(low, no + 0.25, free.shape[0] - 0.5)
    c = _threshold(u, no, rounds)
    return c, _threshold(u, low, rounds) - c


def _threshold(u: Array, count: Array, rounds: int) -> Array:
    """Solve ``sum_state F(k - u) = count`` for k by halving a bracket: the same steps in every lane."""
    middle = np.zeros_like(count)
    half = np.full_like(count, 64.0)
    for _ in range(rounds):
        half = 0.5 * half
        expected = logistic(middle - u).sum(axis=0)
        middle = middle + np.where(expected < count, half, -half)
    return middle


def norm_shift(
    counts: Array, base_u: Array, c: Array, d: Array, *, prior_sd: Array, nodes: int = 241, reach: float = 6.0
) -> Array:
    """Posterior mean of a state's shift on texts of one kind, given how it voted on them and a normal prior.

    Parameters
    ----------
    counts : array, shape (text, 3, ...)
        Votes no, abstain, yes on each text (or on a typical text that stands for several).
    base_u : array, shape (text, ...)
        The state's utility without the shift.
    c, d : array, shape (text, ...)
        Cut points and widths.
    prior_sd : array, shape (...)
        Standard deviation of the prior around zero, logits.
    nodes, reach
        Points of the trapezoid and its reach in prior standard deviations.

    Returns
    -------
    array, shape (...)
        Posterior mean, logits: below zero for a state that votes no more than its point says.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> shift = norm_shift(np.array([[[4.0], [0.0], [0.0]]]), 0 * one, -2 * one, 4 * one, prior_sd=np.array([1.5]))
    >>> shift.round(2).tolist()
    [-2.89]
    """
    z = np.linspace(-reach, reach, nodes)
    z = z.reshape(-1, *([1] * np.ndim(prior_sd)))
    shift = z * prior_sd
    log_weight = np.zeros_like(shift) - 0.5 * z * z
    for text in range(counts.shape[0]):
        p = vote_probabilities(base_u[text] + shift, c[text], d[text], np.zeros_like(shift))
        for option in range(3):
            log_weight += counts[text, option] * np.log(np.maximum(p[option], 1e-300))
    weight = np.exp(log_weight - log_weight.max(axis=0))
    return np.asarray((weight * shift).sum(axis=0) / weight.sum(axis=0))


def vote_value(vote: NDArray[np.int64], *, absent_as: Array) -> Array:
    """Place a vote on the scale of positions: no -1, abstain 0, yes 1, absence where the parameter says.

    Examples
    --------
    >>> vote_value(np.array([0, 1, 2, 3]), absent_as=np.zeros(4)).tolist()
    [-1.0, 0.0, 1.0, 0.0]
    """
    return np.asarray(np.where(vote == ABSENT, absent_as, vote - 1.0))


def disappointment(vote: NDArray[np.int64], position: Array, stake: Array, *, scale: Array, absent_as: Array) -> Array:
    """Displeasure of each power with a vote: stake times the distance between its declared position and the vote.

    Parameters
    ----------
    vote : array of int, shape (lane,)
        Option cast.
    position, stake : array, shape (power, lane)
        Declared position, -1 to 1, and how much the text matters to the power, 0 to 1. A power without a position
        has stake zero.
    scale : array, shape (lane,)
        Displeasure per unit of distance at full stake; 0.05 makes a vote against a power's outright ask (distance 2)
        as bad as one public condemnation (0.1).
    absent_as : array, shape (lane,)
        Where absence stands between no (-1) and yes (1).

    Returns
    -------
    array, shape (power, lane)

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> disappointment(np.array([2]), -1 * one, one, scale=np.array([0.05]), absent_as=np.zeros(1)).tolist()
    [[0.1]]
    """
    return np.asarray(scale * stake * np.abs(position - vote_value(vote, absent_as=absent_as)))


def expected_disappointment(
    probabilities: Array, position: Array, stake: Array, *, scale: Array, absent_as: Array
) -> Array:
    """Mean of `disappointment` over the options, shape (power, lane): what a look-ahead weighs before the vote."""
    total = np.zeros(np.broadcast_shapes(position.shape, probabilities.shape[1:]))
    for option in range(4):
        vote = np.full(probabilities.shape[1:], option)
        total = total + probabilities[option] * disappointment(vote, position, stake, scale=scale, absent_as=absent_as)
    return total
