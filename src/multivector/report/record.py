"""What a page carries of the histories it shows: enough to play them again and to say whether they are the same.

The histories stand in the page as plain JSON, because the page itself reads them: whoever changes what the page shows
changes what is verified. Scenarios are long, are read by nobody there, and are packed. A seal, the digest of the whole
page, tells whether any other text of it was changed.
"""

from __future__ import annotations

import base64
import html
import json
import lzma
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from multivector.data.locate import shipped_root
from multivector.errors import BadInput, MultivectorError, Problem
from multivector.experiment.histories.arms import Arms
from multivector.experiment.telling.telling import differences, tell
from multivector.hashing import text_digest
from multivector.report import carried
from multivector.results.manifest import machine, model_version, same_bits_promised, versions
from multivector.scenario import load
from multivector.schema import Scenario

FORMAT = 1
MOST = 20
"""Histories that a page may tell."""
KEYS = ("scenario", "seed", "replicates", "uncertainty", "versions", "machine", "policies", "digests", "command")
"""What a page keeps of a manifest."""
LARGEST = 40_000_000
"""Bytes that a page or a scenario in it may have: what is larger was not written here."""
_BLOCK = re.compile(r'<script type="application/json" id="record">(.*?)</script>', re.DOTALL)
_SEAL = re.compile(r'(<meta name="multivector-page" content=")([0-9a-f]{64})(">)')
UNSEALED = "0" * 64


def _facts_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What a page says of how its result was made."""
    own = {"engine": manifest["engine"]} if "engine" in manifest else {}
    return {key: manifest.get(key) for key in KEYS} | own


def record_of(
    manifest: Mapping[str, Any], texts: tuple[str, str | None], histories: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The record of some histories of one result, as plain data; `texts` are its scenario and its benchmark."""
    return {
        "format": FORMAT,
        "facts": _facts_of(manifest),
        # Together: a benchmark is its scenario but for a few lines.
        "packed": packed(json.dumps(_both(texts), ensure_ascii=False, sort_keys=True)),
        "histories": list(histories),
    }


def record_of_several(
    worlds: Sequence[tuple[str, Mapping[str, Any], tuple[str, str | None], Sequence[Mapping[str, Any]]]],
) -> dict[str, Any]:
    """The record of some histories of several results: name, manifest, scenario and benchmark, histories of each."""
    texts = [_both(both) for _, _, both, _ in worlds]
    return {
        "format": FORMAT,
        # Together: worlds that are compared are mostly the same text.
        "packed": packed(json.dumps(texts, ensure_ascii=False, sort_keys=True)),
        "worlds": [
            {"name": name, "facts": _facts_of(manifest), "histories": list(histories)}
            for name, manifest, _, histories in worlds
        ],
    }


def _both(texts: tuple[str, str | None]) -> dict[str, str]:
    return {"scenario.yaml": texts[0], **({} if texts[1] is None else {"benchmark.yaml": texts[1]})}


def packed(text: str) -> str:
    """A text, small; equal texts give equal bytes. Higher presets take five times as long for a fourteenth less.

    Examples
    --------
    >>> unpacked(packed("id: after-2022"))
    'id: after-2022'
    """
    return base64.b64encode(lzma.compress(text.encode("utf-8"), preset=3)).decode("ascii")


def unpacked(text: str) -> str:
    """The text again.

    Raises
    ------
    ValueError, LZMAError
        It is none, or a large one.
    """
    reader = lzma.LZMADecompressor(memlimit=200_000_000)
    found = reader.decompress(base64.b64decode(text, validate=True), LARGEST)
    if not reader.eof:
        raise ValueError("too large, or cut off")
    return found.decode("utf-8")


