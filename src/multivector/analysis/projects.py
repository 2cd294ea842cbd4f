"""What projects are worth against a shock: how much of the loss each saves, per dollar, and from when it helps.

Four worlds on the same draws: without and with the shock, each without and with the project. What a project saves is
the loss without it less the loss with it, history by history (a difference of differences), so that what it brings or
costs in any case is left out, and told beside.

A project is a move of the focus actor, made in the first quarter whoever would make it later (its effects with their
delays, its cost in per cent of income as the scenario has it), a number of the scenario set to a value, or money paid
into the national fund.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from multivector.analysis.frames import data_frame
from multivector.analysis.statistics.paired import LEVEL, Array, paired
from multivector.analysis.statistics.resample import resamples
from multivector.analysis.sweep import mean
from multivector.data.figures import load_figures
from multivector.errors import BadInput, Problem
from multivector.experiment.ensembles import keeping
from multivector.experiment.ensembles.called import asked, called, set_texts
from multivector.experiment.ensembles.design import Point, full
from multivector.experiment.ensembles.keeping import Form, Keep, Kept
from multivector.experiment.ensembles.saving import SCENARIO, manifest, scenario_text, timing
from multivector.experiment.ensembles.shelf import Shelf
from multivector.experiment.ensembles.sweep import Sweep, plan, play
from multivector.experiment.histories.replicates import Tick
from multivector.experiment.telling.summary import resting
from multivector.hashing import digest
from multivector.results.store import FAILURES, SUMMARY, Writer, json_bytes, json_plain
from multivector.results.tables import Table, Words, words
from multivector.scenario import load
from multivector.schema import Scenario

KIND = "projects"
REPLICATES = 100
TABLES = ("outcomes",)
"""What is kept of finished blocks: every quarter."""
FUND = "fund"
USUAL = (
    "ship-oil-via-baku", "build-caspian-capacity", "corridors.atasu-alashankou.capacity=8", "oil.store.capacity=3@0.9",
    "fund@1",
)  # fmt: skip
"""Projects if none are named, for a shock to the oil's main way: two moves, three million tonnes a year more to China,
tanks for three million tonnes (at 40 dollars for a barrel of them, assumed), a billion dollars into the national fund.
"""
READ = ("real_income", "legitimacy", "oil.exported", "oil.n_minus_one")
OIL, FLOW = "oil.", "Mt a year"
QUARTER = 0.25
GDP, NATIONAL_FUND = "gdp.2021.{of}", "national_fund.2021.{of}"
"""Figures by which shares of income and of the fund become dollars, at prices of 2021."""


@dataclass(frozen=True)
class Project:
    """Something that could be done.

    Attributes
    ----------
    id : as it was named. title : in words.
    cost : in US$ bn at prices of 2021; None where the scenario does not have it.
    changes : path to YAML text, as ``--set`` takes it.
    """

    id: str
    title: str
    cost: float | None
    changes: Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """Two worlds, each without and with every project.

    Attributes
    ----------
    base, shocked : points in the same order: without any project first.
    """

    projects: tuple[Project, ...]
    base: Sweep
    shocked: Sweep

    @property
    def turns(self) -> int:
        """Turns that will be played."""
        return self.base.turns + self.shocked.turns

    @property
    def histories(self) -> int:
        """Histories that will be played."""
        return 2 * len(self.base.points) * self.replicates

    @property
    def blocks(self) -> int:
        """Blocks in which they are played."""
        return self.base.blocks + self.shocked.blocks

    @property
    def seed(self) -> int:
        """Root of all draws."""
        return self.base.seed

    @property
    def replicates(self) -> int:
        """Histories of each world."""
        return self.base.replicates

    def digest(self) -> str:
        """Digest of everything that determines the numbers."""
        named = [[each.id, each.cost] for each in self.projects]
        return digest({"kind": KIND, "of": [self.base.digest(), self.shocked.digest()], "projects": named})

    def name(self) -> str:
        """Name of the result."""
        return f"projects-{self.digest()[:8]}"


def project(world: Scenario, text: str) -> Project:
    """Read a project: the id of a move, ``PATH=VALUE``, or ``fund``, with ``@US$ bn`` behind if the cost is known.

    Raises
    ------
    BadInput
        It is none of these.
    """
    name, _, price = text.partition("@")
    problem = Problem(
        "--project",
        0,
        0,
        "",
        f'found "{text[:60]}"',
        f"a move of {world.focus}, PATH=VALUE, fund@US$ bn",
    )
    try:
        cost = float(price) if price else None
    except ValueError:
        raise BadInput([problem]) from None
    figures, turn = load_figures(), world.quarters()[0]
    if name == FUND and cost is not None:
        part = cost / figures.value(NATIONAL_FUND.format(of=world.focus))
        effects = [{"stock": "fund", "amount": part}]
        return Project(text, f"${cost:g} bn more in the national fund", cost, _event(text, turn, effects))
    if "=" in name:
        path, _, value = name.partition("=")
        return Project(text, f"{path.strip()} at {value.strip()}", cost, {full(path.strip()): value.strip()})
    move = world.moves.get(name)
    if move is None or world.focus not in move.by:
        raise BadInput([problem])
    effects = [e.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True) for e in move.effects]
    share = float(move.cost.get("by", 0.0))
    paid = share * 0.01 * figures.value(GDP.format(of=world.focus))
    return Project(text, str(move.title), paid if cost is None else cost, _event(name, turn, effects))


def _event(name: str, turn: str, effects: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    source = "multivector projects: what the move does, done in any case"
    id = "project-" + "".join(c if c.isalnum() else "-" for c in name.lower()).strip("-")
    body = {"id": id, "turn": turn, "title": f"Project: {name}", "then": list(effects), "source": source}
    return {f"events.{id}": json.dumps(body)}


def planned(
    base: str | Path, shocked: str | Path, *, projects: Sequence[str] = (), replicates: int = REPLICATES, seed: int = 0,
    overrides: Mapping[str, str] | None = None,
) -> Plan:  # fmt: skip
    """Check worlds and projects.

    Parameters
    ----------
    base, shocked : scenarios without and with the shock.
    projects : as of `project`; the `USUAL` ones if none are named.
    replicates, seed, overrides : as for a sweep, for all worlds.

    Raises
    ------
    BadInput
        Something is wrong with a scenario or a project, or the two worlds have other calendars.
    """
    one, two = (load(world, overrides=overrides) for world in (base, shocked))
    if (one.quarters(), one.focus) != (two.quarters(), two.focus):
        raise BadInput([Problem(str(shocked), 0, 0, "", "found another calendar or focus", f"those of {base}")])
    found: list[Project] = []
    problems: list[Problem] = []
    for text in dict.fromkeys(projects or USUAL):
        try:
            found.append(project(one, text))
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    sweeps = [_sweep(world, found, replicates, seed, overrides) for world in (base, shocked)]
    return Plan(tuple(found), *sweeps)


def _sweep(
    world: str | Path, projects: Sequence[Project], replicates: int, seed: int, overrides: Mapping[str, str] | None
) -> Sweep:
    """A world without and with each project: worlds of their own, each with what it makes worth having later."""
    made = []
    for each in (None, *projects):
        changes = {} if each is None else dict(each.changes)
        alone = plan(world, [{}], seed=seed, replicates=replicates, overrides={**(overrides or {}), **changes})
        made.append((alone, changes))
    points: list[Point] = [changes for _, changes in made]
    groups = tuple(type(s.groups[0])(s.arms, (k,), {}) for k, (s, _) in enumerate(made))
    return Sweep(made[0][0].arms, tuple(points), groups, seed, replicates)


class _Series:
    """A sink that keeps some outcomes by quarter, ``[point, turn, replicate]``."""

    def __init__(self, points: int, quarters: Sequence[str], replicates: int) -> None:
        self.values: dict[str, Array] = {}
        self._shape = points, len(quarters), replicates
        self._turn = {quarter: k for k, quarter in enumerate(quarters)}

    def add(self, table: str, content: Table | None) -> None:
        """Take a block of a table."""
        if table != "outcomes" or content is None:
            return
        names, turns = content["outcome"], content["turn"]
        assert isinstance(names, Words)
        assert isinstance(turns, Words)
        turn = np.array([self._turn[label] for label in turns.labels])[turns.codes]
        point, replicate, value = (np.asarray(content[c]) for c in ("point", "replicate", "value"))
        for code, id in enumerate(names.labels):
            if id in READ or id.startswith(OIL):
                mine = names.codes == code
                kept = self.values.setdefault(id, np.full(self._shape, np.nan))
                kept[point[mine], turn[mine], replicate[mine]] = value[mine]


@dataclass(frozen=True)
class Projects:
    """Projects that were played.

    Attributes
    ----------
    plan : what was played. summary : every figure of the printout, as plain data.
    failures : histories without numbers: point, replicate, stage, message.
    folder : where it is stored, None if in memory alone.
    """

    plan: Plan
    summary: dict[str, Any]
    failures: list[dict[str, Any]]
    folder: Path | None = None

    def frame(self) -> Any:
        """A pandas data frame, a row for each project."""
        return data_frame(rows_of(self.summary))


def perform(made: Plan, tick: Tick | None = None, workers: int | None = 1, shelf: Shelf | None = None) -> Projects:
    """Play all worlds and say what each project saves; finished blocks lie on the shelf, with every quarter."""
    series, failures = [], []
    for sweep in (made.base, made.shocked):
        sink = _Series(len(sweep.points), sweep.arms.scenario.quarters(), sweep.replicates)
        played = play(sweep, sink, tick, workers=workers, shelf=shelf)
        series.append(sink.values)
        failures += played.failures
    return Projects(made, summarise(made, series[0], series[1], len(failures)), failures)


def save(
    made: Plan, out: Path, form: str, command: str, tick: Tick | None = None, workers: int | None = 1,
    shelf: Shelf | None = None,
) -> Path:  # fmt: skip
    """Play all worlds and write what projects save as a folder of results: whole or absent.

    Raises
    ------
    RunFailed
        The result cannot be written.
    """
    start = time.perf_counter()
    with Writer(out, made.name(), form) as writer:
        found = perform(made, tick, workers, shelf)
        rows = rows_of(found.summary)
        writer.add("projects", {name: column([row[name] for row in rows]) for name in rows[0]})
        texts = {
            SCENARIO: scenario_text(made.base.arms.scenario), "shocked.yaml": scenario_text(made.shocked.arms.scenario),
            SUMMARY: json_bytes(found.summary).decode("utf-8"),
            FAILURES: "".join(json.dumps(failure) + "\n" for failure in found.failures),
        }  # fmt: skip
        facts = manifest(made.base.arms, seed=made.seed, replicates=made.replicates, level="summary")
        facts["digests"] = {**facts["digests"], "result": made.digest()}
        facts |= {"kind": KIND, "command": command, "timing": timing(time.perf_counter() - start, made.histories)}
        return writer.finish(facts, texts)


def column(values: Sequence[Any]) -> Any:
    """A column of a table: words, or numbers with nan for what is not known."""
    if any(isinstance(each, str) and each for each in values):
        return words([each or "" for each in values])
    return np.array([math.nan if each in ("", None) else float(each) for each in values])


def measures(series: Mapping[str, Array], units: Mapping[str, str], gdp: float) -> dict[str, Array]:
    """What is lost or saved, over all quarters, ``[point, replicate]``.

    Parameters
    ----------
    series : outcome to ``[point, turn, replicate]``. units : of the outcomes. gdp : US$ bn a year.

    Returns
    -------
    dict
        ``oil``: Mt exported in all; ``income``: US$ bn in all; ``legitimacy``: lowest index.
    """
    flows = [v for id, v in series.items() if id.startswith(OIL) and units.get(id) == FLOW]
    return {
        "oil": QUARTER * np.sum(flows, axis=0).sum(axis=1),
        "income": QUARTER * gdp * series["real_income"].sum(axis=1),
        "legitimacy": series["legitimacy"].min(axis=1),
    }


HEADS = {
    "cost": "US$ bn", "from": "quarter", "oil": "Mt", "income": "US$ bn", "legitimacy": "index 0-1",
    "per_dollar": "US$", "n": "histories",
}  # fmt: skip
"""Units of the columns of `rows_of`."""
UNITS = {"oil": "Mt", "income": "US$ bn, prices of 2021", "legitimacy": "index 0-1"}


def summarise(made: Plan, base: Mapping[str, Array], shocked: Mapping[str, Array], failed: int) -> dict[str, Any]:
    """Every figure of the printout, as plain data."""
    from multivector.experiment.histories.replicates import Experiment

    units = {id: each.unit for id, each in Experiment(made.base.arms).dictionary.items()}
    gdp = load_figures().value(GDP.format(of=made.base.arms.scenario.focus))
    without, withs = (measures(each, units, gdp) for each in (base, shocked))
    loss = {id: without[id] - withs[id] for id in UNITS}
    saved = {id: each[0] - each[1:] for id, each in loss.items()}
    rows = []
    for k, each in enumerate(made.projects):
        row: dict[str, Any] = {"project": each.id, "title": each.title, "cost": each.cost}
        row["saved"] = {id: mean(saved[id][k]) for id in UNITS}
        row["anyway"] = mean(without["income"][k + 1] - without["income"][0])
        row["per_dollar"] = None
        if each.cost:
            row["per_dollar"] = {n: v if n == "n" else v / each.cost for n, v in row["saved"]["income"].items()}
        row["from"] = _from(base["oil.n_minus_one"], made.base.arms.scenario.quarters(), k + 1)
        rows.append(row)
    order = _ranks(saved["income"], [each.cost for each in made.projects])
    for row, rank in zip(rows, order, strict=True):
        row["rank"] = rank
    arms, quarters = made.base.arms, made.base.arms.scenario.quarters()
    return {
        "kind": KIND, "model": arms.model[:8], "digest": made.digest()[:8], "base": arms.scenario.id,
        "shocked": made.shocked.arms.scenario.id, "seed": made.seed, "replicates": made.replicates,
        "first": quarters[0], "last": quarters[-1], "gdp": gdp, "units": UNITS,
        "lost": {id: mean(loss[id][0]) for id in UNITS}, "projects": rows, "failed": failed,
        **resting(arms.scenario, arms.model),
    }  # fmt: skip


def _from(spare: Array, quarters: Sequence[str], k: int) -> str | None:
    """The first quarter in which more oil is left without the best corridor than without the project, interval off
    zero over all quarters together (Bonferroni); None if never."""
    single = 1.0 - (1.0 - LEVEL) / len(quarters)
    for t, quarter in enumerate(quarters):
        found = paired(spare[0, t], spare[k, t], level=single)
        if math.isfinite(found.low) and found.low > 0.0:
            return quarter
    return None


def _ranks(saved: Array, costs: Sequence[float | None]) -> list[dict[str, float] | None]:
    """Rank by income saved per dollar, among projects whose cost is known, with its interval over histories drawn
    again; ``[project, replicate]``."""
    priced = [k for k, cost in enumerate(costs) if cost]
    known = saved[:, ~np.isnan(saved).any(axis=0)]
    if not priced or known.shape[1] < 2:
        return [None] * len(costs)
    per = known[priced] / np.array([costs[k] for k in priced], float)[:, None]
    drawn = np.concatenate([per[:, chunk].mean(axis=2) for chunk in resamples(per.shape[1])], axis=1)

    def place(values: Array) -> Array:
        return np.asarray(1.0 + (values[None] > values[:, None]).sum(axis=1))

    middle, all_ = place(per.mean(axis=1, keepdims=True))[:, 0], place(drawn)
    low, high = np.quantile(all_, (0.025, 0.975), axis=1, method="nearest")
    out: list[dict[str, float] | None] = [None] * len(costs)
    for at, k in enumerate(priced):
        first = float((all_[at] == 1.0).mean())
        out[k] = {"rank": float(middle[at]), "low": float(low[at]), "high": float(high[at]), "first": first}
    return out


def rows_of(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The projects as flat rows."""
    out = []
    for row in summary["projects"]:
        flat: dict[str, Any] = {"project": row["project"], "cost": row["cost"], "from": row["from"]}
        for id, found in row["saved"].items():
            flat |= {id: found["mean"], f"{id}_low": found["low"], f"{id}_high": found["high"]}
        per = row["per_dollar"] or {"mean": "", "low": "", "high": ""}
        flat |= {"per_dollar": per["mean"], "per_dollar_low": per["low"], "per_dollar_high": per["high"]}
        rank = row["rank"] or {"rank": "", "low": "", "high": ""}
        flat |= {
            "rank": rank["rank"],
            "rank_low": rank["low"],
            "rank_high": rank["high"],
            "n": row["saved"]["oil"]["n"],
        }
        out.append(flat)
    return out


