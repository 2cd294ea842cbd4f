"""Trade in general equilibrium: many sectors, Armington goods, roundabout production, in changes (exact hats).

Every shock enters through the demand shifters phi = lam A tau^(-theta) and the transfers. The model is Caliendo and
Parro 2015 (RES 82(1)) with one cost share of value added per country and inputs bought in the proportions of final
spending; with va = 1 it is Armington (Arkolakis, Costinot, Rodriguez-Clare 2012). Elasticities within a year are far
below those of the long run (Boehm, Levchenko, Pandalai-Nayar 2023, AER 113(4)): `mechanisms/habit.py` joins the two.

Units: values in US$ bn a year of the base; hats and logs of hats for prices; the numeraire is world value added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from multivector.errors import NonConvergence
from multivector.mechanisms.trade_market import Market, pick
from multivector.mechanisms.trade_solver import (
    PADDING,
    TOLERANCE,
    Array,
    Mask,
    Search,
    find_root,
    invert_lanes,
    matvec,
    quasi_newton,
    small_buffers,
)

OnFailure = Literal["raise", "mask"]
CHUNK = 512
_CUT_COST = 1e6


def with_lanes(array: Array, axes: int) -> Array:
    """Return the array with a lane axis of length one added if it has only its `axes` leading axes.

    >>> with_lanes(np.ones((2, 3)), 2).shape
    (2, 3, 1)
    """
    array = np.asarray(array, dtype=np.float64)
    return array[..., None] if array.ndim == axes else array


@dataclass(frozen=True)
class TradeBase:
    """The base year of the trade block; the last axis of each array is the lane, of length 1 where lanes agree.

    Attributes
    ----------
    lam : [exporter, importer, sector, lane] share of the exporter in the importer's spending on the sector; sums to 1.
    beta : [importer, sector, lane] share of the sector in spending; sums to 1.
    output : [node, lane] value added Y, US$ bn a year.
    va : [node, lane] share of value added in gross output, in (0, 1].
    deficit : [node, lane] deficit of the block D, US$ bn a year; sums to 0.
    """

    lam: Array
    beta: Array
    output: Array
    va: Array
    deficit: Array

    @classmethod
    def of(cls, lam: Array, beta: Array, output: Array, va: Array, deficit: Array) -> TradeBase:
        """Build the base from arrays with or without a lane axis, checking shapes, signs and sums.

        Raises
        ------
        ValueError
            If a shape does not fit, a share is negative, shares do not sum to one or deficits not to zero.

        >>> base = TradeBase.of(np.full((2, 2, 1), 0.5), np.ones((2, 1)), np.ones(2), np.ones(2), np.zeros(2))
        >>> base.lam.shape
        (2, 2, 1, 1)
        """
        base = cls(*(with_lanes(a, k) for a, k in zip((lam, beta, output, va, deficit), (3, 2, 1, 1, 1), strict=True)))
        n, _, s, _ = base.lam.shape
        shapes = ((n, n, s), (n, s), (n,), (n,), (n,))
        for name, shape in zip(cls.__dataclass_fields__, shapes, strict=True):
            if getattr(base, name).shape[:-1] != shape:
                raise ValueError(f"{name}: expected {shape} before the lane, got {getattr(base, name).shape}")
        if (base.lam < 0).any() or (np.abs(base.lam.sum(axis=0) - 1.0) > 1e-9).any():
            raise ValueError("lam: import shares must be non-negative and sum to one over exporters")
        if (base.beta < 0).any() or (np.abs(base.beta.sum(axis=1) - 1.0) > 1e-9).any():
            raise ValueError("beta: spending shares must be non-negative and sum to one over sectors")
        if not ((base.output > 0).all() and (base.va > 0).all() and (base.va <= 1).all()):
            raise ValueError("output must be positive and va in (0, 1]")
        if (np.abs(base.deficit.sum(axis=0)) > 1e-9 * base.output.sum(axis=0)).any():
            raise ValueError("deficit: must sum to zero over nodes")
        if not (base.output + base.deficit > 0).all():
            raise ValueError("income Y + D must be positive")
        return base

    @property
    def nodes(self) -> int:
        """Number of economies."""
        return int(self.lam.shape[0])

    @property
    def sectors(self) -> int:
        """Number of sectors."""
        return int(self.lam.shape[2])

    def flows(self) -> Array:
        """Return the base flows lam beta X, [exporter, importer, sector, lane], US$ bn a year."""
        spending = self.output / self.va + self.deficit
        return self.lam * self.beta * spending[:, None]

    def imbalance(self) -> Array:
        """Return sales over gross output less one, [node, lane]; zero if the base is an equilibrium."""
        return np.asarray(self.flows().sum(axis=2).sum(axis=1) / (self.output / self.va) - 1.0)


@dataclass
class TradeSolution:
    """An equilibrium for each lane.

    Attributes
    ----------
    ln_c, ln_w, ln_p : [node, lane] log changes of unit cost, wage and price index.
    ln_p_ns : [importer, sector, lane] log changes of sector prices.
    ln_income : [node, lane] log change of real income, ln((wY + T) / (Y + D)) - ln P; nan where income is not positive.
    transfer : [node, lane] transfers in force, US$ bn.
    supply : [exporter, sector, lane] c^(-theta); demand : [importer, sector, lane] beta X P^theta:
        the flow is phi times supply times demand.
    iterations, residual, converged : [lane] residual evaluations after the first, largest relative excess demand,
        whether it is within the tolerance.
    jac_inv : [node, node, lane] inverse Jacobian of the residual in ln c, to start the next solve.
    """

    ln_c: Array
    ln_w: Array
    ln_p: Array
    ln_p_ns: Array
    ln_income: Array
    transfer: Array
    supply: Array
    demand: Array
    iterations: NDArray[np.int64]
    residual: Array
    converged: Mask
    jac_inv: Array

    def flows(self, phi: Array) -> Array:
        """Return flows [exporter, importer, sector, lane], US$ bn a year, for the shifters that were solved."""
        return np.asarray(phi * self.supply[:, None] * self.demand)

    def shares(self, phi: Array, theta: Array) -> Array:
        """Return import shares phi c^(-theta) / P^(-theta), [exporter, importer, sector, lane]."""
        inverse_b = np.exp(np.ascontiguousarray(with_lanes(theta, 1) * self.ln_p_ns))
        return np.asarray(phi * self.supply[:, None] * inverse_b)


def empty_solution(nodes: int, sectors: int, lanes: int) -> TradeSolution:
    """Return a solution with room for `lanes` lanes, to be filled chunk by chunk.

    >>> empty_solution(2, 3, 8).ln_p_ns.shape
    (2, 3, 8)
    """
    node = [np.empty((nodes, lanes)) for _ in range(5)]
    sector = [np.empty((nodes, sectors, lanes)) for _ in range(3)]
    return TradeSolution(
        ln_c=node[0],
        ln_w=node[1],
        ln_p=node[2],
        ln_p_ns=sector[0],
        ln_income=node[3],
        transfer=node[4],
        supply=sector[1],
        demand=sector[2],
        iterations=np.zeros(lanes, dtype=np.int64),
        residual=np.empty(lanes),
        converged=np.zeros(lanes, dtype=np.bool_),
        jac_inv=np.empty((nodes, nodes, lanes)),
    )


def real_income(market: Market, deficit: Array) -> Array:
    """Return ln What of the market's last prices, [N, ...]; nan where a node's income is not positive."""
    income = market.wage * market.output + market.transfer
    ratio = income / (market.output + deficit)
    return np.log(np.where(ratio > 0.0, ratio, np.nan)) - market.ln_p


def record(out: TradeSolution, at: slice, market: Market, deficit: Array, ln_c: Array) -> None:
    """Write what follows from the market's last evaluation into lanes `at` of the solution."""
    out.ln_c[:, at], out.ln_w[:, at], out.ln_p[:, at] = ln_c, market.ln_w, market.ln_p
    np.divide(market.log_b, market.minus_theta, out=out.ln_p_ns[..., at])
    out.ln_income[:, at] = real_income(market, deficit)
    out.transfer[:, at] = market.transfer
    out.supply[..., at], out.demand[..., at] = market.v, market.g


