"""Votes that a teacher may switch on (`optional` of a lesson): the room holds them, by people alone.

No state of the world knows of them, no machine casts one, and where none is switched on nothing of them is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from multivector.classroom.lesson.words import ministries, say, tell, word
from multivector.classroom.playing.game import Game
from multivector.language import LANGUAGES
from multivector.world.said import OPTIONS

Item = Mapping[str, Any]
PARTS = ("title", "body", "text", "about", "unchanged")
"""Texts of a vote that all may read; its record is told when the game is over."""


def offered(game: Game) -> dict[str, Item]:
    """Votes that the teacher may switch on, by id."""
    found = game.settings.optional or game.lesson.get("optional", [])
    return {str(i["id"]): i for i in found if isinstance(i, Mapping) and {"id", "step", "text", "voters"} <= set(i)}


def round_of(game: Game, item: Item) -> int | None:
    """Number of the round in which a vote is held; None where that round is not played."""
    return next((k for k, r in enumerate(game.rounds) if r.id == item["step"] and r.turn not in game.votes_only), None)


def may_switch(game: Game, item: Item, *, on: bool) -> bool:
    """Whether a vote may be switched now: on until its round begins, off until it ends."""
    at = round_of(game, item)
    if at is None or game.phase == "over":
        return False
    return at > game.round or (at == game.round and (game.phase != "playing" or not on))


def switched_on(game: Game) -> list[Item]:
    """Votes that are on and are held, or were."""
    return [i for id, i in offered(game).items() if id in game.items_on and round_of(game, i) is not None]


def open_now(game: Game) -> list[Item]:
    """Votes of the round that is played."""
    return [i for i in switched_on(game) if game.phase == "playing" and round_of(game, i) == game.round]


def held(game: Game) -> list[Item]:
    """Votes whose round is over, in which somebody voted."""
    voted = {id for (_, id), cast in game.item_votes.items() if cast}
    return [i for i in switched_on(game) if (round_of(game, i) or 0) < game.round and i["id"] in voted]


def note(game: Game) -> Any:
    """The content note: the lesson's, and those of the votes that are still to come; None where there is none."""
    coming = [i.get("note") for i in switched_on(game) if (round_of(game, i) or 0) >= game.round]
    found = [n for n in (game.lesson.get("note"), *coming) if n]
    if len(found) < 2:
        return found[0] if found else None
    return {language: " ".join(tell(n, language) for n in found) for language in LANGUAGES}


def told(item: Item, language: str) -> dict[str, Any]:
    """A vote in words."""
    return {"id": str(item["id"]), "symbol": str(item.get("symbol", "")), "source": str(item.get("source", "")),
            **{name: tell(item.get(name), language) for name in PARTS}}  # fmt: skip


def in_room(game: Game, language: str) -> dict[str, Any]:
    """What everybody may know of the votes of this round: nothing where there is none."""
    found = [told(item, language) for item in open_now(game)]
    return {"items": found} if found else {}


def of_world(game: Game, world: str, turn: int, language: str) -> dict[str, Any]:
    """How the people of a world voted in a turn that is over: nothing where there was no such vote."""
    found = [i for i in held(game) if game.rounds[round_of(game, i) or 0].turn == turn]
    out = [{**told(i, language), **result(game, i, world)} for i in found]
    return {"items": out} if out else {}


def result(game: Game, item: Item, world: str) -> dict[str, Any]:
    """Votes cast in a world, by actor, and their counts."""
    cast = game.item_votes.get((world, str(item["id"])), {})
    return {"cast": {a: cast[a] for a in game.actors if a in cast},
            "counts": {option: Counter(cast.values())[option] for option in OPTIONS}}  # fmt: skip


def of_seat(game: Game, world: str, actor: str, language: str) -> dict[str, Any]:
    """The votes of this round as one delegation sees them, with its own vote alone."""
    out = [
        {**told(item, language), "note": tell(item.get("note"), language), "may": actor in item["voters"],
         "apart": tell(item.get("apart", {}).get(actor), language),
         "cast": game.item_votes.get((world, str(item["id"])), {}).get(actor)}
        for item in open_now(game)
    ]  # fmt: skip
    return {"items": out} if out else {}


def of_teacher(game: Game, language: str) -> dict[str, Any]:
    """The switches of the console: nothing where the lesson has none."""
    out = []
    for id, item in offered(game).items():
        on, at = id in game.items_on, round_of(game, item)
        title = "" if at is None else tell((game.rounds[at].step or {}).get("title"), language) or game.rounds[at].id
        out.append({**told(item, language), "note": tell(item.get("note"), language), "on": on, "round": title,
                    "may": may_switch(game, item, on=not on)})  # fmt: skip
    return {"items": out} if out else {}


def after(game: Game, language: str) -> dict[str, Any]:
    """The votes of a finished game: by world, and what is on record; nothing where none was held."""
    out = [
        {**told(item, language), "record": tell(item.get("record"), language),
         "worlds": [{"id": w, **result(game, item, w)} for w in game.world_ids]}
        for item in held(game)
    ]  # fmt: skip
    return {"items": out} if out else {}


def lines(game: Game, language: str) -> list[tuple[str, list[str]]]:
    """The same as plain sentences, for the pages that a class takes away: a heading, and what stands under it."""
    speak, names = say(language), ministries()["actors"]
    out = []
    for item in after(game, language).get("items", []):
        rows = [f"{item['symbol']}: {item['text']}"]
        for world in item["worlds"]:
            cast = "; ".join(
                f"{tell(names.get(a) or game.scenario.actors[a].name or a, language)}: {word('votes', v, language)}"
                for a, v in world["cast"].items()
            )
            rows.append(f"{speak('World {id}', id=world['id'])}. {cast or '–'}")
        out.append((item["body"], [*rows, item["unchanged"], item["record"]]))
    return out


def rows(game: Game) -> list[dict[str, Any]]:
    """A row for each vote that was cast, for a table."""
    return [
        {"turn": at.turn + 1, "quarter": game.scenario.quarters()[at.turn], "world": world, "item": item["id"],
         "symbol": item.get("symbol", ""), "actor": actor, "vote": vote}
        for item in held(game) for at in [game.rounds[round_of(game, item) or 0]] for world in game.world_ids
        for actor, vote in result(game, item, world)["cast"].items()
    ]  # fmt: skip


def kept(game: Game, world: str) -> dict[str, Any]:
    """The section `classroom` as a world's result keeps it: with the votes that were held, else as it was."""
    found = [{**item, "cast": result(game, item, world)["cast"]} for item in held(game)]
    return {**game.lesson, "optional": found} if found else game.lesson
