"""What a report of several results knows, and the sentences about their differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from multivector.analysis.comparing.comparison import Comparison, Row, Survival
from multivector.analysis.statistics.paired import HIGHER, LOWER, SAME, UNKNOWN
from multivector.report.amounts import amount, change, counted, points, rounded, tenths
from multivector.report.facts import Facts
from multivector.report.sentences import cap

if TYPE_CHECKING:
    from multivector.language import Speaker

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Contrast:
    """Several results on the same draws.

    Attributes
    ----------
    worlds : each of them; the first is A.
    against : all others compared with A.
    ranked : outcome to ranks, of more than two worlds.
    """

    worlds: Sequence[Facts]
    against: tuple[Comparison, ...]
    ranked: Mapping[str, Any]

    @property
    def say(self) -> Speaker:
        """Who says the texts."""
        return self.worlds[0].say

    def letter(self, k: int) -> str:
        """The letter of a world."""
        return LETTERS[k]

    def label(self, k: int) -> str:
        """A world by letter, scenario and doctrine."""
        return f"{self.letter(k)} · {self.worlds[k].title} · {self.worlds[k].doctrine}"

    def short(self, k: int) -> str:
        """A world by its letter and what tells it from the others: its doctrine, or its scenario."""
        world = self.worlds[k]
        same = len({each.doctrine for each in self.worlds}) == 1
        return f"{self.letter(k)} · {world.title if same else world.doctrine}"


def headline(found: Contrast) -> str:
    """The answer in one line: which world stays within its red lines more often."""
    say = found.say
    if len(found.against) > 1:
        shares = [world.survival["share"] for world in found.worlds]
        best = max(range(len(shares)), key=lambda k: shares[k])
        least = min(range(len(shares)), key=lambda k: shares[k])
        return say(
            "Most histories stay within every red line in {best} ({high}), fewest in {least} ({low})",
            best=found.letter(best),
            high=tenths(say, shares[best]),
            least=found.letter(least),
            low=tenths(say, shares[least]),
        )
    it = found.against[0].survival
    values = {
        "a": tenths(say, it.a[0]),
        "b": tenths(say, it.b[0]),
        "gap": points(say, it.difference),
        "low": rounded(say, 100 * it.low, decimals=2),
        "high": rounded(say, 100 * it.high, decimals=2),
    }
    if it.verdict == HIGHER:
        return say("B stays within the red lines more often than A: {b} against {a}, {gap} ({low} to {high})", **values)
    if it.verdict == LOWER:
        return say("B stays within the red lines less often than A: {b} against {a}, {gap} ({low} to {high})", **values)
    if it.verdict == SAME:
        return say("A and B stay within the red lines as often: {a} and {b}, no difference that matters", **values)
    return say(
        "Cannot tell which stays within the red lines more often: {a} and {b}, {gap} ({low} to {high})", **values
    )


def answer(found: Contrast) -> str:
    """What differs, outcome by outcome, in words."""
    return " ".join(answers(found))


def answers(found: Contrast) -> list[str]:
    """The same, each world against A by itself."""
    say, every = found.say, []
    for k, compared in enumerate(found.against, start=1):
        out: list[str] = []
        name = found.letter(k)
        groups: dict[str, list[str]] = {}
        told = [(compared.survival.verdict, compared.survival.mark, say("survival"))]
        told += [(row.verdict, row.mark, found.worlds[0].called(row.id)) for row in compared.rows]
        for answer, mark, title in told:
            groups.setdefault(answer if answer in (SAME, UNKNOWN) else mark or "other", []).append(title)
        listed = {kind: say.list(texts) for kind, texts in groups.items()}
        if "better" in listed:
            out.append(say("{world} against A is better in: {what}.", world=name, what=listed["better"]))
        if "worse" in listed:
            out.append(say("{world} against A is worse in: {what}.", world=name, what=listed["worse"]))
        if "other" in listed:
            text = say(
                "{world} against A differs, neither better nor worse, in: {what}.", world=name, what=listed["other"]
            )
            out.append(text)
        if SAME in groups:
            out.append(
                say.many(
                    "In {n} outcome there is no difference that matters.",
                    "In {n} outcomes there is no difference that matters.",
                    len(groups[SAME]),
                )
            )
        if UNKNOWN in listed:
            out.append(say("Whether there is one cannot be told in: {what}.", what=listed[UNKNOWN]))
        every.append(" ".join(out))
    return every


def forest(found: Contrast, k: int) -> str:
    """What the picture of differences shows: the largest, in margins."""
    say, rows = found.say, [row for row in found.against[k].rows if row.margin > 0 and row.n > 1]
    clear = [row for row in rows if row.verdict in (HIGHER, LOWER)]
    if not clear:
        return say("No outcome of {b} differs from {a} by more than matters", a="A", b=found.letter(k + 1))
    top = max(clear, key=lambda row: abs(row.difference) / row.margin)
    times = abs(top.difference) / top.margin
    return say.many(
        "{b} against {a}: {outcome} moves most, {change}, {times} time what matters",
        "{b} against {a}: {outcome} moves most, {change}, {times} times what matters",
        counted(times),
        a="A",
        b=found.letter(k + 1),
        outcome=say(top.title),
        change=change(say, top.difference, top.unit),
        times=say.significant(times),
    )


def lines(found: Contrast) -> str:
    """Which red line makes the difference."""
    say, it = found.say, found.against[0].survival
    if not it.lines or it.lines[0].difference == 0.0:
        return say("No red line makes a difference")
    top = it.lines[0]
    return say(
        "“{line}” makes the largest difference: {a} in A, {b} in {other}",
        line=line_title(found, top.id, top.title),
        a=tenths(say, top.a[0]),
        b=tenths(say, top.b[0]),
        other="B",
    )


def line_title(found: Contrast, id: str, otherwise: str) -> str:
    """A red line in the reader's language, whichever world has it."""
    world = next((w for w in found.worlds if id in w.scenario.red_lines), None)
    return otherwise if world is None else world.line_title(id)


