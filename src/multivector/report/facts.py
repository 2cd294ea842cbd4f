"""What a report of one result knows: every number that its sentences and charts are made from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multivector.analysis.reading import Histories
from multivector.errors import BadInput, Problem
from multivector.experiment.telling import wording
from multivector.language import Speaker
from multivector.outcomes import Outcome
from multivector.report import names
from multivector.results.statistics import share, wilson
from multivector.results.store import Stored
from multivector.scenario.texts import title_of
from multivector.schema import Scenario

Array = NDArray[np.float64]
BAND = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles of a fan: the median, half of the histories, nine of ten."""
STORIES = 4
"""Histories that a page tells whole, besides one that is asked for."""
STATES = {
    "ROW": "rest of the world",
    "AZE": "Azerbaijan",
    "GEO": "Georgia",
    "TUR": "Türkiye",
    "BLR": "Belarus",
    "UKR": "Ukraine",
    "UZB": "Uzbekistan",
    "KGZ": "Kyrgyzstan",
    "TKM": "Turkmenistan",
    "IRN": "Iran",
}
"""Names of states that corridors cross and that are no actors of most worlds."""
MARKS = tuple(f"mark:{code}" for code in ("KAZ", "RUS", "CHN", "EU", "USA", "TUR"))
"""Actors whose mark is another in other languages; the others keep their code. A message of its own: codes in printed
lines stay as they are."""
LONGEST_NAME = 13
"""Letters of a name that have room at the end of a line of a chart."""
_MEASURED = {
    "income-against-benchmark": "income_vs_benchmark",
    "exportable-oil": "oil.exported",
    "relation": "goodwill.{of}",
    "approval-mean": "approval",
    "unrest": "unrest",
    "inflation": "inflation",
    "rung": "rung.{of}",
}
"""Measure of a red line to the outcome that shows it."""


