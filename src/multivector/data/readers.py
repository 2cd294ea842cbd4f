"""Who reads a number: the modules whose source names its id, as a plain text or as a text with holes.

Numbers are asked for by id (``p["trade.theta_short"]``, ``p[f"opinion.share.{g}"]``), so the source says who reads
what. It is a reading of the text: a module that builds an id in another way is missed, and one that names an id without
using it is counted. That a number is really read is tried by playing (tests/unit/world/test_parameters.py).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
PLACES = ("data", "schema", "mechanisms", "outcomes", "decisions", "world")
"""The packages that turn numbers into a world."""

LISTS = ("ledger",)
"""Modules that list numbers and read none."""

_HOLE = r"[^.]+(?:\.[^.]+)?"
"""What fills a hole of an id: one part, or two (a corridor's pair and name)."""


def readers(ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Modules that name each id, such as ``world.quarter.hazards``, sorted; nothing where none is found.

    Examples
    --------
    >>> readers(["trade.theta_short", "no.such.number"])["no.such.number"]
    ()
    >>> "world.economy.economy" in readers(["trade.theta_short"])["trade.theta_short"]
    True
    """
    plain, holed = _named()
    return {
        id: tuple(sorted({*plain.get(id, ()), *(module for fits, module in holed if fits.fullmatch(id))})) for id in ids
    }


@cache
def _named() -> tuple[dict[str, tuple[str, ...]], tuple[tuple[re.Pattern[str], str], ...]]:
    plain: dict[str, set[str]] = {}
    holed: set[tuple[str, str]] = set()
    for place in PLACES:
        for path in sorted((_PACKAGE / place).rglob("*.py")):
            if path.stem in LISTS:
                continue
            module = ".".join(path.relative_to(_PACKAGE).with_suffix("").parts)
            for text, is_plain in _texts(ast.parse(path.read_text(encoding="utf-8"))):
                if is_plain:
                    plain.setdefault(text, set()).add(module)
                else:
                    holed.add((text, module))
    return (
        {text: tuple(sorted(modules)) for text, modules in plain.items()},
        tuple((re.compile(text), module) for text, module in sorted(holed)),
    )


def _texts(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    """Texts that look like ids, and patterns of texts with holes that begin with a word and a dot."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
            yield node.value, True
        elif isinstance(node, ast.JoinedStr):
            parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else _HOLE for part in node.values]
            if re.match(r"[a-z_]+\\\.", parts[0]):
                yield "".join(parts), False
        elif isinstance(node, ast.keyword) and node.arg == "words" and isinstance(node.value, ast.Constant):
            # The family of parameters that stands behind words such as high: `Params.weight(…, words="risk")`.
            yield re.escape(str(node.value.value)) + r"\." + _HOLE, False
