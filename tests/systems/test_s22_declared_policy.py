"""S22: an announced tightening costs more with Russia, and buys belief in Brussels sooner, than a silent one."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from playing import World, assert_clearly_more

pytestmark = pytest.mark.system("S22")

LANES, TURNS = 256, 6
SILENT = ("KAZ:set-enforcement-tighten",)
ANNOUNCED = (*SILENT, "KAZ:announce-export-ban")
WORD = ("KAZ:announce-export-ban",)


@cache
def played(first: tuple[str, ...], on: bool = True, every: bool = False) -> World:
    """A quarter's moves in the first quarter, or in every one; all else left to luck."""
    world = World.of("after-2022", lanes=LANES, overrides={"mechanisms.declared-policy": str(on).lower()})
    return world.play(TURNS, dict.fromkeys(range(TURNS), first) if every else {0: first})


@pytest.mark.parametrize("sender", ["EU", "USA"])
def test_an_announced_tightening_buys_belief_sooner_than_a_silent_one(sender: str) -> None:
    # Flip tried: sign of belief in announce-export-ban; failed.
    said, silent = played(ANNOUNCED), played(SILENT)
    belief = f"belief:{sender}"
    assert_clearly_more(silent.stock(belief)[:2], said.stock(belief)[:2])
    # Silence buys nothing yet: the customs record is two quarters late.
    assert np.array_equal(silent.stock(belief)[0], played(()).stock(belief)[0])


def test_it_costs_more_with_russia_and_so_raises_the_odds_of_pressure() -> None:
    # Flip tried: the sign of displeasure in announce-export-ban; failed.
    said, silent = played(ANNOUNCED), played(SILENT)
    assert_clearly_more(said.stock("displeasure:RUS>KAZ"), silent.stock("displeasure:RUS>KAZ"))
    assert_clearly_more(said.rate("rhetoric"), silent.rate("rhetoric"))


def test_with_the_mechanism_off_words_move_nobody() -> None:
    on, off, silent = played(ANNOUNCED), played(ANNOUNCED, on=False), played(SILENT, on=False)
    assert_clearly_more(on.stock("displeasure:RUS>KAZ"), off.stock("displeasure:RUS>KAZ"))
    assert_clearly_more(off.stock("belief:EU")[:2], on.stock("belief:EU")[:2])
    assert np.array_equal(off.stock("displeasure:RUS>KAZ")[0], silent.stock("displeasure:RUS>KAZ")[0])
    assert np.array_equal(off.stock("belief:EU")[0], silent.stock("belief:EU")[0])


def test_words_without_deeds_cost_credibility() -> None:
    # Flip tried: erosion added; failed.
    said, none, off = played(WORD, every=True), played((), every=True), played(WORD, on=False, every=True)
    assert_clearly_more(none.stock("credibility"), said.stock("credibility"))
    assert_clearly_more(off.stock("credibility"), said.stock("credibility"))


def test_an_announcement_moves_belief_as_far_as_it_is_believed() -> None:
    # Flip tried: trust as usual over credibility; failed.
    def drop(credibility: float) -> np.ndarray:
        world = World.of("after-2022", lanes=LANES)
        d, c = (world.engine.table.index[k] for k in ("belief:EU", "credibility"))
        quarter = world.quarter(*WORD, change=lambda w: w.state.stocks.__setitem__(c, credibility))
        return quarter.opened.stocks[d] - quarter.closed.stocks[d]

    assert_clearly_more(drop(0.7), drop(0.35))


def test_a_sender_that_was_told_holds_the_record_against_the_word() -> None:
    # Flip tried: the threshold raised by a word; failed.
    def told(announced: float, on: bool = True) -> np.ndarray:
        world = World.of("after-2022", lanes=LANES, overrides={"mechanisms.declared-policy": str(on).lower()}).play(3)
        d, a = (world.engine.table.index[k] for k in ("belief:EU", "announced"))
        world.state.stocks[a] = announced
        return world.quarter().opened.stocks[d]

    assert_clearly_more(told(0.7), told(0.2))
    assert np.array_equal(told(0.7, on=False), told(0.2, on=False))


def test_an_explanation_halves_what_a_vote_costs_with_its_audience() -> None:
    # Flip tried: relief 1 + explained; failed.
    told, silent = played(("KAZ:explain-the-vote>EU",)), played(())
    off = played(("KAZ:explain-the-vote>EU",), on=False)
    for world in (silent, off):
        assert_clearly_more(world.stock("displeasure:EU>KAZ")[0], told.stock("displeasure:EU>KAZ")[0])
    assert np.array_equal(told.stock("displeasure:USA>KAZ")[0], silent.stock("displeasure:USA>KAZ")[0])


def test_a_denial_undoes_the_word_before_both_audiences_at_the_price_of_credibility() -> None:
    # Flip tried: credibility of retract-export-ban; failed.
    said = World.of("after-2022", lanes=LANES).play(3, {0: WORD})
    denied = World.of("after-2022", lanes=LANES).play(3, {0: WORD, 1: ("KAZ:retract-export-ban",)})
    assert_clearly_more(said.stock("displeasure:RUS>KAZ")[1:], denied.stock("displeasure:RUS>KAZ")[1:])
    assert_clearly_more(denied.stock("belief:EU")[1:2], said.stock("belief:EU")[1:2])
    assert_clearly_more(said.stock("credibility")[1:], denied.stock("credibility")[1:])
