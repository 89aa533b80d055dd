"""Pages of features: a page of them, and one."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from app.city import City
from app.pages.catalogue import crumbs
from app.pages.frame import anchor, both, facts, grade, links, page, section, shown, table
from app.pages.small_map import small_map
from layers.declare import Layer

Content = Mapping[str, Any]

GRADES = {"grade": ("等级", "Grade"), "displayed_grade": ("动态等级", "Displayed grade")}

NAMES = {"grade_method": "评估方法 Method", "township_code": "乡镇街道代码 Township",
         "grade": "等级 Grade", "displayed_grade": "动态等级 Displayed grade"}  # fmt: skip
"""Properties that every layer has, beside its own fields."""

MOST_COLUMNS = 6

MOST_DIGITS = 400
"""Characters of a geometry that are shown; the whole stands in the other form."""


def items(content: Content, layer: Layer, city: City, root: str, *, located: bool) -> str:
    """A page of features as a table under a map.

    Args:
        content: The FeatureCollection.
        layer: Whose features they are.
        city: Whose outline lies under them.
        root: Scheme and host.
        located: Whether coordinates are CRS84, so that they can be drawn.
    """
    features = content["features"]
    body = _counted(content)
    if located and (drawn := small_map(features, city)):
        body += section(("位置", "Where"), drawn)
    ways = "".join(
        anchor(link["href"], words, "button")
        for rel, words in (("prev", "← 上一页 Before"), ("next", "下一页 Next →"))
        for link in content["links"]
        if link["rel"] == rel
    )
    body += section(
        ("要素", "Features"), _listed(layer, features, root) + f'<p class="pager">{ways}</p>'
    )
    title = (f"{layer.title} · 要素", f"{layer.title_en} · features")
    return page(city, title, crumbs(root, layer), body + links(content["links"]))


def _counted(content: Content) -> str:
    matched = content.get("numberMatched")
    total = "很多 many" if matched is None else f"{matched:,}"
    return (
        f'<p class="lead">本页 {content["numberReturned"]:,} / 共 {total} '
        f"<span class=en lang=en>{content['numberReturned']:,} of {total} here</span></p>"
    )


def _listed(layer: Layer, features: list[Content], root: str) -> str:
    """The table: the fields that the map's card shows first, of those that were asked for."""
    asked = features[0]["properties"] if features else {}
    chosen = dict.fromkeys((*layer.key, layer.label, *layer.card_fields))
    names = [name for name in chosen if name in asked][:MOST_COLUMNS]
    graded = [name for name in GRADES if name in asked][:1]
    head = ["编号 Id", *(NAMES[name] for name in graded), *(_named(layer, name) for name in names)]
    own = f"{root}/api/collections/{layer.id}/items"
    rows = [
        [anchor(f"{own}/{each['id']}?f=html", str(each["id"])),
         *(grade(each["properties"][name]) for name in graded),
         *(_value(layer, name, each["properties"][name]) for name in names)]
        for each in features
    ]  # fmt: skip
    return table(head, rows, "list")


def item(content: Content, layer: Layer, city: City, root: str, *, located: bool) -> str:
    """One feature: everything that is known of it."""
    properties = content["properties"]
    told = [
        (_named(layer, name), grade(value) if name in GRADES else _value(layer, name, value))
        for name, value in properties.items()
    ]
    own = f"{root}/api/collections/{layer.id}/items/{content['id']}"
    ways = [anchor(f"{root}/#at={layer.id}/{content['id']}", "在地图上看 On the map", "button")]
    if layer.graded:
        ways.append(anchor(f"{own}/grade", "为何是此等级 Why this grade", "button"))
    body = f'<p class="pager">{"".join(ways)}</p>'
    if located and (drawn := small_map([content], city)):
        body += section(("位置", "Where"), drawn)
    body += section(("属性", "Properties"), facts(told))
    body += section(("几何", "Geometry"), _coordinates(content["geometry"]))
    name = str(properties.get(layer.label) or f"{layer.title} {content['id']}")
    title = (name, f"{layer.title_en} {content['id']}")
    return page(city, title, crumbs(root, layer), body + links(content["links"]))


def _coordinates(geometry: Content | None) -> str:
    if geometry is None:
        return both("尚无位置", "no place yet")
    text = json.dumps(geometry)
    cut = "…" if len(text) > MOST_DIGITS else ""
    return f"<code>{escape(text[:MOST_DIGITS])}{cut}</code>"


def _named(layer: Layer, name: str) -> str:
    facts_of = layer.fields.get(name)
    if facts_of is None:
        return NAMES.get(name, name)
    unit = f"（{facts_of.unit}）" if facts_of.unit else ""
    return f"{facts_of.title}{unit}"


def _value(layer: Layer, name: str, value: Any) -> str:
    facts_of = layer.fields.get(name)
    meaning = facts_of.codes.get(value) if facts_of and isinstance(value, str) else None
    return shown(f"{value} {meaning}" if meaning else value)
