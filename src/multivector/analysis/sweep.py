"""What a sweep says: of each point survival and outcomes with intervals, and its paired difference from the first."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from multivector.analysis.comparing.comparison import SHOWN, SURVIVAL_MARGIN
from multivector.analysis.frames import data_frame, parts_of, table_frame
from multivector.analysis.reading import LINES, OUTCOMES, joined
from multivector.analysis.sobol_points import sobol
from multivector.analysis.statistics.paired import paired, verdict
from multivector.analysis.statistics.shares import paired_shares
from multivector.analysis.statistics.student import student_quantile
from multivector.errors import BadInput, Problem
from multivector.experiment.ensembles.blockwise import Blockwise, Watcher
from multivector.experiment.ensembles.called import asked, called, set_text, set_texts
from multivector.experiment.ensembles.crew import Crew, local
from multivector.experiment.ensembles.design import (
    Axis,
    Point,
    axis,
    design,
    full,
    latin_hypercube,
    placed,
    points,
    ranges,
)
from multivector.experiment.ensembles.ensemble import common
from multivector.experiment.ensembles.jobs import as_files
from multivector.experiment.ensembles.keeping import Form, Keep, Kept
from multivector.experiment.ensembles.running import Memory
from multivector.experiment.ensembles.saving import (
    BENCHMARK,
    DICTIONARY,
    SCENARIO,
    dictionary_text,
    manifest,
    scenario_text,
)
from multivector.experiment.ensembles.sweep import Ends, Results, Sweep, plan, play, points_table
from multivector.experiment.ensembles.sweep_kept import Kept as OnDisk
from multivector.experiment.histories import replicates
from multivector.experiment.telling import summary as told
from multivector.outcomes import Outcome
from multivector.results.manifest import FORMAT
from multivector.results.parts import FINISHED, Parts, block_facts
from multivector.results.recorded import Array
from multivector.results.statistics import share
from multivector.results.store import FAILURES, SUMMARY, Writer, find_result, json_bytes, json_plain, open_result
from multivector.scenario import load

KIND = "sweep"
REPLICATES = 100
"""Histories of each point if nothing is said."""
DESIGN = "grid"


def planned(
    scenario: str | Path,
    *,
    vary: Sequence[str] = (),
    how: str = DESIGN,
    over: Sequence[str] = (),
    replicates: int = REPLICATES,
    seed: int = 0,
    overrides: Mapping[str, str] | None = None,
    doctrines: Mapping[str, str] | None = None,
    order: str | None = None,
) -> Sweep:
    """A sweep as the command line words it: points from lists and a design, checked and ready to play.

    Without lists and without a design that draws, the levers of the scenario are the lists.

    Raises
    ------
    BadInput
        Something is wrong with the scenario, a path, a value or the design; or there is nothing to vary.
    RunFailed
        A library that the design needs is not installed.
    """
    axes, chosen = [axis(text) for text in vary], design(how)
    if over and not chosen.drawn:
        raise BadInput(
            [Problem("--over", 0, 0, "", f"found --design {how}", "a design that draws, such as lhs:200 or sobol:256")]
        )
    made: list[Point] = []
    world = load(scenario, overrides=overrides) if chosen.drawn or not axes else None
    if not axes and not chosen.drawn and world is not None:
        # What the scenario itself says that its question varies.
        axes = [Axis(full(path), tuple(map(str, values))) for path, values in world.levers.items()]
    if chosen.drawn and world is not None:
        spreads = ranges(world, over, [each.path for each in axes])
        draw = sobol if chosen.kind == "sobol" else latin_hypercube
        made = placed(world, spreads, draw(sorted(spreads), chosen.drawn, seed))
    return plan(
        scenario, points(axes, chosen, made), seed=seed, replicates=replicates, overrides=overrides,
        doctrines=doctrines, order=order,
    )  # fmt: skip


def summarise(sweep: Sweep, played: Results) -> dict[str, Any]:
    """Every figure of the printout as plain data."""
    arms = sweep.arms
    out = told.head(arms, seed=sweep.seed, replicates=sweep.replicates, model=arms.model, digest=sweep.digest())
    names, first = [id for id in SHOWN if id in played.known], played.of(0)
    rows = [
        _point(k, point, played.of(k), first, {id: played.dictionary[id] for id in names})
        for k, point in enumerate(sweep.points)
    ]
    about = {
        id: {name: getattr(played.dictionary[id], name) for name in ("title", "unit", "margin", "direction")}
        for id in names
    }
    return {**out, "kind": KIND, "paths": list(sweep.paths), "shown": about, "points": rows,
            "failed": len(played.failures)}  # fmt: skip


def _point(k: int, values: Point, mine: Ends, first: Ends, names: Mapping[str, Outcome]) -> dict[str, Any]:
    none = np.full(len(mine.done), np.nan)
    row: dict[str, Any] = {
        "point": k, "values": dict(values), "n": int(mine.done.sum()), "failed": int((~mine.done).sum()),
        "survival": share(mine.survived[mine.done]), "outcomes": {id: mean(mine.end.get(id, none)) for id in names},
    }  # fmt: skip
    if k == 0:
        return row
    both = mine.done & first.done
    if both.any():
        gap = paired_shares(first.survived[both], mine.survived[both])
        row["survival"] |= _difference(gap.difference, gap.low, gap.high, int(both.sum()), SURVIVAL_MARGIN)
    for id, outcome in names.items():
        found = paired(first.end.get(id, none), mine.end.get(id, none))
        if found.n:
            row["outcomes"][id] |= _difference(found.difference, found.low, found.high, found.n, outcome.margin)
    return row


def _difference(value: float, low: float, high: float, n: int, margin: float) -> dict[str, Any]:
    answer = verdict(value, low, high, margin, n)
    return {"difference": value, "difference_low": low, "difference_high": high, "pairs": n, "verdict": answer}


def mean(values: Array) -> dict[str, Any]:
    """Mean of the numbers that are there, with Student's 95% interval; nan without numbers, no interval for one.

    Examples
    --------
    >>> found = mean(np.array([1.0, 2.0, 3.0, np.nan]))
    >>> found["n"], found["mean"], round(found["low"], 3), round(found["high"], 3)
    (3, 2.0, -0.484, 4.484)
    """
    known = values[~np.isnan(values)]
    n = len(known)
    if n == 0:
        return {"n": 0, "mean": math.nan, "low": math.nan, "high": math.nan}
    half = math.inf if n < 2 else student_quantile(0.975, n - 1) * float(known.std(ddof=1)) / math.sqrt(n)
    middle = float(known.mean())
    return {"n": n, "mean": middle, "low": middle - half, "high": middle + half}


def rows_of(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The points of a summary as flat rows: values, survival and outcomes with their intervals, one column each."""
    out = []
    for point in summary["points"]:
        row = {"point": point["point"], **point["values"], "n": point["n"], "failed": point["failed"]}
        known = {"survival": {"mean": point["survival"]["share"], **point["survival"]}, **point["outcomes"]}
        for id, found in known.items():
            row[id] = found["mean"]
            row |= {f"{id}_{name}": found[name] for name in ("low", "high")}
            if point["point"]:
                names = ("difference", "difference_low", "difference_high")
                row |= {f"{id}_{name}": found.get(name, math.nan) for name in names}
        out.append(row)
    # Every row has the columns of the last, which has them all.
    return [{name: row.get(name, math.nan) for name in out[-1]} for row in out]


