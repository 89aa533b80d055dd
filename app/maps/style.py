"""A MapLibre style of the whole map: base, areas, lines, points, red on top.

The style names no glyph server and no sprite: labels come from fonts of the system, and the
images `risk-1` … `risk-4`, `risk-none`, `risk-plain`, `risk-marked` and `hatch-none` are drawn by
the page that shows the map.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from app.maps.palette import LOOKS
from layers.declare import Layer

Theme = Literal["light", "dark"]

Expression = list[Any]

FONTS = [
    "Noto Sans CJK SC",
    "Microsoft YaHei",
    "PingFang SC",
    "HarmonyOS Sans SC",
    "sans-serif",
]
"""Families that hold Chinese; a browser takes the first that it has."""

BASE = {
    "light": {
        "sea": "#DCE6EC",
        "land": "#F7F7F4",
        "veil": "#EEF0F0",
        "road": "#C9CDD0",
        "edge": "#5B6B77",
        "ink": "#22303A",
        "halo": "#FFFFFF",
    },
    "dark": {
        "sea": "#0B1620",
        "land": "#172530",
        "veil": "#101C26",
        "road": "#33454F",
        "edge": "#7FA0B4",
        "ink": "#E6EEF3",
        "halo": "#0B1620",
    },
}
"""Colours of the base map; quiet, so that grades are the only strong colours."""

AREAS = "townships"
"""The layer whose areas take the colour of the summary, by feature state `grade`."""


def style(
    layers: Sequence[Layer],
    theme: Theme,
    city: Mapping[str, Any],
    tiles_url: str,
    base_url: str,
) -> dict[str, Any]:
    """A complete MapLibre style.

    Args:
        layers: Every layer; those not drawn at first are there, hidden, with sources of their own.
        theme: Light or dark base map.
        city: Published profile, for the name and the first view.
        tiles_url: Where tiles are, without the layers and the slash before them.
        base_url: Where the files of the base map are.
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
        "sources": _sources(drawn, hidden, city, tiles_url, base_url),
        "layers": [
            *_base(theme),
            *(part for layer in lines for part in _line(layer, theme, _source(layer))),
            *(part for layer in points for part in _point(layer, theme, _source(layer))),
            *_labels(theme),
        ],
    }


def _source(layer: Layer) -> str:
    return "risk" if layer.drawn else f"risk-{layer.id}"


def _sources(
    drawn: Sequence[Layer],
    hidden: Sequence[Layer],
    city: Mapping[str, Any],
    tiles_url: str,
    base_url: str,
) -> dict[str, Any]:
    def tiles(names: str) -> dict[str, Any]:
        address = f"{tiles_url}/{names}/{{z}}/{{x}}/{{y}}.mvt"
        return {"type": "vector", "tiles": [address], "maxzoom": 16}

    areas = f"{tiles_url.removesuffix('/tiles')}/collections/{AREAS}/items?limit=1000"
    base = {
        f"base-{name}": {"type": "geojson", "data": f"{base_url}/{name}.geojson"}
        for name in ("land", "roads", "outline")
    }
    base["base-land"]["attribution"] = " ".join(city["attribution"])
    return {
        **base,
        AREAS: {"type": "geojson", "data": areas, "promoteId": "code"},
        "risk": tiles(",".join(layer.id for layer in drawn)),
        **{f"risk-{layer.id}": tiles(layer.id) for layer in hidden},
    }


def by_grade(values: Mapping[int | None, Any], grade: Expression | None = None) -> Expression:
    """An expression that gives a value by grade, that of None where there is none."""
    pairs = [part for key in (1, 2, 3, 4) for part in (key, values[key])]
    return ["match", grade or ["get", "grade"], *pairs, values[None]]


def colours(theme: Theme) -> dict[int | None, str]:
    """Colour of each grade on a base."""
    return {
        grade: look.colour if theme == "light" else look.colour_dark
        for grade, look in LOOKS.items()
    }


def _base(theme: Theme) -> list[dict[str, Any]]:
    base = BASE[theme]
    grade: Expression = ["feature-state", "grade"]
    return [
        {"id": "sea", "type": "background", "paint": {"background-color": base["sea"]}},
        {"id": "land", "type": "fill", "source": "base-land",
         "paint": {"fill-color": base["veil"]}},
        {"id": "city", "type": "fill", "source": AREAS,
         "paint": {"fill-color": base["land"]}},
        {"id": "areas-fill", "type": "fill", "source": AREAS,
         "metadata": {"riskmap:layer": AREAS},
         "paint": {"fill-color": by_grade(colours(theme), grade),
                   "fill-opacity": by_grade({1: 0.34, 2: 0.34, 3: 0.34, 4: 0.3, None: 0}, grade)}},
        {"id": "roads", "type": "line", "source": "base-roads",
         "layout": {"line-cap": "round", "line-join": "round"},
         "paint": {"line-color": base["road"],
                   "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.4, 12, 1.4, 16, 5]}},
        {"id": "areas-edge", "type": "line", "source": AREAS,
         "paint": {"line-color": base["edge"], "line-width": 0.8, "line-opacity": 0.7,
                   "line-dasharray": [3, 2]}},
        {"id": "outline", "type": "line", "source": "base-outline",
         "paint": {"line-color": base["edge"], "line-width": 2}},
    ]  # fmt: skip


def _described(layer: Layer, part: str, source: str) -> dict[str, Any]:
    return {
        "id": f"{layer.id}-{part}",
        "source": source,
        "source-layer": layer.id,
        "minzoom": layer.zooms[0],
        "metadata": {"riskmap:layer": layer.id},
    }


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
    edge = {**_described(layer, "casing", source), "type": "line", "filter": ["has", "grade"],
            "layout": _layout(layer, **round_ends),
            "paint": {"line-color": BASE[theme]["halo" if theme == "dark" else "ink"],
                      "line-width": casing}}  # fmt: skip
    return [edge, *parts]


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
    return [
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


def _labels(theme: Theme) -> list[dict[str, Any]]:
    base = BASE[theme]
    return [
        {"id": "areas-name", "type": "symbol", "source": AREAS,
         "layout": {"text-field": ["get", "name"], "text-font": FONTS,
                    "text-size": ["interpolate", ["linear"], ["zoom"], 9, 12, 13, 17],
                    "text-padding": 4, "text-variable-anchor": ["center", "top", "bottom"],
                    "text-radial-offset": 0.6},
         "paint": {"text-color": base["ink"], "text-halo-color": base["halo"],
                   "text-halo-width": 1.6}},
    ]  # fmt: skip
