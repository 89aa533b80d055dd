"""What is computed of tracks, held against MEOS (the library of MobilityDB) on any track."""

from datetime import timedelta

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pyproj import Transformer

from app.analyses.track_rows import track_rows
from layers.sea.closest_approach import closest_approach, velocity
from layers.sea.density import Cells, clipped, time_in_cells
from layers.sea.path import KNOT_M_PER_S, Numbers, Path, distance_m
from layers.sea.rules import Stop
from layers.sea.simplify import kept_for_display
from layers.sea.stops import DEGREE_M, stays
from layers.sea.trips import Trip
from tests.sea.oracle import DEGREES, METRES, between, instant, moving, sailing, seconds_of, within

MANY = st.shared(st.integers(2, 25), key="many")
METRE = st.floats(-5000, 5000).map(lambda each: round(each, 3))
EAST, NORTH = (arrays(float, MANY, elements=METRE) for _ in range(2))
STEPS_S = arrays(float, MANY, elements=st.integers(1, 3600).map(float))


def instants(steps_s: Numbers) -> Numbers:
    """From second 0 on."""
    return np.asarray(np.cumsum(steps_s) - steps_s[0])


def degrees(east: Numbers, north: Numbers) -> tuple[Numbers, Numbers]:
    """A track of some kilometres at sea off Yuyao.

    MEOS takes places nearer than a millionth of a degree for one; no two here are, but the same.
    """
    return 122.5 + np.round(east) / 100_000, 30.25 + np.round(north) / 100_000


@given(STEPS_S, EAST, NORTH, st.floats(1, 3000))
def test_display_keeps_what_meos_keeps_by_synchronous_distance(
    steps_s: Numbers, x: Numbers, y: Numbers, within_m: float
) -> None:
    seconds = instants(steps_s)
    kept = seconds[kept_for_display(seconds, x, y, within_m)]
    theirs = moving(seconds, x, y).simplify_douglas_peucker(within_m, synchronized=True)
    assert kept.tolist() == seconds_of(theirs.timestamps())


def no_ports(lon: Numbers, _lat: Numbers, _seconds: Numbers) -> list[str | None]:
    return [None] * len(lon)


@given(STEPS_S, EAST, NORTH)
def test_length_and_mean_speed_of_a_track_are_those_of_meos_on_the_ellipsoid(
    steps_s: Numbers, east: Numbers, north: Numbers
) -> None:
    seconds, (lon, lat) = instants(steps_s), degrees(east, north)
    [row] = track_rows("412000001", [Trip(0, seconds, lon, lat, 0)], no_ports)
    theirs = sailing(seconds, lon, lat)
    assert row.length_km == pytest.approx(theirs.length() / 1000, abs=0.0006)
    mean = theirs.length() / theirs.duration().total_seconds() / KNOT_M_PER_S
    assert row.mean_speed_kn == pytest.approx(mean, abs=0.006)


@given(STEPS_S, EAST, NORTH)
def test_speeds_made_good_are_those_of_meos(steps_s: Numbers, x: Numbers, y: Numbers) -> None:
    """Ours are on the sphere: half of a percent off at most; MEOS takes 0.1 m for nothing."""
    seconds, (lon, lat) = instants(steps_s), degrees(x, y)
    silent, no_status = np.full(len(seconds), np.nan), np.full(len(seconds), -1)
    ours = Path("412000001", seconds, lon, lat, silent, no_status).speeds()
    theirs = sailing(seconds, lon, lat).speed()
    for second, speed in zip(seconds[1:], ours[1:], strict=True):
        made = theirs.value_at_timestamp(instant(second - 0.5))
        assert speed * KNOT_M_PER_S == pytest.approx(made, rel=0.005, abs=0.1)


@given(STEPS_S, EAST, NORTH, st.floats(0, 1), st.floats(0, 1))
def test_a_track_cut_to_a_time_is_that_of_meos(
    steps_s: Numbers, x: Numbers, y: Numbers, one: float, other: float
) -> None:
    seconds = instants(steps_s)
    first, end = (round(float(seconds[-1]) * share, 3) for share in sorted((one, other)))
    at, east, north = clipped(seconds, x, y, first, end)
    theirs = moving(seconds, x, y).at(between(first, end))
    if not len(at):
        assert theirs is None or theirs.duration().total_seconds() == 0
        return
    # MEOS leaves out positions that it can tell from those beside them.
    when = seconds_of(theirs.timestamps())
    assert (when[0], when[-1]) == pytest.approx((at[0], at[-1]), abs=2e-6)
    there = np.array([each.value().coords[0] for each in theirs.instants()])
    ours = np.column_stack((np.interp(when, at, east), np.interp(when, at, north)))
    assert ours == pytest.approx(there, abs=0.05)


