"""Recorded batches as tidy tables: one row per observation, words as coded columns. Failed replicates have no rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.results.recorded import Array, Recorded

VOTES = ("no", "abstain", "yes", "absent")
POINT = 0
"""The point of a design; a plain run has one."""


@dataclass(frozen=True)
class Words:
    """A column of words: positions in a list of labels."""

    codes: NDArray[np.int32]
    labels: tuple[str, ...]

    def plain(self) -> NDArray[Any]:
        """The words themselves.

        Examples
        --------
        >>> Words(np.array([1, 0], np.int32), ("a", "b")).plain().tolist()
        ['b', 'a']
        """
        return np.asarray(self.labels, dtype=object)[self.codes]

    def __len__(self) -> int:
        return len(self.codes)


Column = Words | NDArray[Any]
Lanes = NDArray[np.int64]
Table = dict[str, Column]


def words(values: Sequence[str]) -> Words:
    """Code a list of words; labels are sorted.

    Examples
    --------
    >>> words(["x", "a", "x"]).codes.tolist()
    [1, 0, 1]
    """
    labels = sorted(set(values))
    at = {label: k for k, label in enumerate(labels)}
    return Words(np.array([at[v] for v in values], np.int32), tuple(labels))


def rows(table: Table) -> int:
    """Number of rows of a table."""
    return len(next(iter(table.values()))) if table else 0


def sound(record: Recorded, keep: Lanes | None = None) -> NDArray[np.int64]:
    """Positions of the replicates that did not fail, among those to keep."""
    lanes = np.flatnonzero(~np.asarray(record.failed, bool))
    return lanes if keep is None else np.asarray([k for k in lanes if k in set(keep.tolist())], np.int64)


def actor_of(outcome: str, actors: Sequence[str], focus: str) -> str:
    """Whose an outcome is: the actor that its id ends with, else the focus actor.

    Examples
    --------
    >>> actor_of("real_income.RUS", ("KAZ", "RUS"), "KAZ"), actor_of("oil.CPC", ("KAZ", "RUS"), "KAZ")
    ('RUS', 'KAZ')
    """
    last = outcome.rpartition(".")[2]
    return last if last in actors else focus


def outcomes_table(record: Recorded, focus: str, *, keep: Lanes | None = None, last_only: bool = False) -> Table:
    """Outcomes, one row per outcome, turn and replicate: point, replicate, turn, actor, outcome, value.

    Parameters
    ----------
    record : a recorded batch.
    focus : whose an outcome is that names no actor.
    keep : positions of replicates to keep (default all that did not fail).
    last_only : rows of the last turn only.
    """
    lanes, names = sound(record, keep), tuple(record.outcomes)
    at = np.asarray(record.turns, np.int64)
    rows = np.arange(len(at))[-1:] if last_only else np.arange(len(at))
    values = np.stack([np.asarray(record.outcomes[n])[rows][:, lanes] for n in names]).reshape(-1)
    k, t, r = (a.reshape(-1) for a in np.meshgrid(np.arange(len(names)), at[rows], lanes, indexing="ij"))
    there = ~np.isnan(values)
    actors = words([actor_of(n, record.actors, focus) for n in names])
    table: Table = {
        "point": np.full(len(values), POINT, np.int32),
        "replicate": np.asarray(record.replicate_ids)[r],
        "turn": Words(t.astype(np.int32), tuple(record.quarters)),
        "actor": Words(actors.codes[k], actors.labels),
        "outcome": Words(k.astype(np.int32), names),
        "value": values,
    }
    return take(table, np.flatnonzero(there))


def lines_table(record: Recorded, *, keep: Lanes | None = None) -> Table:
    """Red lines: point, replicate, line, first quarter in which it counts as crossed, least margin and when."""
    lanes, names, quarters = sound(record, keep), tuple(record.lines), tuple(record.quarters)
    first = np.stack([np.asarray(record.lines[n]["first"])[lanes] for n in names]).astype(np.int64).reshape(-1)
    margin = np.stack([np.asarray(record.lines[n]["margin"])[:, lanes] for n in names])
    least, at = least_margin(margin)
    k, r = (a.reshape(-1) for a in np.meshgrid(np.arange(len(names)), lanes, indexing="ij"))
    blank = (*quarters, "")
    return {
        "point": np.full(len(first), POINT, np.int32),
        "replicate": np.asarray(record.replicate_ids)[r],
        "line": Words(k.astype(np.int32), names),
        "first": Words(np.where(first < 0, len(quarters), first).astype(np.int32), blank),
        "least_margin": least.reshape(-1),
        "at": Words(np.where(at < 0, len(quarters), at).reshape(-1).astype(np.int32), blank),
    }


def least_margin(margin: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Smallest margin over the turns (axis 1 of ``[line, turn, replicate]``) and its turn; nan and -1 if unknown."""
    known = ~np.isnan(margin)
    filled = np.where(known, margin, np.inf)
    at = filled.argmin(axis=1)
    least = np.take_along_axis(filled, at[:, None], axis=1)[:, 0]
    never = ~known.any(axis=1)
    return np.where(never, np.nan, least), np.where(never, -1, at)


