"""Counts by township, grade, category or industry."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from app.errors import BadParameter
from app.http.deps import CqlFilter, Parts, layers_named, only_known
from app.http.parameters import read_box, read_instant
from app.http.problems import RESPONSES
from app.http.spelled import DegreesText, GradedIds, InstantText
from app.queries.summary import By
from app.queries.where import Where
from app.summaries import How, Per, summarise
from layers.grading.area import Method

router = APIRouter(prefix="/api", tags=["summary"], dependencies=[Depends(only_known)],
                   responses=RESPONSES)  # fmt: skip


def _how(
    by: Annotated[By, Query(description="What the rows are.")] = "township",
    method: Annotated[Method, Query(description="How an area gets its grade.")] = "index",
    per: Annotated[Per, Query(description="What the index is divided by.")] = "area_km2",
) -> How:
    return How(by, method, per)


@router.get("/summary")
def summary(
    parts: Parts,
    how: Annotated[How, Depends(_how)],
    layers: Annotated[
        GradedIds | None, Query(description="Ids split by commas; all that count.")
    ] = None,
    bbox: Annotated[
        DegreesText | None, Query(description="Only what touches west,south,east,north.")
    ] = None,
    asof: Annotated[
        InstantText | None, Query(description="State at an instant or end of a day.")
    ] = None,
    filter_: CqlFilter = None,
) -> dict[str, Any]:
    """Counts n1 … n4 and unassessed beside each grade; length for lines; area grade and method."""
    default = [layer for layer in parts.layers.values() if layer.counted]
    chosen = [layer for layer in layers_named(layers, parts, default) if layer.graded]
    if not chosen:
        raise BadParameter("layers", "none of them is graded, so there is nothing to count")
    box, srid = read_box(bbox)
    instant = read_instant(asof, "asof", parts.city.time_zone) if asof is not None else None
    where = Where(box=box, box_srid=srid, asof=instant, filter=filter_)
    today = parts.city.today(instant)
    return summarise(parts.reader, parts.layers, chosen, how, where, today)
