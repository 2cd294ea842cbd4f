"""A file and everything it extends, laid over each other in order."""

from __future__ import annotations

import os
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from pathlib import Path

from multivector.errors import BadInput, Problem
from multivector.scenario.find import find, find_beside, shipped_names
from multivector.scenario.limits import MAX_FILES, MAX_PATH, MAX_TOLD, decode, refuse
from multivector.scenario.merge import OWN, merge
from multivector.scenario.names import did_you_mean, nearest
from multivector.scenario.nodes import Mapping, Node, Scalar, Sequence, child, kind, shown, split
from multivector.scenario.normal import ALL, Fragment, normalise
from multivector.scenario.reader import parse, read_file
from multivector.schema.actors import Doctrine
from multivector.schema.document import Scenario
from multivector.schema.trace import Mark

SECTIONS = frozenset(Scenario.model_fields)
UNSAID = {"vote_shift": Doctrine.model_fields["vote_shift"].default}
"""Lists of numbers that stand though no file says them: one of them can be set all the same."""


@dataclass(slots=True)
class Resolved:
    """A merged tree and what was found on the way.

    Attributes
    ----------
    root : the merged tree, in normal form
    parent : the same without the last file (None if it extends nothing)
    files : the files in the order they were laid over each other, the asked one last
    main : the name of the asked file in marks
    problems, warnings : what is wrong, what is doubtful
    """

    root: Mapping
    parent: Mapping | None
    files: list[Path]
    main: str
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def resolve(name: str | Path, overrides: Map[str, str] | None = None) -> Resolved:
    """Read a scenario and its chain, and merge them.

    Each file of the chain is laid down once, parents before children, in the order they are named: where two parents
    share a grandparent, it cannot undo what the first of them changed.

    Parameters
    ----------
    name : str or Path
        As for `find`.
    overrides : mapping, optional
        Dotted path -> YAML text, laid over everything.

    Raises
    ------
    BadInput
        A file of the chain cannot be read, is missing, or extends itself.
    """
    chain = _Chain()
    path = find(name)
    chain.visit(path, display(path), None)
    merged: Mapping | None = None
    parent: Mapping | None = None
    result = Resolved(Mapping(Mark("", 0, 0), {}, {}), None, chain.files, display(path), chain.problems)
    for fragment in chain.fragments:
        parent = merged
        merged = _lay(merged, fragment, result, last=fragment is chain.fragments[-1])
    assert merged is not None
    result.parent = parent
    for target, text in (overrides or {}).items():
        merged = _override(merged, target, text, result)
    result.root = merged
    return result


def display(path: Path) -> str:
    """Shipped and nearby files are called by their relative path, which is what a reader can open."""
    try:
        relative = os.path.relpath(path)
    except ValueError:
        return str(path)
    return relative if len(relative) < len(str(path)) else str(path)


class _Chain:
    """Depth-first walk over `extends`."""

    def __init__(self) -> None:
        self.fragments: list[Fragment] = []
        self.files: list[Path] = []
        self.problems: list[Problem] = []
        self._open: list[Path] = []
        self._done: set[Path] = set()

    def visit(self, path: Path, name: str, origin: Node | None) -> None:
        real = path.resolve()
        if real in self._done:
            return
        if real in self._open:
            assert origin is not None
            loop = " -> ".join(p.stem for p in [*self._open[self._open.index(real) :], real])
            raise BadInput([*self.problems, Problem(*origin.mark, "extends", f"found a cycle: {loop}", "no cycle")])
        if len(self._open) + len(self._done) >= MAX_FILES:
            raise refuse(name, "found too many files in the chain", f"at most {MAX_FILES}")
        self._open.append(real)
        tree = read_file(path, name)
        for wanted in self._parents(tree):
            beside = find_beside(wanted.text, path)
            if beside is None:
                self.problems.append(_no_parent(wanted, path))
            else:
                self.visit(beside, display(beside), wanted)
        self._open.pop()
        self._done.add(real)
        fragment = normalise(tree)
        if not isinstance(tree.items.get("id"), Scalar):
            # A fragment needs no name of its own: it is called like its file.
            fragment.root.items["id"] = Scalar(tree.mark, path.stem)
            fragment.root.keys["id"] = tree.mark
        self.problems += fragment.problems
        self.fragments.append(fragment)
        self.files.append(path)

    def _parents(self, tree: Mapping) -> list[Scalar]:
        node = tree.items.get("extends")
        if node is None or (isinstance(node, Scalar) and node.is_null):
            return []
        names = node.items[:MAX_FILES] if isinstance(node, Sequence) else [node]
        for name in names:
            if not isinstance(name, Scalar):
                self.problems.append(Problem(*name.mark, "extends", f"found {kind(name)}", "a name or a list of names"))
        return [name for name in names if isinstance(name, Scalar)]


def _no_parent(wanted: Scalar, path: Path) -> Problem:
    beside = sorted(p.stem for p in path.parent.glob("*.yaml") if p.stem != path.stem)[:200]
    known = [*beside, *shipped_names()]
    allowed = "a file beside this one, or a shipped scenario"
    return Problem(*wanted.mark, "extends", f"found {shown(wanted)}", allowed, did_you_mean(wanted.text, known))


def _lay(merged: Mapping | None, fragment: Fragment, result: Resolved, last: bool) -> Mapping:
    base = Mapping(fragment.root.mark, {}, {}) if merged is None else _inherited(merged)
    _check_parameters(base, fragment, result, has_parent=merged is not None and last)
    base = _disable(base, fragment, result)
    return merge(base, fragment.root, result.problems)


