"""The wall as the last row sees it: every screen, two sizes, light and dark; nothing cut, no small letter."""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from class_browser import CHROMIUM, FLAGS, Visitor, drawn, patient, served, until

client = pytest.importorskip("websockets.sync.client")
playwright = pytest.importorskip("playwright.sync_api")
expect = patient()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}"),
]
SIZES = ((1366, 768), (1920, 1080))
LEAST = 28.0
"""Pixels of the smallest letter: what a last row can read."""
DURING = ("Code and QR", "One example move", "Routes and ties", "Votes", "Five results", "Worlds side by side",
          "Quiet reading", "Press conference")  # fmt: skip
AFTER = ("Debrief 1: what happened", "Timeline", "Debrief 2: why", "Debrief 3: what if", "What the model leaves out",
         "Before and after", "Worlds side by side", "End")  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


def choose(teacher: Any, name: str) -> None:
    """Put a screen on the wall."""
    teacher.click(f"button:text-is('{name}')")
    teacher.wait_for_selector(f"button[aria-pressed=true]:text-is('{name}')")


def leaf_of(wall: Any) -> tuple[int, int]:
    """Which leaf the wall shows, of how many."""
    drawn(wall)
    wall.wait_for_timeout(400)
    number = wall.locator(".wall-part .leaf-number")
    if not number.count():
        return 1, 1
    at, count = number.inner_text().split("/")
    return int(at), int(count)


def look(wall: Visitor, teacher: Any, name: str) -> int:
    """Look at every leaf of a screen in both sizes; leaves are turned on the console. Gives the number of leaves."""
    found = 0
    for width, height in SIZES:
        wall.page.set_viewport_size({"width": width, "height": height})
        at, count = leaf_of(wall.page)
        assert at == 1, name
        for leaf in range(1, count + 1):
            assert wall.small(LEAST) == [], (name, width, leaf)
            assert wall.cut() == [], (name, width, leaf)
            if folder := os.environ.get("LOOK"):
                wall.page.screenshot(path=str(Path(folder) / f"{name}-{width}-{leaf}.png"))
            if count > 1:
                teacher.click("button[aria-label='Next leaf']")
                teacher.wait_for_selector(f"text=Leaf {leaf % count + 1} of {count}")
                wall.page.wait_for_selector(f".leaf-number:has-text('{leaf % count + 1} / {count}')")
        found = max(found, count)
    return found


def dark(wall: Any) -> None:
    """Light room, dark room."""
    wall.click("footer button:text-is('◐')")


