"""Words of delegations: sentences that a step of a lesson lets them choose among. Told to all, and in no number.

Everybody in a delegation may choose; its word is the one most chosen (of several, the one chosen first). All are told
together when the round is over. A delegation without people says nothing. What the teacher types for a delegation,
from its sheet or as it says it, is its word whatever was tapped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from multivector.classroom.lesson.codes import sentences
from multivector.classroom.lesson.words import tell
from multivector.classroom.playing.game import Game, Key, Refused

TYPED = ""
"""Who chose what the teacher typed: no seat has this name."""
Statement = Mapping[str, Any]
"""One question of a step: ``id``, ``by`` (actors; all, if it is left out), ``text``, ``options``."""


def asked(game: Game, actor: str, round_: int | None = None) -> list[Statement]:
    """What an actor is asked to say in a round (the present one)."""
    step = game.plan[min(game.round if round_ is None else round_, len(game.plan) - 1)].step or {}
    return [s for s in step.get("statements", ()) if actor in s.get("by", ()) or not s.get("by")]


def choose(game: Game, key: Key, who: str, id: str, option: str) -> None:
    """Somebody of a delegation chooses what it says.

    Raises
    ------
    Refused
        It is not asked now, or there is no such sentence.
    """
    known = {str(s["id"]): [str(o["id"]) for o in s["options"]] for s in asked(game, key[1])}
    if option not in known.get(id, ()):
        raise Refused("unknown")
    game.words.setdefault((key, game.round, id), {})[who] = option


def say(game: Game, key: Key, id: str, option: str) -> None:
    """The teacher types what a delegation says; `Refused` as for `choose`."""
    choose(game, key, TYPED, id, option)


def codes(game: Game, actor: str) -> dict[str, tuple[str, str]]:
    """Codes of the sentences among which an actor may choose now, as its sheet has them."""
    return sentences((str(s["id"]), [str(o["id"]) for o in s["options"]]) for s in asked(game, actor))


def spoken(game: Game, key: Key) -> dict[str, str]:
    """What the teacher has typed for a delegation in this round: question and option."""
    taps = {str(s["id"]): game.words.get((key, game.round, str(s["id"])), {}) for s in asked(game, key[1])}
    return {id: found[TYPED] for id, found in taps.items() if TYPED in found}


def sentence(game: Game, actor: str, id: str, option: str, language: str) -> str:
    """A sentence of this round, in words."""
    options = next(s["options"] for s in asked(game, actor) if s["id"] == id)
    return tell(next(o["text"] for o in options if o["id"] == option), language)


def chosen(game: Game, key: Key, round_: int, id: str) -> str | None:
    """What a delegation says: what was typed for it, else the sentence most chosen (of several the one chosen first).

    None where nobody chose.
    """
    found = game.words.get((key, round_, id), {})
    taps = list(found.values())
    return found.get(TYPED) or (max(dict.fromkeys(taps), key=taps.count) if taps else None)


def of_seat(game: Game, key: Key, seat: str, language: str) -> list[dict[str, Any]]:
    """What a seat is asked to say now, with its own choice and its delegation's."""
    return [
        {"id": s["id"], "text": tell(s["text"], language),
         "mine": game.words.get((key, game.round, str(s["id"])), {}).get(seat),
         "delegation": chosen(game, key, game.round, str(s["id"])),
         "options": [{"id": o["id"], "text": tell(o["text"], language)} for o in s["options"]]}
        for s in asked(game, key[1])
    ]  # fmt: skip


def said(game: Game, world: str, round_: int) -> Iterator[dict[str, Any]]:
    """What was said in a round of a world, by codes: for tables and logs."""
    for actor in game.actors:
        for statement in asked(game, actor, round_):
            option = chosen(game, (world, actor), round_, str(statement["id"]))
            if option is not None:
                yield {"actor": actor, "id": str(statement["id"]), "option": option, "statement": statement}


def told(game: Game, world: str, language: str) -> list[dict[str, Any]]:
    """What everybody said in the last round that is over, to be shown to all."""
    out = []
    for one in said(game, world, game.round - 1) if game.round else ():
        options = {str(o["id"]): o["text"] for o in one["statement"]["options"]}
        out.append({"actor": one["actor"], "id": one["id"], "asked": tell(one["statement"]["text"], language),
                    "text": tell(options[one["option"]], language)})  # fmt: skip
    return out
