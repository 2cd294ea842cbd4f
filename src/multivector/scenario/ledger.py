"""The assumption ledger: every number that a scenario rests on, with unit, date, source, confidence and range.

Numbers come from four places: parameters, plain numbers in entries (a doctrine's risk, a move's cost), paths by
quarter, and the figures behind the base world. What a plain number cannot say of itself, its family says (section
`ledger`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from multivector.data.base_world import base_world
from multivector.data.figures import load_figures
from multivector.data.ledger import LedgerRow, ledger_rows
from multivector.data.readers import readers
from multivector.scenario.load import TreeTrace
from multivector.scenario.nodes import Mapping, Node, child
from multivector.schema.base import Model
from multivector.schema.design import Family
from multivector.schema.document import Scenario
from multivector.schema.effects import Effect
from multivector.schema.measures import MEASURES
from multivector.schema.numbers import profile_numbers
from multivector.schema.quantity import HARD_BOUNDS, Path, Profile, Quantity
from multivector.schema.stocks import STOCKS

Keys = tuple[str, ...]

NOT_NUMBERS = ("uncertainties", "ledger", "classroom", "expect")
"""Sections that say how uncertain numbers are, and what runs never see."""

_COMPARED = ("above", "below", "equal", "at_least", "at_most")


@dataclass(frozen=True)
class Plain:
    """A number on its way into the ledger: what the scenario says of it, before its family is asked."""

    keys: Keys
    value: float
    unit: str = ""
    date: str = ""
    source: str = ""
    confidence: str = ""
    span: tuple[float, float] | None = None

    @property
    def id(self) -> str:
        """As `--set` and `describe --where` take it: a parameter's id alone."""
        return ".".join(self.keys[1:] if self.keys[0] == "parameters" else self.keys)


def ledger(scenario: Scenario, *, who_reads: bool = True) -> list[LedgerRow]:
    """Every number of a scenario, then every figure and built flow behind its base world.

    Parameters
    ----------
    scenario : Scenario
        Resolved, as `load` returns it.
    who_reads : bool
        Whether to look up which files read each number: it takes half of the time.

    Returns
    -------
    list of LedgerRow
        Sorted as the scenario's sections are, then as the files of figures. What nobody says is empty or None.

    Examples
    --------
    >>> from multivector.scenario import load
    >>> rows = {row.id: row for row in ledger(load("after-2022"))}
    >>> rows["doctrines.hedge.precision"].confidence, rows["gdp.2021.KAZ"].unit
    ('assumed', 'US$ bn/yr')
    """
    families = _Families(scenario.ledger)
    rows = [_row(families, scenario, number) for number in numbers(scenario)]
    figures = load_figures()
    for row in {row.id: row for row in [*ledger_rows(figures), *ledger_rows(figures, base_world(figures))]}.values():
        rows.append(families.fill(("figures", *row.id.split(".")), row))
    if not who_reads:
        return rows
    who = readers(row.id for row in rows)
    return [replace(row, read_by=who[row.id]) for row in rows]


def numbers(scenario: Scenario) -> Iterator[Plain]:
    """Every number that stands in a resolved scenario, with what is said about it there."""
    for name, entry in type(scenario).model_fields.items():
        if name not in NOT_NUMBERS:
            yield from _inside((entry.alias or name,), getattr(scenario, name), _Around(scenario))


@dataclass(frozen=True)
class _Around:
    """What stands around a number: the source and date of its entry, and the record that holds it."""

    scenario: Scenario
    source: str = ""
    date: str = ""
    record: Model | None = field(default=None, repr=False)

    def enter(self, record: Model) -> _Around:
        source = getattr(record, "source", None) or self.source
        date = getattr(record, "turn", None) or getattr(record, "start", None) or self.date
        return _Around(self.scenario, source, date, record)


def _inside(keys: Keys, value: Any, around: _Around) -> Iterator[Plain]:
    # What holds no number is most of what is asked here.
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, Quantity):
        yield _quantity(keys, value, around)
    elif isinstance(value, Path):
        yield from _path(keys, value, around)
    elif isinstance(value, Profile):
        # As `schema.numbers` has it: a bare number, or one by quarter.
        for end, number in profile_numbers(value):
            yield _plain((*keys, end[1:]) if end else keys, number, around)
    elif isinstance(value, Model):
        inner = around.enter(value)
        for name, entry in type(value).model_fields.items():
            item = getattr(value, name)
            # What no file says and is nothing by default (no delay, no rest) is no number of the scenario.
            if name in value.model_fields_set or item != 0:
                yield from _inside((*keys, entry.alias or name), item, inner)
    elif isinstance(value, dict):
        for name, item in value.items():
            parts = name.split(".") if keys == ("parameters",) else [str(name)]
            yield from _inside((*keys, *parts), item, around)
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _inside((*keys, str(number)), item, around)
    elif isinstance(value, int | float):
        yield _plain(keys, float(value), around)