def chunks(lanes: int, size: int = CHUNK) -> list[slice]:
    """Return the slices that cut a batch into chunks of `size` lanes.

    >>> chunks(300, 256)
    [slice(0, 256, None), slice(256, 300, None)]
    """
    return [slice(a, min(a + size, lanes)) for a in range(0, lanes, size)]


def cut(array: Array, at: slice) -> Array:
    """Return a contiguous copy of some lanes; arrays whose last axis has length one are returned as they are."""
    return array if array.shape[-1] == 1 else np.ascontiguousarray(array[..., at])


def pad_lanes(array: Array, lanes: int) -> Array:
    """Return the array with its last lane repeated until there are `lanes`; length one stays as it is.

    >>> pad_lanes(np.array([[1.0, 2.0]]), 4).tolist()
    [[1.0, 2.0, 2.0, 2.0]]
    """
    have = array.shape[-1]
    return array if have in (1, lanes) else pick(array, np.minimum(np.arange(lanes), have - 1))


def base_jac_inv(base: TradeBase, theta: Array) -> Array:
    """Return the inverse Jacobian of the residual at base, [node, node, lane] (one lane if nothing varies).

    Parameters
    ----------
    base : the base year.
    theta : [sector] or [sector, lane] elasticities.
    """
    theta = with_lanes(theta, 1)
    parts = (base.lam, base.beta, base.output, base.va, base.deficit, theta)
    lanes = max(part.shape[-1] for part in parts)
    phi = np.ascontiguousarray(np.broadcast_to(base.lam, (*base.lam.shape[:-1], lanes)))
    market = Market(phi, base.beta, base.output, base.va, base.deficit, theta)
    return invert_lanes(market.jacobian(np.zeros((base.nodes, lanes))))


