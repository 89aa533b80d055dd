"""Rows that have no place yet, as a workbook: fill in coordinates or stakes and import it again."""

from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from sqlalchemy import Engine, select

from app.db.guard import guarded
from app.db.tables import table_of
from app.ingest.sheet_cell import put
from layers.declare import Layer

TO_FILL = PatternFill("solid", fgColor="FFF3C4")


def write_unlocated(engine: Engine, layer: Layer, path: Path) -> int:
    """Write the rows of a layer that are not located (未定位); returns how many.

    Every field that any of them has is a column, its place two empty ones (or one for WKT); an
    import of the filled sheet gives them their place and changes nothing else.

    Args:
        engine: One that may read.
        layer: The layer.
        path: The workbook to write, `.xlsx`.

    Raises:
        DatabaseAway: The database does not answer.
    """
    table = table_of(layer)
    with guarded(), engine.connect() as connection:
        statement = select(*(table.c[name] for name in layer.fields)).where(table.c.geom.is_(None))
        rows = connection.execute(statement.order_by(table.c.fid)).mappings().all()
    names = [
        name
        for name, facts in layer.fields.items()
        if facts.required or any(row[name] is not None for row in rows)
    ]
    places = ["经度", "纬度"] if layer.geometry == "Point" else ["几何(WKT)"]
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = f"{layer.title}未定位"
    sheet.append([*(_header(layer, name) for name in names), *places])
    for at, cell in enumerate(sheet[1]):
        cell.font = Font(bold=True)
        if at >= len(names):
            cell.fill = TO_FILL
    for line, row in enumerate(rows, start=2):
        for at, name in enumerate(names, start=1):
            put(sheet.cell(line, at), _cell(layer, name, row[name]))
    sheet.freeze_panes = "A2"
    book.save(path)
    return len(rows)


def _header(layer: Layer, name: str) -> str:
    facts = layer.fields[name]
    return f"{facts.title}({facts.unit})" if facts.unit else facts.title


def _cell(layer: Layer, name: str, value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None or isinstance(value, int | float):
        return value
    text = str(value.isoformat() if hasattr(value, "isoformat") else value)
    return layer.fields[name].codes.get(text, text)
