"""How problems look in the terminal; shared by the verbs that read scenarios."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping

import click

from multivector.errors import BadInput, Problem

NO_BREAK = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
"""Spaces inside numbers, which Python does not call printable."""


def coloured(stream_is_error: bool = False) -> bool:
    """Whether to use colour: only on a terminal, and never against NO_COLOR."""
    stream = sys.stderr if stream_is_error else sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR")


def line(problem: Problem, colour: bool) -> str:
    """One problem as one line; a warning says so."""
    text = printable(problem.message)
    word = "warning: " if problem.level == "warning" else ""
    if not colour:
        return f"{printable(problem.place)}: {word}{text}"
    shade = "yellow" if word else "red"
    return f"{click.style(printable(problem.place), bold=True)}: {click.style(word + text, fg=shade)}"


def show(problems: Iterable[Problem]) -> None:
    """Print problems to the error stream."""
    colour = coloured(stream_is_error=True)
    for problem in problems:
        click.echo(line(problem, colour), err=True)


def show_left_out(problems: Iterable[Problem]) -> None:
    """Say in one line what a calendar that was changed by --set leaves out; other warnings are for `check`."""
    from multivector.scenario.check_world import LEFT_OUT

    fields = list(dict.fromkeys(p.field.removesuffix(".turn") for p in problems if p.hint == LEFT_OUT))
    if fields:
        some = ", ".join(fields[:3]) + (", …" if len(fields) > 3 else "")
        what = "1 dated entry lies" if len(fields) == 1 else f"{len(fields)} dated entries lie"
        said = f"{what} outside of the calendar, left out: {some}"
        show([Problem("--set calendar", 0, 0, "", said, level="warning")])


def printable(text: str) -> str:
    """Text from a file, made harmless for a terminal: no control characters, no lone surrogates."""
    return "".join(c if c.isprintable() or c in NO_BREAK else "\N{REPLACEMENT CHARACTER}" for c in text)


def overrides(pairs: Iterable[str]) -> Mapping[str, str]:
    """Turn ``path=value`` options into a mapping.

    Raises
    ------
    BadInput
        An option has no ``=``.

    Examples
    --------
    >>> overrides(["trade.theta_short=0.8"])
    {'trade.theta_short': '0.8'}
    """
    made: dict[str, str] = {}
    for pair in pairs:
        path, equals, value = pair.partition("=")
        if not equals or not path.strip():
            raise BadInput([Problem("--set", 0, 0, "", f'found "{printable(pair[:80])}"', "path=value")])
        made[path.strip()] = value.strip()
    return made