@dataclass(frozen=True)
class Facts:
    """One result.

    Attributes
    ----------
    stored, histories, scenario : the folder, its numbers, the world that was played.
    stories : histories told whole; roles : replicate to why it is told (``median``, ``worst``, a line's id, ``asked``).
    opened : the replicate that is shown first.
    say : who says the texts.
    """

    stored: Stored
    histories: Histories
    scenario: Scenario
    say: Speaker
    stories: Sequence[dict[str, Any]] = ()
    roles: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    opened: int = 0

    @property
    def summary(self) -> Mapping[str, Any]:
        """Every figure that the run printed."""
        return self.stored.summary

    @property
    def focus(self) -> str:
        """The focus actor."""
        return self.scenario.focus

    @property
    def n(self) -> int:
        """Histories with numbers."""
        return len(self.histories.ids)

    @property
    def quarters(self) -> tuple[str, ...]:
        """Quarters whose outcomes are kept: all, or the last alone."""
        return self.histories.quarters

    @property
    def over_time(self) -> bool:
        """Whether every quarter was kept."""
        return len(self.quarters) > 1 or len(self.scenario.quarters()) == 1

    @cached_property
    def powers(self) -> tuple[str, ...]:
        """Actors besides the focus, in order."""
        return tuple(a for a in sorted(self.scenario.actors) if a != self.focus)

    def name(self, actor: str) -> str:
        """What an actor is called; a code that is no actor (the rest of the world) has a name too.

        A state that is no actor keeps its code.
        """
        if actor in self.scenario.actors:
            title = self.scenario.actors[actor].name
            return actor if title is None else title.get(self.say.lang)
        return self.say(STATES[actor]) if actor in STATES else actor

    def mark(self, actor: str) -> str:
        """Two to four letters that stand for an actor where a name has no room."""
        known = f"mark:{actor}"
        return self.say(known).removeprefix("mark:") if known in MARKS else actor

    def short(self, actor: str) -> str:
        """The name of an actor, or its mark where the name is long."""
        name = self.name(actor)
        return name if len(name) <= LONGEST_NAME else self.mark(actor)

    def named(self, text: str) -> str:
        """A text with the names of actors in place of their codes."""

        def said(code: re.Match[str]) -> str:
            name = self.name(code[0])
            return names.inside(self.say, name) if code.start() else name

        return re.sub(r"\b[A-Z]{2,4}\b", said, text)

    @cached_property
    def title(self) -> str:
        """What the scenario is called."""
        return self.scenario.title.get(self.say.lang) if self.scenario.title else self.scenario.id

    @cached_property
    def doctrine(self) -> str:
        """What the focus actor's doctrine is called."""
        id = str(self.scenario.actors[self.focus].doctrine)
        known = self.scenario.doctrines.get(id)
        return id if known is None or known.title is None else known.title.get(self.say.lang)

    @cached_property
    def benchmark(self) -> str:
        """What the benchmark is called; empty without one."""
        # Its title is all that a page needs of it: the whole of it would take as long to read as the scenario.
        text = self.histories.texts[1]
        if text is None:
            return ""
        title = title_of(text)
        return str(self.stored.manifest["benchmark"]) if title is None else title.get(self.say.lang)

    @cached_property
    def question(self) -> str:
        """What the scenario asks, or what every scenario asks."""
        if self.scenario.question is not None:
            return self.scenario.question.get(self.say.lang)
        return self.say("How does the balancing of {focus} fare?", focus=self.name(self.focus))

    # ---- survival

    @cached_property
    def survival(self) -> dict[str, float]:
        """Share of histories that cross no red line, with its interval."""
        return share(self.histories.survived)

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """Red lines, most often crossed first: id, title, share with its interval, hits."""
        out = []
        for id, first in self.histories.first.items():
            if id in self.scenario.red_lines and self.scenario.red_lines[id].enabled:
                out.append({"id": id, "title": self.line_title(id), **share(first >= 0)})
        return sorted(out, key=lambda line: (-line["hits"], line["id"]))

    def line_title(self, id: str) -> str:
        """What a red line is called."""
        line = self.scenario.red_lines[id]
        return line.title.get(self.say.lang) if line.title else id

    @cached_property
    def alive(self) -> list[tuple[str, float, float, float]]:
        """By quarter: share of histories that have crossed nothing so far, with its interval."""
        first = np.full(self.n, 10**6)
        for turns in self.histories.first.values():
            first = np.where(turns >= 0, np.minimum(first, turns), first)
        out = []
        for t, quarter in enumerate(self.summary["quarters"]):
            hits = int((first > t).sum())
            out.append((quarter, hits / self.n if self.n else float("nan"), *wilson(hits, self.n)))
        return out

    # ---- outcomes

    def __contains__(self, outcome: str) -> bool:
        return outcome in self.histories and bool(np.isfinite(self.histories.of(outcome)).any())

    def outcome(self, id: str) -> Outcome:
        """What an outcome is."""
        return self.histories.dictionary[id]

    @cached_property
    def _fans(self) -> dict[str, Array]:
        return {}

    def fan(self, id: str) -> Array:
        """Quantiles `BAND` of an outcome by quarter, ``[quantile, quarter]``; nan where no history has it."""
        if id not in self._fans:
            self._fans[id] = bands(self.histories.of(id))
        return self._fans[id]

    def middle(self, id: str) -> Array:
        """The median of an outcome by quarter."""
        return np.asarray(self.fan(id)[2])

    def end(self, id: str) -> tuple[float, float, float]:
        """An outcome at the end: median, and between what nine of ten histories lie."""
        low, _, middle, _, high = bands(self.histories.end(id)[None, :])[:, 0]
        return float(middle), float(low), float(high)

    def against(self, id: str) -> float | None:
        """Median difference from the benchmark on the same draws, at the end; None without one."""
        if self.summary["ensemble"] is not None:
            row = self.summary["ensemble"]["outcomes"].get(id, {})
            return row["difference"][1] if "difference" in row else None
        if self.summary["history"] is not None and self.summary["against"]["benchmark"]:
            found = self.summary["history"]["outcomes"].get(id, {}).get("change")
            return None if found is None else float(found)
        return None

    def bound(self, outcome: str) -> tuple[str, float, str] | None:
        """The red line that an outcome shows: id, bound, ``floor`` or ``ceiling``; None if it shows none."""
        for id, line in self.scenario.red_lines.items():
            if line.enabled and _MEASURED.get(line.measure, "").format(of=line.of) == outcome:
                if line.below is not None:
                    return id, float(line.below), "floor"
                if line.above is not None:
                    return id, float(line.above), "ceiling"
        return None

    def showing(self, line: str) -> str | None:
        """The outcome that shows a red line; None if none does."""
        found = self.scenario.red_lines[line]
        outcome = _MEASURED.get(found.measure, "").format(of=found.of)
        return outcome or None

    def bound_of(self, line: str) -> tuple[float, str] | None:
        """The bound of a red line and its side, ``floor`` or ``ceiling``."""
        found = self.scenario.red_lines[line]
        if found.below is not None:
            return float(found.below), "floor"
        return None if found.above is None else (float(found.above), "ceiling")

    def called(self, id: str) -> str:
        """What an outcome is called, with the names of actors, routes and goods."""
        if (route := names.route(self.scenario, self.say, id)) is not None:
            return route
        if (good := names.good(self.say, id)) is not None and good[0] in self.scenario.actors:
            # Made from a pattern of its own: its English title holds the id of the good.
            english = self.say.lang == "en"
            power = names.inside(self.say, self.name(good[0])) if english else self.mark(good[0])
            lost = self.name(self.focus) if english else self.mark(self.focus)
            return self.say("loss of {power} from losing {focus}: {good}", power=power, focus=lost, good=good[1])
        return self.named(wording.outcome(self.say, id, self.outcome(id).title))

    def unit(self, id: str) -> str:
        """The unit of an outcome."""
        return self.say(self.outcome(id).unit)

    def story(self, replicate: int) -> dict[str, Any]:
        """A history that is told whole."""
        return next(story for story in self.stories if story["replicate"] == replicate)


