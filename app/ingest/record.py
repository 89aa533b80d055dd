"""The shapes that flow through an import, in order: Record, then GradedRow or Rejection."""

from dataclasses import dataclass
from typing import Any

from layers.grading.assessment import Assessment


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a file as it came.

    Attributes:
        line: Line of a table, counted from 1 with the header; number of a feature otherwise.
        values: Header to value.
        geometry: GeoJSON geometry or well-known binary; None where coordinates stand in columns
            or are missing.
        surplus: Cells beyond the last column of the header, from the first to the last that is
            filled: cells of the row may have shifted. Empty where there are none.
    """

    line: int
    values: dict[str, Any]
    geometry: dict[str, Any] | bytes | None = None
    surplus: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class GradedRow:
    """A valid row with its geometry as EWKT or hexadecimal EWKB, None for one without a place.

    The geometry is in EPSG:4326, longitude first.
    """

    line: int
    row: Any
    geometry: str | None
    assessment: Assessment | None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that can't be kept, and why, in Chinese and English.

    Attributes:
        row: Its line or number in the file.
        field: Name of the field, or header of a column that is none; `geometry` for a place.
        value: What stood there.
        reason: Why, in Chinese.
        reason_en: Why, in English.
        more: Other faults of the same row, each a rejection of its own.
    """

    row: int
    field: str
    value: str
    reason: str
    reason_en: str
    more: "tuple[Rejection, ...]" = ()
