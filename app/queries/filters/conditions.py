"""From a filter to a condition over a layer's rows: fields as declared, values bound, no SQL text.

NULL in a comparison lets nothing through, nor does its negation, as CQL2 and SQL have it.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Double, FromClause, Text, and_, func, literal, not_, or_

from app.queries.filters.cql2 import Filter, refused
from app.queries.filters.shapes import SPATIAL, literal_shape
from app.queries.filters.times import COMPARED, TEMPORAL, Stretch, literal_time, read_time, related
from app.queries.source import published
from layers.declare import Layer

GEOMETRY = ("geometry", "geom")
"""Names of the geometry in a filter."""

SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def condition(asked: Filter, layer: Layer, rows: FromClause) -> ColumnElement[bool]:
    """The filter as one condition on the rows of a layer.

    Raises:
        BadParameter: The layer has no such field, or a field is compared with another kind.
    """
    return _Said(asked, layer, rows).truth(asked.tree)


@dataclass(frozen=True)
class _Value:
    """A scalar operand: its expression and its kind (`text`, `number`, `boolean`)."""

    said: Any
    kind: str
    plain: Any = None


class _Said:
    """One filter about one layer."""

    def __init__(self, asked: Filter, layer: Layer, rows: FromClause) -> None:
        self._asked = asked
        self._layer = layer
        self._rows = rows

    def truth(self, node: Any) -> ColumnElement[bool]:
        """What a node lets through."""
        if isinstance(node, bool):
            return literal(node)
        if isinstance(node, dict) and "property" in node:
            return self._flag(node)
        if not isinstance(node, dict) or not isinstance(node.get("op"), str):
            raise refused("is no condition: compare a field with a value 不是条件")
        name, given = node["op"].lower(), node.get("args")
        if not isinstance(given, list) or not given:
            raise refused(f"{node['op'][:40]!r} lacks its args")
        return self._operation(name, given)

    def _operation(self, name: str, given: list[Any]) -> ColumnElement[bool]:
        if name in {"and", "or"}:
            return (and_ if name == "and" else or_)(*(self.truth(each) for each in given))
        if name in TEMPORAL:
            first, second = _exactly(given, 2, name)
            stretches = self._stretch(first), self._stretch(second)
            return related(TEMPORAL[name], *stretches, self._asked.zone)
        known = {
            "not": self._not, "isnull": self._is_null, "like": self._like, "in": self._in,
            "between": self._between,
        }  # fmt: skip
        if name in known:
            return known[name](given)
        if name in SIGNS:
            return self._compare(name, given)
        if name in SPATIAL:
            return self._spatial(name, given)
        raise refused(f"there is no operator {name[:40]!r} here 不支持的运算")

    def _flag(self, node: dict[str, Any]) -> ColumnElement[bool]:
        value = self._value(node)
        if value.kind != "boolean":
            raise refused(f"{node['property'][:60]!r} is no boolean; compare it with a value")
        return value.said  # type: ignore[no-any-return]  # a column of booleans

    def _not(self, given: list[Any]) -> ColumnElement[bool]:
        return not_(self.truth(*_exactly(given, 1, "not")))

    def _is_null(self, given: list[Any]) -> ColumnElement[bool]:
        (node,) = _exactly(given, 1, "isNull")
        if not isinstance(node, dict) or "property" not in node:
            raise refused("IS NULL stands behind a field")
        if node["property"] in GEOMETRY:
            return self._rows.c.geom.is_(None)
        return self._column(node).is_(None)

    def _like(self, given: list[Any]) -> ColumnElement[bool]:
        value, pattern = (self._value(each) for each in _exactly(given, 2, "like"))
        if value.kind != "text" or not isinstance(pattern.plain, str):
            raise refused("LIKE takes a field of text and a pattern 须为文本")
        if (len(pattern.plain) - len(pattern.plain.rstrip("\\"))) % 2:
            raise refused("the pattern ends with an escape 模式以转义符结尾")
        return value.said.like(pattern.said)  # type: ignore[no-any-return]  # an expression of text

    def _in(self, given: list[Any]) -> ColumnElement[bool]:
        node, accepted = _exactly(given, 2, "in")
        if not isinstance(accepted, list) or not accepted:
            raise refused("IN takes a list of values")
        return or_(*(self._compare("=", [node, each]) for each in accepted))

    def _between(self, given: list[Any]) -> ColumnElement[bool]:
        node, low, high = _exactly(given, 3, "between")
        return and_(self._compare(">=", [node, low]), self._compare("<=", [node, high]))

    def _compare(self, sign: str, given: list[Any]) -> ColumnElement[bool]:
        first, second = _exactly(given, 2, sign)
        if self._is_time(first) or self._is_time(second):
            stretches = self._stretch(first), self._stretch(second)
            return related(COMPARED[sign], *stretches, self._asked.zone)
        one, other = self._value(first), self._value(second)
        if one.kind != other.kind:
            raise refused(f"compares {one.kind} with {other.kind} 类型不同")
        if one.kind == "boolean" and sign not in {"=", "<>"}:
            raise refused("booleans are only equal or not")
        return SIGNS[sign](one.said, other.said)  # type: ignore[no-any-return]  # of expressions

    def _spatial(self, name: str, given: list[Any]) -> ColumnElement[bool]:
        first, second = (self._shape(each) for each in _exactly(given, 2, name))
        function = getattr(func, SPATIAL[name])
        return function(first, second)  # type: ignore[no-any-return]  # a function of the database

    def _shape(self, node: Any) -> ColumnElement[Any]:
        if not isinstance(node, dict):
            raise refused("a spatial operator takes geometries")
        if "property" in node:
            if node["property"] not in GEOMETRY:
                raise refused(f"{str(node['property'])[:60]!r} is no geometry; write geometry")
            return self._rows.c.geom
        return literal_shape(node, self._asked.crs)

    def _column(self, node: dict[str, Any]) -> ColumnElement[Any]:
        name = node["property"]
        if not isinstance(name, str) or name not in published(self._layer):
            raise refused(f"{self._layer.id} has no field {str(name)[:60]!r} 无此字段")
        return self._rows.c[name]

    def _kind(self, node: dict[str, Any]) -> type:
        return self._column(node).type.python_type

    def _is_time(self, node: Any) -> bool:
        if not isinstance(node, dict):
            return False
        if "property" in node and node["property"] not in GEOMETRY:
            return self._kind(node) in {date, datetime}
        return any(key in node for key in ("date", "timestamp", "interval"))

    def _stretch(self, node: Any) -> Stretch:
        if isinstance(node, str):
            value = read_time(node)
            return Stretch(value, value)
        if not self._is_time(node):
            raise refused("a temporal operator takes times and fields of times 须为时间")
        if "property" in node:
            column = self._column(node)
            return Stretch(column, column)
        return self._interval(node["interval"]) if "interval" in node else literal_time(node)

    def _interval(self, ends: Any) -> Stretch:
        if not isinstance(ends, list) or len(ends) != 2:  # noqa: PLR2004
            raise refused("an interval has two ends")
        first, last = (None if each == ".." else self._stretch(each) for each in ends)
        start, end = first.start if first else None, last.end if last else None
        if isinstance(start, date) and isinstance(end, type(start)) and start > end:
            raise refused("an interval ends before it starts 区间倒置")
        return Stretch(start, end)

    def _value(self, node: Any) -> _Value:
        if isinstance(node, bool):
            return _Value(literal(node), "boolean", node)
        if isinstance(node, int | float):
            return _Value(_number(node), "number", node)
        if isinstance(node, str):
            return _Value(literal(node, Text()), "text", node)
        if isinstance(node, dict) and "property" in node:
            kinds = {str: "text", bool: "boolean", int: "number", float: "number"}
            kind = kinds.get(self._kind(node))
            if kind is None:
                raise refused(f"{node['property']!r} holds times 此字段为时间")
            return _Value(self._column(node), kind)
        if isinstance(node, dict) and str(node.get("op")).lower() == "casei":
            return self._lower(node.get("args"))
        raise refused("has an operand that is neither a field nor a value 操作数无效")

    def _lower(self, given: Any) -> _Value:
        (node,) = _exactly(given, 1, "casei")
        value = self._value(node)
        if value.kind != "text":
            raise refused("CASEI takes text 须为文本")
        return _Value(func.lower(value.said), "text", value.plain)


def _exactly(given: Any, many: int, name: str) -> list[Any]:
    if not isinstance(given, list) or len(given) != many:
        raise refused(f"{name} takes {many} operands")
    return given


def _number(value: float) -> ColumnElement[Any]:
    """Whole numbers as such, so that an index of whole numbers serves."""
    if float(value).is_integer() and abs(value) < 2**53:
        return literal(int(value))
    return literal(float(value), Double())
