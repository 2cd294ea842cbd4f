"""The press and the Secretariat: what they may do, what they may never see, and that nobody waits for them."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from multivector.classroom.lesson.seats import propose
from multivector.classroom.lesson.words import texts
from multivector.classroom.playing import happened, spare
from multivector.classroom.playing.acts import EVERYBODY, SEATS, TEACHERS, act
from multivector.classroom.playing.game import Game, Refused, Settings
from multivector.classroom.room import desk as desks
from multivector.classroom.room import export
from multivector.classroom.room.desk import Desk
from multivector.classroom.showing import debrief, public, spare_views, views
from multivector.cli import serve
from multivector.experiment.ensembles.again import verify
from multivector.language import LANGUAGES
from multivector.results.store import open_result
from results_helper import call
from rooms_helper import Pupil, Server, arms_of, join, lesson, opened, seated

TIGHTEN, VISIT = "KAZ:set-enforcement-tighten", "KAZ:reassurance-visit-china>CHN"
FIVE = ["CHN", "EU", "KAZ", "RUS", "USA"]
PRESS, DESK, HEAD = "A-press", "A-secretariat", "A-KAZ-head"
CLOCK = views.Clock()


@pytest.fixture
def game(tmp_path: Path) -> Game:
    """One world of twelve with both spare seats, all of them taken, in its first round."""
    game = Game(Settings("TESTS", 7, 12, 1, press=True, secretariat=True), arms_of(tmp_path))
    seated(game, 14)
    act(game, "teacher", {"do": "start"})
    return game


def refused(game: Game, who: str, **message: object) -> str:
    """The code of a refusal."""
    with pytest.raises(Refused) as found:
        act(game, who, message)
    return found.value.code


def end(game: Game) -> None:
    act(game, "server", {"do": "end", "away": []})


def seen(game: Game, seat: str) -> dict[str, Any]:
    """The view of a seat."""
    person = game.people[seat]
    if game.seats[seat].spare:
        return spare_views.spare_view(game, person, CLOCK)
    return views.seat_view(game, person, CLOCK, [])


def wall(game: Game, language: str = "en") -> dict[str, Any]:
    """The projector's first world."""
    found: dict[str, Any] = views.projector_view(game, language, CLOCK, {})["worlds"][0]
    return found


# ---- seats


def test_a_class_of_forty_is_three_worlds_of_twelve_ministries_with_a_press_each() -> None:
    seats = propose(FIVE, "KAZ", 40)
    for world in "ABC":
        here = [s for s in seats if s.world == world]
        assert len([s for s in here if not s.spare]) == 12
        assert "press" in [s.ministry for s in here]
    assert [s.id for s in seats if s.ministry == "secretariat"] == ["A-secretariat"]
    assert (len(seats), len({s.id for s in seats}), len({s.card for s in seats})) == (40, 40, 40)


@pytest.mark.parametrize("size", range(1, 61))
def test_no_spare_seat_costs_a_full_world_a_ministry(size: int) -> None:
    for worlds in (None, 1, 2):
        seats = propose(FIVE, "KAZ", size, worlds)
        for world in {s.world for s in seats}:
            here = [s for s in seats if s.world == world]
            own, more = [s for s in here if not s.spare], [s.ministry for s in here if s.spare]
            assert more == ["press", "secretariat"][: len(more)]
            assert not more or len(own) >= 12
            # A world that is kept together by the teacher has all its ministries before the press.
            assert not more or len(here) < 18 or len(own) == 24


def test_the_teacher_adds_either_seat_at_any_time_and_takes_an_empty_one_away(tmp_path: Path) -> None:
    game = Game(Settings("TESTS", 7, 24, 2), arms_of(tmp_path))
    seated(game, 24)
    before = dict(game.seats)
    act(game, "teacher", {"do": "start"})
    act(game, "teacher", {"do": "spare", "seat": "press", "on": True})
    assert [s for s in game.seats if s not in before] == ["A-press", "B-press"]
    assert all(game.seats[id] == seat for id, seat in before.items())
    assert len({s.card for s in game.seats.values()}) == 26
    act(game, "teacher", {"do": "spare", "seat": "press", "on": True})
    assert len(game.seats) == 26
    act(game, "server", {"do": "join", "nickname": "aral", "language": "kk", "seat": None, "token": "t"})
    assert "A-press" in game.people  # a latecomer in a full class
    assert refused(game, "teacher", do="spare", seat="press", on=False) == "seat-taken"
    act(game, "teacher", {"do": "spare", "seat": "secretariat", "on": True})
    act(game, "teacher", {"do": "spare", "seat": "secretariat", "on": False})
    assert len(game.seats) == 26
    assert refused(game, "teacher", do="spare", seat="king", on=True) == "bad-seat"
    act(game, "teacher", {"do": "kick", "seat": "A-press"})
    assert refused(game, "teacher", do="spare", seat="press", on=False) == "not-now"


