"""The tree that a file is read into: every node knows its place, and what it overrode."""

from __future__ import annotations

from collections.abc import Iterator

from multivector.schema.trace import Mark

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
"""Unquoted scalars that mean *nothing*. No other word is special until the schema says so."""


class Node:
    """A place in a file with something in it. `previous` is the node that this one replaced, in a parent's file."""

    __slots__ = ("mark", "previous")

    def __init__(self, mark: Mark, previous: Node | None = None) -> None:
        self.mark = mark
        self.previous = previous


class Scalar(Node):
    """A single value, as the text that was written; `plain` if it was not in quotes."""

    __slots__ = ("plain", "text")

    def __init__(self, mark: Mark, text: str, plain: bool = True, previous: Node | None = None) -> None:
        self.mark = mark  # not through super(): there is one of these for every word of a file
        self.previous = previous
        self.text = text
        self.plain = plain

    @property
    def is_null(self) -> bool:
        """Whether the value is nothing at all."""
        return self.plain and self.text in NULLS


class Sequence(Node):
    """A list."""

    __slots__ = ("items",)

    def __init__(self, mark: Mark, items: list[Node], previous: Node | None = None) -> None:
        super().__init__(mark, previous)
        self.items = items


class Mapping(Node):
    """A mapping from text to nodes; `keys` holds the places of the keys, which may lie in several files."""

    __slots__ = ("items", "keys")

    def __init__(self, mark: Mark, items: dict[str, Node], keys: dict[str, Mark], previous: Node | None = None) -> None:
        super().__init__(mark, previous)
        self.items = items
        self.keys = keys


def kind(node: Node) -> str:
    """Name the kind of a node in words."""
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    return "nothing" if isinstance(node, Scalar) and node.is_null else "a single value"


def shown(node: Node, width: int = 60) -> str:
    """Describe what a node holds, short enough for a message."""
    if isinstance(node, Scalar) and not node.is_null:
        text = node.text.replace("\n", " ")
        return f'"{text}"' if len(text) <= width else f'"{text[: width - 1]}…"'
    return kind(node)


def to_data(node: Node, free: bool = False) -> object:
    """Turn a tree into plain dicts, lists and strings (None for nothing).

    With `free`, numbers and true/false become what they look like: for the parts that no schema types.
    """
    if isinstance(node, Mapping):
        return {key: to_data(item, free) for key, item in node.items.items()}
    if isinstance(node, Sequence):
        return [to_data(item, free) for item in node.items]
    assert isinstance(node, Scalar)
    if node.is_null:
        return None
    return _typed(node) if free and node.plain else node.text


def _typed(node: Scalar) -> object:
    if node.text in ("true", "false"):
        return node.text == "true"
    if len(node.text) > 30 or not node.text[-1].isdigit():
        return node.text
    for form in (int, float):
        try:
            return form(node.text)
        except ValueError:
            continue
    return node.text


def child(node: Node, part: str) -> Node | None:
    """Return the entry `part` of a mapping or list, or None."""
    if isinstance(node, Mapping):
        return node.items.get(part)
    if isinstance(node, Sequence) and part.isdecimal() and len(part) < 7 and int(part) < len(node.items):
        return node.items[int(part)]
    return None


def split(node: Node, path: str) -> list[str]:
    """Split a dotted path into the keys of `node`; a key may itself have dots (a parameter's id).

    At each mapping the longest key that matches is taken; what matches nothing is split at its dots.
    """
    parts = path.split(".")
    keys: list[str] = []
    here: Node | None = node
    while parts:
        take = 1
        if isinstance(here, Mapping):
            take = next((n for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in here.items), 1)
        keys.append(".".join(parts[:take]))
        here = child(here, keys[-1]) if here is not None else None
        parts = parts[take:]
    return keys


def paths(node: Node, prefix: str = "") -> Iterator[str]:
    """Yield the dotted path of every single value below `node`."""
    if isinstance(node, Mapping):
        for key, item in node.items.items():
            yield from paths(item, f"{prefix}.{key}" if prefix else key)
    elif isinstance(node, Sequence):
        for number, item in enumerate(node.items):
            yield from paths(item, f"{prefix}.{number}")
    else:
        yield prefix
