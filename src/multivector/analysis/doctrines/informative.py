"""Red lines that say nothing about doctrines: hardly any history crosses them, or nearly all do, whatever the doctrine.

A line crossed in under 1% or in over 95% of the histories of *every* doctrine cannot tell doctrines apart: survival
that hangs on it tells of the world and not of the policy. Such lines are named, so that a reader can leave them aside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from multivector.results.recorded import Array
from multivector.results.tables import Table, Words

RARE, COMMON = 0.01, 0.95
"""Shares of histories below and above which a line is crossed too seldom or too often to tell anything."""

Verdict = Literal["", "hardly ever", "nearly always"]


def uninformative(shares: Array) -> Verdict:
    """Whether a line with these shares of histories that cross it, one a doctrine, tells nothing; nan are left out.

    Parameters
    ----------
    shares : [doctrine] share of the histories that cross the line, 0 to 1.

    Returns
    -------
    Verdict
        ``hardly ever`` below 1% with every doctrine, ``nearly always`` over 95%, else an empty text.

    Examples
    --------
    >>> [uninformative(np.array(s)) for s in ([0.0, 0.009], [0.0, 0.02], [0.96, 1.0], [0.94, 1.0])]
    ['hardly ever', '', 'nearly always', '']
    """
    known = shares[~np.isnan(shares)]
    if not known.size:
        return ""
    if (known < RARE).all():
        return "hardly ever"
    return "nearly always" if (known > COMMON).all() else ""


@dataclass
class Crossings:
    """A sink that keeps of each red line how many histories of each of `points` there are and how many cross it."""

    points: int
    seen: dict[str, Array] = field(default_factory=dict)
    crossed: dict[str, Array] = field(default_factory=dict)

    def add(self, table: str, content: Table | None) -> None:
        """Count the red lines of a block; other tables are let go."""
        if table != "lines" or not content:
            return
        line, first, point = content["line"], content["first"], np.asarray(content["point"])
        assert isinstance(line, Words)
        assert isinstance(first, Words)
        hit = first.plain() != ""
        for k, id in enumerate(line.labels):
            for kept, rows in ((self.seen, line.codes == k), (self.crossed, (line.codes == k) & hit)):
                kept[id] = kept.get(id, np.zeros(self.points)) + np.bincount(point[rows], minlength=self.points)

    def shares(self) -> dict[str, Array]:
        """Share of the histories of each point that cross each line, ``[point]``; nan where none has the line."""
        with np.errstate(invalid="ignore"):
            return {id: self.crossed[id] / self.seen[id] for id in sorted(self.seen)}


def told_lines(shares: Mapping[str, Array], titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every line with the share that crosses it by doctrine, and whether that tells doctrines apart, as plain data."""
    return [
        {
            "id": id, "title": titles.get(id, id), "uninformative": uninformative(each),
            "shares": [None if np.isnan(x) else float(x) for x in each],
        }
        for id, each in shares.items()
    ]  # fmt: skip
