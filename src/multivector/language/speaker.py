"""Who says things to the reader: messages, numbers, shares, quarters, dates and lists in one language."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Mapping
from copy import copy
from datetime import date
from functools import cache
from types import MappingProxyType

from multivector.errors import BadInput, Problem
from multivector.language.catalogue import shipped
from multivector.language.lexicon import terms

LANGUAGES: tuple[str, ...] = ("kk", "ru", "en")
"""Codes of the languages, in the order of menus."""

NAMES: Mapping[str, str] = MappingProxyType({"kk": "Қазақша", "ru": "Русский", "en": "English"})
"""What each language calls itself."""

VARIABLE = "MULTIVECTOR_LANG"

_HYPHEN = re.compile(r"(?<![\w.\-])-(?=\d)")
"""A hyphen that stands for a minus in a message."""


class _Values(dict[str, object]):
    """Values of a message; what is not among them is a term of the lexicon, read only then."""

    def __init__(self, values: Mapping[str, object], lang: str) -> None:
        super().__init__(values)
        self._lang = lang

    def __missing__(self, key: str) -> str:
        return terms(self._lang)[key]


class Speaker:
    """Says messages in one language; a message is named by its English text.

    A message without a translation is said in English (and a test of the catalogues fails). Values are put where the
    braces are: into a translation as well as into English, so they stand in the nominative or after a colon, and no
    ending is ever glued to one. Terms of the lexicon are known to every message: ``{war}``.

    Parameters
    ----------
    lang : ``en``, ``ru`` or ``kk``
    texts : English text -> text in this language, of what is not in the catalogues: a scenario's own titles

    Examples
    --------
    >>> say = Speaker("en")
    >>> say("No red line crossed in {share} of histories", share=say.percent(0.714))
    'No red line crossed in 71% of histories'
    >>> say.many("{n} history", "{n} histories", 1000)
    '1,000 histories'
    >>> Speaker("kk", {"After February 2022": "2022 жылғы ақпаннан кейін"})("After February 2022")
    '2022 жылғы ақпаннан кейін'
    """

    def __init__(self, lang: str = "en", texts: Mapping[str, str] | None = None) -> None:
        if lang not in LANGUAGES:
            raise BadInput([Problem("--lang", 0, 0, "", f'found "{lang[:40]}"', ", ".join(LANGUAGES))])
        self.lang = lang
        self._texts = texts or {}
        self._catalogue = shipped(lang)
        self.minus = "-"

    def typeset(self) -> Speaker:
        """One that writes a minus as a minus sign: for pages; printouts keep to what every terminal has.

        Examples
        --------
        >>> Speaker("en").typeset().number(-0.5), Speaker("ru").typeset()("-1 against it")
        ('−0.5', '−1 against it')
        """
        other = copy(self)
        other.minus = "\N{MINUS SIGN}"
        return other

    def __call__(self, message: str, /, **values: object) -> str:
        """The message in this language, with its values."""
        told = self._texts.get(message) or self._catalogue.texts.get(message, (message,))[0]
        return self._filled(told, message, values)

    def many(self, one: str, many: str, n: int, /, **values: object) -> str:
        """The message in the form that goes with the number, which is ``{n}`` in it.

        English has two forms, Russian three; a Kazakh noun stays in the singular after a number.
        """
        values = {"n": self.number(n, digits=0), **values}
        english = one if n == 1 else many
        forms = self._catalogue.texts.get(one)
        if forms is None or self.lang == "en":
            return self._filled(english, english, values)
        return self._filled(forms[min(self._catalogue.form(abs(n)), len(forms) - 1)], english, values)

    def knows(self, message: str) -> bool:
        """Whether the message can be said in this language without falling back to English."""
        return self.lang == "en" or message in self._texts or message in self._catalogue.texts

    def _filled(self, told: str, message: str, values: Mapping[str, object]) -> str:
        if self.minus != "-":
            told, message = (_HYPHEN.sub(self.minus, text) for text in (told, message))
        if "{" not in told:
            return told
        values = _Values(values, self.lang)
        try:
            return told.format_map(values)
        except (KeyError, IndexError, ValueError, AttributeError):
            # A text of somebody's scenario may have braces of its own: it is shown as it is.
            try:
                return message.format_map(values)
            except (KeyError, IndexError, ValueError, AttributeError):
                return told

    def number(self, x: float | None, digits: int | None = 1) -> str:
        """A number with so many decimals; ``n/a`` where there is none.

        Examples
        --------
        >>> Speaker("en").number(1234.56), Speaker("en").number(None)
        ('1,234.6', 'n/a')
        >>> Speaker("ru").number(0.5)
        '0,5'
        """
        if x is None or not math.isfinite(x):
            return self("n/a")
        if digits is None:
            return self.numeral(f"{x:,}")
        text = f"{round(x, digits) + 0.0:,.{digits}f}"
        return self.numeral(text)

    def significant(self, x: float | None, figures: int = 2) -> str:
        """A number with at most so many significant figures, never as a power of ten.

        Examples
        --------
        >>> Speaker("en").significant(0.9512), Speaker("en").significant(137.0), Speaker("ru").significant(-0.996)
        ('0.95', '140', '-1,0')
        """
        if x is None or not math.isfinite(x):
            return self("n/a")
        if x == 0.0:
            return "0"
        rounded = round(x, figures - 1 - math.floor(math.log10(abs(x))))
        # Rounding may have carried into the next decade: 0.996 is 1.0, not 1.00.
        places = max(figures - 1 - math.floor(math.log10(abs(rounded))), 0)
        return self.numeral(f"{rounded:,.{places}f}")

    def numeral(self, english: str) -> str:
        """An English numeral with the separators of this language.

        Examples
        --------
        >>> Speaker("kk").numeral("-1,234.5").replace("\\N{NO-BREAK SPACE}", " ")
        '-1 234,5'
        """
        text = english if self.lang == "en" else english.translate(_symbols(self.lang))
        return text.replace("-", self.minus)

    def percent(self, x: float | None, digits: int | None = 0) -> str:
        """A share in per cent; ``digits=None`` for two significant figures.

        Examples
        --------
        >>> Speaker("en").percent(0.714), Speaker("en").percent(0.0123, digits=1), Speaker("en").percent(0.0123, None)
        ('71%', '1.2%', '1.2%')
        >>> Speaker("ru").percent(0.714)
        '71\\xa0%'
        """
        if x is None or not math.isfinite(x):
            return self("n/a")
        if digits is None:
            size = self.significant(100.0 * x).removesuffix(self.numeral(".0"))
        else:
            size = self.number(100.0 * x, digits)
        return size + self.percent_sign

    @property
    def percent_sign(self) -> str:
        """What stands behind a number of per cent, with the space that belongs to it."""
        return "%" if self.lang == "en" else _percent_sign(self.lang)

    def quarter(self, quarter: str) -> str:
        """A quarter of a year, short.

        Examples
        --------
        >>> Speaker("en").quarter("2022-Q1"), Speaker("ru").quarter("2022-Q1"), Speaker("kk").quarter("2022-Q1")
        ('Q1 2022', '1-й квартал 2022\\xa0г.', '2022\\xa0ж. 1-тоқсан')
        """
        year, _, number = quarter.partition("-Q")
        if self.lang == "ru":
            return f"{number}-й квартал {year}\N{NO-BREAK SPACE}г."
        if self.lang == "kk":
            return f"{year}\N{NO-BREAK SPACE}ж. {number}-тоқсан"
        return f"Q{number} {year}"

    def brief_quarter(self, quarter: str) -> str:
        """A quarter where there is little room: under an axis, over a column. Pages of a class write it alike.

        Examples
        --------
        >>> Speaker("ru").brief_quarter("2022-Q1"), Speaker("kk").brief_quarter("2022-Q1")
        ('1 кв. 2022', '1-тоқс. 2022')
        """
        year, _, number = quarter.partition("-Q")
        word = {"en": "Q{}", "ru": "{} кв.", "kk": "{}-тоқс."}[self.lang].format(number)
        return f"{word} {year}"

    def date(self, day: date) -> str:
        """A day, written out.

        Examples
        --------
        >>> Speaker("en").date(date(2022, 2, 24))
        '24 February 2022'
        """
        if self.lang == "en":
            return f"{day:%d %B %Y}".lstrip("0")
        from babel.dates import format_date

        return str(format_date(day, "long", locale=self.lang))

    def list(self, parts: Iterable[str]) -> str:
        """Parts as one list: a, b and c.

        Examples
        --------
        >>> Speaker("en").list(["a", "b", "c"]), Speaker("ru").list(["а", "б", "в"]), Speaker("en").list(["a"])
        ('a, b and c', 'а, б и в', 'a')
        """
        *most, last = [*parts] or [""]
        word = {"en": "and", "ru": "и", "kk": "және"}[self.lang]
        return f"{', '.join(most)} {word} {last}" if most else last


@cache
def speaker(lang: str = "en") -> Speaker:
    """The speaker of a language: one for each, remembered.

    Raises
    ------
    BadInput
        No such language.

    Examples
    --------
    >>> speaker("ru").many("{n} history", "{n} histories", 3)
    '3 варианта событий'
    """
    return Speaker(lang)


def chosen(option: str | None = None) -> str:
    """The language to speak: the option, else `MULTIVECTOR_LANG`, else English.

    The machine's locale is not asked: the same command prints the same everywhere, as manuals and bug reports show it,
    and in Kazakhstan a machine's locale says little about who sits before it.

    Raises
    ------
    BadInput
        No such language.
    """
    lang = option or os.environ.get(VARIABLE) or "en"
    if lang not in LANGUAGES:
        name = "--lang" if option else VARIABLE
        raise BadInput([Problem(name, 0, 0, "", f'found "{lang[:40]}"', ", ".join(LANGUAGES))])
    return lang


@cache
def _symbols(lang: str) -> dict[int, str]:
    from babel.numbers import get_decimal_symbol, get_group_symbol, get_minus_sign_symbol

    return {
        ord("."): get_decimal_symbol(lang), ord(","): get_group_symbol(lang), ord("-"): get_minus_sign_symbol(lang)
    }  # fmt: skip


@cache
def _percent_sign(lang: str) -> str:
    from babel.numbers import format_percent

    return str(format_percent(0, locale=lang)).removeprefix("0")
