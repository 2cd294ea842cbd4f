"""Words of delegations: nobody only watches in a part of January, and what is said is public and in no number."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from multivector.classroom.lesson.codes import line
from multivector.classroom.lesson.lessons import lesson, lessons, shipped_lessons
from multivector.classroom.paper.game_on_paper import PaperGame, Start
from multivector.classroom.paper.printed import Press
from multivector.classroom.playing import statements
from multivector.classroom.playing.acts import act
from multivector.classroom.playing.game import Game, Refused
from multivector.classroom.room import export
from multivector.classroom.showing import views
from multivector.classroom.showing.views import Clock
from multivector.cli.serve import room_of
from multivector.errors import BadInput
from multivector.scenario import load
from rooms_helper import seated

NAME = "lesson-january-2022"


@pytest.fixture(scope="module")
def opened() -> Any:
    asked = {"worlds": 1, "seats": 12, "turns": None, "minutes": None, "plan": None, "lang": "en", "seed": 7}
    return room_of(NAME, asked)


def played(opened: Any) -> Game:
    game = Game(opened[1], opened[0])
    seated(game, 12)
    act(game, "teacher", {"do": "start", "at": "a"})
    return game


def refused(game: Game, who: str, **message: object) -> str:
    with pytest.raises(Refused) as found:
        act(game, who, message)
    return found.value.code


def said(game: Game, language: str = "en") -> dict[tuple[str, str], str]:
    return {(one["id"], one["actor"]): one["text"] for one in views.public(game, "A", language)["said"]}


@pytest.mark.parametrize("name", lessons())
@pytest.mark.parametrize("plan", [45, 60, 90])
def test_nobody_only_watches_in_any_round(name: str, plan: int) -> None:
    found = lesson(name)
    for step in found.played(plan):
        for actor in load(found.world_file).actors:
            words = [s for s in step.statements if actor in s.by or not s.by]
            # A move that the part has a list for, or a word of its own; foreseeing alone is not enough.
            assert step.limit(actor, 2) or words, (step.id, actor)


def test_parts_in_which_powers_have_no_move_are_short_or_ask_them_twice() -> None:
    found = lesson(NAME)
    for plan in (45, 60):
        for part in found.plans[plan]:
            step = None if part.step is None else found.step(part.step)
            if step is not None and step.others == 0:
                words = [s for s in step.statements if "CHN" in s.by or not s.by]
                # A sentence, a prediction: 90 seconds each are the most that anybody waits.
                assert part.minutes <= 1.75 * (len(words) + 1), (plan, step.id)


def test_a_delegation_chooses_its_word_together_and_all_hear_it_when_the_round_is_over(opened: Any) -> None:
    game = played(opened)
    act(game, "A-RUS-head", {"do": "state", "id": "word", "option": "inside"})
    act(game, "A-RUS-economy", {"do": "state", "id": "word", "option": "calm"})
    act(game, "A-RUS-defence", {"do": "state", "id": "word", "option": "calm"})
    act(game, "A-KAZ-energy", {"do": "state", "id": "talk", "option": "there"})
    mine = views.seat_view(game, game.people["A-RUS-head"], Clock(), [])["statements"]
    assert [(s["id"], s["mine"], s["delegation"]) for s in mine] == [
        ("word", "inside", "calm"),
        ("foresee", None, None),
    ]
    other = views.seat_view(game, game.people["A-EU-head"], Clock(), [])
    assert [s["delegation"] for s in other["statements"]] == [None, None]
    assert said(game) == {}
    act(game, "server", {"do": "end", "away": []})
    assert said(game) == {("word", "RUS"): "We hope for calm and for a talk.",
                          ("talk", "KAZ"): "With those who gathered, on the spot."}  # fmt: skip
    assert said(game, "kk")["talk", "KAZ"] == "Жиналғандармен, сол жерде."
    for actor in ("EU-head", "RUS-head"):
        assert len(views.seat_view(game, game.people[f"A-{actor}"], Clock(), [])["public"]["said"]) == 2
    # The next round has words of its own, and nobody's old ones.
    act(game, "teacher", {"do": "start"})
    act(game, "server", {"do": "end", "away": []})
    assert said(game) == {}
    rows = list(csv.DictReader(io.StringIO(export.messages(game).decode("utf-8-sig"))))
    assert {(r["from"], r["to"], r["phrase"]) for r in rows} == {
        ("RUS", "all", "word=calm"), ("KAZ", "all", "talk=there"),
    }  # fmt: skip


def test_a_tie_is_the_sentence_that_was_chosen_first(opened: Any) -> None:
    game = played(opened)
    for who, option in (("A-CHN-commerce", "none"), ("A-CHN-head", "law")):
        act(game, who, {"do": "state", "id": "word", "option": option})
    act(game, "server", {"do": "end", "away": []})
    assert said(game) == {("word", "CHN"): "We say nothing."}


def test_only_what_is_asked_can_be_said(opened: Any) -> None:
    game = played(opened)
    assert refused(game, "A-KAZ-head", do="state", id="word", option="calm") == "unknown"
    assert refused(game, "A-RUS-head", do="state", id="word", option="shout") == "unknown"
    assert refused(game, "A-RUS-head", do="state", id="stay", option="weeks") == "unknown"
    assert refused(game, "A-RUS-head", do="state", id="word") == "bad-request"
    assert refused(game, "teacher", do="state", id="word", option="calm") == "forbidden"
    act(game, "server", {"do": "end", "away": []})
    assert refused(game, "A-RUS-head", do="state", id="word", option="calm") == "not-now"


def test_words_change_no_number(opened: Any) -> None:
    outcomes = []
    for talk in (False, True):
        game = played(opened)
        for step in ("a", "b", "c", "feb"):
            if talk:
                for actor in game.actors:
                    for one in views.seat_view(game, game.people[f"A-{actor}-head"], Clock(), [])["statements"]:
                        act(
                            game, f"A-{actor}-head", {"do": "state", "id": one["id"], "option": one["options"][0]["id"]}
                        )
            act(game, "server", {"do": "end", "away": []})
            if step != "feb":
                act(game, "teacher", {"do": "start"})
        outcomes.append({k: v.tolist() for k, v in game.worlds.watch.outcomes[-1].items()})
    assert repr(outcomes[0]) == repr(outcomes[1])


def test_sheets_print_the_sentences() -> None:
    sheets = {(s["actor"], s["title"]): s for s in Press(NAME)._sheets("kk")["sheets"]}
    printed = [s["text"] for s in sheets["EU", "7–19 қаңтар: мерзім, тергеу, отбасылар"]["statements"]]
    assert printed == ["Бөлімдер келген болса: олар қашан кетуі керек?", "Болған жайтты кім тергеуі керек?"]
    html = next(d.html for d in Press(NAME).documents(["kk"]) if d.name == "sheets-kk")
    assert "Отбасылар да сенетін тәуелсіз адамдар." in html


def test_a_sentence_of_an_unknown_delegation_is_refused(tmp_path: Path) -> None:
    (tmp_path / "worlds").mkdir()
    for file in (shipped_lessons() / "worlds").glob("*.yaml"):
        (tmp_path / "worlds" / file.name).write_text(file.read_text("utf-8"), "utf-8")
    text = (shipped_lessons() / f"{NAME}.yaml").read_text("utf-8")
    target = tmp_path / "lesson-mine.yaml"
    target.write_text(text.replace("by: [RUS, CHN, EU, USA]", "by: [RUS, XYZ]", 1), "utf-8")
    with pytest.raises(BadInput, match=r'steps\.1\.statements\.1\.by: found the unknown actor "XYZ"'):
        lesson(target)


def test_sheets_have_the_codes_of_sentences_that_the_console_and_the_terminal_understand(opened: Any) -> None:
    game = played(opened)
    sheets = {(s["actor"], s["quarter"], s["round"]): s for s in Press(NAME)._sheets("en")["sheets"]}
    for actor in game.actors:
        sheet = next(s for (who, _, n), s in sheets.items() if who == actor and n.endswith("part 1 of 4"))
        printed = {o["code"]: o["text"] for one in sheet["statements"] for o in one["options"]}
        known = statements.codes(game, actor)
        told = {code: statements.sentence(game, actor, *known[code], "en") for code in known}
        assert printed == told
    html = next(d.html for d in Press(NAME).documents(["ru"]) if d.name == "sheets-ru")
    assert ">T12</span> Это внутреннее дело Казахстана." in html


def test_a_game_on_paper_keeps_the_sentences_of_its_lines(tmp_path: Path) -> None:
    game = PaperGame.begin(tmp_path / "game", Start(NAME, 60, 7, "kk", ("KAZ", "RUS"), {}, "a"))
    game.enter([])
    game.close()
    step = game.step
    assert step is not None
    lines = game.enter([line("K", ["M41+", "T13"]), line("R", ["T11", "T22"])])
    assert game.words(step, lines[0]) == ["Әзірге ешкіммен: алдымен тыныштық орнасын."]
    assert [x.get("words") for x in PaperGame(tmp_path / "game").records[-1]["lines"]] == [
        {"talk": "later"}, {"word": "calm", "foresee": "reform"},
    ]  # fmt: skip
    # A line of sentences alone leaves the moves to the doctrine, as no line would.
    for _ in ("b", "c", "feb"):
        game.enter([])
    silent = PaperGame.begin(tmp_path / "silent", Start(NAME, 60, 7, "kk", ("KAZ", "RUS"), {}, "a"))
    silent.enter([])
    silent.close()
    silent.enter([line("K", ["M41+"])])
    for _ in ("b", "c", "feb"):
        silent.enter([])
    assert game.plays() == silent.plays()
    with pytest.raises(BadInput, match="no sentence T31"):
        PaperGame.begin(tmp_path / "third", Start(NAME, 60, 7, "kk", ("KAZ",), {}, "b")).check([line("K", ["T31"])])
