"""The scheme on the projector: actors, ties and routes as nodes and lines; no map, so no border is drawn."""

from __future__ import annotations

from itertools import combinations
from math import cos, pi, sin
from typing import Any

from multivector.classroom.lesson.words import ministries, tell, word
from multivector.classroom.playing.game import Game
from multivector.mechanisms.common import relation_from_scale
from multivector.mechanisms.coordinates import relation_key
from multivector.mechanisms.stock_table import StockView

AROUND = ("RUS", "CHN", "USA", "EU")
"""Powers clockwise from the top: where they lie, roughly, seen from the focus actor."""
NARROW, SHUT = 0.9, 0.1
"""Shares of the base capacity below which a route counts as narrowed, and as shut."""


def places(actors: list[str], focus: str) -> dict[str, tuple[float, float]]:
    """Where each node stands, from 0 to 1: the focus actor in the middle, the powers around it.

    Examples
    --------
    >>> places(["KAZ", "RUS"], "KAZ")
    {'KAZ': (0.5, 0.5), 'RUS': (0.5, 0.1)}
    """
    others = [a for a in AROUND if a in actors] + [a for a in actors if a not in AROUND and a != focus]
    out = {focus: (0.5, 0.5)}
    for k, actor in enumerate(others):
        angle = 2 * pi * k / len(others)
        out[actor] = (round(0.5 + 0.4 * sin(angle), 3), round(0.5 - 0.4 * cos(angle), 3))
    return out


def scheme(game: Game, world: str, language: str) -> dict[str, Any]:
    """Nodes, ties between actors, routes with their state, all of the quarter that was last published."""
    worlds, k, focus = game.worlds, game.lane(world), game.scenario.focus
    state, table, layout = worlds.model.state, worlds.model.engine.table, worlds.setup.layout
    view, spots = StockView(table, state.stocks), places(game.actors, focus)
    known = ministries()["actors"]
    last = worlds.watch.outcomes[-1] if worlds.watch.outcomes else {}
    ties = []
    for a, b in combinations(game.actors, 2):
        key = relation_key(a, b)
        if key not in table.index:
            continue
        power = b if a == focus else a
        trade = [float(last[n][k]) for n in (f"customs.{a}.{b}", f"customs.{b}.{a}") if n in last]
        loss = last.get(f"loss.{power}") if focus in (a, b) else None
        ties.append({"a": a, "b": b, "relation": round(float(relation_from_scale(view[key])[k]), 3),
                     "trade": round(sum(trade), 2) if trade else None,
                     "loss": None if loss is None else round(float(loss[k]), 3)})  # fmt: skip
    return {
        "nodes": [{"id": a, "name": tell(known.get(a) or game.scenario.actors[a].name or a, language),
                   "x": spots[a][0], "y": spots[a][1]} for a in game.actors],
        "ties": ties,
        "routes": _routes(game, world, layout.oil_routes, language),
    }  # fmt: skip


def _routes(game: Game, world: str, oil: tuple[str, ...], language: str) -> list[dict[str, Any]]:
    worlds, k, out = game.worlds, game.lane(world), []
    state, table = worlds.model.state, worlds.model.engine.table
    flows = worlds.watch.outcomes[-1] if worlds.watch.outcomes else {}
    prefix = "corridor-capacity:"
    for key in sorted(table.index):
        if not key.startswith(prefix):
            continue
        id, d = key.removeprefix(prefix), table.index[key]
        share = float(state.stocks[d, k])
        flow = flows.get(f"oil.{id}")
        out.append({"id": id, "name": word("names", id, language), "kind": "oil" if id in oil else "goods",
                    "capacity": round(share, 3), "flow": None if flow is None else round(float(flow[k]), 2),
                    "unit": "Mt a year" if flow is not None else "", "state": _state(share)})  # fmt: skip
    return out


def _state(share: float) -> str:
    return "shut" if share < SHUT else "narrow" if share < NARROW else "open"
