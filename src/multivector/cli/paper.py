"""`multivector paper`: print what a lesson needs, without phones or with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from multivector.classroom.lesson.seats import MOST_SEATS, MOST_WORLDS, worlds_for
from multivector.cli.common import tell, tell_json
from multivector.cli.progress import Progress
from multivector.errors import BadInput, Problem
from multivector.language import chosen, speaker

if TYPE_CHECKING:
    from multivector.classroom.paper.printed import Press

LANGUAGES = ("kk", "ru", "en")


class Languages(click.ParamType):  # type: ignore[type-arg]  # older versions know no argument
    """One language, several with commas, or all."""

    name = "languages"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The languages as they were asked for, each once."""
        asked = list(dict.fromkeys(part.strip() for part in value.split(",")))
        wrong = [part for part in asked if part not in LANGUAGES]
        if asked == ["all"] or not wrong:
            return ",".join(asked)
        self.fail(f'"{wrong[0][:40]}" is none of kk, ru, en (several with commas: ru,en), or all', param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """What may come next: after a comma another language."""
        del ctx, param
        before, comma, begun = incomplete.rpartition(",")
        left = [one for one in LANGUAGES if one not in before.split(",")] + ([] if comma else ["all"])
        return [CompletionItem(f"{before}{comma}{one}") for one in left if one.startswith(begun)]


@click.command("paper", short_help="Print a lesson: role cards, move sheets, rules, run-sheet.")
@click.argument("name", required=False)
@click.option("--for", "use", type=click.Choice(["paper", "room"]), default="paper", show_default=True,
              help="A class on paper, or a room of `serve`: then only what is not on the students' pages.")  # fmt: skip
@click.option("--lang", type=Languages(), default="all", show_default=True, metavar="kk|ru|en[,…]|all",
              help="Language of what is printed, or several: each sheet in each of them.")  # fmt: skip
@click.option(
    "--minutes", type=click.Choice(["45", "60", "90"]), default="60", show_default=True, help="Plan of the lesson."
)
@click.option("--students", "-n", type=click.IntRange(1, MOST_SEATS), default=12, show_default=True, metavar="N",
              help="Size of the class: how many ministries each delegation has.")  # fmt: skip
@click.option("--worlds", "-w", type=click.IntRange(1, MOST_WORLDS), metavar="W",
              help="Worlds side by side (default: as `serve` splits a class of that size).")  # fmt: skip
@click.option("--press", is_flag=True, help="A card for the press in any case (else from 13 people on).")
@click.option("--secretariat", is_flag=True, help="A card for the UN Secretariat in any case (else from 14 on).")
@click.option("--with", "items", multiple=True, metavar="ID", help="Print an optional vote of the lesson too (hrc-51).")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Folder (default: paper/NAME)."
)
@click.option("--format", "form", type=click.Choice(["html", "pdf"]), default="html", show_default=True,
              help="pdf needs Chromium or Chrome on this machine.")  # fmt: skip
@click.option("--game", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
              help="Of a game on paper: its last result, and each delegation's figures to hand over.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Print only where the files are.")
