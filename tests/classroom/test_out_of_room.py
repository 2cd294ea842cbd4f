"""A room goes on on paper, and back: same quarters to the bit, same place, whoever decided."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import pytest

from multivector.classroom.lesson.codes import PASS, line
from multivector.classroom.lesson.words import texts
from multivector.classroom.paper import out_of_room
from multivector.classroom.paper.game_on_paper import HEADER, LOG, PaperGame
from multivector.classroom.playing.game import Game, Settings
from multivector.classroom.room.desk import Desk
from multivector.cli.play import leave_room
from multivector.cli.serve import farewell, from_paper, room_of
from multivector.errors import BadInput
from multivector.experiment.ensembles.again import verify
from multivector.results.store import open_result
from results_helper import call
from rooms_helper import arms_of

ASKED = {"press": None, "secretariat": None, "turns": None, "minutes": None, "plan": "60", "lang": "ru", "seed": 7}


def opened(folder: Path, name: str, seats: int = 24, worlds: int = 2) -> Desk:
    arms, settings = room_of(name, {**ASKED, "seats": seats, "worlds": worlds})
    return Desk.create(folder / "classes", settings, arms)[0]


def sit(desk: Desk, seats: list[str], language: str = "kk") -> None:
    for seat, name in zip(seats, texts("nicknames"), strict=False):
        desk.join({"nickname": name, "language": language, "seat": seat})


def figures(game: PaperGame | Game, lane: int = 0) -> list[dict[str, str]]:
    return [{k: float(v[lane]).hex() for k, v in one.items()} for one in game.worlds.watch.outcomes]


def state(game: PaperGame | Game, lane: int = 0) -> list[float]:
    found: list[float] = game.worlds.model.state.stocks[..., lane].ravel().tolist()
    return found


@pytest.fixture(scope="module")
def two_quarters(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Two worlds; in B a delegation that left, one that its people's doctrine plays, an event, votes, a machine."""
    desk = opened(tmp_path_factory.mktemp("room"), "lesson-after-2022")
    sit(desk, ["B-KAZ-head", "B-RUS-head", "B-CHN-head", "A-KAZ-head"])
    desk.do("teacher", {"do": "item", "id": "hrc-51", "on": True})
    desk.do("teacher", {"do": "start"})
    desk.do("teacher", {"do": "lines", "world": "B", "lines": {"KAZ": line("K", ["M01+", "M24r"])}})
    text = desk.game.worlds.texts()[0]
    desk.do("B-KAZ-head", {"do": "vote", "text": text, "vote": "yes"})
    offers = desk.game.offers_to(("B", "RUS"))
    desk.do("B-RUS-head", {"do": "answer", "offer": offers[0], "yes": True})
    desk.do("teacher", {"do": "inject", "id": "crossings"})
    desk.do("teacher", {"do": "inject", "id": "outage"})  # a card: read aloud, it changes no number
    desk.end_turn(["B-CHN-head"])
    scenario = desk.game.scenario
    known = {id for id, doctrine in scenario.doctrines.items() if "RUS" in doctrine.for_}
    tapped = min(known - {scenario.actors["RUS"].doctrine})
    desk.do("B-RUS-head", {"do": "doctrine", "id": tapped})
    desk.do("teacher", {"do": "start"})
    desk.end_turn(["B-RUS-head"])
    return desk


