"""Units of the headers of a file, looked at before anything is read: none is left unknown."""

from collections.abc import Mapping

from app.errors import ImportRefused
from app.ingest import units
from layers.declare import FieldFacts, Layer

NUMBERS = {int, float}


def check_units(layer: Layer, fields: Mapping[str, str], file: str) -> list[str]:
    """Remarks on headers whose brackets name no unit, so that the field's own is taken.

    Args:
        layer: Where the rows go.
        fields: Header to field.
        file: Its name, for the refusal.

    Raises:
        ImportRefused: Brackets of a header hold what may be a unit, but none that is known: its
            numbers would be kept as if they were in the field's own.
    """
    told: list[str] = []
    for header, name in fields.items():
        facts = layer.fields[name]
        if facts.kind in NUMBERS and units.of_header(header, facts.unit) is None:
            told.extend(_remark(header, words, facts, file) for words in units.in_brackets(header))
    return [each for each in told if each]


def _remark(header: str, words: str, facts: FieldFacts, file: str) -> str:
    if units.looks_like_one(words, facts.unit):
        raise ImportRefused(
            f"{file}: column {header[:80]!r}: {words!r} is no known unit of {facts.title}; write "
            f"one of {units.known(facts.unit)} 列「{header[:80]}」的单位「{words}」无法识别"
        )
    if facts.unit is None:
        return ""
    return (
        f"列「{header}」按 {facts.unit} 读取：「{words}」不是单位 "
        f"{words} is no unit, taken as {facts.unit}"
    )
