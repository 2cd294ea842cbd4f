"""Where a class judges an outcome, the sentences for and against believing it stand beside it, with the record."""

from __future__ import annotations

import html
from pathlib import Path

import pytest

from multivector.classroom.paper import class_report
from multivector.classroom.playing.acts import act
from multivector.classroom.playing.game import Game, Settings
from multivector.classroom.playing.worlds import GAUGES
from multivector.classroom.showing import belief, debrief
from multivector.cli.common import RECORD
from multivector.experiment.shipped.evidence import believed
from multivector.language import LANGUAGES, speaker
from rooms_helper import arms_of, opened


@pytest.fixture(scope="module")
def over(tmp_path_factory: pytest.TempPathFactory) -> Game:
    """A game that is over after one quarter."""
    game = Game(Settings("TESTS", 7, 24, 2), arms_of(tmp_path_factory.mktemp("room")))
    act(game, "teacher", {"do": "start"})
    act(game, "server", {"do": "end", "away": []})
    act(game, "teacher", {"do": "finish"})
    return game


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_result_has_its_two_sentences_and_the_record_in_the_reader_s_language(language: str) -> None:
    rows, say = belief.of_all(language), speaker(language)
    assert [row["id"] for row in rows] == list(GAUGES)
    for row in rows:
        found = believed(row["id"])
        assert found is not None
        assert (row["for"], row["against"]) == (say(found.speaks_for), say(found.against))
        assert row["record"] == found.record
        assert row["mark"] == RECORD[found.record]
        if language != "en":
            assert row["for"] != found.speaks_for
            assert row["words"] != belief.told(row["id"], "en")["words"]  # type: ignore[index]


def test_the_marks_are_those_of_the_command_line_and_each_has_words_of_its_own() -> None:
    assert {record: mark for record, mark in RECORD.items() if record is not None} == belief.MARKS
    for language in LANGUAGES:
        assert len({belief._words(record, speaker(language)) for record in belief.MARKS}) == len(belief.MARKS)


def test_the_debrief_has_them_beside_each_result(over: Game) -> None:
    for language in LANGUAGES:
        told = debrief.debrief(over, language, {}, {})
        for world in told["worlds"]:
            assert {g["id"]: g["believed"] for g in world["gauges"]} == {g: belief.told(g, language) for g in GAUGES}


def test_the_class_report_has_them_under_the_table_of_results(over: Game) -> None:
    for language in LANGUAGES:
        page = html.unescape(class_report.page(over, language, {}))
        for row in belief.of_all(language):
            assert page.count(row["for"]) == page.count(row["against"]) == 1
            assert row["words"] in page


def test_anybody_may_ask_for_them_and_a_wrong_language_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path) as (_, client, _tokens):
        for language in LANGUAGES:
            assert client.get(f"/believed/{language}.json").json() == belief.of_all(language)
        assert client.get("/believed/de.json").status_code == 404
