"""The documentation builds without the network and without a warning, and shows what is there."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from pathlib import Path

import pytest

from multivector.classroom.lesson.lessons import common
from multivector.cli import VERBS
from multivector.scenario import load
from multivector.schema.actors import Doctrine, Move
from multivector.schema.design import RedLine
from multivector.schema.document import Scenario

ROOT = Path(__file__).parent.parent

MARKS = "[\"'“”‘’]"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", str(ROOT / "docs"), str(folder)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.mark.slow
def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 60
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r'(?:src="|<link [^>]*href="|@import|url\()\s*["\']?(?:https?:)?//', text), page


@pytest.mark.slow
def test_the_reference_has_every_verb_move_doctrine_and_field(site: Path) -> None:
    def page(name: str) -> str:
        return (site / "reference" / f"{name}.html").read_text(encoding="utf-8")

    world, commands = load("after-2022"), page("commands")
    assert all(f'id="multivector-{verb}"' in commands for verb in VERBS)
    assert all(f">{move}<" in page("moves") for move in world.moves)
    assert all(f">{doctrine}<" in page("doctrines") for doctrine in world.doctrines)
    # The site's typography makes other quotation marks.
    glossary = re.sub(MARKS, "", re.sub(r' class="[^"]*"', "", html.unescape(page("glossary"))))
    terms = [text for term in common().glossary for text in (term.en, term.ru, term.kk)]
    assert [text for text in terms if f"<p>{re.sub(MARKS, '', text)}</p>" not in glossary] == []
    fields = {field for model in (Scenario, Move, Doctrine, RedLine) for field in model.model_fields}
    assert all(f">{field.rstrip('_')}<" in page("scenario-file") for field in fields)
