"""A run as a result folder: blocks as they come, then what was run, with what, and every figure that was printed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from multivector.experiment.histories.arms import Arms
from multivector.experiment.histories.replicates import LEVELS, Block, Done, Level
from multivector.hashing import text_digest
from multivector.outcomes import Outcome
from multivector.results.manifest import FORMAT, machine, versions
from multivector.results.store import FAILURES, SUMMARY, TOLD, Stored, Writer, find_result, json_bytes, json_line
from multivector.results.tables import (
    Table,
    flows_table,
    lines_table,
    moves_table,
    outcomes_table,
    uncertain_table,
    votes_table,
)
from multivector.results.yaml_text import yaml_text
from multivector.schema import Scenario

SCENARIO, BENCHMARK, DICTIONARY = "scenario.yaml", "benchmark.yaml", "dictionary.csv"


def tables_of(block: Block, level: Level, focus: str, *, keep: list[int] | None = None) -> dict[str, Table | None]:
    """The tables of a block by name.

    Parameters
    ----------
    block : recorded replicates.
    level : how much to keep; less than was recorded is fine.
    focus : the focus actor.
    keep : ids of the replicates to keep (default all).
    """
    record = block.record
    lanes = None if keep is None else np.flatnonzero(np.isin(np.asarray(record.replicate_ids), keep))
    out: dict[str, Table | None] = {
        "outcomes": outcomes_table(record, focus, keep=lanes, last_only=level == "summary"),
        "lines": lines_table(record, keep=lanes) if record.lines else None,
        "votes": votes_table(record, focus, keep=lanes),
        "uncertain": uncertain_table(record, block.uncertain, keep=lanes) if block.uncertain else None,
    }
    if level == "full":
        out |= {"moves": moves_table(record, keep=lanes), "flows": flows_table(record, keep=lanes)}
    return out


def finish(writer: Writer, arms: Arms, *, seed: int, replicates: int, level: Level, done: Done, command: str) -> Path:
    """Write the rest of a result and publish it under its name."""
    texts = {
        **(done.texts or scenario_texts(arms)),
        DICTIONARY: dictionary_text(done.dictionary),
        SUMMARY: json_bytes(done.summary).decode("utf-8"),
        FAILURES: "".join(json.dumps(vars(f)) + "\n" for f in done.failures),
    }
    if done.told:
        texts[TOLD] = json_line(done.told)
    facts = manifest(arms, seed=seed, replicates=replicates, level=level)
    facts |= {"command": command, "timing": timing(done.seconds, replicates)}
    return writer.finish(facts, texts)


def stored_run(arms: Arms, *, seed: int, replicates: int, level: Level, form: str, out: Path) -> Stored | None:
    """The stored result of a run if it has as much detail as was asked and the form that was asked, else None."""
    digest = arms.digest(seed=seed, replicates=replicates)
    found = find_result(out, arms.name(seed=seed, replicates=replicates), digest)
    if found is None or LEVELS.index(found.manifest["level"]) < LEVELS.index(level):
        return None
    return found if (found.folder / f"outcomes.{form}").is_file() else None


def timing(seconds: float, replicates: int) -> dict[str, Any]:
    """When a run ended and how long it took."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {"finished": now, "seconds": seconds, "histories_per_second": replicates / max(seconds, 1e-9)}


def manifest(arms: Arms, *, seed: int, replicates: int, level: Level) -> dict[str, Any]:
    """What was run, with what."""
    scenario, benchmark = arms.canonical
    drawn = {} if arms.uncertainty is None else {"uncertainty": arms.uncertainty}
    return {
        "format": FORMAT,
        "scenario": arms.scenario.id,
        "benchmark": None if arms.benchmark is None else arms.benchmark.id,
        "seed": seed,
        "replicates": replicates,
        "level": level,
        **drawn,
        "digests": {
            "result": arms.digest(seed=seed, replicates=replicates),
            "scenario": text_digest(scenario),
            "benchmark": None if benchmark is None else text_digest(benchmark),
            "model": arms.model,
        },
        **({} if arms.engine is None else {"engine": arms.engine}),
        "policies": arms.policies,
        **made_with(arms),
    }


def made_with(arms: Arms) -> dict[str, dict[str, str]]:
    """Versions and machine on which the bits of a run depend here; where it is compiled, compiler and processor too."""
    if not arms.fast:
        return {"versions": versions(), "machine": machine()}
    from multivector.compiled import remembered

    remembered.needed()
    return {
        "versions": {**versions(), **remembered.versions()}, "machine": {**machine(), **remembered.machine()}
    }  # fmt: skip


def scenario_texts(arms: Arms) -> dict[str, str]:
    """The resolved scenario and its benchmark, by the name of their file in a result."""
    found = {SCENARIO: scenario_text(arms.scenario)}
    return found if arms.benchmark is None else {**found, BENCHMARK: scenario_text(arms.benchmark)}


def scenario_text(scenario: Scenario) -> str:
    """The resolved scenario as a file that can be run again, with the origin of every entry as a comment."""
    data = scenario.model_dump(mode="json", by_alias=True, exclude={"extends"}, exclude_none=True)

    def origin(path: str) -> str:
        from multivector.errors import BadInput

        try:
            chain = scenario.provenance(path.removeprefix("parameters.")).chain
        except BadInput:
            return ""
        return str(chain[0]) if chain else ""

    return yaml_text({k: v for k, v in data.items() if v not in ({}, [])}, origin=origin)


def dictionary_text(dictionary: Mapping[str, Outcome]) -> str:
    """The dictionary of outcomes as CSV."""
    out = io.StringIO()
    table = csv.writer(out)
    names = ("id", "title", "unit", "direction", "group", "per", "margin", "definition", "source")
    table.writerow(names)
    for outcome in dictionary.values():
        table.writerow([getattr(outcome, name) for name in names])
    return out.getvalue()
