"""A lesson that extends another: its file laid over the other's, so that a variant says only what is its own."""

from __future__ import annotations

from pathlib import Path

from multivector.errors import BadInput, Problem
from multivector.scenario.names import did_you_mean, listed
from multivector.scenario.nodes import Mapping, Node, Scalar, Sequence, shown
from multivector.scenario.reader import read_file

PREFIX = "lesson-"
"""How the name of a lesson begins."""


def extended(tree: Mapping, path: Path, shipped: Path) -> Mapping:
    """A lesson's tree over that of the one which it names in `extends`: beside it, or in the folder `shipped`.

    Raises
    ------
    BadInput
        There is no such lesson, or it extends another itself.
    """
    wanted = tree.items["extends"]
    name = wanted.text.removesuffix(".yaml") if isinstance(wanted, Scalar) else ""
    # Only what lies there by that name: a name never becomes a path.
    known = {file.stem: file for folder in (shipped, path.parent) for file in sorted(folder.glob(f"{PREFIX}*.yaml"))
             if file.resolve() != path.resolve()}  # fmt: skip
    below = known.get(name)
    if below is None:
        allowed, hint = listed(sorted(known)), did_you_mean(name, sorted(known))
        raise BadInput([Problem(*wanted.mark, "extends", f"found {shown(wanted)}", allowed, hint)])
    base = read_file(below)
    if "extends" in base.items:
        said = f"found {shown(wanted)}, which extends another"
        raise BadInput([Problem(*wanted.mark, "extends", said, "a lesson that extends none")])
    world = base.items.get("world")
    if isinstance(world, Scalar):
        # Its path is from its own folder.
        base.items["world"] = Scalar(world.mark, str(below.parent.resolve() / world.text), world.plain)
    return _mappings(base, tree)


def _mappings(old: Mapping, new: Mapping) -> Mapping:
    over = {key: _laid(old.items[key], node) if key in old.items else node for key, node in new.items.items()}
    return Mapping(new.mark, {**old.items, **over}, {**old.keys, **new.keys})


def _laid(old: Node, new: Node) -> Node:
    """One node over another: mappings by key, lists of things with an id by that, all else as a whole."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return _mappings(old, new)
    if isinstance(old, Sequence) and isinstance(new, Sequence):
        was, is_now = _by_id(old), _by_id(new)
        if was and is_now:
            over = {id: _laid(was[id], node) if id in was else node for id, node in is_now.items()}
            return Sequence(new.mark, list({**was, **over}.values()))
    return new


def _by_id(nodes: Sequence) -> dict[str, Node]:
    """The things of a list by their ids; nothing if one of them has none."""
    found: dict[str, Node] = {}
    for one in nodes.items:
        id = one.items.get("id") if isinstance(one, Mapping) else None
        if not isinstance(id, Scalar):
            return {}
        found[id.text] = one
    return found