def check_failures(converged: Mask, residual: Array, on_failure: OnFailure) -> None:
    """Raise NonConvergence naming the lanes that failed, unless the caller asked for a mask."""
    if on_failure == "mask" or converged.all():
        return
    lanes = np.flatnonzero(~converged)
    worst = float(residual[lanes].max())
    shown = ", ".join(str(int(k)) for k in lanes[:10]) + (", ..." if len(lanes) > 10 else "")
    raise NonConvergence(
        f"the trade equilibrium was not found in {len(lanes)} of {len(converged)} lanes ({shown}); "
        f"largest residual {worst:.3g}. Shocks this large may leave no equilibrium: check trade costs and transfers."
    )


@small_buffers()
def solve(
    base: TradeBase,
    phi: Array,
    transfer: Array | None,
    theta: Array,
    *,
    start: Array | None = None,
    jac_inv: Array | None = None,
    tol: float = TOLERANCE,
    chunk: int = CHUNK,
    on_failure: OnFailure = "raise",
    search: Search = quasi_newton,
) -> TradeSolution:
    """Solve the trade equilibrium for each lane.

    Parameters
    ----------
    base : the base year.
    phi : [exporter, importer, sector, lane] demand shifters lam A tau^(-theta); sets the number of lanes.
    transfer : [node, lane] deficits plus other transfers, US$ bn, summing to zero; None keeps the base deficits.
    theta : [sector] or [sector, lane] elasticities, positive.
    start : [node, lane] log unit costs to start from (last turn's), zeros if None.
    jac_inv : [node, node, lane] inverse Jacobian to start from (last turn's), the base's if None.
    tol : largest relative excess demand that counts as solved.
    chunk : lanes solved together, a multiple of 64; no result depends on it.
    on_failure : "raise" NonConvergence, or "mask": leave it to the caller to read `converged`.
    search : who looks for the root first (`find_root`).

    Returns
    -------
    TradeSolution

    Raises
    ------
    NonConvergence
        If a lane has no solution within the tolerance. The message names the lanes.

    Examples
    --------
    >>> base = TradeBase.of(np.full((2, 2, 1), 0.5), np.ones((2, 1)), np.ones(2), np.ones(2), np.zeros(2))
    >>> phi = np.repeat(base.lam, 8, axis=-1)
    >>> phi[0, 1] *= 1.1 ** -4.0
    >>> solution = solve(base, phi, None, np.array([4.0]))
    >>> bool(solution.ln_income[1, 0] < -0.01)
    True
    """
    phi, theta = with_lanes(phi, 3), with_lanes(theta, 1)
    lanes = phi.shape[-1]
    full = lanes + (-lanes % PADDING)
    transfer = base.deficit if transfer is None else with_lanes(transfer, 1)
    inputs = [phi, base.beta, base.output, base.va, transfer, theta]
    if full != lanes:
        inputs = [np.repeat(phi, full, axis=-1) if lanes == 1 else pad_lanes(phi, full)] + [
            pad_lanes(a, full) for a in inputs[1:]
        ]
    first = pad_lanes(np.zeros((base.nodes, 1)) if start is None else start, full)
    inverse = pad_lanes(base_jac_inv(base, theta) if jac_inv is None else jac_inv, full)
    deficit = pad_lanes(base.deficit, full)
    out = empty_solution(base.nodes, base.sectors, full)
    for at in chunks(full, chunk):
        width = at.stop - at.start
        market = Market(*(cut(a, at) for a in inputs))
        begin = np.broadcast_to(cut(first, at), (base.nodes, width))
        h0 = np.broadcast_to(cut(inverse, at), (base.nodes, base.nodes, width))
        root = find_root(market, begin, h0, tol=tol, search=search)
        if not root.fresh:
            with np.errstate(all="ignore"):
                market.residual(root.unknown)
        record(out, at, market, cut(deficit, at), root.unknown)
        out.jac_inv[..., at] = root.jac_inv
        out.iterations[at], out.residual[at], out.converged[at] = root.iterations, root.norm, root.converged
    if full != lanes:
        out = first_lanes(out, lanes)
    check_failures(out.converged, out.residual, on_failure)
    return out


