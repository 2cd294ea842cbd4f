"""Stocks: return to base, ranges, steps, temporary impulses, keys, and the scale of relations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multivector.mechanisms.common import advance_stock, relation_from_scale, relation_to_scale
from multivector.mechanisms.coordinates import GOODS, Impulse, effect_keys, relation_key
from multivector.mechanisms.stock_table import Shifted, StockTable, StockView

LANES = 8
values, keeps = st.floats(0.0, 1.0), st.floats(0.0, 1.0)
NONE = {"of": None, "toward": None, "corridor": None, "sector": None, "exporter": None, "importer": None}


def lanes(x: float) -> np.ndarray:
    return np.full(LANES, x)


def table(base: float = 0.3, keep: float = 0.8, step: float = 0.1) -> StockTable:
    keys = ("first", "second")
    full = lambda x: np.full((2, LANES), x)  # noqa: E731
    return StockTable(
        keys,
        {"first": 0, "second": 1},
        full(base),
        full(keep),
        full(step),
        np.zeros((2, 1)),
        np.ones((2, 1)),
        {"double": lanes(2.0)},
    )


@given(base=values, value=values, keep=keeps)
def test_a_stock_goes_home_and_never_past_it(base: float, value: float, keep: float) -> None:
    # Flip tried: decay with the sign of persistence changed; failed.
    after = table(base, keep).decay(np.full((2, LANES), value))
    assert after == pytest.approx(np.full((2, LANES), base + keep * (value - base)))
    assert (np.abs(after - base) <= abs(value - base) + 1e-12).all()
    assert advance_stock(lanes(value), lanes(base), lanes(keep), 0.0, 1.0) == pytest.approx(after[0])


@given(value=st.floats(-2.0, 3.0))
def test_ranges_hold(value: float) -> None:
    kept = table().clip(np.full((2, LANES), value))
    assert ((kept >= 0.0) & (kept <= 1.0)).all()
    assert table().clip_one("second", lanes(value)).tolist() == kept[1].tolist()


@given(size=st.floats(-3.0, 3.0), step=st.floats(0.01, 0.5))
def test_an_arrow_is_a_step_and_an_amount_is_itself(size: float, step: float) -> None:
    t = table(step=step)
    assert t.size(Impulse("first", size, True)) == pytest.approx(lanes(size * step))
    assert t.size(Impulse("first", size, False)).tolist() == [size] * LANES
    assert t.size(Impulse("first", size, False, scale="double")) == pytest.approx(lanes(2.0 * size))


@given(keep=keeps, turns=st.integers(1, 8), size=st.floats(0.01, 0.4))
def test_what_is_left_of_a_temporary_impulse_is_all_that_is_taken_back(keep: float, turns: int, size: float) -> None:
    # Flip tried: left() without its loop (the whole impulse is taken back); failed wherever a stock fades.
    t = table(keep=keep)
    impulse = Impulse("first", size, False, turns=turns)
    with_it, without = t.base + np.array([[size], [0.0]]), t.base.copy()
    for _ in range(turns):
        with_it, without = t.decay(with_it), t.decay(without)
    with_it[0] -= t.size(impulse) * t.left(impulse)
    assert with_it == pytest.approx(without, abs=1e-12)
    assert t.left(Impulse("first", size, False)).tolist() == [1.0] * LANES


def test_a_view_shows_a_belief_in_place_of_the_stock() -> None:
    t = table()
    view = StockView(t, t.base, {"first": lanes(0.9)})
    assert view["first"].tolist() == [0.9] * LANES
    assert view["second"].tolist() == [0.3] * LANES


@given(size=st.floats(-2.0, 2.0))
def test_shifted_stocks_stay_in_their_range(size: float) -> None:
    t = table()
    shifted = Shifted(t, StockView(t, t.base), {"first": lanes(size)})
    assert shifted["first"] == pytest.approx(np.clip(lanes(0.3) + size, 0.0, 1.0))
    assert shifted["second"].tolist() == t.base[1].tolist()


@given(relation=st.floats(-0.95, 0.95), step=st.floats(0.01, 0.3))
def test_relations_move_by_less_near_the_ends(relation: float, step: float) -> None:
    # Flip tried: the scale's inverse with its sign changed; failed.
    assert relation_from_scale(relation_to_scale(lanes(relation))) == pytest.approx(lanes(relation), abs=1e-9)
    moved = relation_from_scale(relation_to_scale(lanes(relation)) + step) - relation
    middle = relation_from_scale(lanes(-step / 2 + step)) - relation_from_scale(lanes(-step / 2))
    assert (moved > 0.0).all()
    assert (moved <= middle + 1e-12).all()
    assert (np.abs(relation + moved) < 1.0).all()


def test_keys_of_effects() -> None:
    assert relation_key("USA", "EU") == relation_key("EU", "USA") == "relation:EU~USA"
    assert effect_keys("displeasure", **{**NONE, "of": "RUS", "toward": "KAZ"}) == ["displeasure:RUS>KAZ"]
    assert effect_keys("coverage", **{**NONE, "of": "EU", "sector": "all"}) == [f"coverage:EU:{g}" for g in GOODS]
    assert effect_keys("trade-cost", **{**NONE, "exporter": "KAZ", "importer": "RUS", "sector": "agrifood"}) == [
        "trade-cost:KAZ>RUS:agrifood"
    ]
    assert effect_keys("corridor-capacity", **{**NONE, "corridor": "CPC"}) == ["corridor-capacity:CPC"]
    assert effect_keys("enforcement", **NONE) == ["enforcement"]
    with pytest.raises(ValueError, match="index"):
        effect_keys("relation", **{**NONE, "of": "RUS"})