@dataclass(frozen=True)
class Swept:
    """A sweep that was played.

    Attributes
    ----------
    sweep : what was played.
    summary : every figure of the printout, as plain data.
    failures : histories without numbers: point, replicate, stage, message.
    folder : where it is stored, None if in memory alone.
    """

    sweep: Sweep
    summary: dict[str, Any]
    failures: list[dict[str, Any]]
    folder: Path | None = None
    _tables: dict[str, list[Any]] = field(default_factory=dict, repr=False)

    def frame(self, table: str = "summary") -> Any:
        """A pandas data frame.

        Parameters
        ----------
        table : ``summary`` (a row for each point: values, survival and outcomes with intervals, differences from the
            first), ``points``, ``outcomes`` or ``lines`` (tidy, with a column `point`).

        Raises
        ------
        ImportError
            pandas is not installed; `summary` works without it.
        KeyError
            There is no such table.
        """
        if table == "summary":
            return data_frame(rows_of(self.summary))
        return table_frame(parts_of(self._tables, self.folder, table))

    def enough(self, event: str, *, within: int = 4, worth: float = 0.0) -> dict[str, Any]:
        """How much of the one number that varies is enough: what `multivector sweep --risk` tells, as plain data.

        Parameters
        ----------
        event : as of `signals`, such as ``rung-3``; within : quarters in which it may come.
        worth : what being spared one event is worth besides, in per cent of a year's income.

        Raises
        ------
        BadInput
            There is no such event, or more than one path varies, or what varies is no number.
        """
        from multivector.analysis import enough

        path, values = enough.along([point["values"] for point in self.summary["points"]])
        if self.folder is not None:
            worlds = enough.points_of(open_result(self.folder, kind=KIND))
            return enough.enough(worlds, path, values, event=event, within=within, worth=worth)
        outcomes, lines = (
            joined(self._tables.get(name, []), ("point", *columns))
            for name, columns in (("outcomes", OUTCOMES), ("lines", LINES))
        )
        arms = self.sweep.arms
        facts = {"seed": self.sweep.seed, "replicates": self.sweep.replicates}
        worlds = enough.split(
            outcomes, lines, facts, self.summary, self.sweep.dictionary(range(len(self.sweep.groups))), "", "memory",
            (arms.scenario, arms.benchmark),
        )  # fmt: skip
        return enough.enough(worlds, path, values, event=event, within=within, worth=worth)


