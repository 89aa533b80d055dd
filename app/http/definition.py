"""The API's definition as a whole: what FastAPI tells of the routes, and what it can't.

A query has no null, so no parameter is said to take one; lists in a query are split by commas,
since a parameter that is given twice is refused. Answers refer to shapes that stand once.
"""

from typing import Any

from app.http.item_parameters import COMPONENTS
from app.http.shapes import SHAPES

Node = dict[str, Any]


def whole(told: Node) -> Node:
    """The definition, complete; what is given is not changed."""
    components = told.get("components", {})
    paths = {
        path: {method: _operation(each) for method, each in item.items()}
        for path, item in told["paths"].items()
    }
    schemas = {**components.get("schemas", {}), **SHAPES}
    return {
        **told,
        "paths": paths,
        "components": {**components, "schemas": schemas, "parameters": COMPONENTS},
    }


def _operation(operation: Node) -> Node:
    if "parameters" not in operation:
        return operation
    return {**operation, "parameters": [_parameter(each) for each in operation["parameters"]]}


def _parameter(parameter: Node) -> Node:
    if "schema" not in parameter:
        return parameter
    schema = _without_null(parameter["schema"])
    split = {"style": "form", "explode": False} if parameter["in"] == "query" else {}
    return {**parameter, "schema": schema, **(split if schema.get("type") == "array" else {})}


def _without_null(schema: Node) -> Node:
    """The schema of an optional value without the null that stands for its absence.

    >>> _without_null({"anyOf": [{"type": "integer"}, {"type": "null"}], "title": "Limit"})
    {'type': 'integer', 'title': 'Limit'}
    """
    choice = [each for each in schema.get("anyOf", []) if each != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    if len(choice) == 1:
        return {**choice[0], **rest}
    return {**rest, "anyOf": choice} if choice else schema
