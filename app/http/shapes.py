"""Shapes of answers and bodies that the API's definition refers to, each told once.

Source: RFC 7946 (GeoJSON); RFC 9457 (problem details).
"""

from typing import Annotated, Any

from pydantic import WithJsonSchema

Shape = dict[str, Any]

TEXT: Shape = {"type": "string"}

POSITION: Shape = {
    "type": "array",
    "description": "Longitude, latitude; what follows is not read.",
    "prefixItems": [
        {"type": "number", "minimum": -180, "maximum": 180},
        {"type": "number", "minimum": -90, "maximum": 90},
        {"type": "number"},
    ],
    "items": {"type": "number"}, "minItems": 2,
}  # fmt: skip


def ref(name: str) -> Shape:
    """The reference to a shape."""
    return {"$ref": f"#/components/schemas/{name}"}


def _many(items: Shape, at_least: int = 1) -> Shape:
    return {"type": "array", "items": items, "minItems": at_least}


def _geometry(kind: str, coordinates: Shape) -> Shape:
    return {
        "type": "object", "required": ["type", "coordinates"],
        "properties": {"type": {"const": kind}, "coordinates": coordinates},
    }  # fmt: skip


LINE = _many(POSITION, 2)

RING: Shape = {**_many(POSITION, 3), "description": "A ring that is not closed is closed."}

SINGLE: list[Shape] = [
    _geometry("Point", POSITION), _geometry("MultiPoint", _many(POSITION)),
    _geometry("LineString", LINE), _geometry("MultiLineString", _many(LINE)),
    _geometry("Polygon", _many(RING)), _geometry("MultiPolygon", _many(_many(RING))),
]  # fmt: skip

COLLECTION: Shape = {
    "type": "object", "required": ["type", "geometries"],
    "properties": {"type": {"const": "GeometryCollection"}, "geometries": _many({"oneOf": SINGLE})},
}  # fmt: skip

LINK: Shape = {
    "type": "object", "required": ["href", "rel"],
    "properties": {"href": TEXT, "rel": TEXT, "type": TEXT, "title": TEXT},
}  # fmt: skip

# A feature keeps what it was given: coordinates in another system are no degrees, and M may follow.
FEATURE: Shape = {
    "type": "object",
    "required": ["type", "geometry", "properties"],
    "properties": {
        "type": {"const": "Feature"},
        "id": {"type": "integer"},
        "geometry": {
            "type": ["object", "null"],
            "required": ["type"],
            "properties": {"type": TEXT, "coordinates": {"type": "array"},
                           "geometries": {"type": "array"}},
        },
        "properties": {"type": ["object", "null"]},
        "links": {"type": "array", "items": ref("Link")},
    },
}  # fmt: skip

COUNT: Shape = {"type": "integer", "minimum": 0}

FEATURES: Shape = {
    "type": "object",
    "required": ["type", "features"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "numberMatched": COUNT, "numberReturned": COUNT,
        "links": {"type": "array", "items": ref("Link")},
        "features": {"type": "array", "items": ref("Feature")},
    },
}  # fmt: skip

PROBLEM: Shape = {
    "type": "object",
    "description": "Problem details, RFC 9457; `errors` names each parameter or JSON pointer.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": TEXT, "title": TEXT, "status": {"type": "integer", "minimum": 400},
        "detail": TEXT, "instance": TEXT,
        "errors": {"type": "array", "items": {
            "type": "object", "required": ["detail"],
            "properties": {"detail": TEXT, "parameter": TEXT, "pointer": TEXT},
        }},
    },
}  # fmt: skip

SHAPES: dict[str, Shape] = {
    "Feature": FEATURE, "FeatureCollection": FEATURES, "Link": LINK, "Problem": PROBLEM,
}  # fmt: skip
"""What the definition refers to, by its name."""

Geometry = Annotated[
    dict[str, Any],
    WithJsonSchema(
        {"oneOf": [*SINGLE, COLLECTION], "description": "GeoJSON, longitude and latitude."}
    ),
]
"""A GeoJSON geometry of a body; what it holds is read by `app.http.geometries`."""