def sweep(
    scenario: str | Path,
    vary: Mapping[str, Sequence[object]] | None = None,
    *,
    design: str = DESIGN,
    over: Sequence[str] = (),
    replicates: int = REPLICATES,
    seed: int = 0,
    overrides: Mapping[str, object] | None = None,
    doctrines: Mapping[str, str] | None = None,
    order: str | None = None,
    hold: bool = False,
    workers: int | None = 1,
    out: str | Path | None = None,
    form: Form = "parquet",
    resume: bool = False,
    force: bool = False,
) -> Swept:
    """Play many points of a world on the same draws: the same as `multivector sweep`, with the same numbers.

    Parameters
    ----------
    scenario : a file or the name of a shipped one.
    vary : path to the values that it takes, as with ``--set``; an actor's code for its doctrine.
    design : ``grid`` (every value meets every other), ``list`` (first with first), or ``lhs:N`` and ``sobol:N``:
        N points of a Latin hypercube or a Sobol' sequence, each of which meets every combination of `vary`.
    over : what a drawn design draws: paths (by declared range, else low and high of the ledger) or ``declared``, all
        that the scenario calls uncertain (the default).
    replicates, seed : histories of each point, root of all draws.
    overrides, doctrines, order : what all points share, as in `run`.
    hold : keep stocks of the focus actor where each point puts them, as ``--hold`` does.
    workers : processes that play at the same time (None: as many as processors); no number depends on it. More than one
        are spawned: a script that asks for them stands under ``if __name__ == "__main__"``.
    out : where results are kept: the sweep lies there as the folder that the command writes; one that is there is read
        and not played again. Without it everything stays in memory.
    form : with `out`: ``parquet`` or ``csv`` tables.
    resume, force : with `out`: go on with what an interrupted sweep has left; play it again even if it is stored.

    Raises
    ------
    BadInput
        Something is wrong with the scenario, a path, a value or the design, or an interrupted sweep lies in `out`.
    RunFailed
        The result cannot be written, or workers cannot be had.

    Examples
    --------
    >>> small = {"calendar.turns": 2, "decision.rule": "random"}
    >>> found = sweep("base-2021", {"KAZ": ["hedge", "west-pivot"]}, replicates=2, overrides=small)
    >>> found.frame()["n"].tolist(), found.folder
    ([2, 2], None)
    >>> sweep("after-2022", {"calendar.turns": []})
    Traceback (most recent call last):
    multivector.errors.BadInput: --vary: found "calendar.turns="; allowed: path=a,b,c
    """
    from multivector.analysis.enough import held

    command = called(
        sweep, scenario, vary=vary, design=design, over=over, replicates=replicates, seed=seed, overrides=overrides,
        doctrines=doctrines, order=order, hold=hold,
    )  # fmt: skip
    how = asked(
        command, counts={"replicates": (replicates, 1), "seed": (seed, 0)}, workers=workers, out=out, form=form,
        resume=resume, force=force,
    )  # fmt: skip
    listed = [f"{path}={','.join(set_text(value) for value in values)}" for path, values in (vary or {}).items()]
    given = {**(held(listed) if hold else {}), **set_texts(overrides)}
    ready = planned(
        scenario, vary=listed, how=design, over=over, replicates=replicates, seed=seed, overrides=given,
        doctrines=doctrines, order=order,
    )  # fmt: skip
    if how is not None:
        stored = kept(ready, how).stored
        return Swept(ready, stored.summary, stored.failures(), stored.folder)
    sink = Memory()
    played = play(ready, sink, workers=workers)
    return Swept(ready, json_plain(summarise(ready, played)), played.failures, None, sink.tables)


