"""`multivector report`: one offline page of a result, or of several compared; or its charts as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from multivector.cli.common import tell, tell_json
from multivector.cli.spoken import lang_option
from multivector.language import chosen

if TYPE_CHECKING:
    from multivector.experiment.histories.replicates import Tick
    from multivector.report.charts import Chart
    from multivector.report.plans import Plan
    from multivector.results.store import Stored

MOST = 6
"""Results that one page compares: more do not fit beside each other."""


@click.command("report", short_help="Write results as one offline page, or as pictures.")
@click.argument("results", nargs=-1, required=True, metavar="RESULT [RESULT ...]")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to write: a file, with png and svg a folder (default: beside the result).",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "png", "svg", "table"]),
    default="html",
    show_default=True,
    help="One page; one picture a chart; one history as a table for a text processor.",
)
@click.option("--replicate", metavar="median|worst|N", help="The history to open first (default: median).")
@click.option("--chart", "wanted", multiple=True, metavar="ID", help="Only this picture; may be said again.")
@lang_option
@click.option("--open", "show", is_flag=True, help="Open the page in the browser.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
@click.option("--quiet", "-q", is_flag=True, help="Print only the names of the files.")
def command(
    results: tuple[str, ...],
    out: Path | None,
    form: str,
    replicate: str | None,
    wanted: tuple[str, ...],
    lang: str | None,
    show: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write RESULT, a folder of `run`, as one page that needs nothing else; several are compared with the first.

    The page opens without a network, on a phone, in print, in light and dark. It tells a median history, the worst and,
    up to four in all, one for each red line that neither of them crosses and another does, with the reasons; the page
    names those for which it has no room. The histories that it shows are in it, and `multivector verify PAGE.html`
    plays them again.

    \b
    Examples:
      multivector report results/after-2022-8f3b12ca --open
      multivector report results/after-2022-8f3b12ca --replicate worst
      multivector report results/after-2022-8f3b12ca results/cpc-closed-1f0c2a3b
      multivector report results/after-2022-8f3b12ca --format png --out pictures
      multivector report results/after-2022-8f3b12ca --format svg --chart outcomes.real_income
      multivector report results/after-2022-8f3b12ca --format table --replicate worst
    """
    from multivector.results.store import open_result

    if len(results) > MOST:
        raise click.UsageError(f"At most {MOST} results go on one page.")
    if len(results) > 1 and replicate is not None:
        raise click.UsageError("--replicate is about one result.")
    if len(results) > 1 and form == "table":
        raise click.UsageError("--format table is about one result.")
    if wanted and form in ("html", "table"):
        raise click.UsageError("--chart goes with --format png or svg.")
    if show and form != "html":
        raise click.UsageError("--open is about a page.")
    lang = chosen(lang)
    stored = [open_result(each) for each in results]
    if form == "html":
        files = [_page(stored, out, replicate, lang, quiet=quiet or as_json)]
    elif form == "table":
        files = [_table(stored[0], out, replicate, lang, quiet=quiet or as_json)]
    else:
        files = _pictures(stored, out, form, replicate, wanted, lang, quiet=quiet or as_json)
    if as_json:
        tell_json({"files": [{"file": str(f), "bytes": f.stat().st_size} for f in files], "format": form})
    elif quiet:
        tell(str(f) for f in files)
    else:
        tell(f"wrote {f} ({_size(f.stat().st_size)})" for f in files)
    if show:
        click.launch(files[0].resolve().as_uri())


def _page(stored: Sequence[Stored], out: Path | None, replicate: str | None, lang: str, *, quiet: bool) -> Path:
    from multivector.report.engine import warm

    warm()
    from multivector.report.opening import facts_of, several_of

    path = _beside(stored, "report.html") if out is None else out
    _writable(path)
    with _Bar(quiet, stored, lang) as tick:
        if len(stored) == 1:
            from multivector.report.page import one_page

            text = one_page(facts_of(stored[0], replicate=replicate, lang=lang, tick=tick, ahead=True))
        else:
            from multivector.report.several import several_page

            text = several_page(several_of(stored, lang=lang))
    _write(path, text.encode("utf-8"))
    return path


