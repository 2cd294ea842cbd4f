"""How far the five results can be believed, as a class reads it: a sentence for, one against, and the record."""

from __future__ import annotations

from multivector.classroom.lesson.words import say, word
from multivector.classroom.playing.worlds import GAUGES
from multivector.experiment.shipped.evidence import ALL, NONE, SOME, believed
from multivector.language import Speaker

MARKS = {ALL: "●", SOME: "◐", NONE: "○", "": "·"}
"""How many of the facts on record that bear on an outcome the model hits, as the command line marks it."""


def told(outcome: str, language: str) -> dict[str, str] | None:
    """What speaks for an outcome, what against it, and how many facts on record it hits; None where nothing is written.

    Examples
    --------
    >>> found = told("oil.exported", "en")
    >>> found["mark"], found["words"]
    ('○', 'None of the facts on record that bear on it is hit.')
    >>> told("no-such-outcome", "en") is None
    True
    """
    found, speak = believed(outcome), say(language)
    if found is None:
        return None
    return {"for": speak(found.speaks_for), "against": speak(found.against), "record": found.record,
            "mark": MARKS[found.record], "words": _words(found.record, speak),
            "brief": _brief(found.record, speak)}  # fmt: skip


def _words(record: str, say: Speaker) -> str:
    if record == ALL:
        return say("All facts on record that bear on it are hit.")
    if record == SOME:
        return say("Some of the facts on record that bear on it are hit.")
    if record == NONE:
        return say("None of the facts on record that bear on it is hit.")
    return say("No fact on record bears on it.")


def _brief(record: str, say: Speaker) -> str:
    """What a mark stands for, beside it."""
    brief = {ALL: say("all facts hit"), SOME: say("some facts hit"), NONE: say("no fact hit")}
    return brief.get(record) or say("no fact")


def of_all(language: str) -> list[dict[str, str]]:
    """The same of each of the five results, with its name.

    Examples
    --------
    >>> [row["mark"] for row in of_all("kk")]
    ['◐', '○', '·', '·', '·']
    """
    rows = ((id, told(id, language)) for id in GAUGES)
    return [{"id": id, "name": word("gauges", id, language), **found} for id, found in rows if found is not None]
