"""The voting model against two naive forecasts: the vote before of its kind, and the majority of the region; and
against itself without what is known of votes on Russia's acts.

Texts of 2014-2019: the norm of a text comes from the other texts of its kind. Texts of 2022 and 2023: direction of an
earlier text of the kind, cut points from the tally of the other states, norm from votes of 2014 to 2019. Nothing is
fitted to the vote that is forecast.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from multivector.data.figures import load_figures
from multivector.data.votes import CHOICES, VoteData, load_votes
from multivector.mechanisms.votes import norm_shift, solve_cut_points, utility, vote_probabilities
from multivector.results.recorded import Array

LANES = 8
PRIOR_SD = 1.5
WHO, STATE, NAMED = "KAZ", "KZ", "RU"
KINDS: Mapping[str, tuple[str, ...]] = {
    "territory": ("68/262", "73/194", "74/17"),
    "human rights": ("71/205", "72/190", "73/263", "74/168"),
}
LATER: Mapping[str, tuple[str, str]] = {
    "ES-11/1": ("68/262", "territory"), "ES-11/2": ("68/262", "territory"), "ES-11/3": ("74/168", "human rights"),
    "ES-11/4": ("68/262", "territory"), "ES-11/5": ("68/262", "territory"), "77/229": ("74/168", "human rights"),
    "ES-11/6": ("68/262", "territory"), "77/284": ("68/262", "territory"),
}  # fmt: skip
REGION = ("KG", "TJ", "TM", "UZ")
"""The other states of Central Asia; their votes come from their points (roll calls by state are not in the figures)."""


@dataclass(frozen=True)
class Forecast:
    """What forecasters said of a text: probabilities of no, abstain, yes; and the recorded vote.

    `before` is the model as one could have had it before March 2014: told of no vote on what Russia did, it has places
    alone. `last` is None where no text of its kind came before.
    """

    text: str
    kind: str
    date: str
    recorded: str
    model: Array
    before: Array
    last: Array | None
    region: Array

    def brier(self, said: Array) -> float:
        """Sum of squared errors over the three options: 0 is perfect, 2/3 an even guess, 2 sure and wrong."""
        truth = np.array([self.recorded == option for option in CHOICES], float)
        return float(((said - truth) * (said - truth)).sum())


def forecasts(votes: VoteData | None = None) -> list[Forecast]:
    """Forecasts of every text whose kind is known, by date.

    Examples
    --------
    >>> found = forecasts()
    >>> len(found), found[0].text, found[0].recorded
    (15, '68/262', 'abstain')
    """
    votes = votes or load_votes(load_figures())
    kinds = {text: kind for kind, texts in KINDS.items() for text in texts} | {t: k for t, (_, k) in LATER.items()}
    in_order = sorted(kinds, key=lambda text: votes.recorded[text].date)
    out, last = [], dict[str, str]()
    for text in in_order:
        kind, record = kinds[text], votes.recorded[text]
        before = last.get(kind)
        certain = None if before is None else np.array([before == option for option in CHOICES], float)
        told, untold = (_odds(votes, text, norm) for norm in (_norm(votes, text), np.zeros(LANES)))
        cast, region = record.choices[WHO], _region(votes, text)
        out.append(Forecast(text, kind, record.date, cast, told, untold, certain, region))
        last[kind] = record.choices[WHO]
    return out


def _lanes(x: object) -> Array:
    return np.repeat(np.asarray(x, dtype=float)[..., None], LANES, axis=-1)


def _liking(points: Array, b: object) -> Array:
    zero = np.zeros(LANES)
    return utility(_lanes(points), _lanes(b), zero, zero)


def _item(votes: VoteData, text: str) -> tuple[tuple[float, float], Array, Array]:
    """Direction and cut points of a text."""
    if text not in LATER:
        item = votes.items[text]
        return item.b, _lanes(item.c), _lanes(item.d)
    keep = [i for i, state in enumerate(votes.states) if state != STATE]
    russia = [votes.states[i] for i in keep].index(NAMED)
    tally = _lanes([float(votes.recorded[text].tally[c]) for c in CHOICES])
    b = votes.items[LATER[text][0]].b
    c, d = solve_cut_points(votes.state_points[keep], _lanes(b), tally, named=russia)
    return b, c, d


def _norm(votes: VoteData, text: str) -> Array:
    """The shift that votes on the other texts of the kind tell."""
    kind = LATER[text][1] if text in LATER else next(k for k, texts in KINDS.items() if text in texts)
    others = [other for other in KINDS[kind] if other != text]
    items = [votes.items[other] for other in others]
    counts = [_lanes([float(votes.recorded[other].choices[WHO] == c) for c in CHOICES]) for other in others]
    return norm_shift(
        np.array(counts), np.array([_liking(votes.points[WHO], item.b) for item in items]),
        np.array([_lanes(item.c) for item in items]), np.array([_lanes(item.d) for item in items]),
        prior_sd=np.full(LANES, PRIOR_SD),
    )  # fmt: skip


def _odds(votes: VoteData, text: str, norm: Array) -> Array:
    """Probabilities of no, abstain and yes by place and norm."""
    b, c, d = _item(votes, text)
    return np.asarray(vote_probabilities(_liking(votes.points[WHO], b) + norm, c, d, np.zeros(LANES))[:3, 0])


def _region(votes: VoteData, text: str) -> Array:
    """The likeliest vote of most states of the region, as a sure forecast; ties share it."""
    b, c, d = _item(votes, text)
    cast = np.zeros(len(CHOICES))
    for state in REGION:
        point = votes.state_points[votes.states.index(state)]
        cast[int(vote_probabilities(_liking(point, b), c, d, np.zeros(LANES))[:3, 0].argmax())] += 1.0
    first = cast == cast.max()
    return np.asarray(first / first.sum())


def scores(found: Sequence[Forecast]) -> dict[str, tuple[float, int]]:
    """Mean Brier score of each forecaster and the number of texts, on the texts that all forecast."""
    common = [f for f in found if f.last is not None]
    n = len(common)
    return {
        "model": (float(np.mean([f.brier(f.model) for f in common])), n),
        "before 2014": (float(np.mean([f.brier(f.before) for f in common])), n),
        "last vote": (float(np.mean([f.brier(f.last) for f in common if f.last is not None])), n),
        "region": (float(np.mean([f.brier(f.region) for f in common])), n),
    }
