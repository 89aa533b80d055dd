"""Grade to words, colours and symbols: the only table of them.

Colour alone is never enough: in grey print red and blue are alike, and red, orange and yellow are
not told apart by every eye. So each grade has a symbol and a number too, and yellow and orange
always have a dark outline. Unassessed is grey and hatched, never blue.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

OUTLINE = "#2B2B2B"
"""Edge of every symbol: yellow on white has a contrast of 1.4 : 1 only."""


@dataclass(frozen=True)
class Look:
    """How one grade is told and drawn.

    Attributes:
        grade: 1 to 4; None for what is not assessed.
        label: Words in Chinese; `label_en` in English.
        short: One Chinese character.
        colour: On a light base; `colour_dark` on a dark one.
        ink: Colour of the number on the symbol.
        symbol: diamond, triangle, square, circle or ring.
        mark: What stands on the symbol.
        width: Relative width of a line.
    """

    grade: int | None
    label: str
    label_en: str
    short: str
    colour: str
    colour_dark: str
    ink: str
    symbol: str
    mark: str
    width: float


PALETTE = (
    Look(1, "重大风险", "Major", "重", "#C8102E", "#FF4D4F", "#FFFFFF", "diamond", "1", 4),
    Look(2, "较大风险", "Significant", "较", "#F57C00", "#FF9F1A", "#000000", "triangle", "2", 3),
    Look(3, "一般风险", "General", "般", "#FFD400", "#FFE14D", "#000000", "square", "3", 2),
    Look(4, "低风险", "Low", "低", "#1565C0", "#4DA3FF", "#FFFFFF", "circle", "4", 1.5),
    Look(None, "未评估", "Not assessed", "未", "#9E9E9E", "#9E9E9E", "#000000", "ring", "?", 1.5),
)
"""From the gravest to what is not assessed."""

LOOKS = {look.grade: look for look in PALETTE}


def legend() -> list[dict[str, Any]]:
    """The table as the map page reads it."""
    return [
        {
            "grade": look.grade,
            "label": look.label,
            "label_en": look.label_en,
            "short": look.short,
            "colour": look.colour,
            "colour_dark": look.colour_dark,
            "ink": look.ink,
            "symbol": look.symbol,
            "mark": look.mark,
        }
        for look in PALETTE
    ]


def by_grade(values: Mapping[int | None, Any], grade: list[Any] | None = None) -> list[Any]:
    """An expression that gives a value by grade, that of None where there is none."""
    pairs = [part for key in (1, 2, 3, 4) for part in (key, values[key])]
    return ["match", grade or ["get", "grade"], *pairs, values[None]]


def colours(theme: Literal["light", "dark"]) -> dict[int | None, str]:
    """Colour of each grade on a base."""
    return {
        grade: look.colour if theme == "light" else look.colour_dark
        for grade, look in LOOKS.items()
    }
