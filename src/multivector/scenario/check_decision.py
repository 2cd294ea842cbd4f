"""Checks of how actors decide: rules that exist and work, scripts that are followed, equilibria that can be found."""

from __future__ import annotations

from multivector.scenario.places import Keys, Places
from multivector.scenario.policies import rule_names, trouble
from multivector.schema.design import RULES
from multivector.schema.document import Scenario

WEIGH = ("logit", "qre")
"""Rules by which an actor weighs its menu, so that it can be a player in a fixed point."""
MOST_SLOTS = 3
"""Slots of a turn that `qre` can follow in expectation (`decisions.successive`)."""


def check_decision(places: Places, scenario: Scenario) -> None:
    """Check the rules of all actors, and their scripts."""
    decision = scenario.decision
    rules: dict[Keys, str] = {("decision", "rule"): decision.rule}
    for code, rule in decision.actors.items():
        keys: Keys = ("decision", "actors", code)
        places.actor(keys, code)
        rules[keys] = rule
        if rule == "scripted" and code not in decision.script:
            places.error(keys, "found no script for this actor", "a script under decision.script, or another rule")
    for keys, rule in rules.items():
        _rule(places, keys, rule)
    _scripts(places, scenario)
    for keys, rule in rules.items():
        if rule == "qre":
            _equilibrium(places, scenario, keys)


def _rule(places: Places, keys: Keys, rule: str) -> None:
    # Looking for packages takes time, and worlds that name none need not know which there are.
    if rule in RULES:
        return
    if not places.known(keys, rule, rule_names(), "decision rule"):
        return
    why = trouble(rule)
    if why:
        places.error(keys, f'found "{rule}", but {why}', "one installed package that offers it and works")


def _scripts(places: Places, scenario: Scenario) -> None:
    for code in scenario.decision.script:
        if scenario.decision.rule_of(code) != "scripted":
            found = f"found a script that nobody follows: {code} chooses by {scenario.decision.rule_of(code)}"
            places.warn(("decision", "script", code), found, "rule: scripted")


def _equilibrium(places: Places, scenario: Scenario, keys: Keys) -> None:
    """A fixed point needs somebody else to agree with, and the quick evaluation: it weighs hundreds of times."""
    decision = scenario.decision
    if decision.depth == "deep":
        places.error(keys, "found qre with depth: deep, which would take hours a history", "depth: default")
    if not places.whole:
        return
    who = [keys[2]] if len(keys) > 2 else [a for a in scenario.actors if decision.rule_of(a) == "qre"]
    players = [a for a in scenario.actors if decision.rule_of(a) in WEIGH]
    if who and not any(a not in who[:1] for a in players):
        places.error(keys, "found qre where nobody else weighs", "another actor that chooses by logit or qre")
    for code in players:
        own, usual = scenario.actors[code].slots, decision.slots
        slots = own if own is not None else usual.focus if code == scenario.focus else usual.others
        if slots > MOST_SLOTS:
            places.error(keys, f"found qre where {code} has {slots} slots", f"at most {MOST_SLOTS}")
