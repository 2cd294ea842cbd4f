"""Screening by elementary effects: what one number moves, when the others stand anywhere in their ranges.

A trajectory starts anywhere on a grid of four levels and moves one number (or one group) after the other by two thirds
of its range. An elementary effect is the change of the outcome over such a step, as over the whole range.

References: Morris 1991, Technometrics 33(2); Campolongo, Cariboni and Saltelli 2007, Environmental Modelling & Software
22(10), for mu* and groups. The design and mu, mu*, sigma are SALib's (Iwanaga, Usher and Herman 2022,
Socio-Environmental Systems Modelling 4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.analysis.importance.lucky import interval, luck_alone, moved, without_luck
from multivector.analysis.importance.salib import members, part, problem
from multivector.results.recorded import Array

LEVELS = 4
STEP = LEVELS / (2.0 * (LEVELS - 1))
"""Morris's step for four levels: two thirds of the range."""


@dataclass(frozen=True)
class Trajectories:
    """A design.

    Attributes
    ----------
    names : of each index: a number's path or a group's name.
    groups : of each number, the name of its index.
    x : ``[point, number]`` in the unit cube, one trajectory after the other.
    """

    names: tuple[str, ...]
    groups: tuple[str, ...]
    x: Array

    @property
    def size(self) -> int:
        """Points of a trajectory."""
        return len(self.names) + 1

    def effects(self, y: Array) -> Array:
        """Elementary effects ``[trajectory, index, replicate]`` of outputs ``[trajectory, point, replicate]``.

        In a group numbers move either way: its effects have no sign of their own.
        """
        steps = np.diff(self.x.reshape(-1, self.size, len(self.groups)), axis=1)
        member = np.array([[group == name for group in self.groups] for name in self.names])
        went = np.abs(steps) @ member.T > 0.0
        alone = member.sum(axis=1) == 1
        sign = np.where(alone, np.sign(steps @ member.T), 1.0)
        order = went.argmax(axis=1)
        rows = np.arange(len(order))[:, None]
        found: Array = np.diff(y, axis=1)[rows, order] * sign[rows, order, np.arange(len(self.names))][..., None]
        return found / STEP


def trajectories(names: Sequence[str], groups: Sequence[str], count: int, seed: int) -> Trajectories:
    """Draw `count` trajectories over numbers that move alone or in groups.

    Raises
    ------
    RunFailed
        SALib is not installed.
    """
    x = part("SALib.sample.morris").sample(problem(names, groups), count, num_levels=LEVELS, seed=seed)
    return Trajectories(tuple(dict.fromkeys(groups)), tuple(groups), np.clip(np.asarray(x, float), 0.0, 1.0))


def screened(
    design: Trajectories, y: Array, classes: Mapping[str, str], kept: NDArray[np.intp], seed: int
) -> dict[str, Any]:
    """Indices of one outcome, as plain data.

    Parameters
    ----------
    design : the trajectories.
    y : ``[trajectory, point, replicate]``, those that are known.
    classes : index to its confidence, where it has one.
    kept : positions of the trajectories in the design.
    seed : of SALib's resampling.
    """
    names, width = design.names, len(design.names)
    x = design.x.reshape(-1, design.size, len(design.groups))[kept]
    own = Trajectories(names, design.groups, x.reshape(-1, len(design.groups)))
    effects = own.effects(y)
    plain = part("SALib.analyze.morris").analyze(
        problem([str(k) for k in range(len(design.groups))], design.groups), own.x, y.mean(axis=-1).reshape(-1),
        num_levels=LEVELS, seed=seed,
    )  # fmt: skip
    kinds, share = members(names, classes)
    found = interval(lambda e: _indices(e, share), effects)
    luck, alone = luck_alone(effects), [design.groups.count(name) == 1 for name in names]
    rows = [
        {
            "name": name,
            "mu_star": found[k].at_least_nothing().plain(),
            "mu": found[width + k].plain() if alone[k] else None,
            "sigma": found[2 * width + k].at_least_nothing().plain() if alone[k] else None,
            "salib": {key: _float(plain[key][k]) for key in ("mu", "mu_star", "mu_star_conf", "sigma")},
            "by_luck": float(luck[k]),
            "beyond_luck": bool(found[k].value > luck[k]),
            "moves": moved(effects[:, k], y),
        }
        for k, name in enumerate(names)
    ]
    parts = {kind: found[3 * width + k].plain() for k, kind in enumerate(kinds)}
    return {"indices": rows, "classes": parts, "luck": found[-1].plain()}


def _float(value: Any) -> float:
    return float("nan") if value is np.ma.masked else float(value)


def _indices(effects: Array, share: Array) -> Array:
    """mu*, mu, sigma; shares of the squared effects by class; the part of these squares that is luck."""
    mean = effects.mean(axis=-1)
    plain = (mean * mean).mean(axis=0)
    squares = without_luck(lambda e: (e * e).mean(axis=0), effects)
    scatter = np.maximum(without_luck(lambda e: e.var(axis=0, ddof=1), effects), 0.0)
    total, all_of_it = squares.sum(), plain.sum()
    shares = share @ squares / total if total > 0.0 else np.full(len(share), np.nan)
    luck = 1.0 - total / all_of_it if all_of_it > 0.0 and effects.shape[-1] > 1 else np.nan
    return np.concatenate([np.abs(mean).mean(axis=0), mean.mean(axis=0), np.sqrt(scatter), shares, [luck]])
