"""The page of one result: one file that needs nothing else, made from a template and the numbers of the result."""

from __future__ import annotations

import base64
import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from multivector.errors import BadInput, Problem
from multivector.experiment.shipped.rests import behind
from multivector.experiment.telling import wording
from multivector.report import belief, recorded, resting, scheme, telling, uncertain
from multivector.report import record as records
from multivector.report import sentences as said
from multivector.report.amounts import amount, between, change, form, percent
from multivector.report.charts import Chart, drawing
from multivector.report.charts.one import FANS, charts_of_all, charts_of_told, source
from multivector.report.conditions import conditions
from multivector.report.facts import Facts
from multivector.report.plans import plans_of
from multivector.report.slim import slim
from multivector.report.uncertain import CONFIDENCE
from multivector.scenario.ledger import ledger

if TYPE_CHECKING:
    from jinja2 import Environment

TILES = ("real_income", "goodwill_floor", "oil.exported", "largest_loss", "approval", "exposure")
LARGEST = 1_500_000
"""Bytes that a page stays below: histories are left out until it does, all but the one that is opened."""
WIDER = {"en": 1.67, "ru": 0.0, "kk": 0.11}
"""Bytes that a letter of a text takes more in Russian, the widest of the languages, as measured on a page of four
histories: the same result tells the same histories in every language."""
_UNSAID = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.DOTALL)


