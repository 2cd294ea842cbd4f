"""The market's excess demand, its exact Jacobian and what follows from a solution, for many lanes at once.

With log unit cost c as the unknown, prices and wages are explicit, so N countries make N unknowns:

    B_ns = sum_i phi_ins exp(-theta_s c_i)         P_n = prod_s B_ns^(-beta_ns / theta_s)
    ln w_n = (c_n - (1 - va_n) ln P_n) / va_n      X_n = w_n Y_n / va_n + T_n
    Q_i = sum_ns phi_ins exp(-theta_s c_i) beta_ns X_n / B_ns

The residual is Q_i / (w_i Y_i / va_i) - 1 + sum(wY)/sum(Y) - 1. Walras' law makes one clearing condition follow from
the others; adding the normalisation to each of them closes the system without singling out a node: weighted by output
the first part sums to zero, so all residuals vanish only if both parts do.
"""

from __future__ import annotations

import numpy as np

from multivector.mechanisms.trade_solver import Array, Index


def pick(array: Array, lanes: Index) -> Array:
    """Return lanes of an array whose last axis is the lane or has length one.

    >>> pick(np.arange(3.0)[None], np.array([2, 0])).tolist()
    [[2.0, 0.0]]
    """
    return array if array.shape[-1] == 1 else np.ascontiguousarray(array[..., lanes])


class Market:
    """One batch of economies, ready to be evaluated again and again.

    Parameters
    ----------
    phi : [N, N, S, ...] demand shifters, exporter, importer, sector.
    beta : [N, S, ...] spending shares.
    output : [N, ...] value added Y at base.
    va : [N, ...] share of value added in gross output.
    transfer : [N, ...] deficits and other transfers in the numeraire.
    theta : [S, ...] trade elasticities.

    The trailing axes (entries, lanes) broadcast; `phi` carries all of them.
    """

    def __init__(self, phi: Array, beta: Array, output: Array, va: Array, transfer: Array, theta: Array) -> None:
        self.phi, self.beta, self.output, self.va = phi, beta, output, va
        self.transfer, self.theta = transfer, theta
        self.size = phi.shape[0]
        self.minus_theta = -theta
        self.price_weight = beta / theta
        self.inverse_va = 1.0 / va
        self.link = (1.0 - va) / va
        self.gross = output / va
        self.weight = output / output.sum(axis=0)
        shape = phi.shape[1:]
        self.v, self.b, self.log_b, self.g = (np.empty(shape) for _ in range(4))
        self._small = np.empty(shape)
        self.ln_w = self.ln_p = self.wage = self.spending = np.empty(0)

    def take(self, lanes: Index) -> Market:
        """Return the market of some lanes."""
        fields = (self.phi, self.beta, self.output, self.va, self.transfer, self.theta)
        return Market(*(pick(field, lanes) for field in fields))

    def prices(self, ln_c: Array) -> None:
        """Set v, B, ln P and ln w from log unit cost [N, ...]."""
        np.multiply(self.minus_theta, ln_c[:, None], out=self.v)
        np.exp(self.v, out=self.v)
        np.einsum("ins...,is...->ns...", self.phi, self.v, out=self.b)
        np.log(self.b, out=self.log_b)
        np.multiply(self.log_b, self.price_weight, out=self._small)
        minus_p = self._small.sum(axis=1)
        self.ln_p = -minus_p
        self.ln_w = ln_c * self.inverse_va + minus_p * self.link
        self.wage = np.exp(self.ln_w)

    def demand(self) -> Array:
        """Return what buyers spend on each exporter, Q [N, ...], at the prices set before."""
        np.multiply(self.beta, self.spending[:, None], out=self.g)
        np.divide(self.g, self.b, out=self.g)
        np.einsum("ins...,ns...->is...", self.phi, self.g, out=self._small)
        np.multiply(self._small, self.v, out=self._small)
        return np.asarray(self._small.sum(axis=1))

    def residual(self, ln_c: Array) -> Array:
        """Return relative excess demand plus the normalisation, [N, ...]."""
        self.prices(ln_c)
        supply = self.wage * self.gross
        self.spending = supply + self.transfer
        quantity = self.demand()
        quantity /= supply
        quantity += (self.wage * self.weight).sum(axis=0) - 2.0
        return quantity

    def jacobian(self, ln_c: Array) -> Array:
        """Return the exact derivatives of the residual, [equation, ln c of, ...]."""
        self.residual(ln_c)
        n_nodes = self.size
        share = self.phi * self.v[:, None] / self.b
        bought = (share * self.beta).sum(axis=2)
        d_wage = -bought * self.link
        for k in range(n_nodes):
            d_wage[k, k] += self.inverse_va[k]
        supply = self.wage * self.gross
        flow = share * (self.beta * self.spending[:, None])
        out = np.zeros((n_nodes, n_nodes, *ln_c.shape[1:]))
        pull = flow * self.theta
        for n in range(n_nodes):
            d_spend = supply[n] * d_wage[:, n]
            out += bought[:, n][:, None] * d_spend
            for s in range(share.shape[2]):
                out += pull[:, n, s][:, None] * share[:, n, s]
        quantity = flow.sum(axis=2).sum(axis=1)
        own = pull.sum(axis=2).sum(axis=1)
        for i in range(n_nodes):
            out[i, i] -= own[i]
            out[i] -= quantity[i] * d_wage[:, i]
        out /= supply[:, None]
        common = np.zeros(out.shape[1:])
        for n in range(n_nodes):
            common += self.wage[n] * self.weight[n] * d_wage[:, n]
        return np.asarray(out + common)
