"""Zones at sea: closed waters, collision warning areas, ports and anchorages."""

from datetime import date
from typing import Literal, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from layers.declare import Layer, Row, Source, field


class SeaZone(Row):
    """An area at sea in which a rule holds, or to which vessels return."""

    code: str = field("编号", "Number of the zone.")
    name: str = field("名称", "Name.")
    kind: Literal[
        "moratorium", "closed_line", "protected", "collision_warning", "port", "anchorage"
    ] = field(
        "类型",
        "What holds in it.",
        codes={"moratorium": "休渔区", "closed_line": "机动渔船底拖网禁渔区", "protected": "保护区",
               "collision_warning": "商渔船碰撞高风险警示区", "port": "渔港", "anchorage": "锚地"},
    )  # fmt: skip
    gear: (
        Literal[
            "帆张网", "笼壶", "渔运船", "拖网", "流刺网", "灯光围网", "钓具", "养殖", "定置", "其他"
        ]
        | None
    ) = field("作业类型", "Gear that it binds; empty: every gear.", None)
    valid_from: date | None = field("生效日期", "First day.", None)
    valid_to: date | None = field("失效日期", "Last day; empty while in force.", None)
    document: str | None = field("依据", "Document that sets it.", None)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise PydanticCustomError("ends_before", "valid_to lies before valid_from")
        return self


LAYER = Layer(
    id="sea_zones", title="海上区域", title_en="Sea zones",
    summary="Closed waters, collision warning areas, ports and anchorages.",
    group=("海洋渔业", "Fishery"), geometry="MultiPolygon", row=SeaZone, key=("code",),
    label="name", source=Source("海上区域（示意数据）", "CC0-1.0"),
    tile_fields=("name", "kind"),
    card_fields=("kind", "gear", "valid_from", "valid_to", "document"),
    reach="world", drawn=False,
)  # fmt: skip
