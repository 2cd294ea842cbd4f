"""What a message says, read with a check: what is wrong is `Refused`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from multivector.classroom.playing.game import Game, Refused


def text_of(message: Mapping[str, Any], name: str, most: int = 120) -> str:
    """A text that is there and not too long."""
    value = message.get(name)
    if not isinstance(value, str) or not value:
        raise Refused("bad-request")
    if len(value) > most:
        raise Refused("too-large")
    return value


def list_of(message: Mapping[str, Any], name: str = "entries", most: int = 10) -> list[str]:
    """A list of texts, not too many."""
    value = message.get(name)
    if not isinstance(value, list) or len(value) > most or not all(isinstance(v, str) for v in value):
        raise Refused("bad-request")
    return value


def flag_of(message: Mapping[str, Any], name: str) -> bool:
    """True or false."""
    value = message.get(name)
    if not isinstance(value, bool):
        raise Refused("bad-request")
    return value


def playing(game: Game) -> None:
    """Refuse outside a round."""
    if game.phase != "playing":
        raise Refused("not-now")


def count(game: Game, who: str, what: str) -> None:
    """Note for the table of participation that somebody did something once more."""
    counts = game.people[who].counts
    counts[what] = counts.get(what, 0) + 1
