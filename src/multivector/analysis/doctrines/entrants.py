"""Who meets whom in a tournament: worlds, doctrines, payoffs, checked and ready to play."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from multivector.analysis.comparing.comparison import SHOWN
from multivector.analysis.worlds import split
from multivector.errors import BadInput, Problem
from multivector.experiment.ensembles.sweep import Sweep, plan
from multivector.experiment.histories.replicates import Experiment
from multivector.hashing import digest
from multivector.scenario import load
from multivector.schema import Scenario

KIND = "tournament"
REPLICATES = 100
"""Histories of each doctrine in each world if nothing is said."""
WORLDS = (
    "after-2022", "secondary-threatened", "isolation-deepens", "coalition-splits", "settlement-and-lifting",
    "cpc-closed",
)  # fmt: skip
"""Worlds if none are named: the same years as they were, and five ways in which they might have gone."""
OUTCOME = "composite"
SURVIVAL = "survival"
BESIDE = (SURVIVAL, "autonomy", "real_income")
"""Always judged beside the payoff: a composite hides what is given up for what."""
MOST = 400
"""Doctrines times worlds."""
ZERO_SUM = "zero-sum"
"""Their payoff is what the focus actor's is not."""


@dataclass(frozen=True)
class Plan:
    """A tournament, checked and ready to play.

    Attributes
    ----------
    worlds : their names; sweeps : one a world, with a point for each doctrine.
    focus : whose doctrines; doctrines : which.
    outcome : the payoff. other : whose doctrines make the worlds (None: nobody's); theirs : its payoff, an outcome of
        which more is better (less, after a minus sign), or `ZERO_SUM`.
    """

    worlds: tuple[str, ...]
    sweeps: tuple[Sweep, ...]
    focus: str
    doctrines: tuple[str, ...]
    outcome: str
    other: str | None = None
    theirs: str | None = None
    answers: tuple[str, ...] = ()

    @property
    def seed(self) -> int:
        """Root of all draws."""
        return self.sweeps[0].seed

    @property
    def replicates(self) -> int:
        """Histories of each doctrine in each world."""
        return self.sweeps[0].replicates

    @property
    def histories(self) -> int:
        """Histories that will be played."""
        return len(self.sweeps) * len(self.doctrines) * self.replicates

    @property
    def blocks(self) -> int:
        """Blocks that are played."""
        return sum(sweep.blocks for sweep in self.sweeps)

    @property
    def turns(self) -> int:
        """Turns that will be played: what a progress bar counts to."""
        return sum(sweep.turns for sweep in self.sweeps)

    @property
    def judged(self) -> tuple[str, ...]:
        """The payoff, then what is always judged beside it."""
        return (self.outcome, *(id for id in BESIDE if id != self.outcome))

    @property
    def kept(self) -> tuple[str, ...]:
        """Outcomes that are kept of each history."""
        extra = [] if self.theirs in (None, ZERO_SUM) else [str(self.theirs).removeprefix("-")]
        return tuple(dict.fromkeys(id for id in (*self.judged, *extra, *SHOWN) if id != SURVIVAL))

    def digest(self) -> str:
        """Digest of everything that determines the numbers."""
        return digest({
            "kind": KIND, "of": [sweep.digest() for sweep in self.sweeps], "worlds": list(self.worlds),
            "outcome": self.outcome, "other": self.other, "theirs": self.theirs,
        })  # fmt: skip

    def name(self) -> str:
        """Name of the result."""
        return f"tournament-{self.digest()[:8]}"


