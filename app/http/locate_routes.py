"""Where a stake is, and which stake a place has."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from shapely import Point

from app.errors import BadParameter
from app.http.deps import OneLayer, Parts, only_known
from app.http.geometries import outside_zone
from app.http.item_routes import FeatureId
from app.http.problems import RESPONSES
from app.http.spelled import StakeText
from app.lines.foot import Foot
from app.lines.line import Line
from app.lines.told import foot_told, line_told
from layers import stake as stakes

TOLERANCE_M = 10.0
"""Where a line passes itself, places that are so much further than the nearest are told too."""

router = APIRouter(prefix="/api/collections/{layer}/items/{id}", tags=["near"],
                   dependencies=[Depends(only_known)], responses=RESPONSES)  # fmt: skip

Lon = Annotated[float | None, Query(ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float | None, Query(ge=-90, le=90, allow_inf_nan=False)]
Accuracy = Annotated[
    float,
    Query(ge=0, le=10_000, allow_inf_nan=False, description="Radius of the position, metres."),
]


@dataclass(frozen=True)
class Position:
    """A place, and how well it is known."""

    lon: Lon = None
    lat: Lat = None
    accuracy_m: Accuracy = 0.0


@router.get("/locate")
def locate(
    parts: Parts,
    layer: OneLayer,
    fid: FeatureId,
    position: Annotated[Position, Depends()],
    stake: Annotated[
        StakeText | None, Query(max_length=60, description="K12+300, 12.3km …")
    ] = None,
) -> dict[str, Any]:
    """The place of a stake, or the stakes of a place: one for each branch that may be meant."""
    lon, lat, accuracy_m = position.lon, position.lat, position.accuracy_m
    by_place = lon is not None or lat is not None
    if by_place == (stake is not None):
        raise BadParameter("stake", "give either stake, or lon and lat 请给出桩号或经纬度")
    measure = None if stake is None else read_stake(stake)
    line = parts.lines.one(layer.id, fid)
    if measure is not None:
        return {**line_told(line), "places": [stake_told(line, measure)]}
    if lon is None or lat is None:
        raise BadParameter("lat" if lat is None else "lon", "is missing 缺少")
    feet = line.feet(lon, lat, max(accuracy_m, TOLERANCE_M))
    return {**line_told(line), "places": [_place(line, foot, accuracy_m) for foot in feet],
            "accuracy_m": accuracy_m,
            "notes": _notes(feet) + outside_zone(parts, Point(lon, lat))}  # fmt: skip


def read_stake(text: str, parameter: str = "stake") -> float:
    """Metres of a stake in a query, where the plus may have become a space.

    Raises:
        BadParameter: It is none.
    """
    try:
        return stakes.parse(text)
    except stakes.InvalidStake as fault:
        raise BadParameter(parameter, str(fault)) from None


def stake_told(line: Line, measure_m: float) -> dict[str, Any]:
    """A stake with its place; beyond the line the place of its end, and how far beyond."""
    beyond_m = max(line.first_m - measure_m, measure_m - line.last_m, 0.0)
    beyond = None
    if beyond_m > 0:
        beyond = "start" if measure_m < line.first_m else "end"
    lon, lat = line.place(line.along(measure_m))
    return {
        "stake": stakes.spell(measure_m, 1),
        "measure_m": round(measure_m, 2),
        "lon": round(lon, 7),
        "lat": round(lat, 7),
        "beyond": beyond,
        "beyond_m": round(beyond_m, 2),
    }


def _place(line: Line, foot: Foot, accuracy_m: float) -> dict[str, Any]:
    sure = foot.offset_m > accuracy_m or not accuracy_m
    return {**foot_told(line, foot), "side_certain": sure}


def _notes(feet: Sequence[Foot]) -> list[str]:
    told = []
    if len(feet) > 1:
        told.append(
            f"the line passes here {len(feet)} times; every place is listed 该线在此处多次经过"
        )
    if feet[0].beyond:
        told.append(
            f"the point lies beyond the {feet[0].beyond} of the line; the stake is that of the end "
            "该点超出管线端点，桩号取端点"
        )
    return told
