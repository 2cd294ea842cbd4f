"""How it is printed what two worlds do to the focus actor's politics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from multivector.analysis.comparing.politics import sentence
from multivector.cli.common import cut, percent, style, two

Facts = Mapping[str, Any]


def politics(facts: Facts, columns: int) -> Iterator[str]:
    """Votes by who asks, ladders by sender, moves that gain and lose; the answer in one sentence."""
    told, a, b = facts["more"]["politics"], facts["a"], facts["b"]
    yield style("10 VOTES, LADDERS, MOVES", bold=True) + f"  {told['n']:,} histories played again"
    yield from _votes(told["votes"], a, b, columns)
    yield ""
    yield f"  {'reaches':<14}{'':<14}{a:>14}{b:>14}{'difference, points':>22}"
    for row in told["ladders"]:
        gap = f"{100 * row['difference']:+.1f} [{100 * row['low']:.1f}, {100 * row['high']:.1f}]"
        ends = "".join(f"{_share(row[side]):>14}" for side in ("a", "b"))
        yield f"  {row['sender'] + ', rung ' + str(row['rung']):<14}{row['order']:<14}{ends}{gap:>22}"
    yield ""
    yield from _moves(told, columns)
    yield ""
    yield from (style(line, bold=True) for line in wrap(sentence(dict(told), a, b), columns))


def _share(found: Sequence[float]) -> str:
    return f"{percent(found[0])} ({100 * found[1]:.0f}-{100 * found[2]:.0f})"


def _votes(votes: Sequence[Facts], a: str, b: str, columns: int) -> Iterator[str]:
    if not votes:
        return
    yield f"  votes: no / abstain / yes, %; then what moves it, logits towards yes, {a} -> {b}"
    for vote in votes:
        odds = " -> ".join(_odds(vote[side]) for side in ("a", "b"))
        asks = ", ".join(f"{each['by']} {_moved(each)}" for each in vote["asks"] if _told(each))
        yield from wrap(f"{vote['text']:<9} {odds}  {asks}", columns, initial_indent="  ", subsequent_indent=" " * 12)


def _odds(found: Facts | None) -> str:
    return "not voted on" if found is None else "/".join(f"{100 * x:.0f}" for x in found.values())


def _told(each: Facts) -> bool:
    return any(abs(each[side] or 0.0) >= 0.005 for side in ("a", "b"))


def _moved(each: Facts) -> str:
    ends = ["none" if each[side] is None else f"{each[side]:+.2f}" for side in ("a", "b")]
    return ends[0] if ends[0] == ends[1] else " -> ".join(ends)


def _moves(told: Facts, columns: int) -> Iterator[str]:
    yield from wrap(
        f"Worth of the focus actor's moves against doing nothing, % of a quarter's base income, mean of the quarters "
        f"in which they were possible: {told['differ']} of {told['looked_at']} differ surely (95% over all together).",
        columns, initial_indent="  ", subsequent_indent="  ",
    )  # fmt: skip
    for head, key in (("gain", "gain"), ("lose", "lose")):
        for row in told[key]:
            gap = f"{two(row['difference'])} [{two(row['low'])}, {two(row['high'])}]"
            room = columns - 39
            yield f"  {head}  {cut(row['title'], room):<{room}}{gap:>31}"
