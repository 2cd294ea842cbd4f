"""Pages in a real browser: no request, no error, no scroll to the side, every control, keyboard, dark, paper."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from multivector import run
from multivector.language import LANGUAGES
from multivector.report.geography import View, outlines, rings
from multivector.report.opening import facts_of, several_of
from multivector.report.page import one_page
from multivector.report.scheme import ROUTES_VIEW, SIZE, TIES_VIEW
from multivector.report.several import several_page
from multivector.report.together import together
from multivector.results.store import open_result
from report_made import facts, result

CHROMIUM = Path("/usr/bin/chromium")
ARGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--no-first-run")  # fmt: skip
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium in /usr/bin/chromium"),
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    one = open_result(result(folder))
    texts = {
        "many": one_page(facts(folder)),
        "single": one_page(facts_of(open_result(result(folder, 1)))),
        "several": several_page(several_of([one, open_result(result(folder, doctrine="west-pivot"))])),
        "russian": one_page(facts_of(one, lang="ru")),
        "kazakh": one_page(facts_of(one, lang="kk")),
    }
    texts["both"] = together([("A", texts["single"]), ("B", texts["many"])], title="Two worlds", lang="en")
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in texts}


WORLDS = (("after-2022", "hedge"), ("after-2022", "west-pivot"), ("secondary-threatened", "hedge"),
          ("settlement-and-lifting", "hedge"))  # fmt: skip
COUNTS = {"two": 2, "three": 3, "six": 6}


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Comparisons of shipped worlds as they are, sixteen quarters; of the most worlds where words are longest."""
    folder = tmp_path_factory.mktemp("compared")
    stored = [
        open_result(run(scenario, 64, 3, doctrines={"KAZ": doctrine}).save(folder)) for scenario, doctrine in WORLDS
    ]
    names = [*(f"{name}-{lang}" for name in ("two", "three") for lang in LANGUAGES), "six-kk"]
    for each in names:
        name, _, lang = each.partition("-")
        text = several_page(several_of([*stored, *stored[2:]][: COUNTS[name]], lang=lang))
        (folder / f"{each}.html").write_text(text, encoding="utf-8")
    return {each: folder / f"{each}.html" for each in names}


@pytest.fixture(scope="module")
def every(pages: dict[str, Path], compared: dict[str, Path]) -> dict[str, Path]:
    """All of them by name."""
    return {**pages, **compared}


ONE = ("many", "russian", "kazakh")
SEVERAL = tuple(f"{name}-{lang}" for name in ("two", "three") for lang in LANGUAGES)
WIDTHS = (360, 1366, 1920)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGS))
        yield found
        found.close()


class Opened:
    """A page with what it asked for and complained of."""

    def __init__(self, browser: Any, path: Path, width: int = 1366, **options: Any) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 800}, offline=True, **options)
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.on("console", lambda m: self.said.append(m.text))
        self.page.on("pageerror", lambda e: self.said.append(str(e)))
        self.page.goto(path.as_uri())

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *args: object) -> None:
        self.context.close()


@pytest.mark.parametrize("name", [*ONE, "single", "several", *SEVERAL])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_opens_at_every_width(browser: Any, every: dict[str, Path], name: str, width: int) -> None:
    with Opened(browser, every[name], width) as it:
        for summary in it.page.query_selector_all("details.whole > summary, details.wide > summary"):
            summary.click()
        assert it.requests == [every[name].as_uri()]
        assert it.said == []
        assert it.page.evaluate("document.documentElement.scrollWidth") <= width
        # The clock of a laden machine is a poor one: the limit is a second.
        assert it.page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") < 1000


