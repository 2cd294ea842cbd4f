"""Rules and conditions of a scenario: they fire when they hold, with their chance; they read moves, votes, stocks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from playing import Luck, World, layout_of

LANES = 8
RULES = """\
id: rules
title: {en: Rules on trial, ru: Проверка правил}
question: {en: Do rules fire?, ru: Срабатывают ли правила?}
sources: [a test]
extends: after-2022
alignment:
  rules:
    - id: drift
      when: {measure: displeasure, of: RUS, toward: KAZ, above: 0.15}
      then: [{stock: threat, of: RUS, steps: 1}]
    - id: storm
      when: {measure: event-active, event: cpc-storm}
      then: [{stock: status, steps: 1}]
    - id: late
      when: {measure: turn, equal: 1}
      then: [{stock: newcomers, steps: 1, delay: 13}, {stock: finance-access, steps: 1, delay: 40}]
    - id: never
      when: {measure: turn, above: 99}
      then: [{stock: neutrality, steps: 1}]
    - id: third
      when: {measure: turn, equal: 3}
      then: [{stock: capability, steps: 1}]
    - id: sometimes
      when: {measure: turn, at_least: 1}
      then: [{stock: fund, steps: 1}]
      chance: 0.25
    - id: in-part
      when: {measure: turn, at_least: 1}
      then:
        - {stock: trade-cost, exporter: KAZ, importer: CHN, amount: 0.01, chance: 0.25}
        - {stock: coverage, of: EU, sector: energy, amount: 0.001, chance: 0.75}
    - id: statement
      when: {measure: moves-made, move: territorial-integrity-statement, by: KAZ, within: 2, at_least: 1}
      then: [{stock: reform, steps: 1}]
    - id: refusal
      when: {measure: offers-refused, move: ask-for-loyalty, by: RUS, within: 1, at_least: 1}
      then: [{stock: technology-access, steps: -1}]
    - id: both
      when: {all: [{measure: turn, at_least: 2}, {none: [{measure: turn, at_least: 3}]}]}
      then: [{stock: regime, steps: 1}]
    - id: union
      when: {measure: member, of: KAZ, bloc: EAEU}
      then: [{stock: border-capacity, steps: -1}]
    - id: abstained
      when: {measure: vote-cast, of: CHN, vote: ES-11/1, equal: 0}
      then: [{stock: credibility, steps: 1}]
    - id: opposed
      when: {measure: vote-cast, of: RUS, equal: -1}
      then: [{stock: credibility, steps: -1}]
