"""What a comparison says beyond its verdicts: what would change it, on what it rests, when worlds part, how firm it is,
what happens at the ends; and the commands that find out the rest by playing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from multivector.analysis.comparing.comparable import common
from multivector.analysis.comparing.comparison import SURVIVAL_MARGIN
from multivector.analysis.comparing.stability import halves
from multivector.analysis.reading import Histories
from multivector.analysis.statistics.paired import HIGHER, LOWER, verdict
from multivector.analysis.statistics.shares import PairedShares, paired_shares
from multivector.report import resting
from multivector.report.amounts import change, points, span, tenths
from multivector.report.contrast import Contrast, line_title
from multivector.report.sentences import cap

MOST_LINES = 2
ALWAYS = ("real_income",)
"""Outcomes whose ends are told whatever their verdict."""


def notes(found: Contrast) -> dict[str, Any]:
    """The notes of the first page of a comparison."""
    told = range(len(found.against))
    return {
        "conditions": [text for k in told for text in conditions(found, k)],
        "rests": rests(found),
        "parting": [(found.letter(k + 1), parting(found, k)) for k in told],
        "firm": [firm(found, k) for k in told],
        "ends": [ends(found, k) for k in told],
        "commands": commands(found),
    }


# ---- what would change it


def conditions(found: Contrast, k: int) -> list[str]:
    """What would change the verdict on survival, searched in the histories of both; or what was tried in vain."""
    say, now = found.say, found.against[k].survival.verdict
    texts = [text for text in (_without(found, k), _sooner(found, k), _margin(found, k)) if text]
    several = len(found.against) > 1
    if not texts:
        texts = [
            say(
                "Nothing tried here changes the verdict on survival (“{verdict}”): single red lines, or two of them, "
                "not held; fewer years; a larger difference that matters.",
                verdict=say(now),
            )
        ]
    return [f"{found.letter(k + 1)}: {text}" for text in texts] if several else texts


def _pair(found: Contrast, k: int) -> tuple[Histories, Histories]:
    a, b = found.worlds[0].histories, found.worlds[k + 1].histories
    ids = common(a, b)
    return a.some(ids), b.some(ids)


def _judged(shares: PairedShares, margin: float = SURVIVAL_MARGIN) -> str:
    return verdict(shares.difference, shares.low, shares.high, margin, shares.n)


def _told(found: Contrast, k: int, shares: PairedShares) -> dict[str, str]:
    say = found.say
    return {
        "a": tenths(say, shares.a[0]), "b": tenths(say, shares.b[0]), "world": found.letter(k + 1),
        "verdict": say(_judged(shares)),
    }  # fmt: skip


def _without(found: Contrast, k: int) -> str:
    """The fewest lines, of those that make most of the difference, without which the verdict is another one."""
    say, it = found.say, found.against[k].survival
    a, b = _pair(found, k)
    for count in range(1, MOST_LINES + 1):
        left = [line for line in it.lines[:count] if line.difference]
        if len(left) < count:
            return ""
        ids = {line.id for line in left}
        shares = paired_shares(_within(a, ids), _within(b, ids))
        if _judged(shares) != it.verdict:
            titles = say.list(say("“{line}”", line=line_title(found, line.id, line.title)) for line in left)
            return say(
                "If {lines} were no red line: A {a}, {world} {b}, verdict: {verdict}.",
                lines=titles, **_told(found, k, shares),
            )  # fmt: skip
    return ""


def _within(world: Histories, without: set[str]) -> np.ndarray:
    out = np.ones(len(world.ids), bool)
    for id, first in world.first.items():
        if id not in without:
            out &= first < 0
    return out


def _sooner(found: Contrast, k: int) -> str:
    """The last quarter up to which the verdict is another one."""
    say, now = found.say, found.against[k].survival.verdict
    one, other = (world.alive for world in _pair(found, k))
    for turn in reversed(range(len(one) - 1)):
        shares = paired_shares(one[turn], other[turn])
        if _judged(shares) != now:
            quarter = say.quarter(found.worlds[0].summary["quarters"][turn])
            return say(
                "If only the time up to {quarter} counted: A {a}, {world} {b}, verdict: {verdict}.",
                quarter=quarter, **_told(found, k, shares),
            )  # fmt: skip
    return ""


def _margin(found: Contrast, k: int) -> str:
    """From which size of a difference that matters on there would be none."""
    say, it = found.say, found.against[k].survival
    if it.verdict not in (HIGHER, LOWER):
        return ""
    return say(
        "If only a difference of more than {points} mattered (here {margin} is enough).",
        points=points(say, abs(it.difference)).lstrip("+"),
        margin=points(say, it.margin).lstrip("+"),
    )


# ---- what it rests on


def rests(found: Contrast) -> list[str]:
    """On what the answers of the worlds rest, those of one base together; and that the difference is another matter."""
    say, together = found.say, dict[tuple[str, str], list[str]]()
    for k, world in enumerate(found.worlds):
        base = resting.other_world(world) or (world.title if resting.figures(world)["resting_rows"] else "")
        together.setdefault((resting.sentence(world, whose=False), base), []).append(found.letter(k))
    out = []
    for (text, base), letters in together.items():
        listed = say.list(letters)
        if base:
            out.append(say("{worlds}: {text} Computed for “{base}”.", worlds=listed, text=text, base=base))
        else:
            out.append(say("{worlds}: {text}", worlds=listed, text=text))
    return out


# ---- when they part, how firm it is, what happens at the ends


def parting(found: Contrast, k: int) -> list[tuple[str, str]]:
    """Quarters with the outcomes whose difference is off zero first in each, survival among them."""
    say, compared = found.say, found.against[k]
    if not all(world.over_time for world in found.worlds):
        return []
    when: dict[str, list[str]] = {}
    when.setdefault(compared.survival.parts or "", []).append(say("survival"))
    for row in compared.rows:
        when.setdefault(row.parts or "", []).append(found.worlds[0].called(row.id))
    return [
        (say.quarter(quarter) if quarter else say("never"), ", ".join(when[quarter]))
        for quarter in sorted(when, key=lambda each: (not each, each))
    ]


def firm(found: Contrast, k: int) -> str:
    """In which verdicts the two halves of the histories agree with all of them."""
    say, compared = found.say, found.against[k]
    a, b = _pair(found, k)
    parts = halves(a, b, compared)
    answers = {"survival": (say("survival"), compared.survival.verdict)}
    answers |= {row.id: (found.worlds[0].called(row.id), row.verdict) for row in compared.rows}
    falls = [
        title
        for id, (title, answer) in answers.items()
        if any(part.get(id, answer) != answer for part in parts.values())
    ]
    stands = say(
        "Of {n} verdicts on {world} against A {k} are the same in both halves of the histories, each half alone.",
        n=say.number(len(answers), 0), k=say.number(len(answers) - len(falls), 0), world=found.letter(k + 1),
    )  # fmt: skip
    return f"{stands} {say('Not so: {what}.', what=say.list(falls))}" if falls else stands


def ends(found: Contrast, k: int) -> dict[str, Any]:
    """Differences of the 5% and of the 95% quantile, of outcomes that differ and of income."""
    say, compared, rows = found.say, found.against[k], list[tuple[str, ...]]()
    for row in compared.rows:
        if row.verdict not in (HIGHER, LOWER) and row.id not in ALWAYS:
            continue
        cells = [f"{change(say, gap, row.unit)} ({span(say, low, high, row.unit)})" for gap, low, high in row.tails]
        rows.append((cap(found.worlds[0].called(row.id)), change(say, row.difference, row.unit), *cells))
    return {
        "columns": (say("outcome"), say("mean"), say("at 5%"), say("at 95%")),
        "rows": rows,
        "title": say("{world} less A: means, and the 5% and 95% quantiles of histories", world=found.letter(k + 1)),
    }  # fmt: skip


def commands(found: Contrast) -> list[tuple[str, str]]:
    """What only playing again finds out, and the command for it; of two worlds at a time."""
    return list(_commands(found))


def _commands(found: Contrast) -> Iterator[tuple[str, str]]:
    say = found.say
    for world in found.worlds[1:]:
        both = f"multivector compare {found.worlds[0].stored.folder.name} {world.stored.folder.name}"
        yield (
            say("The move in which they part, and through what incomes differ (plays 64 histories again)"),
            f"{both} --why",
        )
        yield (
            say("Whether verdicts stand in the other order of play and with other numbers (plays 256 again)"),
            f"{both} --stability",
        )
