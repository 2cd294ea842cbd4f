"""How an outcome went in a quarter: what a prediction is held against."""

from __future__ import annotations

import math

from multivector.classroom.lesson.figures import moved
from multivector.classroom.playing.worlds import Worlds


def went(worlds: Worlds, turn: int, outcome: str, world: int = 0) -> str | None:
    """``up``, ``down``, or ``same`` within the margin of the dictionary.

    The first quarter is held against what was there before it; None for an outcome that had no value then.
    """
    if outcome not in worlds.watch.outcomes[turn]:
        return None
    before, after = worlds.course(outcome, world)[turn : turn + 2]
    change = after - before
    return moved(change, worlds.watch.observer.dictionary[outcome].margin) if math.isfinite(change) else None
