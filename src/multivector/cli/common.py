"""What the verbs that run and print results share: the console, short numbers, small graphs."""

from __future__ import annotations

import json
import math
import os
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import click

from multivector.errors import BadInput, Problem
from multivector.language import Speaker, speaker

WIDTH = 80
ENGLISH = speaker()
BARS = "▁▂▃▄▅▆▇█"
MARKS = {"better": "▲", "worse": "▼", "": " "}
TINY = 1e-4
"""Sizes of outcomes, in the unit that is shown, of which the digits say nothing."""
ROUNDING = 1e-10
"""Below this a number is what rounding leaves of nought."""
RECORD = {"all": "●", "some": "◐", "none": "○", "": "·", None: " "}
"""How many of the facts that bear on an outcome the model hits; results of before it was kept do not say."""


def two(value: float | None, say: Speaker = ENGLISH) -> str:
    """A number with at most two significant digits, never as a power of ten; what rounding leaves of nought is nought.

    Examples
    --------
    >>> two(0.9512), two(-14.3), two(137.0), two(0.00021), two(float("nan")), two(0.0), two(1.1e-14)
    ('0.95', '-14', '140', '0.00021', 'n/a', '0', '0')
    """
    if value is None or not math.isfinite(value):
        return say("n/a")
    if abs(value) < ROUNDING:
        return "0"
    places = 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    # Rounding may have carried into the next decade: 0.996 is 1.0, not 1.00.
    places = 1 - math.floor(math.log10(abs(rounded)))
    return say.numeral(f"{round(rounded, places):.{max(places, 0)}f}")


def percent(value: float | None, signed: bool = False, say: Speaker = ENGLISH) -> str:
    """A share in per cent, two digits at most.

    Examples
    --------
    >>> percent(0.968), percent(-0.0181, signed=True), percent(None), percent(0.9999), percent(2e-8)
    ('97%', '-1.8%', 'n/a', '100%', '0%')
    """
    if value is None or not math.isfinite(value):
        return say("n/a")
    text = _hundredths(value)
    return f"{'+' if signed and value > 0 and text != '0' else ''}{say.numeral(text)}{say.percent_sign}"


def _hundredths(value: float) -> str:
    """A share as a number of per cent; what is less than half a thousandth of one is nothing."""
    return two(100.0 * value).removesuffix(".0") if abs(value) >= 5e-6 else "0"


def shown(value: float | None, unit: str, say: Speaker = ENGLISH) -> str:
    """A value as its unit asks for.

    Examples
    --------
    >>> shown(0.97, "share"), shown(14.2, "ratio to 2021"), shown(6.12, "% of real income"), shown(8.1, "Mt a year")
    ('97%', 'x14', '6.1%', '8.1 Mt')
    >>> shown(8.1, "US$ bn a year", speaker("ru"))
    '8,1 млрд $'
    """
    if value is None or not math.isfinite(value):
        return say("n/a")
    amount = bare(value, unit, say)
    if unit.startswith("US$ bn"):
        return say("${amount} bn", amount=amount)
    if unit.startswith("Mt"):
        return say("{amount} Mt", amount=amount)
    if unit.startswith("ratio"):
        return f"x{amount}"
    return f"{amount}{say.percent_sign}" if unit.startswith(("share", "probability", "%")) else amount


def bare(value: float | None, unit: str, say: Speaker = ENGLISH) -> str:
    """The number alone, as `shown` has it; what is too small to matter in any unit is ``~0``.

    Examples
    --------
    >>> bare(0.97, "share"), bare(6.12, "% of real income"), bare(3.7e-6, "% of real income")
    ('97', '6.1', '~0')
    """
    if value is None or not math.isfinite(value):
        return say("n/a")
    share = unit.startswith(("share", "probability"))
    if 0.0 < abs(100.0 * value if share else value) < TINY:
        return "~0"
    return say.numeral(_hundredths(value)) if share else two(value, say)


