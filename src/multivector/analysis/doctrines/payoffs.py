"""Payoffs of choices in columns (worlds, or what another actor does): which choice is best, and which are dominated.

All choices meet the same histories in all columns, so that differences are paired. Intervals of differences hold
together over all pairs of choices in all columns (Bonferroni), because the best and the dominated are looked for among
them.

References: Luce and Raiffa 1957, Games and Decisions (dominance); Dunn 1961, JASA 56(293) (intervals that hold
together).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Literal

import numpy as np

from multivector.analysis.statistics.paired import FEWEST, HIGHER, LEVEL, LOWER, SAME, Verdict, paired, verdict
from multivector.analysis.statistics.resample import ranks
from multivector.analysis.statistics.shares import paired_shares
from multivector.results.recorded import Array

Answer = Literal["strictly dominated", "weakly dominated", "not dominated", "cannot tell"]
STRICTLY: Answer = "strictly dominated"
WEAKLY: Answer = "weakly dominated"
NOT: Answer = "not dominated"
UNKNOWN: Answer = "cannot tell"


@dataclass(frozen=True)
class Gap:
    """How much better one choice does than another in a column: mean difference with its interval over n pairs."""

    n: int
    difference: float
    low: float
    high: float
    verdict: Verdict


@dataclass(frozen=True)
class Best:
    """The best choice of a column by its mean.

    Attributes
    ----------
    choice : its position; share : of the redrawn sets of histories in which it is the best (ties are shared).
    shares : the same of every choice.
    worse, same, unknown : positions of the others: surely worse by more than matters, not different by what matters,
        neither.
    """

    choice: int
    share: float
    shares: tuple[float, ...]
    worse: tuple[int, ...]
    same: tuple[int, ...]
    unknown: tuple[int, ...]


@dataclass(frozen=True)
class Dominance:
    """Whether a choice is dominated; `by` whom, and by whom it `may` be, for all that can be told."""

    answer: Answer
    by: tuple[int, ...]
    may: tuple[int, ...]


@dataclass(frozen=True)
class Payoffs:
    """Payoffs ``[column, choice, replicate]``, more is better, nan where a history failed.

    Attributes
    ----------
    values : as above; flags (0 and 1) if `flags`.
    margin : smallest difference that matters.
    level : probability that all intervals of differences hold at once.
    """

    values: Array
    margin: float
    flags: bool = False
    level: float = LEVEL

    @property
    def columns(self) -> int:
        """How many columns."""
        return int(self.values.shape[0])

    @property
    def choices(self) -> int:
        """How many choices."""
        return int(self.values.shape[1])

    @property
    def single(self) -> float:
        """Level of one interval, so that all hold together."""
        family = self.columns * math.comb(self.choices, 2)
        return 1.0 - (1.0 - self.level) / max(family, 1)

    def gap(self, column: int, one: int, other: int) -> Gap:
        """How much better `one` does than `other` in a column."""
        found = self._gaps[column, min(one, other), max(one, other)]
        if one < other:
            return found
        turned: Verdict = {HIGHER: LOWER, LOWER: HIGHER}.get(found.verdict, found.verdict)
        return Gap(found.n, -found.difference, -found.high, -found.low, turned)

    @cached_property
    def _gaps(self) -> dict[tuple[int, int, int], Gap]:
        pairs = combinations(range(self.choices), 2)
        return {(c, i, j): self._one(c, i, j) for i, j in pairs for c in range(self.columns)}

    def _one(self, column: int, i: int, j: int) -> Gap:
        a, b = self.values[column, j], self.values[column, i]
        return difference(a, b, self.single, self.margin, flags=self.flags)

    def best(self, column: int) -> Best:
        """The best choice of a column, how sure that is, and what can be told of the others."""
        found = ranks(self.values[column])
        top = found.rank.index(1)
        others = [k for k in range(self.choices) if k != top]
        told = {k: self.gap(column, top, k).verdict for k in others}
        return Best(
            top, found.first[top], found.first,
            tuple(k for k in others if told[k] == HIGHER), tuple(k for k in others if told[k] == SAME),
            tuple(k for k in others if told[k] not in (HIGHER, SAME)),
        )  # fmt: skip

    def dominates(self, one: int, other: int) -> Answer:
        """Whether `one` dominates `other`, as far as the intervals say (`dominating`)."""
        return dominating([(self.gap(column, one, other), self.margin) for column in range(self.columns)])

    def dominance(self, choice: int) -> Dominance:
        """Whether any other choice dominates this one."""
        answers = {k: self.dominates(k, choice) for k in range(self.choices) if k != choice}
        for answer in (STRICTLY, WEAKLY):
            by = tuple(k for k, found in answers.items() if found == answer)
            if by:
                return Dominance(answer, by, ())
        may = tuple(k for k, found in answers.items() if found == UNKNOWN)
        return Dominance(UNKNOWN if may else NOT, (), may)


def dominating(gaps: Sequence[tuple[Gap, float]]) -> Answer:
    """Whether one choice dominates another, from how much better it does column by column, each with its margin.

    - *strictly*: better in every column (all intervals above zero);
    - *weakly*: in no column worse by more than matters, and in some column better by more than matters;
    - *not*: in some column worse, or in no column different by more than matters;
    - *cannot tell*: none of these.

    Examples
    --------
    >>> better, same = Gap(50, 0.5, 0.4, 0.6, "higher"), Gap(50, 0.0, -0.01, 0.01, "no difference that matters")
    >>> dominating([(better, 0.1), (better, 0.1)]), dominating([(better, 0.1), (same, 0.1)]), dominating([(same, 0.1)])
    ('strictly dominated', 'weakly dominated', 'not dominated')
    """
    if all(gap.low > 0.0 for gap, _ in gaps):
        return STRICTLY
    if all(gap.low >= -margin for gap, margin in gaps) and any(gap.verdict == HIGHER for gap, _ in gaps):
        return WEAKLY
    if any(gap.high < 0.0 for gap, _ in gaps) or all(gap.verdict == SAME for gap, _ in gaps):
        return NOT
    return UNKNOWN


def difference(a: Array, b: Array, level: float, margin: float, *, flags: bool = False) -> Gap:
    """How much more `b` is than `a` over pairs of histories; of flags (0 and 1) the difference of their shares."""
    if flags:
        known = ~(np.isnan(a) | np.isnan(b))
        two = paired_shares(a[known] > 0.5, b[known] > 0.5, level=level)
        n, middle, low, high = two.n, two.difference, two.low, two.high
    else:
        mean = paired(a, b, level=level)
        n, middle, low, high = mean.n, mean.difference, mean.low, mean.high
        if n < FEWEST and low == high:
            # Pairs that all differ by the same: nobody knows those not seen.
            low, high = -math.inf, math.inf
    return Gap(n, middle, low, high, verdict(middle, low, high, margin, n))


def common(values: Sequence[Array]) -> Array:
    """Arrays ``[..., replicate]`` cut to the replicates that are known in all of them, joined on a new first axis.

    Examples
    --------
    >>> common([np.array([[1.0, np.nan, 3.0]]), np.array([[4.0, 5.0, 6.0]])]).tolist()
    [[[1.0, 3.0]], [[4.0, 6.0]]]
    """
    joined = np.stack(list(values))
    axes = tuple(range(joined.ndim - 1))
    return np.asarray(joined[..., ~np.isnan(joined).any(axis=axes)])
