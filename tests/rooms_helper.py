"""Rooms for tests: a small lesson, a room in this process with real sockets, and a server in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient, WebSocketTestSession

from multivector.classroom.lesson.words import texts
from multivector.classroom.playing.game import Game, Settings
from multivector.classroom.room.desk import Desk
from multivector.classroom.room.office import Office
from multivector.classroom.room.pace import Pace
from multivector.classroom.room.server import Room, build
from multivector.experiment.histories.arms import Arms, prepare

LESSON = """
id: little-lesson
title: {en: A little lesson, ru: Маленький урок, kk: Шағын сабақ}
extends: after-2022
benchmark: no-sanctions
calendar: {start: 2022-Q1, turns: 3}
classroom:
  minutes: [7, 5]
  briefs:
"""
MINISTRIES = {"KAZ": ["head", "foreign", "economy", "energy"], "RUS": ["head", "economy", "defence"],
              "CHN": ["head", "commerce"], "EU": ["head", "trade"], "USA": ["head"]}  # fmt: skip


def secret(actor: str, ministry: str) -> str:
    """The words that stand in one brief alone."""
    return f"only-for-{actor}-{ministry}"


def lesson(folder: Path) -> Path:
    """A lesson in which every ministry has a brief of its own, questions, and an event to put in."""
    text = LESSON
    for actor, names in MINISTRIES.items():
        text += f"    {actor}:\n"
        text += (
            f"      all: {{all: {{known: [{{id: fact-{actor}, text: {{en: {secret(actor, 'all')}}}, source: S}}]}}}}\n"
        )
        for name in names:
            text += f"      {name}: {{all: {{text: {{en: {secret(actor, name)}}}}}}}\n"
    text += """
  injects:
    - {id: outage, title: {en: An outage, ru: Остановка, kk: Тоқтау}, 
       then: [{stock: corridor-capacity, corridor: CPC, amount: -0.9, turns: 1}]}
  steps:
    - {id: second, quarter: 2022-Q2, title: {en: Second}, news: {en: News}, task: {en: Task}, statements: [
        {id: word, text: {en: "What?"}, options: [{id: a, text: {en: So}}, {id: b, text: {en: Otherwise}}]}]}
  predictions:
    2022-Q2: {id: income, text: {en: "Up or down?"}, options: [{id: up, text: {en: Up}}, {id: down, text: {en: Down}}]}
  optional:
    - {id: council, step: second, title: {en: A vote}, body: {en: The council}, symbol: C/1, text: {en: A debate},
       note: {en: A vote is switched on}, unchanged: {en: No number changes}, voters: [CHN, EU, KAZ, USA],
       apart: {RUS: {en: No member}}, record: {en: It was declined}, source: invented}
  survey:
    - {id: q1, text: {en: "How?"}, options: [{id: a, text: {en: So}}, {id: b, text: {en: Otherwise}}], right: a}
"""
    path = folder / "little-lesson.yaml"
    path.write_text(text, "utf-8")
    return path


def arms_of(folder: Path) -> Arms:
    """The lesson's worlds."""
    return prepare(lesson(folder), order="simultaneous")


def seated(game: Game, people: int) -> None:
    """Fill the first seats."""
    from multivector.classroom.playing.acts import act

    for seat, name in list(zip(game.seats, texts("nicknames"), strict=False))[:people]:
        act(game, "server", {"do": "join", "nickname": name, "language": "en", "seat": seat, "token": f"t-{seat}"})


class Pupil:
    """A socket and all that came over it."""

    def __init__(self, socket: WebSocketTestSession, token: str) -> None:
        self.socket, self.n, self.got = socket, 0, []  # type: tuple[Any, int, list[dict[str, Any]]]
        socket.send_json({"do": "hello", "token": token})
        assert socket.receive_json()["type"] == "hello"

    def ask(self, **message: Any) -> dict[str, Any]:
        """Send, and read on to the answer."""
        self.n += 1
        self.socket.send_json({**message, "n": self.n})
        while True:
            found: dict[str, Any] = self.socket.receive_json()
            self.got.append(found)
            if found["type"] in ("ok", "no") and found.get("n") == self.n:
                return found

    def hear(self) -> str:
        """All that came since the last time, as text: what was sent before this answer was."""
        time.sleep(0.01)
        self.ask(do="seen")
        told, self.got = json.dumps(self.got, ensure_ascii=False), []
        return told

    def last(self, kind: str = "view") -> dict[str, Any]:
        """The last message of a kind."""
        return next(m for m in reversed(self.got) if m["type"] == kind)


