"""Codes of moves on paper: ``K M01+ M24r M06 8``, a delegation, its moves, and a check digit.

A code is ``M``, two digits and at most one letter or sign, so that every place has at most ten values. A word of the
delegation goes into the same line: ``T12`` is the second sentence to the first question of the sheet. The check digit
is that of Damm (2004): over a quasigroup of order ten that is totally anti-symmetric, it finds every single wrong
character and every swap of neighbours, whatever the length of the line. What is no character of its place (a letter
where a digit stands) is found by the form.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from multivector.errors import BadInput, Problem

DAMM = ("0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017",
        "9438617205", "2581436790")  # fmt: skip
"""Rows of the quasigroup. Damm 2004, Total anti-symmetrische Quasigruppen, Philipps-Universität Marburg."""

LETTERS: Mapping[str, str] = {"KAZ": "K", "RUS": "R", "CHN": "C", "EU": "E", "USA": "U"}
"""Letters of delegations; an actor that a scenario adds has the first digit that is free."""
SUFFIXES = ("", "+", "-", "r", "c", "e", "u", "k", "v", "m")
"""What may follow a number: a direction, or the partner it is about."""
PASS = "M00"
"""No further move: without it, the doctrine does what is missing."""
VARIANTS: Mapping[str, str] = {
    "set-enforcement-tighten": "+", "set-enforcement-relax": "-",
    "announce-export-ban": "+", "retract-export-ban": "-",
    "ladder-step-up": "+", "ladder-step-down": "-",
    "host-talks-venue": "v", "host-talks-mediator": "m",
    "csto-exercise-host": "+", "csto-exercise-skip": "-",
    "buy-arms-elsewhere": "-", "buy-arms-russia": "r",
    "political-reform-carry-out": "+", "political-reform-stall": "-",
    "set-fuel-prices-cap": "+", "set-fuel-prices-free": "-",
    "newcomers-policy-welcome": "+", "newcomers-policy-limit": "-",
    "language-policy-state-language": "k", "language-policy-russian-language": "r",
}  # fmt: skip
"""Letters of moves that share a number and differ in something else than the partner."""
_TARGETS = {"RUS": "r", "CHN": "c", "EU": "e", "USA": "u", "KAZ": "k"}
_LOOK_ALIKE = str.maketrans("КМСЕРУТкмсерутОоО−–—", "KMCERUTkmcerut000---")
"""Letters of the Cyrillic keyboard that look or sound like ours, and signs that word processors make of a hyphen."""
_MOVE = re.compile(r"M(\d\d)([+\-rceukvm]?)")
_WORD = re.compile(r"T([1-9])([1-9])")
_PLACE = len(SUFFIXES) - 1
"""The value of the T of a word, in the place where a move has what follows its number: no word is taken for a move."""

Sentences = Mapping[str, Mapping[str, tuple[str, str]]]
"""By actor: the code of each sentence, its question and its option."""


class Named(Protocol):
    """An entry of a menu, as `decisions.catalogue.Entry` has it."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def actor(self) -> str: ...  # noqa: D102
    @property
    def target(self) -> str | None: ...  # noqa: D102
    @property
    def move(self) -> Coded: ...  # noqa: D102


