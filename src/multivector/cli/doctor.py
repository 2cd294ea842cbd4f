"""`multivector doctor`: what may keep a class from joining, and what to do about it."""

from __future__ import annotations

import contextlib
import http.server
import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import click

from multivector.classroom.room.network import (
    LOOPBACK,
    PORT,
    Check,
    answers,
    free_port,
    lan_addresses,
    trouble_with,
    virtual,
)
from multivector.cli.common import tell, tell_json
from multivector.cli.spoken import lang_option, voice
from multivector.language import Speaker, speaker

MARKS = {"fine": "ok", "doubt": "?", "wrong": "NO"}
NAMES = {"port": "port", "address": "address", "way in": "way in", "firewall": "firewall", "disk": "disk",
         "machine": "machine", "parts": "parts"}  # fmt: skip
"""Names of the checks, as they are said."""
UFW = Path("/etc/ufw/ufw.conf")
ROOM = 50_000_000
"""Bytes that a session with its results may take."""


@click.command("doctor", short_help="Find what may keep a class from joining.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help=f"Port that is wanted (default: as `serve`, from {PORT} on)."
)
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=Path("classes"), show_default=True,
              metavar="DIR", help="Folder of sessions.")  # fmt: skip
@click.option("--wait", type=click.IntRange(0, 600), default=0, metavar="S",
              help="Wait so many seconds for a phone to open the address, to test the way.")  # fmt: skip
@lang_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def command(ctx: click.Context, port: int | None, data: Path, wait: int, lang: str | None, as_json: bool) -> None:
    """Look at ports, addresses, firewall and disk before a class, and say what to do. Exit code 1 if one is wrong.

    A campus Wi-Fi that keeps its guests apart shows only from another device: with --wait, open the printed address
    on a phone in the same Wi-Fi, and the doctor says whether it came through.

    \b
    Examples:
      multivector doctor --lang kk
      multivector doctor --wait 60      then open the address on a phone
      multivector doctor --port 80      phones that insist on an address without a number
    """
    # JSON is for programs: it is the same in every language.
    say = speaker() if as_json else voice(lang)
    found = list(checks(port, data, wait, say, quiet=as_json))
    if as_json:
        tell_json({"fine": all(c.state != "wrong" for c in found), "checks": [vars(c) for c in found]})
    else:
        tell(line for check in found for line in lines(check, say))
    ctx.exit(1 if any(c.state == "wrong" for c in found) else 0)


def lines(check: Check, say: Speaker) -> Iterator[str]:
    """One check as it is printed."""
    from textwrap import wrap

    wide = max(len(say(name)) for name in NAMES.values())
    head = f"{say(MARKS[check.state]):>3}  {say(NAMES[check.name]):<{wide}} "
    told = wrap(check.found, 80 - len(head)) or [""]
    yield head + told[0]
    yield from (" " * len(head) + line for line in told[1:])
    for k, line in enumerate(wrap(check.do, 76 - len(head))):
        yield " " * len(head) + ("-> " if k == 0 else "   ") + line


def checks(port: int | None, data: Path, wait: int, say: Speaker, *, quiet: bool = False) -> Iterator[Check]:
    """All checks, in the order in which trouble comes."""
    found, number = lan_addresses(), port_had(port)
    yield _port(port, number, say)
    if not found:
        yield Check("address", "wrong", say("this machine is in no network that phones could come from"),
                    say("join the Wi-Fi of the class, or switch on this machine's hotspot"))  # fmt: skip
    elif number is not None:
        where = f"http://{found[0]}" + ("/" if number == 80 else f":{number}/")
        told = say("phones in the same Wi-Fi open {address}", address=where)
        more = say("(also {addresses})", addresses=", ".join(found[1:3])) if len(found) > 1 else ""
        yield _address(f"{told} {more}".rstrip(), virtual().get(found[0]), say)
        yield _reach(found[0], number, wait, say, quiet=quiet)
    yield _firewall(number or port or PORT, say)
    yield _disk(data, say)
    yield _memory(say)
    yield _parts(say)


def port_had(port: int | None) -> int | None:
    """The port that `serve` would get: the one that is wanted, or the first free one; None where it would get none."""
    if port is None:
        return free_port("0.0.0.0", PORT)
    return port if trouble_with("0.0.0.0", port) is None else None


def _address(told: str, tunnel: str | None, say: Speaker) -> Check:
    """The address that phones open; in doubt where the machine has none but a VPN's or a virtual machine's."""
    if tunnel is None:
        return Check("address", "fine", told)
    do = say("this address is made by a VPN or a virtual machine ({name}): join the Wi-Fi of the class", name=tunnel)
    return Check("address", "doubt", told, do)


def _port(port: int | None, had: int | None, say: Speaker) -> Check:
    wanted = port or PORT
    if had == wanted:
        return Check("port", "fine", say("{port} is free", port=wanted))
    if had is not None:
        told = say("{port} belongs to another program (an older room?): `serve` takes {other}", port=wanted, other=had)
        return Check("port", "doubt", told, say("nothing, or close the other program to have {port}", port=wanted))
    if port is None:
        told = say("no port from {port} on is free", port=PORT)
        return Check("port", "wrong", told, say("close other programs that serve pages"))
    if trouble_with("0.0.0.0", port) == "forbidden":
        told = say("{port} is kept by the system", port=port)
        return Check("port", "wrong", told, say("leave --port out: {port} needs no rights", port=PORT))
    told = say("{port} belongs to another program: `serve --port {port}` is refused", port=port)
    return Check("port", "wrong", told, say("close it, or leave --port out: `serve` takes the next free port"))


