"""Where things stand: draws points from the kinds of site of `sites.toml` and of the profile."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from data.demo.city import City

Draw = Callable[[np.random.Generator, int], np.ndarray]
"""Returns (size, 2) easting, northing."""

HILLS_BELOW = 29.96
"""Latitude south of which the city is hills."""

TOWN_ENDINGS = ("社区", "居委")
"""Names of communities, in town, end so."""

_SHARE_OUTSIDE = 0.2
"""Share of what stands round a village that stands well outside it."""

_MEASURES = ("lon", "lat", "long_m", "wide_m", "bearing", "weight")


def draws(city: City) -> dict[str, Draw]:
    """Return how to draw from each kind of site."""
    words = tomllib.loads((Path(__file__).parent / "sites.toml").read_text(encoding="utf-8"))
    kinds = {
        name: _from_plots(city, np.array([[plot[m] for m in _MEASURES] for plot in plots]))
        for name, plots in words.items()
        if name not in {"river", "rail"}
    }
    for name in ("river", "rail"):
        lines = [city.plane.flat(LineString(line)) for line in words[name]]
        kinds[name] = beside(lines, 15, 90)
    ground = city.ground
    main = [line.intersection(ground) for line in city.roads]
    kinds["road"] = beside(main, 15, 110)
    kinds["lane"] = beside([line for _, line in city.lanes], 10, 70)
    kinds["slope"] = beside([line for _, line in city.lanes if _in_hills(city, line)], 40, 900)
    kinds["coast"] = beside([coast(city)], 20, 350)
    kinds["town"] = _round_villages(city, town=True, spread_m=230)
    kinds["village"] = _round_villages(city, town=False, spread_m=210)
    return kinds


def coast(city: City) -> BaseGeometry:
    """Return the shore of the city: where its ground ends and its outline does not."""
    return city.ground.boundary.difference(city.outline.boundary.buffer(40))


def beside(lines: list[BaseGeometry], least_m: float, most_m: float) -> Draw:
    """Return a draw of points on either side of lines, mostly near to them."""
    parts = [part for part in shapely.get_parts(lines) if part.length > 0]
    pieces = np.array(shapely.get_parts([part for part in parts if part.geom_type != "Point"]))
    until = np.cumsum(shapely.length(pieces))

    def draw(random: np.random.Generator, size: int) -> np.ndarray:
        measures = random.uniform(0, until[-1], size)
        chosen = np.minimum(np.searchsorted(until, measures), len(pieces) - 1)
        along = measures - np.concatenate([[0], until])[chosen]
        here = shapely.get_coordinates(shapely.line_interpolate_point(pieces[chosen], along))
        ahead = shapely.get_coordinates(shapely.line_interpolate_point(pieces[chosen], along + 5))
        step = ahead - here
        length = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-6)
        offset = least_m + (most_m - least_m) * random.beta(1, 3, size)
        offset *= random.choice([-1.0, 1.0], size)
        return here + np.column_stack([-step[:, 1], step[:, 0]]) * (offset / length)[:, None]

    return draw


def _from_plots(city: City, table: np.ndarray) -> Draw:
    """Return a draw of points in rotated rectangles; `table` has the columns of `_MEASURES`."""
    centres = city.plane.metres(table[:, :2])
    weights = table[:, 5] / table[:, 5].sum()

    def draw(random: np.random.Generator, size: int) -> np.ndarray:
        chosen = random.choice(len(table), size, p=weights)
        along, across = random.uniform(-1, 1, (2, size)) * table[chosen, 2:4].T
        stray = random.normal(0, 70, (size, 2))
        angle = np.radians(table[chosen, 4])
        east = along * np.sin(angle) + across * np.cos(angle)
        north = along * np.cos(angle) - across * np.sin(angle)
        scattered: np.ndarray = centres[chosen] + np.column_stack([east, north]) + stray
        return scattered

    return draw


def _round_villages(city: City, *, town: bool, spread_m: float) -> Draw:
    """Return a draw round communities or villages, as many as people live in the township."""
    chosen = [v for v in city.villages if v.name.endswith(TOWN_ENDINGS) == town]
    codes = [village.township_code for village in chosen]
    people = {area.code: area.population for area in city.areas}
    weights = np.array([people[code] / codes.count(code) for code in codes])
    weights /= weights.sum()
    places = np.array([village.place for village in chosen])

    def draw(random: np.random.Generator, size: int) -> np.ndarray:
        index = random.choice(len(places), size, p=weights)
        spread = spread_m * np.where(random.random(size) < _SHARE_OUTSIDE, 2.6, 1.0)
        scattered: np.ndarray = places[index] + random.normal(size=(size, 2)) * spread[:, None]
        return scattered

    return draw


def _in_hills(city: City, line: BaseGeometry) -> bool:
    return bool(city.plane.round_earth(line).centroid.y < HILLS_BELOW)
