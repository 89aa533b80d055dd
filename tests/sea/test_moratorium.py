"""The moratorium calendar: notices of each year, edges at noon, and calendars that are refused."""

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import datetimes, floats, just, one_of, sampled_from

from layers.grading.rule_set import InvalidRuleSet, dump, parse
from layers.sea.closure import closed_spans, closure
from layers.sea.moratorium import MoratoriumRules
from layers.sea.path import Path

RULES = MoratoriumRules.shipped()


def noon(local: str) -> datetime:
    """An instant of the calendar's own zone."""
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def state(local: str, gear: str, latitude: float) -> str:
    return closure(RULES, gear, noon(local), latitude).state


@pytest.mark.parametrize(
    ("local", "gear", "latitude", "expected"),
    [
        ("2016-05-15T12:00", "trawl", 29.5, "open"),
        ("2016-06-01T11:59", "trawl", 29.5, "open"),
        ("2016-06-01T12:00", "trawl", 29.5, "closed"),
        ("2016-08-01T12:00", "pot", 29.5, "open"),
        ("2018-05-01T11:59:59", "stow_net", 30, "open"),
        ("2018-05-01T12:00", "stow_net", 30, "closed"),
        ("2018-08-01T11:59", "pot", 30, "closed"),
        ("2018-08-01T12:00", "pot", 30, "open"),
        ("2018-08-16T12:00", "trawl", 26.0, "open"),
        ("2018-08-16T12:00", "trawl", 26.5, "closed"),
        ("2018-09-01T12:00", "trawl", 35.0, "closed"),
        ("2018-09-01T12:00", "trawl", 35.1, "open"),
        ("2024-09-17T00:00", "trawl", 30, "closed"),
        ("2024-09-20T07:59", "trawl", 30, "closed"),
        ("2024-09-20T08:00", "trawl", 30, "open"),
        ("2018-06-01T12:00", "line", 30, "exempt"),
        ("2018-06-01T12:00", "fish_carrier", 30, "closed"),
        ("2012-07-01T12:00", "trawl", 30, "unknown"),
    ],
)
def test_notice_of_the_year_decides(local: str, gear: str, latitude: float, expected: str) -> None:
    assert state(local, gear, latitude) == expected


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        (33, 123, "closed"), (33, 130.5, "closed"), (33, 130.51, "unknown"), (33, 135, "unknown"),
        (33, 118.5, "closed"), (33, 118.49, "unknown"), (36, 126, "closed"), (38, 131, "unknown"),
        (30, 128, "closed"), (30, 131.2, "unknown"), (26.6, 128.6, "unknown"), (25, 120, "closed"),
        (25, 129, "unknown"), (30, -123, "unknown"),
    ],
)  # fmt: skip
def test_waters_end_in_the_west_and_the_east(
    latitude: float, longitude: float, expected: str
) -> None:
    at = noon("2018-07-01T12:00")
    assert closure(RULES, "trawl", at, latitude, longitude).state == expected