def _inherited(merged: Mapping) -> Mapping:
    items = {key: node for key, node in merged.items.items() if key not in OWN}
    return Mapping(merged.mark, items, merged.keys, merged.previous)


def _check_parameters(base: Mapping, fragment: Fragment, result: Resolved, has_parent: bool) -> None:
    """An override must meet something: a misspelt name that silently changes nothing is the worst of errors."""
    own = fragment.root.items.get("parameters")
    if not isinstance(own, Mapping):
        return
    known = base.items.get("parameters")
    names = known.items if isinstance(known, Mapping) else {}
    actors, before = fragment.root.items.get("actors"), base.items.get("actors")
    newcomers = set(actors.items if isinstance(actors, Mapping) else ()) - set(
        before.items if isinstance(before, Mapping) else ()
    )
    for name in own.items:
        if name in names or len(result.problems) > MAX_TOLD:
            continue
        place = own.keys[name]
        if name in fragment.bare:
            hint = did_you_mean(name, names) or "to define one, give value, unit, source, confidence"
            found = f'found "{name}", which no file below this one defines'
            problem = Problem(*place, f"parameters.{name}", found, "a parameter that exists", hint)
            result.problems.append(problem)
        elif has_parent and name.rpartition(".")[2] not in newcomers:
            # One for an actor that the file itself adds is like those of the others on purpose.
            close = nearest(name, names, cutoff=0.85)
            if close:
                found = f'found a new parameter very like "{close}"'
                result.warnings.append(Problem(*place, f"parameters.{name}", found, level="warning"))


def _disable(base: Mapping, fragment: Fragment, result: Resolved) -> Mapping:
    for section, names in fragment.disabled.items():
        path = ".".join(section)
        here: Node | None = base
        for part in section:
            here = child(here, part) if here is not None else None
        known = dict(here.items) if isinstance(here, Mapping) else {}
        for name in names:
            if name.text == ALL:
                known.clear()
            elif name.text in known:
                del known[name.text]
            elif len(result.problems) <= MAX_TOLD:
                hint = did_you_mean(name.text, known)
                found = f"found {shown(name)}"
                result.problems.append(Problem(*name.mark, f"{path}.disable", found, "an id of a parent's entry", hint))
        if isinstance(here, Mapping):
            base = _put(base, list(section), Mapping(here.mark, known, here.keys, here.previous))
    return base


def _put(node: Mapping, keys: list[str], value: Node) -> Mapping:
    items = dict(node.items)
    below = items.get(keys[0])
    if len(keys) > 1:
        assert isinstance(below, Mapping)
        value = _put(below, keys[1:], value)
    items[keys[0]] = value
    return Mapping(node.mark, items, node.keys, node.previous)


def _override(merged: Mapping, target: str, text: str, result: Resolved) -> Mapping:
    """Lay one ``--set path=value`` over the tree, as if it were a tiny file."""
    name = f"--set {target}"[:200]
    try:
        value = parse(decode(text.encode(errors="replace"), name), name)
    except BadInput as error:
        result.problems += error.problems
        return merged
    mark = Mark(name, 1, 1)
    keys = locate(merged, target)
    if value is None:
        value = Scalar(mark, "")
    if keys is None:
        parameters = merged.items.get("parameters")
        known = [*SECTIONS, *(parameters.items if isinstance(parameters, Mapping) else ())]
        found = "found no such path"
        allowed = "the id of a parameter, or a dotted path such as actors.KAZ.doctrine"
        result.problems.append(Problem(*mark, target, found, allowed, did_you_mean(target, known)))
        return merged
    overlay = _overlay(merged, keys, value, mark)
    assert isinstance(overlay, Mapping)
    return merge(merged, overlay, result.problems)


def locate(root: Mapping, path: str) -> list[str] | None:
    """Return the keys that a dotted path stands for, or None if it starts nowhere.

    A parameter's flat id may stand alone: ``trade.theta_short`` is ``parameters.trade.theta_short``.
    """
    parameters = root.items.get("parameters")
    if len(path) > MAX_PATH:
        return None
    if isinstance(parameters, Mapping):
        keys = split(parameters, path)
        if keys[0] in parameters.items:
            return ["parameters", *keys]
    if path.split(".")[0] not in SECTIONS:
        return None
    keys = split(root, path)
    if keys[0] == "parameters" and (
        not isinstance(parameters, Mapping) or len(keys) < 2 or keys[1] not in parameters.items
    ):
        return None
    return keys


def _overlay(here: Node | None, keys: list[str], value: Node, mark: Mark) -> Node:
    """Wrap `value` in the mappings that lead to it; a list on the way is copied with one entry replaced."""
    if not keys:
        return value
    below = child(here, keys[0]) if here is not None else None
    if below is None and keys[0] in UNSAID:
        below = Sequence(mark, [Scalar(mark, str(number)) for number in UNSAID[keys[0]]])
    inner = _overlay(below, keys[1:], value, mark)
    if isinstance(here, Sequence) and below is not None:
        items = list(here.items)
        if isinstance(below, Mapping) and isinstance(inner, Mapping):
            inner = merge(below, inner, [])
        items[int(keys[0])] = inner
        return Sequence(mark, items)
    return Mapping(mark, {keys[0]: inner}, {keys[0]: mark})
