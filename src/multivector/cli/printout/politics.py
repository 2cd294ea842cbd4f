"""How it is printed what two worlds do to the focus actor's politics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from multivector.analysis.comparing.politics import sentence
from multivector.cli.common import ENGLISH, cut, percent, span, style, two
from multivector.experiment.telling import wording
from multivector.language import Speaker
from multivector.language.retold import again

Facts = Mapping[str, Any]


def politics(facts: Facts, columns: int, say: Speaker = ENGLISH) -> Iterator[str]:
    """Votes by who asks, ladders by sender, moves that gain and lose; the answer in one sentence."""
    told, a, b = facts["more"]["politics"], facts["a"], facts["b"]
    rest = say.many("{n} history played again", "{n} histories played again", told["n"])
    yield style(f"10 {say('VOTES, LADDERS, MOVES')}", bold=True) + f"  {rest}"
    yield from _votes(told["votes"], a, b, columns, say)
    yield ""
    gap = say("difference, points")
    yield f"  {say('reaches'):<15}{'':<16}{a:>13}{b:>13}{gap:>21}"
    for row in told["ladders"]:
        rung = say("{sender}, rung {rung}", sender=row["sender"], rung=row["rung"])
        ends = "".join(f"{_share(row[side], say):>13}" for side in ("a", "b"))
        yield f"  {rung:<15}{wording.order(say, row['order']):<16}{ends}{_points(row, say):>21}"
    yield ""
    yield from _moves(told, columns, say)
    yield ""
    yield from (style(line, bold=True) for line in wrap(sentence(dict(told), a, b, say), columns))


def _points(row: Facts, say: Speaker) -> str:
    low, high = (say.numeral(f"{100 * row[key]:.1f}") for key in ("low", "high"))
    gap = say.numeral(f"{100 * row['difference']:+.1f}")
    return f"{gap} {span(low, high, say)}"


def _share(found: Sequence[float], say: Speaker) -> str:
    return f"{percent(found[0], say=say)} ({100 * found[1]:.0f}-{100 * found[2]:.0f})"


def _votes(votes: Sequence[Facts], a: str, b: str, columns: int, say: Speaker) -> Iterator[str]:
    if not votes:
        return
    head = say("votes: no / abstain / yes, %; then what moves it, logits towards yes, {a} -> {b}", a=a, b=b)
    yield from wrap(head, columns, initial_indent="  ", subsequent_indent="  ")
    for vote in votes:
        odds = " -> ".join(_odds(vote[side], say) for side in ("a", "b"))
        asks = "; ".join(f"{say(each['by'])} {_moved(each, say)}" for each in vote["asks"] if _told(each))
        yield from wrap(f"{vote['text']:<9} {odds}  {asks}", columns, initial_indent="  ", subsequent_indent=" " * 12)


def _odds(found: Facts | None, say: Speaker) -> str:
    return say("not voted on") if found is None else "/".join(f"{100 * x:.0f}" for x in found.values())


def _told(each: Facts) -> bool:
    return any(abs(each[side] or 0.0) >= 0.005 for side in ("a", "b"))


def _moved(each: Facts, say: Speaker) -> str:
    ends = [say("none") if each[side] is None else say.numeral(f"{each[side]:+.2f}") for side in ("a", "b")]
    return ends[0] if ends[0] == ends[1] else " -> ".join(ends)


def _moves(told: Facts, columns: int, say: Speaker) -> Iterator[str]:
    text = say(
        "Worth of the focus actor's moves against doing nothing, % of a quarter's base income, mean of the quarters in "
        "which they were possible. Surely different (95% over all together): {n} of {all}.",
        n=told["differ"], all=told["looked_at"],
    )  # fmt: skip
    yield from wrap(text, columns, initial_indent="  ", subsequent_indent="  ")
    heads = {"gain": say("gain"), "lose": say("lose")}
    wide = max(map(len, heads.values()))
    for key, head in heads.items():
        for row in told[key]:
            gap = f"{two(row['difference'], say)} {span(two(row['low'], say), two(row['high'], say), say)}"
            room = columns - 35 - wide
            title = cut(again(say, row["title"], wording.AIMED), room)
            yield f"  {head:<{wide}}  {title:<{room}}{gap:>31}"
