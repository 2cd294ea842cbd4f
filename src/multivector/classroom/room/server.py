"""The server of a room: pages, joining, and sockets over which each role receives its view whenever it changes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from multivector.classroom.lesson.seats import Seat
from multivector.classroom.lesson.words import say, word
from multivector.classroom.paper import class_report, handed
from multivector.classroom.paper.printed import DOCUMENTS, FOR_ALL, OF_LESSON, Press
from multivector.classroom.playing import acts, items, runsheet, spare, typed
from multivector.classroom.playing.game import Game, Key, Refused
from multivector.classroom.room import export, pages
from multivector.classroom.room.desk import Desk
from multivector.classroom.room.network import LOOPBACK, is_address
from multivector.classroom.room.office import Office
from multivector.classroom.room.pace import Pace
from multivector.classroom.room.pictures import Pictures, size_of
from multivector.classroom.showing import belief, charts, public, spare_views, views, wall
from multivector.classroom.showing.debrief import debrief, survey
from multivector.errors import BadInput
from multivector.language import LANGUAGES

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY, "x-content-type-options": "nosniff", "referrer-policy": "no-referrer",
    "x-frame-options": "DENY", "cache-control": "no-store",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}  # fmt: skip
SECURE = {"cross-origin-opener-policy": "same-origin"}
"""Over plain HTTP browsers honour it on this machine alone; elsewhere they log that they do not."""
NO_PAGE = {
    "content-security-policy": "default-src 'none'",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}
"""Where there is no document nothing else has a meaning, and a phone's first page is a dozen answers."""
UNCHANGED = {"cache-control": "no-cache"}
"""Of files, which hold nothing of anybody: a phone that comes back asks whether they have changed."""
STATUS = {"bad-token": 401, "forbidden": 403, "unknown": 404, "seat-taken": 409, "room-locked": 409, "room-over": 409,
          "nickname-taken": 409, "too-large": 413, "too-many": 429}  # fmt: skip
LARGEST = {"teacher": 16384}
MESSAGE, BODY = 4096, 8192
"""Bytes of a message and of a request at most."""
RATE, BURST = 20.0, 40.0
"""Messages a second, and at once, that a socket may send."""
GUESSES, FORGET = 10, 30.0
"""Wrong codes, or wrong tokens, from one address within so many seconds, after which it has to wait.

They are counted apart: pages of an earlier session that come back with its tokens must not keep newcomers of the same
address out. A right token is never made to wait: it cannot be guessed, and who has it must get the seat back.
"""
GATHER, AT_LEISURE = 0.03, 0.25
"""Seconds in which changes are gathered before a view is sent: to a seat; to console and projector, who hear of all."""
PATIENCE = 10.0
"""Seconds that a socket has to say who it is."""
LOOK, SELDOM = 3.0, 40
"""Seconds between two looks at the machine's addresses; beats of the clock after which there is one unasked."""
STRANGERS = 20
"""Sockets of one address, beyond one for each seat, that may stand open without having said who they are.

A class behind one hotspot comes back all at once after a crash, from one address.
"""
UNSENT = 5.0
"""Seconds after which a socket that takes nothing is let go."""
OWN = (LOOPBACK, "localhost", "[::1]")
"""Names by which a machine calls itself."""
STATIC = Path(str(pages.PAGES.joinpath("static")))
AllRoles = ("teacher", "projector")
TURNS = ("start", "finish", "drop")
"""What of a teacher's opens or closes turns, besides ``advance``."""


@dataclass
class Line:
    """One open socket."""

    socket: WebSocket
    who: str
    language: str
    menu: tuple[Any, ...] = ()
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    work: asyncio.Task[None] | None = None
    sending: int = 0
    credit: float = BURST
    asked: float = field(default_factory=time.monotonic)

    def affords(self) -> bool:
        """Whether another message may come now."""
        now = time.monotonic()
        self.credit = min(BURST, self.credit + RATE * (now - self.asked)) - 1.0
        self.asked = now
        return self.credit >= 0.0


