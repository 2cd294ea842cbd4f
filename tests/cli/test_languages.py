"""The verbs that speak three languages: the same figures, no English left over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from multivector.cli.spoken import stored_voice
from multivector.language import LANGUAGES
from multivector.results.store import open_result
from results_helper import SMALL, call

BOTH = pytest.mark.parametrize("lang", ["ru", "kk"])
CODES = re.compile(
    r"--?[a-z]+\b|\b(?:KAZ|RUS|CHN|EU|USA|ROW)(?:\.[A-Z]+)?\b|\bES-11/\d|\b20\d\d-Q\d\b|\bBrent\b|\bfailures\.jsonl\b"
    r"|\bafter-2022\b|\bno-sanctions\b|\bhedge\b|\bx(?=[\d,])|\b[0-9a-f]{8}\b"
)
"""What is the same in every language: codes, ids, options."""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("results")


def printed(capsys: pytest.CaptureFixture[str], out: Path, *more: str) -> str:
    code, text, err = call(capsys, "run", *SMALL, "--out", str(out), *more)
    assert code == 0, err
    return text


def leftovers(text: str, out: Path) -> list[str]:
    """Latin words of a printout that are no codes; lines to be copied (commands, paths) are left out."""
    lines = [line for line in text.splitlines() if str(out) not in line and not line.startswith(" multivector ")]
    return re.findall(r"[A-Za-z]{2,}", CODES.sub(" ", "\n".join(lines)))


def numbers(text: str) -> list[str]:
    """Digits of the table of outcomes, in their order."""
    rows = [line for line in text[text.index("▲") :].splitlines() if "→" in line][:12]
    return [n.replace(",", ".") for line in rows for n in re.findall(r"\d+(?:[.,]\d+)?", line)]


@BOTH
@pytest.mark.parametrize("count", ["1", "24"])
def test_nothing_is_left_in_english_in_eighty_columns(
    capsys: pytest.CaptureFixture[str], out: Path, lang: str, count: str
) -> None:
    text = printed(capsys, out, "-n", count, "--lang", lang, *(["--both-orders", "24"] if count == "24" else []))
    assert not leftovers(text, out)
    assert sum(line[:2] in ("● ", "◐ ", "○ ", "· ") for line in text.splitlines()) >= 12
    wide = [line for line in text.splitlines() if len(line) > 80 and str(out) not in line]
    # The first line of a stored result carries a time and is not of the result.
    assert not wide[1:]
    assert "�" not in text
    assert "\x1b" not in text
    assert "{" not in text


@BOTH
def test_the_figures_are_the_same(capsys: pytest.CaptureFixture[str], out: Path, lang: str) -> None:
    english, other = (printed(capsys, out, "-n", "1", "--lang", each) for each in ("en", lang))
    assert numbers(english) == numbers(other)
    assert len(numbers(english)) > 24


def test_json_and_files_are_free_of_languages(capsys: pytest.CaptureFixture[str], out: Path) -> None:
    told = {lang: printed(capsys, out, "-n", "1", "--json", "--lang", lang) for lang in LANGUAGES}
    assert told["kk"] == told["ru"] == told["en"]


def test_the_variable_chooses_and_the_option_overrules(
    capsys: pytest.CaptureFixture[str], out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MULTIVECTOR_LANG", "kk")
    assert "ҚЫЗЫЛ СЫЗЫҚТАР" in printed(capsys, out, "-n", "1")
    assert "КРАСНЫЕ ЛИНИИ" in printed(capsys, out, "-n", "1", "--lang", "ru")
    monkeypatch.setenv("MULTIVECTOR_LANG", "tlh")
    code, _, err = call(capsys, "run", *SMALL, "--out", str(out))
    assert (code, err) == (2, 'MULTIVECTOR_LANG: found "tlh"; allowed: kk, ru, en\n')


def test_a_language_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = call(capsys, "run", *SMALL, "--lang", "tlh")
    assert code == 2
    assert "'kk', 'ru', 'en'" in err


def test_a_scenario_brings_its_own_translations(capsys: pytest.CaptureFixture[str], out: Path, tmp_path: Path) -> None:
    own = tmp_path / "mine.yaml"
    own.write_text(
        "id: mine\nextends: after-2022\ncalendar: {turns: 2}\ndecision: {rule: random}\nevents:\n"
        "  - {id: storm-2, turn: 2022-Q1, title: {en: A flood, ru: Паводок}, cause: weather, source: test,\n"
        "     then: [{stock: corridor-capacity, corridor: CPC, amount: -0.1, turns: 1}]}\n"
    )
    code, text, err = call(capsys, "run", str(own), "-n", "1", "--lang", "ru", "--out", str(out))
    assert code == 0, err
    assert "! Паводок" in text
    code, text, _ = call(capsys, "run", str(own), "-n", "1", "--lang", "kk", "--out", str(out))
    assert "! A flood" in text  # no Kazakh was given: English, and no failure


@BOTH
def test_describe_says_the_scenario_in_its_language(capsys: pytest.CaptureFixture[str], lang: str) -> None:
    code, text, err = call(capsys, "describe", "after-2022", "--lang", lang, "--no-parameters")
    assert code == 0, err
    for english in ("Can Kazakhstan keep four partners", "Storm damages", "cause:", "Actors", "Red lines", "turns"):
        assert english not in text
    assert {"ru": "После февраля 2022 года", "kk": "2022 жылғы ақпаннан кейін"}[lang] in text
    assert {"ru": "Шторм повреждает терминал", "kk": "Дауыл КҚК терминалын"}[lang] in text
    assert {"ru": "Красные линии:", "kk": "Қызыл сызықтар:"}[lang] in text


@BOTH
def test_what_speaks_for_an_outcome_is_said_in_its_language(capsys: pytest.CaptureFixture[str], lang: str) -> None:
    from multivector.experiment.shipped.evidence import believed
    from multivector.language import Speaker

    code, text, err = call(capsys, "describe", "after-2022", "--outcome", "reexport", "--lang", lang)
    assert code == 0, err
    said = believed("reexport")
    assert said is not None
    flat = " ".join(text.split())
    for english in (said.speaks_for, said.against):
        assert english not in flat
        assert Speaker(lang)(english) in flat
    assert "◐ reexport.2022, reexport.2014-2019" in flat
    assert max(map(len, text.splitlines())) <= 80


def test_a_stored_result_speaks_by_its_own_files(capsys: pytest.CaptureFixture[str], out: Path) -> None:
    printed(capsys, out, "-n", "1")
    say = stored_voice("kk", open_result(next(out.glob("after-2022-*"))))
    assert say("After February 2022") == "2022 жылғы ақпаннан кейін"
    assert say("The same years without sanctions") == "Санкциясыз дәл сол жылдар"  # from the benchmark's file


def test_english_does_not_wait_for_other_languages() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from multivector.cli import common; from multivector.cli.printout import history; "
        "common.percent(0.5); "
        "from multivector.language import speaker; speaker()('a {b}', b=1); speaker().number(1.5); "
        "print([m for m in ('babel', 'tomllib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


PLAIN, PIVOT = (f"after-2022+calendar.turns=3+decision.rule=random{more}" for more in ("", "+KAZ=west-pivot"))
KEPT = re.compile(
    r"\b[AB]\b|--?[a-z]+(?: outcomes)?\b|\b(?:west-pivot|quiet-trader|sanctions-first|near-neighbours-first|"
    r"maximum-pressure|senders: dated)\b|\b[a-z_]+\.[a-z_.]+\b(?: = [-\d.]+)?|`[^`]*`"
    r"|multivector describe \S+ --outcome \S+"
)
"""What a comparison says in every language besides: letters of worlds, doctrines, fields, parameters, commands."""


def compared(capsys: pytest.CaptureFixture[str], out: Path, *more: str) -> str:
    code, text, err = call(capsys, "compare", PLAIN, PIVOT, "-n", "8", "--out", str(out), *more)
    assert code == 0, err
    return text


def digits(text: str) -> list[str]:
    return [n.replace(",", ".") for n in re.findall(r"\d+(?:[.,]\d+)?", text)]


def table(text: str, number: int) -> list[str]:
    """Digits of the rows of one point of a comparison, without its words."""
    part = re.split(rf"^{number} ", text, flags=re.M)[1].partition("\n\n")[0]
    return [n for line in part.splitlines() if line.count("[") == 1 for n in digits(line.replace("[95", ""))]


@BOTH
def test_compare_leaves_nothing_in_english_in_eighty_columns(
    capsys: pytest.CaptureFixture[str], out: Path, lang: str
) -> None:
    text = compared(capsys, out, "--lang", lang, "--why", "2", "--politics", "2")
    assert not leftovers(KEPT.sub(" ", " ".join(text.split())), out)
    assert max(map(len, text.splitlines())) <= 80
    assert re.findall(r"^(\d+) [^\W\d_]", text, flags=re.M) == [str(n) for n in range(1, 11)]
    assert "{" not in text
    english = compared(capsys, out, "--lang", "en", "--why", "2", "--politics", "2")
    for number in (2, 6):
        assert table(english, number) == table(text, number)
        assert len(table(text, number)) > 20
    assert not re.search(r"\d\.\d", KEPT.sub(" ", text).replace("0.1.0", ""))


@BOTH
def test_three_worlds_are_ranked_in_the_language(capsys: pytest.CaptureFixture[str], out: Path, lang: str) -> None:
    # Flip tried: titles said as they are stored; failed.
    code, text, err = call(capsys, "compare", PLAIN, PIVOT, PLAIN, "-n", "8", "--out", str(out), "--lang", lang)
    assert code == 0, err
    assert not re.findall(r"[A-Za-z]{2,}", CODES.sub(" ", KEPT.sub(" ", " ".join(text.split()))))
    assert max(map(len, text.splitlines())) <= 80


def test_json_of_both_verbs_is_free_of_languages(capsys: pytest.CaptureFixture[str], out: Path) -> None:
    told = {lang: compared(capsys, out, "--lang", lang, "--json") for lang in LANGUAGES}
    assert told["kk"] == told["ru"] == told["en"]
    reasons = {lang: explained(capsys, out, "--lang", lang, "--json") for lang in LANGUAGES}
    assert reasons["kk"] == reasons["ru"] == reasons["en"]


def explained(capsys: pytest.CaptureFixture[str], out: Path, *more: str) -> str:
    compared(capsys, out, "-q")
    folder = next(out.glob("after-2022-*"))
    code, text, err = call(capsys, "explain", str(folder), "--turn", "2022-Q2", *more)
    assert code == 0, err
    return text


@BOTH
@pytest.mark.parametrize("why_not", [(), ("--why-not", "protest-note")])
def test_explain_leaves_nothing_in_english_in_eighty_columns(
    capsys: pytest.CaptureFixture[str], out: Path, lang: str, why_not: tuple[str, ...]
) -> None:
    # Flip tried: terms of utility said by their codes; failed.
    text = explained(capsys, out, "--lang", lang, *why_not)
    assert not leftovers(text, out)
    assert max(map(len, text.splitlines())) <= 80
    assert "{" not in text
    assert not re.search(r"\d\.\d", text)


@BOTH
@pytest.mark.parametrize("rule", ["logit", "qre", "scripted", "hold", "best"])
@pytest.mark.parametrize("answer", ["refused", "blocked"])
def test_every_way_to_choose_and_to_end_has_its_words(lang: str, rule: str, answer: str) -> None:
    from types import SimpleNamespace

    from multivector.cli.explain import _sentences, _table
    from multivector.experiment.histories.story import Decision, Option
    from multivector.language import Speaker

    def option(entry: str, title: str, value: float) -> Option:
        return Option(entry, title, None, True, value, 0.3, 0.5, {"income": value, "future strategic": -value})

    options = (option("a", "ход", 1.0), option("b", "другой", 2.0), option("stop", "do nothing more", 0.0))
    say = Speaker(lang)
    for chosen, tied in ((0, False), (1, False), (1, True)):
        decision = Decision("KAZ", 1, options, chosen, tied, rule)
        turn = SimpleNamespace(answers={options[chosen].entry: answer})
        lines = [*_table(decision, 80, say), *_sentences(turn, decision, 80, say)]  # type: ignore[arg-type]
        assert re.findall(r"[A-Za-z]{2,}", " ".join(lines).replace(rule if rule == "best" else "", "")) == []
        assert max(map(len, lines)) <= 80
