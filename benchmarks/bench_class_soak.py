"""An hour of classes: the server's memory over time, errors, how long answers take.

Run `python benchmarks/bench_class_soak.py [--minutes 60] [--seats 60] [--turns 16] [--turn-minutes 3] [--think 8]
[--out FILE]`. Simulated students with think time propose, confirm, answer, vote, write, ask their staff, close the lid
and come back, give the seat up and join anew; a teacher starts turns, pauses, puts in lines, and after the last turn
opens the debrief, changes a past move, exports, and deletes the session. When a lesson ends a new one begins.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
from class_room import LONGEST, Person, Serving, Tally, enter, join, load, nickname, percentile, told_ms
from websockets.exceptions import ConnectionClosed

EVERY = 10.0
"""Seconds between two looks at the memory."""
AWAY = (ConnectionClosed, ConnectionError, asyncio.CancelledError)


async def act(person: Person, luck: random.Random) -> None:
    """One thing that a student does."""
    view = person.view
    wants = ["seen", "language", "say", "say", "doctrine", "survey", "predict"]
    if person.phase == "playing":
        wants += ["propose"] * 4 + ["withdraw", "object"] + ["answer"] * 3 * bool(view["offers_in"])
        wants += ["vote"] * 2 * bool(view["ballots"]) + ["confirm"] * 6 * bool(view["seat"]["head"])
        wants += ["forecast"] if luck.random() < 0.25 else []
    name, told = luck.choice(wants), {}  # type: tuple[str, dict[str, Any] | None]
    if name == "language":
        told = {"language": luck.choice(("kk", "ru", "en"))}
    elif name == "say":
        to = luck.choice([p["actor"] for p in view["partners"]] + ["delegation"])
        told = {"to": to, "phrase": luck.choice(view["phrases"])["id"]}
    elif name == "doctrine":
        told = {"id": luck.choice(view["doctrine"]["choices"])["id"]} if view["doctrine"]["choices"] else None
    elif name == "survey":
        asked = view["survey"]
        answers = {q["id"]: luck.choice(q["options"])["id"] for q in asked["questions"]}
        told = {"when": asked["open"], "answers": answers} if asked["open"] and not asked["answered"] else None
    elif name == "predict":
        asked = luck.choice(view["predictions"]) if view["predictions"] else None
        told = {"id": asked["id"], "option": luck.choice(asked["options"])["id"]} if asked else None
    elif name in ("propose", "forecast", "confirm"):
        entries = person.feasible(luck)[: luck.randint(1, 3)]
        told = {"propose": {"entry": entries[0]}, "forecast": {"entries": entries},
                "confirm": {"entries": entries[: view["slots"]], "done": luck.random() < 0.5},
                }[name] if entries else None  # fmt: skip
    elif name in ("withdraw", "object"):
        own = [p["entry"] for p in view["proposals"]] if name == "withdraw" else view["confirmed"]["entries"]
        told = {"entry": luck.choice(own)} if own else None
    elif name == "answer":
        told = {"offer": luck.choice(view["offers_in"])["id"], "yes": luck.random() < 0.5}
    elif name == "vote":
        told = {"text": luck.choice(view["ballots"])["id"], "vote": luck.choice(("yes", "no", "abstain", "absent"))}
    if told is not None:
        await person.ask(do=name, **told)


async def student(
    person: Person, think: float, luck: random.Random, client: httpx.AsyncClient, over: asyncio.Event
) -> None:
    """A student until the lesson is over: acts, goes away, comes back, now and then as somebody new."""
    tally = person.tally
    while not over.is_set():
        await asyncio.sleep(luck.expovariate(1.0 / think))
        try:
            chance = luck.random()
            if chance < 0.01:
                await person.go()
                await asyncio.sleep(luck.uniform(1.0, 30.0))
                await person.come()
            elif chance < 0.012:
                seat = person.view["seat"]["id"]
                await person.ask(do="leave")
                await person.go()
                name = await nickname(client, person.serving, luck)
                person = await enter(client, person.serving, tally, seat, name, luck)
                await person.come()
            else:
                await act(person, luck)
        except (*AWAY, TimeoutError, httpx.HTTPError, OSError) as error:
            if over.is_set():
                break
            tally.errors[f"student: {type(error).__name__} {person.gone} {error}"[:80]] += 1
            await asyncio.sleep(1.0)
            with contextlib.suppress(Exception):
                await person.come()
    with contextlib.suppress(Exception):
        await person.go()


async def teach(teacher: Person, until: float, luck: random.Random) -> None:
    """Lead the room to its last turn, or to the end of the hour."""
    await teacher.ask(do="survey", open="before")
    while teacher.phase != "over" and time.monotonic() < until:
        if teacher.phase in ("lobby", "between"):
            await teacher.ask(do="start")
            await teacher.until(lambda: teacher.phase == "playing")
        await asyncio.sleep(5.0)
        chance = luck.random()
        if chance < 0.03:
            await teacher.ask(do="pause")
            await asyncio.sleep(3.0)
            await teacher.ask(do="resume")
        elif chance < 0.05:
            await teacher.ask(do="inject", text="A line of news", sure=True)
        elif chance < 0.08:
            await teacher.ask(do="screen", show=luck.choice(("scheme", "votes", "gauges", "worlds", "quiet")))
    if teacher.phase == "playing":
        await teacher.ask(do="advance")
        await teacher.until(lambda: teacher.phase in ("between", "over"))
    if teacher.phase == "between":
        await teacher.ask(do="finish")
        await teacher.until(lambda: teacher.phase == "over")


async def afterwards(serving: Serving, teacher: Person, tally: Tally, folder: Path) -> None:
    """Debrief, a changed past, exports, and the end of the session."""
    start = time.perf_counter()
    headers = {"authorization": f"Bearer {serving.token('teacher')}"}
    async with httpx.AsyncClient(base_url=serving.base, timeout=300, headers=headers) as client:
        while (reply := await client.get("/api/debrief?language=ru")).status_code == 202:
            await asyncio.sleep(0.25)
        reply.raise_for_status()
        tally.took("~debrief", time.perf_counter() - start)
        told = reply.json()
        world, quarter = told["worlds"][0]["id"], told["quarters"][0]
        start = time.perf_counter()
        asked = {"world": world, "quarter": quarter, "actor": "KAZ", "entries": [], "language": "kk"}
        (await client.post("/api/whatif", json=asked)).raise_for_status()
        tally.took("~whatif", time.perf_counter() - start)
        for name in ("participation.csv", "moves.csv", "messages.csv", "survey.csv", "class.zip"):
            (await client.get(f"/api/export/{name}")).raise_for_status()
    with contextlib.suppress(*AWAY, TimeoutError):
        await teacher.ask(do="delete", sure=True)
    await asyncio.to_thread(serving.process.wait, 60)
    left = [p for p in folder.rglob("*") if serving.told["code"] in str(p)]
    tally.errors.update({f"left behind {p.name}": 1 for p in left})


async def lesson(
    options: argparse.Namespace, number: int, until: float, tally: Tally, rows: list[dict[str, Any]]
) -> None:
    """One lesson from its server's start to its deletion."""
    luck = random.Random(1000 * options.seed + number)
    with tempfile.TemporaryDirectory() as folder:
        asked = [options.scenario, "-n", str(options.seats), "--turns", str(options.turns), "--seed", str(number)]
        serving = await asyncio.to_thread(
            lambda: Serving(*asked, "--minutes", str(options.turn_minutes), data=Path(folder))
        )
        over = asyncio.Event()

        async def watch() -> None:
            while not over.is_set() and serving.process.poll() is None:
                memory, seconds = serving.memory(), serving.seconds()
                rows.append({"lesson": number, "time": round(time.monotonic() - options.began), "turn": teacher.turn,
                             "phase": teacher.phase, "server": round(memory[0], 1), "office": round(memory[1], 1),
                             "server_cpu": round(seconds[0], 1), "office_cpu": round(seconds[1], 1),
                             "requests": len(tally.all()), "errors": sum(tally.errors.values()),
                             "p95_ms": round(1000 * percentile(tally.all()[-2000:], 0.95))})  # fmt: skip
                note(options.out, tally, rows)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(over.wait(), EVERY)

        people = await join(serving, tally, options.seats, luck)
        teacher, projector = (Person(serving, Tally(), serving.token(r)) for r in ("teacher", "projector"))
        teacher.tally.errors = tally.errors
        await asyncio.gather(teacher.come(), projector.come())
        watching = asyncio.create_task(watch())
        async with httpx.AsyncClient(base_url=serving.base, timeout=LONGEST) as client:
            work = [asyncio.create_task(student(p, options.think, random.Random(luck.random()), client, over))
                    for p in people]  # fmt: skip
            await teach(teacher, until, luck)
            over.set()
            await asyncio.gather(watching, *work)
        await afterwards(serving, teacher, tally, Path(folder))


