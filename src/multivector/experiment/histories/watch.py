"""Histories played again to see more of them: who chose what in which slot, and through what incomes came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from multivector.results.recorded import Array
from multivector.schema import Scenario

if TYPE_CHECKING:
    from multivector.world.choosing.policies import Choice
    from multivector.world.happened import Happened
    from multivector.world.model import DiplomacyModel
    from multivector.world.watching.channels import Channels

STOP = "do nothing more"


@dataclass(frozen=True)
class Slot:
    """One decision: quarter, actor, slot, and what was chosen ``[replicate]`` as positions in `titles`."""

    quarter: str
    actor: str
    slot: int
    chosen: NDArray[np.int64]
    titles: tuple[str, ...]

    def of(self, lane: int) -> str:
        """What one replicate chose."""
        return self.titles[int(self.chosen[lane])]


@dataclass
class Slots:
    """An observer that keeps every choice, in the order in which they were made."""

    found: list[Slot] = field(default_factory=list)

    def __call__(self, model: DiplomacyModel, happened: Happened, choices: Sequence[Choice]) -> None:
        """Take in a quarter."""
        entries = model.engine.layout.catalogue.entries
        for choice in choices:
            taken = [entries[i] for i in choice.menu]
            titles = (*(f"{e.move.label} ({e.target})" if e.target else e.move.label for e in taken), STOP)
            # Who had stopped before was not asked again, and does nothing more.
            chosen = np.where(choice.asked, choice.chosen, len(taken))[: model.count]
            self.found.append(Slot(happened.quarter, choice.actor, choice.slot, chosen.astype(np.int64), titles))


@dataclass(frozen=True)
class Watched:
    """Some histories, watched.

    Attributes
    ----------
    ids : replicates.
    slots : choices in the order made.
    channels : channel to ``[turn, replicate]`` log points of real income of the focus actor, over the last turns.
    """

    ids: tuple[int, ...]
    slots: list[Slot]
    channels: dict[str, Array]


def watch(scenario: Scenario, ids: Sequence[int], *, seed: int, last: int) -> Watched:
    """Play replicates of a world again (same bits as in any batch) and watch choices and channels.

    Parameters
    ----------
    scenario : the world; its benchmark is not played, because nothing that is watched depends on it.
    ids : replicates.
    seed : root of all draws.
    last : how many of the last turns the account of incomes covers.
    """
    from multivector.world.model import DiplomacyModel
    from multivector.world.setup import Setup
    from multivector.world.watching.channels import Channels

    model = DiplomacyModel(Setup(scenario), ids, seed=seed)
    slots, channels = Slots(), Channels(first=max(scenario.calendar.turns - last, 0))
    model.observers += [slots, channels]
    model.run()
    return Watched(tuple(int(i) for i in ids), slots.found, _stacked(channels))


def _stacked(channels: Channels) -> dict[str, Array]:
    return {name: np.stack([turn[name] for turn in channels.turns]) for name in channels.turns[0]}


def first_parting(a: Sequence[Slot], b: Sequence[Slot], lane: int) -> dict[str, Any] | None:
    """The first decision in which one replicate chose otherwise in two worlds: quarter, actor, slot, both choices.

    None if all choices are the same. Decisions are met by quarter, actor and slot, in the order of the first world.
    """
    other: Mapping[tuple[str, str, int], Slot] = {(s.quarter, s.actor, s.slot): s for s in b}
    for slot in a:
        found = other.get((slot.quarter, slot.actor, slot.slot))
        there = STOP if found is None else found.of(lane)
        if slot.of(lane) != there:
            here = {"quarter": slot.quarter, "actor": slot.actor, "slot": slot.slot}
            return {**here, "a": slot.of(lane), "b": there}
    return None
