"""Vessels where they must not be: in a gale, in a collision zone, not in port."""

from datetime import datetime

import numpy as np
import pytest

from layers.sea.duties import gales, in_collision_zone, limit_of, not_in_port
from layers.sea.moratorium import MoratoriumRules
from layers.sea.path import Flags, Numbers, Path
from layers.sea.rules import SeaEventRules

RULES = SeaEventRules.shipped()
CALENDAR = MoratoriumRules.shipped()
HOUR_S = 3600.0


def path(
    begin: str, hours: list[float], *, lon: float = 123.0, speed: float = 3.0, status: int = 0
) -> Path:
    many = len(hours)
    seconds = datetime.fromisoformat(begin).timestamp() + np.array(hours) * HOUR_S
    return Path(
        "412000001", seconds, np.full(many, lon), np.full(many, 30.0), np.full(many, speed),
        np.full(many, status),
    )  # fmt: skip


def at_sea(lon: Numbers, _lat: Numbers, _seconds: Numbers) -> Flags:
    return np.asarray(lon > 122.0)


@pytest.mark.parametrize(
    ("certified", "length_m", "expected"),
    [
        (9, 10.0, (9, "certificate")), (None, 11.99, (6, "length")), (None, 12.0, (7, "length")),
        (None, 24.0, (8, "length")), (None, None, (6, "assumed")),
    ],
)  # fmt: skip
def test_limit_is_that_of_the_certificate_else_by_length(
    certified: int | None, length_m: float | None, expected: tuple[int, str]
) -> None:
    found = limit_of(certified, length_m, RULES)
    assert (found.beaufort, found.by) == expected


@pytest.mark.parametrize(
    ("beaufort", "limit", "expected"),
    [(5, 6, None), (6, 6, "gale_yellow"), (7, 8, None), (9, 8, "gale_yellow"),
     (10, 7, "gale_orange"), (11, 7, "gale_orange"), (12, 7, "gale_red")],
)  # fmt: skip
def test_at_sea_in_at_least_its_limit(beaufort: int, limit: int, expected: str | None) -> None:
    boat = path("2026-09-01T08:00+08:00", [0, 1, 2, 3])
    force = np.array([0, beaufort, beaufort, 0])
    found = list(gales(boat, force, limit_of(limit, None, RULES), at_sea, RULES))
    assert [each.kind for each in found] == ([expected] if expected else [])
    for each in found:
        assert (each.first_s, each.last_s) == (boat.seconds[1], boat.seconds[2])
        assert each.evidence["limit_by"] == "certificate"


def test_gale_over_the_last_position_is_open_and_in_port_is_none() -> None:
    force, limit = np.array([8, 8]), limit_of(None, 20, RULES)
    [found] = gales(path("2026-09-01T08:00+08:00", [0, 1]), force, limit, at_sea, RULES)
    assert found.last_s is None
    in_port = path("2026-09-01T08:00+08:00", [0, 1], lon=121.5)
    assert list(gales(in_port, force, limit, at_sea, RULES)) == []


@pytest.mark.parametrize(
    ("speed", "status", "minutes", "expected"),
    [(0.5, 0, 30, 1), (0.5, 0, 29, 0), (1.0, 0, 30, 0), (3.0, 1, 30, 1), (3.0, 5, 30, 0)],
)
def test_adrift_or_anchored_in_a_collision_zone(
    speed: float, status: int, minutes: float, expected: int
) -> None:
    boat = path("2026-09-01T08:00+08:00", [0, minutes / 120, minutes / 60, 3], speed=speed,
                status=status)  # fmt: skip
    inside = np.array([True, True, True, False])
    found = list(in_collision_zone(boat, inside, {"zone": "1"}, RULES))
    assert [each.kind for each in found] == ["collision_zone"] * expected
    for each in found:
        assert each.evidence["minutes"] == 30
        assert each.evidence["status_says_anchored"] is (status == 1)


@pytest.mark.parametrize(
    ("gear", "begin", "lon", "expected"),
    [
        ("trawl", "2018-05-01T23:00+08:00", 123.0, 0),
        ("trawl", "2018-05-02T00:00+08:00", 123.0, 1),
        ("trawl", "2018-05-02T00:00+08:00", 121.5, 0),
        ("line", "2018-05-02T00:00+08:00", 123.0, 0),
        ("pot", "2023-08-02T00:00+08:00", 123.0, 0),
        (None, "2018-05-02T00:00+08:00", 123.0, 0),
    ],
)  # fmt: skip
def test_bound_boat_lies_in_port_after_the_hours_for_its_way_home(
    gear: str | None, begin: str, lon: float, expected: int
) -> None:
    boat = path(begin, [0, 0.5, 1], lon=lon)
    found = list(not_in_port(boat, gear, at_sea, CALENDAR, RULES))
    assert [each.kind for each in found] == ["not_returned"] * expected


def trip(days: float, call_at: float | None) -> Path:
    """A boat that lies in port for a quarter of an hour of days at its call, reports each 10 min."""
    boat = path("2026-01-01T00:00+08:00", list(np.arange(0, days * 24, 1 / 6)))
    boat.lat[:] = 30 + np.arange(len(boat.lat)) % 7 / 10
    if call_at is not None:
        in_port = slice(round(call_at * 144), round(call_at * 144) + 6)
        boat.lon[in_port], boat.lat[in_port] = 121.5, 30.0
    return boat


@pytest.mark.parametrize(
    ("days", "call_at", "expected"),
    [(19, None, []), (21, None, [None]), (21, 10, []), (35, 21, [21]), (43, 10, [None])],
)
def test_trip_of_too_many_days_is_not_returned_until_the_next_port_call(
    days: float, call_at: float | None, expected: list[float | None]
) -> None:
    boat = trip(days, call_at)
    found = list(not_in_port(boat, None, at_sea, CALENDAR, RULES))
    ends = [
        None if each.last_s is None else round((each.last_s - boat.seconds[0]) / 86_400, 1)
        for each in found
    ]
    assert ends == expected
    assert all(each.evidence["because"] == "days" for each in found)
