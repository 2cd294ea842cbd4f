"""How two scenarios differ, in words: one line for each value that changed."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Seq

from multivector.scenario.merge import QUARTER
from multivector.scenario.nodes import Mapping, Node, Scalar, Sequence

_SKIP = frozenset({"id", "title", "question", "sources", "extends", "expect"})
WORDS = {
    "parameters": "parameter", "mechanisms": "mechanism", "actors": "actor", "corridors": "corridor",
    "sanctions": "sanction", "events": "event", "moves": "move", "doctrines": "doctrine", "red_lines": "red line",
    "paths": "path", "uncertainties": "uncertainty", "levers": "lever",
    "blocs": "bloc", "votes": "vote", "rules": "rule",
}  # fmt: skip
"""What one entry of a section is called in a line; an actor's line begins with its code alone."""
_FACE = {
    "event": ("turn",), "vote": ("turn",), "sanction": ("start",), "actor": ("doctrine",),
    "parameter": ("value", "unit"), "red line": ("measure",),
}  # fmt: skip
ARROW = "->"
MANY = 2
"""A series that differs in more quarters than this is told in one line."""


def differences(old: Mapping, new: Mapping) -> list[str]:
    """Say in words what `new` has changed against `old`.

    Parameters
    ----------
    old, new : Mapping
        Merged trees.

    Returns
    -------
    list of str
        One line a change; what a scenario is called, asks and cites is left out.

    Examples
    --------
    >>> from multivector.scenario.normal import normalise
    >>> from multivector.scenario.reader import parse
    >>> a, b = (normalise(parse("events: [{id: storm, turn: 2022-Q%d}]" % n, "x")).root for n in (1, 2))
    >>> differences(a, b)
    ['event storm: turn 2022-Q1 -> 2022-Q2']
    """
    lines: list[str] = []
    for section in _union(old, new):
        if section in _SKIP:
            continue
        before, after = old.items.get(section), new.items.get(section)
        if section == "alignment":
            for inner in _union(before, after):
                lines += _section(inner, _get(before, inner), _get(after, inner))
        else:
            lines += _section(section, before, after)
    return lines


def _section(name: str, old: Node | None, new: Node | None) -> Iterator[str]:
    word = WORDS.get(name)
    if word is None:
        yield from _inside(name, "", old, new)
        return
    for key in _union(old, new):
        before, after = _get(old, key), _get(new, key)
        if before is None and after is not None:
            yield f"{word} {key} is added{_face(word, after)}"
        elif after is None:
            yield f"{word} {key} is gone"
        elif word == "mechanism":
            yield from (
                f"mechanism {key}: {_value(before)} {ARROW} {_value(after)}" for _ in [0] if not _same(before, after)
            )
        else:
            yield from _inside(f"{word} {key}" if word != "actor" else key, "", before, after)


def _inside(label: str, path: str, old: Node | None, new: Node | None) -> Iterator[str]:
    if _same(old, new):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        quarters = [key for key in _union(old, new) if QUARTER.match(key) and not _same(_get(old, key), _get(new, key))]
        if len(quarters) > MANY:
            yield f"{label}:{' ' + path if path else ''} differ in {len(quarters)} quarters from {min(quarters)}"
            return
        for key in _union(old, new):
            below = key if not path or path == "value" else f"{path}.{key}"
            yield from _inside(label, below, _get(old, key), _get(new, key))
        return
    last = path.rpartition(".")[2]
    if last in ("source", "note"):
        if last == "source":
            yield f"{label}: another source"
        return
    both = isinstance(old, Sequence) and isinstance(new, Sequence)
    if both and len(old.items) == len(new.items):  # type: ignore[union-attr]
        for number, (one, other) in enumerate(zip(old.items, new.items, strict=True)):  # type: ignore[union-attr]
            yield from _inside(label, f"{path}.{number}" if path else str(number), one, other)
        return
    name = "" if path in ("", "value") else f" {path}"
    yield f"{label}:{name} {_value(old)} {ARROW} {_value(new)}"


def _face(word: str, node: Node) -> str:
    """The one or two values by which an added entry is recognised."""
    parts = [_value(_get(node, key)) for key in _FACE.get(word, ()) if _get(node, key) is not None]
    return f" ({' '.join(parts)})" if parts else ""


def _get(node: Node | None, key: str) -> Node | None:
    return node.items.get(key) if isinstance(node, Mapping) else None


def _union(old: Node | None, new: Node | None) -> list[str]:
    keys = [*(old.items if isinstance(old, Mapping) else ()), *(new.items if isinstance(new, Mapping) else ())]
    return list(dict.fromkeys(keys))


def _same(old: Node | None, new: Node | None) -> bool:
    if isinstance(old, Mapping) and isinstance(new, Scalar) and set(old.items) == {"value"}:
        old = old.items["value"]
    if isinstance(new, Mapping) and isinstance(old, Scalar) and set(new.items) == {"value"}:
        new = new.items["value"]
    if old is None or new is None:
        return _empty(old) and _empty(new)
    if isinstance(old, Scalar) and isinstance(new, Scalar):
        return _reading(old) == _reading(new)
    if isinstance(old, Sequence) and isinstance(new, Sequence):
        return len(old.items) == len(new.items) and all(map(_same, old.items, new.items))
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return all(_same(_get(old, key), _get(new, key)) for key in _union(old, new))
    return False


def _empty(node: Node | None) -> bool:
    return node is None or (isinstance(node, Scalar) and node.is_null)


def _reading(node: Scalar) -> float | str | None:
    """Equal numbers are equal however they are written."""
    if node.is_null:
        return None
    try:
        return float(node.text)
    except ValueError:
        return node.text


def _value(node: Node | None) -> str:
    if node is None or _empty(node):
        return "nothing"
    if isinstance(node, Scalar):
        return node.text if len(node.text) <= 60 else node.text[:59] + "…"
    if isinstance(node, Mapping):
        return _joined([f"{key} {_value(item)}" for key, item in node.items.items()])
    assert isinstance(node, Sequence)
    return "[" + _joined([_value(item) for item in node.items]) + "]"


def _joined(parts: Seq[str]) -> str:
    text = ", ".join(parts)
    return text if len(text) <= 100 else f"{text[:99]}…"
