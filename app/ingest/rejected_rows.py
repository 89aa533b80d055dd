"""The refused rows as a workbook: each as it came, the offending cell marked, to be put right.

The file is read again for them: what was refused is not kept in memory, and every row comes whole.
"""

from collections import defaultdict
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from shapely import from_wkb
from shapely.geometry import shape as shape_of

from app.ingest.naming import Naming, known_words, name_columns
from app.ingest.read import read
from app.ingest.readers.rows import ADDED, SURPLUS
from app.ingest.readers.workbook import SYSTEM
from app.ingest.record import Record, Rejection
from app.ingest.report import Report
from app.ingest.run import Order
from app.ingest.sheet_cell import put

MARKED = PatternFill("solid", fgColor="FFC7CE")

WKT_HEADER = "WKT"


def write_rejected(order: Order, report: Report, path: Path) -> int:
    """Write the refused rows of an import; returns how many.

    Args:
        order: What was imported.
        report: What it said.
        path: The workbook to write, `.xlsx`.
    """
    faults: dict[int, list[Rejection]] = defaultdict(list)
    for rejection in report.rejects:
        faults[rejection.row].append(rejection)
    book = Workbook(write_only=False)
    sheet = book.active
    assert sheet is not None
    with read(order.path, known_words(order.layer, order.mapping)) as table:
        naming = name_columns(table, order.layer, order.path.name, order.mapping)
        refused = [each for each in table.records if each.line in faults]
        headers = _headers(table.headers, naming, refused)
    for at, header in enumerate(headers, start=1):
        sheet.cell(1, at, header).font = Font(bold=True)
    for row, record in enumerate(refused, start=2):
        _write(sheet, row, record, faults[record.line], (headers, naming))
    sheet.freeze_panes = "A2"
    # Its coordinates are still those of the file: who imports it again must declare as much.
    book.properties.keywords = f"{SYSTEM}{report.crs}"
    book.save(path)
    return len(refused)


def _headers(of_file: tuple[str, ...], naming: Naming, refused: list[Record]) -> list[str]:
    """Those of the file, of the cells that had none, of geometries, and of what is added."""
    beyond = max((len(each.surplus) for each in refused), default=0)
    shapes = naming.lon is None and naming.wkt is None and naming.lonlat is None
    surplus = (f"{SURPLUS} {number}" for number in range(1, beyond + 1))
    return [*of_file, *surplus, *([WKT_HEADER] if shapes else []), *ADDED]


def _write(
    sheet: Any,
    row: int,
    record: Record,
    found: list[Rejection],
    columns: tuple[list[str], Naming],
) -> None:
    headers, naming = columns
    reasons = "；".join(dict.fromkeys(f"{each.reason} {each.reason_en}" for each in found))
    surplus = {f"{SURPLUS} {number}": cell for number, cell in enumerate(record.surplus, start=1)}
    values = {
        **record.values, **surplus, WKT_HEADER: _wkt(record),
        ADDED[0]: record.line, ADDED[1]: reasons,
    }  # fmt: skip
    for at, header in enumerate(headers, start=1):
        put(sheet.cell(row, at), values.get(header))
    marks = [(wrong, each) for each in found for wrong in _headers_of(each.field, naming)]
    marks += [(header, found[0]) for header in surplus]
    for wrong, each in marks:
        if wrong in headers:
            cell = sheet.cell(row, headers.index(wrong) + 1)
            cell.fill = MARKED
            cell.comment = Comment(f"{each.reason}\n{each.reason_en}", "riskmap")


def _headers_of(field: str, naming: Naming) -> tuple[str | None, ...]:
    """The columns of a fault: of a place both coordinates or the geometry, else of its field.

    A fault that is of no column is marked where its reason stands.
    """
    if field == "geometry":
        alone = naming.wkt or naming.lonlat or WKT_HEADER
        return (naming.lon, naming.lat) if naming.lon else (alone,)
    named = tuple(header for header, name in naming.fields.items() if name == field)
    return named or (field or ADDED[1],)


def _wkt(record: Record) -> str | None:
    """The geometry of a feature as text; None where it has none or a broken one."""
    if record.geometry is None:
        return None
    try:
        if isinstance(record.geometry, bytes):
            return str(from_wkb(record.geometry).wkt)
        return str(shape_of(record.geometry).wkt)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return None
