"""The pictures of README and gallery, made anew from shipped worlds: `make pictures`.

Every picture is what a user sees: the printout in a terminal, a chart, a page of a report, a class. Beside them stands
an index: by which command each was made, from which world and version of the model, and the digest of its file. A test
reads the index and names the pictures that are stale.
"""

from __future__ import annotations

import fcntl
import io
import json
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # a room of the real server, and a browser

from class_browser import CHROMIUM, FLAGS, served
from multivector.experiment.histories.arms import prepare
from multivector.hashing import digest

GALLERY = Path(__file__).parent / "figures" / "gallery"
INDEX = "index.json"
WORLD, LESSON = "after-2022", "lesson-after-2022"
NARRATED = f"multivector run {WORLD} --seed 7"
MANY = f"multivector run {WORLD} --replicates 200 --seed 7"
REPORT = "multivector report RESULT"
FAN = "outcomes.reexport"
SERVED = f"multivector serve {LESSON} --seats 12"
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "run.svg": (NARRATED,),
    "fan.svg": (MANY, f"{REPORT} --format svg --chart {FAN}"),
    "report.png": (MANY, REPORT),
    "map.png": (MANY, REPORT),
    "projector.png": (SERVED,),
    "student.png": (SERVED,),
}
"""Pictures by name, and what a user types to see the same."""
FIRST, LAST = 30, 18
"""Lines of the printout that are shown: of its beginning and of its end."""
_TERMINAL = """<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: {char_height}px;
line-height: {line_height}px }}
.{unique_id}-title {{ font: bold 18px sans-serif }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""How rich writes a terminal as SVG, without the font that its own form fetches from elsewhere."""


def made_from() -> dict[str, str]:
    """Digests of what all pictures show: the world with its benchmark, and the model with its figures."""
    arms = prepare(WORLD)
    return {"world": digest(list(arms.canonical)), "model": arms.model}


def stale(folder: Path = GALLERY) -> list[str]:
    """What is not as the script left it, or was made from something else than there is now; empty if nothing."""
    path, now, found = folder / INDEX, made_from(), []
    index: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for name, commands in COMMANDS.items():
        row = index.get(name)
        if row is None or not (folder / name).exists():
            found.append(f"{name}: missing")
        elif sha256((folder / name).read_bytes()).hexdigest() != row["file"]:
            found.append(f"{name}: not as the script wrote it")
        elif row["commands"] != list(commands):
            found.append(f"{name}: made by other commands")
        else:
            found += [f"{name}: the {what} has changed since" for what in now if row[what] != now[what]]
    known = {*COMMANDS, INDEX}
    found += [f"{each.name}: made by nothing here" for each in sorted(folder.glob("*")) if each.name not in known]
    return found


# ---- commands


