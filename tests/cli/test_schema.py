"""The verb `schema`: prints or writes what editors read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from multivector.cli import main
from multivector.data.locate import shipped_root


def call(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(list(args))
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


def test_it_prints_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "schema")
    assert (code, err) == (0, "")
    assert json.loads(out)["$schema"].endswith("2020-12/schema")


def test_out_writes_the_committed_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "made.json"
    assert call(capsys, "schema", "--out", str(out)) == (0, f"wrote {out}\n", "")
    assert out.read_bytes() == (shipped_root() / "schema.json").read_bytes()


def test_a_file_that_cannot_be_written_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = call(capsys, "schema", "--out", str(tmp_path / "no" / "made.json"))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "could not write the file" in err


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert "multivector schema --out schema.json" in call(capsys, "schema", "--help")[1]
