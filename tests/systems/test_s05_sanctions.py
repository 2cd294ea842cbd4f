"""S5: coalition sanctions by sector, with severity, start and end, change trade and so incomes and prices.

On is after-2022, off is no-sanctions: the same world and draws without the packages. `tests/directions` has more.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from playing import World, assert_clearly_more

pytestmark = pytest.mark.system("S5")

TURNS = 5


@cache
def held(name: str, changes: tuple[tuple[str, str], ...] = ()) -> World:
    return World.of(name, overrides=dict(changes)).play(TURNS)


@pytest.mark.parametrize("sector", ["machinery", "other", "metals"])
def test_the_senders_sell_less_of_what_is_covered(sector: str) -> None:
    # Flip tried: `np.log1p(wedge)` as `-np.log1p(wedge)` for covered lines in Routing; failed.
    on, off = (held(n).flow("EU", "RUS", sector) for n in ("after-2022", "no-sanctions"))
    assert_clearly_more(off[1:], on[1:], share=0.2)


def test_russia_is_poorer_and_so_are_the_senders_a_little() -> None:
    # Flip tried: the wedge of covered lines negated in Routing; failed.
    on, off = held("after-2022"), held("no-sanctions")
    for actor in ("RUS", "EU"):
        assert_clearly_more(off.income(actor)[1:], on.income(actor)[1:])
    assert (off.income("RUS") - on.income("RUS"))[1:].mean() > (off.income("EU") - on.income("EU"))[1:].mean()


def test_severity_counts() -> None:
    # Flip tried: the wedge negated, as above; failed.
    def cut(scale: float) -> np.ndarray:
        world = World.of("after-2022", numbers={"sanctions.coverage_scale": np.full(200, scale)}).play(3)
        return world.flow("EU", "RUS", "machinery")[1:]

    assert_clearly_more(cut(0.7), cut(1.3), share=0.05)


def test_what_ends_is_felt_no_more() -> None:
    """With an end after four quarters trade comes back, by habit not all at once."""
    # Flip tried: the wedge negated, as above; failed.
    names = ("eu-measures", "us-measures", "coalition-measures")
    ended = held("after-2022", tuple((f"sanctions.{n}.end", "2022-Q4") for n in names))
    on, off = held("after-2022"), held("no-sanctions")
    flow = lambda w: w.flow("EU", "RUS", "machinery")  # noqa: E731
    assert (flow(ended)[:3] == flow(on)[:3]).all()
    assert_clearly_more(flow(ended)[3:], flow(on)[3:], share=0.2)
    assert_clearly_more(flow(off)[3:], flow(ended)[3:])
