"""What brings investment and drives it away, what the ladder takes of finance and technology, what they are worth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector.mechanisms.investment import access, inflow, productivity, risk

LANES = 8
small, steps, rungs = st.floats(0.0, 1.0), st.floats(0.01, 0.5), st.floats(0.0, 4.0)


def lanes(x: float) -> np.ndarray:
    return np.full(LANES, x)


def risks(*given: float) -> np.ndarray:
    slopes = {"on_threat": 0.05, "on_unrest": 0.01, "on_rung": 0.02, "on_coercion": 0.03}
    return risk(*(lanes(x) for x in given), **{k: lanes(v) for k, v in slopes.items()})


@given(now=st.tuples(small, small, small, small), step=steps)
def test_each_risk_drives_investors_away(now: tuple[float, float, float, float], step: float) -> None:
    # Flips tried: each of the four terms subtracted, one at a time; failed every time.
    for k in range(4):
        more = [x + step * (j == k) for j, x in enumerate(now)]
        assert (risks(*more) > risks(*now)).all(), k


@given(relation=st.floats(-0.5, 0.5), reform=small, danger=small, step=steps)
def test_friends_and_reformers_get_more(relation: float, reform: float, danger: float, step: float) -> None:
    # Flips tried: on_relation negated, on_reform negated, risks added; failed each time.
    def into(a: float, b: float, c: float) -> np.ndarray:
        return inflow(lanes(a), lanes(b), lanes(c), on_relation=lanes(0.03), on_reform=lanes(0.02))

    here = into(relation, reform, danger)
    assert (into(relation + step, reform, danger) > here).all()
    assert (into(relation, reform + step, danger) > here).all()
    assert (into(relation, reform, danger + step) < here).all()


@given(rung=rungs, step=steps)
def test_the_ladder_takes_its_share_between_two_rungs(rung: float, step: float) -> None:
    # Flip tried: the loss added; failed.
    def left(r: float, lost: float = 0.0) -> np.ndarray:
        return access(lanes(1.0), lanes(r), lanes(lost), first=2.0, loss=lanes(0.15))

    assert (left(rung + step) <= left(rung)).all()
    assert (left(rung, 0.1) < left(rung)).all()
    assert left(2.0) == pytest.approx(1.0)
    assert left(3.0) == pytest.approx(0.85)
    assert left(4.0) == pytest.approx(0.85)


@given(stocks=small, finance=small, technology=small, step=steps)
def test_all_three_carry_income(stocks: float, finance: float, technology: float, step: float) -> None:
    # Flips tried: each term subtracted; failed every time.
    def gain(*x: float) -> np.ndarray:
        slopes = {"investment": 0.06, "on_finance": 0.04, "on_technology": 0.05}
        return productivity(*(lanes(v) for v in x), **{k: lanes(v) for k, v in slopes.items()})

    now = (stocks, finance, technology)
    for k in range(3):
        assert (gain(*(x + step * (j == k) for j, x in enumerate(now))) > gain(*now)).all(), k
    assert gain(0.0, 0.0, 0.0) == pytest.approx(0.0)
