"""An actor's menu laid out for look-ahead: rows, and every (row, stock) pair that a row changes, as arrays.

A row is an entry taken (or accepted), an offer refused, or *stop*, which is last. Most rows change a few stocks only,
so the changes are kept as a sorted list of pairs and not as a table of rows by stocks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from multivector.decisions.catalogue import Entry
from multivector.decisions.objective import Objective
from multivector.decisions.terminal import TerminalValues
from multivector.mechanisms.common import Array
from multivector.mechanisms.coordinates import Impulse
from multivector.mechanisms.stock_table import StockTable

Index = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Rows and the pairs of row and stock in which they change something; fixed for a batch, equal only to itself.

    Attributes
    ----------
    count : number of rows.
    row, key : [pair] row and coordinate of each pair, sorted by row; every row has at least one pair, and at most one
        for a coordinate.
    starts : [row] first pair of each row.
    shift : [pair, lane] size of the change.
    """

    count: int
    row: Index
    key: Index
    starts: Index
    shift: Array
    _classes: dict[tuple[int, ...], tuple[Index, Index]] = field(default_factory=dict, init=False)
    _places: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[Index, Index]] = field(
        default_factory=dict, init=False
    )
    _changing: dict[tuple[int, ...], tuple[Index, Index, Index]] = field(default_factory=dict, init=False)
    _lines: dict[tuple[int, ...], dict[int, Index]] = field(default_factory=dict, init=False)

    def lines(self, keys: tuple[int, ...]) -> dict[int, Index]:
        """What `places` has found of single coordinates with these keys: readers look there first."""
        return self._lines.setdefault(keys, {})

    def alike(self, keys: tuple[int, ...]) -> tuple[Index, Index]:
        """Rows that change the given coordinates alike: one row of each class, and the class of every row.

        What depends on a few stocks is worked out once for each class and not for each row.
        """
        if keys not in self._classes:
            patterns: dict[tuple[tuple[int, bytes], ...], int] = {}
            first: list[int] = []
            of: list[int] = []
            for r in range(self.count):
                pairs = [p for p in np.flatnonzero(self.row == r) if self.key[p] in keys]
                name = tuple((int(self.key[p]), self.shift[p].tobytes()) for p in pairs)
                if name not in patterns:
                    patterns[name] = len(first)
                    first.append(r)
                of.append(patterns[name])
            self._classes[keys] = (np.array(first, np.intp), np.array(of, np.intp))
        return self._classes[keys]

    def places(self, wanted: tuple[int, ...], keys: tuple[int, ...] = ()) -> tuple[Index, Index]:
        """Where coordinates change: themselves as an array, and the pair that changes each in each row, ``[key, row]``.

        The number of pairs stands for none; ``[key, 0]`` where no row changes any of them. With `keys`, the first rows
        of classes instead of all rows.
        """
        if (wanted, keys) not in self._places:
            none = len(self.row)
            rows = self.alike(keys)[0] if keys else np.arange(self.count)
            place = {int(r): c for c, r in enumerate(rows)}
            at = np.full((len(wanted), len(rows)), none, np.intp)
            for pair, (r, d) in enumerate(zip(self.row.tolist(), self.key.tolist(), strict=True)):
                if d in wanted and r in place:
                    at[wanted.index(d), place[r]] = pair
            self._places[wanted, keys] = (np.array(wanted, np.intp), at if (at < none).any() else at[:, :0])
        return self._places[wanted, keys]

    def changing(self, keys: tuple[int, ...]) -> tuple[Index, Index, Index]:
        """The pairs in which one of some coordinates changes, the rows of which they are, and where each row begins."""
        if keys not in self._changing:
            pairs = np.flatnonzero(np.isin(self.key, keys))
            rows, starts = np.unique(self.row[pairs], return_index=True)
            self._changing[keys] = (pairs, rows, starts)
        return self._changing[keys]

    @cached_property
    def lengths(self) -> Index:
        """Number of pairs of each row."""
        return np.append(self.starts[1:], len(self.row)) - self.starts

    def by_row(self, pairs: Array) -> Array:
        """Sum over the pairs of each row, ``[pair, lane]`` to ``[row, lane]``."""
        return np.asarray(np.add.reduceat(pairs, self.starts, axis=0))

    def only(self, rows: Index) -> tuple[Pairs, Index]:
        """Some of the rows, numbered anew, and which pairs they are made of."""
        lengths = self.lengths[rows]
        at = np.concatenate([self.starts[r] + np.arange(self.lengths[r]) for r in rows])
        starts = np.cumsum(lengths, axis=0) - lengths
        return Pairs(len(rows), np.repeat(np.arange(len(rows)), lengths), self.key[at], starts, self.shift[at]), at


