"""`multivector doctor`: it names the address that the room will have, in the teacher's language."""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

from multivector.classroom.playing.game import Settings
from multivector.classroom.room import network, office, server
from multivector.classroom.room.desk import Desk
from multivector.classroom.room.network import (
    LOOPBACK,
    NOWHERE,
    answers,
    free_port,
    interfaces,
    lan_addresses,
    listening,
)
from multivector.cli import doctor, serve
from multivector.language import speaker
from results_helper import call
from rooms_helper import arms_of

EN = speaker()


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A port that another program has, from which rooms look for one; the machine's address is its own."""
    with socket.create_server(("0.0.0.0", 0)) as other:
        number = other.getsockname()[1]
        monkeypatch.setattr(doctor, "PORT", number)
        monkeypatch.setattr(doctor, "lan_addresses", lambda: [LOOPBACK])
        yield number


def named(folder: Path, port: int | None, **more: Any) -> dict[str, Any]:
    return {c.name: c for c in doctor.checks(port, folder, 0, more.pop("say", EN), quiet=True)}


def test_with_the_port_taken_phones_are_sent_to_the_one_that_the_room_gets(tmp_path: Path, taken: int) -> None:
    found = named(tmp_path, None)
    door = listening("0.0.0.0", None, first=taken)  # as `serve` does
    assert door is not None
    with door:
        had = door.getsockname()[1]
    assert had != taken
    assert found["address"].found == f"phones in the same Wi-Fi open http://{LOOPBACK}:{had}/"
    assert found["port"].state == "doubt"
    assert f"`serve` takes {had}" in found["port"].found
    assert str(had) in (found["firewall"].do or str(had))
    assert found["way in"].state == "doubt"


def test_a_named_port_that_is_taken_is_refused_by_both(tmp_path: Path, taken: int) -> None:
    found = named(tmp_path, taken)
    assert found["port"].state == "wrong"
    assert f"`serve --port {taken}` is refused" in found["port"].found
    assert "address" not in found  # there is none to send phones to
    with pytest.raises(serve.BadInput, match="another program has it"):
        serve.place(False, None, taken)


def test_a_free_port_is_the_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "lan_addresses", lambda: [LOOPBACK])
    with socket.create_server(("0.0.0.0", 0)) as other:
        number = other.getsockname()[1]
    found = named(tmp_path, number)
    assert (found["port"].state, found["port"].found) == ("fine", f"{number} is free")
    assert found["address"].found.endswith(f":{number}/")


