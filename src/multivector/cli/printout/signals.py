"""How early warnings are printed: of each event a table, a small picture and a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any

from multivector.analysis.signals import OPEN, WARNS, first, named
from multivector.cli.common import BARS, cut, percent, style, two
from multivector.cli.printout.belief import how_sure
from multivector.cli.printout.history import rests

Facts = Mapping[str, Any]
SHOWS = {"rung-3": "rung.EU", "stop": "oil.exported", "unrest": "unrest"}
"""Outcomes that show the usual events; those of red lines are judged with survival."""
SIZES = (21, 13, 17, 11, 6)
"""Columns of a row of numbers."""


def page(told: Facts, place: str, columns: int) -> Iterator[str]:
    """The printout."""
    head = (
        f"signals · {told['scenario']} · {told['doctrine']} · {told['n']:,} histories, seed {told['seed']} · "
        f"{told['first']}…{told['last']} · model {told['version']} · digest {told['digest']}"
    )
    yield from (style(line, bold=True) for line in wrap(head, columns))
    yield from wrap(
        f"Chosen on {-(-told['n'] // 2):,} histories, checked on the other {told['n'] // 2:,}: all numbers are of the "
        f"check. A warning is right if the event comes {told['lead']} to {told['lead'] + told['within'] - 1} quarters "
        "later. In brackets 95% intervals; * beats the base rate.", columns,
    )  # fmt: skip
    for event in told["events"]:
        yield ""
        yield from _event(event, told, columns)
    yield ""
    yield from rests(told, columns)
    yield from how_sure(
        {outcome_of(e["id"]): e["title"] for e in told["events"]}.items(), columns, rests=told.get("rests")
    )
    yield f"read from {place}"


def outcome_of(event: str) -> str:
    """The outcome by whose record the odds of an event are judged.

    Examples
    --------
    >>> outcome_of("oil.exported<0.8"), outcome_of("rung-3"), outcome_of("red-lines")
    ('oil.exported', 'rung.EU', 'survival')
    """
    return SHOWS.get(event) or (re.split("[<>]", event)[0] if re.search("[<>]", event) else "survival")


def _event(event: Facts, told: Facts, columns: int) -> Iterator[str]:
    many = f"in {event['happens']:,} of {told['n']:,} histories"
    yield style(cut(event["title"].upper(), columns - len(many) - 2), bold=True) + f"  {many}"
    if event["rows"]:
        yield ""
        heads = ("seen before the event", "for nothing", "what follows it", "base rate", "lead")
        yield "    " + "".join(f"{head:>{size}}" for head, size in zip(heads, SIZES, strict=True))
    odds = False
    for row in event["rows"]:
        if row["odds"] and not odds:
            odds = True
            yield "  of the odds that the model knows and nobody sees:"
        yield from _row(row, columns)
    if event["picture"] is not None:
        yield ""
        yield from _picture(event, columns)
    if event["rows"]:
        yield ""
    yield from wrap(sentence(event, told), columns)


def _row(row: Facts, columns: int) -> Iterator[str]:
    mark = "*" if row["verdict"] == WARNS else " "
    limit = f"{'≥' if row['above'] else '≤'} {row['threshold']:g} ({row['unit']})"
    yield f"{mark} {cut(named(row), columns - 3 - len(limit))} {limit}"
    hit, after, lead = row["hit"], row["after"], row["lead"][0]
    cells = (
        f"{percent(hit['value'])} ({_ends(hit)})", percent(row["false"]["value"]),
        f"{percent(after['value'])} ({_ends(after)})", percent(row["base"]["value"]),
        "n/a" if lead != lead else f"{lead:.0f} q",
    )  # fmt: skip
    yield "    " + "".join(f"{cell:>{size}}" for cell, size in zip(cells, SIZES, strict=True))


def _ends(found: Facts) -> str:
    low, high = (100.0 * found[end] for end in ("low", "high"))
    places = 0 if high >= 10.0 else 1
    return f"{low:.{places}f}-{high:.{places}f}"


def _picture(event: Facts, columns: int) -> Iterator[str]:
    """The best indicator in the quarters before the event, and in the same quarters of histories without it."""
    drawn = event["picture"]
    row = first(event["rows"])
    assert row is not None
    known = [*drawn["before"], *drawn["others"]]
    low, high = min(known), max(known)
    size = high - low if high > low else 1.0
    yield cut(f"  {row['title']}, {-drawn['quarter'][0]:.0f} quarters before … the event ({row['unit']})", columns)
    for name, words in (("before", "where it comes"), ("others", "elsewhere, same quarters")):
        line = "".join(BARS[round((x - low) / size * (len(BARS) - 1))] for x in drawn[name])
        yield f"    {words:26} {line}  {two(drawn[name][0])} … {two(drawn[name][-1])}"


def sentence(event: Facts, told: Facts) -> str:
    """What is to be said of an event, in one sentence with its numbers."""
    found, soon, late = event["events"], told["lead"], told["lead"] + told["within"] - 1
    if event["verdict"] == OPEN:
        return (
            f"Cannot tell: {found['find'] + found['check']} events in {told['n']:,} histories that could have been "
            "warned of are too few to choose on one half and check on the other; more histories (-n) would have more."
        )
    row = first(event["rows"])
    if row is None:
        return (
            f"No indicator beats the base rate of {percent(event['base'])} a quarter: of {event['tried']:,} that were "
            f"tried, the best of one half of the histories are not told from luck in the other ({found['check']} "
            f"events in {told['n'] // 2:,} histories)."
        )
    hit, after = row["hit"], row["after"]
    way = "at or above" if row["above"] else "at or below"
    begin = "Nothing that is seen beats the base rate, but of the odds that the model knows: " if row["odds"] else ""
    return (
        f"{begin}{'watch' if begin else 'Watch'} {named(row)}: {way} {row['threshold']:g} ({row['unit']}), the event "
        f"follows within {soon} to {late} quarters in {percent(after['value'])} ({_ends(after)}) of cases, against "
        f"{percent(row['base']['value'])} in the same quarters as a whole; it was seen before {percent(hit['value'])} "
        f"({_ends(hit)}) of {found['check']} events, {row['lead'][0]:.0f} quarters ahead in the median, and in "
        f"{percent(row['false']['value'])} of the quarters that nothing followed ({told['n'] // 2:,} histories)."
    )
