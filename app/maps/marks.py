"""What is drawn beside the colour of a grade: the displayed grade where it differs, and old age.

A mark never takes the place of the colour: the fill is what was assessed, the halo what is shown
while something is open, the clock says that the assessment is past its day.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from layers.declare import Layer

Expression = list[Any]

STALE_FROM_ZOOM = 12
"""Clocks are small: from afar they would only be noise."""


def halo_of_points(layer: Layer, colours: Mapping[int | None, str], described: Any) -> Any:
    """A ring in the colour of the displayed grade; below the symbols, and only where it differs."""
    return {
        **described(layer, "raised"), "type": "circle", "filter": ["has", "displayed_grade"],
        "paint": {
            "circle-color": "rgba(0,0,0,0)",
            "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 6, 14, 17],
            "circle-stroke-color": shown(colours),
            "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 9, 2, 14, 4],
        },
    }  # fmt: skip


def halo_of_lines(
    layer: Layer, colours: Mapping[int | None, str], described: Any, width: Expression
) -> Any:
    """A band in the colour of the displayed grade on both sides of a line."""
    return {
        **described(layer, "raised"), "type": "line", "filter": ["has", "displayed_grade"],
        "layout": {"line-cap": "round", "line-join": "round"},
        "paint": {"line-color": shown(colours), "line-width": 4, "line-gap-width": width},
    }  # fmt: skip


def shown(colours: Mapping[int | None, str]) -> Expression:
    """The colour of the displayed grade."""
    pairs = [part for grade in (1, 2, 3, 4) for part in (grade, colours[grade])]
    return ["match", ["get", "displayed_grade"], *pairs, "rgba(0,0,0,0)"]


def clock(layer: Layer, described: Any, today: date) -> Any:
    """A clock at the symbol's shoulder where the assessment is past its day."""
    midnight = int(datetime.combine(today, time.min, UTC).timestamp())
    part = described(layer, "stale")
    return {
        **part, "type": "symbol", "minzoom": max(part["minzoom"], STALE_FROM_ZOOM),
        "filter": ["all", ["has", "stale_from"], ["<=", ["get", "stale_from"], midnight]],
        "layout": {"icon-image": "stale", "icon-allow-overlap": True, "icon-ignore-placement": True,
                   "icon-offset": [13, -13], "icon-size": 0.8},
    }  # fmt: skip
