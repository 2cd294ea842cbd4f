"""The part of `multivector describe` about outcomes: what each is, and how far it can be believed."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Mapping
from typing import Any

from multivector.analysis.comparing.comparison import SURVIVAL_MARGIN
from multivector.cli.common import ENGLISH, RECORD, width
from multivector.cli.printout.description import Part
from multivector.errors import BadInput, Problem
from multivector.experiment.shipped.rests import behind, rests_on
from multivector.experiment.telling import wording
from multivector.language import Speaker
from multivector.outcomes.entry import Outcome
from multivector.schema import Scenario

ALL = "all"
SURVIVAL = Outcome(
    "survival", "survival", "share", "higher", SURVIVAL_MARGIN, "summary",
    "share of histories in which the focus actor crosses none of the world's red lines; of a history 1 or 0",
    "definition; the lines are the scenario's (`red_lines`), each with its own source",
)  # fmt: skip
"""What no turn has and every ensemble leads with."""


def outcomes(scenario: Scenario, wanted: str, say: Speaker = ENGLISH) -> Part:
    """One outcome, or all of them.

    Parameters
    ----------
    scenario : the world.
    wanted : id of an outcome, or ``all``.
    say : the speaker of the lines; what an outcome is and its source are in English.

    Raises
    ------
    BadInput
        The world has no such outcome.
    """
    from multivector.experiment.histories.arms import Arms
    from multivector.experiment.histories.replicates import Experiment

    known = {SURVIVAL.id: SURVIVAL, **Experiment(Arms(scenario, None)).dictionary}
    if wanted != ALL and wanted not in known:
        close = difflib.get_close_matches(wanted, known, n=1)
        hint = f'did you mean "{close[0]}"?' if close else "`--outcome all` lists them"
        raise BadInput([Problem("--outcome", 0, 0, wanted, "found no such outcome of this world", "an outcome", hint)])
    rests = rests_on((scenario.id, *scenario.extends), Arms(scenario, None).model)
    found = [_told(known[id], rests) for id in (known if wanted == ALL else (wanted,))]
    lines = [line for each in found for line in (*_lines(each, say), "")][:-1]
    return {"outcomes": found}, lines


def _told(outcome: Any, rests: Mapping[str, Any]) -> dict[str, Any]:
    from multivector.experiment.shipped.evidence import bearing, believed

    said = believed(outcome.id)
    return {
        "id": outcome.id, "title": outcome.title, "unit": outcome.unit, "direction": outcome.direction,
        "margin": outcome.margin, "definition": outcome.definition, "source": outcome.source,
        "for": said and said.speaks_for, "against": said and said.against,
        "facts": list(bearing(said.facts)) if said else [], "record": said.record if said else "",
        "rests": behind(rests, outcome.id), "base": rests["base"],
    }  # fmt: skip


def _lines(told: dict[str, Any], say: Speaker) -> list[str]:
    head = say(
        "{id}: {title} ({unit}; better: {direction}; matters: {margin})", id=told["id"],
        title=wording.outcome(say, told["id"], told["title"]), unit=say(told["unit"]), direction=say(told["direction"]),
        margin=say.numeral(f"{told['margin']:g}"),
    )  # fmt: skip
    nothing = say("nothing is written")
    facts = f"{RECORD[told['record']]} {', '.join(told['facts'])}" if told["facts"] else say("none on record")
    rows = [(say("what"), told["definition"]), (say("source"), told["source"]),
            (say("for it"), say(told["for"]) if told["for"] else nothing),
            (say("against"), say(told["against"]) if told["against"] else nothing),
            (say("facts"), facts)]  # fmt: skip
    if told["rests"]:
        base = say("World: {base} as shipped; in brackets 95%", base=told["base"])
        rows.append((say("rests on"), f"{wording.shares(say, told['rests'])}. {base}"))
    pad = max(9, *(len(name) + 1 for name, _ in rows))
    out = textwrap.wrap(head, width(), subsequent_indent="  ")
    for name, text in rows:
        out += textwrap.wrap(text, width(), initial_indent=f"  {name:<{pad}}", subsequent_indent=" " * (pad + 2))
    return out
