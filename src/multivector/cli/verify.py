"""`multivector verify`: run a result again and compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from multivector.cli.common import tell, tell_json

if TYPE_CHECKING:
    from multivector.report.record import PageCheck


@click.command("verify", short_help="Run a result again and compare.")
@click.argument("result")
@click.option("--all", "everything", is_flag=True, help="Run all replicates again, not only twenty.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.option("--quiet", "-q", is_flag=True, help="Print only what is wrong.")
@click.pass_context
def command(ctx: click.Context, result: str, everything: bool, as_json: bool, quiet: bool) -> None:
    """Check RESULT: a folder, its files by their digests and its numbers by running replicates again; or a page that
    `multivector report` has written: its text by its seal, its histories by playing them again, world by world
    where it compares several.

    On the NumPy, processor features and linear algebra that made the result every bit must agree; elsewhere moves,
    votes and flags must be equal and numbers agree to 1e-9. Exit code 1 if anything differs; the first difference is
    named.
    """
    from multivector.report.record import is_page

    if is_page(result):
        ctx.exit(_page(result, as_json, quiet))
    from multivector.experiment.ensembles.again import verify
    from multivector.results.store import open_result

    stored = open_result(result)
    check = verify(stored, everything=everything)
    if as_json:
        difference = None if check.difference is None else {**vars(check.difference), "text": str(check.difference)}
        facts = {"fine": check.fine, "promise": promise(check.exact), "replicates": list(check.replicates)}
        tell_json({**facts, "files": list(check.files), "difference": difference, "model_changed": check.model_changed})
    else:
        wrong = [*check.files, *([] if check.difference is None else [str(check.difference)])]
        if check.model_changed:
            wrong.append("the model has changed since the result was made, so its numbers may rightly differ")
        count = len(check.replicates)
        word = "replicate" if count == 1 else "replicates"
        if not quiet:
            tell([f"{count} {word} of {stored.manifest['replicates']:,} run again; promise: {promise(check.exact)}"])
        tell(wrong)
        if check.fine and not quiet:
            tell(["all files and all compared numbers are as they were"])
    ctx.exit(0 if check.fine else 1)


def _page(path: str, as_json: bool, quiet: bool) -> int:
    """Verify a page; the exit code."""
    from multivector.report.record import verify_page

    check = verify_page(path)
    if as_json:
        tell_json({**_facts(check), "parts": [{"name": name, **_facts(part)} for name, part in check.parts]})
        return 0 if check.fine else 1
    wrong = [] if check.difference is None else [check.difference]
    if check.changed:
        wrong.append("the page was changed after it was written")
    if check.model_changed:
        wrong.append("the model has changed since the page was made, so its numbers may rightly differ")
    count = len(check.replicates)
    if not quiet:
        word = "history" if count == 1 else "histories"
        tell([f"{count} {word} of the page played again; promise: {promise(check.exact)}"])
        tell(_part(name, part) for name, part in check.parts)
    tell(wrong)
    if check.fine and not quiet:
        tell(["the page is as it was written, and its histories are those of this engine"])
    return 0 if check.fine else 1


def _facts(check: PageCheck) -> dict[str, Any]:
    facts = {"fine": check.fine, "promise": promise(check.exact), "replicates": list(check.replicates)}
    return {**facts, "changed": check.changed, "difference": check.difference, "model_changed": check.model_changed}


def _part(name: str, part: PageCheck) -> str:
    """A line about one world of a page."""
    ids = ", ".join(map(str, part.replicates))
    told = f"{name}: {'history' if len(part.replicates) == 1 else 'histories'} {ids}"
    return f"{told}: {'as this engine plays them' if part.difference is None else 'not as this engine plays them'}"


def promise(exact: bool) -> str:
    """What was promised and checked.

    Examples
    --------
    >>> promise(True)
    'equal bits (same NumPy, processor features and linear algebra)'
    """
    if exact:
        return "equal bits (same NumPy, processor features and linear algebra)"
    return "equal moves, votes and flags, numbers to 1e-9 (another NumPy, processor or linear algebra)"
