"""Generators begun for many keys at once begin as NumPy begins them one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from multivector.randomness import FEW, Pools, Streams

WORD = st.integers(0, 2**32 - 1)


@given(
    root=st.integers(0, 2**200),
    blocks=st.lists(st.integers(0, 2**34), min_size=1, max_size=3 * FEW, unique=True),
    words=st.tuples(WORD, WORD),
)
def test_starts_are_those_of_numpy(root: int, blocks: list[int], words: tuple[int, int]) -> None:
    # Flip tried: the halves of the pool's mix in the other order, a hash constant one step behind; both failed.
    found = list(Pools(root).starts(sorted(blocks), words))
    for block, (state, inc) in zip(sorted(blocks), found, strict=True):
        sequence = np.random.SeedSequence(root, spawn_key=(block, *words))
        assert np.random.PCG64(sequence).state["state"] == {"state": state, "inc": inc}


@given(ids=st.lists(st.integers(0, 2**20), max_size=20), first=st.integers(0, 50), count=st.integers(0, 5))
def test_any_batch_has_the_same_draws(ids: list[int], first: int, count: int) -> None:
    whole = np.arange(64 * first, 64 * (first + count))
    for batch in (np.array(ids, np.int64), whole, whole[1:], whole[::-1]):
        together = Streams(5).uniforms("a/b/c", 2, batch)
        assert together.shape == (2, len(batch))
        alone = [Streams(5).uniforms("a/b/c", 2, [k])[:, 0] for k in batch[:5]]
        assert all((together[:, k] == one).all() for k, one in enumerate(alone))
