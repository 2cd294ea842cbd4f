"""The Python interface: run a scenario, get its numbers, compare.

`running` has `run`, `shard` and `merge`, `comparing` has `compare` and `signals`, `result` what a run returns. Verbs
that analyse (`sweep`, `tournament`, ...) stand beside what they do, in `multivector.analysis`. Users take all of them
from `multivector`:

>>> import multivector as mv
>>> result = mv.run("after-2022", 2, overrides={"calendar.turns": 2, "decision.rule": "random"})
>>> result.outcome("real_income").shape
(2, 2)
"""
