"""Many points as one result: each is the run with that value, in any company, in any order; what is wrong is said.

Flips tried, each of which fails a test here: lanes of the next point (`at` shifted by one), the benchmark left at the
scenario's own numbers, the seed of the second group raised by one, slices of the hypercube drawn with replacement,
differences taken first less point, Sobol' points without scrambling, Sobol' points replaced by a Latin hypercube.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import multivector
from experiment.ensembles import CHANGES, LIGHT
from multivector.analysis.sobol_points import sobol
from multivector.analysis.sweep import Swept, planned, rows_of, summarise
from multivector.errors import BadInput, RunFailed
from multivector.experiment.ensembles import sweep as sweeping
from multivector.experiment.ensembles.design import Axis, Design, drawn, latin_hypercube, points, ranges
from multivector.experiment.ensembles.running import Memory
from multivector.randomness import Streams
from multivector.results.store import open_result
from multivector.scenario import load
from results_helper import call, sure_of

CAPACITY, RUSSIA, THETA = "corridors.middle.capacity", "actors.KAZ.relations.RUS", "trade.theta_short"
N = 5


def swept(vary: Mapping[str, Sequence[object]], **how: Any) -> Swept:
    return multivector.sweep("after-2022", vary, replicates=N, overrides=CHANGES, **how)


def table(result: Swept, point: int, name: str = "outcomes") -> dict[str, Any]:
    """The rows of one point, by their own key."""
    frame = result.frame(name)
    mine = frame[frame["point"] == point].drop(columns="point")
    keys = ["replicate", "turn", "outcome"] if name == "outcomes" else ["replicate", "line"]
    return {c: v.to_numpy() for c, v in mine.astype(dict.fromkeys(keys, str)).sort_values(keys).items()}


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return list(one) == list(other) and all(
        len(one[c]) == len(other[c]) and one[c].tobytes() == other[c].tobytes()
        if one[c].dtype.kind == "f"
        else one[c].tolist() == other[c].tolist()
        for c in one
    )


@pytest.mark.parametrize(
    ("path", "values"),
    [(RUSSIA, ("0.5", "0.7")), (THETA, ("0.8", "0.7")), ("sanctions.*.self_sanctioning", ("0.1", "0.5")),
     ("decision.rule", ("random", "hold")), ("KAZ", ("hedge", "west-pivot"))],
)  # fmt: skip
def test_a_point_is_the_run_with_that_value(path: str, values: tuple[str, str]) -> None:
    """To the bit, outcomes and lines, with the benchmark that the run has; and the values matter where they can."""
    if path.startswith("sanctions"):
        known = load("after-2022").sanctions
        path = next(f"sanctions.{k}.self_sanctioning" for k, s in known.items() if s.self_sanctioning is not None)
    found = swept({path: values})
    for k, value in enumerate(values):
        doctrines = {path: value} if path == "KAZ" else None
        changes = CHANGES if path == "KAZ" else {**CHANGES, path: value}
        run = multivector.run("after-2022", N, overrides=changes, doctrines=doctrines, record="outcomes")
        for name in ("outcomes", "lines"):
            frame = run.frame(name)
            keys = ["replicate", "turn", "outcome"] if name == "outcomes" else ["replicate", "line"]
            alone = frame.drop(columns="point").astype(dict.fromkeys(keys, str)).sort_values(keys)
            assert same({c: v.to_numpy() for c, v in alone.items()}, table(found, k, name)), (value, name)
        assert found.summary["points"][k]["survival"]["n"] == N
        hits = run.summary["ensemble"]["headline"]["survival"]
        assert found.summary["points"][k]["survival"]["hits"] == hits["hits"]
    if path not in ("KAZ",):
        assert not same(table(found, 0), table(found, 1)), "the number moves nothing: the comparison says nothing"


def test_where_actors_weigh_the_own_number_is_the_run() -> None:
    """What stocks are worth later is that of the scenario's own numbers, also beside a point with another one."""
    changes = {"calendar.turns": "2"}
    own = str(load("after-2022").parameters[THETA].value)
    found = multivector.sweep("after-2022", {THETA: (own, "0.9")}, replicates=2, overrides=changes)
    keys = ["replicate", "turn", "outcome"]
    run = multivector.run("after-2022", 2, overrides=changes, record="outcomes").frame()
    alone = run.drop(columns="point").astype(dict.fromkeys(keys, str)).sort_values(keys)
    assert same({c: v.to_numpy() for c, v in alone.items()}, table(found, 0))
    assert not same(table(found, 0), table(found, 1))


