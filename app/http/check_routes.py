"""The planner's check of a site, as JSON, as a page and as a sheet to print."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from shapely import MultiLineString
from shapely.geometry.base import BaseGeometry

from app.checks.site import Question, checked
from app.crs import read_crs
from app.errors import BadDocument, BadParameter
from app.http.deps import Parts, only_known
from app.http.negotiation import HTML, JSON, PDF, said
from app.http.outlines import outlined
from app.http.problems import RESPONSES
from app.lines.plane import ELLIPSOID
from app.lines.read import read_lines
from app.state import State
from layers.grading.planning import Site
from layers.grading.planning_rules import PlanningRules

router = APIRouter(prefix="/api", tags=["near"], dependencies=[Depends(only_known)],
                   responses=RESPONSES)  # fmt: skip

MOST_PEOPLE = 10_000_000

Count = Annotated[int | None, Field(ge=0, le=MOST_PEOPLE)]


class Asked(BaseModel):
    """A site, its use, and what is known of it."""

    model_config = ConfigDict(extra="forbid")

    use: str = Field(
        description="Kind of use.",
        json_schema_extra={"enum": [each.id for each in PlanningRules.shipped().uses]},
    )
    geometry: dict[str, Any] = Field(
        description="GeoJSON: a geometry, a Feature or a FeatureCollection."
    )
    crs: str = Field("CRS84", max_length=100, description="Of the coordinates, east before north.")
    name: str | None = Field(None, max_length=200, description="What the site is called.")
    persons: Count = Field(None, description="People there.")
    households: Count = Field(None, description="Households 户.")
    storeys: Annotated[int | None, Field(ge=0, le=200)] = Field(
        None, description="Storeys above ground."
    )
    risk_per_year: Annotated[float | None, Field(ge=0, le=1, allow_inf_nan=False)] = Field(
        None, description="Individual risk there by a quantitative risk assessment, per year."
    )


@router.get("/check/uses")
def uses() -> dict[str, Any]:
    """Kinds of use that the rule set knows, and the rules by which a site is checked."""
    rules = PlanningRules.shipped()
    return {
        "uses": [
            {"id": each.id, "title": each.zh, "title_en": each.en, "group": each.group,
             "resident": each.resident} for each in rules.uses
        ],
        "rules": [
            {"id": each.id, "advice": each.advice, "groups": list(each.groups),
             "title": each.title.zh, "title_en": each.title.en, "text": each.text.zh,
             "text_en": each.text.en, "source": each.source}
            for each in (*rules.bands, *rules.computed)
        ],
        "rule_set": rules.id, "rule_version": rules.version, "source": rules.source,
        "reach_m": rules.reach_m, "largest_m": rules.largest_m,
    }  # fmt: skip


@router.post("/check", responses=said(JSON, HTML, PDF))
def check(
    parts: Parts,
    asked: Asked,
    f: Annotated[
        Literal["json", "html", "pdf"], Query(description="Answer, page or sheet to print.")
    ] = "json",
) -> Response:
    """What a site lies near, which rules fire, and what is advised, the gravest reason first."""
    place = _place(asked)
    site = Site(asked.use, asked.persons, asked.households, asked.storeys, asked.risk_per_year)
    question = Question(site, place, asked.name)
    told = checked(parts.reader.all, parts.layers, parts.city, question)
    if f == "json":
        return JSONResponse(told)
    from app.sheets.site_sheet import site_sheet

    sheet = site_sheet(told, parts.city, _lines(parts, told))
    if f == "html":
        return HTMLResponse(sheet)
    # WeasyPrint takes a second to load, which no other request should wait for.
    from app.sheets.pdf import pdf

    headers = {"Content-Disposition": 'attachment; filename="site-check.pdf"'}
    return Response(pdf(sheet), media_type=PDF, headers=headers)


def _place(asked: Asked) -> BaseGeometry:
    rules = PlanningRules.shipped()
    if rules.use(asked.use) is None:
        known = ", ".join(each.id for each in rules.uses)
        raise BadDocument("/use", f"there is no {asked.use[:60]!r}; there are: {known}")
    try:
        crs = read_crs(asked.crs)
    except BadParameter as fault:
        raise BadDocument("/crs", fault.detail) from None
    place = outlined(asked.geometry, crs, "/geometry")
    west, south, east, north = place.bounds
    _, _, across_m = ELLIPSOID.inv(west, south, east, north)
    if across_m > rules.largest_m:
        raise BadDocument(
            "/geometry",
            f"is {across_m:.0f} m from corner to corner, more than {rules.largest_m:g} m 地块过大",
        )
    return place


def _lines(parts: State, told: dict[str, Any]) -> list[Any]:
    fids = [each["id"] for each in told["pipelines"][:20]]
    found = read_lines(parts.reader.all, parts.layers, "pipelines", fids)
    return [line.plane.round_earth(MultiLineString(line.parts)) for line in found]
