"""The part of `multivector describe` about outcomes: what each is, and how far it can be believed."""

from __future__ import annotations

import difflib
import textwrap
from typing import Any

from multivector.cli.common import width
from multivector.cli.printout.description import Part
from multivector.errors import BadInput, Problem
from multivector.schema import Scenario

ALL = "all"


def outcomes(scenario: Scenario, wanted: str) -> Part:
    """One outcome, or all of them.

    Parameters
    ----------
    scenario : the world.
    wanted : id of an outcome, or ``all``.

    Raises
    ------
    BadInput
        The world has no such outcome.
    """
    from multivector.experiment.histories.arms import Arms
    from multivector.experiment.histories.replicates import Experiment

    known = Experiment(Arms(scenario, None)).dictionary
    if wanted != ALL and wanted not in known:
        close = difflib.get_close_matches(wanted, known, n=1)
        hint = f'did you mean "{close[0]}"?' if close else "`--outcome all` lists them"
        raise BadInput([Problem("--outcome", 0, 0, wanted, "found no such outcome of this world", "an outcome", hint)])
    found = [_told(known[id]) for id in (known if wanted == ALL else (wanted,))]
    lines = [line for each in found for line in (*_lines(each), "")][:-1]
    return {"outcomes": found}, lines


def _told(outcome: Any) -> dict[str, Any]:
    from multivector.experiment.shipped.evidence import bearing, believed

    said = believed(outcome.id)
    return {
        "id": outcome.id, "title": outcome.title, "unit": outcome.unit, "direction": outcome.direction,
        "margin": outcome.margin, "definition": outcome.definition, "source": outcome.source,
        "for": said and said.speaks_for, "against": said and said.against,
        "facts": list(bearing(said.facts)) if said else [],
    }  # fmt: skip


def _lines(told: dict[str, Any]) -> list[str]:
    out = [f"{told['id']}: {told['title']} ({told['unit']}; better: {told['direction']}; matters: {told['margin']:g})"]
    rows = [("what", told["definition"]), ("source", told["source"]), ("for it", told["for"] or "nothing is written"),
            ("against", told["against"] or "nothing is written"),
            ("facts", ", ".join(told["facts"]) or "none on record")]  # fmt: skip
    for name, text in rows:
        out += textwrap.wrap(text, width(), initial_indent=f"  {name:<9}", subsequent_indent=" " * 11)
    return out
