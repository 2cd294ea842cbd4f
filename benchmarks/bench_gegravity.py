"""A counterfactual of gegravity against one of the trade block here: the same six economies, one run, one machine.

Run `python benchmarks/bench_gegravity.py --gegravity-python /path/to/python [--repeats 5]`, the path being the Python
of an environment with `pip install gegravity` (the dependency group `bench` names it). Without the path only this
model's side is measured.

Both sides get the same changes of bilateral trade costs and the same elasticity. gegravity's OneSectorGE has one sector
and no inputs; here are six sectors and roundabout production, so this side solves the larger problem. gegravity's
baseline is built once and copied for each counterfactual (it cannot simulate twice). The ratio counts the definition of
the experiment and the simulation, not the copy, of the experiments that gegravity solves; on this side the shifters and
the solve, from the base each time. Both sides run in processes of their own, turn about, on one core with one thread.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import statistics
import subprocess
import sys
import time
import warnings
from typing import Any

# Only the standard library here: the other environment runs this file too.
THETA = 4.0
BATCH = 1000
EXPERIMENTS = 12
LN_COST, PART = 0.25, 0.3
"""An experiment raises the costs of this part of the pairs, by up to so much (log)."""
CONTIGUOUS = {("CHN", "KAZ"), ("CHN", "RUS"), ("KAZ", "RUS"), ("EU", "RUS")}
OWN_KM, FAR_KM = 1000.0, 8000.0
"""Distances where the figures name none: within an economy, and to the rest of the world; assumed."""
COEFFICIENTS = {"lndist": -0.3764, "contiguity": 0.8850, "international": -3.4224, "ln_tau": -THETA}
"""The first three from the package's own example; none of them changes how long a solve takes."""


def world() -> dict[str, Any]:
    """Six economies as plain numbers: goods flows and GDP (US$ bn), distances (km), and both sides' experiments."""
    import numpy as np

    from multivector.data.base_world import base_world
    from multivector.data.figures import load_figures

    figures = load_figures()
    base = base_world(figures)
    flow = base.goods.copy()
    np.fill_diagonal(flow, base.gdp - flow.sum(axis=1))
    distance, listed = {}, figures.select("distance")
    for i, a in enumerate(base.nodes):
        for b in base.nodes[i:]:
            known = [name for name in (f"distance.{a}.{b}", f"distance.{b}.{a}") if name in listed]
            distance[f"{a}-{b}"] = figures.value(known[0]) if known else OWN_KM if a == b else FAR_KM
    rng = np.random.default_rng(1)
    n = len(base.nodes)
    hit = (rng.random((EXPERIMENTS, n, n)) < PART) * (1.0 - np.eye(n))
    ln_tau = rng.uniform(0.0, LN_COST, (EXPERIMENTS, n, n)) * hit
    return {
        "nodes": list(base.nodes),
        "flow": flow.tolist(),
        "gdp": base.gdp.tolist(),
        "distance": distance,
        "ln_tau": ln_tau.tolist(),
    }


def gegravity_worker(given: dict[str, Any]) -> dict[str, Any]:
    """Milliseconds a counterfactual of gegravity: copying, defining and simulating; and what was solved."""
    from copy import deepcopy

    import gegravity
    import numpy
    import pandas as pd

    nodes, rows = given["nodes"], []
    for i, a in enumerate(nodes):
        for n, b in enumerate(nodes):
            pair = f"{a}-{b}" if f"{a}-{b}" in given["distance"] else f"{b}-{a}"
            rows.append(
                {
                    "exporter": a,
                    "importer": b,
                    "year": "2021",
                    "trade": given["flow"][i][n],
                    "Y": given["gdp"][i],
                    "E": given["gdp"][n],
                    "lndist": float(numpy.log(given["distance"][pair])),
                    "contiguity": float((a, b) in CONTIGUOUS or (b, a) in CONTIGUOUS),
                    "international": float(a != b),
                    "ln_tau": 0.0,
                }
            )
    table = pd.DataFrame(rows)
    coefficients = pd.DataFrame([{"var": k, "coeff": v, "ste": 0.1} for k, v in COEFFICIENTS.items()])
    built = gegravity.OneSectorGE(
        gegravity.BaselineData(table, trade_var_name="trade", expend_var_name="E", output_var_name="Y"),
        year="2021",
        expend_var_name="E",
        output_var_name="Y",
        sigma=THETA + 1.0,
        reference_importer="USA",
        cost_variables=list(COEFFICIENTS),
        cost_coeff_values=gegravity.CostCoeffs(coefficients, "var", "coeff", "ste"),
        quiet=True,
    )
    for scale in (1, 10, 100, 1000):
        # Its search for the multilateral resistances depends on a scale that the user has to try out.
        try:
            built.build_baseline(omr_rescale=scale)
        except ValueError:
            continue
        if built.solver_diagnostics["baseline_MRs"].success:
            break
    copying, wall, busy, income = [], [], [], []
    for ln_tau in given["ln_tau"]:
        changed = built.baseline_data.copy()
        changed["ln_tau"] = [
            ln_tau[nodes.index(a)][nodes.index(b)]
            for a, b in zip(changed["exporter"], changed["importer"], strict=True)
        ]
        start = time.perf_counter()
        model = deepcopy(built)
        copying.append(time.perf_counter() - start)
        start, own = time.perf_counter(), time.process_time()
        model.define_experiment(changed)
        model.simulate()
        taken, own = time.perf_counter() - start, time.process_time() - own
        good = all(bool(d.success) for d in model.solver_diagnostics.values())
        income.append(float(model.country_results["GDP change (percent)"]["KAZ"]) if good else None)
        if good:
            wall.append(taken)
            busy.append(own)
    return {
        "copy_ms": 1e3 * statistics.median(copying),
        "ms": 1e3 * statistics.median(wall),
        "busy_ms": 1e3 * statistics.median(busy),
        "solved": f"{len(wall)} of {len(given['ln_tau'])}",
        "KAZ": income,
        "versions": f"gegravity {_version('gegravity')}, NumPy {numpy.__version__}, pandas {pd.__version__}",
    }


