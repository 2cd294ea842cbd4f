"""Numbers that are not known, drawn for every replicate from what the scenario says of them.

A draw depends on the root seed, the replicate and the number's path, and on nothing else: it is the same in any batch
and on any worker, and two worlds that call the same number uncertain meet the same luck in it. What is worked out once
per world (terminal values, scales of choice) rests on the scenario's own numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from multivector.errors import BadInput, Problem
from multivector.experiment.histories.arms import PRIOR, Arms
from multivector.experiment.shipped.posterior import COMMAND, Posterior, read_posterior
from multivector.randomness import Streams, normal
from multivector.results.recorded import Array
from multivector.results.statistics import Z95
from multivector.schema import Scenario, Uncertainty
from multivector.schema.numbers import canonical, numbers
from multivector.world.model import padded

TAIL = 0.025
"""What a normal distribution leaves out on either side: its range is the middle 95%."""


class Prior:
    """What is uncertain in one world.

    Parameters
    ----------
    spreads : path of a number -> what is said of it.
    values : path -> the scenario's own value, the mode of a triangle.
    """

    def __init__(self, spreads: Mapping[str, Uncertainty], values: Mapping[str, float]) -> None:
        self.spreads = {path: spreads[path] for path in sorted(spreads)}
        self._modes = {path: values[path] for path in self.spreads}

    def draw(self, ids: Sequence[int], seed: int) -> dict[str, Array]:
        """Values by path, ``[replicate]``."""
        # Padded as a batch is: no value may depend on how many stand beside it.
        streams, wanted, count = Streams(seed), padded(np.asarray(ids, np.int64)), len(ids)
        out = {}
        for path, spread in self.spreads.items():
            u = streams.uniforms(f"uncertainty/value/{path}", 1, wanted)[0]
            out[path] = spread_over(spread, u, self._modes[path])[:count]
        return out


class Drawn(Prior):
    """Vectors of a posterior, one for each replicate of a world.

    Parameters
    ----------
    posterior : the vectors.
    known : numbers of the world; those that it changed are not drawn.
    """

    def __init__(self, posterior: Posterior, known: Mapping[str, float]) -> None:
        super().__init__({}, {})
        self.posterior, self.paths = posterior, posterior.among(known)

    def draw(self, ids: Sequence[int], seed: int) -> dict[str, Array]:
        """Values by path, ``[replicate]``."""
        at, columns = self.posterior.picks(ids, seed), self.posterior.paths
        return {path: self.posterior.x[at, columns.index(path)] for path in self.paths}


def _posterior(name: str) -> Posterior:
    found = read_posterior()
    if found.name != name:
        problem = f"the result was drawn from {name}, and the shipped one is {found.name}"
        raise BadInput([Problem("--uncertainty", 0, 0, "", problem, "", f"`{COMMAND}` has made another since")])
    return found


def priors(arms: Arms) -> tuple[Prior | None, Prior | None]:
    """What is uncertain in the scenario, and in its benchmark; None where nothing is drawn.

    A number that the scenario calls uncertain and that has the same value in the benchmark is a fact of both worlds:
    it is drawn in both, alike. One that the scenario changed is a part of the question, and
    the benchmark keeps its own.
    """
    if arms.uncertainty is None:
        return None, None
    here = numbers(arms.scenario)
    if arms.uncertainty != PRIOR:
        posterior = _posterior(arms.uncertainty)
        beside = None if arms.benchmark is None else Drawn(posterior, numbers(arms.benchmark))
        return Drawn(posterior, here), beside
    mine = declared(arms.scenario, here)
    if arms.benchmark is None:
        return Prior(mine, here), None
    there = numbers(arms.benchmark)
    shared = {path: spread for path, spread in mine.items() if path in there and there[path] == here[path]}
    return Prior(mine, here), Prior({**declared(arms.benchmark, there), **shared}, there)


def declared(scenario: Scenario, known: Mapping[str, float]) -> dict[str, Uncertainty]:
    """What a scenario calls uncertain, by canonical path."""
    return {canonical(path, known): spread for path, spread in scenario.uncertainties.items()}


def spread_over(spread: Uncertainty, u: Array, mode: float) -> Array:
    """Turn uniforms into values of an uncertain number; all lie within its range.

    Parameters
    ----------
    spread : its range and distribution. ``uniform``; ``loguniform``: its logarithm is uniform; ``triangular`` with its
        peak at the scenario's own value (in the middle if that lies outside the range); ``normal``: the range is the
        middle 95%, and what lies outside is left out.
    u : uniforms ``[replicate]``.
    mode : the scenario's own value.

    Examples
    --------
    >>> from multivector.schema import Uncertainty
    >>> u = np.array([0.25, 0.5, 0.75])
    >>> [spread_over(Uncertainty(low=1, high=9, distribution=d), u, 3.0).round(2).tolist() for d in
    ...  ("uniform", "loguniform", "triangular", "normal")]
    [[3.0, 5.0, 7.0], [1.73, 3.0, 5.2], [3.0, 4.1, 5.54], [3.7, 5.0, 6.3]]
    """
    low, high = spread.low, spread.high
    width = high - low
    if spread.distribution == "loguniform":
        found = np.exp(np.log(low) + (np.log(high) - np.log(low)) * u)
    elif spread.distribution == "triangular":
        peak = mode if low <= mode <= high else low + 0.5 * width
        up, down = (peak - low) * width, (high - peak) * width
        found = np.where(u * width <= peak - low, low + np.sqrt(u * up), high - np.sqrt((1.0 - u) * down))
    elif spread.distribution == "normal":
        found = low + 0.5 * width + normal(TAIL + (1.0 - 2.0 * TAIL) * u) * (0.5 * width / Z95)
    else:
        found = low + width * u
    return np.asarray(np.clip(found, low, high))
