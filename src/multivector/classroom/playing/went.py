"""How an outcome went in a quarter: what a prediction is held against."""

from __future__ import annotations

from multivector.classroom.playing.worlds import Worlds
from multivector.outcomes import OUTCOMES
from multivector.outcomes.registry import build
from multivector.schema.base import GROUPS
from multivector.world.watching.observed import labels_of


def went(worlds: Worlds, turn: int, outcome: str, world: int = 0) -> str | None:
    """``up``, ``down``, or ``same`` within the margin of the dictionary.

    The first quarter is held against the base of the world; None for an outcome that has none there.
    """
    found = worlds.watch.outcomes
    if outcome not in found[turn]:
        return None
    before = float(found[turn - 1][outcome][world]) if turn else _base(worlds, outcome)
    if before is None:
        return None
    change = float(found[turn][outcome][world]) - before
    margin = build(labels_of(worlds.setup.layout))[outcome].margin
    return "same" if not abs(change) > margin else "up" if change > 0 else "down"


def _base(worlds: Worlds, outcome: str) -> float | None:
    """An outcome before anything has happened."""
    scenario, engine = worlds.scenario, worlds.model.engine
    focus, table = scenario.focus, engine.table
    if outcome == "goodwill_floor":
        powers = [a for a in scenario.actors if a != focus]
        mine = scenario.actors[focus].relations
        return min(float(mine.get(p, scenario.actors[p].relations.get(focus, 0.0))) for p in powers)
    if outcome == "approval":
        rows = [table.index[f"approval:{g}"] for g in GROUPS]
        return float(sum(share * table.base[d, 0] for share, d in zip(engine.groups[:, 0], rows, strict=True)))
    if OUTCOMES.get(outcome) is not None and OUTCOMES[outcome].unit.startswith("ratio to 2021"):
        return 1.0
    if outcome == "oil.exported":
        return 1.0
    name, _, who = outcome.partition(".")
    keys = (f"{name}:{who}>{focus}", f"{name}:{who}", name)
    return next((float(table.base[table.index[k], 0]) for k in keys if k in table.index), None)
