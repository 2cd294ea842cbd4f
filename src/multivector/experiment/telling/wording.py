"""What summaries and stories say, in the reader's language: outcomes, moves' ends, terms of utility, what happened.

Results stay free of languages: they hold codes, and sentences in English that were filled with codes and numbers. The
tables here name those sentences, so that they can be found in the catalogues and said anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from multivector.experiment.telling.timeline import DISPUTED, HAZARDS
from multivector.language import Speaker
from multivector.language.retold import again, shape

VOTES = {"yes": "for", "no": "against", "abstain": "abstain", "absent": "not taking part"}
"""How the four ways to vote are said; English printouts show the codes."""
ORDERS = {"sequential": "in turn", "simultaneous": "at once"}
"""How orders of play are said; English printouts show the codes."""
ENDS = ("accepted", "refused", "adopted", "blocked", "came about", "came to nothing")
"""How a move that is not sure may end (`decisions.catalogue`)."""
TERMS = (
    "income", "security", "regime", "rent", "autonomy", "strategic", "cost", "hazards", "rest", "future", "risk"
)  # fmt: skip
"""Terms of utility, as a printout names them; each also with `future` before it."""
SIDES = ("floor", "ceiling")
"""On which side of a value its red line lies."""
EXPOSURES = (
    "oil through Russia", "oil left without the best corridor", "arms from Russia", "loss from losing {power}"
)  # fmt: skip
"""What one power holds of the focus actor (`experiment.histories.replicates`)."""
AGAINST = ("{id} ({title}), same draws", "{quarter}, the first quarter")
"""Bases of a change (`experiment.telling.summary`)."""
FOUND = ("{who} finds a case of evasion", "ladder of {who}: rung {before} to {after}")
"""What happened, besides the hazards that `experiment.telling.timeline` names."""
RESTS_ON = (
    "not yet computed for this base; `{command}` computes it",
    "out of date: computed with model {version}; `{command}` renews it"
)  # fmt: skip
AIMED = ("{move} ({target})",)
"""A move and the state at which it is aimed."""
GAUGES = ("dollar in tenge", "dollar in roubles", "finance access", "national fund")
"""What a quarter came to (`world.turn`)."""


def vote(say: Speaker, code: str) -> str:
    """How somebody voted.

    Examples
    --------
    >>> from multivector.language import speaker
    >>> vote(speaker(), "abstain"), vote(speaker("ru"), "yes")
    ('abstain', 'за')
    """
    return code if say.lang == "en" else say(VOTES[code])


def order(say: Speaker, code: str) -> str:
    """An order of play.

    Examples
    --------
    >>> from multivector.language import speaker
    >>> order(speaker(), "sequential"), order(speaker("ru"), "sequential")
    ('sequential', 'по очереди')
    """
    return code if say.lang == "en" else say(ORDERS[code])


def term(say: Speaker, name: str) -> str:
    """A term of utility, for this quarter or for later ones.

    Examples
    --------
    >>> from multivector.language import speaker
    >>> term(speaker(), "future income"), term(speaker("ru"), "future income")
    ('future income', 'в будущем: доход')
    """
    if say.lang == "en" or not name.startswith("future "):
        return say(name)
    return say("future {term}", term=say(name.removeprefix("future ")))


def outcome(say: Speaker, id: str, title: str) -> str:
    """The title of an outcome.

    Examples
    --------
    >>> from multivector.language import speaker
    >>> outcome(speaker("ru"), "rung.EU", "rung of EU's ladder")
    'ступень лестницы: EU'
    """
    if say.lang == "en":
        return title
    from multivector.outcomes.dictionary import TEMPLATES

    return again(say, title, (t.outcome.title for t in TEMPLATES if shape(t.outcome.id).fullmatch(id)))


def happened(say: Speaker, text: str) -> str:
    """A line of what happened in a quarter: an event's title, a hazard, a rung.

    Examples
    --------
    >>> from multivector.language import speaker
    >>> happened(speaker("ru"), "ladder of EU: rung 0 to 1")
    'лестница EU: ступень 0 → 1'
    """
    suffix = f", {DISPUTED}"
    start = text.removesuffix(suffix)
    said = again(say, start, [p.removesuffix(suffix) for p in HAZARDS.values()] + list(FOUND))
    return said if start == text else f"{said}, {say(DISPUTED)}"


def rests_on(say: Speaker, summary: Mapping[str, Any]) -> str:
    """On numbers of which confidence the answers of a summary rest; in English as the summary has it."""
    rests = summary.get("rests") or {}
    if say.lang == "en" or not rests.get("shares"):
        return again(say, summary["rests_on"], RESTS_ON)
    parts = []
    for id, words in (("real_income", say("real income")), ("survival", say("survival"))):
        told = shares(say, [row for row in rests["shares"].get(id, ()) if row["index"] == "first"])
        if told:
            parts.append(say("{words}, shares of its variance: {told}", words=words, told=told))
    return "; ".join(parts) + ". " + say("World: {base} as shipped; in brackets 95%", base=rests["base"])


def shares(say: Speaker, rows: Iterable[Mapping[str, Any]]) -> str:
    """Shares of an outcome's variance by the confidence of numbers, with intervals; nothing where there are none.

    An estimate, or its interval, may exceed the whole; no share does, and none is told to.

    Examples
    --------
    >>> from multivector.language import speaker
    >>> shares(speaker(), [{"confidence": "assumed", "value": 0.88, "low": 0.8, "high": 0.96}])
    'assumed 88% [80, 96]'
    >>> shares(speaker(), [{"confidence": "assumed", "value": 1.05, "low": 0.8, "high": 1.31}])
    'assumed 100% [80, 100]'
    """
    return " · ".join(
        f"{say(row['confidence'])} {say.number(100 * min(row['value'], 1.0), 0)}{say.percent_sign} "
        f"[{say.number(100 * row['low'], 0)}, {say.number(100 * min(row['high'], 1.0), 0)}]"
        for row in rows
    )
