"""The catalogues: complete, current, well-formed, and in the words that were agreed on."""

from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale
from babel.messages.pofile import read_po

import messages as m
import wording
from multivector.experiment.telling import wording as wording_of
from multivector.language import speaker
from multivector.language.catalogue import read, shipped
from multivector.language.lexicon import terms
from multivector.outcomes import OUTCOMES
from multivector.scenario import load
from multivector.scenario import texts as of_scenario

BOTH = pytest.mark.parametrize("lang", m.LANGUAGES)


@pytest.fixture(scope="module")
def said() -> dict[m.Message, set[str]]:
    return m.messages()


def entries(lang: str, folder: Path = m.CATALOGUES) -> list[tuple[m.Message, tuple[str, ...]]]:
    """Messages of a catalogue with all forms of their translations."""
    return [(x.id, x.string if isinstance(x.string, tuple) else (x.string,)) for x in m.catalogue(lang, folder) if x.id]


def forms(text: m.Message) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


@BOTH
def test_every_message_is_translated(lang: str, said: dict[m.Message, set[str]]) -> None:
    known = {x for x, told in entries(lang) if all(told)}
    missing = [f"{sorted(files)}: {text}" for text, files in said.items() if text not in known]
    assert not missing, "run python tests/messages.py --update, and translate:\n" + "\n".join(missing)


@BOTH
def test_nothing_is_obsolete_or_fuzzy(lang: str, said: dict[m.Message, set[str]]) -> None:
    catalogue = m.catalogue(lang)
    left = [x for x, _ in entries(lang) if x not in said]
    assert not left, f"nobody says these any more (python tests/messages.py --update removes them): {left}"
    assert not catalogue.obsolete
    assert not [x.id for x in catalogue if x.id and x.fuzzy]


@BOTH
def test_placeholders_are_those_of_the_english_text(lang: str) -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None} - set(terms("en"))

    wrong = []
    for text, told in entries(lang) + entries(lang, m.COMING):
        wanted = names(forms(text)[-1])
        wrong += [(text, each) for each in told if names(each) != wanted]
    assert not wrong


@BOTH
def test_numbers_have_the_forms_of_the_language(lang: str) -> None:
    count = {"ru": 3, "kk": 1}[lang]
    assert all(len(told) == count for text, told in entries(lang) if isinstance(text, tuple))
    rule, form = Locale(lang).plural_form, shipped(lang).form
    if lang == "ru":
        names = ("one", "few", "many")
        assert [names[form(n)] for n in range(2001)] == [rule(n) for n in range(2001)]
    else:
        # CLDR knows two cases; the noun is the same in both, which is why the file has one.
        assert {form(n) for n in range(2001)} == {0}


@BOTH
def test_the_own_reader_reads_what_babel_reads(lang: str) -> None:
    with (m.CATALOGUES / f"{lang}.po").open("rb") as file:
        theirs = {m.first(x.id): x.string if isinstance(x.string, tuple) else (x.string,)
                  for x in read_po(file) if x.id}  # fmt: skip
    assert dict(shipped(lang).texts) == theirs


def test_the_own_reader_knows_breaks_quotes_and_comments() -> None:
    text = '#: a.py\n#, python-brace-format\nmsgid ""\n"one \\"two\\"\\n"\n"three"\nmsgstr ""\n"раз "\n"два\\\\"\n'
    assert dict(read(text).texts) == {'one "two"\nthree': ("раз два\\",)}
    assert not read('msgid "a"\nmsgstr ""\n').texts
    assert not read('#~ msgid "a"\n#~ msgstr "б"\n').texts


@pytest.mark.parametrize("lang", ["en", *m.LANGUAGES])
def test_the_wording_of_the_catalogues(lang: str, said: dict[m.Message, set[str]]) -> None:
    pairs = [(text, forms(text)) for text in said] if lang == "en" else entries(lang) + entries(lang, m.COMING)
    wrong = [
        f"{each}: {what}" for text, told in pairs for each in told
        for what in wording.wrong(forms(text)[-1], each, lang) if not (lang == "en" and each in NAMES)
    ]  # fmt: skip
    assert not wrong, "\n".join(wrong)


NAMES = ("regime",)
"""Names of terms as files have them; what is said for them in other languages is a phrase."""


@pytest.mark.parametrize("lang", ["en", *m.LANGUAGES])
def test_the_wording_of_scenarios_and_tables_of_texts(lang: str) -> None:
    wrong, count = [], 0
    for _folder, file, texts in wording.written():
        count += 1
        if lang not in texts:
            wrong.append(f"{file}: {texts['en']}: not in {lang}")
            continue
        wrong += [f"{file}: {texts[lang]}: {what}" for what in wording.wrong(texts["en"], texts[lang], lang)]
    assert count > 300
    assert not wrong, "\n".join(wrong)


def test_equal_english_has_equal_translations_within_a_scenario() -> None:
    """A speaker knows a scenario's texts by the English one."""
    found: dict[str, dict[str, str]] = {}
    for folder, _file, texts in wording.written():
        if folder == "scenarios":
            assert found.setdefault(texts["en"], texts) == texts


@BOTH
def test_everything_that_has_a_name_has_one_in_each_language(lang: str) -> None:
    world = load("after-2022")
    known, say = of_scenario.texts(world, lang), speaker(lang)
    named = [*world.moves.values(), *world.doctrines.values(), *world.corridors.values(), *world.sanctions.values(),
             *world.events.values(), *world.red_lines.values(), *world.alignment.votes.values()]  # fmt: skip
    assert len(named) > 110
    assert not [each.id for each in named if each.label not in known]
    assert not [code for code, actor in world.actors.items() if str(actor.name) not in known]
    assert not [id for id, outcome in OUTCOMES.items() if wording_of.outcome(say, id, outcome.title) == outcome.title]


@pytest.mark.parametrize(
    ("lang", "english", "text"),
    [
        ("en", "a puppet", "a puppet"), ("ru", "a", "марионеточный"), ("kk", "a", "қуыршақ үкімет"),
        ("ru", "a", "на Украине"), ("ru", "a", "нефтeпровод"), ("kk", "a", "{n} қадамдар"), ("kk", "a", "5 қадамдар"),
        ("kk", "a", "Орта коридор"), ("kk", "a", "{x}-ден бастап"), ("ru", "red line", "черта"),
        ("kk", "a", "это предложение от начала и до конца написано по-русски"), ("ru", "a", "казахская экономика"),
        ("ru", "a", "война в Украине"),
    ],
)  # fmt: skip
def test_the_rules_find_what_they_are_for(lang: str, english: str, text: str) -> None:
    assert list(wording.wrong(english, text, lang))


def test_messages_are_found_where_they_are_said(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text('say("one " "two", x=1)\nsay.many("{n} a", "{n} b", 2)\nself.say(text)\n')
    (tmp_path / "b.js").write_text('html`<p>${say("three")} ${say.many("{n} c", "{n} d", n)}</p>`; essay("no");\n')
    (tmp_path / "c.html").write_text("{{ say('four') }}")
    assert set(m.said(tmp_path)) == {"one two", ("{n} a", "{n} b"), "three", ("{n} c", "{n} d"), "four"}


def test_messages_are_constants() -> None:
    wrong = [
        f"{path.name}:{node.lineno}"
        for path in sorted(m.SOURCE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in ("say", "many")
        if len(node.args) in (1, 3) and any(isinstance(each, ast.JoinedStr) for each in node.args)
    ]
    assert not wrong, "a message with values in it is not found in a catalogue: put names in braces"