class Room:
    """A desk with sockets: who is here, who has to hear of what.

    Parameters
    ----------
    desk : the session.
    addresses : hosts (without port, in small letters) by which the server may be called; others are refused.
    office : plays futures and histories beside the server.
    results : where the worlds of a finished game are kept.
    address : what students type, and its QR code as SVG.
    projector : the projector's token, for a link on the console; nobody else is sent it.
    on_delete : called when the session has been deleted.
    look : looks at the machine's addresses again, adds to `addresses`; what students are told now, if that changed.
    """

    def __init__(
        self, desk: Desk, *, addresses: set[str], office: Office, address: str = "", qr: str = "",
        projector: str = "", on_delete: Callable[[], None] = lambda: None,
        look: Callable[[], dict[str, str] | None] | None = None,
    ) -> None:  # fmt: skip
        self.desk, self.office, self.on_delete = desk, office, on_delete
        self.pictures = Pictures()
        self.addresses, self.look = addresses, look
        self.looking: asyncio.Task[None] | None = None
        self.looked = 0.0
        self.address, self.projector = {"address": address, "qr": qr}, projector
        self.lines: dict[str, list[Line]] = {}
        self.composing, self.disk = asyncio.Lock(), asyncio.Lock()
        self.batch: asyncio.Task[None] | None = None
        self.ground: asyncio.Future[Any] | None = None
        self.thread = ThreadPoolExecutor(1, "turns")
        self.turning: asyncio.Future[Any] | None = None
        self.guesses: dict[tuple[str, str], list[float]] = {}
        self.pace, self.strangers = Pace(), Counter[str]()
        self.waited: list[float] = []
        self.results: dict[str, str] = {}
        self.leaves, self.shown = 1, wall.Shown()
        self.deleted = False
        self.tasks: set[asyncio.Task[Any]] = set()

    # ---- who hears of what

    @property
    def here(self) -> list[str]:
        """Seats with an open socket."""
        return [who for who, lines in self.lines.items() if lines and who not in AllRoles]

    def everybody(self) -> set[str]:
        """All who listen."""
        return set(self.lines)

    def of(self, *keys: Key) -> set[str]:
        """Seats of delegations."""
        return {s.id for key in keys for s in self.desk.game.delegation(key)}

    def led_anew(self, keys: Sequence[Key]) -> set[str]:
        """Who hears that delegations have another head."""
        return self.of(*keys) | {"teacher"} if keys else set()

    def of_world(self, world: str) -> set[str]:
        """Seats of a world."""
        return {s.id for s in self.desk.game.seats.values() if s.world == world}

    def conducting(self, world: str) -> set[str]:
        """The seat of a world's Secretariat, where somebody sits in it."""
        seat = self.desk.game.spare(world, "secretariat")
        return {seat.id} if seat else set()

    def touched(self, who: str, message: Mapping[str, Any]) -> set[str]:
        """Whose view changes by what was done."""
        name, game = message.get("do"), self.desk.game
        if who in AllRoles or who not in game.seats:
            return self.everybody()
        world, actor = acts.key_of(game, who)
        if name in spare.PRESS or name in spare.SECRETARIAT or name == "comment":
            return self.of_world(world) | set(AllRoles)
        if name == "confirm" or name == "leave" or name == "object":
            return self.of_world(world) | {"teacher"}
        out = self.of((world, actor)) | {"teacher"}
        if name == "answer":
            out |= self.of((world, str(message["offer"]).partition(":")[0]))
        if name == "say" and message.get("to") in game.actors:
            out |= self.of((world, str(message["to"])))
        if name == "vote":
            # Who has voted is for the Secretariat and, once it has opened the vote, for all; how is for nobody.
            shown = message["text"] in game.sitting(world).opened
            out |= self.of_world(world) | {"projector"} if shown else self.conducting(world)
        return out | ({"projector"} if name in ("survey", "predict") else set()) | {who}

    def change(self, who: Iterable[str]) -> None:
        """Note whose view has changed; it is sent soon."""
        for one in who:
            for line in self.lines.get(one, ()):
                line.wake.set()

    async def written(self) -> None:
        """Wait until all that was done so far is on the disk; who comes while a write is under way shares the next."""
        if not self.desk.store.waits:
            return
        if self.batch is None:
            self.batch = asyncio.create_task(self._write())
        await asyncio.shield(self.batch)

    async def _write(self) -> None:
        async with self.disk:
            self.batch = None
            await run_in_threadpool(self.desk.store.write)

    # ---- turns, which are worked out in a thread

    async def still(self) -> None:
        """Wait while a turn is opened or closed: nobody does or sees anything in the middle of it."""
        while self.turning is not None:
            await asyncio.wait([self.turning])

    async def turn(self, work: Callable[..., Any], *args: Any) -> Any:
        """Have a thread do what takes long. Meanwhile pages are served and sockets kept; the game is the thread's."""
        await self.still()
        self.turning = self.in_thread(work, *args)
        self.turning.add_done_callback(self._turned)
        return await asyncio.shield(self.turning)

    def in_thread(self, work: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        """Begin work on the engine in the room's one thread for it: each further one would keep memory of its own."""
        return asyncio.get_running_loop().run_in_executor(self.thread, work, *args)

    def _turned(self, done: asyncio.Future[Any]) -> None:
        self.turning = None
        if not done.cancelled():
            done.exception()  # told to who asked, if somebody still waits

    async def foresee(self) -> None:
        """Make ready what the end of the turn would wait for: the worlds of doctrines that people tapped."""
        for doctrine, actor in self.desk.game.foreseen():
            await self.in_thread(self.desk.game.worlds.foresee, doctrine, actor)

    def lead(self, who: str, message: Mapping[str, Any]) -> Any:
        """What a teacher does with turns; what menus say of how sure the advisers are is worked out at once."""
        found = self.desk.do(who, message)
        self.desk.game.advise()
        return found

    # ---- sending

    def view(self, line: Line) -> dict[str, Any]:
        """The whole view of a line's role."""
        game, clock = self.desk.game, self.desk.clock
        if line.who == "projector":
            told = views.projector_view(game, line.language, clock, self.address)
            return {**told, "room": {**told["room"], "shown": self.shown.told(game, line.language)}}
        if line.who == "teacher":
            told = views.teacher_view(game, line.language, clock, self.address, self.here)
            late = runsheet.late(game, self.desk.lesson, clock)
            told["room"] |= {
                "projector": self.projector,
                "more_left": self.desk.more_left,
                "plan": game.settings.plan,
                "late": late,
                "leaves": self.leaves,
                "rush": self.rush,
            }
            return {**told, "debrief_ready": self.ready}
        if game.seats[line.who].spare:
            return spare_views.spare_view(game, game.people[line.who], clock)
        return views.seat_view(game, game.people[line.who], clock, self.here)

    @property
    def ready(self) -> float:
        """How much of the debrief's histories is there, 0 to 1."""
        saved = self.desk.game.phase != "over" or len(self.results) == len(self.desk.game.world_ids)
        return self.office.progress if saved else min(self.office.progress, 0.99)

    async def send(self, line: Line, message: Mapping[str, Any]) -> None:
        """Send to one socket; one that takes nothing is let go."""
        await self._send(line, as_text(message))

    async def _send(self, line: Line, text: str) -> None:
        line.sending += 1
        try:
            await asyncio.wait_for(line.socket.send_text(text), UNSENT)
        except Exception:
            self.drop(line)
        finally:
            line.sending -= 1

    def pages(self, line: Line) -> list[str]:
        """What a line is to be shown now: its view, and its menu where that is another one."""
        game = self.desk.game
        person = game.people.get(line.who)
        if person is None:
            return [as_text(self.view(line))] if line.who in AllRoles else []
        if person.out:
            return []
        out = [as_text(self.view(line))]
        if game.phase == "playing" and not game.seats[line.who].spare:
            mine = (game.round, person.language, game.head(acts.key_of(game, line.who)) == line.who)
            if line.menu != mine:
                line.menu = mine
                out.append(as_text(views.menu(game, person)))
        return out

    async def show(self, line: Line) -> None:
        """Send a line what it is to be shown now."""
        async with self.composing:
            await self.still()
            texts = self.pages(line)
            # One view at a time: whoever asks for something is answered between two.
            await asyncio.sleep(0)
        # Nobody sees what a power cut could still undo.
        await self.written()
        for text in texts:
            await self._send(line, text)

    async def attend(self, line: Line) -> None:
        """Show a line whatever changes. Each has a task of its own: a slow phone holds up nobody else."""
        while True:
            await line.wake.wait()
            await asyncio.sleep(AT_LEISURE if line.who in AllRoles else GATHER)
            line.wake.clear()
            await self.show(line)

    def drop(self, line: Line) -> None:
        """Forget a socket."""
        if line.work is not None:
            line.work.cancel()
        mine = self.lines.get(line.who, [])
        if line in mine:
            mine.remove(line)
        if not mine:
            self.lines.pop(line.who, None)
        if line.who in self.desk.game.seats:
            self.change({*self.of(acts.key_of(self.desk.game, line.who)), "teacher"})

    async def close(self, who: str, code: int, why: str) -> None:
        """Tell the sockets of a role why they are closed, and close them."""
        for line in list(self.lines.pop(who, ())):
            if line.work is not None:
                line.work.cancel()
            await self.send(line, {"type": "gone", "why": why})
            with contextlib.suppress(Exception):
                await line.socket.close(code)

    # ---- what runs beside

    async def prepare(self) -> None:
        """Work out what the first turn would wait for, or of a resumed one the menus; shared by all who ask."""
        if self.ground is None:
            game = self.desk.game
            work = self.in_thread(game.prepare) if game.phase == "lobby" else self.turn(game.advise)
            self.ground = asyncio.ensure_future(work)
        await asyncio.shield(self.ground)

    async def look_again(self) -> None:
        """Learn of addresses that the machine has got since: a hotspot was switched on, or it is in another network."""
        if self.look is None:
            return
        now = time.monotonic()
        if self.looking is None or (self.looking.done() and now - self.looked >= LOOK):
            self.looked, self.looking = now, asyncio.create_task(self._look(self.look))
        await asyncio.shield(self.looking)

    async def _look(self, look: Callable[[], dict[str, str] | None]) -> None:
        found = await run_in_threadpool(look)
        if found is not None:
            self.address = found
            self.change(AllRoles)

    async def ticking(self) -> None:
        """The clock: a tick each second while it runs, and the end of the turn."""
        beat = 0
        while True:
            await asyncio.sleep(0.25)
            beat += 1
            self.desk.attend(self.here)
            if self.deleted or not self.desk.running:
                continue
            await self.still()
            if self.desk.time_is_up:
                with contextlib.suppress(Refused):  # the teacher was quicker
                    await self.end_turn()
                continue
            if self.desk.heads_are_late:
                self.desk.pass_over_silent()
                self.change(self.everybody())
            self.change(self.led_anew(self.desk.pass_on()))
            if beat % 4 == 0:
                clock = self.desk.clock
                tick = {"type": "tick", "left": round(clock.left, 1), "running": True, "stage": clock.stage}
                for line in [line for lines in self.lines.values() for line in lines if not line.sending]:
                    self.start(self.send(line, tick))
                if beat % 8 == 0:
                    self.desk.keep_clock()
                    self.start(self.written())

    async def end_turn(self) -> None:
        """Play the turn out; after the last one, keep the worlds as results."""
        await self.still()
        game = self.desk.game
        taken = [p.seat for p in game.people.values() if not p.out]
        self.office.turn_over()
        await self.turn(self.desk.end_turn, [s for s in taken if s not in self.here])
        self.after()
        self.change(self.everybody())

    def after(self) -> None:
        """What follows when the game may have become another: results are kept, machines' histories follow events."""
        game = self.desk.game
        self.office.histories(game.scenario, game.settings.seed, game.lists)
        if game.phase == "over":
            self.desk.forget_texts()
        if game.phase == "over" and not self.results and game.made:
            self.start(self.save())

    async def save(self) -> None:
        """Keep each world as a result."""
        game, out = self.desk.game, str(self.desk.store.folder / "results")
        command = "multivector serve --rehearse" if game.settings.rehearsal else "multivector serve"

        async def one(world: str) -> None:
            arms = await run_in_threadpool(export.arms_of, game, world)
            self.results[world] = await self.office.save(arms, game.settings.seed, out, command)

        await asyncio.gather(*(one(world) for world in game.world_ids))
        self.change(AllRoles)

    def start(self, work: Any) -> None:
        """Run something beside, and hold on to it until it is done."""
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    # ---- hearing

    def guessed(self, client: str, what: str) -> bool:
        """Whether an address has been wrong about a code or a token too often of late."""
        now, key = time.monotonic(), (client, what)
        self.guesses[key] = [t for t in self.guesses.get(key, ()) if now - t < FORGET]
        return len(self.guesses[key]) >= GUESSES

    def wrong_guess(self, client: str, what: str) -> None:
        """Note a wrong code or token. Kept in memory for half a minute and nowhere else."""
        self.guesses.setdefault((client, what), []).append(time.monotonic())

    async def in_turn(self, client: str) -> None:
        """Wait until an address may take a seat; where it has to wait, the teacher is told.

        Raises
        ------
        Refused
            Too many of its joins wait already.
        """
        wait = self.pace.turn(client)
        if wait == 0.0:
            return
        self.waited.append(time.monotonic())
        self.change({"teacher"})
        asyncio.get_running_loop().call_later(FORGET + 0.1, self.change, {"teacher"})
        if wait is None:
            raise Refused("too-many")
        await asyncio.sleep(wait)

    @property
    def rush(self) -> int:
        """How many joins of the last half minute came faster than people tap."""
        now = time.monotonic()
        self.waited = [t for t in self.waited if now - t < FORGET]
        return len(self.waited)

    async def heard(self, line: Line, message: Mapping[str, Any]) -> None:
        """Do what a socket asks, answer, and let all hear of it."""
        n, name, who = message.get("n"), message.get("do"), line.who
        reply: dict[str, Any] = {"type": "ok", "n": n}
        await self.still()
        self.desk.attend(self.here)
        try:
            if name == "language" and who in AllRoles:
                if message.get("language") not in LANGUAGES:
                    raise Refused("bad-request")
                line.language = str(message["language"])
                await self.send(line, reply)
                line.wake.set()
                return
            if who == "projector" and name == "leaves":
                self.leaves = wall.leaves_of(message)
                await self.send(line, reply)
                self.change({"teacher"})
                return
            if who == "projector":
                raise Refused("forbidden")
            if who == "teacher" and name == "delete":
                await self.delete(message)
                return
            if who == "teacher" and name == "advance":
                if self.desk.game.phase != "playing":
                    raise Refused("not-now")
                await self.end_turn()
                found = None
            elif who == "teacher" and name in TURNS:
                if name == "start":
                    await self.prepare()
                found = await self.turn(self.lead, who, message)
            else:
                screen = self.desk.game.screen
                found = self.desk.do(who, message)
                if screen != self.desk.game.screen:
                    self.leaves = 1  # until the wall says how many the new one has
            if isinstance(found, list) and found and isinstance(found[0], Seat):
                reply["seats"] = [{**vars(s), "title": public.seat_title(self.desk.game, s, line.language, full=True)}
                                  for s in found]  # fmt: skip
            elif isinstance(found, typed.Read):
                reply |= typed.told(self.desk.game, found, line.language)
            elif isinstance(found, dict):
                reply["read"] = found
        except Refused as error:
            await self.send(line, refusal(error.code, line.language, n=n))
            return
        if name == "language":
            line.language = str(message["language"])
        if name == "screen" and message.get("show") == "example":
            self.start(self.exemplify())
        if name == "forecast":
            self.start(self.forecast(who, message, list(found or ())))
        if name in ("start", "finish", "drop", "keep-text"):
            self.after()
        if name in ("bot", "kick", "leave", "laptops"):
            await self.turn(self.desk.game.advise)
        if name in ("start", "doctrine"):
            self.start(self.foresee())
        await self.written()
        await self.send(line, reply)
        if name in ("kick", "leave"):
            await self.close(str(message.get("seat", who)), 4403, "kicked" if name == "kick" else "left")
        if name == "reassign":
            for moved in (str(message["seat"]), str(message["to"])):
                await self.close(moved, 4408, "moved")
        self.change(self.touched(who, message))

    async def forecast(self, who: str, message: Mapping[str, Any], entries: list[str]) -> None:
        """Ask the staff, and tell the whole delegation."""
        await self.still()
        game = self.desk.game
        seat = game.seats[who]
        turn = game.turn
        found = await self.office.forecast(game, seat.world, seat.actor, entries)
        told = {"type": "forecast", "n": message.get("n"), "turn": turn, "by": who, **found}
        await self.still()
        if game.turn == turn:
            game.table((seat.world, seat.actor)).results.append(told)
        for mate in self.of((seat.world, seat.actor)):
            for line in list(self.lines.get(mate, ())):
                await self.send(line, views.forecast_words(game, told, line.language))
        self.change(self.of((seat.world, seat.actor)))

    async def exemplify(self) -> None:
        """Work out the example move for the wall: its estimate, then its forecast; once."""
        shown = self.shown
        if shown.explaining:
            return
        shown.explaining = True
        await self.prepare()
        shown.example = await run_in_threadpool(wall.Example.of, self.desk.game)
        self.change({"projector"})
        shown.forecast = await self.office.ahead(shown.example.place, self.desk.game, shown.example.entry)
        self.change({"projector"})

    async def delete(self, message: Mapping[str, Any]) -> None:
        """Delete the session: nobody is left, and no file."""
        if message.get("sure") is not True:
            raise Refused("not-now")
        self.deleted = True
        for task in list(self.tasks):
            task.cancel()
        self.office.close()
        self.pictures.close()
        self.desk.store.delete()
        for who in list(self.lines):
            await self.close(who, 4410, "deleted")
        self.on_delete()


def as_text(message: Mapping[str, Any]) -> str:
    """A message as JSON."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"), default=float)


def refusal(code: str, language: str, **more: Any) -> dict[str, Any]:
    """An answer that refuses."""
    return {"type": "no", "error": code, "text": word("refused", code, language), **more}


# ---- requests


def bearer(request: Request) -> str:
    """The token of a request."""
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def answer_no(code: str, language: str = "en") -> JSONResponse:
    """A refusal as a response."""
    told = {"error": code, "text": word("refused", code, language)}
    return JSONResponse(told, STATUS.get(code, 400))


def client_of(request: Request | WebSocket) -> str:
    """The address of a client: kept in memory for half a minute where it guesses wrong, and nowhere else."""
    return request.client.host if request.client else ""


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object of a request.

    Raises
    ------
    Refused
        Too large, or no object.
    """
    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > BODY:
            raise Refused("too-large")
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refused("bad-request") from None
    if not isinstance(found, dict):
        raise Refused("bad-request")
    return found


def language_of(asked: Any) -> str:
    """A language that there is."""
    return asked if asked in LANGUAGES else "en"


class Guard:
    """Middleware: refuses hosts and origins that are not ours, and puts the safety headers on every answer."""

    def __init__(self, app: ASGIApp, room: Room) -> None:
        self.app, self.room = app, room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request or socket."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        host, origin = headers.get("host", ""), headers.get("origin")
        named = host_name(host)
        if named not in self.room.addresses and is_address(named):
            await self.room.look_again()
        # A page of somebody else that names its own host after our address could ask in a student's browser.
        ours = named in self.room.addresses and (origin is None or urlsplit(origin).netloc == host)
        if not ours or self.room.deleted:
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 4403})
            else:
                await PlainTextResponse("", 410 if ours else 421)(scope, receive, send)
            return

        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                own = dict(message["headers"])
                page = own.get(b"content-type", b"").startswith(b"text/html")
                safe = {**HEADERS, **(SECURE if named in OWN else {})} if page else NO_PAGE
                safe = {**safe, **(UNCHANGED if scope["path"].startswith("/static/") else {})}
                message["headers"] += [(k.encode(), v.encode()) for k, v in safe.items() if k.encode() not in own]
            await send(message)

        await self.app(scope, receive, guarded)


