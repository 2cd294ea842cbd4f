"""The messages of the product, found where they are said, and the catalogues brought up to them.

`python tests/messages.py` lists what is missing; with `--update` it writes the catalogues: new messages get a place,
those that nobody says any more go. The tests of the catalogues use the same functions.
"""

from __future__ import annotations

import argparse
import ast
import csv
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any, get_args

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "multivector"
CATALOGUES = SOURCE / "language" / "catalogues"
TABLES: tuple[tuple[str, str], ...] = (
    *(("analysis.statistics.paired", verdict) for verdict in ("HIGHER", "LOWER", "SAME", "UNKNOWN", "FLIPS", "ONE")),
    ("report.amounts", "LIKELY"), ("report.resting", "PARTS"),
    ("report.recorded", "VERDICTS"), ("report.recorded", "MEASURES"), ("report.facts", "STATES"),
    ("report.facts", "MARKS"), ("report.uncertain", "CONFIDENCE"),
    ("analysis.comparing.again", "WORDS"), ("analysis.comparing.again", "TOTAL"),
    *(
        ("experiment.telling.titles", table)
        for table in ("STOCKS", "NUMBERS", "GROUPS", "FIELDS", "KINDS", "PATHS", "UNITS", "REST")
    ),
    ("experiment.telling.wording", "ORDERS"), ("analysis.comparing.stability", "WORDS"),
    ("analysis.comparing.stability", "TRIALS"), ("analysis.comparing.stability", "UNCROSSED"),
    ("analysis.comparing.inputs", "LIMITS"), ("world.watching.channels", "CHANNELS"),
    ("analysis.comparing.politics", "ORDERS"), ("experiment.histories.weighing", "OWN"),
    ("experiment.histories.weighing", "PROMISED"), ("experiment.histories.watch", "STOP"),
    ("cli.explain", "RULES"), ("cli.doctor", "MARKS"), ("cli.doctor", "NAMES"), ("cli.printout.compare", "SHORT"),
)  # fmt: skip
"""Further tables, by module and name; a module that is not there yet has none."""
CHARTS = (
    "Goods sold", "Goods bought", "Loss if a partner were lost", "Relations", "What partners would lose",
    "Distance in votes", "Goods sold by partner", "Goods bought by partner", "Goods sold by sector",
    "Goods bought by sector", "better", "worse",
)  # fmt: skip
"""Subjects of the report's charts and its marks, which are said by the name of a variable."""
COMING = ROOT / "tests" / "data" / "coming"
LANGUAGES = ("ru", "kk")
RULES = {
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "kk": "nplurals=1; plural=0;",
}
KEYWORDS = {"say": (1,), "many": (1, 2)}
_QUOTED = r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
_CALL = re.compile(rf"\bsay\(\s*{_QUOTED}|\bsay\.many\(\s*{_QUOTED}\s*,\s*{_QUOTED}")

Message = str | tuple[str, str]


def in_python(fileobj: Any, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:  # noqa: ARG001
    """Calls of `say` and of its `many`, as Babel's extractors tell them.

    A message may be one of two (``say("a" if x else "b")``), or run over a tuple that stands in the loop itself.
    """
    tree = ast.parse(fileobj.read())
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) == "say" and len(node.args) == 1:
            yield from ((node.lineno, "say", [text], []) for text in _texts(node.args[0]))
        elif isinstance(node, ast.Call) and _called(node) == "many":
            texts = [text for each in node.args[:2] for text in _texts(each)]
            if len(texts) == 2:
                yield node.lineno, "many", texts, []
        elif isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple | ast.List):
            yield from ((node.lineno, "say", [text], []) for text in _looped(node, node.iter.elts))


def _called(node: ast.Call) -> str | None:
    return getattr(node.func, "id", None) or getattr(node.func, "attr", None)


