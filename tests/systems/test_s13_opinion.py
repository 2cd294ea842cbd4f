"""S13: groups react to prices, incomes and the company that the country keeps; unrest starts with prices."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from playing import World, assert_clearly_more

pytestmark = pytest.mark.system("S13")

LANES, TURNS = 256, 5
FRIENDLY, WARY, PRAGMATIC = (f"approval:{g}" for g in ("russia-friendly", "sovereignty-minded", "pragmatic"))


@cache
def played(*entries: str, leanings: bool = True, lower: bool = True) -> World:
    overrides = {"mechanisms.leanings": str(leanings).lower(), "mechanisms.lower-half": str(lower).lower()}
    return World.of("after-2022", lanes=LANES, overrides=overrides).play(TURNS, {0: entries})


def closer(power: str, leanings: bool = True) -> World:
    """The world with better relations to one power from the first quarter on."""
    world = World.of("after-2022", lanes=LANES, overrides={"mechanisms.leanings": str(leanings).lower()})
    pair = "relation:" + "~".join(sorted(("KAZ", power)))
    world.state.stocks[world.engine.table.index[pair]] += 0.3
    return world.play(TURNS)


def test_each_group_minds_the_company_that_the_country_keeps() -> None:
    # Flip tried: closer negated in _leanings; failed.
    none = played()
    for power, pleased, hurt in (("RUS", FRIENDLY, WARY), ("USA", WARY, FRIENDLY)):
        on, off = closer(power), closer(power, leanings=False)
        assert_clearly_more(on.stock(pleased), none.stock(pleased))
        assert_clearly_more(none.stock(hurt), on.stock(hurt))
        assert_clearly_more(on.stock(pleased), off.stock(pleased))


def test_groups_have_an_attitude_to_china_too() -> None:
    # Flip tried: as above; failed.
    on, none = closer("CHN"), played()
    assert_clearly_more(none.stock(WARY), on.stock(WARY))
    assert_clearly_more(on.stock(FRIENDLY), on.stock(WARY))


def test_dear_fuel_and_dear_food_ignite_and_more_so_where_the_lower_half_counts() -> None:
    # Flips tried: fuel_extra and food_extra subtracted in lower_half_loss; failed both times.
    free, cap = played("KAZ:set-fuel-prices-free"), played("KAZ:set-fuel-prices-cap")
    assert_clearly_more(free.rate("crisis")[:2], cap.rate("crisis")[:2])
    assert_clearly_more(played().rate("crisis"), played(lower=False).rate("crisis"))
    dear, mean = (played("KAZ:set-fuel-prices-free", lower=x).rate("crisis")[0] for x in (True, False))
    base = [played(lower=x).rate("crisis")[0] for x in (True, False)]
    assert_clearly_more(dear - base[0], mean - base[1])


def test_the_west_minds_oil_that_finds_no_way_out() -> None:
    # Flip tried: west_loss negated; failed.
    def crisis(weight: float) -> np.ndarray:
        world = World.of("cpc-closed", lanes=LANES, numbers={"crisis.west": np.full(LANES, weight)}).play(5)
        return world.rate("crisis")

    exported = World.of("cpc-closed").play(5).measure("oil-exported")
    assert exported[-1].max() < 0.9
    assert_clearly_more(crisis(0.3), crisis(0.0))


def test_alignment_alone_does_not_ignite() -> None:
    """A turn in foreign policy raises the odds of a crisis by way of approval only, a little; prices do it at once."""
    turned, dear = played("KAZ:territorial-integrity-statement"), played("KAZ:set-fuel-prices-free")
    assert np.array_equal(turned.rate("crisis")[0], played().rate("crisis")[0])
    assert_clearly_more(dear.rate("crisis")[0], turned.rate("crisis")[0])


# ---- on against off


@cache
def public(on: bool, *entries: str) -> World:
    """The same moves where the public reacts, and where it does not."""
    return World.of("after-2022", lanes=LANES, overrides={"mechanisms.opinion": str(on).lower()}).play(8, {0: entries})


def test_dear_prices_cost_legitimacy_and_lost_legitimacy_raises_the_odds_of_a_crisis() -> None:
    # Flips tried: on_inflation added in approval_next; on_legitimacy negated in crisis_rate; failed each time.
    on, off = (public(x, "KAZ:set-fuel-prices-free") for x in (True, False))
    for stock in (FRIENDLY, WARY, PRAGMATIC, "legitimacy"):
        assert (off.stock(stock) == off.stock(stock)[0]).all()
        assert_clearly_more(off.stock(stock)[2:], on.stock(stock)[2:])
    assert np.array_equal(on.rate("crisis")[0], off.rate("crisis")[0])
    assert_clearly_more(on.rate("crisis")[2:], off.rate("crisis")[2:])


def test_lost_incomes_cost_approval() -> None:
    # Flip tried: on_income subtracted in approval_next; failed.
    shut = [World.of("cpc-closed", lanes=LANES, overrides={"mechanisms.opinion": x}).play(3) for x in ("true", "false")]
    lost = shut[0].income("KAZ")[1] - shut[0].income("KAZ")[0]
    assert lost.mean() < -0.03
    for group in (FRIENDLY, WARY, PRAGMATIC):
        assert_clearly_more(shut[1].stock(group)[1], shut[0].stock(group)[1])


def test_a_statement_pleases_one_group_and_hurts_another_only_where_somebody_listens() -> None:
    # Flip tried: approval of territorial-integrity-statement, both groups; failed each time.
    on, off = (public(x, "KAZ:territorial-integrity-statement") for x in (True, False))
    quiet = public(True)
    assert_clearly_more((on.stock(WARY) - quiet.stock(WARY))[0], (off.stock(WARY) - public(False).stock(WARY))[0])
    assert_clearly_more((off.stock(FRIENDLY) - public(False).stock(FRIENDLY))[0],
                        (on.stock(FRIENDLY) - quiet.stock(FRIENDLY))[0])  # fmt: skip
