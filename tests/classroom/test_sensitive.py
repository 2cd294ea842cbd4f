"""Sensitive issues have a place in both lessons: figures with source, both official positions, what is left open."""

from __future__ import annotations

import csv
import re

import pytest

from multivector.classroom.lesson.lessons import common, lesson, lessons, texts
from multivector.classroom.paper.printed import Press
from multivector.classroom.playing.acts import act
from multivector.classroom.playing.game import Game
from multivector.classroom.showing.debrief import debrief
from multivector.cli.serve import room_of
from multivector.data.locate import shipped_root
from multivector.language import LANGUAGES

NAMES = lessons()


def figures_of(table: str) -> list[dict[str, str]]:
    """The figures that the worlds are made of."""
    with (shipped_root() / "figures" / f"{table}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", NAMES)
def test_both_official_positions_stand_in_every_delegation_and_as_theirs(name: str) -> None:
    found = lesson(name)
    for actor, team in found.delegations.items():
        assert {"position-rus", "position-ukr"} <= set(team.facts), actor
    for id, quoted in (("position-rus", "special military operation"), ("position-ukr", "armed aggression")):
        assert f'"{quoted}"' in found.fact(id).text.en
        assert found.fact(id).confidence == "known"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_shares_of_groups_stand_in_the_teachers_guide_alone_with_their_source(name: str, language: str) -> None:
    found = lesson(name)
    share = re.compile(r"23[.,]7|15[.,]5\b")
    where = {path for path, text in texts(found) if share.search(text.get(language))}
    assert len(where) == 1
    (path,) = where
    assert path.startswith("guide.handling")
    figures = {row["id"]: float(row["value"]) for row in figures_of("security")}
    for year, told_share in (("2009", 0.237), ("2021", 0.155)):
        assert round(figures[f"population.ethnic_russian_share.{year}.KAZ"], 3) == told_share
    told = next(h for h in found.guide.handling if share.search(h.text.get(language)))
    assert "2009" in told.source
    assert "2021" in told.source
    # Nothing that a seat or the wall is sent has them.
    assert not share.search(str(found.room(60)))
    documents = {d.name: d.html for d in Press(name).documents([language])}
    assert [n for n, html in documents.items() if re.search(r"15[.,]5%", html)] == [f"guide-{language}"]


@pytest.mark.parametrize("name", NAMES)
def test_the_guide_says_why_ukraine_has_no_seat_and_how_it_may_be_added(name: str) -> None:
    (asked,) = [a for a in lesson(name).guide.hard if a.question.en == "Why has Ukraine no seat?"]
    assert "may add it" in asked.answer.en
    file = asked.source.partition(";")[0]
    assert (shipped_root().parent / file).is_file()


@pytest.mark.parametrize("name", NAMES)
def test_no_text_states_the_status_of_a_language(name: str) -> None:
    words = {
        "en": r"official language|state language|second language",
        "ru": r"государственн\w+ язык|официальн\w+ язык|наравне|наряду",
        "kk": r"мемлекеттік тіл|ресми тіл|тең дәрежеде",
    }
    for path, text in texts(lesson(name)):
        for language in LANGUAGES:
            assert not re.search(words[language], text.get(language), re.I), path
    assert any(h.issue.en == "Language" for h in lesson(name).guide.handling)
    assert any("Nur-Sultan" in h.text.en and "17 September 2022" in h.text.en for h in lesson(name).guide.handling)


def test_votes_by_issue_are_the_same_figures_wherever_they_stand() -> None:
    found = lesson("lesson-after-2022")
    fact = found.fact("issue-votes")
    (asked,) = [a for a in found.guide.hard if "apply to themselves" in a.question.en]
    for language in LANGUAGES:
        said = re.findall(r"\d+%", fact.text.get(language))
        assert said == ["76%", "100%", "24%", "24%", "0%", "72%", "80%", "100%"]
        assert set(said) <= set(re.findall(r"\d+%", asked.answer.get(language)))
    figures = {row["id"]: row["value"] for row in figures_of("votes")}
    order = [("human_rights_country", a) for a in ("USA", "EU", "RUS", "CHN")]
    order += [("palestine", a) for a in ("USA", "EU", "RUS", "CHN")]
    assert [f"{100 * float(figures[f'un.issue.{i}.{a}.yes']):.0f}%" for i, a in order] == said
    # Every power reads its own figure, not the others' alone.
    assert {a for a, team in found.delegations.items() if "issue-votes" in team.facts} == {"RUS", "CHN", "EU", "USA"}


def test_january_asks_of_the_bereaved_and_the_inquiry_wherever_the_debrief_is() -> None:
    found = lesson("lesson-january-2022")
    (own,) = found.debrief
    assert "families" in own.en
    assert "inquiry" in own.en
    assert lesson("lesson-after-2022").debrief == ()
    for language in LANGUAGES:
        documents = {d.name: d.html for d in Press("lesson-january-2022").documents([language])}
        for kind in ("board", "guide", "run-sheet"):
            assert own.get(language) in documents[f"{kind}-{language}"].replace("&#39;", "'"), kind
    room = found.room(60)
    assert room["debrief"] == [q.told() for q in (*common().debrief, own)]
    (line,) = [row for row in room["plans"]["60"] if row["what"] == "leftout"]
    assert own.ru in line["text"]["ru"]


def test_the_debrief_of_a_room_has_the_lessons_own_question() -> None:
    asked = {"worlds": 1, "seats": 5, "turns": None, "minutes": None, "plan": "45", "lang": "en", "seed": 3}
    arms, settings = room_of("lesson-january-2022", asked)
    game = Game(settings, arms)
    act(game, "teacher", {"do": "start"})
    act(game, "server", {"do": "end", "away": []})
    act(game, "teacher", {"do": "finish"})
    told = debrief(game, "kk", {}, {})
    assert told["asked"] == [lesson("lesson-january-2022").debrief[0].kk]
