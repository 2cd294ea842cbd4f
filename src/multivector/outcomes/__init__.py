"""How the balancing fares, as numbers: each with a unit, a direction and a source. Pure functions on arrays, lanes
last."""

from __future__ import annotations

from multivector.outcomes.composite import composite, normalise
from multivector.outcomes.entry import Outcome
from multivector.outcomes.registry import OUTCOMES, build

__all__ = ["OUTCOMES", "Outcome", "build", "composite", "normalise"]
