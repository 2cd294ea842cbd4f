"""The printout of a comparison: nine points in the order in which they are asked."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from multivector.cli.common import MARKS, cut, percent, shown, style, two
from multivector.cli.printout import rests
from multivector.cli.show import printable

Facts = Mapping[str, Any]
SHORT = {"no difference that matters": "no difference", "cannot tell": "cannot tell"}
WITHOUT = "add --why"
MOST_INPUTS = 20
"""Differing inputs on the screen; all of them are in --json."""


def comparison(facts: Facts, columns: int) -> Iterator[str]:
    """Everything about two worlds, from the plain data of a comparison."""
    a, b = facts["a"], facts["b"]
    yield from _worlds({a: facts["worlds"][0], b: facts["worlds"][1]}, columns)
    world = facts["worlds"][0]
    when = f"means over the last year, to {world['last']}"
    if world["quarters_kept"] < world["turns"]:
        when = f"values of {world['last']}, the only quarter that these results keep"
    yield from _wrapped(f"Differences are {b} less {a}, history by history on the same draws; {when}.", columns)
    parts = (_inputs, _verdicts, _sure, _survival, _parting, _through, _stability, _tails, _limits)
    for number, part in enumerate(parts, start=1):
        yield ""
        yield from part(number, facts, columns)
    if "politics" in facts["more"]:
        from multivector.cli.printout_politics import politics

        yield ""
        yield from politics(facts, columns)
    yield ""
    yield from rests(world, columns)


def several(facts: Facts, columns: int) -> Iterator[str]:
    """More than two worlds: inputs, the table of ranks, then verdicts against the first."""
    yield from _worlds(facts["worlds"], columns)
    yield from _wrapped(f"Each against A, history by history on the same draws; {facts['n']:,} histories finished in "
                        "all of them.", columns)  # fmt: skip
    yield ""
    yield from _ranks(facts, columns)
    for each in facts["against"]:
        yield ""
        yield style(f"{each['b']} AGAINST {each['a']}", bold=True)
        for number, part in enumerate((_inputs, _verdicts, _survival), start=1):
            yield from part(number, each, columns)
    yield ""
    place = facts["worlds"]["A"]["place"]
    yield from _wrapped(f"`multivector compare {place} OTHER` says the rest about two of them.", columns)


def _worlds(worlds: Mapping[str, Facts], columns: int) -> Iterator[str]:
    for letter, w in worlds.items():
        order = " · simultaneous" if w["order"] == "simultaneous" else ""
        text = (
            f"{letter}  {w['scenario']} · {w['doctrine']} · seed {w['seed']} · {w['replicates']:,} histories · "
            f"{w['first']}…{w['last']}{order} · model {w['version']} · digest {w['digest']}"
        )
        for line in textwrap.wrap(printable(text), columns, subsequent_indent="   ", break_on_hyphens=False):
            yield style(line, bold=True)


def _heading(number: int, title: str, rest: str = "") -> str:
    return style(f"{number} {title}", bold=True) + (f"  {rest}" if rest else "")


def _wrapped(text: str, columns: int, indent: int = 0, hang: int = 0) -> list[str]:
    pad, more = " " * indent, " " * (indent + hang)
    return textwrap.wrap(printable(text), columns, initial_indent=pad, subsequent_indent=more, break_on_hyphens=False)


# ---- 1 inputs


def _inputs(number: int, facts: Facts, columns: int) -> Iterator[str]:
    lines = facts["inputs"]
    a, b = facts["a"], facts["b"]
    yield _heading(number, "INPUTS THAT DIFFER", f"{a} -> {b}")
    for line in lines[:MOST_INPUTS]:
        yield from _wrapped(line, columns, 2, 4)
    if len(lines) > MOST_INPUTS:
        yield f"  and {len(lines) - MOST_INPUTS} more (--json lists all)"
    yield "  Everything else is equal: same draws." if lines else "  None: the same world on the same draws."
    if facts["missing"]:
        listed = ", ".join(facts["missing"][:6]) + (", …" if len(facts["missing"]) > 6 else "")
        yield from _wrapped(f"Only one of them has {len(facts['missing'])} outcomes: {listed}", columns, 2, 4)
    if facts["left_out"]:
        count = len(facts["left_out"])
        word = "history" if count == 1 else "histories"
        yield f"  {count} {word} failed in {a} or {b} and left out of both."


# ---- 2 and 3 verdicts, and how sure they are


def _verdicts(number: int, facts: Facts, columns: int) -> Iterator[str]:
    rows, a, b = facts["rows"], facts["a"], facts["b"]
    count = len(rows) + 1
    yield _heading(number, "VERDICTS", f"{b} against {a}: mean difference{' ' * 20}better ▲ worse ▼")
    width = columns - 61
    yield f"  {'':<{width}}{a:>7}{b:>7}{'difference':>11} {_level(facts):<18} verdict".rstrip()
    for row in rows:
        values = "".join(f"{_mean(row[k], row):>7}" for k in ("a", "b"))
        gap, span = interval(row["difference"], row["low"], row["high"], row["unit"], row["margin"])
        word = f"{_word(row['verdict'])} {MARKS[row['mark']]}"
        yield f"  {cut(row['title'], width - 1):<{width}}{values}{gap:>11} {span:<18} {word}".rstrip()
    kinds, chance = "hold together (Bonferroni)", ""
    if not facts["joint"]:
        kinds = "stand each for itself"
        chance = (
            f" If nothing differed, {two(0.05 * count)} of them would be expected off zero by luck; --joint widens the "
            "intervals so that all hold at once."
        )
    yield from _wrapped(f"{count} verdicts with survival (4); intervals {kinds}.{chance}", columns, 2)


def _level(facts: Facts) -> str:
    return "[95% jointly]" if facts["joint"] else "[95%]"


def _word(verdict: str) -> str:
    return SHORT.get(verdict, verdict)


def _scale(unit: str) -> tuple[float, str]:
    """Factor and suffix of a difference: points of a share, per cent of a ratio's base, else the unit itself."""
    if unit.startswith(("share", "probability")):
        return 100.0, " pt"
    if unit.startswith("ratio"):
        return 100.0, "%"
    if unit.startswith("%"):
        return 1.0, " pt"
    if unit.startswith("US$ bn"):
        return 1.0, " bn"
    return (1.0, " Mt") if unit.startswith("Mt") else (1.0, "")


