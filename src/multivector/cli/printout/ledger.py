"""What `describe` shows of the figures behind a world, and of what stocks are worth to its actors."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from multivector.schema import Scenario

if TYPE_CHECKING:
    from multivector.data.ledger import LedgerRow
    from multivector.scenario.load import Report

Part = tuple[Any, list[str]]


def rows(prefix: str) -> list[LedgerRow]:
    """Figures that the base world rests on, then pair totals and flows by sector, with ids that start with `prefix`."""
    from multivector.data.base_world import base_world
    from multivector.data.figures import load_figures
    from multivector.data.ledger import ledger_rows

    figures = load_figures()
    found = {row.id: row for row in [*ledger_rows(figures), *ledger_rows(figures, base_world(figures))]}
    start = prefix.rstrip(".")
    return [row for id, row in found.items() if id == start or id.startswith(f"{start}.") or not start]


def figures(prefix: str) -> Part:
    """Figures and built flows as lines: value, unit, range, confidence, source, place."""
    found = rows(prefix)
    lines = []
    for row in found:
        span = "" if row.low is None or row.high is None else f" ({row.low:g} to {row.high:g})"
        lines.append(
            f"{row.id}={row.value:g} {row.unit}{span}, {row.date}; {row.confidence}; {row.source}; {row.where}"
        )
    return [asdict(row) for row in found], lines or [f"no figure begins with {prefix}"]


def figure(found: Report, id: str) -> Part | None:
    """One figure or built flow by its id, as `where` shows a value of the scenario; None if there is no such figure."""
    from multivector.scenario.ledger import ledger

    if found.scenario is None or not rows(id):
        return None
    row = next((each for each in ledger(found.scenario) if each.id == id), None)
    if row is None:
        return None
    span = "not stated" if row.low is None or row.high is None else f"{row.low:g} to {row.high:g}"
    facts = {"unit": row.unit, "range": span, "confidence": row.confidence, "source": row.source, "date": row.date}
    place = row.where if row.where.startswith("built") else f"stands in {row.where}"
    lines = [f"{row.id}={row.value:g}", *(f"  {key}: {text or 'not stated'}" for key, text in facts.items())]
    return asdict(row), [*lines, f"  {place}"]


def assumptions(scenario: Scenario) -> Part:
    """Every number of a scenario and of the figures behind it, and how many of them are of which confidence."""
    from multivector.scenario.ledger import ledger

    found = ledger(scenario)
    counts = Counter(row.confidence or "not stated" for row in found)
    share = ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=lambda each: (-each[1], each[0])))
    return [asdict(row) for row in found], [f"{len(found)} numbers: {share}", *(_ledger_line(row) for row in found)]


def _ledger_line(row: LedgerRow) -> str:
    span = "no range" if row.low is None or row.high is None else f"{row.low:g} to {row.high:g}"
    readers = f"; read by {', '.join(row.read_by)}" if row.read_by else ""
    facts = "; ".join(each or "not stated" for each in (row.date, row.confidence, row.source, row.where))
    return f"{row.id}={row.value:g} {row.unit or 'no unit'} ({span}); {facts}{readers}"


def worth(scenario: Scenario) -> Part:
    """What one step of each stock, now, is worth to each actor over its horizon, and the scale of its choices."""
    from multivector.world.layout.params import Params
    from multivector.world.layout.stock_base import build_table
    from multivector.world.setup import Setup

    setup = Setup(scenario)
    table = build_table(setup.layout, Params(scenario, 8))
    facts: dict[str, Any] = {}
    lines: list[str] = []
    for actor, terminal in sorted(setup.terminal.items()):
        steps = {key: float(table.step[table.index[key], 0]) for key in sorted(terminal.profiles)}
        values = {key: float(terminal.later(key)) * step for key, step in steps.items()}
        facts[actor] = {"horizon": terminal.horizon, "scale": setup.scales[actor], "step_worth": values}
        lines.append(f"{actor}: horizon {terminal.horizon} quarters, scale of choice {setup.scales[actor]:.3g}")
        shown = sorted(values.items(), key=lambda item: (-abs(item[1]), item[0]))
        lines += [f"  {key:<34} {value:+.3f} a step" for key, value in shown if abs(value) >= 0.001]
    return facts, lines
