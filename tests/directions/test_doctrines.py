"""Doctrines do what their notes say: eight quarters after February 2022, 200 histories, against the usual doctrine
on the same draws. No doctrine names a move: what it does follows from what it wants."""

from __future__ import annotations

from functools import cache

import pytest

from multivector.experiment.studies.expectations import Trial
from multivector.scenario import load
from multivector.schema import Expectation, Scenario

pytestmark = pytest.mark.slow
WORLD, TURNS = "after-2022", 8
PRESSING = ("farm-import-ban-by-russia", "restrict-transit", "stop-corridor", "hard-rhetoric", "ask-for-loyalty")
OFFERS = ("offer-parallel-trade", "gas-and-fuel-deal", "summit-with-russia")

# Each line: doctrine, then outcomes or moves with + or -, as in the note of the doctrine; the usual ones are hedge,
# near-neighbours-first, quiet-trader, sanctions-first and maximum-pressure.
NOTES = """
KAZ issue-splitter     +buy-arms-russia +csto-exercise-host
KAZ bandwagon-russia   +goodwill.RUS -goodwill.EU -goodwill.USA -csto-exercise-skip +support.votes -pairing_rate
KAZ bandwagon-china    +goodwill.CHN +reassurance-visit-china -goodwill.RUS
KAZ west-pivot         +enforcement +goodwill.EU +goodwill.USA -rent -support.votes +displeasure.RUS
KAZ equal-distance     +autonomy
KAZ opportunist        +set-enforcement-relax -political-reform-carry-out
KAZ self-reliant       +security +buy-arms-elsewhere +build-caspian-capacity +exercise-without-powers -real_income
KAZ regional-leader    +regional-summit
KAZ regime-first       +set-fuel-prices-cap -political-reform-carry-out +rent -enforcement
RUS transit-and-rents  +offer-parallel-trade
RUS under-siege        +offer-parallel-trade
CHN corridor-builder   +rail-and-terminal-investment
CHN partner-of-russia  -rail-and-terminal-investment
EU connectivity-first  +corridor-finance +minerals-agreement -envoy-warning
EU values-first        -corridor-finance -summit-with-eu
USA deal-maker         +minerals-agreement +summit-with-usa +carve-out -envoy-warning
USA disengaged         -envoy-warning -ladder-step-up
"""

RARE, MORE = ("buy-arms-russia", "regional-summit", "autonomy"), 800
"""Moves made too seldom, and an outcome moved too little, for two hundred histories to tell; how many it takes."""


@cache
def trial() -> tuple[Trial, Scenario]:
    return Trial(WORLD, 200), load(WORLD, overrides={"calendar.turns": str(TURNS)})


def judge(actor: str, doctrine: str, direction: str, **what: object) -> str:
    """Nothing if the doctrine goes that way, else what it does."""
    judged, scenario = trial()
    expected = Expectation(
        direction=direction, against=WORLD, set={f"actors.{actor}.doctrine": doctrine}, because="its note", **what
    )  # type: ignore[arg-type]
    verdict = judged.judge(scenario, expected)
    return "" if verdict.holds else str(verdict)


def _cases() -> list[tuple[str, str, str]]:
    lines = [line.split() for line in NOTES.strip().splitlines()]
    return [(actor, doctrine, sign) for actor, doctrine, *signs in lines for sign in signs]


@pytest.mark.parametrize(("actor", "doctrine", "sign"), _cases())
def test_a_doctrine_goes_where_its_note_says(actor: str, doctrine: str, sign: str) -> None:
    # Flip tried: the sign of strategic aims in want.py, on goodwill, finance and minerals: 10 of 11 failed
    # (bandwagon-china cools with Russia either way).
    name = sign[1:]
    move = name in load(WORLD).moves
    what: dict[str, object] = {"moves": (name,), "by": (actor,)} if move else {"outcome": name}
    what |= {"histories": MORE} if name in RARE else {}
    assert not judge(actor, doctrine, "up" if sign[0] == "+" else "down", **what)


def test_under_siege_presses_and_pays() -> None:
    # Flip tried: the sign of strategic aims in want.py; failed.
    for moves in (PRESSING, OFFERS):
        assert not judge("RUS", "under-siege", "up", moves=moves, by=("RUS",))


@pytest.mark.xfail(strict=True, reason="it presses more: +0.11 a quarter (s.e. 0.01)")
def test_a_russia_of_transit_and_rents_presses_less() -> None:
    assert not judge("RUS", "transit-and-rents", "down", moves=PRESSING, by=("RUS",))


def test_every_shipped_doctrine_is_played() -> None:
    named = {line.split()[1] for line in NOTES.strip().splitlines()}
    usual = {actor.doctrine for actor in load(WORLD).actors.values()}
    assert named | usual == set(load(WORLD).doctrines)
