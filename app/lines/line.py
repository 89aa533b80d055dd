"""One line in an order, its metres and its stakes: from a place to a stake and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import shapely
from shapely import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry

from app.lines.foot import Foot, feet, foot_at, nearest_of_each
from app.lines.plane import ELLIPSOID, Numbers, Plane, apart_m
from app.lines.spans import chainage, joined, simple, spans
from layers.blackspots.stationing import Stationing, stationing

MARKER_WITHIN_M = 100.0
"""A marker further from its line belongs to another, or was measured wrongly."""

LEAST_MARKERS = 2
"""One marker shifts stakes, two scale them."""

Origin = Literal["markers", "true_metres"]
"""Where stakes come from."""

LineName = tuple[str, int, str, str | None]
"""Layer, id of the feature, its code, its name."""


class NoLine(ValueError):
    """A feature without a line along which anything could be measured."""


@dataclass(frozen=True)
class Line:
    """A line that runs with the flow, or with rising stakes.

    Attributes:
        name: Layer, feature id, code and name.
        plane: Metric system in which feet are found.
        parts: Lines in metres of the plane, in order; several where the line has gaps.
        starts: True metres at which each part begins, without gaps.
        stationing: From true metres to stakes.
        origin: Whether markers gave the stakes, or they are true metres.
        markers: How many markers did.
    """

    name: LineName
    plane: Plane
    parts: tuple[LineString, ...]
    starts: Numbers
    stationing: Stationing
    origin: Origin
    markers: int

    @cached_property
    def vertices(self) -> tuple[Numbers, ...]:
        """(n, 2) metres of each part."""
        return tuple(shapely.get_coordinates(part) for part in self.parts)

    @cached_property
    def measures(self) -> tuple[Numbers, ...]:
        """True metres of each vertex of each part."""
        return tuple(
            start + _geodesic(self.plane.degrees(vertices))
            for start, vertices in zip(self.starts, self.vertices, strict=True)
        )

    @property
    def length_m(self) -> float:
        """Geodesic length without gaps."""
        return float(self.measures[-1][-1])

    @property
    def first_m(self) -> float:
        """Stake of its first point."""
        return self.stationing.first_m

    @property
    def last_m(self) -> float:
        """Stake of its last point."""
        return self.stationing.last_m

    def stake(self, along_m: float) -> float:
        """Return the stake of a place so many true metres from the start."""
        return float(self.stationing.stake(along_m))

    def along(self, stake_m: float) -> float:
        """Return the true metres of a stake; beyond the ends those of the end."""
        return float(self.stationing.position(stake_m))

    def holds(self, stake_m: float) -> bool:
        """Return whether the line reaches a stake; half a metre is forgiven."""
        return self.first_m - 0.5 <= stake_m <= self.last_m + 0.5

    def place(self, along_m: float) -> tuple[float, float]:
        """Return lon, lat of a place so many true metres from the start; beyond: the end."""
        part = int(np.searchsorted(self.starts[1:], along_m, side="right"))
        measures, vertices = self.measures[part], self.vertices[part]
        flat = [[np.interp(along_m, measures, vertices[:, axis]) for axis in (0, 1)]]
        lon, lat = self.plane.degrees(np.array(flat, dtype=np.float64))[0].tolist()
        return lon, lat

    def feet(self, lon: float, lat: float, tolerance_m: float) -> list[Foot]:
        """Return every place on the line that may be the nearest, the nearest first.

        Args:
            lon: Of the point, degrees.
            lat: Of the point, degrees.
            tolerance_m: How much further than the nearest a foot may be: where the line crosses
                or touches itself there are several.
        """
        degrees = np.array([[lon, lat]])
        point = self.plane.metres(degrees)[0]
        found = []
        for vertices, measures in zip(self.vertices, self.measures, strict=True):
            found += feet(point, vertices, measures)
        places = self.plane.degrees(np.array([foot.flat for foot in found]))
        gaps = apart_m(np.repeat(degrees, len(found), axis=0), places)
        near = float(gaps.min()) + tolerance_m
        kept = sorted((gap, number) for number, gap in enumerate(gaps.tolist()) if gap <= near)
        return [found[n].measured(gap, (places[n, 0], places[n, 1])) for gap, n in kept]

    def foot(self, lon: float, lat: float, window: tuple[float, float]) -> Foot:
        """Return the nearest place on the line within true metres, cut at the line's ends."""
        return self.foot_of_each(np.array([[lon, lat]]), window)[0]

    def foot_of_each(self, degrees: Numbers, window: tuple[float, float]) -> list[Foot]:
        """Return the same for (n, 2) lon, lat, in their order."""
        low, high = np.clip(window, 0.0, self.length_m).tolist()
        points = self.plane.metres(degrees)
        parts = list(zip(self.vertices, self.measures, strict=True))
        found = [(part, near) for part in parts
                 if (near := nearest_of_each(points, *part, (low, high))) is not None]  # fmt: skip
        best = np.argmin([near.apart for _, near in found], axis=0).tolist()
        found_feet = []
        for n, number in enumerate(best):
            part, near = found[number]
            found_feet.append(foot_at(points[n], int(near.edge[n]), float(near.share[n]), *part))
        places = self.plane.degrees(np.array([foot.flat for foot in found_feet]))
        gaps = apart_m(degrees, places).tolist()
        return [foot.measured(gap, (lon, lat)) for foot, gap, (lon, lat)
                in zip(found_feet, gaps, places.tolist(), strict=True)]  # fmt: skip

    def nearest(self, points: Numbers) -> tuple[Numbers, Numbers]:
        """Return for points of the plane the true metres of the nearest place, and how far it is.

        Args:
            points: (n, 2) metres; the distances are metres of the plane too.
        """
        places = np.asarray(shapely.points(points), dtype=object)
        apart = np.array([shapely.distance(part, places) for part in self.parts])
        chosen = np.argmin(apart, axis=0)
        along = np.empty(len(points))
        for number, part in enumerate(self.parts):
            own = chosen == number
            if own.any():
                at = np.asarray(shapely.line_locate_point(part, places[own]))
                along[own] = np.interp(at, chainage(self.vertices[number]), self.measures[number])
        return along, apart.min(axis=0)

    def cut(self, from_along: float, to_along: float) -> MultiLineString:
        """Return the stretch between two true metres, in metres of the plane; empty where none."""
        pieces = []
        for vertices, measures in zip(self.vertices, self.measures, strict=True):
            low, high = max(from_along, measures[0]), min(to_along, measures[-1])
            if low < high:
                inner = vertices[(measures > low) & (measures < high)]
                ends = [
                    [np.interp(at, measures, axis) for axis in vertices.T] for at in (low, high)
                ]
                pieces.append(LineString(np.vstack([ends[:1], inner, ends[1:]])))
        return MultiLineString(pieces)

    def intervals(self, area: BaseGeometry) -> list[tuple[float, float]]:
        """Return where the line lies in an area of the plane, as true metres, both ends closed.

        Where it only touches, both ends are the same.
        """
        found: list[tuple[float, float]] = []
        for vertices, measures, line in zip(self.vertices, self.measures, self.parts, strict=True):
            planar = chainage(vertices)
            for piece in simple(shapely.intersection(line, area)):
                found += spans(line, piece, planar, measures)
        return joined(sorted(found))


