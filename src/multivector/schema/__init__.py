"""What a scenario may say: frozen models, unknown keys refused. The docstrings are the manual."""

from __future__ import annotations

from multivector.schema.actors import Actor, Doctrine, Economy, Move, StrategicAim
from multivector.schema.base import GROUPS, SECTORS, WEIGHT_WORDS, Text, quarter_index, quarter_name
from multivector.schema.design import Calendar, Decision, Expectation, Family, RedLine, Uncertainty
from multivector.schema.document import Scenario
from multivector.schema.effects import Condition, Effect
from multivector.schema.measures import MEASURES, Measure
from multivector.schema.quantity import Path, Profile, Quantity
from multivector.schema.stocks import STOCKS, Stock
from multivector.schema.trace import Mark, Provenance
from multivector.schema.world import Alignment, Bloc, Corridor, Event, Leg, Rule, Sanction, Vote, VoteItem

__all__ = [
    "GROUPS", "MEASURES", "SECTORS", "STOCKS", "WEIGHT_WORDS", "Actor", "Alignment", "Bloc", "Calendar", "Condition",
    "Corridor", "Decision", "Doctrine", "Economy", "Effect", "Event", "Expectation", "Family", "Leg", "Mark", "Measure",
    "Move", "Path", "Profile", "Provenance", "Quantity", "RedLine", "Rule", "Sanction", "Scenario", "Stock",
    "StrategicAim", "Text", "Uncertainty", "Vote", "VoteItem", "quarter_index", "quarter_name",
]  # fmt: skip
