"""Boxes: what they measure, that peeling only takes away, that a planted box is found and a void one not believed.

Flips tried, each of which fails a test here: the slice with the smallest mean taken, chance counted below instead of
above, the first variable never joined by a second.
"""

from __future__ import annotations

from itertools import pairwise
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multivector.analysis.robustness import prim
from multivector.experiment.ensembles.design import latin_hypercube


def cube(seed: int, futures: int, names: int) -> dict[str, np.ndarray]:
    return latin_hypercube([f"v{k:02d}" for k in range(names)], futures, seed)


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Futures over up to four variables, some with ties, and a share of each in which it happens."""
    n = draw(st.integers(10, 60))
    x = {}
    for k in range(draw(st.integers(1, 4))):
        values = st.integers(0, 5) if draw(st.booleans()) else st.integers(0, 10_000)
        x[f"v{k}"] = np.array(draw(st.lists(values, min_size=n, max_size=n)), float)
    y = np.array(draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)), float) / 4.0
    return x, y


@settings(max_examples=60, deadline=None)
@given(cases())
def test_peeling_only_takes_away_and_keeps_the_least(case: tuple[dict[str, np.ndarray], np.ndarray]) -> None:
    x, y = case
    path = prim.peel(x, y)
    inside = [prim.holds(box, x) for box in path]
    for before, after in pairwise(inside):
        assert (after <= before).all(), "a future came back"
        assert after.sum() < before.sum()
    assert inside[-1].sum() >= prim.fewest(len(y))


@settings(max_examples=60, deadline=None)
@given(cases())
def test_each_slice_is_the_best_there_is(case: tuple[dict[str, np.ndarray], np.ndarray]) -> None:
    """No other slice of the same rule, by brute force over variables and sides, leaves a higher mean."""
    x, y = case
    path = prim.peel(x, y)
    for box, after in pairwise(path):
        here = prim.holds(box, x)
        k = max(1, int(prim.ALPHA * here.sum()))
        means = []
        for values in x.values():
            low, high = np.sort(values[here])[k - 1], np.sort(values[here])[-k]
            for keep in (here & (values > low), here & (values < high)):
                if keep.sum() >= prim.fewest(len(y)):
                    means.append(y[keep].mean())
        assert y[prim.holds(after, x)].mean() == pytest.approx(max(means), abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(cases(), st.integers(0, 9), st.integers(0, 9))
def test_measures_are_their_definitions(case: tuple[dict[str, np.ndarray], np.ndarray], low: int, high: int) -> None:
    """Coverage and density counted one future at a time."""
    x, y = case
    box = {"v0": tuple(sorted((float(low), float(high))))}
    found = prim.measure(prim.holds(box, x), y)
    total = hits = inside = 0.0
    for k in range(len(y)):
        total += y[k]
        if min(low, high) <= x["v0"][k] <= max(low, high):
            hits += y[k]
            inside += 1
    assert (found.futures, found.inside) == (len(y), inside)
    assert found.base == pytest.approx(total / len(y))
    if inside:
        assert found.density == pytest.approx(hits / inside)
        assert found.surplus == pytest.approx((hits - inside * total / len(y)) / len(y))
    if total:
        assert found.coverage == pytest.approx(hits / total)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_pasting_never_loses(case: tuple[dict[str, np.ndarray], np.ndarray]) -> None:
    x, y = case
    box = prim.peel(x, y)[-1]
    wider = prim.paste(box, x, y)
    assert prim.surplus(wider, x, y) >= prim.surplus(box, x, y)
    assert set(wider) <= set(box)
    assert (prim.holds(wider, x) >= prim.holds(box, x)).all()


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.floats(0.35, 0.65), st.floats(0.35, 0.65))
def test_a_planted_box_is_found(seed: int, first: float, second: float) -> None:
    """Among five variables, with 90% inside and 10% outside: what is found and what was planted overlap."""
    x = cube(seed, 200, 5)
    planted = (x["v02"] < first) & (x["v04"] > second)
    y = (cube(seed + 1, 200, 1)["v00"] < np.where(planted, 0.9, 0.1)).astype(float)
    box = prim.find(x, y)
    assert len(box) <= prim.MOST
    found = prim.holds(box, x)
    overlap = (found & planted).sum() / (found | planted).sum()
    assert overlap > 0.25, (box, overlap)


def test_sharp_bounds_are_found_where_they_are() -> None:
    x = cube(3, 400, 6)
    planted = (x["v01"] < 0.5) & (x["v04"] > 0.3)
    box = prim.find(x, planted.astype(float))
    assert list(box) == ["v01", "v04"]
    assert box["v01"] == (-prim.INF, pytest.approx(0.5, abs=0.03))
    assert box["v04"] == (pytest.approx(0.3, abs=0.03), prim.INF)


def test_where_nothing_is_planted_the_other_half_knows() -> None:
    """On the half where it was found a void box looks good; on the other its density is the base rate, on average."""
    here, there = [], []
    for seed in range(40):
        x, y = cube(seed, 120, 8), (cube(seed + 500, 120, 1)["v00"] < 0.4).astype(float)
        box = prim.find({name: v[0::2] for name, v in x.items()}, y[0::2])
        if box:
            for half, told in ((slice(0, None, 2), here), (slice(1, None, 2), there)):
                found = prim.measure(prim.holds(box, {name: v[half] for name, v in x.items()}), y[half])
                if found.inside:
                    told.append(found.density - found.base)
    assert len(here) > 20
    assert np.mean(here) > 0.15
    assert abs(np.mean(there)) < 0.06


@pytest.mark.parametrize("inside", [[1.0] * 6, [1.0] * 5 + [0.0], [1.0] * 3 + [0.0] * 3])
def test_luck_is_the_binomial_tail_where_futures_fail_or_do_not(inside: list[float]) -> None:
    """Bryant and Lempert's quasi-p-value."""
    wider = np.array(inside + [0.0] * 6)
    n, hits, p = len(inside), int(sum(inside)), wider.mean()
    tail = sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(hits, n + 1))
    assert prim.chance(np.array(inside), wider) == pytest.approx(tail, abs=4 * np.sqrt(tail * (1 - tail) / prim.DRAWS))
    assert prim.chance(np.zeros(0), wider) == 1.0


def test_nothing_to_single_out() -> None:
    x = cube(0, 40, 3)
    assert prim.find(x, np.zeros(40)) == {}
    assert prim.find(x, np.ones(40)) == {}
    assert prim.find({}, np.arange(40) % 2.0) == {}
