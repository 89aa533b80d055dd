"""What open maps are told of events: begun, graver, ended, withdrawn, or drifted elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from layers.grading.vessel import VesselRules
from layers.vessel_events import KINDS

Row = Mapping[str, Any]


def told_of(
    before: Mapping[str, Row], now: Sequence[Row], gone: Sequence[str], rules: VesselRules
) -> Iterator[dict[str, Any]]:
    """The news between two runs, one an event; what stayed as it was is none.

    Args:
        before: Events as the run before left them, by code.
        now: Events as this run writes them.
        gone: Codes of those that are no longer found.
        rules: English names of the kinds.
    """
    titles = {
        event.id: (KINDS.get(event.id, event.title.zh), event.title.en) for event in rules.events
    }
    for row in now:
        change = change_of(before.get(row["code"]), row)
        if change is not None:
            yield _told(row, change, titles[row["kind"]], (row["lon"], row["lat"]))
    for code in gone:
        row = before[code]
        if row["ended_at"] is None:
            # A rule set of one's own may know the kind no longer.
            title = titles.get(row["kind"], (row["kind"], row["kind"]))
            yield _told(row, "withdrawn", title, (row["lon"], row["lat"]))


def change_of(before: Row | None, now: Row) -> str | None:
    """`begun`, `worsened`, `ended` or `moved`; None where there is nothing to tell.

    An event that is first found when it is over has begun and is not open; one that ended and
    lasts again has begun again. A lower number is a graver grade; none is the least. Only a call of
    distress moves: every other event stays where it began.
    """
    least = 9
    if before is None:
        return "begun"
    if before["ended_at"] is None and now["ended_at"] is not None:
        return "ended"
    if before["ended_at"] is not None and now["ended_at"] is None:
        return "begun"
    if (now["grade"] or least) < (before["grade"] or least):
        return "worsened"
    drifts = now["kind"] == "distress" and now["ended_at"] is None
    return "moved" if drifts and _place(before) != _place(now) else None


def _place(row: Row) -> tuple[Any, Any]:
    return row["lon"], row["lat"]


def _told(
    row: Row, change: str, titles: tuple[str, str], place: tuple[float | None, float | None]
) -> dict[str, Any]:
    """An event as open maps are told of it; `open` ones are warnings."""
    ended: datetime | None = row["ended_at"]
    return {
        "code": row["code"], "change": change, "kind": row["kind"], "title": titles[0],
        "title_en": titles[1], "mmsi": row["mmsi"], "name": row["name"],
        "other_mmsi": row["other_mmsi"], "grade": row["grade"],
        "started_at": row["started_at"].isoformat(),
        "ended_at": None if ended is None else ended.isoformat(),
        "open": ended is None and change != "withdrawn", "lon": place[0], "lat": place[1],
    }  # fmt: skip