def test_replay_moves_widths_numbers_and_the_quarter(browser: Any, pages: dict[str, Path]) -> None:
    with Opened(browser, pages["many"]) as it:
        page = it.page
        widths = "[...document.querySelectorAll('[data-flow]')].map(x => x.getAttribute('stroke-width')).join()"
        before = page.evaluate(widths), page.inner_text("#now"), page.inner_text("#when")
        page.click("#next")
        after = page.evaluate(widths), page.inner_text("#now"), page.inner_text("#when")
        assert all(a != b for a, b in zip(before, after, strict=True))
        page.click("#back")
        assert page.inner_text("#when") == before[2] == "Q1 2022"
        other = page.evaluate("document.querySelectorAll('#history option').length")
        assert other >= 2
        page.select_option("#history", index=1 if page.input_value("#history") == "0" else 0)
        assert page.inner_text("#now") != before[1]
        assert page.evaluate("document.querySelectorAll('.history:not([hidden])').length") == 1
        page.check("#median")
        assert page.evaluate(widths) != before[0]
        page.click("#play")
        assert page.get_attribute("#play", "aria-pressed") == "true"
        page.wait_for_selector("#play[aria-pressed=false]")
        assert page.inner_text("#when") == "Q4 2022"
        assert it.said == []


def test_histories_side_by_side_step_on_one_slider(browser: Any, pages: dict[str, Path]) -> None:
    with Opened(browser, pages["both"]) as it:
        page = it.page
        frames = [frame for frame in page.frames if frame.parent_frame]
        page.wait_for_selector("#player:not([hidden])")

        def at(quarter: str) -> None:
            for one in (page, *frames):
                one.wait_for_function("q => document.getElementById('when').textContent === q", arg=quarter)

        at("Q1 2022")
        page.click("#next")
        at("Q2 2022")
        frames[1].click("#next")  # who moves one of them moves all
        at("Q3 2022")
        page.focus("#turn")
        page.keyboard.press("End")
        at("Q4 2022")
        page.click("#play")  # from the end it begins anew
        at("Q1 2022")
        assert len(frames) == 2
        assert it.requests == [pages["both"].as_uri()]
        assert it.said == []


FRAMED = f"{{position: 'fixed', left: 0, top: 0, margin: 0, zIndex: 99, width: '{SIZE[0]}px', height: '{SIZE[1]}px'}}"
SHARP = 8
"""Device pixels of a style sheet's pixel: the smallest disputed area is then some ten pixels wide."""


SIDES = ((67.0, 48.0), (45.0, 56.5), (31.5, 49.5), (34.0, 43.2))
"""Places in Kazakhstan, Russia, Ukraine and the Black Sea: coloured apart."""


def _ground(path: str, shot: Image.Image, view: View) -> set[tuple[int, ...]]:
    """The colours within an outline as far as the picture has it, without its edge, along which a line is drawn."""
    scale, (dx, dy) = shot.width / view.size[0], view._shift()
    drawn = [[(scale * (x * view.zoom + dx), scale * (y * view.zoom + dy)) for x, y in ring] for ring in rings(path)]
    xs, ys = ([round(place[k]) for ring in drawn for place in ring] for k in (0, 1))
    half = round(0.15 * view.zoom * scale) + 2
    box = (min(xs) - 2 * half, min(ys) - 2 * half, max(xs) + 2 * half, max(ys) + 2 * half)
    mask = Image.new("1", (box[2] - box[0], box[3] - box[1]))
    for ring in drawn:
        one = Image.new("1", mask.size)
        ImageDraw.Draw(one).polygon([(x - box[0], y - box[1]) for x, y in ring], fill=1)
        mask = ImageChops.logical_xor(mask, one)
    within = np.asarray(mask.convert("L").filter(ImageFilter.MinFilter(2 * half + 1))) > 0
    there = Image.new("1", shot.size, 1).crop(box)
    return {(int(r), int(g), int(b)) for r, g, b in np.asarray(shot.crop(box))[within & np.asarray(there)]}


