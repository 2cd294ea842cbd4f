"""The printout of a comparison: nine points in the order in which they are asked."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from multivector.analysis.statistics.paired import HIGHER, LOWER, SAME, UNKNOWN
from multivector.cli.common import ENGLISH, MARKS, RECORD, ROUNDING, bare, cut, percent, shown, span, style, two
from multivector.cli.printout.belief import how_sure, pointed
from multivector.cli.printout.history import rests
from multivector.cli.show import printable
from multivector.experiment.telling import wording
from multivector.experiment.telling.differing import differing
from multivector.language import Speaker
from multivector.language.retold import again

Facts = Mapping[str, Any]
SHORT = {"no difference that matters": "no difference", "cannot tell": "cannot tell"}
MOST_INPUTS = 20
"""Differing inputs on the screen; all of them are in --json."""


def comparison(facts: Facts, columns: int, say: Speaker = ENGLISH, evidence: bool = False) -> Iterator[str]:
    """Everything about two worlds, from the plain data of a comparison; on demand with the evidence."""
    a, b = facts["a"], facts["b"]
    yield from _worlds({a: facts["worlds"][0], b: facts["worlds"][1]}, columns, say)
    world = facts["worlds"][0]
    when = say("means over the last year, to {quarter}", quarter=world["last"])
    if world["quarters_kept"] < world["turns"]:
        when = say("values of {quarter}, the only quarter that these results keep", quarter=world["last"])
    text = say("Differences are {b} less {a}, history by history on the same draws; {when}.", a=a, b=b, when=when)
    yield from _wrapped(text, columns)
    parts = (_inputs, _verdicts, _surely, _survival, _parting, _through, _stability, _tails, _limits)
    for number, part in enumerate(parts, start=1):
        yield ""
        yield from part(number, facts, columns, say)
    if "politics" in facts["more"]:
        from multivector.cli.printout.politics import politics

        yield ""
        yield from politics(facts, columns, say)
    yield ""
    yield from rests(world, columns, say)
    yield from _sure(world["scenario"], facts["rows"], columns, say, evidence, world.get("rests"))


def several(facts: Facts, columns: int, say: Speaker = ENGLISH, evidence: bool = False) -> Iterator[str]:
    """More than two worlds: inputs, the table of ranks, then verdicts against the first."""
    yield from _worlds(facts["worlds"], columns, say)
    text = say(
        "Each against A, history by history on the same draws; histories finished in all of them: {n}.",
        n=say.number(facts["n"], 0),
    )
    yield from _wrapped(text, columns)
    yield ""
    yield from _ranks(facts, columns, say)
    for each in facts["against"]:
        yield ""
        yield style(say("{b} AGAINST {a}", a=each["a"], b=each["b"]), bold=True)
        for number, part in enumerate((_inputs, _verdicts, _survival), start=1):
            yield from part(number, each, columns, say)
    yield ""
    yield from _sure(
        facts["worlds"]["A"]["scenario"],
        facts["against"][0]["rows"],
        columns,
        say,
        evidence,
        facts["worlds"]["A"].get("rests"),
    )
    command = f"multivector compare {facts['worlds']['A']['place']} OTHER"
    yield from _wrapped(say("`{command}` says the rest about two of them.", command=command), columns)


def _sure(
    scenario: str, rows: Sequence[Facts], columns: int, say: Speaker, evidence: bool, rests: Any
) -> Iterator[str]:
    """What speaks for each outcome and against it; or how marks are read, with the first that differs as example."""
    if evidence:
        told = ((row["id"], _title(row, say)) for row in rows)
        yield from how_sure([("survival", say("survival")), *told], columns, say, rests)
        return
    differ = (row["id"] for row in rows if row["verdict"] in (HIGHER, LOWER))
    yield from pointed(scenario, next(differ, rows[0]["id"] if rows else "all"), columns, say)


def _worlds(worlds: Mapping[str, Facts], columns: int, say: Speaker) -> Iterator[str]:
    for letter, w in worlds.items():
        parts = [w["scenario"], w["doctrine"], say("seed {seed}", seed=w["seed"]),
                 say.many("{n} history", "{n} histories", w["replicates"]), f"{w['first']}…{w['last']}"]  # fmt: skip
        if w["order"] == "simultaneous":
            parts.append(say("simultaneous"))
        parts += [say("model {version}", version=w["version"]), say("digest {digest}", digest=w["digest"])]
        text = f"{letter}  {' · '.join(parts)}"
        for line in textwrap.wrap(printable(text), columns, subsequent_indent="   ", break_on_hyphens=False):
            yield style(line, bold=True)


def _heading(number: int | None, title: str, columns: int, rest: str = "") -> Iterator[str]:
    """The number and name of a point, and what it shows: below, where both do not fit into a line."""
    head = title if number is None else f"{number} {title}"
    if len(head) + 2 + len(rest) <= columns:
        yield style(head, bold=True) + (f"  {rest}" if rest else "")
    else:
        yield style(head, bold=True)
        yield from _wrapped(rest, columns, 2)


def _wrapped(text: str, columns: int, indent: int = 0, hang: int = 0) -> list[str]:
    pad, more = " " * indent, " " * (indent + hang)
    return textwrap.wrap(printable(text), columns, initial_indent=pad, subsequent_indent=more, break_on_hyphens=False)


def _wider(say: Speaker) -> int:
    """Columns that a number with its unit needs beyond English: per cent with a space, points with dots."""
    return 0 if say.lang == "en" else 2


def _title(row: Facts, say: Speaker) -> str:
    return wording.outcome(say, row["id"], row["title"])


# ---- 1 inputs


def _inputs(number: int, facts: Facts, columns: int, say: Speaker) -> Iterator[str]:
    lines = facts["inputs"]
    a, b = facts["a"], facts["b"]
    yield from _heading(number, say("INPUTS THAT DIFFER"), columns, f"{a} -> {b}")
    for line in lines[:MOST_INPUTS]:
        yield from _wrapped(differing(say, line, facts["called"]), columns, 2, 4)
    if len(lines) > MOST_INPUTS:
        yield from _wrapped(say("and {n} more (--json lists all)", n=len(lines) - MOST_INPUTS), columns, 2)
    same = say("Everything else is equal: same draws." if lines else "None: the same world on the same draws.")
    yield from _wrapped(same, columns, 2)
    if facts["missing"]:
        listed = ", ".join(facts["missing"][:6]) + (", …" if len(facts["missing"]) > 6 else "")
        count = len(facts["missing"])
        text = say("Outcomes that only one of them has ({n}): {listed}", n=count, listed=listed)
        yield from _wrapped(text, columns, 2, 4)
    if facts["left_out"]:
        count = len(facts["left_out"])
        text = say.many(
            "{n} history failed in {a} or {b} and left out of both.",
            "{n} histories failed in {a} or {b} and left out of both.", count, a=a, b=b,
        )  # fmt: skip
        yield from _wrapped(text, columns, 2)


# ---- 2 and 3 verdicts, and how sure they are


def _verdicts(number: int, facts: Facts, columns: int, say: Speaker) -> Iterator[str]:
    rows, a, b = facts["rows"], facts["a"], facts["b"]
    count = len(rows) + 1
    what = say("{b} against {a}: mean difference", a=a, b=b)
    yield from _heading(number, say("VERDICTS"), columns, f"{what}{say('better ▲ worse ▼'):>36}")
    wide = 11 + _wider(say)
    # A verdict ends the line: where its words are long, names give way.
    width = columns - 50 - wide - max(0, max(len(_word(v, say)) for v in (HIGHER, LOWER, SAME, UNKNOWN)) - 13)
    head = f"{a:>7}{b:>7}{say('difference'):>{wide}} {_level(facts, say):<18} {say('verdict')}"
    yield f"  {'':<{width}}{head}".rstrip()
    for row in rows:
        values = "".join(f"{_mean(row[k], row, say):>7}" for k in ("a", "b"))
        gap, span = interval(row["difference"], row["low"], row["high"], row["unit"], row["margin"], say)
        word = f"{_word(row['verdict'], say)} {MARKS[row['mark']]}"
        name = f"{RECORD[row['record']]} {cut(_title(row, say), width - 1)}"
        yield f"{name:<{width + 2}}{values}{gap:>{wide}} {span:<18} {word}".rstrip()
    if facts["joint"]:
        text = say("Verdicts, with survival (4): {n}; their intervals hold together (Bonferroni).", n=count)
    else:
        text = say(
            "Verdicts, with survival (4): {n}; each interval stands for itself. If nothing differed, so many of them "
            "would be expected off zero by luck: {expected}; --joint widens the intervals so that all hold at once.",
            n=count, expected=two(0.05 * count, say),
        )  # fmt: skip
    yield from _wrapped(text, columns, 2)


def _level(facts: Facts, say: Speaker) -> str:
    return say("[95% jointly]" if facts["joint"] else "[95%]")


def _word(verdict: str, say: Speaker) -> str:
    return say(SHORT.get(verdict, verdict))


def _factor(unit: str) -> float:
    """Shares are told in points and ratios in per cent of the base."""
    return 100.0 if unit.startswith(("share", "probability", "ratio")) else 1.0


def _sized(amount: str, unit: str, say: Speaker) -> str:
    """A difference with its unit: points of a share, per cent of a ratio's base, else the unit itself."""
    if unit.startswith(("share", "probability", "%")):
        return say("{amount} pt", amount=amount)
    if unit.startswith("ratio"):
        return f"{amount}{say.percent_sign}"
    if unit.startswith("US$ bn"):
        return say("{amount} bn", amount=amount)
    return say("{amount} Mt", amount=amount) if unit.startswith("Mt") else amount


