"""Seconds from the shell to the answer: help, import, check, describe and a first run.

Run `python benchmarks/bench_start.py [repeats]`. The package and its dependencies are compiled to bytecode first, as an
installation does. `run` is measured with what the set-up of a world found before (any run but the first on a machine)
and without. Processor seconds stand beside wall seconds: on a busy machine they are the steadier figure.

A machine has faster and slower hours. So an empty Mesa model (`bench_mesa.py`) is played turn about with `run`, and the
run is told in histories of that model, too: its aim of 2.5 s was set on a machine that plays 2,000 of them a second.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_mesa import measured

AIMS = {"--help": 0.15, "import multivector": 0.15, "run after-2022": 2.5}

EMPTY, RATE = 300, 2000.0
"""Histories of the empty model played before each run, and how many a second there were where the aims were set."""


def environment(cache: str) -> dict[str, str]:
    """The environment of a user: bytecode allowed, one thread, a cache of its own."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")}
    return {**kept, "OPENBLAS_NUM_THREADS": "1", "MULTIVECTOR_CACHE": cache, "NO_COLOR": "1"}


def compile_all() -> None:
    """Write the bytecode of the package and of what is installed beside it."""
    import click

    import multivector

    for folder in (Path(multivector.__file__).parent, Path(click.__file__).parents[1]):
        subprocess.run(
            [sys.executable, "-m", "compileall", "-q", str(folder)],
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment("off"),
        )


def processor_seconds() -> float:
    """Processor time of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def seconds(command: list[str], env: dict[str, str], folder: str) -> tuple[float, float]:
    """Wall and processor time of one process, which must succeed."""
    before, start = processor_seconds(), time.perf_counter()
    done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True)
    taken = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    return taken, processor_seconds() - before


def main(repeats: str = "5") -> None:
    """Print the table."""
    tool = str(Path(sys.executable).with_name("multivector"))
    compile_all()
    print(f"{'':28}{'median s':>10}{'least':>8}{'most':>8}{'processor':>11}{'aim':>8}")
    with tempfile.TemporaryDirectory() as folder:
        warm = environment(str(Path(folder) / "cache"))
        out = ["--out", str(Path(folder) / "results")]
        rows: list[tuple[str, list[str], dict[str, str]]] = [
            ("python -c pass", [sys.executable, "-c", "pass"], warm),
            ("import numpy", [sys.executable, "-c", "import numpy"], warm),
            ("import multivector", [sys.executable, "-c", "import multivector"], warm),
            ("--help", [tool, "--help"], warm),
            ("check after-2022", [tool, "check", "after-2022"], warm),
            ("describe after-2022", [tool, "describe", "after-2022"], warm),
            ("run after-2022", [tool, "run", "after-2022", "--force", *out], warm),
            ("run after-2022, no cache", [tool, "run", "after-2022", "--force", *out], environment("off")),
        ]
        for name, command, env in rows:
            seconds(command, env, folder)
            pairs, empty = [], []
            for _ in range(int(repeats)):
                if name == "run after-2022":
                    empty.append(1.0 / measured("empty", "", EMPTY))
                pairs.append(seconds(command, env, folder))
            times, busy = sorted(wall for wall, _ in pairs), statistics.median(own for _, own in pairs)
            aim = f"{AIMS[name]:.2f}" if name in AIMS else "-"
            print(
                f"{name:28}{statistics.median(times):>10.3f}{times[0]:>8.3f}{times[-1]:>8.3f}{busy:>11.3f}{aim:>8}",
                flush=True,
            )
            if empty:
                counted = statistics.median(rate * wall for rate, (wall, _) in zip(empty, pairs, strict=True))
                print(
                    f"{'  in empty histories':28}{counted:>10,.0f}{'':27}{AIMS[name] * RATE:>8,.0f}"
                    f"   at {statistics.median(empty):,.0f} a second, where the aims were set {RATE:,.0f}",
                    flush=True,
                )


if __name__ == "__main__":
    main(*sys.argv[1:2])