@pytest.mark.parametrize(
    ("years", "gears", "latitudes", "begins", "ends"),
    [
        ((2013, 2016), ("trawl", "drift_net", "light_seine", "fish_carrier", "other"), (26, 30, 34), "06-01T12:00", "09-16T12:00"),
        ((2013, 2016), ("beam_trawl", "pot"), (26, 30, 34), "06-01T12:00", "08-01T12:00"),
        ((2013, 2016), ("set_net",), (26, 30, 34), "06-01T12:00", "09-01T12:00"),
        ((2017, 2018, 2023, 2025, 2026), ("trawl", "stow_net", "fish_carrier", "other"), (26.6, 30, 34.9), "05-01T12:00", "09-16T12:00"),
        ((2024,), ("trawl", "stow_net", "fish_carrier", "other"), (26.5, 30, 34), "05-01T12:00", "09-20T08:00"),
        ((2018, 2024, 2026), ("trawl", "stow_net", "fish_carrier", "other"), (24, 26.4), "05-01T12:00", "08-16T12:00"),
        ((2018, 2024, 2026), ("trawl", "stow_net", "fish_carrier", "other"), (35.1, 38, 41.5), "05-01T12:00", "09-01T12:00"),
        ((2018, 2024, 2025, 2026), ("beam_trawl", "pot", "drift_net", "light_seine"), (24, 26.5, 27, 32, 34.9), "05-01T12:00", "08-01T12:00"),
        ((2018, 2022), ("beam_trawl", "pot", "drift_net", "light_seine"), (30,), "05-01T12:00", "08-01T12:00"),
        ((2018, 2024, 2026), ("set_net",), (28, 30, 31), "05-01T12:00", "08-16T12:00"),
    ],
)  # fmt: skip
def test_every_row_is_closed_from_its_first_noon_until_its_last_edge(
    years: tuple[int, ...], gears: tuple[str, ...], latitudes: tuple[float, ...], begins: str, ends: str
) -> None:  # fmt: skip
    instant = timedelta(seconds=1)
    for year, gear, latitude in product(years, gears, latitudes):
        first, last = (noon(f"{year}-{edge}") for edge in (begins, ends))
        told = [
            closure(RULES, gear, at, latitude).state
            for at in (first - instant, first, last - instant, last)
        ]
        assert told == ["open", "closed", "closed", "open"], (year, gear, latitude)


@pytest.mark.parametrize(
    ("local", "gear", "latitude"),
    [
        ("2017-06-01T12:00", "trawl", 26.0), ("2017-06-01T12:00", "trawl", 36.0),
        ("2017-06-01T12:00", "pot", 30.0), ("2017-06-01T12:00", "set_net", 30.0),
        ("2018-06-01T12:00", "pot", 36.0), ("2016-07-01T12:00", "trawl", 36.0),
        ("2018-06-01T12:00", "trawl", 23.4), ("2018-06-01T12:00", "aquaculture", 30.0),
        ("2018-08-01T12:00", "set_net", 26.0), ("2018-08-01T12:00", "set_net", 33.0),
        ("2018-08-01T12:00", "set_net", 36.0),
    ],
)  # fmt: skip
def test_where_the_calendar_tells_nothing_no_rule_is_known(
    local: str, gear: str, latitude: float
) -> None:
    assert state(local, gear, latitude) == "unknown"


def test_set_nets_are_closed_three_months_everywhere_and_longer_in_zhejiang() -> None:
    for latitude in (26.0, 30.0, 33.0, 36.0):
        assert state("2018-08-01T11:59", "set_net", latitude) == "closed"
    assert state("2018-08-16T11:59", "set_net", 30) == "closed"
    assert state("2018-08-16T12:00", "set_net", 30) == "open"


@pytest.mark.parametrize("gear", ["beam_trawl", "pot", "drift_net", "light_seine"])
def test_permits_are_asked_for_in_zhejiang_only(gear: str) -> None:
    assert state("2022-08-20T00:00", gear, 30) == "open"
    assert state("2023-08-01T12:00", gear, 30) == "permit"
    assert state("2023-09-16T11:59", gear, 30) == "permit"
    assert state("2023-09-16T12:00", gear, 30) == "open"
    assert state("2024-09-20T07:59", gear, 30) == "permit", "the opening is that of the typhoons"
    assert state("2023-08-20T00:00", gear, 34) == state("2023-08-20T00:00", gear, 26.8) == "open"


def test_permits_of_ningbo_hold_later_in_2025_and_nothing_else_moves() -> None:
    early = closure(RULES, "pot", noon("2025-08-05T11:59"), 30)
    assert (early.state, early.window) == ("permit", "permit")
    (since, source), = early.not_yet  # fmt: skip
    assert (since, "宁波" in source) == (noon("2025-08-05T12:00"), True)
    assert closure(RULES, "pot", noon("2025-08-05T12:00"), 30).not_yet == ()
    assert closure(RULES, "pot", noon("2026-08-02T12:00"), 30).not_yet == ()
    assert (
        state("2025-08-01T12:00", "pot", 26.0) == state("2025-08-01T12:00", "pot", 33.0) == "open"
    )


