"""Logit equilibria against an independent implementation: pygambit, which follows the branch from lambda 0."""

from __future__ import annotations

import numpy as np
import pytest

from multivector.decisions.fixed_point import quantal_response

gambit = pytest.importorskip("pygambit", reason="pygambit (a development dependency) is not installed")


def payoff(player: int, table: np.ndarray):
    """Expected payoffs of a player from its table, one lane."""
    letters = "abc"[: table.ndim]
    others = [k for k in range(table.ndim) if k != player]
    rule = f"{letters},{','.join(letters[k] for k in others)}->{letters[player]}"
    return lambda plays: np.einsum(rule, table, *(plays[k][:, 0] for k in others))[:, None]


def theirs(tables: list[np.ndarray], lam: float) -> list[list[float]]:
    game = gambit.Game.from_arrays(*tables)
    (profile,) = gambit.qre.logit_solve_lambda(game, lam=[lam], first_step=0.01)
    return [[float(profile[s]) for s in player.strategies] for player in game.players]


def ours(tables: list[np.ndarray], lam: float) -> list[list[float]]:
    feasible = [np.ones((n, 1), bool) for n in tables[0].shape]
    found = quantal_response([payoff(k, t) for k, t in enumerate(tables)], feasible, np.array([lam]))
    assert found.found.all()
    return [play[:, 0].tolist() for play in found.plays]


# Below 1 these games have one equilibrium each, so both must find it.
@pytest.mark.parametrize("lam", [0.3, 0.9])
@pytest.mark.parametrize("shape", [(2, 2), (3, 2), (3, 3), (2, 2, 2), (3, 2, 2)])
def test_agrees_with_gambit(shape: tuple[int, ...], lam: float) -> None:
    rng = np.random.default_rng(sum(shape))
    tables = [np.round(rng.normal(0.0, 1.0, shape), 3) for _ in shape]
    for mine, other in zip(ours(tables, lam), theirs(tables, lam), strict=True):
        assert mine == pytest.approx(other, abs=1e-6)


def test_agrees_on_matching_pennies() -> None:
    tables = [np.array([[9.0, 0.0], [0.0, 1.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])]
    for mine, other in zip(ours(tables, 1.0), theirs(tables, 1.0), strict=True):
        assert mine == pytest.approx(other, abs=1e-6)