def embedded(data: Any) -> str:
    """Plain data as JSON that cannot end the element of the page in which it stands.

    Examples
    --------
    >>> embedded({"title": "</script>"})
    '{"title":"\\\\u003c/script\\\\u003e"}'
    """
    text = json.dumps(_finite(data), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text


def _finite(data: Any) -> Any:
    if isinstance(data, float):
        return data if data == data and abs(data) != float("inf") else None
    if isinstance(data, Mapping):
        return {str(k): _finite(v) for k, v in data.items()}
    return [_finite(v) for v in data] if isinstance(data, list | tuple) else data


def sealed(page: str) -> str:
    """The page with its digest in place of noughts."""
    digest = text_digest(page)
    return _SEAL.sub(lambda m: m[1] + digest + m[3], page, count=1)


_NAMES = re.compile(r'<iframe title="([^"]*)" srcdoc=')
_FRAME = re.compile(r'<iframe title="[^"]*" srcdoc="([^"]*)">')


def pages_in(page: str) -> list[str]:
    """The pages that `together` put into one; none in a page of one result.

    Examples
    --------
    >>> pages_in('<iframe title="A" srcdoc="&lt;p&gt;one&lt;/p&gt;"></iframe>')
    ['<p>one</p>']
    """
    return [html.unescape(text) for text in _FRAME.findall(page)]


@dataclass(frozen=True)
class PageCheck:
    """What verifying a page found.

    Attributes
    ----------
    exact : whether every bit was to agree, or 1e-9.
    replicates : histories that were played again.
    changed : whether the text of the page is not as it was written.
    difference : the first disagreement in words, or None.
    model_changed : whether the model is another version than the one that made the page.
    parts : where the page has several results, or several pages in it: the name of each, and what was found of it.
    """

    exact: bool
    replicates: tuple[int, ...]
    changed: bool
    difference: str | None
    model_changed: bool
    parts: tuple[tuple[str, PageCheck], ...] = ()

    @property
    def fine(self) -> bool:
        """Whether all is as it was."""
        return not self.changed and self.difference is None


def is_page(path: str | Path) -> bool:
    """Whether a path names a page and not a folder."""
    return Path(path).is_file() and Path(path).suffix.lower() in (".html", ".htm")


def verify_page(path: str | Path) -> PageCheck:
    """Play the histories that a page tells again, and compare.

    Raises
    ------
    BadInput
        It is no page of this project, or what it carries cannot be read.
    """
    page = _text(Path(path))
    inside = pages_in(page)
    if inside:
        names = [html.unescape(name) for name in _NAMES.findall(page)]
        parts = [(name, _joined(_checked(each, str(path)), each)) for name, each in zip(names, inside, strict=True)]
        return _joined(parts, page)
    return _joined(_checked(page, str(path)), page)


def _joined(parts: Sequence[tuple[str, PageCheck]], page: str) -> PageCheck:
    """What was found of a page with these parts; the part itself where there is one and it has no name."""
    changed = _changed(page)
    if len(parts) == 1 and not parts[0][0]:
        return replace(parts[0][1], changed=changed)
    checks = [check for _, check in parts]
    worlds = [(name, check) for name, check in parts if check.difference is not None]
    return PageCheck(
        all(check.exact for check in checks), tuple(id for check in checks for id in check.replicates),
        changed or any(check.changed for check in checks),
        f"{worlds[0][0]}: {worlds[0][1].difference}" if worlds else None,
        any(check.model_changed for check in checks), tuple(parts),
    )  # fmt: skip


def _changed(page: str) -> bool:
    """Whether a page is another text than was sealed."""
    seal = _SEAL.search(page)
    return seal is None or text_digest(_SEAL.sub(lambda m: m[1] + UNSEALED + m[3], page, count=1)) != seal[2]


def _checked(page: str, path: str) -> list[tuple[str, PageCheck]]:
    """What was found of each result of a page, by name; that of a page of one has none."""
    record = _record(page, path)
    several = "worlds" in record
    worlds = record["worlds"] if several else [{"name": "", **record}]
    texts = _texts(record["packed"], path, len(worlds) if several else None)
    play = carried.again if several else _told
    return [
        (world["name"], _played(world["facts"], world["histories"], _arms(both, world["facts"], path), play, path))
        for world, both in zip(worlds, texts, strict=True)
    ]


Play = Callable[[Arms, Mapping[str, Any], Sequence[Mapping[str, Any]]], list[dict[str, Any]]]
"""Plays histories that are stored again: of these arms, with the facts of their manifest."""


def _told(arms: Arms, facts: Mapping[str, Any], stored: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return tell(arms, seed=int(facts["seed"]), replicates=[int(history["replicate"]) for history in stored])


def _played(
    facts: dict[str, Any], stored: Sequence[dict[str, Any]], arms: Arms, play: Play, path: str
) -> PageCheck:  # fmt: skip
    """The check of the histories of one result; whether the page was changed is not asked here."""
    exact = same_bits_promised(facts, {"versions": versions(), "machine": machine()})
    first: str | None = None
    try:
        found = [_finite(history) for history in play(arms, facts, stored)]
        lost = {int(each["replicate"]) for each in stored} - {int(each["replicate"]) for each in found}
        kept = [history for history in stored if int(history["replicate"]) not in lost]
        where = sorted(differences(kept, found, exact=exact), key=lambda d: (d[0] == "", d[0]))
        where = [("", id, "stored a history, now it fails") for id in sorted(lost)] + where
        first = _words(*where[0]) if where else None
    except MultivectorError as error:
        first = f"the histories cannot be played again: {error}"
    except (KeyError, TypeError, AttributeError):
        raise BadInput([_wrong(path, "found histories of another shape")]) from None
    old = facts["digests"]["model"] != model_version(shipped_root() / "figures")
    changed = old or (facts.get("policies") or {}) != arms.policies
    return PageCheck(exact, tuple(int(each["replicate"]) for each in stored), False, first, changed)


def _words(quarter: str, replicate: int, what: str) -> str:
    when = f"in {quarter}" if quarter else "over the whole history"
    return f"first difference {when}, replicate {replicate}: {what}"


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise BadInput([_wrong(str(path), "found a larger file than any page")])
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput([_wrong(str(path), f"could not read the file ({error})")]) from None


def _record(page: str, place: str) -> dict[str, Any]:
    block = _BLOCK.search(page)
    try:
        record: dict[str, Any] = json.loads(block[1]) if block else {}
        worlds = record.get("worlds", [record])
        if not (0 < len(worlds) <= MOST and all(map(_sound, worlds))):
            raise ValueError
        assert all(isinstance(world["name"], str) for world in worlds if "worlds" in record)
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError, RecursionError):
        raise BadInput([_wrong(place, "found no histories in the page")]) from None
    if record["format"] != FORMAT:
        raise BadInput([_wrong(place, f"found a record of format {record['format']}")])
    return record


def _sound(record: Mapping[str, Any]) -> bool:
    """Whether the histories of a result and what is said of it have the shape that is asked of them later."""
    facts, histories = record["facts"], record["histories"]
    for history in histories:
        len(history["quarters"]), history["series"].items()
    ids = [int(history["replicate"]) for history in histories]
    sound = 0 < len(ids) <= MOST and all(0 <= id < 10**9 for id in ids) and len(set(ids)) == len(ids)
    sound = sound and int(facts["seed"]) >= 0 and isinstance(facts["digests"]["model"], str)
    return bool(sound and facts["versions"] and facts["machine"])


def _texts(text: str, place: str, count: int | None) -> list[dict[str, str]]:
    """Scenario and benchmark of each result that the page carries; of a page of one (None) they stand by themselves."""
    try:
        found = json.loads(unpacked(text))
        every: list[dict[str, str]] = [found] if count is None else found
        assert isinstance(every, list)
        assert len(every) == (count or 1)
        assert all(isinstance(each["scenario.yaml"], str) for each in every)
        assert all(isinstance(each.get("benchmark.yaml", ""), str) for each in every)
    except (ValueError, TypeError, KeyError, AttributeError, AssertionError, RecursionError, lzma.LZMAError):
        raise BadInput([_wrong(place, "could not unpack the scenario in the page")]) from None
    return every


def _arms(texts: Mapping[str, str], facts: Mapping[str, Any], place: str) -> Arms:
    """The scenario and the benchmark of a result."""
    found: list[Scenario | None] = []
    with tempfile.TemporaryDirectory() as folder:
        for k, text in enumerate((texts["scenario.yaml"], texts.get("benchmark.yaml"))):
            if text is None:
                found.append(None)
                continue
            path = Path(folder) / f"{k}.yaml"
            path.write_text(text, encoding="utf-8")
            found.append(load(path, stored=True))
    if found[0] is None:
        raise BadInput([_wrong(place, "found no scenario in the page")])
    return Arms(found[0], found[1], facts.get("uncertainty"), facts.get("engine") is not None)


def _wrong(place: str, found: str) -> Problem:
    return Problem(place, 0, 0, "", found, "a page that `multivector report` has written ")