@pytest.mark.parametrize(("options", "seats", "spare_seats"), [
    ("-n 12", 12, ""), ("-n 13", 13, "A-press"), ("-n 13 --no-press", 13, ""),
    ("-n 14 --no-secretariat", 14, "A-press"),
    ("-n 14 --no-press", 14, "A-secretariat"), ("-n 12 --press", 13, "A-press"), ("-n 13 --press", 13, "A-press"),
    ("-n 12 --secretariat", 13, "A-secretariat"), ("-n 24 --press", 26, "A-press B-press"),
    ("-n 24 -w 1 --press --secretariat", 26, "A-press A-secretariat"), ("-n 40 --no-press --no-secretariat", 40, ""),
])  # fmt: skip
def test_flags_of_serve(options: str, seats: int, spare_seats: str) -> None:
    asked = serve.command.make_context("serve", ["after-2022", *options.split()]).params
    arms, settings = serve.room_of("after-2022", asked)
    game = Game(settings, arms)
    assert (len(game.seats), " ".join(s for s in game.seats if game.seats[s].spare)) == (seats, spare_seats)


def test_a_room_that_would_be_too_large_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = call(capsys, "serve", "after-2022", "-n", "150", "-w", "12", "--press", "--data", str(tmp_path))
    assert code == 2
    assert "found 156 seats with 12 of" in err
    assert "at most 150" in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_the_console_proposes_seats_with_and_without_them(tmp_path: Path) -> None:
    game = Game(Settings("TESTS", 7, 12, 1), arms_of(tmp_path))
    for more, count in (
        ({}, 40),
        ({"press": True}, 40),
        ({"press": True, "secretariat": True}, 42),
        ({"press": False}, 40),
    ):
        found = act(game, "teacher", {"do": "split", "size": 40, **more})
        assert len(found) == count, more
    assert not [s for s in act(game, "teacher", {"do": "split", "size": 40, "press": False}) if s.ministry == "press"]
    assert refused(game, "teacher", do="split", size=40, press="yes") == "bad-request"
    assert refused(game, "teacher", do="split", size=150, worlds=30, press=True) == "bad-request"
    act(game, "teacher", {"do": "split", "size": 12, "press": True, "use": True})
    assert [s for s in game.seats if game.seats[s].spare] == [PRESS]


def test_who_says_nothing_is_given_a_delegation_before_a_spare_seat(tmp_path: Path) -> None:
    game = Game(Settings("TESTS", 7, 14, 1), arms_of(tmp_path))
    for k, name in enumerate(list(texts("nicknames"))[:14]):
        act(game, "server", {"do": "join", "nickname": name, "language": "en", "seat": None, "token": f"t{k}"})
    assert list(game.people)[-2:] == [PRESS, DESK]


def test_a_student_moves_to_the_press_and_back_and_two_swap(game: Game) -> None:
    name = game.people[PRESS].nickname
    act(game, "teacher", {"do": "reassign", "seat": PRESS, "to": "A-USA-head"})
    assert game.people["A-USA-head"].nickname == name
    assert game.head(("A", "USA")) == "A-USA-head"
    assert game.people[PRESS].nickname != name
    assert seen(game, PRESS)["seat"]["ministry"] == "press"


def test_a_session_of_a_version_without_these_seats_keeps_its_own() -> None:
    old = {"code": "OLDER", "seed": 1, "size": 13, "worlds": 1}
    assert Settings.of(old).spare == {"press": False, "secretariat": False}
    assert not [s for s in propose(FIVE, "KAZ", 13, 1, spare=Settings.of(old).spare) if s.spare]
    new = Settings("NEWER", 1, 13, 1)
    assert Settings.of(new.as_dict()) == new


# ---- they decide nothing for a state


