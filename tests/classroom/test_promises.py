"""What a ministry's text promises to show stands on the screen of whoever sits there: both lessons, all languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from multivector.classroom.lesson.lessons import Words, is_figure, lesson, lessons, shipped_lessons
from multivector.classroom.lesson.words import ministries
from multivector.classroom.paper.printed import Press
from multivector.classroom.playing.acts import act
from multivector.classroom.playing.game import Game
from multivector.classroom.showing import sees, views
from multivector.cli.serve import room_of
from multivector.errors import BadInput
from multivector.language import LANGUAGES
from multivector.scenario import load
from rooms_helper import seated

PROMISE = {
    "en": r"\b[Yy]ou (alone )?(also )?(see|know|keep|read|count|follow|hear)\b|\btells? you\b|"
    r"\breport to you\b|\b[Rr]eports on|lie on your desk|Controlled goods you see",
    "ru": r"видите|знаете|ведёте|читаете|следите|слышите|сообщают вам|[Дд]онесения|на столе",
    "kk": r"көресіз|білесіз|жүргізесіз|аңғарасыз|қадағалайсыз|естисіз|сізге айтады|баяндайды|мәлімет|үстеліңізде",
}
"""By which words a sentence promises something to whoever reads it."""

FIGURES: dict[str, tuple[str, str, str, str]] = {
    # What is named (English, Russian, Kazakh), and the keys that show it.
    "those in office": (r"those in office", r"устойчива власть", r"Биліктің орнықтылы", r"regime"),
    "favours": (r"\bfavours?\b|favours? owed", r"за услуги", r"көмек үшін қарыз|көмектің есеб", r"obligation:"),
    "threats": (r"\bthreats\b", r"об угрозах", r"Қатер", r"threat:"),
    "displeasure": (
        r"displeas(ed|ure)|mood of each power",
        r"недовольств|недовольны|неприятно|настроение держав",
        r"наразы|жақпаған|көңіл күйін",
        r"displeasure:",
    ),
    "lasting displeasure": (r"lasting|for long", r"давне", r"бұрыннан|бұрынғысын", r"grievance:"),
    "words believed": (r"words are believed", r"верят вашим словам", r"сөзіңізге деген сенім", r"credibility"),
    "prices": (r"consumer prices", r"потребительские цены", r"[Тт]ұтыну баға", r"outcome/inflation"),
    "fund": (r"National Fund", r"Национальн\w+ фонд", r"Ұлттық қор", r"fund"),
    "strain": (r"strain", r"нагрузк|насколько им трудно", r"салмақ|қаншалық қиын", r"bank-strain"),
    "exposed banks": (r"exposed|exposure of Kazakhstan", r"уязвим", r"осал", r"bank-exposure"),
    "own record": (r"true record at customs", r"подлинные данные таможни", r"Кеденнің шын деректерін", r"record/now"),
    "late record": (
        r"Mirror statistics|Controlled goods you see",
        r"[Зз]еркальная статистика|Контролируемые товары",
        r"[Аа]йна статистика|Бақыланатын тауар",
        r"record/late",
    ),
    "cases": (
        r"case that can be proved",
        r"дело, которое можно доказать|доказуем",
        r"[Дд]әлелденетін іс",
        r"evidence:",
    ),
    "customs record": (r"customs record", r"по данным таможни", r"кеден деректері", r"(outcome|late)/customs"),
    "oil's way out": (r"oil finds a way out", r"нефти находит выход", r"мұнайға шығар жол", r"outcome/oil\.exported"),
    "capacity": (
        r"capacity|can carry|Corridor carry|follow your investment and the corridor",
        r"пропускн|сколько пропуска|следите за инвестициями и коридором",
        r"өткізу қабілет|қанша өткізе|дәлізді қадағалайсыз",
        r"(border|corridor)-capacity",
    ),
    "cost of a tonne": (r"a tonne costs", r"обходится тонна", r"тоннаның қанша", r"fee/"),
    "fees": (r"Fees for transit", r"Плата за транзит", r"Транзит ақысы", r"fee/CPC"),
    "middle corridor": (
        r"cargo of the Middle|Middle Corridor carry|routes to the west carry",
        r"грузы Срединного|и Срединный коридор|грузов идёт на запад",
        r"Орта дәліздегі жүк|Орта дәліз қанша|батысқа қанша жүк",
        r"outcome/middle\.volume",
    ),
    "goodwill": (r"goodwill in the alliance", r"расположение в союзе", r"ішіндегі ықылас", r"csto-goodwill"),
    "help": (
        r"no help|likely help",
        r"не при(шлёт|шлют) помощи|помощь не пришлют|вероятна помощь",
        r"көмек жібер|көмектің келу",
        r"outcome/abandonment",
    ),
    "arms": (r"neighbour's arms", r"вооружений", r"қаруы", r"arms-dependence"),
    "approval": (
        r"approval of each|three groups of opinion, by attitude\. What",
        r"одобрение|группы мнений, по взглядам\. То",
        r"қолдауды|үш пікір тобын көресіз",
        r"approval:",
    ),
    "unrest": (r"unrest", r"волнени", r"толқу", r"(outcome/)?unrest"),
    "statements": (
        r"statements|votes and words",
        r"заявления|голоса и слова",
        r"мәлімдемелері|дауысы мен сөзі",
        r"outcome/support\.statements",
    ),
    "alone": (r"how alone", r"одиноки", r"жалғыз екен", r"outcome/isolation"),
    "relations": (
        r"\brelations\b|how close",
        r"отношени|насколько (вы )?близки",
        r"қарым-қатына|қаншалық (жақын|байланыс)",
        r"relation:",
    ),
    "dependence": (
        r"dependence on your energy",
        r"зависимость соседа от вашей энергии",
        r"энергияңызға тәуелді",
        r"energy-dependence",
    ),
    "stop of transit": (
        r"stop of (the )?oil",
        r"остановка (транзита нефти|нефтяного)",
        r"мұнай (транзитінің|бағытының) тоқтау",
        r"outcome/critical\.RUS\.oil-transit",
    ),
    "rouble": (r"rouble", r"рубль", r"[Рр]убль", r"rouble"),
    "companies gone": (r"companies have left", r"компании ушли", r"компаниялары кет", r"withdrawal:"),
    "investment": (
        r"your investment",
        r"(свои|своими) инвестици|следите за инвестициями",
        r"инвестицияңыз|инвестиция мен",
        r"investment:",
    ),
    "land route": (
        r"losing the land route",
        r"потеря сухопутного",
        r"құрлық жолынан айырылу",
        r"outcome/critical\.CHN\.land-route",
    ),
    "oil lost": (r"oil and uranium", r"нефти и урана", r"мұнайы мен уран", r"outcome/critical\.EU\.oil"),
    "uranium lost": (r"and uranium", r"и урана", r"мен уран", r"outcome/critical\.EU\.uranium"),
    "without it": (r"lose without it", r"потеряли бы без", r"онсыз не", r"outcome/leverage"),
    "trust": (r"trust of citizens", r"доверие граждан", r"билікке сенім", r"outcome/legitimacy"),
    "unanimity": (
        r"likely all members|no member blocks",
        r"вероятно согласие|ни один участник не помешает",
        r"келісу ықтимал|[Бб]ірде-бір мүшенің",
        r"unanimity/EU",
    ),
    "own trade": (
        r"your own (direct )?trade|direct trade with Russia",
        r"собственн\w+ (прям\w+ )?торговл|прямую торговлю",
        r"тікелей сауда|өз саудаңыз",
        r"outcome/trade",
    ),
    "stakes": (
        r"companies' stakes",
        r"дол\w+ компаний",
        r"[Кк]омпаниялар үлес",
        r"outcome/critical\.USA\.company-stakes",
    ),
    "pipeline": (
        r"oil carried by|what the pipeline carries",
        r"перевезённую|перекачивает|по трубопроводу идёт|идёт по трубопроводу",
        r"тасымалданған мұнай|құбыр(мен)? қанша",
        r"outcome/oil\.CPC",
    ),
}
"""What texts name, by patterns in the three languages, and which keys of figures keep the promise."""


def rows() -> Iterator[tuple[str, str, str, Words]]:
    for name in lessons():
        for actor, team in lesson(name).delegations.items():
            for office, text in team.ministries.items():
                yield name, actor, office, text


ROWS = list(rows())


def named(text: str, language: str) -> set[str]:
    """Figures that a text names."""
    place = ("en", "ru", "kk").index(language)
    return {figure for figure, patterns in FIGURES.items() if re.search(patterns[place], text, re.I)}


def keys(name: str, actor: str, office: str) -> list[str]:
    return sees.keys_of(actor, [office], lesson(name).delegations[actor].sees)


@pytest.mark.parametrize(("name", "actor", "office", "text"), ROWS, ids=lambda x: x if isinstance(x, str) else "")
def test_what_a_text_names_is_among_the_figures_of_its_ministry(
    name: str, actor: str, office: str, text: Words
) -> None:
    found = {language: named(text.get(language), language) for language in LANGUAGES}
    assert found["en"] == found["ru"] == found["kk"], (found, text)
    for figure in found["en"]:
        assert [k for k in keys(name, actor, office) if re.match(FIGURES[figure][3], k)], (figure, text.en)


@pytest.mark.parametrize(("name", "actor", "office", "text"), ROWS, ids=lambda x: x if isinstance(x, str) else "")
def test_no_sentence_promises_what_has_no_figure(name: str, actor: str, office: str, text: Words) -> None:
    for language in LANGUAGES:
        for sentence in re.split(r"(?<=[.;]) ", text.get(language)):
            if re.search(PROMISE[language], sentence) and not re.search(ASIDE[language], sentence):
                assert named(text.get(language), language), (name, actor, office, sentence)


ASIDE = {
    "en": r"read the treaty|hear from|has read the account",
    "ru": r"читали договор|не читал",
    "kk": r"шартты оқыған|хабарласады|оқымаған",
}
"""Sentences in which nothing is measured: what the treaty says, who writes to Congress."""


@pytest.mark.parametrize("name", lessons())
@pytest.mark.parametrize("size", [5, 12, 24])
def test_every_seat_is_shown_what_its_text_names(name: str, size: int) -> None:
    asked: dict[str, Any] = {"worlds": 1, "seats": size, "turns": None, "minutes": None, "plan": None, "lang": "en",
                             "seed": 7}  # fmt: skip
    arms, settings = room_of(name, asked)
    game = Game(settings, arms)
    seated(game, size)
    act(game, "teacher", {"do": "start"})
    for id in game.people:
        seat = game.seats[id]
        own = lesson(name).delegations[seat.actor].ministries[seat.ministry]
        for language in LANGUAGES:
            shown = {f["id"]: f for f in views.brief(game, seat, language)["facts"]}
            for figure in named(own.get(language), language):
                kept = [f for key, f in shown.items() if re.match(FIGURES[figure][3], key)]
                assert kept, (id, figure)
                assert all(f["text"] and (f["word"] or f["trend"]) for f in kept), (id, figure, kept)


@pytest.mark.parametrize("name", lessons())
def test_a_lessons_own_figures_are_not_hidden_and_stand_on_the_card(name: str) -> None:
    found = lesson(name)
    world = load(found.world_file)
    for actor, team in found.delegations.items():
        for office, own in team.sees.items():
            assert own
            assert not [k for k in own if sees.hidden(world, k, actor)], (actor, office)
            assert not set(own) & set(ministries()[actor][office].get("sees", ())), (actor, office)
            assert keys(name, actor, office)[: len(own)] == list(own)
            printed = Press(name)._sees(actor, office, "en")
            for key in own:
                assert sees.name_of(world, key, actor, "en").partition(", ")[0] in " ".join(printed)


def test_in_january_the_economy_ministry_reads_consumer_prices_as_people_do() -> None:
    asked = {"worlds": 1, "seats": 12, "turns": None, "minutes": None, "plan": None, "lang": "en", "seed": 7}
    arms, settings = room_of("lesson-january-2022", asked)
    game = Game(settings, arms)
    seated(game, 12)
    act(game, "teacher", {"do": "start"})
    found = {f["id"]: f for f in views.brief(game, game.seats["A-KAZ-economy"], "en")["facts"]}
    price = found["outcome/inflation"]
    assert price["value"] == pytest.approx(float(game.worlds.start()["inflation"][0]), abs=1e-4)
    assert price["name"] == "Consumer prices against a year ago"
    assert price["text"].endswith("%")
    others = [s for s in game.people if s != "A-KAZ-economy"]
    assert not [s for s in others if "outcome/inflation" in {f["id"] for f in views.facts(game, game.seats[s], "en")}]


def test_figures_that_do_not_exist_are_refused(tmp_path: Any) -> None:
    assert not is_figure("outcome/luck")
    assert not is_figure("mood:RUS")
    (tmp_path / "worlds").mkdir()
    for file in (shipped_lessons() / "worlds").glob("*.yaml"):
        (tmp_path / "worlds" / file.name).write_text(file.read_text("utf-8"), "utf-8")
    text = (shipped_lessons() / "lesson-january-2022.yaml").read_text("utf-8")
    target = tmp_path / "lesson-mine.yaml"
    target.write_text(text.replace("economy: [outcome/inflation]", "economy: [outcome/luck]", 1), "utf-8")
    with pytest.raises(BadInput, match=r'delegations\.KAZ\.sees\.economy\.0: found the unknown figure "outcome/luck"'):
        lesson(target)
    target.write_text(text.replace("economy: [outcome/inflation]", "fishery: [outcome/inflation]", 1), "utf-8")
    with pytest.raises(BadInput, match=r'found the unknown ministry "fishery"'):
        lesson(target)
