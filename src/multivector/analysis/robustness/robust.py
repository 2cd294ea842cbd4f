"""Which doctrine is robust: doctrines over many futures, played, judged and kept."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.analysis.comparing.comparison import data_frame
from multivector.analysis.robustness.discovery import split
from multivector.analysis.robustness.futures import (
    KIND,
    Futures,
    Histories,
    from_table,
    futures_table,
    histories,
    histories_table,
    planned,
)
from multivector.analysis.robustness.regret import draws, means, regrets_by_future
from multivector.analysis.robustness.verdicts import Question, failing, judge, question, sound
from multivector.errors import RunFailed
from multivector.experiment.ensembles.called import asked as wanted
from multivector.experiment.ensembles.called import called, set_texts
from multivector.experiment.ensembles.keeping import Form, Keep, Kept, shelved
from multivector.experiment.ensembles.running import Sink
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
from multivector.experiment.ensembles.sweep import Played, play
from multivector.experiment.histories.replicates import Experiment, Tick
from multivector.hashing import digest
from multivector.results.recorded import Array
from multivector.results.store import FAILURES, SUMMARY, Stored, Writer, find_result, json_bytes, open_result
from multivector.results.tables import Table, Words

FUTURES, REPLICATES = 100, 10
"""Futures, and histories of each with each doctrine in each order, if nothing is said."""


ANSWER = "answer-"
"""How the name of an answer that is kept begins; the digest of its question follows."""


def answers(stored: Stored) -> dict[str, str]:
    """The answers that a result keeps, as texts by name of file."""
    return {path.name: path.read_text("utf-8") for path in sorted(stored.folder.glob(f"{ANSWER}*.json"))}


class _Lines:
    """A sink that keeps which red lines were crossed, and nothing else."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.crossed: dict[str, NDArray[np.bool_]] = {}
        self._shape = shape

    def add(self, table: str, content: Table | None) -> None:
        """Take a block of a table."""
        if table != "lines" or content is None:
            return
        lines, first = content["line"], content["first"]
        assert isinstance(lines, Words)
        assert isinstance(first, Words)
        hit = first.plain() != ""
        at = np.asarray(content["point"]), np.asarray(content["replicate"])
        for code, id in enumerate(lines.labels):
            mine = lines.codes == code
            flags = self.crossed.setdefault(id, np.zeros(self._shape, bool))
            flags[at[0][mine], at[1][mine]] = hit[mine]


def run(
    ready: Futures, tick: Tick | None = None, workers: int | None = 1, shelf: Shelf | None = None
) -> tuple[Histories, Played]:
    """Play all futures."""
    sink = _Lines((len(ready.sweep.points), ready.sweep.replicates))
    played = play(ready.sweep, sink, tick, workers=workers, shelf=shelf)
    return histories(ready, played, sink.crossed), played


@dataclass(frozen=True)
class Robust:
    """Futures that were played and judged.

    Attributes
    ----------
    futures : what was played. histories : what came out.
    summary : every figure of the printout, as plain data.
    failures : histories without numbers: point, replicate, stage, message.
    folder : where it is stored, None if in memory alone.
    """

    futures: Futures
    histories: Histories
    summary: dict[str, Any]
    failures: list[dict[str, Any]]
    folder: Path | None = None

    def frame(self, table: str = "futures") -> Any:
        """A pandas data frame: ``futures`` (a row for each future, order and doctrine) or ``histories``.

        Raises
        ------
        ImportError
            pandas is not installed; `summary` works without it.
        KeyError
            There is no such table.
        """
        made: dict[str, Callable[[], Table]] = {
            "futures": lambda: told_futures(self.futures, self.histories, self.summary),
            "histories": lambda: histories_table(self.futures, self.histories),
        }
        columns = made[table]()
        plain = {name: (c.plain() if isinstance(c, Words) else c).tolist() for name, c in columns.items()}
        return data_frame([dict(zip(plain, row, strict=True)) for row in zip(*plain.values(), strict=True)])


