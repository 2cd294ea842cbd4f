"""What the protocol's page shows is what a room says: its examples against the messages of a game that is played."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from commands_shown import ROOT, blocks
from multivector.classroom.room.desk import Desk
from multivector.classroom.room.office import Office
from multivector.classroom.room.server import Room, build
from multivector.cli.serve import room_of
from rooms_helper import Pupil

EXAMPLES = [json.loads(text) for text in blocks(ROOT / "docs" / "classroom-protocol.md", "json")]
NAMES = ("lobby", "join", "seat", "menu", "spare", "forecast", "teacher", "projector", "debrief", "whatif")
"""The examples in the order of the page."""
BY_ID = {"cast", "explained", "counts", "waiting", "actors", "aims", "terms", "before", "after", "A"}
"""Fields whose keys are ids, of which a game has others than the page."""


def unlike(shown: Any, said: Sequence[Any], path: str = "") -> Iterator[str]:
    """Where an example is not what was said: a field that no message has, or that has values of another kind."""
    if shown is None or shown == "…":
        return
    if isinstance(shown, dict):
        found = [each for each in said if isinstance(each, dict)]
        by_id = path.rpartition(".")[2] in BY_ID
        for key, value in shown.items():
            if key == "…":
                continue
            there = [v for each in found for k, v in each.items() if k == key or by_id]
            if there:
                yield from unlike(value, there, f"{path}.{key}")
            else:
                yield f"{path}.{key}: in no message"
    elif isinstance(shown, list):
        found = [each for each in said if isinstance(each, list)]
        if not found:
            yield f"{path}: no list"
        for value in shown[:1]:
            within = [v for each in found for v in each]
            if within:
                yield from unlike(value, within, f"{path}[]")
            elif isinstance(value, dict):
                yield f"{path}: empty in every message"
    else:
        kinds = bool if isinstance(shown, bool) else str if isinstance(shown, str) else (int, float)
        if not any(isinstance(v, kinds) and isinstance(v, bool) == isinstance(shown, bool) for v in said):
            yield f"{path}: {shown!r} is of another kind than {said[:3]!r}"


def test_examples_are_those_that_are_named() -> None:
    assert len(EXAMPLES) == len(NAMES)


def test_what_a_page_has_of_its_own_is_found() -> None:
    said = [{"a": 1.0, "b": [{"c": "x"}], "cast": {"KAZ": True}}]
    assert list(unlike({"a": 2, "b": [{"c": "…"}], "cast": {"RUS": False}}, said)) == []
    shown = {"a": "2", "b": [{"d": 1}], "e": 1, "cast": {"RUS": 1}}
    assert [text.partition(":")[0] for text in unlike(shown, said)] == [".a", ".b[].d", ".e", ".cast.RUS"]


TIGHTEN, VISIT = "KAZ:set-enforcement-tighten", "KAZ:reassurance-visit-china>CHN"
ASKED = {"minutes": None, "plan": None, "turns": 2, "seats": 24, "worlds": 2, "lang": "en", "seed": 7, "press": True,
         "secretariat": True}  # fmt: skip
SEATS = {"A-KAZ-head": "saiga", "A-KAZ-economy": "ili", "A-KAZ-foreign": "aral", "A-EU-head": "argali",
         "A-press": "tulip", "A-secretariat": "steppe"}  # fmt: skip


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """All that a room of two worlds says of two rounds of the shipped lesson, by the name of the example."""
    folder = tmp_path_factory.mktemp("protocol")
    arms, settings = room_of("lesson-after-2022", ASKED)
    desk, tokens = Desk.create(folder, replace(settings, code="K7M4Q"), arms)
    room, out = Room(desk, addresses={"testserver"}, office=Office()), dict[str, list[Any]]()
    with TestClient(build(room)) as client, ExitStack() as stack:
        out["lobby"] = [client.get("/api/lobby?code=K7M4Q").json()]
        taken = {n["id"] for n in out["lobby"][0]["nicknames"]}
        keys = {}
        for seat, name in zip(SEATS, sorted(taken), strict=False):
            asked = {**EXAMPLES[1], "nickname": name, "seat": seat}
            answer = client.post("/api/join", json=asked)
            assert answer.status_code == 200, answer.text
            keys[seat] = answer.json()["token"]
        out["join"] = [asked]
        pupils = {s: Pupil(stack.enter_context(client.websocket_connect("/ws")), k) for s, k in (keys | tokens).items()}

        def do(who: str, **message: Any) -> None:
            answer = pupils[who].ask(**message)
            assert answer["type"] == "ok", (who, message, answer)

        _played(do, pupils)
        head = {"authorization": f"Bearer {tokens['teacher']}"}
        while (found := client.get("/api/debrief?language=ru", headers=head)).status_code == 202:
            time.sleep(0.1)
        out["debrief"] = [found.json()]
        asked = {"world": "A", "quarter": "2022-Q2", "actor": "KAZ", "entries": [], "language": "ru"}
        out["whatif"] = [client.post("/api/whatif", json=asked, headers=head).json()]
        for who in pupils:
            do(who, **({"do": "free-text", "on": False} if who == "teacher" else {"do": "language", "language": "ru"}))
        got = {who: pupil.got for who, pupil in pupils.items()}
    seats = [m for who in list(SEATS)[:4] for m in got[who]]
    out |= {
        "menu": [m for m in seats if m["type"] == "menu"],
        "forecast": [m for m in seats if m["type"] == "forecast"],
    }
    out["seat"] = [m for m in seats if m["type"] == "view"]
    out["spare"] = [m for who in list(SEATS)[4:] for m in got[who] if m["type"] == "view"]
    out |= {role: [m for m in got[role] if m["type"] == "view"] for role in ("teacher", "projector")}
    return out


def _view(pupil: Pupil) -> dict[str, Any]:
    """What a seat sees now; all that it was sent is kept."""
    time.sleep(0.05)
    pupil.ask(do="seen")
    return pupil.last()


def _played(do: Any, pupils: dict[str, Pupil]) -> None:
    do("teacher", do="survey", open="before")
    first, *_ = _view(pupils["A-EU-head"])["survey"]["questions"]
    do("A-EU-head", do="survey", when="before", answers={first["id"]: first["options"][0]["id"]})
    do("teacher", do="start")
    do("A-KAZ-economy", do="propose", entry=TIGHTEN)
    do("A-KAZ-economy", do="forecast", entries=[TIGHTEN])
    do("A-KAZ-head", do="confirm", entries=[VISIT], done=False)
    do("A-KAZ-foreign", do="doctrine", id="hedge")
    do("A-EU-head", do="say", to="KAZ", phrase="P03")
    do("A-EU-head", do="confirm", entries=["EU:summit-with-eu>KAZ"], done=False)
    do("A-KAZ-foreign", do="recommend", offer="EU:summit-with-eu>KAZ", yes=True)
    view = _view(pupils["A-KAZ-head"])
    for each in view["predictions"]:
        do("A-KAZ-head", do="predict", id=each["id"], option=each["options"][0]["id"])
    ballot, *_ = view["ballots"]
    do("A-secretariat", do="open-vote", text=ballot["id"])
    do("A-KAZ-head", do="vote", text=ballot["id"], vote="abstain", phrase="E01")
    do("A-press", do="ask", actor="KAZ", question=_view(pupils["A-press"])["press"]["questions"][0]["id"])
    _view(pupils["A-press"])
    while not any(m["type"] == "forecast" for m in pupils["A-KAZ-economy"].got):
        pupils["A-KAZ-economy"].got.append(pupils["A-KAZ-economy"].socket.receive_json())
    do("teacher", do="advance")
    do("teacher", do="start")
    do("teacher", do="advance")


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_examples_are_what_a_room_says(name: str, said: dict[str, list[Any]]) -> None:
    # Found so: a payment, a nearest quarter and a text of the fork, which no room says any more.
    assert said[name]
    assert "\n".join(unlike(EXAMPLES[NAMES.index(name)], said[name])) == ""
