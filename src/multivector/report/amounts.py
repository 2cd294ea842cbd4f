"""Numbers as their units ask for, and how sure a word is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from multivector.language import Speaker

LIKELY = (
    (0.9, "almost always"),
    (2 / 3, "mostly"),
    (0.5, "more often than not"),
    (1 / 3, "less often than not"),
    (0.1, "seldom"),
    (0.0, "almost never"),
)
"""Shares from which a word is used; the word of an answer is chosen by these and nothing else."""
DECIMALS, HUNDREDTHS = 4, 2
"""Decimals beyond which no number is written, and those of per cents and points: what a model of this kind says of a
tenth of a thousandth is no knowledge, and margins are ten times as large."""
NEAR = (0.5, 1.5)
"""Ratios to the base year between which a reader thinks in per cent of it; beyond, in times."""


def likely(share: float) -> str:
    """The word for a share of histories.

    Examples
    --------
    >>> likely(0.95), likely(0.71), likely(0.4), likely(0.0)
    ('almost always', 'mostly', 'less often than not', 'almost never')
    """
    # By the whole per cent that is shown beside it: a word and its number must not contradict each other.
    return next(word for least, word in LIKELY if round(share, 2) >= round(least, 2))


def rounded(say: Speaker, value: float | None, figures: int = 2, decimals: int = DECIMALS) -> str:
    """A number with so many significant figures, and never finer than so many decimals: what is smaller is nought.

    Examples
    --------
    >>> say = Speaker()
    >>> rounded(say, 137.2), rounded(say, 0.0123), rounded(say, -0.00000098), rounded(say, 0.00047)
    ('140', '0.012', '0', '0.0005')
    """
    if value is None or not math.isfinite(value):
        return say("n/a")
    if abs(value) < 0.5 * 10.0**-decimals:
        return "0"
    # As `Speaker.significant` counts: rounding may carry into the next decade.
    last = figures - 1 - math.floor(math.log10(abs(value)))
    return say.significant(value, figures) if last <= decimals else say.number(value, decimals)


def percent(say: Speaker, share: float | None, figures: int = 2) -> str:
    """A share in per cent, not finer than a hundredth of one; what is smaller and not nought is said to be so.

    Examples
    --------
    >>> say = Speaker()
    >>> percent(say, 0.97), percent(say, 0.00057), percent(say, 0.0000002), percent(say, 0.0), percent(say, 1.0)
    ('97%', '0.06%', '<0.01%', '0%', '100%')
    """
    if share is None or not math.isfinite(share):
        return say("n/a")
    if 0.0 < share < 0.5 * 10.0 ** -(HUNDREDTHS + 2):
        return "<" + say.number(10.0**-HUNDREDTHS, HUNDREDTHS) + say.percent_sign
    return rounded(say, 100.0 * share, figures, HUNDREDTHS).removesuffix(say.numeral(".0")) + say.percent_sign


def amount(say: Speaker, value: float | None, unit: str) -> str:
    """A value as its unit asks for, with at most two significant figures.

    Examples
    --------
    >>> say = Speaker()
    >>> amount(say, 0.97, "share"), amount(say, 14.2, "ratio to 2021"), amount(say, 6.12, "% of real income")
    ('97%', '14 times 2021', '6.1%')
    >>> amount(say, 8.1, "US$ bn a year"), amount(say, -0.31, "index -1 to 1"), amount(say, None, "share")
    ('$8.1 bn', '-0.31', 'n/a')
    """
    if value is None or not math.isfinite(value):
        return say("n/a")
    if unit.startswith(("share", "probability")):
        return percent(say, value)
    if unit.startswith("ratio to 2021"):
        if NEAR[0] < value < NEAR[1]:
            return say("{percent} of 2021", percent=say.percent(value, 1))
        return say("{times} times 2021", times=rounded(say, value))
    if unit.startswith("ratio"):
        return say.percent(value, 1)
    if unit.startswith("%"):
        return percent(say, value / 100.0)
    if unit.startswith("US$ bn"):
        return say("${bn} bn", bn=rounded(say, value))
    if unit.startswith("Mt"):
        return say("{mt} Mt", mt=rounded(say, value))
    return rounded(say, value)


def change(say: Speaker, value: float | None, unit: str) -> str:
    """A difference with its sign, in the same words.

    Examples
    --------
    >>> say = Speaker()
    >>> change(say, 0.012, "share"), change(say, -0.0021, "ratio to 2021"), change(say, 0.29, "index 0-1")
    ('+1.2 points', '-0.21%', '+0.29')
    >>> change(say, 3.8e-7, "share"), change(say, -0.0000057, "index 0-1")
    ('0 points', '0')
    """
    if value is None or not math.isfinite(value):
        return say("n/a")
    if unit.startswith(("share", "probability")):
        return say("{points} points", points=_signed(say, 100.0 * value, HUNDREDTHS))
    if unit.startswith("ratio") and abs(value) >= 0.1:
        # So large a difference of two ratios is no per cent of anything that the reader has before them.
        return say("{times} times the level of 2021", times=_signed(say, value))
    if unit.startswith("ratio"):
        return _signed(say, 100.0 * value, HUNDREDTHS).removesuffix(say.numeral(".0")) + say.percent_sign
    if unit.startswith("%"):
        return say("{points} points", points=_signed(say, value, HUNDREDTHS))
    return _signed(say, value)


def _signed(say: Speaker, value: float, decimals: int = DECIMALS) -> str:
    text = rounded(say, value, 2, decimals)
    return "+" + text if value > 0 and text != "0" else text


def tenths(say: Speaker, value: float | None) -> str:
    """A share of histories to a tenth of a per cent, so that two of them and their difference add up.

    Examples
    --------
    >>> tenths(Speaker(), 0.875), tenths(Speaker(), 0.75), tenths(Speaker(), None)
    ('87.5%', '75%', 'n/a')
    """
    text = say.percent(value, 1)
    nought = say.numeral(".0") + say.percent_sign
    return text.removesuffix(nought) + say.percent_sign if text.endswith(nought) else text


def points(say: Speaker, value: float) -> str:
    """The difference of two such shares, taken before either is rounded.

    Examples
    --------
    >>> points(Speaker(), 0.75 - 0.875), points(Speaker(), 0.02), points(Speaker(), 0.0)
    ('-12.5 points', '+2 points', '0 points')
    """
    sign = "+" if value > 0 else ""
    text = say.number(100.0 * value, 1).removesuffix(say.numeral(".0"))
    return say("{points} points", points=sign + text)


def counted(value: float) -> int:
    """The whole number whose form of a noun goes with a value said with two significant figures.

    Below ten it is said with a decimal, and takes the form of two (in Russian "2,0 раза").

    Examples
    --------
    >>> counted(3.14), counted(1.0), counted(11.6), counted(137.0)
    (2, 2, 12, 140)
    """
    rounded = float(f"{value:.2g}")
    return 2 if rounded < 10.0 else int(rounded)


def span(say: Speaker, low: float, high: float, unit: str) -> str:
    """An interval of a difference, its unit said once.

    Examples
    --------
    >>> span(Speaker(), -0.38, -0.25, "% of income"), span(Speaker(), -0.0014, 0.0004, "ratio to 2021")
    ('-0.38 to -0.25 points', '-0.14% to +0.04%')
    >>> span(Speaker(), -1.5, -0.036, "ratio to 2021")
    '-1.5 to -0.036 times the level of 2021'
    >>> span(Speaker(), -0.0000057, 0.0000037, "index 0-1"), span(Speaker(), -1e-9, 2e-7, "share")
    ('within ±0.0001', 'within ±0.01 points')
    """
    ends = (low, high)
    if any(ends) and all(math.isfinite(x) and change(say, x, unit) == change(say, 0.0, unit) for x in ends):
        # Neither end is as large as the least that is shown.
        scaled = unit.startswith(("share", "probability", "%", "ratio"))
        places = HUNDREDTHS if scaled else DECIMALS
        text = say.number(10.0**-places, places)
        if unit.startswith("ratio"):
            text += say.percent_sign
        elif scaled:
            text = say("{points} points", points=text)
        return say("within ±{size}", size=text)
    if unit.startswith("ratio") and math.isfinite(low) and math.isfinite(high) and max(abs(low), abs(high)) >= 0.1:
        # Both ends in the words of the larger one.
        least, most = (_signed(say, x) for x in (low, high))
        return say("{low} to {high}", low=least, high=say("{times} times the level of 2021", times=most))
    one, other = change(say, low, unit), change(say, high, unit)
    first, last = one.partition(" "), other.partition(" ")
    return say("{low} to {high}", low=first[0] if first[2] == last[2] else one, high=other)


def between(say: Speaker, low: float, middle: float, high: float, unit: str) -> tuple[str, str, str] | None:
    """A middle and its range with as many digits as tell them apart, the unit said once; None if they are one number.

    Examples
    --------
    >>> say = Speaker()
    >>> between(say, 0.941, 0.988, 1.037, "ratio to 2021")
    ('98.8% of 2021', '94.1%', '103.7%')
    >>> between(say, 0.9970, 0.9980, 0.9990, "index 0-1"), between(say, 1.0, 1.0, 1.0, "share")
    (('0.998', '0.997', '0.999'), None)
    """
    if high - low <= 1e-6 * max(abs(high), abs(low)):
        return None
    if unit.startswith("ratio") and low > NEAR[0] and high < NEAR[1]:
        digits = next((d for d in (1, 2) if say.percent(low, d) != say.percent(high, d)), 3)
        whole = (
            say("{percent} of 2021", percent=say.percent(middle, digits))
            if "2021" in unit
            else say.percent(middle, digits)
        )
        return whole, say.percent(low, digits), say.percent(high, digits)
    if unit.startswith("ratio"):
        return say("{times} times 2021", times=rounded(say, middle)), rounded(say, low), rounded(say, high)
    if unit.startswith(("share", "probability", "US$", "%", "Mt")):
        texts = [amount(say, x, unit) for x in (middle, low, high)]
        return texts[0], texts[1], texts[2]
    figures = next((k for k in (2, 3, 4) if rounded(say, low, k) != rounded(say, high, k)), 4)
    return rounded(say, middle, figures), rounded(say, low, figures), rounded(say, high, figures)


@dataclass(frozen=True)
class Form:
    """How the numbers of one picture are written: on its axis and in its table as in the sentences about it.

    Attributes
    ----------
    percent : whether they are per cents.
    scale : what they are multiplied by before they are drawn: an axis of per cents draws shares.
    axis : a format of d3.
    """

    percent: bool
    scale: float
    axis: str

    def cell(self, say: Speaker, value: float, figures: int = 3) -> str:
        """A number of the table.

        Examples
        --------
        >>> say = Speaker()
        >>> form("% of income").cell(say, 12.34), form("Mt a year").cell(say, 64.21)
        ('12.3%', '64.2')
        >>> form("index 0-1").cell(say, 0.0000008057, 4), form("share").cell(say, 8e-9)
        ('0', '0%')
        """
        if not math.isfinite(value):
            return say("n/a")
        if not self.percent:
            return rounded(say, value, figures)
        return rounded(say, 100.0 * self.scale * value, figures) + say.percent_sign


def form(unit: str, ends: Sequence[float] = ()) -> Form:
    """How numbers of a unit are written in a picture; a ratio in per cent where its ends are near one, as `amount` and
    `between` have it.

    Examples
    --------
    >>> form("share of production").axis, form("US$ bn a year").axis, form("% of income").scale
    ('~%', ',.3~r', 0.01)
    >>> form("ratio to 2021", [0.94, 1.04]).percent, form("ratio to 2021", [1.2, 3.0]).percent
    (True, False)
    """
    near = bool(ends) and all(NEAR[0] < end < NEAR[1] for end in ends)
    if unit.startswith(("share", "probability")) or (unit.startswith("ratio") and near):
        return Form(True, 1.0, "~%")
    if unit.startswith("%"):
        return Form(True, 0.01, "~%")
    return Form(False, 1.0, ",.4~r" if unit.startswith("index") else ",.3~r")
