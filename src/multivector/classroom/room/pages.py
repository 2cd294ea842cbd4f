"""What pages of a class fetch, kept small: of a language's words those that a page says, of texts one language."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

from multivector.classroom.lesson.words import say
from multivector.language import LANGUAGES

PAGES = files("multivector.classroom").joinpath("pages")
AT_ONCE, LATER = re.compile(r'(?:from|import)\s*"\./([\w-]+\.js)"'), re.compile(r'import\("\./([\w-]+\.js)"\)')
SAID = re.compile(r'\bsay\(\s*"((?:[^"\\]|\\.)*)"')
PARTS = {"student": (), "play": ("student",), "spare": ("student", "play")}
"""Scripts with which a student's page goes on, and those that it has by then."""


@cache
def said(script: str, *, later: bool) -> frozenset[str]:
    """The English texts of a script and of those that it fetches at once, or ``later`` as well."""
    found, left = {script}, [script]
    texts: set[str] = set()
    while left:
        code = PAGES.joinpath("static", left.pop()).read_text("utf-8")
        texts |= set(SAID.findall(code))
        wanted = {*AT_ONCE.findall(code), *(LATER.findall(code) if later else ())} - found
        found |= wanted
        left += wanted
    return frozenset(texts)


@cache
def part(name: str) -> frozenset[str]:
    """The texts that a part of a student's page says, and no earlier part.

    Examples
    --------
    >>> "Join" in part("student"), "Join" in part("play"), "Our list: {n} of {slots}" in part("play")
    (True, False, True)
    """
    return said(f"{name}.js", later=name != "student").difference(*(part(before) for before in PARTS[name]))


def words(language: str, of: str | None) -> dict[str, str]:
    """Translations of what the pages say, or of what a part of the student's page says."""
    known, speak = PAGES.joinpath("words.txt").read_text("utf-8").splitlines(), say(language)
    return {t: speak._catalogue.texts.get(t, (t,))[0] for t in known if of not in PARTS or t in part(str(of))}


def in_one(found: Any, language: str) -> Any:
    """The same without texts in other languages.

    Examples
    --------
    >>> in_one({"title": {"kk": "Сабақ", "en": "Lesson"}, "seats": [{"id": "A", "ru": "Место", "kk": "Орын"}]}, "kk")
    {'title': {'kk': 'Сабақ'}, 'seats': [{'id': 'A', 'kk': 'Орын'}]}
    """
    if isinstance(found, dict):
        return {k: in_one(v, language) for k, v in found.items() if k == language or k not in LANGUAGES}
    return [in_one(each, language) for each in found] if isinstance(found, list) else found