def _quantity(keys: Keys, value: Quantity, around: _Around) -> Plain:
    span = None if value.low is None or value.high is None else (value.low, value.high)
    source, date = value.source or around.source, value.date or ("" if keys[0] == "parameters" else around.date)
    return Plain(keys, value.value, value.unit or "", date, source, value.confidence or "", span)


def _path(keys: Keys, path: Path, around: _Around) -> Iterator[Plain]:
    for quarter, value in path.values.items():
        span = None if path.low is None or path.high is None else (min(path.low, value), max(path.high, value))
        source = path.source or around.source
        yield Plain((*keys, "values", quarter), value, path.unit or "", quarter, source, path.confidence or "", span)


def _plain(keys: Keys, value: float, around: _Around) -> Plain:
    unit, span = "", None
    record, name = around.record, keys[-1]
    if isinstance(record, Effect) and name in ("steps", "amount"):
        stock = STOCKS[record.stock]
        unit = f"steps of {record.stock}" if name == "steps" else stock.unit
        step = around.scenario.parameters.get(stock.step)
        if name == "steps" and step is not None and step.low is not None and step.high is not None and step.value:
            # How much an arrow does is swept through the step of its stock.
            span = (value * step.low / step.value, value * step.high / step.value)
    elif name in _COMPARED and isinstance(getattr(record, "measure", None), str):
        unit = _unit_of(str(getattr(record, "measure", "")))
    date = next((key for key in keys if len(key) == 7 and key[4:6] == "-Q"), around.date)
    return Plain(keys, value, unit, date, around.source, "", span if span is None else (min(span), max(span)))


def _unit_of(measure: str) -> str:
    return STOCKS[measure].unit if measure in STOCKS else MEASURES[measure].unit


def _row(families: _Families, scenario: Scenario, number: Plain) -> LedgerRow:
    low, high = number.span or (None, None)
    source, confidence = number.source, number.confidence
    spread = scenario.uncertainties.get(number.id)
    if spread is not None:
        low, high = spread.low, spread.high
        source, confidence = spread.source or source, spread.confidence or confidence
    row = LedgerRow(number.id, number.value, number.unit, number.date, source, confidence, low, high,
                    _place(scenario, number.keys))  # fmt: skip
    return families.fill(number.keys, row)


def _place(scenario: Scenario, keys: Keys) -> str:
    """File and line of the deepest node on the way to a number; parameters are flat in the tree."""
    trace = scenario._trace
    if not isinstance(trace, TreeTrace):
        return ""
    flat = ("parameters", ".".join(keys[1:])) if keys[0] == "parameters" else keys
    here: Node = trace.root
    for key in flat:
        here = child(here, key) or here
    if isinstance(here, Mapping) and "value" in here.items:
        here = here.items["value"]
    return str(here.mark)


_fits = cache(fnmatchcase)
"""Whether a part of a path fits that of a pattern: few different ones are asked for again and again."""


class _Families:
    """The families of a scenario, longest pattern first."""

    def __init__(self, families: dict[str, Family]) -> None:
        split = [(tuple(pattern.split(".")), family) for pattern, family in families.items()]
        self._sorted = sorted(split, key=lambda each: (-len(each[0]), each[0].count("*"), each[0]))
        self._found: dict[str, list[tuple[Keys, Family]]] = {}

    def _near(self, first: str) -> list[tuple[Keys, Family]]:
        """Those whose pattern fits the section of a path: there are many families, and few sections."""
        if first not in self._found:
            self._found[first] = [each for each in self._sorted if _fits(first, each[0][0])]
        return self._found[first]

    def of(self, keys: Keys) -> Family | None:
        """The family with the longest pattern that fits the beginning of a path."""
        fits = (
            family
            for pattern, family in self._near(keys[0])
            if len(pattern) <= len(keys) and all(map(_fits, keys, pattern))
        )
        return next(fits, None)

    def fill(self, keys: Keys, row: LedgerRow) -> LedgerRow:
        """A row with what it does not say of itself filled in from its family."""
        family = self.of(keys)
        if family is None:
            return row
        unit = row.unit or family.unit or ""
        low, high = (row.low, row.high) if row.low is not None else _span(row.value, family, unit)
        return replace(row, unit=unit, date=row.date or family.date or "", source=row.source or family.source or "",
                       confidence=row.confidence or family.confidence or "", low=low, high=high)  # fmt: skip


def _span(value: float, family: Family, unit: str) -> tuple[float, float] | tuple[None, None]:
    """The range around a value, to six digits; shares and probabilities stay between 0 and 1."""
    if family.exact:
        return value, value
    if family.each_way is not None:
        low, high = value - family.each_way, value + family.each_way
    elif family.times is not None:
        low, high = sorted((value / family.times, value * family.times))
    else:
        return None, None
    least, most = HARD_BOUNDS.get(unit, (low, high))
    low, high = (float(f"{end:.6g}") for end in (max(low, least), min(high, most)))
    return min(value, low), max(value, high)
