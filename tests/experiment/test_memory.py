"""Memory does not grow with the number of histories: neither what plays them nor what keeps them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PEAK = """
import json, resource, sys
sys.path.insert(0, {tests!r})
from pathlib import Path
import multivector.experiment.replicates as replicates
import multivector.experiment.ensemble as module
from experiment.ensembles import dictionary, ensemble, light, pretending
from multivector.experiment.crew import Here
from multivector.experiment.replicates import Experiment

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

def kept(out, count):
    replicates.CHUNK = 256
    known = dictionary()
    Experiment.prepare, Experiment.dictionary = (lambda _: None), property(lambda _: known)
    module.scenario_text = lambda s: f"id: {{s.id}}\\n"
    ensemble(out, count, pretending(light())[0]).perform()

def played(out, count):
    replicates.CHUNK = 16
    ensemble(out, count, lambda e, _: Here(e, "outcomes")).perform()

{what}(Path({out!r}), {count})
print(json.dumps(peak()))
"""


def peak(what: str, out: Path, count: int) -> float:
    """Largest resident memory of a process of its own."""
    code = PEAK.format(tests=str(TESTS), what=what, out=str(out), count=count)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return float(json.loads(done.stdout))


@pytest.mark.skipif(sys.platform == "win32", reason="reads the peak of memory of a process")
@pytest.mark.parametrize(("what", "count"), [("kept", 20_000), pytest.param("played", 32, marks=pytest.mark.slow)])
def test_four_times_the_histories_take_the_same_memory(tmp_path: Path, what: str, count: int) -> None:
    """`kept`: made-up histories through blocks, tally and joining; `played`: the light world."""
    few, many = peak(what, tmp_path / "few", count), peak(what, tmp_path / "many", 4 * count)
    assert many / few < 1.2
