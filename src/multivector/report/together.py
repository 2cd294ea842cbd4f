"""Pages of several results as one offline file: each is whole and keeps its seal; one slider steps through them all."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from markupsafe import Markup

from multivector.language import speaker
from multivector.report.page import asset, environment, inline_hash
from multivector.report.record import UNSEALED, sealed

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"')

NOTES = "aside { padding: 0 1rem; } aside h2, aside p { margin: .3rem 0; }\n"
"""Style of what stands above the pages, on a page that has it."""


def together(
    pages: Sequence[tuple[str, str]], *, title: str, lang: str, notes: Sequence[tuple[str, Sequence[str]]] = ()
) -> str:
    """One page with others side by side.

    Parameters
    ----------
    pages : name and text of each, as `multivector report` writes them.
    title : what stands above them.
    lang : language of the page.
    notes : what stands above the pages, each a heading and its lines.

    Returns
    -------
    str
        A page that needs nothing else; `multivector verify` checks it and each page in it.
    """
    style, script = asset("together.css") + (NOTES if notes else ""), asset("together.js")
    found = _POLICY.search(pages[0][1])
    policy = html.unescape(found[1]) if found else "default-src 'none'; style-src ; script-src "
    # A page in a frame obeys both policies: this one allows what those inside allow, and its own style and script.
    for kind, own in (("style-src", style), ("script-src", script)):
        policy = policy.replace(f"{kind} ", f"{kind} '{inline_hash(own)}' ")
    text = environment().get_template("together.html.j2").render(
        say=speaker(lang), title=title, pages=pages, notes=notes, policy=policy, seal=UNSEALED, style=Markup(style),
        script=Markup(script),
    )  # fmt: skip
    return sealed(text)
