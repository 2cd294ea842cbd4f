"""Codes of moves on paper: every single slip and every swap of neighbours is noticed, and the right line suggested."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multivector.classroom.lesson.codes import (
    DAMM,
    PASS,
    SUFFIXES,
    check_digit,
    codes,
    is_whole,
    letters,
    line,
    read,
    tidy,
    walk,
)
from multivector.errors import BadInput
from multivector.scenario import load
from multivector.world.layout.layout import build_layout

KNOWN = codes(build_layout(load("after-2022")).catalogue.entries)
SLOTS = {"CHN": 2, "EU": 2, "KAZ": 3, "RUS": 2, "USA": 2}
SIGNS = "KRCEU0123456789MT+-rceukvm "

moves = st.builds(lambda n, s: f"M{n:02d}{s}", st.integers(0, 99), st.sampled_from(SUFFIXES))
words = st.builds(lambda q, o: f"T{q}{o}", st.integers(1, 9), st.integers(1, 9))
codes_of = st.tuples(st.lists(moves, max_size=3), st.lists(words, max_size=3)).map(lambda both: [*both[0], *both[1]])
lines = st.builds(line, st.sampled_from("KRCEU"), codes_of.filter(bool))


def test_the_table_is_a_totally_anti_symmetric_quasigroup() -> None:
    table = [[int(d) for d in row] for row in DAMM]
    assert all(sorted(row) == list(range(10)) for row in table)
    assert all(sorted(row[k] for row in table) == list(range(10)) for k in range(10))
    assert all(table[k][k] == 0 for k in range(10))
    for c in range(10):
        for x in range(10):
            for y in range(10):
                assert table[table[c][x]][y] != table[table[c][y]][x] or x == y


def meaning(text: str) -> str:
    """What a line says, whatever the spaces and the case."""
    return tidy(text).replace(" ", "")


@settings(max_examples=200, deadline=None)
@given(lines, st.data())
def test_every_single_wrong_character_is_noticed(text: str, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, len(text) - 1))
    wrong = data.draw(st.sampled_from([c for c in SIGNS if c != text[k]]))
    slipped = text[:k] + wrong + text[k + 1 :]
    assert not is_whole(tidy(slipped)) or tidy(slipped) == text


@settings(max_examples=200, deadline=None)
@given(lines)
def test_every_swap_of_neighbours_is_noticed(text: str) -> None:
    for k in range(len(text) - 1):
        swapped = text[:k] + text[k + 1] + text[k] + text[k + 2 :]
        assert not is_whole(tidy(swapped)) or meaning(swapped) == meaning(text)


@settings(max_examples=100, deadline=None)
@given(lines)
def test_every_line_is_whole_with_its_digit_alone(text: str) -> None:
    body = text.rsplit(" ", 1)[0]
    assert [d for d in "0123456789" if is_whole(f"{body} {d}")] == [text[-1]]
    assert walk(text)[-1][1] == int(text[-1])


def test_codes_are_unique_within_a_delegation_and_have_ten_values_a_place() -> None:
    for actor in SLOTS:
        own = [code for id, code in KNOWN.items() if id.startswith(f"{actor}:")]
        assert len(own) == len(set(own))
        assert all(code[3:] in SUFFIXES for code in own)
    assert len(SUFFIXES) == 10
    assert KNOWN["KAZ:set-enforcement-tighten"] == "M01+"
    assert KNOWN["KAZ:reassurance-visit-russia>RUS"] == "M24r"


def test_every_entry_can_be_typed() -> None:
    by_letter = letters(list(SLOTS))
    for id, code in KNOWN.items():
        actor = id.partition(":")[0]
        assert read(line(by_letter[actor], [code]), KNOWN, SLOTS).entries == (id,)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("K M01+ M42r M06 8", None),
        ("K M01+ M24r M06", "K M01+ M24r M06 8"),
        ("K M10+ M24r M06 8", "K M01+ M24r M06 8"),
        ("K M01+ M24r M60 8", "K M01+ M24r M06 8"),
        ("K M01- M24r M06 8", "K M01+ M24r M06 8"),
        ("K M01+ M24 M06 8", "K M01+ M24r M06 8"),
        ("K M01+ M24r M06 5", "K M01+ M24r M06 8"),
    ],
)
def test_the_likely_correction_is_suggested(typed: str, meant: str | None) -> None:
    with pytest.raises(BadInput) as error:
        read(typed, KNOWN, SLOTS)
    hint = error.value.problems[0].hint
    # With one slip many lines may be near: the right one is among those that make sense, of which three are shown.
    assert meant is None or hint.startswith("did you mean")
    if meant is not None and typed.count(" ") < 4:
        assert f'"{meant}"' in hint


def test_the_other_keyboard_is_understood() -> None:
    assert read("к м01+ М24р М06 8", KNOWN, SLOTS) == read("K M01+ M24r M06 8", KNOWN, SLOTS)


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        (["M01+", "M01+"], "twice"),
        (["M99"], "has no move M99"),
        (["M01+", "M05", "M06", "M07"], "has 3 moves, found 4"),
        ([PASS, "M05"], "stands before other moves"),
    ],
)
def test_whole_lines_that_say_nonsense_are_refused(moves: list[str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read(line("K", moves), KNOWN, SLOTS)


def test_no_further_move_is_said() -> None:
    found = read(line("K", ["M05", PASS]), KNOWN, SLOTS)
    assert (found.entries, found.passed) == (("KAZ:ship-oil-via-baku",), True)


def test_added_actors_have_digits() -> None:
    assert letters(["KAZ", "TUR"]) == {"KAZ": "K", "TUR": "1"}
    assert check_digit([]) == 0


SAID = {"KAZ": {"T11": ("talk", "there"), "T12": ("talk", "all"), "T21": ("help", "ask")}}


def test_sentences_stand_in_the_line_of_the_moves() -> None:
    found = read(line("K", ["M01+", "T12", "T21"]), KNOWN, SLOTS, SAID)
    assert found.entries == ("KAZ:set-enforcement-tighten",)
    assert found.words == (("talk", "all"), ("help", "ask"))
    assert found.moves
    alone = read(line("K", ["T11"]), KNOWN, SLOTS, SAID)
    assert (alone.entries, alone.passed, alone.moves) == ((), False, False)
    # A Cyrillic keyboard has the letters too.
    assert read(line("K", ["T11"]).replace("K", "К").replace("T", "Т"), KNOWN, SLOTS, SAID) == alone


@pytest.mark.parametrize(("told", "said"), [
    (["T13"], "K has no sentence T13 to say here"), (["T11", "T12"], "found two sentences to one question"),
    (["T31", "M01+"], "K has no sentence T31"),
])  # fmt: skip
def test_sentences_that_nobody_may_say_are_refused(told: list[str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read(line("K", told), KNOWN, SLOTS, SAID)
    with pytest.raises(BadInput, match="R has no sentence"):
        read(line("R", ["T11"]), KNOWN, SLOTS, SAID)


def test_a_mistyped_sentence_gets_the_likely_line() -> None:
    good = line("K", ["M01+", "T12"])
    slip = good[:-1] + str((int(good[-1]) + 1) % 10)
    with pytest.raises(BadInput) as error:
        read(slip, KNOWN, SLOTS, SAID)
    assert f'"{good}"' in error.value.problems[0].hint
