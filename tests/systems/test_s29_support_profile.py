"""S29: whether Kazakhstan supports Russia: five lines from -1 to 1, each moved by its own conduct, never summed."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from multivector.outcomes import OUTCOMES
from playing import World, assert_clearly_more, outcomes, reading

pytestmark = pytest.mark.system("S29")

LANES = 256
LINES = ("votes", "statements", "compliance", "security", "public")
RUSSIA, WEST, HEDGE = "bandwagon-russia", "west-pivot", "hedge"


@cache
def played(*entries: str) -> World:
    return World.of("after-2022", lanes=LANES).play(2, {0: entries})


def line(name: str, *entries: str) -> np.ndarray:
    return reading(played(*entries), f"support.{name}")[0]


@pytest.mark.parametrize("name", LINES)
def test_each_line_of_each_history_lies_between_minus_one_and_one(name: str) -> None:
    for doctrine in (RUSSIA, HEDGE, WEST):
        values = outcomes("after-2022", (("actors.KAZ.doctrine", doctrine),))[f"support.{name}"]
        assert np.isfinite(values).all()
        assert (np.abs(values) <= 1.0).all()


@pytest.mark.parametrize("name", LINES)
def test_who_leans_to_russia_supports_it_more_on_every_line_than_who_leans_west(name: str) -> None:
    # Flips tried: the sign of each support_* function in turn; failed each time.
    east, west = (outcomes("after-2022", (("actors.KAZ.doctrine", d),))[f"support.{name}"] for d in (RUSSIA, WEST))
    assert_clearly_more(east, west)


@pytest.mark.parametrize("name", ["votes", "statements", "compliance"])
def test_a_hedger_lies_between(name: str) -> None:
    # Flips tried: the sign of support_statements and of support_votes; each failed on its own line.
    east, middle, west = (
        outcomes("after-2022", (("actors.KAZ.doctrine", d),))[f"support.{name}"] for d in (RUSSIA, HEDGE, WEST)
    )
    assert_clearly_more(middle, west)
    assert_clearly_more(east, middle)


@pytest.mark.parametrize(
    ("name", "entry", "up"),
    [
        ("statements", "KAZ:territorial-integrity-statement", False),
        ("statements", "KAZ:reassurance-visit-russia>RUS", True),
        ("compliance", "KAZ:set-enforcement-tighten", False),
        ("compliance", "KAZ:set-enforcement-relax", True),
        ("security", "KAZ:csto-exercise-host>RUS", True),
        ("security", "KAZ:csto-exercise-skip", False),
        ("public", "KAZ:territorial-integrity-statement", False),
    ],
)
def test_a_move_shifts_its_own_line_and_not_the_others(name: str, entry: str, up: bool) -> None:
    # Flip tried: the sign of support_statements; failed for both statements and for no other line.
    more, less = (line(name, entry), line(name)) if up else (line(name), line(name, entry))
    assert_clearly_more(more, less)
    # Only what the public thinks follows from every act; the other lines wait for their own conduct.
    own = {name, "public"} | ({"statements"} if "statement" in entry or "visit" in entry else set())
    for other in set(LINES) - own:
        assert np.allclose(line(other, entry), line(other), atol=1e-4), other


def test_it_is_never_summed() -> None:
    """No outcome is made of several lines, and none of them enters the composite."""
    own = [o for id, o in OUTCOMES.items() if id.startswith("support")]
    assert [o.id for o in own] == [f"support.{name}" for name in LINES]
    assert all(o.scale is None and o.direction == "none" for o in own)
