"""What would change the answer of one result: searched in its own histories, told only where the word of the answer
becomes another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from multivector.report.amounts import likely, percent
from multivector.report.facts import Array, Facts

MOST = 3
STEP, LARGEST = 0.01, 0.95
"""How much nearer or farther off lines are tried, in parts of the way from the base world to their bound."""
TOLD = 60
"""Histories that must be open half-way for thirds of them to be told."""
SEEN = ("approval", "goodwill_floor", "exposure", "oil.exported", "real_income", "inflation", "security")


def conditions(facts: Facts) -> list[str]:
    """What would change the answer, three conditions at most; of one history the lines that came nearest.

    Where nothing that was tried changes it, one sentence that says what was tried.
    """
    if facts.n < 2:
        return list(_near(facts))
    found = [text for text in (kind(facts) for kind in _KINDS) if text]
    return found[:MOST] or [_nothing(facts)]


def _nothing(facts: Facts) -> str:
    say = facts.say
    tried = [say("single red lines, or two of them, not held")]
    if _rooms(facts):
        tried.insert(0, say("every red line up to {share} nearer or farther off", share=say.percent(LARGEST)))
    if len(facts.summary["quarters"]) > 1:
        tried.append(say("fewer years"))
    if facts.over_time and facts.n >= TOLD:
        tried.append(say("what is seen half-way"))
    if facts.stored.table("uncertain") is not None:
        tried.append(say("the uncertain numbers, each in its upper or lower third"))
    return say(
        "Nothing tried here changes it (“{word}”): {tried}.",
        word=say(likely(facts.survival["share"])),
        tried="; ".join(tried),
    )


def _becomes(facts: Facts, share: float) -> str:
    return facts.say("the answer becomes “{word}”", word=facts.say(likely(share)))


def _changes(facts: Facts, share: float) -> bool:
    return share == share and likely(share) != likely(facts.survival["share"])


# ---- red lines nearer, farther off, or not held


def _nearer(facts: Facts) -> str:
    """The least shift of all lines that changes the word: nearer first, then farther off."""
    say, needed = facts.say, needed_shifts(facts)
    if needed is None:
        return ""
    for sign in (1.0, -1.0):
        for k in range(1, round(LARGEST / STEP) + 1):
            shift = sign * k * STEP
            then = float((needed > shift).mean())
            if _changes(facts, then):
                values = {"by": say.percent(k * STEP), "share": say.percent(then), "word": _becomes(facts, then)}
                if sign > 0.0:
                    return say(
                        "If every red line stood {by} nearer, {share} would stay within all of them: {word}.", **values
                    )
                return say(
                    "If every red line stood {by} farther off, {share} would stay within all of them: {word}.", **values
                )
    return ""


def needed_shifts(facts: Facts) -> Array | None:
    """How much nearer, in parts of the way from the base world to its bound, lines would have to stand for a history to
    cross one, ``[replicate]``; nought or less where it crosses one. None where the way is not known."""
    rooms, out = _rooms(facts), np.full(facts.n, np.inf)
    if not rooms:
        return None
    margins = _margins(facts)
    for id, first in facts.histories.first.items():
        depth = _depth(facts, id, margins)
        if id not in rooms or depth is None:
            # A line of which no more is known than whether it was crossed stays where it is.
            out = np.where(first >= 0, -np.inf, out)
            continue
        share = depth / rooms[id]
        # What was played decides at the bound as it stands, not what is computed again from rounded margins.
        share = np.where(first >= 0, np.minimum(share, 0.0), np.maximum(share, 1e-9))
        out = np.minimum(out, share)
    return np.asarray(out)


def _rooms(facts: Facts) -> dict[str, float]:
    """The way from the base world to the bound of each line, from a history that is told."""
    out = {}
    for row in facts.stories[0]["red_lines"] if facts.stories else ():
        left, value = row["room_left"], row["nearest_value"]
        if left and value is not None and row["bound"] is not None:
            out[row["id"]] = abs(float(row["bound"]) - float(value)) / abs(float(left))
    return {id: room for id, room in out.items() if room > 0.0}


def _depth(facts: Facts, id: str, margins: dict[str, Array]) -> Array | None:
    """How far each history stays from the bound of a line for as many quarters as it takes, ``[replicate]``."""
    line = facts.scenario.red_lines.get(id)
    if line is None:
        return None
    if line.quarters == 1 and id in margins:
        return margins[id]
    outcome, bound = facts.showing(id), facts.bound_of(id)
    if outcome is None or bound is None or outcome not in facts or not facts.over_time:
        return None
    values = facts.histories.of(outcome)
    margin = values - bound[0] if bound[1] == "floor" else bound[0] - values
    return _sustained(np.nan_to_num(margin, nan=np.inf), line.quarters)


def _sustained(margin: Array, quarters: int) -> Array:
    """The least margin that lasts so many quarters in a row.

    Examples
    --------
    >>> _sustained(np.array([[3.0], [1.0], [2.0], [5.0]]), 2).tolist()
    [2.0]
    """
    if len(margin) < quarters:
        return np.full(margin.shape[1], np.inf)
    runs = np.lib.stride_tricks.sliding_window_view(margin, quarters, axis=0)
    return np.asarray(runs.max(axis=-1).min(axis=0))


def _margins(facts: Facts) -> dict[str, Array]:
    """The least margin of each line in any quarter, ``[replicate]``, as the result keeps it, if it does."""
    table = facts.stored.table("lines")
    if table is None or "least_margin" not in table:
        return {}
    names, ids = np.asarray(table["line"].plain()), np.asarray(table["replicate"])  # type: ignore[union-attr]
    values, lanes = np.asarray(table["least_margin"], float), facts.histories.ids
    out = {}
    for name in sorted(set(names.tolist())):
        here = np.flatnonzero(names == name)
        at = np.searchsorted(lanes, ids[here])
        known = (at < len(lanes)) & (lanes[np.minimum(at, len(lanes) - 1)] == ids[here])
        row = np.full(facts.n, np.inf)
        row[at[known]] = np.nan_to_num(values[here][known], nan=np.inf)
        out[name] = row
    return out


def _without(facts: Facts) -> str:
    """The fewest lines, one or two of the most frequent ones, without which the word changes."""
    say, hit = facts.say, [line for line in facts.lines if line["hits"]]
    for count in (1, 2):
        left = {line["id"] for line in hit[:count]}
        if len(left) < count:
            return ""
        kept = np.ones(facts.n, bool)
        for id, turns in facts.histories.first.items():
            if id not in left:
                kept &= turns < 0
        then = float(kept.mean())
        if _changes(facts, then):
            values = {
                "lines": _quoted(facts, [line["title"] for line in hit[:count]]), "share": say.percent(then),
                "word": _becomes(facts, then),
            }  # fmt: skip
            if count == 1:
                return say(
                    "If {lines} were not held to be a red line, {share} would stay within the others: {word}.", **values
                )
            return say(
                "If {lines} were not held to be red lines, {share} would stay within the others: {word}.", **values
            )
    return ""


def _quoted(facts: Facts, titles: Sequence[str]) -> str:
    return facts.say.list(facts.say("“{line}”", line=title) for title in titles)


# ---- fewer years, an uncertain number, what is seen half-way


def _sooner(facts: Facts) -> str:
    """The last quarter up to which the answer is another one."""
    say = facts.say
    for quarter, share, *_ in reversed(facts.alive[:-1]):
        if _changes(facts, share):
            return say(
                "If only the time up to {quarter} counted, {share} would stay within all red lines: {word}.",
                quarter=say.quarter(quarter),
                share=say.percent(share),
                word=_becomes(facts, share),
            )
    return ""


def _numbers(facts: Facts) -> str:
    """The uncertain number of which a third changes the word most."""
    table = facts.stored.table("uncertain")
    if table is None or facts.n < 30:
        return ""
    from multivector.analysis.comparing.inputs import labels
    from multivector.experiment.telling import titles

    names, ids = np.asarray(table["number"].plain()), np.asarray(table["replicate"])  # type: ignore[union-attr]
    values, alive = np.asarray(table["value"], float), facts.histories.survived
    best, size = "", 0.0
    for name in sorted(set(names.tolist())):
        here = names == name
        known = dict(zip(ids[here].tolist(), values[here].tolist(), strict=True))
        drawn = np.array([known.get(int(i), np.nan) for i in facts.histories.ids])
        low, high = thirds(drawn, alive)
        if not (_changes(facts, low) or _changes(facts, high)) or abs(high - low) <= size:
            continue
        size, say = abs(high - low), facts.say
        called = {label: title for label, (title, _) in labels(facts.histories.texts[0]).items()}
        best = say(
            "If one number were known ({number}): in its upper third {high} would stay within all red lines, in its "
            "lower third {low}; {word}.",
            number=titles.number(say, name, called), high=say.percent(high), low=say.percent(low),
            word=_becomes(facts, high if _changes(facts, high) else low),
        )  # fmt: skip
    return best


def _midway(facts: Facts) -> str:
    """What could be seen half-way, in histories that had crossed nothing by then."""
    if not facts.over_time or len(facts.quarters) < 4 or facts.n < TOLD:
        return ""
    half, say = len(facts.quarters) // 2 - 1, facts.say
    open_ = facts.histories.alive[half]
    best, size = "", 0.0
    for id in SEEN:
        if id not in facts or open_.sum() < TOLD:
            continue
        low, high = thirds(facts.histories.of(id)[half][open_], facts.histories.survived[open_])
        for share, other, text in ((low, high, "lower"), (high, low, "upper")):
            # All that were still open at that time stay more often than all: only what tells them apart is a condition.
            open_share = float(facts.histories.survived[open_].mean())
            if not _changes(facts, share) or likely(share) == likely(open_share) or abs(other - share) <= size:
                continue
            size = abs(other - share)
            values = {
                "outcome": facts.called(id), "quarter": say.quarter(facts.quarters[half]), "share": say.percent(share),
                "word": _becomes(facts, share),
            }  # fmt: skip
            if text == "lower":
                best = say(
                    "If {outcome} is in its lower third in {quarter}, {share} of the histories still whole then stay "
                    "so to the end: {word}.", **values,
                )  # fmt: skip
            else:
                best = say(
                    "If {outcome} is in its upper third in {quarter}, {share} of the histories still whole then stay "
                    "so to the end: {word}.", **values,
                )  # fmt: skip
    return best


def thirds(values: Array, alive: NDArray[np.bool_]) -> tuple[float, float]:
    """Share that survives where a number is in its lower third, and in its upper one."""
    known = ~np.isnan(values)
    if known.sum() < 3 or np.ptp(values[known]) == 0.0:
        return float("nan"), float("nan")
    low, high = np.quantile(values[known], (1 / 3, 2 / 3))
    return float(alive[known & (values <= low)].mean()), float(alive[known & (values >= high)].mean())


_KINDS = (_nearer, _without, _sooner, _numbers, _midway)
"""What is tried, in the order in which it is told."""


def _near(facts: Facts) -> Iterator[str]:
    """Of one history: the lines that came nearest to being crossed."""
    say = facts.say
    if not facts.stories:
        return
    lines = [row for row in facts.stories[0]["red_lines"] if row["room_left"] is not None and row["first"] is None]
    for row in sorted(lines, key=lambda row: row["room_left"])[:3]:
        yield say(
            "“{line}”: {left} of the way to its bound was left in {quarter}.",
            line=facts.line_title(row["id"]),
            quarter=say.quarter(row["nearest_quarter"]),
            left=percent(say, row["room_left"]),
        )
