"""The command line: one verb, one file, imported only when it is used."""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import sys
from typing import Any

import click

# Bits and speed of small arrays: set before anything loads NumPy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

GROUPS: dict[str, dict[str, str]] = {
    "Play": {
        "run": "Play a scenario, say what happened, keep a result.",
        "compare": "Compare worlds on the same draws, with intervals and verdicts.",
        "sweep": "Play many points of a scenario on the same draws.",
        "merge": "Make one result of the shards of a run.",
    },
    "Look": {
        "report": "Write results as one offline page, or as pictures.",
        "explain": "Say why: options, utilities by term, probabilities.",
        "verify": "Run a result again and compare.",
    },
    "Find out": {
        "robust": "Regret of doctrines over uncertain futures; where balancing fails.",
        "sensitivity": "Say which numbers matter, and on what an answer rests.",
        "tournament": "Doctrines against worlds, or against another actor's doctrines.",
        "search": "Search for weights of a doctrine: income, autonomy, survival.",
        "signals": "What could be seen before a rung, a stop, unrest, a red line.",
        "projects": "What projects save of a shock's loss, per dollar and from when.",
        "validate": "Hold the model against what is on record, misses first.",
    },
    "Teach": {
        "serve": "Play a scenario with a class, on this machine.",
        "doctor": "Find what may keep a class from joining.",
        "paper": "Print a lesson: role cards, move sheets, rules, run-sheet.",
        "play": "Play a lesson on paper: type codes, read results aloud.",
        "paper-turn": "Enter one step of a game on paper.",
    },
    "Write": {
        "new": "Start a scenario file of your own.",
        "check": "Find everything that is wrong in scenario files.",
        "describe": "What a scenario is, where its values come from, how it differs.",
        "schema": "Print the JSON Schema of scenario files, for editors.",
        "odd": "Write the description of the model by the ODD protocol.",
    },
}
"""Verb -> the line that --help shows, by what one wants to do. The file of a verb has its name and a click command
called `command`."""

VERBS: dict[str, str] = {verb: line for group in GROUPS.values() for verb, line in group.items()}


class _Lazy(click.Group):
    """A group whose verbs are imported when they are called: --help must not wait for NumPy."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(VERBS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in VERBS:
            return None
        module = importlib.import_module(f"multivector.cli.{name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            from difflib import get_close_matches

            close = get_close_matches(args[0], VERBS, n=1)
            hint = f' Did you mean "{close[0]}"?' if close else f" Verbs: {', '.join(VERBS)}."
            raise click.UsageError(f'No verb "{args[0]}".{hint}')
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        wide = max(map(len, VERBS))
        for name, group in GROUPS.items():
            with formatter.section(name):
                formatter.write_dl([(verb.ljust(wide), line) for verb, line in group.items()])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
@click.version_option(package_name="multivector", message="%(prog)s %(version)s")
def cli() -> None:
    """Multi-vector diplomacy: how Kazakhstan's balancing fares, and why.

    A scenario is a file, or the name of a shipped one.
    """


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit: 0 fine, 1 failed, 2 bad input, 3 not comparable, 130 interrupted.

    No traceback is ever shown, except with MULTIVECTOR_TRACEBACK=1, for those who mend the program.
    """
    # What a command loads stays until it ends: walking over it again and again costs a twentieth of a run.
    gc.set_threshold(100_000, 50, 100)
    # And at the end it goes with the process: a last walk over it would cost a quarter of a second.
    atexit.register(gc.freeze)
    sys.exit(_run(args))


def _run(args: list[str] | None) -> int:
    from multivector.errors import MultivectorError

    try:
        outcome: Any = cli.main(args=args, prog_name="multivector", standalone_mode=False)
        return outcome if isinstance(outcome, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return 2
    except MultivectorError as error:
        click.echo(str(error), err=True)
        return error.exit_code
    except BrokenPipeError:
        # The reader of a pipe has gone (head, less): not a failure. Nothing more may be flushed to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("MULTIVECTOR_TRACEBACK"):
            raise
        click.echo(f"internal error: {type(error).__name__}: {error}", err=True)
        return 1
