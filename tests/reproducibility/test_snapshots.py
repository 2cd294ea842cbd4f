"""A turn can be stopped at any decision, gone back to, branched off, and goes on with the same bits."""

from __future__ import annotations

import numpy as np
import pytest

from multivector.world.choosing.policies import DoctrinePolicy, HoldPolicy
from multivector.world.model import DiplomacyModel, Snapshot
from reproducibility.histories import SEED, Recorded, bits, differences, played, setup, unlike, unlike_choices

IDS = [2, 65, 2]


def fresh(**given: object) -> DiplomacyModel:
    return DiplomacyModel(setup(), IDS, seed=SEED, **given)  # type: ignore[arg-type]


def snapshots_of_a_turn(turn: int) -> tuple[list[Snapshot], DiplomacyModel]:
    """A snapshot before the turn, after each of its pieces, and the model when the turn is over."""
    model = fresh()
    for _ in range(turn):
        model.step()
    taken = [model.snapshot()]
    while model.tick() is not None:
        taken.append(model.snapshot())
    return taken, model


@pytest.mark.parametrize("turn", [0, 2])
def test_going_back_to_every_decision_and_on(turn: int) -> None:
    taken, whole = snapshots_of_a_turn(turn)
    assert len(taken) == 1 + 1 + (3 + 4 * 2) + 1
    for k, snapshot in enumerate(taken):
        other = fresh()
        other.restore(snapshot)
        assert differences(other.state, snapshot.state, 1, 1) == [], k
        if k < len(taken) - 1 or other.state.turn == turn:
            other.step()
        assert differences(other.state, whole.state, 1, 1) == [], k
        assert unlike_choices(other.choices, whole.choices, 1, 1) == [], k


def test_going_back_in_the_model_itself_and_playing_to_the_end() -> None:
    straight = played(IDS)
    model = fresh()
    model.step()
    for _ in range(6):
        model.tick()
    middle = model.snapshot()
    model.run()
    model.restore(middle)
    assert model.state.turn == 1
    model.run()
    assert differences(model.state, straight.model.state, 1, 1) == []


def test_a_snapshot_does_not_change_when_the_model_goes_on() -> None:
    model = fresh()
    for _ in range(3):
        model.tick()
    snapshot = model.snapshot()
    before = bits(snapshot.state.stocks), bits(snapshot.opening.stocks), bits(snapshot.state.played)
    model.run()
    assert before == (bits(snapshot.state.stocks), bits(snapshot.opening.stocks), bits(snapshot.state.played))


def test_nobody_is_asked_twice() -> None:
    class Counting(DoctrinePolicy):
        asked = 0

        def choose(self, *given, **named):  # type: ignore[no-untyped-def]
            self.asked += 1
            return super().choose(*given, **named)

    policy = Counting()
    model = fresh(policies={"EU": policy})
    for _ in range(4):
        model.tick()
    snapshot, asked = model.snapshot(), policy.asked
    assert asked == 2
    model.restore(snapshot)
    assert policy.asked == asked
    model.step()
    assert policy.asked == asked


def test_a_snapshot_of_another_batch_is_refused() -> None:
    big = DiplomacyModel(setup(), list(range(9)), seed=SEED)
    with pytest.raises(ValueError, match="lanes"):
        big.restore(fresh().snapshot())


def test_after_the_last_piece_a_turn_is_over() -> None:
    taken, _ = snapshots_of_a_turn(0)
    model = fresh()
    model.restore(taken[-1])
    assert model.state.turn == 1
    assert model.tick() is None
    assert model.tick() == "news"


def test_observers_change_nothing_and_see_every_turn_once() -> None:
    seen: list[int] = []
    watched = fresh()
    watched.observers.append(lambda model, _done, _choices: seen.append(model.state.turn))
    assert unlike(Recorded(watched).run(3), played(IDS, 3), 1, 1) == []
    assert seen == [0, 1, 2]


def test_a_recorder_changes_nothing() -> None:
    from multivector.world.watching.recorder import Recorder

    watched = fresh()
    watched.observers.append(Recorder(watched))
    assert unlike(Recorded(watched).run(3), played(IDS, 3), 1, 1) == []


def test_a_branch_that_changes_nothing_is_the_history() -> None:
    straight = played(IDS)
    other = straight.model.branch(2, lambda _: None)
    other.run()
    assert differences(other.state, straight.model.state, 1, 1) == []


def test_changing_a_past_move_changes_nothing_before_it() -> None:
    straight = played(IDS)

    def hold(model: DiplomacyModel) -> None:
        model.actors["RUS"].policy = HoldPolicy()

    other = straight.model.branch(2, hold)
    assert differences(other.state, straight.states[2], 1, 1) == []
    branch = Recorded(other).run(1)
    before = [c for c in branch.choices[0] if c.actor in ("EU", "USA")]
    assert unlike_choices(before, [c for c in straight.choices[2] if c.actor in ("EU", "USA")], 1, 1) == []
    lines = [c for c in branch.choices[0] if c.actor == "RUS"]
    assert all((c.chosen == len(c.menu)).all() for c in lines)
    russia = [c for c in straight.choices[2] if c.actor == "RUS"]
    assert any((c.chosen != len(c.menu)).any() for c in russia)
    moved = int(np.flatnonzero(russia[0].chosen != lines[0].chosen)[0])
    assert differences(other.state, straight.states[3], moved, moved)


def test_a_branch_keeps_other_numbers_and_draws() -> None:
    given = {"utility.precision": np.array([0.5, 1.0, 2.0])}
    straight = played(IDS, 2, overrides=given)
    other = straight.model.branch(2, lambda _: None)
    assert other.draws is straight.model.draws
    assert differences(other.state, straight.model.state, 2, 2) == []
