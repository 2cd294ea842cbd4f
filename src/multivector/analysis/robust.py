"""Which doctrine is robust: its regret over many futures, where balancing fails, under which futures one beats another,
and which of these conclusions hold in both orders of play."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.analysis.comparison import SHOWN, SURVIVAL_MARGIN, data_frame
from multivector.analysis.conditions import conditions, titles
from multivector.analysis.discovery import ahead, discover, happens, lead, lead_where_ahead, split
from multivector.analysis.futures import (
    CROSSED,
    SURVIVAL,
    Futures,
    Histories,
    from_table,
    futures_table,
    histories,
    histories_table,
    planned,
)
from multivector.analysis.regret import COUNT, Draws, draws, interval, lexicographic, means, pairs, regret
from multivector.analysis.regret import regrets_by_future as regrets_by_future
from multivector.errors import BadInput, Problem, RunFailed
from multivector.experiment import summary as told
from multivector.experiment.replicates import Tick
from multivector.experiment.running import Sink
from multivector.experiment.saving import BENCHMARK, DICTIONARY, SCENARIO, dictionary_text, manifest, scenario_text, timing
from multivector.experiment.sweep import Played, play
from multivector.outcomes import Outcome
from multivector.results.recorded import Array
from multivector.results.store import FAILURES, SUMMARY, Stored, Writer, json_bytes
from multivector.results.tables import Table, Words

KIND = "robust"
FUTURES, REPLICATES = 100, 10
"""Futures, and histories of each with each doctrine in each order, if nothing is said."""
GOALS = (SURVIVAL, "autonomy", "real_income")
"""Outcomes in which regret is told, in the order in which they come first."""
LEXICOGRAPHIC = "lexicographic"
RED_LINES = "red-lines"
_BOUND = re.compile(r"([a-z_][a-z0-9_.]*)\s*([<>])\s*([-+]?[0-9.]+(?:e[-+]?[0-9]+)?)\Z")


@dataclass(frozen=True)
class Question:
    """What is asked of the histories.

    Attributes
    ----------
    fails : what counts as failure: `RED_LINES` (any red line crossed), the id of one, or ``OUTCOME<BOUND``.
    doctrine : whose failures are described.
    beats : the doctrine that is asked for, and the one it is held against.
    """

    fails: str
    doctrine: str
    beats: tuple[str, str]

    def plain(self) -> dict[str, Any]:
        """As plain data."""
        return {"fails": self.fails, "doctrine": self.doctrine, "beats": list(self.beats)}


def question(ready: Futures, fails: str | None = None, doctrine: str | None = None, beats: str | None = None) -> Question:
    """Check what is asked against what is played.

    Raises
    ------
    BadInput
        All that is wrong: a doctrine is not played, the failure names no red line and no outcome.
    """
    problems = []
    allowed = ", ".join(ready.doctrines)
    own = ready.sweep.arms.scenario.actors[ready.sweep.arms.scenario.focus].doctrine
    wanted = doctrine or (own if own in ready.doctrines else ready.doctrines[0])
    if wanted not in ready.doctrines:
        problems.append(Problem("--doctrine", 0, 0, "", f'found "{wanted[:80]}"', allowed))
    pair = tuple(part.strip() for part in (beats or _usual(ready.doctrines, str(own))).split(","))
    if len(pair) != 2 or pair[0] == pair[1] or not set(pair) <= set(ready.doctrines):
        problems.append(Problem("--beats", 0, 0, "", f'found "{(beats or "")[:80]}"', f"A,B, two of {allowed}"))
    what = fails or RED_LINES
    lines = [id for id, line in ready.sweep.arms.scenario.red_lines.items() if line.enabled]
    found = _BOUND.match(what)
    if not (what == RED_LINES or what in lines or (found and found[1] in SHOWN and _number(found[3]) is not None)):
        said = f"{RED_LINES}, a red line ({', '.join(lines[:3])}, ...), or OUTCOME<BOUND of {', '.join(SHOWN[:3])}, ..."
        problems.append(Problem("--fails", 0, 0, "", f'found "{what[:80]}"', said))
    if problems:
        raise BadInput(problems)
    return Question(what, wanted, (pair[0], pair[1]))


def _usual(doctrines: Sequence[str], own: str) -> str:
    """The first other doctrine against the scenario's own; west-pivot if it is played."""
    against = own if own in doctrines else doctrines[0]
    others = [d for d in doctrines if d != against]
    return f"{'west-pivot' if 'west-pivot' in others else others[0]},{against}"


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def failing(found: Histories, what: str) -> Array:
    """1 where a history fails, 0 where it does not, nan where it does not count: ``[order, doctrine, future, replicate]``.

    Raises
    ------
    BadInput
        These histories do not have the outcome.
    """
    if what == RED_LINES:
        return np.asarray(1.0 - found.values[SURVIVAL])
    bound = _BOUND.match(what)
    name = bound[1] if bound else f"{CROSSED}{what}"
    if name not in found.values:
        raise BadInput([Problem("--fails", 0, 0, "", f'found "{what}"', "an outcome that this world has")])
    if bound is None:
        return found.values[name]
    values, level = found.values[name], float(bound[3])
    flags = values < level if bound[2] == "<" else values > level
    return np.asarray(np.where(np.isnan(values), np.nan, flags))