def difference(value: float | None, unit: str, places: int | None = None) -> str:
    """A difference with its sign, in points, per cent of the base, or the unit; at most two digits.

    Examples
    --------
    >>> difference(-0.0042, "ratio to 2021"), difference(0.031, "share"), difference(0.3, "US$ bn a year")
    ('-0.42%', '+3.1 pt', '+0.30 bn')
    """
    factor, suffix = _scale(unit)
    if value is None or not math.isfinite(value):
        return "n/a"
    text = two(factor * value) if places is None else f"{factor * value:.{places}f}"
    return f"{'+' if value > 0.0 else ''}{text}{suffix}"


def interval(value: float | None, low: float | None, high: float | None, unit: str, margin: float) -> tuple[str, str]:
    """A difference and its interval with the same number of digits: two for the largest of the three.

    What is far below the margin (a tenth of its first digit) is not spelled out.

    Examples
    --------
    >>> interval(-0.00134, -0.00149, -0.00118, "ratio to 2021", 0.003)
    ('-0.13%', '[-0.15, -0.12]')
    >>> interval(2.8e-6, -1.9e-6, 7.6e-6, "index 0-1", 0.002)
    ('+0.0000', '[-0.0000, 0.0000]')
    """
    factor, _ = _scale(unit)
    ends = [x for x in (value, low, high) if x is not None and math.isfinite(x)]
    if len(ends) < 3:
        return difference(value, unit), "[unknown]"
    largest = max(abs(factor * x) for x in ends)
    places = 2 if largest == 0.0 else 1 - math.floor(math.log10(largest))
    if margin > 0.0:
        places = min(places, 1 - math.floor(math.log10(factor * margin)))
    places = max(places, 0)
    spelled = [f"{factor * x:.{places}f}" for x in ends[1:]]
    return difference(value, unit, places=places), f"[{spelled[0]}, {spelled[1]}]"


def _mean(value: float | None, row: Facts) -> str:
    # What is far below anything that matters would not fit, and says nothing.
    if value is not None and value != 0.0 and abs(value) < 0.01 * row["margin"]:
        return "~0"
    return shown(value, row["unit"]).removesuffix(" bn").removesuffix(" Mt")


