"""The small results that the repository keeps; made again by ``python -m multivector.experiment.studies.reference``.

They are made new whenever the model changes on purpose; a test verifies them, so that it cannot change by accident.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from multivector.experiment.ensembles.running import Request, Run
from multivector.experiment.ensembles.saving import finish
from multivector.experiment.histories.arms import prepare
from multivector.experiment.histories.replicates import Level
from multivector.results.store import MANIFEST, Writer

COMMAND = "python -m multivector.experiment.studies.reference"
RUNS: tuple[tuple[str, int, int, Level], ...] = (
    ("base-2021", 1, 7, "full"),
    ("after-2022", 4, 7, "outcomes"),
)
"""Scenario, histories, seed, level."""
FOLDER = Path("results/reference")


def rebuild(folder: Path = FOLDER) -> list[Path]:
    """Make all reference results; results of older models in the folder go.

    Parameters
    ----------
    folder
        Where they are kept; from the root of a checkout the default is right.

    Returns
    -------
    list of Path
        The folders written.
    """
    made = [_make(folder, *each) for each in RUNS]
    for old in sorted(folder.iterdir()):
        if (old / MANIFEST).is_file() and old not in made:
            shutil.rmtree(old)
    return made


def _make(folder: Path, name: str, count: int, seed: int, level: Level) -> Path:
    arms = prepare(name)
    with Writer(folder, arms.name(seed=seed, replicates=count)) as writer:
        done = Run(Request(arms, seed, count, level), writer).perform()
        return finish(writer, arms, seed=seed, replicates=count, level=level, done=done, command=COMMAND)


if __name__ == "__main__":
    rebuild(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
