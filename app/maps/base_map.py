"""The base map of a style: sea, land, areas and roads below the layers, names above them."""

from typing import Any, Literal

from app.maps.palette import by_grade, colours

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


def under(theme: Theme) -> list[dict[str, Any]]:
    """What lies below the layers."""
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


def labels(theme: Theme) -> list[dict[str, Any]]:
    """Names of areas, above everything."""
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
