"""Where something happens, in a few conditions: boxes in the space of the futures, by patient peeling.

PRIM takes a thin slice off one side of one variable at a time, the slice whose loss leaves the largest mean behind,
until few futures are left; of the boxes on the way one is chosen, and its faces are moved out again where that helps.
Chosen is the box with the largest *surplus*: what happens in it beyond what as many futures taken anywhere would show,
as a share of all futures (Lavrač, Flach and Zupan 1999).

What is found this way fits the futures it was found in. Whether it says anything is decided on others.

References: Friedman and Fisher 1999, Statistics and Computing 9(2); Bryant and Lempert 2010, Technological Forecasting
and Social Change 77(1), for coverage, density and quasi-p-values; Lavrač, Flach and Zupan 1999, ILP-99.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from multivector.analysis.statistics.resample import resamples

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Bounds = Mapping[str, tuple[float, float]]
ALPHA = 0.05
"""Share of a box that one slice takes."""
LEAST = 0.05
"""Share of all futures that a box keeps; never fewer than `FEW`."""
FEW = 5
MOST = 3
"""Conditions of a box."""
CHANCE = 0.05
"""A condition that luck brings about more often is dropped."""
DRAWS = 1000
INF = float("inf")


@dataclass(frozen=True)
class Measure:
    """How a box fares.

    Attributes
    ----------
    futures, inside : how many there are, and how many of them in the box.
    mass : share of the futures in the box.
    base, density : mean of what is asked for over all futures, and in the box (nan if none is in it).
    coverage : share of all that happens which happens in the box (nan if nothing does).
    surplus : ``mass * (density - base)``.
    """

    futures: int
    inside: int
    mass: float
    base: float
    density: float
    coverage: float
    surplus: float


def holds(box: Bounds, x: Mapping[str, Array]) -> Flags:
    """Which futures lie in a box, ``[future]``; bounds belong to it.

    Examples
    --------
    >>> holds({"a": (2.0, INF)}, {"a": np.array([1.0, 2.0, 3.0]), "b": np.zeros(3)}).tolist()
    [False, True, True]
    """
    inside = np.ones(len(next(iter(x.values()), ())), bool)
    for name, (low, high) in box.items():
        inside &= (x[name] >= low) & (x[name] <= high)
    return inside


def measure(inside: Flags, y: Array) -> Measure:
    """Coverage, density and surplus of a set of futures.

    Parameters
    ----------
    inside : ``[future]``.
    y : ``[future]`` in [0, 1]: whether it happens there, or in what share of the histories.

    Examples
    --------
    >>> found = measure(np.array([True, True, False, False]), np.array([1.0, 0.5, 0.5, 0.0]))
    >>> found.density, found.coverage, found.base, found.surplus
    (0.75, 0.75, 0.5, 0.125)
    """
    n, k, total = len(y), int(inside.sum()), float(y.sum())
    base = total / n if n else float("nan")
    density = float(y[inside].mean()) if k else float("nan")
    coverage = float(y[inside].sum()) / total if total > 0.0 else float("nan")
    mass = k / n if n else float("nan")
    return Measure(n, k, mass, base, density, coverage, mass * (density - base) if k else 0.0)


def peel(x: Mapping[str, Array], y: Array, *, alpha: float = ALPHA, least: int | None = None) -> list[Bounds]:
    """The boxes on the way from everything to few futures, each inside the one before.

    Parameters
    ----------
    x : variable to ``[future]``.
    y : ``[future]``, what is looked for.
    alpha : share of the box that a slice takes; at least one future.
    least : futures that a box keeps.

    Examples
    --------
    >>> a = np.arange(20.0)
    >>> path = peel({"a": a}, (a < 10).astype(float), least=5)
    >>> path[0], path[10]
    ({}, {'a': (-inf, 9.5)})
    """
    least = fewest(len(y)) if least is None else least
    path: list[Bounds] = [{}]
    inside = np.ones(len(y), bool)
    while True:
        box, here = path[-1], np.flatnonzero(inside)
        found = [
            (float(y[keep].mean()), len(keep), name, bounds)
            for name in sorted(x)
            for bounds, keep in _slices(x[name], here, box.get(name, (-INF, INF)), max(1, int(alpha * len(here))))
            if len(keep) >= least
        ]
        if not found:
            return path
        # Of equal ones that which keeps more, then the first by name.
        _, _, name, bounds = max(found, key=lambda each: (each[0], each[1]))
        path.append({**box, name: bounds})
        inside &= (x[name] >= bounds[0]) & (x[name] <= bounds[1])


def fewest(futures: int) -> int:
    """How many futures a box keeps."""
    return max(FEW, int(LEAST * futures))


def _slices(
    values: Array, here: NDArray[np.intp], bounds: tuple[float, float], k: int
) -> Iterator[tuple[tuple[float, float], NDArray[np.intp]]]:
    """New bounds, and who stays, without the k lowest and without the k highest; equal values go together."""
    if k >= len(here):
        return
    order = here[np.argsort(values[here], kind="stable")]
    v = values[order]
    low = int(np.searchsorted(v, v[k - 1], side="right"))
    if low < len(v):
        yield (float(0.5 * (v[low - 1] + v[low])), bounds[1]), order[low:]
    high = int(np.searchsorted(v, v[-k], side="left"))
    if high > 0:
        yield (bounds[0], float(0.5 * (v[high - 1] + v[high]))), order[:high]


def paste(box: Bounds, x: Mapping[str, Array], y: Array, *, alpha: float = ALPHA) -> Bounds:
    """Move faces of a box out again, a slice at a time, as long as that raises its surplus."""
    now = surplus(box, x, y)
    while True:
        tried = [(surplus(each, x, y), each) for each in _wider(box, x, alpha)]
        best = max(tried, key=lambda each: each[0], default=None)
        if best is None or not best[0] > now:
            return box
        now, box = best


def _wider(box: Bounds, x: Mapping[str, Array], alpha: float) -> Iterator[Bounds]:
    k = max(1, int(alpha * int(holds(box, x).sum())))
    for name, (low, high) in box.items():
        others = holds(without(box, name), x)
        for side in ("low", "high"):
            beyond = x[name][others & ((x[name] < low) if side == "low" else (x[name] > high))]
            beyond = np.sort(beyond)[::-1] if side == "low" else np.sort(beyond)
            if not len(beyond):
                continue
            edge = 0.5 * (beyond[k - 1] + beyond[k]) if k < len(beyond) else (-INF if side == "low" else INF)
            bounds = (float(edge), high) if side == "low" else (low, float(edge))
            yield without(box, name) if bounds == (-INF, INF) else {**box, name: bounds}


def without(box: Bounds, name: str) -> Bounds:
    """The box without its condition on one variable."""
    return {each: bounds for each, bounds in box.items() if each != name}


def find(x: Mapping[str, Array], y: Array, *, alpha: float = ALPHA, most: int = MOST) -> Bounds:
    """A box of at most so many conditions in which more happens; without conditions if there is none.

    Variables come in one at a time: that whose company gives the box with the largest surplus, peeled and pasted anew
    over all variables so far. It ends with `most`, or when luck would do as well as the last one (`quasi_p`). Peeled
    over many variables at once, the first slices follow chance in all of them, and true conditions drown.

    Examples
    --------
    >>> rng = np.arange(200)
    >>> a, b = rng * 0.618 % 1, rng * 0.414 % 1
    >>> box = find({"a": a, "b": b, "c": rng * 0.303 % 1}, ((a < 0.5) & (b > 0.6)).astype(float))
    >>> {name: tuple(round(v, 1) for v in bounds) for name, bounds in box.items()}
    {'a': (-inf, 0.5), 'b': (0.6, inf)}
    """
    best: Bounds = {}
    while len(best) < min(most, len(x)) and len(y) and y.max() > y.min():
        tried = [
            max(peel({each: x[each] for each in (*best, name)}, y, alpha=alpha), key=lambda b: surplus(b, x, y))
            for name in sorted(set(x) - set(best))
        ]
        box = max((b for b in tried if len(b) > len(best)), key=lambda b: surplus(b, x, y), default=best)
        box = paste(box, x, y, alpha=alpha)
        if len(box) <= len(best) or any(quasi_p(box, name, x, y) > CHANCE for name in box):
            break
        best = box
    return dict(sorted(best.items()))


def surplus(box: Bounds, x: Mapping[str, Array], y: Array) -> float:
    """The surplus of a box."""
    return measure(holds(box, x), y).surplus


def quasi_p(box: Bounds, name: str, x: Mapping[str, Array], y: Array) -> float:
    """How often luck alone would make a condition look as good: Bryant and Lempert's quasi-p-value.

    As many futures as the box holds are drawn, with replacement, from the box without that condition; counted is how
    often their mean is as high as the box's. Where a future either fails or does not, that is the binomial tail. It is
    no test: the same futures suggested the condition.
    """
    return chance(y[holds(box, x)], y[holds(without(box, name), x)])


def chance(inside: Array, wider: Array) -> float:
    """How often as many futures, drawn with replacement from more, have as high a mean; 1 if there are none inside."""
    if not len(inside):
        return 1.0
    level, hits = float(inside.mean()) - 1e-12, 0
    for drawn in resamples(len(wider), DRAWS):
        hits += int((wider[drawn[:, : len(inside)]].mean(axis=1) >= level).sum())
    return (hits + 1) / (DRAWS + 1)
