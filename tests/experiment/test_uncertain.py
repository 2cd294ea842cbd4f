"""What a scenario calls uncertain: drawn by replicate and name, the same in any company, kept with the result."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiment.ensembles import CHANGES, LIGHT, SIZE, files, light
from multivector.errors import BadInput
from multivector.experiment.histories.arms import PRIOR, Arms, prepare
from multivector.experiment.histories.replicates import Block, Experiment
from multivector.experiment.histories.uncertain import Prior, priors, spread_over
from multivector.results.store import open_result
from multivector.schema import Uncertainty
from results_helper import call

DISTRIBUTIONS = ("uniform", "loguniform", "triangular", "normal")
RUSSIA, CAPACITY = "actors.KAZ.relations.RUS", "corridors.middle.capacity"


def block(arms: Arms, ids: list[int], seed: int = 0) -> Block:
    (found,) = Experiment(arms, seed=seed, alone=True).blocks(ids, "outcomes")
    assert isinstance(found, Block)
    return found


@given(
    low=st.floats(0.01, 10.0), width=st.floats(0.0, 10.0), kind=st.sampled_from(DISTRIBUTIONS),
    mode=st.floats(-5.0, 25.0), u=st.lists(st.floats(2.0**-53, 1.0 - 2.0**-53), min_size=2, max_size=9),
)  # fmt: skip
def test_values_lie_in_the_range_and_rise_with_the_uniform(
    low: float, width: float, kind: str, mode: float, u: list[float]
) -> None:
    spread = Uncertainty(low=low, high=low + width, distribution=kind)  # type: ignore[arg-type]
    found = spread_over(spread, np.sort(np.asarray(u)), mode)
    assert (found >= low).all()
    assert (found <= low + width).all()
    assert (np.diff(found) >= -1e-12 * low).all()


@pytest.mark.parametrize(
    ("kind", "mean", "median"),
    [("uniform", 5.0, 5.0), ("loguniform", 8.0 / np.log(9.0), 3.0), ("triangular", 13.0 / 3.0, 9.0 - np.sqrt(24.0)),
     ("normal", 5.0, 5.0)],
)  # fmt: skip
def test_each_distribution_has_the_mean_and_the_median_of_its_kind(kind: str, mean: float, median: float) -> None:
    """On an even grid of uniforms, with the peak at 3 of 1 to 9; formulas of the textbook."""
    u = (np.arange(20_000) + 0.5) / 20_000
    found = spread_over(Uncertainty(low=1.0, high=9.0, distribution=kind), u, 3.0)  # type: ignore[arg-type]
    assert found.mean() == pytest.approx(mean, rel=1e-4)
    assert np.median(found) == pytest.approx(median, rel=1e-4)


def test_a_draw_depends_on_seed_replicate_and_name_alone() -> None:
    arms = light(PRIOR)
    prior, _ = priors(arms)
    assert prior is not None
    alone, among = prior.draw([5], 0), prior.draw([70, 5, 1, 5], 0)
    assert sorted(alone) == sorted(arms.scenario.uncertainties)
    for path, value in alone.items():
        assert value.tobytes() == among[path][1:2].tobytes() == among[path][3:4].tobytes()
    assert prior.draw([5], 1)[RUSSIA] != alone[RUSSIA]
    one = Prior({RUSSIA: arms.scenario.uncertainties[RUSSIA]}, {RUSSIA: 0.6})
    np.testing.assert_array_equal(one.draw(range(9), 0)[RUSSIA], prior.draw(range(9), 0)[RUSSIA])
    many = prior.draw(range(4000), 0)
    spread = np.corrcoef(np.stack([many[RUSSIA], many["actors.KAZ.relations.CHN"]]))
    assert abs(spread[0, 1]) < 0.05
    assert 0.45 < many[RUSSIA].min() < 0.46 < 0.74 < many[RUSSIA].max() < 0.75


def test_a_history_has_the_same_bits_alone_and_in_a_batch() -> None:
    arms = light(PRIOR)
    batch = block(arms, list(range(11)))
    for lane in (0, 4, 10):
        alone = block(arms, [lane])
        for id, series in batch.record.outcomes.items():
            assert np.asarray(series)[:, lane].tobytes() == np.asarray(alone.record.outcomes[id])[:, 0].tobytes(), id
        for path, values in batch.uncertain.items():
            assert values[lane] == alone.uncertain[path][0]
        assert batch.benchmark is not None
        assert alone.benchmark is not None
        for id, series in batch.benchmark.outcomes.items():
            assert np.asarray(series)[:, lane].tobytes() == np.asarray(alone.benchmark.outcomes[id])[:, 0].tobytes(), id


def test_what_is_drawn_is_what_is_played() -> None:
    """The relation that a history begins with is the one that was drawn for it, and the histories differ by it."""
    arms = light(PRIOR)
    experiment = Experiment(arms)
    model = experiment.model(range(9))
    prior = experiment.priors[0]
    assert prior is not None
    drawn = prior.draw(range(9), 0)[RUSSIA]
    np.testing.assert_array_equal(model.engine.p.at(RUSSIA, 0.0)[:9], drawn)
    plain, varied = block(light(), list(range(9))), block(arms, list(range(9)))
    assert plain.uncertain == {}
    assert not np.array_equal(plain.record.outcomes["composite"], varied.record.outcomes["composite"])


CHANGED = """
id: widened
extends: after-2022
benchmark: after-2022
corridors:
  - {id: middle, capacity: {value: 9.0, low: 8.0, high: 10.0}}
