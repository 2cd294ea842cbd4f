"""Extending, overriding, provenance: what a resolved scenario is, whatever files it came from."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multivector.errors import BadInput
from multivector.scenario import check, find, load
from multivector.scenario.check_world import LEFT_OUT
from multivector.scenario.differ import differences
from multivector.scenario.load import trace_of

BASE = """\
id: world
title: {en: A world, ru: Мир}
calendar: {start: 2022-Q1, turns: 8}
parameters:
  trade:
    theta_short: {value: 0.76, unit: "1", low: 0.5, high: 1.2, confidence: literature, source: a paper}
    share: {value: 0.5, unit: share, confidence: data, source: a table}
mechanisms: {coercion: true, outages: true}
actors:
  KAZ: {doctrine: hedge, weights: {income: high}, relations: {RUS: 0.6}}
  RUS: {doctrine: near, trade: none}
corridors:
  - {id: CPC, kind: oil, crosses: [RUS], capacity: {value: 67, unit: Mt a year, confidence: data, source: s},
     base_flow: {value: 53, unit: Mt a year, confidence: data, source: s},
     fee: {value: 38, confidence: data, source: s}}
sanctions:
  - {id: eu, senders: [EU], target: RUS, start: 2022-Q1,
     sectors: {machinery: {coverage: {2022-Q1: 0.2, 2022-Q3: 0.4}, wedge: 4}}}
events:
  - {id: storm, turn: 2022-Q1, stock: corridor-capacity, corridor: CPC, amount: -0.4, turns: 1, cause: weather}
  - {id: court, turn: 2022-Q3, title: Court, then: [{stock: fund, amount: -0.1}, {stock: threat, of: RUS, amount: 0.1}]}
doctrines:
  hedge: {for: KAZ, weights: {income: high, security: 1.5}}
  near: {for: [RUS], strategic: [{stock: relation, of: KAZ, toward: RUS, weight: very high}]}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "world.yaml").write_text(BASE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, name: str, text: str) -> str:
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return f"{name}.yaml"


def test_types_come_from_the_schema(folder: Path) -> None:  # noqa: ARG001
    world = load("world.yaml")
    assert world.quarters() == ["2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4", "2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4"]
    assert world.parameters["trade.theta_short"].value == 0.76
    assert world.sanctions["eu"].sectors["machinery"].coverage.at(["2022-Q2", "2022-Q3"]) == [0.2, 0.4]
    assert world.events["storm"].then[0].amount == -0.4
    assert world.doctrines["hedge"].weights == {"income": "high", "security": 1.5}
    assert world.doctrines["near"].strategic[0].measure == "relation"
    assert list(world.actors) == ["KAZ", "RUS"]


def test_a_bare_value_keeps_unit_source_and_range(folder: Path) -> None:
    name = write(folder, "child", "id: child\nextends: world\nparameters:\n  trade: {theta_short: 0.9}\n")
    child = load(name)
    quantity = child.parameters["trade.theta_short"]
    assert (quantity.value, quantity.unit, quantity.source, quantity.low) == (0.9, "1", "a paper", 0.5)
    origin = child.provenance("trade.theta_short")
    assert [(mark.file, mark.line) for mark in origin.chain] == [("child.yaml", 4), ("world.yaml", 6)]
    assert origin.values == ("0.9", "0.76")
    assert load("world.yaml").parameters["trade.theta_short"].value == 0.76


def test_outside_the_range_is_a_warning_outside_the_bounds_an_error(folder: Path) -> None:  # noqa: ARG001
    world = load("world.yaml", overrides={"trade.theta_short": "3"})
    assert [warning.field for warning in world.warnings] == ["parameters.trade.theta_short.value"]
    with pytest.raises(BadInput, match=r"found 1\.5; allowed: from 0 to 1"):
        load("world.yaml", overrides={"trade.share": "1.5"})


def test_title_and_id_are_not_inherited(folder: Path) -> None:
    child = load(write(folder, "child", "extends: world\n"))
    assert (child.id, child.title) == ("child", None)


