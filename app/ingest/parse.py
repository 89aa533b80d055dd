"""From a record to a graded row or a rejection; a bad row never stops the others."""

from collections.abc import Callable, Container, Iterator
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
from layers.declare import FieldFacts, Layer
from layers.grading.assessment import Assessment, UngradableInput

LONGEST_LIST = 80
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
    faults: list[Rejection] = []
    brought = _brought(record, layer, naming, cells, faults)
    row: Any = None
    geometry = None
    try:
        row = layer.row.model_validate(brought)
    except ValidationError as fault:
        faults.extend(_invalid(record.line, fault, layer, {each.field for each in faults}))
    try:
        geometry = locator.locate(record, naming)
    except Misplaced as fault:
        faults.append(
            Rejection(record.line, "geometry", fault.value, fault.reason, fault.reason_en)
        )
    if faults:
        return replace(faults[0], more=tuple(faults[1:]))
    try:
        assessment: Assessment | None = layer.grade(row) if layer.grade else None
    except UngradableInput as fault:
        return Rejection(
            record.line, fault.field, _shown(fault.value), fault.reason, fault.reason_en
        )
    return GradedRow(record.line, row, geometry, assessment)


def _brought(
    record: Record,
    layer: Layer,
    naming: Naming,
    cells: tuple[dict[str, Callable[[Any], Any]], Unfolding],
    faults: list[Rejection],
) -> dict[str, Any]:
    """The values of a row by field, without those that are empty; what can't be read is a fault."""
    readers, unfolding = cells
    brought: dict[str, Any] = {}
    for header, name in naming.fields.items():
        cell = record.values.get(header)
        if cell is None or cell == "":
            continue
        try:
            value = readers[name](cell)
        except Unreadable as fault:
            faults.append(_unreadable(record, header, layer.fields[name], fault))
        else:
            if value is not None:
                brought[name] = value
    for part in unfolding.parts:
        try:
            part.unfold(brought)
        except Unreadable as fault:
            header = part.header or ""
            faults.append(_unreadable(record, header, layer.fields[part.field], fault))
    return brought


def _unreadable(record: Record, header: str, facts: FieldFacts, fault: Unreadable) -> Rejection:
    shown = _shown(record.values.get(header))
    reason = f"{facts.title}：{fault.reason}"
    return Rejection(record.line, facts.name, shown, reason, fault.reason_en)


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


def _invalid(
    line: int, fault: ValidationError, layer: Layer, told: Container[str]
) -> list[Rejection]:
    """The faults of a row, but those of fields that are told already."""
    errors = fault.errors(include_url=False, include_context=False)
    faults = [_fault(line, error, layer) for error in errors]
    return [each for each in faults if each.field not in told]


def _fault(line: int, error: Any, layer: Layer) -> Rejection:
    name = str(error["loc"][0]) if error["loc"] else ""
    title = layer.fields[name].title if name in layer.fields else name
    reason = f"{title}：{in_chinese(error) or '取值无效'}{_choices(name, layer)}"
    value = "" if error["type"] == "missing" else _shown(error["input"])
    return Rejection(line, name, value, reason, _in_english(name, error, layer))


def _in_english(name: str, error: Any, layer: Layer) -> str:
    """What is wrong; of a coded field its codes, which say more than the pattern that they fit."""
    if error["type"] == "string_pattern_mismatch" and layer.fields[name].codes:
        return f"is none of the codes {', '.join(layer.fields[name].codes)}, nor the word of one"
    return str(error["msg"])


def _choices(name: str, layer: Layer) -> str:
    """What a cell of a coded field may say, where that is not too long to read."""
    codes = layer.fields[name].codes if name in layer.fields else {}
    listed = "、".join(codes.values())
    if not listed:
        return ""
    return f"；可填 {listed if len(listed) <= LONGEST_LIST else listed[:LONGEST_LIST] + '…'}"


def _shown(value: Any) -> str:
    return str(value).replace("\x00", "\\0").encode(errors="replace").decode()[:200]