def test_nothing_that_decides_for_a_state_is_theirs(game: Game) -> None:
    theirs = {**EVERYBODY, **spare.PRESS, **spare.SECRETARIAT}
    for name in {*SEATS, *TEACHERS} - set(theirs):
        for seat in (PRESS, DESK):
            said = refused(game, seat, do=name, entry=TIGHTEN, entries=[TIGHTEN], text="ES-11/1", vote="yes",
                           world="A", actor="KAZ", to="KAZ", phrase="P01", offer=VISIT, id="hedge")  # fmt: skip
            assert said == "forbidden", name
    for name in spare.PRESS:
        assert refused(game, DESK, do=name) == refused(game, HEAD, do=name) == "forbidden"
    for name in spare.SECRETARIAT:
        assert refused(game, PRESS, do=name) == refused(game, HEAD, do=name) == "forbidden"
    assert game.delegation(("A", "")) == []
    assert game.head(("A", "")) is None


def test_the_same_game_is_played_with_and_without_them(tmp_path: Path) -> None:
    with_them = Game(Settings("TESTS", 7, 12, 1, press=True, secretariat=True), arms_of(tmp_path))
    without = Game(Settings("TESTS", 7, 12, 1), arms_of(tmp_path))
    for game in (with_them, without):
        seated(game, len(game.seats))
        for _ in range(2):
            act(game, "teacher", {"do": "start"})
            act(game, HEAD, {"do": "confirm", "entries": [TIGHTEN] if game.turn == 0 else [], "done": True})
            if PRESS in game.people:
                act(game, PRESS, {"do": "publish", "lines": happened.items(game, "A")[:1]})
                act(game, PRESS, {"do": "ask", "actor": "KAZ", "question": "Q01"})
                act(game, DESK, {"do": "call", "actor": "RUS"})
                act(game, DESK, {"do": "floor", "actor": "RUS"})
            end(game)
    assert with_them.worlds.model.state.stocks.tobytes() == without.worlds.model.state.stocks.tobytes()
    assert export.moves(with_them) == export.moves(without)


def test_an_empty_or_silent_seat_leaves_everything_as_it_was(game: Game) -> None:
    ordinary = public.news(game, "A", 0, "en")
    assert wall(game)["front"] is None
    assert wall(game)["news"] == ordinary != []
    end(game)
    assert game.phase == "between"
    assert game.worlds.stories[0].turns[0].votes  # the vote was held without anybody who ran it
    act(game, PRESS, {"do": "leave"})
    act(game, "teacher", {"do": "kick", "seat": DESK})
    act(game, "teacher", {"do": "start"})
    end(game)
    assert wall(game)["front"] is None
    assert wall(game)["news"] == public.news(game, "A", 2, "en")


# ---- the press


def test_the_front_page_is_up_to_three_things_that_happened_in_the_order_of_the_press(game: Game) -> None:
    act(game, HEAD, {"do": "confirm", "entries": [TIGHTEN, VISIT], "done": True})
    act(game, "A-CHN-head", {"do": "answer", "offer": VISIT, "yes": True})
    end(game)
    listed = [one["id"] for one in seen(game, PRESS)["press"]["items"]]
    assert {f"move:{TIGHTEN}", f"move:{VISIT}", "vote:ES-11/1"} <= set(listed)
    chosen = ["vote:ES-11/1", f"move:{VISIT}", f"move:{TIGHTEN}"]
    for wrong, code in (
        ([], "bad-request"), (chosen[:1] * 2, "bad-request"), ([*chosen, listed[0]], "bad-request"),
        ("x", "bad-request"), ([3], "bad-request"), (["move:RUS:no-such"], "unknown"),
        ([f"move:{TIGHTEN}", "gauge:nothing"], "unknown"),
    ):  # fmt: skip
        assert refused(game, PRESS, do="publish", lines=wrong) == code, wrong
    # A headline says nothing that is not on the page.
    assert refused(game, PRESS, do="publish", lines=chosen, headline="no-agreement") == "unknown"
    assert refused(game, PRESS, do="publish", lines=chosen[:1], headline="agreement") == "unknown"
    act(game, PRESS, {"do": "publish", "lines": chosen, "headline": "agreement"})
    for language in LANGUAGES:
        front = wall(game, language)["front"]
        assert [line["id"] for line in front["lines"]] == chosen
        assert front["headline"] == texts("headlines")["agreement"][language]
        assert all(line["text"] and "{" not in line["text"] for line in front["lines"])
    assert seen(game, HEAD)["public"]["front"]["lines"][0]["id"] == "vote:ES-11/1"
    # It is the news of the round that begins, and of that one alone.
    act(game, "teacher", {"do": "start"})
    assert wall(game)["front"]["lines"] == seen(game, "A-RUS-head")["public"]["front"]["lines"]
    act(game, PRESS, {"do": "publish", "lines": chosen[:1]})
    assert wall(game)["front"]["edition"] == 2
    assert refused(game, PRESS, do="publish", lines=chosen) == "no-more-editions"
    end(game)
    assert wall(game)["front"] is None