def test_lists_by_id_merge_add_and_disable(folder: Path) -> None:
    new = "{id: new, turn: 2022-Q4, stock: fund, amount: 1}"
    text = f"extends: world\nevents:\n  - {{id: storm, turn: 2022-Q2}}\n  - {new}\n"
    merged = load(write(folder, "merged", text))
    assert sorted(merged.events) == ["court", "new", "storm"]
    assert (merged.events["storm"].turn, merged.events["storm"].cause) == ("2022-Q2", "weather")
    fewer = load(write(folder, "fewer", "extends: world\nevents: {disable: [storm]}\n"))
    assert list(fewer.events) == ["court"]
    other = "extends: world\nevents: {disable: all, add: [{id: new, turn: 2022-Q4, stock: fund, amount: 1}]}\n"
    assert list(load(write(folder, "other", other)).events) == ["new"]


def test_a_shared_grandparent_undoes_nothing(folder: Path) -> None:
    write(folder, "left", "extends: world\nparameters: {trade: {theta_short: 0.9}}\n")
    write(folder, "right", "extends: world\norder: simultaneous\n")
    both = load(write(folder, "both", "extends: [left, right]\n"))
    assert (both.parameters["trade.theta_short"].value, both.order) == (0.9, "simultaneous")


def test_a_kept_conflict_of_kinds_is_an_error(folder: Path) -> None:
    report = check(write(folder, "child", "extends: world\nactors: {KAZ: hedge}\n"))
    assert (
        str(report.problems[0]) == 'child.yaml:2:15: actors.KAZ: found "hedge"; allowed: a mapping, as in world.yaml:10'
    )


def test_conditions_are_replaced_as_a_whole(folder: Path) -> None:
    rule = "alignment: {rules: [{id: r, when: %s, then: [{stock: status, amount: 0.1}]}]}\n"
    write(folder, "one", "extends: world\n" + rule % "{all: [{measure: turn, above: 2}]}")
    two = load(write(folder, "two", "extends: one\n" + rule % "{measure: turn, below: 3}"))
    assert two.alignment.rules["r"].when.all is None


def test_a_date_of_the_chain_outside_the_calendar_is_a_warning(folder: Path) -> None:
    report = check(write(folder, "short", "extends: world\ncalendar: {turns: 2}\n"))
    assert report.problems == ()
    assert [warning.field for warning in report.warnings] == ["events.court.turn"]


def test_what_a_changed_calendar_leaves_out_is_told_and_no_error(folder: Path) -> None:
    text = "extends: world\ncalendar: {turns: TURNS}\nevents: [{id: mine, turn: 2023-Q1, stock: fund, amount: 0.1}]\n"
    write(folder, "long", text.replace("TURNS", "8"))
    short = check("long.yaml", overrides={"calendar.turns": "2"})
    assert short.problems == ()
    told = [(warning.field, warning.hint) for warning in short.warnings]
    assert told == [(f"events.{name}.turn", LEFT_OUT) for name in ("court", "mine")]
    assert check("long.yaml", overrides={"calendar": "{turns: 2}"}).problems == ()
    # The same calendar in the file's own text is its author's mistake.
    own = check(write(folder, "own", text.replace("TURNS", "2")))
    assert [problem.field for problem in own.problems] == ["events.mine.turn"]
    assert check(folder / "own.yaml", stored=True).problems == ()


def test_a_misspelt_override_is_an_error(folder: Path) -> None:  # noqa: ARG001
    for path, near in (("trade.theta_shrt", "trade.theta_short"), ("calender.turns", "calendar")):
        with pytest.raises(BadInput, match=f'did you mean "{near}"'):
            load("world.yaml", overrides={path: "1"})


@pytest.mark.parametrize(
    ("path", "value", "read"),
    [
        ("calendar.turns", "4", lambda s: s.calendar.turns == 4),
        ("actors.KAZ.doctrine", "hedge", lambda s: s.actors["KAZ"].doctrine == "hedge"),
        ("actors.KAZ.weights.security", "very high", lambda s: s.actors["KAZ"].weights["security"] == "very high"),
        ("events.court.then.1.amount", "0.3", lambda s: s.events["court"].then[1].amount == 0.3),
        ("events.storm.amount", "-0.2", lambda s: s.events["storm"].then[0].amount == -0.2),
        ("corridors.CPC.capacity", "50", lambda s: s.corridors["CPC"].capacity.value == 50),
        ("mechanisms.outages", "no", lambda s: s.mechanisms["outages"] is False),
        ("sanctions.eu.sectors.machinery.coverage.2023-Q1", "0.6",
         lambda s: s.sanctions["eu"].sectors["machinery"].coverage.values["2023-Q1"] == 0.6),
        ("sanctions.eu.sectors.machinery.coverage", "0.1",
         lambda s: s.sanctions["eu"].sectors["machinery"].coverage.at(["2022-Q4"]) == [0.1]),
        ("doctrines.hedge.vote_shift.1", "0.3", lambda s: s.doctrines["hedge"].vote_shift == (0.0, 0.3)),
        ("trade.theta_short.high", "2", lambda s: s.parameters["trade.theta_short"].high == 2),
    ],
)  # fmt: skip
def test_set_reaches_everything(folder: Path, path: str, value: str, read) -> None:  # type: ignore[no-untyped-def]  # noqa: ARG001
    world = load("world.yaml", overrides={path: value})
    assert read(world)
    assert world.provenance(path).chain[0].file == f"--set {path}"