class _Hello(http.server.BaseHTTPRequestHandler):
    seen: threading.Event
    own: set[str]

    def do_GET(self) -> None:
        """Answer, and note a visitor from elsewhere."""
        if self.client_address[0] not in self.own:
            self.seen.set()
        text = b"multivector: this device reaches the room."
        self.send_response(200)
        self.send_header("content-type", "text/plain")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _reach(address: str, number: int, wait: int, say: Speaker, *, quiet: bool) -> Check:
    handler = type("Hello", (_Hello,), {"seen": threading.Event(), "own": {LOOPBACK, *lan_addresses()}})
    where = f"http://{address}:{number}/"
    with http.server.ThreadingHTTPServer(("0.0.0.0", number), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            if not answers(address, number):
                told = say("nothing answers at {address}, which is served", address=where)
                do = say("a VPN or a security program stands between: switch it off for the lesson")
                return Check("way in", "wrong", told, do)
            if not wait:
                return Check("way in", "doubt", say("this machine reaches its own address; phones are untried"),
                             say("multivector doctor --wait 60, then open the address on a phone"))  # fmt: skip
            if not quiet:
                told = say("Now open on a phone in the same Wi-Fi: {address} ({n} s)", address=where, n=wait)
                tell([f"     {told}"])
            if handler.seen.wait(wait):  # type: ignore[attr-defined]
                return Check("way in", "fine", say("another device came through"))
            return Check("way in", "wrong", say("no other device came through"), say(
                "if a phone was tried: this Wi-Fi keeps devices apart, or a firewall is in the way. "
                "Use this machine's hotspot, or one laptop for each delegation, or paper"))  # fmt: skip
        finally:
            server.shutdown()


def _firewall(port: int, say: Speaker) -> Check:
    """What can be known of a firewall without rights: whether one is there."""
    if os.name == "nt":
        return Check("firewall", "doubt", say("Windows asks at the first start whether Python may be reached"),
                     say("say yes for private networks, and set the Wi-Fi to private"))  # fmt: skip
    with contextlib.suppress(OSError):
        if UFW.is_file() and "ENABLED=yes" in UFW.read_text("utf-8").splitlines():
            do = say("for the lesson: {command}", command=f"sudo ufw allow {port}/tcp")
            return Check("firewall", "doubt", say("{name} is on", name="ufw"), do)
    if shutil.which("firewall-cmd"):
        do = say("for the lesson: {command}", command=f"sudo firewall-cmd --add-port={port}/tcp")
        return Check("firewall", "doubt", say("{name} is installed", name="firewalld"), do)
    return Check("firewall", "fine", say("none is known of here"))


def _disk(data: Path, say: Speaker) -> Check:
    near = next((p for p in (data.absolute(), *data.absolute().parents) if p.exists()), Path("."))
    free = shutil.disk_usage(near).free
    if free < ROOM:
        told = say("{size} MB are free in {folder}", size=say.number(free / 1e6, 0), folder=near)
        return Check("disk", "wrong", told, say("make room, or name a folder by --data"))
    try:
        with tempfile.TemporaryDirectory(dir=near) as folder:
            base = sqlite3.connect(Path(folder) / "trial.sqlite")
            mode = base.execute("PRAGMA journal_mode=WAL").fetchone()[0]
            base.close()
    except (OSError, sqlite3.Error) as error:
        told = say("{folder} cannot be written to ({why})", folder=near, why=error)
        return Check("disk", "wrong", told, say("name another folder by --data"))
    if mode != "wal":
        told = say("{folder} is a disk on which a session would not survive a crash", folder=near)
        return Check("disk", "wrong", told, say("name a folder on this machine's own disk by --data"))
    told = say("{size} GB free, sessions are kept in {folder}", size=say.number(free / 1e9, 0), folder=data)
    return Check("disk", "fine", told)


def _memory(say: Speaker) -> Check:
    cores = os.cpu_count() or 1
    told = say.many("{n} core", "{n} cores", cores)
    if cores > 1:
        return Check("machine", "fine", told)
    return Check("machine", "doubt", told, say("forecasts will be slow; two cores are better"))


def _parts(say: Speaker) -> Check:
    import importlib.util
    from importlib.resources import files

    missing = [m for m in ("starlette", "uvicorn", "websockets", "segno") if importlib.util.find_spec(m) is None]
    if missing:
        told = say("not installed: {names}", names=", ".join(missing))
        return Check("parts", "wrong", told, say("install multivector again"))
    if not files("multivector.classroom").joinpath("pages", "index.html").is_file():
        told = say("the pages of the classroom are not installed")
        return Check("parts", "wrong", told, say("install multivector again"))
    return Check("parts", "fine", say("server and pages are installed"))
