"""The folder of a result: whole or absent, whatever happens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from multivector.errors import BadInput, RunFailed
from multivector.results.files import sync
from multivector.results.manifest import FORMAT
from multivector.results.store import Writer, find_result, open_result, settle
from multivector.results.tables import outcomes_table
from results_helper import record

FACTS = {"format": FORMAT, "digests": {"result": "d"}, "seed": 0, "replicates": 1}


def write(out: Path, note: str = "one") -> Path:
    with Writer(out, "world-12345678") as writer:
        writer.add("outcomes", outcomes_table(record(2), "KAZ"))
        writer.add("outcomes", outcomes_table(record(3), "KAZ"))
        return writer.finish({**FACTS, "note": note}, {"summary.json": "{}", "failures.jsonl": ""})


def test_a_result_is_written_and_read(tmp_path: Path) -> None:
    folder = write(tmp_path / "deep" / "results")
    stored = open_result(folder)
    assert sorted(stored.manifest["files"]) == ["columns.csv", "failures.jsonl", "outcomes.parquet", "summary.json"]
    assert stored.changed_files() == []
    table = stored.table("outcomes", [10])
    assert table is not None
    assert set(table["replicate"].tolist()) == {10}
    assert stored.table("moves") is None
    assert [p.name for p in folder.parent.iterdir()] == [folder.name]
    assert find_result(folder.parent, folder.name, "d") is not None
    assert find_result(folder.parent, folder.name, "other") is None


def test_changed_missing_and_strange_files_are_named(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "summary.json").write_text("{ }")
    (folder / "failures.jsonl").unlink()
    (folder / "notes.txt").write_text("mine")
    assert open_result(folder).changed_files() == [
        "failures.jsonl is missing",
        "summary.json was changed after it was written",
        "notes.txt does not belong to the result",
    ]


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    def interrupted() -> None:
        with Writer(tmp_path, "world-12345678") as writer:
            writer.add("outcomes", outcomes_table(record(2), "KAZ"))
            assert list(tmp_path.iterdir()) == [writer.folder]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunFailed, match=r"file: cannot write the result: .*; nothing was kept"):
        write(tmp_path / "file")


def test_a_full_disk_is_one_message_and_no_half_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = write(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("multivector.results.files.os.fsync", full)
    with pytest.raises(RunFailed, match="No space left on device"):
        write(tmp_path, "two")
    assert open_result(kept).manifest["note"] == "one"
    assert [p.name for p in tmp_path.iterdir()] == [kept.name]


def test_where_folders_cannot_be_opened_files_are_opened_for_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Windows asks for; tried on other systems by saying that they are it."""
    # Flips tried: never the way of Windows, in the folder's line of `sync` and in the file's; both failed.
    opened: list[tuple[Path, int]] = []
    real = os.open

    def noting(path: Path, flags: int) -> int:
        opened.append((path, flags))
        return real(path, flags)

    monkeypatch.setattr("multivector.results.files._WINDOWS", True)
    monkeypatch.setattr("multivector.results.files.os.open", noting)
    (tmp_path / "file").write_bytes(b"x")
    sync(tmp_path)
    sync(tmp_path / "file")
    assert opened == [(tmp_path / "file", os.O_RDWR)]


def test_where_folders_can_be_opened_their_entries_are_put_on_the_disk_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What other systems do; tried on Windows by standing a file in for what is opened."""
    # Flips tried: always the way of Windows, in the folder's line of `sync` (it was passed over) and in the file's.
    opened: list[tuple[Path, int]] = []
    real, stand_in = os.open, tmp_path / "file"
    stand_in.write_bytes(b"x")

    def noting(path: Path, flags: int) -> int:
        opened.append((path, flags))
        return real(stand_in, os.O_RDWR)

    monkeypatch.setattr("multivector.results.files._WINDOWS", False)
    monkeypatch.setattr("multivector.results.files.os.open", noting)
    sync(tmp_path)
    sync(stand_in)
    assert opened == [(tmp_path, os.O_RDONLY), (stand_in, os.O_RDONLY)]


def test_no_result_and_later_formats_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="found no result"):
        open_result(tmp_path)
    folder = write(tmp_path)
    (folder / "manifest.json").write_text(json.dumps({**FACTS, "format": FORMAT + 1, "files": {}}))
    with pytest.raises(BadInput, match="update multivector"):
        open_result(folder)


KILLER = """
import json, os, signal, sys
sys.path.insert(0, {tests!r})
from pathlib import Path
import multivector.results.store as store
from multivector.results.tables import outcomes_table
from results_helper import record

# What pyarrow imports on its first use is imported once, before the children are made.
from multivector.results.files import arrow
arrow(outcomes_table(record(1), "KAZ"))

def write(out, note):
    with store.Writer(out, "world-12345678") as writer:
        writer.add("outcomes", outcomes_table(record(2), "KAZ"))
        writer.add("outcomes", outcomes_table(record(3), "KAZ"))
        writer.finish({{**{facts!r}, "note": note}}, {{"summary.json": "{{}}", "failures.jsonl": ""}})

def dying(at):
    left = [at]
    def counted(real):
        def call(*args, **how):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **how)
        return call
    for owner, name in ((os, "fsync"), (os, "rename"), (os, "replace"), (store.shutil, "rmtree")):
        setattr(owner, name, counted(getattr(owner, name)))

def child(work):
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

for at in range(60):
    out = Path({out!r}) / str(at)
    if {before}:
        child(lambda: write(out, "one"))
    code = child(lambda: (dying(at), write(out, "two")))
    found = store.find_result(out, "world-12345678", "d")
    store.settle(out, "world-12345678")
    note, wrong = (found.manifest["note"], found.changed_files()) if found else ("", [])
    print(json.dumps([code, note, wrong, sorted(p.name for p in out.iterdir())]))
    if code == 0:
        break
"""


@pytest.mark.parametrize("before", [False, True], ids=["new", "replacing"])
def test_killed_at_any_moment_the_result_is_whole_or_absent(tmp_path: Path, before: bool) -> None:
    """Every step that touches the disk is a place to die: the old result or the new one stands, nothing else."""
    code = KILLER.format(tests=str(Path(__file__).parents[2]), out=str(tmp_path), facts=FACTS, before=before)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    runs = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(runs) > 10
    assert [code for code, *_ in runs] == [-9] * (len(runs) - 1) + [0]
    for _, note, wrong, names in runs:
        assert wrong == []
        # What was left behind is cleared by the next writer.
        assert names == (["world-12345678"] if note else [])
    notes = [note for _, note, *_ in runs]
    assert notes[0] == ("one" if before else "")
    assert notes[-1] == "two"
    assert notes == sorted(notes)


def test_a_living_writer_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / f".world-12345678.{os.getppid()}.new"
    other.mkdir()
    settle(tmp_path, "world-12345678")
    assert other.is_dir()
