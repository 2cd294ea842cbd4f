"""The game between two sides as plain data: equilibria of the mean payoffs, and how far they hang on the draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from multivector.analysis.doctrines.equilibrium import Equilibrium, played, solve, stability
from multivector.analysis.doctrines.payoffs import Payoffs, common
from multivector.analysis.statistics.paired import HIGHER
from multivector.analysis.sweep import mean
from multivector.results.recorded import Array

Names = Sequence[str]


def told_best(payoffs: Payoffs, names: Names, column: int) -> dict[str, Any]:
    """The best choice of a column: its share of the redraws, and what can be told of the others."""
    found = payoffs.best(column)
    return {
        "doctrine": names[found.choice], "share": found.share, "shares": dict(zip(names, found.shares, strict=True)),
        "worse": [names[k] for k in found.worse], "same": [names[k] for k in found.same],
        "unknown": [names[k] for k in found.unknown],
    }  # fmt: skip


def told_dominance(payoffs: Payoffs, names: Names) -> list[dict[str, Any]]:
    """Which choices are dominated, by whom, and in how many columns by what matters."""
    out = []
    for k, name in enumerate(names):
        found = payoffs.dominance(k)
        by, may = [names[j] for j in found.by], [names[j] for j in found.may]
        # A difference may be sure and still smaller than what matters.
        matters = [sum(payoffs.gap(c, j, k).verdict == HIGHER for c in range(payoffs.columns)) for j in found.by]
        row = {"doctrine": name, "answer": found.answer, "by": by, "matters_in": matters, "columns": payoffs.columns}
        out.append({**row, "may": may})
    return out


def told_game(a: Array, b: Array, rows: tuple[str, Names], columns: tuple[str, Names], margin: float) -> dict[str, Any]:
    """Best answers and dominated choices of the side of the columns, and the equilibria.

    Parameters
    ----------
    a, b : ``[column, row, replicate]`` payoffs of the side of the rows and of the other, more is better; nan where a
        history failed.
    rows, columns : who, and what they choose among.
    margin : smallest difference of the other's payoff that matters.
    """
    a, b = (each.transpose(1, 0, 2) for each in common([a, b]))
    # Rows are the one side's, columns the other's; in the other's own table its choices come second.
    theirs = Payoffs(b, margin)
    out: dict[str, Any] = {
        "rows": rows[0], "columns": columns[0], "answers": list(columns[1]), "n": int(a.shape[-1]), "margin": margin,
        "their_payoffs": [[mean(b[i, j]) for i in range(b.shape[0])] for j in range(b.shape[1])],
        "their_best": [told_best(theirs, columns[1], k) for k in range(len(rows[1]))],
        "their_dominance": told_dominance(theirs, columns[1]),
    }  # fmt: skip
    if a.shape[-1] < 2:
        return {**out, "method": "", "degenerate": False, "equilibria": []}
    solved = solve(a.mean(axis=-1), b.mean(axis=-1))
    out |= {"method": solved.method, "degenerate": solved.degenerate}
    out["equilibria"] = [_equilibrium(each, a, b, rows, columns) for each in solved.equilibria]
    return out


def _equilibrium(
    found: Equilibrium, a: Array, b: Array, rows: tuple[str, Names], columns: tuple[str, Names]
) -> dict[str, Any]:
    stable = stability(a, b, found)
    weight = np.array(found.rows)[:, None, None] * np.array(found.columns)[None, :, None]
    return {
        rows[0]: _mixture(rows[1], found.rows, stable.rows),
        columns[0]: _mixture(columns[1], found.columns, stable.columns),
        "pure": found.pure, "payoff": [mean((weight * each).sum(axis=0).sum(axis=0)) for each in (a, b)],
        "regret": list(found.regret), "same_in": stable.same, "redrawn": stable.count, "gain": list(stable.gain),
    }  # fmt: skip


def _mixture(
    names: Sequence[str], mixture: Sequence[float], ends: Sequence[tuple[float, float]]
) -> list[dict[str, Any]]:
    inside = set(played(mixture))
    return [
        {"doctrine": name, "probability": p, "low": low, "high": high}
        for k, (name, p, (low, high)) in enumerate(zip(names, mixture, ends, strict=True))
        if k in inside or high > 0.0
    ]
