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
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from rooms_helper import Fork, Line, Server, lesson, warm

LESSONS = int(os.environ.get("MULTIVECTOR_CRASHES", "20"))
"""Lessons that are killed; the first of them is served by the command itself, all others by forks that start faster."""
TURNS = 3
MOVES = ("KAZ:protest-note>EU", "KAZ:humanitarian-aid")
PROPOSED = {"KAZ": MOVES, "RUS": ("RUS:ask-for-loyalty>KAZ", "RUS:gas-and-fuel-deal>KAZ")}
PHRASES = ("P01", "P02", "P03")
TRIED: set[str] = set()
"""What was done and acknowledged in all lessons that were killed."""
Start = Callable[..., Server | Fork]


@pytest.fixture(scope="module")
def forks() -> Iterator[Start]:
    """Starts a room as a fork of a warm process."""
    with warm() as process:
        yield partial(Fork, process)


def something(view: dict[str, Any] | None, luck: random.Random) -> dict[str, Any]:
    """What a head of a delegation may do next, by what it sees."""
    actor = view["seat"]["actor"] if view else "KAZ"
    moves = PROPOSED[actor]
    choices: list[dict[str, Any]] = [
        {"do": "confirm", "entries": [e for e in moves if luck.random() < 0.5], "done": luck.random() < 0.5},
        {"do": "propose", "entry": luck.choice(moves)},
        {"do": "withdraw", "entry": luck.choice(moves)},
        {"do": "say", "to": "EU", "phrase": luck.choice(PHRASES)},
    ]
    for offer in (view or {}).get("offers_in", ()):
        choices.append({"do": "answer", "offer": offer["id"], "yes": luck.random() < 0.5})
    for ballot in (view or {}).get("ballots", ()):
        choices.append({"do": "vote", "text": ballot["id"], "vote": luck.choice(("yes", "no", "abstain"))})
    return luck.choice(choices)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(LESSONS))
def test_killed_at_a_random_moment_nothing_acknowledged_is_lost(tmp_path: Path, seed: int, forks: Start) -> None:
    start: Start = forks if seed else Server
    data, luck = tmp_path / "classes", random.Random(seed + 2000)
    server = start(str(lesson(tmp_path)), "-n", "12", data=data)
    code = server.told["code"]
    keys = {seat: server.join(seat, name) for seat, name in (("A-KAZ-head", "saiga"), ("A-RUS-head", "ili"))}
    head, teacher = server.socket(keys["A-KAZ-head"]), server.socket(server.token("teacher"))
    russia = server.socket(keys["A-RUS-head"])
    acted: dict[str, list[dict[str, Any]]] = {"A-KAZ-head": [], "A-RUS-head": []}
    dead = threading.Event()
    asked, told = {"start": 0, "advance": 0}, {"start": 0, "advance": 0}

    def keep_acting(seat: str, line: Line, luck: random.Random) -> None:
        """Do this and that as fast as a socket may send, and note what was acknowledged."""
        with contextlib.suppress(ConnectionClosed, OSError):
            while True:
                message = something(line.views[-1] if line.views else None, luck)
                answer = line.ask(**message)
                if answer["type"] == "ok":
                    acted[seat].append(message)
                else:
                    # Between two turns there is nothing to do, and not everything is possible in every turn.
                    assert answer["error"] in ("not-now", "not-feasible", "unknown"), (message, answer)
                # A socket may send twenty messages a second.
                time.sleep(0.05)

    def confirms() -> int:
        return sum(m["do"] == "confirm" for m in acted["A-KAZ-head"])

    def keep_teaching() -> None:
        with contextlib.suppress(ConnectionClosed, OSError):
            for _ in range(TURNS):
                for name in asked:
                    asked[name] += 1
                    assert teacher.ask(do=name)["type"] == "ok"
                    told[name] += 1
                    before, late = confirms(), time.monotonic() + 20.0
                    # A slow machine still confirms something in every turn.
                    while name == "start" and confirms() == before and not dead.is_set() and time.monotonic() < late:
                        time.sleep(0.01)
                    time.sleep(0.3 * luck.random())

    work = [
        threading.Thread(target=keep_teaching),
        threading.Thread(target=keep_acting, args=("A-KAZ-head", head, random.Random(seed))),
        threading.Thread(target=keep_acting, args=("A-RUS-head", russia, random.Random(seed + 1000))),
    ]
    for one in work:
        one.start()
    late = time.monotonic() + 60.0
    while not confirms() and work[0].is_alive() and time.monotonic() < late:
        time.sleep(0.01)
    # Anywhere from the first turn's middle to after the last one: while a turn begins, runs, is played out, is over.
    time.sleep(2.0 * random.Random(-seed).random())
    server.kill()
    dead.set()
    for one in work:
        one.join()
    assert confirms()
    log = _log(data / code)
    for seat, mine in acted.items():
        kept = [m for who, m in log if who == seat and m["do"] != "seen"]
        # All that was acknowledged, in its order, and at most the one that was being written when the power went.
        assert kept[: len(mine)] == mine, seat
        assert len(kept) <= len(mine) + 1, seat
    TRIED.update(m["do"] for mine in acted.values() for m in mine)
    ends, starts = (sum(m["do"] == name for _, m in log) for name in ("end", "start"))
    assert told["advance"] <= ends <= asked["advance"]
    assert told["start"] <= starts <= asked["start"]

    server = start("--resume", code, data=data)
    assert server.told["resumed"] is True
    head, teacher = server.socket(keys["A-KAZ-head"]), server.socket(server.token("teacher"))
    russia = server.socket(keys["A-RUS-head"])
    assert head.ask(do="seen")["type"] == "ok"
    view = head.views[0]
    phase = "playing" if starts > ends else "over" if ends == TURNS else "between"
    assert (view["room"]["turn"], view["room"]["phase"]) == (ends, phase)
    if phase == "playing":
        done = [(who, m) for who, m in log[_last(log, "start") + 1 :] if who in acted]
        last = [(m["entries"], m["done"]) for who, m in done if (who, m["do"]) == ("A-KAZ-head", "confirm")]
        assert (view["confirmed"]["entries"], view["confirmed"]["done"]) == (last[-1] if last else ([], False))
        assert russia.ask(do="seen")["type"] == "ok"
        for who, line in (("A-KAZ-head", head), ("A-RUS-head", russia)):
            own, seen = [m for by, m in done if by == who], line.views[0]
            answers = {m["offer"]: m["yes"] for m in own if m["do"] == "answer"}
            assert {o["id"]: o["answer"] for o in seen["offers_in"] if o["answer"] is not None} == answers
            votes = {m["text"]: m["vote"] for m in own if m["do"] == "vote"}
            assert {b["id"]: b["cast"] for b in seen["ballots"] if b["cast"] is not None} == votes
            proposed: list[str] = []
            for message in own:
                if message["do"] == "withdraw":
                    proposed.remove(message["entry"])
                elif message["do"] == "propose" and message["entry"] not in proposed:
                    proposed.append(message["entry"])
            assert [p["entry"] for p in seen["proposals"]] == proposed
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


@pytest.mark.slow
def test_everything_that_heads_do_was_tried_in_the_lessons_that_were_killed() -> None:
    if not TRIED:
        pytest.skip("the lessons were not killed in this process")
    assert {"confirm", "propose", "withdraw", "say", "answer", "vote"} <= TRIED


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
