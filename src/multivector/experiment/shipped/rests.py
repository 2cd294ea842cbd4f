"""On what the answers of a shipped base rest: read from the table that a command makes (`COMMAND`).

The table says how much of an outcome's variance goes back to numbers of each confidence while all are varied over their
ranges. It is that of one version of the model; with another it is out of date, and said to be.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from multivector.experiment.shipped.facts import folder

COMMAND = "python -m multivector.analysis.importance.rests"
TABLE, MANIFEST = "rests.csv", "rests.json"
SUMMED = ("real_income", "survival")
"""Outcomes whose shares every run says; those of the others are asked for (`Rests.of`)."""
ASK = "multivector sensitivity SCENARIO --over all --by confidence --method sobol"
"""What computes the shares of a world that the table has not."""
UNKNOWN = f"not yet computed for this base; `{ASK}` computes it"


@dataclass(frozen=True)
class Share:
    """What goes back to the numbers of one confidence: the share of the variance of an outcome, and its interval.

    Attributes
    ----------
    world, outcome, confidence : of what.
    index : ``first`` (the share that would go if these numbers were known) or ``total`` (the share that would stay if
        all others were).
    numbers : how many numbers.
    """

    world: str
    outcome: str
    confidence: str
    index: str
    value: float
    low: float
    high: float
    numbers: int


@dataclass(frozen=True)
class Rests:
    """The table with how it was made."""

    shares: tuple[Share, ...]
    about: dict[str, Any]

    def of(self, world: str, outcome: str, index: str = "first") -> tuple[Share, ...]:
        """Shares by confidence, best known first."""
        return self._ranked.get((world, outcome, index), ())

    @cached_property
    def _ranked(self) -> dict[tuple[str, str, str], tuple[Share, ...]]:
        """The same for all of them: a report asks for a hundred."""
        order = {"data": 0, "literature": 1, "assumed": 2}
        found: dict[tuple[str, str, str], list[Share]] = {}
        for share in sorted(self.shares, key=lambda s: order.get(s.confidence, len(order))):
            found.setdefault((share.world, share.outcome, share.index), []).append(share)
        return {key: tuple(shares) for key, shares in found.items()}


def read_rests(place: Path | None = None) -> Rests | None:
    """The shipped table; None if there is none that can be read."""
    at = place or folder()
    try:
        about = json.loads((at / MANIFEST).read_text("utf-8"))
        with (at / TABLE).open(encoding="utf-8", newline="") as stream:
            shares = tuple(
                Share(
                    r["world"], r["outcome"], r["confidence"], r["index"], float(r["value"]), float(r["low"]),
                    float(r["high"]), int(r["numbers"]),
                )
                for r in csv.DictReader(stream)
            )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Rests(shares, about) if shares and {"model", "worlds"} <= set(about) else None


def rests_on(worlds: Sequence[str], model: str, place: Path | None = None) -> dict[str, Any]:
    """What a run says of the numbers that it rests on.

    Parameters
    ----------
    worlds : the scenario, then what it extends, nearest first: the first that was computed counts.
    model : version of the model that is run.

    Returns
    -------
    dict
        ``text`` for people; ``base`` and ``shares`` (of `SUMMED`, rows) where there are numbers for this model;
        ``stale`` whether there are some for another model.
    """
    found = read_rests(place)
    base = None if found is None else next((w for w in worlds if w in found.about["worlds"]), None)
    if found is None or base is None:
        return {"text": UNKNOWN, "base": None, "stale": False, "shares": {}}
    if found.about["model"] != model:
        text = f"out of date: computed with model {found.about['model'][:8]}; `{COMMAND}` renews it"
        return {"text": text, "base": base, "stale": True, "shares": {}}
    size = found.about["worlds"][base]
    parts = [
        _worded(found, base, id, words) for id, words in (("real_income", "real income"), ("survival", "survival"))
    ]
    text = (
        f"{'; '.join(part for part in parts if part)} in {base} as shipped, alone, in brackets 95% "
        f"({size['histories']:,} histories; figures behind the base world held)"
    )
    shares = {id: [vars(s) for index in ("first", "total") for s in found.of(base, id, index)] for id in SUMMED}
    return {"text": text, "base": base, "stale": False, "shares": shares}


def behind(rests: Mapping[str, Any] | None, outcome: str, place: Path | None = None) -> list[dict[str, Any]]:
    """Shares of an outcome by confidence, each alone; none where there are none for the base and the model.

    Parameters
    ----------
    rests : what `rests_on` said of the run; another table than it read does not count.

    Examples
    --------
    >>> behind(None, "autonomy")
    []
    """
    found = None if not rests or not rests["shares"] else _table(place or folder())
    if found is None or not rests:
        return []
    first = SUMMED[0]
    kept = [row for row in rests["shares"].get(first, ()) if row["index"] == "first"]
    if [vars(share) for share in found.of(rests["base"], first)] != kept:
        return []
    return [vars(share) for share in found.of(rests["base"], outcome)]


@cache
def _table(place: Path) -> Rests | None:
    return read_rests(place)


def _worded(found: Rests, base: str, outcome: str, words: str) -> str:
    some = found.of(base, outcome)
    told = " · ".join(
        # An estimate, or its interval, may exceed the whole; no share does, and none is told to.
        f"{s.confidence} " + "{}% [{}, {}]".format(*(round(100 * min(x, 1.0)) for x in (s.value, s.low, s.high)))
        for s in some
    )
    return f"{told} of the variance of {words}" if told else ""
