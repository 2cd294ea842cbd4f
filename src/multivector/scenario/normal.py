"""One fragment, put into the form that merging works on.

Parameters become flat (``trade.theta_short``), bare parameters become ``{value: …}``, and lists by id become mappings
by id; what a fragment switches off (``disable``) is kept aside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from multivector.errors import Problem
from multivector.scenario.nodes import Mapping, Node, Scalar, Sequence, kind, shown
from multivector.schema.quantity import Quantity

BY_ID: tuple[tuple[str, ...], ...] = (
    ("corridors",), ("sanctions",), ("events",), ("moves",), ("doctrines",), ("red_lines",),
    ("alignment", "blocs"), ("alignment", "votes"), ("alignment", "rules"),
)  # fmt: skip
"""The sections that are lists by id."""

ALL = "all"
QUANTITY_FIELDS = frozenset(Quantity.model_fields)


@dataclass(slots=True)
class Fragment:
    """One file after normalisation.

    Attributes
    ----------
    root : the tree, with flat parameters and mappings by id
    disabled : section -> the nodes that name what the file switches off
    bare : parameters that the file gives without unit and origin (they must exist in a parent)
    """

    root: Mapping
    problems: list[Problem] = field(default_factory=list)
    disabled: dict[tuple[str, ...], list[Scalar]] = field(default_factory=dict)
    bare: set[str] = field(default_factory=set)

    def problem(self, node: Node, path: str, found: str, allowed: str = "", hint: str = "") -> None:
        """Note a problem at the place of a node."""
        self.problems.append(Problem(*node.mark, path, found, allowed, hint))


def normalise(root: Mapping) -> Fragment:
    """Return the fragment of a tree as read; problems of form are gathered in it.

    Examples
    --------
    >>> from multivector.scenario.reader import parse
    >>> tree = parse("parameters: {trade: {theta: 0.8}}", "a.yaml")
    >>> fragment = normalise(tree)
    >>> list(fragment.root.items["parameters"].items), fragment.bare
    (['trade.theta'], {'trade.theta'})
    """
    fragment = Fragment(Mapping(root.mark, dict(root.items), dict(root.keys)))
    _edit(fragment.root, "parameters", lambda node: _parameters(fragment, node))
    _edit(fragment.root, "decision", _rule)
    for section in BY_ID:
        parent: Node | None = fragment.root
        if len(section) == 2:
            _edit(fragment.root, section[0], _copy)
            parent = fragment.root.items.get(section[0])
        if isinstance(parent, Mapping):
            _edit(parent, section[-1], lambda node, section=section: _by_id(fragment, section, node))  # type: ignore[misc]
    return fragment


def _edit(parent: Mapping, key: str, change: Callable[[Node], Node | None]) -> None:
    """Replace an entry by its changed form; drop it where the change returns None."""
    node = parent.items.get(key)
    if node is None:
        return
    changed = change(node)
    if changed is None:
        del parent.items[key], parent.keys[key]
    else:
        parent.items[key] = changed


def _copy(node: Node) -> Node:
    return Mapping(node.mark, dict(node.items), dict(node.keys)) if isinstance(node, Mapping) else node


def _rule(node: Node) -> Node:
    """One word is short for a decision rule."""
    bare = isinstance(node, Scalar) and not node.is_null
    return Mapping(node.mark, {"rule": node}, {"rule": node.mark}) if bare else node


def _parameters(fragment: Fragment, node: Node) -> Node | None:
    flat = Mapping(node.mark, {}, {})
    if isinstance(node, Scalar) and node.is_null:
        return None
    if not isinstance(node, Mapping):
        return node
    stack: list[tuple[str, Mapping]] = [("", node)]
    while stack:
        prefix, here = stack.pop()
        for key, item in here.items.items():
            name = f"{prefix}.{key}" if prefix else key
            if isinstance(item, Mapping) and not _is_leaf(item):
                stack.append((name, item))
            else:
                _leaf(fragment, flat, name, item, here.keys[key])
    return flat


def _is_leaf(node: Mapping) -> bool:
    """A mapping is one parameter if all its keys are those of a quantity and its entries are single values."""
    return bool(node.items) and ("value" in node.items or set(node.items) <= QUANTITY_FIELDS) and not any(
        isinstance(item, Mapping) for item in node.items.values()
    )  # fmt: skip


def _leaf(fragment: Fragment, flat: Mapping, name: str, item: Node, mark: object) -> None:
    path = f"parameters.{name}"
    if name in flat.items:
        fragment.problem(item, path, "found the parameter twice", "each once")
        return
    if isinstance(item, Scalar) and not item.is_null:
        item = Mapping(item.mark, {"value": item}, {"value": item.mark})
    if not isinstance(item, Mapping):
        fragment.problem(item, path, f"found {kind(item)}", "a number, or {value, unit, source, confidence, …}")
        return
    if not {"value", "unit", "confidence"} <= set(item.items):
        fragment.bare.add(name)
    flat.items[name] = item
    flat.keys[name] = mark  # type: ignore[assignment]


def _by_id(fragment: Fragment, section: tuple[str, ...], node: Node) -> Node | None:
    path = ".".join(section)
    if isinstance(node, Scalar) and node.is_null:
        return None
    if isinstance(node, Mapping) and node.items and set(node.items) <= {"disable", "add"}:
        fragment.disabled[section] = _disabled(fragment, path, node.items.get("disable"))
        added = node.items.get("add")
        return None if added is None else _by_id(fragment, section, added)
    if isinstance(node, Mapping):
        return _named(fragment, path, node)
    if isinstance(node, Sequence):
        return _listed(fragment, path, node)
    fragment.problem(node, path, f"found {shown(node)}", "a list of entries, each with an id")
    return None


def _disabled(fragment: Fragment, path: str, node: Node | None) -> list[Scalar]:
    if node is None:
        return []
    names = node.items if isinstance(node, Sequence) else [node]
    for name in names:
        if not isinstance(name, Scalar):
            fragment.problem(name, f"{path}.disable", f"found {kind(name)}", "a list of ids, or all")
    return [name for name in names if isinstance(name, Scalar)]


def _named(fragment: Fragment, path: str, node: Mapping) -> Mapping:
    """The form ``id: {…}``: the id is the key."""
    made = Mapping(node.mark, {}, {})
    for key, item in node.items.items():
        if not isinstance(item, Mapping):
            fragment.problem(item, f"{path}.{key}", f"found {shown(item)}", "a mapping")
            continue
        own = item.items.get("id")
        if isinstance(own, Scalar) and own.text != key:
            fragment.problem(own, f"{path}.{key}.id", f"found {shown(own)}", f"{key}, or no id at all")
        place = node.keys[key]
        made.items[key] = _with_id(item, Scalar(place, key))
        made.keys[key] = place
    return made


def _listed(fragment: Fragment, path: str, node: Sequence) -> Mapping:
    """The form of a list, each entry with its id."""
    made = Mapping(node.mark, {}, {})
    for number, item in enumerate(node.items):
        own = item.items.get("id") if isinstance(item, Mapping) else None
        if not isinstance(item, Mapping) or not isinstance(own, Scalar) or own.is_null:
            found = "an entry without an id" if isinstance(item, Mapping) else shown(item)
            fragment.problem(item, f"{path}.{number}", f"found {found}", "a mapping with an id")
        elif own.text in made.items:
            first = made.items[own.text].mark.line
            fragment.problem(own, f"{path}.{own.text}", "found the id twice", f"each id once (first on line {first})")
        else:
            made.items[own.text] = item
            made.keys[own.text] = own.mark
    return made


def _with_id(item: Mapping, name: Scalar) -> Mapping:
    if "id" in item.items:
        return item
    return Mapping(item.mark, {"id": name, **item.items}, {"id": name.mark, **item.keys}, item.previous)
