"""How doctrines over many futures are printed: regret, conditions of failure, who beats whom, both orders of play."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from multivector.cli.common import cut, percent, style, two
from multivector.cli.printout.belief import how_sure
from multivector.cli.printout.history import header, rests

if TYPE_CHECKING:
    from multivector.results.store import Stored

Facts = Mapping[str, Any]
NAME, CELL = 19, 19
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SHORT = {"no difference that matters": "no difference"}
UNITS = {"share": "points", "ratio": "%", "index": "hundredths"}
"""Regrets are told in hundredths of the unit; what these are called."""


def page(stored: Stored, known: bool, columns: int) -> Iterator[str]:
    """The printout of a stored result."""
    facts = stored.summary
    if known:
        when = stored.manifest["timing"]["finished"]
        yield f"stored histories of {when}, not played again (--force would)"
    yield from header(facts, columns)
    yield from _about(facts, columns)
    if "regret" not in facts:
        yield "Too few futures have histories that count: nothing can be said."
    else:
        yield from _regret(facts, columns)
        yield from _lexicographic(facts, columns)
        yield from _fails(facts, columns)
        yield from _beats(facts, columns)
        yield from _orders(facts, columns)
    yield ""
    if facts["failed"]:
        yield from wrap(
            f"{facts['failed']:,} histories count nowhere, because they or their twins under another doctrine or order "
            "failed: see failures.jsonl.", columns,
        )  # fmt: skip
    yield from rests(facts, columns)
    yield from how_sure(((id, goal["title"]) for id, goal in facts["goals"].items()), columns, rests=facts.get("rests"))
    yield f"kept in {stored.folder} (futures, histories, summary.json)"


def _about(facts: Facts, columns: int) -> Iterator[str]:
    count, names = len(facts["varied"]), list(facts["varied"])
    some = ", ".join(names[:2]) + (f" and {count - 2:,} more" if count > 2 else "")
    text = (
        f"{facts['futures']:,} futures, drawn over {count:,} uncertain number{'s' * (count > 1)} ({some}); "
        f"{len(facts['doctrines'])} doctrines, both orders of play, {facts['replicates']:,} histories of each: "
        f"{facts['histories']:,} in all, on the same draws. In brackets 95% intervals."
    )
    yield from wrap(text, columns)


def _heading(title: str, rest: str, columns: int) -> Iterator[str]:
    first, *more = wrap(f"{title}  {rest}", columns, subsequent_indent="  ")
    yield style(title, bold=True) + first[len(title) :]
    yield from more


def unit(goal: Facts) -> str:
    """What a hundredth of an outcome's unit is called.

    Examples
    --------
    >>> unit({"unit": "ratio to 2021"}), unit({"unit": "index 0-1"})
    ('%', 'hundredths')
    """
    return UNITS.get(goal["unit"].split()[0], "hundredths")


def span(found: Facts, margin: float, signed: bool = False) -> str:
    """Value and interval in hundredths, so many digits that a tenth of what matters shows.

    Examples
    --------
    >>> span({"value": 0.0123, "low": 0.01, "high": 0.015}, 0.003), span({"value": None, "low": None, "high": 1}, 1.0)
    ('1.23 [1.00, 1.50]', 'n/a')
    """
    ends = [found["value"], found["low"], found["high"]]
    if any(x is None or not math.isfinite(x) for x in ends):
        return "n/a"
    places = max(0, 1 - math.floor(math.log10(100.0 * margin)))
    if any(abs(100.0 * x) >= 10.0 for x in ends):
        places = max(0, places - 1)
    middle, low, high = (f"{100.0 * x + 0.0:.{places}f}" for x in ends)
    middle, low, high = (text.removeprefix("-") if float(text) == 0.0 else text for text in (middle, low, high))
    return f"{'+' if signed and float(middle) > 0 else ''}{middle} [{low}, {high}]"


def share(found: Facts) -> str:
    """A share with its interval.

    Examples
    --------
    >>> share({"value": 0.5, "low": 0.4, "high": 0.61})
    '50% [40, 61]'
    """
    if found["value"] is None or found["low"] is None or found["high"] is None:
        return "n/a"
    return f"{percent(found['value'])} [{100 * found['low']:.0f}, {100 * found['high']:.0f}]"


def _regret(facts: Facts, columns: int) -> Iterator[str]:
    order = facts["orders"][0]
    yield ""
    yield from _heading("REGRET", f"what the best doctrine of a future has more; {order} play", columns)
    heads = "".join(f"{name:>{CELL}}" for name in ("median", "90%", "maximum"))
    naive, matters = [], []
    for id, goal in facts["goals"].items():
        title = cut(f"{goal['title']}, {unit(goal)}", NAME + CELL - 8)
        yield style(f"{title:<{NAME}}", bold=True) + heads[max(0, len(title) - NAME) :]
        rows = facts["regret"][order][id]
        for doctrine in facts["doctrines"]:
            row = rows[doctrine]
            cells = "".join(f"{span(row[name], goal['margin']):>{CELL}}" for name in ("median", "p90", "maximum"))
            yield f"  {cut(doctrine, NAME - 2):<{NAME - 2}}{cells}"
        for name, said in (("best", "best in"), ("near", "no regret that matters in")):
            shares = " · ".join(f"{doctrine} {share(rows[doctrine][name])}" for doctrine in facts["doctrines"])
            yield from _said(f"{said} {shares}", columns, 2, 4)
        gap = max(rows[d]["naive"]["maximum"] - rows[d]["maximum"]["value"] for d in facts["doctrines"])
        naive.append(f"{goal['title']} {two(max(round(100 * gap, 4), 0.0))}")
        matters.append(f"{goal['title']} {two(100 * goal['margin'])} {unit(goal)}")
    text = (
        "Best in: share of the futures in which its mean is the highest, ties shared. What matters: "
        f"{', '.join(matters)}. The best of several noisy means looks better than it is, "
        "so it is chosen on one half of the histories and valued on the other; "
        "as noise makes futures look more different than they are, only the spread that both halves show counts. Below "
        f"zero is luck. By the plain means, maxima would be larger by up to: {', '.join(naive)}."
    )
    yield from _said(text, columns)


def _said(text: str, columns: int, first: int = 2, more: int = 2) -> Iterator[str]:
    yield from wrap(text, columns, initial_indent=" " * first, subsequent_indent=" " * more)


def _lexicographic(facts: Facts, columns: int) -> Iterator[str]:
    order, goals = facts["orders"][0], facts["goals"]
    yield ""
    yield from _heading("FIRST THINGS FIRST", ", then ".join(goal["title"] for goal in goals.values()), columns)
    for doctrine, row in facts["lexicographic"][order].items():
        falls = [
            f"{goal['title']} in {share(row['falls'][id])} of the futures"
            + (f" (by {two(100 * row['by'][id])} {unit(goal)})" if row["by"][id] is not None else "")
            for id, goal in goals.items()
            if row["falls"][id]["value"] > 0.0
        ]
        said = f"falls short first in {', '.join(falls)}; " if falls else ""
        text = f"{doctrine}: {said}in none in {share(row['nowhere'])}; the best in {share(row['best'])}."
        yield from _said(text, columns, 2, 4)


def _rates(found: Facts) -> str:
    return " · ".join(f"{order} {share(row['base'])}" for order, row in found["check"].items())


def _box(found: Facts, facts: Facts, what: str, columns: int) -> Iterator[str]:
    """Conditions with coverage and density, on both halves and in both orders."""
    find, check = found["find"], found["check"][facts["orders"][0]]
    if find["base"] in (0.0, 1.0):
        word = "nowhere" if find["base"] == 0.0 else "everywhere"
        yield from _said(f"In the futures searched {what} {word}: there is nothing to single out.", columns)
        return
    if not found["conditions"]:
        yield from _said("No conditions single these futures out: no box beats the base rate.", columns)
        return
    for k, row in enumerate(found["conditions"]):
        about, luck = facts["varied"][row["path"]], row["quasi_p"]
        places = max(0, 1 - math.floor(math.log10(about["high"] - about["low"])))
        drawn = f"drawn from {about['low']:.{places}f} to {about['high']:.{places}f}"
        chance = f"luck as good: {_chance(luck['find'])} where found, {_chance(luck['check'])} in the check"
        yield from _said(f"{'if ' if k == 0 else 'and'} {row['words']} ({drawn}; {chance})", columns, 2, 6)
    yield f"  {'':<20}{'futures in it':>14}  {'density':<15}{'coverage':<15}anywhere"
    seen = "".join(f"{percent(find[name]):<15}" for name in ("density", "coverage", "base")).rstrip()
    yield f"  {'where found':<20}{find['inside']:>5} of {find['futures']:<5}  {seen}"
    for order, row in found["check"].items():
        seen = "".join(f"{share(row[name]):<15}" for name in ("density", "coverage", "base")).rstrip()
        yield f"  {f'check, {order}':<20}{row['inside']:>5} of {row['futures']:<5}  {seen}"
    verdicts = {
        "stands": f"In futures that the conditions were not found in they stand: {what} in "
        f"{share(check['density'])} of what fits them, {share(check['base'])} anywhere.",
        "no box beats the base rate": "In the other futures the conditions say nothing: no box beats the base rate.",
        "cannot tell": "Whether they beat the base rate cannot be told from the futures of the check.",
    }
    other = {"same": "The other order of play says the same.", "in one order only": "The other order says otherwise."}
    yield from _said(f"{verdicts[found['verdict']]} {other.get(found['both'], '')}".strip(), columns)


def _chance(p: float) -> str:
    return "under 0.2%" if p < 0.002 else f"{two(100 * p)}%"


def _fails(facts: Facts, columns: int) -> Iterator[str]:
    found = facts["fails"]
    yield ""
    yield from _heading("WHERE BALANCING FAILS", f"{found['doctrine']}: {found['words']}", columns)
    yield from _said(f"Share of the histories that fail: {_rates(found)}.", columns)
    yield from _box(found, facts, "it fails", columns)


def _beats(facts: Facts, columns: int) -> Iterator[str]:
    a, b = facts["question"]["beats"]
    yield ""
    yield from _heading(f"WHEN {a} BEATS {b}", "by the mean of a future; outcome by outcome", columns)
    for id, goal in facts["goals"].items():
        found, first = facts["beats"][id], facts["orders"][0]
        yield style(goal["title"], bold=True)
        yield from _said(f"Share of the futures in which it is ahead: {_rates(found)}.", columns)
        yield from _box(found, facts, f"{a} is ahead", columns)
        lead, ahead = found["lead"][first], found["where_ahead"][first]
        if found["verdict"] == "stands" and lead:
            yield from _odds(lead, goal, a, b, "the futures that fit the conditions", columns)
        elif ahead["inside"]["value"] is not None and ahead["outside"]["value"] is not None:
            yield from _odds(ahead, goal, a, b, f"the futures in which {a} is ahead", columns)


def _odds(lead: Facts, goal: Facts, a: str, b: str, which: str, columns: int) -> Iterator[str]:
    even = lead["break_even"]
    if even["value"] is None or (even["low"] == 0.0 and even["high"] == 1.0):
        said = f"Break-even: cannot tell how likely you must think {which} for {a} to be the better choice in the mean"
    elif even["value"] <= 0.0:
        said = f"Break-even {share(even)}: {a} is the better choice in the mean however likely you think {which}"
    elif even["value"] >= 1.0:
        said = f"Break-even {share(even)}: {b} is as good in the mean even if you are certain of {which}"
    else:
        drawn = percent(lead["share"]["value"])
        said = (
            f"Break-even {share(even)}: so likely must you think {which} for {a} to be the better choice in the mean "
        )
        said += f"({drawn} of those drawn)"
    there, elsewhere = (span(lead[name], goal["margin"], signed=True) for name in ("inside", "outside"))
    yield from _said(f"{said}. Mean lead there {there}, elsewhere {elsewhere} {unit(goal)}.", columns)


def _orders(facts: Facts, columns: int) -> Iterator[str]:
    letters = dict(zip(facts["doctrines"], LETTERS, strict=False))
    yield ""
    yield from _heading("BOTH ORDERS OF PLAY", "what does not hang on who moves first", columns)
    names = " · ".join(f"{letter} {name}" for name, letter in letters.items())
    yield from _said(f"{names}; > better, = no difference that matters, ? cannot tell", columns)
    for id, goal in facts["goals"].items():
        found = facts["ranking"][id]
        ranked = " · ".join(
            f"{o} {_ranked(best, facts['pairs'][id], o, letters)}" for o, best in found["orders"].items()
        )
        yield style(f"{goal['title']}: {found['both']}", bold=True)
        yield from _said(ranked, columns)
        yield from _pairs(facts["pairs"][id], goal, letters)


def _ranked(best: Sequence[str], rows: Sequence[Facts], order: str, letters: Mapping[str, str]) -> str:
    """Doctrines by their means: ``>`` a difference, ``=`` none that matters, ``?`` not known."""
    answers = {frozenset((row["a"], row["b"])): row["orders"][order]["verdict"] for row in rows}
    signs = {"higher": ">", "lower": ">", "no difference that matters": "="}
    out = letters[best[0]]
    for one, other in pairwise(best):
        out += f" {signs.get(answers[frozenset((one, other))], '?')} {letters[other]}"
    return out


def _pairs(rows: Sequence[Facts], goal: Facts, letters: Mapping[str, str]) -> Iterator[str]:
    """The difference of each pair in each order, and whether they agree."""
    orders = list(rows[0]["orders"])
    yield f"  {unit(goal):<12}{orders[0]:<23}{orders[1]}"
    for row in rows:
        cells = []
        for order in orders:
            found = row["orders"][order]
            cells.append(span({"value": found["difference"], **found}, goal["margin"], signed=True))
        answer = row["both"]
        if answer == "same":
            told = row["orders"][orders[0]]["verdict"]
            answer = f"same: {SHORT.get(told, told)}"
        yield f"  {letters[row['b']]} less {letters[row['a']]:<5}{cells[0]:<23}{cells[1]:<23}{answer}"
