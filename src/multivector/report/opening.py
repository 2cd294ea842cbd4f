"""From a stored result to what a report knows: its numbers, the histories it tells, who says it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from multivector.analysis.reading import open_histories
from multivector.data.locate import shipped_root
from multivector.experiment.ensembles.again import arms_of, scenario_of
from multivector.experiment.histories.replicates import Tick
from multivector.language import Speaker, speaker
from multivector.report.facts import Facts, chosen
from multivector.results.manifest import model_version
from multivector.results.store import Stored
from multivector.scenario.texts import texts
from multivector.schema import Scenario

if TYPE_CHECKING:
    from multivector.report.contrast import Contrast


def facts_of(
    stored: Stored, *, replicate: str | None = None, lang: str = "en", tick: Tick | None = None, told: bool = True,
    ahead: bool = False,
) -> Facts:  # fmt: skip
    """What a report of a result knows.

    Parameters
    ----------
    stored : the result.
    replicate : ``median`` (default), ``worst`` or a number: the history that is shown first.
    lang : ``en``, ``ru`` or ``kk``.
    tick : called after every turn that is played again.
    told : whether histories are played again and told; those of a model of another version never are.
    ahead : whether they are played in a second process, and waited for when the first of them is asked for.

    Raises
    ------
    BadInput
        There is no such history, or a file of the result cannot be read.
    """
    histories, scenario = open_histories(stored), scenario_of(stored)
    ids, roles, opened = chosen(histories, replicate)
    # Another model would tell other histories than those that are counted.
    told = told and stored.manifest["digests"]["model"] == model_version(shipped_root() / "figures")
    stories = _stories(stored, scenario, ids, tick, ahead) if told else []
    say = (speaker() if lang == "en" else Speaker(lang, texts(scenario, lang))).typeset()
    return Facts(stored, histories, scenario, say, stories, roles, opened)


def _stories(
    stored: Stored, scenario: Scenario, ids: Sequence[int], tick: Tick | None, ahead: bool
) -> Sequence[dict[str, Any]]:
    """The histories whole: as the run told them, or played again."""
    known = {story["replicate"]: story for story in stored.told()}
    if set(ids) <= set(known):
        return [known[id] for id in ids]
    from multivector.experiment.telling.ahead import Ahead
    from multivector.experiment.telling.telling import tell

    def play(tick: Tick | None) -> list[dict[str, Any]]:
        return tell(arms_of(stored, scenario), seed=int(stored.manifest["seed"]), replicates=ids, tick=tick)

    return Ahead(play, tick) if ahead else play(tick)


def several_of(stored: Sequence[Stored], *, lang: str = "en") -> Contrast:
    """What a report of several results knows: each of them, and all others against the first.

    Raises
    ------
    NotComparable
        They do not share their luck, calendar, model or histories.
    BadInput
        A file of a result cannot be read.
    """
    from multivector.analysis.comparing.comparison import compare_histories, compare_several
    from multivector.report.contrast import Contrast

    worlds = [facts_of(each, lang=lang, told=False) for each in stored]
    histories = [world.histories for world in worlds]
    if len(worlds) == 2:
        return Contrast(worlds, (compare_histories(*histories),), {})
    found = compare_several(histories)
    return Contrast(worlds, found.against, found.ranked)
