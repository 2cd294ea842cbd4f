"""Stopped at any moment, by anything: what is finished stays, nothing is half, and going on gives the same files."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from experiment.ensembles import LIGHT, SIZE, Pretend, dictionary, ensemble, files, light, pretending
from experiment.stopping import blocks, start, wait_for
from multivector.errors import RunFailed
from multivector.experiment.ensembles.ensemble import Ensemble, local
from multivector.experiment.histories.replicates import Experiment
from multivector.results import parts
from results_helper import call

TESTS = Path(__file__).parents[1]
DYING = """
import json, os, signal, sys
sys.path.insert(0, {tests!r})
from pathlib import Path
import multivector.experiment.histories.replicates as replicates
import multivector.experiment.ensembles.ensemble as module
from experiment.ensembles import SIZE, dictionary, ensemble, files, light, made_up_block, pretending
from multivector.experiment.histories.replicates import Experiment
from multivector.results.files import read

replicates.CHUNK = SIZE
known = dictionary()
Experiment.prepare, Experiment.dictionary = (lambda _: None), property(lambda _: known)
module.scenario_text = lambda s: f"id: {{s.id}}\\n"
out = Path({out!r})
# All that is imported or worked out on first use is so before the children are made.
plain = files(ensemble(out / "plain", 20, pretending(light())[0]).perform())
from pyarrow import csv

def dying(at):
    left = [at]
    def counted(real):
        def call(*args, **how):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **how)
        return call
    for name in ("fsync", "rename", "replace", "mkdir", "unlink", "rmdir"):
        setattr(os, name, counted(getattr(os, name)))

def child(work):
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

for at in range(400):
    folder = out / str(at)
    code = child(lambda: (dying(at), ensemble(folder, 20, pretending(light())[0]).perform()))
    blocks = sum(1 for _ in folder.glob(".*.parts/[0-9]*[0-9]")) if folder.is_dir() else 0
    published = len(list(folder.glob("after*"))) if folder.is_dir() else 0
    hands, made = pretending(light())
    # Where the result stands already, what is left of its blocks must not be taken for whole ones.
    assert files(ensemble(folder, 20, hands, resume=True).perform()) == plain, at
    if not published:
        assert len(made[0].asked if made else ()) == max(20 - SIZE * blocks, 0), at
    (result,) = [p for p in folder.iterdir() if not p.name.startswith(".")]
    assert files(result) == plain, at
    print(json.dumps([code, blocks, published, sorted(p.name for p in folder.iterdir())]))
    if code == 0:
        break
"""


def test_killed_at_any_step_on_the_disk_it_goes_on_to_the_same_result(tmp_path: Path) -> None:
    """Every step that touches the disk is a place to die, from the first folder to the last block taken away."""
    code = DYING.format(tests=str(TESTS), out=str(tmp_path))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    runs = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(runs) > 40
    assert [code for code, *_ in runs] == [-9] * (len(runs) - 1) + [0]
    assert {blocks for _, blocks, *_ in runs} == {0, 1, 2, 3}
    # Only the folder that was about to go may be left, under a name that the next writer clears.
    assert all(len(names) == 1 or published for _, _, published, names in runs)


def interrupted(run: Ensemble, at: int | None) -> list[int]:
    """Perform it, with Ctrl-C at the first visit of a line of what looks after the blocks; the lines that were seen."""
    seen: list[int] = []

    def line(frame: Any, event: str, _argument: Any) -> Any:
        if event == "line" and frame.f_lineno not in seen:
            seen.append(frame.f_lineno)
            if frame.f_lineno == at:
                raise KeyboardInterrupt
        return line

    def call_of(frame: Any, _event: str, _argument: Any) -> Any:
        return line if frame.f_code.co_filename == parts.__file__ else None

    before = sys.gettrace()
    sys.settrace(call_of)
    try:
        with suppress(KeyboardInterrupt):
            run.perform()
    finally:
        sys.settrace(before)
    return seen


def test_interrupted_at_any_line_it_leaves_what_is_finished_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C may come right after the folder was made, or while it is taken away."""
    monkeypatch.setattr("multivector.experiment.histories.replicates.CHUNK", SIZE)
    monkeypatch.setattr(Experiment, "prepare", lambda _: None)
    monkeypatch.setattr(Experiment, "dictionary", dictionary())
    monkeypatch.setattr("multivector.experiment.ensembles.ensemble.scenario_text", lambda s: f"id: {s.id}\n")
    lines = interrupted(ensemble(tmp_path / "plain", SIZE + 1, pretending(light())[0]), None)
    states = set()
    for at in lines:
        run = ensemble(tmp_path / str(at), SIZE + 1, pretending(light())[0])
        interrupted(run, at)
        names = [p.name for p in run.out.iterdir()] if run.out.is_dir() else []
        kept, published = blocks(run.out), any(not name.startswith(".") for name in names)
        states.add((kept, published))
        # Once the result stands, the next writer clears what was about to go.
        assert published or names == ([run.parts.folder.name] if kept else []), (at, names)
    assert len(lines) > 60
    assert states >= {(0, False), (1, False), (2, False), (0, True)}


