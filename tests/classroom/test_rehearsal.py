"""A rehearsal: alone, without a clock, named as such wherever it is read, and kept apart from classes."""

from __future__ import annotations

import json
import re
import time
import urllib.error
from pathlib import Path
from typing import Any

import pytest

from multivector.classroom.lesson.seats import Seat
from multivector.classroom.playing.acts import act
from multivector.classroom.playing.game import Game, Settings
from multivector.classroom.room.desk import Desk
from multivector.classroom.showing.views import Clock, teacher_view
from multivector.cli import serve
from multivector.errors import BadInput
from multivector.language import LANGUAGES
from rooms_helper import Server, arms_of, lesson, seated

NAMED = {"en": "Rehearsal: A little lesson", "ru": "Репетиция: Маленький урок", "kk": "Дайындық ойыны: Шағын сабақ"}


def again(data: Path, code: str) -> Desk:
    desk, _, resumed = serve.open_desk(None, code, data, {})
    assert resumed
    return desk


@pytest.mark.slow
def test_it_is_played_alone_named_and_kept_apart(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    data = tmp_path / "classes"
    server = Server(str(lesson(tmp_path)), "--rehearse", "--turns", "1", data=data)
    request.addfinalizer(server.kill)  # whatever is found wrong, no room is left behind
    code, folder = server.told["code"], Path(server.told["folder"])
    assert folder == data / serve.REHEARSALS / code
    assert json.loads(server.get(f"/api/lobby?code={code}"))["title"] == NAMED
    server.join("A-KAZ-head", "saiga")
    key = server.token("teacher")
    teacher = server.socket(key)
    for name in ("start", "advance"):
        assert teacher.ask(do=name)["type"] == "ok"
    for _ in range(200):
        teacher.ask(do="language", language="kk")
        if (teacher.views[-1]["room"]["phase"], teacher.views[-1]["language"]) == ("over", "kk"):
            break
        time.sleep(0.05)
    room: dict[str, Any] = teacher.views[-1]["room"]
    assert (room["phase"], room["title"], room["rehearsal"], room["late"]) == ("over", NAMED["kk"], True, None)
    assert teacher.views[-1]["quarters"] == {"played": 1, "planned": 1}
    # What is taken away says what it is, in its text and in its name.
    for _ in range(600):
        try:
            page = server.get("/api/export/replay.html?language=ru", key).decode()
            break
        except urllib.error.HTTPError:
            time.sleep(0.1)
    assert "Сыграно, чтобы опробовать урок" in page
    report = server.get("/api/export/report.html?language=ru", key).decode()
    assert NAMED["ru"] in report
    (manifest,) = folder.glob("results/*/manifest.json")
    assert json.loads(manifest.read_text("utf-8"))["command"] == "multivector serve --rehearse"
    assert server.stop() in (0, 130)

    # Nothing is lost: the same code opens it again; `last` is the last class, never a rehearsal.
    with pytest.raises(BadInput, match='no session "last"'):
        again(data, "last")
    for found in (again(data, code), again(data / serve.REHEARSALS, "last")):
        assert (found.game.settings.rehearsal, found.game.phase) == (True, "over")
        assert f"multivector serve --rehearse --resume {code}" in serve.farewell(found, data)
        found.store.close()


def test_a_file_of_a_rehearsal_has_its_name(tmp_path: Path) -> None:
    from starlette.testclient import TestClient

    from multivector.classroom.room.office import Office
    from multivector.classroom.room.server import Room, build

    for rehearsal, name in ((True, "rehearsal-moves.csv"), (False, "moves.csv")):
        settings = Settings("TESTS", 7, 12, 1, rehearsal=rehearsal)
        desk, tokens = Desk.create(tmp_path / str(rehearsal), settings, arms_of(tmp_path))
        with TestClient(build(Room(desk, addresses={"testserver"}, office=Office(on=False)))) as client:
            told = client.get("/api/export/moves.csv", headers={"authorization": f"Bearer {tokens['teacher']}"})
        assert told.headers["content-disposition"] == f'attachment; filename="{name}"'


def test_a_game_on_paper_is_no_rehearsal(tmp_path: Path) -> None:
    from click.testing import CliRunner

    with pytest.raises(BadInput, match="--rehearse: found --from beside it"):
        CliRunner().invoke(serve.command, ["--rehearse", "--from", str(tmp_path)], catch_exceptions=False)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rehearse", [False, True])
def test_what_a_teacher_needs_is_on_the_last_screen(language: str, rehearse: bool, tmp_path: Path) -> None:
    asked = {"worlds": None, "seats": 24, "turns": None, "minutes": None, "plan": "90", "lang": language, "seed": 1,
             "rehearse": rehearse}  # fmt: skip
    desk, tokens, _ = serve.open_desk("lesson-after-2022", None, tmp_path, asked)
    code = desk.game.settings.code
    told = serve.addresses("192.168.178.123", 8765, code, language, tokens)
    lines = list(serve.page(told, desk, lan=True, resumed=False, short=False))
    desk.store.close()
    # The addresses with a key are longer than a line and go on in the next one; the cursor has a line too.
    rows = [line[k : k + 80] for line in lines for k in range(0, max(len(line), 1), 80)]
    screen = "\n".join(rows[-23:])
    assert " ".join(code) in screen
    assert "http://192.168.178.123:8765/\n" in screen
    assert all(told[role] in screen.replace("\n", "") for role in ("teacher", "projector"))
    drawn = [line for line in lines if re.match("[█▀▄]", line)]
    assert len(drawn) == 17
    assert drawn == lines[-17:]
    assert len(rows) <= 42
    assert (lines[0].partition(":")[0] in ("Rehearsal", "Репетиция", "Дайындық ойыны")) == rehearse


def test_a_terminal_that_cannot_draw_the_code_is_told_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io
    import sys

    desk, tokens = Desk.create(tmp_path, Settings("TESTS", 7, 12, 1), arms_of(tmp_path))
    told = serve.addresses("127.0.0.1", 8765, "TESTS", "en", tokens)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    page = "\n".join(serve.page(told, desk, lan=False, resumed=False, short=False))
    desk.store.close()
    assert f"(this terminal cannot show a QR code; the projector does: {told['join']})" in page
    assert "ROOM CODE   T E S T S" in page
    assert told["teacher"] in page


# ---- what is open when a round is ended


def test_the_console_knows_what_would_be_lost_if_the_round_ended(tmp_path: Path) -> None:
    game = Game(Settings("TESTS", 7, 12, 1), arms_of(tmp_path))
    act(game, "teacher", {"do": "item", "id": "council", "on": True})
    seated(game, 12)

    def still_open() -> list[tuple[str, str | None, str]]:
        told = teacher_view(game, "en", Clock(), {}, [])["open"]
        assert all(one["world"] == "A" for one in told)
        return [(one["actor"], one["from"], one["title"]) for one in told]

    assert still_open() == []  # the lobby
    act(game, "teacher", {"do": "start"})
    texts = [title for actor, _, title in still_open() if actor == "KAZ"]
    assert [t.partition(" ")[0] for t in texts] == ["ES-11/1", "ES-11/2"]
    assert {actor for actor, _, _ in still_open()} == set(game.actors)
    act(game, "A-KAZ-head", {"do": "vote", "text": "ES-11/1", "vote": "yes"})
    assert [t for actor, _, t in still_open() if actor == "KAZ"] == texts[1:]
    # An offer is open for whom it was made to, until it is answered.
    offer = next(e for e in game.worlds.menus["EU"].entries if "envoy" in e and e.endswith(">KAZ"))
    act(game, "A-EU-head", {"do": "confirm", "entries": [offer], "done": True})
    (found,) = [one for one in still_open() if one[1]]
    assert found[:2] == ("KAZ", "EU")
    act(game, "A-KAZ-head", {"do": "answer", "offer": offer, "yes": False})
    assert not [one for one in still_open() if one[1]]
    # Machines leave nothing open.
    act(game, "teacher", {"do": "bot", "actor": "KAZ", "world": "A", "on": True})
    assert "KAZ" not in {actor for actor, _, _ in still_open()}
    act(game, "server", {"do": "end", "away": []})
    assert still_open() == []
    # A vote of the room alone is open for those who have one.
    act(game, "teacher", {"do": "start"})
    assert {actor for actor, _, title in still_open() if title == "A vote"} == {"CHN", "EU", "USA"}
    act(game, head_of(game, "USA").id, {"do": "item-vote", "id": "council", "vote": "yes"})
    assert {actor for actor, _, title in still_open() if title == "A vote"} == {"CHN", "EU"}


def head_of(game: Game, actor: str) -> Seat:
    return game.delegation(("A", actor))[0]
