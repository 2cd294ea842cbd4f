"""What the press and the Secretariat may do, and how a delegation answers the press.

Neither decides anything for a state: the one puts public things in order and asks, the other conducts what delegations
vote on. All of it is seen by the whole world. What they leave undone is done in the ordinary way, so that nobody waits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from multivector.classroom.lesson.words import texts
from multivector.classroom.playing import happened
from multivector.classroom.playing.game import Front, Game, Question, Refused
from multivector.classroom.playing.reading import count, list_of, playing, text_of

LINES, EDITIONS, QUESTIONS = 3, 2, 3
"""Lines of a front page; times that it is printed in a round; delegations that are asked in a round."""


def _world(game: Game, who: str) -> str:
    return game.seats[who].world


def _actor(game: Game, message: Mapping[str, Any]) -> str:
    actor = text_of(message, "actor")
    if actor not in game.actors:
        raise Refused("unknown")
    return actor


# ---- the press


def publish(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """Print the front page of this round: one to three things that happened, in order, and a headline that fits."""
    world = _world(game, who)
    if game.phase == "lobby":
        raise Refused("not-now")
    lines, headline = list_of(message, "lines", LINES), message.get("headline")
    if not lines or len(set(lines)) < len(lines):
        raise Refused("bad-request")
    if not set(lines) <= set(happened.items(game, world)):
        raise Refused("unknown")
    if headline is not None and headline not in happened.headlines(game, world, lines):
        raise Refused("unknown")
    old = happened.front(game, world)
    edition = 1 if old is None else old.edition + 1
    if edition > EDITIONS:
        raise Refused("no-more-editions")
    game.fronts[world, game.round] = Front(tuple(lines), headline, edition)
    count(game, who, "front_pages")


def conference(game: Game) -> bool:
    """Whether a press conference is on: somebody has the floor before the wall."""
    return game.screen == "press" and game.phase != "playing"


def ask(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """Put a question of the list to a delegation: three a round, one to each; at a press conference, to who speaks."""
    world, actor, question = _world(game, who), _actor(game, message), text_of(message, "question")
    if question not in texts("questions"):
        raise Refused("unknown")
    held = conference(game)
    if not (actor == game.speaker if held else game.phase == "playing" and game.led((world, actor))):
        raise Refused("not-now")
    now = asked(game, world, held)
    mine = next((q for q in now if q.actor == actor), None)
    if mine is not None and (mine.answer is not None or not held):
        raise Refused("no-more-questions")
    if mine is not None:
        mine.question = question
    elif not held and len(now) >= QUESTIONS:
        raise Refused("no-more-questions")
    else:
        game.questions.append(Question(game.turn, game.round, world, actor, question, who, held))
    count(game, who, "questions")


def asked(game: Game, world: str, held: bool) -> list[Question]:
    """Questions of this round, or of the press conference before it."""
    return [q for q in game.questions if (q.world, q.round, q.conference) == (world, game.round, held)]


def comment(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """The head of a delegation answers the press with a phrase of the list; the answer is public and stands."""
    seat = game.seats[who]
    key, phrase = (seat.world, seat.actor), text_of(message, "phrase")
    playing(game)
    if game.head(key) != who:
        raise Refused("not-head")
    if phrase not in texts("comments"):
        raise Refused("unknown")
    found = next((q for q in asked(game, seat.world, False) if q.actor == seat.actor), None)
    if found is None:
        raise Refused("unknown")
    if found.answer is not None:
        raise Refused("not-now")
    found.answer, found.answered_by = phrase, who
    count(game, who, "messages")


# ---- the Secretariat


def cast(game: Game, world: str, text: str) -> dict[str, bool | None]:
    """Who has voted on a text, by actor, and never how; None where a machine votes when the round ends."""
    out: dict[str, bool | None] = {}
    for actor in game.actors:
        key = (world, actor)
        # The teacher may have typed the vote of a delegation that a machine leads in all else.
        said = key not in game.bots and text in game.table(key).votes
        out[actor] = True if said else False if game.led(key) else None
    return out


def _ballot(game: Game, message: Mapping[str, Any]) -> str:
    playing(game)
    text = text_of(message, "text")
    if text not in game.ballots():
        raise Refused("unknown" if text not in game.worlds.texts() else "not-now")
    return text


def open_vote(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """Open the vote on a text of this round, one at a time: the wall shows it. Nobody waits to cast a vote for that."""
    text, sitting = _ballot(game, message), game.sitting(_world(game, who))
    if set(sitting.opened) - set(sitting.closed) or text in sitting.opened:
        raise Refused("not-now")
    sitting.opened.append(text)
    sitting.called = []
    count(game, who, "votes_run")


def close_vote(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """Close a vote that was opened, once every delegation with people in it has voted or has been called."""
    text, world = _ballot(game, message), _world(game, who)
    sitting = game.sitting(world)
    if text not in sitting.opened or text in sitting.closed:
        raise Refused("not-now")
    if [a for a, voted in cast(game, world, text).items() if voted is False and a not in sitting.called]:
        raise Refused("not-called")
    sitting.closed.append(text)


def call(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """Call a delegation by name: to vote where a vote is open, else to confirm its moves; once a round."""
    playing(game)
    actor, world = _actor(game, message), _world(game, who)
    sitting = game.sitting(world)
    if actor in sitting.called or not game.led((world, actor)):
        raise Refused("not-now")
    sitting.called.append(actor)
    count(game, who, "calls")


def floor(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """Give a delegation the floor, for an explanation of vote or at the look at the wall; without one, take it back."""
    if game.phase == "lobby":
        raise Refused("not-now")
    actor = None if message.get("actor") is None else _actor(game, message)
    game.sitting(_world(game, who)).floor = actor
    count(game, who, "calls")


def speakers(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """Set the order in which delegations speak."""
    order = list_of(message, "order", len(game.actors))
    if game.phase == "lobby":
        raise Refused("not-now")
    if len(set(order)) < len(order) or not set(order) <= set(game.actors):
        raise Refused("unknown")
    game.sitting(_world(game, who)).speakers = order


def announce(game: Game, who: str, message: Mapping[str, Any]) -> None:
    """Announce the result of a text of the quarter that is over."""
    world, text = _world(game, who), text_of(message, "text")
    if game.phase not in ("between", "over") or happened.inside(game) or not game.made:
        raise Refused("not-now")
    if text not in game.worlds.stories[game.lane(world)].turns[-1].votes:
        raise Refused("unknown")
    sitting = game.sitting(world)
    if text not in sitting.announced:
        sitting.announced.append(text)


Act = Callable[[Game, str, Mapping[str, Any]], Any]
PRESS: dict[str, Act] = {"publish": publish, "ask": ask}
SECRETARIAT: dict[str, Act] = {
    "open-vote": open_vote, "close-vote": close_vote, "call": call, "floor": floor, "speakers": speakers,
    "announce": announce,
}  # fmt: skip
