"""Analyses in blocks: played by any number of processes, stopped and gone on with, the same bytes always."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from experiment.ensembles import LIGHT, SIZE, files
from experiment.stopping import blocks, start, wait_for
from multivector.analysis import sweep as swept
from multivector.analysis.doctrines import candidates
from multivector.analysis.doctrines.entrants import planned as tournament
from multivector.analysis.importance import sensitivity
from multivector.experiment.ensembles.shelf import Shelf, as_ends, parts_of, piece_of
from multivector.experiment.ensembles.sweep import Played, Sweep, play
from multivector.results.store import open_result
from results_helper import call

CHANGES = {"calendar.turns": "2", "decision.rule": "random"}
RUSSIA = "actors.KAZ.relations.RUS"


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("multivector.experiment.histories.replicates.CHUNK", SIZE)


class Lines:
    """A sink that notes red lines."""

    def __init__(self) -> None:
        self.rows: list[tuple[Any, ...]] = []

    def add(self, table: str, content: Any) -> None:
        if table == "lines" and content is not None:
            columns = [c.plain() if hasattr(c, "plain") else c for c in content.values()]
            self.rows += list(zip(*(list(map(str, c)) for c in columns), strict=True))


def sweep() -> Sweep:
    return swept.planned("base-2021", vary=[f"{RUSSIA}=0.5,0.6", "order=sequential,simultaneous"], replicates=16,
                         overrides=CHANGES)  # fmt: skip


def same(one: Played, other: Played) -> bool:
    return (
        list(one.end) == list(other.end)
        and all(one.end[id].tobytes() == other.end[id].tobytes() for id in one.end)
        and one.done.tobytes() == other.done.tobytes()
        and one.survived.tobytes() == other.survived.tobytes()
        and one.failures == other.failures
        and list(one.dictionary) == list(other.dictionary)
    )


class Made:
    """Enough of an analysis for a shelf."""

    seed, replicates, histories, turns, blocks = 0, 3, 48, 96, 8

    def name(self) -> str:
        return "made"

    def digest(self) -> str:
        return "0" * 64


def shelf(out: Path, skipped: list[int], *, resume: bool = True) -> Shelf:
    made = Shelf(parts_of(Made(), out, "made", "made up"), skipped.append)
    made.parts.open(resume=resume, fresh=False)
    return made


def test_what_comes_from_the_shelf_is_what_memory_has(tmp_path: Path) -> None:
    """To the bit: all blocks played, some of them found, all of them found."""
    ready, sink = sweep(), Lines()
    plain = play(ready, sink)
    assert ready.blocks == 8
    every = ready.jobs(as_ends)
    turns = [every.turns(ids) for ids in every.blocks]
    for found, before in ((0, 0), (3, turns[0] + turns[2] + turns[3]), (8, sum(turns))):
        skipped: list[int] = []
        other, kept = Lines(), shelf(tmp_path, skipped)
        if found == 3:
            for number in (1, 4, 5, 6, 7):
                path = kept.parts.folder / f"{number:06d}"
                for file in path.iterdir():
                    file.unlink()
                path.rmdir()
            kept.parts.close()
            kept = shelf(tmp_path, skipped)
        assert same(play(ready, other, shelf=kept), plain), found
        assert other.rows == sink.rows != []
        assert skipped == [before]
        kept.parts.close()


def test_a_lost_block_stays_lost(tmp_path: Path) -> None:
    ready = sweep()
    jobs = ready.jobs(as_ends)
    ids = jobs.blocks[0]
    for name, data in jobs.lost(ids, "gone").files.items():
        (tmp_path / name).write_bytes(data)
    piece = piece_of(tmp_path, ids)
    assert (piece.columns, piece.tables) == ({}, {})
    assert [f["message"] for f in piece.failures] == ["gone"] * len(ids)


def test_every_analysis_says_how_many_blocks_it_has() -> None:
    made = candidates.planned("after-2022", budget=10, population=4, replicates=4, fresh=9, keep=2, overrides=CHANGES)
    # Generations of 4, 4 and 2 candidates of 4 histories, then 3 doctrines of 9 fresh ones, in blocks of 8.
    assert (made.blocks, made.histories) == (2 + 2 + 1 + 3 * 2, 67)
    games = tournament(["after-2022"], doctrines=["hedge", "west-pivot"], replicates=9, overrides=CHANGES)
    assert (games.blocks, games.histories) == (4, 18)
    study = sensitivity.planned("after-2022", over=[RUSSIA], count=3, replicates=4, overrides=CHANGES)
    assert (study.blocks, study.histories) == (3, 24)


LESS = ("base-2021", *LIGHT[1:])
"""It names no benchmark, and costs half."""
VERBS = {
    "sensitivity": ("sensitivity", *LESS, "--over", RUSSIA, "-r", "4", "-n", "5"),
    "tournament": ("tournament", *LESS, "--doctrines", "hedge,west-pivot", "-n", "20"),
    "robust": ("robust", *LESS, "--futures", "4", "-n", "3", "--over", RUSSIA, "--doctrines", "hedge,west-pivot"),
    "projects": ("projects", "after-2022", "cpc-closed", *LIGHT[1:], "-n", "9", "--project", f"{RUSSIA}=0.5"),
    "search": ("search", *LESS, "--budget", "8", "--population", "4", "-n", "3", "--fresh", "5", "--keep", "2"),
}  # fmt: skip
"""Each in a few blocks: five to eight."""


def ended(process: subprocess.Popen[str]) -> Iterator[Any]:
    out, err = process.communicate(timeout=300)
    yield from (process.returncode, out, err)


@pytest.mark.slow
@pytest.mark.parametrize("verb", VERBS)
def test_killed_and_interrupted_it_goes_on_to_the_same_result(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """kill -9, then Ctrl-C, then to the end with other workers: the files of one that nothing stopped."""
    command = (*VERBS[verb], "--quiet")
    process = start(command, tmp_path / "a", "--workers", "1")
    wait_for(lambda: blocks(tmp_path / "a") > 0)
    process.kill()
    process.communicate(timeout=60)
    before = blocks(tmp_path / "a")
    assert before > 0
    code, _, err = call(capsys, *command, "--workers", "1", "--out", str(tmp_path / "a"))
    assert code == 2
    assert f"found {before} of" in err
    assert "--resume to go on, --force to begin anew" in err
    process = start(command, tmp_path / "a", "--workers", "1", "--resume")
    wait_for(lambda: blocks(tmp_path / "a") > before or process.poll() is not None)
    os.killpg(process.pid, signal.SIGINT)
    code, out, err = ended(process)
    if code == 130:
        assert out == ""
        assert re.fullmatch(r"\d+ of \d+ blocks are kept; the same command with --resume goes on\s+interrupted\s+", err)
    found = []
    for name, (code, out, err) in (
        ("a", call(capsys, *command, "--workers", "2", "--resume", "--out", str(tmp_path / "a"))),
        ("b", call(capsys, *command, "--workers", "1", "--out", str(tmp_path / "b"))),
    ):
        assert (code, err) == (0, "")
        assert out.strip()
        (made,) = (tmp_path / name).iterdir()
        found.append(files(made))
    assert found[0] == found[1]


@pytest.mark.slow
def test_answers_to_other_questions_stay_in_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = (*VERBS["robust"], "--out", str(tmp_path), "--workers", "1")
    told = {}
    for asked in ("red-lines", "real_income<0.99"):
        code, said, _ = call(capsys, *command, "--fails", asked, "--json")
        assert code == 0
        told[asked] = json.loads(said)
    stored = open_result(told["red-lines"]["folder"], kind="robust")
    assert stored.changed_files() == []
    kept = [json.loads(p.read_text("utf-8")) for p in sorted(stored.folder.glob("answer-*.json"))]
    assert sorted(each["question"]["fails"] for each in kept) == ["real_income<0.99", "red-lines"]
    for each in kept:
        assert told[each["question"]["fails"]].items() >= each.items()
    assert stored.summary["question"]["fails"] == "real_income<0.99"
