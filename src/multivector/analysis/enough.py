"""How much of something is enough: what more of it costs, and by how much it lowers the chance of an event.

Points of a sweep along one number, on the same draws. The chance is that of the event within so many quarters, over
all quarters in which it may still come. What a step costs in income is split by pairs of histories: those in which the
event comes as often at both ends of the step show the price of the step itself, the others what the event takes or
leaves.

The best point by income alone, or with a value put on each event, has an interval over histories drawn again (Efron
1979, Annals of Statistics 7(1)): where what the next step costs meets what it saves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector.analysis.occurrences import Occurrence, occurrences
from multivector.analysis.reading import DICTIONARY, LINES, OUTCOMES, SCENARIO, Histories, dictionary_of, histories
from multivector.analysis.statistics.paired import HIGHER, SAME, Array, paired, verdict
from multivector.analysis.statistics.resample import resamples
from multivector.errors import BadInput, Problem
from multivector.results.statistics import wilson
from multivector.results.store import Stored
from multivector.results.tables import Table, Words

if TYPE_CHECKING:
    from multivector.outcomes import Outcome
    from multivector.schema import Scenario

WITHIN = 4
MARGIN = 0.01
"""Smallest difference of a chance within a year that matters: one point."""
FEW = 5
INCOME = "real_income"
BEARS = (
    "real_income", "rent", "reexport", "customs_receipts", "fund", "goodwill.RUS", "goodwill.EU", "goodwill.USA",
    "goodwill.CHN", "approval.russia-friendly", "approval.sovereignty-minded", "approval.pragmatic",
)  # fmt: skip
"""Who bears it: those who live on routes, the budget, relations, parts of the public."""
QUARTERS = 4
KEEPS = "at most 10,000 histories at all points together, so that every quarter is kept"
HELD = "steps.{stock}=0.000001"
"""What keeps a stock where a point puts it: moves shift it by next to nothing."""


def along(values: Sequence[Mapping[str, str]]) -> tuple[str, list[float]]:
    """The one path that varies and its numbers, in the order of the points.

    Raises
    ------
    BadInput
        More than one path varies, or what varies is no number.
    """
    paths = list(values[0])
    try:
        (path,) = paths
        return path, [float(each[path]) for each in values]
    except ValueError:
        found = f"found {len(paths)} paths" if len(paths) != 1 else f"found values of {paths[0]} that are no numbers"
        raise BadInput([Problem("--risk", 0, 0, "", found, "one path that takes numbers")]) from None


def held(vary: Sequence[str]) -> dict[str, str]:
    """Values that keep what is varied where the points put it.

    Raises
    ------
    BadInput
        What is varied is no stock of an actor.

    Examples
    --------
    >>> held(["actors.KAZ.stocks.enforcement=0.1,0.5"])
    {'steps.enforcement': '0.000001'}
    """
    out = {}
    for text in vary:
        parts = text.partition("=")[0].split(".")
        if len(parts) != 4 or parts[0] != "actors" or parts[2] != "stocks":
            raise BadInput([Problem("--hold", 0, 0, "", f'found "{text[:60]}"', "--vary actors.CODE.stocks.NAME=...")])
        path, _, value = HELD.format(stock=parts[3]).partition("=")
        out[path] = value
    return out


def points_of(stored: Stored) -> list[Histories]:
    """The histories of each point of a stored sweep, over the replicates that all of them finished.

    Raises
    ------
    BadInput
        Only the last quarter was kept.
    """
    dictionary = dictionary_of((stored.folder / DICTIONARY).read_text("utf-8-sig"))
    text = (stored.folder / SCENARIO).read_text("utf-8")
    outcomes, lines = stored.table("outcomes"), stored.table("lines")
    return split(outcomes or {}, lines or {}, stored.manifest, stored.summary, dictionary, text, str(stored.folder))


def split(
    outcomes: Table, lines: Table, facts: Mapping[str, Any], summary: Mapping[str, Any],
    dictionary: Mapping[str, Outcome], text: str, place: str, arms: tuple[Scenario, Scenario | None] | None = None,
) -> list[Histories]:  # fmt: skip
    """The histories of each point from the tables of a sweep; the rest as of `Histories`."""
    found = [
        histories(
            facts, summary, dictionary, _rows(outcomes, k, OUTCOMES), _rows(lines, k, LINES), (text, None), place, arms
        )
        for k in range(len(summary["points"]))
    ]
    if any(len(each.quarters) < len(summary["quarters"]) for each in found):
        raise BadInput([Problem("--risk", 0, 0, "", "found a sweep that keeps only the last quarter", KEEPS)])
    ids = found[0].ids
    for each in found[1:]:
        ids = np.intersect1d(ids, each.ids)
    return [each.some(ids) for each in found]


def _rows(table: Table, point: int, columns: Sequence[str]) -> Table:
    """The rows of one point."""
    if not table:
        return {}
    here = np.flatnonzero(np.asarray(table["point"]) == point)
    out: Table = {}
    for name in columns:
        column = table[name]
        out[name] = replace(column, codes=column.codes[here]) if isinstance(column, Words) else np.asarray(column)[here]
    return out


def enough(
    worlds: Sequence[Histories], path: str, values: Sequence[float], *, event: str, within: int = WITHIN,
    worth: float = 0.0,
) -> dict[str, Any]:  # fmt: skip
    """What more costs and what it spares, as plain data.

    Parameters
    ----------
    worlds : the histories of each point, on the same replicates; path, values : what varies, and to what.
    event : as of `occurrences`; within : quarters in which it may come.
    worth : what it is worth to be spared one event, in per cent of a year's income, besides what it does to income.

    Raises
    ------
    BadInput
        There is no such event.
    """
    order = sorted(range(len(values)), key=lambda k: values[k])
    worlds, values = [worlds[k] for k in order], [values[k] for k in order]
    found = [occurrences(world, [event])[0] for world in worlds]
    income = np.stack([100.0 / QUARTERS * world.of(INCOME).sum(axis=0) for world in worlds])
    later = np.stack([100.0 * world.end(INCOME) for world in worlds])
    counts = np.stack([each.starts.sum(axis=0) for each in found]).astype(float)
    hits, risks = (np.stack(each) for each in zip(*(windows(each, within) for each in found), strict=True))
    drawn = _Drawn(hits, risks, income, counts, within)
    last = len(values) - 1
    rows = [_row(k, values[k], drawn, last) for k in range(len(values))]
    steps = [_step(values[k : k + 2], income[k : k + 2], counts[k : k + 2], drawn, k) for k in range(last)]
    quarters = len(worlds[0].quarters)
    return {
        "path": path, "event": event, "title": found[0].title, "within": within, "worth": worth,
        "n": int(income.shape[1]), "quarters": quarters, "margin": MARGIN, "rows": rows, "steps": steps,
        "best": _best(values, income - worth * counts), "best_later": _best(values, later),
        "nothing_above": _nothing(rows), "surely_below": _surely(rows),
        "bears": _bears(worlds[0], worlds[-1]),
    }  # fmt: skip


def windows(event: Occurrence, within: int) -> tuple[Array, Array]:
    """Spans of so many quarters in which it comes, and spans in which it may come, ``[replicate]`` each: those before
    whose first quarter it was not going on."""
    turns = len(event.starts)
    hits, risks = np.zeros(event.starts.shape[1]), np.zeros(event.starts.shape[1])
    for first in range(max(turns - within + 1, 0)):
        free = ~event.going[first - 1] if first else np.ones(event.starts.shape[1], bool)
        risks += free
        hits += free & event.starts[first : first + within].any(axis=0)
    return hits, risks


class _Drawn:
    """Points with the same histories drawn again for all of them."""

    def __init__(self, hits: Array, risks: Array, income: Array, counts: Array, within: int) -> None:
        self.n = income.shape[1]
        self.income, self.counts = income, counts
        # Of the spans of a history, so many at most see one event.
        self._seen = min(1.0, within / max(float(risks.max()), 1.0))
        self.chance = hits.sum(axis=1) / np.maximum(risks.sum(axis=1), 1.0)

        def again(values: Array) -> Array:
            return np.concatenate([values[:, part].mean(axis=2) for part in resamples(self.n)], axis=1)

        self.incomes, self.events = again(income), again(counts)
        self.chances = again(hits) / np.maximum(again(risks), 1e-12)

    def rare(self, k: int) -> bool:
        """Whether too few histories have the event to draw them again."""
        return bool((self.counts[k] > 0.0).sum() < FEW)

    def interval(self, k: int) -> tuple[float, float]:
        """Of a chance. Of a rare one from the share of histories that ever have it (Wilson)."""
        if not self.rare(k):
            return _ends(self.chances[k])
        low, high = wilson(int((self.counts[k] > 0.0).sum()), self.n)
        return self._seen * low, self._seen * high

    def gap(self, k: int, last: int) -> tuple[float, float]:
        """Of a difference of chances; where one is rare, from the two intervals (Newcombe 1998)."""
        if not (self.rare(k) or self.rare(last)):
            return _ends(self.chances[k] - self.chances[last])
        (low, high), (least, most) = self.interval(k), self.interval(last)
        one, other = float(self.chance[k]), float(self.chance[last])
        return one - other - math.hypot(one - low, most - other), one - other + math.hypot(high - one, other - least)


def _best(values: Sequence[float], worth: Array) -> dict[str, float]:
    """The point with the highest mean of ``[point, replicate]``, and its interval over histories drawn again."""
    again = np.concatenate([worth[:, part].mean(axis=2) for part in resamples(worth.shape[1])], axis=1)
    found = np.asarray(values)[np.argmax(again, axis=0)]
    low, high = np.quantile(found, (0.025, 0.975), method="nearest")
    return {"value": values[int(np.argmax(worth.mean(axis=1)))], "low": float(low), "high": float(high)}


def _ends(drawn: Array) -> tuple[float, float]:
    low, high = np.quantile(drawn, (0.025, 0.975))
    return float(low), float(high)


def _row(k: int, value: float, drawn: _Drawn, last: int) -> dict[str, Any]:
    """A point: its chance, against that of the last point, and its income against that of the first."""
    low, high = drawn.interval(k)
    gap, (least, most) = float(drawn.chance[k] - drawn.chance[last]), drawn.gap(k, last)
    cost = paired(drawn.income[0], drawn.income[k])
    return {
        "value": value, "chance": float(drawn.chance[k]), "low": low, "high": high,
        "against_last": gap, "against_last_low": least, "against_last_high": most,
        "verdict": SAME if k == last else verdict(gap, least, most, MARGIN, drawn.n),
        "income": cost.difference, "income_low": cost.low if k else 0.0, "income_high": cost.high if k else 0.0,
        "events": float(drawn.counts[k].mean()),
    }  # fmt: skip


def _step(values: Sequence[float], income: Array, counts: Array, drawn: _Drawn, k: int) -> dict[str, Any]:
    """From one point to the next: what it costs by itself, what fewer events leave, what an event must be worth."""
    gap, alike = income[0] - income[1], counts[0] == counts[1]
    price, left = paired(np.zeros_like(gap), gap * alike), paired(np.zeros_like(gap), -gap * ~alike)
    spared = drawn.events[k] - drawn.events[k + 1]
    lost = drawn.incomes[k] - drawn.incomes[k + 1]
    middle = float(counts[0].mean() - counts[1].mean())
    found: dict[str, Any] = {"from": values[0], "to": values[1], "spared": middle}
    for name, each in (("price", price), ("left", left)):
        found |= {name: each.difference, f"{name}_low": each.low, f"{name}_high": each.high}
    found |= {"must_be_worth": None, "must_be_worth_low": None, "must_be_worth_high": None}
    # Where the step may spare none at all, no value of an event pays for it surely.
    if _ends(spared)[0] > 0.0:
        with np.errstate(divide="ignore"):
            low, high = _ends(lost / spared)
        found |= {"must_be_worth": float(gap.mean()) / middle, "must_be_worth_low": low, "must_be_worth_high": high}
    return found


def _nothing(rows: Sequence[Mapping[str, Any]]) -> float | None:
    """The least value from which on the chance is that of the last; None if only the last is."""
    out = None
    for row in reversed(rows[:-1]):
        if row["verdict"] != SAME:
            break
        out = row["value"]
    return out


def _surely(rows: Sequence[Mapping[str, Any]]) -> float | None:
    """The largest value up to which the chance is surely higher than at the last; None if it is nowhere."""
    return next((row["value"] for row in reversed(rows) if row["verdict"] == HIGHER), None)


def _bears(first: Histories, last: Histories) -> list[dict[str, Any]]:
    """Who bears it: outcomes at the last point against the first, means over all quarters."""
    out = []
    for id in BEARS:
        if id in first and id in last:
            about = first.dictionary[id]
            found = paired(*(np.asarray(each.of(id).mean(axis=0)) for each in (first, last)))
            answer = verdict(found.difference, found.low, found.high, about.margin, found.n)
            row = {"difference": found.difference, "low": found.low, "high": found.high, "verdict": answer}
            out.append({"id": id, "title": about.title, "unit": about.unit, "margin": about.margin, **row})
    return out


def sentence(told: Mapping[str, Any], short: bool = False) -> str:
    """The answer in words, with its numbers, their intervals and how many histories; short: what a picture shows."""
    top, above, below = told["rows"][-1], told["nothing_above"], told["surely_below"]
    chance = f"{100 * top['chance']:.1f}% ({100 * top['low']:.1f}-{100 * top['high']:.1f})"
    said = f"the chance that {told['title']} within {told['within']} quarters"
    if above is None:
        first = f"Each step up to {top['value']:g} may still lower {said}"
    else:
        first = f"Above {above:g} you pay for nothing: {said} is within a point of that at {top['value']:g}, {chance}"
    if below is not None:
        first += f"; up to {below:g} it is surely higher"
        first += "; between them cannot be told" if _between(told) else ""
    valued = "income" if not told["worth"] else f"income and {told['worth']:g}% of it for each that is spared"
    if short:
        return f"{first}."
    first += f". What the next step costs meets what it saves at {_spanned(told['best'])} by {valued} of all years"
    return f"{first}, at {_spanned(told['best_later'])} by income of the last year alone ({told['n']:,} histories)."


def _between(told: Mapping[str, Any]) -> bool:
    above, below = told["nothing_above"], told["surely_below"]
    top = math.inf if above is None else above
    return any(below < row["value"] < top for row in told["rows"])


def _spanned(best: Mapping[str, float]) -> str:
    return f"{best['value']:g} [{best['low']:g}, {best['high']:g}]"


def rows_of(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The points as flat rows, each with the step that leads to it."""
    steps = {step["to"]: step for step in told["steps"]}
    keys = ("price", "price_low", "price_high", "left", "left_low", "left_high", "must_be_worth")
    return [
        {**row, **{key: steps.get(row["value"], {}).get(key, math.nan) for key in keys}, "n": told["n"]}
        for row in told["rows"]
    ]


def beside(
    points: Sequence[Mapping[str, Any]], told: Mapping[str, Any] | None
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Rows of a sweep with those of `rows_of` beside them, names begun by ``risk_``; units of what came beside.

    Parameters
    ----------
    points : rows of a sweep, each with a value of the path that varies.
    told : of `enough` on the same points; None if nothing was asked.
    """
    if told is None:
        return [dict(row) for row in points], {}
    found = {row["value"]: row for row in rows_of(told)}
    rows = [
        {**row, **{f"risk_{key}": x for key, x in found[float(row[told["path"]])].items() if key not in ("value", "n")}}
        for row in points
    ]
    return rows, {f"risk_{key}": unit for key, unit in UNITS.items()}


UNITS = {
    "chance": "probability", "low": "probability", "high": "probability", "against_last": "probability",
    "income": "% of a year's income", "price": "% of a year's income", "left": "% of a year's income",
    "must_be_worth": "% of a year's income", "events": "number", "n": "histories",
}  # fmt: skip
"""Units of the columns of `rows_of`."""
