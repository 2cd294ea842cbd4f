"""What a look-ahead reads: every row of numbers that hangs on it, and how to find the row again in another batch.

A row is a line of an array whose last axis is the lane. Rows of what stays for a batch are constants where all lanes
of a trial agree, and one leaf where they are alike in all; both are looked at again in every batch, lane by lane
(`Taken`). Rows of what changes with the turn are leaves, whatever they hold.
"""

from __future__ import annotations

import types
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from multivector.compiled.symbols import Symbols, symbols
from multivector.compiled.terms import made, whole
from multivector.world.layout.packages import Coverage
from multivector.world.layout.params import Params

Path = tuple[tuple[str, Any], ...]
"""Steps from a look-ahead to an array: attributes, keys (its plan among them), places, parameters asked for."""
Row = tuple[Path, int]

PLAIN = (
    str, int, float, bool, type(None), types.FunctionType, types.MethodType, types.ModuleType, type, np.generic,
)  # fmt: skip
FIXED = (
    "multivector.schema",
    "multivector.scenario",
    "multivector.world.layout.layout",
    "multivector.decisions.catalogue",
)
"""Modules of things that hold no numbers by lane."""


ENGINE: Path = (("of", "step"), ("of", "engine"))
"""From a look-ahead to what is fixed for a batch."""


