"""Small results for tests of pages: four quarters, moves at random, so that a run takes a second."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from multivector import run
from multivector.report.facts import Facts
from multivector.report.opening import facts_of
from multivector.results.store import open_result

CHANGES = {"calendar.turns": 4, "decision.rule": "random"}


@cache
def result(folder: Path, count: int = 24, seed: int = 3, doctrine: str = "hedge", scenario: str = "after-2022") -> Path:
    return run(scenario, count, seed, overrides=CHANGES, doctrines={"KAZ": doctrine}).save(folder)


@cache
def facts(folder: Path, count: int = 24, told: bool = True) -> Facts:
    return facts_of(open_result(result(folder, count)), told=told)
