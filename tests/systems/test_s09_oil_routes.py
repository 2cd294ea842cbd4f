"""S9: oil leaves by corridors, each with capacity, fee and outages; most of it crosses Russia.

On against off: the Caspian pipeline shut against open, outages drawn against switched off, a contract by Baku, a store.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from multivector.world.choosing.deciding import perceived
from multivector.world.deep import DeepDeliberation
from playing import World, assert_clearly_more

pytestmark = pytest.mark.system("S9")

TURNS = 6


@cache
def held(name: str, changes: tuple[tuple[str, str], ...] = (), play: tuple[str, ...] = ()) -> World:
    return World.of(name, overrides=dict(changes)).play(TURNS, {0: play})


def test_most_oil_crosses_russia() -> None:
    assert 0.95 < held("base-2021").measure("oil-through-russia").mean() < 0.98


def test_what_the_others_cannot_carry_is_not_sold() -> None:
    # Flip tried: the closure of cpc-closed as an opening; failed.
    shut, open_ = held("cpc-closed"), held("after-2022")
    assert_clearly_more(open_.measure("oil-exported")[1:], shut.measure("oil-exported")[1:], share=0.3)
    assert_clearly_more(open_.income("KAZ")[1:], shut.income("KAZ")[1:])
    assert_clearly_more(open_.measure("oil-through-russia")[1:], shut.measure("oil-through-russia")[1:])
    rest = np.stack([q.happened.oil.flow for q in shut.past if q.happened.oil is not None])
    capacity = shut.engine.economy.oil.capacity
    assert (rest <= capacity[None] + 1e-9).all()


def test_outages_send_oil_by_dearer_ways() -> None:
    # Flip tried: the lost capacity of an outage added in `hazards`; failed.
    off = held("base-2021", (("mechanisms.outages", "false"), ("mechanisms.coercion", "false")))
    on = held("base-2021", (("mechanisms.coercion", "false"),))
    cpc = on.engine.layout.oil_routes.index("CPC")
    by_pipe = [np.stack([q.happened.oil.flow[cpc] for q in w.past if q.happened.oil is not None]) for w in (off, on)]
    assert sum((on.hazard(c) for c in ("weather", "legal", "third-party")), np.zeros(1)).any()
    assert (by_pipe[0] >= by_pipe[1] - 1e-9).all()
    assert_clearly_more(by_pipe[0], by_pipe[1])
    assert_clearly_more(off.income("KAZ"), on.income("KAZ"))


def test_a_closure_costs_the_more_the_dearer_the_ways_that_are_left() -> None:
    # Flip tried: `fees` negative; failed.
    left = (("corridors.atyrau-samara.fee", "65"), ("corridors.aktau-baku.fee", "85"))
    assert_clearly_more(held("cpc-closed").income("KAZ")[1:], held("cpc-closed", left).income("KAZ")[1:])


def test_a_contract_by_baku_takes_a_little_from_russia() -> None:
    # Flip tried: oil-contract -1 in ship-oil-via-baku; failed.
    some = held("after-2022", (), ("KAZ:ship-oil-via-baku",))
    gap = held("after-2022").measure("oil-through-russia") - some.measure("oil-through-russia")
    assert (gap >= 0.0).all()
    assert 0.005 < gap.mean() < 0.05


# ---- a store of oil

HALF = (
    "events.half",
    "{id: half, turn: 2022-Q2, title: 'Half of the Caspian pipeline stands still', cause: weather, source: test, "
    "then: [{stock: corridor-capacity, corridor: CPC, amount: -0.5, turns: 2}]}",
)
CALM = (("mechanisms.outages", "false"), ("mechanisms.coercion", "false"))


def stored(size: float, *changes: tuple[str, str]) -> World:
    """A world that is nobody's prey, with a store of so many Mt."""
    return held("after-2022", (("oil.store.capacity", str(size)), *CALM, *changes))


def shipped(world: World) -> np.ndarray:
    """Oil that leaves in each quarter, Mt, ``[quarter, lane]``."""
    return np.stack([0.25 * q.happened.oil.flow.sum(axis=0) for q in world.past if q.happened.oil is not None])


