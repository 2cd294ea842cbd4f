"""Name or path -> checked scenario."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from collections.abc import Mapping as Map
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from multivector.errors import BadInput, Problem
from multivector.scenario.check_economy import check_economies
from multivector.scenario.check_numbers import check_numbers
from multivector.scenario.check_world import check_complete, check_files, check_world
from multivector.scenario.limits import MAX_TOLD
from multivector.scenario.mend import what_is_left
from multivector.scenario.names import did_you_mean
from multivector.scenario.nodes import Mapping, Node, Scalar, child, shown, to_data
from multivector.scenario.places import Places
from multivector.scenario.resolve import Resolved, display, locate, resolve
from multivector.scenario.words import fields_at, rewrite
from multivector.schema.document import Scenario
from multivector.schema.trace import Mark, Provenance

_SORTED = ("actors", "corridors", "sanctions", "events", "moves", "doctrines", "red_lines", "parameters", "mechanisms",
           "paths", "uncertainties", "levers", "outcomes", "ledger")  # fmt: skip
_SORTED_BELOW = ("blocs", "votes", "rules")
RESOLVED = ("scenario.yaml", "benchmark.yaml")
"""Files of a result: the worlds as they were played."""


@dataclass(frozen=True, eq=False)
class TreeTrace:
    """Where the values of a scenario came from: its merged tree.

    All traces are equal: where a world was read from is no part of what it is.
    """

    root: Mapping
    parent: Mapping | None
    files: tuple[str, ...]
    warnings: tuple[Problem, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TreeTrace)

    def __hash__(self) -> int:
        return 0

    def node(self, path: str) -> Node | None:
        """Return the node of a dotted path; None for a field that the files leave at its default.

        Raises
        ------
        BadInput
            There is no such path; the message has the nearest.
        """
        keys = locate(self.root, path) or []
        here: Node | None = self.root if keys else None
        for number, key in enumerate(keys):
            below = child(here, key) if here is not None else None
            if below is None and number == len(keys) - 1 and key in fields_at(Scenario, keys[:-1]):
                return None
            here = below
        if here is None:
            raise BadInput([self._unknown(path)])
        return here

    def _unknown(self, path: str) -> Problem:
        parameters = self.root.items.get("parameters")
        known = list(parameters.items) if isinstance(parameters, Mapping) else []
        for key, item in self.root.items.items():
            known.append(key)
            known += (
                [f"{key}.{name}" for name in item.items] if isinstance(item, Mapping) and key != "parameters" else []
            )
        return Problem(
            self.files[-1], 0, 0, path[:80], "found no such path", "a path of this scenario", did_you_mean(path, known)
        )

    def provenance(self, path: str) -> Provenance:
        """Say where the value of a dotted path was set, newest first."""
        node = self.node(path)
        marks: list[Mark] = []
        values: list[str] = []
        if isinstance(node, Mapping) and "value" in node.items:
            node = node.items["value"]
        while node is not None:
            if isinstance(node, Mapping) and "value" in node.items:
                marks.append(node.items["value"].mark)
                values.append(_text(node.items["value"]))
            else:
                marks.append(node.mark)
                values.append(_text(node))
            node = node.previous
        return Provenance(path, tuple(marks), tuple(values))


def _text(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else shown(node)


@dataclass(frozen=True)
class Report:
    """What checking a file found. `scenario` is None if there are errors."""

    name: str
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    scenario: Scenario | None

    @property
    def is_fragment(self) -> bool:
        """Whether the file is a part of a world (no actors or no doctrines), not a world."""
        return self.scenario is not None and not (self.scenario.actors and self.scenario.doctrines)


def trace_of(report: Report) -> TreeTrace:
    """Return the merged tree behind a report without errors.

    Raises
    ------
    BadInput
        The report has errors, so there is no tree to show.
    """
    trace = report.scenario._trace if report.scenario is not None else None
    if not isinstance(trace, TreeTrace):
        raise BadInput(report.problems)
    return trace


def check(
    name: str | Path, *, overrides: Map[str, str] | None = None, complete: bool = False, stored: bool = False
) -> Report:
    """Read and check a file; never raises for what is wrong in it.

    Parameters
    ----------
    name : str or Path
        A path, or the name of a shipped scenario.
    overrides : mapping, optional
        Dotted path -> YAML text, as with ``--set``.
    complete : bool
        Whether the file must be a world that can be run, not only a part of one.
    stored : bool
        Whether the file is the resolved world that a result keeps: what it dates outside its calendar was left out.
    """
    stored = stored or _kept(Path(name))
    with _no_collection():
        try:
            resolved = resolve(name, overrides)
        except BadInput as error:
            return Report(str(name), error.problems, (), None)
        scenario, problems, warnings = _validate(resolved, complete, stored)
    if problems:
        return Report(resolved.main, _ordered(problems), _ordered(warnings), None)
    assert scenario is not None
    files = tuple(display(file) for file in resolved.files)
    trace = TreeTrace(resolved.root, resolved.parent, files, _ordered(warnings))
    scenario._trace = trace
    return Report(resolved.main, (), trace.warnings, scenario)


def _kept(path: Path) -> bool:
    """Whether a file is the scenario of a result: it may date what its own calendar leaves out."""
    try:
        return path.name in RESOLVED and (path.parent / "manifest.json").is_file()
    except (OSError, ValueError):
        return False


@contextmanager
def _no_collection() -> Iterator[None]:
    """Pause the garbage collector: a tree is many small objects, none of them garbage, each visited often."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def load(name: str | Path, *, overrides: Map[str, str] | None = None, stored: bool = False) -> Scenario:
    """Load a scenario that can be run.

    Parameters
    ----------
    name : str or Path
        A path, or the name of a shipped scenario.
    overrides : mapping, optional
        Dotted path -> YAML text, as with ``--set``; laid over everything, with provenance ``--set path``.
    stored : bool
        As for `check`.

    Returns
    -------
    Scenario
        Resolved, checked, frozen; `Scenario.warnings` has what is doubtful.

    Raises
    ------
    BadInput
        With every problem that was found, at once.
    """
    report = check(name, overrides=overrides, complete=True, stored=stored)
    if report.scenario is None:
        raise BadInput(report.problems)
    return report.scenario


