"""Every figure of a printout as plain data: of one history, of an ensemble. What is printed is read from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from multivector.experiment.histories.arms import PRIOR, Arms
from multivector.experiment.histories.replicates import Block, Failure
from multivector.experiment.shipped.evidence import record
from multivector.experiment.shipped.posterior import POSTERIOR, read_posterior
from multivector.experiment.shipped.rests import rests_on
from multivector.experiment.telling.timeline import timeline
from multivector.outcomes import Outcome
from multivector.results.manifest import versions
from multivector.results.recorded import Array
from multivector.results.tables import least_margin
from multivector.results.tally import Line, Tally
from multivector.schema import Scenario
from multivector.schema.numbers import numbers as numbers_of

SUPPORT = "support."


def tally_for(arms: Arms, dictionary: Mapping[str, Outcome]) -> Tally:
    """An empty tally that knows the scenario's lines and its outcomes."""
    lines = {id: Line(line.quarters, line.label) for id, line in arms.scenario.red_lines.items() if line.enabled}
    return Tally(lines, frozenset(id for id, o in dictionary.items() if o.per == "last"))


def head(arms: Arms, *, seed: int, replicates: int, model: str, digest: str) -> dict[str, Any]:
    """What was run: the first line of every printout."""
    scenario, quarters = arms.scenario, arms.scenario.quarters()
    return {
        "scenario": scenario.id,
        "title": str(scenario.title or scenario.id),
        "focus": scenario.focus,
        "doctrine": scenario.actors[scenario.focus].doctrine,
        "order": scenario.order,
        "seed": seed,
        "turns": len(quarters),
        "first": quarters[0],
        "last": quarters[-1],
        "quarters": list(quarters),
        "version": versions()["multivector"],
        "model": model[:8],
        "digest": digest[:8],
        "replicates": replicates,
        "against": against(arms),
        "uncertainty": drawn_from(arms),
        **({} if arms.engine is None else {"engine": arms.engine["name"]}),
        **resting(scenario, model),
    }


def resting(scenario: Scenario, model: str) -> dict[str, Any]:
    """On numbers of which confidence the answers of a world's base rest, in words and as shares."""
    rests = rests_on((scenario.id, *scenario.extends), model)
    return {"rests_on": rests["text"], "rests": rests}


def drawn_from(arms: Arms) -> dict[str, Any] | None:
    """What numbers were drawn from, if histories differ in them."""
    if arms.uncertainty is None:
        return None
    if arms.uncertainty == PRIOR:
        return {"kind": PRIOR, "numbers": len(arms.scenario.uncertainties)}
    found = read_posterior()
    here = len(found.among(numbers_of(arms.scenario)))
    about = found.about
    told = sum(bool(each["told"]) for each in about["numbers"].values())
    return {
        "kind": POSTERIOR, "numbers": here, "vectors": len(found.weights), "effective": about["effective"],
        "facts": len(about["fitted"]), "told": told,
    }  # fmt: skip


def against(arms: Arms) -> dict[str, Any]:
    """The base of every change that is told, and its name."""
    if arms.benchmark is not None:
        title = str(arms.benchmark.title or arms.benchmark.id)
        return {"benchmark": arms.benchmark.id, "words": f"{arms.benchmark.id} ({title}), same draws"}
    return {"benchmark": None, "words": f"{arms.scenario.quarters()[0]}, the first quarter"}


def history(arms: Arms, block: Block, replicate: int) -> dict[str, Any]:
    """One history of a fully recorded block: lines, exposures, quarters, outcomes."""
    assert block.story is not None
    lane = int(np.flatnonzero(np.asarray(block.record.replicate_ids) == replicate)[0])
    lines = _lines(arms.scenario, block, lane)
    missed = [line for line in lines if line["first"] is None and line["room_left"] is not None]
    gauges = {
        n: {"base": float(b[lane]), "end": float(e[lane]), "unit": "share"} for n, (b, e) in block.exposures.items()
    }
    return {
        "replicate": replicate,
        "failed": bool(block.record.failed[lane]),
        "red_lines": lines,
        "crossed": [line for line in lines if line["first"] is not None],
        "nearest": min(missed, key=lambda line: line["room_left"], default=None),
        "exposures": gauges,
        "quarters": timeline(arms.scenario, block, block.story),
        "outcomes": {id: _outcome(o, block, lane) for id, o in block.dictionary.items() if id in block.record.outcomes},
    }