def play(teacher: Any, turns: int, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Play so many quarters; machines do, and what else is done meanwhile."""
    for _ in range(turns):
        teacher.click("text=/Start the (game|next quarter)/")
        teacher.wait_for_selector("button:has-text('End the quarter')", timeout=180_000)
        meanwhile()
        teacher.click("button:has-text('End the quarter')")
        teacher.click("dialog button.warn")
        teacher.wait_for_selector("text=/Start the next quarter|Open the debrief/", timeout=180_000)


def opened(browser: Any, told: dict[str, Any]) -> tuple[Visitor, Visitor]:
    """A teacher and a wall in Kazakh, the longest of the three languages."""
    base = told["address"].rstrip("/")
    teacher = Visitor(browser, base, locale="en-US", width=1366, height=768)
    wall = Visitor(browser, base, locale="kk-KZ", width=1366, height=768)
    teacher.page.goto(told["teacher"])
    wall.page.goto(told["projector"])
    wall.page.click("footer button[lang=kk]")
    return teacher, wall


def test_every_screen_of_the_wall_can_be_read_from_the_last_row(browser: Any, tmp_path: Path) -> None:
    with served(tmp_path, "--worlds", "2", "--plan", "60", scenario="lesson-after-2022") as told:
        teacher, wall = opened(browser, told)
        console = teacher.page
        wall.page.wait_for_selector(".qr img")
        look(wall, console, "join")
        play(console, 2)
        for name in DURING:
            choose(console, name)
            if name == "One example move":
                # The question, the estimate with its interval, and the fan that the staff plays for it.
                wall.page.wait_for_selector(".fan-place .picture svg", timeout=240_000)
                assert wall.page.locator("svg.interval").get_attribute("aria-label")
            assert look(wall, console, name) == (3 if name == "One example move" else 1), name
            assert wall.breaches() == [], name
        dark(wall.page)
        for name in DURING[1:]:
            choose(console, name)
            wall.page.wait_for_timeout(300)
            assert wall.breaches() == [], ("dark", name)
        # Every chart has a table: a button on the console, reached without a mouse.
        choose(console, "Worlds side by side")
        console.focus("button:text-is('Charts as tables')")
        console.keyboard.press("Enter")
        wall.page.wait_for_selector("main table th[scope=row]")
        # Five courses, and of each world its ties with its trade, and its routes.
        expect(wall.page.locator("main .board-figure.open table")).to_have_count(5)
        expect(wall.page.locator("main section table")).to_have_count(4)
        assert wall.page.locator("main svg[role=img]").count() == 0
        look(wall, console, "tables")

        play(console, 3)
        debrief = Visitor(browser, teacher.base, locale="en-US", width=1366, height=768)
        debrief.page.goto(told["debrief"])
        debrief.page.wait_for_selector("#if", timeout=240_000)
        leaves = {}
        for name in AFTER:
            choose(console, name)
            wall.page.wait_for_selector(".leaf > :not([role=status])" if name != "End" else ".huge")
            leaves[name] = look(wall, console, name)
            assert wall.breaches() == [], ("dark", name)
        assert leaves["Timeline"] > 1
        assert wall.page.locator("body").inner_text()
        choose(console, "Debrief 1: what happened")
        until(wall.page, "document.querySelectorAll('.grid-of-six .picture svg').length === 5")
        expect(wall.page.locator(".grid-of-six .picture svg:visible")).to_have_count(5)
        assert overlaps(wall.page) == []
        dark(wall.page)
        assert wall.breaches() == []
        console.click("button:text-is('Charts as tables')")
        until(wall.page, "document.querySelectorAll('.board-figure.open table').length === 5")
        assert wall.page.locator("main svg[role=img]").count() == 0
        look(wall, console, "debrief as tables")

        # The wall needs no mouse: what is opened and asked on the debrief's page is what it shows.
        choose(console, "Debrief 3: what if")
        debrief.page.click("text=Show this question on the wall")
        wall.page.wait_for_selector("main :text('Оның орнына')")
        look(wall, console, "asked")
        debrief.page.locator("#if select[aria-label='Move 1']").select_option(index=2)
        debrief.page.click("#if button:text-is('higher')")
        debrief.page.click("text=Now look")
        wall.page.wait_for_selector("table.differences", timeout=240_000)
        look(wall, console, "answered")
        choose(console, "Debrief 2: why")
        debrief.page.select_option("#decision", index=3)
        wall.page.wait_for_selector(".decided")
        look(wall, console, "decision")
        assert [*teacher.wrong, *wall.wrong, *debrief.wrong] == []


def test_thirty_worlds_are_all_on_the_wall(browser: Any, tmp_path: Path) -> None:
    with served(tmp_path, "--worlds", "30", "--seats", "150", "--turns", "2") as told:
        teacher, wall = opened(browser, told)
        console = teacher.page
        play(console, 1, lambda: differ(told))
        play(console, 1)
        choose(console, "Worlds side by side")
        until(wall.page, "document.querySelectorAll('.strips .picture svg').length === 5")
        expect(wall.page.locator(".strips .picture .mark-symbol path")).to_have_count(150)
        expect(wall.page.locator("table.many tbody tr")).to_have_count(30)
        assert look(wall, console, "worlds") > 1
        ids = wall.page.locator("table.many tbody th").all_inner_texts()
        assert len(set(ids)) == 30
        for strip in wall.page.locator(".strips .picture svg").all():  # who is where, told and shown
            assert set(ids) <= set(re.findall(r"(\w+): ", strip.get_attribute("aria-label")))
        labels = " ".join(wall.page.locator(".strips .picture text").all_text_contents())
        assert any(world in labels.split() for world in ids)
        assert "+" in labels  # where worlds lie over each other, how many there are
        assert overlaps(wall.page) == []
        for name in ("Debrief 1: what happened", "Debrief 2: why", "Debrief 3: what if"):
            choose(console, name)
            wall.page.wait_for_selector(".leaf > :not([role=status])", timeout=300_000)
            look(wall, console, f"thirty {name}")
        until(wall.page, "document.querySelectorAll('.picture .mark-line path').length === 150")
        assert overlaps(wall.page) == []
        assert [*teacher.wrong, *wall.wrong] == []


MOVES = ("set-enforcement-relax", "political-reform-carry-out", "newcomers-policy-welcome", "newcomers-policy-limit",
         "set-fuel-prices-cap", "un-peacekeeping", "currency-and-fund-defence")  # fmt: skip


def differ(told: dict[str, Any]) -> None:
    """In each world Kazakhstan does something else, as a teacher types it."""
    token = told["teacher"].partition("#")[2]
    worlds = [*"ABCDEFGHJKMNPQRSTUVWXYZ", "A2", "B2", "C2", "D2", "E2", "F2", "G2"]
    done = 0
    with client.connect(told["address"].replace("http", "ws") + "ws", origin=told["address"].rstrip("/")) as socket:
        socket.send(json.dumps({"do": "hello", "token": token}))
        choices = itertools.cycle(itertools.combinations(MOVES, 2))
        for n, (world, moves) in enumerate(zip(worlds, choices, strict=False)):
            entries = [f"KAZ:{move}" for move in moves]
            socket.send(json.dumps({"do": "play", "n": n, "world": world, "actor": "KAZ", "entries": entries}))
            while (answer := json.loads(socket.recv(60)))["type"] not in ("ok", "no"):
                pass
            done += answer["type"] == "ok"
    assert done > 9


def overlaps(page: Any, where: str = ".picture svg") -> list[str]:
    """Labels of charts that lie over each other."""
    found: list[str] = page.evaluate(
        """where => [...document.querySelectorAll(where)].flatMap(svg => {
            const all = [...svg.querySelectorAll("text")].filter(t => t.textContent), out = [];
            all.forEach((a, i) => all.slice(i + 1).forEach(b => {
                const p = a.getBoundingClientRect(), q = b.getBoundingClientRect();
                const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
                const high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
                if (wide > 1 && high > 0.4 * p.height) out.push(`${a.textContent} over ${b.textContent}`);
            }));
            return out;
        })""",
        where,
    )
    return found