def test_a_sanction_that_varies_leaves_the_benchmark_alone(tmp_path: Path) -> None:
    """As with --set: here the benchmark has the same sanctions, and the line on income tells both worlds apart."""
    file = tmp_path / "here.yaml"
    file.write_text("id: here\nextends: after-2022\nbenchmark: after-2022\n", encoding="utf-8")
    world = load(file)
    path = next(
        f"sanctions.{k}.sectors.{sector}.wedge" for k, s in world.sanctions.items() for sector in sorted(s.sectors)
    )
    values = ("0.0", "0.5")
    found = multivector.sweep(file, {path: values}, replicates=N, overrides=CHANGES)
    assert len(found.sweep.groups) == 1
    for k, value in enumerate(values):
        run = multivector.run(file, N, overrides={**CHANGES, path: value}, record="outcomes").frame("lines")
        keys = ["replicate", "line"]
        alone = run.drop(columns="point").astype(dict.fromkeys(keys, str)).sort_values(keys)
        assert same({c: v.to_numpy() for c, v in alone.items()}, table(found, k, "lines"))
    assert not same(table(found, 0, "lines"), table(found, 1, "lines"))


def test_one_batch_is_point_by_point() -> None:
    """Points of one set-up are lanes of one batch; cut into batches of three lanes they are the same."""
    vary = {RUSSIA: ("0.5", "0.7"), CAPACITY: ("6", "8")}
    ready = planned("after-2022", vary=[f"{p}={','.join(v)}" for p, v in vary.items()], replicates=N, overrides=CHANGES)
    assert len(ready.groups) == 1
    whole = swept(vary)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("multivector.experiment.histories.replicates.CHUNK", 3)
        parts = swept(vary)
    assert whole.summary == parts.summary
    for k in range(4):
        assert same(table(whole, k), table(parts, k))
        alone = swept({path: (whole.sweep.points[k][path],) for path in vary})
        assert same(table(whole, k), table(alone, 0))


def test_the_order_of_points_changes_nothing() -> None:
    one = swept({"KAZ": ("hedge", "west-pivot"), RUSSIA: ("0.5", "0.7")})
    other = swept({RUSSIA: ("0.7", "0.5"), "KAZ": ("west-pivot", "hedge")})
    assert len(one.sweep.groups) == 2
    at = [dict(point) for point in other.sweep.points]
    for k, point in enumerate(one.sweep.points):
        assert same(table(one, k), table(other, at.index(dict(point))))


def test_differences_are_paired_with_the_first_point() -> None:
    found = swept({THETA: ("0.7", "0.9")})
    first, second = found.summary["points"]
    assert "difference" not in first["outcomes"]["real_income"]
    told = second["outcomes"]["real_income"]
    gap = told["mean"] - first["outcomes"]["real_income"]["mean"]
    assert gap != 0.0
    assert told["difference"] == pytest.approx(gap, abs=1e-12)
    assert told["difference_low"] < gap < told["difference_high"]
    # The same luck: the difference is known better than either mean.
    assert told["difference_high"] - told["difference_low"] < told["high"] - told["low"]
    frame = found.frame()
    assert frame["real_income_difference"].tolist()[1:] == [told["difference"]]
    assert frame[THETA].tolist() == ["0.7", "0.9"]


@pytest.mark.parametrize("count", [2, 7, 64, 130])
def test_a_latin_hypercube_hits_every_slice_once(count: int) -> None:
    found = latin_hypercube(["a", "b"], count, seed=3)
    for values in found.values():
        assert sorted((values * count).astype(int).tolist()) == list(range(count))
        assert (values > 0.0).all()
        assert (values < 1.0).all()
    assert found["a"].tolist() != found["b"].tolist()
    assert latin_hypercube(["b"], count, seed=3)["b"].tolist() == found["b"].tolist(), "other names change nothing"
    assert latin_hypercube(["b"], count, seed=4)["b"].tolist() != found["b"].tolist()


def test_two_numbers_of_a_hypercube_go_apart() -> None:
    found = latin_hypercube(["a", "b"], 2000, seed=0)
    assert abs(np.corrcoef(found["a"], found["b"])[0, 1]) < 0.07


