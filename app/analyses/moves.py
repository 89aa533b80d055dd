"""What a regrading did to one layer: which grades became which, who moved, what was refused."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from layers.grading.assessment import UngradableInput

UNASSESSED = "unassessed"
"""How a missing grade is written beside 1 to 4."""

Step = tuple[int | None, int | None]
"""Grade before and after; None: not assessed."""


@dataclass(frozen=True, slots=True)
class Move:
    """One feature whose grade changes."""

    id: int
    name: str | None
    was: int | None
    now: int | None
    township_code: str | None

    def as_json(self) -> dict[str, Any]:
        """The move as the API writes it."""
        return {
            "id": self.id, "name": self.name, "from": self.was, "to": self.now,
            "township_code": self.township_code,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refusal:
    """Inputs that the rules refuse; the rows that have them keep their grade."""

    fault: UngradableInput
    rows: int

    def as_json(self) -> dict[str, Any]:
        """The refusal with the field and the reason in both languages."""
        return {
            "field": self.fault.field, "value": str(self.fault.value), "rows": self.rows,
            "reason": self.fault.reason, "reason_en": self.fault.reason_en,
        }  # fmt: skip


@dataclass
class Regraded:
    """What grading a layer again did, or would do.

    Attributes:
        layer: Id of the layer.
        changed: Rows whose assessment is another one now, with the same grade or not.
        steps: Grade before and after to the number of rows, those that stay among them.
        moves: Features whose grade changes, worst first; as many as were asked for.
        refusals: Inputs that were refused, each with its number of rows.
        rule_sets: Id and version of the rule sets that decided, to the number of rows.
    """

    layer: str
    changed: int = 0
    steps: Counter[Step] = field(default_factory=Counter)
    moves: list[Move] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    rule_sets: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def moving(self) -> int:
        """How many features change their grade."""
        return sum(rows for (was, now), rows in self.steps.items() if was != now)

    @property
    def refused(self) -> int:
        """How many rows keep their grade because their inputs were refused."""
        return sum(refusal.rows for refusal in self.refusals)

    @property
    def rows(self) -> int:
        """How many rows were looked at."""
        return sum(self.steps.values()) + self.refused

    def as_json(self) -> dict[str, Any]:
        """Counts, the matrix from × to, the moves and the refusals."""
        return {
            "layer": self.layer,
            "rows": self.rows,
            "changed": self.changed,
            "moved": self.moving,
            "refused": self.refused,
            "matrix": matrix(self.steps),
            "moves": [move.as_json() for move in self.moves],
            "faults": [refusal.as_json() for refusal in self.refusals],
        }


def word(grade: int | None) -> str:
    """A grade as a key of JSON: 1 to 4 or unassessed."""
    return UNASSESSED if grade is None else str(grade)


def matrix(steps: Counter[Step]) -> dict[str, dict[str, int]]:
    """From-grade to to-grade to rows, every cell written.

    >>> matrix(Counter({(2, 1): 3}))["2"]
    {'1': 3, '2': 0, '3': 0, '4': 0, 'unassessed': 0}
    """
    grades = (1, 2, 3, 4, None)
    return {word(was): {word(now): steps[was, now] for now in grades} for was in grades}