@cache
def environment() -> Environment:
    """The templates; everything that is put into them is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("multivector.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def one_page(facts: Facts) -> str:
    """The report of one result as HTML.

    Parameters
    ----------
    facts : with histories that are told.

    Returns
    -------
    str
        The same text for the same result, language and histories.
    """
    drawn = drawing(charts_of_all(facts))
    same = {**_answer(facts), **_rest(facts), "title": f"{facts.title} · multivector"}
    drawn += drawing(charts_of_told(facts))
    chosen = facts
    while True:
        told = {**_story(facts), "left_out": _left_out(chosen, facts)}
        charts = by_section(drawn, ("answer", "outcomes", "vectors", "trade"))
        believed = belief.beside(facts.say, (c.id for c, _ in (*charts["answer"], *charts["outcomes"])))
        sections = _sections(facts, charts)
        context = {**same, **told, "charts": charts, "believed": believed, "sections": sections}
        page = rendered("one.html.j2", facts.say, context)
        fewer = _fewer(facts)
        if weight(page, facts.say.lang) < LARGEST or fewer is None:
            return page
        facts = fewer


def by_section(
    drawn: Sequence[tuple[Chart, Future[str]]], sections: Sequence[str]
) -> dict[str, list[tuple[Chart, Any]]]:
    """Charts with their pictures by the section of the page in which they stand."""
    from markupsafe import Markup

    found: dict[str, list[tuple[Chart, Any]]] = {name: [] for name in sections}
    for chart, picture in drawn:
        found.setdefault(chart.id.partition(".")[0], []).append((chart, Markup(slim(picture.result()))))
    return found


def history_table(facts: Facts) -> str:
    """The history that is opened first as plain HTML: two tables that a text processor opens as tables of its own.

    The first has what was done, how votes were cast and what happened, the second outcomes, units in its header.

    Raises
    ------
    BadInput
        No history is told: the result is of another version of the model.
    """
    say = facts.say
    if not facts.stories:
        found = "found a result of another version of the model, whose histories cannot be played again"
        raise BadInput([Problem(str(facts.stored.folder), 0, 0, "", found, "a result of this version", "run it again")])
    story = facts.story(facts.opened)
    shown = [id for id in TILES if id in story["series"] and id in facts]
    quarters = [
        {
            "quarter": q["quarter"],
            "moves": [f"{m['actor']}: {m['text']}" for rows in (q["own"], *(r for _, r in q["others"])) for m in rows],
            "votes": q["votes"],
            "happened": [q["facts"], *q["lines"], *q["happened"]],
            "outcomes": [form(facts.outcome(id).unit).cell(say, _known(story["series"][id][t])) for id in shown],
        }
        for t, q in enumerate(telling.told(facts, story))
    ]
    return environment().get_template("table.html.j2").render(
        say=say, title=facts.title, name=telling.name(facts, facts.opened), lead=telling.lead(facts, story),
        quarters=quarters, outcomes=[f"{facts.called(id)}, {facts.unit(id)}" for id in shown], source=source(facts),
    )  # fmt: skip


def _known(value: float | None) -> float:
    return math.nan if value is None else value


def weight(page: str, lang: str) -> float:
    """Bytes that a page would take in Russian.

    Examples
    --------
    >>> weight("<p>да</p>", "ru"), weight("<p>yes</p>", "en") > 10.0
    (11.0, True)
    """
    return len(page.encode("utf-8")) + WIDER[lang] * sum(map(str.isalpha, _UNSAID.sub("", page)))


def _left_out(chosen: Facts, told: Facts) -> str:
    """Which of the histories that were chosen have no room on the page, and how one is told; nothing where all have."""
    say, kept = told.say, {story["replicate"] for story in told.stories}
    missing = [story["replicate"] for story in chosen.stories if story["replicate"] not in kept]
    if not missing:
        return ""
    return say(
        "Left out, because the page has no room for them: {histories}. A page that tells one: {command}",
        histories="; ".join(telling.name(chosen, replicate) for replicate in missing),
        command=f"multivector report {told.stored.folder.name} --replicate {missing[0]}",
    )


def _fewer(facts: Facts) -> Facts | None:
    """With a history less: those of single lines go first, then the worst; never the one that is opened."""
    order = [*(s for s in facts.stories if _named(facts, s)), *(s for s in facts.stories if not _named(facts, s))]
    spare = [s["replicate"] for s in order if s["replicate"] != facts.opened]
    return replace(facts, stories=[s for s in facts.stories if s["replicate"] != spare[-1]]) if spare else None


def _named(facts: Facts, story: dict[str, Any]) -> bool:
    return bool({"median", "worst", "asked"} & set(facts.roles.get(story["replicate"], ())))


def rendered(template: str, say: Any, context: dict[str, Any], *styles: str) -> str:
    """A page from its template, with style (and further ones of its own) and script inside, and sealed."""
    from markupsafe import Markup

    style, script = "".join(map(asset, ("style.css", *styles))), asset("page.js")
    from multivector.results.manifest import versions

    text = (
        environment()
        .get_template(template)
        .render(
            say=say,
            style=Markup(style),
            script=Markup(script),
            style_hash=inline_hash(style),
            script_hash=inline_hash(script),
            version=versions()["multivector"],
            seal=records.UNSEALED,
            **context,
        )
    )
    return records.sealed(text)


@cache
def asset(name: str) -> str:
    """A style or a script of the templates."""
    loader = environment().loader
    assert loader is not None
    return loader.get_source(environment(), name)[0]


def inline_hash(text: str) -> str:
    """What a policy calls a style or a script that stands in the page."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _sections(facts: Facts, charts: dict[str, list[tuple[Chart, Any]]]) -> list[tuple[str, str]]:
    say = facts.say
    every = (
        ("answer", say("Answer")),
        ("story", say("Story")),
        ("outcomes", say("Outcomes")),
        ("vectors", say("Vectors")),
        ("trade", say("Trade")),
        ("ledger", say("Assumptions")),
        ("again", say("Do it again")),
    )
    return [(id, name) for id, name in every if id not in charts or charts[id]]


# ---- the answer


def _answer(facts: Facts) -> dict[str, Any]:
    say, told = facts.say, facts.summary
    parts = [
        facts.title,
        say("doctrine: {doctrine}", doctrine=facts.doctrine),
        say("seed {seed}", seed=told["seed"]),
        say.many("{n} history", "{n} histories", facts.n),
        say("{first} to {last}", first=say.quarter(told["first"]), last=say.quarter(told["last"])),
    ]
    if told["order"] == "simultaneous":
        parts.append(say("simultaneous moves"))
    failed = int(facts.stored.manifest["replicates"]) - facts.n
    if failed:
        parts.append(say.many("{n} history failed and is left out", "{n} histories failed and are left out", failed))
    return {
        "meta": " · ".join(parts),
        "question": facts.question,
        "headline": said.headline(facts),
        "answer": said.answer(facts),
        "tiles": list(_tiles(facts)),
        "many": facts.n > 1,
        "conditions": conditions(facts),
        "minister": said.minister(facts),
        "isnot": _isnot(facts),
        "focus": facts.name(facts.focus),
    }


