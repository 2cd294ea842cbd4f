"""`multivector schema`: the JSON Schema of scenario files, for editors."""

from __future__ import annotations

import json
from pathlib import Path

import click

from multivector.cli.written import write_or_print


@click.command("schema", short_help="Print the JSON Schema of scenario files, for editors.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it to FILE.")
def command(out: Path | None) -> None:
    """Print the JSON Schema (draft 2020-12) that editors complete and underline scenario files with.

    The first line of a scenario names it: # yaml-language-server: $schema=schema.json. `multivector check` finds more.

    \b
    Examples:
      multivector schema
      multivector schema --out schema.json
    """
    from multivector.schema.editor import editor_schema

    write_or_print(json.dumps(editor_schema(), indent=1, ensure_ascii=True), out)
