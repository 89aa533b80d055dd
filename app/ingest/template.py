"""An empty sheet for offices to fill in: headers, units, drop-down lists, and one example."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from app.analyses.follow import COMPUTED
from app.errors import CommandFailed
from layers.declare import FieldFacts, Layer

ROWS = 2000
"""Rows for which drop-down lists are offered."""

LONGEST_LIST = 255
"""Characters that Excel takes in a list of choices."""

REQUIRED = PatternFill("solid", fgColor="FFF3C4")
OPTIONAL = PatternFill("solid", fgColor="E8EEF3")

EXAMPLE: Mapping[type, Any] = {
    str: "示例", int: 1, float: 1.0, bool: "否", date: date(2026, 1, 31),
    datetime: "2026-01-31T08:00:00+08:00",
}  # fmt: skip


def write_template(layer: Layer, path: Path, place: tuple[float, float]) -> None:
    """Write an empty sheet for a layer.

    Args:
        layer: Whose rows it is for.
        path: The file, `.xlsx`.
        place: lon, lat of the example; somewhere in the city.

    Raises:
        CommandFailed: The name has another ending.
    """
    if path.suffix.lower() != ".xlsx":
        raise CommandFailed(f"{path.name}: a template is an .xlsx file")
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = layer.title
    asked = [
        facts for name, facts in layer.fields.items() if name not in COMPUTED.get(layer.id, ())
    ]
    columns = [*(_column(facts, layer) for facts in asked), *_places(layer, place)]
    for at, (header, example, note, choices, required) in enumerate(columns, start=1):
        cell = sheet.cell(1, at, header)
        cell.font, cell.fill = Font(bold=True), REQUIRED if required else OPTIONAL
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        cell.comment = Comment(note, "riskmap", width=320, height=120)
        sheet.cell(2, at, example)
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = max(12, min(40, len(header) * 2 + 2))
        if choices and len(",".join(choices)) < LONGEST_LIST:
            listed = DataValidation("list", formula1=f'"{",".join(choices)}"', allow_blank=True)
            sheet.add_data_validation(listed)
            listed.add(f"{letter}2:{letter}{ROWS}")
    sheet.freeze_panes = "A2"
    book.save(path)


Cells = tuple[str, Any, str, list[str], bool]
"""Header, example, note, choices, whether it must be filled."""


def _column(facts: FieldFacts, layer: Layer) -> Cells:
    header = f"{facts.title}({facts.unit})" if facts.unit else facts.title
    must = "必填 required" if facts.required else "选填 optional"
    choices = choices_of(facts, layer)
    listed = f"\n{'、'.join(choices)}" if choices else ""
    note = f"{must}\n{facts.description}{listed}"
    return (
        header,
        example_of(facts, layer) if facts.required else None,
        note,
        choices,
        facts.required,
    )


def choices_of(facts: FieldFacts, layer: Layer) -> list[str]:
    """What a cell of the field may hold, in Chinese; empty where it is free."""
    if facts.codes:
        return list(facts.codes.values())
    if facts.kind is bool:
        return ["是", "否"]
    for part in (layer.row.model_fields[facts.name].annotation, *get_args(
        layer.row.model_fields[facts.name].annotation
    )):  # fmt: skip
        if get_origin(part) is Literal:
            return [str(each) for each in get_args(part)]
    return []


def example_of(facts: FieldFacts, layer: Layer) -> Any:
    """A value that the field takes."""
    choices = choices_of(facts, layer)
    if choices:
        return choices[0]
    for bound in layer.row.model_fields[facts.name].metadata:
        least = getattr(bound, "ge", None)
        if least is not None and facts.kind in {int, float}:
            return facts.kind(least)
    if facts.name == "mmsi":
        return "412000001"
    return EXAMPLE[facts.kind]


def _places(layer: Layer, place: tuple[float, float]) -> list[Cells]:
    lon, lat = place
    east = round(lon + 0.01, 6)
    if layer.geometry == "Point":
        note = "WGS84 / CGCS2000；高德、百度坐标请在导入时声明 --crs gcj02 / bd09"
        return [("经度", lon, note, [], False), ("纬度", lat, note, [], False)]
    shapes = {
        "MultiLineString": f"LINESTRING ({lon} {lat}, {east} {lat})",
        "LineStringM": f"LINESTRING M ({lon} {lat} 1767225600, {east} {lat} 1767229200)",
        "MultiPolygon": f"POLYGON (({lon} {lat}, {east} {lat}, {lon} {lat + 0.01}, {lon} {lat}))",
        "Geometry": f"POINT ({lon} {lat})",
    }
    return [("几何(WKT)", shapes[layer.geometry], "WKT, EPSG:4326", [], False)]
