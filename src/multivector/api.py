"""The Python interface: run a scenario, get its numbers, compare.

>>> import multivector
>>> callable(multivector.run)
True
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from multivector.errors import BadInput, Problem
from multivector.experiment.arms import Arms, prepare
from multivector.experiment.replicates import Done, Level, default_level
from multivector.experiment.running import Memory, Request, Run
from multivector.experiment.saving import finish
from multivector.results.store import Writer
from multivector.results.tables import Table, Words

if TYPE_CHECKING:
    from multivector.analysis.comparison import Comparison, Several
    from multivector.analysis.reading import Histories


@dataclass(frozen=True)
class Result:
    """Histories of one scenario.

    Attributes
    ----------
    arms : the scenario that was run, and its benchmark.
    seed, replicates, level : as asked.
    summary : every figure of the printout, as plain data.
    failures : replicates without numbers: (replicate, stage, message).
    """

    arms: Arms
    seed: int
    replicates: int
    level: Level
    summary: dict[str, Any]
    failures: list[tuple[int, str, str]]
    _tables: dict[str, list[Table]]
    _done: Done

    def columns(self, table: str = "outcomes") -> dict[str, Any]:
        """A table as NumPy arrays by column.

        Parameters
        ----------
        table : ``outcomes``, ``lines``, ``votes``; ``moves`` and ``flows`` if everything was recorded.

        Raises
        ------
        KeyError
            There is no such table.
        """
        parts = self._tables[table]
        out = {}
        for name in parts[0]:
            columns = [part[name] for part in parts]
            out[name] = np.concatenate([c.plain() if isinstance(c, Words) else np.asarray(c) for c in columns])
        return out

    def frame(self, table: str = "outcomes") -> Any:
        """A table as a pandas data frame (tidy: point, replicate, turn, actor, outcome, value).

        Raises
        ------
        ImportError
            pandas is not installed; `columns` works without it.
        KeyError
            There is no such table.
        """
        import importlib

        return importlib.import_module("pandas").DataFrame(self.columns(table))

    def outcome(self, id: str) -> Any:
        """One outcome as ``[turn, replicate]``, turns in order; only replicates that did not fail.

        Raises
        ------
        KeyError
            There is no such outcome.
        """
        columns = self.columns()
        here = columns["outcome"] == id
        if not here.any():
            raise KeyError(f"no outcome {id!r}; see multivector.outcomes.OUTCOMES")
        turns, row = np.unique(columns["turn"][here], return_inverse=True)
        ids, place = np.unique(columns["replicate"][here], return_inverse=True)
        out = np.full((len(turns), len(ids)), np.nan)
        out[row, place] = columns["value"][here]
        return out

    def save(self, out: str | Path = "results", *, form: str = "parquet") -> Path:
        """Write the result as a folder, as `multivector run` does, and return its path."""
        name = self.arms.name(seed=self.seed, replicates=self.replicates)
        with Writer(Path(out), name, form) as writer:
            for table, parts in self._tables.items():
                for part in parts:
                    writer.add(table, part)
            return finish(
                writer, self.arms, seed=self.seed, replicates=self.replicates, level=self.level, done=self._done,
                command=f'multivector.run("{self.arms.scenario.id}")',
            )  # fmt: skip


def run(
    scenario: str | Path,
    replicates: int = 1,
    seed: int = 0,
    *,
    overrides: Mapping[str, object] | None = None,
    doctrines: Mapping[str, str] | None = None,
    order: str | None = None,
    record: Level | None = None,
) -> Result:
    """Run a scenario, with its benchmark on the same draws if it names one.

    Parameters
    ----------
    scenario
        A file or the name of a shipped one.
    replicates
        Number of histories; replicate k is the same whatever their number.
    seed
        Root of all draws.
    overrides
        Dotted path -> value, as with ``--set`` on the command line.
    doctrines
        Actor -> doctrine.
    order
        ``sequential`` or ``simultaneous``.
    record
        ``summary``, ``outcomes`` or ``full``; by default everything for up to 20 histories, else outcomes.

    Returns
    -------
    Result
        With `Result.frame` and `Result.summary`.

    Raises
    ------
    BadInput
        Something is wrong with the scenario or an argument.

    Examples
    --------
    >>> run("after-2022", replicates=0)
    Traceback (most recent call last):
    multivector.errors.BadInput: replicates: found 0; allowed: 1 or more
    """
    if replicates < 1:
        raise BadInput([Problem("replicates", 0, 0, "", f"found {replicates}", "1 or more")])
    texts = {path: str(value) for path, value in (overrides or {}).items()}
    arms = prepare(scenario, overrides=texts, doctrines=doctrines, order=order)
    level = record or default_level(replicates)
    sink = Memory()
    done = Run(Request(arms, seed, replicates, level), sink).perform()
    failures = [(f.replicate, f.stage, f.message) for f in done.failures]
    return Result(arms, seed, replicates, level, done.summary, failures, sink.tables, done)


World = Result | str | Path
"""What `compare` takes: a result, its folder, or a scenario."""


@overload
def compare(
    a: World,
    b: World,
    /,
    *,
    replicates: int = ...,
    seed: int = ...,
    outcomes: Sequence[str] | None = ...,
    joint: bool = ...,
    why: int = ...,
    stability: int = ...,
) -> Comparison: ...


@overload
def compare(
    *worlds: World,
    replicates: int = ...,
    seed: int = ...,
    outcomes: Sequence[str] | None = ...,
    joint: bool = ...,
    why: int = ...,
    stability: int = ...,
) -> Comparison | Several: ...


def compare(
    *worlds: World,
    replicates: int = 1000,
    seed: int = 0,
    outcomes: Sequence[str] | None = None,
    joint: bool = False,
    why: int = 0,
    stability: int = 0,
) -> Comparison | Several:
    """Compare worlds on the same draws: the same as `multivector compare`, with the same numbers.

    Parameters
    ----------
    worlds
        Two or more of: a `Result`, the folder of a result, a scenario (a file or a shipped name, with changes after
        plus signs: ``after-2022+KAZ=west-pivot``). Scenarios are run, and not stored.
    replicates, seed
        Of the scenarios that are run.
    outcomes
        Ids to judge; some fifteen if not said.
    joint
        Intervals that hold for all verdicts together.
    why, stability
        So many histories are played again to tell the move in which two worlds part and through what their incomes
        differ, and whether verdicts stand; 0 leaves it out.

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
    >>> compare("after-2022")
    Traceback (most recent call last):
    multivector.errors.BadInput: worlds: found 1; allowed: two or more
    """
    from multivector.analysis.comparison import SHOWN, compare_histories, compare_several

    if len(worlds) < 2:
        raise BadInput([Problem("worlds", 0, 0, "", f"found {len(worlds)}", "two or more")])
    if len(worlds) > 2 and (why or stability):
        raise BadInput([Problem("why, stability", 0, 0, "", f"found {len(worlds)} worlds", "two")])
    found = [_histories(world, replicates, seed) for world in worlds]
    judged = tuple(outcomes or SHOWN)
    if len(found) > 2:
        return compare_several(found, outcomes=judged, joint=joint)
    told = compare_histories(found[0], found[1], outcomes=judged, joint=joint)
    if why:
        from multivector.analysis.again import explain

        told.more.update(explain(found[0], found[1], told, most=why))
    if stability:
        from multivector.analysis.stability import stability as trials

        told.more["stability"] = trials(found[0], found[1], told, most=stability)
    return told


def _histories(world: World, replicates: int, seed: int) -> Histories:
    from multivector.analysis.reading import open_histories
    from multivector.analysis.worlds import split
    from multivector.results.store import MANIFEST, open_result

    if not isinstance(world, Result):
        if (Path(world) / MANIFEST).is_file():
            return open_histories(open_result(world))
        name, overrides, doctrines = split(str(world))
        world = run(name, replicates, seed, overrides=overrides, doctrines=doctrines)
    return _of_result(world)


def _of_result(result: Result) -> Histories:
    """The histories of a result that may not be stored."""
    from multivector.analysis.reading import LINES, OUTCOMES, histories, joined
    from multivector.experiment.saving import manifest, scenario_text

    arms, tables = result.arms, result._tables
    facts = manifest(arms, seed=result.seed, replicates=result.replicates, level=result.level)
    other = None if arms.benchmark is None else scenario_text(arms.benchmark)
    return histories(
        facts, result.summary, result._done.dictionary, joined(tables.get("outcomes", []), OUTCOMES),
        joined(tables.get("lines", []), LINES), (scenario_text(arms.scenario), other),
        arms.name(seed=result.seed, replicates=result.replicates), (arms.scenario, arms.benchmark),
    )  # fmt: skip
