"""Pages of a class run in browsers of 2020 and 2021: Chrome 87, Safari 14.1, Firefox 84 (docs/classroom.md names them).

Scripts keep to ECMAScript 2020, all of which these three have; what browsers brought later is named below, with the
first version that has it. Sources: the features pages of MDN. The grammar knows no years, so what is newer is listed by
the names that it has there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

parser = pytest.importorskip("tree_sitter")
grammar = pytest.importorskip("tree_sitter_javascript")

STATIC = files("multivector.classroom").joinpath("pages", "static")
SCRIPTS = {f"{folder}{path.name}": path.read_text("utf-8")
           for folder, place in (("", STATIC), ("vendor/", STATIC.joinpath("vendor")))
           for path in place.iterdir() if path.name.endswith(".js")}  # fmt: skip
STYLES = {path.name: path.read_text("utf-8") for place in (STATIC, STATIC.joinpath("vendor"))
          for path in place.iterdir() if path.name.endswith(".css")}  # fmt: skip
SYNTAX = {  # kinds and tokens of the grammar that came after ECMAScript 2020
    "||=", "&&=", "??=", "field_definition", "private_property_identifier", "class_static_block", "decorator", "using",
    "using_declaration", "import_attribute", "hash_bang_line",
}  # fmt: skip
NUMBER, FLAGS = re.compile(r"\d_\d"), re.compile(r"[dv]")
CALLED = {  # of objects: Chrome, Safari
    "at": (92, "15.4"), "findLast": (97, "15.4"), "findLastIndex": (97, "15.4"), "hasOwn": (93, "15.4"),
    "toSorted": (110, "16"), "toReversed": (110, "16"), "toSpliced": (110, "16"), "groupBy": (117, "17.4"),
    "randomUUID": (92, "15.4"), "withResolvers": (119, "17.4"), "showPicker": (99, "16"), "canParse": (120, "17"),
}  # fmt: skip
GLOBALS = {"structuredClone": (98, "15.4"), "BroadcastChannel": (54, "15.4"), "requestIdleCallback": (47, "none")}
GUARDED = {"showModal": r"if \((\w+)\.showModal\) \1\.showModal\(\)"}
"""Newer members that a script may use where it asks first whether they are there."""
STYLE = {  # what changes where things stand; what is left out without harm is not here (`accent-color`)
    r"aspect-ratio\s*:": (88, "15"), r":has\(": (105, "15.4"), r"@container": (105, "16"), r"@layer": (99, "15.4"),
    r"\d[dsl]v[hw]\b": (108, "15.4"), r"color-mix\(": (111, "16.2"), r":is\(|:where\(": (88, "14"),
    r"overflow\s*:\s*clip": (90, "16"), r"(?<![-\w])(?:translate|rotate|scale)\s*:": (104, "14.1"),
    r"subgrid": (117, "16"), r"^\s*&": (120, "17.2"),
}  # fmt: skip


def nodes(text: str) -> Iterator[Any]:
    """All nodes of a script's tree."""
    tree = parser.Parser(parser.Language(grammar.language())).parse(text.encode())
    left = [tree.root_node]
    while left:
        node = left.pop()
        yield node
        left += node.children


def newer(text: str) -> list[str]:
    """What a script has that is newer than the browsers that are promised."""
    found = []
    for node in nodes(text):
        said = node.text.decode()
        if node.type == "ERROR" or node.is_missing:
            found.append(f"not understood: {said[:60]}")
        elif node.type in SYNTAX or (node.type == "number" and NUMBER.search(said)):
            found.append(f"{node.type}: {said[:60]}")
        elif node.type == "regex_flags" and FLAGS.search(said):
            found.append(f"flag of a regular expression: {said}")
        elif node.type == "await_expression" and not inside(node):
            found.append(f"await outside of a function: {said[:60]}")
        elif node.type == "property_identifier" and said in CALLED and called(node):
            found.append(f"{said}: Chrome and Safari from {CALLED[said]}")
        elif node.type == "identifier" and said in GLOBALS:
            found.append(f"{said}: Chrome and Safari from {GLOBALS[said]}")
        elif node.type == "property_identifier" and said in GUARDED and not re.search(GUARDED[said], text):
            found.append(f"{said} without a look whether it is there")
    return found


def called(node: Any) -> bool:
    """Whether a member is called: what has the same name may be anything."""
    return node.parent.type == "member_expression" and node.parent.parent.type == "call_expression"


def inside(node: Any) -> bool:
    """Whether a node stands in a function."""
    while node is not None:
        if "function" in node.type or node.type == "method_definition":
            return True
        node = node.parent
    return False


def test_scripts_keep_to_what_browsers_of_2020_have() -> None:
    assert {"student.js", "teacher.js", "projector.js", "debrief.js", "vendor/preact.js"} <= set(SCRIPTS)
    assert {name: found for name, text in SCRIPTS.items() if (found := newer(text))} == {}


@pytest.mark.parametrize("script", [
    "a ??= 1;", "a ||= b;", "class A { b = 1 }", "class A { #b() {} }", "class A { static { b(); } }",
    "const n = 1_000;", "const r = /a/d;", "await fetch('/');", "const last = list.at(-1);", "node.showModal();",
    "const b = structuredClone(a);", "const f = async () => { await g(); }; )",
])  # fmt: skip
def test_newer_scripts_are_found(script: str) -> None:
    assert newer(script)


def test_what_they_have_is_let_through() -> None:
    text = """const f = async (a, {b = 1n, ...rest}) => { for await (const x of a) await b?.c?.(x ?? rest); };
    class A { constructor() { this.at = 1 } } export {f as default}; try { f() } catch { f`a${/u/gu}` }"""
    assert newer(text) == []


def test_styles_place_nothing_by_what_is_newer() -> None:
    found = {name: [p for p in STYLE if re.search(p, text, re.M)] for name, text in STYLES.items()}
    assert found == {name: [] for name in STYLES}


def test_where_a_browser_knows_no_focus_visible_the_focus_is_still_framed() -> None:
    # Safari before 15.4 drops a rule with a selector that it does not know: what hides the frame must be such a rule.
    hides = re.findall(r"([^{}]*)\{[^{}]*outline:\s*(?:none|0)[^{}]*\}", "".join(STYLES.values()))
    assert all(":focus-visible" in selector for selector in hides)
    assert re.search(r"(?<![-:\w)]):focus \{ outline: 3px", STYLES["style.css"])
