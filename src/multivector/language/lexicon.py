"""Terms that a school may have to change: each stands in one place, and messages name it by its key.

A message says ``{war}``; what is said there comes from `lexicon.toml`, or from the file that `MULTIVECTOR_LEXICON`
names. Terms stand in the nominative in all messages, so that another one fits without a change of grammar.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from multivector.errors import BadInput, Problem

VARIABLE = "MULTIVECTOR_LEXICON"


def terms(lang: str) -> Mapping[str, str]:
    """Key -> term in this language, with those of the school's own file in place of the shipped ones.

    Raises
    ------
    BadInput
        The file cannot be read, is no TOML, or has a key or a language that the shipped one has not.

    Examples
    --------
    >>> terms("ru")["war_short"]
    'война в Украине'
    """
    return _terms(lang, os.environ.get(VARIABLE, ""))


@cache
def _terms(lang: str, path: str) -> Mapping[str, str]:
    import tomllib
    from importlib.resources import files

    shipped = tomllib.loads(files("multivector.language").joinpath("lexicon.toml").read_text("utf-8"))
    own = _own(path, shipped) if path else {}
    return {key: {**words, **own.get(key, {})}[lang] for key, words in shipped.items()}


def _own(path: str, shipped: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    import tomllib

    try:
        own = tomllib.loads(Path(path).read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(
            [Problem(path, 0, 0, "", f"cannot be read: {error}", "a lexicon, see docs/languages.md")]
        ) from None
    problems = []
    for key, words in own.items():
        if key not in shipped:
            problems.append(Problem(path, 0, 0, key, "found an unknown term", ", ".join(shipped)))
        elif not isinstance(words, dict) or not all(isinstance(w, str) and w.strip() for w in words.values()):
            problems.append(Problem(path, 0, 0, key, "found no texts by language", 'en = "…", ru = "…", kk = "…"'))
        else:
            known = shipped[key]
            problems += [
                Problem(path, 0, 0, f"{key}.{lang}", "found an unknown language", ", ".join(known))
                for lang in words if lang not in known
            ]  # fmt: skip
    if problems:
        raise BadInput(problems)
    return own
