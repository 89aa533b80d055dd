"""Answers of the service as frames."""

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

COLUMNS = ("id", "layer", "distance_m", "bearing_deg", "grade")
"""What every feature of an answer about nearness has, beside its properties."""

NOT_TOLD = frozenset({"type", "geometry", "properties"})


def near_frame(told: Mapping[str, Any]) -> gpd.GeoDataFrame:
    """What is near as a frame, in the order of the answer (CRS84).

    Returns:
        `id`, the properties, `layer`, `distance_m`, `bearing_deg`, `grade` and, on lines with
        stakes, `stake` and `side`; the rest of the answer stands in `attrs`.
    """
    found: Sequence[Mapping[str, Any]] = told["features"]
    rows = [
        {"id": each["id"], **each["properties"],
         **{name: value for name, value in each.items() if name not in NOT_TOLD}}
        for each in found
    ]  # fmt: skip
    places: Any = gpd.GeoDataFrame.from_features(found, crs="OGC:CRS84").geometry if found else []
    frame = gpd.GeoDataFrame(
        pd.DataFrame(rows, columns=None if rows else list(COLUMNS)),
        geometry=list(places),
        crs="OGC:CRS84",
    )
    frame.attrs = {name: told[name] for name in told if name not in {"type", "features"}}
    return frame
