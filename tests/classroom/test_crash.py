"""A room in a process of its own: killed at random moments it goes on at the same turn, with all acknowledged moves."""

from __future__ import annotations

import contextlib
import json
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from rooms_helper import Fork, Server, lesson, warm

LESSONS = int(os.environ.get("MULTIVECTOR_CRASHES", "20"))
"""Lessons that are killed; the first of them is served by the command itself, all others by forks that start faster."""
TURNS = 3
MOVES = ("KAZ:protest-note>EU", "KAZ:humanitarian-aid")
PHRASES = ("P01", "P02", "P03")
Start = Callable[..., Server | Fork]


@pytest.fixture(scope="module")
def forks() -> Iterator[Start]:
    """Starts a room as a fork of a warm process."""
    with warm() as process:
        yield partial(Fork, process)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(LESSONS))
def test_killed_at_a_random_moment_nothing_acknowledged_is_lost(tmp_path: Path, seed: int, forks: Start) -> None:
    start: Start = forks if seed else Server
    data, luck, talk = tmp_path / "classes", random.Random(seed), random.Random(seed + 1000)
    server = start(str(lesson(tmp_path)), "-n", "12", data=data)
    code = server.told["code"]
    keys = {seat: server.join(seat, name) for seat, name in (("A-KAZ-head", "saiga"), ("A-RUS-head", "ili"))}
    head, teacher = server.socket(keys["A-KAZ-head"]), server.socket(server.token("teacher"))
    russia = server.socket(keys["A-RUS-head"])
    said: list[tuple[list[str], bool]] = []
    spoken: list[str] = []
    asked, told = {"start": 0, "advance": 0}, {"start": 0, "advance": 0}

    def keep_saying() -> None:
        with contextlib.suppress(ConnectionClosed, OSError):
            while True:
                yes, entries = luck.random() < 0.5, [e for e in MOVES if luck.random() < 0.5]
                answer = head.ask(do="confirm", entries=entries, done=yes)
                if answer["type"] == "ok":
                    said.append((entries, yes))
                else:
                    # Between two turns there is nothing to confirm, and not every move is possible in every turn.
                    assert answer["error"] in ("not-now", "not-feasible"), answer
                # A socket may send twenty messages a second.
                time.sleep(0.05)

    def keep_teaching() -> None:
        with contextlib.suppress(ConnectionClosed, OSError):
            for _ in range(TURNS):
                for name in asked:
                    asked[name] += 1
                    assert teacher.ask(do=name)["type"] == "ok"
                    told[name] += 1
                    before, late = len(said), time.monotonic() + 20.0
                    # A slow machine still confirms something in every turn.
                    while name == "start" and len(said) == before and time.monotonic() < late:
                        time.sleep(0.01)
                    time.sleep(0.3 * luck.random())

    def keep_talking() -> None:
        with contextlib.suppress(ConnectionClosed, OSError):
            while True:
                phrase = talk.choice(PHRASES)
                if russia.ask(do="say", to="KAZ", phrase=phrase)["type"] == "ok":
                    spoken.append(phrase)
                time.sleep(0.1)

    work = [threading.Thread(target=each) for each in (keep_teaching, keep_saying, keep_talking)]
    for one in work:
        one.start()
    late = time.monotonic() + 60.0
    while not said and work[0].is_alive() and time.monotonic() < late:
        time.sleep(0.01)
    # Anywhere from the first turn's middle to after the last one: while a turn begins, runs, is played out, is over.
    time.sleep(2.0 * random.Random(-seed).random())
    server.kill()
    for one in work:
        one.join()
    assert said
    log = _log(data / code)
    kept = [(m["entries"], m["done"]) for who, m in log if who == "A-KAZ-head" and m["do"] == "confirm"]
    # All that was acknowledged, in its order, and at most the one that was being written when the power went.
    assert kept[: len(said)] == said
    assert len(kept) <= len(said) + 1
    heard = [m["phrase"] for who, m in log if who == "A-RUS-head" and m["do"] == "say"]
    assert heard[: len(spoken)] == spoken
    assert len(heard) <= len(spoken) + 1
    ends, starts = (sum(m["do"] == name for _, m in log) for name in ("end", "start"))
    assert told["advance"] <= ends <= asked["advance"]
    assert told["start"] <= starts <= asked["start"]

    server = start("--resume", code, data=data)
    assert server.told["resumed"] is True
    head, teacher = server.socket(keys["A-KAZ-head"]), server.socket(server.token("teacher"))
    assert head.ask(do="seen")["type"] == "ok"
    view = head.views[0]
    phase = "playing" if starts > ends else "over" if ends == TURNS else "between"
    assert (view["room"]["turn"], view["room"]["phase"]) == (ends, phase)
    if phase == "playing":
        last = [(m["entries"], m["done"]) for _, m in log[_last(log, "start") + 1 :] if m["do"] == "confirm"]
        assert (view["confirmed"]["entries"], view["confirmed"]["done"]) == (last[-1] if last else ([], False))
        assert teacher.ask(do="advance")["type"] == "ok"
    for _ in range(ends + (phase == "playing"), TURNS):
        assert teacher.ask(do="start")["type"] == "ok"
        assert teacher.ask(do="advance")["type"] == "ok"
    assert json.loads(server.get(f"/api/lobby?code={code}"))["phase"] == "over"
    if isinstance(server, Server):
        assert server.stop() in (0, 130)
    else:
        server.kill()


def _last(log: list[tuple[str, dict[str, object]]], name: str) -> int:
    return max(k for k, (_, m) in enumerate(log) if m["do"] == name)


def _log(folder: Path) -> list[tuple[str, dict[str, object]]]:
    import sqlite3

    base = sqlite3.connect(f"file:{folder / 'room.sqlite'}?mode=ro", uri=True)
    found = [(w, json.loads(m)) for w, m in base.execute("SELECT who, message FROM log")]
    base.close()
    return found


def test_bad_options_are_told_at_once(tmp_path: Path) -> None:
    import subprocess
    import sys

    def told(*args: str) -> tuple[int, str]:
        line = [sys.executable, "-m", "multivector", "serve", *args, "--data", str(tmp_path)]
        done = subprocess.run(line, capture_output=True, text=True, env={**os.environ}, check=False)
        return done.returncode, done.stderr

    for args, words in (
        (("no-such-world",), "found no such file"),
        (("--resume", "AAAAA"), "found no session"),
        (("after-2022", "--turns", "40"), "has 16"),
    ):  # fmt: skip
        status, text = told(*args)
        assert status == 2, args
        assert words in text
        assert "Traceback" not in text
    assert list(tmp_path.iterdir()) == []
