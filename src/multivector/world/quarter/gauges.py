"""Numbers that conditions, red lines and strategic aims may read besides the stocks themselves."""

from __future__ import annotations

import numpy as np

from multivector.mechanisms.common import Array
from multivector.mechanisms.stock_table import Reader
from multivector.schema.base import GROUPS
from multivector.world.economy.economy import MEASURES
from multivector.world.layout.layout import Layout
from multivector.world.layout.packages import Coverage
from multivector.world.state import State


def measure_of(state: State, name: str) -> Array:
    """A published measure of the flows, ``[lane]``."""
    return np.asarray(state.measures[MEASURES.index(name)])


def approval_mean(reader: Reader, shares: Array) -> Array:
    """Approval over all groups by their size, ``[lane]``; `shares` is ``[group, lane]``."""
    groups = np.stack([reader[f"approval:{g}"] for g in GROUPS])
    return np.asarray((shares * groups).sum(axis=0) / shares.sum(axis=0))


def yearly_inflation(state: State) -> Array:
    """Consumer prices against a year ago, as a share, ``[lane]``."""
    return np.asarray(np.expm1(np.ascontiguousarray(state.inflation.sum(axis=0))))


def gauge(
    layout: Layout,
    state: State,
    reader: Reader,
    name: str,
    *,
    packages: Coverage,
    of: str | None = None,
    bloc: str | None = None,
    shares: Array | None = None,
) -> Array:
    """Any measure by its name in scenario files.

    Raises
    ------
    KeyError
        For a name that is no gauge.
    """
    if name in ("reexport", "oil-through-russia"):
        return measure_of(state, name)
    if name == "exportable-oil":
        return measure_of(state, "oil-exported")
    if name == "rent":
        return np.asarray(100.0 * measure_of(state, "rent-share"))
    if name == "inflation":
        return yearly_inflation(state)
    if name == "tenge":
        return np.asarray(np.exp(np.ascontiguousarray(state.tenge)))
    if name == "real-income":
        return np.asarray(np.exp(np.ascontiguousarray(state.ln_income[layout.actors.index(of or layout.focus)])))
    if name == "approval-mean":
        weights = shares if shares is not None else np.full((len(GROUPS), state.lanes), 1.0 / len(GROUPS))
        return approval_mean(reader, weights)
    if name == "largest-loss":
        return np.asarray(100.0 * state.losses.max(axis=0))
    if name == "domestic-bank-listed":
        rungs = [reader[f"rung:{w}"] for w in layout.watchers]
        worst = np.max(np.stack(rungs), axis=0) if rungs else np.zeros(state.lanes)
        return np.asarray(worst >= 2.999, dtype=np.float64)
    if name == "drawn-in":
        return state.drawn_in
    if name in ("unplanned-rupture", "territorial-claim"):
        # Only an event of a scenario can raise these; nothing in the world draws them.
        come = any(
            o.kind == name and of in (None, o.by) and bloc in (None, o.bloc) and o.turn <= state.turn
            for o in layout.opened
        )
        return np.full(state.lanes, float(come))
    if name == "closed-trade":
        t = min(state.turn, layout.turns - 1)
        covered = packages.covered[t]
        return np.asarray(covered.mean(axis=0)) if len(covered) else np.zeros(state.lanes)
    raise KeyError(name)
