"""Mixed equilibria of a game whose payoffs are means over histories, and how far they hang on these histories.

Equilibria come from nashpy: support enumeration, then, where that finds none or the game is degenerate, enumeration of
the vertices. (Its Lemke and Howson does not end on some games and is left alone.) None is taken on trust: what a side
could gain by leaving is worked out here, and a pair of mixtures that leaves a gain is dropped. Before that, what is
strictly dominated goes (it is in no equilibrium), and payoffs are put on 1 to 2 (which changes no equilibrium).

References: Nash 1951, Annals of Mathematics 54(2); Nisan, Roughgarden, Tardos and Vazirani 2007, Algorithmic Game
Theory, chapter 3; Wellman 2006, AAAI (games whose payoffs are simulated).
"""

from __future__ import annotations

import contextlib
import importlib
import math
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.analysis.statistics.resample import RESAMPLES, resamples
from multivector.errors import RunFailed
from multivector.results.recorded import Array

EXACT = 1e-7
"""Gain from leaving, as a share of the range of payoffs, up to which a pair of mixtures counts as an equilibrium."""
PLAYED = 1e-6
"""Probability from which a choice counts as played."""
LARGEST = 20_000
"""Pairs of supports that are tried; in larger games vertices are enumerated at once."""
SUPPORTS = "support enumeration"
EXTRA = "pip install 'multivector[discovery]'"


@dataclass(frozen=True)
class Equilibrium:
    """Mixtures of both sides, what each side gets, and what it could gain at most by leaving (checked here)."""

    rows: tuple[float, ...]
    columns: tuple[float, ...]
    payoff: tuple[float, float]
    regret: tuple[float, float]

    @property
    def pure(self) -> bool:
        """Whether both sides play one choice."""
        return len(played(self.rows)) == len(played(self.columns)) == 1


@dataclass(frozen=True)
class Solved:
    """The equilibria that were found, by which method, and whether the game is degenerate (there may be more)."""

    equilibria: tuple[Equilibrium, ...]
    method: str
    degenerate: bool


@dataclass(frozen=True)
class Stability:
    """An equilibrium of the mean payoffs, over sets of histories that are drawn again with replacement.

    Attributes
    ----------
    count : redrawn sets.
    same : share of them with an equilibrium in which both sides play the same choices.
    rows, columns : 95% interval of each probability, in the nearest equilibrium of each set.
    gain : what either side could gain at most by leaving the equilibrium, in 95% of the sets.
    """

    count: int
    same: float
    rows: tuple[tuple[float, float], ...]
    columns: tuple[tuple[float, float], ...]
    gain: tuple[float, float]


def played(mixture: Iterable[float]) -> tuple[int, ...]:
    """Choices that a mixture plays.

    Examples
    --------
    >>> played([0.5, 0.0, 0.5])
    (0, 2)
    """
    return tuple(k for k, p in enumerate(mixture) if p > PLAYED)


def regret(a: Array, b: Array, rows: Array, columns: Array) -> tuple[float, float]:
    """What each side could gain at most by leaving its mixture while the other stays.

    Parameters
    ----------
    a, b : ``[row, column]`` payoffs of the side that chooses rows and of the one that chooses columns.
    rows, columns : mixtures.

    Examples
    --------
    >>> pennies = np.array([[1.0, -1.0], [-1.0, 1.0]])
    >>> regret(pennies, -pennies, np.array([0.5, 0.5]), np.array([0.5, 0.5]))
    (0.0, 0.0)
    >>> regret(pennies, -pennies, np.array([1.0, 0.0]), np.array([1.0, 0.0]))
    (0.0, 2.0)
    """
    own, other = a @ columns, rows @ b
    return float(max(own.max() - rows @ own, 0.0)), float(max(other.max() - other @ columns, 0.0))


def solve(a: Array, b: Array) -> Solved:
    """Equilibria of a game of two sides.

    Parameters
    ----------
    a, b : ``[row, column]`` payoffs of the side that chooses rows and of the one that chooses columns.

    Raises
    ------
    RunFailed
        nashpy is not installed.

    Examples
    --------
    >>> pennies = np.array([[1.0, -1.0], [-1.0, 1.0]])
    >>> found = solve(pennies, -pennies)
    >>> found.equilibria[0].rows, found.equilibria[0].columns, found.degenerate
    ((0.5, 0.5), (0.5, 0.5), False)
    """
    keep_rows, keep_columns = undominated(a, b)
    one, other = (_unit(m[np.ix_(keep_rows, keep_columns)]) for m in (a, b))
    found: list[tuple[Array, Array]] = []
    method, degenerate = "", False
    for name, candidates in _methods(one, other):
        some = [pair for pair in candidates() if _is_one(one, other, *pair)]
        found += [p for k, p in enumerate(some) if not any(_near(p, q) for q in (*found, *some[:k]))]
        method = method or (name if found else "")
        degenerate = degenerate or any(_ties(one, other, *pair) for pair in found)
        # An odd number, none of them with ties, is all there is. Ties, or a rounding that the library does not
        # forgive, hide some: the vertices say more.
        if len(found) % 2 and not degenerate:
            break
    found.sort(key=lambda pair: [-x for x in (*pair[0], *pair[1])])
    told = tuple(_told(a, b, keep_rows, keep_columns, pair) for pair in found)
    return Solved(told, method, degenerate)


