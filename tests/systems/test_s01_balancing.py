"""S1: Kazakhstan keeps ties to four powers at once, and doctrines lead to different outcomes on the same draws.

Flip tried: the sign of strategic aims in `world/want.py`; failed.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from playing import Played, assert_clearly_more, decided, outcomes

pytestmark = pytest.mark.system("S1")

POWERS = ("CHN", "EU", "RUS", "USA")
DOCTRINES = ("hedge", "west-pivot", "bandwagon-russia", "bandwagon-china", "equal-distance")


@cache
def result(doctrine: str) -> dict[str, np.ndarray]:
    return outcomes("after-2022", (("actors.KAZ.doctrine", doctrine),))


def plays(doctrine: str) -> Played:
    return decided("after-2022", (("actors.KAZ.doctrine", doctrine),))


@pytest.mark.parametrize("power", POWERS)
def test_a_hedger_keeps_every_tie(power: str) -> None:
    end = result("hedge")[f"goodwill.{power}"][-1]
    assert (end > 0.0).mean() > 0.95
    # The texts of 2022 and 2023 weigh most on the weakest tie: 0.30 with Washington, above 0.5 with the others.
    assert end.mean() > 0.25


def test_a_hedger_lies_nearer_the_middle_than_who_leans_to_russia() -> None:
    """Against a turn to the West it does not hold: from a base nearer to Russia, that doctrine goes to the middle."""

    def apart(doctrine: str) -> np.ndarray:
        return np.abs(result(doctrine)["goodwill.RUS"][-1] - result(doctrine)["goodwill.EU"][-1])

    assert_clearly_more(apart("bandwagon-russia"), apart("hedge"))


@pytest.mark.parametrize(
    ("outcome", "high", "low"),
    [
        ("goodwill.EU", "west-pivot", "hedge"), ("goodwill.RUS", "bandwagon-russia", "hedge"),
        ("goodwill.CHN", "bandwagon-china", "hedge"), ("goodwill.RUS", "hedge", "west-pivot"),
        ("enforcement", "west-pivot", "hedge"), ("displeasure.RUS", "west-pivot", "hedge"),
    ],
)  # fmt: skip
def test_doctrines_differ_in_the_direction_of_their_names(outcome: str, high: str, low: str) -> None:
    assert_clearly_more(result(high)[outcome][-1], result(low)[outcome][-1])


def test_no_two_doctrines_play_alike() -> None:
    mixes = {}
    for doctrine in DOCTRINES:
        counts = {k: float(v.mean()) for k, v in plays(doctrine).plays.items() if k.startswith("KAZ:")}
        whole = sum(counts.values())
        mixes[doctrine] = np.array([counts[k] / whole for k in sorted(counts)])
    for one in DOCTRINES:
        for other in DOCTRINES:
            if one < other:
                assert 0.5 * np.abs(mixes[one] - mixes[other]).sum() > 0.1, (one, other)


def test_contrary_moves_are_paired() -> None:
    """Of the quarters in which a hedger displeases a power, it pleases the same power in most."""
    assert result("hedge")["pairing_rate"][-1].mean() > 0.5
