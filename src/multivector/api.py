"""The Python interface: run a scenario, get its numbers, compare.

>>> import multivector as mv
>>> result = mv.run("after-2022", 2, overrides={"calendar.turns": 2, "decision.rule": "random"})
>>> result.outcome("real_income").shape
(2, 2)
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np

from multivector.errors import BadInput, Problem
from multivector.experiment.ensembles.running import Memory, Request, Run
from multivector.experiment.ensembles.saving import finish, stored_run
from multivector.experiment.histories import replicates as blocks
from multivector.experiment.histories.arms import PRIOR, Arms, prepare
from multivector.experiment.histories.replicates import LEVELS, Done, Level, default_level
from multivector.experiment.shipped.posterior import POSTERIOR
from multivector.results.files import FORMATS
from multivector.results.store import Stored, Writer, json_bytes, open_result
from multivector.results.tables import Table

if TYPE_CHECKING:
    import pandas
    from numpy.typing import NDArray

    from multivector.analysis.comparing.comparison import Comparison, Several
    from multivector.analysis.reading import Histories
    from multivector.analysis.signals import Signals

Form = Literal["parquet", "csv"]


@dataclass(frozen=True)
class Result:
    """Histories of one scenario, in memory or in a folder.

    Attributes
    ----------
    arms : the scenario that was run, and its benchmark.
    seed, replicates, level : as asked.
    summary : every figure of the printout, as `multivector run --json` has it.
    failures : replicates without numbers: (replicate, stage, message).
    command : the call that made it.
    folder : where it is stored, None if in memory alone.

    Examples
    --------
    >>> result = run("after-2022", 2, overrides={"calendar.turns": 2, "decision.rule": "random"})
    >>> result.frame().columns.tolist()
    ['point', 'replicate', 'turn', 'actor', 'outcome', 'value']
    >>> float(result.outcome("real_income")[-1].mean()) > 0.9
    True
    """

    arms: Arms
    seed: int
    replicates: int
    level: Level
    summary: dict[str, Any]
    failures: list[tuple[int, str, str]]
    command: str
    folder: Path | None = None
    _tables: dict[str, list[Table]] = field(default_factory=dict, repr=False)
    _done: Done | None = field(default=None, repr=False)

    def _parts(self, table: str) -> list[Table]:
        if table not in self._tables and self.folder is not None:
            found = Stored(self.folder, {}).table(table)
            if found is not None:
                self._tables[table] = [found]
        return self._tables[table]

    def columns(self, table: str = "outcomes") -> dict[str, NDArray[Any]]:
        """A table as NumPy arrays by column.

        Parameters
        ----------
        table : ``outcomes``, ``lines``, ``votes``; ``moves`` and ``flows`` if everything was recorded; ``uncertain`` if
            numbers were drawn.

        Raises
        ------
        KeyError
            There is no such table.
        """
        from multivector.analysis.frames import table_columns

        return table_columns(self._parts(table))

    def frame(self, table: str = "outcomes") -> pandas.DataFrame:
        """A table as a pandas data frame (tidy: point, replicate, turn, actor, outcome, value).

        Raises
        ------
        ImportError
            pandas is not installed; `columns` works without it.
        KeyError
            There is no such table.
        """
        from multivector.analysis.frames import table_frame

        return table_frame(self._parts(table))

    def outcome(self, id: str) -> NDArray[np.float64]:
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

    def orders(self, most: int = 256) -> dict[str, Any]:
        """Which conclusions hold in both orders of play: what `multivector run --both-orders` tells, as plain data.

        Parameters
        ----------
        most : histories played in each order, from the first on.

        Raises
        ------
        BadInput
            The histories have uncertain numbers of their own.
        RunFailed
            No history could be finished in both orders.
        """
        from multivector.analysis.comparing.orders import orders
        from multivector.analysis.reading import open_histories

        world = _of_result(self) if self.folder is None else open_histories(open_result(self.folder))
        return told_plainly(orders(world, most=most))

    def save(self, out: str | Path = "results", *, form: Form = "parquet") -> Path:
        """Write the result as a folder, as `multivector run` does, and return its path; a stored one is copied.

        Raises
        ------
        RunFailed
            The folder cannot be written.
        BadInput
            It is stored in another form.
        """
        if self.folder is not None:
            return self._copy(Path(out), form)
        assert self._done is not None
        with Writer(Path(out), self.arms.name(seed=self.seed, replicates=self.replicates), form) as writer:
            for table, parts in self._tables.items():
                for part in parts:
                    writer.add(table, part)
            return finish(
                writer, self.arms, seed=self.seed, replicates=self.replicates, level=self.level, done=self._done,
                command=self.command,
            )  # fmt: skip

    def _copy(self, out: Path, form: str) -> Path:
        assert self.folder is not None
        if not (self.folder / f"outcomes.{form}").is_file():
            raise BadInput([Problem("form", 0, 0, "", f'found "{form}"', f"the form of the tables in {self.folder}")])
        target = out / self.folder.name
        if not target.exists():
            shutil.copytree(self.folder, target)
        return target


def run(
    scenario: str | Path,
    replicates: int = 1,
    seed: int = 0,
    *,
    overrides: Mapping[str, object] | None = None,
    doctrines: Mapping[str, str] | None = None,
    order: str | None = None,
    record: Level | None = None,
    uncertainty: Literal["prior", "posterior"] | None = None,
    workers: int | None = 1,
    out: str | Path | None = None,
    form: Form = "parquet",
    resume: bool = False,
    force: bool = False,
) -> Result:
    """Run a scenario, with its benchmark on the same draws if it names one: the same numbers as `multivector run`.

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
    uncertainty
        ``prior`` to draw what the scenario calls uncertain anew for every history, ``posterior`` to draw one of the
        vectors of numbers that the facts leave plausible.
    workers
        Processes that play more than 256 histories; None for as many as processors. In a script, more than one of them
        begin by importing the script: call this under ``if __name__ == "__main__":``. No number depends on it.
    out
        Folder of results: the result is kept there as a folder, and one that is there is read and not computed again.
        Without it everything stays in memory.
    form
        With `out`: ``parquet`` or ``csv`` tables.
    resume, force
        With `out`: go on with what an interrupted run has left; compute again even if the result is stored.

    Returns
    -------
    Result
        With `Result.frame` and `Result.summary`.

    Raises
    ------
    BadInput
        Something is wrong with the scenario or an argument.
    RunFailed
        The result cannot be written, or workers cannot be had.

    Examples
    --------
    >>> result = run("after-2022", 2, overrides={"calendar.turns": 2, "decision.rule": "random"})
    >>> result.summary["ensemble"]["headline"]["n"]
    2
    >>> run("after-2022", replicates=0)
    Traceback (most recent call last):
    multivector.errors.BadInput: replicates: found 0; allowed: 1 or more
    """
    problems = []
    if replicates < 1:
        problems.append(Problem("replicates", 0, 0, "", f"found {replicates}", "1 or more"))
    if workers is not None and workers < 1:
        problems.append(Problem("workers", 0, 0, "", f"found {workers}", "1 or more, or None for all processors"))
    if out is None and (resume or force):
        problems.append(Problem("out", 0, 0, "", "found resume or force without a folder", "a folder of results"))
    allowed = (("record", record, LEVELS), ("uncertainty", uncertainty, (PRIOR, POSTERIOR)), ("form", form, FORMATS))
    for name, value, known in allowed:
        if value not in (None, *known):
            problems.append(Problem(name, 0, 0, "", f'found "{value}"', " or ".join(known)))
    if problems:
        raise BadInput(problems)
    texts = {path: set_text(value) for path, value in (overrides or {}).items()}
    arms = prepare(scenario, overrides=texts, doctrines=doctrines, order=order, uncertainty=uncertainty)
    level = record or default_level(replicates)
    said = {"seed": seed or None, "overrides": overrides, "doctrines": doctrines, "order": order}
    said |= {"record": record, "uncertainty": uncertainty}
    named = [f", {name}={_plain(value)!r}" for name, value in said.items() if value]
    command = f"multivector.run({str(scenario)!r}, {replicates}{''.join(named)})"
    request = Request(arms, seed, replicates, level)
    if out is not None:
        stored = None if force else stored_run(
            arms, seed=seed, replicates=replicates, level=level, form=form, out=Path(out)
        )  # fmt: skip
        return _of_stored(stored or _keep(request, Path(out), form, workers, resume, force, command), arms)
    if workers != 1 and replicates > blocks.CHUNK:
        from multivector.experiment.ensembles.gathering import gather

        sink, done = gather(request, workers)
    else:
        sink = Memory()
        done = Run(request, sink).perform()
    failures = [(f.replicate, f.stage, f.message) for f in done.failures]
    return Result(
        arms, seed, replicates, level, told_plainly(done.summary), failures, command, None, sink.tables, done
    )  # fmt: skip


def set_text(value: object) -> str:
    """A value as ``--set`` takes it: text as it stands, anything else as YAML.

    Examples
    --------
    >>> set_text("hedge"), set_text(0.5), set_text(None), set_text((1, 2)), set_text(np.float64(0.1))
    ('hedge', '0.5', 'null', '[1, 2]', '0.1')
    """
    import json

    return value if isinstance(value, str) else json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    """NumPy's numbers as Python's, tuples as lists, all the way down."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value.tolist() if hasattr(value, "tolist") else str(value) if isinstance(value, Path) else value


