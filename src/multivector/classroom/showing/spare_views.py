"""What the press and the Secretariat see: what is public in their world, and who has done something, never what."""

from __future__ import annotations

from typing import Any

from multivector.classroom.lesson.seats import Seat, ministry
from multivector.classroom.lesson.words import tell, texts, word
from multivector.classroom.playing import happened, spare
from multivector.classroom.playing.game import Game, Person
from multivector.classroom.showing.public import (
    SHOWN_ORDER,
    actor_name,
    gauges,
    line_text,
    lines,
    public,
    questions,
    seat_title,
    text_words,
)
from multivector.classroom.showing.views import Clock, nickname, predictions, questions_asked, room


def spare_view(game: Game, person: Person, clock: Clock) -> dict[str, Any]:
    """Everything that a spare seat may see, and nothing else."""
    seat, language = game.seats[person.seat], person.language
    about, survey = ministry("", seat.ministry), game.survey_open
    own = _press(game, seat, language) if seat.ministry == "press" else _secretariat(game, seat, language)
    return {
        "type": "view", "role": "seat", "language": language, "room": room(game, language, clock),
        "seat": {
            "id": seat.id, "card": seat.card, "world": seat.world, "actor": "", "ministry": seat.ministry,
            "actor_name": tell(about["name"], language), "title": seat_title(game, seat, language),
            "nickname": nickname(person, language), "head": False, "spare": True, "does": tell(about["does"], language),
            "sees": tell(about["sees_words"], language), "question": tell(about["question"], language),
        },
        "public": public(game, seat.world, language), seat.ministry: own,
        "partners": [{"actor": a, "name": actor_name(game, a, language), "people": game.led((seat.world, a))}
                     for a in game.actors],
        "predictions": predictions(game, person, language) if game.phase == "playing" else [],
        "survey": {"open": survey, "answered": survey in person.surveys,
                   "questions": questions_asked(game, language) if survey else []},
        "seen": person.seen,
        "result": {"lines": lines(game, seat.world, language), "gauges": gauges(game, seat.world, language)}
        if game.phase == "over" else None,
    }  # fmt: skip


def _press(game: Game, seat: Seat, language: str) -> dict[str, Any]:
    """The list of what happened, the front page so far, and what may be asked."""
    front, known = happened.front(game, seat.world), happened.items(game, seat.world)
    held = spare.conference(game)
    asked = spare.asked(game, seat.world, held)
    return {
        "items": [{"id": code, "text": line_text(game, seat.world, code, language), "ordinary": k}
                  for k, code in enumerate(known)],
        "headlines": [{"id": id, "text": word("headlines", id, language), "needs": [
            code for code in known if happened.kinds(game, seat.world, [code]) & set(needed)]}
                      for id, needed in happened.HEADLINES.items() if happened.headlines(game, seat.world, known)],
        "lines": list(front.lines) if front else [], "headline": front.headline if front else None,
        "most": spare.LINES, "editions_left": spare.EDITIONS - (front.edition if front else 0),
        "conference": held, "questions_left": 1 if held else max(0, spare.QUESTIONS - len(asked)),
        "questions": [{"id": q, "text": tell(t, language)} for q, t in texts("questions").items()],
        "asked": questions(game, seat.world, language),
    }  # fmt: skip


def _secretariat(game: Game, seat: Seat, language: str) -> dict[str, Any]:
    """The texts of this round with who has voted, the roll of who has confirmed, and the list of speakers."""
    world = seat.world
    sitting = game.sitting(world)
    return {
        "texts": [{**text_words(game, text, language), "opened": text in sitting.opened,
                   "closed": text in sitting.closed,
                   "voted": [a for a, voted in spare.cast(game, world, text).items() if voted]}
                  for text in game.ballots()],
        "roll": [{"actor": a, "name": actor_name(game, a, language), "people": game.led((world, a)),
                  "confirmed": game.led((world, a)) and game.table((world, a)).done, "called": a in sitting.called}
                 for a in game.actors] if game.phase == "playing" else [],
        "floor": sitting.floor, "speakers": list(sitting.speakers), "results": _results(game, world, language),
    }  # fmt: skip


def _results(game: Game, world: str, language: str) -> list[dict[str, Any]]:
    """Results of the quarter that is over, to be announced."""
    if game.phase not in ("between", "over") or happened.inside(game):
        return []
    announced = game.sitting(world).announced
    return [{"id": v["id"], "title": v["title"], "announced": v["id"] in announced, "cast": v["cast"], "counts": [
        {"vote": vote, "text": word("votes", vote, language), "count": list(v["cast"].values()).count(vote)}
        for vote in SHOWN_ORDER]} for v in public(game, world, language)["votes"]]  # fmt: skip
