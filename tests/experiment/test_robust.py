"""Doctrines over futures as a result: each future is the run with its values; what is asked anew is not played anew.

Flips tried, each of which fails a test here: orders and doctrines exchanged, a failed history kept for the
other doctrines, crossed lines counted as not crossed, survival taken for failure.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import multivector
from experiment.ensembles import CHANGES, LIGHT
from multivector.analysis.robustness import robust as robustly
from multivector.analysis.robustness.futures import Futures, _spreads, from_table, histories_table, planned
from multivector.analysis.robustness.verdicts import failing, judge, question
from multivector.cli import main
from multivector.errors import BadInput, RunFailed
from multivector.experiment.ensembles import sweep as sweeping
from multivector.experiment.histories.replicates import Experiment
from multivector.results.store import open_result
from multivector.scenario import load
from multivector.scenario.ledger import ledger
from multivector.schema.numbers import canonical, numbers
from results_helper import call, sure_of

RUSSIA, CHINA = "actors.KAZ.relations.RUS", "actors.KAZ.relations.CHN"
WORLD = "base-2021"
"""It names no benchmark, and costs half."""
LESS = (WORLD, *LIGHT[1:])
BASE = ("--futures", "6", "-n", "4", "--doctrines", "hedge,west-pivot", "--over", RUSSIA, "--over", CHINA)


@cache
def ready(seed: int = 0) -> Futures:
    return planned(
        WORLD, futures=6, over=[RUSSIA, CHINA], doctrines=["hedge", "west-pivot"], replicates=4, seed=seed,
        overrides=CHANGES,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Futures of the same words are drawn and checked once."""
    known: dict[str, Futures] = {}

    def remembered(*args: Any, **how: Any) -> Futures:
        key = repr((args, sorted(how.items())))
        if key not in known:
            same = repr((args, sorted(how.items()))) == USUAL
            known[key] = ready() if same else planned(*args, **how)
        return known[key]

    monkeypatch.setattr("multivector.analysis.robustness.futures.planned", remembered)


USUAL = repr((
    (WORLD,),
    sorted({
        "futures": 6, "over": (RUSSIA, CHINA), "doctrines": ["hedge", "west-pivot"], "replicates": 4, "seed": 0,
        "overrides": CHANGES,
    }.items()),
))  # fmt: skip


@cache
def played() -> tuple[Any, Any]:
    return robustly.run(ready())


def test_a_future_is_the_run_with_its_values() -> None:
    """To the bit: the third future of the first doctrine in the other order."""
    found, _ = played()
    point = {path: text for path, text in ready().sweep.points[2].items() if path in ready().about}
    changes = {**CHANGES, **point}
    run = multivector.run(
        WORLD, 4, overrides=changes, doctrines={"KAZ": "hedge"}, order="simultaneous", record="outcomes"
    )
    frame, lines = run.frame(), run.frame("lines")
    for id in ("real_income", "autonomy"):
        mine = frame[frame["outcome"] == id].astype({"turn": str}).sort_values(["replicate", "turn"])
        values = mine["value"].to_numpy().reshape(4, -1).mean(axis=1)
        assert found.values[id][1, 0, 2] == pytest.approx(values, abs=1e-15)
    crossed = lines[lines["first"].astype(str) != ""]
    for line in set(lines["line"].astype(str)):
        ids = crossed[crossed["line"].astype(str) == line]["replicate"].tolist()
        assert np.flatnonzero(found.values[f"crossed.{line}"][1, 0, 2]).tolist() == sorted(ids)
    alive = [k for k in range(4) if k not in set(crossed["replicate"])]
    assert np.flatnonzero(found.values["survival"][1, 0, 2]).tolist() == alive


