"""Solve the trade equilibrium together with the premia of scarce routes.

Lanes in which no capacity binds take the path of the plain solve. Only the others solve the larger system, from last
turn's premia and inverse Jacobian where there are any.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from multivector.mechanisms.routes import RouteCosts, RoutedCells
from multivector.mechanisms.trade import (
    OnFailure,
    TradeBase,
    TradeSolution,
    base_jac_inv,
    check_failures,
    chunks,
    cut,
    empty_solution,
    first_lanes,
    pad_lanes,
    record,
    with_lanes,
)
from multivector.mechanisms.trade_market import Market, pick
from multivector.mechanisms.trade_scarcity import CapacityMarket, Invert, PremiaAlone, inverse_at
from multivector.mechanisms.trade_solver import (
    PADDING,
    TOLERANCE,
    Array,
    Index,
    Mask,
    Problem,
    Root,
    Search,
    find_root,
    invert_lanes,
    newton,
    padded,
    quasi_newton,
    small_buffers,
)

CAPACITY_TOLERANCE = 1e-8
CHUNK = 512
_SNAP = 1e-7
_ROUGH = 1e-3
_FIRST = 0.1
_ZERO = 1e-12


@dataclass
class CapacitySolution:
    """An equilibrium with scarce routes, for each lane.

    Attributes
    ----------
    trade : the equilibrium; its `transfer` includes rents, its `jac_inv` is the top-left block [N, N, lane].
    phi : [exporter, importer, sector, lane] shifters with the route factors in, for `trade.flows(phi)`.
    zeta : [J, lane] premia; volume : [J, lane] what goes through, US$ bn a year.
    rent : [node, lane] rents received less rents paid, US$ bn a year; sums to zero.
    route_flow, covered_flow : [cell, route, lane] value by route, all lines and covered lines, US$ bn a year.
    ln_uncovered, ln_covered : [cell, lane] log cost changes of the two strata, premia in (for habit).
    excess, complementarity : [lane] max (V - cap)+ / cap and max |zeta (cap - V) / cap|.
    jac_inv : [N + J, N + J, lane] exact inverse Jacobian in (ln c, ln(1 + zeta)), to start the next solve from and to
        look ahead by; where the lane failed, the search's last estimate.
    """

    trade: TradeSolution
    phi: Array
    zeta: Array
    volume: Array
    rent: Array
    route_flow: Array
    covered_flow: Array
    ln_uncovered: Array
    ln_covered: Array
    excess: Array
    complementarity: Array
    jac_inv: Array


@small_buffers()
def solve_with_capacity(
    base: TradeBase,
    cells: RoutedCells,
    costs: RouteCosts,
    caps: Array,
    phi: Array,
    transfer: Array | None,
    theta: Array,
    *,
    theta_route: Array,
    start: Array | None = None,
    zeta: Array | None = None,
    jac_inv: Array | None = None,
    tol: float = TOLERANCE,
    chunk: int = CHUNK,
    on_failure: OnFailure = "raise",
    search: Search = quasi_newton,
    invert: Invert = inverse_at,
) -> CapacitySolution:
    """Solve the trade equilibrium with routes of limited capacity.

    Parameters
    ----------
    base : the base year.
    cells, costs : routed cells and their route costs.
    caps : [J] or [J, lane] capacities, US$ bn a year delivered; not positive means closed.
    phi : [exporter, importer, sector, lane] shifters; at routed cells without the route factor (lam A only).
    transfer : [node, lane] deficits and other transfers without rents; None keeps the base deficits.
    theta : [sector] or [sector, lane]; theta_route : [lane] or a single number in an array.
    start, zeta, jac_inv : ln c [N, lane], premia [J, lane] and inverse Jacobian [N + J, N + J, lane] of last turn.
    tol : largest residual that counts as solved.
    chunk, on_failure, search : as in `trade.solve`; invert : who inverts the derivatives at the solution.

    Returns
    -------
    CapacitySolution

    Raises
    ------
    NonConvergence
        If a lane misses the tolerance, or capacities or complementarity by more than 1e-8 (names the lanes).

    Examples
    --------
    >>> base = TradeBase.of(np.full((2, 2, 1), 0.5), np.ones((2, 1)), np.ones(2), np.ones(2), np.zeros(2))
    >>> cells = RoutedCells.of([(0, 1, 0)], np.array([[0.5, 0.5]]), [[-1, 0]], nodes=2)
    >>> costs = RouteCosts.of(np.zeros((1, 2)), np.zeros((1, 2)), np.zeros(1))
    >>> found = solve_with_capacity(
    ...     base, cells, costs, np.array([0.2]), base.lam, None, np.array([4.0]), theta_route=np.array([8.0])
    ... )
    >>> found.volume[0].round(6).tolist(), bool(found.zeta[0, 0] > 0)
    ([0.2], True)
    """
    phi, theta, caps = with_lanes(phi, 3), with_lanes(theta, 1), with_lanes(caps, 1)
    lanes = phi.shape[-1]
    full = lanes + (-lanes % PADDING)
    n, scarce = base.nodes, caps.shape[0]
    transfer = base.deficit if transfer is None else with_lanes(transfer, 1)
    phi = np.repeat(phi, full, axis=-1) if lanes == 1 else pad_lanes(phi, full)
    inputs = [pad_lanes(a, full) for a in (base.beta, base.output, base.va, transfer, theta)]
    lists = [pad_lanes(a, full) for a in (costs.uncovered, costs.covered, costs.coverage, costs.margin)]
    wide = np.broadcast_to(pad_lanes(caps, full), (scarce, full))
    route_theta = np.broadcast_to(pad_lanes(np.atleast_1d(theta_route), full), (full,))
    first = np.zeros((n + scarce, full))
    if start is not None:
        first[:n] = pad_lanes(start, full)
    if zeta is not None:
        first[n:] = np.log1p(np.ascontiguousarray(np.broadcast_to(pad_lanes(zeta, full), (scarce, full))))
    inverse = None if jac_inv is None else pad_lanes(jac_inv, full)
    plain_inverse = pad_lanes(base_jac_inv(base, theta), full) if inverse is None else inverse[:n, :n]
    out = _empty(n, base.sectors, cells, scarce, full, phi)
    for at in chunks(full, chunk):
        width = at.stop - at.start
        # A copy: the market writes route factors into its shifters, which must not reach the caller's.
        market = Market(phi[..., at].copy(), *(cut(a, at) for a in inputs))
        part = RouteCosts(*(cut(a, at) for a in lists))
        share = cut(pad_lanes(cells.share, full), at)
        problem = CapacityMarket(
            market, RoutedCells(**{**vars(cells), "share": share}), part, cut(wide, at), cut(route_theta, at)
        )
        h0 = np.broadcast_to(cut(plain_inverse, at), (n, n, width))
        root = _search(problem, cut(first, at), h0, None if inverse is None else cut(inverse, at), tol, search)
        _record(out, at, problem, root, cut(pad_lanes(base.deficit, full), at), invert)
    if full != lanes:
        out = _first(out, lanes)
    _check(out, on_failure)
    return out


def _search(
    problem: CapacityMarket, first: Array, h0: Array, carried: Array | None, tol: float, search: Search
) -> Root:
    """Solve lanes without premia as a plain market, then the larger system where a capacity binds."""
    n, m = problem.nodes, problem.size
    idle: Mask = np.logical_not((first[n:] > 0.0).any(axis=0))
    root = Root(
        first.copy(),
        np.zeros((m, m, first.shape[-1])),
        np.zeros(first.shape[-1], dtype=np.int64),
        np.full(first.shape[-1], np.inf),
        np.zeros(first.shape[-1], dtype=np.bool_),
        False,
    )
    for j in range(n, m):
        root.jac_inv[j, j] = 1.0
    if carried is not None:
        root.jac_inv[:] = carried
    if idle.any():
        _solve_idle(problem, root, h0, np.flatnonzero(idle), tol, search)
    if n == m:
        return root
    binding = np.flatnonzero(~root.converged)
    if binding.size:
        _solve_binding(problem, root, binding, carried is not None, idle, tol, search)
        slack = binding[(root.unknown[n:, binding] < _SNAP).all(axis=0) & root.converged[binding]]
        if slack.size:
            root.unknown[n:, slack] = 0.0
            root.converged[slack] = False
            _solve_idle(problem, root, root.jac_inv[:n, :n].copy(), slack, tol, search, final=True)
    return root


def _on(problem: CapacityMarket, lanes: Index) -> CapacityMarket:
    """Return the problem on some lanes, itself if they are all of them in order."""
    same = len(lanes) == problem.lanes and bool((lanes == np.arange(problem.lanes)).all())
    return problem if same else problem.take(lanes)


def _plain(part: CapacityMarket) -> Problem:
    """Return the problem with all premia zero; a bare market when no route pays a rent."""
    part.choose_routes(np.zeros((part.size - part.nodes, part.lanes)))
    return FixedPremia(part) if part.costs.margin.any() and part.layout.links else part.market


class FixedPremia:
    """The market equations alone, all premia zero, while margins still pay rents."""

    def __init__(self, problem: CapacityMarket) -> None:
        self.problem, self.size = problem, problem.nodes

    def _padded(self, ln_c: Array) -> Array:
        idle = np.zeros((self.problem.size - self.size, ln_c.shape[-1]))
        return np.concatenate([ln_c, idle])

    def residual(self, unknown: Array) -> Array:
        """Return the market residuals [N, lane]."""
        return np.ascontiguousarray(self.problem.residual(self._padded(unknown))[: self.size])

    def jacobian(self, unknown: Array) -> Array:
        """Return their derivatives [N, N, lane]."""
        return np.ascontiguousarray(self.problem.jacobian(self._padded(unknown))[: self.size, : self.size])

    def take(self, lanes: Index) -> FixedPremia:
        """Return the problem on some lanes."""
        return FixedPremia(self.problem.take(lanes))


def _solve_idle(
    problem: CapacityMarket, root: Root, h0: Array, lanes: Index, tol: float, search: Search, *, final: bool = False
) -> None:
    """Solve some lanes with zero premia and accept those in which no capacity is exceeded."""
    n = problem.nodes
    wide = padded(lanes)
    full = _on(problem, wide)
    found = find_root(_plain(full), pick(root.unknown[:n], wide), pick(h0, wide), tol=tol, search=search)
    keep = slice(0, len(lanes))
    accepted: Mask = found.converged[keep].copy()
    if problem.size > n:
        full.residual(np.concatenate([found.unknown, np.zeros((problem.size - n, len(wide)))]))
        over: Mask = np.asarray((full.volume() > np.where(full.is_open, full.caps, np.inf)).any(axis=0))
        accepted &= np.logical_or(final, ~over[keep])
    root.unknown[:n, lanes] = found.unknown[:, keep]
    root.jac_inv[:n, :n, lanes] = found.jac_inv[:, :, keep]
    root.iterations[lanes] += found.iterations[keep]
    root.norm[lanes] = found.norm[keep]
    root.converged[lanes] = accepted


def _solve_binding(
    problem: CapacityMarket, root: Root, lanes: Index, carried: bool, idle: Mask, tol: float, search: Search
) -> None:
    """Solve the larger system on the lanes where a capacity binds or did so last turn."""
    n = problem.nodes
    wide = padded(lanes)
    part = _on(problem, wide)
    guess = pick(root.unknown, wide)
    fresh = idle[wide] | (not carried)
    if fresh.any():
        part.residual(guess)
        premia = newton(PremiaAlone(part), np.maximum(guess[n:], _FIRST), tol=_ROUGH)
        guess[n:] = np.where(fresh, premia.unknown, guess[n:])
    h = pick(root.jac_inv, wide)
    if fresh.any():
        new = padded(np.flatnonzero(fresh))
        h[:, :, new] = invert_lanes(problem.take(wide[new]).jacobian(pick(guess, new)))
        h = np.where(np.isfinite(h), h, 0.0)
    found = find_root(part, guess, h, tol=tol, search=search)
    keep = slice(0, len(lanes))
    root.unknown[:, lanes] = found.unknown[:, keep]
    root.jac_inv[:, :, lanes] = found.jac_inv[:, :, keep]
    root.iterations[lanes] += found.iterations[keep]
    root.norm[lanes] = found.norm[keep]
    root.converged[lanes] = found.converged[keep]


def _empty(nodes: int, sectors: int, cells: RoutedCells, scarce: int, lanes: int, phi: Array) -> CapacitySolution:
    count, depth = cells.capacity.shape
    return CapacitySolution(
        trade=empty_solution(nodes, sectors, lanes),
        phi=np.empty_like(phi),
        zeta=np.empty((scarce, lanes)),
        volume=np.empty((scarce, lanes)),
        rent=np.empty((nodes, lanes)),
        route_flow=np.empty((count, depth, lanes)),
        covered_flow=np.empty((count, depth, lanes)),
        ln_uncovered=np.empty((count, lanes)),
        ln_covered=np.empty((count, lanes)),
        excess=np.empty(lanes),
        complementarity=np.empty(lanes),
        jac_inv=np.empty((nodes + scarce, nodes + scarce, lanes)),
    )


def _record(
    out: CapacitySolution, at: slice, problem: CapacityMarket, root: Root, deficit: Array, invert: Invert
) -> None:
    """Evaluate the solution once more and write all that follows from it."""
    n, market = problem.nodes, problem.market
    root.unknown[n:] = np.where(root.unknown[n:] < _ZERO, 0.0, root.unknown[n:])
    exact = invert(problem, root.unknown)
    usable = np.isfinite(exact).all(axis=0).all(axis=0) & root.converged
    root.jac_inv = exact if usable.all() else np.where(usable, exact, root.jac_inv)
    with np.errstate(all="ignore"):
        norm = np.abs(problem.residual(root.unknown))[:n].max(axis=0)
        # Rents are part of what a node can spend.
        transfer = market.spending - market.wage * market.gross
        bare, market.transfer = market.transfer, transfer
        record(out.trade, at, market, deficit, root.unknown[:n])
        market.transfer = bare
        out.phi[..., at] = market.phi
        zeta = np.expm1(root.unknown[n:])
        volume = problem.volume()
        cap = np.where(problem.is_open, problem.caps, 1.0)
        room = np.where(problem.is_open, (cap - volume) / cap, 0.0)
        ln_cost = np.log(problem.total) / -problem.theta_route
    out.zeta[:, at], out.volume[:, at], out.rent[:, at] = zeta, volume, problem.rent
    out.route_flow[..., at], out.covered_flow[..., at] = problem.route_flows(root.unknown[n:])
    out.ln_uncovered[:, at], out.ln_covered[:, at] = ln_cost[0], ln_cost[1]
    out.excess[at] = np.maximum(-room, 0.0).max(axis=0, initial=0.0)
    out.complementarity[at] = np.abs(zeta * room).max(axis=0, initial=0.0)
    out.jac_inv[..., at] = root.jac_inv
    out.trade.jac_inv[..., at] = root.jac_inv[:n, :n]
    out.trade.iterations[at], out.trade.residual[at] = root.iterations, norm
    good = (out.excess[at] <= CAPACITY_TOLERANCE) & (out.complementarity[at] <= CAPACITY_TOLERANCE)
    out.trade.converged[at] = root.converged & good


def _first(out: CapacitySolution, lanes: int) -> CapacitySolution:
    rest = {name: np.ascontiguousarray(a[..., :lanes]) for name, a in vars(out).items() if name != "trade"}
    return CapacitySolution(trade=first_lanes(out.trade, lanes), **rest)


def _check(out: CapacitySolution, on_failure: OnFailure) -> None:
    check_failures(out.trade.converged, np.maximum(out.trade.residual, out.excess), on_failure)