def fans(found: Contrast, id: str) -> str:
    """Where the median of an outcome ends in each world."""
    say, unit = found.say, found.worlds[0].outcome(id).unit
    parts = [f"{found.letter(k)} {amount(say, world.end(id)[0], unit)}" for k, world in enumerate(found.worlds)]
    return say("{outcome}, median of the last year: {values}", outcome=cap(found.worlds[0].called(id)),
               values=", ".join(parts))  # fmt: skip


def curves(found: Contrast) -> str:
    """When worlds part in survival: from which quarter on the paired difference stays off zero; where they end."""
    say = found.say
    ends = ", ".join(f"{found.letter(k)} {tenths(say, world.alive[-1][1])}" for k, world in enumerate(found.worlds))
    return say("{parting}; at the end {ends}", parting=partings(found), ends=ends)


def partings(found: Contrast) -> str:
    """From which quarter on survival in each world differs from that in A; 95% over all quarters together."""
    say = found.say
    if len(found.against) == 1:
        return parting(found, 0)
    parted = [
        f"{found.letter(k)} ({say.quarter(compared.survival.parts)})"
        for k, compared in enumerate(found.against, start=1)
        if compared.survival.parts is not None
    ]
    if not parted:
        return say("Survival is never told apart from A for good")
    return say("Survival parts from A for good in {worlds}", worlds=say.list(parted))


def parting(found: Contrast, k: int) -> str:
    """From which quarter on survival in a world differs from that in A; 95% over all quarters together."""
    say, quarter = found.say, found.against[k].survival.parts
    if quarter is None:
        return say("Survival in {world} is never told apart from A for good", world=found.letter(k + 1))
    return say(
        "Survival in {world} parts from A in {quarter} and stays apart",
        world=found.letter(k + 1),
        quarter=say.quarter(quarter),
    )


def verdict(found: Contrast, row: Row | Survival) -> str:
    """The verdict of a row in words, with its mark."""
    say = found.say
    word = say(row.verdict)
    return f"{word}: {say(row.mark)}" if row.mark else word


def minister(found: Contrast) -> str:
    """The comparison in at most ninety words, without jargon."""
    say, it = found.say, found.against[0].survival
    text = [
        say.many(
            "We played the same years {n} time in each world, with the same luck.",
            "We played the same years {n} times in each world, with the same luck.",
            it.n,
        ),
        say("{headline}.", headline=headline(found)),
    ]
    income = next((row for row in found.against[0].rows if row.id == "real_income"), None)
    if income is not None:
        text.append(
            say(
                "Income in B against A: {change} ({verdict}).",
                change=change(say, income.difference, income.unit),
                verdict=say(income.verdict),
            )
        )
    text.append(say("This is a model for thinking, not a forecast."))
    return " ".join(text)
