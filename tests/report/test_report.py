"""The page of one result and of several: whole, offline, escaped, and made from the numbers of the result."""

from __future__ import annotations

import dataclasses
import html
import io
import json
import re
import shutil
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import multivector.report.contrast as contrast
from multivector.analysis.comparing.comparison import SHOWN
from multivector.errors import BadInput, NotComparable
from multivector.experiment.ensembles.again import arms_of
from multivector.experiment.shipped.evidence import believed
from multivector.experiment.shipped.rests import behind
from multivector.experiment.telling.differing import differing
from multivector.experiment.telling.telling import tell
from multivector.experiment.telling.wording import shares
from multivector.language import LANGUAGES, speaker
from multivector.report import belief, telling
from multivector.report import sentences as said
from multivector.report.charts import charts_of, png, svg
from multivector.report.charts.chart import spoken
from multivector.report.charts.one import fan, survival_curve
from multivector.report.conditions import conditions
from multivector.report.facts import Facts, chosen
from multivector.report.opening import facts_of, several_of
from multivector.report.page import one_page, weight
from multivector.report.plans import as_file, plans_of
from multivector.report.record import _record, embedded, sealed, verify_page
from multivector.report.several import several_page
from multivector.report.telling import told
from multivector.results.store import json_line, open_result
from report_made import CHANGES, facts, result
from results_helper import call

