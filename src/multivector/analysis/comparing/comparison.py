"""Worlds compared on the same draws, outcome by outcome: what a printout, a table and JSON are made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from multivector.analysis.comparing.comparable import common, require_comparable
from multivector.analysis.comparing.inputs import Inputs
from multivector.analysis.comparing.parting import median_pair, parts_at, shares_part_at
from multivector.analysis.frames import data_frame as data_frame
from multivector.analysis.reading import Histories
from multivector.analysis.statistics.paired import HIGHER, LEVEL, LOWER, UNKNOWN, Verdict, needed, paired, verdict
from multivector.analysis.statistics.resample import Ranks, quantile_differences, ranks
from multivector.analysis.statistics.shares import paired_shares
from multivector.errors import BadInput, Problem
from multivector.experiment.shipped.evidence import record
from multivector.outcomes import Outcome

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SHOWN = (
    "real_income", "autonomy", "largest_loss", "exposure", "enforcement", "reexport", "rent", "oil.exported",
    "inflation", "goodwill_floor", "coercion.count", "security", "legitimacy", "approval", "composite",
)  # fmt: skip
"""Outcomes that are judged when none are named."""
SURVIVAL_MARGIN = 0.03
"""Smallest difference of a probability that matters: three points."""
SURVIVES = {HIGHER: "better", LOWER: "worse"}
"""What a verdict on survival means for the focus actor."""
TAILS = (0.05, 0.95)
MEDIAN_OF = "real_income"
"""The outcome whose median pair is told, and that the difference is traced for."""

Interval = tuple[float, float, float]


@dataclass(frozen=True)
class Row:
    """One outcome of world B against world A; differences are B less A, in the outcome's unit.

    Attributes
    ----------
    id, title, unit, direction, margin : of the dictionary (of A, as its scenario judges it).
    n : pairs in which both are known.
    a, b : means; `difference`, `low`, `high` : mean difference and its interval; `verdict` : one of three.
    mark : ``better``, ``worse`` or nothing: what the verdict means for the focus actor.
    gain : variance of the difference with independent draws over that with the same draws.
    a_higher, b_higher : shares of pairs in which A or B is larger, with intervals.
    a_better, b_better : the same by the outcome's direction; None where it has none.
    tails : differences at the 5% and the 95% quantile, with intervals.
    parts : first quarter whose difference is off zero; None if there is none.
    needed : pairs after which the interval would be as narrow as the margin, where none can be told.
    record : how many of the facts on record that bear on it the model hits: ``all``, ``some``, ``none``, or nothing.
    """

    id: str
    title: str
    unit: str
    direction: str
    margin: float
    n: int
    a: float
    b: float
    difference: float
    low: float
    high: float
    verdict: Verdict
    mark: str
    gain: float
    a_higher: Interval
    b_higher: Interval
    a_better: Interval | None
    b_better: Interval | None
    tails: tuple[Interval, ...]
    parts: str | None
    needed: int | None
    record: str


@dataclass(frozen=True)
class LineRow:
    """How often one red line is crossed in A and B, and the difference B less A with its interval."""

    id: str
    title: str
    a: Interval
    b: Interval
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class Survival:
    """Histories without a crossed red line.

    Attributes
    ----------
    n : pairs; a, b : shares that survive, with Wilson intervals; difference, low, high : B less A (Newcombe).
    verdict : one of three, with `margin`.
    both, only_a, only_b, neither : pairs by which of the two survive.
    lines : all lines that are crossed anywhere, that with the largest difference first.
    mark : ``better``, ``worse`` or nothing: what the verdict means for the focus actor.
    parts : first quarter from which the difference stays off zero to the end; None if there is none.
    """

    n: int
    a: Interval
    b: Interval
    difference: float
    low: float
    high: float
    margin: float
    verdict: Verdict
    both: int
    only_a: int
    only_b: int
    neither: int
    lines: tuple[LineRow, ...]
    mark: str = ""
    parts: str | None = None


@dataclass(frozen=True)
class Comparison:
    """World B against world A on the same draws.

    Attributes
    ----------
    a, b : names of the worlds (letters); worlds : what each of them was.
    inputs : what differs between them, in words; empty if nothing does.
    missing : outcomes that only one of them has; left_out : replicates that failed in either.
    rows : by outcome; survival : of red lines.
    median : replicate whose difference in real income is the median one.
    joint : whether the intervals hold together; level : of each interval.
    limits : what cannot be said from this.
    more : what was worked out by playing histories again (`through`, `parting`, `stability`), if asked for.
    called : what actors and entries in `inputs` are called in English, and units of parameters.
    """

    a: str
    b: str
    worlds: tuple[dict[str, Any], dict[str, Any]]
    inputs: tuple[str, ...]
    missing: tuple[str, ...]
    left_out: tuple[int, ...]
    rows: tuple[Row, ...]
    survival: Survival
    median: int | None
    joint: bool
    level: float
    limits: tuple[str, ...]
    more: dict[str, Any] = field(default_factory=dict)
    called: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, outcome: str) -> Row:
        """The row of an outcome.

        Raises
        ------
        KeyError
            It was not compared.
        """
        for row in self.rows:
            if row.id == outcome:
                return row
        raise KeyError(outcome)

    def plain(self) -> dict[str, Any]:
        """Every figure as plain data: what `multivector compare --json` prints."""
        return asdict(self)

    def frame(self) -> Any:
        """The rows as a pandas data frame, one row an outcome.

        Raises
        ------
        ImportError
            pandas is not installed; `plain` works without it.
        """
        return data_frame([flat(row) for row in self.rows])


@dataclass(frozen=True)
class Several:
    """More than two worlds: each against the first, and all of them ranked.

    Attributes
    ----------
    worlds : what each of them was, by letter.
    against : comparisons of all others with the first.
    ranked : outcome (and ``survival``) to ranks, 1 the best, over the histories that all of them finished.
    n : those histories.
    """

    worlds: dict[str, dict[str, Any]]
    against: tuple[Comparison, ...]
    ranked: dict[str, Ranks]
    n: int

    def plain(self) -> dict[str, Any]:
        """Every figure as plain data: what `multivector compare --json` prints."""
        return asdict(self)

    def frame(self) -> Any:
        """All rows of all comparisons as a pandas data frame, with columns `world` and `against`.

        Raises
        ------
        ImportError
            pandas is not installed.
        """
        return data_frame([{"world": c.b, "against": c.a, **flat(row)} for c in self.against for row in c.rows])


def flat(row: Row) -> dict[str, Any]:
    """A row as one line of a table: intervals become columns of their own.

    A name of a column says what a number is; the unit stands in its own column.
    """
    out: dict[str, Any] = {}
    for name, value in vars(row).items():
        if name == "tails":
            for at, tail in zip(TAILS, value, strict=True):
                out |= _columns(f"difference_at_{round(100 * at)}%", tail)
        elif name.endswith(("_higher", "_better")):
            out |= _columns(f"share_{name}", value or (math.nan,) * 3)
        else:
            out[name] = value
    return out


def _columns(name: str, interval: Interval) -> dict[str, float]:
    return dict(zip((name, f"{name}_low", f"{name}_high"), interval, strict=True))


def compare_histories(
    a: Histories,
    b: Histories,
    *,
    outcomes: Sequence[str] = SHOWN,
    joint: bool = False,
    names: tuple[str, str] = ("A", "B"),
    limits: bool = True,
) -> Comparison:
    """Compare world B with world A.

    Parameters
    ----------
    a, b : their histories.
    outcomes : ids to judge; those that a world does not have are left out if they are among `SHOWN`.
    joint : intervals that hold for all verdicts together (Bonferroni) instead of one by one.
    names : letters of the two.
    limits : whether to say how the inputs differ and what cannot be said (it takes half of the time).

    Raises
    ------
    NotComparable
        They do not share their luck, calendar, model or histories.
    BadInput
        There is no such outcome.
    """
    require_comparable([a, b])
    ids = common(a, b)
    gone = sorted({*a.failed(), *b.failed()})
    a, b = a.some(ids), b.some(ids)
    known = _known(a, b, outcomes)
    # Survival is one verdict more.
    level = 1.0 - (1.0 - LEVEL) / (len(known) + 1) if joint else LEVEL
    inputs = Inputs(a, b)
    rows = tuple(_row(a, b, id, level) for id in known)
    income = (a.end(MEDIAN_OF), b.end(MEDIAN_OF)) if MEDIAN_OF in a and MEDIAN_OF in b else None
    middle = None if income is None else median_pair(*income)
    return Comparison(
        *names, (about(a), about(b)), inputs.lines if limits else (), _missing(a, b), tuple(gone), rows,
        survival(a, b, level), None if middle is None else int(ids[middle]), joint, level,
        tuple(inputs.limits()) if limits else (), called=inputs.called if limits else {},
    )  # fmt: skip


def about(world: Histories) -> dict[str, Any]:
    """What a world was: the first line of a printout."""
    keys = ("scenario", "title", "doctrine", "order", "seed", "replicates", "first", "last", "version", "digest")
    out = {key: world.head[key] for key in keys}
    beside = {"focus": world.head["focus"], "benchmark": world.facts.get("benchmark"), "place": world.place}
    beside |= {key: world.head[key] for key in ("rests_on", "rests") if key in world.head}
    return {**out, **beside, "quarters_kept": len(world.quarters), "turns": world.head["turns"]}


def _known(a: Histories, b: Histories, outcomes: Sequence[str]) -> list[str]:
    out, problems = [], []
    for id in outcomes:
        if id in a and id in b:
            out.append(id)
        elif id not in SHOWN:
            from difflib import get_close_matches

            close = get_close_matches(id, a.names, n=1)
            where = "an outcome that both results have (dictionary.csv lists them)"
            hint = f'did you mean "{close[0]}"?' if close else ""
            problems.append(Problem("--outcome", 0, 0, "", f'found "{id[:80]}"', where, hint))
    if problems:
        raise BadInput(problems)
    return out


def _missing(a: Histories, b: Histories) -> tuple[str, ...]:
    return tuple(sorted(set(a.names) ^ set(b.names)))


def _row(a: Histories, b: Histories, id: str, level: float) -> Row:
    outcome = a.dictionary[id]
    one, other = a.end(id), b.end(id)
    found = paired(one, other, level=level)
    answer = verdict(found.difference, found.low, found.high, outcome.margin, found.n)
    better = {"higher": (found.a_higher, found.b_higher), "lower": (found.b_higher, found.a_higher)}
    a_better, b_better = better.get(outcome.direction, (None, None))
    at = parts_at(a.of(id), b.of(id)) if outcome.per == "turn" else None
    return Row(
        id, outcome.title, outcome.unit, outcome.direction, outcome.margin, found.n, found.a, found.b,
        found.difference, found.low, found.high, answer, mark(outcome, answer), found.gain, found.a_higher,
        found.b_higher, a_better, b_better, tuple(quantile_differences(one, other, TAILS, level=level)),
        None if at is None else a.quarters[at],
        needed(found.low, found.high, outcome.margin, found.n) if answer == UNKNOWN else None, record(id),
    )  # fmt: skip


def mark(outcome: Outcome, answer: Verdict) -> str:
    """What a verdict means for the focus actor: ``better``, ``worse`` or nothing.

    Examples
    --------
    >>> from multivector.outcomes import OUTCOMES
    >>> mark(OUTCOMES["real_income"], "lower"), mark(OUTCOMES["exposure"], "lower"), mark(OUTCOMES["rent"], "higher")
    ('worse', 'better', '')
    """
    if outcome.direction == "none" or answer not in (HIGHER, LOWER):
        return ""
    return "better" if answer == outcome.direction else "worse"


def survival(a: Histories, b: Histories, level: float = LEVEL) -> Survival:
    """Histories that crossed no red line, in A and B: shares, pairs, and the line that makes the difference."""
    found = paired_shares(a.survived, b.survived, level=level)
    lines = []
    for id in sorted({*a.first, *b.first}):
        never = np.full(len(a.ids), -1)
        hit = paired_shares(a.first.get(id, never) >= 0, b.first.get(id, never) >= 0, level=level)
        if hit.a[0] > 0.0 or hit.b[0] > 0.0:
            title = a.line_titles.get(id) or b.line_titles.get(id) or id
            lines.append(LineRow(id, title, hit.a, hit.b, hit.difference, hit.low, hit.high))
    lines.sort(key=lambda line: (-abs(line.difference), line.id))
    answer = verdict(found.difference, found.low, found.high, SURVIVAL_MARGIN, found.n)
    at = shares_part_at(a.alive, b.alive)
    return Survival(
        found.n, found.a, found.b, found.difference, found.low, found.high, SURVIVAL_MARGIN, answer,
        found.both, found.only_a, found.only_b, found.neither, tuple(lines), SURVIVES.get(answer, ""),
        None if at is None else str(a.head["quarters"][at]),
    )  # fmt: skip


def compare_several(worlds: Sequence[Histories], *, outcomes: Sequence[str] = SHOWN, joint: bool = False) -> Several:
    """Compare each world with the first, and rank all of them by survival and by every outcome that has a direction.

    Raises
    ------
    NotComparable, BadInput
        As `compare_histories`.
    """
    require_comparable(worlds)
    names = LETTERS[: len(worlds)]
    against = tuple(
        compare_histories(worlds[0], other, outcomes=outcomes, joint=joint, names=("A", name))
        for name, other in zip(names[1:], worlds[1:], strict=True)
    )
    ids = common(*worlds)
    some = [world.some(ids) for world in worlds]
    ranked = {"survival": ranks(np.stack([w.survived.astype(float) for w in some]))}
    for row in against[0].rows:
        if row.direction != "none" and all(row.id in w for w in some):
            values = np.stack([w.end(row.id) for w in some])
            ranked[row.id] = ranks(values, higher_is_better=row.direction == "higher")
    return Several({n: about(w) for n, w in zip(names, worlds, strict=True)}, against, ranked, len(ids))