def _both(found: Facts, unit: str, margin: float) -> str:
    return " ".join(interval(found["difference"], found["low"], found["high"], unit, margin))


def _sure(number: int, facts: Facts, columns: int) -> Iterator[str]:
    a, b = facts["a"], facts["b"]
    yield _heading(number, "HOW SURE", "pairs, gain of pairing, who is higher in single histories")
    width = columns - 47
    yield f"  {'':<{width}}{'n':>7}{'matters':>9}{'pairing':>9}{f'{a} higher':>10}{f'{b} higher':>10}"
    for row in facts["rows"]:
        factor, suffix = _scale(row["unit"])
        margin = f"{two(factor * row['margin'])}{suffix}"
        gain = row["gain"]
        ratio = "-" if gain is None or math.isnan(gain) else "exact" if math.isinf(gain) else _times(gain)
        shares = "".join(f"{percent(row[k][0]):>10}" for k in ("a_higher", "b_higher"))
        yield f"  {cut(row['title'], width):<{width}}{row['n']:>7,}{margin:>9}{ratio:>9}{shares}"
    yield from _wrapped(
        "matters: smallest difference that does, from the dictionary or the scenario. pairing: variance of a "
        "difference of independent runs over this one's; exact where all pairs differ by the same, - where nothing "
        "varies. The rest of the histories are ties.", columns, 2,
    )  # fmt: skip


# ---- 4 survival


def _times(gain: float) -> str:
    return f"x{two(gain)}" if gain < 1e6 else "over x1m"


def _survival(number: int, facts: Facts, columns: int) -> Iterator[str]:
    s, a, b = facts["survival"], facts["a"], facts["b"]
    yield _heading(number, "SURVIVAL", f"no red line crossed, {s['n']:,} pairs")
    gap = _both(s, "share", s["margin"])
    text = f"{a} {_share(s['a'])} · {b} {_share(s['b'])} · difference {gap}: {_word(s['verdict'])}"
    yield from _wrapped(text, columns, 2)
    text = f"lost only under {a}: {s['only_b']:,} · only under {b}: {s['only_a']:,}"
    yield from _wrapped(f"{text} · under both: {s['neither']:,} · neither: {s['both']:,}", columns, 2)
    lines = [line for line in s["lines"] if abs(line["difference"]) > 0.0]
    if lines:
        top = lines[0]
        text = (
            f"The line that makes the difference: {top['title']}, crossed in {percent(top['a'][0])} of {a} and "
            f"{percent(top['b'][0])} of {b} ({_both(top, 'share', s['margin'])})."
        )
        rest = [f"{line['title']} {difference(line['difference'], 'share')}" for line in lines[1:4]]
        yield from _wrapped(f"{text}{' Then ' + ', '.join(rest) + '.' if rest else ''}", columns, 2)
    else:
        yield "  No line is crossed more often in one than in the other."


def _share(interval: Sequence[float]) -> str:
    return f"{percent(interval[0])} ({two(100 * interval[1])}-{two(100 * interval[2])})"


# ---- 5 to 7


def _parting(number: int, facts: Facts, columns: int) -> Iterator[str]:
    yield _heading(number, "WHEN THEY PART", "first quarter off zero (95% over all quarters together)")
    if facts["worlds"][0]["quarters_kept"] < facts["worlds"][0]["turns"]:
        yield "  Only the last quarter is kept: run again with --record outcomes --force."
        return
    when: dict[str, list[str]] = {}
    for row in facts["rows"]:
        when.setdefault(row["parts"] or "never", []).append(row["title"])
    for quarter in sorted(when):
        yield from _wrapped(f"{quarter:<8} {', '.join(when[quarter])}", columns, 2, 9)
    told = facts["more"].get("parting")
    if told is None:
        yield from _wrapped(f"Which move: {WITHOUT} (plays 64 histories of both again).", columns, 2)
        return
    yield from _wrapped(_median(told, facts), columns, 2)
    if told["often"]:
        often = "; ".join(f"{each['actor']} {percent(each['share'])}" for each in told["often"])
        text = f"Over {told['n']} histories moves part in {percent(told['share'])}; who moves differently first:"
        yield from _wrapped(f"{text} {often}.", columns, 2)


