"""Conditional general equilibrium by gegravity, kept for the tests: ``python tests/conformance/gravity.py
--gegravity-python P`` writes gegravity.json anew, P being the Python of an environment with ``pip install gegravity``
(the dependency group `bench` names the version).

In the conditional variant (Yotov, Piermartini, Monteiro and Larch 2016) output and spending keep their values and only
multilateral resistances answer to trade costs. The trade block here has no such switch: its wages clear the markets. So
it is asked for the equilibrium in which productivity moves just so that no wage does; it must have gegravity's flows.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np

# Only NumPy here: the other environment runs this file too, as a worker.
KEPT = Path(__file__).with_name("gegravity.json")
THETAS, EXPERIMENTS = (0.76, 4.0), 12
LN_COST, PART = 0.25, 0.3
"""An experiment raises the costs of this part of the pairs, by up to so much (log)."""


def world() -> Any:
    """The base year's six economies, their sectors and inputs added up: a `TradeBase` of one sector without inputs."""
    from multivector.data.base_world import base_world
    from multivector.data.figures import load_figures
    from multivector.mechanisms.trade import TradeBase

    data = base_world(load_figures())
    flow = TradeBase.of(data.lam, data.beta, data.Y, data.va, data.D).flows().sum(axis=2)[..., 0]
    sales, spending = flow.sum(axis=1), flow.sum(axis=0)
    share, ones = (flow / spending)[:, :, None], np.ones(len(flow))
    return TradeBase.of(share, ones[:, None], sales, ones, spending - sales)


def shocks(nodes: int) -> np.ndarray:
    """Rises of trade costs, log, ``[experiment, exporter, importer]``; none within an economy."""
    rng = np.random.default_rng(1)
    hit = (rng.random((EXPERIMENTS, nodes, nodes)) < PART) * (1.0 - np.eye(nodes))
    return rng.uniform(0.0, LN_COST, hit.shape) * hit


def conditional(base: Any, ln_cost: np.ndarray, theta: float) -> np.ndarray:
    """Flows ``[exporter, importer]`` of the trade block's equilibrium where productivity keeps all wages at base."""
    from multivector.mechanisms.trade import solve

    cost = np.exp(-theta * ln_cost)[:, :, None, None]
    ln_shift, elasticity = np.zeros(base.nodes), np.array([theta])
    for _ in range(2000):
        phi = base.lam * cost * np.exp(ln_shift)[:, None, None, None]
        found = solve(base, phi, None, elasticity, tol=1e-13)
        if np.abs(found.ln_w).max() < 1e-12:
            return np.asarray(found.flows(phi)[:, :, 0, 0])
        # A wage that would rise says how much less of the good is wanted than produced at the old one.
        ln_shift -= theta * found.ln_w[:, 0]
    raise RuntimeError("no productivity was found that keeps the wages")


def kept() -> dict[str, Any]:
    """What was found when the file was last written."""
    found: dict[str, Any] = json.loads(KEPT.read_text("utf-8"))
    return found


def distances() -> list[float]:
    """For each case kept, the largest relative distance of a flow here from gegravity's."""
    base = world()
    out = []
    for case in kept()["cases"]:
        ours = conditional(base, shocks(base.nodes)[case["experiment"]], case["theta"])
        out.append(float(np.abs(ours / np.array(case["flows"]) - 1.0).max()))
    return out


def solve_there(given: dict[str, Any]) -> dict[str, Any]:
    """In the other environment: conditional flows by gegravity for every experiment that it solves."""
    from copy import deepcopy
    from importlib.metadata import version

    import gegravity
    import pandas as pd

    flow = np.array(given["flow"])
    nodes, output, spending = range(len(flow)), flow.sum(axis=1), flow.sum(axis=0)
    # Resistances that reproduce the observed flows: what is left of them beside output and spending.
    friction = np.log(flow * output.sum() / np.outer(output, spending))
    table = pd.DataFrame([
        {"exporter": f"N{i}", "importer": f"N{n}", "year": "2021", "trade": flow[i, n], "Y": output[i],
         "E": spending[n], "friction": friction[i, n], "ln_tau": 0.0}
        for i in nodes for n in nodes
    ])  # fmt: skip
    cases = []
    for theta in given["thetas"]:
        coefficients = pd.DataFrame({"var": ["friction", "ln_tau"], "coeff": [1.0, -theta], "ste": [0.1, 0.1]})
        built = gegravity.OneSectorGE(
            gegravity.BaselineData(table, trade_var_name="trade", expend_var_name="E", output_var_name="Y"),
            year="2021", expend_var_name="E", output_var_name="Y", sigma=theta + 1.0,
            reference_importer=f"N{nodes[-1]}", cost_variables=["friction", "ln_tau"],
            cost_coeff_values=gegravity.CostCoeffs(coefficients, "var", "coeff", "ste"), quiet=True,
        )  # fmt: skip
        built.build_baseline(mr_tolerance=1e-13)
        for k, ln_tau in enumerate(np.array(given["ln_tau"])):
            changed = built.baseline_data.copy()
            changed["ln_tau"] = [
                ln_tau[int(a[1:]), int(b[1:])]
                for a, b in zip(changed["exporter"], changed["importer"], strict=True)
            ]  # fmt: skip
            model = deepcopy(built)
            model.define_experiment(changed)
            model.simulate()
            if not model.solver_diagnostics["conditional_MRs"].success:
                continue
            terms = model.country_mr_terms.sort_index()
            inward, outward = (terms[f"conditional {x}"].to_numpy() ** theta for x in ("imr", "omr"))
            new = flow * np.exp(-theta * ln_tau) * np.outer(outward, inward)
            cases.append({"theta": theta, "experiment": k, "flows": new.tolist()})
    return {"gegravity": version("gegravity"), "cases": cases}


def main() -> None:
    """Write gegravity.json anew, or be the other environment's worker."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--gegravity-python", help="Python of an environment with gegravity")
    python = parser.parse_args().gegravity_python
    if python is None:
        given = json.load(sys.stdin)
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answer = solve_there(given)
        sys.stdout.write(json.dumps(answer))
        return
    base = world()
    flow = base.flows()[:, :, 0, 0]
    given = {"flow": flow.tolist(), "thetas": THETAS, "ln_tau": shocks(base.nodes).tolist()}
    done = subprocess.run([python, __file__], input=json.dumps(given), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"the side of gegravity failed:\n{done.stderr}")
    KEPT.write_text(json.dumps(json.loads(done.stdout), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
