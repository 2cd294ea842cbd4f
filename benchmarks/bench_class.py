"""A class with zero think time: so many people, six rounds, all done; and oTree beside it in the same run.

Run `python benchmarks/bench_class.py [--rows 30,60,150,bots] [--repeats 1] [--otree-python P]`. The server runs in a
process of its own, the people in this one, each over a socket of their own. In a round everybody sends two requests
(brief read; move proposed, or for a head confirmed), the teacher ends the turn when all are done and starts the next.
The longest stall is the longest that the server's event loop did not get its turn: it answered nobody meanwhile.
oTree plays `otree_class.py`: a page with a choice, a page on which all wait for all, a page with the result; its
people send what a browser sends. P is the Python of an environment with `pip install otree==6.0.15`.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from pathlib import Path

from class_room import Person, Serving, Tally, join, load, percentile, told_ms
from otree_class import middle

ROUNDS = 6
ROWS = {"30": (30, 3, 3.0, 0.2), "60": (60, 5, 6.0, 0.4), "150": (150, 30, None, 0.7), "bots": (0, 3, 2.0, None)}
"""Row -> people, worlds, aim in seconds, aim for the 95th percentile of requests."""
MOST = 200
"""Milliseconds that the server's event loop may be held up."""


async def play(person: Person, turn: int, luck: random.Random) -> None:
    """What one person does in a round."""
    await person.until(lambda: person.at(turn))
    await person.ask(do="seen")
    entries = person.feasible(luck)[:1]
    if person.view["seat"]["head"]:
        await person.ask(do="confirm", entries=entries, done=True)
    elif entries:
        await person.ask(do="propose", entry=entries[0])


async def rounds(serving: Serving, people: list[Person], tally: Tally, luck: random.Random) -> float:
    """All rounds; seconds from the first start until everybody has seen the end."""
    teacher = Person(serving, Tally(), serving.token("teacher"))
    teacher.tally.errors = tally.errors
    await teacher.come()
    start = time.perf_counter()
    for turn in range(ROUNDS):
        begun = time.perf_counter()
        assert (await teacher.ask(do="start"))["type"] == "ok"
        await asyncio.gather(*(p.until(lambda p=p, turn=turn: p.at(turn)) for p in people))  # type: ignore[misc]
        tally.took("~open", time.perf_counter() - begun)
        await asyncio.gather(*(play(p, turn, luck) for p in people))
        begun = time.perf_counter()
        assert (await teacher.ask(do="advance"))["type"] == "ok"
        tally.took("~close", time.perf_counter() - begun)
    await asyncio.gather(*(p.until(lambda p=p: p.phase == "over") for p in people))  # type: ignore[misc]
    seconds = time.perf_counter() - start
    await asyncio.gather(teacher.go(), *(p.go() for p in people))
    return seconds


async def ours(row: str) -> tuple[float, float, float, float, float, Tally]:
    """One row: seconds, 95th percentile of requests, processor seconds of the server, its longest stalls, all else."""
    count, worlds, _, _ = ROWS[row]
    tally, luck = Tally(), random.Random(0)
    with tempfile.TemporaryDirectory() as folder:
        seats = str(count or 30)
        serving = Serving("after-2022", "-n", seats, "-w", str(worlds), "--turns", str(ROUNDS), "--minutes", "60",
                          data=Path(folder))  # fmt: skip
        try:
            people = await join(serving, tally, count, luck)
            if not people:
                # As long as a class takes to come in: meanwhile the server works out what the first turn needs.
                await asyncio.sleep(5.0)
            before, since = serving.seconds()[0], time.monotonic()
            seconds = await rounds(serving, people, tally, luck)
            return (seconds, percentile(tally.all(), 0.95), serving.seconds()[0] - before,
                    *serving.longest_stall(since), tally)  # fmt: skip
        finally:
            serving.stop()


def main() -> None:
    """Measure the rows that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", default=",".join(ROWS))
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--otree-python", type=Path)
    options = parser.parse_args()
    for row in options.rows.split(","):
        count, _, aim, slowest = ROWS[row]
        found = [asyncio.run(ours(row)) for _ in range(options.repeats)]
        seconds, p95, processor, stall, own = (statistics.median(f[k] for f in found) for k in range(5))
        print(f"{row:>5}: {seconds:.1f} s (aim {aim}), request p95 {1000 * p95:.0f} ms (aim {slowest}), "
              f"the server's processor {processor:.1f} s; {load()}", flush=True)  # fmt: skip
        # Of the wall, which on a busy machine has other programs' turns in it, and of the loop's own work alone.
        print(f"       longest stall {1000 * stall:.0f} ms, by its own work {1000 * own:.0f} ms (aim {MOST})")
        tally = found[-1][5]
        for name, took in tally.seconds.items():
            print(f"       {name:<8} {told_ms(took)}")
        print(f"       {tally.views} views, {tally.bytes / 2**20:.0f} MiB; errors {dict(tally.errors)}, "
              f"refused {dict(tally.refused)}")  # fmt: skip
        if options.otree_python and count in (30, 60):
            seconds, p95, processor = middle(options.otree_python, count, ROUNDS, options.repeats)
            print(f"       oTree: {seconds:.1f} s, request p95 {1000 * p95:.0f} ms, "
                  f"its processor {processor:.1f} s; {load()}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
