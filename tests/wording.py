"""What texts for readers must not say, and how the words of the glossary are said; in three languages.

The rules hold for the catalogues and for the texts of the shipped scenarios alike.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]

LOADED: Mapping[str, tuple[str, ...]] = {
    "en": ("regime", "puppet", "vassal", "aggressor", "hegemon", "betray", "satellite", "terrorist", "revolution"),
    "ru": ("режим", "марионет", "вассал", "агрессор", "гегемон", "предател", "сателлит", "террорист", "революци"),
    "kk": ("режим", "қуыршақ", "вассал", "агрессор", "басқыншы", "гегемон", "сатқын", "террорист", "революция"),
}  # fmt: skip
"""Stems of loaded words; in quotation marks they are somebody's. Names of mechanisms in files are codes, no prose."""

OWN = (
    "Measures answer to the war in Ukraine since 24 February 2022.", "Three years of war in Ukraine",
)  # fmt: skip
"""Texts of scenarios that name the war themselves: a scenario is a file of its own, and is changed there."""

QUOTED = ("Aggression against Ukraine", "Humanitarian consequences of the aggression against Ukraine")
"""Titles of resolutions, quoted as titles."""

GLOSSARY = (
    (r"multi-vector", r"многовекторн", r"көпвекторлы"),
    (r"\bhedging", r"хеджиров", r"хеджирле"),
    (r"middle power", r"средн\w+ держав", r"орта держава"),
    (r"territorial integrity", r"территориальн\w+ целостност", r"аумақтық тұтаст"),
    (r"sovereignty", r"суверен", r"егеменд"),
    (r"interdependence", r"взаимозависимост", r"өзара тәуелділі"),
    (r"coerci", r"принужд", r"мәжбүрле"),
    (r"secondary sanction", r"вторичн\w+ санкци", r"қайталама санкция"),
    (r"(sanctions? )circumvent|circumvention of sanctions", r"обход", r"айналып өт"),
    (r"export control", r"экспортн\w+ контрол", r"экспорттық бақыла"),
    (r"dual-use", r"двойного назначения", r"екіұдай мақсаттағы"),
    (r"re-export", r"реэкспорт", r"кері экспорт"),
    (r"customs union", r"таможенн\w+ союз", r"кеден\w* ода"),
    (r"Eurasian Economic Union", r"Евразийск\w+ экономическ\w+ союз|ЕАЭС", r"Еуразиялық экономикалық ода|ЕАЭО"),
    (r"\bEAEU\b", r"ЕАЭС", r"ЕАЭО"),
    (r"\bCSTO\b", r"ОДКБ", r"ҰҚШҰ"),
    (r"General Assembly", r"Генеральн\w+ Ассамбле", r"Бас Ассамбле"),
    (r"abstain", r"воздерж", r"қалыс қал"),
    (r"entrapment", r"втягивани", r"тартылу"),
    (r"\bmediation", r"посредничеств", r"делдал"),
    (r"Middle Corridor", r"Срединн\w+ коридор", r"Орта дәліз"),
    (r"legitimacy", r"легитимност", r"легитимді"),
    (r"public opinion", r"общественн\w+ мнени", r"қоғамдық пікір"),
    (r"red line", r"красн\w+ лини", r"қызыл сызы"),
    (r"\bscenario", r"сценари", r"сценарий"),
    (r"confidence interval", r"доверительн\w+ интервал", r"сенімділік интервал"),
    (r"\bcorridor", r"коридор", r"дәліз"),
    (r"not a forecast", r"не прогноз", r"болжам емес"),
    (r"\bbalancing", r"баланс", r"теңгер|тепе-теңді"),
    (r"bandwagon", r"примык|примкну|бэндвагон", r"жағына шы|бэндвагон"),
    (r"\bsanctions?\b", r"санкци", r"санкция"),
    (r"\bcompliance", r"соблюден", r"сақта|орында"),
    (r"\benforcement", r"контрол|соблюден|строг", r"бақыла|талап|қатаң"),
    (r"explanation of vote", r"мотив", r"уәж"),
    (r"\bresolutions?\b", r"резолюци", r"қарар"),
    (r"abandonment", r"оставлени|без поддержки", r"қолдау"),
    (r"peacekeep", r"миротвор", r"бітімгер"),
    (r"transit fees?", r"плат\w+ за транзит", r"транзит ақы"),
    (r"\bcapacit", r"пропускн|мощност", r"өткізу|қуат"),
    (r"counterfactual", r"контрфакт", r"контрфакт"),
    (r"\b(an offer|offers)\b", r"предл[оа]г|предлож", r"ұсын"),
    (r"\badvisers?\b", r"советник", r"кеңесш"),
    (r"\bdefault", r"умолчани", r"әдепкі"),
    (r"^cannot tell$", r"сказать нельзя", r"айту мүмкін емес"),
    (r"\bdoctrine", r"доктрин", r"доктрина"),
    (r"\bdelegation", r"делегаци", r"делегация"),
    (r"\bdebrief", r"разбор", r"талдау"),
)  # fmt: skip
"""What stands in English, and what then stands in Russian and in Kazakh; words of the glossary, by their stems."""

