"""Which conclusions hold in both orders of play.

Flips tried (each fails here): the other order's verdict taken from the own order; survival's difference the other way
round; histories that failed in one order kept.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from multivector.analysis.comparing import orders as module
from multivector.experiment.histories.vary import Played
from multivector.outcomes import OUTCOMES
from multivector.scenario import load

N = 40
LUCK = np.linspace(-1.0, 1.0, N)
EFFECTS = {
    "real_income": (0.05, -0.05), "legitimacy": (0.1, 0.1), "autonomy": (0.05, 0.0), "approval": (0.1, 0.0),
}  # fmt: skip
"""Effect of the scenario in the own order and in the other."""
NOISE = {"approval": 5.0}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A world whose effects on four outcomes are known in either order; histories 0 to 9 are lost in the other."""
    arms = load("after-2022"), load("no-sanctions")

    def play(scenario: Any, _ids: list[int], *, benchmark: Any = None, **_: Any) -> Played:
        other = scenario.order == "simultaneous"
        effect = {id: both[other] * (benchmark is not None) for id, both in EFFECTS.items()}
        end = {id: LUCK * (1.0 + (benchmark is not None) * NOISE.get(id, 0.0)) + x for id, x in effect.items()}
        survived = np.arange(N) >= (10 if other else 0)
        return Played(end, LUCK[None], survived, (np.arange(N) == N - 1) & other)

    monkeypatch.setattr(module, "play", play)
    monkeypatch.setattr(module, "scenarios", lambda _: arms)
    return SimpleNamespace(
        ids=np.arange(N), facts={"seed": 0}, dictionary={id: OUTCOMES[id] for id in EFFECTS}, place="here"
    )


def test_what_flips_is_told_from_what_stays(world: Any) -> None:
    told = module.orders(world)
    assert {row["id"]: row["both"] for row in told["rows"]} == {
        "real_income": "FLIPS", "legitimacy": "same", "autonomy": "in one order only", "approval": "cannot tell",
    }  # fmt: skip
    flipped = next(row for row in told["rows"] if row["id"] == "real_income")
    assert flipped["verdicts"] == ["higher", "lower"]
    assert told["orders"] == ["sequential", "simultaneous"]
    assert told["n"] == N - 1
    survival = told["survival"]
    assert [share[0] for share in survival["shares"]] == [1.0, pytest.approx(29 / 39)]
    assert survival["verdict"] == "lower"
