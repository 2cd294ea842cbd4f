"""A Dask cluster of its own for a test: a scheduler and its workers, each a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Address of the scheduler, and the processes of the workers; all of them end with the test."""
    distributed = pytest.importorskip("distributed")
    known = folder / "scheduler.json"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}

    def start(tool: str, *arguments: str) -> subprocess.Popen[bytes]:
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        command = [sys.executable, "-m", f"distributed.cli.{tool}", *arguments, "--no-dashboard"]
        return subprocess.Popen(command, env=environment, **silent)

    begun = [start("dask_scheduler", "--port", "0", "--scheduler-file", str(known))]
    try:
        limit = time.monotonic() + 60
        while not known.is_file() and time.monotonic() < limit:
            time.sleep(0.1)
        address = json.loads(known.read_text())["address"]
        begun += [start("dask_worker", address, "--nthreads", "1", "--no-nanny") for _ in range(workers)]
        with distributed.Client(address) as client:
            client.wait_for_workers(workers, timeout=60)
        yield address, begun[1:]
    finally:
        for process in begun:
            process.kill()
            process.wait()
