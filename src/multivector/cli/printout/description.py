"""The parts of `multivector describe`: each returns facts (for --json) and lines (for people)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping as Map
from typing import Any

from multivector.cli.common import ENGLISH
from multivector.errors import BadInput
from multivector.language import Speaker
from multivector.scenario.differ import differences
from multivector.scenario.load import Report, trace_of
from multivector.scenario.nodes import Mapping, Scalar, to_data
from multivector.scenario.resolve import locate
from multivector.schema import Scenario
from multivector.schema.design import RedLine
from multivector.schema.quantity import Quantity
from multivector.schema.stocks import STOCKS
from multivector.schema.switches import SWITCHES
from multivector.schema.turn import CHOOSING, PHASES

Part = tuple[dict[str, Any], list[str]]


def number(value: float) -> str:
    """A number as short as it can be and still be the same when it is read again.

    Examples
    --------
    >>> number(0.76), number(4.0), number(1e-7)
    ('0.76', '4', '1e-07')
    """
    short = repr(float(value))
    return short.removesuffix(".0") if "e" not in short else short


def where(found: Report, path: str) -> Part:
    """One value: what it is, unit, source, confidence, range, and every place that set it; ``stocks`` lists those.

    Raises
    ------
    BadInput
        There is no such path.
    """
    scenario = _scenario(found)
    if path == "stocks":
        return _stocks()
    trace = trace_of(found)
    node = trace.node(path)
    origin = scenario.provenance(path)
    facts: dict[str, Any] = {"path": path, "value": None if node is None else to_data(node, free=True)}
    quantity = scenario.parameters.get(path.removeprefix("parameters.")) or _quantity(facts["value"])
    lines: list[str] = []
    if quantity is not None:
        facts = {"path": path, **quantity.model_dump(exclude_none=True)}
        lines.append(f"{path}={number(quantity.value)}")
        lines += [f"  {key}: {text}" for key, text in _facts(quantity)]
    elif node is None:
        facts["value"] = _default(scenario, locate(trace.root, path) or [])
        lines += [f"{path}={_word(facts['value'])}", "  a default: no file sets it"]
    elif isinstance(node, Scalar):
        lines.append(f"{path}={node.text}")
    else:
        lines.append(f"{path}:")
        lines += [f"  {text}" for text in _tree(facts["value"])]
    facts["set"] = [
        {"file": mark.file, "line": mark.line, "value": text}
        for mark, text in zip(origin.chain, origin.values, strict=True)
    ]
    for place, (mark, text) in enumerate(zip(origin.chain, origin.values, strict=True)):
        value = f" ({text})" if len(origin.chain) > 1 else ""
        lines.append(f"  {'set in' if place == 0 else 'over  '} {mark}{value}")
    return facts, lines


def _stocks() -> Part:
    """What moves, events and rules may change: no path of a scenario, and asked for as if it were one."""
    kinds = {
        name: {"what": s.doc, "unit": s.unit, "low": s.low, "high": s.high, "fields": list(s.indices), "step": s.step}
        for name, s in STOCKS.items()
    }
    lines = [
        f"{name}: {s.doc} ({', '.join(s.indices) or 'of the focus actor'}; unit {s.unit}, {s.low:g} to {s.high:g})"
        for name, s in STOCKS.items()
    ]
    return {"path": "stocks", "value": kinds}, lines


def _quantity(value: Any) -> Quantity | None:
    """A number with its origin that stands elsewhere than among the parameters, such as a corridor's capacity."""
    if isinstance(value, dict) and "value" in value and value.keys() <= Quantity.model_fields.keys():
        return Quantity.model_validate(value)
    return None


def _facts(quantity: Quantity) -> Iterable[tuple[str, str]]:
    yield "unit", quantity.unit or "not stated"
    if quantity.low is not None and quantity.high is not None:
        yield "range", f"{number(quantity.low)} to {number(quantity.high)}"
    yield "confidence", quantity.confidence or "not stated"
    yield from (
        (key, text)
        for key, text in (("source", quantity.source), ("date", quantity.date), ("note", quantity.note))
        if text
    )


