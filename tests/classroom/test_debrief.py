"""What the debrief says of single decisions."""

from __future__ import annotations

import numpy as np

from multivector.classroom.showing.debrief import _pair
from multivector.world.watching.observed_moves import MoveReader
from multivector.world.watching.plays import PlayReader
from playing import layout_of


def test_a_pair_is_the_move_of_the_quarter_with_the_contrary_audience() -> None:
    layout = layout_of("after-2022")
    reader = PlayReader(layout, MoveReader(layout), np.zeros(1, np.int64))
    mine = [i for i, e in enumerate(reader.entry) if str(e).startswith("KAZ:")]
    one, other = next((i, j) for i in mine for j in mine if reader.paired[i, j])
    apart = next(i for i in mine if not reader.paired[one, i] and i not in (one, other))
    taken = [("KAZ", 1, one), ("KAZ", 2, apart), ("KAZ", 3, other)]
    assert _pair(reader, taken, "KAZ", 1) == 3
    assert _pair(reader, taken, "KAZ", 3) == 1
    assert _pair(reader, taken[:2], "KAZ", 1) == 0
    # Another actor's move is no half of a pair, and doing nothing more none either.
    assert _pair(reader, [taken[0], ("RUS", 3, other)], "KAZ", 1) == 0
    assert _pair(reader, taken, "KAZ", 4) == 0
