"""Which numbers matter: Morris's screening and Sobol' indices over the ledger's ranges, with luck kept apart.

Points are played by `experiment.ensembles.sweep`: each is the mean of n histories, and all points meet the same draws.
"""

from __future__ import annotations

import json
import math
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.analysis.comparing.comparison import SHOWN, SURVIVAL_MARGIN, data_frame
from multivector.analysis.importance.morris import Trajectories, screened, trajectories
from multivector.analysis.importance.sobol import Rows, decomposed, saltelli
from multivector.analysis.importance.varied import ALL, BY, Choice, Number, cut
from multivector.errors import BadInput, Problem
from multivector.experiment.ensembles import keeping
from multivector.experiment.ensembles.called import asked, called, set_texts
from multivector.experiment.ensembles.design import MOST, Point, as_text
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
from multivector.experiment.ensembles.sweep import OfSweep, Played, Sweep, plan, play
from multivector.experiment.histories.arms import prepare
from multivector.experiment.histories.replicates import Tick
from multivector.experiment.histories.uncertain import spread_over
from multivector.experiment.telling import summary as told
from multivector.hashing import digest
from multivector.results.recorded import Array
from multivector.results.store import FAILURES, SUMMARY, Writer, json_bytes, json_plain
from multivector.results.tables import Table, words
from multivector.scenario import load

KIND = "sensitivity"
METHODS = ("morris", "sobol")
TRAJECTORIES, SAMPLES, REPLICATES = 10, 64, 50
"""What a design has if nothing is said."""
FEWEST_TRAJECTORIES, FEWEST_SAMPLES, MOST_SAMPLES = 3, 8, 4096
SURVIVAL = "survival"
JUDGED = (SURVIVAL, *SHOWN)
LITTLE_LUCK = 0.05
"""The share of variance that luck may have when a number of histories is advised."""


@dataclass(frozen=True)
class Study(OfSweep):
    """What to play and how it will be read.

    Attributes
    ----------
    sweep : the points.
    design : how they hang together.
    numbers : what is varied, in the order of the design's columns.
    method, by : as asked.
    held : numbers with a range that stay, by confidence and why.
    """

    sweep: Sweep
    design: Trajectories | Rows
    numbers: tuple[Number, ...]
    method: str
    by: str
    held: Mapping[str, Mapping[str, int]]

    def digest(self) -> str:
        """Digest of everything that determines the numbers."""
        return digest({"kind": KIND, "of": self.sweep.digest(), "method": self.method, "by": self.by})

    def name(self) -> str:
        """Name of the result."""
        return f"{self.sweep.arms.scenario.id.replace('/', '-')}-{KIND}-{self.digest()[:8]}"

    @property
    def classes(self) -> dict[str, str]:
        """Index to confidence, where each index has one."""
        if self.by == "family":
            return {}
        return {number.group(self.by): number.confidence or "unsaid" for number in self.numbers}


def planned(
    scenario: str | Path,
    *,
    method: str = "morris",
    over: Sequence[str] = (),
    by: str = "number",
    count: int | None = None,
    replicates: int = REPLICATES,
    seed: int = 0,
    overrides: Mapping[str, str] | None = None,
    doctrines: Mapping[str, str] | None = None,
    order: str | None = None,
) -> Study:
    """Choose numbers, draw the design, check every point.

    Parameters
    ----------
    scenario : a file or the name of a shipped one.
    method : ``morris`` or ``sobol``.
    over : paths, ``declared``, ``data``, ``literature``, ``assumed``, ``all`` (`varied.Choice.numbers`).
    by : what an index is of: a ``number``, or all numbers of one ``confidence`` or ``family``, which move together.
    count : trajectories of Morris, rows of Sobol'.
    replicates, seed : histories of each point, root of all draws (the design's too).
    overrides, doctrines, order : what all points share, as for a run.

    Raises
    ------
    BadInput
        Something is wrong with the scenario or an option.
    RunFailed
        SALib is not installed.
    """
    count = _checked(method, by, count)

    choice = Choice(prepare(scenario, overrides=overrides, doctrines=doctrines, order=order))
    numbers = cut(choice.numbers(over), lambda more: load(scenario, overrides={**(overrides or {}), **more}))
    names, groups = [number.path for number in numbers], [number.group(by) for number in numbers]
    _fits(method, by, count, groups)
    design = (trajectories if method == "morris" else saltelli)(names, groups, count, seed)
    sweep = plan(
        scenario, points(numbers, design.x), seed=seed, replicates=replicates, overrides=overrides,
        doctrines=doctrines, order=order,
    )  # fmt: skip
    return Study(sweep, design, tuple(numbers), method, by, choice.held(numbers))


