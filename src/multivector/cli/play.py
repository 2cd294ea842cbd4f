"""`multivector play`: a game on paper, typed by the teacher on one laptop."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from multivector.classroom.lesson.codes import PASS
from multivector.classroom.lesson.rounds import numbered
from multivector.cli.common import pairs, tell, width
from multivector.errors import BadInput, Problem

if TYPE_CHECKING:
    from multivector.classroom.lesson.codes import Line
    from multivector.classroom.lesson.lessons import Step
    from multivector.classroom.paper.game_on_paper import PaperGame


@click.command("play", short_help="Play a lesson on paper: type codes, read results aloud.")
@click.argument("name", required=False)
@click.option(
    "--paper", is_flag=True, help="On paper: the teacher types the lines of the sheets (the only way so far)."
)
@click.option("--game", "folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
              help="Folder of the game; one that is there goes on (default: games/NAME).")  # fmt: skip
@click.option(
    "--minutes", type=click.Choice(["45", "60", "90"]), default="60", show_default=True, help="Plan of the lesson."
)
@click.option("--lang", type=click.Choice(["kk", "ru", "en"]), default=None, help="Language of the room.")
@click.option("--seed", "-s", type=click.IntRange(0), default=0, show_default=True, help="Root of all draws.")
@click.option("--people", metavar="KAZ,RUS", help="Delegations with people (default: all); the others are machines.")
@click.option("--doctrine", "doctrines", multiple=True, metavar="KAZ=hedge", help="What plays where nobody did.")
@click.option("--start", metavar="STEP", help="Step to begin at; the doctrines play what comes before.")
@click.option("--from", "room", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
              help="Go on with a room on paper (a session's folder, made by `multivector serve`).")  # fmt: skip
@click.option("--world", metavar="A", help="Which world of the room (with --from; default: the first).")
@click.option("--with", "items", multiple=True, metavar="ID", help="Switch an optional vote of the lesson on (hrc-51).")
@click.option("--results", type=click.Path(file_okay=False, path_type=Path), default=Path("results"), show_default=True,
              metavar="DIR", help="Where the finished game is kept.")  # fmt: skip
def command(
    name: str | None, paper: bool, folder: Path | None, minutes: str, lang: str | None, seed: int, people: str | None,
    doctrines: tuple[str, ...], start: str | None, room: Path | None, world: str | None, items: tuple[str, ...],
    results: Path,
) -> None:  # fmt: skip
    """Play NAME (a lesson or a scenario) on paper.

    The teacher types the line of each move sheet, with its check digit, then the offers that were accepted and the
    votes; the engine plays the quarter, and the result sheet is read aloud. Each line is on the disk before it counts:
    after a closed lid the same command goes on. The finished game is an ordinary result.

    \b
    Examples:
      multivector play lesson-after-2022 --paper --lang kk
      multivector play lesson-january-2022 --paper --start c --people KAZ,RUS,EU
      multivector play --game games/lesson-after-2022        goes on
      multivector play --from classes/K7M4Q --world B        a room whose phones are gone: its second world, on paper
    """
    del paper
    if room is not None:
        if name is not None:
            raise BadInput([Problem("--from", 0, 0, "", f'found "{name[:40]}" beside it', "one of the two")])
        game = leave_room(room, world, folder)
        _play(game, results)
        return
    game = open_game(name, folder, int(minutes), lang, seed, people, doctrines, start, items)
    if game.changed:
        tell([_say(game, "t_changed")])
    _play(game, results)


def open_game(
    name: str | None, folder: Path | None, minutes: int, lang: str | None, seed: int, people: str | None,
    doctrines: tuple[str, ...], start: str | None, items: tuple[str, ...] = (),
) -> PaperGame:  # fmt: skip
    """The game of a folder, begun if there is none."""
    from multivector.classroom.paper.game_on_paper import HEADER, PaperGame, Start
    from multivector.language import chosen

    if name is None and folder is None:
        raise BadInput([Problem("play", 0, 0, "", "found no lesson", "a lesson, or --game DIR of one that was begun")])
    folder = folder or Path("games") / Path(str(name)).stem
    if (folder / HEADER).is_file():
        game = PaperGame(folder)
        if name is not None and game.start.name != name:
            hint = "name another folder with --game"
            raise BadInput([Problem(str(folder), 0, 0, "", f"found a game of {game.start.name}", name, hint)])
        if set(items) - set(game.start.items):
            raise BadInput(
                [Problem("--with", 0, 0, "", "found a game that was begun without it", "a new folder (--game)")]
            )
        return game
    if name is None:
        raise BadInput([Problem(str(folder), 0, 0, "", "found no game here", "a folder made by `multivector play`")])
    from multivector.experiment.histories.arms import prepare

    if people is None:
        from multivector.classroom.lesson.lessons import is_lesson, lesson

        world = lesson(name).world_file if is_lesson(name) else name
        everybody = sorted(prepare(world).scenario.actors)
    else:
        everybody = [a.strip().upper() for a in people.split(",") if a.strip()]
    begin = Start(
        name,
        minutes,
        seed,
        chosen(lang),
        tuple(everybody),
        pairs(doctrines, "--doctrine", "ACTOR=doctrine"),
        start,
        items=items,
    )
    return PaperGame.begin(folder, begin)


def leave_room(session: Path, world: str | None, folder: Path | None) -> PaperGame:
    """A room's world as a new game on paper, with what is printed for the rounds to come."""
    from multivector.classroom.paper import out_of_room
    from multivector.classroom.room.desk import played_again
    from multivector.classroom.room.store import Store

    store = Store.resume(session)
    try:
        room = played_again(store)
        chosen = world or room.world_ids[0]
        if chosen not in room.world_ids:
            raise BadInput([Problem("--world", 0, 0, "", f'found "{chosen[:20]}"', ", ".join(room.world_ids))])
        one = room.settings.code if len(room.world_ids) == 1 else f"{room.settings.code}-{chosen}"
        game = out_of_room.leave(room, chosen, folder or Path("games") / one, session)
        store.copied(game.folder)
        tell(["", *wrapped([_say(game, "t_left", world=chosen, folder=str(game.folder))])])
        tell(f"  {file}" for file in out_of_room.printed(room, chosen, game))
        begun = out_of_room.so_far(room, chosen)
    finally:
        store.close()
    if begun:
        tell(["", *wrapped([_say(game, "t_so_far")]), *(f"  {line}" for line in begun)])
    return game


