"""The messages of the product, found where they are said, and the catalogues brought up to them.

`python tests/messages.py` lists what is missing; with `--update` it writes the catalogues: new messages get a place,
those that nobody says any more go. The tests of the catalogues use the same functions.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, get_args

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "multivector"
CATALOGUES = SOURCE / "language" / "catalogues"
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
    """Calls of `say` and of its `many`, as Babel's extractors tell them."""
    for node in ast.walk(ast.parse(fileobj.read())):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if name == "say" and texts[:1]:
            yield node.lineno, "say", texts[:1], []
        elif name == "many" and len(texts) > 1:
            yield node.lineno, "many", texts[:2], []


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


def named() -> dict[Message, set[str]]:
    """Texts that stand in tables and are said from there: titles of outcomes, hazards, terms of utility."""
    from multivector.experiment import wording
    from multivector.experiment.timeline import DISPUTED, HAZARDS
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
        "experiment/timeline.py": [DISPUTED, *(h.removesuffix(f", {DISPUTED}") for h in HAZARDS.values())],
        "experiment/wording.py": [
            *wording.VOTES.values(), *wording.ENDS, *wording.TERMS, *wording.SIDES, *wording.EXPOSURES,
            *wording.AGAINST, *wording.FOUND, *wording.RESTS_ON,
        ],
        "schema/base.py": [*GROUPS, *SECTORS],
        "schema/world.py": list(get_args(Event.model_fields["cause"].annotation)),
        "report/named.py": [*NAMED],
        "language/speaker.py": ["n/a"],
    }  # fmt: skip
    return {text: {name} for name, texts in tables.items() for text in texts}


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


def update(lang: str) -> list[str]:
    """Write the catalogue of a language anew; the messages that still lack a translation."""
    old, coming = catalogue(lang), catalogue(lang, COMING)
    # How many forms a number has is said in the head of the file: in Kazakh one, though Babel knows two names for it.
    new, missing = Catalog(locale=lang, project="multivector", charset="utf-8"), []
    new.mime_headers = [("Plural-Forms", RULES[lang])]
    for text, files in sorted(messages().items(), key=lambda each: (sorted(each[1])[0], first(each[0]).casefold())):
        known = old.get(first(text)) or coming.get(first(text))
        told = known.string if known is not None and known.id == text else None
        if not told or (isinstance(told, tuple) and not all(told)):
            missing.append(first(text))
        new.add(text, told or "", locations=[(name, 0) for name in sorted(files)])
    out = BytesIO()
    write_po(out, new, width=100, include_lineno=False, omit_header=True)
    head = ["Project-Id-Version: multivector", f"Language: {lang}", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit",
            f"Plural-Forms: {RULES[lang]}"]  # fmt: skip
    lines = ['msgid ""', 'msgstr ""', *(f'"{line}\\n"' for line in head), "", ""]
    (CATALOGUES / f"{lang}.po").write_bytes("\n".join(lines).encode() + out.getvalue().strip() + b"\n")
    return missing


def main() -> int:
    """List or write; 1 if something is missing."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--update", action="store_true", help="write the catalogues")
    wanted, count = asked.parse_args(), 0
    for lang in LANGUAGES:
        if wanted.update:
            missing = update(lang)
        else:
            known = catalogue(lang)
            missing = [first(m) for m in messages() if not (known.get(first(m)) and known.get(first(m)).string)]
        count += len(missing)
        sys.stdout.write(f"{lang}: {len(messages())} messages, {len(missing)} without a translation\n")
        sys.stdout.writelines(f"  {text}\n" for text in missing)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
