"""Worlds on the same draws, and what could be seen before: `compare` and `signals`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from multivector.api.result import Result, histories_of
from multivector.api.running import run
from multivector.errors import BadInput, Problem
from multivector.results.store import Stored, open_result

if TYPE_CHECKING:
    from multivector.analysis.comparing.comparison import Comparison, Several
    from multivector.analysis.reading import Histories
    from multivector.analysis.signals import Signals

World = Result | str | Path
"""What `compare` takes: a result, its folder, or a scenario."""


@overload
def compare(
    a: World,
    b: World,
    /,
    *,
    replicates: int | None = ...,
    seed: int | None = ...,
    outcomes: Sequence[str] | Literal["all"] | None = ...,
    joint: bool = ...,
    why: int = ...,
    stability: int = ...,
    politics: int = ...,
    workers: int | None = ...,
    out: str | Path | None = ...,
) -> Comparison: ...


@overload
def compare(
    *worlds: World,
    replicates: int | None = ...,
    seed: int | None = ...,
    outcomes: Sequence[str] | Literal["all"] | None = ...,
    joint: bool = ...,
    why: int = ...,
    stability: int = ...,
    politics: int = ...,
    workers: int | None = ...,
    out: str | Path | None = ...,
) -> Comparison | Several: ...


def compare(
    *worlds: World,
    replicates: int | None = None,
    seed: int | None = None,
    outcomes: Sequence[str] | Literal["all"] | None = None,
    joint: bool = False,
    why: int = 0,
    stability: int = 0,
    politics: int = 0,
    workers: int | None = 1,
    out: str | Path | None = None,
) -> Comparison | Several:
    """Compare worlds on the same draws: the same as `multivector compare`, with the same numbers.

    Parameters
    ----------
    worlds
        Two or more of: a `Result`, the folder of a result, a scenario (a file or a shipped name, with changes after
        plus signs: ``after-2022+KAZ=west-pivot``). Scenarios are run.
    replicates, seed
        Of the scenarios that are run; if not said, those of the first result among the worlds, else 1,000 and 0.
    outcomes
        Ids to judge, or ``all``; some fifteen if not said.
    joint
        Intervals that hold for all verdicts together.
    why, stability, politics
        So many histories are played again to tell the move in which two worlds part and through what their incomes
        differ; whether verdicts stand; votes by who asks, ladders in both orders of play, and what moves are worth. 0
        leaves it out. What is found stands in `Comparison.more`.
    workers, out
        As in `run`, for the scenarios that are run: processes; a folder of results, where what is stored is read.

    Returns
    -------
    Comparison, or Several for more than two worlds
        With ``frame()``, ``plain()`` and, of two, rows by outcome: ``compare(a, b)["real_income"].verdict``.

    Raises
    ------
    NotComparable
        They do not share their luck, calendar, model or histories; the message says what would help.
    BadInput
        Something is wrong with a scenario or an argument.

    Examples
    --------
    >>> small = "after-2022+calendar.turns=2+decision.rule=random"
    >>> found = compare(small, f"{small}+KAZ=west-pivot", replicates=4)
    >>> found["real_income"].verdict, found.survival.n
    ('cannot tell', 4)
    >>> compare("after-2022")
    Traceback (most recent call last):
    multivector.errors.BadInput: worlds: found 1; allowed: two or more
    """
    from multivector.analysis.comparing.comparison import SHOWN, compare_histories, compare_several

    if len(worlds) < 2:
        raise BadInput([Problem("worlds", 0, 0, "", f"found {len(worlds)}", "two or more")])
    if len(worlds) > 2 and (why or stability or politics):
        raise BadInput([Problem("why, stability, politics", 0, 0, "", f"found {len(worlds)} worlds", "two")])
    found = _histories(worlds, replicates, seed, workers, out)
    judged = tuple(outcomes or SHOWN)
    if outcomes == "all":
        judged = tuple(id for id in found[0].names if all(id in each for each in found))
    if len(found) > 2:
        return compare_several(found, outcomes=judged, joint=joint)
    told = compare_histories(found[0], found[1], outcomes=judged, joint=joint)
    if why:
        from multivector.analysis.comparing.again import explain

        told.more.update(explain(found[0], found[1], told, most=why))
    if stability:
        from multivector.analysis.comparing.stability import stability as trials

        told.more["stability"] = trials(found[0], found[1], told, most=stability)
    if politics:
        from multivector.analysis.comparing.politics import politics as asked

        told.more["politics"] = asked(found[0], found[1], most=politics)
    return told


def signals(
    world: World,
    *,
    events: Sequence[str] = (),
    lead: int = 2,
    within: int = 4,
    replicates: int | None = None,
    seed: int | None = None,
    workers: int | None = 1,
    out: str | Path | None = None,
) -> Signals:
    """What could be seen before: the same as `multivector signals`, with the same numbers.

    Parameters
    ----------
    world
        A `Result`, the folder of a result, or a scenario, which is run; every quarter must have been recorded.
    events
        ``rung-3``, ``stop``, ``unrest``, ``red-lines``, a red line, or a bound such as ``'oil.exported<0.8'``.
    lead, within
        Quarters between a warning and the first in which the event may come; quarters in which it has to come.
    replicates, seed, workers, out
        As in `compare`, for a scenario that is run.

    Raises
    ------
    BadInput
        Something is wrong with the world or an event, or its histories are too short.

    Examples
    --------
    >>> small = "after-2022+calendar.turns=8+decision.rule=random"
    >>> signals(small, events=["unrest"], replicates=16).summary["events"][0]["verdict"]
    'cannot tell'
    """
    from multivector.analysis.signals import Signals
    from multivector.analysis.signals import signals as found

    if lead < 1 or within < 1:
        raise BadInput([Problem("lead, within", 0, 0, "", f"found {lead}, {within}", "1 or more")])
    histories = _histories([world], replicates, seed, workers, out)[0]
    return Signals(found(histories, events=events, lead=lead, within=within))


HISTORIES = 1000
"""Histories of a world that is run, if nothing is said."""


def _histories(
    worlds: Sequence[World], replicates: int | None, seed: int | None, workers: int | None, out: str | Path | None
) -> list[Histories]:
    """The histories of all worlds; what is no result is run with the number and the seed of one that is."""
    from multivector.analysis.reading import open_histories
    from multivector.analysis.worlds import split
    from multivector.results.store import MANIFEST

    known: list[Result | Stored | None] = []
    for world in worlds:
        if isinstance(world, Result):
            known.append(world if world.folder is None else open_result(world.folder))
        else:
            known.append(open_result(world) if (Path(world) / MANIFEST).is_file() else None)
    first = next((each for each in known if each is not None), None)
    count, root = HISTORIES, 0
    if isinstance(first, Result):
        count, root = first.replicates, first.seed
    elif first is not None:
        count, root = int(first.manifest["replicates"]), int(first.manifest["seed"])
    count, root = count if replicates is None else replicates, root if seed is None else seed
    found: list[Histories] = []
    for world, there in zip(worlds, known, strict=True):
        if there is None:
            name, overrides, doctrines = split(str(world))
            there = run(name, count, root, overrides=overrides, doctrines=doctrines, workers=workers, out=out)
            there = there if there.folder is None else open_result(there.folder)
        found.append(histories_of(there) if isinstance(there, Result) else open_histories(there))
    return found
