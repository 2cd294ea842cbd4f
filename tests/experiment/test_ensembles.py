"""A run in blocks gives the same files whoever plays it, in whatever order, however often it is stopped, in shards.

Histories are made up here (a function of their number), so that many shapes of runs can be tried; the worlds are played
in test_workers.py.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiment.ensembles import SIZE, Pretend, Silent, dictionary, ensemble, files, light, made_up, pretending
from multivector.errors import BadInput, RunFailed
from multivector.experiment.ensembles.ensemble import merge
from multivector.experiment.histories.replicates import Experiment
from multivector.experiment.telling import summary as told
from multivector.results.parts import StoredTally
from multivector.results.store import json_bytes, open_result


@pytest.fixture(autouse=True)
def _nothing_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("multivector.experiment.histories.replicates.CHUNK", SIZE)
    monkeypatch.setattr(Experiment, "prepare", lambda _: None)
    monkeypatch.setattr("multivector.experiment.ensembles.ensemble.scenario_text", lambda s: f"id: {s.id}\n")
    known = dictionary()
    monkeypatch.setattr(Experiment, "dictionary", property(lambda _: known))


def whole(out: Path, count: int, monkeypatch: pytest.MonkeyPatch, **how: Any) -> dict[str, bytes]:
    """The same histories as one block."""
    with monkeypatch.context() as patch:
        patch.setattr("multivector.experiment.histories.replicates.CHUNK", 10_000)
        return files(ensemble(out, count, pretending(light(), **how)[0]).perform())


@settings(max_examples=50)
@given(count=st.integers(1, 70), room=st.integers(1, 5), shards=st.integers(1, 4), stop=st.integers(0, 9))
def test_no_shape_of_a_run_shows_in_its_result(count: int, room: int, shards: int, stop: int) -> None:
    """Block borders, the order of blocks, a stop on the way, shards: nothing but the row groups may differ from one
    block, and nothing at all between ways of the same blocks."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as monkeypatch:
        # The disk is another test's matter, and waiting for it would take most of the time.
        monkeypatch.setattr("os.fsync", lambda _: None)
        out = Path(folder)
        plain = files(ensemble(out / "plain", count, pretending(light(), room=1)[0]).perform())
        hands, first = pretending(light(), room=room, stop_after=stop)
        try:
            ensemble(out / "stopped", count, hands).perform()
        except KeyboardInterrupt:
            rest, second = pretending(light(), room=room)
            assert files(ensemble(out / "stopped", count, rest, resume=True).perform()) == plain
            kept = set(range(count)) - set(second[0].asked)
            assert kept <= set(first[0].asked)
        parts, played = [], []
        for i in range(shards, 0, -1):
            hands, made = pretending(light(), room=room)
            parts.append(ensemble(out / "shards", count, hands, shard=(i, shards)).perform())
            played += [k for crew in made for k in crew.asked]
        assert sorted(played) == list(range(count))
        assert files(merged(parts, out / "shards", monkeypatch)) == plain
        one = whole(out / "whole", count, monkeypatch)
        assert {k: v for k, v in one.items() if k.endswith((".json", ".csv", ".jsonl")) and k != "manifest.json"} == {
            k: v for k, v in plain.items() if k.endswith((".json", ".csv", ".jsonl")) and k != "manifest.json"
        }
        for name in ("outcomes", "lines"):
            assert_same_table(out / "whole", out / "plain", name)


