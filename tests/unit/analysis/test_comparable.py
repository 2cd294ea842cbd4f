"""What cannot be compared is refused with its reason and a command that would help."""

from __future__ import annotations

import numpy as np
import pytest

from histories_helper import made
from multivector.analysis.comparing.comparable import common, require_comparable
from multivector.errors import NotComparable

INCOME = {"real_income": np.ones(5)}


@pytest.mark.parametrize(
    ("other", "reason", "command"),
    [
        ({"seed": 1}, "different luck (A has seed 0, B 1)", "run b --replicates 5 --seed 0"),
        ({"replicates": 9}, "different histories (A has 5, B 9)", "run a --replicates 9 --seed 0"),
        ({"model": "n" * 64}, "different versions of the model", "run b --replicates 5 --seed 0"),
        ({"focus": "UZB"}, "A is about KAZ, B about UZB", ""),
        ({"uncertainty": "prior"}, "B draws its uncertain numbers anew", "--uncertainty"),
        (
            {"quarters": ("2023-Q1", "2023-Q2")},
            "different calendars (A 2022-Q1 to 2022-Q4, B 2023-Q1 to 2023-Q2)",
            "run b --set calendar.start=2022-Q1 --set calendar.turns=4 --replicates 5 --seed 0",
        ),
        ({"ids": [7, 8, 9, 10, 11]}, "no history that was finished in both", ""),
    ],
)
def test_it_is_refused(other: dict[str, object], reason: str, command: str) -> None:
    with pytest.raises(NotComparable) as refusal:
        require_comparable([made(INCOME), made(INCOME, id="b", **other)])  # type: ignore[arg-type]
    assert reason in str(refusal.value)
    assert command in str(refusal.value)
    assert refusal.value.exit_code == 3


def test_every_reason_is_told_at_once() -> None:
    with pytest.raises(NotComparable) as refusal:
        require_comparable([made(INCOME), made(INCOME, id="b", seed=1), made(INCOME, id="c", model="x" * 64)])
    assert "A and B" in str(refusal.value)
    assert "A and C" in str(refusal.value)


def test_a_result_that_keeps_the_last_quarter_alone_is_refused() -> None:
    short = made(INCOME, id="b")
    values = {**vars(short), "quarters": short.quarters[-1:], "series": short.series[:, -1:]}
    last = type(short)(**{name: values[name] for name in short.__dataclass_fields__})
    with pytest.raises(NotComparable, match="--record outcomes --force"):
        require_comparable([made(INCOME), last])


def test_what_failed_in_one_is_left_out_of_both() -> None:
    a, b = made(INCOME, ids=[0, 1, 2, 4, 5], replicates=6), made(INCOME, ids=[1, 2, 3, 4, 5], replicates=6, id="b")
    require_comparable([a, b])
    assert common(a, b).tolist() == [1, 2, 4, 5]
