"""Small promises of an hour in class: how often, how long, in which order, and what stands on no page."""

from __future__ import annotations

import html
import re
from importlib.resources import files
from pathlib import Path

import pytest

from multivector.classroom.lesson.lessons import lesson
from multivector.classroom.paper.printed import Press
from multivector.classroom.playing.acts import act
from multivector.classroom.playing.game import Refused, Settings
from multivector.classroom.room.desk import Desk
from multivector.classroom.room.keys import ALPHABET, room_code
from multivector.classroom.showing.views import lobby
from multivector.language import LANGUAGES
from rooms_helper import arms_of, seated

LESSONS = ("lesson-after-2022", "lesson-january-2022")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.create(tmp_path / "classes", Settings("TESTS", 7, 12, 1), arms_of(tmp_path))[0]


def test_a_minute_more_is_given_twice_a_round(desk: Desk) -> None:
    desk.do("teacher", {"do": "start"})
    for _ in range(2):
        before = desk.left
        desk.do("teacher", {"do": "more"})
        assert desk.left == pytest.approx(before + 60.0, abs=1.0)
    with pytest.raises(Refused, match="no-more-slots"):
        desk.do("teacher", {"do": "more"})
    desk.end_turn([])
    desk.do("teacher", {"do": "start"})
    desk.do("teacher", {"do": "more"})
    desk.store.close()


def test_a_line_of_the_teachers_own_waits_for_a_second_yes(desk: Desk) -> None:
    desk.do("teacher", {"do": "start"})
    for unsure in ({}, {"sure": False}, {"sure": "yes"}):
        with pytest.raises(Refused):
            desk.do("teacher", {"do": "inject", "text": "A line", **unsure})
    assert desk.game.lines == []
    desk.do("teacher", {"do": "inject", "text": "A line", "sure": True})
    assert [line for _, line in desk.game.lines] == ["A line"]
    desk.store.close()


def test_a_delegation_asks_its_staff_twice_a_round(desk: Desk) -> None:
    seated(desk.game, 4)
    desk.do("teacher", {"do": "start"})
    ask = {"do": "forecast", "entries": ["KAZ:set-enforcement-tighten"]}
    for seat in ("A-KAZ-head", "A-KAZ-foreign"):
        assert act(desk.game, seat, ask) == ask["entries"]
    with pytest.raises(Refused, match="no-more-forecasts"):
        act(desk.game, "A-KAZ-economy", ask)
    desk.store.close()


def test_after_three_rounds_the_next_ministry_is_head(desk: Desk) -> None:
    seated(desk.game, 3)
    heads = []
    for _ in range(10):
        heads.append(desk.game.head(("A", "KAZ")))
        desk.game.made.append({})  # a round is over, whatever was played in it
    ids = [seat.id for seat in desk.game.delegation(("A", "KAZ"))[:3]]
    assert heads == [id for id in ids for _ in range(3)] + ids[:1]
    desk.store.close()


def test_kazakh_stands_first_and_no_language_has_a_flag(desk: Desk) -> None:
    assert LANGUAGES[0] == lobby(desk.game)["languages"][0] == "kk"
    pages = files("multivector.classroom").joinpath("pages")
    texts = [p.read_text("utf-8") for p in (*pages.iterdir(), *pages.joinpath("static").iterdir()) if p.is_file()]
    assert len(texts) > 20
    assert not [flag for text in texts for flag in re.findall("[\U0001f1e6-\U0001f1ff]|[\U0001f3f3\U0001f3f4]", text)]
    desk.store.close()


def test_a_code_that_is_called_across_a_room_has_no_look_alikes() -> None:
    assert not set("ILO01") & set(ALPHABET)
    assert set("".join(room_code() for _ in range(200))) <= set(ALPHABET)


@pytest.mark.parametrize("name", LESSONS)
def test_a_brief_is_read_in_a_minute(name: str) -> None:
    found = lesson(name)
    for actor, team in found.delegations.items():
        for language in LANGUAGES:
            assert 40 <= len(team.brief.get(language).split()) <= 120, (actor, language)


@pytest.mark.parametrize("name", LESSONS)
def test_the_guide_has_the_sentence_for_the_school_plan(name: str) -> None:
    press = Press(name)
    for language, heading in (("kk", "Қысқа мерзімді жоспар"), ("ru", "краткосрочного плана")):
        page = html.unescape(press.one("guide", language).html)
        assert press.lesson is not None
        sentence = press.lesson.guide.plan_sentence.get(language)
        assert heading in page
        assert sentence in page
        assert not re.search(r"разреш|рұқсат", sentence)  # nobody is told that phones are allowed