def told_plainly(summary: dict[str, Any]) -> dict[str, Any]:
    """A summary as ``--json`` prints it: what is not known is None."""
    import json

    out: dict[str, Any] = json.loads(json_bytes(summary))
    return out


class _Unwatched:
    """Nobody is told how a run goes on."""

    def begin(self, planned: int, done: int, per_history: int) -> None:
        """Nothing."""

    def __call__(self, count: int) -> None:
        """Nothing."""


def _keep(
    request: Request, out: Path, form: str, workers: int | None, resume: bool, force: bool, command: str
) -> Stored:
    """Run into a folder, as the command does."""
    from multivector.experiment.ensembles.ensemble import Ensemble, local

    if request.replicates > blocks.CHUNK:
        hands = local(workers)
        return open_result(
            Ensemble(request, out, form, hands, _Unwatched(), command, resume=resume, force=force).perform()
        )
    arms, seed, replicates = request.arms, request.seed, request.replicates
    with Writer(out, arms.name(seed=seed, replicates=replicates), form) as writer:
        done = Run(request, writer).perform()
        return open_result(
            finish(writer, arms, seed=seed, replicates=replicates, level=request.level, done=done, command=command)
        )


def _of_stored(stored: Stored, arms: Arms) -> Result:
    facts = stored.manifest
    failures = [(int(f["replicate"]), str(f["stage"]), str(f["message"])) for f in stored.failures()]
    return Result(
        arms, facts["seed"], facts["replicates"], facts["level"], stored.summary, failures, facts["command"],
        stored.folder,
    )  # fmt: skip


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
        found.append(_of_result(there) if isinstance(there, Result) else open_histories(there))
    return found


def _of_result(result: Result) -> Histories:
    """The histories of a result that may not be stored."""
    from multivector.analysis.reading import LINES, OUTCOMES, histories, joined
    from multivector.experiment.ensembles.saving import manifest, scenario_text

    arms, tables, done = result.arms, result._tables, result._done
    assert done is not None
    facts = manifest(arms, seed=result.seed, replicates=result.replicates, level=result.level)
    other = None if arms.benchmark is None else scenario_text(arms.benchmark)
    return histories(
        facts, result.summary, done.dictionary, joined(tables.get("outcomes", []), OUTCOMES),
        joined(tables.get("lines", []), LINES), (scenario_text(arms.scenario), other),
        arms.name(seed=result.seed, replicates=result.replicates), (arms.scenario, arms.benchmark),
    )  # fmt: skip
