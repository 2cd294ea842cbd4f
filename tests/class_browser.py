"""A room of the real server in a process of its own, and browsers that note whatever should not happen."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run"]  # fmt: skip


@contextmanager
def served(folder: Path, *options: str, scenario: str = "after-2022") -> Iterator[dict[str, Any]]:
    """`multivector serve` with what it says of its addresses."""
    command = [sys.executable, "-m", "multivector", "serve", scenario, "--json", "--data", str(folder), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if line.startswith("}") or said.strip().endswith("}"):
                break
        told = json.loads(said)
        listening(told["address"])  # the address is printed a moment before it is listened at
        yield told
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def listening(address: str, patience: float = 30.0) -> None:
    """Wait until somebody answers at an address."""
    host, _, port = address.removeprefix("http://").rstrip("/").partition(":")
    end = time.monotonic() + patience
    while True:
        try:
            socket.create_connection((host, int(port)), timeout=1.0).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def patient() -> Any:
    """Playwright's `expect`: it waits until what it is told is so, as a page follows the room a moment later."""
    from playwright.sync_api import expect

    expect.set_options(timeout=60_000)
    return expect


def until(page: Any, question: str, patience: float = 60.0) -> None:
    """Wait until a page says yes; its policy lets nobody evaluate a text inside of it."""
    end = time.monotonic() + patience
    while not page.evaluate(question):
        assert time.monotonic() < end, question
        page.wait_for_timeout(50)


def drawn(wall: Any) -> None:
    """Wait until every chart is drawn for the box that it has now, to the pixel."""
    until(
        wall,
        """() => [...document.querySelectorAll(".plot-box")].every(box => {
            const svg = box.querySelector("svg"), is = name => Number(svg && svg.getAttribute(name));
            return is("width") === box.clientWidth && is("height") === box.clientHeight;
        })""",
    )


class Visitor:
    """A browser of its own (its own storage), with all that went wrong in it.

    Attributes
    ----------
    wrong : errors of the console, exceptions of scripts, requests to anywhere but the server.
    received : bytes of the answers that it got, by address.
    """

    def __init__(self, browser: Any, base: str, *, locale: str, width: int, height: int, dark: bool = False) -> None:
        self.base, self.wrong, self.received = base, [], {}
        self.context = browser.new_context(
            locale=locale, viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        self.page = self.open()

    def open(self) -> Any:
        """A new tab."""
        page = self.context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda m: self.wrong.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", self._asked)
        page.on("response", self._answered)
        return page

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.wrong.append(f"left the machine: {request.url}")

    def _answered(self, response: Any) -> None:
        # What it had already and asked about again (304) came whole before.
        if response.url.startswith(self.base) and response.status != 304:
            self.received[response.url.removeprefix(self.base)] = response

    def size(self) -> int:
        """Bytes of all answers as they went over the air, with what surrounds them."""
        sizes = [r.request.sizes() for r in self.received.values() if r.ok]
        return sum(one["responseBodySize"] + one["responseHeadersSize"] for one in sizes)

    def breaches(self) -> list[str]:
        """What axe-core finds serious or critical on the page as it stands."""
        self.page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
        found = self.page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
        return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in ("serious", "critical")]

    def cut(self) -> list[str]:
        """What is cut off on the page as it stands: boxes whose content is taller or wider than they are.

        What is turned leaf by leaf is wider on purpose. Nothing scrolls: a wall has no mouse. Charts are looked at once
        they are drawn for the box that they have: until then the last picture stays.
        """
        drawn(self.page)
        found: list[str] = self.page.evaluate(
            """() => [...document.querySelectorAll("#page *")].filter(e => {
                const style = getComputedStyle(e), box = e.getBoundingClientRect();
                if (e.matches(".unseen") || e.closest("svg") || !box.width) return false;
                const hides = style.overflowY !== "visible" && !e.matches(".leaf");
                const out = box.bottom > innerHeight + 1;
                return out || (hides && (e.scrollHeight > e.clientHeight + 2 || e.scrollWidth > e.clientWidth + 2));
            }).map(e => `${e.tagName} ${e.className} ${e.textContent.slice(0, 60)}`)"""
        )
        return found

    def small(self, least: float) -> list[str]:
        """Texts whose letters are smaller than so many pixels as they are shown, those of drawings with their scale."""
        found: list[str] = self.page.evaluate(
            """least => {
                const out = [], walk = document.createTreeWalker(document.querySelector("#page"), NodeFilter.SHOW_TEXT);
                for (let text = walk.nextNode(); text; text = walk.nextNode()) {
                    const e = text.parentElement, range = document.createRange();
                    if (!text.textContent.trim() || e.closest(".unseen")) continue;
                    range.selectNodeContents(text);
                    if (!range.getBoundingClientRect().width) continue;
                    const scale = e.closest("svg") ? (m => Math.hypot(m.b, m.d))(e.getScreenCTM()) : 1;
                    const size = parseFloat(getComputedStyle(e).fontSize) * scale;
                    if (size < least - 0.01) out.push(`${size.toFixed(1)} px: ${text.textContent.slice(0, 60)}`);
                }
                return out;
            }""",
            least,
        )
        return found

    def fits(self) -> bool:
        """Whether nothing has to be scrolled sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
