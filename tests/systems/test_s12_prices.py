"""S12: import prices pass through to inflation, by a share and late; a disruption of supply lowers real income."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from playing import World, assert_clearly_more

pytestmark = pytest.mark.system("S12")

TURNS = 6


CALM = {"mechanisms.crisis-decisions": "false", "mechanisms.energy-cut": "false"}
"""Nobody caps a price inside a crisis, and nobody cuts gas and power."""
OFF = {"mechanisms.price-pass-through": "false"}


@cache
def held(cost: float = 0.0, on: bool = True) -> World:
    """The base world; imports of machinery, other goods and food cost more from the first quarter on."""
    world = World.of("base-2021", overrides=CALM | ({} if on else OFF))

    def dear(w: World) -> None:
        for partner in ("CHN", "EU", "RUS"):
            for sector in ("agrifood", "machinery", "other", "metals"):
                key = f"trade-cost:{partner}>KAZ:{sector}"
                if key in w.engine.table.index:
                    w.state.stocks[w.engine.table.index[key]] += cost

    world.quarter(change=dear)
    return world.play(TURNS - 1)


def prices(world: World) -> np.ndarray:
    """Consumer prices, log points since the start, ``[quarter, replicate]``."""
    return np.cumsum(np.stack([q.closed.inflation[0] for q in world.past]), axis=0)


def test_dear_imports_raise_consumer_prices_by_a_share_and_over_quarters() -> None:
    # Flips tried: pass_through negated in quarterly_inflation; speed negated in passed_on; failed both times.
    dear, base = held(0.2), held()
    assert_clearly_more(prices(dear), prices(base))
    gap = (prices(dear) - prices(base)).mean(axis=1)
    assert (np.diff(gap) > 0.0).all()
    cost = np.stack([q.closed.import_price for q in dear.past]) - np.stack([q.closed.import_price for q in base.past])
    assert 0.15 * cost.mean() < gap[-1] < 0.3 * cost.mean()


def test_switched_off_only_the_trend_and_administered_prices_are_left() -> None:
    off = held(0.2, on=False)
    trend = np.arange(1, TURNS + 1)[:, None] * off.engine.p["prices.trend"]
    assert prices(off) == pytest.approx(trend + 0.0 * prices(off))


def test_and_real_income_is_lower() -> None:
    # Flip tried: `np.exp(-theta * cost)` as `np.exp(theta * cost)` in Economy.phi; failed.
    # Already in the first quarter: later, habit alone would lower it.
    assert_clearly_more(held().income("KAZ")[0], held(0.2).income("KAZ")[0])
    assert_clearly_more(held().income("KAZ"), held(0.2).income("KAZ"))


def test_people_and_the_streets_feel_the_prices() -> None:
    # Flips tried: on_inflation added in approval_next; on_prices negated in crisis_rate; failed both times.
    dear, off = held(0.2), held(0.2, on=False)
    for group in ("russia-friendly", "sovereignty-minded", "pragmatic"):
        assert_clearly_more(off.stock(f"approval:{group}"), dear.stock(f"approval:{group}"))
    assert_clearly_more(dear.rate("crisis")[1:], off.rate("crisis")[1:])