class Coded(Protocol):
    """A move as lists and sheets name it: by its id, or by a code that some share."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def code(self) -> str | None: ...  # noqa: D102


@dataclass(frozen=True)
class Line:
    """One line as it was typed and understood: whose it is, and the entries in the order of the slots.

    `passed` says that the delegation wants no further move, `words` are its sentences: question and option.
    """

    actor: str
    entries: tuple[str, ...]
    passed: bool = False
    words: tuple[tuple[str, str], ...] = ()

    @property
    def moves(self) -> bool:
        """Whether the line says anything about moves; one of words alone leaves them as they are."""
        return self.passed or bool(self.entries)


def check_digit(digits: Iterable[int]) -> int:
    """The digit that makes a row of digits right.

    Examples
    --------
    >>> check_digit([5, 7, 2])
    4
    """
    interim = 0
    for digit in digits:
        interim = int(DAMM[interim][digit])
    return interim


def letters(actors: Collection[str]) -> dict[str, str]:
    """The letter of each delegation.

    Examples
    --------
    >>> letters(["KAZ", "TUR", "UZB"])
    {'KAZ': 'K', 'TUR': '1', 'UZB': '2'}
    """
    added = sorted(a for a in actors if a not in LETTERS)
    return {a: LETTERS.get(a) or str(1 + added.index(a)) for a in actors}


def codes(entries: Iterable[Named]) -> dict[str, str]:
    """The code of every entry, unique within its actor: ``{entry id: "M24r"}``.

    Raises
    ------
    BadInput
        Two entries of an actor cannot be told apart, or a move has no number.

    Examples
    --------
    >>> from multivector.scenario import load
    >>> from multivector.world.layout.layout import build_layout
    >>> found = codes(build_layout(load("after-2022")).catalogue.entries)
    >>> found["KAZ:set-enforcement-tighten"], found["KAZ:reassurance-visit-russia>RUS"]
    ('M01+', 'M24r')
    """
    listed = list(entries)
    numbers = _numbers(listed)
    out: dict[str, str] = {}
    for actor in dict.fromkeys(e.actor for e in listed):
        by_number: dict[str, list[Named]] = {}
        for entry in listed:
            if entry.actor == actor:
                by_number.setdefault(numbers[entry.move.id], []).append(entry)
        for number, same in by_number.items():
            if len(same) == 1:
                out[same[0].id] = number
                continue
            taken: set[str] = set()
            for entry in same:
                wanted = (VARIANTS.get(entry.move.id, ""), _TARGETS.get(entry.target or "", ""), *SUFFIXES[1:])
                suffix = next((s for s in wanted if s and s not in taken), "")
                if not suffix:
                    raise BadInput(
                        [Problem(entry.id, 0, 0, "", "found too many moves with one number", "at most nine")]
                    )
                taken.add(suffix)
                out[entry.id] = number + suffix
    return out


def sentences(asked: Iterable[tuple[str, Sequence[str]]]) -> dict[str, tuple[str, str]]:
    """Codes of the sentences that a delegation may choose among: its questions in their order, each with its options.

    Examples
    --------
    >>> sentences([("talk", ["there", "all"]), ("why", ["debt"])])
    {'T11': ('talk', 'there'), 'T12': ('talk', 'all'), 'T21': ('why', 'debt')}
    """
    return {f"T{q}{o}": (id, option) for q, (id, options) in enumerate(asked, 1) for o, option in enumerate(options, 1)}


def _numbers(entries: list[Named]) -> dict[str, str]:
    """Numbers of moves; those that a scenario adds without one get the first that is free from M50 on."""
    out = {e.move.id: e.move.code for e in entries if e.move.code and re.fullmatch(r"M\d\d", e.move.code)}
    free = (f"M{n}" for n in range(50, 100) if f"M{n}" not in set(out.values()))
    for entry in entries:
        if entry.move.id not in out:
            number = next(free, None)
            if number is None:
                raise BadInput(
                    [Problem(entry.move.id, 0, 0, "", "found too many moves without a number", "at most 50")]
                )
            out[entry.move.id] = number
    return {k: v for k, v in out.items() if v}


def line(letter: str, moves: Iterable[str]) -> str:
    """A line with its check digit.

    Examples
    --------
    >>> line("K", ["M01+", "M24r", "M06"])
    'K M01+ M24r M06 8'
    >>> line("R", ["M12", "T12"])
    'R M12 T12 6'
    """
    told = list(moves)
    return " ".join([letter, *told, str(check_digit(_digits(letter, told)))])


def walk(text: str) -> list[tuple[str, int]]:
    """How to find the check digit of a line by hand: each sign, and the row of the table that it leads to.

    Examples
    --------
    >>> walk("K M01+ 5")
    [('K', 0), ('0', 0), ('1', 3), ('+', 7)]
    """
    letter, *moves, _ = text.split(" ")
    signs = [letter, *(sign for m in moves for sign in (m[1], m[2], "T" if m[0] == "T" else m[3:] or "·"))]
    out, row = [], 0
    for sign, digit in zip(signs, _digits(letter, moves), strict=True):
        row = int(DAMM[row][digit])
        out.append((sign, row))
    return out


def _digits(letter: str, moves: Iterable[str]) -> list[int]:
    order = "KRCEU"
    # Letters of the five are 0 to 4; those of added actors, 1 to 5, are 5 to 9.
    out = [order.index(letter) if letter in order else 4 + int(letter)]
    for code in moves:
        if said := _WORD.fullmatch(code):
            out += [int(said[1]), int(said[2]), _PLACE]
            continue
        found = _MOVE.fullmatch(code)
        assert found is not None
        out += [int(found[1][0]), int(found[1][1]), SUFFIXES.index(found[2])]
    return out


def tidy(text: str) -> str:
    """What was typed with single spaces, look-alikes of another keyboard replaced, letters of moves in their case.

    Examples
    --------
    >>> tidy("к  м01+ M24R  6")
    'K M01+ M24r 6'
    """
    words = text.translate(_LOOK_ALIKE).split()
    out = []
    for k, word in enumerate(words):
        word = word.upper()
        out.append(word if k == 0 or not word.startswith("M") else "M" + word[1:].lower())
    return " ".join(out)


def is_whole(text: str) -> bool:
    """Whether a tidied line has the right form and check digit.

    Examples
    --------
    >>> is_whole("K M01+ M24r M06 8"), is_whole("K M01- M24r M06 8"), is_whole("K M10+ M24r M06 8")
    (True, False, False)
    """
    words = text.split(" ")
    if len(words) < 3 or not re.fullmatch(r"[KRCEU1-5]", words[0]) or not re.fullmatch(r"\d", words[-1]):
        return False
    moves = words[1:-1]
    if not all(_MOVE.fullmatch(m) or _WORD.fullmatch(m) for m in moves):
        return False
    return check_digit(_digits(words[0], moves)) == int(words[-1])


def read(text: str, known: Mapping[str, str], slots: Mapping[str, int], words: Sentences | None = None) -> Line:
    """Understand one line.

    Parameters
    ----------
    text : what was typed.
    known : entry id -> code, as from `codes`.
    slots : actor -> moves that it may make.
    words : actor -> codes of the sentences that it may choose among, as from `sentences`.

    Raises
    ------
    BadInput
        The line is wrong; the message has the likely correction where there is one.
    """
    by_letter = {letter: actor for actor, letter in letters(list(slots)).items()}
    may = words or {}
    said = tidy(text)
    if is_whole(said):
        _letter, *_moves, _ = said.split(" ")
        problem, found = _meaning(said, by_letter, known, slots, may)
        if not problem:
            return found
        raise BadInput([Problem(f'"{said}"', 0, 0, "", problem, "", _meant(said, by_letter, known, slots, may))])
    parts = said.split(" ")
    codes_ = all(_MOVE.fullmatch(p) or _WORD.fullmatch(p) for p in parts[1:-1])
    if len(parts) < 3 or not codes_ or parts[0] not in by_letter:
        wrong = f'found "{text.strip()[:60]}"'
    else:
        wrong = "the check digit does not fit: something is mistyped"
    form = "a delegation, its moves and the check digit, such as " + line("K", ["M01+", "M06"])
    raise BadInput([Problem(f'"{said[:60]}"', 0, 0, "", wrong, form, _meant(said, by_letter, known, slots, may))])


def _meaning(
    said: str, by_letter: Mapping[str, str], known: Mapping[str, str], slots: Mapping[str, int], may: Sentences
) -> tuple[str, Line]:
    """What is wrong with a whole line (nothing: empty), and what it says."""
    letter, *told, _ = said.split(" ")
    actor = by_letter.get(letter, "")
    none = Line(actor, ())
    if not actor:
        return f"no delegation {letter} plays here", none
    moves, chosen = [c for c in told if c[0] == "M"], [c for c in told if c[0] == "T"]
    sentence = may.get(actor, {})
    if strange := [c for c in chosen if c not in sentence]:
        return f"{letter} has no sentence {', '.join(strange)} to say here", none
    words = tuple(sentence[c] for c in chosen)
    if len(dict(words)) < len(words):
        return "found two sentences to one question", none
    entry = {code: id for id, code in known.items() if id.startswith(f"{actor}:")}
    unknown = [m for m in moves if m != PASS and m not in entry]
    if unknown:
        return f"{letter} has no move {', '.join(unknown)}", none
    if PASS in moves[:-1]:
        return f"{PASS} (no further move) stands before other moves", none
    made = [m for m in moves if m != PASS]
    if len(set(made)) < len(made):
        return "a move stands there twice", none
    if len(made) > slots[actor]:
        return f"{letter} has {slots[actor]} moves, found {len(made)}", none
    return "", Line(actor, tuple(entry[m] for m in made), PASS in moves, words)


_EDITS = "0123456789+-rceukvmMTKRCEU"


def _meant(
    said: str, by_letter: Mapping[str, str], known: Mapping[str, str], slots: Mapping[str, int], may: Sentences
) -> str:
    """The lines one slip away that say something, as a question; nothing if there are none or more than three."""
    near = [f"{said} {d}" for d in "0123456789"] if re.search(r"(M\d\d[+\-rceukvm]?|T\d\d)$", said) else []
    for k in range(len(said)):
        near.append(said[:k] + said[k + 1 : k + 2] + said[k] + said[k + 2 :])
        near.append(said[:k] + said[k + 1 :])
        near += [said[:k] + c + said[k + 1 :] for c in _EDITS]
        near += [said[:k] + c + said[k:] for c in _EDITS]
    sane = [
        n for n in dict.fromkeys(near) if n != said and is_whole(n) and not _meaning(n, by_letter, known, slots, may)[0]
    ]
    # A slip in one character of a move is likelier than in the check digit, which is why that comes last.
    sane.sort(key=lambda n: (n.rsplit(" ", 1)[0] == said.rsplit(" ", 1)[0], len(n) != len(said)))
    shown = [f'"{n}"' for n in sane[:3]]
    return f"did you mean {' or '.join(shown)}?" if shown else ""


def line_of(entry: str) -> str:
    """An entry as a line of a script.

    Examples
    --------
    >>> line_of("KAZ:humanitarian-aid"), line_of("KAZ:protest-note>EU")
    ('humanitarian-aid', 'protest-note@EU')
    """
    return entry.partition(":")[2].replace(">", "@")
