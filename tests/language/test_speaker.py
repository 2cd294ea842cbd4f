"""The speaker: what is said where a translation, a value or a term is missing; lexicons; numbers in each language."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from babel.numbers import format_decimal, format_percent

from multivector.errors import BadInput
from multivector.language import LANGUAGES, Speaker, chosen, speaker
from multivector.language.lexicon import VARIABLE, terms
from multivector.language.retold import again


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_has_no_translation_is_said_in_english(lang: str) -> None:
    say = speaker(lang)
    assert say("Nobody has translated this: {x}.", x=1) == "Nobody has translated this: 1."
    assert say.many("{n} odd thing", "{n} odd things", 1) == "1 odd thing"
    assert say.many("{n} odd thing", "{n} odd things", 5) == "5 odd things"


def test_braces_of_somebody_elses_text_are_no_reason_to_fail() -> None:
    assert Speaker("ru", {"An {odd} title": "Странное {имя}"})("An {odd} title") == "Странное {имя}"
    assert speaker("kk")("{") == "{"
    assert speaker("en")("{0.x} of {war}") == "{0.x} of {war}"


@pytest.mark.parametrize(
    ("n", "word"), [(1, "вариант"), (3, "варианта"), (11, "вариантов"), (21, "вариант"), (0, "вариантов")]
)
def test_russian_numbers_take_three_forms(n: int, word: str) -> None:
    assert speaker("ru").many("{n} history", "{n} histories", n) == f"{n} {word} событий"


def test_kazakh_nouns_stay_in_the_singular() -> None:
    assert speaker("kk").many("{n} history", "{n} histories", 1000) == "1\xa0000 нұсқа"


@pytest.mark.parametrize("lang", ["ru", "kk"])
@pytest.mark.parametrize("x", [0.0, 0.5, -1234.56, 1e6, 12.0])
def test_numbers_are_written_as_the_cldr_has_them(lang: str, x: float) -> None:
    say = speaker(lang)
    assert say.number(x, digits=1) == format_decimal(x, "#,##0.0", locale=lang)
    assert say.percent(x / 100, digits=0) == format_percent(round(x) / 100, locale=lang)


def test_a_number_that_is_not_there() -> None:
    assert [speaker(lang).number(float("nan")) for lang in LANGUAGES] == ["дерек жоқ", "н/д", "n/a"]
    assert speaker("ru").percent(None) == "н/д"


def test_dates_lists_quarters() -> None:
    day = date(2022, 2, 24)
    said = [speaker(lang).date(day).replace("\u202f", " ").replace("\xa0", " ") for lang in LANGUAGES]
    assert said == ["2022 ж. 24 ақпан", "24 февраля 2022 г.", "24 February 2022"]
    assert [speaker(lang).list(["1", "2", "3"]) for lang in LANGUAGES] == ["1, 2 және 3", "1, 2 и 3", "1, 2 and 3"]
    assert speaker("kk").list([]) == ""


def test_a_school_changes_a_term_in_one_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert speaker("ru")("{war}") == "война в Украине с 24 февраля 2022 года"
    own = tmp_path / "school.toml"
    own.write_text('[war]\nru = "события с 24 февраля 2022 года"\n', "utf-8")
    monkeypatch.setenv(VARIABLE, str(own))
    assert speaker("ru")("{war}") == "события с 24 февраля 2022 года"
    assert speaker("kk")("{war}") == "2022 жылғы 24 ақпаннан бергі Украинадағы соғыс"
    assert terms("ru")["january"] == "январские события 2022 года"


def test_a_wrong_lexicon_is_refused_with_all_that_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "school.toml"
    own.write_text('wars = 1\n[war]\nde = "Krieg"\n[january]\nru = ""\n', "utf-8")
    monkeypatch.setenv(VARIABLE, str(own))
    with pytest.raises(BadInput) as error:
        terms("en")
    assert len(error.value.problems) == 3
    for text in ("[war", "\xff"):
        other = tmp_path / f"{len(text)}.toml"
        other.write_bytes(text.encode("latin-1"))
        monkeypatch.setenv(VARIABLE, str(other))
        with pytest.raises(BadInput, match="cannot be read"):
            terms("en")


def test_the_option_counts_before_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MULTIVECTOR_LANG", raising=False)
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    assert chosen() == "en"
    monkeypatch.setenv("MULTIVECTOR_LANG", "kk")
    assert (chosen(), chosen("ru")) == ("kk", "ru")
    for option in ("de", "../en"):
        with pytest.raises(BadInput):
            chosen(option)
        with pytest.raises(BadInput):
            Speaker(option)


def test_sentences_with_values_are_said_anew() -> None:
    patterns = ["{who} finds a case of evasion", "loss from losing {power}"]
    assert (
        again(speaker("kk"), "EU finds a case of evasion", patterns) == "EU санкцияларды айналып өту жағдайын анықтады"
    )
    assert again(speaker("en"), "EU finds a case of evasion", patterns) == "EU finds a case of evasion"
    assert again(speaker("ru"), "loss from losing", patterns) == "loss from losing"
