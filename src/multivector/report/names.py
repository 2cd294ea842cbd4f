"""What routes of oil, critical goods and powers are called where an outcome or a sentence names them."""

from __future__ import annotations

from multivector.language import Speaker
from multivector.schema import Scenario

GOODS = {
    "oil-transit": "oil in transit", "ores-and-coal": "ores and coal", "land-route": "the land route",
    "uranium": "uranium", "baikonur": "Baikonur", "gas-transit": "gas in transit", "oil": "oil",
    "materials": "critical raw materials", "company-stakes": "companies' stakes in oil fields",
}  # fmt: skip
"""Critical goods of the shipped worlds (`parameters.leverage.goods`); those of a scenario's own go by their ids."""
WITH_THE = ("United ", "European ")
"""Beginnings of names that take an article inside an English sentence."""


def inside(say: Speaker, name: str) -> str:
    """The name of a power inside a sentence: in English some take an article.

    Examples
    --------
    >>> from multivector.language import speaker
    >>> inside(speaker(), "United States"), inside(speaker(), "China")
    ('the United States', 'China')
    """
    return f"the {name}" if say.lang == "en" and name.startswith(WITH_THE) else name


def route(scenario: Scenario, say: Speaker, id: str) -> str | None:
    """The title of an oil route that the outcome ``oil.<corridor>`` is about; None of another outcome."""
    kind, _, corridor = id.partition(".")
    if kind != "oil" or corridor not in scenario.corridors:
        return None
    title = scenario.corridors[corridor].title
    return say("oil by route: {route}", route=corridor if title is None else title.get(say.lang))


def good(say: Speaker, id: str) -> tuple[str, str] | None:
    """The power and the good of an outcome ``critical.<power>.<good>``, said; None of another outcome.

    Examples
    --------
    >>> from multivector.language import speaker
    >>> good(speaker(), "critical.CHN.gas-transit"), good(speaker(), "real_income")
    (('CHN', 'gas in transit'), None)
    """
    kind, _, rest = id.partition(".")
    power, _, name = rest.partition(".")
    if kind != "critical" or not name:
        return None
    return power, say(GOODS[name]) if name in GOODS else name.replace("-", " ")
