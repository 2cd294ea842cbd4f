"""A head that says nothing is passed over while there is still time to answer what the ministries offer."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from multivector.classroom.lesson.lessons import lessons
from multivector.classroom.lesson.seats import blocks, domain
from multivector.classroom.paper.printed import Press
from multivector.classroom.playing.game import Settings
from multivector.classroom.room.desk import SILENT, Desk
from multivector.classroom.showing.views import Clock, seat_view
from rooms_helper import arms_of

TIGHTEN, VISIT = "KAZ:set-enforcement-tighten", "KAZ:reassurance-visit-china>CHN"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    found, _ = Desk.create(tmp_path, Settings("TESTS", 7, 12, 1), arms_of(tmp_path))
    for seat, name in (("A-KAZ-head", "saiga"), ("A-KAZ-foreign", "argali"), ("A-KAZ-economy", "eagle")):
        found.join({"nickname": name, "language": "en", "seat": seat})
    found.do("teacher", {"do": "start"})
    return found


def at(desk: Desk, left: float) -> bool:
    """Whether it would be now, with so many seconds left."""
    desk._left, desk._since = left, time.monotonic()
    return desk.heads_are_late


def test_proposals_stand_from_then_on_and_the_head_may_still_change_them(desk: Desk) -> None:
    game, key = desk.game, ("A", "KAZ")
    desk.do("A-KAZ-foreign", {"do": "propose", "entry": VISIT})
    desk.do("A-KAZ-economy", {"do": "propose", "entry": TIGHTEN})
    assert VISIT not in game.offers_to(("A", "CHN"))
    assert not at(desk, SILENT + 5.0)
    assert at(desk, SILENT - 1.0)
    desk.pass_over_silent()
    assert game.table(key).confirmed == [VISIT, TIGHTEN]
    assert VISIT in game.offers_to(("A", "CHN"))
    assert not at(desk, 10.0)  # once a round
    told = seat_view(game, game.people["A-KAZ-head"], Clock(), [])
    assert told["confirmed"]["passed_over"]
    desk.do("A-KAZ-head", {"do": "confirm", "entries": [TIGHTEN], "done": True})
    assert not game.table(key).passed_over
    desk.end_turn([])
    assert game.worlds.made(0, 0)["KAZ"] == [TIGHTEN]
    desk.do("teacher", {"do": "start"})
    assert at(desk, 20.0)


def test_who_has_confirmed_or_proposed_nothing_is_left_alone(desk: Desk) -> None:
    desk.do("A-KAZ-economy", {"do": "propose", "entry": TIGHTEN})
    desk.do("A-KAZ-head", {"do": "confirm", "entries": [VISIT], "done": False})
    desk.pass_over_silent()
    assert desk.game.table(("A", "KAZ")).confirmed == [VISIT]
    assert not desk.game.table(("A", "RUS")).confirmed


def test_after_a_restart_the_same_stands(desk: Desk) -> None:
    desk.do("A-KAZ-economy", {"do": "propose", "entry": TIGHTEN})
    desk.pass_over_silent()
    desk.store.close()
    again, _ = Desk.resume(desk.store.folder)
    assert again.game.table(("A", "KAZ")).confirmed == [TIGHTEN]
    again.store.close()


def test_every_seat_of_a_lesson_may_propose_something_or_stop_something() -> None:
    for name in lessons():
        press = Press(name, students=24)
        for seat in press.seats:
            codes = sorted({e.move.code or "" for e in press.menu(seat.actor)})
            stops = any(blocks(seat.actor, seat.ministry, code) for code in codes)
            assert domain(seat.actor, seat.ministry, codes) or stops, seat.id
        codes = sorted({e.move.code or "" for e in press.menu("CHN")})
        assert domain("CHN", "finance", codes) == {"M13", "M14"}
