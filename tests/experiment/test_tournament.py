"""A tournament: its payoffs are those of the runs, every flag works, what is wrong is said at once.

Flips tried, each of which fails a test here: doctrines in reverse order, the second world's changes left out, the other
actor's doctrine left out, survival counted where a line is crossed, "less is better" turned round.
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
from multivector.analysis.doctrines import tournament as module
from multivector.analysis.doctrines.entrants import Plan, planned
from multivector.analysis.doctrines.tournament import Found, perform, summarise, tournament
from multivector.experiment.histories.replicates import Experiment
from multivector.results.store import open_result
from results_helper import call, sure_of

BASE = ("tournament", "base-2021", *LIGHT[1:])
"""It names no benchmark, and costs half; every flag is tried on a world that has one."""
TWO = ("hedge", "west-pivot")
N = 5


@pytest.fixture(scope="module")
def played() -> Any:
    """The light world, and the same where nothing is drawn at random but everybody holds."""
    worlds = ("base-2021", "base-2021+decision.rule=hold")
    return tournament(*worlds, doctrines=TWO, replicates=N, overrides=CHANGES)


def test_payoffs_are_those_of_the_runs(played: Any) -> None:
    """In the last world with the last doctrine, history by history."""
    done = run("base-2021", N, overrides={**CHANGES, "decision.rule": "hold"}, doctrines={"KAZ": "west-pivot"})
    table = done.outcome("composite")
    frame = played.frame("histories")
    mine = frame[(frame["world"] == "base-2021+decision.rule=hold") & (frame["doctrine"] == "west-pivot")]
    assert mine["composite"].tolist() == pytest.approx(table.mean(axis=0).tolist(), rel=1e-12)
    hits = done.summary["ensemble"]["headline"]["survival"]
    assert mine["survival"].mean() == hits["share"]
    cell = played.summary["payoffs"]["composite"][1][1]
    assert cell["mean"] == pytest.approx(table.mean())
    other = frame[(frame["world"] == "base-2021") & (frame["doctrine"] == "west-pivot")]
    assert other["composite"].tolist() != mine["composite"].tolist()


def test_lines_that_tell_these_doctrines_nothing_are_named(played: Any) -> None:
    """Of each world, every line with the share of the runs that cross it."""
    assert len(played.summary["lines"]) == 2
    done = run("base-2021", N, overrides={**CHANGES, "decision.rule": "hold"}, doctrines={"KAZ": "west-pivot"})
    crossed = {line["id"]: line["share"] for line in done.summary["ensemble"]["headline"]["lines"]}
    found = {row["id"]: row for row in played.summary["lines"][1]}
    assert {id: found[id]["shares"][1] for id in crossed} == pytest.approx(crossed)
    quiet = {id for id, row in found.items() if max(row["shares"]) < 0.01}
    assert {id for id, row in found.items() if row["uninformative"] == "hardly ever"} == quiet
    assert quiet


def test_a_frame_and_the_summary_agree(played: Any) -> None:
    frame = played.frame()
    assert frame["doctrine"].tolist() == [*TWO, *TWO]
    assert frame["survival"].tolist() == [c["mean"] for row in played.summary["payoffs"]["survival"] for c in row]
    assert json.loads(json.dumps(played.summary)) == played.summary
    with pytest.raises(KeyError):
        played.frame("nothing")


def made_up(values: dict[str, np.ndarray], theirs: str | None = None) -> dict[str, Any]:
    """A summary of made-up payoffs ``[world, doctrine, replicate]``."""
    against = None if theirs is None else "RUS=near-neighbours-first,under-siege"
    worlds = ("base-2021", "base-2021+decision.rule=hold") if theirs is None else ("base-2021",)
    plan: Plan = planned(
        worlds, doctrines=TWO, against=against, replicates=40, overrides=CHANGES, outcome="exposure",
        zero_sum=theirs == "zero", theirs=theirs if theirs not in (None, "zero", "own") else None,
    )  # fmt: skip
    shape = next(iter(values.values())).shape
    found = {id: values.get(id, np.zeros(shape)) for id in ("survival", *plan.kept)}
    return summarise(plan, Found(found, Experiment(plan.sweeps[0].arms).dictionary, []))


LUCK = np.random.default_rng(0).normal(size=40)


def payoff(means: list[list[float]]) -> np.ndarray:
    return np.asarray(means)[..., None] + 0.01 * LUCK + 0.001 * np.random.default_rng(1).normal(size=(2, 2, 40))


def test_less_exposure_is_better() -> None:
    told = made_up({"exposure": payoff([[1.0, 3.0], [2.0, 3.0]])})
    assert [best["doctrine"] for best in told["best"]["exposure"]] == ["hedge", "hedge"]
    assert [row["answer"] for row in told["dominance"]] == ["not dominated", "strictly dominated"]
    assert told["dominance"][1]["by"] == ["hedge"]
    assert told["dominance"][1]["matters_in"] == [2]
    # Told as "better by": the second less the first, more is better.
    assert told["differences"][0]["difference"] == pytest.approx(-2.0, abs=0.01)


def test_the_game_is_the_one_that_was_made_up() -> None:
    """Matching pennies in exposure: both mix evenly, whatever the units."""
    told = made_up({"exposure": payoff([[1.0, 2.0], [2.0, 1.0]])}, theirs="zero")["game"]
    assert (told["columns"], told["theirs"], told["degenerate"]) == ("RUS", "zero-sum", False)
    assert len(told["equilibria"]) == 1
    for side in ("KAZ", "RUS"):
        assert [row["probability"] for row in told["equilibria"][0][side]] == pytest.approx([0.5, 0.5], abs=0.01)
    assert told["equilibria"][0]["same_in"] == 1.0
    assert max(told["equilibria"][0]["regret"]) < 1e-9


def test_the_other_side_has_a_payoff_of_its_own() -> None:
    """Russia's income is higher under siege whatever Kazakhstan does: so that is played, and the answer to it."""
    income = payoff([[1.0, 1.0], [1.2, 1.2]])
    told = made_up({"exposure": payoff([[1.0, 2.0], [2.0, 1.0]]), "real_income.RUS": income}, theirs="own")["game"]
    one = told["equilibria"][0]
    assert {row["doctrine"]: row["probability"] for row in one["RUS"]}["under-siege"] == 1.0
    assert {row["doctrine"]: row["probability"] for row in one["KAZ"]}["west-pivot"] == 1.0
    assert [row["answer"] for row in told["their_dominance"]] == ["strictly dominated", "not dominated"]
    other = made_up(
        {"exposure": payoff([[1.0, 2.0], [2.0, 1.0]]), "real_income.RUS": income}, theirs="-real_income.RUS"
    )
    one = other["game"]["equilibria"][0]
    assert {row["doctrine"]: row["probability"] for row in one["RUS"]}["near-neighbours-first"] == 1.0