def test_without_a_network_or_a_disk_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "lan_addresses", list)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    found = named(tmp_path, None)
    assert found["address"].state == found["disk"].state == "wrong"
    assert "hotspot" in found["address"].do
    assert "--data" in found["disk"].do


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_it_speaks_the_language_and_json_none(
    language: str, tmp_path: Path, taken: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    del taken
    monkeypatch.chdir(tmp_path)
    code, out, err = call(capsys, "doctor", "--lang", language)
    assert (code, err) == (0, "")
    known = r"https?://\S+|/\S*|`[^`]*`|--\w+|multivector|doctor|serve|Wi-Fi|VPN|ufw|sudo|allow|tcp|firewalld?|firewall-cmd|classes"
    bare = re.sub(known, "", out)
    assert not re.search(r"[A-Za-z]{4,}", bare), bare
    _, told, _ = call(capsys, "doctor", "--lang", language, "--json")
    names = [c["name"] for c in json.loads(told)["checks"]]
    assert names == ["port", "address", "way in", "firewall", "disk", "machine", "parts"]
    assert not re.search("[а-я]", told, re.I)


@pytest.mark.parametrize(("language", "said"), [("ru", "КОД КОМНАТЫ"), ("kk", "БӨЛМЕ КОДЫ"), ("en", "ROOM CODE")])
def test_a_room_is_opened_in_the_language_of_the_teacher(language: str, said: str, tmp_path: Path) -> None:
    desk, tokens = Desk.create(tmp_path, Settings("TESTS", 7, 24, 2, language=language), arms_of(tmp_path))
    told = serve.addresses("192.168.1.20", 8766, "TESTS", language, tokens)
    page = "\n".join(serve.page(told, desk, lan=True, resumed=True, short=False))
    assert f"{said}   T E S T S" in page
    assert "http://192.168.1.20:8766/" in page
    bare = re.sub(r"https?://\S+|/\S+|multivector|doctor|Ctrl-C|Wi-Fi|TESTS|T E S T S", "", page)
    assert bool(re.search(r"[A-Za-z]{4,}", bare)) == (language == "en"), bare
    last = serve.farewell(desk, tmp_path)
    assert f"multivector serve --resume TESTS --data {tmp_path}" in last
    assert last.startswith("Closed") == (language == "en")
    desk.store.close()


def test_a_room_follows_the_machine_into_another_network_or_hotspot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wifi, hotspot, tunnel, other = "192.168.1.20", "192.168.137.1", "10.8.0.2", "10.0.0.7"
    here = [wifi]
    monkeypatch.setattr(serve, "lan_addresses", lambda: list(here))
    monkeypatch.setattr(network, "virtual", lambda: {tunnel: "tun0"})
    monkeypatch.setattr(server, "LOOK", 0.0)
    monkeypatch.setattr(office.Office.__init__, "__kwdefaults__", {"on": False})
    desk, tokens = Desk.create(tmp_path, Settings("TESTS", 7, 5, 1, language="ru"), arms_of(tmp_path))
    with socket.create_server(("0.0.0.0", 0)) as door:
        port = door.getsockname()[1]
        told = serve.addresses(wifi, port, "TESTS", "ru", tokens)
        room = serve.opened(desk, door, told, lambda: None, silent=False)
    with TestClient(server.build(room)) as client:

        def status(host: str) -> int:
            return client.get("/api/lobby?code=TESTS", headers={"host": f"{host}:{port}"}).status_code

        def shown() -> set[str]:
            views = (room.view(server.Line(None, role, "ru")) for role in ("teacher", "projector"))  # type: ignore[arg-type]
            found = {(view["room"]["address"], view["room"]["qr"]) for view in views}
            assert {qr for _, qr in found} == {serve.qr_picture(address) for address, _ in found}
            return {address for address, _ in found}

        assert (status(wifi), status(LOOPBACK), status(hotspot), status("evil.example")) == (200, 200, 421, 421)
        assert shown() == {f"http://{wifi}:{port}/?code=TESTS"}
        # A hotspot is switched on beside the Wi-Fi: the next phone that comes through it is let in.
        here.append(hotspot)
        assert (status(hotspot), status(wifi)) == (200, 200)
        assert shown() == {f"http://{hotspot}:{port}/?code=TESTS"}
        said = capsys.readouterr().out
        assert f"http://{hotspot}:{port}/teacher?lang=ru#{tokens['teacher']}" in said
        assert said.count("http") == 3
        # A tunnel leads no phone here, though it can be called; what is no address is never looked for.
        here.append(tunnel)
        assert (status(tunnel), status("evil.example")) == (200, 421)
        assert shown() == {f"http://{hotspot}:{port}/?code=TESTS"}
        # The machine joins another Wi-Fi, and nobody has called it yet.
        here[:] = [other]
        client.portal.call(room.look_again)
        assert shown() == {f"http://{other}:{port}/?code=TESTS"}
        here.clear()  # no network for a moment
        client.portal.call(room.look_again)
        assert shown() == {f"http://{other}:{port}/?code=TESTS"}
        # Looked for no oftener than every few seconds, however often a stranger asks.
        monkeypatch.setattr(server, "LOOK", 60.0)
        here[:] = [wifi, "192.168.99.9"]
        assert [status("192.168.99.9") for _ in range(3)] == [421] * 3


def test_a_room_at_one_address_or_on_this_machine_alone_looks_for_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "lan_addresses", lambda: ["192.168.1.20"])
    desk, tokens = Desk.create(tmp_path, Settings("TESTS", 7, 5, 1), arms_of(tmp_path))
    with socket.create_server((LOOPBACK, 0)) as door:
        told = serve.addresses(LOOPBACK, door.getsockname()[1], "TESTS", "en", tokens)
        room = serve.opened(desk, door, told, lambda: None, silent=True)
    assert room.look is None
    assert room.addresses == {LOOPBACK, "localhost", "[::1]"}
    room.office.close()
    desk.store.close()


def call_waiting(folder: Path, monkeypatch: pytest.MonkeyPatch, wait: int, visitor: str | None, own: str) -> Any:
    """The check of the way in by real sockets, while somebody from `visitor` opens the address that it printed.

    All of 127.0.0.0/8 is this machine: who comes from another address of it than `own` is a device to the doctor.
    """
    monkeypatch.setattr(doctor, "lan_addresses", lambda: [own])
    replies: list[bytes] = []

    def open_it(lines: list[str]) -> None:
        address = re.search(r"http://([\d.]+):(\d+)/", "".join(lines))
        assert address is not None

        def visit() -> None:
            assert visitor is not None
            where = (address[1], int(address[2]))
            with socket.create_connection(where, timeout=10, source_address=(visitor, 0)) as way:
                way.sendall(b"GET / HTTP/1.0\r\n\r\n")
                replies.append(way.makefile("rb").read())

        if visitor is not None:
            threading.Thread(target=visit, daemon=True).start()

    monkeypatch.setattr(doctor, "tell", open_it)
    found = {c.name: c for c in doctor.checks(None, folder, wait, EN)}
    return found["way in"], replies


needs_loopback = pytest.mark.skipif(sys.platform == "darwin", reason="a Mac has one loopback address alone")


