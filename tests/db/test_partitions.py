"""Months that are filled beside a layer's table are in the end as those that were always in it."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from app.db.partitions import NewMonths, make_months
from app.ingest.run import Order, run
from layers.registry import LAYERS
from tests.builders import load, rows, sql, the_city

POSITIONS = LAYERS["vessel_positions"]
OCTOBER, NOVEMBER = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
HEADER = "mmsi,seen_at,lon,lat\n"

INDEXES = text(
    "SELECT a.amname, pg_get_indexdef(i.indexrelid, 1, true), i.indisprimary, i.indisunique "
    "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam "
    "WHERE i.indrelid = CAST(:part AS regclass) ORDER BY 1, 2, 3"
)

COLUMNS = text(
    "SELECT attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid) "
    "FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum "
    "WHERE attrelid = CAST(:part AS regclass) AND attnum > 0 AND NOT attisdropped ORDER BY 1"
)


def made(connection: Connection) -> tuple[str, str]:
    """Two parts: one made in the table, one filled beside it."""
    make_months(connection, POSITIONS, [OCTOBER])
    new = NewMonths(connection, POSITIONS)
    assert new.lacking([OCTOBER, NOVEMBER]) == [NOVEMBER]
    new.hand_over()
    return "vessel_positions_2026_10", "vessel_positions_2026_11"


def test_month_that_was_filled_beside_has_what_every_month_has(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        usual, filled = made(connection)
        for facts in (INDEXES, COLUMNS):
            both = [connection.execute(facts, {"part": part}).all() for part in (usual, filled)]
            assert both[0] == both[1]
            assert both[0]


def test_rows_of_old_and_new_months_are_numbered_and_told_once(
    empty_engine: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "ais.csv"
    told = "SELECT version FROM layer_versions WHERE layer = 'vessel_positions'"
    path.write_text(HEADER + "412000001,2026-10-31T23:00:00Z,122,30\n", encoding="utf-8")
    before = sql(empty_engine, told)
    assert load(empty_engine, "vessel_positions", path).added == 1
    assert sql(empty_engine, told) == before + 1
    path.write_text(
        HEADER
        + "412000001,2026-11-01T07:59:59+08:00,122,30\n412000001,2026-11-01T00:00:00Z,122,30\n",
        encoding="utf-8",
    )
    assert load(empty_engine, "vessel_positions", path).added == 2
    assert rows(empty_engine, "vessel_positions") == 3
    assert sql(empty_engine, "SELECT count(DISTINCT fid) FROM vessel_positions") == 3
    assert load(empty_engine, "vessel_positions", path).unchanged == 2


def test_who_reads_does_not_wait_for_who_imports_a_new_month(
    empty_engine: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "ais.csv"
    lines = (f"412000001,2026-11-01T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}Z,122,30"
             for n in range(40_000))  # fmt: skip
    path.write_text(HEADER + "\n".join(lines), encoding="utf-8")
    seen = []

    def look(_read: int, _share: float | None) -> None:
        with empty_engine.begin() as other:
            other.execute(text("SET LOCAL lock_timeout = '5s'"))
            seen.append(other.scalar(text("SELECT count(*) FROM vessel_positions")))

    run(empty_engine, Order(POSITIONS, path), the_city(), LAYERS, look)
    assert rows(empty_engine, "vessel_positions") == 40_000
    # At last the month is the table's, and who reads waits for a moment.
    assert set(seen[:-1]) == {0}
