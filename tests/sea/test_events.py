"""Events at sea: silences, loitering, encounters, collision risks, closed waters, wind."""

from datetime import UTC, datetime

import numpy as np
import pytest

from layers.sea.events import loitering, lost_signals, moratorium_breaches
from layers.sea.meetings import collision_risks, encounters
from layers.sea.moratorium import MoratoriumRules
from layers.sea.path import Path
from layers.sea.rules import SeaEventRules

RULES = SeaEventRules.shipped()
CALENDAR = MoratoriumRules.shipped()
START = datetime(2018, 6, 10, tzinfo=UTC).timestamp()


def path(minutes: list[float], lon: list[float] | float = 123.0, *, speed: float = 3.0,
         status: int = 0, mmsi: str = "412000001", lat: float = 30.0) -> Path:  # fmt: skip
    many = len(minutes)
    return Path(
        mmsi, START + np.array(minutes) * 60, np.broadcast_to(np.array(lon, dtype=float), (many,)).copy(),
        np.full(many, lat), np.full(many, speed), np.full(many, status),
    )  # fmt: skip


def out(lon: np.ndarray, _lat: np.ndarray, _seconds: np.ndarray) -> np.ndarray:
    return np.ones(len(lon), dtype=bool)


def kinds(found: object) -> list[str]:
    return [each.kind for each in found]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(1.99, []), (2, ["gap_notice"]), (6, ["gap_long"]), (11.99, ["gap_long"]), (12, ["gap_lost"])],
)
def test_silence_is_graver_the_longer_it_lasts(hours: float, expected: list[str]) -> None:
    boat = path([0, 10, 10 + hours * 60])
    found = list(lost_signals(boat, boat.seconds[-1], out, RULES))
    assert kinds(found) == expected
    assert all(each.last_s == boat.seconds[-1] for each in found)
    in_port = list(
        lost_signals(boat, boat.seconds[-1], lambda lon, _lat, _seconds: lon > 200, RULES)
    )
    assert in_port == []


def test_silence_that_lasts_is_open() -> None:
    boat = path([0, 10])
    [found] = lost_signals(boat, boat.seconds[-1] + 7 * 3600, out, RULES)
    assert (found.kind, found.last_s, found.evidence) == ("gap_long", None, {"hours": 7.0})


@pytest.mark.parametrize(("shore_nm", "expected"), [(19.9, []), (20, ["loitering"])])
def test_slow_and_far_out_is_loitering(shore_nm: float, expected: list[str]) -> None:
    boat = path(list(range(0, 190, 10)), speed=1)
    assert (
        kinds(loitering(boat, lambda lon, _lat: np.full(len(lon), shore_nm * 1852), RULES))
        == expected
    )


@pytest.mark.parametrize(
    ("minutes", "apart_m", "speed", "expected"),
    [(130, 400, 1, 1), (110, 400, 1, 0), (130, 600, 1, 0), (130, 400, 5, 0)],
)
def test_near_slow_and_long_is_an_encounter(
    minutes: int, apart_m: float, speed: float, expected: int
) -> None:
    times = list(range(0, minutes + 1, 5))
    north = 30 + apart_m / 111_195
    boats = [path(times, speed=speed), path(times, speed=speed, mmsi="412000002", lat=north)]
    found = list(encounters(boats, RULES))
    assert len(found) == expected
    if found:
        assert (found[0].mmsi, found[0].other_mmsi) == ("412000001", "412000002")
        assert found[0].evidence["median_distance_m"] == pytest.approx(apart_m, abs=1)


def test_encounter_is_found_across_the_date_line() -> None:
    times = list(range(0, 131, 5))
    boats = [
        path(times, 179.999, speed=1, lat=0),
        path(times, -179.999, speed=1, mmsi="412000002", lat=0),
    ]
    assert len(list(encounters(boats, RULES))) == 1


@pytest.mark.parametrize(
    ("miles", "aside", "expected"),
    [(1, 0.4, "collision_close"), (3, 0.4, "collision_near"), (3, 0.9, "collision_watch"),
     (6, 0.9, "collision_watch"), (8, 0.9, None), (3, 1.1, None), (-1, 0.4, None)],
)  # fmt: skip
def test_head_on_is_a_collision_risk(miles: float, aside: float, expected: str | None) -> None:
    nm = 1852 / 111_195.08
    states = [
        ("412000001", START, 0.0, 0.0, 10.0, 0.0),
        ("412000002", START, aside * nm, miles * nm, 10.0, 180.0),
    ]
    assert kinds(collision_risks(states, START, RULES)) == ([expected] if expected else [])


def test_state_that_is_old_or_lacks_its_course_tells_nothing() -> None:
    other = ("412000002", START, 0.0, 0.01, 10.0, 180.0)
    for own in (
        ("412000001", START - 3600, 0.0, 0.0, 10.0, 0.0),
        ("412000001", START, 0.0, 0.0, 10.0, np.nan),
    ):
        assert list(collision_risks([own, other], START, RULES)) == []


