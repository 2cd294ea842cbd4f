"""Indices of sensitivity: against functions whose indices are known, and with luck that is made up.

Flips tried, each of which fails a test here: effects with the sign of the step turned round, `without_luck` that
divides by n instead of n - 1 or adds what it should take off, B and A exchanged in the first order, shares of the wrong
class, replicates left out of the jackknife, one sign for each effect instead of one for each history, trajectories
chosen by the wrong position.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from SALib.test_functions import Ishigami

from multivector.analysis.importance.lucky import interval, luck_alone, without_luck
from multivector.analysis.importance.morris import screened, trajectories
from multivector.analysis.importance.sensitivity import FEWEST_TRAJECTORIES, known, needed
from multivector.analysis.importance.sobol import decomposed, saltelli
from multivector.results.recorded import Array

X = ["x1", "x2", "x3"]
# a = 7, b = 0.1 on [-pi, pi]; Ishigami and Homma 1990.
V1, V2, V13 = 0.5 * (1 + 0.1 * math.pi**4 / 5) ** 2, 49 / 8, 0.1**2 * math.pi**8 * 8 / 225
V = V1 + V2 + V13
FIRST, TOTAL = (V1 / V, V2 / V, 0.0), ((V1 + V13) / V, V2 / V, V13 / V)


def cube(design: Any, values: Array) -> Array:
    """Outputs ``[part, point, replicate]`` of ``[point]`` or ``[point, replicate]``."""
    return values.reshape(-1, design.size, 1 if values.ndim == 1 else values.shape[1])


def hump(x: Array) -> Array:
    return np.asarray(Ishigami.evaluate((2.0 * x - 1.0) * math.pi))


def luck(x: Array, n: int, size: float) -> Array:
    """Histories that differ by what all points share, and by a slope in the third number: ``[point, replicate]``.

    The mean slope lies as far from nothing as luck has it on average: one standard error.
    """
    rng = np.random.default_rng(3)
    slopes = rng.normal(size=n)
    slopes = size * ((slopes - slopes.mean()) / slopes.std(ddof=1) + 1.0 / math.sqrt(n))
    return np.asarray(5.0 * rng.normal(size=n) + slopes * (x[:, 2:3] - 0.5))


def by_name(found: dict[str, Any], key: str) -> list[dict[str, Any]]:
    return [row[key] for row in found["indices"]]


def test_the_indices_of_ishigami() -> None:
    design = saltelli(X, X, 2048, seed=0)
    found = decomposed(design, cube(design, hump(design.x)), {}, seed=0)
    for exact, key, plain in ((FIRST, "first", "S1"), (TOTAL, "total", "ST")):
        for value, row, salib in zip(exact, by_name(found, key), by_name(found, "salib"), strict=True):
            assert row["value"] == pytest.approx(value, abs=0.02), key
            assert row["low"] < value < row["high"]
            assert row["high"] - row["low"] < 0.2
            # Without luck it is SALib's own number, and the interval about as wide.
            assert row["value"] == pytest.approx(salib[plain], abs=1e-9)
            assert row["points"] == pytest.approx(salib[f"{plain}_conf"], rel=0.6, abs=0.01)
    assert found["interaction"]["value"] == pytest.approx(V13 / V, abs=0.03)
    assert found["interaction"]["low"] > 0.0
    assert found["spread"]["value"] == pytest.approx(math.sqrt(V), rel=0.02)


def test_luck_is_taken_off_and_not_given_to_a_number() -> None:
    """The histories' own slopes in x3 look like a first-order effect of x3: plainly a tenth of the variance."""
    design = saltelli(X, X, 1024, seed=0)
    values = hump(design.x)[:, None] + luck(design.x, 20, 20.0)
    found = decomposed(design, cube(design, values), {}, seed=0)
    plain = by_name(found, "salib")
    assert plain[2]["S1"] > 0.08
    for exact, key in ((FIRST, "first"), (TOTAL, "total")):
        for value, row in zip(exact, by_name(found, key), strict=True):
            assert row["value"] == pytest.approx(value, abs=0.03), key
            assert row["low"] < value < row["high"]
    share = found["luck"]
    slopes = 400.0 / 12.0 / 20.0
    assert share["value"] == pytest.approx(slopes / (V + slopes), abs=0.06)
    assert share["low"] < slopes / (V + slopes) < share["high"]
    assert found["indices"][2]["first"]["luck"] > 0.0
    assert found["spread_by_luck"] == pytest.approx(math.sqrt(25.0 + 400.0 / 12.0), rel=0.5)


def test_what_luck_adds_is_unbiased_whatever_the_draws() -> None:
    """Over many sets of draws the plain form is too large by the luck in it; the other is right."""
    rng = np.random.default_rng(0)
    plain, free = [], []
    for _ in range(4000):
        y = np.array([0.0, 1.0])[:, None] + rng.normal(size=(2, 4))

        def square(y: Array) -> Array:
            return np.asarray((y[1] - y[0]) ** 2)[None]

        plain.append(square(y.mean(axis=-1, keepdims=True))[0, 0])
        free.append(without_luck(square, y)[0])
    assert np.mean(plain) == pytest.approx(1.5, abs=0.06)
    assert np.mean(free) == pytest.approx(1.0, abs=0.06)