def command(
    name: str | None, use: str, lang: str, minutes: str, students: int, worlds: int | None, press: bool,
    secretariat: bool, items: tuple[str, ...], out: Path | None, form: str, game: Path | None,
    as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Print NAME, a lesson or a scenario: role cards by delegation and ministry, a move sheet for each delegation and
    round, the moves with their codes, the rules on one page in three languages, the run-sheet, the board, the six
    questions, the teacher's guide, thirty terms in three languages. Files are for A4; HTML prints from any browser.

    A card has the two letters of its seat: in a room of `serve` for the same class they give that seat at the door.
    For a room print with --for room: cards, rules, terms, the run-sheet for a class with pages, the guide. What was
    written is listed with how many copies of it the class needs.

    \b
    Examples:
      multivector paper lesson-after-2022
      multivector paper lesson-january-2022 --lang kk --minutes 45 --students 24
      multivector paper lesson-after-2022 --lang ru --format pdf --out print
      multivector paper lesson-after-2022 --for room -n 24 --lang ru,en   with phones, cards in two languages
      multivector paper lesson-after-2022 -n 24         two worlds of 12: the cards of `serve lesson-after-2022 -n 24`
      multivector paper lesson-after-2022 -n 24 -w 1    one world of 24, as on paper alone
      multivector paper lesson-after-2022 --press --secretariat   cards for two seats besides the ministries
      multivector paper lesson-after-2022 --with hrc-51 with the vote that is off unless a teacher wants it
      multivector paper after-2022 --lang en            a scenario that is no lesson
      multivector paper --game games/lesson-after-2022 --lang kk -n 24   what is handed over after its last quarter
    """
    from multivector.classroom.paper.printed import (
        FOR_ALL,
        Press,
        find_chromium,
        pages_of,
        to_pdf,
        write_html,
    )
    from multivector.cli.serve import fits

    browser = find_chromium()
    if form == "pdf" and browser is None:
        hint = "install one, or leave --format html and print from a browser"
        raise BadInput([Problem("--format", 0, 0, "", "found no Chromium or Chrome on this machine", "html", hint)])
    languages = LANGUAGES if lang == "all" else tuple(lang.split(","))
    if game is not None:
        if use == "room":
            raise BadInput([Problem("--for", 0, 0, "", "found room beside --game", "one of the two")])
        _after_quarter(game, languages, out, browser if form == "pdf" else None, students,
                       as_json=as_json)  # fmt: skip
        return
    if name is None:
        raise BadInput([Problem("paper", 0, 0, "", "found no lesson", "a lesson, or --game DIR of a game on paper")])
    printer = Press(
        name, minutes=int(minutes), students=students, worlds=worlds or worlds_for(students), press=press,
        secretariat=secretariat, items=items, for_room=use == "room",
    )  # fmt: skip
    fits(printer.dealt, "--students")
    folder = out or Path("paper") / Path(name).stem
    count = len(FOR_ALL) + len(languages) * len(printer.kinds)
    written = []
    with Progress(not (quiet or as_json) and form == "pdf") as bar:
        bar.begin(count, 0, 1)
        for document in printer.documents(languages):
            path = folder / f"{document.name}.{form}"
            if form == "pdf":
                assert browser is not None
                to_pdf(document, path, browser)
            else:
                write_html(document, path)
            pages = pages_of(path.read_bytes()) if form == "pdf" else None
            kind = document.name if document.name in FOR_ALL else document.name.rpartition("-")[0]
            written.append({"file": str(path), "pages": pages, "copies": printer.copies(kind), "kind": kind})
            bar.tick(1)
    if as_json:
        seats = [vars(s) for s in printer.seats]
        tell_json({"folder": str(folder), "files": written, "seats": seats, "spare": printer.spare,
                   "cards": [s.ministry for s in printer.spare_seats],
                   "spare_seats": [vars(s) for s in printer.spare_seats], "room": room(printer, lang)})  # fmt: skip
        return
    if quiet:
        tell([str(folder)])
        return
    tell(_to_print(printer, written, folder))
    where = "one world" if printer.worlds == 1 else f"{printer.worlds} worlds"
    tell([f"{len(printer.seats)} seats in {where}; two spare cards a delegation help.", *_spare(printer)])
    tell([f"The codes on the cards are the seats of: {room(printer, lang)}"])


def _after_quarter(
    folder: Path, languages: Sequence[str], out: Path | None, browser: str | None, students: int, *, as_json: bool
) -> None:
    """Print what is handed over after the last quarter of a game on paper."""
    from multivector.classroom.paper.game_on_paper import PaperGame
    from multivector.classroom.paper.handed import of_paper
    from multivector.classroom.paper.printed import to_pdf, write_html

    game, written = PaperGame(folder), []
    for language in languages:
        document = of_paper(game, language, students)
        path = (out or folder / "print") / f"{document.name}.{'html' if browser is None else 'pdf'}"
        if browser is None:
            write_html(document, path)
        else:
            to_pdf(document, path, browser)
        written.append(str(path))
    if as_json:
        tell_json({"folder": str(out or folder / "print"), "files": [{"file": f, "pages": None} for f in written]})
    else:
        tell(f"  {file}" for file in written)


def _to_print(printer: Press, written: Sequence[Mapping[str, Any]], folder: Path) -> Iterator[str]:
    """What is to be printed: file, how many copies of it, pages of a copy where they are known, and for whom."""
    say = speaker(chosen(None))
    whom = {
        "rules": say("one for each table"), "glossary": say("one for each table"),
        "cards": say("cut apart: each takes one card, in one language"),
        "sheets": say("cut apart: one for each delegation and round"), "moves": say("one list for each delegation"),
        "run-sheet": say("for you"), "guide": say("for you; read it the day before"), "board": say("for the board"),
        "survey": say("one for each student, in one language"),
    }  # fmt: skip
    wide = max(len(Path(w["file"]).name) for w in written)
    yield say.many("To print for {n} student, from {folder}:", "To print for {n} students, from {folder}:",
                   printer.students, folder=folder)  # fmt: skip
    for w in written:
        pages = "" if w["pages"] is None else say.many("{n} page", "{n} pages", w["pages"])
        yield f"  {w['copies']:>3} × {Path(w['file']).name:<{wide}}  {pages:<{10 if pages else 0}}{whom[w['kind']]}"


def room(printer: Press, lang: str) -> str:
    """The command that opens the room whose seats the cards are, in the language of the cards if it is one."""
    plan = f" --plan {printer.minutes}" if printer.lesson else ""
    asked = "".join(f" --{kind}" for kind, wanted in printer.asked.items() if wanted)
    votes = "".join(f" --with {item.id}" for item in printer.items)
    spoken = f" --lang {lang}" if lang in LANGUAGES else ""
    return (
        f"multivector serve {printer.name} --lan -n {printer.students} -w {printer.worlds}{asked}{plan}{votes}{spoken}"
    )


def _spare(printer: Press) -> list[str]:
    """What people without a ministry do, and which spare seats have cards, in which worlds."""
    people, cards = printer.spare, printer.spare_seats
    names, told = list(dict.fromkeys(s.world for s in printer.seats)), []
    for kind in dict.fromkeys(s.ministry for s in cards):
        where = [s.world for s in cards if s.ministry == kind]
        every = len(names) == len(where)
        told.append((kind, "" if len(names) == 1 else " in every world" if every else f" in {' and '.join(where)}"))
    said = " and ".join(f"the {kind}{where}" for kind, where in told)
    said += " have cards" if len(cards) > 1 else " has a card"
    if people <= 0:
        return [f"Besides the ministries: {said}."] if cards else []
    more = f"; {people - len(cards)} people share a seat" if people > len(cards) else ""
    return [f"More people than ministries: {said}{more}."]