def test_the_debrief_has_the_front_pages_as_they_were_read(game: Game) -> None:
    read: dict[int, list[dict[str, str]]] = {}
    act(game, HEAD, {"do": "confirm", "entries": [TIGHTEN, VISIT], "done": True})
    act(game, "A-CHN-head", {"do": "answer", "offer": VISIT, "yes": True})
    for _ in range(3):
        for kind in ("gauge", "move", "vote", "event"):
            known = [k for k in happened.items(game, "A") if k.startswith(kind)]
            if known and game.round not in read:
                chosen = [*known[:1], *[k for k in happened.items(game, "A") if k not in known][:2]]
                act(game, PRESS, {"do": "publish", "lines": chosen})
                read[game.round] = wall(game, "ru")["front"]["lines"]
        end(game)
        if game.phase != "over":
            act(game, "teacher", {"do": "start"})
    act(game, PRESS, {"do": "publish", "lines": happened.items(game, "A")[:3]})
    read[game.round] = wall(game, "ru")["front"]["lines"]
    assert len(read) == 4
    told = debrief.debrief(game, "ru", {}, {})["worlds"][0]["fronts"]
    assert [(f["round"] - 1, f["lines"]) for f in told] == [(r, [one["text"] for one in v]) for r, v in read.items()]


def test_what_the_press_leaves_out_is_below_and_a_line_of_the_teacher_stays(game: Game) -> None:
    act(game, "teacher", {"do": "inject", "text": "The bell rings at ten.", "sure": True})
    end(game)
    known = [one["id"] for one in seen(game, PRESS)["press"]["items"]]
    assert "line:0" in known
    act(game, PRESS, {"do": "publish", "lines": [next(k for k in known if k.startswith("move:"))]})
    front, ordinary = wall(game)["front"], public.news(game, "A", 1, "en")
    assert [one["text"] for one in front["more"]] == [one["text"] for one in ordinary]
    assert "line:0" in [one["id"] for one in front["more"]]


def test_the_press_asks_three_delegations_and_heads_answer_with_a_phrase(game: Game) -> None:
    assert refused(game, HEAD, do="comment", phrase="C01") == "unknown"
    act(game, PRESS, {"do": "ask", "actor": "KAZ", "question": "Q04"})
    assert refused(game, PRESS, do="ask", actor="KAZ", question="Q01") == "no-more-questions"
    assert refused(game, PRESS, do="ask", actor="XXX", question="Q01") == "unknown"
    assert refused(game, PRESS, do="ask", actor="RUS", question="P01") == "unknown"
    assert refused(game, "A-KAZ-economy", do="comment", phrase="C01") == "not-head"
    assert refused(game, HEAD, do="comment", phrase="E01") == "unknown"
    assert seen(game, HEAD)["comments"]
    assert not seen(game, "A-RUS-head")["comments"]
    act(game, HEAD, {"do": "comment", "phrase": "C05"})
    assert refused(game, HEAD, do="comment", phrase="C01") == "not-now"
    for actor in ("RUS", "EU"):
        act(game, PRESS, {"do": "ask", "actor": actor, "question": "Q02"})
    assert refused(game, PRESS, do="ask", actor="CHN", question="Q02") == "no-more-questions"
    act(game, "teacher", {"do": "bot", "world": "A", "actor": "CHN", "on": True})
    said = wall(game)["questions"]
    assert [(q["actor"], q["answer"]) for q in said][:2] == [
        ("KAZ", texts("comments")["C05"]["en"]), ("RUS", None)]  # fmt: skip
    # An answer is material for the front page; a question without one is not.
    end(game)
    assert [k for k in happened.items(game, "A") if k.startswith("said:")] == ["said:0"]
    act(game, PRESS, {"do": "publish", "lines": ["said:0"], "headline": "heard"})
    assert texts("comments")["C05"]["ru"] in wall(game, "ru")["front"]["lines"][0]["text"]
    act(game, "teacher", {"do": "start"})
    assert refused(game, PRESS, do="ask", actor="CHN", question="Q02") == "not-now"  # a machine answers nobody


