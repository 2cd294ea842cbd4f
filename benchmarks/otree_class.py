"""The same class on oTree: a page with a choice, a page on which all wait for all, a page with the result; six rounds.

`bench_class.py --otree-python P` starts it; the project is written into a folder that is deleted afterwards.
"""

from __future__ import annotations

import asyncio
import os
import re
import statistics
import subprocess
import tempfile
import time
from html import unescape
from pathlib import Path

import httpx
from class_room import LONGEST, Tally, percentile
from websockets.asyncio.client import connect

SETTINGS = """
SESSION_CONFIGS = [dict(name="rounds", app_sequence=["rounds"], num_demo_participants=2)]
SESSION_CONFIG_DEFAULTS = dict(real_world_currency_per_point=1.0, participation_fee=0.0)
LANGUAGE_CODE, REAL_WORLD_CURRENCY_CODE, USE_POINTS = "en", "USD", True
SECRET_KEY = "benchmark"
"""
APP = """
from otree.api import *

class C(BaseConstants):
    NAME_IN_URL, PLAYERS_PER_GROUP, NUM_ROUNDS = "rounds", None, {rounds}

class Subsession(BaseSubsession):
    pass

class Group(BaseGroup):
    total = models.IntegerField(initial=0)

class Player(BasePlayer):
    choice = models.IntegerField(min=0, max=10)

def add_up(group):
    group.total = sum(p.choice for p in group.get_players())

class Decide(Page):
    form_model, form_fields = "player", ["choice"]

class Meet(WaitPage):
    after_all_players_arrive = add_up

class Outcome(Page):
    pass

page_sequence = [Decide, Meet, Outcome]
"""
DECIDE = """{{ block content }}{{ formfields }}{{ next_button }}{{ endblock }}"""
OUTCOME = """{{ block content }}{{ group.total }}{{ next_button }}{{ endblock }}"""
PORT = 8911


def project(folder: Path, rounds: int) -> None:
    """Write the project."""
    (folder / "settings.py").write_text(SETTINGS, "utf-8")
    (folder / "_static").mkdir()
    (folder / "_templates").mkdir()
    app = folder / "rounds"
    app.mkdir()
    (app / "__init__.py").write_text(APP.replace("{rounds}", str(rounds)), "utf-8")
    (app / "Decide.html").write_text(DECIDE, "utf-8")
    (app / "Outcome.html").write_text(OUTCOME, "utf-8")


async def play(base: str, code: str, tally: Tally) -> None:
    """One participant to the end."""
    async with httpx.AsyncClient(base_url=base, timeout=LONGEST, follow_redirects=True) as client:

        async def ask(how: str, url: str, **data: str) -> httpx.Response:
            start = time.perf_counter()
            reply = await client.request(how, url, data=data or None)
            tally.took(how.lower(), time.perf_counter() - start)
            reply.raise_for_status()
            return reply

        page = await ask("GET", f"/InitializeParticipant/{code}")
        while True:
            where = str(page.url)
            if "/Decide/" in where:
                page = await ask("POST", where, choice="5")
            elif "/Outcome/" in where:
                page = await ask("POST", where, next="1")
            elif "/Meet/" in where:
                found = re.search(r'data-socket-url="([^"]+)"', page.text) or re.search(
                    r"(/wait_page[^\"' ]+)", page.text
                )
                if found is None:
                    raise SystemExit("oTree: no socket on the wait page")
                async with connect(base.replace("http", "ws") + unescape(found[1])) as socket:
                    await asyncio.wait_for(socket.recv(), LONGEST)
                page = await ask("GET", where)
            else:
                return


async def measure(python: Path, count: int, rounds: int) -> tuple[float, float, float]:
    """Seconds until all are through, 95th percentile of requests, processor seconds of the server."""
    import psutil

    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project(folder, rounds)
        env = {**os.environ, "OTREE_PRODUCTION": "1", "OTREE_ADMIN_PASSWORD": "benchmark", "PYTHONPATH": ""}
        env["PATH"] = os.pathsep.join((str(python.parent), env.get("PATH", "")))  # the server starts another `otree`
        otree = str(python.parent / "otree")
        subprocess.run([otree, "resetdb", "--noinput"], cwd=folder, env=env, check=True, capture_output=True)
        process = subprocess.Popen([otree, "prodserver", str(PORT)], cwd=folder, env=env,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        base = f"http://127.0.0.1:{PORT}"
        watched = psutil.Process(process.pid)

        def spent() -> float:
            return sum(sum(p.cpu_times()[:2]) for p in [watched, *watched.children(recursive=True)])

        try:
            async with httpx.AsyncClient(base_url=base, timeout=LONGEST) as client:
                for _ in range(240):
                    try:
                        await client.get("/api/otree_version")
                        break
                    except httpx.TransportError:
                        await asyncio.sleep(0.25)
                asked = {"session_config_name": "rounds", "num_participants": count}
                made = (await client.post("/api/sessions", json=asked)).raise_for_status().json()
                told = (await client.get(f"/api/sessions/{made['code']}")).raise_for_status().json()
            codes = [p["code"] for p in told["participants"]]
            before, start = spent(), time.perf_counter()
            await asyncio.gather(*(play(base, code, tally) for code in codes))
            seconds = time.perf_counter() - start
            if len(tally.seconds["post"]) != 2 * rounds * count:
                raise SystemExit(f"oTree: {len(tally.seconds['post'])} pages were sent, not {2 * rounds * count}")
            return seconds, percentile(tally.all(), 0.95), spent() - before
        finally:
            for child in [*watched.children(recursive=True), watched]:
                child.terminate()
            process.wait(30)


def middle(python: Path, count: int, rounds: int, repeats: int) -> tuple[float, ...]:
    """Medians of repeated measurements."""
    found = [asyncio.run(measure(python, count, rounds)) for _ in range(repeats)]
    return tuple(statistics.median(f[k] for f in found) for k in range(3))
