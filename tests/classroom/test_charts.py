"""The charts of wall and debrief as the server gives them: to whom, from what, in which colours."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from multivector.classroom.lesson.words import texts
from multivector.classroom.playing.game import Refused
from multivector.classroom.room.pictures import size_of
from multivector.classroom.room.server import STATIC, Room
from multivector.classroom.showing.charts import OVER
from multivector.language import LANGUAGES, speaker
from rooms_helper import join, opened

SIZE = "width=620&height=200&letters=28"
Opened = tuple[Room, TestClient, dict[str, str]]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A room of two worlds after its first quarter."""
    with opened(tmp_path_factory.mktemp("charts"), worlds=2) as (room, client, tokens):
        room.desk.do("teacher", {"do": "start"})
        room.desk.end_turn([])
        yield room, client, tokens


def ask(played: Opened, path: str, role: str = "projector") -> Any:
    _, client, tokens = played
    return client.get(f"/api/chart/{path}", headers={"authorization": f"Bearer {tokens[role]}"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chart_is_made_of_what_the_wall_is_shown(played: Opened, language: str) -> None:
    room, _, _ = played
    for role in ("projector", "teacher"):
        told = ask(played, f"course?of=real_income&language={language}&{SIZE}", role).json()
        assert told["svg"].startswith("<svg")
        assert told["columns"][0] == speaker(language)("quarter")
        assert [row[0] for row in told["rows"]] == [speaker(language).quarter(q) for q in ("2021-Q4", "2022-Q1")]
        assert {cell.strip("%\N{NO-BREAK SPACE}") for cell in told["rows"][0][1:]} == {"100"}
    gauge = texts("gauges")["real_income"][language]
    assert told["finding"].startswith(gauge)
    one = ask(played, f"course?of=real_income&worlds=B&language={language}&{SIZE}").json()
    assert one["columns"] == [told["columns"][0], gauge]
    assert one["rows"][0][1] == told["rows"][0][2]
    trade = ask(played, f"partners?worlds=A&language={language}&{SIZE}").json()
    assert len(trade["rows"]) == 4
    assert len(ask(played, f"abreast?of=approval&language={language}&{SIZE}").json()["rows"]) == len(
        room.desk.game.world_ids
    )


def test_nobody_else_is_given_a_chart_and_none_before_its_time(played: Opened) -> None:
    room, client, _ = played
    key = join(client, "A-KAZ-head", next(iter(texts("nicknames"))))
    for path in (f"course?of=real_income&{SIZE}", f"among?of=real_income&{SIZE}"):
        assert client.get(f"/api/chart/{path}").status_code == 401
        assert client.get(f"/api/chart/{path}", headers={"authorization": f"Bearer {key}"}).status_code == 403
    assert room.desk.game.phase == "between"
    for kind in (*OVER, "ahead"):
        refused = ask(played, f"{kind}?of=real_income&{SIZE}")
        assert (refused.status_code, refused.json()["error"]) == (400, "not-now"), kind
    # What is no result of the wall, and a world that there is not, has no chart: a stock of a brief least of all.
    for path in (
        "course?of=threat:RUS",
        "course?of=goodwill.RUS",
        "course",
        "else?of=real_income",
        "course?of=approval&worlds=Z",
    ):
        assert ask(played, f"{path}{'&' if '?' in path else '?'}{SIZE}").status_code == 404, path


@pytest.mark.parametrize("wrong", [
    {}, {"height": ""}, {"height": "-5"}, {"height": "6e9"}, {"height": "99999"}, {"letters": "1"}, {"width": "²"},
])  # fmt: skip
def test_a_size_that_no_screen_has_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(Refused, match="bad-request"):
        size_of({"width": "600", "height": "200", "letters": "28"} | wrong if wrong else {})


def test_what_was_drawn_is_kept_until_its_figures_change(played: Opened) -> None:
    room, _, _ = played
    path = f"course?of=autonomy&language=en&{SIZE}"
    first = ask(played, path).json()
    kept = len(room.pictures._kept)
    began = time.perf_counter()
    assert ask(played, path).json() == first
    assert len(room.pictures._kept) == kept
    assert time.perf_counter() - began < 1.0


def test_who_draws_may_end_and_another_one_draws(played: Opened) -> None:
    room, _, _ = played
    before = ask(played, f"course?of=autonomy&language=ru&{SIZE}").json()
    for process in list((room.pictures._pool._processes or {}).values()):
        process.kill()
        process.join()
    room.pictures._kept.clear()
    assert ask(played, f"course?of=autonomy&language=ru&{SIZE}").json() == before


STYLE = (STATIC / "desk.css").read_text("utf-8")
PAPERS = {"light": ("#f7f5f0", "#ffffff"), "dark": ("#10171d", "#1a242c")}
VARIABLES = {"light": {"ink": "#17212b", "soft": "#4d5a66"}, "dark": {"ink": "#eef2f4", "soft": "#a9b7c1"}}


def shown(colour: str, scheme: str) -> str:
    """A colour of a picture as the page's style shows it."""
    rule = re.search(rf'\[fill="{colour}"\] {{ fill: var\(--(\w+)\)', STYLE)
    if rule:
        return VARIABLES[scheme][rule[1]]
    dark = re.search(rf':root\[data-theme="dark"\] \.picture \[fill="{colour}"\] {{ fill: (#\w+); }}', STYLE)
    return dark[1] if dark and scheme == "dark" else colour


def light(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = ((x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4) for x in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", PAPERS)
def test_lines_and_letters_stand_out_in_a_light_room_and_in_a_dark_one(scheme: str, played: Opened) -> None:
    pictures = [ask(played, f"{path}&{SIZE}").json()["svg"] for path in
                ("course?of=approval", "abreast?of=approval", "partners?worlds=A")]  # fmt: skip
    used = {c for svg in pictures for c in re.findall(r'(?:<text[^>]*|mark-[^>]*><path[^>]*)fill="(#\w{6})"', svg)}
    used |= {c for svg in pictures for c in re.findall(r'<path d="[^"]*" stroke="(#\w{6})"', svg)}
    assert len(used) >= 4
    for colour in used:
        for paper in PAPERS[scheme]:
            a, b = sorted((light(shown(colour, scheme)), light(paper)))
            # 28 px is large text, and a line a graphical object: WCAG 2.2 asks for 3 of both.
            assert (b + 0.05) / (a + 0.05) >= 3.0, (colour, shown(colour, scheme), paper)
