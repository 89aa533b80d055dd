"""Positions, events and warnings for open maps, as server-sent events.

An answer holds what is new and ends; the browser comes back by itself after `retry`, with the id of
the last message that it has. So a stream survives restarts and proxies, and no map holds a
connection while nothing happens.
"""

import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Response

from app.errors import BadParameter
from app.http.deps import Parts, only_known
from app.http.problems import RESPONSES
from app.queries.live import message, messages_after, newest_message, newest_positions

RETRY_MS = 500
"""After which time a map asks again: with the half second of a batch, a position is on the map
well within two seconds."""

MOST_MESSAGES = 200
"""In one answer; what is left comes with the next."""

ID = re.compile("^[0-9]{1,18}$")
"""Of a message."""

router = APIRouter(prefix="/api", tags=["live"], dependencies=[Depends(only_known)],
                   responses=RESPONSES)  # fmt: skip


@router.get("/live", response_class=Response,
            responses={200: {"content": {"text/event-stream": {}}}})  # fmt: skip
def live(
    parts: Parts,
    last_event_id: Annotated[
        str | None,
        Header(description="Id of the last message.", json_schema_extra={"pattern": ID.pattern}),
    ] = None,
) -> Response:
    """What came after the message of `Last-Event-ID`; without one, from now on.

    `ready` says: read `/api/live/latest`, from here on nothing is missed. It comes first, and again
    to a map whose last message is no longer kept, or was never written here.
    """
    last = None if last_event_id is None else _id(last_event_id)
    newest = parts.reader.value(newest_message())
    if last is None or last > newest:
        body = f"id: {newest}\nevent: ready\ndata: {{}}\n\n"
    else:
        rows = parts.reader.all(messages_after(last, MOST_MESSAGES)) if last < newest else []
        gone = bool(rows and last and parts.reader.value(message(last)) is None)
        body = ("event: ready\ndata: {}\n\n" if gone else "") + "".join(
            f"id: {row['id']}\nevent: {row['kind']}\n"
            f"data: {json.dumps(row['content'], ensure_ascii=False)}\n\n"
            for row in rows
        )
    return Response(f"retry: {RETRY_MS}\n\n{body}", media_type="text/event-stream",
                    headers={"Cache-Control": "no-store"})  # fmt: skip


@router.get("/live/latest")
def latest(
    parts: Parts,
    limit: Annotated[int, Query(ge=1, le=50_000, description="Vessels at most.")] = 10_000,
) -> dict[str, Any]:
    """Every vessel at its newest position, the one heard last first: what a map begins with.

    `at` is the clock by which ages are told; degrees, knots, degrees clockwise from north; null is
    not known. A map that listens to `/api/live` before it asks here misses nothing.
    """
    vessels, positions = parts.layers["vessels"], parts.layers["vessel_positions"]
    rows = parts.reader.all(newest_positions(vessels, positions, limit))
    told = [{**row, "seen_at": row["seen_at"].isoformat()} for row in rows]
    return {
        "at": datetime.now(UTC).isoformat(),
        "newest": told[0]["seen_at"] if told else None,
        "numberMatched": told[0]["matched"] if told else 0,
        "numberReturned": len(told),
        "vessels": [{name: row[name] for name in row if name != "matched"} for row in told],
    }


def _id(text: str) -> int:
    if not ID.fullmatch(text):
        raise BadParameter("Last-Event-ID", "take it from the id of a message")
    return int(text)
