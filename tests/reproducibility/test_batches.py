"""A replicate has the same bits alone, in a batch of seven, in a batch of a thousand, in any order and repeated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from multivector.mechanisms.common import Array
from multivector.scenario import load
from multivector.schema.numbers import canonical, numbers
from multivector.world.model import padded
from multivector.world.setup import Setup
from reproducibility.histories import Recorded, played, unlike, world


def test_alone_and_among_seven_with_repeats_in_any_order() -> None:
    alone = played([5])
    seven = played([300, 5, 1, 9, 5, 70, 64])
    assert unlike(alone, seven, 0, 1) == []
    assert unlike(alone, seven, 0, 4) == []
    assert unlike(played([70]), seven, 0, 5) == []


def test_alone_and_among_a_thousand() -> None:
    many = played(list(range(1000)), 2)
    for k in (0, 5, 63, 64, 777, 999):
        assert unlike(played([k], 2), many, 0, k) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["secondary-threatened", "turkey-added"])
def test_a_whole_history_alone_and_among_a_hundred(name: str) -> None:
    """Sixteen quarters: what moves rows of a look-ahead in some lanes only comes late, and not in every world."""
    there = Setup(load(name))
    many = played(list(range(100)), 16, on=there, seed=0)
    for few in ([31], [97, 5, 40, 41, 42, 43, 44, 45, 46]):
        some = played(few, 16, on=there, seed=0)
        assert [path for k, member in enumerate(few) for path in unlike(some, many, k, member)] == []


def test_the_padding_is_the_last_replicate_again() -> None:
    nine = played(list(range(9)), 2)
    assert nine.model.state.lanes == len(padded(np.arange(9))) == 16
    assert all(unlike(nine, nine, 8, lane) == [] for lane in range(9, 16))


def test_different_replicates_and_other_seeds_differ() -> None:
    two = played([0, 1])
    assert unlike(two, two, 0, 1)
    assert unlike(two, played([0, 1], seed=2))


def test_twice_in_a_row_in_one_process() -> None:
    assert unlike(played([3, 4]), played([3, 4]), 1, 1) == []


def drawn(count: int, seed: int = 0) -> dict[str, Array]:
    """A value for every number in which members may differ: inside its range, else up to a fifth beside its own."""
    scenario, rng = world(), np.random.default_rng(seed)
    near = {path: sorted((0.8 * value, 1.2 * value)) for path, value in numbers(scenario).items()}
    ranges = {path: (low, high) if high > 0.0 or low < 0.0 else (0.0, 0.05) for path, (low, high) in near.items()}
    known = {k: q for k, q in scenario.parameters.items() if k in ranges and q.low is not None and q.high is not None}
    ranges |= {k: (q.low, q.high) for k, q in known.items() if q.low is not None and q.high is not None}
    ranges |= {canonical(k, ranges): (u.low, u.high) for k, u in scenario.uncertainties.items()}
    values = {k: low + (high - low) * rng.random(count) for k, (low, high) in ranges.items()}
    # One member does not mind risk at all: its values are plain means, whoever stands beside it.
    for name in scenario.doctrines:
        values[f"doctrines.{name}.risk"][3] = 0.0
    return values


@pytest.fixture(scope="module")
def mixed() -> tuple[Recorded, dict[str, Array]]:
    """Nine members that differ in every uncertain number at once."""
    values = drawn(9)
    return played(list(range(9)), 3, overrides=values), values


@pytest.mark.parametrize("member", [0, 3, 8])
def test_a_batch_of_mixed_numbers_is_its_members(mixed: tuple[Recorded, dict[str, Array]], member: int) -> None:
    batch, values = mixed
    alone = played([member], 3, overrides={k: v[member : member + 1] for k, v in values.items()})
    assert len(values) > 1000
    assert unlike(alone, batch, 0, member) == []


def test_mixed_numbers_do_change_the_histories(mixed: tuple[Recorded, dict[str, Array]]) -> None:
    assert unlike(played(list(range(9)), 3), mixed[0], 4, 4)


def test_a_number_given_as_an_override_is_the_number_of_the_file() -> None:
    own = {path: np.full(2, value) for path, value in numbers(world()).items()}
    assert unlike(played([0, 1], 2), played([0, 1], 2, overrides=own), 1, 1) == []


def test_setup_is_the_same_computed_twice_and_remembered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = []
    for cache in ("off", str(tmp_path), str(tmp_path)):
        monkeypatch.setenv("MULTIVECTOR_CACHE", cache)
        made = Setup(world())
        found.append((made.scales, {a: t.profiles for a, t in made.terminal.items()}))
    # The set-up, and the routes over the graph of corridors.
    assert len(list(tmp_path.iterdir())) == 2
    assert found[0] == found[1] == found[2]