def host_name(host: str) -> str:
    """A host without its port.

    Examples
    --------
    >>> host_name("192.168.1.20:8765"), host_name("[::1]:80"), host_name("Localhost")
    ('192.168.1.20', '[::1]', 'localhost')
    """
    return re.sub(r":\d+$", "", host.strip().lower())


def build(room: Room) -> Starlette:
    """The application of a room."""

    def page(name: str) -> Callable[[Request], Any]:
        async def show(request: Request) -> Response:
            del request
            path = Path(str(pages.PAGES.joinpath(name)))
            return FileResponse(path) if path.is_file() else PlainTextResponse("", 404)

        return show

    async def lobby(request: Request) -> Response:
        if room.guessed(client_of(request), "code"):
            return answer_no("too-many", language_of(request.query_params.get("language")))
        if request.query_params.get("code", "").upper() != room.desk.game.settings.code:
            room.wrong_guess(client_of(request), "code")
            return answer_no("bad-code", language_of(request.query_params.get("language")))
        found, language = views.lobby(room.desk.game), request.query_params.get("language")
        return JSONResponse(pages.in_one(found, language) if language in LANGUAGES else found)

    async def join(request: Request) -> Response:
        language = "en"
        try:
            message = await body_of(request)
            language = language_of(message.get("language"))
            if room.guessed(client_of(request), "code"):
                raise Refused("too-many")
            if str(message.get("code", "")).upper() != room.desk.game.settings.code:
                room.wrong_guess(client_of(request), "code")
                raise Refused("bad-code")
            await room.in_turn(client_of(request))
            if await request.is_disconnected():
                return Response()  # who has gone meanwhile takes no seat
            await room.still()
            told = room.desk.join(message)
            await room.written()
        except Refused as error:
            return answer_no(error.code, language)
        room.change(room.of_world(room.desk.game.seats[told["seat"]].world) | set(AllRoles))
        return JSONResponse(told)

    def allowed(request: Request, *roles: str) -> Response | None:
        role, client = room.desk.role(bearer(request)), client_of(request)
        if role is None and room.guessed(client, "token"):
            return answer_no("too-many")
        if role is None:
            room.wrong_guess(client, "token")
        return None if role in roles else answer_no("bad-token" if role is None else "forbidden")

    async def debriefing(request: Request) -> Response:
        no = allowed(request, *AllRoles)
        if no:
            return no
        game = room.desk.game
        if game.phase != "over" or not game.made:
            return answer_no("not-now")
        if room.ready < 1.0:
            return JSONResponse({"ready": room.ready}, 202)
        language = language_of(request.query_params.get("language"))
        if request.query_params.get("part") == "survey":
            # Answers come in while the debrief is open: this part alone is asked for again and again.
            return JSONResponse({"survey": survey(game, language), "open": game.survey_open})
        found = room.office.found(len(game.made))
        told = await run_in_threadpool(debrief, game, language, found, room.results)
        return Response(json.dumps(told, ensure_ascii=False, default=float), media_type="application/json")

    async def chart(request: Request) -> Response:
        no = allowed(request, *AllRoles)
        if no:
            return no
        try:
            return JSONResponse(await chart_of(room, request.path_params["kind"], request.query_params))
        except Refused as error:
            return answer_no(error.code)

    async def whatif(request: Request) -> Response:
        no = allowed(request, *AllRoles)
        if no:
            return no
        try:
            return JSONResponse(await ask_whatif(room, await body_of(request)))
        except Refused as error:
            return answer_no(error.code)

    async def on_the_wall(request: Request) -> Response:
        no = allowed(request, "teacher")
        if no:
            return no
        try:
            room.shown.put(room.desk.game, await body_of(request))
        except Refused as error:
            return answer_no(error.code)
        room.change({"projector"})
        return JSONResponse({})

    async def exported(request: Request) -> Response:
        no = allowed(request, "teacher")
        if no:
            return no
        await room.still()
        name, game = request.path_params["name"], room.desk.game
        if name == "class.zip":
            content, kind = await run_in_threadpool(export.packed, game, room.desk.store.folder), "application/zip"
        elif name == "messages.csv":
            typed_too = request.query_params.get("text") == "yes"
            if typed_too and not game.keeps_text:
                return answer_no("not-now", language_of(request.query_params.get("language")))
            content = export.messages(game, text=typed_too)
            kind = "text/csv; charset=utf-8"
        elif name.removesuffix(".html") in PRINTED:
            language = language_of(request.query_params.get("language"))
            found = await run_in_threadpool(printed, game, name.removesuffix(".html"), language)
            if found is None:
                return answer_no("unknown", language)
            content, kind = found, "text/html; charset=utf-8"
        elif name in PAGES_AFTER:
            if game.phase != "over" or not game.made or room.ready < 1.0:
                return answer_no("not-now")
            language = language_of(request.query_params.get("language"))
            content = (await page_after(room, name, language, request.query_params.get("names") == "yes")).encode()
            kind = "text/html; charset=utf-8"
        elif name in export.TABLES or (name == export.ITEM_TABLE and items.held(game)):
            content, kind = export.tables(game)[name], "text/csv; charset=utf-8"
        else:
            return answer_no("unknown")
        named = f"rehearsal-{name}" if game.settings.rehearsal else name
        return Response(content, media_type=kind, headers={"content-disposition": f'attachment; filename="{named}"'})

    async def words(request: Request) -> Response:
        language = request.path_params["language"]
        if language not in LANGUAGES:
            return answer_no("unknown")
        return JSONResponse(pages.words(language, request.query_params.get("of")))

    async def believed(request: Request) -> Response:
        language = request.path_params["language"]
        return JSONResponse(belief.of_all(language)) if language in LANGUAGES else answer_no("unknown")

    async def socket(connection: WebSocket) -> None:
        await listen(room, connection)

    @contextlib.asynccontextmanager
    async def running(app: Starlette) -> AsyncIterator[None]:
        del app
        room.desk.store.gathers = True
        room.start(room.ticking())
        room.start(room.prepare())
        room.after()
        if room.office.on:
            room.pictures.warm()
        yield
        for task in list(room.tasks):
            task.cancel()
        await room.still()
        room.thread.shutdown(wait=False, cancel_futures=True)
        if not room.deleted:
            if room.desk.game.phase == "playing":
                room.desk.keep_clock()
            room.desk.store.close()
        room.office.close()
        room.pictures.close()

    app = Starlette(
        routes=[
            Route("/", page("index.html")), Route("/teacher", page("teacher.html")),
            Route("/projector", page("projector.html")), Route("/debrief", page("debrief.html")),
            Route("/api/lobby", lobby), Route("/api/join", join, methods=["POST"]),
            Route("/api/debrief", debriefing), Route("/api/whatif", whatif, methods=["POST"]),
            Route("/api/wall", on_the_wall, methods=["POST"]), Route("/api/chart/{kind}", chart),
            Route("/api/export/{name}", exported), Route("/words/{language}.json", words),
            Route("/believed/{language}.json", believed),
            WebSocketRoute("/ws", socket),
            *([Mount("/static", StaticFiles(directory=STATIC))] if STATIC.is_dir() else []),
        ],
        lifespan=running,
    )  # fmt: skip
    app.add_middleware(GZipMiddleware, minimum_size=500)  # a class comes in over one hotspot
    app.add_middleware(Guard, room=room)
    return app


