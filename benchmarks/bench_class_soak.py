"""An hour of classes: the server's memory over time, errors, how long answers take.

Run `python benchmarks/bench_class_soak.py [--scenario A,B] [--minutes 60] [--seats 60] [--turns N] [--plan 90]
[--turn-minutes 3] [--think 8] [--out FILE]`. Simulated students with think time propose, confirm, answer, vote, say
what their lesson asks them to say, write, doubt, ask their staff, answer the press, close the lid and come back, give
the seat up and join anew. In every world somebody of the press prints front pages and asks, and somebody of the
Secretariat opens votes, calls, closes and announces. A teacher starts turns, pauses, puts in lines and events, switches
an optional vote, holds press conferences, and after the last turn opens the debrief, changes a past move, exports, and
deletes the session. The projector has its charts drawn in every turn. When a lesson ends the next of the list begins.
Every menu must say how sure each estimate is.
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

from multivector.classroom.playing.worlds import GAUGES

EVERYBODY = 1000
"""More than a room has: the seats of the press and the Secretariat come on top of a class."""
EVERY = 10.0
"""Seconds between two looks at the memory."""
Deed = tuple[str, dict[str, Any] | None]
VOTES = ("yes", "no", "abstain", "absent")
AWAY = (ConnectionClosed, ConnectionError, asyncio.CancelledError)


async def act(person: Person, luck: random.Random) -> None:
    """One thing that somebody does."""
    if not person.view:
        raise ConnectionError("nothing to see yet")
    spare = next((kind for kind in ("press", "secretariat") if kind in person.view), None)
    name, told = (ACTS[spare] if spare else of_delegation)(person, luck)
    if told is not None:
        await person.ask(do=name, **told)


def of_delegation(person: Person, luck: random.Random) -> Deed:
    """What a student of a delegation does."""
    view = person.view
    wants = ["seen", "language", "say", "say", "doctrine", "survey", "predict", "doubt"]
    if person.phase == "playing":
        wants += ["propose"] * 4 + ["withdraw", "object"] + ["answer"] * 3 * bool(view["offers_in"])
        wants += ["vote"] * 2 * bool(view["ballots"]) + ["confirm"] * 6 * bool(view["seat"]["head"])
        wants += ["state"] * 3 * bool(view["statements"]) + ["item-vote"] * 3 * bool(view.get("items"))
        wants += ["comment"] * 4 * bool(view["comments"] and view["seat"]["head"])
        wants += ["forecast"] if luck.random() < 0.25 else []
        if unsure := person.unsure():
            person.tally.errors[f"no interval: {unsure[0]}"] += 1
    name = luck.choice(wants)
    return name, told_of(name, person, luck)


def told_of(name: str, person: Person, luck: random.Random) -> dict[str, Any] | None:
    """What goes with it; None where there is nothing of the kind now."""
    view = person.view
    if name == "language":
        return {"language": luck.choice(("kk", "ru", "en"))}
    if name == "say":
        to = luck.choice([p["actor"] for p in view["partners"]] + ["delegation"])
        return {"to": to, "phrase": luck.choice(view["phrases"])["id"]}
    if name == "doctrine":
        return {"id": luck.choice(view["doctrine"]["choices"])["id"]} if view["doctrine"]["choices"] else None
    if name == "survey":
        asked = view["survey"]
        answers = {q["id"]: luck.choice(q["options"])["id"] for q in asked["questions"]}
        return {"when": asked["open"], "answers": answers} if asked["open"] and not asked["answered"] else None
    if name in ("predict", "state"):
        asked = luck.choice(view["predictions" if name == "predict" else "statements"] or [None])
        return {"id": asked["id"], "option": luck.choice(asked["options"])["id"]} if asked else None
    if name in ("propose", "forecast", "confirm"):
        entries = person.feasible(luck)[: luck.randint(1, 3)]
        return {"propose": {"entry": entries[0]}, "forecast": {"entries": entries},
                "confirm": {"entries": entries[: view["slots"]], "done": luck.random() < 0.5},
                }[name] if entries else None  # fmt: skip
    if name in ("withdraw", "object"):
        own = [p["entry"] for p in view["proposals"]] if name == "withdraw" else view["confirmed"]["entries"]
        return {"entry": luck.choice(own)} if own else None
    if name == "answer":
        return {"offer": luck.choice(view["offers_in"])["id"], "yes": luck.random() < 0.5}
    if name == "vote":
        return {"text": luck.choice(view["ballots"])["id"], "vote": luck.choice(VOTES)}
    if name == "item-vote":
        may = [item["id"] for item in view["items"] if item["may"]]
        return {"id": luck.choice(may), "vote": luck.choice(VOTES)} if may else None
    if name == "comment":
        return {"phrase": luck.choice(view["comments"])["id"]}
    if name == "doubt":
        facts = [f["id"] for f in view["brief"]["known"]]
        return {"fact": luck.choice(facts)} if facts else None
    return {}


def of_press(person: Person, luck: random.Random) -> Deed:
    """What the press does: a front page of what happened, questions."""
    own = person.view["press"]
    if luck.random() < 0.5 and own["items"]:
        lines = [i["id"] for i in luck.sample(own["items"], min(len(own["items"]), luck.randint(1, own["most"])))]
        fits = [h["id"] for h in own["headlines"] if not h["needs"] or set(h["needs"]) & set(lines)]
        return "publish", {"lines": lines, "headline": luck.choice([None, *fits])}
    asked = {"actor": luck.choice(person.view["partners"])["actor"], "question": luck.choice(own["questions"])["id"]}
    return "ask", asked if own["questions_left"] else None


def of_secretariat(person: Person, luck: random.Random) -> Deed:
    """What the Secretariat does: votes opened, called, closed, announced; the floor and the list of speakers."""
    own, actors = person.view["secretariat"], [p["actor"] for p in person.view["partners"]]
    unopened = [t["id"] for t in own["texts"] if not t["opened"]]
    at_hand = [t["id"] for t in own["texts"] if t["opened"] and not t["closed"]]
    results = [r["id"] for r in own["results"] if not r["announced"]]
    wants: list[Deed] = [("floor", {"actor": luck.choice([*actors, None])}),
                         ("speakers", {"order": luck.sample(actors, luck.randint(1, len(actors)))})]  # fmt: skip
    wants += [("open-vote", {"text": text}) for text in unopened] + [("close-vote", {"text": text}) for text in at_hand]
    wants += [("call", {"actor": r["actor"]}) for r in own["roll"] if r["people"] and not r["called"]]
    wants += [("announce", {"text": text}) for text in results]
    return luck.choice(wants)


ACTS = {"press": of_press, "secretariat": of_secretariat}


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
                person = await enter(person.serving, tally, seat, name, luck)
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
            await beside(teacher, luck)
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
        elif chance < 0.1:
            unused = [i["id"] for i in teacher.view["injects"] if not i["used"]]
            if unused:
                await teacher.ask(do="inject", id=luck.choice(unused))
    if teacher.phase == "playing":
        await teacher.ask(do="advance")
        await teacher.until(lambda: teacher.phase in ("between", "over"))
    if teacher.phase == "between":
        await teacher.ask(do="finish")
        await teacher.until(lambda: teacher.phase == "over")


async def beside(teacher: Person, luck: random.Random) -> None:
    """What a teacher does between two rounds: optional votes are switched, somebody answers the press."""
    for item in teacher.view.get("items", ()):
        if item["may"] and (not item["on"] or luck.random() < 0.1):
            await teacher.ask(do="item", id=item["id"], on=not item["on"])
    if teacher.phase == "between":
        await teacher.ask(do="screen", show="press", who=luck.choice(sorted(teacher.view["actors"])))
        await asyncio.sleep(5.0)


CHARTS = [*(f"{kind}?of={of}" for kind in ("course", "abreast") for of in GAUGES), "partners?"]
SHOWN = "language={}&width=620&height=210&letters=28"


async def wall(serving: Serving, teacher: Person, tally: Tally, over: asyncio.Event) -> None:
    """The projector's charts of every turn, in the three languages by turns, as it would ask for them."""
    drawn, headers = 0, {"authorization": f"Bearer {serving.token('projector')}"}
    async with httpx.AsyncClient(base_url=serving.base, timeout=60, headers=headers) as client:
        while not over.is_set():
            if teacher.turn > drawn and teacher.phase == "playing":
                drawn = teacher.turn
                for chart in CHARTS:
                    start = time.perf_counter()
                    reply = await client.get(f"/api/chart/{chart}&{SHOWN.format(('kk', 'ru', 'en')[drawn % 3])}")
                    tally.took("~chart", time.perf_counter() - start)
                    if reply.status_code != 200:
                        tally.errors[f"chart {chart}: {reply.status_code}"] += 1
            await asyncio.sleep(2.0)


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
        for chart in ("changed?", *(f"among?of={of}" for of in GAUGES)):
            start = time.perf_counter()
            (await client.get(f"/api/chart/{chart}&{SHOWN.format('kk')}")).raise_for_status()
            tally.took("~chart", time.perf_counter() - start)
        held = ["items.csv"] if told.get("items") else []
        for name in ("participation.csv", "moves.csv", "messages.csv", "survey.csv", "class.zip", *held):
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
        scenario = options.scenario.split(",")[number % len(options.scenario.split(","))]
        asked = [scenario, "-n", str(options.seats), "--seed", str(number), "--press", "--secretariat"]
        asked += ["--turns", str(options.turns)] if options.turns else []
        asked += ["--plan", str(options.plan)] if scenario.startswith("lesson-") else []
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

        people = await join(serving, tally, EVERYBODY, luck)
        teacher, projector = (Person(serving, Tally(), serving.token(r)) for r in ("teacher", "projector"))
        teacher.tally.errors = tally.errors
        await asyncio.gather(teacher.come(), projector.come())
        watching = asyncio.create_task(watch())
        async with httpx.AsyncClient(base_url=serving.base, timeout=LONGEST) as client:
            work = [asyncio.create_task(student(p, options.think, random.Random(luck.random()), client, over))
                    for p in people]  # fmt: skip
            work.append(asyncio.create_task(wall(serving, teacher, tally, over)))
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
    parser.add_argument("--scenario", default="lesson-after-2022,lesson-january-2022", help="one after the other")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seats", type=int, default=60)
    parser.add_argument("--turns", type=int, help="default: the lesson's")
    parser.add_argument("--plan", type=int, default=90, help="of a lesson: the longest has all parts of its crises")
    parser.add_argument("--turn-minutes", type=float, default=3.0)
    parser.add_argument("--think", type=float, default=8.0, help="mean seconds between two acts of a student")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("soak.json"))
    options = parser.parse_args(sys.argv[1:])
    options.began = time.monotonic()
    asyncio.run(soak(options))


if __name__ == "__main__":
    main()
