"""Scheduled texts of the General Assembly, made ready for voting: direction, cut points, norms, positions.

Cut points of a text without estimates are solved from its recorded tally over all states but the focus actor, so that
its own vote is a prediction. Norms are posterior mean shifts of each voter, from how it voted on earlier texts of the
same issue.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from multivector.data.votes import VoteData, load_votes
from multivector.mechanisms import votes
from multivector.mechanisms.common import Array
from multivector.schema.base import quarter_index
from multivector.schema.world import Vote
from multivector.world.layout.layout import Layout
from multivector.world.layout.params import Params

EARLIER = {
    "territory": ("68/262", "73/194", "74/17"),
    "human-rights": ("71/205", "72/190", "73/263", "74/168"),
}
"""Texts of 2014-2019 by issue; what came later is left for prediction."""
_ALPHA2 = {"KAZ": "KZ", "RUS": "RU", "CHN": "CN", "USA": "US", "UKR": "UA", "BLR": "BY"}
_CHOICES = {"no": 0, "abstain": 1, "yes": 2}


@dataclass(frozen=True)
class Ballot:
    """One text: turn, utility of every voter ``[actor, lane]``, cut points ``[lane]``, positions ``[power, lane]``."""

    id: str
    turn: int
    vote: Vote
    utility: Array
    c: Array
    d: Array
    position: Array
    stake: Array


def prepare_ballots(
    layout: Layout, p: Params, pressure: dict[str, Array], shift: dict[str, tuple[Array, Array]]
) -> tuple[Ballot, ...]:
    """All texts of the calendar, in order of turn and id.

    `pressure[a]` is how much actor a heeds each power, ``[power, lane]`` over `layout.actors`; `shift[a]` moves its
    point.
    """
    data = load_votes(layout.figures)
    start = quarter_index(layout.scenario.calendar.start)
    out = []
    norms: dict[tuple[str, str], Array] = {}  # by actor and issue: the texts of an issue share them
    for id in sorted(layout.scenario.alignment.votes):
        vote = layout.scenario.alignment.votes[id]
        turn = quarter_index(vote.turn) - start
        if 0 <= turn < layout.turns:
            out.append(_ballot(layout, p, data, vote, turn, pressure, shift, norms))
    return tuple(sorted(out, key=lambda b: (b.turn, b.id)))


def _ballot(
    layout: Layout,
    p: Params,
    data: VoteData,
    vote: Vote,
    turn: int,
    pressure: dict[str, Array],
    shift: dict[str, tuple[Array, Array]],
    norms: dict[tuple[str, str], Array],
) -> Ballot:
    b, c, d = _item(data, vote, layout.focus, p.lanes)
    path = f"alignment.votes.{vote.id}.positions"
    none = np.zeros(p.lanes)
    position = np.stack(
        [p.at(f"{path}.{a}", s) if (s := vote.positions.get(a)) is not None else none for a in layout.actors]
    )
    stake = np.stack([p["votes.stake"] * float(a in vote.positions) for a in layout.actors])
    rows = []
    for actor in layout.actors:
        if (actor, vote.issue) not in norms:
            norms[actor, vote.issue] = _norm(data, actor, vote.issue, p)
        point = _point(layout, data, actor)
        norm = norms[actor, vote.issue]
        moved = np.stack([point[0] + shift[actor][0], point[1] + shift[actor][1]])
        asks = votes.pressure(pressure[actor], position, stake)
        rows.append(votes.utility(moved, b, norm, asks))
    return Ballot(vote.id, turn, vote, np.stack(rows), c, d, position, stake)


def _point(layout: Layout, data: VoteData, actor: str) -> Array:
    """An actor's place in the space of votes: estimated, else the scenario's, else in the middle."""
    if actor in data.points:
        return np.asarray(data.points[actor])
    return np.asarray(layout.scenario.actors[actor].point or (0.0, 0.0))


def _item(data: VoteData, vote: Vote, focus: str, lanes: int) -> tuple[Array, Array, Array]:
    ones = np.ones(lanes)
    if vote.item.point is not None:
        item = vote.item.point
        return np.array(item.b)[:, None] * ones, item.c * ones, item.d * ones
    assert vote.item.tally is not None
    b = np.array(data.items[vote.item.tally.like].b)[:, None]
    yes, no, abstain = (float(x) for x in vote.item.tally.tally.split("-"))
    left_out = _ALPHA2.get(focus, "")
    keep = [i for i, s in enumerate(data.states) if s != left_out]
    states = [data.states[i] for i in keep]
    named = _ALPHA2.get(vote.names or "", "")
    c, d = votes.solve_cut_points(
        data.state_points[keep],
        b,
        np.array([[no], [abstain], [yes]]),
        named=states.index(named) if named in states else None,
    )
    return b * ones, c * ones, d * ones


def _norm(data: VoteData, actor: str, issue: str, p: Params) -> Array:
    """Posterior mean shift of a voter on texts of this issue, ``[lane]``; zero where nothing is recorded."""
    counts, utility, cuts, widths = [], [], [], []
    for text in EARLIER.get(issue, ()):
        choice = data.recorded[text].choices.get(actor) if text in data.recorded else None
        if choice not in _CHOICES or text not in data.items or actor not in data.points:
            continue
        item = data.items[text]
        row = np.zeros(3)
        row[_CHOICES[choice]] = 1.0
        counts.append(row)
        point = data.points[actor]
        utility.append(point[0] * item.b[0] + point[1] * item.b[1])
        cuts.append(item.c)
        widths.append(item.d)
    if not counts:
        return np.zeros(p.lanes)
    # The quadrature is worth doing once for each distinct prior only.
    spread, back = np.unique(p["votes.norm_sd"], return_inverse=True)
    ones = np.ones(len(spread))
    columns = [np.array(a, np.float64)[:, None] * ones for a in (utility, cuts, widths)]
    return votes.norm_shift(np.array(counts)[:, :, None] * ones, *columns, prior_sd=spread)[back]
