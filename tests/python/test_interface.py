"""From Python as from the command line: the same files byte for byte, the same figures, in memory or on disk.

Flips tried, each of which fails a test here: blocks of workers gathered in the order in which they came, half of
the columns of a block's tally left out, `uncertainty` not passed on, `force` that reads what is stored, line
ends of a stored dictionary changed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import multivector as mv
from multivector.errors import BadInput
from multivector.experiment.ensembles import blockwise, gathering
from multivector.experiment.ensembles.crew import carry_out
from multivector.experiment.histories import replicates as blocks
from multivector.results.store import json_bytes, open_result
from multivector.results.tables import Words
from results_helper import SMALL, call

CHANGES = {"calendar.turns": 3, "decision.rule": "random"}
RUSSIA = "actors.KAZ.relations.RUS"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file but the manifest, which says when and by what call."""
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.name != "manifest.json"}


def command(capsys: pytest.CaptureFixture[str], *args: str) -> Any:
    code, out, err = call(capsys, *args, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


@pytest.mark.parametrize(
    ("form", "how"),
    [("parquet", {}), ("csv", {"uncertainty": "prior", "seed": 3}),
     ("parquet", {"order": "simultaneous", "record": "full"})],
)  # fmt: skip
def test_a_run_has_the_bytes_of_the_command(
    form: Any, how: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = [word for name, value in how.items() for word in (f"--{name}", str(value))]
    told = command(capsys, "run", *SMALL, "-n", "8", *flags, "--out", str(tmp_path / "c"), "--format", form)
    theirs = Path(told["folder"])
    memory = mv.run("after-2022", 8, overrides=CHANGES, **how)
    disk = mv.run("after-2022", 8, overrides=CHANGES, **how, out=tmp_path / "d", form=form)
    saved = memory.save(tmp_path / "s", form=form)
    assert disk.folder is not None
    assert contents(theirs) == contents(disk.folder) == contents(saved)
    assert {theirs.name} == {disk.folder.name, saved.name}
    del told["folder"], told["stored"]
    assert told == memory.summary == disk.summary
    names = [
        name for name in ("outcomes", "lines", "votes", "uncertain", "moves") if (theirs / f"{name}.{form}").is_file()
    ]
    assert len(names) == 3 + ("uncertainty" in how) + (memory.level == "full")
    for name in names:
        table = open_result(theirs).table(name)
        assert table is not None
        for result in (memory, disk):
            assert list(result.columns(name)) == list(table)
            for column, values in result.columns(name).items():
                there = table[column]
                if isinstance(there, Words):
                    assert values.tolist() == there.plain().tolist()
                elif form == "parquet":
                    assert values.tobytes() == np.asarray(there).tobytes()
                else:
                    assert np.array_equal(values, there, equal_nan=True)
            assert result.frame(name).shape == (len(next(iter(table.values()))), len(table))
    assert np.array_equal(memory.outcome("real_income"), disk.outcome("real_income"))


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "CHUNK", 8)


@pytest.mark.slow
@pytest.mark.usefixtures("small_blocks")
def test_workers_change_no_bit_in_memory_or_on_disk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blocks that come in the wrong order are put in theirs: the crew's are handed over last first."""

    def backwards(*args: Any) -> Any:
        return reversed(list(carry_out(*args)))

    monkeypatch.setattr(gathering, "carry_out", backwards)
    told = command(capsys, "run", *SMALL, "-n", "20", "--out", str(tmp_path / "c"), "--workers", "1")
    memory = mv.run("after-2022", 20, overrides=CHANGES, workers=2, record="full")
    alone = mv.run("after-2022", 20, overrides=CHANGES)
    disk = mv.run("after-2022", 20, overrides=CHANGES, workers=2, out=tmp_path / "d")
    assert disk.folder is not None
    assert contents(Path(told["folder"])) == contents(disk.folder) == contents(memory.save(tmp_path / "m"))
    assert contents(disk.folder) == contents(alone.save(tmp_path / "a"))
    assert memory.summary == alone.summary == disk.summary


@pytest.mark.usefixtures("small_blocks")
def test_what_was_stopped_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def two(*args: Any) -> Any:
        for k, block in enumerate(carry_out(*args)):
            if k == 2:
                raise KeyboardInterrupt
            yield block

    monkeypatch.setattr(blockwise, "carry_out", two)
    with pytest.raises(KeyboardInterrupt):
        mv.run("after-2022", 24, overrides=CHANGES, out=tmp_path)
    monkeypatch.undo()
    monkeypatch.setattr(blocks, "CHUNK", 8)
    with pytest.raises(BadInput, match="found 2 of 3 blocks"):
        mv.run("after-2022", 24, overrides=CHANGES, out=tmp_path)
    played: list[range] = []

    def watched(crew: Any, todo: list[range], *more: Any) -> Any:
        played.extend(todo)
        return carry_out(crew, todo, *more)

    monkeypatch.setattr(blockwise, "carry_out", watched)
    found = mv.run("after-2022", 24, overrides=CHANGES, out=tmp_path, resume=True)
    assert played == [range(16, 24)]
    assert found.folder is not None
    assert contents(found.folder) == contents(mv.run("after-2022", 24, overrides=CHANGES).save(tmp_path / "whole"))


def test_what_is_stored_is_read_and_forced_is_made_again(tmp_path: Path) -> None:
    first = mv.run("after-2022", 4, overrides=CHANGES, out=tmp_path)
    assert first.folder is not None
    made = (first.folder / "manifest.json").stat().st_mtime_ns
    assert mv.run("after-2022", 4, overrides=CHANGES, out=tmp_path).folder == first.folder
    assert (first.folder / "manifest.json").stat().st_mtime_ns == made
    assert mv.run("after-2022", 4, 1, overrides=CHANGES, out=tmp_path).folder != first.folder
    mv.run("after-2022", 4, overrides=CHANGES, out=tmp_path, force=True)
    assert (first.folder / "manifest.json").stat().st_mtime_ns > made
    assert contents(first.save(tmp_path / "copy")) == contents(first.folder)
    with pytest.raises(BadInput, match="the form of the tables"):
        first.save(tmp_path / "copy", form="csv")
    assert first.command == (
        "multivector.run('after-2022', 4, overrides={'calendar.turns': 3, 'decision.rule': 'random'})"
    )


def test_a_comparison_has_the_figures_of_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = "after-2022+calendar.turns=3+decision.rule=random"
    other = f"{world}+paths.oil_price.values.2022-Q1=60"
    out = ("--out", str(tmp_path))
    told = command(capsys, "compare", world, other, "-n", "24", *out)
    first = mv.compare(world, other, replicates=24, out=tmp_path)
    assert json.loads(json_bytes(first.plain())) == told
    assert first.frame().set_index("id").loc["real_income", "verdict"] == "lower"
    # One that is there lends the others its number and seed, as with the command.
    folder = told["worlds"][0]["place"]
    told = command(capsys, "compare", folder, other, "--all", "--joint", *out)
    assert json.loads(json_bytes(mv.compare(folder, other, outcomes="all", joint=True, out=tmp_path).plain())) == told
    result = mv.run("after-2022", 24, overrides=CHANGES)
    memory = mv.compare(result, other)
    assert memory.survival.n == 24
    assert memory["real_income"] == first["real_income"]
    told = command(capsys, "compare", world, other, f"{world}+KAZ=west-pivot", "-n", "24", *out)
    several = mv.compare(world, other, f"{world}+KAZ=west-pivot", replicates=24, out=tmp_path)
    assert json.loads(json_bytes(several.plain())) == told
    assert set(several.frame()["world"]) == {"B", "C"}


def test_votes_by_who_asks_and_both_orders_have_the_figures_of_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world, out = "after-2022+calendar.turns=3+decision.rule=random", ("--out", str(tmp_path))
    told = command(capsys, "compare", world, f"{world}+KAZ=west-pivot", "-n", "8", "--politics", "2", *out)
    found = mv.compare(world, f"{world}+KAZ=west-pivot", replicates=8, politics=2, out=tmp_path)
    assert json.loads(json_bytes(found.plain())) == told
    assert found.more["politics"]["n"] == 2
    # Flip tried: the scenario's own order played twice; failed.
    told = command(capsys, "run", *SMALL, "-n", "24", "--both-orders", "24", *out)
    result = mv.run("after-2022", 24, overrides=CHANGES)
    orders = result.orders(24)
    assert told["orders"] == orders
    assert orders["orders"] == ["sequential", "simultaneous"]
    other = mv.run("after-2022", 24, overrides=CHANGES, order="simultaneous")
    shares = [each.summary["ensemble"]["headline"]["survival"]["share"] for each in (result, other)]
    assert [found[0] for found in orders["survival"]["shares"]] == shares
    assert {row["both"] for row in orders["rows"]} <= {"same", "FLIPS", "in one order only", "cannot tell"}
    assert len(orders["rows"]) > 10


def test_a_sweep_has_the_figures_and_the_tables_of_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = command(capsys, "sweep", *SMALL, "--vary", f"{RUSSIA}=0.5,0.7", "-n", "6", "--out", str(tmp_path))
    found = mv.sweep("after-2022", {RUSSIA: [0.5, 0.7]}, replicates=6, overrides=CHANGES)
    stored = open_result(told.pop("folder"), kind="sweep")
    del told["stored"]
    assert json.loads(json_bytes(found.summary)) == told
    for name in ("points", "outcomes", "lines"):
        table, frame = stored.table(name), found.frame(name)
        assert table is not None
        assert list(frame) == list(table)
        for column, values in table.items():
            if isinstance(values, Words):
                assert frame[column].tolist() == values.plain().tolist()
            else:
                assert frame[column].to_numpy().tobytes() == values.tobytes()


def test_what_is_wrong_is_said_at_once() -> None:
    wrong: Any = {"record": "everything", "uncertainty": "later", "form": "xlsx"}
    with pytest.raises(BadInput) as told:
        mv.run("after-2022", 0, workers=0, resume=True, **wrong)
    assert [problem.file for problem in told.value.problems] == ["replicates", "workers", "out", *wrong]
    with pytest.raises(BadInput, match="1 or more"):
        mv.compare("after-2022", "cpc-closed", replicates=0)


def test_without_pandas_a_frame_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    result = mv.run("after-2022", 2, overrides=CHANGES)
    monkeypatch.setitem(sys.modules, "pandas", None)
    for frame in (result.frame, mv.compare(result, result).frame):
        with pytest.raises(ImportError, match="pip install pandas"):
            frame()
    assert len(result.columns()["value"]) > 0


def test_importing_costs_nothing() -> None:
    """Below 0.05 seconds of a processor, because nothing is loaded that is not asked for; and all names are there."""
    code = (
        "import sys, time; start = time.process_time(); import multivector; took = time.process_time() - start; "
        "heavy = {'numpy', 'mesa', 'pydantic', 'pyarrow', 'pandas', 'yaml', 'click', 'scipy'} & set(sys.modules); "
        "print(took, *heavy)"
    )
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(3)]
    found = [run.stdout.split() for run in runs]
    assert all(len(each) == 1 for each in found), found
    assert min(float(each[0]) for each in found) < 0.05
    assert all(getattr(mv, name) is not None for name in mv.__all__)
    assert set(dir(mv)) == set(mv.__all__)
    with pytest.raises(AttributeError, match="no attribute 'rum'"):
        _ = mv.rum


