"""Kernels of a world: which rows each reads and fills, in which turns and lanes it holds, and how it is called."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from multivector.compiled.choosing import Programs
from multivector.compiled.inputs import NotThere, Path, Row, Taken, lasts, lines
from multivector.compiled.program import Program, lines_at
from multivector.compiled.searching import Inversion, Search, Searching

if TYPE_CHECKING:
    from multivector.decisions.lookahead import Deliberation

COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge, "eq": operator.eq, "ne": operator.ne,
}  # fmt: skip
Asking = tuple[str, int, bool]
"""A question that was asked of the turn: how it was compared, with what, and the answer."""


def holds(asked: tuple[Asking, ...], turn: int) -> bool:
    """Whether all questions have the same answers in a turn.

    Examples
    --------
    >>> holds((("gt", 3, True),), 4), holds((("gt", 3, True),), 3)
    (True, False)
    """
    return all(COMPARE[how](turn, other) == answer for how, other, answer in asked)


@dataclass
class Lasting:
    """Addresses of rows that stay where they are for a batch, by leaf, and the arrays that they lie in."""

    addresses: Any
    arrays: list[Any]


@dataclass
class Kernel:
    """One kernel.

    Attributes
    ----------
    kind, actor : what it works out, for whom: ``plays`` (what they do to the stocks), ``respond`` (what rows of trade
        and oil would change, once a turn for all menus), ``gains`` (what partners gain by the offers of a menu),
        ``weigh`` (a menu), ``answer`` (offers).
    reads : rows in the order of the leaves.
    shapes : of what it fills, without lanes.
    turns : what was asked of the turn.
    taken : what the trial took for constant, and for the same.
    code : what fills them.
    names : of the results, where they have any.
    in_force : whether packages are in force (1 or 0) where it holds; None if it does not matter.
    """

    kind: str
    actor: str
    reads: list[Row]
    shapes: list[tuple[int, ...]]
    turns: tuple[Asking, ...]
    taken: list[Taken]
    code: Program
    names: tuple[str, ...] = ()
    in_force: float | None = None
    looked_at: bool = False
    _arrays: list[tuple[Path, Any, Any]] | None = field(default=None, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_arrays": None, "looked_at": False}

    def covers(self, look: Any) -> bool:
        """Whether the turn of a look-ahead is one in which it holds."""
        step = look.step
        if self.in_force is not None and self.in_force != step.engine.layout.active[step.state.turn]:
            return False
        return holds(self.turns, step.published.turn)

    def arrays(self) -> list[tuple[Path, Any, Any]]:
        """Arrays that are read: path, which leaves are rows of it, which rows."""
        if self._arrays is None:
            found: dict[Path, tuple[list[int], list[int]]] = {}
            for leaf, (path, row) in enumerate(self.reads):
                leaves, rows = found.setdefault(path, ([], []))
                leaves.append(leaf)
                rows.append(row)
            self._arrays = [(p, np.array(a, np.intp), np.array(b, np.uint64)) for p, (a, b) in found.items()]
        return self._arrays

    def lasting(self, look: Deliberation) -> Lasting:
        """Where what does not change within a batch stands.

        Raises
        ------
        NotThere
            A row that it reads is not there.
        """
        addresses = np.empty(len(self.reads), np.uint64)
        return Lasting(addresses, self._placed(addresses, look, look.made.shape[-1], None, lasting=True))

    def _placed(self, addresses: Any, look: Deliberation, lanes: int, given: Any, *, lasting: bool) -> list[Any]:
        """Put the addresses of rows where their leaves are; arrays that have to stay while they are used."""
        keep = []
        for path, leaves, rows in self.arrays():
            if lasts(path) == lasting:
                array = lines(look, path, lanes, given)
                if rows.max(axis=0) >= len(array):
                    raise NotThere(str(path))
                keep.append(array)
                addresses[leaves] = lines_at(array)[rows]
        return keep

    def fill(self, look: Deliberation, given: Any = None, known: Lasting | None = None) -> list[Any]:
        """Results for a batch; `known` is where what lasts for the batch stands, once `lasting` has found it.

        Raises
        ------
        NotThere
            A row that it reads is not there.
        """
        lanes = look.made.shape[-1]
        count = sum(int(np.prod(shape)) for shape in self.shapes)
        if known is None:
            known = self.lasting(look)
        addresses = np.concatenate((known.addresses, np.empty(count, np.uint64)))
        keep = self._placed(addresses, look, lanes, given, lasting=False)
        out = np.empty((count, lanes))
        addresses[len(self.reads) :] = lines_at(out)
        self.code(addresses, lanes)
        del keep  # until here
        parts, at = [], 0
        for shape in self.shapes:
            size = int(np.prod(shape))
            parts.append(out[at : at + size].reshape(*shape, lanes))
            at += size
        return parts


@dataclass
class Kernels:
    """All that is compiled of a world, for a processor.

    Attributes
    ----------
    kernels : of look-aheads and turns.
    searches, inversions : for equilibria of trade.
    draws, choices : what goes on with generators (`drawing`), and what chooses (`choosing`).
    """

    kernels: list[Kernel]
    processor: str = ""
    searches: list[Search] = field(default_factory=list)
    inversions: list[Inversion] = field(default_factory=list)
    draws: Program | None = None
    choices: Programs = field(default_factory=dict)

    def __post_init__(self) -> None:
        # What several take for granted alike is one thing, looked at once.
        known: dict[Any, Taken] = {}
        for kernel in self.kernels:
            kernel.taken = [
                known.setdefault((t.path, t.other, t.rows.tobytes(), t.values.tobytes()), t) for t in kernel.taken
            ]

    def of(self, kind: str, look: Any) -> Kernel | None:
        """The kernel that holds for a look-ahead in its turn."""
        for kernel in self.kernels:
            if kernel.kind == kind and kernel.actor == look.actor and kernel.covers(look):
                return kernel
        return None

    def bound(self) -> Bound:
        """The kernels for one batch."""
        return Bound(self)


class Bound:
    """Kernels beside one batch: in which of its lanes they hold, how often they gave results, how often none.

    Where no replicate has numbers of its own, a batch is as the trial was, since both follow from the world and the
    code, which name the kernels: this is looked at once in a process, for the first batch.
    """

    def __init__(self, kernels: Kernels) -> None:
        self.kernels = kernels
        self.given, self.missed = 0, 0
        self.equilibria = Searching(kernels.searches, kernels.inversions)
        self._sound: dict[int, Any] = {}
        self._common: dict[int, Any] = {}
        self._lasting: dict[int, Lasting] = {}

    def fill(self, kind: str, look: Deliberation, given: Any = None) -> tuple[list[Any], Any] | None:
        """Results of a kind and the lanes in which they hold; None where there are none."""
        kernel = self.kernels.of(kind, look)
        if kernel is not None:
            try:
                covered = self._covered(kernel, look)
                if covered.any():
                    if id(kernel) not in self._lasting:
                        self._lasting[id(kernel)] = kernel.lasting(look)
                    found = kernel.fill(look, given, self._lasting[id(kernel)]), covered
                    self.given += 1
                    return found
            except NotThere:
                pass
        self.missed += 1
        return None

    def names(self, kind: str, look: Deliberation) -> tuple[str, ...]:
        """Names of the results of a kind, where they have any."""
        kernel = self.kernels.of(kind, look)
        return () if kernel is None else kernel.names

    def _covered(self, kernel: Kernel, look: Any) -> Any:
        if id(kernel) not in self._sound:
            lanes = look.made.shape[-1]
            out = np.ones(lanes, bool)
            own = bool(look.step.engine.p.overridden)
            if own or not kernel.looked_at:
                for each in kernel.taken:
                    out &= self._holds(each, look, lanes)
                kernel.looked_at = not own and bool(out.all())
            self._sound[id(kernel)] = out
        return self._sound[id(kernel)]

    def _holds(self, each: Taken, look: Any, lanes: int) -> Any:
        if not each.common:
            return each.holds(look, lanes)
        if id(each) not in self._common:
            self._common[id(each)] = each.holds(look, lanes)
        return self._common[id(each)]
