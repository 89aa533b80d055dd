"""By which rules and over which days black spots are looked for; days of the city's zone."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.errors import BadParameter
from layers.blackspots.areas import CrashAreaRules
from layers.blackspots.ranking import CrashRankingRules
from layers.blackspots.rules import BlackspotRules
from layers.blackspots.screening import CrashScreening
from layers.blackspots.severity import CrashWeights
from layers.grading.rule_set import RuleBook

DAYS_A_YEAR = 365.25

EARLIEST = 1950
"""Year before which no register of crashes reaches."""

Instants = tuple[datetime, datetime]
"""A half-open period."""


@dataclass(frozen=True)
class Asked:
    """By which rules, and over which days.

    Attributes:
        rules: What makes a black spot.
        weights: What a crash counts.
        screening: Parameters of the other methods.
        areas: What makes a place accident-prone by its area.
        first: First day, closed; None: as many years before the end as the rules count.
        last: Last day, closed; None: today.
        book: Rule sets that replace the shipped ones when grading.
        ranking: Which pieces of road are ranked by deaths.
    """

    rules: BlackspotRules
    weights: CrashWeights
    screening: CrashScreening
    areas: CrashAreaRules
    first: date | None = None
    last: date | None = None
    book: RuleBook | None = None
    ranking: CrashRankingRules = field(default_factory=CrashRankingRules.shipped)


def period_of(asked: Asked, zone: ZoneInfo, now: datetime) -> Instants:
    """Return the period in which crashes are counted.

    Raises:
        BadParameter: A day in the future, one before any register, or a period without a length.
    """
    today = now.astimezone(zone).date()
    last = asked.last or today
    for name, day in (("from", asked.first), ("to", last)):
        if day is not None and day > today:
            raise BadParameter(name, f"{day} lies in the future 日期在将来")
        if day is not None and day.year < EARLIEST:
            raise BadParameter(name, f"{day} lies before any register 日期过早")
    end = last + timedelta(days=1)
    first = asked.first or end - timedelta(days=round(asked.rules.period_years * DAYS_A_YEAR))
    if first >= end:
        raise BadParameter("from", f"{first} lies after {last} 起始日期晚于截止日期")
    begin, stop = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, end))
    return begin, stop


def years_of(period: Instants) -> float:
    """Return the length of a period in years."""
    return (period[1] - period[0]).total_seconds() / 86_400 / DAYS_A_YEAR


def told(period: Instants, zone: ZoneInfo) -> dict[str, object]:
    """Return a period for people: both days count."""
    first, after = (instant.astimezone(zone) for instant in period)
    return {
        "from": first.date().isoformat(),
        "to": (after - timedelta(days=1)).date().isoformat(),
        "years": round(years_of(period), 2),
    }
