"""Shares of variance: how much of what an outcome varies goes back to a number (or a group), alone and in company.

With numbers drawn independently over their ranges, the first-order index of a number is the share of the outcome's
variance that goes when that number is known; its total index the share that stays when all others are known. First
orders that add up to less than one leave room for interactions.

References: Sobol' 2001, Mathematics and Computers in Simulation 55; Saltelli et al. 2010, Computer Physics
Communications 181(2), for the design and both estimators (their table 2, b and f). The design and the plain estimates
are SALib's.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from multivector.analysis.importance.lucky import Interval, interval, moved, without_luck
from multivector.analysis.importance.salib import members, part, problem
from multivector.results.recorded import Array


@dataclass(frozen=True)
class Rows:
    """A design: rows of A, one for each index with its numbers from B, and B.

    Attributes
    ----------
    names : of each index: a number's path or a group's name.
    groups : of each number, the name of its index.
    x : ``[point, number]`` in the unit cube, one row after the other.
    """

    names: tuple[str, ...]
    groups: tuple[str, ...]
    x: Array

    @property
    def size(self) -> int:
        """Points of a row."""
        return len(self.names) + 2


def saltelli(names: Sequence[str], groups: Sequence[str], count: int, seed: int) -> Rows:
    """Draw `count` rows (a power of two) of a scrambled Sobol' sequence.

    Raises
    ------
    RunFailed
        SALib is not installed.
    """
    with warnings.catch_warnings():
        # How SALib hands its seed to SciPy is between the two of them.
        warnings.simplefilter("ignore", DeprecationWarning)
        x = part("SALib.sample.sobol").sample(problem(names, groups), count, calc_second_order=False, seed=seed)
    return Rows(tuple(dict.fromkeys(groups)), tuple(groups), np.asarray(x, float))


def decomposed(design: Rows, y: Array, classes: Mapping[str, str], seed: int) -> dict[str, Any]:
    """Indices of one outcome, as plain data.

    Parameters
    ----------
    design : the rows.
    y : ``[row, point, replicate]``, those that are known.
    classes : index to its confidence, where it has one: first orders are summed by class too.
    seed : of SALib's resampling.
    """
    width = len(design.names)
    plain = _plain(design, y.mean(axis=-1).reshape(-1), seed)
    kinds, share = members(design.names, classes)
    found = interval(lambda y: _indices(y, share), y)
    rows = [
        {
            "name": name,
            "first": found[k].plain(),
            "total": found[width + k].plain(),
            "salib": {key: float(plain[key][k]) for key in ("S1", "S1_conf", "ST", "ST_conf")},
            "beyond_luck": beyond(found[width + k]),
            "moves": moved(y[:, 1 + k] - y[:, 0], y),
        }
        for k, name in enumerate(design.names)
    ]
    return {
        "indices": rows, "interaction": found[2 * width].plain(), "luck": found[2 * width + 1].plain(),
        "spread": found[2 * width + 2].plain(), "spread_by_luck": _within(y),
        "classes": {kind: found[2 * width + 3 + k].plain() for k, kind in enumerate(kinds)},
    }  # fmt: skip


def beyond(total: Interval) -> bool:
    """Whether a total index is told apart from nothing."""
    return bool(total.low > 0.0)


def _plain(design: Rows, y: Array, seed: int) -> Any:
    if np.ptp(y) == 0.0:
        return {key: np.zeros(len(design.names)) for key in ("S1", "S1_conf", "ST", "ST_conf")}
    told = problem([str(k) for k in range(len(design.groups))], design.groups)
    # SALib takes a seed of zero for none.
    return part("SALib.analyze.sobol").analyze(told, y, calc_second_order=False, seed=seed + 1)


def _within(y: Array) -> float:
    """Standard deviation of single histories at one point."""
    return float(np.sqrt(y.var(axis=-1, ddof=1).mean())) if y.shape[-1] > 1 else float("nan")


def _forms(y: Array) -> Array:
    """Variances ``[index, k]``: of first order, in total, of everything."""
    y = y - y.mean(axis=(0, 1), keepdims=True)
    a, mixed, b = y[:, :1], y[:, 1:-1], y[:, -1:]
    first, total = (b * (mixed - a)).mean(axis=0), 0.5 * np.square(a - mixed).mean(axis=0)
    everything = np.concatenate([a, b]).var(axis=0)
    return np.concatenate([first, total, everything])


def _indices(y: Array, share: Array) -> Array:
    """First orders, totals, what no index has alone, luck's part of the variance, standard deviation, sums by class."""
    found, seen = without_luck(_forms, y), _forms(y.mean(axis=-1, keepdims=True))[-1, 0]
    width, variance = len(found) // 2, found[-1]
    # Where nothing is left but luck, what moved no history still has no share.
    shares = found[:-1] / variance if variance > 0.0 else np.where(found[:-1] == 0.0, 0.0, np.nan)
    luck = 1.0 - variance / seen if seen > 0.0 and y.shape[-1] > 1 else np.nan
    between = 1.0 - shares[:width].sum() if variance > 0.0 else np.nan
    return np.concatenate([shares, [between, luck, np.sqrt(max(variance, 0.0))], share @ shares[:width]])