def note(out: Path, tally: Tally, rows: list[dict[str, Any]]) -> None:
    """Write down what is known so far."""
    text = json.dumps({
        "load": load(), "rows": rows, "errors": tally.errors, "refused": tally.refused,
        "requests": {n: told_ms(s) for n, s in sorted(tally.seconds.items())}, "all": told_ms(tally.all()),
        "views": tally.views, "mib": round(tally.bytes / 2**20, 1),
    }, indent=1)  # fmt: skip
    out.write_text(text, "utf-8")


async def soak(options: argparse.Namespace) -> None:
    """Lessons one after the other until the time is over."""
    tally, rows, number = Tally(), [], 0  # type: tuple[Tally, list[dict[str, Any]], int]
    until = options.began + 60.0 * options.minutes
    while time.monotonic() < until - 30.0:
        await lesson(options, number, until, tally, rows)
        number += 1
    note(options.out, tally, rows)
    print(f"{number} lessons, {options.seats} seats, {options.minutes} minutes, {load()}")
    print(f"requests: {told_ms(tally.all())}; views {tally.views}, {tally.bytes / 2**20:.0f} MiB received")
    for name, seconds in sorted(tally.seconds.items()):
        print(f"  {name:<12} {told_ms(seconds)}")
    print(f"refused by the rules: {dict(tally.refused)}")
    print(f"errors: {dict(tally.errors)}")
    for k in range(number):
        mine = [r for r in rows if r["lesson"] == k]
        turns = sorted({r["turn"] for r in mine})
        told = (f"{t}: {max(r['server'] for r in mine if r['turn'] == t):.0f}" for t in turns)
        print(f"lesson {k}, largest MiB of the server by turn: {', '.join(told)}")


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--scenario", default="after-2022")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seats", type=int, default=60)
    parser.add_argument("--turns", type=int, default=16)
    parser.add_argument("--turn-minutes", type=float, default=3.0)
    parser.add_argument("--think", type=float, default=8.0, help="mean seconds between two acts of a student")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("soak.json"))
    options = parser.parse_args(sys.argv[1:])
    options.began = time.monotonic()
    asyncio.run(soak(options))


if __name__ == "__main__":
    main()