def told_futures(ready: Futures, found: Histories, summary: Mapping[str, Any]) -> Table:
    """The table `futures`: what each future is, and the means, regrets and failures of each doctrine in it."""
    keep = sound(found)
    halves = ["left out"] * ready.count
    for name, part in zip(("find", "check"), split(len(keep)), strict=True):
        for k in keep[part]:
            halves[k] = name
    equal = np.ones((ready.sweep.replicates, 1))
    with_nan = found.known.any(axis=1)

    def over(values: Array) -> Array:
        return np.asarray(np.where(with_nan, means(values, equal)[..., 0], np.nan))

    shares = {id: over(found.values[id]) for id in summary["goals"]}
    if len(keep) > 1:
        shares["fails"] = over(failing(found, summary["question"]["fails"]))
    drawn = draws(ready.count, ready.sweep.replicates, 0)
    regrets = {}
    for id, goal in summary["goals"].items():
        values = found.values[id] * (1.0 if goal["direction"] == "higher" else -1.0)
        by_future = np.stack([regrets_by_future(each, drawn) for each in values])
        regrets[id] = np.where(np.isin(np.arange(ready.count), keep), by_future, np.nan)
    return futures_table(ready, found, shares, regrets, halves)


def robust(
    scenario: str | Path,
    *,
    futures: int = FUTURES,
    over: Sequence[str] = (),
    doctrines: Sequence[str] = (),
    fails: str | None = None,
    doctrine: str | None = None,
    beats: str | None = None,
    replicates: int = REPLICATES,
    seed: int = 0,
    overrides: Mapping[str, object] | None = None,
    workers: int | None = 1,
    out: str | Path | None = None,
    form: Form = "parquet",
    resume: bool = False,
    force: bool = False,
) -> Robust:
    """Play doctrines over many futures and say how they fare: the same as `multivector robust`, with the same numbers.

    Parameters
    ----------
    scenario : a file or the name of a shipped one.
    futures, over : how many futures are drawn, over what (paths, patterns, ``declared``).
    doctrines : of the focus actor.
    fails, doctrine : what counts as failure, and whose failures are described.
    beats : ``A,B``: under which futures does A beat B.
    replicates, seed : histories of each future, doctrine and order; root of all draws.
    overrides : what all points share, as with ``--set``.
    workers : as in `sweep`.
    out, form, resume, force : where the result is kept and how, as in `sweep`. Another question about futures that are
        stored (`fails`, `doctrine`, `beats`) is answered from their histories.

    Raises
    ------
    BadInput
        Something is wrong with the scenario, a path, a doctrine or what is asked, or an interrupted analysis lies in
        `out`.
    RunFailed
        The result cannot be written, or workers cannot be had.

    Examples
    --------
    >>> small = {"calendar.turns": 2, "decision.rule": "random"}
    >>> drawn = {"over": ["actors.KAZ.relations.RUS"], "doctrines": ["hedge", "west-pivot"], "overrides": small}
    >>> len(robust("base-2021", futures=4, replicates=2, **drawn).frame("histories"))
    32
    >>> robust("after-2022", futures=4, doctrines=["hedge"])
    Traceback (most recent call last):
    multivector.errors.BadInput: --doctrines: found "hedge"; allowed: two or more, each once
    """
    command = called(
        robust, scenario, futures=futures, over=over, doctrines=doctrines, fails=fails, doctrine=doctrine, beats=beats,
        replicates=replicates, seed=seed, overrides=overrides,
    )  # fmt: skip
    how = wanted(
        command, counts={"futures": (futures, 4), "replicates": (replicates, 2), "seed": (seed, 0)}, workers=workers,
        out=out, form=form, resume=resume, force=force,
    )  # fmt: skip
    ready = planned(
        scenario, futures=futures, over=over, doctrines=doctrines, replicates=replicates, seed=seed,
        overrides=set_texts(overrides),
    )  # fmt: skip
    asked = question(ready, fails, doctrine, beats)
    if how is not None:
        stored = kept(ready, asked, how).stored
        return Robust(ready, _again(ready, stored), stored.summary, stored.failures(), stored.folder)
    found, played = run(ready, workers=workers)
    return Robust(ready, found, judge(ready, found, asked, played.dictionary), played.failures)