class Inputs:
    """Symbols for the arrays that hang on a look-ahead, by the identity of the array, and the rows of leaves."""

    def __init__(self, plan: Any, lanes: int) -> None:
        self.plan, self.lanes = plan, lanes
        self.rows: list[Row] = []
        self.constants: list[tuple[Row, float]] = []
        self.alike: list[tuple[Row, Row]] = []
        self.symbols: dict[int, Any] = {}
        self._seen: set[int] = set()
        self._keep: list[Any] = []
        self._known: dict[bytes, int] = {}

    def leaf(self, row: Row) -> Any:
        """A leaf for a row."""
        self.rows.append(row)
        return made("leaf", len(self.rows) - 1)

    def read(self, thing: Any, path: Path, *, varies: bool) -> None:
        """Take all arrays that hang on a thing."""
        if isinstance(thing, PLAIN) or id(thing) in self._seen:
            return
        self._seen.add(id(thing))
        self._keep.append(thing)
        if isinstance(thing, np.ndarray):
            self._array(thing, path, varies)
        elif isinstance(thing, Coverage):
            self._by_turn(thing, path)
        elif isinstance(thing, dict):
            for key, value in list(thing.items()):
                step = ("plan", None) if key is self.plan else ("key", key)
                if step[0] == "plan" or _simple(key):
                    self.read(value, (*path, step), varies=varies)
        elif isinstance(thing, list | tuple):
            for k, value in enumerate(thing):
                self.read(value, (*path, ("at", k)), varies=varies)
        elif type(thing).__module__.startswith("multivector.") and not type(thing).__module__.startswith(FIXED):
            for name, value in list(getattr(thing, "__dict__", {}).items()):
                if isinstance(thing, Params) and name == "_cache":
                    self._params(thing, path)
                elif name != "asked":  # who is asked for kernels is no part of what is asked about
                    self.read(value, (*path, ("of", name)), varies=varies)

    def _by_turn(self, packages: Coverage, path: Path) -> None:
        """Numbers by turn: whatever the turn, those of the turn that is asked about, found by it."""
        for name, array in vars(packages).items():
            if array.shape[-1] == self.lanes:
                now = np.array(
                    [self.leaf(((*path, ("of", name), ("now", None)), k)) for k in range(array[0].size // self.lanes)],
                    dtype=object,
                )
                shape = (*array.shape[1:-1], 1)
                self._keep.append(array)
                self.symbols[id(array)] = symbols(np.broadcast_to(now.reshape(shape), (len(array), *shape)))

    def _params(self, params: Params, path: Path) -> None:
        """Parameters are made when they are first asked for: they are found by asking.

        Other numbers of the scenario are asked for only where replicates differ in them; else they are the scenario's.
        """
        for name, value in list(params._cache.items()):
            if name in params._quantities or name in params._overrides:
                self.read(value, (*path, ("asked", name)), varies=False)
            elif (value == value[0]).all():
                self._keep.append(value)
                self.symbols.setdefault(id(value), symbols(np.array([whole(value[0])], dtype=object)))

    def _array(self, array: Any, path: Path, varies: bool) -> None:
        if array.dtype not in (np.float64, np.bool_) or array.ndim == 0 or array.shape[-1] != self.lanes:
            return
        flat = np.ascontiguousarray(array, np.float64).reshape(-1, self.lanes)
        out = np.empty(len(flat), dtype=object)
        for k, row in enumerate(flat):
            out[k] = self.leaf((path, k)) if varies else self._lasting(row, (path, k))
        self.symbols[id(array)] = symbols(out.reshape(*array.shape[:-1], 1))

    def _lasting(self, row: Any, at: Row) -> Any:
        if (row == row[0]).all():
            self.constants.append((at, float(row[0])))
            return whole(row[0])
        name = row.tobytes()
        if name in self._known:
            self.alike.append((at, self.rows[self._known[name]]))
            return made("leaf", self._known[name])
        self._known[name] = len(self.rows)
        return self.leaf(at)


def _simple(key: Any) -> bool:
    return isinstance(key, str | int) or (isinstance(key, tuple) and all(isinstance(x, str | int) for x in key))


def found_at(look: Any, path: Path, given: Any = None) -> Any:
    """The array at the end of a path from a look-ahead; `given` is what it was asked with."""
    out = look
    for kind, name in path:
        if kind == "of":
            out = getattr(out, name)
        elif kind == "given":
            out = given
        elif kind == "now":
            out = out[look.step.state.turn]
        elif kind == "asked":
            out = out[name] if name in out._quantities else out.at(name, float(out._overrides[name][0]))
        else:
            out = out[look.plan if kind == "plan" else name]
    return out


def lasts(path: Path) -> bool:
    """Whether an array stays where it is for a batch: of the engine, an actor's plan, what it wants; none by turn."""
    fixed = path[:2] == ENGINE or path[0] in (("of", "plan"), ("of", "wants"), ("of", "objectives"))
    return fixed and ("now", None) not in path


class NotThere(Exception):
    """A row that a kernel reads is not there, or is another kind of thing than in the trial."""


def lines(look: Any, path: Path, lanes: int, given: Any = None) -> Any:
    """The rows of an array, ``[row, lane]``."""
    try:
        array = found_at(look, path, given)
    except (AttributeError, KeyError, IndexError, TypeError):
        raise NotThere(str(path)) from None
    if not isinstance(array, np.ndarray) or isinstance(array, Symbols) or array.shape[-1:] != (lanes,):
        raise NotThere(str(path))
    return np.ascontiguousarray(array, np.float64).reshape(-1, lanes)


@dataclass(frozen=True, eq=False)
class Taken:
    """What a trial took for granted of the rows of an array: their values, or that they equal rows of another."""

    path: Path
    rows: Any
    values: Any
    other: Path | None = None

    @cached_property
    def common(self) -> bool:
        """Whether it is the same for all look-aheads of a batch."""
        paths = [self.path, *([] if self.other is None else [self.other])]
        return all(path[:2] == ENGINE and ("plan", None) not in path for path in paths)

    def holds(self, look: Any, lanes: int) -> Any:
        """Lanes in which it is so, ``[lane]``."""
        here = lines(look, self.path, lanes)[self.rows]
        if self.other is not None:
            return (here == lines(look, self.other, lanes)[self.values]).all(axis=0)
        wanted = self.values[:, None]
        return ((here == wanted) | (np.isnan(here) & np.isnan(wanted))).all(axis=0)


def taken(constants: Sequence[tuple[Row, float]], alike: Sequence[tuple[Row, Row]]) -> list[Taken]:
    """What was taken for granted, array by array."""
    found: dict[tuple[Path, Path | None], tuple[list[int], list[float]]] = {}
    for (path, row), value in constants:
        rows, values = found.setdefault((path, None), ([], []))
        rows.append(row)
        values.append(value)
    for (path, row), (other, there) in alike:
        rows, values = found.setdefault((path, other), ([], []))
        rows.append(row)
        values.append(there)
    return [
        Taken(path, np.array(rows), np.array(values, np.float64 if other is None else np.intp), other)
        for (path, other), (rows, values) in found.items()
    ]