@dataclass(frozen=True, eq=False)
class Plan(Pairs):
    """A menu in arrays.

    Attributes
    ----------
    actor : whose menu it is (or who answers).
    menu, entries : positions in the catalogue, and the entries.
    refusal : [entry] row in which it comes to nothing, -1 where it cannot.
    low, high : [pair, 1] range of the stock of each pair.
    impulses : the impulses of each row.
    cost, answer_cost : [entry, lane].
    vetoed : [k] entries on which others have a veto; passes : [k, lane] probability that each comes through.
    """

    actor: str
    menu: tuple[int, ...]
    entries: tuple[Entry, ...]
    refusal: tuple[int, ...]
    low: Array
    high: Array
    impulses: tuple[tuple[Impulse, ...], ...]
    cost: Array
    answer_cost: Array
    vetoed: Index
    passes: Array


def build_plan(
    actor: str, menu: Sequence[int], entries: Sequence[Entry], table: StockTable, cost_factor: Array
) -> Plan:
    """Lay out the entries at positions `menu` of the catalogue; `cost_factor` ``[lane]`` multiplies all costs."""
    chosen = tuple(entries[i] for i in menu)
    rows: list[tuple[Impulse, ...]] = [e.impulses for e in chosen]
    refusal = []
    for e in chosen:
        refusal.append(len(rows) if e.is_open else -1)
        if e.is_open:
            rows.append(e.refusal)
    rows.append(())
    row: list[int] = []
    key: list[int] = []
    shift: list[Array] = []
    starts: list[int] = []
    for r, impulses in enumerate(rows):
        starts.append(len(row))
        sizes: dict[str, Array] = {}
        for impulse in impulses:
            if impulse.delay == 0:
                size = table.size(impulse)
                sizes[impulse.key] = sizes[impulse.key] + size if impulse.key in sizes else size
        # A row that changes nothing now gets one empty pair, so that sums over rows have no gaps.
        for name, size in (sizes or {table.keys[0]: np.zeros(table.lanes)}).items():
            row.append(r)
            key.append(table.index[name])
            shift.append(size)
    return Plan(
        len(rows), np.array(row, np.intp), np.array(key, np.intp), np.array(starts, np.intp), np.stack(shift),
        actor, tuple(menu), chosen, tuple(refusal), table.low[key, :1], table.high[key, :1], tuple(rows),
        _costs([(e.paths[0], e.cost) for e in chosen], table) * cost_factor,
        _costs([(e.paths[1], e.answer_cost) for e in chosen], table) * cost_factor,
        np.array([m for m, e in enumerate(chosen) if e.passes], np.intp),
        np.array([table.scales[e.passes] for e in chosen if e.passes]).reshape(-1, table.lanes),
    )  # fmt: skip


def _costs(costs: Sequence[tuple[str, float]], table: StockTable) -> Array:
    """Costs of entries, ``[entry, lane]``."""
    out = np.empty((len(costs), table.lanes))
    for m, (path, cost) in enumerate(costs):
        out[m] = table.given.get(path, cost)
    return out


@dataclass(frozen=True)
class Wants:
    """What one actor's future and strategic interests are worth per unit of each stock, fixed for a batch.

    `future` and `strategic` are ``[coordinate, lane]``; `constant` is ``[row, lane]``: the worth of what a row's moves
    do later. `split` gives the same by term of utility, worked out when somebody asks for reasons.
    """

    future: Array
    strategic: Array
    constant: Array
    split: Callable[[], Mapping[str, Wants]]

    @cached_property
    def both(self) -> Array:
        """Future and strategic worth together, ``[coordinate, lane]``."""
        return self.future + self.strategic

    def later(self, plan: Plan, change: Array) -> dict[str, Array]:
        """What each term of utility has of a row's future, ``[row, lane]``; `change` is ``[pair, lane]``."""
        return {
            f"future {term}": plan.by_row(part.future[plan.key] * change) + part.constant
            for term, part in self.split().items()
        }


def build_wants(objective: Objective, terminal: TerminalValues, plan: Plan, table: StockTable) -> Wants:
    """Worth of stocks to an actor on the rows of a plan (its own, or a partner's)."""
    future, strategic = np.zeros_like(table.base), np.zeros_like(table.base)
    for key in terminal.profiles:
        future[table.index[key]] = objective.foresight * terminal.later(key, objective.fading_of(key))
    for interest in objective.interests:
        if not interest.is_measure:
            strategic[table.index[interest.name]] += interest.coefficient
    constant = np.zeros((plan.count, table.lanes))
    for r, impulses in enumerate(plan.impulses):
        for impulse in impulses:
            if impulse.delay or impulse.turns is not None:
                size, left = table.size(impulse), table.left(impulse)
                constant[r] += terminal.constant(impulse, size, left, objective.fading_of(impulse.key))

    constant *= objective.foresight

    @cache
    def split() -> Mapping[str, Wants]:
        return {term: build_wants(objective, terminal.part(term), plan, table) for term in terminal.parts}

    return Wants(future, strategic, constant, split)
