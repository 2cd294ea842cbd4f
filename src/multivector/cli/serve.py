"""`multivector serve`: a class on this machine."""

from __future__ import annotations

import contextlib
import io
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from multivector.classroom.room.network import LOOPBACK, PORT, Hosts, lan_addresses, listening, trouble_with
from multivector.cli.common import tell, tell_json
from multivector.errors import BadInput, Problem, RunFailed
from multivector.language import Speaker, chosen, speaker

if TYPE_CHECKING:
    from multivector.classroom.lesson.seats import Seat
    from multivector.classroom.playing.game import Settings
    from multivector.classroom.room.desk import Desk
    from multivector.classroom.room.server import Room
    from multivector.experiment.histories.arms import Arms

DATA = Path("classes")
REHEARSALS = "rehearsals"
"""Folder of rehearsals in that of sessions: `--resume last` never takes one for the class."""
HEAD = "#"
HARD = "\N{NO-BREAK SPACE}"
BESIDE = "   "
"""Between the QR code and the text to its right."""


@click.command("serve", short_help="Play a scenario with a class, on this machine.")
@click.argument("scenario", required=False)
@click.option("--lan", is_flag=True, help="Let others on the same network join (else this machine alone).")
@click.option("--host", metavar="ADDRESS", help="Listen at this address of the machine (with --lan).")
@click.option("--port", type=click.IntRange(1, 65535), help=f"Port (default: the first free one from {PORT} on).")
@click.option("--worlds", "-w", type=click.IntRange(1, 30), help="Worlds side by side (default: one for 12 seats).")
@click.option("--seats", "-n", type=click.IntRange(1, 150), help="Size of the class (default: 12 a world).")
@click.option("--press/--no-press", default=None,
              help="A press seat in every world, or in none (default: from 13 people in a world on).")  # fmt: skip
@click.option("--secretariat/--no-secretariat", default=None,
              help="A seat of the UN Secretariat in every world, or in none (default: from 14 on).")  # fmt: skip
@click.option("--rehearse", is_flag=True,
              help="Try the lesson alone: the clock stands still, two turns (or --turns), kept apart.")  # fmt: skip
@click.option("--turns", "-t", type=click.IntRange(1, 80), help="Turns (default: the scenario's, at most 6).")
@click.option("--minutes", metavar="M[,M…]", help="Minutes of the turns, the last one for the rest (default: 5.5).")
@click.option("--plan", type=click.Choice(["45", "60", "90"]), help="Run-sheet of the lesson, in minutes.")
@click.option("--with", "items", multiple=True, metavar="ID", help="Switch an optional vote of the lesson on (hrc-51).")
@click.option("--lang", type=click.Choice(["kk", "ru", "en"]),
              help="Language of what is printed, of console and projector (MULTIVECTOR_LANG, else en); students choose "
              "their own.")  # fmt: skip
@click.option("--seed", "-s", type=click.IntRange(0), default=0, show_default=True, help="Root of all draws.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=DATA, show_default=True,
              metavar="DIR", help="Folder of sessions.")  # fmt: skip
@click.option("--resume", "code", metavar="CODE", help="Go on with a session; `last` for the one played last.")
@click.option("--from", "paper", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
              help="Go on with a game on paper (a folder made by `multivector play`) as a room.")  # fmt: skip
