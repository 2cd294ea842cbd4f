"""`multivector odd`: the description of the model by the ODD protocol."""

from __future__ import annotations

from pathlib import Path

import click

from multivector.cli.show import overrides
from multivector.cli.written import write_or_print
from multivector.scenario import load


@click.command("odd", short_help="Write the description of the model by the ODD protocol.")
@click.argument("scenario")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it to FILE.")
@click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Describe with a value changed.")
def command(scenario: str, out: Path | None, sets: tuple[str, ...]) -> None:
    """Describe the model of SCENARIO by the ODD protocol (Grimm et al. 2020), as Markdown.

    It is written from the scenario, the assumption ledger and the docstrings: the same world and version give the same
    text.

    \b
    Examples:
      multivector odd after-2022
      multivector odd after-2022 --out docs/odd.md
    """
    from multivector.report.odd import odd

    write_or_print(odd(load(scenario, overrides=overrides(sets))).rstrip("\n"), out)
