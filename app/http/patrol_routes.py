"""Patrols that inspectors walked: what was passed is counted here, from the track."""

from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Depends, Path, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from shapely import MultiLineString
from sqlalchemy import select

from app.db.tables import table_of
from app.errors import BadDocument
from app.http.capture_routes import Key
from app.http.deps import Parts, only_known
from app.http.import_routes import own_site
from app.http.negotiation import written
from app.http.problems import RESPONSES
from app.http.spelled import Words
from app.ingest.once import digest_of
from app.ingest.patrol import Walk, write_patrol
from app.lines.line import Line
from app.lines.walked import Track, passed
from app.lines.waypoints import between, waypoints
from app.state import State
from layers import stake as stakes

router = APIRouter(
    prefix="/api/patrols", tags=["captures"], dependencies=[Depends(only_known)],
    responses=RESPONSES,
)  # fmt: skip

MOST_POSITIONS = 50_000

Lon = Annotated[float, Field(ge=-180, le=180)]
Lat = Annotated[float, Field(ge=-90, le=90)]
Second = Annotated[float, Field(ge=0, le=32_503_680_000)]
Accuracy = Annotated[float, Field(ge=0, le=1e6)] | None


class Walked(BaseModel):
    """A patrol that has ended."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    pipeline_code: Words = Field(max_length=100, description="Number of the pipeline.")
    from_m: float = Field(ge=0, description="First stake of the stretch, metres.")
    to_m: float = Field(ge=0, description="Last stake of the stretch, metres.")
    track: list[tuple[Lon, Lat, Second, Accuracy]] = Field(
        min_length=2, max_length=MOST_POSITIONS,
        description="Longitude, latitude, seconds since 1970, accuracy in metres or null.",
    )  # fmt: skip
    inspector: Words = Field("现场巡查", max_length=100, description="Who walked, as they say.")
    device: Words | None = Field(None, max_length=100, description="The phone.")


@router.put("/{key}", dependencies=[Depends(own_site)], status_code=201,
            responses=written("The patrol is written."))  # fmt: skip
def patrol(
    parts: Parts, key: Annotated[Key, Path(description="Made by the phone.")], walked: Walked
) -> Response:
    """Write a patrol and its track: 201 when it is new, 200 when it was there.

    The required places of the stretch are the line's marker posts and facilities; one is passed by
    a position within 50 m whose accuracy is 50 m or better.
    """
    line = _line(parts, walked.pipeline_code)
    low, high = _stretch(line, walked)
    track = _track(walked)
    places = between(waypoints(parts.reader.all, parts.layers, line), low, high)
    walk = Walk(
        key=key, digest=digest_of(walked.model_dump()), pipeline=(line.name[2], line.name[3]),
        stretch=(low, high), shape=_shape(line, low, high),
        track=track, required=places, passed=passed(track, places), inspector=walked.inspector,
        device=walked.device,
    )  # fmt: skip
    written = write_patrol(parts.writing_engine, walk, parts.city, parts.layers)
    return JSONResponse(_told(walk, written.fid), 201 if written.new else 200)


def _line(parts: State, code: str) -> Line:
    table = table_of(parts.layers["pipelines"])
    rows = parts.reader.all(select(table.c.fid).where(table.c.code == code))
    if not rows:
        raise BadDocument("/pipeline_code", f"there is no pipeline {code[:60]!r} 没有这条管道")
    return parts.lines.one("pipelines", rows[0]["fid"])


def _stretch(line: Line, walked: Walked) -> tuple[float, float]:
    low, high = sorted((walked.from_m, walked.to_m))
    for pointer, measure in (("/from_m", walked.from_m), ("/to_m", walked.to_m)):
        if not line.holds(measure):
            ends = f"{stakes.spell(line.first_m, 1)}–{stakes.spell(line.last_m, 1)}"
            raise BadDocument(pointer, f"the line has the stakes {ends} 该线桩号范围")
    if line.along(high) - line.along(low) < 1:
        raise BadDocument("/to_m", "a stretch is a metre long at least 区间至少 1 米")
    return low, high


def _shape(line: Line, low: float, high: float) -> MultiLineString:
    shape = line.plane.round_earth(line.cut(line.along(low), line.along(high)))
    assert isinstance(shape, MultiLineString)
    return shape


def _track(walked: Walked) -> Track:
    table = np.array(
        [(lon, lat, second, np.nan if accuracy is None else accuracy)
         for lon, lat, second, accuracy in walked.track]
    )  # fmt: skip
    if not np.all(np.diff(table[:, 2]) > 0):
        raise BadDocument(
            "/track", "positions must come in order of time, each once 轨迹须按时间排列"
        )
    return Track(*table.T)


def _told(walk: Walk, fid: int) -> dict[str, Any]:
    return {
        "key": str(walk.key), "layer": "patrols", "id": fid, "code": walk.code,
        "points_required": len(walk.required), "points_passed": len(walk.passed),
        "completion_percent": walk.completion_percent,
        "missed": [each.as_json() for each in walk.required if each not in walk.passed],
        "links": [{"rel": "item", "type": "application/geo+json",
                   "href": f"/api/collections/patrols/items/{fid}"}],
    }  # fmt: skip
