"""The answer of a comparison on paper: as much of its inputs and outcomes as one sheet of A4 has room for.

What is left out is counted on the sheet and stands whole on those after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from multivector.analysis.comparing.comparison import Row, Survival
from multivector.analysis.statistics.paired import HIGHER, LOWER, SAME
from multivector.experiment.telling.differing import differing
from multivector.report.amounts import amount, change, points, span, tenths
from multivector.report.contrast import Contrast
from multivector.report.sentences import cap

if TYPE_CHECKING:
    from multivector.language import Speaker

ROOM = {1: (240, 16), 2: (190, 8), 3: (120, 8), 4: (90, 7), 5: (60, 6)}
"""By the number of worlds against A: letters for what differs in each, and rows of outcomes."""
WHOLE = str.maketrans(" -", "\N{NO-BREAK SPACE}\N{NON-BREAKING HYPHEN}")
ALWAYS = ("real_income",)
"""Outcomes that have a row whatever their verdict, after survival."""


def sheet(found: Contrast) -> dict[str, Any]:
    """What stands on paper alone: inputs that differ, cut to the sheet; main outcomes with intervals and verdicts."""
    letters, _ = room(found)
    inputs = [(found.letter(k), *_cut(found.say, told, letters)) for k, told in enumerate(differences(found), start=1)]
    single = len(found.against) == 1
    return {
        "inputs": inputs,
        "cut": any(left for _, _, left in inputs),
        "columns": _columns_of_one(found) if single else _columns_of_many(found),
        "rows": [_row_of_one(found, id) if single else _row_of_many(found, id) for id in shown(found)],
        "notes": _notes(found),
    }


def room(found: Contrast) -> tuple[int, int]:
    """How many letters of inputs of each world, and how many rows of outcomes, the sheet has room for."""
    return ROOM[min(len(found.against), max(ROOM))]


def differences(found: Contrast) -> list[list[str]]:
    """Inputs in which each world differs from A, in words."""
    return [[differing(found.say, line, c.called) for line in c.inputs] for c in found.against]


def _cut(say: Speaker, told: Sequence[str], most: int) -> tuple[str, bool]:
    """As many texts as have room, and how many are left; the first in any case. And whether any are."""
    shown = list(told[:1])
    for text in told[1:]:
        if sum(map(len, shown)) + len(text) > most:
            break
        shown.append(text)
    left = len(told) - len(shown)
    more = [say.many("and {n} more, overleaf", "and {n} more, overleaf", left)] if left else []
    return cap("; ".join([*shown, *more])) + "." if told else say("Nothing: the same world."), bool(left)


def shown(found: Contrast) -> list[str]:
    """Survival, income, then outcomes that differ in most worlds, as far as there is room; in the order of the page."""
    _, most = room(found)
    every = [row.id for row in found.against[0].rows]
    differ = {id: sum(_row(found, k, id).verdict in (HIGHER, LOWER) for k in range(len(found.against))) for id in every}
    first = sorted(every, key=lambda id: (id not in ALWAYS, -differ[id], every.index(id)))
    return ["survival", *sorted(first[: most - 1], key=every.index)]


def _row(found: Contrast, k: int, id: str) -> Row:
    return next(row for row in found.against[k].rows if row.id == id)


def _name(found: Contrast, id: str) -> str:
    return cap(found.say("survival") if id == "survival" else found.worlds[0].called(id))


def _parts(found: Contrast, it: Row | Survival) -> str:
    """The quarter in which worlds part, short."""
    if it.parts is None:
        return found.say("never")
    year, _, number = it.parts.partition("-Q")
    # Not broken at its space or hyphen: a quarter is one word of a narrow cell.
    return found.say("Q{number} {year}", number=number, year=year).translate(WHOLE)


def _told(found: Contrast, k: int, id: str) -> tuple[Row | Survival, str, str, str, str]:
    """An outcome of a world against A: what is known of it, both means, the difference and its interval."""
    say = found.say
    if id == "survival":
        it = found.against[k].survival
        means = tenths(say, it.a[0]), tenths(say, it.b[0])
        return it, *means, points(say, it.difference), span(say, it.low, it.high, "share")
    row = _row(found, k, id)
    means = amount(say, row.a, row.unit), amount(say, row.b, row.unit)
    return row, *means, change(say, row.difference, row.unit), span(say, row.low, row.high, row.unit)


def _timed(found: Contrast) -> bool:
    return all(world.over_time for world in found.worlds)


def _columns_of_one(found: Contrast) -> list[str]:
    say = found.say
    columns = [say("outcome"), *(say("{world}, mean", world=letter) for letter in "AB"), say("difference")]
    return [*columns, say("95% interval"), *([say("they part")] if _timed(found) else [])]


def _row_of_one(found: Contrast, id: str) -> list[str]:
    it, a, b, difference, interval = _told(found, 0, id)
    parts = [_parts(found, it)] if _timed(found) else []
    return [_name(found, id), a, b, f"{_sign(it)} {difference}", interval, *parts]


def _columns_of_many(found: Contrast) -> list[str]:
    say = found.say
    less = [say("{world} less A", world=found.letter(k + 1)) for k in range(len(found.against))]
    return [say("outcome"), say("{world}, mean", world="A"), *less]


def _row_of_many(found: Contrast, id: str) -> list[str]:
    cells = [_name(found, id), _told(found, 0, id)[1]]
    for k in range(len(found.against)):
        it, _, _, difference, interval = _told(found, k, id)
        parts = f" · {_parts(found, it)}" if _timed(found) else ""
        cells.append(f"{_sign(it)}\N{NO-BREAK SPACE}{difference} ({interval}){parts}")
    return cells


def _sign(it: Row | Survival) -> str:
    """A verdict as a sign."""
    if it.verdict in (HIGHER, LOWER):
        return {"better": "▲", "worse": "▼"}.get(it.mark, "◆")
    return "≈" if it.verdict == SAME else "?"


def _notes(found: Contrast) -> list[str]:
    """How to read the picture and the table, and how many outcomes are left for later sheets."""
    say, out = found.say, list[str]()
    out.append(
        say("Picture: histories that have crossed no red line so far; bands, and brackets in the table: 95% intervals.")
    )
    out.append(
        say("▲ better, ▼ worse, ◆ differs, neither better nor worse; ≈ no difference that matters, ? cannot tell.")
    )
    if _timed(found):
        out.append(
            say("First quarter off zero, 95% over all quarters together; survival: off zero from there to the end.")
        )
    left = len(found.against[0].rows) + 1 - len(shown(found))
    if left:
        out.append(say.many("{n} outcome more stands overleaf.", "{n} outcomes more stand overleaf.", left))
    return out
