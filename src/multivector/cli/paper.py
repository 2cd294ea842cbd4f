"""`multivector paper`: print what a lesson without phones needs."""

from __future__ import annotations

from pathlib import Path

import click

from multivector.cli.common import tell, tell_json
from multivector.cli.progress import Progress
from multivector.errors import BadInput, Problem

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
@click.option("--students", type=click.IntRange(1, 60), default=12, show_default=True, metavar="N",
              help="People in the world: how many ministries each delegation has.")  # fmt: skip
@click.option("--press", is_flag=True, help="A card for the press in any case (else from 13 people on).")
@click.option("--secretariat", is_flag=True, help="A card for the UN Secretariat in any case (else from 14 on).")
@click.option("--with", "items", multiple=True, metavar="ID", help="Print an optional vote of the lesson too (hrc-51).")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Folder (default: paper/NAME)."
)
@click.option("--format", "form", type=click.Choice(["html", "pdf"]), default="html", show_default=True,
              help="pdf needs Chromium or Chrome on this machine.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Print only where the files are.")
def command(
    name: str, lang: str, minutes: str, students: int, press: bool, secretariat: bool, items: tuple[str, ...],
    out: Path | None, form: str,
    as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Print NAME, a lesson or a scenario: role cards by delegation and ministry, a move sheet for each delegation and
    round, the moves with their codes, the rules on one page in three languages, the run-sheet, the board, the six
    questions, the teacher's guide. Files are for A4; HTML prints from any browser.

    \b
    Examples:
      multivector paper lesson-after-2022
      multivector paper lesson-january-2022 --lang kk --minutes 45 --students 24
      multivector paper lesson-after-2022 --lang ru --format pdf --out print
      multivector paper lesson-after-2022 --press --secretariat   cards for two seats besides the ministries
      multivector paper lesson-after-2022 --with hrc-51 with the vote that is off unless a teacher wants it
      multivector paper after-2022 --lang en            a scenario that is no lesson
    """
    from multivector.classroom.paper_print import (
        DOCUMENTS,
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
    printer = Press(name, minutes=int(minutes), students=students, press=press, secretariat=secretariat, items=items)
    languages = LANGUAGES if lang == "all" else (lang,)
    folder = out or Path("paper") / Path(name).stem
    count = 1 + len(languages) * len([d for d in DOCUMENTS if printer.lesson is not None or d not in OF_LESSON])
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
            written.append({"file": str(path), "pages": pages})
            bar.tick(1)
    if as_json:
        seats = [{"id": s.id, "actor": s.actor, "ministry": s.ministry} for s in printer.seats]
        tell_json({"folder": str(folder), "files": written, "seats": seats, "spare": printer.spare,
                   "cards": [s.ministry for s in printer.spare_seats]})  # fmt: skip
        return
    if quiet:
        tell([str(folder)])
        return
    tell(f"  {w['file']}" + ("" if w["pages"] is None else f"  {w['pages']} pages") for w in written)
    tell(
        [
            f"{len(printer.seats)} seats in one world; two spare cards a delegation help.",
            *_spare(printer.spare, [s.ministry for s in printer.spare_seats]),
        ]
    )


def _spare(people: int, cards: list[str]) -> list[str]:
    """What people without a ministry do, and which spare seats have cards."""
    told = f"the {' and the '.join(cards)} {'have cards' if len(cards) > 1 else 'has a card'}"
    if people <= 0:
        return [f"Besides the ministries: {told}."] if cards else []
    more = f"; {people - len(cards)} people share a seat" if people > len(cards) else ""
    return [f"More people than ministries: {told}{more}."]
