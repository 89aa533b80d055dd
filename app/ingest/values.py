"""What reads the cells of a column: words, codes, yes and no, numbers, days."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from app.ingest.column import Column, filled
from app.ingest.instants import when
from app.ingest.numbers import number_reader
from layers.declare import Layer

Reader = Callable[[Any], Any]
"""From a cell to a value; a cell that it can't read comes back as it was, for the row to refuse."""

TRUE_WORDS = frozenset({"是", "有", "已", "√", "✓", "true", "yes", "y", "1"})
FALSE_WORDS = frozenset({"否", "无", "未", "×", "false", "no", "n", "0"})

_WIDE = str.maketrans({chr(0xFF01 + at): chr(0x21 + at) for at in range(94)
                       if chr(0x21 + at).isalnum()})  # fmt: skip
"""Full-width letters and digits to plain ones; Chinese punctuation stays as it was written."""

_ANY_WIDE = re.compile(r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")


def readers(layer: Layer, fields: dict[str, str], zone: str | None) -> dict[str, Reader]:
    """For every field that a file brings what reads its cells.

    Args:
        layer: Where the rows go.
        fields: Header to field.
        zone: Zone of instants without an offset; None: each must bring one.
    """
    return {
        name: reader(Column(layer.fields[name], header, zone)) for header, name in fields.items()
    }


def reader(column: Column) -> Reader:
    """What reads the cells of a column."""
    facts = column.facts
    written = {meaning: code for code, meaning in facts.codes.items()} | dict(facts.spellings)
    if written:
        # Spreadsheets take the noughts before a number away: 4 is 04.
        bare = {
            code.lstrip("0"): code for code in facts.codes if code.isdigit() and code.strip("0")
        }
        written = bare | written | {word.casefold(): code for word, code in written.items()}
        return lambda value: _coded(value, written)
    if facts.kind is bool:
        return _flag
    if facts.kind is str:
        return _word
    if facts.kind in {int, float}:
        return number_reader(column)
    if facts.kind in {date, datetime}:
        return lambda value: when(value, facts.kind, column.zone)
    return filled


def _word(value: Any) -> str | None:
    text = str(value).strip() if value is not None else ""
    if text.isascii():
        return text or None
    return text.translate(_WIDE) if _ANY_WIDE.search(text) else text


def _coded(value: Any, written: dict[str, str]) -> Any:
    text = _word(value)
    return None if text is None else written.get(text, written.get(text.casefold(), text))


def _flag(value: Any) -> Any:
    value = filled(value)
    if value is None or isinstance(value, bool):
        return value
    word = str(value).lower()
    if word in TRUE_WORDS:
        return True
    return False if word in FALSE_WORDS else value
