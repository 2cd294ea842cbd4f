"""A search for doctrines: the Pareto front of a doctrine's weights over real income, autonomy and survival.

A generation of NSGA-II (optuna) is one batch of lanes: candidates differ in numbers of one doctrine, and share the
draws and what was worked out for that doctrine once (what stocks are worth later, scales of choice). What is found is
then played on other draws, each with what is worked out for its own weights, as a file with the doctrine is. These
numbers are told.

References: Deb, Pratap, Agarwal and Meyarivan 2002, IEEE Transactions on Evolutionary Computation 6(2); Akiba et al.
2019, Optuna, KDD.
"""

from __future__ import annotations

import json
import math
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from multivector.analysis.comparing.comparison import SURVIVAL_MARGIN, data_frame
from multivector.analysis.doctrines.candidates import (
    BUDGET,
    FRESH,
    KEEP,
    KIND,
    NAME,
    POPULATION,
    REPLICATES,
    Plan,
    Weights,
    arms_of,
    entry,
    planned,
)
from multivector.analysis.doctrines.equilibrium import library
from multivector.analysis.doctrines.front import beaten, spread_out
from multivector.analysis.doctrines.payoffs import STRICTLY, WEAKLY, difference, dominating
from multivector.analysis.statistics.paired import LEVEL
from multivector.analysis.sweep import mean
from multivector.errors import RunFailed
from multivector.experiment.ensembles import keeping
from multivector.experiment.ensembles.called import asked, called, set_texts
from multivector.experiment.ensembles.design import as_text
from multivector.experiment.ensembles.jobs import Group
from multivector.experiment.ensembles.keeping import Form, Keep, Kept
from multivector.experiment.ensembles.running import Nowhere
from multivector.experiment.ensembles.saving import (
    BENCHMARK,
    DICTIONARY,
    SCENARIO,
    dictionary_text,
    manifest,
    scenario_text,
    timing,
)
from multivector.experiment.ensembles.shelf import Shelf
from multivector.experiment.ensembles.sweep import Sweep, play
from multivector.experiment.histories.replicates import Experiment, Tick
from multivector.results.manifest import versions
from multivector.results.recorded import Array
from multivector.results.statistics import share
from multivector.results.store import FAILURES, SUMMARY, Writer, json_bytes, json_plain
from multivector.results.tables import Table
from multivector.results.yaml_text import yaml_text
from multivector.schema.numbers import numbers

OBJECTIVES = ("real_income", "autonomy", "survival")
BLOCKS = "doctrines.yaml"
RISKIEST = "risk.very_high"


@dataclass(frozen=True)
class Evaluated:
    """Candidates with their objectives: weights, and ``[candidate, objective]`` (nan: no history finished)."""

    weights: tuple[Weights, ...]
    values: Array


def explore(made: Plan, tick: Tick | None = None, workers: int | None = 1, shelf: Shelf | None = None) -> Evaluated:
    """Spend the budget: generations of candidates, each one batch of lanes on the same draws.

    Raises
    ------
    RunFailed
        optuna is not installed, or no history finished.
    """
    optuna = library("optuna")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sampler = optuna.samplers.NSGAIISampler(population_size=made.population, seed=made.seed)
        study = optuna.create_study(directions=["maximize"] * len(OBJECTIVES), sampler=sampler)
        for first in _first(made):
            study.enqueue_trial(first)
        top = made.arms.scenario.value(RISKIEST)
        space = {path: optuna.distributions.FloatDistribution(0.0, top if path == "risk" else 1.0) for path in made.own}
        weights: list[Weights] = []
        values: list[Array] = []
        while len(weights) < made.budget:
            size = min(made.population, made.budget - len(weights))
            trials = [study.ask(fixed_distributions=space) for _ in range(size)]
            some = [_scaled(made, trial.params) for trial in trials]
            found = _evaluate(made, some, tick, workers, shelf)
            for trial, value in zip(trials, found, strict=True):
                if np.isnan(value).any():
                    study.tell(trial, state=optuna.trial.TrialState.FAIL)
                else:
                    study.tell(trial, value.tolist())
            weights += some
            values += list(found)
    out = Evaluated(tuple(weights), np.array(values))
    if np.isnan(out.values).any(axis=1).all():
        raise RunFailed("no history of any candidate finished: nothing was found")
    return out


