"""Pages of what maps are drawn from: TileJSON and styles.

Neither format has room for links: the page leads to its own other form.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from app.city import City
from app.pages.catalogue import crumbs
from app.pages.frame import facts, links, page, section, shown, table
from layers.declare import Layer

Content = Mapping[str, Any]


def tilejson(content: Content, layers: Sequence[Layer], city: City, root: str, own: str) -> str:
    """TileJSON: where the tiles are, and what the features of each layer carry.

    Args:
        content: The TileJSON.
        layers: Whose tiles they are.
        city: Whose title stands on the page.
        root: Scheme and host.
        own: Address of the TileJSON itself.
    """
    west, south, east, north = content["bounds"]
    told = [
        ("瓦片 Tiles", f"<code>{escape(content['tiles'][0])}</code>"),
        ("级别 Zooms", f"{content['minzoom']}–{content['maxzoom']}"),
        ("范围 Bounds", f"{west}, {south}, {east}, {north} <small>CRS84</small>"),
        ("来源 Attribution", shown(content["attribution"])),
    ]
    body = section(("概况", "What it is"), facts(told))
    for layer, held in zip(layers, content["vector_layers"], strict=True):
        rows = [[f"<code>{escape(name)}</code>", shown(meaning)]
                for name, meaning in held["fields"].items()]  # fmt: skip
        title = (layer.title, f"{layer.title_en} · {held['minzoom']}–{held['maxzoom']}")
        body += section(title, table(("标识 Id", "含义 Meaning"), rows))
    way = crumbs(root, layers[0] if len(layers) == 1 else None)
    name = "、".join(layer.title for layer in layers)
    return page(city, (f"{name} · TileJSON", "Vector tiles"), way, body + _other_form(own))


def style(content: Content, city: City, root: str, own: str) -> str:
    """A MapLibre style: its sources, and its layers from the lowest to the highest.

    Args:
        content: The style.
        city: Whose title stands on the page.
        root: Scheme and host.
        own: Address of the style itself.
    """
    given = escape(f"new maplibregl.Map({{container, style: '{own}'}})")
    used = f"<p><code>{given}</code></p>"
    sources = [
        [f"<code>{escape(name)}</code>", escape(source["type"]),
         " ".join(f"<code>{escape(str(each))}</code>"
                  for each in source.get("tiles", [source.get("data", "")]))]
        for name, source in content["sources"].items()
    ]  # fmt: skip
    drawn = [
        [f"<code>{escape(each['id'])}</code>", escape(each["type"]),
         shown(each.get("source-layer", each.get("source"))), shown(each.get("minzoom"))]
        for each in content["layers"]
    ]  # fmt: skip
    body = section(("用法", "How to use it"), used)
    body += section(("数据源", "Sources"), table(("标识 Id", "类型 Type", "地址 Address"), sources))
    head = ("标识 Id", "类型 Type", "图层 Layer", "起始级别 From zoom")
    body += section(("绘制次序", "Layers, the lowest first"), table(head, drawn))
    return page(city, ("地图样式", content["name"]), crumbs(root)[:1], body + _other_form(own))


def _other_form(own: str) -> str:
    return links([{"href": own, "rel": "alternate", "type": "application/json", "title": "JSON"}])
