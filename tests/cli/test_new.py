"""The verb `new`: what it writes passes the checks, with and without its examples, and nothing is written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from multivector.cli import main
from multivector.scenario import check, load, shipped_names
from multivector.scenario.starter import EXAMPLES

WORLDS = [name for name in shipped_names() if not name.startswith("base/")]


def call(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(list(args))
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


@pytest.fixture(autouse=True)
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def uncommented(text: str) -> str:
    head, examples = text.split(EXAMPLES + "\n")
    return head + "\n".join(line.removeprefix("# ") for line in examples.splitlines())


@pytest.mark.parametrize("parent", WORLDS)
def test_it_passes_the_checks_and_is_its_parent(parent: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "new", "mine", "--from", parent)[0] == 0
    assert call(capsys, "check", "mine.yaml")[0] == 0
    mine, shipped = load("mine.yaml"), load(parent)
    assert (mine.id, mine.extends, mine.benchmark) == ("mine", (parent,), parent)
    assert mine.parameters == shipped.parameters
    assert mine.events == shipped.events


@pytest.mark.parametrize("parent", WORLDS)
def test_its_examples_are_valid_and_change_something(
    parent: str, capsys: pytest.CaptureFixture[str], room: Path
) -> None:
    call(capsys, "new", "mine", "--from", parent)
    path = room / "mine.yaml"
    path.write_text(uncommented(path.read_text(encoding="utf-8")), encoding="utf-8")
    report = check(path, complete=True)
    assert (report.problems, report.warnings) == (check(parent).problems, check(parent).warnings)
    assert report.scenario is not None
    assert "my-event" in report.scenario.events
    assert report.scenario.actors["KAZ"].doctrine != load(parent).actors["KAZ"].doctrine
    assert report.scenario.parameters != load(parent).parameters


def test_the_question_is_asked_as_it_was_given(capsys: pytest.CaptureFixture[str]) -> None:
    asked = 'Does "half" # hold: {yes, no}? Қанша?'
    assert call(capsys, "new", "mine", "--question", asked)[0] == 0
    assert str(load("mine.yaml").question) == asked


def test_it_says_what_to_do_next(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "new", "mine.yaml")
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "wrote mine.yaml, which extends after-2022. Change it, then:"
    assert "  multivector run mine.yaml --replicates 200" in out
    assert "multivector schema --out schema.json" in out


def test_from_takes_a_file_in_the_same_folder(capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "new", "mine")
    assert call(capsys, "new", "yours", "--from", "mine")[0] == 0
    assert load("yours.yaml").extends == ("mine",)


def test_nothing_is_written_over(capsys: pytest.CaptureFixture[str], room: Path) -> None:
    (room / "mine.yaml").write_text("precious", encoding="utf-8")
    code, out, err = call(capsys, "new", "mine")
    assert (code, out) == (2, "")
    assert err == "mine.yaml: found a file that is there already; allowed: a new name; nothing was written\n"
    assert (room / "mine.yaml").read_text(encoding="utf-8") == "precious"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["mi ne"], 'NAME: found "mi ne"; allowed: a short name of letters, digits, - and _'),
        (["after-2022"], 'NAME: found "after-2022", which a shipped world has; allowed: a name of your own'),
        (
            ["mine", "--from", "after-2021"],
            '--from: found "after-2021"; allowed: a shipped world, or a file in the same folder;'
            ' did you mean "after-2022"?',
        ),
        (["mine", "--from", "mine"], '--from: found "mine"; allowed: a shipped world, or a file in the same folder'),
        (
            ["mine", "--from", "base/trade"],
            "found no actors with doctrines; allowed: a scenario that runs: extend a base world",
        ),
        (
            ["no/mine"],
            "could not write the file (No such file or directory); allowed: a name in a folder that exists",
        ),
    ],
)
def test_mistakes_are_one_line(capsys: pytest.CaptureFixture[str], room: Path, args: list[str], message: str) -> None:
    code, out, err = call(capsys, "new", *args)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err
    assert list(room.iterdir()) == []


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert "multivector new half-shut --from cpc-closed" in call(capsys, "new", "--help")[1]
