"""A MapLibre style of the whole map: base, areas, lines, points, red on top.

The style names no glyph server and no sprite: labels come from fonts of the system, and the
images `risk-1` … `risk-4`, `risk-none`, `risk-plain`, `risk-marked` and `hatch-none` are drawn by
the page that shows the map.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.maps.base_map import AREAS, BASE, FONTS, Theme, labels, under
from app.maps.marks import clock, halo_of_lines, halo_of_points
from app.maps.palette import LOOKS, by_grade, colours
from layers.declare import Layer

Expression = list[Any]


@dataclass(frozen=True)
class Addresses:
    """Where a style finds what it draws.

    Attributes:
        tiles: Where tiles are, without the layers and the slash before them.
        base: Where the files of the base map are.
    """

    tiles: str
    base: str


def style(
    layers: Sequence[Layer],
    theme: Theme,
    city: Mapping[str, Any],
    addresses: Addresses,
    today: date,
) -> dict[str, Any]:
    """A complete MapLibre style.

    Args:
        layers: Every layer; those not drawn at first are there, hidden, with sources of their own.
        theme: Light or dark base map.
        city: Published profile, for the name and the first view.
        addresses: Where tiles and base map are.
        today: Day against which assessments are held: those past their day get a mark.
    """
    west, south, east, north = city["views"]["city"]
    drawn = [layer for layer in layers if layer.drawn and layer.id != AREAS]
    hidden = [layer for layer in layers if not layer.drawn]
    lines = [layer for layer in [*drawn, *hidden] if layer.geometry != "Point"]
    # What has no grade lies below what has one: a road must not cover its black spots.
    lines.sort(key=lambda layer: layer.graded)
    points = [layer for layer in [*hidden, *drawn] if layer.geometry == "Point"]
    return {
        "version": 8,
        "name": f"{city['title_en']} ({theme})",
        "center": [(west + east) / 2, (south + north) / 2],
        "zoom": 9.6,
        "sources": _sources(drawn, hidden, city, addresses),
        "layers": [
            *under(theme),
            *(part for layer in lines for part in _line(layer, theme, _source(layer))),
            *(part for layer in points for part in _point(layer, theme, _source(layer))),
            *(
                _shown(layer, clock(layer, _placed, today))
                for layer in layers
                if layer.graded and (layer.holds_until or layer.assessed_on)
            ),
            *labels(theme),
        ],
    }


def _source(layer: Layer) -> str:
    return "risk" if layer.drawn else f"risk-{layer.id}"


def _sources(
    drawn: Sequence[Layer],
    hidden: Sequence[Layer],
    city: Mapping[str, Any],
    addresses: Addresses,
) -> dict[str, Any]:
    def tiles(names: str) -> dict[str, Any]:
        address = f"{addresses.tiles}/{names}/{{z}}/{{x}}/{{y}}.mvt"
        return {"type": "vector", "tiles": [address], "maxzoom": 16}

    root = addresses.tiles.removesuffix("/tiles")
    areas = f"{root}/collections/{AREAS}/items?limit=1000"
    base = {
        f"base-{name}": {"type": "geojson", "data": f"{addresses.base}/{name}.geojson"}
        for name in ("land", "roads", "outline")
    }
    base["base-land"]["attribution"] = " ".join(city["attribution"])
    return {
        **base,
        AREAS: {"type": "geojson", "data": areas, "promoteId": "code"},
        "risk": tiles(",".join(layer.id for layer in drawn)),
        **{f"risk-{layer.id}": tiles(layer.id) for layer in hidden},
    }


def _described(layer: Layer, part: str, source: str) -> dict[str, Any]:
    return {
        "id": f"{layer.id}-{part}",
        "source": source,
        "source-layer": layer.id,
        "minzoom": layer.zooms[0],
        "metadata": {"riskmap:layer": layer.id},
    }


def _placed(layer: Layer, part: str) -> dict[str, Any]:
    return _described(layer, part, _source(layer))


def _shown(layer: Layer, part: dict[str, Any]) -> dict[str, Any]:
    """A part that is visible when its layer is."""
    return {**part, "layout": _layout(layer, **part.get("layout", {}))}


def _layout(layer: Layer, **more: Any) -> dict[str, Any]:
    return {"visibility": "visible" if layer.drawn else "none", **more}


def _line(layer: Layer, theme: Theme, source: str) -> list[dict[str, Any]]:
    if not layer.graded:
        return _plain(layer, theme, source)
    thin = layer.geometry == "LineStringM"
    widths = {grade: look.width * (0.5 if thin else 1) for grade, look in LOOKS.items()}
    far: Expression = ["*", 0.5, by_grade(widths)]
    near: Expression = ["*", 1.6, by_grade(widths)]
    width: Expression = ["interpolate", ["linear"], ["zoom"], 8, far, 14, near]
    casing: Expression = [*width[:4], ["+", 1, far], 14, ["+", 2, near]]
    round_ends = {"line-cap": "round", "line-join": "round"}
    sort: Expression = ["-", 5, ["coalesce", ["get", "grade"], 5]]
    parts = [
        {**_described(layer, "line", source), "type": "line", "filter": ["has", "grade"],
         "layout": _layout(layer, **round_ends, **{"line-sort-key": sort}),
         "paint": {"line-color": by_grade(colours(theme)), "line-width": width,
                   "line-opacity": 0.75 if thin else 1}},
        {**_described(layer, "unassessed", source), "type": "line",
         "filter": ["!", ["has", "grade"]], "layout": _layout(layer),
         "paint": {"line-color": LOOKS[None].colour, "line-width": 1 if thin else 2,
                   "line-dasharray": [2, 2]}},
    ]  # fmt: skip
    if thin:
        return parts
    halo = _shown(layer, halo_of_lines(layer, colours(theme), _placed, casing))
    edge = {**_described(layer, "casing", source), "type": "line", "filter": ["has", "grade"],
            "layout": _layout(layer, **round_ends),
            "paint": {"line-color": BASE[theme]["halo" if theme == "dark" else "ink"],
                      "line-width": casing}}  # fmt: skip
    return [*_area(layer, theme, source), halo, edge, *parts]


def _area(layer: Layer, theme: Theme, source: str) -> list[dict[str, Any]]:
    """Fill and points of a graded layer that holds geometries of any kind."""
    if "LineString" in layer.geometry:
        return []
    colour = by_grade(colours(theme))
    ink = BASE[theme]["ink"]
    return [
        {**_described(layer, "fill", source), "type": "fill",
         "filter": ["==", ["geometry-type"], "Polygon"], "layout": _layout(layer),
         "paint": {"fill-color": colour, "fill-opacity": 0.6}},
        {**_described(layer, "point", source), "type": "circle",
         "filter": ["==", ["geometry-type"], "Point"], "layout": _layout(layer),
         "paint": {"circle-color": colour, "circle-radius": 7, "circle-stroke-color": ink,
                   "circle-stroke-width": 2}},
    ]  # fmt: skip


def _plain(layer: Layer, theme: Theme, source: str) -> list[dict[str, Any]]:
    """A layer without grades, of any geometry: quiet, so that grades stand out."""
    ink = BASE[theme]["edge"]
    return [
        {**_described(layer, "line", source), "type": "line",
         "filter": ["==", ["geometry-type"], "LineString"], "layout": _layout(layer),
         "paint": {"line-color": ink, "line-width": 2}},
        {**_described(layer, "fill", source), "type": "fill",
         "filter": ["==", ["geometry-type"], "Polygon"], "layout": _layout(layer),
         "paint": {"fill-color": ink, "fill-opacity": 0.25, "fill-outline-color": ink}},
        {**_described(layer, "point", source), "type": "circle",
         "filter": ["==", ["geometry-type"], "Point"], "layout": _layout(layer),
         "paint": {"circle-color": BASE[theme]["halo"], "circle-radius": 4,
                   "circle-stroke-color": ink, "circle-stroke-width": 2}},
    ]  # fmt: skip


def _point(layer: Layer, theme: Theme, source: str) -> list[dict[str, Any]]:
    sort: Expression = ["-", 5, ["coalesce", ["get", "grade"], 5]]
    images = {grade: f"risk-{grade or 'none'}" for grade in LOOKS}
    image: Expression | str = by_grade(images)
    if not layer.graded:
        images = dict.fromkeys(LOOKS, "risk-plain")
        image = _plain_image(layer)
    if layer.marked:
        sort = ["coalesce", ["get", layer.marked], 0]
    far = {1: 0.62, 2: 0.5, 3: 0.3, 4: 0.24, None: 0.24}
    near = {1: 1.1, 2: 1.0, 3: 0.9, 4: 0.85, None: 0.85}
    shown = {"icon-allow-overlap": True, "icon-ignore-placement": True, "symbol-sort-key": sort}
    size: Expression = ["interpolate", ["linear"], ["zoom"],
                        9, by_grade(far), 14, by_grade(near)]  # fmt: skip
    growth: Expression = ["interpolate", ["linear"], ["log10", ["max", 1, ["get", "n"]]],
                          0, 0.45, 1, 0.75, 3, 1.3]  # fmt: skip
    halo = _shown(layer, halo_of_points(layer, colours(theme), _placed)) if layer.graded else None
    return [
        *([halo] if halo else []),
        {**_described(layer, "cell", source), "type": "symbol", "filter": ["has", "n"],
         "layout": _layout(layer, **shown, **{
             "icon-image": by_grade(images), "icon-size": growth,
             "text-field": ["to-string", ["get", "n"]], "text-font": FONTS, "text-size": 10,
             "text-offset": [0, 1.3], "text-optional": True}),
         "paint": {"text-color": BASE[theme]["ink"], "text-halo-color": BASE[theme]["halo"],
                   "text-halo-width": 1.2}},
        {**_described(layer, "point", source), "type": "symbol", "filter": ["!", ["has", "n"]],
         "layout": _layout(layer, **shown, **{"icon-image": image, "icon-size": size})},
    ]  # fmt: skip


def _plain_image(layer: Layer) -> Expression | str:
    """The image of a feature without a grade, stronger where the declaration marks it."""
    if layer.marked is None:
        return "risk-plain"
    marked: Expression = [">", ["coalesce", ["get", layer.marked], 0], 0]
    return ["case", marked, "risk-marked", "risk-plain"]
