"""Doctrines resolved for a batch: weights in numbers, strategic aims as coefficients on stocks and measures."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from multivector.decisions.objective import Interest, Objective
from multivector.mechanisms.common import Array
from multivector.mechanisms.coordinates import effect_keys
from multivector.mechanisms.stock_table import StockTable
from multivector.schema import STOCKS, Doctrine
from multivector.world.economy import MEASURES
from multivector.world.layout import Layout
from multivector.world.params import Params

GOALS = ("income", "security", "regime", "rent", "autonomy", "strategic")


def weight(p: Params, value: float | str) -> Array:
    """A weight word or number as lanes."""
    if isinstance(value, str):
        return p[f"weights.{value.replace(' ', '_')}"]
    return np.full(p.lanes, value)


def doctrine_of(layout: Layout, actor: str) -> Doctrine:
    """The doctrine that an actor follows in this scenario."""
    name = layout.scenario.actors[actor].doctrine
    if name is None:
        raise KeyError(f"actor {actor} follows no doctrine")
    return layout.scenario.doctrines[name]


def build_objectives(layout: Layout, p: Params, table: StockTable, scales: Mapping[str, float]) -> dict[str, Objective]:
    """Objectives of all actors."""
    return {a: _objective(layout, p, table, a, scales.get(a, 0.3)) for a in layout.actors}


def _objective(layout: Layout, p: Params, table: StockTable, actor: str, scale: float) -> Objective:
    doctrine = doctrine_of(layout, actor)
    own = layout.scenario.actors[actor].weights
    weights = {g: weight(p, own.get(g, doctrine.weights.get(g, 0.0))) for g in GOALS}  # type: ignore[call-overload]
    risk = (
        doctrine.risk
        if not isinstance(doctrine.risk, str)
        else {"none": 0.0, "low": 0.2, "medium": 0.35, "high": 0.5, "very high": 0.7}[doctrine.risk]
    )
    return Objective(
        actor=actor, weights=weights,
        interests=_interests(layout, p, table, doctrine, weights["strategic"]),
        risk=_lane(p, f"actors.{actor}.risk", risk),
        precision=_lane(p, f"actors.{actor}.precision", doctrine.precision) * p["utility.precision"],
        scale=np.full(p.lanes, scale), effort=p["utility.effort"], horizon=doctrine.horizon,
        is_focus=actor == layout.focus,
    )  # fmt: skip


def _lane(p: Params, path: str, value: float) -> Array:
    return p.overridden_value(path) if path in p.overridden else np.full(p.lanes, float(value))


def _interests(
    layout: Layout, p: Params, table: StockTable, doctrine: Doctrine, strategic: Array
) -> tuple[Interest, ...]:
    """Aims on a stock are worth `per_step` over its step; aims on a measure `per_step` a unit."""
    found = []
    for aim in doctrine.strategic:
        sign = -1.0 if aim.sign == "-" else 1.0
        value = sign * strategic * weight(p, aim.weight) * p["utility.per_step"]
        if aim.measure in STOCKS:
            keys = effect_keys(
                aim.measure, of=aim.of, toward=aim.toward or layout.focus, corridor=aim.corridor, sector=aim.sector,
                exporter=aim.exporter, importer=aim.importer,
            )  # fmt: skip
            found += [Interest(k, value / table.step[table.index[k]], False) for k in keys if k in table.index]
        elif aim.measure in MEASURES:
            found.append(Interest(aim.measure, value, True))
    return tuple(found)
