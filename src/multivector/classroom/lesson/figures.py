"""Figures of the model for people: an outcome's name, its value with a unit, and a word for it, in three languages."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from multivector.classroom.lesson.words import ministries, say, tell, texts, word
from multivector.schema import Scenario

TIES = (-0.4, 0.0, 0.3, 0.55)
"""Bounds of the words for relations, the same as on the pages: hostile, strained, cool, good, close."""
PERCENT = ("share", "probability")
LEVELS = ("low", "middling", "high")


def named(scenario: Scenario, part: str, language: str) -> str:
    """An actor, a route or a group by its name."""
    if part in scenario.actors:
        return tell(ministries()["actors"].get(part) or scenario.actors[part].name or part, language)
    return word("names", part, language)


def outcome_name(scenario: Scenario, id: str, language: str) -> str:
    """An outcome in a few words, with whom it is about.

    Examples
    --------
    >>> from multivector.scenario import load
    >>> outcome_name(load("after-2022"), "goodwill.RUS", "en")
    'Relations with Kazakhstan, Russia'
    """
    head, *rest = id.split(".")
    for section, key in (("outcomes", id), ("gauges", id)):
        if key in texts(section):
            return word(section, key, language)
    joined = " → ".join(named(scenario, part, language) for part in rest)
    return word("outcomes", head, language, who=joined)


def said(value: float | None, unit: str, language: str) -> str:
    """A value with its unit; a dash where there is none.

    Examples
    --------
    >>> said(0.0375, "share", "en"), said(2.83, "ratio to 2021", "en"), said(6.39, "US$ bn a year", "en")
    ('3.8%', '283% of the level of 2021', '$6.4 bn a year')
    """
    if value is None or not math.isfinite(value):
        return "–"
    return _with_unit(_number(value, unit, language), unit, language)


def said_change(start: float, end: float, unit: str, language: str) -> str:
    """A value and what it became, with their unit said once, in as many digits as tell them apart.

    Examples
    --------
    >>> said_change(0.5, 0.68, "index -1 to 1", "en"), said_change(0.9971, 0.9966, "index 0-1", "en")
    ('0.50 → 0.68 on a scale from −1 to 1', '0.9971 → 0.9966 on a scale from 0 to 1')
    """
    if not (math.isfinite(start) and math.isfinite(end)):
        return f"{said(start, unit, language)} → {said(end, unit, language)}"
    told: list[str] = []
    for more in range(MOST_DIGITS):
        told = [_number(x, unit, language, more) for x in (start, end)]
        if told[0] != told[1]:
            break
    else:
        told = [_number(x, unit, language) for x in (start, end)]
    return _with_unit(" → ".join(told), unit, language)


MOST_DIGITS = 3
"""Further digits at most, where two numbers would look the same: smaller differences are nobody's business."""


def _kind(unit: str) -> str:
    """The entry of `units` that says a unit; nothing for a bare share."""
    if unit.startswith(PERCENT):
        return "a quarter" if "a quarter" in unit else ""
    if unit.startswith("%"):
        return "income"
    return "log" if unit == "log points" else next((k for k in texts("units") if unit.startswith(k)), "")


def _number(value: float, unit: str, language: str, more: int = 0) -> str:
    value = math.expm1(value) if unit == "log points" else value
    told = _bare(abs(value), unit, language, more)
    zero = not re.search("[1-9]", told)
    return told if zero else ("−" if value < 0 else "+" if unit == "log points" else "") + told


def _bare(value: float, unit: str, language: str, more: int) -> str:
    speak = say(language)
    if unit.startswith(PERCENT):
        return speak.percent(value, (0 if abs(value) >= 0.1 else 1) + more)
    if unit.startswith("ratio"):
        return speak.percent(value, more)
    if unit == "log points":
        return speak.percent(value, more)
    if unit.startswith("%"):
        return speak.percent(value / 100.0, _digits(value) + more)
    return speak.number(value, 0 if _kind(unit) in WHOLE else _digits(value) + more)


def _with_unit(told: str, unit: str, language: str) -> str:
    key = _kind(unit)
    return word("units", key, language, x=told) if key else told


WHOLE = ("rungs", "cases")
"""Units of what is counted."""


def _digits(value: float) -> int:
    size = abs(value)
    return 0 if size >= 100 else 1 if size >= 1 else 2 if size >= 0.01 or size == 0 else 3 if size >= 0.0005 else 1


def level(value: float, low: float, high: float, language: str, cuts: tuple[float, float] | None = None) -> str:
    """Low, middling or high on a scale; by thirds, or by bounds of its own.

    Examples
    --------
    >>> level(0.05, 0.0, 1.0, "en"), level(0.15, 0.0, 5.0, "en", (0.05, 0.2)), level(0.9, 0.0, 1.0, "ru")
    ('low', 'middling', 'уровень высокий')
    """
    first, second = cuts or (low + (high - low) / 3.0, low + 2.0 * (high - low) / 3.0)
    return word("levels", LEVELS[int(value >= first) + int(value >= second)], language)


def tie(value: float, language: str) -> str:
    """A relation from -1 to 1 in a word.

    Examples
    --------
    >>> tie(0.6, "en"), tie(-0.1, "en")
    ('close', 'strained')
    """
    ids = ("hostile", "strained", "cool", "good", "close")
    return word("ties", ids[sum(value >= bound for bound in TIES)], language)


def moved(change: float, margin: float) -> str:
    """Up, down or the same, within a margin.

    Examples
    --------
    >>> moved(0.05, 0.02), moved(-0.05, 0.02), moved(0.01, 0.02)
    ('up', 'down', 'same')
    """
    return "same" if not abs(change) > margin else "up" if change > 0 else "down"


def targets(scenario: Scenario) -> list[str]:
    """Outcomes by which the aims of a room's delegations are judged, each once."""
    aims: Mapping[str, list[dict[str, object]]] = scenario.classroom.get("aims", {})
    found = [str(t["id"]) for own in aims.values() for aim in own for t in aim.get("outcomes", ())]  # type: ignore[attr-defined]
    return list(dict.fromkeys(found))
