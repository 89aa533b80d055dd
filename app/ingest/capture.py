"""What an inspector saw, written once however often the phone sends it.

A capture is one row of a layer. It goes through the steps of an import: parsed and graded by the
layer, one transaction, history, and what follows computed. Its key is made by the phone, and its
number in the register from the key, so a capture that is sent twice is the same row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from app.city import City
from app.db.guard import guarded
from app.db.turn import in_turn
from app.errors import BadDocument
from app.ingest.feed import row_batches
from app.ingest.locate import Locator
from app.ingest.merge import compute, merge, stage
from app.ingest.naming import Naming
from app.ingest.once import Captured, Sent, digest_of, known, remember
from app.ingest.parse import parse
from app.ingest.record import GradedRow, Record
from app.ingest.report import Report
from app.ingest.turns import turn_of
from layers.declare import Layer

FOUND_ON = {
    "third_party_works": "found_on", "encroachments": "found_on", "hidden_dangers": "found_at",
}  # fmt: skip
"""Layers that a capture may go to, and their field for the day on which it was seen."""


@dataclass(frozen=True)
class Capture:
    """What a phone sends.

    Attributes:
        key: Made by the phone; the same key is the same capture.
        layer: Where it goes.
        properties: Fields of the layer, by name; without its number and day.
        geometry: GeoJSON geometry, longitude first, WGS 84.
        seen_at: When the inspector saw it.
        accuracy_m: Radius within which the phone was; None where a person pointed.
        actor: Who saw it, as they say.
    """

    key: UUID
    layer: Layer
    properties: Mapping[str, Any]
    geometry: dict[str, Any]
    seen_at: datetime
    accuracy_m: float | None
    actor: str

    @property
    def code(self) -> str:
        """Number in the register: 现场上报, its day in UTC, the beginning of its key."""
        return f"XC{self.seen_at.astimezone(UTC):%Y%m%d}-{self.key.hex[:12]}"

    @property
    def sent(self) -> Sent:
        """The key with a digest of all that was said."""
        said = {
            "layer": self.layer.id, "properties": dict(self.properties), "geometry": self.geometry,
            "seen_at": self.seen_at.timestamp(), "accuracy_m": self.accuracy_m,
            "actor": self.actor,
        }  # fmt: skip
        return Sent(self.key, self.layer.id, self.code, digest_of(said), self.actor, self.seen_at,
                    self.accuracy_m)  # fmt: skip


def write_capture(
    engine: Engine,
    capture: Capture,
    judged: Mapping[str, Any],
    city: City,
    layers: dict[str, Layer],
) -> Captured:
    """Write a capture, or find the row that it made before.

    Args:
        engine: One that may write.
        capture: What the phone sent.
        judged: Fields that the service found out, such as the verdict; they win over what was sent.
        city: Profile of the city.
        layers: Every layer.

    Raises:
        BadDocument: A field or the geometry is refused; nothing was written.
        CaptureDiffers: The key belongs to a capture with other content.
        DatabaseAway: Nothing was written; the same capture can be sent again.
    """
    layer = capture.layer
    day = capture.seen_at.astimezone(ZoneInfo(city.time_zone)).date()
    own = {"code": capture.code, FOUND_ON[layer.id]: day.isoformat()}
    if "reported_by" in layer.fields:
        own["reported_by"] = capture.actor
    _require_theirs(capture, own)
    values = {**capture.properties, **judged, **own}
    row = _row(values, capture, city)
    turn = turn_of(layer, layers, capture.actor, f"capture {capture.key}")
    with guarded(), in_turn(engine, turn) as connection:
        before = known(connection, capture.sent)
        if before is not None:
            return before
        report = Report(layer.id, read=1)
        batches = row_batches([row], layer, values)
        merge(stage(connection, batches, list(values), layer, report), layers, report)
        compute(connection, layers, report, city)
        return remember(connection, capture.sent, layer)


def _require_theirs(capture: Capture, own: Mapping[str, str]) -> None:
    """Refuse fields that the layer lacks, and those that are not for the phone to say."""
    for name in capture.properties:
        pointer = f"/properties/{name[:60]}"
        if name not in capture.layer.fields:
            raise BadDocument(pointer, f"is no field of {capture.layer.id} 没有这个字段")
        if name in own:
            raise BadDocument(pointer, "follows from key, seen_at and actor 由系统填写，请勿上报")


def _row(values: Mapping[str, Any], capture: Capture, city: City) -> GradedRow:
    layer = capture.layer
    naming = Naming({name: name for name in values}, None, None, None, ())
    locator = Locator(layer, city.extent, "EPSG:4326")
    record = Record(1, dict(values), capture.geometry)
    outcome = next(parse(iter([record]), layer, naming, locator, city.time_zone))
    if isinstance(outcome, GradedRow):
        return outcome
    pointer = "/geometry" if outcome.field == "geometry" else f"/properties/{outcome.field}"
    raise BadDocument(pointer, f"{outcome.reason_en} {outcome.reason}")
