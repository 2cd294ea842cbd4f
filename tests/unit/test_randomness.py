"""Streams: what a draw depends on, and above all what it does not."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multivector.randomness import BLOCK, Streams, gumbel, normal, quasi_points

IDS = st.lists(st.integers(0, 400), min_size=1, max_size=20)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**40), ids=IDS, others=IDS)
def test_a_replicate_draws_the_same_in_any_company(seed: int, ids: list[int], others: list[int]) -> None:
    streams = Streams(seed)
    batch = streams.uniforms("a/b/KAZ", 5, others + ids + ids)
    for place, k in enumerate(ids):
        alone = streams.uniforms("a/b/KAZ", 5, [k])[:, 0]
        assert (batch[:, len(others) + place] == alone).all()
        assert (batch[:, len(others) + len(ids) + place] == alone).all()


@settings(max_examples=60, deadline=None)
@given(short=st.integers(0, 10), more=st.integers(0, 30), ids=IDS)
def test_a_longer_calendar_keeps_the_draws_of_the_shorter(short: int, more: int, ids: list[int]) -> None:
    streams = Streams(5)
    long = streams.uniforms("a/b/KAZ", short + more, ids)
    assert (long[:short] == streams.uniforms("a/b/KAZ", short, ids)).all()


def test_an_ensemble_in_order_equals_the_same_ids_one_by_one() -> None:
    streams = Streams(11)
    ids = np.arange(3 * BLOCK)
    whole = streams.uniforms("a/b/c", 3, ids)
    backwards = streams.uniforms("a/b/c", 3, ids[::-1])
    assert (whole == backwards[:, ::-1]).all()
    assert np.unique(whole).size == whole.size


@settings(max_examples=50, deadline=None)
@given(first=st.text(min_size=1, max_size=12), second=st.text(min_size=1, max_size=12))
def test_other_names_and_seeds_give_other_draws(first: str, second: str) -> None:
    one = Streams(1).uniforms(first, 2, [0])
    assert (Streams(2).uniforms(first, 2, [0]) != one).any()
    assert (Streams(1).uniforms(second, 2, [0]) == one).all() == (first == second)


def test_streams_look_uniform_and_unrelated() -> None:
    streams = Streams(2022)
    u = streams.uniforms("a/b/c", 400, np.arange(64))
    v = streams.uniforms("a/b/d", 400, np.arange(64))
    assert u.min() > 0.0
    assert u.max() < 1.0
    assert abs(u.mean() - 0.5) < 0.008
    assert abs(u.var() - 1 / 12) < 0.003
    assert abs(np.corrcoef(u.ravel(), v.ravel())[0, 1]) < 0.03
    assert abs(np.corrcoef(u[:, :-1].ravel(), u[:, 1:].ravel())[0, 1]) < 0.03
    assert abs(np.corrcoef(u[:-1].ravel(), u[1:].ravel())[0, 1]) < 0.03


def test_the_draws_are_pinned_and_do_not_depend_on_the_hash_seed() -> None:
    code = "from multivector.randomness import Streams; print(Streams(1).uniforms('a/b/c', 2, [0, 65]).tolist())"
    outputs = []
    for hash_seed in ("0", "1", "77"):
        run = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        outputs.append(run.stdout.strip())
    assert len(set(outputs)) == 1
    assert outputs[0] == str(PINNED)


PINNED = [[0.3530162717980635, 0.2619986539164457], [0.8577896917842743, 0.3522075945756732]]


@pytest.mark.parametrize("ids", [[-1], [0.5], [[1, 2]]])
def test_bad_replicate_ids_are_refused(ids: list[object]) -> None:
    with pytest.raises(ValueError, match="replicate ids"):
        Streams(1).uniforms("a/b/c", 1, ids)  # type: ignore[arg-type]


def test_bad_seed_and_turns_are_refused() -> None:
    with pytest.raises(ValueError, match="root seed"):
        Streams(-1)
    with pytest.raises(ValueError, match="turns"):
        Streams(1).uniforms("a/b/c", -1, [0])


@settings(max_examples=100, deadline=None)
@given(p=st.floats(1e-300, 1.0, exclude_max=True))
def test_normal_agrees_with_the_standard_library(p: float) -> None:
    expected = statistics.NormalDist().inv_cdf(p)
    assert normal([p])[0] == pytest.approx(expected, rel=1e-13, abs=1e-15)


def test_inverse_transforms_have_the_right_moments() -> None:
    u = Streams(9).uniforms("a/b/c", 500, np.arange(64))
    z, g = normal(u), gumbel(u)
    assert abs(z.mean()) < 0.02
    assert abs(z.std() - 1.0) < 0.02
    assert abs(g.mean() - 0.57722) < 0.03
    assert abs(g.var() - np.pi**2 / 6) < 0.08
    assert (np.argsort(u[:, 0]) == np.argsort(g[:, 0])).all()


def test_the_largest_gumbel_is_a_logit_choice() -> None:
    values = np.log(np.array([0.7, 0.2, 0.1]))
    ids = np.arange(6400)
    noise = np.stack([gumbel(Streams(4).uniforms(f"choice/{k}", 1, ids))[0] for k in "abc"])
    shares = np.bincount((values[:, None] + noise).argmax(axis=0), minlength=3) / ids.size
    assert shares == pytest.approx([0.7, 0.2, 0.1], abs=0.02)


@settings(max_examples=50, deadline=None)
@given(turn=st.integers(0, 200), count=st.integers(1, 32), dims=st.integers(1, 12))
def test_quasi_points_are_fixed_and_even_in_every_margin(turn: int, count: int, dims: int) -> None:
    points = quasi_points("KAZ", turn, count, dims)
    assert points.shape == (count, dims)
    assert (points == quasi_points("KAZ", turn, count, dims)).all()
    assert np.sort(points, axis=0) == pytest.approx(np.repeat((np.arange(count)[:, None] + 0.5) / count, dims, axis=1))
    assert np.abs(normal(points).sum(axis=0)).max() < 1e-9


def test_quasi_points_differ_by_actor_and_turn_and_pair_their_margins_freely() -> None:
    points = quasi_points("KAZ", 1, 16, 4)
    assert (points != quasi_points("RUS", 1, 16, 4)).any()
    assert (points != quasi_points("KAZ", 2, 16, 4)).any()
    many = np.concatenate([quasi_points("KAZ", t, 16, 2) for t in range(40)])
    assert abs(np.corrcoef(many[:, 0], many[:, 1])[0, 1]) < 0.15
    with pytest.raises(ValueError, match="count and dims"):
        quasi_points("KAZ", 1, 0, 2)
