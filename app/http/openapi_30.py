"""OpenAPI 3.1 said in the words of 3.0, for clients that read only these.

Source: OpenAPI 3.0.3; what 3.1 took from JSON Schema 2020-12.
"""

from collections.abc import Callable, Mapping
from typing import Any

NULL = {"type": "null"}

Node = dict[str, Any]

EITHER = ("anyOf", "oneOf")


def as_30(definition: Mapping[str, Any]) -> Node:
    """The definition as 3.0; what is given is not changed."""
    told: Node = _said(definition)
    return {**told, "openapi": "3.0.3"}


def _said(node: Any) -> Any:
    if isinstance(node, list):
        return [_said(each) for each in node]
    if not isinstance(node, Mapping):
        return node
    said: Node = {name: _said(value) for name, value in node.items()}
    for change in CHANGES:
        said = change(said)
    return said


def _nullable_choice(node: Node) -> Node:
    """A choice with null: nullable."""
    for word in EITHER:
        choice = node.get(word)
        if not isinstance(choice, list) or NULL not in choice:
            continue
        left = [each for each in choice if each != NULL]
        rest = {name: value for name, value in node.items() if name != word}
        if len(left) == 1 and "$ref" not in left[0]:
            return {**left[0], **rest, "nullable": True}
        return {**rest, word: left, "nullable": True}
    return node


def _single_type(node: Node) -> Node:
    """Several types: the one beside null, or a choice of types."""
    kinds = node.get("type")
    if not isinstance(kinds, list):
        return node
    left = [each for each in kinds if each != "null"]
    rest = {name: value for name, value in node.items() if name != "type"}
    said = {"type": left[0]} if len(left) == 1 else {"anyOf": [{"type": each} for each in left]}
    return {**rest, **said, **({"nullable": True} if "null" in kinds else {})}


def _bounds(node: Node) -> Node:
    """Bounds that are left out: a flag beside the bound."""
    said = dict(node)
    for word, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        value = said.get(word)
        if isinstance(value, int | float) and not isinstance(value, bool):
            said |= {bound: value, word: True}
    return said


def _one_value(node: Node) -> Node:
    """A constant: an enumeration of one."""
    if "const" not in node or isinstance(node["const"], Mapping):
        return node
    rest = {name: value for name, value in node.items() if name != "const"}
    return {**rest, "enum": [node["const"]]}


def _examples(node: Node) -> Node:
    """Examples of a schema: the first of them."""
    examples = node.get("examples")
    if not isinstance(examples, list):
        return node
    rest = {name: value for name, value in node.items() if name != "examples"}
    return {**rest, "example": examples[0]} if examples else rest


def _tuple(node: Node) -> Node:
    """Items by place: a list of anything, with its length."""
    if not isinstance(node.get("prefixItems"), list):
        return node
    rest = {name: value for name, value in node.items() if name != "prefixItems"}
    return {**rest, "items": rest.get("items") or {}}


def _file(node: Node) -> Node:
    """Content of a media type in a string: binary."""
    if not isinstance(node.get("contentMediaType"), str):
        return node
    rest = {name: value for name, value in node.items() if name != "contentMediaType"}
    return {**rest, "format": "binary"}


def _lone_reference(node: Node) -> Node:
    """A reference with words beside it: 3.0 ignores these, so the reference becomes a part."""
    if not isinstance(node.get("$ref"), str) or len(node) == 1:
        return node
    rest = {name: value for name, value in node.items() if name != "$ref"}
    return {**rest, "allOf": [{"$ref": node["$ref"]}]}


CHANGES: tuple[Callable[[Node], Node], ...] = (
    _nullable_choice, _single_type, _bounds, _one_value, _examples, _tuple, _file, _lone_reference,
)  # fmt: skip
"""Each says one thing of 3.1 in the words of 3.0; the deepest parts are said first."""
