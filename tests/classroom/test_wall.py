"""What the teacher puts on the wall: leaves, tables, a decision, a question before its answer, an example."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from multivector.classroom.playing.acts import SCREENS, act
from multivector.classroom.playing.game import Game, Refused, Settings
from multivector.classroom.playing.runsheet import AFTER, LOBBY, WALL
from multivector.classroom.showing import views, wall
from multivector.classroom.showing.views import Clock
from rooms_helper import arms_of


@pytest.fixture
def game(tmp_path: Path) -> Game:
    return Game(Settings("TESTS", 7, 10, 2), arms_of(tmp_path))


def over(game: Game) -> None:
    """One quarter of machines, and the end."""
    act(game, "teacher", {"do": "start"})
    act(game, "server", {"do": "end", "away": []})
    act(game, "teacher", {"do": "finish"})


def test_the_console_turns_leaves_and_asks_for_tables(game: Game) -> None:
    act(game, "teacher", {"do": "screen", "show": "worlds", "leaf": 3, "tables": True})
    told = views.projector_view(game, "kk", Clock(), {})["room"]
    assert (told["screen"], told["leaf"], told["tables"]) == ("worlds", 3, True)
    act(game, "teacher", {"do": "screen", "show": "votes"})
    told = views.projector_view(game, "kk", Clock(), {})["room"]
    assert (told["leaf"], told["tables"]) == (0, False)
    for wrong in ({"leaf": -1}, {"leaf": 10_000}, {"leaf": True}, {"leaf": "1"}, {"tables": 1}, {"show": "else"}):
        with pytest.raises(Refused):
            act(game, "teacher", {"do": "screen", "show": "votes", **wrong})


@pytest.mark.parametrize("count", [0, -1, 10_000, True, "5", None, 2.5])
def test_a_wall_that_says_nonsense_of_its_leaves_is_refused(count: Any) -> None:
    with pytest.raises(Refused):
        wall.leaves_of({"do": "leaves", "count": count})


def test_what_the_run_sheet_puts_on_the_wall_is_a_screen_that_there_is() -> None:
    assert {*AFTER, *LOBBY, *WALL.values()} <= set(SCREENS)


def test_a_question_is_on_the_wall_before_its_answer_and_in_the_language_of_the_wall(game: Game) -> None:
    shown, asked = wall.Shown(), {"world": "B", "quarter": "2022-Q1", "actor": "RUS", "entries": []}
    with pytest.raises(Refused, match="not-now"):
        shown.put(game, {"whatif": asked})
    over(game)
    shown.put(game, {"whatif": asked})
    told = shown.told(game, "kk")["whatif"]
    assert told["actor_name"] == "Ресей"
    assert told["titles"] == []
    assert told["played"] == [views.title(game, e, "kk") for e in game.worlds.made(1, 0)["RUS"]]
    assert told["answer"] is None
    shown.put(game, {"decision": 1})
    assert shown.told(game, "ru")["decision"] == 1
    count = sum(len(t.decisions) for story in game.worlds.stories for t in story.turns)
    for wrong in ({}, {"decision": count}, {"decision": -1}, {"decision": True}, {"whatif": None},
                  {"whatif": {**asked, "actor": "XXX"}}, {"whatif": {**asked, "entries": ["RUS:else"]}},
                  {"whatif": {**asked, "guess": "perhaps"}}):  # fmt: skip
        with pytest.raises(Refused):
            shown.put(game, wrong)


def test_the_example_is_a_move_of_which_one_cannot_tell_and_touches_no_world(game: Game) -> None:
    example = wall.Example.of(game)
    assert example.entry.startswith("KAZ:")
    assert ">" not in example.entry  # no offer
    assert example.low < 0.0 < example.high
    told = example.told(game, "ru", None)
    assert told["estimate"]["likely"].startswith("вероятно, от")
    assert told["forecast"] is None
    act(game, "teacher", {"do": "start"})
    menu = game.worlds.menus["KAZ"]
    assert example.value == pytest.approx(menu.value[menu.entries.index(example.entry), 0], abs=1e-12)
