"""A tree with a notebook: where a path is, and what is wrong there."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from multivector.errors import Problem
from multivector.scenario.limits import MAX_TOLD
from multivector.scenario.names import did_you_mean, listed
from multivector.scenario.nodes import Mapping, Node, child, shown
from multivector.schema.codes import KNOWN_CODES
from multivector.schema.trace import Mark

Keys = tuple[str, ...]

PAGES = {"stock": "all stocks stand in docs/reference/stocks.md"}
"""Where names stand that are too many to be told."""


class Places:
    """Gathers problems of a merged tree; every check writes into one of these.

    Parameters
    ----------
    root : Mapping
        The merged tree.
    main : str
        Name of the asked file: some things are errors there and warnings in a parent.
    stored : bool
        Whether that file is the resolved world of a result, in which parents are no longer told apart.
    """

    def __init__(self, root: Mapping, main: str, *, stored: bool = False) -> None:
        self.root = root
        self.main = main
        self.stored = stored
        self._mended: frozenset[Keys] = frozenset()
        self._doubtful: frozenset[Keys] = frozenset()
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        actors = root.items.get("actors")
        self.actors: list[str] = sorted(actors.items) if isinstance(actors, Mapping) else []
        # A part of a world may name what other parts define: references are checked where all parts are together.
        self.whole = bool(self.actors) and bool(self.names("doctrines"))
        self.codes = KNOWN_CODES | set(self.actors)

    def node(self, keys: Keys) -> Node:
        """Return the deepest node on the way that exists."""
        here: Node = self.root
        for key in keys:
            below = child(here, key)
            here = here if below is None else below
        return here

    def mark(self, keys: Keys) -> Mark:
        """Return the place of a path; that of the key if the entry is a mapping."""
        parent = self.node(keys[:-1]) if keys else self.root
        node = child(parent, keys[-1]) if keys else None
        if isinstance(node, Mapping) and isinstance(parent, Mapping):
            return parent.keys.get(keys[-1], node.mark)
        return node.mark if node is not None else self.node(keys).mark

    def names(self, *keys: str) -> Collection[str]:
        """Return the keys of the mapping at a path (nothing if there is none); asking for one is cheap."""
        node: Node | None = self.root
        for key in keys:
            node = child(node, key) if node is not None else None
        return node.items.keys() if isinstance(node, Mapping) else ()

    def error(self, keys: Keys, found: str, allowed: str = "", hint: str = "", *, alone: bool = False) -> None:
        """Note an error; `alone` if it is one whatever else stands in the same record."""
        if not self.excused(keys, alone):
            self.problems.append(Problem(*self.mark(keys), self._field(keys), found, allowed, hint))

    def warn(self, keys: Keys, found: str, allowed: str = "", hint: str = "") -> None:
        """Note a warning."""
        if not self.excused(keys):
            self.warnings.append(Problem(*self.mark(keys), self._field(keys), found, allowed, hint, "warning"))

    def excuse(self, mended: frozenset[Keys]) -> None:
        """Say nothing of values that the schema refused, nor of their records what may come of that alone."""
        self._mended = mended
        self._doubtful = frozenset(keys[:-1] for keys in mended)

    def excused(self, keys: Keys, alone: bool = False) -> bool:
        """Whether what is found at a path may come of what the schema refused (`alone`: only of that very value)."""
        return keys in self._mended or not (alone or self._doubtful.isdisjoint((keys, keys[:-1])))

    def _field(self, keys: Keys) -> str:
        """The path as the file has it: an inline effect has no ``then.0``."""
        here: Node | None = self.root
        parts = []
        for number, key in enumerate(keys):
            below = child(here, key) if here is not None else None
            skipped = key == "then" or (key == "0" and keys[number - 1] == "then")
            if below is None and skipped and number < len(keys) - 1:
                continue
            parts.append(key)
            here = below
        return ".".join(parts)

    def known(self, keys: Keys, name: str, options: Collection[str], what: str) -> bool:
        """Check that `name` is one of `options`; note an error with the nearest if not."""
        if name in options:
            return True
        allowed = listed(options) if options else f"a {what}, but none is defined"
        hint = self._near(name, options) or PAGES.get(what, "")
        self.error(keys, f'found the unknown {what} "{name[:60]}"', allowed, hint, alone=True)
        return False

    def code(self, keys: Keys, code: str, also: Iterable[str] = ()) -> None:
        """Check that a code is that of an actor, or at least of a state or bloc."""
        if code not in self.codes and code not in also:
            hint = self._near(code, [*self.actors, *also]) or self._near(code, sorted(KNOWN_CODES))
            self.error(keys, f'found the unknown actor "{code[:60]}"', self.actor_list(also), hint, alone=True)

    def actor(self, keys: Keys, code: str) -> None:
        """Check that a code is that of an actor of this scenario."""
        if self.whole:
            self.known(keys, code, self.actors, "actor")

    def _near(self, name: str, options: Iterable[str]) -> str:
        return did_you_mean(name, options) if len(self.problems) < MAX_TOLD else ""

    def defined(self, keys: Keys, name: str, options: Collection[str], what: str) -> bool:
        """Check that `name` is defined in this world; in a part of a world, take it on trust."""
        return not self.whole or self.known(keys, name, options, what)

    def actor_list(self, also: Iterable[str] = ()) -> str:
        """The codes that may be written, as a phrase."""
        return listed([*also, *self.actors]) if self.actors else "the code of a state or bloc"

    def found(self, keys: Keys) -> str:
        """What a path holds, as a phrase."""
        return f"found {shown(self.node(keys))}"
