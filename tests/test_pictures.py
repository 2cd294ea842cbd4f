"""The pictures of README and gallery: all made by the script, none stale, none heavy, each with its command."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pictures", ROOT / "docs" / "pictures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


pictures = _script()


def _shown(page: str) -> dict[str, str]:
    """Pictures of the gallery in a page: file to what is said of it."""
    text = (ROOT / page).read_text(encoding="utf-8")
    folder = (ROOT / page).parent
    found = {(folder / place).resolve(): said for said, place in PICTURE.findall(text)}
    return {path.name: said for path, said in found.items() if path.parent == pictures.GALLERY.resolve()}


def test_no_picture_is_stale() -> None:
    assert pictures.stale() == [], "make the pictures again: make pictures"


def test_what_is_stale_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "gallery"
    shutil.copytree(pictures.GALLERY, folder)
    index = json.loads((folder / pictures.INDEX).read_text(encoding="utf-8"))
    now = pictures.made_from()
    for row in index.values():
        row |= now
    first, second, third, fourth = list(index)[:4]
    index[first]["model"] = "0" * 64
    index[third]["commands"] = ["multivector run elsewhere"]
    (folder / pictures.INDEX).write_text(json.dumps(index), encoding="utf-8")
    (folder / second).write_bytes((folder / second).read_bytes() + b" ")
    (folder / fourth).unlink()
    (folder / "by-hand.png").write_bytes(b"")
    assert pictures.stale(folder) == [
        f"{first}: the model has changed since",
        f"{second}: not as the script wrote it",
        f"{third}: made by other commands",
        f"{fourth}: missing",
        "by-hand.png: made by nothing here",
    ]


def test_pictures_are_light_and_ask_nobody_for_anything() -> None:
    sizes = {name: (pictures.GALLERY / name).stat().st_size for name in pictures.COMMANDS}
    assert max(sizes.values()) < 150_000
    assert sum(sizes.values()) < 1_000_000
    for name in (name for name in sizes if name.endswith(".svg")):
        text = (pictures.GALLERY / name).read_text(encoding="utf-8")
        assert not re.findall(r'(?:href|src)="(?!#)|url\((?!#)|@import', text), name


def test_the_gallery_shows_every_picture_with_its_commands() -> None:
    text = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    assert set(_shown("docs/gallery.md")) == set(pictures.COMMANDS)
    assert all(command in text for commands in pictures.COMMANDS.values() for command in commands)


@pytest.mark.parametrize("page", ["README.md", "docs/gallery.md"])
def test_pictures_of_a_page_are_the_script_s_and_are_described(page: str) -> None:
    shown = _shown(page)
    assert len(shown) >= 3
    assert set(shown) <= set(pictures.COMMANDS)
    assert all(len(said.split()) >= 5 for said in shown.values())
