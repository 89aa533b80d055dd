"""Vessel positions: AIS messages, one a vessel and instant."""

from typing import Any

from pydantic import AwareDatetime, field_validator

from layers.declare import Layer, Row, Source, field


class VesselPosition(Row):
    """One position report; what AIS marks as not available is empty."""

    mmsi: str = field(
        "MMSI", "Maritime mobile service identity.", pattern=r"^\d{9}$", also=("ssvid",)
    )
    seen_at: AwareDatetime = field("时间", "Instant of the report.", also=("timestamp", "定位时间"))
    speed_kn: float | None = field(
        "航速",
        "Speed over ground; 102.3 is not a speed.",
        None,
        unit="kn",
        ge=0,
        lt=102.25,
        also=("speed", "sog"),
    )
    course_deg: float | None = field(
        "航向",
        "Course over ground; empty where 360 stood.",
        None,
        unit="deg",
        ge=0,
        lt=360,
        also=("course", "cog"),
    )
    heading_deg: float | None = field(
        "船首向",
        "Heading; empty where 511 stood.",
        None,
        unit="deg",
        ge=0,
        lt=360,
        also=("heading",),
    )
    status: int | None = field("航行状态", "Navigational status, ITU-R M.1371.", None, ge=0, le=15)
    message_type: int | None = field(
        "报文类型", "AIS message type.", None, ge=1, le=27, also=("type",)
    )

    @field_validator("course_deg", "heading_deg", mode="before")
    @classmethod
    def _not_available(cls, value: Any) -> Any:
        """Empty where AIS says that it is not available: course 360, heading 511 (ITU-R M.1371)."""
        try:
            return None if float(value) in {360.0, 511.0} else value
        except (TypeError, ValueError):
            return value


LAYER = Layer(
    id="vessel_positions", title="渔船轨迹点", title_en="Vessel positions",
    summary="Position reports of vessels.",
    group=("海洋渔业", "Fishery"), geometry="Point", row=VesselPosition, key=("mmsi", "seen_at"),
    label="mmsi", source=Source("AIS 报文（示意数据）", "CC0-1.0"),
    tile_fields=("mmsi", "speed_kn"),
    card_fields=("mmsi", "seen_at", "speed_kn", "course_deg", "heading_deg", "status"),
    instant="seen_at", reach="world", zooms=(10, 22), drawn=False, kept=False, partitioned=True,
)  # fmt: skip
