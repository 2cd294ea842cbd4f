"""The run-sheet: where the class stands in it, and how late it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from multivector.classroom.lesson.lessons import common, lesson
from multivector.classroom.playing import runsheet
from multivector.classroom.playing.acts import act
from multivector.classroom.playing.game import Game, Refused
from multivector.classroom.room.desk import Desk
from multivector.classroom.showing.views import Clock
from multivector.cli.serve import room_of, run_sheet
from multivector.language import LANGUAGES, speaker


def opened(plan: str = "60") -> Game:
    asked = {"worlds": 2, "seats": 24, "turns": None, "minutes": None, "plan": plan, "lang": "en", "seed": 1}
    arms, settings = room_of("lesson-after-2022", asked)
    return Game(settings, arms)


def here(game: Game) -> str:
    found = next(row for row in runsheet.told(game, "en") if row["now"])
    return str(found["step"] or found["what"])


def test_the_sheet_is_that_of_the_hour() -> None:
    rows = runsheet.told(opened(), "kk")
    assert [runsheet.span(r) for r in rows[:7]] == ["-15", "0-3", "3-6", "6-9", "9-12", "12-19", "19-24:30"]
    assert all(r["name"] and r["text"] and r["wall"] and r["students"] for r in rows)
    assert [r["what"] for r in rows if r["skip"]] == ["lookup"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("plan", ["45", "60", "90"])
def test_in_a_room_it_says_what_to_do_with_pages_and_on_paper_what_without(language: str, plan: str) -> None:
    game, blocks = opened(plan), common().blocks
    room = runsheet.told(game, language)
    act(game, "teacher", {"do": "paper", "on": True})
    paper = runsheet.told(game, language)
    chosen, seen = lesson("lesson-after-2022"), 0
    for with_pages, without in zip(room, paper, strict=True):
        block, step = blocks[with_pages["what"]], with_pages["step"]
        assert with_pages["text"] != without["text"] or with_pages["what"] == "before", with_pages["what"]
        if step is None:
            assert with_pages["text"] == chosen.with_own(with_pages["what"], block.room.teacher).get(language)
            assert without["text"] == chosen.with_own(with_pages["what"], block.teacher).get(language)
            assert (with_pages["wall"], without["wall"]) == (block.room.board.get(language), block.board.get(language))
        else:
            seen += 1
            assert block.room.first is not None
            says = block.room.first if seen == 1 else block.room.teacher
            assert with_pages["text"].startswith(says.get(language))
            assert with_pages["students"] == chosen.step(step).task.get(language)
            for inject in chosen.injects:
                assert (inject.title.get(language) in with_pages["text"]) == (
                    inject.text is not None and chosen.placed(inject, int(plan)) == step
                )
    act(game, "teacher", {"do": "paper", "on": False})
    assert runsheet.told(game, language) == room


def test_the_texts_of_a_round_stand_beside_what_is_on_the_wall() -> None:
    by_step = {r["step"]: r["wall"] for r in runsheet.told(opened(), "en")}
    assert by_step["q1"].endswith("vote: ES-11/1, ES-11/2")
    assert "vote:" not in by_step["q3"]


@pytest.mark.parametrize("paper", [False, True])
def test_a_vote_that_is_on_is_named_in_its_round_alone(paper: bool) -> None:
    game, item = opened("60"), lesson("lesson-after-2022").optional[0]
    act(game, "teacher", {"do": "paper", "on": paper})
    title = item.title.get("kk")
    assert all(title not in r["text"] for r in runsheet.told(game, "kk"))
    act(game, "teacher", {"do": "item", "id": item.id, "on": True})
    assert [r["step"] for r in runsheet.told(game, "kk") if title in r["text"]] == [item.step]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_terminal_names_every_block_with_its_minutes(language: str, tmp_path: Path) -> None:
    asked = {"worlds": 1, "seats": 12, "turns": None, "minutes": None, "plan": "90", "lang": language, "seed": 1}
    arms, settings = room_of("lesson-after-2022", asked)
    desk, _ = Desk.create(tmp_path, settings, arms)
    lines = list(run_sheet(desk, speaker(language)))
    assert all(len(line) <= 80 for line in lines)
    printed = " ".join(lines)
    rows = runsheet.told(desk.game, language)
    assert [f"{runsheet.span(row)} {row['name']}" in printed for row in rows] == [True] * 20
    assert 1 < len(lines) <= 14
    desk.store.close()


def test_a_rehearsal_has_the_lines_of_the_rounds_that_it_plays_and_is_never_late(tmp_path: Path) -> None:
    asked = {"worlds": 1, "seats": 12, "turns": None, "minutes": None, "plan": "60", "lang": "en", "seed": 1}
    arms, settings = room_of("lesson-after-2022", {**asked, "rehearse": True})
    desk, _ = Desk.create(tmp_path, settings, arms)
    game = desk.game
    assert (game.turns, game.planned, len(game.seats)) == (2, 5, 12)
    steps = [row["step"] for row in runsheet.told(game, "en") if row["step"]]
    whats = [row["what"] for row in runsheet.told(game, "en")]
    assert steps == ["q1", "q2"]
    assert "lookup" not in whats  # it stands before a round that is not played
    assert whats[:2] + whats[-2:] == ["before", "join", "leftout", "after"]
    seen = []
    for _ in range(2):
        desk.do("teacher", {"do": "start"})
        assert (desk.running, desk.left, desk.lesson) == (False, 60.0 * game.minutes(game.round), None)
        assert not desk.heads_are_late
        assert not desk.time_is_up
        seen.append(here(game))
        desk.do("teacher", {"do": "advance"})
    assert (seen, game.phase, here(game)) == (["q1", "q2"], "over", "leave")
    assert runsheet.late(game, desk.lesson, desk.clock) is None
    desk.store.close()


def test_the_clock_of_a_rehearsal_runs_when_it_is_set_going(tmp_path: Path) -> None:
    asked = {"worlds": 1, "seats": 12, "turns": 1, "minutes": None, "plan": "60", "lang": "en", "seed": 1}
    arms, settings = room_of("lesson-after-2022", {**asked, "rehearse": True})
    desk, _ = Desk.create(tmp_path, settings, arms)
    desk.do("teacher", {"do": "start"})
    desk.do("teacher", {"do": "resume"})
    assert desk.running
    assert desk.game.turns == 1  # what was asked for goes before two
    desk.store.close()


def test_it_follows_the_class() -> None:
    game = opened()
    assert here(game) == "join"
    act(game, "teacher", {"do": "survey", "open": "before"})
    assert here(game) == "knowledge"
    act(game, "teacher", {"do": "survey", "open": None})
    act(game, "teacher", {"do": "screen", "show": "quiet"})
    assert here(game) == "brief"
    seen = []
    while game.phase != "over":
        act(game, "teacher", {"do": "start"})
        seen.append(here(game))
        act(game, "server", {"do": "end", "away": []})
        seen.append(here(game))
    assert seen == ["q1", "q2", "q2", "q3", "q3", "lookup", "q4", "q5", "q5", "leave"]
    for screen, block in (
        ("debrief-1", "what"),
        ("debrief-2", "why"),
        ("debrief-3", "whatif"),
        ("timeline", "what"),
        ("leftout", "leftout"),
        ("learned", "after"),
        ("end", "leave"),
    ):
        act(game, "teacher", {"do": "screen", "show": screen})
        assert here(game) == block


def test_a_press_conference_has_its_line_and_a_minute_for_each_head(tmp_path: Path) -> None:
    asked = {"worlds": 1, "seats": 12, "turns": None, "minutes": None, "plan": "90", "lang": "en", "seed": 1}
    arms, settings = room_of("lesson-after-2022", asked)
    desk, _ = Desk.create(tmp_path, settings, arms)
    desk.game.phase = "over"
    assert here(desk.game) == "leave"
    desk.do("teacher", {"do": "screen", "show": "press"})
    assert (here(desk.game), desk.running) == ("press", False)
    desk.do("teacher", {"do": "screen", "show": "press", "who": "RUS"})
    assert desk.running
    assert 59.0 < desk.left <= 60.0
    desk._left = 0.0
    assert not desk.time_is_up  # the clock of an answer ends nothing
    for wrong in ({"show": "press", "who": "XXX"}, {"show": "gauges", "who": "RUS"}):
        with pytest.raises(Refused):
            desk.do("teacher", {"do": "screen", **wrong})
    desk.do("teacher", {"do": "screen", "show": "gauges"})
    assert not desk.running
    desk.store.close()


def test_late_is_what_pauses_and_long_beginnings_cost() -> None:
    game = opened()
    assert runsheet.late(game, None, Clock()) is None
    assert runsheet.late(game, 100.0, Clock()) == -80.0  # three minutes to join, of which 100 s are over
    act(game, "teacher", {"do": "start"})
    assert runsheet.before(game) == 720.0
    full = Clock(420.0, 420.0, True)
    assert runsheet.late(game, 720.0, full) == 0.0
    assert runsheet.late(game, 800.0, full) == 80.0
    assert runsheet.late(game, 800.0, Clock(340.0, 420.0, True)) == 0.0
    assert runsheet.late(game, 720.0, Clock(480.0, 480.0, True)) == 60.0  # a minute more
