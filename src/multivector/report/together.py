"""Pages of several results as one offline file: each is whole, steps through its own history, and keeps its seal."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Sequence

from multivector.report.record import UNSEALED, sealed

STYLE = (
    ":root{color-scheme:light dark}body{margin:0;font:16px/1.4 system-ui,sans-serif}h1{font-size:1.3rem;margin:1rem}"
    "main{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,30rem),1fr));gap:.5rem;padding:.5rem}"
    "section{display:flex;flex-direction:column}h2{font-size:1.1rem;margin:.3rem .5rem}"
    "iframe{width:100%;height:calc(100vh - 6.5rem);min-height:30rem;border:1px solid #8b959e;border-radius:6px}"
)
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"')


def together(pages: Sequence[tuple[str, str]], *, title: str, lang: str) -> str:
    """One page with others side by side.

    Parameters
    ----------
    pages : name and text of each, as `multivector report` writes them.
    title : what stands above them.
    lang : language of the page.

    Returns
    -------
    str
        A page that needs nothing else; `multivector verify` checks it and each page in it.
    """
    own = "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode("ascii")
    found = _POLICY.search(pages[0][1])
    # A page in a frame obeys both policies: this one allows what those inside allow, and its own style.
    policy = html.unescape(found[1]).replace("style-src ", f"style-src '{own}' ") if found else "default-src 'none'"
    frames = "\n".join(
        f'<section><h2>{html.escape(name)}</h2><iframe title="{html.escape(name)}" srcdoc="{html.escape(text)}">'
        "</iframe></section>"
        for name, text in pages
    )
    return sealed(
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="multivector-page" content="{UNSEALED}">\n'
        f"<title>{html.escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{html.escape(title)}</h1>\n"
        f"<main>\n{frames}\n</main>\n</body>\n</html>\n"
    )
