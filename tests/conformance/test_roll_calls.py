"""Does the voting model, told nothing about Kazakhstan's vote, say how Kazakhstan voted?

Two questions, answered with the shipped figures and nothing tuned to the answer.

1. Texts of 2014-2019: the norm of each text comes from the *other* texts of its kind (leave one out).
2. Texts of 2022 and 2023: direction b of an earlier text of the same kind, cut points from the tally of the other
   states, norm from votes of 2012-2019 only.

P(no), P(abstain), P(yes) for Kazakhstan as measured (test below); * is the recorded vote, "plain" is without the norm:

    text      plain               with norm           modal
    68/262    .09  .79* .13       .06  .77* .17       right
    73/194    .16  .80* .05       .14  .81* .05       right
    74/17     .19  .77* .04       .17  .78* .04       right
    71/205    .27* .69  .04       .73* .27  .01       right (plain wrong)
    72/190    .31* .67  .02       .77* .23  .00       right (plain wrong)
    73/263    .32* .66  .03       .78* .22  .00       right (plain wrong)
    74/168    .24* .74  .02       .69* .31  .00       right (plain wrong)
    ES-11/1   .01  .54* .45       .01  .48* .51       WRONG: a near tie between abstention and yes
    ES-11/2   .01  .57* .41       .01  .52* .47       right
    ES-11/3   .24* .67  .10       .74* .24  .01       right (plain wrong); read as a human-rights text
    ES-11/4   .01  .53* .46       .01  .47* .52       WRONG: the same near tie
    ES-11/5   .11  .81* .08       .09  .81* .10       right
    77/229    .09* .86  .06       .48* .52  .01       WRONG: a near tie between no and abstention
    ES-11/6   .03  .51* .46       .02  .46* .52       WRONG: the near tie again
    77/284    .02  .34  .64*                          right, and China's yes is missed (.08)

A/RES/77/284 is about cooperation with the Council of Europe; its preamble names the aggression. It is of no kind that
was voted on before, so it has no norm. Russia and China parted on it, and Kazakhstan voted yes: of all texts that name
Russia, this is the one to which the model gives the likeliest yes.

ES-11/3 (a seat in the Human Rights Council) read as a text on territory instead gives P(no) .25: the kind assigned to a
text decides, and that is a judgement of the author. Russia votes no on texts that name it by rule, not by prediction.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from multivector.data.figures import load_figures
from multivector.data.votes import VoteData, load_votes
from multivector.mechanisms.votes import norm_shift, solve_cut_points, utility, vote_probabilities

LANES = 8
PRIOR_SD = 1.5
TERRITORY = ("68/262", "73/194", "74/17")
RIGHTS = ("71/205", "72/190", "73/263", "74/168")
LATER = {
    "ES-11/1": ("68/262", TERRITORY), "ES-11/2": ("68/262", TERRITORY), "ES-11/3": ("74/168", RIGHTS),
    "ES-11/4": ("68/262", TERRITORY), "ES-11/5": ("68/262", TERRITORY), "77/229": ("74/168", RIGHTS),
    "ES-11/6": ("68/262", TERRITORY), "77/284": ("68/262", ()),
}  # fmt: skip
COOPERATION = "77/284"
CHOICES = ("no", "abstain", "yes")
Array = NDArray[np.float64]


@pytest.fixture(scope="module")
def votes() -> VoteData:
    return load_votes(load_figures())


def lanes(x: object) -> Array:
    return np.repeat(np.asarray(x, dtype=float)[..., None], LANES, axis=-1)


def liking(votes: VoteData, actor: str, b: object) -> Array:
    zero = np.zeros(LANES)
    return utility(lanes(votes.points[actor]), lanes(b), zero, zero)


def norm(votes: VoteData, actor: str, texts: tuple[str, ...]) -> Array:
    items = [votes.items[text] for text in texts]
    counts = [lanes([float(votes.recorded[text].choices[actor] == c) for c in CHOICES]) for text in texts]
    return norm_shift(
        np.array(counts),
        np.array([liking(votes, actor, item.b) for item in items]),
        np.array([lanes(item.c) for item in items]),
        np.array([lanes(item.d) for item in items]),
        prior_sd=np.full(LANES, PRIOR_SD),
    )


def cut_points(votes: VoteData, text: str, like: str, *, without: str = "KZ") -> tuple[Array, Array]:
    keep = [i for i, state in enumerate(votes.states) if state != without]
    russia = [votes.states[i] for i in keep].index("RU")
    tally = lanes([float(votes.recorded[text].tally[c]) for c in CHOICES])
    return solve_cut_points(votes.state_points[keep], lanes(votes.items[like].b), tally, named=russia)


def predict(votes: VoteData, actor: str, text: str, *, with_norm: bool) -> Array:
    if text in LATER:
        like, texts = LATER[text]
        c, d = cut_points(votes, text, like)
    else:
        like, kind = text, TERRITORY if text in TERRITORY else RIGHTS
        texts = tuple(other for other in kind if other != text)
        c, d = lanes(votes.items[text].c), lanes(votes.items[text].d)
    shift = norm(votes, actor, texts) if with_norm and texts else np.zeros(LANES)
    return vote_probabilities(liking(votes, actor, votes.items[like].b) + shift, c, d, np.zeros(LANES))[:3, 0]


def brier(votes: VoteData, actor: str, texts: tuple[str, ...], *, with_norm: bool) -> float:
    truth = {text: np.array([votes.recorded[text].choices[actor] == c for c in CHOICES], float) for text in texts}
    scores = [((predict(votes, actor, t, with_norm=with_norm) - truth[t]) ** 2).sum() for t in texts]
    return float(np.mean(scores))


MEASURED = {
    "68/262": ([0.09, 0.79, 0.13], [0.06, 0.77, 0.17]),
    "73/194": ([0.16, 0.80, 0.05], [0.14, 0.81, 0.05]),
    "74/17": ([0.19, 0.77, 0.04], [0.17, 0.78, 0.04]),
    "71/205": ([0.27, 0.69, 0.04], [0.73, 0.27, 0.01]),
    "72/190": ([0.31, 0.67, 0.02], [0.77, 0.23, 0.00]),
    "73/263": ([0.32, 0.66, 0.03], [0.78, 0.22, 0.00]),
    "74/168": ([0.24, 0.74, 0.02], [0.69, 0.31, 0.00]),
    "ES-11/1": ([0.01, 0.54, 0.45], [0.01, 0.48, 0.51]),
    "ES-11/2": ([0.01, 0.57, 0.41], [0.01, 0.52, 0.47]),
    "ES-11/3": ([0.24, 0.67, 0.10], [0.74, 0.24, 0.01]),
    "ES-11/4": ([0.01, 0.53, 0.46], [0.01, 0.47, 0.52]),
    "ES-11/5": ([0.11, 0.81, 0.08], [0.09, 0.81, 0.10]),
    "77/229": ([0.09, 0.86, 0.06], [0.48, 0.52, 0.01]),
    "ES-11/6": ([0.03, 0.51, 0.46], [0.02, 0.46, 0.52]),
    "77/284": ([0.02, 0.34, 0.64], [0.02, 0.34, 0.64]),
}


@pytest.mark.parametrize("text", list(MEASURED))
def test_the_table_above_is_what_the_model_says(votes: VoteData, text: str) -> None:
    plain, normed = MEASURED[text]
    assert predict(votes, "KAZ", text, with_norm=False) == pytest.approx(plain, abs=0.0075)
    assert predict(votes, "KAZ", text, with_norm=True) == pytest.approx(normed, abs=0.0075)


def misses(votes: VoteData, *, with_norm: bool) -> list[str]:
    found = []
    for text in MEASURED:
        modal = CHOICES[int(predict(votes, "KAZ", text, with_norm=with_norm).argmax())]
        if modal != votes.recorded[text].choices["KAZ"]:
            found.append(text)
    return found


def test_which_votes_the_model_gets_wrong(votes: VoteData) -> None:
    assert misses(votes, with_norm=False) == [*RIGHTS, "ES-11/3", "77/229"]
    assert misses(votes, with_norm=True) == ["ES-11/1", "ES-11/4", "77/229", "ES-11/6"]


def test_the_text_that_got_a_yes_has_the_likeliest_yes(votes: VoteData) -> None:
    """Politics, not wording alone: fewer states were against or abstained than on any text about the war."""
    # Flip tried: b negated in `liking`; failed.
    yes = {text: predict(votes, "KAZ", text, with_norm=False)[2] for text in LATER}
    assert max(yes, key=lambda text: yes[text]) == COOPERATION
    assert yes[COOPERATION] > 0.5
    assert yes[COOPERATION] > max(p for text, p in yes.items() if text != COOPERATION) + 0.1
    assert votes.recorded[COOPERATION].choices["KAZ"] == "yes"


def test_the_norm_improves_the_forecast_of_both_sets(votes: VoteData) -> None:
    # Brier score over three options, 0 is perfect, 2/3 is an even guess. All of the gain is on human rights (0.99 to
    # 0.14, ES-11/3 and 77/229): on territory the norm changes nothing (0.075 both ways) and makes the near ties
    # a little worse.
    for texts, before, after in ((TERRITORY + RIGHTS, 0.600, 0.109), (tuple(LATER), 0.571, 0.384)):
        plain = brier(votes, "KAZ", texts, with_norm=False)
        normed = brier(votes, "KAZ", texts, with_norm=True)
        assert (plain, normed) == pytest.approx((before, after), abs=0.005)
        assert normed < plain


def test_the_powers_of_the_west_and_china_on_the_texts_since_2022(votes: VoteData) -> None:
    for actor in ("EU", "USA", "CHN"):
        for text in LATER:
            modal = CHOICES[int(predict(votes, actor, text, with_norm=True).argmax())]
            missed = (actor, text) == ("CHN", COOPERATION)
            assert (modal == votes.recorded[text].choices[actor]) != missed, (actor, text)


def test_chinas_abstentions_before_2022_are_missed(votes: VoteData) -> None:
    # Its point says no to all three texts on territory; it abstained on two. Left out one by one, all three are missed.
    for text in TERRITORY:
        modal = CHOICES[int(predict(votes, "CHN", text, with_norm=True).argmax())]
        assert modal != votes.recorded[text].choices["CHN"]


def test_a_text_read_as_another_kind_gives_another_answer(votes: VoteData) -> None:
    c, d = cut_points(votes, "ES-11/3", "68/262")
    u = liking(votes, "KAZ", votes.items["68/262"].b) + norm(votes, "KAZ", TERRITORY)
    assert vote_probabilities(u, c, d, np.zeros(LANES))[0, 0] == pytest.approx(0.25, abs=0.01)


def test_the_tally_is_met_and_kazakhstans_point_has_no_part_in_it(votes: VoteData) -> None:
    c, d = cut_points(votes, "ES-11/1", "68/262")
    keep = [i for i, state in enumerate(votes.states) if state not in ("KZ", "RU")]
    x, b = votes.state_points[keep], votes.items["68/262"].b
    u = x[:, :1] * b[0] + x[:, 1:] * b[1]
    p = vote_probabilities(u, c[:1], d[:1], np.zeros((len(keep), 1)))
    tally = votes.recorded["ES-11/1"].tally
    states = len(keep) + 1
    assert p[0].sum() + 1 == pytest.approx(states * tally["no"] / sum(tally.values()), abs=1e-6)
    assert p[2].sum() == pytest.approx(states * tally["yes"] / sum(tally.values()), abs=1e-6)
    with_kazakhstan = cut_points(votes, "ES-11/1", "68/262", without="none")
    assert c[0] == pytest.approx(with_kazakhstan[0][0], abs=0.05)


def test_cut_points_solved_from_the_tally_are_near_those_estimated_from_the_votes(votes: VoteData) -> None:
    c, d = cut_points(votes, "68/262", "68/262")
    item = votes.items["68/262"]
    assert c[0] == pytest.approx(item.c, abs=0.35)
    assert c[0] + d[0] == pytest.approx(item.c + item.d, abs=0.35)
