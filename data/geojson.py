"""Reading and writing GeoJSON files: compact, one feature a line, always the same bytes."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

Feature = tuple[dict[str, Any], BaseGeometry]
"""Properties and geometry, CRS84 lon, lat."""


def read(path: Path) -> list[Feature]:
    """Return the features of a FeatureCollection; properties of null become an empty dictionary."""
    collection = json.loads(path.read_text(encoding="utf-8"))
    return [(item["properties"] or {}, shape(item["geometry"])) for item in collection["features"]]


def write(path: Path, features: Iterable[Feature], *, attribution: str, decimals: int = 5) -> Path:
    """Write features, coordinates rounded to `decimals`; the attribution stands at the top."""
    path.parent.mkdir(parents=True, exist_ok=True)
    head = json.dumps(attribution, ensure_ascii=False)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'{{"type":"FeatureCollection","attribution":{head},"features":[')
        for position, (properties, geometry) in enumerate(features):
            file.write(",\n" if position else "\n")
            file.write(_line(properties, geometry, decimals))
        file.write("\n]}\n")
    return path


def _line(properties: dict[str, Any], geometry: BaseGeometry, decimals: int) -> str:
    snapped = shapely.transform(geometry, lambda pairs: pairs.round(decimals))
    feature = {"type": "Feature", "properties": properties, "geometry": mapping(snapped)}
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
