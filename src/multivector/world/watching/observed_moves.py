"""Moves that took effect, read as conduct: who was engaged, insured against, pleased and displeased, and by how much
effort."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from multivector.decisions.catalogue import Entry
from multivector.mechanisms.common import Array
from multivector.world.layout.layout import Layout

YEAR = 4


def named(words: Sequence[str], entry: Entry) -> list[str]:
    """Codes behind `by` and `target` in an entry's list of powers."""
    return [c for c in ({"by": entry.actor, "target": entry.target}.get(w, w) for w in words) if c is not None]


def effort(entry: Entry, focus: str) -> float:
    """What the entry costs the focus actor: its own move, or an offer that it accepted; in utility."""
    return entry.cost if entry.actor == focus else float(entry.move.cost.get("target", entry.cost))


class MoveReader:
    """Which entries please, displease, engage or insure which power; all entries of a catalogue, one batch."""

    def __init__(self, layout: Layout) -> None:
        self.layout, self.powers, focus = layout, layout.powers, layout.focus
        entries = layout.catalogue.entries
        shape = (len(entries), len(layout.powers))
        self.pleases, self.displeases = np.zeros(shape, bool), np.zeros(shape, bool)
        self.engages, self.insures = np.zeros(shape), np.zeros(shape)
        for i, entry in enumerate(entries):
            # A power's own act is not the focus actor's conduct, unless it is an offer that the focus accepts.
            own = entry.actor == focus or (entry.is_offer and entry.target == focus)
            for table, words in ((self.pleases, entry.move.pleases), (self.displeases, entry.move.displeases)):
                for v in named(words, entry):
                    if v in self.powers:
                        table[i, self.powers.index(v)] = True
            for weights, words in ((self.engages, entry.move.engages), (self.insures, entry.move.insures)):
                for v in named(words, entry):
                    if own and v in self.powers:
                        weights[i, self.powers.index(v)] = effort(entry, focus)
        self.rows = np.array(
            [i for i, e in enumerate(entries) if e.actor == focus or (e.is_offer and e.target == focus)], np.intp
        )
        self._effort, self._taste = (
            self._gather(self.engages, self.insures),
            self._gather(self.pleases, self.displeases),
        )
        self.spoken = np.array([e.actor == focus and e.move.kind == "diplomatic" for e in entries])

    def _gather(self, *tables: Array | NDArray[np.bool_]) -> tuple[NDArray[np.intp], Array]:
        """Rows of own entries and their weights for each table and power, padded: ``[table x power, k]`` twice
        (weights with a lane axis)."""
        lists = [
            [(r, float(w)) for r, w in enumerate(table[self.rows, v]) if w]
            for table in tables
            for v in range(len(self.powers))
        ]
        depth = max([1, *(len(x) for x in lists)])
        index, weight = np.zeros((len(lists), depth), np.intp), np.zeros((len(lists), depth, 1))
        for a, found in enumerate(lists):
            for k, (r, w) in enumerate(found):
                index[a, k], weight[a, k] = r, w
        return index, weight

    def _toward(self, gather: tuple[NDArray[np.intp], Array], moves: Array) -> Array:
        """Weighted sums of moves ``[own entry, lane]`` for two tables: ``[table, power, lane]``."""
        index, weight = gather
        return np.asarray((weight * moves[index]).sum(axis=1)).reshape(2, len(self.powers), -1)

    def year(self, recent: Sequence[Array]) -> Array:
        """How often each entry of the focus took effect in four quarters, ``[own entry, lane]``."""
        return np.asarray(sum(plays[self.rows] for plays in recent[:YEAR]))

    def hedging(self, year: Array) -> tuple[Array, Array]:
        """Engaging and insuring effort toward each power, ``[power, lane]``."""
        both = self._toward(self._effort, year)
        return both[0], both[1]

    def liked(self, recent: Sequence[Array]) -> tuple[Array, Array]:
        """Moves of the focus in this quarter that please and displease each power, ``[power, lane]``."""
        both = self._toward(self._taste, recent[0][self.rows])
        return both[0], both[1]

    def said(self, year: Array, power: str) -> tuple[Array, Array]:
        """Diplomatic moves that please and displease one power, ``[lane]``."""
        v = self.powers.index(power)
        pick = [
            np.flatnonzero(table[self.rows, v] & self.spoken[self.rows]) for table in (self.pleases, self.displeases)
        ]
        return year[pick[0]].sum(axis=0), year[pick[1]].sum(axis=0)
