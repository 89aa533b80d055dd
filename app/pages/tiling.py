"""Pages of tile sets and of the tiling scheme."""

from collections.abc import Mapping
from html import escape
from typing import Any

from app.city import City
from app.pages.catalogue import crumbs
from app.pages.frame import anchor, facts, links, page, section, shown, table
from layers.declare import Layer

Content = Mapping[str, Any]


def tilesets(content: Content, layer: Layer, city: City, root: str) -> str:
    """The tile sets of a layer."""
    rows = [
        [anchor(f"{each['links'][0]['href']}?f=html", each["title"]), escape(each["dataType"]),
         f"<code>{escape(each['tileMatrixSetURI'])}</code>"]
        for each in content["tilesets"]
    ]  # fmt: skip
    body = section(("瓦片集", "Tile sets"), table(("名称 Name", "内容 Data", "方案 Scheme"), rows))
    title = (f"{layer.title} · 瓦片集", "Tile sets")
    return page(city, title, crumbs(root, layer), body + links(content["links"]))


def tileset(content: Content, layer: Layer, city: City, root: str) -> str:
    """One tile set: scheme, zooms, what its features carry."""
    limits = content["tileMatrixSetLimits"]
    told = [
        ("内容 Data", escape(content["dataType"])),
        ("坐标系 Reference system", f"<code>{escape(content['crs'])}</code>"),
        ("方案 Scheme", f"<code>{escape(content['tileMatrixSetURI'])}</code>"),
        ("级别 Zooms", f"{limits[0]['tileMatrix']}–{limits[-1]['tileMatrix']}"),
        ("来源 Attribution", shown(content["attribution"])),
    ]
    [held] = content["layers"]
    rows = [
        [f"<code>{escape(name)}</code>", shown(each.get("description"))]
        for name, each in held["propertiesSchema"]["properties"].items()
    ]
    body = section(("概况", "What it is"), facts(told))
    body += section(
        ("瓦片中的字段", "Fields in the tiles"), table(("标识 Id", "含义 Meaning"), rows)
    )
    title = (f"{layer.title} · WebMercatorQuad", "Vector tiles")
    return page(city, title, crumbs(root, layer), body + links(content["links"]))


def schemes(content: Content, city: City, root: str) -> str:
    """The tiling schemes."""
    rows = [
        [anchor(f"{each['links'][0]['href']}?f=html", each["title"]),
         f"<code>{escape(each['uri'])}</code>"]
        for each in content["tileMatrixSets"]
    ]  # fmt: skip
    body = section(("瓦片方案", "Tiling schemes"), table(("名称 Name", "URI"), rows))
    return page(city, ("瓦片方案", "Tiling schemes"), crumbs(root)[:1],
                body + links(content["links"]))  # fmt: skip


def scheme(content: Content, city: City, root: str) -> str:
    """One tiling scheme: its matrices."""
    rows = [
        [escape(each["id"]), f"{each['scaleDenominator']:,.2f}", f"{each['cellSize']:.6g}",
         f"{each['matrixWidth']:,} × {each['matrixHeight']:,}"]
        for each in content["tileMatrices"]
    ]  # fmt: skip
    head = ("级别 Zoom", "比例尺分母 Scale denominator", "像元 Cell size (m)", "瓦片 Tiles")
    body = section(("级别", "Tile matrices"), table(head, rows))
    way = [*crumbs(root)[:1], (f"{root}/api/tileMatrixSets?f=html", "瓦片方案 Tiling schemes")]
    return page(city, (content["id"], content["title"]), way, body + links(content["links"]))
