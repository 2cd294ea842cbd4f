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
    assert_clearly_more(held("after-2022").measure("rent-share"), held("no-sanctions").measure("rent-share"))


@pytest.mark.parametrize("sender", ["EU", "USA"])
def test_the_record_is_seen_late_and_raises_the_odds_of_a_case(sender: str) -> None:
    # Flip tried: on_record negated in evidence_rate; failed.
    on, off = (held("after-2022", e).rate(f"case:{sender}") for e in (0.5, 0.0))
    assert (on[0] == off[0]).all()
    assert_clearly_more(on[3:], off[3:], share=0.1)


def test_senders_who_watch_climb_the_ladder() -> None:
    threatened, base = decided("secondary-threatened", turns=6), decided("after-2022", turns=6)
    for sender in ("EU", "USA"):
        assert_clearly_more(threatened.stocks[f"rung:{sender}"], base.stocks[f"rung:{sender}"])


def test_the_rung_of_banks_costs_trade_finance_and_income() -> None:
    # Flip tried: the payment wedge negated in policy_costs; failed.
    def banks(rung: float) -> World:
        world = World.of("after-2022", lanes=16)

        def listed(w: World) -> None:
            w.state.stocks[w.engine.table.index["rung:EU"]] = rung

        world.quarter(change=listed)
        return world.play(2)

    listed, free = banks(3.0), banks(0.0)
    assert (listed.flow("KAZ", "EU", "metals") < free.flow("KAZ", "EU", "metals")).all()
    assert (listed.income("KAZ") < free.income("KAZ")).all()
