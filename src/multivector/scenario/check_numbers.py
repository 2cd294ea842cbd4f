"""Checks of quantities, paths, uncertainties and levers: range, bounds, origin."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Map
from typing import Any

from multivector.scenario.limits import MAX_TOLD
from multivector.scenario.names import did_you_mean
from multivector.scenario.nodes import Node, child
from multivector.scenario.places import Keys, Places
from multivector.scenario.resolve import locate
from multivector.scenario.words import fields_at
from multivector.schema.base import Model
from multivector.schema.document import Scenario
from multivector.schema.numbers import canonical, numbers
from multivector.schema.quantity import Path, Quantity

VARIED = "a parameter, or a number of an actor, corridor, package, event, rule, move, vote, doctrine, path or red line"


def check_numbers(places: Places, scenario: Scenario) -> None:
    """Run all checks of numbers."""
    for name, quantity in scenario.parameters.items():
        keys = ("parameters", name)
        _quantity(places, keys, quantity)
        _origin(places, keys, quantity)
    for section in ("corridors", "sanctions"):
        for spot, inner in quantities((section,), getattr(scenario, section)):
            _quantity(places, spot, inner)
    for code, actor in scenario.actors.items():
        for spot, inner in quantities(("actors", code, "economy"), actor.economy):
            _quantity(places, spot, inner)
            _origin(places, spot, inner)
    for name, path in scenario.paths.items():
        _range(places, ("paths", name), path)
    _levers(places, scenario)
    for pattern, family in scenario.ledger.items():
        ranges = [name for name in ("each_way", "times", "exact") if getattr(family, name)]
        if len(ranges) > 1:
            places.error(("ledger", pattern), f"found both {' and '.join(ranges)}", "one of them, or none")


def quantities(keys: Keys, value: Any) -> Iterator[tuple[Keys, Quantity]]:
    """Every quantity inside a record, with its path."""
    if isinstance(value, Quantity):
        yield keys, value
    elif isinstance(value, Model):
        for name, field in type(value).model_fields.items():
            yield from quantities((*keys, field.alias or name), getattr(value, name))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from quantities((*keys, str(name)), item)
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from quantities((*keys, str(number)), item)


def _quantity(places: Places, keys: Keys, quantity: Quantity) -> None:
    low, high = quantity.bounds
    spot = (*keys, "value")
    if not low <= quantity.value <= high:
        places.error(spot, f"found {quantity.value:g}", _between(low, high))
        return
    if not _range(places, keys, quantity):
        return
    low = low if quantity.low is None else quantity.low
    high = high if quantity.high is None else quantity.high
    if not low <= quantity.value <= high:
        hint = "outside the range that its source gives"
        places.warn(spot, f"found {quantity.value:g}", f"from {low:g} to {high:g}", hint)


def _between(low: float, high: float) -> str:
    """What a number may be, in words.

    Examples
    --------
    >>> _between(0.0, 1.0), _between(0.0, float("inf")), _between(float("-inf"), 2.0)
    ('from 0 to 1', '0 or more', '2 or less')
    """
    if high == float("inf"):
        return f"{low:g} or more"
    return f"{high:g} or less" if low == float("-inf") else f"from {low:g} to {high:g}"


def _range(places: Places, keys: Keys, quantity: Quantity | Path) -> bool:
    if quantity.low is not None and quantity.high is not None and quantity.low > quantity.high:
        places.error((*keys, "low"), f"found low {quantity.low:g} above high {quantity.high:g}", "low at most high")
        return False
    if quantity.confidence in ("literature", "assumed") and (quantity.low is None or quantity.high is None):
        places.error(keys, f"found no range for a number of confidence {quantity.confidence}", "low and high")
        return False
    return True


def _origin(places: Places, keys: Keys, quantity: Quantity) -> None:
    if quantity.confidence in ("data", "literature") and not quantity.source:
        places.error(keys, f"found no source for a number of confidence {quantity.confidence}", "a source")


def _levers(places: Places, scenario: Scenario) -> None:
    known = numbers(scenario) if places.whole and (scenario.uncertainties or scenario.levers) else {}
    for section in ("uncertainties", "levers"):
        for path in getattr(scenario, section):
            if places.whole and not _exists(places, path) and canonical(path, known) not in known:
                many = len(places.problems) > MAX_TOLD
                hint = "" if many else did_you_mean(path, places.names("parameters"))
                allowed = "a parameter's id, or a dotted path of this scenario"
                places.error((section, path), f'found the unknown path "{path[:80]}"', allowed, hint)
    for path in _fixed(places, scenario, known):
        found = "found a number of which all replicates of a batch have the same"
        places.error(("uncertainties", path), found, VARIED)
    for path, spread in scenario.uncertainties.items():
        if spread.low > spread.high:
            places.error(
                ("uncertainties", path, "low"),
                f"found low {spread.low:g} above high {spread.high:g}",
                "low at most high",
            )
        elif spread.distribution == "loguniform" and spread.low <= 0:
            places.error(("uncertainties", path, "low"), f"found {spread.low:g}", "more than 0 for loguniform")
    for path, values in scenario.levers.items():
        if not values:
            places.error(("levers", path), "found no values", "at least one")


def _fixed(places: Places, scenario: Scenario, known: Map[str, float]) -> list[str]:
    """Uncertainties over what exists but cannot differ between replicates; a part of a world is taken on trust."""
    if not places.whole:
        return []
    unknown = [u for u in scenario.uncertainties if canonical(u, known) not in known and _exists(places, u)]
    return [u for u in unknown if not places.excused(tuple(locate(places.root, u) or ()))]


def _exists(places: Places, path: str) -> bool:
    keys = locate(places.root, path) or []
    here: Node = places.root
    for number, key in enumerate(keys):
        below = child(here, key)
        if below is None:
            # A field that the file leaves at its default.
            return number == len(keys) - 1 and key in fields_at(Scenario, keys[:-1])
        here = below
    return bool(keys)
