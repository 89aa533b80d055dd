"""What the law says of an activity near a pipeline, as JSON and as a sheet to print."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import JSONResponse
from pydantic import AliasChoices, BaseModel, ConfigDict, Field
from shapely import MultiLineString

from app.errors import BadDocument
from app.http.deps import Parts, only_known
from app.http.geometries import drawn_simply, outside_zone
from app.http.negotiation import JSON, PDF, said
from app.http.problems import RESPONSES
from app.http.shapes import Geometry
from app.http.spelled import Day
from app.lines.protection import Activity, judged
from app.lines.read import read_lines
from app.state import State
from layers.grading.activities import ACTIVITIES

router = APIRouter(prefix="/api", tags=["near"], dependencies=[Depends(only_known)],
                   responses=RESPONSES)  # fmt: skip


class Asked(BaseModel):
    """An activity: its kind, where, and when."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    activity: str = Field(
        validation_alias=AliasChoices("activity", "kind"),
        description="Kind of activity.",
        json_schema_extra={"enum": list(ACTIVITIES)},
    )
    geometry: Geometry = Field(description="GeoJSON geometry, lon lat.")
    first: Day | None = Field(None, alias="from", description="First day.")
    last: Day | None = Field(None, alias="to", description="Last day.")
    name: str | None = Field(None, max_length=200, description="What is being done, in words.")


@router.get("/verdict/activities")
def activities() -> dict[str, Any]:
    """Kinds of activity that the law names."""
    return {"activities": [{"id": kind, "title": zh} for kind, zh in ACTIVITIES.items()]}


@router.post("/verdict", responses=said(JSON, PDF))
def verdict(
    parts: Parts,
    asked: Asked,
    f: Annotated[Literal["json", "pdf"], Query(description="Answer or sheet to print.")] = "json",
) -> Response:
    """Every rule of the pipeline protection law that applies to an activity, the worst first."""
    if asked.activity not in ACTIVITIES:
        known = ", ".join(ACTIVITIES)
        raise BadDocument("/activity", f"there is no {asked.activity[:60]!r}; there are: {known}")
    if asked.first and asked.last and asked.last < asked.first:
        raise BadDocument("/to", "lies before /from 完工早于开工")
    place = drawn_simply(asked.geometry, "/geometry")
    activity = Activity(asked.activity, place, asked.first, asked.last)
    told = judged(parts.reader.all, parts.layers, activity)
    told["notes"] += outside_zone(parts, place)
    told |= {"name": asked.name, "geometry": place.__geo_interface__}
    if f == "json":
        return JSONResponse(told)
    # WeasyPrint takes a second to load, which no other request should wait for.
    from app.sheets.pdf import pdf
    from app.sheets.verdict_sheet import verdict_sheet

    headers = {"Content-Disposition": 'attachment; filename="verdict.pdf"'}
    content = pdf(verdict_sheet(told, parts.city, _lines(parts, told)))
    return Response(content, media_type=PDF, headers=headers)


def _lines(parts: State, told: dict[str, Any]) -> list[Any]:
    fids = [each["id"] for each in told["pipelines"][:20]]
    found = read_lines(parts.reader.all, parts.layers, "pipelines", fids)
    return [line.plane.round_earth(MultiLineString(line.parts)) for line in found]