def make_line(
    name: LineName,
    degrees: BaseGeometry,
    plane: Plane | None = None,
    ends: tuple[float, float | None] = (0.0, None),
    markers: Sequence[tuple[float, float, float]] = (),
) -> Line:
    """Calibrate a line.

    Args:
        name: Layer, feature id, code and name.
        degrees: Line or multi-line of lon, lat, in order.
        plane: A conformal plane; the UTM zone of its middle when None.
        ends: Stake of its first point and of its last, None: first plus length.
        markers: lon, lat and stake of each marker, in any order; those that stand further than
            100 m off or contradict the others are left out.

    Raises:
        NoLine: The geometry is empty or has no length.
    """
    if degrees.is_empty:
        raise NoLine(name[2])
    middle = degrees.envelope.centroid
    plane = plane or Plane.at(middle.x, middle.y)
    parts = _parts(plane.flat(degrees))
    if not parts:
        raise NoLine(name[2])
    lengths = [_geodesic(plane.degrees(shapely.get_coordinates(part)))[-1] for part in parts]
    starts = np.concatenate([[0.0], np.cumsum(lengths)])
    bare = Line(name, plane, parts, starts[:-1], _true(starts[-1], ends), "true_metres", 0)
    stones = _placed(bare, markers)
    if len(stones) < LEAST_MARKERS:
        return bare
    calibrated = stationing(float(starts[-1]), ends, stones)
    used = len(stones) - calibrated.dropped
    if used < LEAST_MARKERS:
        return bare
    return Line(name, plane, parts, starts[:-1], calibrated, "markers", used)


def _true(length_m: float, ends: tuple[float, float | None]) -> Stationing:
    return stationing(float(length_m), ends)


def _parts(flat: BaseGeometry) -> tuple[LineString, ...]:
    """Return the pieces of a line in their order, those that follow each other made one."""
    merged = shapely.line_merge(flat, directed=True)
    pieces = [part for part in shapely.get_parts(merged).tolist() if part.length > 0]
    if len(pieces) < 2:  # noqa: PLR2004 - one needs no order
        return tuple(pieces)
    firsts = [part.coords[0] for part in shapely.get_parts(flat).tolist()]
    # Merging may change the order of what stays apart: that of the first points is the file's.
    order = {point: number for number, point in reversed(list(enumerate(firsts)))}
    return tuple(sorted(pieces, key=lambda part: order.get(part.coords[0], len(order))))


def _placed(line: Line, markers: Sequence[tuple[float, float, float]]) -> list[tuple[float, float]]:
    """Return true metres and stake of the markers that stand at the line."""
    if not markers:
        return []
    if _meets_itself(line):
        return [found for each in markers if (found := _of_branches(line, each)) is not None]
    given = np.array(markers, dtype=np.float64)
    along, apart = line.nearest(line.plane.metres(given[:, :2]))
    return [
        (float(at), float(stake))
        for at, gap, stake in zip(along, apart, given[:, 2], strict=True)
        if gap <= MARKER_WITHIN_M
    ]


def _meets_itself(line: Line) -> bool:
    """Return whether a place on the line may have several stakes: it crosses itself or closes."""
    if not MultiLineString(line.parts).is_simple:
        return True
    ends = np.vstack([vertices[[0, -1]] for vertices in line.vertices])
    return len(np.unique(ends.round(), axis=0)) < len(ends)


def _of_branches(line: Line, marker: tuple[float, float, float]) -> tuple[float, float] | None:
    """Return where a marker stands on a line that passes itself: nearest to its own stake."""
    near = line.feet(marker[0], marker[1], 1.0)
    if near[0].offset_m > MARKER_WITHIN_M:
        return None
    return min(near, key=lambda foot: abs(foot.along_m - marker[2])).along_m, marker[2]


def _geodesic(degrees: Numbers) -> Numbers:
    """Return the geodesic metres from the first vertex to each."""
    steps = ELLIPSOID.line_lengths(degrees[:, 0], degrees[:, 1])
    return np.concatenate([[0.0], np.cumsum(np.asarray(steps)[: len(degrees) - 1])])
