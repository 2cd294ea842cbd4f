"""Hazards as drawn: they come as often as their rates say, do what they list, end in time, and switch off."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from multivector.mechanisms.stock_table import StockView
from multivector.schema.switches import SWITCHES
from multivector.world.layout.layout import CAUSES
from multivector.world.quarter import hazards
from multivector.world.quarter.hazards import COERCION
from playing import Luck, Quarter, World, layout_of

LANES = 8


def one(*happens: str, world: str = "after-2022", turns: int = 1, **more: str) -> tuple[World, World]:
    """A world in which some hazards happen in every quarter, and the same world at rest."""
    overrides = {k.replace("_", "-").replace("--", "."): v for k, v in more.items()}
    hit = World.of(world, lanes=LANES, draws=Luck(LANES, *happens), overrides=overrides)
    calm = World.of(world, lanes=LANES, draws=Luck(LANES), overrides=overrides)
    return hit.play(turns), calm.play(turns)


def moved(hit: Quarter, calm: Quarter, world: World, key: str) -> float:
    d = world.engine.table.index[key]
    gap = hit.closed.stocks[d] - calm.closed.stocks[d]
    assert (gap == gap[0]).all()
    return float(gap[0])


def test_they_come_as_often_as_their_rates_say() -> None:
    # Flip tried: `<` turned into `>` in the draws of hazards(); failed.
    world = World.of("after-2022").play(16)
    for kind in COERCION:
        rate, drawn = world.rate(kind), world.hazard(kind)
        error = np.sqrt((rate * (1.0 - rate)).sum()) / rate.size
        assert abs(drawn.mean() - rate.mean()) < 4.0 * error, kind
    for cause in CAUSES:
        rate = world.engine.p[f"oil.hazard.{cause}"][0]
        drawn = world.hazard(cause)[world.engine.layout.stops_dated_until + 1 :]
        assert abs(drawn.mean() - rate) < 4.0 * np.sqrt(rate / drawn.size), cause


@pytest.mark.parametrize("cause", CAUSES)
def test_an_outage_takes_its_share_of_the_pipeline_for_one_quarter(cause: str) -> None:
    # Flip tried: the size of `lost` positive; failed.
    hit = World.of("base-2021", lanes=LANES, draws=Luck(LANES, f"energy/outage-{cause}"))
    first = hit.quarter()
    d = hit.engine.table.index["corridor-capacity:CPC"]
    severity = hit.engine.p[f"oil.severity.{cause}"]
    assert first.closed.stocks[d] == pytest.approx(1.0 - severity)
    assert first.happened.hazards[cause].tolist() == [1.0] * LANES
    second = hit.quarter()
    assert second.opened.stocks[d] == pytest.approx(np.ones(LANES))


MINDS = ("threat:RUS", "approval:sovereignty-minded", "approval:russia-friendly")
NOBODY = {f"oil.suspected.{cause}": "0" for cause in CAUSES}


def test_an_outage_changes_the_pipeline_and_the_oil_and_only_the_minds_of_who_suspects_an_order() -> None:
    stocks = ("threat", "displeasure", "relation", "obligation", "rung", "regime", "unrest")
    hit, calm = one("energy/outage", world="base-2021")
    believed, still = (
        World.of("base-2021", lanes=LANES, draws=Luck(LANES, *h), overrides=NOBODY).play(1)
        for h in (("energy/outage",), ())
    )
    for key in hit.engine.table.keys:
        if key.startswith(stocks):
            assert moved(believed.past[0], still.past[0], hit, key) == 0.0, key
            assert (moved(hit.past[0], calm.past[0], hit, key) == 0.0) == (key not in MINDS), key
    assert (hit.measure("oil-exported") < calm.measure("oil-exported")).all()
    assert (hit.income("KAZ") < calm.income("KAZ")).all()


@pytest.mark.parametrize("cause", CAUSES)
def test_a_stop_is_felt_as_far_as_an_order_is_suspected(cause: str) -> None:
    # Flips tried: the scale left out of _taken_for_an_order (every stop counts in full), the threat negated; failed.
    def after(**more: str) -> World:
        luck = Luck(LANES, f"energy/outage-{cause}")
        return World.of("base-2021", lanes=LANES, draws=luck, overrides=more).play(1)

    shipped, believed, doubted = after(), after(**NOBODY), after(**{f"oil.suspected.{cause}": "1"})
    # Where nobody may stop the pipeline on purpose, nobody is suspected of it.
    halts_off = {"mechanisms.halt": "false"}
    off, off_doubted = after(**halts_off), after(**halts_off, **{f"oil.suspected.{cause}": "1"})
    share = shipped.engine.p[f"oil.suspected.{cause}"][0]
    for key, sign in zip(MINDS, (1.0, 1.0, -1.0), strict=True):
        felt, in_full = (w.stock(key)[0] - believed.stock(key)[0] for w in (shipped, doubted))
        assert (sign * in_full > 0.0).all(), key
        assert felt == pytest.approx(share * in_full, rel=1e-9), key
        assert np.array_equal(off.stock(key), off_doubted.stock(key)), key
    assert np.array_equal(shipped.measure("oil-exported"), doubted.measure("oil-exported"))


def test_a_deliberate_halt_takes_the_pipeline_and_is_felt_as_a_threat() -> None:
    # Flips tried: capacity, threat and each approval of the hazard `halt` in the layout; failed each time.
    hit, calm = one("coercion/halt")
    at = lambda key: moved(hit.past[0], calm.past[0], hit, key)  # noqa: E731
    assert at("corridor-capacity:CPC") < 0.0
    assert at("threat:RUS") > 0.0
    assert at("approval:sovereignty-minded") > at("approval:pragmatic") > at("approval:russia-friendly")
    assert (hit.measure("oil-exported") < calm.measure("oil-exported")).all()
    assert (hit.income("KAZ") < calm.income("KAZ")).all()


def test_a_farm_ban_cuts_farm_exports_for_two_quarters() -> None:
    # Flip tried: the ban as a subsidy (size -1); failed.
    hit = World.of("base-2021", lanes=LANES, draws=Luck(LANES, "coercion/farm-ban"))
    calm = World.of("base-2021", lanes=LANES, draws=Luck(LANES))
    hit.quarter(), calm.quarter()
    hit.draws = Luck(LANES)
    hit.play(3), calm.play(3)
    ratio = (hit.flow("KAZ", "RUS", "agrifood") / calm.flow("KAZ", "RUS", "agrifood"))[:, 0]
    assert (ratio[:2] < 0.8).all()
    # Afterwards only habit is left of it.
    assert (ratio[2:] > ratio[:2].max()).all()
    assert (hit.flow("KAZ", "RUS", "metals") / calm.flow("KAZ", "RUS", "metals")).min() > 0.99
    assert (hit.income("KAZ")[:2] < calm.income("KAZ")[:2]).all()


def test_transit_delays_cost_trade_with_the_west_and_rhetoric_only_fear() -> None:
    # Flips tried: cost of transit-delay -1; threat of rhetoric -1; failed both times.
    hit, calm = one("coercion/transit-delay", world="base-2021")
    assert (hit.flow("KAZ", "EU", "metals") < calm.flow("KAZ", "EU", "metals")).all()
    assert moved(hit.past[0], calm.past[0], hit, "threat:RUS") == 0.0
    hit, calm = one("coercion/rhetoric", world="base-2021")
    assert moved(hit.past[0], calm.past[0], hit, "threat:RUS") > 0.0
    assert np.abs(hit.income("KAZ") - calm.income("KAZ")).max() < 1e-12


def test_a_case_is_a_token_for_the_one_who_finds_it() -> None:
    hit, calm = one("evasion/evidence/EU")
    kept = hit.engine.p["stocks.evidence.persistence"][0]
    assert moved(hit.past[0], calm.past[0], hit, "evidence:EU") == pytest.approx(kept)
    assert moved(hit.past[0], calm.past[0], hit, "evidence:USA") == 0.0
    assert moved(hit.past[0], calm.past[0], hit, "rung:EU") == 0.0


def test_a_crisis_costs_legitimacy_and_cohesion_and_a_severe_one_counts_twice() -> None:
    # Flips tried: each of the three impulses of the hazard `crisis`; failed each time.
    base = {"mechanisms.alliance": "false"}
    hit, calm = (
        World.of("base-2021", lanes=LANES, draws=Luck(LANES, *h), overrides=base).play(1)
        for h in (("security/crisis",), ())
    )
    severe = World.of(
        "base-2021", lanes=LANES, draws=Luck(LANES, "security/crisis", "security/severity"), overrides=base
    ).play(1)
    at = lambda world, key: moved(world.past[0], calm.past[0], hit, key)  # noqa: E731
    assert at(hit, "legitimacy") < 0.0
    assert at(hit, "regime") < 0.0
    assert 0.0 < at(hit, "unrest") < at(severe, "unrest")
    assert at(severe, "regime") == at(hit, "regime")


def test_help_in_a_crisis_saves_the_regime_and_leaves_a_debt() -> None:
    # Flips tried: obligation subtracted; regime -2 for help; failed both times.
    hit, calm = one("security/", world="base-2021")
    off, _ = one("security/", world="base-2021", mechanisms__alliance="false")
    assert hit.hazard("help").tolist() == [[1.0] * LANES]
    assert "help" not in off.past[0].happened.hazards
    assert moved(hit.past[0], off.past[0], hit, "regime") > 0.0
    assert moved(hit.past[0], off.past[0], hit, "legitimacy") >= 0.0
    owed = moved(hit.past[0], off.past[0], hit, "obligation:RUS")
    p = hit.engine.p
    assert owed == pytest.approx(
        p["crisis.obligation"][0]
        * p["steps.obligation"][0]
        * p["steps.factor"][0]
        * p["stocks.obligation.persistence"][0]
    )
    assert moved(hit.past[0], calm.past[0], hit, "obligation:RUS") == owed


def test_switches_turn_mechanisms_off() -> None:
    everything = ("coercion/", "energy/outage")
    hit, _ = one(*everything, world="base-2021")
    off, _ = one(*everything, world="base-2021", mechanisms__coercion="false", mechanisms__outages="false")
    assert all((hit.hazard(k) == 1.0).all() for k in (*COERCION, *CAUSES))
    assert (off.rate("halt") < 1e-11).all()
    assert all((off.hazard(c) == 0.0).all() for c in CAUSES)
    quiet = World.of("after-2022", overrides={"mechanisms.coercion": "false", "mechanisms.outages": "false"}).play(8)
    assert all(quiet.hazard(k).sum() == 0.0 for k in (*COERCION, *CAUSES))


@pytest.mark.parametrize("kind", [*COERCION, "crisis", "evidence"])
def test_each_kind_of_hazard_has_a_switch_of_its_own(kind: str) -> None:
    # Flip tried: `if not` turned into `if` in coercion(); failed.
    def world(**off: str) -> World:
        return World.of("after-2022", lanes=64, overrides={"mechanisms." + k: v for k, v in off.items()}).play(2)

    on, off = world(), world(**{kind: "false"})
    rates = [
        name for name in on.past[0].happened.rates if name.split(":")[0] == ("case" if kind == "evidence" else kind)
    ]
    assert rates
    for name in rates:
        assert (on.rate(name)[0] > 1e-4).all()
        assert (off.rate(name) < 1e-11).all()
        assert (off.hazard(name) == 0.0).all()
    follows = {"concession", "asked", "promised", "falls"} if kind == "crisis" else set()
    others = set(on.past[0].happened.rates) - set(rates) - follows
    assert all((on.rate(name)[0] == off.rate(name)[0]).all() for name in others)
    seen = (
        w.engine.hazard_rates.rates(StockView(w.engine.table, w.state.stocks), w.engine.seen(w.state))
        for w in (on, off)
    )
    name = "case-found" if kind == "evidence" else kind
    expected, left_out = (rates[name] for rates in seen)
    assert (left_out < 1e-11).all()
    assert (expected > 1e-4).all()


def test_every_switch_is_read_and_every_name_read_is_a_switch() -> None:
    sources = Path(hazards.__file__).parents[2]
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(sources.glob("world/**/*.py")))
    text += (sources / "decisions" / "catalogue.py").read_text(encoding="utf-8")
    read = {*re.findall(r'(?:switched|mechanisms\.get)\("([a-z-]+)"', text), *COERCION}
    read |= {move.switch for move in layout_of("after-2022").scenario.moves.values() if move.switch is not None}
    assert read == set(SWITCHES)
    with pytest.raises(KeyError):
        World.of("base-2021").engine.layout.switched("weather")


def test_while_the_stops_are_those_of_the_record_none_is_drawn() -> None:
    world = World.of("after-2022", lanes=LANES, draws=Luck(LANES, "energy/outage")).play(5)
    last = max(t for t, found in world.engine.layout.events.items() if any(id.startswith("cpc") for id, _ in found))
    assert all((world.hazard(c)[: last + 1] == 0.0).all() for c in CAUSES)
    assert all((world.hazard(c)[last + 1 :] == 1.0).all() for c in CAUSES)


def test_the_price_of_oil_moves_incomes_with_its_sign() -> None:
    # Flip tried: oil.transfer subtracted in trade(); failed.
    world = World.of("base-2021").play(4)
    price = np.stack([q.happened.price for q in world.past])
    assert price[0].std() > 1.0
    gap = [np.corrcoef(price[t], world.income("KAZ")[t])[0, 1] for t in range(2)]
    assert min(gap) > 0.9
    assert np.corrcoef(price[0], world.income("CHN")[0])[0, 1] < -0.9
    flat = World.of("base-2021", overrides={"mechanisms.oil-price-shocks": "false"}).play(2)
    assert np.stack([q.happened.price for q in flat.past]) == pytest.approx(71.0)