def _checked(method: str, by: str, count: int | None) -> int:
    problems = [
        Problem(f"--{name}", 0, 0, "", f'found "{found}"', ", ".join(known))
        for name, found, known in (("method", method, METHODS), ("by", by, BY))
        if found not in known
    ]
    if method == "sobol" and count is not None and not _power(count):
        allowed = f"a power of two from {FEWEST_SAMPLES} to {MOST_SAMPLES:,}"
        problems.append(Problem("--samples", 0, 0, "", f"found {count}", allowed))
    if method == "morris" and count is not None and not FEWEST_TRAJECTORIES <= count <= MOST:
        allowed = f"from {FEWEST_TRAJECTORIES} to {MOST:,}"
        problems.append(Problem("--trajectories", 0, 0, "", f"found {count}", allowed))
    if problems:
        raise BadInput(problems)
    return count or (TRAJECTORIES if method == "morris" else SAMPLES)


def _power(count: int) -> bool:
    return FEWEST_SAMPLES <= count <= MOST_SAMPLES and count & (count - 1) == 0


def _fits(method: str, by: str, count: int, groups: Sequence[str]) -> None:
    """Refuse a design of nothing, of one group, or of too many points."""
    width = len(set(groups))
    if not groups:
        raise BadInput([Problem("--over", 0, 0, "", "found no number with room to vary", "numbers with a range")])
    if by != "number" and width < 2:
        found = f"found one {by} only ({groups[0]})"
        raise BadInput([Problem("--by", 0, 0, "", found, "numbers of several", f"--over {ALL} has them all")])
    made = count * (width + (1 if method == "morris" else 2))
    if made > MOST:
        found = f"found {made:,} points over {width:,} {'numbers' if by == 'number' else 'groups'}"
        hint = "--by confidence or --by family moves numbers together"
        raise BadInput([Problem("--over", 0, 0, "", found, f"{MOST:,} at most", hint)])


def points(numbers: Sequence[Number], x: Array) -> list[Point]:
    """Points of a design as `--set` takes them: each number by its own range and distribution.

    Parameters
    ----------
    numbers : by column.
    x : ``[point, number]`` in the unit cube.
    """
    columns = {n.path: spread_over(n.spread, x[:, k], n.value) for k, n in enumerate(numbers)}
    return [{path: as_text(values[k]) for path, values in columns.items()} for k in range(len(x))]


def known(y: Array, size: int) -> tuple[Array, NDArray[np.intp]]:
    """What can be used of outputs ``[point, replicate]``: ``[part, point of the part, replicate]``, and which parts.

    A part (trajectory, row) in which most replicates lack a number falls out as a whole, then the replicates that lack
    one in any part that stays: differences need both sides on the same draws.

    Examples
    --------
    >>> y = np.ones((4, 3)); y[0, 2] = np.nan
    >>> kept, at = known(y, 2)
    >>> kept.shape, at.tolist()
    ((2, 2, 2), [0, 1])
    """
    cube = y.reshape(-1, size, y.shape[1])
    whole = np.asarray(np.isfinite(cube).all(axis=1))
    parts = np.flatnonzero(whole.mean(axis=1) >= 0.5)
    lanes = np.flatnonzero(whole[parts].all(axis=0))
    return cube[parts][..., lanes], parts


