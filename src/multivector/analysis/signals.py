"""Early warning: what one could have seen some quarters before something happens, and how far it is to be trusted.

The signals approach: an indicator beyond a threshold is a warning; it is right if what it warns of happens not before
`lead` quarters have passed and within `within` quarters from then. Indicators and thresholds are chosen on every
second history and checked on the others. Everything is judged against the same quarters of other histories, so that
what the calendar says alone (everything rises, the vote comes in the third year) is no warning.

References: Kaminsky, Lizondo and Reinhart 1998, IMF Staff Papers 45(1) (the signals approach); Youden 1950, Cancer 3(1)
(hit rate less false alarms); Mantel and Haenszel 1959, JNCI 22(4) (strata); Fisher 1935, The Design of Experiments
(permutations); Efron 1979, Annals of Statistics 7(1) (drawing histories again).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.analysis.frames import data_frame
from multivector.analysis.occurrences import Occurrence, occurrences
from multivector.analysis.reading import Histories
from multivector.analysis.statistics.paired import LEVEL, Array
from multivector.analysis.statistics.resample import AT_ONCE, RESAMPLES, resamples
from multivector.errors import BadInput, Problem
from multivector.randomness import Streams

LEAD, WITHIN = 2, 4
CHANGE = 2
"""A change is told over so many quarters."""
SEEN, ODDS = 3, 2
"""So many rows of what can be seen, and of the model's own odds, which nobody sees."""
FEW = 8
"""Fewer events in a half cannot carry a choice."""
ALIKE = 0.8
"""Warnings that go together more than this (correlation) are one."""
TRIED = 49
"""Thresholds tried for each indicator."""
PERMUTATIONS = 999
STREAM = "analysis/signals/permutations"
BEFORE = 8
"""Quarters before the event that the picture shows."""
EXPECTED = ("exposure",)
"""Outcomes that multiply such odds by what they would cost: nobody sees them either."""
WARNS, NOTHING, OPEN = "warns", "not told from the base rate", "cannot tell"