USE = """
from pathlib import Path

import multivector as mv
from multivector.errors import BadInput

result: mv.Result = mv.run("after-2022", 8, 1, overrides={"calendar.turns": 4}, workers=None, uncertainty="prior")
last: float = result.outcome("real_income")[-1].mean()
columns: dict[str, object] = dict(result.columns("lines"))
two: mv.Comparison = mv.compare(result, "after-2022+KAZ=west-pivot", outcomes=["real_income"])
low: float = two["real_income"].low
three: mv.Comparison | mv.Several = mv.compare("after-2022", "cpc-closed", result)
swept: mv.Swept = mv.sweep("after-2022", {"KAZ": ["hedge", "west-pivot"]}, replicates=4)
kept: Path | None = mv.tournament("after-2022", out="results", form="csv", resume=True).folder
share: Path = mv.shard("after-2022", 900, (3, 16), out="results", cluster="tcp://10.0.0.5:8786")
whole: mv.Result = mv.merge([share, "results/other"], form="csv")
for table in (result.frame(), two.frame(), swept.frame()):
    table.to_csv("t.csv")
"""
WRONG = """
import multivector as mv

mv.run("after-2022", "many")
mv.run("after-2022", record="everything")
mv.compare("after-2022", "cpc-closed").verdict
mv.swep("after-2022")
mv.shard("after-2022", 900, "3/16")
mv.projects("after-2022", "cpc-closed", form="xlsx")
"""


@pytest.mark.slow
def test_the_interface_is_typed(tmp_path: Path) -> None:
    """mypy --strict finds nothing in code that is right, and each slip in code that is wrong."""
    strict = ["--strict", "--follow-imports=silent", "--cache-dir", os.devnull, "--config-file", os.devnull]
    where = {**os.environ, "MYPYPATH": str(Path(mv.__file__).parent.parent)}
    for name, text in (("use", USE), ("wrong", WRONG)):
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    mypy = [sys.executable, "-m", "mypy", *strict, "use.py", "wrong.py"]
    done = subprocess.run(mypy, cwd=tmp_path, capture_output=True, text=True, env=where, check=False)
    said = [[line for line in done.stdout.splitlines() if line.startswith(name)] for name in ("use.py", "wrong.py")]
    assert said[0] == []
    assert [int(line.split(":")[1]) for line in said[1] if "error" in line] == [4, 5, 6, 7, 8, 9]
