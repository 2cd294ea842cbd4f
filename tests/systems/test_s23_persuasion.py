"""S23: exposure to a neighbour's channels shifts the Russia-friendly share slowly; policy pleases one group."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from multivector.mechanisms.stock_table import StockView
from multivector.world.quarter.accounts import groups_now
from playing import World, assert_clearly_more

pytestmark = pytest.mark.system("S23")

LANES, TURNS = 256, 8
STATE, RUSSIAN = "KAZ:language-policy-state-language", "KAZ:language-policy-russian-language"


@cache
def played(entry: str = "", on: bool = True) -> World:
    world = World.of("after-2022", lanes=LANES, overrides={"mechanisms.persuasion": str(on).lower()})
    return world.play(TURNS, {0: (entry,), 4: (entry,)} if entry else {})


def friendly(world: World) -> np.ndarray:
    return np.stack([groups_now(world.engine, StockView(world.engine.table, q.closed.stocks))[0] for q in world.past])


def test_less_exposure_means_fewer_russia_friendly_slowly() -> None:
    # Flip tried: on_exposure added in leaning_next; failed.
    state, none, russian = (friendly(played(e)) for e in (STATE, "", RUSSIAN))
    assert_clearly_more(none, state)
    assert_clearly_more(russian, none)
    gap = (none - state).mean(axis=1)
    assert (np.diff(gap) > 0.0).all()
    assert gap[-1] < 0.02


def test_off_the_groups_keep_their_size() -> None:
    assert np.array_equal(friendly(played(STATE, on=False)), friendly(played("", on=False)))
    assert_clearly_more(friendly(played(STATE, on=False)), friendly(played(STATE)))


def test_a_threat_moves_people_to_those_who_mind_sovereignty() -> None:
    # Flip tried: on_threat subtracted; failed.
    threatened, none = played("RUS:hard-rhetoric>KAZ"), played()
    assert_clearly_more(friendly(none), friendly(threatened))


def test_the_policy_pleases_one_group_and_costs_with_another_and_with_russia() -> None:
    # Flip tried: approval of the sovereignty-minded -1 in language-policy-state-language; failed.
    state, none = played(STATE), played()
    assert_clearly_more(state.stock("approval:sovereignty-minded")[:1], none.stock("approval:sovereignty-minded")[:1])
    assert_clearly_more(none.stock("approval:russia-friendly")[:1], state.stock("approval:russia-friendly")[:1])
    assert_clearly_more(state.stock("displeasure:RUS>KAZ")[:1], none.stock("displeasure:RUS>KAZ")[:1])
