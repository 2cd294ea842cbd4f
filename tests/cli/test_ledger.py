"""`describe --ledger`: every number in one list, for people and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from multivector.cli import main


def call(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(list(args))
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


def test_lines_say_everything(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "describe", "after-2022", "--ledger")
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert lines[0].startswith(f"{len(lines) - 1} numbers: ")
    (line,) = (line for line in lines if line.startswith("trade.theta_short="))
    assert line.startswith("trade.theta_short=0.76 1 (0.5 to 1.2); any; literature; Boehm")
    assert "scenarios/base/trade.yaml:" in line
    assert "read by " in line
    assert "not stated" not in out
    assert "no range" not in out


def test_json_has_the_same_rows_and_set_counts(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "describe", "after-2022", "--ledger", "--json", "--set", "trade.theta_short=0.9")
    rows = {row["id"]: row for row in json.loads(out)}
    assert code == 0
    assert rows["trade.theta_short"]["value"] == 0.9
    assert rows["trade.theta_short"]["where"] == "--set trade.theta_short:1"
    assert set(rows["moves.hard-rhetoric.cost.by"]) == {
        "id", "value", "unit", "date", "source", "confidence", "low", "high", "where", "read_by",
    }  # fmt: skip


def test_a_number_that_says_nothing_is_shown_as_such(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    child = tmp_path / "child.yaml"
    child.write_text(
        "id: child\nextends: after-2022\nparameters: {x.y: {value: 1, unit: u, confidence: data, source: s}}\n"
    )
    _, out, _ = call(capsys, "describe", str(child), "--ledger", "--quiet")
    (line,) = (line for line in out.splitlines() if line.startswith("x.y="))
    assert line.startswith("x.y=1 u (no range); any; data; s; ")


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert "multivector describe after-2022 --ledger --json" in call(capsys, "describe", "--help")[1]
