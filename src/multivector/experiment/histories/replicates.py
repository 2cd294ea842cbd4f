"""Blocks of replicates: the benchmark arm, then the scenario on the same draws; a failing replicate is a record."""

from __future__ import annotations

import ctypes
import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from multivector.errors import RunFailed
from multivector.experiment.histories.arms import Arms
from multivector.experiment.histories.beside import Beside
from multivector.experiment.histories.story import Story
from multivector.experiment.second import Send
from multivector.mechanisms.trade_solver import PADDING
from multivector.randomness import BLOCK
from multivector.results.recorded import Array, Recorded

if TYPE_CHECKING:
    from multivector.compiled.kernels import Kernels
    from multivector.experiment.histories.uncertain import Prior
    from multivector.outcomes import Outcome
    from multivector.world.model import DiplomacyModel
    from multivector.world.setup import Setup
    from multivector.world.watching.record import Record

Level = Literal["summary", "outcomes", "full"]
LEVELS: tuple[Level, ...] = ("summary", "outcomes", "full")
CHUNK, MANY = 256, 2048
"""Replicates computed at a time; a multiple of 64, because draws come in blocks of 64. More from `MANY` on."""
LARGEST, LARGEST_ALONE, PAGE = 13 * BLOCK, 33 * BLOCK, 512
"""Most replicates at a time of a compiled turn, with a benchmark and without; numbers in a page of memory."""
FULL_UP_TO, OUTCOMES_UP_TO = 20, 10_000
SELDOM = 100_000
"""New objects after which circles among them are looked for while a block is played."""
MALLOC = {-1: 2**31 - 1, -2: 2**26, -3: 2**25}
"""By number in glibc's malloc.h: bytes that are kept at most, bytes asked for beyond what is needed, and from how many
on an array has pages of its own, which are given back at once (the most that it takes)."""
FAILURES = (RunFailed, ArithmeticError, ValueError, np.linalg.LinAlgError)
"""What may go wrong with one history; other errors are defects of the program and are not hidden."""

_REASONS = {
    1: ("trade", "the trade solve did not converge, or prices went beyond counting"),
    2: ("decisions", "what actors expect of each other found no fixed point (decision: qre) in 200 iterations"),
    3: ("accounts", "a stock or an income grew beyond counting"),
    4: ("outcomes", "an outcome grew beyond counting"),
}
"""Stage and message by what `State.failed` says; 4 is said of histories that it lets pass."""

Tick = Callable[[int], None]


def default_level(replicates: int) -> Level:
    """How much is kept when nothing is said: everything of a few histories, quantiles of very many.

    Examples
    --------
    >>> default_level(1), default_level(1000), default_level(100_000)
    ('full', 'outcomes', 'summary')
    """
    return "full" if replicates <= FULL_UP_TO else "outcomes" if replicates <= OUTCOMES_UP_TO else "summary"


