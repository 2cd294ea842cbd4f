"""Which entries an actor is likely to have taken after some slots, when each slot rules out what it excludes.

Slots are filled one after the other, each by the odds of that slot among what is left, *stop* ends it. What is left
depends on the set S of entries taken, so the probabilities of sets are carried from slot to slot:

    P(m | S) = e_m [S does not rule m out] / (e_stop + sum over what S leaves)      P(S + m) += P(S) P(m | S)

This is exact given the odds of each slot.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from multivector.mechanisms.common import Array

MOST_SLOTS = 3
"""Slots that can be followed: sets of two out of some fifty entries are a thousand, of three twenty thousand."""
OF_A_KIND = 2
"""Moves of one kind that an actor may make in a turn."""


class Sets:
    """The sets of so many entries of a menu that can be taken together, and what each rules out; fixed for a batch.

    Parameters
    ----------
    size : entries in a set.
    rules_out : [entry, entry] whether the play of the second rules out the first (each itself).
    kinds : [entry] kind of each.
    """

    def __init__(self, size: int, rules_out: NDArray[np.bool_], kinds: Sequence[str]) -> None:
        self.size, self.rules_out, self.kinds = size, rules_out, kinds
        count = len(kinds)
        same = np.array([[a == b for b in kinds] for a in kinds], bool).reshape(count, count)
        found = combinations(range(count), size)
        both = rules_out & rules_out.T
        self.sets = [s for s in found if not any(both[i, j] for i, j in combinations(s, 2))]
        left = np.ones((len(self.sets), count))
        for row, members in zip(left, self.sets, strict=True):
            for j in members:
                row[rules_out[:, j]] = 0.0
            if size >= OF_A_KIND:
                row[same[:, list(members)].sum(axis=1) >= OF_A_KIND] = 0.0
        self.left: Array = left

    @cached_property
    def larger(self) -> tuple[Sets, NDArray[np.intp], NDArray[np.intp]]:
        """The sets of one more, and the ways to each: the set before, and the entry added, ``[way, set]``."""
        more, place = Sets(self.size + 1, self.rules_out, self.kinds), {s: k for k, s in enumerate(self.sets)}
        ways = [[(place[s[:n] + s[n + 1 :]], m) for n, m in enumerate(s)] for s in more.sets]
        before, added = np.array(ways, np.intp).reshape(len(ways), self.size + 1, 2).transpose(2, 1, 0)
        return more, before, added


class Succession:
    """Fills slots in expectation.

    Examples
    --------
    Of two entries as likely as stopping, one is taken first with a third each; then the other or nothing:

    >>> empty = Sets(0, np.eye(2, dtype=bool), ["trade", "security"])
    >>> turn, odds = Succession(empty, 1), np.ones((3, 1))
    >>> [turn.slot(odds)[0].tolist() for _ in range(2)]
    [[0.3333333333333333], [0.25]]
    """

    def __init__(self, empty: Sets, lanes: int) -> None:
        self.sets, self.weight = empty, np.ones((1, lanes))
        self._grow: tuple[Array, Array] | None = None

    def slot(self, odds: Array) -> Array:
        """Probability of each entry, and of *stop*, in the next slot, given that the actor is not through before.

        Parameters
        ----------
        odds : [entry and stop, lane], in any unit; zero for what cannot be played; stop is positive.
        """
        if self._grow is not None:
            self.sets, self.weight = self._next(*self._grow)
        left, entries = self.sets.left, odds[:-1]
        whole = np.einsum("sm...,m...->s...", left, entries) + odds[-1]
        part = self.weight / whole
        out = np.empty_like(odds)
        out[:-1] = entries * np.einsum("sm...,s...->m...", left, part)
        out[-1] = odds[-1] * part.sum(axis=0)
        self._grow = part, entries
        return out

    def _next(self, part: Array, entries: Array) -> tuple[Sets, Array]:
        """The sets after a slot and their probabilities, given that it was not the last."""
        more, before, added = self.sets.larger
        ways = part[before] * entries[added]
        weight = np.zeros((len(more.sets), part.shape[1]))
        for way, way_before, way_added in zip(ways, before, added, strict=True):
            weight += way * self.sets.left[way_before, way_added][:, None]
        # Where every way ends in stopping there is nothing to follow: the next slot is asked of nobody.
        total = weight.sum(axis=0)
        return more, weight / np.where(total > 0.0, total, 1.0)
