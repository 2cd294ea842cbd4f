"""A scenario's own texts in another language: what its author wrote beside the English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel

from multivector.scenario.nodes import to_data
from multivector.scenario.reader import parse
from multivector.schema import Scenario, Text

TOLD = (
    "title", "question", "actors", "corridors", "sanctions", "alignment", "events", "moves", "doctrines", "red_lines"
)  # fmt: skip
"""Parts of a scenario that have texts for readers."""
_TITLE = re.compile(r"^title:.*\n(?:[ ].*\n)*", re.MULTILINE)


def texts(scenario: Scenario, lang: str) -> dict[str, str]:
    """English text -> text in `lang`, of everything that the scenario says to readers; what lacks it is left out.

    A `language.Speaker` takes it as its own texts, so that a scenario brings its translations with it.

    Examples
    --------
    >>> from multivector.scenario import load
    >>> texts(load("after-2022"), "ru")["After February 2022"]
    'После февраля 2022 года'
    """
    found: dict[str, str] = {}
    for part in TOLD:
        for text in _within(getattr(scenario, part)):
            own = text.ru if lang == "ru" else text.kk if lang == "kk" else None
            if own:
                found.setdefault(text.en, own)
    return found


def title_of(file: str) -> Text | None:
    """The title alone of a resolved scenario's file, without reading the rest of it.

    Examples
    --------
    >>> title_of('id: a\\ntitle:\\n  en: "Calm"  # a.yaml:2\\n  ru: "Покой"\\nfocus: KAZ\\n').get("ru")
    'Покой'
    """
    head = _TITLE.search(file)
    found = None if head is None else parse(head[0], "title")
    return None if found is None else Text.model_validate(to_data(found)["title"])  # type: ignore[index]


def _within(value: object) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _within(getattr(value, name))
    elif isinstance(value, dict):
        for each in value.values():
            yield from _within(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from _within(each)
