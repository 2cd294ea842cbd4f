"""What a doctrine believes moves what its actor's moves are worth to it, and nothing else in the world."""

from __future__ import annotations

import numpy as np
import pytest

from multivector.decisions.terminal import TerminalValues
from multivector.mechanisms.common import Array
from multivector.scenario import load
from multivector.world.choosing.deciding import deliberate
from multivector.world.engine import Engine
from playing import Luck, World
from reproducibility.histories import setup

BELIEVED = {"alliance-helps": 0.85, "partners-stay": 0.5}


def worth(actor: str, path: str, low: float, high: float) -> tuple[Engine, dict[str, Array]]:
    """Future and security of every entry of an actor in the base state, `path` low in lane 0 and high in lane 1."""
    engine = setup().engine(8, overrides={path: np.array([low, *[high] * 7])})
    state = engine.initial()
    look = deliberate(engine, state, actor, (), engine.step(state), alone=True)
    terms = look.weigh().terms
    return engine, {n: t for n, t in terms.items() if n == "security" or n.startswith("future")}


def test_who_believes_in_help_values_the_goodwill_of_the_alliance_more() -> None:
    # Flip tried: 1 - belief in expected_help(); failed.
    engine, terms = worth("KAZ", "doctrines.hedge.beliefs.alliance-helps", 0.1, 0.9)
    exercise = [
        m
        for m, i in enumerate(engine.layout.catalogue.menu["KAZ"])
        if any(x.key == "csto-goodwill" and x.size < 0 for x in engine.layout.catalogue.entries[i].impulses)
    ]
    assert exercise
    gain = terms["security"] - terms["security"][-1]
    assert (gain[exercise, 1] < gain[exercise, 0]).all()


def test_who_believes_that_partners_leave_puts_less_into_ties_with_them() -> None:
    # Flip tried: +log(held) turned into -log(held) in want._fading; failed.
    engine, _ = worth("KAZ", "doctrines.hedge.beliefs.partners-stay", 0.2, 1.0)
    wants = engine.wants(engine.plans["KAZ"])["KAZ"]
    table = engine.table
    for stock in ("investment:EU", "investment:CHN"):
        leaving, staying = wants.future[table.index[stock], :2]
        assert 0.2 * staying < leaving < 0.8 * staying
    certain = TerminalValues(setup().terminal["KAZ"].profiles, engine.terminal["KAZ"].discount, 8)
    assert wants.future[table.index["investment:EU"], 1] == certain.later("investment:EU")
    for stock in ("reform", "enforcement", "approval:pragmatic"):
        assert wants.future[table.index[stock], 0] == wants.future[table.index[stock], 1]


def test_who_believes_that_measures_end_gains_less_by_more_of_them() -> None:
    engine, _ = worth("EU", "doctrines.sanctions-first.beliefs.sanctions-last", 0.1, 1.0)
    wants = engine.wants(engine.plans["EU"])["EU"]
    changed = {engine.table.keys[d].split(":")[0] for d in np.flatnonzero(wants.future[:, 0] != wants.future[:, 1])}
    assert changed
    assert changed <= {"coverage", "rung"}
    d = np.flatnonzero(wants.future[:, 0] != wants.future[:, 1])
    assert (np.abs(wants.future[d, 0]) < np.abs(wants.future[d, 1])).all()


def test_a_delayed_gain_fades_by_the_quarters_until_it_comes() -> None:
    values = TerminalValues({"investment:EU": (0.0, 1.0, 1.0)}, discount=1.0, horizon=2)
    half = np.log(np.full(8, 0.25)) / 2.0
    assert values.later("investment:EU", half) == pytest.approx(0.5 + 0.25)
    assert values.later("investment:EU") == 2.0
    assert values.delayed("investment:EU", 1, half) == pytest.approx(0.25)


def test_the_world_does_not_heed_what_is_believed() -> None:
    """Help comes as often as it comes, and nothing moves while nobody chooses."""
    paths = {f"doctrines.hedge.beliefs.{name}": np.full(8, value) for name, value in BELIEVED.items()}
    luck = Luck(8, "security/crisis", "security/severity")
    plain, believing = (World.of("after-2022", lanes=8, draws=luck, numbers=given).play(3) for given in ({}, paths))
    assert (plain.state.stocks == believing.state.stocks).all()
    assert (plain.state.ln_income == believing.state.ln_income).all()


def test_every_doctrine_believes_what_concerns_its_actor() -> None:
    for name, doctrine in load("after-2022").doctrines.items():
        wanted = {"alliance-helps", "partners-stay"} if doctrine.for_ == ("KAZ",) else {"sanctions-last"}
        assert set(doctrine.beliefs) == wanted, name


def test_foresight_scales_what_stocks_are_worth_later_lane_by_lane() -> None:
    # Flip tried: foresight taken negative in build_wants; failed.
    sight = np.array([0.0, 0.5, 1.0, 2.0, 1.0, 1.0, 1.0, 1.0])
    plain, scaled = setup().engine(8), setup().engine(8, overrides={"doctrines.hedge.foresight": sight})
    for actor, factor in (("KAZ", sight), ("RUS", np.ones(8))):
        was, now = (e.wants(e.plans[actor])[actor] for e in (plain, scaled))
        assert np.abs(was.future).max() > 0.0
        assert np.abs(was.constant).max() > 0.0
        assert np.array_equal(now.future, was.future * factor)
        assert np.array_equal(now.constant, was.constant * factor)
        assert np.array_equal(now.strategic, was.strategic)
