"""Pages of the catalogue: landing page, conformance, layers, one layer, its fields."""

from collections.abc import Mapping
from html import escape
from typing import Any

from app.city import City
from app.pages.frame import anchor, both, facts, links, page, section, shown, table
from layers.declare import Layer

Content = Mapping[str, Any]

GEOMETRIES = {
    "Point": "点 points", "MultiLineString": "线 lines", "LineStringM": "航迹 tracks",
    "MultiPolygon": "面 areas", "Geometry": "点线面 mixed",
}  # fmt: skip

FORMATS = {
    "geojson": "GeoJSON", "geojsonseq": "GeoJSONSeq", "csv": "CSV", "xlsx": "Excel",
    "geopackage": "GeoPackage", "flatgeobuf": "FlatGeobuf", "geoparquet": "GeoParquet",
    "shapefile": "Shapefile", "kml": "KML", "arrow": "Arrow",
}  # fmt: skip
"""How people call the formats of exports; one that is not here is called as the API calls it."""


def crumbs(root: str, layer: Layer | None = None) -> list[tuple[str, str]]:
    """The way to a page: landing page, layers, and where one is given, the layer."""
    way = [(f"{root}/api", "开放接口 API"), (f"{root}/api/collections", "图层 Layers")]
    if layer is not None:
        way.append((f"{root}/api/collections/{layer.id}", f"{layer.title} {layer.title_en}"))
    return [(f"{href}?f=html", words) for href, words in way]


def landing(content: Content, city: City, root: str) -> str:
    """The landing page."""
    ways = [
        ("/", "地图", "The map", "城市风险一张图 the city risk map"),
        ("/api/collections?f=html", "图层", "Layers", "查看、筛选、下载 browse, download"),
        ("/api/qgis", "QGIS 工程", "QGIS project", "全部图层，已按等级着色 every layer, graded"),
        ("/api/styles/light.json?f=html", "地图样式", "Map style", "MapLibre，另有深色 dark too"),
        ("/api/docs", "接口说明", "API documentation", "可试用 to try out"),
        ("/api/conformance?f=html", "符合性", "Conformance", "遵循的标准 the standards kept"),
        ("/api/tileMatrixSets?f=html", "瓦片方案", "Tiling schemes", "WebMercatorQuad"),
    ]  # fmt: skip
    rows = [
        [f'<a href="{escape(root + path)}">{both(zh, en)}</a>', escape(told)]
        for path, zh, en, told in ways
    ]
    address = (
        f"<p>{both('QGIS、ArcGIS 填写此地址', 'the address for GIS software')}: "
        f"<code>{escape(root)}/api</code></p>"
    )
    body = section(
        ("从这里开始", "Where to begin"), address + table(("去处 Where", "内容 What"), rows)
    )
    credit = f'<p class="lead">{escape(content["attribution"])}</p>'
    title = (content["title"], content["description"])
    return page(city, title, crumbs(root)[:1], credit + body + links(content["links"]))


def conformance(content: Content, city: City, root: str) -> str:
    """The classes of the standards."""
    classes = "".join(f"<li><code>{escape(each)}</code></li>" for each in content["conformsTo"])
    body = section(("所遵循的要求类", "Conformance classes"), f"<ul>{classes}</ul>")
    title = ("符合性声明", "Conformance")
    return page(city, title, crumbs(root)[:1], body + links(content["links"]))


def collections(content: Content, city: City, root: str) -> str:
    """Every layer, in the groups of the map."""
    groups: dict[tuple[str, str], list[list[str]]] = {}
    for each in content["collections"]:
        own = f"{root}/api/collections/{each['id']}"
        groups.setdefault((each["group"][0], each["group"][1]), []).append(
            [
                f'<a href="{own}?f=html">{both(each["title"], each["title_en"])}</a>',
                f"<code>{each['id']}</code>",
                escape(GEOMETRIES[each["geometry"]]),
                "红橙黄蓝 graded" if each["graded"] else "—",
                f'<a href="{own}/items?f=html">{each["count"]:,}</a>',
            ]
        )
    head = ("图层 Layer", "标识 Id", "几何 Geometry", "分级 Grades", "要素 Features")
    body = "".join(section(group, table(head, rows)) for group, rows in groups.items())
    return page(city, ("图层", "Layers"), crumbs(root)[:1], body + links(content["links"]))


