"""The class report: what a teacher sends later, a page of A4 made from numbers, and on its back how far they can be
believed; no name and no message is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from multivector.classroom.lesson import words
from multivector.classroom.lesson.lessons import common
from multivector.classroom.lesson.words import tell, word
from multivector.classroom.paper.printed import templates
from multivector.classroom.playing.game import Game
from multivector.classroom.showing import belief, public, views
from multivector.classroom.showing.debrief import debrief
from multivector.mechanisms.common import Array

COUNTED = ("proposals", "confirmed", "answers", "votes", "forecasts", "messages")
"""What participation is counted by."""


def page(game: Game, language: str, histories: Mapping[str, Array], *, names: bool = False) -> str:
    """The report as HTML that prints on one sheet of A4.

    Parameters
    ----------
    histories : outcomes by gauge of machines' histories, ``[turn, replicate]``.
    names : whether seats and nicknames are listed on a further page.
    """
    say, told = words.say(language), debrief(game, language, histories, {})
    quarters = told["quarters"]
    told["predictions"] = [
        {**one, "together": _together([_past(c, language) for c in one["came"]])} for one in told["predictions"]
    ]
    text: str = templates().get_template("report.html").render(
        lang=language, say=say, orientation="portrait", heading=say("Class report"),
        name=public.room_title(game, language),
        question=tell(game.lesson.get("question") or game.scenario.question, language),
        first=say.quarter(quarters[0]), last=say.quarter(quarters[-1]), rounds=len(quarters),
        people=len(game.people), told=told, worlds=[_world(game, w, language) for w in told["worlds"]],
        believed=belief.of_all(language), items=[_item(game, item, language) for item in told.get("items", [])],
        fork=_fork(game, told["fork"], language), counts=_counts(game), rows=_people(game, language) if names else [],
        counted=[say("proposals"), say("confirmed lists"), say("answers to offers"), say("votes cast"),
                 say("forecasts asked"), say("messages")],
    )  # fmt: skip
    return text


def _world(game: Game, world: Mapping[str, Any], language: str) -> dict[str, Any]:
    moves = [m for m in game.moves_log if m["world"] == world["id"]]
    by = Counter(str(m["decided_by"]) for m in moves)
    ends = Counter(str(m["answer"]) for m in moves if m["answer"])
    votes = [
        {"title": v["title"], "cast": word("votes", v["cast"][game.scenario.focus], language)}
        for turn in world["turns"] for v in turn["votes"]
    ]  # fmt: skip
    return {"id": world["id"], "gauges": world["gauges"], "moves": len(moves), "people": by["people"], "votes": votes,
            "accepted": ends["accepted"], "refused": ends["refused"],
            "crossed": [line["name"] for line in world["lines"] if line["crossed"]]}  # fmt: skip


def _past(came: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What came, as of something that is over (the boxes that were ticked speak of the future)."""
    known = f"p_{came['id']}" in common().words
    return {**came, "text": common().say(f"p_{came['id']}", language)} if known else dict(came)


def _together(came: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    """What came, and in which worlds: said once where it was the same in several.

    Examples
    --------
    >>> _together([{"world": "A", "text": "rises"}, {"world": "B", "text": "falls"}, {"world": "C", "text": "rises"}])
    [('rises', ['A', 'C']), ('falls', ['B'])]
    """
    out: dict[str, list[str]] = {}
    for one in came:
        out.setdefault(str(one["text"]), []).append(str(one["world"]))
    return list(out.items())


def _item(game: Game, item: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A vote that the room held beside the model: the focus actor's vote in each world."""
    focus = game.scenario.focus
    cast = [w["cast"].get(focus) for w in item["worlds"]]
    return {**item, "cast": ["–" if vote is None else word("votes", vote, language) for vote in cast]}


def _fork(game: Game, fork: Mapping[str, Any] | None, language: str) -> dict[str, Any] | None:
    if fork is None:
        return None
    return {"quarter": words.say(language).quarter(fork["quarter"]), "titles": fork["titles"],
            "actor": public.actor_name(game, fork["actor"], language)}  # fmt: skip


def _counts(game: Game) -> list[int]:
    return [sum(p.counts.get(c, 0) for p in game.people.values()) for c in COUNTED]


def _people(game: Game, language: str) -> list[dict[str, Any]]:
    return [
        {"seat": public.seat_title(game, game.seats[p.seat], language, full=True), "world": game.seats[p.seat].world,
         "nickname": views.nickname(p, language), "counts": [p.counts.get(c, 0) for c in COUNTED]}
        for p in sorted(game.people.values(), key=lambda p: p.seat)
    ]  # fmt: skip
