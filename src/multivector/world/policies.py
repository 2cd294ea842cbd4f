"""Policies pick an entry from what was weighed: a doctrine, a script, chance, nobody; and the trace of a choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from multivector.decisions.choice import Mask, draw
from multivector.decisions.lookahead import Weighed
from multivector.mechanisms.common import Array
from multivector.world.draws import Draws

if TYPE_CHECKING:
    from multivector.world.engine import Engine

STOP = "stop"
"""The last entry of every menu: no further move this quarter."""


@dataclass
class Choice:
    """One decision of one actor in one slot, for all lanes: the trace from which reasons are read.

    `weighed` holds values and terms ``[entry, lane]``, `probability` is ``[entry, lane]``; the last entry is *stop*.
    `chosen` is a position in `menu`, or ``len(menu)`` for stop. Lanes that had stopped before were not asked: of them
    only `chosen` means anything.
    """

    actor: str
    slot: int
    menu: tuple[int, ...]
    feasible: Mask
    weighed: Weighed
    probability: Array
    chosen: NDArray[np.int64]
    tied: Mask
    asked: Mask

    @property
    def stopped(self) -> Mask:
        """Lanes in which the actor is through for this turn."""
        return np.asarray(self.chosen == len(self.menu))

    @property
    def value(self) -> Array:
        """Value of every entry, ``[entry, lane]``."""
        return self.weighed.value

    @property
    def accept(self) -> Array:
        """Probability that an offer is accepted (1 for other entries), ``[entry, lane]``."""
        return self.weighed.accept

    @property
    def terms(self) -> dict[str, Array]:
        """Utility by term, ``[entry, lane]``."""
        return self.weighed.terms


class Policy(Protocol):
    """Decides for one actor: a doctrine, a person, a script, a plug-in."""

    def choose(
        self, engine: Engine, actor: str, slot: int, weighed: Weighed, feasible: Mask, draws: Draws, turn: int
    ) -> tuple[NDArray[np.int64], Mask]:
        """Position in the menu for every lane (the last one is *stop*), and whether the best two were tied."""
        ...


class DoctrinePolicy:
    """Logit best reply: the doctrine's value of each entry plus one Gumbel number, keyed by the entry's id."""

    def choose(
        self, engine: Engine, actor: str, slot: int, weighed: Weighed, feasible: Mask, draws: Draws, turn: int
    ) -> tuple[NDArray[np.int64], Mask]:
        """Draw from the logit probabilities."""
        entries = engine.layout.catalogue.entries
        names = [f"choice/slot{slot}/{entries[i].id}" for i in engine.layout.catalogue.menu[actor]]
        gumbel = draws.gumbel([*names, f"choice/slot{slot}/{actor}:{STOP}"], turn)
        objective = engine.objectives[actor]
        return draw(weighed.value, feasible, objective.precision, objective.scale, gumbel)


class HoldPolicy:
    """Does nothing, ever."""

    def choose(
        self, engine: Engine, actor: str, slot: int, weighed: Weighed, feasible: Mask, draws: Draws, turn: int
    ) -> tuple[NDArray[np.int64], Mask]:
        """Stop."""
        del engine, actor, slot, draws, turn
        return np.full(weighed.value.shape[1], feasible.shape[0] - 1), np.zeros(weighed.value.shape[1], bool)


class RandomPolicy:
    """Any feasible entry with the same probability."""

    def choose(
        self, engine: Engine, actor: str, slot: int, weighed: Weighed, feasible: Mask, draws: Draws, turn: int
    ) -> tuple[NDArray[np.int64], Mask]:
        """Largest of one Gumbel number per entry."""
        flat = Weighed(np.zeros_like(weighed.value), dict, weighed.accept, weighed.transfer)
        chosen, _ = DoctrinePolicy().choose(engine, actor, slot, flat, feasible, draws, turn)
        return chosen, np.zeros(feasible.shape[1], bool)


@dataclass
class ScriptPolicy:
    """Plays a script, where feasible; `script[quarter]` lists ``move`` or ``move@TARGET``."""

    script: Mapping[str, Sequence[str]]

    def choose(
        self, engine: Engine, actor: str, slot: int, weighed: Weighed, feasible: Mask, draws: Draws, turn: int
    ) -> tuple[NDArray[np.int64], Mask]:
        """The slot's line of the script, else stop."""
        del draws
        menu = engine.layout.catalogue.menu[actor]
        lines = self.script.get(engine.layout.scenario.quarters()[turn], ())
        stop = len(menu)
        pick = stop
        if slot <= len(lines):
            move, _, target = lines[slot - 1].partition("@")
            wanted = f"{actor}:{move}" + (f">{target}" if target else "")
            for m, i in enumerate(menu):
                if engine.layout.catalogue.entries[i].id == wanted:
                    pick = m
        return np.where(feasible[pick], pick, stop), np.zeros(weighed.value.shape[1], bool)


@dataclass
class GivenPolicy:
    """Makes a decision again as it was made before: for going back to a snapshot."""

    made: Choice

    def choose(
        self, engine: Engine, actor: str, slot: int, weighed: Weighed, feasible: Mask, draws: Draws, turn: int
    ) -> tuple[NDArray[np.int64], Mask]:
        """What was chosen then."""
        del engine, weighed, feasible, draws, turn
        if (actor, slot) != (self.made.actor, self.made.slot):
            raise ValueError(
                f"{actor} slot {slot}: the decision to make again is of {self.made.actor} slot {self.made.slot}"
            )
        return self.made.chosen, self.made.tied
