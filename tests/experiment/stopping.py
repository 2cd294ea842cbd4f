"""What tests of stopped commands share: a command in a process of its own, its finished blocks, its end."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from experiment.ensembles import SIZE

COMMAND = (
    sys.executable, "-c",
    f"from multivector.experiment.histories import replicates as r; r.CHUNK = {SIZE}; "
    "from multivector.cli import main; main()",
)  # fmt: skip


def start(command: Sequence[str], out: Path, *more: str) -> subprocess.Popen[str]:
    """A command with its results in `out`, in small blocks, as the foreground job of a terminal of its own."""
    # A shell runs its background jobs, and what they start, with Ctrl-C ignored: here it is a foreground job.
    return subprocess.Popen(
        [*COMMAND, *command, "--out", str(out), *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), start_new_session=True,
    )  # fmt: skip


def blocks(out: Path) -> int:
    """Finished blocks of unfinished results."""
    return sum(1 for _ in out.glob(".*.parts/[0-9]*[0-9]"))


def wait_for(what: Callable[[], bool], seconds: float = 120.0) -> None:
    """Wait until it is so."""
    limit = time.monotonic() + seconds
    while not what() and time.monotonic() < limit:
        time.sleep(0.02)
    assert what()
