"""Counts by township, grade, category or industry."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query

from app.errors import BadParameter
from app.http.deps import Parts, layers_named, only_known
from app.http.parameters import read_box, read_instant
from app.http.problems import RESPONSES
from app.queries.where import Where
from app.summaries import summarise
from layers.grading.area import Method

router = APIRouter(prefix="/api", tags=["summary"], dependencies=[Depends(only_known)],
                   responses=RESPONSES)  # fmt: skip


@router.get("/summary")
def summary(
    parts: Parts,
    by: Literal["township", "grade", "category", "industry"] = "township",
    layers: Annotated[str | None, Query(description="Ids split by commas; all that count.")] = None,
    method: Annotated[Method, Query(description="How an area gets its grade.")] = "index",
    bbox: Annotated[
        str | None, Query(description="Only what touches west,south,east,north.")
    ] = None,
    asof: Annotated[str | None, Query(description="State at an instant or end of a day.")] = None,
) -> dict[str, Any]:
    """Counts n1 … n4 and unassessed beside each grade; length for lines; area grade and method."""
    default = [layer for layer in parts.layers.values() if layer.counted]
    chosen = [layer for layer in layers_named(layers, parts, default) if layer.graded]
    if not chosen:
        raise BadParameter("layers", "none of them is graded, so there is nothing to count")
    box, srid = read_box(bbox)
    zone = parts.city.time_zone
    instant = read_instant(asof, "asof", zone) if asof else None
    where = Where(box=box, box_srid=srid, asof=instant)
    return summarise(parts.reader, parts.layers, chosen, by, method, where)