def judge(ready: Futures, found: Histories, asked: Question, dictionary: Mapping[str, Outcome]) -> dict[str, Any]:
    """Every figure of the printout as plain data."""
    sweep, arms = ready.sweep, ready.sweep.arms
    out = told.head(arms, seed=sweep.seed, replicates=sweep.replicates, model=arms.model, digest=sweep.digest())
    goals = _goals(found, dictionary)
    keep = _sound(found)
    known = found.some(keep)
    x = {path: values[keep] for path, values in ready.x.items()}
    about = titles(arms.scenario, ready.spreads)
    out |= {
        "kind": KIND, "orders": list(ready.orders), "doctrines": list(ready.doctrines), "futures": ready.count,
        "judged": len(keep), "histories": len(sweep.points) * sweep.replicates, "resamples": COUNT,
        "varied": about, "goals": goals, "question": asked.plain(),
        "failed": int((~found.known).sum()) * len(ready.orders) * len(ready.doctrines),
    }  # fmt: skip
    if len(keep) < 2:
        return out
    drawn = draws(len(keep), sweep.replicates)
    margins = {id: goal["margin"] for id, goal in goals.items()}
    signed = {id: known.values[id] * (1.0 if goal["direction"] == "higher" else -1.0) for id, goal in goals.items()}
    out["means"] = {id: _means(ready, known.values[id], drawn) for id in goals}
    out["regret"] = {
        order: {id: dict(zip(ready.doctrines, regret(signed[id][o], drawn, margins[id]), strict=True)) for id in goals}
        for o, order in enumerate(ready.orders)
    }
    out[LEXICOGRAPHIC] = {
        order: dict(zip(ready.doctrines, lexicographic({id: v[o] for id, v in signed.items()}, drawn, margins), strict=True))
        for o, order in enumerate(ready.orders)
    }
    out["pairs"] = {id: _pairs(ready, signed[id], drawn, margins[id]) for id in goals}
    out["ranking"] = {id: _ranking(ready, signed[id], out["pairs"][id]) for id in goals}
    d = ready.doctrines.index(asked.doctrine)
    flags = failing(known, asked.fails)
    out["fails"] = _told(discover(x, [each[d] for each in flags], happens), ready, about) | asked.plain()
    out["beats"] = {id: _beats(ready, asked, x, signed[id], about) for id in goals}
    return _plain(out)


