"""What the histories of many futures say: regret, conditions of failure, who beats whom, both orders of play."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.analysis.comparing.comparison import SHOWN, SURVIVAL_MARGIN
from multivector.analysis.robustness.conditions import conditions
from multivector.analysis.robustness.discovery import ahead, discover, happens, lead, lead_where_ahead
from multivector.analysis.robustness.futures import CROSSED, KIND, SURVIVAL, Futures, Histories
from multivector.analysis.robustness.regret import (
    COUNT,
    Draws,
    draws,
    interval,
    lexicographic,
    means,
    pairs,
    regret,
)
from multivector.analysis.statistics.paired import FLIPS, HOLDS, ONE, OPEN, UNKNOWN
from multivector.errors import BadInput, Problem
from multivector.experiment.telling import summary as told
from multivector.outcomes import Outcome
from multivector.results.recorded import Array
from multivector.results.store import json_bytes
from multivector.schema import Scenario

GOALS = (SURVIVAL, "autonomy", "real_income")
"""Outcomes in which regret is told, the most important first."""
RED_LINES = "red-lines"
_BOUND = re.compile(r"([a-z_][a-z0-9_.]*)\s*([<>])\s*([-+]?[0-9.]+(?:e[-+]?[0-9]+)?)\Z")


@dataclass(frozen=True)
class Question:
    """What is asked of the histories.

    Attributes
    ----------
    fails : what counts as failure: `RED_LINES` (any red line crossed), the id of one, or ``OUTCOME<BOUND``.
    doctrine : whose failures are described.
    beats : the doctrine that is asked for, and the one it is held against.
    """

    fails: str
    doctrine: str
    beats: tuple[str, str]

    def plain(self) -> dict[str, Any]:
        """As plain data."""
        return {"fails": self.fails, "doctrine": self.doctrine, "beats": list(self.beats)}


def question(
    ready: Futures, fails: str | None = None, doctrine: str | None = None, beats: str | None = None
) -> Question:
    """Check what is asked against what is played.

    Raises
    ------
    BadInput
        All that is wrong: a doctrine is not played, the failure names no red line and no outcome.
    """
    problems = []
    allowed = ", ".join(ready.doctrines)
    own = str(ready.sweep.arms.scenario.actors[ready.sweep.arms.scenario.focus].doctrine)
    wanted = doctrine or (own if own in ready.doctrines else ready.doctrines[0])
    if wanted not in ready.doctrines:
        problems.append(Problem("--doctrine", 0, 0, "", f'found "{wanted[:80]}"', allowed))
    pair = tuple(part.strip() for part in (beats or _usual(ready.doctrines, own)).split(","))
    if len(pair) != 2 or pair[0] == pair[1] or not set(pair) <= set(ready.doctrines):
        problems.append(Problem("--beats", 0, 0, "", f'found "{(beats or "")[:80]}"', f"A,B, two of {allowed}"))
    what = fails or RED_LINES
    lines = [id for id, line in ready.sweep.arms.scenario.red_lines.items() if line.enabled]
    found = _BOUND.match(what)
    if not (what == RED_LINES or what in lines or (found and found[1] in SHOWN and _number(found[3]) is not None)):
        said = f"{RED_LINES}, a red line ({', '.join(lines[:3])}, ...), or OUTCOME<BOUND of {', '.join(SHOWN[:3])}, ..."
        problems.append(Problem("--fails", 0, 0, "", f'found "{what[:80]}"', said))
    if problems:
        raise BadInput(problems)
    return Question(what, wanted, (pair[0], pair[1]))


def _usual(doctrines: Sequence[str], own: str) -> str:
    """The first other doctrine against the scenario's own; west-pivot if it is played."""
    against = own if own in doctrines else doctrines[0]
    others = [d for d in doctrines if d != against]
    return f"{'west-pivot' if 'west-pivot' in others else others[0]},{against}"


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def failing(found: Histories, what: str) -> Array:
    """1 where a history fails, 0 where not, nan where it does not count: ``[order, doctrine, future, replicate]``.

    Raises
    ------
    BadInput
        These histories do not have the outcome.
    """
    if what == RED_LINES:
        return np.asarray(1.0 - found.values[SURVIVAL])
    bound = _BOUND.match(what)
    name = bound[1] if bound else f"{CROSSED}{what}"
    if name not in found.values:
        raise BadInput([Problem("--fails", 0, 0, "", f'found "{what}"', "an outcome that this world has")])
    if bound is None:
        return found.values[name]
    values, level = found.values[name], float(bound[3])
    flags = values < level if bound[2] == "<" else values > level
    return np.asarray(np.where(np.isnan(values), np.nan, flags))


