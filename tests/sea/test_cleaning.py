"""What can't be true is left out with its reason; several vessels on one number become several."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.grading.rule_set import RULES, InvalidRuleSet, load
from layers.sea.beacons import beacon_by_register, drifts
from layers.sea.cleaning import REASONS, believed, clean
from layers.sea.cleaning_rules import CleaningRules
from layers.sea.identity import vessels_of
from layers.sea.path import Flags, Numbers
from layers.sea.runs import NOBODY
from tests.sea.sailing import trips

SHIPPED = CleaningRules.among(None)

KN_DEGREES_A_MINUTE = 1852 / 60 / 111_194.93
"""Degrees along the equator in a minute at one knot."""


def open_sea(lon: Numbers, _lat: Numbers, _seconds: Numbers) -> Flags:
    return np.zeros(len(lon), dtype=bool)


def line(minutes: list[float] | Numbers, lon: float, knots: float = 6) -> tuple[Numbers, Numbers]:
    """Instants and longitudes of a vessel that runs east along the equator."""
    at = np.asarray(minutes, dtype=np.float64)
    return at * 60, lon + at * knots * KN_DEGREES_A_MINUTE


def merged(*vessels: tuple[Numbers, Numbers]) -> tuple[Numbers, Numbers, Numbers]:
    """Instants, longitudes and whose they are, of several vessels in order of time."""
    seconds, lon = (np.concatenate([each[place] for each in vessels]) for place in (0, 1))
    whose = np.concatenate([np.full(len(each[0]), place) for place, each in enumerate(vessels)])
    order = np.argsort(seconds, kind="stable")
    return seconds[order], lon[order], whose[order]


def test_two_vessels_whose_reports_interleave_are_told_apart() -> None:
    one, two = line(np.arange(0, 120, 2), 122.0), line(np.arange(1, 90, 2), 125.0, 8)
    seconds, lon, whose = merged(one, two)
    assert vessels_of(seconds, lon, np.zeros(len(lon)), SHIPPED).tolist() == whose.tolist()


def test_three_vessels_and_noise_on_one_number() -> None:
    vessels = [line(np.arange(start, 200, 3), 120.0 + 4 * start) for start in range(3)]
    noise = (np.array([30.5 * 60, 90.5 * 60]), np.array([10.0, 170.0]))
    seconds, lon, whose = merged(*vessels, noise)
    found = vessels_of(seconds, lon, np.zeros(len(lon)), SHIPPED)
    assert np.all(found[whose == 3] == NOBODY)
    for number in range(3):
        assert len(set(found[whose == number].tolist())) == 1
    assert set(found.tolist()) == {NOBODY, 0, 1, 2}


def test_interleaved_vessels_are_two_trips_and_nothing_is_dropped() -> None:
    one, two = line(np.arange(0, 120, 2), 122.0), line(np.arange(1, 90, 2), 125.0)
    seconds, lon, _ = merged(one, two)
    lat = np.zeros(len(lon))
    cleaned = clean(seconds, lon, lat, 1e9, open_sea, SHIPPED)
    assert cleaned.dropped() == Counter()
    found = list(trips(seconds, lon, lat, cleaned, SHIPPED))
    assert [(each.vessel, len(each.seconds)) for each in found] == [(0, 60), (1, 45)]


@pytest.mark.parametrize("bad", [1, 2, 5])
def test_bad_first_positions_are_dropped(bad: int) -> None:
    seconds, lon = line(np.arange(30), 122.0)
    lon[:bad] = 10.0
    found = clean(seconds, lon, np.zeros(30), 1e9, open_sea, SHIPPED)
    assert np.flatnonzero(found.vessels == NOBODY).tolist() == list(range(bad))
    assert found.dropped() == {"unreachable": bad}


def test_small_jump_is_an_error_and_not_another_vessel() -> None:
    seconds, lon = line(np.arange(60), 122.0)
    lon[20:40:2] += 0.05
    found = vessels_of(seconds, lon, np.zeros(60), SHIPPED)
    assert np.flatnonzero(found == NOBODY).tolist() == list(range(20, 40, 2))


def test_every_reason_is_counted_and_earlier_ones_go_first() -> None:
    seconds, lon = line(np.arange(20), 122.0)
    lon[5] = 10.0

    def land(lon: Numbers, _lat: Numbers, _seconds: Numbers) -> Flags:
        inland = np.zeros(len(lon), dtype=bool)
        inland[[7, 8, 19]] = True
        return inland

    now_s = float(seconds[-2]) - SHIPPED.ahead_min * 60
    found = clean(seconds, lon, np.zeros(20), now_s, land, SHIPPED)
    assert found.dropped() == {"on_land": 2, "clock_ahead": 1, "unreachable": 1}
    assert REASONS[found.reasons[19] - 1] == "clock_ahead"
    assert sum(found.dropped().values()) == np.count_nonzero(found.vessels == NOBODY)


def test_clock_ahead_by_exactly_the_tolerance_is_kept() -> None:
    seconds, lon = np.array([0.0, 60.0]), np.array([122.0, 122.0])
    now_s = 60.0 - SHIPPED.ahead_min * 60
    assert clean(seconds, lon, np.zeros(2), now_s, open_sea, SHIPPED).dropped() == {}
    assert clean(seconds, lon, np.zeros(2), now_s - 1, open_sea, SHIPPED).dropped() == {
        "clock_ahead": 1
    }


def test_no_reports_at_all() -> None:
    nothing = np.zeros(0)
    found = clean(nothing, nothing, nothing, 0, open_sea, SHIPPED)
    assert len(found.vessels) == 0
    assert list(trips(nothing, nothing, nothing, found, SHIPPED)) == []


@given(
    st.lists(st.tuples(st.integers(1, 3000), st.floats(-3, 3), st.floats(-3, 3)), max_size=60),
)
def test_no_vessel_ever_needs_more_than_it_is_granted(
    reports: list[tuple[int, float, float]],
) -> None:
    seconds = np.cumsum([each[0] for each in reports], dtype=np.float64)
    lon, lat = (np.array([each[place] for each in reports]) for place in (1, 2))
    found = clean(seconds, lon, lat, 1e9, open_sea, SHIPPED)
    assert np.array_equal(found.vessels == NOBODY, found.reasons > 0)
    for trip in trips(seconds, lon, lat, found, SHIPPED):
        east = np.diff(trip.lon) * np.cos(np.radians(trip.lat[1:])) * 111_195
        ways = np.maximum(np.hypot(east, np.diff(trip.lat) * 111_195), 1)
        limit = SHIPPED.fastest_kn * 1852 / 3600 * (1 + (SHIPPED.eased_m / ways) ** 2)
        assert np.all(ways <= limit * (np.diff(trip.seconds) + SHIPPED.slack_s) * 1.006 + 1)


@pytest.mark.parametrize(
    ("way_m", "times"), [(100, 10), (300, 2), (900, 1 + 1 / 9), (9000, 1.0011)]
)
def test_over_short_ways_more_than_the_fastest_is_granted(way_m: float, times: float) -> None:
    rules = SHIPPED.model_copy(update={"slack_s": 0, "eased_m": 300})
    lon, least_s = np.array([0, way_m / 111_195]), way_m / (30 * 1852 / 3600 * times)
    for share, kept in ((1.005, 2), (0.995, 1)):
        found = clean(np.array([0, least_s * share]), lon, np.zeros(2), 1e9, open_sea, rules)
        assert np.count_nonzero(found.vessels == 0) == kept


@pytest.mark.parametrize(
    ("speed", "course", "speed_stays", "course_stays"),
    [
        (51.14, 10, True, True), (51.15, 10, False, True), (51.25, 10, False, True), (51.26, 10, True, True),
        (62.94, 10, True, True), (62.95, 10, False, True), (63.05, 10, False, True), (63.06, 10, True, True),
        (102.25, 10, False, True), (102.35, 10, False, True), (0, 359.96, True, True),
        (0.35, 359.96, True, True), (0.36, 359.96, True, False), (5, 359.95, True, True),
        (51.2, 359.96, False, False), (np.nan, 359.96, False, False), (np.nan, 10, False, True),
    ],
)  # fmt: skip
def test_speeds_and_courses_that_are_none_are_taken_as_not_told(
    speed: float, course: float, *, speed_stays: bool, course_stays: bool
) -> None:
    speeds, courses = believed(np.array([float(speed)]), np.array([float(course)]), SHIPPED)
    assert (speeds[0] == speed, courses[0] == course) == (speed_stays, course_stays)


@pytest.mark.parametrize(
    ("mmsi", "name", "sign"),
    [
        ("412000001", "浙余渔00001", None), ("412000001", None, None),
        ("412000001", "BEACON-87%", "name"), ("412000001", "NET 12", "name"),
        ("412000001", "net34", "name"), ("412000001", "12.4V", "name"),
        ("412000001", "余姚网位仪3", "name"), ("412000001", "NETTIE", "name"),
        ("900123456", None, "number"), ("000123456", None, "number"), ("812345678", None, "number"),
        ("111412001", None, None), ("972000001", None, None), ("984120001", None, None),
    ],
)  # fmt: skip
def test_net_beacons_are_told_by_number_or_name(
    mmsi: str, name: str | None, sign: str | None
) -> None:
    assert beacon_by_register(mmsi, name, SHIPPED) == sign


def drift(hours: float, knots: float) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    seconds, lon = line(np.arange(0, hours * 60 + 1, 10), 122.0, knots)
    return seconds, lon, np.zeros(len(lon)), np.full(len(lon), np.nan)


def test_drift_of_a_net_is_long_far_and_slow() -> None:
    assert drifts(*drift(12, 0.5), SHIPPED)
    assert not drifts(*drift(11.5, 0.5), SHIPPED), "too short"
    assert not drifts(*drift(12, 1.1), SHIPPED), "too fast"
    assert not drifts(*drift(12, 0.01), SHIPPED), "at anchor"
    seconds, lon, lat, speed = drift(12, 0.5)
    speed[3] = 1.0
    assert not drifts(seconds, lon, lat, speed, SHIPPED), "it tells a speed of its own"


def test_spoilt_pattern_is_refused_by_name(tmp_path: Path) -> None:
    spoilt = (RULES / "sea_cleaning.toml").read_text(encoding="utf-8").replace("'^NET", "'(^NET")
    path = tmp_path / "mine.toml"
    path.write_text(spoilt, encoding="utf-8")
    with pytest.raises(InvalidRuleSet, match="regular expression"):
        load(str(path))
