"""What a report of several results knows, and the sentences about their differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from multivector.analysis.comparing.comparison import Comparison, Row
from multivector.analysis.statistics.paired import HIGHER, LOWER, SAME
from multivector.report.amounts import amount, change, counted
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
            high=say.percent(shares[best]),
            least=found.letter(least),
            low=say.percent(shares[least]),
        )
    it = found.against[0].survival
    values = {
        "a": say.percent(it.a[0]),
        "b": say.percent(it.b[0]),
        "gap": change(say, it.difference, "share"),
        "low": say.significant(100 * it.low),
        "high": say.significant(100 * it.high),
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
    say, out = found.say, []
    for k, compared in enumerate(found.against, start=1):
        name = found.letter(k)
        groups: dict[str, list[str]] = {"better": [], "worse": [], "other": []}
        for row in compared.rows:
            if row.verdict in (HIGHER, LOWER):
                groups[row.mark or "other"].append(found.worlds[0].called(row.id))
        listed = {mark: say.list(texts) for mark, texts in groups.items() if texts}
        if "better" in listed:
            out.append(say("{world} against A is better in: {what}.", world=name, what=listed["better"]))
        if "worse" in listed:
            out.append(say("{world} against A is worse in: {what}.", world=name, what=listed["worse"]))
        if "other" in listed:
            text = say(
                "{world} against A differs, neither better nor worse, in: {what}.", world=name, what=listed["other"]
            )
            out.append(text)
        rest = len(compared.rows) - sum(map(len, groups.values()))
        if rest:
            out.append(
                say.many(
                    "In {n} outcome no difference that matters was found, or none can be told.",
                    "In {n} outcomes no difference that matters was found, or none can be told.",
                    rest,
                )
            )
    return " ".join(out)


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
        a=say.percent(top.a[0], None),
        b=say.percent(top.b[0], None),
        other="B",
    )


def line_title(found: Contrast, id: str, otherwise: str) -> str:
    """A red line in the reader's language, whichever world has it."""
    world = next((w for w in found.worlds if id in w.scenario.red_lines), None)
    return otherwise if world is None else world.line_title(id)


def fans(found: Contrast, id: str) -> str:
    """Where an outcome ends in each world."""
    say, unit = found.say, found.worlds[0].outcome(id).unit
    parts = [f"{found.letter(k)} {amount(say, world.end(id)[0], unit)}" for k, world in enumerate(found.worlds)]
    return say("{outcome} ends at {values}", outcome=cap(found.worlds[0].called(id)), values=", ".join(parts))


def curves(found: Contrast) -> str:
    """When worlds part in survival: the first quarter in which the shares differ, and by how much at the end."""
    say = found.say
    last = [world.alive[-1][1] for world in found.worlds]
    parted = next(
        (
            rows[0][0]
            for rows in zip(*(world.alive for world in found.worlds), strict=True)
            if len({r[1] for r in rows}) > 1
        ),
        None,
    )
    ends = ", ".join(f"{found.letter(k)} {say.percent(x)}" for k, x in enumerate(last))
    if parted is None:
        return say("The worlds lose the same share of histories in every quarter: {ends}", ends=ends)
    return say("Survival parts in {quarter}; at the end {ends}", quarter=say.quarter(parted), ends=ends)


def verdict(found: Contrast, row: Row) -> str:
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
