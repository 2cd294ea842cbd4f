"""Element 7 of an ODD description: every mechanism with its equations, numbers, moves, rules and lines."""

from __future__ import annotations

from itertools import groupby

from multivector.data.ledger import LedgerRow
from multivector.report.markdown import docstring, modules, number, span, table
from multivector.schema import Effect, Move, Scenario

TOOLS = ("common", "coordinates", "stock_table", "trade_market", "trade_solver")
"""Modules of mechanisms that are tools of the others."""


def families() -> list[str]:
    """Modules of mechanisms that state equations, sorted.

    Examples
    --------
    >>> "votes" in families(), "common" in families()
    (True, False)
    """
    return [name for name in modules("mechanisms") if name not in TOOLS]


def submodels(scenario: Scenario, rows: list[LedgerRow]) -> list[str]:
    """Mechanisms, parameters, moves, rules and red lines."""
    lines = ["### Mechanisms", ""]
    for name in families():
        lines += [f"#### {name}", "", docstring(f"mechanisms.{name}"), ""]
    off = [name for name, on in scenario.mechanisms.items() if not on]
    lines += [f"Switched off in this scenario: {', '.join(off) or 'nothing'}.", ""]
    lines += ["### How trade is solved", ""]
    for name in ("trade_market", "trade_solver"):
        lines += [docstring(f"mechanisms.{name}"), ""]
    return [*lines, *_parameters(scenario, rows), *_moves(scenario), *_rules(scenario), *_lines(scenario)]


def _is_initial(id: str) -> bool:
    return id.startswith("stocks.") and id.endswith(".base")


def _parameters(scenario: Scenario, rows: list[LedgerRow]) -> list[str]:
    """All parameters but the stocks' base values, which element 5 has."""
    mine = [row for row in rows if row.id in scenario.parameters and not _is_initial(row.id)]
    lines = ["### Parameters", ""]
    for family, group in groupby(sorted(mine, key=lambda row: row.id), key=lambda row: row.id.split(".")[0]):
        lines += [f"#### {family}", ""]
        lines += table(
            ["id", "value", "range", "unit", "confidence", "source", "read by"],
            (
                [row.id, number(row.value), span(row.low, row.high), row.unit, row.confidence, row.source,
                 ", ".join(row.read_by)]
                for row in group
            ),
        )  # fmt: skip
    return lines


def _moves(scenario: Scenario) -> list[str]:
    return [
        "### Moves",
        "",
        "What an actor may do in a turn and what it changes, in steps of the stock unless a unit is said. An offer "
        "takes effect when the other side accepts. What follows from a mechanism is not written here.",
        "",
        *table(
            ["move", "kind", "by", "toward", "changes", "if refused"],
            (
                [_titled(name, move), move.kind + (", offer" if move.answer else ""), ", ".join(move.by),
                 ", ".join(move.targets), _effects(move.effects), _effects(move.on_refusal)]
                for name, move in scenario.moves.items()
            ),
        ),
    ]  # fmt: skip


def _titled(name: str, move: Move) -> str:
    return f"{name}: {move.label}" if move.title else name


def _effects(effects: tuple[Effect, ...]) -> str:
    return "; ".join(_effect(each) for each in effects)


def _effect(effect: Effect) -> str:
    where = [effect.of, effect.toward, effect.corridor, effect.exporter, effect.importer, effect.sector]
    place = ", ".join(each for each in where if each)
    size = f"{effect.steps:+g}" if effect.steps is not None else f"{effect.amount or 0.0:+g} (amount)"
    late = f" after {effect.delay} q" if effect.delay else ""
    time = f" for {effect.turns} q" if effect.turns else ""
    chance = f", chance {effect.chance:g}" if effect.chance is not None else ""
    return f"{effect.stock}{f' ({place})' if place else ''} {size}{late}{time}{chance}"


def _rules(scenario: Scenario) -> list[str]:
    if not scenario.alignment.rules:
        return []
    rows = (
        [name, each.label, _effects(each.then), f"{each.chance:g}"] for name, each in scenario.alignment.rules.items()
    )
    return ["### Rules", "", *table(["rule", "what", "then", "chance"], rows)]


def _lines(scenario: Scenario) -> list[str]:
    rows = (
        [each.label, f"{each.measure}{f' of {each.of}' if each.of else ''}",
         f"below {number(each.below)}" if each.below is not None else f"above {number(each.above)}", each.quarters,
         each.owner if each.enabled else f"{each.owner}, off"]
        for each in scenario.red_lines.values()
    )  # fmt: skip
    return ["### Red lines", "", *table(["line", "measure", "crossed when", "quarters in a row", "whose"], rows)]
