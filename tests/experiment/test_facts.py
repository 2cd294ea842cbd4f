"""The table of facts, and that fitting reads nothing of it but the rows of use ``fit``."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from multivector.analysis.validating.held import read_checked
from multivector.errors import BadInput
from multivector.experiment.shipped.facts import COLUMNS, Fact, folder, past, read_facts, shipped_facts, to_fit
from multivector.experiment.shipped.posterior import read_posterior
from multivector.experiment.studies import trials
from multivector.experiment.studies.calibration import calibrate, effective, fit, resampled, tempered, weigh, write
from multivector.experiment.studies.measures import MEASURES, units
from multivector.experiment.studies.trials import Trials, ask
from multivector.schema import Uncertainty

SHIPPED = folder() / "facts.csv"
Row = dict[str, str]


def changed(place: Path, change: Callable[[Row], Row]) -> Path:
    """The shipped table with every row changed."""
    with SHIPPED.open(encoding="utf-8", newline="") as stream:
        rows = [change(dict(row)) for row in csv.DictReader(stream)]
    with place.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, COLUMNS)
        table.writeheader()
        table.writerows(rows)
    return place


def test_twenty_facts_of_2014_to_2022_and_eight_of_them_only_to_check() -> None:
    facts, worlds = read_checked(SHIPPED)
    assert len(facts) >= 20
    assert sum(fact.use == "check" for fact in facts) >= 8
    assert all(2014 <= int(fact.quarters[0][:4]) <= int(fact.quarters[1][:4]) <= 2022 for fact in facts)
    assert {fact.measure for fact in facts} <= set(MEASURES)
    assert set(worlds) == {"after-2022", "placebo-2014-2019"}
    assert all(fact.says and fact.if_missed for fact in facts)
    # What fitting may read contains no vote: those stay predictions.
    assert not any(fact.measure.startswith("votes.") for fact in to_fit())


def test_series_of_the_past_end_before_the_war() -> None:
    for name, series in past().items():
        assert max(series.values) == 2021 or name == "us_consumer_prices"
        assert name in MEASURES or name == "us_consumer_prices"


@pytest.mark.slow
def test_fitting_reads_fit_rows_only(tmp_path: Path) -> None:
    """Poison in the rows that it must not read moves no bit; in one that it may read, it does."""

    def poisoned(row: Row) -> Row:
        return {**row, "value": "1e9", "low": "-1e9", "high": "2e9", "if_missed": "?"} if row["use"] == "check" else row

    def moved(row: Row) -> Row:
        return {**row, "low": "40", "value": "41", "high": "42"} if row["id"] == "oil.CPC.2022" else row

    size = {"points": 52, "replicates": 2, "workers": 1, "enough": 5.0, "keep": tmp_path / "kept"}
    clean, sweep, facts = calibrate(**size)
    other, _, read = calibrate(**size, table=changed(tmp_path / "poisoned.csv", poisoned))
    assert [fact.id for fact in read] == [fact.id for fact in facts]
    assert other.weights.tobytes() == clean.weights.tobytes()
    assert other.spreads == clean.spreads
    third, _, _ = calibrate(**size, table=changed(tmp_path / "moved.csv", moved))
    assert third.weights.tobytes() != clean.weights.tobytes()
    # And what is written can be read, with the weights that were found.
    write(clean, sweep, facts, tmp_path, seconds=1.0)
    found = read_posterior(tmp_path)
    assert found.paths == clean.paths
    points = [int(line.split(",")[0]) for line in (tmp_path / "posterior.csv").read_text("utf-8").splitlines()[1:]]
    assert np.abs(found.weights - clean.weights[points]).max() < 2e-3
    np.testing.assert_allclose(found.x, clean.x[points], rtol=1e-5)


def test_a_fact_that_is_not_to_be_fitted_is_refused() -> None:
    check = next(fact for fact in shipped_facts("check") if fact.measure == "oil.total")
    with pytest.raises(ValueError, match=r"not to be fitted: oil\.total\.2022"):
        fit([check], np.zeros((1, 4, 2)), np.zeros((4, 1)), ["a"], {}, {}, enough=1.0, seed=0)


def test_what_facts_speak_of_is_told_and_what_they_do_not_is_not() -> None:
    """Histories that answer to one number: the fit finds it, and says of the other that nothing is known."""
    rng = np.random.default_rng(3)
    x = rng.uniform(0.0, 1.0, (4000, 2))
    fact = Fact("f", "w", "trade.EU.RUS", -0.3, -0.35, -0.25, "", "2022", "", "data", "fit", "", "")
    said = (-x[:, :1] + 0.02 * rng.normal(size=(4000, 6)))[None]
    spreads = dict.fromkeys("ab", Uncertainty(low=0.0, high=1.0))
    found = fit([fact], said, x, ["a", "b"], spreads, {"a": 0.5, "b": 0.5}, enough=200.0, seed=0)
    one, other = found.spreads
    assert found.power == 1.0
    assert abs(one.mean - 0.3) < 0.02
    assert one.width < 0.3
    assert (one.told, one.by) == (True, ("f",))
    assert 0.85 < other.width < 1.15
    assert (other.told, other.by) == (False, ())


def test_the_likelihood_is_tempered_only_as_far_as_needed() -> None:
    ln = -0.5 * np.arange(1000.0)
    power = tempered(ln, 50.0)
    assert power < 1.0
    assert effective(weigh(ln, power)) == pytest.approx(50.0, rel=1e-6)
    assert tempered(ln, 2.0) == 1.0
    weights = weigh(ln, power)
    counts = resampled(weights, 500, seed=1)
    assert counts.sum() == 500
    assert np.abs(counts - 500 * weights).max() < 1.0


def small() -> Trials:
    facts, worlds = read_checked(SHIPPED)
    wanted = [fact for fact in facts if fact.id in ("oil.CPC.2022", "reexport.2022", "votes.ES-11/1.KAZ.2022")]
    lanes = {"trade.theta_short": np.linspace(0.6, 1.0, 5), "evasion.entry": np.linspace(0.3, 0.8, 5)}
    return Trials(worlds["after-2022"], wanted, lanes, points=5, replicates=3, seed=1)


@pytest.mark.slow
def test_what_a_history_says_does_not_depend_on_its_neighbours_and_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ask(small(), keep=tmp_path)
    assert np.isfinite(whole).all()
    monkeypatch.setattr(trials, "CHUNK", 4)
    again = ask(small(), keep=tmp_path)
    assert again.tobytes() == whole.tobytes()

    # Nothing is played again: what is kept is enough.
    monkeypatch.setattr(Trials, "play", None)
    assert ask(small(), keep=tmp_path).tobytes() == whole.tobytes()


WRONG = [
    ("measure", "oil.CPCC", "found \"oil.CPCC\"; allowed: a known name; did you mean \"oil.CPC\"?"),
    ("unit", "tonnes", 'found "tonnes"; allowed: "Mt/yr", the unit of oil.CPC'),
    ("value", "1,5", 'found "1,5"; allowed: a number, with a point'),
    ("high", "51", "value: found 52.2 outside of 50.5 to 51"),
    ("date", "2022-13", "date: found \"2022-13\""),
    ("date", "2031", "date: found \"2031\"; allowed: quarters from 2022-Q1 to 2025-Q4"),
    ("world", "nowhere", 'world: found "nowhere"'),
    ("use", "train", 'use: found "train"; allowed: fit, check'),
    ("confidence", "sure", 'confidence: found "sure"'),
    ("source", "", "source: found nothing; allowed: some text"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "text", "said"), WRONG)
def test_what_is_wrong_with_a_table_is_said_by_line_and_field(tmp_path: Path, field: str, text: str, said: str) -> None:
    def wrong(row: Row) -> Row:
        return {**row, field: text} if row["id"] == "oil.CPC.2022" else row

    line = next(fact.line for fact in shipped_facts() if fact.id == "oil.CPC.2022")
    with pytest.raises(BadInput) as found:
        read_checked(changed(tmp_path / "facts.csv", wrong))
    (problem,) = found.value.problems
    assert problem.line == line
    assert said in str(problem)


def test_all_problems_come_at_once_and_no_text_is_too_strange(tmp_path: Path) -> None:
    place = tmp_path / "facts.csv"
    head = ",".join(COLUMNS)
    place.write_text(f"{head}\na,after-2022,oil.CPC,x,y,1,Mt/yr,2022,s,data,fit,says,\nb,w\n", "utf-8")
    with pytest.raises(BadInput) as found:
        read_facts(place, measures=units())
    assert [(p.line, p.field) for p in found.value.problems] == [(2, "value"), (2, "low"), (3, "")]
    for text in ("", "id,value\n", f"{head}\n", f'{head}\n"open', f"{head}\n\x00"):
        place.write_text(text, "utf-8")
        with pytest.raises(BadInput):
            read_facts(place)
    place.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput):
        read_facts(place)
    with pytest.raises(BadInput, match="cannot be read"):
        read_facts(tmp_path / "none.csv")
