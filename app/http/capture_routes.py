"""What inspectors send from the field: captures and their photos, once however often they come."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from shapely import make_valid
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select

from app.db.captures import CAPTURE_PHOTOS, CAPTURES
from app.errors import NotFound, TooLarge
from app.http.deps import Parts, only_known
from app.http.geometries import drawn
from app.http.import_routes import own_site
from app.http.negotiation import said, written
from app.http.problems import RESPONSES
from app.http.shapes import Geometry
from app.http.spelled import Seen, Words
from app.ingest.capture import Capture, write_capture
from app.ingest.once import Captured
from app.ingest.photos import LARGEST_BYTES, MOST, photo_of, write_photo
from app.lines.protection import Activity, judged
from app.state import State
from layers.grading.activities import ACTIVITIES

router = APIRouter(
    prefix="/api/captures", tags=["captures"], dependencies=[Depends(only_known)],
    responses=RESPONSES,
)  # fmt: skip

Key = Annotated[UUID, Path(description="Made by the phone; the same key is the same capture.")]
Number = Annotated[int, Path(ge=1, le=MOST, description="Which photo, from 1.")]

PHOTO: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in ("image/jpeg", "image/png", "image/webp")
        },
    }
}


class Sent(BaseModel):
    """One capture."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    layer: Literal["third_party_works", "encroachments", "hidden_dangers"] = Field(
        description="Register that it goes to."
    )
    properties: dict[str, str | int | float | bool | None] = Field(
        description="Fields of that layer, without number and day.", max_length=60
    )
    geometry: Geometry = Field(description="GeoJSON geometry, lon lat.")
    seen_at: Seen = Field(description="When it was seen.")
    accuracy_m: float | None = Field(None, ge=0, le=1e6, description="Of the phone's position.")
    actor: Words = Field("现场巡查", max_length=100, description="Who saw it, as they say.")


@router.put("/{key}", dependencies=[Depends(own_site)], status_code=201,
            responses=written("The capture is written."))  # fmt: skip
def capture(parts: Parts, key: Key, sent: Sent) -> Response:
    """Write a capture: 201 when it is new, 200 when it was there, 409 when the key says else.

    A third-party work gets the verdict of the law, pipeline, stake and distance as the service
    finds them.
    """
    place = drawn(sent.geometry, "/geometry")
    told = _verdict(parts, sent, place)
    written = write_capture(
        parts.writing_engine,
        Capture(key, parts.layers[sent.layer], sent.properties, sent.geometry, sent.seen_at,
                sent.accuracy_m, sent.actor),
        _fields(told),
        parts.city,
        parts.layers,
    )  # fmt: skip
    return JSONResponse(_told(key, written, told), 201 if written.new else 200)


@router.get("/{key}")
def captured(parts: Parts, key: Key) -> dict[str, Any]:
    """Where a capture stands in its register, and how many photos it has."""
    photos = select(func.count()).where(CAPTURE_PHOTOS.c.key == key).scalar_subquery()
    rows = parts.reader.all(
        select(CAPTURES.c.layer, CAPTURES.c.fid, CAPTURES.c.code, photos.label("photos")).where(
            CAPTURES.c.key == key
        )
    )
    if not rows:
        raise NotFound(f"there is no capture {key}")
    row = rows[0]
    written = Captured(row["layer"], row["fid"], row["code"], new=False)
    return {**_told(key, written, None), "photos": row["photos"]}


@router.put(
    "/{key}/photos/{number}", dependencies=[Depends(own_site)], status_code=201,
    openapi_extra=PHOTO, responses=written("The photo is kept."),
)  # fmt: skip
async def photo(request: Request, parts: Parts, key: Key, number: Number) -> Response:
    """Keep a photo of a capture as JPEG, without what the camera wrote beside the picture."""
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > LARGEST_BYTES:
            raise TooLarge(f"a photo has {LARGEST_BYTES:,} bytes at most 照片过大")
    new = await run_in_threadpool(write_photo, parts.writing_engine, key, number, bytes(content))
    return JSONResponse({"key": str(key), "photo": number}, 201 if new else 200)


@router.get("/{key}/photos/{number}", response_class=Response, responses=said("image/jpeg"))
def photo_kept(parts: Parts, key: Key, number: Number) -> Response:
    """A photo of a capture."""
    rows = parts.reader.all(photo_of(key, number))
    if not rows:
        raise NotFound(f"there is no photo {number} of {key}")
    return Response(
        bytes(rows[0]["content"]),
        media_type="image/jpeg",
        headers={"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"},
    )


def _verdict(parts: State, sent: Sent, place: BaseGeometry) -> dict[str, Any] | None:
    """What the law says; None where the capture is no work, or of no kind that the law names."""
    activity = sent.properties.get("activity")
    if sent.layer != "third_party_works" or activity not in ACTIVITIES:
        return None
    # As it will be stored: the import mends what crosses itself.
    sound = place if place.is_valid else make_valid(place, method="structure")
    return judged(parts.reader.all, parts.layers, Activity(str(activity), sound))


def _fields(told: dict[str, Any] | None) -> dict[str, Any]:
    """The verdict as fields of a third-party work."""
    if told is None:
        return {}
    rules = told["verdicts"]
    found = {"verdict": told["verdict"], "article": rules[0]["article"] if rules else None}
    if told["pipelines"]:
        nearest = told["pipelines"][0]
        found |= {
            "pipeline_code": nearest["code"], "measure_m": nearest.get("measure_m"),
            "offset_m": nearest["distance_m"],
        }  # fmt: skip
    return found


def _told(key: UUID, written: Captured, verdict: dict[str, Any] | None) -> dict[str, Any]:
    item = f"/api/collections/{written.layer}/items/{written.fid}"
    return {
        "key": str(key), "layer": written.layer, "id": written.fid, "code": written.code,
        "verdict": verdict,
        "links": [{"rel": "item", "type": "application/geo+json", "href": item}],
    }  # fmt: skip
