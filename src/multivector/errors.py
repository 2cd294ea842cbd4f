"""Errors that a user may meet, and how each one ends a command.

Everything that goes wrong on purpose is a `MultivectorError`: it carries the exit code of the command line and a text
that can be shown as it is. Problems of files are gathered and raised once, as one `BadInput`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

LONGEST_FIELD = 160
"""Characters of a field's path that a message shows: a file may have keys of any length."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong (or doubtful) in a file, where it is, and what would be right.

    Attributes
    ----------
    file, line, column : where, both numbers counted from 1 (0 = the file as a whole)
    field : dotted path of the field, such as ``events.cpc-storm.turn`` (empty = the file as a whole)
    found : what is there, as a phrase
    allowed : what could be there, as a phrase (may be empty)
    hint : what to do, usually the nearest name (may be empty)
    level : ``error`` stops, ``warning`` is only told

    Examples
    --------
    >>> print(Problem("a.yaml", 3, 7, "calendar.turns", 'found "x"', "a whole number", ""))
    a.yaml:3:7: calendar.turns: found "x"; allowed: a whole number
    """

    file: str
    line: int
    column: int
    field: str
    found: str
    allowed: str = ""
    hint: str = ""
    level: str = "error"

    @property
    def place(self) -> str:
        """``file:line:column``, as editors understand it; the file alone when the whole of it is meant."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    @property
    def message(self) -> str:
        """The text without the place."""
        parts = [self.found]
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        if self.hint:
            parts.append(self.hint)
        text = "; ".join(parts)
        field = self.field if len(self.field) <= LONGEST_FIELD else f"{self.field[: LONGEST_FIELD - 1]}…"
        return f"{field}: {text}" if field else text

    def as_dict(self) -> dict[str, str | int]:
        """The same as plain data, for ``--json``."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class MultivectorError(Exception):
    """Base of every error that is meant for a reader; `exit_code` is what the command line returns."""

    exit_code = 1


class BadInput(MultivectorError):
    """A file or an option is wrong; `problems` lists everything that was found, in order of place.

    Examples
    --------
    >>> print(BadInput([Problem("a.yaml", 1, 1, "", "found nothing")]))
    a.yaml:1:1: found nothing
    """

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[BadInput], tuple[tuple[Problem, ...]]]:
        # Errors cross process borders: without this, unpickling would read the message as a list of problems.
        return type(self), (self.problems,)


class RunFailed(MultivectorError):
    """A run could not be finished."""

    exit_code = 1


class NonConvergence(RunFailed):
    """A solver stopped without a solution; no number is handed on in its place."""


class NotComparable(MultivectorError):
    """Two things cannot be compared, because what they share is too little."""

    exit_code = 3
