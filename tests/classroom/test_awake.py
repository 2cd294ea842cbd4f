"""A laptop that sleeps takes the class with it: the system is asked not to, and is told when the room is closed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from multivector.classroom.room.awake import awake


def test_sleep_is_held_off_as_long_as_the_room_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said, over = tmp_path / "said", tmp_path / "over"
    keeper = tmp_path / "systemd-inhibit"
    keeper.write_text(f'#!/bin/sh\necho "$@" > {said}\n/bin/cat\necho over > {over}\n', "utf-8")
    keeper.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with awake():
        while not said.exists() or not said.read_text("utf-8"):
            time.sleep(0.01)
        assert said.read_text("utf-8").startswith("--what=idle:sleep:handle-lid-switch")
        assert not over.exists()
    assert over.exists()


def test_where_nobody_can_be_asked_the_room_opens_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with awake():
        pass
    assert list(tmp_path.iterdir()) == []
