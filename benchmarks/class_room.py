"""A room in a process of its own and simulated people on real sockets: what `bench_class*.py` measure with."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import httpx
import psutil
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

LONGEST = 120.0
"""Seconds after which an answer counts as lost."""
RULES = {"not-feasible", "no-more-slots", "not-now", "no-more-forecasts", "not-head", "not-your-domain", "unknown",
         "seat-taken", "nickname-taken", "too-many", "not-in-this-part", "not-called", "not-yet",
         "no-more-editions", "no-more-questions"}  # fmt: skip
"""Refusals that the rules of the game give; any other is an error."""


def percentile(values: Iterable[float], q: float) -> float:
    """A quantile of seconds, nan of none."""
    known = sorted(values)
    return known[min(int(q * len(known)), len(known) - 1)] if known else float("nan")


def told_ms(values: Iterable[float]) -> str:
    """Median, 95th percentile and largest, in milliseconds."""
    known = list(values)
    if not known:
        return "none"
    return (f"median {1000 * statistics.median(known):.0f}, p95 {1000 * percentile(known, 0.95):.0f}, "
            f"max {1000 * max(known):.0f} ms of {len(known)}")  # fmt: skip


def load() -> str:
    """How busy the machine is."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {time.strftime('%Y-%m-%d %H:%M')} UTC"


class Serving:
    """`multivector serve` in a process of its own.

    Parameters
    ----------
    args : what follows `serve`.
    data : folder of sessions.
    """

    def __init__(self, *args: str, data: Path) -> None:
        program = str(Path(__file__).with_name("class_server.py"))
        line = [sys.executable, program, "serve", *args, "--data", str(data), "--no-browser", "--json"]
        self._stalls, start = data / "stalls.txt", time.perf_counter()
        own = {**os.environ, "MULTIVECTOR_STALLS": str(self._stalls)}
        self.process = subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=own)
        self.watched = psutil.Process(self.process.pid)
        assert self.process.stdout is not None
        told = ""
        while not told.rstrip().endswith("}"):
            more = self.process.stdout.readline()
            if not more:
                raise SystemExit(f"the server ended with {self.process.wait()}")
            told += more
        self.told: dict[str, Any] = json.loads(told)
        self.base = str(self.told["address"]).rstrip("/")
        httpx.get(f"{self.base}/api/lobby", params={"code": self.told["code"]}, timeout=LONGEST).raise_for_status()
        self.opening = time.perf_counter() - start

    def token(self, role: str) -> str:
        """The token of the teacher or the projector."""
        return str(self.told[role]).partition("#")[2]

    def memory(self) -> tuple[float, float]:
        """Resident MiB of the server, and of its office."""
        office = 0.0
        for child in self.watched.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                office += child.memory_info().rss
        return self.watched.memory_info().rss / 2**20, office / 2**20

    def longest_stall(self, since: float) -> tuple[float, float]:
        """The longest that the server's event loop was held up, in seconds; and the longest by its own work alone.

        `since` is a time of `time.monotonic`.
        """
        lines = self._stalls.read_text("utf-8").splitlines() if self._stalls.is_file() else []
        rows = [[float(x) for x in line.split()] for line in lines]
        found = [row for row in rows if row[0] >= since]
        return max((wall for _, wall, _ in found), default=0.0), max((own for *_, own in found), default=0.0)

    def seconds(self) -> tuple[float, float]:
        """Processor seconds of the server, and of its office."""
        office = 0.0
        for child in self.watched.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                office += sum(child.cpu_times()[:2])
        return sum(self.watched.cpu_times()[:2]), office

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)