def _lines(scenario: Scenario, block: Block, lane: int) -> list[dict[str, Any]]:
    out, quarters = [], scenario.quarters()
    for id, line in scenario.red_lines.items():
        if not line.enabled or id not in block.record.lines:
            continue
        least, at = least_margin(np.asarray(block.record.lines[id]["margin"], float)[None, :, lane : lane + 1])
        margin, turn, room = (
            float(least[0, 0]),
            int(at[0, 0]),
            float(block.room.get(id, np.full(lane + 1, np.nan))[lane]),
        )
        first = int(block.record.lines[id]["first"][lane])
        bound = line.below if line.below is not None else line.above
        known = turn >= 0 and bound is not None
        out.append(
            {
                "id": id, "title": line.label, "owner": line.owner, "bound": bound,
                "side": "floor" if line.below is not None else "ceiling",
                "first": quarters[first] if first >= 0 else None,
                "nearest_value": _value(line.below is not None, bound, margin) if known else None,
                "nearest_quarter": quarters[turn] if known else None,
                # Lines have different units: what is left of the way from the base world to the bound compares them.
                "room_left": margin / room if known and room > 0.0 else None,
            }
        )  # fmt: skip
    return out


def _value(floor: bool, bound: float | None, margin: float) -> float:
    assert bound is not None
    return bound + margin if floor else bound - margin


def _outcome(outcome: Outcome, block: Block, lane: int) -> dict[str, Any]:
    series = np.asarray(block.record.outcomes[outcome.id], float)[:, lane]
    base = _base(outcome, block, lane, series)
    value = _end(outcome, series)
    return {
        "title": outcome.title, "unit": outcome.unit, "direction": outcome.direction, "group": outcome.group,
        "value": value, "base": base, "change": value - base,
        "verdict": verdict(outcome, value - base), "record": record(outcome.id),
        "series": [float(x) for x in series] if outcome.per == "turn" else [],
    }  # fmt: skip


def _end(outcome: Outcome, series: Array) -> float:
    return float(series[-1]) if outcome.per == "last" else float(series[-4:].mean())


def _base(outcome: Outcome, block: Block, lane: int, series: Array) -> float:
    if block.benchmark is not None:
        other = block.benchmark.outcomes.get(outcome.id)
        return float("nan") if other is None else _end(outcome, np.asarray(other, float)[:, lane])
    return float(series[0])


def verdict(outcome: Outcome, change: float) -> str:
    """``better``, ``worse`` or nothing, by the outcome's direction and the smallest difference that matters.

    Examples
    --------
    >>> from multivector.outcomes import OUTCOMES
    >>> verdict(OUTCOMES["real_income"], -0.05), verdict(OUTCOMES["real_income"], 0.0001)
    ('worse', '')
    """
    if outcome.direction == "none" or not abs(change) >= outcome.margin:
        return ""
    return "better" if (change > 0.0) == (outcome.direction == "higher") else "worse"


def ensemble(tally: Tally, dictionary: Mapping[str, Outcome], failures: list[Failure]) -> dict[str, Any]:
    """Many histories: survival and lines, outcomes over all and given survival, failures."""
    rows = {}
    for id, numbers in tally.outcomes().items():
        outcome = dictionary[id]
        rows[id] = {"title": outcome.title, "unit": outcome.unit, "direction": outcome.direction, **numbers}
        rows[id]["record"] = record(id)
        if "difference" in numbers:
            rows[id]["verdict"] = verdict(outcome, numbers["difference"][1])
    return {
        "headline": tally.headline(),
        "outcomes": rows,
        "failed": len(failures),
        "failures": [f.replicate for f in failures],
    }
