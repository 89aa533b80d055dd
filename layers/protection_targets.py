"""Protection targets: people and places that an accident must not reach."""

from typing import Literal

from layers.declare import Layer, Row, Source, field


class ProtectionTarget(Row):
    """A school, hospital, village, market or other place with people in it."""

    code: str = field("编号", "Number in the register.", also=("目标编号",))
    name: str = field("名称", "What it is called.", also=("目标名称",))
    kind: Literal[
        "学校",
        "托儿所",
        "医院",
        "养老院",
        "监狱",
        "商场",
        "集贸市场",
        "寺庙",
        "广场",
        "景区",
        "村庄",
        "居民小区",
        "车站",
        "机关",
        "水源地",
        "河流",
        "水库",
        "自然保护区",
        "运动场",
        "剧院",
        "加油站",
        "油库",
        "易燃易爆场所",
        "高速公路",
        "国道省道",
        "铁路",
        "工业区",
        "商业区",
        "其他",
    ] = field("类型", "Kind of place.", also=("类别",))
    protection_class: Literal["高敏感", "重要", "一般一类", "一般二类", "一般三类"] | None = field(
        "防护目标分类", "Class of GB 36894.", None, also=("分类", "class")
    )
    population: int | None = field(
        "常住人口", "People who live or stay there.", None, ge=0, also=("人数", "人口")
    )
    households: int | None = field("户数", "Households.", None, ge=0)
    gathering_persons: int | None = field(
        "聚集人数", "People who gather there on busy days.", None, ge=0
    )
    gathering_days: int | None = field(
        "聚集天数", "Days of a year on which they gather.", None, ge=0, le=366
    )
    storeys: int | None = field("层数", "Storeys above ground.", None, ge=0)
    address: str | None = field("位置", "Postal address.", None, also=("地址",))
    responsible_unit: str | None = field("责任单位", "Unit that answers for it.", None)
    responsible_phone: str | None = field("联系电话", "Telephone.", None, private=True)


LAYER = Layer(
    id="protection_targets", title="防护目标", title_en="Protection targets",
    summary="Places with people that an accident must not reach.",
    group=("防护目标", "Protection"), geometry="Geometry", row=ProtectionTarget, key=("code",),
    label="name", source=Source("防护目标清单（示意数据）", "CC0-1.0"),
    tile_fields=("name", "kind"),
    card_fields=("kind", "protection_class", "population", "households", "storeys",
                 "gathering_persons", "gathering_days", "address"),
    owner_fields=("responsible_unit", "responsible_phone"), zooms=(11, 22), drawn=False,
    harms=True,
)  # fmt: skip
