"""Decision rules that installed packages add: found by their entry points, loaded when a scenario names one.

A package offers a rule in its own metadata, under the group `GROUP`::

    [project.entry-points."multivector.policies"]
    cautious = "cautious_policies:cautious"

Only what is installed counts. A scenario names a rule and nothing else: no file can bring code, and a rule that no
scenario names is not imported. Built-in rules cannot be replaced.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from multivector.errors import BadInput, Problem
from multivector.schema.design import RULES
from multivector.schema.document import Scenario

GROUP = "multivector.policies"
"""Entry point group under which packages offer decision rules."""


@dataclass(frozen=True)
class Offered:
    """A rule that an installed package offers.

    Attributes
    ----------
    name : the rule, as scenarios write it.
    package, version : of the distribution.
    entry : the entry point, not loaded.
    """

    name: str
    package: str
    version: str
    entry: metadata.EntryPoint

    def __str__(self) -> str:
        return f"{self.package} {self.version}"

    def source(self) -> str:
        """Digest of the file that the rule is defined in: a version may stay the same while code changes."""
        try:
            spec = find_spec(self.entry.module)
            return hashlib.sha256(Path(spec.origin or "").read_bytes()).hexdigest() if spec else ""
        except (OSError, ImportError, ValueError):
            return ""


def offered() -> tuple[Offered, ...]:
    """Every rule that an installed package offers, by name and package; nothing is imported."""
    found = []
    for entry in metadata.entry_points(group=GROUP):
        about: Any = entry.dist.metadata if entry.dist is not None else {}
        package, version = (str(about.get(key, "unknown")) for key in ("Name", "Version"))
        found.append(Offered(entry.name, package, version, entry))
    return tuple(sorted(found, key=lambda o: (o.name, o.package)))


def rule_names() -> tuple[str, ...]:
    """The rules that a scenario may name: the built-in ones and those of installed packages."""
    return (*RULES, *dict.fromkeys(o.name for o in offered() if o.name not in RULES))


def trouble(name: str) -> str:
    """Why the rule of a package cannot be used, as a phrase; nothing if it can.

    Examples
    --------
    >>> trouble("no-such-rule")
    'no installed package offers it'
    """
    try:
        load_policy(name)
    except BadInput as error:
        return error.problems[0].found
    return ""


def load_policy(name: str) -> Callable[[Any], Any]:
    """What an installed package's rule is: a callable that takes a `decisions.question.Question` and gives odds.

    Raises
    ------
    BadInput
        No package offers the rule, or two do, or it cannot be imported, or it is nothing that can be asked.
    """
    found = [o for o in offered() if o.name == name]
    if not found:
        raise _refused(name, "no installed package offers it")
    if len(found) > 1:
        raise _refused(name, f"{len(found)} packages offer it: {', '.join(str(o) for o in found)}")
    return _loaded(found[0])


def _refused(name: str, why: str) -> BadInput:
    return BadInput([Problem(f"decision rule {name}", 0, 0, "", why, "one installed package that offers it and works")])


@cache
def _loaded(offer: Offered) -> Callable[[Any], Any]:
    try:
        policy = offer.entry.load()
    except (Exception, SystemExit) as error:
        first = (str(error).splitlines() or [""])[0][:200]
        raise _refused(offer.name, f"{offer} cannot be loaded: {type(error).__name__}: {first}") from error
    if isinstance(policy, type) or not callable(policy):
        raise _refused(offer.name, f"{offer} offers {offer.entry.value}, which is no function")
    if not _takes_one(policy):
        raise _refused(offer.name, f"{offer} offers {offer.entry.value}, which does not take a question alone")
    return policy  # type: ignore[no-any-return]


def _takes_one(policy: Callable[..., Any]) -> bool:
    try:
        inspect.signature(policy).bind(None)
    except TypeError:
        return False
    except ValueError:  # a function of a compiled module tells nothing of what it takes
        return True
    return True


def used(scenarios: Sequence[Scenario]) -> dict[str, dict[str, str]]:
    """Packages whose rules these scenarios name: rule -> package, version and digest of the source.

    Part of what determines the numbers, and so of the manifest and the digest of a result.
    """
    names = {n for s in scenarios for n in (s.decision.rule, *s.decision.actors.values())} - set(RULES)
    if not names:
        return {}
    known = {o.name: o for o in offered()}
    return {
        n: {"package": known[n].package, "version": known[n].version, "source": known[n].source()}
        for n in sorted(names)
        if n in known
    }
