"""A patrol that was walked: its stretch, what of it was passed, and its track; written once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from shapely import MultiLineString
from sqlalchemy import Connection, Engine

from app.city import City
from app.db.guard import guarded
from app.db.turn import in_turn
from app.ingest.feed import row_batches
from app.ingest.merge import compute, merge, stage
from app.ingest.once import Captured, Sent, known, remember
from app.ingest.record import GradedRow
from app.ingest.report import Report
from app.ingest.turns import turn_of
from app.lines.walked import Track, pieces
from app.lines.waypoints import Waypoint
from layers.declare import Layer


@dataclass(frozen=True)
class Walk:
    """A patrol as the service found it.

    Attributes:
        key: Made by the phone.
        digest: SHA-256 of what was sent.
        pipeline: Code and name of the pipeline.
        stretch: First and last stake in metres.
        shape: That stretch, lon lat.
        track: Where the inspector went.
        required: Places that must be passed.
        passed: Those of them that were.
        inspector: Who walked.
        device: Phone; None: not said.
    """

    key: UUID
    digest: str
    pipeline: tuple[str, str | None]
    stretch: tuple[float, float]
    shape: MultiLineString
    track: Track
    required: Sequence[Waypoint]
    passed: Sequence[Waypoint]
    inspector: str
    device: str | None = None

    @property
    def started_at(self) -> datetime:
        """Instant of the first position, UTC."""
        return datetime.fromtimestamp(float(self.track.seconds[0]), UTC)

    @property
    def ended_at(self) -> datetime:
        """Instant of the last position, UTC."""
        return datetime.fromtimestamp(float(self.track.seconds[-1]), UTC)

    @property
    def code(self) -> str:
        """Number in the register: 巡检, its day in UTC, the beginning of its key."""
        return f"XJ{self.started_at:%Y%m%d}-{self.key.hex[:12]}"

    @property
    def completion_percent(self) -> float | None:
        """Share of the required places that were passed; None where there are none."""
        many = len(self.required)
        return round(100 * len(self.passed) / many, 1) if many else None


def write_patrol(engine: Engine, walk: Walk, city: City, layers: dict[str, Layer]) -> Captured:
    """Write a patrol and its track in one transaction, or find what it made before.

    Raises:
        CaptureDiffers: The key belongs to something else.
        DatabaseAway: Nothing was written; the same patrol can be sent again.
    """
    layer, tracks = layers["patrols"], layers["patrol_tracks"]
    sent = Sent(walk.key, layer.id, walk.code, walk.digest, walk.inspector, walk.started_at)
    turn = turn_of(layer, layers, walk.inspector, f"patrol {walk.key}")
    turn = replace(turn, also=(*turn.also, tracks.id))
    with guarded(), in_turn(engine, turn) as connection:
        before = known(connection, sent)
        if before is not None:
            return before
        _write(connection, layer, [_patrol(walk, layer, city)], layers, city)
        _write(connection, tracks, _tracks(walk, tracks), layers, city)
        return remember(connection, sent, layer)


def _write(
    connection: Connection, layer: Layer, rows: Sequence[GradedRow], layers: dict[str, Layer],
    city: City,
) -> None:  # fmt: skip
    report = Report(layer.id, read=len(rows))
    batches = row_batches(rows, layer, layer.fields)
    merge(stage(connection, batches, list(layer.fields), layer, report), layers, report)
    compute(connection, layers, report, city)


def _patrol(walk: Walk, layer: Layer, city: City) -> GradedRow:
    code, name = walk.pipeline
    missed = [each for each in walk.required if each not in walk.passed]
    facts: dict[str, Any] = {
        "code": walk.code, "name": f"{name or code} 巡查", "pipeline_code": code,
        "from_m": round(walk.stretch[0], 2), "to_m": round(walk.stretch[1], 2),
        "planned_on": walk.started_at.astimezone(ZoneInfo(city.time_zone)).date(),
        "state": "未完成" if missed else "完成", "started_at": walk.started_at,
        "ended_at": walk.ended_at, "points_required": len(walk.required),
        "points_passed": len(walk.passed), "completion_percent": walk.completion_percent,
        "missed": "、".join(each.name for each in missed) or None, "inspector": walk.inspector,
    }  # fmt: skip
    return GradedRow(1, layer.row(**facts), f"SRID=4326;{walk.shape.wkt}", None)


def _tracks(walk: Walk, layer: Layer) -> list[GradedRow]:
    return [
        GradedRow(number, _track(walk, part, layer), _line(part), None)
        for number, part in enumerate(pieces(walk.track), start=1)
    ]


def _track(walk: Walk, part: Track, layer: Layer) -> Any:
    sure = part.accuracy_m[~np.isnan(part.accuracy_m)]
    first, last = (datetime.fromtimestamp(float(part.seconds[at]), UTC) for at in (0, -1))
    return layer.row(
        patrol_code=walk.code, started_at=first, ended_at=last, device=walk.device,
        positions=len(part.seconds), length_km=round(part.length_m / 1000, 3),
        accuracy_m=round(float(np.median(sure)), 1) if len(sure) else None,
    )  # fmt: skip


def _line(part: Track) -> str:
    vertices = zip(part.lon.tolist(), part.lat.tolist(), part.seconds.tolist(), strict=True)
    told = ", ".join(f"{lon!r} {lat!r} {second!r}" for lon, lat, second in vertices)
    return f"SRID=4326;LINESTRING M ({told})"