def first_lanes(solution: TradeSolution, lanes: int) -> TradeSolution:
    """Return the solution's first lanes (drops padding)."""
    return TradeSolution(**{name: np.ascontiguousarray(value[..., :lanes]) for name, value in vars(solution).items()})


def _entry_axis(array: Array) -> Array:
    return np.asarray(array[..., None, :])


@small_buffers()
def response(
    base: TradeBase,
    solution: TradeSolution,
    phi: Array,
    transfer: Array | None,
    theta: Array,
    *,
    steps: int = 1,
) -> Array:
    """Approximate ln What for a menu of changes near a solution: k chord steps with its inverse Jacobian.

    For a wedge of 25% one step errs by 1-3% of the mover's own effect, two by less than 1e-3; a gradient is useless.

    Parameters
    ----------
    base : the base year.
    solution : the equilibrium to start from, L lanes.
    phi : [exporter, importer, sector, entry, lane] shifters of each entry.
    transfer : [node, entry, lane] or [node, 1, lane]; None keeps the solution's.
    theta : [sector] or [sector, lane].
    steps : chord steps k.

    Returns
    -------
    [node, entry, lane] ln What against the base year (subtract `solution.ln_income` for the effect of the entry).
    """
    theta = with_lanes(theta, 1)
    entries, lanes = phi.shape[3:]
    moved = _entry_axis(solution.transfer) if transfer is None else transfer
    out = np.empty((base.nodes, entries, lanes))
    width = max(64, 2 * CHUNK // entries // 64 * 64)
    for at in chunks(lanes, width):
        parts = (base.beta, base.output, base.va)
        shifters = np.ascontiguousarray(phi[..., at])
        beta, output, va = (_entry_axis(cut(a, at)) for a in parts)
        market = Market(shifters, beta, output, va, cut(moved, at), _entry_axis(cut(theta, at)))
        inverse = _entry_axis(cut(solution.jac_inv, at))
        ln_c = np.repeat(_entry_axis(solution.ln_c[:, at]), entries, axis=1)
        with np.errstate(all="ignore"):
            for _ in range(steps):
                ln_c -= matvec(inverse, market.residual(ln_c))
            market.prices(ln_c)
            out[..., at] = real_income(market, _entry_axis(cut(base.deficit, at)))
    return out


def cut_pairs(phi: Array, theta: Array, pairs: Sequence[tuple[int, int]], *, cost: float = _CUT_COST) -> Array:
    """Return shifters with trade between the two nodes of each pair cut, pairs stacked along the lanes.

    Parameters
    ----------
    phi : [N, N, S, L]; theta : [S] or [S, L]; pairs : node numbers, one pair for each copy.
    cost : the trade cost factor put on both directions.

    Returns
    -------
    [N, N, S, len(pairs) * L], pair by pair.
    """
    width = phi.shape[-1]
    exponent = np.broadcast_to(-np.log(cost) * with_lanes(theta, 1), (phi.shape[2], width))
    factor = np.exp(np.ascontiguousarray(exponent))
    out = np.concatenate([phi] * len(pairs), axis=-1)
    for k, (a, b) in enumerate(pairs):
        at = slice(k * width, (k + 1) * width)
        out[a, b, :, at] *= factor
        out[b, a, :, at] *= factor
    return out


def loss_of(
    base: TradeBase,
    pairs: Sequence[tuple[int, int]],
    theta: Array,
    *,
    phi: Array | None = None,
    transfer: Array | None = None,
    now: TradeSolution | None = None,
    on_failure: OnFailure = "raise",
) -> Array:
    """Return what each side of a pair would lose if trade between them ended: 1 - What(cut) / What(now), exact.

    The cost of interruption is power (Hirschman 1945). Call it with short-run and with long-run elasticities.

    Parameters
    ----------
    base : the base year.
    pairs : (a, b) node numbers.
    theta : [sector] or [sector, lane].
    phi, transfer : the shifters [N, N, S, L] and transfers now; the base's if None.
    now : the solution at `phi` and `transfer` (its ln_c and inverse Jacobian warm the solve); the base if None.
    on_failure : as in `solve`.

    Returns
    -------
    [pair, 2, lane] share of real income lost by a and by b (nan where a masked lane failed).
    """
    lanes = max(a.shape[-1] for a in (base.lam if phi is None else phi, with_lanes(theta, 1)))
    shifters = np.broadcast_to(base.lam if phi is None else phi, (*base.lam.shape[:-1], lanes))
    money = np.broadcast_to(base.deficit if transfer is None else with_lanes(transfer, 1), (base.nodes, lanes))
    many = len(pairs)

    def tile(array: Array) -> Array:
        return array if array.shape[-1] == 1 else np.concatenate([array] * many, axis=-1)

    found = solve(
        TradeBase(*(tile(a) for a in (base.lam, base.beta, base.output, base.va, base.deficit))),
        cut_pairs(np.ascontiguousarray(shifters), theta, pairs),
        tile(money) if lanes > 1 else np.repeat(money, many, axis=-1),
        tile(with_lanes(theta, 1)),
        start=None if now is None else np.concatenate([now.ln_c] * many, axis=-1),
        jac_inv=None if now is None else np.concatenate([now.jac_inv] * many, axis=-1),
        on_failure=on_failure,
    )
    before = np.zeros((base.nodes, 1)) if now is None else now.ln_income
    out = np.empty((many, 2, lanes))
    for k, pair in enumerate(pairs):
        at = slice(k * lanes, (k + 1) * lanes)
        for side, node in enumerate(pair):
            change = np.where(found.converged[at], found.ln_income[node, at] - before[node], np.nan)
            out[k, side] = -np.expm1(change)
    return out
