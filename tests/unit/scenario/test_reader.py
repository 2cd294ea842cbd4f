"""Reading: scalars stay text, places are right, hostile files get one message in bounded time and memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multivector.errors import BadInput, Problem
from multivector.scenario.limits import decode
from multivector.scenario.nodes import Mapping, Scalar, to_data
from multivector.scenario.reader import parse, read_file

# Run in a process of its own with hard limits: a crash or a blow-up of memory fails the test, not the test runner.
GUARD = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))
resource.setrlimit(resource.RLIMIT_CPU, (3, 3))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from multivector.scenario import check
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
report = check(sys.argv[1])
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base
assert grown < 200 * 1024, grown
print(*report.problems, sep="\\n")
sys.exit(2 if report.problems else 0)
"""

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
HOSTILE: dict[str, tuple[bytes, str]] = {
    "alias-bomb": (BOMB.encode(), "unfold to too many entries"),
    "many-aliases": (("a: &a 1\nb: [" + ", ".join(["*a"] * 2000) + "]").encode(), "too many aliases"),
    "self-alias": (b"a: &a [*a]\n", "inside or before its anchor"),
    "undefined-alias": (b"a: *b\n", "inside or before its anchor"),
    "deep-flow": (("a: " + "[" * 60 + "]" * 60).encode(), "too deep"),
    "deep-block": ("".join(" " * n + "a:\n" for n in range(300)).encode(), "too deep"),
    "deep-dashes": (b"- " * 100_000, "too deep"),
    "brackets-200k": (b"[" * 200_000, "too many open brackets"),
    "braces-200k": (b"{" * 200_000, "too many open brackets"),
    "question-marks": (b"? " * 100_000, "found"),
    "many-entries": (b"a: [" + b"1," * 200_000 + b"1]", "too many entries"),
    "many-keys": ("".join(f"k{n}: 1\n" for n in range(60_000)).encode(), "too many entries"),
    "huge-int": (b"id: a\ncalendar: {turns: " + b"9" * 500_000 + b"}", "calendar.turns"),
    "huge-float": (b"id: a\nparameters: {x: " + b"9" * 500_000 + b"}", "parameters.x"),
    "exponent": (b"id: a\nparameters: {x: {value: 1e999999999, unit: u, confidence: data, source: s}}", "parameters.x"),
    "nan": (b"id: a\nparameters: {x: {value: nan, unit: u, confidence: data, source: s}}", "parameters.x"),
    "wrong-types": (b"id: [1]\ncalendar: 7\nmoves: {a: 1}\nactors: []\nparameters: [1]\nevents: x\n", "calendar"),
    "duplicate-keys": (b"id: a\nid: b\n", "twice"),
    "unknown-tag": (b"id: !wizard a\n", "found the tag"),
    "python-tag": (b"id: !!python/object/apply:os.system ['touch pwned']\n", "found the tag"),
    "binary": (bytes(range(256)) * 4, "binary"),
    "elf": (b"\x7fELF\x02\x01\x01" + b"\x90" * 1000, "not UTF-8"),
    "latin-1": ("id: a\ntitle: café\n".encode("latin-1"), ":2:11: found bytes that are not UTF-8"),
    "utf-16": ("id: a\n".encode("utf-16"), "UTF-16"),
    "control": (b"id: a\ntitle: \x1b[31mred\n", ":2:8: found the control character U+001B"),
    "ten-megabytes": (b"a: b # " + b"x" * 10_000_000, "bytes; allowed: at most 1,048,576 bytes"),
    "empty": (b"", "empty file"),
    "only-comment": (b"# nothing\n", "empty file"),
    "list-at-top": (b"- 1\n", "list at the top"),
    "scalar-at-top": (b"hello\n", "single value at the top"),
    "list-as-key": (b"[a, b]: 1\n", "as a key"),
    "long-line": (b"id: " + b"a" * 1_000_000, "id"),
    "nested-parameters": (("parameters: " + "{a: " * 45 + "x" + "}" * 45).encode(), "parameters.a.a"),
    "deep-conditions": (
        ("id: a\nalignment: {rules: [{id: r, then: [{stock: status, amount: 1}], when: "
         + "{all: [" * 20 + "{measure: turn}" + "]}" * 20 + "}]}").encode(), "no comparison"),
    "quoted-unclosed": (b'id: "' + b"a\n" * 100_000, "inside quotes"),
    "directives": (b"".join(b"%%TAG !a%d! x\n" % n for n in range(40_000)) + b"---\nid: a\n", "too many directives"),
    "unknown-parameters": (
        ("id: a\nextends: base-2021\nparameters: {" + ", ".join(f"theta{n}: 1" for n in range(20_000)) + "}").encode(),
        "which no file below this one defines"),
    "unknown-codes": (
        ("id: a\nalignment: {blocs: [{id: b, kind: forum, members: ["
         + ", ".join(f"X{n}" for n in range(9_000)) + "]}]}").encode(),
        "unknown actor"),
    "red-lines": (
        ("id: a\nred_lines:\n" + "".join(
            f"  - {{id: r{n}, measure: unrest, {('below', 'above')[n % 2]}: 1, owner: author}}\n" for n in range(8_000))
         + "  - {id: z, measure: unrest, below: 2, owner: author}\n").encode(), "contradicts"),
    "dotted-lever": (("id: a\nextends: base-2021\nlevers: {" + "a." * 400 + "a: [1]}").encode(), "unknown path"),
    "dotted-parameter": (("id: a\nparameters: {" + "a." * 400 + "a: 1}").encode(), "found"),
    "many-parents": (("id: a\nextends: [" + ", ".join(f"p{n}" for n in range(20_000)) + "]").encode(), "extends"),
    "unknown-keys": (b"id: a\n" + b"".join(b"foo%d: 1\n" % n for n in range(30_000)), "more problems"),
    "tabs": (b"id:\n\t- a\n", "starts no value"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_file_gets_a_message(name: str, tmp_path: Path) -> None:
    content, phrase = HOSTILE[name]
    path = tmp_path / f"{name}.yaml"
    path.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", GUARD, str(path)], capture_output=True, text=True, timeout=20, cwd=tmp_path
    )
    assert done.returncode == 2, (done.returncode, done.stderr[-500:])
    assert "Traceback" not in done.stderr
    assert phrase in done.stdout
    assert len(done.stdout) < 150_000
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("path", ["/dev/zero", "/", "a\x00b", "x" * 5000])
def test_what_is_no_file_is_refused(path: str) -> None:
    from multivector.scenario import check

    assert len(check(path).problems) == 1


def problems_of(raw: bytes) -> tuple[Problem, ...] | None:
    """None if the bytes are a tree; anything but a tree or problems is a failure of the test."""
    try:
        parse(decode(raw, "x"), "x")
    except BadInput as error:
        return error.problems
    return None


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_end_in_a_tree_or_a_message(raw: bytes) -> None:
    assert problems_of(raw) is None or problems_of(raw)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="abc:-[]{}#&*!|>'\"%@`?, \n\t01.eE<~", max_size=120))
