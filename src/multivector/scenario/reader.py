"""YAML text -> tree of nodes. Nothing is typed and nothing is executed: scalars stay the text that was written.

The tree is built from the parser's events, under limits that are checked as the events come. So a hostile file costs at
most `MAX_EVENTS` events, whatever it would unfold to, and never reaches a recursive constructor.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from multivector.errors import BadInput, Problem
from multivector.scenario.limits import MAX_ALIASES, MAX_DEPTH, MAX_EVENTS, MAX_NODES, read_text, refuse
from multivector.scenario.nodes import Mapping, Node, Scalar, Sequence
from multivector.schema.trace import Mark

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # PyYAML without libyaml: slower, equally safe (the events are the same)
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

_PLAIN_WORDS = (
    (
        "mapping values are not allowed",
        'found ": " where no key can stand',
        "put the text in quotes or mend the indent",
    ),
    ("that cannot start any token", "found a character that starts no value", "put it in quotes; indent with spaces"),
    ("could not find expected ':'", 'found a key without ":"', "write key: value"),
    ("did not find expected key", "found a line that does not fit those above", "mend the indent, bracket or quote"),
    ("did not find expected '-' indicator", "found a line that does not belong to the list", "mend the indent"),
    ("did not find expected ',' or", "found a bracket that is not closed", "close it, or put a comma between entries"),
    ("unexpected end of stream", "found the end of the file inside quotes", "close the quotes"),
    ("did not find expected <document start>", "found text after the end", "one document a file"),
)


_mark = Mark._make
"""Faster than calling the class, which matters once for every word of a file."""


def read_file(path: Path, name: str | None = None) -> Mapping:
    """Read one file into a tree.

    Parameters
    ----------
    path : Path
        The file.
    name : str, optional
        How messages call it; the path as given by default.

    Returns
    -------
    Mapping
        The tree, each node with its place.

    Raises
    ------
    BadInput
        The file cannot be read, is over a limit, is no YAML, or is not a mapping.
    """
    name = name or str(path)
    root = parse(read_text(path, name), name)
    if root is None or (isinstance(root, Scalar) and root.is_null):
        raise refuse(name, "found an empty file", "a mapping such as id: my-scenario")
    if not isinstance(root, Mapping):
        found = "a list" if isinstance(root, Sequence) else "a single value"
        raise refuse(name, f"found {found} at the top", "a mapping such as id: my-scenario", "", 1, 1)
    return root


@lru_cache(maxsize=32)
def parse(text: str, name: str) -> Node | None:
    """Build the tree of a text that has passed the checks of its bytes.

    Trees are never changed after they are built (what lies over them is a new tree), so a file that a scenario and its
    benchmark share is read once.

    Examples
    --------
    >>> from multivector.scenario.nodes import to_data
    >>> to_data(parse("{country: NO, time: 12:30, gone: }", "a.yaml"))
    {'country': 'NO', 'time': '12:30', 'gone': None}
    """
    builder = _Builder(name)
    loader = Loader(text)
    try:
        event = loader.get_event()
        while event is not None:
            builder.take(event)
            event = None if type(event) is yaml.StreamEndEvent else loader.get_event()
    except yaml.MarkedYAMLError as error:
        raise _syntax(error, name) from None
    except (yaml.YAMLError, RecursionError, MemoryError, ValueError, IndexError):
        raise refuse(name, "found text that is no YAML") from None
    finally:
        loader.dispose()
    if builder.problems:
        raise BadInput(builder.problems)
    return builder.root


def _syntax(error: yaml.MarkedYAMLError, name: str) -> BadInput:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    said = error.problem or error.context or ""
    for pattern, found, hint in _PLAIN_WORDS:
        if pattern in said:
            return refuse(name, found, "", hint, line, column)
    return refuse(name, f"found text that is no YAML ({said})", "", "", line, column)


class _Open:
    """A list or mapping whose end has not come yet."""

    __slots__ = ("anchor", "key", "node", "size", "skip")

    def __init__(self, node: Mapping | Sequence, anchor: str | None) -> None:
        self.node = node
        self.anchor = anchor
        self.key: tuple[str, Mark] | None = None
        self.skip = False  # the value of a refused key is read and dropped
        self.size = 1


class _Builder:
    """Takes events one by one; raises `BadInput` on what cannot go on, gathers what can."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._events = self._aliases = self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """Take the next event. The commonest kinds are asked for first: this runs once for every word of a file."""
        self._events += 1
        start = event.start_mark
        mark = _mark((self.name, start.line + 1, start.column + 1)) if start else Mark(self.name, 0, 0)
        if self._events > MAX_EVENTS:
            raise self._refuse(mark, "found too many entries", f"at most {MAX_EVENTS:,}")
        kind = type(event)
        if kind is yaml.ScalarEvent:
            if event.tag is not None:  # type: ignore[attr-defined]
                self._untagged(event, mark)
            self._add(Scalar(mark, event.value, not event.style), 1, event.anchor)  # type: ignore[attr-defined]
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            done = self._stack.pop()
            self._add(done.node, done.size, done.anchor)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self._untagged(event, mark)
            node = Mapping(mark, {}, {}) if kind is yaml.MappingStartEvent else Sequence(mark, [])
            self._open(node, event.anchor)  # type: ignore[attr-defined]
        elif kind is yaml.AliasEvent:
            self._alias(event.anchor, mark)  # type: ignore[attr-defined]
        elif kind is yaml.DocumentStartEvent:
            self._documents += 1
            if self._documents > 1:
                raise self._refuse(mark, "found a second document", "one document a file", "remove the line ---")

    def _refuse(self, mark: Mark, found: str, allowed: str = "", hint: str = "") -> BadInput:
        return refuse(self.name, found, allowed, hint, mark.line, mark.column)

    def _untagged(self, event: yaml.Event, mark: Mark) -> None:
        tag = event.tag  # type: ignore[attr-defined]
        if tag is not None:
            raise self._refuse(mark, f'found the tag "{str(tag)[:60]}"', "", "write the value without a tag")

    def _open(self, node: Mapping | Sequence, anchor: str | None) -> None:
        if len(self._stack) >= MAX_DEPTH:
            raise self._refuse(node.mark, "found too deep a nesting", f"a depth of at most {MAX_DEPTH}")
        self._need_scalar_key(node)
        self._stack.append(_Open(node, anchor))

    def _need_scalar_key(self, node: Node) -> None:
        top = self._stack[-1] if self._stack else None
        if top and isinstance(top.node, Mapping) and top.key is None:
            raise self._refuse(node.mark, "found a list or mapping as a key", "a word as a key")

    def _alias(self, anchor: str, mark: Mark) -> None:
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            raise self._refuse(mark, "found too many aliases", f"at most {MAX_ALIASES:,}")
        if anchor not in self._anchors:
            raise self._refuse(
                mark, f'found the alias "*{anchor[:60]}" inside or before its anchor', "", "write the value out"
            )
        node, size = self._anchors[anchor]
        if not isinstance(node, Scalar):
            self._need_scalar_key(node)
        self._add(node, size, None)

    def _add(self, node: Node, size: int, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = (node, size)
        if not self._stack:
            self.root = node
            return
        top = self._stack[-1]
        top.size += size
        if top.size > MAX_NODES:
            raise self._refuse(node.mark, "found aliases that unfold to too many entries", f"at most {MAX_NODES:,}")
        if isinstance(top.node, Sequence):
            top.node.items.append(node)
        elif top.key is None:
            assert isinstance(node, Scalar)
            self._key(top, node)
        else:
            key, place = top.key
            top.key = None
            if not top.skip:
                top.node.items[key] = node
                top.node.keys[key] = place

    def _key(self, top: _Open, node: Scalar) -> None:
        assert isinstance(top.node, Mapping)
        key = node.text
        top.key = (key, node.mark)
        top.skip = False
        if key in top.node.items:
            first = top.node.keys[key]
            self._problem(node.mark, f'found "{key[:60]}" twice', f"each key once (first on line {first.line})")
            top.skip = True
        elif key == "<<" and node.plain:
            self._problem(node.mark, 'found a merge key "<<"', "", "write the lines out, or use extends")
            top.skip = True

    def _problem(self, mark: Mark, found: str, allowed: str, hint: str = "") -> None:
        self.problems.append(Problem(self.name, mark.line, mark.column, "", found, allowed, hint))
