"""A sweep in blocks: one, two or three processes, some of which die; stopped and gone on with; the same bytes always.

Flips tried, each of which fails a test here: blocks handed to the sink as they are ready and not in their order, jobs
counted from the group's first one in a worker (`first` left at 0), a point read from the block after its own,
`resume` that plays finished blocks again.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import re
import signal
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import multivector
from experiment.ensembles import CHANGES, LIGHT, SIZE, Silent, files
from experiment.killers import PoisonedJobs
from experiment.stopping import blocks, start, wait_for
from multivector.analysis.comparing.comparison import SHOWN
from multivector.analysis.sweep import Keeping, planned, summarise
from multivector.errors import BadInput
from multivector.experiment.ensembles.jobs import Jobs, Piece, as_it_is
from multivector.experiment.ensembles.running import Memory
from multivector.experiment.ensembles.sweep import Played, Sweep, play
from multivector.experiment.ensembles.sweep_kept import Kept
from multivector.results.store import open_result
from results_helper import call

WORLD = "base-2021"
"""It names no benchmark, and costs half; the command that is killed below plays a world that has one."""
RUSSIA = "actors.KAZ.relations.RUS"
VARY = (f"{RUSSIA}=0.5,0.6,0.7", "KAZ=hedge,west-pivot")
N = 5
JOBS = 6 * N
"""Six points by two set-ups, which take turns: of each set-up 15 jobs, two blocks."""


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("multivector.experiment.histories.replicates.CHUNK", SIZE)


@cache
def ready() -> Sweep:
    return planned(WORLD, vary=VARY, replicates=N, overrides=CHANGES)


def keeping(out: Path, workers: int = 1, **how: Any) -> Keeping:
    watcher = how.pop("watcher", None) or Silent()
    return Keeping(ready(), out, "parquet", watcher, "multivector sweep light", workers=workers, **how)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The result of one process that nothing stopped."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("multivector.experiment.histories.replicates.CHUNK", SIZE)
        return files(keeping(tmp_path_factory.mktemp("plain")).perform())


@pytest.fixture(scope="module")
def in_memory() -> tuple[Played, Memory]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("multivector.experiment.histories.replicates.CHUNK", SIZE)
        sink = Memory()
        return play(ready(), sink), sink


def same(one: Played, other: Played) -> bool:
    return (
        list(one.end) == list(other.end)
        and all(one.end[id].tobytes() == other.end[id].tobytes() for id in one.end)
        and one.done.tolist() == other.done.tolist()
        and one.survived.tolist() == other.survived.tolist()
        and one.failures == other.failures
        and list(one.dictionary) == list(other.dictionary)
    )


def test_a_block_is_of_one_set_up_and_every_job_is_in_one() -> None:
    jobs = ready().jobs(as_it_is)
    assert [len(ids) for ids in jobs.blocks] == [8, 7, 8, 7]
    every = [job for ids in jobs.blocks for job in jobs.jobs(ids)]
    assert sorted(every) == [(point, k) for point in range(6) for k in range(N)]
    assert [{jobs.group_of(ids) for ids in jobs.blocks[k : k + 2]} for k in (0, 2)] == [{0}, {1}]
    sent = pickle.loads(jobs.packed(jobs.blocks[3]))
    assert sent.jobs(jobs.blocks[3]) == jobs.jobs(jobs.blocks[3]), "a worker counts jobs as the sweep does"
    assert (len(sent.groups), sent.alone, sent.tick) == (1, True, None)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [2, 3])
def test_the_number_of_workers_changes_no_byte(tmp_path: Path, plain: dict[str, bytes], workers: int) -> None:
    watcher = Silent()
    assert files(keeping(tmp_path, workers, watcher=watcher).perform()) == plain
    assert watcher.begun == (JOBS * 2, 0, 2)
    assert watcher.turns == JOBS * 2


@pytest.mark.slow
def test_in_memory_workers_change_no_bit_and_no_order(in_memory: tuple[Played, Memory]) -> None:
    alone, sink = in_memory
    ticks: list[int] = []
    other = Memory()
    assert same(play(ready(), other, ticks.append, workers=2), alone)
    assert sum(ticks) == JOBS * 2
    assert list(other.tables) == list(sink.tables)
    for name, parts in sink.tables.items():
        assert len(parts) == len(other.tables[name])
        for one, two in zip(parts, other.tables[name], strict=True):
            assert pickle.dumps(one) == pickle.dumps(two), name


def test_blocks_that_are_ready_early_wait_for_those_before(
    in_memory: tuple[Played, Memory], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever plays: the sink and the failures see the order of play."""

    def backwards(crew: Any, todo: Any, _pause: Any) -> Any:
        return (crew.work.play(ids) for ids in reversed(todo))

    monkeypatch.setattr("multivector.experiment.ensembles.sweep.carry_out", backwards)
    alone, sink = in_memory
    other = Memory()
    assert same(play(ready(), other), alone)
    for one, two in zip(sink.tables["outcomes"], other.tables["outcomes"], strict=True):
        assert np.asarray(one["value"]).tobytes() == np.asarray(two["value"]).tobytes()


