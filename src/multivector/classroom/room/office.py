"""The office beside the server: processes that play futures, machines' histories and results while the room goes on."""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import os
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any

from multivector.classroom.lesson.figures import targets
from multivector.classroom.lesson.narrowed import Parts, by_slot
from multivector.classroom.playing import staff
from multivector.classroom.playing.game import Game
from multivector.classroom.room import export
from multivector.experiment.histories.arms import Arms
from multivector.mechanisms.common import Array
from multivector.schema import Scenario

WORKERS = 2
GOING = 2.0
"""Seconds that a worker has to go home."""


def quiet(behind: int = 5) -> None:
    """A worker keeps out of the server's way (so far behind it), leaves Ctrl-C to it, and goes when it has gone."""
    import signal
    import threading

    threading.Thread(target=_until_alone, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(behind)


def _until_alone() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class Office:
    """Workers that are kept warm. Who waits (a forecast, a changed past) gets them all, a part each.

    The histories of the debrief are played in parts from the room's opening on: whoever asks waits for those that
    were asked for before.

    Parameters
    ----------
    on : whether histories of machines are played at all (tests of other things do without).
    """

    def __init__(self, *, on: bool = True) -> None:
        self.on = on
        self._pool = ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn"), initializer=quiet)
        self._key: tuple[str, ...] | None = None
        self._parts: dict[int, Future[dict[str, Array]]] = {}
        self._asked: list[Future[staff.Part]] = []
        self._traces: tuple[tuple[Any, Any], bytes] | None = None

    def turn_over(self) -> None:
        """Forecasts that were not begun are of no use any more: on a busy machine the debrief would wait for them."""
        for part in self._asked:
            part.cancel()

    def histories(self, scenario: Scenario, seed: int, narrowed: Parts | None = None) -> None:
        """Begin to play machines' histories of this world, unless it is done already; events put in make it another.

        Machines keep to the same lists of moves as the class, `narrowed`.
        """
        key = (*scenario.events, str(seed))
        if key == self._key or not self.on:
            return
        self._key = key
        for part in self._parts.values():
            part.cancel()
        more = targets(scenario)
        plain = scenario.model_copy(update={"classroom": {}})
        plain._trace = None
        for _ in range(WORKERS):
            self._pool.submit(staff.warm, plain)
        firsts = range(0, staff.BOTS, staff.CHUNK)
        self._parts = {first: self._pool.submit(staff.bots, plain, seed, first, more, narrowed) for first in firsts}

    @property
    def progress(self) -> float:
        """Share of the histories that is there."""
        return sum(p.done() for p in self._parts.values()) / len(self._parts) if self._parts else 1.0

    def found(self, turns: int) -> dict[str, Array]:
        """The histories' outcomes by id, ``[turn, replicate]``, of the turns played; nothing if none is."""
        parts = [self._parts[first] for first in sorted(self._parts)]
        done = [p.result() for p in parts if p.done() and not p.cancelled() and p.exception() is None]
        return staff.summary_of(done, turns) if done else {}

    async def _shared(self, work: Callable[..., staff.Part], *args: Any) -> staff.Part:
        """What all workers find together, the futures dealt out among them."""
        bounds = [staff.FUTURES * k // WORKERS for k in range(WORKERS + 1)]
        parts = [self._pool.submit(work, *args, range(*b)) for b in itertools.pairwise(bounds)]
        self._asked = [*(p for p in self._asked if not p.done()), *parts]
        return staff.joined(await asyncio.gather(*(asyncio.wrap_future(p) for p in parts)))

    async def forecast(self, game: Game, world: str, actor: str, entries: list[str]) -> dict[str, Any]:
        """Futures for candidate moves."""
        start = time.perf_counter()
        known = game.known((world, actor))
        place = staff.place_of(game.scenario, game.settings.seed, game.worlds.openings[-1], game.lane(world), known,
                               game.ahead())  # fmt: skip
        outcomes = game.worlds.watch.observer.dictionary
        found = await self._shared(staff.futures, place, actor, entries)
        told = staff.told_forecast(place, entries, found, outcomes)
        return {**told, "seconds": round(time.perf_counter() - start, 3)}

    async def ahead(self, place: staff.Place, game: Game, entry: str) -> dict[str, Any]:
        """Futures of one move of the focus actor from a place that is nobody's turn: the example on the wall."""
        found = await self._shared(staff.futures, place, game.scenario.focus, [entry])
        first = game.__dict__.get("prepared") or game.worlds
        return staff.told_forecast(place, [entry], found, first.watch.observer.dictionary)

    async def whatif(self, game: Game, world: str, actor: str, turn: int, entries: list[str]) -> dict[str, Any]:
        """One changed past move."""
        start, k = time.perf_counter(), game.lane(world)
        only = by_slot(game.worlds.narrowed, turn + 1)
        place = staff.place_of(game.scenario, game.settings.seed, game.worlds.openings[turn], k, only=only)
        found = await self._shared(staff.pasts, place, game.worlds.past[turn][k], actor, entries)
        told = staff.told_whatif(place, found, game.worlds.watch.observer.dictionary)
        return {**told, "seconds": round(time.perf_counter() - start, 3)}

    async def save(self, arms: Arms, seed: int, out: str, command: str) -> str:
        """Keep a world as a result that says which command has made it; the name of its folder."""
        traces = (arms.scenario._trace, None if arms.benchmark is None else arms.benchmark._trace)
        if self._traces is None or any(a is not b for a, b in zip(self._traces[0], traces, strict=True)):
            # Packed once: thirty worlds one after the other would keep the server from answering for seconds.
            self._traces = traces, export.packed_traces(arms)
        sent = export.without_traces(arms)
        return await asyncio.wrap_future(self._pool.submit(export.save_sent, sent, seed, out, self._traces[1], command))

    async def replay(
        self, folder: str, results: dict[str, str], title: str, names: dict[str, str], lang: str,
        notes: list[tuple[str, list[str]]],
    ) -> str:  # fmt: skip
        """The class as one offline page, drawn beside the server."""
        return await asyncio.wrap_future(self._pool.submit(export.replay, folder, results, title, names, lang, notes))

    def close(self) -> None:
        """Send the workers home, whatever they are at."""
        self._key = ("closed",)
        processes = list((self._pool._processes or {}).values())
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
        for process in processes:
            # Gone before the session's files may be deleted: one that still wrote would leave a file behind.
            process.join(GOING)
            process.kill()
