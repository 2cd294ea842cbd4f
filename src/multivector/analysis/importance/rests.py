"""How much of each outcome of the shipped bases rests on data, on literature and on assumption: computed, and kept.

Run ``python -m multivector.analysis.importance.rests`` (needs the extra `discovery`). All numbers of the ledger that
replicates may differ in are varied over their ranges, those of each confidence together; indices of Sobol' with their
intervals, luck taken off (`docs/sensitivity.md`). `run` reads the result, and says so when it is that of another
model.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from multivector.analysis.importance.sensitivity import planned, summarise
from multivector.experiment.ensembles.running import Nowhere
from multivector.experiment.ensembles.sweep import play
from multivector.experiment.histories.replicates import Tick
from multivector.experiment.shipped.facts import folder
from multivector.experiment.shipped.rests import COMMAND, MANIFEST, TABLE

WORLDS = ("base-2021", "after-2022")
SAMPLES, REPLICATES, SEED = 128, 16, 0
INDICES = ("first", "total")
COLUMNS = ("world", "outcome", "confidence", "index", "value", "low", "high", "numbers")


def compute(
    worlds: Sequence[str] = WORLDS, *, samples: int = SAMPLES, replicates: int = REPLICATES, seed: int = SEED,
    workers: int | None = None, tick: Tick | None = None,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:  # fmt: skip
    """Play the design in each world.

    Parameters
    ----------
    worlds : shipped scenarios.
    samples, replicates, seed, workers : rows of Sobol', histories of each point, root of all draws, processes.
    tick : called with the number of histories that played one more turn.

    Returns
    -------
    tuple
        Rows (columns as in `COLUMNS`), and how they were made.
    """
    rows: list[dict[str, Any]] = []
    about: dict[str, Any] = {"command": COMMAND, "seed": seed, "samples": samples, "worlds": {}}
    for world in worlds:
        study = planned(world, method="sobol", over=["all"], by="confidence", count=samples, replicates=replicates,
                        seed=seed)  # fmt: skip
        start = time.process_time()
        played = play(study.sweep, Nowhere(), tick, workers=workers)
        told = summarise(study, played, sorted(played.end))
        about["model"] = study.sweep.arms.model
        about["worlds"][world] = {
            "histories": len(study.sweep.points) * replicates, "failed": len(played.failures),
            "varied": told["varied"], "held": told["held"], "seconds": round(time.process_time() - start),
        }  # fmt: skip
        for id, found in told["outcomes"].items():
            for row in found["indices"]:
                rows += [
                    {
                        "world": world, "outcome": id, "confidence": row["name"], "index": index,
                        **{end: row[index][end] for end in ("value", "low", "high")}, "numbers": row["numbers"],
                    }
                    # What nothing moves, or only luck, has no shares.
                    for index in INDICES
                    if row[index] is not None and all(_known(row[index][end]) for end in ("value", "low", "high"))
                ]  # fmt: skip
    return rows, about


def _known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def write(rows: Sequence[dict[str, Any]], about: dict[str, Any], place: Path) -> None:
    """Write the table and how it was made."""
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    table.writeheader()
    for row in rows:
        table.writerow({k: f"{v:.4g}" if isinstance(v, float) else v for k, v in row.items()})
    place.mkdir(parents=True, exist_ok=True)
    (place / TABLE).write_text(text.getvalue(), encoding="utf-8")
    (place / MANIFEST).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Compute and write."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=(__doc__ or "").splitlines()[0])
    parser.add_argument("worlds", nargs="*", default=WORLDS, help=f"shipped scenarios ({', '.join(WORLDS)})")
    parser.add_argument("--samples", type=int, default=SAMPLES, help=f"rows of Sobol', a power of two ({SAMPLES})")
    parser.add_argument("--replicates", type=int, default=REPLICATES, help=f"histories of a point ({REPLICATES})")
    parser.add_argument("--seed", type=int, default=SEED, help=f"root of all draws ({SEED})")
    parser.add_argument("--workers", type=int, default=None, help="processes (all cores)")
    parser.add_argument("--out", type=Path, default=folder(), help="where the table is written")
    given = parser.parse_args(arguments)
    rows, about = compute(
        given.worlds, samples=given.samples, replicates=given.replicates, seed=given.seed, workers=given.workers
    )
    write(rows, about, given.out)
    print(f"{given.out / TABLE}: {len(rows)} shares of {len(given.worlds)} worlds")  # noqa: T201


if __name__ == "__main__":
    main()