def bands(values: Array) -> Array:
    """Quantiles `BAND` over the last axis, ``[quantile, turn]``; nan where nothing is known.

    Examples
    --------
    >>> bands(np.array([[1.0, 2.0, 3.0, np.nan]]))[2].tolist()
    [2.0]
    """
    if values.ndim == 2 and values.shape[1] == 1:
        # Of one history each quantile is its value: NumPy takes a tenth of a page's time to say so.
        return np.repeat(values.T, len(BAND), axis=0)
    if values.size and not np.isnan(values).any():
        return np.asarray(np.quantile(values, BAND, axis=1))
    out = np.full((len(BAND), len(values)), np.nan)
    for t, row in enumerate(values):
        known = row[~np.isnan(row)]
        if len(known):
            out[:, t] = np.quantile(known, BAND)
    return out


def chosen(histories: Histories, asked: str | None = None) -> tuple[list[int], dict[int, tuple[str, ...]], int]:
    """Which histories a page tells whole, why, and which of them is opened.

    The *worst* crosses a red line first (of several, and if none is crossed: the lowest composite). The *median* is, of
    the more frequent kind (no line crossed, or some), the one with the median composite. Then the first history of each
    line that is crossed, most frequent line first, up to `STORIES` in all.

    Parameters
    ----------
    histories : of a result.
    asked : ``median`` (the default), ``worst`` or the number of a history.

    Raises
    ------
    BadInput
        There is no such history, or it failed.
    """
    ids = histories.ids
    if not len(ids):
        raise BadInput([Problem(histories.place, 0, 0, "", "found no history with numbers", "a run that finished")])
    kept = next((id for id in ("composite", "real_income") if id in histories), None)
    value = np.zeros(len(ids)) if kept is None else np.nan_to_num(histories.end(kept), nan=-np.inf)
    first = np.full(len(ids), 10**6)
    for turns in histories.first.values():
        first = np.where(turns >= 0, np.minimum(first, turns), first)
    worst = int(np.lexsort((ids, value, first))[0])
    kind = np.flatnonzero(histories.survived == (histories.survived.mean() >= 0.5))
    order = kind[np.lexsort((ids[kind], value[kind]))]
    median = int(order[len(order) // 2])
    roles: dict[int, list[str]] = {}
    roles.setdefault(int(ids[median]), []).append("median")
    roles.setdefault(int(ids[worst]), []).append("worst")
    hits = sorted(histories.first.items(), key=lambda item: (-int((item[1] >= 0).sum()), item[0]))
    for line, turns in hits:
        where = np.flatnonzero(turns >= 0)
        known = [id for id in roles if histories.first[line][np.searchsorted(ids, id)] >= 0]
        if len(where) and not known and len(roles) < STORIES:
            roles.setdefault(int(ids[where[0]]), []).append(line)
    opened = {"median": int(ids[median]), "worst": int(ids[worst])}.get(asked or "median")
    if opened is None:
        opened = _asked(str(asked), histories)
        roles.setdefault(opened, []).append("asked")
    return sorted(roles), {id: tuple(why) for id, why in roles.items()}, opened


def _asked(text: str, histories: Histories) -> int:
    allowed = f"median, worst, or a number up to {int(histories.facts['replicates']) - 1}"
    if not text.isdigit() or len(text) > 9 or int(text) >= int(histories.facts["replicates"]):
        raise BadInput([Problem("--replicate", 0, 0, "", f'found "{text[:40]}"', allowed)])
    if int(text) not in histories.ids:
        raise BadInput([Problem("--replicate", 0, 0, "", f"found {text}, a history that failed", allowed)])
    return int(text)
