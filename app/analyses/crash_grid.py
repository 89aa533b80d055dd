"""Crashes by cells of a grid along the roads: which cells are hot, and whether crashes cluster."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from app.analyses.crash_places import Placing
from app.analyses.hot_cells import hot, moran, neighbours_of
from app.analyses.routes import Route
from layers.blackspots.screening import CrashScreening

STEPS_A_CELL = 4
"""How often a road is looked at along one side of a cell, so that it misses few cells."""


def hot_cells(
    routes: dict[str, Route], placing: Placing, rules: CrashScreening, srid: int
) -> dict[str, Any]:
    """Return the hot cells of a square grid, hottest first, and Moran's I of all.

    Only cells that a road crosses take part: where no road is no crash can be.

    Args:
        routes: Of the network.
        placing: Crashes on it.
        rules: Side of a cell and false discovery rate.
        srid: Metric system of the routes.
    """
    side = rules.cell_m
    crashes = [routes[one.route].point(one.position_m) for one in placing.placed]
    places = shapely.get_coordinates(np.array(crashes, dtype=object))
    cells, counts = _counted(_road_cells(routes, side), _cells_of(places, side))
    told: dict[str, Any] = {"cell_m": side, "cells": len(cells), "level": rules.hot_level,
                            "moran": None, "hot": []}  # fmt: skip
    if not len(cells):
        return told
    beside = neighbours_of(cells)
    found, clustering = hot(counts, beside, rules.hot_level), moran(counts, beside)
    if found is None or clustering is None:
        return told
    told["moran"] = {"i": clustering[0], "z": clustering[1]}
    chosen = np.flatnonzero((found.z > 0) & (found.p <= found.limit))
    transformer = Transformer.from_crs(srid, 4326, always_xy=True)
    for cell in chosen[np.argsort(-found.z[chosen], kind="stable")].tolist():
        lon, lat = transformer.transform(*((cells[cell] + 0.5) * side))
        told["hot"].append({
            "lon": round(lon, 6), "lat": round(lat, 6), "crashes": int(counts[cell]),
            "z": float(found.z[cell]), "p": float(found.p[cell]),
        })  # fmt: skip
    return told


def _cells_of(places: NDArray[np.float64], side: float) -> NDArray[np.int64]:
    return np.floor(places.reshape(-1, 2) / side).astype(np.int64)


def _road_cells(routes: dict[str, Route], side: float) -> NDArray[np.int64]:
    dense = [
        _cells_of(shapely.get_coordinates(shapely.segmentize(part, side / STEPS_A_CELL)), side)
        for route in routes.values()
        for part in route.parts
    ]
    return np.concatenate(dense) if dense else np.zeros((0, 2), dtype=np.int64)


def _counted(
    road: NDArray[np.int64], crashes: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return every cell once, and how many crashes lie in it."""
    cells, inverse = np.unique(np.concatenate([road, crashes]), axis=0, return_inverse=True)
    counts = np.bincount(inverse.ravel()[len(road) :], minlength=len(cells))
    return cells, counts.astype(np.float64)