@pytest.mark.parametrize("shade", ["light", "dark"])
def test_disputed_areas_are_hatched_in_no_states_colour(browser: Any, pages: dict[str, Path], shade: str) -> None:
    """All that there are, in each picture of the map as far as it shows them; both with the neutral note."""
    # Tried: Crimea without its hatching, left out, and drawn as Russia's and as Ukraine's; Kosovo drawn as a state,
    # South Ossetia left out; hatching in the colour of powers. Each failed.
    fill, seen = "getComputedStyle(x).fill.match(/\\d+/g).map(Number)", set[str]()
    with Opened(browser, pages["many"], color_scheme=shade, device_scale_factor=SHARP) as it:
        page = it.page
        assert not page.is_visible(".routes.map")
        page.check("#onmap")
        taken = {tuple(c) for c in page.evaluate(f"[...document.querySelectorAll('.state, .sea')].map(x => {fill})")}
        assert len(taken) == 4, "the focus actor's, powers', other states', the sea's"
        for kind, view in (("routes", ROUTES_VIEW), ("ties", TIES_VIEW)):
            assert page.is_visible(f".{kind}.map")
            assert not page.is_visible(f".{kind}:not(.map)")
            figure = page.locator("figure.plan", has=page.locator(f".{kind}.map"))
            assert figure.inner_text().count("Boundaries do not imply a position on legal status.") == 1
            # Lines and names may lie over a place: the ground alone is looked at, and at whole pixels.
            page.evaluate(f"document.querySelectorAll('.{kind}.map > :not(.sea, use)').forEach(x => x.remove())")
            page.evaluate(f"Object.assign(document.querySelector('.{kind}.map').style, {FRAMED})")
            clip = dict(zip(("x", "y", "width", "height"), (0, 0, *SIZE), strict=True))
            shot = Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")
            page.evaluate(f"document.querySelector('.{kind}.map').remove()")
            sides = {shot.getpixel(tuple(shot.width / SIZE[0] * x for x in view.at(*at))) for at in SIDES}
            assert sides <= taken
            assert len(sides) == 4
            for name, path in outlines()["disputed"].items():
                if colours := _ground(path, shot, view):
                    assert not colours & taken, (kind, name)
                    between, stripe = min(colours, key=sum), max(colours, key=sum)
                    if sum(abs(a - b) for a, b in zip(between, stripe, strict=True)) > 60:
                        seen.add(name)
    beyond = {"taiwan"}  # east of both pictures
    assert seen == set(outlines()["disputed"]) - beyond, "stripes are seen"


def test_the_map_moves_with_the_quarter(browser: Any, pages: dict[str, Path]) -> None:
    with Opened(browser, pages["many"]) as it:
        page = it.page
        page.focus("#onmap")
        page.keyboard.press("Space")
        widths = "[...document.querySelectorAll('.map [data-flow]')].map(x => x.getAttribute('stroke-width')).join()"
        before = page.evaluate(widths)
        page.click("#next")
        assert page.evaluate(widths) != before
        assert it.said == []


def test_a_decision_is_explained_when_asked(browser: Any, pages: dict[str, Path]) -> None:
    with Opened(browser, pages["many"]) as it:
        page = it.page
        button = page.query_selector("#now .ask")
        button.click()
        assert button.get_attribute("aria-expanded") == "true"
        rows = page.query_selector_all("#now .why tbody tr")
        assert len(rows) >= 2
        assert rows[0].inner_text().startswith("✓")
        assert "%" in rows[0].inner_text()
        button.click()
        assert page.query_selector("#now .why") is None


CONTROLS = "[...document.querySelectorAll('a[href],button,select,input,summary')].filter(x => x.checkVisibility())"


@pytest.mark.parametrize("name", ["single", *ONE, *SEVERAL])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_keyboard_reaches_everything(browser: Any, every: dict[str, Path], name: str, width: int) -> None:
    with Opened(browser, every[name], width) as it:
        page = it.page
        page.evaluate("() => { window.seen = new Set(); addEventListener('focusin', e => window.seen.add(e.target)) }")
        wanted = page.evaluate(f"{CONTROLS}.length")
        for _ in range(wanted + 60):
            page.keyboard.press("Tab")
        missed = page.evaluate(f"{CONTROLS}.filter(x => !window.seen.has(x)).map(x => x.outerHTML.slice(0, 120))")
        assert wanted > 20
        assert missed == []
        if page.query_selector("#turn"):
            page.focus("#turn")
            page.keyboard.press("ArrowRight")
            assert page.evaluate("document.getElementById('turn').value") == "1"
            if name in ("single", "many"):
                assert page.inner_text("#when") == "Q2 2022"


