"""Doctrines against worlds: who does best where, how sure that is, which doctrines are dominated, and the game against
another actor.

A world is a scenario with changes after plus signs; against another actor, each of its doctrines makes a world. All
doctrines meet the same draws in all worlds. A world with a doctrine is the run with that doctrine: the benchmark has it
too.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from multivector.analysis.comparing.comparison import SURVIVAL_MARGIN
from multivector.analysis.doctrines.entrants import KIND, OUTCOME, REPLICATES, SURVIVAL, ZERO_SUM, Plan, planned
from multivector.analysis.doctrines.equilibrium import library
from multivector.analysis.doctrines.game import told_best, told_dominance, told_game
from multivector.analysis.doctrines.informative import Crossings, told_lines
from multivector.analysis.doctrines.payoffs import Payoffs
from multivector.analysis.frames import data_frame, parts_of, table_frame
from multivector.analysis.statistics.paired import LEVEL
from multivector.analysis.sweep import mean
from multivector.experiment.ensembles import keeping
from multivector.experiment.ensembles.called import asked, called, set_texts
from multivector.experiment.ensembles.keeping import Form, Keep, Kept
from multivector.experiment.ensembles.saving import DICTIONARY, dictionary_text, manifest, scenario_text, timing
from multivector.experiment.ensembles.shelf import Shelf
from multivector.experiment.ensembles.sweep import Played, Sweep, play
from multivector.experiment.histories.replicates import Tick
from multivector.outcomes import Outcome
from multivector.results.manifest import versions
from multivector.results.recorded import Array
from multivector.results.statistics import share
from multivector.results.store import FAILURES, SUMMARY, Writer, json_bytes, json_plain
from multivector.results.tables import Table, words


@dataclass
class Found:
    """What came of a tournament: outcome to ``[world, doctrine, replicate]``, nan where a history failed."""

    values: dict[str, Array]
    dictionary: Mapping[str, Outcome]
    failures: list[dict[str, object]]
    crossed: list[dict[str, Array]] = field(default_factory=list)
    """Of each world, red line to the share of histories that cross it, by doctrine."""


def perform(made: Plan, tick: Tick | None = None, workers: int | None = 1, shelf: Shelf | None = None) -> Found:
    """Play all worlds, by so many processes (None: as many as processors); no number depends on it."""
    shape = (len(made.worlds), len(made.doctrines), made.replicates)
    out = Found({id: np.full(shape, np.nan) for id in (SURVIVAL, *made.kept)}, {}, [])
    for k, sweep in enumerate(made.sweeps):
        lines = Crossings(len(made.doctrines))
        found: Played = play(sweep, lines, tick, workers=workers, shelf=shelf)
        out.crossed.append(lines.shares())
        out.dictionary = {**found.dictionary, **out.dictionary}
        out.values[SURVIVAL][k] = np.where(found.done, found.survived, np.nan)
        for id in made.kept:
            if id in found.end:
                out.values[id][k] = found.end[id]
        for failure in found.failures:
            point = int(str(failure["point"]))
            rest = {name: value for name, value in failure.items() if name != "point"}
            out.failures.append({"world": made.worlds[k], "doctrine": made.doctrines[point], **rest})
    return out


# ---- what it says


def summarise(made: Plan, found: Found) -> dict[str, Any]:
    """Every figure of the printout as plain data."""
    arms = made.sweeps[0].arms
    out: dict[str, Any] = {
        "kind": KIND, "focus": made.focus, "seed": made.seed, "replicates": made.replicates,
        "version": versions()["multivector"], "model": arms.model[:8], "digest": made.digest()[:8],
        "order": [sweep.arms.scenario.order for sweep in made.sweeps],
        "worlds": [_world(world, sweep) for world, sweep in zip(made.worlds, made.sweeps, strict=True)],
        "doctrines": list(made.doctrines), "outcome": made.outcome, "level": LEVEL,
        "judged": {id: _about(id, found.dictionary) for id in made.judged},
    }  # fmt: skip
    payoffs = {id: _payoffs(id, found.values[id], out["judged"][id]) for id in made.judged}
    out["payoffs"] = {id: [[_cell(id, each) for each in row] for row in found.values[id]] for id in made.judged}
    out["best"] = {
        id: [told_best(each, made.doctrines, k) for k in range(len(made.worlds))] for id, each in payoffs.items()
    }
    judged = payoffs[made.outcome]
    out["differences"] = _differences(judged, made.worlds, made.doctrines)
    out["one_interval"] = judged.single
    out["dominance"] = told_dominance(judged, made.doctrines)
    out["game"] = None if made.other is None else _game(made, found)
    out["failed"] = len(found.failures)
    out["lines"] = [told_lines(each, _titles(sweep)) for each, sweep in zip(found.crossed, made.sweeps, strict=False)]
    return out


def _titles(sweep: Sweep) -> dict[str, str]:
    return {id: str(line.title or id) for id, line in sweep.arms.scenario.red_lines.items()}


def _world(world: str, sweep: Sweep) -> dict[str, Any]:
    scenario, benchmark = sweep.arms.scenario, sweep.arms.benchmark
    quarters = scenario.quarters()
    return {
        "world": world, "scenario": scenario.id, "title": str(scenario.title or scenario.id), "first": quarters[0],
        "last": quarters[-1], "benchmark": None if benchmark is None else benchmark.id,
    }  # fmt: skip


def _about(id: str, dictionary: Mapping[str, Outcome]) -> dict[str, Any]:
    if id == SURVIVAL:
        return {"title": "survival", "unit": "share", "margin": SURVIVAL_MARGIN, "direction": "higher"}
    return {name: getattr(dictionary[id], name) for name in ("title", "unit", "margin", "direction")}


def _payoffs(id: str, values: Array, about: Mapping[str, Any]) -> Payoffs:
    sign = -1.0 if about["direction"] == "lower" else 1.0
    return Payoffs(sign * values, about["margin"], flags=id == SURVIVAL)


def _cell(id: str, values: Array) -> dict[str, Any]:
    if id != SURVIVAL:
        return mean(values)
    found = share(values[~np.isnan(values)] > 0.5)
    return {"n": found["n"], "mean": found["share"], "low": found["low"], "high": found["high"]}


def _differences(payoffs: Payoffs, columns: Sequence[str], names: Sequence[str]) -> list[dict[str, Any]]:
    out = []
    for k, column in enumerate(columns):
        for i, one in enumerate(names):
            for j in range(i + 1, len(names)):
                # As differences are told everywhere: the second less the first; more is better.
                out.append({"world": column, "a": one, "b": names[j], **vars(payoffs.gap(k, j, i))})
    return out


def _game(made: Plan, found: Found) -> dict[str, Any]:
    about = _about(made.outcome, found.dictionary)
    own = (-1.0 if about["direction"] == "lower" else 1.0) * found.values[made.outcome]
    if made.theirs == ZERO_SUM:
        other, margin, title = -own, about["margin"], "what is not in that payoff"
    else:
        id = str(made.theirs).removeprefix("-")
        other = (-1.0 if str(made.theirs).startswith("-") else 1.0) * found.values[id]
        margin, title = found.dictionary[id].margin, found.dictionary[id].title
    told = told_game(own, other, (made.focus, made.doctrines), (str(made.other), made.answers), margin)
    return {**told, "theirs": made.theirs, "theirs_title": title}


def rows_of(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The payoff table as flat rows: world, doctrine, n, and each outcome judged with its interval."""
    out = []
    for k, world in enumerate(summary["worlds"]):
        for j, doctrine in enumerate(summary["doctrines"]):
            cells = {id: table[k][j] for id, table in summary["payoffs"].items()}
            row = {"world": world["world"], "doctrine": doctrine, "n": cells[summary["outcome"]]["n"]}
            for id, cell in cells.items():
                row |= {id: cell["mean"], f"{id}_low": cell["low"], f"{id}_high": cell["high"]}
            out.append(row)
    return out


