"""Stylised facts: what is on record of a world, with a range, and whether fitting may read it.

A table of facts is CSV with the columns of `COLUMNS`. The shipped one is ``validation/facts.csv`` beside the scenarios;
any other of the same form can be held against the model. What fitting may read comes from `to_fit` alone.
"""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import isfinite
from pathlib import Path

from multivector.data.figures import CONFIDENCES, load_figures
from multivector.data.locate import shipped_root
from multivector.errors import BadInput, Problem

COLUMNS = (
    "id", "world", "measure", "value", "low", "high", "unit", "date", "source", "confidence", "use", "says",
    "if_missed",
)  # fmt: skip
USES = ("fit", "check")
DATE = re.compile(r"(\d{4})(?:-Q([1-4])|/(\d{4}))?\Z")
MOST = 10_000
"""Rows of a table, and characters of a cell."""


@dataclass(frozen=True)
class Fact:
    """One fact.

    Attributes
    ----------
    id : its name in the table.
    world : the scenario that it is a fact of.
    measure : what of the world it says (`multivector.experiment.studies.measures`).
    value, low, high : what is on record, and the range in which the model's middle is a hit.
    unit : of all three.
    date : a year, a quarter (``2022-Q3``), or years from to (``2014/2019``).
    source, confidence : where it was read, and how sure that is.
    use : ``fit`` if fitting may read it, ``check`` if it must not.
    says, if_missed : the fact in words, and why a model may miss it.
    line : line of the file.
    """

    id: str
    world: str
    measure: str
    value: float
    low: float
    high: float
    unit: str
    date: str
    source: str
    confidence: str
    use: str
    says: str
    if_missed: str
    line: int = 0

    @property
    def quarters(self) -> tuple[str, str]:
        """The first and last quarter that it is about.

        Examples
        --------
        >>> fact = Fact("a", "w", "m", 1.0, 0.5, 2.0, "1", "2014/2019", "", "data", "check", "", "")
        >>> fact.quarters
        ('2014-Q1', '2019-Q4')
        """
        found = DATE.match(self.date)
        assert found is not None
        year, quarter, until = found.groups()
        if quarter:
            return self.date, self.date
        return f"{year}-Q1", f"{until or year}-Q4"


def folder() -> Path:
    """Where the shipped tables of validation are."""
    return shipped_root() / "validation"


def read_facts(
    path: Path, *, measures: Mapping[str, str] | None = None, sources: Iterable[str] | None = None
) -> tuple[Fact, ...]:
    """Read a table of facts.

    Parameters
    ----------
    path : a CSV file with the columns of `COLUMNS`.
    measures : unit of each measure that may be named; None does not look.
    sources : sources that may be named; None takes any text.

    Raises
    ------
    BadInput
        With everything that is wrong, by line and column name.

    Examples
    --------
    >>> found = read_facts(folder() / "facts.csv")
    >>> len(found) >= 20, {fact.use for fact in found} == set(USES)
    (True, True)
    """
    try:
        if path.stat().st_size > 1 << 20:
            raise BadInput([Problem(str(path), 0, 0, "", "found more than 1 MiB", "a table of facts")])
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput([Problem(str(path), 0, 0, "", f"cannot be read ({error.strerror})", "a CSV file")]) from None
    except UnicodeDecodeError:
        raise BadInput([Problem(str(path), 0, 0, "", "found text that is not UTF-8", "a CSV file in UTF-8")]) from None
    return _Table(path, measures, None if sources is None else tuple(sorted(sources))).read(text)