def test_world_b_goes_on_on_paper_and_back_with_the_same_state(two_quarters: Desk, tmp_path: Path) -> None:
    desk, folder = two_quarters, tmp_path / "game"
    game = leave_room(desk.store.folder, "B", folder)
    assert not game.changed
    assert (game.worlds.turn, game.start.language, game.start.items) == (2, "ru", ("hrc-51",))
    assert "RUS" in game.people
    assert figures(game) == figures(desk.game, 1) != figures(desk.game, 0)
    assert state(game) == state(desk.game, 1)
    assert game.worlds.made(0, 1) == desk.game.worlds.made(1, 1)
    # Nobody's nickname or token goes along.
    kept = "".join(path.read_text("utf-8") for path in (folder / HEADER, folder / LOG))
    people = desk.game.people.values()
    assert not [p for p in people if f'"{p.nickname}"' in kept or p.token in kept]
    # A quarter is typed, and the folder read again: it is an ordinary game on paper.
    game.enter([line("K", ["M06", PASS])])
    game.close([o.number for o in game.offers()], {t: {"KAZ": "abstain"} for t in game.texts()})
    again = PaperGame(folder)
    assert not again.changed
    assert again.worlds.turn == 3
    # Back in a room: all three quarters, and from there on.
    back, _, _ = from_paper(folder, tmp_path / "classes", 12)
    assert (back.game.phase, back.game.turn) == ("between", 3)
    assert figures(back.game) == figures(again)
    assert state(back.game) == state(again)
    assert back.game.made[1]["A", "RUS"] == desk.game.made[1]["B", "RUS"]
    assert back.game.injected == ["crossings"]
    assert "crossings" in back.game.scenario.events
    back.store.close()
    resumed, _ = Desk.resume(back.store.folder)
    assert state(resumed.game) == state(again)
    resumed.do("teacher", {"do": "start"})
    resumed.end_turn([])
    assert resumed.game.turn == 4
    # And out of that room again.
    once_more = leave_room(resumed.store.folder, None, tmp_path / "third")
    assert figures(once_more) == figures(resumed.game)
    resumed.store.close()