def change(base: float | None, value: float | None, unit: str, say: Speaker = ENGLISH) -> str:
    """A value before and after.

    Examples
    --------
    >>> change(5.9, 8.6, "US$ bn a year"), change(5.9, 8.6, "US$ bn a year", speaker("ru"))
    ('$5.9 bn → $8.6 bn', '5,9 → 8,6 млрд $')

    Of ratios near one, two digits would tell nothing: growth is told instead.

    >>> change(1.016, 1.013, "ratio to 2021"), change(1.0, 9.9, "ratio to 2021")
    ('+1.6% → +1.3%', 'x1.0 → x9.9')
    """
    known = base is not None and value is not None and math.isfinite(base) and math.isfinite(value)
    ends = {"base": bare(base, unit, say), "value": bare(value, unit, say)}
    if known and unit.startswith("US$ bn"):
        return say("${base} bn → ${value} bn", **ends)
    if known and unit.startswith("Mt"):
        return say("{base} Mt → {value} Mt", **ends)
    if base is not None and value is not None and unit.startswith("ratio") and max(abs(base - 1), abs(value - 1)) < 0.1:
        return f"{percent(base - 1.0, signed=True, say=say)} → {percent(value - 1.0, signed=True, say=say)}"
    return f"{shown(base, unit, say)} → {shown(value, unit, say)}"


def span(low: str, high: str, say: Speaker) -> str:
    """An interval of two spelled numbers; where decimals have a comma, the ends are set apart by a semicolon.

    Examples
    --------
    >>> span("0.1", "0.2", ENGLISH), span("0,1", "0,2", speaker("ru"))
    ('[0.1, 0.2]', '[0,1; 0,2]')
    """
    return say("[{low}, {high}]", low=low, high=high)


def headed(label: str, text: str, columns: int, say: Speaker) -> Iterator[str]:
    """A label and what is said of it; where it takes more than a line it stands below the label."""
    line = f"  {text}"
    if say.lang == "en" or len(label) + len(line) <= columns:
        yield (style(label, bold=True) + line[: columns - len(label)]).rstrip()
    else:
        yield style(label, bold=True)
        yield from textwrap.wrap(text, columns, initial_indent=" ", subsequent_indent=" ")


def cut(text: str, most: int) -> str:
    """A text of at most so many characters.

    Examples
    --------
    >>> cut("consumer prices", 9), cut("approval", 9)
    ('consumer…', 'approval')
    """
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def spark(series: Sequence[float | None], most: int = 16) -> str:
    """A small graph of a series; a flat one is a flat line.

    Examples
    --------
    >>> spark([0.0, 1.0, 0.5])
    '▁█▅'
    """
    known = [x for x in series if x is not None and math.isfinite(x)]
    if not known:
        return ""
    step = max(1, -(-len(series) // most))
    low, high = min(known), max(known)
    out = []
    for x in list(series)[::step]:
        if x is None or not math.isfinite(x):
            out.append(" ")
        else:
            part = (x - low) / (high - low) if high - low > 1e-9 * max(abs(high), 1.0) else 0.0
            out.append(BARS[round(part * (len(BARS) - 1))])
    return "".join(out)


def width() -> int:
    """Columns to print in: those of the terminal, up to 100; 80 where there is none."""
    if not sys.stdout.isatty():
        return WIDTH
    return max(60, min(os.get_terminal_size(sys.stdout.fileno()).columns, 100))


def tell(lines: Iterable[str]) -> None:
    """Print lines; characters that the output cannot show become question marks."""
    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        click.echo(line.encode(encoding, "replace").decode(encoding))


def tell_json(data: Any) -> None:
    """Print plain data as JSON; numbers that are not finite become null."""
    from multivector.results.store import json_bytes

    click.echo(json.dumps(json.loads(json_bytes(data)), indent=2, ensure_ascii=True))


def style(text: str, **how: Any) -> str:
    """Colour, where it is wanted."""
    from multivector.cli.show import coloured

    return click.style(text, **how) if coloured() else text


def pairs(options: Iterable[str], name: str, example: str) -> dict[str, str]:
    """``KEY=VALUE`` options as a mapping.

    Raises
    ------
    BadInput
        An option has no ``=``.
    """
    out = {}
    for option in options:
        key, equals, value = option.partition("=")
        if not equals or not key or not value:
            raise BadInput([Problem(name, 0, 0, "", f'found "{option[:80]}"', example)])
        out[key.strip()] = value.strip()
    return out
