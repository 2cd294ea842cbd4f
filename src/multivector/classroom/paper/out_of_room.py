"""A room goes on on paper: one of its worlds becomes the folder of a game on paper, as `into_room` makes the way back.

Quarters that are over are kept as the engine had them, whoever decided: people, machines, or a doctrine that somebody
tapped. Each must come out the same to the bit. Of a quarter in parts the parts that are over come as lines of sheets.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from multivector.classroom.lesson.codes import letters, line
from multivector.classroom.paper.game_on_paper import HEADER, LOG, SIGNS, PaperGame, Start, came_of
from multivector.classroom.paper.printed import Press, write_html
from multivector.classroom.playing import items, statements, typed
from multivector.classroom.playing.game import Game
from multivector.errors import BadInput, Problem, RunFailed
from multivector.experiment.ensembles.saving import BENCHMARK, SCENARIO


def leave(room: Game, world: str, folder: Path, session: Path) -> PaperGame:
    """A new game on paper that stands where a world of a room stands; the room is left as it is.

    Parameters
    ----------
    folder : where the game will be.
    session : folder of the room, which has the worlds that it began with.

    Raises
    ------
    BadInput
        The room is over, of another version, or there is a game in the folder already.
    """
    if room.phase == "over":
        raise _no(session, "found a room whose game is over", "its results are in the session's folder")
    if (folder / HEADER).exists():
        raise _no(folder, "found a game that was begun", "go on with it, or name another folder (--game)")
    start = _start(room, world)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (SCENARIO, BENCHMARK):
            if (session / name).is_file():
                shutil.copyfile(session / name, folder / name)
        rows = [json.dumps(record, ensure_ascii=False) for record in _records(room, world)]
        (folder / LOG).write_text("".join(f"{row}\n" for row in rows), "utf-8")
        # Last: a folder without it has no game.
        (folder / HEADER).write_text(json.dumps(start.as_dict(), ensure_ascii=False, indent=1) + "\n", "utf-8")
    except OSError as error:
        _undo(folder)
        raise RunFailed(f"{folder}: cannot be written ({error.strerror}); nothing was begun") from None
    game = PaperGame(folder)
    if game.changed:
        _undo(folder)
        raise _no(session, "found a quarter that comes out otherwise on paper", "it was begun with another version")
    return game


def _undo(folder: Path) -> None:
    """Take away what was written of a game that is not begun: it has what people did."""
    for name in (HEADER, LOG, SCENARIO, BENCHMARK):
        (folder / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()  # where nothing of somebody else's is in it


def _start(room: Game, world: str) -> Start:
    had = {actor for by in room.made for (where, actor), who in by.items() if where == world and who != "machine"}
    people = [a for a in room.actors if a in had or room.led((world, a)) or (world, a) in room.carried]
    events = {id: room.scenario.events[id].turn for id in room.injected if id in room.scenario.events}
    events |= {event.id: event.turn for event in room.pending}
    quarters = room.scenario.quarters()
    return Start(
        room.settings.source or room.scenario.id, room.settings.plan or 60, room.settings.seed, room.settings.language,
        tuple(people or room.actors), {}, items=tuple(sorted(room.items_on)),
        events=tuple((str(quarter), id) for id, quarter in events.items()),
        turns=room.turns if room.turns < len(quarters) else None,
        voted=tuple(quarters[turn] for turn in sorted(room.votes_only) if room.turn <= turn < len(quarters)),
    )  # fmt: skip


def _records(room: Game, world: str) -> Iterator[dict[str, Any]]:
    """Quarters that are over, and parts of the one under way."""
    lane, quarters = room.lane(world), room.scenario.quarters()
    for turn, played in enumerate(room.worlds.past if room.made else ()):
        one = played[lane]
        cast = {str(item["id"]): dict(room.item_votes.get((world, str(item["id"])), {}))
                for item in items.held(room) if room.rounds[items.round_of(room, item) or 0].turn == turn}  # fmt: skip
        yield {
            "close": quarters[turn], "played": {a: list(moves) for a, moves in one.moves.items()},
            "answers": dict(one.answers), "votes": {text: dict(votes) for text, votes in one.votes.items()},
            "by": {actor: who for (where, actor), who in room.made[turn].items() if where == world},
            **({"items": cast} if any(cast.values()) else {}), "came": came_of(room.worlds, lane, turn),
        }  # fmt: skip
    if room.phase != "over" and not room.now.first:
        for k, round_ in enumerate(room.plan[: room.round]):
            if round_.turn == room.turn:
                yield {"step": round_.id, "lines": list(_lines(room, world, k))}


def _lines(room: Game, world: str, round_: int) -> Iterator[dict[str, Any]]:
    """What delegations did and said in a part of this quarter that is over."""
    words: dict[str, dict[str, str]] = {}
    for one in statements.said(room, world, round_):
        words.setdefault(one["actor"], {})[one["id"]] = one["option"]
    part = room.plan[round_].part
    for actor in room.actors:
        key = (world, actor)
        made = room.by_part.get(key, {}).get(part)
        if made is not None or actor in words:
            passed = made is not None and part not in room.silent.get(key, ())
            told = {"actor": actor, "entries": made or [], "passed": passed}
            yield told | ({"words": words[actor]} if actor in words else {})


def so_far(room: Game, world: str) -> list[str]:
    """What was confirmed and voted in the round under way, as it is typed: sheets of that round may say otherwise."""
    if room.phase != "playing":
        return []
    letter, known, out = letters(room.actors), typed.codes(room), []
    signs = {vote: sign for sign, vote in SIGNS.items()}
    for actor in room.actors:
        table = room.table((world, actor))
        if room.led((world, actor)) and table.confirmed:
            out.append(line(letter[actor], [known[entry] for entry in table.confirmed]))
    votes: dict[str, dict[str, str]] = {}
    for actor in room.actors:
        for text, vote in room.table((world, actor)).votes.items():
            votes.setdefault(text, {})[actor] = vote
    said = [f"{text}: " + " ".join(f"{letter[a]}{signs[v]}" for a, v in cast.items()) for text, cast in votes.items()]
    return [*out, *said]


def printed(room: Game, world: str, game: PaperGame) -> list[Path]:
    """Print what the class needs to go on, in the languages of its people: sheets of the rounds to come, and the rest.

    Their paths.
    """
    seats = [seat for seat in room.seats.values() if seat.world == world]
    press = Press.of_room(game.start.name, game.start.minutes, seats, game.start.items)
    done = {str(record.get("step")) for record in game.here}
    quarters = game.quarters[game.worlds.turn :]
    press.rounds = {step.id for step in game.steps if step.quarter in quarters and step.id not in done}
    people = {room.people[seat.id].language for seat in seats if seat.id in room.people}
    written = []
    for language in sorted({*people, game.start.language}):
        for kind in ("sheets", "moves", "cards"):
            document = press.one(kind, language)
            written.append(game.folder / "print" / f"{document.name}.html")
            write_html(document, written[-1])
    return written


def taken(record: Mapping[str, Any]) -> dict[str, Any]:
    """A quarter that was played in a room, as another room takes it (`acts`, ``take``)."""
    return {"moves": record["played"], "answers": record["answers"], "votes": record["votes"],
            "by": record.get("by", {}), "items": record.get("items", {})}  # fmt: skip


def _no(where: Path, found: str, allowed: str) -> BadInput:
    return BadInput([Problem(str(where), 0, 0, "", found, allowed)])
