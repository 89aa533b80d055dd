"""What items and exports understand, as the API's definition tells it.

They stand among the definition's components: GDAL and QGIS look there for `limit`, and ask for
pages as large as it allows.
"""

from typing import Any

from app.crs import CRS84
from app.http.spelled import CQL2, CRS, INSTANT, LANGUAGE, PERIOD, PLACE
from app.http.turning import DEFAULT_LIMIT, LARGEST_LIMIT

Told = dict[str, Any]

_BOX = {"type": "array", "items": {"type": "number"}}


def _parameter(name: str, description: str, schema: Told | None = None, **style: Any) -> Told:
    told = schema or {"type": "string"}
    return {"name": name, "in": "query", "description": description, "required": False,
            "schema": told, **style}  # fmt: skip


_ALL = [
    _parameter(
        "bbox", "west,south,east,north; heights are ignored; west > east crosses 180°.",
        {**_BOX, "oneOf": [{"minItems": many, "maxItems": many} for many in (4, 6)]},
        style="form", explode=False,
    ),
    _parameter("bbox-crs", "Reference system of bbox.", {**CRS, "default": CRS84}),
    _parameter("datetime", "An instant, a day, or start/end with .. for an open end.", PERIOD),
    _parameter("asof", "State of the layer at an instant or at the end of a day.",
               INSTANT),
    _parameter("filter", "A CQL2 filter over the layer's queryables.", CQL2),
    _parameter("filter-lang", "Language of the filter.", LANGUAGE),
    _parameter("filter-crs", "Reference system of the filter's geometries.",
               {**CRS, "default": CRS84}),
    _parameter("crs", "Reference system of the answer.", {**CRS, "default": CRS84}),
    _parameter("properties", "Names of the properties, split by commas.",
               {"type": "array", "items": {"type": "string"}}, style="form", explode=False),
    _parameter("limit", "Features at most; a larger number is taken as the largest.",
               {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT,
                "default": DEFAULT_LIMIT}),
    _parameter("sortby", "Fields to sort by, split by commas; - for descending.",
               {"type": "array", "items": {"type": "string"}}, style="form", explode=False),
    _parameter("after", "Place at which the page begins; from a next link.", PLACE),
    _parameter("before", "Place at which the page ends; from a prev link.", PLACE),
]  # fmt: skip

COMPONENTS: dict[str, Told] = {each["name"]: each for each in _ALL}
"""Every parameter by its name."""


def named(*names: str) -> list[Told]:
    """References to parameters, for the definition of a route."""
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


FEATURES = named(
    "bbox",
    "bbox-crs",
    "datetime",
    "asof",
    "filter",
    "filter-lang",
    "filter-crs",
    "crs",
    "properties",
)
"""What decides which features there are and how they are told, beside any field by its name."""

PAGES = named("limit", "sortby", "after", "before")
"""What decides which of them are on a page."""