def _play(game: PaperGame, results: Path) -> None:
    _skip(game)
    if not game.over:
        _hand(game)
    while not game.over:
        try:
            if game.step is not None:
                _moves(game)
            else:
                _close(game)
        except EOFError:
            break
        except BadInput as error:
            tell([str(error), ""])
    if not game.over:
        tell(wrapped(["", _say(game, "t_kept", folder=str(game.folder))]))
        return
    from multivector.classroom.lesson.lessons import common

    kept = game.save(results)
    tell(wrapped(aims_page(game)))
    tell(["", _say(game, "t_over"), f"  {kept}", "", _say(game, "t_debrief")])
    own = () if game.lesson is None else game.lesson.debrief
    tell(wrapped(f"  {k}. {q.get(game.start.language)}" for k, q in enumerate((*common().debrief, *own), 1)))


def _skip(game: PaperGame) -> None:
    """Let the doctrines play what comes before the step to begin at."""
    while game.step is not None and game.start.start is not None and game.step.id != game.start.start:
        if any(r.get("step") == game.start.start for r in game.records):
            return
        game.enter([])
        if game.step is None and not game.over:
            game.close()


def _moves(game: PaperGame) -> None:
    from multivector.language import speaker

    step = game.step
    assert step is not None
    lang = game.start.language
    here = [s.id for s in game.steps if s.quarter == step.quarter]
    place = numbered(speaker(lang), game.worlds.turn, len(game.quarters), here.index(step.id) + 1, len(here))
    heading = f"{place} · {step.title.get(lang)} ({_quarter(game, step.quarter)})"
    tell(["", *(_bold(row) for row in wrapped([heading]))])
    tell(wrapped([step.news.get(lang), step.task.get(lang), "", _say(game, "t_codes")]))
    lines: list[str] = []
    while line := _ask(game, "> "):
        try:
            found = game.check([*lines, line])[-1]
            lines.append(line)
            tell(wrapped([f"    {found.actor}: " + ("; ".join(_said(game, step, found, lang)) or PASS)]))
        except BadInput as error:
            meant = " · ".join(re.findall(r'"([^"]+)"', error.problems[0].hint))
            tell(wrapped([_say(game, "t_wrong", meant=meant)] if meant else [str(error)]))
    game.enter(lines)


def _said(game: PaperGame, step: Step, line: Line, language: str) -> list[str]:
    """What a line says: its moves, then its sentences."""
    return [*(game.title(e).get(language) for e in line.entries), *game.words(step, line)]


