"""In January each power has two moves for a quarter of four parts, and chooses in which: at most one in each."""

from __future__ import annotations

from pathlib import Path

import pytest

from multivector.classroom.lesson.codes import line
from multivector.classroom.lesson.lessons import lesson
from multivector.classroom.paper.game_on_paper import PaperGame, Start
from multivector.classroom.paper.printed import Press
from multivector.classroom.playing import typed
from multivector.classroom.playing.acts import act
from multivector.classroom.playing.game import Game, Refused
from multivector.classroom.showing import views
from multivector.cli.serve import room_of
from multivector.errors import BadInput
from multivector.scenario import load
from rooms_helper import seated

NAME, PARTS, POWERS = "lesson-january-2022", ("a", "b", "c", "feb"), ("CHN", "EU", "RUS", "USA")
FUEL, HARSH, LOYALTY = "RUS:gas-and-fuel-deal>KAZ", "RUS:hard-rhetoric>KAZ", "RUS:ask-for-loyalty>KAZ"


def opened(people: int = 12) -> Game:
    asked = {"worlds": 1, "seats": 12, "turns": None, "minutes": None, "plan": None, "lang": "en", "seed": 7}
    arms, settings = room_of(NAME, asked)
    game = Game(settings, arms)
    seated(game, people)
    act(game, "teacher", {"do": "start", "at": "a"})
    return game


def after(game: Game) -> None:
    act(game, "server", {"do": "end", "away": []})
    if game.phase == "between" and game.turn == 1:
        act(game, "teacher", {"do": "start"})


def test_every_power_has_moves_and_words_in_every_part_and_no_move_uses_force() -> None:
    found, world = lesson(NAME), load(lesson(NAME).world_file)
    for step in (found.step(id) for id in PARTS):
        for actor in POWERS:
            assert step.most(actor, 2) == 1, (step.id, actor)
            assert [m for m in world.moves.values() if actor in m.by and step.lets(actor, m)]
            if step.id != "feb":  # a vote of its own, and a vote to ask for
                assert [s for s in step.statements if actor in s.by or not s.by], (step.id, actor)
        assert not [m.code for a in POWERS for m in world.moves.values()
                    if step.lets(a, m) and step.only[a] and m.code in ("M10", "M15", "M33")]  # fmt: skip


def test_a_power_that_acts_twice_in_january_has_nothing_left_for_february() -> None:
    game, key = opened(), ("A", "RUS")
    for step, move in (("a", FUEL), ("b", None), ("c", HARSH), ("feb", None)):
        assert game.now.id == step
        left = game.limit(key)
        assert views.seat_view(game, game.people["A-RUS-head"], views.Clock(), [])["slots"] == left
        if move is not None:
            assert left == 1
            act(game, "A-RUS-head", {"do": "confirm", "entries": [move], "done": True})
        elif step == "feb":
            assert left == 0
            with pytest.raises(Refused):
                act(game, "A-RUS-head", {"do": "confirm", "entries": [LOYALTY]})
        else:
            act(game, "A-RUS-head", {"do": "confirm", "entries": [], "done": True})
        after(game)
    assert game.worlds.made(0, 1)["RUS"] == [FUEL, HARSH]


def test_silence_early_costs_nothing_and_the_doctrine_never_makes_more_than_two() -> None:
    silent, early = opened(), opened()
    act(early, "A-RUS-head", {"do": "confirm", "entries": [FUEL], "done": True})
    for game in (silent, early):
        assert game.due(("A", "RUS")) == 0
        for _ in PARTS:
            after(game)
    # Who says nothing all along is played by the doctrine as a machine is, in the parts that its moves belong to.
    machines = opened(0)
    for _ in PARTS:
        after(machines)
    assert silent.worlds.made(0, 1) == machines.worlds.made(0, 1)
    made = early.worlds.made(0, 1)["RUS"]
    assert made[0] == FUEL
    assert len(made) <= 2
    assert set(made[1:]) <= set(machines.worlds.made(0, 1)["RUS"])


def test_a_typed_line_in_an_early_part_owes_nothing_and_forecasts_know_the_move() -> None:
    game = opened()
    code = typed.codes(game)[FUEL]
    act(game, "teacher", {"do": "lines", "world": "A", "lines": {"RUS": line("R", [code])}})
    assert game.table(("A", "RUS")).owed == 0
    assert game.moves_of(("A", "RUS")) == [FUEL]
    act(game, "A-EU-head", {"do": "forecast", "entries": ["EU:summit-with-eu>KAZ"]})
    after(game)
    assert game.limit(("A", "RUS")) == 1
    assert game.limit(("A", "EU")) == 1


def test_on_paper_a_power_chooses_its_parts_and_a_third_move_is_refused(tmp_path: Path) -> None:
    game = PaperGame.begin(tmp_path / "game", Start(NAME, 60, 7, "en", ("KAZ", "RUS"), {}, "a"))
    game.enter([])
    game.close()
    fuel, harsh, loyalty = (line("R", [game.codes[e]]) for e in (FUEL, HARSH, LOYALTY))
    assert game.step is not None
    assert game.limits(game.step) == {"KAZ": 1, "RUS": 1}
    game.enter([fuel])
    game.enter([harsh])
    game.enter([])
    with pytest.raises(BadInput, match="R has 0 moves, found 1"):
        game.enter([loyalty])
    game.enter([])
    assert game.plays()["RUS"] == (FUEL, HARSH)
    game.close()
    assert game.worlds.made(0, 1)["RUS"] == [FUEL, HARSH]


def test_sheets_of_all_parts_have_boxes_for_a_powers_move() -> None:
    sheets = [s for s in Press(NAME)._sheets("en")["sheets"] if s["actor"] == "CHN"]
    assert [s["limit"] for s in sheets] == [2, 1, 1, 1, 1, 2]
    assert any(m["code"] == "M14" for m in sheets[3]["only"])
