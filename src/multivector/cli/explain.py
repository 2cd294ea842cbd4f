"""`multivector explain`: why an actor did what it did in a quarter, and why not something else."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from multivector.cli.common import ENGLISH, cut, percent, style, tell, tell_json, two, width
from multivector.cli.spoken import lang_option, voice
from multivector.errors import BadInput, Problem
from multivector.experiment.telling import wording
from multivector.language import Speaker, chosen

if TYPE_CHECKING:
    from multivector.experiment.histories.arms import Arms
    from multivector.experiment.histories.story import Decision, Option, Turn

MOST = 8
"""Options that a table shows; JSON has all."""
REST = "rest"
"""The column of what the others leave: smaller terms, aversion to bad futures, and that an offer may be refused."""
RULES = {
    "logit": "by logit odds and a draw",
    "qre": "in reply to what all would reply to each other",
    "random": "at random",
    "scripted": "by the script",
    "hold": "to hold",
}
"""How a decision was made, where it was not by the doctrine against last turn's plays."""
TITLE, FIXED, CELL, WIDE, TINY = 25, 15, 10, 13, 5e-4
"""Least room for titles, what the first columns take, width of the others (in English; where words are longer), and
what is shown as a dot."""


@click.command("explain", short_help="Say why: options, utilities by term, probabilities.")
@click.argument("result")
@click.option("--turn", "quarter", required=True, metavar="QUARTER", help="Which quarter, such as 2022-Q3.")
@click.option("--actor", metavar="CODE", help="Whose decisions (default: the focus actor).")
@click.option("--replicate", "-r", type=click.IntRange(0), default=0, show_default=True, help="Which history.")
@click.option("--slot", type=click.IntRange(1), help="One decision only, by its number.")
@click.option("--why-not", metavar="MOVE", help="Why this move was not made: its id, or MOVE>TARGET.")
@click.option("--seed", "-s", type=click.IntRange(0), help="For a scenario instead of a result (default 0).")
@lang_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, with all options.")
def command(
    result: str, quarter: str, actor: str | None, replicate: int, slot: int | None, why_not: str | None,
    seed: int | None, lang: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Explain decisions of one quarter of RESULT (a folder of `run`, or a scenario).

    The history is played again up to that quarter, with the same draws and the same bits, so nothing needs to have been
    recorded. Numbers in the table are against doing nothing more, in per cent of a quarter's base real income.

    \b
    Examples:
      multivector explain results/after-2022-8f3b12ca --turn 2022-Q2
      multivector explain after-2022 --turn 2022-Q3 --why-not set-enforcement-tighten
      multivector explain after-2022 --turn 2022-Q3 --lang ru
    """
    chosen(lang)  # a language that does not exist is said before anything is computed
    from multivector.experiment.ensembles.again import replay

    arms, used = _source(result, seed, replicate)
    quarters = arms.scenario.quarters()
    who = actor or arms.scenario.focus
    _among(quarter, quarters, "--turn")
    _among(who, list(arms.scenario.actors), "--actor")
    turn = replay(arms, seed=used, replicate=replicate, turn=quarters.index(quarter)).turns[-1]
    decisions = [d for d in turn.decisions if d.actor == who and slot in (None, d.slot)]
    if not decisions:
        raise BadInput([Problem("--slot", 0, 0, "", f"found {slot}", f"a slot of {who} in {quarter}")])
    if why_not is not None:
        asked = [not_made(d, why_not) for d in decisions]
        if not any(asked):
            raise BadInput([Problem("--why-not", 0, 0, "", f'found "{why_not[:60]}"', _menu(decisions))])
        told = [each for each in asked if each]
        if as_json:
            tell_json({"scenario": arms.scenario.id, "seed": used, "replicate": replicate, "why_not": told})
        else:
            say = voice(lang, arms.scenario)
            tell([_head(arms, used, replicate, quarter, who, say), *_not_made(told, width(), say)])
        return
    if as_json:
        tell_json({"scenario": arms.scenario.id, "seed": used, "replicate": replicate, **plain(turn, decisions)})
    else:
        tell(page(arms, turn, decisions, used, replicate, width(), voice(lang, arms.scenario)))


def _source(result: str, seed: int | None, replicate: int) -> tuple[Arms, int]:
    from multivector.experiment.ensembles.again import arms_of
    from multivector.experiment.histories.arms import prepare
    from multivector.results.store import MANIFEST, open_result

    if not (Path(result) / MANIFEST).is_file():
        return prepare(result), seed or 0
    stored = open_result(result)
    count = int(stored.manifest["replicates"])
    if replicate >= count:
        allowed = "0" if count == 1 else f"0 to {count - 1}"
        raise BadInput([Problem("--replicate", 0, 0, "", f"found {replicate}", allowed)])
    return arms_of(stored), int(stored.manifest["seed"]) if seed is None else seed


def _among(value: str, known: list[str], option: str) -> None:
    if value not in known:
        listed = f"{known[0]} to {known[-1]}" if option == "--turn" else ", ".join(known)
        raise BadInput([Problem(option, 0, 0, "", f'found "{value[:40]}"', listed)])


def plain(turn: Turn, decisions: list[Decision]) -> dict[str, Any]:
    """Everything about some decisions as plain data."""
    return {
        "quarter": turn.quarter,
        "rules": list(turn.rules),
        "events": list(turn.events),
        "gauges": turn.gauges,
        "decisions": [_plain_decision(turn, d) for d in decisions],
    }


def _plain_decision(turn: Turn, decision: Decision) -> dict[str, Any]:
    term, gain = decision.reason()
    rival = decision.rival()
    sank, loss = _sank(decision)
    return {
        "actor": decision.actor, "slot": decision.slot, "rule": decision.rule,
        "chosen": decision.pick.entry, "tied": decision.tied,
        "answer": turn.answers.get(decision.pick.entry, ""), "reason": term, "gain": gain, "luck": decision.luck,
        "rival": None if rival is None else rival.entry, "rival_sunk_by": sank, "rival_loss": loss,
        "options": [vars(option) for option in decision.options if option.feasible],
    }  # fmt: skip


def not_made(decision: Decision, name: str) -> dict[str, Any]:
    """Why a move was not made in a slot: the best of its entries against the option taken, term by term.

    Nothing if the actor's menu has no such move.
    """
    mine = [o for o in decision.options if name in (o.entry, o.entry.partition(":")[2], move_of(o))]
    if not mine:
        return {}
    possible = [o for o in mine if o.feasible]
    best = max(possible or mine, key=lambda o: o.value)
    pick = decision.pick
    behind = {term: best.terms[term] - pick.terms[term] for term in best.terms}
    sank, saved = min(behind, key=lambda t: behind[t]), max(behind, key=lambda t: behind[t])
    return {
        "slot": decision.slot, "entry": best.entry, "title": best.title, "target": best.target,
        "feasible": best.feasible, "made": best is pick, "chosen": pick.entry,
        "chosen_title": pick.title, "chosen_target": pick.target,
        "probability": best.probability, "accept": best.accept, "behind": pick.value - best.value,
        "sunk_by": sank, "loss": behind[sank], "for_it": saved, "gain": behind[saved], "terms": behind,
        "entries": len(mine), "rule": decision.rule,
    }  # fmt: skip


def _menu(decisions: list[Decision]) -> str:
    moves = {move_of(option) for decision in decisions for option in decision.options[:-1]}
    return f"a move on the menu: {', '.join(sorted(moves))}"


def move_of(option: Option) -> str:
    """Id of the move of an entry such as ``KAZ:protest-note>RUS``."""
    return option.entry.partition(":")[2].partition(">")[0]


def _not_made(told: list[dict[str, Any]], columns: int, say: Speaker) -> Iterator[str]:
    for each in told:
        name = _aimed(each["title"], each["target"], say)
        values = {"slot": each["slot"], "move": name, "chance": percent(each["probability"], say=say)}
        if each["made"]:
            text = say("Slot {slot}: {move} was made, with probability {chance}.", **values)
        elif not each["feasible"]:
            text = say(
                "Slot {slot}: {move} could not be made: its conditions, a cooldown or another move of its group "
                "forbade it.", **values,
            )  # fmt: skip
        else:
            text = " ".join(_rejected(each, values, say))
        yield ""
        yield from textwrap.wrap(text, columns)


def _rejected(each: dict[str, Any], values: dict[str, Any], say: Speaker) -> Iterator[str]:
    """What was possible and not made: its worth beside what was done, what sank it, and whether that was luck."""
    gap = each["behind"]
    worth = {"gap": two(abs(gap), say), "chosen": _aimed(each["chosen_title"], each["chosen_target"], say)}
    if gap > 0.0:
        yield say(
            "Slot {slot}: {move} had probability {chance}: worth {gap} less than what was done, {chosen}.",
            **values, **worth,
        )  # fmt: skip
    else:
        yield say(
            "Slot {slot}: {move} had probability {chance}: worth {gap} more than what was done, {chosen}.",
            **values, **worth,
        )  # fmt: skip
    sunk = {"term": wording.term(say, each["sunk_by"]), "loss": two(each["loss"], say)}
    if each["loss"] < 0.0 < each["gain"]:
        other = {"other": wording.term(say, each["for_it"]), "gain": two(each["gain"], say)}
        yield say("What sank it: {term} ({loss}); what spoke for it: {other} ({gain}).", **sunk, **other)
    elif each["loss"] < 0.0:
        yield say("What sank it: {term} ({loss}).", **sunk)
    if gap <= 0.0:
        yield say("It was luck that it was not made: the choice was made {how}.", how=_by(each["rule"], say))


def _aimed(title: str, target: str | None, say: Speaker) -> str:
    return f"{say(title)} ({target})" if target else say(title)


def _sank(decision: Decision) -> tuple[str, float]:
    """The term in which the best rival falls farthest behind the option taken."""
    rival = decision.rival()
    if rival is None:
        return "", 0.0
    behind = {t: rival.terms[t] - decision.pick.terms[t] for t in rival.terms}
    worst = min(behind, key=lambda t: behind[t])
    return worst, behind[worst]


def page(
    arms: Arms, turn: Turn, decisions: list[Decision], seed: int, replicate: int, columns: int, say: Speaker
) -> Iterator[str]:
    """The printout: one table and three sentences a decision."""
    yield _head(arms, seed, replicate, turn.quarter, decisions[0].actor, say)
    rules = "; ".join(say(arms.scenario.alignment.rules[r].label) for r in turn.rules) or say("none")
    yield from textwrap.wrap(say("Rules that fired: {rules}", rules=rules), columns)
    yield from textwrap.wrap(_quarter(turn, say), columns)
    yield from textwrap.wrap(
        say(
            "Below: P, the probability; value, against doing nothing more, in per cent of a quarter's base real "
            "income; and what makes it up: the terms that tell the options apart (future: what comes of it later) and "
            "the rest. A dot is next to nothing, * what was done."
        ), columns,
    )  # fmt: skip
    for decision in decisions:
        yield ""
        yield from _table(decision, columns, say)
        yield from _sentences(turn, decision, columns, say)


def _head(arms: Arms, seed: int, replicate: int, quarter: str, actor: str, say: Speaker) -> str:
    parts = (arms.scenario.id, say("seed {seed}", seed=seed), say("replicate {replicate}", replicate=replicate))
    return style(" · ".join((*parts, quarter, actor)), bold=True)


def _quarter(turn: Turn, say: Speaker) -> str:
    """What the quarter came to: currencies and finance against 2021, and what restrains the power that may press."""
    named = [
        f"{say(name)} {say.numeral(f'{value:.2f}')}"
        for name, value in turn.gauges.items()
        if name not in ("restraint", "receipts")
    ]
    return say(
        "The quarter came to (2021 = 1): {named}; what the likeliest to press would lose without the focus actor: "
        "{lost} of its income.",
        named=" · ".join(named) if say.lang != "en" else ", ".join(named),
        lost=percent(turn.gauges["restraint"], say=say),
    )  # fmt: skip


def _table(decision: Decision, columns: int, say: Speaker = ENGLISH) -> Iterator[str]:
    nothing = decision.options[-1]
    feasible = sorted((o for o in decision.options if o.feasible), key=lambda o: -o.value)
    rows = feasible[:MOST]
    rows += [extra for extra in (decision.pick, nothing) if not any(extra is row for row in rows)]
    spread = {t: max(abs(o.terms[t] - nothing.terms[t]) for o in rows) for t in nothing.terms}
    # As many terms as fit, those that tell the options apart most; the others are summed up in the last column.
    cell = CELL if say.lang == "en" else WIDE
    fit = (columns - TITLE - FIXED) // cell - 1
    # The term that the sentence below the table names comes first.
    named = decision.reason()[0]
    ranked = sorted(spread, key=lambda t: (t != named, -spread[t]))
    terms = [t for t in ranked if spread[t] > TINY][:fit]
    room = columns - 2 - sum(_first(say)) - cell * (len(terms) + 1)
    names = [_stacked(wording.term(say, t), cell - 1) for t in (*terms, REST)]
    count = len(feasible)
    if decision.rule == "logit":
        head = say.many("Slot {slot}: {n} option", "Slot {slot}: {n} options", count, slot=decision.slot)
    else:
        head = say.many(
            "Slot {slot}: {n} option, chosen {how}", "Slot {slot}: {n} options, chosen {how}", count,
            slot=decision.slot, how=_by(decision.rule, say),
        )  # fmt: skip
    yield from (style(line, bold=True) for line in textwrap.wrap(head, columns))
    chance, value = _first(say)
    firsts = f"{'P':>{chance}}{say('value'):>{value}}"
    deep = max(map(len, names))
    for line in range(deep):
        words = "".join(f"{([''] * (deep - len(name)) + name)[line]:>{cell}}" for name in names)
        yield f"  {'':<{room}}{firsts if line == deep - 1 else ' ' * len(firsts)}{words}".rstrip()
    for option in rows:
        yield from _row(decision, option, terms, room, cell, say)


def _by(rule: str, say: Speaker) -> str:
    return say(RULES[rule]) if rule in RULES else say("by the rule {rule}", rule=rule)


def _stacked(name: str, most: int) -> list[str]:
    """The words of a term, one below the other where they do not fit beside each other."""
    return [cut(line, most) for line in textwrap.wrap(name, most, break_long_words=False)]


def _first(say: Speaker) -> tuple[int, int]:
    """Widths of the columns of probability and value; other languages put a space before the sign of per cent."""
    return (5, 8) if say.lang == "en" else (6, 9)


def _row(decision: Decision, option: Option, terms: list[str], room: int, cell: int, say: Speaker) -> Iterator[str]:
    taken, nothing = option is decision.pick, decision.options[-1]
    value = option.value - nothing.value
    gaps = [option.terms[t] - nothing.terms[t] for t in terms]
    numbers = "".join(f"{_cell(x, say):>{cell}}" for x in (*gaps, value - sum(gaps)))
    title, *more = textwrap.wrap(_aimed(option.title, decision.aimed(option), say), room - 1, subsequent_indent="  ")
    chance, worth = _first(say)
    first = f"{percent(option.probability, say=say):>{chance}}{_cell(value, say):>{worth}}"
    for text in (f"{'*' if taken else ' '} {title:<{room}}{first}{numbers}", *(f"  {line}" for line in more)):
        yield style(text, bold=True) if taken else text


def _cell(value: float, say: Speaker) -> str:
    return "." if abs(value) < TINY else two(value, say)


def _sentences(turn: Turn, decision: Decision, columns: int, say: Speaker) -> Iterator[str]:
    pick, rival = decision.pick, decision.rival()
    chance = percent(pick.probability, say=say)
    move = _aimed(pick.title, decision.aimed(pick), say)
    text = say("Chosen: {move}, probability {chance}.", move=move, chance=chance)
    answer = turn.answers.get(pick.entry)
    if answer:
        values = {"chance": percent(pick.accept, say=say), "answer": say(answer)}
        if answer in ("accepted", "refused"):
            text += " " + say("It was an offer (acceptance {chance}): {answer}.", **values)
        else:
            text += " " + say("It was in the hands of others (chance {chance}): {answer}.", **values)
    yield from textwrap.wrap(text, columns)
    if rival is None:
        yield from textwrap.wrap(say("There was nothing else to choose."), columns)
        return
    term, gain = decision.reason()
    sank, loss = _sank(decision)
    other = _aimed(rival.title, decision.aimed(rival), say)
    if decision.luck:
        values = {"move": other, "gap": two(rival.value - pick.value, say)}
        if decision.rule in ("logit", "qre"):
            text = say(
                "Luck: {move} was worth {gap} more, but choice is uncertain and the draw took the other.", **values
            )
        else:
            how = _by(decision.rule, say)
            text = say("{move} was worth {gap} more, but the choice was made {how}.", how=how, **values)
        text += " " + say(
            "What spoke most for it: {term} ({gain} against doing nothing more).",
            term=wording.term(say, term), gain=two(gain, say),
        )  # fmt: skip
    else:
        values = {"move": other, "term": wording.term(say, sank), "loss": two(loss, say)}
        if decision.tied:
            text = say("Why not {move}? Worth the same; what spoke against it: {term} ({loss}).", **values)
        else:
            gap = two(pick.value - rival.value, say)
            text = say("Why not {move}? Worth {gap} less; what spoke against it: {term} ({loss}).", gap=gap, **values)
    yield from textwrap.wrap(text, columns)
