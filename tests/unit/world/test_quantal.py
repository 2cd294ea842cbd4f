"""`decision: qre` in the world: expectations that are right, equal bits in any batch, failures that say so, refusals.

Flips tried, each fails: others' plays subtracted; an actor's own plays left among the others; its own earlier slots
subtracted; last turn's plays handed to the look-ahead instead of the fixed point; NO_FIXED_POINT not written.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from multivector.decisions.choice import probabilities
from multivector.experiment.histories.arms import prepare
from multivector.experiment.histories.replicates import Experiment
from multivector.scenario import check
from multivector.world.choosing import quantal
from multivector.world.choosing.deciding import feasible, weighing
from multivector.world.choosing.policies import DoctrinePolicy, HoldPolicy, QuantalPolicy
from multivector.world.choosing.quantal import Player, empty_set
from multivector.world.model import DiplomacyModel
from reproducibility.histories import SEED, Recorded, played, setup, unlike
from results_helper import call

TURNS = 2


def model(ids: list[int], **given: object) -> DiplomacyModel:
    """A world whose actors know each other's replies, all on the same information."""
    return DiplomacyModel(setup(decision__rule="qre", order="simultaneous"), ids, seed=SEED, **given)  # type: ignore[arg-type]


def test_what_is_expected_is_what_the_actors_then_do() -> None:
    # In the first slot, an actor's odds times acceptance are that slot's part of what all expect of it; with one slot
    # each that is the whole.
    single = {f"actors__{actor}__slots": "1" for actor in ("CHN", "EU", "KAZ", "RUS", "USA")}
    one = setup(decision__rule="qre", order="simultaneous", **single)
    game = DiplomacyModel(one, [3, 4], seed=SEED)
    for _ in range(TURNS):
        game.tick()
        opened, expected = game.state.copy(), game.fixed_point([])
        game.step()
        gaps = [np.abs(expected[list(c.menu)] - c.probability[:-1] * c.accept[:-1]).max() for c in game.choices]
        assert len(gaps) == len(game.actors)
        assert max(gaps) < 1e-5
        # Last turn's plays are another thing than what is expected now.
        assert np.abs(expected - opened.mixed).max() > 0.01


def test_three_slots_reply_to_what_all_reply() -> None:
    game = model([3])
    game.step()
    game.tick()
    x, step = game.fixed_point([]), game.shared_step()
    assert (x <= 1.0 + 1e-9).all()
    for actor in game.actors:
        may = feasible(game.engine, game.state, actor)
        player = Player(game.engine, game.state, step, actor, may, empty_set(game.engine, actor))
        others = x.copy()
        others[player.menu] = 0.0
        assert np.abs(player.reply(others) - x[player.menu]).max() < 2e-6


