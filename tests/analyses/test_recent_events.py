"""Looks of every few minutes find what one run over all of it finds, and tell open maps of it."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from app.analyses.analysis import Analysis, Order, Work
from app.analyses.carry_out import carry_out
from app.analyses.close_passes import close_passes
from app.analyses.recent_events import RECENT_EVENTS, look, worth_a_look
from app.analyses.vessel_events import Watch, events_of
from app.analyses.vessel_paths import vessel_paths
from layers.registry import LAYERS
from tests.builders import load_text, sql, the_city

DAY = datetime(2026, 7, 9, 16, tzinfo=UTC)
"""A midnight of the city, in the moratorium."""

HEADER = "mmsi,seen_at,lon,lat,speed_kn,course_deg,status"
TRAWLER, ONE, TWO, DRIFTER = "412000001", "412000002", "412000003", "412000004"
EASTBOUND, WESTBOUND = "412000005", "412000006"


@dataclass(frozen=True)
class Clocked(Analysis):
    """Looks at the instant of the test."""

    now: datetime = DAY

    @property
    def work(self) -> Work:
        """A look."""
        return lambda *of: look(*of, self.now)


def look_at(engine: Engine, minute: float) -> dict[str, Any]:
    analysis = Clocked(**vars(RECENT_EVENTS), now=DAY + timedelta(minutes=minute))
    run = carry_out(engine, analysis, Order(), (the_city(), LAYERS), actor="test")
    return {**run.outcome.result, **run.outcome.changes}


def line(mmsi: str, minute: float, lon: float, lat: float, speed: float, course: float = 90) -> str:
    return f"{mmsi},{DAY + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ},{lon:.5f},{lat:.5f},{speed},{course},0"


def sail(engine: Engine, folder: Path, lines: list[str]) -> None:
    if lines:
        load_text(engine, "vessel_positions", folder, "\n".join([HEADER, *lines]) + "\n")


@pytest.fixture
def watched(empty_engine: Engine, tmp_path: Path) -> Engine:
    """A trawler of the register, and a run over 30 days when the day began."""
    load_text(empty_engine, "vessels", tmp_path, f"mmsi,name,gear\n{TRAWLER},甲,拖网\n")
    with empty_engine.begin() as connection:
        connection.execute(
            text("INSERT INTO analysis_runs (analysis, started_at, finished_at, actor, parameters, "
                 "rule_sets, result, changes) VALUES ('events', :day, :day, 'test', "
                 "jsonb_build_object('until', CAST(:day AS text)), '[]', '{}', '{}')"),
            {"day": DAY.isoformat()},
        )  # fmt: skip
    return empty_engine


def stream() -> list[tuple[float, str]]:
    """A day: fishing and silence, two boats side by side, one adrift, and two that pass."""
    told: list[tuple[float, str]] = []

    def at(mmsi: str, minute: float, lon: float, lat: float, speed: float) -> None:
        told.append((minute, line(mmsi, minute, lon, lat, speed)))

    for minute in range(0, 1400, 10):
        if not 400 <= minute < 900:
            at(TRAWLER, minute, 123 + minute * 0.0009, 30.5, 3 if minute < 400 else 9)
        slow = 200 <= minute < 700
        east = 124 + min(minute, 200) * 0.002 + max(minute - 700, 0) * 0.002
        at(ONE, minute, east, 30.8, 0.5 if slow else 6)
        at(TWO, minute, east + 0.002, 30.8, 0.5 if slow else 6)
        if minute < 760 or minute > 1200:
            at(DRIFTER, minute + 3, 124.5, 29.5 + minute * 0.00001, 0.6)
    for minute in range(590, 651):
        # They pass each other at 620, seven hundredths of a mile apart, and stay at sea.
        for mmsi, way in ((EASTBOUND, 1), (WESTBOUND, -1)):
            at(mmsi, minute, 124 + way * (minute - 620) * 0.0025, 30.2 + way * 0.0006, 8)
    return sorted(told)


Known = tuple[str, str, str | None, float, float | None]


def stored(engine: Engine) -> set[Known]:
    rows = sql(engine, "SELECT json_agg(json_build_array(kind, mmsi, other_mmsi, "
                       "extract(epoch FROM started_at), extract(epoch FROM ended_at))) "
                       "FROM vessel_events")  # fmt: skip
    return {tuple(each) for each in rows or []}


def all_at_once(engine: Engine, minute: float) -> set[Known]:
    """What one run over everything finds at an instant."""
    period = (DAY - timedelta(days=1), DAY + timedelta(minutes=minute))
    with engine.connect() as connection:
        watch = Watch.of(connection, LAYERS, the_city(), {}, period)
        paths = vessel_paths(connection, LAYERS, period, watch.cleaning, Counter())
        found = list(events_of(paths, watch))
        between = (period[0].timestamp(), period[1].timestamp())
        found += close_passes(connection, LAYERS, watch.sea, between)
        return {
            (each.kind, each.mmsi, each.other_mmsi, each.first_s, each.last_s) for each in found
        }


@pytest.mark.parametrize("every_min", [120, 300])
def test_looks_find_what_one_run_over_everything_finds(
    watched: Engine, tmp_path: Path, every_min: int
) -> None:
    reports, sent = stream(), 0
    kinds: set[str] = set()
    for minute in range(every_min, 1440, every_min):
        due = [each for each in reports[sent:] if each[0] <= minute]
        sent += len(due)
        sail(watched, tmp_path, [each[1] for each in due])
        look_at(watched, minute)
        assert stored(watched) == all_at_once(watched, minute), minute
        kinds |= {each[0] for each in stored(watched)}
    assert kinds >= {
        "encounter", "gap_long", "loitering", "moratorium_breach", "not_returned", "pass_close",
    }  # fmt: skip


def test_who_is_out_for_weeks_is_one_event_from_day_to_day(watched: Engine, tmp_path: Path) -> None:
    hours = range(37 * 24)
    sail(watched, tmp_path, [line(TRAWLER, 60 * each, 124 + each % 20 / 100, 30.5, 3)
                             for each in hours])  # fmt: skip
    look_at(watched, 1440)
    seen = []
    for day in (33, 34, 34.5, 36):
        told = look_at(watched, 1440 * day)
        seen.append(sorted(each[:4] for each in stored(watched) if each[0] == "not_returned"))
        assert told["gone"] == 0
    assert len(seen[0]) == 2, "in the moratorium, and for more than 20 days"
    assert seen == [seen[0]] * 4
    returned = 37 * 24
    sail(watched, tmp_path, [line(TRAWLER, 60 * each, 121.1, 30.3, 0)
                             for each in range(returned + 24, returned + 30)])  # fmt: skip
    look_at(watched, 60 * (returned + 30))
    ends = [each[4] for each in stored(watched) if each[0] == "not_returned"]
    assert len(ends) == 2
    assert None not in ends


def news(engine: Engine) -> list[tuple[str, str]]:
    told = sql(engine, "SELECT json_agg(content ORDER BY id) FROM live_messages "
                       "WHERE kind = 'events'")  # fmt: skip
    return [(each["change"], each["kind"]) for message in told or [] for each in message]


def test_open_maps_are_told_once_of_a_course_to_collision(watched: Engine, tmp_path: Path) -> None:
    def near(minute: float) -> None:
        # Towards each other at 20 knots: a third of a mile a minute.
        gone = minute * 10 / 60 / 51.7
        sail(watched, tmp_path, [line(ONE, minute, 123 + gone, 30.5, 10, 90),
                                 line(TWO, minute, 123.12 - gone, 30.5, 10, 270)])  # fmt: skip
        look_at(watched, minute + 0.5)

    near(5)
    assert news(watched) == [("begun", "collision_watch")]
    (before,) = stored(watched)
    near(6)
    assert len(news(watched)) == 1, "it is the same"
    assert stored(watched) == {before}
    near(10)
    assert news(watched)[1:] == [("worsened", "collision_near")]
    near(40)
    assert news(watched)[2:] == [("withdrawn", "collision_near")]
    assert stored(watched) == set()


def test_what_was_found_before_the_hours_that_are_read_stays(
    watched: Engine, tmp_path: Path
) -> None:
    sail(watched, tmp_path, [line(ONE, each, 124, 30.5, 8) for each in (0, 180, 190)])
    look_at(watched, 200)
    old = stored(watched)
    assert [each[0] for each in old] == ["gap_notice"]
    sail(watched, tmp_path, [line(ONE, each, 124, 30.5 + (each - 190) / 1000, 8)
                             for each in range(200, 1400, 10)])  # fmt: skip
    for minute in (500, 900, 1390):
        assert look_at(watched, minute)["gone"] == 0
    assert stored(watched) == old


def test_nothing_is_looked_at_where_nothing_came_in_or_nobody_listens(
    watched: Engine, tmp_path: Path
) -> None:
    def worth(minute: float) -> bool:
        with watched.connect() as connection:
            return worth_a_look(connection, LAYERS, DAY + timedelta(minutes=minute))

    assert not worth(10)
    sail(watched, tmp_path, [line(ONE, 5, 124, 30.5, 8)])
    assert worth(10)
    assert not worth(5 + 1441), "no position of the last day"
    look_at(watched, 10)
    assert not worth(11)
    sail(watched, tmp_path, [line(ONE, 20, 124, 30.52, 8)])
    assert worth(21)


def test_collision_risk_does_not_stand_when_nothing_more_is_heard(
    watched: Engine, tmp_path: Path
) -> None:
    heard = (datetime.now(UTC) - DAY).total_seconds() / 60 - 1

    def worth(minutes: float) -> bool:
        with watched.connect() as connection:
            now = DAY + timedelta(minutes=heard + minutes)
            return worth_a_look(connection, LAYERS, now)

    sail(watched, tmp_path, [line(ONE, heard, 123, 30.5, 10, 90),
                             line(TWO, heard, 123.05, 30.5, 10, 270)])  # fmt: skip
    look_at(watched, heard + 1)
    assert news(watched) == [("begun", "collision_near")]
    assert not worth(5), "where they are is still known"
    assert worth(18)
    look_at(watched, heard + 18)
    assert news(watched)[1:] == [("withdrawn", "collision_near")]
    assert not worth(19)


def test_records_of_looks_do_not_pile_up(watched: Engine) -> None:
    look_at(watched, 10)
    sql_of = "SELECT count(*) FROM analysis_runs WHERE parameters ? 'recent'"
    with watched.begin() as connection:
        connection.execute(text("UPDATE analysis_runs SET finished_at = :old"),
                           {"old": DAY - timedelta(days=2)})  # fmt: skip
    look_at(watched, 20)
    assert sql(watched, sql_of) == 1
    assert sql(watched, "SELECT count(*) FROM analysis_runs") == 2, "the run over 30 days is kept"
