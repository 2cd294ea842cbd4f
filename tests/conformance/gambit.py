"""Logit equilibria by pygambit, kept for the tests: ``python tests/conformance/gambit.py`` writes gambit.json anew.

pygambit comes as source that a C++ compiler must build, which a test run on a school's machine cannot ask for. So what
it finds is kept with its version; where it is installed, the tests compare with what it says there and then as well.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np

KEPT = Path(__file__).with_name("gambit.json")
SHAPES = ((2, 2), (3, 2), (3, 3), (4, 3), (2, 2, 2), (3, 2, 2), (3, 3, 3))
LAMBDAS = (0.3, 0.9)
"""Below 1 these games have one equilibrium each, so that everybody must find it."""


def games() -> dict[str, tuple[list[np.ndarray], tuple[float, ...]]]:
    """Payoff tables, one a player, and the precisions to play them at."""
    pennies = [np.array([[9.0, 0.0], [0.0, 1.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])]
    out = {"asymmetric matching pennies": (pennies, (0.25, 0.5, 1.0, 2.0))}
    for shape in SHAPES:
        rng = np.random.default_rng(sum(shape))
        tables = [np.round(rng.normal(0.0, 1.0, shape), 3) for _ in shape]
        out["random " + "x".join(map(str, shape))] = (tables, LAMBDAS)
    return out


def equilibrium(tables: list[np.ndarray], lam: float) -> list[list[float]]:
    """What pygambit finds on the branch that begins at precision 0: a probability for each player's strategies."""
    import pygambit

    game = pygambit.Game.from_arrays(*tables)
    if hasattr(pygambit.qre, "logit_solve_lambda"):
        (found,) = pygambit.qre.logit_solve_lambda(game, lam=[lam], first_step=0.01)
        return [[float(found[s]) for s in player.strategies] for player in game.players]
    flat = list(pygambit.logit_atlambda(game, lam, first_step=0.01))
    cuts = np.cumsum([0, *tables[0].shape])
    return [[float(p) for p in flat[a:b]] for a, b in itertools.pairwise(cuts)]


def kept() -> dict[str, Any]:
    """What was found when the file was last written."""
    found: dict[str, Any] = json.loads(KEPT.read_text("utf-8"))
    return found


def main() -> None:
    """Write gambit.json anew."""
    import pygambit

    cases = [
        {"game": name, "lambda": lam, "plays": equilibrium(tables, lam)}
        for name, (tables, lams) in games().items() for lam in lams
    ]  # fmt: skip
    text = json.dumps({"pygambit": pygambit.__version__, "cases": cases}, indent=1)
    KEPT.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
