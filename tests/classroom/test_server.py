"""The server of a room: whole games over real sockets, and what no student may ever receive."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import random
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Event
from typing import Any

import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from multivector.classroom.lesson.lessons import common
from multivector.classroom.lesson.lessons import lesson as lesson_of
from multivector.classroom.lesson.words import texts
from multivector.classroom.playing.acts import SEATS, SERVERS, TEACHERS
from multivector.classroom.playing.game import Refused
from multivector.classroom.room.desk import Desk
from multivector.classroom.room.office import Office
from multivector.classroom.room.pace import EACH, Pace
from multivector.classroom.room.server import STATIC, STRANGERS, Room, build
from multivector.classroom.showing import charts
from multivector.classroom.showing.views import menu
from multivector.cli.serve import room_of
from rooms_helper import MINISTRIES, Pupil, join, lesson, opened, secret

TIGHTEN, VISIT = "KAZ:set-enforcement-tighten", "KAZ:reassurance-visit-china>CHN"


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def test_no_student_receives_what_is_another_delegations(tmp_path: Path) -> None:
    with opened(tmp_path, size=24, worlds=2) as (room, client, tokens), ExitStack() as stack:
        seats = list(room.desk.game.seats)
        keys = {s: join(client, s, n) for s, n in zip(seats, texts("nicknames"), strict=False)}
        pupils = {s: Pupil(stack.enter_context(client.websocket_connect("/ws")), keys[s]) for s in seats}
        assert room.desk.do("teacher", {"do": "free-text", "on": True}) is None
        room.desk.do("teacher", {"do": "start"})
        ask = {s: p.ask for s, p in pupils.items()}
        assert ask["A-KAZ-economy"](do="propose", entry=TIGHTEN)["type"] == "ok"
        assert ask["A-KAZ-head"](do="confirm", entries=[VISIT], done=False)["type"] == "ok"
        assert ask["A-KAZ-head"](do="say", to="delegation", text="whisper-inside")["type"] == "ok"
        assert ask["A-KAZ-head"](do="say", to="EU", text="whisper-to-the-EU")["type"] == "ok"
        assert ask["A-KAZ-foreign"](do="doctrine", id="west-pivot")["type"] == "ok"
        for seat, pupil in pupils.items():
            # All that was sent to this seat from its joining on, and its whole view as it is now.
            assert pupil.ask(do="language", language="en")["type"] == "ok"
            got = [m for m in pupil.got if m["type"] != "menu"]
            told = json.dumps([*got, room.view(room.lines[seat][0])], ensure_ascii=False)
            world, actor, ministry = seat.split("-")
            for other, names in MINISTRIES.items():
                for name in names:
                    assert (secret(other, name) in told) == ((other, name) == (actor, ministry)), (seat, name)
                assert (secret(other, "all") in told) == (other == actor), seat
            home = (world, actor) == ("A", "KAZ")
            assert (TIGHTEN in told) == home, seat
            assert (VISIT in told) == (home or (world, actor) == ("A", "CHN")), seat
            assert ("whisper-inside" in told) == home, seat
            assert ("whisper-to-the-EU" in told) == (home or (world, actor) == ("A", "EU")), seat
            assert ('"delegation": "west-pivot"' in told) == home, seat
            for stock in ("belief:EU", "evidence:EU"):
                assert (stock in told) == (actor == "EU" and ministry == "head"), (seat, stock)
            assert ('"id": "enforcement"' in told) == ((actor, ministry) == ("KAZ", "economy")), seat
            shown = [e["entry"] for e in menu(room.desk.game, room.desk.game.people[seat])["entries"]]
            assert shown
            assert all(e.startswith(f"{actor}:") for e in shown), seat
            for token in (*tokens.values(), *(k for s, k in keys.items() if s != seat)):
                assert token not in told
        screen = json.dumps(room.view(_line("projector")))
        assert not any(w in screen for w in ("only-for", "whisper", TIGHTEN, VISIT, "nickname", "Saiga", "belief"))
        assert not any(token in screen for token in (*tokens.values(), *keys.values()))
        # The console has the wall's key, for a link to it; its own and the seats' are sent to nobody.
        console = json.dumps(room.view(_line("teacher")))
        assert [t for t in (*tokens.values(), *keys.values()) if t in console] == [tokens["projector"]]


def _line(role: str) -> Any:
    from multivector.classroom.room.server import Line

    return Line(None, role, "en")  # type: ignore[arg-type]


def test_every_route_and_every_command_of_others_refuses_a_student(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, client, tokens):
        key = join(client, "A-KAZ-head", "saiga")
        exports = ("participation.csv", "moves.csv", "messages.csv", "survey.csv", "class.zip", "room.sqlite")
        for token, status in ((key, 403), ("", 401), ("0" * 64, 401)):
            assert client.get("/api/export/guide.html", headers=bearer(token)).status_code == status
            for name in exports[: 6 if status == 403 else 2]:
                assert client.get(f"/api/export/{name}", headers=bearer(token)).status_code == status
            room.guesses.clear()
            assert client.get("/api/debrief", headers=bearer(token)).status_code == status
            assert client.post("/api/whatif", json={}, headers=bearer(token)).status_code == status
        assert client.get("/api/export/moves.csv", headers=bearer(tokens["projector"])).status_code == 403
        for path in (
            "/static/../store.py",
            "/static/%2e%2e/store.py",
            "/classes/TESTS/room.sqlite",
            "/api/export/../room",
        ):
            assert client.get(path, headers=bearer(key)).status_code in (404, 405), path
        with client.websocket_connect("/ws") as socket:
            pupil = Pupil(socket, key)
            for name in {*TEACHERS, *SERVERS, "delete", "advance", "no-such-thing"} - {"survey"}:
                answer = pupil.ask(do=name, seat="A-RUS-head", sure=True, on=True, show="end", size=5)
                assert answer["type"] == "no", name
                assert answer["error"] in ("forbidden", "bad-request"), (name, answer)
                room.lines["A-KAZ-head"][0].credit = 40.0
            assert room.desk.game.phase == "lobby"


ROUTES = {"/", "/teacher", "/projector", "/debrief", "/api/lobby", "/api/join", "/api/debrief", "/api/whatif",
          "/api/wall", "/api/chart/{kind}", "/api/export/{name}", "/words/{language}.json", "/believed/{language}.json",
          "/ws", "/static"}  # fmt: skip


def test_every_route_gives_every_student_the_same(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, client, tokens):
        keys = {s: join(client, s, n) for s, n in zip(room.desk.game.seats, texts("nicknames"), strict=False)}
        # A route that is added has to be added here, and tried.
        assert {r.path for r in build(room).routes} == ROUTES  # type: ignore[attr-defined]
        open_to_all = [
            "/",
            "/teacher",
            "/projector",
            "/debrief",
            "/api/lobby?code=TESTS",
            "/words/ru.json",
            "/believed/kk.json",
        ]
        open_to_all += [f"/static/{p.relative_to(STATIC)}" for p in STATIC.rglob("*") if p.is_file()]
        for path in open_to_all:
            nobody = client.get(path)
            assert nobody.status_code == 200, path
            assert not any(t in nobody.text for t in (*tokens.values(), *keys.values(), "only-for")), path
            for key in keys.values():
                assert client.get(path, headers=bearer(key)).content == nobody.content, path
        for key in keys.values():
            pictures = [f"/api/chart/{kind}?of=real_income&width=600&height=200&letters=28" for kind in charts.KINDS]
            for path in ("/api/debrief", "/api/export/class.zip", "/api/export/messages.csv?text=yes", *pictures):
                assert client.get(path, headers=bearer(key)).status_code == 403, path
            assert client.post("/api/whatif", json={"world": "A"}, headers=bearer(key)).status_code == 403
            assert client.post("/api/wall", json={"decision": 0}, headers=bearer(key)).status_code == 403
        # The wall shows what the teacher has opened, and opens nothing itself.
        assert client.post("/api/wall", json={"decision": 0}, headers=bearer(tokens["projector"])).status_code == 403


def _seen_by(room: Room, seats: Iterable[str]) -> dict[str, str]:
    """All that would be sent to these seats and to the projector now."""
    told = {s: json.dumps(room.view(_line(s)), default=float) for s in seats}
    screen = {k: v for k, v in room.view(_line("projector")).items() if k not in ("survey", "predictions")}
    return told | {"projector": json.dumps(screen, default=float)}


def _private_acts(room: Room, seat: str) -> Iterator[dict[str, Any]]:
    """Every message that a seat can send and that concerns its own delegation alone, with what the game has for it."""
    game = room.desk.game
    view, offered = room.view(_line(seat)), menu(game, game.people[seat])["entries"]
    own = [e["entry"] for e in offered if e["mine"] and e["feasible"] and not e["offer"]]
    # A ministry whose domain has nothing but offers asks for what it may not have: that is refused, and unseen.
    entry = own[0] if own else next(e["entry"] for e in offered if not e["offer"])
    yield {"do": "seen"}
    yield {"do": "doubt", "fact": f"fact-{game.seats[seat].actor}"}
    yield {"do": "language", "language": "ru"}
    yield {"do": "propose", "entry": entry}
    yield {"do": "withdraw", "entry": entry}
    yield {"do": "doctrine", "id": view["doctrine"]["choices"][-1]["id"]}
    yield {"do": "forecast", "entries": [entry]}
    yield {"do": "say", "to": "delegation", "phrase": view["phrases"][0]["id"]}
    yield {"do": "predict", "id": view["predictions"][0]["id"], "option": "up"}
    yield {"do": "state", "id": "word", "option": "b"}
    yield {"do": "survey", "when": "before", "answers": {"q1": "b"}}
    if view["seat"]["head"]:
        for ballot in view["ballots"]:
            yield {"do": "vote", "text": ballot["id"], "vote": "yes", "phrase": "E01"}
        for item in view["items"] if view["seat"]["actor"] != "RUS" else []:
            yield {"do": "item-vote", "id": item["id"], "vote": "no"}
        yield {"do": "confirm", "entries": [entry], "done": True}
    else:
        yield {"do": "object", "entry": entry}


def test_what_a_delegation_does_changes_nothing_that_others_see(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, client, _tokens):
        game, do = room.desk.game, room.desk.do
        for seat, name in zip(game.seats, texts("nicknames"), strict=False):
            join(client, seat, name)
        do("teacher", {"do": "survey", "open": "before"})
        do("teacher", {"do": "item", "id": "council", "on": True})
        do("teacher", {"do": "start"})
        do("teacher", {"do": "advance"})
        do("teacher", {"do": "start"})
        do("teacher", {"do": "pause"})
        done: set[str] = set()
        menus = {s: menu(game, p) for s, p in game.people.items()}

        def alone(seat: str, message: dict[str, Any], *also: str) -> None:
            """Do it; nobody outside the delegation and `also` is shown anything new."""
            home = {game.seats[seat].actor, *also}
            others = [s for s in game.seats if game.seats[s].actor not in home]
            before = _seen_by(room, others)
            with suppress(Refused):
                do(seat, message)
                done.add(message["do"])
            assert _seen_by(room, others) == before, (seat, message)

        # The heads first: so there is something to object to.
        for seat in sorted(game.seats, key=lambda s: game.head((game.seats[s].world, game.seats[s].actor)) != s):
            for message in _private_acts(room, seat):
                alone(seat, message)
        exercise = "KAZ:csto-exercise-host>RUS"
        alone("A-KAZ-head", {"do": "confirm", "entries": [VISIT, exercise], "done": True}, "CHN", "RUS")
        alone("A-RUS-defence", {"do": "recommend", "offer": exercise, "yes": True})
        alone("A-CHN-head", {"do": "answer", "offer": VISIT, "yes": True}, "KAZ")
        alone("A-EU-head", {"do": "say", "to": "USA", "phrase": "P01"}, "USA")
        for seat, person in game.people.items():
            # Lists of moves and their estimates do not change inside a turn: each was asked for in Russian since.
            person.language = "en"
            assert menu(game, person) == menus[seat]
        # Who leaves hands over to a machine, and that is public; so is what is said to the press.
        assert done == set(SEATS) - {"leave", "comment"}


def test_a_forecast_goes_to_the_delegation_that_asked(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, client, _tokens), ExitStack() as stack:
        seats = ("A-KAZ-head", "A-KAZ-economy", "A-RUS-head")
        pupils = {s: Pupil(stack.enter_context(client.websocket_connect("/ws")), join(client, s, n))
                  for s, n in zip(seats, texts("nicknames"), strict=False)}  # fmt: skip
        room.desk.do("teacher", {"do": "start"})
        assert pupils["A-KAZ-economy"].ask(do="forecast", entries=[TIGHTEN])["type"] == "ok"
        for seat in seats[:2]:
            while not any(m["type"] == "forecast" for m in pupils[seat].got):
                pupils[seat].got.append(pupils[seat].socket.receive_json())
        assert TIGHTEN not in pupils["A-RUS-head"].hear().replace('"type": "menu"', "")
        assert not any(m["type"] == "forecast" for m in pupils["A-RUS-head"].got)


def test_tokens_open_their_own_seat_and_nothing_else(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, client, tokens):
        key = join(client, "A-KAZ-head", "saiga")
        kept = (tmp_path / "classes" / "TESTS" / "room.sqlite-wal").read_bytes()
        assert not any(t.encode() in kept for t in (key, *tokens.values()))
        for bad in ("", "x", key[:-1], key + "0", "TESTS"):
            with client.websocket_connect("/ws") as socket:
                socket.send_json({"do": "hello", "token": bad})
                with pytest.raises(WebSocketDisconnect) as gone:
                    socket.receive_json()
            assert gone.value.code == 4401
        room.guesses.clear()
        with client.websocket_connect("/ws") as socket:
            assert Pupil(socket, key).ask(do="seen")["type"] == "ok"
            # A second window of the same seat closes the first.
            with client.websocket_connect("/ws") as second:
                assert Pupil(second, key).ask(do="seen")["type"] == "ok"
                assert any(socket.receive_json()["type"] == "gone" for _ in range(4))


def test_codes_are_not_guessed_quickly(tmp_path: Path) -> None:
    with opened(tmp_path) as (_, client, _tokens):
        found = [client.get("/api/lobby?code=AAAAA").status_code for _ in range(12)]
        assert found[:10] == [400] * 10
        assert found[10:] == [429] * 2
        assert client.get("/api/lobby?code=TESTS").status_code == 429


def test_pages_of_an_earlier_session_keep_no_newcomer_out_and_no_guess_costs_a_seat(tmp_path: Path) -> None:
    with opened(tmp_path) as (_, client, _tokens):
        key = client.post("/api/join", json={"code": "TESTS", "nickname": "saiga", "language": "ru"}).json()["token"]
        closed = []
        for _ in range(12):
            with client.websocket_connect("/ws") as socket:
                socket.send_json({"do": "hello", "token": "0" * 64})
                with pytest.raises(WebSocketDisconnect) as gone:
                    socket.receive_json()
            closed.append(gone.value.code)
        assert closed == [4401] * 10 + [4429] * 2
        assert client.get("/api/lobby?code=TESTS").status_code == 200
        assert [client.get("/api/lobby?code=AAAAA").status_code for _ in range(11)] == [400] * 10 + [429]
        with client.websocket_connect("/ws") as socket:
            assert Pupil(socket, key).ask(do="seen")["type"] == "ok"


def test_strangers_hosts_and_origins_are_refused(tmp_path: Path) -> None:
    with opened(tmp_path) as (_, client, _tokens):
        assert client.get("/api/lobby?code=TESTS").status_code == 200
        assert client.get("/api/lobby?code=TESTS", headers={"host": "evil.example"}).status_code == 421
        assert client.get("/api/lobby?code=TESTS", headers={"origin": "http://evil.example"}).status_code == 421
        with (
            pytest.raises(WebSocketDisconnect),
            client.websocket_connect("/ws", headers={"origin": "http://evil.example"}),
        ):
            pass
        told = client.get("/api/lobby?code=TESTS").headers
        assert "default-src 'none'" in told["content-security-policy"]
        assert told["x-content-type-options"] == "nosniff"
        assert "unsafe" not in told["content-security-policy"]


def test_pages_are_guarded_in_full_and_what_they_fetch_is_guarded_small_and_asked_about_again(tmp_path: Path) -> None:
    with opened(tmp_path) as (_, client, _tokens):
        own = {"host": "localhost"}
        page, file = client.get("/", headers=own).headers, client.get("/static/style.css", headers=own).headers
        for header in ("referrer-policy", "x-frame-options", "cross-origin-opener-policy", "permissions-policy"):
            assert header in page
            assert header not in file
        assert "script-src 'self'" in page["content-security-policy"]
        assert page["cache-control"] == client.get("/api/lobby?code=TESTS").headers["cache-control"] == "no-store"
        assert file["content-security-policy"] == "default-src 'none'"
        assert (file["x-content-type-options"], file["cache-control"]) == ("nosniff", "no-cache")
        assert client.get("/static/style.css", headers={"if-none-match": file["etag"]}).status_code == 304
        # At an address of the network no browser honours this one, and each page would log that it does not.
        assert set(page) - set(client.get("/").headers) == {"cross-origin-opener-policy"}


def test_a_phone_is_sent_the_words_of_its_own_language_alone(tmp_path: Path) -> None:
    with opened(tmp_path) as (_, client, _tokens):
        every = client.get("/api/lobby?code=TESTS").json()
        mine = client.get("/api/lobby?code=TESTS&language=kk").json()
        assert set(every["title"]) == {"kk", "ru", "en"}
        assert mine["title"] == {"kk": every["title"]["kk"]}
        assert mine["seats"][0] == {**every["seats"][0], "title": {"kk": every["seats"][0]["title"]["kk"]}}
        assert [set(name) for name in mine["nicknames"]] == [{"id", "kk"}] * len(every["nicknames"])
        assert client.get("/api/lobby?code=TESTS&language=xx").json() == every


def test_inputs_are_bounded_in_size_and_rate(tmp_path: Path) -> None:
    with opened(tmp_path) as (_, client, _tokens):
        assert client.post("/api/join", content=b"[" * 100_000).status_code == 413
        assert client.post("/api/join", content=b"[" * 5000).status_code == 400
        key = join(client, "A-KAZ-head", "saiga")
        for text, code in (("x" * 5000, 4429), (None, 4429)):
            with client.websocket_connect("/ws") as socket:
                pupil = Pupil(socket, key)
                for n in range(1 if text else 200):
                    socket.send_text(text or json.dumps({"do": "seen", "n": n}))
                with pytest.raises(WebSocketDisconnect) as gone:
                    [pupil.socket.receive_json() for _ in range(1000)]
            assert gone.value.code == code
        with client.websocket_connect("/ws") as socket:
            pupil = Pupil(socket, key)
            for odd in ("[]", "{", '"x"', '{"do": 7}', '{"do": "say", "to": ["x"]}', '{"do":"propose","entry":{}}'):
                socket.send_text(odd)
            assert pupil.ask(do="seen")["type"] == "ok"


def test_a_script_takes_seats_no_faster_than_a_class_and_the_teacher_is_told(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, client, _tokens):
        room.pace, begun = Pace(at_once=3, each=0.2, longest=0.5), time.monotonic()
        rush = lambda: room.view(_line("teacher"))["room"]["rush"]  # noqa: E731
        people = list(zip(room.desk.game.seats, texts("nicknames"), strict=False))
        for seat, name in people[:3]:
            join(client, seat, name)
        assert rush() == 0
        for seat, name in people[3:5]:
            join(client, seat, name)
        assert time.monotonic() - begun >= 0.4
        assert rush() == 2
        with ThreadPoolExecutor(6) as pool:
            body = {"code": "TESTS", "language": "kk"}
            asked = [
                pool.submit(client.post, "/api/join", json={**body, "nickname": n, "seat": s}) for s, n in people[5:11]
            ]
            found = sorted(a.result().status_code for a in asked)
        assert (found[0], found[-1]) == (200, 429)
        assert found.count(200) == len(room.desk.game.people) - 5
        assert rush() == 8
        # A seat is not kept waiting by others' hurry, nor is a wrong code worth a turn.
        room.pace = Pace(at_once=1, each=60.0, longest=0.0)
        assert client.post("/api/join", json={"code": "AAAAA"}).json()["error"] == "bad-code"
        join(client, *people[11])


def test_forty_people_behind_one_hotspot_hardly_wait() -> None:
    now = [0.0]
    for seed in range(50):
        luck, pace = random.Random(seed), Pace(clock=lambda: now[0])
        waits = []
        for tap in sorted(20.0 * luck.random() for _ in range(40)):
            now[0] = tap
            waits.append(pace.turn("one hotspot"))
        assert None not in waits
        assert max(w for w in waits if w is not None) < 5.0
        assert sum(w or 0.0 for w in waits) / 40 < 1.0
        now[0] += 1000.0
    together = [pace.turn("one hotspot") for _ in range(150)]
    assert None not in together[:40]
    assert together[39] == pytest.approx(34 * EACH)
    assert together[-1] is None
    # A script: of the 11 seats that are left in a room of twelve, six at once and not all within the second.
    assert sum(w is not None and w < 1.0 for w in together) < 11


def test_sockets_that_do_not_say_who_they_are_are_not_kept_in_any_number(tmp_path: Path) -> None:
    with opened(tmp_path, size=5) as (room, client, _tokens), ExitStack() as stack:
        most = len(room.desk.game.seats) + STRANGERS
        key = join(client, "A-KAZ-head", "saiga")
        for _ in range(most):
            stack.enter_context(client.websocket_connect("/ws"))
        with pytest.raises(WebSocketDisconnect) as gone, client.websocket_connect("/ws"):
            pass
        assert gone.value.code == 4429
        stack.close()
        late = time.monotonic() + 10.0
        while room.strangers and time.monotonic() < late:
            time.sleep(0.01)
        assert room.strangers == {}
        for _ in range(2 * most):  # who has said who it is, is none of them
            with client.websocket_connect("/ws") as socket:
                assert Pupil(socket, key).ask(do="seen")["type"] == "ok"


def test_seats_codes_and_nicknames(tmp_path: Path) -> None:
    with opened(tmp_path, size=5) as (room, client, _tokens):

        def refused(**message: Any) -> tuple[int, str]:
            told = client.post("/api/join", json={"code": "TESTS", "nickname": "ili", "language": "kk", **message})
            return told.status_code, told.json().get("error", "")

        assert refused(code="WRONG") == (400, "bad-code")
        assert refused(nickname="<script>") == (400, "bad-nickname")
        assert refused(language="xx") == (400, "bad-request")
        assert refused(seat="A-KAZ-king") == (400, "bad-seat")
        assert refused() == (200, "")
        assert list(room.desk.game.people) == ["A-KAZ-head"]
        assert refused() == (409, "nickname-taken")
        assert refused(nickname="aral", seat="A-KAZ-head") == (409, "seat-taken")
        card = room.desk.game.seats["A-EU-head"].card
        assert refused(nickname="aral", seat=card.lower()) == (200, "")
        assert "A-EU-head" in room.desk.game.people
        room.desk.do("teacher", {"do": "lock"})
        assert refused(nickname="chu") == (409, "room-locked")
        room.desk.do("teacher", {"do": "unlock"})
        room.desk.do("teacher", {"do": "kick", "seat": "A-KAZ-head"})
        assert refused(nickname="chu", seat="A-KAZ-head") == (200, "")


@pytest.mark.slow
def test_a_whole_game_with_exports_debrief_and_deletion(tmp_path: Path) -> None:
    with opened(tmp_path) as (_, client, tokens):
        keys = {s: join(client, s, n, g) for s, n, g in
                (("A-KAZ-head", "saiga", "kk"), ("A-RUS-head", "ili", "ru"), ("A-EU-head", "aral", "en"))}  # fmt: skip
        with (
            client.websocket_connect("/ws") as a, client.websocket_connect("/ws") as b,
            client.websocket_connect("/ws") as c, client.websocket_connect("/ws") as t,
        ):  # fmt: skip
            teacher, head = Pupil(t, tokens["teacher"]), Pupil(a, keys["A-KAZ-head"])
            rus, eu = Pupil(b, keys["A-RUS-head"]), Pupil(c, keys["A-EU-head"])
            assert teacher.ask(do="survey", open="before")["type"] == "ok"
            assert rus.ask(do="survey", when="before", answers={"q1": "a"})["type"] == "ok"
            assert rus.ask(do="survey", when="before", answers={"q1": "b"})["error"] == "not-now"
            for turn in range(3):
                assert teacher.ask(do="start")["type"] == "ok"
                assert head.ask(do="confirm", entries=[TIGHTEN] if turn == 0 else [], done=True)["type"] == "ok"
                assert eu.ask(do="say", to="KAZ", phrase="P01")["type"] == "ok"
                assert eu.ask(do="say", to="KAZ", text="=1+1")["error"] == "not-now"
                assert teacher.ask(do="more")["type"] == "ok"
                assert teacher.ask(do="advance")["type"] == "ok"
            assert teacher.ask(do="start")["error"] == "not-now"
            told = {n: client.get(f"/api/export/{n}", headers=bearer(tokens["teacher"])) for n in
                    ("participation.csv", "moves.csv", "messages.csv", "survey.csv")}  # fmt: skip
            rows = {n: list(csv.DictReader(io.StringIO(r.content.decode("utf-8-sig")))) for n, r in told.items()}
            assert all(r.content.startswith(b"\xef\xbb\xbf") for r in told.values())
            assert [r["ministry"] for r in rows["participation.csv"]] == ["head"] * 3
            assert any(r["entry"] == TIGHTEN and r["decided_by"] == "people" for r in rows["moves.csv"])
            assert [r["phrase"] for r in rows["messages.csv"]] == ["P01"] * 3
            assert rows["survey.csv"] == [
                {"person": "1", "when": "before", "question": "q1", "answer": "a", "right": "1"}
            ]
            assert not any(b"testclient" in r.content or b"127.0.0.1" in r.content for r in told.values())
            found = client.get("/api/debrief", headers=bearer(tokens["teacher"]))
            for _ in range(600):
                if found.status_code == 200:
                    break
                time.sleep(0.1)
                found = client.get("/api/debrief", headers=bearer(tokens["teacher"]))
            (world,) = found.json()["worlds"]
            assert [t["quarter"] for t in world["turns"]] == ["2022-Q1", "2022-Q2", "2022-Q3"]
            assert world["decisions"]
            assert world["lines"]
            # The same questions at the end: answers that come now are in the part that the debrief asks for again.
            later = client.get("/api/debrief?part=survey", headers=bearer(tokens["teacher"])).json()
            assert (later["open"], later["survey"]["after"]["q1"]["answered"]) == ("before", 0)
            assert teacher.ask(do="survey", open="after")["type"] == "ok"
            assert rus.ask(do="survey", when="after", answers={"q1": "b"})["type"] == "ok"
            later = client.get("/api/debrief?part=survey", headers=bearer(tokens["projector"])).json()
            assert (later["open"], later["survey"]["after"]["q1"]) == ("after", {"right": 0, "answered": 1})
            whole = client.get("/api/debrief", headers=bearer(tokens["teacher"])).json()
            assert later["survey"] == whole["survey"]
            assert client.get("/api/debrief?part=survey", headers=bearer("0" * 64)).status_code == 401
            told_zip = client.get("/api/export/class.zip", headers=bearer(tokens["teacher"])).content
            kept = zipfile.ZipFile(io.BytesIO(told_zip))
            assert {"moves.csv", f"results/{world['result']}/manifest.json"} <= set(kept.namelist())
            played = pq.read_table(io.BytesIO(kept.read(f"results/{world['result']}/moves.parquet"))).to_pylist()
            paired = {(p["turn"], p["actor"], p["slot"]): p["paired_with"] for p in played}
            for d in world["decisions"]:
                assert d["pair"] == paired.get((d["quarter"], d["actor"], d["slot"]), 0), d
            teacher.n += 1
            assert (tmp_path / "classes" / "TESTS").is_dir()
            assert teacher.ask(do="delete")["error"] == "not-now"
            t.send_json({"do": "delete", "sure": True, "n": 99})
            while t.receive_json()["type"] != "gone":
                pass
        assert [p for p in tmp_path.rglob("*") if "TESTS" in str(p)] == []
        assert client.get("/api/lobby?code=TESTS").status_code == 410
    assert lesson(tmp_path).is_file()


def test_the_console_has_guide_and_cards_of_the_room_as_it_is_seated(tmp_path: Path) -> None:
    asked = {"worlds": 2, "seats": 10, "turns": None, "minutes": None, "plan": "45", "lang": "kk", "seed": 1}
    arms, settings = room_of("lesson-after-2022", asked)
    desk, tokens = Desk.create(tmp_path, settings, arms)
    room = Room(desk, addresses={"testserver"}, office=Office(on=False))
    with TestClient(build(room)) as client:
        key = bearer(tokens["teacher"])
        guide = client.get("/api/export/guide.html?language=ru", headers=key)
        assert guide.status_code == 200
        assert lesson_of("lesson-after-2022").guide.purpose.get("ru") in guide.text
        # Eleven to a world now: the cards are of these seats, with their codes.
        room.desk.do("teacher", {"do": "split", "size": 22, "worlds": 2, "press": True, "use": True})
        cards = client.get("/api/export/cards.html?language=kk", headers=key).text
        assert [f"<b>{s.card}</b>" in cards for s in desk.game.seats.values()] == [True] * 24
        # Heads have a further card each for ministries in which nobody sits.
        further = cards.count(f"{common().say('unseated', 'kk')}</span>")
        assert further > 0
        assert cards.count('<article class="card"') == 24 + further
        for on in (False, True):
            sheets = client.get("/api/export/sheets.html?language=kk", headers=key).text
            assert ("A/HRC/51/L.6" in sheets) == on
            room.desk.do("teacher", {"do": "item", "id": "hrc-51", "on": not on})
        for kind in ("rules", "sheets", "moves", "run-sheet", "board", "survey"):
            assert client.get(f"/api/export/{kind}.html?language=kk", headers=key).status_code == 200, kind
        assert client.get("/api/export/guides.html", headers=key).status_code == 404


def test_a_scenario_without_a_lesson_has_no_guide_and_says_so(tmp_path: Path) -> None:
    with opened(tmp_path) as (_, client, tokens):
        answer = client.get("/api/export/guide.html?language=ru", headers=bearer(tokens["teacher"]))
        assert (answer.status_code, answer.json()["error"]) == (404, "unknown")


def test_while_a_turn_is_opened_pages_are_served_and_who_acts_comes_after_it(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, client, tokens), ThreadPoolExecutor(3) as pool:
        begun, may_go, do = Event(), Event(), room.desk.do

        def slow(who: str, message: Mapping[str, Any]) -> Any:
            if message["do"] == "start":
                begun.set()
                assert may_go.wait(60)
            return do(who, message)

        room.desk.do = slow  # type: ignore[method-assign]
        with client.websocket_connect("/ws") as socket:
            teacher = Pupil(socket, tokens["teacher"])
            started = pool.submit(teacher.ask, do="start")
            assert begun.wait(60)
            assert client.get("/words/kk.json").status_code == 200
            late = pool.submit(join, client, "A-KAZ-head", "saiga")
            with pytest.raises(TimeoutError):
                late.result(0.5)
            may_go.set()
            assert started.result(60)["type"] == "ok"
            assert room.desk.role(late.result(60)) == "A-KAZ-head"
            again = pool.submit(teacher.ask, do="start").result(60)
            assert (again["type"], again["error"]) == ("no", "not-now")
        assert [(who, m["do"]) for who, m in room.desk.store.log()] == [("teacher", "start"), ("server", "join")]


def test_a_turn_ends_once_though_teacher_and_clock_end_it_together(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, client, _):
        client.portal.call(room.turn, room.lead, "teacher", {"do": "start"})

        async def both() -> list[Any]:
            return await asyncio.gather(room.end_turn(), room.end_turn(), return_exceptions=True)

        found = client.portal.call(both)
        assert [type(f) for f in found] == [type(None), Refused]
        assert room.desk.game.turn == 1
        room.desk.store.write()
        assert [m["do"] for _, m in room.desk.store.log()] == ["start", "end"]


def test_the_world_of_a_tapped_doctrine_is_made_before_the_turn_ends(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, client, _):
        join(client, "A-KAZ-head", "saiga")
        room.desk.do("A-KAZ-head", {"do": "doctrine", "id": "west-pivot"})
        assert room.desk.game.foreseen() == []  # there is no world yet
        client.portal.call(room.turn, room.lead, "teacher", {"do": "start"})
        assert room.desk.game.foreseen() == [("west-pivot", "KAZ")]
        client.portal.call(room.foresee)
        made = room.desk.game.worlds.foresee("west-pivot", "KAZ")
        room.desk.do("teacher", {"do": "bot", "world": "A", "actor": "KAZ", "on": True})
        client.portal.call(room.end_turn)
        assert room.desk.game.worlds.foresee("west-pivot", "KAZ") is made
        assert made.state.turn == 1  # it was asked how it votes
