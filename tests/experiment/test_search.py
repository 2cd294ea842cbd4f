"""A search: the same seed finds the same, what it finds is a doctrine that a file can have, numbers are the fresh ones.

Flips tried, each of which fails a test here: objectives minimised, fresh futures with the seed of the search, weights
not scaled, candidates shifted by one lane, the block with the weights to begin with.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiment.ensembles import CHANGES, LIGHT
from multivector import run
from multivector.analysis.doctrines import search as module
from multivector.analysis.doctrines.candidates import planned
from multivector.analysis.doctrines.search import Checked, Evaluated, check, explore, search, summarise
from multivector.experiment.ensembles.running import Memory
from multivector.results.store import open_result
from results_helper import call, sure_of

SMALL = {"calendar.turns": "2"}
SIZES = {"budget": 6, "population": 4, "replicates": 3, "fresh": 3, "keep": 2}
FLAGS = ("--budget", "6", "--population", "4", "-n", "3", "--fresh", "3", "--keep", "2")
LESS = ("base-2021", *LIGHT[1:])
"""It names no benchmark, and costs half; where one matters, the world has one."""


@pytest.fixture(scope="module")
def found() -> Any:
    """A small search in a world whose actors weigh what they do."""
    return search("base-2021", overrides=SMALL, **SIZES)


def test_a_block_that_is_pasted_gives_the_same_numbers(found: Any, tmp_path: Path) -> None:
    row = found.summary["candidates"][-1]
    assert row["id"] != "hedge"
    file = tmp_path / "pasted.yaml"
    text = f"id: pasted\nextends: base-2021\nactors: {{KAZ: {{doctrine: {row['id']}}}}}\n{row['block']}"
    file.write_text(text, encoding="utf-8")
    done = run(file, 3, seed=found.summary["fresh_seed"], overrides=SMALL)
    assert done.arms.scenario.doctrines[row["id"]].weights["income"] == row["weights"]["weights.income"]
    for id in ("real_income", "autonomy"):
        assert row["fresh"][id]["mean"] == pytest.approx(done.outcome(id).mean(), rel=1e-12)
    assert row["fresh"]["survival"]["mean"] == done.summary["ensemble"]["headline"]["survival"]["share"]


def test_the_doctrine_to_begin_with_is_the_run_on_fresh_draws(found: Any) -> None:
    row = found.summary["candidates"][0]
    done = run("base-2021", 3, seed=1, overrides=SMALL)
    assert (row["id"], found.summary["fresh_seed"]) == ("hedge", 1)
    assert row["fresh"]["real_income"]["mean"] == pytest.approx(done.outcome("real_income").mean(), rel=1e-12)


def bowl(monkeypatch: pytest.MonkeyPatch) -> None:
    """A made-up world: income wants weight on income, autonomy on autonomy, all survive if nothing is on rent."""

    def evaluate(made: Any, some: Any, *_: Any) -> np.ndarray:  # noqa: ARG001
        total = [max(1e-9, sum(v for p, v in each.items() if p != "risk")) for each in some]
        return np.array([
            [e["weights.income"] / t - e["risk"], e["weights.autonomy"] / t - e["risk"], 1 - e["weights.rent"] / t]
            for e, t in zip(some, total, strict=True)
        ])  # fmt: skip

    monkeypatch.setattr(module, "_evaluate", evaluate)


def test_a_search_goes_where_the_objectives_are(monkeypatch: pytest.MonkeyPatch) -> None:
    bowl(monkeypatch)
    made = planned("base-2021", budget=640, population=32, overrides=CHANGES)
    got = explore(made)
    assert len(got.weights) == 640
    early, late = got.values[:32].sum(axis=1).mean(), got.values[-32:].sum(axis=1).mean()
    assert late > early + 0.3
    # The best that can be had is 2: all weight on the two, none on rent, no risk.
    assert got.values.sum(axis=1).max() > 1.8
    for each in got.weights:
        assert sum(v for p, v in each.items() if p != "risk") == pytest.approx(7.5, abs=0.04)
        assert min(each.values()) >= 0.0
    again = explore(made)
    assert again.weights == got.weights
    other = explore(planned("base-2021", budget=64, population=32, overrides=CHANGES, seed=3))
    assert other.weights != got.weights[:64]


def test_what_falls_off_on_fresh_draws_is_said() -> None:
    """Three were on the front of the search; on fresh draws the second is beaten by the first."""
    made = planned("base-2021", overrides=CHANGES, **SIZES)
    luck = 0.001 * np.random.default_rng(0).normal(size=2000)
    means = np.array([[1.0, 1.1, 1.05, 0.9], [0.5, 0.6, 0.55, 0.9], [1.0, 1.0, 1.0, 1.0]])
    values = means[..., None] + np.where(np.arange(3)[:, None, None] < 2, luck, 0.0)
    weights = tuple({**made.own, "risk": 0.1 * k} for k in range(4))
    told = summarise(made, Evaluated(weights, means.T), Checked((1, 2, 3), weights, values, []))
    assert [row["status"] for row in told["candidates"]] == ["off the front", "on the front", "off the front",
                                                             "on the front"]  # fmt: skip
    assert told["fell"] == ["searched-2"]
    assert told["candidates"][2]["beaten_by"] == ["searched-1"]
    # Survival is the same in 2,000 pairs: no worse, so 1 and 2 are surely better than the start; 3 has less income.
    assert told["better"] == ["searched-1", "searched-2"]
    few = summarise(made, Evaluated(weights, means.T), Checked((1, 2, 3), weights, values[..., :40], []))
    assert few["better"] == [], "40 pairs that all survive do not say that none would be lost"
    assert few["candidates"][1]["fresh"]["survival"]["verdict"] == "cannot tell"
    assert told["candidates"][1]["fresh"]["real_income"]["difference"] == pytest.approx(0.1)
    assert told["candidates"][3]["fresh"]["real_income"]["verdict"] == "lower"


def test_a_generation_is_one_batch() -> None:
    """Candidates are lanes: each has its own numbers, whoever stands beside it; the benchmark knows nothing of them."""
    made = planned("after-2022", overrides=SMALL, **SIZES)
    some = [dict(made.own), {**made.own, "weights.income": 0.0, "weights.rent": 4.0}]
    both = module._evaluate(made, some, None, 1, None)
    assert both[1].tolist() == module._evaluate(made, some[1:], None, 1, None)[0].tolist()
    assert both[0].tolist() != both[1].tolist()
    assert made.arms.benchmark is not None
    assert made.arms.benchmark.actors["KAZ"].doctrine == "hedge"
    assert "searched" not in made.arms.benchmark.doctrines


def test_candidates_without_numbers_are_told_to_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    real = module.play

    def play(sweep: Any, sink: Memory, tick: Any = None, **how: Any) -> Any:
        out = real(sweep, sink, tick, **how)
        out.done[0], out.survived[0] = False, False
        for values in out.end.values():
            values[0] = np.nan
        out.failures += [{"point": 0, "replicate": k, "stage": "run", "message": "made up"} for k in range(3)]
        return out

    monkeypatch.setattr(module, "play", play)
    made = planned("base-2021", overrides=CHANGES, **SIZES)
    got = explore(made)
    assert np.isnan(got.values[[0, 4]]).all()
    assert not np.isnan(got.values[[1, 2, 3, 5]]).any()
    checked = check(made, got)
    told = summarise(made, got, checked)
    assert (told["failed"], told["candidates"][0]["status"]) == (3, "no history finished")


def test_every_flag(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = ("search", *LIGHT, *FLAGS, "--out", str(tmp_path / "r"))
    code, out, _ = call(capsys, *base)
    assert code == 0
    for words in ("6 evaluations of 3 histories", "fresh histories (seed 1)", "real income", "survival", "autonomy"):
        assert words in out
    assert sure_of(out) == ["real income", "autonomy", "survival"]
    code, again, _ = call(capsys, *base)
    assert again.splitlines()[1:] == out.splitlines()
    code, said, err = call(capsys, *base, "--quiet")
    assert (code, err) == (0, "")
    stored = open_result(said.strip(), kind="search")
    assert stored.changed_files() == []
    assert {"doctrines.yaml", "scenario.yaml", "benchmark.yaml", "dictionary.csv"} <= set(stored.manifest["files"])
    table = stored.table("evaluations")
    assert table is not None
    assert len(table["risk"]) == 6
    code, said, _ = call(capsys, *base, "--json", "--csv", str(tmp_path / "t.csv"), "--force")
    told = json.loads(said)
    assert (code, told["stored"]) == (0, False)
    assert json.loads(json.dumps(stored.summary)) == {k: v for k, v in told.items() if k not in ("folder", "stored")}
    with (tmp_path / "t.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["doctrine"] for row in rows] == [row["id"] for row in told["candidates"]]
    code, said, _ = call(capsys, *base, "--seed", "2", "--doctrine", "west-pivot", "--order", "simultaneous",
                         "--format", "csv", "--json")  # fmt: skip
    other = json.loads(said)
    assert (other["start"], other["seed"], other["order"]) == ("west-pivot", 2, "simultaneous")
    assert "weights.strategic" in other["varied"]
    assert (Path(other["folder"]) / "evaluations.csv").is_file()


@pytest.mark.parametrize(
    ("args", "said"),
    [(("nowhere",), "nowhere"), ((*LESS, "--doctrine", "under-siege"), "a doctrine that KAZ may take"),
     ((*LESS, "--budget", "8", "--population", "9"), "8 (--budget) at most")],
)  # fmt: skip
def test_what_is_wrong_is_said(
    args: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = call(capsys, "search", *args, "--out", str(tmp_path / "r"))
    assert (code, out) == (2, "")
    assert said in err
    assert not (tmp_path / "r").exists()


def test_without_the_library_or_stopped_no_result_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "check", stop)
    code, _, err = call(capsys, "search", *LESS, *FLAGS, "--out", str(tmp_path))
    assert code == 130
    assert "--resume" in err
    assert [path.suffix for path in tmp_path.iterdir()] == [".parts"]
    import sys

    monkeypatch.setitem(sys.modules, "optuna", None)
    code, out, err = call(capsys, "search", *LESS, "--out", str(tmp_path / "r"))
    assert (code, out) == (1, "")
    assert "pip install 'multivector[discovery]'" in err


@pytest.mark.parametrize("verb", ["tournament", "search"])
def test_the_page_has_every_flag(verb: str) -> None:
    import importlib

    page = (Path(__file__).parents[2] / "docs" / "discovery.md").read_text("utf-8")
    section = page.split(f"\n## {verb}\n")[1].split("\n## ")[0]
    command = importlib.import_module(f"multivector.cli.{verb}").command
    for option in command.params:
        for flag in option.opts:
            if flag.startswith("--"):
                assert flag in section, flag
