"""Sizes of pipes as registers write them: DN500, Φ529×8; the wall goes into its own field."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from app.ingest.column import Unreadable
from layers.declare import FieldFacts, Layer

WALL = "wall_thickness_mm"
"""Field of the wall in a layer of pipes."""

_NOMINAL = r"DN|公称(?:直径|通径)"
_OUTSIDE = "[ΦφϕØø⌀∅ФфD]|OD|De|外径|直径|管径"
_NUMBER, _UNIT = r"\d+(?:\.\d+)?", r"\s*(?:mm|毫米)?"
_SIZE = re.compile(
    rf"(?:(?P<nominal>{_NOMINAL})|(?P<outside>{_OUTSIDE}))?\s*[:]?\s*(?P<diameter>{_NUMBER}){_UNIT}"
    rf"(?:\s*[×xX*✕✖хХ]\s*(?:[δtT]\s*=?\s*)?(?P<wall>{_NUMBER}){_UNIT})?",
    re.IGNORECASE,
)
_BEGUN = re.compile(rf"(?:{_NOMINAL}|{_OUTSIDE})\s*\d", re.IGNORECASE)

THICKEST = 0.5
"""Share of the diameter that no wall reaches: there would be no hole."""


class PipeSize(float):
    """A diameter in mm, with what was written beside it."""

    wall_mm: float | None
    nominal: bool

    def __new__(cls, diameter_mm: float, wall_mm: float | None, *, nominal: bool) -> "PipeSize":
        """Keep all three; `nominal` where the diameter is a DN, which is a name, no measure."""
        made = super().__new__(cls, diameter_mm)
        made.wall_mm, made.nominal = wall_mm, nominal
        return made


def is_diameter(facts: FieldFacts) -> bool:
    """Whether a field holds the diameter of a pipe, in mm."""
    return facts.unit == "mm" and "diameter" in facts.name


def sized(text: str) -> PipeSize | None:
    """The size that a cell writes; None for a bare number and for what is no size.

    >>> sized("Φ529×8"), sized("Φ529×8").wall_mm, sized("DN 500").nominal, sized("529")
    (529.0, 8.0, True, None)

    Raises:
        Unreadable: It begins like a size and is none, or its wall leaves no room.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _SIZE.fullmatch(plain)
    if found is None:
        if _BEGUN.match(plain):
            raise Unreadable(
                "不是一种管径，请写成 529、DN500 或 Φ529×8",
                "is not one size of pipe, write 529, DN500 or Φ529×8",
            )
        return None
    if not (found["nominal"] or found["outside"] or found["wall"]):
        return None
    diameter, wall = float(found["diameter"]), float(found["wall"]) if found["wall"] else None
    if wall is not None and wall >= diameter * THICKEST:
        raise Unreadable(
            f"壁厚 {wall:g} mm 与管径 {diameter:g} mm 不符",
            f"has a wall of {wall:g} mm in a pipe of {diameter:g} mm",
        )
    return PipeSize(diameter, wall, nominal=bool(found["nominal"]))


class PipeSizes:
    """Puts the wall of a size into its field, and counts what is nominal or lost.

    Args:
        layer: Where the rows go.
        fields: Header to field.

    Attributes:
        field: In which the wall stands.
        also: That field, where sizes bring it and no column.
        header: Of the column of diameters; None where the file has none.
    """

    field = WALL

    def __init__(self, layer: Layer, fields: Mapping[str, str]) -> None:
        """Find the field of diameters."""
        self.header = next(
            (each for each, name in fields.items() if is_diameter(layer.fields[name])), None
        )
        self._diameter = fields[self.header] if self.header else ""
        self._keeps_wall = WALL in layer.fields
        brings = self.header is not None and self._keeps_wall and WALL not in fields.values()
        self.also: tuple[str, ...] = (WALL,) if brings else ()
        self._all_nominal = bool(self.header and re.search(_NOMINAL, self.header))
        self._nominal = self._lost = 0

    def unfold(self, brought: dict[str, Any]) -> None:
        """Put the wall of a row's size where it belongs.

        Raises:
            Unreadable: Its column has another.
        """
        size = brought.get(self._diameter)
        if not isinstance(size, PipeSize):
            self._nominal += self._all_nominal and size is not None
            return
        self._nominal += size.nominal
        if size.wall_mm is None:
            return
        if not self._keeps_wall:
            self._lost += 1
            return
        known = brought.setdefault(WALL, size.wall_mm)
        if float(known) != size.wall_mm:
            raise Unreadable(
                f"管径中的壁厚 {size.wall_mm:g} mm 与壁厚列 {known} 不一致",
                f"has a wall of {size.wall_mm:g} mm, its column says {known}",
            )

    def notes(self) -> list[str]:
        """What a person should look at."""
        notes = []
        if self._nominal:
            notes.append(
                f"{self._nominal} 行管径为公称直径 DN，按其数值读取，外径略大 rows give a nominal "
                "diameter (DN): its number was taken, the outside diameter is somewhat larger"
            )
        if self._lost:
            notes.append(
                f"{self._lost} 行的壁厚没有字段可存 rows bring a wall for which there is no field"
            )
        return notes