def difference(value: float | None, unit: str, places: int | None = None, say: Speaker = ENGLISH) -> str:
    """A difference with its sign, in points, per cent of the base, or the unit; at most two digits.

    Examples
    --------
    >>> difference(-0.0042, "ratio to 2021"), difference(0.031, "share"), difference(0.3, "US$ bn a year")
    ('-0.42%', '+3.1 pt', '+0.30 bn')
    >>> difference(1.1e-16, "share")
    '0 pt'
    """
    if value is None or not math.isfinite(value):
        return say("n/a")
    size = _factor(unit) * value
    text = two(size, say) if places is None else say.numeral(f"{size:.{places}f}")
    return _sized(f"{'+' if value > 0.0 and text != '0' else ''}{text}", unit, say)


def interval(
    value: float | None, low: float | None, high: float | None, unit: str, margin: float, say: Speaker = ENGLISH
) -> tuple[str, str]:
    """A difference and its interval with the same number of digits: two for the largest of the three.

    What is far below the margin (a tenth of its first digit) is not spelled out.

    Examples
    --------
    >>> interval(-0.00134, -0.00149, -0.00118, "ratio to 2021", 0.003)
    ('-0.13%', '[-0.15, -0.12]')
    >>> interval(2.8e-6, -1.9e-6, 7.6e-6, "index 0-1", 0.002)
    ('+0.0000', '[-0.0000, 0.0000]')
    """
    factor = _factor(unit)
    ends = [x for x in (value, low, high) if x is not None and math.isfinite(x)]
    if len(ends) < 3:
        return difference(value, unit, say=say), say("[unknown]")
    largest = max(abs(factor * x) for x in ends)
    places = 2 if largest < ROUNDING else 1 - math.floor(math.log10(largest))
    if margin > 0.0:
        places = min(places, 1 - math.floor(math.log10(factor * margin)))
    places = max(places, 0)
    below, above = (say.numeral(f"{factor * x:.{places}f}") for x in ends[1:])
    return difference(value, unit, places, say), span(below, above, say)


