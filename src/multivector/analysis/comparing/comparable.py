"""Whether results may be compared: the same luck, calendar, model and histories. Else the reason, and what to do."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from multivector.analysis.reading import SCENARIO, Histories
from multivector.errors import NotComparable


def require_comparable(worlds: Sequence[Histories]) -> None:
    """Check that all worlds can be compared with the first.

    Raises
    ------
    NotComparable
        With every reason, and the command that would make the worlds comparable where there is one.
    """
    problems: list[str] = []
    for number, other in enumerate(worlds[1:], start=1):
        found = list(_problems(worlds[0], other, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[min(number, 25)]))
        problems += [p for p in found if p not in problems]
    if problems:
        raise NotComparable("\n".join(problems))


def _problems(a: Histories, b: Histories, name: str) -> Iterator[str]:
    if a.facts["digests"]["model"] != b.facts["digests"]["model"]:
        models = " and ".join(str(w.facts["digests"]["model"])[:8] for w in (a, b))
        yield (
            f"A and {name} cannot be compared: they were made by different versions of the model or its figures "
            f"({models}).\nMake both again: {_again(a, a)}; {_again(b, a)}"
        )
        return
    if a.head["focus"] != b.head["focus"]:
        yield f"A and {name} cannot be compared: A is about {a.head['focus']}, {name} about {b.head['focus']}."
        return
    if list(a.head["quarters"]) != list(b.head["quarters"]):
        when = [f"{w.head['first']} to {w.head['last']}" for w in (a, b)]
        change = f" --set calendar.start={a.head['first']} --set calendar.turns={a.head['turns']}"
        yield (
            f"A and {name} cannot be compared: different calendars (A {when[0]}, {name} {when[1]}).\n"
            f"To make them comparable: {_again(b, a, change)}"
        )
        return
    if a.facts.get("uncertainty") != b.facts.get("uncertainty"):
        drawn, other = ("A", name) if a.facts.get("uncertainty") else (name, "A")
        yield (
            f"A and {name} cannot be compared: {drawn} draws its uncertain numbers anew for each history, {other} does "
            "not.\nRun both with --uncertainty, or both without."
        )
    if a.facts["seed"] != b.facts["seed"]:
        yield (
            f"A and {name} cannot be compared: different luck (A has seed {a.facts['seed']}, {name} "
            f"{b.facts['seed']}).\nTo make them comparable: {_again(b, a)}"
        )
    elif a.facts["replicates"] != b.facts["replicates"]:
        short, long = (a, b) if a.facts["replicates"] < b.facts["replicates"] else (b, a)
        yield (
            f"A and {name} cannot be compared: different histories (A has {a.facts['replicates']:,}, {name} "
            f"{b.facts['replicates']:,}).\nTo make them comparable: {_again(short, long)}"
        )
    elif a.quarters != b.quarters:
        short = a if len(a.quarters) < len(b.quarters) else b
        yield (
            f"A and {name} cannot be compared: one keeps every quarter, the other the last alone.\n"
            f"To make them comparable: {_again(short, a)} --record outcomes --force"
        )
    elif not len(common(a, b)):
        yield f"A and {name} cannot be compared: there is no history that was finished in both."


def common(*worlds: Histories) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Replicates that were finished in all worlds."""
    ids = worlds[0].ids
    for other in worlds[1:]:
        ids = np.intersect1d(ids, other.ids, assume_unique=True)
    return ids


def _again(world: Histories, like: Histories, change: str = "") -> str:
    """The command that plays a world again with the seed and the number of histories of another."""
    kept = Path(world.place) / SCENARIO
    name = shlex.quote(str(kept)) if kept.is_file() else world.facts["scenario"]
    return f"multivector run {name}{change} --replicates {like.facts['replicates']} --seed {like.facts['seed']}"
