"""A game on paper goes on as a room: its log is done again there, and every quarter must come out the same.

`out_of_room` has the other direction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from multivector.classroom.lesson.codes import PASS, letters, line
from multivector.classroom.paper.game_on_paper import PaperGame, came_of
from multivector.classroom.paper.out_of_room import taken
from multivector.classroom.playing.game import Game
from multivector.errors import BadInput, Problem

WORLD = "A"
"""The world of the room: a game on paper has one."""


class Desk(Protocol):
    """Where a room does and writes down what it is told."""

    @property
    def game(self) -> Game: ...  # noqa: D102
    def do(self, who: str, message: Mapping[str, Any]) -> Any: ...  # noqa: D102
    def end_turn(self, away: list[str]) -> None: ...  # noqa: D102
    def take(self, worlds: Mapping[str, Any]) -> None: ...  # noqa: D102


def asked(game: PaperGame, seats: int | None) -> dict[str, Any]:
    """What a room for a game on paper is made from.

    Raises
    ------
    BadInput
        The game has doctrines of its own, which a room does not take from a file.
    """
    if game.start.doctrines:
        raise _no(game, f"found doctrines of its own ({', '.join(game.start.doctrines)})", "a game without --doctrine")
    turns = None if game.lesson else len(game.quarters)
    plan = str(game.start.minutes) if game.lesson else None
    return {"worlds": 1, "seats": seats, "turns": turns, "minutes": None, "plan": plan, "lang": game.start.language,
            "seed": game.start.seed, "press": None, "secretariat": None}  # fmt: skip


def replay(paper: PaperGame, desk: Desk) -> None:
    """Do in a new room what was done on paper; it then stands where the paper stands, its clock still.

    Raises
    ------
    BadInput
        A quarter came out other than on paper: the game was begun with another version.
    """
    for id in paper.start.items:
        desk.do("teacher", {"do": "item", "id": id, "on": True})
    for k, record in enumerate(paper.records):
        _events(paper, desk)
        if "played" in record:
            desk.take({WORLD: taken(record)})
            _same(paper, record, desk)
            continue
        if "close" in record:
            _close(paper, record, desk)
            continue
        desk.do("teacher", {"do": "start"})
        _lines(paper, record, desk)
        if not desk.game.now.last:
            desk.end_turn([])
        elif k + 1 == len(paper.records):
            desk.do("teacher", {"do": "pause"})
    _events(paper, desk)
    while _longer(paper, desk.game):
        desk.do("teacher", {"do": "drop"})


def _events(paper: PaperGame, desk: Desk) -> None:
    """Put in again what was put in for the quarter that comes next."""
    game, quarters = desk.game, desk.game.scenario.quarters()
    if game.phase == "over" or (game.turn + game.begun) >= len(quarters):
        return
    for quarter, id in paper.start.events:
        if quarter == quarters[game.turn + game.begun] and id not in game.injected:
            desk.do("teacher", {"do": "inject", "id": id})


def _longer(paper: PaperGame, game: Game) -> bool:
    """Whether the game on paper leaves out more than the room."""
    voted = {game.scenario.quarters().index(quarter) for quarter in paper.start.voted}
    return game.phase != "over" and (game.turns > len(paper.quarters) or not voted <= game.votes_only)


def _lines(paper: PaperGame, record: Mapping[str, Any], desk: Desk) -> None:
    letter, step, typed = letters(paper.worlds.actors), record["step"], {}
    for said in record["lines"]:
        actor = said["actor"]
        known = {} if paper.lesson is None else paper.sentences(paper.lesson.step(step), actor)
        chosen = said.get("words", {})
        codes = [paper.codes[e] for e in said["entries"]] + [PASS] * bool(said["passed"])
        codes += [code for code, (id, option) in known.items() if chosen.get(id) == option]
        if codes:
            typed[actor] = line(letter[actor], codes)
    if not typed:
        return
    found = desk.do("teacher", {"do": "lines", "world": WORLD, "lines": typed})
    if found.wrong:
        raise _no(paper, f"found lines of {', '.join(found.wrong)} that the room does not take ({step})", "")


def _close(paper: PaperGame, record: Mapping[str, Any], desk: Desk) -> None:
    catalogue = paper.worlds.setup.layout.catalogue
    for actor in paper.people:
        answers = {e: yes for e, yes in record["answers"].items()
                   if catalogue.entries[catalogue.index[e]].target == actor}  # fmt: skip
        votes = {text: cast[actor] for text, cast in record["votes"].items() if actor in cast}
        items = {id: cast[actor] for id, cast in record.get("items", {}).items() if actor in cast}
        if answers or votes or items:
            said = {"answers": answers, "votes": votes, "items": items}
            desk.do("teacher", {"do": "said", "world": WORLD, "actor": actor, **said})
    desk.end_turn([])
    _same(paper, record, desk)


def _same(paper: PaperGame, record: Mapping[str, Any], desk: Desk) -> None:
    if record.get("came") not in (None, came_of(desk.game.worlds)):
        raise _no(paper, f"found that {record['close']} comes out otherwise in a room", "")


def _no(paper: PaperGame, found: str, allowed: str) -> BadInput:
    return BadInput([Problem(str(paper.folder), 0, 0, "", found, allowed, "go on with it on paper")])
