"""Two workers against one, the cost of many histories against few, memory, and what writing costs: ratios.

Run `python benchmarks/bench_workers.py [scenario] [--histories 4000] [--few 1000] [--many 4000] [--set PATH=VALUE ...]
[--fast] [--repeats n]`. Every measurement is `multivector run` in a process of its own, with what it starts; the
set-up of the world is remembered before. What a run takes apart from its histories (start, set-up, joining) is measured
on one block and taken off where times are compared. The machine should have nothing else to do: a second worker needs a
second core.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

FASTER, LINEAR, MEMORY, LIMIT_MIB, WRITING = 1.7, 1.15, 1.2, 1024.0, {"outcomes": 1.35, "summary": 1.05}
BLOCK = 256


def run(scenario: str, count: int, workers: int, changes: list[str], record: str = "outcomes") -> dict[str, float]:
    """Play so many histories; seconds of the wall, and the largest resident memory of the program and its workers."""
    with tempfile.TemporaryDirectory() as out:
        arguments = ["run", scenario, "-n", str(count), "--workers", str(workers), "--record", record, "--quiet"]
        command = [sys.executable, "-m", "multivector", *arguments, "--out", out, "--force"]
        done = subprocess.run(
            [sys.executable, os.path.abspath(__file__), "--measure", json.dumps([*command, *changes])],
            capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(done.stderr)
        found: dict[str, float] = json.loads(done.stdout)
        return found


def measure(command: list[str]) -> dict[str, float]:
    """Run a command here; its children's peak is that of the largest of them."""
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    wall = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(done.stderr)
    unit = 1.0 if sys.platform == "darwin" else 1024.0
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit / 2**20
    return {"wall": wall, "peak": peak}


def middle(repeats: int, *args: Any, **how: Any) -> dict[str, float]:
    """Medians of repeated measurements."""
    found = [run(*args, **how) for _ in range(repeats)]
    return {key: statistics.median(each[key] for each in found) for key in found[0]}


def pace(chosen: argparse.Namespace, workers: int, changes: list[str]) -> dict[str, float]:
    """Histories a second of so many workers, apart from what they take to start; and both walls."""
    whole = run(chosen.scenario, chosen.histories, workers, changes)["wall"]
    short = workers * BLOCK
    small = run(chosen.scenario, short, workers, changes)["wall"]
    rate = (chosen.histories - short) / (whole - small)
    return {"wall": whole, "rate": rate, "start": max(small - short / rate, 0.0)}


def paces(chosen: argparse.Namespace, changes: list[str]) -> tuple[dict[str, float], dict[str, float], list[float]]:
    """Medians of one worker and of two, played turn about, and how many times as fast two were in each pair."""
    found = [[pace(chosen, workers, changes) for workers in (1, 2)] for _ in range(chosen.repeats)]
    one, two = ({key: statistics.median(pair[k][key] for pair in found) for key in found[0][k]} for k in (0, 1))
    return one, two, [pair[1]["rate"] / pair[0]["rate"] for pair in found]


def blocks_alone(scenario: str, changes: list[str], blocks: int = 3) -> dict[str, float]:
    """Processor seconds of a block in this process: the histories alone, and with their files, by level."""
    from multivector.experiment.ensembles.histories import Histories
    from multivector.experiment.histories.arms import prepare
    from multivector.experiment.histories.replicates import Experiment

    fast = changes[:1] == ["--fast"]
    pairs = dict(text.split("=", 1) for text in changes[1 + fast :: 2])
    experiment = Experiment(prepare(scenario, overrides=pairs, fast=fast), alone=True)
    experiment.prepare()
    list(experiment.blocks(range(64), "outcomes"))
    spent: dict[str, list[float]] = {"histories": [], "outcomes": [], "summary": []}
    for k in range(blocks):
        ids = range(k * BLOCK, (k + 1) * BLOCK)
        for what, seconds in spent.items():
            start = time.process_time()
            if what == "histories":
                list(experiment.blocks(ids, "summary"))
            else:
                Histories(experiment, "outcomes" if what == "outcomes" else "summary").play(ids)
            seconds.append(time.process_time() - start)
    return {what: statistics.median(seconds) for what, seconds in spent.items()}


def main() -> None:
    """Read the command line and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("scenario", nargs="?", default="after-2022")
    parser.add_argument("--histories", type=int, default=4000)
    parser.add_argument("--few", type=int, default=1000)
    parser.add_argument("--many", type=int, default=4000)
    parser.add_argument("--set", dest="sets", action="append", default=[], metavar="PATH=VALUE")
    parser.add_argument("--fast", action="store_true", help="the whole turn compiled")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        print(json.dumps(measure(json.loads(chosen.measure))))
        return
    changes = [*(["--fast"] if chosen.fast else []), *(part for text in chosen.sets for part in ("--set", text))]
    args = (chosen.repeats, chosen.scenario)
    print(f"{chosen.scenario} {' '.join(changes)}: medians of {chosen.repeats}, {os.cpu_count()} processors")
    # Start, set-up and joining: what one block a worker takes beyond its share of a long run.
    one, two, faster = paces(chosen, changes)
    print(f"{chosen.histories} histories: one worker {one['wall']:.1f} s, of which {one['start']:.1f} to start; "
          f"two {two['wall']:.1f} and {two['start']:.1f} s: "
          f"{statistics.median(faster):.2f} times as fast, start apart (aim {FASTER}; pairs "
          f"{', '.join(f'{each:.2f}' for each in sorted(faster))})")  # fmt: skip
    few, many = (middle(*args, count, 2, changes) for count in (chosen.few, chosen.many))
    growth = (many["wall"] - two["start"]) / (few["wall"] - two["start"]) / (chosen.many / chosen.few)
    print(f"{chosen.many} against {chosen.few} histories, two workers, without the start: "
          f"{growth:.2f} of proportional (aim at most {LINEAR})")  # fmt: skip
    print(f"largest memory of a process {few['peak']:.0f} and {many['peak']:.0f} MiB: "
          f"{many['peak'] / few['peak']:.2f} (aims {MEMORY}, and {LIMIT_MIB:.0f} MiB)")  # fmt: skip
    spent = blocks_alone(chosen.scenario, changes)
    for level, aim in WRITING.items():
        print(f"files at level {level}: {spent[level] / spent['histories']:.2f} of the histories alone (aim {aim})")


if __name__ == "__main__":
    main()
