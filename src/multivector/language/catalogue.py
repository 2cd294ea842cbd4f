"""Catalogues of messages: PO files, as translators' editors write them, read without a library or a build step.

A build step would leave compiled files behind and could forget them; Babel's reader costs a tenth of a second. A test
compares this reader with Babel's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

_FIELD = re.compile(r'(msgid_plural|msgid|msgstr(?:\[\d\])?)\s+"(.*)"')
_ESCAPE = re.compile(r"\\(.)")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True)
class Catalogue:
    """Messages of one language.

    Attributes
    ----------
    texts : English text -> its translations, one for each plural form (a message without a number has one)
    form : number -> which of the plural forms, by the file's own rule
    """

    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    form: Callable[[int], int] = field(default=lambda n: int(n != 1))


def read(text: str) -> Catalogue:
    r"""Read a PO file; what is fuzzy, obsolete or untranslated is left out.

    Examples
    --------
    >>> one = read('msgid "yes"\nmsgstr "да"\n\n#, fuzzy\nmsgid "no"\nmsgstr "может быть"\n')
    >>> dict(one.texts), one.form(1), one.form(2)
    ({'yes': ('да',)}, 0, 1)
    """
    found: dict[str, tuple[str, ...]] = {}
    for block in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        name = ""
        for line in map(str.strip, block.splitlines()):
            if line.startswith("#,") and "fuzzy" in line:
                fields = {}
                break
            start = _FIELD.fullmatch(line)
            if start:
                name, fields[start[1]] = start[1], start[2]
            elif line.startswith('"') and name:
                fields[name] += line[1:-1]
        told = tuple(_plain(v) for k, v in sorted(fields.items()) if k.startswith("msgstr"))
        if "msgid" in fields and told and all(told):
            found[_plain(fields["msgid"])] = told
    import gettext  # English needs none of this, and is on every start

    rule = re.search(r"plural=([^;\n]+)", found.pop("", ("",))[0])
    # The rule is a small expression in C; the standard library checks it and makes a function of it.
    return Catalogue(found, gettext.c2py(rule[1])) if rule else Catalogue(found)


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda m: _PLAIN.get(m[1], m[1]), text)


@cache
def shipped(lang: str) -> Catalogue:
    """The catalogue that comes with the package; English has none, its texts are the messages."""
    if lang == "en":
        return Catalogue()
    from importlib.resources import files

    return read(files("multivector.language").joinpath("catalogues", f"{lang}.po").read_text("utf-8"))
