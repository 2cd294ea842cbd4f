"""Who is head of a delegation: a colleague stands in for one who has gone away."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from multivector.classroom.playing import acts
from multivector.classroom.playing.game import Refused, Settings
from multivector.classroom.room.desk import AWAY, Desk
from multivector.classroom.showing.views import Clock, menu, seat_view
from rooms_helper import Pupil, arms_of, join, opened, secret

KEY, TIGHTEN = ("A", "KAZ"), "KAZ:set-enforcement-tighten"
HEAD, FOREIGN, ECONOMY = SEATS = ("A-KAZ-head", "A-KAZ-foreign", "A-KAZ-economy")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    found, _ = Desk.create(tmp_path, Settings("TESTS", 7, 12, 1), arms_of(tmp_path))
    for seat, name in zip(SEATS, ("saiga", "argali", "eagle"), strict=True):
        found.join({"nickname": name, "language": "en", "seat": seat})
    return found


class Later:
    """The clock of the desk, moved on by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.added, real = 0.0, time.monotonic
        monkeypatch.setattr(time, "monotonic", lambda: real() + self.added)

    def by(self, seconds: float) -> None:
        """So many seconds pass."""
        self.added += seconds


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    return Later(monkeypatch)


def head(desk: Desk) -> str | None:
    """The head, as pages of the delegation see it."""
    game = desk.game
    told = {
        s: seat_view(game, game.people[s], Clock(), [])["seat"]["head"]
        for s in game.people
        if game.seats[s].actor == "KAZ"
    }
    found = [seat for seat, is_head in told.items() if is_head]
    assert found == [game.head(KEY)]
    return found[0]


def test_a_colleague_who_is_here_stands_in_for_a_head_who_is_away_and_may_confirm(desk: Desk, later: Later) -> None:
    desk.do("teacher", {"do": "start"})
    desk.attend([ECONOMY])
    later.by(AWAY - 5.0)
    assert desk.pass_on() == []
    desk.attend([HEAD, ECONOMY])  # a lid shut for a moment
    desk.attend([ECONOMY])
    later.by(AWAY - 5.0)
    assert desk.pass_on() == []
    assert head(desk) == HEAD
    later.by(10.0)
    assert desk.pass_on() == [KEY]
    assert head(desk) == ECONOMY  # not the foreign ministry, which is away too
    desk.do(ECONOMY, {"do": "confirm", "entries": [TIGHTEN], "done": True})
    # Who comes back finds another head until the round is over.
    desk.attend(SEATS)
    assert desk.pass_on() == []
    with pytest.raises(Refused):
        desk.do(HEAD, {"do": "confirm", "entries": [], "done": True})
    desk.end_turn([])
    assert desk.game.worlds.made(0, 0)["KAZ"] == [TIGHTEN]
    desk.do("teacher", {"do": "start"})
    assert head(desk) == HEAD


def test_a_head_who_stays_away_is_not_waited_for_again_and_who_stands_in_may_go_too(desk: Desk, later: Later) -> None:
    desk.do("teacher", {"do": "start"})
    desk.attend([FOREIGN, ECONOMY])
    later.by(AWAY + 1.0)
    desk.pass_on()
    assert head(desk) == FOREIGN
    desk.end_turn([HEAD])
    desk.do("teacher", {"do": "start"})
    assert head(desk) == FOREIGN
    desk.attend([ECONOMY])
    later.by(AWAY + 1.0)
    assert desk.pass_on() == [KEY]
    assert head(desk) == ECONOMY
    desk.do(ECONOMY, {"do": "leave"})
    assert head(desk) == HEAD  # nobody is here: the seat waits for its person
    assert desk.pass_on() == []


def test_a_pause_in_which_phones_fall_asleep_takes_nobodys_place(desk: Desk, later: Later) -> None:
    desk.do("teacher", {"do": "start"})
    desk.do("teacher", {"do": "pause"})
    desk.attend([ECONOMY])
    later.by(10 * AWAY)
    assert desk.pass_on() == []
    desk.do("teacher", {"do": "resume"})
    assert desk.pass_on() == []
    later.by(AWAY + 1.0)
    assert desk.pass_on() == [KEY]


def test_after_a_restart_the_same_one_is_head(desk: Desk, later: Later) -> None:
    desk.do("teacher", {"do": "start"})
    desk.attend([ECONOMY])
    later.by(AWAY + 1.0)
    desk.pass_on()
    desk.store.close()
    again, _ = Desk.resume(desk.store.folder)
    assert head(again) == ECONOMY
    again.store.close()


def test_the_room_tells_the_delegation_of_its_head(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("multivector.classroom.room.desk.AWAY", 0.2)
    with opened(tmp_path) as (room, client, tokens):
        keys = {s: join(client, s, n) for s, n in zip(SEATS[:2], ("saiga", "argali"), strict=True)}
        with client.websocket_connect("/ws") as stays, client.websocket_connect("/ws") as console:
            pupil, teacher = Pupil(stays, keys[FOREIGN]), Pupil(console, tokens["teacher"])
            assert teacher.ask(do="start")["type"] == "ok"
            while not (pupil.got and pupil.got[-1].get("seat", {}).get("head")):
                pupil.got.append(stays.receive_json())
            assert pupil.ask(do="confirm", entries=[TIGHTEN], done=True)["type"] == "ok"
        assert room.desk.game.head(KEY) == FOREIGN
        assert not any(row["head"] for row in pupil.last()["delegation"])


def test_one_laptop_a_delegation_does_the_work_of_all_its_ministries(desk: Desk) -> None:
    """A class whose phones die goes on: what was decided stays, and nothing waits for those who are gone."""
    game = desk.game
    desk.do("teacher", {"do": "lock"})
    desk.do("teacher", {"do": "start"})
    desk.do(ECONOMY, {"do": "propose", "entry": TIGHTEN})
    assert acts.duties(game, game.seats[FOREIGN]) == ["foreign"]
    desk.attend([FOREIGN])
    desk.do("teacher", {"do": "laptops"})
    assert head(desk) == FOREIGN
    told = seat_view(game, game.people[FOREIGN], Clock(), [FOREIGN])
    assert told["delegation"] == []
    # As in a room that was opened with one seat a delegation.
    assert acts.duties(game, game.seats[FOREIGN]) == ["foreign", "head", "economy", "energy", "defence", "home"]
    for ministry in ("head", "economy", "energy"):
        assert secret("KAZ", ministry) in told["brief"]["text"]
    assert "enforcement" in [fact["id"] for fact in told["brief"]["facts"]]
    assert all(entry["mine"] for entry in menu(game, game.people[FOREIGN])["entries"])
    assert [p["entry"] for p in told["proposals"]] == [TIGHTEN]
    desk.do(FOREIGN, {"do": "confirm", "entries": [TIGHTEN], "done": True})
    # A laptop takes the free seat of a delegation in which nobody sits, and headship rotates to nobody who is gone.
    assert desk.join({"nickname": "saiga", "language": "kk", "seat": None})["seat"] == "A-RUS-head"
    for _ in range(2):
        desk.end_turn([])
        desk.do("teacher", {"do": "start"})
    desk.end_turn([])
    assert head(desk) == FOREIGN
    desk.store.close()
    again, _ = Desk.resume(desk.store.folder)
    assert {s for s, p in again.game.people.items() if not p.out} == {FOREIGN, "A-RUS-head"}
    with pytest.raises(Refused):
        again.do("teacher", {"do": "laptops"})
    again.store.close()
