"""Memory does not grow with the number of histories: neither what plays them nor what keeps them."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from experiment.ensembles import light, made_up
from multivector.experiment.ensembles.histories import Histories
from multivector.experiment.histories.replicates import Experiment, let_go
from multivector.results.files import join, write_part
from multivector.results.parts import StoredTally, block_files
from multivector.results.tally import Tally
from multivector.world.model import DiplomacyModel

TESTS = Path(__file__).parents[1]
PEAK = """
import json, resource, sys
sys.path.insert(0, {tests!r})
from pathlib import Path
import multivector.experiment.histories.replicates as replicates
from experiment.ensembles import ensemble
from multivector.experiment.ensembles.crew import Here

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

def played(out, count):
    replicates.CHUNK = 64
    ensemble(out, count, lambda work, _: Here(work)).perform()

played(Path({out!r}), {count})
print(json.dumps(peak()))
"""


def peak(out: Path, count: int) -> float:
    """Largest resident memory of a process of its own."""
    code = PEAK.format(tests=str(TESTS), out=str(out), count=count)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return float(json.loads(done.stdout))


def test_a_world_that_was_played_is_let_go() -> None:
    """Mesa keeps a table of all models that had agents; ours must not be in it."""
    experiment = Experiment(light(), alone=True)
    for first in (0, 8):
        Histories(experiment, "outcomes").play(range(first, first + 8))
    let_go()
    assert [o for o in gc.get_objects() if isinstance(o, DiplomacyModel) and o.setup is experiment.setup] == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="reads the peak of memory of a process")
def test_four_times_the_blocks_take_the_same_memory(tmp_path: Path) -> None:
    """One block of the light world, and four."""
    assert peak(tmp_path / "many", 256) / peak(tmp_path / "few", 64) < 1.2


def test_joining_holds_one_block_at_a_time(tmp_path: Path) -> None:
    import pyarrow as pa

    def joined(count: int) -> int:
        paths = [tmp_path / f"{count}-{k}.parquet" for k in range(count)]
        for k, path in enumerate(paths):
            write_part(path, {"replicate": np.arange(k * 50_000, (k + 1) * 50_000), "value": np.full(50_000, float(k))})
        join(paths, tmp_path / f"{count}.parquet", "parquet", keep=True)
        return int(pa.default_memory_pool().max_memory())

    few = joined(3)
    assert joined(24) < 1.5 * few


def test_a_tally_on_disk_holds_a_few_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two hundred outcomes of 4,000 histories there are never more than a few in memory."""
    wide, count, size = 200, 4000, 400
    folders = []
    for start in range(0, count, size):
        tally = Tally({})
        record = made_up(range(start, start + size))
        record.lines, series = {}, record.outcomes["real_income"]
        record.outcomes = {f"outcome-{k}": series + k for k in range(wide)}
        tally.add(record, {})
        folder = tmp_path / f"{start:06d}"
        folder.mkdir()
        for name, content in block_files({}, tally.columns(), {}).items():
            (folder / name).write_bytes(content)
        folders.append(folder)
    monkeypatch.setattr("multivector.results.parts.WINDOW", 4 * 8 * count)
    tracemalloc.start()
    told = StoredTally({}, frozenset(), folders).outcomes()
    largest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(told) == wide
    assert largest < 0.4 * 8 * count * wide
