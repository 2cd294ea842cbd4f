"""Acting as each student, in every phase: what is another's to do or to see is refused, in the words of refusals."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from multivector.classroom.lesson.words import texts, word
from multivector.classroom.playing import spare
from multivector.classroom.playing.acts import SEATS, SERVERS, TEACHERS, acts_of, doctrines_for
from multivector.classroom.playing.game import Game
from multivector.classroom.room.server import BURST, Room
from rooms_helper import Pupil, join, opened, secret

TIGHTEN, VISIT = "KAZ:set-enforcement-tighten", "KAZ:reassurance-visit-china>CHN"
OWN = {"KAZ": TIGHTEN, "RUS": "RUS:ask-for-loyalty>KAZ", "CHN": "CHN:hard-rhetoric>KAZ", "EU": "EU:carve-out>KAZ",
       "USA": "USA:carve-out>KAZ"}  # fmt: skip
ANYTHING = {"seat": "A-RUS-head", "to": "B-KAZ-head", "world": "B", "actor": "RUS", "sure": True, "on": True,
            "use": True, "show": "end", "size": 5, "worlds": 1, "open": "before", "text": "ES-11/1", "vote": "yes",
            "offer": VISIT, "entry": TIGHTEN, "entries": [TIGHTEN], "lines": {"KAZ": "K M01+ 5"}, "id": "council",
            "yes": True, "phrase": "P01", "question": "Q01", "count": 3, "nickname": "x", "away": []}  # fmt: skip
"""What somebody would send along who tries commands."""
NAMES = (*TEACHERS, *SERVERS, *SEATS, *spare.PRESS, *spare.SECRETARIAT, "delete", "advance", "leaves")
ROUTES = (
    "debrief", "debrief?part=survey", "chart/course?of=real_income&width=600&height=200&letters=28", "export/class.zip",
    "export/moves.csv", "export/messages.csv?text=yes", "export/cards.html", "export/results.html",
    "export/report.html?names=yes", "export/replay.html",
)  # fmt: skip


def not_theirs(game: Game, who: str) -> Iterator[dict[str, Any]]:
    """All commands of teacher, server, and other kinds of seats; then a seat's own with what is another delegation's.

    While the round is played, in world A Kazakhstan's economy has proposed to tighten, its head has confirmed a visit
    to China, the press has asked it; a vote of the General Assembly and one of the room are open.
    """
    mine = acts_of(game, who)
    yield from ({**ANYTHING, "do": name} for name in NAMES if name not in mine)
    seat = game.seats[who]
    key = (seat.world, seat.actor)
    yield {"do": "survey", "open": "after"}
    yield {"do": "language", "language": "xx"}
    if seat.spare:
        # What is done in the one world and not in the other.
        yield {"do": "publish", "lines": [f"move:{TIGHTEN if seat.world == 'A' else VISIT}"]}
        yield {"do": "ask", "actor": "KAZ-head", "question": "Q01"}
        yield {"do": "close-vote", "text": "ES-11/2"}
        yield {"do": "floor", "actor": "A-KAZ-head"}
        return
    head, home = game.head(key) == who, key == ("A", "KAZ")
    ballot = next(iter(game.ballots()), "ES-11/1") if game.phase == "playing" else "ES-11/1"
    for actor, entry in OWN.items():
        if actor != seat.actor:
            yield {"do": "propose", "entry": entry}
            yield {"do": "confirm", "entries": [entry], "done": True}
            yield {"do": "forecast", "entries": [entry]}
            yield {"do": "doubt", "fact": f"fact-{actor}"}
    if not head:
        yield {"do": "confirm", "entries": [OWN[seat.actor]], "done": True}
        yield {"do": "comment", "phrase": "C01"}
    if who != "A-KAZ-economy":
        yield {"do": "withdraw", "entry": TIGHTEN}
    if not home:
        yield {"do": "object", "entry": VISIT}
        yield {"do": "comment", "phrase": "C01"}
    if key != ("A", "CHN"):
        yield {"do": "recommend", "offer": VISIT, "yes": True}
    if who != "A-CHN-head":
        yield {"do": "answer", "offer": VISIT, "yes": True}
    if not head and seat.ministry != "foreign":
        yield {"do": "vote", "text": ballot, "vote": "no", "actor": "RUS", "world": "A"}
        yield {"do": "item-vote", "id": "council", "vote": "no"}
    if seat.actor == "RUS":
        yield {"do": "item-vote", "id": "council", "vote": "no"}
    yield {"do": "doctrine", "id": next(d for d in game.scenario.doctrines if d not in doctrines_for(game, seat.actor))}
    yield {"do": "say", "to": seat.actor, "phrase": "P01"}
    yield {"do": "say", "to": "B-RUS-head", "phrase": "P01"}
    yield {"do": "say", "to": "delegation", "text": "free text is off"}
    yield {"do": "predict", "id": "no-such", "option": "up"}
    yield {"do": "state", "id": "word", "option": "no-such"}


def settle(room: Room, pupils: dict[str, Pupil]) -> None:
    """Wait until everybody has been shown what there is to be shown."""
    late, quiet = time.monotonic() + 60.0, 0
    while quiet < 2:
        assert time.monotonic() < late
        time.sleep(0.1)
        quiet += 1
        for who, pupil in pupils.items():
            room.lines[who][0].credit = BURST
            pupil.got.clear()
            pupil.ask(do="no-such-thing")
            quiet = quiet if len(pupil.got) == 1 else 0
            pupil.got.clear()


def refused_all(room: Room, client: TestClient, pupils: dict[str, Pupil], keys: dict[str, str]) -> int:
    """Try all that is not theirs, as everybody: how much was tried. Nothing is done, told or shown to anybody."""
    game = room.desk.game
    settle(room, pupils)
    room.desk.store.write()
    log, count = list(room.desk.store.log()), 0
    for who, pupil in pupils.items():
        for message in not_theirs(game, who):
            room.lines[who][0].credit = BURST
            told = pupil.ask(**message)
            code = told.get("error", "")
            # Not a letter besides: who is refused learns nothing of what is there.
            said = {"type": "no", "n": pupil.n, "error": code, "text": word("refused", code, "en")}
            assert told == said, (game.phase, who, message)
            count += 1
    for who, pupil in pupils.items():
        pupil.ask(do="no-such-thing")
        assert {m["type"] for m in pupil.got} == {"no"}, who
        head = {"authorization": f"Bearer {keys[who]}"}
        for path in ROUTES:
            assert client.get(f"/api/{path}", headers=head).status_code == 403, (game.phase, who, path)
        for path in ("/api/whatif", "/api/wall"):
            assert client.post(path, json={"world": "A", "decision": 0}, headers=head).status_code == 403, who
    room.desk.store.write()
    assert list(room.desk.store.log()) == log
    return count


def test_as_each_student_in_every_phase_nothing_of_others_can_be_done_or_seen(tmp_path: Path) -> None:
    with opened(tmp_path, size=24, worlds=2) as (room, client, _tokens), ExitStack() as stack:
        game, do, tried = room.desk.game, room.desk.do, []
        do("teacher", {"do": "split", "size": 24, "worlds": 2, "press": True, "secretariat": True, "use": True})
        keys = {s: join(client, s, n) for s, n in zip(game.seats, texts("nicknames"), strict=False)}
        assert len(keys) == 28
        pupils = {s: Pupil(stack.enter_context(client.websocket_connect("/ws")), k) for s, k in keys.items()}
        do("teacher", {"do": "item", "id": "council", "on": True})
        tried.append(refused_all(room, client, pupils, keys))

        for name in ("start", "advance", "start", "pause"):
            do("teacher", {"do": name})
        do("teacher", {"do": "free-text", "on": True})
        do("A-KAZ-economy", {"do": "propose", "entry": TIGHTEN})
        do("A-KAZ-head", {"do": "confirm", "entries": [VISIT], "done": True})
        do("A-KAZ-head", {"do": "say", "to": "delegation", "text": "whisper-inside"})
        do("A-press", {"do": "ask", "actor": "KAZ", "question": "Q01"})
        do("teacher", {"do": "free-text", "on": False})
        tried.append(refused_all(room, client, pupils, keys))
        for who in pupils:
            # What each is shown now: whatever was refused to others is there, and their own delegation's alone.
            told = " ".join(room.pages(room.lines[who][0]))
            assert ("whisper-inside" in told) == who.startswith("A-KAZ-"), who
            for actor in game.actors:
                assert (secret(actor, "all") in told) == (game.seats[who].actor == actor), who
        for who, message in (
            ("A-CHN-head", {"do": "answer", "offer": VISIT, "yes": True}),
            ("A-KAZ-economy", {"do": "withdraw", "entry": TIGHTEN}),
            ("A-KAZ-head", {"do": "comment", "phrase": "C01"}),
            ("B-EU-head", {"do": "item-vote", "id": "council", "vote": "no"}),
            ("B-RUS-head", {"do": "vote", "text": game.ballots()[0], "vote": "no"}),
            *((f"B-{actor}-head", {"do": "propose", "entry": OWN[actor]}) for actor in ("KAZ", "RUS", "CHN", "USA")),
        ):
            assert pupils[who].ask(**message)["type"] == "ok", message

        do("teacher", {"do": "advance"})
        assert game.phase == "between"
        tried.append(refused_all(room, client, pupils, keys))
        do("teacher", {"do": "finish"})
        assert game.phase == "over"
        tried.append(refused_all(room, client, pupils, keys))
        assert min(tried) > 28 * len(TEACHERS)
