"""Votes in the General Assembly of the United Nations: points of states, items, counts, recorded votes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from multivector.data.figures import Figure, Figures

CHOICES = ("no", "abstain", "yes")
OUTCOMES = ("no", "abstain", "yes", "absent")


@dataclass(frozen=True)
class VoteItem:
    """A text in the ordered logit: u = x.b; P(no) = F(c - u); P(no or abstain) = F(c + d - u)."""

    text: str
    title: str
    date: str
    b: tuple[float, float]
    c: float
    d: float


@dataclass(frozen=True)
class RecordedVote:
    """A recorded vote: choice by actor and tally (states), each of no, abstain and yes."""

    text: str
    date: str
    choices: Mapping[str, str]
    tally: Mapping[str, int]


@dataclass(frozen=True)
class VoteData:
    """What is known of voting, read from the figures.

    Attributes
    ----------
    states : alpha-2 codes of the voting states, sorted.
    state_points : array [state, axis], standardised over states.
    points : actor -> point, array [axis]; the EU is the mean of its members.
    items : text -> estimated item.
    counts : state named (a slug) -> actor -> counts [no, abstain, yes, absent].
    named : slug -> the state or matter that the texts name.
    recorded : text -> recorded vote of 2014-2022.
    """

    states: tuple[str, ...]
    state_points: NDArray[np.float64]
    points: Mapping[str, NDArray[np.float64]]
    items: Mapping[str, VoteItem]
    counts: Mapping[str, Mapping[str, NDArray[np.int64]]]
    named: Mapping[str, str]
    recorded: Mapping[str, RecordedVote]


def load_votes(figures: Figures) -> VoteData:
    """Collect the voting figures.

    Parameters
    ----------
    figures : Figures
        All figures.

    Returns
    -------
    VoteData

    Examples
    --------
    >>> from multivector.data.figures import load_figures
    >>> votes = load_votes(load_figures())
    >>> votes.recorded["68/262"].choices["KAZ"], votes.counts["crimea_russia"]["KAZ"].tolist()
    ('abstain', [4, 2, 0, 0])
    """
    state_points = _points(figures, "un.state")
    counts, named = _counts(figures)
    return VoteData(
        states=tuple(state_points),
        state_points=np.array(list(state_points.values())),
        points=_points(figures, "un.point"),
        items={text: _item(figures, text) for text in _keys(figures, "un.item")},
        counts=counts,
        named=named,
        recorded={text: _recorded(figures, text) for text in _keys(figures, "un.vote")},
    )


def _keys(figures: Figures, prefix: str) -> list[str]:
    """Third parts of the ids under a two-part prefix, each once, sorted."""
    return sorted({key.split(".")[2] for key in figures.select(prefix)})


def _points(figures: Figures, prefix: str) -> dict[str, NDArray[np.float64]]:
    part = figures.select(prefix)
    keys = sorted({key.split(".")[2] for key in part})
    return {k: np.array([part[f"{prefix}.{k}.{axis}"].value for axis in "xy"]) for k in keys}


def _item(figures: Figures, text: str) -> VoteItem:
    def part(name: str) -> Figure:
        return figures[f"un.item.{text}.{name}"]

    b = (part("bx").value, part("by").value)
    return VoteItem(text, part("c").note, part("c").date, b, part("c").value, part("d").value)


def _counts(figures: Figures) -> tuple[dict[str, dict[str, NDArray[np.int64]]], dict[str, str]]:
    counts: dict[str, dict[str, NDArray[np.int64]]] = {}
    named: dict[str, str] = {}
    for key, figure in figures.select("un.counts").items():
        slug, rest = key.split(".", 3)[2:]
        if rest == "roll_calls":
            named[slug] = figure.note
            continue
        actor, outcome = rest.split(".")
        row = counts.setdefault(slug, {}).setdefault(actor, np.zeros(len(OUTCOMES), dtype=np.int64))
        row[OUTCOMES.index(outcome)] = int(figure.value)
    return counts, named


def _recorded(figures: Figures, text: str) -> RecordedVote:
    votes = figures.select(f"un.vote.{text}")
    choices = {key.rsplit(".", 1)[1]: CHOICES[int(f.value) + 1] for key, f in votes.items()}
    tally = {name: int(figures.value(f"un.tally.{text}.{name}")) for name in CHOICES}
    return RecordedVote(text, next(iter(votes.values())).date, choices, tally)
