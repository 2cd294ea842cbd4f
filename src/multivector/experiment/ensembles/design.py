"""Points of a sweep: lists of values, grids of lists, points drawn over what is uncertain.

A point is a mapping from paths to YAML text, as ``--set`` takes it: what a point is can be said again on the command
line of a single run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import product

import numpy as np

from multivector.data.ledger import LedgerRow
from multivector.errors import BadInput, Problem
from multivector.experiment.histories.uncertain import declared, spread_over
from multivector.randomness import Streams
from multivector.results.recorded import Array
from multivector.scenario.ledger import ledger
from multivector.schema import Scenario, Uncertainty
from multivector.schema.numbers import canonical, numbers

Point = Mapping[str, str]
MOST = 10_000
"""Points of one sweep."""
DECLARED = "declared"
"""The word that stands for all numbers that a scenario calls uncertain."""
DESIGNS = "grid, list, lhs:N or sobol:N"
_DOCTRINE = re.compile(r"([A-Z][A-Z0-9]{1,4})(\.doctrine)?\Z")


@dataclass(frozen=True)
class Axis:
    """A path and the values that it takes."""

    path: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Design:
    """How lists of values become points, and how many points are drawn (0 = none)."""

    kind: str
    drawn: int = 0


def axis(text: str) -> Axis:
    """Read ``PATH=A,B,C``; a code in capitals, alone or with ``.doctrine``, is the doctrine of that actor.

    Raises
    ------
    BadInput
        There is no path, or no value.

    Examples
    --------
    >>> axis("trade.theta_short=0.7, 0.8"), axis("KAZ.doctrine=hedge,west-pivot").path
    (Axis(path='trade.theta_short', values=('0.7', '0.8')), 'actors.KAZ.doctrine')
    """
    path, equals, rest = text.partition("=")
    values = tuple(value.strip() for value in rest.split(","))
    if not equals or not path.strip() or not all(values):
        raise BadInput([Problem("--vary", 0, 0, "", f'found "{text[:80]}"', "path=a,b,c")])
    if len(set(values)) < len(values):
        raise BadInput([Problem("--vary", 0, 0, path.strip(), "found a value twice", "each value once")])
    return Axis(full(path.strip()), values)


def full(path: str) -> str:
    """The path in the words of ``--set``: a code in capitals is the doctrine of that actor."""
    found = _DOCTRINE.match(path)
    return f"actors.{found[1]}.doctrine" if found else path


def design(text: str) -> Design:
    """Read ``grid``, ``list``, ``lhs:N`` or ``sobol:N``.

    Raises
    ------
    BadInput
        It is none of these; or so many Sobol' points are not balanced, because it is no power of two.

    Examples
    --------
    >>> design("grid"), design("lhs:200")
    (Design(kind='grid', drawn=0), Design(kind='lhs', drawn=200))
    """
    kind, _, count = text.partition(":")
    if text in ("grid", "list"):
        return Design(text)
    if kind in ("lhs", "sobol") and count.isascii() and count.isdigit() and 2 <= int(count) <= MOST:
        drawn = int(count)
        if kind == "sobol" and drawn & (drawn - 1):
            below = 1 << (drawn.bit_length() - 1)
            near = [f"sobol:{n}" for n in (below, 2 * below) if n <= MOST]
            raise BadInput([Problem("--design", 0, 0, "", f'found "{text}"', f"a power of two: {' or '.join(near)}")])
        return Design(kind, drawn)
    raise BadInput([Problem("--design", 0, 0, "", f'found "{text[:80]}"', f"{DESIGNS} (N from 2 to {MOST:,})")])


def points(axes: Sequence[Axis], how: Design, drawn: Sequence[Point] = ()) -> list[Point]:
    """All points of a sweep, in order: the last path runs fastest, and what is drawn runs faster than what is listed.

    Parameters
    ----------
    axes : paths with their lists of values, each path once.
    how : ``list`` takes the first values together, then the second; otherwise every value meets every other.
    drawn : points that were drawn over other paths; each combination of listed values meets all of them.

    Raises
    ------
    BadInput
        A path comes twice, lists that go together differ in length, there are no points or too many.

    Examples
    --------
    >>> a, b = Axis("a", ("1", "2")), Axis("b", ("3", "4"))
    >>> len(points([a, b], Design("grid"))), points([a, b], Design("list"))
    (4, [{'a': '1', 'b': '3'}, {'a': '2', 'b': '4'}])
    """
    paths = [each.path for each in axes]
    twice = sorted({path for path in paths if paths.count(path) > 1})
    if twice:
        raise BadInput([Problem("--vary", 0, 0, path, "found a path twice", "each path once") for path in twice])
    lengths = sorted({len(each.values) for each in axes})
    if how.kind == "list" and len(lengths) > 1:
        raise BadInput([Problem("--vary", 0, 0, "", f"found lists of {lengths} values", "lists of equal length")])
    rows: Iterable[tuple[str, ...]]
    rows = zip(*(a.values for a in axes), strict=True) if how.kind == "list" else product(*(a.values for a in axes))
    listed: list[dict[str, str]] = [dict(zip(paths, row, strict=True)) for row in rows]
    made: list[Point] = [{**one, **other} for one in listed for other in drawn] if drawn else list(listed)
    if not axes and not drawn:
        raise BadInput(
            [
                Problem(
                    "sweep",
                    0,
                    0,
                    "",
                    "found nothing to vary",
                    "--vary PATH=A,B, --design lhs:N or sobol:N",
                    "or a scenario that says it itself: levers: {KAZ.doctrine: [hedge, west-pivot]}",
                )
            ]
        )
    if len(made) > MOST:
        raise BadInput([Problem("sweep", 0, 0, "", f"found {len(made):,} points", f"{MOST:,} at most")])
    return made


def ranges(scenario: Scenario, over: Sequence[str], but: Iterable[str] = ()) -> dict[str, Uncertainty]:
    """Ranges to draw from, by canonical path.

    Parameters
    ----------
    scenario : the world.
    over : paths whose ranges are what the scenario declares of them, else low and high of their entry in the ledger
        (uniform); the word `DECLARED`, or nothing at all, stands for all numbers that it calls uncertain.
    but : paths that are varied otherwise.

    Raises
    ------
    BadInput
        A path is no number that replicates may differ in, has no range, or is varied otherwise; nothing is uncertain.
    """
    known = numbers(scenario)
    said, listed = declared(scenario, known), {canonical(path, known) for path in but}
    # Read at most once, however many paths ask for it: it takes a second.
    rows: dict[str, LedgerRow] = {}
    out: dict[str, Uncertainty] = {}
    for name in over or (DECLARED,):
        if name == DECLARED:
            out |= {path: spread for path, spread in said.items() if path not in listed}
            continue
        path = canonical(name, known)
        if path not in known:
            close = get_close_matches(path, known, n=1)
            hint = f'did you mean "{close[0]}"?' if close else ""
            raise BadInput([Problem("--over", 0, 0, name, "found no number of this world", "a number", hint)])
        if path in listed:
            raise BadInput([Problem("--over", 0, 0, name, "found a path of --vary", "each path once")])
        if path not in said and not rows:
            rows = {canonical(row.id, known): row for row in reversed(ledger(scenario, who_reads=False))}
        out[path] = said.get(path) or _range(rows.get(path), name)
    if not out:
        problem = "found a scenario without uncertain numbers"
        raise BadInput([Problem("--design", 0, 0, "", problem, "one with a section `uncertainties`, or --over PATH")])
    return out


def _range(row: LedgerRow | None, name: str) -> Uncertainty:
    low, high = (None, None) if row is None else (row.low, row.high)
    if low is None or high is None or not low < high:
        said = "found a number without a range"
        raise BadInput([Problem("--over", 0, 0, name, said, "one with low and high, or listed with --vary")])
    return Uncertainty(low=low, high=high)


def latin_hypercube(names: Sequence[str], count: int, seed: int) -> dict[str, Array]:
    """Uniforms of a Latin hypercube, ``[point]`` by name: each of `count` equal slices of (0, 1) is hit once.

    The slices of a name and the places within them are keyed by seed and name: other names change nothing.

    References
    ----------
    McKay, Beckman and Conover 1979, Technometrics 21(2).

    Examples
    --------
    >>> found = latin_hypercube(["a"], 5, seed=0)["a"]
    >>> sorted((found * 5).astype(int).tolist())
    [0, 1, 2, 3, 4]
    """
    streams, at, out = Streams(seed), np.arange(count), {}
    for name in names:
        slices = np.argsort(np.argsort(streams.uniforms(f"design/slice/{name}", 1, at)[0], kind="stable"))
        out[name] = (slices + streams.uniforms(f"design/place/{name}", 1, at)[0]) / count
    return out


def drawn(scenario: Scenario, spreads: Mapping[str, Uncertainty], count: int, seed: int) -> list[Point]:
    """Points of a Latin hypercube over ranges; each range by its own distribution."""
    return placed(scenario, spreads, latin_hypercube(sorted(spreads), count, seed))


def placed(scenario: Scenario, spreads: Mapping[str, Uncertainty], uniforms: Mapping[str, Array]) -> list[Point]:
    """Points from uniforms, ``[point]`` by path; each range by its own distribution."""
    known = numbers(scenario)
    values = {path: spread_over(spreads[path], u, known[path]) for path, u in uniforms.items()}
    return [dict(zip(values, map(as_text, row), strict=True)) for row in zip(*values.values(), strict=True)]


def as_text(value: float) -> str:
    """A number as YAML reads it back, to the bit: no power of ten, which YAML takes for a word.

    Examples
    --------
    >>> as_text(0.00001), as_text(12.0), float(as_text(0.1 + 0.2)) == 0.1 + 0.2
    ('0.00001', '12.0', True)
    """
    return np.format_float_positional(value, trim="0")
