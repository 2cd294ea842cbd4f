"""How the inputs of two worlds differ, in words, and what their comparison cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import PurePath

from multivector.analysis.reading import Histories
from multivector.scenario.differ import WORDS, differences
from multivector.scenario.nodes import Mapping, Node, Scalar, child
from multivector.scenario.normal import normalise
from multivector.scenario.reader import parse

_ORIGIN = re.compile(r'^(?P<pad> *)(?P<key>"[^"]+"|[^\s:"]+):.*?  # (?P<file>.+):\d+(?::\d+)?$')
_SECTION = re.compile(r"^(\w+):$")
_COMMENT = re.compile(r'  # [^"]*$')
_KEY = re.compile(r'^ *"?([^\s:"]+)"?:')
_TITLE = re.compile(r'^ +(?:en|(?:name|title): \{"en"): "([^"]+)"')
_UNIT = re.compile(r'^ +unit: "([^"]+)"')
_ENTRY = re.compile(r"\n  (?! )")
LIMITS = {
    "luck": "The intervals hold the luck of the draw alone: {n} assumed parameters stand at their best values. "
            "--stability moves three.",
    "benchmarks": "The worlds have different benchmarks ({one} and {other}): what is measured against a benchmark (a "
                  "red line on income, income against it) does not mean the same in both.",
    "none": "No world here has sanctions: what they would do is not said.",
    "lifting": "No world here has a package of measures end or shrink: what lifting would do is not said.",
    "dated": "Senders add no package of their own (senders: dated): how they would answer is not said.",
    "order": "Both worlds play in one order ({order}); --stability tries the other.",
    "doctrines": "Doctrines of others, the same in both: {named}. What other ones would change is not said.",
    "off": "Switched off in both worlds: {named}.",
    "after": "Nothing is said of what comes after {quarter}, or of how likely either world is.",
}  # fmt: skip
"""What a comparison cannot say."""
_READ = ("actors", "sanctions", "mechanisms", "order", "senders")
"""Sections that `Inputs.limits` reads."""


@dataclass(frozen=True, eq=False)
class Inputs:
    """What two worlds were made of.

    Parameters
    ----------
    a, b : their histories.
    """

    a: Histories
    b: Histories

    @cached_property
    def _trees(self) -> tuple[Mapping, Mapping]:
        one, other = different(self.a.texts[0], self.b.texts[0], keep=_READ)
        return _tree(one), _tree(other)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """One line for each value that differs, from `a` to `b`; says where a world inherits what differs."""
        if self.a.texts == self.b.texts:
            return ()
        out = [f"{line}{self._inherited(line)}" for line in differences(*self._trees)]
        return (*out, *self._benchmarks())

    @cached_property
    def called(self) -> dict[str, str]:
        """What actors (by code) and entries that differ are called in English, and the units of parameters
        (``unit parameter trade.theta``)."""
        out: dict[str, str] = {}
        named = set(re.findall(r"[\w/-]+", " ".join(self.lines).replace(".", " ")))
        for text in (text for world in (self.a, self.b) for text in world.texts if text is not None):
            for label, (title, unit) in labels(text).items():
                if title and label.rpartition(" ")[2] in named:
                    out.setdefault(label, title)
                if unit and any(label in line for line in self.lines):
                    out.setdefault(f"unit {label}", unit)
        return out

    def _benchmarks(self) -> Iterator[str]:
        """What a benchmark of the same name differs in beyond the worlds themselves."""
        one, other = self.a.texts[1], self.b.texts[1]
        if one == other or one is None or other is None or not self._same_benchmark:
            return
        known = set(differences(*self._trees))
        for line in differences(*(_tree(text) for text in different(one, other))):
            if line not in known:
                yield f"benchmark: {line}"

    @cached_property
    def _origins(self) -> tuple[dict[str, str], dict[str, str]]:
        return origins(self.a.texts[0]), origins(self.b.texts[0])

    def _inherited(self, line: str) -> str:
        """Where a differing value comes from that neither world's own file sets."""
        found = []
        for world in self._origins:
            entries = [label for label in world if line == label or line.startswith((f"{label}:", f"{label} "))]
            file = world[max(entries, key=len)] if entries else ""
            own = not file or file == world.get("id") or file.startswith("--set")
            found.append("" if own else PurePath(file).name)
        return f" (inherited: A {found[0]}, B {found[1]})" if all(found) else ""

    @property
    def _same_benchmark(self) -> bool:
        return bool(self.a.facts.get("benchmark") == self.b.facts.get("benchmark"))

    # ---- what a comparison cannot say

    def limits(self) -> list[str]:
        """What is the same in both worlds, or left out of both, and so cannot be judged by comparing them."""
        trees = self._trees
        out = [_luck(self.a.texts[0])]
        if not self._same_benchmark:
            one, other = (str(world.facts.get("benchmark") or "none") for world in (self.a, self.b))
            out.append(LIMITS["benchmarks"].format(one=one, other=other))
        packages = [_section(tree, "sanctions") for tree in trees]
        if not any(packages):
            out.append(LIMITS["none"])
        elif not any(_falls(package) for world in packages for package in world.values()):
            out.append(LIMITS["lifting"])
        if all(_text(tree, "senders") == "dated" for tree in trees):
            out.append(LIMITS["dated"])
        if _text(trees[0], "order") == _text(trees[1], "order"):
            out.append(LIMITS["order"].format(order=_text(trees[0], "order")))
        others = self._doctrines()
        if others:
            out.append(LIMITS["doctrines"].format(named=", ".join(others)))
        off = sorted(_off(trees[0]) & _off(trees[1]))
        if off:
            out.append(LIMITS["off"].format(named=", ".join(off)))
        out.append(LIMITS["after"].format(quarter=self.a.quarters[-1]))
        return out

    def _doctrines(self) -> list[str]:
        focus = str(self.a.head["focus"])
        one, other = (_section(tree, "actors") for tree in self._trees)
        return [
            f"{code} {_text(actor, 'doctrine')}"
            for code, actor in one.items()
            if code != focus and code in other and _text(actor, "doctrine") == _text(other[code], "doctrine")
        ]


