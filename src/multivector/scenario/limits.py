"""How large and how deep a file may be, and the checks that run on its bytes before any parser sees them."""

from __future__ import annotations

import codecs
import os
import re
import stat
from pathlib import Path

from multivector.errors import BadInput, Problem

MAX_BYTES = 1 << 20
MAX_DEPTH = 50
MAX_EVENTS = 100_000
MAX_ALIASES = 1_000
MAX_NODES = 100_000
"""Nodes after aliases are followed: a few nested aliases could stand for billions."""
MAX_BRACKETS = 500
"""Brackets open at once in the raw text. The C scanner takes quadratic time on deep nesting; this keeps it away."""
MAX_DIRECTIVES = 10
"""The C scanner compares each %TAG with all before it: thousands would take minutes."""
MAX_FILES = 60
MAX_TOLD = 200
"""Problems told one by one: the search for nearest names is slow, and nobody reads more."""
MAX_PATH = 300
"""Characters of a dotted path."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def refuse(file: str, found: str, allowed: str = "", hint: str = "", line: int = 0, column: int = 0) -> BadInput:
    """Build the error for a file that cannot be read at all."""
    return BadInput([Problem(file, line, column, "", found, allowed, hint)])


def read_text(path: Path, name: str) -> str:
    """Read a file as text, or say in one line why it is no scenario.

    Parameters
    ----------
    path : Path
        The file. Only regular files are opened: a device or pipe could block or never end.
    name : str
        How messages call it.

    Raises
    ------
    BadInput
        Missing, not a regular file, too large, binary or not UTF-8.
    """
    try:
        info = os.stat(path)
        if stat.S_ISDIR(info.st_mode):
            raise refuse(name, "found a folder", "a file")
        if not stat.S_ISREG(info.st_mode):
            raise refuse(name, "found a device or pipe", "a file")
        if info.st_size > MAX_BYTES:
            raise refuse(name, f"found {info.st_size:,} bytes", f"at most {MAX_BYTES:,} bytes")
        with open(path, "rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no valid file name"
        raise refuse(name, f"could not read the file ({reason or 'unknown reason'})") from None
    return decode(raw, name)


def decode(raw: bytes, name: str) -> str:
    """Turn the bytes of a file into text that is safe to hand to the parser.

    Examples
    --------
    >>> decode("id: a".encode(), "a.yaml")
    'id: a'
    >>> decode(b"\\x00", "a.yaml")
    Traceback (most recent call last):
    multivector.errors.BadInput: a.yaml: found a binary file; allowed: text in UTF-8
    """
    if len(raw) > MAX_BYTES:
        raise refuse(name, f"found more than {MAX_BYTES:,} bytes", f"at most {MAX_BYTES:,} bytes")
    if raw.startswith(_WIDE):
        raise refuse(name, "found UTF-16 or UTF-32 text", "text in UTF-8", "save the file as UTF-8")
    if b"\x00" in raw:
        raise refuse(name, "found a binary file", "text in UTF-8")
    try:
        # Windows editors put a mark before UTF-8 text: it says nothing and is skipped.
        text = raw.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw.removeprefix(codecs.BOM_UTF8)[: error.start]
        column = len(before) - (before.rfind(b"\n") + 1) + 1
        line = before.count(b"\n") + 1
        raise refuse(
            name, "found bytes that are not UTF-8", "text in UTF-8", "save the file as UTF-8", line, column
        ) from None
    _scan(text, name)
    return text


def _scan(text: str, name: str) -> None:
    control = _CONTROL.search(text)
    if control:
        place = _place(text, control.start())
        raise refuse(name, f"found the control character U+{ord(control[0]):04X}", "printable text", "", *place)
    if text.count("\n%") > MAX_DIRECTIVES:
        raise refuse(name, "found too many directives (lines that start with %)", "none is needed")
    depth = 0
    if text.count("[") + text.count("{") <= MAX_BRACKETS:
        return
    for bracket in re.finditer(r"[\[\]{}]", text):
        depth = depth + 1 if bracket[0] in "[{" else max(depth - 1, 0)
        if depth > MAX_BRACKETS:
            place = _place(text, bracket.start())
            raise refuse(name, "found too many open brackets", f"a depth of at most {MAX_DEPTH}", "", *place)


def _place(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)