def _median(told: Facts, facts: Facts) -> str:
    found, replicate = told["median"], told["replicate"]
    if found is None:
        return f"In the median pair (history {replicate}) all moves are the same."
    return (
        f"In the median pair of real income (history {replicate}) they part in {found['quarter']}: {found['actor']} "
        f'chooses in slot {found["slot"]} under {facts["a"]} "{found["a"]}", under {facts["b"]} "{found["b"]}".'
    )


def _through(number: int, facts: Facts, columns: int) -> Iterator[str]:
    told = facts["more"].get("through")
    if told is None:
        yield _heading(number, "THROUGH WHAT", f"{WITHOUT} to trace the difference in real income")
        return
    yield _heading(number, "THROUGH WHAT", f"real income, last year, {told['n']} histories played again")
    width = columns - 50
    for row in told["rows"]:
        gap, span = interval(row["difference"], row["low"], row["high"], "%", told["margin"])
        yield f"  {cut(row['title'], width):<{width}}{gap:>11} {span}"
    yield from _wrapped(told["words"], columns, 2)


def _stability(number: int, facts: Facts, columns: int) -> Iterator[str]:
    told = facts["more"].get("stability")
    if told is None:
        yield _heading(number, "STABILITY", "add --stability: other order, halves, three assumed numbers")
        return
    trials = len(told["trials"])
    yield _heading(number, "STABILITY", f"does the verdict stand in {trials} trials of {told['n']} histories?")
    for row in told["rows"]:
        line = f"{row['title']}: {_word(row['verdict'])}, stands in {row['stands']} of {trials}"
        falls = [f"{_word(each['verdict'])} with {each['trial']}" for each in row["falls"]]
        yield from _wrapped(f"{line}{'; ' + '; '.join(falls) if falls else ''}", columns, 2, 4)
    yield from _wrapped(told["words"], columns, 2)


# ---- 8 and 9


def _tails(number: int, facts: Facts, columns: int) -> Iterator[str]:
    yield _heading(number, "TAILS", "difference of the 5% and of the 95% quantile [95%]")
    width = columns - 60
    yield f"  {'':<{width}}{'at 5%':>10}{'':<19}{'at 95%':>10}"
    for row in facts["rows"]:
        ends = [interval(d, x, y, row["unit"], row["margin"]) for d, x, y in row["tails"]]
        cells = "".join(f"{gap:>10} {span:<18}" for gap, span in ends)
        yield f"  {cut(row['title'], width - 1):<{width}}{cells}".rstrip()


def _limits(number: int, facts: Facts, columns: int) -> Iterator[str]:
    yield _heading(number, "WHAT CANNOT BE SAID FROM THIS")
    unknown = [row for row in facts["rows"] if row["verdict"] == "cannot tell"]
    for row in unknown:
        more = f": about {row['needed']:,} histories would do" if row["needed"] and row["needed"] > row["n"] else ""
        yield from _wrapped(f"- Whether {row['title']} differs{more}.", columns, 2, 2)
    for line in facts["limits"]:
        yield from _wrapped(f"- {line}", columns, 2, 2)
    yield from _wrapped("- It is a stylised laboratory, not a forecast.", columns, 2, 2)


# ---- several


def _ranks(facts: Facts, columns: int) -> Iterator[str]:
    letters = list(facts["worlds"])
    yield style("RANKS", bold=True) + "  1 the best, [95% over resampled histories], * best in most of them"
    width = max(columns - 2 - 11 * len(letters), 14)
    yield f"  {'':<{width}}{''.join(f'{letter:>11}' for letter in letters)}"
    titles = {row["id"]: row["title"] for each in facts["against"] for row in each["rows"]}
    for id, found in facts["ranked"].items():
        best = max(range(len(letters)), key=lambda k: found["first"][k])
        cells = []
        for k in range(len(letters)):
            low, high = found["low"][k], found["high"][k]
            text = f"{found['rank'][k]}{'*' if k == best and found['first'][k] > 0.5 else ''} [{low}-{high}]"
            cells.append(f"{text:>11}")
        yield f"  {cut(titles.get(id, id), width):<{width}}{''.join(cells)}"
