"""`multivector sensitivity` on a light world: what is varied, what comes out, every flag, what is wrong.

Flips tried, each of which fails a test here: columns of the design given to the number before, survival turned round,
doctrines that nobody plays kept, a refused end of a range left as it was.
"""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import multivector
from experiment.ensembles import CHANGES, LIGHT
from multivector.analysis.importance import salib
from multivector.analysis.importance import sensitivity as analysis
from multivector.analysis.importance.sensitivity import Study, indices_table, outputs, planned, rows_of, summarise
from multivector.analysis.importance.varied import Choice, cut
from multivector.cli.printout.sensitivity import page
from multivector.errors import BadInput, Problem, RunFailed
from multivector.experiment.ensembles.running import Memory
from multivector.experiment.ensembles.sweep import Played, play
from multivector.experiment.histories.arms import prepare
from multivector.results.store import open_result
from multivector.scenario import load
from multivector.schema import Uncertainty
from results_helper import call, sure_of

THETA, RUSSIA = "trade.theta_short", "actors.KAZ.relations.RUS"
IDLE = "doctrines.west-pivot.vote_shift.0"
"""Of a doctrine that nobody plays in this world: no code reads it."""
OVER = (THETA, RUSSIA, IDLE)
N, R = 6, 3
BASE = (
    "sensitivity",
    *LIGHT,
    *(part for path in OVER for part in ("--over", path)),
    "-r",
    str(R),
    "-n",
    str(N),
    "--workers",
    "1",
)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try the ends of what varies before playing, not every value: loading takes longer than this world's histories."""
    monkeypatch.setattr("multivector.experiment.ensembles.sweep.LISTED", 2)


@cache
def done() -> tuple[Study, Played]:
    study = planned("after-2022", over=OVER, count=R, replicates=N, overrides=CHANGES)
    return study, play(study.sweep, Memory())


@cache
def choice() -> Choice:
    return Choice(prepare("after-2022", overrides=CHANGES))


def test_a_doctrine_that_the_file_adds_is_varied_whole_though_the_benchmark_has_none(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "id: mine\nextends: after-2022\nactors:\n  KAZ: {doctrine: careful}\ndoctrines:\n"
        "  - {id: careful, for: [KAZ], weights: {income: high}, source: my own assumption}\n",
        encoding="utf-8",
    )
    paths = {f"doctrines.careful.{rest}" for rest in ("vote_shift.0", "vote_shift.1", "precision")}
    study = planned(file, over=sorted(paths), count=R, replicates=N, overrides=CHANGES)
    assert {number.path for number in study.numbers} == paths
    assert all(number.spread.low < number.value < number.spread.high for number in study.numbers)
    assert prepare(file, overrides={"doctrines.careful.horizon": "2"}).scenario.doctrines["careful"].horizon == 2
    with pytest.raises(BadInput, match=r"doctrines\.careful\.horizon"):
        prepare(file, overrides={"doctrines.careful.horizon": "0"})


def test_points_are_values_within_the_ranges_of_the_ledger() -> None:
    study, _ = done()
    quantity = load("after-2022").parameters[THETA]
    spreads = {number.path: number.spread for number in study.numbers}
    assert (spreads[THETA].low, spreads[THETA].high) == (quantity.low, quantity.high)
    assert (spreads[RUSSIA].low, spreads[RUSSIA].high) == (0.45, 0.75), "what the scenario declares"
    assert {n.path: n.confidence for n in study.numbers} == {THETA: "literature", RUSSIA: "assumed", IDLE: "assumed"}
    assert len(study.sweep.points) == R * (len(OVER) + 1)
    for k, number in enumerate(study.numbers):
        values = np.array([float(point[number.path]) for point in study.sweep.points])
        low, high = number.spread.low, number.spread.high
        assert values == pytest.approx(low + (high - low) * study.design.x[:, k])
        assert values.min() >= low
        assert values.max() <= high
        assert set(np.round((values - low) / (high - low) * 3, 9)) <= {0.0, 1.0, 2.0, 3.0}
    assert len(study.sweep.groups) == 1, "numbers are lanes of one batch"


def test_effects_are_differences_of_means_over_the_same_draws() -> None:
    study, played = done()
    summary = summarise(study, played)
    y = played.end["real_income"].mean(axis=1).reshape(R, -1)
    x = study.design.x.reshape(R, -1, len(OVER))
    for k, number in enumerate(study.numbers):
        row = next(r for r in summary["outcomes"]["real_income"]["indices"] if r["name"] == number.path)
        steps = [next(i for i in range(len(OVER)) if x[t, i + 1, k] != x[t, i, k]) for t in range(R)]
        found = [(y[t, i + 1] - y[t, i]) / (x[t, i + 1, k] - x[t, i, k]) for t, i in enumerate(steps)]
        assert row["mu"]["value"] == pytest.approx(np.mean(found), abs=1e-12)
        assert row["mu_star"]["value"] == pytest.approx(np.abs(found).mean(), abs=1e-12)
    survived = outputs(played)["survival"]
    assert survived.mean() == pytest.approx(played.survived.mean())
    assert summary["outcomes"]["survival"]["n"] == N


