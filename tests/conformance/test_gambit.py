"""Logit equilibria against an independent implementation: pygambit, which follows the branch from lambda 0."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from conformance.gambit import equilibrium, games, kept
from multivector.decisions.fixed_point import quantal_response

CASES = kept()["cases"]


def payoff(player: int, table: np.ndarray):
    """Expected payoffs of a player from its table, one lane."""
    letters = "abc"[: table.ndim]
    others = [k for k in range(table.ndim) if k != player]
    rule = f"{letters},{','.join(letters[k] for k in others)}->{letters[player]}"
    return lambda plays: np.einsum(rule, table, *(plays[k][:, 0] for k in others))[:, None]


def ours(tables: list[np.ndarray], lam: float) -> list[list[float]]:
    feasible = [np.ones((n, 1), bool) for n in tables[0].shape]
    found = quantal_response([payoff(k, t) for k, t in enumerate(tables)], feasible, np.array([lam]))
    assert found.found.all()
    return [play[:, 0].tolist() for play in found.plays]


def name(case: dict[str, Any]) -> str:
    return f"{case['game']} at {case['lambda']:g}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_agrees_with_what_gambit_found(case: dict[str, Any]) -> None:
    tables, _ = games()[case["game"]]
    for mine, other in zip(ours(tables, case["lambda"]), case["plays"], strict=True):
        assert mine == pytest.approx(other, abs=1e-6)


def test_every_game_was_given_to_gambit() -> None:
    wanted = {(game, lam) for game, (_, lams) in games().items() for lam in lams}
    assert {(case["game"], case["lambda"]) for case in CASES} == wanted
    assert len(wanted) > 15
    # They are equilibria of something: far from even play.
    assert max(abs(p - 1 / len(play)) for case in CASES for play in case["plays"] for p in play) > 0.2


@pytest.mark.parametrize("lam", [3.0, 5.0])
def test_where_players_chase_each_other_too_fast_nothing_is_claimed(lam: float) -> None:
    """gambit follows the branch to any precision; the iteration does not, and says so instead of giving a number."""
    tables, _ = games()["asymmetric matching pennies"]
    feasible = [np.ones((2, 1), bool)] * 2
    found = quantal_response([payoff(k, t) for k, t in enumerate(tables)], feasible, np.array([lam]))
    assert not found.found.any()
    assert found.distance[0] > 1e-3


@pytest.mark.skipif(find_spec("pygambit") is None, reason="pygambit, which must be built from source, is not here")
@pytest.mark.parametrize("case", CASES, ids=name)
def test_gambit_still_finds_it(case: dict[str, Any]) -> None:
    tables, _ = games()[case["game"]]
    for then, now in zip(case["plays"], equilibrium(tables, case["lambda"]), strict=True):
        assert now == pytest.approx(then, abs=1e-6)
