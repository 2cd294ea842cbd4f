"""`multivector merge`: make one result of the shards of a run."""

from __future__ import annotations

from pathlib import Path

import click

from multivector.cli.run import show_result
from multivector.cli.spoken import lang_option, stored_voice


@click.command("merge", short_help="Make one result of the shards of a run.")
@click.argument("shards", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("results"), show_default=True,
              metavar="DIR", help="Folder of results.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["parquet", "csv"]), default="parquet", show_default=True,
              help="How tables are written; csv opens in a spreadsheet.")  # fmt: skip
@lang_option
@click.option("--json", "as_json", is_flag=True, help="Print every figure as JSON and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Print only where the result is.")
@click.pass_context
def command(
    ctx: click.Context, shards: tuple[Path, ...], out: Path, form: str, lang: str | None, as_json: bool, quiet: bool
) -> None:
    """Join SHARDS, the folders that `run --shard I/N` has left, all N of them, to the result of the whole run.

    It is the same, file by file, as that of a run without shards, but for the time that it took. The shards stay; they
    are not needed any more.
    """
    from multivector.experiment.ensembles.ensemble import merge
    from multivector.language import chosen
    from multivector.results.store import open_result

    chosen(lang)  # a language that does not exist is said before anything is joined
    stored = open_result(merge(shards, out, form))
    show_result(stored, False, as_json, quiet, stored_voice(lang, stored))
    ctx.exit(1 if stored.summary["failed"] else 0)
