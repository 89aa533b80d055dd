"""Vessel positions: AIS messages, one a vessel and instant."""

from typing import Any, LiteralString

from pydantic import AwareDatetime, field_validator
from pydantic_core import PydanticCustomError

from layers.declare import Layer, Row, Source, field
from layers.sea.ship_number import nobodys_ship

STATUSES = {
    "Under way using engine": 0, "At anchor": 1, "Not under command": 2,
    "Restricted maneuverability": 3, "Restricted manoeuvrability": 3,
    "Constrained by her draught": 4, "Moored": 5, "Aground": 6, "Engaged in fishing": 7,
    "Under way sailing": 8, "Undefined": 15, "Unknown value": 15,
    "在航": 0, "机动船在航": 0, "主机在航": 0, "锚泊": 1, "抛锚": 1, "失控": 2, "操纵受限": 3,
    "吃水受限": 4, "靠泊": 5, "系泊": 5, "搁浅": 6, "捕捞": 7, "捕捞作业": 7, "从事捕捞": 7,
    "驶风航行": 8, "帆船在航": 8, "未定义": 15, "未知": 15,
}  # fmt: skip
"""Words of exports for the navigational status, ITU-R M.1371, in any case."""

NO_SHIPS: dict[str, LiteralString] = {
    "distress": "is of a distress transmitter",
    "no_ship_number": "is a number of no ship",
}
"""Why a number is refused, and how that is said."""


class VesselPosition(Row):
    """One position report; what AIS marks as not available is empty."""

    mmsi: str = field(
        "MMSI", "Maritime mobile service identity.", pattern=r"^\d{9}$", also=("ssvid",)
    )
    seen_at: AwareDatetime = field(
        "时间",
        "Instant of the report.",
        also=(
            "timestamp",
            "time",
            "ts",
            "定位时间",
            "BaseDateTime",
            "更新时间",
            "接收时间",
            "上报时间",
            "base_date_time",
        ),
    )
    speed_kn: float | None = field(
        "航速",
        "Speed over ground; 102.3 is not a speed.",
        None,
        unit="kn",
        ge=0,
        lt=102.25,
        also=("speed", "sog", "速度", "对地航速"),
    )
    course_deg: float | None = field(
        "航向",
        "Course over ground; empty where 360 stood.",
        None,
        unit="deg",
        ge=0,
        lt=360,
        also=("course", "cog", "对地航向"),
    )
    heading_deg: float | None = field(
        "船首向",
        "Heading; empty where 511 stood.",
        None,
        unit="deg",
        ge=0,
        lt=360,
        also=("heading", "艏向"),
    )
    status: int | None = field(
        "航行状态",
        "Navigational status, ITU-R M.1371.",
        None,
        ge=0,
        le=15,
        spellings={word: str(code) for word, code in STATUSES.items()},
        also=(
            "Navigational status",
            "nav_status",
            "navstatus",
        ),
    )
    message_type: int | None = field(
        "报文类型", "AIS message type.", None, ge=1, le=27, also=("type",)
    )

    @field_validator("mmsi", mode="after")
    @classmethod
    def _ships(cls, mmsi: str) -> str:
        """Only ships: a number of others makes no vessel, from a table as from a receiver."""
        why = nobodys_ship(mmsi)
        if why is not None:
            raise PydanticCustomError(why, NO_SHIPS[why])
        return mmsi

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
