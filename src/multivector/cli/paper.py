"""`multivector paper`: print what a lesson without phones needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from multivector.classroom.seats import MOST_SEATS, MOST_WORLDS, worlds_for
from multivector.cli.common import tell, tell_json
from multivector.cli.progress import Progress
from multivector.errors import BadInput, Problem

if TYPE_CHECKING:
    from multivector.classroom.paper_print import Press

LANGUAGES = ("kk", "ru", "en")


@click.command("paper", short_help="Print a lesson: role cards, move sheets, rules, run-sheet.")
@click.argument("name")
@click.option(
    "--lang",
    type=click.Choice([*LANGUAGES, "all"]),
    default="all",
    show_default=True,
    help="Language of what is printed.",
)
@click.option(
    "--minutes", type=click.Choice(["45", "60", "90"]), default="60", show_default=True, help="Plan of the lesson."
)
@click.option("--students", "-n", type=click.IntRange(1, MOST_SEATS), default=12, show_default=True, metavar="N",
              help="Size of the class: how many ministries each delegation has.")  # fmt: skip
@click.option("--worlds", "-w", type=click.IntRange(1, MOST_WORLDS), metavar="W",
              help="Worlds side by side (default: as `serve` splits a class of that size).")  # fmt: skip
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Folder (default: paper/NAME)."
)
@click.option("--format", "form", type=click.Choice(["html", "pdf"]), default="html", show_default=True,
              help="pdf needs Chromium or Chrome on this machine.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Print only where the files are.")
def command(
    name: str, lang: str, minutes: str, students: int, worlds: int | None, out: Path | None, form: str,
    as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Print NAME, a lesson or a scenario: role cards by delegation and ministry, a move sheet for each delegation and
    round, the moves with their codes, the rules on one page in three languages, the run-sheet, the board, the six
    questions, the teacher's guide, thirty terms in three languages. Files are for A4; HTML prints from any browser.

    A card has the two letters of its seat: in a room of `serve` for the same class they give that seat at the door.

    \b
    Examples:
      multivector paper lesson-after-2022
      multivector paper lesson-january-2022 --lang kk --minutes 45 --students 24
      multivector paper lesson-after-2022 --lang ru --format pdf --out print
      multivector paper lesson-after-2022 -n 24         two worlds of 12: the cards of `serve lesson-after-2022 -n 24`
      multivector paper lesson-after-2022 -n 24 -w 1    one world of 24, as on paper alone
      multivector paper after-2022 --lang en            a scenario that is no lesson
    """
    from multivector.classroom.paper_print import (
        DOCUMENTS,
        FOR_ALL,
        OF_LESSON,
        Press,
        find_chromium,
        pages_of,
        to_pdf,
        write_html,
    )

    browser = find_chromium()
    if form == "pdf" and browser is None:
        hint = "install one, or leave --format html and print from a browser"
        raise BadInput([Problem("--format", 0, 0, "", "found no Chromium or Chrome on this machine", "html", hint)])
    press = Press(name, minutes=int(minutes), students=students, worlds=worlds or worlds_for(students))
    languages = LANGUAGES if lang == "all" else (lang,)
    folder = out or Path("paper") / Path(name).stem
    count = len(FOR_ALL) + len(languages) * len(
        [d for d in DOCUMENTS if press.lesson is not None or d not in OF_LESSON]
    )
    written = []
    with Progress(not (quiet or as_json) and form == "pdf") as bar:
        bar.begin(count, 0, 1)
        for document in press.documents(languages):
            path = folder / f"{document.name}.{form}"
            if form == "pdf":
                assert browser is not None
                to_pdf(document, path, browser)
            else:
                write_html(document, path)
            pages = pages_of(path.read_bytes()) if form == "pdf" else None
            written.append({"file": str(path), "pages": pages})
            bar.tick(1)
    if as_json:
        seats = [vars(s) for s in press.seats]
        tell_json({"folder": str(folder), "files": written, "seats": seats, "spare": press.spare, "room": room(press)})
        return
    if quiet:
        tell([str(folder)])
        return
    tell(f"  {w['file']}" + ("" if w["pages"] is None else f"  {w['pages']} pages") for w in written)
    where = "one world" if press.worlds == 1 else f"{press.worlds} worlds"
    tell([f"{len(press.seats)} seats in {where}; two spare cards a delegation help.", *_spare(press.spare)])
    tell([f"The codes on the cards are the seats of: {room(press)}"])


def room(press: Press) -> str:
    """The command that opens the room whose seats the cards are."""
    plan = f" --plan {press.minutes}" if press.lesson else ""
    return f"multivector serve {press.name} --lan -n {press.students} -w {press.worlds}{plan}"


def _spare(spare: int) -> list[str]:
    if spare <= 0:
        return []
    told = "the press and the secretariat have cards" if spare > 1 else "the press has a card"
    more = f"; {spare - 2} people share a seat" if spare > 2 else ""
    return [f"More people than ministries: {told}{more}."]