def test_what_no_code_reads_has_no_effect_and_an_interval_without_width() -> None:
    study, played = done()
    for found in summarise(study, played)["outcomes"].values():
        row = next(r for r in found["indices"] if r["name"] == IDLE)
        assert (row["moves"], row["verdict"]) == (False, "no effect")
        for key in ("mu_star", "mu", "sigma"):
            assert (row[key]["value"], row[key]["low"], row[key]["high"]) == (0.0, 0.0, 0.0)
    rows = summarise(study, played)["outcomes"]["real_income"]["indices"]
    assert next(r for r in rows if r["name"] == THETA)["moves"], "the number moves nothing: zero says nothing"


def test_words_stand_for_numbers_that_can_vary_and_are_played() -> None:
    declared, assumed, everything = (choice().numbers([word]) for word in ("declared", "assumed", "all"))
    assert {n.confidence for n in assumed} == {"assumed"}
    assert {n.path for n in everything} > {n.path for n in assumed} > {n.path for n in declared}
    # Nobody plays it: a word leaves it out, its own path does not.
    assert IDLE in load("after-2022").uncertainties
    assert IDLE not in {n.path for n in everything}
    assert [n.path for n in choice().numbers([IDLE, RUSSIA, RUSSIA])] == [RUSSIA, IDLE]
    by_class = {word: {n.path for n in choice().numbers([word])} for word in ("data", "literature", "assumed")}
    assert sum(map(len, by_class.values())) == len(everything)
    held = choice().held(everything)
    assert held["data"]["shape"] > 500
    assert set(held["assumed"]) == {"shape", "idle"}
    some = choice().held(assumed)
    assert some["literature"]["asked"] == len(by_class["literature"])
    assert {n.family for n in declared} == {"actors", "doctrines"}


def test_a_range_is_cut_at_what_a_scenario_may_hold() -> None:
    """Here: no more than 0.5 of one number, and of another nothing at all but its own value."""
    one, two = (
        replace(n, spread=Uncertainty(low=-1.0, high=2.0), value=0.4) for n in choice().numbers([THETA, RUSSIA])
    )

    def strict(more: dict[str, str]) -> None:
        wrong = [path for path, text in more.items() if path == two.path and float(text) != two.value]
        wrong += [path for path, text in more.items() if path == one.path and float(text) < 0.0]
        if wrong:
            raise BadInput([Problem(f"--set {path}", 1, 1, path, "found it") for path in wrong])

    left = cut([one, two], strict)  # type: ignore[arg-type]
    assert [(n.path, n.spread.low, n.spread.high, n.cut) for n in left] == [(one.path, 0.0, 2.0, True)]


