"""The dictionary of outcomes as a scenario judges them: weights in the composite, smallest differences that matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from multivector.errors import BadInput, Problem
from multivector.outcomes import Outcome
from multivector.schema import Scenario


def judged(dictionary: Mapping[str, Outcome], scenario: Scenario) -> dict[str, Outcome]:
    """The dictionary with the scenario's weights and margins.

    Raises
    ------
    BadInput
        For an outcome that this world does not have, a weight of one that is no part of the composite, or no weight at
        all left.
    """
    out, problems = dict(dictionary), []
    for id, view in scenario.outcomes.items():
        known = out.get(id)
        if known is None:
            problems.append(_problem(scenario, id, "found no such outcome", "an id of the dictionary of outcomes"))
            continue
        if view.weight is not None and known.scale is None:
            parts = ", ".join(o.id for o in dictionary.values() if o.scale is not None)
            problems.append(_problem(scenario, f"{id}.weight", "found no part of the composite", parts))
        weight = known.weight if view.weight is None else view.weight
        out[id] = replace(known, weight=weight, margin=known.margin if view.margin is None else view.margin)
    if not any(o.weight for o in out.values() if o.scale is not None):
        problems.append(_problem(scenario, "", "found no part of the composite with a weight", "a weight above 0"))
    if problems:
        raise BadInput(problems)
    return out


def _problem(scenario: Scenario, field: str, found: str, allowed: str) -> Problem:
    mark = scenario.provenance(f"outcomes.{field}" if field else "outcomes").chain
    place = (mark[0].file, mark[0].line, mark[0].column) if mark else (scenario.id, 0, 0)
    return Problem(*place, f"outcomes.{field}" if field else "outcomes", found, allowed)
