"""The day from which an assessment is stale is the same in the database and in the rule."""

from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, update

from app.db.tables import table_of
from app.queries.stale import is_stale, stale_from
from layers.grading import dynamic
from layers.registry import LAYERS
from tests.builders import add

POINTS = LAYERS["risk_points"]
TABLE = table_of(POINTS)
DAYS = st.dates(date(2015, 1, 1), date(2030, 12, 31))


@given(assessed=st.none() | DAYS, until=st.none() | DAYS, later=st.integers(-3, 400))
@example(assessed=date(2024, 2, 29), until=None, later=366)
@example(assessed=date(2024, 2, 29), until=None, later=365)
@example(assessed=date(2025, 1, 31), until=None, later=365)
def test_database_and_rule_agree(
    shared_engine: Engine, assessed: date | None, until: date | None, later: int
) -> None:
    today = (until or assessed or date(2026, 1, 1)) + timedelta(days=later)
    with shared_engine.connect() as connection, connection.begin() as transaction:
        fid = add(connection, "risk_points", grade=2, assessed_at=assessed, valid_until=until)
        stale = is_stale(POINTS, TABLE, today)
        assert stale is not None
        found = connection.scalar(select(stale).where(TABLE.c.fid == fid))
        transaction.rollback()
    assert bool(found) == dynamic.is_stale(assessed, until, today)


def test_what_is_not_assessed_is_not_stale(shared_engine: Engine) -> None:
    with shared_engine.connect() as connection, connection.begin() as transaction:
        fid = add(connection, "risk_points", grade=2, valid_until=date(2020, 1, 1))
        connection.execute(update(TABLE).where(TABLE.c.fid == fid).values(grade=None))
        stale = is_stale(POINTS, TABLE, date(2026, 1, 1))
        assert stale is not None
        assert connection.scalar(select(stale).where(TABLE.c.fid == fid)) is False
        transaction.rollback()


def test_a_layer_that_tells_no_day_has_no_column() -> None:
    lines = LAYERS["pipelines"]
    assert stale_from(lines, table_of(lines)) is None
    assert is_stale(lines, table_of(lines), date(2026, 1, 1)) is None