def _mean(value: float | None, row: Facts, say: Speaker) -> str:
    # What is far below anything that matters would not fit, and says nothing.
    if value is not None and value != 0.0 and abs(value) < 0.01 * row["margin"]:
        return "~0"
    if row["unit"].startswith("US$ bn"):
        return say("${amount}", amount=bare(value, row["unit"], say))
    return bare(value, row["unit"], say) if row["unit"].startswith("Mt") else shown(value, row["unit"], say)


def _both(found: Facts, unit: str, margin: float, say: Speaker) -> str:
    return " ".join(interval(found["difference"], found["low"], found["high"], unit, margin, say))


def _surely(number: int, facts: Facts, columns: int, say: Speaker) -> Iterator[str]:
    rest = say("pairs, gain of pairing, who is higher in single histories")
    yield from _heading(number, say("HOW SURE"), columns, rest)
    wide = 9 + _wider(say)
    width = columns - 38 - wide
    higher = "".join(f"{say('{world} higher', world=facts[k]):>10}" for k in ("a", "b"))
    yield f"  {'':<{width}}{'n':>7}{say('matters'):>{wide}}{say('pairing'):>9}{higher}"
    for row in facts["rows"]:
        margin = _sized(two(_factor(row["unit"]) * row["margin"], say), row["unit"], say)
        shares = "".join(f"{percent(row[k][0], say=say):>10}" for k in ("a_higher", "b_higher"))
        cells = f"{say.number(row['n'], 0):>7}{margin:>{wide}}{_times(row['gain'], say):>9}{shares}"
        yield f"  {cut(_title(row, say), width):<{width}}{cells}"
    yield from _wrapped(
        say(
            "matters: smallest difference that does, from the dictionary or the scenario. pairing: variance of a "
            "difference of independent runs over this one's; exact where all pairs differ by the same, - where "
            "nothing varies. The rest of the histories are ties."
        ), columns, 2,
    )  # fmt: skip


