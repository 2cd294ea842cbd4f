"""The JSON Schema of scenario files: shipped files and short forms pass, mistakes do not; the shipped one is fresh."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import json_schema
from multivector.data.locate import shipped_fragments, shipped_root, shipped_scenarios
from multivector.scenario.nodes import to_data
from multivector.scenario.reader import parse, read_file
from multivector.schema.editor import DIALECT, editor_schema

FILES = [*shipped_scenarios(), *shipped_fragments()]


@cache
def schema() -> dict[str, Any]:
    return editor_schema()


def problems(text: str) -> list[str]:
    node = parse(text, "a.yaml")
    assert node is not None
    return list(json_schema.problems(to_data(node, free=True), schema(), schema()))


def test_the_committed_schema_is_fresh() -> None:
    committed = (shipped_root() / "schema.json").read_text(encoding="utf-8")
    fresh = json.dumps(editor_schema(), indent=1, ensure_ascii=True) + "\n"
    assert committed == fresh, "renew it: multivector schema --out scenarios/schema.json"


def test_it_says_its_dialect_and_every_reference_is_there() -> None:
    text = json.dumps(schema())
    assert schema()["$schema"] == DIALECT
    for name in set(text.split('"#/$defs/')[1:]):
        assert name.split('"')[0] in schema()["$defs"]


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_shipped_files_pass_and_name_it(path: Path) -> None:
    data = to_data(read_file(path), free=True)
    assert list(json_schema.problems(data, schema(), schema())) == []
    first = path.read_text(encoding="utf-8").splitlines()[0]
    name = first.removeprefix("# yaml-language-server: $schema=")
    assert (path.parent / name).resolve() == (shipped_root() / "schema.json").resolve()


@pytest.mark.parametrize(
    "text",
    [
        "{title: a bare text, question: {en: why, kk: неге}, sources: one, extends: base-2021}",
        "{parameters: {trade: {theta_short: 0.9}, trade.theta_long: '4'}, benchmark: }",
        "{parameters: {x: {value: 1, unit: '1', date: 2021, source: 7, confidence: data}}}",
        "{events: {disable: [storm], add: [{id: e, turn: 2022-Q1, stock: fund, amount: -0.1}]}}",
        "{events: {storm: {turn: 2023-Q1}}, moves: {disable: all}, corridors: }",
        "{moves: [{id: m, kind: trade, by: KAZ, targets: none, cost: 0.1, needs: CPC, engages: RUS}]}",
        "{sanctions: [{id: s, sectors: {machinery: {coverage: 0.2, wedge: 4}}, self_sanctioning: 0.1}]}",
        "{doctrines: [{id: d, for: KAZ, weights: {income: very high, rent: 0.3}, risk: low}]}",
        "{doctrines: [{id: d, for: KAZ, strategic: [{stock: relation, of: RUS, toward: KAZ, weight: 1}]}]}",
        "{alignment: {votes: [{id: v, item: {b: [1, 2], c: 0, d: 1}}], rules: {r: {chance: 0.5}}}}",
        "{mechanisms: {coercion: no}, levers: {trade.theta_short: [0.5, 1]}, classroom: {any: {thing: 1}}}",
    ],
)
def test_short_forms_that_the_reader_takes(text: str) -> None:
    assert problems(text) == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("{calender: {turns: 4}}", "/calender"),
        ("{calendar: {turns: many}}", "/calendar"),
        ("{calendar: {start: 2022-Q5}}", "/calendar"),
        ("{order: at once}", "/order"),
        ("{events: [{turn: 2022-Q1, stock: fund, amount: 1}]}", "/events"),
        ("{events: [{id: e, turn: 2022-Q1, stock: fnd, amount: 1}]}", "/events"),
        ("{events: [{id: e, turn: 2022-Q1, stock: fund, amount: 1, coment: x}]}", "/events"),
        ("{actors: {KAZ: {weights: {income: huge}}}}", "/actors"),
        ("{actors: {KAZ: {relations: {rus: 0.1}}}}", "/actors"),
        ("{actors: {KAZ: {relations: {RUS: 1.1}}}}", "/actors"),
        ("{parameters: {x: [1, 2]}}", "/parameters"),
        ("{sanctions: [{id: s, sectors: {machinry: {coverage: 1, wedge: 1}}}]}", "/sanctions"),
        ("{moves: [{id: m, effects: [{steps: 1}]}]}", "/moves"),
        ("{red_lines: [{id: r, measure: legitimcy, below: 1, owner: author}]}", "/red_lines"),
        ("{title: {de: Titel}}", "/title"),
    ],
)
def test_mistakes_are_found_while_typing(text: str, where: str) -> None:
    found = problems(text)
    assert found
    assert found[0].startswith(where)