class Tally:
    """What everybody went through: seconds by request, refusals, errors, bytes."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}
        self.refused: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.bytes = self.views = 0

    def took(self, name: str, seconds: float) -> None:
        """Note a request."""
        self.seconds.setdefault(name, []).append(seconds)

    def all(self) -> list[float]:
        """Seconds of all requests of people: sockets, joining, first views."""
        return [s for name, found in self.seconds.items() if not name.startswith("~") for s in found]


class Person:
    """Somebody at a page: a socket, what came over it, and answers by number.

    Parameters
    ----------
    serving : the room.
    tally : where the figures go.
    token : of the seat or role.
    """

    def __init__(self, serving: Serving, tally: Tally, token: str) -> None:
        self.serving, self.tally, self.token = serving, tally, token
        self.view: dict[str, Any] = {}
        self.menu: dict[str, Any] = {}
        self.waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.n, self.changed, self.gone = 0, asyncio.Condition(), ""
        self.forecasts: list[float] = []
        self.socket: ClientConnection | None = None
        self.reader: asyncio.Task[None] | None = None

    async def come(self) -> None:
        """Open the socket; there when the first view is."""
        start, self.view, self.gone = time.perf_counter(), {}, ""
        address = self.serving.base.replace("http", "ws") + "/ws"
        self.socket = await connect(address, max_size=None, open_timeout=LONGEST, compression=None, ping_interval=None)
        await self.socket.send(json.dumps({"do": "hello", "token": self.token}))
        self.reader = asyncio.create_task(self._read())
        await self.until(lambda: bool(self.view))
        self.tally.took("come", time.perf_counter() - start)

    async def _read(self) -> None:
        assert self.socket is not None
        try:
            async for raw in self.socket:
                self.tally.bytes += len(raw)
                message = json.loads(raw)
                kind = message["type"]
                if kind == "view":
                    self.view = message
                    self.tally.views += 1
                elif kind == "menu":
                    self.menu = message
                elif kind == "gone":
                    self.gone = message["why"]
                elif kind in ("ok", "no") and message.get("n") in self.waiting:
                    self.waiting.pop(message["n"]).set_result(message)
                elif kind == "no":
                    self.tally.errors[f"unasked {message.get('error')}"] += 1
                elif kind == "forecast":
                    self.forecasts.append(message["seconds"])
                async with self.changed:
                    self.changed.notify_all()
        except ConnectionClosed:
            pass
        finally:
            for future in self.waiting.values():
                if not future.done():
                    future.cancel()
            self.waiting.clear()
            async with self.changed:
                self.changed.notify_all()

    async def until(self, there: Callable[[], bool]) -> None:
        """Wait until something has come."""
        async with asyncio.timeout(LONGEST), self.changed:
            await self.changed.wait_for(lambda: there() or (self.reader is not None and self.reader.done()))
        if not there():
            raise ConnectionError("closed")

    async def ask(self, **message: Any) -> dict[str, Any]:
        """Send, and wait for the answer."""
        assert self.socket is not None
        self.n += 1
        n, start = self.n, time.perf_counter()
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.waiting[n] = future
        await self.socket.send(json.dumps({**message, "n": n}))
        async with asyncio.timeout(LONGEST):
            found = await future
        self.tally.took(str(message["do"]), time.perf_counter() - start)
        if found["type"] == "no":
            if found["error"] in RULES:
                self.tally.refused[found["error"]] += 1
            else:
                self.tally.errors[f"{message['do']}: {found['error']}"] += 1
        return found

    async def go(self) -> None:
        """Close the socket, as a closed lid does."""
        if self.socket is not None:
            await self.socket.close()
        if self.reader is not None:
            await self.reader

    # ---- what the views say

    @property
    def phase(self) -> str:
        """Phase of the room."""
        return str(self.view.get("room", {}).get("phase", ""))

    @property
    def turn(self) -> int:
        """Turn of the room."""
        return int(self.view.get("room", {}).get("turn", -1))

    def at(self, turn: int) -> bool:
        """Whether a turn is open here: view and menu are there."""
        return self.phase == "playing" and self.turn == turn and self.menu.get("turn") == turn

    def feasible(self, luck: random.Random) -> list[str]:
        """What may be proposed, in a random order."""
        found = [e["entry"] for e in self.menu.get("entries", ()) if e["mine"] and e["feasible"]]
        return luck.sample(found, len(found))

    def unsure(self) -> list[str]:
        """Moves of the menu whose estimate does not say between what and what it lies."""
        told = {e["entry"]: e["estimate"] for e in self.menu.get("entries", ())}
        return [id for id, e in told.items() if not (e["likely"] and e["low"] - 1e-4 <= e["value"] <= e["high"] + 1e-4)]


async def join(serving: Serving, tally: Tally, count: int, luck: random.Random) -> list[Person]:
    """So many people take the first seats, each with a socket."""
    people: list[Person] = []
    async with httpx.AsyncClient(base_url=serving.base, timeout=LONGEST) as client:
        lobby = (await client.get("/api/lobby", params={"code": serving.told["code"]})).json()
        seats = [s["id"] for s in lobby["seats"] if s["free"]][:count]
        # Names are given in the lobby while there are any; a class has more people than words.
        for seat in seats:
            name = await nickname(client, serving, luck)
            people.append(await enter(serving, tally, seat, name, luck))
    await asyncio.gather(*(p.come() for p in people))
    return people


async def nickname(client: httpx.AsyncClient, serving: Serving, luck: random.Random) -> str:
    """A name that nobody has."""
    lobby = (await client.get("/api/lobby", params={"code": serving.told["code"]})).json()
    return str(luck.choice(lobby["nicknames"])["id"])


async def enter(serving: Serving, tally: Tally, seat: str, name: str, luck: random.Random) -> Person:
    """Take a seat, from an address of one's own, as every phone has: seats of one address are given in turn."""
    language = luck.choice(("kk", "ru", "en"))
    data = {"code": serving.told["code"], "nickname": name, "language": language, "seat": seat}
    count = len(tally.seconds.get("join", ()))
    own = f"127.1.{count // 250}.{1 + count % 250}" if sys.platform == "linux" else None
    way = httpx.AsyncHTTPTransport(local_address=own)
    async with httpx.AsyncClient(base_url=serving.base, timeout=LONGEST, transport=way) as client:
        start = time.perf_counter()
        reply = await client.post("/api/join", json=data)
        tally.took("join", time.perf_counter() - start)
    reply.raise_for_status()
    return Person(serving, tally, reply.json()["token"])