def _first(made: Plan) -> list[dict[str, float]]:
    """Where the search begins: the doctrine itself, and the weights of the others that the actor may take."""
    known, top = numbers(made.arms.scenario), made.arms.scenario.value(RISKIEST)
    names = [made.start] + [
        name for name, each in made.arms.scenario.doctrines.items()
        if made.focus in each.for_ and name not in (made.start, NAME)
    ]  # fmt: skip
    out = []
    for name in names[: max(1, made.population // 2)]:
        own = {path: known.get(f"doctrines.{name}.{path}", 0.0) for path in made.own}
        most = max(*(value for path, value in own.items() if path != "risk"), 1e-9)
        out.append({p: min(value, top) if p == "risk" else value / most for p, value in own.items()})
    return out


def _scaled(made: Plan, raw: Mapping[str, float]) -> dict[str, float]:
    """Weights that sum to those of the doctrine to begin with, to two digits: what counts is how they compare."""
    total = sum(value for path, value in made.own.items() if path != "risk")
    most = sum(value for path, value in raw.items() if path != "risk")
    factor = total / most if most > 0.0 else 0.0
    out = {path: round(raw[path] * (1.0 if path == "risk" else factor), 2) for path in made.own}
    return out if most > 0.0 else {**out, **{path: v for path, v in made.own.items() if path != "risk"}}


def _evaluate(
    made: Plan, some: Sequence[Weights], tick: Tick | None, workers: int | None, shelf: Shelf | None
) -> Array:
    """Means of the objectives, ``[candidate, objective]``: all candidates are lanes of one batch."""
    paths = {path: f"doctrines.{NAME}.{path}" for path in made.own}
    points = [{paths[path]: as_text(value) for path, value in each.items()} for each in some]
    lanes = {paths[path]: np.array([each[path] for each in some]) for path in made.own}
    group = Group(made.arms, tuple(range(len(some))), lanes)
    sweep = Sweep(made.arms, tuple(points), (group,), made.seed, made.replicates)
    values, _ = objectives(sweep, tick, workers, shelf)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Nobody's mean is nan.
        return np.asarray(np.nanmean(values, axis=2)).T


def objectives(
    sweep: Sweep, tick: Tick | None, workers: int | None = 1, shelf: Shelf | None = None
) -> tuple[Array, list[dict[str, object]]]:
    """Play a sweep; objectives ``[objective, point, replicate]`` (nan where a history failed), and what failed."""
    played = play(sweep, Nowhere(), tick, workers=workers, shelf=shelf)
    empty = np.full(played.done.shape, np.nan)
    flags = np.where(played.done, played.survived, np.nan)
    rows = [flags if id == "survival" else played.end.get(id, empty) for id in OBJECTIVES]
    return np.stack(rows), played.failures


@dataclass(frozen=True)
class Checked:
    """What of the front was played again: positions among the evaluated, and objectives on fresh futures.

    The first is the doctrine that was begun with; `values` are ``[objective, candidate, replicate]``.
    """

    kept: tuple[int, ...]
    weights: tuple[Weights, ...]
    values: Array
    failures: list[dict[str, object]]


def check(
    made: Plan, found: Evaluated, tick: Tick | None = None, workers: int | None = 1, shelf: Shelf | None = None
) -> Checked:
    """Play the front on other draws, each candidate as a file with its doctrine would be."""
    known = np.flatnonzero(~np.isnan(found.values).any(axis=1))
    front = known[~beaten(found.values[known])]
    # The doctrine that was begun with is played again in any case.
    front = np.array([k for k in front if dict(found.weights[k]) != dict(made.own)], np.intp)
    kept = [int(front[k]) for k in spread_out(found.values[front], made.keep)]
    weights = (made.own, *(found.weights[k] for k in kept))
    groups = tuple(Group(arms_of(made, name(k), each), (k,), {}) for k, each in enumerate(weights))
    points = tuple({path: as_text(value) for path, value in each.items()} for each in weights)
    values, failures = objectives(Sweep(made.arms, points, groups, made.fresh_seed, made.fresh), tick, workers, shelf)
    return Checked(tuple(kept), weights, values, failures)


def name(k: int) -> str:
    """Id of a candidate's doctrine; the first is the one that was begun with."""
    return f"{NAME}-{k}"


# ---- what it says


def summarise(made: Plan, found: Evaluated, checked: Checked) -> dict[str, Any]:
    """Every figure of the printout as plain data."""
    dictionary = Experiment(made.arms).dictionary
    margins = [SURVIVAL_MARGIN if id == "survival" else dictionary[id].margin for id in OBJECTIVES]
    about = {
        id: {"title": "survival" if id == "survival" else dictionary[id].title, "margin": margin,
             "unit": "share" if id == "survival" else dictionary[id].unit}
        for id, margin in zip(OBJECTIVES, margins, strict=True)
    }  # fmt: skip
    rows = _rows(made, found, checked, margins)
    quarters = made.arms.scenario.quarters()
    return {
        "kind": KIND, "world": made.world, "focus": made.focus, "start": made.start, "seed": made.seed,
        "fresh_seed": made.fresh_seed, "evaluations": len(found.weights), "population": made.population,
        "replicates": made.replicates, "fresh": made.fresh, "varied": list(made.own), "objectives": about,
        "first": quarters[0], "last": quarters[-1], "order": made.arms.scenario.order,
        "benchmark": None if made.arms.benchmark is None else made.arms.benchmark.id,
        "version": versions()["multivector"], "model": made.arms.model[:8], "digest": made.digest()[:8],
        "on_front_in_search": int((~beaten(found.values[~np.isnan(found.values).any(axis=1)])).sum()),
        "candidates": rows, "fell": [row["id"] for row in rows[1:] if row["status"] != ON],
        "better": [row["id"] for row in rows[1:] if row["beats_start"] in (STRICTLY, WEAKLY)],
        "failed": len(checked.failures), "level": LEVEL,
    }  # fmt: skip


ON, OFF, LOST = "on the front", "off the front", "no history finished"


def _rows(made: Plan, found: Evaluated, checked: Checked, margins: Sequence[float]) -> list[dict[str, Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        means = np.asarray(np.nanmean(checked.values, axis=2)).T
    done = ~np.isnan(means).any(axis=1)
    off = np.ones(len(means), bool)
    off[done] = beaten(means[done])
    level = 1.0 - (1.0 - LEVEL) / max(1, len(OBJECTIVES) * len(checked.kept))
    out = []
    for k, weights in enumerate(checked.weights):
        cells = {id: _cell(id, checked.values[o, k]) for o, id in enumerate(OBJECTIVES)}
        row: dict[str, Any] = {
            "id": made.start if k == 0 else name(k), "weights": dict(weights), "fresh": cells,
            "search": None if k == 0 else _by_name(found.values[checked.kept[k - 1]]),
            "status": LOST if not done[k] else OFF if off[k] else ON,
            "beaten_by": [
                made.start if j == 0 else name(j)
                for j in range(len(means)) if j != k and done[k] and done[j] and beaten(means[[k, j]])[0]
            ],
        }  # fmt: skip
        if k:
            gaps = [
                difference(checked.values[o, 0], checked.values[o, k], level, margins[o], flags=id == "survival")
                for o, id in enumerate(OBJECTIVES)
            ]
            row["beats_start"] = dominating(list(zip(gaps, margins, strict=True)))
            for id, gap in zip(OBJECTIVES, gaps, strict=True):
                told = {"difference": gap.difference, "difference_low": gap.low, "difference_high": gap.high}
                cells[id] |= {**told, "pairs": gap.n, "verdict": gap.verdict}
        row["block"] = yaml_text({"doctrines": [entry(made, row["id"], weights)]}) if k else ""
        out.append(row)
    return out


def _by_name(values: Array) -> dict[str, float]:
    return dict(zip(OBJECTIVES, values.tolist(), strict=True))


def _cell(id: str, values: Array) -> dict[str, Any]:
    if id != "survival":
        return mean(values)
    found = share(values[~np.isnan(values)] > 0.5)
    return {"n": found["n"], "mean": found["share"], "low": found["low"], "high": found["high"]}


def rows_of(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Candidates as flat rows: weights, status, objectives on fresh futures with intervals, and in the search."""
    out = []
    for row in summary["candidates"]:
        flat = {"doctrine": row["id"], "status": row["status"], **row["weights"]}
        for id, cell in row["fresh"].items():
            flat |= {id: cell["mean"], f"{id}_low": cell["low"], f"{id}_high": cell["high"]}
            flat[f"{id}_in_search"] = math.nan if row["search"] is None else row["search"][id]
        out.append(flat)
    return out


def evaluations_table(found: Evaluated) -> Table:
    """A row for each evaluation of the search, in order: numbers varied, objectives."""
    table: Table = {"evaluation": np.arange(len(found.weights), dtype=np.int32)}
    table |= {path: np.array([each[path] for each in found.weights]) for path in found.weights[0]}
    return table | {id: found.values[:, o] for o, id in enumerate(OBJECTIVES)}


def save(
    made: Plan, out: Path, form: str, command: str, tick: Tick | None = None, workers: int | None = 1,
    shelf: Shelf | None = None,
) -> Path:  # fmt: skip
    """Search, check, and write it as a folder of results: whole or absent; finished blocks lie on the shelf.

    Raises
    ------
    RunFailed
        The result cannot be written, or optuna is not installed.
    """
    start = time.perf_counter()
    with Writer(out, made.name(), form) as writer:
        found = explore(made, tick, workers, shelf)
        checked = check(made, found, tick, workers, shelf)
        summary = summarise(made, found, checked)
        writer.add("evaluations", evaluations_table(found))
        texts = {
            SCENARIO: scenario_text(made.arms.scenario),
            DICTIONARY: dictionary_text(Experiment(made.arms).dictionary),
            SUMMARY: json_bytes(summary).decode("utf-8"),
            BLOCKS: yaml_text({"doctrines": [entry(made, name(k), w) for k, w in enumerate(checked.weights) if k]}),
            FAILURES: "".join(json.dumps(failure) + "\n" for failure in checked.failures),
        }
        if made.arms.benchmark is not None:
            texts[BENCHMARK] = scenario_text(made.arms.benchmark)
        facts = manifest(made.arms, seed=made.seed, replicates=made.replicates, level="summary")
        facts["digests"] = {**facts["digests"], "result": made.digest()}
        facts["versions"] = {**facts["versions"], "optuna": library("optuna").__version__}
        histories = made.budget * made.replicates + len(checked.weights) * made.fresh
        facts |= {"kind": KIND, "command": command, "timing": timing(time.perf_counter() - start, histories)}
        return writer.finish(facts, texts)


@dataclass(frozen=True)
class Searched:
    """A search that was carried out.

    Attributes
    ----------
    plan : what was asked. summary : every figure of the printout, as plain data.
    failures : histories without numbers on fresh futures: point, replicate, stage, message.
    folder : where it is stored, None if in memory alone.
    """

    plan: Plan
    summary: dict[str, Any]
    failures: list[dict[str, Any]]
    folder: Path | None = None

    def frame(self) -> Any:
        """A pandas data frame, a row for each doctrine played on fresh futures."""
        return data_frame(rows_of(self.summary))


def search(
    world: str,
    *,
    doctrine: str | None = None,
    budget: int = BUDGET,
    population: int = POPULATION,
    replicates: int = REPLICATES,
    fresh: int = FRESH,
    keep: int = KEEP,
    seed: int = 0,
    overrides: Mapping[str, object] | None = None,
    order: str | None = None,
    workers: int | None = 1,
    out: str | Path | None = None,
    form: Form = "parquet",
    resume: bool = False,
    force: bool = False,
) -> Searched:
    """Search for weights of a doctrine: the same as `multivector search`, with the same numbers.

    Parameters
    ----------
    world, doctrine, budget, population, replicates, fresh, keep, seed, overrides, order : as in `planned`.
    workers : as in `sweep`.
    out, form, resume, force : where the result is kept and how, as in `sweep`.

    Raises
    ------
    BadInput
        Something is wrong with the world, a value or the doctrine, or an interrupted search lies in `out`.
    RunFailed
        optuna (extra `discovery`) is not installed, no history finished, the result cannot be written, or workers
        cannot be had.

    Examples
    --------
    >>> search("after-2022", doctrine="under-siege")
    Traceback (most recent call last):
    multivector.errors.BadInput: --doctrine: found "under-siege"; allowed: a doctrine that KAZ may take
    """
    command = called(
        search, world, doctrine=doctrine, budget=budget, population=population, replicates=replicates, fresh=fresh,
        keep=keep, seed=seed, overrides=overrides, order=order,
    )  # fmt: skip
    least = {"budget": (budget, 2), "population": (population, 2), "replicates": (replicates, 2), "fresh": (fresh, 2)}
    how = asked(
        command, counts={**least, "keep": (keep, 1), "seed": (seed, 0)}, workers=workers, out=out, form=form,
        resume=resume, force=force,
    )  # fmt: skip
    # Said before anything is loaded or played.
    library("optuna")
    made = planned(
        world, doctrine=doctrine, budget=budget, population=population, replicates=replicates, fresh=fresh, keep=keep,
        seed=seed, overrides=set_texts(overrides), order=order,
    )  # fmt: skip
    if how is not None:
        stored = kept(made, how).stored
        return Searched(made, stored.summary, stored.failures(), stored.folder)
    found = explore(made, None, workers)
    checked = check(made, found, None, workers)
    return Searched(made, json_plain(summarise(made, found, checked)), checked.failures)


def kept(made: Plan, how: Keep) -> Kept:
    """Read a search where it is stored, else carry it out into a folder: as `experiment.ensembles.keeping.kept`."""

    def play_it(shelf: Shelf) -> Path:
        return save(made, how.out, how.form, how.command, how.watcher, how.workers, shelf)

    return keeping.kept(made, how, KIND, "evaluations", play_it)
