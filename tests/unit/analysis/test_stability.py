"""Whether verdicts stand: which numbers are moved, which of them matter most, and what the trials say.

Flips tried (each fails a test here): the least influential numbers in place of the most; a verdict that falls counted
as one that stands.
"""

from __future__ import annotations

import numpy as np
import pytest

import multivector as mv
from multivector.analysis.comparing import stability as module
from multivector.analysis.comparing.comparison import compare_histories
from multivector.analysis.comparing.stability import HALF, Worlds, candidates, screen
from multivector.api.result import histories_of
from multivector.errors import BadInput
from multivector.experiment.histories.vary import play
from multivector.scenario import load

CHANGES = {"calendar.turns": "4", "decision.rule": "random"}
DEAR = {**CHANGES, "paths.oil_price.values.2022-Q1": "140", "paths.oil_price.values.2022-Q2": "140"}


@pytest.fixture(scope="module")
def worlds() -> Worlds:
    a, b = (histories_of(mv.run("after-2022", 24, overrides=changes)) for changes in (CHANGES, DEAR))
    assert a.arms is not None
    assert b.arms is not None
    return Worlds(a, b, 0, (a.arms, b.arms))


def test_only_assumed_numbers_move_and_within_their_ranges() -> None:
    scenario = load("after-2022")
    found = candidates([scenario, load("secondary-threatened")])
    ids = {id for id, _, _ in found}
    assert len(found) > 100
    # The two worlds differ in it: it is a part of the question.
    assert "evidence.intercept" not in ids
    assert not any(id.startswith("utility.") for id in ids)
    for id, low, high in found:
        quantity = scenario.parameters[id]
        assert quantity.confidence == "assumed"
        assert low < high
        assert quantity.low is None or low >= quantity.low
        assert quantity.high is None or high <= quantity.high
        assert max(abs(low - quantity.value), abs(high - quantity.value)) <= HALF * abs(quantity.value) + 1e-12


@pytest.mark.slow
def test_played_again_a_world_comes_out_as_it_was_stored(worlds: Worlds) -> None:
    one, other = worlds.both(range(24))
    for played, stored in ((one, worlds.a), (other, worlds.b)):
        assert (played.survived == stored.survived).all()
        for id in ("real_income", "income_vs_benchmark", "composite"):
            np.testing.assert_allclose(played.end[id], stored.end(id), atol=1e-12)


@pytest.mark.slow
def test_numbers_differ_replicate_by_replicate() -> None:
    scenario = load("after-2022", overrides=CHANGES)
    at = scenario.parameters["oil.saved"].value
    found = play(scenario, [0, 0, 1], seed=0, numbers={"oil.saved": np.array([at, 0.0, at])}, outcomes=False)
    alone = play(scenario, [0, 1], seed=0, outcomes=False)
    assert (found.ln_income[:, [0, 2]] == alone.ln_income).all()
    assert np.abs(found.ln_income[:, 1] - found.ln_income[:, 0]).max() > 1e-4
    assert found.end == {}


@pytest.mark.slow
def test_the_screen_finds_what_moves_the_difference(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    # How much of a windfall is saved decides what a dearer oil is worth; the others have nothing to do with it.
    some = [c for c in candidates([worlds.arms[0][0]]) if c[0].startswith(("coercion.", "oil.saved"))]
    assert "oil.saved" in {id for id, _, _ in some}
    monkeypatch.setattr(module, "candidates", lambda _worlds: some)
    assert screen(worlds, range(4))[0][0] == "oil.saved"


@pytest.mark.slow
def test_a_strong_verdict_stands_and_a_falling_one_is_named(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "screen", lambda _worlds, _ids: [("oil.saved", 0.0, 1.0)])
    told = compare_histories(worlds.a, worlds.b, outcomes=("real_income", "oil.exported"))
    found = module.stability(worlds.a, worlds.b, told, most=24)
    assert len(found["trials"]) == 5
    rows = {row["id"]: row for row in found["rows"]}
    income = rows["real_income"]
    assert income["verdict"] == "higher"
    # Whoever saves the whole windfall has no more income of it.
    assert [each["trial"] for each in income["falls"]] == ["oil.saved = 1"]
    assert income["stands"] == 4
    assert rows["oil.exported"]["verdict"] == "no difference that matters"
    # Twelve equal pairs of a half are too few to tell; the trials with all of them stand.
    assert {each["verdict"] for each in rows["oil.exported"]["falls"]} == {"cannot tell"}
    assert rows["oil.exported"]["stands"] == 3


def test_histories_with_numbers_of_their_own_are_refused(worlds: Worlds) -> None:
    facts = {**worlds.a.facts, "uncertainty": "prior"}
    values = {**vars(worlds.a), "facts": facts}
    drawn = type(worlds.a)(**{name: values[name] for name in worlds.a.__dataclass_fields__})
    told = compare_histories(drawn, drawn)
    with pytest.raises(BadInput, match="uncertain numbers were drawn"):
        module.stability(drawn, drawn, told)
