"""Votes by who asks, ladders by sender, what moves are worth: by hand, and against what a run records."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from multivector.analysis.comparing.politics import _ladders, _moves, sentence
from multivector.experiment.histories.weighing import OWN, PROMISED, Weighing, weigh
from multivector.scenario import load
from results_helper import call


def test_the_asks_are_the_doctrines_weights_times_positions_and_stakes() -> None:
    world = load("after-2022", overrides={"calendar.turns": "2"})
    found = weigh(world, [0, 1, 2], seed=0)
    heeded = world.doctrines[world.actors["KAZ"].doctrine].pressure
    stake = world.parameters["votes.stake"].value
    assert set(found.votes) == {id for id, vote in world.alignment.votes.items() if vote.turn in world.quarters()}
    for id, ballots in found.votes.items():
        positions = world.alignment.votes[id].positions
        asked = {power: heeded[power] * positions[power] * stake for power in heeded if power in positions}
        for power, expected in asked.items():
            # Flip tried: the ask against the declared position; failed.
            assert ballots.asks[power] == pytest.approx(np.full(3, expected))
        assert set(ballots.asks) == {OWN, PROMISED, *asked}
        assert ballots.odds.sum(axis=0) == pytest.approx(np.ones(3))
    # Nobody who promised nothing is moved by a promise.
    free = weigh(load("after-2022", overrides={"calendar.turns": "1", "votes.pledge": "0"}), [0, 1], seed=0)
    for ballots in free.votes.values():
        assert ballots.asks[PROMISED] == pytest.approx(np.zeros(2), abs=1e-9)


def made(worth: float, rungs: list[float]) -> Weighing:
    luck = 0.01 * np.random.default_rng(2).standard_normal(20)
    found = Weighing(worth={"KAZ:visit": [worth + luck, np.full(20, np.nan)], "KAZ:same": [luck]},
                     titles={"KAZ:visit": "Visit", "KAZ:same": "Same"})  # fmt: skip
    found.highest["USA"] = np.array(rungs)
    return found


def test_ladders_and_moves_by_hand() -> None:
    a, b = made(0.1, [3.0] * 10 + [0.0] * 10), made(0.3, [0.0] * 20)
    moves = _moves(a, b)
    assert [(row["entry"], row["n"]) for row in moves["gain"]] == [("KAZ:visit", 20)]
    assert moves["gain"][0]["difference"] == pytest.approx(0.2)
    assert (moves["lose"], moves["looked_at"], moves["differ"]) == ([], 2, 1)
    rows = _ladders("sequential", a, b)
    assert [(row["rung"], row["a"][0], row["b"][0]) for row in rows] == [(1, 0.5, 0.0), (2, 0.5, 0.0), (3, 0.5, 0.0)]
    told = {"n": 20, "order": "sequential", "ladders": rows + _ladders("simultaneous", a, a)}
    assert sentence(told, "A", "B").startswith("In B, USA reaches rung 1 in 0% of histories instead of 50%: -50 points")
    assert "but not surely in the other order" in sentence(told, "A", "B")
    told["ladders"] = rows + _ladders("simultaneous", a, b)
    assert "in both orders of play" in sentence(told, "A", "B")


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    args = ("compare", "after-2022+calendar.turns=2", "coalition-splits+calendar.turns=2", "-n", "8", "--politics", "4",
            "--out", str(tmp_path))  # fmt: skip
    code, page, _ = call(capsys, *args, "--chart", str(tmp_path / "l.svg"))
    assert code == 0
    for words in (
        "10 VOTES, LADDERS, MOVES",
        "ES-11/1",
        "simultaneous",
        "Worth of the focus actor's moves",
        "RESTS ON",
    ):
        assert words in page
    assert (tmp_path / "l.svg").read_text("utf-8").startswith("<svg")
    assert call(capsys, "compare", "after-2022", "cpc-closed", "--chart", "l.svg")[0] == 2
