"""Every number of a scenario can differ between the members of one batch, or is refused as an uncertainty."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from multivector.errors import BadInput
from multivector.scenario import check, load
from multivector.schema.numbers import AT_SETUP, canonical, numbers
from multivector.world.benchmark import benchmark_income, benchmark_setup
from multivector.world.engine import Engine
from multivector.world.layout.layout import build_layout
from multivector.world.model import DiplomacyModel
from multivector.world.quarter.lines import margin
from multivector.world.setup import Setup
from reproducibility.histories import differences, played, setup, unlike, world

MOVED = {
    "corridors.CPC.capacity": 20.0,
    "corridors.CPC.base_flow": 50.0,
    "corridors.atyrau-samara.fee": 55.0,
    "corridors.middle.capacity": 1.0,
    "corridors.northern.days": 40.0,
    "corridors.middle.cost": 300.0,
    "sanctions.eu-measures.self_sanctioning": 0.25,
    "sanctions.us-measures.sectors.machinery.wedge": 1.0,
    "sanctions.eu-measures.sectors.other.coverage.2022-Q1": 0.5,
    "sanctions.self_sanctioning_decay": 4.0,
    "events.cpc-storm.then.0.amount": -0.9,
    "actors.KAZ.relations.RUS": 0.3,
    "doctrines.hedge.weights.income": 0.1,
    "doctrines.hedge.risk": 0.0,
    "doctrines.hedge.precision": 0.5,
    "doctrines.hedge.foresight": 0.0,
    "doctrines.hedge.pressure.RUS": 40.0,
    "doctrines.hedge.vote_shift.0": 2.0,
    "doctrines.near-neighbours-first.strategic.0.weight": 0.1,
    "paths.oil_price.values.2022-Q1": 40.0,
    "paths.world_food_prices.values.2022-Q1": 2.0,
    "paths.embargo_refused.values.2022-Q2": 0.9,
    "alignment.votes.ES-11/1.positions.RUS": 0.5,
    "moves.set-enforcement-tighten.effects.0.steps": 3.0,
    "moves.set-enforcement-tighten.cost.by": -5.0,
    "utility.cost_factor": 10.0,
    "coercion.transit-delay.leverage": 1.0,
    "coercion.farm-ban.own_cost": 100.0,
    "coercion.transit-delay.own_cost": 100.0,
    "evidence.drawn": 3.0,
    "evidence.caution": 1.0,
    "votes.relation": 5.0,
}
"""One number of each kind, and a value far from its own."""


def test_every_kind_of_number_moves_the_member_that_differs_in_it_and_no_other() -> None:
    known = numbers(world())
    count = len(MOVED) + 2
    values = {path: np.full(count, known[path]) for path in MOVED}
    for k, (path, value) in enumerate(MOVED.items(), start=1):
        values[path][k] = value
    batch = played([7] * count, 3, overrides=values)
    plain = played([7], 3)
    assert unlike(plain, batch, 0, 0) == unlike(plain, batch, 0, count - 1) == []
    same = [path for k, path in enumerate(MOVED, start=1) if not unlike(plain, batch, 0, k)]
    assert same == []


def test_a_bound_of_a_red_line_and_the_chance_of_a_rule_differ_by_member() -> None:
    base = load("after-2022")
    engine = Engine(build_layout(base), 8, overrides={"red_lines.prices.above": np.linspace(0.1, 0.8, 8)})
    room = margin(engine.p, base.red_lines["prices"], np.full(8, 0.2))
    assert room == pytest.approx(np.linspace(-0.1, 0.6, 8))
    rule = (
        "{r: {id: r, when: {measure: turn, at_least: 0}, then: [{stock: threat, of: RUS, amount: 0.3}], chance: 0.0}}"
    )
    ruled = Setup(world(alignment__rules=rule, decision__rule="hold"))
    sizes = {
        "alignment.rules.r.chance": np.array([0.0, 1.0, 1.0]),
        "alignment.rules.r.then.0.amount": np.array([0.3, 0.3, 0.6]),
    }
    model = DiplomacyModel(ruled, [0, 0, 0], overrides=sizes)
    d = model.engine.table.index["threat:RUS"]
    before = model.state.stocks[d, 0]
    model.step()
    after = model.state.stocks[d, :3] - before
    assert after[0] < 0.01 < after[1] < 0.9 * after[2]


def test_a_move_keeps_to_its_own_size_where_another_shares_its_effect() -> None:
    """Moves with equal effects on trade share one evaluation of the look-ahead, but not where their sizes differ."""
    alike = [path for path, value in numbers(world()).items() if path.startswith("moves.set-enforcement") and value]
    one = {path: np.array([value, 2.0 * value]) for path in alike for value in [numbers(world())[path]]}
    batch = played([3, 3], 2, overrides=one)
    alone = played([3], 2, overrides={path: value[1:] for path, value in one.items()})
    assert unlike(alone, batch, 0, 1) == []
    assert unlike(batch, batch, 0, 1)


def test_names_of_a_number() -> None:
    known = numbers(world())
    assert canonical("parameters.trade.theta_short.value", known) in known
    assert canonical("corridors.CPC.capacity.value", known) == "corridors.CPC.capacity"
    assert canonical("events.cpc-storm.amount", known) == "events.cpc-storm.then.0.amount"
    assert not set(AT_SETUP) & set(known)


def test_every_number_is_the_one_that_the_file_can_be_given() -> None:
    """A path of `numbers` is a path of ``--set`` too, and both mean the same number."""
    for path in (
        "corridors.CPC.capacity",
        "red_lines.prices.above",
        "doctrines.hedge.risk",
        "paths.oil_price.values.2022-Q1",
    ):
        other = world(**{path.replace(".", "__"): "0.75"})
        assert numbers(other)[path] == 0.75 != numbers(world())[path]


def test_an_override_that_nobody_would_read_is_refused() -> None:
    with pytest.raises(BadInput, match=r"calendar\.turns"):
        played([0], 1, overrides={"calendar.turns": np.array([3.0])})


@pytest.mark.parametrize(
    "path", ["calendar.turns", "moves.set-enforcement-tighten.cooldown", "doctrines.hedge.horizon", "utility.discount",
             "alignment.blocs.EAEU.duty_shares.KAZ", "red_lines.unrest.quarters"],
)  # fmt: skip
def test_an_uncertainty_that_cannot_vary_is_refused(path: str, tmp_path: Path) -> None:
    text = f"extends: after-2022\nuncertainties:\n  {path}: {{low: 1, high: 2}}\n"
    (tmp_path / "spread.yaml").write_text(text, encoding="utf-8")
    problems = check(tmp_path / "spread.yaml").problems
    assert [(p.field, p.line) for p in problems] == [(f"uncertainties.{path}", 3)]
    assert "all replicates of a batch have the same" in problems[0].found


def test_an_uncertainty_over_a_figure_of_a_corridor_is_taken_and_drawn() -> None:
    for name in ("cpc-closed", "middle-corridor"):
        scenario = load(name)
        assert set(scenario.uncertainties) <= {*numbers(scenario)}
    path = "corridors.atasu-alashankou.capacity"
    two = played([0, 0], 3, on=setup("cpc-closed"), overrides={path: np.array([0.5, 20.0])})
    low, high = (two.states[-1].measures[:, k] for k in (0, 1))
    assert high[2] > low[2] + 0.05


def test_the_benchmark_has_the_same_numbers_where_it_knows_them() -> None:
    given = {"corridors.CPC.capacity": np.array([59.3, 30.0]), "events.cpc-storm.then.0.amount": np.array([-0.4, -0.9])}
    income = benchmark_income(setup(), [0, 0], 1, given, benchmark=benchmark_setup(setup()))
    assert income is not None
    assert (income[:, 0] != income[:, 1]).any()


def test_differences_are_by_member() -> None:
    assert differences({"a": np.array([1.0, 2.0])}, {"a": np.array([1.0, 3.0])}, 1, 1)
