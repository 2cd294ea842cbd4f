"""The pages of a class as files: their words are listed, they are small, and they load nothing from elsewhere."""

import gzip
import re
from pathlib import Path

import multivector.classroom
from multivector.classroom.room.pages import PARTS, part, words

PAGES = Path(multivector.classroom.__file__).parent / "pages"
SCRIPTS = sorted((PAGES / "static").glob("*.js"))
SAID = re.compile(r'\bsay\(\s*"((?:[^"\\]|\\.)*)"')


def said() -> set[str]:
    """Every English text that a script of the pages says."""
    return {text for script in SCRIPTS for text in SAID.findall(script.read_text(encoding="utf-8"))}


def imported(start: Path, *, later: bool = False) -> set[Path]:
    """The scripts that a page fetches at once (and, if asked for, those that it fetches later)."""
    found: set[Path] = set()
    open_ends = [start]
    while open_ends:
        path = open_ends.pop()
        if path in found:
            continue
        found.add(path)
        code = path.read_text(encoding="utf-8")
        names = re.findall(r'(?:from|import)\s*"(\./[^"]+)"', code)
        if later:
            names += re.findall(r'import\("(\./[^"]+)"\)', code)
        open_ends += [(path.parent / name).resolve() for name in names]
    return found


def test_every_text_of_the_pages_is_listed_for_the_catalogues_and_no_other() -> None:
    listed = (PAGES / "words.txt").read_text(encoding="utf-8").splitlines()
    assert listed == sorted(set(listed))
    assert set(listed) == said()


def test_a_text_is_never_put_together_from_pieces() -> None:
    for script in SCRIPTS:
        code = script.read_text(encoding="utf-8")
        calls = len(re.findall(r"\bsay\(", code)) - len(re.findall(r"function say\(", code))
        assert calls == len(SAID.findall(code)), f"{script.name}: say() of something that is not a plain text"


def test_nothing_is_loaded_from_elsewhere_and_no_text_becomes_markup() -> None:
    for path in [*PAGES.glob("*.html"), *SCRIPTS, *(PAGES / "static").glob("*.css")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://(?!www\.w3\.org)[a-z0-9]", text), path.name
        assert not re.search(r"(inner|outer)HTML|AdjacentHTML|document\.write|eval\(|new Function", text), path.name
        assert "<script>" not in text, path.name
        assert not re.search(r"\son[a-z]+=\"", text), path.name


def test_the_first_page_of_a_student_is_at_most_80_kb_and_half_of_it_goes_over_the_air() -> None:
    files = [PAGES / "index.html", PAGES / "static" / "style.css", *imported(PAGES / "static" / "student.js")]
    assert sum(path.stat().st_size for path in files) < 51_000  # the words of a language come on top
    everything = {*files, *imported(PAGES / "static" / "student.js", later=True)}
    # Who sits in a ministry has no use for the page of the press and the Secretariat, and they have none for a vote of
    # delegations, for heads and offers, and for what is fetched beside their results.
    spare = {PAGES / "static" / "spare.js"}
    theirs = {PAGES / "static" / name for name in ("items.js", "believed.js", "forecast.js", "delegation.js")}
    # What draws comes when a chart is opened, and never with a page.
    drawn = {PAGES / "static" / name for name in ("chart.js", "vendor/uplot.js", "vendor/uplot.css")}
    at_once = [path for path in everything - drawn if not drawn.isdisjoint(imported(path))]
    assert at_once == []
    assert spare | theirs | drawn - {PAGES / "static" / "vendor" / "uplot.css"} < everything
    assert not theirs & imported(PAGES / "static" / "spare.js")
    for never in (spare, theirs):
        assert sum(len(gzip.compress(path.read_bytes())) for path in everything - never - drawn) < 40_000
    assert sum(len(gzip.compress(path.read_bytes())) for path in drawn) < 25_000


def test_a_student_learns_the_words_of_each_part_once_and_has_all_of_them_in_the_end() -> None:
    parts = {name: part(name) for name in PARTS}
    assert sum(map(len, parts.values())) == len(frozenset().union(*parts.values()))
    for name, before in PARTS.items():
        scripts = imported(PAGES / "static" / f"{name}.js", later=name != "student")
        code = [path.read_text(encoding="utf-8") for path in scripts if path.parent.name == "static"]
        assert {text for each in code for text in SAID.findall(each)} <= parts[name].union(*(part(b) for b in before))
    assert "The room is locked: ask the teacher" in parts["student"]
    assert "The press asks you" in parts["play"]
    first, whole = words("kk", "student"), words("kk", None)
    assert first.keys() == parts["student"]
    assert first.items() < whole.items()
    assert len(first) < 0.1 * len(whole)