@pytest.mark.parametrize(
    ("gear", "speed", "status", "minutes", "expected"),
    [
        ("trawl", 3, 0, 70, 1), ("trawl", 3, 0, 50, 0), ("trawl", 8, 0, 70, 0),
        ("trawl", 8, 7, 70, 1), ("line", 3, 0, 70, 0), ("trawl", 0.5, 0, 70, 0),
    ],
)  # fmt: skip
def test_fishing_while_closed_is_a_breach(
    gear: str, speed: float, status: int, minutes: int, expected: int
) -> None:
    boat = path(list(range(0, minutes + 1, 10)), speed=speed, status=status)
    found = list(moratorium_breaches(boat, gear, CALENDAR, RULES))
    assert len(found) == expected
    if found:
        assert found[0].evidence["windows"] == [
            "north 2018-05-01T12:00:00+08:00/2018-09-16T12:00:00+08:00"
        ]


def test_breach_without_a_permit_tells_since_when_permits_hold_and_what_is_not_sure() -> None:
    offset = (datetime(2025, 8, 3, tzinfo=UTC).timestamp() - START) / 60
    boat = path([offset + each for each in range(0, 80, 10)])
    (found,) = moratorium_breaches(boat, "pot", CALENDAR, RULES)
    assert found.evidence["windows"] == [
        "permit 2025-08-01T12:00:00+08:00/2025-09-16T12:00:00+08:00"
    ]
    (permits,) = found.evidence["permits_since"]
    assert permits.startswith("2025-08-05T12:00:00+08:00 宁波")
    assert "待核实" in found.evidence["unverified"][0]


def test_every_breach_names_the_windows_of_its_own_positions_only() -> None:
    days = (datetime(2025, 7, 30, tzinfo=UTC), datetime(2025, 8, 3, tzinfo=UTC))
    offsets = [(day.timestamp() - START) / 60 for day in days]
    boat = path([offset + each for offset in offsets for each in range(0, 80, 10)])
    early, late = moratorium_breaches(boat, "pot", CALENDAR, RULES)
    assert early.evidence == {
        "gear": "pot", "windows": ["early 2025-05-01T12:00:00+08:00/2025-08-01T12:00:00+08:00"],
        "hours": 1.17, "positions": 8, "status_says_fishing": False,
    }  # fmt: skip
    assert late.evidence["windows"] == [
        "permit 2025-08-01T12:00:00+08:00/2025-09-16T12:00:00+08:00"
    ]
    assert (len(late.evidence["permits_since"]), len(late.evidence["unverified"])) == (1, 1)


def test_breach_across_the_edge_of_two_windows_names_both() -> None:
    edge = (datetime(2025, 8, 1, 4, tzinfo=UTC).timestamp() - START) / 60
    boat = path([edge + each for each in range(-60, 70, 10)])
    (found,) = moratorium_breaches(boat, "pot", CALENDAR, RULES)
    assert [each.split()[0] for each in found.evidence["windows"]] == ["early", "permit"]


def test_zone_with_a_moratorium_of_its_own_is_named_beside_the_calendar() -> None:
    boat = path(list(range(0, 80, 10)))
    within = np.ones(8, dtype=bool)
    (both,) = moratorium_breaches(boat, "trawl", CALENDAR, RULES, [("Z1 示意", within)])
    assert (len(both.evidence["windows"]), both.evidence["zones"]) == (1, ["Z1 示意"])
    (alone,) = moratorium_breaches(boat, "line", CALENDAR, RULES, [("Z1 示意", within)])
    assert (alone.evidence["windows"], alone.evidence["zones"]) == ([], ["Z1 示意"])
    (other,) = moratorium_breaches(boat, "trawl", CALENDAR, RULES, [("Z1 示意", ~within)])
    assert "zones" not in other.evidence


def test_trawl_far_in_the_east_of_the_waters_is_no_breach() -> None:
    boat = path(list(range(0, 80, 10)), 135.0, lat=33.0)
    assert list(moratorium_breaches(boat, "trawl", CALENDAR, RULES)) == []


@pytest.mark.parametrize(("after_h", "expected"), [(1, 0), (11, 1), (13, 1)])
def test_way_home_in_the_first_hours_is_tolerated(after_h: float, expected: int) -> None:
    begin = datetime(2018, 5, 1, 4, tzinfo=UTC).timestamp()
    offset = (begin - START) / 60 + after_h * 60
    boat = path([offset + each for each in range(0, 130, 10)])
    assert len(list(moratorium_breaches(boat, "trawl", CALENDAR, RULES))) == expected


@pytest.mark.parametrize(
    ("wind", "length", "limit", "expected"),
    [(10.7, 10, None, False), (10.8, 10, None, True), (13.8, 12, None, False), (13.9, 12, None, True),
     (17.1, 24, None, False), (17.2, 24, None, True), (17.2, 24, 9, False)],
)  # fmt: skip
def test_wind_is_too_much_by_length_or_certificate(
    wind: float, length: float, limit: int | None, expected: bool
) -> None:
    assert RULES.too_windy(wind, length, limit) is expected
