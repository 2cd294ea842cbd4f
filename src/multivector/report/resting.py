"""On what an answer rests: one plain sentence for the first page, the figures behind it for the ledger."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from multivector.report.facts import Facts
from multivector.scenario.find import find_shipped
from multivector.scenario.texts import title_of

ALONE = "first"
"""The index that is told: the share of the variance that would go if the numbers of a kind were known."""
PARTS = (
    (0.9, "almost wholly"), (2 / 3, "for the most part"), (0.5, "more than half"), (0.25, "in part"), (0.1, "a little"),
    (-math.inf, "hardly at all"),
)  # fmt: skip
"""Shares of a variance from which a word is used."""
SUMMED = ("survival", "real_income")
KINDS = ("data", "literature", "assumed")


def part(share: float) -> str:
    """The word for a share of a variance.

    Examples
    --------
    >>> part(1.05), part(0.78), part(0.03), part(-0.02)
    ('almost wholly', 'for the most part', 'hardly at all', 'hardly at all')
    """
    return next(word for least, word in PARTS if share >= least)


def sentence(facts: Facts, *, whose: bool = True) -> str:
    """On what the answer rests, in one sentence without figures; and `whose` it is, where it is another world's."""
    say, shares = facts.say, _shares(facts)
    if not shares:
        return say("On what the answer rests has not been computed for this world and version of the model.")
    lost, income = (shares.get(id, {}) for id in SUMMED)
    known = max((row[kind] for row in shares.values() for kind in KINDS[:2] if kind in row), default=0.0)
    values = {"known": say(part(known))}
    if "assumed" in lost and "assumed" in income:
        text = say(
            "Whether red lines hold rests {lost} on assumptions and {known} on data or literature; income rests "
            "{income} on assumptions.",
            lost=say(part(lost["assumed"])), income=say(part(income["assumed"])), **values,
        )  # fmt: skip
    else:
        only = lost or income
        text = say(
            "The answer rests {share} on assumptions and {known} on data or literature.",
            share=say(part(only.get("assumed", 0.0))), **values,
        )  # fmt: skip
    base = other_world(facts) if whose else ""
    return f"{text} {say('Computed for “{world}”, which this world extends.', world=base)}" if base else text


def other_world(facts: Facts) -> str:
    """The title of the world whose figure is told, where it is not the world of the page; else nothing."""
    base = (facts.summary.get("rests") or {}).get("base")
    if not base or base == facts.summary["scenario"]:
        return ""
    place = find_shipped(base)
    title = None if place is None else title_of(place.read_text("utf-8"))
    return str(base) if title is None else title.get(facts.say.lang)


def figures(facts: Facts) -> dict[str, Any]:
    """The shares of the variance by kind of number, with their intervals, as a table; empty where there are none."""
    say, rests = facts.say, facts.summary.get("rests") or {}
    rows = []
    for id in SUMMED:
        told = {row["confidence"]: row for row in (rests.get("shares") or {}).get(id, ()) if row["index"] == ALONE}
        if told:
            name = say("survival") if id == "survival" else say("real income")
            rows.append((name[:1].upper() + name[1:], *(_cell(facts, told.get(kind)) for kind in KINDS)))
    world = other_world(facts) or facts.title
    return {
        "resting_columns": (say("outcome"), *(say(kind) for kind in KINDS)),
        "resting_rows": rows,
        "resting_note": say(
            "Shares of the variance of an outcome that would go if the numbers of one kind were known, 95% in "
            "brackets; “{world}” as shipped. Figures behind the base world are held.",
            world=world,
        ),
    }  # fmt: skip


def _cell(facts: Facts, row: Mapping[str, Any] | None) -> str:
    say = facts.say
    if row is None:
        return "–"
    # As `wording.shares` has it: no share is told to exceed the whole.
    low, high = (say.number(100 * min(row[end], 1.0), 0) for end in ("low", "high"))
    return f"{say.percent(min(row['value'], 1.0))} [{low}, {high}]"


def _shares(facts: Facts) -> dict[str, dict[str, float]]:
    rests = facts.summary.get("rests") or {}
    found = {
        id: {row["confidence"]: float(row["value"]) for row in rows if row["index"] == ALONE}
        for id, rows in (rests.get("shares") or {}).items()
        if id in SUMMED
    }
    return {id: row for id, row in found.items() if row}
