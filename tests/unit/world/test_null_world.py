"""A null world (no events, no hazards, all on hold) stays at its base: nothing in the engine drifts by itself."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from multivector.scenario import load
from multivector.world.model import DiplomacyModel
from multivector.world.setup import Setup
from multivector.world.state import State
from playing import Luck, World, whole

TURNS, LANES = 16, 8
BOOKKEEPING = frozenset({"turn", "solved", "cut", "mixed"})
QUIET = {f"mechanisms.{m}": "false" for m in ("coercion", "outages", "oil-price-shocks", "currency-shocks")}


def drift(now: State, base: State) -> dict[str, float]:
    """Largest change of each field."""
    out = {}
    for f in fields(State):
        one, other = whole(getattr(now, f.name)), whole(getattr(base, f.name))
        if f.name not in BOOKKEEPING and isinstance(one, np.ndarray) and one.size:
            out[f.name] = float(np.abs(one - other).max())
    return out


def test_the_base_world_on_hold_stays_at_base() -> None:
    # Flip tried: 1e-6 added to the food path's logarithm in close_books; failed.
    world = World.of("base-2021", lanes=LANES, draws=Luck(LANES))
    base = world.state.copy()
    world.play(TURNS)
    assert {k: v for k, v in drift(world.state, base).items() if v > 1e-9} == {}
    assert np.abs(world.income("KAZ")).max() < 1e-9
    assert world.measure("reexport") == pytest.approx(1.0, abs=1e-9)


def test_so_it_does_when_the_actors_sit_down_and_hold() -> None:
    setup = Setup(load("base-2021", overrides={"decision.rule": "hold"}))
    model = DiplomacyModel(setup, list(range(LANES)), draws=Luck(LANES))
    base = model.state.copy()
    model.run()
    assert model.state.turn == TURNS
    assert {k: v for k, v in drift(model.state, base).items() if v > 1e-9} == {}


def test_with_hazards_switched_off_only_a_crisis_at_home_can_move_it() -> None:
    world = World.of("base-2021", lanes=64, overrides=QUIET)
    base = world.state.copy()
    world.play(TURNS)
    calm = world.hazard("crisis").sum(axis=0) == 0.0
    assert 10 < calm.sum() <= 64
    moved = np.abs(world.state.stocks - base.stocks).max(axis=0)
    assert (moved[calm] < 1e-9).all()
    assert np.abs(world.income("KAZ")[:, calm]).max() < 1e-9


def test_one_small_event_is_seen() -> None:
    def nudge(world: World) -> None:
        world.state.stocks[world.engine.table.index["trade-cost:KAZ>RUS:agrifood"]] += 0.01

    world = World.of("base-2021", lanes=LANES, draws=Luck(LANES))
    seen = world.quarter(change=nudge)
    f = world.engine.layout.actors.index("KAZ")
    assert (seen.closed.ln_income[f] < -1e-7).all()
