"""Projects against a shock: what they save is a difference of differences, by hand and on the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

import multivector as mv
from multivector.analysis.projects import _from, _ranks, measures, planned, project
from multivector.errors import BadInput
from multivector.scenario import load
from results_helper import call, sure_of

LIGHT = {"calendar.turns": "4", "decision.rule": "random"}
SHOCK = """\
id: half
extends: after-2022
title: {en: Half of the Caspian pipeline}
question: {en: "What is lost?"}
events:
  add:
    - id: half
      turn: 2022-Q3
      title: {en: "Half of the Caspian pipeline stands still"}
      then: [{stock: corridor-capacity, corridor: CPC, amount: -0.5, turns: 2}]
      cause: weather
      source: "hypothetical"
"""
CHINA = "corridors.atasu-alashankou.capacity=8"


@pytest.fixture(scope="module")
def shocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("worlds") / "half.yaml"
    path.write_text(SHOCK, encoding="utf-8")
    return path


def test_more_capacity_to_china_saves_oil_and_income_and_does_nothing_without_need(shocked: Path) -> None:
    found = mv.projects("after-2022", shocked, [CHINA, f"{CHINA[:-1]}9@2"], replicates=8, overrides=LIGHT)
    assert found.failures == []
    lost, (plain, priced) = found.summary["lost"], found.summary["projects"]
    assert lost["oil"]["low"] > 0.0
    assert lost["income"]["low"] > 0.0
    # Three million tonnes a year more, for two quarters of need: 1.5 Mt at most; four million: 2 Mt at most.
    assert 0.0 < plain["saved"]["oil"]["mean"] <= 1.5 + 1e-9
    assert plain["saved"]["oil"]["mean"] < priced["saved"]["oil"]["mean"] <= 2.0 + 1e-9
    assert plain["saved"]["income"]["low"] > 0.0
    assert (plain["cost"], plain["per_dollar"], plain["rank"]) == (None, None, None)
    assert priced["per_dollar"]["mean"] == pytest.approx(priced["saved"]["income"]["mean"] / 2.0)
    assert plain["from"] == "2022-Q1"
    # Half of 59 Mt for two quarters, less what other routes take.
    assert lost["oil"]["mean"] < 0.5 * 59.3 * 0.5


def test_a_world_that_is_not_shocked_loses_nothing() -> None:
    found = mv.projects("after-2022", "after-2022", [CHINA], replicates=4, overrides=LIGHT).summary
    for part in (found["lost"], found["projects"][0]["saved"]):
        assert {round(each["mean"], 12) for each in part.values()} == {0.0}


def test_a_move_is_a_project_with_the_effects_delays_and_cost_of_the_scenario() -> None:
    world = load("after-2022")
    made = project(world, "build-caspian-capacity")
    # A quarter of a per cent of an income of $197.1 bn.
    assert made.cost == pytest.approx(0.0025 * 197.1)
    ((path, text),) = made.changes.items()
    event = load("after-2022", overrides={path: text}).events[path.removeprefix("events.")]
    assert event.turn == "2022-Q1"
    assert [(e.stock, e.corridor, e.delay) for e in event.then][:2] == [
        ("corridor-capacity", "middle", 8), ("corridor-capacity", "aktau-baku", 8)
    ]  # fmt: skip
    assert project(world, "build-caspian-capacity@2.5").cost == 2.5
    ((_, text),) = project(world, "fund@5.53").changes.items()
    assert json.loads(text)["then"] == [{"stock": "fund", "amount": pytest.approx(0.1)}]


def test_what_is_measured_by_hand() -> None:
    ones = np.ones((2, 4, 3))
    series = {"oil.a": 40.0 * ones, "oil.b": 4.0 * ones, "oil.exported": ones, "real_income": 0.9 * ones,
              "legitimacy": ones * np.array([0.5, 0.4, 0.6, 0.5])[None, :, None]}  # fmt: skip
    found = measures(series, {"oil.a": "Mt a year", "oil.b": "Mt a year", "oil.exported": "share"}, 200.0)
    assert found["oil"].tolist() == [[44.0] * 3] * 2
    assert found["income"] == pytest.approx(np.full((2, 3), 180.0))
    assert found["legitimacy"].tolist() == [[0.4] * 3] * 2


def test_ranks_go_by_what_a_dollar_saves_and_projects_without_a_cost_have_none() -> None:
    rng = np.random.default_rng(0)
    saved = np.stack([rng.normal(1.0, 0.1, 50), rng.normal(3.0, 0.1, 50), rng.normal(9.0, 0.1, 50)])
    found = _ranks(saved, [0.1, 1.0, None])
    assert found[2] is None
    assert found[0] == {"rank": 1.0, "low": 1.0, "high": 1.0, "first": 1.0}
    assert found[1] is not None
    assert found[1]["rank"] == 2.0


def test_when_a_project_begins_to_help() -> None:
    rng = np.random.default_rng(1)
    spare = np.stack([rng.normal(0.5, 0.01, (4, 30))] * 2)
    assert _from(spare, ["a", "b", "c", "d"], 1) is None
    spare[1, 2:] += 0.1 + rng.normal(0.0, 0.001, (2, 30))
    assert _from(spare, ["a", "b", "c", "d"], 1) == "c"


def test_what_is_wrong_is_said_at_once(shocked: Path) -> None:
    with pytest.raises(BadInput, match=r'(?s)"dance".*"fund".*"land@x"'):
        planned("after-2022", shocked, projects=["dance", "fund", "land@x"])
    with pytest.raises(BadInput, match="another calendar"):
        planned("after-2022", "placebo-2014-2019")


def test_the_command(shocked: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = [part for path, value in LIGHT.items() for part in ("--set", f"{path}={value}")]
    args = ("projects", "after-2022", str(shocked), "-n", "6", "--project", f"{CHINA}@1", "--project",
            "ship-oil-via-baku", "--workers", "1", *more)  # fmt: skip
    code, page, _ = call(capsys, *args, "--csv", str(tmp_path / "t.csv"))
    assert code == 0
    assert max(len(line) for line in page.splitlines()) <= 80
    for words in ("LOST TO THE SHOCK", "helps", "The shock costs", "without any shock"):
        assert words in page
    assert sure_of(page) == ["oil exported", "real income", "lowest legitimacy"]
    with (tmp_path / "t.csv").open(encoding="utf-8-sig") as stream:
        heads, *rows = csv.reader(stream)
    assert {"oil [Mt]", "income_low [US$ bn]", "per_dollar [US$]", "n [histories]"} <= set(heads)
    assert [row[0] for row in rows] == [f"{CHINA}@1", "ship-oil-via-baku"]
