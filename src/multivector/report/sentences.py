"""The sentences of a report about one result, made from its numbers: another number makes another sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from multivector.report.amounts import amount, between, change, likely
from multivector.report.facts import Facts
from multivector.report.names import inside
from multivector.results.statistics import wilson

MINISTER = 90
"""Words that the paragraph for a minister may have."""
CLEAR = 0.05
"""Least difference between two shares of histories that is told as a condition."""


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
                share=say.percent(worst["share"], None),
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
        share=say.percent(hit[0]["share"], None),
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
        share=say.percent(share, None),
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
    before, after = changes[largest]
    sign = "+" if after > before else ""
    return say(
        "{what}: the largest move is {name}, ${before} bn to ${after} bn ({change})",
        what=what,
        name=largest,
        before=say.significant(before),
        after=say.significant(after),
        change=f"{sign}{say.percent(after / before - 1.0 if before else None, None)}",
    )


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
    return ("+" if x > 0 else "") + facts.say.significant(x)


def conditions(facts: Facts) -> list[str]:
    """What would change the answer, three conditions at most, each from numbers of this result."""
    if facts.n < 2:
        return list(_near(facts))
    found = [text for _, text in sorted(_candidates(facts), key=lambda each: -each[0])]
    return found[:3]


def _candidates(facts: Facts) -> Iterator[tuple[float, str]]:
    yield from _bounds(facts)
    yield from _without(facts)
    yield from _numbers(facts)
    yield from _midway(facts)


def _word(facts: Facts, share: float) -> str:
    """Whether a share would give another word of answer."""
    say, now, then = facts.say, likely(facts.survival["share"]), likely(share)
    if now == then:
        return say("the answer stays “{word}”", word=say(then))
    return say("the answer becomes “{word}”", word=say(then))


def _bounds(facts: Facts) -> Iterator[tuple[float, str]]:
    told = (facts.summary["ensemble"] or {}).get("headline")
    if told is None:
        return
    now = facts.survival["share"]
    near, far = float(told["tighter"]["share"]), float(told["looser"]["share"])
    yield (
        abs(near - now),
        facts.say(
            "If every red line stood a quarter nearer, {share} would stay within all of them: {word}.",
            share=facts.say.percent(near),
            word=_word(facts, near),
        ),
    )
    if abs(far - now) >= CLEAR:
        yield (
            abs(far - now),
            facts.say(
                "If every red line stood a quarter farther off, {share} would stay within all of them: {word}.",
                share=facts.say.percent(far),
                word=_word(facts, far),
            ),
        )


def _without(facts: Facts) -> Iterator[tuple[float, str]]:
    """If the line that makes most of the losses were not held to be one."""
    first = facts.histories.first
    hit = [line for line in facts.lines if line["hits"]]
    if not hit:
        return
    kept = np.ones(facts.n, bool)
    for id, turns in first.items():
        if id != hit[0]["id"]:
            kept &= turns < 0
    then = float(kept.mean())
    yield (
        then - facts.survival["share"],
        facts.say(
            "If “{line}” were not held to be a red line, {share} would stay within the others: {word}.",
            line=hit[0]["title"],
            share=facts.say.percent(then),
            word=_word(facts, then),
        ),
    )


def _numbers(facts: Facts) -> Iterator[tuple[float, str]]:
    """If an uncertain number of the scenario were known to lie in its upper or its lower third."""
    table = facts.stored.table("uncertain")
    if table is None or facts.n < 30:
        return
    names, ids = np.asarray(table["number"].plain()), np.asarray(table["replicate"])  # type: ignore[union-attr]
    values, alive = np.asarray(table["value"], float), facts.histories.survived
    best: tuple[float, str] | None = None
    for name in sorted(set(names.tolist())):
        here = names == name
        known = dict(zip(ids[here].tolist(), values[here].tolist(), strict=True))
        drawn = np.array([known.get(int(i), np.nan) for i in facts.histories.ids])
        low, high = _thirds(drawn, alive)
        if best is None or abs(high - low) > best[0]:
            best = (
                abs(high - low),
                facts.say(
                    "If {number} were known to be in its upper third, {high} would stay within all red lines; in its "
                    "lower third, {low}.",
                    number=name,
                    high=facts.say.percent(high),
                    low=facts.say.percent(low),
                ),
            )
    if best is not None:
        yield best


def _midway(facts: Facts) -> Iterator[tuple[float, str]]:
    """What could be seen half-way, in histories that had crossed nothing by then."""
    if not facts.over_time or len(facts.quarters) < 4 or facts.n < 60:
        return
    half = len(facts.quarters) // 2 - 1
    first = np.full(facts.n, 10**6)
    for turns in facts.histories.first.values():
        first = np.where(turns >= 0, np.minimum(first, turns), first)
    open_ = first > half
    best: tuple[float, str] | None = None
    for id in ("approval", "goodwill_floor", "exposure", "oil.exported", "real_income", "inflation", "security"):
        if id not in facts or open_.sum() < 60:
            continue
        values = facts.histories.of(id)[half][open_]
        low, high = _thirds(values, facts.histories.survived[open_])
        size = abs(high - low)
        if size == size and size >= CLEAR and (best is None or size > best[0]):
            best = (
                size,
                facts.say(
                    "If {outcome} is in its lower third in {quarter}, {low} of the histories still whole then stay so "
                    "to the end; in its upper third, {high}.",
                    outcome=facts.called(id),
                    quarter=facts.say.quarter(facts.quarters[half]),
                    low=facts.say.percent(low),
                    high=facts.say.percent(high),
                ),
            )
    if best is not None:
        yield best


def _thirds(values: np.ndarray, alive: np.ndarray) -> tuple[float, float]:
    """Share that survives where a number is in its lower third, and in its upper one."""
    known = ~np.isnan(values)
    if known.sum() < 3 or np.ptp(values[known]) == 0.0:
        return float("nan"), float("nan")
    low, high = np.quantile(values[known], (1 / 3, 2 / 3))
    return float(alive[known & (values <= low)].mean()), float(alive[known & (values >= high)].mean())


def _near(facts: Facts) -> Iterator[str]:
    """Of one history: the lines that came nearest to being crossed."""
    say = facts.say
    if not facts.stories:
        return
    lines = [row for row in facts.stories[0]["red_lines"] if row["room_left"] is not None and row["first"] is None]
    for row in sorted(lines, key=lambda row: row["room_left"])[:3]:
        yield say(
            "“{line}”: {left} of the way to its bound was left in {quarter}.",
            line=facts.line_title(row["id"]),
            quarter=say.quarter(row["nearest_quarter"]),
            left=say.percent(row["room_left"], None),
        )


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
                    share=say.percent(worst[0]["share"], None),
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
    return facts.say("{low} to {high}", low=facts.say.percent(low, None), high=facts.say.percent(high, None))


def cap(text: str) -> str:
    """The first letter large.

    Examples
    --------
    >>> cap("real income"), cap("")
    ('Real income', '')
    """
    return text[:1].upper() + text[1:]
