"""What a teacher types for delegations without a page of their own: lines of move sheets, answers to offers, votes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from multivector.classroom.lesson import codes as paper_codes
from multivector.classroom.lesson.words import resolution, tell, texts, word
from multivector.classroom.playing import items, statements
from multivector.classroom.playing.game import Game, Key, Refused
from multivector.errors import BadInput
from multivector.world.said import OPTIONS

SIGNS: Mapping[str, str] = {"yes": "+", "no": "-", "abstain": "0", "absent": "x"}
"""Signs of votes as on the sheets."""


@dataclass(frozen=True)
class Mistake:
    """Why a line does not count: a code of `texts.toml` (`refused` or `typed`), and the likely lines."""

    why: str
    meant: tuple[str, ...] = ()
    other: str = ""


@dataclass
class Read:
    """Lines that were understood, by actor, and those that were not."""

    lines: dict[str, paper_codes.Line] = field(default_factory=dict)
    wrong: dict[str, Mistake] = field(default_factory=dict)


def codes(game: Game) -> dict[str, str]:
    """Entry to the code that move sheets have for it."""
    entries = game.worlds.setup.layout.catalogue.entries
    found: dict[str, str] = game.remembered("codes", lambda: paper_codes.codes(entries))
    return found


def read(game: Game, world: str, typed: Mapping[str, str]) -> Read:
    """Understand the lines of a world, each beside the delegation in whose row it was typed; nothing is done yet.

    The letter of the delegation may be left out, since the row has it: the check digit is that of the whole line.
    """
    out, letter = Read(), paper_codes.letters(game.actors)
    for actor, text in typed.items():
        said = paper_codes.tidy(text)
        if said.startswith(("M", "T")):
            said = f"{letter[actor]} {said}"
        found = _line(game, (world, actor), said)
        if isinstance(found, Mistake):
            out.wrong[actor] = found
        else:
            out.lines[actor] = found
    return out


def _line(game: Game, key: Key, said: str) -> paper_codes.Line | Mistake:
    slots = {actor: game.limit((key[0], actor)) for actor in game.actors}
    try:
        line = paper_codes.read(
            said, codes(game), slots, {actor: statements.codes(game, actor) for actor in game.actors}
        )
    except BadInput as error:
        many = paper_codes.is_whole(said) and sum(part[0] == "M" for part in said.split()) > slots[key[1]]
        meant = tuple(re.findall(r'"([^"]+)"', error.problems[0].hint))
        return Mistake("no-more-slots") if many else Mistake("slip", meant)
    if line.actor != key[1]:
        return Mistake("other", other=line.actor)
    wrong = game.wrong(key, line.entries)
    return Mistake(wrong) if wrong else line


def enter(game: Game, world: str, line: paper_codes.Line) -> None:
    """A line counts as confirmed. Without M00 the doctrine does what is missing, as the sheet says.

    Sentences in it are the delegation's word; a line of sentences alone leaves its moves as they are.
    """
    key = (world, line.actor)
    for id, option in line.words:
        statements.say(game, key, id, option)
    if not line.moves:
        return
    play(game, key, line.entries)
    game.table(key).owed = 0 if line.passed else max(0, game.due(key) - len(line.entries))


def play(game: Game, key: Key, entries: tuple[str, ...] | list[str]) -> None:
    """Moves that the teacher enters for a delegation: from now on people lead it."""
    game.bots.discard(key)
    table = game.table(key)
    table.confirmed, table.done, table.typed, table.spoke, table.owed = list(entries), True, True, True, 0


def say(game: Game, key: Key, answers: Any, votes: Any, ballots: Any) -> None:
    """Answers to offers that stand and votes, as a delegation says them aloud; None takes one back.

    `ballots` are votes on what the teacher has switched on, by its id: the room's alone.

    Raises
    ------
    Refused
        There is no such offer, text or vote, or nobody votes in this round.
    """
    if not all(isinstance(said, Mapping) for said in (answers, votes, ballots)):
        raise Refused("bad-request")
    if any(v is not None and not isinstance(v, bool) for v in answers.values()):
        raise Refused("bad-request")
    if votes and not game.now.last:
        raise Refused("not-now")
    if not set(answers) <= set(game.offers_to(key)) or not set(votes) <= set(game.worlds.texts()):
        raise Refused("unknown")
    if any(v is not None and v not in OPTIONS for v in [*votes.values(), *ballots.values()]):
        raise Refused("unknown")
    _ballots(game, key, ballots)
    if not answers and not votes:
        return
    game.bots.discard(key)
    table = game.table(key)
    table.spoke = True
    table.answers = {k: v for k, v in {**table.answers, **answers}.items() if v is not None}
    table.votes = {k: v for k, v in {**table.votes, **votes}.items() if v is not None}


def _ballots(game: Game, key: Key, ballots: Mapping[str, str | None]) -> None:
    voters = {str(item["id"]): item["voters"] for item in items.open_now(game)}
    if not set(ballots) <= set(voters):
        raise Refused("unknown")
    if any(key[1] not in voters[id] for id in ballots):
        raise Refused("forbidden")
    for id, vote in ballots.items():
        cast = game.item_votes.setdefault((key[0], id), {})
        cast.pop(key[1], None)
        if vote is not None:
            cast[key[1]] = vote


# ---- what the console shows


def told(game: Game, found: Read, language: str) -> dict[str, Any]:
    """What was understood, and what was not, in words."""
    title = {e: tell(_entry(game, e).move.title, language) or e for line in found.lines.values() for e in line.entries}
    return {
        "read": {actor: [*(title[e] for e in line.entries), *_sentences(game, actor, line, language)]
                 for actor, line in found.lines.items()},
        "wrong": {actor: {"text": _why(game, mistake, language), "meant": list(mistake.meant)}
                  for actor, mistake in found.wrong.items()},
    }  # fmt: skip


def _sentences(game: Game, actor: str, line: paper_codes.Line, language: str) -> list[str]:
    return [statements.sentence(game, actor, id, option, language) for id, option in line.words]


def _why(game: Game, mistake: Mistake, language: str) -> str:
    if mistake.why in texts("typed"):
        return word("typed", mistake.why, language, who=_name(game, mistake.other, language))
    return word("refused", mistake.why, language)


def _entry(game: Game, id: str) -> Any:
    catalogue = game.worlds.setup.layout.catalogue
    return catalogue.entries[catalogue.index[id]]


def _name(game: Game, actor: str, language: str) -> str:
    return tell(game.scenario.actors[actor].name, language) or actor if actor else ""


def sheet(game: Game, language: str) -> dict[str, Any] | None:
    """What can be typed in this round, world by world: a row for each delegation, offers to it, texts to vote on."""
    if game.phase != "playing":
        return None
    titles = game.scenario.alignment.votes
    asked = game.worlds.texts() if game.now.last else []
    return {
        "texts": [{"id": t, "title": resolution(t, titles[t].title, language)} for t in asked],
        "items": [{"id": i["id"], "title": f"{i['body']}, {i['symbol']}: {i['text']}", "voters": i["voters"]}
                  for i in ({**item, **items.told(item, language)} for item in items.open_now(game))],
        "votes": [{"id": v, "sign": sign, "text": word("votes", v, language)} for v, sign in SIGNS.items()],
        "worlds": {world: _rows(game, world, language) for world in game.world_ids},
    }  # fmt: skip


def _rows(game: Game, world: str, language: str) -> list[dict[str, Any]]:
    letter, number, out = paper_codes.letters(game.actors), 0, []
    for actor in sorted(game.actors, key=lambda a: (a != game.scenario.focus, a)):
        key, offers = (world, actor), []
        table = game.table(key)
        for id in sorted(game.offers_to(key)):
            number, entry = number + 1, _entry(game, id)
            title, sender = tell(entry.move.title, language) or id, _name(game, entry.actor, language)
            offers.append({"id": id, "number": number, "from": entry.actor, "from_name": sender, "title": title,
                           "answer": table.answers.get(id)})  # fmt: skip
        out.append({
            "actor": actor, "name": _name(game, actor, language), "letter": letter[actor], "limit": game.limit(key),
            "people": len(game.taken(key)), "typed": table.typed, "offers": offers, "votes": dict(table.votes),
            "items": {id: cast[actor] for (where, id), cast in game.item_votes.items()
                      if where == world and actor in cast},
            "moves": [tell(_entry(game, e).move.title, language) or e for e in table.confirmed],
            "asked": len(statements.asked(game, actor)),
            "words": [statements.sentence(game, actor, id, option, language)
                      for id, option in statements.spoken(game, key).items()],
        })  # fmt: skip
    return out
