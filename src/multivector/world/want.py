"""Doctrines resolved for a batch: weights in numbers, strategic aims as coefficients on stocks and measures."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from multivector.decisions.objective import Interest, Objective
from multivector.mechanisms.common import Array
from multivector.mechanisms.coordinates import effect_keys
from multivector.mechanisms.stock_table import StockTable
from multivector.schema import STOCKS, Doctrine
from multivector.schema.actors import Belief
from multivector.schema.base import GOALS
from multivector.world.economy.economy import MEASURES
from multivector.world.layout.layout import Layout
from multivector.world.layout.params import Params


def doctrine_of(layout: Layout, actor: str) -> Doctrine:
    """The doctrine that an actor follows in this scenario."""
    name = layout.scenario.actors[actor].doctrine
    if name is None:
        raise KeyError(f"actor {actor} follows no doctrine")
    return layout.scenario.doctrines[name]


def build_objectives(layout: Layout, p: Params, table: StockTable) -> dict[str, Objective]:
    """Objectives of all actors; until the scale of choice is worked out, it is `utility.first_scale`."""
    return {a: _objective(layout, p, table, a) for a in layout.actors}


def _objective(layout: Layout, p: Params, table: StockTable, actor: str) -> Objective:
    doctrine = doctrine_of(layout, actor)
    own, path = layout.scenario.actors[actor].weights, f"doctrines.{doctrine.id}"
    weights: dict[str, Array] = {
        g: p.weight(f"actors.{actor}.weights.{g}", own[g]) if g in own
        else p.weight(f"{path}.weights.{g}", doctrine.weights.get(g, 0.0))
        for g in GOALS
    }  # fmt: skip
    return Objective(
        actor=actor, weights=weights,
        interests=_interests(layout, p, table, doctrine, weights["strategic"]),
        risk=p.weight(f"{path}.risk", doctrine.risk, words="risk"),
        precision=p.at(f"{path}.precision", doctrine.precision) * p["utility.precision"],
        scale=np.full(p.lanes, layout.scenario.value("utility.first_scale")), effort=p["utility.effort"],
        horizon=doctrine.horizon, is_focus=actor == layout.focus,
        foresight=p.at(f"{path}.foresight", doctrine.foresight), fading=_fading(p, doctrine),
    )  # fmt: skip


LASTING: Mapping[Belief, tuple[str, ...]] = {
    "partners-stay": ("relation", "investment"),
    "sanctions-last": ("coverage", "rung"),
}
"""What stands and falls with a belief: ties with a partner that may leave, measures that may be lifted."""


def _fading(p: Params, doctrine: Doctrine) -> dict[str, Array]:
    """Log probability, a quarter, that a stock is still worth something, from what is believed of the whole horizon."""
    out: dict[str, Array] = {}
    for belief, stocks in LASTING.items():
        if belief in doctrine.beliefs:
            held = p.at(f"doctrines.{doctrine.id}.beliefs.{belief}", doctrine.beliefs[belief])
            fading = np.log(np.maximum(held, 1e-6)) / doctrine.horizon
            out |= dict.fromkeys(stocks, fading)
    return out


def expected_help(layout: Layout, p: Params) -> Array:
    """Probability of help in a crisis at home that the focus actor goes by, ``[lane]``."""
    doctrine, name = doctrine_of(layout, layout.focus), "alliance-helps"
    if name not in doctrine.beliefs:
        return p["security.help_regime"]
    return p.at(f"doctrines.{doctrine.id}.beliefs.{name}", doctrine.beliefs[name])


def _interests(
    layout: Layout, p: Params, table: StockTable, doctrine: Doctrine, strategic: Array
) -> tuple[Interest, ...]:
    """Aims on a stock are worth `per_step` over its step; aims on a measure `per_step` a unit."""
    found = []
    for k, aim in enumerate(doctrine.strategic):
        sign = -1.0 if aim.sign == "-" else 1.0
        weight = p.weight(f"doctrines.{doctrine.id}.strategic.{k}.weight", aim.weight)
        value = sign * strategic * weight * p["utility.per_step"]
        if aim.measure in STOCKS:
            keys = effect_keys(
                aim.measure, of=aim.of, toward=aim.toward or layout.focus, corridor=aim.corridor, sector=aim.sector,
                exporter=aim.exporter, importer=aim.importer,
            )  # fmt: skip
            known = [key for key in keys if key in table.index]
            found += [Interest(key, value / table.step[table.index[key]], False) for key in known]
        elif aim.measure in MEASURES:
            found.append(Interest(aim.measure, value, True))
    return tuple(found)
