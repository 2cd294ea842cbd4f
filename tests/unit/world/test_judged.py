"""A scenario may weigh the parts of the composite and say which differences matter; nothing else changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from multivector.errors import BadInput
from multivector.experiment.telling.summary import verdict
from multivector.outcomes import OUTCOMES
from multivector.outcomes.composite import FLOOR, normalise
from multivector.scenario import load
from multivector.world.layout.judged import judged
from multivector.world.model import DiplomacyModel
from multivector.world.setup import Setup
from multivector.world.watching.recorder import Recorder
from reproducibility.histories import world


def recorded(overrides: dict[str, np.ndarray] | None = None, **given: str) -> Recorder:
    setup = Setup(world(decision__rule="hold", calendar__turns="1", **given))
    model = DiplomacyModel(setup, [0, 1], overrides=overrides)
    recorder = Recorder(model, "outcomes")
    model.observers.append(recorder)
    model.run()
    return recorder


def test_the_composite_of_one_part_is_that_part() -> None:
    # Flip tried: every weight 1 in composite(); failed here and below.
    parts = [id for id, o in OUTCOMES.items() if o.scale is not None]
    only = "{" + ", ".join(f"{id}: {{weight: {int(id == 'inflation')}}}" for id in parts) + "}"
    plain, weighed = recorded().record(), recorded(outcomes=only).record()
    scale = OUTCOMES["inflation"].scale
    assert scale is not None
    expected = np.maximum(normalise(plain.outcomes["inflation"], *scale), FLOOR)
    assert weighed.outcomes["composite"] == pytest.approx(expected)
    assert plain.outcomes["composite"] != pytest.approx(expected)
    same = set(plain.outcomes) - {"composite"}
    assert all(np.array_equal(plain.outcomes[k], weighed.outcomes[k], equal_nan=True) for k in same)


def test_a_weight_can_differ_between_replicates() -> None:
    given = {"outcomes.inflation.weight": np.array([1.0, 50.0])}
    found = recorded(given, outcomes="{inflation: {weight: 1}}").record().outcomes["composite"][0]
    plain = recorded().record().outcomes["composite"][0]
    assert found[0] == plain[0]
    assert found[1] != pytest.approx(plain[1], rel=1e-3)


def test_a_margin_decides_what_counts_as_a_difference() -> None:
    own = judged(OUTCOMES, world(outcomes="{real_income: {margin: 0.1}}"))
    plain, wide = OUTCOMES["real_income"], own["real_income"]
    assert verdict(plain, -0.05) != verdict(wide, -0.05) == verdict(plain, 0.0)
    assert own["inflation"] == OUTCOMES["inflation"]


def test_what_is_no_outcome_or_no_part_is_told_with_its_place(tmp_path: Path) -> None:
    text = "extends: after-2022\noutcomes:\n  real_incme: {margin: 0.1}\n  rent: {weight: 2}\n"
    (tmp_path / "views.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as told:
        judged(OUTCOMES, load(tmp_path / "views.yaml"))
    assert [(p.line, p.field) for p in told.value.problems] == [(3, "outcomes.real_incme"), (4, "outcomes.rent.weight")]
    nothing = {id: 0 for id, o in OUTCOMES.items() if o.scale is not None}
    with pytest.raises(BadInput, match="with a weight"):
        judged(OUTCOMES, world(outcomes="{" + ", ".join(f"{id}: {{weight: {w}}}" for id, w in nothing.items()) + "}"))
