"""How far this model lies from independent implementations: ``python tests/conformance/keep.py`` writes the table that
the page on validation reads. The tests of this folder hold each of them; `test_kept.py` holds the table to them.
"""

from __future__ import annotations

import csv
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from conformance import gravity
from conformance.gambit import games, kept
from multivector.decisions.fixed_point import quantal_response
from multivector.experiment.shipped.facts import folder
from multivector.mechanisms.trade import solve
from trade_economies import economy, elasticities

SEEDS = range(24)
COLUMNS = ("against", "quantity", "value", "n", "unit", "version", "how")


def from_puremacro() -> float:
    """Largest relative distance of wages, prices and welfare from puremacro's Caliendo-Parro model."""
    from puremacro.trade.caliendo_parro import CaliendoParroModel

    worst = 0.0
    for seed in SEEDS:
        nodes, sectors = 2 + seed % 5, 1 + seed % 4
        base = economy(seed, nodes, sectors, deficit=0.0 if seed % 3 == 0 else 0.03)
        theta = elasticities(seed, sectors) + 1.0
        rng = np.random.default_rng(seed)
        ln_cost = np.abs(rng.normal(0.0, 0.3, (nodes, nodes, sectors))) * (1.0 - np.eye(nodes))[:, :, None]
        va, beta = base.va[:, 0], base.beta[..., 0]
        theirs = CaliendoParroModel(
            trade_shares=base.lam[..., 0].transpose(2, 1, 0), gamma_va=np.repeat(va[:, None], sectors, axis=1),
            gamma_io=np.repeat(((1 - va)[:, None] * beta)[:, None, :], sectors, axis=1), alpha=beta, theta=theta,
            labor_income=base.output[:, 0], deficits=base.deficit[:, 0],
        ).solve_counterfactual(d_hat=np.exp(ln_cost).transpose(2, 1, 0), tol=1e-12, max_iter=20_000)  # fmt: skip
        ours = solve(base, base.lam * np.exp(-theta[:, None] * ln_cost[..., None]), None, theta)
        pairs = (
            (ours.ln_w[:, 0], theirs.w_hat), (ours.ln_p_ns[..., 0], theirs.P_hat),
            (ours.ln_income[:, 0], theirs.welfare_hat),
        )  # fmt: skip
        worst = max(worst, *(float(np.abs(np.exp(a) / b - 1.0).max()) for a, b in pairs))
    return worst


def from_gambit() -> float:
    """Largest distance of equilibrium probabilities from what pygambit found."""
    worst = 0.0
    for case in kept()["cases"]:
        tables, _ = games()[case["game"]]
        ours = quantal_response(
            [_payoff(k, t) for k, t in enumerate(tables)], [np.ones((n, 1), bool) for n in tables[0].shape],
            np.array([case["lambda"]]),
        )  # fmt: skip
        for mine, other in zip(ours.plays, case["plays"], strict=True):
            worst = max(worst, float(np.abs(mine[:, 0] - np.array(other)).max()))
    return worst


def _payoff(player: int, table: np.ndarray) -> Any:
    letters = "abc"[: table.ndim]
    others = [k for k in range(table.ndim) if k != player]
    rule = f"{letters},{','.join(letters[k] for k in others)}->{letters[player]}"
    return lambda plays: np.einsum(rule, table, *(plays[k][:, 0] for k in others))[:, None]


def rows() -> list[dict[str, Any]]:
    """What is kept, measured here and now."""
    return [
        {
            "against": "puremacro, Caliendo-Parro", "quantity": "largest relative distance of wages, prices, welfare",
            "value": from_puremacro(), "n": len(SEEDS), "unit": "1", "version": metadata.version("puremacro"),
            "how": "random input-output economies of 2 to 6 states and 1 to 4 sectors, random costs",
        },
        {
            "against": "pygambit, logit equilibria", "quantity": "largest distance of probabilities",
            "value": from_gambit(), "n": len(kept()["cases"]), "unit": "probability",
            "version": kept()["pygambit"], "how": "asymmetric matching pennies and random games of 2 and 3 players",
        },
        {
            "against": "gegravity, conditional general equilibrium", "quantity": "largest relative distance of flows",
            "value": max(gravity.distances()), "n": len(gravity.kept()["cases"]), "unit": "1",
            "version": gravity.kept()["gegravity"],
            "how": "the base year's six economies, random costs of up to 28%, elasticities of 0.76 and 4; "
            "productivity here moves so that no wage does",
        },
    ]  # fmt: skip


def main() -> None:
    """Write the table."""
    with (folder() / "conformance.csv").open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows({**row, "value": f"{row['value']:.2g}"} for row in rows())


if __name__ == "__main__":
    main()
