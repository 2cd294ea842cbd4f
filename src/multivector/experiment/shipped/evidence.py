"""How far each outcome can be believed: what speaks for it and what against, from ``validation/evidence.csv``."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from operator import itemgetter

from multivector.experiment.shipped.facts import folder, shipped_facts

ALL, SOME, NONE = "all", "some", "none"
"""How many of the facts that bear on an outcome the model as shipped hits; nothing where no fact does."""


@dataclass(frozen=True)
class Believed:
    """How far an outcome can be believed.

    Attributes
    ----------
    speaks_for, against : a sentence each.
    facts : patterns of the facts of the table that bear on it.
    record : how many of these the model hits (`standing`): what a printout has room for beside a number.
    """

    speaks_for: str
    against: str
    facts: tuple[str, ...]
    record: str


@cache
def _rows() -> tuple[tuple[str, Believed], ...]:
    with (folder() / "evidence.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(
            (row["outcome"], Believed(row["for"], row["against"], tuple(row["facts"].split()), row["record"]))
            for row in csv.DictReader(stream)
        )


@cache
def _stems() -> tuple[tuple[str, bool, Believed], ...]:
    return tuple((pattern.rstrip("*"), pattern.endswith("*"), found) for pattern, found in _rows())


def believed(outcome: str) -> Believed | None:
    """What speaks for and against an outcome; of several patterns that fit, the longest counts.

    Examples
    --------
    >>> believed("oil.through_russia").speaks_for
    'In 2022 96% of exported oil crosses Russia in the model, 97% on record.'
    >>> believed("no-such-outcome") is None
    True
    """
    # A pattern is an id, or the beginning of ids with a star: every number of a run's printout is looked up here.
    fits = [
        (len(stem), found) for stem, star, found in _stems() if outcome == stem or (star and outcome.startswith(stem))
    ]
    return max(fits, key=itemgetter(0))[1] if fits else None


def record(outcome: str) -> str:
    """How many of the facts that bear on an outcome are hit: `ALL`, `SOME`, `NONE`, or nothing where there are none.

    Examples
    --------
    >>> record("oil.through_russia"), record("middle.volume"), record("composite")
    ('all', 'none', '')
    """
    found = believed(outcome)
    return "" if found is None else found.record


def standing(verdicts: Sequence[str]) -> str:
    """`ALL`, `SOME` or `NONE` from verdicts on facts (``hit``, ``near``, ``miss``); nothing where there are none.

    Examples
    --------
    >>> standing(["hit", "hit"]), standing(["near", "hit"]), standing(["near", "miss"]), standing([])
    ('all', 'some', 'none', '')
    """
    hits = sum(verdict == "hit" for verdict in verdicts)
    return "" if not verdicts else ALL if hits == len(verdicts) else SOME if hits else NONE


def bearing(patterns: Sequence[str]) -> tuple[str, ...]:
    """Ids of the shipped facts that patterns name."""
    return tuple(f.id for f in shipped_facts() if any(fnmatchcase(f.id, pattern) for pattern in patterns))
