"""The result of every grading method, and the refusal of what cannot be graded.

Holds no threshold and reads nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

GRADES = (1, 2, 3, 4)
"""重大, 较大, 一般, 低."""


class Bilingual(Protocol):
    """Anything that is named in both languages of the map."""

    @property
    def zh(self) -> str:
        """In Chinese."""

    @property
    def en(self) -> str:
        """In English."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages of the map."""

    zh: str
    en: str


Said = Bilingual | str
"""A text in both languages, or one that is the same in both: a symbol, a formula, a name."""


def in_chinese(said: Said) -> str:
    """Return the Chinese text."""
    return said if isinstance(said, str) else said.zh


def in_english(said: Said) -> str:
    """Return the English text."""
    return said if isinstance(said, str) else said.en


def joined(parts: Sequence[Said], zh: str = "、", en: str = ", ") -> Words:
    """Return texts as one, with a separator for each language.

    >>> joined([Words("水深", "depth"), "D"]).en
    'depth, D'
    """
    return Words(zh.join(map(in_chinese, parts)), en.join(map(in_english, parts)))


class Step:
    """One intermediate value on the way to a grade: D, R, S, α, r, an HCA row.

    Attributes:
        name: In Chinese, or a symbol; likewise `value`, `unit` and `formula`.
        in_english: The four of them in English.
    """

    __slots__ = ("formula", "in_english", "name", "unit", "value")

    def __init__(
        self,
        name: Said,
        value: float | Said | None,
        unit: Said | None = None,
        formula: Said | None = None,
    ) -> None:
        """Keep the step in both languages."""
        parts = (name, value, unit, formula)
        self.name, self.value, self.unit, self.formula = map(_chinese, parts)
        self.in_english = tuple(map(_english, parts))

    def as_json(self) -> dict[str, Any]:
        """Return the step as a JSON object; `name_en` and the like only where English differs."""
        names = ("name", "value", "unit", "formula")
        told = {name: getattr(self, name) for name in names}
        pairs = zip(names, self.in_english, strict=True)
        return {**told, **{f"{name}_en": text for name, text in pairs if text != told[name]}}

    def __eq__(self, other: object) -> bool:
        """Steps are equal when they tell the same."""
        return isinstance(other, Step) and self.as_json() == other.as_json()

    def __hash__(self) -> int:
        """Equal steps have equal hashes."""
        return hash((self.name, self.value, self.in_english))

    def __repr__(self) -> str:
        """Show what it tells in Chinese."""
        return f"Step({self.name!r}, {self.value!r})"


def _chinese(part: Any) -> Any:
    return part.zh if hasattr(part, "zh") else part


def _english(part: Any) -> Any:
    return part.en if hasattr(part, "en") else part


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
        decided_by_en: The same in English.
        source: The clause.
        one_step_down: What would make the grade one less severe; None where nothing can.
        one_step_down_en: The same in English.
    """

    grade: int | None
    method: str
    rule_set: str
    rule_version: str
    inputs: Mapping[str, Any]
    steps: tuple[Step, ...]
    decided_by: str
    decided_by_en: str
    source: str
    one_step_down: str | None
    one_step_down_en: str | None

    @property
    def because(self) -> tuple[Words, Words | None]:
        """What decided, and what would move the grade one step down, in both languages."""
        down, down_en = self.one_step_down, self.one_step_down_en
        decided = Words(self.decided_by, self.decided_by_en)
        return decided, None if down is None or down_en is None else Words(down, down_en)

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
            "decided_by_en": self.decided_by_en,
            "source": self.source,
            "one_step_down": self.one_step_down,
            "one_step_down_en": self.one_step_down_en,
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
