"""Where something happens among the futures: conditions found on one half of them and checked on the other, and how
likely those futures must be for one doctrine to be the better choice."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.analysis.comparing.comparison import SURVIVAL_MARGIN
from multivector.analysis.robustness.prim import CHANCE, FEW, Bounds, chance, find, holds, measure, quasi_p
from multivector.analysis.robustness.regret import TAILS, Draws, draws, interval, means
from multivector.analysis.statistics.paired import HIGHER, UNKNOWN, verdict

Array = NDArray[np.float64]
Shares = Callable[[Array, Array], Array]
STANDS, NO_BOX, OPEN = "stands", "no box beats the base rate", "cannot tell"


def split(futures: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Futures to find conditions in, and to check them in: every other one."""
    return np.arange(0, futures, 2), np.arange(1, futures, 2)


def happens(values: Array, weights: Array) -> Array:
    """Share of the histories of each future in which it happens, ``[future, draw]``."""
    return means(values, weights)


def ahead(values: Array, weights: Array) -> Array:
    """1 where the mean difference of a future is above zero, ``[future, draw]``."""
    found = means(values, weights)
    return np.asarray(np.where(np.isnan(found), np.nan, found > 1e-12))


def discover(x: Mapping[str, Array], values: Sequence[Array], asked: Shares) -> dict[str, Any]:
    """Conditions under which something happens: found on one half of the futures, checked on the other.

    Parameters
    ----------
    x : what is drawn, ``[future]`` by path.
    values : of each order of play, ``[future, replicate]``; conditions are looked for in the first.
    asked : what is made of them: `happens` (shares) or `ahead` (yes or no by the mean).

    Returns
    -------
    dict
        ``box``; ``find``: how it fares where it was found; ``check``: the same, with intervals, in the other futures, a
        row for each order; ``quasi_p`` by path on either half; ``verdict``: ``stands`` (in the futures of the check, in
        the first order, more happens in the box than anywhere, by more than three points, the interval off zero, and
        luck does as well at most once in twenty), ``no box beats the base rate``, or ``cannot tell``.
    """
    one, other = split(values[0].shape[0])
    drawn = draws(len(other), values[0].shape[1])
    y = asked(values[0], drawn.whole[:, :1])[:, 0]
    here, there = ({path: v[half] for path, v in x.items()} for half in (one, other))
    box = find(here, y[one])
    rows = [_checked(holds(box, there), asked(each[other], drawn.whole), drawn) for each in values]
    luck = {
        path: {"find": quasi_p(box, path, here, y[one]), "check": quasi_p(box, path, there, y[other])} for path in box
    }
    return {
        "box": box, "find": vars(measure(holds(box, here), y[one])), "check": rows, "quasi_p": luck,
        "verdict": rows[0]["verdict"] if box else NO_BOX,
    }  # fmt: skip


def _checked(inside: NDArray[np.bool_], y: Array, drawn: Draws) -> dict[str, Any]:
    """A box in futures that it has not seen; ``[future, draw]``."""
    found = [measure(inside[f], y[f, b]) for b, f in enumerate(drawn.futures)]
    told = {name: interval(np.array([getattr(m, name) for m in found])) for name in ("density", "coverage", "base")}
    lift = interval(np.array([m.density - m.base for m in found]))
    luck = chance(y[inside, 0], y[:, 0])
    answer = verdict(*lift, SURVIVAL_MARGIN, found[0].inside)
    said = {HIGHER: STANDS, UNKNOWN: OPEN}.get(answer, NO_BOX)
    if found[0].inside < FEW or (said == STANDS and luck > CHANCE):
        said = OPEN
    return {
        "futures": found[0].futures, "inside": found[0].inside, "mass": found[0].mass, **told, "lift": lift,
        "chance": luck, "verdict": said,
    }  # fmt: skip


def break_even(inside: float, outside: float) -> float:
    """How likely the futures inside must be for the first doctrine to be the better one in the mean.

    Parameters
    ----------
    inside, outside : its mean lead over the other in these futures, and in the rest.

    Returns
    -------
    float
        The p with ``p * inside + (1 - p) * outside = 0``; 0 where it leads in both, 1 where in neither; nan where it
        leads outside and not inside, so that their being likely speaks against it.

    Examples
    --------
    >>> break_even(2.0, -1.0), break_even(0.5, 1.0), break_even(-0.5, -1.0), break_even(-1.0, 1.0)
    (0.3333333333333333, 0.0, 1.0, nan)
    """
    if inside > 0.0 and outside > 0.0:
        return 0.0
    if inside <= 0.0 and outside <= 0.0:
        return 1.0
    return -outside / (inside - outside) if inside > outside else math.nan


def lead(box: Bounds, x: Mapping[str, Array], values: Array) -> dict[str, Any]:
    """The lead of one doctrine inside and outside of a box, in the futures of the check, and the break-even.

    Parameters
    ----------
    values : difference of the two, ``[future, replicate]``.
    """
    _, other = split(values.shape[0])
    drawn = draws(len(other), values.shape[1])
    inside = holds(box, {path: v[other] for path, v in x.items()})
    flags = np.broadcast_to(inside[:, None], (len(other), drawn.whole.shape[1]))
    return _lead([(flags, values[other], drawn.whole)], drawn)


def lead_where_ahead(values: Array) -> dict[str, Any]:
    """The same for the futures in which it is ahead, chosen on one half of the replicates and valued on the other."""
    drawn = draws(*values.shape)
    ways = ((drawn.choose, drawn.value), (drawn.value, drawn.choose))
    return _lead([(ahead(values, one) > 0.5, values, two) for one, two in ways], drawn)


def _lead(ways: Sequence[tuple[NDArray[np.bool_], Array, Array]], drawn: Draws) -> dict[str, Any]:
    made = [(flags, means(values, weights)) for flags, values, weights in ways]
    rows = []
    for b, f in enumerate(drawn.futures):
        flags = np.concatenate([inside[f, b] for inside, _ in made])
        gaps = np.concatenate([gap[f, b] for _, gap in made])
        ends = [float(gaps[part].mean()) if part.any() else math.nan for part in (flags, ~flags)]
        rows.append((*ends, break_even(*ends), float(flags.mean())))
    found = np.array(rows)
    value, low, high = interval(found[:, 2])
    if not np.isnan(found[1:, 2]).mean() <= TAILS[0]:
        # Too often it leads outside and not inside: any probability may be the right one.
        low, high = 0.0, 1.0
    return {
        "inside": interval(found[:, 0]), "outside": interval(found[:, 1]), "break_even": (value, low, high),
        "share": interval(found[:, 3]),
    }  # fmt: skip
