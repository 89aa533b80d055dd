"""Linear referencing: reference values, and what must hold for any line."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely import LineString, MultiLineString

from app.lines.line import Line, NoLine, make_line
from layers.stake import spell

GEOD = Geod(ellps="WGS84")

REFERENCE: Any = json.loads((Path(__file__).parent / "reference.json").read_text("utf-8"))
"""Computed for this project outside of it, in EPSG:4549."""


def line(*points: tuple[float, float], **words: Any) -> Line:
    return make_line(("pipelines", 1, "X", None), LineString(points), **words)


def test_length_and_stakes_are_those_of_the_reference() -> None:
    pipe = line(*REFERENCE["line"])
    assert pipe.length_m == pytest.approx(REFERENCE["len_geodesic_m"], abs=0.01)
    for each in REFERENCE["points"]:
        foot = pipe.feet(*each["p"], 1.0)[0]
        # The reference is planar: 0.1 % and 5 cm hold it.
        assert foot.offset_m == pytest.approx(each["d"], rel=1e-3, abs=0.05)
        if "stake" in each:
            assert spell(pipe.stake(foot.along_m)) == each["stake"]


def test_beyond_the_end_the_stake_is_that_of_the_end_and_it_is_said() -> None:
    pipe = line(*REFERENCE["line"])
    foot = pipe.feet(121.051, 30.20, 1.0)[0]
    assert foot.beyond == "end"
    assert foot.along_m == pytest.approx(pipe.length_m)
    assert pipe.feet(120.999, 30.2, 1.0)[0].beyond == "start"
    assert pipe.feet(121.02, 30.2, 1.0)[0].beyond is None


def test_left_and_right_are_seen_with_the_flow() -> None:
    east, west = line((121.0, 30.2), (121.05, 30.2)), line((121.05, 30.2), (121.0, 30.2))
    assert east.feet(121.02, 30.201, 1.0)[0].side == "left"
    assert west.feet(121.02, 30.201, 1.0)[0].side == "right"
    place = east.place(1000.0)
    assert east.feet(*place, 1.0)[0].side == "on"


def test_side_at_a_corner_is_that_of_both_edges() -> None:
    bent = line((121.0, 30.2), (121.01, 30.2), (121.01, 30.21))
    assert bent.feet(121.0105, 30.1995, 1.0)[0].side == "right"
    assert bent.feet(121.009, 30.201, 1.0)[0].side == "left"


def test_marker_where_the_line_closes_or_crosses_itself_stands_by_its_own_stake() -> None:
    ring = ((121.0, 30.2), (121.02, 30.2), (121.02, 30.21), (121.0, 30.21), (121.0, 30.2))
    bare = line(*ring)
    stakes = [0.0, 1000.0, bare.length_m * 1.01]
    places = [bare.place(0.0), bare.place(1000.0), bare.place(bare.length_m)]
    closed = line(*ring, markers=[(*p, s) for p, s in zip(places, stakes, strict=True)])
    assert closed.markers == 3
    assert closed.last_m == pytest.approx(stakes[-1], abs=0.05)
    parts = MultiLineString([[(121.0, 30.2), (121.04, 30.2)], [(121.02, 30.19), (121.02, 30.21)]])
    at = make_line(("pipelines", 1, "X", None), parts)
    late = at.length_m - 1100
    crossing = [(121.0, 30.2, 0.0), (*at.place(late), late), (121.02, 30.2, at.length_m - 1109)]
    made = make_line(("pipelines", 1, "X", None), parts, markers=crossing)
    assert made.markers == 3


def test_every_branch_of_a_loop_is_told() -> None:
    loop = line((121.0, 30.2), (121.02, 30.2), (121.02, 30.21), (121.01, 30.21), (121.01, 30.19))
    near = loop.feet(121.01, 30.2001, 15.0)
    assert len(near) == 2
    stakes = sorted(foot.along_m for foot in near)
    assert stakes[1] - stakes[0] > 2000


def test_markers_calibrate_piecewise() -> None:
    bare = line((121.0, 30.2), (121.05, 30.2))
    spots = [(0.0, 0.0), (1000.0, 1010.0), (3000.0, 3100.0)]
    markers = [(*bare.place(along), stake) for along, stake in spots]
    pipe = line((121.0, 30.2), (121.05, 30.2), markers=markers)
    assert pipe.origin == "markers"
    assert pipe.markers == 3
    assert pipe.stake(500.0) == pytest.approx(505.0, abs=0.05)
    assert pipe.stake(2000.0) == pytest.approx(2055.0, abs=0.05)
    assert pipe.stake(4000.0) == pytest.approx(4100.0, abs=0.05)
    assert pipe.along(2055.0) == pytest.approx(2000.0, abs=0.05)


def test_marker_far_from_the_line_or_against_the_others_is_left_out() -> None:
    bare = line((121.0, 30.2), (121.05, 30.2))
    markers = [(*bare.place(along), along) for along in (0.0, 1000.0, 2000.0, 3000.0)]
    spoilt = [*markers, (*bare.place(1500.0), 90_000.0), (121.02, 30.25, 10.0)]
    pipe = line((121.0, 30.2), (121.05, 30.2), markers=spoilt)
    assert pipe.markers == 4
    assert pipe.stake(1500.0) == pytest.approx(1500.0, abs=0.05)


def test_without_markers_stakes_are_true_metres_and_it_is_said() -> None:
    assert line((121.0, 30.2), (121.05, 30.2)).origin == "true_metres"
    one = line((121.0, 30.2), (121.05, 30.2), markers=[(121.0, 30.2, 5.0)])
    assert one.origin == "true_metres"


def test_gap_between_parts_has_no_length() -> None:
    parts = MultiLineString([[(121.0, 30.2), (121.01, 30.2)], [(121.02, 30.2), (121.03, 30.2)]])
    pipe = make_line(("pipelines", 1, "X", None), parts)
    assert pipe.length_m == pytest.approx(2 * GEOD.line_length([121.0, 121.01], [30.2, 30.2]))
    assert pipe.place(pipe.length_m * 0.75)[0] == pytest.approx(121.025, abs=1e-6)


def test_parts_that_follow_each_other_keep_the_direction_of_the_flow() -> None:
    parts = MultiLineString([[(121.02, 30.2), (121.01, 30.2)], [(121.01, 30.2), (121.0, 30.2)]])
    pipe = make_line(("pipelines", 1, "X", None), parts)
    assert len(pipe.parts) == 1
    assert pipe.place(0.0)[0] == pytest.approx(121.02)


@pytest.mark.parametrize("shape", [LineString(), LineString([(121, 30), (121, 30)])])
def test_line_without_length_is_none(shape: LineString) -> None:
    with pytest.raises(NoLine):
        make_line(("pipelines", 1, "X", None), shape)


@pytest.mark.parametrize(("lon", "lat"), [(3.0, 51.0), (-70.0, -20.0), (122.9, 30.0)])
def test_any_zone_of_the_world_will_do(lon: float, lat: float) -> None:
    pipe = line((lon, lat), (lon + 0.01, lat + 0.01))
    along = pipe.length_m / 3
    assert pipe.feet(*pipe.place(along), 1.0)[0].along_m == pytest.approx(along, abs=0.05)


def test_intervals_in_an_area_are_exact() -> None:
    pipe = line((121.0, 30.2), (121.05, 30.2))
    centre = pipe.plane.flat(shapely.Point(pipe.place(2000.0)))
    (found,) = pipe.intervals(centre.buffer(300.0, quad_segs=256))
    assert found == pytest.approx((1700.0, 2300.0), abs=0.3)
    assert pipe.intervals(centre.buffer(1.0).exterior.envelope.buffer(0)) != []
    assert pipe.intervals(shapely.Point(0, 0).buffer(5)) == []


def test_intervals_of_a_line_that_crosses_itself_are_both_branches() -> None:
    loop = line((121.0, 30.2), (121.02, 30.2), (121.02, 30.21), (121.01, 30.21), (121.01, 30.19))
    centre = loop.plane.flat(shapely.Point(121.01, 30.2))
    found = loop.intervals(centre.buffer(100.0))
    assert len(found) == 2
    assert [round(high - low) for low, high in found] == [200, 200]


corners = st.lists(
    st.tuples(st.floats(-0.02, 0.02), st.floats(-0.02, 0.02)), min_size=2, max_size=12, unique=True
)


@given(corners, st.floats(0, 1), st.lists(st.floats(0.9, 1.1), min_size=3, max_size=3))
def test_stake_is_read_back_from_its_own_place_within_five_centimetres(
    points: list[tuple[float, float]], share: float, drift: list[float]
) -> None:
    shape = LineString([(121.1 + x, 30.1 + y) for x, y in points])
    if shape.length < 1e-4:
        return
    bare = make_line(("pipelines", 1, "X", None), shape)
    spots = np.linspace(0, bare.length_m, 4)
    stakes = np.concatenate([[0.0], np.cumsum(np.diff(spots) * drift)])
    markers = [(*bare.place(float(a)), float(s)) for a, s in zip(spots, stakes, strict=True)]
    pipe = make_line(("pipelines", 1, "X", None), shape, markers=markers)
    stake = pipe.first_m + share * (pipe.last_m - pipe.first_m)
    lon, lat = (round(part, 7) for part in pipe.place(pipe.along(stake)))
    found = [pipe.stake(foot.along_m) for foot in pipe.feet(lon, lat, 0.5)]
    assert min(abs(each - stake) for each in found) < 0.05


def test_ten_thousand_distances_are_those_of_the_ellipsoid() -> None:
    random = np.random.default_rng(5)
    lon, lat = random.uniform(120.9, 121.4, 10_000), random.uniform(29.7, 30.35, 10_000)
    azimuth, apart = random.uniform(0, 360, 10_000), random.uniform(0, 2000, 10_000)
    to_lon, to_lat, _ = GEOD.fwd(lon, lat, azimuth, apart)
    for n in range(10_000):
        pipe = line((lon[n], lat[n]), (lon[n] + 1e-9, lat[n]))
        offset_m = pipe.feet(to_lon[n], to_lat[n], 1.0)[0].offset_m
        assert offset_m == pytest.approx(apart[n], rel=1e-3, abs=0.05)


@given(corners, st.floats(-0.03, 0.03), st.floats(-0.03, 0.03))
def test_nearest_foot_is_the_first_of_all_feet(
    points: list[tuple[float, float]], x: float, y: float
) -> None:
    shape = LineString([(121.1 + a, 30.1 + b) for a, b in points])
    if shape.length < 1e-4:
        return
    pipe = make_line(("pipelines", 1, "X", None), shape)
    one = pipe.foot(121.1 + x, 30.1 + y, (0.0, pipe.length_m))
    # Which of two places is the nearer, plane and ellipsoid may see differently by centimetres.
    assert one.offset_m == pytest.approx(pipe.feet(121.1 + x, 30.1 + y, 0.0)[0].offset_m, abs=0.05)


@given(corners, st.floats(0, 1), st.floats(0, 1), st.floats(-0.03, 0.03), st.floats(-0.03, 0.03))
def test_foot_in_a_window_is_the_nearest_place_of_that_stretch(
    points: list[tuple[float, float]], one: float, other: float, x: float, y: float
) -> None:
    shape = LineString([(121.1 + a, 30.1 + b) for a, b in points])
    if shape.length < 1e-4:
        return
    pipe = make_line(("pipelines", 1, "X", None), shape)
    low, high = sorted(share * pipe.length_m for share in (one, other))
    foot = pipe.foot(121.1 + x, 30.1 + y, (low, high))
    assert low - 0.01 <= foot.along_m <= high + 0.01
    if high - low > 1:
        point = pipe.plane.flat(shapely.Point(121.1 + x, 30.1 + y))
        apart = shapely.distance(pipe.cut(low, high), point)
        assert foot.offset_m == pytest.approx(apart, rel=1e-3, abs=0.05)
