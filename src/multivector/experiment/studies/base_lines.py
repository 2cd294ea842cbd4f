"""Red lines that the state before the first quarter crosses already: they tell nothing, and `check` refuses them."""

from __future__ import annotations

import numpy as np

from multivector.errors import Problem
from multivector.schema import RedLine, Scenario
from multivector.world.engine import Engine
from multivector.world.layout.layout import build_layout
from multivector.world.quarter.lines import line_value, margin

LANES = 8
OPENED = ("territorial-claim", "unplanned-rupture")
"""Measures that an event alone raises: at the start, that of the first quarter has not come yet."""


def crossed_at_start(scenario: Scenario) -> tuple[Problem, ...]:
    """Lines with a bound that the world lies beyond before anything has happened, each with its place.

    Parameters
    ----------
    scenario : Scenario
        A whole world without errors, as `load` returns it. Lines that are switched off and the line on income, which
        needs a history beside it, are left out.

    Examples
    --------
    >>> from multivector.scenario import load
    >>> crossed_at_start(load("base-2021"))
    ()
    >>> tight = load("base-2021", overrides={"red_lines.legitimacy.below": "0.6"})
    >>> [problem.field for problem in crossed_at_start(tight)]
    ['red_lines.legitimacy.below']
    """
    engine = Engine(build_layout(scenario), LANES)
    state = engine.initial()
    income = np.zeros_like(state.ln_income)
    found = []
    for line in scenario.red_lines.values():
        watched = line.enabled and line.measure not in OPENED
        value = line_value(engine, state, line, income) if watched else None
        if value is not None and (margin(engine.p, line, value) < 0.0).all():
            found.append(_problem(scenario, line, f"{value[0]:.3g}"))
    return tuple(sorted(found, key=lambda problem: (problem.file, problem.line, problem.column)))


def _problem(scenario: Scenario, line: RedLine, value: str) -> Problem:
    side, bound = ("below", line.below) if line.below is not None else ("above", line.above)
    path = f"red_lines.{line.id}.{side}"
    mark = scenario.provenance(path).chain[0]
    return Problem(
        mark.file, mark.line, mark.column, path,
        f"found {bound}, which the world crosses before the first quarter ({value})",
        f"a bound on the other side of {value}",
    )  # fmt: skip
