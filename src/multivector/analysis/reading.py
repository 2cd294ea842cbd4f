"""The histories of a result as arrays: outcomes by quarter, red lines, and what each outcome is."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from multivector.analysis.statistics.paired import Array
from multivector.outcomes import Outcome
from multivector.results.store import Stored
from multivector.results.tables import Table, Words
from multivector.results.tally import YEAR

if TYPE_CHECKING:
    from multivector.schema import Scenario

DICTIONARY, SCENARIO, BENCHMARK = "dictionary.csv", "scenario.yaml", "benchmark.yaml"
OUTCOMES, LINES = ("replicate", "turn", "outcome", "value"), ("replicate", "line", "first")
"""Columns of the two tables that are read."""


@dataclass(frozen=True)
class Histories:
    """Some histories of one world.

    Attributes
    ----------
    facts : of the manifest: scenario, benchmark, seed, replicates, level, digests.
    head : of the summary: what was run (doctrine, order, first and last quarter, version, titles of lines).
    dictionary : outcomes with unit, direction and margin, as the scenario judges them.
    quarters : the turns that were recorded, in order.
    ids : replicates with numbers, rising.
    series : ``[outcome, turn, replicate]`` in the order of `names`; nan where not defined.
    names : ids of the outcomes.
    first : red line to the number of the turn in which it counts as crossed, ``[replicate]``, -1 never.
    texts : the resolved scenario and its benchmark (None if it has none), as written into results.
    place : where it was read from.
    line_titles : titles of red lines.
    arms : the scenario and its benchmark where they are at hand; else they are read from `place` when needed.
    """

    facts: Mapping[str, Any]
    head: Mapping[str, Any]
    dictionary: Mapping[str, Outcome]
    quarters: tuple[str, ...]
    ids: NDArray[np.int64]
    series: Array
    names: tuple[str, ...]
    first: Mapping[str, NDArray[np.int64]]
    texts: tuple[str, str | None]
    place: str
    line_titles: Mapping[str, str] = field(default_factory=dict)
    arms: tuple[Scenario, Scenario | None] | None = None

    @cached_property
    def _at(self) -> dict[str, int]:
        return {name: k for k, name in enumerate(self.names)}

    def __contains__(self, outcome: str) -> bool:
        return outcome in self._at

    def of(self, outcome: str) -> Array:
        """An outcome by quarter, ``[turn, replicate]``.

        Raises
        ------
        KeyError
            There is no such outcome here.
        """
        return np.asarray(self.series[self._at[outcome]])

    def end(self, outcome: str) -> Array:
        """An outcome at the end, ``[replicate]``: mean of the last year, or of the last turn where only that has it."""
        values = self.of(outcome)
        if self.dictionary[outcome].per == "last":
            return np.asarray(values[-1])
        return np.asarray(values[-YEAR:].mean(axis=0))

    @cached_property
    def survived(self) -> NDArray[np.bool_]:
        """Whether a history crossed no red line, ``[replicate]``."""
        out = np.ones(len(self.ids), bool)
        for first in self.first.values():
            out &= first < 0
        return out

    @property
    def alive(self) -> NDArray[np.bool_]:
        """Whether a history has crossed no red line up to and with each quarter, ``[turn, replicate]``."""
        never = len(self.head["quarters"])
        first = np.full(len(self.ids), never)
        for turns in self.first.values():
            first = np.where(turns >= 0, np.minimum(first, turns), first)
        return np.asarray(first[None, :] > np.arange(never)[:, None])

    def failed(self) -> list[int]:
        """Replicates without numbers."""
        return sorted(set(range(int(self.facts["replicates"]))) - set(self.ids.tolist()))

    def some(self, ids: NDArray[np.int64]) -> Histories:
        """The histories of some replicates (all of them must be here)."""
        at = np.searchsorted(self.ids, ids)
        first = {line: turns[at] for line, turns in self.first.items()}
        values = {**vars(self), "ids": ids, "series": self.series[:, :, at], "first": first}
        return Histories(**{name: values[name] for name in self.__dataclass_fields__})


def open_histories(stored: Stored) -> Histories:
    """Read the tables of a stored result.

    Raises
    ------
    BadInput
        A file of the result cannot be read.
    """
    outcomes = _columns(stored, "outcomes", OUTCOMES) or {}
    lines = _columns(stored, "lines", LINES) or {}
    other = stored.folder / BENCHMARK
    texts = (
        (stored.folder / SCENARIO).read_text("utf-8"),
        other.read_text("utf-8") if stored.manifest.get("benchmark") is not None else None,
    )
    dictionary = dictionary_of((stored.folder / DICTIONARY).read_text("utf-8-sig"))
    return histories(stored.manifest, stored.summary, dictionary, outcomes, lines, texts, str(stored.folder))


def histories(
    facts: Mapping[str, Any],
    summary: Mapping[str, Any],
    dictionary: Mapping[str, Outcome],
    outcomes: Table,
    lines: Table,
    texts: tuple[str, str | None],
    place: str,
    arms: tuple[Scenario, Scenario | None] | None = None,
) -> Histories:
    """Arrays from the tables of outcomes and lines."""
    outcomes = outcomes or _nothing()
    replicate = np.asarray(outcomes["replicate"])
    ids = np.flatnonzero(np.bincount(replicate)) if len(replicate) else np.zeros(0, np.int64)
    turns, names = outcomes["turn"], outcomes["outcome"]
    assert isinstance(turns, Words)
    assert isinstance(names, Words)
    seen = np.flatnonzero(np.bincount(turns.codes, minlength=len(turns.labels)))
    quarters = tuple(sorted(turns.labels[k] for k in seen))
    row = np.array([quarters.index(q) if q in quarters else 0 for q in turns.labels], np.int64)
    lane = np.zeros(int(ids[-1]) + 1 if len(ids) else 0, np.int64)
    lane[ids] = np.arange(len(ids))
    series = np.full((len(names.labels), len(quarters), len(ids)), np.nan)
    at = (names.codes.astype(np.int64) * len(quarters) + row[turns.codes]) * len(ids) + lane[replicate]
    series.reshape(-1)[at] = np.asarray(outcomes["value"])
    return Histories(
        facts, summary, dictionary, quarters, ids, series, names.labels, _first(lines, summary["quarters"], ids, lane),
        texts, place, _titles(summary), arms,
    )  # fmt: skip


def _first(
    lines: Table, quarters: Sequence[str], ids: NDArray[np.int64], lane: NDArray[np.int64]
) -> dict[str, NDArray[np.int64]]:
    if not lines:
        return {}
    names, first = lines["line"], lines["first"]
    assert isinstance(names, Words)
    assert isinstance(first, Words)
    turn = {quarter: k for k, quarter in enumerate(quarters)}
    when = np.array([turn.get(label, -1) for label in first.labels], np.int64)[first.codes]
    replicate = np.asarray(lines["replicate"])
    out = {}
    for k, name in enumerate(names.labels):
        here = np.flatnonzero(names.codes == k)
        if len(here):
            out[name] = np.full(len(ids), -1, np.int64)
            out[name][lane[replicate[here]]] = when[here]
    return dict(sorted(out.items()))


def _titles(summary: Mapping[str, Any]) -> dict[str, str]:
    """Titles of red lines, from whichever part of the summary has them."""
    if summary.get("ensemble"):
        told = summary["ensemble"]["headline"]["lines"]
    else:
        told = (summary.get("history") or {}).get("red_lines", [])
    return {line["id"]: line["title"] for line in told}


def _columns(stored: Stored, name: str, columns: Sequence[str]) -> Table | None:
    """The columns that arrays are made of; a Parquet file is read with its coded words as they stand, which is ten
    times faster than coding them anew."""
    path = stored.folder / f"{name}.parquet"
    if not path.is_file():
        return stored.table(name)
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    table = pq.ParquetFile(path).read(columns=list(columns)).unify_dictionaries()
    out: Table = {}
    for column, chunked in zip(table.column_names, table.columns, strict=True):
        flat = chunked.combine_chunks()
        if hasattr(flat, "dictionary"):
            out[column] = Words(_plain(flat.indices, np.int32), tuple(str(label) for label in flat.dictionary))
        else:
            out[column] = _plain(flat, np.float64 if column == "value" else np.int64)
    return out


def _plain(array: Any, kind: type[np.generic]) -> NDArray[Any]:
    """A column without gaps as it lies in memory: `to_numpy` would import pandas first, which takes half a second."""
    return np.frombuffer(array.buffers()[1], kind)[array.offset : array.offset + len(array)]


def joined(parts: Sequence[Table], columns: Sequence[str]) -> Table:
    """Blocks of a table one after the other; words are coded by one list of labels.

    Examples
    --------
    >>> blocks = [{"x": Words(np.array([0], np.int32), (word,))} for word in ("b", "a")]
    >>> joined(blocks, ["x"])["x"].plain().tolist()
    ['b', 'a']
    """
    out: Table = {}
    for name in columns if parts else ():
        found = [part[name] for part in parts]
        coded = [c for c in found if isinstance(c, Words)]
        if not coded:
            out[name] = np.concatenate([np.asarray(c) for c in found])
            continue
        labels = tuple(dict.fromkeys(label for c in coded for label in c.labels))
        at = {label: k for k, label in enumerate(labels)}
        codes = [np.array([at[label] for label in c.labels], np.int32)[c.codes] for c in coded]
        out[name] = Words(np.concatenate(codes), labels)
    return out


def _nothing() -> Table:
    none = np.zeros(0, np.int64)
    words = Words(np.zeros(0, np.int32), ())
    return {"replicate": none, "turn": words, "outcome": words, "value": none.astype(float)}


def dictionary_of(text: str) -> dict[str, Outcome]:
    """The dictionary of outcomes that a result keeps (``dictionary.csv``).

    Examples
    --------
    >>> head = "id,title,unit,direction,group,per,margin,definition,source"
    >>> dictionary_of(head + "\\nrent,rent from routes,% of income,none,economy,turn,0.05,d,s")["rent"].margin
    0.05
    """
    return {
        row["id"]: Outcome(
            row["id"], row["title"], row["unit"], row["direction"], float(row["margin"]), row["group"],  # type: ignore[arg-type]
            row["definition"], row["source"], row["per"],  # type: ignore[arg-type]
        )
        for row in csv.DictReader(io.StringIO(text))
    }  # fmt: skip
