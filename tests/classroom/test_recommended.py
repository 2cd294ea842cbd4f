"""What each ministry of a world of twelve may do, and what it recommends where only the head answers."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from multivector.classroom.lesson.words import texts
from multivector.classroom.playing import acts
from multivector.classroom.playing.game import Refused, Settings
from multivector.classroom.room import export
from multivector.classroom.room.desk import Desk
from multivector.classroom.showing.views import Clock, seat_view, still_open
from rooms_helper import arms_of

HEAD, DEFENCE, ECONOMY = "A-RUS-head", "A-RUS-defence", "A-RUS-economy"
EXERCISE, ARMS = "KAZ:csto-exercise-host>RUS", "KAZ:buy-arms-russia>RUS"
DOES = {
    "KAZ-foreign": "M21 M22 M23 M24 M25 M26 M27 M28 M29", "KAZ-economy": "M01 M02 M03 M04 M05 M08 M42 M45",
    "KAZ-energy": "M05 M06 M12 M13 M14 M16 M17", "RUS-head": "M31 M32 M34", "RUS-economy": "M08 M09 M10 M11 M12",
    "RUS-defence": "M33 M35 M38", "CHN-head": "M27 M32 M37", "CHN-commerce": "M13 M14 M15",
    "EU-head": "M18 M19 M30", "EU-trade": "M16 M17 M20 M40", "USA-head": "M18 M19 M20 M27 M40",
}  # fmt: skip
"""What the seats are there for: moves that they propose, and offers of others in which they have a say."""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    found, _ = Desk.create(tmp_path, Settings("TESTS", 7, 12, 1), arms_of(tmp_path))
    for seat, name in zip(found.game.seats, texts("nicknames"), strict=False):
        found.join({"nickname": name, "language": "en", "seat": seat})
    found.do("teacher", {"do": "start"})
    return found


def offer(desk: Desk, name: str = EXERCISE, who: str = DEFENCE) -> dict[str, Any]:
    """An offer as a seat sees it."""
    game = desk.game
    return next(o for o in seat_view(game, game.people[who], Clock(), [])["offers_in"] if o["id"] == name)


def ended(desk: Desk, name: str = EXERCISE) -> str:
    desk.end_turn([])
    return desk.game.worlds.stories[0].turns[0].answers[name]


def test_every_seat_proposes_or_recommends_what_it_is_there_for(desk: Desk) -> None:
    game = desk.game
    entries = game.worlds.setup.layout.catalogue.entries
    assert {f"A-{seat}" for seat in DOES} | {"A-KAZ-head"} == set(game.seats)
    for name, codes in DOES.items():
        seat = game.seats[f"A-{name}"]
        for code in codes.split():
            own = [e.id for e in entries if e.actor == seat.actor and e.move.code == code]
            made = [e.id for e in entries if e.target == seat.actor and e.is_offer and e.move.code == code]
            assert own or made, (name, code)
            assert not own or code in acts.domain_of(game, seat), (name, code)
            assert all(acts.may_recommend(game, seat, entry) for entry in made), (name, code)


def test_what_a_ministry_recommends_is_shown_to_the_head_and_counts_where_the_head_is_silent(desk: Desk) -> None:
    desk.do("A-KAZ-head", {"do": "confirm", "entries": [EXERCISE]})
    assert [row["title"] for row in still_open(desk.game, "en") if row["actor"] == "RUS" and row["from"]]
    assert (offer(desk)["may_recommend"], offer(desk, who=ECONOMY)["may_recommend"]) == (True, False)
    for who, name, code in ((ECONOMY, EXERCISE, "not-your-domain"), (DEFENCE, ARMS, "unknown")):
        with pytest.raises(Refused, match=code):
            desk.do(who, {"do": "recommend", "offer": name, "yes": True})
    desk.do(DEFENCE, {"do": "recommend", "offer": EXERCISE, "yes": False})
    desk.do(DEFENCE, {"do": "recommend", "offer": EXERCISE, "yes": True})
    told = offer(desk, who=HEAD)
    assert told["answer"] is None
    assert [(r["seat"], r["yes"]) for r in told["recommended"]] == [(DEFENCE, True)]
    assert not [row for row in still_open(desk.game, "en") if row["actor"] == "RUS" and row["from"]]
    # It is no answer yet: who made the offer may still take it back.
    desk.do("A-KAZ-head", {"do": "confirm", "entries": []})
    desk.do("A-KAZ-head", {"do": "confirm", "entries": [EXERCISE]})
    # A power cut: the log has it.
    desk.store.close()
    again, _ = Desk.resume(desk.store.folder)
    assert again.game.people[DEFENCE].counts == {"proposals": 1}
    rows = csv.DictReader(io.StringIO(export.participation(again.game).decode("utf-8-sig")))
    assert {r["seat"]: r["proposals"] for r in rows}[DEFENCE] == "1"
    assert ended(again) == "accepted"
    again.store.close()


def test_the_heads_word_goes_before_it(desk: Desk) -> None:
    desk.do("A-KAZ-head", {"do": "confirm", "entries": [EXERCISE]})
    desk.do(DEFENCE, {"do": "recommend", "offer": EXERCISE, "yes": True})
    desk.do(HEAD, {"do": "answer", "offer": EXERCISE, "yes": False})
    assert ended(desk) == "refused"


def test_of_ministries_that_differ_none_counts(desk: Desk) -> None:
    """Of two that have a say in an offer both have to be for it: the head sees that they are not."""
    desk.do("A-KAZ-head", {"do": "confirm", "entries": [EXERCISE]})
    desk.do(DEFENCE, {"do": "recommend", "offer": EXERCISE, "yes": True})
    assert desk.game.recommended(("A", "RUS"), EXERCISE) is True
    desk.game.table(("A", "RUS")).recommended[EXERCISE][HEAD] = False
    assert desk.game.recommended(("A", "RUS"), EXERCISE) is False
    assert ended(desk) == "refused"