def test_the_page_is_dark_where_it_is_wanted(browser: Any, pages: dict[str, Path]) -> None:
    shade = "getComputedStyle(document.body).backgroundColor"
    with Opened(browser, pages["single"], color_scheme="dark") as it:
        dark = it.page.evaluate(shade)
        it.page.click("#theme")
        light = it.page.evaluate(shade)
    sums = [sum(int(x) for x in c[4:-1].split(",")) for c in (dark, light)]
    assert sums[0] < 150 < 600 < sums[1]
    with Opened(browser, pages["many"], color_scheme="dark") as it:
        shot = it.page.locator(".picture svg").first.screenshot()
    pixels = np.asarray(Image.open(io.BytesIO(shot)).convert("L"))
    assert (pixels < 60).mean() > 0.5, "the ground is dark"
    assert (pixels > 150).mean() > 0.003, "and what stands on it is light"


@pytest.mark.parametrize("how", ["light", "dark", "pressed"])
def test_a_world_has_the_colour_of_its_line_in_the_legend(browser: Any, compared: dict[str, Path], how: str) -> None:
    # Found so: in the dark lines were lighter than the squares that name them.
    look = """() => {
      const paths = [...document.querySelectorAll('[id="answer.curves"] svg path')];
      const lines = paths.map(x => getComputedStyle(x).stroke);
      return [...document.querySelectorAll('.legend li')].map(x => getComputedStyle(x, '::before').backgroundColor)
        .map(colour => lines.includes(colour));
    }"""
    with Opened(browser, compared["six-kk"], color_scheme="dark" if how == "dark" else "light") as it:
        if how == "pressed":
            it.page.click("#theme")
        assert it.page.evaluate(look) == [True] * 6


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages of a whole result, sixteen quarters, as they are: from the reference that ships."""
    (stored,) = sorted((Path(__file__).parents[2] / "results" / "reference").glob("after-2022-*"))
    folder, out = tmp_path_factory.mktemp("shipped"), {}
    for lang in LANGUAGES:
        out[lang] = folder / f"{lang}.html"
        out[lang].write_text(one_page(facts_of(open_result(stored), lang=lang)), encoding="utf-8")
    return out


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_answer_of_a_whole_result_keeps_to_its_sheet(lang: str, browser: Any, shipped: dict[str, Path]) -> None:
    # Tried: Russian and Kazakh at the size of English; failed, both were longer than the sheet.
    with Opened(browser, shipped[lang]) as it:
        it.page.emulate_media(media="print")
        it.page.set_viewport_size({"width": 695, "height": 1024})
        assert it.page.evaluate("document.getElementById('answer').getBoundingClientRect().height") <= 1024


def _sheets(page: Any) -> int:
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    return int(paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page "))


LATER = (
    "[...document.querySelectorAll('#answer *')].filter(e => getComputedStyle(e).order > 4)"
    ".concat([...document.querySelectorAll('main > :not(#answer), footer')])"
)
"""What stands on paper after the answer of a comparison."""
SMALL = """() => {
  const out = [], walk = document.createTreeWalker(document.getElementById('answer'), NodeFilter.SHOW_TEXT);
  for (let node; node = walk.nextNode();) {
    const e = node.parentElement, drawn = e.closest('svg') && e.getScreenCTM && e.getScreenCTM();
    if (!node.textContent.trim() || !e.checkVisibility()) continue;
    const size = parseFloat(getComputedStyle(e).fontSize) * (drawn ? drawn.a : e.currentCSSZoom);
    if (size < 8 / 72 * 96 - 0.01) out.push([size, node.textContent.trim().slice(0, 40)]);
  }
  return out;
}"""
"""Letters of the answer under 8pt."""


@pytest.mark.parametrize("name", [*SEVERAL, "six-kk"])
def test_the_answer_of_a_comparison_is_printed_on_its_first_sheet(
    name: str, browser: Any, compared: dict[str, Path]
) -> None:
    # Flips tried: twelve rows of outcomes of three worlds; small print at 7.2pt; a table of doctrines wider than paper
    # (a browser then prints every letter smaller). Each failed.
    with Opened(browser, compared[name], bypass_csp=True) as it:
        page = it.page
        whole = _sheets(page)
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 695, "height": 1024})
        # What is wider than a sheet is printed smaller, with all that is on the page.
        assert page.evaluate("document.documentElement.scrollWidth") <= 695
        page.add_style_tag(content=".later .first-sheet, .sooner .later-sheet { display: none !important }")
        page.evaluate(f"{LATER}.forEach(e => e.classList.add('later-sheet'))")
        sooner = "[...document.querySelectorAll('#answer .said > *, #answer > .paper, #answer figure')]"
        page.evaluate(
            f"{sooner}.filter(e => getComputedStyle(e).order < 5).forEach(e => e.classList.add('first-sheet'))"
        )
        page.evaluate("document.documentElement.classList.add('sooner')")
        assert _sheets(page) == 1
        assert page.evaluate(SMALL) == []
        said = page.inner_text("#answer")
        survival, income = (row.inner_text() for row in page.query_selector_all("#answer .main tbody tr")[:2])
        drawn = page.inner_text('[id="answer.curves"]')
        page.evaluate("document.documentElement.className = 'later'")
        assert _sheets(page) == whole - 1
    others = "BCDEF"[: COUNTS[name[:-3]] - 1]
    assert [letter for letter in others if f"A → {letter} " not in said] == []
    for row in (survival, income):  # with a verdict and the quarter in which they part, for each of them
        assert len(re.findall("[▲▼◆≈?]", row)) == len(others)
        assert len(re.findall("20(?:22|23|24|25)|never|никогда|ешқашан", row)) >= len(others)
    assert len(re.findall(" to |…", survival)) == len(others)
    assert [letter for letter in f"A{others}" if letter not in drawn] == []


def test_a_page_prints_on_a4(browser: Any, pages: dict[str, Path]) -> None:
    with Opened(browser, pages["many"]) as it:
        paper = it.page.pdf(format="A4")
        assert paper.startswith(b"%PDF")
        assert 3 <= paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") <= 30
        it.page.emulate_media(media="print")
        # A sheet of A4 without its margins, in the pixels of style sheets: the answer is the first page.
        it.page.set_viewport_size({"width": 695, "height": 1024})
        assert it.page.evaluate("document.getElementById('answer').getBoundingClientRect().height") <= 1024
        assert not it.page.is_visible(".player")
        assert it.page.is_visible("h1")


def test_paper_names_the_quarter_of_its_schemes_and_the_history(browser: Any, pages: dict[str, Path]) -> None:
    """The quarter that was chosen; if none was, the last, of which the titles speak."""
    # Flip tried: no listener of `beforeprint`; failed.
    with Opened(browser, pages["many"]) as it:
        page = it.page
        said = "[...document.querySelectorAll('[data-when]')].map(e => e.textContent)"
        for moment, quarter in (("beforeprint", "Q4 2022"), ("afterprint", "Q1 2022")):
            page.evaluate(f"dispatchEvent(new Event('{moment}'))")
            assert page.evaluate(said) == [quarter] * 2
        page.click("#next")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate(said) == ["Q2 2022"] * 2
        name = page.inner_text("#history option:checked")
        assert page.evaluate("[...document.querySelectorAll('[data-whose]')].map(e => e.textContent)") == [name] * 2
        assert page.inner_text(".history:not([hidden]) h3") == name
        page.emulate_media(media="print")
        assert page.is_visible("#story .shows")
        assert not page.is_visible("#turn")
        page.emulate_media(media="screen")
        page.check("#median")
        assert page.inner_text("#story [data-whose]") == "Median of all histories"
        assert it.said == []


@pytest.mark.parametrize("name", ["many", "russian", "kazakh"])
def test_the_script_writes_numbers_as_the_page_does(browser: Any, pages: dict[str, Path], name: str) -> None:
    # Tried: numbers by the page's own language alone; chromium has no Kazakh and wrote "3.0".
    with Opened(browser, pages[name]) as it:
        it.page.locator("#turn").fill("2")
        shown = it.page.eval_on_selector_all("#story [data-number]", "found => found.map(e => e.textContent)")
        marks = {mark for text in shown for mark in re.findall(r"\d([.,])\d", text)}
        assert marks == {"." if name == "many" else ","}


def test_what_is_dark_on_the_screen_is_printed_as_what_is_light(browser: Any, pages: dict[str, Path]) -> None:
    # Tried: the dark colours of the button without `@media screen` around them; failed.
    def printed(scheme: str, pressed: bool) -> bytes:
        with Opened(browser, pages["many"], color_scheme=scheme, reduced_motion="reduce") as it:
            if pressed:
                it.page.click("#theme")
            it.page.emulate_media(media="print", color_scheme=scheme)
            return bytes(it.page.screenshot(clip={"x": 0, "y": 0, "width": 900, "height": 2400}, full_page=True))

    light = printed("light", False)
    assert np.asarray(Image.open(io.BytesIO(light)).convert("L")).mean() > 225
    for scheme, pressed in (("light", True), ("dark", False)):
        assert printed(scheme, pressed) == light, (scheme, pressed)


def test_pictures_are_kept_as_shown(browser: Any, pages: dict[str, Path]) -> None:
    with Opened(browser, pages["many"], accept_downloads=True) as it:
        for kind in ("svg", "png"):
            with it.page.expect_download() as kept:
                it.page.locator(f"[data-save={kind}]").first.click()
            content = Path(kept.value.path()).read_bytes()
            if kind == "svg":
                assert content.startswith(b"<svg")
            else:
                image = np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).reshape(-1, 3)
                assert len(np.unique(image, axis=0)) > 20
        assert it.said == []


def test_schemes_and_maps_are_kept_with_their_looks(browser: Any, pages: dict[str, Path]) -> None:
    # Tried: looks of charts alone written out (all was black), and the land left in the page (the map was empty).
    with Opened(browser, pages["many"], accept_downloads=True) as it:
        for mapped in (False, True):
            it.page.set_checked("#onmap", mapped)
            figure = it.page.locator('[id="story.routes"]')
            with it.page.expect_download() as kept:
                figure.locator("[data-save=png]").click()
            image = Image.open(io.BytesIO(Path(kept.value.path()).read_bytes())).convert("RGB")
            # The list of ways stands below the picture in the file.
            assert image.height / image.width > 1.1
            pixels = np.asarray(image).reshape(-1, 3)
            assert (pixels.max(axis=1) < 40).mean() < 0.1
            land = (pixels == (226, 211, 172)).all(axis=1).mean()  # the focus actor's, in light colours
            assert (land > 0.01) == mapped
        assert it.said == []


LOOKS = [
    *((name, 1366, scheme) for name in ("many", "several", "both") for scheme in ("light", "dark")),
    *((name, width, "light") for name in (*ONE, *SEVERAL) for width in WIDTHS if (name, width) != ("many", 1366)),
]


@pytest.mark.parametrize(("name", "width", "scheme"), LOOKS)
def test_axe_finds_nothing_serious(browser: Any, every: dict[str, Path], name: str, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
    # axe is put into the page by the test: only then may a script that is not the page's own run.
    with Opened(browser, every[name], width, color_scheme=scheme, bypass_csp=True) as it:
        found = axe.Axe().run(it.page).response["violations"]
    bad = [
        (v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in found if v["impact"] in ("serious", "critical")
    ]
    assert bad == []
