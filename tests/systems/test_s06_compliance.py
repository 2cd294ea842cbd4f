"""S6: enforcement costs money and friction with Russia, and lowers the risk of secondary sanctions.

On is a government that tightens every quarter, off the same one on hold, on the same draws.
"""

from __future__ import annotations

from functools import cache

import pytest

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
    # Flip tried: `- p["evasion.diversion"] * effort` with a plus in ln_capacity_now; failed.
    assert_clearly_more(held().measure("rent-share"), strict().measure("rent-share"))
    assert_clearly_more(held().income("KAZ"), strict().income("KAZ"))


def test_and_friction_with_russia() -> None:
    # Flip tried: displeasure of set-enforcement-tighten -1; failed.
    assert_clearly_more(strict().stock("displeasure:RUS>KAZ"), held().stock("displeasure:RUS>KAZ"))


def test_checks_by_banks_cost_trade_with_russia_and_soften_the_rung_of_banks() -> None:
    checked = held("KAZ:bank-payment-checks")
    assert_clearly_more(held().flow("KAZ", "RUS", "metals"), checked.flow("KAZ", "RUS", "metals"))
    assert_clearly_more(checked.stock("finance-access"), held().stock("finance-access"))
