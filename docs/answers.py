"""Write outputs on pages anew: run each command as it stands there, and put what it prints under it.

    python docs/answers.py                 # all of them: some minutes
    python docs/answers.py signals         # one
    python docs/answers.py --check         # write nothing; fail where a page says otherwise than the commands

A block of output stands under a comment `<!-- answer NAME, model DIGEST: FROM .. TO; FROM .. TO -->`, the command in
the last `sh` block before it, or in the comment behind the name, `NAME = COMMAND`. FROM and TO are beginnings of lines:
what is shown of the printout goes from the one up to and without the other (to the end if there is none), and `...`
stands for what is left out. The digest is that of the model that answered; a test names the answers of another one.
"""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parent
PAGES = (DOCS / "five-questions.md", DOCS / "signals.md", DOCS / "sensitivity.md", DOCS.parent / "README.md")
BLOCK = re.compile(
    r"<!-- answer (?P<name>[\w-]+)(?: = (?P<command>[^,]+))?, model (?P<model>\w*): (?P<parts>.*?) -->\n"
    r"```text\n(?P<text>.*?)```", re.S,
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """A block of output: where it and the digest of its model stand, what it shows, the command."""

    name: str
    span: tuple[int, int]
    model: str
    stamp: tuple[int, int]
    parts: tuple[tuple[str, str], ...]
    command: tuple[str, ...]
    text: str


def answers(page: str) -> Iterator[Answer]:
    """The blocks of a page."""
    for found in BLOCK.finditer(page):
        before = found["command"] or re.findall(r"```sh\n(.*?)```", page[: found.start()], flags=re.S)[-1]
        parts = [tuple(x.strip() for x in part.partition("..")[::2]) for part in found["parts"].split(";")]
        cuts = tuple((a, b) for a, b in parts)
        yield Answer(
            found["name"], found.span("text"), found["model"], found.span("model"), cuts, tuple(shlex.split(before)),
            found["text"],
        )  # fmt: skip


def worlds(page: str, folder: Path) -> None:
    """Write the scenarios of the page where its commands look for them."""
    for text in re.findall(r"```yaml\n(.*?)```", page, flags=re.S):
        (folder / f"{re.findall(r'^id: (.+)$', text, flags=re.M)[0]}.yaml").write_text(text, encoding="utf-8")


def shown(printed: str, parts: tuple[tuple[str, str], ...]) -> str:
    """The parts of a printout that a page shows."""
    out, last = list[str](), 0
    lines = printed.rstrip("\n").split("\n")
    for first, end in parts:
        start = next(k for k in range(last, len(lines)) if lines[k].lstrip().startswith(first))
        stop = next((k for k in range(start + 1, len(lines)) if end and lines[k].lstrip().startswith(end)), len(lines))
        if start > last and out:
            out.append("...")
        part = lines[start:stop]
        while part and not part[-1].strip():
            part.pop()
        out, last = out + part, stop
    return "\n".join(out) + "\n"


def run(answer: Answer, folder: Path, out: Path) -> str:
    """What a command of the page prints."""
    line = [sys.executable, "-m", "multivector", *answer.command[1:], "--out", str(out)]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def main() -> int:
    """Write or check."""
    from multivector.data.locate import shipped_root
    from multivector.results.manifest import model_version

    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("names", nargs="*")
    options.add_argument("--check", action="store_true")
    options.add_argument("--out", type=Path, default=Path("results"))
    asked = options.parse_args()
    model, wrong = model_version(shipped_root() / "figures")[:8], 0
    for place in PAGES:
        page = place.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            worlds(page, Path(folder))
            for answer in reversed(list(answers(page))):
                if asked.names and answer.name not in asked.names:
                    continue
                text = shown(run(answer, Path(folder), asked.out.absolute()), answer.parts)
                same = text == answer.text
                said = "as it stands" if same else "differs" if asked.check else "written"
                sys.stdout.write(f"{answer.name}: {said}\n")
                sys.stdout.flush()
                wrong += asked.check and not same
                page = page[: answer.span[0]] + text + page[answer.span[1] :]
                page = page[: answer.stamp[0]] + model + page[answer.stamp[1] :]
                if not asked.check:
                    place.write_text(page, encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