def test_at_a_press_conference_the_press_chooses_the_question_to_who_speaks(game: Game) -> None:
    end(game)
    assert refused(game, PRESS, do="ask", actor="RUS", question="Q02") == "not-now"
    act(game, "teacher", {"do": "screen", "show": "press", "who": "RUS"})
    assert refused(game, PRESS, do="ask", actor="KAZ", question="Q02") == "not-now"
    act(game, PRESS, {"do": "ask", "actor": "RUS", "question": "Q02"})
    act(game, PRESS, {"do": "ask", "actor": "RUS", "question": "Q06"})
    assert [(q["actor"], q["text"]) for q in wall(game)["questions"]] == [("RUS", texts("questions")["Q06"]["en"])]
    act(game, "teacher", {"do": "screen", "show": "press", "who": "KAZ"})
    act(game, PRESS, {"do": "ask", "actor": "KAZ", "question": "Q03"})
    act(game, "teacher", {"do": "start"})
    assert wall(game)["questions"] == []
    assert seen(game, PRESS)["press"]["questions_left"] == 3


# ---- the Secretariat


def test_the_secretariat_runs_the_vote_and_sees_who_has_voted_and_never_how(game: Game) -> None:
    (text, *_) = game.ballots()
    told = seen(game, DESK)["secretariat"]["texts"][0]
    assert (told["id"], told["title"], told["source"]) == (
        "ES-11/1", "ES-11/1 “Aggression against Ukraine”", "General Assembly, 2 March 2022; masa.media")  # fmt: skip
    assert told["about"] == "war and territory"
    # Nobody waits for the vote to be opened.
    act(game, HEAD, {"do": "vote", "text": text, "vote": "abstain"})
    assert seen(game, DESK)["secretariat"]["texts"][0]["voted"] == ["KAZ"]
    assert wall(game)["assembly"]["opened"] == []
    assert refused(game, DESK, do="close-vote", text=text) == "not-now"
    assert refused(game, DESK, do="open-vote", text="no-such") == "unknown"
    act(game, DESK, {"do": "open-vote", "text": text})
    assert refused(game, DESK, do="open-vote", text=text) == "not-now"
    roll = wall(game)["assembly"]["opened"][0]["roll"]
    assert {row["actor"]: row["voted"] for row in roll} == {a: a == "KAZ" for a in FIVE}
    how = {}
    for vote in ("yes", "no", "abstain", "absent"):
        act(game, HEAD, {"do": "vote", "text": text, "vote": vote, "phrase": "E04"})
        how[vote] = (json.dumps(seen(game, DESK)), json.dumps(seen(game, PRESS)), json.dumps(wall(game)))
    assert len(set(how.values())) == 1
    assert refused(game, DESK, do="close-vote", text=text) == "not-called"
    for actor in ("RUS", "CHN", "EU"):
        act(game, DESK, {"do": "call", "actor": actor})
    assert refused(game, DESK, do="call", actor="RUS") == "not-now"
    assert "RUS" in seen(game, "A-RUS-head")["public"]["assembly"]["called"]
    act(game, "A-USA-head", {"do": "vote", "text": text, "vote": "yes"})
    act(game, DESK, {"do": "floor", "actor": "KAZ"})
    assert seen(game, HEAD)["public"]["assembly"]["floor"] == "KAZ"
    act(game, DESK, {"do": "close-vote", "text": text})
    assert refused(game, "A-RUS-head", do="vote", text=text, vote="no") == "not-now"
    assert refused(game, DESK, do="announce", text=text) == "not-now"
    end(game)
    cast = dict(zip(game.actors, game.worlds.stories[0].turns[0].votes[text], strict=True))
    assert (cast["KAZ"], cast["USA"]) == (3, 2)
    results = seen(game, DESK)["secretariat"]["results"]
    assert results[0]["id"] == text
    assert sum(c["count"] for c in results[0]["counts"]) == len(FIVE)
    assert refused(game, DESK, do="announce", text="no-such") == "unknown"
    act(game, DESK, {"do": "announce", "text": text})
    assert wall(game)["assembly"]["announced"] == [text]
    act(game, "teacher", {"do": "start"})
    assert wall(game)["assembly"] == {"opened": [], "announced": [], "called": [], "floor": None, "speakers": []}


