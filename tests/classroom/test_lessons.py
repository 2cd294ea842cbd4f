"""The ready lessons: complete in three languages, careful with words, right about the model; refused where wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from multivector.classroom.lesson.lessons import Words, common, lesson, lessons, shipped_lessons, texts, words_in
from multivector.classroom.lesson.words import ministries
from multivector.classroom.room.desk import Desk
from multivector.cli.serve import room_of
from multivector.errors import BadInput
from multivector.language import LANGUAGES
from multivector.outcomes.registry import build
from multivector.scenario import load
from multivector.scenario.limits import read_text
from multivector.world.layout.layout import build_layout
from multivector.world.watching.observed import labels_of

NAMES = ("lesson-after-2022", "lesson-january-2022")
VARIANT = "lesson-after-2022-turkiye"
EVERY = [(name, path, text) for name in (*NAMES, VARIANT) for path, text in texts(lesson(name))]
EVERY += [("common", path, text) for path, text in texts(common())]

LOADED = {
    "en": r"\b(regimes?|puppets?|vassals?|aggressors?|aggression|hegemon\w*|"
    r"betray\w*|traitors?|terroris\w*|revolution\w*|riots?)\b",
    "ru": r"\b(режим\w*|марионет\w*|вассал\w*|агрессор\w*|агресси\w*|гегемон\w*|"
    r"предател\w*|террорист\w*|революци\w*|погром\w*|бунт\w*)",
    "kk": r"\b(режим\w*|қуыршақ\w*|вассал\w*|агрессор\w*|агресси\w*|гегемон\w*|"
    r"сатқын\w*|опасыз\w*|террорис\w*|революция\w*|бүлік\w*)",
}
"""Words with a verdict in them: only inside quotation marks, as somebody's."""
QUOTED = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"")
NAMES_OF_THE_LIVING = re.compile(
    r"Tokayev|Nazarbayev|Putin|Lavrov|Xi Jinping|Zelensk|Biden|Trump|Macron|O.Sullivan|Токаев|Назарбаев|Путин|Лавров|"
    r"Си Цзиньпин|Зеленск|Байден|Трамп|Макрон|Тоқаев|Зеленский|О.Салливан",
    re.I,
)


def test_both_lessons_are_there_and_a_variant_of_one() -> None:
    assert lessons() == sorted([*NAMES, VARIANT])


def test_a_variant_has_all_of_its_lesson_and_what_is_its_own() -> None:
    plain, own = lesson(NAMES[0]), lesson(VARIANT)
    assert own.steps == plain.steps
    assert own.plans == plain.plans
    assert own.guide == plain.guide
    assert {a: d for a, d in own.delegations.items() if a != "TUR"} == plain.delegations
    assert [f for f in own.facts if "turkiye" not in f.id] == list(plain.facts)
    (item,), (was,) = own.optional, plain.optional
    assert item.model_copy(update={"apart": was.apart}) == was
    assert set(item.apart) == {"RUS", "TUR"}
    world, base = load(own.world_file), load(plain.world_file)
    assert set(world.actors) - set(base.actors) == {"TUR"}
    assert world.quarters() == base.quarters()
    assert world.benchmark == base.benchmark
    assert set(world.red_lines) == set(base.red_lines)
    assert set(world.alignment.votes) == set(base.alignment.votes)


@pytest.mark.parametrize(
    ("extends", "said"),
    [("lesson-after-2023", 'did you mean "lesson-after-2022"'), ("after-2022", "lesson-after-2022"),
     ("[lesson-after-2022]", "found a list"), ("lesson-../lesson-after-2022", "lesson-january-2022"),
     ("lesson-" + "a" * 5000, "lesson-january-2022"), ("lesson-mine", "lesson-january-2022"),
     (VARIANT, "which extends another; allowed: a lesson that extends none")],
)  # fmt: skip
def test_a_lesson_that_extends_what_is_not_there_is_refused_in_words(tmp_path: Path, extends: str, said: str) -> None:
    path = tmp_path / "lesson-mine.yaml"
    path.write_text(f"id: lesson-mine\nextends: {extends}\n")
    with pytest.raises(BadInput) as error:
        lesson(path)
    assert "lesson-mine.yaml:2:" in str(error.value)
    assert said in str(error.value)