def stability(
    a: Array, b: Array, equilibrium: Equilibrium, *, count: int = RESAMPLES, tick: Callable[[int], None] | None = None
) -> Stability:
    """How an equilibrium fares in games whose payoffs are means over redrawn histories.

    Parameters
    ----------
    a, b : ``[row, column, replicate]`` payoffs of both sides in the same histories.
    equilibrium : of the means.
    count : redrawn sets.
    tick : called after each set.
    """
    rows, columns = np.array(equilibrium.rows), np.array(equilibrium.columns)
    support = (played(rows), played(columns))
    same, near, gains = 0, [], []
    for one, other in _redrawn(a, b, count):
        gains.append(regret(one, other, rows, columns))
        found = [(np.array(e.rows), np.array(e.columns)) for e in solve(one, other).equilibria]
        same += any((played(x), played(y)) == support for x, y in found)
        if found:
            x, y = min(found, key=lambda p: float(np.abs(p[0] - rows).sum() + np.abs(p[1] - columns).sum()))
            near.append(np.concatenate([x, y]))
        if tick is not None:
            tick(1)
    spread = (
        np.quantile(np.stack(near), (0.025, 0.975), axis=0).T if near else np.full((len(rows) + len(columns), 2), 0.0)
    )
    ends = [(float(low), float(high)) for low, high in spread]
    high = np.quantile(np.array(gains), 0.95, axis=0)
    return Stability(
        count, same / count, tuple(ends[: len(rows)]), tuple(ends[len(rows) :]), (float(high[0]), float(high[1]))
    )


def undominated(a: Array, b: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns left when what another pure choice strictly dominates goes, again and again.

    Examples
    --------
    >>> a, b = np.array([[3.0, 0.0], [5.0, 1.0]]), np.array([[3.0, 5.0], [0.0, 1.0]])
    >>> [x.tolist() for x in undominated(a, b)]
    [[1], [1]]
    """
    rows, columns = np.arange(a.shape[0]), np.arange(a.shape[1])
    while True:
        here, there = a[np.ix_(rows, columns)], b[np.ix_(rows, columns)].T
        left, top = rows[~_beaten(here)], columns[~_beaten(there)]
        if len(left) == len(rows) and len(top) == len(columns):
            return rows, columns
        rows, columns = left, top


def _beaten(payoff: Array) -> NDArray[np.bool_]:
    """Rows that some other row beats in every column."""
    above: NDArray[np.bool_] = payoff[None] > payoff[:, None]
    return np.asarray(np.any(np.all(above, axis=2), axis=1))


def _redrawn(a: Array, b: Array, count: int) -> Iterator[tuple[Array, Array]]:
    for chunk in resamples(a.shape[-1], count):
        for at in chunk:
            yield a[..., at].mean(axis=-1), b[..., at].mean(axis=-1)


def _unit(payoff: Array) -> Array:
    """Payoffs on 1 to 2: the polytopes of best answers are bounded where payoffs are above zero."""
    spread = float(payoff.max() - payoff.min())
    return 1.0 + (payoff - payoff.min()) / spread if spread > 0.0 else np.ones_like(payoff)


Pairs = Callable[[], list[tuple[Array, Array]]]


def _methods(a: Array, b: Array) -> list[tuple[str, Pairs]]:
    game = library("nashpy").Game(a, b)

    def quiet(made: Callable[[], Iterable[Any]]) -> Pairs:
        def found() -> list[tuple[Array, Array]]:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                out: list[tuple[Array, Array]] = []
                # A degenerate game stops a method on its way; the next one is tried.
                with contextlib.suppress(ValueError, TypeError, IndexError, ArithmeticError, flat):
                    out.extend((np.asarray(x, float), np.asarray(y, float)) for x, y in made())
                return out

        return found

    flat: type[Exception] = library("scipy.spatial").QhullError
    pairs = sum(math.comb(a.shape[0], k) * math.comb(a.shape[1], k) for k in range(1, min(a.shape) + 1))
    supports = (SUPPORTS, quiet(lambda: game.support_enumeration(non_degenerate=True)))
    return [*([supports] if pairs <= LARGEST else []), ("vertex enumeration", quiet(game.vertex_enumeration))]


def library(name: str) -> Any:
    """A library of the extra `discovery`.

    Raises
    ------
    RunFailed
        It is not installed; the message says how to.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        package = name.partition(".")[0]
        raise RunFailed(f"this needs {package}, which is not installed: {EXTRA}") from None


def _is_one(a: Array, b: Array, x: Array, y: Array) -> bool:
    if x.shape != a.shape[:1] or y.shape != a.shape[1:] or not (np.isfinite(x).all() and np.isfinite(y).all()):
        return False
    if min(x.min(), y.min()) < -EXACT or abs(x.sum() - 1.0) > EXACT or abs(y.sum() - 1.0) > EXACT:
        return False
    return max(regret(a, b, x, y)) <= EXACT


def _near(one: tuple[Array, Array], other: tuple[Array, Array]) -> bool:
    return all(float(np.abs(p - q).max()) < PLAYED for p, q in zip(one, other, strict=True))


def _ties(a: Array, b: Array, x: Array, y: Array) -> bool:
    """Whether a side has more best answers to a mixture than the mixture has parts: the mark of a degenerate game."""
    own, other = a @ y, x @ b
    return int((own > own.max() - EXACT).sum()) > len(played(y)) or int((other > other.max() - EXACT).sum()) > len(
        played(x)
    )


def _told(
    a: Array, b: Array, keep_rows: NDArray[np.intp], keep_columns: NDArray[np.intp], pair: tuple[Array, Array]
) -> Equilibrium:
    x, y = np.zeros(a.shape[0]), np.zeros(a.shape[1])
    x[keep_rows], y[keep_columns] = np.clip(pair[0], 0.0, None), np.clip(pair[1], 0.0, None)
    x, y = x / x.sum(), y / y.sum()
    return Equilibrium(tuple(x.tolist()), tuple(y.tolist()), (float(x @ a @ y), float(x @ b @ y)), regret(a, b, x, y))
