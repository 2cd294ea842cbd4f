"""Offers between two actors: one open at a time; a refused one has spent its slot; two of a kind and no third."""

from __future__ import annotations

import numpy as np
import pytest

from multivector.decisions.catalogue import Entry
from multivector.mechanisms.common import Array
from multivector.world.choosing.deciding import feasible
from playing import World

SUMMIT = "RUS:summit-with-russia>KAZ"


def world(order: str = "sequential") -> World:
    """A quarter in which Kazakhstan has yet to move, with everything that ties allow on its menu."""
    return World.of("after-2022", lanes=8, overrides={"order": order})


def may(w: World, *played: str) -> dict[str, Array]:
    """What Kazakhstan may do once these entries were played, ``entry -> [lane]``."""
    state = w.state.copy()
    for entry in played:
        state.played[w.engine.layout.catalogue.index[entry]] = 1.0
    found = feasible(w.engine, state, "KAZ")
    return {e.id: found[m] for m, e in enumerate(entries(w))}


def entries(w: World) -> list[Entry]:
    catalogue = w.engine.layout.catalogue
    return [catalogue.entries[i] for i in catalogue.menu["KAZ"]]


@pytest.mark.parametrize("order", ["sequential", "simultaneous"])
def test_one_offer_is_open_between_two_unless_they_decide_at_once(order: str) -> None:
    # Flip tried: who offers compared in `_rules_out`, and not between whom; failed.
    w = world(order)
    free, after = may(w), may(w, SUMMIT)
    lost = {id for id in free if (free[id] & ~after[id]).any()}
    both = {e.id for e in entries(w) if e.is_offer and e.target == "RUS" and free[e.id].any()}
    assert both
    assert lost == (both if order == "sequential" else set())


def test_of_own_offers_to_one_partner_there_is_one_and_of_a_kind_two_moves() -> None:
    w = world()
    free = may(w)
    offers = [e for e in entries(w) if e.is_offer and e.target == "RUS" and free[e.id].all()]
    first = may(w, offers[0].id)
    assert all(not first[e.id].any() for e in offers)
    kind = [e for e in entries(w) if e.move.kind == "diplomatic" and free[e.id].all() and not e.is_offer]
    one, two = (may(w, *(e.id for e in kind[:k])) for k in (1, 2))
    third = kind[2].id
    assert one[third].all()
    assert not two[third].any()
    assert any(two[e.id].all() for e in entries(w) if e.move.kind == "trade")


def test_a_refused_offer_has_spent_its_slot_and_rests() -> None:
    w = world()
    w.quarter(SUMMIT, accept=0.0)
    i = w.engine.layout.catalogue.index[SUMMIT]
    assert (w.state.resting[i] > 0.0).all()
    assert np.array_equal(w.past[0].happened.refused[i], np.ones(8))
    row = [e.id for e in w.engine.plans["RUS"].entries].index(SUMMIT)
    assert not feasible(w.engine, w.state, "RUS")[row].any()
