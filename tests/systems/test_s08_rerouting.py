"""S8: trade moves to other suppliers, markets and routes as costs change, slowly at first.

On against off: the switch `habit` (trade goes on adjusting), and substitution between routes, on the same draws.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from playing import World, assert_clearly_more

pytestmark = pytest.mark.system("S8")

TURNS = 8


@cache
def held(name: str, habit: bool = True) -> World:
    return World.of(name, overrides={} if habit else {"mechanisms.habit": "false"}).play(TURNS)


def turned(habit: bool) -> np.ndarray:
    """China's part in Russia's machinery from China and the EU, ``[quarter, replicate]``."""
    world = held("after-2022", habit)
    china, europe = (world.flow(n, "RUS", "machinery") for n in ("CHN", "EU"))
    return np.asarray(china / (china + europe))


def test_russia_buys_elsewhere_and_more_so_every_quarter() -> None:
    # Flip tried: ln_habit minus the step in advance_habit; failed.
    on, off = turned(True), turned(False)
    assert (on[0] == off[0]).all()
    assert_clearly_more(on[2:], off[2:], share=0.02)
    gap = (on - off).mean(axis=1)
    assert (np.diff(gap) > 0.0).all()


def test_kazakhstan_finds_other_markets_for_what_one_no_longer_takes() -> None:
    """A lasting cost on metals to China: with habit the loss of that market deepens and other markets gain."""
    # Flip tried: ln_habit minus the step in advance_habit; failed.

    def shocked(world: World) -> None:
        world.state.stocks[world.engine.table.index["trade-cost:KAZ>CHN:metals"]] = 0.3

    def share(habit: bool) -> np.ndarray:
        off = {} if habit else {"mechanisms.habit": "false"}
        world = World.of("base-2021", overrides=off)
        world.quarter(change=shocked)
        world.play(TURNS - 1)
        whole = sum((world.flow("KAZ", n, "metals") for n in ("CHN", "EU", "RUS", "USA", "ROW")), np.zeros(1))
        return np.asarray(1.0 - world.flow("KAZ", "CHN", "metals") / whole)

    slow, still = share(True), share(False)
    assert_clearly_more(slow[1:], still[1:])
    assert (np.diff(slow.mean(axis=1)) > 0.0).all()


def test_routes_switch_at_once_where_they_can() -> None:
    """Wary shippers leave the northern route the more, the easier routes replace each other."""

    def middle(theta: float) -> np.ndarray:
        world = World.of("after-2022", numbers={"trade.theta_route": np.full(200, theta)}).play(2)
        return np.stack([q.closed.solved.volume[2] for q in world.past])

    # Flip tried: routes.wariness negated in Routing; failed.
    assert_clearly_more(middle(8.0), middle(2.0), share=0.1)
