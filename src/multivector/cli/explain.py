"""`multivector explain`: why an actor did what it did in a quarter, and why not something else."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from multivector.cli.common import cut, percent, style, tell, tell_json, two, width
from multivector.errors import BadInput, Problem

if TYPE_CHECKING:
    from multivector.experiment.histories.arms import Arms
    from multivector.experiment.histories.story import Decision, Option, Turn

MOST = 8
"""Options that a table shows; JSON has all."""
REST = "rest"
"""The column of what the others leave: smaller terms, aversion to bad futures, and that an offer may be refused."""
LATER = "future "
"""What stands before the name of a term that is meant for later quarters; the table shows it above the name."""
RULES = {
    "qre": "in reply to what all would reply to each other",
    "random": "at random",
    "scripted": "by the script",
    "hold": "to hold",
}
"""How a decision was made, where it was not by the doctrine against last turn's plays."""
TITLE, FIXED, CELL, TINY = 25, 15, 10, 5e-4
"""Least room for titles, what the first columns take, width of the others, and what is shown as a dot."""


@click.command("explain", short_help="Say why: options, utilities by term, probabilities.")
@click.argument("result")
@click.option("--turn", "quarter", required=True, metavar="QUARTER", help="Which quarter, such as 2022-Q3.")
@click.option("--actor", metavar="CODE", help="Whose decisions (default: the focus actor).")
@click.option("--replicate", "-r", type=click.IntRange(0), default=0, show_default=True, help="Which history.")
@click.option("--slot", type=click.IntRange(1), help="One decision only, by its number.")
@click.option("--why-not", metavar="MOVE", help="Why this move was not made: its id, or MOVE>TARGET.")
@click.option("--seed", "-s", type=click.IntRange(0), help="For a scenario instead of a result (default 0).")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, with all options.")
def command(
    result: str, quarter: str, actor: str | None, replicate: int, slot: int | None, why_not: str | None,
    seed: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Explain decisions of one quarter of RESULT (a folder of `run`, or a scenario).

    The history is played again up to that quarter, with the same draws and the same bits, so nothing needs to have been
    recorded. Numbers in the table are against doing nothing more, in per cent of a quarter's base real income.

    \b
    Examples:
      multivector explain results/after-2022-8f3b12ca --turn 2022-Q2
      multivector explain after-2022 --turn 2022-Q3 --why-not set-enforcement-tighten
    """
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
            head = f"{arms.scenario.id} · seed {used} · replicate {replicate} · {quarter} · {who}"
            tell([style(head, bold=True), *_not_made(told, width())])
        return
    if as_json:
        tell_json({"scenario": arms.scenario.id, "seed": used, "replicate": replicate, **plain(turn, decisions)})
    else:
        tell(page(arms, turn, decisions, used, replicate, width()))


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
        "feasible": best.feasible, "made": best is pick, "chosen": pick.entry, "chosen_title": pick.title,
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


def _not_made(told: list[dict[str, Any]], columns: int) -> Iterator[str]:
    for each in told:
        name = each["title"] + (f" ({each['target']})" if each["target"] else "")
        said = f"Slot {each['slot']}: {name}"
        if each["made"]:
            text = f"{said} was made, with probability {percent(each['probability'])}."
        elif not each["feasible"]:
            text = f"{said} could not be made: its conditions, a cooldown or another move of its group forbade it."
        else:
            gap = each["behind"]
            worth = f"{two(abs(gap))} {'less' if gap > 0.0 else 'more'} than what was done, {each['chosen_title']}"
            text = f"{said} had probability {percent(each['probability'])}: worth {worth}."
            if each["loss"] < 0.0:
                text += f" What sank it: {each['sunk_by']} ({two(each['loss'])})"
                text += f"; what spoke for it: {each['for_it']} ({two(each['gain'])})." if each["gain"] > 0.0 else "."
            if gap <= 0.0:
                text += f" It was luck that it was not made: the choice was made {_by(each['rule'])}."
        yield ""
        yield from textwrap.wrap(text, columns)


def _sank(decision: Decision) -> tuple[str, float]:
    """The term in which the best rival falls farthest behind the option taken."""
    rival = decision.rival()
    if rival is None:
        return "", 0.0
    behind = {t: rival.terms[t] - decision.pick.terms[t] for t in rival.terms}
    worst = min(behind, key=lambda t: behind[t])
    return worst, behind[worst]


def page(arms: Arms, turn: Turn, decisions: list[Decision], seed: int, replicate: int, columns: int) -> Iterator[str]:
    """The printout: one table and three sentences a decision."""
    head = f"{arms.scenario.id} · seed {seed} · replicate {replicate} · {turn.quarter} · {decisions[0].actor}"
    yield style(head, bold=True)
    rules = [arms.scenario.alignment.rules[r].label for r in turn.rules]
    yield from textwrap.wrap("Rules that fired: " + ("; ".join(rules) if rules else "none"), columns)
    yield from textwrap.wrap(_quarter(turn), columns)
    for decision in decisions:
        yield ""
        yield from _table(decision, columns)
        yield from _sentences(turn, decision, columns)


def _quarter(turn: Turn) -> str:
    """What the quarter came to: currencies and finance against 2021, and what restrains the power that may press."""
    named = [f"{name} {value:.2f}" for name, value in turn.gauges.items() if name not in ("restraint", "receipts")]
    lost = f"what the likeliest to press would lose without the focus actor: {percent(turn.gauges['restraint'])}"
    return f"The quarter came to (2021 = 1): {', '.join(named)}; {lost} of its income."


def _table(decision: Decision, columns: int) -> Iterator[str]:
    nothing = decision.options[-1]
    feasible = sorted((o for o in decision.options if o.feasible), key=lambda o: -o.value)
    rows = feasible[:MOST]
    rows += [extra for extra in (decision.pick, nothing) if not any(extra is row for row in rows)]
    spread = {t: max(abs(o.terms[t] - nothing.terms[t]) for o in rows) for t in nothing.terms}
    # As many terms as fit, those that tell the options apart most; the others are summed up in the last column.
    fit = (columns - TITLE - FIXED) // CELL - 1
    # The term that the sentence below the table names comes first.
    named = decision.reason()[0]
    ranked = sorted(spread, key=lambda t: (t != named, -spread[t]))
    terms = [t for t in ranked if spread[t] > TINY][:fit]
    room = columns - FIXED - CELL * (len(terms) + 1)
    names = [(t.startswith(LATER), t.removeprefix(LATER)[: CELL - 1]) for t in (*terms, REST)]
    by = "" if decision.rule == "logit" else f", chosen {_by(decision.rule)}"
    yield style(f"Slot {decision.slot}: {len(feasible)} options{by}", bold=True)
    if any(later for later, _ in names):
        above = "".join(f"{LATER.strip() if later else '':>{CELL}}" for later, _ in names)
        yield f"  {'':<{room}}{'':>5}{'':>8}{above}".rstrip()
    yield f"  {'':<{room}}{'P':>5}{'value':>8}{''.join(f'{name:>{CELL}}' for _, name in names)}"
    for option in rows:
        yield _row(option, option is decision.pick, nothing, terms, room)


def _by(rule: str) -> str:
    return RULES.get(rule, "by logit odds and a draw" if rule == "logit" else f"by the rule {rule}")


def _row(option: Option, taken: bool, nothing: Option, terms: list[str], room: int) -> str:
    value = option.value - nothing.value
    gaps = [option.terms[t] - nothing.terms[t] for t in terms]
    numbers = "".join(f"{_cell(x):>{CELL}}" for x in (*gaps, value - sum(gaps)))
    title = cut(option.title, room - 1)
    text = f"{'*' if taken else ' '} {title:<{room}}{percent(option.probability):>5}{_cell(value):>8}{numbers}"
    return style(text, bold=True) if taken else text


def _cell(value: float) -> str:
    return "." if abs(value) < TINY else two(value)


def _sentences(turn: Turn, decision: Decision, columns: int) -> Iterator[str]:
    pick, rival = decision.pick, decision.rival()
    answer = turn.answers.get(pick.entry)
    kind = "an offer (acceptance" if answer in ("accepted", "refused") else "in the hands of others (chance"
    offer = f" It was {kind} {percent(pick.accept)}): {answer}." if answer else ""
    yield from textwrap.wrap(f"Chosen: {pick.title}, probability {percent(pick.probability)}.{offer}", columns)
    if rival is None:
        yield "There was nothing else to choose."
        return
    term, gain = decision.reason()
    sank, loss = _sank(decision)
    if decision.luck:
        more = two(rival.value - pick.value)
        text = f"Luck: {rival.title} was worth {more} more, but choice is uncertain and the draw took the other."
        if decision.rule not in ("logit", "qre"):
            text = f"{rival.title} was worth {more} more, but the choice was made {_by(decision.rule)}."
        text += f" What spoke most for it: {term} ({two(gain)} against doing nothing more)."
    else:
        worth = f"worth {two(pick.value - rival.value)} less" if not decision.tied else "worth the same"
        text = f"Why not {rival.title}? {worth[0].upper()}{worth[1:]}; what spoke against it: {sank} ({two(loss)})."
    yield from textwrap.wrap(text, columns)
