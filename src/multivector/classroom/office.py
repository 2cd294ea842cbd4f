"""The office beside the server: processes that play futures, machines' histories and results while the room goes on."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any

from multivector.classroom import export, staff
from multivector.classroom.game import Game
from multivector.experiment.histories.arms import Arms
from multivector.mechanisms.common import Array
from multivector.schema import Scenario


def _quiet() -> None:
    """A worker keeps out of the server's way, leaves Ctrl-C to it, and goes when the server has gone."""
    import signal
    import threading

    threading.Thread(target=_until_alone, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(5)


def _until_alone() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class Office:
    """Two workers: one for those who wait (forecasts, changed pasts), one for the histories of the debrief.

    Parameters
    ----------
    on : whether histories of machines are played at all (tests of other things do without).
    """

    def __init__(self, *, on: bool = True) -> None:
        self.on = on
        context = multiprocessing.get_context("spawn")
        self._staff = ProcessPoolExecutor(1, mp_context=context, initializer=_quiet)
        self._desk = ProcessPoolExecutor(1, mp_context=context, initializer=_quiet)
        self._key: tuple[str, ...] | None = None
        self._parts: list[Future[dict[str, Array]]] = []

    def histories(self, scenario: Scenario, seed: int) -> None:
        """Begin to play machines' histories of this world, unless it is done already; events put in make it another."""
        key = (*scenario.events, str(seed))
        if key == self._key or not self.on:
            return
        self._key = key
        for part in self._parts:
            part.cancel()
        plain = scenario.model_copy(update={"classroom": {}})
        plain._trace = None
        self._staff.submit(staff.warm, plain)
        self._parts = [self._desk.submit(staff.bots, plain, seed, k) for k in range(0, staff.BOTS, staff.CHUNK)]

    @property
    def progress(self) -> float:
        """Share of the histories that is there."""
        return sum(p.done() for p in self._parts) / len(self._parts) if self._parts else 1.0

    def found(self, turns: int) -> dict[str, Array]:
        """The histories' outcomes by gauge, ``[turn, replicate]``, of the turns played; nothing if none is."""
        done = [p.result() for p in self._parts if p.done() and not p.cancelled() and p.exception() is None]
        return staff.summary_of(done, turns) if done else {}

    async def forecast(self, game: Game, world: str, actor: str, entries: list[str]) -> dict[str, Any]:
        """Futures for candidate moves."""
        place = staff.place_of(game.scenario, game.settings.seed, game.worlds.openings[-1], game.lane(world))
        return await asyncio.wrap_future(self._staff.submit(staff.forecast, place, actor, entries))

    async def whatif(self, game: Game, world: str, actor: str, turn: int, entries: list[str]) -> dict[str, Any]:
        """One changed past move."""
        k = game.lane(world)
        place = staff.place_of(game.scenario, game.settings.seed, game.worlds.openings[turn], k)
        told = self._staff.submit(staff.whatif, place, game.worlds.past[turn][k], actor, entries)
        return await asyncio.wrap_future(told)

    async def save(self, arms: Arms, seed: int, out: str) -> str:
        """Keep a world as a result; the name of its folder."""
        return await asyncio.wrap_future(self._staff.submit(export.save, arms, seed, out))

    async def replay(self, folder: str, results: dict[str, str], title: str, names: dict[str, str], lang: str) -> str:
        """The class as one offline page, drawn beside the server."""
        return await asyncio.wrap_future(self._desk.submit(export.replay, folder, results, title, names, lang))

    def close(self) -> None:
        """Send the workers home, whatever they are at."""
        for part in self._parts:
            part.cancel()
        for pool in (self._staff, self._desk):
            processes = list((pool._processes or {}).values())
            pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.terminate()
