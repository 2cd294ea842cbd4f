"""Text that goes to a file or to the screen; shared by the verbs that make documents."""

from __future__ import annotations

from pathlib import Path

import click

from multivector.errors import BadInput, Problem


def write_or_print(text: str, out: Path | None) -> None:
    """Write a text to a file, with one newline at its end, or print it.

    Line ends are those of Unix everywhere, so that a committed file is the same from every machine.

    Raises
    ------
    BadInput
        The file cannot be written.
    """
    if out is None:
        click.echo(text)
        return
    try:
        out.write_text(text.rstrip("\n") + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        found = f"could not write the file ({error.strerror or 'unknown reason'})"
        raise BadInput([Problem(str(out), 0, 0, "", found, "a file in a folder that exists")]) from None
    click.echo(f"wrote {out}")
