"""What is on record beside the model, for the outcomes of a page: a table, misses first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from multivector.analysis.validating.shown import Held, shown
from multivector.experiment.shipped.facts import Fact
from multivector.report.facts import Facts
from multivector.report.sentences import cap

VERDICTS = {"miss": "missed", "near": "nearly hit", "hit": "hit"}
MEASURES = {
    "oil.value": "value of crude oil sold", "oil.total": "oil exported",
    "oil.cpc_share": "share of the Caspian pipeline", "rungs.below_two": "no sender above the first rung",
    "membership.kept": "stays in the customs union and the alliance",
}  # fmt: skip
"""What facts measure where no outcome has the name."""


def table(facts: Facts, outcomes: Iterable[str]) -> dict[str, Any]:
    """The facts that bear on outcomes: what, when, record with its range, model with its band, verdict."""
    say, found = facts.say, shown(outcomes)
    if found is None or not found.facts:
        return {"recorded_rows": [], "recorded_title": "", "recorded_note": "", "recorded_columns": ()}
    title = say(
        "On record beside the model, facts: {n}; missed {miss}, nearly hit {near}, hit {hit}",
        n=len(found.facts), **{kind: found.count(kind) for kind in VERDICTS},
    )  # fmt: skip
    note = say(
        "Of the shipped worlds of 2022 and 2014 to 2019, not of this run; histories: {n}. Hit: the model's median is "
        "in the range of the record; nearly hit: only the band of nine of ten histories reaches it.",
        n=say.number(found.histories, 0),
    )
    if found.model != facts.stored.manifest["digests"]["model"]:
        note += " " + say("They were held against another version of the model.")
    columns = (say("what"), say("when"), say("on record"), say("model"), say("verdict"), say("bears on"))
    return {
        "recorded_title": title,
        "recorded_note": note,
        "recorded_columns": columns,
        "recorded_rows": [_row(facts, held) for held in found.facts],
    }


def _row(facts: Facts, held: Held) -> tuple[str, ...]:
    say, fact = facts.say, held.fact
    when = say.quarter(fact.date) if "-Q" in fact.date else fact.date.replace("/", "–")
    outcomes = [say("survival") if id == "survival" else facts.called(id) for id in held.bears_on]
    told = ", ".join(outcomes[:3]) + (", …" if len(outcomes) > 3 else "")
    return (
        cap(measured(facts, fact)), when, _span(facts, fact.value, fact.low, fact.high, fact.unit),
        _span(facts, held.middle, held.low, held.high, fact.unit), say(VERDICTS[held.verdict]), told,
    )  # fmt: skip


def measured(facts: Facts, fact: Fact) -> str:
    """What a fact measures, in the reader's words."""
    say, (first, _, rest) = facts.say, fact.measure.partition(".")
    if first == "trade":
        one, other = rest.split(".")
        return say("goods from {one} to {other}", one=facts.name(one), other=facts.name(other))
    if first == "votes":
        text, _, actor = rest.rpartition(".")
        return say("vote of {actor} on {text}: chance of the one that was cast", actor=facts.name(actor), text=text)
    if first == "income":
        return say("real income of {actor}", actor=facts.name(rest))
    if fact.measure in MEASURES:
        return say(MEASURES[fact.measure])
    if first == "oil" and (way := facts.scenario.corridors.get(rest)) is not None and way.title is not None:
        return say("oil by {corridor}", corridor=way.title.get(say.lang))
    return facts.called(fact.measure) if fact.measure in facts.histories.dictionary else fact.measure


def _span(facts: Facts, value: float, low: float, high: float, unit: str) -> str:
    if low == value == high:
        return _value(facts, value, unit)
    return f"{_value(facts, value, unit)} [{_value(facts, low, unit)}, {_value(facts, high, unit)}]"


def _value(facts: Facts, value: float, unit: str) -> str:
    """A value as its unit asks for; changes with their sign."""
    say = facts.say
    if unit.startswith(("change", "growth")):
        return ("+" if value > 0 else "") + say.percent(value, 0 if abs(value) >= 0.1 else 1)
    if unit.startswith(("share", "probability")):
        return say.percent(value, 0 if value == round(value, 2) else 1)
    if unit.startswith("Mt"):
        return say("{mt} Mt", mt=say.significant(value, 3))
    return say("×{times}", times=say.significant(value, 3))
