"""The extent that a layer tells is that of its rows, whatever comes and goes."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from app.db.engine import writing
from app.db.reader import Reader
from app.db.versions import Versions
from app.extents import Extent, Extents
from layers.registry import LAYERS
from tests.builders import add

ZONE = "Asia/Shanghai"

POSITIONS = LAYERS["vessel_positions"]

START = datetime(2026, 11, 3, tzinfo=UTC)


@pytest.fixture
def engine(make_database: Callable[[str], str], template: str) -> Iterator[Engine]:
    made = writing(make_database(template))
    with made.begin() as connection:
        connection.execute(
            text("CREATE TABLE vessel_positions_all PARTITION OF vessel_positions DEFAULT")
        )
    yield made
    made.dispose()


@pytest.fixture
def extents(engine: Engine) -> Extents:
    reader = Reader(engine)
    return Extents(reader, Versions(reader, fresh_s=0), ZONE)


def of_positions(rows: dict[int, tuple[float, float, datetime]]) -> Extent:
    if not rows:
        return Extent(None, (None, None))
    lons, lats, instants = zip(*rows.values(), strict=True)
    return Extent((min(lons), min(lats), max(lons), max(lats)), (min(instants), max(instants)))


def test_positions_that_come_and_go_move_the_ends(engine: Engine, extents: Extents) -> None:
    chance = Random(5)  # noqa: S311 - not for secrets
    rows: dict[int, tuple[float, float, datetime]] = {}
    for _ in range(60):
        with engine.begin() as connection:
            if rows and chance.random() < 0.45:
                gone = chance.choice(list(rows))
                connection.execute(
                    text("DELETE FROM vessel_positions WHERE fid = :fid"), {"fid": gone}
                )
                del rows[gone]
            else:
                lon, lat = round(chance.uniform(-170, 170), 7), round(chance.uniform(-80, 80), 7)
                seen_at = START + timedelta(seconds=chance.uniform(0, 1e6))
                fid = add(connection, POSITIONS.id, f"POINT({lon} {lat})", seen_at=seen_at)
                rows[fid] = lon, lat, seen_at
        told, true = extents.of(POSITIONS), of_positions(rows)
        assert told.interval == true.interval
        assert (told.box is None) == (true.box is None)
        assert not rows or told.box == pytest.approx(true.box, abs=1.01e-7, rel=0)


def test_new_positions_are_looked_for_only_beyond_the_ends(
    engine: Engine, extents: Extents
) -> None:
    asked: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def keep(_c: Any, _d: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    with engine.begin() as connection:
        add(connection, POSITIONS.id, "POINT(121 30)", seen_at=START)
    extents.of(POSITIONS)
    with engine.begin() as connection:
        add(connection, POSITIONS.id, "POINT(122 31)", seen_at=START + timedelta(hours=1))
    asked.clear()
    told = extents.of(POSITIONS)
    assert told == Extent((121, 30, 122, 31), (START, START + timedelta(hours=1)))
    [looked] = [each for each in asked if "ST_XMin" in each]
    assert looked.count("WHERE vessel_positions.") == 6


def test_days_are_whole_days_of_the_city(engine: Engine, extents: Extents) -> None:
    layer = LAYERS["risk_points"]
    assert extents.of(layer) == Extent(None, (None, None))
    with engine.begin() as connection:
        for day in (date(2026, 11, 2), date(2026, 11, 3), None):
            add(connection, layer.id, None, assessed_at=day)
    assert extents.of(layer).interval == (
        datetime(2026, 11, 1, 16, tzinfo=UTC),
        datetime(2026, 11, 3, 15, 59, 59, 999999, tzinfo=UTC),
    )
    with engine.begin() as connection:
        for day in (date.min, date.max):
            add(connection, layer.id, None, assessed_at=day)
    assert extents.of(layer).interval == (
        datetime.min.replace(tzinfo=UTC), datetime.max.replace(hour=15, tzinfo=UTC)
    )  # fmt: skip
    assert extents.of(LAYERS["townships"]).interval is None