def test_the_other_actor_plays_its_doctrine() -> None:
    plan = planned(["base-2021"], doctrines=TWO, against="RUS", replicates=2, overrides=CHANGES)
    assert plan.answers == ("near-neighbours-first", "transit-and-rents", "under-siege")
    for answer, sweep in zip(plan.answers, plan.sweeps, strict=True):
        for group, mine in zip(sweep.groups, TWO, strict=True):
            assert group.arms.scenario.actors["RUS"].doctrine == answer
            assert group.arms.scenario.actors["KAZ"].doctrine == mine


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("nowhere", "nobody"), ("nowhere", "nobody")),
        (("base-2021", "base-2021"), ("found a world twice",)),
        (("base-2021+KAZ=hedge",), ("found a doctrine of KAZ",)),
        (("base-2021", "--doctrines", "hegde,under-siege"), ('did you mean "hedge"?', 'found "under-siege"')),
        (("base-2021", "--doctrines", "hedge"), ("two or more",)),
        (("base-2021", "--against", "KAZ"), ("another actor (CHN, EU, RUS, USA)",)),
        (("base-2021", "--against", "RUS=hedge,under-siege"), ('found "hedge"',)),
        (("base-2021", "base-2021+order=sequential", "--against", "RUS"), ("allowed: one",)),
        (("base-2021", "--zero-sum"), ("--against ACTOR",)),
        (("base-2021", "--against", "RUS", "--zero-sum", "--theirs", "rent"), ("one of them",)),
        (("base-2021", "--outcome", "compost"), ('did you mean "composite"?',)),
        (("base-2021", "--outcome", "rent"), ("which way is better",)),
        (("base-2021", "--against", "RUS", "--theirs", "real_income.RUSS"), ('did you mean "real_income.RUS"?',)),
    ],
)
def test_what_is_wrong_is_said_at_once(
    args: tuple[str, ...], said: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = call(capsys, "tournament", *args, "--out", str(tmp_path / "r"))
    assert (code, out) == (2, "")
    for words in said:
        assert words in err
    assert not (tmp_path / "r").exists()


def test_every_flag(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = ("tournament", *LIGHT, "--doctrines", ",".join(TWO), "-n", "3", "--out", str(tmp_path / "r"))
    code, out, _ = call(capsys, *base)
    assert code == 0
    for words in ("2 doctrines of KAZ", "composite (index 0-1, more is better)", "survival", "BEST", "DOMINATED"):
        assert words in out
    assert sure_of(out) == ["composite", "survival", "autonomy", "real income"]
    assert max(map(len, out.splitlines()[:-1])) <= 80
    code, again, _ = call(capsys, *base)
    assert again.splitlines()[0].startswith("stored result of")
    assert again.splitlines()[1:] == out.splitlines()
    code, said, err = call(capsys, *base, "--quiet")
    assert (code, err) == (0, "")
    stored = open_result(said.strip(), kind="tournament")
    assert stored.changed_files() == []
    assert (stored.manifest["worlds"], stored.manifest["doctrines"]) == (["after-2022"], list(TWO))
    assert {"world-0.yaml", "benchmark-0.yaml", "dictionary.csv", "failures.jsonl"} <= set(stored.manifest["files"])
    table = stored.table("histories")
    assert table is not None
    assert len(table["replicate"]) == 2 * 3
    code, said, err = call(capsys, *base, "--json", "--csv", str(tmp_path / "t.csv"))
    assert (code, err) == (0, "")
    told = json.loads(said)
    assert told["stored"] is True
    with (tmp_path / "t.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["composite [index 0-1]"] for row in rows] == [
        str(cell["mean"]) for cell in told["payoffs"]["composite"][0]
    ]
    code, out, _ = call(capsys, *base, "--format", "csv", "--force", "--seed", "1", "--order", "simultaneous",
                        "--outcome", "exposure")  # fmt: skip
    assert code == 0
    assert "stored result" not in out
    assert "less is better" in out
    assert "simultaneous" in out
    code, _, err = call(capsys, *base, "--csv", str(tmp_path / "no" / "t.csv"))
    assert code == 1
    assert "cannot write the table" in err


def test_against_another_actor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = (*BASE, "--doctrines", ",".join(TWO), "-n", "4", "--out", str(tmp_path / "r"))
    code, out, _ = call(capsys, *base, "--against", "RUS=near-neighbours-first,under-siege", "--zero-sum")
    assert code == 0
    for words in ("THE GAME of KAZ and RUS", "under-siege", "equilibrium 1", "gain from leaving it, checked"):
        assert words in out
    code, said, _ = call(capsys, *base, "--against", "RUS=near-neighbours-first,under-siege", "--theirs", "-autonomy",
                         "--json")  # fmt: skip
    told = json.loads(said)
    assert (code, told["game"]["theirs"]) == (0, "-autonomy")
    for one in told["game"]["equilibria"]:
        assert max(one["regret"]) < 1e-6


def test_a_missing_library_is_said_before_anything_is_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "nashpy", None)
    code, out, err = call(capsys, *BASE, "--against", "RUS", "-n", "2", "--out", str(tmp_path / "r"))
    assert (code, out) == (1, "")
    assert "pip install 'multivector[discovery]'" in err
    assert not (tmp_path / "r").exists()


def test_a_failing_history_is_a_record(monkeypatch: pytest.MonkeyPatch) -> None:
    real = module.play

    def play(sweep: Any, sink: Any, tick: Any = None, **how: Any) -> Any:
        found = real(sweep, sink, tick, **how)
        found.done[1, 0], found.survived[1, 0] = False, False
        for values in found.end.values():
            values[1, 0] = np.nan
        found.failures.append({"point": 1, "replicate": 0, "stage": "run", "message": "made up"})
        return found

    monkeypatch.setattr(module, "play", play)
    plan = planned(["base-2021"], doctrines=TWO, replicates=3, overrides=CHANGES)
    found = perform(plan)
    assert found.failures == [
        {"world": "base-2021", "doctrine": "west-pivot", "replicate": 0, "stage": "run", "message": "made up"}
    ]
    told = summarise(plan, found)
    assert told["failed"] == 1
    assert [cell["n"] for cell in told["payoffs"]["survival"][0]] == [3, 2]
    assert len(module.histories_table(plan, found)["replicate"]) == 5


def test_ctrl_c_leaves_no_result_and_keeps_what_was_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "summarise", stop)
    code, _, err = call(capsys, *BASE, "--doctrines", "hedge,west-pivot", "-n", "2", "--out", str(tmp_path))
    assert code == 130
    assert "--resume" in err
    assert [path.suffix for path in tmp_path.iterdir()] == [".parts"]
    monkeypatch.undo()
    code, _, _ = call(capsys, *BASE, "--doctrines", "hedge,west-pivot", "-n", "2", "--out", str(tmp_path), "--resume")
    assert code == 0
    assert [path.suffix for path in tmp_path.iterdir()] == [""]
