"""Who plays the blocks: one, two or three processes, some of which die."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import pickle
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiment.clusters import cluster
from experiment.ensembles import LIGHT, SIZE, Silent, ensemble, files, light
from experiment.killers import Poisoned, Stillborn
from multivector.errors import BadInput, NonConvergence, RunFailed
from multivector.experiment.ensembles.crew import Here, Workers
from multivector.experiment.ensembles.ensemble import local
from multivector.experiment.ensembles.histories import Histories
from multivector.experiment.histories.replicates import LEVELS, Experiment
from multivector.results.store import open_result
from results_helper import call

COUNT = 28
"""Three blocks and a half one."""


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("multivector.experiment.histories.replicates.CHUNK", SIZE)


def hands(workers: int) -> Any:
    return local(workers)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The result of one process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("multivector.experiment.histories.replicates.CHUNK", SIZE)
        return files(ensemble(tmp_path_factory.mktemp("plain"), COUNT, hands(1)).perform())


@pytest.mark.slow
@pytest.mark.parametrize("workers", [2, 3])
def test_the_number_of_workers_changes_no_byte(tmp_path: Path, plain: dict[str, bytes], workers: int) -> None:
    watcher = Silent()
    assert files(ensemble(tmp_path, COUNT, hands(workers), watcher=watcher).perform()) == plain
    assert watcher.begun == (COUNT * 4, 0, 4)
    assert watcher.turns == COUNT * 4


def test_how_much_is_kept_does_not_change_what_is_told() -> None:
    """A summary keeps outcomes of the last quarter, and tells the mean of the last year as the others do."""
    experiment = Experiment(light(), alone=True)
    few, many = (Histories(experiment, level).play(range(SIZE)).files for level in LEVELS[:2])
    assert few["tally.f64"] == many["tally.f64"]
    assert len(few["outcomes.parquet"]) < len(many["outcomes.parquet"])


def test_one_process_tells_every_turn(tmp_path: Path) -> None:
    told: list[int] = []

    class Watching(Silent):
        def __call__(self, count: int) -> None:
            super().__call__(count)
            told.append(count)

    watcher = Watching()
    ensemble(tmp_path, 12, hands(1), watcher=watcher).perform()
    assert watcher.turns == 12 * 4
    assert [n for n in told if n] == [8, 8, 8, 8, 4, 4, 4, 4]


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

    folder = ensemble(tmp_path, COUNT, hands(2), watcher=Killer()).perform()
    assert killed
    assert files(folder) == plain


@pytest.mark.slow
def test_a_block_that_kills_its_worker_is_recorded_and_the_others_are_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plain: dict[str, bytes]
) -> None:
    def packed(work: Histories, _ids: range) -> bytes:
        experiment = work.experiment
        plain = Poisoned(experiment.arms, seed=experiment.seed, alone=True)
        plain.__dict__ |= {"setup": experiment.setup, "benchmark_setup": experiment.benchmark_setup}
        return pickle.dumps(Histories(plain, work.level))

    monkeypatch.setattr(Histories, "packed", packed)
    stored = open_result(ensemble(tmp_path, COUNT, hands(2)).perform())
    assert [f["replicate"] for f in stored.failures()] == list(range(16, 24))
    assert {f["stage"] for f in stored.failures()} == {"worker"}
    assert all("ended, twice" in f["message"] for f in stored.failures())
    table = stored.table("outcomes")
    assert table is not None
    ids = np.asarray(table["replicate"])
    assert set(ids.tolist()) == set(range(COUNT)) - set(range(16, 24))
    (tmp_path / "o.parquet").write_bytes(plain["outcomes.parquet"])
    from multivector.results.files import read

    same = read(tmp_path / "o.parquet", sorted(set(ids.tolist())))
    np.testing.assert_array_equal(np.asarray(same["value"]), np.asarray(table["value"]))


def test_workers_that_cannot_begin_are_one_message_and_no_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Other tests of this process may have begun what draws charts.
    before = multiprocessing.active_children()
    monkeypatch.setattr(Histories, "packed", lambda _work, _ids: pickle.dumps(Stillborn()))
    with pytest.raises(RunFailed, match="worker processes end as soon as they begin; --workers 1 does without"):
        ensemble(tmp_path, COUNT, hands(2)).perform()
    assert list(tmp_path.iterdir()) == []
    assert set(multiprocessing.active_children()) <= set(before)


def test_a_failing_history_is_a_record_and_the_exit_code_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, plain: dict[str, bytes]
) -> None:
    from multivector.results.files import read
    from multivector.world.model import DiplomacyModel

    real = DiplomacyModel.run

    def run(model: DiplomacyModel) -> None:
        if 19 in model.draws.ids:
            raise NonConvergence("the trade solve did not converge")
        real(model)

    monkeypatch.setattr(DiplomacyModel, "run", run)
    command = ("run", *LIGHT, "-n", str(COUNT), "--workers", "1", "--out", str(tmp_path))
    code, out, _ = call(capsys, *command)
    assert code == 1
    assert "1 history failed, left out; ids in failures.jsonl" in out
    (folder,) = tmp_path.iterdir()
    (failure,) = open_result(folder).failures()
    assert failure == {"replicate": 19, "stage": "run", "message": "NonConvergence: the trade solve did not converge"}
    # The block of the failing one was split; the others in it have the bits that they have in company.
    (tmp_path / "o.parquet").write_bytes(plain["outcomes.parquet"])
    others = [i for i in range(COUNT) if i != 19]
    here, there = read(folder / "outcomes.parquet"), read(tmp_path / "o.parquet", others)
    assert sorted(zip(here["replicate"].tolist(), here["value"].tolist(), strict=True)) == sorted(
        zip(there["replicate"].tolist(), there["value"].tolist(), strict=True)
    )


def test_a_defect_is_not_hidden_and_what_was_finished_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Histories.play

    def play(work: Histories, ids: range) -> Any:
        if ids.start == 2 * SIZE:
            raise TypeError("a defect of the program")
        return real(work, ids)

    monkeypatch.setattr(Histories, "play", play)
    run = ensemble(tmp_path, COUNT, hands(1))
    with pytest.raises(TypeError, match="a defect"):
        run.perform()
    assert run.kept == 2 * SIZE
    assert [p.name.endswith(".parts") for p in tmp_path.iterdir()] == [True]


def test_one_worker_is_this_process_and_needs_no_second(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = Experiment(light(), alone=True)
    work = Histories(experiment, "outcomes")
    assert isinstance(hands(1)(work, 9), Here)
    assert isinstance(hands(4)(work, 1), Here)
    made = hands(4)(work, 3)
    assert isinstance(made, Workers)
    assert made.size == 3
    monkeypatch.setattr("multivector.experiment.ensembles.crew.cores", lambda: 5)
    assert [local(None)(work, blocks).size for blocks in (9, 2, 1)] == [5, 2, 1], "one a processor, where nobody says"
    monkeypatch.setattr("multiprocessing.get_context", lambda *_: pytest.fail("a process was made"))
    list(experiment.blocks(range(2), "outcomes"))


def test_without_dask_a_cluster_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.import_module

    def missing(name: str, package: str | None = None) -> Any:
        if name == "distributed":
            raise ImportError(name)
        return real(name, package)

    monkeypatch.setattr("multivector.experiment.ensembles.crew.importlib.import_module", missing)
    code, out, err = call(capsys, "run", *LIGHT, "-n", "9", "--cluster", "tcp://127.0.0.1:1", "--out", str(tmp_path))
    assert (code, out) == (2, "")
    assert 'pip install "multivector[cluster]"' in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_on_a_cluster_of_which_a_worker_is_killed(tmp_path: Path, plain: dict[str, bytes]) -> None:
    """A scheduler and two worker processes of its own; the first to have a block dies."""
    pytest.importorskip("distributed")
    from multivector.experiment.ensembles.crew import Cluster

    with cluster(tmp_path, 2) as (address, workers):
        killed: list[int] = []

        class Killer(Silent):
            def __call__(self, count: int) -> None:
                super().__call__(count)
                if count and not killed:
                    killed.append(workers[0].pid)
                    workers[0].kill()

        run = ensemble(tmp_path / "out", COUNT, lambda work, _b: Cluster(work, address), watcher=Killer())
        assert files(run.perform()) == plain
        assert killed


def test_a_scheduler_that_is_not_there_is_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    from multivector.experiment.ensembles.crew import Cluster

    monkeypatch.setattr("multivector.experiment.ensembles.crew.ANSWER", 1.0)
    with pytest.raises((RunFailed, BadInput), match="no scheduler answers"):
        ensemble(tmp_path, COUNT, lambda work, _b: Cluster(work, "tcp://127.0.0.1:1")).perform()
    assert list(tmp_path.iterdir()) == []
