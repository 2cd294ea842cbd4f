"""Games whose equilibria are known, found and checked; degenerate ones said to be; what hangs on the draws.

Flips tried, each of which fails a test here: the sign of the second side's payoffs, regret with the mean for the
maximum, dominance with less as better, ties not looked for.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multivector.analysis.doctrines import equilibrium as module
from multivector.analysis.doctrines.equilibrium import (
    Equilibrium,
    library,
    played,
    regret,
    solve,
    stability,
    undominated,
)
from multivector.errors import RunFailed

PENNIES = np.array([[1.0, -1.0], [-1.0, 1.0]])
SEXES = (np.array([[3.0, 0.0], [0.0, 2.0]]), np.array([[2.0, 0.0], [0.0, 3.0]]))
ROCK = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])


def mixtures(found: Equilibrium) -> tuple[list[float], list[float]]:
    return [round(x, 9) for x in found.rows], [round(x, 9) for x in found.columns]


def test_matching_pennies_and_rock_paper_scissors() -> None:
    for game, each in ((PENNIES, 1 / 2), (ROCK, 1 / 3)):
        found = solve(game, -game)
        assert len(found.equilibria) == 1
        assert not found.degenerate
        one = found.equilibria[0]
        assert one.rows == pytest.approx([each] * len(game))
        assert one.columns == pytest.approx([each] * len(game))
        assert one.payoff == pytest.approx((0.0, 0.0), abs=1e-12)
        assert not one.pure


def test_the_battle_of_the_sexes_has_three() -> None:
    found = solve(*SEXES)
    assert [mixtures(e) for e in found.equilibria] == [
        ([1.0, 0.0], [1.0, 0.0]),
        ([0.6, 0.4], [0.4, 0.6]),
        ([0.0, 1.0], [0.0, 1.0]),
    ]
    assert found.equilibria[1].payoff == pytest.approx((1.2, 1.2))
    assert [e.pure for e in found.equilibria] == [True, False, True]
    assert max(max(e.regret) for e in found.equilibria) < 1e-12


def test_the_prisoners_dilemma_has_what_is_left() -> None:
    a = np.array([[3.0, 0.0], [5.0, 1.0]])
    found = solve(a, a.T)
    assert [mixtures(e) for e in found.equilibria] == [([0.0, 1.0], [0.0, 1.0])]
    assert [x.tolist() for x in undominated(a, a.T)] == [[1], [1]]


def test_more_rows_than_columns_and_small_numbers() -> None:
    """Scale and level change nothing: payoffs of a model differ in the fourth digit."""
    a = np.array([[3.0, 0.0], [0.0, 3.0], [2.0, 2.0]])
    b = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 0.5]])
    plain, small = solve(a, b), solve(0.8 + 1e-5 * a, 0.9 + 1e-6 * b)
    assert plain.equilibria
    assert [mixtures(e) for e in plain.equilibria] == [
        tuple(pytest.approx(side, abs=1e-5) for side in mixtures(e)) for e in small.equilibria
    ]


@pytest.mark.parametrize("game", [np.zeros((3, 2)), np.array([[1.0, 1.0], [1.0, 0.0]]), np.array([[2.0, 2.0, 1.0]])])
def test_ties_are_said(game: np.ndarray) -> None:
    found = solve(game, game)
    assert found.degenerate
    assert found.equilibria
    for one in found.equilibria:
        assert max(regret(game, game, np.array(one.rows), np.array(one.columns))) < 1e-9


def test_a_wrong_equilibrium_of_the_library_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nashpy says is checked by what a side could gain by leaving."""
    nash = library("nashpy")
    wrong = (np.array([1.0, 0.0]), np.array([1.0, 0.0]))
    monkeypatch.setattr(nash.Game, "support_enumeration", lambda *_, **__: iter([wrong]))
    found = solve(PENNIES, -PENNIES)
    assert found.method == "vertex enumeration"
    assert mixtures(found.equilibria[0]) == ([0.5, 0.5], [0.5, 0.5])
    monkeypatch.setattr(nash.Game, "vertex_enumeration", lambda *_: iter([wrong]))
    assert solve(PENNIES, -PENNIES).equilibria == ()


def test_large_games_go_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 1)
    found = solve(*SEXES)
    assert found.method == "vertex enumeration"
    assert len(found.equilibria) == 3


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(1, 4))
def test_random_games_have_an_equilibrium_that_nobody_leaves(seed: int, rows: int, columns: int) -> None:
    luck = np.random.default_rng(seed)
    a, b = luck.normal(size=(rows, columns)), luck.normal(size=(rows, columns))
    found = solve(a, b)
    assert len(found.equilibria) % 2 == 1
    for one in found.equilibria:
        x, y = np.array(one.rows), np.array(one.columns)
        assert x.sum() == pytest.approx(1.0)
        assert y.sum() == pytest.approx(1.0)
        assert (a @ y).max() - x @ a @ y < 1e-6
        assert (x @ b).max() - x @ b @ y < 1e-6
        assert one.regret == regret(a, b, x, y)


def test_regret_is_what_leaving_brings() -> None:
    pure = np.array([1.0, 0.0])
    assert regret(PENNIES, -PENNIES, pure, pure) == (0.0, 2.0)
    assert regret(PENNIES, -PENNIES, pure, pure[::-1]) == (2.0, 0.0)


def test_an_equilibrium_that_hangs_on_nothing_is_always_there() -> None:
    luck = np.random.default_rng(0).normal(size=(2, 2, 60))
    a, b = (10.0 * m[..., None] + 0.01 * luck for m in SEXES)
    for one in solve(a.mean(axis=-1), b.mean(axis=-1)).equilibria:
        found = stability(a, b, one, count=40)
        assert found.same == 1.0
        for p, (low, high) in zip((*one.rows, *one.columns), (*found.rows, *found.columns), strict=True):
            assert low - 1e-9 <= p <= high + 1e-9
            assert high - low < 0.01
        assert max(found.gain) < 0.02


def test_an_equilibrium_that_hangs_on_luck_is_said_to() -> None:
    """Payoffs that are noise: another set of histories has another equilibrium, and leaving this one pays there."""
    luck = np.random.default_rng(3).normal(size=(2, 3, 3, 40))
    one = solve(luck[0].mean(axis=-1), luck[1].mean(axis=-1)).equilibria[0]
    found = stability(luck[0], luck[1], one, count=40)
    assert found.same < 0.9
    assert max(found.gain) > 0.05
    assert max(high - low for low, high in found.rows) > 0.5


def test_what_is_played() -> None:
    assert played([0.0, 1e-9, 0.4, 0.6]) == (2, 3)


def test_a_missing_library_is_one_clear_message() -> None:
    with pytest.raises(RunFailed, match=r"pip install 'multivector\[discovery\]'"):
        library("nashpy_that_is_not_there")
