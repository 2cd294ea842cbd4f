"""The verb `describe`: what it prints can be given back, and differences are said in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from multivector.cli import main
from multivector.cli.printout.description import where
from multivector.scenario import check, load
from multivector.schema.numbers import numbers
from multivector.schema.stocks import STOCKS
from multivector.schema.turn import PHASES


def call(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(list(args))
    out, err = capsys.readouterr()
    return int(stop.value.code or 0), out, err


def test_a_world_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "describe", "after-2022")
    assert code == 0
    for title in ("Differs from its parent:", "Actors:", "Doctrines:", "Sanctions:", "Votes:", "Events:", "Red lines:",
                  "Parameters:"):  # fmt: skip
        assert f"\n{title}\n" in out
    assert str(load("after-2022").question) in out


def test_where_shows_unit_range_source_and_chain(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    child = tmp_path / "child.yaml"
    child.write_text("extends: after-2022\nparameters: {trade: {theta_short: 0.9}}\n", encoding="utf-8")
    code, out, _ = call(capsys, "describe", str(child), "--where", "trade.theta_short")
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == "trade.theta_short=0.9"
    assert any(line.startswith("  unit: ") for line in lines)
    assert any(line.startswith("  range: ") for line in lines)
    assert any(line.startswith("  source: ") for line in lines)
    assert "child.yaml:2 (0.9)" in lines[-2]
    assert "trade.yaml:" in lines[-1]


def test_where_lists_the_stocks_that_moves_may_change(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "describe", "after-2022", "--where", "stocks")
    assert code == 0
    assert [line.partition(":")[0] for line in out.splitlines()] == list(STOCKS)
    assert "relation: how good relations are (of, toward; unit 1, -1 to 1)" in out
    told = json.loads(call(capsys, "describe", "after-2022", "--where", "stocks", "--json")[1])
    assert told["value"]["relation"]["fields"] == ["of", "toward"]


def test_where_shows_figures_and_built_flows_too(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "describe", "after-2022", "--where", "world.flow.2021.RUS.KAZ.energy")
    lines = out.splitlines()
    assert code == 0
    assert lines[0].startswith("world.flow.2021.RUS.KAZ.energy=")
    assert "  unit: US$ bn/yr" in lines
    assert "  confidence: assumed" in lines
    assert any(line.startswith("  range: ") and " to " in line for line in lines)
    assert lines[-1].startswith("  built; ")
    _, out, _ = call(capsys, "describe", "after-2022", "--where", "gdp.2021.KAZ", "--json")
    told = json.loads(out)
    assert (told["id"], told["confidence"], told["where"].partition(":")[0]) == ("gdp.2021.KAZ", "data", "gdp.csv")
    # The start of an id is no id.
    assert call(capsys, "describe", "after-2022", "--where", "world.flow.2021.RUS.KAZ")[0] == 2


def test_every_printed_parameter_can_be_set_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "describe", "after-2022")
    printed = out.split("\nParameters:\n")[1].splitlines()
    pairs = dict(line.split("  (")[0].strip().split("=", 1) for line in printed if line.strip())
    world = load("after-2022")
    assert set(pairs) == set(world.parameters)
    assert load("after-2022", overrides=pairs).canonical() == world.canonical()


def test_every_number_prints_as_set_takes_it_and_changes_nothing() -> None:
    world, found = load("after-2022"), check("after-2022")
    paths = numbers(world)
    assert len(paths) > 1000
    printed = dict(where(found, path)[1][0].split("=", 1) for path in paths)
    assert list(printed) == list(paths)
    # Weights and risk aversion of doctrines are words, which stand for parameters.
    plain = {path: text for path, text in printed.items() if not text[0].isalpha()}
    assert {path.split(".")[0] for path in printed.keys() - plain.keys()} == {"doctrines"}
    assert {path: float(text) for path, text in plain.items()} == {path: paths[path] for path in plain}
    assert load("after-2022", overrides=printed).canonical() == world.canonical()
    # And it is taken: another number is another world.
    other = {"corridors.CPC.capacity": "60"}
    (line, *_) = where(check("after-2022", overrides=other), "corridors.CPC.capacity")[1]
    assert line == "corridors.CPC.capacity=60"
    assert load("after-2022", overrides=other).canonical() != world.canonical()


@pytest.mark.parametrize("path", ["order", "calendar.turns", "actors.KAZ.doctrine", "focus", "decision.depth"])
def test_every_single_value_can_be_set(capsys: pytest.CaptureFixture[str], path: str) -> None:
    _, out, _ = call(capsys, "describe", "after-2022", "--where", path)
    key, value = out.splitlines()[0].split("=", 1)
    assert load("after-2022", overrides={key: value}).canonical() == load("after-2022").canonical()


def test_one_date_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    event = sorted(load("after-2022").events)[0]
    child = tmp_path / "child.yaml"
    child.write_text(f"extends: after-2022\nevents: [{{id: {event}, turn: 2024-Q4}}]\n", encoding="utf-8")
    code, out, _ = call(capsys, "describe", str(child), "--diff", "after-2022")
    was = load("after-2022").events[event].turn
    assert (code, out) == (0, f"event {event}: turn {was} -> 2024-Q4\n")
    assert call(capsys, "describe", "after-2022", "--diff", "after-2022")[1] == "no difference\n"


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "describe", "after-2022", "--json")
    facts = json.loads(out)
    assert facts["id"] == "after-2022"
    assert facts["differs"]
    _, out, _ = call(capsys, "describe", "after-2022", "--where", "calendar.turns", "--json")
    assert json.loads(out)["value"] == 16


def test_phases_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "describe", "after-2022", "--phases", "--set", "order=simultaneous")
    lines = out.splitlines()
    assert lines[0] == "order: simultaneous"
    assert len(lines) == len(PHASES) + 1
    assert sum("at once" in line for line in lines) == 4


@pytest.mark.parametrize(
    ("args", "phrase"),
    [
        (["no-such"], "found no such file"),
        (["after-2022", "--where", "trade.theta_shrt"], 'did you mean "trade.theta_short"?'),
        (["after-2022", "--where", ""], "found no such path"),
        (["after-2022", "--diff", "after-2021"], 'did you mean "after-2022"?'),
        (["after-2022", "--set", "nonsense=1"], "found no such path"),
    ],
)
def test_typical_errors_are_one_line(capsys: pytest.CaptureFixture[str], args: list[str], phrase: str) -> None:
    code, out, err = call(capsys, "describe", *args)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert phrase in err


def test_figures_lists_priors_with_ranges_and_built_flows(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "describe", "base-2021", "--figures", "prior.share.2021.CHN.EU")
    assert code == 0
    assert "prior.share.2021.CHN.EU.machinery=0.52 share of goods flow (0.39 to 0.65)" in out
    _, out, _ = call(capsys, "describe", "base-2021", "--figures", "world.flow.2021.KAZ.RUS", "--json")
    assert {row["confidence"] for row in json.loads(out)} == {"assumed"}


def test_worth_prints_the_terminal_values_that_decisions_use(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "describe", "after-2022", "--worth", "--json")
    facts = json.loads(out)
    assert set(facts) == {"CHN", "EU", "KAZ", "RUS", "USA"}
    assert facts["KAZ"]["step_worth"]["displeasure:RUS>KAZ"] < 0
    assert facts["KAZ"]["scale"] >= 0.05
