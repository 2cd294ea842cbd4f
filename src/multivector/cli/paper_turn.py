"""`multivector paper-turn`: one step of a game on paper, without a dialogue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from multivector.cli.common import tell, tell_json
from multivector.cli.play import aims_page, hand, numbers, result_page, wrapped
from multivector.errors import BadInput, Problem


@click.command("paper-turn", short_help="Enter one step of a game on paper.")
@click.argument("game", type=click.Path(file_okay=False, path_type=Path))
@click.argument("lines", nargs=-1)
@click.option("--accept", metavar="1,3", help="Numbers of the offers that were accepted (none: all are refused).")
@click.option("--vote", "votes", multiple=True, metavar="TEXT=VOTES", help='Votes, such as "ES-11/1=K0 R- C0 E+ U+".')
@click.option("--undo", is_flag=True, help="Take back what was entered last.")
@click.option("--results", type=click.Path(file_okay=False, path_type=Path), default=Path("results"), show_default=True,
              metavar="DIR", help="Where the finished game is kept.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print as JSON and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Print only what is asked next.")
def command(
    game: Path, lines: tuple[str, ...], accept: str | None, votes: tuple[str, ...], undo: bool, results: Path,
    as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Enter the LINES of a step of GAME (a folder made by `multivector play`), or answers and votes.

    A step is one call with lines (none: the doctrines play). Where people are asked something after it, it tells the
    offers, and a second call gives --accept and --vote; else the quarter is played at once. The last quarter also
    keeps the game as an ordinary result.

    \b
    Examples:
      multivector paper-turn games/lesson-after-2022 "K M01+ M24r M06 8" "R M12 8"
      multivector paper-turn games/lesson-after-2022 --accept 1,3 --vote "ES-11/1=K0 R- C0 E+ U+"
      multivector paper-turn games/lesson-after-2022 --undo
    """
    from multivector.classroom.paper.game_on_paper import PaperGame, read_votes

    found = PaperGame(game)
    told: dict[str, Any] = {"game": str(game)}
    if undo:
        told["undone"] = found.undo()
    elif found.over:
        raise BadInput([Problem(str(game), 0, 0, "", "the game is over", "", "--undo takes the last quarter back")])
    elif found.step is not None:
        if accept is not None or votes:
            raise BadInput([Problem("--accept", 0, 0, "", "found answers before the lines of the step", "lines first")])
        found.enter(lines)
        if found.step is None and not found.offers() and not found.texts() and not found.room_votes():
            found.close()
    else:
        if lines:
            raise BadInput([Problem("LINES", 0, 0, "", "found moves, but answers are asked", "--accept and --vote")])
        cast = {}
        for vote in votes:
            text, equals, ballots = vote.partition("=")
            if not equals:
                raise BadInput([Problem("--vote", 0, 0, "", f'found "{vote[:60]}"', "TEXT=VOTES")])
            cast[text.strip()] = read_votes(ballots, found.worlds.actors)
        found.close(numbers(accept or ""), cast)
    played = not undo and found.step is None and found.over
    just_closed = bool(found.records) and "close" in found.records[-1] and not undo
    told |= state_of(found)
    if played:
        told["result"] = str(found.save(results))
        told["aims"] = _aims(found)
    if just_closed:
        told["handed"] = str(hand(found))
    if as_json:
        if just_closed:
            told["sheet"] = _sheet(found)
        tell_json(told)
        return
    if just_closed and not quiet:
        tell(result_page(found))
        tell(["", f"to hand over: {told['handed']}"])
        tell(wrapped(aims_page(found)) if played else [])
        tell([""])
    tell(wrapped(_next(told)))


def state_of(game: Any) -> dict[str, Any]:
    """What is asked next, as plain data."""
    offers = [
        {"number": o.number, "entry": o.entry, "by": o.by, "to": o.to, "title": o.title.en} for o in game.offers()
    ]
    step = game.step
    return {
        "over": game.over, "quarter": None if game.over else game.quarters[game.worlds.turn],
        "step": None if step is None else step.id, "limits": {} if step is None else game.limits(step),
        "offers": offers, "texts": game.texts() if step is None else [], "changed": game.changed,
        **_room_votes(game),
    }  # fmt: skip


def _room_votes(game: Any) -> dict[str, Any]:
    """Votes of the room beside the model that are asked now: nothing where none is."""
    found = game.room_votes() if game.step is None else []
    return {"items": [{"id": i.id, "symbol": i.symbol, "text": i.text.en} for i in found]} if found else {}


def _sheet(game: Any) -> dict[str, Any]:
    from multivector.classroom.paper.result import sheet

    found = sheet(game, game.worlds.turn - 1, game.start.language)
    return {"quarter": found.quarter, "text": found.text, "prediction": found.prediction,
            "marks": [{"outcome": m.outcome, "name": m.name, "mark": m.mark, "value": m.value}
                      for m in found.marks]}  # fmt: skip


def _aims(game: Any) -> list[dict[str, str]]:
    from multivector.classroom.paper.result import aims_sheet

    return [{"delegation": d, "aim": aim, "words": words} for d, aim, words in aims_sheet(game, game.start.language)]


def _next(told: dict[str, Any]) -> list[str]:
    if told["over"]:
        return [f"over; {told.get('result', '')}"]
    if told["step"] is not None:
        return [f"next: the lines of step {told['step']} ({told['quarter']})"]
    asked = [f"{o['number']}. {o['by']} → {o['to']}: {o['title']}" for o in told["offers"]]
    texts = [f'votes on {t}: --vote "{t}=K0 R- C0 E+ U+"' for t in told["texts"]]
    texts += [f'the room on {i["symbol"]}: --vote "{i["id"]}=K- C- E+ U+"' for i in told.get("items", [])]
    return ["next: answers (--accept 1,3) and votes", *(f"  {a}" for a in [*asked, *texts])]
