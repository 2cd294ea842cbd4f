"""The section `expect`: what is refused, what is not inherited, what does not count for the digest."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from multivector.cli import cli
from multivector.scenario import check, load

HEAD = "id: mine\nextends: base-2021\n"


def _problems(folder: Path, text: str) -> list[str]:
    file = folder / "mine.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    return [f"{p.field}: {p.found}; {p.allowed}" for p in check(file).problems]


def test_what_cannot_be_judged_is_refused(tmp_path: Path) -> None:
    neither = "expect: [{direction: up, against: base-2021, because: x}]\n"
    assert _problems(tmp_path, neither) == ["expect.0: found neither an outcome nor moves; one of them"]
    both = "expect: [{outcome: rent, moves: un-peacekeeping, direction: up, against: base-2021, because: x}]\n"
    assert _problems(tmp_path, both) == ["expect.0: found both an outcome and moves; one of them"]
    lonely = "expect: [{outcome: rent, direction: up, because: x}]\n"
    assert _problems(tmp_path, lonely) == ["expect.0: found nothing to compare with; against, or a benchmark"]
    nowhere = "expect: [{outcome: rent, direction: up, against: base-2012, because: x}]\n"
    assert "unknown scenario" in _problems(tmp_path, nowhere)[0]
    move = "expect: [{moves: un-peacekeping, direction: up, against: base-2021, because: x}]\n"
    assert "unknown move" in _problems(tmp_path, move)[0]
    given = "expect: [{outcome: rent, given: un-peacekeping, direction: up, against: base-2021, because: x}]\n"
    assert "unknown move" in _problems(tmp_path, given)[0]
    median = "expect: [{outcome: rent, statistic: median, direction: up, against: base-2021, because: x}]\n"
    assert "mean or spread" in _problems(tmp_path, median)[0]
    late = "expect: [{outcome: rent, from: 2031-Q1, direction: up, against: base-2021, because: x}]\n"
    assert "2031-Q1, which is not played" in _problems(tmp_path, late)[0]
    sideways = "expect: [{outcome: rent, direction: sideways, against: base-2021, because: x}]\n"
    assert "up, down or same" in _problems(tmp_path, sideways)[0]
    assert not _problems(tmp_path, "expect: [{outcome: rent, direction: up, against: mine, because: x}]\n")


def test_expectations_are_the_file_s_own_and_no_part_of_the_world(tmp_path: Path) -> None:
    assert load("cpc-closed").expect
    child = tmp_path / "child.yaml"
    child.write_text("id: child\nextends: cpc-closed\n", encoding="utf-8")
    assert load(child).expect == ()
    told, silent = tmp_path / "told.yaml", tmp_path / "silent.yaml"
    told.write_text(
        HEAD + "expect: [{outcome: rent, direction: up, against: base-2021, because: x}]\n", encoding="utf-8"
    )
    silent.write_text(HEAD, encoding="utf-8")
    assert load(told).canonical() == load(silent).canonical()


def test_describe_says_what_is_expected_and_what_was_found() -> None:
    shown = CliRunner().invoke(cli, ["describe", "reexport-ladder", "--no-parameters"]).output
    assert "Expected:" in shown
    assert "rent up, against reexport-ladder with actors.KAZ.stocks.enforcement=0.9" in shown
    assert "[the model contradicts: no difference" in shown
