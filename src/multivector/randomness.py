"""Draws: named streams of uniforms, inverse transforms, and fixed quasi-random points.

This is the only module that touches a random generator. A stream is a pure function of (root seed, block of 64
replicates, name): nothing else is in the key, so scenarios, doctrines and batches of any composition share their luck,
and adding an actor, an event or a worker moves no other draw.

The generator's raw 64-bit words are used, not its ``random()``: NumPy guarantees the words of a bit generator across
versions, while the methods of ``Generator`` may change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
Words = NDArray[np.uint32]

BLOCK = 64
"""Replicates in a block; replicate k is lane ``k % 64`` of block ``k // 64``."""

_BITS = 52
POOL = 4
FEW = 4
"""Fewer blocks than these are asked of NumPy one by one."""
_HASH, _HASH_GROWS, _OUT, _OUT_GROWS = 0x43B0D7E5, 0x931E8875, 0x8B51F9DD, 0x58F38DED
_LEFT, _RIGHT = np.uint32(0xCA01F9DD), np.uint32(0x4973F715)
_HALF = np.uint32(16)
PCG_GROWS = (2549297995355413924 << 64) + 4865540595714422341
_WORD, _LONG = (1 << 32) - 1, (1 << 128) - 1


class Streams:
    """Named streams of uniforms that all hang on one root seed.

    Parameters
    ----------
    root_seed
        A whole number, zero or more. It is the whole luck of an ensemble.

    Raises
    ------
    ValueError
        If the seed is negative.

    Examples
    --------
    >>> streams = Streams(7)
    >>> alone = streams.uniforms("energy/price/world", 4, [130])
    >>> among = streams.uniforms("energy/price/world", 16, [3, 130, 3])
    >>> bool((alone[:, 0] == among[:4, 1]).all())
    True
    """

    def __init__(self, root_seed: int) -> None:
        if root_seed < 0:
            raise ValueError(f"the root seed must be zero or more, found {root_seed}")
        self.root_seed = int(root_seed)
        self._pools = Pools(self.root_seed)

    def uniforms(self, name: str, turns: int, replicate_ids: ArrayLike) -> FloatArray:
        """Return the uniforms of one stream for some replicates.

        Parameters
        ----------
        name
            ``mechanism/quantity/subject``; the subject is an actor, a dyad, a corridor, a move or a rule.
        turns
            Length of the calendar. A longer calendar keeps the shorter one's draws as its first rows.
        replicate_ids
            Whole numbers, zero or more, in any order, repeats allowed; shape ``(lanes,)``.

        Returns
        -------
        ndarray, shape (turns, lanes)
            Independent uniforms strictly inside (0, 1), C-contiguous.

        Raises
        ------
        ValueError
            If ``turns`` is negative, the ids are not a list of whole numbers, or one is negative.
        """
        if turns < 0:
            raise ValueError(f"turns must be zero or more, found {turns}")
        ids = _checked_ids(replicate_ids)
        words, blocks = name_words(name), ids // BLOCK
        if ids.size and not (ids[0] % BLOCK or ids.size % BLOCK) and (ids[1:] - ids[:-1] == 1).all():
            # An ensemble in order is whole blocks; a shuffled batch is only slower.
            return self._blocks(words, turns, np.arange(blocks[0], blocks[-1] + 1)).reshape(turns, ids.size)
        asked = np.unique(blocks)
        whole = self._blocks(words, turns, asked)
        return np.ascontiguousarray(whole[:, np.searchsorted(asked, blocks), ids % BLOCK])

    def _blocks(self, words: tuple[int, int], turns: int, blocks: NDArray[np.int64]) -> FloatArray:
        """Draw whole blocks ``[turn, block, 64]``: filled by rows, so that the calendar's length moves nothing."""
        out: FloatArray = np.empty((turns, blocks.size, BLOCK))
        for k, raw in enumerate(self._raw(words, turns * BLOCK, blocks)):
            # The middle of each of 2^52 cells: exact in double precision, never 0, never 1.
            out[:, k] = (raw >> np.uint64(64 - _BITS)).reshape(turns, BLOCK)
        out += 0.5
        out *= 2.0**-_BITS
        return out

    def _raw(self, words: tuple[int, int], count: int, blocks: NDArray[np.int64]) -> Iterator[NDArray[np.uint64]]:
        """The first raw words of ``PCG64(SeedSequence(root_seed, spawn_key=(block, *words)))`` of each block."""
        generator = np.random.PCG64(0)
        for state, inc in self._pools.starts(blocks.tolist(), words):
            generator.state = {
                "bit_generator": "PCG64", "state": {"state": state, "inc": inc}, "has_uint32": 0, "uinteger": 0,
            }  # fmt: skip
            yield generator.random_raw(count)


