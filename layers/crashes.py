"""Crashes: traffic accidents as the police keep them, by stake or by coordinates."""

from datetime import UTC, datetime
from typing import Literal

from pydantic import AwareDatetime, field_validator
from pydantic_core import PydanticCustomError

from layers.blackspots.police_words import LIGHT, PROCEDURES, TYPES, WEATHER
from layers.declare import Layer, Row, Source, field
from layers.stake import Stake


class Crash(Row):
    """One crash; an empty count is none, an empty word is not known."""

    code: str = field("事故编号", "Number of the crash.", also=("编号",))
    occurred_at: AwareDatetime = field(
        "事故时间", "Instant of the crash.", also=("发生时间", "时间", "time")
    )
    route_code: str | None = field(
        "路线编号", "Route number.", None, also=("路线代码", "路号", "route")
    )
    measure_m: Stake | None = field(
        "桩号", "Stake on the route.", None, unit="m", ge=0, also=("里程", "stake_m")
    )
    deaths: int = field("死亡人数", "Deaths.", 0, ge=0)
    serious: int = field("重伤人数", "Seriously injured.", 0, ge=0)
    slight: int = field("轻伤人数", "Slightly injured.", 0, ge=0)
    loss_yuan: float | None = field(
        "直接财产损失", "Direct loss.", None, unit="元", ge=0, also=("财产损失", "loss")
    )
    procedure: Literal["一般程序", "简易程序"] | None = field(
        "处理程序",
        "Procedure by which the police dealt with it.",
        None,
        also=("适用程序",),
        spellings=PROCEDURES,
    )
    crash_type: (
        Literal["正面碰撞", "侧面碰撞", "追尾碰撞", "刮擦", "撞行人", "撞固定物", "撞静止车辆",
                "翻车", "坠车", "碾压", "失火", "撞动物", "其他"] | None
    ) = field("事故形态", "Type of crash.", None, spellings=TYPES,
              also=("形态", "type"))  # fmt: skip
    weather: Literal["晴", "阴", "雨", "雪", "雾", "大风", "其他"] | None = field(
        "天气", "Weather.", None, spellings=WEATHER, also=("天气情况",)
    )
    light: Literal["白天", "黎明", "黄昏", "夜间有路灯", "夜间无路灯"] | None = field(
        "照明条件", "Light.", None, also=("照明", "照明情况"), spellings=LIGHT
    )
    unsafe_road: bool | None = field("道路因素", "Whether the road itself played a part.", None)
    place: str | None = field("地点", "Place in words.", None, also=("事故地点",))
    placed_by_stake: bool = field(
        "按桩号定位", "Whether its point was found from its stake, not brought by a file.", False
    )

    @field_validator("occurred_at")
    @classmethod
    def _has_happened(cls, value: datetime) -> datetime:
        """A crash in the future is a slip of the pen."""
        if value > datetime.now(UTC):
            raise PydanticCustomError("in_future", "lies in the future")
        return value


LAYER = Layer(
    id="crashes", title="交通事故", title_en="Crashes",
    summary="Traffic crashes with harm, procedure and circumstances.",
    group=("道路交通", "Roads"), geometry="Point", row=Crash, key=("code",), label="code",
    source=Source("交通事故（示意数据）", "CC0-1.0"),
    tile_fields=("deaths", "serious"), marked="deaths",
    card_fields=("occurred_at", "route_code", "measure_m", "deaths", "serious", "slight",
                 "loss_yuan", "procedure", "crash_type", "weather", "light", "unsafe_road",
                 "place"),
    instant="occurred_at", zooms=(10, 22), drawn=False,
)  # fmt: skip
