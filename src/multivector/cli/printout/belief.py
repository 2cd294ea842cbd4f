"""How far to believe what is printed: marks of the record before outcomes, and two sentences of each."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from multivector.cli.common import ENGLISH, RECORD, headed
from multivector.errors import BadInput
from multivector.experiment.shipped.evidence import believed, record
from multivector.experiment.shipped.rests import behind
from multivector.experiment.telling import wording
from multivector.language import Speaker
from multivector.scenario.find import find

Rests = Mapping[str, Any] | None


def mark(outcome: str) -> str:
    """How many of the facts that bear on an outcome are hit, as a mark.

    Examples
    --------
    >>> mark("oil.through_russia"), mark("middle.volume"), mark("composite")
    ('●', '○', '·')
    """
    return RECORD[record(outcome)]


def legend(say: Speaker = ENGLISH) -> str:
    """How marks are read."""
    marks = dict(zip(("all", "some", "none", "without"), RECORD.values(), strict=False))
    return say("facts on record: {all} all hit  {some} some hit  {none} none hit  {without} no fact", **marks)


def sentences(outcome: str, columns: int, say: Speaker = ENGLISH, rests: Rests = None) -> Iterator[str]:
    """What speaks for an outcome, what against it and, where `rests` is that of a run, on what its variance rests;
    nothing where nothing is written.

    Examples
    --------
    >>> print("\\n".join(sentences("oil.through_russia", 80)))
      for it: In 2022 96% of exported oil crosses Russia in the model, 97% on
        record.
      against it: The model can hardly miss this share: the routes that avoid Russia
        are small in any case.
    """
    found = believed(outcome)
    if found is None:
        return
    said = [(say("for it"), say(found.speaks_for)), (say("against it"), say(found.against))]
    said.append((say("rests on"), wording.shares(say, behind(rests, outcome))))
    for label, text in said:
        if text:
            yield from textwrap.wrap(f"{label}: {text}", columns, initial_indent="  ", subsequent_indent="    ")


def pointed(scenario: str, outcome: str, columns: int, say: Speaker = ENGLISH) -> Iterator[str]:
    """How the marks before outcomes are read, and the ways to what speaks for them and against them.

    Examples
    --------
    >>> [list(pointed(world, "real_income", 80))[-1].split()[0] for world in ("after-2022", "lesson-after-2022")]
    ['multivector', 'HOW']
    """
    yield from headed(say("HOW SURE"), legend(say), columns, say)
    if not _known(scenario):
        return
    text = say("what speaks for each outcome and against it: --evidence; with the facts on record:")
    yield from textwrap.wrap(text, columns, initial_indent=" ", subsequent_indent=" ")
    yield f" multivector describe {scenario} --outcome {outcome}"


def _known(scenario: str) -> bool:
    """Whether `describe` would find it: the world of a class goes by its lesson's name, which is no scenario's."""
    try:
        find(scenario)
    except BadInput:
        return False
    return True


def how_sure(
    outcomes: Iterable[tuple[str, str]], columns: int, say: Speaker = ENGLISH, rests: Rests = None
) -> Iterator[str]:
    """Of each outcome (id and title) that a printout is about: its mark, what speaks for it, what against, and on what
    its variance rests."""
    yield from headed(say("HOW SURE"), legend(say), columns, say)
    for id, title in dict(outcomes).items():
        if believed(id) is not None:
            yield f"{mark(id)} {title}"
            yield from sentences(id, columns, say, rests)