def _texts(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return _texts(node.body) + _texts(node.orelse)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    return []


def _looped(loop: ast.For, rows: list[ast.expr]) -> Iterator[str]:
    """Constants of a loop's own tuple that its body says by the name of the loop's variable."""
    names = loop.target.elts if isinstance(loop.target, ast.Tuple) else [loop.target]
    calls = [
        each for part in loop.body for each in ast.walk(part) if isinstance(each, ast.Call) and len(each.args) == 1
    ]
    told = {call.args[0].id for call in calls if _called(call) == "say" and isinstance(call.args[0], ast.Name)}
    for place, name in enumerate(names):
        if isinstance(name, ast.Name) and name.id in told:
            for row in rows:
                cells = row.elts if isinstance(row, ast.Tuple) else [row]
                yield from _texts(cells[place])


def in_pages(fileobj: Any, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:  # noqa: ARG001
    """The same in scripts and templates, where strings are JavaScript's or Jinja's."""
    text = fileobj.read().decode("utf-8")
    for found in _CALL.finditer(text):
        texts = [ast.literal_eval(quoted) for quoted in found.groups() if quoted]
        yield text.count("\n", 0, found.start()) + 1, "say" if len(texts) == 1 else "many", texts, []


METHODS = {".py": in_python, ".js": in_pages, ".mjs": in_pages, ".html": in_pages, ".jinja": in_pages, ".j2": in_pages}


def said(root: Path = SOURCE) -> dict[Message, set[str]]:
    """Every message that the code says, and the files that say it."""
    found: dict[Message, set[str]] = {}
    for path in sorted(p for p in root.rglob("*") if p.suffix in METHODS and p.parent.name != "vendor"):
        if path.is_relative_to(SOURCE / "language"):
            continue
        name = path.relative_to(root).as_posix()
        for _line, text, _comments, _context in extract(METHODS[path.suffix], BytesIO(path.read_bytes()), KEYWORDS):
            found.setdefault(text, set()).add(name)
    return found


def places() -> list[str]:
    """Stations and ports of the shipped corridors."""
    from multivector.scenario import load

    legs = [leg for corridor in load("after-2022").corridors.values() for leg in corridor.legs]
    ends = sorted({end for leg in legs for end in (leg.from_, leg.to)})
    return [name for _, _, name in (end.partition(":") for end in ends) if name and name != "sea"]


def evidence() -> list[str]:
    """What speaks for and against believing each outcome."""
    with (ROOT / "scenarios" / "validation" / "evidence.csv").open(encoding="utf-8", newline="") as stream:
        return [row[side] for row in csv.DictReader(stream) for side in ("for", "against")]


def named() -> dict[Message, set[str]]:
    """Texts that stand in tables and are said from there: titles of outcomes, hazards, terms of utility."""
    from multivector.experiment.telling import wording
    from multivector.experiment.telling.timeline import DISPUTED, HAZARDS
    from multivector.outcomes.dictionary import TEMPLATES
    from multivector.outcomes.entry import GROUPS as OUTCOME_GROUPS
    from multivector.outcomes.registry import DOMAINS, SHIPPED
    from multivector.report.named import NAMED
    from multivector.schema import GROUPS, SECTORS
    from multivector.schema.world import Event

    tables = {
        "outcomes/dictionary.py": [
            *(t.outcome.title for t in TEMPLATES), *(t.outcome.unit for t in TEMPLATES), *OUTCOME_GROUPS, *DOMAINS,
            *SHIPPED["act"],
        ],
        "experiment/telling/timeline.py": [DISPUTED, *(h.removesuffix(f", {DISPUTED}") for h in HAZARDS.values())],
        "experiment/telling/wording.py": [
            *wording.VOTES.values(), *wording.ENDS, *wording.TERMS, *wording.SIDES, *wording.EXPOSURES,
            *wording.AGAINST, *wording.FOUND, *wording.RESTS_ON, *wording.AIMED, *wording.GAUGES,
        ],
        "schema/base.py": [*GROUPS, *SECTORS],
        "schema/world.py": list(get_args(Event.model_fields["cause"].annotation)),
        "report/named.py": [*NAMED],
        "language/speaker.py": ["n/a"],
        "scenarios/validation/evidence.csv": evidence(),
        "scenarios/base/corridors.yaml": places(),
        "report/charts/one.py": list(CHARTS),
    }  # fmt: skip
    for module, name in TABLES:
        path = f"{module.replace('.', '/')}.py"
        tables[path] = [*tables.get(path, []), *_table(module, name)]
    return {text: {name} for name, texts in tables.items() for text in texts}


def _table(module: str, name: str) -> list[str]:
    """Texts of a table by the name of its module: words of pairs (last) or values of a mapping."""
    if not (SOURCE / f"{module.replace('.', '/')}.py").is_file():
        return []
    table = getattr(import_module(f"multivector.{module}"), name)
    rows = table.values() if isinstance(table, Mapping) else table if isinstance(table, tuple | list) else [table]
    return [row if isinstance(row, str) else row[-1] for row in rows]


def messages() -> dict[Message, set[str]]:
    """All messages with the files that have them."""
    found = named()
    for text, files in said().items():
        found[text] = found.get(text, set()) | files
    plural = {text[0] for text in found if isinstance(text, tuple)}
    return {text: files for text, files in found.items() if text not in plural}


def catalogue(lang: str, folder: Path = CATALOGUES) -> Catalog:
    """A catalogue as Babel reads it; an empty one where there is no file."""
    path = folder / f"{lang}.po"
    if not path.is_file():
        return Catalog(locale=lang)
    with path.open("rb") as file:
        return read_po(file, locale=lang)


def first(text: Message) -> str:
    """The id of a message: of one with a number, its form for one."""
    return text if isinstance(text, str) else text[0]


def of_branch(lang: str, branch: str) -> Catalog:
    """The catalogue of another branch of the repository."""
    name = (CATALOGUES / f"{lang}.po").relative_to(ROOT).as_posix()
    text = subprocess.run(["git", "show", f"{branch}:{name}"], cwd=ROOT, capture_output=True, check=True).stdout
    return read_po(BytesIO(text), locale=lang)


def update(lang: str, branches: Sequence[str] = ()) -> list[str]:
    """Write the catalogue of a language anew; the messages that still lack a translation.

    What the catalogue lacks is taken from other branches and from `tests/data/coming`, where translations wait for the
    code that says them.
    """
    if any(line.startswith(b"<<<<<<<") for line in (CATALOGUES / f"{lang}.po").read_bytes().splitlines()):
        sources = [of_branch(lang, "HEAD")]  # in the middle of a merge: the other side is named
    else:
        sources = [catalogue(lang)]
    sources += [*(of_branch(lang, branch) for branch in branches), catalogue(lang, COMING)]
    # How many forms a number has is said in the head of the file: in Kazakh one, though Babel knows two names for it.
    new, missing = Catalog(locale=lang, project="multivector", charset="utf-8"), []
    new.mime_headers = [("Plural-Forms", RULES[lang])]
    for text, files in sorted(messages().items(), key=lambda each: (sorted(each[1])[0], first(each[0]).casefold())):
        told = next((found for source in sources if (found := _told(source, text))), None)
        if told is None:
            missing.append(first(text))
        new.add(text, told or "", locations=[(name, 0) for name in sorted(files)])
    write(new, lang)
    return missing


def write(catalogue: Catalog, lang: str, folder: Path = CATALOGUES) -> None:
    """Write a catalogue with a head that says no more than it must."""
    out = BytesIO()
    write_po(out, catalogue, width=100, include_lineno=False, omit_header=True)
    head = ["Project-Id-Version: multivector", f"Language: {lang}", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit",
            f"Plural-Forms: {RULES[lang]}"]  # fmt: skip
    lines = ['msgid ""', 'msgstr ""', *(f'"{line}\\n"' for line in head), "", ""]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{lang}.po").write_bytes("\n".join(lines).encode() + out.getvalue().strip() + b"\n")


def _told(source: Catalog, text: Message) -> Any:
    known = source.get(first(text))
    if known is None or known.id != text or known.fuzzy:
        return None
    return known.string if all(known.string if isinstance(known.string, tuple) else (known.string,)) else None


def main() -> int:
    """List or write; 1 if something is missing."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--update", action="store_true", help="write the catalogues")
    asked.add_argument("--from", dest="branches", action="append", default=[], metavar="BRANCH",
                       help="with --update: take what is missing from a branch's catalogues")  # fmt: skip
    wanted, count = asked.parse_args(), 0
    for lang in LANGUAGES:
        if wanted.update:
            missing = update(lang, wanted.branches)
        else:
            known = catalogue(lang)
            missing = [first(m) for m in messages() if not (known.get(first(m)) and known.get(first(m)).string)]
        count += len(missing)
        sys.stdout.write(f"{lang}: {len(messages())} messages, {len(missing)} without a translation\n")
        sys.stdout.writelines(f"  {text}\n" for text in missing)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
