"""Histories told by a second process: the same, with its turns and its errors."""

from __future__ import annotations

import os
from typing import Any

import pytest

from multivector.errors import RunFailed
from multivector.experiment.telling.ahead import Ahead, Play


def told(tick: Any) -> list[dict[str, Any]]:
    for _ in range(3):
        tick(2)
    return [{"replicate": k, "by": os.getpid()} for k in (4, 7)]


@pytest.mark.parametrize("alone", [False, True])
def test_what_is_told_arrives_with_its_turns(alone: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if alone:
        monkeypatch.setattr("multivector.experiment.second.can_fork", lambda: False)
    ticks: list[int] = []
    ahead = Ahead(told, ticks.append)
    assert [each["replicate"] for each in ahead] == [4, 7]
    assert (len(ahead), ahead[1]["replicate"], ticks) == (2, 7, [2, 2, 2])
    assert not alone or ahead[0]["by"] == os.getpid()


def failing(_tick: Any) -> list[dict[str, Any]]:
    raise RunFailed("replicate 4 failed")


def dying(_tick: Any) -> list[dict[str, Any]]:
    os._exit(1)


@pytest.mark.parametrize(("play", "said"), [(failing, "replicate 4 failed"), (dying, "before its time")])
def test_what_fails_is_said_when_it_is_asked_for(play: Play, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # A machine with one processor has no second process; here there is one.
    monkeypatch.setattr("multivector.experiment.second.can_fork", lambda: True)
    ahead = Ahead(play, None)
    with pytest.raises(RunFailed, match=said):
        ahead[0]