def projects(
    base: str | Path, shocked: str | Path, named: Sequence[str] = (), *, replicates: int = REPLICATES, seed: int = 0,
    overrides: Mapping[str, object] | None = None, workers: int | None = 1, out: str | Path | None = None,
    form: Form = "parquet", resume: bool = False, force: bool = False,
) -> Projects:  # fmt: skip
    """What projects save of the loss from a shock: the same as `multivector projects`, with the same numbers.

    Parameters
    ----------
    base, shocked : scenarios without and with the shock.
    named : ids of moves, ``PATH=VALUE`` or ``fund``, with ``@US$ bn`` behind where the cost is known.
    replicates, seed, overrides, workers : as in `sweep`.
    out, form, resume, force : where the result is kept and how, as in `sweep`.

    Raises
    ------
    BadInput
        Something is wrong with a world or a project, or an interrupted study lies in `out`.
    RunFailed
        The result cannot be written, or workers cannot be had.

    Examples
    --------
    >>> projects("after-2022", "after-2022", ["dance"])
    Traceback (most recent call last):
    multivector.errors.BadInput: --project: found "dance"; allowed: a move of KAZ, PATH=VALUE, fund@US$ bn
    """
    command = called(
        projects, base, shocked, named=named, replicates=replicates, seed=seed, overrides=overrides
    )  # fmt: skip
    how = asked(
        command, counts={"replicates": (replicates, 2), "seed": (seed, 0)}, workers=workers, out=out, form=form,
        resume=resume, force=force,
    )  # fmt: skip
    made = planned(base, shocked, projects=named, replicates=replicates, seed=seed, overrides=set_texts(overrides))
    if how is not None:
        stored = kept(made, how).stored
        return Projects(made, stored.summary, stored.failures(), stored.folder)
    found = perform(made, None, workers)
    return Projects(made, json_plain(found.summary), found.failures)


def kept(made: Plan, how: Keep) -> Kept:
    """Read a study where it is stored, else play it into a folder: as `experiment.ensembles.keeping.kept`."""

    def play_it(shelf: Shelf) -> Path:
        return save(made, how.out, how.form, how.command, how.watcher, how.workers, shelf)

    return keeping.kept(made, how, KIND, KIND, play_it, TABLES)