def test_the_clock_closes_what_was_left_open(game: Game) -> None:
    act(game, DESK, {"do": "open-vote", "text": "ES-11/1"})
    act(game, DESK, {"do": "floor", "actor": "EU"})
    end(game)
    assert len(game.worlds.stories[0].turns[0].votes["ES-11/1"]) == len(FIVE)
    assert game.sitting("A").floor is None


def test_a_vote_is_not_closed_in_haste(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings("TESTS", 7, 12, 1, secretariat=True)
    desk, _ = Desk.create(tmp_path / "classes", settings, arms_of(tmp_path))
    for seat, name in zip((HEAD, DESK), texts("nicknames"), strict=False):
        desk.join({"nickname": name, "language": "kk", "seat": seat})
    desk.do("teacher", {"do": "start"})
    desk.do(DESK, {"do": "open-vote", "text": "ES-11/1"})
    desk.do(DESK, {"do": "call", "actor": "KAZ"})
    with pytest.raises(Refused, match="not-yet"):
        desk.do(DESK, {"do": "close-vote", "text": "ES-11/1"})
    # Who is opened anew is not: the first opening counts.
    with pytest.raises(Refused, match="not-now"):
        desk.do(DESK, {"do": "open-vote", "text": "ES-11/1"})
    now = time.monotonic()
    monkeypatch.setattr(desks.time, "monotonic", lambda: now + desks.SOONEST)
    desk.do(DESK, {"do": "close-vote", "text": "ES-11/1"})
    assert desk.game.sitting("A").closed == ["ES-11/1"]
    # All have voted: at once.
    monkeypatch.undo()
    desk.do(HEAD, {"do": "vote", "text": "ES-11/2", "vote": "yes"})
    desk.do(DESK, {"do": "open-vote", "text": "ES-11/2"})
    desk.do(DESK, {"do": "close-vote", "text": "ES-11/2"})


def test_in_a_round_without_a_vote_it_calls_the_roll_and_orders_the_speakers(game: Game) -> None:
    end(game)
    act(game, "teacher", {"do": "start"})
    end(game)
    act(game, "teacher", {"do": "start"})
    assert game.ballots() == []
    assert refused(game, DESK, do="open-vote", text="ES-11/1") == "unknown"
    act(game, HEAD, {"do": "confirm", "entries": [], "done": True})
    roll = {row["actor"]: row["confirmed"] for row in seen(game, DESK)["secretariat"]["roll"]}
    assert roll == {a: a == "KAZ" for a in FIVE}
    act(game, DESK, {"do": "call", "actor": "EU"})
    for wrong in (["KAZ", "KAZ"], ["KAZ", "XXX"]):
        assert refused(game, DESK, do="speakers", order=wrong) == "unknown"
    act(game, DESK, {"do": "speakers", "order": ["EU", "KAZ"]})
    assert wall(game)["assembly"]["speakers"] == ["EU", "KAZ"]
    end(game)
    # For the look at the wall: the list stays, the floor is given anew.
    act(game, DESK, {"do": "floor", "actor": "EU"})
    assert (wall(game)["assembly"]["speakers"], wall(game)["assembly"]["floor"]) == (["EU", "KAZ"], "EU")
    act(game, DESK, {"do": "floor", "actor": None})
    assert wall(game)["assembly"]["floor"] is None
    assert refused(game, DESK, do="floor", actor="XXX") == "unknown"


# ---- secrecy, over real sockets


def test_neither_receives_anything_private(tmp_path: Path) -> None:
    with opened(tmp_path, size=14) as (room, client, tokens), ExitStack() as stack:
        seats = list(room.desk.game.seats)
        assert seats[-2:] == [PRESS, DESK]
        keys = {s: join(client, s, n) for s, n in zip(seats, texts("nicknames"), strict=False)}
        pupils = {s: Pupil(stack.enter_context(client.websocket_connect("/ws")), keys[s]) for s in seats}
        do = {s: p.ask for s, p in pupils.items()}
        room.desk.do("teacher", {"do": "free-text", "on": True})
        room.desk.do("teacher", {"do": "survey", "open": "before"})
        room.desk.do("teacher", {"do": "start"})
        for seat, message in (
            ("A-KAZ-economy", {"do": "propose", "entry": TIGHTEN}),
            (HEAD, {"do": "confirm", "entries": [VISIT], "done": True}),
            (HEAD, {"do": "say", "to": "delegation", "text": "whisper-inside"}),
            (HEAD, {"do": "say", "to": "EU", "text": "whisper-to-the-EU"}),
            ("A-KAZ-foreign", {"do": "doctrine", "id": "west-pivot"}),
            ("A-KAZ-foreign", {"do": "vote", "text": "ES-11/1", "vote": "absent", "phrase": "E04"}),
            ("A-CHN-head", {"do": "answer", "offer": VISIT, "yes": True}),
            (PRESS, {"do": "ask", "actor": "KAZ", "question": "Q01"}),
            (DESK, {"do": "open-vote", "text": "ES-11/1"}),
            (DESK, {"do": "call", "actor": "RUS"}),
        ):
            assert do[seat](**message)["type"] == "ok", message
        for seat in (PRESS, DESK):
            assert do[seat](do="language", language="en")["type"] == "ok"
            line = room.lines[seat][0]
            told = json.dumps([*pupils[seat].got, *(json.loads(t) for t in room.pages(line))], ensure_ascii=False)
            for secret in ("only-for", TIGHTEN, VISIT, "whisper", "west-pivot", "belief:", "evidence:", "threat:",
                           texts("explanations")["E04"]["en"], "estimate", "doctrine", '"brief":', '"delegation":',
                           '"type": "menu"', '"proposals":', '"offers_in"', '"messages":', '"right":'):  # fmt: skip
                assert secret not in told, (seat, secret)
            names = {texts("nicknames")[p.nickname]["en"] for s, p in room.desk.game.people.items() if s != seat}
            assert not [n for n in names if n in told], seat
            assert not [k for s, k in keys.items() if s != seat and k in told]
            assert not [t for t in tokens.values() if t in told]
            assert '"ES-11/1"' in told
            assert not any(m["type"] in ("menu", "forecast") for m in pupils[seat].got)
        # What a delegation keeps to itself is not even a reason to send them anything.
        quiet = room.touched("A-KAZ-economy", {"do": "propose", "entry": TIGHTEN})
        assert not {PRESS, DESK} & quiet
        assert DESK in room.touched(HEAD, {"do": "vote", "text": "ES-11/2"})
        assert PRESS not in room.touched(HEAD, {"do": "vote", "text": "ES-11/2"})
        headers = {"authorization": f"Bearer {keys[PRESS]}"}
        for path in ("/api/debrief", "/api/export/moves.csv", "/api/export/class.zip"):
            assert client.get(path, headers=headers).status_code == 403


def test_other_worlds_hear_nothing_of_it(tmp_path: Path) -> None:
    game = Game(Settings("TESTS", 7, 24, 2, press=True, secretariat=True), arms_of(tmp_path))
    seated(game, 28)
    act(game, "teacher", {"do": "start"})
    before = [json.dumps(seen(game, s)) for s in ("B-press", "B-secretariat", "B-KAZ-head")]
    act(game, PRESS, {"do": "publish", "lines": happened.items(game, "A")[:1]})
    act(game, PRESS, {"do": "ask", "actor": "KAZ", "question": "Q01"})
    act(game, HEAD, {"do": "comment", "phrase": "C01"})
    act(game, DESK, {"do": "open-vote", "text": "ES-11/1"})
    act(game, DESK, {"do": "speakers", "order": FIVE})
    assert [json.dumps(seen(game, s)) for s in ("B-press", "B-secretariat", "B-KAZ-head")] == before


# ---- what is kept


def test_what_they_did_is_in_the_tables_and_the_world_is_an_ordinary_result(tmp_path: Path, game: Game) -> None:
    act(game, PRESS, {"do": "publish", "lines": happened.items(game, "A")[:1]})
    act(game, PRESS, {"do": "ask", "actor": "KAZ", "question": "Q01"})
    act(game, HEAD, {"do": "comment", "phrase": "C02"})
    act(game, DESK, {"do": "open-vote", "text": "ES-11/1"})
    act(game, DESK, {"do": "call", "actor": "RUS"})
    end(game)
    act(game, "teacher", {"do": "finish"})
    rows = {r["seat"]: r for r in csv.DictReader(io.StringIO(export.participation(game).decode("utf-8-sig")))}
    assert (rows[PRESS]["actor"], rows[PRESS]["ministry"], rows[PRESS]["front_pages"], rows[PRESS]["questions"]) == (
        "", "press", "1", "1")  # fmt: skip
    assert (rows[DESK]["votes_run"], rows[DESK]["calls"], rows[DESK]["votes"]) == ("1", "1", "0")
    said = list(csv.DictReader(io.StringIO(export.messages(game).decode("utf-8-sig"))))
    assert [(r["from"], r["to"], r["phrase"]) for r in said] == [
        ("press", "KAZ", "Q01"), ("KAZ-head", "press", "C02")]  # fmt: skip
    assert b"press" not in export.moves(game)
    name = export.save(export.arms_of(game, "A"), 7, str(tmp_path / "results"))
    assert verify(open_result(tmp_path / "results" / name)).fine


@pytest.mark.slow
def test_after_a_kill_the_front_page_and_the_open_vote_are_there_and_the_token_gives_the_seat_back(
    tmp_path: Path,
) -> None:
    data = tmp_path / "classes"
    server = Server(str(lesson(tmp_path)), "-n", "12", "--press", "--secretariat", data=data)
    code = server.told["code"]
    keys = {s: server.join(s, n) for s, n in ((PRESS, "saiga"), (DESK, "ili"), (HEAD, "aral"))}
    teacher, press, desk = (server.socket(t) for t in (server.token("teacher"), keys[PRESS], keys[DESK]))
    assert teacher.ask(do="start")["type"] == "ok"
    late, lines = time.monotonic() + 20.0, []  # type: tuple[float, list[str]]
    while not lines and time.monotonic() < late:
        assert press.ask(do="seen")["type"] == "ok"
        lines = [one["id"] for one in press.views[-1]["press"]["items"]][:2]
        time.sleep(0.06)
    assert lines
    assert press.ask(do="publish", lines=lines[::-1], headline="quarter")["type"] == "ok"
    assert press.ask(do="ask", actor="KAZ", question="Q02")["type"] == "ok"
    assert desk.ask(do="open-vote", text="ES-11/1")["type"] == "ok"
    assert desk.ask(do="speakers", order=["EU", "KAZ"])["type"] == "ok"
    server.kill()
    base = sqlite3.connect(f"file:{data / code / 'room.sqlite'}?mode=ro", uri=True)
    kept = [json.loads(m)["do"] for (m,) in base.execute("SELECT message FROM log WHERE who IN (?, ?)", (PRESS, DESK))]
    base.close()
    assert [name for name in kept if name != "seen"] == ["publish", "ask", "open-vote", "speakers"]
    server = Server("--resume", code, data=data)
    press, desk = server.socket(keys[PRESS]), server.socket(keys[DESK])
    assert press.ask(do="seen")["type"] == desk.ask(do="seen")["type"] == "ok"
    assert press.views[0]["press"]["lines"] == lines[::-1]
    assert press.views[0]["press"]["headline"] == "quarter"
    assert [q["actor"] for q in press.views[0]["press"]["asked"]] == ["KAZ"]
    told = desk.views[0]
    assert [t["id"] for t in told["secretariat"]["texts"] if t["opened"]] == ["ES-11/1"]
    assert told["public"]["assembly"]["speakers"] == ["EU", "KAZ"]
    server.kill()


def test_a_lock_a_kick_and_a_second_window(tmp_path: Path) -> None:
    with opened(tmp_path, size=14) as (room, client, _tokens):
        key = join(client, PRESS, "saiga")
        with client.websocket_connect("/ws") as socket:
            assert Pupil(socket, key).ask(do="seen")["type"] == "ok"
            room.desk.do("teacher", {"do": "lock"})
            told = client.post("/api/join", json={"code": "TESTS", "nickname": "ili", "language": "kk", "seat": DESK})
            assert told.json()["error"] == "room-locked"
        # A closed lid gives the seat back, also while the room is locked.
        with client.websocket_connect("/ws") as socket:
            pupil = Pupil(socket, key)
            assert pupil.ask(do="seen")["type"] == "ok"
            room.desk.do("teacher", {"do": "kick", "seat": PRESS})
            assert pupil.ask(do="seen")["error"] == "bad-token"


def test_all_texts_are_there_in_three_languages() -> None:
    assert set(happened.HEADLINES) == set(texts("headlines"))
    from multivector.classroom.lesson.words import ministries

    for section in ("press", "answers", "headlines", "questions", "comments", "issues"):
        for id, told in texts(section).items():
            assert set(told) == set(LANGUAGES), (section, id)
            assert len(set(told.values())) == 3, (section, id)
    for kind in ("press", "secretariat"):
        about = ministries()["spare"][kind]
        for field in ("name", "title", "sees_words", "does", "paper", "question"):
            assert set(about[field]) == set(LANGUAGES), (kind, field)
