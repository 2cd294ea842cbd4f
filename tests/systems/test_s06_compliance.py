"""S6: enforcement costs money and friction with Russia, and lowers the risk of secondary sanctions.

On is a government that tightens every quarter, off the same one on hold, on the same draws.
"""

from __future__ import annotations

from functools import cache

import pytest

from multivector.mechanisms.common import Array
from playing import World, assert_clearly_more

pytestmark = pytest.mark.system("S6")

TURNS = 6


@cache
def held(*play: str) -> World:
    return World.of("after-2022").play(TURNS, dict.fromkeys(range(TURNS), play))


def strict() -> World:
    return held("KAZ:set-enforcement-tighten")


@pytest.mark.parametrize("sender", ["EU", "USA"])
def test_fewer_cases_are_found(sender: str) -> None:
    # Flip tried: `- on_enforcement * effort` with a plus in evidence_rate; failed.
    assert_clearly_more(held().rate(f"case:{sender}"), strict().rate(f"case:{sender}"), share=0.1)
    assert_clearly_more(held().stock(f"evidence:{sender}"), strict().stock(f"evidence:{sender}"))


def test_it_costs_rents_and_income() -> None:
    # Flips tried: `- p["evasion.diversion"] * effort` with a plus in ln_capacity_now (caught in the first quarter);
    # `- exit_rate * enforcement` with a plus in capacity_next; failed both times.
    assert_clearly_more(held().measure("reexport")[0], strict().measure("reexport")[0])
    assert_clearly_more(held().measure("rent-share"), strict().measure("rent-share"))
    assert_clearly_more(held().income("KAZ"), strict().income("KAZ"))


def test_and_friction_with_russia() -> None:
    # Flip tried: displeasure of set-enforcement-tighten -1; failed.
    assert_clearly_more(strict().stock("displeasure:RUS>KAZ"), held().stock("displeasure:RUS>KAZ"))


def test_checks_by_banks_cost_trade_with_russia_and_keep_finance() -> None:
    # Flips tried: payment-checks, and finance-access, of bank-payment-checks; checks_cost negated; failed each time.
    checked = held("KAZ:bank-payment-checks")
    assert_clearly_more(held().flow("KAZ", "RUS", "metals"), checked.flow("KAZ", "RUS", "metals"))
    assert_clearly_more(checked.stock("finance-access"), held().stock("finance-access"))


def test_checks_soften_the_rung_of_banks() -> None:
    # Flip tried: checks_relief added in policy_costs; failed.
    def sold(rung: float, *play: str) -> Array:
        world = World.of("after-2022")
        world.quarter(*play, change=lambda w: w.state.stocks.__setitem__(w.engine.table.index["rung:EU"], rung))
        return world.flow("KAZ", "EU", "metals")[0]

    kept, lost = (sold(3.0, *play) - sold(0.0, *play) for play in (("KAZ:bank-payment-checks",), ()))
    assert_clearly_more(kept, lost)
