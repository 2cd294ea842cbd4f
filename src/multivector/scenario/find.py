"""From a name to a file: a path, a file beside the one that names it, or a shipped one."""

from __future__ import annotations

import os
from pathlib import Path

from multivector.data.locate import shipped_fragments, shipped_root, shipped_scenarios
from multivector.errors import BadInput, Problem
from multivector.scenario.names import listed, nearest

SUFFIXES = (".yaml", ".yml")


def find(name: str | Path) -> Path:
    """Return the file of a scenario.

    Parameters
    ----------
    name : str or Path
        A path, or the name of a shipped scenario or fragment (``after-2022``, ``base/trade``).

    Raises
    ------
    BadInput
        There is none; the message has the nearest shipped names.

    Examples
    --------
    >>> find("no-such-world-anywhere")
    Traceback (most recent call last):
    multivector.errors.BadInput: no-such-world-anywhere: found no such file or shipped scenario...
    """
    text = str(name)
    # A shipped name wins over a folder of that name, but not over a file that is really there.
    for candidate in _spelled(Path(text)):
        if _is_file(candidate):
            return candidate
    shipped = find_shipped(text)
    if shipped is not None:
        return shipped
    if os.path.exists(text) and not os.path.isdir(text):
        return Path(text)  # a device or pipe: the reader says what is wrong with it
    raise BadInput([Problem(text[:200], 0, 0, "", "found no such file or shipped scenario", *_suggest(text))])


def find_shipped(name: str) -> Path | None:
    """Return a shipped scenario or fragment by its name, or None."""
    if name.startswith(("/", "~")) or ".." in name:
        return None
    root = shipped_root()
    for folder in (root, root / "base"):
        for candidate in _spelled(folder / name):
            if _is_file(candidate):
                return candidate
    return None


def find_beside(name: str, file: Path) -> Path | None:
    """Return the file that `file` names in `extends`: beside it (or below), else a shipped one, else None."""
    if not name or name.startswith(("/", "~")) or ".." in Path(name).parts or "\x00" in name:
        return None
    for candidate in _spelled(file.parent / name):
        if _is_file(candidate) and not _same(candidate, file):
            return candidate
    shipped = find_shipped(name)
    # A file that names itself is a cycle, which the caller reports in its own words.
    return shipped or next((path for path in _spelled(file.parent / name) if _is_file(path)), None)


def shipped_names() -> list[str]:
    """Return the names of shipped scenarios, then those of the fragments (``base/…``)."""
    return [path.stem for path in shipped_scenarios()] + [f"base/{path.stem}" for path in shipped_fragments()]


def _suggest(text: str) -> tuple[str, str]:
    worlds = [path.stem for path in shipped_scenarios()]
    close = nearest(Path(text).stem, worlds)
    return (f"a path, or {listed(worlds)}" if worlds else "a path"), (f'did you mean "{close}"?' if close else "")


def _spelled(path: Path) -> list[Path]:
    if path.suffix in SUFFIXES:
        return [path]
    return [path, *(path.with_name(path.name + suffix) for suffix in SUFFIXES if path.name)]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
