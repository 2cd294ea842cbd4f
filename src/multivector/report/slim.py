"""Pictures without what says nothing: a page of them stays small, so that it has room for histories."""

from __future__ import annotations

import re

_SILENT = re.compile(
    r'<path class="(?:foreground|background)" d=""[^>]*/>|<path class="background" d="M0,0h0v0h0Z"[^>]*/>'
    r'| (?:stroke-|fill-)?opacity="1"| pointer-events="none"| transform="translate\(0,0\)"| font-family="[^"]*"'
)


def slim(svg: str) -> str:
    """A drawing that looks the same on a page: empty paths and attributes at their defaults go, and the font, which is
    the page's own there.

    Examples
    --------
    >>> slim('<svg width="9"><g transform="translate(0,0)"><text font-family="Arial" opacity="1">a</text></g></svg>')
    '<svg width="9"><g><text>a</text></g></svg>'
    """
    return _SILENT.sub("", svg)