"""


@pytest.fixture(scope="module")
def name(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("rules") / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    return str(path)


def held(name: str) -> World:
    return World.of(name, lanes=LANES, draws=Luck(LANES, "rules/fires"))


def fired(world: World, rule: str) -> list[float]:
    return [float(q.happened.rules[rule][0]) for q in world.past]


def test_rules_fire_in_the_quarters_in_which_they_hold(name: str) -> None:
    # Flips tried: `holds &` turned into `~holds &`; within counted from one later. Failed both times.
    world = held(name).play(4)
    assert fired(world, "storm") == [1.0, 0.0, 0.0, 0.0]
    assert fired(world, "never") == [0.0] * 4
    assert fired(world, "third") == [0.0, 0.0, 1.0, 0.0]
    assert fired(world, "both") == [0.0, 1.0, 0.0, 0.0]
    assert fired(world, "union") == [1.0] * 4


def test_a_rule_does_what_it_says(name: str) -> None:
    world = held(name).play(3)
    plain = World.of("after-2022", lanes=LANES, draws=Luck(LANES)).play(3)
    p = world.engine.p
    for key, sign, at in (("status", 1.0, 0), ("capability", 1.0, 2), ("border-capacity", -1.0, 0)):
        one, other = world.engine.table.index[key], plain.engine.table.index[key]
        gap = world.past[at].opened.stocks[one] - plain.past[at].opened.stocks[other]
        assert gap == pytest.approx(sign * p[f"steps.{key.replace('-', '_')}"] * p["steps.factor"]), key


def test_an_effect_may_come_later_than_that_of_any_move_and_after_the_end_never(name: str) -> None:
    # Flip tried: rules left out of the length of the queue (layout.py); failed.
    world = held(name).play(16)
    plain = World.of("after-2022", lanes=LANES, draws=Luck(LANES)).play(16)
    d, e = world.engine.table.index["newcomers"], plain.engine.table.index["newcomers"]
    gaps = [w.opened.stocks[d, 0] - p.opened.stocks[e, 0] for w, p in zip(world.past, plain.past, strict=True)]
    assert gaps[:13] == [0.0] * 13
    assert gaps[13] == pytest.approx(world.engine.p["steps.newcomers"][0])
    assert world.state.pending.shape[1] <= 16 + 1


def test_a_rule_on_displeasure_waits_for_it(name: str) -> None:
    quiet, drifting = held(name).play(3), held(name)
    drifting.play(3, dict.fromkeys(range(3), ("KAZ:decline-bloc>RUS", "KAZ:set-enforcement-tighten")))
    assert fired(quiet, "drift") == [0.0] * 3
    assert fired(drifting, "drift") == [0.0, 1.0, 1.0]


def test_conditions_remember_moves_refusals_and_votes(name: str) -> None:
    world = held(name)
    world.quarter("KAZ:territorial-integrity-statement")
    world.quarter("RUS:ask-for-loyalty>KAZ", accept=0.0)
    world.play(3)
    assert fired(world, "statement") == [0.0, 1.0, 1.0, 0.0, 0.0]
    assert fired(world, "refusal") == [0.0, 0.0, 1.0, 0.0, 0.0]
    # A text not yet put to the vote is no abstention. Flip tried: zero in place of nan before the vote; failed.
    k = world.engine.layout.actors.index("CHN")
    cast = float(world.state.votes[world.engine.text["ES-11/1"], k, 0])
    assert fired(world, "abstained") == [0.0, *[float(cast == 0.0)] * 4]
    assert fired(world, "opposed") == [0.0, 1.0, 1.0, 1.0, 1.0]


def test_chance_is_a_frequency(name: str) -> None:
    world = World.of(name, lanes=64).play(12)
    share = np.stack([q.happened.rules["sometimes"] for q in world.past])
    assert abs(share.mean() - 0.25) < 4.0 * np.sqrt(0.25 * 0.75 / share.size)


def test_an_effect_with_a_chance_of_its_own_happens_as_often(name: str) -> None:
    """Each effect has its own draw; all sectors of one effect share it. Fails with < turned into >."""
    world = World.of(name, lanes=64).play(12)
    cost, other, covered = (
        np.stack([quarter_step(world, q.before.stocks, q.opened.stocks, key) for q in world.past]) > 1e-9
        for key in ("trade-cost:KAZ>CHN:machinery", "trade-cost:KAZ>CHN:other", "coverage:EU:energy")
    )
    for share, chance in ((cost, 0.25), (covered, 0.75)):
        assert abs(share.mean() - chance) < 4.0 * np.sqrt(chance * (1.0 - chance) / share.size)
    assert (cost == other).all()
    assert (cost != covered).any()


def quarter_step(world: World, before: np.ndarray, after: np.ndarray, key: str) -> np.ndarray:
    d = world.engine.table.index[key]
    return np.asarray(after[d] - before[d])


@pytest.mark.parametrize(
    ("stock", "value", "holds"), [("rung", 2.0, True), ("rung", 1.9, False), ("rung", 2.0 - 1e-12, True)]
)
def test_a_stock_summed_in_steps_meets_its_bound(stock: str, value: float, holds: bool) -> None:
    from multivector.mechanisms.stock_table import StockView
    from multivector.schema.effects import Condition

    world = World.of("after-2022", lanes=LANES, draws=Luck(LANES))
    world.state.stocks[world.engine.table.index[f"{stock}:EU"]] = value
    condition = Condition(measure=stock, of="EU", at_least=2.0)
    found = world.engine.conditions.holds(condition, world.state, StockView(world.engine.table, world.state.stocks))
    assert found.tolist() == [holds] * LANES


def test_moves_with_a_condition_wait_for_it() -> None:
    entries = layout_of("after-2022").catalogue.entries
    waiting = sorted({e.move.id for e in entries if e.move.when is not None})
    assert {"ask-for-csto-help", "ladder-step-up", "ladder-step-down", "retract-export-ban", "explain-the-vote"} <= set(
        waiting
    )