def test_shares_of_classes_are_those_of_a_linear_model() -> None:
    """Weights 3, 4 (data), 12 (assumed), 0 (literature): variances 9, 16, 144 twelfths."""
    names, classes = ["a", "b", "c", "d"], ["data", "data", "assumed", "literature"]
    weights = np.array([3.0, 4.0, 12.0, 0.0])
    exact = {"data": 25.0 / 169.0, "assumed": 144.0 / 169.0, "literature": 0.0}
    design = saltelli(names, classes, 1024, seed=1)
    found = decomposed(design, cube(design, design.x @ weights), {}, seed=1)
    for row in found["indices"]:
        for key in ("first", "total"):
            assert row[key]["value"] == pytest.approx(exact[row["name"]], abs=0.01)
            assert row[key]["low"] <= exact[row["name"]] <= row[key]["high"]
    assert found["interaction"]["low"] < 0.0 < found["interaction"]["high"]
    assert [row["moves"] for row in found["indices"]] == [True, True, False]
    single = saltelli(names, names, 1024, seed=1)
    summed = decomposed(single, cube(single, single.x @ weights), dict(zip(names, classes, strict=True)), seed=1)
    for kind, share in summed["classes"].items():
        assert share["value"] == pytest.approx(exact[kind], abs=0.01)
        assert share["low"] <= exact[kind] <= share["high"]
    screen = trajectories(names, names, 8, seed=1)
    told = screened(
        screen, cube(screen, screen.x @ weights), dict(zip(names, classes, strict=True)), np.arange(8), seed=1
    )
    for kind, share in told["classes"].items():
        assert share["value"] == pytest.approx(exact[kind], abs=1e-9)
        assert share["high"] - share["low"] < 1e-9
    for row, weight in zip(told["indices"], weights, strict=True):
        assert row["mu_star"]["value"] == pytest.approx(weight)
        assert row["mu"]["value"] == pytest.approx(weight)
        assert row["sigma"]["value"] == pytest.approx(0.0, abs=1e-6)


def test_classes_that_interact_are_seen() -> None:
    """A product of centred numbers of two classes: nothing alone, everything together."""
    design = saltelli(["a", "b"], ["a", "b"], 512, seed=0)
    found = decomposed(design, cube(design, (design.x[:, 0] - 0.5) * (design.x[:, 1] - 0.5)), {}, seed=0)
    assert found["interaction"]["low"] > 0.5
    assert all(row["value"] == pytest.approx(1.0, abs=0.1) for row in by_name(found, "total"))


def test_elementary_effects_are_those_of_salib() -> None:
    design = trajectories(X, X, 20, seed=0)
    found = screened(design, cube(design, hump(design.x)), {}, np.arange(20), seed=0)
    for row in found["indices"]:
        salib = row["salib"]
        assert row["mu_star"]["value"] == pytest.approx(salib["mu_star"], abs=1e-9)
        assert row["mu"]["value"] == pytest.approx(salib["mu"], abs=1e-9)
        assert row["sigma"]["value"] == pytest.approx(salib["sigma"], abs=1e-9)
        assert row["mu_star"]["points"] == pytest.approx(salib["mu_star_conf"], rel=0.6, abs=1e-9)
        assert math.isnan(row["mu_star"]["luck"])
        assert not row["beyond_luck"], "one history a point cannot tell luck from an effect"
    # x1 alone: by hand, from the points of its steps.
    points = design.x.reshape(20, 4, 3)
    step = np.diff(points, axis=1)
    at = np.abs(step[:, :, 0]).argmax(axis=1)
    y = hump(design.x).reshape(20, 4)
    gaps = [(y[t, k + 1] - y[t, k]) / (points[t, k + 1, 0] - points[t, k, 0]) for t, k in enumerate(at)]
    assert found["indices"][0]["mu"]["value"] == pytest.approx(np.mean(gaps), abs=1e-9)


def test_an_effect_that_is_luck_is_told_from_one_that_is_not() -> None:
    """x1 moves the outcome by 1; x3 moves each history somewhere else, with mean nothing; x2 is not read."""
    n = 24
    slopes = np.random.default_rng(5).normal(size=n)
    slopes -= slopes.mean()
    design = trajectories(X, X, 10, seed=2)
    values = design.x[:, :1] + design.x[:, 2:3] * (slopes + 0.05)
    found = screened(design, cube(design, values), {}, np.arange(10), seed=2)
    one, two, three = found["indices"]
    assert one["beyond_luck"]
    assert one["by_luck"] == pytest.approx(0.4, abs=0.1)
    assert (two["moves"], two["mu_star"]["value"], two["mu_star"]["low"], two["mu_star"]["high"]) == (False, 0, 0, 0)
    assert three["moves"]
    assert not three["beyond_luck"]
    assert three["mu_star"]["luck"] > 0.25
    assert one["mu_star"]["luck"] == pytest.approx(0.0, abs=1e-9)
    # Luck scatters nothing from trajectory to trajectory here: sigma stays that of the mean over all histories.
    assert one["sigma"]["value"] == pytest.approx(0.0, abs=1e-6)


