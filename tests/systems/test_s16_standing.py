"""S16: neutrality is an asset that mediation spends and earns; a region's voice is paid for. S28: so is a joint one."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from multivector.world.quarter.hazards import COERCION
from playing import World, assert_clearly_more, decided

pytestmark = [pytest.mark.system("S16"), pytest.mark.system("S28")]

LANES = 256
VENUE, MEDIATE, SUMMIT = "KAZ:host-talks-venue", "KAZ:host-talks-mediator", "KAZ:regional-summit"
VISIT, ASKED = "EU:minerals-agreement>KAZ", "KAZ:reassurance-visit-china>CHN"


@cache
def fresh(on: bool = True) -> World:
    return World.of("after-2022", lanes=LANES, overrides={"mechanisms.standing": str(on).lower()})


def at(neutrality: float, status: float, on: bool = True) -> World:
    """The world before its first quarter with another standing."""
    world = World.of("after-2022", lanes=LANES, overrides={"mechanisms.standing": str(on).lower()})
    for key, value in (("neutrality", neutrality), ("status", status)):
        world.state.stocks[world.engine.table.index[key]] = value
    return world


def chance(world: World, entry: str) -> np.ndarray:
    plan = world.engine.plans["KAZ"]
    found = world.engine.step(world.state).chances(plan)
    return found[[e.id for e in plan.entries].index(entry)]


# ---- earned and spent


def test_a_success_earns_what_a_failure_costs() -> None:
    # Flip tried: neutrality and status -2 in host-talks-mediator; failed.
    won, none, lost = (World.of("after-2022", lanes=LANES) for _ in range(3))
    won.quarter(MEDIATE, accept=1.0), none.quarter(), lost.quarter(MEDIATE, accept=0.0)
    assert_clearly_more(won.stock("neutrality"), none.stock("neutrality"))
    assert_clearly_more(none.stock("neutrality"), lost.stock("neutrality"))
    assert_clearly_more(won.stock("status"), none.stock("status"))
    assert np.array_equal(lost.stock("status"), none.stock("status"))


def test_who_is_trusted_by_both_sides_succeeds_more_often() -> None:
    # Flip tried: on_neutrality subtracted in consent; failed.
    for entry in (VENUE, MEDIATE):
        assert (chance(at(0.7, 0.3), entry) > chance(at(0.3, 0.3), entry)).all()
        assert np.array_equal(chance(at(0.7, 0.3, on=False), entry), chance(at(0.3, 0.3, on=False), entry))
    assert (chance(fresh(), VENUE) > chance(fresh(), MEDIATE)).all()
    assert (chance(at(0.5, 0.6), SUMMIT) > chance(at(0.5, 0.3), SUMMIT)).all()


def test_it_comes_about_as_often_as_its_chance_says() -> None:
    world = World.of("after-2022", lanes=2048)
    odds = chance(world, MEDIATE)[0]
    i = world.engine.layout.catalogue.index[MEDIATE]
    done = world.quarter(MEDIATE, change=lambda w: w.state.accept.__setitem__(i, odds)).happened.accepted[i]
    assert abs(done.mean() - odds) < 4.0 * np.sqrt(odds * (1.0 - odds) / done.size)


def test_nobody_takes_a_mediator_below_the_floor_or_one_who_was_never_host() -> None:
    from multivector.world.choosing.deciding import allowed

    def open_to(world: World) -> np.ndarray:
        menu = world.engine.layout.catalogue.menu["KAZ"]
        return allowed(world.engine, world.state, "KAZ")[menu.index(world.engine.layout.catalogue.index[MEDIATE])]

    trusted, doubted, stranger = at(0.5, 0.3), at(0.3, 0.3), at(0.5, 0.3)
    for world in (trusted, doubted):
        world.quarter(VENUE, accept=1.0)
    for world, neutrality in ((trusted, 0.5), (doubted, 0.35), (stranger, 0.5)):
        world.state.stocks[world.engine.table.index["neutrality"]] = neutrality
    assert open_to(trusted).all()
    assert not open_to(doubted).any()
    assert not open_to(stranger).any()


# ---- what it buys


def test_a_power_must_offer_more_to_who_speaks_for_a_region() -> None:
    # Flip tried: the sign of reserve(); failed.
    def answers(world: World, actor: str, entry: str) -> np.ndarray:
        plan = world.engine.plans[actor]
        from multivector.world.choosing.deciding import deliberate

        weighed = deliberate(world.engine, world.state, actor, (), world.engine.step(world.state), alone=True).weigh()
        return weighed.accept[[e.id for e in plan.entries].index(entry)]

    high, low = (at(0.5, status) for status in (0.6, 0.3))
    deaf = [at(0.5, status, on=False) for status in (0.6, 0.3)]
    assert (answers(low, "EU", VISIT) > answers(high, "EU", VISIT)).all()
    assert (answers(high, "KAZ", ASKED) > answers(low, "KAZ", ASKED)).all()
    assert np.array_equal(*(answers(w, "EU", VISIT) for w in deaf))


def test_a_host_is_pressed_less() -> None:
    # Flip tried: deterrence added to the intercept; failed.
    summit, none, off = fresh(), World.of("after-2022", lanes=LANES), fresh(on=False)
    plays = dict.fromkeys(range(0, 4), (SUMMIT,))
    for world, script in ((summit, plays), (none, {}), (off, plays)):
        world.play(4, script)
    for kind in COERCION:
        assert_clearly_more(none.rate(kind), summit.rate(kind))
        assert_clearly_more(off.rate(kind), summit.rate(kind))


def test_the_vote_of_the_even_handed_is_resented_less() -> None:
    # Flip tried: patience growing with neutrality; failed.
    trusted, doubted, off = at(0.9, 0.3), at(0.2, 0.3), at(0.9, 0.3, on=False)
    for world in (trusted, doubted, off):
        world.quarter()
    for power in ("EU", "USA", "RUS"):
        key = f"displeasure:{power}>KAZ"
        assert_clearly_more(doubted.stock(key), trusted.stock(key))
        assert_clearly_more(off.stock(key), trusted.stock(key))


# ---- asks on a vote


def odds_of(*entries: str) -> np.ndarray:
    world = World.of("after-2022")
    return world.quarter(*entries).happened.vote_odds["ES-11/1"][:, 0]


def test_a_promise_moves_the_vote_to_who_asked_and_costs_with_the_rivals() -> None:
    # Flip tried: the pledge subtracted in ballot_odds; failed.
    east, none, west = (
        odds_of("RUS:ask-on-a-vote-by-the-east>KAZ"),
        odds_of(),
        odds_of("USA:ask-on-a-vote-by-the-west>KAZ"),
    )
    assert east[2] < none[2] < west[2]
    assert east[1] > none[1] > west[1]
    asked, free = (World.of("after-2022", lanes=LANES) for _ in range(2))
    asked.quarter("USA:ask-on-a-vote-by-the-west>KAZ"), free.quarter()
    assert_clearly_more(asked.stock("displeasure:CHN>KAZ"), free.stock("displeasure:CHN>KAZ"))
    assert_clearly_more(asked.stock("relation:KAZ~USA"), free.stock("relation:KAZ~USA"))
    # The promise is for this quarter.
    asked.quarter(), free.quarter()
    texts = [w.past[1].happened.vote_odds["ES-11/3"] for w in (asked, free)]
    assert np.array_equal(*texts)


# ---- by their doctrines


def test_doctrines_use_it() -> None:
    """Somebody hosts, somebody calls a summit, powers ask for votes, and some of it fails."""
    plays = decided("after-2022", (("actors.KAZ.doctrine", "regional-leader"),)).plays
    for name in (VENUE, SUMMIT):
        assert plays[name].sum() > 0.0, name
    assert sum(v.sum() for k, v in plays.items() if "ask-on-a-vote" in k) > 0.0
