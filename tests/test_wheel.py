"""A wheel, installed away from this tree, brings its scenarios, figures, lessons and pages along and runs them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import sysconfig
import urllib.request
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command away from the tree, with no path of the tree in its environment."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run([str(c) for c in command], cwd=cwd, env=clean, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the tree with the locked build backend."""
    folder = tmp_path_factory.mktemp("wheel")
    build = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    run(*build, "--wheel-dir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("multivector-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of a fresh environment that holds the wheel, and sees this one's libraries but not this tree.

    Libraries are seen through a path file: the path files inside a folder that is named so are not read, and so the
    editable installation of this tree stays out of sight.
    """
    home = tmp_path_factory.mktemp("elsewhere")
    venv.create(home / "venv", with_pip=False)
    place = {"base": str(home / "venv"), "platbase": str(home / "venv")}
    scheme = sysconfig.get_preferred_scheme("prefix") if os.name == "nt" else "posix_prefix"
    packages = Path(sysconfig.get_path("purelib", scheme=scheme, vars=place))
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    scripts = Path(sysconfig.get_path("scripts", scheme=scheme, vars=place))
    install = ("-m", "pip", "--quiet", "--python", scripts / "python", "install", "--no-deps", "--no-index")
    run(sys.executable, *install, "--force-reinstall", wheel, cwd=home)
    return scripts


def test_the_wheel_is_what_is_imported(installed, tmp_path):
    done = run(installed / "python", "-c", "import multivector; print(multivector.__file__)", cwd=tmp_path)
    assert Path(done.stdout.strip()).is_relative_to(installed.parent)


def test_shipped_scenarios_and_figures_travel(installed, tmp_path):
    code = "import multivector, pathlib; print(pathlib.Path(multivector.__file__).parent / '_shipped' / 'scenarios')"
    shipped = Path(run(installed / "python", "-c", code, cwd=tmp_path).stdout.strip())
    here = sorted(p.relative_to(ROOT / "scenarios") for p in (ROOT / "scenarios").rglob("*.*") if p.is_file())
    assert here
    assert sorted(p.relative_to(shipped) for p in shipped.rglob("*.*") if p.is_file()) == here


def test_the_installed_command_checks_a_shipped_world(installed, tmp_path):
    run(installed / "multivector", "check", "after-2022", cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_installed_command_runs_a_shipped_world(installed, tmp_path):
    done = run(installed / "multivector", "run", "after-2022", cwd=tmp_path)
    assert "2022-Q1" in done.stdout
    assert any(path.name == "manifest.json" for path in tmp_path.rglob("*"))


def test_the_installed_command_prints_a_lesson_and_opens_a_room(installed, tmp_path):
    # Tried: pages left out of the wheel; failed.
    command = ("paper", "lesson-january-2022", "--lang", "kk", "-n", "12", "--out", "print")
    run(installed / "multivector", *command, cwd=tmp_path)
    assert len(list((tmp_path / "print").rglob("*.html"))) > 5
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    serve = [str(installed / "multivector"), "serve", "lesson-after-2022", "--no-browser", "--json"]
    with subprocess.Popen(serve, cwd=tmp_path, env=clean, stdout=subprocess.PIPE, text=True) as room:
        try:
            assert room.stdout is not None
            told = json.loads("".join(iter(room.stdout.readline, "}\n")) + "}")
            for name in ("address", "teacher", "projector", "debrief"):
                with urllib.request.urlopen(told[name], timeout=30) as page:
                    assert b"<html" in page.read(), name
            with urllib.request.urlopen(told["address"] + "static/student.js", timeout=30) as script:
                assert b"App" in script.read()
        finally:
            room.send_signal(signal.SIGINT)
            room.wait(timeout=60)
