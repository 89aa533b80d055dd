"""Roads: numbered routes along which police and engineers measure stakes."""

from typing import Literal

from pydantic import ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from layers.declare import Layer, Row, Source, field
from layers.stake import Stake


class Road(Row):
    """One route from its first to its last stake; its line runs with rising stakes."""

    code: str = field("路线编号", "Route number, as S213.", also=("路线代码", "route_code"))
    name: str = field("路线名称", "Name of the route.", also=("名称", "route_name"))
    road_class: Literal["国道", "省道", "县道", "乡道", "村道", "城市道路"] | None = field(
        "行政等级", "Administrative class.", None, also=("道路等级",)
    )
    setting: Literal["urban", "rural"] | None = field(
        "区位", "Whether it runs in town; rules of some countries differ.", None,
        codes={"urban": "城区", "rural": "郊外"},
    )  # fmt: skip
    from_m: Stake = field("起点桩号", "Stake of its first point.", 0.0, unit="m", ge=0)
    to_m: Stake | None = field(
        "止点桩号", "Stake of its last point; empty: first stake plus length.", None, unit="m", ge=0
    )
    aadt: float | None = field(
        "年平均日交通量", "Vehicles a day, both ways.", None, unit="veh/d", gt=0, also=("AADT",)
    )
    speed_limit_kmh: float | None = field("限速", "Speed limit.", None, unit="km/h", gt=0, le=120)
    responsible_unit: str | None = field("责任单位", "Unit that answers for it.", None)

    @field_validator("to_m")
    @classmethod
    def _rises(cls, value: float | None, known: ValidationInfo) -> float | None:
        """Stakes rise along a route."""
        if value is not None and value <= known.data.get("from_m", 0.0):
            raise PydanticCustomError("stakes_fall", "is not beyond the first stake")
        return value


LAYER = Layer(
    id="roads", title="公路路线", title_en="Roads",
    summary="Numbered routes with their stakes and traffic.",
    group=("道路交通", "Roads"), geometry="MultiLineString", row=Road, key=("code",),
    label="name", source=Source("路线（示意数据）", "CC0-1.0"),
    tile_fields=("code", "name"),
    card_fields=("code", "road_class", "setting", "from_m", "to_m", "aadt", "speed_limit_kmh"),
    owner_fields=("responsible_unit",), drawn=False,
)  # fmt: skip