def kept(ready: Futures, asked: Question, how: Keep) -> Kept:
    """Read an answer where it is stored, else find it in the histories that are stored, else play them into a folder.

    Raises
    ------
    BadInput
        Blocks of an unfinished one are there, and it was not said what to do with them.
    RunFailed
        The result cannot be written.
    """
    stored = None if how.force else find_result(how.out, name(ready), ready.sweep.digest(), kind=KIND)
    if stored is None:
        with shelved(ready, how, KIND) as shelf:
            made = save(
                ready, asked, how.out, how.form, how.command, tick=how.watcher, workers=how.workers, shelf=shelf
            )
    elif stored.manifest["question"] == asked.plain() and (stored.folder / f"futures.{how.form}").is_file():
        return Kept(stored, True)
    else:
        made = save(ready, asked, how.out, how.form, how.command, stored=stored)
    return Kept(open_result(made, kind=KIND), stored is not None)


def name(ready: Futures) -> str:
    """Name of the result."""
    return ready.name()


def save(
    ready: Futures, asked: Question, out: Path, form: str, command: str, *, stored: Stored | None = None,
    tick: Tick | None = None, workers: int | None = 1, shelf: Shelf | None = None,
) -> Path:  # fmt: skip
    """Play and judge, and write it as a folder of results: whole or absent.

    Parameters
    ----------
    stored : a result of the same histories that was asked something else: they are judged anew, and not played again.
    shelf : where finished blocks lie.

    Raises
    ------
    RunFailed
        The result cannot be written.
    """
    start = time.perf_counter()
    sweep, arms = ready.sweep, ready.sweep.arms
    with Writer(out, name(ready), form) as writer:
        sink: Sink = writer
        if stored is None:
            found, played = run(ready, tick, workers, shelf)
            dictionary, failures = played.dictionary, played.failures
        else:
            found, failures = _again(ready, stored), list(stored.failures())
            dictionary = Experiment(sweep.arms).dictionary
        summary = judge(ready, found, asked, dictionary)
        sink.add("histories", histories_table(ready, found))
        sink.add("futures", told_futures(ready, found, summary))
        texts = {
            SCENARIO: scenario_text(arms.scenario),
            DICTIONARY: dictionary_text(dictionary),
            SUMMARY: json_bytes(summary).decode("utf-8"),
            FAILURES: "".join(json.dumps(failure) + "\n" for failure in failures),
        }
        # Answers to other questions about the same futures stay beside the one that was asked last.
        texts |= {} if stored is None else answers(stored)
        texts[f"{ANSWER}{digest(asked.plain())[:8]}.json"] = texts[SUMMARY]
        if arms.benchmark is not None:
            texts[BENCHMARK] = scenario_text(arms.benchmark)
        facts = manifest(arms, seed=sweep.seed, replicates=sweep.replicates, level="outcomes")
        facts["digests"] = {**facts["digests"], "result": sweep.digest()}
        facts |= {"kind": KIND, "points": len(sweep.points), "paths": list(sweep.paths), "command": command}
        facts |= {"question": asked.plain()}
        played_in = timing(time.perf_counter() - start, len(sweep.points) * sweep.replicates)
        facts |= {"timing": played_in if stored is None else stored.manifest["timing"]}
        return writer.finish(facts, texts)


def _again(ready: Futures, stored: Stored) -> Histories:
    table = stored.table("histories")
    if table is None:
        raise RunFailed(f"{stored.folder}: the table of histories is missing (--force plays them again)")
    return from_table(ready, table)
