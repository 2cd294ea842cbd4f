"""Aims of the delegations: what each wants beside Kazakhstan's five results, and how near it came.

An aim is judged by outcomes that the model computes: the end of the game against the start, within the margin of the
dictionary. Some aims have no number in the model; they are told, and people judge them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pydantic import ValidationError

from multivector.classroom.lesson.figures import moved, outcome_name, said_change
from multivector.classroom.lesson.lessons import Aim, in_dictionary
from multivector.classroom.lesson.words import tell, word
from multivector.classroom.playing.staff import percentile
from multivector.classroom.playing.worlds import Worlds
from multivector.errors import BadInput, Problem
from multivector.mechanisms.common import Array
from multivector.outcomes import OUTCOMES
from multivector.scenario.names import did_you_mean, listed
from multivector.schema import Scenario


def of(scenario: Scenario, actor: str) -> list[Mapping[str, Any]]:
    """An actor's aims as the room keeps them; none where a scenario says nothing of them."""
    found: list[Mapping[str, Any]] = list(scenario.classroom.get("aims", {}).get(actor, ()))
    return found


def told(scenario: Scenario, aims: Sequence[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
    """Aims with what each is judged by: for their own delegation, from the brief on."""
    return [
        {"id": str(aim["id"]), "kind": aim["kind"], "about": word("aims", aim["kind"], language),
         "text": tell(aim.get("text"), language), "rest": _rest(aim, language),
         "by": [{"id": t["id"], "name": outcome_name(scenario, t["id"], language), "want": t["want"],
                 "words": word("wants", t["want"], language)} for t in aim.get("outcomes", ())]}
        for aim in aims
    ]  # fmt: skip


def _rest(aim: Mapping[str, Any], language: str) -> str:
    """What an aim is judged by that is no outcome: red lines, or people alone."""
    if aim.get("red_lines"):
        return word("aims", "by lines", language)
    return "" if aim.get("outcomes") else word("aims", "uncounted", language)


def scored(
    worlds: Worlds, lane: int, aims: Sequence[Mapping[str, Any]], language: str, crossed: int,
    histories: Mapping[str, Array] | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """How near a delegation came to its aims in a world, when the game is over.

    Parameters
    ----------
    crossed : red lines that were crossed in that world.
    histories : outcomes of machines' histories, ``[turn, replicate]``, where there are any.
    """
    out = []
    for kept, aim in zip(aims, told(worlds.scenario, aims, language), strict=True):
        rows = [_row(worlds, lane, target, language, histories or {}) for target in aim["by"]]
        lines = bool(kept.get("red_lines"))
        ways = [row["verdict"] for row in rows if row["verdict"]] + [("farther" if crossed else "kept")] * lines
        verdict = together(ways)
        key = verdict or "uncounted"
        if lines and not rows:
            key = "lines crossed" if crossed else "lines kept"
        out.append({**aim, "by": rows, "verdict": verdict, "words": word("aims", key, language, n=str(crossed))})
    return out


def together(verdicts: Sequence[str]) -> str | None:
    """One verdict of several: nearer, kept, farther, or partly where they part; None of none.

    Examples
    --------
    >>> together(["nearer", "kept"]), together(["nearer", "farther"]), together(["kept"]), together([])
    ('nearer', 'partly', 'kept', None)
    """
    found = set(verdicts) - {"kept"}
    if not verdicts:
        return None
    return "partly" if len(found) > 1 else next(iter(found), "kept")


def _row(
    worlds: Worlds, lane: int, target: Mapping[str, Any], language: str, histories: Mapping[str, Array]
) -> dict[str, Any]:
    """One outcome of an aim: where it stood, where it ended, and whether that is nearer."""
    id, quarters = target["id"], worlds.scenario.quarters()
    outcome = worlds.watch.observer.dictionary.get(id)
    series = [float(row[id][lane]) for row in worlds.watch.outcomes if id in row]
    if outcome is None or not series:
        return {**target, "verdict": None, "start": None, "end": None, "text": "–"}
    first, start = None, float(worlds.start()[id][lane])
    if not np.isfinite(start):
        # What nothing but a quarter can tell (a vote, a spare way for oil) is held against the first that told it.
        first = next((k for k, value in enumerate(series) if np.isfinite(value)), 0)
        start = series[first]
    end, unit = series[-1], outcome.unit
    way = moved(end - start, outcome.margin)
    verdict = None if not np.isfinite(end) else "kept" if way == "same" else (
        "nearer" if (way == "up") == (target["want"] == "higher") else "farther")  # fmt: skip
    known, beaten = histories.get(id), None
    if known is not None and len(known) and np.isfinite(end):
        share = percentile(known[-1], end)
        beaten = share if target["want"] == "higher" else round(100.0 - share, 1)
    return {**target, "unit": unit, "start": start, "end": end, "verdict": verdict,
            "since": None if first is None else quarters[first], "nearer_than": beaten,
            "text": said_change(start, end, unit, language)}  # fmt: skip


def check(classroom: Mapping[str, Any], actors: Sequence[str]) -> None:
    """Refuse aims that a room could not tell or judge.

    Raises
    ------
    BadInput
        An actor is unknown, or an aim lacks something.

    Examples
    --------
    >>> check({"aims": {"RUS": []}}, ["KAZ", "RUS"])
    """
    problems = []
    found = classroom.get("aims", {})
    for actor, own in found.items() if isinstance(found, Mapping) else [("classroom.aims", found)]:
        at = f"classroom.aims.{actor}"
        if actor not in actors:
            problems.append(Problem(at, 0, 0, "", f'found "{str(actor)[:40]}"', listed(list(actors))))
        elif not isinstance(own, Sequence) or isinstance(own, str):
            problems.append(Problem(at, 0, 0, "", "found no list", "a list of aims"))
        else:
            problems += [p for k, aim in enumerate(own) for p in _problems(f"{at}.{k}", aim)]
    if problems:
        raise BadInput(problems)


def _problems(at: str, aim: Any) -> list[Problem]:
    try:
        read = Aim.model_validate(aim)
    except ValidationError as error:
        return [Problem(".".join([at, *(str(k) for k in e["loc"])]), 0, 0, "", e["msg"][:1].lower() + e["msg"][1:])
                for e in error.errors(include_url=False)]  # fmt: skip
    return [Problem(f"{at}.outcomes", 0, 0, "", f'found the unknown outcome "{t.id}"', "an outcome of the dictionary",
                    did_you_mean(t.id, list(OUTCOMES))) for t in read.outcomes if not in_dictionary(t.id)]  # fmt: skip
