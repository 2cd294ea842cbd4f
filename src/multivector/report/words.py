"""Who says a report's texts: one speaker for each language, and numbers with the signs and units that they carry."""

from __future__ import annotations

import math
from collections.abc import Iterable


class Speaker:
    """Says messages in English; a message is named by its English text.

    Examples
    --------
    >>> say = Speaker()
    >>> say("No red line is crossed in {share} of histories", share=say.percent(0.714))
    'No red line is crossed in 71% of histories'
    >>> say.many("{n} history", "{n} histories", 1000), say.quarter("2022-Q1"), say.list(["a", "b"])
    ('1,000 histories', 'Q1 2022', 'a and b')
    >>> say.significant(0.9512), say.significant(137.0)
    ('0.95', '140')
    """

    def __init__(self, lang: str = "en") -> None:
        self.lang = lang

    def __call__(self, message: str, /, **values: object) -> str:
        """The message with its values."""
        return message.format_map(values) if values else message

    def many(self, one: str, many: str, n: int, /, **values: object) -> str:
        """The message in the form that goes with the number, which is ``{n}`` in it."""
        return self(one if n == 1 else many, n=self.number(n, digits=0), **values)

    def number(self, x: float | None, digits: int | None = 1) -> str:
        """A number with so many decimals."""
        if x is None or not math.isfinite(x):
            return self("n/a")
        return f"{x:,}" if digits is None else f"{round(x, digits) + 0.0:,.{digits}f}"

    def significant(self, x: float | None, figures: int = 2) -> str:
        """A number with at most so many significant figures, never as a power of ten."""
        if x is None or not math.isfinite(x):
            return self("n/a")
        if x == 0.0:
            return "0"
        rounded = round(x, figures - 1 - math.floor(math.log10(abs(x))))
        places = max(figures - 1 - math.floor(math.log10(abs(rounded))), 0)
        return f"{rounded:,.{places}f}"

    def percent(self, x: float | None, digits: int | None = 0) -> str:
        """A share in per cent; ``digits=None`` for two significant figures."""
        if x is None or not math.isfinite(x):
            return self("n/a")
        size = self.significant(100.0 * x).removesuffix(".0") if digits is None else self.number(100.0 * x, digits)
        return f"{size}%"

    def quarter(self, quarter: str) -> str:
        """A quarter of a year, short."""
        year, _, number = quarter.partition("-Q")
        return f"Q{number} {year}"

    def list(self, parts: Iterable[str]) -> str:
        """Parts as one list: a, b and c."""
        *most, last = [*parts] or [""]
        return f"{', '.join(most)} and {last}" if most else last


def speaker(lang: str = "en") -> Speaker:
    """The speaker of a language."""
    return Speaker(lang)
