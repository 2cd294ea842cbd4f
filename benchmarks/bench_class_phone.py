"""A student's page on a phone of five years ago: seconds until it can be used, and until a tap has done something.

Usage: python benchmarks/bench_class_phone.py [--slower 6] [--repeats 3]

Chromium at 360 by 640 pixels with its processor slowed down (6 times: Chromium's own figure for a low-end phone on a
desktop) and its network held at what is left of a full classroom's Wi-Fi: 150 ms there and back, 400 kbit/s down and
200 up. Chromium does not hold sockets by it. Needs playwright and /usr/bin/chromium.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
NET = {"offline": False, "latency": 150, "downloadThroughput": 400_000 / 8, "uploadThroughput": 200_000 / 8}
AIMS = {"joining page": 5.0, "seat": 3.0, "round": 3.0, "tap": 1.0, "part": 2.0, "again": 5.0}
WHAT = {"joining page": "the address opened until the form can be filled in", "seat": "join until the seat's page",
        "round": "the round starts until the moves are there", "tap": "a move tapped until it is in the list",
        "part": "another part of the page", "again": "the page opened again in the round"}  # fmt: skip


def phone(browser: Any, slower: float) -> Any:
    """A new phone's page."""
    page = browser.new_context(viewport={"width": 360, "height": 640}, locale="ru-RU", is_mobile=True,
                               has_touch=True).new_page()  # fmt: skip
    wire = page.context.new_cdp_session(page)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", NET)
    page.set_default_timeout(30_000)
    return page


def timed(act: Callable[[], object], page: Any, until: str) -> float:
    """Seconds from an act until something is seen."""
    began = time.perf_counter()
    act()
    page.wait_for_selector(until)
    return time.perf_counter() - began


def once(browser: Any, slower: float) -> dict[str, float]:
    """One room with one phone."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "multivector", "serve", "lesson-after-2022", "--json", "--data", folder]
        room = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            said = ""
            while not said.rstrip().endswith("}"):
                said += room.stdout.readline()  # type: ignore[union-attr]
            return played(browser, json.loads(said), slower)
        finally:
            room.terminate()  # its workers end with it
            room.wait(30)


def played(browser: Any, told: dict[str, str], slower: float) -> dict[str, float]:
    """What the phone's owner waits for, from the address to the page opened again."""
    out = {}
    console = browser.new_context().new_page()
    console.goto(told["teacher"])
    page = phone(browser, slower)
    out["joining page"] = timed(lambda: page.goto(told["join"]), page, "form button.main")
    page.click("fieldset details summary")
    page.check('input[name=seat][value="A-KAZ-head"]')
    out["seat"] = timed(lambda: page.click("form button.main"), page, ".bar")
    out["round"] = timed(lambda: console.click("text=Start the game"), page, ".tabs")
    out["part"] = timed(lambda: page.click(".tabs button:nth-child(2)"), page, "#pane-moves .move button.main")
    add = page.locator("#pane-moves .move button.main").first
    out["tap"] = timed(add.click, page, "#pane-moves ol.numbered li")
    out["again"] = timed(page.reload, page, ".tabs")
    return out


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--slower", type=float, default=6.0)
    asked.add_argument("--repeats", type=int, default=3)
    args = asked.parse_args()
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        found = [once(browser, args.slower) for _ in range(args.repeats)]
        browser.close()
    for name, aim in AIMS.items():
        seconds = sorted(one[name] for one in found)
        print(
            f"{WHAT[name]:<52} {statistics.median(seconds):5.2f} s ({seconds[0]:.2f} to {seconds[-1]:.2f}), aim {aim} s"
        )
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
