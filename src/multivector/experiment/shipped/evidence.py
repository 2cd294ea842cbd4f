"""How far each outcome can be believed: what speaks for it and what against, from ``validation/evidence.csv``."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from multivector.experiment.shipped.facts import folder, shipped_facts


@dataclass(frozen=True)
class Believed:
    """A sentence for, a sentence against, and the facts of the table that bear on an outcome."""

    speaks_for: str
    against: str
    facts: tuple[str, ...]


@cache
def _rows() -> tuple[tuple[str, Believed], ...]:
    with (folder() / "evidence.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(
            (row["outcome"], Believed(row["for"], row["against"], tuple(row["facts"].split())))
            for row in csv.DictReader(stream)
        )


def believed(outcome: str) -> Believed | None:
    """What speaks for and against an outcome; of several patterns that fit, the longest counts.

    Examples
    --------
    >>> believed("oil.through_russia").speaks_for
    'Hits the record of 2022.'
    >>> believed("no-such-outcome") is None
    True
    """
    fits = [(pattern, found) for pattern, found in _rows() if fnmatchcase(outcome, pattern)]
    return max(fits, key=lambda each: len(each[0].rstrip("*")))[1] if fits else None


def bearing(patterns: Sequence[str]) -> tuple[str, ...]:
    """Ids of the shipped facts that patterns name."""
    return tuple(f.id for f in shipped_facts() if any(fnmatchcase(f.id, pattern) for pattern in patterns))
