"""The base world is consistent for every value of what is uncertain, not only for the best ones."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from multivector.data.added import added_from_figures
from multivector.data.balance import fit_column, ras, spread
from multivector.data.base_world import BaseWorld, base_world
from multivector.data.figures import Figures, load_figures

FIGURES = load_figures()
BASE = base_world(FIGURES)
RANGED = tuple(key for key in BASE.report.used if FIGURES[key].low is not None)


def moved(seed: int, width: float) -> Figures:
    """All ranged figures of the base world anywhere in their ranges."""
    rng = np.random.default_rng(seed)
    values = {}
    for key in RANGED:
        figure = FIGURES[key]
        assert figure.low is not None
        assert figure.high is not None
        end = figure.high if rng.random() < 0.5 else figure.low
        values[key] = figure.value + width * rng.random() * (end - figure.value)
    return FIGURES.with_values(values)


def check(world: BaseWorld) -> None:
    assert np.all(world.flows > 0.0)
    output = world.Y / world.va
    assert np.allclose(world.flows.sum(axis=(1, 2)), output, rtol=1e-12, atol=0.0)
    assert np.allclose(world.flows.sum(axis=(0, 2)), output + world.D, rtol=1e-12, atol=0.0)
    assert np.allclose(world.lam.sum(axis=0), 1.0, rtol=1e-12)
    assert np.allclose(world.beta.sum(axis=1), 1.0, rtol=1e-12)
    assert abs(world.D.sum()) <= 1e-12 * output.sum()
    # Goods market: what is spent on an exporter through the shares is its output.
    sold = (world.lam * (world.beta * world.spending[:, None])).sum(axis=(1, 2))
    assert np.allclose(sold, output, rtol=1e-12)
    goods = world.flows[:, :, :5].sum(axis=2) + world.crude + world.gas
    off = ~np.eye(len(world.nodes), dtype=bool)
    assert np.allclose(goods[off], world.goods[off], rtol=1e-12)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), width=st.floats(0.0, 1.0))
def test_identities_and_pair_totals_hold_over_all_ranges(seed: int, width: float) -> None:
    world = base_world(moved(seed, width))
    check(world)
    assert np.array_equal(world.goods, BASE.goods)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_identities_hold_with_an_added_economy(seed: int) -> None:
    figures = moved(seed, 1.0)
    world = base_world(figures, extra={"TUR": added_from_figures(figures, "TUR")})
    check(world)
    old = [world.index(n) for n in BASE.nodes[:5]]
    assert np.array_equal(world.goods[np.ix_(old, old)], BASE.goods[:5, :5])


def positive(*shape: int) -> st.SearchStrategy[NDArray[np.float64]]:
    size = int(np.prod(shape))
    return st.lists(st.floats(0.01, 100.0), min_size=size, max_size=size).map(lambda v: np.array(v).reshape(shape))


@settings(max_examples=100, deadline=None)
@given(prior=positive(4, 3), target=positive(4, 3))
def test_fitting_meets_both_totals_and_keeps_cross_ratios(
    prior: NDArray[np.float64], target: NDArray[np.float64]
) -> None:
    table, _ = ras(prior, target.sum(axis=1), target.sum(axis=0))
    assert np.allclose(table.sum(axis=1), target.sum(axis=1), rtol=1e-12)
    assert np.allclose(table.sum(axis=0), target.sum(axis=0), rtol=1e-8)

    def cross(x: NDArray[np.float64]) -> float:
        return float(x[0, 0] * x[1, 1] / (x[0, 1] * x[1, 0]))

    assert np.isclose(cross(table), cross(prior), rtol=1e-8)


@settings(max_examples=60, deadline=None)
@given(prior=positive(4, 3), rows=positive(4), part=st.floats(0.05, 0.95))
def test_one_known_column_leaves_the_other_proportions(
    prior: NDArray[np.float64], rows: NDArray[np.float64], part: float
) -> None:
    table, _ = fit_column(prior, rows, 1, part * rows.sum())
    assert np.allclose(table.sum(axis=1), rows, rtol=1e-12)
    assert np.isclose(table[:, 1].sum(), part * rows.sum(), rtol=1e-8)
    assert np.allclose(table[:, 0] / table[:, 2], prior[:, 0] / prior[:, 2], rtol=1e-9)


@settings(max_examples=60, deadline=None)
@given(weights=positive(5), caps=positive(5), part=st.floats(0.0, 0.999))
def test_spreading_keeps_the_sum_and_the_caps(
    weights: NDArray[np.float64], caps: NDArray[np.float64], part: float
) -> None:
    parts = spread(part * caps.sum(), weights, caps)
    assert np.isclose(parts.sum(), part * caps.sum(), rtol=1e-12)
    assert np.all(parts <= caps * (1.0 + 1e-12))
    assert np.all(parts >= 0.0)
