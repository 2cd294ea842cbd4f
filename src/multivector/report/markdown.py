"""Pieces of Markdown: tables, numbers, docstrings of modules."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Sequence


def number(value: float | None) -> str:
    """A number as short as six digits allow; nothing for none.

    Examples
    --------
    >>> number(0.76), number(4.0), number(None)
    ('0.76', '4', '')
    """
    return "" if value is None else f"{value:.6g}"


def span(low: float | None, high: float | None) -> str:
    """A range.

    Examples
    --------
    >>> span(0.5, 1.2), span(None, None)
    ('0.5 to 1.2', '')
    """
    return "" if low is None or high is None else f"{number(low)} to {number(high)}"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A table; bars and line ends in cells are made harmless.

    Examples
    --------
    >>> table(["a", "b"], [[1, "x|y"]])
    ['| a | b |', '|---|---|', '| 1 | x/y |', '']
    """
    made = [" ".join(str(cell).replace("|", "/").split()) for row in (head, *rows) for cell in row]
    lines = [f"| {' | '.join(made[at : at + len(head)])} |" for at in range(0, len(made), len(head))]
    return [lines[0], "|" + "---|" * len(head), *lines[1:], ""]


def docstring(module: str, *, only_first: bool = False) -> str:
    """The docstring of one of our modules, such as ``mechanisms.trade``, as Markdown.

    Examples
    --------
    >>> docstring("mechanisms.habit").splitlines()[0]
    'Habit: trade answers slowly, from the elasticity of a year to that of a decade.'
    """
    text = (importlib.import_module(f"multivector.{module}").__doc__ or "").strip()
    return re.sub(r"\s+", " ", text.split("\n\n")[0]) if only_first else text.replace("``", "`")


def modules(package: str) -> list[str]:
    """Modules of one of our packages, sorted.

    Examples
    --------
    >>> "trade" in modules("mechanisms")
    True
    """
    found = importlib.import_module(f"multivector.{package}")
    return sorted(each.name for each in pkgutil.iter_modules(found.__path__))
