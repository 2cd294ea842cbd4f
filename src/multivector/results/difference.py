"""Do two sets of tables agree? Names the first turn, replicate and quantity that differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.results.tables import Table, Words, rows

Tables = Mapping[str, Table | None]
TOLERANCE = 1e-9
KEYS: dict[str, tuple[str, ...]] = {
    "uncertain": ("replicate", "number"),
    "moves": ("replicate", "turn", "actor", "slot"),
    "votes": ("replicate", "turn", "text", "actor"),
    "lines": ("replicate", "line"),
    "outcomes": ("replicate", "turn", "outcome"),
    "flows": ("replicate", "turn", "exporter", "importer", "sector"),
}
"""The tables in the order in which causes precede effects within a turn, with what identifies a row."""


@dataclass(frozen=True, order=True)
class Difference:
    """One disagreement: turn, replicate, quantity, what is stored and what was found now."""

    turn: str
    order: int
    replicate: int
    quantity: str
    stored: str
    found: str

    def __str__(self) -> str:
        when = f"in {self.turn}" if self.turn else "over the whole history"
        what = f"{self.quantity}: stored {self.stored}, now {self.found}"
        return f"first difference {when}, replicate {self.replicate}: {what}"


def first_difference(stored: Tables, found: Tables, *, exact: bool) -> Difference | None:
    """The earliest disagreement between two sets of tables by name, or None.

    Parameters
    ----------
    stored, found
        Tables by name, restricted to the same replicates. A table that one side does not have is a difference.
    exact
        Whether every bit must agree, or numbers up to 1e-9 (relative, at least absolute) and words exactly.
    """
    here = [
        d
        for order, name in enumerate(KEYS)
        if (d := _table(name, order, stored.get(name), found.get(name), exact)) is not None
    ]
    # What belongs to no turn (a line's summary) comes after what does.
    return min(here, key=lambda d: (d.turn == "", d)) if here else None


def _table(name: str, order: int, stored: Table | None, found: Table | None, exact: bool) -> Difference | None:
    if stored is None or found is None:
        have, want = (0 if stored is None else rows(stored)), (0 if found is None else rows(found))
        return None if have == want else Difference("", order, -1, f"table {name}", f"{have} rows", f"{want} rows")
    one, other = _keyed(stored, KEYS[name]), _keyed(found, KEYS[name])
    candidates = [_missing(name, order, one, other), _missing(name, order, other, one, swapped=True)]
    candidates += [
        _column(name, order, c, stored, found, one, other, exact) for c in stored if c in found and c != "point"
    ]
    there = [c for c in candidates if c is not None]
    return min(there, key=lambda d: (d.turn == "", d)) if there else None


@dataclass(frozen=True)
class _Keys:
    names: tuple[str, ...]
    keys: list[tuple[str, ...]]
    order: NDArray[np.int64]


def _keyed(table: Table, names: tuple[str, ...]) -> _Keys:
    columns = [_plain(table[n]) for n in names]
    keys = list(zip(*(c.astype(str).tolist() for c in columns), strict=True))
    order = np.asarray(sorted(range(len(keys)), key=keys.__getitem__), np.int64)
    return _Keys(names, [keys[i] for i in order], order)


def _plain(column: Any) -> NDArray[Any]:
    return column.plain() if isinstance(column, Words) else np.asarray(column)


def _missing(name: str, order: int, one: _Keys, other: _Keys, *, swapped: bool = False) -> Difference | None:
    gone = sorted(set(one.keys) - set(other.keys), key=lambda k: _place(one.names, k))
    if not gone:
        return None
    turn, replicate = _place(one.names, gone[0])
    what = f"{name} {_label(one.names, gone[0])}"
    return Difference(turn, order, replicate, what, *(("nothing", "a row") if swapped else ("a row", "nothing")))


def _column(
    name: str, order: int, column: str, stored: Table, found: Table, one: _Keys, other: _Keys, exact: bool
) -> Difference | None:
    if one.keys == other.keys:
        a, b, keys = _plain(stored[column])[one.order], _plain(found[column])[other.order], one.keys
    else:
        at = {k: i for i, k in zip(other.order.tolist(), other.keys, strict=True)}
        both = [(i, at[k], k) for i, k in zip(one.order.tolist(), one.keys, strict=True) if k in at]
        a = _plain(stored[column])[[i for i, _, _ in both]]
        b, keys = _plain(found[column])[[j for _, j, _ in both]], [k for _, _, k in both]
    wrong = np.flatnonzero(~_equal(a, b, exact))
    if not len(wrong):
        return None
    worst = min(wrong.tolist(), key=lambda i: _place(one.names, keys[i]))
    turn, replicate = _place(one.names, keys[worst])
    label = _label(one.names, keys[worst])
    quantity = label if column == "value" else f"{name} {label}: {column}"
    return Difference(turn, order, replicate, quantity, _shown(a[worst]), _shown(b[worst]))


def _equal(a: NDArray[Any], b: NDArray[Any], exact: bool) -> NDArray[np.bool_]:
    if a.dtype.kind == "f" or b.dtype.kind == "f":
        if a.dtype.kind == b.dtype.kind == "f":
            # A text table holds a short number by its own shortest digits: read as long ones they are others.
            short = min(a.dtype, b.dtype)
            a, b = a.astype(short), b.astype(short)
        x, y = a.astype(float), b.astype(float)
        nothing = np.isnan(x) & np.isnan(y)
        if exact:
            return np.asarray((x == y) | nothing)
        return np.asarray((np.abs(x - y) <= TOLERANCE * np.maximum(1.0, np.abs(y))) | nothing)
    return np.asarray(a.astype(str) == b.astype(str))


def _place(names: tuple[str, ...], key: tuple[str, ...]) -> tuple[str, int]:
    turn = key[names.index("turn")] if "turn" in names else ""
    return turn, int(key[names.index("replicate")])


def _label(names: tuple[str, ...], key: tuple[str, ...]) -> str:
    return " ".join(k for n, k in zip(names, key, strict=True) if n not in ("turn", "replicate"))


def _shown(value: Any) -> str:
    return repr(float(value)) if isinstance(value, float | np.floating) else f'"{value}"'