def judge(ready: Futures, found: Histories, asked: Question, dictionary: Mapping[str, Outcome]) -> dict[str, Any]:
    """Every figure of the printout as plain data."""
    sweep, arms = ready.sweep, ready.sweep.arms
    out = told.head(arms, seed=sweep.seed, replicates=sweep.replicates, model=arms.model, digest=sweep.digest())
    goals = _goals(found, dictionary)
    keep = sound(found)
    known = found.some(keep)
    x = {path: values[keep] for path, values in ready.x.items()}
    about = ready.about
    out |= {
        "kind": KIND, "orders": list(ready.orders), "doctrines": list(ready.doctrines), "futures": ready.count,
        "judged": len(keep), "histories": len(sweep.points) * sweep.replicates, "resamples": COUNT,
        "varied": about, "goals": goals, "question": asked.plain(),
        "failed": int((~found.known).sum()) * len(ready.orders) * len(ready.doctrines),
    }  # fmt: skip
    if len(keep) < 2:
        return out
    drawn = draws(len(keep), sweep.replicates)
    margins = {id: goal["margin"] for id, goal in goals.items()}
    signed = {id: known.values[id] * (1.0 if goal["direction"] == "higher" else -1.0) for id, goal in goals.items()}
    out["means"] = {id: _means(ready, known.values[id], drawn) for id in goals}
    out["regret"] = {
        order: {id: dict(zip(ready.doctrines, regret(signed[id][o], drawn, margins[id]), strict=True)) for id in goals}
        for o, order in enumerate(ready.orders)
    }
    first = [lexicographic({id: v[o] for id, v in signed.items()}, drawn, margins) for o in range(len(ready.orders))]
    out["lexicographic"] = {
        order: dict(zip(ready.doctrines, rows, strict=True)) for order, rows in zip(ready.orders, first, strict=True)
    }
    out["pairs"] = {id: _pairs(ready, signed[id], drawn, margins[id]) for id in goals}
    out["ranking"] = {id: _ranking(ready, signed[id], out["pairs"][id]) for id in goals}
    d = ready.doctrines.index(asked.doctrine)
    flags = failing(known, asked.fails)
    out["fails"] = _told(discover(x, [each[d] for each in flags], happens), ready, about)
    out["fails"] |= {"doctrine": asked.doctrine, "words": _words(asked.fails, arms.scenario, dictionary)}
    out["beats"] = {id: _beats(ready, asked, x, signed[id], about) for id in goals}
    done: dict[str, Any] = json.loads(json_bytes(_plain(out)))
    return done


def _words(what: str, scenario: Scenario, dictionary: Mapping[str, Outcome]) -> str:
    """What counts as failure, in words."""
    bound = _BOUND.match(what)
    if bound:
        return f"{dictionary[bound[1]].title} {'below' if bound[2] == '<' else 'above'} {bound[3]} in the last year"
    return (
        "a red line is crossed" if what == RED_LINES else f"the red line is crossed: {scenario.red_lines[what].label}"
    )


def _goals(found: Histories, dictionary: Mapping[str, Outcome]) -> dict[str, dict[str, Any]]:
    out: dict[str, dict[str, Any]] = {
        SURVIVAL: {"title": "no red line crossed", "unit": "share", "margin": SURVIVAL_MARGIN, "direction": "higher"}
    }
    names = ("title", "unit", "margin", "direction")
    return out | {
        id: {name: getattr(dictionary[id], name) for name in names}
        for id in GOALS
        if id in found.values and id in dictionary
    }


def sound(found: Histories) -> NDArray[np.intp]:
    """Futures with a replicate that counts in either half."""
    known = found.known
    return np.flatnonzero(known[:, 0::2].any(axis=1) & known[:, 1::2].any(axis=1))


def _means(ready: Futures, values: Array, drawn: Draws) -> dict[str, dict[str, Any]]:
    by_future = means(values, drawn.whole)
    over = np.stack([by_future[:, :, f, b].mean(axis=2) for b, f in enumerate(drawn.futures)], axis=2)
    return {
        order: {doctrine: interval(over[o, d]) for d, doctrine in enumerate(ready.doctrines)}
        for o, order in enumerate(ready.orders)
    }


def _pairs(ready: Futures, values: Array, drawn: Draws, margin: float) -> list[dict[str, Any]]:
    return [
        {
            "a": ready.doctrines[row["a"]], "b": ready.doctrines[row["b"]],
            "orders": dict(zip(ready.orders, row["orders"], strict=True)), "both": row["both"],
        }
        for row in pairs(values, drawn, margin)
    ]  # fmt: skip


def _ranking(ready: Futures, values: Array, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Doctrines from the best mean down, in each order, and whether the orders agree on it."""
    level = means(values, np.ones((values.shape[-1], 1)))[..., 0].mean(axis=2)
    answers = [row["both"] for row in rows]
    agreed = {word: answers.count(word) for word in (HOLDS, FLIPS, ONE, OPEN)}
    best = [[ready.doctrines[k] for k in np.argsort(-each, kind="stable")] for each in level]
    ranked = dict(zip(ready.orders, best, strict=True))
    answer = next(word for word in (FLIPS, ONE, OPEN, HOLDS) if agreed[word])
    return {"orders": ranked, "pairs": agreed, "both": "same ranking" if answer == HOLDS else answer}


def _told(found: dict[str, Any], ready: Futures, about: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    rows = conditions(found["box"], about)
    for row in rows:
        row["quasi_p"] = found["quasi_p"][row["path"]]
    check = dict(zip(ready.orders, found["check"], strict=True))
    answers = [each["verdict"] for each in found["check"]]
    both = OPEN if UNKNOWN in answers else HOLDS if len(set(answers)) == 1 else ONE
    return {"conditions": rows, "find": found["find"], "check": check, "verdict": found["verdict"], "both": both}


def _beats(
    ready: Futures, asked: Question, x: Mapping[str, Array], values: Array, about: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    a, b = (ready.doctrines.index(name) for name in asked.beats)
    gaps = values[:, a] - values[:, b]
    found = discover(x, list(gaps), ahead)
    out = _told(found, ready, about) | {"a": asked.beats[0], "b": asked.beats[1]}
    rows = {"where_ahead": [lead_where_ahead(each) for each in gaps]}
    rows["lead"] = [lead(found["box"], x, each) for each in gaps] if found["box"] else [{} for _ in gaps]
    return out | {name: dict(zip(ready.orders, each, strict=True)) for name, each in rows.items()}


def _plain(data: Any) -> Any:
    """Intervals become mappings: value, low, high."""
    if isinstance(data, tuple) and len(data) == 3:
        return dict(zip(("value", "low", "high"), (float(x) for x in data), strict=True))
    if isinstance(data, dict):
        return {str(k): _plain(v) for k, v in data.items()}
    return [_plain(v) for v in data] if isinstance(data, list | tuple) else data