@pytest.mark.parametrize("count", [2, 8, 64, 256])
def test_sobol_points_are_balanced(count: int) -> None:
    """One point in each slice of each number; of the first two also in each box, however the square is cut."""
    names = [f"n{k}" for k in range(7)]
    found = sobol(names, count, seed=3)
    assert list(found) == names
    for values in found.values():
        assert sorted((values * count).astype(int).tolist()) == list(range(count))
        assert (values >= 0.0).all()
        assert (values < 1.0).all()
    wide = 1
    while wide <= count:
        high = count // wide
        boxes = (found["n0"] * wide).astype(int) * high + (found["n1"] * high).astype(int)
        assert sorted(boxes.tolist()) == list(range(count)), f"{wide} x {high}"
        wide *= 2


def test_sobol_points_are_those_of_their_seed() -> None:
    one, again, other = (sobol(["a", "b", "c"], 64, seed) for seed in (3, 3, 4))
    for name, values in one.items():
        assert values.tolist() == again[name].tolist()
        assert values.tolist() != other[name].tolist()
    assert one["a"].tolist() != one["b"].tolist()
    # Twice as many begin with the same: a sweep can be made denser.
    assert sobol(["a", "b", "c"], 128, 3)["a"][:64].tolist() == one["a"].tolist()


def test_sobol_points_are_more_even_than_chance() -> None:
    """The mean of a product over eight numbers, known to be 1: nearer by far than that of as many points by chance."""
    names, count = [f"n{k}" for k in range(8)], 512

    def off(values: Mapping[str, Any]) -> float:
        return abs(float(np.prod([1.0 + 0.5 * (values[n] - 0.5) for n in names], axis=0).mean()) - 1.0)

    even = np.mean([off(sobol(names, count, seed)) for seed in range(8)])
    # Uniforms as every mechanism draws them, one stream for each name.
    chance = np.mean([
        off({n: Streams(seed).uniforms(f"test/chance/{n}", 1, np.arange(count))[0] for n in names}) for seed in range(8)
    ])  # fmt: skip
    assert even < 0.2 * chance


def test_a_sobol_sweep_is_that_of_its_points() -> None:
    """Points fill the declared range (0.45 to 0.75) evenly, meet listed values, and follow the seed."""
    how: dict[str, Any] = {"vary": ["KAZ=hedge,west-pivot"], "over": [RUSSIA, THETA], "overrides": CHANGES}
    ready = planned("after-2022", how="sobol:4", replicates=2, **how)
    assert [p["actors.KAZ.doctrine"] for p in ready.points] == ["hedge"] * 4 + ["west-pivot"] * 4
    assert list(ready.paths) == ["actors.KAZ.doctrine", RUSSIA, THETA]
    values = np.array([float(p[RUSSIA]) for p in ready.points[:4]])
    assert sorted(((values - 0.45) / 0.3 * 4).astype(int).tolist()) == list(range(4))
    uniforms = sobol([RUSSIA, THETA], 4, seed=0)[RUSSIA]
    assert values == pytest.approx(0.45 + 0.3 * uniforms, abs=1e-12)
    assert planned("after-2022", how="sobol:4", replicates=2, seed=1, **how).points != ready.points


def test_without_scipy_a_sobol_design_is_one_clear_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "scipy.stats.qmc", None)
    code, out, err = call(capsys, "sweep", *LIGHT, "--design", "sobol:8", "--out", str(tmp_path / "r"))
    assert (code, out) == (1, "")
    assert err == "--design sobol:N needs SciPy: pip install 'multivector[discovery]'\n"
    assert not (tmp_path / "r").exists()


def test_what_is_drawn_lies_in_its_range_and_says_itself_back() -> None:
    world = load("after-2022")
    spreads = ranges(world, [RUSSIA, f"parameters.{THETA}.value"])
    assert list(spreads) == [RUSSIA, THETA]
    assert (spreads[RUSSIA].low, spreads[RUSSIA].high) == (0.45, 0.75), "the declared range"
    quantity = world.parameters[THETA]
    assert (spreads[THETA].low, spreads[THETA].high) == (quantity.low, quantity.high), "that of the ledger"
    made = drawn(world, spreads, 8, seed=0)
    for path, spread in spreads.items():
        values = np.array([float(point[path]) for point in made])
        assert sorted(((values - spread.low) / (spread.high - spread.low) * 8).astype(int).tolist()) == list(range(8))
    assert len(ranges(world, ())) == len(world.uncertainties)
    assert len(ranges(world, ["declared", THETA], but=[RUSSIA])) == len(world.uncertainties)