@pytest.mark.parametrize(("actor", "near"), [("KAZ", 0.06), ("EU", 1e-3), ("USA", 1e-4)])
def test_two_slots_in_expectation_are_near_the_walk_over_every_first_move(
    actor: str, near: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only that values are taken at the mean of the first move separates the two; without the first move, or with its
    # sign turned, the focus actor's plays would be 0.11 and 0.13 off.
    monkeypatch.setattr(quantal, "slots", lambda _engine, _actor: 2)
    game = model([3])
    game.step()
    game.tick()
    engine, state, step, others = game.engine, game.state, game.shared_step(), game.fixed_point([])
    player = Player(engine, state, step, actor, feasible(engine, state, actor), empty_set(engine, actor))
    others[player.menu] = 0.0
    o, excludes, made = engine.objectives[actor], engine.layout.catalogue.excludes, step.add_plays(others)
    first = weighing(engine, state, engine.plans[actor], step, made).weigh()
    odds = probabilities(first.value, player.may, o.precision, o.scale)
    walked = odds[:-1] * first.accept[:-1]
    for k, i in enumerate(player.menu):
        look = weighing(engine, state, engine.plans[actor], step, made)
        look.commit(np.full(state.lanes, k), look.weigh())
        second, may = look.weigh(), player.may.copy()
        may[:-1] &= np.array([i not in excludes[j] for j in player.menu])[:, None]
        then = probabilities(second.value, may, o.precision, o.scale)
        walked += odds[k] * then[:-1] * second.accept[:-1]
    assert np.abs(player.reply(others) - walked).max() < near


def test_alone_in_seven_and_in_a_larger_batch() -> None:
    run = lambda ids: Recorded(model(ids)).run(TURNS)  # noqa: E731
    alone, seven, more = run([5]), run([300, 5, 1, 9, 5, 70, 64]), run([*range(20), 5])
    assert unlike(alone, seven, 0, 1) == []
    assert unlike(alone, seven, 0, 4) == []
    assert unlike(alone, more, 0, 5) == []
    assert unlike(alone, more, 0, 20) == []


def test_going_back_to_a_decision_and_on() -> None:
    game = model([2, 65])
    game.step()
    for _ in range(5):
        game.tick()
    middle = game.snapshot()
    game.step()
    other = model([2, 65])
    other.restore(middle)
    other.step()
    assert np.array_equal(other.state.played, game.state.played)
    assert other.state.stocks.tobytes() == game.state.stocks.tobytes()


def test_it_changes_decisions_and_the_last_to_move_needs_it_not() -> None:
    habit, known = played([0, 1, 2], TURNS), Recorded(DiplomacyModel(setup(decision__rule="qre"), [0, 1, 2], seed=SEED))
    known.run(TURNS)
    assert unlike(habit, known, 1, 1)
    last = DiplomacyModel(setup(), [0, 1, 2], seed=SEED, policies={"KAZ": QuantalPolicy()})
    # All others have moved when the focus actor chooses: what it knows is all there is to know.
    assert unlike(habit, Recorded(last).run(TURNS), 1, 1) == []


def test_one_actor_alone_thinks_the_others_through() -> None:
    together = setup(order="simultaneous")
    habit = Recorded(DiplomacyModel(together, [0, 1], seed=SEED)).run(1)
    one = Recorded(DiplomacyModel(together, [0, 1], seed=SEED, policies={"KAZ": QuantalPolicy()})).run(1)
    first = {c.actor: c for c in one.choices[0] if c.slot == 1}
    same = {c.actor: c for c in habit.choices[0] if c.slot == 1}
    moved = {a for a in first if not np.array_equal(first[a].value, same[a].value)}
    assert moved == {"KAZ"}
    assert first["KAZ"].rule == "qre"
    assert first["RUS"].rule == "logit"


def test_who_holds_is_expected_to_hold() -> None:
    game = model([0], policies={"RUS": HoldPolicy()})
    game.tick()
    menu = list(game.engine.layout.catalogue.menu["RUS"])
    assert not game.state.mixed[menu].any()
    assert not game.fixed_point([])[menu].any()
    assert model([0]).actors["RUS"].policy.rule == "qre"


def test_a_history_whose_expectations_do_not_settle_fails_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = quantal.fixed_point
    monkeypatch.setattr(quantal, "fixed_point", lambda *a, **k: plain(*a, **{**k, "most": 2}))
    arms = prepare("after-2022", overrides={"calendar.turns": "2", "decision.rule": "qre", "benchmark": ""})
    (block,) = Experiment(arms, seed=0).blocks(range(2), "outcomes")
    assert [f.replicate for f in block.failures] == [0, 1]
    assert "no fixed point" in block.failures[0].message
    assert all(np.isnan(v).all() for v in block.record.outcomes.values())


def test_a_scenario_of_one_word_runs_and_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("known.yaml").write_text("id: known\nextends: after-2022\ncalendar: {turns: 2}\nbenchmark:\ndecision: qre\n")
    assert call(capsys, "check", "known.yaml")[0] == 0
    assert "decisions qre" in call(capsys, "describe", "known.yaml")[1]
    code, out, _ = call(capsys, "run", "known.yaml", "-n", "2", "--json")
    assert code == 0
    folder = json.loads(out)["folder"]
    assert call(capsys, "verify", folder)[0] == 0
    code, out, _ = call(capsys, "explain", folder, "--turn", "2022-Q2", "--actor", "EU")
    assert code == 0
    assert "chosen in reply to what all would reply to each other" in out


WORLD = "id: a\nextends: after-2022\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("decision: {rule: qre, depth: deep}", "found qre with depth: deep"),
        ("decision: {rule: hold, actors: {KAZ: qre}}", "decision.actors.KAZ: found qre where nobody else weighs"),
        ("decision: qre\nactors: {KAZ: {slots: 4}}", "found qre where KAZ has 4 slots; allowed: at most 3"),
        ("decision: {actors: {KAZ: qree}}", "allowed: logit, qre, hold, random or scripted; did you mean \"qre\"?"),
        ("decision: {actors: {KZA: qre}}", 'found the unknown actor "KZA"'),
        ("decision: {actors: {KAZ: scripted}}", "found no script for this actor"),
        ("decision: os.system", "allowed: a rule such as logit"),
    ],
)  # fmt: skip
def test_refused_where_it_makes_no_sense(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(WORLD + text + "\n")
    assert any(said in str(p) for p in check(file, complete=True).problems), check(file, complete=True).problems


def test_a_script_that_nobody_follows_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(WORLD + "decision: {script: {KAZ: {2022-Q1: [declare-neutrality]}}}\n")
    assert any("a script that nobody follows" in str(w) for w in check(file).warnings)


def test_the_doctrine_is_what_both_rules_go_by() -> None:
    assert isinstance(QuantalPolicy(), DoctrinePolicy)
    assert QuantalPolicy().rule != DoctrinePolicy().rule
