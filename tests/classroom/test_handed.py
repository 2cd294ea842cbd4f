"""What is printed after a quarter: sixty words for each world, and each delegation's figures, private to it."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from multivector.classroom.lesson.lessons import words_in
from multivector.classroom.paper import handed, result
from multivector.classroom.paper.game_on_paper import PaperGame, Start
from multivector.classroom.playing.acts import act
from multivector.classroom.playing.game import Game
from multivector.classroom.room.server import printed
from multivector.classroom.showing import views
from multivector.cli.serve import room_of
from multivector.language import LANGUAGES
from results_helper import call
from rooms_helper import seated

NAME = "lesson-after-2022"


def room(worlds: int = 2, size: int = 24) -> Game:
    asked: dict[str, Any] = {"worlds": worlds, "seats": size, "turns": None, "minutes": None, "plan": None,
                             "lang": "en", "seed": 7}  # fmt: skip
    arms, settings = room_of(NAME, asked)
    game = Game(settings, arms)
    seated(game, size)
    return game


@pytest.fixture(scope="module")
def over() -> Game:
    """Two worlds after a quarter; in the first Kazakhstan tightened its customs."""
    game = room()
    act(game, "teacher", {"do": "start"})
    act(game, "A-KAZ-head", {"do": "confirm", "entries": ["KAZ:set-enforcement-tighten"], "done": True})
    act(game, "server", {"do": "end", "away": []})
    return game


def sheets_of(html: str) -> dict[tuple[str, str], str]:
    """Sheets of a document, by the delegation and where it is."""
    found = re.split(r'<section class="page handed"[^>]*>', html)[1:]
    return {(m[1], m[2]): s for s in found if (m := re.match(r"<h1>(.+?) <small>(?:(World \w) · )?", s))}


def test_every_world_has_its_sixty_words_and_they_differ(over: Game) -> None:
    for language in LANGUAGES:
        texts = [result.told(result.of_room(over, world), language).text for world in ("A", "B")]
        assert all(15 < words_in(text) <= result.MOST_WORDS for text in texts), texts
        assert texts[0] != texts[1]
        html = handed.of_room(over, language).html
        assert all(text in unescape(html) for text in texts)
    english = result.told(result.of_room(over, "B"), "en")
    assert english.text.startswith("World B. Q1 2022 is over.")
    lane = over.lane("B")
    for mark in english.marks:
        assert mark.value == float(over.worlds.watch.outcomes[0][mark.outcome][lane])


def test_a_delegations_sheet_has_what_its_seats_see_and_nothing_of_others(over: Game) -> None:
    sheets = sheets_of(handed.of_room(over, "en").html)
    assert len(sheets) == 10
    for id in over.people:
        seat = over.seats[id]
        name = over.scenario.actors[seat.actor].name.en
        own = sheets[name, f"World {seat.world}"].replace("&#39;", "'")
        for figure in views.facts(over, seat, "en"):
            assert f"<th>{figure['name']}</th><td>{figure['text']}" in own, (id, figure)
    for (name, where), text in sheets.items():
        assert ("Our belief that Kazakhstan" in text) == (name in ("European Union", "United States")), (name, where)
        assert ("Security of those in office" in text) == (name == "Kazakhstan")
    assert sheets["Kazakhstan", "World A"] != sheets["Kazakhstan", "World B"]


def test_the_console_prints_it_for_a_room_before_and_after_a_quarter(over: Game) -> None:
    told = printed(over, handed.KIND, "kk")
    assert told is not None
    assert "A әлемі" in told.decode()
    before = room(1, 12)
    assert printed(before, handed.KIND, "en") is None
    act(before, "teacher", {"do": "start"})
    text = handed.of_room(before, "en").html
    assert "to be read aloud" not in text
    assert len(sheets_of(text)) == 5


def test_a_game_on_paper_and_a_room_of_one_world_read_the_same_words_aloud(tmp_path: Path) -> None:
    game = room(1, 12)
    act(game, "teacher", {"do": "start"})
    for actor in game.actors:
        act(game, "teacher", {"do": "bot", "world": "A", "actor": actor, "on": True})
    act(game, "server", {"do": "end", "away": []})
    paper = PaperGame.begin(tmp_path / "game", Start(NAME, 60, 7, "en", (), {}))
    paper.enter([])
    paper.close()
    assert result.sheet(paper, 0, "ru").text == result.told(result.of_room(game, "A"), "ru").text


def test_a_delegations_sheet_on_paper_is_that_of_the_same_one_in_a_room(tmp_path: Path) -> None:
    game = room(1, 12)
    act(game, "teacher", {"do": "start"})
    paper = PaperGame.begin(tmp_path / "game", Start(NAME, 60, 7, "en", ("KAZ",), {}))
    of_room = sheets_of(handed.of_room(game, "en").html)["Kazakhstan", None]  # type: ignore[index]
    of_paper = sheets_of(handed.of_paper(paper, "en", 12).html)
    assert list(of_paper) == [("Kazakhstan", None)]
    cells = re.compile(r"<th>(.*?)</th><td>(.*?)<")
    assert set(cells.findall(of_paper["Kazakhstan", None])) == set(cells.findall(of_room))  # type: ignore[index]


def test_the_terminal_prints_it_after_each_quarter_and_on_demand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "game"
    PaperGame.begin(folder, Start(NAME, 60, 7, "ru", ("KAZ", "EU"), {}))

    def said(*asked: str) -> Any:
        code, out, err = call(capsys, *asked, "--json")
        assert (code, err) == (0, ""), err
        return json.loads(out)

    start = said("paper", "--game", str(folder), "--lang", "ru")["files"][0]["file"]
    assert "Начало" in Path(start).read_text("utf-8")
    told = said("paper-turn", str(folder))
    while "handed" not in told:
        told = said("paper-turn", str(folder), "--accept", "")
    html = Path(told["handed"]).read_text("utf-8")
    assert told["sheet"]["text"] in html
    files = said("paper", "--game", str(folder), "--lang", "kk", "-n", "24")["files"]
    kazakh = Path(files[0]["file"]).read_text("utf-8")
    assert kazakh.count('class="page handed"') == 2
    assert "Тек осы делегацияға" in kazakh
    assert call(capsys, "paper")[0] == 2


def test_sheets_fit_their_pages(over: Game, tmp_path: Path) -> None:
    from multivector.classroom.paper.printed import Printed, find_chromium, pages_of, to_pdf

    browser = find_chromium()
    assert browser is not None
    one = room(1, 24)
    act(one, "teacher", {"do": "start"})
    for game, pages in ((over, 11), (one, 5)):
        for language in LANGUAGES:
            target = tmp_path / f"{language}-{pages}.pdf"
            to_pdf(Printed("results", handed.of_room(game, language).html), target, browser)
            assert pages_of(target.read_bytes()) == pages, language