class _Table:
    """Reads one table; gathers problems."""

    def __init__(self, path: Path, measures: Mapping[str, str] | None, sources: Sequence[str] | None) -> None:
        self._file, self._measures, self._sources = str(path), measures, sources
        self._problems: list[Problem] = []
        self._line = 1

    def read(self, text: str) -> tuple[Fact, ...]:
        rows = csv.reader(text.splitlines(), strict=True)
        found: list[Fact] = []
        lines: dict[str, int] = {}
        try:
            head = tuple(cell.strip() for cell in next(rows, []))
            if head != COLUMNS:
                self._wrong("", f"found the columns {','.join(head)[:120] or 'of an empty file'}", ",".join(COLUMNS))
            else:
                for row in rows:
                    self._line = rows.line_num
                    fact = self._row(row) if row else None
                    if fact is not None:
                        if fact.id in lines:
                            self._wrong("id", f'found "{fact.id}" again', f"each once (line {lines[fact.id]} has it)")
                        lines.setdefault(fact.id, self._line)
                        found.append(fact)
        except csv.Error as error:
            self._line = rows.line_num
            self._wrong("", f"found text that is no CSV ({error})", "cells in double quotes closed on their line")
        if not found and not self._problems:
            self._wrong("", "found no facts", "at least one row")
        if self._problems:
            raise BadInput(self._problems)
        return tuple(found)

    def _wrong(self, field: str, found: str, allowed: str = "", hint: str = "") -> None:
        self._problems.append(Problem(self._file, self._line, 1, field, found, allowed, hint))

    def _row(self, row: list[str]) -> Fact | None:
        before = len(self._problems)
        if len(row) != len(COLUMNS):
            self._wrong("", f"found {len(row)} cells", f"{len(COLUMNS)}; a text with commas stands in double quotes")
            return None
        cell = {name: text.strip() for name, text in zip(COLUMNS, row, strict=True)}
        for name in ("id", "world", "source", "says"):
            if not cell[name]:
                self._wrong(name, "found nothing", "some text")
        value, low, high = (self._number(name, cell[name]) for name in ("value", "low", "high"))
        if value is not None and low is not None and high is not None and not low <= value <= high:
            self._wrong("value", f"found {value:g} outside of {low:g} to {high:g}", "low <= value <= high")
        self._one_of("confidence", cell["confidence"], CONFIDENCES)
        self._one_of("use", cell["use"], USES)
        self._date(cell["date"])
        if self._sources is not None and cell["source"]:
            self._one_of("source", cell["source"], self._sources)
        self._measure(cell)
        if len(self._problems) > before or value is None or low is None or high is None:
            return None
        texts = {name: cell[name] for name in COLUMNS if name not in ("value", "low", "high")}
        return Fact(**texts, value=value, low=low, high=high, line=self._line)

    def _number(self, name: str, text: str) -> float | None:
        try:
            value = float(text)
        except ValueError:
            self._wrong(name, f'found "{text[:40]}"' if text else "found nothing", "a number, with a point")
            return None
        if not isfinite(value):
            self._wrong(name, f'found "{text[:40]}"', "a finite number")
            return None
        return value

    def _one_of(self, name: str, text: str, known: Sequence[str]) -> bool:
        if text in known:
            return True
        close = difflib.get_close_matches(text, known, n=1)
        hint = f'did you mean "{close[0]}"?' if close else ""
        self._wrong(name, f'found "{text[:60]}"', ", ".join(known) if len(known) < 8 else "a known name", hint)
        return False

    def _date(self, text: str) -> None:
        found = DATE.match(text)
        if not found or (found[3] and found[3] < found[1]):
            self._wrong("date", f'found "{text[:40]}"', "a year, a quarter (2023-Q2), or years from/to (2014/2019)")

    def _measure(self, cell: Mapping[str, str]) -> None:
        if self._measures is None or not self._one_of("measure", cell["measure"], tuple(self._measures)):
            return
        unit = self._measures[cell["measure"]]
        if cell["unit"] != unit:
            self._wrong("unit", f'found "{cell["unit"][:60]}"', f'"{unit}", the unit of {cell["measure"]}')


def shipped_facts(use: str | None = None, path: Path | None = None) -> tuple[Fact, ...]:
    """The shipped facts, all or those of one use; `path` names another table."""
    found = _shipped() if path is None else read_facts(path, sources=shipped_sources())
    return tuple(fact for fact in found if use is None or fact.use == use)


@cache
def _shipped() -> tuple[Fact, ...]:
    """Read once: each outcome of a page asks for the facts that bear on it."""
    return read_facts(folder() / "facts.csv", sources=shipped_sources())


def to_fit(path: Path | None = None) -> tuple[Fact, ...]:
    """What fitting may read: facts of use ``fit`` and nothing else.

    Examples
    --------
    >>> {fact.use for fact in to_fit()}
    {'fit'}
    """
    return shipped_facts("fit", path)


@cache
def shipped_sources() -> frozenset[str]:
    """Sources that shipped tables may name."""
    return frozenset(load_figures().sources)


@dataclass(frozen=True)
class Past:
    """A series of the years before the war: what naive forecasts go by.

    Attributes
    ----------
    values : year to value.
    unit, sources : of the series.
    """

    values: Mapping[int, float]
    unit: str
    sources: tuple[str, ...]


def past(path: Path | None = None) -> dict[str, Past]:
    """Series by measure, from ``validation/past.csv``.

    Examples
    --------
    >>> sorted(past()["inflation"].values)[::6]
    [2015, 2021]
    """
    place, known = path or folder() / "past.csv", shipped_sources()
    found: dict[str, dict[int, float]] = {}
    unit: dict[str, str] = {}
    sources: dict[str, list[str]] = {}
    with place.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            name = row["series"]
            if row["source"] not in known or row["confidence"] not in CONFIDENCES:
                raise BadInput([Problem(str(place), 0, 0, name, f"found {row['source']}, {row['confidence']}")])
            found.setdefault(name, {})[int(row["date"])] = float(row["value"])
            unit[name] = row["unit"]
            sources.setdefault(name, []).append(row["source"])
    return {name: Past(values, unit[name], tuple(dict.fromkeys(sources[name]))) for name, values in found.items()}