class Filling(Pretend):
    """A crew on whose way the disk fills up: no file may grow beyond a few bytes."""

    def __init__(self, full_at: int) -> None:
        super().__init__(light(), room=1)
        self._full_at = full_at

    def submit(self, ids: range) -> Any:
        if len(self.asked) == self._full_at:
            self.fill()
        return super().submit(ids)

    def stop(self) -> None:
        if self._full_at < 0:
            self.fill()

    def fill(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


@pytest.mark.parametrize(("full_at", "kept"), [(0, 0), (2 * SIZE, 2), (-1, 3)], ids=["at once", "later", "joining"])
def test_a_full_disk_is_one_message_and_no_half_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full_at: int, kept: int
) -> None:
    monkeypatch.setattr("multivector.experiment.histories.replicates.CHUNK", SIZE)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    run = ensemble(tmp_path, 20, lambda _e, _b: Filling(full_at))
    try:
        with pytest.raises(RunFailed) as stop:
            run.perform()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    ends = "nothing was kept (choose another folder with --out)"
    left = "what was finished is kept: make room, then the same command with --resume" if kept else ends
    assert re.fullmatch(rf"{tmp_path}: cannot write the result: .*File too large.*; {re.escape(left)}", str(stop.value))
    assert [p.name for p in tmp_path.iterdir()] == ([run.parts.folder.name] if kept else [])
    assert run.kept == min(kept * SIZE, 20)
    hands, made = pretending(light())
    resumed = files(ensemble(tmp_path, 20, hands, resume=True).perform())
    assert len(made[0].asked if made else ()) == max(20 - kept * SIZE, 0)
    assert resumed == files(ensemble(tmp_path / "plain", 20, pretending(light())[0]).perform())


def test_a_folder_that_cannot_be_written_is_told_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    hands, made = pretending(light())
    with pytest.raises(RunFailed, match=r"taken: cannot write the result: .*; nothing was kept"):
        ensemble(tmp_path / "taken", 20, hands).perform()
    assert made == []


MANY = ("run", *LIGHT, "-n", "60", "--quiet")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The result of a run that nothing stopped, in one process, which is this one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("multivector.experiment.histories.replicates.CHUNK", SIZE)
        return files(ensemble(tmp_path_factory.mktemp("plain"), 60, local(1)).perform())


def started(out: Path, *more: str) -> subprocess.Popen[str]:
    return start(MANY, out, *more)


