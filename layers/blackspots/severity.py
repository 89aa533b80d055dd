"""Crashes weighted by severity (EPDO, 当量事故数); the weights are rule sets.

Source: AASHTO, Highway Safety Manual, 2010, 4.4.2.5 (EPDO); KABCO scale of injury, ANSI D16.1.
"""

from itertools import pairwise
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from layers.blackspots.crash_list import Counts, CrashList, Numbers
from layers.grading.rule_set import FaultAt, Number, RuleSet

KABCO = ("fatal", "serious", "slight", "possible", "damage")
"""Classes of a crash by its worst harm: K, A, B, C, O."""

Weight = Annotated[Number, Field(ge=0)]
"""What a crash or a person counts."""


class CrashWeights(RuleSet):
    """What a crash of a class counts, and beside it every person killed or injured.

    Attributes:
        fatal: K, somebody died.
        serious: A, somebody was seriously injured.
        slight: B, somebody was slightly injured.
        possible: C, an injury was possible.
        damage: O, property damage only.
        per_death: Beside the class, for everybody who died.
        per_injury: Beside the class, for everybody who was injured.
    """

    kind: Literal["crash_weights"]
    method: Literal["EPDO"]
    fatal: Weight
    serious: Weight
    slight: Weight
    possible: Weight
    damage: Weight
    per_death: Weight = 0.0
    per_injury: Weight = 0.0

    @model_validator(mode="after")
    def _falls(self) -> "CrashWeights":
        for worse, better in pairwise(KABCO):
            if getattr(self, better) > getattr(self, worse):
                raise FaultAt((better,), f"is more than {worse}")
        return self


def classes(crashes: CrashList) -> Counts:
    """Return the class of each crash by its worst harm, a position in `KABCO`.

    The police tell no merely possible injury, so that C never comes from their counts.
    """
    damage_only = len(KABCO) - 1
    harmed = (crashes.deaths > 0, crashes.serious > 0, crashes.slight > 0)
    return np.select(harmed, (0, 1, 2), default=damage_only).astype(np.int64)


def scores(crashes: CrashList, weights: CrashWeights | None = None) -> Numbers:
    """Return what each crash counts.

    Args:
        crashes: Any.
        weights: The shipped rule set when None.
    """
    weights = weights or CrashWeights.shipped()
    table = np.array([getattr(weights, name) for name in KABCO], dtype=np.float64)
    persons = weights.per_death * crashes.deaths
    persons = persons + weights.per_injury * (crashes.serious + crashes.slight)
    return np.asarray(table[classes(crashes)] + persons, dtype=np.float64)


def total(counts: dict[str, int], weights: CrashWeights | None = None) -> float:
    """Return what so many crashes of each class count; classes that are not named have none.

    >>> total({"fatal": 1, "slight": 4, "damage": 10})
    596.0
    """
    weights = weights or CrashWeights.shipped()
    return float(sum(getattr(weights, name) * number for name, number in counts.items()))
