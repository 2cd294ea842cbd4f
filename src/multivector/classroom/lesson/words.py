"""Texts of the classroom's server in three languages, and texts of scenarios in the language of a seat."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from multivector.language import LANGUAGES, Speaker, speaker
from multivector.schema.base import Text

ENGLISH = "en"


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files("multivector.classroom").joinpath(f"{name}.toml").read_text("utf-8"))


def texts(section: str) -> dict[str, dict[str, str]]:
    """All texts of a section of `texts.toml`: id -> language -> text.

    Examples
    --------
    >>> texts("votes")["yes"]["en"]
    'for'
    """
    found: dict[str, dict[str, str]] = _table("texts")[section]
    return found


def ministries() -> dict[str, Any]:
    """The whole of `ministries.toml`."""
    return _table("ministries")


def word(section: str, id: str, language: str = ENGLISH, **values: str) -> str:
    """One text of the server, or its id where there is none.

    Examples
    --------
    >>> word("stocks", "threat", "ru", who="Россия"), word("votes", "no-such")
    ('Угроза по донесениям, Россия', 'no-such')
    """
    return _pattern(section, id, language).format(**values) if values else _plain(section, id, language)


@cache
def _pattern(section: str, id: str, language: str) -> str:
    found = texts(section).get(id)
    return id.replace("{", "{{").replace("}", "}}") if found is None else tell(found, language)


@cache
def _plain(section: str, id: str, language: str) -> str:
    return _pattern(section, id, language).format()


def tell(text: Any, language: str = ENGLISH) -> str:
    """A text of a scenario, a lesson or the server in one language; English where there is no translation.

    Parameters
    ----------
    text : a bare string, a mapping by language, a `Text`, or None.

    Examples
    --------
    >>> tell({"en": "Offer", "ru": "Предложение"}, "ru"), tell("Offer", "kk"), tell(None)
    ('Предложение', 'Offer', '')
    """
    if text is None:
        return ""
    if isinstance(text, Text):
        return (text.ru if language == "ru" else text.kk if language == "kk" else text.en) or say(language)(text.en)
    if isinstance(text, Mapping):
        own = text.get(language)
        return str(own) if own else say(language)(str(text.get(ENGLISH, "")))
    return say(language)(str(text))


QUOTES = {"en": "“{}”", "ru": "«{}»", "kk": "«{}»"}
NUMBERED = re.compile(r"(ES-)?[0-9]+/[0-9]+")


def resolution(id: str, title: Any, language: str = ENGLISH) -> str:
    """A text that is voted on: its number, and its own title in quotation marks of the language.

    A title that is quoted is the text's own. Where only a paraphrase is known it stands without quotation marks.

    Parameters
    ----------
    title : what the scenario calls the text.

    Examples
    --------
    >>> resolution("ES-11/1", "Aggression against Ukraine"), resolution("77/284", "Cooperation", "en")
    ('ES-11/1 “Aggression against Ukraine”', '77/284: Cooperation')
    """
    own = texts("resolutions").get(id)
    if own is not None:
        return f"{id} {QUOTES[language if language in QUOTES else ENGLISH].format(tell(own, language))}"
    told = tell(title or id, language)
    return f"{id}: {told}" if NUMBERED.fullmatch(id) and told != id else told


def all_languages(text: Any) -> dict[str, str]:
    """A text in all languages, for pages on which a language has not been chosen."""
    return {language: tell(text, language) for language in LANGUAGES}


def say(language: str) -> Speaker:
    """The speaker of a language; English for a language that there is not."""
    return speaker(language if language in LANGUAGES else ENGLISH)