def group(leader: int) -> list[int]:
    """Processes of a session that are alive (not waiting to be reaped), by /proc."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = stat.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(session) == leader and state != "Z":
            found.append(int(stat.parent.name))
    return found


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for orphans in /proc")
def test_killed_again_and_again_it_goes_on_to_the_same_result(
    tmp_path: Path, plain: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """kill -9 of the parent: its workers follow it, no block is lost or played twice, and the files are the same."""
    kills = 0
    for delay in (0.0, 0.15, 0.4):
        before = blocks(tmp_path) if tmp_path.is_dir() else 0
        process = started(tmp_path, "--workers", "2", "--resume")
        wait_for(lambda before=before, process=process: blocks(tmp_path) > before or process.poll() is not None)  # type: ignore[misc]
        time.sleep(delay)
        process.kill()
        process.communicate(timeout=60)
        kills += process.returncode == -9
        assert blocks(tmp_path) >= before
        wait_for(lambda process=process: not group(process.pid), 20.0)  # type: ignore[misc]
    assert kills
    monkeypatch.setattr("multivector.experiment.histories.replicates.CHUNK", SIZE)
    code, out, err = call(capsys, *MANY, "--workers", "2", "--resume", "--out", str(tmp_path))
    assert (code, err) == (0, "")
    assert files(Path(out.strip())) == plain
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.slow
def test_interrupted_it_says_what_is_kept_and_ends_its_workers(
    tmp_path: Path, plain: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    process = started(tmp_path, "--workers", "2")
    wait_for(lambda: blocks(tmp_path) > 0)
    # As a terminal does it: everybody in the foreground gets it.
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    kept = re.fullmatch(r"(\d+) of 60 histories are kept; the same command with --resume goes on\s+interrupted\s+", err)
    assert kept is not None, err
    assert int(kept[1]) == min(SIZE * blocks(tmp_path), 60)
    if Path("/proc/self/stat").exists():
        wait_for(lambda: not group(process.pid), 20.0)
    monkeypatch.setattr("multivector.experiment.histories.replicates.CHUNK", SIZE)
    here = (*MANY, "--workers", "1", "--out", str(tmp_path))
    code, _, err = call(capsys, *here)
    assert code == 2
    assert "blocks of an unfinished run; allowed: --resume to go on, --force to begin anew" in err
    code, out, err = call(capsys, *here, "--resume")
    assert (code, err) == (0, "")
    assert files(Path(out.strip())) == plain


def test_a_block_that_was_renamed_and_not_yet_entered_is_kept_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Flip tried: the disk not asked again; failed, nothing was said.
    monkeypatch.setattr("multivector.experiment.histories.replicates.CHUNK", SIZE)
    sync = parts.sync

    def interrupted(folder: Path) -> None:
        if not folder.name.endswith(".new"):
            raise KeyboardInterrupt
        sync(folder)

    monkeypatch.setattr(parts, "sync", interrupted)
    code, out, err = call(capsys, *MANY, "--workers", "1", "--out", str(tmp_path))
    assert (code, out, blocks(tmp_path)) == (130, "", 1)
    assert err.startswith(f"{SIZE} of 60 histories are kept; the same command with --resume goes on")


def test_the_verbs_make_shards_and_join_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, plain: dict[str, bytes]
) -> None:
    monkeypatch.setattr("multivector.experiment.histories.replicates.CHUNK", SIZE)
    command = ("run", *LIGHT, "-n", "60", "--workers", "1", "--out", str(tmp_path))
    code, out, _ = call(capsys, *command, "--shard", "2/2")
    assert code == 0
    assert out.splitlines()[0].startswith("shard 2 of 2: 28 histories: ")
    assert f"multivector merge {tmp_path}/after-2022-" in out
    second = next(tmp_path.glob("*.shard-2-of-2"))
    code, out, err = call(capsys, "merge", str(second), "--out", str(tmp_path))
    assert (code, out) == (2, "")
    assert "found 1 of 2 shards; allowed: each once; missing: 1" in err
    code, out, _ = call(capsys, *command, "--shard", "1/2", "--json")
    assert code == 0
    told = json.loads(out)
    assert (told["shard"], told["histories"], told["failed"]) == ([1, 2], 32, 0)
    code, out, _ = call(capsys, "merge", told["folder"], str(second), "--out", str(tmp_path), "--quiet")
    assert code == 0
    assert files(Path(out.strip())) == plain
    manifest = json.loads((Path(out.strip()) / "manifest.json").read_text())
    assert "--shard" not in manifest["command"]


@pytest.mark.parametrize("text", ["0/4", "5/4", "1", "a/b", "1/0"])
def test_a_shard_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    code, out, err = call(capsys, "run", *LIGHT, "-n", "60", "--shard", text, "--out", str(tmp_path))
    assert (code, out) == (2, "")
    assert f'--shard: found "{text}"; allowed: I/N with I from 1 to N' in err.replace(": : ", ": ")
    assert list(tmp_path.iterdir()) == []
