"""Two worlds of a room that is over are ordinary results: the command line compares, reports and verifies them."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from results_helper import call
from rooms_helper import opened


def test_the_worlds_of_a_finished_room_are_results_for_every_verb(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(tmp_path, size=24, worlds=2) as (room, client, _):
        desk = room.desk
        desk.do("teacher", {"do": "start"})
        # One word of a teacher's apart, both worlds are machines': else they would be one history twice.
        desk.do("teacher", {"do": "play", "world": "B", "actor": "KAZ", "entries": ["KAZ:set-enforcement-tighten"]})
        desk.end_turn([])
        desk.do("teacher", {"do": "finish"})
        client.portal.call(room.after)  # type: ignore[union-attr]
        end = time.monotonic() + 60.0
        while len(room.results) < 2 and time.monotonic() < end:
            time.sleep(0.02)
        folders = [str(desk.store.folder / "results" / room.results[world]) for world in ("A", "B")]
        played = [float(v) for v in desk.game.worlds.watch.outcomes[0]["real_income"]]
    for folder in folders:
        code, out, err = call(capsys, "verify", folder, "--json")
        assert (code, err, json.loads(out)["fine"]) == (0, "", True)
    code, out, err = call(capsys, "compare", *folders, "--json")
    assert (code, err) == (0, "")
    income = next(row for row in json.loads(out)["rows"] if row["id"] == "real_income")
    # Last year's mean is that of the one quarter: the room's own figures of both worlds.
    assert [income["a"], income["b"]] == pytest.approx(played, rel=1e-12)
    assert income["difference"] == pytest.approx(played[1] - played[0], rel=1e-9)
    assert income["difference"] != 0.0
    page = tmp_path / "report.html"
    code, _, err = call(capsys, "report", *folders, "--out", str(page))
    assert (code, err) == (0, "")
    text = page.read_text("utf-8")
    assert all(room.results[world].rpartition("-")[2] in text for world in ("A", "B"))
    code, out, err = call(capsys, "verify", str(page), "--json")
    assert (code, err, json.loads(out)["fine"]) == (0, "", True)
