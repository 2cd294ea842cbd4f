"""News of a round show what they rest on: facts with source, general knowledge marked as such, all open to doubt."""

from __future__ import annotations

import pytest

from multivector.classroom.lesson.lessons import lesson, lessons
from multivector.classroom.paper.printed import Press
from multivector.classroom.playing.acts import act
from multivector.classroom.playing.game import Game, Refused
from multivector.classroom.showing import views
from multivector.classroom.showing.views import Clock
from multivector.cli.serve import room_of
from rooms_helper import seated


def opened(name: str) -> Game:
    asked = {"worlds": 1, "seats": 12, "turns": None, "minutes": None, "plan": None, "lang": "en", "seed": 3}
    arms, settings = room_of(name, asked)
    game = Game(settings, arms)
    seated(game, 12)
    return game


@pytest.mark.parametrize("name", lessons())
def test_every_round_of_a_room_has_the_facts_of_its_step(name: str) -> None:
    found = lesson(name)
    for step in found.room(90)["steps"]:
        assert [f["id"] for f in step["facts"]] == list(found.step(step["id"]).facts) != []
        for fact in step["facts"]:
            assert fact["source"] == found.fact(fact["id"]).source
            assert fact["general"] == (found.fact(fact["id"]).confidence == "known")
    told = found.room(60)["briefs"]
    known = [fact for actor in told for fact in told[actor]["all"]["all"]["known"]]
    assert any(fact["general"] for fact in known)
    assert not all(fact["general"] for fact in known)


def test_a_seat_sees_the_news_with_their_sources_and_may_doubt_them_later_too() -> None:
    game = opened("lesson-january-2022")
    act(game, "teacher", {"do": "start", "at": "b"})
    # A fact of the round is for all, also for who has it in no brief.
    view = views.seat_view(game, game.people["A-CHN-head"], Clock(), [])
    facts = {f["id"]: f for f in view["room"]["step"]["facts"]}
    assert set(facts) == {"emergency", "refused", "csto"}
    assert (facts["emergency"]["general"], facts["csto"]["general"]) == (True, False)
    assert "qazaqtv" in facts["csto"]["source"]
    assert "emergency" not in {f["id"] for f in view["brief"]["known"]}
    act(game, "A-CHN-head", {"do": "doubt", "fact": "emergency"})
    with pytest.raises(Refused):  # what comes later has not been shown
        act(game, "A-CHN-head", {"do": "doubt", "fact": "recognition"})
    act(game, "server", {"do": "end", "away": []})
    act(game, "teacher", {"do": "start"})
    act(game, "A-EU-head", {"do": "doubt", "fact": "emergency"})
    told = views.teacher_view(game, "ru", Clock(), {}, [])["doubts"]
    assert [(d["id"], d["count"], d["general"]) for d in told] == [("emergency", 2, True)]


def test_before_the_game_no_round_has_been_shown() -> None:
    game = opened("lesson-after-2022")
    step = views.seat_view(game, game.people["A-KAZ-head"], Clock(), [])["room"]["step"]
    assert step["facts"] == []
    with pytest.raises(Refused):
        act(game, "A-KAZ-head", {"do": "doubt", "fact": "us-controls"})


def test_events_of_the_world_are_news_with_their_source() -> None:
    game = opened("lesson-after-2022")
    act(game, "teacher", {"do": "start"})
    news = views.public(game, "A", "en")["news"]
    storm = next(n for n in news if n["id"] == "cpc-storm")
    assert "neftegazru 2022" in storm["source"]


def test_the_guide_prints_the_facts_beside_each_rounds_news() -> None:
    steps = Press("lesson-after-2022")._guide("en")["steps"]
    assert [f["known"] for f in steps[2]["facts"]] == [False, False, False, True]
    html = next(d.html for d in Press("lesson-after-2022").documents(["kk"]) if d.name == "guide-kk")
    assert html.count("жалпыға мәлім") >= 5
