"""What an early warning is asked to foresee: when something first happened in each history, and which outcomes say so
themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from multivector.analysis.comparing.again import scenarios
from multivector.analysis.reading import Histories
from multivector.analysis.statistics.paired import Array
from multivector.errors import BadInput, Problem
from multivector.schema import RedLine

RUNG, STOP, UNREST, ANY = "rung-3", "stop", "unrest", "red-lines"
USUAL = (RUNG, STOP, UNREST, ANY)
"""What is foreseen if nothing is said."""
THIRD, RESTLESS = 3.0, 1.0
LARGE, FALL = 0.5, 0.25
"""The main way of the oil stops if it carried half of it or more and carries a quarter less than the quarter before: a
full stop of three weeks or longer."""
Flags = NDArray[np.bool_]
_BOUND = re.compile(r"([\w.-]+?)(>=|<=|>|<)(-?\d+(?:\.\d+)?)\Z")
_SAYS = {
    "relation": ("goodwill.{of}", "goodwill_floor"), "income-against-benchmark": ("income_vs_benchmark",),
    "rung": ("rung.{of}",), "exportable-oil": ("oil.exported",), "approval-mean": ("approval", "legitimacy"),
    "unrest": ("unrest",), "inflation": ("inflation",),
}  # fmt: skip
"""The outcomes that show the measure of a red line."""


@dataclass(frozen=True)
class Occurrence:
    """Something that may happen in each history, once or again and again.

    Attributes
    ----------
    id, title : its name, and what it is.
    starts : quarters in which it begins, ``[turn, replicate]``.
    going : quarters in which it goes on, or after which it cannot begin any more: nobody is warned there.
    own : outcomes that define it: they are no warning of it.
    """

    id: str
    title: str
    starts: Flags
    going: Flags
    own: frozenset[str]


def occurrences(world: Histories, asked: Sequence[str] = ()) -> list[Occurrence]:
    """What is to be foreseen.

    Parameters
    ----------
    world : histories with every quarter.
    asked : ``rung-3`` (a sanctioner reaches rung 3), ``stop`` (the main way of the oil does), ``unrest``,
        ``red-lines`` (the first of any), the id of a red line, or a bound on an outcome such as ``'oil.exported<0.8'``;
        the first four if nothing is said.

    Raises
    ------
    BadInput
        Something is none of these; all of them at once.
    """
    found, problems = [], []
    for name in dict.fromkeys(asked or USUAL):
        made = _one(world, name)
        if made is None:
            known = ", ".join((*USUAL, *(line for line in world.first if line not in USUAL)))
            allowed = f"{known}, or a bound such as 'oil.exported<0.8'"
            problems.append(Problem("--event", 0, 0, "", f'found "{name[:60]}"', allowed))
        else:
            found.append(made)
    if problems:
        raise BadInput(problems)
    return found


def refuse(asked: Sequence[str]) -> None:
    """Refuse, before anything is played, what cannot be the name of an event.

    Raises
    ------
    BadInput
        A text is neither a name nor a bound.
    """
    problems = [
        Problem("--event", 0, 0, "", f'found "{name[:60]}"', f"{', '.join(USUAL)}, a red line, or 'oil.exported<0.8'")
        for name in asked
        if not re.fullmatch(r"[a-z][a-z0-9-]*", name) and not _BOUND.fullmatch(name.replace(" ", ""))
    ]
    if problems:
        raise BadInput(problems)


def _one(world: Histories, name: str) -> Occurrence | None:
    if name == RUNG:
        ids = [id for id in world.names if id.startswith("rung.")]
        here = [world.of(id) >= THIRD for id in ids]
        return Occurrence(name, "a sanctioner reaches rung 3", *_once(_any(world, here)), frozenset(ids))
    if name == STOP:
        ids = [id for id in world.names if id.startswith("oil.") and world.dictionary[id].unit.startswith("Mt")]
        title = "the main oil pipeline stops for three weeks or more"
        own = {id for id in world.names if id.startswith("oil.")}
        return Occurrence(name, title, *_again(_any(world, _stops([world.of(id) for id in ids]))), frozenset(own))
    if name == UNREST and UNREST in world:
        here = [world.of(UNREST) >= RESTLESS]
        return Occurrence(name, "unrest of grade 1 or more", *_again(_any(world, here)), frozenset((UNREST,)))
    if name == ANY or name in world.first:
        lines = list(world.first) if name == ANY else [name]
        turns = np.arange(len(world.quarters))[:, None]
        crossed = _any(world, [turns == world.first[line] for line in lines])
        title = "any red line" if name == ANY else world.line_titles.get(name, name)
        rules = scenarios(world)[0].red_lines
        own = {id for line in lines for id in says(rules[line])}
        return Occurrence(name, title, *_once(crossed), frozenset(own))
    bound = _BOUND.fullmatch(name.replace(" ", ""))
    if bound and bound[1] in world:
        values, at = world.of(bound[1]), float(bound[3])
        ways = {">": values > at, ">=": values >= at, "<": values < at, "<=": values <= at}
        title = f"{world.dictionary[bound[1]].title} {bound[2]} {bound[3]}"
        return Occurrence(name, title, *_again(_any(world, [ways[bound[2]]])), frozenset((bound[1],)))
    return None


def says(line: RedLine) -> list[str]:
    """Outcomes that show the measure of a red line.

    Examples
    --------
    >>> from multivector.scenario import load
    >>> says(load("after-2022").red_lines["goodwill-russia"])
    ['goodwill.RUS', 'goodwill_floor']
    """
    return [id.format(of=line.of) for id in _SAYS.get(line.measure, ())]


def _stops(flows: Sequence[Array]) -> list[Flags]:
    """Where an oil corridor that mattered the quarter before carries much less, ``[turn, replicate]`` by corridor."""
    total = np.sum(flows, axis=0) if flows else np.zeros((0, 0))
    out = []
    for flow in flows:
        fell = np.zeros(flow.shape, bool)
        fell[1:] = (flow[:-1] >= LARGE * total[:-1]) & (flow[1:] <= (1.0 - FALL) * flow[:-1])
        out.append(fell)
    return out


def _any(world: Histories, here: Sequence[Flags]) -> Flags:
    """Where one of several things is so, ``[turn, replicate]``."""
    some = np.zeros((len(world.quarters), len(world.ids)), bool)
    for each in here:
        some |= each
    return some


def _again(here: Flags) -> tuple[Flags, Flags]:
    """Where it begins, of what may come again; and where it goes on."""
    before = np.zeros_like(here)
    before[1:] = here[:-1]
    return here & ~before, here


def _once(here: Flags) -> tuple[Flags, Flags]:
    """Where it first is so; and all quarters from then on."""
    since = np.logical_or.accumulate(here, axis=0)
    return _again(since)
