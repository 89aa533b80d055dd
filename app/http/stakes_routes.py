"""A line with its stakes and the places to be passed: what a phone keeps to work without a net."""

from typing import Any

from fastapi import APIRouter, Depends

from app.http.deps import OneLayer, Parts, only_known
from app.http.item_routes import FeatureId
from app.http.problems import RESPONSES
from app.lines.stakes import staked_vertices
from app.lines.told import line_told
from app.lines.waypoints import waypoints

router = APIRouter(prefix="/api/collections/{layer}/items/{id}", tags=["near"],
                   dependencies=[Depends(only_known)], responses=RESPONSES)  # fmt: skip


@router.get("/stakes")
def stakes(parts: Parts, layer: OneLayer, fid: FeatureId) -> dict[str, Any]:
    """A line's vertices as lon, lat, stake in metres, and the places that a patrol must pass."""
    line = parts.lines.one(layer.id, fid)
    places = waypoints(parts.reader.all, parts.layers, line)
    return {
        "line": line_told(line),
        "parts": staked_vertices(line),
        "waypoints": [each.as_json() for each in places],
    }