uncertainties:
  corridors.middle.capacity: {low: 8.0, high: 10.0, source: "my own assumption"}
"""


def test_a_fact_is_the_same_in_the_benchmark_and_a_part_of_the_question_is_not(tmp_path: Path) -> None:
    """The middle corridor's capacity is what this scenario changes; relations with Russia are as they are in both."""
    (tmp_path / "widened.yaml").write_text(CHANGED, encoding="utf-8")
    arms = prepare(tmp_path / "widened.yaml", overrides=CHANGES, uncertainty=PRIOR)
    here, there = priors(arms)
    assert here is not None
    assert there is not None
    assert CAPACITY in here.spreads
    assert CAPACITY not in there.spreads
    np.testing.assert_array_equal(here.draw(range(9), 0)[RUSSIA], there.draw(range(9), 0)[RUSSIA])
    # The same number in both worlds, called uncertain in the first alone, is drawn in both.
    closed = prepare("cpc-closed", overrides=CHANGES, uncertainty=PRIOR)
    path = "corridors.atasu-alashankou.capacity"
    assert closed.benchmark is not None
    assert path not in closed.benchmark.uncertainties
    mine, other = priors(closed)
    assert mine is not None
    assert other is not None
    np.testing.assert_array_equal(mine.draw(range(9), 0)[path], other.draw(range(9), 0)[path])


def test_it_is_a_part_of_the_digest_and_of_the_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("multivector.experiment.histories.replicates.CHUNK", SIZE)
    command = ("run", *LIGHT, "-n", "12", "--uncertainty", "prior", "--workers", "1", "--quiet", "--out")
    code, out, err = call(capsys, *command, str(tmp_path / "a"))
    assert (code, err) == (0, "")
    folder = Path(out.strip())
    assert folder.name == light(PRIOR).name(seed=0, replicates=12) != light().name(seed=0, replicates=12)
    stored = open_result(folder)
    assert stored.manifest["uncertainty"] == "prior"
    table = stored.table("uncertain")
    assert table is not None
    assert list(table) == ["point", "replicate", "number", "value"]
    prior, _ = priors(light(PRIOR))
    assert prior is not None
    names, ids = table["number"].plain(), np.asarray(table["replicate"])  # type: ignore[union-attr]
    for path, values in prior.draw(range(12), 0).items():
        mine = names == path
        np.testing.assert_array_equal(np.asarray(table["value"])[mine][np.argsort(ids[mine])], values)
    # One block of all gives the same histories.
    monkeypatch.setattr("multivector.experiment.histories.replicates.CHUNK", 256)
    code, out, _ = call(capsys, *command, str(tmp_path / "b"))
    assert files(Path(out.strip()))["summary.json"] == files(folder)["summary.json"]
    code, out, err = call(capsys, "verify", str(folder), "--all")
    assert (code, err) == (0, "")
    assert "all files and all compared numbers are as they were" in out
    code, out, err = call(capsys, "explain", str(folder), "--turn", "2022-Q2", "--replicate", "3")
    assert (code, err) == (0, "")


def test_nothing_uncertain_is_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    sure = light().scenario.model_copy(update={"uncertainties": {}, "benchmark": None})
    monkeypatch.setattr("multivector.experiment.histories.arms.load", lambda *_, **__: sure)
    assert prepare("after-2022").uncertainty is None
    with pytest.raises(BadInput, match="found a scenario without uncertain numbers"):
        prepare("after-2022", uncertainty=PRIOR)
