"""Red lines: quarters in a row are counted, one crossing is kept for good, each line reads its own measure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from playing import Luck, World

LANES = 8


def held(name: str = "after-2022", **overrides: str) -> World:
    return World.of(
        name, lanes=LANES, draws=Luck(LANES), overrides={k.replace("__", "."): v for k, v in overrides.items()}
    )


def row(world: World, line: str) -> int:
    return sorted(world.engine.layout.scenario.red_lines).index(line)


def put(key: str, value: float) -> Callable[[World], None]:
    def change(world: World) -> None:
        world.state.stocks[world.engine.table.index[key]] = value

    return change


def test_none_is_crossed_in_a_quiet_base_world() -> None:
    world = held("base-2021").play(16)
    assert (world.state.line_first == -1.0).all()
    assert (world.state.line_run == 0.0).all()


def test_a_line_of_two_quarters_needs_two_in_a_row() -> None:
    # Flips tried: `<` in watch_lines turned; `>= line.quarters` into `>`; the run not set back. Failed each time.
    world = held("base-2021")
    k = row(world, "oil-way-out")
    shut, open_ = put("corridor-capacity:CPC", 0.0), put("corridor-capacity:CPC", 1.0)
    runs = []
    for change in (shut, open_, shut, shut, open_):
        seen = world.quarter(change=change)
        runs.append((seen.closed.line_run[k, 0], seen.closed.line_first[k, 0]))
    assert runs == [(1.0, -1.0), (0.0, -1.0), (1.0, -1.0), (2.0, 3.0), (0.0, 3.0)]


def test_closing_the_pipeline_crosses_the_line_of_oil_and_only_where_it_is_closed() -> None:
    closed, base = held("cpc-closed").play(6), held().play(6)
    k = row(closed, "oil-way-out")
    assert closed.state.line_first[k].tolist() == [2.0] * LANES
    assert base.state.line_first[k].tolist() == [-1.0] * LANES


def test_lanes_cross_alone() -> None:
    world = held("base-2021")
    values = np.where(np.arange(LANES) % 2 == 0, 0.0, 1.0)
    for _ in range(2):
        world.quarter(
            change=lambda w: w.state.stocks.__setitem__(w.engine.table.index["corridor-capacity:CPC"], values)
        )
    crossed = world.state.line_first[row(world, "oil-way-out")]
    assert crossed.tolist() == [1.0 if k % 2 == 0 else -1.0 for k in range(LANES)]


@pytest.mark.parametrize(
    ("line", "key", "beyond", "within"),
    [
        ("finance-bank", "rung:EU", 3.0, 2.0),
        ("finance-country-eu", "rung:EU", 4.0, 3.0),
        ("finance-country-usa", "rung:USA", 4.0, 3.0),
        ("unrest", "unrest", 2.0, 1.0),
        ("goodwill-russia", "relation:KAZ~RUS", -0.8, 0.0),
        ("goodwill-usa", "relation:KAZ~USA", -0.8, -0.4),
    ],
)
def test_each_line_reads_its_own_measure(line: str, key: str, beyond: float, within: float) -> None:
    # Flip tried: margin() with its two sides exchanged; failed for every line.
    for value, crossed in ((beyond, True), (within, False)):
        world = held()
        quarters = world.engine.layout.scenario.red_lines[line].quarters
        for _ in range(quarters):
            world.quarter(change=put(key, value))
        first = world.state.line_first[row(world, line)]
        assert first.tolist() == [quarters - 1.0 if crossed else -1.0] * LANES
        if line == "goodwill-russia":
            assert (np.delete(world.state.line_first, row(world, line), axis=0) == -1.0).all()


def test_being_drawn_in_is_a_move_accepted_and_stays() -> None:
    world = held()
    world.quarter("RUS:ask-for-loyalty>KAZ", accept=0.0)
    assert world.state.line_first[row(world, "drawn-in")].tolist() == [-1.0] * LANES
    world.quarter("RUS:ask-for-loyalty>KAZ", accept=1.0)
    world.play(2)
    assert world.state.line_first[row(world, "drawn-in")].tolist() == [1.0] * LANES
    assert world.state.drawn_in.tolist() == [1.0] * LANES


def test_income_is_held_against_its_benchmark_on_the_same_draws() -> None:
    # Flip tried: the ratio inverted; failed.
    bench = held("no-sanctions").play(6)
    ln = bench.income("KAZ")
    crossings = {}
    for name, lift in (("same", 0.0), ("far above", 0.2)):
        world = held()
        world.engine.benchmark = ln + lift
        world.play(6)
        crossings[name] = world.state.line_first[row(world, "income")].tolist()
    without = held().play(6)
    assert crossings == {"same": [-1.0] * LANES, "far above": [3.0] * LANES}
    assert without.state.line_first[row(without, "income")].tolist() == [-1.0] * LANES


def test_a_line_switched_off_is_not_watched() -> None:
    world = World.of(
        "cpc-closed", lanes=LANES, draws=Luck(LANES), overrides={"red_lines.oil-way-out.enabled": "false"}
    ).play(4)
    assert (world.state.line_first[row(world, "oil-way-out")] == -1.0).all()


def test_a_claim_and_a_rupture_cross_their_own_lines_from_their_quarter_on() -> None:
    # Flips tried: `<=` of the turn turned, the bloc not asked for; each failed.
    file = str(Path(__file__).parents[2] / "data" / "ruptures.yaml")
    world, quiet = held(file).play(4), held("base-2021").play(4)
    for line, first in {"sovereignty": 1.0, "rupture-csto": 2.0, "rupture-eaeu": -1.0}.items():
        assert world.state.line_first[row(world, line)].tolist() == [first] * LANES, line
        assert quiet.state.line_first[row(quiet, line)].tolist() == [-1.0] * LANES, line


@pytest.mark.parametrize(("of", "crossed"), [("RUS", True), ("CHN", False)])
def test_a_line_may_ask_whose_claim_it_is(of: str, crossed: bool) -> None:
    file = str(Path(__file__).parents[2] / "data" / "ruptures.yaml")
    world = held(file, red_lines__sovereignty__of=of).play(3)
    assert (world.state.line_first[row(world, "sovereignty")] == (1.0 if crossed else -1.0)).all()