def about(played: Played, id: str) -> dict[str, Any]:
    """What an outcome is."""
    if id == SURVIVAL:
        title = "survival (no red line crossed)"
        return {"title": title, "unit": "share", "margin": SURVIVAL_MARGIN, "direction": "higher"}
    return {name: getattr(played.dictionary[id], name) for name in ("title", "unit", "margin", "direction")}


def outputs(played: Played, outcomes: Iterable[str] = SHOWN) -> dict[str, Array]:
    """Outcomes ``[point, replicate]``, survival among them; nan where a history has no number."""
    survived = np.where(played.done, played.survived.astype(float), np.nan)
    return {SURVIVAL: survived, **{id: played.end[id] for id in outcomes if id in played.end}}


def summarise(study: Study, played: Played, outcomes: Iterable[str] = SHOWN) -> dict[str, Any]:
    """Every figure of the printout as plain data."""
    arms, sweep = study.sweep.arms, study.sweep
    out = told.head(arms, seed=sweep.seed, replicates=sweep.replicates, model=arms.model, digest=study.digest())
    seen = outputs(played, outcomes)
    return {
        **out, "kind": KIND, "method": study.method, "by": study.by,
        "points": len(sweep.points), "parts": len(sweep.points) // study.design.size,
        "numbers": [_told(number, study.by) for number in study.numbers],
        "varied": dict(sorted(Counter(n.confidence or "unsaid" for n in study.numbers).items())),
        "held": study.held, "shown": {id: about(played, id) for id in seen},
        "outcomes": {id: _judged(study, y, about(played, id)["margin"]) for id, y in seen.items()},
        "failed": len(played.failures),
    }  # fmt: skip


def _told(number: Number, by: str) -> dict[str, Any]:
    spread = number.spread
    return {
        "path": number.path, "value": number.value, "low": spread.low, "high": spread.high,
        "distribution": spread.distribution, "unit": number.unit, "confidence": number.confidence,
        "source": number.source, "group": number.group(by), "cut": number.cut,
    }  # fmt: skip


def _judged(study: Study, y: Array, margin: float) -> dict[str, Any]:
    kept, at = known(y, study.design.size)
    parts, _, n = kept.shape
    out: dict[str, Any] = {"parts": parts, "n": n, "indices": []}
    if parts < FEWEST_TRAJECTORIES or n < 1:
        return out
    if isinstance(study.design, Trajectories):
        out |= screened(study.design, kept, study.classes, at, study.sweep.seed)
        for row in out["indices"]:
            row["verdict"] = verdict(row, margin)
    else:
        out |= decomposed(study.design, kept, study.classes, study.sweep.seed)
    for row in out["indices"]:
        row["numbers"] = sum(number.group(study.by) == row["name"] for number in study.numbers)
        row["confidence"] = study.classes.get(row["name"], "")
    out["needed"] = needed(out["luck"]["value"], n)
    return out


MATTERS, SMALL, OPEN, LUCK, NOTHING = "matters", "too small to matter", "may matter", "not told from luck", "no effect"


def verdict(row: Mapping[str, Any], margin: float) -> str:
    """What an elementary effect comes to, against the smallest difference that matters.

    Examples
    --------
    >>> row = {"moves": True, "beyond_luck": True, "mu_star": {"low": 0.4, "high": 0.9}}
    >>> verdict(row, 0.3), verdict(row, 0.5), verdict(row, 1.0), verdict({**row, "beyond_luck": False}, 0.3)
    ('matters', 'may matter', 'too small to matter', 'not told from luck')
    """
    if not row["moves"]:
        return NOTHING
    if row["mu_star"]["high"] < margin:
        return SMALL
    if not row["beyond_luck"]:
        return LUCK
    return MATTERS if row["mu_star"]["low"] > margin else OPEN