PAGES_AFTER = ("report.html", "replay.html")
"""Pages that a teacher takes away from a finished game."""


PRINTED = (*FOR_ALL, *DOCUMENTS, handed.KIND)
"""What can be printed from the console for the room as it is seated."""


def printed(game: Game, kind: str, language: str) -> bytes | None:
    """A document for printing; None where the scenario has none of the kind, or is not there any more."""
    if kind == handed.KIND:
        return handed.of_room(game, language).html.encode() if game.worlds.openings else None
    try:
        press = Press.of_room(game.settings.source, game.settings.plan, list(game.seats.values()), game.items_on)
    except BadInput:
        return None
    if press.lesson is None and kind in OF_LESSON:
        return None
    return press.one(kind, language).html.encode()


async def page_after(room: Room, name: str, language: str, names: bool) -> str:
    """The class report (one page of A4), or the replay of all worlds."""
    game = room.desk.game
    if name == "replay.html":
        title = public.room_title(game, language)
        worlds = {w: say(language)("World {id}", id=w) for w in game.world_ids}
        folder = str(room.desk.store.folder / "results")
        notes = [*public.rehearsed(game, language), *items.lines(game, language)]
        return await room.office.replay(folder, room.results, title, worlds, language, notes)
    found = room.office.found(len(game.made))
    return await run_in_threadpool(class_report.page, game, language, found, names=names)


