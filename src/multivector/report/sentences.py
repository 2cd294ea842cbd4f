"""The sentences of a report about one result, made from its numbers: another number makes another sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from multivector.report.amounts import amount, between, change, likely, percent, rounded
from multivector.report.facts import Facts
from multivector.report.names import inside
from multivector.results.statistics import wilson

MINISTER = 90
"""Words that the paragraph for a minister may have."""


def headline(facts: Facts) -> str:
    """The answer in one line, with its interval."""
    say, found = facts.say, facts.survival
    if facts.n > 1:
        return say(
            "No red line is crossed in {share} of {n} histories ({low} to {high})",
            share=say.percent(found["share"]),
            n=say.number(facts.n, 0),
            low=say.percent(found["low"]),
            high=say.percent(found["high"]),
        )
    crossed = [line["title"] for line in facts.lines if line["hits"]]
    if crossed:
        return say.many(
            "{n} red line is crossed in this history: {lines}",
            "{n} red lines are crossed in this history: {lines}",
            len(crossed),
            lines="; ".join(crossed),
        )
    return say("No red line is crossed in this history")


def answer(facts: Facts) -> str:
    """What the headline means, in plain words."""
    say, focus = facts.say, facts.name(facts.focus)
    if facts.n == 1:
        return say(
            "One history shows what can happen, not what is likely. More histories of the same world say how often."
        )
    found = facts.survival
    word = say(likely(found["share"]))
    parts = [
        say("In this model {focus} {likely} keeps all that it wants to keep.", focus=focus, likely=word),
        say("Of ten such histories about {k} stay within every red line.", k=say.number(round(10 * found["share"]), 0)),
    ]
    worst = facts.lines[0] if facts.lines and facts.lines[0]["hits"] else None
    if worst is not None:
        parts.append(
            say(
                "What is lost first is “{line}”: in {share} of histories.",
                line=worst["title"],
                share=percent(say, worst["share"]),
            )
        )
    return " ".join(parts)


def bars(facts: Facts) -> str:
    """What the bars of red lines show."""
    say = facts.say
    hit = [line for line in facts.lines if line["hits"]]
    if not hit:
        if facts.n == 1:
            return say("No line is crossed in this history")
        return say.many("No line is crossed in {n} history", "No line is crossed in any of {n} histories", facts.n)
    if facts.n == 1:
        return say("“{line}” is crossed", line=hit[0]["title"])
    return say(
        "“{line}” is crossed most often, in {share} of histories",
        line=hit[0]["title"],
        share=percent(say, hit[0]["share"]),
    )


def room(facts: Facts, went: Sequence[tuple[str, float, str]]) -> str:
    """Which red line one history came nearest to, and when."""
    say = facts.say
    if not went or went[0][1] <= 0.0:
        return say("The history never moved towards a red line")
    line, share, quarter = went[0]
    if share >= 1.0:
        return say("“{line}” went all the way to its bound in {quarter}", line=line, quarter=say.quarter(quarter))
    return say(
        "“{line}” came nearest: {share} of the way to its bound, in {quarter}",
        line=line,
        share=percent(say, share),
        quarter=say.quarter(quarter),
    )


def curve(facts: Facts) -> str:
    """What the curve of survival shows: when histories are lost."""
    say, alive = facts.say, facts.alive
    lost = 1.0 - alive[-1][1]
    if lost <= 0.0:
        return say("Every history stays within the red lines to the end")
    half = next(quarter for quarter, left, *_ in alive if 1.0 - left >= lost / 2)
    return say("Half of the histories that are lost are lost by {quarter}", quarter=say.quarter(half))


def fan(facts: Facts, id: str) -> str:
    """What the fan of an outcome shows: where it ends, and whether it comes near a bound."""
    say, outcome = facts.say, facts.outcome(id)
    title = cap(facts.called(id))
    middle, low, high = facts.end(id)
    if facts.n == 1:
        text = say("{outcome} at the end: {value}", outcome=title, value=amount(say, middle, outcome.unit))
    elif (found := between(say, low, middle, high, outcome.unit)) is None:
        text = say(
            "{outcome} at the end: {value} in nine of ten histories or more",
            outcome=title,
            value=amount(say, middle, outcome.unit),
        )
    else:
        text = say(
            "{outcome} at the end: {value}; nine of ten histories: {low} to {high}",
            outcome=title,
            value=found[0],
            low=found[1],
            high=found[2],
        )
    gap = facts.against(id)
    if gap is not None and outcome.margin and abs(gap) >= outcome.margin:
        base = say("{change} against “{benchmark}”", change=change(say, gap, outcome.unit), benchmark=facts.benchmark)
        text = f"{text}; {base}"
    return text


def leaning(facts: Facts, domain: str, shares: dict[str, np.ndarray]) -> str:
    """Whom the focus actor leans on most in a domain, at first and at the end."""
    say = facts.say
    first = max(shares, key=lambda p: float(np.nan_to_num(shares[p][0])))
    last = max(shares, key=lambda p: float(np.nan_to_num(shares[p][-1])))
    begin, end = float(shares[last][0]), float(shares[last][-1])
    if first == last:
        return say(
            "{domain}: {power} leads throughout, {begin} at first and {end} at the end",
            domain=domain,
            power=facts.name(last),
            begin=say.percent(begin),
            end=say.percent(end),
        )
    return say(
        "{domain}: {power} takes the lead from {other}, {end} at the end",
        domain=domain,
        power=facts.name(last),
        other=facts.name(first),
        end=say.percent(end),
    )


def going(facts: Facts, what: str, values: np.ndarray, unit: str) -> str:
    """Where a line begins and where it ends; of many histories with the range at the end."""
    say, first, last = facts.say, float(values[2, 0]), float(values[2, -1])
    told = {"what": what, "first": amount(say, first, unit), "last": amount(say, last, unit)}
    low, high = float(values[0, -1]), float(values[-1, -1])
    if facts.n == 1 or between(say, low, last, high, unit) is None:
        return say("{what}: {first} at first and {last} at the end", **told)
    ends = {"low": amount(say, low, unit), "high": amount(say, high, unit)}
    return say("{what}: {first} at first and {last} at the end; nine of ten histories: {low} to {high}", **told, **ends)


def highest(facts: Facts, domain: str, values: dict[str, np.ndarray], unit: str) -> str:
    """Which power stands highest and lowest in a domain at the end."""
    say = facts.say
    order = sorted(values, key=lambda p: float(np.nan_to_num(values[p][-1], nan=-np.inf)))
    return say(
        "{domain}: highest {top} ({high}), lowest {bottom} ({low})",
        domain=domain,
        top=facts.name(order[-1]),
        high=amount(say, float(values[order[-1]][-1]), unit),
        bottom=facts.name(order[0]),
        low=amount(say, float(values[order[0]][-1]), unit),
    )


def moved(facts: Facts, changes: dict[str, tuple[float, float]], what: str) -> str:
    """Which row of a table of trade moved most, in dollars."""
    say = facts.say
    largest = max(changes, key=lambda k: abs(changes[k][1] - changes[k][0]))
    before, after = billions(*changes[largest])
    sign = "+" if after > before else ""
    return say(
        "{what}: the largest move is {name}, ${before} bn to ${after} bn ({change})",
        what=what,
        name=largest,
        before=say.number(before, None),
        after=say.number(after, None),
        change=f"{sign}{say.percent(after / before - 1.0 if before else None, None)}",
    )


def billions(before: float, after: float) -> tuple[float, float]:
    """Two amounts with as many decimals as tell them apart: a change told beside them is that of what is shown.

    Examples
    --------
    >>> billions(17.62, 16.78), billions(15.74, 15.41), billions(1.691, 2.968), billions(0.2741, 0.2629)
    ((17.6, 16.8), (15.7, 15.4), (1.69, 2.97), (0.274, 0.263))
    """
    size = max(abs(before), abs(after))
    digits = 1 if size >= 10.0 else 2 if size >= 1.0 else 3
    return round(before, digits), round(after, digits)


def stance(facts: Facts, rows: dict[str, float]) -> str:
    """Where the profile of support leans with its target and where against it."""
    say = facts.say
    with_, against = max(rows, key=lambda k: rows[k]), min(rows, key=lambda k: rows[k])
    return say(
        "Most with it in {with_} ({high}), most against it in {against} ({low}); five lines, never one number",
        with_=with_,
        high=_signed(facts, rows[with_]),
        against=against,
        low=_signed(facts, rows[against]),
    )


def _signed(facts: Facts, x: float) -> str:
    return ("+" if x > 0 else "") + rounded(facts.say, x)


def minister(facts: Facts) -> str:
    """The finding in at most `MINISTER` words, without jargon."""
    say, focus = facts.say, facts.name(facts.focus)
    out = []
    if facts.n > 1:
        found = facts.survival
        out.append(
            say.many(
                "We played these years {n} time. In {share} of them {focus} stayed within every limit it has set "
                "itself.",
                "We played these years {n} times. In {share} of them {focus} stayed within every limit it has set "
                "itself.",
                facts.n,
                share=say.percent(found["share"]),
                focus=focus,
            )
        )
        worst = [line for line in facts.lines if line["hits"]]
        if worst:
            out.append(
                say(
                    "The limit most often passed was “{line}” ({share}).",
                    line=worst[0]["title"],
                    share=percent(say, worst[0]["share"]),
                )
            )
    else:
        out.append(say("We played these years once. {headline}.", headline=headline(facts)))
    gap = facts.against("real_income")
    if gap is not None:
        outcome = facts.outcome("real_income")
        if abs(gap) < outcome.margin:
            text = say(
                "Incomes ended about where they end in “{world}” ({change}).",
                world=facts.benchmark,
                change=change(say, gap, outcome.unit),
            )
        else:
            text = say(
                "Incomes ended {change} against “{world}”.",
                world=facts.benchmark,
                change=change(say, gap, outcome.unit),
            )
        out.append(text)
    if "goodwill_floor" in facts:
        powers = {p: facts.end(f"goodwill.{p}")[0] for p in facts.powers if f"goodwill.{p}" in facts}
        if powers:
            low = min(powers, key=lambda p: powers[p])
            out.append(
                say(
                    "The coolest partner was {power} ({value} on a scale from -1 to 1).",
                    power=inside(say, facts.name(low)),
                    value=_signed(facts, powers[low]),
                )
            )
    out.append(say("This is a model for thinking, not a forecast."))
    return " ".join(out)


def interval(hits: int, n: int, facts: Facts) -> str:
    """An interval of a share in words.

    Nothing seen in n histories still leaves room for something rare.
    """
    low, high = wilson(hits, n)
    return facts.say("{low} to {high}", low=percent(facts.say, low), high=percent(facts.say, high))


def cap(text: str) -> str:
    """The first letter large.

    Examples
    --------
    >>> cap("real income"), cap("")
    ('Real income', '')
    """
    return text[:1].upper() + text[1:]