def _times(gain: float | None, say: Speaker) -> str:
    if gain is None or math.isnan(gain):
        return "-"
    if math.isinf(gain):
        return say("exact")
    return f"x{two(gain, say)}" if gain < 1e6 else say("over x1m")


# ---- 4 survival


def _survival(number: int, facts: Facts, columns: int, say: Speaker) -> Iterator[str]:
    s, a, b = facts["survival"], facts["a"], facts["b"]
    rest = say.many("no red line crossed, {n} pair", "no red line crossed, {n} pairs", s["n"])
    yield from _heading(number, say("SURVIVAL"), columns, rest)
    word = f"{_word(s['verdict'], say)} {MARKS[s['mark']]}".rstrip()
    gap = say("difference {gap}: {verdict}", gap=_both(s, "share", s["margin"], say), verdict=word)
    yield from _wrapped(f"{a} {_share(s['a'], say)} · {b} {_share(s['b'], say)} · {gap}", columns, 2)
    counts = {key: say.number(s[key], 0) for key in ("only_b", "only_a", "neither", "both")}
    text = say(
        "lost only under {a}: {only_b} · only under {b}: {only_a} · under both: {neither} · neither: {both}",
        a=a, b=b, **counts,
    )  # fmt: skip
    yield from _wrapped(text, columns, 2)
    lines = [line for line in s["lines"] if abs(line["difference"]) > 0.0]
    if not lines:
        yield from _wrapped(say("No line is crossed more often in one than in the other."), columns, 2)
        return
    top = lines[0]
    text = say(
        "The line that makes the difference: {line}, crossed in {in_a} of {a} and {in_b} of {b} ({gap}).",
        line=say(top["title"]), in_a=percent(top["a"][0], say=say), in_b=percent(top["b"][0], say=say), a=a, b=b,
        gap=_both(top, "share", s["margin"], say),
    )  # fmt: skip
    others = [f"{say(line['title'])} {difference(line['difference'], 'share', say=say)}" for line in lines[1:4]]
    yield from _wrapped(f"{text} {say('Then {lines}.', lines=', '.join(others))}" if others else text, columns, 2)


def _share(interval: Sequence[float], say: Speaker) -> str:
    return f"{percent(interval[0], say=say)} ({two(100 * interval[1], say)}-{two(100 * interval[2], say)})"


# ---- 5 to 7