@needs_loopback
def test_a_phone_that_comes_through_while_it_waits_ends_the_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = time.monotonic()
    way, replies = call_waiting(tmp_path, monkeypatch, 60, "127.0.0.3", "127.0.0.2")
    assert (way.state, way.found) == ("fine", "another device came through")
    assert time.monotonic() - began < 30.0
    assert b"this device reaches the room" in replies[0]


@needs_loopback
def test_this_machine_opening_its_own_address_is_no_phone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    way, _ = call_waiting(tmp_path, monkeypatch, 1, "127.0.0.2", "127.0.0.2")
    assert way.state == "wrong"
    assert "keeps devices apart" in way.do
    assert "paper" in way.do
    way, _ = call_waiting(tmp_path, monkeypatch, 1, None, "127.0.0.2")
    assert way.state == "wrong"


def test_an_address_that_a_vpn_swallows_is_said_to_be_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # An address that is not this machine's: what is sent there does not come back to the server.
    monkeypatch.setattr(doctor, "lan_addresses", lambda: [NOWHERE])
    monkeypatch.setattr(doctor, "answers", lambda *at: answers(*at, timeout=0.3))
    way = named(tmp_path, None)["way in"]
    assert way.state == "wrong"
    assert NOWHERE in way.found
    assert "VPN" in way.do


def test_firewalld_is_named_with_its_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A real firewall needs rights and a system service: an empty program of its name stands for it. The doctor asks
    # only whether it is there, and runs nothing.
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / "firewall-cmd"
    fake.write_text("#!/bin/sh\nexit 99\n")
    monkeypatch.setattr(doctor, "UFW", tmp_path / "none.conf")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert named(tmp_path, None)["firewall"].state == "fine"  # not to be run
    fake.chmod(0o755)
    found = named(tmp_path, None)
    assert found["firewall"].state == "doubt"
    port = re.search(r"sudo firewall-cmd --add-port=(\d+)/tcp", found["firewall"].do)
    assert port is not None
    assert re.search(rf"\b{port[1]}\b", found["port"].found)


def test_ufw_counts_only_where_it_is_switched_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "ufw.conf"  # in place of the system's
    monkeypatch.setattr(doctor, "UFW", kept)
    monkeypatch.setenv("PATH", str(tmp_path))
    kept.write_text("ENABLED=no\nLOGLEVEL=low\n", "utf-8")
    assert named(tmp_path, None)["firewall"].state == "fine"
    kept.write_text("# ENABLED=no\nENABLED=yes\n", "utf-8")
    found = named(tmp_path, 9_321)["firewall"]
    assert (found.state, found.do) == ("doubt", "for the lesson: sudo ufw allow 9321/tcp")


def test_a_port_of_the_system_and_no_port_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("0.0.0.0", 0)) as other:
        number = other.getsockname()[1]
        monkeypatch.setattr(doctor, "PORT", number)
        monkeypatch.setattr(doctor, "free_port", lambda host, first: free_port(host, first, tries=1))
        found = named(tmp_path, None)
        assert (found["port"].state, found["port"].found) == ("wrong", f"no port from {number} on is free")
        assert "address" not in found
    # Who runs the tests may be the administrator, who gets every port: the system's own answer is put in its place.
    monkeypatch.setattr(doctor, "trouble_with", lambda *_: "forbidden")
    found = named(tmp_path, 80)
    assert found["port"].found == "80 is kept by the system"
    assert "needs no rights" in found["port"].do


def test_several_addresses_are_told_the_likeliest_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "lan_addresses", lambda: [LOOPBACK, "10.8.0.2", "172.17.0.1"])
    told = named(tmp_path, None)["address"].found
    assert re.search(r"http://127\.0\.0\.1:\d+/ \(also 10\.8\.0\.2, 172\.17\.0\.1\)$", told)


def test_addresses_that_no_phone_reaches_are_left_out_or_stand_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What the system would say of a machine with a cable in no network, a container and a VPN beside the Wi-Fi.
    has = {"127.0.0.1": "lo", "169.254.12.1": "eth0", "172.17.0.1": "docker0", "10.8.0.2": "tun0",
           "192.168.1.20": "wlan0"}  # fmt: skip
    rows = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 0))
        for a in ("10.8.0.2", "127.0.1.1", "0.0.0.0", "192.168.1.20")
    ]
    monkeypatch.setattr(network, "interfaces", lambda: has)
    monkeypatch.setattr(network.socket, "getaddrinfo", lambda *_: rows)
    monkeypatch.setattr(network, "NOWHERE", LOOPBACK)  # the way out says nothing
    assert lan_addresses() == ["192.168.1.20", "10.8.0.2", "172.17.0.1"]
    assert named(tmp_path, None)["address"].state == "fine"
    del has["192.168.1.20"]
    rows.pop()
    found = named(tmp_path, None)["address"]
    assert found.state == "doubt"
    assert "(tun0)" in found.do


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells names of interfaces")
def test_the_system_tells_the_interface_of_an_address() -> None:
    assert interfaces()[LOOPBACK].startswith("lo")
