"""The tiling scheme WebMercatorQuad as OGC describes tile matrix sets.

Source: OGC 17-083r4 (Two Dimensional Tile Matrix Set and Tile Set Metadata 2.0), annex D.1.
"""

from typing import Any

from app.queries.tile import DEEPEST_ZOOM

NAME = "WebMercatorQuad"

URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{NAME}"

CRS = "http://www.opengis.net/def/crs/EPSG/0/3857"

EDGE_M = 20037508.342789244
"""Half the side of the square that zoom 0 covers, metres of EPSG:3857."""

TILE_PIXELS = 256

SCALE_DENOMINATOR = 559082264.0287178
"""Of zoom 0, for pixels of 0.28 mm."""


def matrix_set() -> dict[str, Any]:
    """The scheme as JSON: a matrix a zoom, rows counted from the north."""
    return {
        "id": NAME,
        "title": "Google Maps Compatible for the World",
        "uri": URI,
        "crs": CRS,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [_matrix(zoom) for zoom in range(DEEPEST_ZOOM + 1)],
    }


def _matrix(zoom: int) -> dict[str, Any]:
    return {
        "id": str(zoom),
        "scaleDenominator": SCALE_DENOMINATOR / 2**zoom,
        "cellSize": 2 * EDGE_M / TILE_PIXELS / 2**zoom,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-EDGE_M, EDGE_M],
        "tileWidth": TILE_PIXELS,
        "tileHeight": TILE_PIXELS,
        "matrixWidth": 2**zoom,
        "matrixHeight": 2**zoom,
    }


def limits() -> list[dict[str, Any]]:
    """Rows and columns that are answered at every zoom: all of them."""
    return [
        {"tileMatrix": str(zoom), "minTileRow": 0, "maxTileRow": 2**zoom - 1, "minTileCol": 0,
         "maxTileCol": 2**zoom - 1}
        for zoom in range(DEEPEST_ZOOM + 1)
    ]  # fmt: skip
