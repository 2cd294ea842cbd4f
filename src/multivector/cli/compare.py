"""`multivector compare`: two or more worlds on the same draws, with intervals and verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from multivector.cli.common import ENGLISH, tell, tell_json, width
from multivector.cli.spoken import lang_option, voice
from multivector.language import Speaker, chosen, speaker

if TYPE_CHECKING:
    from multivector.analysis.comparing.comparison import Comparison, Several
    from multivector.analysis.reading import Histories
    from multivector.results.store import Stored

DEFAULT = 1000


@click.command("compare", short_help="Compare worlds on the same draws, with intervals and verdicts.")
@click.argument("worlds", nargs=-1, required=True, metavar="A B [C ...]")
@click.option("--replicates", "-n", type=click.IntRange(2, 1_000_000),
              help=f"Histories of what is run (default: as many as a result here has, else {DEFAULT:,}).")  # fmt: skip
@click.option("--seed", "-s", type=click.IntRange(0), help="Root of all draws (default: a result's, else 0).")
@click.option("--outcome", "outcomes", multiple=True, metavar="ID", help="Judge this outcome; may be said again.")
@click.option("--all", "everything", is_flag=True, help="Judge every outcome.")
@click.option("--joint", is_flag=True, help="Intervals that hold for all verdicts together.")
@click.option("--why", is_flag=False, flag_value=64, type=click.IntRange(2), metavar="[N]",
              help="Also the move in which they part, and through what (plays N histories of both, 64).")  # fmt: skip
@click.option("--stability", is_flag=False, flag_value=256, type=click.IntRange(20), metavar="[N]",
              help="Also whether verdicts stand: other order, halves, three numbers moved (N, 256). "
              "Takes about eight times as long as the comparison.")  # fmt: skip
@click.option("--politics", is_flag=False, flag_value=64, type=click.IntRange(2), metavar="[N]",
              help="Also votes by who asks, ladders in both orders, moves that gain and lose (N, 64).")  # fmt: skip
@click.option("--chart", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="With --politics: draw the ladders, as FILE.svg or FILE.png.")  # fmt: skip
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("results"), show_default=True,
              metavar="DIR", help="Folder of results.")  # fmt: skip
@click.option("--csv", "table", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write the rows as a table that opens in a spreadsheet.")  # fmt: skip
@click.option("--evidence", is_flag=True, help="Also what speaks for each outcome and against it, in two sentences.")
@lang_option
@click.option("--json", "as_json", is_flag=True, help="Print every figure as JSON and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Print one line an outcome: world, outcome, verdict, difference.")
def command(
    worlds: tuple[str, ...], replicates: int | None, seed: int | None, outcomes: tuple[str, ...], everything: bool,
    joint: bool, why: int | None, stability: int | None, politics: int | None, chart: Path | None, out: Path,
    table: Path | None, evidence: bool, lang: str | None, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Compare worlds: folders of results, or scenarios (files or shipped names), which are run if they are not stored.

    A scenario may carry changes after plus signs: another doctrine of an actor, or a value as --set takes it. All
    differences are B less A in the same histories on the same draws. Verdicts are three: higher or lower (the interval
    is off zero and the difference larger than the smallest that matters), no difference that matters, cannot tell.
    More than two worlds are each compared with the first, and ranked.

    \b
    Examples:
      multivector compare after-2022 secondary-threatened
      multivector compare after-2022 after-2022+KAZ=west-pivot --why
      multivector compare after-2022 after-2022+evidence.intercept=-2 -n 400
      multivector compare results/after-2022-8f3b12ca cpc-closed --csv t.csv
      multivector compare after-2022 cpc-closed middle-corridor --joint
      multivector compare after-2022 coalition-splits --politics
      multivector compare after-2022 cpc-closed --lang kk

    Exit code 3: they cannot be compared; the reason and what would help are told.
    """
    if len(worlds) < 2:
        raise click.UsageError("Two worlds are compared at least: name another one.")
    if len(worlds) > 26:
        raise click.UsageError("At most 26 worlds are compared at a time.")
    if len(worlds) > 2 and (why or stability or politics):
        raise click.UsageError("--why, --stability and --politics are about two worlds.")
    if chart is not None and not politics:
        raise click.UsageError("--chart goes with --politics.")
    chosen(lang)  # a language that does not exist is said before anything is computed
    from multivector.analysis.comparing.comparison import SHOWN, Several, compare_histories, compare_several

    found = opened(worlds, replicates, seed, out, silent=quiet or as_json, lang=lang)
    judged: Sequence[str] = found[0].names if everything else outcomes or SHOWN
    if everything:
        judged = [id for id in judged if all(id in each for each in found)]
    if len(found) > 2:
        told: Comparison | Several = compare_several(found, outcomes=judged, joint=joint)
    else:
        told = _played(compare_histories(found[0], found[1], outcomes=judged, joint=joint), found, why, stability)
    if politics:
        assert not isinstance(told, Several)
        told.more["politics"] = _politics(found, politics, chart, _voice(lang, found))
    if table is not None:
        _write(table, told)
    if as_json:
        tell_json(told.plain())
    elif quiet:
        tell(_short(told))
    else:
        from multivector.cli.printout import compare as printed

        page = printed.comparison if len(found) == 2 else printed.several
        tell(page(told.plain(), width(), _voice(lang, found), evidence))


