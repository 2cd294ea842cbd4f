"""Every broken file says what is wrong with it, where, and what would be right: word for word."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from multivector.scenario import check

BROKEN = Path(__file__).parents[2] / "broken"
HELPERS = {"parent", "kinds-parent", "units-parent", "world"}


def expected() -> dict[str, list[str]]:
    """`expected.txt` has the messages of each file under a line ``# name``."""
    found: dict[str, list[str]] = defaultdict(list)
    name = ""
    for line in (BROKEN / "expected.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            name = line[2:]
        elif line:
            found[name].append(line)
    return found


FILES = sorted(path.stem for path in BROKEN.glob("*.yaml"))


@pytest.mark.parametrize("name", [name for name in FILES if name not in HELPERS])
def test_messages_are_exact(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)
    report = check(f"{name}.yaml")
    assert [str(problem) for problem in report.problems] == expected()[name]
    assert report.scenario is None


@pytest.mark.parametrize("name", sorted(HELPERS))
def test_helpers_are_fine(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)
    assert check(f"{name}.yaml").problems == ()


def test_enough_kinds_of_mistakes() -> None:
    assert len(expected()) >= 40
    assert set(expected()) == set(FILES) - HELPERS


def test_no_message_is_the_library_s() -> None:
    text = (BROKEN / "expected.txt").read_text(encoding="utf-8").lower()
    for phrase in ("input should", "field required", "pydantic", "valid string", "extra inputs", "traceback"):
        assert phrase not in text