def test_what_a_variant_says_wrong_is_found_in_its_own_file(tmp_path: Path) -> None:
    path = tmp_path / "lesson-mine.yaml"
    path.write_text("id: lesson-mine\nextends: lesson-after-2022\nsteps:\n  - {id: q2, facts: [pakages]}\n")
    with pytest.raises(BadInput) as error:
        lesson(path)
    (problem,) = error.value.problems
    assert (problem.line, problem.found) == (4, 'found the unknown fact "pakages"')
    path.write_text("id: lesson-mine\nextends: lesson-after-2022\nquestion: {en: Whose?, ru: Чей?, kk: Кімдікі?}\n")
    assert lesson(path.parent / "lesson-mine.yaml").world_file.samefile(lesson(NAMES[0]).world_file)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_and_in_its_own_letters(language: str) -> None:
    kazakh, cyrillic, latin = re.compile("[әғқңөұүһі]", re.I), re.compile("[а-я]", re.I), re.compile("[a-z]{3,}", re.I)
    for name, path, text in EVERY:
        said = getattr(text, language)
        assert said.strip(), (name, path)
        bare = re.sub(r"\{[^}]*\}|--\w+|OCCRP|multivector|play|game|undo|stop|TEXT=\w+", "", said)
        if language == "en":
            assert not cyrillic.search(bare), (name, path, said)
        else:
            assert not latin.search(bare), (name, path, said)
    together = " ".join(text.kk for _, _, text in EVERY)
    assert len(kazakh.findall(together)) > 0.08 * len(together)
    assert not kazakh.search(re.sub("і", "", " ".join(text.ru for _, _, text in EVERY)))


