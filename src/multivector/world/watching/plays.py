"""Moves made, as columns: one row a play, with what it was worth, how likely it was, and which move it was paired
with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.world.choosing.policies import Choice
from multivector.world.happened import Happened
from multivector.world.layout.layout import Layout
from multivector.world.state import State
from multivector.world.watching.observed_moves import MoveReader

Column = NDArray[Any]
COLUMNS = (
    "replicate", "turn", "actor", "slot", "entry", "move", "target", "kind", "answer", "probability", "gain", "accept",
    "transfer", "paired_with",
)  # fmt: skip
"""replicate id; turn; actor; slot from 1; entry, move, target ("" for none) and kind; answer ("" sure to come about;
accepted, refused; adopted, blocked; of a move that outsiders decide: came about, came to nothing); probability of the
choice; gain in V over the best other entry (stop included; negative where luck overruled it); probability that it is
accepted; transfer in per cent of the payee's income; slot of the move it is paired with (0 none)."""


class PlayReader:
    """Turns the choices of a quarter into columns."""

    def __init__(self, layout: Layout, moves: MoveReader, ids: NDArray[np.int64]) -> None:
        self.ids, self.moves = ids, moves
        entries = layout.catalogue.entries
        self.entry = np.array([e.id for e in entries])
        self.move = np.array([e.move.id for e in entries])
        self.target = np.array([e.target or "" for e in entries])
        self.kind = np.array([e.move.kind for e in entries])
        self.offer = layout.catalogue.offers
        self.sure = layout.catalogue.sure
        self.yes, self.no = (np.array([e.ends[k] for e in entries]) for k in (0, 1))
        # paired[i, j]: one of the two displeases a power that the other pleases.
        odd = np.asarray((moves.displeases[:, None] & moves.pleases[None]).any(axis=2))
        self.paired = odd | odd.T

    def columns(self, state: State, happened: Happened, choices: Sequence[Choice]) -> dict[str, Column]:
        """Columns of one quarter, rows by actor in the order of play, slot and replicate."""
        count = len(self.ids)
        parts: list[dict[str, Column]] = []
        for actor in dict.fromkeys(c.actor for c in choices):
            own = [c for c in choices if c.actor == actor]
            taken = np.stack([np.append(np.asarray(c.menu, np.int64), -1)[c.chosen[:count]] for c in own])
            for k, choice in enumerate(own):
                lanes = np.flatnonzero(taken[k] >= 0)
                if lanes.size:
                    parts.append(self._rows(choice, lanes, taken, [c.slot for c in own], k, state, happened))
        return {c: np.concatenate([p[c] for p in parts]) if parts else _empty(c) for c in COLUMNS}

    def _rows(
        self,
        choice: Choice,
        lanes: NDArray[np.intp],
        taken: Column,
        slots: list[int],
        k: int,
        state: State,
        happened: Happened,
    ) -> dict[str, Column]:
        entry = taken[k, lanes]
        position = choice.chosen[lanes]
        value = np.where(choice.feasible[:, lanes], choice.value[:, lanes], -np.inf)
        column = np.arange(lanes.size)
        mine = value[position, column]
        value[position, column] = -np.inf
        yes = happened.accepted[entry, lanes] > 0.5
        offer, sure = self.offer[entry], self.sure[entry]
        return {
            "replicate": self.ids[lanes],
            "turn": np.full(lanes.size, state.turn, np.int16),
            "actor": np.full(lanes.size, choice.actor),
            "slot": np.full(lanes.size, choice.slot, np.int8),
            "entry": self.entry[entry],
            "move": self.move[entry],
            "target": self.target[entry],
            "kind": self.kind[entry],
            "answer": np.where(sure, "", np.where(yes, self.yes[entry], self.no[entry])),
            "probability": choice.probability[position, lanes],
            "gain": mine - value.max(axis=0),
            "accept": np.where(sure, 1.0, state.accept[entry, lanes]),
            "transfer": np.where(offer, state.transfer[entry, lanes], 0.0),
            "paired_with": self._partner(taken[:, lanes], slots, k),
        }

    def _partner(self, taken: Column, slots: list[int], k: int) -> Column:
        """Slot of the first other move of the same actor and quarter whose audience is the contrary one.

        An approximation of the slot whose removal would lower V most, which would need V of every subset of the moves.
        """
        out = np.zeros(taken.shape[1], np.int8)
        for j in range(len(slots) - 1, -1, -1):
            if j != k:
                hit = (taken[j] >= 0) & self.paired[taken[k], taken[j]]
                out = np.where(hit, np.int8(slots[j]), out)
        return out


def _empty(column: str) -> Column:
    kinds: dict[str, str] = {"replicate": "i8", "turn": "i2", "slot": "i1", "paired_with": "i1"}
    numbers = ("probability", "gain", "accept", "transfer")
    return np.zeros(0, "f8" if column in numbers else kinds.get(column, "U1"))
