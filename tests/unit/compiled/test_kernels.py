"""Code run on symbols and compiled: the same numbers as NumPy's, whatever stands in the lanes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector.compiled.inputs import Taken
from multivector.compiled.kernels import holds
from multivector.compiled.machine_code import Code, Part, compiled, needed, source_of
from multivector.compiled.symbols import Symbols, standing_in, symbols
from multivector.compiled.terms import made, select, term, whole
from multivector.compiled.trial import Turn
from multivector.decisions import choice
from multivector.mechanisms.common import bounded, logistic

Array = Any
RISKS = np.array([0.0, 0.3, 1.0, 0.5, 0.2, 0.0, 0.7, 0.9])


def leaves(start: int, *shape: int) -> Any:
    """Symbols of so many rows from a row on."""
    count = int(np.prod(shape))
    found = np.array([made("leaf", start + k) for k in range(count)], dtype=object)
    return symbols(found.reshape(*shape, 1))


class Function:
    """A function of arrays with the lane last, compiled."""

    def __init__(self, work: Callable[..., Any], *shapes: Sequence[int]) -> None:
        sizes = [int(np.prod(shape)) for shape in shapes]
        given = [leaves(sum(sizes[:k]), *shape) for k, shape in enumerate(shapes)]
        with standing_in("multivector.decisions", "multivector.mechanisms"):
            out = np.asarray(work(*given))
        self.shape = out.shape[:-1]
        results = [whole(x) for x in out.reshape(-1)]
        self.leaves = [t.args for t in needed(results) if t.op == "leaf"]
        rows = range(len(self.leaves), len(self.leaves) + len(results))
        source = source_of(Part(results, rows, {leaf: k for k, leaf in enumerate(self.leaves)}))
        self.code = Code(compiled(source))

    def __call__(self, *arrays: Array) -> Array:
        lanes = arrays[0].shape[-1]
        rows = np.concatenate([np.ascontiguousarray(a, np.float64).reshape(-1, lanes) for a in arrays])
        out = np.empty((int(np.prod(self.shape)), lanes))
        self.code(np.array([rows[k].ctypes.data for k in self.leaves] + [r.ctypes.data for r in out], np.uint64), lanes)
        return out.reshape(*self.shape, lanes)


@pytest.fixture(scope="module")
def tail() -> Function:
    return Function(choice.conditional_value_at_risk, (5,), (5,))


@pytest.fixture(scope="module")
def hazard() -> Function:
    def work(worth: Any, odds: Any, risk: Any) -> Any:
        return choice.hazard_value(worth, choice.Odds(odds), risk[0])

    return Function(work, (4,), (3, 2), (1,))


@given(st.lists(st.integers(-3, 3), min_size=40, max_size=40), st.lists(st.integers(1, 9), min_size=40, max_size=40))
def test_the_mean_of_the_worst_fifth_is_that_of_numpy_with_equal_futures_too(
    tail: Function, values: list[int], weights: list[int]
) -> None:
    v, w = np.array(values, float).reshape(5, 8), np.array(weights, float).reshape(5, 8)
    w = w / w.sum(axis=0)
    np.testing.assert_allclose(tail(v, w), choice.conditional_value_at_risk(v, w), rtol=1e-12, atol=1e-12)


@given(
    st.lists(st.floats(-2.0, 2.0), min_size=32, max_size=32), st.lists(st.floats(0.01, 3.0), min_size=48, max_size=48)
)
def test_lanes_that_ask_otherwise_are_right_beside_each_other(
    hazard: Function, worth: list[float], odds: list[float]
) -> None:
    """Some lanes mind risk and some do not; in some the tail ends elsewhere than at *stop*."""
    w, o = np.array(worth).reshape(4, 8), np.array(odds).reshape(3, 2, 8)
    wanted = choice.hazard_value(w, choice.Odds(o), RISKS)
    np.testing.assert_allclose(hazard(w, o, RISKS[None]), wanted, rtol=1e-11, atol=1e-11)


def test_exponential_and_logarithm_are_those_of_numpy_to_the_last_places() -> None:
    def both(x: Any) -> Any:
        from multivector.mechanisms import common

        return common.np.stack([common.np.exp(x[0]), common.np.log(x[1])])

    x = np.stack([np.linspace(-700.0, 700.0, 8000), np.exp(np.linspace(-690.0, 690.0, 8000))])
    found = Function(both, (2,))(x)
    np.testing.assert_allclose(found[0], np.exp(x[0]), rtol=5e-16)
    np.testing.assert_allclose(found[1], np.log(x[1]), rtol=5e-16, atol=5e-16)


def test_functions_of_the_engine_are_what_is_compiled_and_no_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.linspace(-4.0, 4.0, 16)[None]
    np.testing.assert_allclose(Function(logistic, (1,))(x), logistic(x), rtol=1e-14)
    plain = choice._added
    monkeypatch.setattr(choice, "_added", lambda parts: -plain(parts))
    parts = np.stack([x[0], x[0] ** 2])
    np.testing.assert_allclose(Function(choice._added, (2,))(parts), -(parts[0] + parts[1]), rtol=1e-14)


def test_what_is_known_beforehand_is_worked_out_and_equal_expressions_are_one() -> None:
    a, b = made("leaf", 0), made("leaf", 1)
    assert term("mul", a, 0.0).fixed
    assert term("add", a, 0.0) is a
    assert term("add", a, b) is term("add", a, b)
    assert select(term("lt", 1.0, 2.0), a, b) is a
    assert term("exp", 0.0).args == 1.0


def test_masks_choose_by_lane_and_questions_about_all_lanes_are_answered_by_yes() -> None:
    x = leaves(0, 2)
    assert isinstance(x, Symbols)
    assert (x > 0.0).any()
    assert not (x > 0.0).all()
    with pytest.raises(TypeError, match="not known"):
        bool(made("leaf", 0))

    def below(x: Any) -> Any:
        from multivector.mechanisms import common

        out = bounded(x, -1.0, 1.0)
        row, lane = common.np.nonzero(x < 0.0)
        out[row, lane] = 7.0
        return out

    numbers = np.linspace(-2.0, 2.0, 16).reshape(2, 8)
    np.testing.assert_array_equal(
        Function(below, (2,))(numbers), np.where(numbers < 0.0, 7.0, np.minimum(numbers, 1.0))
    )


def test_the_turn_remembers_what_it_was_asked_and_cannot_be_reckoned_with() -> None:
    turn: Any = Turn(5)
    assert turn > 2
    assert turn != 3
    assert holds(tuple(turn.asked), 9)
    assert not holds(tuple(turn.asked), 3)
    assert not holds(tuple(turn.asked), 1)
    with pytest.raises(TypeError):
        turn + 1
    with pytest.raises(TypeError, match="stands at a turn"):
        range(9)[turn]
    assert range(9)[Turn(5, places=True)] == 5


def test_what_was_taken_for_granted_is_looked_at_lane_by_lane() -> None:
    class Look:
        numbers = np.array([[1.0, 1.0, 2.0], [3.0, 3.0, 3.0], [3.0, 4.0, 3.0]])

    path = (("of", "numbers"),)
    constant = Taken(path, np.array([0, 1]), np.array([1.0, 3.0]))
    alike = Taken(path, np.array([1]), np.array([2]), path)
    assert constant.holds(Look(), 3).tolist() == [True, True, False]
    assert alike.holds(Look(), 3).tolist() == [True, False, True]
