"""Lines that tell doctrines nothing are found from what histories crossed, block by block."""

from __future__ import annotations

import numpy as np
import pytest

from multivector.analysis.doctrines.informative import Crossings, told_lines, uninformative
from multivector.results.tables import Table, words


def block(point: list[int], line: list[str], first: list[str]) -> Table:
    return {"point": np.array(point, np.int32), "line": words(line), "first": words(first)}


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([0.0, 0.0, 0.0], "hardly ever"), ([0.0, 0.0099], "hardly ever"), ([0.0, 0.01], ""), ([0.5, 0.5], ""),
        ([1.0, 0.951], "nearly always"), ([1.0, 0.95], ""), ([0.0, 1.0], ""), ([0.0, np.nan], "hardly ever"),
        ([np.nan, np.nan], ""),
    ],
)  # fmt: skip
def test_it_takes_every_doctrine(shares: list[float], expected: str) -> None:
    # Flips tried: `any` for `all` on either side; failed both times.
    assert uninformative(np.array(shares)) == expected


def test_histories_are_counted_over_blocks_by_point_and_line() -> None:
    # Flip tried: crossed where no quarter is given; failed.
    sink = Crossings(2)
    sink.add("lines", block([0, 0, 1, 1], ["unrest", "income"] * 2, ["2022-Q3", "", "", ""]))
    sink.add("lines", block([0, 1], ["unrest", "unrest"], ["", "2023-Q1"]))
    sink.add("outcomes", {"point": np.zeros(1)})
    sink.add("lines", None)
    shares = sink.shares()
    assert {id: each.tolist() for id, each in shares.items()} == {"income": [0.0, 0.0], "unrest": [0.5, 0.5]}
    told = told_lines(shares, {"unrest": "Unrest"})
    assert [(row["title"], row["uninformative"]) for row in told] == [("income", "hardly ever"), ("Unrest", "")]


def test_a_line_that_no_history_of_a_doctrine_has_is_not_known() -> None:
    sink = Crossings(2)
    sink.add("lines", block([0], ["income"], ["2022-Q1"]))
    row = told_lines(sink.shares(), {})[0]
    assert row["shares"] == [1.0, None]
    assert row["uninformative"] == "nearly always"
