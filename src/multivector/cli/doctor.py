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

from multivector.classroom.network import (
    LOOPBACK,
    PORT,
    Check,
    answers,
    free_port,
    lan_addresses,
    trouble_with,
)
from multivector.cli.common import tell, tell_json

MARKS = {"fine": "ok", "doubt": "?", "wrong": "NO"}
ROOM = 50_000_000
"""Bytes that a session with its results may take."""


@click.command("doctor", short_help="Find what may keep a class from joining.")
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True, help="Port that is wanted.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=Path("classes"), show_default=True,
              metavar="DIR", help="Folder of sessions.")  # fmt: skip
@click.option("--wait", type=click.IntRange(0, 600), default=0, metavar="S",
              help="Wait so many seconds for a phone to open the address, to test the way.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def command(ctx: click.Context, port: int, data: Path, wait: int, as_json: bool) -> None:
    """Look at ports, addresses, firewall and disk before a class, and say what to do. Exit code 1 if one is wrong.

    A campus Wi-Fi that keeps its guests apart shows only from another device: with --wait, open the printed address
    on a phone in the same Wi-Fi, and the doctor says whether it came through.

    \b
    Examples:
      multivector doctor
      multivector doctor --wait 60      then open the address on a phone
      multivector doctor --port 80      phones that insist on an address without a number
    """
    found = list(checks(port, data, wait, quiet=as_json))
    if as_json:
        tell_json({"fine": all(c.state != "wrong" for c in found), "checks": [vars(c) for c in found]})
    else:
        tell(line for check in found for line in lines(check))
    ctx.exit(1 if any(c.state == "wrong" for c in found) else 0)


def lines(check: Check) -> Iterator[str]:
    """One check as it is printed."""
    from textwrap import wrap

    head = f"{MARKS[check.state]:>3}  {check.name:<10} "
    told = wrap(check.found, 80 - len(head)) or [""]
    yield head + told[0]
    yield from (" " * len(head) + line for line in told[1:])
    for k, line in enumerate(wrap(check.do, 76 - len(head))):
        yield " " * len(head) + ("-> " if k == 0 else "   ") + line


def checks(port: int, data: Path, wait: int, *, quiet: bool = False) -> Iterator[Check]:
    """All checks, in the order in which trouble comes."""
    found = lan_addresses()
    yield _port(port)
    if not found:
        yield Check("address", "wrong", "this machine is in no network that phones could come from",
                    "join the Wi-Fi of the class, or switch on this machine's hotspot")  # fmt: skip
    else:
        more = f" (also {', '.join(found[1:3])})" if len(found) > 1 else ""
        yield Check("address", "fine", f"phones in the same Wi-Fi open http://{found[0]}:{port}/{more}")
        yield _reach(found[0], port, wait, quiet)
    yield _firewall(port)
    yield _disk(data)
    yield _memory()
    yield _parts()


def _port(port: int) -> Check:
    trouble = trouble_with("0.0.0.0", port)
    if trouble is None:
        return Check("port", "fine", f"{port} is free")
    if trouble == "forbidden":
        return Check("port", "wrong", f"{port} is kept by the system", f"leave --port out: {PORT} needs no rights")
    other = free_port("0.0.0.0", port + 1)
    return Check("port", "doubt", f"{port} belongs to another program (an older room?)",
                 f"close it, or let `serve` take the next free port ({other}), which it does by itself")  # fmt: skip


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


def _reach(address: str, port: int, wait: int, quiet: bool) -> Check:
    number = port if trouble_with("0.0.0.0", port) is None else free_port("0.0.0.0", port + 1)
    if number is None:
        return Check("way in", "wrong", "no port could be tried", "close other programs that serve pages")
    handler = type("Hello", (_Hello,), {"seen": threading.Event(), "own": {LOOPBACK, *lan_addresses()}})
    with http.server.ThreadingHTTPServer(("0.0.0.0", number), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            if not answers(address, number):
                return Check("way in", "wrong", f"nothing answers at http://{address}:{number}/, which is served",
                             "a VPN or a security program stands between: switch it off for the lesson")  # fmt: skip
            if not wait:
                return Check("way in", "doubt", "this machine reaches its own address; phones are untried",
                             "multivector doctor --wait 60, then open the address on a phone")  # fmt: skip
            if not quiet:
                tell([f"     Now open on a phone in the same Wi-Fi: http://{address}:{number}/ ({wait} s)"])
            if handler.seen.wait(wait):  # type: ignore[attr-defined]
                return Check("way in", "fine", "another device came through")
            return Check("way in", "wrong", "no other device came through",
                         "if a phone was tried: this Wi-Fi keeps devices apart, or a firewall is in the way. "
                         "Use this machine's hotspot, or one laptop for each delegation, or paper")  # fmt: skip
        finally:
            server.shutdown()


def _firewall(port: int) -> Check:
    """What can be known of a firewall without rights: whether one is there."""
    if os.name == "nt":
        return Check("firewall", "doubt", "Windows asks at the first start whether Python may be reached",
                     "say yes for private networks, and set the Wi-Fi to private")  # fmt: skip
    ufw = Path("/etc/ufw/ufw.conf")
    with contextlib.suppress(OSError):
        if ufw.is_file() and "ENABLED=yes" in ufw.read_text("utf-8"):
            return Check("firewall", "doubt", "ufw is on", f"sudo ufw allow {port}/tcp for the lesson")
    if shutil.which("firewall-cmd"):
        return Check("firewall", "doubt", "firewalld is installed", f"sudo firewall-cmd --add-port={port}/tcp")
    return Check("firewall", "fine", "none is known of here")


def _disk(data: Path) -> Check:
    near = next((p for p in (data.absolute(), *data.absolute().parents) if p.exists()), Path("."))
    free = shutil.disk_usage(near).free
    if free < ROOM:
        return Check(
            "disk", "wrong", f"{free / 1e6:.0f} MB are free in {near}", "make room, or name a folder by --data"
        )
    try:
        with tempfile.TemporaryDirectory(dir=near) as folder:
            base = sqlite3.connect(Path(folder) / "trial.sqlite")
            mode = base.execute("PRAGMA journal_mode=WAL").fetchone()[0]
            base.close()
    except (OSError, sqlite3.Error) as error:
        return Check("disk", "wrong", f"{near} cannot be written to ({error})", "name another folder by --data")
    if mode != "wal":
        return Check("disk", "wrong", f"{near} is a disk on which a session would not survive a crash",
                     "name a folder on this machine's own disk by --data")  # fmt: skip
    return Check("disk", "fine", f"{free / 1e9:.0f} GB free, sessions are kept in {data}")


def _memory() -> Check:
    cores = os.cpu_count() or 1
    state = "fine" if cores > 1 else "doubt"
    return Check("machine", state, f"{cores} core{'s' if cores > 1 else ''}",
                 "" if cores > 1 else "forecasts will be slow; two cores are better")  # fmt: skip


def _parts() -> Check:
    import importlib.util
    from importlib.resources import files

    missing = [m for m in ("starlette", "uvicorn", "websockets", "segno") if importlib.util.find_spec(m) is None]
    if missing:
        return Check("parts", "wrong", f"not installed: {', '.join(missing)}", "install multivector again")
    if not files("multivector.classroom").joinpath("pages", "index.html").is_file():
        return Check("parts", "wrong", "the pages of the classroom are not installed", "install multivector again")
    return Check("parts", "fine", "server and pages are installed")
