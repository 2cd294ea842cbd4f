"""`multivector describe`: what a scenario is, where its values come from, how it differs from another."""

from __future__ import annotations

import json

import click

from multivector.cli.printout.description import phases, report, where
from multivector.cli.printout.ledger import Part, assumptions, figure, figures, worth
from multivector.cli.printout.outcome import outcomes
from multivector.cli.show import overrides, printable, show
from multivector.cli.spoken import lang_option, voice
from multivector.errors import BadInput
from multivector.scenario import check
from multivector.scenario.differ import differences
from multivector.scenario.load import Report, trace_of


@click.command("describe", short_help="Say what a scenario is, where its values come from, how it differs.")
@click.argument("scenario")
@click.option("--where", "path", metavar="PATH", help="Show one value: unit, source, range, where it was set or built.")
@click.option("--diff", "other", metavar="OTHER", help="Say in words how SCENARIO differs from OTHER.")
@click.option("--set", "sets", multiple=True, metavar="PATH=VALUE", help="Describe with a value changed.")
@click.option("--phases", "show_phases", is_flag=True, help="Show the phases of a turn, in order.")
@click.option("--figures", "prefix", metavar="PREFIX", help="List figures and built flows by the start of their id.")
@click.option("--ledger", "show_ledger", is_flag=True, help="List every number: unit, date, source, confidence, range.")
@click.option("--worth", "show_worth", is_flag=True, help="Show what a step of each stock is worth to each actor.")
@click.option("--outcome", "outcome", metavar="ID", help="Say what an outcome is and how far to believe it (or: all).")
@click.option("--parameters/--no-parameters", default=True, help="List the parameters (default: yes).")
@lang_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.option("--quiet", "-q", is_flag=True, help="Do not print warnings.")
def command(
    scenario: str, path: str | None, other: str | None, sets: tuple[str, ...], show_phases: bool, prefix: str | None,
    show_ledger: bool, show_worth: bool, outcome: str | None, parameters: bool, lang: str | None, as_json: bool,
    quiet: bool,
) -> None:  # fmt: skip
    """Describe SCENARIO (a file or a shipped name): question, actors, sanctions, votes, events, red lines, numbers.

    Values are printed as --set takes them: `describe --where trade.theta_short` prints `trade.theta_short=0.76`.
    Flows by sector are built, not observed: `describe base-2021 --figures world.flow.2021.KAZ` lists them with their
    distance from the priors, `--figures prior` the priors with their ranges. `--ledger` lists every number there is.

    \b
    Examples:
      multivector describe after-2022
      multivector describe after-2022 --lang kk
      multivector describe after-2022 --where trade.theta_short
      multivector describe after-2022 --where world.flow.2021.KAZ.RUS.metals
      multivector describe after-2022 --where stocks  (all that moves may change)
      multivector describe after-2022 --ledger --json > ledger.json
      multivector describe after-2022 --outcome reexport
      multivector describe cpc-closed --diff after-2022
    """
    found = _checked(scenario, sets)
    if other is not None:
        lines = differences(trace_of(_checked(other, ())).root, trace_of(found).root)
        _tell({"from": other, "to": scenario, "differences": lines}, lines or ["no difference"], as_json)
    elif path is not None:
        facts, lines = _value(found, path)
        _tell(facts, lines, as_json)
    elif prefix is not None:
        facts, lines = figures(prefix)
        _tell(facts, lines, as_json)
    elif outcome is not None:
        assert found.scenario is not None
        facts, lines = outcomes(found.scenario, outcome, voice(lang, found.scenario))
        _tell(facts, lines, as_json)
    elif show_ledger:
        assert found.scenario is not None
        facts, lines = assumptions(found.scenario)
        _tell(facts, lines, as_json)
    elif show_worth:
        assert found.scenario is not None
        facts, lines = worth(found.scenario)
        _tell(facts, lines, as_json)
    elif show_phases:
        facts, lines = phases(found)
        _tell(facts, lines, as_json)
    else:
        facts, lines = report(found, parameters, voice(lang, found.scenario))
        _tell(facts, lines, as_json)
    if not quiet:
        show(found.warnings)


def _value(found: Report, path: str) -> Part:
    """A value of the scenario, or a figure behind its base world."""
    try:
        return where(found, path)
    except BadInput:
        known = figure(found, path)
        if known is None:
            raise
        return known


def _checked(name: str, sets: tuple[str, ...]) -> Report:
    found = check(name, overrides=overrides(sets))
    if found.problems:
        raise BadInput(found.problems)
    return found


def _tell(facts: object, lines: list[str], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(facts, indent=2, ensure_ascii=True))
    else:
        click.echo("\n".join(printable(line) for line in lines))