def kept(ready: Sweep, how: Keep) -> Kept:
    """Read a sweep where it is stored in the form that is wanted, else play it into a folder.

    Raises
    ------
    BadInput
        Blocks of an unfinished one are there, and it was not said what to do with them.
    RunFailed
        The result cannot be written.
    """
    stored = None if how.force else find_result(how.out, ready.name(), ready.digest(), kind=KIND)
    # A sweep of which every history failed has no such table.
    if stored is not None and ((stored.folder / f"outcomes.{how.form}").is_file() or stored.summary["failed"]):
        return Kept(stored, True)
    wanted = Keeping(
        ready, how.out, how.form, how.watcher, how.command, workers=how.workers, resume=how.resume, force=how.force
    )
    return Kept(open_result(wanted.perform(), kind=KIND), False)


@dataclass
class Keeping(Blockwise):
    """A sweep that is played in blocks and kept as a folder of results; `perform` gives the folder.

    Attributes
    ----------
    sweep : what to play.
    out, form : folder of results, ``parquet`` or ``csv``.
    watcher : is told how it goes on.
    command : the command line that asked for it.
    workers : processes that play at the same time (None: as many as processors).
    resume, force : go on with the blocks of an unfinished sweep; throw them away.
    """

    sweep: Sweep
    out: Path
    form: str
    watcher: Watcher
    command: str
    workers: int | None = None
    resume: bool = False
    force: bool = False

    def __post_init__(self) -> None:
        self._jobs = self.sweep.jobs(as_files, self.watcher, alone=self.workers == 1)
        self.blocks = dict(enumerate(self._jobs.blocks))
        self.parts = Parts(self.out, self.sweep.name(), {
            "format": FORMAT, "kind": KIND, "digest": self.sweep.digest(), "level": self.sweep.level,
            "replicates": self.sweep.replicates, "seed": self.sweep.seed, "size": replicates.CHUNK, "shard": None,
            "blocks": len(self.blocks), "command": self.command,
        })  # fmt: skip

    def _turns(self, ids: range) -> int:
        return self._jobs.turns(ids)

    def _begin(self) -> None:
        """Nothing: what the result says besides its blocks follows from the command."""

    def _crew(self, blocks: int) -> Crew[Any]:
        return local(self._jobs, self.workers, blocks)

    def _publish(self, spent: Mapping[str, Any]) -> Path:
        ready, arms = self.sweep, self.sweep.arms
        folders = [self.parts.folder / f"{k:06d}" for k in self.blocks]
        played = OnDisk(ready, folders, SHOWN)
        texts = {
            SCENARIO: scenario_text(arms.scenario),
            DICTIONARY: dictionary_text(played.dictionary),
            SUMMARY: json_bytes(summarise(ready, played)).decode("utf-8"),
            FAILURES: "".join(json.dumps(failure) + "\n" for failure in played.failures),
        }
        if arms.benchmark is not None:
            texts[BENCHMARK] = scenario_text(arms.benchmark)
        about = manifest(arms, seed=ready.seed, replicates=ready.replicates, level=ready.level)
        made = [block_facts(folder) for folder in folders]
        about |= {key: common([each[key] for each in made]) for key in ("versions", "machine")}
        about["digests"] = {**about["digests"], "result": ready.digest()}
        about |= {"kind": KIND, "points": len(ready.points), "paths": list(ready.paths)}
        about |= {"command": self.parts.request["command"], "timing": dict(spent)}
        with Writer(self.out, ready.name(), self.form, left=FINISHED) as writer:
            writer.add("points", points_table(ready.points))
            for name in ("outcomes", "lines"):
                writer.lend(name, [path for each in folders if (path := each / f"{name}.parquet").is_file()])
            folder = writer.finish(about, texts)
        self.parts.remove()
        return folder
