"""Many histories: in blocks, by many hands, to disk as they come; stopped and gone on with; in shards that merge.

The unit is a block of `replicates.block_size` histories. What a block holds depends on the world, the seed and the
replicates alone, and the result is joined from the blocks in their order: so it is the same to the bit, and file by
file, whoever played them, in whatever order, and however often the run was stopped.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from multivector.errors import BadInput, Problem
from multivector.experiment.ensembles.blockwise import Blockwise, Watcher
from multivector.experiment.ensembles.crew import Cluster, Crew, Work
from multivector.experiment.ensembles.crew import local as on_this_machine
from multivector.experiment.ensembles.histories import Histories, Played
from multivector.experiment.ensembles.running import Request, summary_of
from multivector.experiment.ensembles.saving import (
    BENCHMARK,
    DICTIONARY,
    SCENARIO,
    dictionary_text,
    manifest,
    scenario_text,
    timing,
)
from multivector.experiment.histories.arms import Arms
from multivector.experiment.histories.replicates import Experiment, Failure, chunks
from multivector.experiment.telling import summary as told
from multivector.results.manifest import FORMAT
from multivector.results.parts import FINISHED, Parts, StoredTally, block_facts, read_request, stored_blocks
from multivector.results.store import FAILURES, NOTHING, SUMMARY, Writer, json_bytes
from multivector.scenario import load

ALIKE = ("format", "digest", "level", "size")
"""What all shards of a run have in common."""
Hands = Callable[[Work[Played], int], Crew[Played]]
"""From what is played and the number of blocks left to who plays them."""


def local(workers: int | None) -> Hands:
    """Worker processes on this machine (default: as many as processors); one is this process."""
    return lambda work, blocks: on_this_machine(work, workers, blocks)


def cluster_at(address: str) -> Hands:
    """The workers of the Dask cluster whose scheduler is at an address."""
    return lambda work, _blocks: Cluster(work, address)


@dataclass
class Ensemble(Blockwise):
    """A run in blocks; `perform` gives the folder of the result, or of the shard.

    Attributes
    ----------
    request : what to run.
    out, form : folder of results, ``parquet`` or ``csv``.
    hands : who plays.
    watcher : is told how it goes on.
    command : the command line that asked for it.
    shard : ``(i, n)`` for the i-th of n shares of the blocks, counted from 1.
    resume, force : go on with the blocks of an unfinished run; throw them away.
    """

    request: Request
    out: Path
    form: str
    hands: Hands
    watcher: Watcher
    command: str
    shard: tuple[int, int] | None = None
    resume: bool = False
    force: bool = False

    def __post_init__(self) -> None:
        request = self.request
        name = request.arms.name(seed=request.seed, replicates=request.replicates)
        every = enumerate(chunks(0, request.replicates, request.block_size))
        self.blocks = {k: ids for k, ids in every if self.shard is None or k % self.shard[1] == self.shard[0] - 1}
        self.parts = Parts(self.out, name, self._facts())

    def _facts(self) -> dict[str, Any]:
        request = self.request
        digest = request.arms.digest(seed=request.seed, replicates=request.replicates)
        return {
            "format": FORMAT, "digest": digest, "level": request.level, "replicates": request.replicates,
            "seed": request.seed, "uncertainty": request.arms.uncertainty,
            "size": request.block_size,
            "shard": None if self.shard is None else list(self.shard), "blocks": len(self.blocks),
            "command": self.command, **({"fast": True} if request.arms.fast else {}),
        }  # fmt: skip

    @cached_property
    def _experiment(self) -> Experiment:
        return Experiment(
            self.request.arms, seed=self.request.seed, tick=self.watcher, alone=True, compiling=self.watcher.compiling
        )

    def _turns(self, ids: range) -> int:
        return self._experiment.turns_per_history * len(ids)

    def _begin(self) -> None:
        if not (self.parts.folder / SCENARIO).is_file():
            self.parts.put(texts_of(self._experiment))

    def _crew(self, blocks: int) -> Crew[Played]:
        self._experiment.prepare()
        return self.hands(Histories(self._experiment, self.request.level), blocks)

    def _publish(self, spent: Mapping[str, Any]) -> Path:
        if self.shard is not None:
            return self.parts.publish_shard()
        made = publish(
            self.out, self.form, self.request, [self.parts.folder / f"{k:06d}" for k in self.blocks], self.parts.folder,
            self.parts.request, spent, left=FINISHED,
        )  # fmt: skip
        self.parts.remove()
        return made


def texts_of(experiment: Experiment) -> dict[str, str]:
    """The small files of a result that are known before it is run."""
    arms = experiment.arms
    texts = {SCENARIO: scenario_text(arms.scenario), DICTIONARY: dictionary_text(experiment.dictionary)}
    if arms.benchmark is not None:
        texts[BENCHMARK] = scenario_text(arms.benchmark)
    return texts


def publish(
    out: Path, form: str, request: Request, folders: Sequence[Path], texts: Path, facts: Mapping[str, Any],
    spent: Mapping[str, Any], *, left: str = NOTHING,
) -> Path:  # fmt: skip
    """Join blocks to a result.

    Parameters
    ----------
    out, form : folder of results, ``parquet`` or ``csv``.
    request : what was run.
    folders : the blocks in order.
    texts : folder of the small files known before.
    facts, spent : the command, and the time that it took.
    left : what is left if it cannot be written, as a phrase.
    """
    arms = request.arms
    dictionary = Experiment(arms, seed=request.seed).dictionary
    known = [block_facts(folder) for folder in folders]
    failures = [Failure(**each) for facts_of in known for each in facts_of["failures"]]
    plan = told.tally_for(arms, dictionary)
    tally = StoredTally(plan.lines, plan.at_end, folders)
    summary = summary_of(request, None, tally, dictionary, failures)
    about = manifest(arms, seed=request.seed, replicates=request.replicates, level=request.level)
    about |= {key: common([facts_of[key] for facts_of in known]) for key in ("versions", "machine")}
    about |= {"command": facts["command"], "timing": dict(spent)}
    names = [SCENARIO, DICTIONARY, *([] if arms.benchmark is None else [BENCHMARK])]
    # Bytes: reading as text would change the line ends of the dictionary.
    small = {name: (texts / name).read_bytes().decode("utf-8") for name in names}
    small |= {SUMMARY: json_bytes(summary).decode("utf-8")}
    small[FAILURES] = "".join(json.dumps(vars(f)) + "\n" for f in failures)
    with Writer(out, arms.name(seed=request.seed, replicates=request.replicates), form, left=left) as writer:
        for name in sorted({path.stem for folder in folders for path in folder.glob("*.parquet")}):
            writer.lend(name, [path for folder in folders if (path := folder / f"{name}.parquet").is_file()])
        return writer.finish(about, small)


def common(found: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """What all blocks were made with; ``mixed`` where they differ, so that nobody promises equal bits.

    Examples
    --------
    >>> common([{"numpy": "2.4", "python": "3.11"}, {"numpy": "2.4", "python": "3.12"}])
    {'numpy': '2.4', 'python': 'mixed'}
    """
    return {key: value if all(each.get(key) == value for each in found) else "mixed" for key, value in found[0].items()}


def merge(folders: Sequence[Path], out: Path, form: str = "parquet") -> Path:
    """Make the result of a run from its shards; the shards stay.

    Parameters
    ----------
    folders : what ``run --shard i/n`` has left, all n of them, in any order.
    out, form : folder of results, ``parquet`` or ``csv``.

    Raises
    ------
    BadInput
        They are not all the shards of one run, made by this version of the model.
    RunFailed
        The result cannot be written.
    """
    start = time.perf_counter()
    if not folders:
        raise BadInput([Problem("shards", 0, 0, "", "found none", "the folders of all shards of one run")])
    requests = [read_request(folder) for folder in folders]
    first = requests[0]
    for folder, asked in zip(folders, requests, strict=True):
        if any(asked.get(key) != first[key] for key in ALIKE) or not asked["shard"]:
            raise _not_one(folder, "found a shard of another run, or no shard", "shards of one run at one level")
    many = first["shard"][1]
    missing = sorted(set(range(1, many + 1)) - {asked["shard"][0] for asked in requests})
    if missing or len(requests) != many:
        found = f"found {len(requests)} of {many} shards"
        named = ", ".join(str(i) for i in missing[:20]) + ("…" if len(missing) > 20 else "")
        raise _not_one(folders[0].parent, found, f"each once; missing: {named or 'none'}")
    texts = folders[0]
    arms = stored_arms(texts, first["uncertainty"], bool(first.get("fast")))
    if arms.digest(seed=first["seed"], replicates=first["replicates"]) != first["digest"]:
        raise _not_one(texts, "found a shard of another version of the model", "shards made by this one")
    request = Request(arms, first["seed"], first["replicates"], first["level"])
    places = {number: folder / f"{number:06d}" for folder in folders for number in stored_blocks(folder)}
    wanted = range(len(list(chunks(0, request.replicates, first["size"]))))
    if sorted(places) != list(wanted):
        gaps = sorted(set(wanted) - set(places))
        raise _not_one(texts.parent, f"found blocks missing: {gaps[:20]}", "finished shards")
    spent = {**timing(time.perf_counter() - start, 0), "shards": many}
    return publish(out, form, request, [places[k] for k in wanted], texts, first, spent)


def stored_arms(folder: Path, uncertainty: str | None, fast: bool = False) -> Arms:
    """The scenario and its benchmark as a folder of a result or of a shard has them."""
    has_benchmark = (folder / BENCHMARK).is_file()
    benchmark = load(folder / BENCHMARK, stored=True) if has_benchmark else None
    return Arms(load(folder / SCENARIO, stored=True), benchmark, uncertainty, fast)


def _not_one(folder: Path, found: str, allowed: str) -> BadInput:
    return BadInput([Problem(str(folder), 0, 0, "", found, allowed)])
