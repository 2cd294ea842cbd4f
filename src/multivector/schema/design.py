"""Calendar, decisions, shocks, uncertainties and red lines: how a scenario is played and judged."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from multivector.schema.base import (
    Code,
    Confidence,
    Item,
    Model,
    Number,
    Positive,
    Quarter,
    quarter_index,
    quarter_name,
)


class Calendar(Model):
    """The quarters that are played: the first one, and how many.

    Examples
    --------
    >>> Calendar(start="2022-Q4", turns=2).quarters()
    ['2022-Q4', '2023-Q1']
    """

    start: Quarter = "2022-Q1"
    turns: Annotated[int, Field(ge=1, le=200)] = 16

    def quarters(self) -> list[str]:
        """Return the names of all turns."""
        first = quarter_index(self.start)
        return [quarter_name(first + turn) for turn in range(self.turns)]


class Slots(Model):
    """How many moves an actor makes a turn at most: the focus actor, and any other."""

    focus: Annotated[int, Field(ge=0, le=10)] = 3
    others: Annotated[int, Field(ge=0, le=10)] = 2


class Decision(Model):
    """How the actors choose.

    `logit` weighs the menu, `hold` does nothing, `random` picks any feasible entry, `scripted` follows `script`:
    actor -> quarter -> list of entries, each ``move`` or ``move@TARGET``. `depth: deep` evaluates every entry on twice
    the futures. `slots` is for actors that have none of their own.
    """

    rule: Literal["logit", "hold", "random", "scripted"] = "logit"
    depth: Literal["default", "deep"] = "default"
    slots: Slots = Slots()
    script: dict[Code, dict[Quarter, tuple[str, ...]]] = Field(default_factory=dict)


class Uncertainty(Model):
    """A number that is not known: its range and how it is spread over it."""

    low: Number
    high: Number
    distribution: Literal["uniform", "loguniform", "triangular", "normal"] = "uniform"
    confidence: Confidence | None = None
    source: str | None = None
    note: str | None = None


class Shock(Model):
    """A random series from outside.

    `ar1`: the log deviation from `mean` keeps `persistence` of itself each quarter and is hit with standard deviation
    `sd`. `none` switches the shock off.
    """

    process: Literal["ar1", "none"]
    mean: Number | None = None
    persistence: Annotated[float, Field(gt=-1, lt=1, allow_inf_nan=False)] = 0.0
    sd: Positive = 0.0
    unit: str | None = None
    source: str | None = None
    confidence: Confidence | None = None
    low: Number | None = None
    high: Number | None = None
    note: str | None = None


class OutcomeView(Model):
    """How one outcome is judged here: its `weight` in the composite (only parts of it have one; 1 unless given), and
    the smallest difference that matters (`margin`, in the outcome's unit)."""

    weight: Positive | None = None
    margin: Positive | None = None
    source: str | None = None
    note: str | None = None


class RedLine(Item):
    """A bound that the focus actor does not want crossed: `measure` below or above a number for `quarters` in a row.

    `owner` says whose line it is: stated by the government, chosen by the author, from the literature.
    """

    measure: str
    of: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]*$")] | None = None
    toward: Code | None = None
    corridor: str | None = None
    bloc: str | None = None
    below: Number | None = None
    above: Number | None = None
    quarters: Annotated[int, Field(ge=1, le=80)] = 1
    owner: Literal["stated", "author", "literature"]
    reason: str | None = None
    enabled: bool = True