def _tiles(facts: Facts) -> Iterable[dict[str, str]]:
    say = facts.say
    for id in TILES:
        if id not in facts:
            continue
        outcome, (middle, low, high) = facts.outcome(id), facts.end(id)
        gap = facts.against(id)
        found = between(say, low, middle, high, outcome.unit) if facts.n > 1 else None
        value = amount(say, middle, outcome.unit) if found is None else found[0]
        mark = ""
        small = say("{low} to {high}", low=found[1], high=found[2]) if found else ""
        if gap is not None and outcome.margin:
            if outcome.direction != "none" and abs(gap) >= outcome.margin:
                mark = "better" if (gap > 0) == (outcome.direction == "higher") else "worse"
            against = say("as in the benchmark")
            if abs(gap) >= outcome.margin:
                against = say("{change} against the benchmark", change=change(say, gap, outcome.unit))
            small = f"{small}; {against}" if small else against
        yield {"name": said.cap(facts.called(id)), "value": value, "small": small, "mark": mark}


def _isnot(facts: Facts) -> list[str]:
    say = facts.say
    found = [
        say(
            "Not a forecast: a stylised laboratory for reasoning about balancing. Shares are of this model's "
            "histories, not of the world's."
        ),
        say("No wars are started and no borders are changed here; no move of that kind exists."),
        say("What stands at the thresholds of red lines was chosen by the scenario's author where no source says it."),
    ]
    if facts.stored.manifest.get("uncertainty") is None:
        found.append(
            say(
                "All histories use the scenario's own numbers: shares show luck, not what is unknown about the numbers."
            )
        )
    return found


# ---- the story


def _story(facts: Facts) -> dict[str, Any]:
    say = facts.say
    stories = [
        {
            "name": telling.name(facts, s["replicate"]),
            "lead": telling.lead(facts, s),
            "quarters": telling.told(facts, s),
            "opened": s["replicate"] == facts.opened,
        }
        for s in facts.stories
    ]
    lines, rows, plans = scheme.ways(facts), scheme.tie_series(facts), plans_of(facts)
    ids = [*(id for pair in rows.values() for id in pair), *(way.outcome for way in lines)]
    ids += [f"goodwill.{p}" for p in rows if f"goodwill.{p}" in facts]
    moving = facts.over_time and facts.n > 1
    quarters = facts.scenario.quarters()
    lead = say.many(
        "{n} history is told here, quarter by quarter, with the reasons.",
        "{n} histories are told here, quarter by quarter, with the reasons.",
        len(stories),
    )
    if facts.n > 1:
        lead += " " + say(
            "A median history is one in the middle of the more frequent kind; the worst is the one that crosses a "
            "red line first, or ends lowest."
        )
    from markupsafe import Markup

    return {
        "stories": stories,
        "story_lead": lead,
        "turns": len(quarters),
        "opened_name": next((s["name"] for s in stories if s["opened"]), ""),
        "first_quarter": say.quarter(quarters[0]),
        "medians": moving,
        "plans": [
            {"shown": one, "mapped": other, "drawings": [Markup(each.drawing.svg()) for each in (one, other)]}
            for one, other in zip(plans[:2], plans[2:], strict=True)
        ],
        "land": Markup(plans[-1].below),
        "ways": [
            {
                **vars(way),
                "crosses": ", ".join(facts.name(c) for c in facts.scenario.corridors[way.id].crosses),
                "value": way.amount(facts, 0),
            }
            for way in lines
        ],
        "record": Markup(
            records.embedded(records.record_of(facts.stored.manifest, facts.histories.texts, facts.stories))
        ),
        "words": Markup(records.embedded(_words(facts, ids if moving else [], quarters))),
    }


def _words(facts: Facts, ids: Sequence[str], quarters: Sequence[str]) -> dict[str, Any]:
    """What the script needs: texts in the reader's language, medians by quarter."""
    say = facts.say
    names = {
        name
        for s in facts.stories
        for q in s["quarters"]
        for d in q["decisions"]
        for o in d["options"]
        for name in o["terms"]
    }
    titles = {o["title"] for s in facts.stories for q in s["quarters"] for d in q["decisions"] for o in d["options"]}
    return {
        "n/a": say("n/a"),
        "play": say("Play"),
        "all": say("Median of all histories"),
        "why": say("why?"),
        "pause": say("Pause"),
        "Mt": say("Mt"),
        "option": say("Option"),
        "chance": say("Chance"),
        "worth": say("Worth"),
        "terms": say("What speaks for it and against"),
        "accept": say("accepted with {share}", share="{share}"),
        "whynote": say(
            "Worth is against doing nothing more, in per cent of a quarter's real income. The option taken comes "
            "first, then the best of {n} that were open.",
            n="{n}",
        ),
        "quarters": [say.quarter(q) for q in quarters],
        "medians": {id: [_short(float(x)) for x in facts.middle(id)] for id in ids},
        "term": {name: wording.term(say, name) for name in sorted(names)},
        "titles": {t: say(t) for t in sorted(titles) if say(t) != t},
    }


