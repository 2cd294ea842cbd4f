"""Through what real income comes about: the parts add up, each answers to its own cause, and nothing is disturbed.

Flips tried (each fails a test here): the sign of the ladder's and of the acts' shifters; a Shapley weight without the
factorials; rents counted in the rest; acts counted in the quarter after they have ended.
"""

from __future__ import annotations

import numpy as np
import pytest

from multivector.mechanisms.common import Array
from multivector.world.model import DiplomacyModel
from multivector.world.watching.channels import CHANNELS, Channels, account, shapley
from playing import Luck, World, setup_of

LANES = 8
HOLD = (("decision.rule", "hold"),)


def played(world: World, quarters: int = 1) -> list[dict[str, Array]]:
    """Channels of each quarter played, with acts as they were drawn."""
    watched = Channels()
    out = []
    for _ in range(quarters):
        done = world.quarter()
        watched._acts.append({k: done.happened.hazards[k] for k in ("halt", "farm-ban", "transit-delay")})
        out.append(account(world.engine, done.closed, done.happened, watched._in_force(world.engine)))
    return out


def quiet(name: str = "after-2022", **stocks: float) -> World:
    world = World.of(name, lanes=LANES, draws=Luck(LANES))
    for key, value in stocks.items():
        world.state.stocks[world.engine.table.index[key]] = value
    return world


@pytest.mark.slow
def test_the_channels_of_decided_histories_add_up_and_disturb_nothing() -> None:
    setup = setup_of("after-2022", (("calendar.turns", "4"), ("decision.rule", "random")))
    models = [DiplomacyModel(setup, range(16), seed=3) for _ in range(2)]
    watched = Channels(first=1)
    models[0].observers.append(watched)
    for model in models:
        model.run()
    assert (models[0].state.stocks == models[1].state.stocks).all()
    assert len(watched.turns) == 3
    focus = models[0].engine.layout.actors.index("KAZ")
    for turn in watched.turns:
        assert list(turn) == [*CHANNELS, "total"]
        whole = np.sum([turn[name] for name in CHANNELS], axis=0)
        np.testing.assert_allclose(whole, turn["total"], atol=1e-12)
        # The parts are solved for, not made to fit: side payments and duties are small, and the rest is theirs alone.
        assert np.abs(turn["rest"]).max() < 0.03
    assert (watched.turns[-1]["total"] == models[0].state.ln_income[focus, :16]).all()


def test_the_parts_of_the_equilibrium_sum_to_it_without_the_rest() -> None:
    world = quiet(**{"rung:EU": 3.0, "trade-cost:KAZ>RUS:agrifood": 0.3})
    done = world.quarter()
    from multivector.mechanisms.stock_table import StockView
    from multivector.world.watching.channels import _parts, _without_rungs

    assert done.happened.stocks is not None
    view = StockView(world.engine.table, done.happened.stocks)
    free = StockView(world.engine.table, _without_rungs(world.engine, done.happened.stocks))
    parts = _parts(world.engine, done.closed, done.happened, view, free, {})
    found = shapley(world.engine, done.closed, *parts)
    trade = done.closed.solved.trade.ln_income[world.engine.economy.focus_node]
    np.testing.assert_allclose(np.sum(list(found.values()), axis=0), trade, atol=1e-8)


def test_shapley_shares_do_not_depend_on_the_names_of_the_parts() -> None:
    world = quiet()
    done = world.quarter()
    oil, rent = done.happened.oil.transfer, done.closed.solved.rent  # type: ignore[union-attr]
    one = shapley(world.engine, done.closed, {}, {"a": oil, "b": 5.0 * oil, "c": rent})
    other = shapley(world.engine, done.closed, {}, {"c": oil, "a": 5.0 * oil, "b": rent})
    np.testing.assert_allclose(one["b"], other["a"], atol=1e-12)
    np.testing.assert_allclose(one["c"], other["b"], atol=1e-12)


def test_the_base_world_has_nothing_to_tell() -> None:
    found = played(quiet("base-2021"))[0]
    assert max(np.abs(found[name]).max() for name in (*CHANNELS, "total")) < 1e-6


def test_a_rung_takes_by_the_ladder_alone() -> None:
    calm, hit = played(quiet())[0], played(quiet(**{"rung:EU": 3.0}))[0]
    assert (hit["ladder"] < calm["ladder"] - 1e-4).all()
    for name in ("oil", "finance", "investment", "coercion"):
        np.testing.assert_allclose(hit[name], calm[name], atol=2e-5)


def test_dearer_payments_count_as_the_ladder_where_growth_does_not_move() -> None:
    found = []
    for rung in (0.0, 3.0):
        world = World.of("after-2022", lanes=LANES, draws=Luck(LANES), overrides={"mechanisms.investment": "false"})
        world.state.stocks[world.engine.table.index["rung:EU"]] = rung
        found.append(played(world)[0])
    calm, hit = found
    assert np.abs(calm["ladder"]).max() == 0.0
    assert (hit["ladder"] < -1e-4).all()
    # Trade that payments have made dear pays less of the other costs: a second-order part, no more.
    assert np.abs(hit["trade"] - calm["trade"]).max() < 0.2 * np.abs(hit["ladder"]).max()


def test_access_to_finance_is_its_own_channel() -> None:
    calm, hit = played(quiet())[0], played(quiet(**{"finance-access": 0.8}))[0]
    assert (hit["finance"] < calm["finance"] - 1e-4).all()
    for name in ("trade", "oil", "rent", "ladder", "coercion", "investment"):
        np.testing.assert_allclose(hit[name], calm[name], atol=1e-9)


def test_investment_is_its_own_channel() -> None:
    calm, hit = played(quiet())[0], played(quiet(**{"investment:EU": 0.5}))[0]
    assert (hit["investment"] < calm["investment"] - 1e-4).all()
    np.testing.assert_allclose(hit["finance"], calm["finance"], atol=1e-12)


def test_a_dearer_oil_brings_more_by_oil() -> None:
    calm, dear = (
        played(World.of("after-2022", lanes=LANES, draws=Luck(LANES), overrides=set_))[0]
        for set_ in ({}, {"paths.oil_price.values.2022-Q1": "140"})
    )
    assert (dear["oil"] > calm["oil"] + 0.01).all()
    np.testing.assert_allclose(dear["investment"], calm["investment"], atol=1e-12)


@pytest.mark.parametrize(("kind", "quarters"), [("halt", 1), ("farm-ban", 2)])
def test_an_act_takes_while_it_lasts(kind: str, quarters: int) -> None:
    # The act is drawn in every quarter of one world and in none of the other; then luck turns quiet.
    world, other = World.of("after-2022", lanes=LANES, draws=Luck(LANES, f"coercion/{kind}/")), quiet()
    watched = Channels()
    hit, calm = [], []
    for turn in range(quarters + 2):
        if turn == 1:
            world.draws = Luck(LANES)
        done, still = world.quarter(), other.quarter()
        watched._acts.append({k: done.happened.hazards[k] for k in ("halt", "farm-ban", "transit-delay")})
        hit.append(account(world.engine, done.closed, done.happened, watched._in_force(world.engine))["coercion"])
        calm.append(account(other.engine, still.closed, still.happened, {})["coercion"])
        assert bool(done.happened.hazards[kind].all()) == (turn == 0)
    assert all((found < -1e-6).all() for found in hit[:quarters])
    assert all(np.abs(found).max() == 0.0 for found in (*hit[quarters:], *calm))
