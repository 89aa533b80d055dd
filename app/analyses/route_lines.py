"""The line along which the stakes of a route run: one carriageway, in order, forward.

Files bring routes in pieces: two carriageways side by side, pieces out of order, pieces drawn
against their stakes.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

Numbers = NDArray[np.float64]

Stones = Sequence[tuple[Point, float]]
"""Place and stake of each stone."""

BESIDE_M = 50.0
"""Carriageways of one road lie no further apart."""

SHARE_BESIDE = 0.8
"""Share of a piece beside a longer one from which it is the other carriageway."""

STONE_WITHIN_M = 100.0
"""A stone further from its route belongs to another, or was measured wrongly."""


def axis(line: BaseGeometry, stones: Stones) -> tuple[LineString, ...]:
    """Return the pieces that carry the stakes, in their order; empty for a line without length.

    Args:
        line: Metres; a line or several.
        stones: By them pieces are put in order and turned. Pieces without stones follow the piece
            whose end is nearest.
    """
    merged = shapely.line_merge(line)
    pieces = [part for part in shapely.get_parts(merged).tolist() if part.length > 0]
    return tuple(_in_order(_one_carriageway(pieces), stones))


def offsets(parts: Sequence[LineString]) -> Numbers:
    """Return the position at which each piece begins, and the whole length at the end."""
    return np.concatenate([[0.0], np.cumsum([part.length for part in parts])])


def snapped(
    parts: Sequence[LineString], starts: Numbers, points: Sequence[Point]
) -> tuple[Numbers, Numbers]:
    """Return for each point the position of the nearest place on the pieces, and how far."""
    if not len(points):
        return np.zeros(0), np.zeros(0)
    places, lines = np.asarray(points, dtype=object), np.asarray(parts, dtype=object)
    apart = shapely.distance(lines[:, None], places[None, :])
    nearest = np.argmin(apart, axis=0)
    along = shapely.line_locate_point(lines[nearest], places)
    return starts[nearest] + along, apart[nearest, np.arange(len(places))]


def placed(parts: Sequence[LineString], stones: Stones) -> list[tuple[float, float]]:
    """Return position and stake of the stones that stand on their route."""
    positions, apart = snapped(parts, offsets(parts), [point for point, _ in stones])
    return [
        (float(position), stake)
        for position, gap, (_, stake) in zip(positions, apart, stones, strict=True)
        if gap <= STONE_WITHIN_M
    ]


def _one_carriageway(pieces: list[LineString]) -> list[LineString]:
    """Return the pieces without those that run beside a longer one."""
    kept: list[LineString] = []
    for piece in sorted(pieces, key=lambda one: -one.length):
        around = shapely.union_all([one.buffer(BESIDE_M) for one in kept])
        if shapely.intersection(piece, around).length < SHARE_BESIDE * piece.length:
            kept.append(piece)
    return [piece for piece in pieces if any(piece is one for one in kept)]


def _in_order(pieces: list[LineString], stones: Stones) -> list[LineString]:
    """Return the pieces by their stakes, each running with them."""
    known: list[tuple[float, LineString]] = []
    rest: list[LineString] = []
    for piece in pieces:
        own = _own(piece, pieces, stones)
        if own:
            stakes = [stake for _, stake in sorted(own)]
            known.append((min(stakes), piece if stakes[-1] >= stakes[0] else _turned(piece)))
        else:
            rest.append(piece)
    ordered = [piece for _, piece in sorted(known, key=lambda one: one[0])]
    if not ordered and rest:
        ordered.append(rest.pop(0))
    while rest:
        ordered = _joined(ordered, rest)
    return ordered


def _own(
    piece: LineString, pieces: Sequence[LineString], stones: Stones
) -> list[tuple[float, float]]:
    """Return position and stake of the stones that stand nearest to this piece."""
    return [
        (float(piece.project(point)), stake)
        for point, stake in stones
        if (gap := piece.distance(point)) <= STONE_WITHIN_M
        and all(gap <= other.distance(point) for other in pieces)
    ]


def _joined(ordered: list[LineString], rest: list[LineString]) -> list[LineString]:
    """Take the piece nearest to either end, and put it there, running on."""
    first, last = Point(ordered[0].coords[0]), Point(ordered[-1].coords[-1])
    gaps = [(min(first.distance(one), last.distance(one)), i) for i, one in enumerate(rest)]
    piece = rest.pop(min(gaps)[1])
    if first.distance(piece) < last.distance(piece):
        toward = first.distance(Point(piece.coords[-1])) <= first.distance(Point(piece.coords[0]))
        return [piece if toward else _turned(piece), *ordered]
    onward = last.distance(Point(piece.coords[0])) <= last.distance(Point(piece.coords[-1]))
    return [*ordered, piece if onward else _turned(piece)]


def _turned(piece: LineString) -> LineString:
    return LineString(piece.coords[::-1])
