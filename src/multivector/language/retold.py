"""A sentence that was filled with values, said again in another language: results keep English and codes only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from string import Formatter

from multivector.language.speaker import Speaker


def again(say: Speaker, text: str, patterns: Iterable[str]) -> str:
    """A text that was made from one of the patterns, said anew; its values are said too, where they are messages.

    Examples
    --------
    >>> from multivector.language import speaker
    >>> again(speaker("ru"), "loss from losing RUS", ["loss from losing {power}"])
    'потери без торговли: RUS'
    >>> again(speaker("ru"), "something else", ["loss from losing {power}"])
    'something else'
    """
    if say.lang == "en" or say.knows(text):
        return say(text)
    for pattern in patterns:
        if found := shape(pattern).fullmatch(text):
            return say(pattern, **{name: say(value) for name, value in found.groupdict().items()})
    return say(text)


@cache
def shape(pattern: str) -> re.Pattern[str]:
    """What a text looks like that was made from a message with braces."""
    out, seen = "", set[str]()
    for plain, name, _, _ in Formatter().parse(pattern):
        out += re.escape(plain)
        if name:
            out += f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
            seen.add(name)
    return re.compile(out)
