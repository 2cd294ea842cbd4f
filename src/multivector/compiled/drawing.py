"""Uniforms by machine code: the words of PCG64 turn by turn, so that nothing is drawn before it is asked for.

The same bits as `randomness.Streams`, which draws the whole calendar of a stream at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.compiled.program import Program
from multivector.mechanisms.common import Array
from multivector.randomness import BLOCK, PCG_GROWS, Pools, gumbel, name_words
from multivector.world.quarter.draws import Draws

HALF = (1 << 64) - 1


def source() -> str:
    """A function that goes on with some generators: 64 numbers of each, and where it ends.

    Its rows are two: states and increments as ``[generator, 4]`` words (low ones first), and ``[generator, 64]``
    numbers to fill, the middles of 2^52 cells. See O'Neill (2014) for XSL-RR.
    """
    return f"""
declare i64 @llvm.fshr.i64(i64, i64, i64)
define void @kernel(ptr noalias %rows, i64 %count) {{
entry:
  %states = load ptr, ptr %rows
  %second = getelementptr ptr, ptr %rows, i64 1
  %numbers = load ptr, ptr %second
  br label %each
each:
  %g = phi i64 [0, %entry], [%g1, %kept]
  %at = shl i64 %g, 2
  %p0 = getelementptr i64, ptr %states, i64 %at
  %p2 = getelementptr i64, ptr %p0, i64 2
  %first = load i128, ptr %p0, align 8
  %inc = load i128, ptr %p2, align 8
  %from = mul i64 %g, {BLOCK}
  %out = getelementptr double, ptr %numbers, i64 %from
  br label %one
one:
  %k = phi i64 [0, %each], [%k1, %one]
  %state = phi i128 [%first, %each], [%new, %one]
  %grown = mul i128 %state, {PCG_GROWS}
  %new = add i128 %grown, %inc
  %low = trunc i128 %new to i64
  %shifted = lshr i128 %new, 64
  %high = trunc i128 %shifted to i64
  %mixed = xor i64 %low, %high
  %turn = lshr i64 %high, 58
  %word = call i64 @llvm.fshr.i64(i64 %mixed, i64 %mixed, i64 %turn)
  %cell = lshr i64 %word, 12
  %number = uitofp i64 %cell to double
  %middle = fadd double %number, 5.000000e-01
  %inside = fmul double %middle, 0x3CB0000000000000
  %place = getelementptr double, ptr %out, i64 %k
  store double %inside, ptr %place
  %k1 = add i64 %k, 1
  %more = icmp slt i64 %k1, {BLOCK}
  br i1 %more, label %one, label %kept
kept:
  store i128 %new, ptr %p0, align 8
  %g1 = add i64 %g, 1
  %left = icmp slt i64 %g1, %count
  br i1 %left, label %each, label %over
over:
  ret void
}}
"""


class CompiledDraws(Draws):
    """Uniforms of a batch, drawn when their turn comes; one that is asked for later is drawn by NumPy.

    Parameters
    ----------
    seed, replicate_ids, turns : as in `Draws`.
    code : of `source`.
    """

    def __init__(self, seed: int, replicate_ids: NDArray[np.int64], turns: int, code: Program) -> None:
        super().__init__(seed, replicate_ids, turns)
        self._code, self._pools = code, Pools(seed)
        self._blocks, where = np.unique(self.ids // BLOCK, return_inverse=True)
        places = where * BLOCK + self.ids % BLOCK
        same = np.array_equal(places, np.arange(self._blocks.size * BLOCK))
        self._places: Any = slice(None) if same else places
        self._known: dict[tuple[str, ...], tuple[int, NDArray[np.uint64], Array]] = {}

    def uniform(self, name: str, turn: int) -> Array:
        """Uniforms of one stream in one turn, ``[lane]``."""
        found = self._drawn((name,), turn)
        return super().uniform(name, turn) if found is None else np.asarray(found[0])

    def gumbel(self, names: Sequence[str], turn: int) -> Array:
        """Standard Gumbel numbers, ``[name, lane]``."""
        found = self._drawn(tuple(names), turn)
        return super().gumbel(names, turn) if found is None else gumbel(found)

    def _drawn(self, names: tuple[str, ...], turn: int) -> Array | None:
        """Uniforms of some streams in one turn, ``[name, lane]``; None if the turn is over for them."""
        at, states, found = self._known.get(names, (0, None, None))
        if at == turn + 1:
            return found
        if not names or not at <= turn < self.turns:
            return None
        if states is None:
            states = self._started(names)
        out = np.empty((len(names), self._blocks.size * BLOCK))
        rows = np.array([states.ctypes.data, out.ctypes.data], np.uint64)
        for _ in range(at, turn + 1):
            self._code(rows, len(states))
        found = np.ascontiguousarray(out[:, self._places])
        self._known[names] = (turn + 1, states, found)
        return found

    def _started(self, names: tuple[str, ...]) -> NDArray[np.uint64]:
        """Where the generators of some streams begin, ``[name and block, 4]``."""
        blocks = self._blocks.tolist()
        pairs = (pair for name in names for pair in self._pools.starts(blocks, name_words(name)))
        words = [(s & HALF, s >> 64, inc & HALF, inc >> 64) for s, inc in pairs]
        return np.array(words, np.uint64)
