"""Stretches between two stakes that stand in one cell: both ends are taken, or the loss is told."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from app.ingest import units
from app.ingest.column import Unreadable
from layers import stake
from layers.declare import FieldFacts, Layer

FROM, TO = "from_m", "to_m"
"""Fields of a layer whose features lie between two stakes."""

_NEAR = re.compile(r"\s*(?:附近|处)$")
"""How the police end the stake of a place."""

_PLAIN = re.compile(r"\d+(?:\.\d+)?")


class Stretch(float):
    """Metres of the first end of a stretch, with those of its last."""

    end: float

    def __new__(cls, start: float, end: float) -> "Stretch":
        """Keep both ends, in metres."""
        made = super().__new__(cls, start)
        made.end = end
        return made


def is_stake(facts: FieldFacts) -> bool:
    """Whether a field holds a place along a line, in metres."""
    return facts.unit == "m" and ("桩" in facts.title or "里程" in facts.title)


def staked(text: str, header_unit: str | None) -> float:
    """Metres of a stake, or of a stretch; bare numbers are in the unit of the header.

    >>> staked("14K+600M—14K+850M", None).end, staked("14.6-14.85", "km").end
    (14850.0, 14850.0)

    Raises:
        Unreadable: No stake, or the ends are written in two ways, so that one may be kilometres.
    """
    bare = _NEAR.sub("", unicodedata.normalize("NFKC", text).strip())
    try:
        ends = stake.ends_of(bare)
        plain = [bool(_PLAIN.fullmatch(end.strip())) for end in ends]
        if len(set(plain)) > 1:
            raise Unreadable(
                "两端写法不同，请都写成 K12+300",
                "has ends written in two ways, write K12+300",
            )
        factor = units.factor(header_unit, "m") if header_unit and plain[0] else None
        metres = [float(end) * float(factor) if factor else stake.parse(end) for end in ends]
    except stake.InvalidStake as fault:
        raise Unreadable(fault.reason, fault.reason_en) from None
    return metres[0] if len(metres) == 1 else Stretch(metres[0], metres[1])


class Spans:
    """Puts both ends of stretches into the row, and counts the ends that a layer has no field for.

    Args:
        layer: Where the rows go.
        fields: Header to field.

    Attributes:
        field: In which a stretch begins.
        also: Fields that stretches bring and no column.
        header: Of the column in which stretches may stand; None where both ends have no field.
    """

    field = FROM

    def __init__(self, layer: Layer, fields: Mapping[str, str]) -> None:
        """Find the fields in which a stretch may stand."""
        names = set(fields.values())
        self._stakes = tuple(name for name in fields.values() if is_stake(layer.fields[name]))
        self._two = {FROM, TO} <= set(layer.fields)
        self._lost = 0
        self.header = next((each for each, name in fields.items() if name == FROM), None)
        self.also: tuple[str, ...] = tuple(
            each for each, other in ((FROM, TO), (TO, FROM))
            if self._two and other in names and each not in names and _may_stay(layer, each)
        )  # fmt: skip

    def unfold(self, brought: dict[str, Any]) -> None:
        """Put the ends of a row's stretches where they belong.

        Raises:
            Unreadable: The end of the stretch is another than that of the column for it.
        """
        for name in self._stakes:
            value = brought.get(name)
            if isinstance(value, Stretch):
                self._take(name, value, brought)

    def notes(self) -> list[str]:
        """What was left out, for a person to look at."""
        if not self._lost:
            return []
        return [f"{self._lost} 行的桩号是区间，只取了一端 rows bring a stretch: one end was taken"]

    def _take(self, name: str, value: Stretch, brought: dict[str, Any]) -> None:
        brought[name] = value.end if self._two and name == TO else float(value)
        other = {FROM: TO, TO: FROM}.get(name)
        if other not in (*self._stakes, *self.also):
            self._lost += 1
        elif name == FROM:
            known = brought.setdefault(TO, value.end)
            end = known.end if isinstance(known, Stretch) else float(known)
            if end != value.end:
                raise Unreadable(
                    f"区间止点 {value.end:g} m 与止点列 {end:g} m 不一致",
                    f"ends at {value.end:g} m, the column of the end says {end:g} m",
                )
        else:
            brought.setdefault(FROM, float(value))


def _may_stay(layer: Layer, name: str) -> bool:
    """Whether a row that does not bring a field leaves it as it is, not at its default."""
    facts = layer.fields[name]
    return facts.nullable or facts.required
