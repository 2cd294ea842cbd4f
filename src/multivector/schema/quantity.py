"""Numbers that know what they are: value, unit, date, source, confidence and range; and their paths over time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import Field, model_validator

from multivector.schema.base import Confidence, Model, Number, Quarter, quarter_index

AMOUNTS = ("Mt", "Mt/yr", "Mt a year", "US$ bn/yr", "USD/t", "USD/bbl", "bbl/t", "RUB per US$", "days", "quarters")
HARD_BOUNDS: dict[str, tuple[float, float]] = {
    "share": (0.0, 1.0), "probability": (0.0, 1.0), **dict.fromkeys(AMOUNTS, (0.0, float("inf"))),
}  # fmt: skip
"""Units whose meaning bounds the value: going outside is an error, whatever range a source gives."""


class Quantity(Model):
    """A number with its origin.

    A bare number stands for ``{value: number}``. In a file that extends another, a bare number keeps the unit, source
    and range of the parent. `low` and `high` are the range that a sweep covers; a value outside is a warning. `min` and
    `max` are what the quantity can be at all; a value outside is an error (the units *share* and *probability* imply
    0 and 1, amounts such as *Mt/yr* nought). Assumed numbers and those from the literature must have a range.

    Examples
    --------
    >>> Quantity.model_validate("0.76").value
    0.76
    """

    value: Number
    unit: str | None = None
    date: str | None = None
    source: str | None = None
    confidence: Confidence | None = None
    low: Number | None = None
    high: Number | None = None
    min: Number | None = None
    max: Number | None = None
    note: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"value": value} if isinstance(value, str | int | float) else value

    @property
    def bounds(self) -> tuple[float, float]:
        """Hard bounds: those stated, else those that the unit implies, else none."""
        implied = HARD_BOUNDS.get(self.unit or "", (float("-inf"), float("inf")))
        return (
            implied[0] if self.min is None else self.min,
            implied[1] if self.max is None else self.max,
        )


def holding(values: Iterable[str], quarters: Sequence[str]) -> list[str]:
    """Return the quarter of a series whose value holds in each of `quarters`: the last named so far, else the first.

    Examples
    --------
    >>> holding(["2022-Q2", "2022-Q4"], ["2022-Q1", "2022-Q3", "2023-Q1"])
    ['2022-Q2', '2022-Q2', '2022-Q4']
    """
    known = sorted(values, key=quarter_index)
    starts = [quarter_index(quarter) for quarter in known]
    return [known[max(bisect_right(starts, quarter_index(quarter)) - 1, 0)] for quarter in quarters]


class Profile(Model):
    """A number that may change by quarter: a bare number, or ``{quarter: number}``.

    Step-wise: a value holds until the next quarter named; before the first one named the first value holds.

    Examples
    --------
    >>> Profile.model_validate({"2022-Q2": 0.2, "2022-Q4": 0.4}).at(["2022-Q1", "2022-Q3", "2023-Q1"])
    [0.2, 0.2, 0.4]
    >>> Profile.model_validate("0.3").at(["2022-Q1", "2022-Q2"])
    [0.3, 0.3]
    """

    constant: Number | None = None
    values: dict[Quarter, Number] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        if isinstance(value, str | int | float):
            return {"constant": value}
        if isinstance(value, dict) and not {"values", "constant"} & set(value):
            return {"values": value}
        return value

    def at(self, quarters: Sequence[str]) -> list[float]:
        """Return the value in each of `quarters`."""
        if not self.values:
            return [self.constant or 0.0] * len(quarters)
        return [self.values[quarter] for quarter in holding(self.values, quarters)]


class Path(Model):
    """A series from outside the model (a price, a growth rate), by quarter, with its origin.

    `values` is step-wise: each holds until the next; before the first named quarter the first value holds. `low` and
    `high` bound the whole path when it is swept.
    """

    values: dict[Quarter, Number] = Field(min_length=1)
    unit: str | None = None
    date: str | None = None
    source: str | None = None
    confidence: Confidence | None = None
    low: Number | None = None
    high: Number | None = None
    note: str | None = None

    def at(self, quarters: Sequence[str]) -> list[float]:
        """Return the value in each of `quarters`.

        Examples
        --------
        >>> Path(values={"2022-Q1": 101.0, "2023-Q1": 82.0}).at(["2022-Q4", "2023-Q2"])
        [101.0, 82.0]
        """
        return Profile(values=self.values).at(quarters)
