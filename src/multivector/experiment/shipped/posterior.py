"""The shipped set of plausible vectors of the free numbers: read, refused when the model has changed, drawn from.

A replicate draws one vector, by weight, from a stream of its own: the same vector in any batch, world and order.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.errors import BadInput, Problem
from multivector.experiment.shipped.facts import Fact, folder, to_fit
from multivector.hashing import digest
from multivector.randomness import Streams
from multivector.results.recorded import Array

COMMAND = "python -m multivector.experiment.studies.calibration"
TABLE, MANIFEST = "posterior.csv", "posterior.json"
POSTERIOR = "posterior"
"""Every replicate has a vector of its own; in manifests a colon and a digest of the vectors follow."""
STREAM = "uncertainty/value/posterior"


def facts_digest(facts: Sequence[Fact]) -> str:
    """What fitting read of the facts."""
    return digest([[f.id, f.world, f.measure, f.value, f.low, f.high, f.date] for f in facts])


@dataclass(frozen=True)
class Posterior:
    """Plausible vectors with weights.

    Attributes
    ----------
    paths : numbers, in the order of the columns of `x`.
    x : ``[vector, number]``.
    weights : ``[vector]``, sum one.
    about : how it was found: world, model, seed, points, what the facts say of each number.
    """

    paths: tuple[str, ...]
    x: Array
    weights: Array
    about: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What a manifest says of draws from it."""
        content = {"paths": list(self.paths), "x": self.x.tolist(), "weights": self.weights.tolist()}
        return f"{POSTERIOR}:{digest(content)[:16]}"

    def picks(self, ids: Sequence[int], seed: int) -> NDArray[np.intp]:
        """The vector of each replicate, ``[replicate]``."""
        u = Streams(seed).uniforms(STREAM, 1, np.asarray(ids, np.int64))[0]
        at = np.searchsorted(np.cumsum(self.weights), u, side="right")
        return np.asarray(np.minimum(at, len(self.weights) - 1), np.intp)

    def among(self, known: Mapping[str, float]) -> tuple[str, ...]:
        """Those of its numbers that a world leaves as they were when it was found.

        A number that a scenario changed is a part of its question, and stays as the scenario has it.
        """
        shipped = {path: float(self.about["numbers"][path]["shipped"]) for path in self.paths}
        return tuple(path for path in self.paths if path in known and known[path] == shipped[path])


def read_posterior(place: Path | None = None) -> Posterior:
    """Read a posterior as it stands, whatever model it was found with.

    Raises
    ------
    BadInput
        There is none, or its two files do not belong together.
    """
    at = place or folder()
    try:
        about: dict[str, Any] = json.loads((at / MANIFEST).read_text("utf-8"))
        with (at / TABLE).open(encoding="utf-8", newline="") as stream:
            head, *rows = list(csv.reader(stream))
        cells = np.array([[float(cell) for cell in row] for row in rows])
        paths, weights, x = tuple(head[2:]), cells[:, 1], cells[:, 2:]
        whole = head[:2] == ["point", "weight"] and set(paths) == set(about["numbers"]) and len(rows) == about["kept"]
        whole = whole and bool(np.isfinite(x).all()) and bool((weights >= 0.0).all()) and float(weights.sum()) > 0.0
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        whole = False
    if not whole:
        problem = f"found no posterior: {TABLE} and {MANIFEST}, made together"
        raise BadInput([Problem(str(at), 0, 0, "", problem, "", f"`{COMMAND}` makes it (half an hour)")])
    return Posterior(paths, x, weights / weights.sum(), about)


def stale(posterior: Posterior, model: str, facts: Sequence[Fact]) -> str:
    """Why a posterior is out of date; nothing if it is not.

    Parameters
    ----------
    posterior : as read.
    model : version of the model that is to be played.
    facts : what fitting may read today.
    """
    if posterior.about["model"] != model:
        return f"was fitted with model {posterior.about['model'][:8]}, and this is {model[:8]}"
    if posterior.about["facts"] != facts_digest(facts):
        return "was fitted to other facts than validation/facts.csv has now"
    return ""


def current_posterior(model: str, place: Path | None = None) -> Posterior:
    """The posterior of this very model and of today's facts.

    Raises
    ------
    BadInput
        There is none, or the model or the facts have changed since.
    """
    found = read_posterior(place)
    why = stale(found, model, to_fit())
    if why:
        hint = f"`{COMMAND}` fits it anew (half an hour on two cores)"
        raise BadInput([Problem("--uncertainty posterior", 0, 0, "", f"the shipped posterior {why}", "", hint)])
    return found
