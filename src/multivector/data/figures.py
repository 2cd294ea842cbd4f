"""Figures: every number of the real world, with unit, date, source, confidence and range.

The figures are CSV files beside the scenarios. Nothing else in the package holds a number of the real world, so a
result can be traced to the line of the file that it rests on.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite
from pathlib import Path

from multivector.data.locate import shipped_root
from multivector.errors import MultivectorError

COLUMNS = ("id", "value", "unit", "date", "source", "confidence", "low", "high", "note")
CONFIDENCES = ("data", "literature", "known", "assumed")


class FigureError(MultivectorError, ValueError):
    """A figure file is wrong; the message names the file and the line."""

    exit_code = 2


class UnknownFigureError(MultivectorError, KeyError):
    """No figure has this id; the message names the nearest one."""

    exit_code = 2

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the real world.

    Attributes
    ----------
    id : dotted name, such as ``gdp.2021.KAZ``.
    value, unit : the number and its unit.
    date : the period or day that the number is about.
    source : key of the source in ``sources.csv``.
    confidence : ``data`` (read in the source), ``literature``, ``known`` (not re-read) or ``assumed``.
    low, high : range to sweep; None where none is given.
    note : what the reader must know besides.
    file, line : where the number stands.
    """

    id: str
    value: float
    unit: str
    date: str
    source: str
    confidence: str
    low: float | None
    high: float | None
    note: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Source:
    """A source of figures: key, title, address (may be empty) and the terms of use."""

    id: str
    title: str
    url: str
    licence: str


class Figures(Mapping[str, Figure]):
    """All figures by id, in the order of the files.

    Examples
    --------
    >>> figures = load_figures()
    >>> figures.value("gdp.2021.KAZ")
    197.1
    >>> figures.where("gdp.2021.KAZ").startswith("gdp.csv:")
    True
    """

    def __init__(self, items: Mapping[str, Figure], sources: Mapping[str, Source]) -> None:
        self._items = dict(items)
        self.sources = dict(sources)

    def __getitem__(self, key: str) -> Figure:
        try:
            return self._items[key]
        except KeyError:
            raise UnknownFigureError(self._unknown(key)) from None

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def value(self, key: str) -> float:
        """Value of a figure, in the unit that the figure states.

        Raises
        ------
        UnknownFigureError
            No such id; the message names the nearest one.
        """
        return self[key].value

    def select(self, prefix: str) -> dict[str, Figure]:
        """Figures whose id is `prefix` or starts with ``prefix.``, in the order of the files."""
        plain = prefix.removesuffix(".")
        return {k: self._items[k] for k in self._under.get(plain, ()) if k != plain or k == prefix}

    @cached_property
    def _under(self) -> dict[str, list[str]]:
        """Ids at and under each prefix, in the order of the files: a question does not search thousands of them."""
        under: dict[str, list[str]] = {}
        for id in self._items:
            parts = id.split(".")
            for n in range(1, len(parts) + 1):
                under.setdefault(".".join(parts[:n]), []).append(id)
        return under

    def where(self, key: str) -> str:
        """Where the figure stands and what it rests on, as one line."""
        f = self[key]
        source = self.sources[f.source]
        return f"{f.file}:{f.line} {f.id} = {f.value:g} {f.unit} ({f.date}; {f.confidence}; {source.title})"

    def with_values(self, values: Mapping[str, float]) -> Figures:
        """A copy in which the named figures have other values: the way to sweep what is uncertain.

        Raises
        ------
        UnknownFigureError
            A name is no figure.
        FigureError
            A value is not a finite number.
        """
        items = dict(self._items)
        for key, value in values.items():
            if not isfinite(value):
                raise FigureError(f"{self[key].file}:{self[key].line}: {key}: {value} is not a finite number")
            items[key] = replace(self[key], value=float(value))
        return Figures(items, self.sources)

    def _unknown(self, key: str) -> str:
        near = difflib.get_close_matches(key, self._items, n=1, cutoff=0.0)
        return f"no figure {key!r}" + (f"; the nearest is {near[0]!r} ({self.where(near[0])})" if near else "")


def load_figures(root: Path | None = None) -> Figures:
    """Read all figure files of a scenarios folder.

    Parameters
    ----------
    root : Path, optional
        Folder that holds ``figures/``; default the shipped scenarios.

    Returns
    -------
    Figures
        All figures by id, with their sources.

    Raises
    ------
    FigureError
        A line is not right: the message names file and line.

    Examples
    --------
    >>> load_figures()["oil.share_of_exports.2021.KAZ"].unit
    '1'
    """
    folder = (shipped_root() if root is None else root) / "figures"
    paths = sorted(p for p in folder.glob("*.csv") if p.name != "sources.csv")
    if not paths:
        raise FigureError(f"{folder}: no figure files")
    sources = _read_sources(folder / "sources.csv")
    items: dict[str, Figure] = {}
    for path in paths:
        for figure in _read_file(path, sources):
            other = items.get(figure.id)
            if other is not None:
                raise FigureError(
                    f"{figure.file}:{figure.line}: id {figure.id!r} is already at {other.file}:{other.line}"
                )
            items[figure.id] = figure
    return Figures(items, sources)


def _read_sources(path: Path) -> dict[str, Source]:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        if next(rows, None) != ["id", "title", "url", "licence"]:
            raise FigureError(f"{path.name}:1: columns must be id,title,url,licence")
        return {row[0]: Source(*row) for row in rows}


def _read_file(path: Path, sources: Mapping[str, Source]) -> Iterator[Figure]:
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        if tuple(next(rows, ())) != COLUMNS:
            raise FigureError(f"{path.name}:1: columns must be {','.join(COLUMNS)}")
        for row in rows:
            try:
                yield _figure(row, path.name, rows.line_num, sources)
            except ValueError as error:
                raise FigureError(f"{path.name}:{rows.line_num}: {error}") from None


def _figure(row: list[str], file: str, line: int, sources: Mapping[str, Source]) -> Figure:
    if len(row) != len(COLUMNS):
        raise ValueError(f"{len(row)} cells instead of {len(COLUMNS)}")
    name, value, unit, date, source, confidence, low, high, note = row
    if not (name and unit and date):
        raise ValueError("id, unit and date must not be empty")
    if source not in sources:
        raise ValueError(f"{name}: source {source!r} is not in sources.csv")
    if confidence not in CONFIDENCES:
        raise ValueError(f"{name}: confidence {confidence!r} is not one of {', '.join(CONFIDENCES)}")
    number = float(value)
    lo, hi = (float(low), float(high)) if low and high else (None, None)
    if not isfinite(number):
        raise ValueError(f"{name}: {value} is not a finite number")
    if lo is None or hi is None:
        if low or high or confidence == "assumed":
            raise ValueError(f"{name}: low and high must both be given")
    elif not lo <= number <= hi:
        raise ValueError(f"{name}: {number:g} is not in [{lo:g}, {hi:g}]")
    return Figure(name, number, unit, date, source, confidence, lo, hi, note, file, line)
