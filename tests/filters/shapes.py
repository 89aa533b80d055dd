"""Geometries of every kind on a grid that doubles hold exactly, so that edges meet edges."""

from shapely import from_wkt, transform
from shapely.geometry.base import BaseGeometry

LAYER = "third_party_works"
"""Holds geometries of every kind."""


def placed(wkt: str) -> BaseGeometry:
    """A geometry in steps of the grid brought to Yuyao, degrees, longitude first."""
    return transform(from_wkt(wkt), lambda places: places / 64 + (121, 30))


def square(west: int, south: int, east: int, north: int) -> str:
    """The ring of a square."""
    return f"({west} {south},{east} {south},{east} {north},{west} {north},{west} {south})"


STORED = [
    placed(wkt)
    for wkt in (
        "POINT(0 0)", "POINT(4 0)", "POINT(2 2)", "POINT(6 2)", "MULTIPOINT(0 0,2 0)",
        "MULTIPOINT(2 2,20 20)", "LINESTRING(0 0,4 0)", "LINESTRING(0 0,8 0)", "LINESTRING(2 0,6 0)",
        "LINESTRING(4 -4,4 4)", "LINESTRING(8 0,12 4)", "LINESTRING(0 0,2 2,4 0)",
        "MULTILINESTRING((0 0,2 0),(6 0,8 0))", "LINESTRING(20 20,24 24)",
        f"POLYGON({square(0, 0, 4, 4)})", f"POLYGON({square(4, 0, 8, 4)})",
        f"POLYGON({square(2, 2, 6, 6)})", f"POLYGON({square(1, 1, 3, 3)})",
        f"POLYGON({square(0, 0, 8, 4)})", f"POLYGON({square(20, 20, 24, 24)})",
        f"POLYGON({square(-2, -2, 12, 12)},{square(4, 4, 8, 8)})",
        f"MULTIPOLYGON(({square(0, 0, 4, 4)}),({square(20, 20, 24, 24)}))",
    )
]  # fmt: skip
"""What the layer holds."""

ASKED = [
    placed(wkt)
    for wkt in (
        "POINT(4 0)", "POINT(2 2)", "MULTIPOINT(0 0,2 0)", "MULTIPOINT(2 2,20 20)",
        "LINESTRING(0 0,4 0)", "LINESTRING(0 4,8 4)", "LINESTRING(-2 2,6 2)",
        "MULTILINESTRING((0 0,2 0),(6 0,8 0))", f"POLYGON({square(0, 0, 4, 4)})",
        f"POLYGON({square(3, 3, 9, 9)})",
        f"MULTIPOLYGON(({square(0, 0, 4, 4)}),({square(20, 20, 24, 24)}))",
        "GEOMETRYCOLLECTION(POINT(0 0),MULTIPOINT(2 0,0 0))",
        "GEOMETRYCOLLECTION(LINESTRING(0 0,2 0),LINESTRING(2 0,4 0))",
        f"GEOMETRYCOLLECTION(POLYGON({square(0, 0, 4, 4)}),POLYGON({square(4, 0, 8, 4)}))",
        f"GEOMETRYCOLLECTION(POINT(6 2),LINESTRING(-2 2,5 2),POLYGON({square(20, 20, 24, 24)}))",
    )
]  # fmt: skip
"""Literals of every kind that CQL2 knows."""
