"""What a class reads has words: nothing that a world can show falls back to the id of the model in any language."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

import multivector.classroom
from multivector.classroom.lesson.lessons import lesson, lessons
from multivector.classroom.lesson.words import ministries, resolution, texts
from multivector.classroom.paper.printed import Press
from multivector.classroom.showing.public import answered
from multivector.classroom.showing.sees import name_of, owner
from multivector.classroom.showing.views import term
from multivector.data.locate import shipped_root
from multivector.decisions.objective import TERMS
from multivector.language import LANGUAGES
from multivector.scenario import load
from multivector.world.layout.layout import CAUSES, Layout, build_layout
from multivector.world.quarter.hazards import COERCION

TABLE = Path(multivector.classroom.__file__).with_name("texts.toml")
PAGES = Path(multivector.classroom.__file__).parent / "pages" / "static"
HERE = ["after-2022", "base-2021", "cpc-closed", "january-2022", "mediator", "turkey-added", "reexport-ladder"]


def complete(section: str, id: str) -> bool:
    """Whether an id has words of its own in all three languages."""
    found = texts(section).get(id, {})
    return all(found.get(language, "").strip() for language in LANGUAGES)


@cache
def layouts() -> tuple[Layout, ...]:
    """Layouts of the worlds of lessons and of scenarios that add actors, moves or routes."""
    files = [str(lesson(name).world_file) for name in lessons()]
    return tuple(build_layout(load(name)) for name in [*HERE, *files])


def test_the_scenarios_looked_at_are_shipped() -> None:
    assert {f"{name}.yaml" for name in HERE} <= {path.name for path in shipped_root().glob("*.yaml")}


SECTIONS = ["terms", "stocks", "hazards", "answers", "names", "gauges", "votes", "refused", "outcomes", "units",
            "levels", "ties", "trends", "wants", "aims", "resolutions"]  # fmt: skip


@pytest.mark.parametrize("section", SECTIONS)
def test_every_word_is_there_in_three_languages(section: str) -> None:
    assert [id for id in texts(section) if not complete(section, id)] == []


def test_every_term_of_utility_has_words() -> None:
    # `ahead` is told apart into terms that come later; `future`, `cost` and `hazards` are added by the look-ahead.
    told = {*TERMS, "cost", "hazards", "future"} - {"ahead"}
    assert [name for name in sorted(told) if not complete("terms", name)] == []
    assert term("future rent", "ru") == "выгода от узких мест на маршрутах (потом)"
    assert not re.search("[a-z]", term("future rent", "kk"))


def test_every_way_in_which_a_move_ends_has_words() -> None:
    ends = {end for layout in layouts() for e in layout.catalogue.entries for end in e.ends}
    assert {"accepted", "blocked", "came to nothing"} <= ends
    assert [end for end in sorted(ends) if not complete("answers", end)] == []
    assert answered("adopted", "kk") == "мақұлданды"


def test_every_hazard_that_a_room_may_hear_of_has_words() -> None:
    assert [h for h in (*COERCION, *CAUSES, "crisis", "help") if not complete("hazards", h)] == []
    # A case is told to its watcher alone; an outage is told by its cause.
    public = {h for layout in layouts() for h, _ in layout.hazards} - {"case-found", "outage"}
    assert [h for h in sorted(public) if not complete("hazards", h)] == []


def test_every_kind_of_move_is_named_on_the_page() -> None:
    kinds = {e.move.kind for layout in layouts() for e in layout.catalogue.entries}
    named = re.search(r"const KINDS = \(\) => \(\{(.*?)\}\)", (PAGES / "moves.js").read_text("utf-8"))
    assert named is not None
    assert kinds <= set(re.findall(r"(\w+): say\(", named[1]))


def test_every_stock_that_a_ministry_sees_and_what_it_is_about_has_words() -> None:
    actors = {a for layout in layouts() for a in layout.scenario.actors}
    for actor in ("KAZ", "RUS", "CHN", "EU", "USA", "other"):
        for about in ministries()[actor].values():
            for key in about.get("sees", []):
                source, rest = owner(key)
                if source == "stock":
                    name, _, rest = rest.partition(":")
                    assert complete("stocks", name), key
                    assert all(p in actors or complete("names", p) for p in re.split(r"[>~:]", rest) if p), key
                for language in LANGUAGES:
                    said = name_of(layouts()[0].scenario, key, actor, language)
                    assert said not in ("", rest), key
                    assert language == "en" or not re.search("[a-z]{2,}", said), (key, said)


def test_every_route_on_the_scheme_has_a_name() -> None:
    routes = {r for layout in layouts() for r in layout.oil_routes}
    assert [route for route in sorted(routes) if not complete("names", route)] == []


def test_every_actor_of_a_shipped_world_has_a_name_in_three_languages() -> None:
    for layout in layouts():
        for code, actor in layout.scenario.actors.items():
            known = ministries()["actors"].get(code) or (actor.name and actor.name.model_dump())
            assert known, code
            assert all(known.get(language) for language in LANGUAGES), code


def test_no_page_shows_the_code_of_an_actor_or_of_a_quarter() -> None:
    bare = re.compile(r"[>·] ?\$\{(?:\w+\.)?(?:actor|quarter)\}|<\$\{Actor\} actor=\$\{[\w.]+\} />")
    for script in PAGES.glob("*.js"):
        assert bare.findall(script.read_text("utf-8")) == [], script.name
    assert "${q}<" not in (PAGES / "after.js").read_text("utf-8")


def test_a_text_that_is_voted_on_is_quoted_by_its_own_title() -> None:
    assert resolution("ES-11/1", "x", "en") == "ES-11/1 “Aggression against Ukraine”"
    assert resolution("ES-11/1", "x", "kk") == "ES-11/1 «Украинаға қарсы агрессия»"
    # Its own title and not a paraphrase, though the scenario has one; a paraphrase has no quotation marks.
    assert resolution("77/229", {"en": "Human rights in Crimea"}, "ru").startswith("77/229 «Положение в области прав")
    assert resolution("77/284", {"en": "Cooperation", "ru": "Сотрудничество"}, "ru") == "77/284: Сотрудничество"
    # A scenario's own text is called by its name alone: its id is nobody's number.
    assert resolution("quiet-text", {"en": "A quiet text"}, "en") == "A quiet text"
    assert resolution("quiet-text", None, "en") == "quiet-text"


def test_the_texts_of_the_lessons_are_quoted_on_the_ballot_the_wall_and_paper() -> None:
    for name in lessons():
        held = load(lesson(name).world_file).alignment.votes
        played = {id for id, vote in held.items() if vote.turn in {s.quarter for s in lesson(name).steps}}
        assert played, name
        assert [id for id in sorted(played) if not complete("resolutions", id)] == []
    sheets = next(d.html for d in Press("lesson-after-2022").documents(["ru"]) if d.name == "sheets-ru")
    assert "ES-11/1 «Агрессия против Украины»" in sheets
    assert "««" not in sheets
    assert "77/229 «Положение в области прав человека во временно оккупированной" in sheets
