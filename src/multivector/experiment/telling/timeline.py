"""The quarters of one history as plain data: what each actor did and why, what happened, what it did to routes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from multivector.experiment.histories.replicates import Block
from multivector.experiment.histories.story import STOP, Decision, Story, Turn
from multivector.results.tables import VOTES
from multivector.schema import Scenario

DISPUTED = "cause disputed"
HAZARDS = {
    "halt": f"oil pipeline stopped, {DISPUTED}",
    "legal": f"oil pipeline cut by a legal order, {DISPUTED}",
    "weather": "oil pipeline cut (weather)",
    "third-party": "oil pipeline cut (third party)",
    "farm-ban": "{target} stops farm goods at the border",
    "transit-delay": "{target} delays transit",
    "energy-cut": "{target} cuts gas and power",
    "rhetoric": "{target} threatens in words",
    "crisis": "crisis at home",
    "concession": "prices are capped to calm the streets",
    "asked": "the allies are asked for help",
    "help": "the alliance sends help",
    "promised": "reform is promised",
    "falls": "the leadership is shaken",
}
CONTESTED = ("legal", "deliberate")
"""Causes of dated events on which the parties do not agree."""


def timeline(scenario: Scenario, block: Block, story: Story) -> list[dict[str, Any]]:
    """One entry per quarter, ready for a printout or for JSON."""
    paired = _pairs(block, int(block.record.replicate_ids[story.lane]))
    return [_quarter(scenario, block, story, t, turn, paired) for t, turn in enumerate(story.turns)]


def _quarter(
    scenario: Scenario, block: Block, story: Story, t: int, turn: Turn, paired: Mapping[tuple[int, str, int], int]
) -> dict[str, Any]:
    moves = [_move(turn, d, paired.get((t, d.actor, d.slot), 0)) for d in turn.decisions]
    return {
        "quarter": turn.quarter,
        "oil_exported": turn.exported,
        "oil_price": turn.price,
        "oil": turn.oil,
        "moves": [m for m in moves if m is not None],
        "happened": [*_events(scenario, turn), *_hazards(block, turn), *_rungs(block, story, t)],
        "votes": [_vote(scenario, block, turn, text) for text in turn.votes],
        "rules": [scenario.alignment.rules[r].label for r in turn.rules],
        "lines": [
            scenario.red_lines[id].label
            for id, line in block.record.lines.items()
            if int(line["first"][story.lane]) == t
        ],
    }


def _move(turn: Turn, decision: Decision, pair: int) -> dict[str, Any] | None:
    pick = decision.pick
    if pick.entry.endswith(f":{STOP}"):
        return None
    term, gain = decision.reason()
    rival = decision.rival()
    return {
        "actor": decision.actor,
        "slot": decision.slot,
        "entry": pick.entry,
        "title": pick.title,
        "target": pick.target,
        "aimed": decision.aimed(pick),
        "answer": turn.answers.get(pick.entry, ""),
        "term": term,
        "gain": gain,
        "luck": decision.luck,
        "probability": pick.probability,
        "rival": None if rival is None else rival.title,
        "paired_with": pair,
    }


def _pairs(block: Block, replicate: int) -> dict[tuple[int, str, int], int]:
    plays = block.record.plays
    if not plays:
        return {}
    mine = np.flatnonzero(np.asarray(plays["replicate"]) == replicate)
    columns = (plays["turn"], plays["actor"], plays["slot"], plays["paired_with"])
    return {
        (int(t), str(a), int(s)): int(p) for t, a, s, p in zip(*(np.asarray(c)[mine] for c in columns), strict=True)
    }


def _events(scenario: Scenario, turn: Turn) -> list[str]:
    out = []
    for id in turn.events:
        event = scenario.events[id]
        disputed = event.cause in CONTESTED and "disputed" not in event.label
        out.append(f"{event.label}{', ' + DISPUTED if disputed else ''}")
    return out


def _hazards(block: Block, turn: Turn) -> list[str]:
    target = next((a for a in ("RUS", *block.record.actors) if a in block.record.actors), "")
    out = []
    for name, flag in turn.hazards.items():
        if flag > 0.5:
            kind, _, who = name.partition(":")
            out.append(
                f"{who} finds a case of evasion" if kind == "case" else HAZARDS.get(name, name).format(target=target)
            )
    return out


def _rungs(block: Block, story: Story, t: int) -> list[str]:
    out = []
    for id, series in block.record.outcomes.items():
        if id.startswith("rung.") and len(series) > t:
            before, now = (float(series[t - 1][story.lane]) if t else 0.0), float(series[t][story.lane])
            if round(now) != round(before):
                out.append(f"ladder of {id.removeprefix('rung.')}: rung {round(before)} to {round(now)}")
    return out


def _vote(scenario: Scenario, block: Block, turn: Turn, text: str) -> dict[str, Any]:
    cast = dict(zip(block.record.actors, turn.votes[text], strict=True))
    own = cast[scenario.focus]
    return {
        "text": text,
        "title": scenario.alignment.votes[text].label,
        "cast": {a: VOTES[v] for a, v in cast.items()},
        "vote": VOTES[own],
        "probability": turn.odds[text][own],
    }
