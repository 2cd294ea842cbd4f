"""S10: the northern route and the Middle Corridor compete on cost and time; fees are income; capacity can be built.

On against off: a boom of the Middle Corridor against none, a squeeze of the northern route against none.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from playing import World, assert_clearly_more

pytestmark = pytest.mark.system("S10")

TURNS = 5
FULL = (("corridors.middle.capacity", "0.6"), ("routes.wariness", "0.35"))


@cache
def held(name: str, changes: tuple[tuple[str, str], ...] = (), play: tuple[str, ...] = ()) -> World:
    return World.of(name, overrides=dict(changes)).play(TURNS, {1: play})


def cargo(world: World) -> np.ndarray:
    return np.stack([q.closed.solved.volume[2] for q in world.past])


def test_a_faster_cheaper_corridor_draws_cargo() -> None:
    # Flip tried: `day_cost` negated in Routing._change; failed.
    slower = (("corridors.middle.days", "45"),)
    assert_clearly_more(cargo(held("middle-corridor")), cargo(held("after-2022")), share=0.1)
    assert_clearly_more(cargo(held("after-2022")), cargo(held("after-2022", slower)), share=0.05)


def test_a_squeeze_of_the_northern_route_fills_it() -> None:
    # Flip tried: routes.squeeze negated; failed.
    squeezed = held("after-2022", (), ("RUS:restrict-transit>KAZ",))
    assert_clearly_more(cargo(squeezed)[1:3], cargo(held("after-2022"))[1:3], share=0.05)


def test_a_falling_caspian_takes_cargo_and_ways_out() -> None:
    # Flip tried: `np.exp(caspian_fall)` in _sea_level; failed.
    def left(fall: float) -> World:
        numbers = {"corridors.caspian_fall": np.full(200, fall)}
        return World.of("after-2022", overrides=dict(FULL), numbers=numbers).play(TURNS)

    low, level = left(0.02), left(0.0)
    assert_clearly_more(cargo(level)[1:], cargo(low)[1:])
    assert_clearly_more(level.measure("n-minus-one")[1:], low.measure("n-minus-one")[1:])


def test_where_it_is_full_capacity_is_cargo_and_scarcity_is_rent() -> None:
    # Flip tried: base capacity divided by the stock in ln_capacity_now; failed.
    boom, base = held("middle-corridor", FULL), held("after-2022", FULL)
    assert_clearly_more(cargo(boom), cargo(base), share=0.2)
    premium = np.stack([q.closed.solved.zeta[2] for q in base.past])
    assert (premium > 0.0).any()
    wide = (("corridors.middle.capacity", "6.0"), FULL[1])
    assert_clearly_more(base.measure("rent-share"), held("after-2022", wide).measure("rent-share"))
