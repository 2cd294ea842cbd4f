"""The table of stocks of one world: base, persistence, steps and ranges from the scenario's parameters and actors."""

from __future__ import annotations

import numpy as np

from multivector.mechanisms.common import relation_to_scale
from multivector.mechanisms.stock_table import StockTable
from multivector.schema import STOCKS
from multivector.world.layout.critical import critical_loss
from multivector.world.layout.layout import Layout
from multivector.world.layout.params import Params

_SCALED = 3.0
_SIZES = ("events.", "moves.", "alignment.rules.")
"""Where sizes of impulses and costs of moves stand in a scenario."""


def build_table(layout: Layout, p: Params) -> StockTable:
    """Base, persistence, step and range of every coordinate, ``[coordinate, lane]``."""
    keys = layout.keys
    base = np.empty((len(keys), p.lanes))
    persistence = np.empty_like(base)
    step = np.empty_like(base)
    low, high = np.empty((len(keys), 1)), np.empty((len(keys), 1))
    factor = p["steps.factor"]
    for d, key in enumerate(keys):
        stock, _, rest = key.partition(":")
        spec = STOCKS[stock]
        base[d] = _base(layout, p, stock, rest)
        persistence[d] = p[f"stocks.{stock}.persistence"]
        step[d] = p[spec.step] * (1.0 if stock in ("rung", "evidence", "unrest") else factor)
        low[d], high[d] = (-_SCALED, _SCALED) if stock == "relation" else (spec.low, spec.high)
    scaled = [*layout.hazards, *layout.suspected.items()]
    scales = {i.scale: p[i.scale] for _, impulses in scaled for i in impulses if i.scale is not None}
    scales |= {e.passes: p[e.passes] for e in layout.catalogue.entries if e.passes is not None}
    given = {path: p.at(path, 0.0) for path in p.overridden if path.startswith(_SIZES)}
    return StockTable(keys, {k: d for d, k in enumerate(keys)}, base, persistence, step, low, high, scales, given)


def _base(layout: Layout, p: Params, stock: str, rest: str) -> np.ndarray:
    scenario = layout.scenario
    if stock == "relation":
        one, _, other = rest.partition("~")
        return relation_to_scale(_relation(layout, p, one, other))
    focus = scenario.actors[layout.focus].stocks
    if not rest and stock in focus:
        return p.at(f"actors.{layout.focus}.stocks.{stock}", focus[stock])
    if rest in scenario.actors and stock in scenario.actors[rest].stocks:
        return p.at(f"actors.{rest}.stocks.{stock}", scenario.actors[rest].stocks[stock])
    if stock == "threat" and scenario.actors[rest].trade == "none":
        # A newcomer without an economy here threatens nobody unless the scenario says so: adding it moves no number.
        return np.zeros(p.lanes)
    if stock == "leverage":
        return np.asarray(p["stocks.leverage.base"] + critical_loss(layout, p, rest))
    special = f"stocks.{stock}_{rest}.base"
    return p[special] if special in p else p[f"stocks.{stock}.base"]


def _relation(layout: Layout, p: Params, one: str, other: str) -> np.ndarray:
    actors = layout.scenario.actors
    for a, b in ((one, other), (other, one)):
        if b in actors[a].relations:
            return p.at(f"actors.{a}.relations.{b}", actors[a].relations[b])
    return np.zeros(p.lanes)
