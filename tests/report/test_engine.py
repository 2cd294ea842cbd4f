"""The engine that draws: the same from a process of its own, which may end before, and ends with whoever asks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

BEGIN = """
import os, signal
from multiprocessing import active_children
from multivector.report import engine

CHART = '{"data": {"values": [{"a": 1}, {"a": 2}]}, "mark": "line", "encoding": {"x": {"field": "a"}}}'
# A machine with one processor has no second process; here there is one.
engine.can_fork = lambda: True
engine.warm()
(child,) = active_children()
"""
ENDS_BEFORE = """
def both():
    return engine.draw("vegalite_to_svg", CHART), engine.draw("vegalite_to_png", CHART, scale=2.0)

apart = both()
try:
    engine.draw("vegalite_to_svg", "no chart")
except ValueError as error:
    print("refused", bool(str(error)))
os.kill(child.pid, signal.SIGKILL)
print(both() == apart, engine._beside, len(apart[0]) > 1000)
"""
ORPHAN = """
print(engine.draw("get_vegalite_versions") and child.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def script(text: str) -> subprocess.CompletedProcess[str]:
    """A process that has not loaded the engine yet: afterwards none is forked."""
    return subprocess.run([sys.executable, "-c", BEGIN + text], capture_output=True, text=True, check=False)


def test_a_second_process_draws_the_same_and_may_end_before() -> None:
    done = script(ENDS_BEFORE)
    assert (done.stdout.splitlines(), done.returncode) == (["refused True", "True [] True"], 0), done.stderr


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_it_ends_with_who_asks() -> None:
    done = script(ORPHAN)
    assert done.returncode == -signal.SIGKILL
    child, waited = int(done.stdout), 0
    while alive(child) and waited < 200:
        waited += 1
        time.sleep(0.05)
    if alive(child):
        os.kill(child, signal.SIGKILL)
        raise AssertionError("the process that draws has outlived its parent by ten seconds")
