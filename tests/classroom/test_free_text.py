"""What people type to each other: it ends with the game, on the disk too, unless there is a reason to keep it."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from multivector.classroom.playing.game import Refused
from multivector.classroom.room.desk import Desk
from multivector.classroom.room.server import Room
from rooms_helper import join, opened

TYPED = "whisper-about-the-border"


def played(room: Room, client: TestClient, *, keep: bool) -> None:
    join(client, "A-KAZ-head", "saiga")
    desk = room.desk
    desk.do("teacher", {"do": "free-text", "on": True})
    desk.do("teacher", {"do": "start"})
    desk.do("A-KAZ-head", {"do": "say", "to": "EU", "text": TYPED})
    if keep:
        desk.do("teacher", {"do": "keep-text", "on": True, "reason": "a study that all agreed to"})
    desk.store.write()
    assert TYPED.encode() in on_disk(desk)
    client.portal.call(room.end_turn)
    desk.do("teacher", {"do": "finish"})
    room.after()


def on_disk(desk: Desk) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(desk.store.folder.rglob("*")) if p.is_file())


def test_it_is_deleted_with_the_end_of_the_game_and_the_game_goes_on_from_the_log(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, client, tokens):
        played(room, client, keep=False)
        assert TYPED.encode() not in on_disk(room.desk)
        key = {"authorization": f"Bearer {tokens['teacher']}"}
        for name in ("messages.csv", "class.zip", "participation.csv"):
            assert TYPED.encode() not in client.get(f"/api/export/{name}", headers=key).content
        assert client.get("/api/export/messages.csv?text=yes", headers=key).status_code == 400
        assert client.get("/api/export/messages.csv", headers=key).text.count("typed") == 1
        with pytest.raises(Refused):
            room.desk.do("A-KAZ-head", {"do": "say", "to": "EU", "text": TYPED})
        folder = room.desk.store.folder
    again, _ = Desk.resume(folder)
    assert [m.text for m in again.game.messages] == ["–"]
    assert again.game.phase == "over"
    again.store.close()


def test_a_reason_keeps_it_and_lets_it_into_one_file(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, client, tokens):
        played(room, client, keep=True)
        key = {"authorization": f"Bearer {tokens['teacher']}"}
        assert TYPED in client.get("/api/export/messages.csv?text=yes", headers=key).text
        assert TYPED not in client.get("/api/export/messages.csv", headers=key).text
        assert TYPED.encode() not in client.get("/api/export/class.zip", headers=key).content
        # Taken back, it is gone at once.
        room.desk.do("teacher", {"do": "keep-text", "on": False})
        room.after()
        assert TYPED.encode() not in on_disk(room.desk)


def test_a_tick_without_a_reason_is_none(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, _, _tokens):
        for wrong in ({"on": True}, {"on": True, "reason": "  "}, {"on": True, "reason": 5}, {"on": "yes"}):
            with pytest.raises(Refused):
                room.desk.do("teacher", {"do": "keep-text", **wrong})
        assert room.desk.game.keeps_text == ""