def votes_table(record: Recorded, focus: str, *, keep: Lanes | None = None) -> Table:
    """Votes: point, replicate, turn, text, actor, vote, probability (of the focus actor's vote; nan for others)."""
    lanes, parts = sound(record, keep), []
    for text, held in record.votes.items():
        for actor in held["cast"]:
            cast = np.asarray(held["cast"][actor]).astype(np.int32)[lanes]
            odds = np.full(len(lanes), np.nan)
            if actor == focus and held.get("odds") is not None:
                odds = np.take_along_axis(
                    np.asarray(held["odds"], float)[:, lanes], cast[None].astype(np.int64), axis=0
                )[0]
            parts.append((text, int(held["turn"]), actor, cast, odds))
    n = len(lanes)
    ids = np.asarray(record.replicate_ids)[lanes]
    return {
        "point": np.full(n * len(parts), POINT, np.int32),
        "replicate": np.tile(ids, len(parts)).astype(np.int64),
        "turn": Words(np.repeat(np.array([p[1] for p in parts], np.int32), n), tuple(record.quarters)),
        "text": words([p[0] for p in parts for _ in range(n)]),
        "actor": words([p[2] for p in parts for _ in range(n)]),
        "vote": Words(np.concatenate([p[3] for p in parts]) if parts else np.zeros(0, np.int32), VOTES),
        "probability": np.concatenate([p[4] for p in parts]) if parts else np.zeros(0),
    }


def moves_table(record: Recorded, *, keep: Lanes | None = None) -> Table | None:
    """Every decision with its answer, probability and gain; None where moves were not recorded."""
    plays = record.plays
    if not plays:
        return None
    ids = np.asarray(record.replicate_ids)[sound(record, keep)]
    here = np.flatnonzero(np.isin(np.asarray(plays["replicate"]), ids))
    table: Table = {"point": np.full(len(here), POINT, np.int32)}
    for name, values in plays.items():
        column = np.asarray(values)[here]
        if name == "turn" and column.dtype.kind in "iuf":
            table[name] = Words(column.astype(np.int32), tuple(record.quarters))
        else:
            table[name] = words([str(v) for v in column]) if column.dtype.kind in "OUS" else column
    return table


def flows_table(record: Recorded, *, keep: Lanes | None = None) -> Table | None:
    """Trade by exporter, importer and sector, US$ bn a year, as it went and as customs wrote it; None if absent."""
    if record.flows is None:
        return None
    lanes = sound(record, keep)
    flows = np.asarray(record.flows)[..., lanes]
    axes = [a.reshape(-1) for a in np.meshgrid(*(np.arange(n) for n in flows.shape[:-1]), lanes, indexing="ij")]
    there = np.flatnonzero(flows.reshape(-1) > 0.0)
    nodes, sectors = tuple(record.nodes), tuple(record.sectors)
    table: Table = {
        "point": np.full(flows.size, POINT, np.int32),
        "replicate": np.asarray(record.replicate_ids)[axes[4]],
        "turn": Words(axes[0].astype(np.int32), tuple(record.quarters)),
        "exporter": Words(axes[1].astype(np.int32), nodes),
        "importer": Words(axes[2].astype(np.int32), nodes),
        "sector": Words(axes[3].astype(np.int32), sectors),
        "flow": flows.reshape(-1),
    }
    if record.customs is not None and np.shape(record.customs) == np.shape(record.flows):
        table["customs"] = np.asarray(record.customs)[..., lanes].reshape(-1)
    return take(table, there)


def uncertain_table(record: Recorded, values: Mapping[str, Array], *, keep: Lanes | None = None) -> Table:
    """What was drawn of uncertain numbers, one row per number and replicate: point, replicate, number, value.

    Parameters
    ----------
    record : a recorded batch.
    values : path of the number -> ``[replicate]``.
    keep : positions of replicates to keep (default all that did not fail).
    """
    lanes, names = sound(record, keep), tuple(values)
    k, r = (a.reshape(-1) for a in np.meshgrid(np.arange(len(names)), lanes, indexing="ij"))
    return {
        "point": np.full(len(k), POINT, np.int32),
        "replicate": np.asarray(record.replicate_ids)[r],
        "number": Words(k.astype(np.int32), names),
        "value": np.stack([np.asarray(values[n], float)[lanes] for n in names]).reshape(-1),
    }


def take(table: Table, at: NDArray[np.int64]) -> Table:
    """Some rows of a table."""
    return {k: Words(v.codes[at], v.labels) if isinstance(v, Words) else v[at] for k, v in table.items()}