def merged(parts: list[Path], out: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Shards joined; their texts stand for the world here, which is not read back."""
    monkeypatch.setattr("multivector.experiment.ensembles.ensemble.load", lambda path, **_: worlds()[path.name])
    return merge(parts, out)


def worlds() -> dict[str, Any]:
    return {"scenario.yaml": light().scenario, "benchmark.yaml": light().benchmark}


def assert_same_table(one: Path, other: Path, name: str) -> None:
    tables = [open_result(next(p for p in out.iterdir())).table(name) for out in (one, other)]
    for table in tables:
        assert table is not None
    keys = [np.asarray(t["replicate"]) for t in tables if t is not None]
    assert sorted(keys[0].tolist()) == sorted(keys[1].tolist())
    # Blocks stand in their order. Flip tried: the blocks joined backwards (ensemble.py); failed.
    assert (np.diff(keys[1] // SIZE) >= 0).all()
    values = [np.asarray(t["value" if name == "outcomes" else "least_margin"]) for t in tables if t is not None]
    assert sorted(values[0].tolist()) == sorted(values[1].tolist())


def test_nothing_is_played_twice_and_progress_counts_what_was_there(tmp_path: Path) -> None:
    hands, _ = pretending(light(), room=1, stop_after=3)
    run = ensemble(tmp_path, 50, hands)
    with pytest.raises(KeyboardInterrupt):
        run.perform()
    assert (run.kept, run.planned) == (3 * SIZE, 50)
    rest, made = pretending(light())
    watcher = Silent()
    ensemble(tmp_path, 50, rest, resume=True, watcher=watcher).perform()
    assert sorted(made[0].asked) == list(range(3 * SIZE, 50))
    assert watcher.begun == (50 * 4, 3 * SIZE * 4, 4)
    assert watcher.turns == 50 * 4
    assert [p.name for p in tmp_path.iterdir()] == [light().name(seed=0, replicates=50)]


def test_a_run_stopped_before_its_first_block_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        ensemble(tmp_path, 50, pretending(light(), stop_after=0)[0]).perform()
    assert list(tmp_path.iterdir()) == []


def test_what_an_unfinished_run_left_is_not_thrown_away_unasked(tmp_path: Path) -> None:
    def stopped(**how: Any) -> None:
        with pytest.raises(KeyboardInterrupt):
            ensemble(tmp_path, 50, pretending(light(), room=1, stop_after=2)[0], **how).perform()

    stopped()
    with pytest.raises(BadInput, match=r"found 2 of 7 blocks of an unfinished run; allowed: --resume .* --force"):
        ensemble(tmp_path, 50, pretending(light())[0]).perform()
    with pytest.raises(BadInput, match=r"with level outcomes; allowed: level summary, or --force"):
        ensemble(tmp_path, 50, pretending(light())[0], resume=True, level="summary").perform()
    stopped(force=True, level="summary")
    hands, made = pretending(light())
    ensemble(tmp_path, 50, hands, resume=True, level="summary").perform()
    assert len(made[0].asked) == 50 - 2 * SIZE


def test_two_runs_of_the_same_do_not_mix(tmp_path: Path) -> None:
    class Meddling(Pretend):
        def submit(self, ids: range) -> Any:
            with pytest.raises(RunFailed, match="another process is at work on this result"):
                ensemble(tmp_path, 50, pretending(light())[0], resume=True).perform()
            return super().submit(ids)

    folder = ensemble(tmp_path, 50, lambda _e, _b: Meddling(light())).perform()
    assert open_result(folder).changed_files() == []


def test_failed_histories_are_counted_and_have_no_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole block, the first, and one of another."""
    failed = [*range(SIZE), 21]
    folder = ensemble(tmp_path / "a", 30, pretending(light(), failed=failed)[0]).perform()
    stored = open_result(folder)
    assert [f["replicate"] for f in stored.failures()] == failed
    assert stored.summary["failed"] == len(failed)
    assert stored.summary["ensemble"]["headline"]["n"] == 30 - len(failed)
    table = stored.table("outcomes")
    assert table is not None
    assert set(np.asarray(table["replicate"]).tolist()) == set(range(30)) - set(failed)
    assert files(folder)["summary.json"] == whole(tmp_path / "b", 30, monkeypatch, failed=failed)["summary.json"]


def test_a_run_that_fails_altogether_is_a_result_without_numbers(tmp_path: Path) -> None:
    stored = open_result(ensemble(tmp_path, 20, pretending(light(), failed=range(20))[0]).perform())
    assert stored.summary["ensemble"] is None
    assert stored.summary["failed"] == 20
    assert stored.table("outcomes") is None


def test_shards_of_something_else_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def shard(i: int, n: int, **how: Any) -> Path:
        count = how.pop("count", 40)
        return ensemble(tmp_path / str(how) / str(count), count, pretending(light())[0], shard=(i, n), **how).perform()

    first, second, third = (shard(i, 3) for i in (1, 2, 3))
    with pytest.raises(BadInput, match=r"found 2 of 3 shards; allowed: each once; missing: 2"):
        merged([first, third], tmp_path, monkeypatch)
    with pytest.raises(BadInput, match=r"found 4 of 3 shards; allowed: each once; missing: none"):
        merged([first, second, third, first], tmp_path, monkeypatch)
    with pytest.raises(BadInput, match="a shard of another run"):
        merged([first, second, shard(3, 3, count=41)], tmp_path, monkeypatch)
    with pytest.raises(BadInput, match="a shard of another run"):
        merged([first, second, shard(3, 3, level="summary")], tmp_path, monkeypatch)
    with pytest.raises(BadInput, match="found no blocks of a run"):
        merged([tmp_path], tmp_path, monkeypatch)
    monkeypatch.setattr("multivector.experiment.histories.arms.model_version", lambda _: "another")
    with pytest.raises(BadInput, match="another version of the model"):
        merged([first, second, third], tmp_path, monkeypatch)


def test_blocks_of_several_machines_promise_no_equal_bits(tmp_path: Path) -> None:
    class Mixed(Pretend):
        def submit(self, ids: range) -> Any:
            future = super().submit(ids)
            block = future.result()
            facts = json.loads(block.files["facts.json"])
            if ids.start:
                facts["machine"]["simd"] = "none"
            block.files["facts.json"] = json.dumps(facts).encode()
            return future

    facts = open_result(ensemble(tmp_path, 20, lambda _e, _b: Mixed(light())).perform()).manifest
    assert facts["machine"]["simd"] == "mixed"
    assert facts["machine"]["system"] != "mixed"


def test_a_tally_on_disk_is_the_one_in_memory_in_windows_of_any_width(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for width in (1, 900, 10**9):
        monkeypatch.setattr("multivector.results.parts.WINDOW", width)
        found.append(files(ensemble(tmp_path / str(width), 37, pretending(light())[0]).perform()))
    assert found[0] == found[1] == found[2]
    tally = told.tally_for(light(), dictionary())
    tally.add(made_up(range(37)), {})
    assert not isinstance(tally, StoredTally)
    assert json_bytes(told.ensemble(tally, dictionary(), [])) == json_bytes(
        json.loads(found[0]["summary.json"])["ensemble"]
    )


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_the_form_is_chosen_when_blocks_are_joined(tmp_path: Path, form: str) -> None:
    folder = ensemble(tmp_path, 20, pretending(light())[0], form=form).perform()
    assert (folder / f"outcomes.{form}").is_file()
    table = open_result(folder).table("outcomes")
    assert table is not None
    assert len(table["replicate"]) == 20 * 4
