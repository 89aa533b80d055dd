"""From a record to a graded row or a rejection; a bad row never stops the others."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from app.ingest import values
from app.ingest.column import Unreadable
from app.ingest.locate import Locator, Misplaced
from app.ingest.naming import Naming
from app.ingest.record import GradedRow, Record, Rejection
from app.ingest.unfolding import Unfolding
from app.refusals import in_chinese
from layers.declare import Layer
from layers.grading.assessment import Assessment, UngradableInput

LONGEST_LIST = 120
"""Characters of the choices that a rejection lists."""


def parse(
    records: Iterator[Record],
    layer: Layer,
    naming: Naming,
    locator: Locator,
    zone: str | None = None,
    unfolding: Unfolding | None = None,
) -> Iterator[GradedRow | Rejection]:
    """Validate, locate and grade every record.

    Args:
        records: Of the file.
        layer: Where they go.
        naming: Which column is which field.
        locator: Finds their places.
        zone: Of instants without an offset; None refuses them.
        unfolding: Takes what cells bring beside their own values; None makes its own.
    """
    unfolding = unfolding or Unfolding(layer, naming.fields)
    readers = values.readers(layer, naming.fields, zone)
    for record in records:
        yield _one(record, layer, naming, locator, (readers, unfolding))


def _one(
    record: Record,
    layer: Layer,
    naming: Naming,
    locator: Locator,
    cells: tuple[dict[str, Callable[[Any], Any]], Unfolding],
) -> GradedRow | Rejection:
    unwritable = _unwritable(record)
    if unwritable is not None:
        return unwritable
    readers, unfolding = cells
    brought: dict[str, Any] = {}
    try:
        for header, name in naming.fields.items():
            brought[name] = readers[name](record.values.get(header))
        brought = {name: value for name, value in brought.items() if value is not None}
        for part in unfolding.parts:
            header, name = part.header or header, part.field
            part.unfold(brought)
        row = layer.row.model_validate(brought)
        geometry = locator.locate(record, naming)
        assessment: Assessment | None = layer.grade(row) if layer.grade else None
    except ValidationError as fault:
        return _invalid(record.line, fault, layer)
    except Unreadable as fault:
        shown, title = _shown(record.values.get(header)), layer.fields[name].title
        return Rejection(record.line, name, shown, f"{title}：{fault.reason}", fault.reason_en)
    except Misplaced as fault:
        return Rejection(record.line, "geometry", fault.value, fault.reason, fault.reason_en)
    except UngradableInput as fault:
        return Rejection(
            record.line, fault.field, _shown(fault.value), fault.reason, fault.reason_en
        )
    return GradedRow(record.line, row, geometry, assessment)


def _unwritable(record: Record) -> Rejection | None:
    """A row whose cells have shifted, or that holds what no database can keep as text."""
    if record.surplus:
        shown = "、".join("" if each is None else str(each) for each in record.surplus)
        return Rejection(
            record.line, "", _shown(shown), "单元格多于表头",
            "has more cells than the header has columns",
        )  # fmt: skip
    texts = [value for value in record.values.values() if isinstance(value, str)]
    if _is_text("".join(texts)):
        return None
    for header, value in record.values.items():
        if isinstance(value, str) and not _is_text(value):
            return Rejection(
                record.line, header, ascii(value)[:200], f"{header}：含有非法字符",
                "holds a NUL or a lone surrogate",
            )  # fmt: skip
    return None


def _is_text(value: str) -> bool:
    if value.isascii():
        return "\x00" not in value
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in value


def _invalid(line: int, fault: ValidationError, layer: Layer) -> Rejection:
    errors = fault.errors(include_url=False, include_context=False)
    first, *more = (_fault(line, error, layer) for error in errors)
    return replace(first, more=tuple(more))


def _fault(line: int, error: Any, layer: Layer) -> Rejection:
    name = str(error["loc"][0]) if error["loc"] else ""
    title = layer.fields[name].title if name in layer.fields else name
    reason = f"{title}：{in_chinese(error) or '取值无效'}{_choices(name, layer)}"
    value = "" if error["type"] == "missing" else _shown(error["input"])
    return Rejection(line, name, value, reason, error["msg"])


def _choices(name: str, layer: Layer) -> str:
    """What a cell of a coded field may say, where that is not too long to read."""
    codes = layer.fields[name].codes if name in layer.fields else {}
    listed = "、".join(codes.values())
    if not listed:
        return ""
    return f"；可填 {listed if len(listed) <= LONGEST_LIST else listed[:LONGEST_LIST] + '…'}"


def _shown(value: Any) -> str:
    return str(value).replace("\x00", "\\0").encode(errors="replace").decode()[:200]
