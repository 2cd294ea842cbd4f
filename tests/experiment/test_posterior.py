"""Draws from the posterior, the table that says what answers rest on, and what happens when the model has changed."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from multivector.analysis.comparing.comparison import SHOWN
from multivector.analysis.importance import rests as computed
from multivector.errors import BadInput
from multivector.experiment.histories.arms import Arms, prepare
from multivector.experiment.histories.replicates import Experiment
from multivector.experiment.histories.uncertain import Drawn, priors
from multivector.experiment.shipped import facts, posterior, rests
from multivector.experiment.shipped.posterior import Posterior, facts_digest, read_posterior, stale
from multivector.experiment.telling import wording
from multivector.language import speaker
from multivector.language.retold import again
from multivector.outcomes.dictionary import TEMPLATES
from multivector.scenario import load
from multivector.schema.numbers import numbers
from results_helper import call

PATHS = ("evasion.entry", "trade.theta_route")
SMALL = ("after-2022", "--set", "calendar.turns=1", "--set", "decision.rule=hold", "--set", "benchmark=null")
AGAIN = "the model or its facts have changed: run `python -m {}` anew"


def made(place: Path, model: str) -> Posterior:
    """A posterior of two vectors, the second three times as likely."""
    place.mkdir(exist_ok=True)
    known = numbers(load("after-2022"))
    about = {
        "model": model, "facts": facts_digest(facts.to_fit()), "kept": 2, "effective": 1.6, "points": 2, "power": 1.0,
        "replicates": 1, "fitted": ["a"], "numbers": {p: {"shipped": known[p], "told": True} for p in PATHS},
    }  # fmt: skip
    (place / posterior.MANIFEST).write_text(json.dumps(about), "utf-8")
    with (place / posterior.TABLE).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("point", "weight", *PATHS), (3, 0.25, 0.3, 7.0), (8, 0.75, 0.8, 11.0)])
    return read_posterior(place)


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Posterior:
    """A small posterior of this model in the place of the shipped one."""
    found = made(tmp_path / "posterior", Arms(load("base-2021"), None).model)
    monkeypatch.setattr(posterior, "folder", lambda: tmp_path / "posterior")
    return found


def test_a_replicate_draws_its_vector_by_weight_and_alone(shipped: Posterior) -> None:
    whole = shipped.picks(range(4000), seed=5)
    assert (whole == 1).mean() == pytest.approx(0.75, abs=0.03)
    assert shipped.picks([1234], seed=5).tolist() == [whole[1234]]
    assert shipped.picks([7, 3, 7], seed=5).tolist() == [whole[7], whole[3], whole[7]]
    assert (shipped.picks(range(4000), seed=6) != whole).any()
    drawn = Drawn(shipped, numbers(load("after-2022"))).draw(range(9), 5)
    # A vector is drawn whole, never number by number.
    assert {tuple(row) for row in zip(*(drawn[p].tolist() for p in PATHS), strict=True)} <= {(0.3, 7.0), (0.8, 11.0)}


def test_what_a_scenario_changed_is_its_question_and_is_not_drawn(shipped: Posterior) -> None:
    arms = prepare("after-2022", overrides={"evasion.entry": "0.55"}, uncertainty="posterior")
    here, there = priors(arms)
    assert isinstance(here, Drawn)
    assert isinstance(there, Drawn)
    assert here.paths == there.paths == ("trade.theta_route",)
    assert arms.uncertainty == shipped.name
    assert arms.digest(seed=0, replicates=4) != Arms(arms.scenario, arms.benchmark).digest(seed=0, replicates=4)


@pytest.mark.usefixtures("shipped")
def test_a_run_draws_from_it_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    args = ("run", *SMALL, "-n", "12", "--uncertainty", "posterior", "--out", str(tmp_path / "out"), "--format", "csv")
    code, out, _ = call(capsys, *args, "-w", "1", "--record", "outcomes")
    assert code == 0
    assert "one of the vectors (2)" in " ".join(out.split())
    (folder,) = (tmp_path / "out").iterdir()
    with (folder / "uncertain.csv").open(encoding="utf-8-sig", newline="") as stream:
        values = {(row["number"], float(row["value"])) for row in csv.DictReader(stream)}
    assert values == {("evasion.entry", 0.3), ("evasion.entry", 0.8), ("trade.theta_route", 7.0),
                      ("trade.theta_route", 11.0)}  # fmt: skip
    code, out, err = call(capsys, "verify", str(folder))
    assert code == 0, out + err


def test_a_posterior_of_another_model_is_refused_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = made(tmp_path, "0" * 64)
    monkeypatch.setattr(posterior, "folder", lambda: tmp_path)
    assert "was fitted with model 00000000" in stale(found, "1" * 64, facts.to_fit())
    assert "other facts" in stale(found, "0" * 64, facts.to_fit()[1:])
    assert stale(found, "0" * 64, facts.to_fit()) == ""
    code, out, err = call(capsys, "run", *SMALL, "-n", "4", "--uncertainty", "posterior", "--out", str(tmp_path))
    assert (code, out) == (2, "")
    assert "the shipped posterior was fitted with model 00000000" in err
    assert posterior.COMMAND in err
    (tmp_path / posterior.TABLE).write_text("point,weight\n", "utf-8")
    with pytest.raises(BadInput, match="found no posterior"):
        read_posterior(tmp_path)


def test_the_shipped_posterior_is_of_this_model_and_of_these_facts() -> None:
    found = read_posterior()
    assert stale(found, Arms(load("base-2021"), None).model, facts.to_fit()) == "", AGAIN.format(posterior.COMMAND)
    assert np.isclose(found.weights.sum(), 1.0)
    for path in found.paths:
        said, column = found.about["numbers"][path], found.x[:, found.paths.index(path)]
        assert said["low"] <= column.min() <= column.max() <= said["high"]
    assert set(found.paths) <= set(numbers(load("after-2022")))


# ---- what answers rest on


def table(place: Path, model: str) -> None:
    row = {"world": "after-2022", "outcome": "real_income", "low": 0.1, "high": 0.6, "numbers": 9}
    rows = [{**row, "confidence": name, "index": index, "value": value}
            for name, value in (("assumed", 0.62), ("data", 0.05)) for index in computed.INDICES]  # fmt: skip
    computed.write(rows, {"model": model, "worlds": {"after-2022": {"histories": 640}}}, place)


def test_a_run_says_on_what_it_rests_or_that_nobody_knows(tmp_path: Path) -> None:
    assert rests.rests_on(["after-2022"], "m", tmp_path)["text"] == rests.UNKNOWN
    assert again(speaker("ru"), rests.UNKNOWN, wording.RESTS_ON).endswith(f"вычислит `{rests.ASK}`")
    table(tmp_path, "m")
    found = rests.rests_on(["my-world", "after-2022"], "m", tmp_path)
    said = "data 5% [10, 60] · assumed 62% [10, 60] of the variance of real income in after-2022 as shipped"
    assert found["text"].startswith(said)
    assert [s["confidence"] for s in found["shares"]["real_income"]] == ["data", "assumed"] * 2
    assert rests.rests_on(["base-2021"], "m", tmp_path)["text"] == rests.UNKNOWN
    assert [share["value"] for share in rests.behind(found, "real_income", tmp_path)] == [0.05, 0.62]
    assert rests.behind(found, "autonomy", tmp_path) == []
    # What a run has read from another table is not told by this one.
    elsewhere = {**found, "shares": {"real_income": [{**found["shares"]["real_income"][0], "value": 0.06}]}}
    assert rests.behind(elsewhere, "real_income", tmp_path) == []
    old = rests.rests_on(["after-2022"], "another", tmp_path)
    assert rests.behind(old, "real_income", tmp_path) == []
    assert old["stale"]
    assert old["shares"] == {}
    assert rests.COMMAND in old["text"]


def test_the_shipped_table_is_of_this_model() -> None:
    found = rests.read_rests()
    assert found is not None
    assert found.about["model"] == Arms(load("base-2021"), None).model, AGAIN.format(rests.COMMAND)
    assert set(found.about["worlds"]) == set(computed.WORLDS)
    for world in computed.WORLDS:
        for index in computed.INDICES:
            shares = found.of(world, "real_income", index)
            assert {share.confidence for share in shares} == {"data", "literature", "assumed"}
            assert all(share.low <= share.value <= share.high for share in shares)
        judged = {share.outcome for share in found.shares if share.world == world}
        # The others never vary in this world, or have no number at its end.
        assert len(judged) > 100
        assert {"survival", *SHOWN} <= judged


# ---- how far each can be believed


def test_every_outcome_has_a_sentence_for_and_one_against_it() -> None:
    from multivector.experiment.shipped.evidence import _rows, bearing, believed

    ids = set(Experiment(Arms(load("turkey-added"), None)).dictionary)
    for id in ids:
        found = believed(id)
        assert found is not None, id
        assert found.speaks_for.endswith(".")
        assert found.against.endswith(".")
        assert found.speaks_for != found.against
        assert all(bearing([pattern]) for pattern in found.facts), id
    assert len(ids) > len(TEMPLATES)
    assert len({pattern for pattern, _ in _rows()}) == len(_rows())
    # The longest pattern counts, so that one oil route is not told as another thing is.
    assert believed("oil.total") != believed("oil.exported")