def _parting(number: int, facts: Facts, columns: int, say: Speaker) -> Iterator[str]:
    rest = say("first quarter off zero (95% over all quarters together)")
    yield from _heading(number, say("WHEN THEY PART"), columns, rest)
    lives = facts["survival"]["parts"]
    text = say("Survival: off zero from {quarter} on, to the end.", quarter=lives) if lives else ""
    yield from _wrapped(text or say("Survival: never off zero to the end."), columns, 2)
    if facts["worlds"][0]["quarters_kept"] < facts["worlds"][0]["turns"]:
        text = say("Only the last quarter is kept: run again with --record outcomes --force.")
        yield from _wrapped(text, columns, 2)
        return
    when: dict[str, list[str]] = {}
    for row in facts["rows"]:
        when.setdefault(row["parts"] or "", []).append(_title(row, say))
    for quarter in sorted(when, key=lambda each: (not each, each)):
        yield from _wrapped(f"{quarter or say('never'):<8} {', '.join(when[quarter])}", columns, 2, 9)
    told = facts["more"].get("parting")
    if told is None:
        yield from _wrapped(say("Which move: add --why (plays 64 histories of both again)."), columns, 2)
        return
    yield from _wrapped(_median(told, facts, say), columns, 2)
    if told["often"]:
        often = "; ".join(f"{each['actor']} {percent(each['share'], say=say)}" for each in told["often"])
        text = say(
            "Share of histories in which moves part: {share} (of {n}); who moves differently first: {often}.",
            n=told["n"], share=percent(told["share"], say=say), often=often,
        )  # fmt: skip
        yield from _wrapped(text, columns, 2)


def _median(told: Facts, facts: Facts, say: Speaker) -> str:
    found, replicate = told["median"], told["replicate"]
    if found is None:
        return say("In the median pair (history {replicate}) all moves are the same.", replicate=replicate)
    return say(
        "In the median pair of real income (history {replicate}) they part in {quarter}: {actor} chooses in "
        'slot {slot} under {a} "{one}", under {b} "{other}".',
        replicate=replicate, quarter=found["quarter"], actor=found["actor"], slot=found["slot"], a=facts["a"],
        b=facts["b"], one=_chosen(found["a"], say), other=_chosen(found["b"], say),
    )  # fmt: skip


def _chosen(text: str, say: Speaker) -> str:
    return again(say, text, wording.AIMED)


def _through(number: int, facts: Facts, columns: int, say: Speaker) -> Iterator[str]:
    told = facts["more"].get("through")
    if told is None:
        rest = say("add --why to trace the difference in real income")
        yield from _heading(number, say("THROUGH WHAT"), columns, rest)
        return
    rest = say("real income, last year; histories played again: {n}", n=told["n"])
    yield from _heading(number, say("THROUGH WHAT"), columns, rest)
    width = columns - 50
    for row in told["rows"]:
        gap, ends = interval(row["difference"], row["low"], row["high"], "%", told["margin"], say)
        yield f"  {cut(say(row['title']), width):<{width}}{gap:>{11 + _wider(say)}} {ends}"
    yield from _wrapped(say(told["words"]), columns, 2)


def _stability(number: int, facts: Facts, columns: int, say: Speaker) -> Iterator[str]:
    told = facts["more"].get("stability")
    if told is None:
        rest = say("add --stability: other order, halves, three assumed numbers")
        yield from _heading(number, say("STABILITY"), columns, rest)
        return
    from multivector.analysis.comparing.stability import WORDS

    trials = len(told["trials"])
    rest = say("does the verdict stand? Trials: {trials}, histories: {n}", trials=trials, n=told["n"])
    yield from _heading(number, say("STABILITY"), columns, rest)
    for row in told["rows"]:
        line = say(
            "{outcome}: {verdict}, stands in {stands} of {trials}", outcome=_title(row, say),
            verdict=_word(row["verdict"], say), stands=row["stands"], trials=trials,
        )  # fmt: skip
        falls = [
            say("{verdict} with {trial}", verdict=_word(each["verdict"], say), trial=say(each["trial"]))
            for each in row["falls"]
        ]
        yield from _wrapped("; ".join([line, *falls]), columns, 2, 4)
    yield from _wrapped(again(say, told["words"], [WORDS]), columns, 2)


