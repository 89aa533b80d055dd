"""How GDAL calls the geometry of a layer."""

from layers.declare import Layer


def geometry_type(layer: Layer) -> str:
    """The type for GDAL; what is measured is written in two dimensions, as everywhere else."""
    return {"LineStringM": "LineString", "Geometry": "Unknown"}.get(layer.geometry, layer.geometry)