def test_a_store_keeps_what_half_a_pipeline_cannot_carry() -> None:
    # Flips tried: `-` before the oil put by (energy.put_by), before the oil drawn (energy.draw); both failed.
    without, with_ = stored(0.0, HALF), stored(3.0, HALF)
    open_ = stored(0.0)
    lost = [shipped(open_).sum(axis=0) - shipped(w).sum(axis=0) for w in (without, with_)]
    assert_clearly_more(lost[0], lost[1], share=0.5)
    assert_clearly_more(with_.income("KAZ").sum(axis=0), without.income("KAZ").sum(axis=0))
    # Not while the stop lasts, when oil is stored, but as soon as there is room.
    assert np.array_equal(shipped(with_)[:3], shipped(without)[:3])
    assert np.array_equal(with_.income("KAZ")[:3], without.income("KAZ")[:3])
    assert_clearly_more(shipped(with_)[3], shipped(without)[3], share=0.05)
    assert_clearly_more(with_.income("KAZ")[3], without.income("KAZ")[3])
    # The fund has its share.
    assert_clearly_more(with_.stock("fund")[-1], without.stock("fund")[-1])


def test_without_a_stop_a_store_does_nothing() -> None:
    without, with_ = stored(0.0), stored(3.0)
    assert np.allclose(shipped(with_), shipped(without), rtol=0.0, atol=1e-9)
    assert np.allclose(with_.income("KAZ"), without.income("KAZ"), rtol=0.0, atol=1e-9)


def test_with_a_store_as_large_as_need_be_nothing_is_lost() -> None:
    huge = stored(1000.0, HALF)
    production = 0.25 * huge.engine.economy.oil.production
    assert huge.past[2].closed.oil_stored.min() > 1.0
    assert shipped(huge).sum(axis=0) == pytest.approx(TURNS * production, rel=1e-12)
    assert huge.state.oil_stored == pytest.approx(np.zeros(200), abs=1e-9)


def test_no_store_beside_others_is_no_store_to_the_bit() -> None:
    mixed = np.where(np.arange(200) % 2, 3.0, 0.0)
    some = World.of("after-2022", overrides=dict([HALF]), numbers={"oil.store.capacity": mixed}).play(TURNS)
    none = held("after-2022", (HALF,))
    for one, other in zip(some.past, none.past, strict=True):
        assert np.array_equal(one.closed.stocks[:, ::2], other.closed.stocks[:, ::2])
        assert np.array_equal(one.closed.ln_income[:, ::2], other.closed.ln_income[:, ::2])
        assert np.array_equal(one.closed.measures[:, ::2], other.closed.measures[:, ::2])
    assert not np.array_equal(shipped(some), shipped(none))


def test_who_can_store_oil_is_harder_to_press() -> None:
    # Flip tried: `-` before the store's room in energy.n_minus_one; failed.
    none, store = (held("after-2022", (("oil.store.capacity", str(size)),)) for size in (0.0, 3.0))
    assert_clearly_more(store.measure("n-minus-one"), none.measure("n-minus-one"), share=0.1)
    assert_clearly_more(none.rate("halt"), store.rate("halt"))


@pytest.mark.parametrize("depth", ["default", "deep"])
def test_who_decides_sees_that_a_stop_costs_less(depth: str) -> None:
    # Flip tried: `-` before the oil put by (energy.put_by); failed.
    sizes = [{"oil.store.capacity": size, "oil.severity.deliberate": "1.0"} for size in ("0.0", "3.0")]
    worlds = [World.of("after-2022", lanes=8, overrides=some) for some in sizes]
    without, with_ = (halted(world, depth) for world in worlds)
    assert (without < with_).all()
    assert (with_ < 0.0).all()
    # What is stored counts as sold: 3 Mt of the 8.8 Mt that are lost without.
    assert 0.2 < 1.0 - (with_ / without).mean() < 0.5


def halted(world: World, depth: str) -> np.ndarray:
    """What Kazakhstan expects a stop of the pipeline to cost it, log income ``[lane]``."""
    engine, state, step = world.engine, world.state, world.engine.step(world.state)
    halt = 1 + [name for name, _ in engine.hazards].index("halt")
    if depth == "default":
        return step.hazard_response()["KAZ"][halt]
    plan = engine.empty["KAZ"]
    look = DeepDeliberation(
        engine, state, plan, step=step, objectives=engine.objectives, wants=engine.wants(plan),
        view=perceived(engine, state, "KAZ"), made=np.zeros_like(state.stocks),
    ).look()  # fmt: skip
    income = look.flow.ln_income["KAZ"]
    return (income[:, halt] - income[:, 0]).mean(axis=(0, 1))
