"""The assumption ledger: no number of a shipped world or of its figures without unit, date, source, range."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from multivector.data.figures import CONFIDENCES
from multivector.data.ledger import LedgerRow
from multivector.data.locate import shipped_scenarios
from multivector.scenario import load
from multivector.scenario.ledger import ledger, numbers
from multivector.schema import Scenario
from multivector.schema.numbers import numbers as variable

WORLDS = [path.stem for path in shipped_scenarios()]


@cache
def rows(name: str) -> dict[str, LedgerRow]:
    return {row.id: row for row in ledger(load(name))}


def gaps(row: LedgerRow) -> list[str]:
    """What a row does not say."""
    found = [field for field in ("unit", "date", "source", "where") if not getattr(row, field)]
    if row.confidence not in CONFIDENCES:
        found.append("confidence")
    if row.low is None or row.high is None or not row.low <= row.value <= row.high:
        found.append("range")
    return found


@pytest.mark.parametrize("name", WORLDS)
def test_every_number_says_everything(name: str) -> None:
    assert {id: gaps(row) for id, row in rows(name).items() if gaps(row)} == {}


@pytest.mark.parametrize("name", WORLDS)
def test_what_is_assumed_has_room(name: str) -> None:
    """An assumed number whose range is a point would look like data; whole units and base levels of ratios are so."""
    stuck = [row for row in rows(name).values() if row.confidence == "assumed" and row.low == row.high != 0.0]
    allowed = ("stocks.", "steps.", "moves.", "events.", "alignment.rules.", "prior.")
    assert [row.id for row in stuck if not row.id.startswith(allowed)] == []


def child(tmp_path: Path, text: str) -> Scenario:
    path = tmp_path / "child.yaml"
    path.write_text(f"id: child\nextends: after-2022\nbenchmark:\n{text}\n", encoding="utf-8")
    return load(path)


def found(scenario: Scenario, id: str) -> LedgerRow:
    return next(row for row in ledger(scenario) if row.id == id)


@pytest.mark.parametrize(
    ("text", "id", "missing"),
    [
        ("parameters: {x.y: {value: 1, unit: a, confidence: data, source: s}}", "x.y", ["range"]),
        ("parameters: {x.y: {value: 1, unit: , confidence: assumed, low: 0, high: 2}}", "x.y", ["unit", "source"]),
        ("ledger: {doctrines.*.precision: {unit: }}", "doctrines.hedge.precision", ["unit"]),
        ("ledger: {moves.*.cost: {confidence: }}", "moves.hard-rhetoric.cost.by", ["confidence"]),
        ("ledger: {parameters: {date: }}", "trade.theta_short", ["date"]),
    ],
)
def test_a_gap_is_seen(tmp_path: Path, text: str, id: str, missing: list[str]) -> None:
    """The test above can fail: a number or family that says less leaves a gap."""
    assert gaps(found(child(tmp_path, text), id)) == missing


def test_every_place_of_a_number_is_walked() -> None:
    """A number anywhere in a scenario is in the ledger: each kind of place, and as many as the file has."""
    ids = {number.id for number in numbers(load("after-2022"))}
    for id in (
        "trade.theta_short", "calendar.turns", "actors.KAZ.relations.RUS", "actors.KAZ.slots", "corridors.CPC.capacity",
        "sanctions.eu-measures.sectors.machinery.coverage.2022-Q2",
        "sanctions.eu-measures.sectors.machinery.wedge", "events.cpc-storm.then.0.amount", "doctrines.hedge.precision",
        "doctrines.hedge.pressure.RUS", "doctrines.hedge.vote_shift.1", "moves.hard-rhetoric.cost.by",
        "paths.oil_price.values.2022-Q2", "red_lines.income.quarters", "alignment.votes.ES-11/1.positions.EU",
    ):  # fmt: skip
        assert id in ids
    assert not any(id.startswith(("uncertainties", "ledger", "classroom")) for id in ids)


def test_all_that_replicates_may_differ_in_is_there_under_the_same_name() -> None:
    """`schema.numbers` names what an uncertainty may vary; what it reads from words stands under the words' numbers."""
    world = load("after-2022")
    ids = {number.id for number in numbers(world)}
    missing = [path for path in variable(world) if path not in ids and ".weights." not in path and ".risk" not in path]
    assert [path for path in missing if not path.endswith((".weight", ".vote_shift.0", ".vote_shift.1"))] == []


def test_an_uncertainty_counts_before_the_family() -> None:
    row = rows("after-2022")["actors.KAZ.relations.RUS"]
    assert (row.value, row.low, row.high) == (0.6, 0.45, 0.75)
    assert row.source == "author's reading at the end of 2021"


def test_what_a_number_says_counts_before_all(tmp_path: Path) -> None:
    row = rows("after-2022")["trade.theta_short"]
    assert (row.low, row.high, row.confidence, row.date) == (0.5, 1.2, "literature", "any")
    changed = found(child(tmp_path, "parameters: {trade: {theta_short: {value: 0.8, low: 0.7, date: 2020}}}"), row.id)
    assert (changed.value, changed.low, changed.high, changed.date) == (0.8, 0.7, 1.2, "2020")
    assert changed.where.endswith("child.yaml:4")


def test_an_arrow_is_as_uncertain_as_its_step() -> None:
    """One step of displeasure ranges from half to twice; a reassurance of two steps down from four to one."""
    row = rows("after-2022")["moves.reassurance-visit-russia.effects.0.steps"]
    assert (row.value, row.low, row.high, row.unit) == (-2.0, -4.0, -1.0, "steps of displeasure")


def test_a_date_and_a_source_come_from_the_entry() -> None:
    row = rows("after-2022")["events.cpc-storm.then.0.amount"]
    assert row.date == "2022-Q1"
    assert row.source.startswith("neftegazru 2022")
    assert row.unit == "share of base"
    assert "after-2022.yaml:" in row.where


def test_shares_stay_between_0_and_1() -> None:
    row = rows("after-2022")["sanctions.eu-measures.sectors.metals.coverage.2022-Q1"]
    assert (row.low, row.value, row.high) == (0.0, 0.0, 0.15)


def test_the_longest_family_counts(tmp_path: Path) -> None:
    text = "ledger: {doctrines.hedge.precision: {unit: u, date: d, confidence: assumed, times: 2}}"
    scenario = child(tmp_path, text)
    mine, other = found(scenario, "doctrines.hedge.precision"), found(scenario, "doctrines.west-pivot.precision")
    assert (mine.unit, mine.low, mine.high) == ("u", 1.0, 4.0)
    assert other.unit != "u"


def test_figures_without_a_range_get_that_of_their_family() -> None:
    row = rows("after-2022")["gdp.2021.KAZ"]
    assert row.low == pytest.approx(197.1 / 1.03, rel=1e-5)
    assert row.high == pytest.approx(197.1 * 1.03, rel=1e-5)
    vote = rows("after-2022")["un.vote.68/262.CHN"]
    assert vote.low == vote.value == vote.high


def test_every_parameter_has_a_reader_by_name() -> None:
    parameters = load("after-2022").parameters
    assert [id for id in parameters if not rows("after-2022")[id].read_by] == []
    assert "world.economy.economy" in rows("after-2022")["trade.theta_short"].read_by