@contextlib.contextmanager
def opened(folder: Path, *, size: int = 12, worlds: int = 1) -> Iterator[tuple[Room, TestClient, dict[str, str]]]:
    """A room in this process, its client, and the tokens of its roles."""
    settings = Settings("TESTS", 7, size, worlds)
    desk, tokens = Desk.create(folder / "classes", settings, arms_of(folder))
    room = Room(desk, addresses={"testserver", "localhost"}, office=Office(on=False), projector=tokens["projector"])
    room.pace = Pace(at_once=1000)  # a class of a test sits down in no time
    with TestClient(build(room)) as client:
        yield room, client, tokens


def join(client: TestClient, seat: str, nickname: str, language: str = "en") -> str:
    """Take a seat; its token."""
    told = client.post("/api/join", json={"code": "TESTS", "nickname": nickname, "language": language, "seat": seat})
    assert told.status_code == 200, told.text
    return str(told.json()["token"])


class Serving:
    """A room in a process of its own, by what it printed."""

    def __init__(self, told: str) -> None:
        self.told: dict[str, Any] = json.loads(told)
        self.base = self.told["address"].rstrip("/")
        # The socket listens before the addresses are printed: the first request waits until the server is up.
        self.get(f"/api/lobby?code={self.told['code']}")

    def token(self, role: str) -> str:
        """The token of the teacher or the projector."""
        return str(self.told[role]).partition("#")[2]

    def get(self, path: str, token: str = "") -> bytes:
        """Ask for something."""
        request = urllib.request.Request(self.base + path, headers={"authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, timeout=30) as reply:
            return bytes(reply.read())

    def join(self, seat: str, nickname: str) -> str:
        """Take a seat; its token."""
        data = {"code": self.told["code"], "nickname": nickname, "language": "ru", "seat": seat}
        request = urllib.request.Request(
            self.base + "/api/join", json.dumps(data).encode(), {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as reply:
            return str(json.loads(reply.read())["token"])

    def socket(self, token: str) -> Line:
        """A socket of a role."""
        return Line(self.base.replace("http", "ws") + "/ws", token)


class Server(Serving):
    """`multivector serve` as a command."""

    def __init__(self, *args: str, data: Path) -> None:
        line = [sys.executable, "-m", "multivector", "serve", *options(args, data)]
        self.process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ALONE)
        assert self.process.stdout is not None
        told = ""
        while not told.rstrip().endswith("}"):
            more = self.process.stdout.readline()
            if not more:
                raise AssertionError(self.process.communicate()[1])
            told += more
        super().__init__(told)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=20)
        return self.process.returncode


class Fork(Serving):
    """The same in a fork of a process that has loaded everything: `warm_rooms.py`, as `warm` runs it."""

    def __init__(self, warm: subprocess.Popen[str], *args: str, data: Path) -> None:
        assert warm.stdin is not None
        assert warm.stdout is not None
        warm.stdin.write(json.dumps(options(args, data)) + "\n")
        warm.stdin.flush()
        self.process, told = json.loads(warm.stdout.readline())
        super().__init__(told)

    def kill(self) -> None:
        """End it as a power cut would."""
        os.kill(self.process, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            while True:
                os.kill(self.process, 0)
                time.sleep(0.002)


ALONE = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}


def options(args: Sequence[str], data: Path) -> list[str]:
    """What a test's room is told besides."""
    return [*args, "--data", str(data), "--no-browser", "--json"]


@contextlib.contextmanager
def warm() -> Iterator[subprocess.Popen[str]]:
    """The process whose forks are rooms."""
    line = [sys.executable, str(Path(__file__).with_name("warm_rooms.py"))]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ALONE) as process:
        yield process
        process.communicate()


class Line:
    """A socket to a server of its own."""

    def __init__(self, address: str, token: str) -> None:
        from websockets.sync.client import connect

        self.socket, self.n = connect(address, max_size=None), 0
        self.socket.send(json.dumps({"do": "hello", "token": token}))
        self.views: list[dict[str, Any]] = []

    def ask(self, **message: Any) -> dict[str, Any]:
        """Send, and read on to the answer."""
        self.n += 1
        self.socket.send(json.dumps({**message, "n": self.n}))
        while True:
            found: dict[str, Any] = json.loads(self.socket.recv(timeout=30))
            if found["type"] == "view":
                self.views.append(found)
            if found["type"] in ("ok", "no") and found.get("n") == self.n:
                return found
