"""How it is printed how much is enough: a row for each point, what each step costs and saves, who bears it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any

from multivector.analysis.enough import sentence
from multivector.cli.common import cut, style, two
from multivector.cli.printout.compare import SHORT, interval

Facts = Mapping[str, Any]


def enough(told: Facts, columns: int) -> Iterator[str]:
    """The answer: the chance and the income along what varies, then who bears it, then one sentence."""
    yield ""
    yield style("HOW MUCH IS ENOUGH", bold=True) + f"  {told['path']}"
    about = (
        f"chance: that {told['title']} within {told['within']} quarters, over all quarters in which it still may. "
        f"Income: of all {told['quarters']} quarters, % of a year's, against the first point. Step: its own price in "
        "pairs of histories that the event treats alike, less what fewer events leave; must be worth: what being "
        "spared one event would have to be worth, besides, for the step to pay. In brackets 95%."
    )
    yield from wrap(about, columns, initial_indent="  ", subsequent_indent="  ")
    yield f"  {'':>6}{'chance, %':>16}{'income':>22}{'step':>8}{'saves':>8}{'must be worth':>18}"
    steps = {step["to"]: step for step in told["steps"]}
    for row in told["rows"]:
        chance = f"{100 * row['chance']:.1f} ({100 * row['low']:.1f}-{100 * row['high']:.1f})"
        income = f"{row['income']:.2f} [{row['income_low']:.2f}, {row['income_high']:.2f}]"
        yield f"  {row['value']:>6g}{chance:>16}{income:>22}{_step(steps.get(row['value']))}".rstrip()
    yield ""
    first, last = told["rows"][0]["value"], told["rows"][-1]["value"]
    yield style("WHO BEARS IT", bold=True) + f"  at {last:g} against {first:g}, means over all quarters"
    for row in told["bears"]:
        gap, span = interval(row["difference"], row["low"], row["high"], row["unit"], row["margin"])
        answer = SHORT.get(row["verdict"], row["verdict"])
        yield f"  {cut(row['title'], columns - 50):<{columns - 50}}{gap:>11} {span:<20} {answer}".rstrip()
    yield ""
    yield from (style(line, bold=True) for line in wrap(sentence(told), columns))
    yield ""


def _step(step: Facts | None) -> str:
    if step is None:
        return ""
    worth = "no price pays"
    if step["must_be_worth"] is not None:
        low, high = (two(step[f"must_be_worth_{end}"]) for end in ("low", "high"))
        worth = f"{two(step['must_be_worth'])} [{low}, {high}]"
    return f"{step['price']:>8.2f}{step['left']:>8.2f}{worth:>18}"