def words_in(number: int) -> int:
    """How many 32-bit words a whole number fills, one at least.

    >>> words_in(0), words_in(2**32 - 1), words_in(2**32)
    (1, 1, 2)
    """
    return max(1, -(-number.bit_length() // 32))


class Pools:
    """The start of PCG64 for many keys at once, as NumPy's ``SeedSequence`` gives it.

    ``SeedSequence(root, spawn_key=(block, *words))`` made anew for each block costs more than the numbers that are
    drawn from it. Its pool after the root and the block is asked of NumPy once; two words of a stream's name are
    stirred into the pools of all blocks together. NumPy guarantees both algorithms across versions (NEP 19).

    References
    ----------
    O'Neill, M. E. (2015). Developing a seed_seq alternative; (2014). PCG: A family of simple fast space-efficient
    statistically good algorithms for random number generation. HMC-CS-2014-0905.

    Examples
    --------
    >>> found = list(Pools(7).starts([0, 1, 2, 3], (11, 12)))
    >>> wanted = np.random.PCG64(np.random.SeedSequence(7, spawn_key=(3, 11, 12))).state["state"]
    >>> found[3] == (wanted["state"], wanted["inc"])
    True
    """

    def __init__(self, root: int) -> None:
        self.root = root
        self._known: dict[int, Words] = {}

    def _pool(self, block: int) -> Words:
        if block not in self._known:
            self._known[block] = np.random.SeedSequence(self.root, spawn_key=(block,)).pool.copy()
        return self._known[block]

    def starts(self, blocks: list[int], words: tuple[int, ...]) -> Iterator[tuple[int, int]]:
        """State and increment of ``PCG64(SeedSequence(root, spawn_key=(block, *words)))`` of each block.

        Parameters
        ----------
        blocks : whole numbers, zero or more, in order.
        words : 32-bit words.
        """
        if len(blocks) < FEW or words_in(blocks[0]) != words_in(blocks[-1]):
            yield from (_asked(self.root, block, words) for block in blocks)
            return
        pools = np.stack([self._pool(block) for block in blocks], axis=1)
        # So often has the constant of the hash grown: to fill the pool, to stir it, for each further word of the key.
        grown = POOL + POOL * (POOL - 1) + POOL * (max(POOL, words_in(self.root)) - POOL + words_in(blocks[0]))
        for word in words:
            pools = _stirred(pools, _hashed(word, grown)[:, None])
            grown += POOL
        keys = (_generated(pools).astype(np.uint64).reshape(-1, 2, len(blocks))).tolist()
        whole = [[low | high << 32 for low, high in zip(*pair, strict=True)] for pair in keys]
        for first, second, third, fourth in zip(*whole, strict=True):
            inc = ((third << 64 | fourth) << 1 | 1) & _LONG
            yield ((inc + (first << 64 | second)) * PCG_GROWS + inc) & _LONG, inc


def _asked(root: int, block: int, words: tuple[int, ...]) -> tuple[int, int]:
    """State and increment as NumPy makes them."""
    found = np.random.PCG64(np.random.SeedSequence(root, spawn_key=(block, *words))).state["state"]
    return found["state"], found["inc"]


def _hashed(word: int, grown: int) -> Words:
    """A word hashed for each place of the pool, when the constant has grown so often."""
    out = []
    for place in range(POOL):
        constant = _HASH * pow(_HASH_GROWS, grown + place, 1 << 32) & _WORD
        value = (word ^ constant) * (constant * _HASH_GROWS & _WORD) & _WORD
        out.append(value ^ value >> 16)
    return np.array(out, np.uint32)


def _stirred(pools: Words, hashed: Words) -> Words:
    mixed = pools * _LEFT - hashed * _RIGHT
    return np.asarray(mixed ^ mixed >> _HALF)


_CONSTANTS = np.array([_OUT * pow(_OUT_GROWS, k, 1 << 32) & _WORD for k in range(2 * POOL + 1)], np.uint32)


def _generated(pools: Words) -> Words:
    """Eight words of each pool, ``[word, block]``."""
    out = np.concatenate((pools, pools)) ^ _CONSTANTS[:-1, None]
    out *= _CONSTANTS[1:, None]
    return np.asarray(out ^ out >> _HALF)


def _checked_ids(replicate_ids: ArrayLike) -> NDArray[np.int64]:
    ids = np.asarray(replicate_ids)
    if ids.ndim != 1 or (ids.size and ids.dtype.kind not in "iu"):
        raise ValueError("replicate ids must be a one-dimensional list of whole numbers")
    ids = ids.astype(np.int64)
    if ids.size and int(ids.min()) < 0:
        raise ValueError(f"replicate ids must be zero or more, found {int(ids.min())}")
    return ids


def name_words(name: str) -> tuple[int, int]:
    """Return two 32-bit words of a name's sha256, the part of a stream's key that names it.

    Python's own ``hash`` of a string differs between processes and must never be a key.

    Examples
    --------
    >>> name_words("votes/cast/KAZ") == name_words("votes/cast/KAZ")
    True
    """
    found = hashlib.sha256(name.encode("utf-8")).digest()
    return int.from_bytes(found[:4], "little"), int.from_bytes(found[4:8], "little")


# Wichura's AS 241 (PPND16), lowest power first: three pairs of polynomials, numerator and denominator.
_CENTRE = (
    (3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
     4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3),
    (1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
     2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3),
)  # fmt: skip
_SHOULDER = (
    (1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
     1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4),
    (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9),
)  # fmt: skip
_TAIL = (
    (6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
     2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7),
    (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15),
)  # fmt: skip


def _ratio(x: FloatArray, pair: tuple[tuple[float, ...], tuple[float, ...]]) -> FloatArray:
    above = np.full_like(x, pair[0][-1])
    below = np.full_like(x, pair[1][-1])
    for a, b in zip(pair[0][-2::-1], pair[1][-2::-1], strict=True):
        above = above * x + a
        below = below * x + b
    return above / below


def normal(u: ArrayLike) -> FloatArray:
    """Turn uniforms into standard normals by the inverse distribution function.

    Parameters
    ----------
    u
        Uniforms strictly inside (0, 1), any shape.

    Returns
    -------
    ndarray
        Standard normal values of the same shape, relative error about 1e-15.

    References
    ----------
    Wichura, M. J. (1988). Algorithm AS 241: The percentage points of the normal distribution. Applied Statistics 37(3).

    Examples
    --------
    >>> normal([0.5, 0.975]).round(6).tolist()
    [0.0, 1.959964]
    """
    p = np.ascontiguousarray(u, dtype=np.float64)
    q = p - 0.5
    centre = q * _ratio(0.180625 - q * q, _CENTRE)
    # Every element takes every branch, so that no value depends on what stands beside it in the batch.
    far = np.sqrt(-np.log(np.minimum(p, 1.0 - p)))
    outer = np.where(far <= 5.0, _ratio(far - 1.6, _SHOULDER), _ratio(far - 5.0, _TAIL))
    return np.where(np.abs(q) <= 0.425, centre, np.copysign(outer, q))


def gumbel(u: ArrayLike) -> FloatArray:
    """Turn uniforms into standard Gumbel values, ``-ln(-ln u)``.

    The largest of ``v_m + gumbel`` is a draw from the logit probabilities ``exp(v_m) / sum exp(v)``, and an entry that
    is hardly ever taken hardly ever changes the choice among the others (Gumbel-max; McFadden 1974).

    Parameters
    ----------
    u
        Uniforms strictly inside (0, 1), any shape.

    Returns
    -------
    ndarray
        Values of the same shape, mean 0.5772, variance pi^2/6.

    Examples
    --------
    >>> round(float(gumbel([0.5])[0]), 6)
    0.366513
    """
    p = np.ascontiguousarray(u, dtype=np.float64)
    return -np.log(-np.log(p))


def quasi_points(actor: str, turn: int, count: int, dims: int) -> FloatArray:
    """Return a fixed set of futures for one actor and turn, the same for all entries and replicates.

    A Kronecker sequence (Roberts' generalised golden ratio) is shifted by a hash of (actor, turn) and each coordinate
    is then replaced by the middle of its rank's stratum. So each margin is exactly even: a mean over the futures has no
    sampling error in any single quantity, and ``normal`` of a margin sums to zero. No stream of the world is read.

    Parameters
    ----------
    actor, turn
        Whose look-ahead, and when.
    count
        Number of futures K, one or more.
    dims
        Number of quantities, one or more.

    Returns
    -------
    ndarray, shape (count, dims)
        Points strictly inside (0, 1).

    Raises
    ------
    ValueError
        If ``count`` or ``dims`` is below one.

    References
    ----------
    Niederreiter (1992), Random Number Generation and Quasi-Monte Carlo Methods, ch. 3; McKay, Beckman and Conover
    (1979) for the strata.

    Examples
    --------
    >>> sorted(quasi_points("KAZ", 3, 4, 2)[:, 0].tolist())
    [0.125, 0.375, 0.625, 0.875]
    """
    if count < 1 or dims < 1:
        raise ValueError(f"count and dims must be one or more, found {count} and {dims}")
    points = (_shifts(actor, turn, dims) + np.arange(1, count + 1)[:, None] * _kronecker(dims)) % 1.0
    ranks = np.argsort(np.argsort(points, axis=0, kind="stable"), axis=0, kind="stable")
    return (ranks + 0.5) / count


def _shifts(actor: str, turn: int, dims: int) -> FloatArray:
    words: list[int] = []
    for j in range(dims):
        words.append(name_words(f"quasi/{actor}/{turn}/{j}")[0])
    return np.array(words, dtype=np.float64) * 2.0**-32


def _kronecker(dims: int) -> FloatArray:
    """Steps ``g^-1 .. g^-dims`` with g the root of ``g^(dims+1) = g + 1``."""
    g = 2.0
    for _ in range(64):
        g = (1.0 + g) ** (1.0 / (dims + 1))
    steps: Sequence[float] = [g ** -(j + 1.0) % 1.0 for j in range(dims)]
    return np.array(steps)