def _short(x: float) -> float | None:
    return float(f"{x:.5g}") if x == x else None


# ---- assumptions, outcomes, reproduction


def _rest(facts: Facts) -> dict[str, Any]:
    say = facts.say
    every = ledger(facts.scenario, who_reads=False)
    rows = uncertain.read_here(facts, every)
    count = Counter(row.confidence for row in rows)
    total = sum(count.values()) or 1
    parts, start = [], 0.0
    for id in CONFIDENCE:
        if count[id]:
            share = 100.0 * count[id] / total
            text = say("{kind} {share}", kind=say(id), share=percent(say, count[id] / total))
            parts.append({"id": id, "from": f"{start:.3f}", "share": f"{share:.3f}", "text": text})
            start += share
    shares = say.many(
        "Of {n} number behind this answer {share} are assumed.",
        "Of {n} numbers behind this answer {share} are assumed.",
        total,
        share=percent(say, count["assumed"] / total),
    )
    return {
        "rests": f"{resting.sentence(facts)} {shares}",
        **resting.figures(facts),
        "confidence": parts,
        **uncertain.ledger_parts(facts, rows, len(every) - len(rows)),
        **_all_outcomes(facts),
        # Those that are drawn come first: a cell names three of those on which a fact bears.
        **recorded.table(
            facts, [id for id in ("survival", *FANS, *facts.histories.dictionary) if id == "survival" or id in facts]
        ),
        "trade_lead": say(
            "Goods with each partner and of each sector, in the base year and in the last year: of all histories where "
            "a result keeps them, else of the one that is opened, as each picture says. Trade is what customs see; "
            "transit is drawn apart, in the story."
        ),
        "outcomes_lead": _outcomes_lead(facts),
        "reproduction": _reproduction(facts),
    }


def _outcomes_lead(facts: Facts) -> str:
    say = facts.say
    text = say("Outcomes of the end are means of the last year.")
    if facts.benchmark:
        text += " " + say("Differences are against “{world}” on the same draws.", world=facts.benchmark)
    return text


def _all_outcomes(facts: Facts) -> dict[str, Any]:
    say = facts.say
    columns = [say("outcome"), say("unit"), say("median"), say("5%"), say("95%")]
    rows: list[tuple[str, ...]] = []
    against = facts.summary["against"]["benchmark"] is not None
    if against:
        columns.append(say("against the benchmark"))
    rests = {id: wording.shares(say, behind(facts.summary.get("rests"), id)) for id in facts.histories.dictionary}
    known = any(rests.values())
    if known:
        columns.append(say("on what its variance rests"))
    for id, outcome in facts.histories.dictionary.items():
        if id not in facts:
            continue
        gap = (change(say, facts.against(id), outcome.unit),) if against else ()
        ends = facts.end(id)
        values = (form(outcome.unit, ends).cell(say, x) for x in ends)
        last = (rests[id],) if known else ()
        rows.append((said.cap(facts.called(id)), say(outcome.unit), *values, *gap, *last))
    return {
        "all_columns": columns,
        "all_rows": rows,
        **belief.table(facts, facts.histories.dictionary),
    }


def _reproduction(facts: Facts) -> list[tuple[str, str]]:
    say, m = facts.say, facts.stored.manifest
    return [
        (say("command"), str(m["command"])),
        (say("this page"), f"multivector report results/{facts.stored.folder.name}"),
        (say("check this page"), "multivector verify PAGE.html"),
        (say("result"), str(m["digests"]["result"])),
        (say("scenario"), str(m["digests"]["scenario"])),
        (say("model and figures"), str(m["digests"]["model"])),
        (say("seed"), str(m["seed"])),
        (say("versions"), ", ".join(f"{k} {v}" for k, v in m["versions"].items())),
        (say("machine"), f"{m['machine']['system']}, {m['machine']['blas']}"),
    ]