def needed(luck: float, n: int) -> int | None:
    """Histories at a point with which luck would be a twentieth of the variance; None if that cannot be said.

    Examples
    --------
    >>> needed(0.2, 50), needed(0.01, 50), needed(1.1, 50)
    (238, 10, None)
    """
    if not 0.0 <= luck < 1.0:
        return None
    return max(1, math.ceil(round(n * luck / (1.0 - luck) * (1.0 - LITTLE_LUCK) / LITTLE_LUCK, 6)))


def rows_of(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The indices of a summary as flat rows: outcome, index, name, confidence, value, low, high and the half widths."""
    keys = ("mu_star", "mu", "sigma") if summary["method"] == "morris" else ("first", "total")
    shared = ("interaction", "luck", "spread")
    out = []
    for id, found in summary["outcomes"].items():
        for row in found["indices"]:
            what = {"outcome": id, "name": row["name"], "confidence": row["confidence"], "numbers": row["numbers"]}
            out += [{**what, "index": key, **row[key]} for key in keys if row[key] is not None]
        whole = {"outcome": id, "name": "", "confidence": "", "numbers": len(summary["numbers"])}
        out += [{**whole, "index": key, **found[key]} for key in shared if key in found]
        sums = "share of squared effects" if summary["method"] == "morris" else "sum of first orders"
        for kind, share in found.get("classes", {}).items():
            of = {"outcome": id, "name": kind, "confidence": kind, "numbers": summary["varied"][kind]}
            out.append({**of, "index": sums, **share})
    return out


def indices_table(summary: Mapping[str, Any]) -> Table:
    """The same as a table to be kept."""
    rows = rows_of(summary)
    text = {name: words([row[name] for row in rows]) for name in ("outcome", "index", "name", "confidence")}
    counts = {"numbers": np.array([row["numbers"] for row in rows], np.int32)}
    return {**text, **counts, **{name: np.array([float(row[name]) for row in rows])
                                 for name in ("value", "low", "high", "points", "luck")}}  # fmt: skip


def ends_table(played: Played) -> Table:
    """What each history came to: point, replicate, outcome, value; those without a number have no row."""
    parts = []
    for id, y in outputs(played).items():
        point, lane = np.nonzero(~np.isnan(y))
        parts.append((np.full(len(point), id, object), point, lane, y[point, lane]))
    ids, point, lane, value = (np.concatenate(column) for column in zip(*parts, strict=True))
    return {"point": point.astype(np.int32), "replicate": lane.astype(np.int64), "outcome": words(ids.tolist()),
            "value": value.astype(float)}  # fmt: skip


class _Only:
    """A sink that hands on some tables: very many histories need not be kept quarter by quarter."""

    def __init__(self, sink: Any, names: Sequence[str]) -> None:
        self._sink, self._names = sink, names

    def add(self, table: str, content: Table | None) -> None:
        if table in self._names:
            self._sink.add(table, content)


@dataclass(frozen=True)
class Sensitivity:
    """An analysis that was played.

    Attributes
    ----------
    study : what was played.
    summary : every figure of the printout, as plain data.
    failures : histories without numbers: point, replicate, stage, message.
    folder : where it is stored, None if in memory alone.
    """

    study: Study
    summary: dict[str, Any]
    failures: list[dict[str, Any]]
    folder: Path | None = None

    def frame(self, outcome: str | None = None) -> Any:
        """The indices as a pandas data frame, of one outcome or of all.

        Raises
        ------
        ImportError
            pandas is not installed; `summary` works without it.
        """
        return data_frame([row for row in rows_of(self.summary) if outcome in (None, row["outcome"])])


def sensitivity(
    scenario: str | Path,
    over: Sequence[str] = (),
    *,
    method: str = "morris",
    by: str = "number",
    count: int | None = None,
    replicates: int = REPLICATES,
    seed: int = 0,
    workers: int | None = 1,
    overrides: Mapping[str, object] | None = None,
    doctrines: Mapping[str, str] | None = None,
    order: str | None = None,
    out: str | Path | None = None,
    form: Form = "parquet",
    resume: bool = False,
    force: bool = False,
) -> Sensitivity:
    """Find what matters among the numbers of a world: the same as `multivector sensitivity`, with the same numbers.

    Parameters
    ----------
    scenario : a file or the name of a shipped one.
    over : paths, ``declared`` (the default), ``data``, ``literature``, ``assumed``, ``all``.
    method, by, count : ``morris`` or ``sobol``; indices of each ``number``, ``confidence`` or ``family``; trajectories
        or rows.
    replicates, seed, workers : histories of each point, root of all draws, processes (None: one for each processor).
    overrides, doctrines, order : what all points share, as in `run`.
    out, form, resume, force : where the result is kept and how, as in `sweep`.

    Raises
    ------
    BadInput
        Something is wrong with the scenario or an option, or an interrupted analysis lies in `out`.
    RunFailed
        SALib (extra `discovery`) is not installed, the result cannot be written, or workers cannot be had.

    Examples
    --------
    >>> sensitivity("after-2022", method="guess")
    Traceback (most recent call last):
    multivector.errors.BadInput: --method: found "guess"; allowed: morris, sobol
    """
    command = called(
        sensitivity, scenario, over=over, method=method, by=by, count=count, replicates=replicates, seed=seed,
        overrides=overrides, doctrines=doctrines, order=order,
    )  # fmt: skip
    how = asked(
        command, counts={"replicates": (replicates, 1), "seed": (seed, 0)}, workers=workers, out=out, form=form,
        resume=resume, force=force,
    )  # fmt: skip
    study = planned(
        scenario, method=method, over=over, by=by, count=count, replicates=replicates, seed=seed,
        overrides=set_texts(overrides), doctrines=doctrines, order=order,
    )  # fmt: skip
    if how is not None:
        stored = kept(study, how).stored
        return Sensitivity(study, stored.summary, stored.failures(), stored.folder)
    played = play(study.sweep, Nowhere(), workers=workers)
    return Sensitivity(study, json_plain(summarise(study, played)), played.failures)


def kept(study: Study, how: Keep) -> Kept:
    """Read an analysis where it is stored, else play it into a folder: as `experiment.ensembles.keeping.kept`."""

    def play_it(shelf: Shelf) -> Path:
        return save(study, how.out, how.form, how.command, how.watcher, workers=how.workers, shelf=shelf)

    return keeping.kept(study, how, KIND, "indices", play_it)


def save(
    study: Study, out: Path, form: str, command: str, tick: Tick | None = None, *, workers: int | None = 1,
    shelf: Shelf | None = None,
) -> Path:  # fmt: skip
    """Play an analysis and write it as a folder of results: whole or absent; finished blocks lie on the shelf.

    Raises
    ------
    RunFailed
        The result cannot be written.
    """
    start = time.perf_counter()
    with Writer(out, study.name(), form) as writer:
        played = play(study.sweep, _Only(writer, ("points",)), tick, workers=workers, shelf=shelf)
        summary, arms, sweep = summarise(study, played), study.sweep.arms, study.sweep
        writer.add("ends", ends_table(played))
        writer.add("indices", indices_table(summary))
        texts = {
            SCENARIO: scenario_text(arms.scenario),
            DICTIONARY: dictionary_text(played.dictionary),
            SUMMARY: json_bytes(summary).decode("utf-8"),
            FAILURES: "".join(json.dumps(failure) + "\n" for failure in played.failures),
        }
        if arms.benchmark is not None:
            texts[BENCHMARK] = scenario_text(arms.benchmark)
        facts = manifest(arms, seed=sweep.seed, replicates=sweep.replicates, level=sweep.level)
        facts["digests"] = {**facts["digests"], "result": study.digest()}
        facts |= {"kind": KIND, "method": study.method, "points": len(sweep.points), "command": command}
        facts |= {"timing": timing(time.perf_counter() - start, len(sweep.points) * sweep.replicates)}
        return writer.finish(facts, texts)
