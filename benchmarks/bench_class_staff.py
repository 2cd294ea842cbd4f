"""The staff of a class: a forecast, a changed past move, machines' histories; medians of the wall and of the processor.

Run `python benchmarks/bench_class_staff.py [--repeats 5] [--candidates 3]`. All is asked of the office that a server
has beside it, once its workers are warm and the histories are played. The debrief is asked of a whole room in a process
of its own, two worlds of six turns, from the end of the last turn on: with the histories played by then, as after any
lesson, and in a room that ends at once.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import psutil
from class_room import Person, Serving, Tally, load

from multivector.classroom.playing import acts
from multivector.classroom.playing.game import Game, Settings
from multivector.classroom.room.office import Office
from multivector.experiment.histories.arms import prepare

AIMS = {"forecast": 2.0, "changed past": 3.0}
DEBRIEF, TURNS = 10.0, 6


def spent() -> float:
    """Processor seconds of this program and its workers."""
    own = psutil.Process()
    return sum(sum(p.cpu_times()[:2]) for p in [own, *own.children(recursive=True)])


async def measure(name: str, repeats: int, ask: Callable[[], Awaitable[Any]]) -> None:
    """Medians of repeated questions."""
    walls, processors = [], []
    for _ in range(repeats):
        wall, processor = time.perf_counter(), spent()
        await ask()
        walls.append(time.perf_counter() - wall)
        processors.append(spent() - processor)
    print(f"{name}: {statistics.median(walls):.2f} s ({min(walls):.2f} to {max(walls):.2f}; aim {AIMS[name]}), "
          f"processor {statistics.median(processors):.2f} s; {load()}", flush=True)  # fmt: skip


async def run(options: argparse.Namespace) -> None:
    """Two turns, then the questions."""
    arms = prepare("after-2022", order="simultaneous", overrides={"calendar.turns": "6"})
    game, office = Game(Settings("BENCH", 0, 24, 2), arms), Office()
    for _ in range(2):
        acts.act(game, "teacher", {"do": "start"})
        acts.act(game, "server", {"do": "end"})
    acts.act(game, "teacher", {"do": "start"})
    menu = game.worlds.menus["KAZ"]
    entries = [e for e, may in zip(menu.entries, menu.feasible[:, 0], strict=False) if may][: options.candidates]
    try:
        start, before = time.perf_counter(), spent()
        office.histories(game.scenario, 0)
        while office.progress < 1.0:
            await asyncio.sleep(0.05)
        print(f"1,000 histories of machines from the office's start: {time.perf_counter() - start:.1f} s, "
              f"processor {spent() - before:.1f} s; {load()}", flush=True)  # fmt: skip
        await measure("forecast", options.repeats, lambda: office.forecast(game, "A", "KAZ", entries))
        await measure("changed past", options.repeats, lambda: office.whatif(game, "A", "KAZ", 0, entries[:1]))
    finally:
        office.close()


async def debriefed(folder: Path, *, hurried: bool) -> float:
    """Seconds from the end of the last turn of a room until its debrief is there."""
    serving = await asyncio.to_thread(lambda: Serving("after-2022", "-n", "24", "--turns", str(TURNS), data=folder))
    teacher = Person(serving, Tally(), serving.token("teacher"))
    await teacher.come()
    for turn in range(TURNS):
        assert (await teacher.ask(do="start"))["type"] == "ok"
        await teacher.until(lambda: teacher.phase == "playing")
        while turn == TURNS - 1 and not hurried and teacher.view["debrief_ready"] < 1.0:
            await asyncio.sleep(0.2)
            await teacher.ask(do="screen", show="scheme")  # whatever changes brings a view
        assert (await teacher.ask(do="advance"))["type"] == "ok"
    start = time.perf_counter()
    headers = {"authorization": f"Bearer {serving.token('teacher')}"}
    async with httpx.AsyncClient(base_url=serving.base, timeout=300, headers=headers) as client:
        while (reply := await client.get("/api/debrief?language=kk")).status_code == 202:
            await asyncio.sleep(0.05)
    reply.raise_for_status()
    seconds = time.perf_counter() - start
    await teacher.go()
    serving.stop()
    return seconds


def main() -> None:
    """Read the options and measure; nothing of an earlier run is remembered."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--candidates", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MULTIVECTOR_CACHE"] = folder
        asyncio.run(run(options))
    for hurried in (False, True):
        found = []
        for _ in range(options.repeats):
            # A memory of its own each time: no history is known from the room before.
            with tempfile.TemporaryDirectory() as folder:
                os.environ["MULTIVECTOR_CACHE"] = folder
                found.append(asyncio.run(debriefed(Path(folder), hurried=hurried)))
        told = "debrief of a room that ended at once" if hurried else "debrief after the last turn"
        print(f"{told}: {statistics.median(found):.2f} s ({min(found):.2f} to {max(found):.2f}; aim {DEBRIEF}); "
              f"{load()}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
