"""Conditions in plain words: what a number is called, in what unit, below or above what."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from multivector.analysis.robustness.prim import Bounds
from multivector.schema import Scenario, Uncertainty
from multivector.schema.numbers import numbers

ITEMS = ("corridors", "sanctions", "events", "moves", "red_lines", "doctrines")


def titles(
    scenario: Scenario, spreads: Mapping[str, Uncertainty], units: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """What is drawn: title, unit, range and the scenario's own value, by path."""
    known = numbers(scenario)
    return {
        path: {
            "title": titled(scenario, path), "unit": units.get(path, ""), "low": spread.low, "high": spread.high,
            "value": known[path], "distribution": spread.distribution,
        }
        for path, spread in spreads.items()
    }  # fmt: skip


def titled(scenario: Scenario, path: str) -> str:
    """What a number is called.

    Examples
    --------
    >>> from multivector.scenario import load
    >>> world = load("after-2022")
    >>> titled(world, "corridors.middle.capacity"), titled(world, "actors.KAZ.relations.RUS")
    ('capacity of Middle Corridor across the Caspian', 'relations of Kazakhstan with Russia')
    >>> titled(world, "evidence.intercept"), titled(world, "doctrines.hedge.risk")
    ('evidence: intercept', 'risk in the doctrine hedge')
    """
    section, *rest = path.split(".")
    if section == "actors" and len(rest) >= 3:
        who, kind, what = rest[0], rest[1], rest[2]
        if kind == "relations":
            return f"relations of {_actor(scenario, who)} with {_actor(scenario, what)}"
        return f"{_plain(what)} of {_actor(scenario, who)} ({kind})"
    if section == "doctrines":
        players = [_actor(scenario, code) for code, actor in scenario.actors.items() if actor.doctrine == rest[0]]
        of = f" of {', '.join(players)}" if players and scenario.actors[scenario.focus].doctrine != rest[0] else ""
        return f"{_plain(' '.join(rest[1:]))} in the doctrine {rest[0]}{of}"
    if section in ITEMS and len(rest) >= 2 and rest[0] in (found := getattr(scenario, section)):
        return f"{_plain(' '.join(rest[1:]))} of {found[rest[0]].label}"
    return f"{_plain(section)}: {_plain(' '.join(rest))}" if rest else _plain(section)


def _actor(scenario: Scenario, code: str) -> str:
    actor = scenario.actors.get(code)
    return actor.name.en if actor is not None and actor.name is not None else code


def _plain(text: str) -> str:
    return text.replace("_", " ").replace("-", " ")


def conditions(box: Bounds, about: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The conditions of a box: path, bounds (None where open) and words.

    Examples
    --------
    >>> about = {"a": {"title": "capacity", "unit": "Mt a year", "low": 3.0, "high": 9.0}}
    >>> conditions({"a": (-math.inf, 6.1234)}, about)[0]["words"]
    'capacity below 6.1 Mt a year'
    """
    out = []
    for path, (low, high) in box.items():
        row = about[path]
        width = row["high"] - row["low"]
        ends = [spelled(end, width) for end in (low, high)]
        if math.isfinite(low) and math.isfinite(high):
            said = f"from {ends[0]} to {ends[1]}"
        else:
            said = f"above {ends[0]}" if math.isfinite(low) else f"below {ends[1]}"
        unit = row["unit"]
        shown = f" {unit}" if unit and unit[0].isalpha() and not unit.startswith(PURE) else ""
        out.append({
            "path": path, "low": low if math.isfinite(low) else None, "high": high if math.isfinite(high) else None,
            "words": f"{row['title']} {said}{shown}",
        })  # fmt: skip
    return out


PURE = ("index", "share", "probability", "weight", "ratio", "log", "relation", "utility")
"""Units that say nothing to a reader of a condition."""


def spelled(value: float, width: float) -> str:
    """A number with so many digits that a hundredth of the range shows.

    Examples
    --------
    >>> spelled(0.5312, 0.3), spelled(6.123, 6.0), spelled(59.31, 140.0)
    ('0.53', '6.1', '59')
    """
    if not math.isfinite(value):
        return "none"
    return f"{value:.{max(0, 1 - math.floor(math.log10(width)))}f}"
