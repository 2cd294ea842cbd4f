"""Checks of added actors: whoever trades needs an economy, from the figures or from the scenario."""

from __future__ import annotations

from multivector.data.figures import load_figures
from multivector.data.nodes import CORE
from multivector.scenario.check_numbers import quantities
from multivector.scenario.merge import CONVERT, same_unit
from multivector.scenario.names import listed
from multivector.scenario.places import Places
from multivector.scenario.words import meant
from multivector.schema.actors import Actor
from multivector.schema.document import Scenario

BASE_YEAR = 2021
UNITS = ("US$ bn/yr", "US$ bn")
"""Of all that stands in an economy: that of the shipped figures, and the same in short (all of it is of a year)."""
NEEDED = ("gdp.{year}.{code}", "trade.total.{year}.{code}.exports", "trade.total.{year}.{code}.imports")


def check_economies(places: Places, scenario: Scenario) -> None:
    """Note errors where an actor beyond the core trades without an economy, or has one that nothing reads."""
    for code, actor in scenario.actors.items():
        keys = ("actors", code)
        if actor.economy is not None:
            _partners(places, code, actor)
        elif actor.trade == "figures" and code not in CORE and places.whole:
            figures = load_figures()
            wanted = [each.format(year=BASE_YEAR, code=code) for each in NEEDED]
            missing = [each for each in wanted if each not in figures]
            if missing:
                hint = meant(places.node(("actors",)), code)
                places.error(keys, f"found no figures {listed(missing)}", "an economy of its own, or trade: none", hint)


def _partners(places: Places, code: str, actor: Actor) -> None:
    keys = ("actors", code, "economy")
    assert actor.economy is not None
    if actor.trade == "none" or code in CORE:
        places.error(keys, "found an economy that nothing reads", "an added actor with trade: figures")
    for side in ("exports", "imports"):
        for partner in getattr(actor.economy, side):
            places.known((*keys, side, partner), partner, CORE, "economy")
    for spot, quantity in quantities(keys, actor.economy):
        if quantity.unit is not None and not any(same_unit(quantity.unit, unit) for unit in UNITS):
            places.error((*spot, "unit"), f'found "{quantity.unit[:60]}"', UNITS[0], CONVERT)
    places.known((*keys, "like"), actor.economy.like, CORE, "economy")