def _close(game: PaperGame) -> None:
    from multivector.classroom.lesson.words import resolution
    from multivector.classroom.paper.game_on_paper import read_votes

    lang, accepted, votes = game.start.language, [], {}
    offers = game.offers()
    if offers:
        tell(["", *wrapped([_say(game, "t_offers")])])
        tell(wrapped(f"  {o.number}. {o.by} → {o.to}: {o.title.get(lang)}" for o in offers))
        accepted = numbers(_ask(game, "> "))
    for text in game.texts():
        called = resolution(text, game.arms.scenario.alignment.votes[text].title, lang)
        tell(["", *wrapped([_say(game, "t_votes", text=called)])])
        cast = _ask(game, "> ")
        votes[text] = read_votes(cast, game.worlds.actors) if cast else {}
    for item in game.room_votes():
        text = item.text.get(lang)
        tell(["", *wrapped([_say(game, "t_item", item=item.id, symbol=item.symbol, text=text)])])
        cast = _ask(game, "> ")
        votes[item.id] = read_votes(cast, game.worlds.actors) if cast else {}
    game.close(accepted, votes)
    tell(result_page(game))
    _hand(game)


def _hand(game: PaperGame) -> None:
    """Print the figures of each delegation beside the game, and say where."""
    tell(wrapped(["", _say(game, "t_handed", file=str(hand(game)))]))


def hand(game: PaperGame) -> Path:
    """Write what is handed over after the last quarter (before the first: as the game begins); the file."""
    from multivector.classroom.paper.handed import of_paper
    from multivector.classroom.paper.printed import write_html

    document = of_paper(game, game.start.language)
    path = game.folder / "print" / f"{document.name}.html"
    write_html(document, path)
    return path


def result_page(game: PaperGame) -> Iterator[str]:
    """The result sheet of the last quarter, to be read aloud, and the five marks for the board."""
    from multivector.classroom.paper.result import sheet

    found = sheet(game, game.worlds.turn - 1, game.start.language)
    yield ""
    yield _bold(_say(game, "t_read"))
    yield from wrapped([found.text])
    yield ""
    yield _bold(_say(game, "t_board"))
    wide = max(len(m.name) for m in found.marks)
    for mark in found.marks:
        bar = "█" * mark.mark + "·" * (10 - mark.mark)
        yield f"  {mark.name.ljust(wide)}  {mark.mark:>2}  {bar} {mark.sign}".rstrip()


def aims_page(game: PaperGame) -> Iterator[str]:
    """How near each delegation came to its own aims, to be read aloud when the game is over."""
    from multivector.classroom.paper.result import aims_sheet

    rows, last = aims_sheet(game, game.start.language), ""
    if rows:
        yield ""
        yield _bold(_say(game, "t_aims"))
    for delegation, aim, words in rows:
        if delegation != last:
            yield f"  {delegation}"
        last = delegation
        yield f"    {aim} — {words}"


def numbers(text: str) -> list[int]:
    """Numbers typed with commas or spaces.

    Raises
    ------
    BadInput
        Something else was typed.

    Examples
    --------
    >>> numbers("1, 3 4")
    [1, 3, 4]
    """
    words = re.split(r"[\s,;]+", text.strip()) if text.strip() not in ("", "-", "0") else []
    wrong = [w for w in words if not w.isdecimal()]
    if wrong:
        raise BadInput([Problem("answers", 0, 0, "", f'found "{wrong[0][:20]}"', "numbers of offers, such as 1 3")])
    return [int(w) for w in words]


def wrapped(lines: Iterable[str]) -> Iterator[str]:
    """Lines broken to the width of the screen."""
    import textwrap

    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()))
        yield from textwrap.wrap(line, width(), subsequent_indent=indent + ("   " if indent else "")) or [""]


def _ask(game: PaperGame, prompt: str) -> str:
    """One line of the teacher; `undo` takes back, `stop` and the end of the input leave the game as it is."""
    sys.stdout.write(prompt)
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not sys.stdin.isatty():
        sys.stdout.write(line or "\n")
    if not line or line.strip().lower() in ("stop", "quit"):
        raise EOFError
    if line.strip().lower() == "undo":
        game.undo()
        raise BadInput([Problem("undo", 0, 0, "", _say(game, "t_undone"))])
    return line.strip()


def _say(game: PaperGame, id: str, **values: object) -> str:
    from multivector.classroom.lesson.lessons import common

    return common().say(id, game.start.language, **values)


def _quarter(game: PaperGame, quarter: str) -> str:
    from multivector.language import speaker

    return speaker(game.start.language).quarter(quarter)


def _bold(text: str) -> str:
    from multivector.cli.common import style

    return style(text, bold=True)