def _default(scenario: Scenario, keys: list[str]) -> Any:
    here: Any = scenario.model_dump(mode="json", by_alias=True)
    for key in keys:
        here = here.get(key) if isinstance(here, dict) else None
    return here


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _tree(value: Any) -> list[str]:
    return json.dumps(value, indent=2, ensure_ascii=False).splitlines()


def phases(found: Report) -> Part:
    """The phases of a turn, with the order of choice that this scenario has."""
    scenario = _scenario(found)
    together = scenario.order == "simultaneous"
    lines = [f"{place:>2} {phase.name:<9} {phase.doc}{' (at once)' if together and phase.name in CHOOSING else ''}"
             for place, phase in enumerate(PHASES, 1)]  # fmt: skip
    facts = [{"name": phase.name, "doc": phase.doc} for phase in PHASES]
    return {"order": scenario.order, "phases": facts}, [f"order: {scenario.order}", *lines]


def report(found: Report, parameters: bool, say: Speaker = ENGLISH) -> Part:
    """Everything: a page for people, the resolved scenario for programs.

    What the scenario says to readers is said in their language; numbers, sources and expectations are the author's.
    """
    scenario = _scenario(found)
    changes = _changes(found)
    facts = {**scenario.model_dump(mode="json", by_alias=True), "differs": changes}
    lines = [*_head(found, scenario, say), *_block(say("Differs from its parent"), changes)]
    lines += _block(say("Actors"), _actors(scenario, say))
    lines += _block(say("Doctrines"), [
        f"{name}: {say(each.label)} ({say('for {actors}', actors=', '.join(each.for_))})"
        for name, each in scenario.doctrines.items()
    ])  # fmt: skip
    lines += _block(
        say("Corridors"), [f"{name}: {say(each.label)} ({each.kind})" for name, each in scenario.corridors.items()]
    )
    lines += _block(say("Sanctions"), _sanctions(scenario))
    lines += _block(
        say("Votes"),
        [f"{vote.turn} {name}: {say(vote.label)} ({vote.issue})" for name, vote in _by_turn(scenario.alignment.votes)],
    )
    lines += _block(say("Rules"), [f"{name}: {say(rule.label)}" for name, rule in scenario.alignment.rules.items()])
    lines += _block(say("Events"), [
        f"{event.turn} {name}: {say(event.label)} ({say('cause: {cause}', cause=say(event.cause))})"
        for name, event in _by_turn(scenario.events)
    ])  # fmt: skip
    lines += _block(say("Red lines"), [_red_line(name, line, say) for name, line in scenario.red_lines.items()])
    lines += _block(
        say("What the powers would lose without the focus actor, good by good"), _critical(scenario)
    )  # fmt: skip
    lines += _block(say("Moves"), _moves(scenario))
    lines += _block(say("Switches"), [_switch(name, scenario) for name in SWITCHES])
    lines += _block(say("Expected"), _expected(scenario))
    if parameters:
        lines += _block(say("Parameters"), [_parameter(name, each) for name, each in scenario.parameters.items()])
    return facts, lines


def _switch(name: str, scenario: Scenario) -> str:
    state = "on" if scenario.mechanisms.get(name, True) else "off"
    return f"mechanisms.{name}: {state} ({SWITCHES[name]})"


def _head(found: Report, scenario: Scenario, say: Speaker) -> list[str]:
    quarters = scenario.quarters()
    lines = [f"{scenario.id}: {say(str(scenario.title))}" if scenario.title else scenario.id]
    if scenario.question:
        lines.append(say(str(scenario.question)))
    lines.append(say.many(
        "{first} to {last}, {n} turn; focus {focus}", "{first} to {last}, {n} turns; focus {focus}", len(quarters),
        first=quarters[0], last=quarters[-1], focus=scenario.focus,
    ))  # fmt: skip
    lines.append(say(
        "order {order}; senders {senders}; decisions {rules}", order=scenario.order, senders=scenario.senders,
        rules=_rules(scenario),
    ))  # fmt: skip
    if scenario.benchmark:
        lines.append(say("benchmark: {id}", id=scenario.benchmark))
    if found.is_fragment:
        lines.append(say("a part of a world: it cannot be run alone"))
    return [*lines, say("files: {files}", files=" < ".join(reversed(trace_of(found).files)))]