# ---- 8 and 9


def _tails(number: int, facts: Facts, columns: int, say: Speaker) -> Iterator[str]:
    rest = say("difference of the 5% and of the 95% quantile [95%]")
    yield from _heading(number, say("TAILS"), columns, rest)
    wide = 10 + _wider(say)
    width = columns - 40 - 2 * wide
    yield f"  {'':<{width}}{say('at 5%'):>{wide}}{'':<19}{say('at 95%'):>{wide}}"
    for row in facts["rows"]:
        ends = [interval(d, x, y, row["unit"], row["margin"], say) for d, x, y in row["tails"]]
        cells = "".join(f"{gap:>{wide}} {ends:<18}" for gap, ends in ends)
        yield f"  {cut(_title(row, say), width - 1):<{width}}{cells}".rstrip()


def _limits(number: int, facts: Facts, columns: int, say: Speaker) -> Iterator[str]:
    from multivector.analysis.comparing.inputs import LIMITS

    yield from _heading(number, say("WHAT CANNOT BE SAID FROM THIS"), columns)
    lines = []
    for row in facts["rows"]:
        if row["verdict"] != "cannot tell":
            continue
        lines.append(_untold(row, say))
    lines += [again(say, line, LIMITS.values()) for line in facts["limits"]]
    for line in (*lines, say("It is a stylised laboratory, not a forecast.")):
        yield from _wrapped(f"- {line}", columns, 2, 2)


def _untold(row: Facts, say: Speaker) -> str:
    """What the interval of an outcome leaves open: the difference, or only whether it is large enough to matter.

    Examples
    --------
    >>> from multivector.language import speaker
    >>> row = {"id": "approval", "title": "approval", "n": 100, "needed": 400, "low": -0.02, "high": 0.01}
    >>> _untold(row, ENGLISH)
    'Whether there is a difference: approval. Histories that would do: about 400.'
    >>> _untold(row | {"high": -0.001}, ENGLISH)
    'Whether the difference is large enough to matter: approval. Histories that would do: about 400.'
    >>> _untold(row | {"low": 0.001, "needed": None}, speaker("kk"))
    'Айырма маңызды ма: ел ішіндегі қолдау.'
    """
    named = {"outcome": _title(row, say)}
    apart = any(end is not None and sign * end > 0.0 for sign, end in ((1, row["low"]), (-1, row["high"])))
    if not row["needed"] or row["needed"] <= row["n"]:
        if apart:
            return say("Whether the difference is large enough to matter: {outcome}.", **named)
        return say("Whether there is a difference: {outcome}.", **named)
    named["n"] = say.number(row["needed"], 0)
    if apart:
        return say("Whether the difference is large enough to matter: {outcome}. Histories that would do: about {n}.",
                   **named)  # fmt: skip
    return say("Whether there is a difference: {outcome}. Histories that would do: about {n}.", **named)


# ---- several


def _ranks(facts: Facts, columns: int, say: Speaker) -> Iterator[str]:
    letters = list(facts["worlds"])
    rest = say("1 the best, [95% over resampled histories], * best in most of them")
    yield from _heading(None, say("RANKS"), columns, rest)
    width = max(columns - 2 - 11 * len(letters), 14)
    yield f"  {'':<{width}}{''.join(f'{letter:>11}' for letter in letters)}"
    titles = {row["id"]: _title(row, say) for each in facts["against"] for row in each["rows"]}
    for id, found in facts["ranked"].items():
        best = max(range(len(letters)), key=lambda k: found["first"][k])
        cells = []
        for k in range(len(letters)):
            low, high = found["low"][k], found["high"][k]
            text = f"{found['rank'][k]}{'*' if k == best and found['first'][k] > 0.5 else ''} [{low}-{high}]"
            cells.append(f"{text:>11}")
        yield f"  {cut(titles.get(id, say(id)), width):<{width}}{''.join(cells)}"
