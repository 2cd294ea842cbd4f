"""Moves that took effect, read as conduct: who was engaged, insured against, pleased and displeased, and by how much effort."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from multivector.decisions.catalogue import Entry
from multivector.mechanisms.common import Array
from multivector.world.layout import Layout

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
        self.own = np.array([e.actor == focus or (e.is_offer and e.target == focus) for e in entries])
        self.spoken = np.array([e.actor == focus and e.move.kind == "diplomatic" for e in entries])

    def toward(self, weights: Array | NDArray[np.bool_], recent: Array, mask: NDArray[np.bool_] | None = None) -> Array:
        """Sum of weights over entries that took effect, by power: ``[entry, power]`` and ``[entry, lane]`` to ``[power, lane]``."""
        out = np.zeros((len(self.powers), recent.shape[-1]))
        for v in range(len(self.powers)):
            column = np.asarray(weights[:, v], np.float64) * (1.0 if mask is None else mask)
            rows = np.flatnonzero(column)
            if rows.size:
                out[v] = (column[rows, None] * recent[rows]).sum(axis=0)
        return out

    def hedging(self, recent: Array) -> tuple[Array, Array]:
        """Engaging and insuring effort toward each power over four quarters, ``[power, lane]``; `recent` is ``[quarter, entry, lane]``."""
        year = recent[:YEAR].sum(axis=0)
        return self.toward(self.engages, year), self.toward(self.insures, year)

    def liked(self, recent: Array) -> tuple[Array, Array]:
        """Moves of the focus in this quarter that please and displease each power, ``[power, lane]``."""
        return self.toward(self.pleases, recent[0], self.own), self.toward(self.displeases, recent[0], self.own)

    def said(self, recent: Array, power: str) -> tuple[Array, Array]:
        """Diplomatic moves of four quarters that please and displease one power, ``[lane]``."""
        year = recent[:YEAR].sum(axis=0)
        v = self.powers.index(power)
        pick = [np.flatnonzero(table[:, v] & self.spoken) for table in (self.pleases, self.displeases)]
        return year[pick[0]].sum(axis=0), year[pick[1]].sum(axis=0)