def _goals(found: Histories, dictionary: Mapping[str, Outcome]) -> dict[str, dict[str, Any]]:
    out: dict[str, dict[str, Any]] = {
        SURVIVAL: {"title": "no red line crossed", "unit": "share", "margin": SURVIVAL_MARGIN, "direction": "higher"}
    }
    names = ("title", "unit", "margin", "direction")
    return out | {
        id: {name: getattr(dictionary[id], name) for name in names} for id in GOALS if id in found.values and id in dictionary
    }


def _sound(found: Histories) -> NDArray[np.intp]:
    """Futures with a replicate that counts in either half."""
    known = found.known
    return np.flatnonzero(known[:, 0::2].any(axis=1) & known[:, 1::2].any(axis=1))


def _means(ready: Futures, values: Array, drawn: Draws) -> dict[str, dict[str, Any]]:
    by_future = means(values, drawn.whole)
    over = np.stack([by_future[:, :, f, b].mean(axis=2) for b, f in enumerate(drawn.futures)], axis=2)
    return {
        order: {doctrine: interval(over[o, d]) for d, doctrine in enumerate(ready.doctrines)}
        for o, order in enumerate(ready.orders)
    }


def _pairs(ready: Futures, values: Array, drawn: Draws, margin: float) -> list[dict[str, Any]]:
    return [
        {
            "a": ready.doctrines[row["a"]], "b": ready.doctrines[row["b"]],
            "orders": dict(zip(ready.orders, row["orders"], strict=True)), "both": row["both"],
        }
        for row in pairs(values, drawn, margin)
    ]  # fmt: skip


