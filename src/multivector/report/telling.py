"""The histories of a page as texts: what was done and why, what happened, in the words of a reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from multivector.experiment.telling import wording
from multivector.report.amounts import amount, percent
from multivector.report.facts import Facts


def told(facts: Facts, story: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The quarters of a history, ready for the page."""
    return [_quarter(facts, t, quarter) for t, quarter in enumerate(story["quarters"])]


def _quarter(facts: Facts, t: int, quarter: Mapping[str, Any]) -> dict[str, Any]:
    say = facts.say
    at = {(d["actor"], d["slot"]): k for k, d in enumerate(quarter["decisions"])}
    own: list[dict[str, Any]] = []
    others: dict[str, list[dict[str, Any]]] = {}
    for move in quarter["moves"]:
        row = {"actor": facts.name(move["actor"]), "text": _move(facts, move), "at": t}
        row["decision"] = at.get((move["actor"], move["slot"]), 0)
        if move["actor"] == facts.focus:
            own.append(row)
        else:
            others.setdefault(move["actor"], []).append(row)
    exported, price = quarter["oil_exported"], quarter["oil_price"]
    return {
        "quarter": say.quarter(quarter["quarter"]),
        "facts": say("oil exported {share}, Brent ${price}", share=percent(say, exported), price=say.number(price, 0)),
        "lines": [_line(facts, title) for title in quarter["lines"]],
        "happened": [facts.named(wording.happened(say, text)) for text in (*quarter["happened"], *quarter["rules"])],
        "votes": [_vote(facts, vote) for vote in quarter["votes"]],
        "own": own,
        "others": [(facts.name(actor), rows) for actor, rows in others.items()],
    }


def _line(facts: Facts, label: str) -> str:
    """The title of a red line in the reader's language, by its English one."""
    for id, line in facts.scenario.red_lines.items():
        if line.label == label:
            return facts.line_title(id)
    return label


def _move(facts: Facts, move: Mapping[str, Any]) -> str:
    say = facts.say
    text = say(move["title"])
    if move["target"] and move["target"] != facts.focus:
        text = f"{text} → {facts.name(move['target'])}"
    if move["answer"]:
        text = say("{move}, {answer}", move=text, answer=say(move["answer"]))
    why = wording.term(say, move["term"]) + (say(", luck") if move["luck"] else "")
    text = f"{text} [{why}]"
    if move["paired_with"]:
        text = say("{move}, a pair with move {k}", move=text, k=move["paired_with"])
    return text


def _vote(facts: Facts, vote: Mapping[str, Any]) -> str:
    say = facts.say
    others = ", ".join(f"{facts.name(a)}: {wording.vote(say, v)}" for a, v in vote["cast"].items() if a != facts.focus)
    return say(
        "{text} “{title}”. {focus}: {vote} (chance {chance}); {others}",
        text=vote["text"],
        title=say(vote["title"]),
        focus=facts.name(facts.focus),
        vote=wording.vote(say, vote["vote"]),
        chance=percent(say, vote["probability"]),
        others=others,
    )


def name(facts: Facts, replicate: int) -> str:
    """What a history is called in the list: why it is told, and its number."""
    say, words = facts.say, []
    if facts.n == 1:
        return say("the one history")[:1].upper() + say("the one history")[1:]
    for role in facts.roles.get(replicate, ()):
        if role == "median":
            words.append(say("a median history"))
        elif role == "worst":
            words.append(say("the worst history"))
        elif role in facts.scenario.red_lines:
            words.append(say("crosses “{line}”", line=facts.line_title(role)))
    text = ", ".join(words)
    number = say("no. {k}", k=replicate)
    return f"{text[:1].upper()}{text[1:]} ({number})" if text else number[:1].upper() + number[1:]


def lead(facts: Facts, story: Mapping[str, Any]) -> str:
    """A history in two sentences: what it crosses, or what it comes nearest to; and its income."""
    say = facts.say
    crossed = [
        say("“{line}” in {quarter}", line=facts.line_title(row["id"]), quarter=say.quarter(row["first"]))
        for row in story["red_lines"]
        if row["first"] is not None
    ]
    if crossed:
        text = say("It crosses {lines}.", lines=say.list(crossed))
    elif story["nearest"] is not None and story["nearest"]["nearest_quarter"] is not None:
        near = story["nearest"]
        text = say(
            "It crosses no red line; nearest to one was “{line}” in {quarter}, with {left} of the way left.",
            line=facts.line_title(near["id"]),
            quarter=say.quarter(near["nearest_quarter"]),
            left=percent(say, near["room_left"]),
        )
    else:
        text = say("It crosses no red line.")
    income = story["outcomes"].get("real_income")
    if income is None or income["value"] is None:
        return text
    ends = say("Real income at the end: {value}.", value=amount(say, income["value"], "ratio to 2021"))
    return f"{text} {ends}"