def _luck(text: str) -> str:
    assumed = sum(line == '    confidence: "assumed"' for line in blocks(text).get("parameters", "").splitlines())
    return LIMITS["luck"].format(n=assumed)


def blocks(text: str) -> dict[str, str]:
    r"""The sections of a stored scenario as text, without the comments on origins.

    Examples
    --------
    >>> blocks('id: "b"  # b.yaml:1\nactors:\n  KAZ:  # b.yaml:2\n    slots: 3\n')
    {'id': 'id: "b"', 'actors': 'actors:\n  KAZ:\n    slots: 3'}
    """
    out: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        bare = _COMMENT.sub("", line)
        if not line.startswith(" "):
            lines = out.setdefault(bare.partition(":")[0], [])
        lines.append(bare)
    return {name: "\n".join(lines) for name, lines in out.items()}


def different(one: str, other: str, *, keep: Iterable[str] = ()) -> tuple[str, str]:
    r"""Two stored scenarios cut down to the entries in which they differ, and the sections to keep.

    Reading what is equal takes most of the time of a comparison, and says nothing.

    Examples
    --------
    >>> a = 'order: "x"\nactors:\n  KAZ:\n    slots: 3\n  RUS:\n    slots: 2'
    >>> different(a, a.replace("3", "4"))
    ('actors:\n  KAZ:\n    slots: 3', 'actors:\n  KAZ:\n    slots: 4')
    """
    sections = blocks(one), blocks(other)
    out: tuple[list[str], list[str]] = ([], [])
    for name in dict.fromkeys((*sections[0], *sections[1])):
        texts = [found.get(name, "") for found in sections]
        if name in keep:
            pair = texts
        elif texts[0] == texts[1]:
            continue
        else:
            pair = _entries(*texts)
        for lines, part in zip(out, pair, strict=True):
            lines += [part] if part else []
    return "\n".join(out[0]), "\n".join(out[1])


