"""The moratorium calendar: notices of each year, edges at noon, and calendars that are refused."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from layers.grading.rule_set import InvalidRuleSet, dump, parse
from layers.sea.moratorium import MoratoriumRules, closure

RULES = MoratoriumRules.shipped()


def state(local: str, gear: str, latitude: float) -> str:
    at = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    return closure(RULES, gear, at, latitude).state


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
        ("2025-08-03T00:00", "pot", 30, "closed"),
        ("2025-08-05T12:00", "pot", 30, "permit"),
        ("2018-06-01T12:00", "line", 30, "exempt"),
        ("2018-06-01T12:00", "fish_carrier", 30, "closed"),
        ("2012-07-01T12:00", "trawl", 30, "unknown"),
    ],
)
def test_notice_of_the_year_decides(local: str, gear: str, latitude: float, expected: str) -> None:
    assert state(local, gear, latitude) == expected


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
        ('ends = "08-05"', 'ends = "04-05"', "ends before it begins in 2025"),
        ('"east_south"', '"atlantis"', "no zone"),
        ('begins = "06-01"', 'begins = "02-30"', "day is out of range"),
    ],
)
def test_calendar_that_contradicts_itself_is_refused(old: str, new: str, reason: str) -> None:
    text = dump(RULES)
    assert old in text
    with pytest.raises(InvalidRuleSet, match=reason):
        parse(text.replace(old, new, 1))
