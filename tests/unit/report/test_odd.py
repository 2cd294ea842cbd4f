"""The ODD description: seven elements, eleven concepts, nothing left out, always the same text; the committed one."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from multivector.data.locate import shipped_scenarios
from multivector.report.design import CONCEPTS
from multivector.report.markdown import modules, table
from multivector.report.odd import ELEMENTS, odd
from multivector.report.submodels import TOOLS
from multivector.scenario import load
from multivector.schema import STOCKS
from multivector.schema.turn import PHASES

ROOT = Path(__file__).parents[3]


@cache
def text(name: str = "after-2022") -> str:
    return odd(load(name))


def element(number: int, name: str = "after-2022") -> str:
    """One element's text."""
    return re.split(r"^## ", text(name), flags=re.M)[number]


def test_the_committed_description_is_fresh() -> None:
    committed = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")
    assert committed == text(), "docs/odd.md is stale; renew it: multivector odd after-2022 --out docs/odd.md"


@pytest.mark.parametrize("name", [path.stem for path in shipped_scenarios()])
def test_seven_elements_and_eleven_concepts_in_their_order(name: str) -> None:
    assert re.findall(r"^## (.*)$", text(name), flags=re.M) == list(ELEMENTS)
    assert re.findall(r"^### (.*)$", element(4, name), flags=re.M) == list(CONCEPTS)
    assert len(CONCEPTS) == 11
    # Each says something.
    for part in re.split(r"^### ", element(4, name), flags=re.M)[1:]:
        assert len(part.split("\n", 1)[1].strip()) > 20


def test_everything_is_in_it() -> None:
    world = load("after-2022")
    for phase in PHASES:
        assert f"| {phase.name} | {phase.doc} |" in element(3)
    for stock in STOCKS.values():
        assert f"| {stock.name} | {stock.doc} |" in element(2)
    for name in modules("mechanisms"):
        assert name in TOOLS or f"#### {name}\n" in element(7)
    for id in world.parameters:
        assert f"| {id} | " in element(5) + element(7)
    for id in world.moves:
        assert f"| {id}: " in element(7)
    for id in (*world.events, *world.alignment.votes, *world.paths):
        assert f"| {id} | " in element(6)
    assert str(world.question) in element(1)
    assert "reexport.2022" in element(1)


def test_it_follows_the_scenario() -> None:
    """What a scenario changes shows; what it has not is said."""
    changed = odd(load("after-2022", overrides={"trade.theta_short": "0.9", "order": "simultaneous"}))
    assert "| trade.theta_short | 0.9 | 0.5 to 1.2 |" in changed
    assert "All actors choose on the same information." in changed
    assert "No dated measures." in text("base-2021")
    off = odd(load("after-2022", overrides={"mechanisms": "{coercion: false}"}))
    assert "Switched off in this scenario: coercion." in off


def test_nothing_of_today_or_of_this_machine() -> None:
    assert str(ROOT) not in text()
    assert "/home/" not in text()


def test_another_process_writes_the_same() -> None:
    """No order comes from a set: hashes of words differ between processes."""
    code = (
        "import sys; from multivector.scenario import load; from multivector.report.odd import odd;"
        "sys.stdout.buffer.write(odd(load('after-2022')).encode())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=120)
    assert done.stdout.decode() == text()


def test_tables_stay_whole() -> None:
    """Every row has as many cells as its head: a bar in a text would break it."""
    width = 0
    for line in text().splitlines():
        if not line.startswith("|"):
            width = 0
        else:
            width = width or line.count("|")
            assert line.count("|") == width, line
    assert table(["a"], [["x\ny|z"]])[2] == "| x y/z |"