def _voice(lang: str | None, found: Sequence[Histories]) -> Speaker:
    """The speaker of a printout, with what the worlds and their benchmarks themselves say in its language."""
    if chosen(lang) == "en":
        return ENGLISH
    from multivector.analysis.comparing.again import scenarios

    return voice(lang, *(each for world in found for each in scenarios(world)))


def opened(
    worlds: Sequence[str], replicates: int | None, seed: int | None, out: Path, *, silent: bool, lang: str | None = None
) -> list[Histories]:
    """The histories of all worlds; what has no result is run with the seed and the number of one that has."""
    from multivector.analysis.reading import open_histories
    from multivector.results.store import MANIFEST, open_result

    stored = {w: open_result(w) for w in worlds if (Path(w) / MANIFEST).is_file()}
    first = next(iter(stored.values()), None)
    if first is not None:
        replicates = int(first.manifest["replicates"]) if replicates is None else replicates
        seed = int(first.manifest["seed"]) if seed is None else seed
    count, root = DEFAULT if replicates is None else replicates, 0 if seed is None else seed
    _check([world for world in worlds if world not in stored])
    for world in worlds:
        if world not in stored:
            stored[world] = _obtain(world, count, root, out, silent=silent, lang=chosen(lang))
    return [open_histories(stored[world]) for world in worlds]


def _check(worlds: Sequence[str]) -> None:
    """Say all that is wrong with any of the worlds before the first of them is played."""
    from multivector.analysis.worlds import split
    from multivector.errors import BadInput, Problem
    from multivector.experiment.histories.arms import prepare

    problems: list[Problem] = []
    for world in dict.fromkeys(worlds):
        name, overrides, doctrines = split(world)
        try:
            prepare(name, overrides=overrides, doctrines=doctrines)
        except BadInput as bad:
            problems += bad.problems
    if problems:
        raise BadInput(problems)


def _obtain(world: str, replicates: int, seed: int, out: Path, *, silent: bool, lang: str) -> Stored:
    """The stored result of a scenario; what is missing is run as `multivector run` does it, and kept."""
    from multivector.analysis.worlds import split
    from multivector.errors import RunFailed
    from multivector.experiment.histories.arms import prepare
    from multivector.experiment.histories.replicates import default_level
    from multivector.results.store import find_result

    name, overrides, doctrines = split(world)
    arms = prepare(name, overrides=overrides, doctrines=doctrines)
    known = (out, arms.name(seed=seed, replicates=replicates), arms.digest(seed=seed, replicates=replicates))
    found = find_result(*known)
    if found is not None and found.manifest["level"] in ("outcomes", "full", default_level(replicates)):
        return found
    if not silent:
        say = speaker(lang)
        click.echo(say("playing {world}, histories: {n} ...", world=world, n=say.number(replicates, 0)), err=True)
    changes = [f"--set={path}={value}" for path, value in overrides.items()]
    changes += [f"--doctrine={actor}={doctrine}" for actor, doctrine in doctrines.items()]
    told = ["-q"] if silent else [f"--lang={lang}"]
    _run([name, f"--replicates={replicates}", f"--seed={seed}", f"--out={out}", *changes, *told])
    made = find_result(*known)
    if made is None:
        raise RunFailed(f"{world}: the run has left no result in {out}")
    return made


def _run(args: list[str]) -> None:
    """The verb `run`, with its progress and without its page."""
    from contextlib import redirect_stdout
    from io import StringIO

    from multivector.cli.run import command as run

    with redirect_stdout(StringIO()):
        run.main(args, prog_name="multivector run", standalone_mode=False)


def _played(told: Comparison, found: Sequence[Histories], why: int | None, stability: int | None) -> Comparison:
    """What is worked out by playing histories again, if it was asked for."""
    if why:
        from multivector.analysis.comparing.again import explain

        told.more.update(explain(found[0], found[1], told, most=why))
    if stability:
        from multivector.analysis.comparing.stability import stability as trials

        told.more["stability"] = trials(found[0], found[1], told, most=stability)
    return told


def _politics(found: Sequence[Histories], most: int, chart: Path | None, say: Speaker) -> dict[str, Any]:
    from multivector.analysis.comparing.politics import politics

    told = politics(found[0], found[1], most=most)
    if chart is not None:
        from multivector.cli.written import write_chart
        from multivector.report.charts import answers

        write_chart(chart, answers.ladders(told, [world.head for world in found], say))
    return told


def _write(path: Path, told: Comparison | Several) -> None:
    from multivector.analysis.comparing.comparison import Several, flat
    from multivector.cli.written import write_table

    pairs = told.against if isinstance(told, Several) else (told,)
    write_table(path, [{"world": c.b, "against": c.a, **flat(row)} for c in pairs for row in c.rows])


def _short(told: Comparison | Several) -> list[str]:
    from multivector.analysis.comparing.comparison import Several
    from multivector.cli.printout.compare import difference

    out = []
    for c in told.against if isinstance(told, Several) else (told,):
        lines = [(row.id, row.verdict, row.difference, row.unit) for row in c.rows]
        lines.append(("survival", c.survival.verdict, c.survival.difference, "share"))
        out += [f"{c.b} {id}: {answer} ({difference(gap, unit)})" for id, answer, gap, unit in lines]
    return out