def _rules(scenario: Scenario) -> str:
    """The decision rule, and the actors that have their own."""
    own = [f"{code}: {rule}" for code, rule in scenario.decision.actors.items()]
    return scenario.decision.rule + (f" ({', '.join(own)})" if own else "")


def _changes(found: Report) -> list[str]:
    trace = trace_of(found)
    return differences(trace.parent, trace.root) if isinstance(trace.parent, Mapping) else []


def _block(title: str, lines: list[str]) -> list[str]:
    return ["", f"{title}:", *(f"  {line}" for line in lines)] if lines else []


def _by_turn(entries: Any) -> list[tuple[str, Any]]:
    return sorted(entries.items(), key=lambda entry: (entry[1].turn, entry[0]))


def _actors(scenario: Scenario, say: Speaker) -> list[str]:
    lines = []
    for code, actor in scenario.actors.items():
        name = f" {say(str(actor.name))}" if actor.name else ""
        trade = f", {say('no trade')}" if actor.trade == "none" else ""
        lines.append(f"{code}{name}: {actor.doctrine or say('no doctrine')}{trade}")
    return lines


def _sanctions(scenario: Scenario) -> list[str]:
    lines = []
    for name, each in scenario.sanctions.items():
        end = f" until {each.end}" if each.end else ""
        watched = f"; watches {', '.join(each.secondary.watches)}" if each.secondary else ""
        what = f"{', '.join(each.senders)} on {each.target}, {', '.join(each.sectors)}"
        lines.append(f"{name}: {what}, from {each.start}{end}{watched}")
    return lines


def _moves(scenario: Scenario) -> list[str]:
    kinds = Counter(move.kind for move in scenario.moves.values())
    return (
        [f"{len(scenario.moves)}: {', '.join(f'{count} {kind}' for kind, count in sorted(kinds.items()))}"]
        if kinds
        else []
    )


def _expected(scenario: Scenario) -> list[str]:
    lines = []
    for each in scenario.expect:
        here = f" with {_settings(each.set_)}" if each.set_ else ""
        there = f" with {_settings(each.against_set)}" if each.against_set else ""
        against = each.against or scenario.benchmark or "nothing"
        found = f" [the model contradicts: {each.finding}]" if each.finding else ""
        lines.append(f"{each.what} {each.direction}{here}, against {against}{there}: {each.because}{found}")
    return lines


def _settings(values: Map[str, str]) -> str:
    return ", ".join(f"{path}={value}" for path, value in values.items())


def _critical(scenario: Scenario) -> list[str]:
    """The table of critical goods: how much it is, what hangs on it, how long it cannot be replaced."""
    start, lines = "leverage.goods.", []
    for name in scenario.parameters:
        if name.startswith(start) and name.endswith(".worth"):
            row = name.removesuffix(".worth")
            power, _, good = row.removeprefix(start).partition(".")
            value, damage, stocks, substitution = (
                number(scenario.value(f"{row}.{part}")) for part in ("worth", "damage", "stocks", "substitution")
            )
            size = f"US$ {value} bn a year, {damage} lost for each missing"
            time = f"stocks {stocks} q, replaced in {substitution} q"
            lines.append(f"{power} {good}: {size}; {time} ({scenario.parameters[name].note or good})")
    return lines


def _red_line(name: str, line: RedLine, say: Speaker) -> str:
    side = f"below {number(line.below)}" if line.below is not None else f"above {number(line.above or 0.0)}"
    of = f" of {line.of}" if line.of else ""
    off = "" if line.enabled else " (off)"
    if say.lang != "en":
        name = f"{name}: {say(line.label)}"
    return f"{name}: {line.measure}{of} {side} for {line.quarters} q ({line.owner}){off}"


def _parameter(name: str, quantity: Quantity) -> str:
    spread = ""
    if quantity.low is not None and quantity.high is not None:
        spread = f" [{number(quantity.low)} to {number(quantity.high)}]"
    source = f": {quantity.source}" if quantity.source else ""
    unit, sure = quantity.unit or "no unit", quantity.confidence or "not stated"
    return f"{name}={number(quantity.value)}  ({unit}){spread} {sure}{source}"


def _scenario(found: Report) -> Scenario:
    if found.scenario is None:
        raise BadInput(found.problems)
    return found.scenario
