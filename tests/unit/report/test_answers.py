"""Pictures of answers: their titles say what the printouts say, and no name is cut.

Flips tried (each fails a test here): a break-even that cannot be told said as 100%; labels cut at a length.
"""

from __future__ import annotations

from typing import Any

import pytest

from multivector.analysis.signals import WARNS
from multivector.report.charts.answers import beats, dots, warnings

LONG = "the main oil pipeline stops for three weeks or more in a quarter"


@pytest.mark.parametrize(
    ("even", "said"),
    [
        ((1.0, 0.0, 1.0), "cannot tell"),
        ((0.0, 0.0, 0.0), "yes, however likely"),
        ((1.0, 0.9, 1.0), "no, even if"),
        ((0.34, 0.2, 0.5), "34% [20, 50] likely, or more"),
    ],
)
def test_a_title_says_how_likely_futures_must_be(even: tuple[float, float, float], said: str) -> None:
    ends = ("value", "low", "high")
    lead = {
        "inside": dict(zip(ends, (2.0, 1.0, 3.0), strict=True)),
        "outside": dict(zip(ends, (-1.0, -2.0, 0.0), strict=True)), "break_even": dict(zip(ends, even, strict=True)),
    }  # fmt: skip
    facts: dict[str, Any] = {
        "question": {"beats": ["west-pivot", "hedge"]}, "orders": ["sequential"], "scenario": "w", "replicates": 2,
        "goals": {"real_income": {"title": "real income", "margin": 0.5}}, "seed": 0, "model": "m", "digest": "d",
        "beats": {"real_income": {"where_ahead": {"sequential": lead}}},
    }  # fmt: skip
    found = beats(facts)
    assert "Does west-pivot beat hedge in the mean? Real income: " in found.finding
    assert said in found.finding
    assert found.rows[0][2] == "4"


def test_names_stand_whole_in_lines_of_their_own() -> None:
    rows = [{"name": LONG, "group": "g", "value": 0.5, "low": 0.4, "high": 0.6},
            {"name": "short", "group": "g", "value": 0.1, "low": 0.0, "high": 0.2}]  # fmt: skip
    spec = dots(rows, title="share").to_dict()
    (names,) = {tuple(layer["encoding"]["y"]["sort"]) for layer in spec["layer"] if "y" in layer["encoding"]}
    assert " ".join(names[0].split("\n")) == LONG
    assert max(map(len, names[0].split("\n"))) <= 32
    assert names[1].split() == ["short"]


def test_under_an_event_stands_what_is_watched() -> None:
    share = {"value": 0.5, "low": 0.4, "high": 0.6}
    row = {"odds": False, "verdict": WARNS, "hit": share, "false": share, "title": "relations with USA", "change": True,
           "above": False, "threshold": 0.2512}  # fmt: skip
    told = {"events": [{"title": LONG, "rows": [row]}], "lead": 2, "within": 4, "scenario": "w", "n": 10, "seed": 0,
            "digest": "d"}  # fmt: skip
    found = warnings(told)
    assert found.rows[0][0] == f"{LONG} *: change in 2 quarters of relations with USA ≤ 0.25"
    assert found.finding == f"What beats the base rate (*): {LONG}: change in 2 quarters of relations with USA."
