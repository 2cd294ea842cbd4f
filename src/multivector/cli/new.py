"""`multivector new`: a scenario file to start from."""

from __future__ import annotations

import re
from pathlib import Path

import click

from multivector.cli.show import printable
from multivector.errors import BadInput, Problem
from multivector.scenario import check, shipped_names
from multivector.scenario.find import SUFFIXES, find_beside
from multivector.scenario.names import did_you_mean
from multivector.scenario.starter import starter

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,79}")


@click.command("new", short_help="Start a scenario file of your own.")
@click.argument("name")
@click.option("--from", "parent", default="after-2022", show_default=True, metavar="PARENT",
              help="The world that it extends: a shipped name, or a file in the same folder.")  # fmt: skip
@click.option("--question", metavar="TEXT", help="What the scenario asks.")
def command(name: str, parent: str, question: str | None) -> None:
    """Write NAME.yaml, a short scenario that extends another one; never over a file that is there.

    It passes `multivector check` as it stands. What can be changed stands in it as comments, with names of the parent.

    \b
    Examples:
      multivector new half-shut
      multivector new half-shut --from cpc-closed --question "How much oil survives?"
    """
    path = Path(name if name.endswith(SUFFIXES) else f"{name}.yaml")
    _check_name(path)
    source = find_beside(parent, path)
    if source is None or source.absolute() == path.absolute():
        hint = did_you_mean(parent, shipped_names())
        raise _wrong("--from", f'found "{parent[:80]}"', "a shipped world, or a file in the same folder", hint)
    report = check(source, complete=True)
    if report.scenario is None:
        raise BadInput(report.problems)
    text = starter(path.stem, parent, report.scenario, question)
    _write(path, text)
    shown = printable(str(path))
    click.echo(f"wrote {shown}, which extends {printable(parent)}. Change it, then:")
    for line in (f"check {shown}", f"describe {shown} --diff {printable(parent)}", f"run {shown} --replicates 200"):
        click.echo(f"  multivector {line}")
    click.echo("Once, for your editor: multivector schema --out schema.json")


def _check_name(path: Path) -> None:
    if not NAME.fullmatch(path.stem):
        raise _wrong("NAME", f'found "{path.stem[:80]}"', "a short name of letters, digits, - and _")
    if path.stem in shipped_names():
        raise _wrong("NAME", f'found "{path.stem}", which a shipped world has', "a name of your own")


def _write(path: Path, text: str) -> None:
    try:
        with open(path, "x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        raise _wrong(str(path), "found a file that is there already", "a new name; nothing was written") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no valid file name"
        found = f"could not write the file ({reason or 'unknown reason'})"
        raise _wrong(str(path), found, "a name in a folder that exists") from None


def _wrong(where: str, found: str, allowed: str, hint: str = "") -> BadInput:
    return BadInput([Problem(printable(where), 0, 0, "", printable(found), allowed, hint)])
