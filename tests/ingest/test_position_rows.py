"""What is written as binary COPY is read by the database as it was heard, whatever lacks."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from app.db.copy_in import copy_in
from app.ingest.nmea import Heard
from app.ingest.position_rows import position_batches

SECONDS = st.one_of(
    st.integers(946_684_000, 4_000_000_000).map(float),
    st.integers(1_500_000_000_000, 1_800_000_000_000).map(lambda thousandth: thousandth / 1000),
)


def known(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values)


HEARD = st.builds(
    Heard,
    mmsi=st.integers(200_000_000, 799_999_999).map(str), seen_s=SECONDS,
    lon=st.floats(-180, 180), lat=st.floats(-90, 90),
    speed_kn=known(st.floats(0, 102.2)), course_deg=known(st.floats(0, 359.9)),
    heading_deg=known(st.integers(0, 359)), status=known(st.integers(0, 15)),
    message_type=st.sampled_from([1, 2, 3, 18, 19, 27]),
)  # fmt: skip

STAGED = (
    "CREATE TEMPORARY TABLE heard (line int, mmsi text, seen_at timestamptz, "
    "speed_kn float8, course_deg float8, heading_deg float8, status int, message_type int, "
    "geom geometry(Point, 4326)) ON COMMIT DROP"
)
READ = text(
    "SELECT line, mmsi, extract(epoch FROM seen_at)::float8, ST_X(geom), ST_Y(geom), speed_kn, "
    "course_deg, heading_deg, status, message_type, seen_at FROM heard ORDER BY line"
)


@given(several=st.lists(HEARD, min_size=1, max_size=20))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_reports_come_back_as_they_were_heard(connection: Connection, several: list[Heard]) -> None:
    connection.execute(text("DROP TABLE IF EXISTS pg_temp.heard"))
    connection.execute(text(STAGED))
    [batch] = position_batches(enumerate(several, 5))
    assert batch.binary
    assert (batch.first, batch.last, batch.rows) == (5, 4 + len(several), len(several))
    copy_in(connection.connection.driver_connection, "COPY heard FROM STDIN (FORMAT binary)",
            BytesIO(batch.content))  # fmt: skip
    rows = [tuple(row) for row in connection.execute(READ)]
    assert [row[0] for row in rows] == list(range(5, 5 + len(several)))
    assert [row[1:10] for row in rows] == [tuple(each) for each in several]
    instants = [row[10].astimezone(UTC) for row in rows]
    months = {datetime(each.year, each.month, 1, tzinfo=UTC) for each in instants}
    assert batch.months == tuple(sorted(months))
