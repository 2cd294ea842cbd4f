"""What a teacher types for delegations without a page of their own: it counts as if they had entered it themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from multivector.classroom.lesson.codes import PASS, letters, line
from multivector.classroom.playing import spare, typed
from multivector.classroom.playing.acts import act
from multivector.classroom.playing.game import Game, Refused, Settings
from multivector.classroom.room.desk import Desk
from multivector.classroom.showing import views
from multivector.cli.serve import room_of
from rooms_helper import arms_of, opened, seated

TIGHTEN, VISIT = "KAZ:set-enforcement-tighten", "KAZ:reassurance-visit-china>CHN"


@pytest.fixture
def game(tmp_path: Path) -> Game:
    """One world; nobody has a page."""
    game = Game(Settings("TESTS", 7, 12, 1), arms_of(tmp_path))
    act(game, "teacher", {"do": "start"})
    return game


def sheet_line(game: Game, *entries: str, more: bool = False) -> str:
    """The line of a sheet: without `more` it ends with no further move."""
    actor = entries[0].partition(":")[0]
    moves = [typed.codes(game)[e] for e in entries if not e.endswith(":")]
    return line(letters(game.actors)[actor], moves if more else [*moves, PASS])


def enter(game: Game, **lines: str) -> typed.Read:
    found: typed.Read = act(game, "teacher", {"do": "lines", "world": "A", "lines": lines})
    return found


def row(game: Game, actor: str) -> dict[str, Any]:
    told = typed.sheet(game, "en")
    assert told is not None
    return next(r for r in told["worlds"]["A"] if r["actor"] == actor)


def end(game: Game) -> None:
    act(game, "server", {"do": "end", "away": []})


def test_a_class_on_paper_makes_answers_and_votes_what_it_says(game: Game) -> None:
    offer = next(e for e in game.worlds.offers_to("CHN") if e.startswith("KAZ:"))
    other = next(e for e in game.worlds.offers_to("KAZ") if e.startswith("CHN:"))
    enter(game, KAZ=sheet_line(game, offer), CHN=sheet_line(game, other), RUS=sheet_line(game, "RUS:"))
    assert [o["id"] for o in row(game, "CHN")["offers"] if o["from"] == "KAZ"] == [offer]
    act(game, "teacher", {"do": "said", "world": "A", "actor": "CHN", "answers": {offer: True}})
    text = game.worlds.texts()[0]
    cast = {"KAZ": "yes", "RUS": "absent", "CHN": "no", "EU": "abstain", "USA": "yes"}
    for actor, vote in cast.items():
        act(game, "teacher", {"do": "said", "world": "A", "actor": actor, "votes": {text: vote}})
    end(game)
    assert game.worlds.made(0, 0)["KAZ"] == [offer]
    assert game.worlds.made(0, 0)["RUS"] == []
    story = game.worlds.stories[0].turns[0]
    assert (story.answers[offer], story.answers[other]) == ("accepted", "refused")  # no answer is a no
    assert game.worlds.past[0][0].votes[text] == cast


def test_a_line_without_m00_leaves_the_rest_to_the_doctrine_as_the_sheet_says(game: Game) -> None:
    doctrine = list(game.worlds.by_doctrine[0]["KAZ"])
    enter(game, KAZ=sheet_line(game, TIGHTEN, more=True))
    assert game.table(("A", "KAZ")).owed == game.worlds.slots("KAZ") - 1
    end(game)
    made = game.worlds.made(0, 0)["KAZ"]
    assert made[0] == TIGHTEN
    assert set(made[1:]) <= set(doctrine)
    assert made != [TIGHTEN]


def test_wrong_lines_stay_out_with_what_was_likely_meant_and_right_ones_count(game: Game) -> None:
    good, russia = sheet_line(game, TIGHTEN), sheet_line(game, "RUS:")
    slip = good[:-1] + str((int(good[-1]) + 1) % 10)
    found = enter(game, KAZ=slip, RUS=russia)
    assert list(found.lines) == ["RUS"]
    assert found.wrong["KAZ"].why == "slip"
    assert good in found.wrong["KAZ"].meant
    assert not game.table(("A", "KAZ")).typed
    assert game.table(("A", "RUS")).done
    told = typed.told(game, found, "kk")
    assert told["read"] == {"RUS": []}
    assert "бақылау цифры" in told["wrong"]["KAZ"]["text"]
    # The row has the letter; a line in the row of another delegation is told as what it is.
    assert list(enter(game, KAZ=good.partition(" ")[2]).lines) == ["KAZ"]
    assert enter(game, EU=russia).wrong["EU"].other == "RUS"
    assert "Russia" in typed.told(game, enter(game, EU=russia), "en")["wrong"]["EU"]["text"]
    four = line("K", ["M01+", "M05", "M06", "M07"])
    assert enter(game, KAZ=four).wrong["KAZ"].why == "no-more-slots"
    twice = sheet_line(game, TIGHTEN, "KAZ:set-enforcement-relax")
    assert enter(game, KAZ=twice).wrong["KAZ"].why == "not-feasible"


def test_what_makes_no_sense_is_refused(game: Game) -> None:
    text = game.worlds.texts()[0]
    for wrong in ({"do": "lines", "world": "Z", "lines": {"KAZ": "x"}}, {"do": "lines", "world": "A", "lines": []},
                  {"do": "lines", "world": "A", "lines": {"XXX": "x"}},
                  {"do": "lines", "world": "A", "lines": {"KAZ": 5}},
                  {"do": "said", "world": "A", "actor": "KAZ", "answers": {VISIT: True}},
                  {"do": "said", "world": "A", "actor": "KAZ", "answers": 3},
                  {"do": "said", "world": "A", "actor": "KAZ", "votes": {text: "perhaps"}},
                  {"do": "said", "world": "A", "actor": "KAZ", "votes": {"no-such": "yes"}},
                  {"do": "paper", "on": "yes"}):  # fmt: skip
        with pytest.raises(Refused):
            act(game, "teacher", wrong)
    assert not game.table(("A", "KAZ")).spoke
    end(game)
    assert typed.sheet(game, "en") is None
    with pytest.raises(Refused):
        act(game, "teacher", {"do": "lines", "world": "A", "lines": {}})


def test_votes_alone_leave_the_moves_to_the_machine(game: Game) -> None:
    machine, text = list(game.worlds.by_doctrine[0]["CHN"]), game.worlds.texts()[0]
    act(game, "teacher", {"do": "said", "world": "A", "actor": "CHN", "votes": {text: "absent"}})
    end(game)
    assert game.worlds.made(0, 0)["CHN"] == machine
    assert game.worlds.past[0][0].votes[text]["CHN"] == "absent"


def test_an_answer_and_a_vote_are_taken_back(game: Game) -> None:
    text = game.worlds.texts()[0]
    for vote in ("yes", None):
        act(game, "teacher", {"do": "said", "world": "A", "actor": "EU", "votes": {text: vote}})
    assert row(game, "EU")["votes"] == {}


def test_a_vote_that_is_on_is_typed_beside_the_others_and_changes_no_number(game: Game) -> None:
    end(game)
    act(game, "teacher", {"do": "item", "id": "council", "on": True})
    act(game, "teacher", {"do": "start"})
    told = typed.sheet(game, "en")
    assert told is not None
    assert told["items"] == [
        {"id": "council", "title": "The council, C/1: A debate", "voters": ["CHN", "EU", "KAZ", "USA"]}
    ]
    machine = list(game.worlds.by_doctrine[0]["EU"])
    for vote in ("yes", "no"):
        act(game, "teacher", {"do": "said", "world": "A", "actor": "EU", "items": {"council": vote}})
    assert row(game, "EU")["items"] == {"council": "no"}
    assert not game.table(("A", "EU")).spoke  # a machine still leads it in all else
    wrong: list[tuple[str, Any, str]] = [
        ("RUS", {"council": "no"}, "forbidden"), ("EU", {"other": "no"}, "unknown"),
        ("EU", {"council": "never"}, "unknown"), ("EU", ["council"], "bad-request"),
    ]  # fmt: skip
    for actor, items, code in wrong:
        with pytest.raises(Refused) as found:
            act(game, "teacher", {"do": "said", "world": "A", "actor": actor, "items": items})
        assert found.value.code == code
    end(game)
    assert game.item_votes["A", "council"] == {"EU": "no"}
    assert game.worlds.made(0, 1)["EU"] == machine


def test_the_secretariat_hears_of_votes_that_were_typed(game: Game) -> None:
    text = game.worlds.texts()[0]
    assert spare.cast(game, "A", text)["EU"] is None
    act(game, "teacher", {"do": "said", "world": "A", "actor": "EU", "votes": {text: "yes"}})
    assert spare.cast(game, "A", text)["EU"] is True
    enter(game, KAZ=sheet_line(game, TIGHTEN))
    assert spare.cast(game, "A", text)["KAZ"] is False


def test_a_lessons_list_of_moves_holds_for_lines_and_for_what_they_leave_to_the_doctrine() -> None:
    asked = {"worlds": 1, "seats": 12, "turns": None, "minutes": None, "plan": "90", "lang": "en", "seed": 7}
    arms, settings = room_of("lesson-after-2022", asked)
    game, key = Game(settings, arms), ("A", "KAZ")
    act(game, "teacher", {"do": "start", "at": "q3a"})
    menu = game.worlds.menus["KAZ"]
    can = [e for e, open_ in zip(menu.entries, menu.feasible[:, 0], strict=False) if open_ and game.lets(key, e)]
    other = next(e for e in menu.entries if not game.lets(key, e) and game.worlds.wrong(0, "KAZ", [e]) is None)
    found = enter(game, KAZ=sheet_line(game, other, more=True))
    assert found.wrong["KAZ"].why == "not-in-this-part"
    assert typed.told(game, found, "en")["wrong"]["KAZ"]["text"]
    assert "KAZ" in enter(game, KAZ=sheet_line(game, can[0], more=True)).lines
    end(game)
    act(game, "teacher", {"do": "start"})
    doctrine = game._machine_in(key, [2])
    mine = next(e for e in menu.entries if e not in doctrine and not game.wrong(key, [e]))
    enter(game, KAZ=sheet_line(game, mine, more=True))
    assert game.table(key).owed == 1
    end(game)
    made = game.worlds.made(0, 2)["KAZ"]
    assert made[:2] == [can[0], mine]
    assert len(made) == 3
    assert made[2] in doctrine


def test_a_machine_for_which_the_teacher_types_is_none_any_more(game: Game) -> None:
    act(game, "teacher", {"do": "bot", "world": "A", "actor": "KAZ", "on": True})
    enter(game, KAZ=sheet_line(game, TIGHTEN))
    end(game)
    assert game.worlds.made(0, 0)["KAZ"] == [TIGHTEN]


def test_pages_and_paper_in_one_room_and_a_restart_between(tmp_path: Path) -> None:
    desk, _ = Desk.create(tmp_path, Settings("TESTS", 7, 12, 1), arms_of(tmp_path))
    seated_by(desk)
    desk.do("teacher", {"do": "start"})
    desk.do("A-RUS-head", {"do": "confirm", "entries": [], "done": True})
    desk.do("teacher", {"do": "paper", "on": True})
    good = sheet_line(desk.game, TIGHTEN)
    desk.do("teacher", {"do": "lines", "world": "A", "lines": {"KAZ": good, "EU": "E M99 1"}})
    desk.store.close()
    again, _ = Desk.resume(desk.store.folder)
    assert again.game.paper
    assert again.game.table(("A", "KAZ")).confirmed == [TIGHTEN]
    assert row(again.game, "RUS")["people"] == 1
    again.do("teacher", {"do": "paper", "on": False})
    again.end_turn([])
    assert again.game.made[0]["A", "KAZ"] == again.game.made[0]["A", "RUS"] == "people"
    assert not again.game.paper
    again.store.close()


def seated_by(desk: Desk) -> None:
    desk.join({"nickname": "saiga", "language": "en", "seat": "A-RUS-head"})


def test_a_seat_sees_nothing_of_what_is_typed_and_the_console_all(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, client, tokens):
        seated(room.desk.game, 1)
        with client.websocket_connect("/ws") as socket:
            socket.send_json({"do": "hello", "token": tokens["teacher"]})
            room.desk.do("teacher", {"do": "start"})
            good = sheet_line(room.desk.game, "RUS:")
            socket.send_json({"do": "lines", "n": 1, "world": "A", "lines": {"RUS": good, "KAZ": "K M01+ 0"}})
            while (answer := socket.receive_json())["type"] not in ("ok", "no"):
                pass
            assert answer["read"] == {"RUS": []}
            assert answer["wrong"]["KAZ"]["text"].startswith("Mistyped")
        person = room.desk.game.people["A-KAZ-head"]
        told = views.seat_view(room.desk.game, person, views.Clock(), [])
        assert "paper" not in told


# ---- words of delegations


def january(people: int = 0) -> Game:
    asked = {"worlds": 1, "seats": 12, "turns": None, "minutes": None, "plan": None, "lang": "en", "seed": 7}
    arms, settings = room_of("lesson-january-2022", asked)
    game = Game(settings, arms)
    seated(game, people)
    act(game, "teacher", {"do": "start", "at": "a"})
    return game


def said_aloud(game: Game) -> dict[tuple[str, str], str]:
    return {(one["actor"], one["id"]): one["text"] for one in views.public(game, "A", "en")["said"]}


def test_sentences_are_typed_in_the_line_and_read_to_all_when_the_round_is_over() -> None:
    game = january()
    machine = list(game.machine_until(("A", "RUS"), 1))
    reform = typed.codes(game)["KAZ:political-reform-carry-out"]
    found = enter(game, KAZ=line("K", [reform, "T12"]), RUS=line("R", ["T12", "T21"]), EU=line("E", ["T13"]))
    assert found.wrong == {}
    assert typed.told(game, found, "ru")["read"]["RUS"] == ["Это внутреннее дело Казахстана.", "Займётся ценой."]
    assert row(game, "KAZ")["words"] == ["With the whole country, in an address."]
    assert (row(game, "RUS")["asked"], row(game, "KAZ")["asked"]) == (2, 1)
    # A line of sentences alone is no line of moves: a machine leads on, and nothing is owed.
    assert not game.led(("A", "RUS"))
    assert said_aloud(game) == {}
    end(game)
    assert said_aloud(game) == {
        ("KAZ", "talk"): "With the whole country, in an address.",
        ("RUS", "word"): "This is Kazakhstan's own affair.", ("RUS", "foresee"): "Act on the price.",
        ("EU", "word"): "People may gather in peace, and the law holds for all.",
    }  # fmt: skip
    assert game.carried["A", "KAZ"] == ["KAZ:political-reform-carry-out"]
    assert ("A", "RUS") not in game.carried
    assert machine == []


def test_a_typed_sentence_counts_before_what_was_tapped_and_leaves_moves_alone() -> None:
    game = january(12)
    for seat in ("A-RUS-head", "A-RUS-economy"):
        act(game, seat, {"do": "state", "id": "word", "option": "calm"})
    act(game, "A-RUS-head", {"do": "confirm", "entries": ["RUS:gas-and-fuel-deal>KAZ"], "done": True})
    enter(game, RUS=line("R", ["T14"]))
    assert game.table(("A", "RUS")).confirmed == ["RUS:gas-and-fuel-deal>KAZ"]
    enter(game, RUS=line("R", ["T13"]))  # said again: the last counts
    end(game)
    assert said_aloud(game)["RUS", "word"] == "People may gather in peace, and the law holds for all."


def test_a_sentence_that_is_not_asked_or_a_wrong_digit_stays_out() -> None:
    game = january()
    good = line("K", ["T11"])
    slip = good[:-1] + str((int(good[-1]) + 1) % 10)
    found = enter(game, KAZ=slip, RUS=line("R", ["T15"]), CHN=line("C", ["T11", "T12"]))
    assert {actor: mistake.why for actor, mistake in found.wrong.items()} == dict.fromkeys(
        ("KAZ", "RUS", "CHN"), "slip"
    )
    assert good in found.wrong["KAZ"].meant
    assert not game.words
    two = enter(game, KAZ=line("K", ["M41+", "M42+", "T11"]))
    assert two.wrong["KAZ"].why == "no-more-slots"
    assert not game.words


def test_typed_sentences_are_there_after_a_restart(tmp_path: Path) -> None:
    asked = {"worlds": 1, "seats": 12, "turns": None, "minutes": None, "plan": None, "lang": "en", "seed": 7}
    arms, settings = room_of("lesson-january-2022", asked)
    desk, _ = Desk.create(tmp_path, settings, arms)
    desk.do("teacher", {"do": "start", "at": "a"})
    desk.do("teacher", {"do": "lines", "world": "A", "lines": {"CHN": line("C", ["T12"])}})
    desk.store.close()
    again, _ = Desk.resume(desk.store.folder)
    assert row(again.game, "CHN")["words"] == ["This is Kazakhstan's own affair."]
    again.store.close()
