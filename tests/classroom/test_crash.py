"""A room in a process of its own: killed at random moments it goes on at the same turn, with all acknowledged moves."""

from __future__ import annotations

import json
import random
import threading
import time
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from rooms_helper import Line, Server, lesson

TIGHTEN = "KAZ:set-enforcement-tighten"


@pytest.mark.slow
def test_killed_at_a_random_moment_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    data = tmp_path / "classes"
    server = Server(str(lesson(tmp_path)), "-n", "12", data=data)
    code, luck = server.told["code"], random.Random(1)
    keys = {seat: server.join(seat, name) for seat, name in (("A-KAZ-head", "saiga"), ("A-RUS-head", "ili"))}
    for turn in range(2):
        head, teacher = server.socket(keys["A-KAZ-head"]), server.socket(server.token("teacher"))
        if turn == 0:
            assert teacher.ask(do="start")["type"] == "ok"
        said: list[bool] = []

        # Played in the first turn, the move rests in the second: whether it was hangs on the moment of the kill.
        moves = [TIGHTEN] if turn == 0 else []

        def keep_saying(head: Line = head, said: list[bool] = said, moves: list[str] = moves) -> None:
            try:
                while True:
                    yes = len(said) % 2 == 0
                    answer = head.ask(do="confirm", entries=moves if yes else [], done=yes)
                    assert answer["type"] == "ok", answer
                    said.append(yes)
            except (ConnectionClosed, OSError):
                pass

        work = threading.Thread(target=keep_saying)
        work.start()
        late = time.monotonic() + 60.0
        while not said and work.is_alive() and time.monotonic() < late:
            time.sleep(0.01)
        time.sleep(0.2 * luck.random())
        server.kill()
        work.join()
        assert said
        server = Server("--resume", code, data=data)
        assert server.told["resumed"] is True
        head, teacher = server.socket(keys["A-KAZ-head"]), server.socket(server.token("teacher"))
        assert head.ask(do="seen")["type"] == "ok"
        view = head.views[0]
        assert (view["room"]["turn"], view["room"]["phase"]) == (turn, "playing")
        # The last one acknowledged stands, or the one that was being written when the power went.
        assert view["confirmed"]["done"] in (said[-1], not said[-1])
        assert len([1 for w, m in _log(data / code) if m["do"] == "confirm" and w == "A-KAZ-head"]) >= len(said)
        assert teacher.ask(do="advance")["type"] == "ok"
        assert teacher.ask(do="start")["type"] == "ok"
    assert teacher.ask(do="advance")["type"] == "ok"
    told = json.loads(server.get(f"/api/lobby?code={code}"))
    assert told["phase"] == "over"
    assert server.stop() in (0, 130)


def _log(folder: Path) -> list[tuple[str, dict[str, object]]]:
    import sqlite3

    base = sqlite3.connect(f"file:{folder / 'room.sqlite'}?mode=ro", uri=True)
    found = [(w, json.loads(m)) for w, m in base.execute("SELECT who, message FROM log")]
    base.close()
    return found


def test_bad_options_are_told_at_once(tmp_path: Path) -> None:
    import os
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
