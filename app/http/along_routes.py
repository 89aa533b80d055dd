"""Hazards along a line or a stretch of it, with stake, side and who answers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import shapely
from fastapi import APIRouter, Depends, Query, Response

from app.errors import BadParameter, NotFound
from app.http.deps import OneLayer, Parts, layers_named, only_known
from app.http.item_routes import FeatureId
from app.http.locate_routes import read_stake
from app.http.nearby_routes import Layers
from app.http.negotiation import GEOJSON, GPX, XLSX, said
from app.http.problems import RESPONSES
from app.http.spelled import StakeText
from app.lines.abreast import abreast_each
from app.lines.line import Line
from app.lines.pieces import pieces_of
from app.lines.read import STAKED
from app.lines.told import line_told
from app.lines.valves import valve_rooms
from app.queries.along import Order, Strip, along
from app.state import State
from layers import stake

WIDEST_M = 20_000.0
"""Half width beyond which "along" means nothing."""

router = APIRouter(prefix="/api/collections/{layer}/items/{id}", tags=["near"],
                   dependencies=[Depends(only_known)], responses=RESPONSES)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """Which stretch, how far, of which layers, how many, in which order."""

    begin: Annotated[
        StakeText | None, Query(alias="from", max_length=60, description="First stake.")
    ] = None
    end: Annotated[
        StakeText | None, Query(alias="to", max_length=60, description="Last stake.")
    ] = None
    within_m: Annotated[
        float, Query(ge=0, le=WIDEST_M, allow_inf_nan=False, description="Metres, inclusive.")
    ] = 200.0
    order: Annotated[Order, Query(description="What comes first.")] = "stake"
    layers: Layers = None
    limit: Annotated[int, Query(ge=1, le=10_000, description="Features at most.")] = 1000
    grade_max: Annotated[int | None, Query(ge=1, le=4, description="Only this grade or worse.")] = (
        None
    )


@router.get("/nearby", response_class=Response, responses=said(GEOJSON, XLSX, GPX))
def nearby_along(
    parts: Parts,
    layer: OneLayer,
    fid: FeatureId,
    asked: Annotated[Asked, Depends()],
    f: Annotated[
        Literal["geojson", "xlsx", "gpx"],
        Query(description="Answer, or the inspection list as a workbook or for a receiver."),
    ] = "geojson",
) -> Response:
    """Features beside a pipeline or road, by stake, by distance or the gravest first."""
    if layer.id not in STAKED:
        raise NotFound(f"{layer.id} has no stakes; those that have: {', '.join(STAKED)}")
    found = surroundings(parts, layer.id, fid, asked)
    features = [json.dumps(each, ensure_ascii=False)[:-1] + "," + rest
                for each, rest in found.features]  # fmt: skip
    if f != "geojson":
        return _list(parts, found, features, f)
    head = json.dumps(found.head | {"numberReturned": len(features)}, ensure_ascii=False)
    body = f'{{"type":"FeatureCollection",{head[1:-1]},"features":[{",".join(features)}]}}'
    return Response(body, media_type=GEOJSON)


def _list(parts: State, found: "Found", texts: list[str], f: Literal["xlsx", "gpx"]) -> Response:
    """The inspection list as a file."""
    # The workbook's library is loaded by those who want one.
    from app.lists.inspection import gpx, workbook

    features = [json.loads(each) for each in texts]
    stretch = found.line.plane.round_earth(found.line.cut(*found.window))
    content = (
        workbook(found.head, features, parts.layers) if f == "xlsx"
        else gpx(found.head, features, stretch).encode()
    )  # fmt: skip
    name = f"{found.line.name[0]}-{found.line.name[1]}-inspection.{f}"
    return Response(
        content, media_type=MEDIA_TYPES[f],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


MEDIA_TYPES = {"xlsx": XLSX, "gpx": GPX}


@dataclass(frozen=True)
class Found:
    """What lies beside a stretch.

    Attributes:
        line: The line.
        window: True metres of the stretch.
        head: What is said of the whole answer.
        features: Of each feature its place beside the line, and the rest as JSON text without its
            opening brace.
    """

    line: Line
    window: tuple[float, float]
    head: dict[str, Any]
    features: list[tuple[dict[str, Any], str]]


def surroundings(parts: State, layer_id: str, fid: int, asked: Asked) -> Found:
    """What lies beside a stretch of a line.

    Raises:
        BadParameter: A stake that is none, or a stretch that the line does not have.
        NotFound: There is no such line.
    """
    measures = (_measure(asked.begin, "from"), _measure(asked.end, "to"))
    line = parts.lines.one(layer_id, fid)
    low, high, notes = _window(line, *measures)
    default = [each for each in parts.layers.values() if each.harms]
    chosen = layers_named(asked.layers, parts, default)
    strip = Strip(pieces_of(line, low, high), (layer_id, fid), asked.within_m, asked.grade_max,
                  asked.order, asked.limit)  # fmt: skip
    question = along(chosen, strip)
    rows = parts.reader.all(question.statement, question.values)
    placed = _placed(line, rows, asked.within_m, (low, high))
    if asked.order == "stake":
        placed.sort(key=lambda each: each[0]["measure_m"])
    head = {
        "line": line_told(line),
        "from": stake.spell(line.stake(low), 1),
        "to": stake.spell(line.stake(high), 1),
        "within_m": asked.within_m,
        "order": asked.order,
        "layers": [each.id for each in chosen],
        "method": "geodesic distance on WGS 84 to the nearest part 椭球面测地距离",
        "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        "notes": notes,
        "valve_rooms": valve_rooms(parts.reader.all, parts.layers, line, (low, high)),
    }
    return Found(line, (low, high), head, placed)


def _measure(text: str | None, parameter: str) -> float | None:
    return None if text is None else read_stake(text, parameter)


def _window(line: Line, begin: float | None, end: float | None) -> tuple[float, float, list[str]]:
    """True metres of the stretch, and what must be said of its ends."""
    low = line.first_m if begin is None else begin
    high = line.last_m if end is None else end
    if low > high and begin is not None and end is not None:
        low, high = high, low
    ends = f"{stake.spell(line.first_m, 1)}–{stake.spell(line.last_m, 1)}"
    for name, measure in (("from", begin), ("to", end)):
        beyond = measure is not None and not line.holds(measure)
        if beyond and (low > line.last_m or high < line.first_m):
            raise BadParameter(name, f"the line has the stakes {ends} 该线桩号范围")
    notes = []
    if low < line.first_m - 0.5 or high > line.last_m + 0.5:
        notes.append(f"the stretch was cut at the line's ends {ends} 区间超出管线，已按端点截取")
    return line.along(low), line.along(high), notes


def _placed(
    line: Line, rows: Sequence[Mapping[str, Any]], within_m: float, window: tuple[float, float]
) -> list[tuple[dict[str, Any], str]]:
    """Of each row its place beside the line, and the rest as text."""
    shapes = shapely.from_wkb([bytes(row["shape"]) for row in rows]).tolist()
    beside = abreast_each(line, shapes, within_m, window)
    return [
        (each.as_json(line, point=shape.geom_type == "Point"), row["feature"])
        for each, shape, row in zip(beside, shapes, rows, strict=True)
    ]