LIMIT = 1_500_000
VOID = {"meta", "input", "br", "hr", "img", "link", "path", "line", "rect", "circle"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return one_page(facts(folder))


@pytest.fixture(scope="module")
def pair(folder: Path) -> str:
    return several_page(several_of([open_result(result(folder)), open_result(result(folder, doctrine="west-pivot"))]))


class Balance(HTMLParser):
    """Elements that are opened and closed in order, and every address that a page names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("src", "href", "xlink:href", "action", "data", "srcset", "poster"):
                self.addresses.append(value or "")
            if name == "style" or name.startswith("on"):
                self.wrong.append(f"{tag} {name}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")


@pytest.mark.parametrize("which", ["page", "pair"])
def test_a_page_is_whole_and_needs_nothing(which: str, request: pytest.FixtureRequest) -> None:
    text = request.getfixturevalue(which)
    found = Balance(text)
    assert (found.wrong, found.open) == ([], [])
    assert len(found.ids) == len(set(found.ids))
    assert all(a.startswith("#") for a in found.addresses)
    assert set(re.findall(r"https?://[^\"'<\s]+", text)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert "url(" not in text.replace("url(#", "")
    assert len(text.encode()) < LIMIT
    assert "default-src &#39;none&#39;" in text or "default-src 'none'" in text


@pytest.mark.parametrize(("each", "count"), [(1_000, 5), (200_000, 3), (400_000, 2), (2_000_000, 1)])
def test_a_page_leaves_out_histories_until_it_is_small_enough(folder: Path, each: int, count: int) -> None:
    found = facts(folder)
    median, worst = (next(k for k, why in found.roles.items() if role in why) for role in ("median", "worst"))
    others = [k for k in range(24) if k not in (median, worst)][:3]
    told = [{**found.story(median), "replicate": k, "padding": "x" * each} for k in sorted([median, worst, *others])]
    text = one_page(dataclasses.replace(found, stories=told, opened=median))
    kept = [history["replicate"] for history in _record(text, "")["histories"]]
    order = [median, worst, *others]  # what goes first stands last
    assert kept == sorted(order[: len(kept)])
    assert len(kept) == count
    assert len(text.encode()) < LIMIT or count == 1
    assert count == 5 or weight(text, "en") + len(embedded(told[0])) > LIMIT  # no more than must be


@pytest.mark.parametrize("each", [200_000, 400_000])
def test_every_language_tells_the_same_histories_and_says_which_have_no_room(folder: Path, each: int) -> None:
    # Tried: an English page held to nine tenths of the bytes (it told one history less); failed.
    kept = {}
    for lang in ("en", "ru", "kk"):
        found = facts_of(open_result(result(folder)), lang=lang)
        ids = [found.opened, *(k for k in range(24) if k != found.opened)][:5]
        told = [{**found.story(found.opened), "replicate": k, "padding": "x" * each} for k in sorted(ids)]
        text = html.unescape(one_page(dataclasses.replace(found, stories=told)))
        kept[lang] = [history["replicate"] for history in _record(text, "")["histories"]]
        missing = [story["replicate"] for story in told if story["replicate"] not in kept[lang]]
        assert missing
        assert "; ".join(telling.name(found, k) for k in missing) in text
        assert f"multivector report {found.stored.folder.name} --replicate {missing[0]}" in text
    assert kept["en"] == kept["ru"] == kept["kk"]


def test_equal_results_give_equal_pages(folder: Path, page: str) -> None:
    assert one_page(facts_of(open_result(result(folder)))) == page


def test_every_chart_says_its_finding_and_has_its_table_and_source(folder: Path) -> None:
    charts = charts_of(facts(folder))
    assert len(charts) > 15
    assert len({chart.id for chart in charts}) == len(charts)
    for chart in charts:
        assert re.search(r"\d", chart.finding), chart.id
        assert len(chart.rows) > 0
        assert {len(row) for row in chart.rows} == {len(chart.columns)}, chart.id
        assert "multivector" in chart.source
        ET.fromstring(svg(chart))
        chart.titled().to_dict()  # Altair checks the definition against the schema of Vega-Lite.


def test_pictures_are_not_blank(folder: Path) -> None:
    for chart in charts_of(facts(folder))[:4]:
        image = Image.open(io.BytesIO(png(chart))).convert("RGB")
        inked = np.asarray(image).reshape(-1, 3)
        assert image.width > 500
        assert (inked.min(axis=1) < 200).mean() > 0.01, chart.id
        assert len(np.unique(inked, axis=0)) > 20, chart.id


@pytest.mark.parametrize("lang", ["ru", "kk"])
def test_axes_have_the_numerals_of_the_language(lang: str, folder: Path) -> None:
    # Tried: no `spoken` in `_unchecked`; failed.
    found = facts_of(open_result(result(folder)), lang=lang)
    seen = ""
    for chart in (fan(found, "goodwill_floor"), survival_curve(found)):
        texts = [t.text or "" for t in ET.fromstring(svg(spoken(chart, found.say))).iter() if t.tag.endswith("text")]
        seen += " ".join(texts)
    assert re.search(r"\d,\d", seen)
    assert not re.search(r"\d[.]\d", seen)
    assert (lang == "ru") == ("\xa0%" in seen)
    assert charts_of(found)[1].spec.to_dict()["config"]["locale"]["number"]["decimal"] == ","


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_picture_is_in_one_unit(lang: str, folder: Path) -> None:
    """Its axis, its table and its title: per cents everywhere or nowhere."""
    # Tried: the axis and the table of a ratio as they were (0.98 under "98% of 2021"); failed.
    found = facts_of(open_result(result(folder)), lang=lang, told=False)
    seen: set[bool] = set()
    for chart in charts_of(found):
        if not chart.id.startswith(("outcomes.", "vectors.")) or chart.id == "vectors.support":
            continue
        spec = chart.spec.to_dict(validate=False)
        parts = [each["encoding"]["y"] for each in spec.get("layer", [spec]) if "y" in each["encoding"]]
        axis = any("%" in part["axis"]["format"] for part in parts if part.get("axis"))
        cells = {str(cell).endswith("%") for row in chart.rows for cell in row[1:] if re.search(r"\d", str(cell))}
        assert cells == {axis}, chart.id
        assert ("%" in chart.finding.partition("(")[0].partition(";")[0] or "%" in chart.finding) == axis, chart.finding
        seen.add(axis)
    assert seen == {True, False}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_number_is_finer_than_the_model_knows(lang: str, folder: Path) -> None:
    """Not by more than four decimals, never as a power of ten: but for numbers that the scenario itself has."""
    # Tried: `Speaker.significant` in tables and differences; failed ("0.0000008057", "+0.00000042").
    one = facts_of(open_result(result(folder)), lang=lang)
    pages = [
        one_page(one),
        several_page(
            several_of([open_result(result(folder)), open_result(result(folder, doctrine="west-pivot"))], lang=lang)
        ),
    ]
    for page in pages:
        body = re.sub(r"<(script|style|svg)\b.*?</\1>", "", page, flags=re.S)
        body = re.sub(
            r'<details class="wide"><summary>[^<]*</summary><p class="lead">.*?</details>', "", body, flags=re.S
        )
        shown = html.unescape(re.sub(r"<code>.*?</code>|<[^>]+>", "\n", body, flags=re.S))
        assert re.search(r"\d[.,]\d\d", shown)
        assert re.findall(r"\d[.,]\d{5,}|\d[eE][-+\u2212]?\d", shown) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_schemes_and_maps_have_what_every_picture_has(lang: str, folder: Path) -> None:
    found = facts_of(open_result(result(folder)), lang=lang, told=False)
    plans = plans_of(found)
    assert [plan.id for plan in plans] == ["story.ties", "story.routes", "story.ties-map", "story.routes-map"]
    for plan in plans:
        assert re.search(r"\d", plan.finding)
        assert [row[0] for row in plan.rows] == [found.say.quarter(q) for q in found.quarters]
        assert {len(row) for row in plan.rows} == {len(plan.columns)}
        assert "multivector" in plan.source
        picture = plan.svg()
        assert "var(" not in picture, "other programs know no variables"
        assert plan.when in " ".join(t.text or "" for t in ET.fromstring(picture).iter() if t.tag.endswith("text"))
    # Tried: the drawing of the first quarter in place of the last; failed.
    sold = found.say.significant(float(found.middle("customs.KAZ.CHN")[-1]))
    assert f'data-number="customs.KAZ.CHN">{sold}<' in plans[0].svg()


def test_pictures_of_schemes_are_not_blank(folder: Path) -> None:
    for plan in plans_of(facts(folder))[1:3]:
        image = Image.open(io.BytesIO(as_file(plan, "png"))).convert("RGB")
        assert image.width > 800
        assert len(np.unique(np.asarray(image).reshape(-1, 3), axis=0)) > 100


def test_a_narrated_history_is_kept_as_it_would_be_played(folder: Path, tmp_path: Path) -> None:
    stored = open_result(result(folder, 1))
    kept = facts_of(stored)
    assert stored.told(), "the run has told it"
    assert json_line(kept.stories) == json_line(tell(arms_of(stored), seed=3, replicates=[0]))
    # An older result has no such file: it is played again, and its page is the same to the letter.
    shutil.copytree(stored.folder, tmp_path / stored.folder.name)
    (tmp_path / stored.folder.name / "told.json").unlink()
    assert one_page(facts_of(open_result(tmp_path / stored.folder.name))) == one_page(kept)


# ---- sentences are made from numbers


def with_lines(found: Facts, crossing: int) -> Facts:
    """The same result in which so many histories cross their first line in the second quarter."""
    first = {id: np.full(found.n, -1) for id in found.histories.first}
    first["unrest"][:crossing] = 1
    return dataclasses.replace(found, histories=dataclasses.replace(found.histories, first=first))


def scaled(found: Facts, outcome: str, by: float) -> Facts:
    series = found.histories.series.copy()
    series[found.histories.names.index(outcome)] *= by
    return dataclasses.replace(found, histories=dataclasses.replace(found.histories, series=series))


@pytest.mark.parametrize(
    ("crossing", "headline", "word"),
    [
        (0, "No red line is crossed in 100% of 24 histories (86% to 100%)", "almost always"),
        (6, "No red line is crossed in 75% of 24 histories (55% to 88%)", "mostly"),
        (18, "No red line is crossed in 25% of 24 histories (12% to 45%)", "seldom"),
        (24, "No red line is crossed in 0% of 24 histories (0% to 14%)", "almost never"),
    ],
)
def test_the_headline_follows_the_histories(folder: Path, crossing: int, headline: str, word: str) -> None:
    found = with_lines(facts(folder), crossing)
    assert said.headline(found) == headline
    assert word in said.answer(found)
    assert ("Unrest" in said.bars(found)) == (crossing > 0)
    assert len(said.minister(found).split()) <= said.MINISTER


def test_the_curve_says_when_histories_are_lost(folder: Path) -> None:
    assert said.curve(with_lines(facts(folder), 0)) == "Every history stays within the red lines to the end"
    assert said.curve(with_lines(facts(folder), 6)) == "Half of the histories that are lost are lost by Q2 2022"


@pytest.mark.parametrize("outcome", ["real_income", "goodwill_floor", "inflation", "reexport"])
def test_a_finding_follows_its_outcome(folder: Path, outcome: str) -> None:
    found = facts(folder)
    assert said.fan(found, outcome) != said.fan(scaled(found, outcome, 1.2), outcome)


def test_conditions_name_the_line_that_loses_most(folder: Path) -> None:
    found = conditions(with_lines(facts(folder), 12))
    assert 0 < len(found) <= 3
    without = next(text for text in found if "Unrest in several regions" in text)
    assert "100% would stay within the others: the answer becomes “almost always”" in without


def test_the_worst_history_is_the_one_that_crosses_first(folder: Path) -> None:
    base = facts(folder)
    found = with_lines(base, 0)
    found.histories.first["unrest"][7] = 2
    found.histories.first["drawn-in"][11] = 1
    _, roles, opened = chosen(found.histories, "worst")
    assert opened == 11
    assert "worst" in roles[11]
    assert "unrest" in roles[7]
    with pytest.raises(BadInput, match="median, worst, or a number up to 23"):
        chosen(base.histories, "24")


# ---- hostile texts


def test_texts_of_a_scenario_are_never_markup(tmp_path: Path) -> None:
    bad = "<script>alert(1)</script><img src=x onerror=alert(2)> \"'&amp; {{ 7*7 }} </title>"
    file = tmp_path / "hostile.yaml"
    lines = [
        "id: hostile", "extends: after-2022", "calendar: {turns: 2}", "decision: {rule: random}",
        f"title: {json.dumps(bad)}", f"question: {json.dumps(bad)}", "red_lines:", "  - id: unrest",
        f"    title: {json.dumps(bad)}", "corridors:", "  - id: CPC", f"    title: {json.dumps(bad)}",
    ]  # fmt: skip
    file.write_text("\n".join(lines), encoding="utf-8")
    found = result(tmp_path, 8, scenario=str(file))
    text = one_page(facts_of(open_result(found)))
    assert "alert(1)" in text, "the title is shown, as text"
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "{{ 7*7 }}" in text, "a template is not filled twice"
    assert Balance(text).wrong == []
    assert text.count("</script>") == 3


# ---- verify


@pytest.fixture(scope="module")
def written(page: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(page, encoding="utf-8")
    return path


def test_an_honest_page_is_fine(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, "verify", str(written))
    assert (code, err) == (0, "")
    assert "the page is as it was written" in out


def test_a_changed_text_breaks_the_seal(written: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "page.html"
    text = written.read_text("utf-8")
    copy.write_text(text.replace("No red line is crossed", "No red line is ever crossed", 1), encoding="utf-8")
    code, out, _ = call(capsys, "verify", str(copy))
    assert code == 1
    assert out.splitlines()[1:] == ["the page was changed after it was written"]


def test_a_forged_history_is_named_by_its_first_quarter(written: Path, tmp_path: Path) -> None:
    text = written.read_text("utf-8")
    start = text.index('id="record">') + len('id="record">')
    record = json.loads(text[start : text.index("</script>", start)])
    record["histories"][0]["series"]["approval"][3] += 0.01
    record["histories"][0]["quarters"][2]["oil_price"] += 1e-6
    forged = json.dumps(record, ensure_ascii=False).replace("<", "\\u003c")
    page = text[:start] + forged + text[text.index("</script>", start) :]
    blank = re.sub(r'(multivector-page" content=")[0-9a-f]{64}', rf"\g<1>{'0' * 64}", page)
    copy = tmp_path / "page.html"
    copy.write_text(sealed(blank), encoding="utf-8")
    found = verify_page(copy)
    assert not found.changed, "a forger can seal a page"
    assert found.difference is not None
    assert found.difference.startswith("first difference in 2022-Q3, replicate")
    assert "oil_price" in found.difference


@pytest.mark.parametrize("text", ["", "<html></html>", '<script type="application/json" id="record">{"a": 1}</script>'])
def test_what_is_no_page_is_refused(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "page.html"
    path.write_text(text, encoding="utf-8")
    code, _, err = call(capsys, "verify", str(path))
    assert code == 2
    assert "multivector report" in err


# ---- several results


def test_several_begin_with_what_differs(pair: str) -> None:
    assert pair.index("Inputs that differ") < pair.index("Verdicts</h2>")
    assert "Kazakhstan: doctrine “Closer to the West” in place of “Many vectors”" in pair
    assert "Closer to the West" in pair
    assert "What cannot be said from this" in pair


@pytest.mark.parametrize("lang", LANGUAGES)
def test_inputs_that_differ_are_told_in_words(lang: str, folder: Path) -> None:
    # Tried: a line shown as files have it; failed.
    one, other = (open_result(result(folder, 2, scenario=name)) for name in ("after-2022", "secondary-threatened"))
    found = several_of([one, other], lang=lang)
    compared = found.against[0]
    assert "EU: stocks.belief nothing -> 0.5" in compared.inputs, "results keep what --set takes"
    told = [differing(found.say, line, compared.called) for line in compared.inputs]
    assert len(told) == len(compared.inputs) >= 4
    for text in told:
        assert not re.search(r"->|nothing|[a-z]\.[a-z]|stocks|\bEU\b|\bUSA\b|\d\.0\b", text), text
    by = {"en": "European Union", "ru": "Европейский союз", "kk": "Еуропалық одақ"}
    assert any(text.startswith(by[lang]) and text.endswith("0.5" if lang == "en" else "0,5") for text in told)
    page = html.unescape(several_page(found))
    assert all(text[1:] in page for text in told)


def test_findings_of_several_follow_their_numbers(folder: Path) -> None:
    stored = [open_result(result(folder)), open_result(result(folder, doctrine="west-pivot"))]
    found = several_of(stored)
    worse = with_lines(found.worlds[1], 24)
    from multivector.analysis.comparing.comparison import compare_histories

    lost = contrast.Contrast(
        [with_lines(found.worlds[0], 0), worse],
        (compare_histories(with_lines(found.worlds[0], 0).histories, worse.histories),),
        {},
    )
    assert "less often than A: 0% against 100%" in contrast.headline(lost)
    assert contrast.headline(lost) != contrast.headline(found)
    assert "Unrest" in contrast.lines(lost)
    assert len(contrast.minister(lost).split()) <= 90


def test_results_without_shared_luck_are_not_compared(folder: Path) -> None:
    with pytest.raises(NotComparable, match="different luck"):
        several_of([open_result(result(folder)), open_result(result(folder, seed=4))])


# ---- the command


def test_the_command_writes_beside_the_result(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = result(folder, 2)
    code, out, err = call(capsys, "report", str(found), "-q", "--replicate", "1")
    assert (code, err) == (0, "")
    path = Path(out.strip())
    assert path == folder / f"{found.name}.html"
    assert open_result(found).changed_files() == []
    assert [p.name for p in folder.iterdir() if p.name.endswith(".new")] == []


def test_the_command_writes_pictures(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found, out = str(result(folder)), tmp_path / "pictures"
    code, text, _ = call(
        capsys, "report", found, "--format", "png", "--chart", "answer.lines", "--out", str(out), "--json"
    )
    assert code == 0
    assert json.loads(text)["files"][0]["bytes"] > 5_000
    assert [p.name for p in out.iterdir()] == ["answer.lines.png"]
    code, _, err = call(capsys, "report", found, "--format", "svg", "--chart", "nothing", "--out", str(out))
    assert code == 2
    assert 'found "nothing"' in err
    assert "answer.lines" in err


@pytest.mark.parametrize(
    ("args", "code", "text"),
    [
        (("nowhere",), 2, "found no result"),
        (("RESULT", "--replicate", "best"), 2, "median, worst, or a number"),
        (("RESULT", "--chart", "x"), 2, "--chart goes with"),
        (("RESULT", "RESULT", "--replicate", "1"), 2, "--replicate is about one result"),
        (("RESULT", "--out", "."), 1, "it is a folder"),
    ],
)
def test_what_cannot_be_done_is_said(
    args: tuple[str, ...], code: int, text: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = [str(result(folder, 2)) if a == "RESULT" else a for a in args]
    got, _, err = call(capsys, "report", *named)
    assert got == code
    assert text in err
    assert "Traceback" not in err


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_speaks_a_language(lang: str, folder: Path) -> None:
    text = one_page(facts_of(open_result(result(folder, 2)), lang=lang))
    title = {"en": "After February 2022", "ru": "После февраля 2022 года", "kk": "2022 жылғы ақпаннан кейін"}[lang]
    assert f'<html lang="{lang}">' in text
    assert title in text
    assert CHANGES["calendar.turns"] == 4


def test_a_result_of_another_model_is_shown_without_histories(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "old"
    shutil.copytree(result(folder, 2), old)
    manifest = json.loads((old / "manifest.json").read_text("utf-8"))
    manifest["digests"]["model"] = "0" * 64
    (old / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert call(capsys, "report", str(old), "-q")[0] == 0
    text = (tmp_path / "old.html").read_text("utf-8")
    assert "none is told here" in text
    assert Balance(text).wrong == []
    assert call(capsys, "verify", str(tmp_path / "old.html"))[0] == 2


@pytest.mark.parametrize("lang", ["en", "ru", "kk"])
def test_a_history_is_a_plain_table_for_a_text_processor(
    lang: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Tried: each outcome in the row of the next quarter; failed.
    where, out = result(folder, 2), tmp_path / "history.html"
    code, said, _ = call(capsys, "report", str(where), "--format", "table", "--lang", lang, "--out", str(out), "-q")
    assert (code, said.strip()) == (0, str(out))
    text = out.read_text("utf-8")
    assert Balance(text).wrong == []
    assert "<script" not in text
    assert "<style" not in text
    found = facts_of(open_result(where), lang=lang)
    story = found.story(found.opened)
    tables = [ET.fromstring(table) for table in re.findall(r"<table.*?</table>", text, flags=re.S)]
    (_, *done), (heads, *came) = (
        [[["".join(p.itertext()) for p in cell] or cell.text for cell in row] for row in table.iter("tr")]
        for table in tables
    )
    quarters = [found.say.quarter(q["quarter"]) for q in story["quarters"]]
    assert [row[0] for row in done] == [row[0] for row in came] == quarters
    for row, quarter in zip(done, told(found, story), strict=True):
        moves = [f"{m['actor']}: {m['text']}" for m in quarter["own"]]
        assert row[1][: len(moves)] == moves
        assert len(row[1]) == len(moves) + sum(len(rows) for _, rows in quarter["others"])
        assert (row[2] or []) == quarter["votes"]
        assert row[3] == [quarter["facts"], *quarter["lines"], *quarter["happened"]]
    # The unit stands in the header, the number alone in the cell.
    income = f"{found.called('real_income')}, {found.unit('real_income')}"
    at = heads.index(income)
    assert [row[at] for row in came] == [found.say.significant(x, 3) for x in story["series"]["real_income"]]
    assert (len(came), len(heads)) == (4, 1 + 6)


def test_a_table_is_of_one_result_and_needs_its_model(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = str(result(folder, 2))
    assert call(capsys, "report", one, one, "--format", "table")[0] == 2
    old = tmp_path / "old"
    shutil.copytree(one, old)
    manifest = json.loads((old / "manifest.json").read_text("utf-8"))
    manifest["digests"]["model"] = "0" * 64
    (old / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    code, _, err = call(capsys, "report", str(old), "--format", "table")
    assert (code, "another version of the model" in err) == (2, True)


@pytest.mark.parametrize("lang", ["en", "ru", "kk"])
def test_outcomes_stand_beside_what_speaks_for_and_against_them(lang: str, folder: Path) -> None:
    # Tried: the two sentences exchanged in `belief.beside`; failed.
    found = facts_of(open_result(result(folder, 1)), lang=lang)
    page = html.unescape(one_page(found))
    shown = [chart.id.partition(".")[2] for chart in charts_of(found) if chart.id.startswith("outcomes.")]
    assert shown
    for outcome in shown:
        said = believed(outcome)
        assert said is not None, f"{outcome} is shown and nothing is written about it"
        both = [found.say(text) for text in (said.speaks_for, said.against)]
        assert lang == "en" or both[0] != said.speaks_for
        picture = page[page.index(f'id="outcomes.{outcome}"') :].partition("</figure>")[0]
        assert -1 < picture.find(f"<dd>{both[0]}</dd>") < picture.find(f"<dd>{both[1]}</dd>")
    assert len(belief.table(found, found.histories.dictionary)["belief_rows"]) > 40


def test_worlds_compared_stand_beside_what_speaks_for_and_against_them(pair: str) -> None:
    page = html.unescape(pair)
    for figure in ("answer.survival", "outcomes.real_income"):
        said = believed(figure.partition(".")[2])
        assert said is not None
        picture = page[page.index(f'id="{figure}"') :].partition("</figure>")[0]
        assert -1 < picture.find(f"<dd>{said.speaks_for}</dd>") < picture.find(f"<dd>{said.against}</dd>")
    judged = page[page.index('id="verdicts"') :].partition("</section>")[0]
    for outcome in ("survival", *SHOWN):
        said = believed(outcome)
        assert said is not None
        assert said.against in judged, outcome


def test_the_table_of_all_outcomes_says_on_what_each_rests(page: str, folder: Path) -> None:
    text = html.unescape(page)
    table = text[text.index("on what its variance rests") :].partition("</table>")[0]
    summed = facts(folder).summary["rests"]
    for outcome in ("real_income", "autonomy", "goodwill.RUS"):
        said = shares(speaker().typeset(), behind(summed, outcome))
        assert said.startswith("data ")
        assert f">{said}</td>" in table, outcome