def collection(content: Content, layer: Layer, city: City, root: str) -> str:
    """One layer: what it is, its fields, where its features and files are."""
    own = f"{root}/api/collections/{layer.id}"
    west, south, east, north = content["extent"]["spatial"]["bbox"][0]
    told = [
        ("要素 Features", anchor(f"{own}/items?f=html", f"{content['count']:,} →")),
        ("几何 Geometry", escape(GEOMETRIES[layer.geometry])),
        ("图例 Legend", shown(layer.legend)),
        ("来源 Source", escape(f"{layer.source.title} · {layer.source.licence}")),
        ("范围 Extent", f"{west}, {south}, {east}, {north} <small>CRS84</small>"),
        *_time(content["extent"]),
        ("坐标系 Reference systems", " ".join(
            f"<code>{escape(each)}</code>" for each in content["crs"])),
    ]  # fmt: skip
    files = " ".join(
        anchor(f"{own}/export?f={name}", FORMATS.get(name, name), "button")
        for name in content["formats"]
    )
    body = f'<p class="lead" lang=en>{escape(layer.summary)}</p>'
    body += section(("概况", "What it is"), facts(told))
    body += section(("下载全部", "Download everything"), f'<p class="pager">{files}</p>', "links")
    body += section(("字段", "Fields"), _fields(content["fields"]))
    title = (layer.title, layer.title_en)
    return page(city, title, crumbs(root), body + links(content["links"]))


def _time(extent: Content) -> list[tuple[str, str]]:
    """From the first to the last instant; nothing where time does not apply to the layer."""
    if "temporal" not in extent:
        return []
    first, last = extent["temporal"]["interval"][0]
    told = "—" if first is None else f"{escape(first)} – {escape(last)} <small>UTC</small>"
    return [("时间 Time", told)]


def _fields(fields: Mapping[str, Content]) -> str:
    rows = [
        [escape(each["title"]), f"<code>{escape(name)}</code>", escape(each["type"]),
         shown(each["unit"]), f"{escape(each['description'])}{_codes(each['codes'])}"]
        for name, each in fields.items()
    ]  # fmt: skip
    return table(("名称 Name", "标识 Id", "类型 Type", "单位 Unit", "含义 Meaning"), rows)


def _codes(codes: Mapping[str, str]) -> str:
    if not codes:
        return ""
    told = "；".join(f"{code} {meaning}" for code, meaning in codes.items())
    return f"<br><small>{escape(told)}</small>"


def schema(content: Content, layer: Layer, city: City, root: str, title: tuple[str, str]) -> str:
    """The fields of a layer as its JSON schema tells them."""
    rows = [
        [shown(each.get("title")), f"<code>{escape(name)}</code>", shown(_type(each)),
         shown(each.get("x-ogc-unit")),
         shown(each.get("description")) + _codes(each.get("x-codes", {}))]
        for name, each in content["properties"].items()
    ]  # fmt: skip
    head = ("名称 Name", "标识 Id", "类型 Type", "单位 Unit", "含义 Meaning")
    own = {"href": content["$id"], "rel": "alternate", "type": "application/schema+json"}
    body = section(title, table(head, rows)) + links([own])
    return page(city, (f"{layer.title} · {title[0]}", title[1]), crumbs(root, layer), body)


def _type(told: Content) -> str:
    if "$ref" in told:
        return "geometry"
    kind = told.get("type", "")
    names = kind if isinstance(kind, list) else [kind]
    return str(told.get("format") or next(each for each in names if each != "null"))
