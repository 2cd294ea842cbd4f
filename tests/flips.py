"""Does a test of a system fail when the sign of its mechanism is flipped? ``python tests/flips.py [S7 ...]`` tries it.

Each flip is made in a copy of the checkout, where the named tests of the system must then fail. A flip whose text is no
longer there is reported too: the table below is kept with the code. Nothing is changed in the checkout itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
SOURCE = Path("src", "multivector")
HOUSED = {"S14": 15, "S20": 15, "S27": 15, "S28": 16}
"""Systems whose tests stand in another system's file."""


class Flip(NamedTuple):
    """A text of a source file and what replaces it; of the system's tests one must then fail."""

    system: str
    file: str
    old: str
    new: str


FLIPS = tuple(Flip(*row) for row in (
    ("S1", "world/want.py", "value = sign * strategic", "value = -sign * strategic"),
    ("S2", "mechanisms/votes.py", "scale * stake * np.abs", "-scale * stake * np.abs"),
    ("S2", "mechanisms/votes.py", "+ norm + asks)", "- norm + asks)"),
    ("S2", "mechanisms/votes.py", "+ norm + asks)", "+ norm - asks)"),
    ("S2", "mechanisms/votes.py", "no = logistic(c - u)", "no = logistic(u - c)"),
    ("S3", "mechanisms/security.py", "return capability - threats + worth", "return capability - threats - worth"),
    ("S3", "mechanisms/security.py", "- obligation_weight * obl", "+ obligation_weight * obl"),
    ("S3", "mechanisms/emergency.py", "+ help * helped", "- help * helped"),
    ("S3", "mechanisms/emergency.py", "+ concession * conceded", "- concession * conceded"),
    ("S3", "mechanisms/emergency.py", "(stake * (keeps", "(-stake * (keeps"),
    ("S4", "mechanisms/customs.py", "np.asarray(np.log1p(", "np.asarray(-np.log1p("),
    ("S4", "mechanisms/customs.py", "(1.0 - exempt) * logs", "(exempt - 1.0) * logs"),
    ("S4", "mechanisms/customs.py", "share * duties.sum(axis=0) - duties[member]",
     "duties[member] - share * duties.sum(axis=0)"),
    ("S5", "world/economy/routing.py", "covered[:, 0] = packages.ln_wedge[t]", "covered[:, 0] = -packages.ln_wedge[t]"),
    ("S6", "mechanisms/evasion.py", "- on_enforcement * enf", "+ on_enforcement * enf"),
    ("S6", "mechanisms/evasion.py", "- exit_rate * enf", "+ exit_rate * enf"),
    ("S6", "world/economy/economy.py", '- p["evasion.diversion"]', '+ p["evasion.diversion"]'),
    ("S6", "world/economy/economy.py", 'p["ladder.checks_cost"] *', '-p["ladder.checks_cost"] *'),
    ("S6", "world/economy/economy.py", '1.0 - p["ladder.checks_relief"]',
     '1.0 + p["ladder.checks_relief"]'),
    ("S7", "mechanisms/evasion.py", "growth = entry", "growth = -entry"),
    ("S7", "mechanisms/evasion.py", "+ on_record * (", "- on_record * ("),
    ("S7", "mechanisms/evasion.py", "+ on_belief * belief", "- on_belief * belief"),
    ("S7", "mechanisms/evasion.py", "- listing * listed", "+ listing * listed"),
    ("S7", "mechanisms/evasion.py", "(record - threshold) * 2.0", "(threshold - record) * 2.0"),
    ("S7", "world/economy/economy.py", 'p["ladder.payment_wedge"] *', '-p["ladder.payment_wedge"] *'),
    ("S7", "world/economy/economy.py", 'p["ladder.control_wedge"] *', '-p["ladder.control_wedge"] *'),
    ("S8", "mechanisms/habit.py", "ln_a + mu * (", "ln_a - mu * ("),
    ("S8", "world/economy/routing.py", '* on * p["routes.wariness"]', '* on * -p["routes.wariness"]'),
    ("S9", "mechanisms/energy.py", "np.asarray(flow * fee", "np.asarray(-flow * fee"),
    ("S9", "mechanisms/energy.py", "* barrels - fee)).sum(axis=0) * 1e-3", "* barrels - fee)).sum(axis=0) * -1e-3"),
    ("S9", "mechanisms/energy.py", "np.asarray(np.minimum(unsold, np.max", "np.asarray(-np.minimum(unsold, np.max"),
    ("S9", "mechanisms/energy.py", "return _pour(stored / QUARTER", "return -_pour(stored / QUARTER"),
    ("S9", "mechanisms/energy.py", "0.0) + room / QUARTER", "0.0) - room / QUARTER"),
    ("S10", "world/economy/routing.py", '+ p["corridors.day_cost"]', '- p["corridors.day_cost"]'),
    ("S10", "world/economy/routing.py", 'p["routes.squeeze"] * np', '-p["routes.squeeze"] * np'),
    ("S11", "mechanisms/investment.py", "asarray(on_threat * threats", "asarray(-on_threat * threats"),
    ("S11", "mechanisms/investment.py", "+ on_unrest * unrest", "- on_unrest * unrest"),
    ("S11", "mechanisms/investment.py", "+ on_rung * rung", "- on_rung * rung"),
    ("S11", "mechanisms/investment.py", "+ on_coercion * acts", "- on_coercion * acts"),
    ("S11", "mechanisms/investment.py", "asarray(on_relation * rel", "asarray(-on_relation * rel"),
    ("S11", "mechanisms/investment.py", "+ on_reform * reform", "- on_reform * reform"),
    ("S11", "mechanisms/investment.py", "asarray(investment * stocks", "asarray(-investment * stocks"),
    ("S11", "mechanisms/investment.py", "+ on_finance * finance", "- on_finance * finance"),
    ("S11", "mechanisms/investment.py", "+ on_technology * tech", "- on_technology * tech"),
    ("S11", "mechanisms/investment.py", "own - loss * np", "own + loss * np"),
    ("S12", "mechanisms/prices.py", "+ pass_through * passed", "- pass_through * passed"),
    ("S12", "mechanisms/prices.py", "passed + speed * (", "passed - speed * ("),
    ("S12", "mechanisms/security.py", "+ on_prices * price", "- on_prices * price"),
    ("S12", "mechanisms/opinion.py", "- on_inflation * excess", "+ on_inflation * excess"),
    ("S13", "mechanisms/opinion.py", "+ on_income * income", "- on_income * income"),
    ("S13", "mechanisms/opinion.py", "- on_inflation * excess", "+ on_inflation * excess"),
    ("S13", "mechanisms/security.py", "+ on_legitimacy * (floor", "- on_legitimacy * (floor"),
    ("S13", "mechanisms/security.py", "+ on_income * real", "- on_income * real"),
    ("S13", "mechanisms/unrest.py", "fuel_extra * fuel - ln", "-fuel_extra * fuel - ln"),
    ("S13", "mechanisms/unrest.py", "np.asarray(weight * oil_share", "np.asarray(-weight * oil_share"),
    ("S14", "mechanisms/opinion.py", "+ on_reform * reform", "- on_reform * reform"),
    ("S15", "mechanisms/security.py", "return capability - threats", "return -capability - threats"),
    ("S20", "mechanisms/coercion.py", "- on_relation * rel", "+ on_relation * rel"),
    ("S27", "mechanisms/security.py", "return capability - threats", "return capability + threats"),
    ("S16", "mechanisms/mediation.py", "+ on_neutrality * n", "- on_neutrality * n"),
    ("S16", "mechanisms/mediation.py", "+ on_status * s", "- on_status * s"),
    ("S28", "mechanisms/mediation.py", "asarray(worth * status", "asarray(-worth * status"),
    ("S16", "mechanisms/mediation.py", "np.exp(-relief", "np.exp(relief"),
    ("S18", "mechanisms/isolation.py", "1.0 + press * iso", "1.0 - press * iso"),
    ("S18", "mechanisms/isolation.py", "(1.0 - adapted)", "(1.0 + adapted)"),
    ("S18", "mechanisms/isolation.py", "asarray(pay * iso", "asarray(-pay * iso"),
    ("S18", "mechanisms/isolation.py", "adapted + speed * (", "adapted - speed * ("),
    ("S18", "mechanisms/coercion.py", "+ on_leverage * lev", "- on_leverage * lev"),
    ("S18", "mechanisms/coercion.py", "- on_own_cost * own", "+ on_own_cost * own"),
    ("S18", "mechanisms/coercion.py", "+ on_displeasure * displeasure\n", "- on_displeasure * displeasure\n"),
    ("S21", "mechanisms/coercion.py", "        - on_restraint * res", "        + on_restraint * res"),
    ("S21", "mechanisms/coercion.py", "relation - on_restraint * res", "relation + on_restraint * res"),
    ("S21", "mechanisms/leverage.py", "worth * damage * shortfall", "-worth * damage * shortfall"),
    ("S22", "mechanisms/declared.py", "threshold - credibility", "threshold + credibility"),
    ("S22", "mechanisms/declared.py", "credibility - erosion", "credibility + erosion"),
    ("S23", "mechanisms/persuasion.py", "- on_exposure * exp", "+ on_exposure * exp"),
    ("S23", "mechanisms/persuasion.py", "+ on_threat * threat", "- on_threat * threat"),
    ("S24", "mechanisms/supply.py", "dependence - replaceable * own", "dependence + replaceable * own"),
    ("S24", "mechanisms/supply.py", "np.maximum(dependence", "np.maximum(-dependence"),
    ("S25", "mechanisms/contagion.py", "asarray(on_rouble * r", "asarray(-on_rouble * r"),
    ("S25", "mechanisms/contagion.py", "- on_oil * oil", "+ on_oil * oil"),
    ("S25", "mechanisms/contagion.py", "price + tenge", "price - tenge"),
    ("S25", "mechanisms/contagion.py", "- rouble_weight * r", "+ rouble_weight * r"),
    ("S25", "mechanisms/contagion.py", "asarray(fragility * np", "asarray(-fragility * np"),
    ("S25", "mechanisms/contagion.py", "asarray(exposure * strain", "asarray(-exposure * strain"),
    ("S26", "world/quarter/accounts.py", 'out = p["growth.newcomers"]', 'out = -p["growth.newcomers"]'),
    ("S29", "outcomes/conduct.py", "(pleasing - displeasing) /", "(displeasing - pleasing) /"),
))  # fmt: skip


