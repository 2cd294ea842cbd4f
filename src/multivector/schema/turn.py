"""The phases of a turn, in order: the one tuple that the world follows and that `describe --phases` prints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase: its name in code, what happens, and whether it is part of the pure step (`advance`)."""

    name: str
    doc: str
    pure: bool


PHASES: tuple[Phase, ...] = (
    Phase("news", "dated events, delayed effects arrive, last quarter's records are published, beliefs follow", False),
    Phase("senders", "the sanctioning powers (EU, USA) choose", False),
    Phase("target", "Russia chooses", False),
    Phase("others", "China and added powers choose", False),
    Phase("focus", "Kazakhstan chooses", False),
    Phase("answers", "offers are answered; what was not answered is refused", True),
    Phase("hazards", "coercion, outages with their cause, cases of evasion, crises", True),
    Phase("routes", "the oil price of the quarter is drawn, pipelines ration oil", True),
    Phase("trade", "trade finds its equilibrium within capacities", True),
    Phase("votes", "texts of the quarter are voted on", True),
    Phase("accounts", "income, rents, prices, opinion; stocks advance; outcomes, red lines, record", True),
)
"""With ``order: simultaneous`` the four choosing phases act on the same information."""

CHOOSING: tuple[str, ...] = ("senders", "target", "others", "focus")
"""The phases in which actors choose."""
