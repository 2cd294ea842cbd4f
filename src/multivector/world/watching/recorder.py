"""The recorder: watches a model turn by turn and writes down what happened, without touching a bit of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.mechanisms.common import Array
from multivector.outcomes.conduct import pairing_counts, rate
from multivector.world.choosing.policies import Choice
from multivector.world.happened import Happened
from multivector.world.model import DiplomacyModel
from multivector.world.watching.observed import Observer
from multivector.world.watching.plays import COLUMNS, PlayReader
from multivector.world.watching.record import LEVELS, Level, Record


@dataclass
class _Quarter:
    """Rows of one turn, cut to the real replicates."""

    quarter: str
    outcomes: dict[str, Array]
    pairing: tuple[Array, Array]
    margins: dict[str, Array]
    happened: dict[str, Array]
    votes: dict[str, dict[str, Any]]
    events: tuple[str, ...]
    plays: dict[str, NDArray[Any]] = field(default_factory=dict)
    flows: NDArray[np.float32] | None = None
    customs: NDArray[np.float32] | None = None
    oil: NDArray[np.float32] | None = None
    choices: list[Choice] = field(default_factory=list)


class Recorder:
    """An observer of a model: add it to ``model.observers``, run, and ask for the record.

    A turn that is played again after a restored snapshot replaces its earlier row, so a recorder may watch a game
    that goes back.

    Parameters
    ----------
    model : the model to watch; nothing of it is changed.
    level : ``summary`` (flags, margins of red lines, outcomes of the last turn), ``outcomes`` (outcomes of every
        turn) or ``full`` (also plays, flows and oil).
    traces : keep every `Choice` as well, for explanations; large.

    Raises
    ------
    ValueError
        For an unknown level.
    """

    def __init__(self, model: DiplomacyModel, level: Level = "summary", *, traces: bool = False) -> None:
        if level not in LEVELS:
            raise ValueError(f"level is one of {', '.join(LEVELS)}, not {level!r}")
        self.model, self.level, self.traces = model, level, traces
        self.count = model.count
        self.ids = np.asarray(model.draws.ids[: self.count], np.int64)
        self.observer = Observer(model.engine)
        self.plays = PlayReader(model.engine.layout, self.observer.moves, self.ids)
        self._turns: dict[int, _Quarter] = {}

    def __call__(self, model: DiplomacyModel, happened: Happened, choices: Sequence[Choice]) -> None:
        """Write down the quarter that has just ended."""
        state, count = model.state, self.count
        turn, last = state.turn, state.turn == model.engine.layout.turns - 1
        self._turns = {t: q for t, q in self._turns.items() if t < turn}
        outcomes: dict[str, Array] = {}
        if last or self.level != "summary":
            outcomes = self.observer.outcomes(state, happened)
            if last:
                outcomes |= self.observer.long_losses(state)
            failed = state.failed[:count] > 0.5
            gone = bool(failed.any())
            # Copies: the state goes on changing after the quarter.
            for id, value in outcomes.items():
                outcomes[id] = np.where(failed, np.nan, value[:count]) if gone else value[:count].copy()
        pleased, displeased = self.observer.moves.liked(state.recent)
        tries, hits = pairing_counts(displeased, pleased)
        # Not a number is added up from here on: a history that failed has no rate either.
        tries = np.where(state.failed > 0.5, np.nan, tries)
        quarter = _Quarter(
            quarter=happened.quarter, outcomes=outcomes, margins=self._margins(model),
            happened=self._happened(happened), pairing=(tries[:count], hits[:count]),
            votes=self._votes(happened, turn), events=happened.events, choices=list(choices) if self.traces else [],
        )  # fmt: skip
        if self.level == "full":
            self._in_full(quarter, happened, choices)
        self._turns[turn] = quarter

    def _in_full(self, quarter: _Quarter, happened: Happened, choices: Sequence[Choice]) -> None:
        assert happened.oil is not None
        state, count = self.model.state, self.count
        flows, customs = self.observer.customs(state)
        quarter.flows, quarter.customs = flows[..., :count].astype(np.float32), customs[..., :count].astype(np.float32)
        quarter.oil = happened.oil.flow[..., :count].astype(np.float32)
        quarter.plays = self.plays.columns(state, happened, choices)

    def _margins(self, model: DiplomacyModel) -> dict[str, Array]:
        """Distances to the red lines as they were watched, before the quarter's stocks moved on."""
        seen = model.state.line_margin[:, : self.count]
        return {id: seen[k].copy() for k, id in enumerate(sorted(model.engine.layout.scenario.red_lines))}

    def _happened(self, happened: Happened) -> dict[str, Array]:
        found = dict(happened.hazards)
        found |= {f"rate:{k}": v for k, v in happened.rates.items()}
        found |= {f"rule:{k}": v for k, v in happened.rules.items()}
        if happened.price is not None:
            found["oil-price"] = happened.price
        return {k: v[: self.count] for k, v in found.items() if v.ndim == 1}

    def _votes(self, happened: Happened, turn: int) -> dict[str, dict[str, Any]]:
        actors = self.model.engine.layout.actors
        return {
            text: {
                "turn": turn,
                "cast": {a: cast[i, : self.count].astype(np.int8) for i, a in enumerate(actors)},
                "odds": happened.vote_odds[text][:, : self.count],
            }
            for text, cast in happened.votes.items()
        }

    # ---- the record

    def record(self) -> Record:
        """The record so far (of a finished run, as a rule).

        Raises
        ------
        ValueError
            If no turn has been played yet.
        """
        if not self._turns:
            raise ValueError("nothing is recorded yet: add the recorder to model.observers and play a turn")
        rows = [self._turns[t] for t in sorted(self._turns)]
        layout = self.model.engine.layout
        kept = sorted(t for t, q in self._turns.items() if q.outcomes)
        full = self.level == "full"
        return Record(
            level=self.level, quarters=tuple(q.quarter for q in rows), turns=tuple(kept), replicate_ids=self.ids,
            actors=layout.actors, nodes=layout.nodes, sectors=layout.sectors, corridors=layout.oil_routes,
            outcomes=self._outcomes(kept), lines=self._lines(rows), failed=self.model.state.failed[: self.count] > 0.5,
            plays={c: np.concatenate([q.plays[c] for q in rows]) for c in COLUMNS} if full else {},
            votes={text: vote for q in rows for text, vote in q.votes.items()},
            happened=self._series([q.happened for q in rows], 0.0), events=[q.events for q in rows],
            flows=np.stack([q.flows for q in rows if q.flows is not None]) if full else None,
            customs=np.stack([q.customs for q in rows if q.customs is not None]) if full else None,
            oil=np.stack([q.oil for q in rows if q.oil is not None]) if full else None,
            traces=[q.choices for q in rows] if self.traces else [],
        )  # fmt: skip

    def _outcomes(self, kept: list[int]) -> dict[str, Array]:
        rows = [dict(self._turns[t].outcomes) for t in kept]
        tries, hits = np.zeros(self.count), np.zeros(self.count)
        so_far = {}
        for t in sorted(self._turns):
            hurt, paired = self._turns[t].pairing
            tries, hits = tries + hurt, hits + paired
            so_far[t] = rate(hits, tries)
        for t, row in zip(kept, rows, strict=True):
            row["pairing_rate"] = so_far[t]
        wanted = self._series(rows, np.nan)
        none = np.full((len(rows), self.count), np.nan)
        return {id: wanted.get(id, none) for id in self.observer.dictionary}

    def _series(self, rows: list[dict[str, Array]], missing: float) -> dict[str, Array]:
        """Rows by turn joined into [T, R]; what a turn does not have is filled with `missing`."""
        names = dict.fromkeys(k for row in rows for k in row)
        gap = np.full(self.count, missing)
        return {k: np.stack([row.get(k, gap) for row in rows]) for k in names}

    def _lines(self, rows: list[_Quarter]) -> dict[str, dict[str, NDArray[Any]]]:
        first = self.model.state.line_first[:, : self.count].astype(np.int64)
        ids = sorted(self.model.engine.layout.scenario.red_lines)
        return {id: {"first": first[k], "margin": np.stack([q.margins[id] for q in rows])} for k, id in enumerate(ids)}
