"""From a record to a graded row or a rejection; a bad row never stops the others."""

from collections.abc import Callable, Iterator
from typing import Any

from pydantic import ValidationError

from app.ingest.locate import Locator, Misplaced
from app.ingest.naming import Naming
from app.ingest.record import GradedRow, Record, Rejection
from layers.declare import FieldFacts, Layer
from layers.grading.assessment import Assessment, UngradableInput

TRUE_WORDS = frozenset({"是", "有", "true", "yes", "y", "1"})
FALSE_WORDS = frozenset({"否", "无", "false", "no", "n", "0"})

REASONS = {
    "missing": "缺少必填值",
    "string_type": "应为文本",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_parsing": "应为数字",
    "finite_number": "应为有限数值",
    "greater_than": "数值过小",
    "greater_than_equal": "数值过小",
    "less_than": "数值过大",
    "less_than_equal": "数值过大",
    "int_too_large": "数值过大",
    "literal_error": "不在允许的取值之内",
    "string_pattern_mismatch": "格式不符",
    "date_from_datetime_parsing": "不是有效日期",
    "date_parsing": "不是有效日期",
    "datetime_from_date_parsing": "不是有效时间",
    "datetime_parsing": "不是有效时间",
    "timezone_aware": "时间缺少时区",
    "in_future": "时间在将来",
    "stake": "不是桩号，请写成 K12+300",
    "stakes_fall": "止点桩号须大于起点桩号",
    "bool_parsing": "应为是或否",
}
"""What pydantic found wrong, in Chinese; anything else is «取值无效»."""


def parse(
    records: Iterator[Record], layer: Layer, naming: Naming, locator: Locator
) -> Iterator[GradedRow | Rejection]:
    """Validate, locate and grade every record."""
    readers = _readers(layer)
    for record in records:
        yield _one(record, layer, naming, locator, readers)


def _one(
    record: Record,
    layer: Layer,
    naming: Naming,
    locator: Locator,
    readers: dict[str, Callable[[Any], Any]],
) -> GradedRow | Rejection:
    unwritable = _unwritable(record)
    if unwritable is not None:
        return unwritable
    values = {
        name: readers[name](record.values.get(header)) for header, name in naming.fields.items()
    }
    brought = {name: value for name, value in values.items() if value is not None}
    try:
        row = layer.row.model_validate(brought)
        geometry = locator.locate(record, naming)
        assessment: Assessment | None = layer.grade(row) if layer.grade else None
    except ValidationError as fault:
        return _invalid(record.line, fault, layer)
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
        return Rejection(
            record.line, "", "", "单元格多于表头", "has more cells than the header has columns"
        )
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
    error = fault.errors(include_url=False, include_context=False)[0]
    name = str(error["loc"][0]) if error["loc"] else ""
    title = layer.fields[name].title if name in layer.fields else name
    reason = f"{title}：{REASONS.get(error['type'], '取值无效')}"
    value = "" if error["type"] == "missing" else _shown(error["input"])
    return Rejection(line, name, value, reason, error["msg"])


def _shown(value: Any) -> str:
    return str(value).replace("\x00", "\\0").encode(errors="replace").decode()[:200]


def _readers(layer: Layer) -> dict[str, Callable[[Any], Any]]:
    """For every field the function that turns what a file holds into what the row takes."""
    return {name: _reader(facts) for name, facts in layer.fields.items()}


def _reader(facts: FieldFacts) -> Callable[[Any], Any]:
    written = {meaning: code for code, meaning in facts.codes.items()} | dict(facts.spellings)
    if written:
        return lambda value: written.get(str(filled := _filled(value)), filled)
    if facts.kind is bool:
        return _flag
    if facts.kind is str:
        return lambda value: str(filled) if (filled := _filled(value)) is not None else None
    return _filled


def _filled(value: Any) -> Any:
    """The value without blanks around; None for what is empty."""
    if isinstance(value, str):
        value = value.strip()
    return None if value == "" else value


def _flag(value: Any) -> Any:
    filled = _filled(value)
    if filled is None or isinstance(filled, bool):
        return filled
    word = str(filled).lower()
    if word in TRUE_WORDS:
        return True
    return False if word in FALSE_WORDS else filled
