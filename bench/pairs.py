"""What is measured: an address of the service, and the statement that it runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select

from app.queries.feature import Page, Shape, page
from app.queries.nearby import Around, nearby
from app.queries.tile import Tile, tile
from app.queries.where import Where
from layers.registry import LAYERS

POINTS = LAYERS["risk_points"]

PLACE = (121.155, 30.045)
"""The middle of the demonstration city, lon lat."""


@dataclass(frozen=True)
class Pair:
    """One answer: its name, its address, the bare statement and the values of its parameters."""

    name: str
    address: str
    statement: Select[Any]
    values: Mapping[str, Any] = field(default_factory=dict)


def pairs(cells_at: set[int]) -> list[Pair]:
    """Every pair; `cells_at` are the zooms at which the service shows points by cells."""
    return [
        *(_tile_pair(place, as_cells=place.z in cells_at) for place in TILES),
        Pair("items, 100 by id", "/api/collections/risk_points/items?limit=100",
             page(POINTS, Where(), Shape(), Page(100))),
        _nearby_pair(1000.0),
    ]  # fmt: skip


TILES = (Tile(8, 214, 105), Tile(10, 856, 422), Tile(12, 3426, 1689), Tile(14, 13705, 6757))


def _tile_pair(place: Tile, *, as_cells: bool) -> Pair:
    kind = "cells" if as_cells else "features"
    return Pair(
        f"tile z{place.z}, {kind}",
        f"/api/tiles/risk_points/{place.z}/{place.x}/{place.y}.mvt",
        tile([(POINTS, as_cells)], place, Where()),
    )


def _nearby_pair(within_m: float) -> Pair:
    lon, lat = PLACE
    place = f'{{"type": "Point", "coordinates": [{lon}, {lat}]}}'
    around = Around(place, (lon, lat, lon, lat), within_m, 32651, None, 100)
    question = nearby([POINTS], around)
    return Pair(
        f"nearby, {within_m:.0f} m, first 100",
        f"/api/nearby?lon={lon}&lat={lat}&within_m={within_m}&layers=risk_points&limit=100",
        question.statement,
        question.values,
    )