def test_any_text_ends_in_a_tree_or_a_message(text: str) -> None:
    found = problems_of(text.encode())
    assert found is None or all(str(problem).startswith("x") for problem in found)


@pytest.mark.parametrize(
    "word", ["NO", "yes", "on", "12:30", "1e3", "2022-Q1", "0o17", "1_000", "2022-01-01", "68/262"]
)
def test_words_of_old_yaml_stay_words(word: str) -> None:
    tree = parse(f"a: {word}", "x")
    assert to_data(tree) == {"a": word}  # type: ignore[arg-type]


def test_nothing_and_the_word_for_it() -> None:
    tree = parse("{a: , b: null, c: ~, d: 'null', e: none}", "x")
    assert to_data(tree) == {"a": None, "b": None, "c": None, "d": "null", "e": "none"}  # type: ignore[arg-type]


def test_byte_order_mark_of_utf_8_is_skipped() -> None:
    assert decode(b"\xef\xbb\xbfid: a", "x") == "id: a"


def test_places_count_from_one(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("id: a\ncalendar:\n  turns: 4\n", encoding="utf-8")
    tree = read_file(path, "a")
    calendar = tree.items["calendar"]
    assert isinstance(calendar, Mapping)
    turns = calendar.items["turns"]
    assert isinstance(turns, Scalar)
    assert turns.mark == ("a", 3, 10)
    assert calendar.keys["turns"] == ("a", 3, 3)
