"""What is printed after a quarter: the sixty words of each world, and each delegation's figures on a sheet of its own.

A sheet has what the pages of the delegation's ministries would show (`showing.sees`), and nothing of anybody else's: it
is handed over, not read aloud.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from multivector.classroom.lesson.figures import named
from multivector.classroom.lesson.lessons import common
from multivector.classroom.lesson.seats import HEAD, split, unseated
from multivector.classroom.lesson.words import tell
from multivector.classroom.paper import result
from multivector.classroom.paper.game_on_paper import PaperGame
from multivector.classroom.paper.printed import Printed, templates
from multivector.classroom.playing.game import Game
from multivector.classroom.playing.worlds import Worlds
from multivector.classroom.showing import public, sees
from multivector.language import speaker

KIND = "results"
"""Name of the document."""


@dataclass(frozen=True)
class Handed:
    """A delegation's sheet: whose it is, in which world, and the figures of its ministries."""

    world: str
    actor: str
    name: str
    offices: tuple[Mapping[str, Any], ...]


def of_paper(game: PaperGame, language: str, students: int | None = None) -> Printed:
    """After the last quarter of a game on paper (before the first: as it begins), for so many students.

    Delegations without people have no sheet. Without a number of students a delegation's figures stand under the
    ministries of a class of twelve and those in which nobody sits.
    """
    game.opened()
    actors, focus = sorted(game.worlds.actors), game.arms.scenario.focus
    seats = split(actors, focus, students or len(actors))
    own = {} if game.lesson is None else {a: team.sees for a, team in game.lesson.delegations.items()}
    sheets = [_sheet(game.worlds, 0, "", actor, seats.get(actor, [HEAD]), own.get(actor), language)
              for actor in actors if actor in game.people]  # fmt: skip
    turn = game.worlds.turn - 1
    over = [result.of_paper(game, turn)] if turn >= 0 else []
    title = game.lesson.title.get(language) if game.lesson else tell(game.arms.scenario.title, language)
    return _page(title, over, sheets, game.quarters[turn] if over else "", language)


def of_room(game: Game, language: str) -> Printed:
    """After the last quarter of a room, for all of its worlds and delegations, as they are seated.

    There are figures from the first round on.
    """
    own, sheets = game.lesson.get("sees", {}), []
    for world in game.world_ids:
        for actor in sorted(game.actors, key=lambda a: (a != game.scenario.focus, a)):
            seated = [s.ministry for s in game.seats.values() if (s.world, s.actor) == (world, actor)]
            told = world if len(game.world_ids) > 1 else ""
            sheets.append(
                _sheet(game.worlds, game.lane(world), told, actor, seated or [HEAD], own.get(actor), language)
            )
    over = [result.of_room(game, world) for world in game.world_ids] if game.worlds.past else []
    title = public.room_title(game, language)
    return _page(title, over, sheets, over[0].quarter if over else "", language)


def _sheet(
    worlds: Worlds, lane: int, world: str, actor: str, seated: Sequence[str],
    own: Mapping[str, Sequence[str]] | None, language: str,
) -> Handed:  # fmt: skip
    offices = [*seated, *unseated(actor, seated)]
    seen: set[str] = set()
    rows = []
    for office, title in zip(offices, sees.titles(actor, offices, language), strict=True):
        figures = [f for f in sees.figures(worlds, lane, actor, [office], language, own) if f["id"] not in seen]
        seen |= {f["id"] for f in figures}
        rows.append({"title": title, "figures": figures})
    where = common().say("world", language, name=world) if world else ""
    return Handed(where, actor, named(worlds.scenario, actor, language), tuple(r for r in rows if r["figures"]))


def _page(
    title: str, over: Iterable[result.Quarter], sheets: Sequence[Handed], quarter: str, language: str
) -> Printed:  # fmt: skip
    shared, say = common(), speaker(language)

    def w(id: str, **filled: object) -> str:
        return shared.say(id, language, **filled)

    when = say.quarter(quarter) if quarter else w("start")
    text: str = templates().get_template("results.html").render(
        lang=language, w=w, name=title, heading=w("result_sheet"), when=when, orientation="portrait",
        told=[result.told(one, language) for one in over], worlds=[one.world for one in over], sheets=sheets,
    )  # fmt: skip
    return Printed(f"{KIND}-{quarter or 'start'}-{language}", text)
