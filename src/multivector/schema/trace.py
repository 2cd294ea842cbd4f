"""Where a value came from, as a resolved scenario remembers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from multivector.errors import Problem


class Mark(NamedTuple):
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value was set.

    Attributes
    ----------
    path : the dotted path asked for
    chain : the places, newest first: the one that counts, then each one it overrode; empty = a default of the program
    values : what each of these places says, as text (empty where it is not a single value)
    """

    path: str
    chain: tuple[Mark, ...]
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " over ".join(str(mark) for mark in self.chain) or "default"


class Trace(Protocol):
    """What the reader of files leaves with a scenario: it answers where values came from."""

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Doubtful but allowed things."""
        ...

    def provenance(self, path: str) -> Provenance:
        """Say where `path` was set."""
        ...
