"""A deadline passes at midnight: the next day shows it, although nobody wrote anything."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from app.city import City
from app.commands.midnight import begin_day, days_kept, seconds_to_midnight
from layers.registry import LAYERS
from tests.builders import add, sql

SHANGHAI = ZoneInfo("Asia/Shanghai")


def stock(engine: Engine, deadline: date) -> None:
    with engine.begin() as connection:
        add(connection, "risk_points", grade=3, code="A")
        add(connection, "hidden_dangers", risk_point_code="A", level="0", state="0",
            supervised=True, deadline=deadline)  # fmt: skip


def test_deadline_holds_to_the_end_of_its_day(empty_engine: Engine) -> None:
    stock(empty_engine, date(2026, 11, 3))
    assert begin_day(empty_engine, LAYERS, date(2026, 11, 3)) == 0
    assert begin_day(empty_engine, LAYERS, date(2026, 11, 4)) == 1
    assert begin_day(empty_engine, LAYERS, date(2026, 11, 4)) == 0
    assert sql(empty_engine, "SELECT displayed_grade FROM risk_points") == 2
    told = "SELECT ARRAY[changed_by] FROM risk_points"
    assert sql(empty_engine, told) == ["riskmap"]
    assert "2026-11-04" in sql(empty_engine, "SELECT reason FROM risk_points_history")


def test_service_begins_the_day_when_it_starts(
    empty_url: str, empty_engine: Engine, city: City
) -> None:
    stock(empty_engine, city.today() - timedelta(days=1))
    with empty_engine.connect() as connection, days_kept(empty_url, city, LAYERS):
        for _ in range(200):
            found = connection.execute(text("SELECT displayed_grade FROM risk_points")).scalar()
            connection.commit()
            if found == 2:
                break
            connection.execute(text("SELECT pg_sleep(0.05)"))
    assert sql(empty_engine, "SELECT displayed_grade FROM risk_points") == 2


def test_a_database_that_is_away_does_not_end_it(city: City) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    with days_kept(nowhere, city, LAYERS):
        pass


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)))  # noqa: DTZ001 - zone added below
def test_midnight_is_always_ahead(naive: datetime) -> None:
    now = naive.replace(tzinfo=SHANGHAI)
    seconds = seconds_to_midnight(now)
    assert 0 < seconds <= 86_400
    assert (now + timedelta(seconds=seconds)).time() == datetime.min.time()
