"""What an ensemble's printout is made of, gathered block by block: survival, lines, values at the end.

Quantiles need every value, so every value is kept: in memory for few histories, in the blocks on disk for many
(`multivector.results.parts`), from where one column after the other is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.results.recorded import Array, Recorded
from multivector.results.statistics import crossed, quantiles, share

YEAR = 4
"""An outcome of the end is the mean of the last four quarters."""
TIGHTER, LOOSER = 0.25, -0.25
"""Shares of a line's room (from its value in the base world to its bound) by which the bound is moved."""


@dataclass(frozen=True)
class Line:
    """What a tally must know of a red line: quarters in a row that count, title."""

    quarters: int
    title: str


@dataclass
class Tally:
    """Gathers blocks of replicates.

    Attributes
    ----------
    lines : the enabled lines by id.
    at_end : outcomes that are defined in the last turn only (others are means over the last year).
    """

    lines: Mapping[str, Line]
    at_end: frozenset[str] = frozenset()
    _parts: dict[str, list[NDArray[Any]]] = field(default_factory=dict)

    def add(self, record: Recorded, room: Mapping[str, Array], benchmark: Recorded | None = None) -> None:
        """Take in a block; `room` is each line's distance from the base world to its bound, ``[replicate]``."""
        ok = np.flatnonzero(~np.asarray(record.failed, bool))
        put = self._put
        put("replicate", np.asarray(record.replicate_ids)[ok])
        for name, shift in (("lost", 0.0), ("tighter", TIGHTER), ("looser", LOOSER)):
            put(name, self._lost(record, room, shift)[ok])
        for id in self.lines:
            if id not in record.lines:
                continue
            put(f"first/{id}", np.asarray(record.lines[id]["first"])[ok])
        for id, values in record.outcomes.items():
            put(f"end/{id}", self.end(id, np.asarray(values))[ok])
            if benchmark is not None and id in benchmark.outcomes:
                put(f"base/{id}", self.end(id, np.asarray(benchmark.outcomes[id]))[ok])

    def add_columns(self, names: Sequence[str], columns: NDArray[np.float64]) -> None:
        """Take in a block that was tallied elsewhere, ``[column, replicate]``."""
        for name, values in zip(names, columns, strict=True):
            self._put(name, values)

    def _put(self, name: str, values: NDArray[Any]) -> None:
        self._parts.setdefault(name, []).append(values)

    def _lost(self, record: Recorded, room: Mapping[str, Array], shift: float) -> NDArray[np.bool_]:
        lost = np.zeros(len(record.failed), bool)
        for id, line in self.lines.items():
            if id not in record.lines:
                continue
            if shift == 0.0:
                lost |= np.asarray(record.lines[id]["first"]) >= 0
            else:
                width: Array = np.nan_to_num(np.maximum(room.get(id, np.zeros(1)), 0.0))
                lost |= crossed(np.asarray(record.lines[id]["margin"], float), line.quarters, shift * width)
        return lost

    def end(self, id: str, values: Array) -> Array:
        """Value at the end: mean of the last year, or of the last turn where it is defined only there."""
        if id in self.at_end:
            return np.asarray(values[-1])
        return np.asarray(values[-YEAR:].mean(axis=0))

    def names(self) -> Sequence[str]:
        """The columns that were gathered, in their order."""
        return tuple(self._parts)

    def get(self, name: str) -> NDArray[Any]:
        """Everything gathered under a name, ``[replicate]``; nothing for a name that is not known."""
        parts = self._parts.get(name, [])
        return np.concatenate(parts) if parts else np.zeros(0)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Everything gathered, by name."""
        return {name: self.get(name) for name in self.names()}

    @property
    def count(self) -> int:
        """Replicates gathered (those that did not fail)."""
        return len(self.get("replicate"))

    def headline(self) -> dict[str, Any]:
        """Survival with its interval, at the stated bounds and at tighter and looser ones, and by line."""
        lost, tighter, looser = (self.get(name).astype(np.bool_) for name in ("lost", "tighter", "looser"))
        lines: list[dict[str, Any]] = []
        for id, line in self.lines.items():
            first = self.get(f"first/{id}")
            if len(first):
                hit = np.flatnonzero(first >= 0)[:1]
                example = (
                    {"replicate": int(self.get("replicate")[hit[0]]), "turn": int(first[hit[0]])} if len(hit) else None
                )
                lines.append({"id": id, "title": line.title, **share(first >= 0), "example": example})
        lines.sort(key=lambda each: (-each["hits"], each["id"]))
        return {
            "n": self.count,
            "survival": share(np.logical_not(lost)),
            "tighter": share(np.logical_not(tighter)),
            "looser": share(np.logical_not(looser)),
            "lines": lines,
        }

    def outcomes(self) -> dict[str, Any]:
        """Quantiles 5, 50, 95% of every outcome at the end: over all histories, and over those without a line."""
        safe = np.logical_not(self.get("lost").astype(np.bool_))
        out: dict[str, Any] = {}
        for name in self.names():
            kind, _, id = name.partition("/")
            if kind != "end":
                continue
            values, base = self.get(name), self.get(f"base/{id}")
            out[id] = {"all": quantiles(values), "surviving": quantiles(values[safe])}
            if len(base) == len(values):
                out[id] |= {"benchmark": quantiles(base), "difference": quantiles(values - base)}
                out[id] |= {"difference_surviving": quantiles((values - base)[safe])}
        return out
