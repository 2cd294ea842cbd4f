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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from multivector.data.locate import shipped_root
from multivector.errors import BadInput, MultivectorError, Problem
from multivector.experiment.histories.arms import Arms
from multivector.experiment.telling.telling import differences, tell
from multivector.hashing import text_digest
from multivector.results.manifest import machine, model_version, same_bits_promised, versions
from multivector.scenario import load
from multivector.schema import Scenario

FORMAT = 1
MOST = 20
"""Histories that a page may tell."""
LARGEST = 40_000_000
"""Bytes that a page or a scenario in it may have: what is larger was not written here."""
_BLOCK = re.compile(r'<script type="application/json" id="record">(.*?)</script>', re.DOTALL)
_SEAL = re.compile(r'(<meta name="multivector-page" content=")([0-9a-f]{64})(">)')
UNSEALED = "0" * 64


def record_of(
    manifest: Mapping[str, Any], texts: tuple[str, str | None], histories: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The record of some histories of one result, as plain data; `texts` are its scenario and its benchmark."""
    keys = ("scenario", "seed", "replicates", "uncertainty", "versions", "machine", "policies", "digests", "command")
    both = {"scenario.yaml": texts[0], **({} if texts[1] is None else {"benchmark.yaml": texts[1]})}
    return {
        "format": FORMAT,
        "facts": {key: manifest.get(key) for key in keys},
        # Together: a benchmark is its scenario but for a few lines.
        "packed": packed(json.dumps(both, ensure_ascii=False, sort_keys=True)),
        "histories": list(histories),
    }


def packed(text: str) -> str:
    """A text, small; equal texts give equal bytes. Higher presets take twice to five times as long for an eighth less.

    Examples
    --------
    >>> unpacked(packed("id: after-2022"))
    'id: after-2022'
    """
    return base64.b64encode(lzma.compress(text.encode("utf-8"), preset=1)).decode("ascii")


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
    """

    exact: bool
    replicates: tuple[int, ...]
    changed: bool
    difference: str | None
    model_changed: bool

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
    inside = [_checked(each, str(path)) for each in pages_in(page)]
    if not inside:
        return _checked(page, str(path))
    return PageCheck(
        all(check.exact for check in inside), tuple(id for check in inside for id in check.replicates),
        _changed(page) or any(check.changed for check in inside),
        next((check.difference for check in inside if check.difference is not None), None),
        any(check.model_changed for check in inside),
    )  # fmt: skip


def _changed(page: str) -> bool:
    """Whether a page is another text than was sealed."""
    seal = _SEAL.search(page)
    return seal is None or text_digest(_SEAL.sub(lambda m: m[1] + UNSEALED + m[3], page, count=1)) != seal[2]


def _checked(page: str, path: str) -> PageCheck:
    """The check of a page of one result."""
    record, changed = _record(page, path), _changed(page)
    facts, histories = record["facts"], record["histories"]
    arms = _arms(record, path)
    exact = same_bits_promised(facts, {"versions": versions(), "machine": machine()})
    ids = [int(history["replicate"]) for history in histories]
    first: str | None = None
    try:
        found = [_finite(history) for history in tell(arms, seed=int(facts["seed"]), replicates=ids)]
        where = sorted(differences(histories, found, exact=exact), key=lambda d: (d[0] == "", d[0]))
        first = _words(*where[0]) if where else None
    except MultivectorError as error:
        first = f"the histories cannot be played again: {error}"
    except (KeyError, TypeError, AttributeError):
        raise BadInput([_wrong(path, "found histories of another shape")]) from None
    old = facts["digests"]["model"] != model_version(shipped_root() / "figures")
    return PageCheck(exact, tuple(ids), changed, first, old or (facts.get("policies") or {}) != arms.policies)


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
        facts, histories = record["facts"], record["histories"]
        for history in histories:
            len(history["quarters"]), history["series"].items()
        ids = [int(history["replicate"]) for history in histories]
        sound = 0 < len(ids) <= MOST and all(0 <= id < 10**9 for id in ids) and len(set(ids)) == len(ids)
        sound = sound and int(facts["seed"]) >= 0 and isinstance(facts["digests"]["model"], str)
        if not (sound and facts["versions"] and facts["machine"]):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadInput([_wrong(place, "found no histories in the page")]) from None
    if record["format"] != FORMAT:
        raise BadInput([_wrong(place, f"found a record of format {record['format']}")])
    return record


def _arms(record: Mapping[str, Any], place: str) -> Arms:
    """The scenario and the benchmark that the page carries."""
    try:
        texts = json.loads(unpacked(record["packed"]))
        named: list[str | None] = [texts["scenario.yaml"], texts.get("benchmark.yaml")]
        assert all(isinstance(text, str) or text is None for text in named)
    except (ValueError, TypeError, KeyError, AttributeError, AssertionError, RecursionError, lzma.LZMAError):
        raise BadInput([_wrong(place, "could not unpack the scenario in the page")]) from None
    found: list[Scenario | None] = []
    with tempfile.TemporaryDirectory() as folder:
        for k, text in enumerate(named):
            if text is None:
                found.append(None)
                continue
            path = Path(folder) / f"{k}.yaml"
            path.write_text(text, encoding="utf-8")
            found.append(load(path, stored=True))
    if found[0] is None:
        raise BadInput([_wrong(place, "found no scenario in the page")])
    return Arms(found[0], found[1], record["facts"].get("uncertainty"))


def _wrong(place: str, found: str) -> Problem:
    return Problem(place, 0, 0, "", found, "a page that `multivector report` has written of one result")