def test_doctrines_and_orders_meet_the_same_futures() -> None:
    points, x = ready().sweep.points, ready().x
    assert ready().orders == ("sequential", "simultaneous")
    for k, point in enumerate(points):
        order, rest = divmod(k, 12)
        assert point["order"] == ready().orders[order]
        assert point["actors.KAZ.doctrine"] == ready().doctrines[rest // 6]
        assert float(point[RUSSIA]) == x[RUSSIA][k % 6]
    values = played()[0].values["autonomy"]
    assert not np.array_equal(values[:, 0], values[:, 1])


def test_what_is_stored_says_the_same() -> None:
    """From the table of histories, through a file, the same figures; and another question gives others."""
    found, how = played()
    again = from_table(ready(), histories_table(ready(), found))
    assert {name: v.tobytes() for name, v in again.values.items()} == {n: v.tobytes() for n, v in found.values.items()}
    asked = question(ready(), "real_income<1.05", "west-pivot", "hedge,west-pivot")
    assert judge(ready(), again, asked, how.dictionary) == judge(ready(), found, asked, how.dictionary)


def test_what_failure_is() -> None:
    found, _ = played()
    income = found.values["real_income"]
    level = float(np.median(income))
    assert failing(found, f"real_income<{level}").mean() == (income < level).mean()
    assert failing(found, f"real_income>{level}").mean() == (income > level).mean()
    assert np.array_equal(failing(found, "red-lines"), 1.0 - found.values["survival"])
    assert np.array_equal(failing(found, "unrest"), found.values["crossed.unrest"])


def test_what_is_drawn() -> None:
    """Declared numbers, but not of doctrines that are chosen or that nobody has; patterns; whatever is named."""
    world = load("after-2022")
    rows = {canonical(row.id, numbers(world)): row for row in ledger(world)}
    drawn = _spreads(world, ["declared"], rows)
    played_by_others = {actor.doctrine for code, actor in world.actors.items() if code != "KAZ"}
    assert {path.split(".")[1] for path in drawn if path.startswith("doctrines.")} <= played_by_others
    assert RUSSIA in drawn
    some = _spreads(world, ["evidence.*", "doctrines.hedge.vote_shift.0"], rows)
    assert "doctrines.hedge.vote_shift.0" in some
    assert {path.split(".")[0] for path in some} == {"evidence", "doctrines"}
    quantity = world.parameters["evidence.intercept"]
    assert (some["evidence.intercept"].low, some["evidence.intercept"].high) == (quantity.low, quantity.high)


def test_every_flag(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    base = ("robust", *LESS, *BASE, "--out", str(tmp_path / "r"))
    found, how = played()
    code, out, _ = call(capsys, *base, "--workers", "1")
    assert code == 0
    for words in ("6 futures", "2 doctrines", "96 in all", "REGRET", "FIRST THINGS FIRST", "WHERE BALANCING FAILS",
                  "WHEN west-pivot BEATS hedge", "BOTH ORDERS OF PLAY", "best in hedge", "sequential"):  # fmt: skip
        assert words in out
    assert sure_of(out) == ["no red line crossed", "autonomy", "real income"]
    assert all(len(line) <= 80 for line in out.splitlines() if "kept in" not in line)

    def stop(*_: object, **__: object) -> None:
        raise AssertionError("played again")

    monkeypatch.setattr("multivector.analysis.robustness.robust.play", stop)
    code, again, _ = call(capsys, *base)
    assert again.splitlines()[0].startswith("stored histories of")
    assert again.splitlines()[1:] == out.splitlines()
    code, said, err = call(capsys, *base, "--json")
    assert (code, err) == (0, "")
    told = json.loads(said)
    assert told.pop("stored") is True
    folder = Path(told.pop("folder"))
    stored = open_result(folder, kind="robust")
    assert stored.changed_files() == []
    assert told == json.loads(json.dumps(judge(ready(), found, question(ready()), how.dictionary)))
    futures, histories = stored.table("futures"), stored.table("histories")
    assert futures is not None
    assert histories is not None
    assert len(futures["future"]) == 6 * 2 * 2
    assert len(histories["future"]) == 6 * 2 * 2 * 4
    assert {"half", "regret.real_income", "survival", "fails", RUSSIA, CHINA} <= set(futures)
    assert np.asarray(futures[RUSSIA])[:6].tolist() == ready().x[RUSSIA].tolist()

    # Another question about the same histories.
    level = float(np.median(found.values["real_income"]))
    other = ("--fails", f"real_income<{level:.6f}", "--doctrine", "west-pivot", "--beats", "hedge,west-pivot")
    code, out, _ = call(capsys, *base, *other, "--format", "csv")
    assert code == 0
    assert "west-pivot: real income below" in out
    assert "WHEN hedge BEATS west-pivot" in out
    assert {p.name for p in folder.iterdir()} >= {"futures.csv", "histories.csv", "summary.json"}
    columns = (folder / "columns.csv").read_text("utf-8-sig").splitlines()
    assert not [line for line in columns if line.endswith(",,")], "every column is described"
    assert "futures,regret.real_income,ratio to 2021," in "\n".join(columns)
    code, said, _ = call(capsys, *base, *other, "--format", "csv", "--json")
    assert json.loads(said)["question"]["doctrine"] == "west-pivot"
    assert json.loads(said)["regret"] == told["regret"]
    code, said, err = call(capsys, *base, "--quiet")
    assert (code, said.strip(), err) == (0, str(folder), "")
    monkeypatch.setenv("MULTIVECTOR_TRACEBACK", "1")
    with pytest.raises(AssertionError, match="played again"):
        main([*base, "--force"])
    assert open_result(folder, kind="robust").changed_files() == []
    for verb in (("verify", str(folder)), ("compare", str(folder), WORLD)):
        code, out, err = call(capsys, *verb)
        assert (code, out) == (2, "")
        assert "found a result of `multivector robust`" in err


def test_another_seed_is_another_luck() -> None:
    assert ready(1).x[RUSSIA].tolist() != ready().x[RUSSIA].tolist()
    assert ready(1).sweep.digest() != ready().sweep.digest()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--doctrines", "hedge,hegde"), 'found "hegde"'),
        (("--doctrines", "hedge"), "two or more"),
        (("--doctrine", "opportunist"), "--doctrine"),
        (("--beats", "hedge,hedge"), "A,B"),
        (("--beats", "opportunist,hedge"), "A,B"),
        (("--fails", "happiness<1"), "--fails"),
        (("--fails", "real_income<1.2.3"), "--fails"),
        (("--over", "evidense.*"), "found no number with a range that fits"),
        (("--over", "trade.theta_shirt"), 'did you mean "trade.theta_short"?'),
        (("--futures", "9000"), "at most with so many doctrines"),
        (("--futures", "2"), "2"),
        (("-n", "1"), "1"),
        (("--set", "trade"), "path=value"),
    ],
)
def test_what_is_wrong_is_said(
    args: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = call(capsys, "robust", *LESS, *BASE, *args, "--out", str(tmp_path / "r"))
    assert (code, out) == (2, "")
    assert said in err
    assert not (tmp_path / "r").exists()


def test_all_that_is_wrong_with_a_question_is_said_at_once() -> None:
    with pytest.raises(BadInput) as caught:
        question(ready(), "happiness", "opportunist", "a,b")
    assert len(caught.value.problems) == 3


def test_a_failing_history_takes_its_twins_along(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """West-pivot's histories of one future fail in any batch: that future counts nowhere, the others as before."""
    real: Callable[..., Any] = Experiment._block
    bad = ready().x[RUSSIA][1]

    def block(self: Any, ids: Sequence[int], level: Any, story_of: int | None) -> Any:
        given = self.priors[0].draw(ids, 0)[RUSSIA]
        if self.arms.scenario.actors["KAZ"].doctrine == "west-pivot" and (given == bad).any():
            raise RunFailed("made up")
        return real(self, ids, level, story_of)

    monkeypatch.setattr(sweeping.Experiment, "_block", block)
    code, out, _ = call(capsys, "robust", *LESS, *BASE, "--workers", "1", "--out", str(tmp_path))
    assert code == 1
    assert "16 histories count nowhere" in out
    stored = open_result(next(tmp_path.iterdir()), kind="robust")
    assert {f["stage"] for f in stored.failures()} == {"run"}
    assert len(stored.failures()) == 8
    told = stored.summary
    assert (told["futures"], told["judged"], told["failed"]) == (6, 5, 16)
    table = stored.table("histories")
    assert table is not None
    assert 1 not in np.asarray(table["future"]).tolist()
    kept = np.arange(6) != 1
    expected = played()[0].values["autonomy"][0, 0][kept].mean()
    assert told["means"]["autonomy"]["sequential"]["hedge"]["value"] == pytest.approx(expected)


def test_an_interruption_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("multivector.analysis.robustness.robust.play", stop)
    code, _, err = call(capsys, "robust", *LESS, *BASE, "--out", str(tmp_path))
    assert (code, err.splitlines()[-1]) == (130, "interrupted")
    assert list(tmp_path.iterdir()) == []
