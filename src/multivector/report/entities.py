"""Elements 2, 5 and 6 of an ODD description: what there is, how it begins, what comes from outside."""

from __future__ import annotations

from multivector.data.ledger import LedgerRow
from multivector.report.markdown import docstring, number, span, table
from multivector.schema import SECTORS, STOCKS, Scenario


def entities(scenario: Scenario) -> list[str]:
    """Actors, collectives, ways out, stocks, and the scales of time and space."""
    quarters = scenario.quarters()
    return [
        "### Actors",
        "",
        *table(
            ["code", "name", "doctrine", "moves a quarter", "trade"],
            (
                [code, each.name or code, each.doctrine or "none", "" if each.slots is None else each.slots, each.trade]
                for code, each in scenario.actors.items()
            ),
        ),
        f"{scenario.focus} is the focus actor: the outcomes are about its balancing. Other states are in the trade "
        "block as the rest of the world (ROW), in blocs and in votes; they do not act.",
        "",
        "### Ways out",
        "",
        *table(
            ["corridor", "kind", "crosses", "capacity", "base flow"],
            (
                [
                    each.label,
                    each.kind,
                    ", ".join(each.crosses),
                    f"{number(each.capacity.value)} {each.capacity.unit}" if each.capacity else "not bounded",
                    f"{number(each.base_flow.value)} {each.base_flow.unit}" if each.base_flow else "",
                ]
                for each in scenario.corridors.values()
            ),
        ),
        "### State variables",
        "",
        "Every stock that a move, event or rule may change. An index is an actor, a group of opinion, a corridor or an "
        "economy; those without one are the focus actor's own. Besides these the state holds the trade equilibrium "
        "(prices, flows, premia of scarce routes), the habit of trade by flow, intermediaries' capacities, what was "
        "published of the last quarters, and effects on their way.",
        "",
        *table(
            ["stock", "what it is", "unit", "bounds", "index", "known to"],
            (
                [
                    stock.name,
                    stock.doc,
                    stock.unit,
                    span(stock.low, stock.high),
                    ", ".join(f"{key} ({kind})" for key, kind in stock.indices.items()),
                    _known(stock.visible),
                ]
                for stock in STOCKS.values()
            ),
        ),
        "### Scales",
        "",
        f"Time: quarters from {quarters[0]} to {quarters[-1]}, {len(quarters)} turns. Space: economies joined by trade "
        f"in {len(SECTORS)} sectors ({', '.join(SECTORS)}) and by the corridors above; there is no map. Values are in "
        "US$ bn of 2021 a year, utility in per cent of an actor's base real income of a quarter.",
        "",
    ]


def _known(visible: str) -> str:
    return {"public": "all", "of": "the actor in the index", "focus": "the focus actor"}.get(visible, visible)


def initialization(rows: list[LedgerRow]) -> list[str]:
    """The base economy, the stocks' base values, relations."""
    base = [row for row in rows if row.id.startswith("stocks.") and row.id.endswith(".base")]
    relations = [row for row in rows if row.id.startswith("actors.")]
    return [
        docstring("data.base_world"),
        "",
        docstring("world.start"),
        "",
        "Every history of a scenario begins in the same state, unless a number is drawn from its range; what differs "
        "between histories is what nature draws. The stocks begin at their base values:",
        "",
        *table(
            ["number", "value", "range", "unit", "confidence"],
            ([row.id, number(row.value), span(row.low, row.high), row.unit, row.confidence] for row in base),
        ),
        "and actors with these relations, starting stocks and slots:",
        "",
        *table(
            ["number", "value", "range", "confidence", "source"],
            ([row.id, number(row.value), span(row.low, row.high), row.confidence, row.source] for row in relations),
        ),
    ]


def inputs(scenario: Scenario) -> list[str]:
    """Series, measures, texts and events from outside, with their sources."""
    lines = ["Series from outside, step-wise by quarter:", ""]
    lines += table(
        ["path", "unit", "first", "last", "least", "most", "source"],
        (
            [name, each.unit or "", *(number(x) for x in _ends([*each.values.values()])), each.source or ""]
            for name, each in scenario.paths.items()
        ),
    )
    lines += ["Dated measures:", ""] if scenario.sanctions else ["No dated measures.", ""]
    if scenario.sanctions:
        lines += table(
            ["package", "by", "on", "sectors", "from", "source"],
            (
                [each.label, ", ".join(each.senders), each.target, ", ".join(each.sectors), each.start,
                 each.source or ""]
                for each in scenario.sanctions.values()
            ),
        )  # fmt: skip
    texts, events = scenario.alignment.votes.items(), scenario.events.items()
    dated = [(each.turn, "text", name, each.label, each.source or "") for name, each in texts]
    dated += [(each.turn, f"event ({each.cause})", name, each.label, each.source or "") for name, each in events]
    if dated:
        lines += ["Texts put to the vote and events:", ""]
        lines += table(["quarter", "kind", "id", "what", "source"], sorted(dated))
    lines += ["Sources named by the scenario:", "", *(f"- {source}" for source in scenario.sources), ""]
    return lines


def _ends(values: list[float]) -> tuple[float, float, float, float]:
    return values[0], values[-1], min(values), max(values)