async def chart_of(room: Room, kind: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """A chart of wall or debrief, drawn for the size that is asked for.

    Raises
    ------
    Refused
        There is no such chart, or not yet.
    """
    language, size = language_of(asked.get("language")), size_of(asked)
    worlds = [w for w in asked.get("worlds", "").split(",") if w]
    await room.still()
    game = room.desk.game
    if kind in charts.OVER and (game.phase != "over" or room.ready < 1.0):
        raise Refused("not-now")
    histories = room.office.found(len(game.made)) if kind == "among" else {}
    figures = charts.figures(game, kind, asked.get("of", ""), worlds, language, room.shown, histories)
    return await room.pictures.of(kind, language, size, figures)


async def ask_whatif(room: Room, message: Mapping[str, Any]) -> dict[str, Any]:
    """One changed past move of a finished game.

    Raises
    ------
    Refused
        There is no such world, quarter, actor or move, or the game is not over.
    """
    game, language = room.desk.game, language_of(message.get("language"))
    asked = wall.question_of(game, message)
    turn = game.scenario.quarters().index(asked["quarter"])
    found = await room.office.whatif(game, asked["world"], asked["actor"], turn, asked["entries"])
    room.shown.whatif = {**asked, "found": found}
    room.change({"projector"})
    return wall.whatif_words(found, language)


async def listen(room: Room, connection: WebSocket) -> None:
    """One socket from its first message to its last."""
    client = client_of(connection)
    if room.strangers[client] >= len(room.desk.game.seats) + STRANGERS:
        await connection.close(4429)
        return
    room.strangers[client] += 1
    try:
        await connection.accept()
        line = await greet(room, connection)
    finally:
        room.strangers[client] -= 1
        room.strangers += Counter()  # forgets addresses of which none is left
    if line is None:
        return
    try:
        while True:
            raw = await connection.receive_text()
            if not line.affords() or len(raw.encode("utf-8", "replace")) > LARGEST.get(line.who, MESSAGE):
                await room.send(line, refusal("too-many" if line.credit < 0.0 else "too-large", line.language))
                await connection.close(4429)
                break
            try:
                message = json.loads(raw)
            except (ValueError, RecursionError):
                message = None
            if not isinstance(message, dict):
                await room.send(line, refusal("bad-request", line.language))
                continue
            if line not in room.lines.get(line.who, ()):
                break
            await room.heard(line, message)
    except (WebSocketDisconnect, RuntimeError, KeyError):
        # KeyError: a frame of bytes where text was agreed on.
        pass
    finally:
        room.drop(line)


async def greet(room: Room, connection: WebSocket) -> Line | None:
    """Who is there: the first message has the token."""
    try:
        raw = await asyncio.wait_for(connection.receive_text(), PATIENCE)
        message = json.loads(raw[:MESSAGE])
        secret = message.get("token") if isinstance(message, dict) and message.get("do") == "hello" else None
    except (WebSocketDisconnect, KeyError):
        return None
    except (ValueError, TimeoutError, RecursionError):
        secret, message = None, {}
    client = client_of(connection)
    await room.still()
    who = room.desk.role(secret) if isinstance(secret, str) else None
    if who is None:
        late = room.guessed(client, "token")
        room.wrong_guess(client, "token")
        await connection.close(4429 if late else 4401)
        return None
    game = room.desk.game
    asked = message.get("language")
    if who in game.people:
        if asked in LANGUAGES and asked != game.people[who].language:
            room.desk.do(who, {"do": "language", "language": asked})
        language = game.people[who].language
        await room.close(who, 4409, "elsewhere")
    else:
        language = language_of(asked or game.settings.language)
    line = Line(connection, who, language)
    room.lines.setdefault(who, []).append(line)
    role = who if who in AllRoles else "seat"
    await room.send(line, {"type": "hello", "role": role, "now": time.time()})
    await room.show(line)
    line.work = asyncio.create_task(room.attend(line))
    if role == "seat":
        room.change({*room.of(acts.key_of(game, who)), "teacher"} - {who})
    return line


__all__ = ["Room", "build"]
