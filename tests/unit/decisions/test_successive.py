"""Slots filled in expectation are slots filled one after the other, over everything that may be drawn.

Flips tried, each fails: `rules_out` transposed; a third move of a kind allowed; sets not weighted by what came before.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multivector.decisions.successive import Sets, Succession


def walk(odds: list[np.ndarray], rules_out: np.ndarray, kinds: list[str]) -> list[np.ndarray]:
    """Probabilities by slot, given that the actor is not through before, by walking through every history."""
    out, histories = [], {(): 1.0}
    for slot in odds:
        found, after = np.zeros(len(slot)), {}
        for history, chance in histories.items():
            left = [
                m
                for m in range(len(kinds))
                if not any(rules_out[m, k] for k in history) and sum(kinds[k] == kinds[m] for k in history) < 2
            ]
            whole = sum(slot[m] for m in left) + slot[-1]
            found[-1] += chance * slot[-1] / whole
            for m in left:
                found[m] += chance * slot[m] / whole
                after[(*history, m)] = chance * slot[m] / whole
        total = sum(after.values())
        histories = {h: c / total for h, c in after.items()}
        out.append(found)
    return out


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 6))
def test_three_slots_are_exact(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    kinds = [str(k) for k in rng.choice(["trade", "security"], count)]
    rules_out = np.eye(count, dtype=bool)
    rules_out[0, 1] = rules_out[1, 0] = True
    # One way only: an offer may rule out what does not rule it out.
    rules_out[2, 0] = seed % 2 == 0
    odds = [np.exp(rng.normal(0.0, 2.0, (count + 1, 2))) for _ in range(3)]
    turn = Succession(Sets(0, rules_out, kinds), 2)
    found = [turn.slot(o) for o in odds]
    for lane in range(2):
        slow = walk([o[:, lane] for o in odds], rules_out, kinds)
        for mine, theirs in zip(found, slow, strict=True):
            assert mine[:, lane] == pytest.approx(theirs, abs=1e-12)
            assert mine[:, lane].sum() == pytest.approx(1.0)


def test_nothing_is_taken_twice_and_a_sure_stop_ends_the_turn() -> None:
    turn = Succession(Sets(0, np.eye(2, dtype=bool), ["trade", "trade"]), 1)
    odds = np.array([[1e6], [1.0], [1.0]])
    first, second = turn.slot(odds), turn.slot(odds)
    assert first[0, 0] + second[0, 0] <= 1.0
    assert second[1, 0] == pytest.approx(0.5, abs=1e-5)
    over = Succession(Sets(0, np.eye(2, dtype=bool), ["trade", "trade"]), 1)
    for _ in range(3):
        assert over.slot(np.array([[0.0], [0.0], [1.0]]))[-1, 0] in (0.0, 1.0)


def test_an_empty_menu_stops() -> None:
    nothing = Succession(Sets(0, np.zeros((0, 0), bool), []), 3)
    assert nothing.slot(np.ones((1, 3))).tolist() == [[1.0, 1.0, 1.0]]
