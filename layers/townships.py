"""Townships: the areas by which the city counts and answers."""

from typing import Literal

from layers.declare import Layer, Row, Source, field


class Township(Row):
    """A street, town or township of the city."""

    code: str = field("区划代码", "Code of the statistics bureau.", also=("code_nbs", "代码"))
    name: str = field("名称", "Name.", also=("name_zh",))
    name_latin: str | None = field("拼音", "Name in pinyin.", None, also=("name_py",))
    kind: Literal["街道", "镇", "乡"] | None = field("类型", "Kind of area.", None)
    population: int | None = field("常住人口", "People who live there.", None, ge=0)
    enterprises: int | None = field("企业数", "Enterprises.", None, ge=0)
    note: str | None = field("说明", "How the outline was made.", None)


LAYER = Layer(
    id="townships", title="乡镇街道", title_en="Townships",
    summary="Areas of the city; the colour is their area grade.",
    group=("行政区划", "Areas"), geometry="MultiPolygon", row=Township, key=("code",), label="name",
    source=Source("乡镇街道示意范围（非法定界线）", "CC-BY-4.0"),
    tile_fields=("code", "name"), card_fields=("code", "kind", "population", "note"),
)  # fmt: skip