def attempt(flip: Flip, copy: Path) -> str:
    """What became of one flip: ``caught``, ``got past``, or why it could not be tried."""
    file = copy / SOURCE / flip.file
    text = file.read_text("utf-8")
    if text.count(flip.old) != 1:
        return f"not tried: found {text.count(flip.old)} times"
    file.write_text(text.replace(flip.old, flip.new), "utf-8")
    try:
        number = HOUSED.get(flip.system, int(flip.system[1:]))
        (tests,) = copy.glob(f"tests/systems/test_s{number:02}_*.py")
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", str(tests)]
        given = {**os.environ, "PYTHONPATH": str(copy / "src")}
        done = subprocess.run(command, cwd=copy, env=given, capture_output=True, text=True, check=False)
    finally:
        file.write_text(text, "utf-8")
    failed = next((line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))), "")
    if done.returncode == 1 and failed.startswith("FAILED"):
        return "caught by " + failed.split("::")[1].split(" ")[0]
    return "got past" if done.returncode == 0 else f"not tried: {failed or done.stderr.strip()[-200:]}"


def main() -> int:
    """Try the flips of the systems named, or all; the exit code is the number that was not caught."""
    wanted = set(sys.argv[1:])
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        skip = shutil.ignore_patterns(".git", ".venv*", "results", "__pycache__", ".*_cache", "docs")
        shutil.copytree(ROOT, copy, ignore=skip)
        for flip in FLIPS:
            if wanted and flip.system not in wanted:
                continue
            said = attempt(flip, copy)
            missed += not said.startswith("caught")
            sys.stdout.write(f"{flip.system:4} {flip.file}: {flip.old.strip()!r} -> {flip.new.strip()!r}: {said}\n")
            sys.stdout.flush()
    return missed


if __name__ == "__main__":
    sys.exit(main())
