"""A small world for tests of results: three quarters, no terminal values to solve, so that a run takes a second."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from multivector.cli import main

SMALL = ("after-2022", "--set", "calendar.turns=3", "--set", "decision.rule=random")


def call(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(list(args))
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


def sure_of(page: str) -> list[str]:
    """Titles of the outcomes of which a page says how far to believe them, each with a sentence for and one against."""
    _, _, told = page.partition("HOW SURE  facts on record")
    parts = re.split(r"^[●◐○·] (.+)$", told, flags=re.M)[1:]
    return [
        title
        for title, said in zip(parts[::2], parts[1::2], strict=True)
        if re.search(r"^  for it: \S", said, flags=re.M) and re.search(r"^  against it: \S", said, flags=re.M)
    ]


def record(replicates: int = 4, turns: int = 3, failed: tuple[int, ...] = ()) -> Any:
    """A recorded batch made by hand, of the shape that tables ask for."""
    ids = np.arange(replicates, dtype=np.int64) + 10
    grid = np.arange(turns, dtype=float)[:, None] + 0.1 * np.arange(replicates)
    margin = 1.0 - grid
    return SimpleNamespace(
        quarters=tuple(f"2022-Q{t + 1}" for t in range(turns)),
        turns=tuple(range(turns)),
        replicate_ids=ids,
        actors=("KAZ", "RUS"),
        nodes=("KAZ", "RUS"),
        sectors=("metals",),
        outcomes={"real_income": grid, "real_income.RUS": np.where(grid > 1.0, np.nan, grid)},
        lines={"income": {"first": np.where(margin.min(axis=0) < -0.95, turns - 1, -1), "margin": margin}},
        failed=np.isin(np.arange(replicates), failed),
        votes={
            "T/1": {
                "turn": 1,
                "cast": {"KAZ": np.arange(replicates) % 3, "RUS": np.zeros(replicates, np.int8)},
                "odds": np.tile([[0.2], [0.5], [0.2], [0.1]], (1, replicates)),
            }
        },
        plays={
            "replicate": np.array([10, 11]),
            "turn": np.array([0, 1]),
            "actor": np.array(["KAZ", "RUS"]),
            "slot": np.array([1, 1]),
            "entry": np.array(["KAZ:a", "RUS:б"]),
            "gain": np.array([0.5, 0.25]),
        },
        flows=np.ones((turns, 2, 2, 1, replicates)),
        customs=None,
    )
