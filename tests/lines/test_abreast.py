"""Where features lie beside a line: found together as one by one; pieces are the whole stretch."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, reject
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from app.lines.abreast import PLANE_SCALE, STEP_M, abreast, abreast_each
from app.lines.line import Line, make_line
from app.lines.pieces import PIECE_M, pieces_of
from layers import stake

spot = st.tuples(st.floats(-0.02, 0.02), st.floats(-0.02, 0.02))

corners = st.lists(spot, min_size=2, max_size=10, unique=True)

shares = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted)


def line_of(points: list[tuple[float, float]]) -> Line:
    shape = LineString([(121.1 + x, 30.1 + y) for x, y in points])
    if shape.length < 1e-3:
        reject()
    return make_line(("pipelines", 1, "X", None), shape)


def window_of(pipe: Line, ends: list[float]) -> tuple[float, float]:
    low, high = (share * pipe.length_m for share in ends)
    assume(high - low > 1)
    return low, high


@given(corners, st.lists(spot, min_size=1, max_size=8), shares)
def test_features_found_together_are_those_found_one_by_one(
    points: list[tuple[float, float]], spots: list[tuple[float, float]], ends: list[float]
) -> None:
    pipe = line_of(points)
    window = window_of(pipe, ends)
    shapes: list[BaseGeometry] = []
    for x, y in spots:
        place = Point(121.1 + x, 30.1 + y)
        shapes += [place, place.buffer(1e-4)]
    together = abreast_each(pipe, shapes, 200.0, window)
    assert together == [abreast(pipe, each, 200.0, window) for each in shapes]


@given(corners, spot, st.floats(10, 3000), st.floats(0, 1000))
def test_interval_is_that_of_all_of_the_feature_within_the_band(
    points: list[tuple[float, float]], corner: tuple[float, float], size_m: float, within_m: float
) -> None:
    pipe = line_of(points)
    x, y = pipe.plane.metres(np.array([[121.1 + corner[0], 30.1 + corner[1]]]))[0].tolist()
    area = Polygon([(x, y), (x + size_m, y), (x + size_m, y + size_m / 3), (x, y + size_m / 3)])
    found = abreast(pipe, pipe.plane.round_earth(area), within_m)
    assume(not found.runs_through)
    reach = max(within_m, found.foot.offset_m) * PLANE_SCALE + 1.0
    band = MultiLineString(pipe.parts).buffer(reach)
    edge = shapely.get_coordinates(shapely.segmentize(area.intersection(band), STEP_M))
    at = pipe.nearest(edge)[0]
    low, high = min(at.min(), found.foot.along_m), max(at.max(), found.foot.along_m)
    # Corners of the band are polygons; those of the whole band may lie a step further.
    assert found.span == pytest.approx((low, high), abs=2 * STEP_M)


@given(corners, shares)
def test_pieces_are_short_and_are_the_whole_stretch(
    points: list[tuple[float, float]], ends: list[float]
) -> None:
    pipe = line_of(points)
    low, high = window_of(pipe, ends)
    pieces = pieces_of(pipe, low, high)
    shapes = [shapely.from_wkb(piece.wkb) for piece in pieces]
    for one, other in pairwise(shapes):
        assert one.coords[-1] == other.coords[0]
    for piece, shape in zip(pieces, shapes, strict=True):
        assert piece.box == shape.bounds
        assert pipe.plane.flat(shape).length < PIECE_M * 1.01
    # Straight in the plane and straight in degrees differ by decimetres on an edge of kilometres.
    whole = pipe.plane.round_earth(pipe.cut(low, high))
    assert sum(shape.length for shape in shapes) == pytest.approx(whole.length, rel=1e-6)
    assert shapely.hausdorff_distance(MultiLineString(shapes), whole) < 5e-6


def test_pieces_leave_out_the_gap_between_two_parts() -> None:
    parts = MultiLineString([[(121.0, 30.2), (121.02, 30.2)], [(121.05, 30.2), (121.07, 30.2)]])
    pipe = make_line(("pipelines", 1, "X", None), parts)
    shapes = [shapely.from_wkb(piece.wkb) for piece in pieces_of(pipe, 0.0, pipe.length_m)]
    assert not any(shapely.intersects(shape, Point(121.035, 30.2)) for shape in shapes)
    assert sum(shape.length for shape in shapes) == pytest.approx(0.04)


def test_single_place_is_one_tiny_piece() -> None:
    pipe = line_of([(0.0, 0.0), (0.02, 0.0)])
    (piece,) = pieces_of(pipe, 500.0, 500.0)
    assert shapely.from_wkb(piece.wkb).length < 1e-8


def test_area_that_touches_the_end_of_the_stretch_has_a_span_there() -> None:
    pipe = line_of([(0.0, 0.0), (0.02, 0.0)])
    end = pipe.plane.flat(Point(pipe.place(1000.0)))
    beyond = shapely.box(end.x, end.y - 50, end.x + 100, end.y + 50)
    found = abreast(pipe, pipe.plane.round_earth(beyond), 200.0, (500.0, 1000.0))
    assert found.span == pytest.approx((1000.0, 1000.0), abs=0.5)
    assert stake.spell(pipe.stake(found.foot.along_m)) == "K1+000"
