"""Root finding lane by lane: good Broyden with a carried inverse Jacobian, damped Newton behind it.

Every operation is element by element over the last axis (the lane); sums run over the small leading axes. Products are
added up by einsum with the trailing axes left open (`...`): one pass over memory, term after term, lane by lane. A lane
that has converged is frozen, so its bits do not depend on its neighbours. Lanes still open after a dozen quasi-Newton
steps start again from their first guess with exact Jacobians and a line search (Dennis and Schnabel 1983, chapters 6
and 8).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Index = NDArray[np.intp]

TOLERANCE = 2e-13
"""Largest relative excess demand that counts as solved: some fifty times what rounding leaves. What is recorded moves
by up to 150 times as much (measured), so that whether a last step was taken shows nowhere above 1e-10."""
QUASI_STEPS = 12
NEWTON_STEPS = 80
LARGEST_STEP = 1.0
LINE_SEARCH = 12
PADDING = 8
STALL = 2
_SUFFICIENT = 1e-4
_NO_RESIDUAL = 1e300


class Problem(Protocol):
    """A square system of `size` equations in as many unknowns, for each lane."""

    size: int

    def residual(self, unknown: Array) -> Array:
        """Return the residual [size, lane] at `unknown` [size, lane], in an array of its own."""

    def jacobian(self, unknown: Array) -> Array:
        """Return the derivatives [equation, unknown, lane]."""

    def take(self, lanes: Index) -> Problem:
        """Return the same problem on some lanes only (a contiguous copy)."""


@dataclass
class Root:
    """Where the search ended, lane by lane.

    Attributes
    ----------
    unknown : [M, L] the last point reached.
    jac_inv : [M, M, L] inverse Jacobian estimate there.
    iterations : [L] residual evaluations used after the first.
    norm : [L] largest absolute residual; huge where it was not finite.
    converged : [L] whether `norm` is within the tolerance.
    fresh : whether the problem's last residual call was at `unknown`, for all lanes.
    """

    unknown: Array
    jac_inv: Array
    iterations: NDArray[np.int64]
    norm: Array
    converged: Mask
    fresh: bool


def matvec(matrix: Array, vector: Array) -> Array:
    """Return sum_k matrix[i, k] vector[k] lane by lane, shapes [M, K, ...] and [K, ...] to [M, ...].

    >>> matvec(np.array([[[2.0], [0.0]], [[0.0], [3.0]]]), np.array([[1.0], [1.0]])).ravel().tolist()
    [2.0, 3.0]
    """
    return np.asarray(np.einsum("ij...,j...->i...", matrix, vector))


def rowmat(vector: Array, matrix: Array) -> Array:
    """Return sum_k vector[k] matrix[k, j] lane by lane, shapes [K, ...] and [K, M, ...] to [M, ...].

    >>> rowmat(np.array([[1.0], [1.0]]), np.array([[[2.0], [0.0]], [[0.0], [3.0]]])).ravel().tolist()
    [2.0, 3.0]
    """
    return np.asarray(np.einsum("i...,ij...->j...", vector, matrix))


def dot(left: Array, right: Array) -> Array:
    """Return the scalar product over the first axis, [K, ...] and [K, ...] to [...].

    >>> dot(np.array([[1.0], [2.0]]), np.array([[3.0], [4.0]])).tolist()
    [11.0]
    """
    return np.asarray(np.einsum("i...,i...->...", left, right))


def invert_lanes(matrix: Array) -> Array:
    """Invert a small matrix for each lane (Gauss-Jordan, rows exchanged lane by lane for the largest pivot).

    LAPACK is left alone on purpose: its last bits depend on the processor's kernels.

    Parameters
    ----------
    matrix : [M, M, L]. A singular lane comes back as non-finite numbers, which the caller's checks catch.

    Returns
    -------
    [M, M, L]

    >>> invert_lanes(np.array([[[0.0], [2.0]], [[4.0], [0.0]]]))[..., 0].tolist()
    [[0.0, 0.25], [0.5, 0.0]]
    """
    size, lanes = matrix.shape[0], matrix.shape[2]
    work = np.zeros((size, 2 * size, lanes))
    work[:, :size] = matrix
    for k in range(size):
        work[k, size + k] = 1.0
    with np.errstate(all="ignore"):
        for k in range(size):
            # The largest pivot comes up from below, lane by lane; most often it is there already.
            for r in range(k + 1, size):
                larger = np.abs(work[r, k]) > np.abs(work[k, k])
                if larger.any():
                    upper, lower = work[k].copy(), work[r].copy()
                    work[k], work[r] = np.where(larger, lower, upper), np.where(larger, upper, lower)
            work[k] /= work[k, k].copy()
            factor = work[:, k].copy()
            factor[k] = 0.0
            work -= factor[:, None] * work[k]
    return np.ascontiguousarray(work[:, size:])


def eliminate(matrix: Array, right: Array) -> Array:
    """Solve matrix x = right for each lane by elimination without exchanging rows; both are overwritten.

    For matrices in which each diagonal element outweighs the rest of its column: an identity less shares that add up to
    less than one. There it is as stable as with exchanges and many times faster (Golub and Van Loan 2013, 3.4.10).

    Parameters
    ----------
    matrix : [M, M, L]. A zero pivot gives non-finite numbers, which the caller's checks catch.
    right : [M, K, L]

    Returns
    -------
    [M, K, L]

    >>> eliminate(np.array([[[2.0], [1.0]], [[1.0], [3.0]]]), np.array([[[3.0]], [[4.0]]])).ravel().tolist()
    [1.0, 1.0]
    """
    size = matrix.shape[0]
    for k in range(size - 1):
        factor = matrix[k + 1 :, k] / matrix[k, k]
        matrix[k + 1 :, k + 1 :] -= factor[:, None] * matrix[k, k + 1 :]
        right[k + 1 :] -= factor[:, None] * right[k]
    for k in reversed(range(size)):
        right[k] /= matrix[k, k]
        right[:k] -= matrix[:k, k, None] * right[k]
    return right


@contextmanager
def small_buffers() -> Iterator[None]:
    """Let NumPy work on broadcast operands in place.

    With its default buffer of 8192 numbers, operands whose inner loops are shorter are copied first, which costs as
    much as the arithmetic. No result depends on it.

    >>> with small_buffers():
    ...     print(np.getbufsize())
    1024
    """
    before = np.setbufsize(1024)
    try:
        yield
    finally:
        np.setbufsize(before)


def padded(lanes: Index) -> Index:
    """Return the lane numbers, the first repeated until the count is a multiple of eight.

    >>> len(padded(np.array([3, 4, 9])))
    8
    """
    missing = -len(lanes) % PADDING
    return np.concatenate([lanes, np.repeat(lanes[:1], missing)])


def largest(residual: Array) -> Array:
    """Return the largest absolute residual of each lane, [M, L] to [L]; huge where it is not a number.

    >>> largest(np.array([[1.0, np.nan], [-2.0, 0.0]])).tolist()
    [2.0, 1e+300]
    """
    norm = np.abs(residual).max(axis=0)
    return np.where(np.isfinite(norm), norm, _NO_RESIDUAL)


def _merge(into: Root, other: Root, lanes: Index) -> None:
    into.unknown[:, lanes] = other.unknown[:, lanes]
    into.jac_inv[:, :, lanes] = other.jac_inv[:, :, lanes]
    into.norm[lanes] = other.norm[lanes]
    into.converged[lanes] = other.converged[lanes]
    into.iterations[lanes] += other.iterations[lanes]


def _bounded(step: Array) -> Array:
    """Scale a step so that no unknown moves by more than the largest step."""
    size = np.abs(step).max(axis=0)
    return np.asarray(step * (LARGEST_STEP / np.maximum(size, LARGEST_STEP)))


class Search(Protocol):
    """Who looks for a root first: `quasi_newton`, or the same compiled."""

    def __call__(self, problem: Problem, start: Array, jac_inv: Array, *, tol: float) -> Root:
        """Search; arguments and result as in `find_root`, lanes that were lost marked."""


def quasi_newton(problem: Problem, start: Array, jac_inv: Array, *, tol: float) -> Root:
    """Good Broyden from a carried inverse Jacobian; converged lanes are frozen, lost ones left for Newton.

    Arguments and result as in `find_root`.
    """
    # Adding zero turns -0.0 into 0.0, after which adding a masked zero never changes a bit.
    u, h = start + 0.0, jac_inv + 0.0
    count = np.zeros(u.shape[-1], dtype=np.int64)
    with np.errstate(all="ignore"):
        residual, norm, open_lanes = judge(problem, u, tol)
        z = matvec(h, residual)
        for _ in range(QUASI_STEPS if open_lanes.any() else 0):
            s = move(u, z, open_lanes)
            count += open_lanes
            residual, norm, wrong = judge(problem, u, tol)
            open_lanes &= wrong
            if not open_lanes.any():
                break
            z = learn(h, s, z, matvec(h, residual), open_lanes)
    norm = np.where(np.isfinite(norm), norm, _NO_RESIDUAL)
    return Root(u, h, count, norm, norm <= tol, True)


def judge(problem: Problem, u: Array, tol: float) -> tuple[Array, Array, Mask]:
    """The residual at a point, its largest part, and in which lanes that is finite and too large.

    A lane without a finite residual compares false: it is closed, and its numbers reach no other lane.
    """
    residual = problem.residual(u)
    norm = np.abs(residual).max(axis=0)
    return residual, norm, (norm > tol) & (norm < _NO_RESIDUAL)


def move(u: Array, z: Array, open_lanes: Mask) -> Array:
    """Move open lanes by a bounded step against z (in place); the step."""
    s = np.where(open_lanes, _bounded(-z), 0.0)
    u += s
    return s


def learn(h: Array, s: Array, z: Array, z_new: Array, open_lanes: Mask) -> Array:
    """Broyden's rank-one change of the inverse Jacobian of open lanes (in place); H times the residual after it.

    Parameters
    ----------
    h : [M, M, L] inverse Jacobian.
    s : [M, L] the step made; z, z_new : [M, L] H times the residual before and after it.
    """
    change = z_new - z
    denominator = dot(s, change)
    # s (H y) = 0 would make the update singular; such a lane keeps its matrix, as does a frozen one.
    usable = (np.abs(denominator) > 1e-300) & open_lanes
    direction = np.where(usable, (s - change) / denominator, 0.0)
    h += direction[:, None] * rowmat(s, h)
    return np.asarray(z_new + direction * dot(s, z_new))


def find_root(
    problem: Problem, start: Array, jac_inv: Array, *, tol: float = TOLERANCE, search: Search = quasi_newton
) -> Root:
    """Solve `problem` for each lane, quasi-Newton first, Newton for the lanes that remain.

    Parameters
    ----------
    problem : the system; L lanes, a multiple of eight.
    start : [M, L] first guess.
    jac_inv : [M, M, L] inverse Jacobian to start from, kept up to date by rank-one changes.
    tol : largest absolute residual that counts as solved.
    search : who looks first.

    Returns
    -------
    Root : lanes that were not solved are marked, never raised here.
    """
    root = search(problem, start, jac_inv, tol=tol)
    if root.converged.all():
        return root
    open_lanes = np.flatnonzero(~root.converged)
    lanes = padded(open_lanes)
    part = problem.take(lanes)
    first = np.ascontiguousarray(start[:, lanes])
    second = newton(part, first, tol=tol)
    if not second.converged.all() and first.any():
        third = newton(part, np.zeros_like(first), tol=tol)
        _merge(second, third, np.flatnonzero(~second.converged & third.converged))
    keep = np.arange(len(open_lanes))
    root.unknown[:, open_lanes] = second.unknown[:, keep]
    root.jac_inv[:, :, open_lanes] = second.jac_inv[:, :, keep]
    root.norm[open_lanes] = second.norm[keep]
    root.converged[open_lanes] = second.converged[keep]
    root.iterations[open_lanes] += second.iterations[keep]
    root.fresh = False
    return root


def newton(problem: Problem, start: Array, *, tol: float, steps: int = NEWTON_STEPS) -> Root:
    """Newton with exact Jacobians and a line search on the sum of squared residuals, lane by lane.

    Arguments and result as in `find_root`.
    """
    u = start + 0.0
    lanes = u.shape[-1]
    count = np.zeros(lanes, dtype=np.int64)
    h = np.zeros((problem.size, problem.size, lanes))
    with np.errstate(all="ignore"):
        residual = problem.residual(u)
        norm = largest(residual)
        open_lanes = (norm > tol) & (norm < _NO_RESIDUAL)
        stalled = np.zeros(lanes, dtype=np.int64)
        h = invert_lanes(problem.jacobian(u))
        for _ in range(steps):
            if not open_lanes.any():
                break
            step = _bounded(-matvec(h, residual))
            step = np.where(np.isfinite(step), step, 0.0) * open_lanes
            u, residual, moved = _line_search(problem, u, residual, step)
            count += open_lanes
            norm = largest(residual)
            stalled = np.where(moved, 0, stalled + 1)
            open_lanes &= (norm > tol) & (stalled < STALL)
            if open_lanes.any():
                h = np.where(open_lanes, invert_lanes(problem.jacobian(u)), h)
    finite = np.isfinite(h).all(axis=0).all(axis=0)
    return Root(u, np.where(finite, h, 0.0), count, norm, (norm <= tol) & finite, False)


def _line_search(problem: Problem, u: Array, residual: Array, step: Array) -> tuple[Array, Array, Mask]:
    """Halve the step of each lane until the squared residual falls; report which lanes moved."""
    merit = dot(residual, residual)
    length = np.ones(u.shape[-1])
    best_u, best_r = u, residual
    done = ~(np.abs(step).max(axis=0) > 0.0)
    moved = np.zeros(u.shape[-1], dtype=np.bool_)
    for _ in range(LINE_SEARCH):
        trial = u + step * length
        value = problem.residual(trial)
        squares = dot(value, value)
        better = ~done & (squares <= (1.0 - _SUFFICIENT * length) * merit)
        best_u, best_r = np.where(better, trial, best_u), np.where(better, value, best_r)
        moved |= better
        done |= better
        if done.all():
            break
        length = np.where(done, length, 0.5 * length)
    return best_u, best_r, moved
