"""What the API says of a layer: collection, queryables, schema."""

from datetime import date, datetime
from typing import Any

from app.city import City
from app.crs import CRS84, OFFERED
from app.extents import Extent, Interval
from layers.declare import FieldFacts, Layer

JSON_TYPES: dict[type, dict[str, str]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
}

WORLD = (-180.0, -90.0, 180.0, 90.0)

GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
"""The reference system of every interval."""

GEOMETRY_REFERENCES = {
    "Point": "https://geojson.org/schema/Point.json",
    "MultiLineString": "https://geojson.org/schema/MultiLineString.json",
    "LineStringM": "https://geojson.org/schema/LineString.json",
    "MultiPolygon": "https://geojson.org/schema/MultiPolygon.json",
    "Geometry": "https://geojson.org/schema/Geometry.json",
}
"""Names of the JSON schemas, as OGC API – Features Part 3 writes them; nothing is fetched."""


def collection(layer: Layer, city: City, base: str, extent: Extent) -> dict[str, Any]:
    """A layer as an OGC collection, with what the map needs to show it.

    Args:
        layer: The layer.
        city: For the box in which features of a layer may lie that has none located yet.
        base: Scheme and host before the links.
        extent: How far its features reach.
    """
    box = extent.box or (city.extent if layer.reach == "city" else WORLD)
    return {
        "id": layer.id,
        "title": layer.title,
        "title_en": layer.title_en,
        "description": layer.summary,
        "group": list(layer.group),
        "geometry": layer.geometry,
        "graded": layer.graded,
        "legend": layer.legend,
        "drawn": layer.drawn,
        "zooms": list(layer.zooms),
        "harms": layer.harms,
        "counted": layer.counted,
        "label": layer.label,
        "tile_fields": list(layer.tile_fields),
        "card_fields": list(layer.card_fields),
        "owner_fields": list(layer.owner_fields),
        "fields": {name: _told(facts) for name, facts in layer.fields.items()},
        "attribution": layer.source.title,
        "license": layer.source.licence,
        "itemType": "feature",
        "crs": [CRS84, *(f"http://www.opengis.net/def/crs/EPSG/0/{code}" for code in OFFERED)],
        "storageCrs": CRS84,
        "extent": {
            "spatial": {"bbox": [list(box)], "crs": CRS84},
            **({} if extent.interval is None else {"temporal": _temporal(extent.interval)}),
        },
        "links": links(layer, base),
    }


def _temporal(interval: Interval) -> dict[str, Any]:
    """Both ends as RFC 3339 in UTC, null where there is none. Source: OGC 17-069r4, 7.13."""
    ends = [None if end is None else end.isoformat().replace("+00:00", "Z") for end in interval]
    return {"interval": [ends], "trs": GREGORIAN}


def links(layer: Layer, base: str) -> list[dict[str, str]]:
    """Where everything about a layer is."""
    root = f"{base}/api/collections/{layer.id}"
    rows = [
        (root, "self", "application/json", layer.title_en),
        (f"{root}/items", "items", "application/geo+json", "Features"),
        (f"{root}/queryables", "http://www.opengis.net/def/rel/ogc/1.0/queryables",
         "application/schema+json", "Fields to filter by"),
        (f"{root}/schema", "describedby", "application/schema+json", "Fields"),
        (f"{root}/tiles", "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector",
         "application/json", "Vector tiles"),
        (f"{base}/api/tiles/{layer.id}.json", "tilejson", "application/json", "TileJSON"),
        (f"{root}/export?f=geojson", "enclosure", "application/geo+json", "Everything"),
    ]  # fmt: skip
    return [
        {"href": href, "rel": rel, "type": kind, "title": title} for href, rel, kind, title in rows
    ]


def schema(layer: Layer, identifier: str, *, queryables: bool) -> dict[str, Any]:
    """The fields of a layer as a JSON schema."""
    properties: dict[str, Any] = {
        "geometry": {"$ref": GEOMETRY_REFERENCES[layer.geometry], "x-ogc-role": "primary-geometry"}
    }
    for name, facts in layer.fields.items():
        properties[name] = _property(facts)
    if layer.graded:
        grade = {"type": ["integer", "null"], "minimum": 1, "maximum": 4}
        properties["grade"] = {
            **grade, "title": "等级",
            "description": "1 major, 2 significant, 3 general, 4 low; null: not assessed.",
        }  # fmt: skip
        properties["grade_method"] = {"type": ["string", "null"], "title": "评估方法"}
        properties["displayed_grade"] = {
            **grade, "title": "动态等级",
            "description": "The grade, raised while a major hidden danger or the like is open.",
        }  # fmt: skip
    properties["township_code"] = {"type": ["string", "null"], "title": "乡镇街道代码"}
    required = [name for name, facts in layer.fields.items() if facts.required]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": identifier,
        "title": layer.title_en,
        "type": "object",
        "properties": properties,
        **({} if queryables else {"required": required}),
        "additionalProperties": False,
    }


def _property(facts: FieldFacts) -> dict[str, Any]:
    written: dict[str, Any] = dict(JSON_TYPES[facts.kind])
    if facts.nullable:
        written["type"] = [written["type"], "null"]
    written |= {"title": facts.title, "description": facts.description}
    if facts.unit:
        written["x-ogc-unit"] = facts.unit
    if facts.codes:
        written["x-codes"] = dict(facts.codes)
    return written


def _told(facts: FieldFacts) -> dict[str, Any]:
    return {
        "title": facts.title,
        "description": facts.description,
        "type": JSON_TYPES[facts.kind].get("format", JSON_TYPES[facts.kind]["type"]),
        "unit": facts.unit,
        "codes": dict(facts.codes),
        "private": facts.private,
    }
