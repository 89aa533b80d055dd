"""The first rows of a file as they would be taken, before anything is imported."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from shapely import from_wkt
from shapely.geometry import mapping as geojson_of

from app.city import City
from app.ingest.header_units import check_units
from app.ingest.locate import Locator
from app.ingest.naming import Mapped, detect, known_words, missing_fields, name_columns
from app.ingest.parse import parse
from app.ingest.read import Table, read
from app.ingest.record import GradedRow, Record
from app.ingest.run import Order, refuse_old_datum
from app.ingest.system import system_of
from app.ingest.zone import zone_of

SHOWN = 20
"""Rows that the table shows."""

DRAWN = 500
"""Rows that the map shows."""

LONGEST = 80
"""Characters of a cell that are shown."""


@dataclass(frozen=True)
class Preview:
    """What a person looks at before an import.

    Attributes:
        columns: Each column with the field that it would be, or null, and the first values.
        missing: Required fields that no column brings; with one of them nothing can be imported.
        rows: The first rows: line, cells in the order of the columns, why it would be refused.
        features: The first rows that have a place, GeoJSON in EPSG:4326 with line and grade.
        crs: What the file says of its coordinates; None where it says nothing.
        remembered: Whether the mapping is that of an earlier file with the same columns.
    """

    columns: list[dict[str, Any]]
    missing: list[str]
    rows: list[dict[str, Any]]
    features: list[dict[str, Any]]
    crs: str | None
    remembered: bool

    @property
    def mapping(self) -> dict[str, str | None]:
        """Header to field, as it can be given to the import."""
        return {each["header"]: each["field"] for each in self.columns}

    def as_json(self) -> dict[str, Any]:
        """The preview as the API gives it."""
        return {
            "columns": self.columns,
            "missing": self.missing,
            "rows": self.rows,
            "features": {"type": "FeatureCollection", "features": self.features},
            "crs": self.crs,
            "remembered": self.remembered,
        }


Earlier = Callable[[tuple[str, ...]], Mapped | None]
"""From the columns of a file to how such a file was mapped before."""


def preview(order: Order, city: City, earlier: Earlier = lambda _headers: None) -> Preview:
    """Look at the first rows of a file; nothing is written and the database is not asked.

    Args:
        order: What would be imported.
        city: In whose extent features of city layers may lie, and whose zone their instants have.
        earlier: Asked where the order has no mapping.

    Raises:
        ImportRefused: The file can't be read, the mapping does not fit it, or a header names an
            unknown unit.
        BadParameter: The reference system is unknown or refused.
    """
    zone = zone_of(order.timezone, order.layer, city.time_zone)
    with read(order.path, known_words(order.layer, order.mapping)) as table:
        records = list(islice(table.records, DRAWN))
        before = earlier(table.headers) if order.mapping is None else None
        given = before if order.mapping is None else order.mapping
        named = detect(table.headers, order.layer, given or {})
        refuse_old_datum(table.crs, order)
        locator = Locator(order.layer, city.extent, system_of(order.crs, table.crs))
        missing = missing_fields(named, order.layer)
        naming = None
        if not missing:
            naming = name_columns(table, order.layer, order.path.name, given)
            check_units(order.layer, naming.fields, order.path.name)
    outcomes: list[Any] = [None] * len(records)
    if naming is not None:
        outcomes = list(parse(iter(records), order.layer, naming, locator, zone))
    return Preview(
        _columns(table, named, records),
        missing,
        [_row(table, *pair) for pair in zip(records[:SHOWN], outcomes, strict=False)],
        [_feature(each) for each in outcomes if isinstance(each, GradedRow) and each.geometry],
        table.crs,
        before is not None and named != detect(table.headers, order.layer, {}),
    )


def _columns(table: Table, named: Mapped, records: list[Record]) -> list[dict[str, Any]]:
    return [
        {
            "header": header,
            "field": named[header],
            "values": [_cell(each.values.get(header)) for each in records[:3]],
        }
        for header in table.headers
    ]


def _row(table: Table, record: Record, outcome: Any) -> dict[str, Any]:
    cells = [_cell(record.values.get(header)) for header in table.headers]
    row: dict[str, Any] = {"row": record.line, "cells": cells, "reject": None, "grade": None}
    if isinstance(outcome, GradedRow):
        row["grade"] = outcome.assessment.grade if outcome.assessment else None
        row["located"] = outcome.geometry is not None
    elif outcome is not None:
        row["reject"] = {
            "field": outcome.field, "reason": outcome.reason, "reason_en": outcome.reason_en,
        }  # fmt: skip
    return row


def _feature(row: GradedRow) -> dict[str, Any]:
    shape = from_wkt((row.geometry or "").split(";", 1)[1])
    grade = row.assessment.grade if row.assessment else None
    return {
        "type": "Feature",
        "geometry": geojson_of(shape),
        "properties": {"row": row.line, "grade": grade},
    }


def _cell(value: Any) -> str:
    return "" if value is None else str(value)[:LONGEST]
