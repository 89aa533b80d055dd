"""A folium map of any layers, in the palette of the city map."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

import folium
import geopandas as gpd
import pandas as pd
from branca.element import Element

from app.city import City
from app.maps.offline import OfflineMap
from app.maps.palette import LOOKS, OUTLINE, PALETTE
from layers.declare import Layer

Frames = Mapping[Layer, gpd.GeoDataFrame]
"""Layer to its features in EPSG:4326, as `app.frames.frame` gives them."""

SHAPES = {
    "diamond": '<path d="M10 1 19 10 10 19 1 10Z"/>',
    "triangle": '<path d="M10 1.5 19 18H1Z"/>',
    "square": '<path d="M2.5 2.5h15v15h-15Z"/>',
    "circle": '<circle cx="10" cy="10" r="8"/>',
    "ring": '<circle cx="10" cy="10" r="7" stroke-dasharray="3 2"/>',
}
"""Symbols on a square of 20 units."""


def draw(frames: Frames, city: City) -> OfflineMap:
    """The layers on the offline base map, red on top, with legend, title and notice.

    A click shows what the layer puts on its card. Nothing of it is loaded from another host, in a
    notebook or once it is written by `app.maps.offline`.
    """
    west, south, east, north = city.views["city"]
    drawn = OfflineMap(tiles=None, prefer_canvas=True, control_scale=True, zoom_control=True)
    drawn.options["maxZoom"] = 19
    drawn.fit_bounds([[south, west], [north, east]])
    _draw_base(drawn, city)
    for layer, frame in frames.items():
        _draw_layer(drawn, layer, frame)
    folium.LayerControl(collapsed=False).add_to(drawn)
    root: Any = drawn.get_root()
    root.html.add_child(Element(_frame_of_words(city)))
    root.script.add_child(Element("L.Control.Attribution.prototype.options.prefix = false;"))
    return drawn


def _draw_base(drawn: folium.Map, city: City) -> None:
    looks = {
        "land": {"color": "#9AA7AF", "weight": 0.6, "fillColor": "#F4F4F1", "fillOpacity": 1},
        "roads": {"color": "#C9CDD0", "weight": 0.8, "fill": False},
        "outline": {"color": "#5B6B77", "weight": 2, "fill": False},
    }
    for name, look in looks.items():
        content = json.loads(city.base_file(name).read_text(encoding="utf-8"))
        folium.GeoJson(
            content, control=False, interactive=False, style_function=lambda _, look=look: look
        ).add_to(drawn)


def _draw_layer(drawn: folium.Map, layer: Layer, frame: gpd.GeoDataFrame) -> None:
    group = folium.FeatureGroup(name=escape(layer.title)).add_to(drawn)
    located = frame[frame.geometry.notna()]
    # The gravest are drawn last, so that nothing hides them.
    for grade in (None, 4, 3, 2, 1):
        if not layer.graded and grade is not None:
            continue
        part = located if not layer.graded else _of_grade(located, grade)
        if len(part):
            _features(layer, part, grade).add_to(group)


def _of_grade(frame: gpd.GeoDataFrame, grade: int | None) -> gpd.GeoDataFrame:
    return frame[frame["grade"].isna() if grade is None else frame["grade"].eq(grade).fillna(False)]


def _features(layer: Layer, frame: gpd.GeoDataFrame, grade: int | None) -> folium.GeoJson:
    names = [layer.label, *(name for name in layer.card_fields if name != layer.label)]
    owners = [name for name in layer.owner_fields if name not in names]
    columns = {name: _told(layer, frame, name) for name in (*names, *owners)}
    told = pd.DataFrame({"grade": LOOKS[grade].label, **columns}, index=frame.index)
    shown = gpd.GeoDataFrame(told, geometry=frame.geometry, crs=frame.crs)
    fields = [*(["grade"] if layer.graded else []), *names, *owners]
    titles = ["等级"] * layer.graded + [layer.fields[name].title for name in (*names, *owners)]
    look = LOOKS[grade]
    line = {"color": look.colour, "weight": look.width, "opacity": 0.9,
            "fillColor": look.colour, "fillOpacity": 0.35}  # fmt: skip
    return folium.GeoJson(
        shown.to_json(default=str),
        marker=_marker(grade),
        style_function=lambda _: line,
        tooltip=folium.GeoJsonTooltip([layer.label], labels=False),
        popup=folium.GeoJsonPopup(fields, aliases=[escape(title) for title in titles]),
    )


def _told(layer: Layer, frame: gpd.GeoDataFrame, name: str) -> list[str]:
    """Values as a person reads them: codes by their meaning, units behind, escaped."""
    facts = layer.fields[name]
    unit = f" {facts.unit}" if facts.unit else ""
    return [
        "" if value is None or value != value  # noqa: PLR0124 - NaN is not itself
        else escape(f"{facts.codes.get(str(value), value)}{unit}")
        for value in frame[name]
    ]  # fmt: skip


def _marker(grade: int | None) -> folium.Marker:
    look = LOOKS[grade]
    svg = symbol(grade)
    size = {1: 22, 2: 18}.get(grade or 0, 12)
    icon = folium.DivIcon(html=svg, icon_size=(size, size), class_name=f"risk-{look.symbol}")
    return folium.Marker(icon=icon)


def symbol(grade: int | None) -> str:
    """The symbol of a grade as SVG, number in it."""
    look = LOOKS[grade]
    fill = "#FFFFFF" if grade is None else look.colour
    return (
        f'<svg viewBox="0 0 20 20" width="100%" height="100%"><g fill="{fill}" '
        f'stroke="{OUTLINE}" stroke-width="1.2">{SHAPES[look.symbol]}</g>'
        f'<text x="10" y="14" text-anchor="middle" font-size="11" font-weight="700" '
        f'font-family="sans-serif" fill="{look.ink}">{look.mark}</text></svg>'
    )


def _frame_of_words(city: City) -> str:
    rows = "".join(
        f'<li style="display:flex;gap:8px;align-items:center;margin:4px 0">'
        f'<span style="width:18px;height:18px">{symbol(look.grade)}</span>'
        f"{escape(look.label)} {escape(look.label_en)}</li>"
        for look in PALETTE
    )
    box = "position:fixed;z-index:1000;background:#fff;border:1px solid #5B6B77;padding:8px 12px;"
    font = "font:14px 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;"
    return (
        f'<div style="{box}{font}left:56px;top:10px"><b style="font-size:18px">'
        f"{escape(city.title)}</b><br>{escape(city.notice)}</div>"
        f'<ul style="{box}{font}left:10px;bottom:30px;margin:0;list-style:none">{rows}</ul>'
    )