def test_every_flag(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ("--out", str(tmp_path / "r"))
    code, said, err = call(capsys, *BASE, *out, "--json")
    assert (code, err) == (0, "")
    told = json.loads(said)
    assert told["stored"] is False
    study, played = done()
    mine = json.loads(json.dumps(summarise(study, played)).replace("NaN", "null"))
    assert mine == {k: v for k, v in told.items() if k not in ("folder", "stored")}, "the same numbers twice"
    folder = Path(told["folder"])
    stored = open_result(folder, kind="sensitivity")
    assert (stored.manifest["kind"], stored.changed_files()) == ("sensitivity", [])
    kept, table = stored.table("indices"), indices_table(summarise(study, played))
    assert kept is not None
    assert np.asarray(kept["value"]).tobytes() == np.asarray(table["value"]).tobytes()
    ends = stored.table("ends")
    assert ends is not None
    assert len(ends["value"]) == sum(int((~np.isnan(y)).sum()) for y in outputs(played).values())
    assert stored.table("points") is not None
    # Played once, told in many ways: the words are tried on what is stored.
    code, said, _ = call(capsys, *BASE, *out, "--format", "csv", "--force", "--quiet", "--method", "morris")
    assert (code, Path(said.strip())) == (0, folder)
    with (folder / "indices.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["index"] for row in rows] == [row["index"] for row in rows_of(told)]
    code, said, _ = call(capsys, *BASE, *out, "--format", "csv", "--outcome", "real_income", "--top", "1")
    lines = said.splitlines()
    assert code == 0
    assert lines[0].startswith("stored result of")
    assert all(len(line) <= 80 for line in lines if not line.startswith("kept in"))
    for words in (
        "3 numbers",
        "REAL INCOME",
        f" 1 {THETA}",
        "mu* [95%]",
        "sigma",
        "1 below",
        "Changed it in no history",
        IDLE,
    ):
        assert words in said, words
    assert "SURVIVAL" not in said


def test_shares_by_confidence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    args = ("sensitivity", *LIGHT, "--method", "sobol", "--by", "confidence", "--samples", "8", "--replicates", "4",
            "--over", THETA, "--over", RUSSIA, "--seed", "1", "--order", "simultaneous", "--doctrine",
            "KAZ=west-pivot", "--workers", "1", "--out", str(tmp_path / "r"))  # fmt: skip
    code, said, _ = call(capsys, *args)
    assert code == 0
    for words in ("moved together by confidence", "8 rows, 32 points of 4 histories", "literature", "with others"):
        assert words in " ".join(said.split()), words
    (folder,) = (tmp_path / "r").iterdir()
    told = open_result(folder, kind="sensitivity").summary
    assert (told["seed"], told["order"], told["doctrine"], told["by"]) == (
        1,
        "simultaneous",
        "west-pivot",
        "confidence",
    )
    found = told["outcomes"]["real_income"]
    assert [row["name"] for row in found["indices"]] == ["literature", "assumed"]
    assert found["indices"][0]["total"]["value"] > found["indices"][1]["total"]["value"]
    assert {"interaction", "luck", "spread"} <= set(found)


def test_python_has_the_same_words() -> None:
    study, played = done()
    found = analysis.Sensitivity(study, summarise(study, played), [])
    frame = found.frame("real_income")
    assert set(frame["index"]) == {"mu_star", "mu", "sigma", "luck", "share of squared effects"}
    assert set(frame["outcome"]) == {"real_income"}
    assert multivector.sensitivity is analysis.sensitivity


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--method", "guess"), "morris"),
        (("--samples", "64"), "--samples: found --method morris"),
        (("--method", "sobol", "-r", "4"), "--trajectories: found --method sobol"),
        (("--method", "sobol", "-N", "63"), "a power of two from 8"),
        (("-r", "2"), "from 3 to"),
        (("-n", "0"), "0 is not in the range"),
        (("--top", "0"), "0 is not in the range"),
        (("--outcome", "happiness", "--outcome", "joy"), '"joy"'),
        (("--set", "trade.theta_short"), "path=value"),
        (("--over", "trade.theta_shirt", "--over", "calendar.turns"), 'did you mean "trade.theta_short"?'),
        (("--over", "trade.theta_shirt", "--over", "calendar.turns"), "calendar.turns"),
        (("--over", THETA, "--by", "confidence"), "found one confidence only (literature)"),
        (("--over", "all", "-r", "20"), "--by confidence or --by family moves numbers together"),
    ],
)
def test_what_is_wrong_is_said_all_at_once(
    args: tuple[str, ...],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The world is the same for all of them: its numbers are gathered once.
    monkeypatch.setattr(analysis, "Choice", lambda _arms: choice())
    code, out, err = call(capsys, "sensitivity", *LIGHT, *args, "--out", str(tmp_path / "r"))
    assert (code, out) == (2, "")
    assert said in err
    assert not (tmp_path / "r").exists()


def test_without_salib_one_clear_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr("multivector.analysis.importance.salib.importlib.import_module", missing)
    with pytest.raises(RunFailed, match=r"pip install 'multivector\[discovery\]'") as error:
        salib.part("SALib.sample.morris")
    assert error.value.exit_code == 1


def test_failed_histories_are_left_out_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study, played = done()
    lost = replace(played, done=played.done.copy(), end={id: y.copy() for id, y in played.end.items()})
    lost.done[1, 2], lost.end["real_income"][1, 2] = False, np.nan
    lost.failures = [{"point": 1, "replicate": 2, "stage": "run", "message": "made up"}]
    monkeypatch.setattr(analysis, "play", lambda *_, **__: lost)
    stored = open_result(analysis.save(study, tmp_path, "parquet", "made up"), kind="sensitivity")
    assert stored.failures() == lost.failures
    assert stored.summary["outcomes"]["real_income"]["n"] == N - 1
    text = "\n".join(page(stored, False, ["real_income"], 3, 80))
    assert "1 histories failed" in text
    assert sure_of(text) == ["real income"]


def test_an_interrupted_analysis_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(analysis, "planned", lambda *_, **__: done()[0])
    monkeypatch.setattr(analysis, "play", stop)
    code, _, err = call(capsys, *BASE, "--out", str(tmp_path))
    assert (code, err.splitlines()[-1]) == (130, "interrupted")
    assert list(tmp_path.iterdir()) == []