@given(STEPS_S, EAST, NORTH)
@settings(max_examples=40)
def test_time_in_an_area_is_that_of_meos(steps_s: Numbers, x: Numbers, y: Numbers) -> None:
    seconds, half_m, exact_s = instants(steps_s), 1500.5, 0.5

    def inside(east: Numbers, north: Numbers) -> Cells:
        """A grid of strips, which are convex as cells are: the middle one, and two beside it."""
        return np.digitize(east, [-half_m, half_m]).astype(np.int64)

    cells, spent = time_in_cells(seconds, x, y, inside, exact_s)
    ours = dict(zip(cells.tolist(), spent.tolist(), strict=True)).get(1, 0.0)
    strip = within(shapely.box(-half_m, -9000, half_m, 9000), METRES)
    cut = moving(seconds, x, y).at(strip)
    theirs = 0.0 if cut is None else cut.duration().total_seconds()
    assert ours == pytest.approx(theirs, abs=2 * exact_s * len(seconds))


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(600, 9000)), min_size=1, max_size=5))
def test_stops_are_those_of_meos(parts: list[tuple[int, int]]) -> None:
    """Lies still for so many minutes, then sails so many metres, and so on, due east."""
    rules = Stop(within_m=200, at_least_min=10)
    x, seconds = [0.0], [0.0]
    for minutes, metres in parts:
        x += [x[-1]] * minutes
        seconds += [seconds[-1] + 60 * minute for minute in range(1, minutes + 1)]
        x.append(x[-1] + metres)
        seconds.append(seconds[-1] + 60)
    at, east, north = np.array(seconds), np.array(x), np.zeros(len(x))
    ours = [(at[stay.first], at[stay.last]) for stay in stays(at, east / DEGREE_M, north, rules)]
    stops = moving(at, east, north).stops(rules.within_m, timedelta(minutes=rules.at_least_min))
    theirs = [
        tuple(seconds_of((each.start_timestamp(), each.end_timestamp())))
        for each in (stops.sequences() if stops is not None else [])
    ]
    assert ours == theirs


@given(
    st.tuples(METRE, METRE), st.floats(0, 360), st.floats(0.1, 30), st.floats(0, 360),
    st.floats(0.1, 30),
)  # fmt: skip
def test_dcpa_and_tcpa_are_those_of_meos(
    place: tuple[float, float], course: float, knots: float, other: float, other_knots: float
) -> None:
    """Of two vessels that sail on for two hours; MEOS takes a millionth of a step for nothing."""
    speeds = np.array([knots, other_knots]) * KNOT_M_PER_S
    east, north = velocity(speeds, np.array([course, other]))
    ours = closest_approach(np.array([place[0]]), np.array([place[1]]),
                            np.diff(east), np.diff(north))  # fmt: skip
    watch = np.array([0.0, 7200])
    own = moving(watch, east[0] * watch, north[0] * watch)
    target = moving(watch, place[0] + east[1] * watch, place[1] + north[1] * watch)
    after = float(np.clip(ours.seconds[0], 0, 7200))
    apart = np.hypot(place[0] + np.diff(east) * after, place[1] + np.diff(north) * after)[0]
    assert own.nearest_approach_distance(target) == pytest.approx(apart, abs=0.3)
    if 0 < ours.seconds[0] < 7200:
        assert ours.distance_m[0] == pytest.approx(apart, abs=1e-6)
        if np.hypot(np.diff(east), np.diff(north))[0] > 0.1:
            [met] = seconds_of([own.nearest_approach_instant(target).timestamp()])
            assert met == pytest.approx(ours.seconds[0], abs=0.02)


@given(STEPS_S, EAST, NORTH)
def test_the_plane_of_metres_is_that_of_meos(steps_s: Numbers, x: Numbers, y: Numbers) -> None:
    """EPSG:32651 by PROJ here and there, and how far its metres are from those of the sphere."""
    seconds, (lon, lat) = instants(steps_s), degrees(x, y)
    east, north = Transformer.from_crs(DEGREES, METRES, always_xy=True).transform(lon, lat)
    theirs = moving(seconds, lon, lat, DEGREES).transform(METRES)
    there = np.array([each.value().coords[0] for each in theirs.instants()])
    kept = np.searchsorted(seconds, np.array(seconds_of(theirs.timestamps())) - 0.1)
    assert np.column_stack((east, north))[kept] == pytest.approx(there, abs=1e-3)
    flat = np.hypot(np.diff(east), np.diff(north))
    assert flat == pytest.approx(distance_m(lon[:-1], lat[:-1], lon[1:], lat[1:]), rel=0.005)
