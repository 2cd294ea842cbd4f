"""Seconds of `multivector sensitivity`: Morris over 12 numbers that matter, and shares by confidence over all numbers.

Run `python benchmarks/bench_sensitivity.py [scenario] [--trajectories 10] [--samples 64] [--replicates 50]
[--set PATH=VALUE ...] [--no-shares]`. Every measurement is the command in a process of its own, with what it starts;
its set-up of the world is remembered before. Processor seconds are those of the process and its workers: what the
wall clock would show on one free core.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

NUMBERS = (
    "trade.theta_short", "trade.theta_long", "trade.adjustment", "corridors.middle.capacity", "corridors.CPC.capacity",
    "prices.pass_through", "actors.KAZ.relations.RUS", "actors.KAZ.relations.EU", "doctrines.hedge.precision",
    "doctrines.hedge.foresight", "weights.high", "coercion.on_leverage",
)  # fmt: skip
SECONDS, CORES = 120.0, 2


def measure(arguments: list[str]) -> dict[str, float]:
    """Run the command once; seconds of the wall and of the processor, points and histories."""
    with tempfile.TemporaryDirectory() as out:
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "multivector", "sensitivity", *arguments, "--json", "--out", out],
            capture_output=True, text=True,
        )  # fmt: skip
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            raise SystemExit(done.stderr)
        told = json.loads(done.stdout)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return {"wall": wall, "processor": spent, "points": told["points"], "numbers": len(told["numbers"]),
                "histories": told["points"] * told["replicates"]}  # fmt: skip


def main() -> None:
    """Read the command line and print seconds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("scenario", nargs="?", default="after-2022")
    parser.add_argument("--trajectories", type=int, default=10)
    parser.add_argument("--samples", type=int, default=64)
    parser.add_argument("--replicates", type=int, default=50)
    parser.add_argument("--set", dest="sets", action="append", default=[], metavar="PATH=VALUE")
    parser.add_argument("--no-shares", action="store_true")
    chosen = parser.parse_args()
    shared = [chosen.scenario, "-n", str(chosen.replicates), *(p for text in chosen.sets for p in ("--set", text))]
    over = [part for path in NUMBERS for part in ("--over", path)]
    # Once before, for what a world needs once on a machine.
    measure([*shared, "-n", "1", *over[:2], "-r", "3"])
    tries = {"morris": [*shared, *over, "-r", str(chosen.trajectories)]}
    if not chosen.no_shares:
        tries["shares"] = [*shared, "--method", "sobol", "--over", "all", "--by", "confidence",
                           "-N", str(chosen.samples)]  # fmt: skip
    print(
        f"{chosen.scenario} {' '.join(chosen.sets)}: {os.cpu_count()} processors, {chosen.replicates} histories a point"
    )
    for name, arguments in tries.items():
        found = measure(arguments)
        aim = f" (aim {SECONDS:.0f} s on {CORES} cores)" if name == "morris" else ""
        print(f"{name}: {found['numbers']} numbers, {found['points']} points, {found['histories']:,.0f} histories: "
              f"{found['wall']:.0f} s of the wall, {found['processor']:.0f} s of the processor{aim}")  # fmt: skip


if __name__ == "__main__":
    main()
