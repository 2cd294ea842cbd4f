"""The five results from before the first quarter on: pages, news and paper tell what it changed."""

from __future__ import annotations

import pytest

from multivector.classroom.lesson.figures import moved
from multivector.classroom.paper import result
from multivector.classroom.playing import happened
from multivector.classroom.playing.acts import act
from multivector.classroom.playing.game import Game
from multivector.classroom.playing.went import went
from multivector.classroom.playing.worlds import GAUGES
from multivector.classroom.showing import public, views
from multivector.classroom.showing.views import Clock
from multivector.cli.serve import room_of
from rooms_helper import seated


@pytest.fixture(scope="module")
def first() -> Game:
    """A lesson after its first quarter."""
    asked = {"worlds": 1, "seats": 12, "turns": 2, "minutes": None, "plan": None, "lang": "en", "seed": 7}
    arms, settings = room_of("lesson-after-2022", asked)
    game = Game(settings, arms)
    seated(game, 12)
    act(game, "teacher", {"do": "start"})
    act(game, "server", {"do": "end", "away": []})
    return game


def test_the_first_quarter_is_held_against_what_was_before_it(first: Game) -> None:
    told = {g["id"]: g for g in public.gauges(first, "A", "en")}
    start, after = first.worlds.start(), first.worlds.watch.outcomes[0]
    assert set(told) == set(GAUGES)
    for id, gauge in told.items():
        assert gauge["series"] == [start[id][0], after[id][0]]
        assert gauge["change"] == after[id][0] - start[id][0]
        margin = first.worlds.watch.observer.dictionary[id].margin
        assert went(first.worlds, 0, id) == moved(gauge["change"], margin)
    assert told["real_income"]["change"] > 0.03  # oil is dear in this quarter: "unchanged" was false
    assert told["real_income"]["better"] is True


def test_its_news_tell_what_changed_and_nothing_that_did_not(first: Game) -> None:
    dictionary, start = first.worlds.watch.observer.dictionary, first.worlds.start()
    after = first.worlds.watch.outcomes[0]
    wanted = {f"gauge:{id}" for id in GAUGES if abs(after[id][0] - start[id][0]) >= dictionary[id].margin}
    assert {code for code in happened.items(first, "A") if code.startswith("gauge:")} == wanted
    assert "gauge:real_income" in wanted


def test_between_two_quarters_pages_name_the_one_that_is_over(first: Game) -> None:
    assert public.public(first, "A", "en")["quarters"] == ["2021-Q4", "2022-Q1"]
    told = views.room(first, "en", Clock())
    assert (told["phase"], told["turn"], told["named"], told["quarter_text"]) == ("between", 1, 0, "Q1 2022")


def test_the_sheet_read_aloud_says_where_the_first_quarter_went(first: Game) -> None:
    marks = {m.outcome: m for m in result.told(result.of_room(first, "A"), "en").marks}
    start = first.worlds.start()
    for id, mark in marks.items():
        assert mark.before == result.on_board(id, float(start[id][0]))
    assert marks["real_income"].sign == "▲"