def our_worker(given: dict[str, Any]) -> dict[str, Any]:
    """Microseconds a counterfactual of this model's trade block in a batch, from the base, shifters included."""
    import numpy as np

    from multivector.data.base_world import base_world
    from multivector.data.figures import load_figures
    from multivector.mechanisms.trade import TradeBase, solve

    data = base_world(load_figures())
    base = TradeBase.of(data.lam, data.beta, data.Y, data.va, data.D)
    ln_tau = np.array(given["ln_tau"])
    cost = np.ascontiguousarray(np.moveaxis(ln_tau[np.arange(BATCH) % len(ln_tau)], 0, -1))[:, :, None]
    out: dict[str, Any] = {"versions": f"NumPy {np.__version__}", "shape": "x".join(map(str, base.lam.shape[:3]))}
    for name, theta in (("us", THETA), ("us_short_run", 0.76)):
        elasticity = np.full(base.sectors, theta)
        # A counterfactual is a change of all sectors of a pair: one exponential a pair, spread over the sectors.
        wall, busy = [], []
        for _ in range(31):
            start, own = time.perf_counter(), time.process_time()
            found = solve(base, base.lam * np.exp(-theta * cost), None, elasticity)
            wall.append(time.perf_counter() - start)
            busy.append(time.process_time() - own)
        out[name] = 1e6 * statistics.median(wall[1:]) / BATCH
        out[f"busy_{name}"] = 1e6 * statistics.median(busy[1:]) / BATCH
        if name == "us":
            out["iterations"] = float(found.iterations.mean())
            out["KAZ"] = (100.0 * np.expm1(found.ln_income[data.index("KAZ"), : len(ln_tau)])).tolist()
            out["solved"] = f"{int(found.converged.sum())} of {BATCH}"
    return out


def _version(name: str) -> str:
    from importlib.metadata import version

    return version(name)


def run(python: str, side: str, given: dict[str, Any]) -> dict[str, Any]:
    """One process of one side."""
    one = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(
        [python, os.path.abspath(__file__), "--worker", side],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        env={**os.environ, **one},
    )
    if done.returncode:
        raise SystemExit(f"the {side} side failed:\n{done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def report(python: str | None, repeats: int) -> None:
    """Alternate the two sides and print medians and their ratio."""
    given = world()
    ours, theirs = [], []
    for _ in range(repeats):
        ours.append(run(sys.executable, "ours", given))
        if python:
            theirs.append(run(python, "gegravity", given))
    mine, busy, short = (statistics.median(r[k] for r in ours) for k in ("us", "busy_us", "us_short_run"))
    spread = sorted(r["us"] for r in ours)
    print(f"this model ({ours[0]['versions']}): {ours[0]['shape']} with inputs, batch of {BATCH}, {repeats} runs")
    print(
        f"  {mine:8.2f} us a counterfactual ({spread[0]:.2f} to {spread[-1]:.2f}), of the processor {busy:.2f};",
        end=" ",
    )
    print(f"{ours[0]['iterations']:.1f} steps, solved {ours[0]['solved']}")
    print(f"  {short:8.2f} us with the elasticity of a year (0.76)")
    if not theirs:
        print("gegravity: not measured (name its Python with --gegravity-python)")
        return
    ms, busy_ms, copy_ms = (statistics.median(r[k] for r in theirs) for k in ("ms", "busy_ms", "copy_ms"))
    print(f"{theirs[0]['versions']}: one sector, no inputs")
    print(f"  {ms:8.2f} ms a counterfactual, of the processor {busy_ms:.2f}; {copy_ms:.2f} ms for the copy;", end=" ")
    print(f"solved {theirs[0]['solved']}")
    ratios = sorted(1e3 * b["ms"] / a["us"] for a, b in zip(ours, theirs, strict=True))
    print(f"ratio {1e3 * ms / mine:,.0f} (pairs of runs: {ratios[0]:,.0f} to {ratios[-1]:,.0f}; aim 5,000);", end=" ")
    print(f"by processor time {1e3 * busy_ms / busy:,.0f}")
    both = [(a, b) for a, b in zip(ours[0]["KAZ"], theirs[0]["KAZ"], strict=True) if b is not None]
    print("real income of KAZ, %, here and gegravity: " + ", ".join(f"{a:.2f} {b:.2f}" for a, b in both[:4]))


def main() -> None:
    """Read the command line: the driver, or one side of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--gegravity-python", help="Python of an environment with gegravity")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--worker", choices=("ours", "gegravity"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.worker is None:
        report(chosen.gegravity_python, chosen.repeats)
        return
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    given = json.load(sys.stdin)
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = (our_worker if chosen.worker == "ours" else gegravity_worker)(given)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
