"""What two worlds do to the focus actor's politics: votes by who asks, each sender's ladder, what moves are worth.

Votes are probabilities. What moves a vote is told in logits towards yes: its own leaning, each power's ask (how much
the doctrine heeds it, times the power's declared position and stake) and what was promised in the quarter. Ladders are
told in both orders of play.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from multivector.analysis.comparing.again import refuse_drawn, scenarios
from multivector.analysis.comparing.comparable import common
from multivector.analysis.reading import Histories
from multivector.analysis.statistics.paired import LEVEL, Array, paired
from multivector.analysis.statistics.shares import paired_shares
from multivector.experiment.histories.weighing import Ballots, Weighing, weigh
from multivector.language import Speaker, speaker

RUNGS = (1, 2, 3)
ORDERS = ("sequential", "simultaneous")
OPTIONS = ("no", "abstain", "yes")
MOST = 4
"""Moves that gain most, and lose most."""
LEAST = 0.001
"""Per cent of a quarter's income below which a change of a move's worth is none."""


def politics(a: Histories, b: Histories, *, most: int = 64) -> dict[str, Any]:
    """Votes, ladders and moves of world B against A, as plain data.

    Parameters
    ----------
    a, b : their histories. most : histories played again, from the first on, of each world and order of play.

    Raises
    ------
    BadInput
        The histories have uncertain numbers of their own.
    """
    for world in (a, b):
        refuse_drawn(world)
    ids = [int(i) for i in common(a, b)[:most]]
    seed = int(a.facts["seed"])
    worlds = [scenarios(world)[0] for world in (a, b)]
    found = {order: [weigh(world, ids, seed=seed, order=order) for world in worlds] for order in ORDERS}
    one, other = found[worlds[0].order]
    texts = dict.fromkeys((*one.votes, *other.votes))
    return {
        "n": len(ids), "order": worlds[0].order,
        "votes": [_vote(text, one.votes.get(text), other.votes.get(text)) for text in texts],
        "ladders": [row for order in ORDERS for row in _ladders(order, *found[order])],
        **_moves(one, other),
    }  # fmt: skip


def _vote(text: str, a: Ballots | None, b: Ballots | None) -> dict[str, Any]:
    """One text in both worlds; None where a world does not vote on it."""
    row: dict[str, Any] = {"text": text, "a": _said(a), "b": _said(b), "asks": []}
    for name in dict.fromkeys(name for each in (a, b) if each for name in each.asks):
        sides = [None if each is None or name not in each.asks else float(each.asks[name].mean()) for each in (a, b)]
        row["asks"].append({"by": name, "a": sides[0], "b": sides[1]})
    if a is not None and b is not None:
        gap = paired(a.odds[2], b.odds[2])
        row["yes"] = {"difference": gap.difference, "low": gap.low, "high": gap.high}
    return row


def _said(ballots: Ballots | None) -> dict[str, float] | None:
    if ballots is None:
        return None
    return dict(zip(OPTIONS, (float(x) for x in ballots.odds[:3].mean(axis=1)), strict=True))


def _ladders(order: str, a: Weighing, b: Weighing) -> list[dict[str, Any]]:
    out = []
    for sender in sorted({*a.highest} & {*b.highest}):
        for rung in RUNGS:
            gap = paired_shares(a.highest[sender] >= rung, b.highest[sender] >= rung)
            out.append({
                "order": order, "sender": sender, "rung": rung, "a": gap.a, "b": gap.b,
                "difference": gap.difference, "low": gap.low, "high": gap.high,
            })  # fmt: skip
    return out


def _moves(a: Weighing, b: Weighing) -> dict[str, Any]:
    """Entries whose worth differs, surely and by more than `LEAST`, between the worlds (all looks together:
    Bonferroni), largest gains and losses;
    how many were looked at."""
    both = [id for id in a.worth if id in b.worth]
    level = 1.0 - (1.0 - LEVEL) / max(len(both), 1)
    rows: list[dict[str, Any]] = []
    for id in both:
        gap = paired(_mean(a.worth[id]), _mean(b.worth[id]), level=level)
        if gap.n >= 2 and abs(gap.difference) >= LEAST and (gap.low > 0.0 or gap.high < 0.0):
            row = {"entry": id, "title": a.titles[id], "n": gap.n, "a": gap.a, "b": gap.b}
            rows.append({**row, "difference": gap.difference, "low": gap.low, "high": gap.high})
    rows.sort(key=lambda row: -row["difference"])
    gain = [row for row in rows if row["difference"] > 0.0][:MOST]
    lose = [row for row in reversed(rows) if row["difference"] < 0.0][:MOST]
    return {"gain": gain, "lose": lose, "looked_at": len(both), "differ": len(rows)}


def _mean(values: list[Array]) -> Array:
    """Mean over the quarters in which it was possible, ``[replicate]``; nan where it never was."""
    stacked = np.stack(values)
    known = ~np.isnan(stacked)
    count = known.sum(axis=0)
    total = np.where(known, stacked, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def sentence(told: dict[str, Any], a: str, b: str, say: Speaker | None = None) -> str:
    """The largest sure change of a ladder, and whether it holds in both orders of play."""
    say, n = say or speaker(), told["n"]
    sure = [row for row in told["ladders"] if row["low"] > 0.0 or row["high"] < 0.0]
    mine = [row for row in sure if row["order"] == told["order"]]
    if not mine:
        return say.many(
            "No sender's ladder is surely higher or lower in {b} than in {a} ({n} history).",
            "No sender's ladder is surely higher or lower in {b} than in {a} ({n} histories).", n, a=a, b=b,
        )  # fmt: skip
    top = max(mine, key=lambda row: abs(row["difference"]))
    here = [row for row in sure if (row["sender"], row["rung"]) == (top["sender"], top["rung"])]
    same = len({row["difference"] > 0.0 for row in here}) == 1 and len(here) == len(ORDERS)
    gap, low, high = (say.number(100.0 * top[key], 0) for key in ("difference", "low", "high"))
    return say(
        "In {b}, {sender} reaches rung {rung} in {share} of histories instead of {before}: {gap} points [{low}, "
        "{high}], histories: {n}, {stands}.",
        b=b, sender=top["sender"], rung=top["rung"], share=say.percent(top["b"][0]), before=say.percent(top["a"][0]),
        gap=f"+{gap}" if top["difference"] > 0.0 else gap, low=low, high=high, n=say.number(n, 0),
        stands=say("in both orders of play" if same else "but not surely in the other order of play"),
    )  # fmt: skip
