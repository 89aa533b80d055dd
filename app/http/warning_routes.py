"""Open warnings of events at sea."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from app.http.deps import Parts, only_known
from app.http.problems import RESPONSES
from app.queries.warnings import open_warnings
from layers.grading.vessel import VesselRules

router = APIRouter(prefix="/api", tags=["warnings"], dependencies=[Depends(only_known)],
                   responses=RESPONSES)  # fmt: skip


@router.get("/warnings")
def warnings(
    parts: Parts,
    limit: Annotated[int, Query(ge=1, le=10_000, description="Warnings at most.")] = 100,
) -> dict[str, Any]:
    """Events at sea that last, the gravest and then the newest first, each with its evidence."""
    events = parts.layers["vessel_events"]
    rows = parts.reader.all(open_warnings(events, limit))
    kinds = events.fields["kind"].codes
    english = {event.id: event.title.en for event in VesselRules.among(None).events}
    return {
        "numberMatched": rows[0]["matched"] if rows else 0,
        "numberReturned": len(rows),
        "warnings": [_warning(row, kinds, english) for row in rows],
    }


def _warning(
    row: Mapping[str, Any], kinds: Mapping[str, str], english: Mapping[str, str]
) -> dict[str, Any]:
    located = row["lon"] is not None
    return {
        "layer": "vessel_events",
        "id": row["fid"],
        "kind": row["kind"],
        "title": kinds[row["kind"]],
        "title_en": english.get(row["kind"], row["kind"]),
        "grade": row["grade"],
        "mmsi": row["mmsi"],
        "name": row["name"],
        "other_mmsi": row["other_mmsi"],
        "started_at": row["started_at"].isoformat(),
        "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]} if located else None,
        "evidence": _evidence(row["evidence"]),
    }


def _evidence(text: str | None) -> Any:
    """The stored JSON; text that came with an import and is none stays text."""
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        return text
