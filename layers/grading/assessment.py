"""The result of every grading method, and the refusal of what cannot be graded.

Holds no threshold and reads nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

GRADES = (1, 2, 3, 4)
"""重大, 较大, 一般, 低."""


@dataclass(frozen=True, slots=True)
class Step:
    """One intermediate value on the way to a grade: D, R, S, α, r, an HCA row."""

    name: str
    value: float | str | None
    unit: str | None = None
    formula: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the step as a JSON object; None stays null."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "formula": self.formula,
        }


@dataclass(frozen=True, slots=True)
class Assessment:
    """A grade with everything that a leader needs to be told why.

    Attributes:
        grade: 1 重大, 2 较大, 3 一般, 4 低; None 未评估 (an input is not known), never blue.
        method: LEC, LS, GB18218, DIRECT, QRA, PIPE, ROAD, VESSEL, EXPERT or AREA.
        rule_set: Id of the rule set.
        rule_version: Version of the rule set.
        inputs: What went in, ready for JSON; units stand in the keys (`pressure_mpa`).
        steps: Intermediate values in the order in which they were found.
        decided_by: The threshold or row that decided, short, in Chinese.
        source: The clause.
        one_step_down: What would make the grade one less severe; None where nothing can.
    """

    grade: int | None
    method: str
    rule_set: str
    rule_version: str
    inputs: Mapping[str, Any]
    steps: tuple[Step, ...]
    decided_by: str
    source: str
    one_step_down: str | None

    def as_json(self) -> dict[str, Any]:
        """Return the members of the `grade` answer that the method knows."""
        return {
            "grade": self.grade,
            "method": self.method,
            "rule_set": self.rule_set,
            "rule_version": self.rule_version,
            "inputs": dict(self.inputs),
            "steps": [step.as_json() for step in self.steps],
            "decided_by": self.decided_by,
            "source": self.source,
            "one_step_down": self.one_step_down,
        }


class UngradableInput(ValueError):
    """A value that no table holds or that cannot be true; nothing is graded from it."""

    def __init__(self, field: str, value: object, reason: str, reason_en: str) -> None:
        """Keep the field, the value as it came and the reason in Chinese and English."""
        super().__init__(f"{field} = {value!r}: {reason_en} ({reason})")
        self.field = field
        self.value = value
        self.reason = reason
        self.reason_en = reason_en


def plain(value: float) -> str:
    """Return a number as people write it: no exponent, no trailing zeros.

    >>> plain(540.0), plain(8.4), plain(100000000.0)
    ('540', '8.4', '100000000')
    """
    return str(int(value)) if value == int(value) else f"{value:.10g}"