def _validate(resolved: Resolved, complete: bool, stored: bool) -> tuple[Scenario | None, list[Problem], list[Problem]]:
    places = Places(resolved.root, resolved.main, stored=stored)
    problems = list(resolved.problems)
    data = _data(resolved.root)
    scenario: Scenario | None = None
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        problems += rewrite(error, resolved.root, Scenario)
        scenario, mended = what_is_left(data, error)
        places.excuse(mended)
    if scenario is not None:
        check_numbers(places, scenario)
        check_world(places, scenario)
        check_economies(places, scenario)
        check_files(places, scenario, [str(file) for file in reversed(resolved.files)])
        if complete and not problems:
            check_complete(places, scenario)
    return scenario, problems + places.problems, resolved.warnings + places.warnings


def _data(root: Mapping) -> dict[str, Any]:
    data = {key: to_data(node, free=key == "classroom") for key, node in root.items.items()}
    # Nothing under a section means: nothing said. An unknown key is refused, with something in it or without.
    silent = set(Scenario.model_fields) - {"benchmark"}
    data = {key: value for key, value in data.items() if value is not None or key not in silent}
    for key in _SORTED:
        _sort(data, key)
    alignment = data.get("alignment")
    if isinstance(alignment, dict):
        for key in _SORTED_BELOW:
            _sort(alignment, key)
    return data


def _sort(data: dict[str, Any], key: str) -> None:
    entry = data.get(key)
    if isinstance(entry, dict):
        data[key] = dict(sorted(entry.items()))


def _ordered(problems: list[Problem]) -> tuple[Problem, ...]:
    """By file in the order met, then by place; each once."""
    files = {problem.file: number for number, problem in reversed(list(enumerate(problems)))}
    unique = sorted(dict.fromkeys(problems), key=lambda p: (files[p.file], p.line, p.column))
    if len(unique) > MAX_TOLD:
        more = f"found {len(unique) - MAX_TOLD:,} more problems like these"
        return (*unique[:MAX_TOLD], Problem(unique[0].file, 0, 0, "", more, level=unique[0].level))
    return tuple(unique)