def test_what_is_kept_says_what_is_in_memory(
    tmp_path: Path, in_memory: tuple[Played, Memory], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Point by point from the blocks, the same numbers as from one process that holds them all."""
    alone, _ = in_memory
    run, held = keeping(tmp_path), []

    def hold(self: Any, sweep: Sweep, folders: Any, wanted: Any) -> None:
        real(self, sweep, folders, wanted)
        held.append([self.of(k) for k in range(6)])

    real = Kept.__init__
    monkeypatch.setattr(Kept, "__init__", hold)
    stored = open_result(run.perform(), kind="sweep")
    for k, found in enumerate(held[0]):
        there = alone.of(k)
        assert found.done.tolist() == there.done.tolist() == [True] * N
        assert found.survived.tolist() == there.survived.tolist()
        for id in SHOWN:
            assert found.end[id].tobytes() == there.end[id].tobytes()
    assert stored.summary == json.loads(json.dumps(summarise(ready(), alone)))


@pytest.mark.slow
def test_a_killed_worker_costs_nothing_but_time(tmp_path: Path, plain: dict[str, bytes]) -> None:
    killed: list[int] = []
    before = multiprocessing.active_children()

    class Killer(Silent):
        def __call__(self, count: int) -> None:
            super().__call__(count)
            mine = [p.pid for p in multiprocessing.active_children() if p not in before and p.pid is not None]
            if count and not killed and mine:
                killed.append(mine[0])
                os.kill(mine[0], signal.SIGKILL)

    folder = keeping(tmp_path, 2, watcher=Killer()).perform()
    assert killed
    assert files(folder) == plain


@pytest.mark.slow
def test_a_block_that_kills_its_worker_is_recorded_and_the_others_are_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: tuple[Played, Memory]
) -> None:
    real = Jobs.packed

    def packed(work: Jobs[Any], ids: range) -> bytes:
        sent = pickle.loads(real(work, ids))
        sent.__class__ = PoisonedJobs
        return pickle.dumps(sent)

    monkeypatch.setattr(Jobs, "packed", packed)
    stored = open_result(keeping(tmp_path, 2).perform(), kind="sweep")
    # Point 1 is the first of the second set-up; its block has three replicates of the next, point 3.
    lost = [(1, k) for k in range(N)] + [(3, k) for k in range(SIZE - N)]
    assert [(f["point"], f["replicate"]) for f in stored.failures()] == lost
    assert {f["stage"] for f in stored.failures()} == {"worker"}
    assert all("ended, twice" in f["message"] for f in stored.failures())
    told = stored.summary
    assert (told["failed"], [point["n"] for point in told["points"]]) == (SIZE, [5, 0, 5, 2, 5, 5])
    alone, _ = in_memory
    for k in (0, 2, 4, 5):
        assert told["points"][k]["outcomes"]["real_income"]["mean"] == float(alone.end["real_income"][k].mean())


class Stopping(Silent):
    """Ctrl-C when so many turns are played."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self._at = at

    def __call__(self, count: int) -> None:
        super().__call__(count)
        if self.turns > self._at:
            raise KeyboardInterrupt


@pytest.mark.parametrize(("at", "kept"), [(0, 0), (2 * SIZE, 1), (2 * 15, 2), (2 * 23, 3)])
def test_stopped_it_keeps_whole_blocks_and_goes_on_to_the_same_result(
    tmp_path: Path, plain: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, at: int, kept: int
) -> None:
    run = keeping(tmp_path, watcher=Stopping(at))
    with pytest.raises(KeyboardInterrupt):
        run.perform()
    assert len(run.parts.blocks) == kept
    assert [p.name for p in tmp_path.iterdir()] == ([run.parts.folder.name] if kept else [])
    if kept:
        with pytest.raises(BadInput, match=f"found {kept} of 4 blocks of an unfinished sweep; allowed: --resume"):
            keeping(tmp_path).perform()
    played: list[range] = []
    real = Jobs.play

    def counted(work: Jobs[Any], ids: range) -> Any:
        played.append(ids)
        return real(work, ids)

    monkeypatch.setattr(Jobs, "play", counted)
    watcher = Silent()
    assert files(keeping(tmp_path, resume=True, watcher=watcher).perform()) == plain
    assert played == run._jobs.blocks[kept:], "no block is played twice"
    assert watcher.begun == (JOBS * 2, 2 * sum(map(len, run._jobs.blocks[:kept])), 2)
    assert len(list(tmp_path.iterdir())) == 1


def test_with_force_what_was_finished_is_thrown_away(tmp_path: Path, plain: dict[str, bytes]) -> None:
    with pytest.raises(KeyboardInterrupt):
        keeping(tmp_path, watcher=Stopping(2 * SIZE)).perform()
    watcher = Silent()
    assert files(keeping(tmp_path, force=True, watcher=watcher).perform()) == plain
    assert watcher.begun[1] == 0


def test_interrupted_while_it_is_joined_it_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    base = ("sweep", WORLD, *LIGHT[1:], "--vary", f"{RUSSIA}=0.5,0.6", "-n", "6", "--workers", "1", "-q",
            "--out", str(tmp_path))  # fmt: skip
    with monkeypatch.context() as patch:
        patch.setattr("multivector.analysis.sweep.summarise", stop)
        code, _, err = call(capsys, *base)
    assert code == 130
    assert err.split("\n", 1)[0] == "12 of 12 histories are kept; the same command with --resume goes on"
    assert err.split()[-1] == "interrupted"
    assert [p.name.endswith(".parts") for p in tmp_path.iterdir()] == [True]
    code, _, err = call(capsys, *base)
    assert code == 2
    assert "sweep: found 2 of 2 blocks of an unfinished sweep; allowed: --resume to go on, --force to begin anew" in err
    code, out, err = call(capsys, *base, "--resume")
    assert (code, err) == (0, "")
    stored = open_result(out.strip(), kind="sweep")
    assert stored.changed_files() == []
    assert stored.manifest["timing"]["before"] == 12
    assert not {"--workers", "--resume"} & set(stored.manifest["command"].split())
    assert [p.name for p in tmp_path.iterdir()] == [stored.folder.name]


MANY = ("sweep", *LIGHT, *(part for each in VARY for part in ("--vary", each)), "-n", "8", "--quiet")


def started(out: Path, *more: str) -> subprocess.Popen[str]:
    return start(MANY, out, *more)


@pytest.mark.slow
def test_killed_and_interrupted_it_goes_on_to_the_same_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """kill -9 of the parent, then Ctrl-C to everybody, then to the end with another number of workers."""
    process = started(tmp_path / "a", "--workers", "2", "--resume")
    wait_for(lambda: blocks(tmp_path / "a") > 0)
    process.kill()
    process.communicate(timeout=60)
    before = blocks(tmp_path / "a")
    assert before > 0
    process = started(tmp_path / "a", "--workers", "2", "--resume")
    wait_for(lambda: blocks(tmp_path / "a") > before or process.poll() is not None)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert re.fullmatch(r"\d+ of 48 histories are kept; the same command with --resume goes on\s+interrupted\s+", err)
    found = []
    for name in ("a", "b"):
        code, out, err = call(capsys, *MANY, "--workers", "1", "--resume", "--out", str(tmp_path / name))
        assert (code, err) == (0, "")
        found.append(files(Path(out.strip())))
    assert found[0] == found[1]
    assert [len(list((tmp_path / name).iterdir())) for name in ("a", "b")] == [1, 1]


def test_more_processes_than_blocks_are_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("multivector.experiment.histories.replicates.CHUNK", 256)
    monkeypatch.setattr("multivector.experiment.ensembles.crew.cores", lambda: 8)
    monkeypatch.setattr("multivector.experiment.ensembles.crew.Workers", lambda *_: pytest.fail("processes were begun"))
    one = planned(WORLD, vary=[f"{RUSSIA}=0.5,0.6"], replicates=2, overrides=CHANGES)
    assert play(one, Memory(), workers=None).done.all()


def test_python_takes_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def local(work: Jobs[Piece], workers: int | None, blocks: int) -> Any:
        asked.append((workers, blocks))
        return real(work, 1, blocks)

    from multivector.experiment.ensembles.crew import local as real

    monkeypatch.setattr("multivector.experiment.ensembles.sweep.local", local)
    for how in ({}, {"workers": 3}, {"workers": None}):
        multivector.sweep(WORLD, {RUSSIA: (0.5, 0.6)}, replicates=6, overrides=CHANGES, **how)
    assert asked == [(1, 2), (3, 2), (None, 2)]
