"""CQL2 text, parsed into the tree that CQL2 JSON has.

The parser is a table (LALR): it reads every text once and keeps its own stack, so that no text is
slow or too deep for it. Numbers carry their sign; there is no arithmetic.

Source: OGC 21-065r2, annex B (BNF).
"""

import re
from functools import cache
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from shapely import from_wkt
from shapely.errors import ShapelyError
from shapely.geometry import mapping

GRAMMAR = r"""
?start: any
?any: all | any _OR all -> either
?all: denied | all _AND denied -> both
?denied: test | _NOT denied -> negated
?test: operand
    | operand SIGN operand -> compared
    | operand _LIKE operand -> like
    | operand _NOT _LIKE operand -> unlike
    | operand _BETWEEN operand _AND operand -> between
    | operand _NOT _BETWEEN operand _AND operand -> beyond
    | operand _IN values -> among
    | operand _NOT _IN values -> not_among
    | operand _IS _NULL -> empty
    | operand _IS _NOT _NULL -> filled
values: "(" operand ("," operand)* ")"
?operand: "(" any ")"
    | NAME "(" any ("," any)* ")" -> call
    | NAME -> field
    | QUOTED -> quoted
    | STRING -> string
    | NUMBER -> number
    | TRUE -> true
    | FALSE -> false
    | SHAPE -> drawn

_OR.3: /or\b/i
_AND.3: /and\b/i
_NOT.3: /not\b/i
_LIKE.3: /like\b/i
_BETWEEN.3: /between\b/i
_IN.3: /in\b/i
_IS.3: /is\b/i
_NULL.3: /null\b/i
TRUE.3: /true\b/i
FALSE.3: /false\b/i
SHAPE.3: /PART|geometrycollection\s*+z?\s*+\(\s*+PART\s*+(?:,\s*+PART\s*+)*+\)/i
NAME: /[^\W\d]\w*/
QUOTED: /"[^"]++"/
STRING: /'(?:[^'\\]|''|\\[\s\S])*+'/
NUMBER: /[-+]?(?:\d++\.?\d*+|\.\d++)(?:e[-+]?\d++)?/i
SIGN: /<>|<=|>=|[=<>]/
%ignore /\s+/
"""

_PLAIN = r"[-+0-9eE.,\s]*+"
_FLAT = rf"\({_PLAIN}\)"
_DEEP = rf"\((?:{_PLAIN}{_FLAT})*+{_PLAIN}\)"
_DEEPER = rf"\((?:{_PLAIN}{_DEEP})*+{_PLAIN}\)"
"""Parentheses of a geometry, one to three levels of them."""

_PART = rf"(?:multi)?(?:point|linestring|polygon)\s*+z?\s*+(?:{_FLAT}|{_DEEP}|{_DEEPER})"
"""A geometry that is no collection, or stands in one."""

MOST_DIGITS = 300
"""Characters of a number."""


class NoCql2(ValueError):
    """The text is no CQL2; says where."""


def parsed(text: str) -> Any:
    """The tree of a text.

    Raises:
        NoCql2: The text is not of the grammar; names line and column.

    >>> parsed("grade <= 2 AND name IS NOT NULL")["op"]
    'and'
    """
    try:
        return _parser().parse(text)
    except UnexpectedInput as fault:
        raise NoCql2(f"line {max(fault.line, 1)}, column {max(fault.column, 1)}") from None
    except ValueError as fault:
        raise NoCql2(str(fault)) from None


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR.replace("PART", _PART), parser="lalr", transformer=_Tree())


def _op(name: str, *given: Any) -> dict[str, Any]:
    return {"op": name, "args": list(given)}


def _joined(name: str, first: Any, second: Any) -> dict[str, Any]:
    """A chain of one word is one level."""
    if isinstance(first, dict) and first.get("op") == name:
        first["args"].append(second)
        return first
    return _op(name, first, second)


@v_args(inline=True)
class _Tree(Transformer[Token, Any]):
    """What each rule of the grammar is in CQL2 JSON."""

    def either(self, first: Any, second: Any) -> Any:
        return _joined("or", first, second)

    def both(self, first: Any, second: Any) -> Any:
        return _joined("and", first, second)

    def negated(self, node: Any) -> Any:
        return _op("not", node)

    def compared(self, first: Any, sign: Token, second: Any) -> Any:
        return _op(str(sign), first, second)

    def like(self, node: Any, pattern: Any) -> Any:
        return _op("like", node, pattern)

    def unlike(self, node: Any, pattern: Any) -> Any:
        return _op("not", _op("like", node, pattern))

    def between(self, node: Any, low: Any, high: Any) -> Any:
        return _op("between", node, low, high)

    def beyond(self, node: Any, low: Any, high: Any) -> Any:
        return _op("not", _op("between", node, low, high))

    def values(self, *accepted: Any) -> Any:
        return list(accepted)

    def among(self, node: Any, accepted: Any) -> Any:
        return _op("in", node, accepted)

    def not_among(self, node: Any, accepted: Any) -> Any:
        return _op("not", _op("in", node, accepted))

    def empty(self, node: Any) -> Any:
        return _op("isNull", node)

    def filled(self, node: Any) -> Any:
        return _op("not", _op("isNull", node))

    def call(self, name: Token, *given: Any) -> Any:
        lower = name.lower()
        if lower in {"date", "timestamp"} and len(given) == 1:
            return {lower: given[0]}
        if lower in {"interval", "bbox"}:
            return {lower: list(given)}
        return _op(lower, *given)

    def field(self, name: Token) -> Any:
        return {"property": str(name)}

    def quoted(self, name: Token) -> Any:
        return {"property": str(name)[1:-1]}

    def string(self, text: Token) -> Any:
        return re.sub(r"''|\\'", "'", text[1:-1])

    def number(self, text: Token) -> Any:
        if len(text) > MOST_DIGITS:
            raise ValueError("a number is too long")
        return int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)

    def true(self, _: Token) -> Any:
        return True

    def false(self, _: Token) -> Any:
        return False

    def drawn(self, text: Token) -> Any:
        try:
            return mapping(from_wkt(str(text)))
        except ShapelyError:
            raise ValueError("a geometry can't be read") from None
