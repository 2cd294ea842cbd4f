"""How a value differs between two worlds, in words: titles in place of ids, numbers as the reader writes them.

`scenario.differ` says it as files and `--set` have it; what ids stand for comes with the line (`called`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from multivector.experiment.telling import titles
from multivector.language import Speaker

_INHERITED = re.compile(r" \(inherited: A (?P<one>[^,]+), B (?P<other>[^)]+)\)$")
_LINES = (
    (re.compile(r"(?P<what>[^:]+) is added(?: \((?P<face>.+)\))?"), "added"),
    (re.compile(r"(?P<what>[^:]+) is gone"), "gone"),
    (re.compile(r"(?P<what>[^:]+): another source"), "source"),
    (
        re.compile(r"(?P<what>[^:]+):(?: (?P<path>\S+))? differ in (?P<n>\d+) quarters from (?P<quarter>\S+)"),
        "quarters",
    ),
    (re.compile(r"(?P<what>[^:]+):(?: (?P<path>[a-z_][\w./-]*))? (?P<old>.+) -> (?P<new>.+)"), "value"),
    (re.compile(r"(?P<what>[^:]+): (?P<old>.+) -> (?P<new>.+)"), "value"),
)
_OWN = re.compile(r"benchmark: \S+ -> \S+")
"""Another benchmark, not a difference in one."""
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")
_QUARTER = re.compile(r"\d{4}-Q[1-4]")


def differing(say: Speaker, line: str, called: Mapping[str, str]) -> str:
    """A difference as a sentence.

    Parameters
    ----------
    line : as `scenario.differ` says it.
    called : what actors (by code) and entries (as the line names them: ``event storm``) are called, in English.

    Examples
    --------
    >>> from multivector.language import speaker
    >>> called = {"EU": "European Union", "doctrine hedge": "Many vectors", "doctrine west-pivot": "Closer to the West"}
    >>> called["unit parameter evidence.intercept"] = "log odds"
    >>> differing(speaker(), "parameter evidence.intercept: -3.0 -> -2.0", called)
    'how often a quiet quarter brings up a case of evasion (log odds): from -3 to -2'
    >>> differing(speaker(), "EU: stocks.belief nothing -> 0.5", called)
    'European Union: belief that evasion is let pass, at the start: from the usual value to 0.5'
    >>> differing(speaker(), "EU: doctrine hedge -> west-pivot", called)
    'European Union: doctrine “Closer to the West” in place of “Many vectors”'
    >>> differing(speaker("kk"), "event storm is gone", {"event storm": "Storm"})
    '«Storm» оқиғасы: алынып тасталды'
    """
    if line.startswith("benchmark: ") and not _OWN.fullmatch(line):
        return say("in the benchmark: {line}", line=differing(say, line.removeprefix("benchmark: "), called))
    if found := _INHERITED.search(line):
        text = differing(say, line[: found.start()], called)
        return say("{line} (inherited: A {one}, B {other})", line=text, **found.groupdict())
    for pattern, kind in _LINES:
        if found := pattern.fullmatch(line):
            return _told(say, kind, found.groupdict(), called)
    return line


def _told(say: Speaker, kind: str, found: Mapping[str, str | None], called: Mapping[str, str]) -> str:
    label = str(found["what"])
    what = _subject(say, label, called)
    if kind == "added":
        face = found["face"]
        if face is None:
            return say("{what}: added", what=what)
        return say("{what}: added ({face})", what=what, face=" ".join(_value(say, x, called) for x in face.split()))
    if kind == "gone":
        return say("{what}: taken out", what=what)
    if kind == "source":
        return say("{what}: another source", what=what)
    path = found.get("path") or ""
    if kind == "quarters":
        # The part of a path that its entry is alone is no word.
        part = "" if path == "values" else path
        values = {"n": int(str(found["n"])), "quarter": say.quarter(str(found["quarter"]))}
        return say("{what}: other values, quarters: {n}, from {quarter} on", what=_joined(say, what, part), **values)
    if path == "doctrine":
        old, new = (called.get(f"doctrine {found[k]}", str(found[k])) for k in ("old", "new"))
        return say("{what}: doctrine “{new}” in place of “{old}”", what=what, new=say(new), old=say(old))
    old, new = (_value(say, str(found[k]), called, stock=path.startswith("stocks.")) for k in ("old", "new"))
    whole = _joined(say, what, path)
    if unit := called.get(f"unit {label}"):
        whole = f"{whole} ({say(unit)})" if say.knows(unit) else whole
    return say("{what}: from {old} to {new}", what=whole, old=old, new=new)


def _subject(say: Speaker, label: str, called: Mapping[str, str]) -> str:
    if label.startswith("parameter "):
        return titles.parameter(say, label.removeprefix("parameter "))
    for kind, pattern in titles.KINDS.items():
        if label.startswith(f"{kind} "):
            id = label.removeprefix(f"{kind} ")
            if kind in ("uncertainty", "lever"):
                return say(pattern, name=titles.number(say, id, called))
            name = called.get(label) or called.get(id) or titles.PATHS.get(id) or id.replace("_", " ")
            return say(pattern, name=say(name))
    return say(called[label]) if label in called else titles.field(say, label)


def _joined(say: Speaker, what: str, path: str) -> str:
    """A subject and the part of it that differs."""
    if path in ("", "value"):
        return what
    if path.startswith("stocks."):
        stock, _, rest = path.removeprefix("stocks.").partition(".")
        name = say(titles.STOCKS[stock]) if stock in titles.STOCKS else stock
        return say("{what}: {stock}, at the start", what=what, stock=f"{name} ({rest})" if rest else name)
    return f"{what}: {titles.field(say, path)}"


def _value(say: Speaker, text: str, called: Mapping[str, str], *, stock: bool = False) -> str:
    """A value as a reader writes it."""
    if text == "nothing":
        return say("the usual value") if stock else say("nothing")
    if text in ("true", "false"):
        return say("in force") if text == "true" else say("not in force")
    if _QUARTER.fullmatch(text):
        return say.quarter(text)
    if _NUMBER.fullmatch(text):
        return say.numeral(f"{float(text):.6g}")
    if text.startswith("[") and text.endswith("]"):
        return ", ".join(_value(say, part, called) for part in text[1:-1].split(", "))
    return say(called.get(text, text))