@click.option("--no-browser", is_flag=True, help="Do not open the console in a browser.")
@click.option("--json", "as_json", is_flag=True, help="Print the addresses as JSON.")
@click.option("--quiet", "-q", is_flag=True, help="Print the addresses and nothing else.")
def command(
    scenario: str | None, lan: bool, host: str | None, port: int | None, worlds: int | None, seats: int | None,
    press: bool | None, secretariat: bool | None, rehearse: bool, turns: int | None, minutes: str | None,
    plan: str | None, items: tuple[str, ...], lang: str | None, seed: int, data: Path, code: str | None,
    paper: Path | None, no_browser: bool, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Open a room in which a class plays SCENARIO (a lesson, a file or a shipped name).

    Prints the room's code, the address and QR code for students, and the addresses of the teacher's console and of the
    projector. No account, no internet: nothing leaves this machine, and without --lan nothing enters it either. What is
    played is written to the disk before it is acknowledged: after a crash, --resume goes on at the same turn. Empty
    seats are machines, by doctrine. Ctrl-C closes the room; its files stay until the teacher deletes the session.

    \b
    Examples:
      multivector serve lesson-after-2022 --rehearse    try a lesson alone: no clock, machines in all other seats
      multivector serve lesson-after-2022 --lan -n 24   a class of 24: two worlds on the same shocks
      multivector serve lesson-after-2022 --lan --with hrc-51   with the vote that is off unless a teacher wants it
      multivector serve after-2022 --lan -n 24 --turns 5 --minutes 7,5.5
      multivector serve lesson-after-2022 --lan -n 24 --press --secretariat   two seats more in each world
      multivector serve --resume last --lan             go on after a crash
      multivector serve --from games/lesson-after-2022 --lan    go on with a game on paper as a room
      multivector doctor                                what may keep phones out
    """
    if rehearse and paper:
        raise BadInput([Problem("--rehearse", 0, 0, "", "found --from beside it", "one of the two")])
    address, number, door = place(lan, host, port)
    desk, tokens, resumed = from_paper(paper, data, seats, scenario or code) if paper else open_desk(
        scenario, code, data / REHEARSALS if rehearse else data, {
            "worlds": worlds, "seats": seats, "press": press, "secretariat": secretariat,
            "rehearse": rehearse, "turns": turns, "minutes": minutes, "plan": plan, "lang": chosen(lang), "seed": seed,
        }, items)  # fmt: skip
    told = addresses(address, number, desk.game.settings.code, desk.game.settings.language, tokens)
    with contextlib.suppress(KeyboardInterrupt):
        if as_json:
            tell_json({**told, "folder": str(desk.store.folder), "resumed": resumed})
        else:
            tell(page(told, desk, lan=lan, resumed=resumed, short=quiet))
        sys.stdout.flush()
        serve(desk, door, told, browser=not (no_browser or as_json or quiet), silent=as_json or quiet)
    tell([] if quiet or as_json else [farewell(desk, data)])


def place(lan: bool, host: str | None, port: int | None) -> tuple[str, int, socket.socket]:
    """Address that is told, port, and the socket that listens there from now on.

    Raises
    ------
    BadInput
        The port cannot be had, or there is no network to let others in from.
    """
    problems = []
    found = lan_addresses() if lan else [LOOPBACK]
    address = host or (found[0] if found else LOOPBACK)
    if lan and not found and host is None:
        problems.append(Problem("--lan", 0, 0, "", "found no network that others could come from",
                                "a machine with Wi-Fi or a cable", "switch on a hotspot on this machine"))  # fmt: skip
    if host is not None and not lan and host != LOOPBACK:
        problems.append(Problem("--host", 0, 0, "", f'found "{host[:60]}" without --lan', "--lan beside it"))
    if port is not None:
        trouble = trouble_with(address, port)
        why = {"taken": "another program has it", "forbidden": "the system keeps ports below 1024 for itself",
               "no-address": f"{address} is no address of this machine"}.get(trouble or "")  # fmt: skip
        if why:
            problems.append(Problem("--port", 0, 0, "", f"found {port}, but {why}", "a free port", "leave --port out"))
    door = None if problems else listening("0.0.0.0" if lan and host is None else address, port)
    if door is None and not problems:
        problems.append(Problem("--port", 0, 0, "", f"found no free port from {PORT} on", "one free port", "name one"))
    if problems or door is None:
        raise BadInput(problems)
    return address, int(door.getsockname()[1]), door


def open_desk(
    scenario: str | None, code: str | None, data: Path, asked: dict[str, Any], items: Sequence[str] = ()
) -> tuple[Desk, dict[str, str], bool]:
    """The session that is begun or gone on with, and the tokens of its roles.

    Raises
    ------
    BadInput
        The scenario or a number is wrong, or there is no such session.
    """
    from multivector.classroom.room.desk import Desk
    from multivector.classroom.room.store import last_session

    if code is not None:
        if scenario is not None:
            raise BadInput([Problem("--resume", 0, 0, "", "found a scenario beside it", "one of the two")])
        if items:
            hint = "the session knows what was switched on; the console switches more"
            raise BadInput([Problem("--with", 0, 0, "", "found --resume beside it", "one of the two", hint)])
        named = (data / code.upper(), data / REHEARSALS / code.upper())
        folder = last_session(data) if code == "last" else next((f for f in named if f.is_dir()), None)
        if folder is None:
            raise BadInput([Problem("--resume", 0, 0, "", f'found no session "{code[:40]}" in {data}', known(data))])
        return (*Desk.resume(folder), True)
    if scenario is None:
        raise click.UsageError("Which scenario? For example: multivector serve after-2022")
    arms, settings = room_of(scenario, asked)
    playable(arms, settings, items)
    try:
        desk, tokens = Desk.create(data, settings, arms)
        for id in items:
            desk.do("teacher", {"do": "item", "id": id, "on": True})
        return desk, tokens, False
    except OSError as error:
        raise RunFailed(
            f"{data}: cannot keep a session: {error.strerror or error}; name another folder by --data"
        ) from None


def from_paper(
    folder: Path, data: Path, seats: int | None, beside: str | None = None
) -> tuple[Desk, dict[str, str], bool]:
    """A new session that stands where a game on paper stands; its lesson, plan and seed are the game's.

    Raises
    ------
    BadInput
        There is no such game, or it cannot go on as a room.
    """
    from multivector.classroom.paper import into_room
    from multivector.classroom.paper.game_on_paper import PaperGame, kept_arms
    from multivector.classroom.room.desk import Desk

    if beside is not None:
        raise BadInput([Problem("--from", 0, 0, "", f'found "{beside[:40]}" beside it', "one of the two")])
    game = PaperGame(folder)
    arms, settings = room_of(game.start.name, into_room.asked(game, seats))
    desk, tokens = Desk.create(data, settings, kept_arms(folder) or arms)
    try:
        into_room.replay(game, desk)
    except BadInput:
        desk.store.delete()
        raise
    return desk, tokens, False


def playable(arms: Arms, settings: Settings, wanted: Sequence[str]) -> None:
    """Make sure that optional votes can be held: the lesson has them, and their rounds are played.

    Raises
    ------
    BadInput
        There is no such vote, or its round is left out.
    """
    from multivector.classroom.playing import items
    from multivector.classroom.playing.game import Game
    from multivector.scenario.names import did_you_mean, listed

    game = Game(settings, arms)
    known, problems = items.offered(game), []
    for id in wanted:
        if id not in known:
            allowed = listed(list(known)) or "nothing: there is no optional vote in it"
            problems.append(Problem("--with", 0, 0, "", f'found "{id[:40]}"', allowed, did_you_mean(id, list(known))))
        elif not items.may_switch(game, known[id], on=True):
            rounds, hint = [r.id for r in game.rounds], f'its round "{known[id]["step"]}" is not played'
            problems.append(Problem("--with", 0, 0, "", f'found "{id}"', f"rounds {listed(rounds)} alone", hint))
    if problems:
        raise BadInput(problems)


def known(data: Path) -> str:
    """The sessions of a folder, as a phrase."""
    found = sorted(p.parent.name for p in data.glob("*/room.sqlite")) if data.is_dir() else []
    return ", ".join(found[:8]) or "a session that `serve` has begun there"


PLAN = 60
"""The run-sheet of a lesson whose length is not said, in minutes."""
MOST_TURNS = 6
"""Turns of a class that says nothing: what fits into 90 minutes."""
REHEARSED = 2
"""Turns of a rehearsal that says nothing: one to see what a round is, one to see what becomes of it."""


def room_of(scenario: str, asked: dict[str, Any]) -> tuple[Arms, Any]:
    """The worlds to play and the room's settings."""
    from multivector.classroom.lesson.lessons import is_lesson, lesson
    from multivector.classroom.lesson.narrowed import unknown
    from multivector.classroom.lesson.seats import PER_WORLD, worlds_for
    from multivector.classroom.playing import aims
    from multivector.classroom.playing.game import DEFAULT_MINUTES, Settings
    from multivector.classroom.room.keys import room_code
    from multivector.experiment.histories.arms import prepare

    lengths = None if asked["minutes"] is None else read_minutes(asked["minutes"])
    plan = None if asked["plan"] is None else int(asked["plan"])
    world, told, changed = scenario, {}, {}
    optional: tuple[dict[str, Any], ...] = ()
    if is_lesson(scenario):
        chosen, plan = lesson(scenario), plan or PLAN
        world, told = str(chosen.world_file), chosen.room(plan)
        start, length = chosen.calendar(plan)
        optional = tuple(item.room() for item in chosen.optional)
        changed = {"calendar.start": start, "calendar.turns": str(length)}
    arms = prepare(world, order="simultaneous", overrides=changed)
    told = told or arms.scenario.classroom
    aims.check(told, list(arms.scenario.actors))
    own = REHEARSED if asked.get("rehearse") else told.get("turns")
    turns = asked["turns"] or own or min(arms.scenario.calendar.turns, MOST_TURNS)
    if asked.get("rehearse") and asked["turns"] is None:
        turns = min(turns, arms.scenario.calendar.turns)
    if turns > arms.scenario.calendar.turns:
        have = arms.scenario.calendar.turns
        raise BadInput([Problem("--turns", 0, 0, "", f"found {turns}, but {scenario} has {have}", f"1 to {have}")])
    if turns != arms.scenario.calendar.turns:
        arms = prepare(world, order="simultaneous", overrides={**changed, "calendar.turns": str(turns)})
    lists = {str(step.get("id")): step.get("only", {}) for step in told.get("steps", ())}
    wrong = [
        Problem(str(scenario), 0, 0, f"steps.{id}.only.{where}", *said)
        for id, only in lists.items()
        for where, *said in unknown(only, arms.scenario)
    ]
    if wrong:
        raise BadInput(wrong)
    if told is not arms.scenario.classroom:
        arms = replace(arms, scenario=arms.scenario.model_copy(update={"classroom": told}))
    size = asked["seats"] or PER_WORLD * (asked["worlds"] or 1)
    minutes = lengths or tuple(float(m) for m in told.get("minutes", ())) or (DEFAULT_MINUTES,)
    settings = Settings(
        room_code(), asked["seed"], size, asked["worlds"] or worlds_for(size), minutes, asked["lang"], plan,
        asked.get("press"), asked.get("secretariat"), optional=optional, source=scenario,
        rehearsal=bool(asked.get("rehearse")),
    )  # fmt: skip
    _fits(arms, settings)
    return arms, settings


def _fits(arms: Arms, settings: Settings) -> None:
    """Refuse a class whose spare seats make it larger than a room may be."""
    from multivector.classroom.lesson.seats import propose

    scenario = arms.scenario
    fits(propose(sorted(scenario.actors), scenario.focus, settings.size, settings.worlds, spare=settings.spare))


def fits(seats: Sequence[Seat], option: str = "--seats") -> None:
    """Refuse seats of a class that are more than a room may have.

    Raises
    ------
    BadInput
        The press and the Secretariat make them too many.
    """
    from multivector.classroom.lesson.seats import MOST_SEATS

    if len(seats) > MOST_SEATS:
        added = len([s for s in seats if s.spare])
        found = f"found {len(seats)} seats with {added} of the press and the Secretariat"
        raise BadInput([Problem(option, 0, 0, "", found, f"at most {MOST_SEATS}", "leave the flag out")])


def read_minutes(text: str) -> tuple[float, ...]:
    """Lengths of turns.

    Raises
    ------
    BadInput
        A length is no number, or is not between a tenth of a minute and an hour.

    Examples
    --------
    >>> read_minutes("7,5.5")
    (7.0, 5.5)
    """
    try:
        found = tuple(float(part) for part in text.split(","))
    except ValueError:
        found = ()
    if not found or not all(0.1 <= m <= 60.0 for m in found):
        raise BadInput([Problem("--minutes", 0, 0, "", f'found "{text[:60]}"', "minutes from 0.1 to 60: 7,5.5")])
    return found


def addresses(host: str, port: int, code: str, language: str, tokens: dict[str, str]) -> dict[str, str]:
    """Where everybody goes; the pages of the teacher open in the language that was asked for."""
    base = f"http://{host}" + ("" if port == 80 else f":{port}")
    return {"code": code, "address": f"{base}/", "join": f"{base}/?code={code}",
            "teacher": f"{base}/teacher?lang={language}{HEAD}{tokens['teacher']}",
            "projector": f"{base}/projector?lang={language}{HEAD}{tokens['projector']}",
            "debrief": f"{base}/debrief?lang={language}{HEAD}{tokens['teacher']}"}  # fmt: skip


def page(told: dict[str, str], desk: Desk, *, lan: bool, resumed: bool, short: bool) -> Iterator[str]:
    """What is printed when a room opens."""
    from multivector.classroom.showing.public import room_title

    game = desk.game
    if short:
        yield from (f"{name:<10} {told[name]}" for name in ("code", "join", "teacher", "projector"))
        return
    say = speaker(game.settings.language)
    yield " · ".join([
        room_title(game, say.lang), say.many("{n} seat", "{n} seats", len(game.seats)),
        say.many("{n} world", "{n} worlds", len(game.world_ids)), say.many("{n} quarter", "{n} quarters", game.turns),
    ])  # fmt: skip
    if resumed:
        here = {"n": min(game.turn + 1, game.turns), "all": game.turns, "quarter": say.quarter(game.quarter)}
        yield say("Resumed at quarter {n} of {all} ({quarter}); the clock stands still.", **here)
    elif game.settings.rehearsal:
        yield say("The clock stands still; machines sit in all seats that you do not take.")
    yield from run_sheet(desk, say)
    yield from (say("Switched on: {title}", title=name) for name in switched_on(desk))
    yield say("Session: {folder} · Ctrl-C closes the room", folder=desk.store.folder)
    yield ""
    heads = [say("projector"), say("teacher")]
    wide = max(len(head) for head in heads) + 3
    yield f"{heads[0]:<{wide}}{told['projector']}"
    yield f"{heads[1]:<{wide}}{told['teacher']}"
    yield ""
    yield from code_beside(told, say, lan=lan)


def code_beside(told: Mapping[str, str], say: Speaker, *, lan: bool) -> Iterator[str]:
    """The QR code and, to its right, what a class is told: last, so that it is on the screen without scrolling."""
    from textwrap import wrap

    from multivector.cli.common import width

    heads = [say("ROOM CODE"), say("students")]
    wide = max(len(head) for head in heads) + 3
    code = qr_lines(told["join"], say)
    drawn = len(code) > 1
    room = width() - len(code[0]) - len(BESIDE) if drawn else width()
    notes = [
        say("projector: open on the screen that all see"),
        say("teacher: open on your own screen, show it to nobody"),
        say("Phones must be in the same Wi-Fi. If none gets through: multivector doctor") if lan
        else say("Only this machine can join. For phones and other laptops: --lan"),
    ]  # fmt: skip
    text = ["", f"{heads[0]:<{wide}}{' '.join(told['code'])}", f"{heads[1]:<{wide}}{told['address']}"]
    for note in notes:
        text += ["", *wrap(note, room)]
    if not drawn:
        yield from [*code, *text]
        return
    for k in range(max(len(code), len(text))):
        left, right = (rows[k] if k < len(rows) else "" for rows in (code, text))
        yield f"{left:<{len(code[0])}}{BESIDE}{right}".rstrip()


def switched_on(desk: Desk) -> list[str]:
    """Titles of the optional votes that are on."""
    from multivector.classroom.playing import items

    game = desk.game
    return [items.told(item, game.settings.language)["title"] for item in items.switched_on(game)]


def run_sheet(desk: Desk, say: Speaker) -> Iterator[str]:
    """Minutes and blocks of the lesson, where it has a plan; who does what in them stands on the console."""
    from textwrap import wrap

    from multivector.classroom.playing import runsheet
    from multivector.cli.common import width

    rows = runsheet.told(desk.game, say.lang)
    if not rows:
        return
    head = say("Run-sheet, {n} minutes (in full on the console):", n=desk.game.settings.plan)
    # A block is not parted from its minutes: hard spaces keep them together.
    blocks = [f"{runsheet.span(row)} {row['name']}".replace(" ", HARD) for row in rows]
    yield from (line.replace(HARD, " ") for line in wrap(f"{head} {f'{HARD}· '.join(blocks)}", width()))


def qr_lines(address: str, say: Speaker) -> list[str]:
    """A QR code for a terminal, two rows of it in a line."""
    import segno

    out = io.StringIO()
    segno.make(address, error="l", micro=False).terminal(out, border=2, compact=True)
    encoding = sys.stdout.encoding or "utf-8"
    lines = out.getvalue().rstrip("\n").split("\n")
    try:
        "".join(lines).encode(encoding)
    except UnicodeEncodeError:
        return [say("(this terminal cannot show a QR code; the projector does: {address})", address=address)]
    return lines


def farewell(desk: Desk, data: Path) -> str:
    """The last line."""
    say = speaker(desk.game.settings.language)
    if desk.store.left:
        folders = ", ".join(map(str, desk.store.left))
        return say(
            "The session was deleted. Still there is the game on paper that was made of it: {folders}", folders=folders
        )
    if not desk.store.folder.exists():
        return say("The session was deleted: no file of it is left.")
    where = "" if data == DATA else f" --data {data}"
    kind = "--rehearse " if desk.game.settings.rehearsal else ""
    again = f"multivector serve {kind}--resume {desk.game.settings.code}{where}"
    return say("Closed. Go on with: {command}", command=again)


def serve(desk: Desk, door: socket.socket, told: dict[str, str], *, browser: bool, silent: bool) -> None:
    """Serve until Ctrl-C, or until the session is deleted."""
    import uvicorn

    from multivector.classroom.room.awake import awake
    from multivector.classroom.room.server import MESSAGE, build

    config = uvicorn.Config(
        "", log_level="critical", access_log=False, ws="websockets-sansio",
        ws_max_size=8 * MESSAGE, server_header=False, date_header=False, timeout_graceful_shutdown=2,
    )  # fmt: skip
    server = uvicorn.Server(config)

    def stop() -> None:
        server.should_exit = True

    config.app = build(opened(desk, door, told, stop, silent=silent))
    if browser:
        import threading
        import webbrowser

        # By the machine's own name, where it listens there: so the console outlives a change of network.
        here = (
            told["teacher"].replace(f"//{host_of(told)}", f"//{LOOPBACK}", 1) if open_to_all(door) else told["teacher"]
        )
        threading.Timer(1.0, webbrowser.open, (here,)).start()
    with awake():
        server.run(sockets=[door])


def opened(desk: Desk, door: socket.socket, told: Mapping[str, str], stop: Callable[[], None], *, silent: bool) -> Room:
    """The room behind a door; where that is open to all networks, its addresses follow the machine's."""
    from multivector.classroom.room.office import Office
    from multivector.classroom.room.server import OWN, Room

    everywhere, port = open_to_all(door), int(door.getsockname()[1])
    hosts = Hosts(OWN, host_of(told), lan_addresses if everywhere else list)
    tokens = {role: told[role].rpartition(HEAD)[2] for role in ("teacher", "projector")}
    settings = desk.game.settings

    def look() -> dict[str, str] | None:
        if not hosts.again():
            return None
        now = addresses(hosts.told, port, settings.code, settings.language, tokens)
        tell([] if silent else moved(now, speaker(settings.language)))
        return {"address": now["join"], "qr": qr_picture(now["join"])}

    return Room(
        desk, addresses=hosts.known, office=Office(), address=told["join"], qr=qr_picture(told["join"]),
        projector=tokens["projector"], on_delete=stop, look=look if everywhere else None,
    )  # fmt: skip


def open_to_all(door: socket.socket) -> bool:
    """Whether a socket listens at all addresses of the machine, those to come among them."""
    return bool(door.getsockname()[0] == "0.0.0.0")


def host_of(told: Mapping[str, str]) -> str:
    """The host that students are told."""
    return told["address"].removeprefix("http://").rstrip("/").partition(":")[0]


def moved(told: Mapping[str, str], say: Speaker) -> Iterator[str]:
    """What is printed when students have to go elsewhere: pages at the old address may be cut off."""
    heads = {say("students"): "address", say("projector"): "projector", say("teacher"): "teacher"}
    wide = max(map(len, heads)) + 3
    yield ""
    yield say("This machine has another address now. Open pages again where they stand still:")
    yield from (f"{head:<{wide}}{told[name]}" for head, name in heads.items())


def qr_picture(address: str) -> str:
    """A QR code as SVG."""
    import segno

    return str(segno.make(address, error="m", micro=False).svg_inline(scale=8, border=2))