def test_two_edits_in_one_list_both_stay(folder: Path) -> None:  # noqa: ARG001
    world = load("world.yaml", overrides={"events.court.then.0.amount": "0.5", "events.court.then.1.amount": "0.6"})
    assert [effect.amount for effect in world.events["court"].then] == [0.5, 0.6]


def test_canonical_does_not_depend_on_order_or_files(folder: Path) -> None:
    lines = BASE.splitlines(keepends=True)
    start, stop = lines.index("actors:\n"), lines.index("corridors:\n")
    moved = "".join(lines[:start] + lines[stop:] + lines[start:stop])
    write(folder, "moved", moved)
    one, two = load("world.yaml").canonical(), load("moved.yaml").canonical()
    assert one == two
    assert json.loads(one)["parameters"]["trade.theta_short"]["value"] == 0.76
    assert one != load("world.yaml", overrides={"trade.theta_short": "0.77"}).canonical()


def test_a_scenario_survives_a_process_border(folder: Path) -> None:  # noqa: ARG001
    world = load("world.yaml")
    again = pickle.loads(pickle.dumps(world))
    assert again == world
    assert again.canonical() == world.canonical()
    assert again.provenance("calendar.turns") == world.provenance("calendar.turns")
    assert str(again.provenance("order")) == "default"
    with pytest.raises(BadInput):
        raise pickle.loads(pickle.dumps(BadInput(check("nothing-there").problems)))


def test_a_part_cannot_be_loaded_but_checked(folder: Path) -> None:
    name = write(folder, "part", "parameters: {x: {y: {value: 1, unit: u, confidence: data, source: s}}}\n")
    assert check(name).is_fragment
    with pytest.raises(BadInput, match="extend a base world"):
        load(name)


def test_problems_of_all_kinds_come_at_once(folder: Path) -> None:
    text = "extends: world\nfocus: KZA\ncolour: red\ncalendar: {turns: x}\nlevers: {trade.thta_short: [1]}\n"
    fields = [problem.field for problem in check(write(folder, "child", text)).problems]
    assert fields == ["focus", "colour", "calendar.turns", "levers.trade.thta_short"]


def test_a_missing_file_names_the_nearest_shipped_one() -> None:
    with pytest.raises(BadInput, match='did you mean "after-2022"') as caught:
        find("afer-2022")
    assert len(caught.value.problems) == 1


def test_one_changed_date_is_one_line(folder: Path) -> None:
    name = write(folder, "later", "extends: world\nevents: [{id: storm, turn: 2022-Q2}]\n")
    old, new = (trace_of(check(each)).root for each in ("world.yaml", name))
    assert differences(old, new) == ["event storm: turn 2022-Q1 -> 2022-Q2"]
    assert differences(new, old) == ["event storm: turn 2022-Q2 -> 2022-Q1"]


def test_equal_numbers_are_no_difference(folder: Path) -> None:
    name = write(folder, "same", "extends: world\nparameters: {trade: {theta_short: 0.760}}\n")
    assert differences(trace_of(check("world.yaml")).root, trace_of(check(name)).root) == []


@settings(max_examples=60, deadline=None)
@given(value=st.floats(min_value=0.5, max_value=1.2), turns=st.integers(min_value=4, max_value=200))
def test_what_is_set_is_what_is_read(tmp_path_factory: pytest.TempPathFactory, value: float, turns: int) -> None:
    file = tmp_path_factory.getbasetemp() / "property-world.yaml"
    file.write_text(BASE, encoding="utf-8")
    world = load(file, overrides={"trade.theta_short": repr(value), "calendar.turns": str(turns)})
    assert world.parameters["trade.theta_short"].value == value
    assert len(world.quarters()) == turns
    assert world.parameters["trade.share"].value == 0.5