def planned(
    worlds: Sequence[str] = (),
    *,
    doctrines: Sequence[str] = (),
    against: str | None = None,
    outcome: str = OUTCOME,
    theirs: str | None = None,
    zero_sum: bool = False,
    replicates: int = REPLICATES,
    seed: int = 0,
    overrides: Mapping[str, str] | None = None,
    order: str | None = None,
) -> Plan:
    """A tournament as the command line words it.

    Parameters
    ----------
    worlds : scenarios, with changes after plus signs; `WORLDS` if none are named, the first of them with `against`.
    doctrines : of the focus actor; all that it may take in each of the worlds if not said.
    against : ``RUS=a,b`` or ``RUS`` (all that it may take): the other actor's doctrines, in one world.
    outcome : the payoff, or ``survival``.
    theirs, zero_sum : the other side's payoff (its real income if not said).
    replicates, seed, overrides, order : as for a sweep.

    Raises
    ------
    BadInput
        Something is wrong, all problems at once.
    """
    named = tuple(worlds) or (WORLDS[:1] if against else WORLDS)
    problems = _options(named, against, theirs, zero_sum)
    if problems:
        raise BadInput(problems)
    parts, scenarios = [split(world) for world in named], []
    for name, changes, others in parts:
        changed = {**(overrides or {}), **changes} | {f"actors.{a}.doctrine": d for a, d in others.items()}
        try:
            scenarios.append(load(name, overrides=changed))
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    focus = scenarios[0].focus
    own = _allowed(scenarios, focus, doctrines, "--doctrines", problems)
    answers: tuple[str, ...] = ()
    other = None
    if against:
        other, _, listed = against.partition("=")
        answers = _allowed(scenarios, other, [x.strip() for x in listed.split(",") if x.strip()], "--against", problems)
    for k, (world, scenario) in enumerate(zip(named, scenarios, strict=True)):
        if scenario.focus != focus:
            problems.append(_wrong("worlds", f"found {world}, about {scenario.focus}", f"worlds about {focus}"))
        if focus in parts[k][2]:
            problems.append(_wrong("worlds", f"found a doctrine of {focus} in {world}", "--doctrines A,B"))
    if len(own) * len(named) * max(len(answers), 1) > MOST:
        problems.append(_wrong("tournament", "found too many doctrines and worlds", f"{MOST} together at most"))
    if problems:
        raise BadInput(problems)
    if other is not None:
        named = tuple(f"{named[0]}+{other}={answer}" for answer in answers)
        parts = [split(world) for world in named]
        theirs = ZERO_SUM if zero_sum else theirs or f"real_income.{other}"
    points = [{f"actors.{focus}.doctrine": doctrine} for doctrine in own]
    sweeps = tuple(
        plan(name, points, seed=seed, replicates=replicates, overrides={**(overrides or {}), **changes},
             doctrines=others, order=order)
        for name, changes, others in parts
    )  # fmt: skip
    made = Plan(named, sweeps, focus, own, outcome, other, theirs, answers)
    _judge(made)
    return made


def _wrong(place: str, found: str, allowed: str, hint: str = "") -> Problem:
    return Problem(place, 0, 0, "", found, allowed, hint)


def _options(worlds: Sequence[str], against: str | None, theirs: str | None, zero_sum: bool) -> list[Problem]:
    out = []
    if len(set(worlds)) < len(worlds):
        out.append(_wrong("worlds", "found a world twice", "each world once"))
    if against is not None and len(worlds) > 1:
        out.append(_wrong("--against", f"found {len(worlds)} worlds", "one"))
    if against is None and (theirs or zero_sum):
        out.append(_wrong("--zero-sum" if zero_sum else "--theirs", "found no other side", "--against ACTOR=a,b"))
    if theirs and zero_sum:
        out.append(_wrong("--zero-sum", "found --theirs as well", "one of them"))
    return out


def _allowed(
    scenarios: Sequence[Scenario], actor: str, asked: Sequence[str], option: str, problems: list[Problem]
) -> tuple[str, ...]:
    """Doctrines that an actor may take in all worlds, or those asked for; what is wrong is added to the problems."""
    from difflib import get_close_matches

    if any(actor not in scenario.actors for scenario in scenarios) or (
        option == "--against" and actor == scenarios[0].focus
    ):
        codes = sorted(set(scenarios[0].actors) - {scenarios[0].focus})
        problems.append(_wrong(option, f'found "{actor[:40]}"', f"another actor ({', '.join(codes)}), as RUS=a,b"))
        return ()
    may = [
        name for name, doctrine in scenarios[0].doctrines.items()
        if all(name in s.doctrines and actor in s.doctrines[name].for_ for s in scenarios) and actor in doctrine.for_
    ]  # fmt: skip
    for name in asked:
        if name not in may:
            close = get_close_matches(name, may, n=1)
            hint = f'did you mean "{close[0]}"?' if close else ""
            problems.append(_wrong(option, f'found "{name[:60]}"', f"a doctrine that {actor} may take", hint))
    found = tuple(asked) or tuple(may)
    if len(set(found)) < len(found):
        problems.append(_wrong(option, "found a doctrine twice", "each doctrine once"))
    if len(found) < 2:
        problems.append(_wrong(option, f"found {len(found)} doctrine of {actor}", "two or more"))
    return found


def _judge(made: Plan) -> None:
    """Refuse payoffs that a world does not have, or of which nobody says which way is better."""
    from difflib import get_close_matches

    problems = []
    wanted = [("--outcome", id) for id in made.judged if id != SURVIVAL]
    if made.theirs not in (None, ZERO_SUM):
        wanted.append(("--theirs", str(made.theirs).removeprefix("-")))
    for world, sweep in zip(made.worlds, made.sweeps, strict=True):
        known = Experiment(sweep.arms).dictionary
        for option, id in wanted:
            if id not in known:
                close = get_close_matches(id, known, n=1)
                hint = f'did you mean "{close[0]}"?' if close else ""
                problems.append(_wrong(option, f'found "{id[:60]}"', f"an outcome of {world}, or survival", hint))
            elif option == "--outcome" and known[id].direction == "none":
                problems.append(_wrong(option, f'found "{id}"', "an outcome of which it is said which way is better"))
        if problems:
            raise BadInput(problems)