def _ranking(ready: Futures, values: Array, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Doctrines from the best mean down, in each order, and whether the orders agree on it."""
    level = means(values, np.ones((values.shape[-1], 1)))[..., 0].mean(axis=2)
    answers = [row["both"] for row in rows]
    agreed = {word: answers.count(word) for word in ("same", "FLIPS", "in one order only", "cannot tell")}
    ranked = {
        order: [ready.doctrines[k] for k in np.argsort(-level[o], kind="stable")] for o, order in enumerate(ready.orders)
    }
    if agreed["FLIPS"]:
        answer = "FLIPS"
    elif agreed["same"] == len(answers):
        answer = "same ranking"
    else:
        answer = "in one order only" if agreed["in one order only"] else "cannot tell"
    return {"orders": ranked, "pairs": agreed, "both": answer}


def _told(found: dict[str, Any], ready: Futures, about: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    rows = conditions(found["box"], about)
    for row in rows:
        row["quasi_p"] = found["quasi_p"][row["path"]]
    check = dict(zip(ready.orders, found["check"], strict=True))
    answers = [each["verdict"] for each in found["check"]]
    both = "cannot tell" if "cannot tell" in answers else "same" if len(set(answers)) == 1 else "in one order only"
    return {"conditions": rows, "find": found["find"], "check": check, "verdict": found["verdict"], "both": both}


def _beats(
    ready: Futures, asked: Question, x: Mapping[str, Array], values: Array, about: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    a, b = (ready.doctrines.index(name) for name in asked.beats)
    gaps = values[:, a] - values[:, b]
    found = discover(x, list(gaps), ahead)
    out = _told(found, ready, about) | {"a": asked.beats[0], "b": asked.beats[1]}
    rows = {"where_ahead": [lead_where_ahead(each) for each in gaps]}
    rows["lead"] = [lead(found["box"], x, each) for each in gaps] if found["box"] else [{} for _ in gaps]
    return out | {name: dict(zip(ready.orders, each, strict=True)) for name, each in rows.items()}


def _plain(data: Any) -> Any:
    """Intervals become mappings: value, low, high."""
    if isinstance(data, tuple) and len(data) == 3:
        return dict(zip(("value", "low", "high"), (float(x) for x in data), strict=True))
    if isinstance(data, dict):
        return {str(k): _plain(v) for k, v in data.items()}
    return [_plain(v) for v in data] if isinstance(data, list | tuple) else data


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


def run(ready: Futures, tick: Tick | None = None, workers: int | None = 1) -> tuple[Histories, Played]:
    """Play all futures."""
    sink = _Lines((len(ready.sweep.points), ready.sweep.replicates))
    played = play(ready.sweep, sink, tick, workers=workers)
    return histories(ready, played, sink.crossed), played


@dataclass(frozen=True)
class Robust:
    """Futures that were played and judged.

    Attributes
    ----------
    futures : what was played. histories : what came out.
    summary : every figure of the printout, as plain data.
    failures : histories without numbers: point, replicate, stage, message.
    """

    futures: Futures
    histories: Histories
    summary: dict[str, Any]
    failures: list[dict[str, object]]

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
    keep = _sound(found)
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
    workers : processes that may play at the same time; no number depends on it.

    Raises
    ------
    BadInput
        Something is wrong with the scenario, a path, a doctrine or what is asked.

    Examples
    --------
    >>> robust("after-2022", futures=4, doctrines=["hedge"])
    Traceback (most recent call last):
    multivector.errors.BadInput: --doctrines: found "hedge"; allowed: two or more, each once
    """
    ready = planned(
        scenario, futures=futures, over=over, doctrines=doctrines, replicates=replicates, seed=seed,
        overrides={path: str(value) for path, value in (overrides or {}).items()},
    )  # fmt: skip
    asked = question(ready, fails, doctrine, beats)
    found, played = run(ready, workers=workers)
    summary = json.loads(json_bytes(judge(ready, found, asked, played.dictionary)))
    return Robust(ready, found, summary, played.failures)


def name(ready: Futures) -> str:
    """Name of the result."""
    return ready.sweep.name().replace("-sweep-", f"-{KIND}-")


def save(
    ready: Futures, asked: Question, out: Path, form: str, command: str, *, stored: Stored | None = None,
    tick: Tick | None = None, workers: int | None = 1,
) -> Path:  # fmt: skip
    """Play and judge, and write it as a folder of results: whole or absent.

    Parameters
    ----------
    stored : a result of the same histories that was asked something else: they are judged anew, and not played again.

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
            found, played = run(ready, tick, workers)
            dictionary, failures = played.dictionary, played.failures
        else:
            found, failures = _again(ready, stored), list(stored.failures())
            dictionary = _dictionary(ready)
        summary = judge(ready, found, asked, dictionary)
        sink.add("histories", histories_table(ready, found))
        sink.add("futures", told_futures(ready, found, summary))
        texts = {
            SCENARIO: scenario_text(arms.scenario),
            DICTIONARY: dictionary_text(dictionary),
            SUMMARY: json_bytes(summary).decode("utf-8"),
            FAILURES: "".join(json.dumps(failure) + "\n" for failure in failures),
        }
        if arms.benchmark is not None:
            texts[BENCHMARK] = scenario_text(arms.benchmark)
        facts = manifest(arms, seed=sweep.seed, replicates=sweep.replicates, level="outcomes")
        facts["digests"] = {**facts["digests"], "result": sweep.digest()}
        facts |= {"kind": KIND, "points": len(sweep.points), "paths": list(sweep.paths), "command": command}
        facts |= {"question": asked.plain()}
        seconds = time.perf_counter() - start
        facts |= {"timing": timing(seconds, len(sweep.points) * sweep.replicates) if stored is None else stored.manifest["timing"]}
        return writer.finish(facts, texts)


def _again(ready: Futures, stored: Stored) -> Histories:
    table = stored.table("histories")
    if table is None:
        raise RunFailed(f"{stored.folder}: the table of histories is missing (--force plays them again)")
    return from_table(ready, table)


def _dictionary(ready: Futures) -> Mapping[str, Outcome]:
    from multivector.experiment.replicates import Experiment

    return Experiment(ready.sweep.arms).dictionary
