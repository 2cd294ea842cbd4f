"""S7: blocked goods come through Kazakhstan when the price gap pays for it; sanctioners find out and climb a ladder.

On against off: packages; rents that draw entry (`evasion.entry`); senders who watch and act.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from playing import World, assert_clearly_more, decided

pytestmark = pytest.mark.system("S7")

TURNS = 6


@cache
def held(name: str, entry: float = 0.5) -> World:
    return World.of(name, numbers={"evasion.entry": np.full(200, entry)}).play(TURNS)


def test_measures_send_goods_round_and_entry_makes_it_grow() -> None:
    # Flips tried: the wedge of covered lines negated; `+ entry` as `- entry` in capacity_next; failed both times.
    on, off = held("after-2022").measure("reexport"), held("no-sanctions").measure("reexport")
    assert off == pytest.approx(1.0)
    assert_clearly_more(on, off, share=1.0)
    assert_clearly_more(on[2:], held("after-2022", 0.0).measure("reexport")[2:], share=0.5)


def test_it_pays() -> None:
    # Flip tried: rents received counted as rents paid (Engine.measures); failed.
    assert_clearly_more(held("after-2022").measure("rent-share"), held("no-sanctions").measure("rent-share"))


@pytest.mark.parametrize("sender", ["EU", "USA"])
def test_the_record_is_seen_late_and_raises_the_odds_of_a_case(sender: str) -> None:
    # Flip tried: on_record negated in evidence_rate; failed.
    on, off = (held("after-2022", e).rate(f"case:{sender}") for e in (0.5, 0.0))
    assert (on[0] == off[0]).all()
    assert_clearly_more(on[3:], off[3:], share=0.1)


@pytest.mark.parametrize("sender", ["EU", "USA"])
def test_senders_who_see_more_on_record_believe_more(sender: str) -> None:
    # Flip tried: the record's distance from the threshold negated in belief_next; failed.
    on, off = (held("after-2022", e).stock(f"belief:{sender}") for e in (0.5, 0.0))
    assert (on[1] == off[1]).all()
    assert_clearly_more(on[3:], off[3:], share=0.05)


def test_listed_firms_leave_the_trade() -> None:
    # Flip tried: listing added in capacity_next; failed.
    free, listed = (changed("rung:EU", r).measure("reexport") for r in (1.0, 2.0))
    assert_clearly_more(free[1:], listed[1:], share=0.02)


def test_senders_who_watch_climb_the_ladder() -> None:
    # Flip tried: rung -1 in ladder-step-up; failed.
    threatened, base = decided("secondary-threatened", turns=6), decided("after-2022", turns=6)
    for sender in ("EU", "USA"):
        assert_clearly_more(threatened.stocks[f"rung:{sender}"], base.stocks[f"rung:{sender}"])


def changed(key: str, value: float, turns: int = 3) -> World:
    """The world with one stock set at the opening of the first quarter."""
    world = World.of("after-2022")
    world.quarter(change=lambda w: w.state.stocks.__setitem__(w.engine.table.index[key], value))
    return world.play(turns - 1)


def test_who_believes_it_finds_more() -> None:
    # Flip tried: on_belief negated in evidence_rate; failed.
    sure, doubting = (changed("belief:EU", b, 1).rate("case:EU")[0] for b in (0.9, 0.1))
    assert (sure > doubting).all()


def test_a_country_measure_makes_controlled_goods_dear() -> None:
    # Flip tried: the control wedge negated in policy_costs; failed.
    barred, listed = (changed("rung:EU", r) for r in (4.0, 3.0))
    assert (barred.flow("EU", "KAZ", "machinery")[0] < listed.flow("EU", "KAZ", "machinery")[0]).all()


def test_the_rung_of_banks_costs_trade_finance_and_income() -> None:
    # Flip tried: the payment wedge negated in policy_costs; failed.
    listed, free = changed("rung:EU", 3.0), changed("rung:EU", 0.0)
    assert (listed.flow("KAZ", "EU", "metals") < free.flow("KAZ", "EU", "metals")).all()
    assert (listed.income("KAZ") < free.income("KAZ")).all()
