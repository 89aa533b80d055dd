"""What is near a place, and where is a name."""

import json
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Response
from shapely.geometry import shape as shape_of

from app.errors import BadDocument, BadParameter
from app.http.deps import CqlFilter, Parts, layers_named, only_known
from app.http.geometries import drawn, outside_zone
from app.http.nearby_stakes import at_stake, certainty, opened, stakes_of
from app.http.negotiation import GEOJSON, said
from app.http.parameters import require_text
from app.http.problems import RESPONSES
from app.http.shapes import Geometry
from app.http.spelled import LayerIds, LineName, StakeText
from app.queries.nearby import Around, local_srid, nearby
from app.queries.search import search
from app.state import State

LARGEST_RADIUS_M = 20_040_000.0
"""Half the way round the Earth."""

FIRST_RADIUS_M = 500.0
"""Where a search for the nearest few begins."""

router = APIRouter(
    prefix="/api", tags=["near"], dependencies=[Depends(only_known)], responses=RESPONSES
)

Layers = Annotated[
    LayerIds | None, Query(description="Ids split by commas; all that can harm or be harmed.")
]


@dataclass(frozen=True)
class Asked:
    """How far, of which layers, how many, how grave."""

    within_m: Annotated[
        float | None,
        Query(
            ge=0,
            le=LARGEST_RADIUS_M,
            allow_inf_nan=False,
            description="Metres, inclusive. Without it: the nearest `limit` features.",
        ),
    ] = None
    layers: Layers = None
    limit: Annotated[int, Query(ge=1, le=10_000, description="Features at most.")] = 100
    grade_max: Annotated[int | None, Query(ge=1, le=4, description="Only this grade or worse.")] = (
        None
    )
    filter: CqlFilter = None


Question = Annotated[Asked, Depends()]


@dataclass(frozen=True)
class Position:
    """Where: a point and how well it is known, or a stake on a line."""

    lon: Annotated[float | None, Query(ge=-180, le=180, allow_inf_nan=False)] = None
    lat: Annotated[float | None, Query(ge=-90, le=90, allow_inf_nan=False)] = None
    accuracy_m: Annotated[
        float | None,
        Query(ge=0, le=10_000, allow_inf_nan=False, description="Radius of the position, metres."),
    ] = None
    line: Annotated[
        LineName | None, Query(max_length=60, description="A line with stakes, as pipelines/12.")
    ] = None
    stake: Annotated[
        StakeText | None, Query(max_length=60, description="K12+300 on that line.")
    ] = None


@router.get("/nearby", response_class=Response, responses=said(GEOJSON))
def nearby_point(
    parts: Parts, position: Annotated[Position, Depends()], asked: Question
) -> Response:
    """Features round a point or a stake, nearest first; with accuracy: which are sure to be."""
    lon, lat, told = _spot(parts, position)
    if position.accuracy_m is not None and asked.within_m is None:
        raise BadParameter("accuracy_m", "means something only with within_m 需同时给出 within_m")
    place = {"type": "Point", "coordinates": [lon, lat]}
    return _answer(parts, place, (lon, lat, lon, lat), asked, position.accuracy_m, told)


def _spot(parts: State, position: Position) -> tuple[float, float, dict[str, Any]]:
    """Lon, lat of what is asked, and what is to be said of it."""
    by_stake = position.line is not None or position.stake is not None
    if by_stake:
        if position.lon is not None or position.lat is not None:
            raise BadParameter("stake", "give lon and lat, or line and stake 二者择一")
        return at_stake(parts, position.line, position.stake)
    if position.lon is None or position.lat is None:
        missing = "lon" if position.lon is None else "lat"
        raise BadParameter(missing, "is missing: give lon and lat, or line and stake 缺少")
    return position.lon, position.lat, {}


@router.post("/nearby", response_class=Response, responses=said(GEOJSON))
def nearby_geometry(
    parts: Parts,
    geometry: Annotated[Geometry, Body(description="GeoJSON geometry, lon lat.")],
    asked: Question,
) -> Response:
    """Features round any geometry, nearest first."""
    shape = drawn(geometry)
    place = shape.__geo_interface__
    try:
        return _answer(parts, place, shape.bounds, asked)
    except BadParameter as fault:
        if fault.parameter != "crs":
            raise
        # No system is asked for: it is the one in which candidates are found.
        raise BadDocument(
            "/coordinates", "reach too far round the Earth to be measured at once 图形跨度过大"
        ) from fault


def _answer(
    parts: State,
    place: dict[str, Any],
    box: tuple[float, float, float, float],
    asked: Asked,
    accuracy_m: float | None = None,
    told: dict[str, Any] | None = None,
) -> Response:
    default = [layer for layer in parts.layers.values() if layer.harms]
    chosen = layers_named(asked.layers, parts, default)
    text = json.dumps(place)
    local = local_srid(box)

    def ask(radius_m: float) -> list[Any]:
        around = Around(text, box, radius_m, local, asked.grade_max, asked.limit, asked.filter)
        asked_for = nearby(chosen, around)
        return list(parts.reader.all(asked_for.statement, asked_for.values))

    within_m = asked.within_m
    reach = None if within_m is None else within_m + (accuracy_m or 0)
    rows = ask(reach) if reach is not None else _nearest(ask, asked.limit)
    sure = certainty(rows, within_m, accuracy_m)
    staked = stakes_of(parts, rows, place)
    features = [
        opened(row["feature"], one | other)
        for row, one, other in zip(rows, sure.each, staked, strict=True)
    ]
    about = {
        "method": "geodesic distance on WGS 84 to the nearest part 椭球面测地距离",
        "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        "within_m": within_m,
        **(told or {}),
        **sure.told,
        "layers": [layer.id for layer in chosen],
        "notes": outside_zone(parts, shape_of(place)),
        "numberReturned": len(features),
    }
    head = json.dumps(about, ensure_ascii=False)[1:-1]
    body = f'{{"type":"FeatureCollection",{head},"features":[{",".join(features)}]}}'
    return Response(body, media_type=GEOJSON)


def _nearest(ask: Any, limit: int) -> list[Any]:
    """The nearest few: a circle that grows until it holds them, so the order is the ellipsoid's."""
    radius_m = FIRST_RADIUS_M
    while True:
        found: list[Any] = ask(radius_m)
        if len(found) >= limit or radius_m >= LARGEST_RADIUS_M:
            return found
        radius_m = min(radius_m * 4, LARGEST_RADIUS_M)


@router.get("/search", response_class=Response, responses=said(GEOJSON))
def search_name(
    parts: Parts,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=100,
            description="Words of a name.",
            json_schema_extra={"pattern": r"^[^\u0000]*$"},
        ),
    ],
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
    layers: Layers = None,
) -> Response:
    """Features by name, number or company."""
    require_text(q, "q")
    default = [layer for layer in parts.layers.values() if not layer.partitioned]
    chosen = layers_named(layers, parts, default)
    rows = parts.reader.all(search(chosen, q.strip() or q, limit))
    features = ",".join(row["feature"] for row in rows)
    return Response(f'{{"type":"FeatureCollection","features":[{features}]}}', media_type=GEOJSON)
