"""Numbers as their units ask for, and how sure a word is."""

from __future__ import annotations

import math

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


def likely(share: float) -> str:
    """The word for a share of histories.

    Examples
    --------
    >>> likely(0.95), likely(0.71), likely(0.4), likely(0.0)
    ('almost always', 'mostly', 'less often than not', 'almost never')
    """
    # By the whole per cent that is shown beside it: a word and its number must not contradict each other.
    return next(word for least, word in LIKELY if round(share, 2) >= round(least, 2))


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
        return say.percent(value, None)
    if unit.startswith("ratio to 2021"):
        if 0.5 < value < 1.5:
            return say("{percent} of 2021", percent=say.percent(value, 1))
        return say("{times} times 2021", times=say.significant(value))
    if unit.startswith("ratio"):
        return say.percent(value, 1)
    if unit.startswith("%"):
        return say.percent(value / 100.0, None)
    if unit.startswith("US$ bn"):
        return say("${bn} bn", bn=say.significant(value))
    if unit.startswith("Mt"):
        return say("{mt} Mt", mt=say.significant(value))
    return say.significant(value)


def change(say: Speaker, value: float | None, unit: str) -> str:
    """A difference with its sign, in the same words.

    Examples
    --------
    >>> say = Speaker()
    >>> change(say, 0.012, "share"), change(say, -0.0021, "ratio to 2021"), change(say, 0.29, "index 0-1")
    ('+1.2 points', '-0.21%', '+0.29')
    """
    if value is None or not math.isfinite(value):
        return say("n/a")
    sign = "+" if value > 0 else ""
    if unit.startswith(("share", "probability")):
        return say("{points} points", points=sign + say.significant(100.0 * value))
    if unit.startswith("ratio") and abs(value) >= 0.1:
        # So large a difference of two ratios is no per cent of anything that the reader has before them.
        return say("{times} times the level of 2021", times=sign + say.significant(value))
    if unit.startswith("ratio"):
        return f"{sign}{say.percent(value, None)}"
    if unit.startswith("%"):
        return say("{points} points", points=sign + say.significant(value))
    return sign + say.significant(value)


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
    ('-0.38 to -0.25 points', '-0.14% to +0.040%')
    >>> span(Speaker(), -1.5, -0.036, "ratio to 2021")
    '-1.5 to -0.036 times the level of 2021'
    """
    if unit.startswith("ratio") and math.isfinite(low) and math.isfinite(high) and max(abs(low), abs(high)) >= 0.1:
        # Both ends in the words of the larger one.
        least, most = (("+" if x > 0 else "") + say.significant(x) for x in (low, high))
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
    if unit.startswith("ratio") and low > 0.5 and high < 1.5:
        digits = next((d for d in (1, 2) if say.percent(low, d) != say.percent(high, d)), 3)
        whole = (
            say("{percent} of 2021", percent=say.percent(middle, digits))
            if "2021" in unit
            else say.percent(middle, digits)
        )
        return whole, say.percent(low, digits), say.percent(high, digits)
    if unit.startswith("ratio"):
        return say("{times} times 2021", times=say.significant(middle)), say.significant(low), say.significant(high)
    if unit.startswith(("share", "probability", "US$", "%", "Mt")):
        texts = [amount(say, x, unit) for x in (middle, low, high)]
        return texts[0], texts[1], texts[2]
    figures = next((k for k in (2, 3, 4) if say.significant(low, k) != say.significant(high, k)), 4)
    return say.significant(middle, figures), say.significant(low, figures), say.significant(high, figures)


def axis(unit: str) -> str:
    """How numbers of a unit stand on an axis: a format of d3.

    Examples
    --------
    >>> axis("share of production"), axis("US$ bn a year")
    ('~%', ',.3~r')
    """
    return "~%" if unit.startswith(("share", "probability")) else ",.4~r" if unit.startswith("index") else ",.3~r"
