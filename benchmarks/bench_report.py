"""Seconds of a report: of one history, of 1,000, of two results of 1,000, and of a chart as PNG.

Run `python benchmarks/bench_report.py [--repeats 5] [--histories 1000]`. The results are made first and not timed. Each
page is written by a process of its own, as a user's is, with the set-up remembered; charts are drawn in one process,
the first apart. Processor seconds stand beside the wall's: on a busy machine they are the steadier figure.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_start import compile_all, environment, seconds

WORLDS = ("after-2022", "secondary-threatened")
LARGEST = 1_500_000
"""Bytes that a page may have."""


def made(folder: Path, world: str, count: int, env: dict[str, str]) -> str:
    """Play a result; its folder."""
    out = folder / f"{world}-{count}"
    command = [sys.executable, "-m", "multivector", "run", world, "-n", str(count), "--out", str(out), "--quiet"]
    subprocess.run(command, env=env, check=True, capture_output=True)
    return str(next(out.glob("*/manifest.json")).parent)


def pages(results: dict[str, list[str]], aims: dict[str, float], env: dict[str, str], repeats: int) -> None:
    """The table of pages."""
    print(f"{'page of':28}{'median s':>10}{'least':>8}{'most':>8}{'processor':>11}{'aim':>6}{'KB':>8}")
    for name, folders in results.items():
        folder = str(Path(folders[0]).parent)
        page = Path(folder) / "page.html"
        command = [sys.executable, "-m", "multivector", "report", *folders, "--out", str(page), "--quiet"]
        seconds(command, env, folder)
        pairs = [seconds(command, env, folder) for _ in range(repeats)]
        walls, busy = sorted(wall for wall, _ in pairs), statistics.median(own for _, own in pairs)
        size = page.stat().st_size
        over = "" if size < LARGEST else "  too large"
        print(
            f"{name:28}{statistics.median(walls):>10.2f}{walls[0]:>8.2f}{walls[-1]:>8.2f}{busy:>11.2f}"
            f"{aims[name]:>6.0f}{size / 1000:>8.0f}{over}",
            flush=True,
        )


def charts(folder: str) -> None:
    """Seconds of each chart as PNG, the first apart."""
    from multivector.report.charts import charts_of, png
    from multivector.report.opening import facts_of
    from multivector.results.store import open_result

    found = charts_of(facts_of(open_result(folder), told=False))
    rows = []
    for chart in found:
        wall, own = time.perf_counter(), time.process_time()
        png(chart)
        rows.append((time.perf_counter() - wall, time.process_time() - own))
    later = sorted(rows[1:])
    print(
        f"\nPNG of {len(rows)} charts: the first {rows[0][0]:.2f} s ({rows[0][1]:.2f} of the processor); "
        f"after it median {statistics.median(w for w, _ in later):.2f} s, most {later[-1][0]:.2f} s "
        f"({statistics.median(p for _, p in later):.2f} of the processor); aim 1 s"
    )


def main() -> None:
    """Print both."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("--histories", type=int, default=1000)
    asked = options.parse_args()
    compile_all()
    with tempfile.TemporaryDirectory() as folder:
        env = environment(str(Path(folder) / "cache"))
        # The package that this process reads, installed or not.
        env["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        one = made(Path(folder), WORLDS[0], 1, env)
        many = [made(Path(folder), world, asked.histories, env) for world in WORLDS]
        n = f"{asked.histories:,}"
        results = {"one history": [one], f"{n} histories": many[:1], f"two results of {n}": many}
        aims = dict(zip(results, (2.0, 5.0, 8.0), strict=True))
        print(f"load {os.getloadavg()[0]:.1f}")
        pages(results, aims, env, asked.repeats)
        charts(many[0])
        print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