def test_translations_keep_the_braces() -> None:
    for name, path, text in EVERY:
        fields = [sorted(re.findall(r"\{(\w+)\}", getattr(text, lang))) for lang in LANGUAGES]
        assert fields[0] == fields[1] == fields[2], (name, path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_loaded_word_outside_quotation_marks(language: str) -> None:
    for name, path, text in EVERY:
        bare = QUOTED.sub("", getattr(text, language))
        assert not re.search(LOADED[language], bare, re.I), (name, path, bare)


def test_the_lint_of_loaded_words_finds_them() -> None:
    assert re.search(LOADED["ru"], "марионеточный режим")
    assert re.search(LOADED["kk"], "сатқындық")
    assert not re.search(LOADED["en"], QUOTED.sub("", 'a word such as "terrorists" is quoted'))


def test_no_living_politician_is_named() -> None:
    for name, path, text in EVERY:
        for language in LANGUAGES:
            assert not NAMES_OF_THE_LIVING.search(getattr(text, language)), (name, path)


def test_words_of_the_region() -> None:
    for name, path, text in EVERY:
        assert not re.search(r"\bна Украин[еу]\b", text.ru), (name, path)
        # Kazakhstani is the citizen and the state's, Kazakh the people's and the language's.
        assert not re.search(r"\bказах(ск|и)\w*", text.ru, re.I), (name, path, text.ru)
        assert not re.search(r"\bқазақ\b|\bқазақтар", text.kk, re.I), (name, path, text.kk)
        assert not re.search(r"\bKazakhs?\b", text.en), (name, path, text.en)
        assert "Киргиз" not in text.ru
        assert "Алма-Ат" not in text.ru
        # The one note on the name of the capital.
        note = path.startswith("guide.handling") and text.ru.startswith("Везде — Астана.")
        assert note or not any(old in said for old, said in (("Нур-Султан", text.ru), ("Нұр-Сұлтан", text.kk)))
        assert not re.search(r"\bкоридор", text.kk, re.I), (name, path)
        assert not re.search(r"\bnon-alignment|adher\w+ to (the )?sanctions", text.en, re.I), (name, path)


def test_nothing_is_about_changing_borders_or_force() -> None:
    forbidden = {
        "en": r"\bannex|\bsecession|\binvade|\binvasion|\bpartition\b|\bshoot|\bcrush",
        "ru": r"аннекс|отделени[ея] (от|област)|вторжен|раздел страны|стрелять|подавить",
        "kk": r"аннекс|бөліп ал|басып кір|басып ал|оқ ату|басып-жаншу",
    }
    for name, path, text in EVERY:
        for language, words in forbidden.items():
            assert not re.search(words, getattr(text, language), re.I), (name, path)


def test_january_has_one_fact_of_victims_with_date_and_no_move_of_force() -> None:
    found = lesson("lesson-january-2022")
    fact = found.fact("victims")
    for language, contested in (("en", "contested"), ("ru", "оспаривают"), ("kk", "даулы")):
        said = fact.text.get(language)
        assert "238" in said
        assert "2022" in said
        assert contested in said
        others = " ".join(getattr(t, language) for path, t in texts(found) if not path.startswith("facts.victims"))
        assert not re.search(r"\b(238|230|225|164)\b", others)
    world = load(found.world_file)
    assert not any(re.search(r"\b(force|police|army|shoot|disperse)\b", move) for move in world.moves)
    assert "sovereignty" not in world.red_lines
    labels = labels_of(build_layout(world))
    assert not any(re.search(r"death|dead|killed|victim|casualt", id) for id in build(labels))
    assert found.note is not None


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_names_only_what_its_world_has(name: str) -> None:
    found = lesson(name)
    world = load(found.world_file)
    outcomes = build(labels_of(build_layout(world)))
    for step in found.steps:
        assert step.prediction.outcome in outcomes
    for inject in found.injects:
        assert set(inject.events) <= set(load("after-2022").events)
    assert set(found.delegations) == set(world.actors)
    for actor, team in found.delegations.items():
        assert set(team.ministries) == set(ministries()[actor])
        for language in LANGUAGES:
            assert 55 <= words_in(team.brief.get(language)) <= 145
            # Figures stand among the facts, each with its source.
            assert not re.search(r"\d", team.brief.get(language))
    assert all(len(fact.source) > 10 for fact in found.facts)
    used = {id for s in found.steps for id in s.facts} | {id for d in found.delegations.values() for id in d.facts}
    assert {f.id for f in found.facts} - used <= {"uranium"}


@pytest.mark.parametrize("name", NAMES)
def test_figures_of_facts_agree_between_languages(name: str) -> None:
    for fact in lesson(name).facts:
        numbers = []
        for language in ("ru", "kk"):
            said = re.sub(r"(\d),(\d{3})\b", r"\1\2", fact.text.get(language))
            numbers.append(sorted(n.replace(",", ".") for n in re.findall(r"\d+[.,]\d+|\d{2,}", said)))
        assert numbers[0] == numbers[1], fact.id


def test_tallies_are_those_that_the_world_has() -> None:
    found = lesson("lesson-after-2022")
    votes = load(found.world_file).alignment.votes
    for fact, text in (("vote-es1", "ES-11/1"), ("vote-es3", "ES-11/3"), ("vote-77229", "77/229")):
        tally = re.search(r"(\d+)-(\d+)-(\d+)", repr(votes[text].item))
        said = re.findall(r"\d+", found.fact(fact).text.en.split(":", 1)[1])
        assert tally is not None
        assert list(tally.groups()) == said[:3]


def test_figures_of_trade_are_those_of_the_data() -> None:
    import csv

    from multivector.data.locate import shipped_root

    with (shipped_root() / "figures" / "trade.csv").open(encoding="utf-8") as file:
        rows = {row["id"]: float(row["value"]) for row in csv.DictReader(file) if row["value"]}
    found = lesson("lesson-after-2022")
    for fact, pair, said in (
        ("imports-rus", "RUS.KAZ", "17.6"),
        ("exports-eu", "KAZ.EU", "22.6"),
        ("exports-chn", "KAZ.CHN", "9.8"),
    ):
        assert f"${said} bn" in found.fact(fact).text.en
        assert abs(rows[f"trade.goods.2021.{pair}"] - float(said)) < 0.06


def test_plans_are_those_of_the_hour() -> None:
    for name in NAMES:
        found = lesson(name)
        for minutes, plan in found.plans.items():
            parts = [part.do for part in plan]
            debrief = sum(part.minutes for part in plan if part.do in ("what", "why", "whatif"))
            assert sum(part.minutes for part in plan) == minutes
            assert debrief >= 13
            assert parts.index("leave") < parts.index("what")
        assert [part.do for part in found.plans[45]].count("lookup") == 0
    after = lesson("lesson-after-2022")
    assert [len({s.quarter for s in after.played(m)}) for m in (45, 60, 90)] == [4, 5, 6]
    # The longest plan has a crisis: a quarter in two parts, with as many moves as a whole one.
    parts = [s for s in after.played(90) if s.quarter == "2022-Q3"]
    assert [s.id for s in parts] == ["q3a", "q3b"]
    assert [sum(s.limit(actor, 3) for s in parts) for actor in ("KAZ", "RUS", "CHN")] == [3, 2, 2]
    assert after.minutes(60) == [7.0, 5.5, 5.5, 5.5, 4.5]
    assert any(v.turn in ("2022-Q4",) for v in load(after.world_file).alignment.votes.values())


def test_the_crisis_lies_inside_a_quarter() -> None:
    found = lesson("lesson-january-2022")
    inside = [s for s in found.played(60) if s.quarter == "2022-Q1"]
    assert [s.id for s in inside] == ["a", "b", "c", "feb"]
    assert sum(s.limit("KAZ", 3) for s in inside) == 3
    assert sum(s.limit("RUS", 2) for s in inside) == 2


def test_the_room_reads_a_lesson() -> None:
    room = lesson("lesson-after-2022").room()
    assert room["turns"] == 5
    assert len(room["survey"]) == 6
    assert len(room["debrief"]) == 3
    assert set(room["briefs"]["KAZ"]) >= {"all", "head", "economy"}
    assert room["briefs"]["KAZ"]["all"]["all"]["text"]["kk"].startswith("Сіз")
    assert set(room["plans"]) == {"45", "60", "90"}


# ---- wrong files


def broken(tmp_path: Path, change: dict[str, str]) -> str:
    source = shipped_lessons()
    for file in (source / "worlds").glob("*.yaml"):
        (tmp_path / "worlds").mkdir(exist_ok=True)
        (tmp_path / "worlds" / file.name).write_text(file.read_text("utf-8"), "utf-8")
    path = source / "lesson-after-2022.yaml"
    text = read_text(path, str(path))
    for old, new in change.items():
        assert old in text
        text = text.replace(old, new, 1)
    target = tmp_path / "lesson-mine.yaml"
    target.write_text(text, "utf-8")
    with pytest.raises(BadInput) as error:
        lesson(target)
    return str(error.value)


def test_a_missing_language_is_named_with_its_line(tmp_path: Path) -> None:
    said = broken(tmp_path, {", kk: 2022 жылғы ақпаннан кейін}": "}"})
    assert re.search(r"lesson-mine\.yaml:\d+:\d+: title\.kk: found no \"kk\"", said)


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    changes = {"right: c": "right: z", "facts: [packages, us-controls, vote-es1, storm]": "facts: [pakages]",
               "step: q3\n    title": "step: q33\n    title",
               "{do: join, minutes: 2}": "{do: join, minutes: 3}"}  # fmt: skip
    said = broken(tmp_path, changes)
    for part in (
        'the unknown fact "pakages"',
        'did you mean "packages"?',
        'the unknown step "q33"',
        "46 minutes",
        'found "z"',
    ):
        assert part in said
    assert len(re.findall(r"lesson-mine\.yaml:[1-9]\d*:\d+", said)) == 4


def test_an_unknown_lesson_has_the_nearest_name() -> None:
    with pytest.raises(BadInput, match='did you mean "lesson-after-2022"'):
        lesson("lesson-after-2021")


def test_a_word_of_the_lexicon_can_be_changed_in_one_place() -> None:
    text = Words(en="{war}. So.", ru="{war}. Так.", kk="{war}. Сонымен.")
    assert text.get("en") == "The war in Ukraine since 24 February 2022. So."
    assert "{" not in text.get("kk") + text.get("ru")


@pytest.mark.parametrize("name", NAMES)
def test_a_room_shows_terms_of_the_lexicon_and_not_their_names(name: str) -> None:
    told = json.dumps([lesson(name).room(minutes) for minutes in lesson(name).plans], ensure_ascii=False)
    assert "{war}" not in told
    assert "since 24 February 2022" in told


@pytest.mark.parametrize("name", lessons())
@pytest.mark.parametrize("plan", [45, 60, 90])
def test_every_plan_of_a_lesson_opens_as_a_room(name: str, plan: int) -> None:
    asked = {"worlds": None, "seats": None, "turns": None, "minutes": None, "plan": str(plan), "lang": "kk", "seed": 0}
    arms, settings = room_of(name, asked)
    calendar = arms.scenario.calendar
    assert (calendar.start, calendar.turns) == lesson(name).calendar(plan)
    assert list(settings.minutes) == lesson(name).minutes(plan)


@pytest.mark.parametrize("name", lessons())
def test_a_room_is_opened_on_a_lesson_and_found_again_after_a_crash(name: str, tmp_path: Path) -> None:
    asked = {"worlds": None, "seats": 24, "turns": None, "minutes": None, "plan": "60", "lang": "ru", "seed": 0}
    arms, settings = room_of(name, asked)
    chosen = lesson(name)
    start, turns = chosen.calendar(60)
    assert (arms.scenario.calendar.start, arms.scenario.calendar.turns) == (start, turns)
    assert list(settings.minutes) == chosen.minutes(60)
    desk, _ = Desk.create(tmp_path, settings, arms)
    brief = desk.game.lesson["briefs"]["KAZ"]["all"]["all"]["text"]
    assert brief["kk"] == chosen.delegations["KAZ"].brief.kk
    folder = desk.store.folder
    desk.store.close()
    again, _ = Desk.resume(folder)
    assert again.game.lesson == desk.game.lesson
    again.store.close()