def _entries(one: str, other: str) -> list[str]:
    """Two texts of a section without the entries that are the same in both; lists are left whole."""
    if any("\n  - " in text or "\n" not in text for text in (one, other)):
        return [one, other]
    split = [_ENTRY.split(text) for text in (one, other)]
    same = set(split[0][1:]) & set(split[1][1:])
    return ["\n  ".join([head, *(e for e in rest if e not in same)]) for head, *rest in split]


def _tree(text: str) -> Mapping:
    # Nothing is left of two worlds that differ in nothing.
    root = parse(text or "{}", "scenario.yaml")
    assert isinstance(root, Mapping)
    return normalise(root).root


def _section(tree: Mapping, name: str) -> dict[str, Node]:
    found = child(tree, name)
    return dict(found.items) if isinstance(found, Mapping) else {}


def _text(node: Node, key: str) -> str:
    found = child(node, key)
    return found.text if isinstance(found, Scalar) else ""


def _off(tree: Mapping) -> set[str]:
    switches = _section(tree, "mechanisms").items()
    return {name for name, node in switches if isinstance(node, Scalar) and node.text == "false"}


def _falls(package: Node) -> bool:
    """Whether a package ends, or covers less later on than before."""
    if child(package, "end") is not None:
        return True
    sectors = child(package, "sectors")
    for sector in sectors.items.values() if isinstance(sectors, Mapping) else ():
        coverage = child(sector, "coverage")
        profile = child(coverage, "values") or coverage if coverage is not None else None
        if isinstance(profile, Mapping):
            dated = [float(v.text) for _, v in sorted(profile.items.items()) if isinstance(v, Scalar)]
            if any(later < before for before, later in pairwise(dated)):
                return True
    return False


def origins(text: str) -> dict[str, str]:
    """Where the entries of a stored scenario were set: what an entry is called in a difference -> file.

    Examples
    --------
    >>> origins('id: "b"  # b.yaml:1\\nparameters:\\n  trade.theta:  # base.yaml:3\\n    value: 2\\n')
    {'id': 'b.yaml', 'parameter trade.theta': 'base.yaml'}
    """
    out: dict[str, str] = {}
    section = ""
    for line in text.splitlines():
        opened = _SECTION.match(line)
        if opened:
            section = opened.group(1)
            continue
        found = _ORIGIN.match(line)
        if not found or len(found["pad"]) > 2:
            continue
        key = found["key"].strip('"')
        if not found["pad"]:
            out[key] = found["file"]
            continue
        word = WORDS.get(section, section)
        out[key if word == "actor" else f"{word} {key}"] = found["file"]
    return out


def labels(text: str) -> dict[str, tuple[str, str]]:
    """Titles in English and units of the entries of a stored scenario, by what they are called in a difference.

    Examples
    --------
    >>> labels('actors:\\n  EU:\\n    name: {"en": "European Union"}\\nevents:\\n  x:\\n    title: {"en": "Storm"}')
    {'EU': ('European Union', ''), 'event x': ('Storm', '')}
    """
    out: dict[str, tuple[str, str]] = {}
    word, deep, label = "", 2, ""
    for line in text.splitlines():
        pad = len(line) - len(line.lstrip(" "))
        found = _KEY.match(line)
        if found and (pad == 0 or (pad == 2 and deep == 4)):
            # The sections of alignment stand one step deeper than the others.
            word, deep = WORDS.get(found[1], found[1]), 4 if found[1] == "alignment" or pad == 2 else 2
            label = ""
        elif found and pad == deep:
            label = found[1] if word == "actor" else f"{word} {found[1]}"
        elif label and pad in (deep + 2, deep + 4):
            title, unit = _TITLE.match(line), _UNIT.match(line)
            known = out.get(label, ("", ""))
            if title and not known[0]:
                out[label] = (title[1], known[1])
            elif unit and pad == deep + 2:
                out[label] = (known[0], unit[1])
    return out
