"""S26: people and firms that move in raise services exports and so income, prices, and unease among some.

On against off (switch `newcomers`), and a welcome against limits, on the same draws.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from playing import World, assert_clearly_more

pytestmark = pytest.mark.system("S26")

TURNS = 4


@cache
def held(play: tuple[str, ...] = (), on: bool = True) -> World:
    overrides = {} if on else {"mechanisms.newcomers": "false"}
    return World.of("after-2022", overrides=overrides).play(TURNS, {0: play})


WELCOME = ("KAZ:newcomers-policy-welcome",)


def prices(world: World) -> np.ndarray:
    return np.cumsum(np.stack([q.closed.inflation[0] for q in world.past]), axis=0)


def test_they_carry_income() -> None:
    # Flips tried: growth.newcomers negated in `growth`; newcomers -1 in the move; failed both times.
    assert_clearly_more(held(WELCOME).income("KAZ"), held().income("KAZ"))
    assert_clearly_more(held(WELCOME).income("KAZ"), held(WELCOME, on=False).income("KAZ"))


def test_and_raise_prices_and_unease() -> None:
    # Flips tried: prices, and approval, of newcomers-policy-welcome; failed both times.
    assert_clearly_more(prices(held(WELCOME)), prices(held()))
    wary = "approval:sovereignty-minded"
    assert_clearly_more(held().stock(wary)[0], held(WELCOME).stock(wary)[0])


def test_limits_send_some_of_them_away() -> None:
    # Flip tried: newcomers +1 in newcomers-policy-limit; failed.
    both = World.of("after-2022").play(TURNS, {0: WELCOME, 2: ("KAZ:newcomers-policy-limit",)})
    assert_clearly_more(held(WELCOME).stock("newcomers")[2:], both.stock("newcomers")[2:])
    assert_clearly_more(held(WELCOME).income("KAZ")[2:], both.income("KAZ")[2:])