def histories_table(made: Plan, found: Found) -> Table:
    """A row for each history that finished: world, doctrine, replicate, survival (1 or 0), outcomes (last year)."""
    done = ~np.isnan(found.values[SURVIVAL])
    world, doctrine, replicate = (at.astype(np.int32) for at in np.nonzero(done))
    table: Table = {
        "world": words([made.worlds[k] for k in world]), "doctrine": words([made.doctrines[k] for k in doctrine]),
        "replicate": replicate,
    }  # fmt: skip
    return table | {id: values[done] for id, values in found.values.items()}


def payoffs_table(summary: Mapping[str, Any]) -> Table:
    """The rows of `rows_of` as columns."""
    rows = rows_of(summary)
    return {
        name: words([row[name] for row in rows]) if name in ("world", "doctrine") else np.array([r[name] for r in rows])
        for name in rows[0]
    }


def save(
    made: Plan, out: Path, form: str, command: str, tick: Tick | None = None, workers: int | None = 1,
    shelf: Shelf | None = None,
) -> Path:  # fmt: skip
    """Play a tournament and write it as a folder of results: whole or absent; finished blocks lie on the shelf.

    Raises
    ------
    RunFailed
        The result cannot be written.
    """
    start = time.perf_counter()
    with Writer(out, made.name(), form) as writer:
        found = perform(made, tick, workers, shelf)
        summary = summarise(made, found)
        writer.add("histories", histories_table(made, found))
        writer.add("payoffs", payoffs_table(summary))
        texts = {
            DICTIONARY: dictionary_text(found.dictionary),
            SUMMARY: json_bytes(summary).decode("utf-8"),
            FAILURES: "".join(json.dumps(failure) + "\n" for failure in found.failures),
        }
        for k, sweep in enumerate(made.sweeps):
            texts[f"world-{k}.yaml"] = scenario_text(sweep.arms.scenario)
            if sweep.arms.benchmark is not None:
                texts[f"benchmark-{k}.yaml"] = scenario_text(sweep.arms.benchmark)
        first = made.sweeps[0]
        facts = manifest(first.arms, seed=made.seed, replicates=made.replicates, level="summary")
        facts["digests"] = {**facts["digests"], "result": made.digest()}
        histories = len(made.worlds) * len(made.doctrines) * made.replicates
        facts |= {"kind": KIND, "worlds": list(made.worlds), "doctrines": list(made.doctrines), "command": command}
        facts |= {"timing": timing(time.perf_counter() - start, histories)}
        return writer.finish(facts, texts)


