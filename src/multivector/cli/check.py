"""`multivector check`: everything that is wrong in scenario files, at once; and whether they show what they should."""

from __future__ import annotations

import json
from dataclasses import replace

import click

from multivector.cli.show import overrides, printable, show
from multivector.errors import Problem
from multivector.scenario import Report, check


@click.command("check", short_help="Find everything that is wrong in scenario files.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Check with a value changed.")
@click.option("--expect", is_flag=True, help="Play the worlds too, and judge what the files expect of them.")
@click.option("--replicates", "-n", type=click.IntRange(2), default=200, help="Histories of each world with --expect.")
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
@click.option("--quiet", "-q", is_flag=True, help="Print problems only, nothing for files that are fine.")
@click.pass_context
def command(
    ctx: click.Context, files: tuple[str, ...], sets: tuple[str, ...], expect: bool, replicates: int, as_json: bool,
    quiet: bool,
) -> None:  # fmt: skip
    """Check scenario files (or shipped scenarios by name) without running anything.

    All problems of all files are found at once. Exit code 2 if there is an error; warnings do not count. With
    --expect, files that are fine are played (`expect` in a scenario says what should come out, and against which
    world); exit code 1 if something comes out otherwise and the file does not own up to it with a `finding`.
    """
    changed = overrides(sets)
    reports = [_with_lines(check(file, overrides=changed)) for file in files]
    if as_json:
        click.echo(json.dumps([_plain(report) for report in reports], indent=2, ensure_ascii=True))
    else:
        _print(reports, quiet)
    if any(report.problems for report in reports):
        ctx.exit(2)
    if expect:
        judged = [_as_expected(file, replicates, quiet) for file in files]
        ctx.exit(0 if all(judged) else 1)


def _with_lines(report: Report) -> Report:
    """A world without errors, and what is wrong with its red lines: none may be crossed before the first quarter."""
    if report.problems or report.scenario is None or report.is_fragment or not report.scenario.red_lines:
        return report
    from multivector.experiment.studies.base_lines import crossed_at_start

    return replace(report, problems=crossed_at_start(report.scenario))


def _as_expected(file: str, replicates: int, quiet: bool) -> bool:
    """Judge a scenario's expectations and print how each fares; whether all is as its author says."""
    from multivector.experiment.studies.expectations import Trial

    trial, fine = Trial(file, replicates), True
    scenario = trial.scenario()
    for each in scenario.expect:
        verdict = trial.judge(scenario, each)
        owned = each.finding is not None and not verdict.holds
        fine = fine and (owned or (verdict.holds and each.finding is None))
        if not (quiet and verdict.holds):
            click.echo(printable(f"  {verdict}{' (a finding that the file owns up to)' if owned else ''}"))
    return fine


def _print(reports: list[Report], quiet: bool) -> None:
    told: set[Problem] = set()
    for report in reports:
        # Files that share a parent share its problems: each is told once.
        fresh = [each for each in (*report.problems, *report.warnings) if each not in told]
        told.update(fresh)
        show(each for each in fresh if not (quiet and each.level == "warning"))
        if not report.problems and not quiet:
            click.echo(f"{printable(report.name)}: {_summary(report)}")
    errors = sum(problem.level == "error" for problem in told)
    if errors > 1 and not quiet:
        click.echo(f"{errors} problems", err=True)


def _summary(report: Report) -> str:
    scenario = report.scenario
    assert scenario is not None
    doubts = (
        f", {len(report.warnings)} warnings" if len(report.warnings) > 1 else ", 1 warning" if report.warnings else ""
    )
    if report.is_fragment:
        return f"fine (part of a world){doubts}"
    quarters = scenario.quarters()
    return f"fine ({len(scenario.actors)} actors, {quarters[0]} to {quarters[-1]}){doubts}"


def _plain(report: Report) -> dict[str, object]:
    return {
        "file": report.name,
        "ok": not report.problems,
        "fragment": report.is_fragment,
        "problems": [problem.as_dict() for problem in report.problems],
        "warnings": [problem.as_dict() for problem in report.warnings],
    }
