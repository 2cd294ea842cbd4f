"""Red lines: flags, never averaged away. A line is crossed when its measure lies beyond the bound long enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from multivector.mechanisms.common import Array, relation_from_scale
from multivector.mechanisms.coordinates import effect_keys
from multivector.mechanisms.stock_table import StockView
from multivector.schema import STOCKS, RedLine
from multivector.world.layout.params import Params
from multivector.world.quarter.accounts import groups_now
from multivector.world.quarter.gauges import gauge
from multivector.world.state import State

if TYPE_CHECKING:
    from multivector.world.engine import Engine

BENCHMARK = "income-against-benchmark"


def line_value(engine: Engine, state: State, line: RedLine, income: Array) -> Array | None:
    """Value of the line's measure now, ``[lane]``; None where it needs a benchmark that is not run beside."""
    layout = engine.layout
    view = StockView(engine.table, state.stocks)
    if line.measure == BENCHMARK:
        if engine.benchmark is None:
            return None
        f = layout.actors.index(layout.focus)
        return np.asarray(np.exp(np.ascontiguousarray(income[f] - engine.benchmark[state.turn])))
    if line.measure in STOCKS:
        key = effect_keys(
            line.measure,
            of=line.of,
            toward=line.toward or layout.focus,
            corridor=line.corridor,
            sector=None,
            exporter=None,
            importer=None,
        )[0]
        if key not in engine.table.index:
            return None
        return relation_from_scale(view[key]) if line.measure == "relation" else view[key]
    packages = engine.economy.routing.packages
    return gauge(
        layout, state, view, line.measure, packages=packages, of=line.of, bloc=line.bloc,
        shares=groups_now(engine, view),
    )  # fmt: skip


def margin(p: Params, line: RedLine, value: Array) -> Array:
    """Distance to the bound in the line's own unit, ``[lane]``; negative beyond it."""
    if line.below is not None:
        return value - p.at(f"red_lines.{line.id}.below", line.below)
    assert line.above is not None
    return p.at(f"red_lines.{line.id}.above", line.above) - value


def watch_lines(engine: Engine, state: State, income: Array) -> None:
    """Note each line's margin, quarters beyond it and the first turn in which it counts as crossed (in place)."""
    for k, id in enumerate(sorted(engine.layout.scenario.red_lines)):
        line = engine.layout.scenario.red_lines[id]
        value = line_value(engine, state, line, income) if line.enabled else None
        if value is None:
            continue
        state.line_margin[k] = margin(engine.p, line, value)
        beyond = state.line_margin[k] < 0.0
        state.line_run[k] = np.where(beyond, state.line_run[k] + 1.0, 0.0)
        crossed = (state.line_run[k] >= line.quarters) & (state.line_first[k] < 0.0)
        state.line_first[k] = np.where(crossed, float(state.turn), state.line_first[k])