KAZAKH = "әғқңөұүһі"
_MIXED = re.compile(r"[^\W\d_]*(?:[а-яёәғқңөұүһі][a-z]|[a-z][а-яёәғқңөұүһі])[^\W\d_]*", re.IGNORECASE)
_BRACES = re.compile(r"\{[^{}]*\}")
_PLURAL = re.compile(r"(?:\{n\}|\b\d+)\s+(?!қаңтар|доллар|гектар)[^\W\d_]+?(?:лар|лер|дар|дер|тар|тер)(?![^\W\d_])")
_QUOTES = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"")
_TYPED_WAR = re.compile(r"войн\w* в украине|украинадағы соғыс|war in ukraine", re.IGNORECASE)


def wrong(english: str, text: str, lang: str) -> Iterator[str]:
    """What is wrong with a text of one language, beside what it says in English."""
    plain, meant = _BRACES.sub(" ", text), _BRACES.sub(" ", english)
    own = "" if english in QUOTED else _QUOTES.sub(" ", plain)
    yield from (f"the loaded word {w!r}" for w in LOADED[lang] if re.search(rf"(?<!\w){w}", own, re.IGNORECASE))
    if _TYPED_WAR.search(text) and english not in OWN:
        yield "the name of the war stands in lexicon.toml: say {war}"
    if lang == "en":
        return
    yield from (f"letters of two alphabets in {found[0]!r}" for found in _MIXED.finditer(plain))
    if re.search(r"(?<!\w)на украин", text, re.IGNORECASE):
        yield "«в Украине»"
    if lang == "ru" and re.search(r"казахск(?!\w+ язык)", text, re.IGNORECASE):
        yield "казахстанский (of the country), or казахский язык"
    if lang == "kk":
        yield from _kazakh(plain, text)
    yield from (
        f"{term!r} of the glossary is {said!r}"
        for term, *both in GLOSSARY
        if re.search(term, meant, re.IGNORECASE)
        and not re.search(said := both[0 if lang == "ru" else 1], text, re.IGNORECASE)
    )


def _kazakh(plain: str, text: str) -> Iterator[str]:
    if len(re.findall(r"[^\W\d_]", plain)) >= 40 and not any(letter in KAZAKH for letter in plain.lower()):
        yield "no letter that only Kazakh has"
    if re.search(r"[щъ]", plain, re.IGNORECASE):
        yield "letters of Russian words"
    if found := _PLURAL.search(text):
        yield f"a noun in the plural after a number: {found[0]!r}"
    if re.search(r"коридор", text, re.IGNORECASE):
        yield "a corridor is дәліз"
    if found := re.search(r"\}-?(?:да|де|та|те|ға|ге|қа|ке|дан|ден|тан|тен|нан|нен|ны|ні|ды|ді|ты|ті|ның|нің)\b", text):
        yield f"an ending glued to a value: {found[0]!r}"


def written() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every text in several languages of shipped scenarios, lessons and tables of texts, with folder and file."""
    for folder, ending in (("scenarios", "yaml"), ("lessons", "yaml"), ("src/multivector", "toml")):
        for path in sorted((ROOT / folder).rglob(f"*.{ending}")):
            text = path.read_text("utf-8")
            for each in _texts(yaml.safe_load(text) if ending == "yaml" else tomllib.loads(text)):
                if path.name != "lexicon.toml":
                    yield folder, path.name, each


def _texts(node: object) -> Iterator[dict[str, str]]:
    if isinstance(node, dict):
        if "en" in node and set(node) <= {"en", "ru", "kk"}:
            yield node
        else:
            for key, value in node.items():
                if key in ("title", "question", "official_reason", "read_as") and isinstance(value, str):
                    yield {"en": value}
                yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)