@dataclass(frozen=True)
class Tournament:
    """A tournament that was played.

    Attributes
    ----------
    plan : what was played. summary : every figure of the printout, as plain data.
    failures : histories without numbers: world, doctrine, replicate, stage, message.
    folder : where it is stored, None if in memory alone.
    """

    plan: Plan
    summary: dict[str, Any]
    failures: list[dict[str, Any]]
    folder: Path | None = None
    _tables: dict[str, list[Table]] = field(default_factory=dict, repr=False)

    def frame(self, table: str = "payoffs") -> Any:
        """A pandas data frame: ``payoffs`` (a row for each world and doctrine) or ``histories`` (one for each history).

        Raises
        ------
        ImportError
            pandas is not installed; `summary` works without it.
        KeyError
            There is no such table.
        """
        if table == "payoffs":
            return data_frame(rows_of(self.summary))
        if table != "histories":
            raise KeyError(table)
        return table_frame(parts_of(self._tables, self.folder, table))


def tournament(
    *worlds: str,
    doctrines: Sequence[str] = (),
    against: str | None = None,
    outcome: str = OUTCOME,
    theirs: str | None = None,
    zero_sum: bool = False,
    replicates: int = REPLICATES,
    seed: int = 0,
    overrides: Mapping[str, object] | None = None,
    order: str | None = None,
    workers: int | None = 1,
    out: str | Path | None = None,
    form: Form = "parquet",
    resume: bool = False,
    force: bool = False,
) -> Tournament:
    """Play doctrines against worlds on the same draws: the same as `multivector tournament`, with the same numbers.

    Parameters
    ----------
    worlds : scenarios, with changes after plus signs.
    doctrines, against, outcome, theirs, zero_sum, replicates, seed, overrides, order : as in `planned`.
    workers : as in `sweep`.
    out, form, resume, force : where the result is kept and how, as in `sweep`.

    Raises
    ------
    BadInput
        Something is wrong with a world, a doctrine or an outcome, or an interrupted tournament lies in `out`.
    RunFailed
        The result cannot be written, workers cannot be had, or nashpy (extra `discovery`) is not installed.

    Examples
    --------
    >>> small = {"calendar.turns": 2, "decision.rule": "random"}
    >>> found = tournament("base-2021", doctrines=["hedge", "west-pivot"], replicates=2, overrides=small)
    >>> found.frame()["doctrine"].tolist()
    ['hedge', 'west-pivot']
    >>> tournament("after-2022", doctrines=["hedge"])
    Traceback (most recent call last):
    multivector.errors.BadInput: --doctrines: found 1 doctrine of KAZ; allowed: two or more
    """
    command = called(
        tournament, *worlds, doctrines=doctrines, against=against, outcome=outcome, theirs=theirs, zero_sum=zero_sum,
        replicates=replicates, seed=seed, overrides=overrides, order=order,
    )  # fmt: skip
    how = asked(
        command, counts={"replicates": (replicates, 2), "seed": (seed, 0)}, workers=workers, out=out, form=form,
        resume=resume, force=force,
    )  # fmt: skip
    if against is not None:
        # Said before anything is loaded or played.
        library("nashpy")
    made = planned(
        worlds, doctrines=doctrines, against=against, outcome=outcome, theirs=theirs, zero_sum=zero_sum,
        replicates=replicates, seed=seed, overrides=set_texts(overrides), order=order,
    )  # fmt: skip
    if how is not None:
        stored = kept(made, how).stored
        return Tournament(made, stored.summary, stored.failures(), stored.folder)
    found = perform(made, None, workers)
    tables = {"histories": [histories_table(made, found)]}
    return Tournament(made, json_plain(summarise(made, found)), found.failures, None, tables)


def kept(made: Plan, how: Keep) -> Kept:
    """Read a tournament where it is stored, else play it into a folder: as `experiment.ensembles.keeping.kept`."""

    def play_it(shelf: Shelf) -> Path:
        return save(made, how.out, how.form, how.command, how.watcher, how.workers, shelf)

    return keeping.kept(made, how, KIND, "payoffs", play_it)
