"""Trips of a vessel: where they are cut, and which positions are left out (ANALYTICS A1)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.sea.cleaning import clean
from layers.sea.cleaning_rules import CleaningRules
from layers.sea.path import Flags, Numbers, distance_m
from layers.sea.trips import Trip
from tests.sea.sailing import trips

SHIPPED = CleaningRules.among(None)
HOURLY = SHIPPED.model_copy(update={"longest_gap_h": 1, "slack_s": 0, "eased_m": 0})
LATE = 4e9

METRES_A_DEGREE = 111_194.93


def at_sea(lon: Numbers, lat: Numbers, _seconds: Numbers) -> Flags:
    return np.zeros(len(lon) if len(lon) == len(lat) else 0, dtype=bool)


def sailed(
    seconds: Numbers, lon: Numbers, lat: Numbers, rules: CleaningRules = HOURLY
) -> list[Trip]:
    cleaned = clean(seconds, lon, lat, LATE, at_sea, rules)
    return trips(seconds, lon, lat, cleaned, rules)


def found(
    seconds: list[float], metres: list[float], rules: CleaningRules = HOURLY
) -> list[list[float]]:
    """Instants of every trip along the equator, positions given in metres from its start."""
    lon = np.array(metres, dtype=np.float64) / METRES_A_DEGREE
    times = np.array(seconds, dtype=np.float64)
    return [each.seconds.tolist() for each in sailed(times, lon, np.zeros(len(lon)), rules)]


def fastest(knots: float) -> CleaningRules:
    return HOURLY.model_copy(update={"fastest_kn": knots})


def test_gap_longer_than_the_longest_begins_a_new_trip() -> None:
    seconds = [0, 60, 120, 120 + 3601, 180 + 3601]
    assert [len(each) for each in found(seconds, [0, 10, 20, 30, 40])] == [3, 2]


def test_gap_of_exactly_the_longest_does_not() -> None:
    seconds = [0, 60, 120, 120 + 3600, 180 + 3600]
    assert [len(each) for each in found(seconds, [0, 10, 20, 30, 40])] == [5]


def test_lone_ping_makes_no_trip() -> None:
    seconds = [0, 60, 10_000, 20_000, 20_060]
    assert found(seconds, [0, 10, 20, 30, 40]) == [[0, 60], [20_000, 20_060]]
    assert found([0], [0]) == []
    assert found([], []) == []


def test_wrong_first_position_is_left_out() -> None:
    seconds = [0, 60, 120, 180, 240]
    assert found(seconds, [60_000, 300, 600, 900, 1200], fastest(15 * 3600 / 1852)) == [
        [60, 120, 180, 240]
    ]


def test_wrong_position_in_the_middle_is_left_out_and_counted() -> None:
    seconds = np.arange(6, dtype=np.float64) * 60
    lon = np.array([0, 0.001, 5.0, 0.003, 0.004, 0.005])
    [trip] = sailed(seconds, lon, np.zeros(6))
    assert trip.seconds.tolist() == [0, 60, 180, 240, 300]
    assert trip.dropped == 1


def test_wrong_last_position_is_left_out() -> None:
    assert found([0, 60, 120], [0, 100, 90_000]) == [[0, 60]]


def test_two_wrong_positions_that_agree_do_not_win_over_many_right_ones() -> None:
    metres = [0, 100, 200, 90_000, 90_100, 500, 600, 700]
    seconds = [60.0 * number for number in range(8)]
    assert found(seconds, metres) == [[0, 60, 120, 300, 360, 420]]


def test_speed_is_taken_from_the_last_position_that_was_kept() -> None:
    lat = [41.1414, 41.1451, 41.1464, 41.1487, 41.1492, 41.1489]
    lon = [-8.6186, -8.5829, -8.5843, -8.586, -8.5872, -8.5882]
    [trip] = sailed(np.arange(6) * 15.0, np.array(lon), np.array(lat), fastest(100 / 1.852))
    assert trip.lon.tolist() == lon[1:]


def test_way_across_the_date_line_is_short() -> None:
    east, west, equator = np.array([179.999]), np.array([-179.999]), np.zeros(1)
    assert distance_m(east, equator, west, equator)[0] == pytest.approx(222.4, abs=0.5)
    seconds = np.array([0.0, 60.0])
    [trip] = sailed(seconds, np.array([179.999, -179.999]), np.zeros(2))
    assert len(trip.lon) == 2


def test_shipped_rules_are_dated_and_hard() -> None:
    assert SHIPPED.source
    assert 25 <= SHIPPED.fastest_kn <= 30
    assert 1 <= SHIPPED.longest_gap_h <= 8


@given(st.lists(st.tuples(st.floats(1, 9000), st.floats(-20_000, 20_000)), min_size=0, max_size=40))
def test_every_trip_is_in_order_possible_and_without_gaps(steps: list[tuple[float, float]]) -> None:
    seconds = np.cumsum([each[0] for each in steps])
    lon = np.cumsum([each[1] for each in steps]) / METRES_A_DEGREE
    made = [each for each in sailed(seconds, lon, np.zeros(len(lon))) if each.vessel == 0]
    instants = [float(instant) for each in made for instant in each.seconds]
    assert instants == sorted(set(instants))
    assert sum(len(each.seconds) + each.dropped for each in made) <= len(steps)
    for each in made:
        pauses = np.diff(each.seconds)
        assert len(each.seconds) >= 2
        assert np.all(pauses <= HOURLY.longest_gap_h * 3600)
        ways = distance_m(each.lon[:-1], each.lat[:-1], each.lon[1:], each.lat[1:])
        assert np.all(ways <= HOURLY.fastest_kn * 1852 / 3600 * pauses + 1e-3)