UNITS = {
    "events": "number", "threshold": "unit of the indicator", "lead": "quarters", "p": "probability", "hit": "share",
    "false": "share", "after": "share", "base": "share", "ratio": "1",
}  # fmt: skip
"""Units of the columns of `rows_of`."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Target:
    """What is to be foreseen in some histories, quarter by quarter.

    Attributes
    ----------
    starts : where it begins, ``[turn, replicate]``. going : where it goes on, or cannot begin any more.
    lead, within : as asked.
    """

    starts: Flags
    going: Flags
    lead: int
    within: int

    def _ahead(self, first: int, last: int) -> Flags:
        """Whether it begins within so many quarters from now."""
        out = np.zeros_like(self.starts)
        for k in range(first, min(last, len(out) - 1) + 1):
            out[: len(out) - k] = out[: len(out) - k] | self.starts[k:]
        return out

    @cached_property
    def whole(self) -> Flags:
        """Quarters after which the whole time of a warning was recorded, ``[turn]``."""
        return np.asarray(np.arange(len(self.starts)) + self.lead + self.within <= len(self.starts))

    @cached_property
    def counts(self) -> Flags:
        """Quarters that are judged, ``[turn, replicate]``: it does not go on, and does not begin before the lead is
        over."""
        return np.asarray(self.whole[:, None] & ~self.going & ~self._ahead(1, self.lead - 1))

    @cached_property
    def follows(self) -> Flags:
        """Judged quarters after which it begins in time, ``[turn, replicate]``."""
        return np.asarray(self.counts & self._ahead(self.lead, self.lead + self.within - 1))

    @cached_property
    def base(self) -> Array:
        """The base rate of each quarter, ``[turn]``."""
        return np.asarray(self.follows.sum(axis=1) / np.maximum(self.counts.sum(axis=1), 1))

    @cached_property
    def surprise(self) -> Array:
        """What follows less the base rate of the quarter, ``[turn, replicate]``; 0 where nothing is judged."""
        return np.where(self.counts, self.follows - self.base[:, None], 0.0)

    @cached_property
    def room(self) -> float:
        """What a perfect warning would score: the variance within quarters."""
        return float((self.counts.sum(axis=1) * self.base * (1.0 - self.base)).sum())

    @cached_property
    def events(self) -> Flags:
        """Beginnings that come late enough to be warned of, ``[turn, replicate]``, in quarters in which not all
        histories have one: what the calendar brings to all needs no warning."""
        out = self.starts & ~np.asarray(self.starts.all(axis=1))[:, None]
        out[: self.lead] = False
        return np.asarray(out)

    def first_warning(self, warns: Flags) -> NDArray[np.int64]:
        """How many quarters before a beginning in this quarter the first warning in time stood, 0 for none."""
        out = np.zeros(self.starts.shape, np.int64)
        for k in range(self.lead, min(self.lead + self.within, len(out))):
            out[k:] = np.where(warns[:-k], k, out[k:])
        return out


@dataclass(frozen=True)
class Indicator:
    """A warning sign: an outcome, or its change, at or beyond a threshold; `score` is that of the histories in which it
    was found (hit rate less false alarms, quarter by quarter)."""

    outcome: str
    change: bool
    above: bool
    threshold: float
    score: float

    def warns(self, values: Array) -> Flags:
        """Where it warns, ``[turn, replicate]``, of values of the outcome."""
        x = changed(values) if self.change else values
        with np.errstate(invalid="ignore"):
            return np.asarray(x >= self.threshold if self.above else x <= self.threshold)


def changed(values: Array) -> Array:
    """Change over `CHANGE` quarters, ``[turn, replicate]``; nan in the first ones."""
    out = np.full(values.shape, np.nan)
    out[CHANGE:] = values[CHANGE:] - values[:-CHANGE]
    return out


def signals(world: Histories, *, events: Sequence[str] = (), lead: int = LEAD, within: int = WITHIN) -> dict[str, Any]:
    """Indicators for each event, chosen on one half of the histories and checked on the other, as plain data.

    Parameters
    ----------
    world : histories with every quarter.
    events : as `occurrences.occurrences` takes them.
    lead : quarters between a warning and the first quarter in which the event may come.
    within : quarters, from then on, in which it has to come for the warning to be right.

    Raises
    ------
    BadInput
        An event is not known, or the histories are too short or were kept without their quarters.
    """
    if len(world.quarters) < lead + within + 1:
        found = f"found {len(world.quarters)} recorded quarters"
        hint = "run with --record outcomes keeps every quarter" if world.facts.get("level") == "summary" else ""
        raise BadInput([Problem(world.place, 0, 0, "", found, f"{lead + within + 1} or more (--lead, --within)", hint)])
    told = [_judged(world, each, lead, within) for each in occurrences(world, events)]
    keys = ("scenario", "doctrine", "order", "seed", "first", "last", "version", "digest", "rests_on", "rests")
    return {
        "kind": "signals", **{key: world.head.get(key) for key in keys}, "n": len(world.ids), "lead": lead,
        "within": within, "events": told,
    }  # fmt: skip


def _judged(world: Histories, event: Occurrence, lead: int, within: int) -> dict[str, Any]:
    halves = np.arange(0, len(world.ids), 2), np.arange(1, len(world.ids), 2)
    find, check = (Target(event.starts[:, half], event.going[:, half], lead, within) for half in halves)
    counts = {"find": int(find.events.sum()), "check": int(check.events.sum())}
    out: dict[str, Any] = {
        "id": event.id, "title": event.title, "happens": int(event.starts.any(axis=0).sum()), "events": counts,
        "base": float(check.follows.sum() / max(int(check.counts.sum()), 1)), "tried": 0, "rows": [],
        "left_out": sorted(event.own & set(world.names)),
    }  # fmt: skip
    if min(counts.values()) < FEW:
        return out | {"verdict": OPEN, "picture": None}
    found = [each for id in world.names if id not in event.own for each in _best(id, world.of(id)[:, halves[0]], find)]
    out["tried"] = len(found)
    chosen = list(_chosen(world, found, halves[0]))
    for each in chosen:
        row = _checked(each, each.warns(world.of(each.outcome)[:, halves[1]]), check, len(chosen))
        about = world.dictionary[each.outcome]
        known = {"title": about.title, "unit": about.unit, "odds": is_odds(each.outcome, about.unit)}
        out["rows"].append({**_told(each), **known, **row})
    out["rows"].sort(key=lambda row: (row["odds"], row["verdict"] != WARNS, -row["score"]["value"]))
    best = first(out["rows"])
    picture = None if best is None else _picture(world.of(best["outcome"]), event)
    return out | {"verdict": WARNS if best else NOTHING, "picture": picture}


def first(rows: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """The best indicator that warns, of what is seen if there is any."""
    return next((row for row in rows if row["verdict"] == WARNS), None)


def is_odds(id: str, unit: str) -> bool:
    """Whether an outcome is a probability that the model knows and nobody sees, or made of one.

    Examples
    --------
    >>> is_odds("case.EU", "probability a quarter"), is_odds("exposure", "% of income"), is_odds("rent", "% of income")
    (True, True, False)
    """
    return id in EXPECTED or unit.startswith("probability")


def _told(each: Indicator) -> dict[str, Any]:
    return {**vars(each), "score": {"find": each.score}}


def _best(id: str, values: Array, target: Target) -> Iterator[Indicator]:
    """The best thresholds of an outcome and of its change, where there is anything to tell."""
    for change, x in ((False, values), (True, changed(values))):
        known = target.counts & np.isfinite(x)
        some, weight = x[known], target.surprise[known]
        marks = thresholds(some)
        if len(marks) == 0 or target.room <= 0.0:
            continue
        order = np.argsort(some, kind="stable")
        sums = np.concatenate([[0.0], np.cumsum(weight[order])])
        below = sums[np.searchsorted(some[order], marks, side="right")]
        above = sums[-1] - sums[np.searchsorted(some[order], marks, side="left")]
        for flag, scores in ((True, above), (False, below)):
            k = int(scores.argmax())
            if scores[k] > 0.0:
                yield Indicator(id, change, flag, float(marks[k]), float(scores[k]) / target.room)


def thresholds(values: Array) -> Array:
    """Thresholds to try: quantiles, with three digits, so that what is printed is what was tried.

    Examples
    --------
    >>> thresholds(np.array([1.0, 1.0, 1.0])).tolist(), thresholds(np.array([0.0, 1.0])).tolist()[::12]
    ([], [0.02, 0.26, 0.5, 0.74, 0.98])
    """
    if len(values) == 0 or values.min() == values.max():
        return np.zeros(0)
    found = np.quantile(values, np.linspace(0.02, 0.98, TRIED))
    return np.unique([three(x) for x in found.tolist()])


def three(value: float) -> float:
    """A number with three significant digits.

    Examples
    --------
    >>> three(0.123456), three(-98765.0), three(0.0)
    (0.123, -98800.0, 0.0)
    """
    return 0.0 if value == 0.0 else round(value, 2 - math.floor(math.log10(abs(value))))


def _chosen(world: Histories, found: Iterable[Indicator], half: NDArray[np.intp]) -> Iterator[Indicator]:
    """The best by their score, of what is seen and of the odds, an outcome once; those that say the same as a better
    one are left out."""
    left = {False: SEEN, True: ODDS}
    taken: dict[str, Flags] = {}
    for each in sorted(found, key=lambda i: -i.score):
        odds = is_odds(each.outcome, world.dictionary[each.outcome].unit)
        if not left[odds] or each.outcome in taken:
            continue
        mine = each.warns(world.of(each.outcome)[:, half])
        if any(_alike(mine, other) for other in taken.values()):
            continue
        taken[each.outcome] = mine
        left[odds] -= 1
        yield each
        if not any(left.values()):
            return


def _alike(a: Flags, b: Flags) -> bool:
    x, y = a - a.mean(), b - b.mean()
    size = math.sqrt(float((x * x).sum()) * float((y * y).sum()))
    return size > 0.0 and float((x * y).sum()) > ALIKE * size


def _checked(each: Indicator, warns: Flags, target: Target, rows: int) -> dict[str, Any]:
    """How an indicator fares in histories that it was not chosen on."""
    luck = chance(warns, target)
    out = {**_rates(warns, target), "p": luck, "verdict": WARNS if luck <= (1.0 - LEVEL) / rows else NOTHING}
    out["score"] = {"find": each.score, **out["score"]}
    return out


def chance(warns: Flags, target: Target, count: int = PERMUTATIONS) -> float:
    """How often warnings that belong to other histories score as much: the p-value of a permutation test.

    Whole histories change places, so that warnings that go on for years count once.

    Parameters
    ----------
    warns : ``[turn, replicate]``.
    """
    n = warns.shape[1]
    hit = np.flatnonzero(target.starts.any(axis=0) | target.going.any(axis=0))
    # What any history without the event adds is the same for all: only those with it tell permutations apart.
    plain = np.where(target.whole, -target.base, 0.0)
    extra = (target.surprise - plain[:, None])[:, hit]
    own = float((warns[:, hit] * extra).sum())
    rows = max(1, AT_ONCE // max(1, extra.size, n))
    beaten = 1
    for start in range(0, count, rows):
        u = Streams(start).uniforms(STREAM, min(rows, count - start), np.arange(n))
        at = np.argsort(u, axis=1, kind="stable")[:, : len(hit)]
        beaten += int((np.einsum("tpk,tk->p", warns[:, at].astype(float), extra) >= own - 1e-9).sum())
    return beaten / (count + 1)


def _rates(warns: Flags, target: Target) -> dict[str, Any]:
    """Hit rate, false alarms, what follows a warning, the base rate of the same quarters; intervals over histories."""
    judged = warns & target.counts
    by_turn = [each.astype(float) for each in (judged, warns & target.follows, target.counts, target.follows)]
    first = np.where(target.events, target.first_warning(warns), 0)
    single = [target.events.sum(axis=0).astype(float), (first > 0).sum(axis=0).astype(float)]
    weights = np.concatenate([np.ones((1, warns.shape[1])), *_weights(warns.shape[1])])
    found = np.array([_rate([x @ w for x in by_turn], [float(x @ w) for x in single]) for w in weights])
    names = ("hit", "false", "after", "base", "ratio", "score")
    out: dict[str, Any] = {name: _interval(found[:, k]) for k, name in enumerate(names)}
    ahead = first[first > 0]
    out["lead"] = [float(q) for q in np.quantile(ahead, (0.5, 0.05, 0.95))] if len(ahead) else [math.nan] * 3
    return out | {"warned": len(ahead), "warnings": int(judged.sum())}


def _weights(n: int) -> Iterator[Array]:
    for chunk in resamples(n, RESAMPLES):
        yield np.array([np.bincount(row, minlength=n) for row in chunk], float)


def _rate(by_turn: Sequence[Array], single: Sequence[float]) -> tuple[float, ...]:
    warned, right, judged, follow = by_turn
    events, hits = single
    quiet = float((judged - follow).sum())
    shares = follow / np.maximum(judged, 1.0)
    after, base = _over(float(right.sum()), float(warned.sum())), _over(float((warned * shares).sum()), warned.sum())
    room = float((judged * shares * (1.0 - shares)).sum())
    return (
        _over(hits, events), _over(float((warned - right).sum()), quiet), after, base, _over(after, base),
        _over(float((right - warned * shares).sum()), room),
    )  # fmt: skip


def _over(part: float, whole: float) -> float:
    return part / whole if whole > 0.0 else math.nan


def _interval(values: Array) -> dict[str, float]:
    known = values[1:][np.isfinite(values[1:])]
    low, high = np.quantile(known, (0.025, 0.975)) if len(known) else (math.nan, math.nan)
    return {"value": float(values[0]), "low": float(low), "high": float(high)}


def _picture(values: Array, event: Occurrence) -> dict[str, list[float]]:
    """An outcome in the quarters before the event, and in the same quarters of histories without it: means."""
    turn, lane = np.nonzero(event.starts)
    none = ~event.starts.any(axis=0)
    others = values[:, none].mean(axis=1) if none.any() else values.mean(axis=1)
    out: dict[str, list[float]] = {"quarter": [], "before": [], "others": []}
    for back in range(BEFORE, -1, -1):
        some = turn >= back
        if some.any():
            out["quarter"].append(-float(back))
            out["before"].append(float(values[turn[some] - back, lane[some]].mean()))
            out["others"].append(float(others[turn[some] - back].mean()))
    return out


def rows_of(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The indicators as flat rows, one for each event and indicator; an event without any has one row."""
    out = []
    for event in told["events"]:
        head = {"event": event["id"], "verdict": event["verdict"], "events": event["events"]["check"]}
        for row in event["rows"]:
            flat = {**head, "verdict": row["verdict"], "indicator": row["outcome"], "unit": row["unit"]}
            flat |= {"change": row["change"], "above": row["above"], "threshold": row["threshold"]}
            flat |= {"lead": row["lead"][0], "p": row["p"], "seen": not row["odds"]}
            for name in ("hit", "false", "after", "base", "ratio"):
                flat |= {name: row[name]["value"], **{f"{name}_{end}": row[name][end] for end in ("low", "high")}}
            out.append(flat)
        if not event["rows"]:
            out.append(head)
    names = dict.fromkeys(name for row in out for name in row)
    return [{name: row.get(name, "") for name in names} for row in out]


@dataclass(frozen=True)
class Signals:
    """Early warnings of a world.

    Attributes
    ----------
    summary : every figure of the printout, as plain data.
    """

    summary: dict[str, Any]

    def frame(self) -> Any:
        """A pandas data frame, a row for each event and indicator.

        Raises
        ------
        ImportError
            pandas is not installed; `summary` works without it.
        """
        return data_frame(rows_of(self.summary))


def named(row: Mapping[str, Any]) -> str:
    """What is seen: an outcome, or its change.

    Examples
    --------
    >>> named({"title": "rent", "change": True})
    'change in 2 quarters of rent'
    """
    return f"change in {CHANGE} quarters of {row['title']}" if row["change"] else str(row["title"])