def _multivector(arguments: str, folder: Path) -> str:
    """What a command prints in a terminal of 80 columns, with its colours."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "MULTIVECTOR_LANG")}
    command = [sys.executable, "-m", "multivector", *arguments.split()[1:]]
    text = b""
    with subprocess.Popen(command, cwd=folder, stdout=theirs, stderr=subprocess.DEVNULL, env=environment) as process:
        os.close(theirs)
        try:
            while part := os.read(ours, 65536):
                text += part
        except OSError:  # Linux says so that nobody writes any more
            pass
        finally:
            os.close(ours)
    if process.returncode:
        raise SystemExit(f"{arguments} ended with {process.returncode}:\n{text.decode('utf-8')}")
    return text.decode("utf-8").replace("\r\n", "\n")


def _result(command: str, folder: Path) -> Path:
    """The folder of the result of a run."""
    _multivector(f"{command} --out {folder}", folder)
    return next(path.parent for path in folder.glob("*/manifest.json"))


def _terminal(folder: Path) -> bytes:
    """The printout of a narrated run, its middle left out."""
    from rich.console import Console
    from rich.text import Text

    lines = _multivector(f"{NARRATED} --out {folder}", folder).rstrip("\n").split("\n")
    lines = [line for line in lines if not line.startswith("saved ")]
    last = next(k for k, line in enumerate(lines) if "WHAT CAME OUT" in line)
    shown = [*lines[:FIRST], "", "   […]", "", *lines[last : last + LAST]]
    console = Console(width=80, record=True, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi("\n".join(shown)), soft_wrap=True, highlight=False)
    return console.export_svg(title=NARRATED, code_format=_TERMINAL, unique_id="run").encode("utf-8")


# ---- pages


@contextmanager
def _browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


def _small(png: bytes) -> bytes:
    """A picture in 128 colours: pages have few."""
    from PIL import Image

    out = io.BytesIO()
    flat = Image.open(io.BytesIO(png)).convert("RGB")
    flat.quantize(128, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _of_report(browser: Any, page: Path) -> dict[str, bytes]:
    """The first page of a report, and its map half-way through a history."""
    opened = browser.new_page(viewport={"width": 1240, "height": 900}, color_scheme="light", reduced_motion="reduce")
    opened.goto(page.as_uri())
    found = {"report.png": _small(opened.screenshot())}
    opened.check("#onmap")
    opened.evaluate("const t = document.getElementById('turn'); t.value = 10; t.dispatchEvent(new Event('input'))")
    opened.evaluate("document.querySelector('.player').style.position = 'static'")
    found["map.png"] = _small(opened.locator("#stage > :first-child").screenshot())
    opened.close()
    return found


def _of_class(browser: Any, folder: Path) -> dict[str, bytes]:
    """The wall and a student's phone in the first round of a lesson."""
    with served(folder, "--worlds", "1", "--seats", "12", scenario=LESSON) as told:
        phone = {"width": 412, "height": 860}
        teacher, wall = (browser.new_page(viewport={"width": 1366, "height": 768}, locale="en-US") for _ in range(2))
        student = browser.new_page(viewport=phone, locale="en-US")
        student.goto(told["join"])
        student.click("fieldset details summary")
        student.check('input[name=seat][value="A-KAZ-head"]')
        student.click("form button.main")
        student.wait_for_selector(".bar")
        wall.goto(told["projector"])
        wall.click("button[lang=en]")
        teacher.goto(told["teacher"])
        teacher.click("text=Start the game")
        student.wait_for_selector("#pane-moves .move", state="attached")
        student.locator(".tabs button").nth(1).click()
        wall.wait_for_timeout(1500)  # the wall draws when it is told
        return {"projector.png": _small(wall.screenshot()), "student.png": _small(student.screenshot())}


def make(folder: Path = GALLERY) -> list[str]:
    """Make all pictures and the index; what could not be made keeps its old file and entry and is named."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / INDEX
    index: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    pictures: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for room in ("one", "many", "class"):
            (work / room).mkdir()
        pictures["run.svg"] = _terminal(work / "one")
        result = _result(MANY, work / "many")
        _multivector(f"multivector report {result} --format svg --chart {FAN} --out {work / 'many'}", work)
        pictures["fan.svg"] = (work / "many" / f"{FAN}.svg").read_bytes()
        if CHROMIUM.exists():
            page = work / "report.html"
            _multivector(f"multivector report {result} --out {page}", work)
            with _browser() as browser:
                pictures |= _of_report(browser, page) | _of_class(browser, work / "class")
    inputs = made_from()
    for name, content in pictures.items():
        (folder / name).write_bytes(content)
        index[name] = {"commands": list(COMMANDS[name]), **inputs, "file": sha256(content).hexdigest()}
    ordered = {name: index[name] for name in COMMANDS if name in index}
    path.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return [name for name in COMMANDS if name not in pictures]


if __name__ == "__main__":
    left = make()
    for each in sorted(GALLERY.glob("*")):
        print(f"{each.name:16}{each.stat().st_size / 1000:8.0f} KB")
    if left:
        print(f"not made, for there is no browser at {CHROMIUM}: {', '.join(left)}")
