"""What the focus actor did, read as conduct: hedging, pairing, and five profiles of support that are never summed.

References: Kuik 2008, 2016, 2021 (returns sought and risks insured at once); Lim and Cooper 2015; Contessi 2015;
Bailey, Strezhnev and Voeten 2017 (votes). Support is asked of one power, the one that is under measures.
"""

from __future__ import annotations

import numpy as np

from multivector.mechanisms.common import Array


def hedge_ratio(engaging: Array, insuring: Array) -> Array:
    """Hedging toward one power: 2 min(E, D) / (E + D), ``[..., lane]``; nan where nothing was done toward it.

    `engaging` and `insuring` are effort spent on moves that took effect within four quarters, in units of cost. One
    means as much insurance as engagement; zero means only one of the two. A menu of options counts for nothing:
    options must be exercised.

    Examples
    --------
    >>> hedge_ratio(np.array([1.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0])).tolist()
    [1.0, 0.0, nan]
    """
    total = engaging + insuring
    ratio = 2.0 * np.minimum(engaging, insuring) / np.where(total > 0.0, total, 1.0)
    return np.asarray(np.where(total > 0.0, ratio, np.nan))


def pairing_counts(displeasing: Array, pleasing: Array) -> tuple[Array, Array]:
    """Powers displeased in a quarter, and those of them pleased in the same quarter, ``[lane]`` each.

    Parameters
    ----------
    displeasing, pleasing : [power, lane] number of moves of the quarter that took effect and displease (please) the
        power.
    """
    hurt = displeasing > 0.0
    return hurt.sum(axis=0).astype(np.float64), (hurt & (pleasing > 0.0)).sum(axis=0).astype(np.float64)


def rate(hits: Array, tries: Array) -> Array:
    """Hits over tries, ``[lane]``; nan where there was none.

    Examples
    --------
    >>> rate(np.array([1.0, 0.0]), np.array([2.0, 0.0])).tolist()
    [0.5, nan]
    """
    return np.asarray(np.where(tries > 0.0, hits / np.where(tries > 0.0, tries, 1.0), np.nan))


def support_votes(cast: Array, position: Array) -> Array:
    """How far votes agree with a power's declared positions, ``[lane]``, -1 (always against) to 1 (always with it).

    Parameters
    ----------
    cast : [text, lane] votes of the focus actor: no -1, abstain or absent 0, yes 1; nan for texts not yet held.
    position : [text, lane] the power's declared position, -1 to 1; texts without one (0) are left out.

    Returns
    -------
    Array
        nan before the first text with a position.

    Examples
    --------
    >>> support_votes(np.array([[0.0], [-1.0]]), np.array([[-1.0], [-1.0]])).tolist()
    [0.5]
    """
    held = ~np.isnan(cast) & (position != 0.0)
    agreed = np.where(held, np.nan_to_num(cast) * np.sign(position), 0.0).sum(axis=0)
    return rate(agreed, held.sum(axis=0).astype(np.float64))


def support_statements(pleasing: Array, displeasing: Array) -> Array:
    """Diplomatic acts that please the power less those that displease it, over both, ``[lane]``, -1 to 1; 0 if none
    was made.

    Examples
    --------
    >>> support_statements(np.array([1.0, 0.0]), np.array([3.0, 0.0])).tolist()
    [-0.5, 0.0]
    """
    total = pleasing + displeasing
    return np.asarray((pleasing - displeasing) / np.where(total > 0.0, total, 1.0))


def support_compliance(effort: Array, reexport: Array) -> Array:
    """Trade and compliance, ``[lane]``: the mean of what is done at the border and of what crosses it, each -1 to 1.

    Parameters
    ----------
    effort : [lane] effective effort to enforce others' measures, 0 (the border part is 1) to 1 (it is -1).
    reexport : [lane] controlled goods that reach the power through the focus actor, ratio to the base year: 0 where
        that is as it was, towards 1 where much more crosses, -1 where nothing does.

    Examples
    --------
    >>> support_compliance(np.array([0.5, 0.0, 1.0]), np.array([1.0, 3.0, 0.0])).tolist()
    [0.0, 0.75, -1.0]
    """
    ratio = np.maximum(reexport, 0.0)
    return np.asarray(0.5 * (np.clip(1.0 - 2.0 * effort, -1.0, 1.0) + (ratio - 1.0) / (ratio + 1.0)))


def support_security(goodwill: Array, arms: Array, drawn_in: Array) -> Array:
    """Security, ``[lane]``: mean of goodwill in the alliance and of arms dependence, each on -1 to 1; 1 once drawn
    into a conflict.

    Parameters
    ----------
    goodwill, arms : [lane] on 0 to 1.
    drawn_in : [lane] flag.

    Examples
    --------
    >>> support_security(np.array([0.5, 0.5]), np.array([0.9, 0.9]), np.array([0.0, 1.0])).round(6).tolist()
    [0.4, 1.0]
    """
    plain = np.clip(goodwill + arms - 1.0, -1.0, 1.0)
    return np.asarray(np.where(drawn_in > 0.5, 1.0, plain))


def support_public(approval: Array, size: Array, leaning: Array) -> Array:
    """Leaning of those at home who back the government's course, ``[lane]``, -1 to 1.

    An approximation: groups keep their size in a run, so what moves the figure is which group approves.

    Parameters
    ----------
    approval, size : [group, lane] approval and population share.
    leaning : [group, 1] toward the power: 1 friendly, 0 neither, -1 wary.

    Examples
    --------
    >>> one = np.ones((2, 1))
    >>> support_public(0.5 * one, np.array([[0.3], [0.2]]), np.array([[1.0], [-1.0]])).round(6).tolist()
    [0.2]
    """
    weight = approval * size
    return np.asarray((weight * leaning).sum(axis=0) / np.maximum(weight.sum(axis=0), 1e-12))


def voting_distance(one: Array, other: Array) -> Array:
    """Mean distance between two actors' votes on the texts held so far, ``[lane]``, 0 (same) to 1 (opposite); nan
    before the first.

    Both ``[text, lane]``: no -1, abstain 0, yes 1, nan not yet held.

    Examples
    --------
    >>> voting_distance(np.array([[0.0], [np.nan]]), np.array([[-1.0], [np.nan]])).tolist()
    [0.5]
    """
    gap = np.abs(one - other)
    held = ~np.isnan(gap)
    return rate(0.5 * np.where(held, gap, 0.0).sum(axis=0), held.sum(axis=0).astype(np.float64))
