"""The reference results of the repository are what the model gives today."""

from __future__ import annotations

from pathlib import Path

import pytest

from multivector.experiment.ensembles.again import verify
from multivector.results.store import open_result

REFERENCE = Path(__file__).resolve().parents[2] / "results" / "reference"
KEPT = sorted(path.parent.name for path in REFERENCE.glob("*/manifest.json"))


@pytest.mark.slow
@pytest.mark.parametrize("name", KEPT)
def test_a_reference_result_is_made_again(name: str) -> None:
    check = verify(open_result(REFERENCE / name), everything=True)
    assert not check.model_changed, "changed on purpose? python -m multivector.experiment.studies.reference"
    assert check.files == ()
    assert check.difference is None, str(check.difference)
