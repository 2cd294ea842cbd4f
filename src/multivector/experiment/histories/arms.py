"""A scenario ready to run, with the benchmark that it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from multivector.data.locate import shipped_root
from multivector.errors import BadInput, Problem
from multivector.experiment.shipped.posterior import POSTERIOR, current_posterior
from multivector.results.manifest import model_version, result_digest, result_name
from multivector.scenario import load
from multivector.scenario.policies import used
from multivector.schema import Scenario
from multivector.schema.numbers import canonical, numbers

PRIOR = "prior"
"""Every replicate has its own draw of each number that the scenario calls uncertain."""
COMPILED = "compiled"
"""The engine with its turn compiled."""


@dataclass(frozen=True)
class Arms:
    """A scenario and its benchmark (None if it names none): both run on the same draws.

    `uncertainty` is `PRIOR` if uncertain numbers are drawn, the name of the shipped posterior if its vectors are, None
    if every history has the scenario's own. `fast` has the turn compiled: numbers within rounding of the
    reference, not equal to the bit, and so another result.
    """

    scenario: Scenario
    benchmark: Scenario | None
    uncertainty: str | None = None
    fast: bool = False

    def digest(self, *, seed: int, replicates: int) -> str:
        """Digest of everything that determines the numbers of a run."""
        scenario, benchmark = self.canonical
        return result_digest(
            scenario,
            benchmark,
            seed=seed,
            replicates=replicates,
            model=self.model,
            policies=self.policies,
            uncertainty=self.uncertainty,
            engine=self.engine,
        )

    @cached_property
    def engine(self) -> dict[str, str] | None:
        """What plays in place of NumPy, and its version; None for the reference."""
        if not self.fast:
            return None
        from multivector.compiled.remembered import code

        return {"name": COMPILED, "code": code()}

    @cached_property
    def canonical(self) -> tuple[str, str | None]:
        """Both scenarios as canonical text (None where there is no benchmark)."""
        return self.scenario.canonical(), None if self.benchmark is None else self.benchmark.canonical()

    @cached_property
    def policies(self) -> dict[str, dict[str, str]]:
        """Installed packages whose decision rules are used: rule -> package, version and digest of the source."""
        return used([self.scenario] if self.benchmark is None else [self.scenario, self.benchmark])

    @cached_property
    def model(self) -> str:
        """Version of the model and its figures."""
        return model_version(shipped_root() / "figures")

    def name(self, *, seed: int, replicates: int) -> str:
        """Name of the result."""
        return result_name(self.scenario.id, self.digest(seed=seed, replicates=replicates))


def prepare(
    scenario: str | Path,
    *,
    overrides: Mapping[str, str] | None = None,
    doctrines: Mapping[str, str] | None = None,
    order: str | None = None,
    uncertainty: str | None = None,
    fast: bool = False,
) -> Arms:
    """Load a scenario with what the command line changes, and its benchmark with the same changes.

    Parameters
    ----------
    scenario
        A file or the name of a shipped one.
    overrides
        Dotted path -> YAML text, as with ``--set``.
    doctrines
        Actor -> doctrine.
    order
        ``sequential`` or ``simultaneous``.
    uncertainty
        `PRIOR` to draw what the scenario calls uncertain, for each replicate; `POSTERIOR` to draw one of the vectors of
        free numbers that the facts leave plausible.
    fast
        Have the turn compiled; needs the extra `fast`.

    Raises
    ------
    BadInput
        Something is wrong with the scenario, a path or a value, nothing is uncertain that should be drawn, or the
        shipped posterior is that of another model.

    Examples
    --------
    >>> arms = prepare("after-2022", doctrines={"KAZ": "west-pivot"})
    >>> arms.scenario.actors["KAZ"].doctrine, arms.benchmark.id
    ('west-pivot', 'no-sanctions')
    """
    changed = dict(overrides or {})
    changed |= {f"actors.{actor}.doctrine": doctrine for actor, doctrine in (doctrines or {}).items()}
    if order is not None:
        changed["order"] = order
    main = load(scenario, overrides=changed)
    if uncertainty == POSTERIOR:
        found = current_posterior(Arms(main, None).model)
        if not found.among(numbers(main)):
            problem = "found a scenario that sets every fitted number itself"
            raise BadInput([Problem("--uncertainty", 0, 0, "", problem, "one that leaves some as shipped")])
        uncertainty = found.name
    elif uncertainty is not None and not main.uncertainties:
        problem = "found a scenario without uncertain numbers"
        raise BadInput([Problem("--uncertainty", 0, 0, "", problem, "one with a section `uncertainties`")])
    if main.benchmark is None:
        return Arms(main, None, uncertainty, fast)
    return Arms(main, _benchmark(main.benchmark, Path(scenario), changed, main), uncertainty, fast)


def _benchmark(name: str, file: Path, changed: Mapping[str, str], main: Scenario) -> Scenario:
    beside = [file.parent / f"{name}{suffix}" for suffix in ("", ".yaml", ".yml")] if file.is_file() else []
    place = next((path for path in beside if path.is_file()), Path(name))
    # What was changed about sanctions or the benchmark concerns the run alone.
    shared = {k: v for k, v in changed.items() if k.split(".")[0] not in ("sanctions", "benchmark")}
    try:
        found = load(place, overrides=shared)
    except BadInput:
        # Nor does what was changed in something that the run's file adds: a doctrine, an event, a parameter.
        bare = load(place)
        shared = {path: value for path, value in shared.items() if not _only_in(main, bare, path)}
        found = load(place, overrides=shared)
    if found.calendar != main.calendar:
        shared |= {"calendar.start": main.calendar.start, "calendar.turns": str(main.calendar.turns)}
        found = load(place, overrides=shared)
    if found.focus != main.focus:
        problem = f"found a benchmark ({name}) about {found.focus}"
        raise BadInput([Problem(str(file), 0, 0, "benchmark", problem, f"one about {main.focus}")])
    return found


def _only_in(main: Scenario, other: Scenario, path: str) -> bool:
    """Whether a path leads into an entry that the main world has and the other one has not."""
    section, _, rest = path.partition(".")
    known = numbers(main)
    if canonical(path, known) in known.keys() - numbers(other).keys():
        return True
    own = getattr(main, section, None)
    entry = rest.split(".")[0]
    return isinstance(own, Mapping) and entry in own and entry not in getattr(other, section)
