"""Impulses reach the stocks: at once, after a delay, and taken back when they were for a time only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from multivector.mechanisms.common import Array, bounded
from multivector.mechanisms.coordinates import Impulse
from multivector.world.state import State

if TYPE_CHECKING:
    from multivector.world.engine import Engine
    from multivector.world.quarter.draws import Draws


def add_impulses(engine: Engine, state: State, impulses: tuple[Impulse, ...], weight: Array) -> None:
    """Apply impulses (times `weight`) to the stocks now, to the queue later, and queue what will be undone."""
    for impulse in impulses:
        d = engine.table.index[impulse.key]
        size = engine.table.size(impulse) * weight
        if impulse.delay == 0:
            before = state.stocks[d].copy()
            after = engine.table.clip_one(impulse.key, before + size)
            state.stocks[d] = after
            if impulse.turns is not None:
                # What the range cut off, or what has faded since, is not taken back when the effect ends.
                _queue(engine, state, impulse, impulse.turns, -(after - before) * engine.table.left(impulse))
        else:
            _queue(engine, state, impulse, impulse.delay, size)
            if impulse.turns is not None:
                _queue(engine, state, impulse, impulse.delay + impulse.turns, -size * engine.table.left(impulse))


def _queue(engine: Engine, state: State, impulse: Impulse, quarters: int, size: Array) -> None:
    state.queue(engine.layout.waiting[impulse.key], quarters, size)


def add_by_chance(engine: Engine, state: State, draws: Draws, impulses: tuple[Impulse, ...], weight: Array) -> None:
    """Apply impulses as `add_impulses` does; those of an effect with a chance happen where its own draw says so."""
    for impulse in impulses:
        happens = weight
        if impulse.chance is not None:
            path, chance = impulse.chance
            happens = weight * (draws.uniform(f"effects/{path}", state.turn) < engine.p.at(path, chance))
        add_impulses(engine, state, (impulse,), happens)


def add_together(engine: Engine, state: State, plays: Sequence[tuple[tuple[Impulse, ...], Array]]) -> None:
    """Apply the impulses of all plays of a quarter, times their weights, at once (in place).

    Only their sum is kept within the stocks' ranges, as in the look-ahead, so that a pair of moves that please and
    displease the same power offset each other in whatever order they are listed.
    """
    table = engine.table
    raw = state.stocks.copy()
    passing: list[tuple[int, Impulse, Array]] = []
    for impulses, weight in plays:
        for impulse in impulses:
            if impulse.delay > 0:
                add_impulses(engine, state, (impulse,), weight)
                continue
            d, size = table.index[impulse.key], table.size(impulse) * weight
            raw[d] += size
            if impulse.turns is not None:
                passing.append((d, impulse, size))
    state.stocks = table.clip(raw)
    cut = raw - state.stocks
    for d, impulse, size in passing:
        # What the range cut off, or what has faded since, is not taken back when the effect ends.
        lost = bounded(cut[d], np.minimum(size, 0.0), np.maximum(size, 0.0))
        cut[d] -= lost
        assert impulse.turns is not None
        _queue(engine, state, impulse, impulse.turns, -(size - lost) * table.left(impulse))