def _table(stored: Stored, out: Path | None, replicate: str | None, lang: str, *, quiet: bool) -> Path:
    from multivector.report.opening import facts_of
    from multivector.report.page import history_table

    path = _beside([stored], "table.html") if out is None else out
    _writable(path)
    with _Bar(quiet, [stored], lang) as tick:
        text = history_table(facts_of(stored, replicate=replicate, lang=lang, tick=tick))
    _write(path, text.encode("utf-8"))
    return path


def _pictures(
    stored: Sequence[Stored],
    out: Path | None,
    form: str,
    replicate: str | None,
    wanted: Sequence[str],
    lang: str,
    *,
    quiet: bool,
) -> list[Path]:
    from multivector.report.engine import warm

    warm()
    from multivector.errors import BadInput, Problem, RunFailed
    from multivector.report.charts import charts_of
    from multivector.report.charts.many import charts_of_several
    from multivector.report.opening import facts_of, several_of
    from multivector.report.plans import as_file, plans_of

    folder = _beside(stored, "charts") if out is None else out
    with _Bar(quiet, stored, lang) as tick:
        if len(stored) == 1:
            facts = facts_of(stored[0], replicate=replicate, lang=lang, tick=tick)
            charts: Sequence[Chart | Plan] = [*charts_of(facts), *plans_of(facts)]
        else:
            charts = charts_of_several(several_of(stored, lang=lang))
        known = [chart.id for chart in charts]
        unknown = [id for id in wanted if id not in known]
        if unknown:
            allowed = ", ".join(known)
            raise BadInput([Problem("--chart", 0, 0, "", f'found "{id[:60]}"', allowed) for id in unknown])
        files = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunFailed(f"{folder}: cannot make the folder: {error.strerror or error}") from error
        for chart in charts:
            if not wanted or chart.id in wanted:
                files.append(folder / f"{chart.id}.{form}")
                _write(files[-1], as_file(chart, form))
    return files


def _beside(stored: Sequence[Stored], ending: str) -> Path:
    """The page of a result has the result's name and stands beside its folder, which stays as it was written."""
    first = stored[0].folder.resolve()
    name = (
        first.name
        if len(stored) == 1
        else "-".join(["compared", *(s.folder.resolve().name.rpartition("-")[2] for s in stored)])
    )
    return first.parent / (f"{name}.html" if ending == "report.html" else f"{name}-{ending}")


def _writable(path: Path) -> None:
    from multivector.errors import RunFailed

    if path.is_dir() or not (path.parent.is_dir() or not path.parent.exists()):
        raise RunFailed(f"{path}: cannot write the page: it is a folder, or what it should stand in is none")


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: beside, then renamed."""
    import os

    from multivector.errors import RunFailed

    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(content)
        os.replace(new, path)
    except OSError as error:
        raise RunFailed(f"{path}: cannot write: {error.strerror or error}") from error
    finally:
        new.unlink(missing_ok=True)


def _size(bytes_: int) -> str:
    return f"{bytes_ / 1e6:.1f} MB" if bytes_ >= 1e6 else f"{bytes_ / 1e3:.0f} KB"


class _Bar:
    """Progress of the histories that are played again."""

    def __init__(self, quiet: bool, stored: Sequence[Stored], lang: str) -> None:
        from multivector.cli.many import progress
        from multivector.report.facts import STORIES

        self._bar, first = progress(quiet, lang), stored[0]
        self._turns = len(first.summary["quarters"]) * (2 if first.manifest.get("benchmark") else 1)
        self._histories = min(STORIES, int(first.manifest["replicates"])) if len(stored) == 1 else 0

    def __enter__(self) -> Tick:
        from multivector.cli.many import Interrupt

        self._bar.__enter__()
        watcher = Interrupt(self._bar)
        watcher.begin(self._histories * self._turns, 0, self._turns)
        return watcher

    def __exit__(self, *args: object) -> None:
        self._bar.__exit__(None, None, None)
