"""How far outcomes can be believed: a sentence for and one against, where an outcome is shown."""

from __future__ import annotations

from collections.abc import Iterator

from multivector.experiment.shipped.evidence import Believed, believed
from multivector.report.facts import Facts
from multivector.report.sentences import cap


def beside(facts: Facts, outcome: str) -> tuple[str, str] | None:
    """What speaks for and against an outcome, in the reader's language; None where nothing is written."""
    found = believed(outcome)
    return None if found is None else (facts.say(found.speaks_for), facts.say(found.against))


def rows(facts: Facts) -> Iterator[tuple[str, str, str]]:
    """Names of all outcomes of a result, what speaks for them, what against; those of one judgement together."""
    together: dict[Believed, list[str]] = {}
    for id in facts.histories.dictionary:
        found = believed(id) if id in facts else None
        if found is not None:
            together.setdefault(found, []).append(facts.called(id))
    for found, names in together.items():
        yield cap("; ".join(names)), facts.say(found.speaks_for), facts.say(found.against)