def test_what_is_printed_is_for_the_rounds_to_come_in_the_languages_of_the_people(
    two_quarters: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, folder = two_quarters, tmp_path / "game"
    desk.do("teacher", {"do": "start"})
    menu = desk.game.worlds.menus["KAZ"]
    move = next(e for k, e in enumerate(menu.entries) if menu.feasible[k, 1])
    desk.do("B-KAZ-head", {"do": "confirm", "entries": [move], "done": True})
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))  # the teacher closes the dialogue at once
    code, said, err = call(capsys, "play", "--from", str(desk.store.folder), "--world", "B", "--game", str(folder))
    assert (code, err) == (0, "")
    game = PaperGame(folder)
    assert f"\n  {line('K', [game.codes[move]])}\n" in said
    assert {p.name for p in (folder / "print").iterdir()} == {
        f"{kind}-{language}.html" for kind in ("sheets", "moves", "cards") for language in ("kk", "ru")
    } | {"results-2022-Q2-ru.html"}
    sheets = (folder / "print" / "sheets-ru.html").read_text("utf-8")
    rounds = [int(n) for n in re.findall(r"Раунд (\d) из 5", sheets)]
    assert sorted(set(rounds)) == [3, 4, 5]
    assert "A/HRC/51/L.6" in sheets  # switched on in the room
    # What was confirmed in the round under way is asked on paper, not lost and not done.
    assert game.worlds.turn == 2
    assert game.step is not None
    with pytest.raises(BadInput, match="a game that was begun"):
        leave_room(desk.store.folder, "B", folder)
    with pytest.raises(BadInput, match="A, B"):
        leave_room(desk.store.folder, "C", tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_a_crisis_in_parts_goes_on_inside_its_quarter(tmp_path: Path) -> None:
    desk = opened(tmp_path, "lesson-january-2022", 12, 1)
    sit(desk, ["A-KAZ-head"])
    desk.do("teacher", {"do": "start"})
    desk.end_turn([])
    desk.do("teacher", {"do": "start"})
    desk.do("teacher", {"do": "lines", "world": "A", "lines": {"KAZ": line("K", ["M41+", "T12"])}})
    desk.end_turn([])
    desk.do("teacher", {"do": "start"})
    key = ("A", "KAZ")
    move = next(e for e in desk.game.worlds.menus["KAZ"].entries if not desk.game.wrong(key, [e]))
    desk.do("A-KAZ-head", {"do": "confirm", "entries": [move], "done": True})
    desk.do("teacher", {"do": "lines", "world": "A", "lines": {"EU": line("E", [PASS])}})
    desk.end_turn([])
    before = desk.game
    game = leave_room(desk.store.folder, None, tmp_path / "game")
    assert game.step is not None
    assert game.step.id == before.now.id
    assert game.worlds.turn == 1
    back, _, _ = from_paper(tmp_path / "game", tmp_path / "back", 12)
    assert (back.game.phase, back.game.now.id) == ("between", before.now.id)
    assert back.game.carried == {k: v for k, v in before.carried.items() if v or back.game.carried.get(k) == v}
    # The rest of the quarter in all three, without another word: the same figures.
    for one in (desk, back):
        while one.game.turn == 1:
            one.do("teacher", {"do": "start"})
            one.end_turn([])
    while game.step is not None:
        game.enter([])
    game.close()
    assert figures(game) == figures(before) == figures(back.game)
    assert game.worlds.made(0, 1) == before.worlds.made(0, 1)
    desk.store.close()
    back.store.close()


def test_a_scenario_with_turns_of_its_own_and_rounds_left_out_ends_as_the_room_would(tmp_path: Path) -> None:
    arms = arms_of(tmp_path)
    desk, _ = Desk.create(tmp_path / "classes", Settings("TESTS", 7, 12, 1, source="after-2022"), arms)
    sit(desk, ["A-KAZ-head"])
    desk.do("teacher", {"do": "start"})
    desk.end_turn([])
    desk.do("teacher", {"do": "drop"})
    game = leave_room(desk.store.folder, None, tmp_path / "game")
    assert len(game.quarters) == 2 < len(arms.scenario.quarters())
    game.enter([])
    game.close()
    assert game.over
    assert verify(open_result(game.save(tmp_path / "results"))).fine
    desk.do("teacher", {"do": "start"})
    desk.end_turn([])
    assert desk.game.phase == "over"
    assert figures(game) == figures(desk.game)
    with pytest.raises(BadInput, match="whose game is over"):
        leave_room(desk.store.folder, None, tmp_path / "late")
    desk.store.close()


def test_a_quarter_that_came_out_otherwise_is_refused(
    two_quarters: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(out_of_room, "came_of", lambda *_: "0" * 16)
    with pytest.raises(BadInput, match="comes out otherwise on paper"):
        leave_room(two_quarters.store.folder, "B", tmp_path / "game")
    assert not (tmp_path / "game").exists()


def test_who_deletes_a_session_deletes_its_copies_on_paper_or_is_told_where_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    desk, _ = Desk.create(tmp_path / "classes", Settings("TESTS", 7, 24, 2, source="after-2022"), arms_of(tmp_path))
    sit(desk, ["A-KAZ-head"])
    for world in ("A", "B"):
        leave_room(desk.store.folder, world, None)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").write_text("not of this room", "utf-8")
    leave_room(desk.store.folder, "B", tmp_path / "mine")
    assert {p.name for p in (tmp_path / "games").iterdir()} == {"TESTS-A", "TESTS-B"}
    assert list((tmp_path / "games" / "TESTS-A" / "print").glob("*.html"))
    desk.store.gathers = True  # as while it is served
    desk.store.delete()
    assert [path for path in tmp_path.rglob("*") if "TESTS" in str(path)] == []
    assert desk.store.left == [tmp_path / "mine"]
    assert (tmp_path / "mine" / "diary.txt").is_file()
    assert str(tmp_path / "mine") in farewell(desk, tmp_path)


def test_a_deleted_session_without_copies_leaves_nothing_to_tell_of(tmp_path: Path) -> None:
    desk, _ = Desk.create(tmp_path / "classes", Settings("TESTS", 7, 12, 1, source="after-2022"), arms_of(tmp_path))
    desk.store.delete()
    assert desk.store.left == []
    assert farewell(desk, tmp_path) == "The session was deleted: no file of it is left."
