"""`multivector doctor`: it names the address that the room will have, in the teacher's language."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from multivector.classroom.room.network import LOOPBACK, listening
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
    from multivector.classroom.playing.game import Settings
    from multivector.classroom.room.desk import Desk

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
