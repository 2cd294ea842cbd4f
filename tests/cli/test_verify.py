"""The verb `verify`: a result run again, and a tampered one caught."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from multivector.results.files import checksum, read, write_part
from multivector.results.store import open_result
from results_helper import SMALL, call


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import multivector as mv

    out = tmp_path_factory.mktemp("results")
    changes = {"calendar.turns": 3, "decision.rule": "random"}
    return mv.run("after-2022", 3, overrides=changes).save(out)


def tampered(result: Path, folder: Path, column: str, row: int, *, sign: bool) -> Path:
    """A copy with one number changed; with `sign` the manifest is made to fit, as a forger would."""
    copy = Path(shutil.copytree(result, folder / result.name))
    path = copy / "outcomes.parquet"
    table = read(path)
    values = np.array(table[column])
    values[row] += 1e-3
    write_part(path, {**table, column: values})
    if sign:
        manifest = json.loads((copy / "manifest.json").read_text())
        manifest["files"]["outcomes.parquet"]["sha256"] = checksum(path)
        (copy / "manifest.json").write_text(json.dumps(manifest))
    return copy


def test_an_honest_result_is_fine(result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "verify", str(result))
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "3 replicates of 3 run again; promise: equal bits (same NumPy, processor features and linear algebra)",
        "all files and all compared numbers are as they were",
    ]


@pytest.mark.parametrize("sign", [False, True])
def test_a_tampered_number_is_named(
    result: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], sign: bool
) -> None:
    stored = open_result(result).table("outcomes")
    assert stored is not None
    row = 10
    copy = tampered(result, tmp_path, "value", row, sign=sign)
    code, out, _ = call(capsys, "verify", str(copy))
    assert code == 1
    turn, outcome = (stored[c].plain()[row] for c in ("turn", "outcome"))  # type: ignore[union-attr]
    assert f"first difference in {turn}, replicate {stored['replicate'][row]}: {outcome}: stored" in out
    assert ("outcomes.parquet was changed after it was written" in out) == (not sign)


def test_a_history_that_was_told_otherwise_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Flip tried: only the tables compared; failed.
    out = call(capsys, "run", *SMALL, "-n", "1", "--out", str(tmp_path), "--quiet")[1]
    folder = Path(out.strip())
    assert call(capsys, "verify", str(folder), "--quiet")[0] == 0
    told = json.loads((folder / "told.json").read_text("utf-8"))
    quarter = told[0]["quarters"][1]
    key = next(key for key in quarter if key != "quarter")
    quarter[key] = [*quarter[key], "forged"] if isinstance(quarter[key], list) else "forged"
    (folder / "told.json").write_text(json.dumps(told), "utf-8")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["told.json"]["sha256"] = checksum(folder / "told.json")
    (folder / "manifest.json").write_text(json.dumps(manifest))
    code, said, _ = call(capsys, "verify", str(folder))
    assert code == 1
    assert f"first difference in {quarter['quarter']}, replicate 0: {key} (told.json)" in said


def test_on_another_machine_the_promise_is_weaker_and_said(
    result: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = Path(shutil.copytree(result, tmp_path / result.name))
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["machine"]["simd"] = "NEON"
    (copy / "manifest.json").write_text(json.dumps(manifest))
    code, out, _ = call(capsys, "verify", str(copy), "--json")
    told = json.loads(out)
    assert (code, told["fine"], told["difference"]) == (0, True, None)
    assert told["promise"].startswith("equal moves, votes and flags, numbers to 1e-9")


def test_a_changed_model_is_said(result: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = Path(shutil.copytree(result, tmp_path / result.name))
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["digests"]["model"] = "0" * 64
    (copy / "manifest.json").write_text(json.dumps(manifest))
    _, out, _ = call(capsys, "verify", str(copy), "--all")
    assert "the model has changed since the result was made" in out


def test_what_is_no_result_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for args in ((str(tmp_path),), (str(tmp_path / "none"),), (SMALL[0],)):
        code, out, err = call(capsys, "verify", *args)
        assert (code, out) == (2, "")
        assert "found no result" in err