def test_sigma_is_freed_of_luck() -> None:
    """Each history has a hump of its own: plain sigma sees it as dependence on the others, with n as here."""
    rng = np.random.default_rng(1)
    design = trajectories(X, X, 40, seed=0)
    waves = np.sin(40.0 * design.x @ rng.normal(size=(3, 30)) + rng.uniform(size=30))
    row = screened(design, cube(design, 2.0 * design.x[:, :1] + waves), {}, np.arange(40), seed=0)["indices"][0]
    assert row["salib"]["sigma"] > 0.2
    assert row["sigma"]["value"] < 0.6 * row["salib"]["sigma"]


def test_groups_of_many_numbers_move_together() -> None:
    names, groups = ["a", "b", "c"], ["one", "one", "two"]
    design = trajectories(names, groups, 12, seed=0)
    assert design.size == 3
    found = screened(design, cube(design, design.x @ np.array([1.0, 1.0, 0.5])), {}, np.arange(12), seed=0)
    one, two = found["indices"]
    # Two numbers go the same way (2) or against each other (0).
    assert 0.0 < one["mu_star"]["value"] < 2.0
    assert (one["mu"], one["sigma"]) == (None, None)
    assert two["mu"]["value"] == pytest.approx(0.5)
    assert one["mu_star"]["value"] == pytest.approx(one["salib"]["mu_star"])


def test_a_share_of_luck_alone_has_no_shares() -> None:
    design = saltelli(X, X, 16, seed=0)
    values = np.random.default_rng(0).normal(size=(len(design.x), 10))
    values -= values.mean(axis=1, keepdims=True)
    found = decomposed(design, cube(design, values), {}, seed=0)
    assert found["luck"]["value"] >= 1.0
    assert all(math.isnan(row["value"]) for row in by_name(found, "first"))
    assert needed(found["luck"]["value"], 10) is None
    still = decomposed(design, np.ones((16, 5, 4)), {}, seed=0)
    assert [row["value"] for row in by_name(still, "total")] == [0.0, 0.0, 0.0]
    assert [(row["low"], row["high"]) for row in by_name(still, "first")] == [(0.0, 0.0)] * 3


@pytest.mark.parametrize("axis", [0, 1])
def test_intervals_hold_the_truth_as_often_as_they_say(axis: int) -> None:
    """Of a mean over parts and replicates, each with effects of its own: 95 of 100, or a little more."""
    rng, hits = np.random.default_rng(axis), 0
    for _ in range(300):
        shared = rng.normal(size=(12, 1)) if axis == 0 else rng.normal(size=(1, 12))
        y = shared + 0.1 * rng.normal(size=(12, 12))
        found = interval(lambda y: np.asarray(y.mean(axis=(0, -1)))[None], y)[0]
        hits += found.low < 0.0 < found.high
    assert 0.92 <= hits / 300 <= 0.99


def test_luck_alone_stays_below_its_level_in_19_of_20() -> None:
    rng, above = np.random.default_rng(0), 0
    for _ in range(200):
        effects = np.repeat(rng.normal(size=(1, 1, 15)), 5, axis=0) + 0.2 * rng.normal(size=(5, 1, 15))
        above += bool(np.abs(effects.mean(axis=-1)).mean() > luck_alone(effects)[0])
    assert 0.01 <= above / 200 <= 0.10


def test_what_failed_takes_its_trajectory_or_its_replicate_along() -> None:
    y = np.arange(24.0).reshape(12, 2) @ np.ones((2, 4)) + np.arange(4.0)
    y[5] = np.nan
    y[0, 2] = np.nan
    kept, at = known(y, 3)
    assert at.tolist() == [0, 2, 3]
    assert kept.shape == (3, 3, 3)
    assert kept[1].tolist() == y[6:9][:, [0, 1, 3]].tolist()
    assert known(np.full((12, 4), np.nan), 3)[0].shape[0] < FEWEST_TRAJECTORIES
    # Effects of the trajectories that stay are those of their own steps.
    design = trajectories(X, X, 5, seed=0)
    values = np.repeat(hump(design.x)[:, None], 3, axis=1)
    whole = design.effects(cube(design, values))
    values[4:8] = np.nan
    some, at = known(values, design.size)
    found = screened(design, some, {}, at, seed=0)
    want = np.abs(np.delete(whole, 1, axis=0)[..., 0]).mean(axis=0)
    assert [row["mu_star"]["value"] for row in found["indices"]] == pytest.approx(want.tolist(), abs=1e-9)


def test_designs_are_the_same_twice_and_other_with_another_seed() -> None:
    for draw in (trajectories, saltelli):
        assert draw(X, X, 8, seed=0).x.tobytes() == draw(X, X, 8, seed=0).x.tobytes()
        assert draw(X, X, 8, seed=0).x.tobytes() != draw(X, X, 8, seed=1).x.tobytes()
