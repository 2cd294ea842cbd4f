"""Sobol' points: they fill a cube more evenly than chance, also its faces, in a way that a seed scrambles."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

from multivector.errors import RunFailed
from multivector.results.recorded import Array


def sobol(names: Sequence[str], count: int, seed: int) -> dict[str, Array]:
    """Uniforms of a scrambled Sobol' sequence, ``[point]`` by name, within [0, 1).

    Each name has one point in each of `count` equal slices, as in a Latin hypercube; of the first two names the slices
    may be cut in both directions, as long as there are `count` boxes. A name's numbers depend on its place among the
    names.

    Parameters
    ----------
    names : the numbers, in order.
    count : points, a power of two: of other counts the balance is lost.
    seed : of the scrambling (digital shift after a random linear one).

    Raises
    ------
    RunFailed
        SciPy is not installed.

    References
    ----------
    Sobol' 1967, USSR Comput. Math. Math. Phys. 7(4); directions of Joe and Kuo 2008, SIAM J. Sci. Comput. 30(5);
    scrambling of Matousek 1998, J. Complexity 14(4).

    Examples
    --------
    >>> found = sobol(["a", "b"], 8, seed=0)
    >>> sorted((found["a"] * 8).astype(int).tolist())
    [0, 1, 2, 3, 4, 5, 6, 7]
    >>> sorted(zip((found["a"] * 4).astype(int).tolist(), (found["b"] * 2).astype(int).tolist()))
    [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1), (3, 0), (3, 1)]
    """
    try:
        qmc: Any = importlib.import_module("scipy.stats.qmc")
    except ImportError:
        raise RunFailed("--design sobol:N needs SciPy: pip install 'multivector[discovery]'") from None
    drawn: Array = qmc.Sobol(len(names), scramble=True, rng=seed).random(count)
    return {name: drawn[:, k].copy() for k, name in enumerate(names)}
