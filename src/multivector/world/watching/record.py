"""What a batch of histories leaves behind: arrays cut to the real replicates, ready for files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from multivector.mechanisms.common import Array
from multivector.world.choosing.policies import Choice

Level = Literal["summary", "outcomes", "full"]
LEVELS: tuple[Level, ...] = ("summary", "outcomes", "full")
Flags = NDArray[np.bool_]
Ids = NDArray[np.int64]


@dataclass
class Record:
    """The record of one batch; R replicates, T quarters (one, the last, at level ``summary``).

    Attributes
    ----------
    level : how much was recorded.
    quarters : names of the quarters played.
    turns : turn of each row of `outcomes`.
    replicate_ids : [R].
    actors, nodes, sectors, corridors : labels of the axes of `votes`, `flows` and `oil`.
    outcomes : id to [T, R]; nan where not defined, and from the quarter on in which a replicate failed.
    lines : red line to ``first`` [R] (turn in which it counts as crossed, -1 never) and ``margin`` [all turns, R]
        (distance to the bound in the line's unit, negative beyond it; nan where it is off or needs a benchmark that
        was not run).
    failed : [R] whether a solve did not converge.
    plays : columns of equal length, one row a move made (level ``full``, else empty); see `plays.COLUMNS`.
    votes : text to ``turn``, ``cast`` (actor to int8 [R]: 0 no, 1 abstain, 2 yes, 3 absent), ``odds`` [4, R] of the
        focus actor.
    happened : hazard to [T, R] flags, ``rate:`` + hazard to probabilities, ``rule:`` + id to flags.
    events : ids of the dated events of each quarter.
    flows, customs : [T, exporter, importer, sector, R] US$ bn a year by final buyer and as customs see them, prices
        of 2021, without crude oil and gas; None below level ``full``.
    oil : [T, corridor, R] Mt a year; None below level ``full``.
    traces : the choices of each quarter, only when asked for.
    """

    level: Level
    quarters: tuple[str, ...]
    turns: tuple[int, ...]
    replicate_ids: Ids
    actors: tuple[str, ...]
    nodes: tuple[str, ...]
    sectors: tuple[str, ...]
    corridors: tuple[str, ...]
    outcomes: dict[str, Array]
    lines: dict[str, dict[str, NDArray[Any]]]
    failed: Flags
    plays: dict[str, NDArray[Any]] = field(default_factory=dict)
    votes: dict[str, dict[str, Any]] = field(default_factory=dict)
    happened: dict[str, Array] = field(default_factory=dict)
    events: list[tuple[str, ...]] = field(default_factory=list)
    flows: NDArray[np.float32] | None = None
    customs: NDArray[np.float32] | None = None
    oil: NDArray[np.float32] | None = None
    traces: list[list[Choice]] = field(default_factory=list)

    @property
    def survived(self) -> Flags:
        """Replicates that crossed no red line and did not fail, [R]."""
        crossed = np.zeros(len(self.replicate_ids), bool)
        for line in self.lines.values():
            crossed |= line["first"] >= 0
        return np.asarray(~crossed & ~self.failed)


def join(records: Sequence[Record]) -> Record:
    """Join records of the same world over other replicates (blocks of one ensemble), in the order given.

    Raises
    ------
    ValueError
        If they are of different levels, quarters or outcomes.
    """
    first = records[0]
    for other in records[1:]:
        if (other.level, other.quarters, list(other.outcomes)) != (first.level, first.quarters, list(first.outcomes)):
            raise ValueError("records of different levels, calendars or outcomes cannot be joined")
    if len(records) == 1:
        return first
    replicate = _pick(records, "replicate_ids")
    return Record(
        level=first.level, quarters=first.quarters, turns=first.turns, replicate_ids=np.concatenate(replicate),
        actors=first.actors, nodes=first.nodes, sectors=first.sectors, corridors=first.corridors,
        outcomes=_by_key([r.outcomes for r in records]),
        lines={k: _by_key([r.lines[k] for r in records]) for k in first.lines},
        failed=np.concatenate(_pick(records, "failed")),
        plays=_by_key([r.plays for r in records]), votes=_votes(records), happened=_by_key([r.happened for r in
        records]), events=first.events, flows=_maybe(records, "flows"), customs=_maybe(records, "customs"),
        oil=_maybe(records, "oil"),
    )  # fmt: skip


def _pick(records: Sequence[Record], name: str) -> list[NDArray[Any]]:
    return [getattr(r, name) for r in records]


def _maybe(records: Sequence[Record], name: str) -> NDArray[np.float32] | None:
    found = _pick(records, name)
    return None if found[0] is None else np.concatenate(found, axis=-1)


def _by_key(parts: Sequence[Mapping[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    return {k: np.concatenate([p[k] for p in parts], axis=-1) for k in parts[0]}


def _votes(records: Sequence[Record]) -> dict[str, dict[str, Any]]:
    return {
        text: {
            "turn": vote["turn"],
            "cast": _by_key([r.votes[text]["cast"] for r in records]),
            "odds": np.concatenate([r.votes[text]["odds"] for r in records], axis=-1),
        }
        for text, vote in records[0].votes.items()
    }
