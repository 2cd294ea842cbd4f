"""Child over parent: mappings by key, lists as a whole, single values replaced; a conflict of kinds is an error.

Nothing is changed in place: a merged node remembers what it replaced, which is how `describe --where` knows the chain.
"""

from __future__ import annotations

import re

from multivector.errors import Problem
from multivector.scenario.nodes import Mapping, Node, Scalar, Sequence, kind, shown

WHOLE = frozenset(
    {"when", "item", "title", "question", "name", "official_reason", "read_as", "script", "classroom", "then"}
)
"""Fields that are replaced as a whole: half of one condition and half of another would be neither, and a title whose
translations belong to another title would mislead."""

OWN = ("id", "title", "question", "extends", "expect")
"""What a file does not inherit: they say what this file is."""

CONVERT = "give the number in that unit"
"""What to do about a figure in another unit."""

QUARTER = re.compile(r"^\d{4}-Q\d$")


def merge(old: Mapping, new: Mapping, problems: list[Problem], path: str = "") -> Mapping:
    """Lay `new` over `old`.

    Parameters
    ----------
    old, new : Mapping
        Parent and child.
    problems : list of Problem
        Receives conflicts of kinds.
    path : str
        Dotted path of the two, for messages.

    Returns
    -------
    Mapping
        A new mapping; entries of `old` first, in their order.
    """
    items = dict(old.items)
    keys = dict(old.keys)
    for key, node in new.items.items():
        before = items.get(key)
        keys[key] = new.keys[key]
        below = f"{path}.{key}" if path else key
        if key == "unit" and not {"value", "values"}.isdisjoint(old.items):
            _same_unit(before, node, below, problems)
        items[key] = node if before is None else _over(before, node, key, below, problems)
    return Mapping(new.mark, items, keys, previous=old)


def _over(old: Node, new: Node, key: str, path: str, problems: list[Problem]) -> Node:
    if key in WHOLE or _null(old) or _null(new):
        return _after(new, old)
    if isinstance(old, Mapping) and isinstance(new, Scalar) and "value" in old.items:
        # A bare number over a quantity: the unit, source and range of the parent stay.
        return merge(old, Mapping(new.mark, {"value": new}, {"value": new.mark}), problems, path)
    if isinstance(old, Scalar) and isinstance(new, Mapping) and "value" in new.items:
        return _after(new, old)
    if _profile(old) and _profile(new) and type(old) is not type(new):
        return _after(new, old)
    if type(old) is not type(new):
        was = f"{kind(old)}, as in {old.mark}"
        problems.append(Problem(*new.mark, path, f"found {shown(new)}", was))
        return old
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return merge(old, new, problems, path)
    return _after(new, old)


def _same_unit(old: Node | None, new: Node, path: str, problems: list[Problem]) -> None:
    """Note a figure that is overridden in another unit: what reads it knows only the first, and nothing converts."""
    if not (isinstance(old, Scalar) and isinstance(new, Scalar)) or _null(old) or same_unit(old.text, new.text):
        return
    allowed = f"{shown(old)}, the unit of this figure in {old.mark}"
    problems.append(Problem(*new.mark, path, f"found {shown(new)}", allowed, CONVERT))


def same_unit(one: str, other: str) -> bool:
    """Whether two units are the same but for their spelling.

    Examples
    --------
    >>> same_unit("US$ bn/yr", "USD bn a year"), same_unit("US$ bn/yr", "EUR mn/yr")
    (True, False)
    """
    return _spelt(one) == _spelt(other)


def _spelt(unit: str) -> str:
    unit = unit.replace("US$", "USD").replace(" per ", "/").replace(" a ", "/").replace("/year", "/yr")
    return "".join(unit.split())


def _null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_null


def _profile(node: Node) -> bool:
    """Whether the node is a number or a series by quarter: the two forms of one thing."""
    if isinstance(node, Mapping):
        return bool(node.items) and all(QUARTER.match(key) for key in node.items)
    return isinstance(node, Scalar)


def _after(new: Node, old: Node) -> Node:
    """A copy of `new` that remembers `old` (a copy, because aliases may share the node)."""
    if isinstance(new, Scalar):
        return Scalar(new.mark, new.text, new.plain, old)
    if isinstance(new, Sequence):
        return Sequence(new.mark, new.items, old)
    assert isinstance(new, Mapping)
    return Mapping(new.mark, new.items, new.keys, old)
