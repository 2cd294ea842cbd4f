"""How far outcomes can be believed: a sentence for and one against, where an outcome is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from multivector.experiment.shipped.evidence import Believed, believed
from multivector.language import Speaker
from multivector.report.facts import Facts
from multivector.report.sentences import cap

Sentences = tuple[str, str]


def beside(say: Speaker, charts: Iterable[str]) -> dict[str, Sentences]:
    """What speaks for and against the outcome of each chart, in the reader's language, by the chart's id; without the
    charts that show no outcome of their own."""
    found = {id: believed(id.partition(".")[2]) for id in charts}
    return {id: (say(it.speaks_for), say(it.against)) for id, it in found.items() if it is not None}


def table(facts: Facts, outcomes: Iterable[str]) -> dict[str, Any]:
    """Outcomes of a result, and survival, as a table: names, what speaks for them, what against; those of one judgement
    together."""
    say, together = facts.say, dict[Believed, list[str]]()
    for id in ("survival", *outcomes):
        found = believed(id)
        if found is not None and (id == "survival" or id in facts):
            together.setdefault(found, []).append(say("survival") if id == "survival" else facts.called(id))
    return {
        "belief_columns": (say("outcome"), say("for it"), say("against it")),
        "belief_rows": [
            (cap("; ".join(names)), say(found.speaks_for), say(found.against)) for found, names in together.items()
        ],
    }