def test_drawn_points_meet_every_listed_value_and_are_runs() -> None:
    found = swept({"KAZ": ("hedge", "west-pivot")}, design="lhs:3", over=[RUSSIA, THETA])
    assert [p["actors.KAZ.doctrine"] for p in found.sweep.points] == ["hedge"] * 3 + ["west-pivot"] * 3
    assert [p[RUSSIA] for p in found.sweep.points[:3]] == [p[RUSSIA] for p in found.sweep.points[3:]]
    run = multivector.run("after-2022", N, overrides={**CHANGES, **found.sweep.points[4]}, record="outcomes")
    frame = run.frame().drop(columns="point")
    keys = ["replicate", "turn", "outcome"]
    alone = frame.astype(dict.fromkeys(keys, str)).sort_values(keys)
    assert same({c: v.to_numpy() for c, v in alone.items()}, table(found, 4))


def test_lists_go_together_or_every_value_meets_every_other() -> None:
    a, b, c = Axis("a", ("1", "2")), Axis("b", ("3", "4")), Axis("c", ("5",))
    assert [tuple(p.values()) for p in points([a, b], Design("grid"))] == [
        ("1", "3"),
        ("1", "4"),
        ("2", "3"),
        ("2", "4"),
    ]
    assert [tuple(p.values()) for p in points([a, b], Design("list"))] == [("1", "3"), ("2", "4")]
    for axes, how in (([a, c], "list"), ([a, a], "grid"), ([], "grid"), ([], "list")):
        with pytest.raises(BadInput):
            points(axes, Design(how))


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--vary", "trade.theta_shirt=1,2"), "trade.theta_short"),
        (("--vary", "trade.theta_short=1,-"), "theta_short"),
        (("--vary", "trade.theta_short=0.8,nan"), "theta_short"),
        (("--vary", "KAZ.doctrine=hedge,hegde"), "hedge"),
        (("--vary", "trade.theta_short"), "allowed: path=a,b,c"),
        (("--vary", "trade.theta_short=0.8,0.8"), "found a value twice"),
        (("--vary", "trade.theta_short=0.8", "--vary", "parameters.trade.theta_short.value=0.7"), "two names of one"),
        ((), "found nothing to vary"),
        (("--design", "lhs:1"), "lhs:N"),
        (("--design", "sobol:1"), "sobol:N"),
        (("--design", "sobol:16384"), "N from 2 to 10,000"),
        (("--design", "sobol:200"), "allowed: a power of two: sobol:128 or sobol:256"),
        (("--design", "sobol:9000"), "allowed: a power of two: sobol:8192"),
        (("--design", "halton:8"), "sobol:N"),
        (("--design", "lhs:4", "--over", "trade.theta_shirt"), 'did you mean "trade.theta_short"?'),
        (
            ("--design", "lhs:4", "--over", "doctrines.hedge.precision", "--vary", "doctrines.hedge.precision=1"),
            "--vary",
        ),
        (("--over", THETA, "--vary", f"{RUSSIA}=0.5"), "found --design grid"),
        (("--vary", f"{RUSSIA}=0.5,0.6", "--outcome", "happiness"), "real_income"),
    ],
)
def test_what_is_wrong_is_said_as_elsewhere(
    args: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = call(capsys, "sweep", *LIGHT, *args, "--out", str(tmp_path / "r"))
    assert (code, out) == (2, "")
    assert said in err
    assert not (tmp_path / "r").exists()


def test_a_bad_value_is_told_as_a_run_tells_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, _, swept_says = call(capsys, "sweep", *LIGHT, "--vary", "KAZ.doctrine=hedge,hegde", "--out", str(tmp_path))
    _, _, run_says = call(capsys, "run", *LIGHT, "--set", "actors.KAZ.doctrine=hegde", "--out", str(tmp_path))
    assert swept_says == run_says


def test_every_flag(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = ("sweep", *LIGHT, "--vary", f"{RUSSIA}=0.5,0.6,0.7", "-n", str(N), "--out", str(tmp_path / "r"))
    code, out, _ = call(capsys, *base)
    assert code == 0
    for words in ("3 points", RUSSIA, "survival", "real income", "0.5 … 0.7", "paired with point 0"):
        assert words in out
    assert sure_of(out) == ["survival", "real income"]
    code, again, _ = call(capsys, *base)
    assert again.splitlines()[0].startswith("stored result of")
    assert again.splitlines()[1:] == out.splitlines()
    code, said, err = call(capsys, *base, "--quiet")
    assert (code, err) == (0, "")
    folder = Path(said.strip())
    stored = open_result(folder, kind="sweep")
    assert stored.manifest["kind"] == "sweep"
    assert stored.changed_files() == []
    code, said, err = call(capsys, *base, "--json", "--csv", str(tmp_path / "t.csv"))
    assert (code, err) == (0, "")
    told = json.loads(said)
    assert told["stored"] is True
    python = swept({RUSSIA: ("0.5", "0.6", "0.7")})
    assert json.loads(json.dumps(python.summary)) == {k: v for k, v in told.items() if k not in ("folder", "stored")}
    with (tmp_path / "t.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["composite [index 0-1]"] for row in rows] == [str(row["composite"]) for row in rows_of(told)]
    points_of = stored.table("points")
    assert points_of is not None
    assert list(points_of) == ["point", "path", "value", "number"]
    assert np.asarray(points_of["number"]).tolist() == [0.5, 0.6, 0.7]
    outcomes = stored.table("outcomes")
    assert outcomes is not None
    assert np.unique(np.asarray(outcomes["point"])).tolist() == [0, 1, 2]
    code, out, _ = call(capsys, *base, "--format", "csv", "--force", "--outcome", "composite")
    assert code == 0
    assert "stored result" not in out
    assert {p.name for p in folder.iterdir()} >= {"points.csv", "outcomes.csv", "lines.csv"}
    other = ("--seed", "1", "--order", "simultaneous", "--doctrine", "KAZ=west-pivot", "--design", "list")
    code, said, _ = call(capsys, *base, *other, "--json")
    told = json.loads(said)
    assert (code, told["seed"], told["order"], told["doctrine"]) == (0, 1, "simultaneous", "west-pivot")
    code, said, _ = call(capsys, "sweep", *LIGHT, "--design", "lhs:2", "--over", RUSSIA, "-n", "2", "-q", "--out",
                         str(tmp_path / "r"))  # fmt: skip
    assert (code, Path(said.strip()).is_dir()) == (0, True)


def test_verbs_about_one_world_refuse_a_sweep(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, said, _ = call(capsys, "sweep", *LIGHT, "--vary", f"{RUSSIA}=0.5,0.6", "-n", "2", "-q", "--out", str(tmp_path))
    for verb in (("verify", said.strip()), ("compare", said.strip(), "after-2022"), ("explain", said.strip())):
        code, out, err = call(capsys, *verb)
        assert (code, out) == (2, "")
        assert verb[0] == "explain" or "found a result of `multivector sweep`" in err


def test_a_failing_point_is_a_record_and_no_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second point's histories blow up in any batch that they are in; the others are as they are without it."""
    real = sweeping.Experiment._block

    def block(self: Any, ids: Sequence[int], level: Any, story_of: int | None) -> Any:
        if (self.priors[0].draw(ids, 0)[RUSSIA] == 0.6).any():
            raise RunFailed("made up")
        return real(self, ids, level, story_of)

    monkeypatch.setattr(sweeping.Experiment, "_block", block)
    base = ("sweep", *LIGHT, "--vary", f"{RUSSIA}=0.5,0.6,0.7", "-n", "3", "--out", str(tmp_path))
    code, out, _ = call(capsys, *base)
    assert code == 1
    assert "3 histories failed" in out
    code, said, _ = call(capsys, *base, "--json")
    told = json.loads(said)
    assert (code, told["failed"]) == (1, 3)
    stored = open_result(told["folder"], kind="sweep")
    assert stored.failures() == [
        {"point": 1, "replicate": k, "stage": "run", "message": "RunFailed: made up"} for k in range(3)
    ]
    assert told["points"][1]["n"] == 0
    assert told["points"][1]["outcomes"]["composite"]["mean"] is None
    monkeypatch.undo()
    fine = multivector.sweep("after-2022", {RUSSIA: ("0.5", "0.7")}, replicates=3, overrides=CHANGES)
    assert fine.summary["points"][1]["outcomes"] == told["points"][2]["outcomes"]


def test_a_set_up_that_fails_loses_its_points_only(monkeypatch: pytest.MonkeyPatch) -> None:
    real = sweeping.Experiment.setup.func  # type: ignore[attr-defined]

    def setup(self: Any) -> Any:
        if self.arms.scenario.actors["KAZ"].doctrine == "west-pivot":
            raise RunFailed("no terminal values")
        return real(self)

    monkeypatch.setattr(sweeping.Experiment, "setup", property(setup))
    ready = planned("after-2022", vary=["KAZ=west-pivot,hedge"], replicates=2, overrides=CHANGES)
    played = sweeping.play(ready, Memory())
    assert [(f["point"], f["stage"]) for f in played.failures] == [(0, "set-up"), (0, "set-up")]
    assert played.done.tolist() == [[False, False], [True, True]]
    assert summarise(ready, played)["points"][1]["n"] == 2


def test_interrupted_in_its_only_block_it_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sweeping.Experiment, "_block", stop)
    code, _, err = call(capsys, "sweep", *LIGHT, "--vary", f"{RUSSIA}=0.5,0.6", "-n", "2", "--out", str(tmp_path))
    assert (code, err.splitlines()[-1]) == (130, "interrupted")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("columns", [60, 80, 100])
def test_the_printout_keeps_to_narrow_terminals(columns: int) -> None:
    """Labels are cut; sixty columns, the narrowest that are printed for, are no reason to fail."""
    from multivector.cli.printout.sweep import _points

    known = {"n": 4, "share": 0.5, "low": 0.2, "high": 0.8}
    about = {"title": "real income", "unit": "ratio to 2021"}
    rows = [
        {"point": k, "values": {"a.long.path": f"value-{k}", "b": "west-pivot"}, "survival": known,
         "outcomes": {"real_income": {"mean": 1.0, "low": 0.9, "high": 1.1}}} for k in range(2)
    ]  # fmt: skip
    told = list(_points({"shown": {"real_income": about}, "points": rows, "paths": ["a.long.path", "b"]}, "real_income",
                        columns))  # fmt: skip
    assert len(told) == 3
    assert all("50% (20-80)" in line and "x1.00 [0.90, 1.10]" in line for line in told[1:])
    assert len({line.index("50%") for line in told[1:]}) == 1


def test_without_lists_the_levers_of_the_scenario_are_the_grid() -> None:
    ready = planned("reexport-ladder", replicates=2, overrides=CHANGES)
    assert [dict(point) for point in ready.points] == [
        {"actors.KAZ.stocks.enforcement": value} for value in ("0.1", "0.5", "0.9")
    ]
    assert planned("reexport-ladder", vary=["KAZ=hedge,west-pivot"], replicates=2, overrides=CHANGES).paths == (
        "actors.KAZ.doctrine",
    )
    with pytest.raises(BadInput, match="levers"):
        planned("after-2022", replicates=2, overrides=CHANGES)


def test_the_ledger_is_read_once_however_many_paths_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    from multivector.experiment.ensembles import design

    calls, real = [], design.ledger
    monkeypatch.setattr(design, "ledger", lambda scenario, **how: calls.append(1) or real(scenario, **how))
    paths = ["trade.theta_short", "corridors.middle.capacity", "evidence.intercept"]
    found = design.ranges(load("base-2021"), paths)
    assert len(found) == 3
    assert len(calls) == 1


def test_a_table_for_a_spreadsheet_has_units_in_its_header(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    args = ("sweep", "after-2022", "--set", "calendar.turns=2", "--set", "decision.rule=random", "-n", "2")
    more = ("--vary", "trade.theta_short=0.7,0.8", "--out", str(tmp_path / "r"), "--csv", str(tmp_path / "t.csv"), "-q")
    code, _, _ = call(capsys, *args, *more)
    assert code == 0
    with (tmp_path / "t.csv").open(encoding="utf-8-sig") as stream:
        heads = next(csv.reader(stream))
    assert {"real_income [ratio to 2021]", "real_income_low [ratio to 2021]", "survival_difference [share]"} <= set(
        heads
    )
    assert "oil.exported [share of production]" in heads
