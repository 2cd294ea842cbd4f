"""The chance that a sanctioner steps up the ladder, rung by rung: rare steps, seen without waiting for one.

A step onto the third rung comes in one history of a hundred. Its probability stands in every choice of a sanctioner on
the second that holds a case: summed over slots and sanctioners it has the mean of the steps themselves, and one that
was likely and did not come counts too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from multivector.world.choosing.policies import Choice
from multivector.world.model import DiplomacyModel

Array = NDArray[np.float64]
STEP = "ladder-step-up"
RUNGS = (1, 2, 3, 4)


class Climbs:
    """Adds up, quarter by quarter, what `note` is shown."""

    def __init__(self) -> None:
        self._before: dict[str, Array] = {}
        self._seen: list[Array] = []

    def note(self, model: DiplomacyModel, choices: Sequence[Choice]) -> None:
        """Note the choices of a quarter that has been played, from the rungs at the end of the quarter before."""
        engine, n = model.engine, model.count
        entries = engine.layout.catalogue.entries
        out = np.zeros((len(RUNGS), n))
        for choice in choices:
            at = [k for k, i in enumerate(choice.menu) if entries[i].move.id == STEP]
            if not at:
                continue
            key = f"rung:{choice.actor}"
            rung = self._before.get(choice.actor, engine.table.base[engine.table.index[key], :n])
            for k in at:
                odds = np.where(choice.asked[:n], choice.probability[k, :n], 0.0)
                for r, onto in enumerate(RUNGS):
                    out[r] += np.where(np.round(rung) == onto - 1, odds, 0.0)
        for watcher in engine.layout.watchers:
            self._before[watcher] = model.state.stocks[engine.table.index[f"rung:{watcher}"], :n].copy()
        self._seen.append(out)

    def series(self) -> dict[str, Array]:
        """By id (`climb.1` to `climb.4`), ``[turn, replicate]``."""
        whole = np.stack(self._seen)
        return {f"climb.{rung}": whole[:, r] for r, rung in enumerate(RUNGS)}
