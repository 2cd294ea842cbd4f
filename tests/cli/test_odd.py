"""The verb `odd`: prints or writes the description."""

from __future__ import annotations

from pathlib import Path

import pytest

from multivector.cli import main

ROOT = Path(__file__).parents[2]


def call(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(list(args))
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


def test_it_prints_what_it_writes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = call(capsys, "odd", "after-2022")
    assert (code, err) == (0, "")
    file = tmp_path / "odd.md"
    assert call(capsys, "odd", "after-2022", "--out", str(file)) == (0, f"wrote {file}\n", "")
    assert file.read_text(encoding="utf-8") == out
    assert out.startswith("# after-2022: description by the ODD protocol\n")


def test_set_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert "| trade.theta_short | 0.9 |" in call(capsys, "odd", "after-2022", "--set", "trade.theta_short=0.9")[1]


@pytest.mark.parametrize(
    ("args", "phrase"),
    [
        (["after-2021"], 'did you mean "after-2022"?'),
        (["base/trade"], "found no actors with doctrines"),
        (["after-2022", "--set", "nonsense=1"], "found no such path"),
        (["after-2022", "--out", "no/odd.md"], "could not write the file"),
    ],
)
def test_mistakes_are_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], phrase: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = call(capsys, "odd", *args)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert phrase in err


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert "multivector odd after-2022 --out docs/odd.md" in call(capsys, "odd", "--help")[1]
