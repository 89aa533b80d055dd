"""Wind warnings at sea: where, from when to when, and which force is expected."""

from typing import Self

from pydantic import AwareDatetime, model_validator
from pydantic_core import PydanticCustomError

from layers.declare import Layer, Row, Source, field


class WindWarning(Row):
    """A warning; its geometry is the waters it holds for, without one those of its zone."""

    code: str = field("编号", "Number of the warning.")
    zone: str | None = field("区域编号", "Code of the sea zone, where no area is drawn.", None)
    beaufort: int = field("风力等级", "Mean wind that is expected, Beaufort.", ge=1, le=12)
    starts_at: AwareDatetime = field("开始时间", "First instant.")
    ends_at: AwareDatetime | None = field(
        "结束时间", "Last instant, open; empty until lifted.", None
    )
    issued_by: str | None = field("发布单位", "Who issued it.", None)
    document: str | None = field("依据", "Document or number of the signal.", None)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.ends_at is not None and self.ends_at <= self.starts_at:
            raise PydanticCustomError("ends_before", "ends_at lies not after starts_at")
        return self


LAYER = Layer(
    id="wind_warnings", title="海上大风预警", title_en="Wind warnings at sea",
    summary="Waters in which a force of wind is expected, from when to when.",
    group=("海洋渔业", "Fishery"), geometry="MultiPolygon", row=WindWarning, key=("code",),
    label="code", source=Source("海上大风预警（示意数据）", "CC0-1.0"),
    tile_fields=("beaufort", "starts_at"),
    card_fields=("beaufort", "zone", "starts_at", "ends_at", "issued_by", "document"),
    instant="starts_at", reach="world", drawn=False,
)  # fmt: skip