def block_size(replicates: int, fast: bool = False, alone: bool = False) -> int:
    """Replicates computed at a time in an ensemble: larger blocks are cheaper a history, smaller ones busy more cores.

    Of a compiled turn (`fast`) much of what is left is the same whatever the block: it is played in larger ones, the
    largest where no benchmark is played with it (`alone`), so that a worker stays below 1 GiB; an even number of them,
    alike, so that two workers are done at the same time. Rows do not fill pages, or those of which a kernel reads
    hundreds would share a few places of the cache.

    Examples
    --------
    >>> block_size(1000), block_size(10_000), block_size(10_000, fast=True), block_size(10_000, fast=True, alone=True)
    (256, 512, 720, 1672)
    """
    if not fast:
        return CHUNK if replicates < MANY else 2 * CHUNK
    largest = LARGEST_ALONE if alone else LARGEST
    count = 2 * -(-replicates // (2 * largest))
    size = max(-(-replicates // (count * PADDING)) * PADDING, CHUNK)
    return size + PADDING if size % PAGE == 0 else size


def chunks(first: int, count: int, size: int = CHUNK) -> Iterator[range]:
    """Ranges of replicates, each up to `size`.

    Examples
    --------
    >>> list(chunks(0, 300))
    [range(0, 256), range(256, 300)]
    """
    for start in range(first, first + count, size):
        yield range(start, min(start + size, first + count))


def let_go() -> None:
    """Free the worlds that were played: they refer to themselves in circles, and many of them are large."""
    gc.collect()


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for circles of objects less often: a turn makes a great many objects, and hardly one in a circle."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], SELDOM), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@cache
def keep_memory() -> None:
    """Have the C library keep what a block gives back: the next one needs as much, and fresh pages cost time.

    A process holds an eighth more at most (measured). Where the library is not GNU's nothing is asked of it: others
    know no such function, and Windows takes no name of none.
    """
    with suppress(OSError, AttributeError, TypeError):
        ask = ctypes.CDLL(None).mallopt
        for option, value in MALLOC.items():
            ask(option, value)


@dataclass(frozen=True)
class Failure:
    """A replicate without numbers: where it failed and what was said."""

    replicate: int
    stage: str
    message: str


@dataclass
class Block:
    """Some replicates of both arms, recorded.

    `room` is each red line's distance from the base world to its bound ``[replicate]``; `exposures` are gauges at the
    base and at the end ``[replicate]``; `dictionary` says what each outcome is; `stories` are histories with reasons,
    by replicate, and `story` the first of them; `uncertain` is what was drawn of uncertain numbers of the scenario
    ``[replicate]``, by path. `besides` is what the process of the benchmark worked out when it had played.
    """

    record: Recorded
    benchmark: Recorded | None
    room: dict[str, Array]
    exposures: dict[str, tuple[Array, Array]]
    dictionary: Mapping[str, Outcome]
    seconds: float
    story: Story | None = None
    failures: list[Failure] = field(default_factory=list)
    uncertain: dict[str, Array] = field(default_factory=dict)
    stories: dict[int, Story] = field(default_factory=dict)
    besides: Any = None


@dataclass
class Done:
    """What a run brought: every figure, what failed, what each outcome is, the histories that it told whole, and those
    texts of the result that are written already, by file."""

    summary: dict[str, Any]
    failures: list[Failure]
    dictionary: Mapping[str, Outcome]
    seconds: float
    told: list[dict[str, Any]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)


class Experiment:
    """Runs blocks of replicates of two arms.

    Parameters
    ----------
    arms : the scenario and its benchmark.
    seed : root of all draws.
    tick : called after every turn of every arm with the number of histories that played it.
    alone : keep to this process, also for the benchmark.
    besides : what the process of the benchmark works out when it has played beside a history that is told.
    compiling : called when kernels have to be made, which takes some seconds.
    """

    def __init__(
        self, arms: Arms, *, seed: int = 0, tick: Tick | None = None, alone: bool = False,
        besides: Callable[[], Any] | None = None, compiling: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        self.arms, self.seed, self._tick, self._alone, self._besides = arms, seed, tick, alone, besides
        self._compiling = compiling

    @cached_property
    def setup(self) -> Setup:
        """The scenario's world with its terminal values."""
        from multivector.world.setup import Setup

        return Setup(self.arms.scenario)

    @cached_property
    def benchmark_setup(self) -> Setup | None:
        """The benchmark's world."""
        from multivector.world.setup import Setup

        return None if self.arms.benchmark is None else Setup(self.arms.benchmark)

    @cached_property
    def priors(self) -> tuple[Prior | None, Prior | None]:
        """What is drawn of uncertain numbers in the scenario and in the benchmark."""
        from multivector.experiment.histories.uncertain import priors

        return priors(self.arms)

    @cached_property
    def kernels(self) -> list[Kernels]:
        """Compiled look-aheads of the scenario and of its benchmark; none where NumPy plays."""
        if not self.arms.fast:
            return []
        from multivector.compiled.remembered import kernels
        from multivector.compiled.trial import LANES

        examples = [None if prior is None else prior.draw(range(LANES), 0) for prior in self.priors]
        setups = [self.setup, *([] if self.benchmark_setup is None else [self.benchmark_setup])]
        return kernels(list(zip(setups, examples, strict=False)), self._compiling)

    @cached_property
    def dictionary(self) -> Mapping[str, Outcome]:
        """What each outcome of the scenario is; needs no set-up."""
        from multivector.outcomes.registry import build
        from multivector.world.layout.judged import judged
        from multivector.world.layout.layout import build_layout
        from multivector.world.watching.observed import labels_of

        return judged(build(labels_of(build_layout(self.arms.scenario))), self.arms.scenario)

    def prepare(self) -> None:
        """Make now what all blocks share: before the first of several, or of workers."""
        _ = self.setup, self.benchmark_setup, self.priors, self.kernels

    @property
    def turns_per_history(self) -> int:
        """Turns that a history takes over its arms: the unit of progress."""
        return self.arms.scenario.calendar.turns * (1 if self.arms.benchmark is None else 2)

    def blocks(
        self, ids: Sequence[int], level: Level, *, story_of: int | Sequence[int] | None = None
    ) -> Iterator[Block | Failure]:
        """Run replicates; where a batch fails it is halved until the failing replicates stand alone.

        Parameters
        ----------
        ids : replicates.
        level : how much to record.
        story_of : the replicate, or the replicates, to keep reasons of.
        """
        try:
            yield self._block(ids, level, story_of)
            return
        except FAILURES as error:
            # A world that could not be set up fails again here, as what it is.
            self.prepare()
            if len(ids) == 1:
                yield Failure(int(ids[0]), "run", f"{type(error).__name__}: {error}")
                return
        half = len(ids) // 2
        yield from self.blocks(ids[:half], level, story_of=story_of)
        yield from self.blocks(ids[half:], level, story_of=story_of)

    @seldom_collected()
    def _block(self, ids: Sequence[int], level: Level, story_of: int | Sequence[int] | None) -> Block:
        _ = self.kernels
        if len(ids) >= CHUNK:
            keep_memory()
        # The benchmark first: where it has a process of its own, both worlds are set up at the same time.
        beside = self._beside(ids, None if story_of is None else self._besides)
        try:
            _ = self.setup, self.priors
            start = time.perf_counter()
            model = self.model(ids)
            model.engine.benchmark = beside
            wanted = () if story_of is None else (story_of,) if isinstance(story_of, int) else tuple(story_of)
            stories = {i: Story(list(ids).index(i)) for i in wanted if i in ids}
            model.observers += stories.values()
            room, before = self._room(model), _exposures(model)
            # What is kept of the last turn alone is still told as the mean of the last year: all turns are recorded.
            record, dictionary = _recorded(model, "full" if level == "full" else "outcomes")
            after = _exposures(model)
            other, more = (None, None) if beside is None else (beside.record(), beside.besides())
        finally:
            if beside is not None:
                beside.stop()
        gauges = {name: (before[name], after[name]) for name in before}
        # What goes beyond counting is no number, wherever it does.
        beyond = np.any([np.isinf(values).any(axis=0) for values in record.outcomes.values()], axis=0)
        failed = np.asarray(record.failed, bool) | beyond
        record = replace(record, failed=failed)
        reasons = model.state.failed[: len(ids)][failed]
        failures = [
            Failure(int(i), *_REASONS[int(why) or 4]) for i, why in zip(np.asarray(ids)[failed], reasons, strict=True)
        ]
        seconds = time.perf_counter() - start
        drawn = {} if self.priors[0] is None else self.priors[0].draw(ids, self.seed)
        story = next(iter(stories.values()), None)
        return Block(record, other, room, gauges, dictionary, seconds, story, failures, drawn, stories, more)

    def _beside(self, ids: Sequence[int], besides: Callable[[], Any] | None) -> Beside | None:
        if self.arms.benchmark is None:
            return None

        def play(send: Send) -> tuple[Recorded, Any]:
            # Made where it is played, unless it is there already: beside the scenario's own.
            setup = self.benchmark_setup
            assert setup is not None
            model = self._model(setup, ids, self.priors[1], 1, ticking=False)
            f = model.engine.layout.actors.index(model.scenario_.focus)
            model.observers.append(lambda m, _happened, _choices: send(m.state.ln_income[f, : m.count].copy()))
            return _recorded(model, "outcomes")[0], besides() if besides else None

        tick = self._tick
        on_turn = (lambda: None) if tick is None else (lambda: tick(len(ids)))
        return Beside(play, on_turn, fork=not self._alone)

    def model(self, ids: Sequence[int]) -> DiplomacyModel:
        """The scenario's world with these replicates, before the first turn; without its benchmark."""
        return self._model(self.setup, ids, self.priors[0], 0)

    def _model(
        self, setup: Setup, ids: Sequence[int], prior: Prior | None, arm: int, *, ticking: bool = True
    ) -> DiplomacyModel:
        from multivector.world.model import DiplomacyModel

        own = None if prior is None else prior.draw(ids, self.seed)
        if self.arms.fast:
            from multivector.compiled.playing import CompiledModel

            model: DiplomacyModel = CompiledModel(
                setup, list(ids), kernels=self._kernels_here()[arm], seed=self.seed, overrides=own
            )
        else:
            model = DiplomacyModel(setup, list(ids), seed=self.seed, overrides=own)
        if ticking and self._tick is not None:
            tick = self._tick
            model.observers.append(lambda m, _happened, _choices: tick(m.count))
        return model

    def _kernels_here(self) -> list[Kernels]:
        """Kernels for this processor: those that came from another machine are made again."""
        from multivector.compiled.remembered import machine, needed

        needed()
        if any(each.processor != machine()["processor"] for each in self.kernels):
            del self.kernels
        return self.kernels

    def _room(self, model: DiplomacyModel) -> dict[str, Array]:
        from multivector.world.quarter.lines import BENCHMARK, line_value, margin

        state, out = model.state, {}
        for id, line in self.arms.scenario.red_lines.items():
            if not line.enabled:
                continue
            same = line.measure == BENCHMARK
            value = np.ones(state.lanes) if same else line_value(model.engine, state, line, state.ln_income)
            if value is not None:
                out[id] = margin(model.engine.p, line, np.broadcast_to(value, (state.lanes,)))[: model.count]
        return out


def _recorded(model: DiplomacyModel, level: Level) -> tuple[Record, Mapping[str, Outcome]]:
    from multivector.world.watching.recorder import Recorder

    recorder = Recorder(model, level)
    model.observers.append(recorder)
    model.run()
    return recorder.record(), recorder.observer.dictionary


GAUGES = (("oil through Russia", "oil-through-russia"), ("oil left without the best corridor", "n-minus-one"))


def _exposures(model: DiplomacyModel) -> dict[str, Array]:
    """What one power holds of the focus actor, now, as shares ``[replicate]``."""
    from multivector.mechanisms.stock_table import StockView
    from multivector.world.quarter.gauges import measure_of

    state, count = model.state, model.count
    out = {title: measure_of(state, name)[:count].copy() for title, name in GAUGES}
    view = StockView(model.engine.table, state.stocks)
    if "arms-dependence" in model.engine.table.index:
        out["arms from Russia"] = np.array(view["arms-dependence"][:count])
    powers = model.engine.layout.powers
    for power in powers:
        out[f"loss from losing {power}"] = state.losses[powers.index(power), :count].copy()
    return out
