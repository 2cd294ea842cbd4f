"""Seconds from nothing to a room: a fresh environment, the wheel installed in it, `multivector serve` until it answers.

Usage: python benchmarks/bench_install.py [--repeats 3] [--cached]

The wheel is built first and not counted; neither is getting Python. Libraries come from the package index that pip is
set up with: with a slow line to it, what is loaded down takes as long as it takes. Without --cached pip's
own cache is not used, and in any case the cache of set-ups is empty, as on a new machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AIM = 60.0


def answered(address: str, patience: float = 60.0) -> None:
    """Wait until a page comes with status 200."""
    end = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as reply:
                if reply.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > end:
                raise
        time.sleep(0.05)


def once(wheel: Path, folder: Path, *, cached: bool) -> tuple[float, float, float]:
    """Seconds for the environment, the installation and the room."""
    times = [time.perf_counter()]
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    times.append(time.perf_counter())
    bin_ = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(bin_ / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, *([] if cached else ["--no-cache-dir"]), str(wheel)], check=True, stderr=subprocess.DEVNULL)
    times.append(time.perf_counter())
    command = [str(bin_ / "multivector"), "serve", "lesson-after-2022", "--no-browser", "--json"]
    alone = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"MULTIVECTOR_CACHE": str(folder / "cache")}
    with subprocess.Popen(command, cwd=folder, env=alone, stdout=subprocess.PIPE, text=True) as room:
        said = ""
        while not said.rstrip().endswith("}"):
            said += room.stdout.readline()  # type: ignore[union-attr]
        answered(json.loads(said)["address"])
        times.append(time.perf_counter())
        room.terminate()  # its workers end with it
    return times[1] - times[0], times[2] - times[1], times[3] - times[2]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--repeats", type=int, default=3)
    asked.add_argument("--cached", action="store_true", help="let pip use its cache")
    args = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        build = [sys.executable, "-m", "build", "--wheel", "--outdir", place, str(ROOT)]
        subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
        (wheel,) = Path(place).glob("*.whl")
        for _ in range(args.repeats):
            with tempfile.TemporaryDirectory() as folder:
                made, installed, room = once(wheel, Path(folder), cached=args.cached)
            total = made + installed + room
            print(
                f"environment {made:.1f} s, install {installed:.1f} s, room {room:.1f} s: {total:.1f} s (aim {AIM:.0f})"
            )
    print(f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "")


if __name__ == "__main__":
    main()
