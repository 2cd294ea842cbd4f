"""The printout of one history, from its summary: what stands on the screen stands in summary.json."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from multivector.cli.common import ENGLISH, MARKS, RECORD, change, cut, headed, percent, spark, style, two
from multivector.cli.printout.belief import how_sure, pointed
from multivector.cli.show import printable
from multivector.experiment.telling import wording
from multivector.language import Speaker
from multivector.language.retold import again

Summary = Mapping[str, Any]
SHOWN = (
    "real_income", "largest_loss", "customs.KAZ.RUS", "customs.EU.KAZ", "customs.CHN.KAZ", "reexport", "rent",
    "oil.exported", "oil.through_russia", "middle.volume", "inflation", "autonomy", "exposure", "goodwill_floor",
    "approval", "composite",
)  # fmt: skip
"""Outcomes on the screen; all others are in summary.json and the tables."""
SUPPORT = "support."


def header(summary: Summary, columns: int, say: Speaker = ENGLISH) -> Iterator[str]:
    """What was run."""
    parts = [summary["scenario"], summary["doctrine"], say("seed {seed}", seed=summary["seed"])]
    if summary["replicates"] > 1:
        parts.append(say.many("{n} history", "{n} histories", summary["replicates"]))
    parts.append(f"{summary['first']}…{summary['last']}")
    if summary["order"] == "simultaneous":
        parts.append(say("simultaneous"))
    if "engine" in summary:
        parts.append(say("compiled"))
    parts += [say("model {version}", version=summary["version"]), say("digest {digest}", digest=summary["digest"])]
    what = " · ".join(parts)
    yield from (style(line, bold=True) for line in textwrap.wrap(printable(what), columns))
    yield from textwrap.wrap(_drawn(summary.get("uncertainty"), say), columns)


def _drawn(found: Summary | None, say: Speaker) -> str:
    """What histories differ in besides luck; nothing if in nothing."""
    if found is None:
        return ""
    if found["kind"] == "prior":
        return say(
            "Histories differ in luck and in what the scenario calls uncertain: {n} numbers.", n=found["numbers"]
        )
    return say(
        "Histories differ in luck and in their free numbers ({n}): each has one of the vectors ({vectors}) that the "
        "facts of 2022 leave plausible ({facts}). Of so many numbers the facts say something: {told}; the others range "
        "as widely as before.",
        n=found["numbers"], vectors=found["vectors"], facts=found["facts"], told=found["told"],
    )  # fmt: skip


def history(summary: Summary, columns: int, say: Speaker = ENGLISH) -> Iterator[str]:
    """Everything about one history."""
    told = summary["history"]
    yield from header(summary, columns, say)
    yield from textwrap.wrap(
        say("One history. It shows what can happen, not what is likely: add --replicates 1000."), columns
    )
    yield ""
    yield from _lines(told, columns, say)
    yield ""
    for quarter in told["quarters"]:
        yield from _quarter(quarter, summary["focus"], columns, say)
    yield ""
    yield from _outcomes(summary, told, columns, say)
    rows = {id: (wording.outcome(say, id, row["title"]), row["base"], row["value"])
            for id, row in told["outcomes"].items() if id.startswith(SUPPORT)}  # fmt: skip
    yield from profile(rows, columns, say)


def _lines(told: Summary, columns: int, say: Speaker) -> Iterator[str]:
    label = say("RED LINES")
    pad = max(12, len(label) + 2)
    crossed = [
        say("{line} (since {quarter})", line=say(line["title"]), quarter=line["first"]) for line in told["crossed"]
    ]
    text = say("CROSSED: {lines}", lines="; ".join(crossed)) if crossed else say("none crossed")
    yield from _labelled(label, style(text, fg="red") if crossed else text, columns, pad)
    near = told["nearest"]
    if near is not None:
        values = {
            "line": say(near["title"]), "value": two(near["nearest_value"], say), "side": say(near["side"]),
            "bound": two(near["bound"], say), "quarter": near["nearest_quarter"],
            "left": percent(near["room_left"], say=say),
        }  # fmt: skip
        if near["room_left"] > 0.0:
            text = say(
                "nearest: {line}, at {value} in {quarter} ({side} {bound}: {left} of the way there was left)", **values
            )
        else:
            text = say(
                "nearest: {line}, at {value} in {quarter} ({side} {bound}, but not for long enough to count)", **values
            )
        yield from _labelled("", text, columns, pad)
    losses = {n: e for n, e in told["exposures"].items() if n.startswith("loss ")}
    worst = max(losses, key=lambda n: losses[n]["end"], default="")
    rows = {n: e for n, e in told["exposures"].items() if n not in losses or n == worst}
    parts = [
        f"{again(say, name, wording.EXPOSURES)} {percent(e['base'], say=say)} → {percent(e['end'], say=say)}"
        for name, e in rows.items()
    ]
    yield from _labelled("", say("exposure, base → end: {parts}", parts=" · ".join(parts)), columns, pad)


def rests(summary: Summary, columns: int, say: Speaker = ENGLISH) -> Iterator[str]:
    """On numbers of which confidence the answers of this base rest: a line that no printout leaves out."""
    yield from _labelled(say("RESTS ON"), wording.rests_on(say, summary), columns, 17)


def _labelled(label: str, text: str, columns: int, pad: int) -> Iterator[str]:
    for number, line in enumerate(textwrap.wrap(text, columns - pad, break_on_hyphens=False)):
        yield f"{label:<{pad}}{line}" if number == 0 else " " * pad + line


def _quarter(quarter: Summary, focus: str, columns: int, say: Speaker) -> Iterator[str]:
    facts = [say("oil exported {share}", share=percent(quarter["oil_exported"], say=say)),
             say("Brent ${price}", price=two(quarter["oil_price"], say))]  # fmt: skip
    yield style(f"{quarter['quarter']}", bold=True) + "   " + " · ".join(facts)
    for text in quarter["lines"]:
        yield from _item(style(say("RED LINE: {line}", line=say(text)), fg="red"), columns)
    for text in (*quarter["happened"], *quarter["rules"]):
        yield from _item(f"! {wording.happened(say, text)}", columns)
    for vote in quarter["votes"]:
        others = ", ".join(f"{a} {wording.vote(say, v)}" for a, v in vote["cast"].items() if a != focus)
        text = say(
            "{actor} votes {vote} on {text} (chance {chance})", actor=focus, text=vote["text"],
            vote=wording.vote(say, vote["vote"]).upper(), chance=percent(vote["probability"], say=say),
        )  # fmt: skip
        yield from _item(f"{text}; {others}", columns)
    for move in quarter["moves"]:
        if move["actor"] == focus:
            yield from _item(f"{focus} {move['slot']} {_move(move, say)}", columns)
    for actor in dict.fromkeys(m["actor"] for m in quarter["moves"] if m["actor"] != focus):
        own = "; ".join(_move(m, say) for m in quarter["moves"] if m["actor"] == actor)
        yield from _item(f"{actor:<5} {own}", columns)


def _item(text: str, columns: int) -> Iterator[str]:
    yield from textwrap.wrap(
        printable(text) if "\x1b" not in text else text, columns, initial_indent="   ", subsequent_indent=" " * 9
    )


def _move(move: Summary, say: Speaker) -> str:
    answer = f", {say(move['answer'])}" if move["answer"] else ""
    luck = f", {say('luck')}" if move["luck"] else ""
    pair = f" ({say('pair with {slot}', slot=move['paired_with'])})" if move["paired_with"] else ""
    aimed = f" ({move['aimed']})" if move.get("aimed") else ""  # results of an older version do not say
    return f"{say(move['title'])}{aimed}{answer} [{wording.term(say, move['term'])}{luck}]{pair}"


def _outcomes(summary: Summary, told: Summary, columns: int, say: Speaker) -> Iterator[str]:
    yield from textwrap.wrap(
        say(
            "[term]: what spoke most for it, future: what it is worth later; luck: the draw overruled the values; pair "
            "with 2: it displeases a power that the second move pleases, or the other way round"
        ), columns, initial_indent=" ", subsequent_indent=" ",
    )  # fmt: skip
    yield ""
    last = say("mean of the year to {quarter}", quarter=summary["last"])
    yield style(say("WHAT CAME OUT"), bold=True) + f"  {last}        {say('better ▲ worse ▼')}"
    words = say(
        "against {words}: base → here, change of the base, course by quarter; growth (+1.2%) and multiples (x1.2) are "
        "on 2021", words=again(say, summary["against"]["words"], wording.AGAINST),
    )  # fmt: skip
    yield from textwrap.wrap(printable(words), columns, initial_indent=" ", subsequent_indent=" ")
    for id in SHOWN:
        row = told["outcomes"].get(id)
        if row is None or row["value"] is None:
            continue
        both = change(row["base"], row["value"], row["unit"], say)
        relative = _relative(row, say)
        mark = MARKS[row["verdict"]]
        title = titled(say, id, row["title"], 34)
        yield f"{RECORD[row.get('record')]} {title:<34} {both:<21} {relative:>8} {mark} {spark(row['series'], 10)}"[
            :columns
        ].rstrip()


def titled(say: Speaker, id: str, title: str, most: int) -> str:
    """The title of an outcome in so many characters; the pair of a flow with an arrow.

    Examples
    --------
    >>> titled(ENGLISH, "customs.KAZ.RUS", "goods KAZ.RUS", 34)
    'goods KAZ → RUS'
    """
    said = wording.outcome(say, id, title)
    return cut(re.sub(r"\b([A-Z]+)\.([A-Z]+)\b", r"\1 → \2", said), most)


def _relative(row: Summary, say: Speaker) -> str:
    """The change in per cent of the base, where the unit is a size and not a share or an index."""
    sized = row["unit"].startswith(("ratio", "US$", "Mt"))
    if not sized or not row["base"] or row["change"] is None or row["change"] != row["change"]:
        return ""
    return percent(row["change"] / row["base"], signed=True, say=say)


def profile(
    rows: Mapping[str, tuple[str, float | None, float | None]], columns: int, say: Speaker = ENGLISH
) -> Iterator[str]:
    """Whether the focus actor supports the one under measures, in five lines that are never summed.

    `rows` gives for each outcome its title, its base and its value.
    """
    own = {id: row for id, row in rows.items() if id.startswith(SUPPORT)}
    if not own:
        return
    whom, label = next(iter(own.values()))[0].partition(":")[0], say("SUPPORT PROFILE")
    head = say("{whom}, five lines never summed; -1 against, +1 with it, base → end", whom=whom)
    yield from headed(label, head, columns, say)
    for title, base, value in own.values():
        yield f" {title.partition(': ')[2]:<34} {_signed(base, say)} → {_signed(value, say)}"


def _signed(value: float | None, say: Speaker) -> str:
    return f"+{two(value, say)}" if value is not None and value > 0.0 else two(value, say)


def footer(summary: Summary, folder: str, why: str, say: Speaker = ENGLISH, evidence: bool = False) -> Iterator[str]:
    """Where reasons, assumptions and files are. Commands and paths are not broken: they are there to be copied."""
    yield style(say("WHY"), bold=True)
    yield f" {why}"
    yield from rests(summary, 80, say)
    if evidence:
        found = (summary["history"] or summary["ensemble"] or {"outcomes": {}})["outcomes"]
        told = [(id, wording.outcome(say, id, found[id]["title"])) for id in SHOWN if id in found]
        yield from how_sure([("survival", say("survival")), *told], 80, say, summary.get("rests"))
    else:
        yield from pointed(summary["scenario"], "real_income", 80, say)
    yield style(say("FILES"), bold=True)
    yield f" {folder}"
