"""Closest approaches over history: PostGIS' published values, brute force, MEOS, and what is told."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from sqlalchemy import Connection, func, insert

from app.analyses.close_passes import close_passes, met_over_history
from app.analyses.shore import Shore
from app.analyses.track_parts import Sea, lay_out
from app.db.vessel_stays import VESSEL_STAYS
from layers.registry import LAYERS
from layers.sea.events import Event
from layers.sea.passes import Met
from layers.sea.path import KNOT_M_PER_S, Numbers
from layers.sea.rules import NM_M, SeaEventRules
from tests.builders import add, the_city
from tests.sea.oracle import moving

RULES = SeaEventRules.shipped()
BRIDGED_S = RULES.passing.bridged_min * 60
METRES = Transformer.from_crs(4326, 32651, always_xy=True)
EAST_M, NORTH_M = METRES.transform(123.5, 30.5)
START = datetime(2026, 7, 10, 0, 5, tzinfo=UTC).timestamp()
"""Second 0 of a test: five minutes into a quarter of an hour, far off the shore."""

ONE, TWO, THREE = "412000001", "412000002", "412000003"

Leg = tuple[float, float, float]
"""Second, metres east and north of the place of the tests."""


def within(limit_m: float) -> SeaEventRules:
    """The rules with one kind of pass, up to so many metres, however slow the vessels are."""
    return RULES.model_copy(update={
        "passes": (RULES.passes[0].model_copy(update={"within_m": limit_m}),),
        "passing": RULES.passing.model_copy(update={"slower_than_kn": 0.0}),
    })  # fmt: skip


@lru_cache
def shore() -> Shore:
    """Made once: it finds what lies near a port when it is first asked."""
    city = the_city()
    return Shore(city.base_file("land"), city.metric_srid)


def sea_of(rules: SeaEventRules) -> Sea:
    return Sea.round(121, 31, shore(), rules)


def sail(connection: Connection, mmsi: str, legs: Sequence[Leg], *, in_port: bool = False) -> None:
    """Store a track, or a stay in port."""
    seconds, east, north = np.array(legs, dtype=float).T
    lon, lat = METRES.transform(EAST_M + east, NORTH_M + north, direction="INVERSE")
    vertices = zip(lon.tolist(), lat.tolist(), (START + seconds).tolist(), strict=True)
    line = ", ".join(f"{x!r} {y!r} {at!r}" for x, y, at in vertices)
    first, last = (datetime.fromtimestamp(START + seconds[end], UTC) for end in (0, -1))
    told = {"mmsi": mmsi, "started_at": first, "ended_at": last, "positions": len(legs)}
    if in_port:
        geom = func.ST_GeomFromText(f"LINESTRING M ({line})", 4326)
        connection.execute(insert(VESSEL_STAYS).values(**told, dropped=0, geom=geom))
    else:
        add(connection, "vessel_tracks", f"LINESTRING M ({line})", **told)


def straight(course: float, knots: float, minutes: Sequence[float], place: tuple[float, float]
             = (0, 0)) -> list[Leg]:  # fmt: skip
    """Reports of a vessel that keeps course and speed, from a place at second 0."""
    speed, angle = knots * KNOT_M_PER_S, np.radians(course)
    return [
        (
            60 * at,
            place[0] + speed * np.sin(angle) * 60 * at,
            place[1] + speed * np.cos(angle) * 60 * at,
        )
        for at in minutes
    ]


def approaches(connection: Connection, limit_m: float) -> list[Met]:
    """What PostGIS finds, nearest first."""
    lay_out(connection, LAYERS, sea_of(within(limit_m)), (START - 9e4, START + 9e4))
    return sorted(met_over_history(connection, within(limit_m)), key=lambda each: each.distance_m)


def events(connection: Connection, rules: SeaEventRules = RULES) -> list[Event]:
    return list(close_passes(connection, LAYERS, sea_of(rules), (START - 9e4, START + 9e4)))


def test_head_on_at_speed_is_told_with_what_speaks_for_it(connection: Connection) -> None:
    sail(connection, TWO, straight(270, 6, [each / 2 for each in range(61)], (3000, 40)))
    sail(connection, ONE, straight(90, 8, range(31)))
    [event] = events(connection)
    assert (event.kind, event.mmsi, event.other_mmsi) == ("pass_near_miss", ONE, TWO)
    met_s = 3000 / (14 * KNOT_M_PER_S)
    assert event.first_s == event.last_s == pytest.approx(START + met_s, abs=0.01)
    told = dict(event.evidence)
    assert told.pop("place") == pytest.approx([event.lon, event.lat], abs=1e-6)
    x, y = METRES.transform(event.lon, event.lat)
    assert (x - EAST_M, y - NORTH_M) == pytest.approx((8 * KNOT_M_PER_S * met_s, 0), abs=0.01)
    assert METRES.transform(*told.pop("other_place")) == pytest.approx((x, y + 40), abs=0.2)
    assert told.pop("at") == datetime.fromtimestamp(event.first_s, UTC).isoformat(
        timespec="milliseconds"
    )
    assert told == {
        "distance_m": 40.0, "unsure_m": 11.4, "speed_kn": 8.0, "other_speed_kn": 6.0, "course_deg": 90,
        "other_course_deg": 270, "relative_speed_kn": 14.0, "between_reports_s": 60,
        "other_between_reports_s": 30, "rules": f"sea_events {RULES.version}",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "one", "two"),
    [
        ("abreast, as a pair of trawlers",
         straight(90, 3, range(121)), straight(90, 3, range(121), (0, 150))),
        ("both slow", straight(90, 1.9, range(61)), straight(270, 1.9, range(61), (1800, 20))),
        ("at one place", [(0, 0, 0), (3600, 0, 0)], [(0, 0, 0), (3600, 0, 0)]),
        ("a cable and a bit apart",
         straight(90, 8, range(31)), straight(270, 8, range(31), (4000, 186))),
        ("hauling together: near before and after",
         [(60 * at, 0, 2 * at) for at in range(121)],
         [(60 * at, abs(at - 60) * 15 + 20, 2 * at) for at in range(121)]),
        ("in a silence that is too long to tell",
         [(0, 0, 0), (BRIDGED_S + 1, 5000, 0)], [(0, 5000, 0), (BRIDGED_S + 1, 0, 0)]),
        ("one after the other", straight(90, 8, range(10)), straight(90, 8, range(10, 31))),
    ],
)  # fmt: skip
def test_no_pass(connection: Connection, name: str, one: list[Leg], two: list[Leg]) -> None:
    sail(connection, ONE, one)
    sail(connection, TWO, two)
    assert events(connection) == [], name


def test_bridged_to_its_limit_if_an_eighth_of_the_way_is_within_the_limit(
    connection: Connection,
) -> None:
    sail(connection, ONE, [(0, 0, 0), (BRIDGED_S, 5000, 0)])
    sail(connection, TWO, [(0, 5000, 0), (BRIDGED_S, 0, 0)])
    assert events(connection) == []
    share = RULES.passing.model_copy(update={"unsure_share": 0.01})
    [event] = events(connection, RULES.model_copy(update={"passing": share}))
    assert (event.kind, event.evidence["between_reports_s"]) == ("pass_close", BRIDGED_S)
    assert event.evidence["unsure_m"] == pytest.approx(100, abs=0.5)


def test_at_a_report_of_both_nothing_is_unsure(connection: Connection) -> None:
    sail(connection, ONE, [(0, 0, 0), (300, 2000, 0), (600, 4000, 0)])
    sail(connection, TWO, [(0, 4000, 30), (300, 2000, 30), (600, 0, 30)])
    [event] = events(connection)
    told = [event.evidence[name] for name in ("distance_m", "unsure_m")]
    assert told == [30, 0]


def test_pass_in_port_is_none(connection: Connection) -> None:
    line = "LINESTRING M ({} 30.278 {}, {} 30.278 {})"
    for mmsi, west, east in ((ONE, 121.045, 121.050), (TWO, 121.050, 121.045)):
        add(connection, "vessel_tracks", line.format(west, START, east, START + 120), mmsi=mmsi,
            started_at=datetime.fromtimestamp(START, UTC),
            ended_at=datetime.fromtimestamp(START + 120, UTC))  # fmt: skip
    assert events(connection) == []


def test_one_vessel_in_two_trips_or_two_on_one_number_do_not_pass_themselves(
    connection: Connection,
) -> None:
    sail(connection, ONE, straight(90, 8, range(16)))
    sail(connection, ONE, straight(270, 8, [each + 0.5 for each in range(16)], (3000, 10)))
    assert events(connection) == []
    sail(connection, TWO, straight(0, 8, range(16), (1500, -1500)))
    assert {(event.mmsi, event.other_mmsi) for event in events(connection)} == {(ONE, TWO)}


def test_tracks_that_share_one_instant_meet_at_it(connection: Connection) -> None:
    sail(connection, ONE, [(0, 0, 0), (120, 600, 0)])
    sail(connection, TWO, [(120, 600, 30), (240, 0, 30)])
    [event] = events(connection)
    assert (event.first_s, event.evidence["distance_m"]) == (START + 120, 30.0)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (straight(90, 8, range(61)), straight(270, 8, [each / 2 for each in range(121)], (9000, 40))),
        # Near each other half an hour before and after, which lies in another track: no pass.
        ([(60 * at, 0, 2 * at) for at in range(121)],
         [(60 * at, abs(at - 60) * 15 + 20, 2 * at) for at in range(121)]),
        # At the last position of one: over only if nothing is joined to it.
        (straight(90, 8, range(41)), straight(270, 8, range(21), (9900, 10))),
    ],
)  # fmt: skip
@pytest.mark.parametrize("edges", [(15, 20), (18, 19), (3, 30)])
def test_stays_in_port_between_tracks_change_nothing(
    connection: Connection, one: list[Leg], two: list[Leg], edges: tuple[int, int]
) -> None:
    whole = connection.begin_nested()
    sail(connection, ONE, one)
    sail(connection, TWO, two)
    expected = events(connection)
    whole.rollback()
    first, last = edges
    sail(connection, ONE, one[: first + 1])
    sail(connection, ONE, one[first : last + 1], in_port=True)
    sail(connection, ONE, one[last:])
    sail(connection, TWO, two)
    assert events(connection) == expected


def test_pass_over_the_edge_of_a_quarter_is_told_once(connection: Connection) -> None:
    """Ten minutes after the begin of the test a quarter of an hour ends."""
    for mmsi, course, north in ((ONE, 90, 0), (TWO, 270, 30)):
        east = -600 * 8 * KNOT_M_PER_S * np.sin(np.radians(course))
        sail(connection, mmsi, straight(course, 8, range(25), (east, north)))
    assert len(approaches(connection, 185.2)) == 2, "once on each side of the edge"
    [event] = events(connection)
    assert event.first_s == pytest.approx(START + 600, abs=0.01)


def test_three_boats_and_a_second_pass_are_told_each(connection: Connection) -> None:
    sail(connection, ONE, straight(90, 8, range(91)))
    back = [(60 * at, 3000 - abs(at - 40) * 75, 50.5) for at in range(91)]
    sail(connection, TWO, back)
    sail(connection, THREE, straight(180, 8, range(31), (2400, 2400)))
    told = [
        (event.mmsi, event.other_mmsi, round((event.first_s - START) / 60))
        for event in events(connection)
    ]
    assert told[:1] == [(ONE, TWO, 0)]
    assert (ONE, THREE, 10) in told


def test_reports_every_two_seconds_change_nothing(connection: Connection) -> None:
    dense = [each / 30 for each in range(30 * 30)]
    sail(connection, ONE, straight(90, 8, dense))
    sail(connection, TWO, straight(270, 8, dense, (5000, 77)))
    [event] = events(connection)
    assert (event.kind, event.evidence["distance_m"]) == ("pass_close", 77.0)
    assert event.first_s == pytest.approx(START + 2500 / (8 * KNOT_M_PER_S), abs=0.01)


def test_only_passes_of_the_period_are_told(connection: Connection) -> None:
    sail(connection, ONE, straight(90, 8, range(31)))
    sail(connection, TWO, straight(270, 8, range(31), (5000, 77)))
    at_s = START + 2500 / (8 * KNOT_M_PER_S)
    sea = sea_of(RULES)
    for period, many in (((at_s - 1, at_s + 1), 1), ((at_s + 1, at_s + 99), 0), ((at_s - 99, at_s - 1), 0)):  # fmt: skip
        assert len(list(close_passes(connection, LAYERS, sea, period))) == many


def test_approach_that_may_go_on_is_told_when_nothing_more_came_for_long(
    connection: Connection,
) -> None:
    sail(connection, ONE, straight(90, 8, range(11)))
    sail(connection, TWO, straight(270, 8, range(13), (5060, 10)))
    last_s, again_s, sea = START + 600, RULES.passing.again_min * 60, sea_of(RULES)
    for end_s, many in ((last_s + 60, 0), (last_s + again_s - 1, 0), (last_s + again_s, 1)):
        found = list(close_passes(connection, LAYERS, sea, (START, end_s)))
        assert [event.first_s for event in found] == [last_s] * many


def test_boats_of_other_seas_are_left_alone(connection: Connection) -> None:
    for mmsi, ends in ((ONE, (-70, -70.1)), (TWO, (-70.1, -70))):
        add(connection, "vessel_tracks",
            f"LINESTRING M ({ends[0]} 40 {START}, {ends[1]} 40 {START + 500})", mmsi=mmsi,
            started_at=datetime.fromtimestamp(START, UTC),
            ended_at=datetime.fromtimestamp(START + 500, UTC))  # fmt: skip
    assert events(connection) == []


@pytest.mark.parametrize(
    ("own", "place", "target", "minutes", "miles"),
    [
        ((0, 10), (0, 4), (180, 10), 12, 0),
        ((0, 10), (0.5, 4), (180, 10), 12, 0.5),
        ((0, 12), (3, 3), (270, 8), 17.3076923, 0.8320503),
        ((45, 10), (1, 0), (45, 10), 0, 1),
        ((180, 10), (0, 4), (0, 10), 0, 4),
        ((0, 10), (5, 0), (270, 10), 15.0, 3.535534),
        ((0, 10), (0, 10), (180, 10), 30, 0),
        ((90, 10), (10, -10), (0, 10), 60, 0),
        ((0, 12), (0, 2), (0, 8), 30, 0),
        ((0, 10), (3, 0), (0, 10), 0, 3),
        ((20, 15), (6, 4), (250, 12), 17.1123, 1.778194),
    ],
)
def test_published_cases_over_history(
    connection: Connection, own: tuple[float, float], place: tuple[float, float],
    target: tuple[float, float], minutes: float, miles: float,
) -> None:  # fmt: skip
    """Sailed for 70 minutes with a report every two; those that part are nearest as they begin."""
    every = range(0, 71, 2)
    sail(connection, ONE, straight(*own, every))
    sail(connection, TWO, straight(*target, every, (place[0] * NM_M, place[1] * NM_M)))
    nearest = approaches(connection, 5 * NM_M)[0]
    assert nearest.distance_m / NM_M == pytest.approx(miles, abs=2e-6)
    if own != target:
        assert (nearest.at_s - START) / 60 == pytest.approx(minutes, abs=1e-4)


PLACE = st.tuples(st.integers(-1500, 1500), st.integers(-1500, 1500))
STEP_S = st.one_of(st.integers(1, 900), st.sampled_from([BRIDGED_S, BRIDGED_S + 1]))
TRACK = st.tuples(st.integers(0, 900), st.lists(st.tuples(STEP_S, PLACE), min_size=2, max_size=8))


def legs_of(told: tuple[int, list[tuple[float, tuple[int, int]]]]) -> list[Leg]:
    begin_s, steps = told
    seconds = begin_s + np.cumsum([0, *(each[0] for each in steps[1:])])
    return [(float(at), *map(float, each[1])) for at, each in zip(seconds, steps, strict=True)]


def places_at(legs: Sequence[Leg], at: Numbers) -> Numbers:
    """(n, 2) where a vessel was; NaN outside of its track and in its silences."""
    seconds, east, north = np.array(legs).T
    known = np.zeros(len(at), dtype=bool)
    for begin, end in pairwise(seconds):
        known |= (at >= begin) & (at <= end) & (end - begin <= BRIDGED_S)
    there = np.column_stack((np.interp(at, seconds, east), np.interp(at, seconds, north)))
    return np.where(known[:, None], there, np.nan)


@given(TRACK, TRACK)
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nearest_is_that_of_brute_force_and_of_meos(
    connection: Connection, one: Any, two: Any
) -> None:
    first, second = legs_of(one), legs_of(two)
    every = np.arange(min(first[0][0], second[0][0]), max(first[-1][0], second[-1][0]), 0.25)
    at = np.union1d(every, [leg[0] for leg in (*first, *second)])
    apart = np.hypot(*(places_at(first, at) - places_at(second, at)).T)
    known = np.isfinite(apart)
    step_m = np.nan_to_num(np.abs(np.diff(apart)), nan=0.0).max(initial=0.0)
    with connection.begin_nested() as undone:
        sail(connection, ONE, first)
        sail(connection, TWO, second)
        found = approaches(connection, 9000)
        undone.rollback()
    if not known.any():
        assert found == []
        return
    assume((np.diff(np.flatnonzero(known)) == 1).any())
    assert found
    nearest = found[0]
    brute = np.nanmin(apart)
    assert nearest.distance_m <= brute + 0.01
    assert nearest.distance_m >= brute - step_m - 0.01
    if all(step <= BRIDGED_S for _, steps in (one, two) for step, _ in steps[1:]):
        theirs, others = (moving(*np.array(legs).T) for legs in (first, second))
        apart_m = theirs.nearest_approach_distance(others)
        assert nearest.distance_m == pytest.approx(apart_m, abs=0.1)