def test_line_fishing_is_exempt_always_and_nothing_else_is() -> None:
    assert RULES.exempt == ("line",)
    assert {state(f"{year}-07-01T00:00", "line", 30) for year in (2012, 2014, 2018, 2026)} == {
        "exempt"
    }
    assert list(closed_spans(RULES, "line", 2013, 2026)) == []


def test_every_window_names_its_source_and_what_is_not_sure() -> None:
    assert [window.id for window in RULES.windows if not window.source] == []
    doubted = [*RULES.windows, *RULES.zones]
    marked = {each.id: each.unverified for each in doubted if each.unverified}
    assert sorted(marked) == [
        "2013", "2013_pot", "2013_set_net", "east_south", "permit", "set_net_zhejiang", "zhejiang",
    ]  # fmt: skip
    assert all(text.startswith("待核实") for text in marked.values())
    assert closure(RULES, "pot", noon("2023-08-02T12:00"), 30).unverified == marked["permit"]


def _lone(at: datetime, lon: float, lat: float) -> Path:
    """One position."""
    one = np.zeros(1)
    return Path("412000001", one + at.timestamp(), one + lon, one + lat, one, one.astype(np.int64))


GEARS = ["trawl", "pot", "beam_trawl", "set_net", "line", "aquaculture", None]


@given(
    at=datetimes(datetime(2012, 1, 1), datetime(2027, 1, 1), timezones=just(UTC)),  # noqa: DTZ001
    latitude=one_of(floats(0, 60), sampled_from([23.5, 26.5, 27.0333, 31.1833, 35.0])),
    longitude=one_of(floats(110, 140), sampled_from([118.5, 127.0, 130.5])),
    gear=sampled_from(GEARS),
)
def test_whole_tracks_and_single_instants_are_told_the_same(
    at: datetime, latitude: float, longitude: float, gear: str | None
) -> None:
    spans = [
        span for span in closed_spans(RULES, gear, 2012, 2027)
        if span.holds(_lone(at, longitude, latitude))[0]
    ]  # fmt: skip
    told = closure(RULES, gear, at, latitude, longitude)
    assert (told.state in ("closed", "permit")) == bool(spans)
    assert (told.state == "closed") == any(not span.permit for span in spans)


def test_unknown_gear_is_bound_like_any_other() -> None:
    at = datetime(2018, 6, 1, tzinfo=ZoneInfo("UTC"))
    assert closure(RULES, None, at, 30).window == "north"


def test_calendar_with_overlapping_windows_is_refused_by_name() -> None:
    text = dump(RULES).replace('begins = "08-01"', 'begins = "07-31"')
    with pytest.raises(InvalidRuleSet, match="permit overlaps early in 20"):
        parse(text)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('window = "north"', 'window = "nowhere"', "no window 'nowhere'"),
        ('ends = "09-20T08:00"', 'ends = "04-05"', "north ends before it begins in 2024"),
        ('zones = ["east_south"]', 'zones = ["atlantis"]', "no zone 'atlantis'"),
        ("north_deg = 27.0333", "north_deg = 28", "east_middle shares waters with zhejiang"),
        ("year = 2024", "year = 2016", "north does not hold in 2016"),
        ("year = 2025", "year = 2024", "permit is overridden twice in 2024"),
        ('window = "permit", permits', 'window = "north", permits', "no permit opens north"),
        ('begins = "06-01"', 'begins = "02-30"', "day is out of range"),
        ('"Asia/Shanghai"', '"Asia/Nowhere"', "time_zone: is no IANA time zone"),
        ('"Asia/Shanghai"', '"/etc/passwd"', "time_zone: is no IANA time zone"),
    ],
)
def test_calendar_that_contradicts_itself_is_refused(old: str, new: str, reason: str) -> None:
    text = dump(RULES)
    assert old in text
    with pytest.raises(InvalidRuleSet, match=reason):
        parse(text.replace(old, new, 1))
